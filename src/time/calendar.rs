//! Which days are working days, and the day that is n working days later.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::Day;

/// Weekend, holidays and make-up working days of one jurisdiction.
///
/// A make-up working day wins over the weekend and over a holiday. Outside the years that a calendar lists, only the
/// weekend rests; `covers` says whether a day lies inside them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Calendar {
    /// Days of the week that rest, 0 Monday … 6 Sunday.
    pub weekend: BTreeSet<u8>,
    /// Days off.
    pub holidays: BTreeSet<Day>,
    /// Working days that fall on a weekend or holiday.
    pub workdays: BTreeSet<Day>,
}

impl Default for Calendar {
    fn default() -> Self {
        Self {
            weekend: BTreeSet::from([5, 6]),
            holidays: BTreeSet::new(),
            workdays: BTreeSet::new(),
        }
    }
}

impl Calendar {
    /// Whether people work on that day.
    #[must_use]
    pub fn is_working(&self, day: Day) -> bool {
        self.workdays.contains(&day)
            || !(self.weekend.contains(&day.weekday()) || self.holidays.contains(&day))
    }

    /// The day that is `count` working days after `start`; counting begins on the day after it.
    /// With a count of 0 it is `start` itself.
    #[must_use]
    pub fn after(&self, start: Day, count: u32) -> Day {
        let mut day = start;
        let mut left = count;
        // A week of seven rest days is refused when the calendar is read, so a working day always comes.
        while left > 0 {
            day = day.plus(1);
            if self.is_working(day) {
                left -= 1;
            }
        }
        day
    }

    /// The years its holidays and make-up days speak of, first and last.
    #[must_use]
    pub fn years(&self) -> Option<(i32, i32)> {
        let first = self.holidays.iter().chain(&self.workdays).min()?;
        let last = self.holidays.iter().chain(&self.workdays).max()?;
        Some((first.ymd().0, last.ymd().0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    #[test]
    fn a_make_up_saturday_counts_and_a_holiday_does_not() {
        let china = Calendar {
            holidays: (0..8).map(|n| day("2024-10-01").plus(n)).take(7).collect(),
            workdays: BTreeSet::from([day("2024-09-29"), day("2024-10-12")]),
            ..Calendar::default()
        };
        // Friday 27 September: Sunday 29 and Monday 30 work, 1 to 7 October rest, 8 9 10 work.
        assert_eq!(china.after(day("2024-09-27"), 5), day("2024-10-10"));
        // Saturday 12 October works.
        assert_eq!(china.after(day("2024-10-10"), 2), day("2024-10-12"));
    }

    #[test]
    fn the_day_of_receipt_is_day_zero() {
        let plain = Calendar::default();
        assert_eq!(plain.after(day("2024-07-05"), 1), day("2024-07-08"));
        assert_eq!(plain.after(day("2024-07-05"), 0), day("2024-07-05"));
    }
}
