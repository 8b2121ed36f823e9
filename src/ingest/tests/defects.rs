//! Rows that are refused, or too many.

use super::*;

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
fn more_rows_than_can_be_told_apart_are_an_error_at_the_first_of_them() {
    let folder = Folder::new();
    let mut dataset = plain();
    for (name, rows) in [
        ("1.csv", "A,2024-01-02,\n,,\n"),
        ("2.csv", "B,2024-01-02,\nC,2024-01-02,\n"),
        ("3.csv", ""),
    ] {
        std::fs::write(folder.0.join(name), format!("id,received,closed\n{rows}")).unwrap();
        dataset.files.push(name.to_owned());
    }
    let site = site(&folder);
    let files = Files::new(&site, &dataset).unwrap_or_else(|told| panic!("{told:?}"));
    let read = |most_rows| {
        let (mut counted, mut told) = (0, Diagnostics::new());
        let (mut sink, mut report) = (|_: &Case, _: &[Members], _| counted += 1, |_| {});
        let run = Run {
            most_rows,
            ..Run::new(&dataset, None, &files, &mut sink, &mut report)
        };
        run.all(&files, &mut told);
        (counted, told)
    };
    let (counted, told) = read(4);
    assert_eq!(counted, 3);
    assert!(!told.has_errors(), "{}", told.human());
    let (counted, told) = read(3);
    assert_eq!(counted, 2);
    let said = told.human();
    assert!(
        said.contains("error[too-many-rows]: the data set has more than 3 rows"),
        "{said}"
    );
    assert!(said.contains("——▶ 2.csv:3\n"), "{said}");
    assert!(said.contains("hint: make two data sets of it"), "{said}");
    // Files after it are not looked at, and nothing is said of them.
    assert!(!said.contains("3.csv"), "{said}");
}
