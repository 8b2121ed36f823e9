//! What the last publication told: [`Earlier`]. A reader may have kept it, so no exchange may change it.
//!
//! A count that it printed as it is now can't be another. Of a year that was not over yet it told the part so far, and a year less its
//! later months is that part again. And what only grows can't have been more.

use super::counts::Counts;
use super::exchange::{Exchange, View};
use super::lattice::Lattice;
use super::{Around, Printed};
use crate::indicators::{Base, Sheet};
use crate::time::{Month, Period};

/// Names that stay as they are once a period is over.
const SETTLED: [&str; 12] = [
    "received",
    "valid",
    "excluded_",
    "~excluded",
    "closed_in_period",
    "reopened_in_period",
    "open_at_end",
    "overdue:",
    "due:",
    "due_on_time:",
    "within_",
    "~not_within_",
];

/// Names that can only grow.
const GROWING: [&str; 9] = [
    "answered",
    "closed",
    "rated",
    "satisfied",
    "stated",
    "outcome_",
    "ran:",
    "due_late:",
    "passed_on",
];

/// The counts of the last publication.
#[derive(Debug, Clone)]
pub(super) struct Earlier {
    /// The last month that was over; `None` where it told of no other date.
    cut: Option<Month>,
    /// By cell what was printed.
    pub(super) printed: Vec<Option<i64>>,
    is_settled: Vec<bool>,
    is_growing: Vec<bool>,
}

impl Earlier {
    pub(super) fn of(
        counts: &Counts,
        lattice: &Lattice,
        sheets: &[Sheet],
        around: &Around<'_>,
    ) -> Self {
        let told = around.earlier.as_ref();
        let is_one_of = |all: &[&str]| -> Vec<bool> {
            let names = counts.names().iter();
            names
                .map(|name| {
                    all.iter().any(|start| name.starts_with(start)) && name != "outcome_open"
                })
                .collect()
        };
        Self {
            cut: told
                .map(|told| told.as_of)
                .filter(|&as_of| as_of < around.as_of)
                .map(|as_of| as_of.plus(1).month().plus(-1)),
            printed: told.map_or_else(
                || vec![None; lattice.cells()],
                |told| printed(counts, lattice, sheets, told.printed),
            ),
            is_settled: is_one_of(&SETTLED),
            is_growing: is_one_of(&GROWING),
        }
    }

    /// The same with nothing printed, where it was of the date of these figures; `None` where it was of another, or there was none.
    pub(super) fn as_if_new(&self) -> Option<Self> {
        let is_of_this_date = self.cut.is_none() && self.printed.iter().any(Option::is_some);
        is_of_this_date.then(|| Self {
            printed: vec![None; self.printed.len()],
            ..self.clone()
        })
    }

    /// Counts that were printed as they are now.
    pub(super) fn known(&self, lattice: &Lattice) -> Vec<bool> {
        let cells = self.printed.iter().enumerate();
        cells
            .map(|(cell, printed)| printed.is_some() && *printed == lattice.value(cell))
            .collect()
    }

    /// Counts that were not printed though their period was over. What hid small ones then can again.
    pub(super) fn untold(&self, lattice: &Lattice) -> impl Iterator<Item = usize> {
        let has_told = self.printed.iter().any(Option::is_some);
        let cells = (0..self.printed.len()).filter(move |_| has_told);
        cells.filter(move |&cell| {
            let (_, period, _) = lattice.spot_of(cell);
            let was_over = self
                .cut
                .is_none_or(|cut| lattice.periods[period].last <= cut);
            was_over && self.printed[cell].is_none() && lattice.value(cell).is_some()
        })
    }

    /// Whether a shortest period was over by then, or, with `so_far`, had begun.
    pub(super) fn holds(&self, period: &Period, so_far: bool) -> bool {
        let until = if so_far { period.first } else { period.last };
        self.cut.is_some_and(|cut| until <= cut)
    }

