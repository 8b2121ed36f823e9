//! Finds another body of counts where no exchange by pattern is found: [`Search::solved`] puts a block of counts to a solver of linear
//! programs (`microlp`), with as little as may be that is told and would be withheld for it.
#![expect(
    clippy::float_arithmetic,
    reason = "a linear program is solved in floats; what is taken from it are whole numbers, and they are proved anew"
)]

use std::cmp::Reverse;
use std::collections::BTreeSet;

use microlp::{ComparisonOp, OptimizationDirection, Problem, SolveOptions, SolveOutcome, Variable};

use super::block::{Basis, Block, Spot};
use super::closure::Withheld;
use super::earlier::Bearing;
use super::exchange::View;
use super::lattice::Place;
use super::look::Look;
use super::search::{Effort, Found, Search};

/// How much a block holds.
#[derive(Debug, Clone, Copy)]
struct Size {
    /// Ways to take a leaf of each tree.
    tuples: usize,
    /// Leaves of a tree.
    leaves: usize,
    /// Shortest periods.
    periods: usize,
}

/// Small ones first, as most need no more.
const SIZES: [Size; 3] = [
    Size {
        tuples: 16,
        leaves: 4,
        periods: 5,
    },
    Size {
        tuples: 60,
        leaves: 6,
        periods: 12,
    },
    Size {
        tuples: 400,
        leaves: 26,
        periods: 40,
    },
];

/// Unknowns of a block at most.
const UNKNOWNS: usize = 30_000;

/// By how many cases an unknown can change.
const MOST: i32 = 4;

/// How near a whole number is one.
const NEAR: f64 = 1e-6;

/// Branches that are tried where a solution is not of whole numbers.
const NODES: u64 = 200;

/// Counts with more room than this are looked at once a solution is found.
const ROOM: i64 = 3;

/// What may change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reach {
    /// What is withheld already.
    Withheld,
    /// What is told of members and pairs too.
    Members,
    /// All that no earlier publication told.
    All,
}

/// How an exchange is to go with what was published before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Then {
    Any,
    /// The same could be exchanged then: nothing changes that was told, whatever it is now.
    Same,
    /// Nothing becomes less that may have been as much before.
    Less,
}

/// A block with what is looked for.
struct Question<'a> {
    withheld: &'a Withheld<'a>,
    /// The count that is to be another.
    cell: usize,
    then: Then,
    block: Block,
    /// What each spot's change is made up of: unknowns, and how many times each.
    sums: Vec<(Spot, Vec<(usize, i64)>)>,
}

