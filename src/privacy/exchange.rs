//! Exchanges: cases moved between counts, over members and periods, so that everything published stays as it is.
//!
//! In a two-way table an exchange is a loop: one more here, one fewer in the same row, one more in that one's column, one fewer back
//! in the first column. Here the rows are members, the columns periods, and what moves is a [`Move`] of several counts of a sheet. An
//! exchange is made between the members and periods at the bottom; all sums above change with it, and those of what both have in common
//! do not. If its counts are withheld, a reader can't tell how often it was made.

use super::lattice::{Lattice, Place};
use super::moves::Move;

/// Cells and by how many cases each changes, forwards.
pub(super) type Exchange = Vec<(usize, i64)>;

/// Whose counts change, and how.
#[derive(Debug, Clone)]
pub(super) enum Points {
    /// From one member at the bottom to another of its tree.
    Between(usize, usize, With),
    /// All cases, with a leaf of each tree at the first time and one at the second.
    Through([Vec<usize>; 2]),
    /// Among pairs: of the first two members with the second two.
    Crossed([usize; 2], [usize; 2]),
}

/// What goes along where pairs change.
#[derive(Debug, Clone, Default)]
pub(super) struct With {
    /// Pairs of leaves of the tree with those of others, at the first time and at the second.
    pub(super) pairs: [Crossings; 2],
    /// What changes of what is open at the end, at the first time; at the second it is undone.
    pub(super) at_end: Move,
}

/// A pair of leaves that changes.
#[derive(Debug, Clone)]
pub(super) struct Crossing {
    pub(super) leaves: (usize, usize),
    pub(super) sign: i64,
    /// How it changes, where that is not as its first leaf does.
    pub(super) way: Option<Move>,
}

/// Pairs of leaves that change together.
pub(super) type Crossings = Vec<Crossing>;

/// When counts change, and how.
#[derive(Debug, Clone)]
pub(super) enum Times {
    /// From one shortest period to another.
    Between(usize, usize),
    /// Over the whole coverage: what came in changes in the first period, what was closed in the second.
    Once(usize, usize),
    /// In a shortest period only, for what no sum over periods holds: what is overdue at its end, what is due after the figures' date.
    Alone(usize),
}

/// What names are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum View {
    /// Cases received or due in a period.
    Cohort,
    /// Events in a period.
    Flow,
    /// What is open at its end.
    Stock,
    /// Cases whose deadline lies after all that is told by periods.
    Beyond,
}

/// All of them, in their order.
pub(super) const VIEWS: [View; 4] = [View::Cohort, View::Flow, View::Stock, View::Beyond];

/// The names that the stock follows from.
#[derive(Debug, Clone, Copy)]
pub(super) struct Flow<'a> {
    pub(super) valid: Option<usize>,
    pub(super) reopened: Option<usize>,
    pub(super) closed: Option<usize>,
    pub(super) open: Option<usize>,
    /// What is overdue, and what is open and not, by clock.
    pub(super) overdue: &'a [(usize, usize)],
}

pub(super) type Factors = Vec<(usize, i64)>;

/// Each once, in order, with the sum of its factors; without those that come to nothing.
pub(super) fn summed<T: Ord + Copy>(mut factors: Vec<(T, i64)>) -> Vec<(T, i64)> {
    factors.sort_unstable_by_key(|one| one.0);
    factors.dedup_by(|next, one| {
        let is_same = next.0 == one.0;
        one.1 += i64::from(is_same) * next.1;
        is_same
    });
    factors.retain(|one| one.1 != 0);
    factors
}

