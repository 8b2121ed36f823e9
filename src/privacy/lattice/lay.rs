//! From sheets to a lattice: what is listed finds its place, with what is not told beside it.

use std::collections::{BTreeMap, BTreeSet};

use super::{Lattice, Node, Place, contains};
use crate::indicators::{Scope, Sheet};
use crate::privacy::counts::{Counts, Row};
use crate::privacy::{Around, follow};
use crate::time::{Day, Month, Period};

impl Lattice {
    pub(in crate::privacy) fn new(
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
            pair_of: Vec::new(),
            paired: BTreeSet::new(),
            parts: BTreeMap::new(),
            kinds: [BTreeSet::new(), BTreeSet::new()],
            names: counts.names().len(),
            values: Vec::new(),
            greatest: Vec::new(),
            is_printed: Vec::new(),
            is_of_pairs: Vec::new(),
            as_of: around.as_of.month(),
            dates: dates(around),
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
        self.place_ends();
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
        if let Some(node) = self.pair_node(first, second) {
            return node;
        }
        let node = self.nodes.len();
        self.nodes.push(Node {
            place: Place::Pair(key.0, key.1),
            above: None,
            leaves: Vec::new(),
            is_leaf: true,
        });
        self.place_pair(key, node);
        if let (Some((_, one)), Some((_, two))) = (self.member(key.0), self.member(key.1)) {
            self.paired.insert((one, two));
            self.paired.insert((two, one));
        }
        node
    }

    fn place_pair(&mut self, (first, second): (usize, usize), node: usize) {
        if self.pair_of.len() <= first {
            self.pair_of.resize(first + 1, Vec::new());
        }
        let of_first = &mut self.pair_of[first];
        if of_first.len() <= second {
            of_first.resize(second + 1, 0);
        }
        of_first[second] = u32::try_from(node).expect("nodes are fewer than 2^32");
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
}

fn dates(around: &Around<'_>) -> Vec<Month> {
    let earlier = around.earlier.as_ref().map(|told| told.as_of);
    let earlier = earlier.filter(|&date| date < around.as_of);
    let dates = earlier.into_iter().chain([around.as_of]);
    dates.map(Day::month).collect()
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
