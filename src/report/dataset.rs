//! A data set's first page: its latest whole period, how it changed, by member, what is still owed, and its periods.

use super::change::Changes;
use super::chrome::{frame, home_crumb, of_section, own_text, part};
use super::key_figures::{key_figures, lead};
use super::members::{all_link, chart_part};
use super::model::{Block, Page, PageKind, Part};
use super::publication::{PageId, Publication, Section};
use super::voice::{Voice, to_page};
use crate::indicators::Scope;
use crate::time::PeriodKind;

/// Members drawn on a data set's page; the index has more.
const DRAWN: usize = 12;

pub(super) fn page(
    publication: &Publication,
    voice: &Voice<'_>,
    id: &PageId,
    section: &Section,
) -> Page {
    let title = voice.of(&section.dataset.title).to_owned();
    let mut page = frame(
        publication,
        voice,
        id,
        PageKind::Dataset,
        title.clone(),
        Some(section),
    );
    page.crumbs = home_crumb(voice);
    page.description = voice.say("dataset.description", &[("title", &title)]);
    fill(publication, voice, section, &mut page);
    page.title = title;
    page.parts.extend(own_text(publication, voice, &id.key));
    page
}

/// The content of a data set's page, also of the home page where it is the only one.
pub(super) fn fill(
    publication: &Publication,
    voice: &Voice<'_>,
    section: &Section,
    page: &mut Page,
) {
    let Some(period) = section.current() else {
        page.lead = Some(voice.word("dataset.none").into());
        return;
    };
    let title = voice.of(&section.dataset.title);
    page.kicker = if page.kind == PageKind::Home {
        voice.say(
            "kicker.of_kind",
            &[("title", title), ("kind", &voice.kind(period.kind))],
        )
    } else {
        voice.period(&period)
    };
    if page.kind == PageKind::Home {
        page.title = voice.period(&period);
    }
    page.lead = lead(voice, section, &Scope::Overall, &period);
    let changes = Changes::of_key_figures(&[(section, &Scope::Overall, period)]);
    page.figures = key_figures(voice, section, &Scope::Overall, &period, &changes, "");
    page.parts
        .extend(super::trend::part(voice, section, &Scope::Overall, &period));
    for dimension in 0..section.dataset.scheme.dimensions.len() {
        if section.dataset.scheme.dimensions[dimension].pages {
            let link = all_link(voice, section, dimension);
            page.parts.extend(
                chart_part(voice, section, dimension, &period, DRAWN, link)
                    .or_else(|| super::member::links_part(voice, section, dimension)),
            );
        }
    }
    let owed = super::owed::part(voice, section, &Scope::Overall, &period);
    page.parts.extend(owed.map(|mut owed| {
        let more = to_page(voice.word("owed_page.link"), section.owed_key());
        owed.blocks.push(Block::Links(vec![more]));
        owed
    }));
    page.parts
        .extend(super::cases::latest_part(publication, voice, section, None));
    page.parts
        .extend(super::waits::part(voice, section, &Scope::Overall, &period));
    page.parts.push(periods_part(voice, section));
}

/// Links to the periods' pages: the latest of each kind, and the list of all.
fn periods_part(voice: &Voice<'_>, section: &Section) -> Part {
    let mut links = Vec::new();
    for kind in [PeriodKind::Year, PeriodKind::HalfYear, PeriodKind::Quarter] {
        let periods = section.periods(kind);
        for period in periods.iter().rev().take(4) {
            links.push(to_page(voice.period(period), section.period_key(period)));
        }
    }
    for period in section.periods(PeriodKind::All) {
        links.push(to_page(
            voice.word("period.kind.all"),
            section.period_key(&period),
        ));
    }
    links.push(to_page(voice.word("compare.link"), section.compare_key()));
    links.push(super::four_ways::to_four_ways(voice, section));
    links.extend(super::loudness::to_loudness(voice, section));
    links.push(to_page(
        voice.word("periods.link"),
        format!("{}periods/", section.key()),
    ));
    part(
        "periods",
        voice.word("periods.heading"),
        voice.word("periods.note"),
        vec![Block::Links(links)],
    )
}

/// The list of all periods of a data set, each with its figures.
pub(super) fn periods_page(
    publication: &Publication,
    voice: &Voice<'_>,
    id: &PageId,
    section: &Section,
) -> Page {
    let mut page = of_section(
        publication,
        voice,
        id,
        PageKind::Periods,
        section,
        "periods",
    );
    let Some(current) = section.current() else {
        page.lead = Some(voice.word("dataset.none").into());
        return page;
    };
    for kind in PeriodKind::ALL {
        let periods = section.periods(kind);
        if periods.is_empty() {
            continue;
        }
        let mut table = super::trend::table(
            voice,
            section,
            &Scope::Overall,
            &periods,
            &current,
            &super::table::measures(section),
        );
        table.caption = voice.say(
            "periods.caption",
            &[("kind", &voice.word(&format!("period.kinds.{}", kind.id())))],
        );
        page.parts.push(super::chrome::wide(
            kind.id(),
            voice.word(&format!("period.kinds.{}", kind.id())),
            "",
            vec![Block::Table(table)],
        ));
    }
    page
}
