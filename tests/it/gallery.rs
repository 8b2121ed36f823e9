//! A gallery of pages made by hand: every kind of page, every piece, every state, in English and Chinese, drawn by the real
//! renderer with the built-in theme. What must hold on every page is checked here; how it looks is for people to see in
//! `gallery/` of Cargo's folder for tests.

#![expect(
    clippy::float_arithmetic,
    reason = "values of drawings made up by hand"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::Arc;

use answerable::render::site::{Chrome, Renderer};
use answerable::report::{
    Align, Bar, Block, Cell, Chart, Column, DayBar, Dot, Download, FunnelLimits, FunnelUnit, Grid,
    KeyFigure, Ladder, Link, Mark, MemberDot, Node, Page, PageKind, Part, Rich, Row, Run, Span,
    Style, Table, Target,
};
use answerable::text::{Lang, Localised};
use answerable::theme::Theme;

use crate::markup::{Element, elements};

const HOSTILE: &str =
    "</title></text></script><script>alert(1)</script>\" onload=\"alert(2)' onx='&<!--";
const RTL: &str = "مكتب شكاوى المواطنين في المدينة القديمة";
const SIXTY: &str = "Directorate-General for Neighbourhood Maintenance & Lighting";
const SIXTY_HAN: &str = "市住房和城乡建设局物业管理与老旧小区改造协调推进工作领导小组办公室暨既有住宅加装电梯事务中心（含高新区、经开区分中心）便民窗口";

fn en() -> Lang {
    Lang("en".to_owned())
}

fn zh() -> Lang {
    Lang("zh-CN".to_owned())
}

fn renderer() -> Renderer {
    let chrome = Chrome {
        title: Localised {
            by_lang: BTreeMap::from([(zh(), "件件有回音".to_owned())]),
            fallback: "How we answer".to_owned(),
        },
        base_url: "https://example.org/answers/".to_owned(),
        languages: vec![en(), zh()],
        generator: "answerable".to_owned(),
        has_search: true,
    };
    Renderer::new(&Theme::built_in(), chrome).unwrap_or_else(|told| panic!("{}", told.human()))
}

fn link(text: &str, key: &str) -> Link {
    Link {
        text: text.to_owned(),
        to: Target::Page(key.to_owned(), None),
    }
}

fn text(text: &str) -> Span {
    Span::Text(text.to_owned())
}

fn strong(text: &str) -> Span {
    Span::Strong(text.to_owned())
}

fn page(lang: &Lang, key: &str, kind: PageKind, title: &str) -> Page {
    let say = |english: &str, chinese: &str| said(lang, english, chinese);
    Page {
        key: key.to_owned(),
        lang: lang.clone(),
        languages: vec![en(), zh()],
        kind,
        title: title.to_owned(),
        kicker: say("City hotline · year", "市民热线 · 年度"),
        description: say("What came in, what was answered.", "收到多少，答复多少。"),
        crumbs: if key.is_empty() {
            Vec::new()
        } else {
            vec![link(&say("Overview", "总览"), "")]
        },
        nav: vec![
            link(&say("Overview", "总览"), ""),
            link(&say("Offices", "承办单位"), "states/"),
            link(&say("Every row", "数据去向"), "intake/"),
            link(&say("Methods", "统计口径"), "methods/"),
            link(&say("Data", "数据"), "data/"),
        ]
        .into(),
        nav_current: ["", "states/", "intake/", "methods/", "data/"]
            .iter()
            .position(|each| *each == key),
        notice: say("Made up for this gallery.", "本页内容均为虚构。"),
        lead: None,
        figures: Vec::new(),
        parts: Vec::new(),
        foot: vec![
            (
                say("As of 30 November 2023", "数据截至2023年11月30日"),
                vec![Rich(vec![
                    text(&say("Figures marked ", "标")),
                    Span::Mark(Mark('p')),
                    text(&say(" can still change.", "的数字仍会变动。")),
                ])],
            ),
            (
                say("Where the figures come from", "数据来源"),
                vec![Rich(vec![Span::Link(link(
                    &say("Methods", "统计口径"),
                    "methods/",
                ))])],
            ),
            (
                say("Something wrong or missing?", "发现错漏？"),
                vec![Rich(vec![Span::Link(Link {
                    text: say("Write to us", "来信"),
                    to: Target::External("mailto:office@example.org".to_owned()),
                })])],
            ),
        ]
        .into(),
        cited: Vec::new(),
        cited_together: Vec::new(),
    }
}

