//! Figures that were published once: what is told of them when they change, and that nothing is told when they don't.

use std::fs;
use std::path::{Path, PathBuf};

use crate::program::{answerable, repository, scratch};

const HEADER: &str = "Case,Received,Closed,Result,Department\n";

/// A site of 60 cases of 2023 in two departments, as of the end of June 2024.
fn site(name: &str) -> PathBuf {
    let site = scratch(name);
    let kept = repository().join("tests/faults/unexplained-revision/site");
    fs::create_dir_all(site.join("data/calls")).unwrap();
    fs::write(site.join("answerable.toml"), "[site]\ntitle = \"T\"\nbase_url = \"https://example.org/\"\nlanguages = [\"en\", \"zh-CN\"]\n[privacy]\nmin_cell = 1\n").unwrap();
    let dataset = fs::read_to_string(kept.join("data/calls/dataset.toml")).unwrap();
    let dataset = dataset
        .replace("2024-01-01", "2023-01-01")
        .replace("2024-03-31", "2024-06-30");
    fs::write(site.join("data/calls/dataset.toml"), dataset).unwrap();
    export(&site, &rows());
    site
}

/// 60 cases; every tenth is still open.
fn rows() -> Vec<String> {
    (0..60)
        .map(|case| {
            let (month, day) = (case % 12 + 1, case % 27 + 1);
            let department = if case % 3 == 0 { "Roads" } else { "Parks" };
            let closed = if case % 10 == 9 {
                String::new()
            } else {
                format!("2024-01-{day:02}")
            };
            let result = if closed.is_empty() { "Open" } else { "Done" };
            format!("A-{case},2023-{month:02}-{day:02},{closed},{result},{department}\n")
        })
        .collect()
}

fn export(site: &Path, rows: &[String]) {
    fs::write(
        site.join("data/calls/2023.csv"),
        format!("{HEADER}{}", rows.concat()),
    )
    .unwrap();
}

fn add(site: &Path, file: &str, text: &str) {
    let old = fs::read_to_string(site.join(file)).unwrap_or_default();
    fs::write(site.join(file), format!("{old}{text}")).unwrap();
}

/// Runs a command in the site: exit code and what was said.
fn run(site: &Path, arguments: &[&str]) -> (i32, String) {
    let root = ["--root", site.to_str().unwrap()];
    let output = answerable(&[&root[..], arguments].concat(), &[]);
    let said = [output.stdout, output.stderr].concat();
    (
        output.status.code().unwrap(),
        String::from_utf8(said).unwrap(),
    )
}

fn built(site: &Path) -> String {
    let (code, said) = run(site, &["build", "--no-pdf"]);
    assert_eq!(code, 0, "{said}");
    said
}

fn read(site: &Path, path: &str) -> String {
    fs::read_to_string(site.join("public").join(path)).unwrap()
}

#[test]
fn a_rebuild_adds_nothing_to_the_record_and_loses_nothing_of_it() {
    let site = site("revisions-rebuild");
    built(&site);
    assert_eq!(read(&site, "data/revisions.csv").lines().count(), 1);
    let first = read(&site, "manifest.json");
    assert!(first.contains("\"previous\": null"));
    assert!(built(&site).contains("nothing changed in"));

    let mut fewer = rows();
    fewer.remove(0);
    export(&site, &fewer);
    assert!(built(&site).contains("unexplained-revision"));
    let (second, log) = (
        read(&site, "manifest.json"),
        read(&site, "data/revisions.csv"),
    );
    assert!(log.contains("\n1,2024-06-30,2024-06-30,calls,,,year,2023,received,1,60,60,,final,59,59,,final,cases,unscheduled,,,,\n"), "{log}");
    let said = built(&site);
    assert!(
        said.contains("nothing changed in") && !said.contains("unexplained"),
        "{said}"
    );
    assert_eq!(read(&site, "manifest.json"), second);

    // What was told once stays in the record when the figures come back.
    export(&site, &rows());
    built(&site);
    let third = read(&site, "data/revisions.csv");
    assert!(third.starts_with(&log) && third.contains("\n2,"), "{third}");
    let page = read(&site, "revisions/index.html");
    assert!(page.contains("id=\"publication-1\""), "{page}");

    // The record begins anew only where that is asked for.
    assert_eq!(run(&site, &["build", "--no-pdf", "--no-previous"]).0, 0);
    assert_eq!(read(&site, "manifest.json"), first);
}

