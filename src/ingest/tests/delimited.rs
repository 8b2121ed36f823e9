//! Text files with delimiters: headers, columns, quotes, and rows that are none.

use super::*;

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

#[test]
fn a_file_that_cannot_be_opened_is_told() {
    let folder = Folder::new();
    let mut dataset = plain();
    dataset.files = vec!["gone.csv".into(), "odd.docx".into()];
    let out = read_in(&folder, &dataset, None);
    out.is_told("error[unreadable-file]: could not read gone.csv");
    out.is_told("error[wrong-format]");
}
