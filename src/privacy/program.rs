//! Linear programs over small whole numbers, solved by `microlp`: [`solution`].
#![expect(
    clippy::float_arithmetic,
    reason = "a linear program is solved in floats; what is taken from it are whole numbers, and they are proved anew"
)]

use std::collections::BTreeSet;

use microlp::{ComparisonOp, OptimizationDirection, Problem, SolveOptions, SolveOutcome, Variable};

/// By how many cases an unknown can change.
const MOST: i32 = 4;

/// How near a whole number is one.
const NEAR: f64 = 1e-6;

/// Branches that are tried where a solution is not of whole numbers.
const NODES: u64 = 200;

/// Unknowns, each once, and how many times each.
pub(super) type Terms = Vec<(usize, i64)>;

/// What a sum must come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hold {
    Is(i64),
    AtLeast(i64),
}

impl Hold {
    const fn allows_nothing(self) -> bool {
        match self {
            Self::Is(value) => value == 0,
            Self::AtLeast(value) => value <= 0,
        }
    }
}

/// A sum of unknowns and what it must come to.
pub(super) type Condition<'a> = (&'a [(usize, i64)], Hold);

/// Numbers from −4 to 4 that fulfil all conditions, one for each cost, so that what they cost is little; a number costs its size times
/// its cost in hundredths and one. `None` where there are none, or none of them whole is found soon.
pub(super) fn solution(costs: &[u64], conditions: &[Condition<'_>]) -> Option<Vec<i64>> {
    let is_fixed = fixed(costs.len(), conditions);
    let mut left: BTreeSet<(Terms, i64, bool)> = BTreeSet::new();
    for &(terms, hold) in conditions {
        let free: Terms = terms
            .iter()
            .copied()
            .filter(|one| !is_fixed[one.0])
            .collect();
        if !free.is_empty() {
            left.insert(match hold {
                Hold::Is(value) => (free, value, true),
                Hold::AtLeast(value) => (free, value, false),
            });
        } else if !hold.allows_nothing() {
            return None;
        }
    }
    let solved = |is_whole: bool| solve(costs, &is_fixed, &left, is_whole);
    match solved(false)? {
        Some(numbers) => Some(numbers),
        None => solved(true)?,
    }
}

/// Which unknowns must be 0: those that alone make up a sum that comes to 0, beside others that must be.
fn fixed(unknowns: usize, conditions: &[Condition<'_>]) -> Vec<bool> {
    let mut is_fixed = vec![false; unknowns];
    let mut sums: Vec<&[(usize, i64)]> = conditions
        .iter()
        .filter(|condition| condition.1 == Hold::Is(0))
        .map(|condition| condition.0)
        .collect();
    let mut has_any = true;
    while has_any {
        has_any = false;
        sums.retain(|terms| {
            let mut free = terms.iter().filter(|one| !is_fixed[one.0]);
            let (first, second) = (free.next(), free.next());
            if let (Some(alone), None) = (first, second) {
                is_fixed[alone.0] = true;
                has_any = true;
            }
            second.is_some()
        });
    }
    is_fixed
}

/// The numbers of a solution; nothing where not all are whole. `None` where there is no solution.
fn solve(
    costs: &[u64],
    is_fixed: &[bool],
    conditions: &BTreeSet<(Terms, i64, bool)>,
    is_whole: bool,
) -> Option<Option<Vec<i64>>> {
    let mut problem = Problem::new(OptimizationDirection::Minimize);
    let sides: Vec<[Variable; 2]> = costs
        .iter()
        .zip(is_fixed)
        .map(|(&cost, &is_fixed)| {
            let cost = 1.0 + cost as f64 / 100.0;
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
    for (terms, value, is_exact) in conditions {
        let sum = terms.iter().flat_map(|&(number, by)| {
            let [more, fewer] = sides[number];
            [(more, by as f64), (fewer, -by as f64)]
        });
        let sum: Vec<(Variable, f64)> = sum.collect();
        let comparison = if *is_exact {
            ComparisonOp::Eq
        } else {
            ComparisonOp::Ge
        };
        problem.add_constraint(sum, comparison, *value as f64);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_costs_little_is_taken() {
        // One of the first two must rise with the third.
        let conditions: [Condition<'_>; 2] = [
            (&[(2, 1)], Hold::Is(1)),
            (&[(0, 1), (1, 1), (2, -1)], Hold::Is(0)),
        ];
        assert_eq!(solution(&[500, 100, 0], &conditions), Some(vec![0, 1, 1]));
        assert_eq!(solution(&[100, 500, 0], &conditions), Some(vec![1, 0, 1]));
    }

    #[test]
    fn what_is_left_alone_in_what_is_held_stays() {
        let held: [Condition<'_>; 2] = [(&[(1, 2), (2, 1)], Hold::Is(0)), (&[(2, 1)], Hold::Is(0))];
        assert_eq!(fixed(3, &held), [false, true, true]);
        let asked: Condition<'_> = (&[(0, 1), (1, 1)], Hold::Is(-1));
        let with = [&held[..], &[asked]].concat();
        assert_eq!(solution(&[0; 3], &with), Some(vec![-1, 0, 0]));
        let alone: Condition<'_> = (&[(1, 1)], Hold::Is(1));
        assert_eq!(solution(&[0; 3], &[&held[..], &[alone]].concat()), None);
    }

    #[test]
    fn no_number_is_too_great_or_too_small() {
        assert_eq!(solution(&[0], &[(&[(0, 1)], Hold::AtLeast(5))]), None);
        assert_eq!(
            solution(&[0], &[(&[(0, 1)], Hold::AtLeast(3))]),
            Some(vec![3])
        );
    }
}
