//! Broken sites, each with the whole of what is said of it: `tests/faults/<case>/` holds the `site`, `args` (commands,
//! one a line, where it is not `build --no-pdf`; the last one fails), the expected `stderr.txt` and `exit` code. `SNAPSHOTS=overwrite` writes the last two anew.
//!
//! Each run finds an old site in place, which must stand untouched where the build stops.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use answerable::publish::{ManifestHead, Staging};
use answerable::tree::Sink as _;
use walkdir::WalkDir;

use crate::bench::{Bench, whole_site};
use crate::program::copy;

fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The cases that this program can run.
fn cases() -> Vec<PathBuf> {
    let is_run = |path: &PathBuf| cfg!(feature = "print") || !is_of_print(path);
    all_cases().into_iter().filter(is_run).collect()
}

fn all_cases() -> Vec<PathBuf> {
    let mut cases: Vec<PathBuf> = fs::read_dir(repository().join("tests/faults"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .collect();
    cases.sort();
    cases
}

/// Whether a case needs the feature that prints.
fn is_of_print(case: &Path) -> bool {
    case.file_name()
        .is_some_and(|name| name.to_string_lossy().starts_with("print-"))
}

/// What a run left: its exit code, and what it said.
struct Run {
    exit: String,
    stderr: String,
}

fn run(case: &Path, name: &str) -> Run {
    let bench = Bench::new(&format!("fault-{name}"));
    let site = bench.path("site");
    copy(&case.join("site"), &site);
    generate(name, &site);
    let public = site.join("public");
    let is_given = public.exists();
    if !is_given {
        let staging = Staging::begin(&public, &site).unwrap();
        staging.put("index.html", b"the site as it stood").unwrap();
        staging.publish(&ManifestHead::default()).unwrap();
    }
    let before = snapshot(&public);
    let args =
        fs::read_to_string(case.join("args")).unwrap_or_else(|_| "build --no-pdf".to_owned());
    let mut outputs: Vec<Output> = args
        .lines()
        .map(|line| {
            Command::new(env!("CARGO_BIN_EXE_answerable"))
                .args(line.split_whitespace())
                .current_dir(&site)
                .env_clear()
                .output()
                .unwrap()
        })
        .collect();
    let output = outputs.pop().expect("a case runs something");
    for before in outputs {
        assert!(
            before.status.success(),
            "{name}: only the last command fails"
        );
    }
    let exit = output
        .status
        .code()
        .map_or_else(|| "killed".to_owned(), |code| code.to_string());
    assert!(output.stdout.is_empty(), "{name}: findings go to stderr");
    if exit != "0" || !args.starts_with("build") {
        assert_eq!(
            before,
            snapshot(&public),
            "{name}: the old site is untouched"
        );
        if !is_given {
            whole_site(&public);
        }
        let left: Vec<String> = fs::read_dir(&site)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|file| file.starts_with(".public"))
            .collect();
        assert!(left.is_empty(), "{name}: nothing is left behind: {left:?}");
    }
    let stderr = String::from_utf8(output.stderr).unwrap();
    let folder = fs::canonicalize(&site).unwrap();
    Run {
        exit,
        stderr: stderr.replace(folder.to_str().unwrap(), "SITE"),
    }
}

/// Exports too large to be kept.
fn generate(name: &str, site: &Path) {
    if name == "forty-thousand-bad-dates" {
        let mut export = "Case,Received,Closed,Result,Department\n".to_owned();
        for row in 0..40_000 {
            let _ = writeln!(export, "B-{row},{}th of July,,Open,Roads", row % 31 + 1);
        }
        fs::write(site.join("data/calls/2024.csv"), export).unwrap();
    }
    if name == "endless-line" {
        let export = "Case,Received,Closed,Result,Department,".repeat(500_000);
        fs::write(site.join("data/calls/2024.csv"), export).unwrap();
    }
}

/// Every file below a folder with its bytes and the time it was last written.
fn snapshot(folder: &Path) -> BTreeMap<PathBuf, (Vec<u8>, std::time::SystemTime)> {
    WalkDir::new(folder)
        .into_iter()
        .filter_map(Result::ok)
        .filter(|entry| entry.file_type().is_file())
        .map(|entry| {
            let bytes = fs::read(entry.path()).unwrap();
            let written = entry.metadata().unwrap().modified().unwrap();
            (entry.path().to_owned(), (bytes, written))
        })
        .collect()
}

#[test]
fn each_fault_is_told_as_expected_and_the_old_site_stands() {
    let overwrites = std::env::var_os("SNAPSHOTS").is_some_and(|value| value == "overwrite");
    let mut wrong = String::new();
    for case in cases() {
        let name = case.file_name().unwrap().to_str().unwrap();
        let Run { exit, stderr } = run(&case, name);
        let exit = format!("{exit}\n");
        if overwrites {
            fs::write(case.join("stderr.txt"), stderr).unwrap();
            fs::write(case.join("exit"), exit).unwrap();
            continue;
        }
        let expected = |file: &str| fs::read_to_string(case.join(file)).unwrap_or_default();
        if expected("stderr.txt") != stderr || expected("exit") != exit {
            let _ = write!(
                wrong,
                "--- {name}: expected exit {}{}--- but exit {exit}{stderr}",
                expected("exit"),
                expected("stderr.txt")
            );
        }
    }
    assert!(
        wrong.is_empty(),
        "{wrong}SNAPSHOTS=overwrite takes these as expected"
    );
}

/// Codes that no case shows, and why.
const NOT_SHOWN: &[(&str, &str)] = &[
    (
        "small-numbers",
        "what is withheld is chosen so that no input can cause it",
    ),
    (
        "small-numbers-known",
        "needs a publication under another configuration: tests/it/withheld.rs",
    ),
    (
        "arithmetic",
        "the program's own mistake: no input can cause it",
    ),
    ("file-changed", "needs a second hand on the export"),
    (
        "too-many-rows",
        "needs an export of 200 GB: src/ingest/tests/defects.rs",
    ),
    (
        "unreadable-file",
        "needs a file that its own user may not read",
    ),
    ("theme-unreadable", "as unreadable-file"),
    (
        "output-busy",
        "needs two builds at once: src/publish/tests.rs",
    ),
    ("output-changed", "as output-busy"),
    ("output-not-written", "needs a full disk: kill.rs"),
    ("output-not-swapped", "needs a mounted disk"),
    (
        "output-left-behind",
        "needs a disk that refuses to remove what it wrote",
    ),
    (
        "output-path",
        "names and slugs are checked when the configuration is read: src/tree/ledger.rs",
    ),
    ("output-path-twice", "as output-path"),
    (
        "port-not-given",
        "needs another program on the port: serve.rs",
    ),
];

#[test]
fn every_code_is_shown_by_a_case() {
    let mut shown: BTreeSet<String> = BTreeSet::new();
    for case in all_cases() {
        let stderr = fs::read_to_string(case.join("stderr.txt")).unwrap_or_default();
        for line in stderr.lines() {
            let code = line
                .split_once('[')
                .and_then(|(_, rest)| rest.split_once("]: "));
            if let Some((code, _)) = code.filter(|(code, _)| is_code(code)) {
                shown.insert(code.to_owned());
            }
        }
    }
    // Mistakes of configuration have their own long list.
    let listed = fs::read_to_string(repository().join("src/config/tests/faults.txt")).unwrap();
    for line in listed.lines() {
        let mut words = line.split([' ', ':']);
        if matches!(words.next(), Some("error" | "warning" | "note")) {
            shown.extend(words.next().filter(|code| is_code(code)).map(str::to_owned));
        }
    }
    let told = codes_in_source();
    let excused: BTreeSet<String> = NOT_SHOWN
        .iter()
        .map(|(code, _)| (*code).to_owned())
        .collect();
    let missing: Vec<&String> = told
        .iter()
        .filter(|c| !shown.contains(*c) && !excused.contains(*c))
        .collect();
    assert!(
        missing.is_empty(),
        "no case in tests/faults shows {missing:?}"
    );
    let idle: Vec<&String> = excused
        .iter()
        .filter(|c| shown.contains(*c) || !told.contains(*c))
        .collect();
    assert!(idle.is_empty(), "NOT_SHOWN need not name {idle:?}");
    let unseen: Vec<&String> = shown.iter().filter(|code| !told.contains(*code)).collect();
    assert!(unseen.is_empty(), "codes_in_source overlooks {unseen:?}");
}

fn is_code(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b == b'-')
}

