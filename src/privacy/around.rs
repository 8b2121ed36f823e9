//! Which members and periods a block of counts holds: those around a count, or those that some changes go over.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::block::Basis;
use super::closure::Withheld;
use super::exchange::View;
use super::lattice::Place;
use super::look::Look;
use super::search::Search;

/// Leaves of the trees, one of each, in all ways that are looked at; and shortest periods.
pub(super) type Places = (Vec<Vec<usize>>, Vec<usize>);

/// How much a block holds.
#[derive(Debug, Clone, Copy)]
pub(super) struct Size {
    /// Ways to take a leaf of each tree.
    tuples: usize,
    /// Leaves of a tree.
    leaves: usize,
    /// Shortest periods.
    periods: usize,
}

/// Small ones first, as most need no more.
pub(super) const SIZES: [Size; 3] = [
    Size {
        tuples: 16,
        leaves: 4,
        periods: 5,
    },
    Size {
        tuples: 60,
        leaves: 6,
        periods: 12,
    },
    Size {
        tuples: 400,
        leaves: 26,
        periods: 40,
    },
];

/// Unknowns of a block at most.
const UNKNOWNS: usize = 30_000;

impl Search<'_> {
    /// Leaves, one of each tree, and shortest periods around a cell, likely ones first.
    pub(super) fn around(
        &self,
        withheld: &Withheld<'_>,
        cell: usize,
        basis: &Basis,
        size: Size,
    ) -> Places {
        let look = Look::new(self, withheld, None, cell);
        let (node, period, _) = self.from.lattice.spot_of(cell);
        let periods = self.periods_around(&look, node, period, size.periods);
        let most = UNKNOWNS / (periods.len() * basis.len()).max(1);
        let leaves = self.leaves_around(&look, node, (period, &periods), size.leaves);
        (tuples(leaves, size.tuples.min(most)), periods)
    }

    /// Leaves of each tree and shortest periods that some changes go over, with likely ones.
    pub(super) fn across(
        &self,
        withheld: &Withheld<'_>,
        cell: usize,
        changes: &BTreeMap<usize, i64>,
        size: Size,
    ) -> Places {
        let lattice = self.from.lattice;
        let look = Look::new(self, withheld, None, cell);
        let (node, period, _) = lattice.spot_of(cell);
        let spots = changes.keys().map(|&cell| lattice.spot_of(cell));
        let (nodes, spells): (BTreeSet<usize>, BTreeSet<usize>) =
            spots.map(|(node, period, _)| (node, period)).unzip();
        let begun = lattice.shortest_in(0, false).iter().copied();
        let mut periods: Vec<usize> = begun
            .filter(|&at| lattice.has_begun(at))
            .filter(|at| spells.contains(at))
            .collect();
        for at in self.periods_around(&look, node, period, size.periods) {
            if !periods.contains(&at) {
                periods.push(at);
            }
        }
        let around = self.leaves_around(&look, node, (period, &periods), size.leaves);
        let leaves = self.by_size.values().zip(around).map(|(all, around)| {
            let changed = all.iter().copied().filter(|leaf| nodes.contains(leaf));
            let mut leaves: Vec<usize> = changed.collect();
            for leaf in around {
                if leaves.len() < size.leaves && !leaves.contains(&leaf) {
                    leaves.push(leaf);
                }
            }
            leaves
        });
        let leaves: Vec<Vec<usize>> = leaves.collect();
        let many = leaves.iter().map(Vec::len).product();
        (tuples(leaves, many), periods)
    }

    fn periods_around(
        &self,
        look: &Look<'_, '_>,
        node: usize,
        period: usize,
        many: usize,
    ) -> Vec<usize> {
        let lattice = self.from.lattice;
        let begun = lattice.shortest_in(0, false).iter().copied();
        let begun: Vec<usize> = begun.filter(|&at| lattice.has_begun(at)).collect();
        let mut found: Vec<usize> = Vec::new();
        let mut add = |some: Vec<usize>, many: usize| {
            let new = some.into_iter().filter(|at| begun.contains(at));
            let new: Vec<usize> = new.filter(|at| !found.contains(at)).take(many).collect();
            found.extend(new);
        };
        if self.from.views[look.name] == View::Stock {
            let end = lattice.end(period);
            let is_before = |at: &usize| lattice.end(*at) <= end;
            let (before, after): (Vec<usize>, Vec<usize>) =
                begun.iter().partition(|at| is_before(at));
            add(before.iter().rev().copied().collect(), 2);
            add(after, 1);
            add(look.likely(node, &before), 1);
        } else {
            add(look.likely(node, lattice.shortest_in(period, false)), 2);
            for whole in lattice.periods_over(period).into_iter().skip(1) {
                add(look.likely(node, lattice.shortest_in(whole, false)), 1);
            }
        }
        add(begun.iter().rev().copied().collect(), usize::MAX);
        found.truncate(many);
        found
    }

    /// Leaves of each tree: below a node and beside it, and such as have cases in its periods.
    fn leaves_around(
        &self,
        look: &Look<'_, '_>,
        node: usize,
        (period, periods): (usize, &[usize]),
        many: usize,
    ) -> Vec<Vec<usize>> {
        let lattice = self.from.lattice;
        let own: Vec<usize> = match lattice.nodes[node].place {
            Place::Overall => Vec::new(),
            Place::Member { .. } => vec![node],
            Place::Pair(one, two) => vec![one, two],
        };
        let mut found: Vec<Vec<usize>> = Vec::new();
        for all in self.by_size.values() {
            let member = own.iter().copied().find(|&member| {
                let below = &lattice.nodes[member].leaves;
                below.iter().any(|leaf| all.contains(leaf))
            });
            let mut leaves = Vec::new();
            if let Some(member) = member {
                leaves.clone_from(&lattice.nodes[member].leaves);
                leaves.sort_by_key(|&leaf| Reverse(look.now(leaf, period)));
                leaves.truncate(many.div_ceil(2));
                let others = all.iter().copied();
                let others: Vec<usize> = others
                    .filter(|leaf| !lattice.nodes[member].leaves.contains(leaf))
                    .collect();
                leaves.extend(look.partners(member, leaves[0], &others, period));
            } else {
                let with = found.first().and_then(|leaves| leaves.first()).copied();
                let first = &periods[..periods.len().min(1)];
                leaves = look.likely_leaves(all, with, first);
            }
            leaves.truncate(many);
            found.push(leaves);
        }
        found
    }
}

