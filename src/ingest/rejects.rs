//! Rows that are not counted, gathered so that 40,000 of one kind are one warning with its first three places.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::record::Broken;
use crate::config::{Dataset, RepeatedId};
use crate::diag::{Diagnostic, Diagnostics, PLACES_SHOWN, Place};
use crate::intake::Reason;

/// Why a row is not counted, as finely as a person wants to be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) enum Defect {
    Broken(Broken),
    MissingId,
    NotReceived,
    UnreadableDate,
    EventBeforeReceived,
    AfterAsOf,
    UnknownWord,
    Repeated,
}

impl Defect {
    /// Its reason in the account of rows.
    pub(super) const fn reason(self) -> Reason {
        match self {
            Self::Broken(_) => Reason::BrokenRecord,
            Self::MissingId => Reason::MissingId,
            Self::NotReceived | Self::UnreadableDate => Reason::UnreadableDate,
            Self::EventBeforeReceived => Reason::EventBeforeReceived,
            Self::AfterAsOf => Reason::AfterAsOf,
            Self::UnknownWord => Reason::UnknownOutcome,
            Self::Repeated => Reason::RepeatedId,
        }
    }

    /// A bit of its own.
    pub(super) const fn bit(self) -> u32 {
        1 << match self {
            Self::Broken(broken) => broken as u32,
            Self::MissingId => 8,
            Self::NotReceived => 9,
            Self::UnreadableDate => 10,
            Self::EventBeforeReceived => 11,
            Self::AfterAsOf => 12,
            Self::UnknownWord => 13,
            Self::Repeated => 14,
        }
    }

    const fn code(self) -> &'static str {
        match self.reason() {
            Reason::BrokenRecord => "broken-record",
            Reason::MissingId => "missing-id",
            Reason::UnreadableDate => "unreadable-date",
            Reason::EventBeforeReceived => "event-before-received",
            Reason::AfterAsOf => "after-as-of",
            Reason::UnknownOutcome => "unknown-outcome",
            Reason::RepeatedId => "repeated-id",
        }
    }

    const fn message(self) -> &'static str {
        match self {
            Self::Broken(Broken::TooFew) => "rows rejected: fewer cells than the header line",
            Self::Broken(Broken::TooMany) => "rows rejected: more cells than the header line",
            Self::Broken(Broken::Nul) => "rows rejected: they hold NUL bytes",
            Self::Broken(Broken::Undecodable) => {
                "rows rejected: they hold bytes that the file's encoding cannot explain"
            }
            Self::Broken(Broken::NotAnObject) => "rows rejected: the line is not a JSON object",
            Self::MissingId => "rows rejected: the id is blank",
            Self::NotReceived => "rows rejected: the date of receipt is blank",
            Self::UnreadableDate => "rows rejected: a date cannot be read",
            Self::EventBeforeReceived => {
                "rows rejected: something happened before the case was received"
            }
            Self::AfterAsOf => "rows not counted: received after the as-of date",
            Self::UnknownWord => "rows rejected: a word is outside its vocabulary",
            Self::Repeated => "rows not counted: another row of the same id is kept",
        }
    }

    const fn hint(self) -> Option<&'static str> {
        match self {
            Self::Broken(Broken::TooFew | Broken::TooMany) => {
                Some("look for a stray quote, delimiter or line break in these rows")
            }
            Self::Broken(Broken::Nul) => Some("export the file again; NUL bytes are no text"),
            Self::Broken(Broken::Undecodable) => Some(
                "say which encoding it is in dataset.toml, such as encoding = \"GB18030\", or save the export again as UTF-8",
            ),
            _ => None,
        }
    }
}

#[derive(Debug, Default, Clone, Serialize, Deserialize)]
struct Group {
    count: u64,
    /// The first places, with the file's index and the line to order them by.
    places: Vec<(u32, u64, Place)>,
    /// The texts of the cells at defect, where there are any; at most three.
    samples: Vec<String>,
}

impl Group {
    fn add_samples(&mut self, theirs: &Self) {
        for sample in &theirs.samples {
            self.add_sample(Some(sample.as_str()));
        }
    }

    fn add_sample(&mut self, sample: Option<&str>) {
        if let Some(sample) = sample
            && self.samples.len() < PLACES_SHOWN
            && !self.samples.iter().any(|known| known == sample)
        {
            self.samples.push(sample.to_owned());
        }
    }
}

/// All rejected rows of a data set, by kind.
#[derive(Debug, Default, Clone, Serialize, Deserialize)]
#[serde(from = "Vec<(Defect, Group)>", into = "Vec<(Defect, Group)>")]
pub(super) struct Rejects {
    groups: BTreeMap<Defect, Group>,
}

impl From<Vec<(Defect, Group)>> for Rejects {
    fn from(groups: Vec<(Defect, Group)>) -> Self {
        Self {
            groups: groups.into_iter().collect(),
        }
    }
}

