//! A page as templates see it: the report's page with every link resolved and every chart drawn. Its fields are the
//! theme author's vocabulary; all text in it is plain and is escaped by the templates, except what is named `svg`,
//! `html` or `json_ld`.

use serde::Serialize;

use super::Renderer;
use super::prose;
use crate::render::svg::{self, Medium, Size};
use crate::report::{
    Align, Answer, Block, Cell, Chart, KeyFigure, Link, Mark, MemberDot, Node, Page, PageKind,
    Part, Promise, Rich, Row, Span, Table, Target,
};
use crate::text::Words;

/// Tables of up to so many rows are kept whole on paper.
const SHORT: usize = 12;

/// Tables with more columns than this keep their first one in view when they scroll.
const NARROW_TABLE: usize = 3;

/// A text with its link, where it may be followed.
#[derive(Debug, Serialize)]
pub(super) struct LinkView {
    /// What it says.
    text: String,
    /// Where it goes.
    href: Option<String>,
    /// Whether it is (part of) a name that runs from right to left.
    is_rtl: bool,
    /// `page` for the page itself, `true` for its section, else empty.
    current: &'static str,
    /// The language of what it leads to, where that is another.
    lang: Option<String>,
}

/// A run of text: `kind` is text, strong, link or mark.
#[derive(Debug, Serialize)]
struct SpanView {
    kind: &'static str,
    text: String,
    href: Option<String>,
    is_rtl: bool,
    /// A marker's meaning, for those who hear the page.
    name: Option<String>,
}

/// A marker letter with its meaning.
#[derive(Debug, Serialize)]
struct MarkView {
    letter: char,
    name: String,
}

#[derive(Debug, Serialize)]
struct FigureView {
    id: String,
    label: LinkView,
    before: String,
    value: String,
    after: String,
    /// Whether the number needs smaller type to fit its column.
    is_long: bool,
    mark: Option<MarkView>,
    base: Vec<SpanView>,
    change: Vec<SpanView>,
}

#[derive(Debug, Serialize)]
struct PartView {
    id: String,
    heading: String,
    note: Vec<SpanView>,
    full: bool,
    /// The heading level below it: 2 where it has no heading of its own, else 3.
    level: u8,
    blocks: Vec<BlockView>,
}

/// A piece of content; `kind` names it.
#[derive(Debug, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum BlockView {
    Finding {
        text: Vec<SpanView>,
    },
    Paragraph {
        text: Vec<SpanView>,
    },
    Heading {
        text: String,
        id: String,
    },
    Figures {
        figures: Vec<FigureView>,
    },
    Chart {
        chart: Box<ChartView>,
    },
    /// Several charts side by side.
    Multiples {
        charts: Vec<ChartView>,
    },
    Table {
        table: TableView,
    },
    Links {
        links: Vec<LinkView>,
    },
    Terms {
        terms: Vec<TermView>,
    },
    Downloads {
        downloads: Vec<DownloadView>,
    },
    Answers {
        answers: Vec<AnswerView>,
    },
    Promises {
        promises: Vec<PromiseView>,
    },
    /// Office text with what was measured beside it.
    Article {
        blocks: Vec<BlockView>,
        promises: Vec<PromiseView>,
    },
    /// Office text, escaped.
    Html {
        html: String,
    },
}

/// A published case, in short.
#[derive(Debug, Serialize)]
struct AnswerView {
    when: Vec<String>,
    title: Vec<SpanView>,
    outcome: String,
    text: String,
    about: String,
}

/// A promise and what was measured of it.
#[derive(Debug, Serialize)]
struct PromiseView {
    article: Vec<SpanView>,
    name: Vec<SpanView>,
    value: String,
    mark: Option<MarkView>,
    base: Vec<SpanView>,
    verdict: String,
    reason: Vec<SpanView>,
}

#[derive(Debug, Serialize)]
struct TermView {
    id: String,
    term: String,
    about: Vec<Vec<SpanView>>,
}

#[derive(Debug, Serialize)]
struct DownloadView {
    link: LinkView,
    about: String,
}

