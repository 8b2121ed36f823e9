//! One published case: its page, and how other pages tell it in short.

use super::cases::{list_key, listed, way};
use super::chrome::{frame, part};
use super::model::{Answer, Block, Page, PageKind, Rich, Span, Table};
use super::publication::{CaseList, PageId, Publication, Section};
use super::table::{cell, row, words};
use super::voice::{Voice, linked, text, to_page};
use crate::case::Outcome;
use crate::config::Site;
use crate::redaction::MASK;
use crate::summaries::Summary;
use crate::time::{Month, Period, PeriodKind};

/// Characters of an answer in a list; the case's page has all of it.
const SHORT: usize = 220;

/// The dimension whose member says why nothing could be done.
const REASON: &str = "reason";

/// The key of a case's page, where it has one.
pub(super) fn key(site: &Site, section: &Section, case: usize) -> Option<String> {
    let slug = &section.published.cases[case].slug;
    // A case called "by" would stand in the way of the lists.
    let is_free = !slug.is_empty() && slug != "by";
    (site.case_pages && is_free).then(|| format!("{}{slug}/", section.cases_key()))
}

/// A case in short.
pub(super) fn answer(site: &Site, voice: &Voice<'_>, section: &Section, at: usize) -> Answer {
    let case = &section.published.cases[at];
    let mut when = vec![month(voice, case.ended_in())];
    when.extend(
        case.answered_after
            .or(case.closed_after)
            .map(|days| took(voice, days)),
    );
    let about: Vec<String> = listed(section)
        .filter(|&dimension| section.dataset.scheme.dimensions[dimension].id != REASON)
        .filter_map(|dimension| {
            let member = case.members[dimension].as_deref()?;
            Some(voice.member(section, dimension, member))
        })
        .collect();
    Answer {
        when,
        title: match key(site, section, at) {
            Some(key) => linked(to_page(case.title.as_str(), key)),
            None => case.title.as_str().into(),
        },
        outcome: voice.say(
            "cases.outcome",
            &[(
                "outcome",
                &voice.word(&format!("outcome.{}", case.outcome.id())),
            )],
        ),
        text: shortened(&case.response),
        about: about.join(" · "),
    }
}

fn month(voice: &Voice<'_>, month: Month) -> String {
    voice.period(&Period::holding(PeriodKind::Month, month, 1))
}

/// `same day`, `after 12 days`.
fn took(voice: &Voice<'_>, days: u32) -> String {
    match days {
        0 => voice.word("number.same_day"),
        days => voice.say("cases.after", &[("days", &voice.format.days(days.into()))]),
    }
}

/// The first sentences of an answer.
fn shortened(answer: &str) -> String {
    if answer.chars().count() <= SHORT {
        return answer.to_owned();
    }
    let mut short: String = answer.chars().take(SHORT).collect();
    if let Some(end) = short
        .rfind(['。', '！', '？', '；', '.', ';', ' '])
        .filter(|end| *end > SHORT / 2)
    {
        let end = end + short[end..].chars().next().map_or(0, char::len_utf8);
        short.truncate(end);
    }
    short.truncate(short.trim_end().len());
    short.push('…');
    short
}

pub(super) fn page(
    publication: &Publication,
    voice: &Voice<'_>,
    id: &PageId,
    section: &Section,
    at: usize,
) -> Page {
    let case = &section.published.cases[at];
    let mut page = frame(
        publication,
        voice,
        id,
        PageKind::Case,
        case.title.clone(),
        Some(section),
    );
    page.kicker = voice.say("case.kicker", &[("id", &case.id)]);
    page.crumbs = way(publication, voice, section);
    page.crumbs
        .push(to_page(voice.word("cases.title"), section.cases_key()));
    page.description = shortened(if case.response.is_empty() {
        &case.summary
    } else {
        &case.response
    });
    page.lead = Some(lead(voice, section, case));
    if !case.summary.is_empty() {
        page.parts.push(part(
            "said",
            voice.word("case.said"),
            "",
            paragraphs(&case.summary),
        ));
    }
    let mut did = paragraphs(&case.response);
    if did.is_empty() {
        did.push(Block::Paragraph(voice.word("case.no_words").into()));
    }
    if let Some(reason) = reason(voice, section, case) {
        did.push(Block::Paragraph(reason));
    }
    page.parts
        .push(part("did", voice.word("case.did"), "", did));
    let mut about = vec![Block::Table(facts(voice, section, case))];
    let is_masked = [&case.title, &case.summary, &case.response]
        .iter()
        .any(|text| text.contains(MASK));
    if is_masked {
        about.push(Block::Paragraph(
            voice.say("case.masked", &[("mask", MASK)]).into(),
        ));
    }
    about.push(Block::Paragraph(voice.word("case.wrong").into()));
    page.parts.push(part(
        "about",
        voice.word("case.about"),
        voice.word("case.note"),
        about,
    ));
    page
}

