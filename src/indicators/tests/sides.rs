//! The loud and the quiet by hand: which quarters are told, which side a case is on, and like compared with like.

use super::*;
use crate::case::{Dimension, Escalation};
use crate::indicators::loudness::Heard;

/// Answers dated, cases told apart by how they were brought and by what they are about.
fn loud_scheme() -> Scheme {
    let mut scheme = answered_in(5);
    scheme.clocks[0].days = vec![1, 4, 30];
    scheme.fields.insert(Field::Escalation);
    scheme.dimensions = vec![Dimension {
        id: "category".to_owned(),
        pages: false,
        parent: None,
    }];
    scheme.matter = Some(0);
    scheme
}

fn brought(escalation: Escalation, matter: u32, case: Case) -> Case {
    Case {
        escalation,
        members: vec![matter],
        ..case
    }
}

fn sides(scheme: &Scheme, cases: &[Case], as_of: &str) -> crate::indicators::Sides {
    let mut counter = Counter::new(scheme, &zone(), Some(day(as_of)));
    let mut members = vec![Members::default(); scheme.dimensions.len()];
    for member in &mut members {
        member.number("roads");
        member.number("water");
    }
    for (number, case) in cases.iter().enumerate() {
        let mut case = case.clone();
        case.id = number.to_string();
        case.members.truncate(members.len());
        counter.add(&case, &members, Weight::Count);
    }
    let tally = counter.finish(members);
    assert_eq!(tally.check_balance(), []);
    Measure::new(&tally, &rules(as_of)).sides(0).unwrap()
}

#[test]
fn a_quarter_is_told_once_its_last_case_was_followed_for_the_days() {
    let cases = [
        brought(Escalation::None, 0, answered("2024-01-10", "2024-01-14")),
        brought(Escalation::Group, 0, answered("2024-01-10", "2024-01-15")),
        brought(Escalation::None, 0, received("2024-04-10")),
    ];
    let scheme = loud_scheme();
    let told = |as_of: &str| sides(&scheme, &cases, as_of).quarters.len();
    assert_eq!(told("2024-04-03"), 0);
    assert_eq!(told("2024-04-04"), 1);
    let found = sides(&scheme, &cases, "2024-04-04");
    assert_eq!(found.days, 4, "nearest to the 5 that are promised");
    let base = |numerator, denominator| Base {
        numerator,
        denominator,
    };
    let kind = &found.quarters[0].kinds[0];
    assert_eq!((kind.quiet.base, kind.loud.base), (base(1, 1), base(0, 1)));
    assert_eq!(
        (kind.quiet.median(), kind.loud.median()),
        (Some(4), Some(5))
    );
}

#[test]
fn what_is_set_apart_is_on_no_side() {
    let duplicate = Case {
        outcome: Some(crate::case::Word::Excluded(
            crate::case::Exclusion::Duplicate,
        )),
        ..answered("2024-01-10", "2024-01-11")
    };
    let mut scheme = loud_scheme();
    scheme.fields.insert(Field::Outcome);
    let cases = [
        brought(Escalation::Media, 0, duplicate),
        brought(Escalation::None, 0, answered("2024-02-10", "2024-02-11")),
    ];
    let found = sides(&scheme, &cases, "2024-05-31");
    assert_eq!(
        found.quarters[0].ways.keys().collect::<Vec<_>>(),
        [&Escalation::None]
    );
}

#[test]
fn unlike_matters_are_compared_apart_only_where_the_data_tell_them() {
    // Roads are quick, water slow; the loud bring water. Within each, loud and quiet wait alike.
    let mut cases = Vec::new();
    for (escalation, matter, quick, slow) in [
        (Escalation::None, 0, 18, 2),
        (Escalation::None, 1, 2, 4),
        (Escalation::Repeated, 0, 9, 1),
        (Escalation::Leader, 1, 8, 16),
    ] {
        let days = [("2024-01-12", quick), ("2024-02-20", slow)];
        for (to, number) in days {
            cases.extend(
                (0..number).map(|_| brought(escalation, matter, answered("2024-01-10", to))),
            );
        }
    }
    let heard = |scheme: &Scheme, min_base| {
        let sides = sides(scheme, &cases, "2024-04-30");
        let ways = sides.quarters[0].ways.clone().into_iter();
        let ways = ways.map(|(way, side)| (vec![way], side)).collect();
        Heard::of(sides, ways, min_base)
    };
    let alike = heard(&loud_scheme(), 10);
    assert!(alike.whole.unwrap().difference.abs() < 1e-12);
    assert_eq!(
        (alike.quarters[0].kinds.len(), alike.medians),
        (2, (Some(2), Some(2)))
    );
    let untold = Scheme {
        matter: None,
        dimensions: vec![],
        ..loud_scheme()
    };
    let mixed = heard(&untold, 10);
    // 17 of 34 loud, 20 of 26 quiet.
    assert!((mixed.whole.unwrap().difference - (17.0 / 34.0 - 20.0 / 26.0)).abs() < 1e-12);
    assert_eq!(
        (
            mixed.loud().base.denominator,
            mixed.quiet().base.denominator
        ),
        (34, 26)
    );
    assert_eq!(heard(&untold, 27).whole, None, "26 quiet cases are too few");
}
