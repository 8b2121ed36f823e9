//! The pages of the example site, all of them: nothing unsaid, every address once, every link and fragment there.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::LazyLock;

use super::*;
use crate::config::{self, Overrides};
use crate::content;
use crate::diag::Diagnostics;
use crate::indicators::{Amount, Base, Figure, Maturity, Measure, Reason, Rules, Scope, Unit};
use crate::ingest;
use crate::privacy;
use crate::summaries::Collector;
use crate::tally::Counter;
use crate::text::{Format, Lang};
use crate::time::{Month, Period, PeriodKind};

static EXAMPLE: LazyLock<Publication> =
    LazyLock::new(|| read(Path::new(env!("CARGO_MANIFEST_DIR"))));

fn read(root: &Path) -> Publication {
    let mut diags = Diagnostics::new();
    let site = config::read(root, &Overrides::default(), &mut diags).expect("the example is valid");
    let documents = content::read(root, &site, &mut Vec::new(), &|_, _| {}, &mut diags)
        .expect("the example's texts are valid");
    let sections: Vec<Section> = site
        .datasets
        .iter()
        .map(|dataset| {
            let as_of = dataset.coverage.map(|(_, to)| to);
            let mut published = Collector::default();
            let mut counter = Counter::new(&dataset.scheme, &dataset.zone, as_of);
            let ingested = ingest::read(
                &site,
                dataset,
                as_of,
                &mut |_| {},
                &mut diags,
                &mut |case, members, weight| {
                    counter.add(case, members, weight);
                    published.add(case, weight);
                },
            )
            .expect("the example's exports can be read");
            let members = ingested.members.clone();
            let tally = counter.finish(ingested.members);
            let rules = Rules {
                periods: site.periods.clone(),
                settle: site.settle,
                as_of: tally.as_of(),
                coverage: dataset.coverage,
                population: dataset
                    .population
                    .as_ref()
                    .map(|p| (p.dimension, p.numbers.clone())),
                with_pairs: true,
            };
            let measure = Measure::new(&tally, &rules);
            let mut sheets: Vec<_> = measure
                .scopes()
                .flat_map(|scope| measure.sheets_of(&scope))
                .collect();
            let rules = privacy::Rules {
                min_base: site.min_base,
                min_cell: site.min_cell,
            };
            let as_of = tally.as_of();
            let around = privacy::Around {
                scheme: &dataset.scheme,
                as_of,
                earlier: None,
            };
            privacy::protect(&mut sheets, &around, &rules);
            let mut section = Section::new(dataset.clone(), ingested.intake, as_of, sheets);
            let mut told = Diagnostics::new();
            section.published =
                published.finish(dataset, &members, as_of, &site.redaction, &mut told);
            assert_eq!(told.human(), "");
            section
        })
        .collect();
    let (narratives, documents) = documents.into_iter().partition(is_narrative);
    Publication {
        site,
        documents: Documents::new(documents, &sections),
        sections,
        narratives,
        record: crate::previous::Record::default(),
        printed: Vec::new(),
        once: Once::default(),
    }
}

/// Every text of a page, wherever it stands.
fn texts(page: &Page) -> Vec<String> {
    fn walk(value: &serde_json::Value, texts: &mut Vec<String>) {
        match value {
            serde_json::Value::String(text) => texts.push(text.clone()),
            serde_json::Value::Array(items) => items.iter().for_each(|item| walk(item, texts)),
            serde_json::Value::Object(fields) => {
                for (name, value) in fields {
                    // The office's own text and figures' ids may hold anything.
                    if name != "prose" {
                        walk(value, texts);
                    }
                }
            }
            _ => {}
        }
    }
    let mut found = Vec::new();
    walk(&serde_json::to_value(page).unwrap(), &mut found);
    found
}

/// Every fragment of a page, as often as it occurs.
fn fragments(page: &Page) -> Vec<String> {
    fn table(table: &Table, ids: &mut Vec<String>) {
        for row in &table.rows {
            let cells = std::iter::once(&row.head).chain(&row.cells);
            ids.extend(
                cells
                    .map(|cell| cell.id.clone())
                    .filter(|id| !id.is_empty()),
            );
        }
    }
    let mut ids: Vec<String> = page
        .figures
        .iter()
        .map(|figure| figure.id.clone())
        .collect();
    for part in &page.parts {
        ids.push(part.id.clone());
        for block in &part.blocks {
            match block {
                Block::Figures(figures) => ids.extend(figures.iter().map(|f| f.id.clone())),
                Block::Heading(id, _) => ids.push(id.clone()),
                Block::Terms(terms) => ids.extend(terms.iter().map(|(_, id, _)| id.clone())),
                Block::Table(each) | Block::Chart(_, Some(each)) => table(each, &mut ids),
                Block::Prose(nodes) | Block::Article(nodes, _) => {
                    ids.extend(nodes.iter().filter_map(|node| match node {
                        Node::Heading(id, ..) => Some(id.clone()),
                        _ => None,
                    }));
                }
                _ => {}
            }
        }
    }
    ids
}

