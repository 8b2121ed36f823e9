//! `data/<id>/dataset.toml`: one data set.

use std::collections::BTreeSet;

use toml::Spanned;
use toml::de::DeTable;

use super::clock::Around;
use super::columns::Columns;
use super::keys::{COVERAGE, DATASET, KEEP_LATEST, SERIES_BREAK};
use super::reader::{Item, Source, Table};
use super::site::{Frame, zone};
use super::{Dataset, Publish, RepeatedId, SeriesBreak, UnknownOutcome};
use super::{calendar, clock, columns, dates, files, labels, population, vocabulary};
use crate::case::{Field, Scheme};
use crate::text::Localised;
use crate::time::Day;

/// Words for yes where a data set names none.
const USUAL_YES: [&str; 6] = ["yes", "Yes", "true", "TRUE", "1", "是"];

/// Rejected rows allowed in a file where nothing is said: 2 %, in parts per million.
const USUAL_REJECTED: u64 = 20_000;

/// Reads a data set. What is wrong is told and replaced by its default, so that the rest is checked too.
pub(super) fn read(
    id: &str,
    source: &Source<'_>,
    parsed: &Spanned<DeTable<'_>>,
    frame: &Frame<'_>,
) -> Dataset {
    let table = Table::top(source, &DATASET, parsed);
    let folder = format!("data/{id}");
    let text = |key| {
        table
            .get(key)
            .map_or_else(Localised::default, |item| item.localised(&frame.languages))
    };
    let title = text("title");
    let zone = table.get("timezone").as_ref().and_then(zone);
    let zone = zone.unwrap_or_else(|| frame.zone.clone());
    let mut columns = columns::read(&table, frame);
    let ids: Vec<String> = columns.dimensions.iter().map(|d| d.id.clone()).collect();
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let fields = columns.mapped();
    let mut labels = labels::read(&table, &folder, &ids, frame);
    for (dimension, text) in columns.dimensions.iter().zip(&mut columns.texts) {
        text.members = labels
            .by_dimension
            .remove(&dimension.id)
            .unwrap_or_default();
    }
    let (population, population_file) = table.get("population").map_or((None, None), |item| {
        population::read(&item, &folder, &ids, frame)
    });
    let mut beside = labels.files;
    beside.extend(population_file);
    let around = Around {
        fields: &fields,
        dimensions: &ids,
        zone: zone.name(),
    };
    let (clocks, clock_texts) = clock::read_all(&table, &around, frame);
    check_vocabularies(&table, &columns);
    Dataset {
        id: id.to_owned(),
        title: if title.is_empty() {
            Localised::same(id)
        } else {
            title
        },
        source: text("source"),
        licence: text("licence"),
        notice: text("notice"),
        path: source.path.clone(),
        files: files::exports(
            frame.root,
            &folder,
            table.get("files").as_ref(),
            &beside,
            frame.findings,
        ),
        encoding: table.get("encoding").as_ref().and_then(encoding),
        delimiter: table.get("delimiter").as_ref().and_then(delimiter),
        dates: table
            .get("dates")
            .as_ref()
            .map_or_else(Vec::new, dates::formats),
        zone,
        nothing: words(&table, "nothing", &[""]),
        repeated_id: table
            .get("repeated_id")
            .as_ref()
            .and_then(repeated_id)
            .unwrap_or_default(),
        coverage: table.get("coverage").as_ref().and_then(coverage),
        header: table.get("header").as_ref().and_then(header),
        yes: words(&table, "yes", &USUAL_YES),
        max_rejected: table
            .get("max_rejected")
            .as_ref()
            .and_then(share)
            .unwrap_or(USUAL_REJECTED),
        outcomes: vocabulary::words(&table, "outcomes", &vocabulary::outcome_classes()),
        statuses: vocabulary::words(&table, "statuses", &vocabulary::status_classes()),
        escalations: vocabulary::escalations(&table),
        ratings: vocabulary::ratings(&table),
        unknown_outcome: table
            .get("unknown_outcome")
            .and_then(|item| {
                let valid = [
                    ("stop", UnknownOutcome::Stop),
                    ("reject", UnknownOutcome::Reject),
                ];
                item.choice(
                    "unknown-word",
                    "a rule for words outside a vocabulary",
                    &valid,
                )
            })
            .unwrap_or_default(),
        publish: publish(&table, &fields),
        population,
        breaks: breaks(&table, &ids, frame),
        aliases: vec![std::collections::BTreeMap::new(); columns.dimensions.len()],
        dimension_texts: columns.texts,
        clock_texts,
        scheme: Scheme {
            fields,
            dimensions: columns.dimensions,
            clocks,
            matter: columns.matter,
            only_answered: table
                .get("only")
                .and_then(|item| {
                    item.choice(
                        "unknown-word",
                        "something that \"only\" can say",
                        &[("answered", true)],
                    )
                })
                .unwrap_or(false),
        },
        columns: columns.fields,
        dimension_columns: columns.dimension_columns,
    }
}

