//! Small numbers among the loud and the quiet: kinds and ways with few cases are put together, not left out.
//!
//! The difference that is published is worked out from the counts that are published, so a kind may not be withheld: the result would
//! not follow from the file any more, and kinds would be chosen by what became of them. Instead kinds of a quarter with a small count
//! (1 to one below `min_cell`, in time or not, loud or quiet) become one, with as many others as it takes for its own counts to be
//! large enough and for no part of it to follow from the members' figures, which tell loud and quiet together. Each quarter is a
//! table of its own, and totals over quarters are never printed by kind, so what follows can be said in closed form.

use crate::case::Escalation;
use crate::indicators::{Base, Kind, Side, Sides};

/// Cases by how they were brought; ways put together stand in one.
pub type Ways = Vec<(Vec<Escalation>, Side)>;

/// Puts small kinds and ways together; quarters that stay too small even as a whole are gone. The ways are those of all quarters left,
/// the quiet first.
#[must_use]
pub fn put_together(mut sides: Sides, min_cell: u64) -> (Sides, Ways) {
    for quarter in &mut sides.quarters {
        quarter.kinds = kinds(std::mem::take(&mut quarter.kinds), min_cell);
    }
    sides.quarters.retain(|quarter| !quarter.kinds.is_empty());
    let of_way = |way: Escalation| {
        let of_way = sides
            .quarters
            .iter()
            .filter_map(|quarter| quarter.ways.get(&way));
        (vec![way], Side::sum(of_way))
    };
    let loud: Ways = Escalation::ALL
        .iter()
        .filter(|way| **way != Escalation::None)
        .map(|way| of_way(*way))
        .filter(|(_, side)| side.base.denominator > 0)
        .collect();
    let mut ways = vec![of_way(Escalation::None)];
    let told = together(
        loud,
        |(_, side)| counts(side.base).into_iter().any(|n| is_small(n, min_cell)),
        |(_, side)| side.base.denominator,
        |mut one, other| {
            one.0.extend(other.0);
            one.0.sort_unstable();
            one.1.add(&other.1);
            one
        },
        |_| true,
    );
    match told {
        Some(loud) => ways.extend(loud),
        None => {
            sides.quarters.clear();
            ways.clear();
        }
    }
    (sides, ways)
}

/// The kinds of a quarter with the small ones put together; none where even all of them together are too small.
fn kinds(kinds: Vec<Kind>, min_cell: u64) -> Vec<Kind> {
    let has_small = |kind: &Kind| {
        let sides = [kind.loud.base, kind.quiet.base];
        sides
            .into_iter()
            .flat_map(counts)
            .any(|n| is_small(n, min_cell))
    };
    together(
        kinds,
        has_small,
        |kind| kind.loud.base.denominator + kind.quiet.base.denominator,
        |mut one, other| {
            one.names.extend(other.names);
            one.names.sort();
            one.loud.add(&other.loud);
            one.quiet.add(&other.quiet);
            one
        },
        |parts| parts.iter().all(|part| is_hidden(part, parts, min_cell)),
    )
    .unwrap_or_default()
}

/// Whether a count must not be told: 1 to one below the smallest allowed.
const fn is_small(count: u64, min_cell: u64) -> bool {
    count > 0 && count < min_cell
}

/// Those within, and those not.
fn counts(base: Base) -> [u64; 2] {
    [base.numerator, base.denominator - base.numerator]
}

/// Whether none of a part's counts can be narrowed down by who knows the sums of the loud and of the quiet, and how many cases of each
/// part there are, loud and quiet together.
fn is_hidden(part: &Kind, parts: &[Kind], min_cell: u64) -> bool {
    (0..2).all(|event| {
        let loud = |kind: &Kind| counts(kind.loud.base)[event];
        let both = |kind: &Kind| loud(kind) + counts(kind.quiet.base)[event];
        let all_loud: u64 = parts.iter().map(loud).sum();
        let others: u64 = parts.iter().map(both).sum::<u64>() - both(part);
        let least = all_loud.saturating_sub(others);
        let most = both(part).min(all_loud);
        let quiet = both(part) - loud(part);
        let is_sensitive = is_small(loud(part), min_cell) || is_small(quiet, min_cell);
        !is_sensitive || most - least >= min_cell.min(both(part))
    })
}

