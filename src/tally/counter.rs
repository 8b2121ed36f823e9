//! The counting itself: each case becomes a handful of counters, each counter is noted in every scope of the case.
//!
//! Scopes whose counters are the sum of others' are not kept: all cases are the sum of any dimension's members, and
//! members the sum of their pairs. How loudly a case was brought divides cases as one more dimension would, after the others. Several counters may each count a part of the cases; [`finish`] makes one tally of
//! them. The order of rows leaves no trace, and a withdrawn case takes back exactly what it gave.

#![expect(
    clippy::disallowed_types,
    reason = "looked up only; everything is sorted before it leaves"
)]

use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasherDefault, Hasher};

use super::grid::{Counters, Scope};
use super::key::{HOURS_OVER, Key, State, What};
use super::part::Part;
use super::series::Series;
use super::sheet::Note;
use super::{Tally, finish};
use crate::case::{
    Case, Clock, Field, IdTable, Limit, Members, Scheme, StandingRules, Take, Weight,
};
use crate::time::{Day, Moment, Zone};

/// Counts cases of one data set.
#[derive(Debug)]
pub struct Counter {
    pub(super) scheme: Scheme,
    rules: StandingRules,
    clocks: Vec<Watched>,
    pub(super) zone: Zone,
    pub(super) as_of: Option<Day>,
    pub(super) grids: Vec<Grid>,
    pub(super) counters: Counters,
    notes: Vec<Note>,
    pub(super) received: Days,
    pub(super) latest: Days,
    pub(super) hidden: i64,
    /// How often each id was counted, less how often it was withdrawn.
    ids: Option<IdTable>,
    working_days: HashMap<(u8, u32, Day), Day>,
}

/// A clock whose fields the source has, and what counting needs to know of it.
#[derive(Debug, Clone, Copy)]
struct Watched {
    /// Its index in the scheme.
    number: u8,
    from: Field,
    to: Field,
    in_hours: bool,
    has_deadline: bool,
    is_extended: bool,
}

/// The scopes of one division of the cases.
#[derive(Debug)]
pub(super) enum Grid {
    Overall(Scope),
    Members(usize, Vec<Scope>),
    /// Two dimensions, the lower first.
    Pairs(usize, usize, Pairs),
}

/// Scopes by their two members.
#[derive(Debug, Default)]
pub(super) struct Pairs(HashMap<u64, Scope, BuildHasherDefault<Mixed>>);

impl Pairs {
    fn scope(&mut self, first: u32, second: u32) -> &mut Scope {
        let pair = u64::from(first) << 32 | u64::from(second);
        self.0.entry(pair).or_default()
    }

    /// All scopes with their members' numbers, in the order of those.
    pub(super) fn sorted(&self) -> Vec<([u32; 2], &Scope)> {
        let half = |half: u64| u32::try_from(half & 0xffff_ffff).expect("32 bits fit");
        let apart = |pair: u64| [half(pair >> 32), half(pair)];
        let pairs = self.0.iter();
        let mut all: Vec<_> = pairs.map(|(pair, scope)| (apart(*pair), scope)).collect();
        all.sort_unstable_by_key(|(pair, _)| *pair);
        all
    }
}

/// A hasher for two small numbers in one.
#[derive(Debug, Default)]
struct Mixed(u64);

impl Hasher for Mixed {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u64(self.0.rotate_left(8) ^ u64::from(*byte));
        }
    }

    fn write_u64(&mut self, key: u64) {
        let mixed = key.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        self.0 = mixed ^ (mixed >> 32);
    }
}

impl Take for Counter {
    type Part = Part;

    fn into_part(self, members: &[Members]) -> Part {
        Part::of(self, members)
    }

    fn take(&mut self, case: &Case, members: &[Members], weight: Weight) {
        self.add(case, members, weight);
    }
}

impl Counter {
    /// Nothing counted yet. `zone` is the data set's. Events after `as_of` have not happened; without it, all have, and
    /// the tally is as of the latest of them.
    #[must_use]
    pub fn new(scheme: &Scheme, zone: &Zone, as_of: Option<Day>) -> Self {
        let watched = scheme
            .clocks
            .iter()
            .zip(0..)
            .map(|(clock, number)| Watched {
                number,
                from: clock.from,
                to: clock.to,
                in_hours: clock.in_hours(),
                has_deadline: clock.has_deadline() || !clock.exceptions.is_empty(),
                is_extended: clock.due && scheme.has(Field::ExtendedDue),
            });
        let is_mapped = |clock: &Watched| scheme.has(clock.from) && scheme.has(clock.to);
        Self {
            rules: StandingRules::of(scheme),
            clocks: watched.filter(is_mapped).collect(),
            zone: zone.clone(),
            as_of,
            grids: grids(scheme),
            counters: Counters::new(scheme.clocks.len()),
            notes: Vec::new(),
            received: Days::default(),
            latest: Days::default(),
            hidden: 0,
            ids: Some(IdTable::new()),
            working_days: HashMap::new(),
            scheme: scheme.clone(),
        }
    }

