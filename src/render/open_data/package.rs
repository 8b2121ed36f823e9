//! `datapackage.json`: what each table and column is, for people and programs (Data Package standard, version 2.0).

use serde_json::{Map, Value, json};

use super::loudness::{LOUDNESS, QUARTERS};
use super::table::{self, FIGURES, INTAKE, SECOND, TOLD};
use super::{About, Kind, Resource, Set};
use crate::intake::Reason;
use crate::previous::Cause;
use crate::time::PeriodKind;

/// The package's text.
pub(super) fn text(about: &About<'_>, sets: &[Set<'_>], resources: &[Resource]) -> String {
    let say = |key: &str| about.words.say(&format!("open_data.{key}"), &[]);
    let mut sets: Vec<&Set<'_>> = sets.iter().collect();
    sets.sort_by_key(|set| set.id);
    let titles: Vec<&str> = sets
        .iter()
        .map(|set| set.title)
        .filter(|t| !t.is_empty())
        .collect();
    let mut package = Map::new();
    let mut set = |key: &str, value: Value| package.insert(key.to_owned(), value);
    set(
        "$schema",
        json!("https://datapackage.org/profiles/2.0/datapackage.json"),
    );
    set("name", json!(name(about.base_url)));
    set(
        "id",
        json!(format!("{}data/datapackage.json", about.base_url)),
    );
    set("title", json!(about.title));
    set(
        "description",
        json!(format!("{} {}", say("description"), titles.join(" · ")).trim()),
    );
    set("homepage", json!(about.base_url));
    set("version", json!(about.as_of));
    let sources = each_once(sets.iter().map(|set| set.source), |text| {
        match address(text) {
            Some(path) => json!({ "title": text, "path": path }),
            None => json!({ "title": text }),
        }
    });
    if !sources.is_empty() {
        set("sources", json!(sources));
    }
    let licences = each_once(sets.iter().map(|set| set.licence), |text| {
        licence(text, about.base_url)
    });
    if !licences.is_empty() {
        set("licenses", json!(licences));
    }
    let resources: Vec<Value> = resources.iter().map(|r| resource(r, about, &say)).collect();
    set("resources", json!(resources));
    let mut text =
        serde_json::to_string_pretty(&package).expect("text and numbers always serialise");
    text.push('\n');
    text
}

fn each_once<'a>(texts: impl Iterator<Item = &'a str>, to: impl Fn(&str) -> Value) -> Vec<Value> {
    let mut values: Vec<Value> = Vec::new();
    for value in texts.filter(|text| !text.is_empty()).map(to) {
        if !values.contains(&value) {
            values.push(value);
        }
    }
    values
}

/// The first web address in a text.
fn address(text: &str) -> Option<&str> {
    let start = text.find("https://").or_else(|| text.find("http://"))?;
    let address = text[start..]
        .split(|c: char| c.is_whitespace() || "<>\"()（），。；".contains(c))
        .next()?;
    Some(address.trim_end_matches(['.', ',', ';', ')']))
}

/// A licence is known by an id of one word (`CC-BY-4.0`), else by its address, else by the page that tells of it.
fn licence(text: &str, base_url: &str) -> Value {
    let is_id = text
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || "-._".contains(c));
    if is_id {
        json!({ "name": text })
    } else {
        let page = format!("{base_url}data/");
        json!({ "path": address(text).unwrap_or(&page), "title": text })
    }
}

/// A name for the package from its address: lower-case letters, digits, points and hyphens.
fn name(base_url: &str) -> String {
    let address = base_url
        .split_once("://")
        .map_or(base_url, |(_, rest)| rest);
    let name: String = address
        .to_lowercase()
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || c == '.' {
                c
            } else {
                '-'
            }
        })
        .collect();
    let name = name.trim_matches(['-', '.']);
    if name.is_empty() {
        "answerable".to_owned()
    } else {
        name.to_owned()
    }
}

