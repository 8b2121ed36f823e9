//! The cheapest exchange that hides a count: cases moved between counts so that every sum stays as it is.
//!
//! In a two-way table an exchange is a loop: one more here, one fewer in the same row, one more in that one's column, one fewer back
//! in the first column. If its cells are withheld, a reader can't tell how often it was made. [`cheapest`] looks for the exchange that
//! withholds least in addition, by best-first search (Dijkstra 1959) over sums that do not yet hold; where every cell lies in two
//! sums it is the shortest-path method of Castro (2006), and nothing in it needs that.

use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap};

use super::problem::{Linked, Proof};

/// How hard to look: exchanges half made that are looked at before the search gives up, counts in an exchange, and what each sum
/// that does not hold is taken to cost yet, in sixteenths of a loss.
const LOOKS: [(usize, usize, u64); 2] = [(400, 14, 2), (1_500, 48, 64)];

/// Counts tried for each sum that does not hold.
const BREADTH: usize = 14;

/// Unit exchanges: each count in it by one up or one down.
struct Half {
    moved: Vec<(usize, i64)>,
    /// Sums that do not hold, and by how much.
    open: Vec<(usize, i64)>,
    /// How often it can be made forwards and backwards before a count falls under its least.
    forwards: i64,
    backwards: i64,
}

/// The cheapest exchange found around a cell that leaves it wide enough; with `may_withhold` false only among cells a reader is
/// unsure of already. `without` is left alone.
pub(super) fn cheapest(
    linked: &Linked<'_>,
    is_withheld: &[bool],
    cell: usize,
    may_withhold: bool,
    without: Option<usize>,
) -> Option<Proof> {
    LOOKS
        .into_iter()
        .find_map(|look| cheapest_at(linked, is_withheld, cell, may_withhold, without, look))
}

fn cheapest_at(
    linked: &Linked<'_>,
    is_withheld: &[bool],
    cell: usize,
    may_withhold: bool,
    without: Option<usize>,
    (effort, longest, yet): (usize, usize, u64),
) -> Option<Proof> {
    let needed = linked.threshold();
    let first = Half {
        moved: vec![(cell, 1)],
        open: linked.relations_of[cell].clone(),
        forwards: needed,
        backwards: linked.slack(cell).min(needed),
    };
    let mut halves = vec![first];
    let mut queue = BinaryHeap::from([Reverse((0_u64, 0_usize))]);
    let mut costs = vec![0_u64];
    let mut seen = BTreeSet::new();
    let mut looked_at = 0;
    while let Some(Reverse((_, at))) = queue.pop() {
        let Some(&(relation, by)) = halves[at]
            .open
            .iter()
            .min_by_key(|(relation, _)| (linked.cells_of[*relation].len(), *relation))
        else {
            return Some(proof(&halves[at]));
        };
        looked_at += 1;
        if looked_at > effort {
            return None;
        }
        if halves[at].moved.len() >= longest {
            continue;
        }
        for (step, next, sign) in candidates(
            linked,
            is_withheld,
            &halves[at],
            relation,
            by,
            may_withhold,
            without,
        ) {
            let Some(half) = moved(linked, &halves[at], next, sign) else {
                continue;
            };
            let mut key = half.moved.clone();
            key.sort_unstable();
            if seen.insert(key) {
                let cost = costs[at] + step;
                queue.push(Reverse((cost + yet * half.open.len() as u64, halves.len())));
                costs.push(cost);
                halves.push(half);
            }
        }
    }
    None
}

/// Counts that could make a sum hold again: those that settle several sums first, then the cheapest, then those with most room.
fn candidates(
    linked: &Linked<'_>,
    is_withheld: &[bool],
    half: &Half,
    relation: usize,
    by: i64,
    may_withhold: bool,
    without: Option<usize>,
) -> Vec<(u64, usize, i64)> {
    let mut found: Vec<_> = linked.cells_of[relation]
        .iter()
        .filter(|(cell, _)| {
            Some(*cell) != without
                && linked.can_vary(*cell)
                && (may_withhold || linked.varies(is_withheld, *cell))
                && half.moved.iter().all(|(moved, _)| moved != cell)
        })
        .map(|&(cell, coefficient)| {
            let sign = -by.signum() * coefficient.signum();
            let settled = linked.relations_of[cell]
                .iter()
                .filter(|(at, coefficient)| {
                    half.open
                        .iter()
                        .any(|(open, by)| open == at && by * coefficient * sign < 0)
                })
                .count();
            // A step costs a little by itself, so that of equal exchanges the shorter is taken.
            let step = linked.added_loss(is_withheld, cell) * 16 + 1;
            (
                Reverse(settled),
                step,
                Reverse(linked.slack(cell)),
                cell,
                sign,
            )
        })
        .collect();
    found.sort_unstable();
    let several = found.iter().filter(|one| one.0.0 > 1).count();
    found.truncate(several + BREADTH);
    found
        .into_iter()
        .map(|(_, step, _, cell, sign)| (step, cell, sign))
        .collect()
}

fn moved(linked: &Linked<'_>, half: &Half, cell: usize, sign: i64) -> Option<Half> {
    let slack = linked.slack(cell);
    let (forwards, backwards) = if sign > 0 {
        (half.forwards, half.backwards.min(slack))
    } else {
        (half.forwards.min(slack), half.backwards)
    };
    if forwards + backwards < linked.threshold() {
        return None;
    }
    let mut open = half.open.clone();
    for &(relation, coefficient) in &linked.relations_of[cell] {
        match open.iter_mut().find(|(at, _)| *at == relation) {
            Some((_, by)) => *by += coefficient * sign,
            None => open.push((relation, coefficient * sign)),
        }
    }
    open.retain(|(_, by)| *by != 0);
    let mut moved = half.moved.clone();
    moved.push((cell, sign));
    Some(Half {
        moved,
        open,
        forwards,
        backwards,
    })
}

fn proof(half: &Half) -> Proof {
    let times = |times: i64| {
        half.moved
            .iter()
            .filter(|_| times != 0)
            .map(|&(cell, sign)| (cell, sign * times))
            .collect()
    };
    Proof {
        up: times(half.forwards),
        down: times(-half.backwards),
    }
}
