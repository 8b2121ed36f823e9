//! A scope's counters added up over a period: what the formulas of the definitions are made of.

use std::collections::BTreeMap;

use crate::case::{Exclusion, Outcome, Rating};
use crate::tally::{Cell, HOURS_OVER, Series, State, What};
use crate::time::{Day, Month};

/// Cases by time: (days or hours, cases), sorted.
pub(super) type Times = Vec<(u32, u64)>;

/// The cases received in a period, as they stand at the as-of date.
#[derive(Debug, Clone, Default)]
pub(super) struct Cohort {
    pub(super) received: u64,
    excluded: BTreeMap<Exclusion, u64>,
    outcomes: BTreeMap<Outcome, u64>,
    ratings: BTreeMap<Rating, u64>,
    pub(super) answered: u64,
    /// Closed, with no answer dated.
    pub(super) closed_unanswered: u64,
    pub(super) reopened: u64,
    pub(super) closed_once: u64,
    pub(super) transfers: u64,
    pub(super) passed_on: u64,
}

impl Cohort {
    pub(super) fn excluded(&self, exclusion: Exclusion) -> u64 {
        self.excluded.get(&exclusion).copied().unwrap_or(0)
    }

    pub(super) fn valid(&self) -> u64 {
        self.received - self.excluded.values().sum::<u64>()
    }

    pub(super) fn outcome(&self, outcome: Outcome) -> u64 {
        self.outcomes.get(&outcome).copied().unwrap_or(0)
    }

    pub(super) fn outcomes(&self, outcomes: &[Outcome]) -> u64 {
        outcomes.iter().map(|outcome| self.outcome(*outcome)).sum()
    }

    pub(super) fn closed(&self) -> u64 {
        self.valid() - self.outcome(Outcome::Open)
    }

    pub(super) fn rating(&self, rating: Rating) -> u64 {
        self.ratings.get(&rating).copied().unwrap_or(0)
    }

    /// Those who said what they thought; asked and not reached is no rating.
    pub(super) fn rated(&self) -> u64 {
        [Rating::Satisfied, Rating::Neutral, Rating::Dissatisfied]
            .into_iter()
            .map(|rating| self.rating(rating))
            .sum()
    }

    fn add(&mut self, cell: &Cell) {
        for (code, count) in cell.of(What::State, 0) {
            let cases = whole(count);
            self.received += cases;
            match State::decode(code) {
                Some(State::Excluded(exclusion)) => {
                    *self.excluded.entry(exclusion).or_default() += cases;
                }
                Some(State::Valid {
                    outcome,
                    answered,
                    rating,
                    reopened,
                }) => {
                    *self.outcomes.entry(outcome).or_default() += cases;
                    if let Some(rating) = rating {
                        *self.ratings.entry(rating).or_default() += cases;
                    }
                    self.answered += if answered { cases } else { 0 };
                    let is_closed = outcome != Outcome::Open;
                    self.closed_unanswered += if is_closed && !answered { cases } else { 0 };
                    self.reopened += if reopened { cases } else { 0 };
                    let was_closed = reopened || outcome != Outcome::Open;
                    self.closed_once += if was_closed { cases } else { 0 };
                }
                None => {}
            }
        }
        for (times, count) in cell.of(What::Transfers, 0) {
            self.transfers += u64::from(times.unsigned_abs()) * whole(count);
            self.passed_on += if times >= 2 { whole(count) } else { 0 };
        }
    }
}

/// How long a clock ran in the cases received in a period, and how long it has been running.
#[derive(Debug, Clone, Default)]
pub(super) struct Ran {
    pub(super) days: Times,
    pub(super) waiting: Times,
    pub(super) hours: Times,
    pub(super) hours_waiting: Times,
}

impl Ran {
    /// `end_quarter` is the quarter of an hour, from 1970, in which the as-of date ends.
    pub(super) fn of(cells: &[(Month, Cell)], clock: u8, as_of: Day, end_quarter: i32) -> Self {
        let collect = |what, time: &dyn Fn(i32) -> i32| {
            let mut times: Times = cells
                .iter()
                .flat_map(|(_, cell)| cell.of(what, clock))
                .map(|(value, count)| (time(value).max(0).unsigned_abs(), whole(count)))
                .collect();
            gather(&mut times);
            times
        };
        // Times over the longest told in hours are beyond the last hour: at risk throughout, never an event.
        let mut hours = collect(What::Hours, &|hours| hours);
        let mut hours_waiting = collect(What::WaitingHours, &|quarter| (end_quarter - quarter) / 4);
        if let Some(over) = hours.pop_if(|(hour, _)| *hour >= HOURS_OVER.unsigned_abs()) {
            hours_waiting.push(over);
            gather(&mut hours_waiting);
        }
        Self {
            days: collect(What::Days, &|days| days),
            waiting: collect(What::Waiting, &|start| as_of.0 - start),
            hours,
            hours_waiting,
        }
    }
}

