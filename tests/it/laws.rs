//! Laws that hold for any site, shown on the example site.

use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use crate::program::{Figures, build, copy, repository, scratch};

/// A copy of what the example site is made of.
fn example(name: &str) -> PathBuf {
    let root = scratch(name);
    std::fs::copy(
        repository().join("answerable.toml"),
        root.join("answerable.toml"),
    )
    .expect("answerable.toml can be copied");
    for folder in ["data", "content", "themes"] {
        if repository().join(folder).is_dir() {
            copy(&repository().join(folder), &root.join(folder));
        }
    }
    root
}

fn files_of(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    walkdir::WalkDir::new(folder)
        .into_iter()
        .map(|entry| entry.expect("the folder can be walked"))
        .filter(|entry| entry.file_type().is_file())
        .map(|entry| {
            let path = entry
                .path()
                .strip_prefix(folder)
                .expect("inside")
                .to_path_buf();
            (
                path,
                std::fs::read(entry.path()).expect("the file can be read"),
            )
        })
        .collect()
}

#[test]
fn the_example_site_keeps_the_laws() {
    let first = example("laws-one");
    let out = first.join("public");
    build(&first, &out, &[], &[("TZ", "UTC"), ("LANG", "C")]);
    let figures = Figures::read(&out);
    members_sum_to_overall(&figures);
    intake_adds_up(&out);
    pages_name_their_rows(&out);

    // Another path, zone and language: the same bytes.
    let second = example("laws-two/below");
    let other = second.join("public");
    let environment = [
        ("TZ", "America/St_Johns"),
        ("LANG", "zh_CN.GB18030"),
        ("LC_ALL", "tr_TR.UTF-8"),
    ];
    build(&second, &other, &[], &environment);
    let (one, two) = (files_of(&out), files_of(&other));
    assert_eq!(
        one.keys().collect::<Vec<_>>(),
        two.keys().collect::<Vec<_>>(),
        "the same files"
    );
    for (path, bytes) in &one {
        assert!(
            bytes == &two[path],
            "{} differs between two builds",
            path.display()
        );
    }

    // Each export of the hotline cut into five, in order: the same figures.
    let split = second.join("data/hotline");
    for year in ["2022", "2023", "2024"] {
        cut_in_five(&split, year);
    }
    build(&second, &other, &[], &[]);
    let name = Path::new("data/figures.csv");
    let cut = std::fs::read(other.join(name)).expect("figures.csv");
    assert!(
        cut == one[name],
        "figures.csv differs after the exports were cut"
    );
}

/// A page's figures stand in the rows of `figures.csv` that the page names: all of one scope and period, and no others of it.
fn pages_name_their_rows(out: &Path) {
    let mut reader = csv::Reader::from_path(out.join("data/figures.csv")).expect("figures.csv");
    let mut sheets: BTreeMap<Vec<String>, (usize, usize, usize)> = BTreeMap::new();
    // The head is row 1.
    for (row, record) in (2..).zip(reader.records()) {
        let record = record.expect("a record");
        let place = record.iter().take(5).map(str::to_owned).collect();
        let sheet = sheets.entry(place).or_insert((row, row, 0));
        *sheet = (sheet.0, row, sheet.2 + 1);
    }
    let mut by_first = BTreeMap::new();
    for (place, (first, last, count)) in sheets {
        assert_eq!(last + 1 - first, count, "{place:?} stands in one piece");
        by_first.insert(first, (place, last));
    }
    let mut told = [0, 0];
    for (path, bytes) in files_of(out) {
        let text = String::from_utf8_lossy(&bytes);
        let Some((_, after)) = text.split_once("In figures.csv they are rows ") else {
            continue;
        };
        let (said, _) = after.split_once(", in this order").expect("two numbers");
        let number = |text: &str| -> usize { text.replace(',', "").parse().expect("a number") };
        let (first, last) = said.split_once(" to ").expect("first and last");
        let (own, end) = &by_first[&number(first)];
        assert_eq!(number(last), *end, "{}", path.display());
        let place: Vec<String> = path
            .iter()
            .map(|part| part.to_string_lossy().into_owned())
            .collect();
        assert_eq!(own[0], place[0], "{}", path.display());
        let is_member = !own[1].is_empty();
        if is_member {
            assert_eq!(own[1], place[1], "{}", path.display());
        } else {
            assert_eq!(own[3..], place[1..3], "{}", path.display());
        }
        told[usize::from(is_member)] += 1;
    }
    assert!(told[0] > 20 && told[1] > 20, "{told:?}");
}

