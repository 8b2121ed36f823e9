//! Linear programs over the counts of a block: how far a reader can narrow a count down, and what to withhold where no single exchange
//! hides it.
//!
//! Everything is said as deviations from the true counts, so that numbers stay small and every sum of a relation is 0. The solver
//! works in floating point; nothing is believed of it: its answers are rounded to whole numbers and checked as a [`Proof`].

#![expect(
    clippy::float_arithmetic,
    reason = "the solver takes and gives floats; what it gives is checked in whole numbers"
)]

use std::collections::BTreeMap;

use microlp::{ComparisonOp, OptimizationDirection, Problem as Program, SolveOptions, Variable};

use super::problem::{Linked, Proof};

/// Branches of a program in whole numbers before it is given up. A number of steps, not a time, so that every machine gives up alike.
const BRANCHES: u64 = 400;

/// The furthest deviation looked at, in thresholds.
const FURTHEST: i64 = 64;

/// A sum of whole-number variables at each end of a proof.
struct End {
    variables: BTreeMap<usize, Variable>,
}

impl End {
    /// Adds a deviation for each cell of the block, and the block's relations.
    fn add(
        linked: &Linked<'_>,
        program: &mut Program,
        block: &[usize],
        objective: impl Fn(usize) -> f64,
        is_whole: bool,
    ) -> Self {
        let far = FURTHEST * linked.threshold();
        let variables: BTreeMap<usize, Variable> = block
            .iter()
            .map(|&cell| {
                let low = -linked.slack(cell).min(far);
                let (low, high) = (narrow(low), narrow(far));
                let variable = if is_whole {
                    program.add_integer_var(objective(cell), (low, high))
                } else {
                    program.add_var(objective(cell), (f64::from(low), f64::from(high)))
                };
                (cell, variable)
            })
            .collect();
        for relation in relations(linked, block) {
            let sum: Vec<(Variable, f64)> = linked.cells_of[relation]
                .iter()
                .filter_map(|(cell, sign)| Some((*variables.get(cell)?, f64::from(narrow(*sign)))))
                .collect();
            program.add_constraint(sum, ComparisonOp::Eq, 0.0);
        }
        Self { variables }
    }
}

/// The whole numbers nearest to what the solver found.
fn read(solution: &microlp::Solution, end: &End) -> Vec<(usize, i64)> {
    end.variables
        .iter()
        .map(|(&cell, &variable)| (cell, whole(solution.var_value(variable))))
        .filter(|(_, change)| *change != 0)
        .collect()
}

/// The proof that lets a cell vary most over a block of cells that a reader is unsure of: its ends are the reader's whole range, cut
/// at [`FURTHEST`] thresholds. `None` where the solver gives up, or gives an answer that does not hold.
pub(super) fn widest(
    linked: &Linked<'_>,
    is_withheld: &[bool],
    block: &[usize],
    cell: usize,
) -> Option<Proof> {
    let end = |direction| {
        // Sums of ones and minus ones mostly give whole numbers by themselves; branching is for those that do not.
        [false, true].into_iter().find_map(|is_whole| {
            let mut program = Program::new(direction);
            let end = End::add(
                linked,
                &mut program,
                block,
                |at| f64::from(u8::from(at == cell)),
                is_whole,
            );
            let found = read(&solve(&program)?, &end);
            let proof = Proof {
                up: found,
                down: Vec::new(),
            };
            linked.width(is_withheld, &proof, cell)?;
            Some(proof.up)
        })
    };
    Some(Proof {
        up: end(OptimizationDirection::Maximize)?,
        down: end(OptimizationDirection::Minimize)?,
    })
}

/// A proof for a cell over a block in which more may be withheld: what it needs, weighed by loss, is what to withhold.
pub(super) fn cheapest(
    linked: &Linked<'_>,
    is_withheld: &[bool],
    block: &[usize],
    cell: usize,
) -> Option<Proof> {
    [false, true].into_iter().find_map(|is_whole| {
        let mut program = Program::new(OptimizationDirection::Minimize);
        let up = End::add(linked, &mut program, block, |_| 0.0, is_whole);
        let down = End::add(linked, &mut program, block, |_| 0.0, is_whole);
        for (&at, &high) in &up.variables {
            // |change| at either end, weighed.
            let loss = u32::try_from(linked.added_loss(is_withheld, at)).unwrap_or(u32::MAX);
            let most = program.add_var(f64::from(loss) + 0.01, (0.0, f64::INFINITY));
            for variable in [high, down.variables[&at]] {
                program.add_constraint([(most, 1.0), (variable, -1.0)], ComparisonOp::Ge, 0.0);
                program.add_constraint([(most, 1.0), (variable, 1.0)], ComparisonOp::Ge, 0.0);
            }
        }
        let needed = f64::from(narrow(linked.threshold()));
        program.add_constraint(
            [(up.variables[&cell], 1.0), (down.variables[&cell], -1.0)],
            ComparisonOp::Ge,
            needed,
        );
        let solution = solve(&program)?;
        let proof = Proof {
            up: read(&solution, &up),
            down: read(&solution, &down),
        };
        let all: Vec<bool> = (0..is_withheld.len())
            .map(|at| linked.can_vary(at))
            .collect();
        (linked.width(&all, &proof, cell)? >= linked.threshold()).then_some(proof)
    })
}

