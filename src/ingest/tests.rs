//! Exports made of bytes, read as a user's would be, and the account that must come out.
#![expect(
    clippy::disallowed_methods,
    reason = "the tests write the exports that they read"
)]

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
        later: vec![],
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
    let counted = count(
        site,
        dataset,
        as_of,
        &mut |_| {},
        &mut diags,
        &Taken::default,
    );
    assert_the_same(diags, counted, ingested, cases, said);
    let bytes: u64 = dataset
        .files
        .iter()
        .map(|file| site.root.join(file).metadata().map_or(0, |m| m.len()))
        .sum();
    // Wherever blocks end; blocks of one byte grow until they hold a row.
    for block in [1, 7, 61, 1_000].into_iter().filter(|_| bytes < 20_000) {
        let cut = Cut { block, share: 1 };
        let new = Taken::default;
        let read = count_in_parallel(site, dataset, as_of, &mut |_| {}, &new, cut);
        if let Some((counted, told)) = read {
            let counted = (!told.has_errors()).then_some(counted);
            assert_the_same(told, counted, ingested, cases, said);
        }
    }
}

fn assert_the_same(
    told: Diagnostics,
    counted: Option<Counted<Taken>>,
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
    for (taken, _) in counted.parts {
        for (case, times) in taken.0 {
            *found.entry(case).or_insert(0) += times;
        }
    }
    found.retain(|_, times| *times != 0);
    expected.0.retain(|_, times| *times != 0);
    assert_eq!(found, expected.0);
    let table = |ids: IdTable| {
        let (numbered, mut hashes) = ids.into_ids();
        numbered
            .iter()
            .for_each(|each| hashes.extend(each.hashes()));
        hashes.sort_unstable();
        hashes
    };
    let mut ids = IdTable::new();
    for id in expected.0.keys().map(|(id, _)| id) {
        *ids.slot(id) = 1;
    }
    assert_eq!(table(counted.ids), table(ids));
}

/// How often each case was counted, less how often it was withdrawn; its line, file and text apart.
#[derive(Default)]
struct Taken(BTreeMap<(String, String), i64>);

