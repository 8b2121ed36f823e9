//! Dates, their order, and the deadline that comes too early.

use super::*;

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