fn said(lang: &Lang, english: &str, chinese: &str) -> String {
    if lang.is_chinese() { chinese } else { english }.to_owned()
}

fn part(id: &str, heading: &str, blocks: Vec<Block>) -> Part {
    Part {
        id: id.to_owned(),
        heading: heading.to_owned(),
        note: "".into(),
        full: false,
        blocks,
    }
}

fn full(id: &str, heading: &str, blocks: Vec<Block>) -> Part {
    Part {
        full: true,
        ..part(id, heading, blocks)
    }
}

fn figure(id: &str, label: &str, value: &str, after: &str, mark: Option<char>) -> KeyFigure {
    KeyFigure {
        id: format!("fig-{id}"),
        label: Link {
            text: label.to_owned(),
            to: Target::Page("methods/".to_owned(), Some("def-received".to_owned())),
        },
        before: String::new(),
        value: value.to_owned(),
        after: after.to_owned(),
        mark: mark.map(Mark),
        base: "6,413 of 9,926 due; 95% interval 63.7 to 65.5%".into(),
        change: Rich(vec![
            strong("6.3% more"),
            text(" than a year before (9,571)"),
        ]),
    }
}

const RECEIVED: [f64; 20] = [
    8914.0, 10211.0, 10242.0, 9973.0, 9251.0, 6034.0, 5138.0, 4057.0, 4457.0, 4822.0, 6105.0,
    3434.0, 6192.0, 7335.0, 9571.0, 6757.0, 9111.0, 8692.0, 10170.0, 5528.0,
];

