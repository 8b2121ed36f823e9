//! Finds an exchange in which a count changes: [`Search::free`] among what is withheld already, [`Search::cheapest`] with what costs least
//! to withhold in addition.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::ops::ControlFlow;

use super::block::Basis;
use super::closure::Withheld;
use super::earlier::Bearing;
use super::exchange::{Exchange, Points, Times, exchange};
use super::lattice::Place;
use super::look::Look;
use super::moves::{Move, Sums};
use super::suppress::Material;
use crate::time::PeriodKind;

/// Choices that are tried on a way, at first and where that finds none.
pub(super) const TRIES: [usize; 2] = [200, 4_000];

/// What is looked for may cost in all, in unknowns put to the solver: a few tens of seconds. Where an earlier publication gives much
/// away, not all can be tried.
const EFFORT: usize = 1_000_000;

/// Of what is left, one try costs this part at most.
const PART: usize = 8;

/// Unknowns that take as long as a choice that is tried.
const OF_A_CHOICE: usize = 10;

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

/// An exchange, and how it goes with what was published before.
pub(super) type Found = (Bearing, Exchange);

/// The search over one body of counts.
pub(super) struct Search<'a> {
    pub(super) from: &'a Material<'a>,
    /// What adds up within the coverage, and over all of it.
    pub(super) sums: &'a [Sums; 2],
    /// The leaves of each tree, the greatest first.
    pub(super) by_size: BTreeMap<usize, Vec<usize>>,
    /// What can change on its own within a sheet: as all sums hold there, and as those hold that follow from what counts mean.
    pub(super) bases: [Basis; 2],
}

impl<'a> Search<'a> {
    pub(super) fn new(from: &'a Material<'a>, sums: &'a [Sums; 2]) -> Self {
        let lattice = from.lattice;
        let mut by_size = lattice.trees.clone();
        for leaves in by_size.values_mut() {
            leaves.sort_by_key(|&leaf| (Reverse(lattice.most(leaf, 0)), leaf));
        }
        Self {
            from,
            sums,
            by_size,
            bases: [true, false].map(|with_guesses| {
                let rows = sums[0].rows().iter();
                Basis::of(rows.filter(|row| with_guesses || !row.is_guess), from.views)
            }),
        }
    }

    /// An exchange that changes a cell: one that readers see nothing of, else one that costs them little, and rather one that goes with
    /// what was published before beyond doubt.
    pub(super) fn found(
        &self,
        withheld: &Withheld<'_>,
        cell: usize,
        effort: &mut Effort,
    ) -> Option<Found> {
        let by_pattern = self
            .free(withheld, cell)
            .or_else(|| self.cheapest(withheld, cell, TRIES[0]))
            .or_else(|| {
                let cost = TRIES[1] * OF_A_CHOICE;
                let is_allowed = effort.allows(cost);
                let found = is_allowed.then(|| self.cheapest(withheld, cell, TRIES[1]))?;
                // What finds something most often finds it soon.
                if found.is_none() {
                    effort.spend(cost);
                }
                found
            });
        let found = by_pattern.or_else(|| self.solved(withheld, cell, effort))?;
        if found.0 == Bearing::Sure {
            return Some(found);
        }
        Some(self.solved_surely(withheld, cell, effort).unwrap_or(found))
    }

    /// An exchange that changes a cell and nothing that readers see.
    pub(super) fn free(&self, withheld: &Withheld<'_>, cell: usize) -> Option<Found> {
        let mut found: Vec<Found> = Vec::new();
        Look::new(self, withheld, None, cell).walk(cell, &mut |points, times, way| {
            let whole = self.whole(cell, points, times, way);
            found.extend(
                whole.filter(|(_, cells)| cells.iter().all(|(cell, _)| withheld.is_free(*cell))),
            );
            let is_sure = found.last().is_some_and(|last| last.0 == Bearing::Sure);
            if is_sure || found.len() == WEIGHED {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        });
        found.into_iter().min_by_key(|found| found.0)
    }

    /// The exchange that changes a cell and costs readers least.
    fn cheapest(&self, withheld: &Withheld<'_>, cell: usize, tries: usize) -> Option<Found> {
        let mut found: Vec<Found> = Vec::new();
        Look::new(self, withheld, Some(tries), cell).walk(cell, &mut |points, times, way| {
            found.extend(self.whole(cell, points, times, way));
            if found.len() < WEIGHED {
                ControlFlow::Continue(())
            } else {
                ControlFlow::Break(())
            }
        });
        // What goes with it while it is looked for is told again if nothing else needs it.
        found.into_iter().min_by_key(|(bearing, cells)| {
            let told = cells.iter().map(|one| one.0);
            let told = told.filter(|&cell| !withheld.is_free(cell));
            (*bearing, told.map(|cell| self.loss(cell)).sum::<u64>())
        })
    }

    /// An exchange as a whole, if it changes a cell, and nothing known and no count below 0 is in it.
    fn whole(&self, cell: usize, points: &Points, times: &Times, way: &Move) -> Option<Found> {
        let lattice = self.from.lattice;
        let made = |is_in: &dyn Fn(usize) -> bool| {
            exchange(
                lattice,
                self.from.views,
                self.from.flow,
                points,
                times,
                way,
                is_in,
            )
        };
        let cells = made(&|_| true)?;
        let earlier = self.from.earlier;
        let before =
            |so_far: bool| made(&|period: usize| earlier.holds(&lattice.periods[period], so_far));
        self.sound(cell, cells, before)
    }

    /// What is found, where it changes a cell, nothing known and no count below 0 is in it, and it goes with what was published before;
    /// `before` is its part in periods that were over then, or had begun.
    pub(super) fn sound(
        &self,
        cell: usize,
        cells: Exchange,
        before: impl Fn(bool) -> Option<Exchange>,
    ) -> Option<Found> {
        let from = self.from;
        let is_sound = cells.iter().any(|one| one.0 == cell)
            && cells.iter().all(|&(other, by)| {
                from.lattice.value(other).unwrap_or(0) + by >= 0 && !from.is_known_to(cell, other)
            });
        if !is_sound {
            return None;
        }
        let bearing = if from.is_known[cell] {
            Bearing::Sure
        } else {
            from.earlier
                .bears(from.lattice, from.views, &cells, before)?
        };
        Some((bearing, cells))
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
