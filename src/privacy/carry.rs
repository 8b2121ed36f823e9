//! From the cells of one publication's counts to those of another's: [`Carry`].

use std::collections::BTreeMap;

use super::body::Body;
use super::exchange::{Crossing, Crossings, Exchange, Points, Times, View, With};
use super::lattice::Place;
use super::moves::Move;
use super::suppress::World;
use crate::indicators::{Scope, Sheet};
use crate::time::PeriodKind;

/// Where the nodes, periods and names of one body are in another; `None` where they are not.
pub(super) struct Carry<'a> {
    pub(super) from: &'a Body,
    to: &'a Body,
    nodes: Vec<Option<usize>>,
    periods: Vec<Option<usize>>,
    names: Vec<Option<usize>>,
}

impl<'a> Carry<'a> {
    pub(super) fn between(
        (from, then): (&'a Body, &[Sheet]),
        (to, now): (&'a Body, &[Sheet]),
    ) -> Self {
        let node = |body: &Body, at: usize| body.lattice.spot[body.lattice.home[at]].0;
        let scopes: BTreeMap<&Scope, usize> = now
            .iter()
            .enumerate()
            .map(|(at, sheet)| (&sheet.scope, node(to, at)))
            .collect();
        let mut nodes = vec![None; from.lattice.nodes.len()];
        for (at, sheet) in then.iter().enumerate() {
            nodes[node(from, at)] = scopes.get(&sheet.scope).copied();
        }
        for (at, one) in from.lattice.nodes.iter().enumerate() {
            if let (None, Place::Pair(first, second)) = (nodes[at], one.place) {
                let both = nodes[first].zip(nodes[second]);
                nodes[at] = both.and_then(|(first, second)| to.lattice.pair_node(first, second));
            }
        }
        let periods = from.lattice.periods.iter().map(|one| {
            let mut all = to.lattice.periods.iter();
            // The whole coverage ended earlier then, and is the same place.
            all.position(|other| {
                other == one || (one.kind == PeriodKind::All && other.kind == PeriodKind::All)
            })
        });
        let names = from.counts.names().iter();
        Self {
            from,
            to,
            nodes,
            periods: periods.collect(),
            names: names.map(|name| to.counts.find(name)).collect(),
        }
    }

    /// A world in the cells of the other body; `None` where one of them is not there.
    pub(super) fn world(&self, world: &World) -> Option<World> {
        let pattern = world.pattern.as_ref();
        Some(World {
            now: self.exchange(&world.now)?,
            then: Exchange::new(),
            pattern: pattern.and_then(|(points, times, way)| {
                Some((self.points(points)?, self.times(times)?, self.way(way)?))
            }),
        })
    }

    /// The counts in the cells of the other body; and whether there are any, by the number of a sheet's first cell.
    pub(super) fn values(&self) -> (Vec<Option<i64>>, Vec<bool>) {
        let (from, to) = (&self.from.lattice, &self.to.lattice);
        let mut values = vec![None; to.cells()];
        let mut is_counted = vec![false; to.home.len()];
        for cell in 0..from.cells() {
            if let Some(there) = self.cell(cell) {
                values[there] = from.value(cell).or(values[there]);
                is_counted[there / to.names] = true;
            }
        }
        (values, is_counted)
    }

    /// What each name of the other body counts here; as there where it is not here.
    pub(super) fn views(&self) -> Vec<View> {
        let mut views = self.to.views.clone();
        for (name, there) in self.names.iter().enumerate() {
            if let Some(there) = there {
                views[*there] = self.from.views[name];
            }
        }
        views
    }

    fn cell(&self, cell: usize) -> Option<usize> {
        let (node, period, name) = self.from.lattice.spot_of(cell);
        let (node, period) = (self.nodes[node]?, self.periods[period]?);
        self.to.lattice.cell(node, period, self.names[name]?)
    }

    fn exchange(&self, exchange: &Exchange) -> Option<Exchange> {
        let there = |&(cell, by): &(usize, i64)| Some((self.cell(cell)?, by));
        exchange.iter().map(there).collect()
    }

    fn way(&self, way: &Move) -> Option<Move> {
        let there = |&(name, by): &(usize, i64)| Some((self.names[name]?, by));
        way.iter().map(there).collect()
    }

    fn times(&self, times: &Times) -> Option<Times> {
        Some(match times {
            Times::Between(one, two) => Times::Between(self.periods[*one]?, self.periods[*two]?),
            Times::Once(one, two) => Times::Once(self.periods[*one]?, self.periods[*two]?),
            Times::Alone(one) => Times::Alone(self.periods[*one]?),
        })
    }

    fn points(&self, points: &Points) -> Option<Points> {
        let both = |of: &[usize; 2]| Some([self.nodes[of[0]]?, self.nodes[of[1]]?]);
        let all = |of: &[usize]| -> Option<Vec<usize>> {
            of.iter().map(|&node| self.nodes[node]).collect()
        };
        Some(match points {
            Points::Between(one, two, with) => {
                let [first, second] = &with.pairs;
                let with = With {
                    pairs: [self.crossings(first)?, self.crossings(second)?],
                    at_end: self.way(&with.at_end)?,
                };
                Points::Between(self.nodes[*one]?, self.nodes[*two]?, with)
            }
            Points::Through([first, second]) => Points::Through([all(first)?, all(second)?]),
            Points::Crossed(one, two) => Points::Crossed(both(one)?, both(two)?),
        })
    }

    fn crossings(&self, crossings: &Crossings) -> Option<Crossings> {
        let there = |one: &Crossing| {
            let way = match &one.way {
                Some(way) => Some(self.way(way)?),
                None => None,
            };
            Some(Crossing {
                leaves: (self.nodes[one.leaves.0]?, self.nodes[one.leaves.1]?),
                sign: one.sign,
                way,
            })
        };
        crossings.iter().map(there).collect()
    }
}