fn comma(value: f64) -> String {
    let digits = format!("{value:.0}");
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

fn quarters() -> Vec<Bar> {
    (0..20)
        .map(|index| Bar {
            name: format!("Q{} {}", index % 4 + 1, 2019 + index / 4),
            year: (2019 + index / 4).to_string(),
            value: Some(RECEIVED[index]),
            label: comma(RECEIVED[index]),
            is_same_season: index % 4 == 2,
            is_current: index == 18,
            mark: (index == 19).then_some(Mark('p')),
            break_before: String::new(),
        })
        .collect()
}

fn bars(id: &str, bars: Vec<Bar>) -> Chart {
    Chart::Bars {
        id: id.to_owned(),
        title: "Cases received".to_owned(),
        about: "Third quarters are dark.".to_owned(),
        desc: "10,242 in 2019; 10,170 in 2023.".to_owned(),
        bars,
    }
}

fn dots(id: &str, dots: Vec<Dot>, is_share: bool) -> Chart {
    Chart::Dots {
        id: id.to_owned(),
        title: "Answered in time, of the cases whose deadline fell in the quarter".to_owned(),
        about: "Strokes are 95% intervals.".to_owned(),
        desc: "64.6% in the third quarter of 2023.".to_owned(),
        dots,
        is_share,
        shared: None,
    }
}

fn rates() -> Vec<Dot> {
    const RATES: [f64; 20] = [
        0.618, 0.572, 0.681, 0.621, 0.749, 0.641, 0.660, 0.595, 0.607, 0.649, 0.644, 0.652, 0.457,
        0.548, 0.565, 0.631, 0.654, 0.693, 0.646, 0.571,
    ];
    quarters()
        .into_iter()
        .zip(RATES)
        .map(|(bar, rate)| Dot {
            bar: Bar {
                value: Some(rate),
                label: format!("{:.1}%", rate * 100.0),
                ..bar
            },
            interval: Some((rate - 0.012, rate + 0.012)),
        })
        .collect()
}

fn member(name: &str, value: Option<f64>, before: Option<f64>) -> MemberDot {
    MemberDot {
        name: link(name, "states/"),
        value,
        interval: value.map(|v| ((v - 0.03).max(0.0), (v + 0.03).min(1.0))),
        before,
        label: value.map_or("–".to_owned(), |v| format!("{:.1}%", v * 100.0)),
        base: value.map_or("no case".to_owned(), |_| "of 961".to_owned()),
        is_current: false,
    }
}

fn members(id: &str, members: Vec<MemberDot>) -> Chart {
    Chart::Members {
        id: id.to_owned(),
        title: "Answered within 30 days".to_owned(),
        about: String::new(),
        desc: "Highest 97.9%, lowest 0.0%.".to_owned(),
        all: Some((0.646, "all 64.6%".to_owned())),
        before_label: "a year before".to_owned(),
        members,
    }
}

fn days(id: &str, values: [f64; 8]) -> Chart {
    const NAMES: [&str; 8] = [
        "same day",
        "1–7",
        "8–14",
        "15–30",
        "31–60",
        "61–90",
        "over 90",
        "still open",
    ];
    Chart::Days {
        id: id.to_owned(),
        title: "Cases by days until answered".to_owned(),
        about: "Steps are unequal.".to_owned(),
        desc: "161 on the same day; 199 still open.".to_owned(),
        bars: NAMES
            .iter()
            .zip(values)
            .map(|(name, value)| DayBar {
                name: (*name).to_owned(),
                value,
                label: comma(value),
                is_open: *name == "still open",
                is_limit: *name == "15–30",
            })
            .collect(),
        limit: "within 30 days".to_owned(),
    }
}

fn funnel(id: &str) -> Chart {
    let at = |cases: f64, half: f64| FunnelLimits {
        cases,
        alert: (0.8 - half, 0.8 + half / 2.0),
        alarm: (0.8 - 1.7 * half, 0.8 + 0.8 * half),
        line: (0.8 - 1.5 * half, 0.8 + 0.7 * half),
    };
    let unit = |name: &str, cases: f64, value: f64, is_outside: bool| FunnelUnit {
        name: name.to_owned(),
        cases,
        value,
        is_outside,
    };
    Chart::Funnel {
        id: id.to_owned(),
        title: "Answered in time, 2023, by number of cases".to_owned(),
        about: "Only those outside the dashed line are named.".to_owned(),
        desc: "Planning: 61.0%, worse than the limits.".to_owned(),
        target: 0.8,
        limits: vec![at(10.0, 0.2), at(100.0, 0.1), at(1_000.0, 0.03)],
        target_label: "all together 80.0%".to_owned(),
        units: vec![
            unit("Planning <&>", 400.0, 0.61, true),
            unit("Water", 1_000.0, 0.81, false),
            unit("Archives", 12.0, 0.75, false),
        ],
    }
}

fn ladder(id: &str) -> Chart {
    let step = |name: &str, value: f64, is_total: bool| Ladder {
        name: name.to_owned(),
        value,
        label: comma(value),
        is_total,
    };
    Chart::Ladder {
        id: id.to_owned(),
        title: "From rows read to cases closed".to_owned(),
        about: "Each grey piece is what the step takes away.".to_owned(),
        desc: "341,299 read, 339,892 accepted.".to_owned(),
        steps: vec![
            step("Rows read", 341_299.0, true),
            step("Number occurs a second time", 105.0, false),
            step(
                "Received after the cut-off date, which is 30 November 2023",
                1302.0,
                false,
            ),
            step("Accepted", 339_892.0, true),
            step("Still open", 15_303.0, false),
            step("Closed", 324_589.0, true),
        ],
    }
}

fn cell(text: &str) -> Cell {
    Cell {
        text: text.into(),
        ..Cell::default()
    }
}

fn row(head: Cell, cells: Vec<Cell>) -> Row {
    Row {
        head,
        cells,
        is_current: false,
        is_total: false,
        level: 0,
    }
}

fn table(caption: &str, rows: Vec<Row>) -> Table {
    let column = |label: &str, align| Column {
        label: label.into(),
        align,
    };
    Table {
        caption: caption.to_owned(),
        about: "Smaller figures are 95% intervals.".to_owned(),
        columns: vec![
            column("Office", Align::Words),
            column("Received", Align::Number),
            column("On time", Align::Number),
            column("Half answered by", Align::Number),
            column("Open at end", Align::Number),
            column("In words", Align::Words),
        ],
        rows,
        legend: vec![
            (Mark('p'), "provisional: can still change".to_owned()),
            (Mark('c'), "withheld: fewer than 5 cases".to_owned()),
            (Mark('u'), "base under 10: counts only, no rate".to_owned()),
            (
                Mark('x'),
                "no value: no case to divide by. This is not 0%".to_owned(),
            ),
        ],
    }
}

fn ordinary(name: &str, id: &str) -> Row {
    let rate = Cell {
        id: id.to_owned(),
        range: "63.7 to 65.5%".to_owned(),
        dot: Some((0.646, 0.637, 0.655)),
        ..cell("64.6%")
    };
    row(
        Cell {
            text: Rich(vec![Span::Link(link(name, "states/"))]),
            ..Cell::default()
        },
        vec![
            cell("10,170"),
            rate,
            cell("day 13"),
            cell("15,086"),
            cell("no clear change"),
        ],
    )
}

fn marked(name: &str, mark: char) -> Row {
    let none = || Cell {
        mark: Some(Mark(mark)),
        ..cell("–")
    };
    row(cell(name), vec![none(), none(), none(), none(), cell("")])
}

fn states_table() -> Table {
    let total = Row {
        is_total: true,
        ..ordinary("All", "")
    };
    let current = Row {
        is_current: true,
        ..ordinary("Roads & Parks", "")
    };
    let inner = Row {
        level: 2,
        ..ordinary(RTL, "")
    };
    let zero = row(
        cell("Records no answer"),
        vec![
            cell("468"),
            Cell {
                range: "0.0 to 0.8%".to_owned(),
                dot: Some((0.0, 0.0, 0.008)),
                ..cell("0.0%")
            },
            cell("not reached"),
            cell("911"),
            cell("100 of 100"),
        ],
    );
    let nine = row(
        cell(SIXTY_HAN),
        vec![
            cell("123,456,789"),
            cell("100.0%"),
            cell("day 3,132"),
            cell("987,654,321"),
            cell("8.1 points higher than a year before, but 4.7 lower than the quarter before"),
        ],
    );
    table(
        "Every state a row can be in",
        vec![
            ordinary(SIXTY, "fig-cell"),
            current,
            inner,
            zero,
            nine,
            marked("Provisional", 'p'),
            marked("Withheld", 'c'),
            marked("Small base", 'u'),
            marked("No case", 'x'),
            total,
        ],
    )
}

fn home(lang: &Lang) -> Page {
    let mut home = page(
        lang,
        "",
        PageKind::Home,
        &said(lang, "July to September 2023", "2023年第三季度"),
    );
    home.lead = Some(Rich(vec![
        strong("10,170"),
        text(" cases came in. Of those due, "),
        strong("64.6%"),
        text(" were answered within 30 days. "),
        strong("15,086"),
        text(" cases are still owed one."),
    ]));
    home.figures = vec![
        figure(
            "received",
            "Received",
            "10,170",
            &said(lang, "", "件"),
            None,
        ),
        figure(
            "on_time_rate-response",
            "Answered within 30 days",
            "64.6",
            "%",
            Some('p'),
        ),
        KeyFigure {
            before: said(lang, "day", "第"),
            ..figure(
                "median_days-response",
                "Half answered by",
                "13",
                &said(lang, "", "天"),
                None,
            )
        },
        figure(
            "open_at_end",
            "Still owed an answer",
            "123,456,789",
            "",
            None,
        ),
    ];
    let finding = Block::Finding(Rich(vec![
        text("Demand is back at its level of 2019. Answers in time fell to "),
        strong("45.7%"),
        text(" and have recovered."),
    ]));
    home.parts = vec![
        Part {
            note: Rich(vec![text("Hatched: provisional "), Span::Mark(Mark('p'))]),
            ..part(
                "trend",
                &said(lang, "How it changed", "变化趋势"),
                vec![
                    finding,
                    Block::Chart(bars("received", quarters()), None),
                    Block::Chart(dots("rate", rates(), true), Some(states_table())),
                    Block::Chart(funnel("funnel"), None),
                ],
            )
        },
        part(
            "offices",
            &said(lang, "Office by office", "各单位比较"),
            vec![
                Block::Chart(
                    members(
                        "members",
                        vec![
                            member("48 Brooklyn", Some(0.898), Some(0.874)),
                            member("14 Bronx", Some(0.835), Some(0.649)),
                            member("40 Brooklyn", Some(0.0), Some(0.0)),
                            member("27 Queens", Some(0.968), None),
                            member("New", None, None),
                        ],
                    ),
                    None,
                ),
                Block::Links(vec![link("All 51 offices", "states/")]),
            ],
        ),
        part(
            "days",
            &said(lang, "How long people wait", "等待时间"),
            vec![Block::Chart(
                days("days", [161.0, 44.0, 31.0, 32.0, 24.0, 0.0, 16.0, 199.0]),
                None,
            )],
        ),
        full(
            "small",
            &said(lang, "In pictures", "图示"),
            vec![
                Block::Chart(bars("small-1", quarters()), None),
                Block::Chart(dots("small-2", rates(), true), None),
                Block::Chart(bars("small-3", quarters()), None),
            ],
        ),
    ];
    home
}

fn states(lang: &Lang) -> Page {
    let mut states = page(lang, "states/", PageKind::Members, SIXTY);
    states.figures = vec![
        figure("a", "Zero is a value", "0.0", "%", None),
        figure("b", "Withheld", "–", "", Some('c')),
        figure("c", "Not wholly covered", "1,234", "", Some('i')),
        figure("d", SIXTY, "987,654,321", &said(lang, "", "件"), Some('r')),
    ];
    let mut broken = quarters();
    broken[10].break_before =
        "The Parks and Greening Centre became part of the Urban Management Bureau".to_owned();
    broken[16].break_before = "口径调整".to_owned();
    broken[3].value = None;
    let mut broken_dots = rates();
    for (dot, bar) in broken_dots.iter_mut().zip(&broken) {
        dot.bar.break_before.clone_from(&bar.break_before);
    }
    broken_dots[4].bar.value = None;
    let one = vec![quarters().swap_remove(18)];
    let two = quarters().split_off(18);
    let nine = quarters()
        .into_iter()
        .map(|bar| Bar {
            value: bar.value.map(|value| value * 98_765.0),
            label: bar
                .value
                .map_or(String::new(), |value| comma(value * 98_765.0)),
            ..bar
        })
        .collect();
    let zeros = quarters()
        .into_iter()
        .map(|bar| Bar {
            value: Some(0.0),
            label: "0".to_owned(),
            ..bar
        })
        .collect();
    states.parts = vec![
        full("table", "Table", vec![Block::Table(states_table())]),
        part(
            "charts",
            "Charts",
            vec![
                Block::Chart(bars("breaks", broken), None),
                Block::Chart(dots("breaks-dots", broken_dots, true), None),
                Block::Chart(bars("one", one), None),
                Block::Chart(bars("two", two), None),
                Block::Chart(bars("nine", nine), None),
                Block::Chart(bars("zeros", zeros), None),
                Block::Chart(bars("empty", Vec::new()), None),
                Block::Chart(dots("empty-dots", Vec::new(), true), None),
                Block::Chart(members("empty-members", Vec::new()), None),
                Block::Chart(days("empty-days", [0.0; 8]), None),
                Block::Chart(
                    days(
                        "nine-days",
                        [123_456_789.0, 0.0, 1.0, 9e6, 1e8, 5.0, 6.0, 1.0],
                    ),
                    None,
                ),
                Block::Chart(
                    members(
                        "long-members",
                        vec![
                            member("Directorate-General for Neigh…", Some(0.5), Some(0.46)),
                            member("市住房和城乡建设局物业管理…", Some(0.02), Some(0.9)),
                            member("مكتب شكاوى المواطنين", Some(1.0), Some(0.99)),
                        ],
                    ),
                    None,
                ),
                Block::Chart(
                    members("one-member", vec![member("Only", Some(0.9), None)]),
                    None,
                ),
                Block::Table(table("A table without rows", Vec::new())),
            ],
        ),
        part(
            "rtl",
            RTL,
            vec![Block::Links(vec![
                link(RTL, "states/"),
                link(SIXTY_HAN, ""),
            ])],
        ),
    ];
    states
}

fn many(lang: &Lang) -> Page {
    let mut many = page(
        lang,
        "many/",
        PageKind::Members,
        &said(lang, "300 offices", "300个单位"),
    );
    let rows = (1..=60)
        .map(|n| ordinary(&format!("Office {n}"), ""))
        .collect();
    // The report cuts a long list into pieces; this is the first of five.
    let others = (1..5)
        .map(|piece| {
            let name = format!("Office {} to Office {}", piece * 60 + 1, piece * 60 + 60);
            link(&name, "many/")
        })
        .collect();
    many.parts = vec![full(
        "table",
        "Table",
        vec![
            Block::Table(table("All offices", rows)),
            Block::Links(others),
        ],
    )];
    many
}

fn intake(lang: &Lang) -> Page {
    let mut intake = page(
        lang,
        "intake/",
        PageKind::Intake,
        &said(lang, "Every row accounted for", "数据去向"),
    );
    intake.parts = vec![part(
        "hotline",
        "Hotline",
        vec![
            Block::Finding(
                "341,299 read = 339,892 accepted + 105 repeated + 1,302 after the cut-off.".into(),
            ),
            Block::Chart(ladder("ladder"), Some(states_table())),
        ],
    )];
    intake
}

fn methods(lang: &Lang) -> Page {
    let mut methods = page(
        lang,
        "methods/",
        PageKind::Methods,
        &said(lang, "Methods", "统计口径"),
    );
    let term = |name: &str, id: &str| {
        (
            name.to_owned(),
            format!("def-{id}"),
            vec![
                "Cases received in the period.".into(),
                "Id: received".into(),
            ],
        )
    };
    methods.parts = vec![part(
        "definitions",
        "Definitions",
        vec![
            Block::Paragraph("Everything is computed as of a date.".into()),
            Block::Heading("Counts".to_owned(), "counts".to_owned()),
            Block::Terms(vec![term("Received", "received"), term("Valid", "valid")]),
        ],
    )];
    methods
}

fn data(lang: &Lang) -> Page {
    let mut data = page(lang, "data/", PageKind::Data, &said(lang, "Data", "数据"));
    data.parts = vec![part(
        "files",
        "Files",
        vec![Block::Downloads(vec![Download {
            link: Link {
                text: "figures.csv".to_owned(),
                to: Target::File("data/figures.csv".to_owned()),
            },
            about: "every published figure, 541,889 rows".to_owned(),
        }])],
    )];
    data
}

fn content(lang: &Lang) -> Page {
    let mut content = page(
        lang,
        "policy/limits/",
        PageKind::Content,
        &said(lang, "Time limits", "限时办结制度"),
    );
    let words = |words: &str| vec![Run::Span(text(words))];
    let bold = |words: &str| Run::Styled(Style::Strong, vec![Run::Span(text(words))]);
    let nodes = vec![
        Node::Heading("article-1".to_owned(), 2, words("Article 1")),
        Node::Paragraph(vec![
            Run::Span(text("Every case is ")),
            bold("recorded"),
            Run::NoteNumber(1),
            Run::Span(text(", ")),
            Run::Span(strong("91.1%")),
            Run::Span(Span::Mark(Mark('p'))),
            Run::Span(text(" (8,840 of 9,702 due) in time: ")),
            Run::Link(
                Some(Target::Page("methods/".to_owned(), None)),
                vec![Run::Code("methods".to_owned())],
            ),
            Run::Break,
            Run::Link(
                Some(Target::External("javascript:alert(1)".to_owned())),
                words(HOSTILE),
            ),
        ]),
        Node::List(
            None,
            vec![
                vec![Node::Plain(words("a call"))],
                vec![Node::Paragraph(words("a letter"))],
            ],
        ),
        Node::List(Some(3), vec![vec![Node::Plain(words("third"))]]),
        Node::Quote(vec![Node::Paragraph(words("件件有着落，事事有回音"))]),
        Node::Grid(Grid {
            is_at_end: vec![false, true],
            head: vec![words("Kind"), words("Days")],
            rows: vec![vec![words(HOSTILE), words("1")]],
        }),
        Node::Code(HOSTILE.to_owned()),
        Node::Block(Arc::new(Block::Table(table("Days", Vec::new())))),
        Node::Rule,
        Node::Note(1, vec![Node::Paragraph(words("On the day it comes in."))]),
    ];
    content.parts = vec![part("text", "", vec![Block::Prose(nodes)])];
    content
}

fn hostile(lang: &Lang) -> Page {
    let mut hostile = page(lang, "hostile/", PageKind::Member, HOSTILE);
    let span = || Rich(vec![text(HOSTILE), strong(HOSTILE)]);
    hostile.kicker = HOSTILE.to_owned();
    hostile.description = HOSTILE.to_owned();
    hostile.notice = HOSTILE.to_owned();
    hostile.crumbs = vec![link(HOSTILE, "")];
    hostile.lead = Some(Rich(vec![
        text(HOSTILE),
        Span::Link(Link {
            text: HOSTILE.to_owned(),
            to: Target::External("JavaScript:alert(1)".to_owned()),
        }),
        Span::Link(Link {
            text: "outside".to_owned(),
            to: Target::External("https://example.org/\"onload=\"x".to_owned()),
        }),
    ]));
    hostile.figures = vec![KeyFigure {
        base: span(),
        change: span(),
        before: HOSTILE.to_owned(),
        ..figure("h", HOSTILE, HOSTILE, HOSTILE, Some('p'))
    }];
    let bar = |bar: Bar| Bar {
        label: HOSTILE.to_owned(),
        year: HOSTILE.to_owned(),
        break_before: HOSTILE.to_owned(),
        is_current: true,
        ..bar
    };
    let bars_of: Vec<Bar> = quarters().into_iter().take(3).map(bar).collect();
    let dots_of: Vec<Dot> = rates()
        .into_iter()
        .take(3)
        .map(|dot| Dot {
            bar: bar(dot.bar),
            ..dot
        })
        .collect();
    let mut steps = ladder("hostile-ladder");
    if let Chart::Ladder {
        title,
        about,
        desc,
        steps,
        ..
    } = &mut steps
    {
        for text in [title, about, desc] {
            HOSTILE.clone_into(text);
        }
        HOSTILE.clone_into(&mut steps[0].name);
        HOSTILE.clone_into(&mut steps[0].label);
    }
    let mut waits = days("hostile-days", [1.0; 8]);
    if let Chart::Days {
        title,
        desc,
        bars,
        limit,
        ..
    } = &mut waits
    {
        for text in [title, desc, limit, &mut bars[0].name] {
            HOSTILE.clone_into(text);
        }
    }
    if let Chart::Days { bars, .. } = &mut waits {
        HOSTILE.clone_into(&mut bars[1].label);
    }
    let mut side = members(
        "hostile-members",
        vec![member(HOSTILE, Some(0.5), Some(0.1))],
    );
    if let Chart::Members {
        before_label,
        all,
        members,
        ..
    } = &mut side
    {
        HOSTILE.clone_into(before_label);
        *all = Some((0.5, HOSTILE.to_owned()));
        HOSTILE.clone_into(&mut members[0].base);
    }
    let mut rows = table(HOSTILE, vec![ordinary(HOSTILE, ""), marked(HOSTILE, '<')]);
    HOSTILE.clone_into(&mut rows.about);
    HOSTILE.clone_into(&mut rows.rows[0].cells[1].range);
    rows.legend = vec![(Mark('"'), HOSTILE.to_owned())];
    hostile.parts = vec![part(
        "hostile",
        HOSTILE,
        vec![
            Block::Finding(span()),
            Block::Chart(bars("hostile-bars", bars_of), Some(rows.clone())),
            Block::Chart(dots("hostile-dots", dots_of, true), None),
            Block::Chart(side, None),
            Block::Chart(waits, None),
            Block::Chart(steps, None),
            Block::Table(rows),
            Block::Terms(vec![(HOSTILE.to_owned(), "term".to_owned(), vec![span()])]),
            Block::Downloads(vec![Download {
                link: link(HOSTILE, ""),
                about: HOSTILE.to_owned(),
            }]),
        ],
    )];
    hostile.foot = vec![(HOSTILE.to_owned(), vec![span()])].into();
    hostile
}

fn search(lang: &Lang) -> Page {
    let title = said(lang, "Search", "搜索");
    page(lang, "search/", PageKind::Search, &title)
}

fn not_found(lang: &Lang) -> Page {
    let mut page = page(
        lang,
        "404",
        PageKind::NotFound,
        &said(lang, "Not found", "页面不存在"),
    );
    page.languages = vec![lang.clone()];
    page.nav_current = None;
    page
}

/// Every page of the gallery, drawn, by its path.
fn gallery() -> BTreeMap<String, String> {
    let renderer = renderer();
    let makers: [fn(&Lang) -> Page; 10] = [
        home, states, many, intake, methods, data, content, hostile, search, not_found,
    ];
    let mut drawn = BTreeMap::new();
    for lang in [en(), zh()] {
        for make in makers {
            let page = make(&lang);
            let html = renderer
                .render(&page)
                .unwrap_or_else(|told| panic!("{}: {told:?}", page.key));
            drawn.insert(renderer.path(&page), html);
        }
    }
    drawn
}

fn each_element(look: impl Fn(&str, &Element)) {
    for (path, html) in gallery() {
        let elements = elements(&html).unwrap_or_else(|wrong| panic!("{path}: {wrong}"));
        for element in &elements {
            look(&path, element);
        }
    }
}

#[test]
fn every_page_of_the_gallery_is_well_formed_and_can_be_looked_at() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("gallery");
    let _ = fs::remove_dir_all(&folder);
    for (path, bytes) in renderer().files() {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().expect("it has a folder")).unwrap();
        fs::write(path, bytes).unwrap();
    }
    for (path, html) in gallery() {
        let file = folder.join(&path);
        fs::create_dir_all(file.parent().expect("it has a folder")).unwrap();
        fs::write(file, &html).unwrap();
        let elements = elements(&html).unwrap_or_else(|wrong| panic!("{path}: {wrong}"));
        let mut ids = BTreeSet::new();
        for id in elements.iter().filter_map(|element| element.get("id")) {
            assert!(ids.insert(id.to_owned()), "{path}: id {id} stands twice");
        }
        for element in &elements {
            for name in ["aria-labelledby", "aria-describedby"] {
                for id in element.get(name).unwrap_or_default().split_whitespace() {
                    assert!(
                        ids.contains(id),
                        "{path}: {name} names {id}, which is not there"
                    );
                }
            }
        }
        assert_eq!(
            elements.iter().filter(|e| e.name == "h1").count(),
            1,
            "{path}"
        );
    }
}

