//! What goes along with an exchange between two members where pairs change too.

use std::cmp::Reverse;
use std::ops::ControlFlow;

use super::exchange::{
    Crossing, Crossings, Factors, Points, Times, VIEWS, View, With, changes_pairs, crossing,
    periods_of_pairs,
};
use super::look::{Cells, FAR, Look, STARTS, Visit, first_cells};
use super::moves::{Move, Room};
use super::places::apart;

/// Members that pairs can go along with, of each kind.
const CORNERS: usize = 8;

impl Look<'_, '_> {
    /// Looks for exchanges of two leaves in which others, of each other tree one, go along from the outset: ways that their pairs allow.
    pub(super) fn along(
        &mut self,
        (one, two): (usize, usize),
        given: Option<usize>,
        times: &Times,
        visit: &mut Visit<'_>,
    ) -> ControlFlow<()> {
        let search = self.search;
        let lattice = search.from.lattice;
        let most = |one: usize, leaf: usize| {
            let node = lattice.pair_node(one, leaf);
            node.and_then(|node| lattice.most(node, 0)).unwrap_or(0)
        };
        for rank in 0..self.wide(STARTS) {
            if self.left == 0 {
                return ControlFlow::Continue(());
            }
            let mut leaves = Vec::new();
            let mut pairs = Vec::new();
            for all in search.by_size.values() {
                if all.contains(&one) || !self.is_crossed(one, all[0]) {
                    continue;
                }
                let mut all = all.clone();
                all.sort_by_key(|&leaf| Reverse(most(one, leaf).min(most(two, leaf))));
                let given = given.filter(|given| all.contains(given));
                let Some(leaf) = given.or(all.get(rank).or(all.last()).copied()) else {
                    continue;
                };
                leaves.push(leaf);
                for (member, sign) in [(one, 1), (two, -1)] {
                    for first in lattice.chain(member) {
                        for second in lattice.chain(leaf) {
                            if lattice.is_crossed(first, second)
                                && let Some(node) = lattice.pair_node(first, second)
                            {
                                pairs.push((node, sign));
                            }
                        }
                    }
                }
            }
            let top = apart(lattice, one, two);
            for way in self.ways(times, [&[(one, 1), (two, -1)]; 2], &top, &pairs) {
                let along = leaves.iter();
                let along: Crossings = along.flat_map(|&leaf| both(one, two, leaf, 1)).collect();
                let with = With {
                    pairs: [along.clone(), along],
                    at_end: Move::new(),
                };
                visit(&Points::Between(one, two, with), times, &way)?;
            }
        }
        ControlFlow::Continue(())
    }

    /// For each other tree that is crossed with that of two leaves, one that goes along with them where pairs change too: at both times
    /// the same, or else one at the first and another at the second.
    pub(super) fn companions(
        &mut self,
        own: usize,
        one: usize,
        two: usize,
        times: &Times,
        way: &Move,
    ) -> Option<With> {
        let mut with = With::default();
        let spell = periods_of_pairs(self.lattice(), times);
        if !changes_pairs(self.lattice(), self.search.from.views, &spell, way) {
            return Some(with);
        }
        let search = self.search;
        let from = search.from;
        let is_stock = way.iter().any(|(name, _)| from.views[*name] == View::Stock);
        let mut last_of_way: Option<(Move, Option<Move>)> = None;
        for (tree, leaves) in &search.by_size {
            if *tree == own || !self.is_crossed(one, leaves[0]) {
                continue;
            }
            if let Some(pairs) = self.crossings((own, one, two), leaves, (times, &spell), way, 1) {
                with.pairs[0].extend(pairs.iter().cloned());
                with.pairs[1].extend(pairs);
                continue;
            }
            let Times::Between(first, second) = *times else {
                return None;
            };
            // The pairs' sheets of the whole coverage change too, and with them what is open.
            if is_stock {
                return None;
            }
            let (last, whole) = last_of_way.get_or_insert_with(|| {
                let last = search.sums[1].rest(way, |name| {
                    let is_open = from.is_spare[name] || from.views[name] == View::Stock;
                    from.lattice.is_of_pairs[name].then_some(is_open)
                });
                let whole = last.as_ref().map(|last| [way.as_slice(), last].concat());
                (last.unwrap_or_default(), whole)
            });
            let whole = whole.as_ref()?;
            for (half, at, sign) in [(0, first, 1), (1, second, -1)] {
                let at = Times::Once(at, at);
                let spell = periods_of_pairs(self.lattice(), &at);
                let mut pairs =
                    self.crossings((own, one, two), leaves, (&at, &spell), whole, sign)?;
                for pair in &mut pairs {
                    pair.sign *= sign;
                }
                // What changes otherwise at the end is not known of two ways.
                if pairs.iter().any(|pair| pair.way.is_some()) {
                    return None;
                }
                with.pairs[half].extend(pairs);
            }
            with.at_end.clone_from(last);
        }
        Some(with)
    }

