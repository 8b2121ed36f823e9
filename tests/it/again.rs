//! Building again: what did not change is neither read nor written again, and what is published and said is the same as if
//! all of it had been made anew.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use crate::bench::{Chance, whole_site};
use crate::program::{answerable, copy, repository, scratch};

/// A small site in two languages with two exports, policy texts, a file of its own and a theme of its own.
fn site(name: &str) -> PathBuf {
    let site = scratch(name).join("site");
    let kept = repository().join("tests/faults/unexplained-revision/site");
    for folder in [
        "data/calls",
        "content/en/policy",
        "content/zh-CN/policy",
        "content/en/reports",
        "content/zh-CN/reports",
        "static",
        "themes/default",
    ] {
        fs::create_dir_all(site.join(folder)).unwrap();
    }
    let put = |path: &str, text: &str| fs::write(site.join(path), text).unwrap();
    put(
        "answerable.toml",
        "[site]\ntitle = \"T\"\nbase_url = \"https://example.org/\"\nlanguages = [\"en\", \"zh-CN\"]\n[privacy]\nmin_cell = 1\n",
    );
    let dataset = fs::read_to_string(kept.join("data/calls/dataset.toml")).unwrap();
    let dataset = dataset
        .replace("2024-01-01", "2023-01-01")
        .replace("2024-03-31", "2024-06-30");
    put(
        "data/calls/dataset.toml",
        &format!("max_rejected = \"10 %\"\n{dataset}"),
    );
    for (file, from) in [("2023a.csv", 0), ("2023b.csv", 30)] {
        let rows: String = (from..from + 30).map(row).collect();
        put(
            &format!("data/calls/{file}"),
            &format!("Case,Received,Closed,Result,Department\n{rows}"),
        );
    }
    for lang in ["en", "zh-CN"] {
        put(
            &format!("content/{lang}/policy/limits.md"),
            "+++\ntitle = \"Limits\"\norder = 1\n+++\n## Article 1 {#one}\n\nWe answer. See [the other](other.md).\n",
        );
        put(
            &format!("content/{lang}/policy/other.md"),
            "+++\ntitle = \"Other\"\norder = 2\n+++\nWe close. See [the limits](limits.md#one).\n",
        );
    }
    for lang in ["en", "zh-CN"] {
        put(
            &format!("content/{lang}/policy/figures.md"),
            "+++\ntitle = \"Figures\"\norder = 3\n+++\n{{ figure(indicator=\"received\", period=\"2023\") }} came.\n\n{{ table(kind=\"year\") }}\n",
        );
        put(
            &format!("content/{lang}/intake.md"),
            "+++\ntitle = \"Rows\"\n+++\nSee [the limits](policy/limits.md).\n",
        );
        put(
            &format!("content/{lang}/reports/period.md"),
            "+++\ntitle = \"In words\"\n+++\n{{ received }} came.\n",
        );
    }
    put("static/map.txt", "a map\n");
    site
}

fn row(case: u64) -> String {
    let (month, day) = (case % 12 + 1, case % 27 + 1);
    let department = if case.is_multiple_of(3) {
        "Roads"
    } else {
        "Parks"
    };
    let closed = match case % 10 {
        9 => String::new(),
        _ => format!("2024-01-{day:02}"),
    };
    let result = if closed.is_empty() { "Open" } else { "Done" };
    format!("A-{case},2023-{month:02}-{day:02},{closed},{result},{department}\n")
}

/// Exit code and what was said by a build of a site into its `public`.
fn build(site: &Path, more: &[&str]) -> (Option<i32>, String) {
    let arguments = ["build", "--no-pdf", "--root", ".", "--out", "public"];
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_answerable"))
        .args(arguments)
        .args(more)
        .current_dir(site)
        .output()
        .unwrap();
    (
        output.status.code(),
        String::from_utf8(output.stderr).unwrap(),
    )
}

/// What tells every file and folder below a folder from what it was before: also if it was only touched.
fn traces(folder: &Path) -> BTreeMap<PathBuf, [i64; 6]> {
    WalkDir::new(folder)
        .into_iter()
        .map(|entry| {
            let entry = entry.unwrap();
            let m = entry.metadata().unwrap();
            let inode = i64::try_from(m.ino()).unwrap();
            let length = i64::try_from(m.size()).unwrap();
            let trace = [
                inode,
                length,
                m.mtime(),
                m.mtime_nsec(),
                m.ctime(),
                m.ctime_nsec(),
            ];
            (entry.into_path(), trace)
        })
        .collect()
}

