//! `[columns]` and `[[dimension]]`: which headers of an export hold which field, and the ways to divide cases.

use std::collections::{BTreeMap, BTreeSet};

use super::DimensionText;
use super::keys::DIMENSION;
use super::reader::{Entry, Item, Table, suggestion};
use super::site::Frame;
use crate::case::{Dimension, Field};
use crate::diag::{Diagnostic, nearest};
use crate::text::Localised;

/// Ids that a dimension cannot have: the data set has pages of that address.
const TAKEN: [&str; 13] = [
    "all",
    "cases",
    "compare",
    "four-ways",
    "side-by-side",
    "half-year",
    "loud-or-quiet",
    "month",
    "overall",
    "owed",
    "periods",
    "quarter",
    "year",
];

/// The dimension that says what a case is about, where the data set names none.
const MATTER: &str = "category";

/// Dimensions with their words and their headers, all in one order; and the headers of fields.
#[derive(Default)]
pub(super) struct Columns {
    pub(super) fields: BTreeMap<Field, Vec<String>>,
    pub(super) dimensions: Vec<Dimension>,
    pub(super) texts: Vec<DimensionText>,
    pub(super) dimension_columns: Vec<Vec<String>>,
    /// The dimension that says what a case is about.
    pub(super) matter: Option<usize>,
}

impl Columns {
    pub(super) fn mapped(&self) -> BTreeSet<Field> {
        self.fields.keys().copied().collect()
    }
}

/// Reads both tables.
pub(super) fn read(table: &Table<'_>, frame: &Frame<'_>) -> Columns {
    let mut columns = Columns::default();
    let tables = table.tables("dimension", &DIMENSION);
    for each in &tables {
        dimension(each, &mut columns, frame);
    }
    let ids: Vec<String> = columns.dimensions.iter().map(|d| d.id.clone()).collect();
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    for (number, each) in tables.iter().enumerate() {
        let other = |key| each.get(key).and_then(|item| named(&item, key, &ids));
        columns.dimensions[number].parent = other("parent");
        columns.texts[number].peers = other("peers").map(|peers| ids[peers].to_owned());
        columns.texts[number].cases = each
            .get("cases")
            .and_then(|item| item.flag())
            .unwrap_or(columns.dimensions[number].parent.is_none());
    }
    refuse_circles(&tables, &mut columns);
    columns.matter = matter(table, &ids);
    headers(table, &mut columns);
    for (number, each) in tables.iter().enumerate() {
        if ids[..number].contains(&ids[number]) {
            continue;
        }
        check_mapped(each, ids[number], &columns.dimension_columns[number]);
    }
    columns
}

/// The dimension that says what a case is about.
fn matter(table: &Table<'_>, ids: &[&str]) -> Option<usize> {
    match table.get("matter") {
        Some(item) => named(&item, "matter", ids),
        None => ids.iter().position(|id| *id == MATTER),
    }
}

fn check_mapped(table: &Table<'_>, id: &str, headers: &[String]) {
    if let Some(item) = table.get("id")
        && headers.is_empty()
        && !id.is_empty()
        && Field::parse(id).is_none()
    {
        item.tell(
            "dimension-without-column",
            format!("dimension \"{id}\" has no column"),
            &format!("add {id} = \"header of the export\" under [columns]"),
        );
    }
}

fn dimension(table: &Table<'_>, columns: &mut Columns, frame: &Frame<'_>) {
    let item = table.need("id");
    let id = item.as_ref().and_then(Item::id).unwrap_or("");
    if let Some(item) = &item {
        check_id(item, id, columns);
    }
    let label = table.get("label").map_or_else(
        || Localised::same(id),
        |item| item.localised(&frame.languages),
    );
    columns.dimensions.push(Dimension {
        id: id.to_owned(),
        pages: table
            .get("pages")
            .and_then(|item| item.flag())
            .unwrap_or(false),
        parent: None,
    });
    columns.texts.push(DimensionText {
        label,
        members: BTreeMap::new(),
        peers: None,
        cases: true,
    });
    columns.dimension_columns.push(Vec::new());
}

