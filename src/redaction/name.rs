//! Names of people: beside a title (先生, Mr), after a word that asks for one (联系人：, Complainant:), or half told (王某).

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::signs::Signs;
use super::{Finding, Kind, pattern};

/// The commonest family names. Those that are also everyday words stand apart.
const FAMILY: &str = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘蔡蒋余杜叶苏魏吕丁沈姚卢姜崔钟谭陆汪范石廖贾韦付邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔汤康易乔赖文牛葛倪岑殷庞俞翁鲁祝聂裴樊颜霍骆詹欧盛翟蒲甘柯阮晏窦习涂纪舒屈项祁苗古梅庄辛管左娄湛柴瞿蓝闵费鄢滕卞冼缪饶卜尚洪萧佟牟逄柏褚敖邬蔺寇粟佘谌臧巩晁隋冉栾亓邝荆茅尤虞裘胥郗仇甄靳巫隗宓匡奚芦丛邸佴鞠闻谯桂傅";

/// Family names that are also everyday words: a name only right before a title.
const ALSO_WORDS: &str =
    "高于方任金夏白常时向和安华关齐游简凌连应温路花成解米明包查房柳焦车边宫麦曲强申同全水单容";

const TWO: [&str; 12] = [
    "欧阳", "上官", "司马", "诸葛", "东方", "皇甫", "尉迟", "公孙", "慕容", "司徒", "令狐", "夏侯",
];

static TITLE_CN: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"先生|女士|小姐|某某|某|大爷|大妈|大姐|大叔|大伯|阿姨|师傅|奶奶|爷爷|老师|医生|同学")
});

static LABEL_CN: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?:姓名|联系人|投诉人|举报人|反映人|来电人|来信人|来访人|申请人|当事人|诉求人|信访人|被投诉人|户主|业主|签名|落款|法定代表人|负责人|经办人|患者|家属)(?:姓名)?[ ]?[::][ ]?|(?:我叫|名叫|我的名字是|姓名是|姓名为)",
    )
});

static TITLE_EN: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:Mr|Mrs|Ms|Miss|Mx|Dr|MR|MRS|MS|DR)\.? ((?:\p{Lu}(?:\. ?| ))*(?:(?:de|la|van|von|der|den|al|el|bin|ben|ter) )*\p{Lu}[\p{L}'\-]+(?: (?:\p{Lu}\.? )?(?:(?:de|la|van|von|der|al|el|bin) )*\p{Lu}[\p{Ll}'][\p{L}'\-]*)?)",
    )
});

static LABEL_EN: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?i:(?:full |contact |customer |tenant |complainant's )?name|complainant|contact|applicant|reported by|raised by|signed|resident|tenant|patient)(?: name)? ?: ?(\p{Lu}[\p{L}'\-]+(?: \p{Lu}\.?)?(?: \p{Lu}[\p{L}'\-]+){1,2})|\b(?i:my name is|i am called|this is) (\p{Lu}[\p{L}'\-]+(?: \p{Lu}[\p{L}'\-]+){1,2})",
    )
});

/// Titles that are offices, not people.
const OFFICES: [&str; 13] = [
    "Mayor",
    "Speaker",
    "Chair",
    "Chairman",
    "President",
    "Ombudsman",
    "Councillor",
    "Justice",
    "Who",
    "Secretary",
    "Minister",
    "Commissioner",
    "And",
];

/// Adds what is found in a folded text.
pub(super) fn find(text: &str, signs: &Signs, found: &mut Vec<Finding>) {
    let mut add = |span| {
        found.push(Finding {
            kind: Kind::Name,
            span,
        });
    };
    if signs.is_foreign {
        for hit in TITLE_CN.find_iter(text) {
            if let Some(span) = before_title(text, hit.start(), hit.as_str()) {
                add(span);
            }
        }
        for hit in LABEL_CN.find_iter(text) {
            let has_colon = hit.as_str().trim_end().ends_with(':');
            if let Some(span) = after_label(text, hit.end(), has_colon) {
                add(span);
            }
        }
    }
    if signs.has_title {
        for hit in TITLE_EN.captures_iter(text) {
            if let Some(name) = hit.get(1) {
                let first = name.as_str().split(' ').next().unwrap_or("");
                if !OFFICES.contains(&first) {
                    add(name.start()..name.end());
                }
            }
        }
    }
    if signs.has_colon || signs.says_who {
        for hit in LABEL_EN.captures_iter(text) {
            if let Some(name) = hit.get(1).or_else(|| hit.get(2)) {
                add(name.start()..name.end());
            }
        }
    }
}