/// The files of a folder, if it is there.
fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    WalkDir::new(folder)
        .into_iter()
        .filter_map(Result::ok)
        .filter(|entry| entry.file_type().is_file())
        .map(|entry| {
            let path = entry.path().strip_prefix(folder).unwrap().to_owned();
            (path, fs::read(entry.path()).unwrap())
        })
        .collect()
}

fn add(site: &Path, file: &str, text: &str) {
    let old = fs::read_to_string(site.join(file)).unwrap_or_default();
    fs::write(site.join(file), format!("{old}{text}")).unwrap();
}

#[test]
fn where_nothing_changed_no_file_is_touched_and_the_same_is_said() {
    let site = site("again-nothing");
    add(
        &site,
        "data/calls/2023b.csv",
        "A-90,2023-13-45,,Open,Parks\n",
    );
    let (code, first) = build(&site, &[]);
    assert_eq!(code, Some(0), "{first}");
    assert!(first.contains("warning[unreadable-date]"), "{first}");
    assert!(first.contains("published public:"), "{first}");
    let expected = first.replace("published public:", "nothing changed in public:");
    let before = traces(&site);
    for more in [&[][..], &["--verify"]] {
        assert_eq!(build(&site, more), (Some(0), expected.clone()));
        assert_eq!(
            traces(&site.join("data")),
            only(&before, &site.join("data"))
        );
        let public = site.join("public");
        assert_eq!(traces(&public), only(&before, &public), "{more:?}");
    }
    // What was kept may be lost: all is made again, and found to be the same.
    fs::remove_dir_all(site.join(".answerable")).unwrap();
    assert_eq!(build(&site, &[]), (Some(0), expected));
    let public = site.join("public");
    assert_eq!(traces(&public), only(&before, &public));
}

fn only(traces: &BTreeMap<PathBuf, [i64; 6]>, folder: &Path) -> BTreeMap<PathBuf, [i64; 6]> {
    let inside = traces.iter().filter(|(path, _)| path.starts_with(folder));
    inside.map(|(path, trace)| (path.clone(), *trace)).collect()
}

#[test]
fn a_published_file_changed_by_hand_is_mended_though_no_input_changed() {
    let site = site("again-mended");
    build(&site, &[]);
    let page = site.join("public/index.html");
    let right = fs::read(&page).unwrap();
    for wrong in [&b"other"[..], &vec![b'x'; right.len()]] {
        fs::write(&page, wrong).unwrap();
        let (code, said) = build(&site, &[]);
        assert_eq!(code, Some(0), "{said}");
        assert!(said.contains("published public:"), "{said}");
        assert_eq!(fs::read(&page).unwrap(), right);
    }
    fs::write(site.join("public/policy/foreign.html"), "").unwrap();
    let (code, said) = build(&site, &[]);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("error[output-not-ours]"), "{said}");
}

#[test]
fn what_a_killed_build_left_is_cleared_though_nothing_changed() {
    let site = site("again-left");
    build(&site, &[]);
    let left = site.join(".public.staging-1-0");
    fs::create_dir(&left).unwrap();
    let (code, said) = build(&site, &[]);
    assert_eq!(code, Some(0), "{said}");
    assert!(!left.exists());
}

/// The site before the one that was published, which the program keeps to make the next one of.
fn spare(site: &Path) -> PathBuf {
    let own = fs::read_dir(site.join(".answerable")).unwrap();
    let mut spare = own
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.to_string_lossy().contains("/spare-"));
    spare.next().expect("a site was replaced")
}

