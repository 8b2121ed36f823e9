//! Four ways to fail (拖、躲、捂、推): delayed, unanswered, covered up, passed on. Each is a count with a base; none is a score.
//!
//! What the counts are made of, for a scope and a period P, as of T. Open cases are inside wherever they can be.
//!
//! | way | count | of | what the tally must hold |
//! |---|---|---|---|
//! | delayed 拖 | deadlines in P, past at T, met late or not met | deadlines in P, past at T | `due_late + due_open` and their sum with `due_on_time`, the due cohort's own counters; days late: a histogram of days from the deadline to the event (to T where there is none) by month of the deadline |
//! | unanswered 躲 | deadlines in P, past at T, without an answer at T | deadlines in P, past at T | `due_open`, of the due cohort |
//! | unanswered 躲: closed without one | valid cases received in P, closed at T without a dated answer | valid cases received in P, closed at T | `closed_unanswered`, where answers and closings are dated apart |
//! | covered up 捂: left out | received in P and excluded (duplicate, incomplete, out of scope) | received in P | the exclusion ledger, as it is |
//! | covered up 捂: recorded late | received in P, first acknowledged more than [`LATE_REGISTRATION_DAYS`] days after | received in P with both dates | a histogram of days from receipt to acknowledgement, by month of receipt |
//! | covered up 捂: re-coded | cases of the previous publication's periods whose count of an exclusion class grew, or of valid cases shrank | those periods' received | nothing: the two publications' figures, `Σ max(0, excluded now − excluded then)` over classes and months |
//! | passed on 推 | valid received in P handed over at least twice, or closed with the outcome `referred` | valid received in P | transfers ≥ 2 or referred, each case once; and the two parts apart |
//!
//! A way whose columns are not mapped has no figure ([`super::Reason::NotRecorded`]), never 0. The four are never added up: a case
//! can be in several.

use super::figure::Base;

/// Registration later than this many days after receipt counts as recorded late.
pub const LATE_REGISTRATION_DAYS: u32 = 3;

/// A count with its base, or why there is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Known {
    /// It is known.
    Counted(Base),
    /// It is withheld, to protect the people behind a small count.
    Withheld,
    /// The source does not record what it takes.
    #[default]
    NotRecorded,
}

impl Known {
    /// Its count and base.
    #[must_use]
    pub const fn base(self) -> Option<Base> {
        match self {
            Self::Counted(base) => Some(base),
            Self::Withheld | Self::NotRecorded => None,
        }
    }
}

/// The counts of a scope and period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Failures {
    /// 拖: deadlines missed, of those past at T.
    pub delayed: Known,
    /// 躲: no answer though the deadline is past, of deadlines past.
    pub unanswered: Known,
    /// 躲: closed without an answer, of those closed.
    pub closed_unanswered: Known,
    /// 捂: excluded, of received.
    pub left_out: Known,
    /// 捂: registered late, of received with both dates.
    pub recorded_late: Known,
    /// 捂: moved into an exclusion class after they had been published, of received.
    pub recoded: Known,
    /// 推: handed over twice or more, or closed by referral, of valid.
    pub passed_on: Known,
}

/// The four ways, in the order of the saying.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Way {
    /// 拖
    Delayed,
    /// 躲
    Unanswered,
    /// 捂
    CoveredUp,
    /// 推
    PassedOn,
}

impl Way {
    /// All four.
    pub const ALL: [Self; 4] = [
        Self::Delayed,
        Self::Unanswered,
        Self::CoveredUp,
        Self::PassedOn,
    ];

    /// Its word in language files and JSON.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Delayed => "delayed",
            Self::Unanswered => "unanswered",
            Self::CoveredUp => "covered_up",
            Self::PassedOn => "passed_on",
        }
    }

    /// The counts that speak of it, with their words.
    #[must_use]
    pub fn counts(self, of: &Failures) -> Vec<(&'static str, Known)> {
        match self {
            Self::Delayed => vec![("delayed", of.delayed)],
            Self::Unanswered => vec![
                ("unanswered", of.unanswered),
                ("closed_unanswered", of.closed_unanswered),
            ],
            Self::CoveredUp => vec![
                ("left_out", of.left_out),
                ("recorded_late", of.recorded_late),
                ("recoded", of.recoded),
            ],
            Self::PassedOn => vec![("passed_on", of.passed_on)],
        }
    }
}

/// 拖, from the parts of the due cohort.
#[must_use]
pub fn delayed(on_time: u64, late: u64, still_open: u64) -> Base {
    Base {
        numerator: late + still_open,
        denominator: on_time + late + still_open,
    }
}

/// 捂 by re-coding: for each month and exclusion class the count then and now, and what had been received in the whole period then.
/// Only growth counts: a class that shrank does not make up for one that grew.
#[must_use]
pub fn recoded(then_and_now: &[(u64, u64)], received_then: u64) -> Base {
    Base {
        numerator: then_and_now
            .iter()
            .map(|(then, now)| now.saturating_sub(*then))
            .sum(),
        denominator: received_then,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn open_overdue_cases_are_among_the_delayed() {
        let found = delayed(70, 20, 10);
        assert_eq!((found.numerator, found.denominator), (30, 100));
    }

    #[test]
    fn a_class_that_shrank_does_not_hide_one_that_grew() {
        assert_eq!(recoded(&[(5, 9), (7, 2)], 100).numerator, 4);
    }

    #[test]
    fn what_is_not_recorded_has_no_figure() {
        let nothing = Failures::default();
        for way in Way::ALL {
            assert!(
                way.counts(&nothing)
                    .iter()
                    .all(|(_, known)| *known == Known::NotRecorded),
                "{}",
                way.id()
            );
        }
    }
}
