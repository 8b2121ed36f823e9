//! The sheets as one body of counts: who is part of whom, which period lies in which, and what is counted where.
//!
//! A [`Lattice`] holds each count once: a pair and its mirror image are one sheet, and so are a pair of a member with one above it and
//! that member's own. Counts that no figure prints, but that follow by a sum of the same sheet, are there too.

mod lay;

use std::collections::{BTreeMap, BTreeSet};

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
    /// For each member the pairs it is the first of, by the second; 0 where there is none.
    pair_of: Vec<Vec<u32>>,
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
    /// The months of the dates that a publication told of, from the first to this one.
    dates: Vec<Month>,
}

impl Lattice {
    fn place_ends(&mut self) {
        self.ending = (0..self.periods.len())
            .map(|period| {
                (0..self.periods.len())
                    .filter(|&other| self.end(other) == self.end(period))
                    .collect()
            })
            .collect();
    }

    /// The same sheets with other counts, of another date.
    pub(super) fn with(&self, values: Vec<Option<i64>>, as_of: Month) -> Self {
        let mut other = Self {
            values,
            as_of,
            ..self.clone()
        };
        other.dates.retain(|&date| date <= as_of);
        other.place_ends();
        other
    }

    /// Tree and dimension of a member.
    pub(super) fn member(&self, node: usize) -> Option<(usize, usize)> {
        match self.nodes[node].place {
            Place::Member { tree, dimension } => Some((tree, dimension)),
            _ => None,
        }
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

    /// Whether a period has begun when the figures are told.
    pub(super) fn has_begun(&self, period: usize) -> bool {
        self.periods[period].first <= self.as_of
    }

    /// The last period of the kind of another that has begun when the figures are told.
    pub(super) fn last_like(&self, period: usize) -> usize {
        self.last_at(period, self.as_of).unwrap_or(period)
    }

    /// The last of the kind of a period that had begun at each date that was told of, where that is not before it; each once.
    pub(super) fn lasts_from(&self, period: usize) -> BTreeSet<usize> {
        let dates = self.dates.iter();
        let lasts = dates.filter_map(|&date| self.last_at(period, date));
        lasts.filter(|&last| last >= period).collect()
    }

    fn last_at(&self, period: usize, date: Month) -> Option<usize> {
        let kind = self.periods[period].kind;
        let is_one = |of: &Period| of.kind == kind && of.first <= date;
        self.periods.iter().rposition(is_one)
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
        let of_first = self.pair_of.get(first.min(second))?;
        let node = of_first.get(first.max(second))?;
        usize::try_from(*node).ok().filter(|&node| node > 0)
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
