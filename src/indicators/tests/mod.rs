//! Figures by hand. Each case is a few dates; [`told`] counts them and gives the sheets of all cases by period.

mod arithmetic;
mod cohort;
mod due_and_stock;
mod period_and_source;
mod random;
mod sides;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{
    Amount, Base, Maturity, Measure, Reason, Rules, Scope, Sheet, Step, Unit, figure::Figure,
    sheets,
};
use crate::case::{
    Case, Clock, Dimension, Exclusion, Field, Limit, Members, Outcome, Rating, Scheme, Weight, Word,
};
use crate::tally::{Counter, Tally, laws};
use crate::time::{Calendar, Day, Moment, Period, PeriodKind, PeriodRules, Zone};

fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

fn on(text: &str) -> Moment {
    Moment::date(day(text))
}

fn zone() -> Zone {
    Zone::named("America/New_York").unwrap()
}

/// `2024-03-10 14:30` in New York.
fn at(text: &str) -> Moment {
    let (date, time) = text.split_once(' ').unwrap();
    let (hour, minute) = time.split_once(':').unwrap();
    let second = hour.parse::<u32>().unwrap() * 3_600 + minute.parse::<u32>().unwrap() * 60;
    zone().moment(day(date), second).unwrap()
}

fn clock(to: Field, limit: Option<Limit>) -> Clock {
    Clock {
        id: "response".to_owned(),
        from: Field::Received,
        to,
        limit,
        due: false,
        days: vec![5],
        calendar: Arc::new(Calendar::default()),
        exceptions: BTreeMap::new(),
        zone: "America/New_York".to_owned(),
    }
}

fn scheme(fields: &[Field], clock: Clock) -> Scheme {
    let always = [Field::Id, Field::Received];
    Scheme {
        fields: always.iter().chain(fields).copied().collect(),
        dimensions: vec![],
        clocks: vec![clock],
        matter: None,
        only_answered: false,
    }
}

fn answered_in(days: u32) -> Scheme {
    scheme(
        &[Field::Responded, Field::Closed],
        clock(Field::Responded, Some(Limit::Days(days))),
    )
}

fn received(text: &str) -> Case {
    Case::received_on(on(text))
}

fn answered(from: &str, to: &str) -> Case {
    Case {
        responded: Some(on(to)),
        closed: Some(on(to)),
        ..received(from)
    }
}

fn count(scheme: &Scheme, cases: &[Case], as_of: &str) -> Tally {
    let mut counter = Counter::new(scheme, &zone(), Some(day(as_of)));
    let mut members = vec![Members::default(); scheme.dimensions.len()];
    for (number, case) in cases.iter().enumerate() {
        let mut case = case.clone();
        case.id = number.to_string();
        if case.members.is_empty() {
            case.members = members.iter_mut().map(|m| m.number("x")).collect();
        }
        counter.add(&case, &members, Weight::Count);
    }
    let tally = counter.finish(members);
    assert_eq!(tally.check_balance(), []);
    tally
}

fn rules(as_of: &str) -> Rules {
    Rules {
        periods: PeriodRules {
            kinds: PeriodKind::ALL.to_vec(),
            year_starts: 1,
        },
        settle: 90,
        as_of: day(as_of),
        coverage: None,
        population: None,
        with_pairs: true,
    }
}

/// The sheets of all cases by `kind/period`.
fn told(scheme: &Scheme, cases: &[Case], as_of: &str) -> BTreeMap<String, Sheet> {
    by_period(&count(scheme, cases, as_of), &rules(as_of))
}

fn by_period(tally: &Tally, rules: &Rules) -> BTreeMap<String, Sheet> {
    let overall = Measure::new(tally, rules).sheets_of(&Scope::Overall);
    overall
        .into_iter()
        .map(|sheet| {
            (
                format!("{}/{}", sheet.period.kind.id(), sheet.period.id()),
                sheet,
            )
        })
        .collect()
}

fn figure<'a>(sheet: &'a Sheet, id: &str) -> &'a Figure {
    sheet.figure(id).unwrap_or_else(|| panic!("no {id}"))
}

fn amount(sheet: &Sheet, id: &str) -> Amount {
    figure(sheet, id).amount
}

/// Numerator and denominator of a rate.
fn share(sheet: &Sheet, id: &str) -> (u64, u64) {
    match amount(sheet, id) {
        Amount::Rate(base, _) => (base.numerator, base.denominator),
        other => panic!("{id} is {other:?}"),
    }
}

fn due(sheet: &Sheet, suffix: &str) -> [Amount; 4] {
    ["due_on_time", "due_late", "due_open", "open_in_time"]
        .map(|id| amount(sheet, &format!("{id}:response{suffix}")))
}

fn counts(numbers: [u64; 4]) -> [Amount; 4] {
    numbers.map(Amount::Count)
}

const NOBODY: Base = Base {
    numerator: 0,
    denominator: 0,
};
