//! Every indicator, once: its id, what it is computed from, and the formula. Lists, files, pages and tests follow this
//! order. Its public words are those of `text::Definitions` under its id.

use super::figure::{Amount, Base, Reason, Unit};
use super::interval::wilson;
use super::sums::{Cohort, Due, Ran, total};
use super::survival::{HALF, TENTH, quantile};
use crate::case::{Exclusion, Field, Outcome, Rating};

/// Which cases an indicator looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum View {
    /// Received in the period, followed to the as-of date.
    Cohort,
    /// Deadline in the period.
    Due,
    /// Events in the period.
    Flow,
    /// The state at the end of the period, or at the as-of date if that is earlier.
    Stock,
}

impl View {
    /// Its word in language files and JSON.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Cohort => "cohort",
            Self::Due => "due",
            Self::Flow => "flow",
            Self::Stock => "stock",
        }
    }
}

/// How many figures an indicator makes for a scope and period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Per {
    /// One.
    Once,
    /// One a clock.
    Clock,
    /// One a clock in hours.
    HourClock,
    /// One a clock with a deadline, and a twin against the extended deadline where that is mapped.
    Deadline,
    /// One a clock and number of days k.
    Days,
}

/// For which periods an indicator is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// All.
    Always,
    /// Years.
    Years,
    /// The whole coverage, and the periods the as-of date lies in.
    AtAsOf,
}

/// What the source must have for an indicator to be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// The date of receipt, which every source has.
    Receipt,
    /// Words that may set cases apart; without a status or outcome column the figure is empty: not recorded.
    Exclusions,
    /// A status or outcome column and at least one case of the class (open and closed excepted); else it is left out.
    Class(Outcome),
    /// The outcome column; else it is left out.
    Outcome,
    /// The outcome column and at least one case that was upheld, partly or not; else it is left out.
    Verdict,
    /// A dated answer (or closing); else it is empty: not dated.
    Answer,
    /// Columns that date the answer and the closing apart; else it is left out.
    AnswerAndClosing,
    /// A dated ending, or words for it; else it is empty: not recorded.
    Ending,
    /// A dated ending; else it is empty: not dated.
    DatedEnding,
    /// Both events of the clock; else it is empty: not dated.
    Clock,
    /// A column; else it is left out.
    Column(Field),
    /// A column that tells of reopening, as a date or as yes and no; else it is left out.
    Reopening,
    /// Population figures for the members of the scope's dimension; else it is left out.
    Population,
}

/// One indicator.
#[derive(Debug, Clone, Copy)]
pub struct Definition {
    /// Its id; figures of a clock append the clock's (`on_time_rate:response`).
    pub id: &'static str,
    /// Which cases it looks at.
    pub view: View,
    /// What its value counts.
    pub unit: Unit,
    /// How many figures it makes.
    pub per: Per,
    /// For which periods it is told.
    pub when: When,
    /// Whether it is also told for pairs of members.
    pub in_pairs: bool,
    /// Whether it compares answered cases with others, so that a source of answered cases only cannot tell it.
    pub needs_unanswered: bool,
    /// What the source must have.
    pub source: Source,
    pub(super) amount: fn(&At<'_>) -> Amount,
}

impl Definition {
    /// The definition of an id without clock.
    #[must_use]
    pub fn find(id: &str) -> Option<&'static Self> {
        DEFINITIONS.iter().find(|definition| definition.id == id)
    }

    /// Whether its figures settle when the period is over; else they change until its cohort is settled. Of deadlines missed, some are met
    /// late afterwards: their sum settles, the two parts follow.
    #[must_use]
    pub fn settles_with_its_period(&self) -> bool {
        let moves_on = matches!(self.id, "due_late" | "due_open");
        !moves_on && (self.view != View::Cohort || self.per == Per::Days)
    }

