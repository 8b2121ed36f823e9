//! A figure: what is measured where and when, its value with base and interval, or why it has none.

use serde::{Deserialize, Serialize};

/// What a figure speaks of. Members are names as the tally has them (the export's trimmed word, or `county/town`).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Scope {
    /// The whole data set.
    Overall,
    /// One member of a dimension.
    Member {
        /// Index of the dimension in the scheme.
        dimension: usize,
        /// The member's name.
        member: String,
    },
    /// A member of a dimension with pages, crossed with a member of another.
    Pair {
        /// Index of the dimension with pages.
        dimension: usize,
        /// Its member.
        member: String,
        /// Index of the other dimension.
        dimension2: usize,
        /// Its member.
        member2: String,
    },
}

/// What a value counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Cases.
    Cases,
    /// A fraction of 1.
    Share,
    /// Whole calendar days.
    Days,
    /// Whole hours.
    Hours,
    /// Times a case was passed on.
    Transfers,
    /// Cases for each 1,000 people.
    Per1000,
}

impl Unit {
    /// Its word in `figures.csv`.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Cases => "cases",
            Self::Share => "share",
            Self::Days => "days",
            Self::Hours => "hours",
            Self::Transfers => "transfers",
            Self::Per1000 => "per_1000",
        }
    }

    /// Whether values are whole numbers; else they follow from numerator and denominator.
    #[must_use]
    pub const fn is_whole(self) -> bool {
        matches!(self, Self::Cases | Self::Days | Self::Hours)
    }

    /// The unit of a word of `figures.csv`.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        let all = [
            Self::Cases,
            Self::Share,
            Self::Days,
            Self::Hours,
            Self::Transfers,
            Self::Per1000,
        ];
        all.into_iter().find(|unit| unit.id() == word)
    }
}

/// Numerator and denominator. Integers to the end; nothing is divided before it is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Base {
    /// Cases counted.
    pub numerator: u64,
    /// Cases they are counted among.
    pub denominator: u64,
}

/// A 95 % interval, both ends fractions.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Interval {
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// How settled a figure is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Maturity {
    /// What changes later is a revision.
    Final,
    /// The period's cohort is still being followed.
    Provisional,
    /// The period is not wholly covered.
    Partial,
}

/// Why there is no value where one could be expected. Each has a sentence in the language files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// There is no case to divide by. This is not 0 %.
    NoCases,
    /// The source has no date for the event (time to answer, flow, past stock).
    NotDated,
    /// The source holds answered cases only.
    OnlyAnswered,
    /// The period is too young for it to be complete.
    TooYoung,
    /// So many are still waiting that the level is not reached.
    NotReached,
    /// The source does not record it.
    NotRecorded,
    /// There is no population figure for the member and year.
    NoPopulation,
}

impl Reason {
    /// Its word in language files and JSON.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::NoCases => "no_cases",
            Self::NotDated => "not_dated",
            Self::OnlyAnswered => "only_answered",
            Self::TooYoung => "too_young",
            Self::NotReached => "not_reached",
            Self::NotRecorded => "not_recorded",
            Self::NoPopulation => "no_population",
        }
    }
}

/// A value, or why there is none. A missing value can't be mistaken for 0.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum Amount {
    /// A number of cases (or of days, for the oldest open one), with nothing to divide by.
    Count(u64),
    /// A share of cases, with its Wilson interval.
    Rate(Base, Interval),
    /// A Kaplan–Meier quantile in whole days or hours; events of cases at risk on day 0.
    Quantile(u32, Base),
    /// A sum divided by a number of cases (transfers a case; cases for each 1,000 people).
    Ratio(Base),
    /// The base is under the smallest allowed: counts only.
    SmallBase(Base),
    /// Withheld to protect the people behind a small count.
    Suppressed,
    /// No value, and why; the base where it is known.
    None(Reason, Option<Base>),
}

/// One figure of one scope and period.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Figure {
    /// Its id, clock and all: `within_5_days:response`.
    pub indicator: std::sync::Arc<str>,
    /// What it counts.
    pub unit: Unit,
    /// Its value, or why there is none.
    pub amount: Amount,
    /// How settled it is; has no meaning where there is no value.
    pub maturity: Maturity,
    /// Whether it stands on closings because the source does not record answers.
    pub from_closing: bool,
    /// Whether an earlier publication told it as settled with another value.
    pub is_revised: bool,
}

impl Figure {
    /// What a case adds to the numerator and denominator of a figure of several, where `self` is the figure of that case alone.
    /// Behind the oldest open case stand those that are as old.
    #[must_use]
    pub fn share_in(&self, whole: &Self) -> (u64, u64) {
        match self.amount {
            Amount::Count(_) if self.unit == Unit::Days => {
                (u64::from(self.amount == whole.amount), 0)
            }
            Amount::Count(cases) => (cases, 0),
            Amount::Ratio(base) if self.unit == Unit::Per1000 => (base.numerator, 0),
            Amount::Rate(base, _)
            | Amount::Quantile(_, base)
            | Amount::Ratio(base)
            | Amount::SmallBase(base)
            | Amount::None(_, Some(base)) => (base.numerator, base.denominator),
            Amount::Suppressed | Amount::None(_, None) => (0, 0),
        }
    }

    /// Its status word in `figures.csv`: final, provisional, partial, suppressed, `small_base` or none.
    #[must_use]
    pub const fn status(&self) -> &'static str {
        match (self.amount, self.maturity) {
            (Amount::None(..), _) => "none",
            (Amount::Suppressed, _) => "suppressed",
            (Amount::SmallBase(_), _) => "small_base",
            (_, Maturity::Partial) => "partial",
            (_, Maturity::Provisional) => "provisional",
            (_, Maturity::Final) => "final",
        }
    }

    /// The letter that marks it in tables, where it needs one: p, i, c, u, x, r.
    #[must_use]
    pub fn mark(&self) -> Option<char> {
        match (self.amount, self.maturity) {
            (Amount::None(..), _) => Some('x'),
            (Amount::Suppressed, _) => Some('c'),
            (Amount::SmallBase(_), _) => Some('u'),
            (_, Maturity::Partial) => Some('i'),
            (_, Maturity::Provisional) => Some('p'),
            (_, Maturity::Final) => self.is_revised.then_some('r'),
        }
    }
}
