//! Periods compared: a page of each data set and each member with its last periods side by side and the changes in words.

use super::change::{Changes, Family, both};
use super::chrome::{crumbs, frame, of_section, wide};
use super::finest;
use super::key_figures::{definition_link, leading_clock, name, shown_large};
use super::members::scope;
use super::model::{Block, Column, Mark, Page, PageKind, Part, Rich, Row, Span, Table};
use super::publication::{PageId, Publication, Section};
use super::table::{Marks, Style, cell, figure_cell, linked_cell, numbers, row, words};
use super::untold::told_of;
use super::voice::{Voice, linked, strong, text, to_page};
use crate::indicators::compare::Verdict;
use crate::indicators::{Amount, FigureId, Maturity, Scope};
use crate::time::{Period, PeriodKind};

/// Periods of a kind shown side by side.
const SHOWN: usize = 8;
/// The measures compared, by their definitions; those of days only of the clock that leads.
const COMPARED: [&str; 16] = [
    "received",
    "valid",
    "answer_rate",
    "closed_rate",
    "on_time_rate",
    "median_days",
    "median_hours",
    "p90_days",
    "within_k_days",
    "resolution_rate",
    "upheld_rate",
    "satisfaction_rate",
    "reopened_rate",
    "closed_in_period",
    "open_at_end",
    "overdue",
];

/// The compare page of a data set.
pub(super) fn page(
    publication: &Publication,
    voice: &Voice<'_>,
    id: &PageId,
    section: &Section,
) -> Page {
    let mut page = of_section(
        publication,
        voice,
        id,
        PageKind::Compare,
        section,
        "compare",
    );
    fill(voice, section, &Scope::Overall, &mut page);
    page.parts.extend(super::pairs::chooser(voice, section));
    page
}

/// The compare page of a member.
pub(super) fn member_page(
    publication: &Publication,
    voice: &Voice<'_>,
    id: &PageId,
    section: &Section,
    (dimension, member): (usize, &str),
) -> Page {
    let name = voice.member(section, dimension, member);
    let title = voice.say("compare.member_title", &[("name", &name)]);
    let mut page = frame(
        publication,
        voice,
        id,
        PageKind::Compare,
        title,
        Some(section),
    );
    page.kicker = voice.dimension(section, dimension);
    page.crumbs = crumbs(publication, voice, section);
    page.crumbs.push(to_page(
        voice.dimension(section, dimension),
        section.members_key(dimension),
    ));
    if let Some(key) = section.member_key(dimension, member) {
        page.crumbs.push(to_page(name.clone(), key));
    }
    page.description = voice.say("compare.description", &[("title", &name)]);
    fill(voice, section, &scope(dimension, member), &mut page);
    page
}

/// What is compared of one kind of period.
struct Side {
    periods: Vec<Period>,
    current: Option<Period>,
    indicators: Vec<String>,
}

/// Tables of each kind of period, then pictures.
fn fill(voice: &Voice<'_>, section: &Section, scope: &Scope, page: &mut Page) {
    let all = compared(section, scope, &COMPARED);
    let is_untold = is_untold(section, scope);
    let mut family = Family::default();
    let mut sides: Vec<Side> = Vec::new();
    let mut not_shown: Vec<Part> = Vec::new();
    for kind in PeriodKind::ALL {
        let periods = last(section, scope, kind, SHOWN);
        if kind == PeriodKind::All || periods.len() < 2 {
            continue;
        }
        let indicators = if is_untold {
            told_of(section, scope, &periods, &all)
        } else {
            all.clone()
        };
        let cells = indicators.iter().map(String::as_str);
        if indicators.is_empty() || !finest::holds(section, scope, &periods, cells) {
            not_shown.push(finest::part(voice, kind));
            continue;
        }
        let current = latest_whole(section, scope, &periods);
        if let Some(current) = &current {
            family.ask_both(section, scope, current, &indicators);
        }
        sides.push(Side {
            periods,
            current,
            indicators,
        });
    }
    let changes = family.judge();
    page.lead = if is_untold || (sides.is_empty() && !not_shown.is_empty()) {
        Some(voice.word("untold.compare").into())
    } else if sides.is_empty() {
        Some(voice.word("compare.none").into())
    } else {
        let lead = lead(voice, section, scope, &changes, &sides);
        lead.or_else(|| Some(summary(voice, &changes)))
    };
    for (index, side) in sides.iter().enumerate() {
        let note = if index == 0 && !is_untold {
            judged_note(voice, &changes)
        } else {
            Rich::default()
        };
        let table = table(voice, section, scope, side, &changes, index == 0);
        let kind = side.periods[0].kind;
        page.parts.push(kind_part(voice, kind, note, table));
    }
    page.parts.extend(not_shown);
    if !is_untold {
        let pictures = super::pictures::part(voice, section, scope, &changes);
        page.parts.extend(pictures);
    }
}

