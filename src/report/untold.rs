//! The page of a member of whom next to nothing may be told: instead of empty tables, why that is so, the little that is told,
//! and where to read on.

use super::chrome::{objection, part, wide};
use super::key_figures::{lead, shown_large};
use super::member::{pair_parts, periods_part};
use super::members::scope;
use super::model::{Block, Cell, Mark, Page, Part, Row, Span, Table, Target};
use super::publication::{Publication, Section};
use super::table::all_figures;
use super::voice::{Voice, ancestors, link, member_above, path_of, text, to_page};
use crate::indicators::{Amount, Scope, Sheet};
use crate::text::NONE;
use crate::time::Period;

/// Whether the figures that lead a page are all without a value, and some of them because they are withheld.
pub(super) fn is_untold(section: &Section, sheet: &Sheet) -> bool {
    let mut is_withheld = false;
    for indicator in shown_large(section) {
        match sheet.figure(&indicator).map(|figure| figure.amount) {
            None | Some(Amount::None(..) | Amount::SmallBase(_)) => {}
            Some(Amount::Suppressed) => is_withheld = true,
            Some(_) => return false,
        }
    }
    is_withheld
}

/// Fills a member's page that has its frame: the answer and where to read on first, then what is told.
pub(super) fn fill(
    publication: &Publication,
    voice: &Voice<'_>,
    section: &Section,
    (dimension, member): (usize, &str),
    period: &Period,
    page: &mut Page,
) {
    let said = voice.say(
        "untold.lead",
        &[("name", &page.title), ("period", &voice.period(period))],
    );
    page.description.clone_from(&said);
    let first = lead(voice, section, &scope(dimension, member), period);
    page.lead = Some(voice.sentences([said.into(), first.unwrap_or_default()]));
    page.parts.push(why(voice, section, period));
    page.parts.push(further(voice, section, dimension, member));
    page.parts.extend(objection(publication, voice));
    page.parts
        .extend(told(voice, section, (dimension, member), period));
    page.parts.extend(
        super::cases::latest_part(publication, voice, section, Some((dimension, member))).filter(
            |latest| {
                let mut blocks = latest.blocks.iter();
                blocks.any(|block| matches!(block, Block::Answers(_)))
            },
        ),
    );
}

/// The indicators of which some of these periods tell a number other than zero.
pub(super) fn told_of(
    section: &Section,
    scope: &Scope,
    periods: &[Period],
    indicators: &[String],
) -> Vec<String> {
    let is_told = |indicator: &str| {
        periods.iter().any(|period| {
            let figure = section.figure(scope, period, indicator);
            figure.is_some_and(|figure| match figure.amount {
                Amount::Count(cases) => cases > 0,
                Amount::Rate(..) | Amount::Quantile(..) | Amount::Ratio(_) => true,
                Amount::SmallBase(_) | Amount::Suppressed | Amount::None(..) => false,
            })
        })
    };
    let told = indicators.iter().filter(|indicator| is_told(indicator));
    told.cloned().collect()
}

/// Why numbers are withheld, what that does not mean, and that these cases are counted all the same.
fn why(voice: &Voice<'_>, section: &Section, period: &Period) -> Part {
    let rule = link(
        voice.word("untold.rule"),
        Target::Page("methods/".to_owned(), Some("rules".to_owned())),
    );
    let cell = voice.format.number(voice.min_cell);
    let mut blocks = vec![
        Block::Paragraph(voice.rich(
            "untold.why",
            &[
                ("cell", text(cell)),
                ("mark", Span::Mark(Mark('c'))),
                ("rule", Span::Link(rule)),
            ],
        )),
        Block::Paragraph(voice.word("untold.no_verdict").into()),
    ];
    let all = section.sheet(&Scope::Overall, period);
    if let Some((sheet, figure)) = all.and_then(|sheet| Some((sheet, sheet.figure("received")?)))
        && let Amount::Count(received) = figure.amount
    {
        blocks.push(Block::Paragraph(voice.rich_count(
            "untold.in_total",
            received,
            &[
                ("n", voice.told(section, sheet, figure)),
                ("period", text(voice.period(period))),
            ],
        )));
    }
    part("why", voice.word("untold.why_heading"), "", blocks)
}

