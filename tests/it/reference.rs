//! Three real data sets, read as a user would configure them, against figures that were computed elsewhere.
//!
//! The exports and their `reference.json` lie beside the repository (`../shared/data`); without them each test says that it is
//! skipped. The sites are in `tests/reference/`.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::program::{Figures, build, copy, repository, scratch};

const OVERALL: (&str, &str) = ("", "");

/// The folder of a data set, where it is there.
fn exports(set: &str) -> Option<PathBuf> {
    let folder = repository().join("../shared/data").join(set);
    if folder.is_dir() {
        return Some(folder);
    }
    #[expect(clippy::print_stderr, reason = "a skipped test says so")]
    {
        eprintln!("skipped: {} is not there", folder.display());
    }
    None
}

fn reference(folder: &Path) -> Value {
    let text = std::fs::read_to_string(folder.join("reference.json")).expect("reference.json");
    serde_json::from_str(&text).expect("reference.json is JSON")
}

/// A copy of `tests/reference/<site>` with exports in its data sets.
fn site(name: &str, folder: &Path, files: &[(&str, &str)]) -> PathBuf {
    let root = scratch(&format!("reference-{name}"));
    copy(&repository().join("tests/reference").join(name), &root);
    for (file, dataset) in files {
        let target = root.join("data").join(dataset).join(file);
        std::fs::copy(folder.join(file), target).expect("the export can be copied");
    }
    root
}

fn count(value: &Value) -> String {
    value.as_u64().expect("a whole number").to_string()
}

/// A quantile as `figures.csv` writes it: empty where it is not reached.
fn quantile(value: &Value) -> String {
    value
        .as_u64()
        .map_or_else(String::new, |days| days.to_string())
}

/// What a reference says of one scope and period: received, closed, share and the two quantiles.
fn assert_block(
    figures: &Figures,
    dataset: &str,
    clock: &str,
    scope: (&str, &str),
    period: &str,
    expected: &Value,
) {
    let get = |indicator: &str| figures.get(dataset, scope, period, indicator);
    let place = format!("{dataset} {scope:?} {period}");
    assert_eq!(
        get("received").value,
        count(&expected["received"]),
        "{place}"
    );
    let closed = get("closed_rate");
    assert_eq!(closed.numerator, count(&expected["closed"]), "{place}");
    assert_eq!(closed.denominator, count(&expected["received"]), "{place}");
    let share = expected["closed_share"].as_f64().expect("a share");
    assert_eq!(closed.value, format!("{share:.6}"), "{place}");
    for (indicator, key) in [
        ("median_days", "km_median_days"),
        ("p90_days", "km_p90_days"),
    ] {
        let line = get(&format!("{indicator}:{clock}"));
        assert_eq!(line.value, quantile(&expected[key]), "{place} {indicator}");
        assert_eq!(
            line.status == "none",
            expected[key].is_null(),
            "{place} {indicator}"
        );
    }
}

#[test]
fn nyc_council_cases_come_out_as_the_reference_has_them() {
    let Some(folder) = exports("nyc-council-cases") else {
        return;
    };
    let reference = reference(&folder);
    let root = site("nyc", &folder, &[("nyc_council_cases.csv.gz", "nyc")]);
    for (as_of, expected) in reference["as_of"].as_object().expect("as-of dates") {
        let out = root.join(format!("public-{as_of}"));
        build(&root, &out, &["--as-of", as_of], &[]);
        let figures = Figures::read(&out);
        let block = |scope, period: &str, expected: &Value| {
            assert_block(&figures, "nyc", "closing", scope, period, expected);
        };
        block(OVERALL, "all/all", expected);
        for (year, expected) in expected["by_received_year"].as_object().expect("years") {
            block(OVERALL, &format!("year/{year}"), expected);
        }
        let offices = expected["top_account"].as_object().expect("offices");
        assert_eq!(offices.len(), 10);
        for (office, expected) in offices {
            block(("office", office), "all/all", expected);
        }
        let members: std::collections::BTreeSet<&String> = figures
            .0
            .keys()
            .filter(|key| key[1] == "office")
            .map(|key| &key[2])
            .collect();
        assert_eq!(
            members.len().to_string(),
            count(&expected["members_of_account"])
        );
    }
    explained_with_the_counts_of_2023(&folder);
    let intake = std::fs::read_to_string(root.join("public-2025-01-09/data/intake.csv"));
    let intake = intake.expect("intake.csv");
    assert!(intake.contains(",341299,341194,105,,\n"), "{intake}");
    assert!(intake.contains(",,,,repeated_id,105\n"), "{intake}");
}

