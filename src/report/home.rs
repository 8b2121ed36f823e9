//! The home page: of one data set, its latest whole period in full; of several, one sentence each, then a section each with
//! its four figures, how it changed, its members, what is still owed and the latest answers.

use super::change::Changes;
use super::chrome::{common_lead, frame, own_text, part};
use super::clock::event;
use super::key_figures::{count, key_figures, leading_clock, leading_rate, told_count};
use super::members::chart_part;
use super::model::{Block, Chart, Page, PageKind, Part, Rich, Span, Target};
use super::publication::{PageId, Publication, Section};
use super::voice::{Voice, link, strong, text, to_page};
use crate::indicators::{Amount, Scope};
use crate::time::Period;

/// Members drawn of each data set where there are several.
const DRAWN: usize = 6;

/// With more data sets than this, each is told by its figures alone.
const IN_FULL: usize = 3;

pub(super) fn page(publication: &Publication, voice: &Voice<'_>, id: &PageId) -> Page {
    let site_title = voice.of(&publication.site.title).to_owned();
    let only = match publication.sections.as_slice() {
        [section] => Some(section),
        _ => None,
    };
    let mut page = frame(publication, voice, id, PageKind::Home, site_title, only);
    match only {
        Some(section) => super::dataset::fill(publication, voice, section, &mut page),
        None => fill(publication, voice, &mut page),
    }
    page.description = voice.word("home.description");
    page.parts
        .extend(super::promises::home_part(publication, voice));
    page.parts.extend(own_text(publication, voice, ""));
    page
}

/// The content of the home page of several data sets.
fn fill(publication: &Publication, voice: &Voice<'_>, page: &mut Page) {
    let sections = publication.latest_first();
    let is_full = sections.len() <= IN_FULL;
    let told: Vec<Rich> = sections
        .iter()
        .filter_map(|section| answer(voice, section, &section.current()?))
        .collect();
    page.lead = Some(if is_full && !told.is_empty() {
        voice.sentences(told)
    } else {
        common_lead(voice, sections.len())
    });
    let shown: Vec<_> = sections
        .iter()
        .filter_map(|section| Some((*section, &Scope::Overall, section.current()?)))
        .collect();
    let changes = Changes::of_key_figures(&shown);
    for section in sections {
        let title = voice.of(&section.dataset.title).to_owned();
        let Some(period) = section.current() else {
            page.parts.push(part(
                &section.dataset.id,
                title,
                "",
                vec![Block::Paragraph(voice.word("dataset.none").into())],
            ));
            continue;
        };
        let prefix = format!("{}-", section.dataset.id);
        let figures = key_figures(voice, section, &Scope::Overall, &period, &changes, &prefix);
        let links = vec![
            to_page(voice.say("home.more", &[("title", &title)]), section.key()),
            to_page(
                voice.say("home.more_period", &[("period", &voice.period(&period))]),
                section.period_key(&period),
            ),
            to_page(voice.word("compare.link"), section.compare_key()),
        ];
        // A caution that all data sets share stands above them once.
        let caution = voice.of(&section.dataset.notice);
        let caution = if page.notice.is_empty() { caution } else { "" };
        let when = vec![
            strong(voice.period(&period)),
            text(voice.word("compare.stop")),
        ];
        let note = voice.sentences([Rich(when), Rich(vec![text(caution)])]);
        page.parts.push(part(
            &section.dataset.id,
            title.clone(),
            note,
            vec![Block::Figures(figures), Block::Links(links)],
        ));
        if is_full {
            let parts = in_full(publication, voice, section, &period);
            page.parts
                .extend(parts.into_iter().map(|part| of(voice, section, part)));
        }
    }
}

/// What a data set's own page opens with, in the same order.
fn in_full(
    publication: &Publication,
    voice: &Voice<'_>,
    section: &Section,
    period: &Period,
) -> Vec<Part> {
    let dimensions = &section.dataset.scheme.dimensions;
    let members = (0..dimensions.len())
        .filter(|&dimension| dimensions[dimension].pages)
        .find_map(|dimension| {
            let link = super::members::all_link(voice, section, dimension);
            chart_part(voice, section, dimension, period, DRAWN, link)
        });
    let owed = super::owed::part(voice, section, &Scope::Overall, period).map(|mut owed| {
        let more = to_page(voice.word("owed_page.link"), section.owed_key());
        owed.blocks.push(Block::Links(vec![more]));
        owed
    });
    [
        super::trend::part(voice, section, &Scope::Overall, period),
        members,
        owed,
        super::cases::latest_part(publication, voice, section, None),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// A part among those of other data sets: told apart in its heading and in every fragment. Tables behind charts are on the
/// data set's own page.
fn of(voice: &Voice<'_>, section: &Section, mut part: Part) -> Part {
    let own = |id: &str| format!("{}-{id}", section.dataset.id);
    part.id = own(&part.id);
    part.heading = voice.say(
        "home.part",
        &[
            ("title", voice.of(&section.dataset.title)),
            ("heading", &part.heading),
        ],
    );
    for block in &mut part.blocks {
        if let Block::Chart(chart, table) = block {
            let (Chart::Bars { id, .. }
            | Chart::Dots { id, .. }
            | Chart::Members { id, .. }
            | Chart::Days { id, .. }
            | Chart::Funnel { id, .. }
            | Chart::Ladder { id, .. }) = chart;
            *id = own(id);
            *table = None;
        }
    }
    part
}

/// `Hotline, 2024: 10,866 cases came in; of those due, 91.1% were answered in time; 935 are still owed an answer.`
fn answer(voice: &Voice<'_>, section: &Section, period: &Period) -> Option<Rich> {
    let sheet = section.sheet(&Scope::Overall, period)?;
    let received = count(sheet, "received").and_then(|received| {
        let told = told_count(voice, section, sheet, "received")?;
        Some(voice.rich_count("home.received", received, &[("n", told)]))
    });
    let mut clauses: Vec<Rich> = received.into_iter().collect();
    let leading = leading_clock(section).filter(|leading| leading.clock.has_deadline());
    let rate = leading_rate(section).and_then(|rate| sheet.figure(&rate));
    if let Some(rate) = rate.filter(|rate| matches!(rate.amount, Amount::Rate(..))) {
        let key = match &leading {
            Some(leading) => format!("on_time.{}", event(leading.clock)),
            None => rate.indicator.to_string(),
        };
        let within = leading.map_or_else(String::new, |leading| voice.within(leading.clock));
        clauses.push(voice.rich(
            &format!("home.{key}"),
            &[
                ("rate", voice.told(section, sheet, rate)),
                ("within", text(within)),
            ],
        ));
    }
    if let Some(open) = count(sheet, "open_at_end") {
        let day = period.last_day().min(section.as_of);
        let key = if day == section.as_of {
            "home.owed_now"
        } else {
            "home.owed"
        };
        let told = told_count(voice, section, sheet, "open_at_end")?;
        clauses.push(voice.rich_count(key, open, &[("n", told)]));
    }
    if clauses.is_empty() {
        return None;
    }
    let title = link(
        voice.of(&section.dataset.title),
        Target::Page(String::new(), Some(section.dataset.id.clone())),
    );
    let said = voice.rich(
        "home.answer",
        &[
            ("title", Span::Link(title)),
            ("period", text(voice.period(period))),
        ],
    );
    Some(voice.with_clauses(said, clauses))
}
