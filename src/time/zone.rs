//! Time zones, from the tz database built into the program: the same answer on every machine.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use super::{Day, Moment};

/// A named time zone.
#[derive(Debug, Clone)]
pub struct Zone {
    name: String,
    zone: TimeZone,
}

impl Zone {
    /// The zone of an IANA name such as `Asia/Shanghai`, where there is one.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        let zone = jiff::tz::db().get(name).ok()?;
        Some(Self {
            name: name.to_owned(),
            zone,
        })
    }

    /// Coordinated universal time.
    #[must_use]
    pub fn utc() -> Self {
        Self {
            name: "UTC".to_owned(),
            zone: TimeZone::UTC,
        }
    }

    /// Its IANA name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The IANA names of all zones, in order.
    #[must_use]
    pub fn names() -> Vec<String> {
        let mut names: Vec<String> = jiff::tz::db()
            .available()
            .map(|name| name.to_string())
            .collect();
        names.sort();
        names
    }

    /// The civil date of an instant (seconds since 1970-01-01 UTC) in this zone.
    #[must_use]
    pub fn day_of(&self, instant: i64) -> Option<Day> {
        let stamp = Timestamp::from_second(instant).ok()?;
        let offset = i64::from(self.zone.to_offset(stamp).seconds());
        i32::try_from((instant + offset).div_euclid(86_400))
            .ok()
            .map(Day)
    }

    /// The moment of a wall-clock time written without offset: `second` is counted from midnight.
    /// A time that a clock change skips or repeats is taken as the tz database's "compatible" reading.
    #[must_use]
    pub fn moment(&self, day: Day, second: u32) -> Option<Moment> {
        let (year, month, date) = day.ymd();
        let civil = DateTime::new(
            i16::try_from(year).ok()?,
            i8::try_from(month).ok()?,
            i8::try_from(date).ok()?,
            i8::try_from(second / 3_600).ok()?,
            i8::try_from(second / 60 % 60).ok()?,
            i8::try_from(second % 60).ok()?,
            0,
        )
        .ok()?;
        let stamp = self.zone.to_ambiguous_timestamp(civil).compatible().ok()?;
        Some(Moment {
            day,
            instant: Some(stamp.as_second()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_of_the_clock_change_has_23_hours() {
        let zone = Zone::named("America/New_York").unwrap();
        let day = Day::parse("2024-03-10").unwrap();
        let start = zone.moment(day, 0).unwrap().instant.unwrap();
        let end = zone.moment(day.plus(1), 0).unwrap().instant.unwrap();
        assert_eq!(end - start, 23 * 3_600);
        assert_eq!(zone.day_of(end - 1), Some(day));
        assert_eq!(zone.day_of(end), Some(day.plus(1)));
    }

    #[test]
    fn a_zone_that_does_not_exist_is_none() {
        assert!(Zone::named("Asia/Beijing2").is_none());
        assert_eq!(
            Zone::named("Asia/Shanghai").unwrap().day_of(0),
            Some(Day(0))
        );
    }
}
