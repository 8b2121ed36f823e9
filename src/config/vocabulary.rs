//! `[outcomes]`, `[statuses]`, `[escalations]` and `[ratings]`: the words of an export and what they stand for.

use super::Vocabulary;
use super::keys::RATINGS;
use super::reader::{Item, Table};
use crate::case::{Escalation, Exclusion, Outcome, Rating, Word};

/// The word that stands for every other word.
const REST: &str = "*";

/// Classes an outcome word may stand for, in the order they are shown.
pub(super) fn outcome_classes() -> Vec<(&'static str, Word)> {
    let outcomes = Outcome::ALL.iter().map(|o| Word::Outcome(*o));
    outcomes
        .chain(exclusions())
        .map(|word| (word.id(), word))
        .collect()
}

/// Classes a status word may stand for, in the order they are shown.
pub(super) fn status_classes() -> Vec<(&'static str, Word)> {
    let states = [
        Outcome::Open,
        Outcome::Closed,
        Outcome::Referred,
        Outcome::Withdrawn,
    ];
    states
        .into_iter()
        .map(Word::Outcome)
        .chain(exclusions())
        .map(|word| (word.id(), word))
        .collect()
}

fn exclusions() -> impl Iterator<Item = Word> {
    Exclusion::ALL.iter().map(|e| Word::Excluded(*e))
}

/// Reads a table of `word = class`.
pub(super) fn words<T: Copy + PartialEq>(
    table: &Table<'_>,
    name: &str,
    classes: &[(&str, T)],
) -> Vocabulary<T> {
    let mut vocabulary = Vocabulary::default();
    let Some(item) = table.get(name) else {
        return vocabulary;
    };
    for entry in item.entries(item.example) {
        let class = entry
            .item
            .choice("unknown-class", &format!("a class of [{name}]"), classes);
        if let Some(class) = class {
            add(&mut vocabulary, &entry.item, entry.key, class);
        }
    }
    vocabulary
}

/// Reads `[escalations]`.
pub(super) fn escalations(table: &Table<'_>) -> Vocabulary<Escalation> {
    let classes: Vec<(&str, Escalation)> = Escalation::ALL
        .iter()
        .map(|each| (each.id(), *each))
        .collect();
    words(table, "escalations", &classes)
}

/// Reads `[ratings]`: `class = [words]`.
pub(super) fn ratings(table: &Table<'_>) -> Vocabulary<Rating> {
    let mut vocabulary = Vocabulary::default();
    let Some(classes) = table.table("ratings", &RATINGS) else {
        return vocabulary;
    };
    for class in Rating::ALL {
        let words = classes.get(class.id());
        for item in words.iter().flat_map(Item::one_or_list) {
            if let Some(word) = item.name_text() {
                add(&mut vocabulary, &item, word, *class);
            }
        }
    }
    vocabulary
}

fn add<T: Copy + PartialEq>(vocabulary: &mut Vocabulary<T>, item: &Item<'_>, key: &str, class: T) {
    let word = key.trim();
    let old = if word == REST {
        vocabulary.rest.replace(class)
    } else {
        vocabulary.words.insert(word.to_owned(), class)
    };
    if old.is_some_and(|old| old != class) {
        item.tell(
            "word-twice",
            format!("the word \"{word}\" stands for two classes"),
            "a word stands for one class: delete it from the other",
        );
    }
}
