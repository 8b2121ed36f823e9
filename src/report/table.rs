//! Tables of figures: which measures stand side by side, their cells, and the legend of the marks that occur.

use std::collections::BTreeSet;

use super::fraction::share;
use super::key_figures::{definition_link, leading_clock, leading_rate};
use super::model::{Align, Cell, Column, Link, Mark, Rich, Row, Span, Table};
use super::phrase::anchor;
use super::publication::Section;
use super::voice::{Voice, linked};
use crate::indicators::{Amount, Figure, Reason, Sheet, Unit};
use crate::text::NONE;

/// One column of a table of figures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Measure {
    /// A figure by its id.
    Figure(String),
    /// The denominator of a rate.
    Denominator(String),
}

impl Measure {
    /// The figure that prints it.
    pub(super) fn indicator(&self) -> &str {
        let (Self::Figure(id) | Self::Denominator(id)) = self;
        id
    }
}

/// The measures of most tables: received, the lead rate with its base, the median, what is still owed and overdue.
pub(super) fn measures(section: &Section) -> Vec<Measure> {
    let mut measures = vec![Measure::Figure("received".to_owned())];
    let leading = leading_clock(section);
    if let Some(rate) = leading_rate(section) {
        measures.push(Measure::Denominator(rate.clone()));
        measures.push(Measure::Figure(rate));
    }
    if let Some(leading) = &leading {
        measures.push(Measure::Figure(leading.median.clone()));
    }
    measures.push(Measure::Figure("open_at_end".to_owned()));
    if let Some(leading) = leading.filter(|leading| leading.clock.has_deadline()) {
        measures.push(Measure::Figure(leading.overdue));
    }
    measures
}

/// The measures of a member's table: as [`measures`], with the day by which nine in ten have an answer, the share whose
/// result is stated as resolved, and satisfaction, where the data set has them.
pub(super) fn long_measures(section: &Section, sheet: &Sheet) -> Vec<Measure> {
    let mut long = Vec::new();
    for measure in measures(section) {
        let is_median = matches!(&measure, Measure::Figure(id) if id.starts_with("median_"));
        long.push(measure);
        if is_median && let Some(leading) = leading_clock(section) {
            long.push(Measure::Figure(leading.p90));
        }
    }
    for id in ["resolution_rate", "satisfaction_rate"] {
        let is_recorded = sheet
            .figure(id)
            .is_some_and(|figure| !matches!(figure.amount, Amount::None(Reason::NotRecorded, _)));
        if is_recorded {
            long.push(Measure::Figure(id.to_owned()));
        }
    }
    long
}

/// Collects the marks of a table for its legend.
#[derive(Debug, Default)]
pub(super) struct Marks {
    marks: BTreeSet<(usize, char)>,
    reasons: BTreeSet<Reason>,
}

impl Marks {
    /// Takes note of a figure's mark and gives it back.
    pub(super) fn note(&mut self, voice: &Voice<'_>, figure: &Figure) -> Option<Mark> {
        let mark = voice.mark(figure)?;
        self.add(mark);
        if let Amount::None(reason, _) = figure.amount
            && mark.0 == 'x'
        {
            self.reasons.insert(reason);
        }
        Some(mark)
    }

    pub(super) fn add(&mut self, mark: Mark) {
        let order = "picuxrb".find(mark.0).unwrap_or(usize::MAX);
        self.marks.insert((order, mark.0));
    }

    /// The marks that occur and what they mean.
    pub(super) fn legend(&self, voice: &Voice<'_>) -> Vec<(Mark, String)> {
        let reasons: Vec<Reason> = self.reasons.iter().copied().collect();
        self.marks
            .iter()
            .map(|&(_, letter)| {
                let mark = Mark(letter);
                (mark, voice.mark_words(mark, &reasons))
            })
            .collect()
    }
}

/// A column of numbers.
pub(super) fn numbers(label: impl Into<Rich>) -> Column {
    Column {
        label: label.into(),
        align: Align::Number,
    }
}

/// A column of words.
pub(super) fn words(label: impl Into<Rich>) -> Column {
    Column {
        label: label.into(),
        align: Align::Words,
    }
}

pub(super) fn cell(text: impl Into<Rich>) -> Cell {
    Cell {
        text: text.into(),
        ..Cell::default()
    }
}

pub(super) fn linked_cell(link: Link) -> Cell {
    cell(linked(link))
}

pub(super) fn row(head: Cell, cells: Vec<Cell>) -> Row {
    Row {
        head,
        cells,
        is_current: false,
        is_total: false,
        level: 0,
    }
}

/// The head of a column of a measure, linked to its definition.
pub(super) fn head(voice: &Voice<'_>, section: &Section, measure: &Measure) -> Column {
    match measure {
        Measure::Figure(id) => numbers(linked(definition_link(voice, section, id))),
        Measure::Denominator(id) => numbers(voice.base_name(id)),
    }
}

