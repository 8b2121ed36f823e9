//! `answerable.toml` and what stands around it: the site's data sets and calendars.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use super::files;
use super::keys::{
    OPEN_DATA, PERIODS, PRINT, PRIVACY, PUBLISH, REDACTION, REVISIONS, SEARCH, SITE, SITE_FILE,
};
use super::reader::{Findings, Item, Table, is_id};
use super::revisions::{self, Unexplained};
use super::{Masking, Overrides, Redaction, Search, Site, aliases, calendar, dataset, print};
use crate::diag::{Diagnostic, Place, nearest};
use crate::redaction::Kind;
use crate::text::{Lang, Localised};
use crate::time::{Calendar, PeriodKind, PeriodRules, Zone};

/// The site's file, relative to its folder.
pub(super) const FILE: &str = "answerable.toml";

/// Names of folders under `data/` or of addresses that a data set cannot have.
const TAKEN: [&str; 12] = [
    "a-z",
    "assets",
    "calendars",
    "data",
    "intake",
    "methods",
    "pairs",
    "promises",
    "reports",
    "revisions",
    "search",
    "static",
];

/// What data sets take from their site.
pub(super) struct Frame<'a> {
    pub(super) root: &'a Path,
    /// The site's languages, in order; empty where they could not be read.
    pub(super) languages: Vec<Lang>,
    pub(super) zone: Zone,
    pub(super) calendars: BTreeMap<String, Arc<Calendar>>,
    pub(super) findings: &'a Findings,
}

/// Reads the site and all its data sets; `None` where there is no file to begin with or its syntax is broken.
pub(super) fn read(root: &Path, overrides: &Overrides, findings: &Findings) -> Option<Site> {
    if !root.join(FILE).exists() {
        let folder = if root == Path::new(".") {
            "this folder".to_owned()
        } else {
            root.display().to_string()
        };
        findings.tell(
            Diagnostic::error("no-site", format!("there is no {FILE} in {folder}"))
                .at(Place::file(FILE))
                .hint("a site's folder has one: run inside that folder, name it with --root, or make one with: answerable init DIR"),
        );
        return None;
    }
    let mut frame = Frame {
        root,
        languages: Vec::new(),
        zone: Zone::utc(),
        calendars: calendar::read_all(root, findings),
        findings,
    };
    let source = files::read_text(root, FILE, findings);
    let parsed = source.as_ref().and_then(|source| source.table());
    let site = source
        .as_ref()
        .zip(parsed.as_ref())
        .map(|(source, parsed)| {
            let table = Table::top(source, &SITE_FILE, parsed);
            site(&table, root, overrides, &mut frame)
        });
    let mut datasets = datasets(&frame);
    if let Some((source, parsed)) = source.as_ref().zip(parsed.as_ref()) {
        let table = Table::again(source, &SITE_FILE, parsed);
        aliases::read(&table, &mut datasets);
    }
    let explanations = revisions::read(root, &frame.languages, findings);
    Some(Site {
        datasets,
        explanations,
        ..site?
    })
}

fn site(table: &Table<'_>, root: &Path, overrides: &Overrides, frame: &mut Frame<'_>) -> Site {
    let head = table.need("site").and_then(|item| item.table(&SITE));
    let head = head.as_ref();
    let get = |key| head.and_then(|table| table.get(key));
    frame.languages = languages(get("languages").as_ref());
    if let Some(zone) = get("timezone").as_ref().and_then(zone) {
        frame.zone = zone;
    }
    let title = head
        .and_then(|table| table.need("title"))
        .map_or_else(Localised::default, |item| item.localised(&frame.languages));
    let base_url = head
        .and_then(|table| table.need("base_url"))
        .and_then(|item| address(&item))
        .unwrap_or_default();
    let theme = get("theme").as_ref().and_then(theme);
    let times = table.table("periods", &PERIODS);
    let time = |key| times.as_ref().and_then(|table| table.get(key));
    let privacy = table.table("privacy", &PRIVACY);
    let small = |key| privacy.as_ref().and_then(|table| table.get(key));
    let publish = table.table("publish", &PUBLISH);
    let redaction = table.table("redaction", &REDACTION);
    let revisions = table.table("revisions", &REVISIONS);
    let print = table.table("print", &PRINT);
    let search = table.table("search", &SEARCH);
    let can = |key| search.as_ref().and_then(|table| table.get(key)?.flag()) != Some(false);
    let most = table
        .table("open_data", &OPEN_DATA)
        .and_then(|table| table.get("max_figures"));
    Site {
        root: root.to_owned(),
        title,
        base_url,
        languages: frame.languages.clone(),
        theme: theme.unwrap_or("default").to_owned(),
        zone: frame.zone.clone(),
        periods: PeriodRules {
            kinds: kinds(time("kinds").as_ref()),
            year_starts: time("year_starts")
                .as_ref()
                .and_then(year_starts)
                .unwrap_or(1),
        },
        settle: time("settle")
            .and_then(|item| item.whole(0..=3_660))
            .and_then(|days| u32::try_from(days).ok())
            .unwrap_or(90),
        as_of: overrides
            .as_of
            .or(time("as_of").and_then(|item| item.day())),
        min_cell: small("min_cell")
            .and_then(|item| item.whole(1..=1_000))
            .unwrap_or(5),
        min_base: small("min_base")
            .and_then(|item| item.whole(1..=100_000))
            .unwrap_or(10),
        max_figures: most
            .and_then(|item| item.whole(1..=1_000_000_000))
            .unwrap_or(5_000_000),
        case_pages: publish
            .as_ref()
            .and_then(|table| table.get("case_pages")?.flag())
            .unwrap_or(true),
        search: Search {
            is_on: can("enabled"),
            cases: can("cases"),
        },
        previous: publish
            .and_then(|table| table.get("previous")?.name_text())
            .map(std::path::PathBuf::from),
        unexplained: revisions
            .and_then(|table| {
                let modes = [("tell", Unexplained::Tell), ("explain", Unexplained::Stop)];
                let item = table.get("mode")?;
                item.choice("unknown-word", "a way to treat revisions", &modes)
            })
            .unwrap_or_default(),
        explanations: Vec::new(),
        redaction: redaction.map_or_else(Redaction::default, |table| self::redaction(&table)),
        print: print::read(print.as_ref(), frame),
        datasets: Vec::new(),
    }
}