#[test]
fn a_reason_is_told_in_each_language_and_a_revised_figure_is_marked() {
    let site = site("revisions-reason");
    built(&site);
    assert!(!read(&site, "calls/year/2023/index.html").contains(">[r]<"));
    add(
        &site,
        "answerable.toml",
        "[revisions]\nmode = \"explain\"\n",
    );
    let mut fewer = rows();
    fewer.remove(0);
    export(&site, &fewer);
    let before = read(&site, "manifest.json");
    let (code, said) = run(&site, &["build", "--no-pdf"]);
    assert_eq!(code, 1);
    assert!(
        said.contains("error[unexplained-revision]: calls/year/2023/received was 60, is 59"),
        "{said}"
    );
    assert_eq!(read(&site, "manifest.json"), before);

    add(
        &site,
        "revisions.toml",
        "[[revision]]\nfigures = \"calls/*\"\nscheduled = true\nreason = { en = \"One was a test\", \"zh-CN\" = \"其中一件为测试\" }\n",
    );
    built(&site);
    let log = read(&site, "data/revisions.csv");
    assert!(
        log.contains("final,59,59,,final,cases,scheduled,,,One was a test,其中一件为测试\n"),
        "{log}"
    );
    assert!(read(&site, "revisions/index.html").contains("One was a test"));
    assert!(read(&site, "zh-CN/revisions/index.html").contains("其中一件为测试"));
    let year = read(&site, "calls/year/2023/index.html");
    assert!(year.contains("[r]"), "{year}");

    // A reason once recorded stays, whatever becomes of the file.
    fs::remove_file(site.join("revisions.toml")).unwrap();
    built(&site);
    assert_eq!(read(&site, "data/revisions.csv"), log);
}

#[test]
fn cases_that_are_followed_further_are_no_correction() {
    let site = site("revisions-followed");
    built(&site);
    add(
        &site,
        "answerable.toml",
        "[revisions]\nmode = \"explain\"\n",
    );
    let closed: Vec<String> = rows()
        .iter()
        .map(|row| row.replace(",,Open", ",2024-07-15,Done"))
        .collect();
    export(&site, &closed);
    let dataset = fs::read_to_string(site.join("data/calls/dataset.toml")).unwrap();
    fs::write(
        site.join("data/calls/dataset.toml"),
        dataset.replace("2024-06-30", "2024-07-31"),
    )
    .unwrap();
    built(&site);
    let log = read(&site, "data/revisions.csv");
    let causes: Vec<&str> = log
        .lines()
        .skip(1)
        .filter_map(|line| line.split(',').nth(19))
        .collect();
    assert!(
        causes.len() > 10 && causes.iter().all(|cause| *cause == "followed"),
        "{log}"
    );
    assert!(
        log.contains(
            ",year,2023,closed_rate,1,0.900000,54,60,final,1.000000,60,60,final,share,followed,"
        ),
        "{log}"
    );
    // An open stock of the past is not what was closed since.
    assert!(!log.contains("open_at_end"), "{log}");
}

