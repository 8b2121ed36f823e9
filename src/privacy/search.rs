//! Finds an exchange in which a count changes: [`Search::free`] among what is withheld already, [`Search::cheapest`] with what costs least
//! to withhold in addition.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::ops::ControlFlow;

use super::audit::{adds_up, could_have_been};
use super::block::Basis;
use super::closure::Withheld;
use super::earlier::Then;
use super::exchange::{Exchange, Points, Times, View, exchange};
use super::lattice::{Lattice, Place};
use super::look::Look;
use super::moves::{Move, Sums};
use super::suppress::{Material, World};
use crate::time::PeriodKind;

/// Choices that are tried on a way, at first and where that finds none.
pub(super) const TRIES: [usize; 2] = [200, 4_000];

/// What is looked for may cost in all: a minute or so. The time that a solver takes grows with the square of its unknowns. Where an
/// earlier publication gives much away, not all can be tried.
const EFFORT: usize = 3_000_000_000;

/// Of what is left, one try costs this part at most.
const PART: usize = 8;

/// What a choice costs that is tried.
const OF_A_CHOICE: usize = 1_000;

/// What may still be spent on what is hard to find.
#[derive(Debug)]
pub(super) struct Effort(usize);

impl Effort {
    pub(super) fn new() -> Self {
        Self(EFFORT)
    }

    /// Whether a try may cost so much.
    fn allows(&self, cost: usize) -> bool {
        cost <= self.0 / PART
    }

    /// What is found with so many choices on a way. What finds something most often finds it soon; else it costs.
    fn on_choices<T>(&mut self, tries: usize, find: impl FnOnce() -> Option<T>) -> Option<T> {
        let cost = tries * OF_A_CHOICE;
        let found = self.allows(cost).then(find).flatten();
        if found.is_none() && tries > TRIES[0] {
            self.spend(cost);
        }
        found
    }

    /// Takes off what a try costs, if it may: great ones end before small ones do.
    pub(super) fn spend(&mut self, cost: usize) -> bool {
        let is_allowed = self.allows(cost);
        if is_allowed {
            self.0 -= cost;
        }
        is_allowed
    }
}

/// Exchanges whose cost is weighed.
const WEIGHED: usize = 16;

/// What a world may cost before others are looked for.
const DEAR: u64 = 3_000;

/// What a world may cost at most that hides a count from those who kept the last publication: about what all valid cases of the whole
/// time are worth. Whatever costs more is hidden from all others, and warned of.
const MOST: u64 = 40_000;

/// Ways to look for a world.
#[derive(Clone, Copy)]
enum Stage {
    Free,
    Cheapest(usize),
    SolvedSoon,
    SolvedAfter,
    Solved,
}

/// What finds most for its time comes first.
const STAGES: [Stage; 6] = [
    Stage::Free,
    Stage::Cheapest(TRIES[0]),
    Stage::SolvedSoon,
    Stage::SolvedAfter,
    Stage::Cheapest(TRIES[1]),
    Stage::Solved,
];

/// The search over one body of counts.
pub(super) struct Search<'a> {
    pub(super) from: &'a Material<'a>,
    /// What adds up within the coverage, and over all of it.
    pub(super) sums: &'a [Sums; 2],
    /// The leaves of each tree, the greatest first.
    pub(super) by_size: BTreeMap<usize, Vec<usize>>,
    /// What can change on its own within a sheet: as all sums hold there, and as those hold that follow from what counts mean.
    pub(super) bases: [Basis; 2],
    /// By small count what hid it in the last publication and was not told then, the smallest first.
    pub(super) hid: BTreeMap<usize, Vec<&'a Exchange>>,
}

impl<'a> Search<'a> {
    pub(super) fn new(from: &'a Material<'a>, sums: &'a [Sums; 2], carried: &'a [World]) -> Self {
        let lattice = from.lattice;
        let mut hid: BTreeMap<usize, Vec<&Exchange>> = BTreeMap::new();
        for world in carried {
            for &(cell, _) in world.now.iter().filter(|one| from.is_small(one.0)) {
                hid.entry(cell).or_default().push(&world.now);
            }
        }
        for worlds in hid.values_mut() {
            worlds.sort_by_key(|world| world.len());
        }
        let mut by_size = lattice.trees.clone();
        for leaves in by_size.values_mut() {
            leaves.sort_by_key(|&leaf| (Reverse(lattice.most(leaf, 0)), leaf));
        }
        Self {
            from,
            sums,
            by_size,
            hid,
            bases: [true, false].map(|with_guesses| {
                let rows = sums[0].rows().iter();
                let rows = rows.filter(|row| with_guesses || !row.is_guess);
                let then = from.earlier.then.as_ref();
                let stays = |name: usize| then.is_some_and(|then| then.is_settled(name));
                Basis::of(rows, from.views, stays)
            }),
        }
    }

