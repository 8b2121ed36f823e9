//! What was revised: figures that were published as final and are now told otherwise, with the reason; announced revisions apart
//! from those that were not, and both apart from figures whose cases were merely followed further.

use std::collections::BTreeMap;

use super::chrome::{frame, home_crumb, own_text, part, wide};
use super::key_figures::definition_link;
use super::model::{Block, Cell, Page, PageKind, Part, Rich, Row, Span, Table, Target};
use super::phrase::anchor;
use super::publication::{PageId, Publication, Section};
use super::table::{Marks, cell, linked_cell, numbers, row, words};
use super::voice::{Voice, link, strong, text};
use crate::indicators::{Amount, DEFINITIONS, FigureId};
use crate::previous::{Cause, Line, Place, Revision, Status};
use crate::time::{Day, Period};

/// Revisions in one table; all of them are in the file.
const LONGEST: usize = 40;

pub(super) fn page(publication: &Publication, voice: &Voice<'_>, id: &PageId) -> Page {
    let mut page = frame(
        publication,
        voice,
        id,
        PageKind::Revisions,
        voice.word("revisions.title"),
        None,
    );
    page.crumbs = home_crumb(voice);
    page.description = voice.word("revisions.description");
    let number = publication.record.before.as_ref().map_or(0, |b| b.number);
    let log = &publication.record.log;
    let (now, earlier): (Vec<&Revision>, Vec<&Revision>) =
        log.iter().partition(|each| each.number == number);
    page.lead = Some(lead(publication, voice, &now));
    for cause in Cause::ALL {
        let of_cause: Vec<&Revision> = now
            .iter()
            .filter(|each| each.cause == cause)
            .copied()
            .collect();
        if !of_cause.is_empty() {
            page.parts
                .push(cause_part(publication, voice, cause, &of_cause));
        }
    }
    if !earlier.is_empty() {
        page.parts.push(earlier_part(publication, voice, &earlier));
    }
    page.parts.push(part(
        "rules",
        voice.word("revisions.rules"),
        "",
        ["final", "followed", "record"]
            .iter()
            .map(|key| Block::Paragraph(voice.word(&format!("revisions.rule.{key}")).into()))
            .chain([Block::Paragraph(file_link(voice))])
            .collect(),
    ));
    page.parts
        .extend(own_text(publication, voice, "revisions/"));
    page
}

/// What was revised of a period, or of a member in all its periods, as a report on paper tells it.
pub(super) fn of_report(
    publication: &Publication,
    voice: &Voice<'_>,
    section: &Section,
    of: &dyn Fn(&Place) -> bool,
) -> Part {
    let told: Vec<&Revision> = publication
        .record
        .log
        .iter()
        .filter(|each| *each.place.dataset == *section.dataset.id && of(&each.place))
        .collect();
    let blocks = if publication.record.before.is_none() {
        vec![Block::Paragraph(voice.word("revisions.lead.first").into())]
    } else if told.is_empty() {
        vec![Block::Paragraph(voice.word("revisions.report_none").into())]
    } else {
        by_reason(publication, voice, &told)
    };
    wide(
        "revisions",
        voice.word("revisions.title"),
        voice.word("revisions.description"),
        blocks,
    )
}

/// How many figures revisions speak of.
fn figures(revisions: &[&Revision]) -> u64 {
    revisions.iter().map(|each| each.figures).sum()
}

fn lead(publication: &Publication, voice: &Voice<'_>, now: &[&Revision]) -> Rich {
    let Some(before) = &publication.record.before else {
        return voice.word("revisions.lead.first").into();
    };
    let mut days: Vec<Day> = before
        .as_of
        .values()
        .filter_map(|day| Day::parse(day))
        .collect();
    days.dedup();
    let since = match days.as_slice() {
        [day] => voice.say("revisions.since", &[("day", &voice.format.date(*day))]),
        _ => voice.word("revisions.since_last"),
    };
    let total = figures(now);
    if total == 0 {
        return voice.rich("revisions.lead.none", &[("since", text(since))]);
    }
    let causes: Vec<String> = Cause::ALL
        .into_iter()
        .filter_map(|cause| {
            let of_cause: Vec<&Revision> = now
                .iter()
                .filter(|each| each.cause == cause)
                .copied()
                .collect();
            let n = figures(&of_cause);
            (n > 0).then(|| {
                let key = format!("revisions.lead.{}", cause.id());
                voice.say(&key, &[("n", &voice.format.number(n))])
            })
        })
        .collect();
    let fill = [
        ("since", text(since)),
        ("n", strong(voice.format.number(total))),
        ("causes", text(voice.clauses(&causes))),
    ];
    voice.rich_count("revisions.lead.some", total, &fill)
}

