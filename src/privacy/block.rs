//! A few members at a few times, with all counts that they change: a [`Block`], in which another body of counts can be solved for.
//!
//! Its unknowns are cases of one leaf of each tree in one shortest period, by what they are counted as. All sums over members, pairs and
//! periods follow, and so do stocks; what is left to solve is that nothing changes which readers see.

use std::collections::{BTreeMap, BTreeSet};

use super::counts::Row;
use super::exchange::{Exchange, View};
use super::lattice::{Lattice, Place};
use super::suppress::Material;

/// What a block changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Spot {
    Cell(usize),
    /// What an earlier publication told of a cell whose period was not over: the part of it that was.
    SoFar(usize),
    /// A sheet without a case, by node, period and name.
    Absent(usize, usize, usize),
    /// A sum over all time, by tuple and row.
    AllTime(usize, usize),
}

/// By how much each spot changes, in order, each spot once.
pub(super) type Effect = Vec<(Spot, i64)>;

/// One unknown.
#[derive(Debug)]
pub(super) struct Unknown {
    /// The shortest period it is in.
    at: usize,
    pub(super) effect: Effect,
}

/// A block of counts.
#[derive(Debug)]
pub(super) struct Block {
    pub(super) unknowns: Vec<Unknown>,
}

/// Names that can change on their own, each with those that follow by the sums of a sheet, by how much.
#[derive(Debug, Clone)]
pub(super) struct Basis(Vec<Vec<(usize, i64)>>);

impl Basis {
    /// Of what adds up within a sheet.
    pub(super) fn of<'r>(rows: impl Iterator<Item = &'r Row>, views: &[View]) -> Self {
        let names = views.len();
        let mut follows: Vec<Option<BTreeMap<usize, i64>>> = vec![None; names];
        let is_of_stock = |row: &Row| row.terms.iter().any(|one| views[one.0] == View::Stock);
        for row in rows.filter(|row| !is_of_stock(row)) {
            let mut sum: BTreeMap<usize, i64> = BTreeMap::new();
            for &(name, by) in &row.terms {
                let own = BTreeMap::from([(name, 1)]);
                for (&free, &times) in follows[name].as_ref().unwrap_or(&own) {
                    *sum.entry(free).or_default() += by * times;
                }
            }
            sum.retain(|_, by| *by != 0);
            // Names that are never printed come last.
            let Some((&name, &by)) = sum.iter().rev().find(|one| one.1.abs() == 1) else {
                continue;
            };
            sum.remove(&name);
            let follow: BTreeMap<usize, i64> =
                sum.into_iter().map(|(free, of)| (free, -of * by)).collect();
            for other in follows.iter_mut().flatten() {
                if let Some(times) = other.remove(&name) {
                    for (&free, &of) in &follow {
                        *other.entry(free).or_default() += of * times;
                    }
                    other.retain(|_, by| *by != 0);
                }
            }
            follows[name] = Some(follow);
        }
        let mut free: Vec<Vec<(usize, i64)>> = (0..names).map(|name| vec![(name, 1)]).collect();
        for (name, follow) in follows.iter().enumerate() {
            if let Some(follow) = follow {
                free[name].clear();
                for (&of, &by) in follow {
                    free[of].push((name, by));
                }
            }
        }
        free.retain(|one| !one.is_empty());
        Self(free)
    }

    /// How many unknowns it makes of a leaf of each tree in a period.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }
}

impl Block {
    /// Of some leaves, one of each tree, in some shortest periods.
    pub(super) fn new(
        from: &Material<'_>,
        rows: &[Row],
        basis: &Basis,
        tuples: &[Vec<usize>],
        periods: &[usize],
    ) -> Self {
        let lattice = from.lattice;
        let mut unknowns = Vec::new();
        for (tuple, leaves) in tuples.iter().enumerate() {
            let Some(nodes) = nodes_of(lattice, leaves) else {
                continue;
            };
            for &at in periods {
                for names in &basis.0 {
                    let effect = Making {
                        from,
                        rows,
                        nodes: &nodes,
                        tuple,
                        at,
                        effect: Effect::new(),
                    }
                    .made(names);
                    if !effect.is_empty() {
                        unknowns.push(Unknown { at, effect });
                    }
                }
            }
        }
        Self { unknowns }
    }

    /// By how much cells change with some numbers of the unknowns in shortest periods that `is_in` says it of.
    pub(super) fn exchange(&self, numbers: &[i64], is_in: impl Fn(usize) -> bool) -> Exchange {
        let mut sum: BTreeMap<usize, i64> = BTreeMap::new();
        for (unknown, &number) in self.unknowns.iter().zip(numbers) {
            if number == 0 || !is_in(unknown.at) {
                continue;
            }
            for &(spot, by) in &unknown.effect {
                if let Spot::Cell(cell) = spot {
                    *sum.entry(cell).or_default() += by * number;
                }
            }
        }
        sum.into_iter().filter(|one| one.1 != 0).collect()
    }
}

/// An effect that is being made.
struct Making<'a> {
    from: &'a Material<'a>,
    rows: &'a [Row],
    nodes: &'a [usize],
    tuple: usize,
    at: usize,
    effect: Effect,
}

