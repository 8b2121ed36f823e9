//! A page as templates see it: the report's page with every link resolved and every chart drawn. Its fields are the
//! theme author's vocabulary; all text in it is plain and is escaped by the templates, except what is named `svg`,
//! `html` or `json_ld`. A [`Maker`] makes it.

mod late;
mod maker;

use std::borrow::Cow;

use serde::Serialize;

use super::address::Href;
use super::kind_name;
use super::stencil::{Common, Name, Thing, Value, View, things};
use crate::report::PageKind;
use late::Late;

pub(super) use maker::{Maker, has_rtl};

things! {
/// A text with its link, where it may be followed.
pub(super) struct LinkView<'a> {
    /// What it says.
    text: &'a str,
    /// Where it goes.
    href: Href<'a>,
    /// Whether it is (part of) a name that runs from right to left.
    is_rtl: bool,
    /// `page` for the page itself, `true` for its section, else empty.
    current: &'static str,
    /// The language of what it leads to, where that is another.
    lang: Option<&'a str>,
}

/// A run of text: `kind` is text, strong, link or mark.
struct SpanView<'a> {
    kind: &'static str,
    text: Cow<'a, str>,
    href: Option<Href<'a>>,
    is_rtl: bool,
    /// A marker's meaning, for those who hear the page.
    name: Option<String>,
}

/// A marker letter with its meaning.
struct MarkView {
    letter: char,
    name: String,
}

struct FigureView<'a> {
    id: &'a str,
    label: LinkView<'a>,
    before: &'a str,
    value: &'a str,
    after: &'a str,
    /// Whether the number needs smaller type to fit its column.
    is_long: bool,
    mark: Option<MarkView>,
    base: Vec<SpanView<'a>>,
    change: Vec<SpanView<'a>>,
}

struct PartView<'a> {
    id: &'a str,
    heading: &'a str,
    note: Vec<SpanView<'a>>,
    full: bool,
    /// The heading level below it: 2 where it has no heading of its own, else 3.
    level: u8,
    blocks: Vec<BlockView<'a>>,
}

/// A published case, in short.
struct AnswerView<'a> {
    when: Vec<&'a str>,
    title: Vec<SpanView<'a>>,
    outcome: &'a str,
    text: &'a str,
    about: &'a str,
}

/// A promise and what was measured of it.
struct PromiseView<'a> {
    article: Vec<SpanView<'a>>,
    name: Vec<SpanView<'a>>,
    value: &'a str,
    mark: Option<MarkView>,
    base: Vec<SpanView<'a>>,
    verdict: &'a str,
    reason: Vec<SpanView<'a>>,
}

struct TermView<'a> {
    id: &'a str,
    term: &'a str,
    about: Vec<Vec<SpanView<'a>>>,
}

struct DownloadView<'a> {
    link: LinkView<'a>,
    about: &'a str,
}

struct ChartView<'a> {
    id: &'a str,
    title: &'a str,
    about: String,
    /// The drawing; empty where there is nothing to draw.
    svg: String,
    /// Names and values beside the drawing, one a row.
    members: Vec<MemberView<'a>>,
    has_long_names: bool,
    /// Steps of a ladder, each with its bar.
    steps: Vec<StepView<'a>>,
    /// The table behind it.
    table: Option<TableView<'a>>,
}

struct MemberView<'a> {
    name: LinkView<'a>,
    label: &'a str,
    base: &'a str,
    is_current: bool,
}

struct StepView<'a> {
    name: String,
    label: &'a str,
    is_total: bool,
    /// Whether it is a sum among steps that take away.
    is_sum: bool,
    svg: String,
}

struct TableView<'a> {
    caption: &'a str,
    about: &'a str,
    /// The words that open it where it is folded away.
    summary: String,
    /// Whether it is short enough to stay whole on paper.
    is_short: bool,
    /// Whether its first column stays in view when it scrolls.
    is_fixed: bool,
    /// Whether it is words more than figures: on a phone each row is a paragraph, its cells named by their columns.
    is_stacked: bool,
    columns: Vec<ColumnView<'a>>,
    rows: Vec<RowView<'a>>,
    legend: Vec<(char, &'a str)>,
}

struct ColumnView<'a> {
    label: Vec<SpanView<'a>>,
    is_words: bool,
}

struct RowView<'a> {
    head: CellView<'a>,
    cells: Vec<CellView<'a>>,
    /// Its classes: now, total, level-1 …
    class: String,
    is_current: bool,
}

struct CellView<'a> {
    id: &'a str,
    text: Vec<SpanView<'a>>,
    range: &'a str,
    mark: Option<MarkView>,
    /// A dot with its interval, drawn.
    svg: String,
    is_words: bool,
    /// The name of its column where the table is stacked; else empty.
    label: String,
}

