//! `[labels.<dimension>]`: how members are shown, in the configuration or in a CSV file.

use std::collections::BTreeMap;

use super::files::named;
use super::reader::{Item, Table, suggestion};
use super::rows;
use super::site::Frame;
use crate::diag::Diagnostic;
use crate::text::{Lang, Localised};

/// The labels of members, by dimension; and the CSV files they came from, relative to the data set's folder.
#[derive(Default)]
pub(super) struct Labels {
    pub(super) by_dimension: BTreeMap<String, BTreeMap<String, Localised>>,
    pub(super) files: Vec<String>,
}

/// Reads `[labels]`; `dimensions` are the known ids.
pub(super) fn read(
    table: &Table<'_>,
    folder: &str,
    dimensions: &[&str],
    frame: &Frame<'_>,
) -> Labels {
    let mut labels = Labels::default();
    let Some(item) = table.get("labels") else {
        return labels;
    };
    for entry in item.entries(item.example) {
        if !dimensions.contains(&entry.key) {
            frame.findings.tell(
                Diagnostic::error(
                    "unknown-dimension",
                    format!("[labels] names \"{}\", which is not a dimension", entry.key),
                )
                .at(item.source.place(entry.span.clone()))
                .hint(suggestion(entry.key, dimensions, "dimension")),
            );
        }
        let members = if entry.item.is_text() {
            from_file(&entry.item, folder, &mut labels.files, frame)
        } else {
            entry
                .item
                .entries(item.example)
                .into_iter()
                .map(|member| {
                    let name = member.key.trim().to_owned();
                    let text = member.item.localised(&frame.languages);
                    let text = with_own_word(text, &name);
                    (name, text)
                })
                .collect()
        };
        labels.by_dimension.insert(entry.key.to_owned(), members);
    }
    labels
}

/// In a language without a label a member is shown by the export's own word, not by another language's label.
fn with_own_word(text: Localised, member: &str) -> Localised {
    if text.by_lang.is_empty() {
        return text;
    }
    Localised {
        fallback: member.to_owned(),
        ..text
    }
}

/// A file of `member` and a column a language.
fn from_file(
    item: &Item<'_>,
    folder: &str,
    files: &mut Vec<String>,
    frame: &Frame<'_>,
) -> BTreeMap<String, Localised> {
    let mut labels = BTreeMap::new();
    let Some(file) = named(frame.root, folder, item) else {
        return labels;
    };
    files.push(file.clone());
    let path = format!("{folder}/{file}");
    let Some(rows) = rows::read(frame.root, &path, frame.findings) else {
        return labels;
    };
    let tags: Vec<&str> = frame.languages.iter().map(Lang::tag).collect();
    let Some(member) = rows.column("member") else {
        frame.findings.tell(
            Diagnostic::error("bad-table", "the table has no column \"member\"")
                .at(rows.place(1, usize::MAX))
                .hint(format!(
                    "its first line names the columns: member,{}",
                    tags.join(",")
                )),
        );
        return labels;
    };
    for (number, name) in rows.header.iter().enumerate() {
        if number != member && !tags.is_empty() && !tags.contains(&name.as_str()) {
            frame.findings.tell(
                Diagnostic::warning(
                    "language-not-used",
                    format!("\"{name}\" is not a language of this site"),
                )
                .at(rows.place(1, number))
                .hint(suggestion(name, &tags, "language")),
            );
        }
    }
    for (line, cells) in &rows.rows {
        let mut text = Localised::default();
        let cells_by_name = rows.header.iter().zip(cells).enumerate();
        for (_, (name, cell)) in
            cells_by_name.filter(|(n, (_, cell))| *n != member && !cell.is_empty())
        {
            text.by_lang.insert(Lang(name.clone()), cell.clone());
        }
        if text.is_empty() {
            continue;
        }
        let text = with_own_word(text, &cells[member]);
        if labels.insert(cells[member].clone(), text).is_some() {
            frame.findings.tell(
                Diagnostic::error(
                    "duplicate-id",
                    format!("member \"{}\" is labelled twice", cells[member]),
                )
                .at(rows.place(*line, member))
                .hint("delete one of the rows"),
            );
        }
    }
    labels
}