/// Every link of a page to another page, with its fragment.
fn links(page: &Page) -> Vec<(String, Option<String>)> {
    fn walk(value: &serde_json::Value, links: &mut Vec<(String, Option<String>)>) {
        match value {
            serde_json::Value::Array(items) => items.iter().for_each(|item| walk(item, links)),
            serde_json::Value::Object(fields) => {
                if let Some(serde_json::Value::Array(to)) = fields.get("page")
                    && let [key, fragment] = to.as_slice()
                {
                    let fragment = fragment.as_str().map(str::to_owned);
                    links.push((key.as_str().unwrap().to_owned(), fragment));
                }
                fields.values().for_each(|value| walk(value, links));
            }
            _ => {}
        }
    }
    let mut found = Vec::new();
    walk(&serde_json::to_value(page).unwrap(), &mut found);
    found
}

#[test]
fn no_page_is_listed_twice() {
    let listed = pages(&EXAMPLE);
    let different: BTreeSet<(&str, &str)> = listed
        .iter()
        .map(|id| (id.lang.tag(), id.key.as_str()))
        .collect();
    assert_eq!(different.len(), listed.len());
    let in_lang = |lang: &str| {
        let of = listed.iter().filter(|id| id.lang.tag() == lang);
        of.filter(|id| id.key != "404").count()
    };
    assert_eq!(in_lang("en"), in_lang("zh-CN"));
}

#[test]
fn every_page_of_the_example_is_said_in_full_and_leads_only_to_what_is_there() {
    let made: Vec<Page> = pages(&EXAMPLE)
        .iter()
        .map(|id| page(&EXAMPLE, id))
        .collect();
    let mut there: BTreeMap<(&str, &str), BTreeSet<String>> = BTreeMap::new();
    for page in &made {
        let at = format!("{} {}", page.lang, page.key);
        let ids = fragments(page);
        let different: BTreeSet<String> = ids.iter().cloned().collect();
        assert_eq!(
            different.len(),
            ids.len(),
            "a fragment twice on {at}: {ids:?}"
        );
        assert!(!page.title.is_empty() && !page.foot.is_empty(), "{at}");
        for text in texts(page) {
            assert!(
                !text.contains("{k}") && !text.contains("NaN"),
                "{at}: {text}"
            );
            let is_place = text.contains('{') && text.contains('}') && !text.contains("<code>");
            assert!(!is_place || text.contains('<'), "{at}: {text}");
            assert!(!looks_like_a_key(&text), "{at}: {text}");
        }
        there.insert((page.lang.tag(), &page.key), different);
    }
    for page in &made {
        for (key, fragment) in links(page) {
            let ids = there.get(&(page.lang.tag(), key.as_str()));
            let ids = ids.unwrap_or_else(|| panic!("{} {} leads to {key}", page.lang, page.key));
            if let Some(fragment) = fragment.filter(|f| f.starts_with("def-")) {
                assert!(ids.contains(&fragment), "no {fragment} on {key}");
            }
        }
    }
}

/// A key of the catalogue that was not found is given back as it is.
fn looks_like_a_key(text: &str) -> bool {
    let rooms = [
        "balance.",
        "base.",
        "base_name.",
        "case.",
        "cases.",
        "change.",
        "clock.",
        "compare.",
        "a_to_z.",
        "four_ways.",
        "funnel.",
        "loudness.",
        "content.",
        "data.",
        "dataset.",
        "field.",
        "figures.",
        "folder.",
        "foot.",
        "home.",
        "intake.",
        "kicker.",
        "ladder.",
        "large.",
        "lead.",
        "limit.",
        "list.",
        "mark.",
        "masked.",
        "member.",
        "members.",
        "methods.",
        "name.",
        "nav.",
        "not_found.",
        "number.",
        "outcome.",
        "owed.",
        "owed_page.",
        "period.",
        "periods.",
        "promises.",
        "prose.",
        "reason.",
        "table.",
        "trend.",
        "untold.",
        "waits.",
    ];
    let is_file = [".csv", ".json"].iter().any(|end| text.contains(end));
    !is_file && !text.contains(' ') && rooms.iter().any(|room| text.starts_with(room))
}

fn overall(section: &Section) -> (Scope, Period) {
    (Scope::Overall, section.current().unwrap())
}

