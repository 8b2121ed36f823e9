//! The sheets as one body of counts: who is part of whom, which period lies in which, and what is counted where.
//!
//! A [`Lattice`] holds each count once: a pair and its mirror image are one sheet, and so are a pair of a member with one above it and
//! that member's own. Counts that no figure prints, but that follow by a sum of the same sheet, are there too.

use std::collections::{BTreeMap, BTreeSet};

use super::Around;
use super::counts::{Counts, Row};
use super::follow;
use crate::indicators::{Scope, Sheet};
use crate::time::{Month, Period, PeriodKind};

/// Whom a node counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Overall,
    /// A member; its tree is the topmost dimension above its own.
    Member {
        tree: usize,
        dimension: usize,
    },
    /// Two members of different trees, by their nodes.
    Pair(usize, usize),
}

/// All cases, a member or a pair.
#[derive(Debug, Clone)]
pub(super) struct Node {
    pub(super) place: Place,
    /// The member above, or all cases.
    pub(super) above: Option<usize>,
    /// For a member: those at the bottom of its tree that are part of it; itself where nothing is below.
    pub(super) leaves: Vec<usize>,
    is_leaf: bool,
}

/// All counts, and how they hang together.
#[derive(Debug, Clone)]
pub(super) struct Lattice {
    pub(super) nodes: Vec<Node>,
    /// The leaves of each tree, in the order of their names.
    pub(super) trees: BTreeMap<usize, Vec<usize>>,
    pub(super) periods: Vec<Period>,
    /// For each period the shortest longer one that it lies in.
    within: Vec<Option<usize>>,
    /// For each period those that lie in it directly.
    periods_in: Vec<Vec<usize>>,
    /// For each period all that end when it does.
    ending: Vec<Vec<usize>>,
    /// The shortest periods in each, of members and of pairs.
    shortest: [Vec<Vec<usize>>; 2],
    /// For each sheet the one that holds its counts.
    pub(super) home: Vec<usize>,
    /// For each home its node and period.
    pub(super) spot: Vec<(usize, usize)>,
    /// The home of each node and period, by node × periods + period.
    sheet_at: Vec<Option<usize>>,
    pair_of: BTreeMap<(usize, usize), usize>,
    /// Dimensions that are crossed, both ways.
    paired: BTreeSet<(usize, usize)>,
    parts: BTreeMap<(usize, usize), Vec<usize>>,
    kinds: [BTreeSet<PeriodKind>; 2],
    /// How many names there are.
    pub(super) names: usize,
    /// Counts by sheet and name.
    values: Vec<Option<i64>>,
    /// The greatest count of each sheet.
    greatest: Vec<i64>,
    /// Whether a figure prints the count.
    is_printed: Vec<bool>,
    /// For each name whether it is counted for pairs.
    pub(super) is_of_pairs: Vec<bool>,
    /// The month of the date the figures are of.
    pub(super) as_of: Month,
}

impl Lattice {
    pub(super) fn new(
        sheets: &[Sheet],
        counts: &Counts,
        rows: &[Row],
        around: &Around<'_>,
    ) -> Self {
        let mut lattice = Self {
            nodes: vec![Node {
                place: Place::Overall,
                above: None,
                leaves: Vec::new(),
                is_leaf: false,
            }],
            trees: BTreeMap::new(),
            periods: Vec::new(),
            within: Vec::new(),
            periods_in: Vec::new(),
            ending: Vec::new(),
            shortest: [Vec::new(), Vec::new()],
            home: Vec::new(),
            spot: Vec::new(),
            sheet_at: Vec::new(),
            pair_of: BTreeMap::new(),
            paired: BTreeSet::new(),
            parts: BTreeMap::new(),
            kinds: [BTreeSet::new(), BTreeSet::new()],
            names: counts.names().len(),
            values: Vec::new(),
            greatest: Vec::new(),
            is_printed: Vec::new(),
            is_of_pairs: Vec::new(),
            as_of: around.as_of.month(),
        };
        let dimensions = &around.scheme.dimensions;
        let parents: Vec<Option<usize>> = dimensions.iter().map(|each| each.parent).collect();
        let members = lattice.place_members(sheets, &parents);
        lattice.place_periods(sheets);
        lattice.place_sheets(sheets, &members);
        lattice.place_untold_pairs();
        let periods = 0..lattice.periods.len();
        lattice.shortest = [false, true].map(|of_pairs| {
            let periods = periods.clone();
            periods
                .map(|period| lattice.find_shortest_in(period, of_pairs))
                .collect()
        });
        for node in 0..lattice.nodes.len() {
            for whole in lattice.wholes_of(node) {
                lattice.parts.entry(whole).or_default().push(node);
            }
        }
        lattice.count(sheets, counts, rows);
        let is_of_pairs = lattice.even_out_pairs(sheets);
        lattice.is_of_pairs = is_of_pairs;
        lattice.greatest = (0..lattice.home.len())
            .map(|at| {
                let cells = &lattice.values[at * lattice.names..(at + 1) * lattice.names];
                cells.iter().flatten().max().copied().unwrap_or(0)
            })
            .collect();
        lattice
    }

