//! The loud and the quiet, quarter by quarter and matter by matter: the counts behind "is it the loud who are heard?".
//!
//! [`Measure::sides`] takes them from a tally; what they come to is left to [`super::loudness`]. A case counts in the quarter it was
//! received in, if it is valid; a quarter is told once it is wholly covered and its last case could be followed for the days asked
//! about. Loud is whatever the source flags as brought again, by a group, through the media or through a leader.

use std::collections::BTreeMap;

use super::figure::Base;
use super::measure::{Measure, is_clocked, number};
use super::sums::{Cohort, Ran, Times, gather, total};
use super::survival::{self, HALF};
use crate::case::{Clock, Escalation, Limit};
use crate::tally::{Cell, Place, Series};
use crate::time::{Month, Period, PeriodKind};

/// Valid cases, and how long they took.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Side {
    /// Those whose event came within the days asked about, of all.
    pub base: Base,
    pub(super) days: Times,
    pub(super) waiting: Times,
}

impl Default for Side {
    fn default() -> Self {
        Self {
            base: Base {
                numerator: 0,
                denominator: 0,
            },
            days: Times::new(),
            waiting: Times::new(),
        }
    }
}

impl Side {
    /// Adds the cases of another side.
    pub fn add(&mut self, other: &Self) {
        self.base.numerator += other.base.numerator;
        self.base.denominator += other.base.denominator;
        for (mine, theirs) in [
            (&mut self.days, &other.days),
            (&mut self.waiting, &other.waiting),
        ] {
            mine.extend_from_slice(theirs);
            gather(mine);
        }
    }

    /// The sum of several.
    #[must_use]
    pub fn sum<'a>(sides: impl IntoIterator<Item = &'a Self>) -> Self {
        let mut sum = Self::default();
        sides.into_iter().for_each(|side| sum.add(side));
        sum
    }

    /// Cases whose event has come at all.
    #[must_use]
    pub fn ended(&self) -> u64 {
        total(&self.days)
    }

    /// The day by which half had it, those still waiting included (Kaplan–Meier); `None` where half never do.
    #[must_use]
    pub fn median(&self) -> Option<u32> {
        survival::quantile(&self.days, &self.waiting, HALF)
    }
}

/// Cases of one kind, told apart by how they were brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kind {
    /// The members it is made of; empty where no dimension says what cases are about.
    pub names: Vec<String>,
    /// Those brought loudly.
    pub loud: Side,
    /// The others.
    pub quiet: Side,
}

/// A quarter's cases by what they are about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quarter {
    /// When they were received.
    pub period: Period,
    /// By kind, each member in one.
    pub kinds: Vec<Kind>,
    /// The same cases by how they were brought.
    pub ways: BTreeMap<Escalation, Side>,
}

/// The counts of all quarters that can be told, oldest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sides {
    /// Index of the clock in the scheme.
    pub clock: usize,
    /// The days asked about.
    pub days: u32,
    /// Index of the dimension that says what cases are about.
    pub matter: Option<usize>,
    /// The quarters.
    pub quarters: Vec<Quarter>,
}

impl Measure<'_> {
    /// The loud and the quiet by a clock. `None` where the source does not tell how cases were brought, does not date the clock, or
    /// holds answered cases only.
    #[must_use]
    pub fn sides(&self, clock: usize) -> Option<Sides> {
        let scheme = self.tally.scheme();
        let of = scheme.clocks.get(clock)?;
        if !scheme.has_sides() || scheme.only_answered || !is_clocked(scheme, of) {
            return None;
        }
        let days = days_asked(of);
        let all: Vec<(Option<u32>, Escalation, &Series)> = self
            .tally
            .places()
            .filter_map(|place| match place {
                Place::Side(member, escalation) => {
                    Some((member, escalation, self.tally.series(place)?))
                }
                _ => None,
            })
            .collect();
        let quarters = self.quarters_followed(days);
        let quarters = quarters
            .iter()
            .map(|period| self.quarter(*period, &all, clock, days));
        Some(Sides {
            clock,
            days,
            matter: scheme.matter,
            quarters: quarters
                .filter(|quarter| !quarter.kinds.is_empty())
                .collect(),
        })
    }

    /// The quarters that are wholly covered and whose last case could be followed for so many days.
    fn quarters_followed(&self, days: u32) -> Vec<Period> {
        let (from, to) = (self.coverage.0, self.coverage.1.min(self.as_of));
        let year_starts = self.rules.periods.year_starts;
        let mut quarters =
            Period::covering(PeriodKind::Quarter, from.month(), to.month(), year_starts);
        quarters.retain(|quarter| {
            from <= quarter.first_day()
                && quarter.last_day() <= to
                && !self.is_too_young(quarter, days)
        });
        quarters
    }

    fn quarter(
        &self,
        period: Period,
        all: &[(Option<u32>, Escalation, &Series)],
        clock: usize,
        days: u32,
    ) -> Quarter {
        let mut kinds: BTreeMap<Option<u32>, Kind> = BTreeMap::new();
        let mut ways: BTreeMap<Escalation, Side> = BTreeMap::new();
        for (member, escalation, series) in all.iter().copied() {
            let side = self.side(series.between(period.first, period.last), clock, days);
            if side.base.denominator == 0 {
                continue;
            }
            let kind = kinds.entry(member).or_insert_with(|| Kind {
                names: self.matter_name(member).into_iter().collect(),
                loud: Side::default(),
                quiet: Side::default(),
            });
            match escalation {
                Escalation::None => kind.quiet.add(&side),
                _ => kind.loud.add(&side),
            }
            ways.entry(escalation).or_default().add(&side);
        }
        Quarter {
            period,
            kinds: kinds.into_values().collect(),
            ways,
        }
    }

    fn side(&self, cells: &[(Month, Cell)], clock: usize, days: u32) -> Side {
        let ran = Ran::of(cells, number(clock), self.as_of, self.end_quarter);
        let within = ran.days.iter().take_while(|(day, _)| *day <= days);
        Side {
            base: Base {
                numerator: within.map(|(_, cases)| cases).sum(),
                denominator: Cohort::of(cells).valid(),
            },
            days: ran.days,
            waiting: ran.waiting,
        }
    }

    fn matter_name(&self, member: Option<u32>) -> Option<String> {
        let matter = self.tally.scheme().matter?;
        self.tally.members(matter).get(member? as usize).cloned()
    }
}

/// The number of days asked about: of those that figures are made for (`within_<k>_days`), the one nearest to what is promised;
/// where the promise is a date of its own in each case, the middle one.
fn days_asked(clock: &Clock) -> u32 {
    let promised = clock.limit.map(|limit| match limit {
        Limit::Days(days) | Limit::WorkingDays(days) => days,
        Limit::Hours(hours) => hours.div_ceil(24),
    });
    let mut days = clock.days.clone();
    days.sort_unstable();
    match promised {
        Some(promised) => days
            .into_iter()
            .min_by_key(|each| each.abs_diff(promised))
            .unwrap_or(promised),
        None => days
            .get(days.len().saturating_sub(1) / 2)
            .copied()
            .unwrap_or(30),
    }
}
