//! Drawn steps of days, joined until none is small, or not drawn.
//!
//! Drawings that are compared with one another have the same steps, so that no step follows from those of others.

use std::collections::{BTreeMap, BTreeSet};

use super::Rules;
use super::counts::Counts;
use super::lattice::Lattice;
use super::suppress::Pattern;
use crate::indicators::{Scope, Sheet, Step};
use crate::time::PeriodKind;

/// Sheets whose drawings are compared with one another: those of all cases, or of a dimension's members, over one kind of period.
type Group = (Option<usize>, PeriodKind);

fn group(sheet: &Sheet) -> Option<Group> {
    match &sheet.scope {
        Scope::Overall => Some((None, sheet.period.kind)),
        Scope::Member { dimension, .. } => Some((Some(*dimension), sheet.period.kind)),
        Scope::Pair { .. } => None,
    }
}

/// Joins the steps of all drawings, and takes away those that would tell a withheld count.
pub(super) fn protect(
    counts: &Counts,
    sheets: &mut [Sheet],
    lattice: &Lattice,
    pattern: &Pattern,
    rules: &Rules,
) {
    let mut groups: BTreeMap<Group, Vec<usize>> = BTreeMap::new();
    for (at, sheet) in sheets.iter().enumerate() {
        match group(sheet) {
            Some(group) => groups.entry(group).or_default().push(at),
            None => continue,
        }
    }
    for at in groups.into_values() {
        let clocks: BTreeSet<usize> = at
            .iter()
            .flat_map(|&at| sheets[at].days.iter().map(|each| each.clock))
            .collect();
        for clock in clocks {
            draw_days(counts, sheets, lattice, pattern, rules, &at, clock);
        }
        draw_ages(counts, sheets, lattice, pattern, rules, &at);
    }
}

fn is_small(value: u64, rules: &Rules) -> bool {
    value > 0 && value < rules.min_cell
}

/// The clock whose counts in each sheet are those drawn.
fn clock_of(
    counts: &Counts,
    sheets: &[Sheet],
    lattice: &Lattice,
    drawn: &[(usize, usize)],
) -> Option<String> {
    let done = |&(at, day): &(usize, usize)| -> u64 {
        sheets[at].days[day]
            .steps
            .iter()
            .map(|step| step.cases)
            .sum()
    };
    counts
        .names()
        .iter()
        .filter_map(|name| name.strip_prefix("ran:").map(str::to_owned))
        .find(|id| {
            let ran = counts.find(&format!("ran:{id}"));
            drawn.iter().all(|place| {
                ran.is_some_and(|ran| {
                    let cell = lattice.home[place.0] * lattice.names + ran;
                    lattice
                        .value(cell)
                        .is_none_or(|value| u64::try_from(value) == Ok(done(place)))
                })
            })
        })
}

fn draw_days(
    counts: &Counts,
    sheets: &mut [Sheet],
    lattice: &Lattice,
    pattern: &Pattern,
    rules: &Rules,
    at: &[usize],
    clock: usize,
) {
    let drawn: Vec<(usize, usize)> = at
        .iter()
        .filter_map(|&at| Some((at, sheets[at].days.iter().position(|d| d.clock == clock)?)))
        .collect();
    let id = clock_of(counts, sheets, lattice, &drawn);
    let cell = |at: usize, name: usize| lattice.home[at] * lattice.names + name;
    // What a drawing tells besides its steps: all cases that ran, and those that still do.
    let names: Option<Vec<usize>> = id.as_ref().map(|id| {
        ["ran", "started"]
            .into_iter()
            .filter_map(|name| counts.find(&format!("{name}:{id}")))
            .collect()
    });
    let within: Vec<(u32, usize)> = id.iter().flat_map(|id| within(counts, id)).collect();
    let (stay, go): (Vec<Drawn>, Vec<Drawn>) = drawn.into_iter().partition(|&(at, day)| {
        let about = &sheets[at].days[day];
        let total: u64 = about.steps.iter().map(|step| step.cases).sum();
        let tells_withheld = names.as_ref().is_none_or(|names| {
            names
                .iter()
                .chain(within.iter().map(|(_, name)| name))
                .any(|&name| pattern.is_withheld[cell(at, name)])
        });
        !tells_withheld && !is_small(total, rules) && !is_small(about.open, rules)
    });
    let drawings: Vec<Drawing<'_>> = stay
        .iter()
        .map(|&(at, day)| {
            let fixed = within.iter().filter_map(|&(days, name)| {
                Some((days, u64::try_from(lattice.value(cell(at, name))?).ok()?))
            });
            (sheets[at].days[day].steps.as_slice(), fixed.collect())
        })
        .collect();
    let joined = joined(&drawings, rules.min_cell);
    let kept = joined.map(|joined| stay.iter().copied().zip(joined).collect::<Vec<_>>());
    match kept {
        Some(kept) => {
            for ((at, day), steps) in kept {
                sheets[at].days[day].steps = steps;
            }
            for (at, _) in go {
                sheets[at].days.retain(|each| each.clock != clock);
            }
        }
        None => {
            for (at, _) in stay.into_iter().chain(go) {
                sheets[at].days.retain(|each| each.clock != clock);
            }
        }
    }
}

/// The shares within so many days of a clock, sorted by days.
fn within(counts: &Counts, clock: &str) -> Vec<(u32, usize)> {
    let mut found: Vec<(u32, usize)> = counts
        .names()
        .iter()
        .enumerate()
        .filter_map(|(number, name)| {
            let days = name.strip_prefix("within_")?.strip_suffix(clock)?;
            Some((days.strip_suffix("_days:")?.parse().ok()?, number))
        })
        .collect();
    found.sort_unstable();
    found
}