    /// What was told then, where a small count is hidden from those who have seen it.
    pub(super) fn then_for(&self, cell: usize) -> Option<&Then> {
        let then = self.from.earlier.then.as_ref();
        then.filter(|_| !self.from.is_known[cell])
    }

    /// Other counts in which a cell is another: such as readers see nothing of, else such as cost them little.
    pub(super) fn found(
        &self,
        withheld: &Withheld<'_>,
        cell: usize,
        effort: &mut Effort,
    ) -> Option<World> {
        let mut best: Option<(u64, World)> = None;
        for stage in STAGES {
            let found = match stage {
                Stage::Free => self.free(withheld, cell),
                Stage::Cheapest(tries) => {
                    effort.on_choices(tries, || self.cheapest(withheld, cell, tries))
                }
                Stage::SolvedSoon => self.solved_soon(withheld, cell, effort),
                Stage::SolvedAfter => self.solved_after(withheld, cell, effort),
                Stage::Solved => self.solved(withheld, cell, effort),
            };
            let found = found.map(|world| (self.loss_of(withheld, &world), world));
            best = best.into_iter().chain(found).min_by_key(|one| one.0);
            if best.as_ref().is_some_and(|(loss, _)| *loss <= DEAR) {
                break;
            }
        }
        let is_worth_it = |loss: u64| loss <= MOST || self.then_for(cell).is_none();
        best.filter(|(loss, _)| is_worth_it(*loss))
            .map(|(_, world)| world)
    }

    /// What readers lose with a world beside what is withheld.
    fn loss_of(&self, withheld: &Withheld<'_>, world: &World) -> u64 {
        let told = world.now.iter().map(|one| one.0);
        let told = told.filter(|&cell| !withheld.is_free(cell));
        told.map(|cell| self.loss(cell)).sum()
    }