impl Search<'_> {
    /// An exchange that changes a cell, in a block of counts around it. Where two counts have been seen to be always the same, they stay
    /// so if they can.
    pub(super) fn solved(
        &self,
        withheld: &Withheld<'_>,
        cell: usize,
        effort: &mut Effort,
    ) -> Option<Found> {
        let [seen, meant] = &self.bases;
        let [small, medium, large] = SIZES;
        let tried = [
            (seen, small),
            (meant, small),
            (seen, medium),
            (meant, medium),
            (meant, large),
        ];
        tried
            .into_iter()
            .find_map(|of| self.solved_in(withheld, cell, of, Then::Any, effort))
    }

    /// The same, so that it goes with what was published before beyond doubt.
    pub(super) fn solved_surely(
        &self,
        withheld: &Withheld<'_>,
        cell: usize,
        effort: &mut Effort,
    ) -> Option<Found> {
        let meant = &self.bases[1];
        let tried = SIZES.map(|size| [(size, Then::Same), (size, Then::Less)]);
        tried.into_iter().flatten().find_map(|(size, then)| {
            let found = self.solved_in(withheld, cell, (meant, size), then, effort);
            found.filter(|found| found.0 == Bearing::Sure)
        })
    }

    fn solved_in(
        &self,
        withheld: &Withheld<'_>,
        cell: usize,
        (basis, size): (&Basis, Size),
        then: Then,
        effort: &mut Effort,
    ) -> Option<Found> {
        let (tuples, periods) = self.around(withheld, cell, basis, size);
        if !effort.spend(tuples.len() * periods.len() * basis.len()) {
            return None;
        }
        let rows = self.sums[1].rows();
        let block = Block::new(self.from, rows, basis, &tuples, &periods);
        let sums = sums_of(&block);
        let question = Question {
            withheld,
            cell,
            then,
            block,
            sums,
        };
        let answers = [1, -1].into_iter().filter_map(|sign| {
            let widest = self.answer(&question, sign, Reach::All)?;
            let mut near = [Reach::Withheld, Reach::Members].into_iter();
            let near = near.find_map(|reach| self.answer(&question, sign, reach));
            Some(near.unwrap_or(widest))
        });
        answers.min_by_key(|found| found.0)
    }

    /// An exchange in which a cell changes by one, as far as `reach` goes.
    fn answer(&self, question: &Question<'_>, sign: i64, reach: Reach) -> Option<Found> {
        let numbers = match self.solution(question, sign, reach, false)? {
            Some(numbers) => numbers,
            None => self.solution(question, sign, reach, true)??,
        };
        let from = self.from;
        let cells = question.block.exchange(&numbers, |_| true);
        let before = |so_far: bool| {
            let is_in = |at: usize| from.earlier.holds(&from.lattice.periods[at], so_far);
            Some(question.block.exchange(&numbers, is_in))
        };
        self.sound(question.cell, cells, before)
    }

    /// How often each unknown comes in addition; nothing where not all are whole. `None` where there is no solution.
    fn solution(
        &self,
        question: &Question<'_>,
        sign: i64,
        reach: Reach,
        is_whole: bool,
    ) -> Option<Option<Vec<i64>>> {
        let unknowns = &question.block.unknowns;
        // What alone makes up a count that is held can't change.
        let mut is_fixed = vec![false; unknowns.len()];
        for &(spot, ref terms) in &question.sums {
            if let [(number, _)] = terms[..] {
                is_fixed[number] |= self.is_held(question, spot, reach);
            }
        }
        let mut problem = Problem::new(OptimizationDirection::Minimize);
        let sides: Vec<[Variable; 2]> = unknowns
            .iter()
            .zip(&is_fixed)
            .map(|(unknown, &is_fixed)| {
                let told = unknown.effect.iter().filter_map(|(spot, _)| match spot {
                    Spot::Cell(cell) if !question.withheld.is_free(*cell) => Some(self.loss(*cell)),
                    _ => None,
                });
                let cost = 1.0 + told.sum::<u64>() as f64 / 100.0;
                let most = if is_fixed { 0 } else { MOST };
                [(); 2].map(|()| {
                    if is_whole {
                        problem.add_integer_var(cost, (0, most))
                    } else {
                        problem.add_var(cost, (0.0, f64::from(most)))
                    }
                })
            })
            .collect();
        let mut seen: BTreeSet<Vec<(usize, i64)>> = BTreeSet::new();
        for &(spot, ref terms) in &question.sums {
            let free = terms.iter().copied().filter(|one| !is_fixed[one.0]);
            let free: Vec<(usize, i64)> = free.collect();
            let sum: Vec<(Variable, f64)> = free
                .iter()
                .flat_map(|&(number, by)| {
                    let [more, fewer] = sides[number];
                    [(more, by as f64), (fewer, -by as f64)]
                })
                .collect();
            if spot == Spot::Cell(question.cell) {
                problem.add_constraint(sum, ComparisonOp::Eq, sign as f64);
            } else if self.is_held(question, spot, reach) {
                if !free.is_empty() && seen.insert(free) {
                    problem.add_constraint(sum, ComparisonOp::Eq, 0.0);
                }
            } else if let Spot::Cell(cell) = spot {
                let room = self.room(question, cell);
                if room < ROOM {
                    problem.add_constraint(sum, ComparisonOp::Ge, -room as f64);
                }
            }
        }
        let mut options = SolveOptions::default();
        options.node_limit = Some(NODES);
        let Ok(SolveOutcome::Solution(solution)) = problem.solve_with(options) else {
            return None;
        };
        let number = |[more, fewer]: &[Variable; 2]| {
            let value = solution.var_value(*more) - solution.var_value(*fewer);
            let mut whole = -MOST..=MOST;
            whole
                .find(|number| (f64::from(*number) - value).abs() < NEAR)
                .map(i64::from)
        };
        Some(sides.iter().map(number).collect())
    }

    /// By how many cases a count may fall.
    fn room(&self, question: &Question<'_>, cell: usize) -> i64 {
        let (lattice, earlier) = (self.from.lattice, self.from.earlier);
        if question.then == Then::Less && earlier.may_have_been_all(lattice, cell) {
            return 0;
        }
        lattice.value(cell).unwrap_or(0) - earlier.least(lattice, cell)
    }

    /// Whether a sum must stay as it is.
    fn is_held(&self, question: &Question<'_>, spot: Spot, reach: Reach) -> bool {
        let from = self.from;
        let cell = match spot {
            Spot::Cell(cell) => cell,
            Spot::SoFar(cell) => {
                return question.then == Then::Same || from.earlier.is_settled(from.lattice, cell);
            }
            Spot::Absent(..) | Spot::AllTime(..) => return true,
        };
        let lattice = from.lattice;
        let is_of_all = || matches!(lattice.nodes[lattice.spot_of(cell).0].place, Place::Overall);
        let is_told = || !question.withheld.is_free(cell);
        from.is_known_to(question.cell, cell)
            || from.earlier.has_told_stock(lattice, from.views, cell)
            || (question.then == Then::Same && from.earlier.was_told(lattice, cell))
            || match reach {
                Reach::All => false,
                Reach::Members => is_of_all() && is_told(),
                Reach::Withheld => is_told(),
            }
    }

    /// Leaves, one of each tree, and shortest periods around a cell, likely ones first.
    fn around(
        &self,
        withheld: &Withheld<'_>,
        cell: usize,
        basis: &Basis,
        size: Size,
    ) -> (Vec<Vec<usize>>, Vec<usize>) {
        let look = Look::new(self, withheld, None, cell);
        let (node, period, _) = self.from.lattice.spot_of(cell);
        let periods = self.periods_around(&look, node, period, size.periods);
        let most = UNKNOWNS / (periods.len() * basis.len()).max(1);
        let leaves = self.leaves_around(&look, node, (period, &periods), size.leaves);
        (tuples(leaves, size.tuples.min(most)), periods)
    }

    fn periods_around(
        &self,
        look: &Look<'_, '_>,
        node: usize,
        period: usize,
        many: usize,
    ) -> Vec<usize> {
        let lattice = self.from.lattice;
        let begun = lattice.shortest_in(0, false).iter().copied();
        let begun: Vec<usize> = begun
            .filter(|&at| lattice.periods[at].first <= lattice.as_of)
            .collect();
        let mut found: Vec<usize> = Vec::new();
        let mut add = |some: Vec<usize>, many: usize| {
            let new = some.into_iter().filter(|at| begun.contains(at));
            let new: Vec<usize> = new.filter(|at| !found.contains(at)).take(many).collect();
            found.extend(new);
        };
        if self.from.views[look.name] == View::Stock {
            let end = lattice.end(period);
            let is_before = |at: &usize| lattice.end(*at) <= end;
            let (before, after): (Vec<usize>, Vec<usize>) =
                begun.iter().partition(|at| is_before(at));
            add(before.iter().rev().copied().collect(), 2);
            add(after, 1);
            add(look.likely(node, &before), 1);
        } else {
            add(look.likely(node, lattice.shortest_in(period, false)), 2);
            for whole in lattice.periods_over(period).into_iter().skip(1) {
                add(look.likely(node, lattice.shortest_in(whole, false)), 1);
            }
        }
        add(begun.iter().rev().copied().collect(), usize::MAX);
        found.truncate(many);
        found
    }

    /// Leaves of each tree: below a node and beside it, and such as have cases in its periods.
    fn leaves_around(
        &self,
        look: &Look<'_, '_>,
        node: usize,
        (period, periods): (usize, &[usize]),
        many: usize,
    ) -> Vec<Vec<usize>> {
        let lattice = self.from.lattice;
        let own: Vec<usize> = match lattice.nodes[node].place {
            Place::Overall => Vec::new(),
            Place::Member { .. } => vec![node],
            Place::Pair(one, two) => vec![one, two],
        };
        let mut found: Vec<Vec<usize>> = Vec::new();
        for all in self.by_size.values() {
            let member = own.iter().copied().find(|&member| {
                let below = &lattice.nodes[member].leaves;
                below.iter().any(|leaf| all.contains(leaf))
            });
            let mut leaves = Vec::new();
            if let Some(member) = member {
                leaves.clone_from(&lattice.nodes[member].leaves);
                leaves.sort_by_key(|&leaf| Reverse(look.now(leaf, period)));
                leaves.truncate(many.div_ceil(2));
                let others = all.iter().copied();
                let others: Vec<usize> = others
                    .filter(|leaf| !lattice.nodes[member].leaves.contains(leaf))
                    .collect();
                leaves.extend(look.partners(member, leaves[0], &others, period));
            } else {
                let with = found.first().and_then(|leaves| leaves.first()).copied();
                let first = &periods[..periods.len().min(1)];
                leaves = look.likely_leaves(all, with, first);
            }
            leaves.truncate(many);
            found.push(leaves);
        }
        found
    }
}