    fn is_crossed(&self, one: usize, two: usize) -> bool {
        let lattice = self.lattice();
        let over = lattice.chain(two);
        lattice
            .chain(one)
            .into_iter()
            .any(|one| over.iter().any(|&two| lattice.is_crossed(one, two)))
    }

    /// Pairs with leaves of another tree that go along with two leaves of one: of the same leaf, or else of one for each, and a third of
    /// their tree makes up for it.
    fn crossings(
        &self,
        (own, one, two): (usize, usize, usize),
        leaves: &[usize],
        (times, spell): (&Times, &[Factors; 4]),
        way: &Move,
        sign: i64,
    ) -> Option<Crossings> {
        let has = |own: usize, leaf: usize, sign: i64| {
            let pair = self.lowest_crossed(own, leaf)?;
            let node = self.lattice().pair_node(pair.0, pair.1)?;
            self.fits_nodes(&[(node, sign)], spell, way).then_some(())
        };
        let fits = |pairs: &Crossings| self.fits_pairs(pairs, spell, way);
        let has = |own: usize, leaf: usize, sign: i64| has(own, leaf, sign).is_some();
        let firsts = || leaves.iter().copied().filter(|&leaf| has(one, leaf, sign));
        for leaf in firsts() {
            let pairs = both(one, two, leaf, sign);
            if has(two, leaf, -sign) && fits(&pairs) {
                return Some(pairs);
            }
        }
        let seconds: Vec<usize> = leaves
            .iter()
            .copied()
            .filter(|&leaf| has(two, leaf, -sign))
            .take(CORNERS)
            .collect();
        let others = &self.search.by_size[&own];
        for first in firsts().take(CORNERS) {
            let thirds = others.iter().copied();
            let thirds: Vec<usize> = thirds
                .filter(|&third| third != one && third != two && has(third, first, -sign))
                .take(CORNERS)
                .collect();
            for &second in seconds.iter().filter(|&&second| second != first) {
                for &third in &thirds {
                    let mut pairs = both(one, third, first, sign);
                    pairs.extend(both(third, two, second, sign));
                    if has(third, second, sign) && fits(&pairs) {
                        return Some(pairs);
                    }
                }
            }
        }
        self.split((one, two), leaves, (times, spell), way, sign)
    }

