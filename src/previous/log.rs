//! `data/revisions.csv`, read back: the record of revisions as the last publication told it.

use super::reader::{Broken, Interned, told};
use super::revision::{Cause, Revision};
use super::{Line, Place, Status, Word};
use crate::indicators::Unit;
use crate::text::{Lang, Localised, unguard};
use crate::time::{Day, PeriodKind};

/// The columns of `revisions.csv`. Behind them stands a column `reason_<language>` for each language of the site.
pub const COLUMNS: [&str; 22] = [
    "number",
    "as_of_before",
    "as_of",
    "dataset",
    "dimension",
    "member",
    "period_kind",
    "period",
    "indicator",
    "figures",
    "old_value",
    "old_numerator",
    "old_denominator",
    "old_status",
    "new_value",
    "new_numerator",
    "new_denominator",
    "new_status",
    "unit",
    "cause",
    "dimension2",
    "member2",
];

/// What the column of a language's reasons begins with.
pub const REASON: &str = "reason_";

/// Reads the table.
pub(super) fn read(bytes: &[u8], words: &mut Interned) -> Result<Vec<Revision>, Broken> {
    let mut reader = csv::ReaderBuilder::new().from_reader(bytes);
    let header = reader.headers().map_err(|error| told(&error))?.clone();
    let mut at = [0; COLUMNS.len()];
    for (place, name) in at.iter_mut().zip(COLUMNS) {
        *place = header
            .iter()
            .position(|each| each == name)
            .ok_or_else(|| (Some(1), format!("it has no column {name}")))?;
    }
    let reasons: Vec<(usize, Lang)> = header
        .iter()
        .enumerate()
        .filter_map(|(index, name)| Some((index, Lang(name.strip_prefix(REASON)?.to_owned()))))
        .collect();
    let mut log = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| told(&error))?;
        let line = record.position().map(csv::Position::line);
        let cell = |index: usize| &record[at[index]];
        let wrong = |index: usize| {
            let why = format!("\"{}\" cannot stand under {}", cell(index), COLUMNS[index]);
            (line, why)
        };
        let mut word = |index: usize| words.word(unguard(cell(index)));
        let place = Place {
            dataset: word(3),
            dimension: word(4),
            member: word(5),
            dimension2: word(20),
            member2: word(21),
            kind: PeriodKind::ALL
                .into_iter()
                .find(|kind| kind.id() == cell(6))
                .ok_or_else(|| wrong(6))?,
            period: word(7),
        };
        let indicator: Word = word(8);
        let number = |index: usize| match cell(index) {
            "" => Ok(None),
            digits => digits.parse::<u64>().map(Some).map_err(|_| wrong(index)),
        };
        let day = |index: usize| match cell(index) {
            "" => Ok(None),
            text => Day::parse(text).map(Some).ok_or_else(|| wrong(index)),
        };
        let unit = match cell(18) {
            "" => None,
            text => Some(Unit::parse(text).ok_or_else(|| wrong(18))?),
        };
        let printed = |first: usize| -> Result<Option<Line>, Broken> {
            let status = match cell(first + 3) {
                "" => return Ok(None),
                text => Status::parse(text).ok_or_else(|| wrong(first + 3))?,
            };
            let unit = unit.ok_or_else(|| wrong(18))?;
            Ok(Some(Line {
                status,
                unit,
                whole: if unit.is_whole() {
                    number(first)?
                } else {
                    None
                },
                numerator: number(first + 1)?,
                denominator: number(first + 2)?,
            }))
        };
        let mut reason = Localised::default();
        for (index, lang) in &reasons {
            let text = unguard(&record[*index]);
            if reason.fallback.is_empty() {
                text.clone_into(&mut reason.fallback);
            }
            if !text.is_empty() {
                reason.by_lang.insert(lang.clone(), text.to_owned());
            }
        }
        log.push(Revision {
            number: cell(0).parse().map_err(|_| wrong(0))?,
            from: day(1)?,
            to: day(2)?,
            place,
            indicator,
            figures: cell(9).parse().map_err(|_| wrong(9))?,
            old: printed(10)?,
            new: printed(14)?,
            cause: Cause::parse(cell(19)).ok_or_else(|| wrong(19))?,
            reason,
        });
    }
    Ok(log)
}
