//! Words outside a vocabulary: each is told once, with how often, where, and the nearest word there is.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::rejects::shorten;
use crate::case::{Escalation, Exclusion, Field, Outcome, Rating, Word};
use crate::config::{Dataset, UnknownOutcome, Vocabulary};
use crate::diag::{Diagnostic, Diagnostics, PLACES_SHOWN, Place, nearest};

/// Distinct words remembered for a field; a column of free text has as many as rows.
const REMEMBERED: usize = 1_000;

/// Distinct words told one by one; beyond it they are one message.
const TOLD: usize = 20;

#[derive(Debug, Default, Serialize, Deserialize)]
struct Seen {
    count: u64,
    places: Vec<Place>,
}

/// The unknown words of a data set.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct UnknownWords {
    by_field: BTreeMap<Field, BTreeMap<String, Seen>>,
    /// Numbers that are none, in the transfers column.
    not_numbers: Seen,
}

impl UnknownWords {
    /// Counts an unknown word; its place is asked for only where it will be shown.
    pub(super) fn note(&mut self, field: Field, word: &str, place: impl FnOnce() -> Place) {
        let words = self.by_field.entry(field).or_default();
        if !words.contains_key(word) {
            if words.len() >= REMEMBERED {
                return;
            }
            words.insert(word.to_owned(), Seen::default());
        }
        let seen = words.get_mut(word).expect("it was put in above");
        seen.add(place);
    }

    /// Counts a cell that should be a number.
    pub(super) fn note_not_a_number(&mut self, place: impl FnOnce() -> Place) {
        self.not_numbers.add(place);
    }

    /// Whether unknown words are there to be told, not only their rows to be rejected.
    pub(super) fn is_told(&self, dataset: &Dataset) -> bool {
        let is_told = |field: &Field| {
            dataset.unknown_outcome == UnknownOutcome::Stop
                || !Vocab::of(*field, dataset).is_configured
        };
        self.by_field.keys().any(is_told)
    }

    /// How many cells that should be numbers were gathered.
    pub(super) const fn numbers(&self) -> u64 {
        self.not_numbers.count
    }

    /// Sets the line of the last such cell, which was gathered without knowing where its row begins.
    pub(super) fn move_last_number(&mut self, line: u64) {
        let seen = &mut self.not_numbers;
        let is_shown = seen.places.len() as u64 == seen.count;
        if let Some(place) = seen.places.last_mut().filter(|_| is_shown) {
            place.line = place.line.map(|each| each + line);
        }
    }

    /// Adds the cells of later rows of a file that should be numbers, whose lines were counted from `line`.
    pub(super) fn join_numbers(&mut self, later: &Self, line: u64) {
        let mine = &mut self.not_numbers;
        mine.count += later.not_numbers.count;
        for place in &later.not_numbers.places {
            if mine.places.len() < PLACES_SHOWN {
                let mut place = place.clone();
                place.line = place.line.map(|each| each + line);
                mine.places.push(place);
            }
        }
    }

    /// Tells all words: as errors, or where the rows were rejected, as nothing more than what is missing.
    pub(super) fn tell(self, dataset: &Dataset, diags: &mut Diagnostics) {
        for (field, words) in self.by_field {
            let vocabulary = Vocab::of(field, dataset);
            if !vocabulary.is_configured {
                diags.tell(no_vocabulary(field, &words, &vocabulary, dataset));
            } else if dataset.unknown_outcome == UnknownOutcome::Stop {
                tell_each(field, words, &vocabulary, dataset, diags);
            }
        }
        if self.not_numbers.count > 0 {
            let mut diagnostic = Diagnostic::warning(
                "unreadable-number",
                "cells of transfers that are not whole numbers were read as blank",
            )
            .times(self.not_numbers.count);
            diagnostic.places = self.not_numbers.places;
            diags.tell(diagnostic);
        }
    }
}

impl Seen {
    fn add(&mut self, place: impl FnOnce() -> Place) {
        self.count += 1;
        if self.places.len() < PLACES_SHOWN {
            self.places.push(place());
        }
    }
}

/// A vocabulary seen as words only.
struct Vocab<'a> {
    table: &'static str,
    code: &'static str,
    words: Vec<&'a str>,
    is_configured: bool,
    classes: Vec<&'static str>,
}