    /// Pairs of two leaves with two others, where part of a way goes along with one and the rest with the other: a case that is open here
    /// is closed there.
    fn split(
        &self,
        (one, two): (usize, usize),
        leaves: &[usize],
        (times, spell): (&Times, &[Factors; 4]),
        way: &Move,
        sign: i64,
    ) -> Option<Crossings> {
        let lattice = self.lattice();
        let from = self.search.from;
        let node = |own: usize, leaf: usize| {
            let (first, second) = self.lowest_crossed(own, leaf)?;
            lattice.pair_node(first, second)
        };
        let mut whole = vec![0; lattice.names];
        for &(name, by) in way {
            whole[name] = by * sign;
        }
        let sums = &self.search.sums[usize::from(matches!(times, Times::Once(..)))];
        for &first in leaves.iter().take(CORNERS) {
            for &second in leaves.iter().take(CORNERS) {
                let (Some(near), Some(far), Some(near_rest), Some(far_rest)) = (
                    node(one, first),
                    node(two, first),
                    node(one, second),
                    node(two, second),
                ) else {
                    continue;
                };
                if first == second {
                    continue;
                }
                let mut room = Room::none(lattice.names);
                room.limits.fill([FAR, FAR]);
                for (view, periods) in VIEWS.into_iter().zip(spell) {
                    let sides = |one: usize, two: usize, by: i64| {
                        let sides = periods.iter().flat_map(move |&(period, factor)| {
                            [(one, period, factor * by), (two, period, -factor * by)]
                        });
                        first_cells(lattice, sides, [])
                    };
                    let part = sides(near, far, 1);
                    let rest = sides(near_rest, far_rest, -1);
                    let names = (0..lattice.names)
                        .filter(|&name| lattice.is_of_pairs[name] && from.views[name] == view);
                    for name in names {
                        let limits = |cells: Option<&Cells>| {
                            cells.map_or([0, 0], |cells| self.limits(name, &cells.0, &[]))
                        };
                        let [down, up] = limits(part.as_ref());
                        let [down_rest, up_rest] = limits(rest.as_ref());
                        let by = whole[name];
                        room.limits[name] = [down.min(down_rest - by), up.min(up_rest + by)];
                    }
                }
                let fits = |name: usize, by: i64| {
                    let [down, up] = room.limits[name];
                    (-down..=up).contains(&by)
                };
                let Some(start) = (0..lattice.names).find(|&name| !fits(name, 0)) else {
                    continue;
                };
                let [down, up] = room.limits[start];
                let by = if down < 0 { -down } else { up };
                let Some(part) = sums.way(start, by, &room, self.tries) else {
                    continue;
                };
                let mut rest = whole.clone();
                for (name, by) in &part {
                    rest[*name] -= by;
                }
                let rest: Move = rest
                    .into_iter()
                    .enumerate()
                    .filter(|one| one.1 != 0)
                    .collect();
                let mut pairs = Crossings::new();
                for (leaf, way) in [(first, part), (second, rest)] {
                    let mut both = both(one, two, leaf, 1);
                    for pair in &mut both {
                        pair.way = Some(way.clone());
                    }
                    pairs.extend(both);
                }
                if self.fits_pairs(&pairs, spell, way) {
                    return Some(pairs);
                }
            }
        }
        None
    }

    /// Whether pairs of leaves can change, with those above them.
    fn fits_pairs(&self, pairs: &Crossings, spell: &[Factors; 4], way: &Move) -> bool {
        let lattice = self.lattice();
        if pairs.iter().all(|pair| pair.way.is_none()) {
            return crossing(lattice, pairs)
                .is_some_and(|nodes| self.fits_nodes(&nodes, spell, way));
        }
        pairs.iter().all(|pair| {
            crossing(lattice, [pair]).is_some_and(|nodes| {
                self.fits_nodes(&nodes, spell, pair.way.as_ref().unwrap_or(way))
            })
        })
    }

    /// Whether nodes can change, each with its factor.
    fn fits_nodes(&self, nodes: &[(usize, i64)], spell: &[Factors; 4], way: &Move) -> bool {
        let lattice = self.lattice();
        let views = self.search.from.views;
        let mut ways = way.iter().filter(|(name, _)| lattice.is_of_pairs[*name]);
        ways.all(|&(name, by)| {
            let periods = spell[views[name] as usize].iter();
            let mut all = periods.flat_map(|&(period, factor)| {
                nodes
                    .iter()
                    .map(move |&(node, sign)| (node, period, by * sign * factor))
            });
            all.all(|(node, period, by)| {
                lattice.cell(node, period, name).is_some_and(|cell| {
                    let value = lattice.value(cell);
                    value.is_none_or(|value| value + by >= 0 && !self.is_held(cell))
                })
            })
        })
    }

    /// The lowest of two leaves and those above them that are crossed.
    fn lowest_crossed(&self, one: usize, two: usize) -> Option<(usize, usize)> {
        let lattice = self.lattice();
        let over = lattice.chain(two);
        lattice.chain(one).into_iter().find_map(|one| {
            let two = over.iter().find(|&&two| lattice.is_crossed(one, two))?;
            Some((one, *two))
        })
    }
}

/// The pairs of two leaves with another.
fn both(one: usize, two: usize, other: usize, sign: i64) -> Crossings {
    let pair = |leaf: usize, sign: i64| Crossing {
        leaves: (leaf, other),
        sign,
        way: None,
    };
    vec![pair(one, sign), pair(two, -sign)]
}
