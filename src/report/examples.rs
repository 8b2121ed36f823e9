//! Every indicator worked by hand on a handful of made-up cases, a page each: what it is, its formula, the rows, the arithmetic.
//!
//! `examples/` holds the rows as an export with its `dataset.toml`, and `examples.toml` which of them count. The pages are made of
//! these files, and a test runs the same files through the whole program, so a page can't say what the program doesn't do.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use super::chrome::{frame, home_crumb, own_text, part};
use super::model::{Block, Cell, Page, PageKind, Rich, Table};
use super::publication::{PageId, Publication};
use super::table::{cell, numbers, row, words};
use super::voice::{Voice, linked, text, to_page};
use crate::indicators::{Definition, Unit};
use crate::time::{Day, Period, PeriodKind};

/// How an indicator is worked out.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Example {
    /// The folder of its rows.
    sample: String,
    /// The figure's id, where it is more than the indicator's.
    figure: Option<String>,
    /// The period, else March 2024.
    period: Option<String>,
    /// The member it is of, as `dimension/member`; else all cases.
    member: Option<String>,
    /// The columns that matter.
    columns: Vec<String>,
    /// The cases that are counted: the numerator.
    counted: Option<Vec<String>>,
    /// The cases they are counted among: the denominator.
    base: Option<Vec<String>>,
    /// Numbers that are added up: the numerator of a mean.
    sum: Option<Vec<u64>>,
    /// The times that a median is read from, shortest first.
    #[serde(default)]
    ran: Vec<Ran>,
    /// The time at which the level is reached; none where it is not.
    reached: Option<u32>,
    /// A number that is given as such: people, days.
    value: Option<u64>,
    /// What to look at.
    note: BTreeMap<String, String>,
}

/// How long a case's clock ran.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Ran {
    id: String,
    time: u32,
    /// Whether it still waits.
    #[serde(default)]
    waiting: bool,
}

/// Rows as their export writes them: the header, then each case.
type Rows = (Vec<&'static str>, Vec<Vec<&'static str>>);

static EXAMPLES: LazyLock<BTreeMap<String, Example>> = LazyLock::new(|| {
    toml::from_str(include_str!("examples/examples.toml")).expect("the examples are valid")
});

fn rows(sample: &str) -> Rows {
    let csv = match sample {
        "calls" => include_str!("examples/calls/rows.csv"),
        _ => include_str!("examples/outcomes/rows.csv"),
    };
    let mut lines = csv.lines().map(|line| line.split(',').collect());
    (lines.next().unwrap_or_default(), lines.collect())
}

/// The key of an indicator's page.
pub(super) fn key(definition: &Definition) -> String {
    format!("methods/{}/", definition.id)
}

pub(super) fn page(
    publication: &Publication,
    voice: &Voice<'_>,
    id: &PageId,
    definition: &'static Definition,
) -> Page {
    let said = voice.definitions.get(definition.id);
    let title = said.name.replace("{k}", "k");
    let kind = PageKind::Methods;
    let mut page = frame(publication, voice, id, kind, title.clone(), None);
    page.notice = String::new();
    page.crumbs = home_crumb(voice);
    page.crumbs
        .push(to_page(voice.word("methods.title"), "methods/"));
    page.description = voice.say("methods.example.description", &[("name", &title)]);
    page.lead = Some(said.words.into());
    let view = voice.word(&format!("methods.view.{}.name", definition.view.id()));
    let example = EXAMPLES.get(definition.id);
    let figure = example.and_then(|example| example.figure.as_deref());
    let figure = figure.unwrap_or(definition.id);
    page.parts.push(part(
        "formula",
        voice.word("methods.example.formula"),
        "",
        vec![
            Block::Finding(said.formula.into()),
            Block::Paragraph(
                voice
                    .say("methods.id", &[("id", figure), ("view", &view)])
                    .into(),
            ),
        ],
    ));
    if let Some(example) = example {
        page.parts.push(part(
            "example",
            voice.word("methods.example.heading"),
            voice.word("methods.example.note"),
            worked(voice, definition, example),
        ));
    }
    page.parts
        .extend(own_text(publication, voice, &key(definition)));
    let link = to_page(voice.word("methods.example.all"), "methods/");
    page.parts.push(part(
        "more",
        voice.word("methods.example.more"),
        "",
        vec![Block::Links(vec![link])],
    ));
    page
}

/// The link to an indicator's page.
pub(super) fn link(voice: &Voice<'_>, definition: &Definition) -> Rich {
    linked(to_page(voice.word("methods.example.link"), key(definition)))
}

