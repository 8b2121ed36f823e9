//! A small CSV file that stands beside `dataset.toml`: a header line and rows of text, each with its line.

use std::path::Path;

use super::files;
use super::reader::{Findings, Source};
use crate::diag::{Diagnostic, Place};

/// The rows of a small CSV file, trimmed.
pub(super) struct Rows<'a> {
    pub(super) source: Source<'a>,
    pub(super) header: Vec<String>,
    /// Line (from 1) and cells, as many as the header has.
    pub(super) rows: Vec<(u64, Vec<String>)>,
}

impl Rows<'_> {
    /// The number of a column.
    pub(super) fn column(&self, name: &str) -> Option<usize> {
        self.header.iter().position(|each| each == name)
    }

    pub(super) fn place(&self, line: u64, column: usize) -> Place {
        let place = Place::line(self.source.path.clone(), line);
        match self.header.get(column) {
            Some(name) => place.field(name.clone()),
            None => place,
        }
    }
}

/// Reads the file; `path` is relative to the site's folder.
pub(super) fn read<'a>(root: &Path, path: &str, findings: &'a Findings) -> Option<Rows<'a>> {
    let source = files::read_text(root, path, findings)?;
    let text = source.text.trim_start_matches('\u{feff}');
    let mut reader = csv::ReaderBuilder::new()
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let header = match reader.headers() {
        Ok(header) => header.iter().map(str::to_owned).collect(),
        Err(error) => {
            findings.tell(broken(path, &error));
            return None;
        }
    };
    let mut rows = Vec::new();
    for record in reader.records() {
        match record {
            Ok(record) => {
                let line = record.position().map_or(0, csv::Position::line);
                rows.push((line, record.iter().map(str::to_owned).collect()));
            }
            Err(error) => findings.tell(broken(path, &error)),
        }
    }
    Some(Rows {
        source,
        header,
        rows,
    })
}

fn broken(path: &str, error: &csv::Error) -> Diagnostic {
    let place = match error.position() {
        Some(position) => Place::line(path, position.line()),
        None => Place::file(path),
    };
    let message = match error.kind() {
        csv::ErrorKind::UnequalLengths {
            expected_len, len, ..
        } => format!("the row has {len} cells where the header has {expected_len}"),
        _ => error.to_string(),
    };
    Diagnostic::error("bad-table", message)
        .at(place)
        .hint("write a CSV file in UTF-8 with commas, its column names in the first line")
}
