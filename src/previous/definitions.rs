//! What figures are defined by, as a publication says it of itself: [`Definitions`].

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::hex;
use crate::case::Scheme;
use crate::indicators::{self, FigureId};

/// For each data set what its figures are defined by, by subject: `clock response` with the first digits of a SHA-256 of the clock's
/// rules, `due_late` with the edition of the program's definition where it is not the first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Definitions(BTreeMap<String, BTreeMap<String, String>>);

/// Digits of a SHA-256 that are told.
const DIGITS: usize = 12;

impl Definitions {
    /// Adds those of a data set.
    pub fn add(&mut self, dataset: &str, scheme: &Scheme) {
        let subjects = self.0.entry(dataset.to_owned()).or_default();
        for (id, edition) in indicators::EDITIONS {
            subjects.insert((*id).to_owned(), edition.to_string());
        }
        for clock in &scheme.clocks {
            // Not the calendar's days: those of another year are added to it each year.
            let rules = (
                clock.from,
                clock.to,
                clock.limit,
                clock.due,
                clock.exceptions.iter().collect::<Vec<_>>(),
                &clock.zone,
            );
            let rules = serde_json::to_string(&rules).unwrap_or_default();
            let digest = hex(&Sha256::digest(rules));
            subjects.insert(of_clock(&clock.id), digest[..DIGITS].to_owned());
        }
    }

    /// By data set and subject.
    #[must_use]
    pub fn into_subjects(self) -> BTreeMap<String, BTreeMap<String, String>> {
        self.0
    }

    /// Whether a figure of a data set is defined otherwise in another publication. One that says nothing of its definitions is taken
    /// to have had the same.
    pub(super) fn differ(&self, other: &Self, dataset: &str, indicator: &str) -> bool {
        let (Some(own), Some(others)) = (self.0.get(dataset), other.0.get(dataset)) else {
            return false;
        };
        let id = FigureId::parse(indicator);
        let definition = id.as_ref().map(|id| id.definition.id.to_owned());
        // `response:extended` is measured by the clock `response`.
        let clock = indicator.split(':').nth(1).map(of_clock);
        definition
            .into_iter()
            .chain(clock)
            .any(|subject| own.get(&subject) != others.get(&subject))
    }
}

fn of_clock(id: &str) -> String {
    format!("clock {id}")
}
