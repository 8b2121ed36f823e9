//! Published cases on a built site: their pages and lists, and that no cell of an export can run in a reader's browser.

use std::fs;
use std::path::Path;

use crate::bench::Bench;
use crate::program::build;

const SITE: &str = r#"[site]
title = "How we answer"
base_url = "https://example.org/answers/"
languages = ["en", "zh-CN"]
timezone = "UTC"

[aliases.calls.department]
"Streets" = "Roads"
"#;

const DATASET: &str = r#"title = "Calls"
coverage = { from = "2024-01-01", to = "2024-12-31" }
publish_all = true

[columns]
id = "Case"
received = "Received"
closed = "Closed"
outcome = "Result"
department = "Department"
village = "Village"
reason = "Why"
title = "Title"
summary = "Asked"
response = "Answered"

[[dimension]]
id = "department"
label = "Department"
pages = true

[[dimension]]
id = "village"
parent = "department"

[[dimension]]
id = "reason"

[outcomes]
"Done" = "resolved"
"Explained" = "explained"
"Open" = "open"

[[clock]]
id = "closing"
label = "Closing"
to = "closed"
within = "10 days"
policy = "policy#article-4"
level = "90 %"
"#;

const POLICY: &str = "+++\ntitle = \"Limits\"\npromises = [\"#article-5\"]\n+++\n\n## Article 4 {#article-4}\n\nTen days.\n\n## Article 5 {#article-5}\n\nBe kind.\n";

/// Cells that would do harm where they were not escaped.
const HOSTILE: [&str; 6] = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "'-alert(1)-'",
    "{{ site.title }}{% for x in y %}",
    "]]></summary><script>alert(2)</script>",
    "javascript:alert(3)",
];

fn site(bench: &Bench) {
    let root = bench.path("site");
    fs::create_dir_all(root.join("data/calls")).unwrap();
    fs::write(root.join("answerable.toml"), SITE).unwrap();
    fs::write(root.join("data/calls/dataset.toml"), DATASET).unwrap();
    for lang in ["en", "zh-CN"] {
        fs::create_dir_all(root.join("content").join(lang)).unwrap();
        fs::write(root.join("content").join(lang).join("policy.md"), POLICY).unwrap();
    }
    let mut export =
        "Case,Received,Closed,Result,Department,Village,Why,Title,Asked,Answered\n".to_owned();
    for row in 0..120 {
        let text = HOSTILE[row % HOSTILE.len()].replace('"', "\"\"");
        let (closed, result) = match row % 10 {
            9 => ("", "Open"),
            8 => ("2024-03-20", "Explained"),
            _ => ("2024-03-08", "Done"),
        };
        let department = if row % 2 == 0 { "Streets" } else { "Roads" };
        export.push_str(&format!(
            "C-{row:03},2024-03-01,{closed},{result},{department},Hidden Hollow,Too costly,\"T{row} {text}\",\"S {text}\",\"R {text}\"\n"
        ));
    }
    fs::write(root.join("data/calls/2024.csv"), export).unwrap();
}

fn read(public: &Path, path: &str) -> String {
    fs::read_to_string(public.join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

#[test]
fn cases_have_pages_and_lists_and_nothing_in_them_runs() {
    let bench = Bench::new("cases");
    site(&bench);
    let public = bench.path("public");
    build(&bench.path("site"), &public, &[], &[]);
    for entry in walkdir::WalkDir::new(&public) {
        let entry = entry.unwrap();
        if entry.file_type().is_dir() {
            continue;
        }
        let path = entry
            .path()
            .strip_prefix(&public)
            .unwrap()
            .to_str()
            .unwrap();
        if path.ends_with(".html") || path.ends_with(".xml") {
            let text = read(&public, path);
            for harm in ["<script>alert", "<img src=x", "href=\"javascript:"] {
                assert!(!text.contains(harm), "{path} holds {harm}");
            }
            let is_case = path.contains("calls/cases/");
            assert!(
                !is_case || !text.contains("Hidden Hollow"),
                "{path} names the village"
            );
        }
    }
    // 108 closed cases: three pages; the twelve open ones are nowhere.
    let list = read(&public, "calls/cases/index.html");
    assert!(list.contains("108 answers are published here"), "{list}");
    assert!(read(&public, "calls/cases/by/page/3/index.html").contains("101 to 108 of 108"));
    assert!(!public.join("calls/cases/by/page/4").exists());
    assert!(!public.join("calls/cases/c-009").exists());
    assert!(read(&public, "calls/cases/by/reason/too-costly/index.html").contains("108 answers"));
    let explained = read(&public, "calls/cases/c-008/index.html");
    assert!(
        explained.contains("Why it could not be done as asked"),
        "{explained}"
    );
    assert!(
        explained.contains("March 2024") && !explained.contains("20 March"),
        "{explained}"
    );
    assert!(!read(&public, "calls/cases/c-007/index.html").contains("Why it could not be done"));
    assert!(read(&public, "zh-CN/calls/cases/c-008/index.html").contains("我们办的"));
    assert!(read(&public, "calls/cases/feed.xml").contains("calls/cases/c-008/"));
    // The renamed department counts as one, and its old address says so.
    assert!(read(&public, "calls/department/roads/index.html").contains("Latest answers"));
    let moved = read(&public, "calls/department/streets/index.html");
    assert!(
        moved.contains("Its cases are counted under Roads."),
        "{moved}"
    );
    let owed = read(&public, "calls/owed/index.html");
    assert!(owed.contains("Open cases by Department"), "{owed}");
}

#[test]
fn a_promise_is_judged_beside_its_article_and_silence_shows() {
    let bench = Bench::new("promises");
    site(&bench);
    let public = bench.path("public");
    build(&bench.path("site"), &public, &[], &[]);
    let promises = read(&public, "promises/index.html");
    // 96 of 120 within ten days: the interval lies below 90 %.
    assert!(
        promises.contains("80.0%") && promises.contains("Not kept."),
        "{promises}"
    );
    assert!(promises.contains("Promised, not measured") && promises.contains("Article 5"));
    let policy = read(&public, "policy/index.html");
    assert!(
        policy.contains("class=\"measured\"") && policy.contains("Not kept."),
        "{policy}"
    );
    assert!(read(&public, "zh-CN/policy/index.html").contains("未兑现。"));
}
