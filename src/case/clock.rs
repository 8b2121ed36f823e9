//! Promises with a deadline: from which event to which, within how long, on whose calendar.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Case, Field};
use crate::time::{Calendar, Day, Moment, Zone};

/// How long a clock allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Limit {
    /// Elapsed hours from the starting instant; from a start without a time, the end of the day that they reach into.
    Hours(u32),
    /// Calendar days: the deadline is the end of day N.
    Days(u32),
    /// Working days, counted from the day after the start.
    WorkingDays(u32),
}

/// A deadline: the end of a day, or an instant of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deadline {
    /// The civil date it falls on.
    pub day: Day,
    /// The instant, where it is finer than the end of the day.
    pub instant: Option<i64>,
}

impl Deadline {
    /// Whether an event came in time: by instant where both have one, else by date.
    #[must_use]
    pub fn is_met_by(self, event: Moment) -> bool {
        let deadline = Moment {
            day: self.day,
            instant: self.instant,
        };
        !event.is_after(deadline)
    }
}

impl From<Moment> for Deadline {
    fn from(moment: Moment) -> Self {
        Self {
            day: moment.day,
            instant: moment.instant,
        }
    }
}

/// A promise with a deadline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clock {
    /// Its id in configuration, files and addresses.
    pub id: String,
    /// The event it starts with: received, acknowledged, …
    pub from: Field,
    /// The event that stops it: acknowledged, responded or closed.
    pub to: Field,
    /// How long it allows; `None` where the deadline is a column (`due`) or none is promised.
    pub limit: Option<Limit>,
    /// Whether the deadline is the `due` column's.
    pub due: bool,
    /// The k of `within_<k>_days`.
    pub days: Vec<u32>,
    /// The calendar of working days.
    pub calendar: Arc<Calendar>,
    /// Other limits for some members: (dimension index, member) → limit. The first that fits, in dimension order, wins.
    #[serde(with = "listed")]
    pub exceptions: BTreeMap<(usize, String), Limit>,
    /// The zone in which a deadline in hours falls on a day, by IANA name.
    pub zone: String,
}

/// A map written as a list, since its keys are not text.
mod listed {
    use std::collections::BTreeMap;

    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use super::Limit;

    pub(super) fn serialize<S: Serializer>(
        map: &BTreeMap<(usize, String), Limit>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        map.iter().collect::<Vec<_>>().serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<BTreeMap<(usize, String), Limit>, D::Error> {
        let list = Vec::<((usize, String), Limit)>::deserialize(deserializer)?;
        Ok(list.into_iter().collect())
    }
}

impl Clock {
    /// Whether it promises a deadline at all.
    #[must_use]
    pub const fn has_deadline(&self) -> bool {
        self.due || self.limit.is_some()
    }

    /// Whether its times are told in hours: every limit it knows is in hours.
    #[must_use]
    pub fn in_hours(&self) -> bool {
        matches!(self.limit, Some(Limit::Hours(_)))
    }
}

impl Case {
    /// The moment of a dated field.
    #[inline]
    #[must_use]
    pub fn moment(&self, field: Field) -> Option<Moment> {
        match field {
            Field::Received => Some(self.received),
            Field::Acknowledged => self.acknowledged,
            Field::Responded => self.responded,
            Field::Closed => self.closed,
            Field::Due => self.due,
            Field::ExtendedDue => self.extended_due,
            Field::ReopenedAt => self.reopened_at,
            Field::FirstClosed => self.first_closed,
            _ => None,
        }
    }

    /// Where the moment of a dated field is written; `None` for the receipt, which is never missing.
    #[inline]
    pub const fn date_mut(&mut self, field: Field) -> Option<&mut Option<Moment>> {
        match field {
            Field::Acknowledged => Some(&mut self.acknowledged),
            Field::Responded => Some(&mut self.responded),
            Field::Closed => Some(&mut self.closed),
            Field::Due => Some(&mut self.due),
            Field::ExtendedDue => Some(&mut self.extended_due),
            Field::ReopenedAt => Some(&mut self.reopened_at),
            Field::FirstClosed => Some(&mut self.first_closed),
            _ => None,
        }
    }
}

impl Clock {
    /// The limit that holds for a case, given the names of its members by dimension.
    pub fn limit_for<'a>(&self, member: impl Fn(usize) -> &'a str) -> Option<Limit> {
        self.exceptions
            .iter()
            .find(|((dimension, name), _)| member(*dimension) == name)
            .map(|(_, limit)| *limit)
            .or(self.limit)
    }

    /// The deadline of a case that started at `start`; `None` where nothing is promised.
    /// `zone` is the data set's; a `due` column's deadline is the case's own.
    #[must_use]
    pub fn deadline(
        &self,
        case: &Case,
        start: Moment,
        limit: Option<Limit>,
        zone: &Zone,
    ) -> Option<Deadline> {
        if self.due {
            return case.due.map(Deadline::from);
        }
        Some(match limit? {
            Limit::Days(days) => Deadline {
                day: start.day.plus(i32::try_from(days).ok()?),
                instant: None,
            },
            Limit::WorkingDays(days) => Deadline {
                day: self.calendar.after(start.day, days),
                instant: None,
            },
            Limit::Hours(hours) => match start.instant {
                Some(instant) => {
                    let end = instant + i64::from(hours) * 3_600;
                    Deadline {
                        day: zone.day_of(end)?,
                        instant: Some(end),
                    }
                }
                None => Deadline {
                    day: start.day.plus(i32::try_from(hours.div_ceil(24)).ok()?),
                    instant: None,
                },
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clock(limit: Limit) -> Clock {
        Clock {
            id: "response".into(),
            from: Field::Received,
            to: Field::Responded,
            limit: Some(limit),
            due: false,
            days: vec![],
            calendar: Arc::new(Calendar::default()),
            exceptions: BTreeMap::from([((0, "urgent".into()), Limit::Hours(24))]),
            zone: "UTC".into(),
        }
    }

    #[test]
    fn a_member_with_its_own_limit_gets_it() {
        let clock = clock(Limit::Days(15));
        assert_eq!(clock.limit_for(|_| "urgent"), Some(Limit::Hours(24)));
        assert_eq!(clock.limit_for(|_| "plain"), Some(Limit::Days(15)));
    }

    #[test]
    fn a_day_deadline_is_met_until_its_day_ends_and_an_hour_deadline_by_the_second() {
        let zone = Zone::utc();
        let start = zone.moment(Day(0), 36_000).unwrap();
        let case = Case::received_on(start);
        let day = clock(Limit::Days(1))
            .deadline(&case, start, Some(Limit::Days(1)), &zone)
            .unwrap();
        assert!(day.is_met_by(zone.moment(Day(1), 86_399).unwrap()));
        assert!(!day.is_met_by(zone.moment(Day(2), 0).unwrap()));
        let hours = clock(Limit::Hours(24))
            .deadline(&case, start, Some(Limit::Hours(24)), &zone)
            .unwrap();
        assert!(hours.is_met_by(zone.moment(Day(1), 36_000).unwrap()));
        assert!(!hours.is_met_by(zone.moment(Day(1), 36_001).unwrap()));
        // A date without a time is not late on the day of the deadline.
        assert!(hours.is_met_by(Moment::date(Day(1))));
    }
}