/// Items of which the unfit ones have become one, with the smallest others as far as it takes for the sum to be fit and its parts to be
/// good together. `None` where even all of them together are not.
fn together<T: Clone>(
    items: Vec<T>,
    is_unfit: impl Fn(&T) -> bool,
    size: impl Fn(&T) -> u64,
    add: impl Fn(T, T) -> T,
    is_good: impl Fn(&[T]) -> bool,
) -> Option<Vec<T>> {
    let (mut parts, mut fit): (Vec<T>, Vec<T>) = items.into_iter().partition(&is_unfit);
    if parts.is_empty() {
        return Some(fit);
    }
    loop {
        let sum = parts.iter().cloned().reduce(&add)?;
        if parts.len() > 1 && !is_unfit(&sum) && is_good(&parts) {
            fit.push(sum);
            return Some(fit);
        }
        let (at, _) = fit
            .iter()
            .enumerate()
            .min_by_key(|(at, item)| (size(item), *at))?;
        parts.push(fit.remove(at));
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::indicators::Quarter;
    use crate::time::{Month, Period, PeriodKind};

    fn side(within: u64, not: u64) -> Side {
        let mut side = Side::default();
        side.base = Base {
            numerator: within,
            denominator: within + not,
        };
        side
    }

    fn kind(name: &str, loud: (u64, u64), quiet: (u64, u64)) -> Kind {
        Kind {
            names: vec![name.to_owned()],
            loud: side(loud.0, loud.1),
            quiet: side(quiet.0, quiet.1),
        }
    }

    fn names(kinds: &[Kind]) -> Vec<Vec<String>> {
        kinds.iter().map(|kind| kind.names.clone()).collect()
    }

    #[test]
    fn a_small_kind_takes_the_smallest_other_with_it() {
        let all = vec![
            kind("roads", (20, 9), (200, 90)),
            kind("parks", (3, 9), (40, 20)),
            kind("water", (10, 8), (60, 70)),
        ];
        assert_eq!(
            names(&kinds(all, 5)),
            [vec!["roads"], vec!["parks", "water"]]
        );
    }

    #[test]
    fn large_kinds_and_empty_sides_stay_alone() {
        let all = vec![
            kind("roads", (20, 9), (200, 90)),
            kind("parks", (0, 0), (40, 20)),
        ];
        assert_eq!(names(&kinds(all.clone(), 5)), [["roads"], ["parks"]]);
        let small = vec![kind("roads", (1, 1), (1, 1))];
        assert_eq!(names(&kinds(small, 1)), [["roads"]], "1 is off");
    }

    #[test]
    fn too_few_in_all_are_not_told() {
        assert_eq!(kinds(vec![kind("", (2, 3), (400, 200))], 5), []);
        let both = vec![
            kind("roads", (1, 6), (200, 90)),
            kind("parks", (1, 7), (40, 20)),
        ];
        assert_eq!(kinds(both, 5), []);
    }

    #[test]
    fn a_part_that_follows_from_the_members_figures_takes_more_with_it() {
        // Of 12 loud in time 9 or more are of the lighting, since parks have 3 in all: the 2 loud of the parks are 0 to 3, which is all
        // that can be had of so few. But 98 of 100 loud leave the quiet of the lighting, 2 in time, between 0 and 3 only: less than 5.
        let tight = [
            kind("lighting", (98, 20), (2, 30)),
            kind("parks", (2, 9), (1, 9)),
        ];
        assert!(!is_hidden(&tight[0], &tight, 5));
        let all = vec![
            tight[0].clone(),
            tight[1].clone(),
            kind("roads", (20, 30), (80, 90)),
        ];
        assert_eq!(names(&kinds(all, 5)), [vec!["lighting", "parks", "roads"]]);
    }

    #[test]
    fn small_ways_stand_together_over_all_quarters() {
        let quarter = |first: i32, leaders: Side| Quarter {
            period: Period::holding(PeriodKind::Quarter, Month(first), 1),
            kinds: vec![kind("", (30, 20), (90, 70))],
            ways: BTreeMap::from([
                (Escalation::None, side(90, 70)),
                (Escalation::Repeated, side(20, 12)),
                (Escalation::Group, side(8, 7)),
                (Escalation::Leader, leaders),
            ]),
        };
        let sides = |leaders: fn() -> Side| Sides {
            clock: 0,
            days: 5,
            matter: None,
            quarters: vec![quarter(24_000, leaders()), quarter(24_003, leaders())],
        };
        let ways =
            |ways: Ways| -> Vec<Vec<Escalation>> { ways.into_iter().map(|one| one.0).collect() };
        let enough = put_together(sides(|| side(4, 3)), 5);
        assert_eq!(enough.0.quarters.len(), 2);
        assert_eq!(ways(enough.1).len(), 4);
        let few = put_together(sides(|| side(2, 1)), 5);
        assert_eq!(
            ways(few.1),
            [
                vec![Escalation::None],
                vec![Escalation::Repeated],
                vec![Escalation::Group, Escalation::Leader]
            ]
        );
    }
}
