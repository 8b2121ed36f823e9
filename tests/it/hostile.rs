//! A site whose every text attacks its readers: 60 texts and pages under `content/`, and cells, names and labels of the export.
//! It must build, and no page of it may hold anything that runs. `tests/browser/hostile.mjs` opens the same pages in a browser.

use std::collections::BTreeSet;
use std::fs;

use walkdir::WalkDir;

use crate::bench::Bench;
use crate::markup::elements;
use crate::program::{build, repository};

/// Elements that run, load, or lead a reader away by themselves.
const FORBIDDEN: &[&str] = &[
    "iframe",
    "object",
    "embed",
    "form",
    "base",
    "frame",
    "applet",
    "input",
    "button",
    "animate",
    "set",
    "math",
    "foreignobject",
    "video",
    "audio",
    "source",
    "textarea",
];

/// A page without the line above its printed pages, which is a style of its own; left in place where a text could leave it.
fn without_running_head(html: &str) -> String {
    let start = "<style media=\"print\">@page{@top-left{content:\"";
    let end = "\"}}</style>";
    if let Some((before, rest)) = html.split_once(start)
        && let Some((words, after)) = rest.split_once(end)
        && !words.contains(['"', '\\', '<', '>', '\n'])
    {
        return format!("{before}{after}");
    }
    html.to_owned()
}

#[test]
fn nothing_that_a_text_or_a_cell_holds_can_run() {
    let bench = Bench::new("hostile");
    let root = repository().join("tests/hostile/site");
    let texts = WalkDir::new(root.join("content"))
        .into_iter()
        .flatten()
        .filter(|entry| entry.file_type().is_file())
        .count();
    assert!(texts >= 60, "only {texts} texts");
    let public = bench.path("public");
    build(&root, &public, &[], &[]);
    let mut wrong = Vec::new();
    let mut pages = 0;
    for entry in WalkDir::new(&public).into_iter().flatten() {
        let path = entry.path().to_string_lossy().into_owned();
        if !path.ends_with(".html") {
            continue;
        }
        pages += 1;
        let html = without_running_head(&fs::read_to_string(entry.path()).unwrap());
        let found = match elements(&html) {
            Ok(found) => found,
            Err(broken) => {
                wrong.push(format!("{path}: {broken}"));
                continue;
            }
        };
        // The search page has its own field and script, and each of them once.
        let mut own = if path.ends_with("/search/index.html") {
            vec!["form", "input", "button", "button", "script"]
        } else {
            Vec::new()
        };
        let mut ids = BTreeSet::new();
        for element in found {
            if let Some(id) = element.get("id").filter(|id| !ids.insert((*id).to_owned())) {
                wrong.push(format!("{path}: the id {id} stands twice"));
            }
            let name = element.name.to_lowercase();
            let is_data = element.get("type") == Some("application/ld+json");
            let is_script = element
                .get("src")
                .is_some_and(|src| src.ends_with("search.js"));
            if own.first() == Some(&name.as_str()) && (name != "script" || is_script) {
                own.remove(0);
            } else if FORBIDDEN.contains(&name.as_str()) || name == "script" && !is_data {
                wrong.push(format!("{path}: there is a {name}"));
            }
            if name == "style" && !path.ends_with("404.html") {
                wrong.push(format!("{path}: there is a style"));
            }
            if name == "meta" && element.get("http-equiv").is_some() {
                wrong.push(format!("{path}: meta leads away"));
            }
            for (attribute, value) in &element.attributes {
                let value = value.trim().to_lowercase();
                let is_handler = attribute.starts_with("on");
                let runs = ["javascript:", "data:", "vbscript:"]
                    .iter()
                    .any(|scheme| value.starts_with(scheme));
                let is_address =
                    ["href", "src", "action", "xlink:href"].contains(&attribute.as_str());
                if is_handler || runs && is_address {
                    wrong.push(format!("{path}: {name} has {attribute}={value}"));
                }
                let loads = attribute == "src" || attribute == "href" && name == "link";
                let is_outside = value.starts_with("http") || value.starts_with("//");
                let is_told_only = matches!(element.get("rel"), Some("canonical" | "alternate"));
                if loads && is_outside && !is_told_only {
                    wrong.push(format!("{path}: {name} loads {value}"));
                }
            }
        }
        if html
            .chars()
            .any(|c| c.is_control() && !matches!(c, '\n' | '\t' | '\r'))
        {
            wrong.push(format!("{path}: holds control characters"));
        }
    }
    assert!(pages > 200, "only {pages} pages");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
