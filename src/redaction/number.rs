//! Numbers: telephones, identity numbers, bank cards, NHS numbers, passports, messenger accounts.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::checksum::{is_date, is_luhn, is_mod_11_2, is_nhs, is_province};
use super::signs::Signs;
use super::{Finding, Kind, only_digits, pattern};

/// Adds what is found in a folded text.
pub(super) fn find(text: &str, signs: &Signs, found: &mut Vec<Finding>) {
    if signs.digits >= FEWEST_OF_A_PHONE {
        find_runs(text, found);
        find_phones(text, found);
    }
    find_after_words(text, signs, found);
}

/// Digits of the shortest telephone number that is told by its form; every other number told so has more.
const FEWEST_OF_A_PHONE: usize = 8;

/// Digits in groups, as people write long numbers.
static RUN: LazyLock<Regex> = LazyLock::new(|| pattern(r"[0-9](?:[0-9]|[ \-][0-9])*[Xx]?"));

/// Identity numbers, bank cards and NHS numbers.
fn find_runs(text: &str, found: &mut Vec<Finding>) {
    for run in RUN.find_iter(text) {
        let is_glued = before(text, run.start()).is_some_and(|c| c.is_ascii_uppercase());
        // A run may join two numbers ("2024-05-06 1101…"): each start and end at a group's edge is tried, longest first.
        let groups = groups(run.as_str());
        let mut next = 0;
        while next < groups.len() {
            let last = (next..groups.len()).rev().find_map(|last| {
                let span = run.start() + groups[next].start..run.start() + groups[last].end;
                let kind = kind_of(text, &span, is_glued && next == 0)?;
                found.push(Finding { kind, span });
                Some(last)
            });
            next = last.unwrap_or(next) + 1;
        }
    }
}

fn groups(run: &str) -> Vec<Range<usize>> {
    let mut groups = Vec::new();
    let mut start = 0;
    for (at, _) in run.match_indices([' ', '-']) {
        groups.push(start..at);
        start = at + 1;
    }
    groups.push(start..run.len());
    groups
}

fn kind_of(text: &str, span: &Range<usize>, is_glued: bool) -> Option<Kind> {
    let written = &text[span.clone()];
    let ends_in_x = written.ends_with(['X', 'x']);
    let mut digits = only_digits(written);
    if next(text, span.end).is_some_and(|c| c.is_ascii_alphanumeric()) {
        return None;
    }
    if !ends_in_x && is_amount(text, span) {
        return None;
    }
    if ends_in_x {
        digits.push('X');
    }
    if is_identity(text, span, &digits) {
        return Some(Kind::IdentityNumber);
    }
    if ends_in_x || is_glued {
        return None;
    }
    if is_card(written, &digits) {
        return Some(Kind::BankCard);
    }
    is_health(text, span, written, &digits).then_some(Kind::NhsNumber)
}

fn is_identity(text: &str, span: &Range<usize>, number: &str) -> bool {
    match number.len() {
        18 => {
            let has_form = is_province(&number[..2]) && is_date(&number[6..14]);
            // A number with a slip of the pen is a person's still, where the words say what it is.
            has_form
                && (is_mod_11_2(number.as_bytes())
                    || says(text, span, &["身份证", "证件", "identity", "Identity"]))
        }
        15 if number.bytes().all(|byte| byte.is_ascii_digit()) => {
            is_province(&number[..2]) && is_date(&format!("19{}", &number[6..12]))
        }
        _ => false,
    }
}

fn is_card(written: &str, digits: &str) -> bool {
    let is_even = !written.contains([' ', '-'])
        || groups(written)
            .iter()
            .all(|group| (2..=7).contains(&group.len()));
    let head = |n: usize| {
        digits
            .get(..n)
            .and_then(|head| head.parse::<u32>().ok())
            .unwrap_or(0)
    };
    let has_prefix = match digits.len() {
        13 => head(1) == 4,
        14 => matches!(head(2), 30 | 36 | 38 | 39),
        15 => matches!(head(2), 34 | 37),
        16 => {
            head(1) == 4
                || matches!(head(2), 51..=55 | 60 | 62 | 64 | 65 | 81 | 35 | 67)
                || matches!(head(4), 2221..=2720 | 5018 | 5020 | 5038)
        }
        17 | 18 => matches!(head(2), 60 | 62 | 65 | 67 | 81),
        19 => head(1) == 4 || matches!(head(2), 60 | 62 | 65 | 67 | 81) || head(4) == 9558,
        _ => false,
    };
    is_even && has_prefix && is_luhn(digits.as_bytes())
}

