//! The counts as they were at the date of the last publication: [`counted`] puts them where those of now are.
//!
//! They are counted again from the exports as they are now, so those that were withheld then are there too. What was printed then may
//! differ from them where cases were corrected since.

use super::body::Body;
use super::carry::Carry;
use super::counts::Row;
use super::exchange::View;
use super::lattice::{Lattice, Place};
use crate::time::{Month, PeriodKind};

/// The counts of then in the cells of now. In a period that had not begun nothing had happened; a member or pair without a sheet in one
/// that had has no case there.
pub(super) fn counted(body: &Body, carry: &Carry<'_>, as_of: Month) -> Lattice {
    let now = &body.lattice;
    let (mut values, is_counted) = carry.values();
    for home in now.homes().filter(|&home| !is_counted[home]) {
        let (_, period) = now.spot[home];
        let has_begun = now.periods[period].first <= as_of;
        for (name, view) in body.views.iter().enumerate() {
            let cell = home * now.names + name;
            let of_all = || now.cell(0, period, name).and_then(|cell| values[cell]);
            let is_none = if has_begun {
                of_all().is_some()
            } else {
                *view != View::Stock
            };
            if is_none && now.value(cell).is_some() {
                values[cell] = Some(0);
            }
        }
    }
    // What is not counted of pairs now was not told of them then.
    for home in now.homes() {
        if matches!(now.nodes[now.spot[home].0].place, Place::Pair(..)) {
            let first = home * now.names;
            for (name, value) in values[first..][..now.names].iter_mut().enumerate() {
                *value = value.filter(|_| now.value(first + name).is_some());
            }
        }
    }
    now.with(values, as_of)
}

/// Those of some rows that hold in all sheets of a lattice.
pub(super) fn holding(lattice: &Lattice, rows: &[Row]) -> Vec<Row> {
    let holds = |row: &&Row| {
        lattice.homes().all(|home| {
            let is_all = lattice.periods[lattice.spot[home].1].kind == PeriodKind::All;
            let terms = row.terms.iter();
            let counted: Option<i64> = terms
                .map(|(name, by)| Some(lattice.value(home * lattice.names + name)? * by))
                .sum();
            (row.only_all && !is_all) || counted.is_none_or(|sum| sum == 0)
        })
    };
    rows.iter().filter(holds).cloned().collect()
}