/// The page about the median tells of the cases of 2023; its counts are counted again here from the export alone.
fn explained_with_the_counts_of_2023(folder: &Path) {
    let export = std::fs::File::open(folder.join("nyc_council_cases.csv.gz")).expect("the export");
    let mut reader = csv::Reader::from_reader(flate2::read::GzDecoder::new(export));
    let mut ids = std::collections::BTreeSet::new();
    let mut days: Vec<Option<i32>> = Vec::new();
    for row in reader.records() {
        let row = row.expect("a row");
        if !ids.insert(row[0].to_owned()) || !row[2].starts_with("2023-") {
            continue;
        }
        let day = |text: &str| -> i32 {
            text.parse::<jiff::civil::Date>()
                .expect("a date")
                .since((jiff::Unit::Day, jiff::civil::date(2023, 1, 1)))
                .expect("days")
                .get_days()
        };
        let is_closed = !matches!(&row[3], "" | "NA");
        days.push(is_closed.then(|| day(&row[3]) - day(&row[2])));
    }
    let by = |most: i32| days.iter().flatten().filter(|days| **days <= most).count();
    let closed = by(i32::MAX);
    let said = |count: usize| format!("{},{:03}", count / 1000, count % 1000);
    let share = |count: usize, all: usize| {
        let thousandths = (count * 1000 + all / 2) / all;
        format!("{}.{}%", thousandths / 10, thousandths % 10)
    };
    for lang in ["en", "zh-CN"] {
        let page = repository().join(format!("content/{lang}/methods/median_days.md"));
        let page = std::fs::read_to_string(page).expect("the page");
        for count in [days.len(), closed, days.len() - closed] {
            assert!(page.contains(&said(count)), "{lang}: {count}");
        }
        for count in [by(0), by(1), by(6), by(7)] {
            for all in [closed, days.len()] {
                let line = page.lines().find(|line| line.contains(&said(count)));
                let line = line.unwrap_or_else(|| panic!("{lang}: {count}"));
                assert!(line.contains(&share(count, all)), "{lang}: {line}");
            }
        }
    }
    // Half of those closed, and half of all: no case was followed for fewer days than these.
    assert!(2 * by(0) < closed && 2 * by(1) >= closed);
    assert!(2 * by(6) < days.len() && 2 * by(7) >= days.len());
}

#[test]
fn boston_requests_come_out_as_the_reference_has_them() {
    let Some(folder) = exports("boston-311-2011") else {
        return;
    };
    let reference = reference(&folder);
    let root = site(
        "boston",
        &folder,
        &[("311_service_requests_2011.csv.gz", "boston")],
    );
    for (as_of, expected) in reference["as_of"].as_object().expect("as-of dates") {
        let out = root.join(format!("public-{as_of}"));
        build(&root, &out, &["--as-of", as_of], &[]);
        let figures = Figures::read(&out);
        let block = |scope, period: &str, expected: &Value| {
            assert_block(&figures, "boston", "target", scope, period, expected);
        };
        block(OVERALL, "all/all", expected);
        block(OVERALL, "year/2011", &expected["by_received_year"]["2011"]);
        let subjects = expected["top_subject"].as_object().expect("subjects");
        assert_eq!(subjects.len(), 7);
        for (subject, expected) in subjects {
            block(("subject", subject), "all/all", expected);
        }
        let get =
            |scope, period: &str, indicator: &str| figures.get("boston", scope, period, indicator);
        let months = &reference["accepted_received_by_month_2011"];
        for (month, received) in months.as_object().expect("months") {
            let line = get(OVERALL, &format!("month/{month}"), "received");
            assert_eq!(line.value, count(received), "{month}");
        }
        for dimension in ["source", "subject", "department"] {
            for (member, received) in reference[dimension].as_object().expect("members") {
                let line = get((dimension, member), "all/all", "received");
                assert_eq!(line.value, count(received), "{dimension} {member}");
            }
        }
        let due = &reference["on_time_by_target_dt"][as_of];
        let rate = get(OVERALL, "all/all", "on_time_rate:target");
        assert_eq!(rate.numerator, count(&due["met"]), "{as_of}");
        assert_eq!(rate.denominator, count(&due["due_with_target"]), "{as_of}");
        let share = due["rate"].as_f64().expect("a rate");
        assert_eq!(rate.value, format!("{share:.6}"), "{as_of}");
        // The three parts and those not yet due add up to the rows with a usable target.
        let parts = ["due_on_time", "due_late", "due_open", "open_in_time"];
        let part = |name: &str| {
            let line = get(OVERALL, "all/all", &format!("{name}:target"));
            line.value.parse::<u64>().expect("a count")
        };
        let due_by_then: u64 = parts[..3].iter().map(|name| part(name)).sum();
        assert_eq!(due_by_then.to_string(), count(&due["due_with_target"]));
    }
}