impl Making<'_> {
    fn made(mut self, names: &[(usize, i64)]) -> Effect {
        let (lattice, flow) = (self.from.lattice, self.from.flow);
        let last = lattice.last_like(self.at);
        let mut open = 0;
        for &(name, by) in names {
            match self.from.views[name] {
                View::Cohort | View::Flow => {
                    for period in lattice.periods_over(self.at) {
                        self.add(period, name, by);
                    }
                }
                View::Beyond if self.at == last => self.add(0, name, by),
                // What is open follows from what comes and goes.
                View::Stock if flow.overdue.iter().any(|one| one.0 == name) => {
                    for &period in lattice.ending_together(self.at) {
                        self.add(period, name, by);
                        for (_, not) in flow.overdue.iter().filter(|one| one.0 == name) {
                            self.add(period, *not, -by);
                        }
                    }
                }
                View::Stock | View::Beyond => return Effect::new(),
            }
            open += match Some(name) {
                name if name == flow.valid || name == flow.reopened => by,
                name if name == flow.closed => -by,
                _ => 0,
            };
        }
        if let Some(stock) = flow.open {
            for end in self.at..=last {
                for &period in lattice.ending_together(end) {
                    self.add(period, stock, open);
                    for (_, not) in flow.overdue {
                        self.add(period, *not, open);
                    }
                }
            }
        }
        for (number, row) in self.rows.iter().enumerate().filter(|row| row.1.only_all) {
            let change = |name: usize| {
                let found = names.iter().find(|one| one.0 == name);
                let is_counted = self.from.views[name] != View::Stock
                    || Some(name) == flow.open
                    || self.at == last;
                let own = found.filter(|_| is_counted).map_or(0, |one| one.1);
                own + if Some(name) == flow.open { open } else { 0 }
            };
            let sum: i64 = row.terms.iter().map(|(name, by)| by * change(*name)).sum();
            if sum != 0 {
                self.effect.push((Spot::AllTime(self.tuple, number), sum));
            }
        }
        summed(self.effect)
    }

    fn add(&mut self, period: usize, name: usize, by: i64) {
        let lattice = self.from.lattice;
        let kind = lattice.periods[period].kind;
        for &node in self.nodes {
            let is_pair = matches!(lattice.nodes[node].place, Place::Pair(..));
            if by == 0 || !lattice.is_published(kind, is_pair) {
                continue;
            }
            let Some(cell) = lattice.cell(node, period, name) else {
                self.effect.push((Spot::Absent(node, period, name), by));
                continue;
            };
            if lattice.value(cell).is_none() {
                continue;
            }
            self.effect.push((Spot::Cell(cell), by));
            let earlier = self.from.earlier;
            if earlier.holds(&lattice.periods[self.at], false)
                && earlier.has_told_so_far(lattice, self.from.views, cell)
            {
                self.effect.push((Spot::SoFar(cell), by));
            }
        }
    }
}

/// Changes with those of the same spot put together, and without such as come to nothing.
fn summed(mut changes: Effect) -> Effect {
    changes.sort_unstable_by_key(|one| one.0);
    changes.dedup_by(|next, last| {
        let is_same = next.0 == last.0;
        if is_same {
            last.1 += next.1;
        }
        is_same
    });
    changes.retain(|one| one.1 != 0);
    changes
}

/// All whose counts change with a case of some leaves: all cases, members and pairs. `None` where there is no such pair.
fn nodes_of(lattice: &Lattice, leaves: &[usize]) -> Option<Vec<usize>> {
    let mut nodes = BTreeSet::from([0]);
    for (at, &leaf) in leaves.iter().enumerate() {
        let chain = lattice.chain(leaf);
        for &other in &leaves[at + 1..] {
            for &one in &chain {
                for two in lattice.chain(other) {
                    if lattice.is_crossed(one, two) {
                        nodes.insert(lattice.pair_node(one, two)?);
                    }
                }
            }
        }
        nodes.extend(chain);
    }
    Some(nodes.into_iter().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(terms: &[(usize, i64)]) -> Row {
        Row::of(terms.to_vec())
    }

    #[test]
    fn what_follows_changes_with_what_it_follows_from() {
        // 0 = 1 + 2, 1 = 3 + 4, 5 = 2: of six names three can change on their own.
        let rows = [
            row(&[(0, -1), (1, 1), (2, 1)]),
            row(&[(1, -1), (3, 1), (4, 1)]),
            row(&[(2, -1), (5, 1)]),
        ];
        let basis = Basis::of(rows.iter(), &[View::Cohort; 6]);
        assert_eq!(basis.len(), 3);
        for names in &basis.0 {
            let by = |name: usize| {
                let found = names.iter().find(|one| one.0 == name);
                found.map_or(0, |one| one.1)
            };
            for row in &rows {
                let sum: i64 = row
                    .terms
                    .iter()
                    .map(|(name, times)| times * by(*name))
                    .sum();
                assert_eq!(sum, 0, "{names:?} {row:?}");
            }
        }
        // Each way of the six counts to change is made up of them: a case that goes from 3 to 4, and one more 5.
        let names: BTreeSet<usize> = basis.0.iter().flatten().map(|one| one.0).collect();
        assert_eq!(names.len(), 6);
    }

    #[test]
    fn what_is_open_is_not_made_up_within_a_sheet() {
        let rows = [row(&[(0, -1), (1, 1), (2, 1)])];
        let views = [View::Stock, View::Stock, View::Cohort];
        assert_eq!(Basis::of(rows.iter(), &views).len(), 3);
    }
}
