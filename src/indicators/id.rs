//! Ids of figures: the definition's id, with the clock, the number of days and the extended deadline where it has them.

use super::definition::{Definition, Per};

/// The parts of a figure's id.
#[derive(Debug, Clone)]
pub struct FigureId<'a> {
    /// Its definition.
    pub definition: &'static Definition,
    /// Its clock's id.
    pub clock: Option<&'a str>,
    /// The k of `within_<k>_days`.
    pub days: Option<u32>,
    /// Whether it is held against the extended deadline.
    pub is_extended: bool,
}

impl<'a> FigureId<'a> {
    /// Reads `received`, `on_time_rate:response`, `due_late:response:extended`, `within_5_days:response`.
    #[must_use]
    pub fn parse(id: &'a str) -> Option<Self> {
        let (name, clock) = match id.split_once(':') {
            Some((name, clock)) => (name, Some(clock)),
            None => (id, None),
        };
        let days = name
            .strip_prefix("within_")
            .and_then(|rest| rest.strip_suffix("_days"))
            .filter(|k| !k.starts_with('0') || *k == "0")
            .and_then(|k| k.parse().ok());
        let definition = match days {
            Some(_) => Definition::find(WITHIN)?,
            None => Definition::find(name).filter(|definition| definition.id != WITHIN)?,
        };
        let (clock, is_extended) = match (definition.per, clock) {
            (Per::Once, None) => (None, false),
            (Per::Deadline, Some(clock)) => match clock.strip_suffix(":extended") {
                Some(clock) => (Some(clock), true),
                None => (Some(clock), false),
            },
            (Per::Clock | Per::HourClock | Per::Days, Some(clock)) => (Some(clock), false),
            _ => return None,
        };
        if clock.is_some_and(|clock| clock.is_empty() || clock.contains(':')) {
            return None;
        }
        Some(Self {
            definition,
            clock,
            days,
            is_extended,
        })
    }
}

const WITHIN: &str = "within_k_days";

impl std::fmt::Display for FigureId<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.days {
            Some(days) => write!(f, "within_{days}_days")?,
            None => f.write_str(self.definition.id)?,
        }
        if let Some(clock) = self.clock {
            write!(f, ":{clock}")?;
        }
        if self.is_extended {
            f.write_str(":extended")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_comes_back_from_its_parts() {
        for id in [
            "received",
            "on_time_rate:response",
            "due_late:response:extended",
            "within_5_days:response",
            "within_0_days:x",
            "median_days:first-answer",
        ] {
            assert_eq!(FigureId::parse(id).unwrap().to_string(), id);
        }
    }

    #[test]
    fn an_id_that_no_figure_has_is_refused() {
        for id in [
            "",
            "recieved",
            "received:response",
            "on_time_rate",
            "on_time_rate:",
            "median_days:response:extended",
            "within_k_days:response",
            "within_05_days:response",
            "within_5_days",
            "on_time_rate:a:b",
        ] {
            assert!(FigureId::parse(id).is_none(), "{id}");
        }
    }
}