#[derive(Debug, Serialize)]
struct ChartView {
    id: String,
    title: String,
    about: String,
    /// The drawing; empty where there is nothing to draw.
    svg: String,
    /// Names and values beside the drawing, one a row.
    members: Vec<MemberView>,
    has_long_names: bool,
    /// Steps of a ladder, each with its bar.
    steps: Vec<StepView>,
    /// The table behind it.
    table: Option<TableView>,
}

#[derive(Debug, Serialize)]
struct MemberView {
    name: LinkView,
    label: String,
    base: String,
    is_current: bool,
}

#[derive(Debug, Serialize)]
struct StepView {
    name: String,
    label: String,
    is_total: bool,
    /// Whether it is a sum among steps that take away.
    is_sum: bool,
    svg: String,
}

#[derive(Debug, Serialize)]
struct TableView {
    caption: String,
    about: String,
    /// The words that open it where it is folded away.
    summary: String,
    /// Whether it is short enough to stay whole on paper.
    is_short: bool,
    /// Whether its first column stays in view when it scrolls.
    is_fixed: bool,
    columns: Vec<ColumnView>,
    rows: Vec<RowView>,
    legend: Vec<(char, String)>,
}

#[derive(Debug, Serialize)]
struct ColumnView {
    label: Vec<SpanView>,
    is_words: bool,
}

#[derive(Debug, Serialize)]
struct RowView {
    head: CellView,
    cells: Vec<CellView>,
    /// Its classes: now, total, level-1 …
    class: String,
    is_current: bool,
}

#[derive(Debug, Serialize)]
struct CellView {
    id: String,
    text: Vec<SpanView>,
    range: String,
    mark: Option<MarkView>,
    /// A dot with its interval, drawn.
    svg: String,
    is_words: bool,
}

/// A page as templates see it.
#[derive(Debug, Serialize)]
pub(super) struct PageView {
    key: String,
    lang: String,
    /// The direction of its text: ltr or rtl.
    dir: &'static str,
    kind: PageKind,
    title: String,
    kicker: String,
    description: String,
    crumbs: Vec<LinkView>,
    nav: Vec<LinkView>,
    notice: String,
    lead: Option<Vec<SpanView>>,
    figures: Vec<FigureView>,
    parts: Vec<PartView>,
    foot: Vec<(String, Vec<Vec<SpanView>>)>,
    /// Whether a chart is filled with the hatching pattern.
    is_hatched: bool,
}

/// Makes views of one page.
pub(super) struct Maker<'a> {
    renderer: &'a Renderer,
    page: &'a Page,
    words: &'a Words,
    is_hatched: bool,
}

impl<'a> Maker<'a> {
    pub(super) const fn new(renderer: &'a Renderer, page: &'a Page, words: &'a Words) -> Self {
        Self {
            renderer,
            page,
            words,
            is_hatched: false,
        }
    }

    pub(super) fn page(mut self) -> PageView {
        let page = self.page;
        let parts = page.parts.iter().map(|part| self.part(part)).collect();
        let current = |index: usize| match page.nav_current {
            Some(at) if at == index => {
                let is_here =
                    matches!(&page.nav[index].to, Target::Page(key, _) if *key == page.key);
                if is_here { "page" } else { "true" }
            }
            _ => "",
        };
        let nav = page.nav.iter().enumerate().map(|(index, link)| LinkView {
            current: current(index),
            ..self.link(link)
        });
        PageView {
            key: page.key.clone(),
            lang: page.lang.tag().to_owned(),
            dir: if is_rtl_language(page.lang.tag()) {
                "rtl"
            } else {
                "ltr"
            },
            kind: page.kind,
            title: page.title.clone(),
            kicker: page.kicker.clone(),
            description: page.description.clone(),
            crumbs: self.links(&page.crumbs),
            nav: nav.collect(),
            notice: page.notice.clone(),
            lead: page.lead.as_ref().map(|lead| self.rich(lead)),
            figures: page
                .figures
                .iter()
                .map(|figure| self.figure(figure))
                .collect(),
            parts,
            foot: page
                .foot
                .iter()
                .map(|(heading, lines)| {
                    let lines = lines.iter().map(|line| self.rich(line)).collect();
                    (heading.clone(), lines)
                })
                .collect(),
            is_hatched: self.is_hatched,
        }
    }

    /// The address of a target; none where it may not be followed.
    pub(super) fn href(&self, to: &Target) -> Option<String> {
        self.renderer.addresses.href(self.page, to)
    }