/// The revisions of one cause: a table for each reason.
fn cause_part(
    publication: &Publication,
    voice: &Voice<'_>,
    cause: Cause,
    revisions: &[&Revision],
) -> Part {
    let id = cause.id();
    // A table of numbers that are all withheld would tell nothing; the figures are marked where they stood.
    let blocks = if cause == Cause::Withheld {
        let mut said = Rich::from(voice.count("revisions.withheld.where", figures(revisions)));
        said.0.extend(file_link(voice).0);
        vec![Block::Paragraph(said)]
    } else {
        by_reason(publication, voice, revisions)
    };
    wide(
        id,
        voice.word(&format!("revisions.{id}.heading")),
        voice.word(&format!("revisions.{id}.note")),
        blocks,
    )
}

/// What earlier publications revised, latest first; figures that were merely followed further are in the file.
fn earlier_part(publication: &Publication, voice: &Voice<'_>, revisions: &[&Revision]) -> Part {
    let is_corrected = |each: &&&Revision| {
        matches!(
            each.cause,
            Cause::Unscheduled | Cause::Scheduled | Cause::Redefined
        )
    };
    let mut told: Vec<&Revision> = revisions.iter().filter(is_corrected).copied().collect();
    told.sort_by_key(|each| std::cmp::Reverse(each.number));
    let mut blocks = Vec::new();
    for of_number in told.chunk_by(|a, b| a.number == b.number) {
        let from = of_number.iter().filter_map(|each| each.from).max();
        let to = of_number.iter().filter_map(|each| each.to).max();
        if let (Some(from), Some(to)) = (from, to) {
            let (from, to) = (voice.format.date(from), voice.format.date(to));
            let id = format!("publication-{}", of_number[0].number);
            let words = voice.say("revisions.earlier.of", &[("from", &from), ("to", &to)]);
            blocks.push(Block::Heading(words, id));
        }
        blocks.extend(by_reason(publication, voice, of_number));
    }
    if blocks.is_empty() {
        blocks.push(Block::Paragraph(
            voice.word("revisions.earlier.none").into(),
        ));
    }
    wide(
        "earlier",
        voice.word("revisions.earlier.heading"),
        voice.word("revisions.earlier.note"),
        blocks,
    )
}

/// A table for each reason, that of most figures first.
fn by_reason(publication: &Publication, voice: &Voice<'_>, revisions: &[&Revision]) -> Vec<Block> {
    let mut tables: BTreeMap<String, Vec<&Revision>> = BTreeMap::new();
    for revision in revisions {
        let reason = match voice.of(&revision.reason) {
            "" => voice.word(&format!("revisions.reason.{}", revision.cause.id())),
            reason => reason.to_owned(),
        };
        tables.entry(reason).or_default().push(revision);
    }
    let mut tables: Vec<(String, Vec<&Revision>)> = tables.into_iter().collect();
    tables.sort_by_key(|(_, revisions)| std::cmp::Reverse(figures(revisions)));
    let mut blocks = Vec::new();
    for (reason, mut revisions) in tables {
        revisions.sort_by_key(|each| importance(each));
        blocks.push(Block::Table(table(publication, voice, &reason, &revisions)));
        blocks.extend(more(voice, &revisions));
    }
    blocks
}

/// The whole before its parts, longer periods before shorter ones, figures in the order of their definitions.
fn importance(revision: &Revision) -> impl Ord + use<> {
    let place = &revision.place;
    let depth = u8::from(!place.dimension.is_empty()) + u8::from(!place.dimension2.is_empty());
    let definition = FigureId::parse(&revision.indicator).and_then(|id| {
        DEFINITIONS
            .iter()
            .position(|each| each.id == id.definition.id)
    });
    (depth, place.clone(), definition)
}

fn more(voice: &Voice<'_>, revisions: &[&Revision]) -> Option<Block> {
    let left = revisions
        .len()
        .checked_sub(LONGEST)
        .filter(|left| *left > 0)?;
    let left = u64::try_from(left).unwrap_or(u64::MAX);
    let mut said = Rich::from(voice.count("revisions.more", left));
    said.0.extend(file_link(voice).0);
    Some(Block::Paragraph(said))
}

fn file_link(voice: &Voice<'_>) -> Rich {
    Rich(vec![
        text(voice.word("revisions.all")),
        Span::Link(link(
            "revisions.csv",
            Target::File("data/revisions.csv".to_owned()),
        )),
    ])
}