/// What each spot's change is made up of.
fn sums_of(block: &Block) -> Vec<(Spot, Vec<(usize, i64)>)> {
    let unknowns = block.unknowns.iter().enumerate();
    let mut terms: Vec<(Spot, usize, i64)> = unknowns
        .flat_map(|(number, unknown)| {
            let effect = unknown.effect.iter();
            effect.map(move |&(spot, by)| (spot, number, by))
        })
        .collect();
    terms.sort_unstable();
    terms
        .chunk_by(|one, two| one.0 == two.0)
        .map(|of| (of[0].0, of.iter().map(|one| (one.1, one.2)).collect()))
        .collect()
}

/// All ways to take a leaf of each tree, of fewer leaves where there are too many.
fn tuples(mut of_trees: Vec<Vec<usize>>, most: usize) -> Vec<Vec<usize>> {
    let many = |trees: &[Vec<usize>]| trees.iter().map(Vec::len).product::<usize>();
    while many(&of_trees) > most.max(1) {
        if let Some(longest) = of_trees.iter_mut().max_by_key(|leaves| leaves.len()) {
            longest.pop();
        }
    }
    of_trees
        .into_iter()
        .fold(vec![Vec::new()], |tuples, leaves| {
            let with_each = |tuple: &Vec<usize>| -> Vec<Vec<usize>> {
                let with = |leaf: &usize| tuple.iter().copied().chain([*leaf]).collect();
                leaves.iter().map(with).collect()
            };
            tuples.iter().flat_map(with_each).collect()
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_lists_of_leaves_give_way_first() {
        let leaves = || vec![vec![1, 2, 3], vec![7, 8]];
        assert_eq!(tuples(leaves(), 6).len(), 6);
        assert_eq!(
            tuples(leaves(), 5),
            [vec![1, 7], vec![1, 8], vec![2, 7], vec![2, 8]]
        );
        assert_eq!(tuples(leaves(), 0), [vec![1, 7]]);
    }
}
