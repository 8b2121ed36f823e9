//! Exports made of bytes, read as a user's would be, and the account that must come out.
#![expect(
    clippy::disallowed_methods,
    reason = "the tests write the exports that they read"
)]

mod dates;
mod defects;
mod delimited;
mod encodings;
mod formats;
mod kept_rows;
mod repeated_ids;
mod threads;
mod vocabularies;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use super::*;
use crate::case::{Dimension, Escalation, Exclusion, NOT_STATED, Outcome, Rating, Scheme, Word};
use crate::config::{Publish, UnknownOutcome, Vocabulary};
use crate::text::{Lang, Localised};
use crate::time::{PeriodRules, Zone};

/// A folder of its own, gone when the test is.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!(
            "answerable-ingest-{}-{}",
            std::process::id(),
            NEXT.fetch_add(1, Ordering::Relaxed)
        );
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// What came out of a reading.
struct Outcomes {
    ingested: Option<Ingested>,
    cases: Vec<(Case, Weight)>,
    members: Vec<Vec<String>>,
    said: String,
}

impl Outcomes {
    /// The ids that stay counted, in the order of their first counting.
    fn counted(&self) -> Vec<String> {
        let mut counted: Vec<(String, u64, u32)> = Vec::new();
        for (case, weight) in &self.cases {
            let key = (case.id.clone(), case.line, case.file);
            match weight {
                Weight::Count => counted.push(key),
                Weight::Withdraw => {
                    let at = counted.iter().position(|each| *each == key).unwrap();
                    counted.remove(at);
                }
            }
        }
        counted
            .iter()
            .map(|(id, line, file)| format!("{id}@{file}:{line}"))
            .collect()
    }

    fn total(&self) -> FileIntake {
        let intake = &self.ingested.as_ref().expect(&self.said).intake;
        assert!(intake.files.iter().all(FileIntake::adds_up), "{intake:?}");
        intake.total()
    }

    fn file(&self, index: usize) -> &FileIntake {
        &self.ingested.as_ref().expect(&self.said).intake.files[index]
    }

    fn rejected(&self) -> Vec<(Reason, u64)> {
        self.total().rejected.into_iter().collect()
    }

    fn is_told(&self, text: &str) {
        assert!(self.said.contains(text), "{text} is not in\n{}", self.said);
    }
}

fn columns(pairs: &[(Field, &[&str])]) -> BTreeMap<Field, Vec<String>> {
    pairs
        .iter()
        .map(|(field, names)| (*field, names.iter().map(|n| (*n).to_owned()).collect()))
        .collect()
}

fn dataset(pairs: &[(Field, &[&str])]) -> Dataset {
    Dataset {
        id: "d".into(),
        title: Localised::same("D"),
        source: Localised::default(),
        licence: Localised::default(),
        notice: Localised::default(),
        path: "data/d/dataset.toml".into(),
        files: vec![],
        encoding: None,
        delimiter: None,
        dates: vec![],
        zone: Zone::named("Asia/Shanghai").unwrap(),
        nothing: BTreeSet::from(["None".to_owned(), "N/A".to_owned()]),
        repeated_id: RepeatedId::KeepLast,
        coverage: None,
        header: None,
        yes: BTreeSet::from(["yes".to_owned()]),
        max_rejected: 1_000_000,
        columns: columns(pairs),
        dimension_columns: vec![],
        outcomes: Vocabulary::default(),
        statuses: Vocabulary::default(),
        escalations: Vocabulary::default(),
        ratings: Vocabulary::default(),
        unknown_outcome: UnknownOutcome::Stop,
        publish: Publish::Nothing,
        population: None,
        breaks: vec![],
        aliases: vec![],
        dimension_texts: vec![],
        clock_texts: vec![],
        scheme: Scheme {
            fields: pairs.iter().map(|(field, _)| *field).collect(),
            dimensions: vec![],
            clocks: vec![],
            matter: None,
            only_answered: false,
        },
    }
}

/// Id, received and closed, under their own names.
fn plain() -> Dataset {
    dataset(&[
        (Field::Id, &["id"]),
        (Field::Received, &["received"]),
        (Field::Closed, &["closed"]),
    ])
}

fn dimension(dataset: &mut Dataset, id: &str, column: &str, parent: Option<usize>) {
    dataset.scheme.dimensions.push(Dimension {
        id: id.into(),
        pages: true,
        parent,
    });
    dataset.dimension_columns.push(vec![column.into()]);
}

fn vocabulary<T: Copy>(pairs: &[(&str, T)]) -> Vocabulary<T> {
    Vocabulary {
        words: pairs.iter().map(|(w, t)| ((*w).to_owned(), *t)).collect(),
        rest: None,
    }
}

fn read_files(dataset: Dataset, files: &[(&str, &[u8])]) -> Outcomes {
    read_until(dataset, files, None)
}

fn read_until(mut dataset: Dataset, files: &[(&str, &[u8])], as_of: Option<&str>) -> Outcomes {
    let folder = Folder::new();
    for (name, bytes) in files {
        std::fs::write(folder.0.join(name), bytes).unwrap();
        dataset.files.push((*name).to_owned());
    }
    read_in(&folder, &dataset, as_of)
}