    /// What a marker means, for those who hear the page.
    pub(super) fn mark_name(&self, mark: Mark) -> String {
        self.mark(mark).name
    }

    fn link(&self, link: &Link) -> LinkView {
        LinkView {
            text: link.text.clone(),
            href: self.renderer.addresses.href(self.page, &link.to),
            is_rtl: has_rtl(&link.text),
            current: "",
            lang: None,
        }
    }

    fn links(&self, links: &[Link]) -> Vec<LinkView> {
        links.iter().map(|link| self.link(link)).collect()
    }

    fn rich(&self, rich: &Rich) -> Vec<SpanView> {
        rich.0
            .iter()
            .filter(|span| !is_empty(span))
            .map(|span| match span {
                Span::Text(text) => plain("text", text),
                Span::Strong(text) => plain("strong", text),
                Span::Link(link) => {
                    let link = self.link(link);
                    SpanView {
                        kind: "link",
                        text: link.text,
                        href: link.href,
                        is_rtl: link.is_rtl,
                        name: None,
                    }
                }
                Span::Mark(mark) => SpanView {
                    name: Some(self.mark(*mark).name),
                    ..plain("mark", &mark.0.to_string())
                },
            })
            .collect()
    }

    fn mark(&self, mark: Mark) -> MarkView {
        let key = format!("layout.mark.{}", mark.0);
        MarkView {
            letter: mark.0,
            name: if self.words.has(&key) {
                self.words.say(&key, &[])
            } else {
                String::new()
            },
        }
    }

    fn figure(&self, figure: &KeyFigure) -> FigureView {
        let small = figure.before.chars().count() + figure.after.chars().count();
        FigureView {
            id: figure.id.clone(),
            label: self.link(&figure.label),
            before: figure.before.clone(),
            value: figure.value.clone(),
            after: figure.after.clone(),
            is_long: figure.value.chars().count() + small.div_ceil(2) > 8,
            mark: figure.mark.map(|mark| self.mark(mark)),
            base: self.rich(&figure.base),
            change: self.rich(&figure.change),
        }
    }

    fn part(&mut self, part: &Part) -> PartView {
        let mut blocks: Vec<BlockView> = Vec::new();
        let mut rest = part.blocks.as_slice();
        while let Some(first) = rest.first() {
            let charts = rest
                .iter()
                .take_while(|block| part.full && matches!(block, Block::Chart(..)))
                .count();
            if charts > 1 {
                let charts_here = rest[..charts].iter().filter_map(|block| match block {
                    Block::Chart(chart, table) => {
                        Some(self.chart(chart, table.as_ref(), Size::Small))
                    }
                    _ => None,
                });
                blocks.push(BlockView::Multiples {
                    charts: charts_here.collect(),
                });
                rest = &rest[charts..];
            } else {
                match first {
                    Block::Prose(nodes) => blocks.extend(self.text(nodes)),
                    first => blocks.push(self.block(first)),
                }
                rest = &rest[1..];
            }
        }
        PartView {
            id: part.id.clone(),
            heading: part.heading.clone(),
            note: self.rich(&part.note),
            full: part.full,
            level: if part.heading.is_empty() { 2 } else { 3 },
            blocks,
        }
    }

    fn block(&mut self, block: &Block) -> BlockView {
        match block {
            Block::Finding(text) => BlockView::Finding {
                text: self.rich(text),
            },
            Block::Paragraph(text) => BlockView::Paragraph {
                text: self.rich(text),
            },
            Block::Heading(text, id) => BlockView::Heading {
                text: text.clone(),
                id: id.clone(),
            },
            Block::Figures(figures) => BlockView::Figures {
                figures: figures.iter().map(|figure| self.figure(figure)).collect(),
            },
            Block::Chart(chart, table) => BlockView::Chart {
                chart: Box::new(self.chart(chart, table.as_ref(), Size::Full)),
            },
            Block::Table(table) => BlockView::Table {
                table: self.table(table),
            },
            Block::Links(links) => BlockView::Links {
                links: self.links(links),
            },
            Block::Terms(terms) => BlockView::Terms {
                terms: terms
                    .iter()
                    .map(|(term, id, about)| TermView {
                        id: id.clone(),
                        term: term.clone(),
                        about: about.iter().map(|line| self.rich(line)).collect(),
                    })
                    .collect(),
            },
            Block::Downloads(files) => BlockView::Downloads {
                downloads: files
                    .iter()
                    .map(|file| DownloadView {
                        link: self.link(&file.link),
                        about: file.about.clone(),
                    })
                    .collect(),
            },
            Block::Answers(answers) => BlockView::Answers {
                answers: answers.iter().map(|answer| self.answer(answer)).collect(),
            },
            Block::Promises(promises) => BlockView::Promises {
                promises: promises.iter().map(|each| self.promise(each)).collect(),
            },
            Block::Article(nodes, promises) => BlockView::Article {
                blocks: self.text(nodes),
                promises: promises.iter().map(|each| self.promise(each)).collect(),
            },
            Block::Prose(nodes) => BlockView::Html {
                html: prose::html(nodes, self),
            },
        }
    }

