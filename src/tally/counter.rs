//! The counting itself: each case becomes a handful of counters, each counter is noted in every scope of the case.
//!
//! A scope keeps a log of counters, folded into sums when it has grown: appending is quick, the order of rows leaves no
//! trace, and a withdrawn case takes back exactly what it gave.

#![expect(
    clippy::disallowed_types,
    reason = "looked up only; everything is sorted before it leaves"
)]

use std::collections::{BTreeMap, HashMap};

use super::ids::{self, Ids};
use super::key::{HOURS_OVER, Key, State, What};
use super::series::Series;
use super::{Place, Tally};
use crate::case::{Case, Clock, Field, Limit, Members, Scheme, Weight};
use crate::time::{Day, Moment, Month, Zone};

/// Counts cases of one data set.
#[derive(Debug)]
pub struct Counter {
    scheme: Scheme,
    zone: Zone,
    as_of: Option<Day>,
    pairs: Vec<(usize, usize)>,
    numbers: HashMap<(Month, Key), u32>,
    counters: Vec<(Month, Key)>,
    overall: Log,
    members: Vec<Vec<Log>>,
    crossed: Vec<HashMap<(u32, u32), Log>>,
    received: BTreeMap<Day, i64>,
    latest: BTreeMap<Day, i64>,
    hidden: i64,
    counted: Vec<u64>,
    withdrawn: Vec<u64>,
    working_days: HashMap<(usize, u32, Day), Day>,
}

impl Counter {
    /// Nothing counted yet. `zone` is the data set's. Events after `as_of` have not happened; without it, all have, and
    /// the tally is as of the latest of them.
    #[must_use]
    pub fn new(scheme: &Scheme, zone: &Zone, as_of: Option<Day>) -> Self {
        let pairs = scheme.pairs();
        Self {
            zone: zone.clone(),
            as_of,
            numbers: HashMap::new(),
            counters: Vec::new(),
            overall: Log::default(),
            members: vec![Vec::new(); scheme.dimensions.len()],
            crossed: vec![HashMap::new(); pairs.len()],
            pairs,
            received: BTreeMap::new(),
            latest: BTreeMap::new(),
            hidden: 0,
            counted: Vec::new(),
            withdrawn: Vec::new(),
            working_days: HashMap::new(),
            scheme: scheme.clone(),
        }
    }

    /// Counts a case, or takes it out again. `members` names the case's members; each case has one in every dimension.
    /// A case received after the as-of date is left out.
    pub fn add(&mut self, case: &Case, members: &[Members], weight: Weight) {
        let sign = match weight {
            Weight::Count => 1,
            Weight::Withdraw => -1,
        };
        let latest = latest_event(case);
        if self.as_of.is_some_and(|as_of| latest > as_of) {
            self.hidden += sign;
        }
        if self.as_of.is_some_and(|as_of| case.received.day > as_of) {
            return;
        }
        match weight {
            Weight::Count => self.counted.push(ids::hash(&case.id)),
            Weight::Withdraw => self.withdrawn.push(ids::hash(&case.id)),
        }
        bump(&mut self.received, case.received.day, sign);
        bump(
            &mut self.latest,
            self.as_of.map_or(latest, |as_of| latest_until(case, as_of)),
            sign,
        );
        let counters = self.counters_of(case, members);
        for counter in counters {
            let number = self.number(counter);
            self.overall.note(number, sign);
            for (logs, member) in self.members.iter_mut().zip(&case.members) {
                let place = *member as usize;
                if logs.len() <= place {
                    logs.resize(place + 1, Log::default());
                }
                logs[place].note(number, sign);
            }
            for (logs, (a, b)) in self.crossed.iter_mut().zip(&self.pairs) {
                let pair = (case.members[*a], case.members[*b]);
                logs.entry(pair).or_default().note(number, sign);
            }
        }
    }