fn draw_ages(
    counts: &Counts,
    sheets: &mut [Sheet],
    lattice: &Lattice,
    pattern: &Pattern,
    rules: &Rules,
    at: &[usize],
) {
    let drawn: Vec<usize> = at
        .iter()
        .copied()
        .filter(|&at| sheets[at].ages.is_some())
        .collect();
    let steps_of = |at: usize| {
        let ages = sheets[at].ages.as_ref();
        ages.map_or(&[][..], |ages| ages.steps.as_slice())
    };
    let stock = counts.find("open_at_end");
    let (stay, go): (Vec<usize>, Vec<usize>) = drawn.into_iter().partition(|&at| {
        let total: u64 = steps_of(at).iter().map(|step| step.cases).sum();
        let is_withheld =
            stock.is_none_or(|name| pattern.is_withheld[lattice.home[at] * lattice.names + name]);
        !is_withheld && !is_small(total, rules)
    });
    let drawings: Vec<Drawing<'_>> = stay.iter().map(|&at| (steps_of(at), Vec::new())).collect();
    match joined(&drawings, rules.min_cell) {
        Some(joined) => {
            for (at, steps) in stay.into_iter().zip(joined) {
                if let Some(ages) = &mut sheets[at].ages {
                    ages.steps = steps;
                }
            }
        }
        None => {
            for at in stay {
                sheets[at].ages = None;
            }
        }
    }
    for at in go {
        sheets[at].ages = None;
    }
}

/// A sheet's place in the list, and that of one of its drawings.
type Drawn = (usize, usize);

/// Steps, and the days at which a share within so many days is published, with its count.
type Drawing<'a> = (&'a [Step], Vec<(u32, u64)>);

/// Joins drawn steps until none is small in any sheet. `fixed` are days at which a share within so many days is published too; a
/// step's end stays away from them unless what lies between is not small. Gives `None` where nothing but one step would be left, and
/// even that is small.
fn joined(drawings: &[Drawing<'_>], min_cell: u64) -> Option<Vec<Vec<Step>>> {
    let mut ends: Vec<u32> = drawings
        .first()?
        .0
        .iter()
        .filter_map(|step| step.to)
        .collect();
    let is_small = |cases: u64| cases > 0 && cases < min_cell;
    // Cases up to and including a day, for each drawing and end.
    let until = |steps: &[Step], end: u32| -> u64 {
        steps
            .iter()
            .filter(|step| step.to.is_some_and(|to| to <= end))
            .map(|step| step.cases)
            .sum()
    };
    loop {
        let mut bad: BTreeMap<u32, usize> = BTreeMap::new();
        let mut is_bad_without_end = false;
        for (steps, fixed) in drawings {
            let total: u64 = steps.iter().map(|step| step.cases).sum();
            let mut before = (0, None);
            let marks = ends.iter().map(|end| (until(steps, *end), Some(*end)));
            for (cases, end) in marks.chain([(total, None)]) {
                if is_small(cases - before.0) {
                    match end.or(before.1) {
                        Some(end) => *bad.entry(end).or_default() += 1,
                        None => is_bad_without_end = true,
                    }
                }
                before = (cases, end);
            }
            for end in &ends {
                let here = until(steps, *end);
                let below = fixed.iter().rev().find(|(day, _)| day <= end);
                let above = fixed.iter().find(|(day, _)| day > end);
                for (_, other) in [below, above].into_iter().flatten() {
                    if is_small(here.abs_diff(*other)) {
                        *bad.entry(*end).or_default() += 1;
                    }
                }
            }
        }
        if is_bad_without_end {
            return None;
        }
        let Some((worst, _)) = bad.iter().max_by_key(|(end, times)| (**times, **end)) else {
            break;
        };
        ends.retain(|end| end != worst);
    }
    Some(
        drawings
            .iter()
            .map(|(steps, _)| {
                let mut from = 0;
                let mut before = 0;
                let total: u64 = steps.iter().map(|step| step.cases).sum();
                ends.iter()
                    .map(|end| (until(steps, *end), Some(*end)))
                    .chain([(total, None)])
                    .map(|(cases, to)| {
                        let step = Step {
                            from,
                            to,
                            cases: cases - before,
                        };
                        before = cases;
                        from = to.map_or(from, |to| to + 1);
                        step
                    })
                    .collect()
            })
            .collect(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn steps(cases: [u64; 4]) -> Vec<Step> {
        let ends = [(0, Some(0)), (1, Some(7)), (8, Some(30)), (31, None)];
        ends.into_iter()
            .zip(cases)
            .map(|((from, to), cases)| Step { from, to, cases })
            .collect()
    }

    #[test]
    fn steps_are_joined_alike_until_none_is_small() {
        let (one, two) = (steps([9, 9, 9, 2]), steps([0, 40, 6, 0]));
        let made = joined(&[(&one, Vec::new()), (&two, Vec::new())], 5).unwrap();
        let cases = |at: usize| -> Vec<u64> { made[at].iter().map(|step| step.cases).collect() };
        assert_eq!((cases(0), cases(1)), (vec![9, 9, 11], vec![0, 40, 6]));
        assert_eq!(made[0][2].from, 8);
    }

    #[test]
    fn a_step_does_not_end_a_few_cases_from_a_published_share() {
        let one = steps([9, 9, 9, 9]);
        // 20 within 8 days are published: a step that ends on day 7 would tell of two on day 8.
        let made = joined(&[(&one, vec![(8, 20)])], 5).unwrap();
        let ends: Vec<_> = made[0].iter().map(|step| step.to).collect();
        assert_eq!(ends, [Some(0), Some(30), None]);
    }

    #[test]
    fn what_is_small_altogether_is_not_drawn() {
        assert_eq!(joined(&[(&steps([0, 3, 0, 0]), Vec::new())], 5), None);
    }
}
