//! What a reader can work out: [`audit`] checks the proof of every withheld count, without trust in whoever made it.
//!
//! A proof is two other bodies of counts. For each it is looked at whether they differ from the truth in nothing that is published,
//! whether all is still a count, and whether everything still adds up: within sheets, over periods, over members and pairs, and from one
//! stock to the next. Then the withheld count may be anything between, as far as a reader knows.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::counts::Row;
use super::earlier::Then;
use super::exchange::{Exchange, View};
use super::lattice::Lattice;
use super::suppress::{Material, Pattern, World};
use crate::time::PeriodKind;

/// Where and what: node, period and name.
type Spot = (usize, usize, usize);

/// The small counts that readers can work out, in that no proof shows another number for them.
pub(super) fn audit(from: &Material<'_>, rows: &[Row], pattern: &Pattern) -> Vec<usize> {
    let lattice = from.lattice;
    let sound: Vec<&World> = pattern
        .worlds
        .par_iter()
        .filter(|world| fits(from, rows, pattern, world))
        .collect();
    let mut is_hidden = vec![false; lattice.cells()];
    for cell in sound.into_iter().flat_map(|world| from.hidden_by(world)) {
        is_hidden[cell] = true;
    }
    (0..lattice.cells())
        .filter(|&cell| from.is_small(cell) && !is_hidden[cell])
        .collect()
}

/// Whether changed counts fit everything published, now and then.
fn fits(from: &Material<'_>, rows: &[Row], pattern: &Pattern, world: &World) -> bool {
    let lattice = from.lattice;
    let are_counts = world.now.iter().all(|&(cell, change)| {
        let is_free = !lattice.is_printed(cell) || pattern.is_withheld[cell];
        change == 0 || (is_free && lattice.value(cell).is_some_and(|v| v + change >= 0))
    });
    let told = from.earlier.then.as_ref();
    let told = told.filter(|_| !from.changes_known(world));
    let goes = |told: &Then| could_have_been(from, told, &world.now, &world.then);
    are_counts && adds_up(from, rows, &world.now) && told.is_none_or(goes)
}

/// Whether changed counts of then fit all that was told, and go with those of now.
pub(super) fn could_have_been(
    from: &Material<'_>,
    told: &Then,
    now: &Exchange,
    then: &Exchange,
) -> bool {
    let of_then = Material {
        lattice: &told.lattice,
        views: &told.views,
        ..*from
    };
    told.goes(from.lattice, from.views, now, then) && adds_up(&of_then, &told.rows, then)
}

/// Whether all still adds up with changed counts.
pub(super) fn adds_up(from: &Material<'_>, rows: &[Row], exchange: &Exchange) -> bool {
    let lattice = from.lattice;
    let spots: BTreeMap<Spot, i64> = exchange
        .iter()
        .filter(|(_, change)| *change != 0)
        .map(|&(cell, change)| (lattice.spot_of(cell), change))
        .collect();
    add_up_within_sheets(lattice, rows, &spots)
        && add_up_over_periods(from, &spots)
        && add_up_over_members(lattice, &spots)
        && stocks_follow(from, &spots)
}

fn change(spots: &BTreeMap<Spot, i64>, spot: Spot) -> i64 {
    spots.get(&spot).copied().unwrap_or(0)
}

fn value(lattice: &Lattice, (node, period, name): Spot) -> Option<i64> {
    lattice.value(lattice.cell(node, period, name)?)
}

fn add_up_within_sheets(lattice: &Lattice, rows: &[Row], spots: &BTreeMap<Spot, i64>) -> bool {
    let sheets: BTreeSet<(usize, usize)> = spots.keys().map(|spot| (spot.0, spot.1)).collect();
    sheets.into_iter().all(|(node, period)| {
        let is_all = lattice.periods[period].kind == PeriodKind::All;
        rows.iter()
            .filter(|row| !row.is_guess && (is_all || !row.only_all))
            .filter(|row| {
                row.terms
                    .iter()
                    .all(|term| value(lattice, (node, period, term.0)).is_some())
            })
            .all(|row| {
                let terms = row.terms.iter();
                terms
                    .map(|(name, by)| by * change(spots, (node, period, *name)))
                    .sum::<i64>()
                    == 0
            })
    })
}

