//! Laws on seeded random cases: however the rows are ordered and cut, the same cases give the same tally.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{Counter, MergeError, Place, Tally, What, merge};
use crate::case::{
    Case, Clock, Dimension, Escalation, Exclusion, Field, Limit, Members, Outcome, Rating, Scheme,
    Weight, Word,
};
use crate::time::{Calendar, Day, Moment, Zone};

/// xorshift64*: the same cases on every machine.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn seeded(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 16
    }

    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    fn in_ten(&mut self, chance: u64) -> bool {
        self.below(10) < chance
    }
}

pub(crate) fn zone() -> Zone {
    Zone::named("America/New_York").unwrap()
}

/// The whole scheme: all fields, a dimension with pages, two without, clocks in days, working days, hours and by column.
pub(crate) fn scheme() -> Scheme {
    let clock = |id: &str, from, to, limit| Clock {
        id: id.to_owned(),
        from,
        to,
        limit,
        due: false,
        days: vec![1, 5, 15],
        calendar: Arc::new(Calendar::default()),
        exceptions: BTreeMap::new(),
        zone: "America/New_York".to_owned(),
    };
    let mut response = clock(
        "response",
        Field::Received,
        Field::Responded,
        Some(Limit::WorkingDays(5)),
    );
    response
        .exceptions
        .insert((1, "b2".to_owned()), Limit::Days(2));
    let mut closing = clock("closing", Field::Received, Field::Closed, None);
    closing.due = true;
    Scheme {
        fields: Field::ALL.into_iter().collect(),
        dimensions: [("a", true), ("b", false), ("c", false)]
            .map(|(id, pages)| Dimension {
                id: id.to_owned(),
                pages,
                parent: None,
            })
            .to_vec(),
        clocks: vec![
            response,
            closing,
            clock(
                "care",
                Field::Acknowledged,
                Field::Responded,
                Some(Limit::Hours(24)),
            ),
        ],
        matter: Some(1),
        only_answered: false,
    }
}

/// A case with the names of its members.
pub(crate) type Named = (Case, [String; 3]);

fn moment(random: &mut Random, day: Day) -> Moment {
    if random.in_ten(5) {
        return Moment::date(day);
    }
    let second = u32::try_from(random.below(86_400)).unwrap();
    zone().moment(day, second).unwrap()
}

fn later(random: &mut Random, from: Moment) -> Moment {
    let days = match random.below(3) {
        0 => 0,
        1 => random.below(8),
        _ => random.below(200),
    };
    let when = moment(random, from.day.plus(i32::try_from(days).unwrap()));
    if from.is_after(when) { from } else { when }
}

pub(crate) fn random_cases(random: &mut Random, count: usize) -> Vec<Named> {
    let first = Day::parse("2023-01-01").unwrap();
    (0..count)
        .map(|number| {
            let day = first.plus(i32::try_from(random.below(500)).unwrap());
            let mut case = Case::received_on(moment(random, day));
            case.id = format!("case {number}");
            case.acknowledged = random.in_ten(8).then(|| later(random, case.received));
            case.responded = random.in_ten(7).then(|| later(random, case.received));
            case.closed = random.in_ten(7).then(|| later(random, case.received));
            case.due = random.in_ten(8).then(|| later(random, case.received));
            case.extended_due = random.in_ten(3).then(|| later(random, case.received));
            if let (Some(closed), true) = (case.closed, random.in_ten(3)) {
                let reopened = later(random, closed);
                case.reopened_at = Some(reopened);
                if random.in_ten(7) {
                    case.first_closed = Some(closed);
                    case.closed = random.in_ten(6).then(|| later(random, reopened));
                }
            }
            case.outcome = match random.below(8) {
                0 => None,
                1 => {
                    let which = usize::try_from(random.below(3)).unwrap();
                    Some(Word::Excluded(Exclusion::ALL[which]))
                }
                _ => {
                    let which = usize::try_from(random.below(12)).unwrap();
                    Some(Word::Outcome(Outcome::ALL[which]))
                }
            };
            case.rating = random.in_ten(5).then(|| {
                let which = usize::try_from(random.below(4)).unwrap();
                Rating::ALL[which]
            });
            let times = u32::try_from(random.below(4)).unwrap();
            case.transfers = random.in_ten(7).then_some(times);
            let loudness = usize::try_from(random.below(5)).unwrap();
            case.escalation = Escalation::ALL[loudness];
            let names = ["a", "b", "c"].map(|name| format!("{name}{}", random.below(4)));
            (case, names)
        })
        .collect()
}

pub(crate) fn tally(cases: &[Named], as_of: Option<Day>) -> Tally {
    tally_but(cases, &[], as_of)
}

