//! A clock's promise in words: which clock leads, its limit, and the sentences that depend on the event it stops at.

use super::publication::Section;
use super::voice::Voice;
use crate::case::{Clock, Field, Limit, Scheme};

/// The clock that pages speak of first: one with a deadline that stops at the answer, else one with a deadline, else the
/// first.
#[must_use]
pub fn leading(scheme: &Scheme) -> Option<usize> {
    let position = |wanted: &dyn Fn(&Clock) -> bool| scheme.clocks.iter().position(wanted);
    position(&|clock| clock.has_deadline() && clock.to == Field::Responded)
        .or_else(|| position(&|clock| clock.has_deadline()))
        .or_else(|| (!scheme.clocks.is_empty()).then_some(0))
}

/// The word for the event a clock stops at, as keys of the catalogue use it.
pub(super) fn event(clock: &Clock) -> &'static str {
    match clock.to {
        Field::Acknowledged => "acknowledged",
        Field::Closed => "closed",
        _ => "responded",
    }
}

impl Voice<'_> {
    /// A limit: `30 days`, `5个工作日`.
    pub(super) fn limit(&self, limit: Limit) -> String {
        match limit {
            Limit::Days(days) => self.format.days(days.into()),
            Limit::WorkingDays(days) => self.count("limit.working_days", days.into()),
            Limit::Hours(hours) => self.format.hours(hours.into()),
        }
    }

    /// `within 30 days`, `30天内`; `in time`, `按时` where the limit is not one for all cases.
    pub(super) fn within(&self, clock: &Clock) -> String {
        match clock.limit {
            Some(limit) if !clock.due && clock.exceptions.is_empty() => {
                self.say("limit.within", &[("limit", &self.limit(limit))])
            }
            _ => self.word("limit.in_time"),
        }
    }

    /// The name of the share that met a clock's deadline: `Answered within 30 days`.
    pub(super) fn on_time_name(&self, clock: &Clock) -> String {
        self.say(
            &format!("clock.on_time.{}", event(clock)),
            &[("within", &self.within(clock))],
        )
    }

    /// The name of a clock's median: `Half answered by`.
    pub(super) fn median_name(&self, clock: &Clock) -> String {
        self.word(&format!("clock.median.{}", event(clock)))
    }

    /// The name of the day by which nine in ten have it.
    pub(super) fn p90_name(&self, clock: &Clock) -> String {
        self.word(&format!("clock.p90.{}", event(clock)))
    }

    /// A clock's own name.
    pub(super) fn clock_name(&self, section: &Section, clock: usize) -> String {
        let label = section
            .dataset
            .clock_texts
            .get(clock)
            .map_or("", |text| self.of(&text.label));
        if label.is_empty() {
            section.dataset.scheme.clocks[clock].id.clone()
        } else {
            label.to_owned()
        }
    }
}