fn is_han(c: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&c)
}

/// The name right before a title: the longest that begins with a family name.
fn before_title(text: &str, at: usize, title: &str) -> Option<Range<usize>> {
    let back: Vec<(usize, char)> = text[..at]
        .char_indices()
        .rev()
        .take(4)
        .take_while(|(_, c)| is_han(*c))
        .collect();
    let is_half_told = title.starts_with('某');
    let longest = match title {
        "先生" | "女士" | "小姐" => back.len(),
        _ => back.len().min(2),
    };
    for count in (1..=longest).rev() {
        let (start, first) = back[count - 1];
        let name = &text[start..at];
        let is_two = TWO.iter().any(|two| name.starts_with(two));
        let is_name = match count {
            1 => {
                FAMILY.contains(first)
                    || (!is_half_told
                        && ALSO_WORDS.contains(first)
                        && !is_inside_a_word(text, start, first))
            }
            2 if is_half_told || longest == 2 => is_two,
            2 | 3 if ALSO_WORDS.contains(first) => {
                let (_, second) = back[count - 2];
                !FAMILY.contains(second) && !is_inside_a_word(text, start, first)
            }
            2 | 3 => FAMILY.contains(first) || is_two,
            _ => is_two,
        };
        if is_name {
            return Some(start..at);
        }
    }
    None
}

/// Whether an everyday word ends with the character: 由于, 对方, 主任.
fn is_inside_a_word(text: &str, start: usize, first: char) -> bool {
    let before: String = text[..start].chars().next_back().into_iter().collect();
    let pairs = match first {
        '于' => "由关对位至属基等在处用鉴终",
        '方' => "对警校双各多地官我甲乙三资厂院医",
        '任' => "主担责信",
        '同' => "一陪不共合",
        '时' => "及同当随按准",
        '向' => "方一面",
        '和' => "士民生员",
        '全' => "安",
        '关' => "有相机",
        '成' => "完组",
        '常' => "经正日",
        '应' => "反响相",
        '路' => "道公马",
        '水' => "自供污漏",
        _ => "",
    };
    !before.is_empty() && pairs.contains(&before)
}

/// The name right after a label: two to four characters of which the first are a family name.
fn after_label(text: &str, at: usize, has_colon: bool) -> Option<Range<usize>> {
    let forward: Vec<(usize, char)> = text[at..]
        .char_indices()
        .take(4)
        .take_while(|(_, c)| is_han(*c) || *c == '·')
        .collect();
    let first = forward.first()?.1;
    let name = &text[at..];
    let is_two = TWO.iter().any(|two| name.starts_with(two));
    let is_family = FAMILY.contains(first) || is_two || ALSO_WORDS.contains(first);
    // Two or three characters that stand alone after a colon are a name, whatever the family.
    let stands_alone = has_colon && (2..=3).contains(&forward.len());
    if !(is_family || stands_alone) || forward.len() < 2 {
        return None;
    }
    // 王女士, 李某: the title tells it.
    let rest: String = forward.iter().skip(1).map(|(_, c)| *c).collect();
    if ["先生", "女士", "小姐", "某"]
        .iter()
        .any(|title| rest.starts_with(title))
    {
        return None;
    }
    let length = forward.len().min(if is_two { 4 } else { 3 });
    let end = forward.get(length).map_or(
        at + forward.iter().map(|(_, c)| c.len_utf8()).sum::<usize>(),
        |(end, _)| at + end,
    );
    Some(at..end)
}
