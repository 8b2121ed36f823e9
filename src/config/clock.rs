//! `[[clock]]`: a promise with a deadline.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::ClockText;
use super::keys::CLOCK;
use super::reader::{Item, Table, suggestion};
use super::site::Frame;
use crate::case::{Clock, Field, Limit};
use crate::diag::{Diagnostic, Place};
use crate::text::{Lang, Localised};
use crate::time::Calendar;

/// Events a clock may start with.
pub(super) const FROM: [Field; 5] = [
    Field::Received,
    Field::Acknowledged,
    Field::Responded,
    Field::FirstClosed,
    Field::ReopenedAt,
];

/// Events a clock may stop with.
pub(super) const TO: [Field; 4] = [
    Field::Acknowledged,
    Field::Responded,
    Field::Closed,
    Field::FirstClosed,
];

/// The k of `within_<k>_days` where a clock names none.
pub(super) const USUAL_DAYS: [u32; 4] = [1, 5, 15, 30];

/// The longest limit, in days; nobody promises more than ten years.
const LONGEST: u32 = 3_660;

/// What a clock is held against.
pub(super) struct Around<'a> {
    pub(super) fields: &'a BTreeSet<Field>,
    pub(super) dimensions: &'a [&'a str],
    pub(super) zone: &'a str,
}

/// Reads all clocks; where none is configured, the default one.
pub(super) fn read_all(
    table: &Table<'_>,
    around: &Around<'_>,
    frame: &Frame<'_>,
) -> (Vec<Clock>, Vec<ClockText>) {
    let mut clocks: Vec<Clock> = Vec::new();
    let mut texts = Vec::new();
    for each in table.tables("clock", &CLOCK) {
        let (clock, text) = read(&each, around, frame);
        if clocks.iter().any(|other| other.id == clock.id)
            && let Some(item) = each.get("id")
        {
            item.tell(
                "duplicate-id",
                format!("there are two clocks \"{}\"", clock.id),
                "give each its own id",
            );
        }
        clocks.push(clock);
        texts.push(text);
    }
    if clocks.is_empty() {
        let (clock, text) = default_clock(around);
        clocks.push(clock);
        texts.push(text);
    }
    (clocks, texts)
}

/// First answer, from received to responded (to closed where only that is mapped), without a deadline.
fn default_clock(around: &Around<'_>) -> (Clock, ClockText) {
    let only_closed =
        around.fields.contains(&Field::Closed) && !around.fields.contains(&Field::Responded);
    let clock = Clock {
        id: "response".to_owned(),
        from: Field::Received,
        to: if only_closed {
            Field::Closed
        } else {
            Field::Responded
        },
        limit: None,
        due: false,
        days: USUAL_DAYS.to_vec(),
        calendar: Arc::new(Calendar::default()),
        exceptions: BTreeMap::new(),
        zone: around.zone.to_owned(),
    };
    let label = Localised {
        by_lang: BTreeMap::from([
            (Lang("en".to_owned()), "First answer".to_owned()),
            (Lang("zh-CN".to_owned()), "首次答复".to_owned()),
        ]),
        fallback: "First answer".to_owned(),
    };
    let text = ClockText {
        label,
        ..ClockText::default()
    };
    (clock, text)
}

fn read(table: &Table<'_>, around: &Around<'_>, frame: &Frame<'_>) -> (Clock, ClockText) {
    let id = table.need("id").and_then(|item| item.id()).unwrap_or("");
    let from = table
        .get("from")
        .and_then(|item| event(&item, "start", &FROM, around));
    let to = table
        .need("to")
        .and_then(|item| event(&item, "stop", &TO, around));
    if let (Some(from), Some(to), Some(item)) = (from, to, table.get("to"))
        && from == to
    {
        item.tell(
            "clock-event",
            format!("the clock starts and stops with \"{}\"", to.id()),
            "name two different events",
        );
    }
    let within = table.get("within");
    let due = table.get("due");
    let wheres = table.get("where");
    if let (Some(_), Some(item)) = (&within, &due) {
        item.tell(
            "clock-two-deadlines",
            "the clock has both \"within\" and \"due\"",
            "keep within where the deadline is counted, or due where the export has a column of deadlines",
        );
    } else if let (Some(item), Some(_)) = (&wheres, &due) {
        item.tell(
            "clock-two-deadlines",
            "the clock has both \"where\" and \"due\", but exceptions hold for a counted deadline only",
            "delete where, or count the deadline with within",
        );
    }
    if let Some(item) = &due {
        check_due(item, around);
    }
    let limit = within.as_ref().and_then(limit);
    let exceptions = wheres.map_or_else(BTreeMap::new, |item| exceptions(&item, around));
    let calendar = table
        .get("calendar")
        .and_then(|item| calendar(&item, frame));
    let counts_working_days = limit
        .iter()
        .chain(exceptions.values())
        .any(|limit| matches!(limit, Limit::WorkingDays(_)));
    if counts_working_days
        && table.get("calendar").is_none()
        && let Some(item) = &within
    {
        frame.findings.tell(
            Diagnostic::note(
                "no-calendar",
                format!("clock \"{id}\" counts working days without a calendar: Saturdays and Sundays rest, no holiday does"),
            )
            .at(item.place())
            .hint("write the holidays into data/calendars/<id>.toml and add calendar = \"<id>\""),
        );
    }
    let label = table.get("label").map_or_else(
        || Localised::same(id),
        |item| item.localised(&frame.languages),
    );
    let clock = Clock {
        id: id.to_owned(),
        from: from.unwrap_or(Field::Received),
        to: to.unwrap_or(Field::Responded),
        limit,
        due: due.is_some(),
        days: table
            .get("days")
            .map_or_else(|| USUAL_DAYS.to_vec(), |item| days(&item)),
        calendar: calendar.unwrap_or_default(),
        exceptions,
        zone: around.zone.to_owned(),
    };
    let policy = table
        .get("policy")
        .and_then(|item| item.name_text())
        .map(str::to_owned);
    let text = ClockText {
        label,
        policy,
        policy_place: table
            .get("policy")
            .map_or_else(Place::default, |item| item.place()),
        level: table
            .get("level")
            .and_then(|item| super::dataset::share(&item)),
    };
    (clock, text)
}

