//! The tables themselves, written row by row.

use std::io::{self, Write as _};

use crate::intake::{FileIntake, Reason};
use crate::previous::{COLUMNS, Line, REASON, Revision};
use crate::text::{Lang, csv_text};
use crate::time::Day;
use crate::tree::{Sink, SinkFile, TreeError};

use super::cell::Cells;
use super::{Kind, Placed, Resource, Set, loudness};

/// The columns of `figures.csv`.
pub(super) const FIGURES: [&str; 13] = [
    "dataset",
    "dimension",
    "member",
    "period_kind",
    "period",
    "indicator",
    "value",
    "numerator",
    "denominator",
    "low",
    "high",
    "status",
    "unit",
];

/// The columns that pairs have after those of `figures.csv`.
pub(super) const SECOND: [&str; 2] = ["dimension2", "member2"];

/// What `figures.json` tells beyond `figures.csv`: why there is no value, and whether closings stand in for answers.
pub(super) const TOLD: [&str; 2] = ["reason", "from_closing"];

/// The columns of `intake.csv`.
pub(super) const INTAKE: [&str; 6] = ["file", "read", "accepted", "rejected", "reason", "rows"];

/// A file of the sink that counts its rows.
struct Table<'a> {
    kind: Kind,
    path: String,
    file: Box<dyn SinkFile + 'a>,
    rows: u64,
}

impl<'a> Table<'a> {
    fn open(kind: Kind, path: &str, sink: &'a dyn Sink) -> Result<Self, TreeError> {
        Ok(Self {
            kind,
            path: path.to_owned(),
            file: sink.open(path)?,
            rows: 0,
        })
    }

    fn write(&mut self, text: &str) -> Result<(), TreeError> {
        self.file
            .write_all(text.as_bytes())
            .map_err(|cause: io::Error| TreeError::write(&self.path, cause))
    }

    fn row(&mut self, text: &str) -> Result<(), TreeError> {
        self.rows += 1;
        self.write(text)
    }

    fn finish(self) -> Result<Resource, TreeError> {
        Ok(Resource {
            kind: self.kind,
            entry: self.file.finish()?,
            rows: self.rows,
        })
    }
}

