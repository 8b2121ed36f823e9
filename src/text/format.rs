//! How numbers, rates, days and sizes are written. Rates are rounded here, once, from integers.

use std::sync::OnceLock;

use icu::decimal::DecimalFormatter;
use icu::decimal::input::Decimal;
use icu::locale::Locale;

use super::Words;

/// Writes numbers and dates in the language of some words. Cheap to make; make one for a page.
pub struct Format<'w> {
    pub(super) words: &'w Words,
    /// Made where the first number is written: many pages have none.
    decimal: OnceLock<Option<DecimalFormatter>>,
}

/// U+2212, the minus sign of figures.
pub const MINUS: char = '\u{2212}';

/// U+2013, written where there is no value.
pub const NONE: &str = "\u{2013}";

impl<'w> Format<'w> {
    /// The way the words' language writes numbers.
    #[must_use]
    pub const fn new(words: &'w Words) -> Self {
        Self {
            words,
            decimal: OnceLock::new(),
        }
    }

    /// A whole number: `10,170`.
    #[must_use]
    pub fn number(&self, number: u64) -> String {
        self.decimal(Decimal::from(number))
    }

    /// A number of cases as it stands in a sentence: `10,170`, `10,170件`.
    #[must_use]
    pub fn cases(&self, cases: u64) -> String {
        self.words
            .say("number.cases", &[("n", &self.number(cases))])
    }

    /// A number with one decimal, given in tenths: 646 is `64.6`, −47 is `−4.7`.
    #[must_use]
    pub fn tenths(&self, tenths: i64) -> String {
        let mut decimal = Decimal::from(tenths.unsigned_abs());
        decimal.multiply_pow10(-1);
        let text = self.decimal(decimal);
        if tenths < 0 {
            format!("{MINUS}{text}")
        } else {
            text
        }
    }

    /// A rate to one decimal: `64.6%`; an en dash where there is nothing to divide by.
    #[must_use]
    pub fn rate(&self, numerator: u64, denominator: u64) -> String {
        match per_mille(numerator, denominator) {
            Some(tenths) => format!("{}%", self.tenths(tenths)),
            None => NONE.to_owned(),
        }
    }

    /// A rate in whole per cent: `65%`; an en dash where there is nothing to divide by.
    #[must_use]
    pub fn whole_rate(&self, numerator: u64, denominator: u64) -> String {
        match rounded(u128::from(numerator) * 100, denominator) {
            Some(percent) => format!("{}%", self.number(percent.unsigned_abs())),
            None => NONE.to_owned(),
        }
    }

    /// A fraction of 1 that was computed elsewhere: `63.7%`.
    #[must_use]
    pub fn share(&self, fraction: f64) -> String {
        format!("{}%", self.tenths(fraction_tenths(fraction)))
    }

    /// A difference of two fractions in percentage points: `3.1`, `−4.7`.
    #[must_use]
    pub fn points(&self, fraction: f64) -> String {
        self.tenths(fraction_tenths(fraction))
    }

    /// An interval of fractions: `63.7 to 65.5%`, `63.7%～65.5%`.
    #[must_use]
    pub fn interval(&self, low: f64, high: f64) -> String {
        self.between("number.interval", low, high)
    }

    /// An interval of fractions for narrow cells: `63.7–65.5`.
    #[must_use]
    pub fn narrow_interval(&self, low: f64, high: f64) -> String {
        self.between("number.narrow_interval", low, high)
    }

    fn between(&self, key: &str, low: f64, high: f64) -> String {
        let low = self.tenths(fraction_tenths(low));
        let high = self.tenths(fraction_tenths(high));
        self.words.say(key, &[("low", &low), ("high", &high)])
    }

    /// A sum divided by a number of cases, to one decimal: `2.3`; an en dash where there is nothing to divide by.
    #[must_use]
    pub fn ratio(&self, numerator: u64, denominator: u64) -> String {
        match rounded(u128::from(numerator) * 10, denominator) {
            Some(tenths) => self.tenths(tenths),
            None => NONE.to_owned(),
        }
    }

    /// The day by which something came, counted from receipt: `day 13`, `13天`; `same day` for 0.
    #[must_use]
    pub fn by_day(&self, days: u32) -> String {
        if days == 0 {
            return self.words.say("number.same_day", &[]);
        }
        self.words
            .say("number.by_day", &[("n", &self.number(days.into()))])
    }

    /// A length of time in days: `13 days`, `13天`.
    #[must_use]
    pub fn days(&self, days: u64) -> String {
        self.words
            .count("number.days", days, &[("n", &self.number(days))])
    }

    /// A length of time in hours: `24 hours`, `24小时`.
    #[must_use]
    pub fn hours(&self, hours: u64) -> String {
        self.words
            .count("number.hours", hours, &[("n", &self.number(hours))])
    }

