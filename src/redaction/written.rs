//! What is written with letters and digits in a form of its own: e-mail, plates, national insurance numbers, post codes.

use std::sync::LazyLock;

use regex::Regex;

use super::number::{before, next};
use super::signs::Signs;
use super::{Finding, Kind, pattern};

static EMAIL: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)[a-z0-9][a-z0-9._%+\-]*(?:@| ?[\[(](?:at|@|艾特)[\])] ?)[a-z0-9](?:[a-z0-9\-]*[a-z0-9])?(?:(?:\.| ?[\[(]dot[\])] ?)[a-z0-9](?:[a-z0-9\-]*[a-z0-9])?)+",
    )
});

/// Province and authority, then five signs, or six for new energy; the first two groups may be parted by a dot.
static PLATE_CN: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][ ]?[A-HJ-Z][ ·•.\-]?(?:[A-HJ-NP-Z0-9]{5}[0-9DF]|[A-HJ-NP-Z0-9]{5}|[A-HJ-NP-Z0-9]{4}[挂学警港澳使领])",
    )
});

static PLATE_UK: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"[A-HJ-PR-Y][A-HJ-PR-Y]([0-9]{2}) ?[A-HJ-PR-Z]{3}"));

/// Plates from before 2001, which look like other things: only after a word that says so.
static PLATE_OLD: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i:registration|reg|plate|vehicle|car|van)(?:[ ](?:no\.?|number|mark|is|was))*[ ]?:?[ ]?([A-HJ-NPR-TV-Y][0-9]{1,3} ?[A-HJ-PR-Z]{3}|[A-Z]{3} ?[0-9]{1,3}[A-HJ-NPR-TV-Y])",
    )
});

static NINO: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)[a-ceghj-pr-tw-z][a-ceghj-npr-tw-z][ \-]?[0-9]{2}[ \-]?[0-9]{2}[ \-]?[0-9]{2}[ \-]?[a-d]",
    )
});

static POST_CODE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?:[A-PR-UWYZ][0-9][0-9A-HJKPSTUW]?|[A-PR-UWYZ][A-HK-Y][0-9][0-9ABEHMNPRVWXY]?|GIR) ?[0-9][ABD-HJLNP-UW-Z]{2}",
    )
});

/// Whether a text has the sign without which no address for e-mail is written, or a bracket with a word for it: the pattern has
/// no fixed letters by which it could be looked for quickly.
fn may_have_email(text: &str) -> bool {
    text.contains('@')
        || text.match_indices(['[', '(']).any(|(at, _)| {
            let inside = &text.as_bytes()[at + 1..];
            inside
                .get(..2)
                .is_some_and(|word| word.eq_ignore_ascii_case(b"at"))
                || inside.starts_with("艾特".as_bytes())
        })
}

/// Adds what is found in a folded text.
pub(super) fn find(text: &str, signs: &Signs, found: &mut Vec<Finding>) {
    let mut add = |kind, start, end| {
        found.push(Finding {
            kind,
            span: start..end,
        });
    };
    if may_have_email(text) {
        for hit in EMAIL.find_iter(text) {
            add(Kind::Email, hit.start(), hit.end());
        }
    }
    let stands_alone = |start: usize, end: usize| {
        !before(text, start).is_some_and(|c| c.is_ascii_alphanumeric())
            && !next(text, end).is_some_and(|c| c.is_ascii_alphanumeric())
    };
    if signs.is_foreign && signs.digits > 0 {
        find_plates_cn(text, &mut add);
    }
    // Where letters that are none of ASCII count as such, all digits may be those of one.
    let digits = match signs.is_foreign {
        true => signs.digits,
        false => signs.digits_after_letters,
    };
    if digits >= DIGITS_OF_A_NINO {
        for hit in NINO.find_iter(text) {
            let prefix = hit.as_str()[..2].to_ascii_uppercase();
            let is_given = !["BG", "GB", "KN", "NK", "NT", "TN", "ZZ"].contains(&prefix.as_str());
            if is_given && stands_alone(hit.start(), hit.end()) {
                add(Kind::Nino, hit.start(), hit.end());
            }
        }
    }
    if !signs.has_capital_after_digit {
        return;
    }
    for hit in PLATE_UK.captures_iter(text) {
        let (Some(whole), Some(age)) = (hit.get(0), hit.get(1)) else {
            continue;
        };
        // The age identifier: the year, or the year and 50.
        let is_age = matches!(age.as_str().parse(), Ok(2..=49 | 51..=99));
        if is_age && stands_alone(whole.start(), whole.end()) {
            add(Kind::Plate, whole.start(), whole.end());
        }
    }
    for hit in PLATE_OLD.captures_iter(text) {
        if let Some(plate) = hit.get(1)
            && stands_alone(plate.start(), plate.end())
        {
            add(Kind::Plate, plate.start(), plate.end());
        }
    }
    for hit in POST_CODE.find_iter(text) {
        if stands_alone(hit.start(), hit.end()) {
            add(Kind::Address, hit.start(), hit.end());
        }
    }
}

/// Digits of a national insurance number; nothing but spaces and hyphens stands between them.
const DIGITS_OF_A_NINO: usize = 6;

fn find_plates_cn(text: &str, add: &mut impl FnMut(Kind, usize, usize)) {
    for hit in PLATE_CN.find_iter(text) {
        let ends = !next(text, hit.end()).is_some_and(|c| c.is_ascii_alphanumeric());
        let digits = hit.as_str().bytes().filter(u8::is_ascii_digit).count();
        if ends && digits >= 2 {
            add(Kind::Plate, hit.start(), hit.end());
        }
    }
}
