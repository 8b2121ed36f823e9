//! The counts that are published together, how they add up, and what a reader can work out of those that are withheld.
//!
//! A [`Problem`] knows nothing of pages: cells are counts, relations are sums. What follows by subtraction without being printed (a
//! denominator less its numerator) is a cell too, a derived one, and so are figures of an earlier publication. A withheld cell is
//! protected by a [`Proof`]: two other sets of counts that fit everything published, between which it differs by enough.

/// How a reader meets a count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    /// It is printed unless it is withheld. Zeros are always printed, so a withheld count is known to be at least 1.
    Printed,
    /// It is never printed, but follows from others by subtraction.
    Derived,
    /// Readers have it from an earlier publication; to withhold it would hide nothing.
    Known,
}

/// One count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cell {
    /// The true count.
    pub value: u64,
    /// How a reader meets it.
    pub shown: Shown,
    /// What readers lose when it is withheld, at least 1: more for totals than for their parts.
    pub loss: u32,
}

/// A count that is the sum of others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relation {
    /// The sum, as a position in the problem's cells.
    pub total: usize,
    /// What adds up to it.
    pub parts: Vec<usize>,
}

/// Everything a reader can hold side by side.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Problem {
    /// The counts.
    pub cells: Vec<Cell>,
    /// How they add up.
    pub relations: Vec<Relation>,
    /// Counts from 1 to one below are withheld, and no reader may narrow one down to fewer than `threshold` + 1 values. With 1
    /// nothing is.
    pub threshold: u64,
}

/// Two deviations from the true counts that fit everything published: adding either to the true counts gives counts a reader can't
/// tell from the truth. Between them the cell differs by at least the problem's threshold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    /// Where the cell is highest: position and change of each count that differs.
    pub up: Vec<(usize, i64)>,
    /// Where it is lowest.
    pub down: Vec<(usize, i64)>,
}

/// What is withheld, and why that is enough.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    /// For each cell whether it is withheld. Never so for zeros, derived and known cells.
    pub is_withheld: Vec<bool>,
    /// For each cell the proof of its protection, where it needs one: small counts and whatever is withheld to protect them.
    pub proofs: Vec<Option<Proof>>,
    /// Small counts that nothing could protect, because too much about them is known. [`super::audit`] reports them too.
    pub unprotected: Vec<usize>,
    /// Small counts that readers already have from an earlier publication.
    pub known_before: Vec<usize>,
}

impl Pattern {
    /// The withheld cells.
    pub fn withheld(&self) -> impl Iterator<Item = usize> + '_ {
        self.is_withheld
            .iter()
            .enumerate()
            .filter_map(|(cell, &is_withheld)| is_withheld.then_some(cell))
    }
}

/// A problem with its cells' places in relations looked up.
pub(super) struct Linked<'a> {
    pub(super) problem: &'a Problem,
    /// For each cell its relations, each with +1 as a part and −1 as a total.
    pub(super) relations_of: Vec<Vec<(usize, i64)>>,
    /// For each relation its cells, likewise: their sum is 0.
    pub(super) cells_of: Vec<Vec<(usize, i64)>>,
}

impl<'a> Linked<'a> {
    pub(super) fn new(problem: &'a Problem) -> Self {
        let mut relations_of = vec![Vec::new(); problem.cells.len()];
        let mut cells_of = Vec::with_capacity(problem.relations.len());
        for (at, relation) in problem.relations.iter().enumerate() {
            let mut cells: Vec<(usize, i64)> =
                relation.parts.iter().map(|&part| (part, 1)).collect();
            cells.push((relation.total, -1));
            cells.sort_unstable();
            cells.dedup_by(|again, first| {
                let is_same = again.0 == first.0;
                if is_same {
                    first.1 += again.1;
                }
                is_same
            });
            cells.retain(|&(_, sign)| sign != 0);
            for &(cell, sign) in &cells {
                relations_of[cell].push((at, sign));
            }
            cells_of.push(cells);
        }
        Self {
            problem,
            relations_of,
            cells_of,
        }
    }

    pub(super) fn threshold(&self) -> i64 {
        i64::try_from(self.problem.threshold).expect("a threshold is a small number")
    }

    /// Whether readers must not learn it: 1 up to one below the threshold, not known already.
    pub(super) fn is_sensitive(&self, cell: usize) -> bool {
        let found = self.problem.cells[cell];
        found.shown != Shown::Known && is_small(found.value, self.problem.threshold)
    }

    /// Whether a reader may be unsure of it: derived, or printed and not 0.
    pub(super) fn can_vary(&self, cell: usize) -> bool {
        match self.problem.cells[cell].shown {
            Shown::Printed => self.problem.cells[cell].value > 0,
            Shown::Derived => true,
            Shown::Known => false,
        }
    }

    /// Whether a reader is unsure of it, under what is withheld.
    pub(super) fn varies(&self, is_withheld: &[bool], cell: usize) -> bool {
        match self.problem.cells[cell].shown {
            Shown::Printed => is_withheld[cell],
            Shown::Derived => true,
            Shown::Known => false,
        }
    }

    /// How far a cell may lie below its true count, as far as a reader knows.
    pub(super) fn slack(&self, cell: usize) -> i64 {
        let found = self.problem.cells[cell];
        let least = u64::from(found.shown == Shown::Printed);
        i64::try_from(found.value.saturating_sub(least)).unwrap_or(i64::MAX / 4)
    }

    /// What is lost by withholding it in addition: 0 where it is withheld already or never printed.
    pub(super) fn added_loss(&self, is_withheld: &[bool], cell: usize) -> u64 {
        if self.varies(is_withheld, cell) {
            0
        } else {
            u64::from(self.problem.cells[cell].loss.max(1))
        }
    }

    /// How much a cell differs between the ends of a proof and the truth, which fits too; `None` where an end does not fit what is
    /// published. In whole numbers and by looking at nothing but the proof.
    pub(super) fn width(&self, is_withheld: &[bool], proof: &Proof, cell: usize) -> Option<i64> {
        let at = |end: &[(usize, i64)]| {
            end.iter()
                .filter(|one| one.0 == cell)
                .map(|one| one.1)
                .sum::<i64>()
        };
        let (up, down) = (at(&proof.up), at(&proof.down));
        (self.fits(is_withheld, &proof.up) && self.fits(is_withheld, &proof.down))
            .then(|| up.max(down).max(0) - up.min(down).min(0))
    }

    fn fits(&self, is_withheld: &[bool], end: &[(usize, i64)]) -> bool {
        let mut sums = std::collections::BTreeMap::new();
        for &(cell, change) in end {
            if change != 0 && (!self.varies(is_withheld, cell) || change < -self.slack(cell)) {
                return false;
            }
            for &(relation, sign) in &self.relations_of[cell] {
                *sums.entry(relation).or_insert(0_i64) += sign * change;
            }
        }
        sums.values().all(|&sum| sum == 0)
    }
}

/// Whether a count is small: not 0, and under the threshold.
pub(super) const fn is_small(value: u64, threshold: u64) -> bool {
    value > 0 && value < threshold
}
