//! The rooms and their arrows: which room may use which, and which may touch the outside world.
//!
//! A new arrow is a change to this table, made on purpose.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Room → rooms it may use, in flow order. An arrow never points down this list.
const ARROWS: &[(&str, &[&str])] = &[
    ("time", &[]),
    ("text", &["time"]),
    ("diag", &[]),
    ("case", &["time"]),
    ("intake", &[]),
    ("redaction", &["time"]),
    ("config", &["text", "diag", "time", "case", "redaction"]),
    (
        "ingest",
        &["text", "diag", "time", "case", "intake", "config"],
    ),
    ("tree", &["diag"]),
    ("prose", &["diag"]),
    (
        "content",
        &["diag", "text", "time", "config", "tree", "prose"],
    ),
    ("theme", &["diag", "config"]),
    (
        "summaries",
        &["text", "diag", "time", "case", "redaction", "config"],
    ),
    ("tally", &["time", "case"]),
    ("indicators", &["text", "time", "case", "tally"]),
    ("previous", &["text", "diag", "time", "case", "indicators"]),
    ("privacy", &["time", "case", "indicators", "previous"]),
    (
        "report",
        &[
            "text",
            "diag",
            "time",
            "case",
            "intake",
            "config",
            "prose",
            "content",
            "redaction",
            "summaries",
            "indicators",
            "previous",
            "privacy",
        ],
    ),
    (
        "render",
        &[
            "diag",
            "text",
            "time",
            "intake",
            "config",
            "indicators",
            "previous",
            "report",
            "theme",
            "tree",
        ],
    ),
    ("publish", &["diag", "tree"]),
    ("shard", &["intake", "tally"]),
    ("cache", &["diag"]),
    (
        "flow",
        &[
            "text",
            "diag",
            "time",
            "case",
            "intake",
            "config",
            "ingest",
            "content",
            "theme",
            "redaction",
            "summaries",
            "tally",
            "indicators",
            "previous",
            "privacy",
            "report",
            "tree",
            "render",
            "publish",
            "shard",
            "cache",
        ],
    ),
    ("preview", &["diag", "cache", "flow"]),
    ("difference", &["diag", "previous"]),
    ("cli", &["diag", "time", "flow", "cache", "preview"]),
];

/// Rooms that may read or write files or sockets.
const OUTSIDE: &[&str] = &[
    "config", "ingest", "content", "theme", "previous", "publish", "shard", "cache", "preview",
    "cli", "main",
];

fn sources() -> BTreeMap<String, Vec<(PathBuf, String)>> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut rooms: BTreeMap<String, Vec<(PathBuf, String)>> = BTreeMap::new();
    for entry in walkdir::WalkDir::new(&src).sort_by_file_name() {
        let entry = entry.expect("src can be walked");
        let path = entry
            .path()
            .strip_prefix(&src)
            .expect("inside src")
            .to_path_buf();
        // A file of unit tests may call the rooms that make what it tests.
        let is_tests = path.file_stem().is_some_and(|stem| stem == "tests");
        // What names the program while it is compiled is no part of it.
        let is_script = path == Path::new("build.rs");
        if path.extension().is_some_and(|e| e == "rs") && !is_tests && !is_script {
            let first = path
                .iter()
                .next()
                .expect("a file has a name")
                .to_string_lossy();
            let room = first.trim_end_matches(".rs").to_owned();
            let text = std::fs::read_to_string(entry.path()).expect("a source file is text");
            rooms.entry(room).or_default().push((path, text));
        }
    }
    rooms
}

/// The part of a source that is not its unit tests.
fn without_tests(text: &str) -> &str {
    text.find("#[cfg(test)]").map_or(text, |at| &text[..at])
}

#[test]
fn every_room_uses_only_the_rooms_it_may() {
    let rooms = sources();
    let names: BTreeSet<&str> = ARROWS.iter().map(|(room, _)| *room).collect();
    let mut wrong = Vec::new();
    for (room, files) in &rooms {
        if room == "lib" || room == "main" {
            continue;
        }
        let Some((_, may)) = ARROWS.iter().find(|(name, _)| name == room) else {
            wrong.push(format!("src/{room} is a room that the table does not know"));
            continue;
        };
        for (path, text) in files {
            for used in without_tests(text).split("crate::").skip(1) {
                let words: Vec<String> = match used.strip_prefix('{') {
                    Some(list) => list
                        .split('}')
                        .next()
                        .unwrap_or("")
                        .split(',')
                        .map(|w| w.trim().to_owned())
                        .collect(),
                    None => vec![used.to_owned()],
                };
                for word in words {
                    let name: String = word
                        .chars()
                        .take_while(|c| c.is_alphanumeric() || *c == '_')
                        .collect();
                    if names.contains(name.as_str())
                        && name != *room
                        && !may.contains(&name.as_str())
                    {
                        wrong.push(format!("{} uses {name}", path.display()));
                    }
                }
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "arrows that the table does not allow:\n{}",
        wrong.join("\n")
    );
}

#[test]
fn only_the_rooms_at_the_border_touch_the_outside() {
    let mut wrong = Vec::new();
    for (room, files) in sources() {
        if OUTSIDE.contains(&room.as_str()) {
            continue;
        }
        for (path, text) in files {
            for word in [
                "std::fs",
                "std::net",
                "std::env",
                "SystemTime",
                "Instant::now",
            ] {
                if without_tests(&text).contains(word) {
                    wrong.push(format!("{} names {word}", path.display()));
                }
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "only {OUTSIDE:?} may:\n{}",
        wrong.join("\n")
    );
}

#[test]
fn the_table_has_no_circle() {
    for (index, (room, may)) in ARROWS.iter().enumerate() {
        for used in *may {
            let at = ARROWS.iter().position(|(name, _)| name == used);
            let at = at.unwrap_or_else(|| panic!("{room} uses {used}, which is no room"));
            assert!(at < index, "{room} uses {used}, which stands below it");
        }
    }
}
