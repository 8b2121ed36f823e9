//! Two periods side by side: a page for each pair of neighbouring periods and each period with that of a year before, and the
//! list of these pages.

use super::change::{Family, both};
use super::chrome::{crumbs, frame, part, wide};
use super::compare::{judged_note, summary};
use super::key_figures::definition_link;
use super::model::{Block, Cell, Link, Page, PageKind, Part, Row, Table};
use super::publication::{PageId, Publication, Section};
use super::table::{Marks, Style, cell, figure_cell, linked_cell, numbers, row, words};
use super::voice::{Voice, linked, to_page};
use crate::indicators::{Scope, Sheet};
use crate::text::NONE;
use crate::time::{Period, PeriodKind};

/// Periods of a kind whose pairs are listed; each older period's page leads to its own.
const CHOSEN_FROM: usize = 24;

/// The page of two periods of a data set side by side.
pub(super) fn page(
    publication: &Publication,
    voice: &Voice<'_>,
    id: &PageId,
    section: &Section,
    (later, earlier): (&Period, &Period),
) -> Page {
    let both = [
        ("later", voice.format.short_period(later)),
        ("earlier", voice.format.short_period(earlier)),
    ];
    let both: Vec<(&str, &str)> = both.iter().map(|(at, text)| (*at, text.as_str())).collect();
    let title = voice.say("compare.pair_title", &both);
    let mut page = frame(
        publication,
        voice,
        id,
        PageKind::Compare,
        title.clone(),
        Some(section),
    );
    let data_title = voice.of(&section.dataset.title);
    page.kicker = data_title.to_owned();
    page.crumbs = crumbs(publication, voice, section);
    page.crumbs
        .push(to_page(voice.word("compare.title"), section.compare_key()));
    page.description = voice.say(
        "compare.pair_description",
        &[("title", data_title), ("pair", &title)],
    );
    let (Some(now), Some(before)) = (
        section.sheet(&Scope::Overall, later),
        section.sheet(&Scope::Overall, earlier),
    ) else {
        return page;
    };
    let mut family = Family::default();
    for figure in &now.figures {
        family.ask(section, &Scope::Overall, later, earlier, &figure.indicator);
    }
    let changes = family.judge();
    page.lead = Some(summary(voice, &changes));
    let mut marks = Marks::default();
    let rows: Vec<Row> = now
        .figures
        .iter()
        .map(|figure| {
            let id = &figure.indicator;
            let head = linked_cell(Link {
                text: voice.indicator(section, id),
                ..definition_link(voice, section, id)
            });
            let mut told = |sheet: &Sheet| {
                figure_cell(voice, &mut marks, (section, Some(sheet)), id, Style::Plain)
            };
            let other = told(before);
            let own = told(now);
            let change =
                voice.change_cell(section, &changes, &Scope::Overall, (later, earlier), id);
            row(head, vec![own, change, other])
        })
        .collect();
    let period_head = |period: &Period| {
        numbers(linked(to_page(
            voice.format.short_period(period),
            section.period_key(period),
        )))
    };
    let table = Table {
        caption: title,
        about: voice.word("compare.about"),
        columns: vec![
            words(voice.word("figures.figure")),
            period_head(later),
            words(voice.word("compare.change")),
            period_head(earlier),
        ],
        rows,
        legend: marks.legend(voice),
    };
    page.parts.push(wide(
        "figures",
        voice.word("compare.figures"),
        judged_note(voice, &changes),
        vec![Block::Table(table)],
    ));
    let links: Vec<Link> = section
        .pairs_of_periods(later.kind)
        .into_iter()
        .filter(|(l, e)| (l, e) != (later, earlier))
        .filter(|(l, e)| l == later || l == earlier || e == later)
        .map(|(l, e)| link(voice, section, &l, &e))
        .chain([to_page(
            voice.word("compare.all_pairs"),
            section.compare_key(),
        )])
        .collect();
    page.parts.push(part(
        "more",
        voice.word("compare.others"),
        "",
        vec![Block::Links(links)],
    ));
    page
}

/// A link to the page of two periods.
pub(super) fn link(voice: &Voice<'_>, section: &Section, later: &Period, earlier: &Period) -> Link {
    let text = voice.say(
        "compare.pair_title",
        &[
            ("later", &voice.format.short_period(later)),
            ("earlier", &voice.format.short_period(earlier)),
        ],
    );
    to_page(text, section.pair_key(later, earlier))
}

/// Every pair of periods that has a page: a table of links for each kind.
pub(super) fn chooser(voice: &Voice<'_>, section: &Section) -> Option<Part> {
    let mut blocks = Vec::new();
    for kind in PeriodKind::ALL {
        let pairs = section.pairs_of_periods(kind);
        if pairs.is_empty() {
            continue;
        }
        let rows: Vec<Row> = section
            .periods(kind)
            .iter()
            .rev()
            .filter(|later| pairs.iter().any(|(l, _)| l == *later))
            .take(CHOSEN_FROM)
            .map(|later| {
                let cells: Vec<Cell> = both(later)
                    .iter()
                    .map(|earlier| {
                        if pairs.contains(&(*later, *earlier)) {
                            linked_cell(to_page(
                                voice.say(
                                    "compare.with",
                                    &[("earlier", &voice.format.short_period(earlier))],
                                ),
                                section.pair_key(later, earlier),
                            ))
                        } else {
                            cell(NONE)
                        }
                    })
                    .collect();
                row(cell(voice.format.short_period(later)), cells)
            })
            .collect();
        let mut columns = vec![words(voice.capital(&voice.kind(kind)))];
        if kind != PeriodKind::Year {
            columns.push(words(voice.word("compare.year_before")));
        }
        columns.push(words(voice.word(&format!("compare.before.{}", kind.id()))));
        blocks.push(Block::Table(Table {
            caption: voice.word(&format!("period.kinds.{}", kind.id())),
            about: String::new(),
            columns,
            rows,
            legend: Vec::new(),
        }));
    }
    (!blocks.is_empty()).then(|| {
        part(
            "pairs",
            voice.word("compare.pairs"),
            voice.word("compare.pairs_note"),
            blocks,
        )
    })
}