    /// The same, but ids are not looked at: they are given to [`finish`].
    #[must_use]
    pub fn without_ids(self) -> Self {
        Self { ids: None, ..self }
    }

    /// Counts a case, or takes it out again. `members` names the case's members; each case has one in every dimension.
    /// A case received after the as-of date is left out.
    pub fn add(&mut self, case: &Case, members: &[Members], weight: Weight) {
        let sign = match weight {
            Weight::Count => 1,
            Weight::Withdraw => -1,
        };
        let as_of = self.as_of.unwrap_or(Day(i32::MAX));
        let (latest, is_hidden) = latest_event(case, as_of);
        if is_hidden {
            self.hidden += sign;
        }
        if case.received.day > as_of {
            return;
        }
        if let Some(ids) = &mut self.ids {
            let times = ids.slot(&case.id);
            *times = match weight {
                Weight::Count => times.saturating_add(1),
                Weight::Withdraw => times.saturating_sub(1),
            };
        }
        self.received.bump(case.received.day, sign);
        self.latest.bump(latest, sign);
        self.notes.clear();
        self.note_all(case, members);
        let number = |dimension: usize| match case.members.get(dimension) {
            Some(number) => *number,
            None => case.escalation as u32,
        };
        for grid in &mut self.grids {
            let scope = match grid {
                Grid::Overall(scope) => scope,
                Grid::Members(dimension, scopes) => member(scopes, number(*dimension)),
                Grid::Pairs(a, b, scopes) => scopes.scope(number(*a), number(*b)),
            };
            match weight {
                Weight::Count => scope.count(&self.notes, &mut self.counters),
                Weight::Withdraw => scope.take_back(&self.notes, &mut self.counters),
            }
        }
    }

    /// The counters that a case would add to each of its scopes, without counting it; `None` where it was received after the as-of
    /// date.
    #[must_use]
    pub fn series_of(&mut self, case: &Case, members: &[Members]) -> Option<Series> {
        if self.as_of.is_some_and(|as_of| case.received.day > as_of) {
            return None;
        }
        self.notes.clear();
        self.note_all(case, members);
        let named = self.notes.iter().map(|note| {
            let (month, key) = self.counters.named(*note);
            (month, key, 1)
        });
        Some(Series::from_counts(named.collect()))
    }

    /// The tally of what was counted. `members` are those the cases' numbers stand for.
    #[must_use]
    pub fn finish(mut self, members: Vec<Members>) -> Tally {
        let ids = self.ids.take().unwrap_or_default().into_set();
        finish(vec![self.into_part(&members)], ids).expect("there is one part")
    }

    /// Notes a counter that lies in the month of a day.
    #[inline(always)]
    fn note(&mut self, day: Day, key: Key) {
        let note = self.counters.note(day, key);
        self.notes.push(note);
    }

    /// The counters of one case, each worth one.
    fn note_all(&mut self, case: &Case, members: &[Members]) {
        let as_of = self.as_of.unwrap_or(Day(i32::MAX));
        let standing = case.standing_by(self.rules, as_of);
        let cohort = case.received.day;
        if let Some(exclusion) = standing.excluded {
            let code = State::Excluded(exclusion).code();
            return self.note(cohort, Key::plain(What::State, code));
        }
        let state = State::Valid {
            outcome: standing.outcome,
            answered: standing.answered.is_some(),
            rating: standing.rating,
            reopened: standing.reopened,
        };
        self.note(cohort, Key::plain(What::State, state.code()));
        if let Some(times) = case.transfers.filter(|times| *times > 0) {
            let times = i32::try_from(times).unwrap_or(i32::MAX);
            self.note(cohort, Key::plain(What::Transfers, times));
        }
        if standing.is_open() {
            self.note(cohort, Key::plain(What::OpenSince, case.received.day.0));
        }
        let closing = standing.closing;
        for moment in [closing.first, closing.second].into_iter().flatten() {
            self.note(moment.day, Key::plain(What::Closing, 0));
        }
        if let Some(moment) = closing.reopened {
            self.note(moment.day, Key::plain(What::Reopening, 0));
        }
        for index in 0..self.clocks.len() {
            let clock = self.clocks[index];
            let happened = |field| case.moment(field).filter(|m| m.day <= as_of);
            let start = happened(clock.from);
            let event = match clock.to {
                // A reopened case is not closed until it is closed again.
                Field::Closed => closing.holding(),
                field => happened(field),
            };
            if let Some(start) = start {
                let (what, value) = match event {
                    Some(event) => (What::Days, (event.day.0 - start.day.0).max(0)),
                    None => (What::Waiting, start.day.0),
                };
                self.note(cohort, clocked(clock.number, what, value));
                if clock.in_hours
                    && let Some((what, value)) = hours(start, event)
                {
                    self.note(cohort, clocked(clock.number, what, value));
                }
            }
            if !clock.has_deadline {
                continue;
            }
            let deadline = self.deadline(clock.number, case, members, start);
            if let Some(deadline) = deadline {
                self.note_due(clock.number, deadline, event, Against::Deadline);
            }
            if clock.is_extended
                && let Some(deadline) = case.extended_due.map(Into::into).or(deadline)
            {
                self.note_due(clock.number, deadline, event, Against::Extended);
            }
        }
    }

