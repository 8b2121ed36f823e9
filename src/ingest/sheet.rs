//! Workbooks to records: the first sheet of an xlsx, xlsm, xlsb, xls or ods file, cell by cell.
//!
//! Dates become ISO text, with a time only where the cell has one; numbers lose no digits and gain no `.0`.
//! The lines of a record are the sheet's row numbers, its columns those of the sheet.

use std::io::{Cursor, Read};

use calamine::{
    Data, DataRef, ExcelDateTime, Ods, Reader, Sheets, Xls, Xlsb, Xlsx, open_workbook_from_rs,
};

use super::Fault;
use super::decode::unreadable;
use super::record::{Broken, Record, Span};
use super::source::{Visitor, empty};
use crate::diag::{Diagnostic, Place};

/// Larger workbooks are refused: they are read whole before their rows can be.
const LARGEST: u64 = 512 * 1024 * 1024;

/// Reads the first sheet row by row; gives the kind of workbook.
pub(super) fn visit(
    input: Box<dyn Read + '_>,
    path: &str,
    header: Option<&[String]>,
    visitor: &mut dyn Visitor,
) -> Result<&'static str, Fault> {
    let mut bytes = Vec::new();
    input
        .take(LARGEST + 1)
        .read_to_end(&mut bytes)
        .map_err(|cause| unreadable(path, &cause))?;
    if bytes.is_empty() {
        return Err(empty(path));
    }
    if bytes.len() as u64 > LARGEST {
        return Err(broken(path, "it is larger than 512 MiB; export it as CSV"));
    }
    let (mut book, kind) = open(bytes, path)?;
    let Some(name) = book.sheet_names().first().cloned() else {
        return Err(empty(path));
    };
    let mut rows = Rows {
        path,
        header,
        visitor,
        width: 0,
        row: None,
        scratch: String::new(),
        spans: Vec::new(),
        goes_on: true,
    };
    match &mut book {
        Sheets::Xlsx(book) => {
            let mut cells = book
                .worksheet_cells_reader(&name)
                .map_err(|cause| broken(path, &cause.to_string()))?;
            while rows.goes_on
                && let Some(cell) = cells
                    .next_cell()
                    .map_err(|cause| broken(path, &cause.to_string()))?
            {
                let (row, column) = cell.get_position();
                rows.put(row, column, cell.get_value());
            }
        }
        other => {
            let range = other
                .worksheet_range(&name)
                .map_err(|cause| broken(path, &cause.to_string()))?;
            let (first_row, first_column) = range.start().unwrap_or_default();
            for (row, column, cell) in range.used_cells() {
                if !rows.goes_on {
                    break;
                }
                let row = first_row + u32::try_from(row).expect("sheets have fewer rows");
                let column = first_column + u32::try_from(column).expect("fewer columns");
                rows.put(row, column, &lend(cell));
            }
        }
    }
    rows.finish()?;
    Ok(kind)
}

type Book = Sheets<Cursor<Vec<u8>>>;

/// Opens a workbook by its first bytes, whatever its name says.
fn open(bytes: Vec<u8>, path: &str) -> Result<(Book, &'static str), Fault> {
    let cause = |cause: &dyn std::fmt::Display| broken(path, &cause.to_string());
    let is_zip = bytes.starts_with(b"PK");
    let is_old = bytes.starts_with(b"\xD0\xCF\x11\xE0");
    let lower = path.to_lowercase();
    let cursor = Cursor::new(bytes);
    if is_old {
        let book: Xls<_> = open_workbook_from_rs(cursor).map_err(|e| cause(&e))?;
        return Ok((Sheets::Xls(book), "XLS"));
    }
    if !is_zip {
        return Err(Box::new(
            Diagnostic::error("wrong-format", "the file is not a workbook, though it is named like one")
                .at(Place::file(path))
                .hint("open it in a spreadsheet program and save it as .xlsx or as .csv (many systems write HTML or CSV under such a name)"),
        ));
    }
    if lower.contains(".ods") {
        let book: Ods<_> = open_workbook_from_rs(cursor).map_err(|e| cause(&e))?;
        return Ok((Sheets::Ods(book), "ODS"));
    }
    if lower.contains(".xlsb") {
        let book: Xlsb<_> = open_workbook_from_rs(cursor).map_err(|e| cause(&e))?;
        return Ok((Sheets::Xlsb(book), "XLSB"));
    }
    let book: Xlsx<_> = open_workbook_from_rs(cursor).map_err(|e| cause(&e))?;
    Ok((Sheets::Xlsx(book), "XLSX"))
}

fn broken(path: &str, cause: &str) -> Fault {
    Box::new(
        Diagnostic::error(
            "broken-workbook",
            format!("the workbook cannot be read: {cause}"),
        )
        .at(Place::file(path))
        .hint("open it in a spreadsheet program and save it as .xlsx or as .csv"),
    )
}

