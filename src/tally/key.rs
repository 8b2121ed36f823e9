//! What is counted: the state of a case in its cohort, how long it took, when it was due, when the stock changed.
//!
//! A tally is a sparse set of counters. Each lies in the month of its event and is named by a [`Key`]: what it counts,
//! for which clock, at which value (a day, a number of days, a state). Nothing else is ever stored, so merging two
//! tallies is adding counters, and taking a case out is subtracting the same ones.

use serde::{Deserialize, Serialize};

use crate::case::{Exclusion, Outcome, Rating};

/// What a counter counts, the month it lies in, and what its value means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "u8", try_from = "u8")]
pub enum What {
    /// Cases by how they stand; month of receipt; value: [`State::code`].
    State,
    /// Valid cases by how often they were passed on (0 is not stored); month of receipt; value: times.
    Transfers,
    /// Valid cases that are open; month of receipt; value: day of receipt.
    OpenSince,
    /// Closings of valid cases; month of closing; no value.
    Closing,
    /// Reopenings of valid cases; month of reopening; no value.
    Reopening,
    /// Valid cases whose clock has stopped; month of receipt; value: calendar days it ran, at least 0.
    Days,
    /// Valid cases whose clock is running; month of receipt; value: the day it started.
    Waiting,
    /// As `Days`, for clocks in hours where both times are known; value: whole hours, [`HOURS_OVER`] for more.
    Hours,
    /// As `Waiting`, for clocks in hours; value: the quarter of an hour it started in, counted from 1970, rounded up.
    WaitingHours,
    /// Valid cases that met their deadline; month of the deadline; value: its day.
    DueMet,
    /// Valid cases whose event came after their deadline; month of the deadline; value: its day.
    DueLate,
    /// Valid cases with a deadline whose event has not come; month of the deadline; value: its day.
    DueOpen,
    /// The same cases as `DueLate` in the month of their event; no value.
    LateEvent,
    /// As `DueMet`, against the extended deadline.
    ExtendedMet,
    /// As `DueLate`, against the extended deadline.
    ExtendedLate,
    /// As `DueOpen`, against the extended deadline.
    ExtendedOpen,
    /// As `LateEvent`, against the extended deadline.
    ExtendedLateEvent,
}

/// The longest time told in hours: 14 days.
pub const HOURS_MOST: i32 = 14 * 24;

/// The value of [`What::Hours`] that stands for more than [`HOURS_MOST`].
pub const HOURS_OVER: i32 = HOURS_MOST + 1;

impl What {
    const ALL: [Self; 17] = [
        Self::State,
        Self::Transfers,
        Self::OpenSince,
        Self::Closing,
        Self::Reopening,
        Self::Days,
        Self::Waiting,
        Self::Hours,
        Self::WaitingHours,
        Self::DueMet,
        Self::DueLate,
        Self::DueOpen,
        Self::LateEvent,
        Self::ExtendedMet,
        Self::ExtendedLate,
        Self::ExtendedOpen,
        Self::ExtendedLateEvent,
    ];
}

impl What {
    /// The kind of a place in their order.
    pub(super) fn of(place: usize) -> Self {
        Self::ALL[place]
    }
}

impl From<What> for u8 {
    fn from(what: What) -> Self {
        // Its place among all.
        what as Self
    }
}

impl TryFrom<u8> for What {
    type Error = String;

    fn try_from(number: u8) -> Result<Self, String> {
        Self::ALL
            .get(usize::from(number))
            .copied()
            .ok_or_else(|| format!("{number} is not a counter that this version knows"))
    }
}

/// The name of a counter within its scope and month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// What it counts.
    pub what: What,
    /// Index of the clock in the scheme; 0 where no clock is meant.
    pub clock: u8,
    /// The value it counts at; 0 where none is meant.
    pub value: i32,
}

impl Key {
    /// A counter that belongs to no clock.
    #[must_use]
    pub const fn plain(what: What, value: i32) -> Self {
        Self {
            what,
            clock: 0,
            value,
        }
    }
}

/// How a case stands as of the tally's date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It is set apart.
    Excluded(Exclusion),
    /// It counts.
    Valid {
        /// How it ended, or that it is open.
        outcome: Outcome,
        /// Whether it was answered.
        answered: bool,
        /// What the person thought of it.
        rating: Option<Rating>,
        /// Whether it was done again.
        reopened: bool,
    },
}

impl State {
    /// The state as a number.
    #[must_use]
    pub fn code(self) -> i32 {
        match self {
            Self::Excluded(exclusion) => exclusion as i32,
            Self::Valid {
                outcome,
                answered,
                rating,
                reopened,
            } => {
                // A word's number is its place among all.
                let rating = rating.map_or(0, |rating| 1 + rating as i32);
                let mut code = outcome as i32;
                code = code * RATINGS + rating;
                code = code * 2 + i32::from(answered);
                code = code * 2 + i32::from(reopened);
                code + EXCLUSIONS
            }
        }
    }

    /// The state of a number that [`State::code`] gave.
    #[must_use]
    pub fn decode(code: i32) -> Option<Self> {
        if code < EXCLUSIONS {
            let exclusion = Exclusion::ALL.get(usize::try_from(code).ok()?)?;
            return Some(Self::Excluded(*exclusion));
        }
        let rest = code - EXCLUSIONS;
        let (rest, reopened) = (rest / 2, rest % 2 == 1);
        let (rest, answered) = (rest / 2, rest % 2 == 1);
        let (outcome, rating) = (rest / RATINGS, rest % RATINGS);
        Some(Self::Valid {
            outcome: *Outcome::ALL.get(usize::try_from(outcome).ok()?)?,
            answered,
            rating: match rating {
                0 => None,
                number => Rating::ALL.get(usize::try_from(number - 1).ok()?).copied(),
            },
            reopened,
        })
    }
}

const EXCLUSIONS: i32 = 3;
const RATINGS: i32 = 5;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_comes_back_from_its_number() {
        let mut seen = std::collections::BTreeSet::new();
        let mut check = |state: State| {
            assert!(seen.insert(state.code()));
            assert_eq!(State::decode(state.code()), Some(state));
        };
        for exclusion in Exclusion::ALL {
            check(State::Excluded(*exclusion));
        }
        for outcome in Outcome::ALL {
            for rating in std::iter::once(None).chain(Rating::ALL.iter().copied().map(Some)) {
                for (answered, reopened) in
                    [(false, false), (false, true), (true, false), (true, true)]
                {
                    check(State::Valid {
                        outcome: *outcome,
                        answered,
                        rating,
                        reopened,
                    });
                }
            }
        }
        assert_eq!(State::decode(-1), None);
        assert_eq!(State::decode(99_999), None);
    }

    #[test]
    fn every_counter_comes_back_from_its_number() {
        for what in What::ALL {
            assert_eq!(What::try_from(u8::from(what)), Ok(what));
        }
        assert!(What::try_from(200).is_err());
    }
}