fn check_id(item: &Item<'_>, id: &str, columns: &Columns) {
    if Field::parse(id).is_some() {
        item.tell(
            "reserved-id",
            format!("a dimension cannot be called \"{id}\": that is a field of [columns]"),
            &format!("give it another id, as in \"by_{id}\", and map the same header to it under [columns]"),
        );
    } else if TAKEN.contains(&id) {
        item.tell(
            "reserved-id",
            format!("a dimension cannot be called \"{id}\": the site has a page of that address"),
            "give it another id; its label may be anything",
        );
    } else if !id.is_empty() && columns.dimensions.iter().any(|other| other.id == id) {
        item.tell(
            "duplicate-id",
            format!("there are two dimensions \"{id}\""),
            "give each its own id",
        );
    }
}

/// The dimension that a key names.
/// The number of the dimension that a key names; told where there is none.
pub(super) fn named(item: &Item<'_>, key: &str, ids: &[&str]) -> Option<usize> {
    let id = item.name_text()?;
    let found = ids.iter().position(|each| *each == id);
    if found.is_none() {
        item.tell(
            "unknown-dimension",
            format!("{key} names \"{id}\", which is not a dimension"),
            &suggestion(id, ids, "dimension"),
        );
    }
    found
}

/// A dimension that lies above itself is told, and its parent dropped.
fn refuse_circles(tables: &[Table<'_>], columns: &mut Columns) {
    let count = columns.dimensions.len();
    for (start, table) in tables.iter().enumerate() {
        let mut above = columns.dimensions[start].parent;
        for _ in 0..count {
            if above == Some(start) {
                break;
            }
            above = above.and_then(|number| columns.dimensions[number].parent);
        }
        if above == Some(start) {
            columns.dimensions[start].parent = None;
            if let Some(item) = table.get("parent") {
                item.tell(
                    "parent-circle",
                    format!(
                        "dimension \"{}\" lies above itself",
                        columns.dimensions[start].id
                    ),
                    "parent names the next larger unit: city above town, town above village",
                );
            }
        }
    }
}

fn headers(table: &Table<'_>, columns: &mut Columns) {
    let Some(item) = table.need("columns") else {
        return;
    };
    let entries =
        item.entries("id = \"header of the export\", or received = [\"one header\", \"another\"]");
    for entry in &entries {
        let field = Field::parse(entry.key);
        let number = columns.dimensions.iter().position(|d| d.id == entry.key);
        let names = names(entry);
        match (field, number) {
            (Some(field), _) => {
                columns.fields.insert(field, names);
            }
            (None, Some(number)) => columns.dimension_columns[number] = names,
            (None, None) => tell_unknown(entry, columns, table),
        }
    }
    if item.is_table() && !columns.fields.contains_key(&Field::Received) {
        item.tell(
            "no-received-column",
            "[columns] does not say which column holds the date of receipt",
            "add received = \"header of the date of receipt\" under [columns]",
        );
    }
}

fn names(entry: &Entry<'_>) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    let list = entry.item.one_or_list();
    for item in &list {
        if let Some(name) = item.name_text()
            && !names.iter().any(|other| other == name)
        {
            names.push(name.to_owned());
        }
    }
    if list.is_empty() {
        entry.item.tell(
            "blank-text",
            format!("\"{}\" names no header", entry.key),
            &format!(
                "write {} = \"header of the export\", or delete the line",
                entry.key
            ),
        );
    }
    names
}

fn tell_unknown(entry: &Entry<'_>, columns: &Columns, table: &Table<'_>) {
    let valid: Vec<&str> = Field::ALL
        .iter()
        .map(|field| field.id())
        .chain(columns.dimensions.iter().map(|d| d.id.as_str()))
        .collect();
    let hint = if table.knows(entry.key) {
        "it belongs at the top of dataset.toml, above the first line in [brackets]".to_owned()
    } else {
        let near = nearest(entry.key, valid.iter().copied());
        let near = near
            .map(|word| format!("did you mean \"{word}\"? or "))
            .unwrap_or_default();
        format!("{near}add a [[dimension]] with id = \"{}\"", entry.key)
    };
    let source = entry.item.source;
    source.findings.tell(
        Diagnostic::error(
            "unknown-field",
            format!("\"{}\" is neither a field nor a dimension", entry.key),
        )
        .at(source.place(entry.span.clone()))
        .hint(hint),
    );
}