/// The cases whose deadline falls in a period.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Due {
    pub(super) met: u64,
    pub(super) late: u64,
    pub(super) open: u64,
    /// Deadline after the as-of date, event not yet come.
    pub(super) in_time: u64,
}

impl Due {
    pub(super) fn of(cells: &[(Month, Cell)], clock: u8, extended: bool, as_of: Day) -> Self {
        let [met, late, open, _] = kinds(extended);
        let mut due = Self::default();
        for (_, cell) in cells {
            let past = |what| {
                let days = cell.of(what, clock).filter(|(day, _)| *day <= as_of.0);
                whole(days.map(|(_, count)| count).sum())
            };
            due.met += past(met);
            due.late += past(late);
            due.open += past(open);
            due.in_time += whole(cell.sum(open, clock)) - past(open);
        }
        due
    }

    pub(super) fn total(&self) -> u64 {
        self.met + self.late + self.open
    }
}

const fn kinds(extended: bool) -> [What; 4] {
    if extended {
        [
            What::ExtendedMet,
            What::ExtendedLate,
            What::ExtendedOpen,
            What::ExtendedLateEvent,
        ]
    } else {
        [What::DueMet, What::DueLate, What::DueOpen, What::LateEvent]
    }
}

/// A number that changes from month to month: its value at the end of each month in which it changed.
#[derive(Debug, Clone, Default)]
pub(super) struct Running(Vec<(Month, i64)>);

impl Running {
    /// Valid received + reopened − closed.
    pub(super) fn open(series: &Series) -> Self {
        Self::of(series, |cell| {
            let valid = cell
                .of(What::State, 0)
                .filter(|(code, _)| matches!(State::decode(*code), Some(State::Valid { .. })));
            valid.map(|(_, count)| count).sum::<i64>() + cell.sum(What::Reopening, 0)
                - cell.sum(What::Closing, 0)
        })
    }

    /// Deadlines past and not met, less the late events that have come since.
    pub(super) fn overdue(series: &Series, clock: u8, extended: bool, as_of: Day) -> Self {
        let [_, late, open, late_event] = kinds(extended);
        Self::of(series, |cell| {
            let past = |what| {
                let days = cell.of(what, clock).filter(|(day, _)| *day <= as_of.0);
                days.map(|(_, count)| count).sum::<i64>()
            };
            past(late) + past(open) - cell.sum(late_event, clock)
        })
    }

    fn of(series: &Series, change: impl Fn(&Cell) -> i64) -> Self {
        let mut sum = 0;
        let ends = series.cells().iter().map(|(month, cell)| {
            sum += change(cell);
            (*month, sum)
        });
        Self(ends.collect())
    }

    /// Its value at the end of a month.
    pub(super) fn at_end_of(&self, month: Month) -> u64 {
        let place = self.0.partition_point(|(each, _)| *each <= month);
        whole(place.checked_sub(1).map_or(0, |last| self.0[last].1))
    }
}

/// Open cases by days since receipt at the as-of date, sorted.
pub(super) fn ages(series: &Series, as_of: Day) -> Times {
    let mut ages: Times = series
        .cells()
        .iter()
        .flat_map(|(_, cell)| cell.of(What::OpenSince, 0))
        .map(|(day, count)| ((as_of.0 - day).max(0).unsigned_abs(), whole(count)))
        .collect();
    gather(&mut ages);
    ages
}

/// Sorts by time and adds up what lies on the same.
pub(super) fn gather(times: &mut Times) {
    times.sort_unstable();
    times.dedup_by(|next, kept| {
        let same = next.0 == kept.0;
        if same {
            kept.1 += next.1;
        }
        same
    });
}

impl Cohort {
    pub(super) fn of(cells: &[(Month, Cell)]) -> Self {
        let mut cohort = Self::default();
        for (_, cell) in cells {
            cohort.add(cell);
        }
        cohort
    }
}

pub(super) fn total(times: &[(u32, u64)]) -> u64 {
    times.iter().map(|(_, cases)| cases).sum()
}

/// A count of cases; a tally that balances has no negative one.
pub(super) fn whole(count: i64) -> u64 {
    u64::try_from(count).unwrap_or(0)
}
