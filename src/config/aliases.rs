//! `[aliases.<data set>.<dimension>]`: members that were renamed, so that their cases are counted under today's name.

use std::collections::BTreeMap;

use super::Dataset;
use super::reader::{Entry, Table, suggestion};
use crate::diag::Diagnostic;

const DATA_SET: &str = "data set";

/// Reads the table into the data sets it names. A name that was changed twice leads to the last.
pub(super) fn read(table: &Table<'_>, datasets: &mut [Dataset]) {
    const EXAMPLE: &str = "[aliases.hotline.department] with \"Parks\" = \"Parks and Gardens\"";
    let Some(item) = table.get("aliases") else {
        return;
    };
    for of_dataset in item.entries(EXAMPLE) {
        let ids: Vec<String> = datasets.iter().map(|each| each.id.clone()).collect();
        let Some(at) = position(&of_dataset, &ids, DATA_SET) else {
            continue;
        };
        let dimensions: Vec<String> = datasets[at]
            .scheme
            .dimensions
            .iter()
            .map(|each| each.id.clone())
            .collect();
        for of_dimension in of_dataset.item.entries(EXAMPLE) {
            let found = position(&of_dimension, &dimensions, "dimension");
            let Some(dimension) = found else { continue };
            let mut names = BTreeMap::new();
            for name in of_dimension.item.entries(EXAMPLE) {
                if let Some(now) = name.item.name_text() {
                    names.insert(name.key.trim().to_owned(), now.to_owned());
                }
            }
            for name in of_dimension.item.entries(EXAMPLE) {
                if let Some(last) = follow(&names, name.key.trim()) {
                    datasets[at].aliases[dimension].insert(name.key.trim().to_owned(), last);
                } else if name.item.is_text() {
                    name.item.tell(
                        "alias-circle",
                        format!("the alias of \"{}\" leads back to itself", name.key),
                        "the old name stands at the left, the name of today at the right",
                    );
                }
            }
        }
    }
}

/// The last name that a name leads to; `None` where it leads back to itself.
fn follow(names: &BTreeMap<String, String>, from: &str) -> Option<String> {
    let mut now = names.get(from)?;
    for _ in 0..=names.len() {
        match names.get(now) {
            Some(next) => now = next,
            None => return Some(now.clone()),
        }
    }
    None
}

fn position(entry: &Entry<'_>, ids: &[String], what: &'static str) -> Option<usize> {
    let found = ids.iter().position(|id| id == entry.key);
    if found.is_none() {
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        let source = entry.item.source;
        let message = format!("[aliases] names \"{}\", which is not a {what}", entry.key);
        let told = if what == DATA_SET {
            Diagnostic::error("unknown-dataset", message)
        } else {
            Diagnostic::error("unknown-dimension", message)
        };
        source.findings.tell(
            told.at(source.place(entry.span.clone()))
                .hint(suggestion(entry.key, &ids, what)),
        );
    }
    found
}