    const fn new(id: &'static str, view: View, amount: fn(&At<'_>) -> Amount) -> Self {
        Self {
            id,
            view,
            unit: Unit::Cases,
            per: Per::Once,
            when: When::Always,
            in_pairs: false,
            needs_unanswered: false,
            source: Source::Receipt,
            amount,
        }
    }

    const fn unit(self, unit: Unit) -> Self {
        Self { unit, ..self }
    }

    const fn share(self) -> Self {
        self.unit(Unit::Share)
    }

    const fn per(self, per: Per) -> Self {
        let source = Source::Clock;
        Self {
            per,
            source,
            ..self
        }
    }

    const fn source(self, source: Source) -> Self {
        Self { source, ..self }
    }

    const fn when(self, when: When) -> Self {
        Self { when, ..self }
    }

    const fn in_pairs(self) -> Self {
        let in_pairs = true;
        Self { in_pairs, ..self }
    }

    const fn needs_unanswered(self) -> Self {
        let needs_unanswered = true;
        Self {
            needs_unanswered,
            ..self
        }
    }
}

/// The sums a formula may use.
#[derive(Debug)]
pub(super) struct At<'a> {
    pub(super) cohort: &'a Cohort,
    pub(super) ran: &'a Ran,
    pub(super) due: Due,
    pub(super) days: u32,
    pub(super) closed: u64,
    pub(super) reopened: u64,
    pub(super) open_at_end: Option<u64>,
    pub(super) overdue: u64,
    pub(super) oldest: Option<u32>,
    pub(super) population: Option<u64>,
}

fn rate(numerator: u64, denominator: u64) -> Amount {
    let base = Base {
        numerator,
        denominator,
    };
    match wilson(base) {
        Some(interval) => Amount::Rate(base, interval),
        None => Amount::None(Reason::NoCases, Some(base)),
    }
}

fn ratio(numerator: u64, denominator: u64) -> Amount {
    let base = Base {
        numerator,
        denominator,
    };
    match denominator {
        0 => Amount::None(Reason::NoCases, Some(base)),
        _ => Amount::Ratio(base),
    }
}

fn reached(events: &[(u32, u64)], waiting: &[(u32, u64)], left: f64) -> Amount {
    let base = Base {
        numerator: total(events),
        denominator: total(events) + total(waiting),
    };
    match quantile(events, waiting, left) {
        _ if base.denominator == 0 => Amount::None(Reason::NoCases, Some(base)),
        Some(time) => Amount::Quantile(time, base),
        None => Amount::None(Reason::NotReached, Some(base)),
    }
}

const UPHELD: [Outcome; 2] = [Outcome::Upheld, Outcome::PartlyUpheld];

/// The outcomes that decide whether a complaint was right.
pub(super) const DECIDED: [Outcome; 3] =
    [Outcome::Upheld, Outcome::PartlyUpheld, Outcome::NotUpheld];

macro_rules! excluded {
    ($id:literal, $exclusion:ident) => {
        Definition::new($id, View::Cohort, |at| {
            Amount::Count(at.cohort.excluded(Exclusion::$exclusion))
        })
    };
}

macro_rules! outcome {
    ($id:literal, $outcome:ident) => {
        Definition::new($id, View::Cohort, |at| {
            Amount::Count(at.cohort.outcome(Outcome::$outcome))
        })
        .source(Source::Class(Outcome::$outcome))
    };
}

/// Indicators whose definition has changed since it was first published, each with the how-manieth it is now. A published figure that
/// changes with it is told as one that was defined otherwise.
pub const EDITIONS: &[(&str, u32)] = &[
    // Provisional until the cohort of the period is settled.
    ("due_late", 2),
    ("due_open", 2),
];