    /// The tally of what was counted. `members` are those the cases' numbers stand for.
    #[must_use]
    pub fn finish(self, members: Vec<Members>) -> Tally {
        let counters = self.counters;
        let mut series = BTreeMap::new();
        let overall = self.overall.into_series(&counters);
        if !overall.is_empty() {
            series.insert(Place::Overall, overall);
        }
        // Members are renumbered by name, so that a tally does not depend on the order of rows; those without a case go.
        let mut names = Vec::new();
        let mut renumbered: Vec<BTreeMap<u32, u32>> = Vec::new();
        for (dimension, logs) in self.members.into_iter().enumerate() {
            let mut found: Vec<(&str, u32, Series)> = (0_u32..)
                .zip(logs)
                .map(|(number, log)| {
                    let name = members[dimension].name(number);
                    (name, number, log.into_series(&counters))
                })
                .filter(|(_, _, series)| !series.is_empty())
                .collect();
            found.sort_by_key(|(name, _, _)| *name);
            names.push(
                found
                    .iter()
                    .map(|(name, _, _)| (*name).to_owned())
                    .collect(),
            );
            let mut numbers = BTreeMap::new();
            for (number, (_, old, cells)) in (0_u32..).zip(found) {
                numbers.insert(old, number);
                series.insert(Place::Member(dimension, number), cells);
            }
            renumbered.push(numbers);
        }
        for (logs, (a, b)) in self.crossed.into_iter().zip(&self.pairs) {
            #[expect(
                clippy::iter_over_hash_type,
                reason = "each goes to its own place of a sorted map"
            )]
            for ((first, second), log) in logs {
                let cells = log.into_series(&counters);
                let pair = (renumbered[*a].get(&first), renumbered[*b].get(&second));
                if let (false, (Some(first), Some(second))) = (cells.is_empty(), pair) {
                    series.insert(Place::Pair(*a, *first, *b, *second), cells);
                }
            }
        }
        let latest = self.latest.keys().next_back().copied();
        Tally {
            scheme: self.scheme,
            zone: self.zone.name().to_owned(),
            as_of: self.as_of.or(latest),
            hidden: u64::try_from(self.hidden).unwrap_or(0),
            latest,
            first_received: self.received.keys().next().copied(),
            last_received: self.received.keys().next_back().copied(),
            members: names,
            series,
            ids: Ids::of(self.counted, self.withdrawn),
        }
    }

    fn number(&mut self, counter: (Month, Key)) -> u32 {
        if let Some(number) = self.numbers.get(&counter) {
            return *number;
        }
        let number = u32::try_from(self.counters.len()).expect("days and months are few");
        self.counters.push(counter);
        self.numbers.insert(counter, number);
        number
    }

    /// The counters of one case, each worth one.
    fn counters_of(&mut self, case: &Case, members: &[Members]) -> Vec<(Month, Key)> {
        let as_of = self.as_of.unwrap_or(Day(i32::MAX));
        let standing = case.standing(&self.scheme, as_of);
        let cohort = case.received.day.month();
        let mut counters = Vec::with_capacity(8);
        if let Some(exclusion) = standing.excluded {
            let code = State::Excluded(exclusion).code();
            return vec![(cohort, Key::plain(What::State, code))];
        }
        let state = State::Valid {
            outcome: standing.outcome,
            answered: standing.answered.is_some(),
            rating: standing.rating,
            reopened: standing.reopened,
        };
        counters.push((cohort, Key::plain(What::State, state.code())));
        if let Some(times) = case.transfers.filter(|times| *times > 0) {
            let times = i32::try_from(times).unwrap_or(i32::MAX);
            counters.push((cohort, Key::plain(What::Transfers, times)));
        }
        if standing.is_open() {
            counters.push((cohort, Key::plain(What::OpenSince, case.received.day.0)));
        }
        let closing = standing.closing;
        for moment in [closing.first, closing.second].into_iter().flatten() {
            counters.push((moment.day.month(), Key::plain(What::Closing, 0)));
        }
        if let Some(moment) = closing.reopened {
            counters.push((moment.day.month(), Key::plain(What::Reopening, 0)));
        }
        for index in 0..self.scheme.clocks.len() {
            let clock = &self.scheme.clocks[index];
            if !self.scheme.has(clock.from) || !self.scheme.has(clock.to) {
                continue;
            }
            let happened = |field| case.moment(field).filter(|m| m.day <= as_of);
            let start = happened(clock.from);
            let event = match clock.to {
                // A reopened case is not closed until it is closed again.
                Field::Closed => closing.holding(),
                field => happened(field),
            };
            let in_hours = clock.in_hours();
            let clock_number = u8::try_from(index).expect("a data set has few clocks");
            let key = |what, value| Key {
                what,
                clock: clock_number,
                value,
            };
            if let Some(start) = start {
                let counter = match event {
                    Some(event) => key(What::Days, (event.day.0 - start.day.0).max(0)),
                    None => key(What::Waiting, start.day.0),
                };
                counters.push((cohort, counter));
                if in_hours && let Some((what, value)) = hours(start, event) {
                    counters.push((cohort, key(what, value)));
                }
            }
            let extended = clock.due && self.scheme.has(Field::ExtendedDue);
            let deadline = self.deadline(index, case, members, start);
            if let Some(deadline) = deadline {
                due(&mut counters, key, deadline, event, Against::Deadline);
            }
            if extended && let Some(deadline) = case.extended_due.map(Into::into).or(deadline) {
                due(&mut counters, key, deadline, event, Against::Extended);
            }
        }
        counters
    }

    fn deadline(
        &mut self,
        index: usize,
        case: &Case,
        members: &[Members],
        start: Option<Moment>,
    ) -> Option<crate::case::Deadline> {
        let clock: &Clock = &self.scheme.clocks[index];
        if clock.due {
            return case.due.map(Into::into);
        }
        let start = start?;
        let limit = clock.limit_for(|dimension| {
            let member = case.members.get(dimension).copied();
            member.map_or("", |number| members[dimension].name(number))
        });
        if let Some(Limit::WorkingDays(days)) = limit {
            let day = *self
                .working_days
                .entry((index, days, start.day))
                .or_insert_with(|| clock.calendar.after(start.day, days));
            return Some(Moment::date(day).into());
        }
        clock.deadline(case, start, limit, &self.zone)
    }
}

