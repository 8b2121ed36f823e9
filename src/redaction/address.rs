//! The house in a postal address. A street alone is a public place; with the number of a house it is someone's door.

use std::sync::LazyLock;

use regex::Regex;

use super::number::{before, next};
use super::signs::Signs;
use super::{Finding, Kind, pattern};

/// A street, then a number with 号. The first group is the street's last two characters, the second the house.
static STREET_CN: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(\p{Han}(?:路|街|大道|巷|弄|胡同|里|道|坊|村|庄|屯|组|队|社|园|苑|府|城|湾|墅|寓|区|院))[ ]?((?:[0-9]{1,4}弄)?(?:[东南西北中]段|[一二三四五六七八九十0-9]+[段组队社])?[ ]?[0-9一二三四五六七八九十百零〇]{1,6}(?:[-之][0-9]{1,4})?[ ]?号(?:院|楼|大院)?(?:附[0-9]+号)?(?:[ ,-]?[0-9A-Z一二三四五六七八九十]{1,4}(?:号楼|栋|幢|座|楼|单元|室|户|层|房|号|门)[ ,-]?)*(?:[0-9]{2,5}(?:室|房|户|号)?)?)",
    )
});

/// A building, then unit and room: 3栋2单元501室, 12幢603, 5号楼-1-302.
static ROOM_CN: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"[0-9A-Z一二三四五六七八九十]{1,4}(?:号楼|栋|幢|座|#)[ ,-]?(?:[0-9A-Z一二三四五六七八九十]{1,3}(?:单元|门|-)[ ,-]?)?(?:[0-9一二三四五六七八九十]{1,2}(?:楼|层)[ ,-]?)?[0-9]{3,4}(?:室|房|户|号)?",
    )
});

/// A unit and a room without a building: 2单元501室.
static UNIT_CN: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"[0-9一二三四五六七八九十]{1,2}单元[ ,-]?(?:[0-9]{1,2}(?:楼|层))?[ ,-]?[0-9]{3,4}(?:室|房|户|号)?",
    )
});

/// A flat or a number, then a street. The first group is what is private.
static STREET_EN: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"((?:(?i:flat|apartment|apt|unit|room|house)\.? ?[0-9]{1,4}[A-Za-z]?,? )?(?:No\.? ?)?[0-9]{1,4}[A-Za-z]?(?:-[0-9]{1,4}[A-Za-z]?)?),? (?:\p{Lu}[\p{L}'\-]+ ){1,3}(?:Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Drive|Close|Court|Crescent|Gardens|Garden|Grove|Place|Terrace|Way|Walk|Square|Hill|Mews|Row|Rise|View|Boulevard|Blvd|Green|Parade|Croft|Vale|Wharf)\b",
    )
});

/// A flat with its number alone.
static FLAT_EN: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"\b(?:[Ff]lat|FLAT|[Aa]partment|[Aa]pt\.?) ([0-9]{1,4}[A-Za-z]?)\b"));

/// Adds what is found in a folded text.
pub(super) fn find(text: &str, signs: &Signs, found: &mut Vec<Finding>) {
    let mut add = |start, end| {
        found.push(Finding {
            kind: Kind::Address,
            span: start..end,
        });
    };
    if signs.is_foreign || signs.has_hash {
        find_cn(text, &mut add);
    }
    if signs.has_word_after_number {
        for hit in STREET_EN.captures_iter(text) {
            let (Some(whole), Some(house)) = (hit.get(0), hit.get(1)) else {
                continue;
            };
            if is_door(text, whole.as_str(), house.as_str(), house.start()) {
                add(house.start(), house.end());
            }
        }
    }
    if signs.has_number_after_t {
        for hit in FLAT_EN.captures_iter(text) {
            if let Some(number) = hit.get(1) {
                add(number.start(), number.end());
            }
        }
    }
}