/// Every indicator, in the order in which they stand everywhere.
pub const DEFINITIONS: &[Definition] = &[
    Definition::new("received", View::Cohort, |at| {
        Amount::Count(at.cohort.received)
    })
    .in_pairs(),
    excluded!("excluded_duplicate", Duplicate),
    excluded!("excluded_incomplete", Incomplete),
    excluded!("excluded_out_of_scope", OutOfScope),
    Definition::new("valid", View::Cohort, |at| Amount::Count(at.cohort.valid())).in_pairs(),
    Definition::new("effective_acceptance_rate", View::Cohort, |at| {
        rate(at.cohort.valid(), at.cohort.received)
    })
    .share()
    .source(Source::Exclusions),
    Definition::new("answer_rate", View::Cohort, |at| {
        rate(at.cohort.answered, at.cohort.valid())
    })
    .share()
    .source(Source::Answer)
    .in_pairs()
    .needs_unanswered(),
    Definition::new("closed_rate", View::Cohort, |at| {
        rate(at.cohort.closed(), at.cohort.valid())
    })
    .share()
    .source(Source::Ending)
    .in_pairs()
    .needs_unanswered(),
    Definition::new("closed_unanswered", View::Cohort, |at| {
        Amount::Count(at.cohort.closed_unanswered)
    })
    .source(Source::AnswerAndClosing)
    .needs_unanswered(),
    Definition::new("resolution_rate", View::Cohort, |at| {
        let not_stated = at.cohort.outcome(Outcome::Closed);
        rate(
            at.cohort.outcome(Outcome::Resolved),
            at.cohort.closed() - not_stated,
        )
    })
    .share()
    .source(Source::Outcome)
    .in_pairs(),
    outcome!("outcome_resolved", Resolved),
    outcome!("outcome_partly_resolved", PartlyResolved),
    outcome!("outcome_explained", Explained),
    outcome!("outcome_upheld", Upheld),
    outcome!("outcome_partly_upheld", PartlyUpheld),
    outcome!("outcome_not_upheld", NotUpheld),
    outcome!("outcome_adopted", Adopted),
    outcome!("outcome_not_adopted", NotAdopted),
    outcome!("outcome_referred", Referred),
    outcome!("outcome_withdrawn", Withdrawn),
    outcome!("outcome_closed", Closed),
    outcome!("outcome_open", Open),
    Definition::new("upheld_rate", View::Cohort, |at| {
        rate(at.cohort.outcomes(&UPHELD), at.cohort.outcomes(&DECIDED))
    })
    .share()
    .source(Source::Verdict),
    Definition::new("on_time_rate", View::Due, |at| {
        rate(at.due.met, at.due.total())
    })
    .share()
    .per(Per::Deadline)
    .in_pairs()
    .needs_unanswered(),
    Definition::new("due_on_time", View::Due, |at| Amount::Count(at.due.met)).per(Per::Deadline),
    Definition::new("due_late", View::Due, |at| Amount::Count(at.due.late)).per(Per::Deadline),
    Definition::new("due_open", View::Due, |at| Amount::Count(at.due.open))
        .per(Per::Deadline)
        .needs_unanswered(),
    Definition::new("open_in_time", View::Due, |at| {
        Amount::Count(at.due.in_time)
    })
    .per(Per::Deadline)
    .needs_unanswered(),
    Definition::new("median_days", View::Cohort, |at| {
        reached(&at.ran.days, &at.ran.waiting, HALF)
    })
    .unit(Unit::Days)
    .per(Per::Clock)
    .in_pairs(),
    Definition::new("p90_days", View::Cohort, |at| {
        reached(&at.ran.days, &at.ran.waiting, TENTH)
    })
    .unit(Unit::Days)
    .per(Per::Clock)
    .in_pairs(),
    Definition::new("median_hours", View::Cohort, |at| {
        reached(&at.ran.hours, &at.ran.hours_waiting, HALF)
    })
    .unit(Unit::Hours)
    .per(Per::HourClock),
    Definition::new("p90_hours", View::Cohort, |at| {
        reached(&at.ran.hours, &at.ran.hours_waiting, TENTH)
    })
    .unit(Unit::Hours)
    .per(Per::HourClock),
    Definition::new("within_k_days", View::Cohort, |at| {
        let within = at.ran.days.partition_point(|(days, _)| *days <= at.days);
        rate(total(&at.ran.days[..within]), at.cohort.valid())
    })
    .share()
    .per(Per::Days)
    .needs_unanswered(),
    Definition::new("open_at_end", View::Stock, |at| {
        at.open_at_end
            .map_or(Amount::None(Reason::NotDated, None), Amount::Count)
    })
    .source(Source::Ending)
    .in_pairs()
    .needs_unanswered(),
    Definition::new("overdue", View::Stock, |at| Amount::Count(at.overdue))
        .per(Per::Deadline)
        .in_pairs()
        .needs_unanswered(),
    Definition::new("oldest_open_days", View::Stock, |at| {
        at.oldest
            .map_or(Amount::None(Reason::NoCases, None), |days| {
                Amount::Count(u64::from(days))
            })
    })
    .unit(Unit::Days)
    .when(When::AtAsOf)
    .source(Source::Ending)
    .needs_unanswered(),
    Definition::new("closed_in_period", View::Flow, |at| {
        Amount::Count(at.closed)
    })
    .source(Source::DatedEnding),
    Definition::new("reopened_in_period", View::Flow, |at| {
        Amount::Count(at.reopened)
    })
    .source(Source::Column(Field::ReopenedAt)),
    Definition::new("satisfaction_rate", View::Cohort, |at| {
        rate(at.cohort.rating(Rating::Satisfied), at.cohort.rated())
    })
    .share()
    .source(Source::Column(Field::Rating)),
    Definition::new("rating_coverage", View::Cohort, |at| {
        rate(at.cohort.rated(), at.cohort.closed())
    })
    .share()
    .source(Source::Column(Field::Rating)),
    Definition::new("satisfaction_low_bound", View::Cohort, |at| {
        rate(at.cohort.rating(Rating::Satisfied), at.cohort.closed())
    })
    .share()
    .source(Source::Column(Field::Rating)),
    Definition::new("satisfaction_high_bound", View::Cohort, |at| {
        let silent = at.cohort.closed() - at.cohort.rated();
        rate(
            at.cohort.rating(Rating::Satisfied) + silent,
            at.cohort.closed(),
        )
    })
    .share()
    .source(Source::Column(Field::Rating)),
    Definition::new("reopened_rate", View::Cohort, |at| {
        rate(at.cohort.reopened, at.cohort.closed_once)
    })
    .share()
    .source(Source::Reopening),
    Definition::new("passed_on_rate", View::Cohort, |at| {
        rate(at.cohort.passed_on, at.cohort.valid())
    })
    .share()
    .source(Source::Column(Field::Transfers)),
    Definition::new("mean_transfers", View::Cohort, |at| {
        ratio(at.cohort.transfers, at.cohort.valid())
    })
    .unit(Unit::Transfers)
    .source(Source::Column(Field::Transfers)),
    Definition::new("rate_per_1000", View::Cohort, |at| match at.population {
        Some(people) => ratio(at.cohort.valid(), people),
        None => Amount::None(Reason::NoPopulation, None),
    })
    .unit(Unit::Per1000)
    .when(When::Years)
    .source(Source::Population),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::text::{Definitions, Lang};

    #[test]
    fn every_definition_has_its_words_in_both_languages_and_no_words_are_left_over() {
        for lang in ["en", "zh-CN"] {
            let words = Definitions::for_lang(&Lang(lang.to_owned()));
            for definition in DEFINITIONS {
                let own = words.get(definition.id);
                assert_ne!(own.name, definition.id, "{lang}");
                assert!(!own.words.is_empty(), "{lang}: {}", definition.id);
                assert!(!own.formula.is_empty(), "{lang}: {}", definition.id);
            }
        }
        let ids: BTreeSet<&str> = DEFINITIONS.iter().map(|each| each.id).collect();
        assert_eq!(ids.len(), DEFINITIONS.len(), "an id occurs twice");
        for catalogue in [
            include_str!("../text/definitions.en.toml"),
            include_str!("../text/definitions.zh-CN.toml"),
        ] {
            let told: Vec<&str> = catalogue
                .lines()
                .filter_map(|line| line.strip_prefix('[')?.strip_suffix(']'))
                .collect();
            let ordered: Vec<&str> = DEFINITIONS.iter().map(|each| each.id).collect();
            assert_eq!(told, ordered);
        }
    }
}