fn redaction(table: &Table<'_>) -> Redaction {
    let modes = [("stop", Masking::Stop), ("mask", Masking::Mask)];
    let kinds: Vec<(&str, Kind)> = Kind::ALL
        .into_iter()
        .map(|kind| (kind.id(), kind))
        .collect();
    Redaction {
        mode: table
            .get("mode")
            .and_then(|item| item.choice("unknown-word", "a way to keep texts clean", &modes))
            .unwrap_or_default(),
        off: table.get("off").map_or_else(BTreeSet::new, |item| {
            item.one_or_list()
                .iter()
                .filter_map(|each| {
                    each.choice("unknown-word", "a kind that the guard looks for", &kinds)
                })
                .collect()
        }),
        allow: table.get("allow").map_or_else(Vec::new, |item| {
            item.one_or_list()
                .iter()
                .filter_map(|each| each.name_text().map(str::to_owned))
                .collect()
        }),
    }
}

/// The site's languages; English where none is named.
fn languages(item: Option<&Item<'_>>) -> Vec<Lang> {
    let Some(item) = item else {
        return vec![Lang("en".to_owned())];
    };
    let mut languages: Vec<Lang> = Vec::new();
    let list = item.one_or_list();
    for each in &list {
        let Some(tag) = each.name_text() else {
            continue;
        };
        let proper = proper_tag(tag);
        if proper.as_deref() != Some(tag) {
            let hint = match &proper {
                Some(proper) => format!("write \"{proper}\""),
                None => "write a language tag such as \"en\", \"fr\", \"zh-CN\" or \"zh-Hant\""
                    .to_owned(),
            };
            each.tell(
                "bad-language",
                format!("\"{tag}\" is not written as a language tag"),
                &hint,
            );
        } else if languages.iter().any(|lang| lang.tag() == tag) {
            each.tell(
                "duplicate-id",
                format!("language \"{tag}\" is named twice"),
                "delete one",
            );
        } else {
            languages.push(Lang(tag.to_owned()));
        }
    }
    if list.is_empty() {
        item.tell(
            "blank-text",
            "a site needs at least one language",
            "write languages = [\"en\"]",
        );
    }
    languages
}

/// A tag as RFC 5646 recommends its letters: `en`, `zh-CN`, `zh-Hant`; `None` where it is none.
fn proper_tag(tag: &str) -> Option<String> {
    let mut parts = tag.split(['-', '_']);
    let first = parts.next()?;
    if !(2..=3).contains(&first.len()) || !first.chars().all(|c| c.is_ascii_alphabetic()) {
        return None;
    }
    let mut proper = first.to_ascii_lowercase();
    for part in parts {
        if !(2..=8).contains(&part.len()) || !part.chars().all(|c| c.is_ascii_alphanumeric()) {
            return None;
        }
        proper.push('-');
        match part.len() {
            2 => proper.push_str(&part.to_ascii_uppercase()),
            4 => {
                proper.push_str(&part[..1].to_ascii_uppercase());
                proper.push_str(&part[1..].to_ascii_lowercase());
            }
            _ => proper.push_str(&part.to_ascii_lowercase()),
        }
    }
    Some(proper)
}

/// The public address, with a slash at the end.
fn address(item: &Item<'_>) -> Option<String> {
    let written = item.name_text()?;
    let rest = written
        .strip_prefix("https://")
        .or_else(|| written.strip_prefix("http://"));
    let is_address = rest.is_some_and(|rest| {
        !rest.is_empty()
            && !rest.starts_with(['/', ':', '.'])
            && !rest.contains(|c: char| {
                c.is_whitespace()
                    || c.is_control()
                    || matches!(c, '?' | '#' | '"' | '<' | '>' | '\\')
            })
    });
    if !is_address {
        item.tell(
            "bad-address",
            format!("\"{written}\" is not the address of a site"),
            "write the public address with https:// or http:// and without ? or #, as in base_url = \"https://example.org/answers/\"",
        );
        return None;
    }
    Some(format!("{}/", written.trim_end_matches('/')))
}