/// The figures of the year 2024, by hand from the example's own account.
#[test]
fn the_lead_says_the_same_in_both_languages() {
    let section = &EXAMPLE.sections[1];
    let (scope, period) = overall(section);
    let said = |lang: &str| {
        let words = Words::for_lang(&Lang(lang.into()));
        let voice = Voice::new(&EXAMPLE, &words);
        let lead = key_figures::lead(&voice, section, &scope, &period).unwrap();
        let text = |span: &Span| match span {
            Span::Text(text) | Span::Strong(text) => text.clone(),
            _ => String::new(),
        };
        lead.0.iter().map(text).collect::<String>()
    };
    let figure = |id: &str| section.figure(&scope, &period, id).unwrap().amount;
    let (Amount::Count(received), Amount::Count(open)) =
        (figure("received"), figure("open_at_end"))
    else {
        panic!("both are counts");
    };
    let words = Words::for_lang(&Lang("en".into()));
    let format = Format::new(&words);
    let (received, open) = (format.number(received), format.number(open));
    assert!(said("en").starts_with(&format!("{received} cases came in. Of those due, ")));
    assert!(said("en").ends_with(&format!("{open} cases are still owed an answer.")));
    assert!(said("zh-CN").starts_with(&format!("收到{received}件。到期件按时得到答复的占")));
    assert!(said("zh-CN").ends_with(&format!("仍有{open}件尚欠答复。")));
}

fn figure(indicator: &str, amount: Amount, maturity: Maturity) -> Figure {
    Figure {
        indicator: indicator.into(),
        unit: Unit::Cases,
        amount,
        maturity,
        from_closing: false,
        is_revised: false,
    }
}

/// A figure set against the one of a year before, as it is said in English and in Chinese.
fn change(indicator: &str, now: Amount, before: Amount, maturity: Maturity) -> [String; 2] {
    let of = &EXAMPLE.sections[0];
    let period = Period::holding(PeriodKind::Year, Month::from_ym(2011, 1), 1);
    let earlier = period.year_before().unwrap();
    let sheet = |period: Period, amount: Amount, maturity: Maturity| crate::indicators::Sheet {
        scope: Scope::Overall,
        period,
        maturity,
        figures: vec![figure(indicator, amount, maturity)],
        days: Vec::new(),
        balance: None,
        ages: None,
    };
    let sheets = vec![
        sheet(earlier, before, Maturity::Final),
        sheet(period, now, maturity),
    ];
    let section = Section::new(of.dataset.clone(), of.intake.clone(), of.as_of, sheets);
    let mut family = change::Family::default();
    family.ask_both(&section, &Scope::Overall, &period, &[indicator.to_owned()]);
    let changes = family.judge();
    ["en", "zh-CN"].map(|lang| {
        let words = Words::for_lang(&Lang(lang.into()));
        let voice = Voice::new(&EXAMPLE, &words);
        let text = |span: &Span| match span {
            Span::Text(text) | Span::Strong(text) => text.clone(),
            _ => String::new(),
        };
        let said = voice.change(&section, &changes, &Scope::Overall, &period, indicator);
        said.0.iter().map(text).collect()
    })
}

fn rate(numerator: u64, denominator: u64) -> Amount {
    let base = Base {
        numerator,
        denominator,
    };
    Amount::Rate(base, crate::indicators::wilson(base).unwrap())
}

#[test]
fn a_change_is_said_with_its_size_and_the_earlier_value() {
    let count = Amount::Count;
    assert_eq!(
        change("received", count(10_170), count(9_571), Maturity::Final),
        [
            "6.3% more than the year before (9,571)",
            "比上年增加6.3%（上年9,571件）"
        ]
    );
    assert_eq!(
        change(
            "received",
            count(8_962),
            count(9_571),
            Maturity::Provisional
        ),
        [
            "6.4% fewer than the year before (9,571)",
            "比上年减少6.4%（上年9,571件）"
        ]
    );
    assert_eq!(
        change("received", count(40), count(19), Maturity::Final),
        ["19 the year before", "上年19件"]
    );
    assert_eq!(
        change("received", count(41), count(40), Maturity::Final),
        [
            "no clear change on the year before (40)",
            "与上年相比无明显变化（上年40件）"
        ]
    );
    assert_eq!(
        change("received", count(40), count(40), Maturity::Partial)[1],
        "不作比较：数据没有覆盖整个2011年"
    );
    assert_eq!(
        change(
            "on_time_rate:x",
            rate(6_413, 9_926),
            rate(5_391, 9_543),
            Maturity::Final
        ),
        [
            "rose by 8.1 points (6.7 to 9.5) on the year before (56.5%)",
            "比上年上升8.1个百分点（6.7～9.5），上年为56.5%"
        ]
    );
    assert_eq!(
        change(
            "answer_rate",
            rate(9, 10),
            rate(8, 10),
            Maturity::Provisional
        )[0],
        "not compared: still provisional"
    );
}

