//! A data set of three hundred members with long names: no page is too heavy for a phone, and every member can be reached.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use crate::program::{build, scratch, write_site};

/// The heaviest a page may be, in bytes.
const HEAVIEST: usize = 60_000;

const SITE: &str = r#"
[site]
title = "Many offices"
base_url = "https://many.example/"
languages = ["en", "zh-CN"]
[periods]
kinds = ["year", "quarter"]
as_of = "2024-12-31"
[privacy]
min_cell = 1
min_base = 2
"#;

const DATASET: &str = r#"
title = "Cases"
files = ["*.csv"]
coverage = { from = "2024-01-01", to = "2024-12-31" }
[columns]
id = "id"
received = "received"
responded = "responded"
office = "office"
[[dimension]]
id = "office"
label = "Office"
pages = true
[[clock]]
id = "response"
label = "First answer"
from = "received"
to = "responded"
within = "15 days"
"#;

/// A site with three hundred offices of eight cases each, built.
fn site() -> PathBuf {
    let root = scratch("many");
    let mut export = String::from("id,received,responded,office\n");
    for office in 0..300 {
        for case in 0..8 {
            let day = 1 + (office * 7 + case * 3) % 27;
            let month = 1 + case;
            let answered = month + (office + case) % 2;
            writeln!(
                export,
                "{office}-{case},2024-{month:02}-{day:02},2024-{answered:02}-28,Directorate for Neighbourhoods Housing and Lighting No {office:03}"
            )
            .expect("a text can be written to");
        }
    }
    let files = [
        ("answerable.toml", SITE),
        ("data/cases/dataset.toml", DATASET),
        ("data/cases/2024.csv", &export),
    ];
    write_site(&root, &files);
    let out = root.join("public");
    build(&root, &out, &[], &[]);
    out
}

fn pages(folder: &Path) -> Vec<PathBuf> {
    walkdir::WalkDir::new(folder)
        .into_iter()
        .map(|entry| entry.expect("the folder can be walked").into_path())
        .filter(|path| path.extension().is_some_and(|end| end == "html"))
        .collect()
}

#[test]
fn three_hundred_members_take_pages_that_a_phone_can_carry() {
    let out = site();
    let heavy: Vec<(usize, PathBuf)> = pages(&out)
        .into_iter()
        .map(|path| (std::fs::read(&path).expect("a page").len(), path))
        .filter(|(weight, _)| *weight > HEAVIEST)
        .collect();
    assert!(heavy.is_empty(), "{heavy:?}");

    let offices = out.join("cases/office");
    let mut linked: BTreeSet<String> = BTreeSet::new();
    for index in ["index.html".to_owned()]
        .into_iter()
        .chain((2..=5).map(|page| format!("page.{page}/index.html")))
    {
        let page = std::fs::read_to_string(offices.join(&index)).expect("a piece of the index");
        let links = page.split("href=\"").skip(1);
        linked.extend(links.filter_map(|rest| {
            let slug = rest.strip_prefix("../").unwrap_or(rest).split('/').next()?;
            slug.starts_with("directorate").then(|| slug.to_owned())
        }));
    }
    assert_eq!(linked.len(), 300);
    assert!(!offices.join("page.6").exists());
}
