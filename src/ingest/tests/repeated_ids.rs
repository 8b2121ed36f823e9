//! Rows of one id: which of them is kept, and what becomes of the others.

use super::super::again::{Settling, Windows};
use super::super::file_rows::Piece;
use super::*;

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
fn rows_of_different_ids_are_all_kept_though_they_were_taken_for_one() {
    let folder = Folder::new();
    let mut dataset = plain();
    dataset.repeated_id = RepeatedId::RejectAll;
    let text = "id,received,closed\nA,2024-01-02,\nB,2024-01-02,\nA,2024-01-03,\nC,2024-01-02,\n";
    std::fs::write(folder.0.join("a.csv"), text).unwrap();
    dataset.files.push("a.csv".to_owned());
    let site = site(&folder);
    let files = Files::new(&site, &dataset).unwrap_or_else(|told| panic!("{told:?}"));
    let plan = files.plain("a.csv", &mut Diagnostics::new()).unwrap();
    let pieces = [Piece {
        start: plan.start as u64,
        line: 2,
        marks: vec![0],
    }];
    let settling = Settling {
        dataset: &dataset,
        as_of: None,
        files: &files,
        new: &Taken::default,
    };
    let settle = |ids: &[&str]| {
        let starts = text.match_indices('\n').map(|(at, _)| at + 1);
        let rows = starts.filter(|at| ids.iter().any(|id| text[*at..].starts_with(id)));
        let places = rows.map(|at| (0, at as u64..at as u64 + 1));
        let intake = FileIntake {
            read: 4,
            accepted: 4,
            ..FileIntake::default()
        };
        let windows = [Windows::new(&plan, &pieces)];
        let settled = settling.settle(&windows, places.collect(), vec![intake]);
        settled.unwrap_or_else(|told| panic!("{told:?}"))
    };
    // As if their hashes were one.
    let settled = settle(&["B", "C"]);
    assert_eq!(settled.outcome.intakes[0].accepted, 4);
    assert!(settled.outcome.gone.is_empty() && settled.part.is_empty());
    let settled = settle(&["A", "B"]);
    assert_eq!(settled.outcome.intakes[0].accepted, 2);
    assert_eq!(settled.outcome.gone, BTreeSet::from(["A".to_owned()]));
}