/// Which deadline an event is held against.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Against {
    Deadline,
    Extended,
}

fn due(
    counters: &mut Vec<(Month, Key)>,
    key: impl Fn(What, i32) -> Key,
    deadline: crate::case::Deadline,
    event: Option<Moment>,
    against: Against,
) {
    let [met, late, open, late_event] = match against {
        Against::Deadline => [What::DueMet, What::DueLate, What::DueOpen, What::LateEvent],
        Against::Extended => [
            What::ExtendedMet,
            What::ExtendedLate,
            What::ExtendedOpen,
            What::ExtendedLateEvent,
        ],
    };
    let what = match event {
        None => open,
        Some(event) if deadline.is_met_by(event) => met,
        Some(event) => {
            counters.push((event.day.month(), key(late_event, 0)));
            late
        }
    };
    counters.push((deadline.day.month(), key(what, deadline.day.0)));
}

/// How long a clock in hours ran, or since when it runs; `None` where a time of day is missing.
fn hours(start: Moment, event: Option<Moment>) -> Option<(What, i32)> {
    let start = start.instant?;
    match event {
        Some(event) => {
            let hours = (event.instant? - start).max(0) / 3_600;
            let hours = i32::try_from(hours).unwrap_or(HOURS_OVER).min(HOURS_OVER);
            Some((What::Hours, hours))
        }
        None => {
            let quarter = i32::try_from((start + 899).div_euclid(900)).ok()?;
            Some((What::WaitingHours, quarter))
        }
    }
}

fn events(case: &Case) -> impl Iterator<Item = Day> {
    [
        Some(case.received),
        case.acknowledged,
        case.responded,
        case.closed,
        case.reopened_at,
        case.first_closed,
    ]
    .into_iter()
    .flatten()
    .map(|moment| moment.day)
}

fn latest_event(case: &Case) -> Day {
    events(case).max().unwrap_or(case.received.day)
}

fn latest_until(case: &Case, as_of: Day) -> Day {
    let until = events(case).filter(|day| *day <= as_of);
    until.max().unwrap_or(case.received.day)
}

fn bump(days: &mut BTreeMap<Day, i64>, day: Day, sign: i64) {
    let count = days.entry(day).or_insert(0);
    *count += sign;
    if *count == 0 {
        days.remove(&day);
    }
}

/// The counters noted in one scope: numbers with a sign bit, and the sums they are folded into.
#[derive(Debug, Clone, Default)]
struct Log {
    noted: Vec<u32>,
    sums: Vec<(u32, i64)>,
}

const FOLD_FROM: usize = 4_096;

impl Log {
    fn note(&mut self, number: u32, sign: i64) {
        self.noted.push(number << 1 | u32::from(sign < 0));
        if self.noted.len() >= FOLD_FROM.max(2 * self.sums.len()) {
            self.fold();
        }
    }

    fn fold(&mut self) {
        self.noted.sort_unstable();
        for same in self.noted.chunk_by(|a, b| a == b) {
            let count = i64::try_from(same.len()).expect("a log is short");
            let sign = if same[0] & 1 == 0 { 1 } else { -1 };
            self.sums.push((same[0] >> 1, sign * count));
        }
        self.noted.clear();
        self.sums.sort_unstable();
        self.sums.dedup_by(|next, kept| {
            let same = next.0 == kept.0;
            if same {
                kept.1 += next.1;
            }
            same
        });
        self.sums.retain(|(_, count)| *count != 0);
    }

    fn into_series(mut self, counters: &[(Month, Key)]) -> Series {
        self.fold();
        let counts = self.sums.into_iter().map(|(number, count)| {
            let (month, key) = counters[number as usize];
            (month, key, count)
        });
        Series::from_counts(counts.collect())
    }
}
