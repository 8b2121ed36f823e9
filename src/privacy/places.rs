//! Whose counts an exchange changes: between two members, among pairs, or through all cases.

use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::ops::ControlFlow;

use super::exchange::{Points, Times, View};
use super::lattice::{Lattice, Place};
use super::look::{LOOKS, Look, STARTS, Visit};

/// Members that a change is undone at.
const PARTNERS: usize = 40;

impl Look<'_, '_> {
    /// Looks for exchanges of a member with another.
    pub(super) fn between(
        &mut self,
        node: usize,
        tree: usize,
        period: usize,
        visit: &mut Visit<'_>,
    ) -> ControlFlow<()> {
        let search = self.search;
        let lattice = search.from.lattice;
        let below = &lattice.nodes[node].leaves;
        let mut ones = below.clone();
        ones.sort_by_key(|&leaf| (Reverse(self.now(leaf, period)), leaf));
        ones.truncate(self.wide(STARTS));
        let others: Vec<usize> = search
            .by_size
            .get(&tree)
            .into_iter()
            .flatten()
            .copied()
            .filter(|other| !below.contains(other))
            .collect();
        let partners: Vec<Vec<usize>> = ones
            .iter()
            .map(|&one| self.partners(node, one, &others, period))
            .collect();
        for times in self.times(node, period, false) {
            self.left = self.wide(LOOKS[usize::from(!self.is_free)]);
            'places: for (&one, partners) in ones.iter().zip(&partners) {
                for &two in partners {
                    let top = apart(lattice, one, two);
                    for way in self.ways(&times, [&[(one, 1), (two, -1)]; 2], &top, &[]) {
                        if let Some(with) = self.companions(tree, one, two, &times, &way) {
                            visit(&Points::Between(one, two, with), &times, &way)?;
                        }
                    }
                    if self.left == 0 {
                        break 'places;
                    }
                }
            }
        }
        if self.is_last() {
            for times in self.times(node, period, false) {
                self.left = self.wide(LOOKS[0]);
                for (&one, partners) in ones.iter().zip(&partners) {
                    for &two in partners {
                        self.along((one, two), None, &times, visit)?;
                    }
                }
            }
            // Where no other member can, all cases give way.
            for &one in &ones {
                self.through(node, &[one], period, visit)?;
            }
        }
        ControlFlow::Continue(())
    }

    /// Members to exchange with: near ones first, of whom least is told.
    pub(super) fn partners(
        &self,
        node: usize,
        one: usize,
        others: &[usize],
        period: usize,
    ) -> Vec<usize> {
        let lattice = self.lattice();
        let own = self.sibling_of(one, node);
        let mut found: Vec<(bool, bool, usize, usize)> = others
            .iter()
            .enumerate()
            .map(|(rank, &other)| {
                let told = if self.is_free {
                    0
                } else {
                    (0..lattice.names)
                        .filter_map(|name| lattice.cell(other, period, name))
                        .filter(|&cell| !self.withheld.is_free(cell))
                        .count()
                };
                let was_told = self.was_told(other, period);
                (was_told, self.sibling_of(other, node) != own, told, rank)
            })
            .collect();
        // Those of whom least is told cost least, and the greatest have most room.
        let mut by_room = found.clone();
        by_room.sort_by_key(|found| (found.0, found.1, found.3));
        found.sort_unstable();
        let mut seen = BTreeSet::new();
        let both = found
            .into_iter()
            .zip(by_room)
            .flat_map(|(one, two)| [one.3, two.3]);
        both.filter(|rank| seen.insert(*rank))
            .take(PARTNERS)
            .map(|rank| others[rank])
            .collect()
    }

    /// The member directly above a leaf's ancestor that is beside a node, or the whole.
    fn sibling_of(&self, leaf: usize, node: usize) -> Option<usize> {
        let lattice = self.lattice();
        let dimension = lattice.member(node).map(|own| own.1);
        let at = lattice
            .chain(leaf)
            .into_iter()
            .find(|&at| lattice.member(at).map(|own| own.1) == dimension)?;
        lattice.nodes[at].above
    }

    /// Looks for exchanges of all cases: of a leaf of each tree, of which some may be given.
    pub(super) fn through(
        &mut self,
        node: usize,
        given: &[usize],
        period: usize,
        visit: &mut Visit<'_>,
    ) -> ControlFlow<()> {
        for times in self.times(node, period, false) {
            let at = match times {
                Times::Between(one, two) => [one, two],
                Times::Once(one, _) | Times::Alone(one) => [one, one],
            };
            let both: Vec<Vec<usize>> = (0..self.wide(STARTS))
                .map(|rank| self.one_of_each(given, &at, rank))
                .collect();
            for leaves in both {
                let bottom = with_all(&leaves);
                for way in self.ways(&times, [&bottom; 2], &[0], &[]) {
                    let points = Points::Through([leaves.clone(), leaves.clone()]);
                    visit(&points, &times, &way)?;
                }
            }
            let view = self.search.from.views[self.name];
            if !matches!(
                (&times, view),
                (Times::Between(..), View::Cohort | View::Flow)
            ) {
                continue;
            }
            for first in 0..self.wide(STARTS) {
                let one = self.one_of_each(given, &at[..1], first);
                for second in 0..self.wide(STARTS) {
                    let two = self.one_of_each(&[], &at[1..], second);
                    let bottom = [with_all(&one), with_all(&two)];
                    for way in self.ways(&times, [&bottom[0], &bottom[1]], &[0], &[]) {
                        let points = Points::Through([one.clone(), two.clone()]);
                        visit(&points, &times, &way)?;
                    }
                }
            }
        }
        ControlFlow::Continue(())
    }

    /// Of each tree the leaf given or a likely one, that of some rank at some times.
    fn one_of_each(&self, given: &[usize], at: &[usize], rank: usize) -> Vec<usize> {
        let mut leaves = given.to_vec();
        // Where nothing else is left to try, each of the first of a tree with each of the others.
        let mut ranks = rank;
        for all in self.search.by_size.values() {
            if !all.iter().any(|leaf| given.contains(leaf)) {
                let likely = self.likely_leaves(all, leaves.first().copied(), at);
                let rank = if self.is_last() { ranks % STARTS } else { rank };
                ranks /= STARTS;
                leaves.extend(likely.get(rank).or(likely.last()).copied());
            }
        }
        leaves
    }

    /// Leaves of a tree, those first that have most at some times, and most together with another.
    pub(super) fn likely_leaves(
        &self,
        all: &[usize],
        with: Option<usize>,
        at: &[usize],
    ) -> Vec<usize> {
        let lattice = self.lattice();
        let mut likely = all.to_vec();
        likely.sort_by_cached_key(|&leaf| {
            let together = with
                .and_then(|with| lattice.pair_node(with, leaf))
                .map(|node| self.now(node, 0));
            let own = at.iter().map(|&at| self.now(leaf, at)).min();
            (own == Some(0), Reverse(together), Reverse(own))
        });
        likely
    }

    /// Looks for exchanges of a pair with three others.
    pub(super) fn crossed(
        &mut self,
        node: usize,
        (first, second): (usize, usize),
        period: usize,
        visit: &mut Visit<'_>,
    ) -> ControlFlow<()> {
        let lattice = self.search.from.lattice;
        let ones = self.ends(first, second);
        let twos = self.ends(second, first);
        for times in self.times(node, period, true) {
            for &one in ones.iter().take(self.wide(STARTS)) {
                for &two in twos.iter().take(self.wide(STARTS)) {
                    let mut last = usize::MAX;
                    for (told, beside, across) in self.corners((one, first), (two, second), &times)
                    {
                        if told != last {
                            last = told;
                            self.left = self.wide(LOOKS[usize::from(!self.is_free)]);
                        }
                        if self.left == 0 {
                            continue;
                        }
                        let pair = |one: usize, two: usize| lattice.pair_node(one, two);
                        let (Some(here), Some(side), Some(over), Some(far)) = (
                            pair(one, two),
                            pair(beside, two),
                            pair(one, across),
                            pair(beside, across),
                        ) else {
                            continue;
                        };
                        let bottom = [(here, 1), (side, -1), (over, -1), (far, 1)];
                        let top = [here, side, over, far];
                        for way in self.ways(&times, [&bottom; 2], &top, &[]) {
                            let points = Points::Crossed([one, beside], [two, across]);
                            visit(&points, &times, &way)?;
                        }
                    }
                }
            }
        }
        if self.is_last() {
            let leaf = |node: usize| {
                let leaves = lattice.nodes[node].leaves.iter().copied();
                leaves.max_by_key(|&leaf| lattice.most(leaf, 0))
            };
            // Two members exchange a case, and the pair goes along.
            for (ones, member, twos) in [(&ones, first, &twos), (&twos, second, &ones)] {
                for times in self.times(member, period, false) {
                    self.left = self.wide(LOOKS[0]);
                    for one in ones.iter().take(self.wide(STARTS)).copied() {
                        for other in self.beside(one, member).into_iter().take(self.wide(STARTS)) {
                            for given in twos
                                .iter()
                                .take(self.wide(STARTS))
                                .filter_map(|&two| leaf(two))
                            {
                                let both = leaf(one).zip(leaf(other));
                                if let Some(both) = both {
                                    self.along(both, Some(given), &times, visit)?;
                                }
                            }
                        }
                    }
                }
            }
            for &one in ones.iter().take(self.wide(STARTS)) {
                for &two in twos.iter().take(self.wide(STARTS)) {
                    let given: Vec<usize> = [leaf(one), leaf(two)].into_iter().flatten().collect();
                    self.through(first, &given, period, visit)?;
                }
            }
        }
        ControlFlow::Continue(())
    }

    /// Members to exchange a pair's with, those first of which least is told.
    fn corners(
        &self,
        (one, first): (usize, usize),
        (two, second): (usize, usize),
        times: &Times,
    ) -> Vec<(usize, usize, usize)> {
        let lattice = self.lattice();
        let period = match *times {
            Times::Once(..) => 0,
            Times::Between(one, _) | Times::Alone(one) => one,
        };
        let is_told = |one: usize, two: usize| {
            let node = lattice.pair_node(one, two)?;
            let cell = lattice.cell(node, period, self.name)?;
            Some(usize::from(!self.withheld.is_free(cell)))
        };
        let across: Vec<(usize, usize)> = self
            .beside(two, second)
            .into_iter()
            .filter_map(|across| Some((across, is_told(one, across)?)))
            .filter(|(_, told)| !self.is_free || *told == 0)
            .collect();
        let mut found = Vec::new();
        for (at, beside) in self.beside(one, first).into_iter().enumerate() {
            let Some(told) = is_told(beside, two) else {
                continue;
            };
            if self.is_free && told > 0 {
                continue;
            }
            for (over, &(across, told_over)) in across.iter().enumerate() {
                if let Some(told_far) = is_told(beside, across)
                    && !(self.is_free && told_far > 0)
                {
                    found.push((told + told_over + told_far, at + over, beside, across));
                }
            }
        }
        found.sort_unstable();
        found
            .into_iter()
            .map(|(told, _, beside, across)| (told, beside, across))
            .collect()
    }

    /// The lowest members below one that are crossed with those of another's dimension, or of one below.
    fn ends(&self, node: usize, other: usize) -> Vec<usize> {
        let lattice = self.lattice();
        let mut ends: Vec<usize> = lattice.nodes[node]
            .leaves
            .iter()
            .filter_map(|&leaf| {
                lattice
                    .chain(leaf)
                    .into_iter()
                    .find(|&end| lattice.is_crossed(end, other))
            })
            .collect();
        ends.dedup();
        ends.sort_by_key(|&end| (Reverse(lattice.most(end, 0)), end));
        ends
    }

    /// The other members of a member's dimension that are not below a node, the greatest first.
    fn beside(&self, one: usize, node: usize) -> Vec<usize> {
        let lattice = self.lattice();
        let own = lattice.member(one);
        let mut found: Vec<usize> = (0..lattice.nodes.len())
            .take_while(|&other| !matches!(lattice.nodes[other].place, Place::Pair(..)))
            .filter(|&other| other != one && lattice.member(other) == own)
            .filter(|&other| !lattice.chain(other).contains(&node))
            .collect();
        found.sort_by_key(|&other| (Reverse(lattice.most(other, 0)), other));
        found.truncate(PARTNERS);
        found
    }
}

/// All cases and some leaves, each with one more.
fn with_all(leaves: &[usize]) -> Vec<(usize, i64)> {
    let nodes = std::iter::once(0).chain(leaves.iter().copied());
    nodes.map(|node| (node, 1)).collect()
}

/// The topmost members that two leaves do not share.
pub(super) fn apart(lattice: &Lattice, one: usize, two: usize) -> Vec<usize> {
    let (first, second) = (lattice.chain(one), lattice.chain(two));
    let top = |own: &[usize], other: &[usize]| {
        let own = own.iter().rev().copied();
        own.into_iter().find(|node| !other.contains(node))
    };
    [top(&first, &second), top(&second, &first)]
        .into_iter()
        .flatten()
        .collect()
}