fn is_health(text: &str, span: &Range<usize>, written: &str, digits: &str) -> bool {
    if digits.len() != 10 || !is_nhs(digits.as_bytes()) {
        return false;
    }
    if says(text, span, &["NHS", "nhs"]) {
        return true;
    }
    // Three, three, four is how the NHS writes it; 400- and 800- are numbers of firms.
    let lengths: Vec<usize> = groups(written).iter().map(ExactSizeIterator::len).collect();
    lengths == [3, 3, 4] && !matches!(&digits[..3], "400" | "800") && !digits.starts_with('0')
}

/// Forms of telephone numbers. Numbers that only organisations hold pass: short codes, 95…, 400 and 800 in China, 03, 08
/// and 09 in the United Kingdom.
static PHONES: LazyLock<[Regex; 5]> = LazyLock::new(|| {
    [
        // Mobiles of China: 138 0013 8000, 138-00138000, 138 001 38000.
        pattern(
            r"(?:\(?(?:\+|00)?86\)?[ \-]?)?1[3-9][0-9](?:[ \-.]?[0-9]{4}[ \-.]?[0-9]{4}|[ \-]?[0-9]{3}[ \-]?[0-9]{5})",
        ),
        // Landlines of China with their area code, and an extension.
        pattern(
            r"(?:\(?(?:\+|00)86\)?[ \-]?\(?0?|\(?0)(?:10|2[0-9]|3[1579][0-9]|335|349|4[1-8][0-9]|5[1-9][0-9]|6[369][0-9]|7[0-79][0-9]|8[1-35-9][0-9]|9[0-9]{2})\)?[ \-]{0,2}[2-9][0-9]{2,3}[ \-]?[0-9]{4}(?:(?:-|转| ?ext\.? ?)[0-9]{1,6})?",
        ),
        // The United Kingdom: mobiles, London and its like, other places.
        pattern(
            r"(?:(?:\+|00)44[ \-]?(?:\(0\)[ \-]?)?|\(?0)(?:7[0-9]{3}\)?[ \-]?[0-9]{3}[ \-]?[0-9]{3}|7[0-9]{2}\)?[ \-]?[0-9]{3}[ \-]?[0-9]{4}|2[0-9]\)?[ \-]?[0-9]{4}[ \-]?[0-9]{4}|1[0-9]1\)?[ \-]?[0-9]{3}[ \-]?[0-9]{4}|11[0-9]\)?[ \-]?[0-9]{3}[ \-]?[0-9]{4}|1[0-9]{3}\)?[ \-]?[0-9]{3}[ \-]?[0-9]{3}|1[0-9]{3}\)?[ \-][0-9]{5}|1[0-9]{4}\)?[ \-][0-9]{4,5})",
        ),
        // Any country, with its code.
        pattern(r"\+[1-9][0-9]{0,2}(?:[ \-.]?\(?[0-9]{1,5}\)?){2,5}"),
        // Groups of two, as some write mobiles: 07 70 09 00 123 and 1 39 12 34 56 78 are not tried; 139 12 34 56 78 is.
        pattern(r"1[3-9][0-9](?:[ \-][0-9]{2}){4}"),
    ]
});

fn find_phones(text: &str, found: &mut Vec<Finding>) {
    for form in PHONES.iter() {
        for hit in form.find_iter(text) {
            let span = hit.start()..hit.end();
            let digits = only_digits(hit.as_str()).len();
            let is_whole = !next(text, span.end).is_some_and(|c| c.is_ascii_digit());
            if (FEWEST_OF_A_PHONE..=20).contains(&digits)
                && is_whole
                && !is_of_an_organisation(hit.as_str())
                && begins_a_number(text, span.start)
                && !is_amount(text, &span)
            {
                found.push(Finding {
                    kind: Kind::Phone,
                    span,
                });
            }
        }
    }
}

/// Whether it is written as British organisations write theirs: 0345 600 0123, 0800 123 4567.
fn is_of_an_organisation(written: &str) -> bool {
    let groups: Vec<&str> = written.split(' ').collect();
    let lengths: Vec<usize> = groups.iter().map(|group| group.len()).collect();
    lengths == [4, 3, 4]
        && ["03", "08", "09"]
            .iter()
            .any(|head| groups[0].starts_with(head))
}

