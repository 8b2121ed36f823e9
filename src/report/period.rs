//! One period of a data set: its figures, outcomes, what was set apart, days, stock, and its members.

use super::change::Family;
use super::chrome::{crumbs, frame, part, wide};
use super::fraction::length;
use super::key_figures::{count, key_figures, lead};
use super::members::{all_link, chart_part, table};
use super::model::{Block, Chart, Ladder, Link, Page, PageKind, Part, Table};
use super::narrative::Narrative;
use super::publication::{PageId, Publication, Section};
use super::table::{Marks, Style, all_figures, cell, numbers, row, withheld_cell, words};
use super::voice::{Voice, to_page};
use crate::case::{Exclusion, Outcome};
use crate::indicators::{Amount, Scope, Sheet};
use crate::time::{Period, PeriodKind};

/// Members drawn on a period's page.
const DRAWN: usize = 12;
/// Rows of a table of members on a period's page; the index and the files have them all.
const LONGEST: usize = 60;

pub(super) fn page(
    publication: &Publication,
    voice: &Voice<'_>,
    id: &PageId,
    section: &Section,
    period: &Period,
) -> Page {
    let title = voice.period(period);
    let mut page = frame(
        publication,
        voice,
        id,
        PageKind::Period,
        title.clone(),
        Some(section),
    );
    let data_title = voice.of(&section.dataset.title);
    page.kicker = voice.say(
        "kicker.of_kind",
        &[("title", data_title), ("kind", &voice.kind(period.kind))],
    );
    page.crumbs = crumbs(publication, voice, section);
    page.crumbs.push(to_page(
        voice.word("periods.title"),
        format!("{}periods/", section.key()),
    ));
    page.description = voice.say(
        "period.description",
        &[("title", data_title), ("period", &title)],
    );
    page.lead = lead(voice, section, &Scope::Overall, period);
    let narrative = Narrative::of(publication, voice, section, &Scope::Overall, period);
    let mut family = Family::of_key_figures(&[(section, &Scope::Overall, *period)]);
    narrative.ask(publication, &mut family);
    let changes = family.judge();
    page.figures = key_figures(voice, section, &Scope::Overall, period, &changes, "");
    let Some(sheet) = section.sheet(&Scope::Overall, period) else {
        return page;
    };
    if let Some(part) = narrative.part(publication, voice, &changes) {
        page.description = super::narrative::opening(&part).unwrap_or(page.description);
        page.parts.push(part);
    }
    page.parts.extend(set_apart_part(voice, sheet));
    page.parts.extend(outcomes_part(voice, section, sheet));
    page.parts
        .extend(super::waits::part(voice, section, &Scope::Overall, period));
    page.parts
        .extend(super::owed::part(voice, section, &Scope::Overall, period));
    if period.kind != PeriodKind::Month {
        for dimension in 0..section.dataset.scheme.dimensions.len() {
            page.parts
                .extend(member_part(voice, section, dimension, period));
        }
    }
    page.parts.push(wide(
        "figures",
        voice.word("figures.heading"),
        "",
        vec![Block::Table(all_figures(voice, section, sheet))],
    ));
    page.parts
        .extend(super::edition::part_of(publication, voice, id));
    let mut links = neighbours(voice, section, period);
    for (later, earlier) in section.pairs_of_periods(period.kind) {
        if later == *period {
            links.push(super::pairs::link(voice, section, &later, &earlier));
        }
    }
    if !links.is_empty() {
        page.parts.push(part(
            "more",
            voice.word("periods.more"),
            "",
            vec![Block::Links(links)],
        ));
    }
    page
}

/// Dots where they can be drawn, then the table of all members.
fn member_part(
    voice: &Voice<'_>,
    section: &Section,
    dimension: usize,
    period: &Period,
) -> Vec<Part> {
    let about = &section.dataset.scheme.dimensions[dimension];
    // Lower levels of a hierarchy, and short periods of dimensions without pages, are in the files.
    let is_long = matches!(period.kind, PeriodKind::Year | PeriodKind::All);
    if !about.pages && (about.parent.is_some() || !is_long) {
        return Vec::new();
    }
    let label = voice.dimension(section, dimension);
    // Dots beside every share would make the page heavy for a phone; those of a dimension with pages are drawn above.
    let table = table(voice, section, dimension, period, Style::Plain);
    // Only the sum: nothing to tell apart.
    if table.rows.len() < 2 {
        return Vec::new();
    }
    let mut parts = Vec::new();
    if about.pages {
        let link = all_link(voice, section, dimension);
        parts.extend(chart_part(voice, section, dimension, period, DRAWN, link));
    }
    if table.rows.len() > LONGEST {
        return parts;
    }
    let heading = if parts.is_empty() {
        label
    } else {
        voice.say("members.table_of", &[("dimension", &label)])
    };
    parts.push(wide(
        &format!("table-{}", about.id),
        heading,
        "",
        vec![Block::Table(table)],
    ));
    parts
}

/// Received = valid + what is set apart, as a ladder.
fn set_apart_part(voice: &Voice<'_>, sheet: &Sheet) -> Option<Part> {
    let received = count(sheet, "received")?;
    let valid = count(sheet, "valid")?;
    if received == valid {
        return None;
    }
    let mut steps = vec![(voice.word("ladder.received"), Some(received), true)];
    for exclusion in Exclusion::ALL {
        if let Some(cases) = some(sheet, &format!("excluded_{}", exclusion.id())) {
            let name = voice.word(&format!("ladder.excluded.{}", exclusion.id()));
            steps.push((name, cases, false));
        }
    }
    steps.push((voice.word("ladder.valid"), Some(valid), true));
    let title = (voice.word("ladder.title"), voice.word("table.cases"));
    let blocks = ladder(voice, "set-apart", title, received, steps);
    Some(part(
        "set-apart",
        voice.word("ladder.heading"),
        voice.word("ladder.note"),
        blocks,
    ))
}

