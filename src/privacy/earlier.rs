//! What the last publication told: [`Earlier`]. A reader may have kept it, so no exchange may change it.
//!
//! A count that it printed as it is now can't be another. Of a year that was not over yet it told the part so far, and a year less its
//! later months is that part again. And what only grows can't have been more.

use std::collections::BTreeSet;

use super::counts::{Counts, Row};
use super::exchange::{Exchange, View};
use super::follow;
use super::lattice::{Lattice, Place};
use super::{Around, Printed, Told};
use crate::indicators::{Base, Scope, Sheet};
use crate::time::{Month, Period};

/// Names that stay as they are once a period is over.
const SETTLED: [&str; 13] = [
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
    "~missed:",
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

/// How an exchange goes with what was published before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Bearing {
    /// All that was told then could have been as it was.
    Sure,
    /// It could, if something that was not told was less than it is now.
    Doubtful,
}

/// The counts of the last publication.
#[derive(Debug, Clone)]
pub(super) struct Earlier {
    /// The last month that was over; `None` where it told of no other date.
    cut: Option<Month>,
    /// Counts that were printed, by themselves, as they are now.
    pub(super) stands: Vec<bool>,
    /// By cell what was printed, or followed by sums.
    printed: Vec<Option<i64>>,
    is_settled: Vec<bool>,
    is_growing: Vec<bool>,
}

