//! How days and periods are written: `30 November 2023`, `July to September 2023`, `2023年第三季度`.

use super::Format;
use crate::time::{Day, Month, Period, PeriodKind};

impl Format<'_> {
    /// A date: `30 November 2023`, `2023年11月30日`.
    #[must_use]
    pub fn date(&self, day: Day) -> String {
        let (year, month, day) = day.ymd();
        self.words.say(
            "date.day",
            &[
                ("day", &day.to_string()),
                ("month", &self.month_name("month", month)),
                ("year", &year.to_string()),
            ],
        )
    }

    /// A date within a year that is known: `30 November`, `11月30日`.
    #[must_use]
    pub fn day_of_year(&self, day: Day) -> String {
        let (_, month, day) = day.ymd();
        self.words.say(
            "date.day_of_year",
            &[
                ("day", &day.to_string()),
                ("month", &self.month_name("month", month)),
            ],
        )
    }

    /// From a day to a day, both inside.
    #[must_use]
    pub fn span(&self, from: Day, to: Day) -> String {
        self.words.say(
            "date.span",
            &[("from", &self.date(from)), ("to", &self.date(to))],
        )
    }

    /// A period's name in full: `July to September 2023`, `2023年第三季度`.
    #[must_use]
    pub fn period(&self, period: &Period) -> String {
        let starts_in_january = period.year_starts == 1;
        match period.kind {
            PeriodKind::Month => self.month("month", period.first),
            PeriodKind::Year if starts_in_january => self
                .words
                .say("period.year", &[("year", &period.year().to_string())]),
            PeriodKind::Quarter if starts_in_january => self.numbered("period.quarter", period),
            PeriodKind::HalfYear if starts_in_january => self.numbered("period.half", period),
            _ => self.months(period),
        }
    }

    /// A period's name for narrow places: `Q3 2023`, `2023年3季度`, `2024/25`.
    #[must_use]
    pub fn short_period(&self, period: &Period) -> String {
        match period.kind {
            PeriodKind::All => self.words.say("period.all", &[]),
            PeriodKind::Month => self.month("short_month", period.first),
            PeriodKind::Year => self.year(period),
            PeriodKind::HalfYear | PeriodKind::Quarter => {
                let key = if period.kind == PeriodKind::Quarter {
                    "period.short_quarter"
                } else {
                    "period.short_half"
                };
                self.words.say(
                    &format!("{key}.{}", period.number()),
                    &[("year", &self.year(period))],
                )
            }
        }
    }

    /// The year a period belongs to: `2023`, `2024/25` where years begin in another month than January.
    #[must_use]
    pub fn year(&self, period: &Period) -> String {
        if period.year_starts == 1 {
            self.words
                .say("period.year", &[("year", &period.year().to_string())])
        } else {
            self.words.say(
                "period.fiscal_year",
                &[
                    ("year", &period.year().to_string()),
                    (
                        "next",
                        &format!("{:02}", (period.year() + 1).rem_euclid(100)),
                    ),
                ],
            )
        }
    }

    fn numbered(&self, key: &str, period: &Period) -> String {
        self.words.say(
            &format!("{key}.{}", period.number()),
            &[("year", &period.year().to_string())],
        )
    }

    /// `July to September 2023`; both years where they differ; one month where it is one.
    fn months(&self, period: &Period) -> String {
        let (first, last) = (period.first.ym(), period.last.ym());
        if first == last {
            return self.month("month", period.first);
        }
        if first.0 == last.0 {
            self.words.say(
                "period.months",
                &[
                    ("from", &self.month_name("month", first.1)),
                    ("to", &self.month_name("month", last.1)),
                    ("year", &first.0.to_string()),
                ],
            )
        } else {
            self.words.say(
                "period.months_of_years",
                &[
                    ("from", &self.month("month", period.first)),
                    ("to", &self.month("month", period.last)),
                ],
            )
        }
    }

    fn month(&self, names: &str, month: Month) -> String {
        let (year, number) = month.ym();
        self.words.say(
            "period.month",
            &[
                ("month", &self.month_name(names, number)),
                ("year", &year.to_string()),
            ],
        )
    }

    fn month_name(&self, names: &str, number: u32) -> String {
        self.words.say(&format!("{names}.{number}"), &[])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{Lang, Words};

    fn check(write: impl Fn(&Format<'_>) -> String, english: &str, chinese: &str) {
        for (lang, expected) in [("en", english), ("zh-CN", chinese)] {
            let words = Words::for_lang(&Lang(lang.into()));
            assert_eq!(write(&Format::new(&words)), expected);
        }
    }

    fn period(kind: PeriodKind, year: i32, month: u32, year_starts: u32) -> Period {
        Period::holding(kind, Month::from_ym(year, month), year_starts)
    }

    #[test]
    fn dates_are_written_out() {
        let day = Day::parse("2023-11-30").unwrap();
        check(|f| f.date(day), "30 November 2023", "2023年11月30日");
        check(|f| f.day_of_year(day), "30 November", "11月30日");
    }

    #[test]
    fn periods_have_a_full_and_a_short_name() {
        let quarter = period(PeriodKind::Quarter, 2023, 8, 1);
        check(
            |f| f.period(&quarter),
            "July to September 2023",
            "2023年第三季度",
        );
        check(|f| f.short_period(&quarter), "Q3 2023", "2023年3季度");
        let half = period(PeriodKind::HalfYear, 2023, 8, 1);
        check(|f| f.period(&half), "July to December 2023", "2023年下半年");
        check(|f| f.short_period(&half), "H2 2023", "2023年下半年");
        let month = period(PeriodKind::Month, 2023, 7, 1);
        check(|f| f.period(&month), "July 2023", "2023年7月");
        check(|f| f.short_period(&month), "Jul 2023", "2023年7月");
        let year = period(PeriodKind::Year, 2023, 7, 1);
        check(|f| f.period(&year), "2023", "2023年");
    }

    #[test]
    fn a_year_that_begins_in_april_says_so() {
        let year = period(PeriodKind::Year, 2025, 2, 4);
        check(
            |f| f.period(&year),
            "April 2024 to March 2025",
            "2024年4月至2025年3月",
        );
        check(|f| f.short_period(&year), "2024/25", "2024年度");
        let quarter = period(PeriodKind::Quarter, 2025, 2, 4);
        check(
            |f| f.period(&quarter),
            "January to March 2025",
            "2025年1月至3月",
        );
        check(|f| f.short_period(&quarter), "Q4 2024/25", "2024年度4季度");
    }

    #[test]
    fn the_whole_coverage_names_its_months() {
        let all = Period::all(Month::from_ym(2015, 1), Month::from_ym(2023, 11));
        check(
            |f| f.period(&all),
            "January 2015 to November 2023",
            "2015年1月至2023年11月",
        );
    }
}