#[test]
fn a_spare_site_that_was_tampered_with_is_not_published() {
    type Tamper = fn(&Path);
    let tampers: [Tamper; 6] = [
        |_| {},
        |spare| {
            // As an editor saves: another file of the same name.
            let page = spare.join("policy/limits/index.html");
            let text = fs::read(&page).unwrap();
            fs::write(spare.join("other"), vec![b'x'; text.len()]).unwrap();
            fs::rename(spare.join("other"), page).unwrap();
        },
        |spare| fs::write(spare.join("policy/foreign.html"), "").unwrap(),
        |spare| fs::remove_file(spare.join("policy/limits/index.html")).unwrap(),
        |spare| fs::remove_dir_all(spare.join("policy")).unwrap(),
        |spare| fs::remove_dir_all(spare).unwrap(),
    ];
    let site = site("again-spare");
    for step in 0..2 {
        add(
            &site,
            "content/en/policy/other.md",
            &format!("\nSentence {step}.\n"),
        );
        assert_eq!(build(&site, &[]).0, Some(0));
    }
    for (step, tamper) in tampers.into_iter().enumerate() {
        let spare = spare(&site);
        let published = traces(&site.join("public"));
        for entry in WalkDir::new(&spare).into_iter().flatten() {
            if entry.file_type().is_file() {
                let path = entry.path().strip_prefix(&spare).unwrap();
                let inode = |path: &Path| fs::metadata(path).unwrap().ino();
                let public = site.join("public").join(path);
                assert_eq!(inode(entry.path()), inode(&public), "{}", path.display());
            }
        }
        tamper(&spare);
        add(
            &site,
            "content/en/policy/other.md",
            &format!("\nAnother {step}.\n"),
        );
        let (code, said) = build(&site, &[]);
        assert_eq!(code, Some(0), "{said}");
        whole_site(&site.join("public"));
        let now = traces(&site.join("public"));
        let page = site.join("public/policy/limits/index.html");
        assert_eq!(
            now[&page][..4],
            published[&page][..4],
            "an unchanged page stays the same file"
        );
        let (code, said) = build(&site, &["--verify"]);
        assert!(
            said.contains("nothing changed in public"),
            "{code:?} {said}"
        );
    }
}

/// One edit of a site, by number; what it is.
fn edit(site: &Path, chance: &mut Chance, step: u64) -> String {
    let lang = ["en", "zh-CN"][usize::try_from(chance.below(2)).unwrap()];
    let limits = format!("content/{lang}/policy/limits.md");
    let replace = |file: &str, from: &str, to: &str| {
        let text = fs::read_to_string(site.join(file)).unwrap();
        fs::write(site.join(file), text.replacen(from, to, 1)).unwrap();
    };
    let what = chance.below(22);
    match what {
        0 => add(site, &limits, &format!("\nSentence {step}.\n")),
        1 => replace(&limits, "Article 1", &format!("Article 1, {step}")),
        2 => replace(&limits, "title = \"", &format!("title = \"{step} ")),
        3 => add(
            site,
            &format!("content/{lang}/policy/n{}.md", step % 3),
            &format!("+++\ntitle = \"New {step}\"\n+++\nText.\n"),
        ),
        4 => {
            let _ = fs::remove_file(site.join(format!("content/{lang}/policy/n{}.md", step % 3)));
        }
        5 => {
            let policy = site.join(format!("content/{lang}/policy"));
            let _ = fs::rename(policy.join("n0.md"), policy.join("n1.md"));
        }
        6 => add(site, "static/map.txt", "more\n"),
        7 => fs::write(site.join(format!("static/{}.txt", step % 2)), "file\n").unwrap(),
        8 => {
            let _ = fs::remove_file(site.join(format!("static/{}.txt", step % 2)));
        }
        9 => {
            let page = repository().join("themes/default/page.html");
            let text = fs::read_to_string(page).unwrap();
            fs::write(
                site.join("themes/default/page.html"),
                format!("{text}<!-- {step} -->\n"),
            )
            .unwrap();
        }
        10 => {
            let _ = fs::remove_file(site.join("themes/default/page.html"));
        }
        11 => replace(
            "answerable.toml",
            "title = \"",
            &format!("title = \"{}", step % 10),
        ),
        12 => add(site, "data/calls/2023b.csv", &row(100 + step)),
        13 => fs::write(
            site.join(format!("data/calls/2024{}.csv", step % 2)),
            format!("Case,Received,Closed,Result,Department\n{}", row(step)),
        )
        .unwrap(),
        14 => {
            let _ = fs::remove_file(site.join(format!("data/calls/2024{}.csv", step % 2)));
        }
        15 => {
            // The same length, at once after a build.
            let text = fs::read_to_string(site.join(&limits)).unwrap();
            let other = text
                .replacen(
                    "We answer",
                    ["We reply.", "We answer"][usize::from(text.contains("We reply."))],
                    1,
                )
                .replacen(
                    "We reply.",
                    "We answer",
                    usize::from(text.contains("We reply.")),
                );
            fs::write(site.join(&limits), other).unwrap();
        }
        16 => {
            // The same bytes, written again.
            let text = fs::read(site.join(&limits)).unwrap();
            fs::write(site.join(&limits), text).unwrap();
        }
        17 => add(
            site,
            &format!("content/{lang}/policy/figures.md"),
            "\nOf those {{ figure(indicator=\"closed_rate\", period=\"2023\") }}.\n",
        ),
        18 => add(
            site,
            &format!("content/{lang}/intake.md"),
            "\nA sentence.\n",
        ),
        19 => add(
            site,
            &format!("content/{lang}/reports/period.md"),
            "\nMore.\n",
        ),
        20 => replace(
            &limits,
            "other.md",
            ["nowhere.md", "other.md"][usize::from(!step.is_multiple_of(3))],
        ),
        _ => {
            let _ = fs::write(site.join("public/index.html"), "by hand");
        }
    }
    format!("step {step}: edit {what} ({lang})")
}

