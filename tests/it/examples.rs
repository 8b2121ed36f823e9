//! The worked examples of the methods pages, run through the whole program: the same rows, the same `dataset.toml`, the same lists
//! of what counts. A list that names a case too many or too few is found by leaving each case out in turn.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use crate::bench::Bench;
use crate::program::{Figures, Key, Line, build, copy, repository};

const SITE: &str = r#"[site]
title = "Examples"
base_url = "https://example.org/"
languages = ["en"]
timezone = "UTC"

[periods]
as_of = "2024-03-31"

[privacy]
min_cell = 1
min_base = 1
"#;

struct Example {
    id: String,
    sample: String,
    key: Key,
    counted: Option<Vec<String>>,
    base: Option<Vec<String>>,
    table: toml::Table,
}

fn examples() -> Vec<Example> {
    let folder = repository().join("src/report/examples");
    let text = fs::read_to_string(folder.join("examples.toml")).unwrap();
    let all: toml::Table = text.parse().unwrap();
    all.iter()
        .map(|(id, value)| {
            let table = value.as_table().unwrap().clone();
            let word = |key: &str| {
                table
                    .get(key)
                    .map(|value| value.as_str().unwrap().to_owned())
            };
            let list = |key: &str| {
                let list = table.get(key)?.as_array().unwrap();
                Some(
                    list.iter()
                        .map(|id| id.as_str().unwrap().to_owned())
                        .collect(),
                )
            };
            let sample = word("sample").unwrap();
            let member = word("member").unwrap_or_default();
            let (dimension, member) = member.split_once('/').unwrap_or_default();
            let key = [
                sample.clone(),
                dimension.to_owned(),
                member.to_owned(),
                word("period").unwrap_or_else(|| "month/2024-03".to_owned()),
                word("figure").unwrap_or_else(|| id.clone()),
            ];
            Example {
                id: id.clone(),
                sample,
                key,
                counted: list("counted"),
                base: list("base"),
                table,
            }
        })
        .collect()
}

/// Builds the samples, one case left out where it is named.
fn figures(bench: &Bench, without: Option<(&str, &str)>) -> Figures {
    let site = bench.path("site");
    let _ = fs::remove_dir_all(&site);
    fs::create_dir_all(&site).unwrap();
    fs::write(site.join("answerable.toml"), SITE).unwrap();
    for sample in ["calls", "outcomes"] {
        let from = repository().join("src/report/examples").join(sample);
        let to = site.join("data").join(sample);
        copy(&from, &to);
        if let Some((_, id)) = without.filter(|(of, _)| *of == sample) {
            leave_out(&to.join("rows.csv"), id);
        }
    }
    let public = bench.path("public");
    build(&site, &public, &[], &[]);
    Figures::read(&public)
}

fn leave_out(rows: &Path, id: &str) {
    let text = fs::read_to_string(rows).unwrap();
    let start = format!("{id},");
    let kept: Vec<&str> = text
        .lines()
        .filter(|line| !line.starts_with(&start))
        .collect();
    fs::write(rows, kept.join("\n") + "\n").unwrap();
}

fn count(ids: Option<&Vec<String>>) -> String {
    ids.map_or_else(String::new, |ids| ids.len().to_string())
}

/// Numerator and denominator of a figure; a plain count is its value.
fn parts(line: &Line) -> (String, String) {
    if line.denominator.is_empty() {
        (line.value.clone(), String::new())
    } else {
        (line.numerator.clone(), line.denominator.clone())
    }
}

fn expected(example: &Example, figure: &Line) -> Option<String> {
    let table = &example.table;
    let number = |key: &str| table.get(key).and_then(toml::Value::as_integer);
    let told = if let Some(sum) = table.get("sum") {
        let sum: i64 = sum
            .as_array()
            .unwrap()
            .iter()
            .map(|n| n.as_integer().unwrap())
            .sum();
        (figure.numerator == sum.to_string() && figure.denominator == count(example.base.as_ref()))
            .then_some(())
    } else if table.contains_key("ran") {
        // The level that is reached, of as many as are listed.
        let ran = table["ran"].as_array().unwrap();
        let reached = number("reached").map_or_else(String::new, |time| time.to_string());
        (figure.value == reached && figure.denominator == ran.len().to_string()).then_some(())
    } else if example.counted.is_none() {
        (figure.value == number("value").unwrap().to_string()).then_some(())
    } else if let Some(people) = number("value") {
        (figure.numerator == count(example.counted.as_ref())
            && figure.denominator == people.to_string())
        .then_some(())
    } else {
        let wanted = (
            count(example.counted.as_ref()),
            count(example.base.as_ref()),
        );
        (parts(figure) == wanted).then_some(())
    };
    match told {
        Some(()) => None,
        None => Some(format!("{}: the program says {figure:?}", example.id)),
    }
}

#[test]
fn every_indicator_is_worked_by_hand_as_the_program_works_it() {
    let bench = Bench::new("examples");
    let all = figures(&bench, None);
    let examples = examples();
    let mut wrong: Vec<String> = Vec::new();
    for example in &examples {
        match all.0.get(&example.key) {
            Some(line) => wrong.extend(expected(example, line)),
            None => wrong.push(format!("{}: there is no {:?}", example.id, example.key)),
        }
    }
    let have: BTreeSet<&str> = examples.iter().map(|each| each.id.as_str()).collect();
    for definition in answerable::indicators::DEFINITIONS {
        if !have.contains(definition.id) {
            wrong.push(format!("{} has no example", definition.id));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn leaving_a_case_out_changes_what_the_examples_say_it_is_in() {
    let bench = Bench::new("examples-without");
    let all = figures(&bench, None);
    let examples = examples();
    let mut wrong: Vec<String> = Vec::new();
    let mut samples: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for sample in ["calls", "outcomes"] {
        let path = repository().join(format!("src/report/examples/{sample}/rows.csv"));
        let text = fs::read_to_string(path).unwrap();
        let ids = text
            .lines()
            .skip(1)
            .map(|line| line.split(',').next().unwrap().to_owned());
        samples.insert(sample, ids.collect());
    }
    for (sample, ids) in &samples {
        for id in ids {
            let without = figures(&bench, Some((*sample, id.as_str())));
            for example in examples.iter().filter(|each| each.sample == *sample) {
                let Some(counted) = &example.counted else {
                    continue;
                };
                let number = |text: &str| text.parse::<i64>().unwrap_or(0);
                let before = parts(&all.0[&example.key]);
                // A figure that loses its only case may lose its line.
                let after = without.0.get(&example.key).map(parts).unwrap_or_default();
                let is_counted = i64::from(counted.contains(id));
                if number(&before.0) - number(&after.0) != is_counted {
                    wrong.push(format!(
                        "{}: {id} is listed wrongly among what counts",
                        example.id
                    ));
                }
                let Some(base) = &example.base else { continue };
                let is_in = i64::from(base.contains(id));
                if number(&before.1) - number(&after.1) != is_in {
                    wrong.push(format!(
                        "{}: {id} is listed wrongly in the base",
                        example.id
                    ));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