fn event(item: &Item<'_>, verb: &str, valid: &[Field], around: &Around<'_>) -> Option<Field> {
    let words: Vec<(&str, Field)> = valid.iter().map(|field| (field.id(), *field)).collect();
    let field = item.choice(
        "clock-event",
        &format!("an event that can {verb} a clock"),
        &words,
    )?;
    if !around.fields.contains(&field) {
        item.warn(
            "clock-event-not-mapped",
            format!(
                "no column is mapped to \"{}\", so the clock cannot tell any time",
                field.id()
            ),
            &format!(
                "add {} = \"header of its date\" under [columns], or delete the clock",
                field.id()
            ),
        );
    }
    Some(field)
}

fn check_due(item: &Item<'_>, around: &Around<'_>) {
    let Some(written) = item.text() else { return };
    if written != Field::Due.id() {
        item.tell(
            "clock-due",
            format!("due cannot be \"{written}\""),
            "write due = \"due\" and map the column of deadlines under [columns]: due = \"its header\"",
        );
    } else if !around.fields.contains(&Field::Due) {
        item.tell(
            "clock-due",
            "the deadline is the column \"due\", which is not mapped",
            "add due = \"header of the deadline\" under [columns]",
        );
    }
}

/// Reads `5 working days`, `24 hours`, `15 days`; anything else is told.
fn limit(item: &Item<'_>) -> Option<Limit> {
    let written = item.name_text()?;
    let found = parse_limit(written);
    if found.is_none() {
        item.tell(
            "bad-limit",
            format!("\"{written}\" is not a limit"),
            "write a whole number and its unit (at most ten years), as in \"5 working days\", \"24 hours\" or \"15 days\"",
        );
    }
    found
}

pub(super) fn parse_limit(text: &str) -> Option<Limit> {
    let mut words = text.split_whitespace();
    let number: u32 = words.next()?.parse().ok()?;
    let unit: Vec<&str> = words.collect();
    match unit[..] {
        ["hour" | "hours"] if (1..=LONGEST * 24).contains(&number) => Some(Limit::Hours(number)),
        ["day" | "days"] if number <= LONGEST => Some(Limit::Days(number)),
        ["working", "day" | "days"] if number <= LONGEST => Some(Limit::WorkingDays(number)),
        _ => None,
    }
}

fn exceptions(item: &Item<'_>, around: &Around<'_>) -> BTreeMap<(usize, String), Limit> {
    let mut exceptions = BTreeMap::new();
    for entry in item.entries(item.example) {
        let found = around.dimensions.iter().position(|id| *id == entry.key);
        if found.is_none() {
            item.source.findings.tell(
                Diagnostic::error(
                    "unknown-dimension",
                    format!("where names \"{}\", which is not a dimension", entry.key),
                )
                .at(item.source.place(entry.span.clone()))
                .hint(suggestion(entry.key, around.dimensions, "dimension")),
            );
        }
        for member in entry.item.entries(item.example) {
            if let Some((dimension, limit)) = found.zip(limit(&member.item)) {
                exceptions.insert((dimension, member.key.trim().to_owned()), limit);
            }
        }
    }
    exceptions
}

fn calendar(item: &Item<'_>, frame: &Frame<'_>) -> Option<Arc<Calendar>> {
    let id = item.name_text()?;
    let found = frame.calendars.get(id).cloned();
    if found.is_none() {
        let ids: Vec<&str> = frame.calendars.keys().map(String::as_str).collect();
        item.tell(
            "unknown-calendar",
            format!("there is no calendar \"{id}\""),
            &format!(
                "{} (a calendar is a file data/calendars/<id>.toml)",
                suggestion(id, &ids, "calendar")
            ),
        );
    }
    found
}

fn days(item: &Item<'_>) -> Vec<u32> {
    let numbers: BTreeSet<u32> = item
        .one_or_list()
        .iter()
        .filter_map(|each| each.whole(0..=u64::from(LONGEST)))
        .filter_map(|number| u32::try_from(number).ok())
        .collect();
    numbers.into_iter().collect()
}
