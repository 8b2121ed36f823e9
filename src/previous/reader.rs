//! The tables of figures of a publication, read back line by line.

use std::collections::{BTreeMap, BTreeSet};

use super::{Line, Place, Status, Word};
use crate::indicators::{Base, Sheet, Unit};
use crate::text::unguard;
use crate::time::PeriodKind;

/// The figures of a publication, by place; those of one place in the order they were printed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Figures {
    places: BTreeMap<Place, Vec<(Word, Line)>>,
}

/// What is wrong with a table: the line, from 1, and why.
pub(super) type Broken = (Option<u64>, String);

/// The columns that every table of figures has had.
const COLUMNS: [&str; 10] = [
    "dataset",
    "dimension",
    "member",
    "period_kind",
    "period",
    "indicator",
    "value",
    "numerator",
    "denominator",
    "status",
];

impl Figures {
    /// The figures of sheets, as they would be printed; `dimensions` are the ids of the data set's.
    pub fn add(&mut self, dataset: &str, dimensions: &[&str], sheets: &[Sheet]) {
        for sheet in sheets {
            let lines = sheet
                .figures
                .iter()
                .map(|figure| (Word::clone(&figure.indicator), Line::of(figure)));
            let place = Place::of(dataset, dimensions, sheet);
            self.places.entry(place).or_default().extend(lines);
        }
    }

    /// All places in order, each with its figures.
    pub fn places(&self) -> impl Iterator<Item = (&Place, &[(Word, Line)])> {
        self.places
            .iter()
            .map(|(place, lines)| (place, lines.as_slice()))
    }

    /// The figures of a place; none where the publication has nothing of it.
    #[must_use]
    pub fn at(&self, place: &Place) -> Option<&[(Word, Line)]> {
        self.places.get(place).map(Vec::as_slice)
    }

    /// What was printed of a figure.
    #[must_use]
    pub fn line(&self, place: &Place, indicator: &str) -> Option<&Line> {
        let lines = self.at(place)?;
        let found = lines.iter().find(|(id, _)| **id == *indicator);
        found.map(|(_, line)| line)
    }

    /// Numerator and denominator that were printed of a figure; a plain count has no denominator and is given over itself.
    #[must_use]
    pub fn base(&self, place: &Place, indicator: &str) -> Option<Base> {
        let line = self.line(place, indicator)?;
        let numerator = line.numerator?;
        Some(Base {
            numerator,
            denominator: line.denominator.unwrap_or(numerator),
        })
    }

    /// Whether it has no figure.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// How many figures there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.places.values().map(Vec::len).sum()
    }

    /// Takes in a table.
    pub(super) fn take(&mut self, bytes: &[u8], words: &mut Interned) -> Result<(), Broken> {
        let mut reader = csv::ReaderBuilder::new().from_reader(bytes);
        let header = reader.headers().map_err(|error| told(&error))?.clone();
        let column = |name: &str| header.iter().position(|each| each == name);
        let mut at = [0; COLUMNS.len()];
        for (place, name) in at.iter_mut().zip(COLUMNS) {
            *place = column(name).ok_or_else(|| (Some(1), format!("it has no column {name}")))?;
        }
        let unit = column("unit").ok_or_else(|| (Some(1), "it has no column unit".to_owned()))?;
        let second = column("dimension2").zip(column("member2"));
        let mut record = csv::StringRecord::new();
        let mut last: Option<Place> = None;
        while reader
            .read_record(&mut record)
            .map_err(|error| told(&error))?
        {
            let line = record.position().map(csv::Position::line);
            let wrong = |why: String| (line, why);
            let cell = |index: usize| &record[at[index]];
            let (dimension2, member2) = second.map_or(("", ""), |(a, b)| (&record[a], &record[b]));
            let texts = [
                unguard(cell(0)),
                unguard(cell(1)),
                unguard(dimension2),
                unguard(cell(2)),
                unguard(member2),
                cell(3),
                cell(4),
            ];
            let place = match last.take().filter(|last| is_at(last, &texts)) {
                Some(place) => place,
                None => place(&texts, words)
                    .ok_or_else(|| wrong(format!("\"{}\" is not a kind of period", texts[5])))?,
            };
            let number = |index: usize| match cell(index) {
                "" => Ok(None),
                digits => digits
                    .parse::<u64>()
                    .map(Some)
                    .map_err(|_| wrong(format!("\"{digits}\" is not a {}", COLUMNS[index]))),
            };
            let unit = Unit::parse(&record[unit])
                .ok_or_else(|| wrong(format!("\"{}\" is not a unit", &record[unit])))?;
            let status = Status::parse(cell(9))
                .ok_or_else(|| wrong(format!("\"{}\" is not a status", cell(9))))?;
            let printed = Line {
                status,
                unit,
                whole: if unit.is_whole() { number(6)? } else { None },
                numerator: number(7)?,
                denominator: number(8)?,
            };
            let lines = match self.places.get_mut(&place) {
                Some(lines) => lines,
                None => self.places.entry(place.clone()).or_default(),
            };
            let indicator = words.word(cell(5));
            if lines.iter().any(|(id, _)| *id == indicator) {
                return Err(wrong(format!("{place}/{indicator} stands twice in it")));
            }
            lines.push((indicator, printed));
            last = Some(place);
        }
        Ok(())
    }
}

pub(super) fn told(error: &csv::Error) -> Broken {
    let line = error.position().map(csv::Position::line);
    let why = match error.kind() {
        csv::ErrorKind::UnequalLengths {
            expected_len, len, ..
        } => format!("a line has {len} cells where the header has {expected_len}"),
        csv::ErrorKind::Utf8 { .. } => "a line is not UTF-8".to_owned(),
        _ => error.to_string(),
    };
    (line, why)
}

fn is_at(place: &Place, texts: &[&str; 7]) -> bool {
    [
        &*place.dataset,
        &*place.dimension,
        &*place.dimension2,
        &*place.member,
        &*place.member2,
        place.kind.id(),
        &*place.period,
    ] == *texts
}

fn place(texts: &[&str; 7], words: &mut Interned) -> Option<Place> {
    let kind = PeriodKind::ALL
        .into_iter()
        .find(|kind| kind.id() == texts[5])?;
    let [dataset, dimension, dimension2, member, member2, _, period] =
        texts.map(|text| words.word(text));
    Some(Place {
        dataset,
        dimension,
        dimension2,
        member,
        member2,
        kind,
        period,
    })
}

/// Texts seen so far, each kept once.
#[derive(Debug, Default)]
pub(super) struct Interned(BTreeSet<Word>);

impl Interned {
    pub(super) fn word(&mut self, text: &str) -> Word {
        if let Some(word) = self.0.get(text) {
            return Word::clone(word);
        }
        let word = Word::from(text);
        self.0.insert(Word::clone(&word));
        word
    }
}