#[test]
fn a_value_that_is_not_there_says_why() {
    let base = Base {
        numerator: 3,
        denominator: 7,
    };
    let said = |amount: Amount| {
        ["en", "zh-CN"].map(|lang| {
            let words = Words::for_lang(&Lang(lang.into()));
            let voice = Voice::new(&EXAMPLE, &words);
            let figure = figure("on_time_rate:x", amount, Maturity::Final);
            format!("{}: {}", voice.value(&figure), voice.base(&figure))
        })
    };
    assert_eq!(
        said(Amount::SmallBase(base)),
        [
            "–: 3 of 7 due; base under 10: counts only, no rate",
            "–: 到期7件中3件；基数不足10件：只列件数，不算比率"
        ]
    );
    assert_eq!(
        said(Amount::None(Reason::NoCases, None)),
        [
            "–: no case to divide by; this is not 0%",
            "–: 没有可作分母的件，并非0%"
        ]
    );
    assert_eq!(
        said(Amount::None(Reason::NotReached, Some(base))),
        [
            "not reached: so many are still waiting that the level is not reached; 7 cases, fewer than 5 of them still waiting",
            "未达到: 仍在等待的件尚多，还达不到这一比例；7件，其中仍在等待的不足5件"
        ]
    );
    let many = Base {
        numerator: 30,
        denominator: 70,
    };
    assert_eq!(
        said(Amount::None(Reason::NotReached, Some(many))),
        [
            "not reached: so many are still waiting that the level is not reached; 70 cases, 40 of them still waiting",
            "未达到: 仍在等待的件尚多，还达不到这一比例；70件，其中40件仍在等待"
        ]
    );
}

/// What a report in words says, a paragraph a line.
fn report_of(page: &Page) -> String {
    let part = page.parts.iter().find(|part| part.id == "report");
    let part = part.unwrap_or_else(|| panic!("{} has no report", page.key));
    let mut said = String::new();
    for block in &part.blocks {
        let Block::Prose(nodes) = block else {
            panic!("a report is prose");
        };
        for each in nodes {
            let Node::Paragraph(runs) = each else {
                panic!("{}: {each:?}", page.key);
            };
            said.push_str(&node::plain(runs));
            said.push('\n');
        }
    }
    said
}

/// Marks of a sentence that fell apart where a figure is not there.
const BROKEN: [&str; 16] = [
    "  ", " .", " ,", ",,", ",.", ";.", "..", "()", "（）", "，。", "，，", "；。", "。。", "{",
    "}", "%]",
];

#[test]
fn every_report_of_the_example_is_in_whole_sentences() {
    let mut reports = 0;
    for id in pages(&EXAMPLE) {
        let is_report = matches!(id.subject, Subject::Period(..) | Subject::Member(..));
        if !is_report {
            continue;
        }
        let page = page(&EXAMPLE, &id);
        // The short page of a member of whom little can be told says why instead.
        if page.parts.iter().any(|part| part.id == "why") {
            continue;
        }
        let said = report_of(&page);
        reports += 1;
        for broken in BROKEN {
            assert!(
                !said.contains(broken),
                "{} {}: {said}",
                id.lang.tag(),
                id.key
            );
        }
        for line in said.lines() {
            assert!(line.ends_with(['.', '。']), "{}: {line}", id.key);
        }
    }
    assert!(reports > 100, "{reports}");
}

/// The built-in reports and the site's own, on every shape a figure can take.
#[test]
fn a_report_says_what_the_page_beside_it_says() {
    for id in pages(&EXAMPLE) {
        let Subject::Period(at, period) = &id.subject else {
            continue;
        };
        let section = &EXAMPLE.sections[*at];
        let words = Words::for_lang(&id.lang);
        let format = Format::new(&words);
        let said = report_of(&page(&EXAMPLE, &id));
        let figure = |id: &str| {
            let figure = section.figure(&Scope::Overall, period, id);
            figure.map(|figure| figure.amount)
        };
        if let Some(Amount::Count(received)) = figure("received")
            && received > 0
        {
            assert!(
                said.contains(&format.number(received)),
                "{}: {said}",
                id.key
            );
        }
        if let Some(Amount::Rate(base, _)) = figure("effective_acceptance_rate")
            && base.numerator < base.denominator
        {
            let rest = base.denominator - base.numerator;
            let apart = format.rate(rest, base.denominator);
            assert!(said.contains(&apart), "{}: {said}", id.key);
        }
    }
}
