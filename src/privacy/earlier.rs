//! What the last publication told: [`Earlier`]. A reader may have kept it, so no exchange may change it.
//!
//! A count that it printed as it is now can't be another. Where it was of an earlier date, there must have been other counts [`Then`] too:
//! such as fit all that was told then, are the same as now where what is over stays as it is, and not more where a count only grows.

use std::collections::{BTreeMap, BTreeSet};

use super::body::Body;
use super::carry::Carry;
use super::counts::{Counts, Row};
use super::exchange::{Exchange, View};
use super::lattice::{Lattice, Place};
use super::{Around, Printed, Told, follow, then};
use crate::indicators::{Base, Scope, Sheet};
use crate::time::Month;

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

/// How far a count then follows one now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Bond {
    /// What is settled is the same in both.
    Same,
    /// What only grows was not more: then it may rise by this over what it rises now.
    AtMost(i64),
}

/// The last publication, where it told of an earlier date.
#[derive(Debug, Clone)]
pub(super) struct Then {
    /// The counts as they were, in the cells of now.
    pub(super) lattice: Lattice,
    /// What each name counted.
    pub(super) views: Vec<View>,
    /// What added up then.
    pub(super) rows: Vec<Row>,
    /// Counts that were printed, or that everybody knows to be 0.
    is_told: Vec<bool>,
    /// Those of them that had begun, and stay as they are once their period is over.
    has_settled: Vec<bool>,
    /// Names that stay as they are once a period is over.
    is_settled: Vec<bool>,
    /// Names that can only grow, in a period that has begun.
    is_growing: Vec<bool>,
    /// The last month that was over.
    cut: Month,
}

impl Then {
    /// Whether readers knew a count then.
    pub(super) fn is_told(&self, cell: usize) -> bool {
        self.is_told[cell]
    }

    /// Whether a count was told that stays as it is once its period is over.
    pub(super) fn has_settled(&self, cell: usize) -> bool {
        self.has_settled[cell]
    }

    /// Whether a name stays as it is once a period is over.
    pub(super) fn is_settled(&self, name: usize) -> bool {
        self.is_settled[name]
    }

    /// Whether a period was over.
    pub(super) fn was_over(&self, lattice: &Lattice, period: usize) -> bool {
        lattice.periods[period].last <= self.cut
    }

    /// How a count then is bound to the one now; `None` where it is not, or where cases that were corrected since broke it.
    pub(super) fn bond(&self, now: &Lattice, views: &[View], cell: usize) -> Option<Bond> {
        let (_, period, name) = now.spot_of(cell);
        let (value, was) = (now.value(cell)?, self.lattice.value(cell)?);
        let was_over = self.was_over(now, period);
        let is_settled = was_over && self.is_settled[name];
        if is_settled {
            return (value == was).then_some(Bond::Same);
        }
        let has_begun = self.lattice.has_begun(period) && views[name] != View::Stock;
        let grows = self.is_growing[name] && (was_over || has_begun);
        (grows && was <= value).then_some(Bond::AtMost(value - was))
    }

    /// Whether an exchange then could have stood in what was told, and goes with one now.
    pub(super) fn goes(
        &self,
        now: &Lattice,
        views: &[View],
        exchange: &Exchange,
        then: &Exchange,
    ) -> bool {
        let could_stand = then.iter().all(|&(cell, by)| {
            let was = self.lattice.value(cell);
            !self.is_told[cell] && was.is_some_and(|was| was + by >= 0)
        });
        could_stand && {
            let mut changes: BTreeMap<usize, [i64; 2]> = BTreeMap::new();
            for (issue, of) in [exchange, then].into_iter().enumerate() {
                for &(cell, by) in of {
                    changes.entry(cell).or_default()[issue] += by;
                }
            }
            changes
                .into_iter()
                .all(|(cell, [by, by_then])| match self.bond(now, views, cell) {
                    None => true,
                    Some(Bond::Same) => by == by_then,
                    Some(Bond::AtMost(more)) => by_then - by <= more,
                })
        }
    }
}

/// The counts of the last publication.
#[derive(Debug, Clone)]
pub(super) struct Earlier {
    /// What it told of, where that was of an earlier date.
    pub(super) then: Option<Then>,
    /// Counts that were printed, by themselves, as they are now.
    pub(super) stands: Vec<bool>,
    /// By cell what was printed, or followed by sums.
    printed: Vec<Option<i64>>,
    /// The least that each count can be.
    least: Vec<i64>,
}

impl Earlier {
    /// No publication before that of some counts.
    pub(super) fn nothing(cells: usize) -> Self {
        Self {
            then: None,
            stands: vec![false; cells],
            printed: vec![None; cells],
            least: vec![0; cells],
        }
    }

