//! Makes a page as templates see it from the page that the report tells.

use std::borrow::Cow;

use super::super::address::{From, Href};
use super::super::stencil::Common;
use super::super::{Renderer, prose};
use super::late::Late;
use super::{
    AnswerView, BlockView, CellView, ChartView, ColumnView, DownloadView, FigureView, LinkView,
    MarkView, MemberView, PageView, PartView, PromiseView, RowView, SpanView, StepView, TableView,
    TermView,
};
use crate::render::svg::{self, Medium, Size};
use crate::report::{
    Align, Answer, Block, Cell, Chart, KeyFigure, Link, Mark, MemberDot, Node, Page, Part, Promise,
    Rich, Row, Span, Table, Target,
};
use crate::text::Words;

/// Tables of up to so many rows are kept whole on paper.
const SHORT: usize = 8;

/// Tables with more columns than this keep their first one in view when they scroll.
const NARROW_TABLE: usize = 3;

/// Tables that are not narrow, with words beside the first column and no more columns of numbers than this, are stacked on a
/// phone.
const STACKED_NUMBERS: usize = 2;

/// Longer tables are not stacked: each cell is named, which would make the page heavy for a phone.
const STACKED_ROWS: usize = 24;

/// Makes views of one page.
#[derive(Clone)]
pub(in super::super) struct Maker<'a> {
    renderer: &'a Renderer,
    from: &'a From<'a>,
    page: &'a Page,
    words: &'a Words,
    is_hatched: bool,
}

impl<'a> Maker<'a> {
    pub(in super::super) const fn new(
        renderer: &'a Renderer,
        (page, from): (&'a Page, &'a From<'a>),
        words: &'a Words,
    ) -> Self {
        Self {
            renderer,
            from,
            page,
            words,
            is_hatched: false,
        }
    }

    pub(in super::super) fn page(mut self) -> PageView<'a> {
        let page = self.page;
        let parts = page.parts.iter().map(|part| self.part(part)).collect();
        PageView {
            key: &page.key,
            lang: page.lang.tag(),
            dir: if is_rtl_language(page.lang.tag()) {
                "rtl"
            } else {
                "ltr"
            },
            kind: page.kind,
            title: &page.title,
            kicker: &page.kicker,
            description: &page.description,
            crumbs: self.links(&page.crumbs),
            nav: self.nav(),
            notice: &page.notice,
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
                .enumerate()
                .map(|(column, (heading, lines))| {
                    let maker = self.clone();
                    let common = Common::new(&page.foot, column);
                    let made = move || lines.iter().map(|line| maker.rich(line)).collect();
                    (heading.as_str(), Late::new(Some(common), made))
                })
                .collect(),
            is_hatched: self.is_hatched,
        }
    }

    /// The main navigation; it looks the same on all pages of a section but its first.
    fn nav(&self) -> Late<'a, Vec<LinkView<'a>>> {
        let page = self.page;
        let current = page.nav_current.map(|at| {
            let is_here = matches!(&page.nav[at].to, Target::Page(key, _) if *key == page.key);
            (at, is_here)
        });
        let variant = current.map_or(0, |(at, is_here)| 1 + 2 * at + usize::from(is_here));
        let maker = self.clone();
        let link = move |(index, link)| LinkView {
            current: match current {
                Some((at, true)) if at == index => "page",
                Some((at, false)) if at == index => "true",
                _ => "",
            },
            ..maker.link(link)
        };
        let made = move || page.nav.iter().enumerate().map(link).collect();
        Late::new(Some(Common::new(&page.nav, variant)), made)
    }

    /// The address of a target; none where it may not be followed.
    pub(in super::super) fn href(&self, to: &Target) -> Option<String> {
        self.from.href(to)
    }

    /// What a marker means, for those who hear the page.
    pub(in super::super) fn mark_name(&self, mark: Mark) -> String {
        self.mark(mark).name
    }

