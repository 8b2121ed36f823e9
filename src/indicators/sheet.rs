//! Everything a page may draw of one scope and period, so that pages never see counts.

use serde::{Deserialize, Serialize};

use super::{Figure, Maturity, Scope};
use crate::time::{Day, Period};

/// The figures of one scope and period, and the counts behind its drawings.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sheet {
    /// What it speaks of.
    pub scope: Scope,
    /// When.
    pub period: Period,
    /// How settled the cohort of the period is; partial where the period is not wholly covered.
    pub maturity: Maturity,
    /// Its figures, in the order of the definitions.
    pub figures: Vec<Figure>,
    /// The distribution of days of each clock, over the valid cases received in the period; none for pairs.
    pub days: Vec<Distribution>,
    /// How the stock at the end of the period came about; `None` where the source can't date it, and for pairs.
    pub balance: Option<Balance>,
    /// How long the cases open at the end of the period had waited by then; `None` as for the balance.
    pub ages: Option<Ages>,
}

impl Sheet {
    /// A figure by its id, clock and all.
    #[must_use]
    pub fn figure(&self, indicator: &str) -> Option<&Figure> {
        self.figures
            .iter()
            .find(|figure| &*figure.indicator == indicator)
    }
}

/// A run of whole days and the cases in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// The first day, inside; 0 is the day of the start.
    pub from: u32,
    /// The last day, inside; `None` for all that is longer.
    pub to: Option<u32>,
    /// Cases.
    pub cases: u64,
}

/// How many days a clock ran.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Distribution {
    /// Index of the clock in the scheme.
    pub clock: usize,
    /// Steps in order, without gap; one of them ends with the clock's limit where that is in calendar days.
    pub steps: Vec<Step>,
    /// Cases whose clock still runs as of the figures' date.
    pub open: u64,
}

/// Open at the start + valid received + reopened − closed = open at the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Balance {
    /// Open at the end of the day before the period.
    pub open_before: u64,
    /// Valid cases received in it.
    pub received: u64,
    /// Reopened in it; 0 where the source does not date it.
    pub reopened: u64,
    /// Closed in it.
    pub closed: u64,
    /// Open at its end, or at the figures' date where that is earlier.
    pub open_after: u64,
}

/// How long open cases have waited.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ages {
    /// The day of the stock: the end of the period, or the figures' date where that is earlier.
    pub day: Day,
    /// Steps of days since receipt, in order, without gap; they add up to the open cases.
    pub steps: Vec<Step>,
}