fn worked(voice: &Voice<'_>, definition: &Definition, example: &Example) -> Vec<Block> {
    let day = Day::parse("2024-03-31").map_or_else(String::new, |day| voice.format.date(day));
    let mut intro = voice.say(
        "methods.example.intro",
        &[("day", &day), ("period", &period(voice, example))],
    );
    if let Some((_, member)) = example.member.as_deref().and_then(|m| m.split_once('/')) {
        intro = voice.clauses(&[
            intro,
            voice.say("methods.example.member", &[("name", member)]),
        ]);
    }
    let mut blocks = vec![
        Block::Paragraph(voice.say("foot.sentence", &[("text", &intro)]).into()),
        Block::Table(table(voice, definition, example)),
    ];
    if example.ran.is_empty() {
        blocks.push(Block::Finding(arithmetic(voice, definition, example)));
    } else {
        blocks.push(Block::Table(steps(voice, definition, example)));
        blocks.push(Block::Finding(reached(voice, definition, example)));
    }
    let note = example
        .note
        .get(if voice.lang.is_chinese() {
            "zh-CN"
        } else {
            "en"
        })
        .filter(|note| !note.is_empty());
    blocks.extend(note.map(|note| Block::Paragraph(note.as_str().into())));
    blocks
}

fn period(voice: &Voice<'_>, example: &Example) -> String {
    let written = example.period.as_deref().unwrap_or("month/2024-03");
    let (kind, id) = written.split_once('/').unwrap_or_default();
    let kinds = [PeriodKind::Year, PeriodKind::Month];
    let day = |text: &str| Day::parse(text).map(|day| day.month());
    let (from, to) = (day("2024-01-01"), day("2024-12-01"));
    let all = kinds.into_iter().filter(|each| each.id() == kind);
    let (Some(from), Some(to)) = (from, to) else {
        return String::new();
    };
    all.flat_map(|kind| Period::covering(kind, from, to, 1))
        .find(|period| period.id() == id)
        .map_or_else(String::new, |period| voice.period(&period))
}

/// The rows with the columns that matter, and whether each counts.
fn table(voice: &Voice<'_>, definition: &Definition, example: &Example) -> Table {
    let (header, rows) = rows(&example.sample);
    let at = |name: &str| header.iter().position(|each| *each == name);
    let shown: Vec<(usize, &String)> = example
        .columns
        .iter()
        .filter_map(|name| Some((at(name)?, name)))
        .collect();
    let mut columns = vec![words(voice.word("methods.example.case"))];
    for (_, name) in &shown {
        columns.push(words(
            voice.capital(&voice.word(&format!("methods.example.column.{name}"))),
        ));
    }
    let marks: Vec<(&str, &Vec<String>)> = [("base", &example.base), ("counted", &example.counted)]
        .into_iter()
        .filter_map(|(key, ids)| Some((key, ids.as_ref()?)))
        .collect();
    for (key, _) in &marks {
        columns.push(words(voice.word(&format!("methods.example.{key}"))));
    }
    if !example.ran.is_empty() {
        columns.push(words(voice.word("methods.example.ran")));
    }
    let made = rows
        .iter()
        .map(|cells| {
            let id = cells.first().copied().unwrap_or_default();
            let mut own: Vec<Cell> = shown
                .iter()
                .map(|(at, name)| cell(written(voice, name, cells.get(*at).copied())))
                .collect();
            own.extend(marks.iter().map(|(_, ids)| {
                let holds = ids.iter().any(|each| each == id);
                cell(if holds {
                    voice.word("methods.example.yes")
                } else {
                    String::new()
                })
            }));
            if !example.ran.is_empty() {
                let ran = example.ran.iter().find(|ran| ran.id == id);
                own.push(cell(
                    ran.map_or_else(String::new, |ran| waited(voice, definition, ran)),
                ));
            }
            row(cell(id), own)
        })
        .collect();
    Table {
        caption: voice.word("methods.example.rows"),
        about: String::new(),
        columns,
        rows: made,
        legend: Vec::new(),
    }
}

/// How long a clock ran, and whether it still runs.
fn waited(voice: &Voice<'_>, definition: &Definition, ran: &Ran) -> String {
    let time = if definition.unit == Unit::Hours {
        voice.format.hours(ran.time.into())
    } else {
        voice.format.days(ran.time.into())
    };
    if ran.waiting {
        voice.say("methods.example.waiting", &[("time", &time)])
    } else {
        time
    }
}

/// A cell of the export in the page's language.
fn written(voice: &Voice<'_>, column: &str, cell: Option<&str>) -> String {
    let Some(cell) = cell.filter(|cell| !cell.is_empty()) else {
        return String::new();
    };
    match column {
        "outcome" | "rating" => voice.word(&format!("methods.example.{column}.{cell}")),
        _ => cell.to_owned(),
    }
}