fn table(
    publication: &Publication,
    voice: &Voice<'_>,
    reason: &str,
    revisions: &[&Revision],
) -> Table {
    let mut marks = Marks::default();
    let rows = revisions
        .iter()
        .take(LONGEST)
        .map(|revision| revision_row(publication, voice, &mut marks, revision))
        .collect();
    Table {
        caption: voice.capital(reason),
        about: voice.count("revisions.figures", figures(revisions)),
        columns: vec![
            words(voice.word("revisions.column.figure")),
            numbers(voice.word("revisions.column.before")),
            numbers(voice.word("revisions.column.now")),
        ],
        rows,
        legend: marks.legend(voice),
    }
}

fn revision_row(
    publication: &Publication,
    voice: &Voice<'_>,
    marks: &mut Marks,
    revision: &Revision,
) -> Row {
    let place = &revision.place;
    let section = publication
        .sections
        .iter()
        .find(|section| section.dataset.id == *place.dataset);
    let mut head = match section {
        Some(section) if FigureId::parse(&revision.indicator).is_some() => {
            linked_cell(definition_link(voice, section, &revision.indicator))
        }
        _ if revision.indicator.is_empty() => {
            cell(voice.count("revisions.all_figures", revision.figures))
        }
        _ => cell(&*revision.indicator),
    };
    head.text
        .0
        .extend(where_it_stands(publication, voice, section, revision));
    let is_withheld = revision.cause == Cause::Withheld;
    let gone = if is_withheld { "not_shown" } else { "gone" };
    let was = printed(voice, marks, revision.old, &revision.indicator, "not_shown");
    let is = printed(voice, marks, revision.new, &revision.indicator, gone);
    row(head, vec![was, is])
}

/// Whose figure it is, and of when: linked to its page where there is one.
fn where_it_stands(
    publication: &Publication,
    voice: &Voice<'_>,
    section: Option<&Section>,
    revision: &Revision,
) -> Vec<Span> {
    let place = &revision.place;
    let period = section.and_then(|section| period_of(section, place));
    let mut parts = Vec::new();
    if publication.sections.len() > 1 || section.is_none() {
        parts.push(section.map_or_else(
            || place.dataset.to_string(),
            |section| voice.of(&section.dataset.title).to_owned(),
        ));
    }
    for (dimension, member) in [
        (&place.dimension, &place.member),
        (&place.dimension2, &place.member2),
    ] {
        if dimension.is_empty() {
            continue;
        }
        let index = section.and_then(|section| {
            let of = &section.dataset.scheme.dimensions;
            Some((section, of.iter().position(|each| each.id == **dimension)?))
        });
        parts.push(match index {
            Some((section, index)) if member.is_empty() => voice.dimension(section, index),
            Some((section, index)) => voice.member(section, index, member),
            None => format!("{dimension} {member}").trim().to_owned(),
        });
    }
    if !place.period.is_empty() {
        parts.push(period.map_or_else(|| place.period.to_string(), |period| voice.period(&period)));
    }
    let words = parts.join(&voice.word("revisions.comma"));
    let target = section.zip(period).and_then(|(section, period)| {
        let fragment = Some(anchor(&revision.indicator)).filter(|_| revision.new.is_some());
        if place.dimension.is_empty() {
            return Some(Target::Page(section.period_key(&period), fragment));
        }
        let of = &section.dataset.scheme.dimensions;
        let index = of.iter().position(|each| each.id == *place.dimension)?;
        Some(Target::Page(
            section.member_key(index, &place.member)?,
            None,
        ))
    });
    let mut spans = vec![text(voice.word("revisions.colon"))];
    spans.push(match target {
        Some(target) => Span::Link(link(words, target)),
        None => text(words),
    });
    spans
}

fn period_of(section: &Section, place: &Place) -> Option<Period> {
    let periods = section.periods(place.kind);
    periods
        .into_iter()
        .find(|period| period.id() == *place.period)
}

/// What was printed of a figure: its value, and what that stands on.
fn printed(
    voice: &Voice<'_>,
    marks: &mut Marks,
    line: Option<Line>,
    indicator: &str,
    otherwise: &str,
) -> Cell {
    let Some(line) = line else {
        return cell(voice.word(&format!("revisions.{otherwise}")));
    };
    let Some(figure) = line.figure(indicator) else {
        return cell(match line.status {
            Status::Suppressed => voice.word("revisions.not_shown"),
            _ => crate::text::NONE.to_owned(),
        });
    };
    let mut made = cell(voice.value(&figure));
    made.mark = marks.note(voice, &figure);
    if let Amount::Rate(base, _)
    | Amount::Ratio(base)
    | Amount::SmallBase(base)
    | Amount::Quantile(_, base) = figure.amount
    {
        // Short, so that both sides stand beside the name on a phone.
        made.range = format!(
            "{}/{}",
            voice.format.number(base.numerator),
            voice.format.number(base.denominator)
        );
    }
    made
}