    /// A text, cut at the charts and tables of figures in it.
    fn text(&mut self, nodes: &[Node]) -> Vec<BlockView> {
        let mut views = Vec::new();
        let mut rest = nodes;
        while !rest.is_empty() {
            let until = rest
                .iter()
                .position(|node| matches!(node, Node::Block(_)))
                .unwrap_or(rest.len());
            if until > 0 {
                views.push(BlockView::Html {
                    html: prose::html(&rest[..until], self),
                });
            }
            if let Some(Node::Block(block)) = rest.get(until) {
                views.push(self.block(block));
            }
            rest = rest.get(until + 1..).unwrap_or_default();
        }
        views
    }

    fn answer(&self, answer: &Answer) -> AnswerView {
        AnswerView {
            when: answer.when.clone(),
            title: self.rich(&answer.title),
            outcome: answer.outcome.clone(),
            text: answer.text.clone(),
            about: answer.about.clone(),
        }
    }

    fn promise(&self, promise: &Promise) -> PromiseView {
        PromiseView {
            article: self.rich(&promise.article),
            name: self.rich(&promise.name),
            value: promise.value.clone(),
            mark: promise.mark.map(|mark| self.mark(mark)),
            base: self.rich(&promise.base),
            verdict: promise.verdict.clone(),
            reason: self.rich(&promise.reason),
        }
    }

    fn chart(&mut self, chart: &Chart, table: Option<&Table>, size: Size) -> ChartView {
        let drawing = svg::draw(chart, size, Medium::Screen, self.words);
        self.is_hatched |= drawing.is_hatched;
        let (Chart::Bars {
            id, title, about, ..
        }
        | Chart::Dots {
            id, title, about, ..
        }
        | Chart::Members {
            id, title, about, ..
        }
        | Chart::Days {
            id, title, about, ..
        }
        | Chart::Funnel {
            id, title, about, ..
        }
        | Chart::Ladder {
            id, title, about, ..
        }) = chart;
        let members: &[MemberDot] = match chart {
            Chart::Members { members, .. } => members,
            _ => &[],
        };
        ChartView {
            id: id.clone(),
            title: title.clone(),
            about: self.words.together(about, &drawing.note),
            svg: drawing.svg,
            members: members
                .iter()
                .map(|member| MemberView {
                    name: self.link(&member.name),
                    label: member.label.clone(),
                    base: member.base.clone(),
                    is_current: member.is_current,
                })
                .collect(),
            has_long_names: drawing.has_long_names,
            steps: steps(chart, drawing.steps),
            table: table.map(|table| self.table(table)),
        }
    }

    fn table(&self, table: &Table) -> TableView {
        let words: Vec<bool> = table
            .columns
            .iter()
            .map(|column| column.align == Align::Words)
            .collect();
        TableView {
            caption: table.caption.clone(),
            about: table.about.clone(),
            summary: self.words.say("layout.table", &[("title", &table.caption)]),
            is_short: table.rows.len() <= SHORT,
            is_fixed: table.columns.len() > NARROW_TABLE,
            columns: table
                .columns
                .iter()
                .map(|column| ColumnView {
                    label: self.rich(&column.label),
                    is_words: column.align == Align::Words,
                })
                .collect(),
            rows: table.rows.iter().map(|row| self.row(row, &words)).collect(),
            legend: table
                .legend
                .iter()
                .map(|(mark, meaning)| (mark.0, meaning.clone()))
                .collect(),
        }
    }