/// Counts all cases, and takes some out again.
fn tally_but(cases: &[Named], withdrawn: &[Named], as_of: Option<Day>) -> Tally {
    let mut members = vec![Members::default(); 3];
    let mut counter = Counter::new(&scheme(), &zone(), as_of);
    let rows = cases
        .iter()
        .map(|case| (case, Weight::Count))
        .chain(withdrawn.iter().map(|case| (case, Weight::Withdraw)));
    for ((case, names), weight) in rows {
        let mut case = case.clone();
        case.members = members
            .iter_mut()
            .zip(names)
            .map(|(members, name)| members.number(name))
            .collect();
        counter.add(&case, &members, weight);
    }
    counter.finish(members)
}

fn shuffled(random: &mut Random, cases: &[Named]) -> Vec<Named> {
    let mut cases = cases.to_vec();
    for place in (1..cases.len()).rev() {
        let other = usize::try_from(random.below(u64::try_from(place).unwrap() + 1)).unwrap();
        cases.swap(place, other);
    }
    cases
}

pub(crate) fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

const SEEDS: std::ops::Range<u64> = 1..25;

fn as_of(seed: u64) -> Option<Day> {
    [None, Some(day("2023-11-15")), Some(day("2030-01-01"))][usize::try_from(seed % 3).unwrap()]
}

#[test]
fn a_tally_balances() {
    for seed in SEEDS {
        let cases = random_cases(&mut Random::seeded(seed), 300);
        let tally = tally(&cases, as_of(seed));
        assert_eq!(tally.check_balance(), []);
        assert!(tally.places().any(|place| matches!(place, Place::Pair(..))));
    }
}

#[test]
fn sides_are_told_with_and_without_a_matter() {
    let cases = random_cases(&mut Random::seeded(3), 300);
    let sides = |scheme: &Scheme| {
        let mut counter = Counter::new(scheme, &zone(), None);
        let mut members = vec![Members::default(); 3];
        for (case, names) in &cases {
            let mut case = case.clone();
            let numbers = members.iter_mut().zip(names);
            case.members = numbers.map(|(each, name)| each.number(name)).collect();
            counter.add(&case, &members, Weight::Count);
        }
        let tally = counter.finish(members);
        assert_eq!(tally.check_balance(), []);
        let is_side = |place: &Place| matches!(place, Place::Side(..));
        tally.places().filter(is_side).collect::<Vec<Place>>()
    };
    assert_eq!(sides(&scheme()).len(), 4 * Escalation::ALL.len());
    let untold = Scheme {
        matter: None,
        ..scheme()
    };
    let all = Escalation::ALL.iter();
    let all: Vec<Place> = all.map(|each| Place::Side(None, *each)).collect();
    assert_eq!(sides(&untold), all);
    let mut unmapped = scheme();
    unmapped.fields.remove(&Field::Escalation);
    assert_eq!(sides(&unmapped), []);
}

#[test]
fn the_order_of_rows_changes_nothing() {
    for seed in SEEDS {
        let random = &mut Random::seeded(seed);
        let cases = random_cases(random, 200);
        let other = shuffled(random, &cases);
        assert_eq!(tally(&cases, as_of(seed)), tally(&other, as_of(seed)));
    }
}

#[test]
fn withdrawing_undoes_counting() {
    for seed in SEEDS {
        let random = &mut Random::seeded(seed);
        let cases = random_cases(random, 200);
        let (kept, gone) = cases.split_at(120);
        assert_eq!(
            tally_but(&cases, &shuffled(random, gone), as_of(seed)),
            tally(kept, as_of(seed))
        );
    }
    let cases = random_cases(&mut Random::seeded(7), 50);
    assert_eq!(tally_but(&cases, &cases, None), tally(&[], None));
}

#[test]
fn shards_merged_in_any_way_are_the_whole() {
    for seed in SEEDS {
        let random = &mut Random::seeded(seed);
        let cases = random_cases(random, 240);
        // The day is given, so that shards do not differ in their latest date.
        let as_of = as_of(seed).or(Some(day("2026-01-01")));
        let whole = tally(&cases, as_of);
        let mixed = shuffled(random, &cases);
        let shards: Vec<Tally> = mixed.chunks(80).map(|shard| tally(shard, as_of)).collect();
        let [a, b, c] = [0, 1, 2].map(|n: usize| shards[n].clone());
        let left = merge(merge(a.clone(), b.clone()).unwrap(), c.clone()).unwrap();
        let right = merge(a.clone(), merge(b.clone(), c.clone()).unwrap()).unwrap();
        let turned = merge(merge(c, b).unwrap(), a).unwrap();
        assert_eq!(left, whole);
        assert_eq!(right, whole);
        assert_eq!(turned, whole);
    }
}