#[test]
fn zhuhai_is_read_in_its_encoding_and_says_what_it_cannot_tell() {
    let Some(folder) = exports("zhuhai-12345") else {
        return;
    };
    let reference = reference(&folder);
    let files = [
        ("complaints.csv.gz", "all"),
        ("enquiries.csv.gz", "all"),
        ("complaints.csv.gz", "complaints"),
        ("enquiries.csv.gz", "enquiries"),
    ];
    let root = site("zhuhai", &folder, &files);
    let out = root.join("public");
    build(&root, &out, &[], &[]);
    let figures = Figures::read(&out);
    let number = |dataset: &str, scope, period: &str, indicator: &str| {
        let line = figures.get(dataset, scope, period, indicator);
        line.value
            .parse::<u64>()
            .unwrap_or_else(|_| panic!("{line:?} is no count"))
    };
    let mut sum = [0, 0];
    for set in ["complaints", "enquiries"] {
        let expected = &reference[set];
        let rows = expected["rows"].as_u64().expect("rows");
        let done = expected["status"]["办结"].as_u64().expect("done");
        assert_eq!(number(set, OVERALL, "all/all", "received"), rows);
        assert_eq!(number(set, OVERALL, "all/all", "outcome_closed"), done);
        assert_eq!(number(set, OVERALL, "all/all", "outcome_open"), rows - done);
        assert_eq!(
            figures
                .get(set, OVERALL, "all/all", "closed_rate")
                .numerator,
            done.to_string()
        );
        sum = [sum[0] + rows, sum[1] + done];
        for (department, expected) in expected["top_departments"]
            .as_object()
            .expect("departments")
        {
            let scope = ("department", department.as_str());
            let line = figures.get(set, scope, "all/all", "closed_rate");
            assert_eq!(line.numerator, count(&expected["done"]), "{department}");
            assert_eq!(line.denominator, count(&expected["rows"]), "{department}");
        }
        for (quarter, rows) in expected["by_quarter"].as_object().expect("quarters") {
            let period = format!("quarter/{}-{}", &quarter[..4], &quarter[4..]);
            assert_eq!(
                number(set, OVERALL, &period, "received").to_string(),
                count(rows)
            );
        }
        let departments: std::collections::BTreeSet<&String> = figures
            .0
            .keys()
            .filter(|key| key[0] == set && key[1] == "department")
            .map(|key| &key[2])
            .collect();
        assert_eq!(
            departments.len().to_string(),
            count(&expected["departments"])
        );
    }
    // Two files with different headers in one data set.
    assert_eq!(number("all", OVERALL, "all/all", "received"), sum[0]);
    assert_eq!(number("all", OVERALL, "all/all", "outcome_closed"), sum[1]);
    // No date of answer or closing: no time to answer, no flow, no past stock; never 0.
    for indicator in [
        "answer_rate",
        "median_days:response",
        "p90_days:response",
        "within_5_days:response",
        "closed_in_period",
    ] {
        for (key, line) in &figures.0 {
            if key[4] == indicator {
                assert_eq!(
                    (line.value.as_str(), line.status.as_str()),
                    ("", "none"),
                    "{key:?}"
                );
            }
        }
        assert!(
            figures.0.keys().any(|key| key[4] == indicator),
            "{indicator}"
        );
    }
    let page = std::fs::read_to_string(out.join("all/all/all/index.html")).expect("a page");
    for words in ["–", "来源没有相应的日期"] {
        assert!(page.contains(words), "the page does not say {words}");
    }
    let intake = std::fs::read_to_string(out.join("data/intake.csv")).expect("intake.csv");
    assert!(
        intake.contains("complaints.csv.gz,2217,2217,0,"),
        "{intake}"
    );
    assert!(intake.contains("enquiries.csv.gz,1513,1513,0,"), "{intake}");
}
