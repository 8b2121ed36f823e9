//! How the figures are made: views, every definition with its formula, the marks, the rules of statistics, the promises.

use super::chrome::{frame, home_crumb, own_text, part};
use super::clock::event;
use super::model::{Block, Mark, Page, PageKind, Part, Rich, Span, Table, Target};
use super::phrase::family;
use super::publication::{PageId, Publication, Section};
use super::table::{cell, row, words};
use super::voice::{Voice, link, text};
use crate::case::Limit;
use crate::indicators::{DEFINITIONS, Definition};
use crate::text::Localised;

/// The definition of a figure: its id without clock; `within_5_days:…` is one of `within_k_days`.
pub(super) fn definition_id(indicator: &str) -> &str {
    match family(indicator) {
        "within" => "within_k_days",
        id => id,
    }
}

/// The fragment of a figure's definition on this page.
pub(super) fn anchor(indicator: &str) -> String {
    format!("def-{}", definition_id(indicator))
}

pub(super) fn page(publication: &Publication, voice: &Voice<'_>, id: &PageId) -> Page {
    let mut page = frame(
        publication,
        voice,
        id,
        PageKind::Methods,
        voice.word("methods.title"),
        None,
    );
    page.crumbs = home_crumb(voice);
    page.description = voice.word("methods.description");
    page.lead = Some(voice.word("methods.lead").into());
    page.parts.push(part(
        "views",
        voice.word("methods.views"),
        "",
        vec![Block::Terms(
            ["cohort", "due", "flow", "stock"]
                .iter()
                .map(|view| {
                    (
                        voice.word(&format!("methods.view.{view}.name")),
                        format!("view-{view}"),
                        vec![voice.word(&format!("methods.view.{view}.words")).into()],
                    )
                })
                .collect(),
        )],
    ));
    page.parts.push(definitions_part(voice));
    page.parts.push(marks_part(voice));
    page.parts.push(rules_part(publication, voice));
    for section in &publication.sections {
        page.parts.push(section_part(publication, voice, section));
    }
    page.parts.extend(own_text(publication, voice, "methods/"));
    page
}

fn definitions_part(voice: &Voice<'_>) -> Part {
    part(
        "definitions",
        voice.word("methods.definitions"),
        voice.word("methods.definitions_note"),
        vec![Block::Terms(definitions(voice))],
    )
}

/// Every definition: its name, its fragment on this page, and what it says.
pub(super) fn definitions(voice: &Voice<'_>) -> Vec<(String, String, Vec<Rich>)> {
    DEFINITIONS
        .iter()
        .map(|indicator| {
            let Definition { id, view, .. } = indicator;
            let definition = voice.definitions.get(id);
            let mut lines: Vec<Rich> = Vec::new();
            if !definition.words.is_empty() {
                lines.push(definition.words.into());
            }
            if !definition.formula.is_empty() {
                lines.push(
                    voice
                        .say("methods.formula", &[("formula", &definition.formula)])
                        .into(),
                );
            }
            let view = voice.word(&format!("methods.view.{}.name", view.id()));
            lines.push(
                voice
                    .say("methods.id", &[("id", id), ("view", &view)])
                    .into(),
            );
            lines.push(super::examples::link(voice, indicator));
            (definition.name.replace("{k}", "k"), anchor_of(id), lines)
        })
        .collect()
}

fn anchor_of(definition: &str) -> String {
    format!("def-{definition}")
}

fn marks_part(voice: &Voice<'_>) -> Part {
    let terms = ['p', 'i', 'c', 'u', 'x', 'r', 'b']
        .into_iter()
        .map(|letter| {
            let words = match letter {
                'x' => voice.word("methods.mark_x"),
                _ => voice.mark_words(Mark(letter), &[]),
            };
            (
                format!("[{letter}]"),
                format!("mark-{letter}"),
                vec![Rich::from(words)],
            )
        })
        .collect();
    part(
        "marks",
        voice.word("methods.marks"),
        voice.word("methods.marks_note"),
        vec![Block::Terms(terms)],
    )
}

