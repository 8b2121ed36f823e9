//! The report this program descends from: 103,833 calls and messages to a city's leaders between 26 September 2008 and the end of
//! 2010, 26.9 % of them set apart, 81 % satisfied, visits in person down by 40 %. Its rows are lost; these have its counts.

use std::fmt::Write as _;
use std::fs;

use crate::bench::{Bench, Chance};
use crate::program::build;

const SITE: &str = r#"[site]
title = { en = "Every matter gets an answer", "zh-CN" = "件件有着落、事事有回音" }
base_url = "https://example.org/answers/"
languages = ["zh-CN", "en"]
timezone = "Asia/Shanghai"

[periods]
kinds = ["year"]
"#;

const DATASET: &str = r#"title = { en = "Leaders' hotline", "zh-CN" = "市委书记、市长热线" }
coverage = { from = "2008-09-26", to = "2010-12-31" }
repeated_id = "error"

[columns]
id = "编号"
received = "受理日期"
closed = "办结日期"
outcome = "办理结果"
rating = "评价"
channel = "渠道"
level = "承办层级"

[[dimension]]
id = "channel"
label = { en = "Channel", "zh-CN" = "渠道" }

[[dimension]]
id = "level"
label = { en = "Level", "zh-CN" = "承办层级" }

[outcomes]
"已办结并反馈" = "resolved"
"因政策原因解释说明" = "explained"
"已启动办理" = "open"
"重复件" = "duplicate"
"要素残缺" = "incomplete"

[ratings]
satisfied = ["满意"]
dissatisfied = ["不满意"]
"#;

/// The town's own wording: who it went to, what became of it, and what changed, true for whatever period it stands on.
const REPORT: &str = r#"+++
title = "办理情况"
+++
{%- set visits = change(indicator="received", dimension="channel", member="来访", period="2010", against="2009", digits=0) %}

{% if period.kind == "all" -%}
{{ period.from }}至{{ period.to }}，共受理群众来电和各类信息{{ received }}，其中重复、要素残缺的占{{ accepted.rest_share }}，有效受理率{{ accepted.value }}，群众满意率{{ figure(indicator="satisfaction_rate", digits=0, base=false) }}，{% if visits.fell %}2010年群众来访比上年下降{{ visits.size }}{% elif visits.rose %}2010年群众来访比上年上升{{ visits.size }}{% else %}2010年群众来访与上年相比无明显变化{% endif %}。

交转县级部门{{ figure(indicator="valid", dimension="level", member="县级部门") }}、镇级部门{{ figure(indicator="valid", dimension="level", member="镇级部门") }}、村社区{{ figure(indicator="valid", dimension="level", member="村社区") }}；已办结并反馈{{ figure(indicator="outcome_resolved") }}，已启动办理{{ figure(indicator="outcome_open") }}，因政策原因解释说明{{ figure(indicator="outcome_explained") }}。
{%- endif %}
"#;

/// Rows of each year, valid and set apart, and how many of all of them came in person.
const YEARS: [(i64, u64, u64, u64); 3] = [
    // 2008 from 26 September, 2009, 2010: first day since 1970, valid, set apart, visits.
    (14_148, 12_400, 4_931, 400),
    (14_245, 32_100, 11_900, 1_500),
    (14_610, 31_402, 11_100, 900),
];
const DAYS: [u64; 3] = [97, 365, 365];