fn find_cn(text: &str, add: &mut impl FnMut(usize, usize)) {
    for hit in STREET_CN.captures_iter(text) {
        if let (Some(street), Some(house)) = (hit.get(1), hit.get(2)) {
            let has_more = house
                .as_str()
                .contains(['栋', '幢', '元', '室', '房', '户']);
            if has_more || (is_street(street.as_str()) && is_house(&text[house.end()..])) {
                let house_end =
                    house.start() + house.as_str().trim_end_matches([' ', ',', '-']).len();
                add(house.start(), house_end);
            }
        }
    }
    for form in [&*ROOM_CN, &*UNIT_CN] {
        for hit in form.find_iter(text) {
            let goes_on = next(text, hit.end()).is_some_and(|c| c.is_ascii_digit());
            let is_inside = before(text, hit.start()).is_some_and(|c| c.is_ascii_alphanumeric());
            let rest = &text[hit.end()..];
            let is_counted = [
                "个",
                "户居民",
                "多",
                "余",
                "元",
                "年",
                "平",
                "米",
                "吨",
                "人",
            ]
            .iter()
            .any(|unit| rest.starts_with(unit));
            if !goes_on && !is_inside && !is_counted {
                add(hit.start(), hit.end());
            }
        }
    }
}

/// Whether the last two characters are those of a street, not of a district, a channel or a lane of traffic.
fn is_street(two: &str) -> bool {
    let ends_in = |ends: &[&str]| ends.iter().any(|end| two.ends_with(end));
    if two.ends_with('道') {
        return !ends_in(&[
            "街道", "通道", "管道", "轨道", "河道", "行道", "车道", "隧道", "匝道", "频道", "渠道",
            "航道", "赛道", "跑道", "步道", "报道", "国道", "省道", "县道", "乡道", "盲道", "知道",
        ]);
    }
    if two.ends_with(['路', '街', '巷', '弄', '里', '坊', '同']) {
        return !ends_in(&[
            "公里", "英里", "这里", "那里", "哪里", "手里", "家里", "夜里", "线路", "电路", "铁路",
            "公路", "道路", "网路", "一路", "二路", "三路", "马路", "弄里",
        ]) || ends_in(&["一路", "二路", "三路"]);
    }
    two.ends_with([
        '村', '庄', '屯', '组', '队', '社', '苑', '墅', '寓', '府', '湾',
    ]) && !ends_in(&[
        "小组",
        "部队",
        "政府",
        "旅行社",
        "报社",
        "专班组",
        "车队",
        "合作社",
    ])
}

/// Whether what follows 号 leaves it a house: not a day of the month, a line, a gate or a document.
fn is_house(rest: &str) -> bool {
    const NOT: [&str; 34] = [
        "线", "门", "口", "文", "令", "公告", "通告", "起", "至", "前", "后", "开始", "上午",
        "下午", "晚", "凌晨", "当", "早", "中午", "夜", "台", "井", "泵", "桥", "机", "变", "阀",
        "灯", "杆", "地块", "站台", "库", "码头", "公交",
    ];
    !NOT.iter().any(|word| rest.starts_with(word))
}

/// Whether a number before a street is a door: not a year, a day of a month, a bus or a road.
fn is_door(text: &str, whole: &str, house: &str, at: usize) -> bool {
    if before(text, at).is_some_and(|c| c.is_ascii_alphanumeric() || "-/.,£$:".contains(c)) {
        return false;
    }
    let words: Vec<&str> = whole[house.len()..].split_whitespace().collect();
    let months = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
        "Jan",
        "Feb",
        "Mar",
        "Apr",
        "Jun",
        "Jul",
        "Aug",
        "Sep",
        "Sept",
        "Oct",
        "Nov",
        "Dec",
    ];
    if words.first().is_some_and(|word| months.contains(word)) {
        return false;
    }
    let last = text[..at].split_whitespace().next_back().unwrap_or("");
    let last = last
        .trim_matches(|c: char| !c.is_alphanumeric())
        .to_lowercase();
    let is_year = house.len() == 4 && (house.starts_with("19") || house.starts_with("20"));
    let names_a_year = [
        "in",
        "since",
        "during",
        "by",
        "of",
        "until",
        "from",
        "before",
        "after",
        "the",
        "and",
        "for",
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
        "early",
        "late",
        "mid",
        "spring",
        "summer",
        "autumn",
        "winter",
    ];
    let numbers_things = [
        "route", "routes", "bus", "buses", "line", "service", "junction", "phase", "stage", "zone",
        "ward", "district", "article", "section", "table", "page", "figure", "all", "these",
        "over",
    ];
    !(is_year && (last.is_empty() || names_a_year.contains(&last.as_str())))
        && !numbers_things.contains(&last.as_str())
}
