//! Reporting periods: years (which may begin in any month), halves, quarters, months, and the whole coverage.

use serde::{Deserialize, Serialize};

use super::{Day, Month};

/// The kinds of period, longest first; their order is the order of `figures.csv` readers and of pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PeriodKind {
    /// The whole coverage, always there.
    All,
    /// Twelve months from the month the year starts in.
    Year,
    /// Half a year.
    HalfYear,
    /// Three months.
    Quarter,
    /// A calendar month.
    Month,
}

impl PeriodKind {
    /// All kinds, in order.
    pub const ALL: [Self; 5] = [
        Self::All,
        Self::Year,
        Self::HalfYear,
        Self::Quarter,
        Self::Month,
    ];

    /// The word used in files and addresses: `all`, `year`, `half-year`, `quarter`, `month`.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Year => "year",
            Self::HalfYear => "half-year",
            Self::Quarter => "quarter",
            Self::Month => "month",
        }
    }

    /// Months in a period of this kind; `None` for the whole coverage.
    #[must_use]
    pub const fn months(self) -> Option<i32> {
        match self {
            Self::All => None,
            Self::Year => Some(12),
            Self::HalfYear => Some(6),
            Self::Quarter => Some(3),
            Self::Month => Some(1),
        }
    }
}

/// How a site cuts time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeriodRules {
    /// The kinds a site publishes, in order, [`PeriodKind::All`] first.
    pub kinds: Vec<PeriodKind>,
    /// Month number (1–12) a year starts in.
    pub year_starts: u32,
}

impl Default for PeriodRules {
    fn default() -> Self {
        Self {
            kinds: vec![
                PeriodKind::All,
                PeriodKind::Year,
                PeriodKind::Quarter,
                PeriodKind::Month,
            ],
            year_starts: 1,
        }
    }
}

/// A period: whole months, half-open by day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Period {
    /// Its kind.
    pub kind: PeriodKind,
    /// Its first month.
    pub first: Month,
    /// Its last month, inside.
    pub last: Month,
    /// Month number (1–12) a year starts in; names of years, halves and quarters depend on it.
    pub year_starts: u32,
}

impl Period {
    /// The period of a kind that holds a month. [`PeriodKind::All`] is built by [`Period::all`].
    #[must_use]
    pub fn holding(kind: PeriodKind, month: Month, year_starts: u32) -> Self {
        let length = kind.months().unwrap_or(1);
        let offset = i32::try_from(year_starts).expect("1 to 12") - 1;
        let first = Month((month.0 - offset).div_euclid(length) * length + offset);
        Self {
            kind,
            first,
            last: first.plus(length - 1),
            year_starts,
        }
    }

    /// The whole coverage.
    #[must_use]
    pub const fn all(first: Month, last: Month) -> Self {
        Self {
            kind: PeriodKind::All,
            first,
            last,
            year_starts: 1,
        }
    }

    /// Its first day.
    #[must_use]
    pub fn first_day(&self) -> Day {
        self.first.first_day()
    }

    /// Its last day.
    #[must_use]
    pub fn last_day(&self) -> Day {
        self.last.last_day()
    }

    /// Whether a month lies in it.
    #[must_use]
    pub fn holds(&self, month: Month) -> bool {
        self.first <= month && month <= self.last
    }

    /// The year it is named after: the calendar year in which its (reporting) year begins.
    #[must_use]
    pub fn year(&self) -> i32 {
        Self::holding(PeriodKind::Year, self.first, self.year_starts)
            .first
            .ym()
            .0
    }

    /// Its number within the year, from 1: quarter 3, half 2, month 7 (a calendar month's own number).
    #[must_use]
    pub fn number(&self) -> u32 {
        match self.kind {
            PeriodKind::All | PeriodKind::Year => 1,
            PeriodKind::Month => self.first.ym().1,
            PeriodKind::HalfYear | PeriodKind::Quarter => {
                let start = Self::holding(PeriodKind::Year, self.first, self.year_starts).first;
                let length = self.kind.months().unwrap_or(1);
                u32::try_from((self.first.0 - start.0) / length).expect("within a year") + 1
            }
        }
    }

    /// Its id within its kind: `all`, `2024`, `2024-H1`, `2024-Q3`, `2024-07`.
    #[must_use]
    pub fn id(&self) -> String {
        match self.kind {
            PeriodKind::All => "all".to_owned(),
            PeriodKind::Year => format!("{:04}", self.year()),
            PeriodKind::HalfYear => format!("{:04}-H{}", self.year(), self.number()),
            PeriodKind::Quarter => format!("{:04}-Q{}", self.year(), self.number()),
            PeriodKind::Month => self.first.to_string(),
        }
    }

    /// The one before it, of the same kind; none for the whole coverage.
    #[must_use]
    pub fn previous(&self) -> Option<Self> {
        self.shifted(-self.kind.months()?)
    }

    /// The one a year before it, of the same kind; none for the whole coverage.
    #[must_use]
    pub fn year_before(&self) -> Option<Self> {
        self.shifted(-12)
    }

    fn shifted(&self, months: i32) -> Option<Self> {
        self.kind.months()?;
        Some(Self {
            first: self.first.plus(months),
            last: self.last.plus(months),
            ..*self
        })
    }

    /// All periods of a kind that touch the months `from ..= to`, in order; for [`PeriodKind::All`], that one.
    #[must_use]
    pub fn covering(kind: PeriodKind, from: Month, to: Month, year_starts: u32) -> Vec<Self> {
        let Some(length) = kind.months() else {
            return vec![Self::all(from, to)];
        };
        let mut periods = Vec::new();
        let mut period = Self::holding(kind, from, year_starts);
        while period.first <= to {
            periods.push(period);
            period = Self {
                first: period.first.plus(length),
                last: period.last.plus(length),
                ..period
            };
        }
        periods
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_year_from_april_carries_the_year_it_begins_in() {
        let period = Period::holding(PeriodKind::Year, Month::from_ym(2025, 3), 4);
        assert_eq!(period.id(), "2024");
        assert_eq!(period.first_day().to_string(), "2024-04-01");
        assert_eq!(period.last_day().to_string(), "2025-03-31");
        let quarter = Period::holding(PeriodKind::Quarter, Month::from_ym(2025, 2), 4);
        assert_eq!(quarter.id(), "2024-Q4");
        let half = Period::holding(PeriodKind::HalfYear, Month::from_ym(2024, 10), 4);
        assert_eq!(half.id(), "2024-H2");
    }

    #[test]
    fn coverings_touch_every_month_once() {
        let from = Month::from_ym(2023, 11);
        let to = Month::from_ym(2024, 4);
        let quarters: Vec<String> = Period::covering(PeriodKind::Quarter, from, to, 1)
            .iter()
            .map(Period::id)
            .collect();
        assert_eq!(quarters, ["2023-Q4", "2024-Q1", "2024-Q2"]);
        assert_eq!(Period::covering(PeriodKind::All, from, to, 1).len(), 1);
        assert_eq!(Period::covering(PeriodKind::Month, from, to, 1).len(), 6);
    }

    #[test]
    fn the_same_period_of_the_year_before() {
        let period = Period::holding(PeriodKind::Quarter, Month::from_ym(2024, 8), 1);
        assert_eq!(
            period.year_before().map(|p| p.id()).as_deref(),
            Some("2023-Q3")
        );
        assert_eq!(
            period.previous().map(|p| p.id()).as_deref(),
            Some("2024-Q2")
        );
        assert_eq!(Period::all(Month(1), Month(2)).previous(), None);
    }
}