    /// Other counts in which a cell is another, and nothing that readers see.
    pub(super) fn free(&self, withheld: &Withheld<'_>, cell: usize) -> Option<World> {
        let mut found = None;
        self.walk(Look::new(self, withheld, None, cell), &mut |world| {
            found = world.filter(|world| world.now.iter().all(|one| withheld.is_free(one.0)));
            if found.is_some() {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        });
        found
    }

    /// Other counts in which a cell is another, and that cost readers least.
    fn cheapest(&self, withheld: &Withheld<'_>, cell: usize, tries: usize) -> Option<World> {
        let mut weighed = 0;
        let mut best: Option<(u64, World)> = None;
        self.walk(Look::new(self, withheld, Some(tries), cell), &mut |world| {
            let Some(world) = world else {
                return ControlFlow::Continue(());
            };
            weighed += 1;
            // What goes with it while it is looked for is told again if nothing else needs it.
            let loss = self.loss_of(withheld, &world);
            if best.as_ref().is_none_or(|(least, _)| loss < *least) {
                best = Some((loss, world));
            }
            if loss == 0 || weighed == WEIGHED {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        });
        best.map(|(_, world)| world)
    }

    /// Visits the exchanges of a look as wholes: where something was told then, such as could have been made then too before others.
    fn walk(
        &self,
        mut look: Look<'_, '_>,
        visit: &mut dyn FnMut(Option<World>) -> ControlFlow<()>,
    ) {
        let cell = look.cell;
        let has_told = self.then_for(cell).is_some();
        let mut is_done = ControlFlow::Continue(());
        for as_then in [true, false] {
            if is_done.is_break() || (as_then && !has_told) {
                continue;
            }
            look.as_then = as_then;
            look.walk(cell, &mut |points, times, way| {
                is_done = visit(self.whole(cell, points, times, way));
                is_done
            });
        }
    }

    /// An exchange as a whole, if it changes a cell, and nothing known and no count below 0 is in it.
    fn whole(&self, cell: usize, points: &Points, times: &Times, way: &Move) -> Option<World> {
        let from = self.from;
        let pattern = (points, times, way);
        let world = self.sound(
            cell,
            made(from, (from.lattice, from.views), pattern)?,
            |then| made(from, (&then.lattice, &then.views), pattern),
        )?;
        Some(World {
            pattern: Some((points.clone(), times.clone(), way.clone())),
            ..world
        })
    }

    /// What was found as of then, as it is now: as it was, else with counts that were not told then because it was too early, and where
    /// only what is settled is still different.
    pub(super) fn made_again(&self, then: &World) -> Vec<World> {
        let from = self.from;
        let fits = |now: &Exchange| adds_up(from, self.sums[1].rows(), now);
        let world = |now: Exchange| {
            let small = |cell: &usize| from.is_small(*cell) && !from.is_known[*cell];
            let cell = now.iter().map(|one| one.0).find(small)?;
            let is_fit = fits(&now);
            is_fit.then(|| self.sound(cell, now, |_| Some(then.now.clone())))?
        };
        if fits(&then.now) {
            return world(then.now.clone()).into_iter().collect();
        }
        let pattern = then.pattern.as_ref();
        let by_pattern = pattern.and_then(|(points, times, way)| {
            made(from, (from.lattice, from.views), (points, times, way))
        });
        let exchanges = by_pattern.into_iter().chain([self.settled_of(&then.now)]);
        exchanges.filter_map(world).collect()
    }

    /// What stays of an exchange of then where only that is different now which is settled.
    fn settled_of(&self, then: &Exchange) -> Exchange {
        let from = self.from;
        let told = from.earlier.then.as_ref();
        let is_settled = |told: &Then, cell: usize| {
            let (_, period, name) = from.lattice.spot_of(cell);
            let is_stock = from.views[name] == View::Stock;
            told.is_settled(name) && (!is_stock || told.was_over(from.lattice, period))
        };
        let cells = then.iter().copied();
        cells
            .filter(|&(cell, _)| told.is_some_and(|told| is_settled(told, cell)))
            .collect()
    }

    /// Counts that are others now, where a cell is among them, and nothing known and no count below 0; with what was different then,
    /// where nothing or `then_made` could have been.
    pub(super) fn sound(
        &self,
        cell: usize,
        now: Exchange,
        then_made: impl Fn(&Then) -> Option<Exchange>,
    ) -> Option<World> {
        let from = self.from;
        let is_sound = now.iter().any(|one| one.0 == cell)
            && now.iter().all(|&(other, by)| {
                from.lattice.value(other).unwrap_or(0) + by >= 0 && !from.is_known_to(cell, other)
            });
        if !is_sound {
            return None;
        }
        let world = |now: Exchange, then: Exchange| World {
            now,
            then,
            pattern: None,
        };
        let nothing = Exchange::new();
        let Some(told) = self.then_for(cell) else {
            return Some(world(now, nothing));
        };
        let could_be = |then: &Exchange| could_have_been(from, told, &now, then);
        let then = Some(nothing).filter(could_be);
        let then = then.or_else(|| then_made(told).filter(could_be))?;
        Some(world(now, then))
    }

    /// What readers lose when a count is withheld: more for wholes than for parts, and for long periods than for short.
    pub(super) fn loss(&self, cell: usize) -> u64 {
        let lattice = self.from.lattice;
        if !lattice.is_printed(cell) || lattice.value(cell) == Some(0) {
            return 0;
        }
        let (node, period, name) = lattice.spot_of(cell);
        let of_scope = match lattice.nodes[node].place {
            Place::Overall => 60,
            Place::Member { .. } => 3,
            Place::Pair(..) => 1,
        };
        let of_period = match lattice.periods[period].kind {
            PeriodKind::All => 8,
            PeriodKind::Year => 6,
            PeriodKind::HalfYear | PeriodKind::Quarter => 3,
            PeriodKind::Month => 1,
        };
        // Whoever has more cases is looked at more.
        let size = lattice.most(node, period).unwrap_or(0);
        let of_size = 1 + u64::from(size.unsigned_abs().checked_ilog2().unwrap_or(0)) / 2;
        of_scope * of_period * of_size * self.from.worth[name].max(1)
    }
}

/// The cells of a publication that change with an exchange by pattern.
fn made(
    from: &Material<'_>,
    (lattice, views): (&Lattice, &[View]),
    (points, times, way): (&Points, &Times, &Move),
) -> Option<Exchange> {
    let has_begun =
        |period: usize| std::ptr::eq(lattice, from.lattice) || lattice.has_begun(period);
    exchange(lattice, views, from.flow, points, times, way, &has_begun)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn great_tries_end_before_small_ones_do() {
        let mut effort = Effort::new();
        let great = EFFORT / PART;
        assert!(effort.spend(great), "a part of all that there is");
        assert!(!effort.spend(great), "more than that part of what is left");
        let small = (0..).take_while(|_| effort.spend(great / 10)).count();
        assert!(small > 10, "{small}");
        assert!(effort.0 >= great / 10, "a refused try costs nothing");
    }
}