impl Earlier {
    pub(super) fn of(
        counts: &Counts,
        lattice: &Lattice,
        views: &[View],
        sheets: &[Sheet],
        rows: &[Row],
        around: &Around<'_>,
    ) -> Self {
        let told = around.earlier.as_ref();
        let mut sure: Vec<Row> = rows.iter().filter(|row| !row.is_guess).cloned().collect();
        sure.extend(missed(counts));
        let is_one_of = |all: &[&str]| -> Vec<bool> {
            let names = counts.names().iter();
            names
                .map(|name| {
                    all.iter().any(|start| name.starts_with(start)) && name != "outcome_open"
                })
                .collect()
        };
        let mut printed = told.map_or_else(
            || vec![None; lattice.cells()],
            |told| printed(counts, lattice, sheets, told.printed),
        );
        let stands = as_it_is(lattice, &printed);
        let cut = told
            .map(|told| told.as_of)
            .filter(|&as_of| as_of < around.as_of)
            .map(|as_of| as_of.plus(1).month().plus(-1));
        if let Some((told, cut)) = told.zip(cut) {
            add_newcomers(lattice, sheets, told, cut, &mut printed);
        }
        if told.is_some() {
            let was_over =
                |period: usize| cut.is_none_or(|cut| lattice.periods[period].last <= cut);
            follow::everywhere(lattice, &sure, views, was_over, &mut printed);
        }
        Self {
            stands,
            cut,
            printed,
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

    /// Counts that were printed as they are now, and those that followed from what was printed.
    pub(super) fn known(&self, lattice: &Lattice) -> Vec<bool> {
        as_it_is(lattice, &self.printed)
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

    /// Whether a count may have been as much as it is now when it was not told: what only grows cannot become less then.
    pub(super) fn may_have_been_all(&self, lattice: &Lattice, cell: usize) -> bool {
        self.printed[cell].is_none() && self.grows(lattice, cell)
    }

    /// Whether a count of a period that was over was told then, whatever it is now.
    pub(super) fn was_told(&self, lattice: &Lattice, cell: usize) -> bool {
        let (_, period, _) = lattice.spot_of(cell);
        self.printed[cell].is_some()
            && self
                .cut
                .is_some_and(|cut| lattice.periods[period].last <= cut)
    }

    /// Whether a count is of a period that was over, and can only have grown since.
    fn grows(&self, lattice: &Lattice, cell: usize) -> bool {
        let (_, period, name) = lattice.spot_of(cell);
        let was_over = self
            .cut
            .is_some_and(|cut| lattice.periods[period].last <= cut);
        was_over && self.is_growing[name]
    }

    /// Whether of a period that was not over its part so far was told.
    pub(super) fn has_told_so_far(&self, lattice: &Lattice, views: &[View], cell: usize) -> bool {
        let (_, period, name) = lattice.spot_of(cell);
        views[name] != View::Stock
            && self.printed[cell].is_some()
            && self.is_so_far(&lattice.periods[period])
    }

    /// Whether a count stays as it is once its period is over.
    pub(super) fn is_settled(&self, lattice: &Lattice, cell: usize) -> bool {
        self.is_settled[lattice.spot_of(cell).2]
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
    ) -> Option<Bearing> {
        if self.cut.is_none() {
            return Some(Bearing::Sure);
        }
        let has_grown = exchange.iter().all(|&(cell, by)| {
            let value = lattice.value(cell);
            value.is_none_or(|value| value + by >= self.least(lattice, cell))
        });
        // In periods that were not over, what was told was of the part so far.
        let is_told = |exchange: Exchange| {
            let mut cells = exchange.into_iter().map(|one| one.0);
            cells.any(|cell| {
                self.has_told_stock(lattice, views, cell)
                    || (self.is_settled(lattice, cell)
                        && self.has_told_so_far(lattice, views, cell))
            })
        };
        let is_borne = has_grown
            && [false, true]
                .into_iter()
                .any(|so_far| !before(so_far).is_some_and(is_told));
        if !is_borne {
            return None;
        }
        // Either nothing falls that may have been as much before, or the same could be exchanged then.
        let has_room = exchange
            .iter()
            .all(|&(cell, by)| by >= 0 || !self.may_have_been_all(lattice, cell));
        let could_be_made_then = || {
            exchange.iter().all(|one| !self.was_told(lattice, one.0))
                && before(false).is_some_and(|part| {
                    let mut part = part.into_iter().map(|one| one.0);
                    part.all(|cell| !self.has_told_so_far(lattice, views, cell))
                })
        };
        Some(if has_room || could_be_made_then() {
            Bearing::Sure
        } else {
            Bearing::Doubtful
        })
    }
}

fn as_it_is(lattice: &Lattice, printed: &[Option<i64>]) -> Vec<bool> {
    let cells = printed.iter().enumerate();
    cells
        .map(|(cell, printed)| printed.is_some() && *printed == lattice.value(cell))
        .collect()
}

/// What is late and what is open change, and together they do not once a period is over.
fn missed(counts: &Counts) -> impl Iterator<Item = Row> {
    let clocks = counts.endings_of("due:").into_iter();
    clocks.filter_map(|clock| {
        let name = |start: &str| counts.find(&format!("{start}:{clock}"));
        let parts = [name("due_late")?, name("due_open")?];
        let mut terms = vec![(name("~missed")?, -1)];
        terms.extend(parts.map(|part| (part, 1)));
        Some(Row::of(terms))
    })
}

/// Members of which it had no line at all, though it had of others of their dimension, had no case then, and no pair with one had.
fn add_newcomers(
    lattice: &Lattice,
    sheets: &[Sheet],
    told: &Told<'_>,
    cut: Month,
    printed: &mut [Option<i64>],
) {
    let mut listed: BTreeSet<usize> = BTreeSet::new();
    for (at, sheet) in sheets.iter().enumerate() {
        if matches!(sheet.scope, Scope::Member { .. }) && (told.has)(sheet) {
            listed.insert(lattice.spot[lattice.home[at]].0);
        }
    }
    let dimension = |node: usize| lattice.member(node).map(|(_, dimension)| dimension);
    let dimensions: BTreeSet<usize> = listed.iter().filter_map(|&node| dimension(node)).collect();
    let is_new = |node: usize| {
        !listed.contains(&node) && dimension(node).is_some_and(|of| dimensions.contains(&of))
    };
    for home in lattice.homes() {
        let (node, period) = lattice.spot[home];
        let is_newcomer = match lattice.nodes[node].place {
            Place::Overall => false,
            Place::Member { .. } => is_new(node),
            Place::Pair(one, two) => is_new(one) || is_new(two),
        };
        if is_newcomer && lattice.periods[period].first <= cut {
            printed[home * lattice.names..][..lattice.names].fill(Some(0));
        }
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