/// `2023.csv.gz` becomes `2023-1.csv.gz` to `2023-5.csv.gz`, each with the header line.
fn cut_in_five(folder: &Path, year: &str) {
    let whole = folder.join(format!("{year}.csv.gz"));
    let mut bytes = Vec::new();
    let packed = std::fs::File::open(&whole).expect("the export is there");
    flate2::read::GzDecoder::new(packed)
        .read_to_end(&mut bytes)
        .expect("gzip");
    std::fs::remove_file(&whole).expect("the whole export is taken away");
    // No cell of these exports has a line break, and neither encoding uses the byte of one within a character.
    let lines: Vec<&[u8]> = bytes.split_inclusive(|byte| *byte == b'\n').collect();
    let (header, rows) = lines.split_first().expect("a header line");
    for (number, part) in rows.chunks(rows.len().div_ceil(5)).enumerate() {
        let path = folder.join(format!("{year}-{}.csv.gz", number + 1));
        let file = std::fs::File::create(path).expect("a part can be made");
        let mut file = flate2::write::GzEncoder::new(file, flate2::Compression::fast());
        file.write_all(header).expect("written");
        for row in part {
            file.write_all(row).expect("written");
        }
    }
}

/// Every count of cases summed over the members of a dimension is the overall count.
fn members_sum_to_overall(figures: &Figures) {
    let mut sums: BTreeMap<[&str; 4], u64> = BTreeMap::new();
    let mut dimensions: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let is_count = |indicator: &str| {
        let name = indicator.split(':').next().unwrap_or(indicator);
        let counts = [
            "received",
            "valid",
            "due_on_time",
            "due_late",
            "due_open",
            "open_in_time",
            "open_at_end",
            "overdue",
            "closed_in_period",
            "reopened_in_period",
        ];
        counts.contains(&name) || name.starts_with("excluded_") || name.starts_with("outcome_")
    };
    let mut withheld = std::collections::BTreeSet::new();
    for ([dataset, dimension, _, period, indicator], line) in &figures.0 {
        if dimension.is_empty() || !is_count(indicator) {
            continue;
        }
        let known = dimensions.entry(dataset).or_default();
        if !known.contains(&dimension.as_str()) {
            known.push(dimension);
        }
        let key = [dataset.as_str(), dimension, period, indicator];
        if line.status == "suppressed" {
            withheld.insert(key);
        }
        *sums.entry(key).or_default() += line.value.parse::<u64>().unwrap_or(0);
    }
    let (mut compared, mut withheld_in) = (0_u32, 0_u32);
    for ([dataset, dimension, _, period, indicator], line) in &figures.0 {
        let is_told = line.status != "none" && line.status != "suppressed";
        if !dimension.is_empty() || !is_count(indicator) || !is_told {
            continue;
        }
        let overall: u64 = line.value.parse().expect("a count");
        for dimension in &dimensions[dataset.as_str()] {
            let key = [dataset.as_str(), dimension, period, indicator];
            let sum = sums.get(&key).copied().unwrap_or(0);
            if withheld.contains(&key) {
                assert!(sum <= overall, "{key:?}: {sum} of {overall}");
                withheld_in += 1;
            } else {
                assert_eq!(sum, overall, "{key:?}");
                compared += 1;
            }
        }
    }
    assert!(compared > 4_000, "only {compared} sums were compared");
    assert!(withheld_in > 1_000, "only {withheld_in} sums lack a member");
}

/// Rows read = accepted + rejected in every file, and the reasons sum to the rejected.
fn intake_adds_up(out: &Path) {
    let mut reader = csv::Reader::from_path(out.join("data/intake.csv")).expect("intake.csv");
    let mut files: BTreeMap<String, ([u64; 3], u64)> = BTreeMap::new();
    for record in reader.records() {
        let record = record.expect("a record of intake.csv");
        let number = |index: usize| record[index].parse::<u64>().unwrap_or(0);
        let entry = files.entry(record[0].to_owned()).or_default();
        if record[4].is_empty() {
            entry.0 = [number(1), number(2), number(3)];
        } else {
            entry.1 += number(5);
        }
    }
    assert!(files.len() >= 4, "an account of every export");
    for (file, ([read, accepted, rejected], reasons)) in files {
        assert_eq!(read, accepted + rejected, "{file}");
        assert_eq!(rejected, reasons, "{file}");
        assert!(read > 0, "{file}");
    }
}