fn paragraphs(words: &str) -> Vec<Block> {
    words
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .map(|line| Block::Paragraph(line.into()))
        .collect()
}

/// How it ended and after how long, in a sentence.
fn lead(voice: &Voice<'_>, section: &Section, case: &Summary) -> Rich {
    let outcome = voice.word(&format!("outcome.{}", case.outcome.id()));
    let days = case.closed_after.or(case.answered_after);
    let time = match days {
        Some(0) => voice.word("case.time_same_day"),
        Some(days) => voice.say("case.time", &[("days", &voice.format.days(days.into()))]),
        None => String::new(),
    };
    let by = section
        .dataset
        .scheme
        .dimensions
        .iter()
        .position(|dimension| dimension.pages)
        .and_then(|dimension| {
            let member = case.members[dimension].as_deref()?;
            Some(voice.member(section, dimension, member))
        });
    let mut words = vec![Span::Strong(outcome)];
    match (time.is_empty(), by) {
        (false, Some(by)) => words.push(text(
            voice.say("case.lead_by", &[("time", &time), ("by", &by)]),
        )),
        (false, None) => words.push(text(voice.say("case.lead", &[("time", &time)]))),
        (true, _) => words.push(text(voice.word("case.lead_end"))),
    }
    Rich(words)
}

/// Why it was not done as asked, where the data set says so.
fn reason(voice: &Voice<'_>, section: &Section, case: &Summary) -> Option<Rich> {
    let is_done = matches!(
        case.outcome,
        Outcome::Resolved | Outcome::Upheld | Outcome::Adopted | Outcome::Closed
    );
    let dimensions = &section.dataset.scheme.dimensions;
    let dimension = dimensions.iter().position(|each| each.id == REASON)?;
    let member = case.members[dimension].as_deref().filter(|_| !is_done)?;
    let reason = voice.member(section, dimension, member);
    Some(voice.rich("case.reason", &[("reason", Span::Strong(reason))]))
}

fn facts(voice: &Voice<'_>, section: &Section, case: &Summary) -> Table {
    let mut rows = vec![
        row(cell(voice.word("case.id")), vec![cell(case.id.as_str())]),
        row(
            cell(voice.word("case.received")),
            vec![cell(month(voice, case.received))],
        ),
    ];
    let times = [
        ("case.answered", case.answered_after),
        ("case.closed", case.closed_after),
    ];
    for (key, days) in times {
        if let Some(days) = days {
            rows.push(row(
                cell(voice.word(key)),
                vec![cell(voice.capital(&took(voice, days)))],
            ));
        }
    }
    rows.push(row(
        cell(voice.word("case.outcome")),
        vec![cell(voice.word(&format!("outcome.{}", case.outcome.id())))],
    ));
    for dimension in listed(section) {
        let Some(member) = case.members[dimension].as_deref() else {
            continue;
        };
        let list = CaseList::Member(dimension, member.to_owned());
        rows.push(row(
            cell(voice.dimension(section, dimension)),
            vec![cell(linked(to_page(
                voice.member(section, dimension, member),
                list_key(section, &list),
            )))],
        ));
    }
    Table {
        caption: voice.word("case.facts"),
        about: String::new(),
        columns: vec![
            words(voice.word("case.fact")),
            words(voice.word("case.value")),
        ],
        rows,
        legend: Vec::new(),
    }
}
