//! One member: its figures for the latest whole year, how they changed, how long people waited, what they wrote about. One of
//! whom next to nothing may be told has the short page of [`super::untold`].

use super::change::Family;
use super::chrome::{crumbs, frame, part, wide};
use super::finest;
use super::key_figures::{count, key_figures, lead, leading_rate};
use super::members::{scope, sort};
use super::model::{Block, Page, PageKind, Part, Row, Table};
use super::narrative::Narrative;
use super::publication::{PageId, Publication, Section};
use super::table::{
    Marks, Measure, Style, all_figures, cell, cells, heads, link_or_words, linked_cell,
    long_measures, row,
};
use super::voice::{Voice, to_page};
use crate::case::NOT_STATED;
use crate::indicators::{Scope, Sheet};
use crate::time::{Period, PeriodKind};

/// Quarters in the table of periods, besides all years.
const QUARTERS: usize = 8;
/// Rows of a table of another dimension's members; its file has them all.
const LONGEST: usize = 24;
/// Rows of a page that have a dot beside their share: more would make the page heavy for a phone.
const DOTTED: usize = 24;

pub(super) fn page(
    publication: &Publication,
    voice: &Voice<'_>,
    id: &PageId,
    section: &Section,
    dimension: usize,
    member: &str,
) -> Page {
    let name = voice.member(section, dimension, member);
    let mut page = frame(
        publication,
        voice,
        id,
        PageKind::Member,
        name.clone(),
        Some(section),
    );
    page.crumbs = crumbs(publication, voice, section);
    page.crumbs.push(to_page(
        voice.dimension(section, dimension),
        section.members_key(dimension),
    ));
    page.description = voice.say("member.description", &[("name", &name)]);
    let scope = scope(dimension, member);
    let Some(period) = current(section, &scope) else {
        page.lead = Some(voice.word("member.none").into());
        return page;
    };
    page.kicker = voice.say(
        "kicker.of_period",
        &[
            ("title", &voice.dimension(section, dimension)),
            ("period", &voice.period(&period)),
        ],
    );
    let own = section.sheet(&scope, &period);
    if own.is_some_and(|sheet| super::untold::is_untold(section, sheet)) {
        let member = (dimension, member);
        super::untold::fill(publication, voice, section, member, &period, &mut page);
        page.parts
            .extend(super::edition::part_of(publication, voice, id));
        return page;
    }
    page.lead = lead(voice, section, &scope, &period);
    let narrative = Narrative::of(publication, voice, section, &scope, &period);
    let mut family = Family::of_key_figures(&[(section, &scope, period)]);
    narrative.ask(publication, &mut family);
    let changes = family.judge();
    page.figures = key_figures(voice, section, &scope, &period, &changes, "");
    if let Some(part) = narrative.part(publication, voice, &changes) {
        page.description = super::narrative::opening(&part).unwrap_or(page.description);
        page.parts.push(part);
    }
    page.parts
        .push(periods_part(voice, section, &scope, &period, false));
    page.parts
        .extend(super::trend::part(voice, section, &scope, &period));
    page.parts
        .extend(super::waits::part(voice, section, &scope, &period));
    page.parts
        .extend(pair_parts(voice, section, dimension, member, &period));
    page.parts
        .extend(super::owed::part(voice, section, &scope, &period));
    let member = Some((dimension, member));
    page.parts.extend(super::cases::latest_part(
        publication,
        voice,
        section,
        member,
    ));
    if let Some(sheet) = section.sheet(&scope, &period) {
        page.parts.push(wide(
            "figures",
            voice.word("figures.heading"),
            "",
            vec![Block::Table(all_figures(voice, section, sheet))],
        ));
    }
    page.parts
        .extend(super::edition::part_of(publication, voice, id));
    page
}