    /// A file's size: `812 bytes`, `1.2 MB`.
    #[must_use]
    pub fn bytes(&self, bytes: u64) -> String {
        let (unit, name) = match bytes {
            0..1_000 => {
                return self
                    .words
                    .count("number.bytes", bytes, &[("n", &self.number(bytes))]);
            }
            1_000..1_000_000 => (1_000, "kB"),
            1_000_000..1_000_000_000 => (1_000_000, "MB"),
            _ => (1_000_000_000, "GB"),
        };
        format!("{}\u{a0}{name}", self.ratio(bytes, unit))
    }

    fn decimal(&self, decimal: Decimal) -> String {
        let formatter = self.decimal.get_or_init(|| {
            let locale = Locale::try_from_str(self.words.lang().tag()).ok()?;
            DecimalFormatter::try_new((&locale).into(), Default::default()).ok()
        });
        match formatter {
            Some(formatter) => formatter.format_to_string(&decimal),
            None => decimal.to_string(),
        }
    }
}

/// A fraction in tenths of a per cent, rounded half up; `None` where there is nothing to divide by.
#[must_use]
pub fn per_mille(numerator: u64, denominator: u64) -> Option<i64> {
    rounded(u128::from(numerator) * 1_000, denominator)
}

/// How much more `now` is than `before`, in tenths of a per cent of `before`; `None` where that is 0.
#[must_use]
pub fn growth(now: u64, before: u64) -> Option<i64> {
    let change = rounded(u128::from(now.abs_diff(before)) * 1_000, before)?;
    Some(if now < before { -change } else { change })
}

fn rounded(numerator: u128, denominator: u64) -> Option<i64> {
    if denominator == 0 {
        return None;
    }
    let denominator = u128::from(denominator);
    i64::try_from((numerator * 2 + denominator) / (denominator * 2)).ok()
}

/// Tenths of a per cent of a fraction, read off its decimal writing: no arithmetic is done on it here.
fn fraction_tenths(fraction: f64) -> i64 {
    let written = format!("{fraction:.3}");
    let digits: String = written.chars().filter(char::is_ascii_digit).collect();
    let tenths: i64 = digits.parse().unwrap_or(0);
    if written.starts_with('-') {
        -tenths
    } else {
        tenths
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Lang;

    fn both(write: impl Fn(&Format<'_>) -> String) -> (String, String) {
        let english = Words::for_lang(&Lang("en".into()));
        let chinese = Words::for_lang(&Lang("zh-CN".into()));
        (write(&Format::new(&english)), write(&Format::new(&chinese)))
    }

    fn check(write: impl Fn(&Format<'_>) -> String, english: &str, chinese: &str) {
        assert_eq!(both(write), (english.to_owned(), chinese.to_owned()));
    }

    #[test]
    fn counts_are_grouped() {
        check(|f| f.number(10_170), "10,170", "10,170");
        check(|f| f.cases(123_456_789), "123,456,789", "123,456,789件");
    }

    #[test]
    fn rates_have_one_decimal_from_integers() {
        check(|f| f.rate(6_413, 9_926), "64.6%", "64.6%");
        check(|f| f.rate(0, 468), "0.0%", "0.0%");
        check(|f| f.rate(1, 1), "100.0%", "100.0%");
        check(|f| f.rate(0, 0), "–", "–");
        check(|f| f.rate(1, 2_000), "0.1%", "0.1%");
        check(|f| f.share(0.6369), "63.7%", "63.7%");
        check(|f| f.whole_rate(6_413, 9_926), "65%", "65%");
        check(|f| f.whole_rate(0, 0), "–", "–");
    }

    #[test]
    fn a_minus_is_a_minus_sign() {
        check(|f| f.tenths(-47), "−4.7", "−4.7");
        assert_eq!(growth(8_962, 9_571), Some(-64));
        assert_eq!(growth(10_170, 9_571), Some(63));
        assert_eq!(growth(3, 0), None);
    }

    #[test]
    fn intervals_have_a_wide_and_a_narrow_form() {
        check(
            |f| f.interval(0.6369, 0.6549),
            "63.7 to 65.5%",
            "63.7%～65.5%",
        );
        check(
            |f| f.narrow_interval(0.6369, 1.0),
            "63.7–100.0",
            "63.7–100.0",
        );
    }

    #[test]
    fn days_and_sizes_have_their_words() {
        check(|f| f.by_day(13), "day 13", "13天");
        check(|f| f.by_day(0), "same day", "当天");
        check(|f| f.days(1), "1 day", "1天");
        check(|f| f.days(3_132), "3,132 days", "3,132天");
        check(|f| f.bytes(1), "1 byte", "1字节");
        check(|f| f.bytes(1_234_567), "1.2\u{a0}MB", "1.2\u{a0}MB");
    }
}
