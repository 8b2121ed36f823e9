//! Members, words and texts.

use super::*;

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