fn kind_part(voice: &Voice<'_>, kind: PeriodKind, note: impl Into<Rich>, table: Table) -> Part {
    let heading = voice.word(&format!("period.kinds.{}", kind.id()));
    wide(kind.id(), heading, note, vec![Block::Table(table)])
}

/// Whether so little may be told of a scope that its own page is short.
fn is_untold(section: &Section, scope: &Scope) -> bool {
    let period = super::member::current(section, scope);
    let sheet = period.and_then(|period| section.sheet(scope, &period));
    sheet.is_some_and(|sheet| super::untold::is_untold(section, sheet))
}

/// The figures of a scope that are compared, in the order of the definitions.
pub(super) fn compared(section: &Section, scope: &Scope, wanted: &[&str]) -> Vec<String> {
    let sheets: Vec<_> = PeriodKind::ALL
        .iter()
        .flat_map(|kind| section.periods(*kind))
        .filter_map(|period| section.sheet(scope, &period))
        .collect();
    let lead = leading_clock(section).map(|leading| leading.clock.id.clone());
    let Some(first) = sheets.iter().max_by_key(|sheet| sheet.figures.len()) else {
        return Vec::new();
    };
    let excludes = first.figures.iter().any(|figure| {
        figure.indicator.starts_with("excluded_")
            && !matches!(figure.amount, Amount::Count(0) | Amount::None(..))
    });
    first
        .figures
        .iter()
        .filter(|figure| {
            let Some(id) = FigureId::parse(&figure.indicator) else {
                return false;
            };
            let is_side = matches!(
                id.definition.id,
                "p90_days" | "within_k_days" | "median_hours" | "median_days"
            ) && id.clock != lead.as_deref();
            let is_same = id.definition.id == "valid" && !excludes;
            wanted.contains(&id.definition.id) && !id.is_extended && !is_side && !is_same
        })
        .map(|figure| figure.indicator.to_string())
        .filter(|indicator| {
            sheets.iter().any(|sheet| {
                sheet
                    .figure(indicator)
                    .is_some_and(|figure| !matches!(figure.amount, Amount::None(..)))
            })
        })
        .collect()
}

/// The last periods of a kind that a scope has figures of, oldest first.
pub(super) fn last(section: &Section, scope: &Scope, kind: PeriodKind, most: usize) -> Vec<Period> {
    let mut periods: Vec<Period> = section
        .periods(kind)
        .into_iter()
        .filter(|period| section.sheet(scope, period).is_some())
        .collect();
    let from = periods.len().saturating_sub(most);
    periods.split_off(from)
}

pub(super) fn latest_whole(section: &Section, scope: &Scope, periods: &[Period]) -> Option<Period> {
    let is_whole = |period: &&Period| {
        section
            .sheet(scope, period)
            .is_some_and(|sheet| sheet.maturity != Maturity::Partial)
    };
    periods.iter().rev().find(is_whole).copied()
}

/// `2024 against the year before: received 6.3% more; answered in time rose by 8.1 points (6.7 to 9.5); owed no clear change.`
fn lead(
    voice: &Voice<'_>,
    section: &Section,
    scope: &Scope,
    changes: &Changes<'_>,
    sides: &[Side],
) -> Option<Rich> {
    let wholes: Vec<Period> = sides.iter().filter_map(|side| side.current).collect();
    let (current, earlier) = wholes.into_iter().find_map(|current| {
        let earlier = current.year_before()?;
        section.sheet(scope, &earlier)?;
        Some((current, earlier))
    })?;
    let mut clauses = Vec::new();
    for indicator in shown_large(section) {
        let Some(told) = changes.get(section, scope, &current, &earlier, &indicator) else {
            continue;
        };
        if matches!(told.change.verdict, Verdict::NotCompared(_)) {
            continue;
        }
        let verdict = voice.verdict(section, scope, &told, &current, &earlier);
        let name = name(voice, section, &indicator);
        clauses.push(voice.rich(
            "compare.item",
            &[("name", text(name)), ("change", strong(verdict))],
        ));
    }
    if clauses.is_empty() {
        return None;
    }
    let said = voice.rich(
        "compare.lead",
        &[
            ("period", text(voice.period(&current))),
            ("against", text(voice.against(&current, &earlier))),
        ],
    );
    Some(voice.with_clauses(said, clauses))
}