fn check_vocabularies(table: &Table<'_>, columns: &Columns) {
    let vocabularies = [
        ("outcomes", Field::Outcome),
        ("statuses", Field::Status),
        ("escalations", Field::Escalation),
        ("ratings", Field::Rating),
    ];
    for (name, field) in vocabularies {
        if let Some(item) = table.get(name)
            && !columns.fields.contains_key(&field)
        {
            item.warn(
                "vocabulary-not-used",
                format!(
                    "[{name}] has no effect: no column is mapped to \"{}\"",
                    field.id()
                ),
                &format!(
                    "add {} = \"its header\" under [columns], or delete [{name}]",
                    field.id()
                ),
            );
        }
    }
}

fn words(table: &Table<'_>, name: &str, usual: &[&str]) -> BTreeSet<String> {
    let Some(item) = table.get(name) else {
        return usual.iter().map(|word| (*word).to_owned()).collect();
    };
    let mut words: BTreeSet<String> = item
        .one_or_list()
        .iter()
        .filter_map(Item::text)
        .map(str::to_owned)
        .collect();
    // A blank cell means nothing whatever else does.
    if name == "nothing" {
        words.insert(String::new());
    }
    words
}

/// The encoding's name; `None` is "auto".
fn encoding(item: &Item<'_>) -> Option<String> {
    let written = item.name_text()?;
    if written == "auto" {
        return None;
    }
    let found = encoding_rs::Encoding::for_label_no_replacement(written.as_bytes());
    if found.is_none() {
        let known = [
            "auto",
            "UTF-8",
            "UTF-16LE",
            "UTF-16BE",
            "GB18030",
            "GBK",
            "Big5",
            "Windows-1252",
        ];
        item.tell(
            "unknown-encoding",
            format!("there is no encoding \"{written}\""),
            &super::reader::suggestion(written, &known, "encoding"),
        );
    }
    found.map(|encoding| encoding.name().to_owned())
}

fn delimiter(item: &Item<'_>) -> Option<u8> {
    let written = item.exact_text()?;
    match written.as_bytes() {
        [byte] if !byte.is_ascii_alphanumeric() && !matches!(byte, b'"' | b'\n' | b'\r') => {
            Some(*byte)
        }
        _ if written == "tab" => Some(b'\t'),
        _ => {
            item.tell(
                "bad-delimiter",
                format!("\"{}\" cannot separate cells", written.escape_debug()),
                "write one character such as \",\", \";\" or \"|\", or \"tab\"",
            );
            None
        }
    }
}

fn repeated_id(item: &Item<'_>) -> Option<RepeatedId> {
    if item.is_table() {
        let header = item.table(&KEEP_LATEST)?.need("keep-latest")?;
        return header
            .name_text()
            .map(|name| RepeatedId::KeepLatest(name.to_owned()));
    }
    let written = item.name_text()?;
    let rule = match written {
        "keep-last" => RepeatedId::KeepLast,
        "keep-first" => RepeatedId::KeepFirst,
        "reject-all" => RepeatedId::RejectAll,
        "error" => RepeatedId::Error,
        _ => {
            let column = written
                .strip_prefix("keep-latest")
                .and_then(|rest| rest.trim_start().strip_prefix('='))
                .map(str::trim)
                .filter(|column| !column.is_empty());
            let Some(column) = column else {
                let valid = ["keep-last", "keep-first", "reject-all", "error"];
                let hint = if written.starts_with("keep-latest") {
                    "name the column: repeated_id = { keep-latest = \"header of a date column\" }"
                        .to_owned()
                } else {
                    super::reader::suggestion(written, &valid, "rule")
                };
                item.tell(
                    "unknown-word",
                    format!("\"{written}\" is not a rule for repeated ids"),
                    &hint,
                );
                return None;
            };
            RepeatedId::KeepLatest(column.to_owned())
        }
    };
    Some(rule)
}