impl From<Rejects> for Vec<(Defect, Group)> {
    fn from(rejects: Rejects) -> Self {
        rejects.groups.into_iter().collect()
    }
}

impl Rejects {
    /// Counts a row. `place` and the text of the cell are asked for only where they will be shown.
    pub(super) fn note(
        &mut self,
        defect: Defect,
        (file, line): (u32, u64),
        place: impl FnOnce() -> Place,
        sample: Option<&str>,
    ) {
        let group = self.groups.entry(defect).or_default();
        group.count += 1;
        let later = |(f, l, _): &(u32, u64, Place)| (*f, *l) > (file, line);
        if group.places.len() < PLACES_SHOWN || group.places.last().is_some_and(later) {
            let at = group
                .places
                .iter()
                .position(later)
                .unwrap_or(group.places.len());
            group.places.insert(at, (file, line, place()));
            group.places.truncate(PLACES_SHOWN);
        }
        group.add_sample(sample);
    }

    /// Counts a row whose place will not be shown.
    pub(super) fn count(&mut self, defect: Defect, sample: Option<&str>) {
        let group = self.groups.entry(defect).or_default();
        group.count += 1;
        group.add_sample(sample);
    }

    /// The kinds of which as many places are known as are shown, as the sum of their bits.
    pub(super) fn full(&self) -> u32 {
        let groups = self.groups.iter();
        let full = groups.filter(|(_, group)| group.places.len() >= PLACES_SHOWN);
        full.map(|(defect, _)| defect.bit()).sum()
    }

    /// Adds what was gathered from later rows of a file, whose lines were counted from `line`.
    pub(super) fn join(&mut self, later: &Self, line: u64) {
        for (defect, theirs) in &later.groups {
            let mine = self.groups.entry(*defect).or_default();
            mine.count += theirs.count;
            for (file, at, place) in &theirs.places {
                if mine.places.len() < PLACES_SHOWN {
                    let mut place = place.clone();
                    place.line = place.line.map(|each| each + line);
                    mine.places.push((*file, at + line, place));
                }
            }
            mine.add_samples(theirs);
        }
    }

    /// Adds what was gathered from other rows, wherever they stand.
    pub(super) fn join_any(&mut self, others: &Self) {
        for (defect, theirs) in &others.groups {
            let mine = self.groups.entry(*defect).or_default();
            mine.count += theirs.count;
            mine.places.extend(theirs.places.iter().cloned());
            mine.places.sort_by_key(|(file, at, _)| (*file, *at));
            mine.places.truncate(PLACES_SHOWN);
            mine.add_samples(theirs);
        }
    }

    /// Says that all of it is of the file of this index.
    pub(super) fn move_to(&mut self, file: u32) {
        for group in self.groups.values_mut() {
            group.places.iter_mut().for_each(|place| place.0 = file);
        }
    }

    /// One warning a kind.
    pub(super) fn tell(self, dataset: &Dataset, diags: &mut Diagnostics) {
        for (defect, group) in self.groups {
            if defect == Defect::Repeated && dataset.repeated_id == RepeatedId::Error {
                // Told as the error it is.
                continue;
            }
            let quoted: Vec<String> = group.samples.iter().map(|s| shorten(s)).collect();
            let message = if quoted.is_empty() {
                defect.message().to_owned()
            } else {
                format!("{} ({})", defect.message(), quoted.join(", "))
            };
            let mut diagnostic = Diagnostic::warning(defect.code(), message).times(group.count);
            for (_, _, place) in group.places {
                diagnostic = diagnostic.at(place);
            }
            if let Some(hint) = defect.hint() {
                diagnostic = diagnostic.hint(hint);
            }
            if defect == Defect::UnreadableDate {
                diagnostic = diagnostic.hint(date_hint(&group.samples, dataset));
            }
            if defect == Defect::UnknownWord {
                diagnostic = diagnostic.hint(format!("add the words in {}", dataset.path));
            }
            diags.tell(diagnostic);
        }
    }
}

fn date_hint(samples: &[String], dataset: &Dataset) -> String {
    let is_open = samples.iter().any(|text| {
        let parts: Vec<&str> = text.split(['/', '-', '.', ' ']).take(3).collect();
        matches!(parts.as_slice(), [a, b, c]
            if (1..=2).contains(&a.len()) && (1..=2).contains(&b.len()) && c.len() >= 4)
    });
    if is_open {
        format!(
            "say in {} which comes first, such as dates = [\"%d/%m/%Y\"] for the day, [\"%m/%d/%Y\"] for the month; a time is \" %H:%M:%S\"",
            dataset.path
        )
    } else {
        format!(
            "add the format to dates in {}, or the word to nothing where it means no date",
            dataset.path
        )
    }
}

/// A cell's text in quotes, cut where it is long.
pub(super) fn shorten(text: &str) -> String {
    let mut chars = text.chars();
    let head: String = chars.by_ref().take(40).collect();
    if chars.next().is_some() {
        format!("\"{head}…\"")
    } else {
        format!("\"{head}\"")
    }
}
