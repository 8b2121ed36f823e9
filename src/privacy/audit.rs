//! What a reader can work out: [`audit`] looks at a pattern as an attacker would, with every published count in hand.
//!
//! A small count with a proof is checked in whole numbers, without trust in whoever made the proof. For any other the range that fits
//! everything published is computed, over the block of withheld counts that hang together. Either the range is wide enough or the cell
//! is a [`Leak`]; where no range can be computed, it is one too.

use std::collections::VecDeque;

use super::problem::{Linked, Pattern, Problem, Shown};
use super::program;

/// Withheld counts that hang together, above which no range is computed.
const LARGEST_BLOCK: usize = 1_500;

/// The counts that fit everything published, both ends inside. Far from the truth it is cut, at 64 thresholds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Range {
    /// The least.
    pub low: u64,
    /// The greatest.
    pub high: u64,
}

/// A withheld count that readers can narrow down too far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Leak {
    /// Its position in the problem's cells.
    pub cell: usize,
    /// What they can narrow it down to; `None` where that could not be computed.
    pub range: Option<Range>,
}

/// Every withheld count that readers can work out: of a small one too narrow a range, of another its exact value.
#[must_use]
pub fn audit(problem: &Problem, pattern: &Pattern) -> Vec<Leak> {
    let linked = Linked::new(problem);
    let mut certain = None;
    (0..problem.cells.len())
        .filter_map(|cell| {
            let needed = if linked.is_sensitive(cell) {
                linked.threshold()
            } else if problem.cells[cell].shown == Shown::Printed && pattern.is_withheld[cell] {
                1
            } else {
                return None;
            };
            let proven = pattern.proofs[cell]
                .as_ref()
                .and_then(|proof| linked.width(&pattern.is_withheld, proof, cell));
            if proven.is_some_and(|width| width >= needed) {
                return None;
            }
            let certain =
                certain.get_or_insert_with(|| what_is_certain(&linked, &pattern.is_withheld));
            let range = range_of(&linked, &pattern.is_withheld, certain, cell);
            let is_wide =
                range.is_some_and(|range| range.high - range.low >= needed.unsigned_abs());
            (!is_wide).then_some(Leak { cell, range })
        })
        .collect()
}

/// The range of each of some cells, from what is published alone. `None` where its block is too large.
#[must_use]
pub fn ranges(problem: &Problem, is_withheld: &[bool], cells: &[usize]) -> Vec<Option<Range>> {
    let linked = Linked::new(problem);
    let certain = what_is_certain(&linked, is_withheld);
    cells
        .iter()
        .map(|&cell| range_of(&linked, is_withheld, &certain, cell))
        .collect()
}

/// For each cell whether a reader has it, printed or by a sum in which it is the only one missing.
fn what_is_certain(linked: &Linked<'_>, is_withheld: &[bool]) -> Vec<bool> {
    let mut certain: Vec<bool> = (0..is_withheld.len())
        .map(|cell| !linked.varies(is_withheld, cell))
        .collect();
    let mut missing: Vec<usize> = linked
        .cells_of
        .iter()
        .map(|cells| cells.iter().filter(|one| !certain[one.0]).count())
        .collect();
    let mut queue: VecDeque<usize> = (0..missing.len())
        .filter(|&relation| missing[relation] == 1)
        .collect();
    while let Some(relation) = queue.pop_front() {
        let Some(&(cell, _)) = linked.cells_of[relation].iter().find(|one| !certain[one.0]) else {
            continue;
        };
        certain[cell] = true;
        for &(other, _) in &linked.relations_of[cell] {
            missing[other] -= 1;
            if missing[other] == 1 {
                queue.push_back(other);
            }
        }
    }
    certain
}

fn range_of(
    linked: &Linked<'_>,
    is_withheld: &[bool],
    certain: &[bool],
    cell: usize,
) -> Option<Range> {
    let value = linked.problem.cells[cell].value;
    if certain[cell] {
        return Some(Range {
            low: value,
            high: value,
        });
    }
    let mut block = vec![cell];
    let mut is_inside = vec![false; certain.len()];
    is_inside[cell] = true;
    let mut at = 0;
    while at < block.len() {
        for &(relation, _) in &linked.relations_of[block[at]] {
            for &(next, _) in &linked.cells_of[relation] {
                if !certain[next] && !is_inside[next] {
                    is_inside[next] = true;
                    block.push(next);
                }
            }
        }
        at += 1;
        if block.len() > LARGEST_BLOCK {
            return None;
        }
    }
    block.sort_unstable();
    let proof = program::widest(linked, is_withheld, &block, cell)?;
    let change = |end: &[(usize, i64)]| end.iter().find(|one| one.0 == cell).map_or(0, |one| one.1);
    Some(Range {
        low: value.saturating_add_signed(change(&proof.down)),
        high: value.saturating_add_signed(change(&proof.up)),
    })
}
