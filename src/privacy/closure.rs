//! What is withheld goes with its parts: [`Withheld`].
//!
//! A count that is not told of a year is told of none of its quarters while exchanges are looked for, and one that is not told of a
//! county of none of its towns. So withheld counts form blocks in which cases can change places.

use super::exchange::View;
use super::lattice::Lattice;

/// The cells that are withheld, with all that goes with them.
#[derive(Debug, Clone)]
pub(super) struct Withheld<'a> {
    lattice: &'a Lattice,
    views: &'a [View],
    /// Cells that are withheld, or that no figure prints but belong to what is.
    is_in: Vec<bool>,
    /// When a cell was last looked at, for [`Self::with`].
    looks: Vec<u32>,
    look: u32,
}

impl<'a> Withheld<'a> {
    pub(super) fn nothing(lattice: &'a Lattice, views: &'a [View]) -> Self {
        Self {
            lattice,
            views,
            is_in: vec![false; lattice.cells()],
            looks: vec![0; lattice.cells()],
            look: 0,
        }
    }

    /// Whether readers do not see a cell.
    pub(super) fn is_free(&self, cell: usize) -> bool {
        self.is_in[cell] || !self.lattice.is_printed(cell)
    }

    /// Withholds cells and what goes with them.
    pub(super) fn add(&mut self, cells: impl IntoIterator<Item = usize>) {
        for cell in self.with(cells) {
            self.is_in[cell] = true;
        }
    }

    /// What is withheld in addition when some cells are.
    pub(super) fn with(&mut self, cells: impl IntoIterator<Item = usize>) -> Vec<usize> {
        self.look += 1;
        let mut stack: Vec<usize> = cells.into_iter().collect();
        let mut more = Vec::new();
        while let Some(cell) = stack.pop() {
            if self.is_in[cell] || self.looks[cell] == self.look {
                continue;
            }
            self.looks[cell] = self.look;
            more.push(cell);
            self.going_with(cell, &mut stack);
        }
        more
    }

    /// The cells that go with one directly.
    fn going_with(&self, cell: usize, to: &mut Vec<usize>) {
        let lattice = self.lattice;
        let (node, period, name) = lattice.spot_of(cell);
        let mut add = |node: usize, period: usize| {
            to.extend(
                lattice
                    .cell(node, period, name)
                    .filter(|&cell| lattice.value(cell).is_some()),
            );
        };
        for (_, parts) in lattice.parts_of(node) {
            for &part in parts {
                add(part, period);
            }
        }
        match self.views[name] {
            View::Beyond => {}
            View::Cohort | View::Flow => {
                for &part in lattice.periods_in(period) {
                    add(node, part);
                }
            }
            View::Stock => {
                for &other in lattice.ending_together(period) {
                    add(node, other);
                    // Ends within the longest period that does not end there itself.
                    if let Some(whole) = lattice.longer(other)
                        && lattice.end(whole) != lattice.end(other)
                    {
                        for part in lattice.all_in(whole) {
                            if lattice.end(part) != lattice.end(whole) {
                                add(node, part);
                            }
                        }
                    }
                }
            }
        }
    }
}
