//! Texts in any encoding, and packed files.

use super::*;

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