fn resource(resource: &Resource, about: &About<'_>, say: &dyn Fn(&str) -> String) -> Value {
    let path = resource.entry.path.trim_start_matches("data/");
    let stem = path
        .trim_end_matches(".csv")
        .trim_end_matches(".json")
        .replace('/', "-");
    let (format, mediatype) = match resource.kind {
        Kind::FiguresJson => ("json", "application/json"),
        _ => ("csv", "text/csv"),
    };
    let of_revisions = table::revision_columns(about.languages);
    let (name, about, columns, keys): (_, _, Vec<&str>, &[&str]) = match resource.kind {
        Kind::Figures => (stem, say("figures"), FIGURES.to_vec(), &FIGURES[..6]),
        Kind::FiguresJson => (
            format!("{stem}-json"),
            say("figures"),
            [&FIGURES[..], &TOLD].concat(),
            &[],
        ),
        Kind::Pairs => (
            stem,
            say("pairs"),
            [&FIGURES[..], &SECOND].concat(),
            &[
                "dataset",
                "dimension",
                "member",
                "period_kind",
                "period",
                "indicator",
                "dimension2",
                "member2",
            ],
        ),
        Kind::Intake => (stem, say("intake"), INTAKE.to_vec(), &["file", "reason"]),
        Kind::Loudness => (stem, say("loudness"), LOUDNESS.to_vec(), &LOUDNESS[..6]),
        Kind::Revisions => (
            stem,
            say("revisions"),
            of_revisions.iter().map(String::as_str).collect(),
            &[],
        ),
    };
    let is_csv = format == "csv";
    let fields: Vec<Value> = columns
        .iter()
        .map(|column| match resource.kind {
            Kind::Revisions => revision_field(column, say),
            _ => field(column, resource.kind, say),
        })
        .collect();
    let mut schema = json!({ "fields": fields });
    if is_csv {
        schema["missingValues"] = json!([{ "value": "", "label": say("missing") }]);
        if !keys.is_empty() {
            schema["primaryKey"] = json!(keys);
        }
    }
    let mut described = json!({
        "name": name.to_lowercase(),
        "path": path,
        "type": "table",
        "title": about,
        "format": format,
        "mediatype": mediatype,
        "encoding": "utf-8",
        "bytes": resource.entry.length,
        "hash": format!("sha256:{}", resource.entry.sha256),
        "schema": schema,
    });
    described["dialect"] = if is_csv {
        json!({ "delimiter": ",", "lineTerminator": "\n", "doubleQuote": true, "header": true })
    } else {
        json!({ "itemType": "array", "header": true })
    };
    described
}

/// A column of `revisions.csv`: those that figures have too mean the same.
fn revision_field(column: &str, say: &dyn Fn(&str) -> String) -> Value {
    let described = match column.split_once('_') {
        Some(("old", name)) => {
            say("revised.old").replace("{field}", &say(&format!("field.{name}")))
        }
        Some(("new", name)) => {
            say("revised.new").replace("{field}", &say(&format!("field.{name}")))
        }
        Some(("reason", lang)) => say("revised.reason").replace("{lang}", lang),
        _ if FIGURES.contains(&column) || SECOND.contains(&column) => {
            say(&format!("field.{column}"))
        }
        _ => say(&format!("revised.{column}")),
    };
    let kind = match column {
        "number" | "figures" | "old_numerator" | "old_denominator" | "new_numerator"
        | "new_denominator" => "integer",
        "old_value" | "new_value" => "number",
        "as_of_before" | "as_of" => "date",
        _ => "string",
    };
    let mut field = json!({ "name": column, "type": kind, "description": described });
    if column == "cause" {
        let words = Cause::ALL.map(Cause::id);
        field["constraints"] = json!({ "required": true, "enum": words });
    }
    field
}

/// The key of what a column holds; some mean something of their own in `loudness.csv`.
fn described(column: &str, table: Kind) -> String {
    let own = [
        "period",
        "indicator",
        "numerator",
        "denominator",
        "low",
        "high",
    ];
    if table == Kind::Loudness && own.contains(&column) {
        format!("field.loudness_{column}")
    } else {
        format!("field.{column}")
    }
}

fn field(column: &str, table: Kind, say: &dyn Fn(&str) -> String) -> Value {
    let is_csv = table != Kind::FiguresJson;
    let kind = match column {
        "value" | "low" | "high" => "number",
        "numerator" | "denominator" | "read" | "accepted" | "rejected" | "rows" => "integer",
        "from_closing" => "boolean",
        _ => "string",
    };
    let mut field = json!({
        "name": column,
        "type": kind,
        "description": say(&described(column, table)),
    });
    let words: Vec<&str> = match column {
        "status" => vec![
            "final",
            "provisional",
            "partial",
            "suppressed",
            "small_base",
            "none",
        ],
        "unit" => vec!["cases", "share", "days", "hours", "transfers", "per_1000"],
        "period_kind" if table == Kind::Loudness => vec![QUARTERS, PeriodKind::Quarter.id()],
        "period_kind" => PeriodKind::ALL.iter().map(|kind| kind.id()).collect(),
        _ => Vec::new(),
    };
    if !words.is_empty() {
        field["constraints"] = json!({ "required": true, "enum": words });
    }
    if column == "reason" && is_csv {
        let words: Vec<&str> = std::iter::once("")
            .chain(Reason::ALL.iter().map(|r| r.id()))
            .collect();
        field["constraints"] = json!({ "enum": words });
    }
    if is_csv && ["dimension", "member", "matter", "reason"].contains(&column) {
        // Empty is a value here: the whole data set, the file's total.
        field["missingValues"] = json!([]);
    }
    field
}