/// Runs of edits, and edits of each: a build waits for the disk, so they are few.
const SEEDS: u64 = 2;
const STEPS: u64 = 12;

#[test]
fn whatever_is_edited_a_build_makes_what_one_without_any_memory_makes() {
    for seed in 1..=SEEDS {
        let site = site(&format!("again-edits-{seed}"));
        let fresh = site.with_file_name("fresh");
        let mut chance = Chance(seed);
        let mut published = 0;
        build(&site, &[]);
        for step in 0..STEPS {
            let mut what = edit(&site, &mut chance, step);
            if chance.below(3) == 0 {
                what += &edit(&site, &mut chance, step + 100);
            }
            let _ = fs::remove_dir_all(&fresh);
            copy(&site, &fresh);
            let _ = fs::remove_dir_all(fresh.join(".answerable"));
            let (again, anew) = (build(&site, &[]), build(&fresh, &[]));
            assert_eq!(again, anew, "seed {seed}, {what}");
            if again.0 == Some(0) {
                published += 1;
                whole_site(&site.join("public"));
            }
            let (again, anew) = (files(&site.join("public")), files(&fresh.join("public")));
            let same = again == anew;
            let differing: Vec<_> = again
                .iter()
                .filter(|(path, bytes)| anew.get(*path) != Some(bytes))
                .map(|(path, _)| path)
                .collect();
            assert!(same, "seed {seed}, {what}: {differing:?}");
        }
        assert!(published > STEPS / 2, "most edits leave a sound site");
    }
}

#[test]
fn counts_that_were_kept_are_those_that_would_be_counted() {
    // The example publishes texts of cases and rejects some rows.
    let root = scratch("again-counts").join("site");
    for part in ["data", "content", "themes"] {
        copy(&repository().join(part), &root.join(part));
    }
    let config = "answerable.toml";
    fs::copy(repository().join(config), root.join(config)).unwrap();
    let into = |out: &str, more: &[&str]| {
        let folder = root.with_file_name(out);
        let (root, shown) = (root.to_str().unwrap(), folder.to_str().unwrap());
        let arguments = ["build", "--no-pdf", "--root", root, "--out", shown];
        let output = answerable(&[&arguments, more].concat(), &[]);
        assert!(output.status.success(), "{output:?}");
        let said = String::from_utf8(output.stderr).unwrap();
        (files(&folder), said.replace(shown, "OUT"))
    };
    let first = into("first", &[]);
    assert!(root.join(".answerable/cache/counts-hotline").is_file());
    assert!(
        first.1.contains("warning["),
        "something is said of the rows"
    );
    assert!(first == into("again", &[]), "{}", first.1);
    assert!(first == into("verified", &["--verify"]), "{}", first.1);

    let dataset = root.join("data/hotline/dataset.toml");
    let text = fs::read_to_string(&dataset).unwrap();
    let stricter = text.replacen("\"keep-last\"", "\"keep-first\"", 1);
    assert_ne!(text, stricter);
    fs::write(&dataset, stricter).unwrap();
    let changed = into("changed", &[]);
    fs::remove_dir_all(root.join(".answerable")).unwrap();
    assert!(changed == into("fresh", &[]));
    assert!(changed.0 != first.0, "the setting changes figures");
}
