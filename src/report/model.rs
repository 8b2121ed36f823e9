//! The shapes a page is made of. Everything is already worded and formatted in the page's language, except chart
//! coordinates, which stay numbers; addresses are targets that each medium writes in its own way.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::node::Node;
use crate::text::Lang;

/// Where a link goes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// A page of the site in the same language, by its key, with an optional fragment.
    Page(String, Option<String>),
    /// The same page in another language.
    Translation(Lang),
    /// A file of the site, by its path from the site's root.
    File(String),
    /// An address outside.
    External(String),
}

/// A link with its text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Link {
    /// What it says.
    pub text: String,
    /// Where it goes.
    pub to: Target,
}

/// A marker letter after a value: p provisional, i partial, c withheld, u small base, x none, r revised, b break.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Mark(pub char);

/// A run of text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Span {
    /// Plain text.
    Text(String),
    /// Text that carries the point (a number in a sentence).
    Strong(String),
    /// A link.
    Link(Link),
    /// A marker letter.
    Mark(Mark),
}

/// A sentence or paragraph.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Rich(pub Vec<Span>);

impl From<&str> for Rich {
    fn from(text: &str) -> Self {
        Self(vec![Span::Text(text.to_owned())])
    }
}

impl From<String> for Rich {
    fn from(text: String) -> Self {
        Self(vec![Span::Text(text)])
    }
}

/// A figure as a page tells it, in a table, in large type or in a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cited {
    /// Its row in `figures.csv`; the head of the file is row 1.
    pub row: u64,
    /// Its value as it is written: `73.1%`, `day 13`, `当天`, an en dash where there is none, or words that it is withheld.
    pub text: String,
    /// Whether the page marks it as withheld.
    pub is_withheld: bool,
}

/// What kind of page it is; themes may lay kinds out differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PageKind {
    /// The home page of the site.
    Home,
    /// The first page of a data set.
    Dataset,
    /// One period of a data set.
    Period,
    /// All periods of a data set.
    Periods,
    /// All members of a dimension.
    Members,
    /// One member.
    Member,
    /// Periods compared.
    Compare,
    /// The account of rows.
    Intake,
    /// All definitions.
    Methods,
    /// What was revised of figures once published.
    Revisions,
    /// Downloads.
    Data,
    /// Published cases in a list.
    Cases,
    /// One published case.
    Case,
    /// What is still owed.
    Owed,
    /// What was promised, and whether it was kept.
    Promises,
    /// Where one looks for something.
    Search,
    /// A page of the office's own text.
    Content,
    /// Not found.
    NotFound,
}

/// One page in one language.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Page {
    /// Its address without language: folders with a slash at the end (`hotline/department/shui-wu-ju/`), the home page
    /// an empty string. Same key = same page in another language.
    pub key: String,
    /// Its language.
    pub lang: Lang,
    /// The languages this page exists in, in the site's order.
    pub languages: Vec<Lang>,
    /// What kind of page it is.
    pub kind: PageKind,
    /// Its heading.
    pub title: String,
    /// A line above the heading: the data set, the kind of period; may be empty.
    pub kicker: String,
    /// One plain sentence for search engines and feeds.
    pub description: String,
    /// The way here from the home page, without the page itself.
    pub crumbs: Vec<Link>,
    /// Main navigation; the page's own section is marked by its index.
    pub nav: Arc<[Link]>,
    /// Index into `nav` of the section the page is in.
    pub nav_current: Option<usize>,
    /// A caution shown under the heading ("made up for illustration"); may be empty.
    pub notice: String,
    /// The answer in one sentence.
    pub lead: Option<Rich>,
    /// The same numbers as figures.
    pub figures: Vec<KeyFigure>,
    /// The body.
    pub parts: Vec<Part>,
    /// The footer's lines: as-of date, source and licence, how to answer back; one paragraph each, with a heading.
    pub foot: Arc<[(String, Vec<Rich>)]>,
    /// The figures it tells.
    #[serde(skip)]
    pub cited: Vec<Cited>,
    /// Those it tells in tables that stand on other pages too, one list a table.
    #[serde(skip)]
    pub cited_together: Vec<Arc<[Cited]>>,
}

/// A figure in large type with its base and its change.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct KeyFigure {
    /// Its permanent fragment on the page: `fig-on_time_rate-response`.
    pub id: String,
    /// Its name, linked to its definition.
    pub label: Link,
    /// Words before the number in small type ("day"); may be empty.
    pub before: String,
    /// The number itself, or an en dash.
    pub value: String,
    /// What follows in small type (`%`); may be empty.
    pub after: String,
    /// Its marker.
    pub mark: Option<Mark>,
    /// Numerator, denominator, interval, or the reason why there is no value.
    pub base: Rich,
    /// What changed, in words; may be empty.
    pub change: Rich,
}