/// All ways to take a leaf of each tree, of fewer leaves where there are too many.
fn tuples(mut of_trees: Vec<Vec<usize>>, most: usize) -> Vec<Vec<usize>> {
    let many = |trees: &[Vec<usize>]| trees.iter().map(Vec::len).product::<usize>();
    while many(&of_trees) > most.max(1) {
        if let Some(longest) = of_trees.iter_mut().max_by_key(|leaves| leaves.len()) {
            longest.pop();
        }
    }
    of_trees
        .into_iter()
        .fold(vec![Vec::new()], |tuples, leaves| {
            let with_each = |tuple: &Vec<usize>| -> Vec<Vec<usize>> {
                let with = |leaf: &usize| tuple.iter().copied().chain([*leaf]).collect();
                leaves.iter().map(with).collect()
            };
            tuples.iter().flat_map(with_each).collect()
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_lists_of_leaves_give_way_first() {
        let leaves = || vec![vec![1, 2, 3], vec![7, 8]];
        assert_eq!(tuples(leaves(), 6).len(), 6);
        assert_eq!(
            tuples(leaves(), 5),
            [vec![1, 7], vec![1, 8], vec![2, 7], vec![2, 8]]
        );
        assert_eq!(tuples(leaves(), 0), [vec![1, 7]]);
    }
}