fn read_in(folder: &Folder, dataset: &Dataset, as_of: Option<&str>) -> Outcomes {
    let site = site(folder);
    let mut diags = Diagnostics::new();
    let mut cases = Vec::new();
    let ingested = read(
        &site,
        dataset,
        as_of.and_then(Day::parse),
        &mut |_| {},
        &mut diags,
        &mut |case, _, weight| cases.push((case.clone(), weight)),
    );
    let said = diags.human();
    assert_the_same_in_parallel(&site, dataset, as_of, &ingested, &cases, &said);
    let members = ingested.iter().flat_map(|i| &i.members);
    Outcomes {
        members: members.map(|m| m.names().to_vec()).collect(),
        ingested,
        cases,
        said,
    }
}

fn site(folder: &Folder) -> Site {
    Site {
        root: folder.0.clone(),
        title: Localised::default(),
        base_url: String::new(),
        languages: vec![Lang("en".into())],
        theme: "default".into(),
        zone: Zone::utc(),
        periods: PeriodRules::default(),
        settle: 90,
        as_of: None,
        min_cell: 1,
        min_base: 1,
        max_figures: 1,
        case_pages: true,
        search: crate::config::Search {
            is_on: false,
            cases: false,
        },
        previous: None,
        unexplained: crate::config::Unexplained::Tell,
        explanations: vec![],
        redaction: crate::config::Redaction::default(),
        print: crate::config::Print::default(),
        datasets: vec![],
    }
}

/// Every test of this room holds the threads' reading against the general one: what is told, the account, the cases.
fn assert_the_same_in_parallel(
    site: &Site,
    dataset: &Dataset,
    as_of: Option<&str>,
    ingested: &Option<Ingested>,
    cases: &[(Case, Weight)],
    said: &str,
) {
    let as_of = as_of.and_then(Day::parse);
    let mut diags = Diagnostics::new();
    let counting = counting(as_of, None);
    let counted = counting.count(site, dataset, &mut |_| {}, &mut diags);
    assert_the_same(diags, counted, ingested, cases, said);
    let bytes: u64 = dataset
        .files
        .iter()
        .map(|file| site.root.join(file).metadata().map_or(0, |m| m.len()))
        .sum();
    // Wherever blocks end; blocks of one byte grow until they hold a row.
    for block in [1, 7, 61, 1_000].into_iter().filter(|_| bytes < 20_000) {
        let cut = Cut { block, share: 1 };
        let read = counting.in_parallel(site, dataset, &mut |_| {}, cut);
        if let Some((counted, told)) = read {
            let counted = (!told.has_errors()).then_some(counted);
            assert_the_same(told, counted, ingested, cases, said);
        }
    }
}

fn assert_the_same(
    told: Diagnostics,
    counted: Option<Counted<Times>>,
    ingested: &Option<Ingested>,
    cases: &[(Case, Weight)],
    said: &str,
) {
    assert_eq!(told.human(), said);
    assert_eq!(counted.is_some(), ingested.is_some());
    let (Some(counted), Some(ingested)) = (counted, ingested) else {
        return;
    };
    assert_eq!(counted.intake, ingested.intake);
    let mut expected = Taken::default();
    for (case, weight) in cases {
        expected.take(case, &ingested.members, *weight);
    }
    let mut found = BTreeMap::new();
    for (case, times) in counted.parts.into_iter().flatten() {
        *found.entry(case).or_insert(0) += times;
    }
    found.retain(|_, times| *times != 0);
    expected.0.retain(|_, times| *times != 0);
    assert_eq!(found, expected.0);
    let table = |ids: IdSet| {
        let numbered = ids.numbered.iter().flat_map(|each| each.hashes());
        let mut hashes: Vec<u64> = ids.hashes.iter().chain(numbered).collect();
        hashes.sort_unstable();
        hashes
    };
    let mut ids = IdTable::new();
    for id in expected.0.keys().map(|(id, _)| id) {
        *ids.slot(id) = 1;
    }
    assert_eq!(table(counted.ids), table(ids.into_set()));
}

/// How often each case was counted, less how often it was withdrawn; its line, file and text apart.
type Times = BTreeMap<(String, String), i64>;

#[derive(Default)]
struct Taken(Times);

fn counting(as_of: Option<Day>, shelf: Option<&dyn Shelf<Times>>) -> Counting<'_, Taken> {
    Counting {
        as_of,
        new: &Taken::default,
        shelf,
    }
}

impl Take for Taken {
    type Part = Times;

    fn into_part(self, _: &[Members]) -> Times {
        self.0
    }

    fn take(&mut self, case: &Case, members: &[Members], weight: Weight) {
        let names: Vec<&str> = case
            .members
            .iter()
            .zip(members)
            .map(|(number, members)| members.name(*number))
            .collect();
        let plain = Case {
            file: 0,
            line: 0,
            members: vec![],
            text: None,
            ..case.clone()
        };
        let key = (case.id.clone(), format!("{names:?} {plain:?}"));
        *self.0.entry(key).or_default() += match weight {
            Weight::Count => 1,
            Weight::Withdraw => -1,
        };
    }
}

fn read_text(dataset: Dataset, text: &str) -> Outcomes {
    read_files(dataset, &[("a.csv", text.as_bytes())])
}

fn moment(text: &str, dataset: &Dataset) -> crate::time::Moment {
    date::Dates::new(&[], &dataset.zone).read(text).unwrap()
}