#[test]
fn every_link_of_the_gallery_leads_somewhere() {
    let drawn = gallery();
    let ids: BTreeMap<&str, BTreeSet<String>> = drawn
        .iter()
        .map(|(path, html)| {
            let ids = elements(html)
                .unwrap()
                .iter()
                .filter_map(|e| e.get("id").map(str::to_owned))
                .collect();
            (path.as_str(), ids)
        })
        .collect();
    for (path, html) in &drawn {
        for element in elements(html).unwrap() {
            let Some(href) = element.get("href").filter(|_| element.name == "a") else {
                continue;
            };
            if href.contains(':') {
                continue;
            }
            let (to, fragment) = href.split_once('#').unwrap_or((href, ""));
            let to = resolved(path, to);
            if to.ends_with(".csv") {
                continue;
            }
            let there = ids
                .get(to.as_str())
                .unwrap_or_else(|| panic!("{path}: {href} leads to {to}"));
            assert!(
                fragment.is_empty() || there.contains(fragment),
                "{path}: {href}"
            );
            assert!(!to.ends_with('/'), "{path}: {href} names no file");
        }
    }
}

fn resolved(from: &str, to: &str) -> String {
    if to.is_empty() {
        return from.to_owned();
    }
    let mut way: Vec<&str> = from.split('/').collect();
    way.pop();
    for step in to.split('/') {
        if step == ".." {
            way.pop();
        } else {
            way.push(step);
        }
    }
    way.join("/")
}