/// The pattern of least loss for a whole block, if one is found with a loss under `below`: proofs for each of its sensitive cells. A
/// mixed-integer program after Fischetti & Salazar-González (2000), in its compact form: a cell may deviate in a proof only where it is
/// withheld.
pub(super) fn least_loss(
    linked: &Linked<'_>,
    block: &[usize],
    sensitive: &[usize],
    below: u64,
) -> Option<Vec<(usize, Proof)>> {
    let nothing: Vec<bool> = (0..linked.problem.cells.len())
        .map(|cell| linked.is_sensitive(cell))
        .collect();
    let mut program = Program::new(OptimizationDirection::Minimize);
    let choices: BTreeMap<usize, (Variable, u64)> = block
        .iter()
        .filter(|&&cell| !linked.varies(&nothing, cell))
        .map(|&cell| {
            let loss = linked.added_loss(&nothing, cell);
            let weight = f64::from(u32::try_from(loss).unwrap_or(u32::MAX));
            (cell, (program.add_binary_var(weight), loss))
        })
        .collect();
    let total: Vec<(Variable, f64)> = choices
        .values()
        .map(|&(choice, loss)| (choice, f64::from(u32::try_from(loss).unwrap_or(u32::MAX))))
        .collect();
    let limit = u32::try_from(below.checked_sub(1)?).ok()?;
    program.add_constraint(total, ComparisonOp::Le, f64::from(limit));
    let far = f64::from(narrow(linked.threshold()));
    let mut ends = Vec::new();
    for &cell in sensitive {
        let up = End::add(linked, &mut program, block, |_| 0.0, false);
        let down = End::add(linked, &mut program, block, |_| 0.0, false);
        for end in [&up, &down] {
            for (at, &variable) in &end.variables {
                // No end needs to go further than a threshold: the width asked for is one.
                program.add_constraint([(variable, 1.0)], ComparisonOp::Le, far);
                program.add_constraint([(variable, 1.0)], ComparisonOp::Ge, -far);
                if let Some(&(choice, _)) = choices.get(at) {
                    program.add_constraint(
                        [(variable, 1.0), (choice, -far)],
                        ComparisonOp::Le,
                        0.0,
                    );
                    program.add_constraint([(variable, 1.0), (choice, far)], ComparisonOp::Ge, 0.0);
                }
            }
        }
        program.add_constraint(
            [(up.variables[&cell], 1.0), (down.variables[&cell], -1.0)],
            ComparisonOp::Ge,
            far,
        );
        ends.push((cell, up, down));
    }
    let solution = solve(&program)?;
    Some(
        ends.iter()
            .map(|(cell, up, down)| {
                let proof = Proof {
                    up: read(&solution, up),
                    down: read(&solution, down),
                };
                (*cell, proof)
            })
            .collect(),
    )
}

fn solve(program: &Program) -> Option<microlp::Solution> {
    let mut options = SolveOptions::default();
    options.node_limit = Some(BRANCHES);
    program.solve_with(options).ok()?.into_solution().ok()
}

/// The relations that a block's cells lie in, each once.
fn relations(linked: &Linked<'_>, block: &[usize]) -> Vec<usize> {
    let mut found: Vec<usize> = block
        .iter()
        .flat_map(|&cell| linked.relations_of[cell].iter().map(|one| one.0))
        .collect();
    found.sort_unstable();
    found.dedup();
    found
}

fn narrow(number: i64) -> i32 {
    i32::try_from(number).unwrap_or(if number < 0 {
        i32::MIN / 2
    } else {
        i32::MAX / 2
    })
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "deviations are bounded by FURTHEST thresholds"
)]
fn whole(number: f64) -> i64 {
    number.round() as i64
}
