//! How a case stands at the end of a day: excluded or valid, open or closed, with what outcome, answered or not.
//!
//! The rules are those of the published definitions. Events after the day have not happened. An exclusion holds from
//! receipt. Whether a case is closed is settled by the date that ends cases ([`Scheme::ending`]); only a source that
//! dates no ending is settled by its words. Words hold from the date that ends the case, so before it the case is open.

use super::{Case, Exclusion, Field, Outcome, Rating, Scheme, Word};
use crate::time::{Day, Moment};

/// How a case stands at the end of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// Why it is set apart; the rest of the standing counts for valid cases only.
    pub excluded: Option<Exclusion>,
    /// How it ended, or [`Outcome::Open`].
    pub outcome: Outcome,
    /// When it was answered, where that has happened.
    pub answered: Option<Moment>,
    /// Its closings and its reopening, where they are dated and have happened.
    pub closing: Closing,
    /// What the person thought of it, known once it is closed.
    pub rating: Option<Rating>,
    /// Whether it was done again, known once it is closed or reopened.
    pub reopened: bool,
}

/// The closings and the reopening of a case, in the order they happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Closing {
    /// The closing before the reopening, or the only one.
    pub first: Option<Moment>,
    /// The reopening; only after a first closing.
    pub reopened: Option<Moment>,
    /// The closing after the reopening.
    pub second: Option<Moment>,
}

impl Closing {
    /// The closing that still holds, if the case is closed.
    #[must_use]
    pub fn holding(&self) -> Option<Moment> {
        if self.reopened.is_some() {
            self.second
        } else {
            self.first
        }
    }
}

impl Standing {
    /// Whether it counts among the valid cases.
    #[must_use]
    pub const fn is_valid(&self) -> bool {
        self.excluded.is_none()
    }

    /// Whether it is open.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.outcome == Outcome::Open
    }
}

/// What a scheme settles for all its cases: asked once, not for every row.
#[derive(Debug, Clone, Copy)]
pub struct StandingRules {
    ending: Option<Field>,
    answering: Option<Field>,
    has_reopened_at: bool,
}

impl StandingRules {
    /// The rules of a scheme.
    #[must_use]
    pub fn of(scheme: &Scheme) -> Self {
        Self {
            ending: scheme.ending(),
            answering: scheme.answering(),
            has_reopened_at: scheme.has(Field::ReopenedAt),
        }
    }
}

impl Case {
    /// How the case stands at the end of `as_of`.
    #[must_use]
    pub fn standing(&self, scheme: &Scheme, as_of: Day) -> Standing {
        self.standing_by(StandingRules::of(scheme), as_of)
    }

    /// As [`Case::standing`], by rules that were asked for once.
    #[inline]
    #[must_use]
    pub fn standing_by(&self, rules: StandingRules, as_of: Day) -> Standing {
        let happened = |moment: Option<Moment>| moment.filter(|m| m.day <= as_of);
        let closing = self.closing(rules, as_of);
        let word = self.word();
        let is_closed = match rules.ending {
            Some(_) => closing.holding().is_some(),
            None => self.says_open() == Some(false),
        };
        let outcome = if is_closed {
            word.filter(|o| *o != Outcome::Open)
                .unwrap_or(Outcome::Closed)
        } else {
            Outcome::Open
        };
        let answered = match rules.answering {
            Some(field) => happened(self.moment(field)),
            None => None,
        };
        Standing {
            excluded: self.exclusion(),
            outcome,
            answered,
            closing,
            rating: self.rating.filter(|_| is_closed),
            reopened: if rules.has_reopened_at {
                happened(self.reopened_at).is_some()
            } else {
                self.reopened && is_closed
            },
        }
    }

    /// What the words say: open, closed, or nothing.
    #[inline]
    fn says_open(&self) -> Option<bool> {
        match (self.outcome, self.status) {
            (Some(Word::Outcome(outcome)), _) | (_, Some(Word::Outcome(outcome))) => {
                Some(outcome == Outcome::Open)
            }
            _ => None,
        }
    }

    /// Whether the export's words say closed where its dates say open, or the reverse; never so for a case that is set
    /// apart. Words and dates are compared as the export has them, so no day is asked for.
    #[inline]
    #[must_use]
    pub fn is_contradicted(&self, rules: StandingRules) -> bool {
        let Some(says_open) = self.says_open().filter(|_| self.exclusion().is_none()) else {
            return false;
        };
        let Some(ending) = rules.ending else {
            return false;
        };
        let is_closed = if rules.has_reopened_at && self.reopened_at.is_some() {
            self.closing(rules, Day(i32::MAX)).holding().is_some()
        } else {
            self.moment(ending).is_some()
        };
        says_open == is_closed
    }

    /// Why the case is set apart: the status's exclusion, else the outcome's.
    #[inline]
    #[must_use]
    pub fn exclusion(&self) -> Option<Exclusion> {
        [self.status, self.outcome]
            .into_iter()
            .find_map(|word| match word {
                Some(Word::Excluded(exclusion)) => Some(exclusion),
                _ => None,
            })
    }

