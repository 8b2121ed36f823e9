//! No withheld count stands anywhere in what is published. Counts under 1,000 are small here, so that those over 500 are numbers
//! that nothing else on a page has; the same site with `min_cell = 1` tells which they are.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use crate::program::{answerable, build, scratch, write_site};

/// Counts under it are small.
const LEAST: u64 = 1_000;

const SITE: &str = r#"
[site]
title = "How we answer"
base_url = "https://small.example/"
languages = ["en", "zh-CN"]
[periods]
kinds = ["year"]
as_of = "2024-12-31"
[privacy]
min_base = 10
"#;

const DATASET: &str = r#"
title = "Cases"
files = ["*.csv"]
coverage = { from = "2024-01-01", to = "2024-12-31" }
[columns]
id = "id"
received = "received"
responded = "responded"
closed = "responded"
outcome = "outcome"
department = "department"
topic = "topic"
[[dimension]]
id = "department"
label = "Department"
pages = true
[[dimension]]
id = "topic"
label = "Topic"
[outcomes]
"answered" = "resolved"
"in hand" = "open"
"double" = "duplicate"
[[clock]]
id = "response"
label = "First answer"
from = "received"
to = "responded"
within = "15 days"
days = [5, 30]
"#;

const TEXT: &str = r#"+++
title = "About Alder"
+++

Alder had {{ figure(dataset="cases", indicator="received", period="2024", dimension="department", member="Alder") }} cases.
"#;

const DEPARTMENTS: [(&str, u64); 4] = [
    ("Alder", 787),
    ("Birch", 613),
    ("Cedar", 4_501),
    ("Dogwood", 5_307),
];

fn write_cases(root: &Path) {
    let mut export = String::from("id,received,responded,outcome,department,topic\n");
    let day = |number: u64| {
        let (month, day) = (number / 28, number % 28);
        format!("{}-{:02}-{:02}", 2024 + month / 12, month % 12 + 1, day + 1)
    };
    for (department, cases) in DEPARTMENTS {
        for case in 0..cases {
            let received = case * 37 % 336;
            let answered = received + (case * case + 7 * case) % 40;
            let is_open = case % 11 == 0;
            let outcome = match case {
                case if case % 29 == 3 => "double",
                _ if is_open => "in hand",
                _ => "answered",
            };
            let answered = if is_open {
                String::new()
            } else {
                day(answered)
            };
            let topic =
                ["Roads", "Water", "Noise"][usize::from(case % 5 > 1) + usize::from(case % 5 > 3)];
            writeln!(
                export,
                "{department}-{case},{},{answered},{outcome},{department},{topic}",
                day(received)
            )
            .expect("a text can be written to");
        }
    }
    let files = [
        ("data/cases/dataset.toml", DATASET),
        ("data/cases/2024.csv", &export),
        ("content/en/alder.md", TEXT),
        ("content/zh-CN/alder.md", TEXT),
    ];
    write_site(root, &files);
}

fn configure(root: &Path, min_cell: u64) {
    let text = format!("{SITE}min_cell = {min_cell}\n");
    std::fs::write(root.join("answerable.toml"), text).expect("the configuration");
}

/// Every published text with its path. Lengths and digests of files are of no person.
fn texts(out: &Path) -> BTreeMap<PathBuf, String> {
    walkdir::WalkDir::new(out)
        .into_iter()
        .map(|entry| entry.expect("the folder can be walked").into_path())
        .filter(|path| path.is_file())
        .filter(|path| !path.ends_with("manifest.json") && !path.ends_with("datapackage.json"))
        .filter_map(|path| {
            let is_page = path.extension().is_some_and(|end| end == "html");
            let text = std::fs::read_to_string(&path).ok()?;
            Some((path, if is_page { words(&text) } else { text }))
        })
        .filter(|(path, _)| {
            path.extension()
                .is_none_or(|end| end != "css" && end != "svg")
        })
        .collect()
}

/// The text of a page without its tags.
fn words(page: &str) -> String {
    let mut pieces = page.split('<');
    let mut text = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        text.push(' ');
        text.push_str(piece.split_once('>').map_or("", |(_, after)| after));
    }
    text
}

/// The whole numbers of a text: no shares, decimals or parts of words.
fn numbers(text: &str) -> BTreeSet<u64> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || ",._%-".contains(c);
    text.split(|c: char| !is_part(c))
        .flat_map(|word| {
            let word = word.trim_matches([',', '.', '-']);
            let cells = word.split(',');
            let is_grouped = word.split(',').skip(1).all(|cell| cell.len() == 3);
            let whole = is_grouped.then(|| word.replace(',', ""));
            cells.map(str::to_owned).chain(whole).collect::<Vec<_>>()
        })
        .filter_map(|word| word.parse().ok())
        .collect()
}