/// The page of a member's former name: where it is today.
pub(super) fn moved_page(
    publication: &Publication,
    voice: &Voice<'_>,
    id: &PageId,
    section: &Section,
    dimension: usize,
    old: &str,
) -> Page {
    let mut page = frame(
        publication,
        voice,
        id,
        PageKind::Member,
        old.to_owned(),
        Some(section),
    );
    page.crumbs = crumbs(publication, voice, section);
    page.crumbs.push(to_page(
        voice.dimension(section, dimension),
        section.members_key(dimension),
    ));
    let now = section.dataset.aliases[dimension]
        .get(old)
        .map_or("", String::as_str);
    let name = voice.member(section, dimension, now);
    page.lead = Some(voice.say("member.moved", &[("name", &name)]).into());
    page.description = voice.say("member.moved", &[("name", &name)]);
    if let Some(key) = section.member_key(dimension, now) {
        let links = vec![to_page(name, key)];
        page.parts.push(part(
            "now",
            voice.word("member.moved_to"),
            "",
            vec![Block::Links(links)],
        ));
    }
    page
}

/// The period a member's page speaks of: the site's year, or the whole coverage where the member has nothing in it.
pub(super) fn current(section: &Section, scope: &Scope) -> Option<Period> {
    let has = |period: &Period| section.sheet(scope, period).is_some();
    section
        .current_year()
        .filter(has)
        .or_else(|| section.periods(PeriodKind::All).into_iter().find(has))
}

/// Years, then the last quarters (of a site without quarters: half-years or months), newest first. Unless all are wanted,
/// only such of which most cells hold.
pub(super) fn periods_part(
    voice: &Voice<'_>,
    section: &Section,
    scope: &Scope,
    current: &Period,
    wants_all: bool,
) -> Part {
    let measures = section
        .sheet(scope, current)
        .map(|sheet| long_measures(section, sheet))
        .unwrap_or_default();
    let finer = [PeriodKind::Quarter, PeriodKind::HalfYear, PeriodKind::Month];
    let finer: Vec<Vec<Period>> = finer
        .into_iter()
        .map(|kind| {
            section
                .periods(kind)
                .into_iter()
                .rev()
                .take(QUARTERS)
                .collect()
        })
        .filter(|periods: &Vec<Period>| !periods.is_empty())
        .collect();
    let shown = finer.iter().find(|periods| {
        let cells = measures.iter().map(Measure::indicator);
        wants_all || finest::holds(section, scope, periods, cells)
    });
    let not_shown = finer.first().filter(|_| shown.is_none());
    let not_shown =
        not_shown.map_or_else(String::new, |periods| finest::said(voice, periods[0].kind));
    let mut periods = section.periods(PeriodKind::Year);
    periods.reverse();
    periods.extend(shown.into_iter().flatten());
    periods.extend(section.periods(PeriodKind::All));
    let mut marks = Marks::default();
    let rows: Vec<Row> = periods
        .iter()
        .filter_map(|period| {
            let sheet = section.sheet(scope, period)?;
            let head = linked_cell(to_page(
                voice.format.short_period(period),
                section.period_key(period),
            ));
            let mut made = row(
                head,
                cells(
                    voice,
                    &mut marks,
                    (section, Some(sheet)),
                    &measures,
                    Style::Plain,
                ),
            );
            made.is_current = period == current;
            made.is_total = period.kind == PeriodKind::All;
            Some(made)
        })
        .collect();
    let compare = match scope {
        Scope::Member { dimension, member } => section.member_compare_key(*dimension, member),
        _ => None,
    };
    let compare = compare.map(|key| to_page(voice.word("compare.link"), key));
    let table = Table {
        caption: voice.word("member.periods_caption"),
        about: voice.sentence_and(voice.word("trend.table_about"), not_shown),
        columns: heads(voice, section, voice.word("table.period"), &measures),
        rows,
        legend: marks.legend(voice),
    };
    wide(
        "periods",
        voice.word("member.periods"),
        "",
        std::iter::once(Block::Table(table))
            .chain(compare.map(|link| Block::Links(vec![link])))
            .collect(),
    )
}