    fn place_members(
        &mut self,
        sheets: &[Sheet],
        parents: &[Option<usize>],
    ) -> BTreeMap<(usize, String), usize> {
        let mut members: BTreeMap<(usize, String), usize> = BTreeMap::new();
        for sheet in sheets {
            if let Scope::Member { dimension, member } = &sheet.scope {
                let next = members.len() + 1;
                members.entry((*dimension, member.clone())).or_insert(next);
            }
        }
        let mut by_node: Vec<&(usize, String)> = members.keys().collect();
        by_node.sort_by_key(|key| members[*key]);
        for (dimension, member) in by_node {
            let mut tree = *dimension;
            while let Some(parent) = parents.get(tree).copied().flatten() {
                tree = parent;
            }
            let above = above(parents, *dimension, member)
                .and_then(|above| members.get(&above).copied())
                .unwrap_or(0);
            self.nodes.push(Node {
                place: Place::Member {
                    tree,
                    dimension: *dimension,
                },
                above: Some(above),
                leaves: Vec::new(),
                is_leaf: true,
            });
        }
        for node in 1..self.nodes.len() {
            if let Some(above) = self.nodes[node].above {
                self.nodes[above].is_leaf = false;
            }
        }
        // In the order of names, so that those beside a member are near it.
        for &node in members.values() {
            if !self.nodes[node].is_leaf {
                continue;
            }
            let Place::Member { tree, .. } = self.nodes[node].place else {
                continue;
            };
            self.trees.entry(tree).or_default().push(node);
            let mut at = Some(node);
            while let Some(above) = at.filter(|above| *above > 0) {
                self.nodes[above].leaves.push(node);
                at = self.nodes[above].above;
            }
        }
        members
    }

    fn place_periods(&mut self, sheets: &[Sheet]) {
        let periods: BTreeSet<Period> = sheets.iter().map(|sheet| sheet.period).collect();
        self.periods = periods.into_iter().collect();
        self.within = self
            .periods
            .iter()
            .map(|part| {
                self.periods
                    .iter()
                    .enumerate()
                    .filter(|(_, whole)| whole.kind < part.kind && contains(whole, part))
                    .max_by_key(|(_, whole)| whole.kind)
                    .map(|(at, _)| at)
            })
            .collect();
        self.periods_in = vec![Vec::new(); self.periods.len()];
        for (part, whole) in self.within.iter().enumerate() {
            if let Some(whole) = whole {
                self.periods_in[*whole].push(part);
            }
        }
        self.ending = (0..self.periods.len())
            .map(|period| {
                (0..self.periods.len())
                    .filter(|&other| self.end(other) == self.end(period))
                    .collect()
            })
            .collect();
    }