/// The cells that change when a move is made at some points and those of some times that `is_in` says it of. `None` where readers know
/// that nothing can.
pub(super) fn exchange(
    lattice: &Lattice,
    views: &[View],
    flow: Flow<'_>,
    points: &Points,
    times: &Times,
    moved: &Move,
    is_in: &dyn Fn(usize) -> bool,
) -> Option<Exchange> {
    let by_view = VIEWS.map(|view| halves(lattice, times, view, is_in));
    let mut cells: Exchange = Vec::new();
    let mut add = |nodes: &Factors, periods: &Factors, names: &[(usize, i64)]| -> Option<()> {
        for &(period, by_period) in periods {
            let kind = lattice.periods[period].kind;
            for &(node, by_node) in nodes {
                let is_pair = matches!(lattice.nodes[node].place, Place::Pair(..));
                if !lattice.is_published(kind, is_pair) {
                    continue;
                }
                for &(name, by) in names {
                    // Where there is no sheet there is no case, and readers know it.
                    let cell = lattice.cell(node, period, name)?;
                    if lattice.value(cell).is_some() {
                        cells.push((cell, by_period * by_node * by));
                    }
                }
            }
        }
        Some(())
    };
    let is_told = |name: usize| flow.overdue.iter().all(|(_, not)| *not != name);
    for half in [0, 1] {
        for (nodes, way, at_end) in changing(lattice, views, points, times, half, moved)? {
            for view in VIEWS {
                let is_once = matches!(times, Times::Once(..));
                let names: Move = way
                    .iter()
                    .copied()
                    .filter(|(name, _)| views[*name] == view && is_told(*name))
                    .filter(|(name, _)| !is_once || Some(*name) != flow.open)
                    .collect();
                add(&nodes, &by_view[view as usize][half], &names)?;
            }
            if let Times::Between(one, _) = times {
                let by = if half == 0 { 1 } else { -1 };
                let lasts = lattice.lasts_from(*one).into_iter();
                let lasts = lasts.filter(|&last| is_in(last));
                let ends = lasts.flat_map(|last| ending_with(lattice, last));
                let ends = ends.map(|at| (at, by)).collect();
                let names = at_end.iter().copied();
                let names: Move = names.filter(|(name, _)| is_told(*name)).collect();
                add(&nodes, &ends, &names)?;
            }
            if let (Times::Once(came, went), Some(open), 0) = (times, flow.open, half) {
                let mut stock = stock_after(lattice, flow, (*came, *went), way);
                stock.retain(|(period, _)| is_in(*period));
                add(&nodes, &stock, &[(open, 1)])?;
            }
        }
    }
    // What is not overdue follows from what is.
    cells = summed(cells);
    let mut follow = Exchange::new();
    for &(cell, by) in &cells {
        let (sheet, name) = (cell - cell % lattice.names, cell % lattice.names);
        for &(overdue, not) in flow.overdue {
            let by = match name {
                name if Some(name) == flow.open => by,
                name if name == overdue => -by,
                _ => continue,
            };
            if lattice.value(sheet + not).is_some() {
                follow.push((sheet + not, by));
            }
        }
    }
    cells.extend(follow);
    Some(summed(cells))
}

/// By how much the stock changes at the end of each period, when cases come in and go out.
fn stock_after(
    lattice: &Lattice,
    flow: Flow<'_>,
    (came, went): (usize, usize),
    moved: &[(usize, i64)],
) -> Factors {
    let by = |name: Option<usize>| -> i64 {
        let found = moved.iter().find(|one| Some(one.0) == name);
        found.map_or(0, |one| one.1)
    };
    let (comes, goes) = (by(flow.valid), by(flow.closed) - by(flow.reopened));
    let last = lattice.last_like(came);
    (came.min(went)..=last)
        .flat_map(|end| {
            let mut change = 0;
            if end >= came {
                change += comes;
            }
            if end >= went {
                change -= goes;
            }
            ending_with(lattice, end).map(move |period| (period, change))
        })
        .filter(|(_, by)| *by != 0)
        .collect()
}

fn ending_with(lattice: &Lattice, period: usize) -> impl Iterator<Item = usize> + '_ {
    let end = lattice.end(period);
    (0..lattice.periods.len()).filter(move |&at| lattice.end(at) == end)
}

/// By how much each period changes, for what has a view.
pub(super) fn periods(lattice: &Lattice, times: &Times, view: View) -> Factors {
    summed(halves(lattice, times, view, &|_| true).concat())
}

/// The same, by what is done at the first time and what is undone at the second.
fn halves(
    lattice: &Lattice,
    times: &Times,
    view: View,
    is_in: &dyn Fn(usize) -> bool,
) -> [Factors; 2] {
    let over = |period: usize, by: i64| -> Factors {
        let over = is_in(period).then(|| lattice.periods_over(period));
        let over = over.into_iter().flatten();
        over.map(|period| (period, by)).collect()
    };
    let first = match (times, view) {
        (Times::Between(one, two), View::Cohort | View::Flow) => {
            return [over(*one, 1), over(*two, -1)];
        }
        (Times::Once(one, _), View::Cohort) | (Times::Once(_, one), View::Flow) => over(*one, 1),
        (Times::Once(one, _), View::Stock) => {
            let lasts = lattice.lasts_from(*one).into_iter();
            let lasts = lasts.filter(|&last| is_in(last));
            let with = lasts.flat_map(|last| ending_with(lattice, last));
            with.map(|at| (at, 1)).collect()
        }
        (Times::Once(..), View::Beyond) => vec![(0, 1)],
        (Times::Alone(one), View::Stock) if is_in(*one) => {
            ending_with(lattice, *one).map(|at| (at, 1)).collect()
        }
        (Times::Alone(one), View::Beyond) => {
            let mut over = over(*one, 1);
            over.retain(|(period, _)| *period != 0);
            over
        }
        // What came in at one time and went out at another was open in between.
        (Times::Between(one, two), View::Stock) => {
            let by = if one < two { 1 } else { -1 };
            (*one.min(two)..*one.max(two))
                .filter(|&between| is_in(between))
                .flat_map(|between| ending_with(lattice, between).map(move |at| (at, by)))
                .collect()
        }
        (Times::Alone(_), View::Cohort | View::Flow | View::Stock)
        | (Times::Between(..), View::Beyond) => Vec::new(),
    };
    [first, Vec::new()]
}