/// The first text of every call that makes a finding, and every code that stands in a table or a match.
fn codes_in_source() -> BTreeSet<String> {
    const BEFORE: [&str; 13] = [
        "Diagnostic::error(",
        "Diagnostic::warning(",
        "Diagnostic::note(",
        "Self::error(",
        ".tell(",
        ".warn(",
        ".choice(",
        "code: ",
        "paths, ",
        // The codes of words outside a vocabulary stand after the names of its table.
        "\"outcomes\",",
        "\"statuses\",",
        "\"ratings\",",
        "\"escalations\",",
    ];
    let mut codes = BTreeSet::new();
    for entry in WalkDir::new(repository().join("src")) {
        let path = entry.unwrap().into_path();
        if path.extension().is_none_or(|end| end != "rs") || path.to_string_lossy().contains("test")
        {
            continue;
        }
        let source = fs::read_to_string(&path).unwrap();
        let source = source.split("\nmod tests {").next().unwrap_or_default();
        let mut add = |text: &str| {
            let literal = text
                .trim_start()
                .strip_prefix('"')
                .and_then(|rest| rest.split('"').next());
            codes.extend(literal.filter(|code| is_code(code)).map(str::to_owned));
        };
        for before in BEFORE {
            source.split(before).skip(1).for_each(&mut add);
        }
        for body in source.split("fn code(self) -> &'static str {").skip(1) {
            let body = body.split("\n    }").next().unwrap_or_default();
            body.split("=>").skip(1).for_each(&mut add);
        }
    }
    codes
}
