//! The record of revisions: what each publication changed of those before it, carried from one to the next.
//!
//! A build that changes no figure is the same publication over again: it keeps the record of the one that stands, so building
//! twice gives the same bytes. Any other is compared with what stands, and its revisions are added.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::revision::{Cause, Comparison, Revision, Side, compare};
use super::{Line, Place, Previous, Recount, Status, Word};
use crate::indicators::Sheet;
use crate::text::Localised;

/// The publication that figures were compared with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Before {
    /// The how-manieth publication with other figures this is, from 1 for the first that was compared.
    #[serde(default)]
    pub number: u32,
    /// The SHA-256 of its manifest.
    pub sha256: String,
    /// The as-of date of each data set, `2025-01-31`, by id.
    pub as_of: BTreeMap<String, String>,
}

/// What is recorded of revisions.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Record {
    /// The last publication with other figures; none where these are the first.
    pub before: Option<Before>,
    /// All revisions so far, oldest publication first.
    pub log: Vec<Revision>,
    /// How many of them this build told first: the last ones.
    pub fresh: usize,
}

/// What the office says of a revision: whether it had announced it, and why.
pub type Said = (bool, Localised);

impl Record {
    /// The record of a publication with these figures. `said` gives what the office says of a revision.
    #[must_use]
    pub fn of(
        previous: Option<&Previous>,
        new: Side<'_>,
        recount: &Recount,
        min_cell: u64,
        said: &dyn Fn(&Revision) -> Option<Said>,
    ) -> Self {
        let Some(previous) = previous else {
            return Self::default();
        };
        let old = Side {
            figures: &previous.figures,
            as_of: &previous.as_of,
            definitions: &previous.definitions,
        };
        let compared = compare(old, new, Some(recount));
        let is_unchanged = compared.is_same();
        let mut log = previous.log.clone();
        let number = previous.before.as_ref().map_or(0, |before| before.number) + 1;
        let Comparison { revisions, .. } = compared;
        let fresh = revisions.len();
        log.extend(
            revisions
                .into_iter()
                .map(|revision| Revision { number, ..revision }),
        );
        for revision in &mut log {
            if revision.reason.is_empty()
                && let Some((is_scheduled, reason)) = said(revision)
            {
                revision.reason = reason;
                revision.cause = match revision.cause {
                    Cause::Unscheduled if is_scheduled => Cause::Scheduled,
                    cause => cause,
                };
            }
            let now = new.figures.line(&revision.place, &revision.indicator);
            if now.is_some_and(|line| line.status == Status::Suppressed)
                || revision.cause == Cause::Withheld
            {
                revision.withhold();
            }
            revision.withhold_small(min_cell, now);
        }
        let before = if is_unchanged {
            previous.before.clone()
        } else {
            Some(Before {
                number,
                sha256: previous.sha256.clone(),
                as_of: previous
                    .as_of
                    .iter()
                    .map(|(id, day)| (id.clone(), day.to_string()))
                    .collect(),
            })
        };
        Self { before, log, fresh }
    }

    /// The figures that stand as a revision left them, by place and id. One whose cases were merely followed further counts in
    /// the publication that told it.
    #[must_use]
    pub fn revised(&self) -> BTreeMap<(&Place, &Word), Line> {
        let number = self.before.as_ref().map_or(0, |before| before.number);
        let mut revised = BTreeMap::new();
        for revision in &self.log {
            let key = (&revision.place, &revision.indicator);
            let is_old_news = revision.cause == Cause::Followed && revision.number != number;
            match revision.new {
                Some(line) if !is_old_news => revised.insert(key, line),
                _ => revised.remove(&key),
            };
        }
        revised
    }
}

/// Marks the figures of a data set's sheets that were revised.
pub fn mark(
    dataset: &str,
    dimensions: &[&str],
    sheets: &mut [Sheet],
    revised: &BTreeMap<(&Place, &Word), Line>,
) {
    if revised.is_empty() {
        return;
    }
    for sheet in sheets {
        let place = Place::of(dataset, dimensions, sheet);
        for figure in &mut sheet.figures {
            let line = revised.get(&(&place, &figure.indicator));
            figure.is_revised = line.is_some_and(|line| *line == Line::of(figure));
        }
    }
}
