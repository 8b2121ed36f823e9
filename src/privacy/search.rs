//! Finds an exchange in which a count changes: [`Search::free`] among what is withheld already, [`Search::cheapest`] with what costs least
//! to withhold in addition.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::ops::ControlFlow;

use super::block::Basis;
use super::closure::Withheld;
use super::exchange::{Exchange, Points, Times, exchange};
use super::lattice::Place;
use super::look::Look;
use super::moves::{Move, Sums};
use super::suppress::Material;
use crate::time::PeriodKind;

/// Choices that are tried on a way, at first and where that finds none.
pub(super) const TRIES: [usize; 2] = [200, 4_000];

/// Exchanges whose cost is weighed.
const WEIGHED: usize = 16;

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

    /// An exchange that changes a cell and nothing that readers see.
    pub(super) fn free(&self, withheld: &Withheld<'_>, cell: usize) -> Option<Exchange> {
        let mut found: Vec<Exchange> = Vec::new();
        Look::new(self, withheld, None, cell).walk(cell, &mut |points, times, way| {
            found.extend(
                self.whole(cell, points, times, way)
                    .filter(|cells| cells.iter().all(|(cell, _)| withheld.is_free(*cell))),
            );
            match found.last() {
                Some(last) if found.len() == WEIGHED || !self.is_doubtful(last) => {
                    ControlFlow::Break(())
                }
                _ => ControlFlow::Continue(()),
            }
        });
        found
            .into_iter()
            .min_by_key(|cells| self.is_doubtful(cells))
    }

    /// The exchange that changes a cell and costs readers least.
    pub(super) fn cheapest(
        &self,
        withheld: &Withheld<'_>,
        cell: usize,
        tries: usize,
    ) -> Option<Exchange> {
        let mut found: Vec<Exchange> = Vec::new();
        Look::new(self, withheld, Some(tries), cell).walk(cell, &mut |points, times, way| {
            found.extend(self.whole(cell, points, times, way));
            if found.len() < WEIGHED {
                ControlFlow::Continue(())
            } else {
                ControlFlow::Break(())
            }
        });
        // What goes with it while it is looked for is told again if nothing else needs it.
        found.into_iter().min_by_key(|cells| {
            let told = cells.iter().map(|one| one.0);
            let told = told.filter(|&cell| !withheld.is_free(cell));
            let loss = told.map(|cell| self.loss(cell)).sum::<u64>();
            (self.is_doubtful(cells), loss)
        })
    }

    /// Whether an exchange may not go with what an earlier publication withheld.
    pub(super) fn is_doubtful(&self, cells: &Exchange) -> bool {
        let from = self.from;
        from.earlier.is_less_than_untold(from.lattice, cells)
    }

    /// An exchange as a whole, if it changes a cell, and nothing known and no count below 0 is in it.
    fn whole(&self, cell: usize, points: &Points, times: &Times, way: &Move) -> Option<Exchange> {
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
        let is_sound = cells.iter().any(|one| one.0 == cell)
            && cells.iter().all(|&(other, by)| {
                lattice.value(other).unwrap_or(0) + by >= 0 && !self.from.is_known_to(cell, other)
            });
        let earlier = self.from.earlier;
        let before =
            |so_far: bool| made(&|period: usize| earlier.holds(&lattice.periods[period], so_far));
        let is_open = is_sound
            && (self.from.is_known[cell]
                || earlier.bears(lattice, self.from.views, &cells, before));
        is_open.then_some(cells)
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