fn rules_part(publication: &Publication, voice: &Voice<'_>) -> Part {
    let base = voice.format.number(publication.site.min_base);
    let cell = voice.format.number(publication.site.min_cell);
    let settle = voice.format.days(publication.site.settle.into());
    let mut blocks = Vec::new();
    let withholds = if publication.site.min_cell > 1 {
        "cell"
    } else {
        "cell_off"
    };
    for key in [
        "interval", "quantile", "rounding", "base", withholds, "settle", "change", "none",
    ] {
        blocks.push(Block::Paragraph(
            voice
                .say(
                    &format!("methods.rule.{key}"),
                    &[("base", &base), ("cell", &cell), ("settle", &settle)],
                )
                .into(),
        ));
    }
    part(
        "rules",
        voice.word("methods.rules"),
        voice.word("methods.rules_note"),
        blocks,
    )
}

/// What holds for one data set: its date and coverage, its promises, its breaks, its source.
fn section_part(publication: &Publication, voice: &Voice<'_>, section: &Section) -> Part {
    let dataset = &section.dataset;
    let mut blocks = Vec::new();
    blocks.push(Block::Paragraph(
        voice
            .say(
                "methods.as_of",
                &[("day", &voice.format.date(section.as_of))],
            )
            .into(),
    ));
    if let Some((from, to)) = dataset.coverage {
        blocks.push(Block::Paragraph(
            voice
                .say(
                    "methods.coverage",
                    &[("span", &voice.format.span(from, to))],
                )
                .into(),
        ));
    }
    if dataset.scheme.only_answered {
        blocks.push(Block::Paragraph(voice.word("methods.only_answered").into()));
    }
    let rows = dataset
        .scheme
        .clocks
        .iter()
        .enumerate()
        .map(|(index, clock)| {
            let limit = match clock.limit {
                _ if clock.due => voice.word("methods.limit_due"),
                Some(limit @ (Limit::Days(_) | Limit::WorkingDays(_) | Limit::Hours(_))) => {
                    voice.limit(limit)
                }
                None => voice.word("methods.no_limit"),
            };
            let exceptions: Vec<String> = clock
                .exceptions
                .iter()
                .map(|((dimension, member), limit)| {
                    voice.say(
                        "methods.exception",
                        &[
                            ("name", &voice.member(section, *dimension, member)),
                            ("limit", &voice.limit(*limit)),
                        ],
                    )
                })
                .collect();
            let policy = dataset
                .clock_texts
                .get(index)
                .and_then(|text| text.policy.as_deref());
            row(
                cell(voice.clock_name(section, index)),
                vec![
                    cell(voice.word(&format!("field.{}", clock.from.id()))),
                    cell(voice.word(&format!("field.{}", event(clock)))),
                    cell(limit),
                    cell(voice.clauses(&exceptions)),
                    cell(policy.map_or_else(Rich::default, |policy| {
                        policy_link(publication, voice, policy)
                    })),
                ],
            )
        })
        .collect();
    blocks.push(Block::Table(Table {
        caption: voice.word("methods.clocks"),
        about: String::new(),
        columns: ["clock", "from", "to", "limit", "exceptions", "policy"]
            .into_iter()
            .map(|key| words(voice.word(&format!("methods.column.{key}"))))
            .collect(),
        rows,
        legend: Vec::new(),
    }));
    for each in &dataset.breaks {
        blocks.push(Block::Paragraph(
            voice
                .say(
                    "methods.break",
                    &[
                        ("day", &voice.format.date(each.date)),
                        ("note", voice.of(&each.note)),
                    ],
                )
                .into(),
        ));
    }
    for (key, said) in [("source", &dataset.source), ("licence", &dataset.licence)] {
        blocks.extend(stated(voice, key, said));
    }
    part(
        &format!("about-{}", dataset.id),
        voice.of(&dataset.title).to_owned(),
        "",
        blocks,
    )
}

fn stated(voice: &Voice<'_>, key: &str, said: &Localised) -> Option<Block> {
    let said = voice.of(said);
    (!said.is_empty()).then(|| {
        Block::Paragraph(
            voice
                .say(&format!("methods.{key}"), &[("text", said)])
                .into(),
        )
    })
}

/// The article that makes a promise: `policy/time-limits#article-4`; its title where the page is there.
fn policy_link(publication: &Publication, voice: &Voice<'_>, policy: &str) -> Rich {
    let (page, fragment) = match policy.split_once('#') {
        Some((page, fragment)) => (page, Some(fragment.to_owned())),
        None => (policy, None),
    };
    let key = format!("{}/", page.trim_matches('/'));
    match publication.documents.get(voice.lang, &key) {
        Some(document) => Rich(vec![Span::Link(link(
            document.title.as_str(),
            Target::Page(key, fragment),
        ))]),
        None => Rich(vec![text(policy)]),
    }
}