/// The heads of a table: the rows' own, then one a measure.
pub(super) fn heads(
    voice: &Voice<'_>,
    section: &Section,
    first: String,
    measures: &[Measure],
) -> Vec<Column> {
    std::iter::once(words(first))
        .chain(measures.iter().map(|measure| head(voice, section, measure)))
        .collect()
}

/// The cells of a sheet, one a measure; a sheet that is not there leaves en dashes.
pub(super) fn cells(
    voice: &Voice<'_>,
    marks: &mut Marks,
    (section, sheet): (&Section, Option<&Sheet>),
    measures: &[Measure],
    style: Style,
) -> Vec<Cell> {
    measures
        .iter()
        .map(|measure| match measure {
            Measure::Figure(id) => figure_cell(voice, marks, (section, sheet), id, style),
            Measure::Denominator(id) => {
                let figure = sheet.and_then(|sheet| sheet.figure(id));
                match figure.map(|figure| (figure.amount, denominator(figure))) {
                    Some((Amount::Suppressed, _)) => withheld_cell(marks),
                    Some((_, Some(base))) => cell(voice.format.number(base)),
                    _ => cell(NONE),
                }
            }
        })
        .collect()
}

/// A cell whose number is withheld.
pub(super) fn withheld_cell(marks: &mut Marks) -> Cell {
    let mark = Mark('c');
    marks.add(mark);
    Cell {
        mark: Some(mark),
        ..cell(NONE)
    }
}

/// How the cells of figures are dressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// Value, interval and mark.
    Plain,
    /// The same, with a dot beside rates.
    Dotted,
}

/// A figure of a sheet in a cell: value, interval, mark; an en dash where there is no such figure.
pub(super) fn figure_cell(
    voice: &Voice<'_>,
    marks: &mut Marks,
    (section, sheet): (&Section, Option<&Sheet>),
    indicator: &str,
    style: Style,
) -> Cell {
    let found = sheet.and_then(|sheet| Some((sheet, sheet.figure(indicator)?)));
    let Some((sheet, figure)) = found else {
        return cell(NONE);
    };
    let value = voice.value(figure);
    voice.cite(section, sheet, figure, &value);
    let mut made = cell(value);
    made.mark = marks.note(voice, figure);
    if let Amount::Rate(base, interval) = figure.amount {
        made.range = voice.format.interval(interval.low, interval.high);
        if style == Style::Dotted && figure.unit == Unit::Share {
            made.dot = share(base).map(|value| (value, interval.low, interval.high));
        }
    }
    made
}

/// The denominator of a figure, where it is known.
pub(super) fn denominator(figure: &Figure) -> Option<u64> {
    match figure.amount {
        Amount::Rate(base, _)
        | Amount::Quantile(_, base)
        | Amount::Ratio(base)
        | Amount::SmallBase(base)
        | Amount::None(_, Some(base)) => Some(base.denominator),
        Amount::Count(_) | Amount::Suppressed | Amount::None(_, None) => None,
    }
}

/// Every figure of a sheet with its base, interval and status; each row has the figure's permanent fragment.
pub(super) fn all_figures(voice: &Voice<'_>, section: &Section, sheet: &Sheet) -> Table {
    let mut marks = Marks::default();
    let mut rows = Vec::new();
    let leading: Vec<String> = super::key_figures::shown_large(section);
    for figure in &sheet.figures {
        let written = voice.value(figure);
        voice.cite(section, sheet, figure, &written);
        let mut value = cell(written);
        value.mark = marks.note(voice, figure);
        // The four large figures above hold the fragment themselves.
        if !leading.iter().any(|id| **id == *figure.indicator) {
            value.id = anchor(&figure.indicator);
        }
        let (base, interval) = match figure.amount {
            Amount::Rate(base, interval) => (
                voice.parts(figure, base),
                voice.format.interval(interval.low, interval.high),
            ),
            Amount::Count(_) => (String::new(), String::new()),
            _ => (voice.base(figure), String::new()),
        };
        let head = linked_cell(Link {
            text: voice.indicator(section, &figure.indicator),
            ..definition_link(voice, section, &figure.indicator)
        });
        rows.push(row(head, vec![value, cell(base), cell(interval)]));
    }
    Table {
        caption: voice.word("figures.caption"),
        about: section
            .rows
            .of(sheet)
            .map_or_else(String::new, |(first, last)| {
                voice.say(
                    "figures.about",
                    &[
                        ("first", &voice.format.number(first)),
                        ("last", &voice.format.number(last)),
                    ],
                )
            }),
        columns: vec![
            words(voice.word("figures.figure")),
            numbers(voice.word("figures.value")),
            words(voice.word("figures.base")),
            numbers(voice.word("figures.interval")),
        ],
        rows,
        legend: marks.legend(voice),
    }
}

/// A rich text of one link or of plain words.
pub(super) fn link_or_words(words: String, to: Option<Link>) -> Rich {
    match to {
        Some(link) => Rich(vec![Span::Link(Link {
            text: words,
            ..link
        })]),
        None => words.into(),
    }
}