/// The small counts that the files of figures print.
fn small(out: &Path) -> BTreeSet<u64> {
    let mut found = BTreeSet::new();
    for (path, text) in texts(out) {
        let is_figures = path.ends_with("figures.csv") || path.to_string_lossy().contains("pairs");
        if !is_figures || path.extension().is_none_or(|end| end != "csv") {
            continue;
        }
        for line in text.lines().skip(1) {
            let cells: Vec<&str> = line.split(',').collect();
            // Numerator and denominator stand before low, high, status and unit.
            let last = cells.len() - 4;
            let counts = cells[last - 2..last]
                .iter()
                .filter_map(|cell| cell.parse().ok());
            found.extend(counts.filter(|count| (500..LEAST).contains(count)));
        }
    }
    found
}

#[test]
fn a_withheld_count_stands_in_no_file() {
    let root = scratch("withheld");
    write_cases(&root);
    let open = root.join("open");
    configure(&root, 1);
    build(&root, &open, &[], &[]);
    let small = small(&open);
    assert!(small.contains(&787) && small.contains(&613), "{small:?}");
    assert!(small.len() > 12, "{small:?}");

    // Into a folder of its own, and over what was once published openly.
    let (out, over) = (root.join("public"), root.join("over"));
    build(&root, &over, &[], &[]);
    configure(&root, LEAST);
    build(&root, &out, &[], &[]);
    let folders = [&root, &over].map(|path| path.to_str().expect("UTF-8"));
    let again = answerable(
        &[
            "build", "--no-pdf", "--root", folders[0], "--out", folders[1],
        ],
        &[],
    );
    let told = String::from_utf8_lossy(&again.stderr);
    assert!(again.status.success(), "{told}");
    assert!(
        told.contains("note[withheld]: ") && told.contains("figures of members"),
        "{told}"
    );
    assert!(told.contains("warning[small-numbers-known]: "), "{told}");
    // What is withheld now can be withheld the next time too, when that is the last publication.
    std::fs::remove_dir_all(root.join(".answerable")).expect("what is kept can be removed");
    build(&root, &over, &[], &[]);

    let mut read = 0;
    for folder in [&out, &over] {
        for (path, text) in texts(folder) {
            read += 1;
            let found: Vec<u64> = numbers(&text).intersection(&small).copied().collect();
            assert!(found.is_empty(), "{}: {found:?}", path.display());
        }
    }
    assert!(read > 50, "{read} files were read");

    let page = |path: &str| words(&std::fs::read_to_string(out.join(path)).expect("a page"));
    let alder = page("cases/department/alder/index.html");
    assert!(
        alder.contains("How many cases came in is not told (withheld: "),
        "{alder}"
    );
    assert!(alder.contains("[c]"), "{alder}");
    let index = page("cases/department/index.html");
    assert!(
        index.contains("2 are not drawn: their counts are withheld [c]"),
        "{index}"
    );
    assert!(page("alder/index.html").contains("(number withheld)"));
    assert!(page("zh-CN/alder/index.html").contains("（件数不公布）"));
}

#[test]
fn the_office_is_told_a_withheld_count_and_that_it_is_withheld() {
    let root = scratch("withheld-explained");
    write_cases(&root);
    configure(&root, LEAST);
    let folder = root.to_str().expect("UTF-8");
    let explain = |figure: &str| {
        let told = answerable(&["explain", figure, "--root", folder], &[]);
        String::from_utf8(told.stdout).expect("UTF-8")
    };
    let alder = explain("cases/department=Alder/year/2024/received");
    assert!(
        alder.contains("787") && alder.contains("withheld there"),
        "{alder}"
    );
    let all = explain("cases/year/2024/received");
    assert!(all.contains("11,208") && !all.contains("withheld"), "{all}");
}

#[test]
fn a_member_is_shown_by_kinds_of_period_of_which_most_numbers_hold() {
    let root = scratch("withheld-finest");
    write_cases(&root);
    let site = SITE.replace(r#"["year"]"#, r#"["year", "month"]"#);
    let site = format!("{site}min_cell = 60\n");
    std::fs::write(root.join("answerable.toml"), site).expect("the configuration");
    let out = root.join("public");
    build(&root, &out, &[], &[]);
    let page = |path: &str| words(&std::fs::read_to_string(out.join(path)).expect("a page"));
    let not_shown = "Months are not shown: most of these numbers would be withheld [c]";
    let is_shown = |text: &str| text.contains("Months side by side");

    let birch = page("cases/department/birch/compare/index.html");
    assert!(birch.contains(not_shown) && !is_shown(&birch), "{birch}");
    let dogwood = page("cases/department/dogwood/compare/index.html");
    assert!(
        is_shown(&dogwood) && !dogwood.contains(not_shown),
        "{dogwood}"
    );
    let birch = page("cases/department/birch/index.html");
    assert!(
        birch.contains(not_shown) && !birch.contains("May 2024"),
        "{birch}"
    );
    let dogwood = page("cases/department/dogwood/index.html");
    assert!(
        dogwood.contains("May 2024") && !dogwood.contains(not_shown),
        "{dogwood}"
    );
    assert!(page("zh-CN/cases/department/birch/compare/index.html").contains("不列各月"));
    // Of all cases every kind is shown, whatever is withheld.
    assert!(is_shown(&page("cases/compare/index.html")));
}
