//! `data/calendars/<id>.toml`: weekend, holidays and make-up working days.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use super::files;
use super::keys::{CALENDAR, HOLIDAYS};
use super::reader::{Findings, Item, Source, Table, is_id};
use crate::diag::{Diagnostic, Place};
use crate::time::{Calendar, Day};

/// The folder of calendars, relative to the site's.
pub(super) const FOLDER: &str = "data/calendars";

const WEEKDAYS: [&str; 7] = [
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
];

/// Reads all calendars by their ids. One with mistakes is there too, so that its name is not called unknown.
pub(super) fn read_all(root: &Path, findings: &Findings) -> BTreeMap<String, Arc<Calendar>> {
    let mut calendars = BTreeMap::new();
    for name in files::list(root, FOLDER, findings).files {
        let Some(id) = name.strip_suffix(".toml") else {
            continue;
        };
        let path = format!("{FOLDER}/{name}");
        if !is_id(id) {
            findings.tell(
                Diagnostic::error(
                    "bad-id",
                    format!("the file's name \"{id}\" cannot be the id of a calendar"),
                )
                .at(Place::file(path.clone()))
                .hint("rename it with lower-case letters a to z, digits, - and _"),
            );
        }
        let calendar = files::read_text(root, &path, findings)
            .and_then(|source| read(&source))
            .unwrap_or_default();
        calendars.insert(id.to_owned(), Arc::new(calendar));
    }
    calendars
}

fn read(source: &Source<'_>) -> Option<Calendar> {
    let parsed = source.table()?;
    let table = Table::top(source, &CALENDAR, &parsed);
    let mut calendar = Calendar::default();
    if let Some(item) = table.get("weekend") {
        calendar.weekend = weekend(&item);
    }
    let days = |key| {
        table
            .get(key)
            .map_or_else(BTreeSet::new, |item| days(&item))
    };
    calendar.holidays = days("holidays");
    calendar.workdays = days("workdays");
    if let Some(day) = calendar.holidays.intersection(&calendar.workdays).next()
        && let Some(item) = table.get("workdays")
    {
        item.warn(
            "day-both-ways",
            format!("{day} is both a holiday and a working day; it counts as a working day"),
            "delete it from one of the two lists",
        );
    }
    Some(calendar)
}

fn weekend(item: &Item<'_>) -> BTreeSet<u8> {
    let mut weekend = BTreeSet::new();
    for each in item.one_or_list() {
        let Some(written) = each.name_text() else {
            continue;
        };
        let lower = written.to_lowercase();
        let found = WEEKDAYS
            .iter()
            .position(|name| *name == lower || (lower.len() == 3 && name.starts_with(&lower)));
        match found.and_then(|number| u8::try_from(number).ok()) {
            Some(number) => {
                weekend.insert(number);
            }
            None => each.tell(
                "unknown-weekday",
                format!("\"{written}\" is not a day of the week"),
                &super::reader::suggestion(written, &WEEKDAYS, "day"),
            ),
        }
    }
    if weekend.len() == 7 {
        item.tell(
            "no-working-day",
            "all seven days of the week rest, so no working day ever comes",
            "name the days that rest, as in weekend = [\"saturday\", \"sunday\"]",
        );
    }
    weekend
}

fn days(item: &Item<'_>) -> BTreeSet<Day> {
    let mut days = BTreeSet::new();
    for each in item.one_or_list() {
        if each.is_table() {
            let run = each
                .table(&HOLIDAYS)
                .and_then(|table| run(&each, table.need("from"), table.need("to")));
            if let Some((from, to)) = run {
                days.extend((from.0..=to.0).map(Day));
            }
        } else if let Some(day) = each.day() {
            days.insert(day);
        }
    }
    days
}

/// Two dates, both inside, the first not after the second.
pub(super) fn run(
    whole: &Item<'_>,
    from: Option<Item<'_>>,
    to: Option<Item<'_>>,
) -> Option<(Day, Day)> {
    let from = from.and_then(|item| item.day());
    let to = to.and_then(|item| item.day());
    let (from, to) = from.zip(to)?;
    if from > to {
        whole.tell(
            "dates-reversed",
            format!("{from} comes after {to}"),
            "from is the first day and to the last, both inside",
        );
        return None;
    }
    Some((from, to))
}