/// The periods, the members of other dimensions and the figures of which something is told.
fn told(
    voice: &Voice<'_>,
    section: &Section,
    (dimension, member): (usize, &str),
    period: &Period,
) -> Vec<Part> {
    let scope = scope(dimension, member);
    let periods = periods_part(voice, section, &scope, period, true);
    let pairs = pair_parts(voice, section, dimension, member, period);
    let mut parts: Vec<Part> = std::iter::once(periods)
        .chain(pairs)
        .filter_map(|part| {
            let mut tables = part.blocks.into_iter().filter_map(|block| match block {
                Block::Table(table) => only_told(voice, table),
                _ => None,
            });
            let table = Block::Table(tables.next()?);
            Some(wide(&part.id, part.heading, "", vec![table]))
        })
        .collect();
    let sheet = section.sheet(&scope, period);
    let figures = sheet.and_then(|sheet| told_figures(all_figures(voice, section, sheet)));
    parts.extend(figures.map(|table| {
        let heading = voice.word("untold.figures");
        wide("figures", heading, "", vec![Block::Table(table)])
    }));
    parts
}

/// A table of figures without the rows and columns of which nothing is told but zeros; none where that leaves nothing.
fn only_told(voice: &Voice<'_>, mut table: Table) -> Option<Table> {
    let says_more = |row: &Row| {
        row.cells
            .iter()
            .any(|cell| is_told(cell) && !says(cell, "0"))
    };
    table.rows.retain(says_more);
    let kept: Vec<bool> = (0..table.columns.len())
        .map(|column| {
            let Some(place) = column.checked_sub(1) else {
                return true;
            };
            let mut cells = table.rows.iter().filter_map(|row| row.cells.get(place));
            cells.any(is_told)
        })
        .collect();
    let mut keep = kept.iter();
    table.columns.retain(|_| keep.next() == Some(&true));
    for row in &mut table.rows {
        let mut keep = kept.iter().skip(1);
        row.cells.retain(|_| keep.next() == Some(&true));
    }
    let mut cells = table.rows.iter().flat_map(|row| &row.cells);
    if !cells.any(|cell| cell.dot.is_some()) {
        table.about.clear();
    }
    table.about = voice.sentence_and(voice.word("untold.only_told"), table.about);
    with_its_marks(table)
}

/// The list of all figures without those that are not told, each with its value first.
fn told_figures(mut table: Table) -> Option<Table> {
    table
        .rows
        .retain(|row| row.cells.first().is_some_and(is_told));
    with_its_marks(table)
}

/// A table with the legend of the marks that are left in it; none without rows.
fn with_its_marks(mut table: Table) -> Option<Table> {
    let cells = || table.rows.iter().flat_map(|row| &row.cells);
    let marks: Vec<Mark> = cells().filter_map(|cell| cell.mark).collect();
    table.legend.retain(|(mark, _)| marks.contains(mark));
    (!table.rows.is_empty()).then_some(table)
}

fn is_told(cell: &Cell) -> bool {
    !cell.text.0.is_empty() && !says(cell, "") && !says(cell, NONE)
}

fn says(cell: &Cell, words: &str) -> bool {
    matches!(cell.text.0.as_slice(), [Span::Text(text)] if text == words)
}

/// The member above it, all members beside it, the whole.
fn further(voice: &Voice<'_>, section: &Section, dimension: usize, member: &str) -> Part {
    let mut links = Vec::new();
    let above = ancestors(section, dimension);
    let path = path_of(section, dimension, member);
    if let Some(level) = path.len().checked_sub(2)
        && let Some(&parent) = above.get(level)
    {
        let name = member_above(&path[..=level]);
        if let Some(key) = section.member_key(parent, &name) {
            links.push(to_page(voice.member(section, parent, &name), key));
        }
    }
    let compare = section.member_compare_key(dimension, member);
    links.extend(compare.map(|key| to_page(voice.word("compare.link"), key)));
    links.extend(super::members::all_link(voice, section, dimension));
    links.push(to_page(
        voice.of(&section.dataset.title).to_owned(),
        section.key(),
    ));
    part(
        "further",
        voice.word("untold.further"),
        "",
        vec![Block::Links(links)],
    )
}