/// `Of 14 comparisons, 5 rose, 4 fell, and 5 show no clear change.`
pub(super) fn summary(voice: &Voice<'_>, changes: &Changes<'_>) -> Rich {
    let tested = changes.tested();
    if tested == 0 {
        return voice.word("compare.nothing_tested").into();
    }
    let number = |n: u64| voice.format.number(n);
    voice
        .words
        .count(
            "compare.summary",
            tested,
            &[
                ("n", &number(tested)),
                ("rose", &number(changes.ended(Verdict::Rose))),
                ("fell", &number(changes.ended(Verdict::Fell))),
                ("none", &number(changes.ended(Verdict::NoClearChange))),
            ],
        )
        .into()
}

/// How the page decides what it calls a change.
pub(super) fn judged_note(voice: &Voice<'_>, changes: &Changes<'_>) -> Rich {
    let number = voice.format.number(changes.tested());
    voice.rich(
        "compare.judged",
        &[
            ("n", text(number)),
            (
                "methods",
                Span::Link(to_page(voice.word("compare.how"), "methods/")),
            ),
        ],
    )
}

/// Rows are measures; columns the last periods, newest first, with the changes after the latest whole one.
fn table(
    voice: &Voice<'_>,
    section: &Section,
    scope: &Scope,
    side: &Side,
    changes: &Changes<'_>,
    is_first: bool,
) -> Table {
    let Side {
        periods,
        current,
        indicators,
    } = side;
    let kind = periods[0].kind;
    let mut marks = Marks::default();
    let mut columns: Vec<Column> = vec![words(voice.word("figures.figure"))];
    let mut rows: Vec<Row> = indicators
        .iter()
        .map(|indicator| {
            // The definitions are linked once a page, from the first table.
            let link = definition_link(voice, section, indicator);
            let head = if is_first {
                linked_cell(link)
            } else {
                cell(link.text)
            };
            row(head, Vec::new())
        })
        .collect();
    for (index, period) in periods.iter().enumerate().rev() {
        let mut label = vec![Span::Link(to_page(
            voice.format.short_period(period),
            section.period_key(period),
        ))];
        let is_broken = index > 0
            && section
                .breaks_of(scope)
                .any(|each| period.first_day() <= each.date && each.date <= period.last_day());
        if is_broken {
            label.push(text(" "));
            label.push(Span::Mark(Mark('b')));
            marks.add(Mark('b'));
        }
        columns.push(numbers(Rich(label)));
        for (made, indicator) in rows.iter_mut().zip(indicators) {
            let sheet = section.sheet(scope, period);
            let told = (section, sheet);
            made.cells.push(figure_cell(
                voice,
                &mut marks,
                told,
                indicator,
                Style::Plain,
            ));
        }
        if Some(period) == current.as_ref() {
            for earlier in both(period) {
                let head = voice.say(
                    "compare.on",
                    &[
                        ("against", &voice.against(period, &earlier)),
                        ("earlier", &voice.format.short_period(&earlier)),
                    ],
                );
                let has_page = *scope == Scope::Overall && section.sheet(scope, &earlier).is_some();
                columns.push(words(if has_page {
                    linked(to_page(head, section.pair_key(period, &earlier)))
                } else {
                    Rich::from(head)
                }));
                for (made, indicator) in rows.iter_mut().zip(indicators) {
                    let pair = (period, &earlier);
                    made.cells
                        .push(voice.change_cell(section, changes, scope, pair, indicator));
                }
            }
        }
    }
    Table {
        caption: voice.say(
            "compare.caption",
            &[("kinds", &voice.word(&format!("period.kinds.{}", kind.id())))],
        ),
        about: voice.word("compare.about"),
        columns,
        rows,
        legend: marks.legend(voice),
    }
}