/// One table for each other dimension: the member's cases by category, by channel.
pub(super) fn pair_parts(
    voice: &Voice<'_>,
    section: &Section,
    dimension: usize,
    member: &str,
    period: &Period,
) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut room = DOTTED;
    for other in 0..section.dataset.scheme.dimensions.len() {
        let about = &section.dataset.scheme.dimensions[other];
        // Of a hierarchy its top is shown, and on a member's own page the level below it.
        if other == dimension || about.parent.is_some_and(|parent| parent != dimension) {
            continue;
        }
        let mut pairs: Vec<(&str, &Sheet)> =
            section.pairs(dimension, member, other, *period).collect();
        if pairs.is_empty() {
            continue;
        }
        let all = pairs.len();
        if all > LONGEST {
            pairs.sort_by_key(|(name, sheet)| (std::cmp::Reverse(count(sheet, "received")), *name));
            pairs.truncate(LONGEST);
        }
        sort(voice, section, other, &mut pairs);
        let style = if pairs.len() <= room {
            room -= pairs.len();
            Style::Dotted
        } else {
            Style::Plain
        };
        let measures = pair_measures(section, pairs[0].1);
        let mut marks = Marks::default();
        let mut rows: Vec<Row> = pairs
            .iter()
            .map(|(name, sheet)| {
                let to = section.member_key(other, name).map(|key| to_page("", key));
                let shown = if *name == NOT_STATED {
                    voice.word("member.not_stated")
                } else if about.parent == Some(dimension) {
                    voice.member_own(section, other, name)
                } else {
                    voice.member(section, other, name)
                };
                row(
                    cell(link_or_words(shown, to)),
                    cells(voice, &mut marks, (section, Some(sheet)), &measures, style),
                )
            })
            .collect();
        let own = section.sheet(&scope(dimension, member), period);
        let mut total = row(
            cell(voice.word("table.all")),
            cells(voice, &mut marks, (section, own), &measures, style),
        );
        total.is_total = true;
        rows.push(total);
        let label = voice.dimension(section, other);
        let table = Table {
            caption: voice.say(
                "members.caption",
                &[("dimension", &label), ("period", &voice.period(period))],
            ),
            about: if all > LONGEST {
                voice.say(
                    "member.largest",
                    &[
                        (
                            "n",
                            &voice.format.number(u64::try_from(LONGEST).unwrap_or(0)),
                        ),
                        ("all", &voice.format.number(u64::try_from(all).unwrap_or(0))),
                        (
                            "file",
                            &format!(
                                "{}--{}.csv",
                                section.dataset.scheme.dimensions[dimension].id, about.id
                            ),
                        ),
                    ],
                )
            } else if style == Style::Dotted {
                voice.word("members.table_about")
            } else {
                String::new()
            },
            columns: heads(voice, section, label.clone(), &measures),
            rows,
            legend: marks.legend(voice),
        };
        parts.push(wide(
            &format!("by-{}", section.dataset.scheme.dimensions[other].id),
            voice.say("member.by", &[("dimension", &label)]),
            "",
            vec![Block::Table(table)],
        ));
    }
    parts
}

/// What pairs are told: received, the lead rate, the median, open at the end.
fn pair_measures(section: &Section, sheet: &Sheet) -> Vec<Measure> {
    let rate = leading_rate(section);
    super::table::measures(section)
        .into_iter()
        .filter(|measure| match measure {
            Measure::Figure(id) => sheet.figure(id).is_some() && !id.starts_with("overdue:"),
            Measure::Denominator(id) => Some(id) == rate.as_ref() && sheet.figure(id).is_some(),
        })
        .collect()
}

/// The part of a data set's page that leads to its members; used where no dots can be drawn.
pub(super) fn links_part(voice: &Voice<'_>, section: &Section, dimension: usize) -> Option<Part> {
    let link = super::members::all_link(voice, section, dimension)?;
    Some(part(
        &format!("by-{}", section.dataset.scheme.dimensions[dimension].id),
        voice.dimension(section, dimension),
        "",
        vec![Block::Links(vec![link])],
    ))
}