/// `figures.csv` and `figures.json`, from sheets in order.
pub(super) fn figures(sheets: &[Placed<'_>], sink: &dyn Sink) -> Result<Vec<Resource>, TreeError> {
    let mut csv = Table::open(Kind::Figures, "data/figures.csv", sink)?;
    let mut json = Table::open(Kind::FiguresJson, "data/figures.json", sink)?;
    csv.write(&header(&FIGURES))?;
    json.write(&json_header())?;
    let (mut cells, mut line, mut start) = (Cells::default(), String::new(), String::new());
    for placed in sheets {
        let period = placed.sheet.period.id();
        let kind = placed.sheet.period.kind.id();
        let texts = [
            placed.dataset,
            placed.dimension,
            placed.member,
            kind,
            &period,
        ];
        csv_start(&mut start, &texts);
        let object = json_start(&texts);
        for figure in &placed.sheet.figures {
            cells.fill(figure);
            csv_row(
                &mut line,
                &start,
                &figure.indicator,
                &cells,
                figure.status(),
                figure.unit.id(),
            );
            line.push('\n');
            csv.row(&line)?;
            line.clear();
            line.push_str(",\n");
            line.push_str(&object);
            push_text(&mut line, &figure.indicator);
            for number in [
                &cells.value,
                &cells.numerator,
                &cells.denominator,
                &cells.low,
                &cells.high,
            ] {
                line.push(',');
                line.push_str(if number.is_empty() { "null" } else { number });
            }
            for text in [figure.status(), figure.unit.id(), cells.reason] {
                line.push(',');
                push_text(&mut line, text);
            }
            line.push_str(if figure.from_closing {
                ",true]"
            } else {
                ",false]"
            });
            json.row(&line)?;
        }
    }
    json.write("\n]\n")?;
    Ok(vec![csv.finish()?, json.finish()?])
}

/// A file of pairs, from sheets in order.
pub(super) fn pairs(
    path: &str,
    sheets: &[Placed<'_>],
    sink: &dyn Sink,
) -> Result<Resource, TreeError> {
    let mut csv = Table::open(Kind::Pairs, path, sink)?;
    let columns: Vec<&str> = FIGURES.iter().chain(&SECOND).copied().collect();
    csv.write(&header(&columns))?;
    let (mut cells, mut line, mut start) = (Cells::default(), String::new(), String::new());
    for placed in sheets {
        let period = placed.sheet.period.id();
        let kind = placed.sheet.period.kind.id();
        csv_start(
            &mut start,
            &[
                placed.dataset,
                placed.dimension,
                placed.member,
                kind,
                &period,
            ],
        );
        for figure in &placed.sheet.figures {
            cells.fill(figure);
            csv_row(
                &mut line,
                &start,
                &figure.indicator,
                &cells,
                figure.status(),
                figure.unit.id(),
            );
            for text in [placed.dimension2, placed.member2] {
                line.push(',');
                csv_text(&mut line, text);
            }
            line.push('\n');
            csv.row(&line)?;
        }
    }
    csv.finish()
}

/// `intake.csv`: a line a file with its total, then one for each reason with its rows. Each column adds up by itself:
/// the total line has no rows, the reasons' lines no totals.
pub(super) fn intake(sets: &[Set<'_>], sink: &dyn Sink) -> Result<Resource, TreeError> {
    let mut csv = Table::open(Kind::Intake, "data/intake.csv", sink)?;
    csv.write(&header(&INTAKE))?;
    let mut sets: Vec<&Set<'_>> = sets.iter().collect();
    sets.sort_by_key(|set| set.id);
    let files = sets.iter().flat_map(|set| &set.intake.files);
    for file in files {
        let FileIntake { read, accepted, .. } = file;
        let mut line = String::new();
        csv_text(&mut line, &file.file);
        let start = line.clone();
        line.push_str(&format!(",{read},{accepted},{},,\n", file.rejected_rows()));
        csv.row(&line)?;
        for reason in Reason::ALL {
            if let Some(rows) = file.rejected.get(&reason) {
                csv.row(&format!("{start},,,,{},{rows}\n", reason.id()))?;
            }
        }
    }
    csv.finish()
}

/// `loudness.csv`, where a data set has loud and quiet cases to tell.
pub(super) fn loudness(sets: &[Set<'_>], sink: &dyn Sink) -> Result<Option<Resource>, TreeError> {
    let mut sets: Vec<&Set<'_>> = sets.iter().collect();
    sets.sort_by_key(|set| set.id);
    let told = |set: &&Set<'_>| set.heard.is_some_and(|heard| !heard.quarters.is_empty());
    if !sets.iter().any(told) {
        return Ok(None);
    }
    let mut csv = Table::open(Kind::Loudness, "data/loudness.csv", sink)?;
    csv.write(&header(&loudness::LOUDNESS))?;
    for set in sets {
        for line in set
            .heard
            .iter()
            .flat_map(|heard| loudness::lines(set, heard))
        {
            csv.row(&line)?;
        }
    }
    csv.finish().map(Some)
}

/// `revisions.csv`: what was revised, oldest publication first; one column of reasons a language.
pub(super) fn revisions(
    log: &[Revision],
    languages: &[Lang],
    sink: &dyn Sink,
) -> Result<Resource, TreeError> {
    let mut csv = Table::open(Kind::Revisions, "data/revisions.csv", sink)?;
    let columns = revision_columns(languages);
    let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
    csv.write(&header(&columns))?;
    for revision in log {
        let place = &revision.place;
        let day = |day: Option<Day>| day.map_or_else(String::new, |day| day.to_string());
        let lines = [revision.old, revision.new];
        let cells = lines.map(|line| line.as_ref().map_or_else(Cells::default, Cells::of_line));
        let status = |line: Option<Line>| line.map_or("", |line| line.status.id());
        let unit = lines
            .iter()
            .flatten()
            .next()
            .map_or("", |line| line.unit.id());
        let (number, figures) = (revision.number.to_string(), revision.figures.to_string());
        let (from, to) = (day(revision.from), day(revision.to));
        let [old, new] = &cells;
        let mut line = String::new();
        let texts: [&str; 22] = [
            &number,
            &from,
            &to,
            &place.dataset,
            &place.dimension,
            &place.member,
            place.kind.id(),
            &place.period,
            &revision.indicator,
            &figures,
            &old.value,
            &old.numerator,
            &old.denominator,
            status(lines[0]),
            &new.value,
            &new.numerator,
            &new.denominator,
            status(lines[1]),
            unit,
            revision.cause.id(),
            &place.dimension2,
            &place.member2,
        ];
        let reasons = languages.iter().map(|lang| revision.reason.get(lang));
        for (at, text) in texts.into_iter().chain(reasons).enumerate() {
            if at > 0 {
                line.push(',');
            }
            csv_text(&mut line, text);
        }
        line.push('\n');
        csv.row(&line)?;
    }
    csv.finish()
}

/// The columns of `revisions.csv`.
pub(super) fn revision_columns(languages: &[Lang]) -> Vec<String> {
    let reasons = languages.iter().map(|lang| format!("{REASON}{lang}"));
    COLUMNS
        .iter()
        .map(|name| (*name).to_owned())
        .chain(reasons)
        .collect()
}

fn header(columns: &[&str]) -> String {
    format!("{}\n", columns.join(","))
}

/// The text cells that all figures of a sheet begin with.
fn csv_start(start: &mut String, texts: &[&str; 5]) {
    start.clear();
    for text in texts {
        csv_text(start, text);
        start.push(',');
    }
}

fn csv_row(
    line: &mut String,
    start: &str,
    indicator: &str,
    cells: &Cells,
    status: &str,
    unit: &str,
) {
    line.clear();
    line.push_str(start);
    csv_text(line, indicator);
    let rest = [
        &cells.value,
        &cells.numerator,
        &cells.denominator,
        &cells.low,
        &cells.high,
        status,
        unit,
    ];
    for cell in rest {
        line.push(',');
        line.push_str(cell);
    }
}

/// The first row of `figures.json`: the names of its columns.
fn json_header() -> String {
    let names: Vec<String> = FIGURES
        .iter()
        .chain(&TOLD)
        .map(|name| format!("\"{name}\""))
        .collect();
    format!("[\n[{}]", names.join(","))
}

/// The start of a row of `figures.json`, up to the indicator.
fn json_start(texts: &[&str; 5]) -> String {
    let mut row = String::from("[");
    for text in texts {
        push_text(&mut row, text);
        row.push(',');
    }
    row
}

/// Adds a text; an empty one is null.
fn push_text(line: &mut String, text: &str) {
    if text.is_empty() {
        line.push_str("null");
    } else {
        line.push_str(&serde_json::to_string(text).expect("text always serialises"));
    }
}