/// One case is closed in June and reopened in July; another comes to light that was received in May.
#[test]
fn a_reopened_case_is_no_correction_and_a_late_one_is() {
    let site = site("revisions-reopened");
    let dataset = fs::read_to_string(site.join("data/calls/dataset.toml")).unwrap();
    let dataset = dataset.replace("2023-01-01", "2024-01-01").replace(
        "closed = \"Closed\"",
        "closed = \"Closed\"\nfirst_closed = \"First closed\"\nreopened_at = \"Reopened\"",
    );
    let publish = |as_of: &str, rows: &str| {
        let dataset = dataset.replace("2024-06-30", as_of);
        fs::write(site.join("data/calls/dataset.toml"), dataset).unwrap();
        let header = "Case,Received,First closed,Reopened,Closed,Result,Department";
        let many: String = (0..40)
            .map(|case| {
                format!(
                    "A-{case},2024-0{}-10,,,2024-06-12,Done,Roads\n",
                    case % 4 + 1
                )
            })
            .collect();
        let text = format!("{header}\n{many}{rows}");
        fs::write(site.join("data/calls/2023.csv"), text).unwrap();
        built(&site);
    };
    publish(
        "2024-06-30",
        "B,2024-02-01,2024-06-10,,2024-06-10,Done,Parks\n",
    );
    publish(
        "2024-07-31",
        "B,2024-02-01,2024-06-10,2024-07-02,,Open,Parks\nC,2024-05-02,,,,Open,Parks\n",
    );
    let log = read(&site, "data/revisions.csv");
    let cause = |figure: &str| {
        let line = log.lines().find(|line| line.contains(figure));
        line.and_then(|line| line.split(',').nth(19))
    };
    // As of the end of June the exports have the first case as it was, but for what it had come to.
    let february = |id: &str| cause(&format!("calls,,,month,2024-02,{id},1,"));
    assert_eq!(february("closed_rate"), Some("followed"), "{log}");
    assert_eq!(february("median_days:response"), Some("followed"), "{log}");
    assert_eq!(february("outcome_resolved"), Some("followed"), "{log}");
    assert_eq!(february("resolution_rate"), Some("followed"), "{log}");
    assert_eq!(
        cause("calls,,,month,2024-05,open_at_end,1,"),
        Some("unscheduled"),
        "{log}"
    );
}

/// The office shortens its limit from 130 days to 120: the same cases, measured otherwise.
#[test]
fn a_figure_that_is_defined_otherwise_is_told_as_such() {
    let site = site("revisions-redefined");
    add(
        &site,
        "data/calls/dataset.toml",
        "[[clock]]\nid = \"closing\"\nfrom = \"received\"\nto = \"closed\"\nwithin = \"130 days\"\n",
    );
    add(
        &site,
        "answerable.toml",
        "[revisions]\nmode = \"explain\"\n",
    );
    built(&site);
    let manifest = read(&site, "manifest.json");
    assert!(manifest.contains("\"clock closing\":\""), "{manifest}");
    let dataset = fs::read_to_string(site.join("data/calls/dataset.toml")).unwrap();
    fs::write(
        site.join("data/calls/dataset.toml"),
        dataset.replace("130 days", "120 days"),
    )
    .unwrap();
    built(&site);
    let log = read(&site, "data/revisions.csv");
    let told: Vec<(&str, &str)> = log
        .lines()
        .skip(1)
        .filter_map(|line| {
            let cells: Vec<&str> = line.split(',').collect();
            Some((*cells.get(8)?, *cells.get(19)?))
        })
        .collect();
    assert!(
        told.contains(&("on_time_rate:closing", "redefined")),
        "{log}"
    );
    assert!(
        told.iter()
            .all(|(id, cause)| id.ends_with(":closing") && *cause == "redefined"),
        "{log}"
    );
    assert!(read(&site, "revisions/index.html").contains("Defined otherwise"));
    assert!(read(&site, "zh-CN/revisions/index.html").contains("口径有变"));
}

#[test]
fn cases_set_apart_after_their_publication_are_told_among_the_ways_to_fail() {
    let site = site("revisions-recoded");
    let dataset = fs::read_to_string(site.join("data/calls/dataset.toml")).unwrap();
    fs::write(
        site.join("data/calls/dataset.toml"),
        dataset.replace(
            "[outcomes]\n",
            "[outcomes]\n\"Again\" = \"duplicate\"\n\"Unclear\" = \"incomplete\"\n",
        ),
    )
    .unwrap();
    let with = |words: &[(usize, &str)]| -> Vec<String> {
        let mut rows = rows();
        for (row, word) in words {
            rows[*row] = rows[*row].replace("Done", word);
        }
        rows
    };
    export(&site, &with(&[(0, "Again"), (1, "Unclear")]));
    built(&site);
    let page = |site: &Path| read(site, "calls/four-ways/index.html");
    assert!(
        !page(&site).contains("set apart only after"),
        "nothing was published before"
    );

    // One comes back, three of other months are set apart: those that came back do not make up for them.
    export(
        &site,
        &with(&[(1, "Unclear"), (2, "Again"), (3, "Again"), (4, "Unclear")]),
    );
    built(&site);
    let told = page(&site);
    assert!(
        told.contains("<b>3</b> were set apart only after they had been published as valid: 5.0% of 60 received"),
        "{told}"
    );
    assert!(
        read(&site, "zh-CN/calls/four-ways/index.html")
            .contains("<b>3</b>件在公布之后才改为不计入")
    );
}