/// A part of a page: a heading at the left, how to read it below, the content at the right.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Part {
    /// Its fragment.
    pub id: String,
    /// Its heading.
    pub heading: String,
    /// How to read it; may be empty.
    pub note: Rich,
    /// Whether it takes the full width (wide tables, small multiples).
    pub full: bool,
    /// Its content.
    pub blocks: Vec<Block>,
}

/// A piece of content.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Block {
    /// A finding in words; its chart follows.
    Finding(Rich),
    /// A paragraph.
    Paragraph(Rich),
    /// Figures in large type inside a part: the home page of several data sets.
    Figures(Vec<KeyFigure>),
    /// A sub-heading with its fragment.
    Heading(String, String),
    /// A chart and the table behind it.
    Chart(Chart, Option<Table>),
    /// A table.
    Table(Table),
    /// A list of links.
    Links(Vec<Link>),
    /// Term and explanation, with the term's fragment.
    Terms(Vec<(String, String, Vec<Rich>)>),
    /// Files to download.
    Downloads(Vec<Download>),
    /// Published cases, in short.
    Answers(Vec<Answer>),
    /// Promises with what was measured.
    Promises(Vec<Promise>),
    /// A part of the office's own text with what was measured beside it.
    Article(Vec<Node>, Vec<Promise>),
    /// The office's own text.
    Prose(Vec<Node>),
}

/// A published case, in short.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Answer {
    /// When it ended and how long it took.
    pub when: Vec<String>,
    /// What it is about; linked to its page where it has one.
    pub title: Rich,
    /// How it ended.
    pub outcome: String,
    /// What was answered; may be empty.
    pub text: String,
    /// Who answered, and what it belongs to; may be empty.
    pub about: String,
}

/// A promise and what was measured of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Promise {
    /// The article that makes it; empty where none is named, and beside the article itself.
    pub article: Rich,
    /// What is promised, linked to the definition of its measure.
    pub name: Rich,
    /// The measured share, or an en dash; empty where nothing measures it.
    pub value: String,
    /// Its marker.
    pub mark: Option<Mark>,
    /// What the share stands on, or why there is none.
    pub base: Rich,
    /// Kept, not kept, cannot be told, not measured, no level promised.
    pub verdict: String,
    /// The reason of the verdict; may be empty.
    pub reason: Rich,
}

/// A file to download.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Download {
    /// Name and target.
    pub link: Link,
    /// What is in it, with size or row count.
    pub about: String,
}

/// How a column stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Align {
    /// Numbers, at the end.
    Number,
    /// Words, at the start.
    Words,
}

/// A column's head.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Column {
    /// Its name; linked to the definition where there is one.
    pub label: Rich,
    /// How it stands.
    pub align: Align,
}

/// A cell.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Cell {
    /// Its permanent fragment; empty for none.
    pub id: String,
    /// What it says.
    pub text: Rich,
    /// A second, smaller line: base or interval; may be empty.
    pub range: String,
    /// Its marker.
    pub mark: Option<Mark>,
    /// A dot with interval drawn beside the numbers: value, low, high as fractions of the scale.
    pub dot: Option<(f64, f64, f64)>,
}

/// A row: a head and its cells.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Row {
    /// The row's head.
    pub head: Cell,
    /// Its cells, as many as the table has columns after the first.
    pub cells: Vec<Cell>,
    /// Whether it is the one we speak of.
    pub is_current: bool,
    /// Whether it is a sum.
    pub is_total: bool,
    /// How deep it lies in a hierarchy, 0 at the top.
    pub level: u8,
}

/// A table.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Table {
    /// What it shows.
    pub caption: String,
    /// A second line of the caption: base, period; may be empty.
    pub about: String,
    /// The columns, the row heads' one first.
    pub columns: Vec<Column>,
    /// The rows.
    pub rows: Vec<Row>,
    /// The markers that occur and what they mean, in order.
    pub legend: Vec<(Mark, String)>,
}

/// One bar or dot over time.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Bar {
    /// Name of the period, in full.
    pub name: String,
    /// The year it belongs to, written below where a year begins.
    pub year: String,
    /// Its value; none leaves the place empty.
    pub value: Option<f64>,
    /// The value as it is written.
    pub label: String,
    /// Whether it is of the same season as the current one.
    pub is_same_season: bool,
    /// Whether it is the one we speak of.
    pub is_current: bool,
    /// Its marker: p or i is drawn hatched.
    pub mark: Option<Mark>,
    /// The reason of a series break at its start; empty for none.
    pub break_before: String,
}

/// One dot over time with its interval.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Dot {
    /// The dot's place and words.
    pub bar: Bar,
    /// Lower and upper end of its interval.
    pub interval: Option<(f64, f64)>,
}

