//! Several threads and the general reader, held against each other.

use super::*;

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
    let (counted, told) = counting(None, None)
        .in_parallel(&site, &dataset, &mut |_| {}, Cut::default())
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