    fn place_sheets(&mut self, sheets: &[Sheet], members: &BTreeMap<(usize, String), usize>) {
        let member =
            |dimension: usize, name: &str| members.get(&(dimension, name.to_owned())).copied();
        for (at, sheet) in sheets.iter().enumerate() {
            let node = match &sheet.scope {
                Scope::Overall => Some(0),
                Scope::Member {
                    dimension,
                    member: name,
                } => member(*dimension, name),
                Scope::Pair {
                    dimension,
                    member: first,
                    dimension2,
                    member2: second,
                } => match (member(*dimension, first), member(*dimension2, second)) {
                    (Some(first), Some(second)) => Some(self.pair(first, second)),
                    _ => None,
                },
            };
            let period = self
                .periods
                .binary_search(&sheet.period)
                .expect("every sheet's period is listed");
            // A pair of members that have no sheets of their own stands for itself.
            let node = node.unwrap_or_else(|| {
                self.nodes.push(Node {
                    place: Place::Pair(0, 0),
                    above: None,
                    leaves: Vec::new(),
                    is_leaf: true,
                });
                self.nodes.len() - 1
            });
            self.spot.push((node, period));
            let place = node * self.periods.len() + period;
            if self.sheet_at.len() <= place {
                self.sheet_at.resize(place + 1, None);
            }
            self.home.push(*self.sheet_at[place].get_or_insert(at));
            let is_pair = matches!(sheet.scope, Scope::Pair { .. });
            self.kinds[usize::from(is_pair)].insert(sheet.period.kind);
        }
    }

    /// Pairs without a case are not told, and no more are those of which nothing may be told: readers can't tell them apart. So each pair
    /// of dimensions that are crossed has its sheets here, with zeros that no figure prints.
    fn place_untold_pairs(&mut self) {
        let members = 1..self.nodes.len();
        let paired = self.paired.clone();
        for one in members.clone() {
            for two in members.clone().filter(|two| *two > one) {
                let (Some((tree, first)), Some((other, second))) =
                    (self.member(one), self.member(two))
                else {
                    continue;
                };
                if tree == other || !paired.contains(&(first, second)) {
                    continue;
                }
                let node = self.pair(one, two);
                for period in 0..self.periods.len() {
                    if !self.kinds[1].contains(&self.periods[period].kind) {
                        continue;
                    }
                    let place = node * self.periods.len() + period;
                    if self.sheet_at.len() <= place {
                        self.sheet_at.resize(place + 1, None);
                    }
                    if self.sheet_at[place].is_none() {
                        let home = self.home.len();
                        self.sheet_at[place] = Some(home);
                        self.home.push(home);
                        self.spot.push((node, period));
                    }
                }
            }
        }
    }

    /// The node of two members: the lower one's own where one is above the other.
    fn pair(&mut self, first: usize, second: usize) -> usize {
        for (lower, upper) in [(first, second), (second, first)] {
            if self.chain(lower).contains(&upper) {
                return lower;
            }
        }
        let key = (first.min(second), first.max(second));
        if let Some(&node) = self.pair_of.get(&key) {
            return node;
        }
        let node = self.nodes.len();
        self.nodes.push(Node {
            place: Place::Pair(key.0, key.1),
            above: None,
            leaves: Vec::new(),
            is_leaf: true,
        });
        self.pair_of.insert(key, node);
        if let (Some((_, one)), Some((_, two))) = (self.member(key.0), self.member(key.1)) {
            self.paired.insert((one, two));
            self.paired.insert((two, one));
        }
        node
    }

    /// Tree and dimension of a member.
    pub(super) fn member(&self, node: usize) -> Option<(usize, usize)> {
        match self.nodes[node].place {
            Place::Member { tree, dimension } => Some((tree, dimension)),
            _ => None,
        }
    }

    /// Counts of all homes, those that follow by a sum of the same sheet too.
    fn count(&mut self, sheets: &[Sheet], counts: &Counts, rows: &[Row]) {
        self.values = vec![None; self.home.len() * self.names];
        self.is_printed = vec![false; self.home.len() * self.names];
        for (at, sheet) in sheets.iter().enumerate() {
            let home = self.home[at];
            for (name, value) in counts.printed(sheet).into_iter().enumerate() {
                if let Some(value) = value {
                    let cell = home * self.names + name;
                    self.values[cell] = i64::try_from(value).ok();
                    self.is_printed[cell] = true;
                }
            }
        }
        let mut values = std::mem::take(&mut self.values);
        follow::within_sheets(self, rows, &mut values);
        self.values = values;
    }

