//! Lines of JSON and workbooks.

use super::*;

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