    /// The least that a count can be: what only grows was at least what was printed.
    pub(super) fn least(&self, lattice: &Lattice, cell: usize) -> i64 {
        let printed = self.printed[cell].filter(|_| self.grows(lattice, cell));
        printed.unwrap_or(0)
    }

    /// Whether something becomes less of which it was not told how much it was, and which only grows: it may have been as much as it is
    /// now.
    pub(super) fn is_less_than_untold(&self, lattice: &Lattice, exchange: &Exchange) -> bool {
        exchange
            .iter()
            .any(|&(cell, by)| by < 0 && self.printed[cell].is_none() && self.grows(lattice, cell))
    }

    /// Whether a count is of a period that was over, and can only have grown since.
    fn grows(&self, lattice: &Lattice, cell: usize) -> bool {
        let (_, period, name) = lattice.spot_of(cell);
        let was_over = self
            .cut
            .is_some_and(|cut| lattice.periods[period].last <= cut);
        was_over && self.is_growing[name]
    }

    /// Whether of a period that was not over its part so far was told, in a count that stays as it is.
    pub(super) fn has_told_so_far(&self, lattice: &Lattice, views: &[View], cell: usize) -> bool {
        let (_, period, name) = lattice.spot_of(cell);
        views[name] != View::Stock
            && self.is_settled[name]
            && self.printed[cell].is_some()
            && self.is_so_far(&lattice.periods[period])
    }

    /// Whether a stock at the end of what was over was told as that of a period so far.
    pub(super) fn has_told_stock(&self, lattice: &Lattice, views: &[View], cell: usize) -> bool {
        let (node, period, name) = lattice.spot_of(cell);
        views[name] == View::Stock
            && self.is_settled[name]
            && Some(lattice.periods[period].last) == self.cut
            && (0..lattice.periods.len())
                .filter(|&period| self.is_so_far(&lattice.periods[period]))
                .filter_map(|period| lattice.cell(node, period, name))
                .any(|cell| self.printed[cell].is_some())
    }

    fn is_so_far(&self, period: &Period) -> bool {
        self.cut
            .is_some_and(|cut| period.first <= cut && period.last > cut)
    }

    /// Whether what was printed could be as it was after an exchange. `before` is the part of it in periods that were over, or had begun:
    /// which part of a period so far a case is in is not told.
    pub(super) fn bears(
        &self,
        lattice: &Lattice,
        views: &[View],
        exchange: &Exchange,
        before: impl Fn(bool) -> Option<Exchange>,
    ) -> bool {
        if self.cut.is_none() {
            return true;
        }
        let has_grown = exchange.iter().all(|&(cell, by)| {
            let value = lattice.value(cell);
            value.is_none_or(|value| value + by >= self.least(lattice, cell))
        });
        // In periods that were not over, what was told was of the part so far.
        let is_told = |exchange: Exchange| {
            let mut cells = exchange.into_iter().map(|one| one.0);
            cells.any(|cell| {
                self.has_told_so_far(lattice, views, cell)
                    || self.has_told_stock(lattice, views, cell)
            })
        };
        has_grown
            && [false, true]
                .into_iter()
                .any(|so_far| !before(so_far).is_some_and(is_told))
    }
}

fn printed(
    counts: &Counts,
    lattice: &Lattice,
    sheets: &[Sheet],
    told: &Printed<'_>,
) -> Vec<Option<i64>> {
    let mut found = vec![None; lattice.cells()];
    for (at, sheet) in sheets.iter().enumerate() {
        for figure in &sheet.figures {
            let Some(Base {
                numerator,
                denominator,
            }) = told(sheet, figure)
            else {
                continue;
            };
            let role = counts.role(figure);
            for (name, count) in [(role.numerator, numerator), (role.denominator, denominator)] {
                if let Some(name) = name {
                    found[lattice.home[at] * lattice.names + name] = i64::try_from(count).ok();
                }
            }
        }
    }
    found
}