fn add_up_over_periods(from: &Material<'_>, spots: &BTreeMap<Spot, i64>) -> bool {
    let lattice = from.lattice;
    let mut wholes: BTreeSet<Spot> = BTreeSet::new();
    for &(node, period, name) in spots.keys() {
        if from.views[name] != View::Stock {
            wholes.insert((node, period, name));
            wholes.extend(lattice.longer(period).map(|whole| (node, whole, name)));
        }
    }
    wholes.into_iter().all(|(node, whole, name)| {
        let Some(total) = value(lattice, (node, whole, name)) else {
            return true;
        };
        // What is due after all that is told by periods is in the whole alone.
        if from.views[name] == View::Beyond && lattice.periods[whole].kind == PeriodKind::All {
            return true;
        }
        let parts: Vec<usize> = (0..lattice.periods.len())
            .filter(|&part| lattice.longer(part) == Some(whole))
            .collect();
        let sum = |of: &dyn Fn(Spot) -> Option<i64>| -> Option<i64> {
            parts.iter().map(|&part| of((node, part, name))).sum()
        };
        // Where the counts themselves do not add up, or those of all cases do not, readers know no sum.
        let of_all = |(_, period, name): Spot| value(lattice, (0, period, name));
        parts.is_empty()
            || sum(&|spot| value(lattice, spot)) != Some(total)
            || sum(&of_all) != of_all((node, whole, name))
            || sum(&|spot| Some(change(spots, spot))) == Some(change(spots, (node, whole, name)))
    })
}

fn add_up_over_members(lattice: &Lattice, spots: &BTreeMap<Spot, i64>) -> bool {
    let mut sums: BTreeMap<(Spot, usize), i64> = BTreeMap::new();
    for (&(node, period, name), &by) in spots {
        for (whole, over) in lattice.wholes_of(node) {
            *sums.entry(((whole, period, name), over)).or_default() += by;
        }
    }
    let parts_fit = sums
        .iter()
        .all(|(&(whole, _), &sum)| value(lattice, whole).is_none() || sum == change(spots, whole));
    // A whole that changes must be followed in every dimension that it is cut by, if readers know a sum there.
    let wholes_fit = spots.iter().all(|(&(node, period, name), &by)| {
        let total = value(lattice, (node, period, name));
        lattice.parts_of(node).all(|(over, parts)| {
            let parts = parts
                .iter()
                .filter(|part| lattice.cell(**part, period, name).is_some());
            let is_cut = parts.clone().next().is_some();
            let counted: Option<i64> = parts
                .map(|&part| value(lattice, (part, period, name)))
                .sum();
            let sum = sums
                .get(&((node, period, name), over))
                .copied()
                .unwrap_or(0);
            !is_cut || sum == by || counted != total
        })
    });
    parts_fit && wholes_fit
}

/// What is open changes only by what came and went.
fn stocks_follow(from: &Material<'_>, spots: &BTreeMap<Spot, i64>) -> bool {
    let lattice = from.lattice;
    let (Some(stock), Some(came), Some(went)) = (from.flow.open, from.flow.valid, from.flow.closed)
    else {
        return true;
    };
    let nodes: BTreeSet<usize> = spots.keys().map(|spot| spot.0).collect();
    nodes.into_iter().all(|node| {
        let mut before = 0;
        let periods = lattice.shortest_in(0, false).iter().copied();
        let mut begun = periods.take_while(|&period| lattice.has_begun(period));
        begun.all(|period| {
            let has_flow = value(lattice, (node, period, went)).is_some();
            let after = change(spots, (node, period, stock));
            let net = change(spots, (node, period, came))
                + from
                    .flow
                    .reopened
                    .map_or(0, |name| change(spots, (node, period, name)))
                - change(spots, (node, period, went));
            let holds = !has_flow || after == before + net;
            before = after;
            holds
        }) && spots
            .iter()
            .filter(|(spot, _)| spot.0 == node && from.views[spot.2] == View::Stock)
            .all(|(&(_, period, name), &by)| {
                (0..lattice.periods.len())
                    .filter(|&other| lattice.end(other) == lattice.end(period))
                    .filter(|&other| value(lattice, (node, other, name)).is_some())
                    .all(|other| change(spots, (node, other, name)) == by)
            })
    })
}
