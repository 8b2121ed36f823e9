//! Dates by whole numbers, and working time on the calendar of mainland China. Minutes count from 1970-01-01 00:00, local.

use std::collections::BTreeSet;

/// Minutes in a day.
pub(crate) const MINUTES_A_DAY: i64 = 1_440;

const OPENS: i64 = 9 * 60;
const CLOSES: i64 = 17 * 60;

/// Year, month, day of the month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Civil(pub(crate) i64, pub(crate) i64, pub(crate) i64);

impl Civil {
    /// Days since 1970-01-01. After Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms".
    pub(crate) const fn number(self) -> i64 {
        let Self(year, month, day) = self;
        let year = if month <= 2 { year - 1 } else { year };
        let era = year.div_euclid(400);
        let of_era = year.rem_euclid(400);
        let shifted = if month > 2 { month - 3 } else { month + 9 };
        let of_year = (153 * shifted + 2) / 5 + day - 1;
        era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
    }

    /// The date of a number of days.
    pub(crate) const fn of(days: i64) -> Self {
        let shifted = days + 719_468;
        let era = shifted.div_euclid(146_097);
        let of_era = shifted.rem_euclid(146_097);
        let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year + year / 4 - year / 100);
        let month = (5 * of_year + 2) / 153;
        let day = of_year - (153 * month + 2) / 5 + 1;
        let month = if month < 10 { month + 3 } else { month - 9 };
        let year = year + era * 400 + if month <= 2 { 1 } else { 0 };
        Self(year, month, day)
    }
}

/// 0 Monday … 6 Sunday.
pub(crate) const fn weekday(day: i64) -> i64 {
    (day + 3).rem_euclid(7)
}

/// `2024-03-05`, or `2022/3/5` as the old system wrote it.
pub(crate) fn date(day: i64, is_old: bool) -> String {
    let Civil(year, month, of_month) = Civil::of(day);
    if is_old {
        format!("{year}/{month}/{of_month}")
    } else {
        format!("{year:04}-{month:02}-{of_month:02}")
    }
}

/// `2024-03-05 09:07:31`, or `2022/3/5 9:07`. The seconds follow from the minute.
pub(crate) fn time(minute: i64, is_old: bool) -> String {
    let day = date(minute.div_euclid(MINUTES_A_DAY), is_old);
    let of_day = minute.rem_euclid(MINUTES_A_DAY);
    let (hour, rest) = (of_day / 60, of_day % 60);
    if is_old {
        format!("{day} {hour}:{rest:02}")
    } else {
        format!("{day} {hour:02}:{rest:02}:{:02}", minute * 7 % 60)
    }
}

/// The working days of `data/calendars/cn.toml`.
pub(crate) struct Calendar {
    holidays: BTreeSet<i64>,
    workdays: BTreeSet<i64>,
}

impl Calendar {
    /// Reads the two lists of dates.
    pub(crate) fn china() -> Self {
        let mut calendar = Self {
            holidays: BTreeSet::new(),
            workdays: BTreeSet::new(),
        };
        let mut is_holiday = true;
        for line in include_str!("../calendars/cn.toml").lines() {
            if line.starts_with("workdays") {
                is_holiday = false;
            }
            if line.starts_with('#')
                || line.trim_start().starts_with('#')
                || line.starts_with("weekend")
            {
                continue;
            }
            for text in line.split('"').filter(|text| text.len() == 10) {
                let parts: Vec<i64> = text
                    .split('-')
                    .map(|part| part.parse().expect("a date"))
                    .collect();
                let day = Civil(parts[0], parts[1], parts[2]).number();
                if is_holiday {
                    calendar.holidays.insert(day);
                } else {
                    calendar.workdays.insert(day);
                }
            }
        }
        calendar
    }

    /// Whether people work on a day.
    pub(crate) fn is_working(&self, day: i64) -> bool {
        self.workdays.contains(&day) || (weekday(day) < 5 && !self.holidays.contains(&day))
    }

    /// The day `count` working days after another.
    pub(crate) fn after(&self, day: i64, count: u32) -> i64 {
        let mut day = day;
        for _ in 0..count {
            day += 1;
            while !self.is_working(day) {
                day += 1;
            }
        }
        day
    }

    /// The minute when `minutes` of working time (9 to 17 on working days) have gone by since `start`.
    pub(crate) fn after_work(&self, start: i64, minutes: i64) -> i64 {
        let mut day = start.div_euclid(MINUTES_A_DAY);
        let mut from = start.rem_euclid(MINUTES_A_DAY).max(OPENS);
        let mut left = minutes;
        loop {
            if self.is_working(day) && from < CLOSES {
                if left <= CLOSES - from {
                    return day * MINUTES_A_DAY + from + left;
                }
                left -= CLOSES - from;
            }
            day += 1;
            from = OPENS;
        }
    }
}