    fn to(&self, to: &'a Target) -> Href<'a> {
        Href {
            from: self.from,
            to: Cow::Borrowed(to),
        }
    }

    fn link(&self, link: &'a Link) -> LinkView<'a> {
        LinkView {
            text: &link.text,
            href: self.to(&link.to),
            is_rtl: has_rtl(&link.text),
            current: "",
            lang: None,
        }
    }

    fn links(&self, links: &'a [Link]) -> Vec<LinkView<'a>> {
        links.iter().map(|link| self.link(link)).collect()
    }

    fn rich(&self, rich: &'a Rich) -> Vec<SpanView<'a>> {
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
                        text: Cow::Borrowed(link.text),
                        href: Some(link.href),
                        is_rtl: link.is_rtl,
                        name: None,
                    }
                }
                Span::Mark(mark) => SpanView {
                    name: Some(self.mark(*mark).name),
                    text: Cow::Owned(mark.0.to_string()),
                    ..plain("mark", "")
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

    fn figure(&self, figure: &'a KeyFigure) -> FigureView<'a> {
        let small = figure.before.chars().count() + figure.after.chars().count();
        FigureView {
            id: &figure.id,
            label: self.link(&figure.label),
            before: &figure.before,
            value: &figure.value,
            after: &figure.after,
            is_long: figure.value.chars().count() + small.div_ceil(2) > 8,
            mark: figure.mark.map(|mark| self.mark(mark)),
            base: self.rich(&figure.base),
            change: self.rich(&figure.change),
        }
    }

    fn part(&mut self, part: &'a Part) -> PartView<'a> {
        let mut blocks: Vec<BlockView<'a>> = Vec::new();
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
                    first => blocks.push(self.block(first, None)),
                }
                rest = &rest[1..];
            }
        }
        PartView {
            id: &part.id,
            heading: &part.heading,
            note: self.rich(&part.note),
            full: part.full,
            level: if part.heading.is_empty() { 2 } else { 3 },
            blocks,
        }
    }

    /// A block; `common` tells where it stands on many pages.
    fn block(&mut self, block: &'a Block, common: Option<Common<'a>>) -> BlockView<'a> {
        match block {
            Block::Finding(text) => BlockView::Finding {
                text: self.rich(text),
            },
            Block::Paragraph(text) => BlockView::Paragraph {
                text: self.rich(text),
            },
            Block::Heading(text, id) => BlockView::Heading { text, id },
            Block::Figures(figures) => BlockView::Figures {
                figures: figures.iter().map(|figure| self.figure(figure)).collect(),
            },
            Block::Chart(chart, table) => BlockView::Chart {
                chart: Box::new(self.chart(chart, table.as_ref(), Size::Full)),
            },
            Block::Table(table) => {
                let maker = self.clone();
                BlockView::Table {
                    table: Late::new(common, move || maker.table(table)),
                }
            }
            Block::Links(links) => BlockView::Links {
                links: self.links(links),
            },
            Block::Terms(terms) => BlockView::Terms {
                terms: terms
                    .iter()
                    .map(|(term, id, about)| TermView {
                        id,
                        term,
                        about: about.iter().map(|line| self.rich(line)).collect(),
                    })
                    .collect(),
            },
            Block::Downloads(files) => BlockView::Downloads {
                downloads: files
                    .iter()
                    .map(|file| DownloadView {
                        link: self.link(&file.link),
                        about: &file.about,
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
    fn text(&mut self, nodes: &'a [Node]) -> Vec<BlockView<'a>> {
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
                views.push(self.block(block, Some(Common::new(block, 0))));
            }
            rest = rest.get(until + 1..).unwrap_or_default();
        }
        views
    }

    fn answer(&self, answer: &'a Answer) -> AnswerView<'a> {
        AnswerView {
            when: answer.when.iter().map(String::as_str).collect(),
            title: self.rich(&answer.title),
            outcome: &answer.outcome,
            text: &answer.text,
            about: &answer.about,
        }
    }

    fn promise(&self, promise: &'a Promise) -> PromiseView<'a> {
        PromiseView {
            article: self.rich(&promise.article),
            name: self.rich(&promise.name),
            value: &promise.value,
            mark: promise.mark.map(|mark| self.mark(mark)),
            base: self.rich(&promise.base),
            verdict: &promise.verdict,
            reason: self.rich(&promise.reason),
        }
    }

    fn chart(&mut self, chart: &'a Chart, table: Option<&'a Table>, size: Size) -> ChartView<'a> {
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
        let members: &'a [MemberDot] = match chart {
            Chart::Members { members, .. } => members,
            _ => &[],
        };
        ChartView {
            id,
            title,
            about: self.words.together(about, &drawing.note),
            svg: drawing.svg,
            members: members
                .iter()
                .map(|member| MemberView {
                    name: self.link(&member.name),
                    label: &member.label,
                    base: &member.base,
                    is_current: member.is_current,
                })
                .collect(),
            has_long_names: drawing.has_long_names,
            steps: steps(chart, drawing.steps),
            table: table.map(|table| self.table(table)),
        }
    }

    fn table(&self, table: &'a Table) -> TableView<'a> {
        let words: Vec<bool> = table
            .columns
            .iter()
            .map(|column| column.align == Align::Words)
            .collect();
        let worded = words.iter().skip(1).filter(|is_words| **is_words).count();
        let is_stacked = worded > 0
            && table.columns.len() > NARROW_TABLE
            && words.len() - 1 - worded <= STACKED_NUMBERS
            && table.rows.len() <= STACKED_ROWS;
        let labels: Vec<String> = table
            .columns
            .iter()
            .filter(|_| is_stacked)
            .map(|column| unlinked(&column.label))
            .collect();
        TableView {
            caption: &table.caption,
            about: &table.about,
            summary: self.words.say("layout.table", &[("title", &table.caption)]),
            is_short: table.rows.len() <= SHORT,
            is_fixed: table.columns.len() > NARROW_TABLE && !is_stacked,
            is_stacked,
            columns: table
                .columns
                .iter()
                .map(|column| ColumnView {
                    label: self.rich(&column.label),
                    is_words: column.align == Align::Words,
                })
                .collect(),
            rows: table
                .rows
                .iter()
                .map(|row| self.row(row, &words, &labels))
                .collect(),
            legend: table
                .legend
                .iter()
                .map(|(mark, meaning)| (mark.0, meaning.as_str()))
                .collect(),
        }
    }

    fn row(&self, row: &'a Row, words: &[bool], labels: &[String]) -> RowView<'a> {
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
                .map(|(index, cell)| CellView {
                    label: labels.get(index + 1).cloned().unwrap_or_default(),
                    ..self.cell(cell, words.get(index + 1).copied().unwrap_or_default())
                })
                .collect(),
            class: classes.join(" "),
            is_current: row.is_current,
        }
    }

    fn cell(&self, cell: &'a Cell, is_words: bool) -> CellView<'a> {
        CellView {
            id: &cell.id,
            text: self.rich(&cell.text),
            range: &cell.range,
            mark: cell.mark.map(|mark| self.mark(mark)),
            svg: cell.dot.map(svg::cell_dot).unwrap_or_default(),
            is_words,
            label: String::new(),
        }
    }

    /// The other languages, each in its own name: the same page where there is one, else that language's home page.
    pub(in super::super) fn translations(&self) -> Vec<LinkView<'a>> {
        self.renderer
            .addresses
            .languages
            .iter()
            .filter(|lang| **lang != self.page.lang)
            .map(|lang| LinkView {
                text: own_name(lang.tag()),
                href: Href {
                    from: self.from,
                    to: Cow::Owned(Target::Translation(lang.clone())),
                },
                is_rtl: false,
                current: "",
                lang: Some(lang.tag()),
            })
            .collect()
    }
}

/// What a text says, without its links.
fn unlinked(text: &Rich) -> String {
    let said = text.0.iter().map(|span| match span {
        Span::Text(text) | Span::Strong(text) | Span::Link(Link { text, .. }) => text.clone(),
        Span::Mark(mark) => format!("[{}]", mark.0),
    });
    said.collect()
}

fn steps(chart: &Chart, drawn: Vec<String>) -> Vec<StepView<'_>> {
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
            label: &step.label,
            is_total: step.is_total,
            is_sum: step.is_total && !is_list,
            svg,
        })
        .collect()
}

fn plain<'a>(kind: &'static str, text: &'a str) -> SpanView<'a> {
    SpanView {
        kind,
        text: Cow::Borrowed(text),
        href: None,
        is_rtl: kind == "strong" && has_rtl(text),
        name: None,
    }
}

fn is_empty(span: &Span) -> bool {
    matches!(span, Span::Text(text) | Span::Strong(text) if text.is_empty())
}

/// Whether a text has letters of a script that runs from right to left.
pub(in super::super) fn has_rtl(text: &str) -> bool {
    let is_foreign = !text.is_ascii();
    is_foreign
        && text.chars().any(|c| {
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
