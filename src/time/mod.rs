//! Days, moments, months, periods and working-day calendars. No clock: the present is never asked for.
//!
//! A [`Day`] is a civil date in the data set's zone; a [`Moment`] is a day that may know its instant. Periods are
//! half-open runs of whole [`Month`]s, since a year may begin in any month. Working days count from a [`Calendar`].

mod calendar;
mod period;
mod zone;

use serde::{Deserialize, Serialize};

pub use calendar::Calendar;
pub use period::{Period, PeriodKind, PeriodRules};
pub use zone::Zone;

/// A civil date: days since 1970-01-01.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Day(pub i32);

impl Day {
    /// The date of a year, month (1–12) and day of the month, where there is such a date.
    #[must_use]
    pub fn from_ymd(year: i32, month: u32, day: u32) -> Option<Self> {
        if !(1..=9999).contains(&year) || !(1..=12).contains(&month) || day == 0 {
            return None;
        }
        if day > days_in_month(year, month) {
            return None;
        }
        let first = Month::from_ym(year, month).first_day().0;
        Some(Self(first + i32::try_from(day).ok()? - 1))
    }

    /// Reads `2024-07-31`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.splitn(3, '-');
        let year = parts.next().filter(|y| y.len() == 4)?.parse().ok()?;
        let month = parts.next().filter(|m| m.len() == 2)?.parse().ok()?;
        let day = parts.next().filter(|d| d.len() == 2)?.parse().ok()?;
        Self::from_ymd(year, month, day)
    }

    /// Year, month (1–12), day of the month. After Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms".
    #[must_use]
    pub fn ymd(self) -> (i32, u32, u32) {
        let shifted = self.0 + 719_468;
        let era = shifted.div_euclid(146_097);
        let of_era = shifted.rem_euclid(146_097);
        let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted_month = (5 * of_year + 2) / 153;
        let day = of_year - (153 * shifted_month + 2) / 5 + 1;
        let month = if shifted_month < 10 {
            shifted_month + 3
        } else {
            shifted_month - 9
        };
        let year = year_of_era + era * 400 + i32::from(month <= 2);
        (year, month.unsigned_abs(), day.unsigned_abs())
    }

    /// The month it lies in.
    #[must_use]
    pub fn month(self) -> Month {
        let (year, month, _) = self.ymd();
        Month::from_ym(year, month)
    }

    /// 0 Monday … 6 Sunday.
    #[must_use]
    pub fn weekday(self) -> u8 {
        u8::try_from((self.0 + 3).rem_euclid(7)).expect("a remainder of 7 fits")
    }

    /// The day `days` later (earlier if negative).
    #[must_use]
    pub fn plus(self, days: i32) -> Self {
        Self(self.0.saturating_add(days))
    }
}

impl std::fmt::Display for Day {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (year, month, day) = self.ymd();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

fn days_in_month(year: i32, month: u32) -> u32 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

/// A calendar month: months since January of year 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Month(pub i32);

impl Month {
    /// The month of a year and its number, 1–12.
    #[must_use]
    pub fn from_ym(year: i32, month: u32) -> Self {
        Self(year * 12 + i32::try_from(month).expect("1 to 12") - 1)
    }

    /// Year and month number, 1–12.
    #[must_use]
    pub fn ym(self) -> (i32, u32) {
        (
            self.0.div_euclid(12),
            self.0.rem_euclid(12).unsigned_abs() + 1,
        )
    }

    /// Its first day.
    #[must_use]
    pub fn first_day(self) -> Day {
        let (year, month) = self.ym();
        let (shifted_year, shifted_month) = if month > 2 {
            (year, month - 3)
        } else {
            (year - 1, month + 9)
        };
        let era = shifted_year.div_euclid(400);
        let year_of_era = shifted_year.rem_euclid(400);
        let of_year = (153 * i32::try_from(shifted_month).expect("0 to 11") + 2) / 5;
        let of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + of_year;
        Day(era * 146_097 + of_era - 719_468)
    }

    /// Its last day.
    #[must_use]
    pub fn last_day(self) -> Day {
        self.plus(1).first_day().plus(-1)
    }

    /// The month `months` later (earlier if negative).
    #[must_use]
    pub fn plus(self, months: i32) -> Self {
        Self(self.0 + months)
    }
}

impl std::fmt::Display for Month {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (year, month) = self.ym();
        write!(f, "{year:04}-{month:02}")
    }
}

/// When something happened: the civil date in the data set's zone, and the instant where the export gives a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moment {
    /// The civil date in the zone.
    pub day: Day,
    /// Seconds since 1970-01-01 00:00 UTC; `None` where the export gives a date only.
    pub instant: Option<i64>,
}

impl Moment {
    /// A date without a time.
    #[must_use]
    pub const fn date(day: Day) -> Self {
        Self { day, instant: None }
    }

    /// Whether it is after another: by instant where both have one, else by date.
    #[inline]
    #[must_use]
    pub fn is_after(self, other: Self) -> bool {
        match (self.instant, other.instant) {
            (Some(mine), Some(theirs)) => mine > theirs,
            _ => self.day > other.day,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_of_eight_centuries_comes_back() {
        let mut day = Day::from_ymd(1700, 1, 1).unwrap();
        let end = Day::from_ymd(2500, 1, 1).unwrap();
        while day < end {
            let (y, m, d) = day.ymd();
            assert_eq!(Day::from_ymd(y, m, d), Some(day));
            assert!(day.month().first_day() <= day && day <= day.month().last_day());
            day = day.plus(1);
        }
    }

    #[test]
    fn days_that_do_not_exist_are_refused() {
        assert_eq!(Day::parse("2023-02-29"), None);
        assert_eq!(Day::parse("2024-02-29").map(|d| d.weekday()), Some(3));
        assert_eq!(Day::parse("2024-13-01"), None);
        assert_eq!(Day::parse("1970-01-01"), Some(Day(0)));
    }

    #[test]
    fn a_date_is_not_after_a_time_of_the_same_day() {
        let date = Moment::date(Day(10));
        let time = Moment {
            day: Day(10),
            instant: Some(900_000),
        };
        assert!(!date.is_after(time) && !time.is_after(date));
    }
}