/// Gathers cells into rows.
struct Rows<'a> {
    path: &'a str,
    header: Option<&'a [String]>,
    visitor: &'a mut dyn Visitor,
    /// Cells of a whole row; 0 before the header.
    width: usize,
    /// The row that is being gathered, from 0.
    row: Option<u32>,
    scratch: String,
    spans: Vec<Span>,
    goes_on: bool,
}

impl Rows<'_> {
    fn put(&mut self, row: u32, column: u32, value: &DataRef<'_>) {
        if self.row != Some(row) {
            self.close();
            self.row = Some(row);
        }
        let start = self.scratch.len();
        write(value, &mut self.scratch);
        if self.scratch.len() == start {
            return;
        }
        let column = usize::try_from(column).expect("a sheet has 16,384 columns");
        self.pad(column, start);
        self.spans
            .push(Span::made(start, self.scratch.len(), column + 1));
    }

    fn pad(&mut self, width: usize, at: usize) {
        while self.spans.len() < width {
            let column = self.spans.len() + 1;
            self.spans.push(Span::made(at, at, column));
        }
    }

    /// Hands on the row that was gathered, if it has any cell.
    fn close(&mut self) {
        let Some(row) = self.row.take() else {
            return;
        };
        if !self.spans.is_empty() && self.goes_on {
            self.hand_on(u64::from(row) + 1);
        }
        self.scratch.clear();
        self.spans.clear();
    }

    fn hand_on(&mut self, line: u64) {
        if self.width == 0 {
            if let Some(names) = self.header {
                self.width = names.len();
                self.goes_on = self.visitor.header(Some((names, 1)));
            } else {
                let names: Vec<String> = self
                    .spans
                    .iter()
                    .map(|span| span.of(&self.scratch).to_owned())
                    .collect();
                self.width = names.len();
                self.goes_on = self.visitor.header(Some((&names, line)));
                return;
            }
            if !self.goes_on {
                return;
            }
        }
        let end = self.scratch.len();
        self.pad(self.width, end);
        let broken = (self.spans.len() > self.width).then_some(Broken::TooMany);
        let record = Record {
            line,
            broken,
            text: "",
            start: 0,
            scratch: &self.scratch,
            spans: &self.spans,
        };
        self.goes_on = self.visitor.row(&record);
    }

    fn finish(mut self) -> Result<(), Fault> {
        self.close();
        if self.width == 0 {
            return Err(empty(self.path));
        }
        Ok(())
    }
}

fn lend(cell: &Data) -> DataRef<'_> {
    match cell {
        Data::Int(number) => DataRef::Int(*number),
        Data::Float(number) => DataRef::Float(*number),
        Data::String(text) => DataRef::SharedString(text),
        Data::Bool(truth) => DataRef::Bool(*truth),
        Data::DateTime(moment) => DataRef::DateTime(*moment),
        Data::DateTimeIso(text) | Data::DurationIso(text) => DataRef::SharedString(text),
        Data::Error(error) => DataRef::Error(error.clone()),
        Data::Empty => DataRef::Empty,
    }
}

fn write(value: &DataRef<'_>, out: &mut String) {
    use std::fmt::Write as _;
    let _ = match value {
        DataRef::Empty => Ok(()),
        DataRef::Int(number) => write!(out, "{number}"),
        DataRef::Float(number) => write!(out, "{number}"),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
            out.push_str(text);
            Ok(())
        }
        DataRef::SharedString(text) => {
            out.push_str(text);
            Ok(())
        }
        DataRef::Bool(truth) => write!(out, "{truth}"),
        DataRef::DateTime(moment) if moment.is_duration() => write!(out, "{}", moment.as_f64()),
        DataRef::DateTime(moment) => write_moment(moment, out),
        DataRef::Error(error) => write!(out, "{error}"),
    };
}

/// A date cell as ISO text; the time is left out where it is midnight, as Excel stores dates.
fn write_moment(moment: &ExcelDateTime, out: &mut String) -> std::fmt::Result {
    use std::fmt::Write as _;
    let (year, month, day, hour, minute, second, _) = moment.to_ymd_hms_milli();
    // Serial numbers outside 1900 to 9999 are clamped by the crate; they are written as they are, so that they are told.
    if !(1.0..2_958_466.0).contains(&moment.as_f64()) {
        return write!(out, "{}", moment.as_f64());
    }
    write!(out, "{year:04}-{month:02}-{day:02}")?;
    if (hour, minute, second) != (0, 0, 0) {
        write!(out, " {hour:02}:{minute:02}:{second:02}")?;
    }
    Ok(())
}