/// A page as templates see it.
pub(super) struct PageView<'a> {
    key: &'a str,
    lang: &'a str,
    /// The direction of its text: ltr or rtl.
    dir: &'static str,
    kind: PageKind,
    title: &'a str,
    kicker: &'a str,
    description: &'a str,
    crumbs: Vec<LinkView<'a>>,
    nav: Late<'a, Vec<LinkView<'a>>>,
    notice: &'a str,
    lead: Option<Vec<SpanView<'a>>>,
    figures: Vec<FigureView<'a>>,
    parts: Vec<PartView<'a>>,
    foot: Vec<(&'a str, Late<'a, Vec<Vec<SpanView<'a>>>>)>,
    /// Whether a chart is filled with the hatching pattern.
    is_hatched: bool,
}
}

impl View for PageKind {
    fn view(&self) -> Value<'_> {
        Value::Text(kind_name(*self))
    }
}

impl View for Late<'_, TableView<'_>> {
    fn view(&self) -> Value<'_> {
        Value::Thing(self)
    }
}

impl Thing for Late<'_, TableView<'_>> {
    fn common(&self) -> Option<Common<'_>> {
        Late::common(self)
    }

    fn field(&self, asked: Name) -> Option<Value<'_>> {
        self.made().field(asked)
    }
}

/// A piece of content; `kind` names it.
#[derive(Debug, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum BlockView<'a> {
    Finding {
        text: Vec<SpanView<'a>>,
    },
    Paragraph {
        text: Vec<SpanView<'a>>,
    },
    Heading {
        text: &'a str,
        id: &'a str,
    },
    Figures {
        figures: Vec<FigureView<'a>>,
    },
    Chart {
        chart: Box<ChartView<'a>>,
    },
    /// Several charts side by side.
    Multiples {
        charts: Vec<ChartView<'a>>,
    },
    Table {
        table: Late<'a, TableView<'a>>,
    },
    Links {
        links: Vec<LinkView<'a>>,
    },
    Terms {
        terms: Vec<TermView<'a>>,
    },
    Downloads {
        downloads: Vec<DownloadView<'a>>,
    },
    Answers {
        answers: Vec<AnswerView<'a>>,
    },
    Promises {
        promises: Vec<PromiseView<'a>>,
    },
    /// Office text with what was measured beside it.
    Article {
        blocks: Vec<BlockView<'a>>,
        promises: Vec<PromiseView<'a>>,
    },
    /// Office text, escaped.
    Html {
        html: String,
    },
}

impl BlockView<'_> {
    /// As it is serialised.
    const fn kind(&self) -> &'static str {
        match self {
            Self::Finding { .. } => "finding",
            Self::Paragraph { .. } => "paragraph",
            Self::Heading { .. } => "heading",
            Self::Figures { .. } => "figures",
            Self::Chart { .. } => "chart",
            Self::Multiples { .. } => "multiples",
            Self::Table { .. } => "table",
            Self::Links { .. } => "links",
            Self::Terms { .. } => "terms",
            Self::Downloads { .. } => "downloads",
            Self::Answers { .. } => "answers",
            Self::Promises { .. } => "promises",
            Self::Article { .. } => "article",
            Self::Html { .. } => "html",
        }
    }
}

impl View for BlockView<'_> {
    fn view(&self) -> Value<'_> {
        Value::Thing(self)
    }
}

impl Thing for BlockView<'_> {
    fn field(&self, asked: Name) -> Option<Value<'_>> {
        Some(match (asked, self) {
            (Name::kind, block) => Value::Text(block.kind()),
            (Name::text, Self::Finding { text } | Self::Paragraph { text }) => text.view(),
            (Name::text, Self::Heading { text, .. }) => text.view(),
            (Name::id, Self::Heading { id, .. }) => id.view(),
            (Name::figures, Self::Figures { figures }) => figures.view(),
            (Name::chart, Self::Chart { chart }) => chart.view(),
            (Name::charts, Self::Multiples { charts }) => charts.view(),
            (Name::table, Self::Table { table }) => table.view(),
            (Name::links, Self::Links { links }) => links.view(),
            (Name::terms, Self::Terms { terms }) => terms.view(),
            (Name::downloads, Self::Downloads { downloads }) => downloads.view(),
            (Name::answers, Self::Answers { answers }) => answers.view(),
            (Name::promises, Self::Promises { promises } | Self::Article { promises, .. }) => {
                promises.view()
            }
            (Name::blocks, Self::Article { blocks, .. }) => blocks.view(),
            (Name::html, Self::Html { html }) => html.view(),
            _ => return None,
        })
    }
}
