//! What is withheld of small bodies of counts, offices by quarters; and what is told on a small base.

use std::collections::{BTreeMap, BTreeSet};

use super::{Around, Rules, Told, on_enough, protect};
use crate::case::{Dimension, Scheme};
use crate::indicators::{Amount, Base, Figure, Interval, Maturity, Reason, Scope, Sheet, Unit};
use crate::time::{Month, Period, PeriodKind};

/// Cases of an office by quarter.
type Offices<'a> = [(&'a str, [u64; 2])];

const FIRST: Month = Month(2024 * 12);

fn quarters() -> [Period; 2] {
    [0, 3].map(|months| Period::holding(PeriodKind::Quarter, FIRST.plus(months), 1))
}

/// The sheets of all cases and of each office: in all, and by quarter.
fn sheets(offices: &Offices<'_>) -> Vec<Sheet> {
    let [one, two] = quarters();
    let all = Period::all(one.first, two.last);
    let total = offices.iter().fold([0, 0], |sum, (_, cases)| {
        [sum[0] + cases[0], sum[1] + cases[1]]
    });
    let member = |name: &str| Scope::Member {
        dimension: 0,
        member: name.to_owned(),
    };
    let own = offices.iter().map(|&(name, cases)| (member(name), cases));
    std::iter::once((Scope::Overall, total))
        .chain(own)
        .flat_map(|(scope, cases)| {
            let of = [(all, cases[0] + cases[1]), (one, cases[0]), (two, cases[1])];
            of.map(|(period, cases)| sheet(scope.clone(), period, cases))
        })
        .collect()
}

fn sheet(scope: Scope, period: Period, cases: u64) -> Sheet {
    Sheet {
        scope,
        period,
        maturity: Maturity::Final,
        figures: vec![Figure {
            indicator: "received".into(),
            unit: Unit::Cases,
            amount: Amount::Count(cases),
            maturity: Maturity::Final,
            from_closing: false,
            is_revised: false,
        }],
        days: Vec::new(),
        balance: None,
        ages: None,
    }
}

/// What is left of the counts of a quarter, by office; the empty name is all cases.
fn told(sheets: &[Sheet], quarter: usize) -> BTreeMap<&str, Option<u64>> {
    let of = |sheet: &&Sheet| sheet.period == quarters()[quarter];
    let sheets = sheets.iter().filter(of);
    sheets
        .map(|sheet| {
            let name = match &sheet.scope {
                Scope::Member { member, .. } => member.as_str(),
                _ => "",
            };
            let count = match sheet.figures[0].amount {
                Amount::Count(cases) => Some(cases),
                _ => None,
            };
            (name, count)
        })
        .collect()
}

/// Publishes at the end of the second quarter what is small below 5, with the offices that were told of at the end of the first.
fn publish(offices: &Offices<'_>, before: Option<&BTreeMap<&str, Option<u64>>>) -> Vec<Sheet> {
    let scheme = Scheme {
        fields: BTreeSet::new(),
        dimensions: vec![Dimension {
            id: "office".into(),
            pages: true,
            parent: None,
        }],
        clocks: Vec::new(),
        matter: None,
        only_answered: false,
    };
    let was = |sheet: &Sheet| {
        let name = match &sheet.scope {
            Scope::Member { member, .. } => member.as_str(),
            _ => "",
        };
        before?.get(name).copied()
    };
    let printed = |sheet: &Sheet, _: &Figure| {
        let cases = was(sheet)
            .flatten()
            .filter(|_| sheet.period == quarters()[0])?;
        Some(Base {
            numerator: cases,
            denominator: cases,
        })
    };
    let has = |sheet: &Sheet| was(sheet).is_some();
    let then: Vec<(&str, [u64; 2])> = offices
        .iter()
        .filter(|(name, _)| before.is_some_and(|before| before.contains_key(name)))
        .map(|&(name, [cases, _])| (name, [cases, 0]))
        .collect();
    let mut then = sheets(&then);
    then.retain(|sheet| sheet.period != quarters()[1]);
    let around = Around {
        scheme: &scheme,
        as_of: quarters()[1].last_day(),
        earlier: before.map(|_| Told {
            as_of: quarters()[0].last_day(),
            printed: &printed,
            has: &has,
            sheets: &then,
        }),
    };
    let mut sheets = sheets(offices);
    let rules = Rules {
        min_base: 1,
        min_cell: 5,
    };
    let account = protect(&mut sheets, &around, &rules);
    assert!(account.leaks.is_empty(), "{:?}", account.leaks);
    sheets
}

#[test]
fn a_small_count_is_not_what_is_left_of_the_others() {
    let sheets = publish(&[("A", [3, 30]), ("B", [20, 30]), ("C", [0, 40])], None);
    let left = told(&sheets, 0);
    assert_eq!(left[""], Some(23));
    assert_eq!(left["A"], None);
    // Nothing is lost with a count of nobody.
    assert_eq!((left["B"], left["C"]), (Some(20), None));
}

#[test]
fn an_office_that_came_later_hides_nothing_of_the_time_before() {
    let offices = [("A", [3, 30]), ("B", [20, 30]), ("C", [0, 40])];
    let known = |names: &[&'static str]| -> BTreeMap<&str, Option<u64>> {
        names.iter().map(|&name| (name, None)).collect()
    };
    let with_all = publish(&offices, Some(&known(&["", "A", "B", "C"])));
    assert_eq!(told(&with_all, 0)["B"], Some(20));
    let without = publish(&offices, Some(&known(&["", "A", "B"])));
    let left = told(&without, 0);
    assert_eq!((left["A"], left["B"], left["C"]), (None, None, Some(0)));
}

#[test]
fn what_was_told_before_hides_nothing_either() {
    let offices = [("A", [3, 30]), ("B", [20, 30]), ("C", [0, 40])];
    let before = BTreeMap::from([("", Some(23)), ("A", None), ("B", None), ("C", Some(0))]);
    let sheets = publish(&offices, Some(&before));
    let left = told(&sheets, 0);
    assert_eq!((left["A"], left["B"]), (None, None));
}

fn base(denominator: u64) -> Base {
    Base {
        numerator: 3,
        denominator,
    }
}

#[test]
fn a_base_of_the_smallest_allowed_is_enough() {
    let interval = Interval {
        low: 0.1,
        high: 0.5,
    };
    let nine = Amount::Rate(base(9), interval);
    let ten = Amount::Rate(base(10), interval);
    assert_eq!(on_enough(nine, 10), Amount::SmallBase(base(9)));
    assert_eq!(on_enough(ten, 10), ten);
    assert_eq!(
        on_enough(Amount::Quantile(4, base(9)), 10),
        Amount::SmallBase(base(9))
    );
    assert_eq!(
        on_enough(Amount::Ratio(base(9)), 10),
        Amount::SmallBase(base(9))
    );
}

#[test]
fn counts_and_reasons_stay() {
    for amount in [
        Amount::Count(3),
        Amount::None(Reason::NotReached, Some(base(9))),
        Amount::Suppressed,
    ] {
        assert_eq!(on_enough(amount, 10), amount);
    }
}