fn coverage(item: &Item<'_>) -> Option<(Day, Day)> {
    let table = item.table(&COVERAGE)?;
    calendar::run(item, table.need("from"), table.need("to"))
}

fn header(item: &Item<'_>) -> Option<Vec<String>> {
    let mut names: Vec<String> = Vec::new();
    for each in item.list() {
        let name = each.text()?;
        if !name.is_empty() && names.iter().any(|other| other == name) {
            each.tell(
                "duplicate-id",
                format!("header names \"{name}\" twice"),
                "give each column its own name; \"\" for one that is not used",
            );
        }
        names.push(name.to_owned());
    }
    if names.is_empty() {
        item.tell(
            "blank-text",
            "\"header\" names no column",
            "name the columns in their order, or delete the line",
        );
        return None;
    }
    Some(names)
}

/// A share such as "2 %" or "0.5%", in parts per million.
pub(super) fn share(item: &Item<'_>) -> Option<u64> {
    let written = item.text()?;
    let found = parse_share(written);
    if found.is_none() {
        item.tell(
            "bad-share",
            format!("\"{written}\" is not a share"),
            "write a percentage from 0 to 100 with at most four decimals, as in \"2 %\" or \"0.5 %\"",
        );
    }
    found
}

fn parse_share(text: &str) -> Option<u64> {
    let number = text.strip_suffix(['%', '％'])?.trim_end();
    let (whole, decimals) = number.split_once('.').unwrap_or((number, "0"));
    let digits = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_digit());
    if !digits(whole) || !digits(decimals) || decimals.len() > 4 {
        return None;
    }
    let parts = whole.parse::<u64>().ok()?.checked_mul(10_000)?;
    let share = parts.checked_add(format!("{decimals:0<4}").parse().ok()?)?;
    (share <= 1_000_000).then_some(share)
}

fn publish(table: &Table<'_>, fields: &BTreeSet<Field>) -> Publish {
    let all = table.get("publish_all");
    let is_all = all.as_ref().and_then(Item::flag) == Some(true);
    let is_marked = fields.contains(&Field::Publish);
    if let (Some(item), true, true) = (&all, is_all, is_marked) {
        item.tell(
            "publish-both-ways",
            "publish_all publishes every case's text, and a column \"publish\" chooses some",
            "delete publish_all, or the line publish under [columns]",
        );
    }
    match (is_all, is_marked) {
        (true, _) => Publish::Everything,
        (false, true) => Publish::Marked,
        (false, false) => Publish::Nothing,
    }
}

fn breaks(table: &Table<'_>, dimensions: &[&str], frame: &Frame<'_>) -> Vec<SeriesBreak> {
    let mut breaks: Vec<SeriesBreak> = table
        .tables("series_break", &SERIES_BREAK)
        .iter()
        .filter_map(|each| {
            let note = each
                .need("note")
                .map(|item| item.localised(&frame.languages));
            let date = each.need("date").and_then(|item| item.day());
            let dimension = each
                .get("dimension")
                .map(|item| columns::named(&item, "dimension", dimensions));
            if dimension == Some(None) {
                return None;
            }
            Some(SeriesBreak {
                date: date?,
                dimension: dimension.flatten(),
                note: note?,
            })
        })
        .collect();
    breaks.sort_by_key(|each| each.date);
    breaks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_exact() {
        assert_eq!(parse_share("2 %"), Some(20_000));
        assert_eq!(parse_share("0.5%"), Some(5_000));
        assert_eq!(parse_share("0.0001 %"), Some(1));
        assert_eq!(parse_share("100 %"), Some(1_000_000));
        for wrong in ["2", "101 %", "-1 %", "a %", "0.00001 %", ".5 %", " %"] {
            assert_eq!(parse_share(wrong), None, "{wrong}");
        }
    }
}