impl<'a> Vocab<'a> {
    fn of(field: Field, dataset: &'a Dataset) -> Self {
        fn words<T>(vocabulary: &Vocabulary<T>) -> (Vec<&str>, bool) {
            let words: Vec<&str> = vocabulary.words.keys().map(String::as_str).collect();
            let is_configured = !words.is_empty() || vocabulary.rest.is_some();
            (words, is_configured)
        }
        let (table, code, (words, is_configured), classes) = match field {
            Field::Status => (
                "statuses",
                "unknown-status",
                words::<Word>(&dataset.statuses),
                ["open", "closed", "duplicate"].to_vec(),
            ),
            Field::Rating => (
                "ratings",
                "unknown-rating",
                words::<Rating>(&dataset.ratings),
                Rating::ALL.iter().map(|r| r.id()).collect(),
            ),
            Field::Escalation => (
                "escalations",
                "unknown-escalation",
                words::<Escalation>(&dataset.escalations),
                Escalation::ALL.iter().map(|e| e.id()).collect(),
            ),
            _ => (
                "outcomes",
                "unknown-outcome",
                words::<Word>(&dataset.outcomes),
                Outcome::ALL
                    .iter()
                    .map(|o| o.id())
                    .chain(Exclusion::ALL.iter().map(|e| e.id()))
                    .collect(),
            ),
        };
        Self {
            table,
            code,
            words,
            is_configured,
            classes,
        }
    }
}

fn no_vocabulary(
    field: Field,
    words: &BTreeMap<String, Seen>,
    vocabulary: &Vocab<'_>,
    dataset: &Dataset,
) -> Diagnostic {
    let mut by_count: Vec<(&String, &Seen)> = words.iter().collect();
    by_count.sort_by(|a, b| b.1.count.cmp(&a.1.count).then(a.0.cmp(b.0)));
    let listed: Vec<String> = by_count
        .iter()
        .take(TOLD)
        .map(|(word, seen)| format!("{} ({})", shorten(word), seen.count))
        .collect();
    let more = if by_count.len() > TOLD { ", …" } else { "" };
    let mut diagnostic = Diagnostic::error(
        vocabulary.code,
        format!(
            "a column is mapped to {}, but there is no [{}] table to say what its words stand for",
            field.id(),
            vocabulary.table
        ),
    )
    .times(words.values().map(|seen| seen.count).sum());
    if let Some((_, seen)) = by_count.first() {
        diagnostic.places.clone_from(&seen.places);
    }
    let example = by_count.first().map_or("…", |(word, _)| word.as_str());
    let class = vocabulary.classes.first().copied().unwrap_or_default();
    let line = if field == Field::Rating {
        format!("{class} = [{}]", shorten(example))
    } else {
        format!("{} = \"{class}\"", shorten(example))
    };
    diagnostic
        .hint(format!(
            "the words in the exports: {}{more}",
            listed.join(", ")
        ))
        .hint(format!(
            "add [{}] to {} with a line for each, such as {line}; the classes are {}",
            vocabulary.table,
            dataset.path,
            vocabulary.classes.join(", ")
        ))
}

fn tell_each(
    field: Field,
    words: BTreeMap<String, Seen>,
    vocabulary: &Vocab<'_>,
    dataset: &Dataset,
    diags: &mut Diagnostics,
) {
    let distinct = words.len();
    let mut rest = 0;
    let mut by_count: Vec<(String, Seen)> = words.into_iter().collect();
    by_count.sort_by(|a, b| b.1.count.cmp(&a.1.count).then(a.0.cmp(&b.0)));
    for (index, (word, seen)) in by_count.into_iter().enumerate() {
        if index >= TOLD {
            rest += seen.count;
            continue;
        }
        let mut diagnostic = Diagnostic::error(
            vocabulary.code,
            format!("{} {} is not in the vocabulary", field.id(), shorten(&word)),
        )
        .times(seen.count);
        diagnostic.places = seen.places;
        let add = format!("add it under [{}] in {}", vocabulary.table, dataset.path);
        let hint = match nearest(&word, vocabulary.words.iter().copied()) {
            Some(near) => format!("did you mean \"{near}\"? or {add}"),
            None => format!("{add}, or let \"*\" take every other word"),
        };
        diags.tell(diagnostic.hint(hint));
    }
    if rest > 0 {
        diags.tell(
            Diagnostic::error(
                vocabulary.code,
                format!(
                    "{} more {} words are not in the vocabulary",
                    distinct - TOLD,
                    field.id()
                ),
            )
            .times(rest)
            .hint(format!(
                "is the right column mapped to {}? or let \"*\" take every other word",
                field.id()
            )),
        );
    }
}
