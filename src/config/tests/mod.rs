//! Whole configurations, written into a folder of their own and read back.

mod faults;
mod reference;

use std::fs;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use super::*;
use crate::case::{Exclusion, Limit, Outcome};
use crate::time::PeriodKind;

/// A site's folder for one test, deleted at its end.
struct Folder(PathBuf);

impl Folder {
    fn new(files: &[(&str, &str)]) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("answerable-config-{}-{number}", std::process::id());
        let folder = Self(std::env::temp_dir().join(name));
        for (path, text) in files {
            folder.write(path, text.as_bytes());
        }
        folder
    }

    fn write(&self, path: &str, bytes: &[u8]) {
        let path = self.0.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    fn read(&self) -> (Option<Site>, Diagnostics) {
        let mut diagnostics = Diagnostics::new();
        let site = read(&self.0, &Overrides::default(), &mut diagnostics);
        (site, diagnostics)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A site's file with nothing but what must be there.
const PLAIN_SITE: &str = "[site]\ntitle = \"T\"\nbase_url = \"https://example.org/\"\n";

/// A data set's file with nothing but what must be there.
const PLAIN_DATASET: &str = "[columns]\nreceived = \"Received\"\n";

const FULL_SITE: &str = r#"
[site]
title = { en = "How we answer", "zh-CN" = "件件有回音" }
base_url = "https://example.gov/answers"
languages = ["en", "zh-CN"]
theme = "default"
timezone = "Asia/Shanghai"

[periods]
kinds = ["month", "year", "half-year"]
year_starts = "04-01"
settle = 120
as_of = 2025-01-31

[privacy]
min_cell = 3
min_base = 20

[open_data]
max_figures = 1_000

[publish]
case_pages = false
[print]
periods = ["month"]
layouts = ["brief", "report"]
paper = ["a4", "us-letter"]
fonts = "data"
[aliases.hotline.district]
"Old" = "Older"
"Older" = "N"
[revisions]
[redaction]
mode = "mask"
allow = ["12345"]
off = ["plate"]
[search]
enabled = false
cases = false
"#;

const FULL_DATASET: &str = r#"
title = { en = "Hotline cases", "zh-CN" = "热线工单" }
source = "Hotline centre"
licence = "CC BY 4.0"
notice = { en = "Made up", "zh-CN" = "虚构" }
files = ["*.csv", "old/*.csv.gz"]
encoding = "gb2312"
delimiter = ";"
header = ["工单编号", "投诉日期", "", ""]
dates = ["%Y-%m-%d %H:%M:%S", "%Y/%m/%d"]
timezone = "Asia/Urumqi"
nothing = ["None", "N/A"]
yes = ["是"]
repeated_id = "keep-latest = 更新时间"
coverage = { from = "2023-01-01", to = "2025-01-31" }
only = "answered"
unknown_outcome = "reject"
max_rejected = "0.5 %"
population = { dimension = "district", file = "population.csv" }

[columns]
id = "工单编号"
received = ["投诉日期", "咨询日期"]
acknowledged = "签收时间"
responded = "首次答复时间"
closed = "办结时间"
due = "办理时限"
extended_due = "延期时限"
status = "状态"
outcome = "办理结果"
rating = "满意度"
reopened = "是否重办"
reopened_at = "重办时间"
first_closed = "首次办结"
transfers = "转办次数"
escalation = "来源级别"
title = "标题"
summary = "内容"
response = "答复"
publish = "是否公开"
district = "区县"
department = "承办单位"
group = "分组"

[[dimension]]
id = "district"
label = { en = "District", "zh-CN" = "区县" }

[[dimension]]
id = "department"
pages = true
parent = "district"
peers = "group"

[[dimension]]
id = "group"

[outcomes]
"已办结并反馈" = "resolved"
"重复件" = "duplicate"
"*" = "closed"

[statuses]
"已转办" = "open"

[escalations]
"重复" = "repeated"

[ratings]
satisfied = ["满意", "5"]
neutral = "一般"
dissatisfied = ["不满意"]
not_reached = ["未接通"]

[[clock]]
id = "response"
label = { en = "First answer", "zh-CN" = "首次答复" }
from = "received"
to = "responded"
within = "5 working days"
days = [30, 1, 5]
calendar = "cn"
policy = "policy/time-limits#article-4"
where = { group = { "应急" = "24 hours" } }

[[clock]]
id = "closing"
to = "closed"
due = "due"

[labels]
department = "departments.csv"

[labels.district]
"N" = { en = "North", "zh-CN" = "北区" }

[[series_break]]
date = "2024-04-01"
note = { en = "Two departments merged" }
"#;

fn full() -> Folder {
    Folder::new(&[
        ("answerable.toml", FULL_SITE),
        ("data/hotline/dataset.toml", FULL_DATASET),
        ("data/hotline/10.csv", ""),
        ("data/hotline/2.csv", ""),
        ("data/hotline/.hidden.csv", ""),
        ("data/hotline/old/2020.csv.gz", ""),
        (
            "data/hotline/population.csv",
            "\u{feff}member,year,number\nN,2024,1200\n",
        ),
        (
            "data/hotline/departments.csv",
            "member,en,zh-CN\n城管局,Urban management,\n",
        ),
        (
            "data/calendars/cn.toml",
            "weekend = [\"Saturday\", \"sun\"]\nholidays = [\"2025-01-01\", { from = 2025-10-01, to = 2025-10-08 }]\nworkdays = [\"2025-01-26\"]\n",
        ),
    ])
}

#[test]
fn every_key_arrives() {
    let folder = full();
    let (site, told) = folder.read();
    assert_eq!(told.human(), "");
    let site = site.unwrap();
    let (en, zh) = (Lang("en".into()), Lang("zh-CN".into()));
    assert_eq!(site.title.get(&zh), "件件有回音");
    assert_eq!(site.base_url, "https://example.gov/answers/");
    assert_eq!(site.languages, [en.clone(), zh.clone()]);
    assert_eq!(site.zone.name(), "Asia/Shanghai");
    assert_eq!(
        site.periods.kinds,
        [
            PeriodKind::All,
            PeriodKind::Year,
            PeriodKind::HalfYear,
            PeriodKind::Month
        ]
    );
    assert_eq!((site.periods.year_starts, site.settle), (4, 120));
    assert_eq!(site.as_of, Day::parse("2025-01-31"));
    assert!(!site.case_pages);
    assert!(!site.search.is_on && !site.search.cases);
    assert_eq!(site.redaction.mode, Masking::Mask);
    assert_eq!(site.redaction.allow, ["12345"]);
    assert_eq!(site.redaction.off, [Kind::Plate].into());
    let names = &site.datasets[0].aliases[0];
    assert_eq!((names["Old"].as_str(), names["Older"].as_str()), ("N", "N"));
    assert_eq!(
        (site.min_cell, site.min_base, site.max_figures),
        (3, 20, 1_000)
    );

    let [data] = &site.datasets[..] else {
        panic!("one data set")
    };
    assert_eq!(data.id, "hotline");
    assert_eq!(data.notice.get(&zh), "虚构");
    assert_eq!(
        data.files,
        [
            "data/hotline/2.csv",
            "data/hotline/10.csv",
            "data/hotline/old/2020.csv.gz"
        ]
    );
    assert_eq!(data.encoding.as_deref(), Some("GBK"));
    assert_eq!(data.delimiter, Some(b';'));
    assert_eq!(data.header.as_ref().map(Vec::len), Some(4));
    assert_eq!(data.zone.name(), "Asia/Urumqi");
    assert!(data.nothing.contains("") && data.nothing.contains("None"));
    assert_eq!(data.repeated_id, RepeatedId::KeepLatest("更新时间".into()));
    assert_eq!(
        data.coverage,
        Day::parse("2023-01-01").zip(Day::parse("2025-01-31"))
    );
    assert_eq!(data.unknown_outcome, UnknownOutcome::Reject);
    assert_eq!(data.max_rejected, 5_000);
    assert_eq!(data.columns.len(), 19);
    assert_eq!(data.columns[&Field::Received], ["投诉日期", "咨询日期"]);
    assert_eq!(data.publish, Publish::Marked);
    assert_eq!(
        data.outcomes.get("重复件"),
        Some(Word::Excluded(Exclusion::Duplicate))
    );
    assert_eq!(data.outcomes.get("?"), Some(Word::Outcome(Outcome::Closed)));
    assert_eq!(
        data.statuses.get("已转办"),
        Some(Word::Outcome(Outcome::Open))
    );
    assert_eq!(data.escalations.get("重复"), Some(Escalation::Repeated));
    assert_eq!(data.ratings.get("一般"), Some(Rating::Neutral));
    assert_eq!(data.breaks[0].date.to_string(), "2024-04-01");

    let people = data.population.as_ref().unwrap();
    assert_eq!(
        (people.dimension, people.numbers[&("N".into(), 2024)]),
        (0, 1_200)
    );
    let scheme = &data.scheme;
    assert!(scheme.only_answered && scheme.has(Field::ExtendedDue));
    assert_eq!(scheme.dimensions[1].parent, Some(0));
    assert!(scheme.dimensions[1].pages && !scheme.dimensions[0].pages);
    assert_eq!(data.dimension_columns, [["区县"], ["承办单位"], ["分组"]]);
    assert_eq!(data.dimension_texts[1].peers.as_deref(), Some("group"));
    assert_eq!(data.dimension_texts[1].members["城管局"].get(&zh), "城管局");
    assert_eq!(data.dimension_texts[0].members["N"].get(&zh), "北区");

    let clock = &scheme.clocks[0];
    assert_eq!((clock.from, clock.to), (Field::Received, Field::Responded));
    assert_eq!(clock.limit, Some(Limit::WorkingDays(5)));
    assert_eq!(clock.days, [1, 5, 30]);
    assert_eq!(clock.exceptions[&(2, "应急".into())], Limit::Hours(24));
    assert_eq!(clock.zone, "Asia/Urumqi");
    assert_eq!(clock.calendar.holidays.len(), 9);
    assert_eq!(clock.calendar.weekend, BTreeSet::from([5, 6]));
    assert!(scheme.clocks[1].due && scheme.clocks[1].limit.is_none());
    assert_eq!(
        data.clock_texts[0].policy.as_deref(),
        Some("policy/time-limits#article-4")
    );
    assert_eq!(data.clock_texts[1].label.get(&en), "closing");
}

#[test]
fn a_plain_site_has_the_usual_values() {
    let folder = Folder::new(&[
        ("answerable.toml", PLAIN_SITE),
        ("data/requests/dataset.toml", PLAIN_DATASET),
        ("data/requests/b.csv.gz", ""),
        ("data/requests/a.tsv", ""),
        ("data/requests/~$c.xlsx", ""),
        ("data/requests/readme.md", ""),
    ]);
    let (site, told) = folder.read();
    assert_eq!(told.human(), "");
    let site = site.unwrap();
    assert_eq!(site.languages, [Lang("en".into())]);
    assert_eq!((site.theme.as_str(), site.zone.name()), ("default", "UTC"));
    assert_eq!(site.periods, PeriodRules::default());
    assert_eq!((site.settle, site.as_of), (90, None));
    assert_eq!(
        (site.min_cell, site.min_base, site.max_figures),
        (5, 10, 5_000_000)
    );
    let data = &site.datasets[0];
    assert_eq!(data.title.get(&Lang("en".into())), "requests");
    assert_eq!(
        data.files,
        ["data/requests/a.tsv", "data/requests/b.csv.gz"]
    );
    assert_eq!(
        (data.max_rejected, data.publish),
        (20_000, Publish::Nothing)
    );
    assert_eq!(data.repeated_id, RepeatedId::KeepLast);
    let [clock] = &data.scheme.clocks[..] else {
        panic!("the default clock")
    };
    assert_eq!(
        (clock.id.as_str(), clock.to),
        ("response", Field::Responded)
    );
    assert!(!clock.has_deadline());
}

#[test]
fn the_default_clock_ends_with_closing_where_only_that_is_dated() {
    let folder = Folder::new(&[
        ("answerable.toml", PLAIN_SITE),
        (
            "data/a/dataset.toml",
            "[columns]\nreceived = \"R\"\nclosed = \"C\"\n",
        ),
        ("data/a/a.csv", ""),
    ]);
    let site = folder.read().0.unwrap();
    assert_eq!(site.datasets[0].scheme.clocks[0].to, Field::Closed);
}

#[test]
fn a_site_of_texts_alone_is_a_note() {
    let folder = Folder::new(&[("answerable.toml", PLAIN_SITE)]);
    let (site, told) = folder.read();
    assert_eq!(site.unwrap().datasets.len(), 0);
    assert!(
        told.human().starts_with("note[no-data-sets]"),
        "{}",
        told.human()
    );
}

#[test]
fn the_command_line_wins_over_the_configured_date() {
    let text = format!("{PLAIN_SITE}[periods]\nas_of = \"2025-01-31\"\n");
    let folder = Folder::new(&[("answerable.toml", &text)]);
    let overrides = Overrides {
        as_of: Day::parse("2024-12-31"),
    };
    let site = read(&folder.0, &overrides, &mut Diagnostics::new()).unwrap();
    assert_eq!(site.as_of, overrides.as_of);
}
