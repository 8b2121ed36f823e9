//! `dates`: how an export writes its dates, each format tried on a day before it is taken.

use jiff::civil::date;
use jiff::fmt::strtime::{self, BrokenDownTime};
use jiff::tz::TimeZone;

use super::reader::Item;

/// The formats of a list; one that cannot give a date is told.
pub(super) fn formats(item: &Item<'_>) -> Vec<String> {
    let mut formats = Vec::new();
    for each in item.one_or_list() {
        let Some(format) = each.name_text() else {
            continue;
        };
        match mistake(format) {
            None => formats.push(format.to_owned()),
            Some(mistake) => each.tell(
                "bad-date-format",
                format!("\"{format}\" is not a date format: {mistake}"),
                "write %Y year, %m month, %d day, %H hour, %M minute, %S second and the signs between them, as in \"%d/%m/%Y %H:%M\"",
            ),
        }
    }
    formats
}

/// Why a format cannot give a date: a part is missing, or what it writes cannot be read again.
fn mistake(format: &str) -> Option<String> {
    let given: Vec<char> = directives(format);
    let parts = [
        ("YyFDsGC", "the year (%Y)"),
        ("mbBhjFDs", "the month (%m)"),
        ("dejFDs", "the day (%d)"),
    ];
    for (letters, name) in parts {
        if !given.iter().any(|letter| letters.contains(*letter)) {
            return Some(format!("{name} is missing"));
        }
    }
    let day = date(2024, 11, 23);
    let sample = day.at(13, 45, 59, 0).to_zoned(TimeZone::UTC).ok()?;
    let read = strtime::format(format, &sample)
        .and_then(|written| BrokenDownTime::parse(format, &written))
        .and_then(|parts| {
            let hour = match parts.hour() {
                Some(_) => Some(parts.to_time()?.hour()),
                None => None,
            };
            Ok((parts.to_date()?, hour))
        });
    match read {
        Ok((read, _)) if read != day => Some("it does not tell one day from another".to_owned()),
        Ok((_, Some(hour))) if hour != sample.hour() => {
            Some("it does not tell morning from afternoon; add %p, or write %H for %I".to_owned())
        }
        Ok(_) => None,
        Err(error) => Some(error.to_string()),
    }
}

/// The letters that follow `%`, without flags and widths.
fn directives(format: &str) -> Vec<char> {
    let mut letters = Vec::new();
    let mut chars = format.chars();
    while let Some(c) = chars.next() {
        if c == '%' {
            letters.extend(
                chars.find(|c| !matches!(c, '-' | '_' | '.' | ':' | '^' | '#' | '0'..='9')),
            );
        }
    }
    letters
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_format_that_gives_a_date_is_taken() {
        for right in [
            "%Y-%m-%d %H:%M:%S",
            "%d/%m/%y",
            "%Y年%-m月%-d日",
            "%d %B %Y",
            "%m/%d/%Y %I:%M:%S %p",
            "%FT%T%.f%:z",
        ] {
            assert_eq!(mistake(right), None, "{right}");
        }
    }

    #[test]
    fn a_format_that_gives_none_is_told() {
        for wrong in [
            "%Y-%m",
            "YYYY-MM-DD",
            "%Y-%m-%d %!",
            "%Y-%m-%",
            "%m/%d/%Y %I:%M",
            "%d%%%m",
        ] {
            assert!(mistake(wrong).is_some(), "{wrong}");
        }
    }
}
