//! Each mistake has its code, its place and its remedy: `faults.txt` holds broken files and what is said of them.
//!
//! A case is the files that differ from a plain site (`=== path`, then the text), an arrow, and the findings.

use super::*;
use crate::diag::Severity;

const FAULTS: &str = include_str!("faults.txt");

const ARROW: &str = "--->\n";

/// A case: its files, and what is said of them.
struct Case {
    files: Vec<(String, String)>,
    said: String,
}

fn cases() -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    let mut rest = FAULTS;
    while let Some((input, after)) = rest.split_once(ARROW) {
        let end = after.find("\n=== ").map_or(after.len(), |at| at + 1);
        let end = if after.starts_with("=== ") { 0 } else { end };
        let files = input
            .split("=== ")
            .skip(1)
            .map(|file| file.split_once('\n').unwrap())
            .map(|(path, text)| (path.to_owned(), text.to_owned()))
            .collect();
        cases.push(Case {
            files,
            said: after[..end].to_owned(),
        });
        rest = &after[end..];
    }
    cases
}

fn said(told: &Diagnostics) -> String {
    let mut said = String::new();
    for each in told.iter() {
        let word = match each.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        };
        said.push_str(&format!("{word} {}: {}\n", each.code, each.message));
        for place in &each.places {
            said.push_str(&format!("   at {place}\n"));
        }
        for hint in &each.hints {
            said.push_str(&format!("   hint: {hint}\n"));
        }
    }
    said
}

fn told_of(files: &[(String, String)]) -> Diagnostics {
    let folder = Folder::new(&[
        ("answerable.toml", PLAIN_SITE),
        ("data/a/dataset.toml", PLAIN_DATASET),
        ("data/a/a.csv", ""),
    ]);
    for (path, text) in files {
        folder.write(path, text.as_bytes());
    }
    let (site, told) = folder.read();
    assert_eq!(site.is_none(), told.has_errors(), "{}", told.human());
    told
}

#[test]
fn each_mistake_has_its_code_its_place_and_its_remedy() {
    let cases = cases();
    assert!(cases.len() > 100, "{} cases", cases.len());
    for case in cases {
        assert_eq!(said(&told_of(&case.files)), case.said, "{:#?}", case.files);
    }
}

#[test]
fn a_finding_without_a_remedy_does_not_exist() {
    for case in cases() {
        for each in told_of(&case.files).iter() {
            assert!(!each.hints.is_empty(), "{}", each.message);
        }
    }
}

#[test]
fn a_folder_without_a_site_is_one_message() {
    let (site, told) = Folder::new(&[("data/x/y.csv", "")]).read();
    assert!(site.is_none());
    let codes: Vec<&str> = told.iter().map(|each| &*each.code).collect();
    assert_eq!(codes, ["no-site"]);
}

#[test]
fn a_file_in_another_encoding_is_named_with_its_line() {
    let folder = Folder::new(&[("answerable.toml", PLAIN_SITE)]);
    let gb18030 = b"[columns]\nreceived = \"\xcd\xb6\xcb\xdf\"\n";
    folder.write("data/a/dataset.toml", gb18030);
    fs::create_dir_all(folder.0.join("data/b/dataset.toml")).unwrap();
    let said = said(&folder.read().1);
    assert!(said.contains("error not-utf8: data/a/dataset.toml is not written in UTF-8\n   at data/a/dataset.toml:2\n"), "{said}");
    assert!(
        said.contains(
            "error unreadable-file: could not read data/b/dataset.toml: it is a folder\n"
        ),
        "{said}"
    );
}

#[cfg(target_os = "linux")]
#[test]
fn a_file_name_that_is_not_utf8_is_told() {
    use std::os::unix::ffi::OsStrExt as _;
    let folder = Folder::new(&[("answerable.toml", PLAIN_SITE)]);
    folder.write("data/a/dataset.toml", PLAIN_DATASET.as_bytes());
    let name = std::ffi::OsStr::from_bytes(b"\xcd\xb6\xcb\xdf.csv");
    fs::write(folder.0.join("data/a").join(name), "").unwrap();
    let said = said(&folder.read().1);
    assert!(said.contains("error file-name-not-utf8: "), "{said}");
}

#[test]
fn every_code_of_the_room_is_tried() {
    let elsewhere = [
        "no-site",
        "not-utf8",
        "unreadable-file",
        "file-name-not-utf8",
        "no-data-sets",
    ];
    let tried: BTreeSet<&str> = FAULTS
        .lines()
        .filter_map(|line| {
            let mut words = line.split([' ', ':']);
            let severity = words.next()?;
            matches!(severity, "error" | "warning" | "note").then_some(words.next()?)
        })
        .chain(elsewhere)
        .collect();
    let mut codes = BTreeSet::new();
    let room = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/config");
    for entry in fs::read_dir(room).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|end| end != "rs") {
            continue;
        }
        let text = fs::read_to_string(path).unwrap();
        for opening in ["tell(", "warn(", "error(", "warning(", "note(", "choice("] {
            for (at, _) in text.match_indices(opening) {
                let after = text[at + opening.len()..].trim_start();
                if let Some(code) = after
                    .strip_prefix('"')
                    .and_then(|rest| rest.split('"').next())
                {
                    codes.insert(code.to_owned());
                }
            }
        }
    }
    assert!(codes.len() > 40, "{codes:?}");
    let untried: Vec<&String> = codes
        .iter()
        .filter(|code| !tried.contains(code.as_str()))
        .collect();
    assert_eq!(untried, Vec::<&String>::new());
}
