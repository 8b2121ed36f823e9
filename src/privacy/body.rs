//! The counts of some sheets with all that is known of them before anything is looked for: [`Body`].

use std::collections::BTreeSet;

use super::Around;
use super::counts::{Counts, Row, is_stock};
use super::earlier::Earlier;
use super::exchange::{Flow, View};
use super::lattice::Lattice;
use super::moves::Sums;
use super::suppress::Material;
use crate::indicators::Sheet;

/// Counts and how they hang together.
pub(super) struct Body {
    pub(super) counts: Counts,
    /// What adds up within a sheet.
    pub(super) rows: Vec<Row>,
    pub(super) lattice: Lattice,
    /// What each name counts.
    pub(super) views: Vec<View>,
    /// What adds up within the coverage, and over all of it.
    pub(super) sums: [Sums; 2],
    /// What readers lose with a name, by name.
    worth: Vec<u64>,
    is_spare: Vec<bool>,
    is_of_cases: Vec<bool>,
    overdue: Vec<(usize, usize)>,
    /// No count that readers have whatever is withheld.
    nothing: Vec<bool>,
}

impl Body {
    pub(super) fn of(sheets: &[Sheet], around: &Around<'_>) -> Self {
        let mut counts = Counts::of(sheets);
        let rows = counts.rows(sheets, around.scheme);
        let lattice = Lattice::new(sheets, &counts, &rows, around);
        let names = counts.names();
        let view = |(at, name): (usize, &String)| match name.as_str() {
            name if name.starts_with("open_in_time:") && !adds_up(&lattice, at) => View::Beyond,
            "closed_in_period" | "reopened_in_period" => View::Flow,
            name if is_stock(name) => View::Stock,
            _ => View::Cohort,
        };
        let shorter = rows.iter().filter(|row| !row.only_all).cloned();
        Self {
            views: names.iter().enumerate().map(view).collect(),
            sums: [
                Sums::new(shorter.chain(counts.net()).collect(), names.len()),
                Sums::new(rows.clone(), names.len()),
            ],
            worth: worth(&counts, sheets),
            is_spare: names.iter().map(|name| name.starts_with('~')).collect(),
            // Transfers are times that a case was passed on: a small sum of them points at nobody.
            is_of_cases: names.iter().map(|name| name != "transfers").collect(),
            overdue: counts.overdue(),
            nothing: vec![false; lattice.cells()],
            counts,
            rows,
            lattice,
        }
    }

    /// What is looked at where nothing is known.
    pub(super) fn material<'a>(&'a self, earlier: &'a Earlier, threshold: i64) -> Material<'a> {
        let counts = &self.counts;
        Material {
            lattice: &self.lattice,
            views: &self.views,
            flow: Flow {
                valid: counts.find("valid"),
                reopened: counts.find("reopened_in_period"),
                closed: counts.find("closed_in_period"),
                open: counts.find("open_at_end"),
                overdue: &self.overdue,
            },
            worth: &self.worth,
            is_of_cases: &self.is_of_cases,
            is_spare: &self.is_spare,
            is_known: &self.nothing,
            earlier,
            threshold,
        }
    }
}

/// What each name is worth to readers: a count for itself, and the shares and quantiles that go with it.
fn worth(counts: &Counts, sheets: &[Sheet]) -> Vec<u64> {
    let mut worth = vec![0; counts.names().len()];
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    for figure in sheets.iter().flat_map(|sheet| &sheet.figures) {
        if !seen.insert(&figure.indicator) {
            continue;
        }
        let role = counts.role(figure);
        let by = match figure.unit {
            crate::indicators::Unit::Cases => 1,
            _ => 2,
        };
        for name in [role.numerator, role.denominator].into_iter().flatten() {
            worth[name] += by;
        }
    }
    // All others are told by these.
    for (name, by) in [("received", 4), ("valid", 8), ("outcome_resolved", 3)] {
        if let Some(name) = counts.find(name) {
            worth[name] += by;
        }
    }
    for (name, worth) in counts.names().iter().zip(&mut worth) {
        if name.starts_with("due_on_time:") || name.starts_with("due:") {
            *worth += 3;
        }
    }
    worth
}

/// Whether a count of all cases over the whole coverage is that of its shortest periods together.
fn adds_up(lattice: &Lattice, name: usize) -> bool {
    let value = |period: usize| lattice.value(lattice.cell(0, period, name)?);
    let parts = lattice.shortest_in(0, false);
    parts.iter().map(|&part| value(part)).sum::<Option<i64>>() == value(0)
}