fn theme<'a>(item: &Item<'a>) -> Option<&'a str> {
    let name = item.name_text()?;
    let is_name = name
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
    if !is_name {
        item.tell(
            "bad-id",
            format!("\"{name}\" cannot be the name of a theme"),
            "a theme is the name of a folder in themes/, or \"default\"",
        );
        return None;
    }
    Some(name)
}

/// A named zone; an unknown one is told.
pub(super) fn zone(item: &Item<'_>) -> Option<Zone> {
    let name = item.name_text()?;
    let zone = Zone::named(name);
    if zone.is_none() {
        let names = Zone::names();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let hint = match nearest(name, names.iter().copied()) {
            Some(name) => format!("did you mean \"{name}\"?"),
            None => "write a name of the tz database, as in \"Asia/Shanghai\", \"Europe/London\" or \"UTC\""
                .to_owned(),
        };
        item.tell(
            "unknown-zone",
            format!("there is no time zone \"{name}\""),
            &hint,
        );
    }
    zone
}

fn kinds(item: Option<&Item<'_>>) -> Vec<PeriodKind> {
    let Some(item) = item else {
        return PeriodRules::default().kinds;
    };
    let valid: Vec<(&str, PeriodKind)> = PeriodKind::ALL
        .into_iter()
        .map(|kind| (kind.id(), kind))
        .collect();
    let chosen: Vec<PeriodKind> = item
        .one_or_list()
        .iter()
        .filter_map(|each| each.choice("unknown-period-kind", "a kind of period", &valid))
        .collect();
    PeriodKind::ALL
        .into_iter()
        .filter(|kind| *kind == PeriodKind::All || chosen.contains(kind))
        .collect()
}

/// The month (1–12) of `"04-01"`.
fn year_starts(item: &Item<'_>) -> Option<u32> {
    let written = item.text()?;
    let month = written
        .strip_suffix("-01")
        .filter(|month| month.len() == 2)
        .and_then(|month| month.parse().ok())
        .filter(|month| (1..=12).contains(month));
    if month.is_none() {
        item.tell(
            "bad-year-start",
            format!("a year cannot start on \"{written}\""),
            "write month and day of the first of a month, as in \"04-01\" for April",
        );
    }
    month
}

fn datasets(frame: &Frame<'_>) -> Vec<super::Dataset> {
    let folder = files::list(frame.root, "data", frame.findings);
    let mut datasets = Vec::new();
    let mut seen = 0;
    for id in folder.folders.iter().filter(|id| *id != "calendars") {
        seen += 1;
        let path = format!("data/{id}/dataset.toml");
        check_name(id, frame);
        if !frame.root.join(&path).exists() {
            tell_missing(id, frame);
            continue;
        }
        let Some(source) = files::read_text(frame.root, &path, frame.findings) else {
            continue;
        };
        if let Some(parsed) = source.table() {
            datasets.push(dataset::read(id, &source, &parsed, frame));
        }
    }
    if seen == 0 {
        frame.findings.tell(
            Diagnostic::note("no-data-sets", "the site has no data set: only its texts are published")
                .at(Place::file("data"))
                .hint("a data set is a folder data/<id>/ with a dataset.toml and its exports; answerable inspect EXPORT prints a dataset.toml"),
        );
    }
    datasets
}

fn check_name(id: &str, frame: &Frame<'_>) {
    let place = Place::file(format!("data/{id}"));
    let languages = frame.languages.iter().map(Lang::tag);
    if !is_id(id) {
        frame.findings.tell(
            Diagnostic::error("bad-id", format!("the folder's name \"{id}\" cannot be the id of a data set"))
                .at(place)
                .hint("it stands in addresses: rename the folder with lower-case letters a to z, digits, - and _; its title may be anything"),
        );
    } else if TAKEN.contains(&id) || languages.into_iter().any(|tag| tag == id) {
        frame.findings.tell(
            Diagnostic::error(
                "reserved-id",
                format!(
                    "a data set cannot be called \"{id}\": the site has a page of that address"
                ),
            )
            .at(place)
            .hint("rename the folder"),
        );
    }
}

fn tell_missing(id: &str, frame: &Frame<'_>) {
    let folder = files::list(frame.root, &format!("data/{id}"), frame.findings);
    let names: Vec<&str> = folder.files.iter().map(String::as_str).collect();
    let hint = match nearest("dataset.toml", names.iter().copied()) {
        Some(name) => format!("rename {name} to dataset.toml"),
        None => format!(
            "write data/{id}/dataset.toml (answerable inspect EXPORT prints one), or move the folder out of data/"
        ),
    };
    frame.findings.tell(
        Diagnostic::error("no-dataset-file", format!("data/{id} has no dataset.toml"))
            .at(Place::file(format!("data/{id}")))
            .hint(hint),
    );
}