/// One member with its dot, interval and the ring of a year before.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MemberDot {
    /// Its name, at most 30 characters (14 Han), linked to its page.
    pub name: Link,
    /// Its value; none is written as words only.
    pub value: Option<f64>,
    /// Its interval.
    pub interval: Option<(f64, f64)>,
    /// Its value a year before.
    pub before: Option<f64>,
    /// The value as it is written.
    pub label: String,
    /// The base as it is written ("of 961").
    pub base: String,
    /// Whether it is the one we speak of.
    pub is_current: bool,
}

/// One column of a distribution of days.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DayBar {
    /// The step's name: "same day", "1–5", "still open".
    pub name: String,
    /// Cases in it.
    pub value: f64,
    /// The number as it is written.
    pub label: String,
    /// Whether these cases are still open.
    pub is_open: bool,
    /// Whether the promise's deadline lies at its end.
    pub is_limit: bool,
}

/// One step of a ladder: a total, or what is taken from it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Ladder {
    /// Its name.
    pub name: String,
    /// Rows or cases in it.
    pub value: f64,
    /// The number as it is written, with its share.
    pub label: String,
    /// Whether it is a total that stands from zero; else it is taken away from the total above.
    pub is_total: bool,
}

/// The limits of a funnel for a number of cases, as fractions: lower and upper end.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct FunnelLimits {
    /// The number of cases.
    pub cases: f64,
    /// The 95 % limits.
    pub alert: (f64, f64),
    /// The 99.9 % limits.
    pub alarm: (f64, f64),
    /// The line beyond which a unit counts as outside.
    pub line: (f64, f64),
}

/// One unit of a funnel.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FunnelUnit {
    /// Its name, at most 30 characters (14 Han).
    pub name: String,
    /// Its cases.
    pub cases: f64,
    /// Its share, a fraction.
    pub value: f64,
    /// Whether it lies outside the line; only then it is named.
    pub is_outside: bool,
}

/// A drawing. `id` is unique on its page; `title` names measure and period; `desc` is the finding in numbers.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Chart {
    /// Counts over periods, from zero.
    Bars {
        /// Unique on its page.
        id: String,
        /// Measure, base and period.
        title: String,
        /// A second line of the caption; may be empty.
        about: String,
        /// The finding in numbers.
        desc: String,
        /// The bars, oldest first.
        bars: Vec<Bar>,
    },
    /// Rates (fractions) or days over periods, with intervals.
    Dots {
        /// Unique on its page.
        id: String,
        /// Measure, base and period.
        title: String,
        /// A second line of the caption; may be empty.
        about: String,
        /// The finding in numbers.
        desc: String,
        /// The dots, oldest first.
        dots: Vec<Dot>,
        /// Whether values are fractions to be written in per cent on the scale; else plain numbers.
        is_share: bool,
        /// The least and the greatest value of several charts drawn on one scale; else each has its own.
        shared: Option<(f64, f64)>,
    },
    /// Members with dots on a scale from 0 to 1.
    Members {
        /// Unique on its page.
        id: String,
        /// Measure, base and period.
        title: String,
        /// A second line of the caption; may be empty.
        about: String,
        /// The finding in numbers.
        desc: String,
        /// The value of all, drawn as a dotted line, and its words.
        all: Option<(f64, String)>,
        /// What the ring of the first row is ("a year before").
        before_label: String,
        /// The members, by base.
        members: Vec<MemberDot>,
    },
    /// Distribution of days over uneven steps.
    Days {
        /// Unique on its page.
        id: String,
        /// Measure, base and period.
        title: String,
        /// A second line of the caption; may be empty.
        about: String,
        /// The finding in numbers.
        desc: String,
        /// The steps, shortest first, still open last.
        bars: Vec<DayBar>,
        /// The promise's words, written at its line; empty for none.
        limit: String,
    },
    /// Horizontal bars that are totals or what is taken from them.
    Ladder {
        /// Unique on its page.
        id: String,
        /// Measure, base and period.
        title: String,
        /// A second line of the caption; may be empty.
        about: String,
        /// The finding in numbers.
        desc: String,
        /// The steps, top to bottom.
        steps: Vec<Ladder>,
    },
    /// Units around their common share, with limits that narrow as cases grow.
    Funnel {
        /// Unique on its page.
        id: String,
        /// Measure, base and period.
        title: String,
        /// A second line of the caption; may be empty.
        about: String,
        /// The finding in numbers.
        desc: String,
        /// The common share, a fraction.
        target: f64,
        /// The limits, by cases, fewest first; the axis of cases reaches from the first to the last.
        limits: Vec<FunnelLimits>,
        /// What the line of the common share is called.
        target_label: String,
        /// The units.
        units: Vec<FunnelUnit>,
    },
}