/// Nodes that change at one of the times, how, and how at the end.
type Changing<'m> = Vec<(Factors, &'m [(usize, i64)], &'m [(usize, i64)])>;

fn changing<'m>(
    lattice: &Lattice,
    views: &[View],
    points: &'m Points,
    times: &Times,
    half: usize,
    moved: &'m Move,
) -> Option<Changing<'m>> {
    let mut found: Changing<'m> = Vec::new();
    match points {
        Points::Between(one, two, with) => {
            found.push((side(lattice, &[(*one, 1), (*two, -1)]), moved, &[]));
            let (own, others): (Vec<&Crossing>, Vec<&Crossing>) =
                with.pairs[half].iter().partition(|one| one.way.is_some());
            found.push((crossing(lattice, others)?, moved, &with.at_end));
            for one in own {
                let way = one.way.as_ref()?;
                found.push((crossing(lattice, [one])?, way, &[]));
            }
        }
        Points::Through(leaves) => {
            let mut factors = vec![(0, 1)];
            // With the same leaves at both times their pairs change only where the times do not make up for each other.
            let spell = if leaves[0] == leaves[1] {
                periods_of_pairs(lattice, times)
            } else {
                VIEWS.map(|view| {
                    of_pairs(
                        lattice,
                        halves(lattice, times, view, &|_| true)[half].clone(),
                    )
                })
            };
            let is_crossed = changes_pairs(lattice, views, &spell, moved);
            for (at, one) in leaves[half].iter().enumerate() {
                let own = side(lattice, &[(*one, 1)]);
                if is_crossed {
                    for two in &leaves[half][at + 1..] {
                        cross(lattice, &own, &side(lattice, &[(*two, 1)]), &mut factors)?;
                    }
                }
                factors.extend(own);
            }
            found.push((summed(factors), moved, &[]));
        }
        Points::Crossed(one, two) => {
            let mut factors = Factors::new();
            let one = side(lattice, &[(one[0], 1), (one[1], -1)]);
            let two = side(lattice, &[(two[0], 1), (two[1], -1)]);
            cross(lattice, &one, &two, &mut factors)?;
            found.push((summed(factors), moved, &[]));
        }
    }
    Some(found)
}

/// By how much each period that pairs are told of changes, by view.
pub(super) fn periods_of_pairs(lattice: &Lattice, times: &Times) -> [Factors; 4] {
    VIEWS.map(|view| of_pairs(lattice, periods(lattice, times, view)))
}

/// Those of some periods that pairs are told of.
fn of_pairs(lattice: &Lattice, mut periods: Factors) -> Factors {
    periods.retain(|(period, _)| lattice.is_published(lattice.periods[*period].kind, true));
    periods
}

/// Whether pairs change with a way at some times.
pub(super) fn changes_pairs(
    lattice: &Lattice,
    views: &[View],
    periods: &[Factors; 4],
    way: &Move,
) -> bool {
    way.iter()
        .any(|(name, _)| lattice.is_of_pairs[*name] && !periods[views[*name] as usize].is_empty())
}

/// By how much each pair changes, with those above it.
pub(super) fn crossing<'c>(
    lattice: &Lattice,
    pairs: impl IntoIterator<Item = &'c Crossing>,
) -> Option<Factors> {
    let mut factors = Factors::new();
    for pair in pairs {
        let one = side(lattice, &[(pair.leaves.0, pair.sign)]);
        let two = side(lattice, &[(pair.leaves.1, 1)]);
        cross(lattice, &one, &two, &mut factors)?;
    }
    Some(summed(factors))
}

/// Members and those above them, by how much each changes.
fn side(lattice: &Lattice, members: &[(usize, i64)]) -> Factors {
    let over = |&(member, by)| {
        let chain = lattice.chain(member).into_iter();
        chain.map(move |node| (node, by))
    };
    summed(members.iter().flat_map(over).collect())
}

/// Adds the pairs of two sides. `None` where there is no case of a pair: readers know that.
fn cross(lattice: &Lattice, one: &Factors, two: &Factors, factors: &mut Factors) -> Option<()> {
    for (first, by) in one {
        for (second, times) in two {
            if lattice.is_crossed(*first, *second) {
                let node = lattice.pair_node(*first, *second)?;
                factors.push((node, by * times));
            }
        }
    }
    Some(())
}
