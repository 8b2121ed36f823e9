//! A few members at a few times, with all counts that they change: a [`Block`], in which another body of counts can be solved for.
//!
//! Its unknowns are cases of one leaf of each tree in one shortest period, by what they are counted as. All sums over members, pairs and
//! periods follow, and so do stocks; what is left to solve is that nothing changes which readers see.

use std::collections::{BTreeMap, BTreeSet};

use super::counts::Row;
use super::exchange::{Exchange, View, summed};
use super::lattice::{Lattice, Place};
use super::suppress::Material;

/// One of two publications: of now, or of then.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Issue {
    Now,
    Then,
}

/// What a block changes of a publication.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Spot {
    Cell(usize),
    /// A sheet without a case, by node, period and name.
    Absent(usize, usize, usize),
    /// A sum over all time, by tuple and row.
    AllTime(usize, usize),
    /// What is open at the end of a shortest period, less what was before, and what came and went, by tuple and period.
    Balance(usize, usize),
}

/// By how much each spot changes, in order, each spot once.
pub(super) type Effect = Vec<((Issue, Spot), i64)>;

/// Which publications the unknowns of a block are of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Issues {
    Now,
    /// Both: what is settled changes in both at once.
    Both,
}

/// One unknown.
#[derive(Debug)]
pub(super) struct Unknown {
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
    /// Of what adds up within a sheet. Names that `stays` says it of rather change on their own.
    pub(super) fn of<'r>(
        rows: impl Iterator<Item = &'r Row>,
        views: &[View],
        stays: impl Fn(usize) -> bool,
    ) -> Self {
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
            let units = sum.iter().filter(|one| one.1.abs() == 1);
            let Some((&name, &by)) = units.max_by_key(|one| (!stays(*one.0), *one.0)) else {
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
        (basis, issues): (&Basis, Issues),
        tuples: &[Vec<usize>],
        periods: &[usize],
    ) -> Self {
        let lattice = from.lattice;
        let then = from.earlier.then.as_ref();
        let then = then.filter(|_| issues == Issues::Both);
        let mut block = Self {
            unknowns: Vec::new(),
        };
        let ends = periods
            .iter()
            .min()
            .map(|&first| first..=lattice.last_like(first));
        for (tuple, leaves) in tuples.iter().enumerate() {
            let Some(nodes) = nodes_of(lattice, leaves) else {
                continue;
            };
            let making = |issue: Issue, (lattice, rows, views), at: usize| Making {
                from,
                lattice,
                rows,
                views,
                nodes: &nodes,
                tuple,
                at,
                issue,
                effect: Effect::new(),
            };
            let mut add = |at: usize, is_settled: bool, made: &dyn Fn(Making<'_>) -> Effect| {
                let mut now = made(making(Issue::Now, (lattice, rows, from.views), at));
                let then = then.filter(|then| then.lattice.has_begun(at));
                if let Some(then) = then {
                    let body = (&then.lattice, &then.rows[..], &then.views[..]);
                    let was = made(making(Issue::Then, body, at));
                    if is_settled && then.was_over(lattice, at) {
                        now.extend(was);
                    } else {
                        block.add(was);
                    }
                }
                block.add(now);
            };
            let stays = |name: usize| then.is_some_and(|then| then.is_settled(name));
            for &at in periods {
                for names in &basis.0 {
                    add(at, stays(names[0].0), &|making| making.made(names));
                }
            }
            if let Some(stock) = from.flow.open {
                for end in ends.clone().into_iter().flatten() {
                    add(end, stays(stock), &|making| making.open(stock));
                }
            }
        }
        block
    }

    fn add(&mut self, effect: Effect) {
        if !effect.is_empty() {
            self.unknowns.push(Unknown { effect });
        }
    }

    /// By how much cells of a publication change with some numbers of the unknowns.
    pub(super) fn exchange(&self, numbers: &[i64], issue: Issue) -> Exchange {
        let mut sum: BTreeMap<usize, i64> = BTreeMap::new();
        for (unknown, &number) in self.unknowns.iter().zip(numbers) {
            for &(spot, by) in unknown.effect.iter().filter(|_| number != 0) {
                match spot {
                    (of, Spot::Cell(cell)) if of == issue => {
                        *sum.entry(cell).or_default() += by * number;
                    }
                    _ => {}
                }
            }
        }
        sum.into_iter().filter(|one| one.1 != 0).collect()
    }
}

/// An effect that is being made.
struct Making<'a> {
    from: &'a Material<'a>,
    lattice: &'a Lattice,
    rows: &'a [Row],
    views: &'a [View],
    nodes: &'a [usize],
    tuple: usize,
    at: usize,
    issue: Issue,
    effect: Effect,
}

impl Making<'_> {
    /// What changes with some names.
    fn made(mut self, names: &[(usize, i64)]) -> Effect {
        let (lattice, flow) = (self.lattice, self.from.flow);
        let last = lattice.last_like(self.at);
        let mut net = 0;
        for &(name, by) in names {
            match self.views[name] {
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
            net += match Some(name) {
                name if name == flow.valid || name == flow.reopened => by,
                name if name == flow.closed => -by,
                _ => 0,
            };
        }
        if flow.open.is_some() {
            self.push(Spot::Balance(self.tuple, self.at), net);
        }
        let (views, is_last) = (self.views, self.at == last);
        self.add_over_all_time(|name| {
            let is_counted = views[name] != View::Stock || is_last;
            let found = names.iter().find(|one| one.0 == name);
            found.filter(|_| is_counted).map_or(0, |one| one.1)
        });
        summed(self.effect)
    }

    /// What changes with what is open at the end.
    fn open(mut self, stock: usize) -> Effect {
        let lattice = self.lattice;
        for &period in lattice.ending_together(self.at) {
            self.add(period, stock, 1);
            for (_, not) in self.from.flow.overdue {
                self.add(period, *not, 1);
            }
        }
        self.push(Spot::Balance(self.tuple, self.at), -1);
        if self.at == lattice.last_like(self.at) {
            self.add_over_all_time(|name| i64::from(name == stock));
        } else {
            self.push(Spot::Balance(self.tuple, self.at + 1), 1);
        }
        summed(self.effect)
    }

    /// By how much the sums over all time are off, if names change by so much.
    fn add_over_all_time(&mut self, change: impl Fn(usize) -> i64) {
        for (number, row) in self.rows.iter().enumerate().filter(|row| row.1.only_all) {
            let terms = row.terms.iter();
            let sum = terms.map(|(name, by)| by * change(*name)).sum();
            self.push(Spot::AllTime(self.tuple, number), sum);
        }
    }

    fn add(&mut self, period: usize, name: usize, by: i64) {
        let lattice = self.lattice;
        let kind = lattice.periods[period].kind;
        for &node in self.nodes {
            let is_pair = matches!(lattice.nodes[node].place, Place::Pair(..));
            if !lattice.is_published(kind, is_pair) {
                continue;
            }
            match lattice.cell(node, period, name) {
                None => self.push(Spot::Absent(node, period, name), by),
                Some(cell) if lattice.value(cell).is_some() => self.push(Spot::Cell(cell), by),
                Some(_) => {}
            }
        }
    }

    fn push(&mut self, spot: Spot, by: i64) {
        if by != 0 {
            self.effect.push(((self.issue, spot), by));
        }
    }
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
        let basis = Basis::of(rows.iter(), &[View::Cohort; 6], |_| false);
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
        assert_eq!(Basis::of(rows.iter(), &views, |_| false).len(), 3);
    }
}