    /// What the last publication told of a body of counts; `carry` brings its own counts there, where it was of an earlier date.
    pub(super) fn of(
        body: &Body,
        sheets: &[Sheet],
        around: &Around<'_>,
        carry: Option<&Carry<'_>>,
    ) -> Self {
        let (counts, lattice, views) = (&body.counts, &body.lattice, &body.views);
        let Some(told) = &around.earlier else {
            return Self::nothing(lattice.cells());
        };
        let mut printed = printed(counts, lattice, sheets, told.printed);
        let stands = as_it_is(lattice, &printed);
        let mut sure: Vec<Row> = body
            .rows
            .iter()
            .filter(|row| !row.is_guess)
            .cloned()
            .collect();
        let then = carry.map(|carry| {
            let cut = told.as_of.plus(1).month().plus(-1);
            add_newcomers(lattice, sheets, told, cut, &mut printed);
            let counted = then::counted(body, carry, told.as_of.month());
            let spots = (0..lattice.cells()).map(|cell| lattice.spot_of(cell));
            let is_told: Vec<bool> = spots
                .clone()
                .zip(&printed)
                .map(|((_, period, _), printed)| printed.is_some() || !counted.has_begun(period))
                .collect();
            let is_settled = beginning(counts, &SETTLED);
            Then {
                views: carry.views(),
                rows: then::holding(&counted, &sure),
                has_settled: spots
                    .zip(&is_told)
                    .map(|((_, period, name), is_told)| {
                        *is_told && is_settled[name] && counted.has_begun(period)
                    })
                    .collect(),
                is_told,
                lattice: counted,
                is_settled,
                is_growing: beginning(counts, &[SETTLED.as_slice(), &GROWING].concat()),
                cut,
            }
        });
        sure.extend(missed(counts));
        let was_over = |period: usize| {
            then.as_ref()
                .is_none_or(|then| then.was_over(lattice, period))
        };
        follow::everywhere(lattice, &sure, views, was_over, &mut printed);
        let least = |(cell, printed): (usize, &Option<i64>)| {
            let (_, period, name) = lattice.spot_of(cell);
            let grows = |then: &Then| then.is_growing[name] && then.was_over(lattice, period);
            printed.filter(|_| then.as_ref().is_some_and(grows))
        };
        let least = printed.iter().enumerate().map(least);
        Self {
            least: least.map(Option::unwrap_or_default).collect(),
            then,
            stands,
            printed,
        }
    }

    /// The same with nothing printed, where it was of the date of these figures; `None` where it was of another, or there was none.
    pub(super) fn as_if_new(&self) -> Option<Self> {
        let is_of_this_date = self.then.is_none() && self.has_told();
        is_of_this_date.then(|| Self {
            printed: vec![None; self.printed.len()],
            ..self.clone()
        })
    }

    /// Counts that were printed as they are now, and those that followed from what was printed. What may have changed since is not known.
    pub(super) fn known(&self, lattice: &Lattice) -> Vec<bool> {
        let mut is_known = as_it_is(lattice, &self.printed);
        for (cell, is_known) in is_known.iter_mut().enumerate() {
            let (_, period, name) = lattice.spot_of(cell);
            let stays = |then: &Then| then.is_settled[name] && then.was_over(lattice, period);
            *is_known &= self.then.as_ref().is_none_or(stays);
        }
        is_known
    }

    /// Whether anything was printed.
    pub(super) fn has_told(&self) -> bool {
        self.printed.iter().any(Option::is_some)
    }

    /// Counts that were not printed though their period had begun. What hid small ones then can again.
    pub(super) fn untold(&self, lattice: &Lattice) -> impl Iterator<Item = usize> {
        let has_told = self.has_told();
        let cells = (0..self.printed.len()).filter(move |_| has_told);
        cells.filter(move |&cell| {
            let (_, period, _) = lattice.spot_of(cell);
            let then = self.then.as_ref();
            let had_begun = then.is_none_or(|then| then.lattice.has_begun(period));
            had_begun && self.printed[cell].is_none() && lattice.value(cell).is_some()
        })
    }

    /// The least that a count can be: what only grows was at least what was printed.
    pub(super) fn least(&self, cell: usize) -> i64 {
        self.least[cell]
    }
}

/// Names that begin in one of some ways.
fn beginning(counts: &Counts, starts: &[&str]) -> Vec<bool> {
    let is_one = |name: &String| starts.iter().any(|start| name.starts_with(start));
    let names = counts.names().iter();
    names
        .map(|name| is_one(name) && name != "outcome_open")
        .collect()
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