    /// Pairs of which no figure is told have no case, as far as readers know; what follows of pairs by sums is counted only where it
    /// follows for all of them. Tells which names are counted for pairs.
    fn even_out_pairs(&mut self, sheets: &[Sheet]) -> Vec<bool> {
        let mut is_of_pairs = vec![false; self.names];
        for kind in self.kinds[1].clone() {
            let told: Vec<usize> = (0..sheets.len())
                .filter(|&home| self.home[home] == home)
                .filter(|&home| {
                    let (node, period) = self.spot[home];
                    matches!(self.nodes[node].place, Place::Pair(..))
                        && self.periods[period].kind == kind
                })
                .collect();
            for (name, is_of_pairs) in is_of_pairs.iter_mut().enumerate() {
                let cell = |home: &usize| home * self.names + name;
                let is_printed = told.iter().any(|home| self.is_printed[cell(home)]);
                let is_counted = told.iter().all(|home| self.values[cell(home)].is_some());
                if !is_printed && !is_counted {
                    for home in &told {
                        self.values[home * self.names + name] = None;
                    }
                    continue;
                }
                *is_of_pairs = true;
                for home in sheets.len()..self.home.len() {
                    if self.periods[self.spot[home].1].kind == kind {
                        self.values[home * self.names + name] = Some(0);
                    }
                }
            }
        }
        is_of_pairs
    }

    /// A count by its cell: sheet × names + name.
    pub(super) fn value(&self, cell: usize) -> Option<i64> {
        self.values[cell]
    }

    /// The greatest count of a sheet.
    pub(super) fn most(&self, node: usize, period: usize) -> Option<i64> {
        let first = self.cell(node, period, 0)?;
        Some(self.greatest[first / self.names])
    }

    /// Whether a figure prints it.
    pub(super) fn is_printed(&self, cell: usize) -> bool {
        self.is_printed[cell]
    }

    /// The cell of a name in the sheet of a node and period; `None` where there is no sheet.
    pub(super) fn cell(&self, node: usize, period: usize, name: usize) -> Option<usize> {
        let place = node * self.periods.len() + period;
        let sheet = self.sheet_at.get(place).copied().flatten()?;
        Some(sheet * self.names + name)
    }

    /// Node, period and name of a cell.
    pub(super) fn spot_of(&self, cell: usize) -> (usize, usize, usize) {
        let (node, period) = self.spot[cell / self.names];
        (node, period, cell % self.names)
    }

    /// A member and those above it, up to but not with all cases.
    pub(super) fn chain(&self, node: usize) -> Vec<usize> {
        let mut chain = Vec::new();
        let mut at = Some(node).filter(|node| *node > 0);
        while let Some(node) = at {
            chain.push(node);
            at = self.nodes[node].above.filter(|above| *above > 0);
        }
        chain
    }

    /// A period and those it lies in.
    pub(super) fn periods_over(&self, period: usize) -> Vec<usize> {
        std::iter::successors(Some(period), |&at| self.within[at]).collect()
    }

    /// The period that one lies in.
    pub(super) fn longer(&self, period: usize) -> Option<usize> {
        self.within[period]
    }

    /// The shortest periods of members, or of pairs, that lie in one; in order.
    pub(super) fn shortest_in(&self, period: usize, of_pairs: bool) -> &[usize] {
        &self.shortest[usize::from(of_pairs)][period]
    }

    /// The periods that lie in one directly.
    pub(super) fn periods_in(&self, period: usize) -> &[usize] {
        &self.periods_in[period]
    }

    /// All periods that lie in one, at any depth.
    pub(super) fn all_in(&self, period: usize) -> impl Iterator<Item = usize> {
        (0..self.periods.len())
            .filter(move |&part| contains(&self.periods[period], &self.periods[part]))
    }

    /// The periods that end when one does, itself among them.
    pub(super) fn ending_together(&self, period: usize) -> &[usize] {
        &self.ending[period]
    }