    fn row(&self, row: &Row, words: &[bool]) -> RowView {
        let mut classes: Vec<String> = Vec::new();
        if row.is_current {
            classes.push("now".to_owned());
        }
        if row.is_total {
            classes.push("total".to_owned());
        }
        if row.level > 0 {
            classes.push(format!("level-{}", row.level.min(4)));
        }
        RowView {
            head: self.cell(&row.head, true),
            cells: row
                .cells
                .iter()
                .enumerate()
                .map(|(index, cell)| {
                    self.cell(cell, words.get(index + 1).copied().unwrap_or_default())
                })
                .collect(),
            class: classes.join(" "),
            is_current: row.is_current,
        }
    }

    fn cell(&self, cell: &Cell, is_words: bool) -> CellView {
        CellView {
            id: cell.id.clone(),
            text: self.rich(&cell.text),
            range: cell.range.clone(),
            mark: cell.mark.map(|mark| self.mark(mark)),
            svg: cell.dot.map(svg::cell_dot).unwrap_or_default(),
            is_words,
        }
    }

    /// The other languages, each in its own name: the same page where there is one, else that language's home page.
    pub(super) fn translations(&self) -> Vec<LinkView> {
        self.renderer
            .addresses
            .languages
            .iter()
            .filter(|lang| **lang != self.page.lang)
            .map(|lang| LinkView {
                text: own_name(lang.tag()).to_owned(),
                href: self
                    .renderer
                    .addresses
                    .href(self.page, &Target::Translation(lang.clone())),
                is_rtl: false,
                current: "",
                lang: Some(lang.tag().to_owned()),
            })
            .collect()
    }
}

fn steps(chart: &Chart, drawn: Vec<String>) -> Vec<StepView> {
    let Chart::Ladder { steps, .. } = chart else {
        return Vec::new();
    };
    let is_list = steps.iter().all(|step| step.is_total);
    steps
        .iter()
        .zip(drawn)
        .map(|(step, svg)| StepView {
            name: if step.is_total || step.name.starts_with(['−', '-', '–']) {
                step.name.clone()
            } else {
                format!("− {}", step.name)
            },
            label: step.label.clone(),
            is_total: step.is_total,
            is_sum: step.is_total && !is_list,
            svg,
        })
        .collect()
}

fn plain(kind: &'static str, text: &str) -> SpanView {
    SpanView {
        kind,
        text: text.to_owned(),
        href: None,
        is_rtl: kind == "strong" && has_rtl(text),
        name: None,
    }
}

fn is_empty(span: &Span) -> bool {
    matches!(span, Span::Text(text) | Span::Strong(text) if text.is_empty())
}

/// Whether a text has letters of a script that runs from right to left.
pub(super) fn has_rtl(text: &str) -> bool {
    text.chars().any(|c| {
        matches!(c, '\u{0590}'..='\u{08FF}' | '\u{FB1D}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFF}')
    })
}

fn is_rtl_language(tag: &str) -> bool {
    let main = tag.split('-').next().unwrap_or(tag);
    ["ar", "dv", "fa", "he", "ku", "ps", "sd", "ug", "ur", "yi"].contains(&main)
}

/// A language's name in itself; the tag where it is not known here.
fn own_name(tag: &str) -> &str {
    match tag {
        "zh" | "zh-CN" | "zh-Hans" | "zh-SG" => "简体中文",
        "zh-TW" | "zh-HK" | "zh-Hant" | "zh-MO" => "繁體中文",
        _ => match tag.split('-').next().unwrap_or(tag) {
            "ar" => "العربية",
            "cy" => "Cymraeg",
            "de" => "Deutsch",
            "en" => "English",
            "es" => "Español",
            "fr" => "Français",
            "ga" => "Gaeilge",
            "gd" => "Gàidhlig",
            "it" => "Italiano",
            "ja" => "日本語",
            "ko" => "한국어",
            "nl" => "Nederlands",
            "pl" => "Polski",
            "pt" => "Português",
            "ru" => "Русский",
            "uk" => "Українська",
            "vi" => "Tiếng Việt",
            _ => tag,
        },
    }
}