    fn note_due(
        &mut self,
        clock: u8,
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
                self.note(event.day, clocked(clock, late_event, 0));
                late
            }
        };
        self.note(deadline.day, clocked(clock, what, deadline.day.0));
    }

    fn deadline(
        &mut self,
        number: u8,
        case: &Case,
        members: &[Members],
        start: Option<Moment>,
    ) -> Option<crate::case::Deadline> {
        let clock: &Clock = &self.scheme.clocks[usize::from(number)];
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
                .entry((number, days, start.day))
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

const fn clocked(clock: u8, what: What, value: i32) -> Key {
    Key { what, clock, value }
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

/// The day of a case's latest event until a day, and whether there are events after that.
fn latest_event(case: &Case, as_of: Day) -> (Day, bool) {
    let mut latest = case.received.day;
    let mut is_hidden = latest > as_of;
    for event in [
        &case.acknowledged,
        &case.responded,
        &case.closed,
        &case.reopened_at,
        &case.first_closed,
    ] {
        let Some(event) = event else { continue };
        if event.day > as_of {
            is_hidden = true;
        } else {
            latest = latest.max(event.day);
        }
    }
    (latest, is_hidden)
}

/// The scopes that are kept: pairs, dimensions that stand in no pair, and all cases where there is no dimension. How loudly cases were
/// brought is the dimension after the last.
fn grids(scheme: &Scheme) -> Vec<Grid> {
    let mut pairs: Vec<(usize, usize)> = scheme
        .pairs()
        .into_iter()
        .map(|(a, b)| (a.min(b), a.max(b)))
        .collect();
    let loudness = scheme.dimensions.len();
    if let Some(matter) = scheme.matter.filter(|_| scheme.has_sides()) {
        pairs.push((matter, loudness));
    }
    pairs.sort_unstable();
    pairs.dedup();
    let alone = (0..scheme.dimensions.len() + usize::from(scheme.has_sides()))
        .filter(|each| !pairs.iter().any(|(a, b)| a == each || b == each));
    let mut grids: Vec<Grid> = alone.map(|each| Grid::Members(each, Vec::new())).collect();
    grids.extend(
        pairs
            .iter()
            .map(|(a, b)| Grid::Pairs(*a, *b, Pairs::default())),
    );
    if grids.is_empty() {
        grids.push(Grid::Overall(Scope::default()));
    }
    grids
}

fn member(scopes: &mut Vec<Scope>, number: u32) -> &mut Scope {
    let place = number as usize;
    if scopes.len() <= place {
        scopes.resize(place + 1, Scope::default());
    }
    &mut scopes[place]
}

/// Cases by day.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Days {
    pub(super) first: i32,
    pub(super) counts: Vec<i64>,
}

impl Days {
    #[inline(always)]
    fn bump(&mut self, day: Day, sign: i64) {
        if self.counts.is_empty() {
            self.first = day.0;
        }
        if day.0 < self.first {
            let before = usize::try_from(self.first - day.0).expect("it is earlier");
            self.counts.splice(..0, vec![0; before]);
            self.first = day.0;
        }
        let at = usize::try_from(day.0 - self.first).expect("it is not earlier");
        if at >= self.counts.len() {
            self.counts.resize(at + 1, 0);
        }
        self.counts[at] += sign;
    }

    fn counted(&self) -> impl DoubleEndedIterator<Item = (Day, i64)> + '_ {
        let days = self.counts.iter().enumerate().map(|(at, count)| {
            let at = i32::try_from(at).expect("days between two days");
            (Day(self.first + at), *count)
        });
        days.filter(|(_, count)| *count != 0)
    }

    /// The days on which several counters together have cases, in order.
    pub(super) fn counted_in<'a>(parts: impl Iterator<Item = &'a Self>) -> Vec<Day> {
        let mut sums: BTreeMap<Day, i64> = BTreeMap::new();
        for (day, count) in parts.flat_map(Self::counted) {
            *sums.entry(day).or_default() += count;
        }
        let counted = sums.into_iter().filter(|(_, count)| *count != 0);
        counted.map(|(day, _)| day).collect()
    }
}