/// How the valid cases ended, class by class; nothing where the source states no result at all.
fn outcomes_part(voice: &Voice<'_>, section: &Section, sheet: &Sheet) -> Option<Part> {
    let valid = count(sheet, "valid")?;
    let classes: Vec<(Outcome, Option<u64>)> = Outcome::ALL
        .iter()
        .filter_map(|outcome| {
            let cases = some(sheet, &format!("outcome_{}", outcome.id()))?;
            Some((*outcome, cases))
        })
        .collect();
    if valid == 0 || classes.is_empty() {
        return None;
    }
    let mut steps = vec![(voice.word("ladder.valid"), Some(valid), true)];
    for (outcome, cases) in &classes {
        steps.push((
            voice.word(&format!("outcome.{}", outcome.id())),
            *cases,
            true,
        ));
    }
    let title = voice.say(
        "outcome.title",
        &[("day", &voice.format.date(section.as_of))],
    );
    let title = (title, voice.word("table.cases"));
    let blocks = ladder(voice, "outcomes", title, valid, steps);
    Some(part(
        "outcomes",
        voice.word("outcome.heading"),
        voice.word("outcome.note"),
        blocks,
    ))
}

/// A count of a sheet that is not 0: `Some(None)` where it is withheld.
pub(super) fn some(sheet: &Sheet, indicator: &str) -> Option<Option<u64>> {
    match sheet.figure(indicator)?.amount {
        Amount::Count(cases) if cases > 0 => Some(Some(cases)),
        Amount::Suppressed => Some(None),
        _ => None,
    }
}

/// A ladder with its table: title and head of its numbers; shares are of `whole`. A step that is withheld stands in the table alone,
/// without a number.
pub(super) fn ladder(
    voice: &Voice<'_>,
    id: &str,
    (title, head): (String, String),
    whole: u64,
    steps: Vec<(String, Option<u64>, bool)>,
) -> Vec<Block> {
    let label = |cases: u64, is_total: bool| {
        if is_total && cases == whole {
            voice.format.number(cases)
        } else {
            voice.say(
                "owed.label",
                &[
                    ("n", &voice.format.number(cases)),
                    ("share", &voice.format.rate(cases, whole)),
                ],
            )
        }
    };
    // Classes that stand side by side are no sums.
    let has_sums = steps.iter().any(|(_, _, is_total)| !is_total);
    let mut marks = Marks::default();
    let rows = steps
        .iter()
        .map(|(name, cases, is_total)| {
            let name = if *is_total {
                name.clone()
            } else {
                voice.say("ladder.less", &[("name", name)])
            };
            let cells = match *cases {
                Some(cases) => [
                    cell(voice.format.number(cases)),
                    cell(voice.format.rate(cases, whole)),
                ],
                None => [withheld_cell(&mut marks), withheld_cell(&mut marks)],
            };
            let mut made = row(cell(name), cells.into());
            made.is_total = *is_total && has_sums;
            made
        })
        .collect();
    let drawn = || {
        let steps = steps.iter();
        steps.filter_map(|(name, cases, is_total)| Some((name, (*cases)?, *is_total)))
    };
    let desc: Vec<String> = drawn()
        .map(|(name, cases, is_total)| {
            voice.say(
                "waits.item",
                &[("name", name), ("n", &label(cases, is_total))],
            )
        })
        .collect();
    let chart = Chart::Ladder {
        id: id.to_owned(),
        title: title.clone(),
        about: String::new(),
        desc: voice.clauses(&desc),
        steps: drawn()
            .map(|(name, cases, is_total)| Ladder {
                name: name.clone(),
                value: length(cases),
                label: label(cases, is_total),
                is_total,
            })
            .collect(),
    };
    let table = Table {
        caption: title,
        about: String::new(),
        columns: vec![
            words(voice.word("ladder.step")),
            numbers(head),
            numbers(voice.word("table.share")),
        ],
        rows,
        legend: marks.legend(voice),
    };
    vec![Block::Chart(chart, Some(table))]
}

/// The period before, the one after, the same of the year before, and the longer one it lies in.
fn neighbours(voice: &Voice<'_>, section: &Section, period: &Period) -> Vec<Link> {
    let mut found: Vec<Period> = Vec::new();
    let same = section.periods(period.kind);
    let at = same.iter().position(|each| each == period);
    if let Some(at) = at {
        found.extend(at.checked_sub(1).and_then(|at| same.get(at)));
        found.extend(same.get(at + 1));
    }
    found.extend(period.year_before().filter(|before| same.contains(before)));
    for kind in PeriodKind::ALL {
        if kind.months() > period.kind.months() && period.kind != PeriodKind::All {
            found.extend(
                section
                    .periods(kind)
                    .into_iter()
                    .filter(|longer| longer.first <= period.first && period.last <= longer.last),
            );
        }
    }
    let mut seen = std::collections::BTreeSet::new();
    found
        .into_iter()
        .filter(|each| seen.insert(*each))
        .map(|each| to_page(voice.period(&each), section.period_key(&each)))
        .collect()
}