    /// How many cells there are.
    pub(super) fn cells(&self) -> usize {
        self.values.len()
    }

    fn find_shortest_in(&self, period: usize, of_pairs: bool) -> Vec<usize> {
        let Some(&shortest) = self.kinds[usize::from(of_pairs)].last() else {
            return Vec::new();
        };
        (0..self.periods.len())
            .filter(|&part| {
                self.periods[part].kind == shortest
                    && (part == period || contains(&self.periods[period], &self.periods[part]))
            })
            .collect()
    }

    /// The last period of the kind of another that has begun when the figures are told.
    pub(super) fn last_like(&self, period: usize) -> usize {
        let kind = self.periods[period].kind;
        (0..self.periods.len())
            .rfind(|&at| self.periods[at].kind == kind && self.periods[at].first <= self.as_of)
            .unwrap_or(period)
    }

    /// Whether members, or pairs, are published by periods of a kind.
    pub(super) fn is_published(&self, kind: PeriodKind, is_pair: bool) -> bool {
        self.kinds[usize::from(is_pair)].contains(&kind)
    }

    /// The last month of a period that is not after the figures' date: what is open then is the same in every period that ends so.
    pub(super) fn end(&self, period: usize) -> Month {
        match self.periods[period].kind {
            PeriodKind::All => self.as_of,
            _ => self.periods[period].last.min(self.as_of),
        }
    }

    /// The node of a pair of members, where it has sheets.
    pub(super) fn pair_node(&self, first: usize, second: usize) -> Option<usize> {
        let key = (first.min(second), first.max(second));
        self.pair_of.get(&key).copied()
    }

    /// Whether the members of two members' dimensions are crossed.
    pub(super) fn is_crossed(&self, one: usize, two: usize) -> bool {
        match (self.member(one), self.member(two)) {
            (Some((_, one)), Some((_, two))) => self.paired.contains(&(one, two)),
            _ => false,
        }
    }

    /// Whom a node is a part of, each with the dimension that is summed over.
    pub(super) fn wholes_of(&self, node: usize) -> Vec<(usize, usize)> {
        let summed_over = |node: usize| self.member(node).map(|(_, dimension)| dimension);
        match self.nodes[node].place {
            Place::Overall => Vec::new(),
            Place::Member { dimension, .. } => {
                vec![(self.nodes[node].above.unwrap_or(0), dimension)]
            }
            Place::Pair(one, two) => [(one, two), (two, one)]
                .into_iter()
                .filter_map(|(summed, stays)| {
                    let above = self.nodes[summed].above.filter(|above| *above > 0);
                    let whole = match above {
                        Some(above) => self.pair_node(above, stays)?,
                        None => stays,
                    };
                    Some((whole, summed_over(summed)?))
                })
                .collect(),
        }
    }

    /// The parts of a node directly below it, by the dimension that is summed over.
    pub(super) fn parts_of(&self, node: usize) -> impl Iterator<Item = (usize, &[usize])> {
        self.parts
            .range((node, 0)..(node + 1, 0))
            .map(|((_, tree), parts)| (*tree, parts.as_slice()))
    }

    /// The homes, each once.
    pub(super) fn homes(&self) -> impl Iterator<Item = usize> + '_ {
        self.home
            .iter()
            .enumerate()
            .filter(|(at, home)| at == *home)
            .map(|(at, _)| at)
    }
}

fn contains(whole: &Period, part: &Period) -> bool {
    whole.kind < part.kind
        && (whole.kind == PeriodKind::All || (whole.first <= part.first && part.last <= whole.last))
}

/// The member above another by its path, where its dimension has a parent.
fn above(parents: &[Option<usize>], dimension: usize, member: &str) -> Option<(usize, String)> {
    let parent = parents.get(dimension).copied().flatten()?;
    // Slashes within names are written `\/`.
    let cut = member
        .match_indices('/')
        .map(|(at, _)| at)
        .rfind(|&at| !member[..at].ends_with('\\'))?;
    Some((parent, member[..cut].to_owned()))
}