#[test]
fn no_text_becomes_markup_and_nothing_runs() {
    each_element(|path, element| {
        for (name, value) in &element.attributes {
            assert!(!name.starts_with("on"), "{path}: <{} {name}>", element.name);
            let value = value.to_ascii_lowercase();
            assert!(
                !value.trim_start().starts_with("javascript:"),
                "{path}: {name}"
            );
        }
        // The search page has a field and a script of the site.
        let is_search = path.ends_with("search/index.html");
        if element.name == "script" && is_search && element.get("src").is_some() {
            let src = element.get("src").unwrap_or_default();
            assert!(
                ["search.js", "../../search/search.js"].contains(&src),
                "{path}"
            );
        } else if element.name == "script" {
            assert_eq!(element.get("type"), Some("application/ld+json"), "{path}");
        }
        assert!(
            !["iframe", "object", "embed"].contains(&element.name.as_str())
                && (element.name != "form" || is_search),
            "{path}"
        );
    });
    let (path, html) = gallery()
        .into_iter()
        .find(|(path, _)| path == "hostile/index.html")
        .expect("it is in the gallery");
    assert!(!html.contains("<script>alert"), "{path}");
}

#[test]
fn every_picture_has_a_name_or_is_silent() {
    for (path, html) in gallery() {
        let elements = elements(&html).unwrap();
        for (at, element) in elements.iter().enumerate() {
            if element.name != "svg" || element.get("class").is_none() {
                continue;
            }
            let has_title = elements
                .get(at + 1)
                .is_some_and(|inner| inner.name == "title");
            let is_named = element.get("role") == Some("img") && has_title;
            assert!(
                is_named || element.get("aria-hidden") == Some("true"),
                "{path}"
            );
        }
    }
}

#[test]
fn two_drawings_of_the_same_page_are_the_same_bytes() {
    assert_eq!(gallery(), gallery());
}
