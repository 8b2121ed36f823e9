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
    /// How long the cases open at the as-of date have waited; only for the whole coverage and the periods that date lies in.
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

/// Cases by time, put into steps: up to and including the first end, up to the second, …, and longer than the last.
/// `ends` are in order, each once.
#[must_use]
pub fn steps(times: &[(u32, u64)], ends: &[u32]) -> Vec<Step> {
    let starts = std::iter::once(0).chain(ends.iter().map(|end| end + 1));
    let mut steps: Vec<Step> = starts
        .zip(ends.iter().copied().map(Some).chain([None]))
        .map(|(from, to)| Step { from, to, cases: 0 })
        .collect();
    for (time, cases) in times {
        steps[ends.partition_point(|end| end < time)].cases += cases;
    }
    steps
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_holds_its_end() {
        let times = [(0, 1), (5, 2), (6, 4), (90, 8), (91, 16)];
        let step = |from, to, cases| Step { from, to, cases };
        assert_eq!(
            steps(&times, &[0, 5, 90]),
            [
                step(0, Some(0), 1),
                step(1, Some(5), 2),
                step(6, Some(90), 12),
                step(91, None, 16)
            ]
        );
        assert_eq!(steps(&times, &[]), [step(0, None, 31)]);
    }
}
