//! A build that is killed, or that runs out of room, leaves the old site whole.
//!
//! The tests run this very binary again as the build that dies: the two `as_a_child_…` tests do nothing by themselves.

#![expect(
    clippy::print_stderr,
    reason = "the child tells its parent how far it is"
)]

use std::fs;
use std::io::{BufRead, BufReader, Lines};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use answerable::publish::{Known, ManifestHead, Spare, Staging};
use answerable::tree::Sink as _;

use crate::bench::{Bench, Chance, whole_site};
use crate::program::copy;

const FOLDER: &str = "ANSWERABLE_TEST_FOLDER";
const TWO_RENAMES: &str = "ANSWERABLE_TEST_TWO_RENAMES";
const SPARE: &str = "ANSWERABLE_TEST_SPARE";

fn folder() -> Option<PathBuf> {
    std::env::var_os(FOLDER).map(PathBuf::from)
}

fn begin(folder: &std::path::Path) -> Staging {
    Staging::begin(&folder.join("public"), &folder.join("site")).expect("nobody else is here")
}

/// A third of the files differ from one generation to the next, one comes and goes.
fn hand_over(staging: &Staging, generation: u64) {
    for n in 0..90 {
        let text = if n % 3 == 0 { generation } else { 0 }
            .to_string()
            .repeat(1_000 + n);
        let path = format!("{}/{n}/index.html", n % 7);
        staging.put(&path, text.as_bytes()).unwrap();
    }
    let path = format!("only-in-{generation}.html");
    staging.put(&path, b"").unwrap();
}

fn head(generation: u64) -> ManifestHead {
    ManifestHead {
        version: generation.to_string(),
        ..ManifestHead::default()
    }
}

#[test]
#[ignore = "a part of a_kill_at_any_moment_leaves_a_whole_site"]
fn as_a_child_that_publishes_until_it_is_killed() {
    let Some(folder) = folder() else { return };
    let mut known = Known {
        whole: None,
        spare: std::env::var_os(SPARE).map(|_| Spare {
            folder: folder.join("spare"),
            lacks: None,
        }),
    };
    for generation in 1.. {
        let (out, site) = (folder.join("public"), folder.join("site"));
        let mut staging = Staging::begin_over(&out, &site, known.clone()).unwrap();
        if std::env::var_os(TWO_RENAMES).is_some() {
            staging = staging.without_exchange();
        }
        hand_over(&staging, generation);
        let published = staging.publish(&head(generation)).unwrap();
        known.whole = Some(published.entries);
        if let Some(spare) = &mut known.spare {
            assert_eq!(published.touched.is_some(), generation > 2);
            spare.lacks = published.spare.map(|left| left.lacks);
        }
        eprintln!("published {generation}");
    }
}

#[test]
#[ignore = "a part of a_build_without_room_leaves_the_old_site"]
fn as_a_child_that_has_no_room() {
    let Some(folder) = folder() else { return };
    let staging = begin(&folder);
    let refused = staging.put("large.csv", &vec![b'x'; 1 << 20]).unwrap_err();
    eprintln!("{}", answerable::diag::Diagnostic::from(refused).message);
}

fn child(test: &str, bench: &Bench) -> Command {
    let mut command = Command::new("sh");
    // Past its limit a process is told by a signal that ends it, unless it is ignored: then the write fails.
    let script = format!(
        "trap '' XFSZ; {} exec \"$@\"",
        if test.ends_with("room") {
            "ulimit -f 64;"
        } else {
            ""
        }
    );
    command
        .args(["-c", &script, "sh"])
        .arg(std::env::current_exe().unwrap())
        .args([test, "--exact", "--ignored", "--nocapture"])
        .env(FOLDER, &bench.0)
        .stdout(Stdio::null())
        .stderr(Stdio::piped());
    command
}

/// Waits until the child says that it has published `generation`; how long that publication took.
fn until_published(generation: u64, said: &mut Lines<impl BufRead>) -> Duration {
    let mut until = |generation: u64| {
        let line = format!("published {generation}");
        let is_said = said.any(|said| said.unwrap() == line);
        assert!(is_said, "the child publishes");
        Instant::now()
    };
    let before = until(generation - 1);
    until(generation) - before
}