    /// The outcome that the words give: the outcome's class; where it says only open or closed, the status's.
    #[inline]
    fn word(&self) -> Option<Outcome> {
        let of = |word: Option<Word>| match word {
            Some(Word::Outcome(outcome)) => Some(outcome),
            _ => None,
        };
        match of(self.outcome) {
            Some(Outcome::Open | Outcome::Closed) | None => of(self.status).or(of(self.outcome)),
            stated => stated,
        }
    }

    #[inline]
    fn closing(&self, rules: StandingRules, as_of: Day) -> Closing {
        let happened = |moment: Option<Moment>| moment.filter(|m| m.day <= as_of);
        let end = match rules.ending {
            Some(field) => self.moment(field),
            None => return Closing::default(),
        };
        let Some(reopened) = self.reopened_at.filter(|_| rules.has_reopened_at) else {
            return Closing {
                first: happened(end),
                ..Closing::default()
            };
        };
        let before = |moment: &Moment| !moment.is_after(reopened);
        let first = self.first_closed.filter(before).or(end.filter(before));
        let second = end.filter(|moment| moment.is_after(reopened));
        match first {
            // A reopening without a known closing before it is an attribute, not an event.
            None => Closing {
                first: happened(end),
                ..Closing::default()
            },
            Some(_) => Closing {
                first: happened(first),
                reopened: happened(Some(reopened)),
                second: happened(second),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn scheme(fields: &[Field]) -> Scheme {
        Scheme {
            fields: fields.iter().copied().collect::<BTreeSet<_>>(),
            dimensions: vec![],
            clocks: vec![],
            matter: None,
            only_answered: false,
        }
    }

    fn on(day: i32) -> Option<Moment> {
        Some(Moment::date(Day(day)))
    }

    #[test]
    fn before_its_closing_day_a_resolved_case_is_open() {
        let scheme = scheme(&[Field::Received, Field::Closed, Field::Outcome]);
        let case = Case {
            closed: on(10),
            outcome: Some(Word::Outcome(Outcome::Resolved)),
            ..Case::received_on(Moment::date(Day(0)))
        };
        assert_eq!(case.standing(&scheme, Day(9)).outcome, Outcome::Open);
        assert_eq!(case.standing(&scheme, Day(10)).outcome, Outcome::Resolved);
        assert!(!case.is_contradicted(StandingRules::of(&scheme)));
    }

    #[test]
    fn done_without_a_date_is_open_and_contradicted() {
        let scheme = scheme(&[Field::Received, Field::Closed, Field::Status]);
        let case = Case {
            status: Some(Word::Outcome(Outcome::Closed)),
            ..Case::received_on(Moment::date(Day(0)))
        };
        let standing = case.standing(&scheme, Day(99));
        assert!(standing.is_open() && case.is_contradicted(StandingRules::of(&scheme)));
    }

    #[test]
    fn words_settle_a_source_that_dates_no_ending() {
        let scheme = scheme(&[Field::Received, Field::Status]);
        let case = Case {
            status: Some(Word::Outcome(Outcome::Closed)),
            ..Case::received_on(Moment::date(Day(0)))
        };
        let standing = case.standing(&scheme, Day(99));
        assert_eq!(standing.outcome, Outcome::Closed);
        assert_eq!((standing.answered, standing.closing.first), (None, None));
    }

    #[test]
    fn an_excluded_status_wins_over_a_stated_outcome() {
        let scheme = scheme(&[
            Field::Received,
            Field::Closed,
            Field::Status,
            Field::Outcome,
        ]);
        let case = Case {
            closed: on(3),
            status: Some(Word::Excluded(Exclusion::Duplicate)),
            outcome: Some(Word::Outcome(Outcome::Resolved)),
            ..Case::received_on(Moment::date(Day(0)))
        };
        assert_eq!(
            case.standing(&scheme, Day(9)).excluded,
            Some(Exclusion::Duplicate)
        );
    }

    #[test]
    fn a_reopened_case_closes_twice() {
        let scheme = scheme(&[
            Field::Received,
            Field::Closed,
            Field::FirstClosed,
            Field::ReopenedAt,
        ]);
        let case = Case {
            first_closed: on(3),
            reopened_at: on(5),
            closed: on(8),
            ..Case::received_on(Moment::date(Day(0)))
        };
        let at = |day| case.standing(&scheme, Day(day));
        assert!(at(2).is_open() && !at(4).is_open() && at(6).is_open() && !at(8).is_open());
        assert_eq!(
            at(8).closing,
            Closing {
                first: on(3),
                reopened: on(5),
                second: on(8)
            }
        );
        assert!(!at(4).reopened && at(6).reopened);
    }

    #[test]
    fn a_reopening_after_the_only_closing_leaves_the_case_open() {
        let scheme = scheme(&[Field::Received, Field::Closed, Field::ReopenedAt]);
        let case = Case {
            reopened_at: on(5),
            closed: on(3),
            ..Case::received_on(Moment::date(Day(0)))
        };
        assert!(case.standing(&scheme, Day(9)).is_open());
        let unknown = Case {
            reopened_at: on(5),
            closed: on(8),
            ..Case::received_on(Moment::date(Day(0)))
        };
        assert_eq!(
            unknown.standing(&scheme, Day(9)).closing,
            Closing {
                first: on(8),
                ..Closing::default()
            }
        );
    }
}