#[test]
fn what_is_no_longer_published_is_told_in_one_line() {
    let site = site("revisions-gone");
    built(&site);
    let dataset = fs::read_to_string(site.join("data/calls/dataset.toml")).unwrap();
    let (before, dimension) = dataset.split_at(dataset.find("department = ").unwrap());
    let rest = &dimension[dimension.find("[outcomes]").unwrap()..];
    fs::write(
        site.join("data/calls/dataset.toml"),
        format!("{before}\n{rest}"),
    )
    .unwrap();
    built(&site);
    let log = read(&site, "data/revisions.csv");
    assert_eq!(log.lines().count(), 2, "{log}");
    assert!(log.contains(",calls,department,,all,,,"), "{log}");
    assert!(read(&site, "revisions/index.html").contains("no longer published"));
}

#[test]
fn two_folders_are_compared_for_people_and_for_programs() {
    let site = site("revisions-diff");
    built(&site);
    let (old, new) = (site.join("old"), site.join("public"));
    crate::program::copy(&new, &old);
    let both = [old.to_str().unwrap(), new.to_str().unwrap()];
    let (code, said) = run(&site, &["diff", both[0], both[1]]);
    assert_eq!(
        (code, said.as_str()),
        (
            0,
            "no figure published as final differs; others that differ: 0; new: 0\n"
        )
    );
    let mut fewer = rows();
    fewer.remove(0);
    export(&site, &fewer);
    add(
        &site,
        "revisions.toml",
        "[[revision]]\nfigures = \"calls/year/*\"\nreason = \"A test\"\n",
    );
    built(&site);
    let (code, said) = run(&site, &["diff", both[0], both[1]]);
    assert_eq!(code, 0);
    assert!(
        said.contains("unscheduled: calls/year/2023/received was 60, is 59 (A test)\n"),
        "{said}"
    );
    let (_, said) = run(&site, &["diff", "--format", "json", both[0], both[1]]);
    let objects: Vec<serde_json::Value> = said
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let received = objects
        .iter()
        .find(|each| each["figure"] == "calls/year/2023/received")
        .unwrap();
    assert_eq!(
        (&received["old"]["value"], &received["new"]["value"]),
        (&60.into(), &59.into())
    );
    let (code, said) = run(&site, &["diff", both[0], site.to_str().unwrap()]);
    assert_eq!(code, 1);
    assert!(said.contains("error[no-previous]"), "{said}");
    assert_eq!(run(&site, &["diff", both[0]]).0, 2);
}

#[test]
fn a_figure_is_explained_with_the_ids_behind_it() {
    let site = site("revisions-explain");
    built(&site);
    let figure = "calls/department=Roads/year/2023/closed_rate";
    let (code, said) = run(&site, &["explain", figure]);
    assert_eq!(code, 0, "{said}");
    assert!(
        said.starts_with(figure) && said.contains("18 of 20") && said.contains("Last publication"),
        "{said}"
    );
    let (_, said) = run(&site, &["explain", figure, "--lang", "zh-CN"]);
    assert!(
        said.contains("定义") && !said.contains("explain."),
        "{said}"
    );
    let (_, said) = run(&site, &["explain", figure, "--rows", "--format", "json"]);
    let told: serde_json::Value = serde_json::from_str(said.lines().next().unwrap()).unwrap();
    let ids = |which: &str| -> Vec<String> { serde_json::from_value(told[which].clone()).unwrap() };
    let (closed, all) = (ids("numerator_ids"), ids("denominator_ids"));
    assert_eq!((closed.len(), all.len()), (18, 20));
    assert!(closed.contains(&"A-0".to_owned()) && !closed.contains(&"A-9".to_owned()));
    assert!(all.contains(&"A-9".to_owned()) && !all.contains(&"A-1".to_owned()));
    assert_eq!(
        (&told["now"]["numerator"], &told["now"]["denominator"]),
        (&18.into(), &20.into())
    );
    let (code, said) = run(
        &site,
        &["explain", "calls/department=Roads/year/2023/close_rate"],
    );
    assert_eq!(code, 1);
    assert!(said.contains("did you mean \"closed_rate\"?"), "{said}");
}