/// `Counted: A1, A3 = 2. Base: … = 3. 2 ÷ 3 = 66.7%.`
fn arithmetic(voice: &Voice<'_>, definition: &Definition, example: &Example) -> Rich {
    let number = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
    let list = |ids: &[String]| ids.join(&voice.word("methods.example.comma"));
    let written = |count: u64| voice.format.number(count);
    let counted = example.counted.as_deref().unwrap_or_default();
    let base = example.base.as_deref().unwrap_or_default();
    let (n, d) = (number(counted.len()), number(base.len()));
    match (definition.unit, &example.sum) {
        (Unit::Share, _) => voice
            .say(
                "methods.example.share",
                &[
                    ("counted", &list(counted)),
                    ("n", &written(n)),
                    ("d", &written(d)),
                    ("value", &voice.format.rate(n, d)),
                ],
            )
            .into(),
        (_, Some(sum)) => {
            let total: u64 = sum.iter().sum();
            let added: Vec<String> = sum.iter().map(|each| written(*each)).collect();
            voice
                .say(
                    "methods.example.mean",
                    &[
                        ("sum", &added.join(" + ")),
                        ("n", &written(total)),
                        ("d", &written(d)),
                        ("value", &voice.format.ratio(total, d)),
                    ],
                )
                .into()
        }
        (Unit::Per1000, None) => {
            let people = example.value.unwrap_or(0);
            voice
                .say(
                    "methods.example.per_1000",
                    &[
                        ("counted", &list(counted)),
                        ("n", &written(n)),
                        ("d", &written(people)),
                        ("value", &voice.format.ratio(n * 1_000, people)),
                    ],
                )
                .into()
        }
        (Unit::Days, None) => voice.format.days(example.value.unwrap_or(0)).into(),
        _ => voice
            .say(
                "methods.example.count",
                &[("counted", &list(counted)), ("n", &written(n))],
            )
            .into(),
    }
}

/// One time at which something happened: how many waited until then, how many had it, the share that still waits after, as a
/// fraction.
struct Step {
    time: u32,
    at_risk: u64,
    events: u64,
    left: (u64, u64),
}

/// Kaplan–Meier 1958 by hand: at each time the share that waits is multiplied by the share of those still waiting who go on.
fn ladder(ran: &[Ran]) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    let mut left = (1, 1);
    for each in ran.iter().filter(|each| !each.waiting) {
        if steps.last().is_some_and(|step| step.time == each.time) {
            continue;
        }
        let count = |holds: &dyn Fn(&Ran) -> bool| {
            u64::try_from(ran.iter().filter(|other| holds(other)).count()).unwrap_or(0)
        };
        let at_risk = count(&|other| other.time >= each.time);
        let events = count(&|other| other.time == each.time && !other.waiting);
        left = (left.0 * (at_risk - events), left.1 * at_risk);
        steps.push(Step {
            time: each.time,
            at_risk,
            events,
            left,
        });
    }
    steps
}

fn time(voice: &Voice<'_>, definition: &Definition, time: u32) -> String {
    if definition.unit == Unit::Hours {
        voice.format.hours(time.into())
    } else {
        voice.format.by_day(time)
    }
}

fn steps(voice: &Voice<'_>, definition: &Definition, example: &Example) -> Table {
    let rows = ladder(&example.ran)
        .into_iter()
        .map(|step| {
            row(
                cell(time(voice, definition, step.time)),
                vec![
                    cell(voice.format.number(step.at_risk)),
                    cell(voice.format.number(step.events)),
                    cell(voice.format.rate(step.left.0, step.left.1)),
                ],
            )
        })
        .collect();
    let columns = vec![
        words(voice.word("methods.example.time")),
        numbers(voice.word("methods.example.at_risk")),
        numbers(voice.word("methods.example.events")),
        numbers(voice.word("methods.example.left")),
    ];
    Table {
        caption: voice.word("methods.example.steps"),
        about: voice.word("methods.example.steps_about"),
        columns,
        rows,
        legend: Vec::new(),
    }
}

fn reached(voice: &Voice<'_>, definition: &Definition, example: &Example) -> Rich {
    let level = if definition.id.starts_with("p90") {
        "10%"
    } else {
        "50%"
    };
    let said = match example.reached {
        Some(at) => voice.say(
            "methods.example.reached",
            &[("level", level), ("time", &time(voice, definition, at))],
        ),
        None => voice.say("methods.example.not_reached", &[("level", level)]),
    };
    Rich(vec![text(said)])
}