impl Take for Taken {
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

#[test]
fn a_plain_export_becomes_cases() {
    let out = read_text(
        plain(),
        "id,received,closed\nA,2024-01-02 10:00:00,2024-01-03\nB,2024-01-05,\n",
    );
    assert_eq!(out.counted(), ["A@0:2", "B@0:3"]);
    let (a, _) = &out.cases[0];
    assert_eq!(a.received, moment("2024-01-02T10:00:00+08:00", &plain()));
    assert_eq!(a.closed, Some(moment("2024-01-03", &plain())));
    assert_eq!(out.cases[1].0.closed, None);
    assert_eq!((out.total().read, out.total().accepted), (2, 2));
    assert_eq!(out.file(0).encoding, "UTF-8");
    assert_eq!(out.file(0).sha256.len(), 64);
    assert_eq!(out.said, "");
}

#[test]
fn any_delimiter_is_found_from_the_header() {
    for delimiter in [",", ";", "\t", "|"] {
        let text = "id,received,closed,a note\nA,2024-01-02,,x\n".replace(',', delimiter);
        let out = read_files(plain(), &[("a.txt", text.as_bytes())]);
        assert_eq!(out.counted(), ["A@0:2"], "{delimiter:?}");
    }
    let out = read_text(
        plain(),
        "sep=;\r\nid;received;closed;a,b,c,d,e\r\nA;2024-01-02;;\r\n",
    );
    assert_eq!(out.counted(), ["A@0:3"]);
}

#[test]
fn two_files_may_name_and_order_their_columns_differently() {
    let dataset = dataset(&[(Field::Received, &["投诉日期", "咨询日期"])]);
    let out = read_files(
        dataset,
        &[
            ("1.csv", "投诉日期,单位\n2024-01-02,甲\n".as_bytes()),
            ("2.csv", "单位, 咨询日期 \n乙,2024-01-03\n".as_bytes()),
        ],
    );
    assert_eq!(out.counted(), ["1.csv:2@0:2", "2.csv:2@1:2"]);
}

#[test]
fn quoted_cells_hold_line_breaks_delimiters_and_quotes() {
    let mut dataset = plain();
    dataset.columns.insert(Field::Title, vec!["title".into()]);
    dataset.publish = Publish::Everything;
    let out = read_text(
        dataset,
        "id,title,received,closed\r\nA,\"one\r\ntwo, \"\"three\"\"\",2024-01-02,\r\n\r\nB,a \"bare\" quote,2024-01-03,",
    );
    assert_eq!(out.counted(), ["A@0:2", "B@0:5"]);
    let title = |n: usize| out.cases[n].0.text.as_ref().unwrap().title.clone();
    assert_eq!(title(0), "one\r\ntwo, \"three\"");
    assert_eq!(title(1), "a \"bare\" quote");
}

#[test]
fn ragged_rows_are_rejected_with_their_lines() {
    let out = read_text(
        plain(),
        "id,received,closed\nA,2024-01-02\nB,2024-01-03,,\nC,2024-01-04,\n",
    );
    assert_eq!(out.counted(), ["C@0:4"]);
    assert_eq!(out.rejected(), [(Reason::BrokenRecord, 2)]);
    out.is_told("fewer cells than the header line\n ——▶ a.csv:2\n");
    out.is_told("more cells than the header line\n ——▶ a.csv:3\n");
}

#[test]
fn an_unclosed_quote_is_one_error_at_its_opening() {
    let out = read_text(
        plain(),
        "id,received,closed\nA,2024-01-02,\nB,\"2024-01-03,\nC,2024-01-04,\n",
    );
    assert!(out.ingested.is_none());
    assert_eq!(out.said.matches("error[").count(), 1, "{}", out.said);
    out.is_told("error[unclosed-quote]: a quoted cell is opened here");
    out.is_told(" ——▶ a.csv:3:3\n");
}

#[test]
fn rows_with_nul_bytes_are_rejected() {
    let out = read_text(
        plain(),
        "id,received,closed\nA,2024-01-02,\nB\0\0,2024-01-03,\nC,2024-01-03,\n\0\0\0\0",
    );
    assert_eq!(out.counted(), ["A@0:2", "C@0:4"]);
    assert_eq!(out.rejected(), [(Reason::BrokenRecord, 2)]);
    out.is_told("NUL bytes");
}

#[test]
fn an_empty_file_is_an_error_and_a_lone_header_a_warning() {
    for text in ["", "\n\n", "\u{FEFF}", " \n"] {
        let out = read_text(plain(), text);
        assert!(out.ingested.is_none());
        out.is_told("error[empty-file]");
    }
    let out = read_text(plain(), "id,received,closed\n");
    assert_eq!(out.total().read, 0);
    out.is_told("warning[no-rows]");
}

#[test]
fn a_missing_column_names_what_there_is_and_the_nearest() {
    let out = read_text(plain(), "id,recieved,closed\nA,2024-01-02,\n");
    assert!(out.ingested.is_none());
    out.is_told(
        "error[missing-column]: the file has no column \"received\" (for received)\n ——▶ a.csv:1\n",
    );
    out.is_told("did you mean \"recieved\"?");
    out.is_told("the file has the columns id, recieved, closed");
}

#[test]
fn the_first_of_two_columns_of_one_name_is_read() {
    let out = read_text(
        plain(),
        "id,received,closed,received\nA,2024-01-02,,2020-01-01\n",
    );
    assert_eq!(out.cases[0].0.received.day.to_string(), "2024-01-02");
    out.is_told("warning[repeated-column]");
}

#[test]
fn a_header_may_stand_in_the_configuration() {
    let mut dataset = plain();
    dataset.header = Some(vec!["id".into(), "received".into(), "closed".into()]);
    let out = read_text(dataset, "A;2024-01-02;\nB;2024-01-03;\n");
    assert_eq!(out.counted(), ["A@0:1", "B@0:2"]);
}

#[test]
fn rows_of_empty_cells_are_passed_over_and_told() {
    let out = read_text(plain(), "id,received,closed\nA,2024-01-02,\n,,\n , ,\n\n");
    assert_eq!(out.total().read, 1);
    out.is_told("note[blank-rows]");
}

fn encoded(label: &str, text: &str) -> Vec<u8> {
    let encoding = encoding_rs::Encoding::for_label(label.as_bytes()).unwrap();
    let (bytes, _, had_errors) = encoding.encode(text);
    assert!(!had_errors);
    bytes.into_owned()
}

const CHINESE: &str =
    "编号,受理日期,承办单位\n甲1,2024-01-02,市场监督管理局\n甲2,2024-01-03,公安局\n";

fn chinese() -> Dataset {
    let mut dataset = dataset(&[(Field::Id, &["编号"]), (Field::Received, &["受理日期"])]);
    dimension(&mut dataset, "department", "承办单位", None);
    dataset
}

#[test]
fn encodings_are_found_by_themselves() {
    let utf16: Vec<u8> = CHINESE.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let utf16_be: Vec<u8> = CHINESE.encode_utf16().flat_map(u16::to_be_bytes).collect();
    let with_mark = |mark: &[u8], bytes: &[u8]| [mark, bytes].concat();
    let traditional = CHINESE
        .replace("编号", "編號")
        .replace("承办单位", "承辦單位")
        .replace("市场监督管理局", "市場監督管理局");
    let cases: [(&str, Vec<u8>); 7] = [
        ("UTF-8", CHINESE.as_bytes().to_vec()),
        ("UTF-8", with_mark(b"\xEF\xBB\xBF", CHINESE.as_bytes())),
        ("UTF-16LE", with_mark(b"\xFF\xFE", &utf16)),
        ("UTF-16BE", with_mark(b"\xFE\xFF", &utf16_be)),
        ("UTF-16LE", utf16),
        ("GB18030", encoded("gb18030", CHINESE)),
        ("Big5", encoded("big5", &traditional)),
    ];
    for (name, bytes) in cases {
        let mut dataset = chinese();
        dataset
            .columns
            .insert(Field::Id, vec!["编号".into(), "編號".into()]);
        dataset.dimension_columns[0].push("承辦單位".into());
        let out = read_files(dataset, &[("a.csv", &bytes)]);
        assert_eq!(out.file(0).encoding, name);
        assert_eq!(out.counted(), ["甲1@0:2", "甲2@0:3"], "{name}");
        assert_eq!(out.members[0][1], "公安局", "{name}");
    }
    let western = encoded(
        "windows-1252",
        "id,received,closed,ville\nA,2024-01-02,,Orléans – Été\n",
    );
    let out = read_files(plain(), &[("a.csv", &western)]);
    assert_eq!(out.file(0).encoding, "Windows-1252");
    out.is_told("note[encoding-found]: read as Windows-1252");
}

#[test]
fn a_file_that_is_ascii_at_first_is_settled_where_it_is_not() {
    let mut bytes = b"id,received,closed,place\n".to_vec();
    for n in 0..30_000 {
        bytes.extend(format!("A{n},2024-01-02,,somewhere\n").bytes());
    }
    bytes.extend(encoded(
        "gb18030",
        "B,2024-01-03,,市场监督管理局投诉举报中心\n",
    ));
    let mut dataset = plain();
    dimension(&mut dataset, "place", "place", None);
    let out = read_files(dataset, &[("a.csv", &bytes)]);
    assert_eq!(out.file(0).encoding, "GB18030");
    assert_eq!(out.total().accepted, 30_001);
    assert_eq!(out.members[0], ["somewhere", "市场监督管理局投诉举报中心"]);
}

#[test]
fn a_damaged_row_of_utf8_is_rejected_and_the_rest_is_read() {
    let mut text = String::from("id,received,closed,place\n");
    for n in 0..40 {
        text.push_str(&format!("A{n},2024-01-02,,公安局\n"));
    }
    let mut bytes = text.into_bytes();
    bytes.extend(b"B,2024-01-02,,\xE5\x85\xE5\n");
    bytes.extend("C,2024-01-02,,\u{FFFD}\n".bytes());
    let out = read_files(plain(), &[("a.csv", &bytes)]);
    assert_eq!(out.file(0).encoding, "UTF-8");
    assert_eq!(out.total().accepted, 41);
    assert_eq!(out.rejected(), [(Reason::BrokenRecord, 1)]);
    out.is_told(" ——▶ a.csv:42\n");
}

#[test]
fn a_declared_encoding_is_obeyed_where_the_bytes_are_not_utf8() {
    let mut dataset = chinese();
    dataset.encoding = Some("GB18030".into());
    let bytes = encoded("gb18030", CHINESE);
    let out = read_files(dataset.clone(), &[("a.csv", &bytes)]);
    assert_eq!(out.members[0][1], "公安局");
    assert_eq!(out.said, "");
    dataset.encoding = Some("klingon".into());
    let out = read_files(dataset, &[("a.csv", &bytes)]);
    out.is_told(
        "error[unknown-encoding]: encoding \"klingon\" is not known\n ——▶ data/d/dataset.toml",
    );
}

#[test]
fn packed_files_are_read_member_by_member() {
    let head = b"id,received,closed\nA,2024-01-02,\n";
    let tail = b"B,2024-01-03,\n";
    let gzip = |bytes: &[u8]| {
        let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        out.write_all(bytes).unwrap();
        out.finish().unwrap()
    };
    let zstd = |bytes: &[u8]| zstd::encode_all(bytes, 1).unwrap();
    let gz = [gzip(head), gzip(tail)].concat();
    let zst = [zstd(head), zstd(tail)].concat();
    for (name, bytes) in [("a.csv.gz", &gz), ("a.csv.zst", &zst)] {
        let out = read_files(plain(), &[(name, bytes)]);
        assert_eq!(out.counted(), ["A@0:2", "B@0:3"], "{name}");
        let cut = read_files(plain(), &[(name, &bytes[..bytes.len() - 5])]);
        assert!(cut.ingested.is_none());
        cut.is_told("error[broken-archive]");
    }
    let wrong = read_files(plain(), &[("a.csv", &gz)]);
    wrong.is_told("error[wrong-format]: the file is packed with gzip, not text");
}

#[test]
fn dates_are_checked_in_the_order_of_the_reasons() {
    let out = read_until(
        plain(),
        &[(
            "a.csv",
            b"id,received,closed\n,bad,\nA,2023-02-30,\nB,,\nC,2024-01-02,x\nD,2024-01-02,2024-01-01\nE,2024-03-01,\nF,2017.05.04,None\n",
        )],
        Some("2024-02-29"),
    );
    assert_eq!(
        out.rejected(),
        [
            (Reason::MissingId, 1),
            (Reason::UnreadableDate, 3),
            (Reason::EventBeforeReceived, 1),
            (Reason::AfterAsOf, 1)
        ]
    );
    assert_eq!(out.counted(), ["F@0:8"]);
    out.is_told("warning[unreadable-date]: rows rejected: a date cannot be read (\"2023-02-30\", \"x\")\n ——▶ a.csv:3:3 (column received)\n ——▶ a.csv:5:14 (column closed)");
}

#[test]
fn a_day_and_month_of_open_order_are_not_guessed() {
    let out = read_text(plain(), "id,received,closed\nA,03/04/2024,\n");
    out.is_told("which comes first, such as dates = [\"%d/%m/%Y\"]");
}

#[test]
fn offsets_win_and_events_are_compared_by_instant() {
    let out = read_text(
        plain(),
        "id,received,closed\nA,2024-01-02T00:30:00Z,2024-01-02 08:29:59\nB,2024-01-02T20:00:00Z,2024-01-03\n",
    );
    assert_eq!(out.rejected(), [(Reason::EventBeforeReceived, 1)]);
    assert_eq!(out.cases[0].0.received.day.to_string(), "2024-01-03");
}

#[test]
fn a_deadline_before_receipt_is_set_aside_and_noted() {
    let mut dataset = plain();
    dataset.columns.insert(Field::Due, vec!["due".into()]);
    let out = read_text(
        dataset,
        "id,received,closed,due\nA,2024-01-02,,2024-01-01\nB,2024-01-02,,2024-01-02\n",
    );
    assert_eq!(
        out.total().notes,
        BTreeMap::from([(Note::DueBeforeReceived, 1)])
    );
    assert_eq!(out.cases[0].0.due, None);
    assert!(out.cases[1].0.due.is_some());
}

const FIRST: &[u8] =
    b"id,received,closed,version\nA,2024-01-01,,2\nB,2024-01-02,,1\nA,2024-01-01,,2\n";
const SECOND: &[u8] = b"id,received,closed,version\nB,2024-01-02,2024-02-01,3\nC,2024-01-03,,1\nA,2024-01-01,2024-01-09,1\n";

fn repeats(policy: RepeatedId) -> Outcomes {
    let dataset = Dataset {
        repeated_id: policy,
        ..plain()
    };
    read_files(dataset, &[("1.csv", FIRST), ("2.csv", SECOND)])
}

#[test]
fn the_last_row_of_an_id_is_kept() {
    let out = repeats(RepeatedId::KeepLast);
    assert_eq!(out.counted(), ["B@1:2", "C@1:3", "A@1:4"]);
    assert_eq!((out.file(0).accepted, out.file(1).accepted), (0, 3));
    assert_eq!(
        out.file(0).rejected,
        BTreeMap::from([(Reason::RepeatedId, 3)])
    );
    assert_eq!(out.total().notes, BTreeMap::new());
    out.is_told("warning[repeated-id]");
    out.is_told("a.csv:2".replace("a.csv", "1.csv").as_str());
}

#[test]
fn the_first_row_of_an_id_is_kept() {
    let out = repeats(RepeatedId::KeepFirst);
    assert_eq!(out.counted(), ["A@0:2", "B@0:3", "C@1:3"]);
    assert_eq!(
        out.total().notes,
        BTreeMap::from([(Note::WholeRowRepeat, 1)])
    );
    assert_eq!(out.file(0).notes.len(), 1);
}

#[test]
fn the_row_with_the_latest_date_is_kept() {
    let dataset = |column: &str| Dataset {
        repeated_id: RepeatedId::KeepLatest(column.into()),
        ..plain()
    };
    let out = read_files(
        dataset("changed"),
        &[
            ("1.csv", b"id,received,closed,changed\nA,2024-01-01,,2024-05-01\nB,2024-01-02,,\n"),
            ("2.csv", b"id,received,closed,changed\nA,2024-01-01,,2024-04-01\nB,2024-01-02,,2024-01-01\nA,2024-01-01,,2024-05-01 00:00\n"),
        ],
    );
    assert_eq!(out.counted(), ["B@1:3", "A@1:4"]);
    assert_eq!(out.rejected(), [(Reason::RepeatedId, 3)]);
}

#[test]
fn no_row_of_a_repeated_id_is_kept() {
    let out = repeats(RepeatedId::RejectAll);
    assert_eq!(out.counted(), ["C@1:3"]);
    assert_eq!(out.rejected(), [(Reason::RepeatedId, 5)]);
}

#[test]
fn repeated_ids_stop_the_build_where_they_must_not_be() {
    let out = repeats(RepeatedId::Error);
    assert!(out.ingested.is_none());
    out.is_told("error[repeated-id]: rows repeat the id of an earlier row (\"A\", \"B\", \"A\")");
    out.is_told(" ——▶ 1.csv:4:1 (column id)");
}

#[test]
fn a_later_row_that_is_rejected_takes_no_place() {
    let out = read_text(
        plain(),
        "id,received,closed\nA,2024-01-01,\nA,bad,\nA,2024-01-01,2023-01-01\n",
    );
    assert_eq!(out.counted(), ["A@0:2"]);
}

#[test]
fn withdrawn_rows_take_their_notes_with_them() {
    let mut dataset = plain();
    dataset.columns.insert(Field::Due, vec!["due".into()]);
    let out = read_text(
        dataset,
        "id,received,closed,due\nA,2024-01-02,,2024-01-01\nA,2024-01-02,,2024-01-03\nA,2024-01-02,,2024-01-03\n",
    );
    assert_eq!(out.counted(), ["A@0:4"]);
    assert_eq!(
        out.total().notes,
        BTreeMap::from([(Note::WholeRowRepeat, 1)])
    );
}

#[test]
fn rows_without_an_id_are_all_kept_and_whole_repeats_counted() {
    let dataset = dataset(&[(Field::Received, &["received"])]);
    let out = read_files(
        dataset,
        &[
            (
                "1.csv",
                b"received,x\n2024-01-01,a\n2024-01-01, a\n2024-01-01,b\n",
            ),
            ("2.csv", b"x,received\na,2024-01-01\n"),
        ],
    );
    assert_eq!(out.total().accepted, 4);
    assert_eq!(
        out.total().notes,
        BTreeMap::from([(Note::WholeRowRepeat, 1)])
    );
    assert_eq!(out.cases[1].0.id, "1.csv:3");
}

#[test]
fn members_below_a_parent_are_paths() {
    let mut dataset = plain();
    dimension(&mut dataset, "town", "town", Some(1));
    dimension(&mut dataset, "county", "county", None);
    dataset.nothing.insert("-".into());
    let out = read_text(
        dataset,
        "id,received,closed,county,town\nA,2024-01-02,,North/East,Ford\nB,2024-01-02,,\u{3000}South\u{A0},Ford\nC,2024-01-02,,-,\nD,2024-01-02,,South,-\n",
    );
    assert_eq!(
        out.members[0],
        [
            "North\\/East/Ford",
            "South/Ford",
            "(not stated)/(not stated)",
            "South/(not stated)"
        ]
    );
    assert_eq!(out.members[1], ["North/East", "South", NOT_STATED]);
    assert_eq!(out.cases[3].0.members, [3, 1]);
}

fn worded() -> Dataset {
    let mut dataset = plain();
    dataset
        .columns
        .insert(Field::Outcome, vec!["result".into()]);
    dataset.columns.insert(Field::Status, vec!["state".into()]);
    dataset.columns.insert(Field::Rating, vec!["rating".into()]);
    dataset
        .columns
        .insert(Field::Escalation, vec!["how".into()]);
    dataset.scheme.fields = dataset.columns.keys().copied().collect();
    dataset.outcomes = vocabulary(&[
        ("done", Word::Outcome(Outcome::Resolved)),
        ("double", Word::Excluded(Exclusion::Duplicate)),
    ]);
    dataset.statuses = vocabulary(&[("open", Word::Outcome(Outcome::Open))]);
    dataset.ratings = vocabulary(&[("good", Rating::Satisfied)]);
    dataset.escalations = vocabulary(&[("press", Escalation::Media)]);
    dataset
}

const WORDS: &str = "id,received,closed,result,state,rating,how\nA,2024-01-02,2024-01-03,done,,good,press\nB,2024-01-02,2024-01-04,doen,,,\nC,2024-01-02,,N/A,open,fine,\nD,2024-01-02,2024-01-09,,open,,\n";

#[test]
fn unknown_words_stop_the_build_each_told_once() {
    let out = read_text(worded(), WORDS);
    assert!(out.ingested.is_none());
    out.is_told("error[unknown-outcome]: outcome \"doen\" is not in the vocabulary\n ——▶ a.csv:3:25 (column result)\nhint: did you mean \"done\"? or add it under [outcomes] in data/d/dataset.toml");
    out.is_told("error[unknown-rating]: rating \"fine\" is not in the vocabulary");
    assert_eq!(out.said.matches("error[").count(), 2);
}

#[test]
fn unknown_words_reject_the_row_where_the_configuration_says_so() {
    let mut dataset = worded();
    dataset.unknown_outcome = UnknownOutcome::Reject;
    let out = read_text(dataset, WORDS);
    assert_eq!(out.rejected(), [(Reason::UnknownOutcome, 2)]);
    assert_eq!(out.counted(), ["A@0:2", "D@0:5"]);
    let (a, _) = &out.cases[0];
    assert_eq!(a.outcome, Some(Word::Outcome(Outcome::Resolved)));
    assert_eq!(
        (a.rating, a.escalation),
        (Some(Rating::Satisfied), Escalation::Media)
    );
    assert_eq!(
        out.total().notes,
        BTreeMap::from([(Note::StatusContradictsDate, 1)])
    );
}

#[test]
fn a_vocabulary_that_is_not_there_is_asked_for_with_the_words_seen() {
    let mut dataset = worded();
    dataset.outcomes = Vocabulary::default();
    dataset.ratings.rest = Some(Rating::Neutral);
    let out = read_text(dataset, WORDS);
    out.is_told("there is no [outcomes] table");
    out.is_told("the words in the exports: \"doen\" (1), \"done\" (1)");
    assert_eq!(out.said.matches("error[").count(), 1);
}

#[test]
fn text_leaves_only_where_the_row_says_so() {
    let mut dataset = plain();
    dataset.columns.insert(Field::Title, vec!["title".into()]);
    dataset
        .columns
        .insert(Field::Publish, vec!["public".into()]);
    let text = "id,received,closed,title,public\nA,2024-01-02,,secret,no\nB,2024-01-02,,open,yes\n";
    let out = read_text(dataset.clone(), text);
    assert!(out.cases.iter().all(|(case, _)| case.text.is_none()));
    dataset.publish = Publish::Marked;
    let out = read_text(dataset, text);
    assert_eq!(out.cases[0].0.text, None);
    assert_eq!(out.cases[1].0.text.as_ref().unwrap().title, "open");
}

#[test]
fn too_many_defects_stop_the_build_and_rows_set_apart_do_not() {
    let mut dataset = plain();
    dataset.max_rejected = 20_000;
    let mut text = String::from("id,received,closed\n");
    for n in 0..98 {
        text.push_str(&format!("A{n},2024-01-02,\n"));
    }
    let superseded = format!("{text}A1,2024-01-02,\n,2024-01-02,\nB,,\n");
    assert!(read_text(dataset.clone(), &superseded).ingested.is_some());
    let out = read_text(dataset, &format!("{superseded}C,x,\n"));
    assert!(out.ingested.is_none());
    out.is_told("error[too-many-rejected]: 3 of 102 rows are rejected, more than the 2 % that max_rejected allows: missing_id 1, unreadable_date 2");
}

#[test]
fn forty_thousand_defects_are_one_warning() {
    let mut text = String::from("id,received,closed\n");
    for n in 0..40_000 {
        text.push_str(&format!("A{n},31/12/2024,\n"));
    }
    let out = read_text(plain(), &text);
    assert_eq!(out.said.matches("——▶").count(), 3);
    out.is_told("39997 more (40000 in all)");
}

#[test]
fn json_lines_are_rows() {
    let out = read_files(
        plain(),
        &[(
            "a.jsonl",
            b"{\"id\": 7, \"received\": \"2024-01-02T03:04:05Z\", \"closed\": null}\n\n[1]\n{\"received\": \"2024-01-02\"}\n{\"id\": \"B\", \"received\": \"2024-01-02\", \"x\": {}}\n",
        )],
    );
    assert_eq!(out.counted(), ["7@0:1", "B@0:5"]);
    assert_eq!(
        out.rejected(),
        [(Reason::BrokenRecord, 1), (Reason::MissingId, 1)]
    );
    let out = read_files(
        plain(),
        &[("a.jsonl", b"{\"id\": 7, \"received\": \"2024-01-02\"}\n")],
    );
    out.is_told("the file has no column \"closed\" (for closed)");
}

/// A zip file of stored parts, as small as the format allows.
fn zip(parts: &[(&str, &str)]) -> Vec<u8> {
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    for (name, text) in parts {
        let mut crc = flate2::Crc::new();
        crc.update(text.as_bytes());
        let size = u32::try_from(text.len()).unwrap().to_le_bytes();
        let mut fields = vec![20, 0, 0, 0, 0, 0, 0, 0, 0x21, 0];
        fields.extend(crc.sum().to_le_bytes());
        fields.extend([size, size].concat());
        fields.extend(u16::try_from(name.len()).unwrap().to_le_bytes());
        fields.extend([0, 0]);
        let offset = u32::try_from(out.len()).unwrap().to_le_bytes();
        directory.extend(b"PK\x01\x02\x14\0");
        directory.extend(&fields);
        directory.extend([0; 10]);
        directory.extend(offset);
        directory.extend(name.as_bytes());
        out.extend(b"PK\x03\x04");
        out.extend(&fields);
        out.extend(name.as_bytes());
        out.extend(text.as_bytes());
    }
    let count = u16::try_from(parts.len()).unwrap().to_le_bytes();
    let start = u32::try_from(out.len()).unwrap().to_le_bytes();
    let length = u32::try_from(directory.len()).unwrap().to_le_bytes();
    out.extend(directory);
    out.extend(b"PK\x05\x06\0\0\0\0");
    out.extend([count, count].concat());
    out.extend([length, start].concat());
    out.extend([0, 0]);
    out
}

/// A workbook with one sheet; style 1 is a date.
fn workbook(rows: &str, epoch: &str) -> Vec<u8> {
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let package = "http://schemas.openxmlformats.org/package/2006/relationships";
    zip(&[
        (
            "[Content_Types].xml",
            "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>",
        ),
        (
            "_rels/.rels",
            &format!(
                "<Relationships xmlns=\"{package}\"><Relationship Id=\"r1\" Type=\"{office}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
            ),
        ),
        (
            "xl/workbook.xml",
            &format!(
                "<workbook xmlns=\"{main}\" xmlns:r=\"{office}\"><workbookPr date1904=\"{epoch}\"/><sheets><sheet name=\"s\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>"
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            &format!(
                "<Relationships xmlns=\"{package}\"><Relationship Id=\"r1\" Type=\"{office}/worksheet\" Target=\"worksheets/sheet1.xml\"/><Relationship Id=\"r2\" Type=\"{office}/styles\" Target=\"styles.xml\"/></Relationships>"
            ),
        ),
        (
            "xl/styles.xml",
            &format!(
                "<styleSheet xmlns=\"{main}\"><cellXfs count=\"2\"><xf numFmtId=\"0\"/><xf numFmtId=\"22\"/></cellXfs></styleSheet>"
            ),
        ),
        (
            "xl/worksheets/sheet1.xml",
            &format!("<worksheet xmlns=\"{main}\"><sheetData>{rows}</sheetData></worksheet>"),
        ),
    ])
}

#[test]
fn the_first_sheet_of_a_workbook_is_read_with_its_dates() {
    let text =
        |at: &str, text: &str| format!("<c r=\"{at}\" t=\"inlineStr\"><is><t>{text}</t></is></c>");
    let rows = format!(
        "<row r=\"2\">{}{}{}</row><row r=\"3\"><c r=\"B3\"><v>100000012</v></c><c r=\"C3\" s=\"1\"><v>45293</v></c><c r=\"D3\" s=\"1\"><v>45294.395833333336</v></c></row><row r=\"4\">{}{}</row><row r=\"5\">{}<c r=\"E5\"><v>1</v></c></row>",
        text("B2", "id"),
        text("C2", " received"),
        text("D2", "closed"),
        text("B4", "007"),
        text("C4", "2024/1/5"),
        text("B5", "C"),
    );
    let out = read_files(plain(), &[("a.xlsx", &workbook(&rows, "0"))]);
    assert_eq!(out.counted(), ["100000012@0:3", "007@0:4"], "{}", out.said);
    let (a, _) = &out.cases[0];
    assert_eq!(a.received, moment("2024-01-02", &plain()));
    assert_eq!(a.closed, Some(moment("2024-01-03 09:30:00", &plain())));
    assert_eq!(out.cases[1].0.received.day.to_string(), "2024-01-05");
    assert_eq!(out.rejected(), [(Reason::BrokenRecord, 1)]);
    assert_eq!(out.file(0).encoding, "XLSX");
    let out = read_files(plain(), &[("a.xlsx", &workbook(&rows, "1"))]);
    assert_eq!(out.cases[0].0.received.day.to_string(), "2028-01-03");
    let out = read_files(plain(), &[("a.xls", b"<html><table/></html>")]);
    out.is_told("error[wrong-format]: the file is not a workbook");
    let out = read_files(plain(), &[("a.csv", &workbook(&rows, "0"))]);
    out.is_told("error[wrong-format]: the file is an Excel workbook, not text");
}

#[test]
fn a_file_that_cannot_be_opened_is_told() {
    let folder = Folder::new();
    let mut dataset = plain();
    dataset.files = vec!["gone.csv".into(), "odd.docx".into()];
    let out = read_in(&folder, &dataset, None);
    out.is_told("error[unreadable-file]: could not read gone.csv");
    out.is_told("error[wrong-format]");
}

#[test]
fn plain_files_are_not_given_up() {
    let folder = Folder::new();
    let mut dataset = plain();
    let mut text = String::from("id,received,closed\n");
    for row in 0..30_000 {
        let id = row % 29_990;
        writeln!(text, "A{id:06},2024-01-02 03:04:05,\"2024-01-03\"").unwrap();
    }
    std::fs::write(folder.0.join("a.csv"), &text).unwrap();
    dataset.files.push("a.csv".to_owned());
    let site = site(&folder);
    let new = Taken::default;
    let (counted, told) =
        count_in_parallel(&site, &dataset, None, &mut |_| {}, &new, Cut::default())
            .expect("it is plain");
    assert_eq!(counted.intake.files[0].accepted, 29_990, "{}", told.human());
}

#[test]
fn threads_and_the_general_reader_agree_on_hostile_files() {
    let mut chance = 11_u64;
    let mut next = |end: usize| {
        chance = chance * 48_271 % 2_147_483_647;
        usize::try_from(chance).unwrap() % end
    };
    let ids = [
        "A1",
        "A2",
        "A3",
        "B-07",
        "x",
        "",
        " A1 ",
        "None",
        "某1",
        "00000000000000000001",
    ];
    let dates = [
        "2024-01-02",
        "2024-01-02 03:04:05",
        "2024-01-03T23:59:59",
        "2024-02-30",
        "",
        "N/A",
        "24/1/2",
        "2024-01-02 24:00:00",
        "2023-12-31 10:00",
        "\"2024-01-02\"",
        "2024-01-02 03:04:60",
        "2024-03-01Z",
    ];
    let words = ["done", "dup", "odd", "", "\"do\"\"ne\"", "done "];
    let areas = [
        "北",
        "\"a,b\"",
        "\"line\nbreak\"",
        "",
        "x\"y",
        "\"q\"\"q\"",
        "z",
    ];
    let ends = ["\n", "\n", "\n", "\r\n", "\n\n", "\r", "\n,,,,\n", "\n  \n"];
    let policies = [
        RepeatedId::KeepLast,
        RepeatedId::KeepFirst,
        RepeatedId::RejectAll,
        RepeatedId::Error,
        RepeatedId::KeepLatest("closed".to_owned()),
    ];
    for round in 0..400 {
        let mut dataset = plain();
        dataset
            .columns
            .insert(Field::Outcome, vec!["outcome".to_owned()]);
        dataset
            .columns
            .insert(Field::Transfers, vec!["passed".to_owned()]);
        dataset
            .scheme
            .fields
            .extend([Field::Outcome, Field::Transfers]);
        dataset.outcomes = vocabulary(&[
            ("done", Word::Outcome(Outcome::Resolved)),
            ("dup", Word::Excluded(Exclusion::Duplicate)),
        ]);
        dataset.unknown_outcome = match next(4) {
            0 => UnknownOutcome::Stop,
            _ => UnknownOutcome::Reject,
        };
        dimension(&mut dataset, "area", "area", None);
        dataset.repeated_id = policies[round % policies.len()].clone();
        let is_tame = next(3) > 0;
        let mut files = Vec::new();
        for _ in 0..=next(2) {
            let mut text = String::from("id,received,closed,outcome,area,passed\n");
            for _ in 0..next(40) {
                let area = areas[next(areas.len())];
                let area = if is_tame && area == "x\"y" { "y" } else { area };
                let end = ends[if is_tame { next(3) } else { next(ends.len()) }];
                let row = [
                    ids[next(ids.len())],
                    dates[next(dates.len())],
                    dates[next(dates.len())],
                    words[next(words.len())],
                    area,
                    ["", "0", "2", "many"][next(4)],
                ];
                let width = if next(15) == 0 { 1 + next(6) } else { 6 };
                text.push_str(&row[..width].join(","));
                text.push_str(if next(30) == 0 { ",more" } else { "" });
                text.push_str(end);
            }
            files.push(text);
        }
        let named: Vec<(String, &[u8])> = (1..)
            .zip(&files)
            .map(|(number, text)| (format!("{number}.csv"), text.as_bytes()))
            .collect();
        let files: Vec<(&str, &[u8])> = named.iter().map(|(n, b)| (n.as_str(), *b)).collect();
        // Reading holds the threads' account, messages and cases against the general reader's.
        read_until(dataset, &files, (next(4) == 0).then_some("2024-01-02"));
    }
}