/// All rows, from a seed. Each count is exact; days and levels are by chance.
fn rows() -> String {
    let mut chance = Chance(2008);
    let mut csv = String::from("编号,受理日期,办结日期,办理结果,评价,渠道,承办层级\n");
    let (mut id, mut rated, mut open) = (0_u64, 0_u64, 0_u64);
    for ((first, valid, apart, visits), days) in YEARS.into_iter().zip(DAYS) {
        for index in 0..valid + apart {
            id += 1;
            let day = first + i64::try_from(chance.below(days)).unwrap();
            let channel = if index < visits { "来访" } else { "电话" };
            let level = usize::try_from(id % 5).unwrap().min(2);
            let (outcome, closed, rating) = if index >= valid {
                let word = if index % 2 == 0 {
                    "重复件"
                } else {
                    "要素残缺"
                };
                (word, String::new(), "")
            } else if index % 50 == 49 && open < 1_200 {
                open += 1;
                ("已启动办理", String::new(), "")
            } else {
                let last = 14_974;
                let closed = (day + i64::try_from(chance.below(20)).unwrap()).min(last);
                // 20,000 were asked; 16,200 of them were satisfied.
                let rating = if rated < 20_000 {
                    rated += 1;
                    if rated % 100 < 81 {
                        "满意"
                    } else {
                        "不满意"
                    }
                } else {
                    ""
                };
                let word = if index % 10 == 9 {
                    "因政策原因解释说明"
                } else {
                    "已办结并反馈"
                };
                (word, date(closed), rating)
            };
            let level = ["县级部门", "镇级部门", "村社区"][level];
            let received = date(day);
            writeln!(
                csv,
                "{id},{received},{closed},{outcome},{rating},{channel},{level}"
            )
            .unwrap();
        }
    }
    assert_eq!((id, rated), (103_833, 20_000));
    csv
}

fn date(days: i64) -> String {
    answerable::time::Day(i32::try_from(days).unwrap()).to_string()
}

/// The words of a page's report, without tags and hidden words.
fn report(page: &str) -> String {
    let start = page.find("id=\"report\"").expect("the page has a report");
    let end = page[start..].find("</section>").expect("it ends") + start;
    let html = &page[start..end];
    let mut words = String::new();
    let mut rest = html;
    while let Some((before, after)) = rest.split_once('<') {
        words.push_str(before);
        if after.starts_with("span class=\"hidden\"") {
            rest = after.split_once("</span>").expect("it closes").1;
        } else {
            rest = after.split_once('>').expect("a tag closes").1;
        }
    }
    words
}

#[test]
fn the_report_of_2010_comes_out_of_its_rows() {
    let bench = Bench::new("origin");
    let site = bench.path("site");
    let folder = site.join("data/hotline");
    fs::create_dir_all(&folder).unwrap();
    fs::create_dir_all(site.join("content/zh-CN/reports")).unwrap();
    fs::write(site.join("answerable.toml"), SITE).unwrap();
    fs::write(folder.join("dataset.toml"), DATASET).unwrap();
    fs::write(folder.join("2010.csv"), rows()).unwrap();
    fs::write(site.join("content/zh-CN/reports/period.md"), REPORT).unwrap();
    let public = bench.path("public");
    build(&site, &public, &[], &[]);

    let chinese = fs::read_to_string(public.join("hotline/all/all/index.html")).unwrap();
    let said = report(&chinese);
    let sentence = "2008年9月26日至2010年12月31日，共受理群众来电和各类信息103,833件[p]，其中重复、要素残缺的占26.9%，\
                    有效受理率73.1%[p]，群众满意率81%[p]，2010年群众来访比上年下降40%。";
    assert!(said.contains(sentence), "{said}");
    assert!(said.contains("因政策原因解释说明"), "{said}");

    // The built-in report, in the other language.
    let english = fs::read_to_string(public.join("en/hotline/all/all/index.html")).unwrap();
    let said = report(&english);
    for words in [
        "From 26 September 2008 to 31 December 2010, 103,833",
        "27,931 of them (26.9%) were set apart",
        "75,902 (73.1%",
        "81.0%",
        "for a reason of policy or law that was explained",
    ] {
        assert!(said.contains(words), "{words}: {said}");
    }
    // What is true of the whole is not said of a year that it is not true of.
    let year = fs::read_to_string(public.join("en/hotline/year/2008/index.html")).unwrap();
    assert!(report(&year).contains("do not cover the whole period"));
}
