//! What the exports of today tell of the last publication: [`Recount`].

use std::collections::{BTreeMap, BTreeSet};

use super::revision::find;
use super::{Figures, Line, Place, Status, Word};
use crate::case::Field;
use crate::indicators::{FigureId, Sheet, Source};

/// What the exports of today tell of the last publication.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Recount {
    /// The places that have figures now, before small numbers are left out.
    pub(super) places: BTreeSet<Place>,
    /// Data sets that were counted once more as of the date of the last publication.
    datasets: BTreeSet<String>,
    /// Figures of these that come out otherwise than they were printed: something was corrected, or came in late.
    corrected: BTreeSet<(Place, Word)>,
}

impl Recount {
    /// Of a data set that has figures of these places, and was not counted again yet.
    #[must_use]
    pub fn of(places: impl IntoIterator<Item = Place>) -> Self {
        Self {
            places: places.into_iter().collect(),
            ..Self::default()
        }
    }

    /// Holds what was printed of a data set against its figures as they come out today, as of the same date. `dimensions` are the ids of
    /// the data set's; the figures of now tell how many cases were reopened since.
    pub fn hold(
        &mut self,
        printed: &Figures,
        dataset: &str,
        dimensions: &[&str],
        [then, now]: [&[Sheet]; 2],
    ) {
        self.datasets.insert(dataset.to_owned());
        let by_place =
            |sheets| -> BTreeMap<Place, &Sheet> { by_place(dataset, dimensions, sheets) };
        let [then, now] = [then, now].map(by_place);
        for (place, lines) in printed.places().filter(|one| *one.0.dataset == *dataset) {
            let lines_of = |sheet: &&Sheet| -> Vec<(Word, Line)> {
                let figures = sheet.figures.iter();
                figures
                    .map(|figure| (Word::clone(&figure.indicator), Line::of(figure)))
                    .collect()
            };
            let again = then.get(place).map(lines_of).unwrap_or_default();
            let reopened = [then.get(place), now.get(place)].map(|sheet| reopened(sheet.copied()));
            let since = reopened[1].saturating_sub(reopened[0]);
            let printed = lines.iter().enumerate();
            for (at, (indicator, line)) in printed.filter(|(_, (_, line))| has_value(line)) {
                let off = if is_lost(indicator) { since } else { 0 };
                let is_same = |again: &Line| tells_the_same(line, again, off);
                if !find(&again, at, indicator).is_some_and(is_same) {
                    let figure = (place.clone(), Word::clone(indicator));
                    self.corrected.insert(figure);
                }
            }
        }
    }

    /// Takes in what the exports tell of another data set.
    pub fn append(&mut self, mut other: Self) {
        self.places.append(&mut other.places);
        self.datasets.append(&mut other.datasets);
        self.corrected.append(&mut other.corrected);
    }

    /// Whether the exports of today still give a figure as it was printed, so that what is different now has happened since.
    pub(super) fn confirms(&self, place: &Place, indicator: &Word) -> bool {
        self.datasets.contains(&*place.dataset)
            && !self
                .corrected
                .contains(&(place.clone(), Word::clone(indicator)))
    }
}

fn has_value(line: &Line) -> bool {
    !matches!(line.status, Status::None | Status::Suppressed)
}

fn by_place<'s>(
    dataset: &str,
    dimensions: &[&str],
    sheets: &'s [Sheet],
) -> BTreeMap<Place, &'s Sheet> {
    let place = |sheet: &Sheet| Place::of(dataset, dimensions, sheet);
    sheets.iter().map(|sheet| (place(sheet), sheet)).collect()
}

/// The reopened cases of a period's cohort.
fn reopened(sheet: Option<&Sheet>) -> u64 {
    let mut figures = sheet.into_iter().flat_map(|sheet| &sheet.figures);
    let found = figures.find(|figure| *figure.indicator == *"reopened_rate");
    found
        .and_then(|figure| Line::of(figure).numerator)
        .unwrap_or(0)
}

/// Whether a figure is of what an export no longer has of a case once it is reopened: what it had come to, and how it was rated.
fn is_lost(indicator: &str) -> bool {
    let id = FigureId::parse(indicator);
    id.is_some_and(|id| {
        matches!(
            id.definition.source,
            Source::Class(_)
                | Source::Outcome
                | Source::Verdict
                | Source::Answer
                | Source::Column(Field::Rating)
        )
    })
}

/// Whether a printed line is what was counted, but for so many cases; on a small base its value was not printed.
fn tells_the_same(printed: &Line, counted: &Line, off: u64) -> bool {
    let is_near = |one: Option<u64>, other: Option<u64>| match (one, other) {
        (Some(one), Some(other)) => one.abs_diff(other) <= off,
        (one, other) => one == other,
    };
    is_near(printed.numerator, counted.numerator)
        && is_near(printed.denominator, counted.denominator)
        && (printed.whole.is_none() || is_near(printed.whole, counted.whole))
}
