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

#[test]
fn cells_side_by_side_stand_for_what_each_says_alone() {
    let mut chance = 5_u64;
    let mut next = |end: usize| {
        chance = chance * 48_271 % 2_147_483_647;
        usize::try_from(chance).unwrap() % end
    };
    let mut dataset = plain();
    for (field, name) in [
        (Field::Outcome, "outcome"),
        (Field::Reopened, "again"),
        (Field::Transfers, "passed"),
    ] {
        dataset.columns.insert(field, vec![name.to_owned()]);
        dataset.scheme.fields.insert(field);
    }
    dataset.yes = BTreeSet::from(["1".to_owned()]);
    dataset.outcomes = vocabulary(&[
        ("1", Word::Outcome(Outcome::Resolved)),
        ("2", Word::Excluded(Exclusion::Duplicate)),
    ]);
    dimension(&mut dataset, "area", "area", None);
    dimension(&mut dataset, "channel", "channel", None);
    dimension(&mut dataset, "street", "street", Some(0));
    dimension(&mut dataset, "house", "house", Some(2));
    // The same cells in other columns; more of them than are remembered as a whole.
    let headers = [
        "outcome,again,passed,area,channel,street,house",
        "passed,outcome,again,channel,area,house,street",
        "again,passed,outcome,street,house,area,channel",
    ];
    let mut files: Vec<String> = Vec::new();
    for (most, header) in [3, 3_000, 3].into_iter().zip(headers) {
        let mut text = format!("id,received,closed,{header}\n");
        for row in 0..most + 60 {
            let id = format!("{}-{row:05}", files.len());
            write!(text, "{id},2024-01-02,2024-01-03").unwrap();
            for column in header.split(',') {
                let value = match column {
                    "outcome" => 1 + next(2),
                    "again" => next(2),
                    "street" if most < 10 => next(2),
                    "area" | "channel" if most < 10 => 1 + next(3),
                    _ => next(most),
                };
                let quote = if next(9) == 0 { "\"" } else { "" };
                write!(text, ",{quote}{value}{quote}").unwrap();
            }
            text.push('\n');
        }
        files.push(text);
    }
    // Reading holds the threads' cases against the general reader's, which looks at each cell.
    let read = |files: &[String]| {
        let named = ["a.csv", "b.csv", "c.csv"].into_iter().zip(files);
        let named: Vec<(&str, &[u8])> = named.map(|(n, text)| (n, text.as_bytes())).collect();
        read_files(dataset.clone(), &named).total().accepted
    };
    assert_eq!(read(&files), 3_186);
    // Short files are read in small blocks as well, so that each thread meets all of them.
    let half = files[1].find("1-00120").expect("it has the row");
    files[1].truncate(half);
    assert_eq!(read(&files), 246);
}