#[test]
fn shards_without_a_given_date_take_the_latest() {
    let cases = random_cases(&mut Random::seeded(3), 200);
    let (a, b) = cases.split_at(77);
    let merged = merge(tally(a, None), tally(b, None)).unwrap();
    assert_eq!(merged, tally(&cases, None));
    let nothing = tally(&[], None);
    assert_eq!(merge(nothing, merged.clone()), Ok(merged));
}

#[test]
fn a_shared_case_is_refused() {
    let cases = random_cases(&mut Random::seeded(4), 20);
    let refused = merge(tally(&cases[..12], None), tally(&cases[10..], None));
    assert_eq!(refused, Err(MergeError::SharedCases(2)));
}

#[test]
fn another_scheme_is_refused() {
    let cases = random_cases(&mut Random::seeded(4), 20);
    let mut other = tally(&cases[10..], None);
    other.scheme.clocks[0].limit = Some(Limit::Days(9));
    assert_eq!(
        merge(tally(&cases[..10], None), other),
        Err(MergeError::DifferentSchemes)
    );
}

#[test]
fn an_earlier_tally_merges_only_if_it_left_nothing_out() {
    let cases = random_cases(&mut Random::seeded(5), 60);
    let (a, b) = cases.split_at(30);
    let late = Some(day("2026-01-01"));
    // Everything has happened by 2025, so the date of the first does not matter.
    let complete = merge(tally(a, Some(day("2025-06-01"))), tally(b, late)).unwrap();
    assert_eq!(complete, tally(&cases, late));
    let cut = merge(tally(a, Some(day("2023-06-01"))), tally(b, late));
    assert!(matches!(cut, Err(MergeError::EventsLeftOut { .. })));
}

/// What an export made at the end of the day would hold.
fn known_by(case: &Case, as_of: Day) -> Option<Case> {
    let mut known = case.clone();
    let known_reopening = case.reopened_at.filter(|m| m.day <= as_of);
    if case.reopened_at.is_some() && known_reopening.is_none() {
        known.closed = case.first_closed.or(case.closed);
    }
    for field in [
        &mut known.acknowledged,
        &mut known.responded,
        &mut known.closed,
        &mut known.reopened_at,
        &mut known.first_closed,
    ] {
        *field = field.filter(|m| m.day <= as_of);
    }
    (case.received.day <= as_of).then_some(known)
}

#[test]
fn counting_as_of_a_date_is_counting_what_was_known_by_then() {
    for seed in SEEDS {
        let cases = random_cases(&mut Random::seeded(seed), 200);
        for as_of in ["2023-02-01", "2023-08-31", "2024-05-14"].map(day) {
            let known: Vec<Named> = cases
                .iter()
                .filter_map(|(case, names)| Some((known_by(case, as_of)?, names.clone())))
                .collect();
            let mut masked = tally(&cases, Some(as_of));
            assert!(masked.hidden > 0);
            masked.hidden = 0;
            assert_eq!(masked, tally(&known, Some(as_of)));
        }
    }
}

#[test]
fn a_tally_comes_back_from_text_and_from_bytes() {
    let cases = random_cases(&mut Random::seeded(6), 200);
    let tally = tally(&cases, Some(day("2023-10-01")));
    let json = serde_json::to_string(&tally).unwrap();
    assert_eq!(serde_json::from_str::<Tally>(&json).unwrap(), tally);
    let bytes = postcard::to_allocvec(&tally).unwrap();
    assert_eq!(postcard::from_bytes::<Tally>(&bytes).unwrap(), tally);
}

#[test]
fn members_are_sorted_and_those_without_a_case_are_gone() {
    let cases = random_cases(&mut Random::seeded(8), 40);
    let (kept, gone) = cases.split_at(1);
    let tally = tally_but(&cases, gone, None);
    assert_eq!(tally.members(0), [kept[0].1[0].clone()]);
    let all = self::tally(&cases, None);
    assert!(all.members(1).is_sorted());
    assert_eq!(all.member(1, &all.members(1)[2]), Some(2));
    assert_eq!(all.member(1, "nobody"), None);
}

#[test]
fn an_imbalance_is_told() {
    let cases = random_cases(&mut Random::seeded(9), 60);
    let mut tally = tally(&cases, None);
    let member = Place::Member(0, 1);
    let cut: Vec<_> = tally.series[&member]
        .counts()
        .filter(|(_, key, _)| key.what != What::Closing)
        .collect();
    tally.series.insert(member, super::Series::from_counts(cut));
    let told = tally.check_balance();
    let words: BTreeSet<String> = told.iter().map(ToString::to_string).collect();
    assert!(
        words
            .iter()
            .any(|line| line.starts_with("a \"a1\": received"))
    );
    assert!(
        words
            .iter()
            .any(|line| line.contains("all cases, 2023-") && line.contains("parts"))
    );
}