#[test]
fn a_kill_at_any_moment_leaves_a_whole_site() {
    let bench = Bench::new("kill");
    let staging = begin(&bench.0);
    hand_over(&staging, 0);
    staging.publish(&head(0)).unwrap();
    let mut chance = Chance(20_110_101);
    for round in 0..80 {
        let has_exchange = round % 5 != 4;
        let mut command = child("kill::as_a_child_that_publishes_until_it_is_killed", &bench);
        if !has_exchange {
            command.env(TWO_RENAMES, "1");
        }
        if round % 2 == 0 {
            command.env(SPARE, "1");
        }
        let mut child = command.spawn().unwrap();
        let mut said = BufReader::new(child.stderr.take().unwrap()).lines();
        let generation = 3 + chance.below(3);
        let lasted = until_published(generation, &mut said);
        // However fast the machine is: somewhere within the next publication or the one after it.
        std::thread::sleep(lasted.mul_f64(chance.below(1_500) as f64 / 1_000.0));
        child.kill().unwrap();
        child.wait().unwrap();
        if !has_exchange {
            // Between the two renames there is no site; the next build begins by putting it back.
            drop(begin(&bench.0));
        }
        let manifest = whole_site(&bench.path("public"));
        assert!(manifest.head.version.parse::<u64>().unwrap() >= generation);
    }
    drop(begin(&bench.0));
    let left: Vec<_> = fs::read_dir(&bench.0)
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    let is_known =
        |name: &std::ffi::OsString| name == "public" || name == "site" || name == "spare";
    assert!(
        left.iter().all(is_known),
        "nothing is left beside public, site and the spare site: {left:?}"
    );
}

#[test]
fn a_killed_run_of_the_program_leaves_a_whole_site() {
    let bench = Bench::new("kill-program");
    let site = bench.path("site");
    copy(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/faults/some-rejected/site"),
        &site,
    );
    let build = |as_of: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_answerable"));
        command
            .args([
                "build",
                "--quiet",
                "--no-pdf",
                "--no-previous",
                "--as-of",
                as_of,
            ])
            .current_dir(&site)
            .stderr(Stdio::null());
        command
    };
    let days = ["2024-03-30", "2024-03-31"];
    let start = Instant::now();
    assert!(build(days[1]).status().unwrap().success());
    let usual = u64::try_from(start.elapsed().as_micros()).unwrap();
    let mut chance = Chance(20_101_231);
    let mut seen = std::collections::BTreeSet::new();
    // Where the machine has become slower since, the runs are given longer until some come to their end.
    for round in 0..400 {
        if round >= 50 && seen.len() == 2 {
            break;
        }
        let patience = usual * 3 / 2 * (1 + round as u64 / 50);
        let mut child = build(days[round % 2]).spawn().unwrap();
        std::thread::sleep(Duration::from_micros(chance.below(patience)));
        child.kill().unwrap();
        child.wait().unwrap();
        let manifest = whole_site(&site.join("public"));
        seen.extend(manifest.head.as_of.into_values());
    }
    assert_eq!(seen.len(), 2, "some builds came to their end");
    assert!(build(days[0]).status().unwrap().success());
    assert!(build(days[1]).status().unwrap().success());
    let left: Vec<_> = fs::read_dir(&site)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.starts_with(".public"))
        .collect();
    assert!(left.is_empty(), "the next build clears up: {left:?}");
}

#[test]
fn a_build_without_room_leaves_the_old_site() {
    let bench = Bench::new("room");
    let staging = begin(&bench.0);
    hand_over(&staging, 7);
    staging.publish(&head(7)).unwrap();
    let output = child("kill::as_a_child_that_has_no_room", &bench)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        said.contains(
            "could not write large.csv of the new site: the file is larger than is allowed here"
        ),
        "{said}"
    );
    assert_eq!(whole_site(&bench.path("public")).head.version, "7");
    assert_eq!(
        fs::read_dir(&bench.0).unwrap().count(),
        2,
        "public and site"
    );
}