/// Whether no number goes on to the left: not after a digit, a decimal point, a hyphen or stroke that follows a digit, or
/// the capitals of a reference.
fn begins_a_number(text: &str, at: usize) -> bool {
    let mut back = text[..at].chars().rev();
    let Some(last) = back.next() else { return true };
    match last {
        '0'..='9' | '$' | '¥' | '£' | '€' | '#' | '_' => false,
        '.' | '-' | '/' | ',' => !back.next().is_some_and(|c| c.is_ascii_alphanumeric()),
        'A'..='Z' => {
            let word: String = text[..at]
                .chars()
                .rev()
                .take_while(char::is_ascii_alphabetic)
                .collect();
            matches!(word.as_str(), "LET" | "T" | "M" | "BOM" | "leT" | "ENOHP")
        }
        _ => true,
    }
}

/// Whether a number is a sum of money or a quantity: a decimal, or followed by a unit.
fn is_amount(text: &str, span: &Range<usize>) -> bool {
    let rest = &text[span.end..];
    let is_decimal = rest
        .strip_prefix(['.', ','])
        .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    let back = before(text, span.start);
    let rest = rest.trim_start();
    is_decimal
        || matches!(back, Some('$' | '¥' | '£' | '€'))
        || [
            "元", "万", "亿", "吨", "平方", "立方", "千瓦", "kWh", "公里", "m2", "%",
        ]
        .iter()
        .any(|unit| rest.starts_with(unit))
}

/// A local telephone number, which only the words before it tell.
static PHONE_AFTER_WORDS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?:电话|座机|固话|手机|手机号|号码|联系方式|来电|致电|拨打|传真|小灵通|(?i:tel|telephone|phone|mobile|call|fax))[ ]?(?:号码|号|是|为|no\.?|number|on|at)?[ ]?[::]?[ ]?([2-9][0-9]{2,3}[ \-]?[0-9]{4})",
    )
});

static PASSPORT: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?:护照|(?i:passport))[^0-9A-Za-z]{0,4}(?:号码|号|(?i:no|number|num))?[^0-9A-Za-z]{0,6}([A-Za-z]{1,2}[0-9]{7,8}|[0-9]{9})",
    )
});

/// An account of QQ.
static QQ: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?i:QQ)(?:群|号|号码)?[ ]?[::]?[ ]?([1-9][0-9]{4,10})"));

/// An account of `WeChat`, which may have no digit at all.
static WECHAT: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?:微信号?|(?i:wechat|weixin))(?: id)?[ ]?(?:[::]|是|为)[ ]?([A-Za-z][A-Za-z0-9_\-]{5,19})",
    )
});

/// Digits of the shortest local telephone number; a passport has as many.
const FEWEST_OF_A_LOCAL_PHONE: usize = 7;

fn find_after_words(text: &str, signs: &Signs, found: &mut Vec<Finding>) {
    let mut find = |kind: Kind, form: &Regex| {
        for hit in form.captures_iter(text) {
            let Some(number) = hit.get(1) else { continue };
            let span = number.start()..number.end();
            let goes_on = next(text, span.end).is_some_and(|c| c.is_ascii_alphanumeric());
            if !goes_on && !is_amount(text, &span) {
                found.push(Finding { kind, span });
            }
        }
    };
    if signs.digits >= FEWEST_OF_A_LOCAL_PHONE {
        find(Kind::Phone, &PHONE_AFTER_WORDS);
        if signs.has_passport {
            find(Kind::Passport, &PASSPORT);
        }
    }
    if signs.has_qq {
        find(Kind::Account, &QQ);
    }
    if signs.has_wechat {
        find(Kind::Account, &WECHAT);
    }
}

/// Whether one of the words stands shortly before.
fn says(text: &str, span: &Range<usize>, words: &[&str]) -> bool {
    let mut from = span.start.saturating_sub(36);
    while !text.is_char_boundary(from) {
        from += 1;
    }
    words
        .iter()
        .any(|word| text[from..span.start].contains(word))
}

pub(super) fn before(text: &str, at: usize) -> Option<char> {
    text[..at].chars().next_back()
}

pub(super) fn next(text: &str, at: usize) -> Option<char> {
    text[at..].chars().next()
}
