//! Text to records: RFC 4180 with any delimiter. Quoted cells may hold delimiters, line breaks and doubled quotes.
//!
//! [`Records`] keeps one piece of the file at a time and lends each record from it, so memory does not grow with the
//! file. Lenient as Excel is: a quote inside a bare cell is text, and text after a closing quote is appended.

use serde::{Deserialize, Serialize};

use super::Fault;
use super::decode::Text;
use crate::diag::{Diagnostic, Place};

/// A longer record is taken as a quote that is never closed.
pub(super) const LONGEST: usize = 16 * 1024 * 1024;

/// The delimiters that are looked for, the commonest first.
pub(super) const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// Where a cell's text is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Span {
    /// Its first byte in the text, or in the scratch text where it was unescaped.
    start: usize,
    /// The byte after its last.
    end: usize,
    /// Where it begins in the file's text, with its quote.
    raw: usize,
    is_unescaped: bool,
}

impl Span {
    /// A cell that lies in the scratch text and has no place of its own in the file.
    pub(super) const fn made(start: usize, end: usize, column: usize) -> Self {
        Self {
            start,
            end,
            raw: column,
            is_unescaped: true,
        }
    }

    /// A cell that lies in the file's text, `raw` with its quotes where it has any.
    pub(super) const fn plain(start: usize, end: usize, raw: usize) -> Self {
        Self {
            start,
            end,
            raw,
            is_unescaped: false,
        }
    }

    /// A cell of the file's text that was written out anew.
    pub(super) const fn unescaped(start: usize, end: usize, raw: usize) -> Self {
        Self {
            start,
            end,
            raw,
            is_unescaped: true,
        }
    }

    /// The text of a made cell.
    pub(super) fn of(self, scratch: &str) -> &str {
        &scratch[self.start..self.end]
    }
}

/// Why something is not a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) enum Broken {
    /// It has fewer cells than the header line.
    TooFew,
    /// It has more cells than the header line.
    TooMany,
    /// It holds NUL bytes.
    Nul,
    /// It holds bytes that the encoding cannot explain.
    Undecodable,
    /// It is not a JSON object.
    NotAnObject,
}

/// One row, lent by its reader until the next.
#[derive(Debug, Clone, Copy)]
pub(super) struct Record<'a> {
    /// Line of its start, from 1.
    pub(super) line: u64,
    /// What is wrong with it as a row.
    pub(super) broken: Option<Broken>,
    /// The piece of the file it lies in, from its own start; empty where cells have no text of their own there.
    pub(super) text: &'a str,
    /// Where it begins in the text.
    pub(super) start: usize,
    /// Cells that had to be written out.
    pub(super) scratch: &'a str,
    /// Its cells.
    pub(super) spans: &'a [Span],
}

impl<'a> Record<'a> {
    /// The text of a cell, not trimmed; empty where the record is too short.
    pub(super) fn cell(&self, index: usize) -> &'a str {
        match self.spans.get(index) {
            Some(span) if span.is_unescaped => &self.scratch[span.start..span.end],
            Some(span) => &self.text[span.start..span.end],
            None => "",
        }
    }

    /// All cells.
    pub(super) fn cells(&self) -> impl Iterator<Item = &'a str> {
        (0..self.spans.len()).map(|index| self.cell(index))
    }

    /// Line and column (characters, from 1) where a cell begins.
    pub(super) fn place(&self, index: usize) -> (u64, Option<u64>) {
        let Some(span) = self.spans.get(index) else {
            return (self.line, None);
        };
        if self.text.is_empty() {
            return (self.line, (span.raw > 0).then_some(span.raw as u64));
        }
        let before = &self.text[self.start..span.raw];
        let line_start = before.rfind(['\n', '\r']).map_or(0, |at| at + 1);
        let column = before[line_start..].chars().count() as u64 + 1;
        (self.line + breaks(before.as_bytes()), Some(column))
    }
}

/// The records of a text file.
pub(super) struct Records<'a> {
    text: Text<'a>,
    path: &'a str,
    buffer: String,
    at: usize,
    line: u64,
    at_end: bool,
    /// Whether pieces were dropped, so that places in the buffer are no longer places in the file.
    is_refilled: bool,
    delimiter: u8,
    stated: Option<u8>,
    width: Option<usize>,
    spans: Vec<Span>,
    scratch: String,
}

enum Scan {
    /// A whole record; the next begins at `next`.
    Whole { next: usize, has_quotes: bool },
    /// More text is needed; `open` is where a quote stands open.
    Cut { open: Option<usize> },
    /// The text ended inside the quotes that were opened at this byte.
    Unclosed(usize),
}

impl<'a> Records<'a> {
    /// Reads the beginning of a text.
    pub(super) fn open(text: Text<'a>, path: &'a str) -> Result<Self, Fault> {
        let mut records = Self {
            text,
            path,
            buffer: String::new(),
            at: 0,
            line: 1,
            at_end: false,
            is_refilled: false,
            delimiter: b',',
            stated: None,
            width: None,
            spans: Vec::new(),
            scratch: String::new(),
        };
        records.refill()?;
        records.is_refilled = false;
        if records.buffer.starts_with('\u{FEFF}') {
            records.at = '\u{FEFF}'.len_utf8();
        }
        records.obey_separator_line();
        Ok(records)
    }

    /// The text below, for what it found out.
    pub(super) const fn text(&self) -> &Text<'a> {
        &self.text
    }

    /// Sets the delimiter.
    pub(super) const fn delimit_by(&mut self, delimiter: u8) {
        self.delimiter = delimiter;
    }

    /// Sets how many cells a whole row has.
    pub(super) const fn expect_width(&mut self, width: usize) {
        self.width = Some(width);
    }

    /// Bytes of text before the next record, and its line; `None` once the first piece of the file is used up.
    pub(super) const fn position(&self) -> Option<(usize, u64)> {
        if self.is_refilled {
            None
        } else {
            Some((self.at, self.line))
        }
    }

    /// The delimiter that Excel's `sep=;` line gave, where there is one.
    pub(super) const fn stated_delimiter(&self) -> Option<u8> {
        self.stated
    }

    /// The cells of the next record under a delimiter, without taking it; `None` at the end.
    pub(super) fn peek(&mut self, delimiter: u8) -> Result<Option<Vec<String>>, Fault> {
        let own = std::mem::replace(&mut self.delimiter, delimiter);
        let found = self.find();
        self.delimiter = own;
        if found?.is_none() {
            return Ok(None);
        }
        let record = self.lend();
        Ok(Some(record.cells().map(str::to_owned).collect()))
    }

    /// The next record that is not a blank line; `None` at the end.
    pub(super) fn next(&mut self) -> Result<Option<Record<'_>>, Fault> {
        let Some((next, has_quotes)) = self.find()? else {
            return Ok(None);
        };
        let (start, line) = (self.at, self.line);
        self.line += if has_quotes {
            breaks(&self.buffer.as_bytes()[start..next])
        } else {
            1
        };
        self.at = next;
        Ok(Some(Record {
            line,
            start,
            broken: self.fault(start, next),
            ..self.lend()
        }))
    }

    fn lend(&self) -> Record<'_> {
        Record {
            line: self.line,
            broken: None,
            text: &self.buffer,
            start: self.at,
            scratch: &self.scratch,
            spans: &self.spans,
        }
    }

    fn fault(&self, start: usize, next: usize) -> Option<Broken> {
        if self.text.has_nul && self.buffer.as_bytes()[start..next].contains(&0) {
            return Some(Broken::Nul);
        }
        if self.text.is_damaged && self.buffer[start..next].contains(super::decode::BROKEN) {
            return Some(Broken::Undecodable);
        }
        match self.width.map(|width| self.spans.len().cmp(&width)) {
            Some(std::cmp::Ordering::Less) => Some(Broken::TooFew),
            Some(std::cmp::Ordering::Greater) => Some(Broken::TooMany),
            _ => None,
        }
    }

    /// Finds the cells of the next record; gives the byte after it and whether it has quotes.
    fn find(&mut self) -> Result<Option<(usize, bool)>, Fault> {
        loop {
            self.skip_blank_lines();
            if self.at == self.buffer.len() {
                if !self.refill()? {
                    return Ok(None);
                }
                continue;
            }
            match self.scan() {
                Scan::Whole { next, has_quotes } => {
                    let is_blank = self.spans.len() == 1 && self.lend().cell(0).trim().is_empty();
                    if !is_blank || has_quotes {
                        return Ok(Some((next, has_quotes)));
                    }
                    self.line += breaks(&self.buffer.as_bytes()[self.at..next]);
                    self.at = next;
                }
                Scan::Cut { open } => {
                    if self.buffer.len() - self.at > LONGEST {
                        return Err(self.too_long(open));
                    }
                    self.refill()?;
                }
                Scan::Unclosed(open) => return Err(self.unclosed(open)),
            }
        }
    }

    /// Drops what was read and adds the next piece.
    fn refill(&mut self) -> Result<bool, Fault> {
        self.is_refilled = true;
        self.buffer.drain(..self.at);
        self.at = 0;
        let before = self.buffer.len();
        while self.buffer.len() == before {
            if !self.text.fill(&mut self.buffer)? {
                self.at_end = true;
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn skip_blank_lines(&mut self) {
        let bytes = self.buffer.as_bytes();
        loop {
            match bytes.get(self.at) {
                Some(b'\n') => self.at += 1,
                Some(b'\r') if bytes.get(self.at + 1) == Some(&b'\n') => self.at += 2,
                Some(b'\r') if self.at + 1 < bytes.len() || self.at_end => self.at += 1,
                _ => return,
            }
            self.line += 1;
        }
    }

    /// Excel writes and obeys a first line `sep=;`.
    fn obey_separator_line(&mut self) {
        let rest = self.buffer[self.at..].trim_start_matches('"');
        let bytes = rest.as_bytes();
        if bytes.len() > 5 && rest.is_char_boundary(4) && rest[..4].eq_ignore_ascii_case("sep=") {
            let after = rest[5..].trim_start_matches('"');
            if bytes[4].is_ascii() && after.starts_with(['\n', '\r']) {
                self.stated = Some(bytes[4]);
                let after = after.strip_prefix("\r\n").unwrap_or_else(|| &after[1..]);
                self.at = self.buffer.len() - after.len();
                self.line = 2;
            }
        }
    }

    fn scan(&mut self) -> Scan {
        let text = self.buffer.as_str();
        let bytes = text.as_bytes();
        let end = bytes.len();
        let mut at = self.at;
        let mut has_quotes = false;
        self.spans.clear();
        self.scratch.clear();
        loop {
            let raw = at;
            if bytes.get(at) == Some(&b'"') {
                has_quotes = true;
                let mut is_doubled = false;
                at += 1;
                let close = loop {
                    let Some(quote) = find_quote(bytes, at) else {
                        return if self.at_end {
                            Scan::Unclosed(raw)
                        } else {
                            Scan::Cut { open: Some(raw) }
                        };
                    };
                    match bytes.get(quote + 1) {
                        Some(b'"') => {
                            is_doubled = true;
                            at = quote + 2;
                        }
                        None if !self.at_end => return Scan::Cut { open: Some(raw) },
                        _ => break quote,
                    }
                };
                at = bare_end(bytes, close + 1, self.delimiter);
                if is_doubled || at > close + 1 {
                    let start = self.scratch.len();
                    for (n, part) in text[raw + 1..close].split("\"\"").enumerate() {
                        if n > 0 {
                            self.scratch.push('"');
                        }
                        self.scratch.push_str(part);
                    }
                    self.scratch.push_str(&text[close + 1..at]);
                    self.spans.push(Span {
                        start,
                        end: self.scratch.len(),
                        raw,
                        is_unescaped: true,
                    });
                } else {
                    self.spans.push(Span {
                        start: raw + 1,
                        end: close,
                        raw,
                        is_unescaped: false,
                    });
                }
            } else {
                at = bare_end(bytes, at, self.delimiter);
                self.spans.push(Span {
                    start: raw,
                    end: at,
                    raw,
                    is_unescaped: false,
                });
            }
            if at == end {
                return if self.at_end {
                    Scan::Whole {
                        next: end,
                        has_quotes,
                    }
                } else {
                    Scan::Cut { open: None }
                };
            }
            if bytes[at] == self.delimiter {
                at += 1;
                continue;
            }
            let next = match (bytes[at], bytes.get(at + 1)) {
                (b'\r', None) if !self.at_end => return Scan::Cut { open: None },
                (b'\r', Some(b'\n')) => at + 2,
                _ => at + 1,
            };
            return Scan::Whole { next, has_quotes };
        }
    }

    fn place_of(&self, byte: usize) -> Place {
        let before = &self.buffer[self.at..byte];
        let line_start = before.rfind(['\n', '\r']).map_or(0, |at| at + 1);
        Place::line(self.path, self.line + breaks(before.as_bytes()))
            .column(before[line_start..].chars().count() as u64 + 1)
    }

    fn unclosed(&self, open: usize) -> Fault {
        Box::new(
            Diagnostic::error(
                "unclosed-quote",
                "a quoted cell is opened here and the file ends before it is closed",
            )
            .at(self.place_of(open))
            .hint("close the quote, or double it (\"\") where it is part of the text"),
        )
    }

    fn too_long(&self, open: Option<usize>) -> Fault {
        let diagnostic = match open {
            Some(open) => Diagnostic::error(
                "unclosed-quote",
                "a quoted cell is opened here and goes on for more than 16 MiB",
            )
            .at(self.place_of(open))
            .hint("close the quote, or double it (\"\") where it is part of the text"),
            None => Diagnostic::error("endless-line", "a line is longer than 16 MiB")
                .at(Place::line(self.path, self.line))
                .hint("export it as CSV with one case a line"),
        };
        Box::new(diagnostic)
    }
}

/// Where a bare cell ends: at the delimiter, a line break or the end.
fn bare_end(bytes: &[u8], from: usize, delimiter: u8) -> usize {
    bytes[from..]
        .iter()
        .position(|byte| *byte == delimiter || *byte == b'\n' || *byte == b'\r')
        .map_or(bytes.len(), |length| from + length)
}

fn find_quote(bytes: &[u8], from: usize) -> Option<usize> {
    bytes
        .get(from..)?
        .iter()
        .position(|byte| *byte == b'"')
        .map(|length| from + length)
}

/// Line breaks in a text: `\n`, `\r\n` and a lone `\r` are one each.
pub(super) fn breaks(bytes: &[u8]) -> u64 {
    let carriages = count(bytes, b'\r');
    let pairs = match carriages {
        0 => 0,
        _ => bytes.windows(2).filter(|pair| pair == b"\r\n").count() as u64,
    };
    count(bytes, b'\n') + carriages - pairs
}

/// How often a byte comes, added up in bytes as long as they hold it: the compiler makes wide instructions of that.
fn count(bytes: &[u8], wanted: u8) -> u64 {
    let short = |chunk: &[u8]| {
        let count = chunk
            .iter()
            .fold(0_u8, |count, byte| count + u8::from(*byte == wanted));
        u64::from(count)
    };
    bytes.chunks(255).map(short).sum()
}

#[cfg(test)]
mod tests {
    use super::super::decode::Expected;
    use super::*;

    fn records<'a>(bytes: &'a [u8], block: usize) -> Records<'a> {
        let text =
            Text::open_in_blocks(Box::new(bytes), "a.csv", Expected::default(), block).unwrap();
        Records::open(text, "a.csv").unwrap()
    }

    fn all(bytes: &[u8], block: usize) -> Option<Vec<(u64, Vec<String>)>> {
        let mut records = records(bytes, block);
        let mut out = Vec::new();
        loop {
            match records.next() {
                Ok(Some(record)) => {
                    out.push((record.line, record.cells().map(str::to_owned).collect()));
                }
                Ok(None) => return Some(out),
                Err(_) => return None,
            }
        }
    }

    /// A small generator of numbers (Lehmer 1951, modulus 2^31 - 1), so that every run sees the same texts.
    struct Lehmer(u64);

    impl Lehmer {
        fn below(&mut self, end: u64) -> usize {
            self.0 = self.0 * 48_271 % 2_147_483_647;
            usize::try_from(self.0 % end).unwrap()
        }
    }

    #[test]
    fn records_are_those_of_the_csv_crate_wherever_blocks_end() {
        let pieces = [
            "a", "b", "é", "某", ",", ",", "\n", "\r\n", "\"", "\"\"", "\",\"", "\"\n", "\r", " ",
        ];
        let mut random = Lehmer(7);
        for _ in 0..20_000 {
            let text: String = (0..random.below(24))
                .map(|_| pieces[random.below(pieces.len() as u64)])
                .collect();
            let Some(whole) = all(text.as_bytes(), 1 << 20) else {
                continue;
            };
            for block in [1, 2, 3, 7] {
                assert_eq!(
                    all(text.as_bytes(), block).as_ref(),
                    Some(&whole),
                    "{text:?}"
                );
            }
            let mut reader = csv::ReaderBuilder::new()
                .has_headers(false)
                .flexible(true)
                .from_reader(text.as_bytes());
            let expected: Vec<Vec<String>> = reader
                .records()
                .map(|record| record.unwrap().iter().map(str::to_owned).collect())
                // The crate keeps a line of spaces as a record; here it is a blank line.
                .filter(|cells: &Vec<String>| cells.len() > 1 || !cells[0].trim().is_empty())
                .collect();
            let found: Vec<Vec<String>> = whole
                .into_iter()
                .map(|(_, cells)| cells)
                .filter(|cells| cells.len() > 1 || !cells[0].trim().is_empty())
                .collect();
            assert_eq!(found, expected, "{text:?}");
        }
    }

    #[test]
    fn lines_are_counted_through_quoted_breaks_and_blank_lines() {
        let lines: Vec<u64> = all(b"a\n\n\"b\r\n\rc\"\r\n\r\nd\re\n", 1 << 20)
            .unwrap()
            .into_iter()
            .map(|(line, _)| line)
            .collect();
        assert_eq!(lines, [1, 3, 7, 8]);
    }

    #[test]
    fn a_cell_knows_its_line_and_column() {
        let mut records = records("x\n某,\"a\nb\",c,\"d\"\"\"\n".as_bytes(), 5);
        records.next().unwrap();
        let record = records.next().unwrap().unwrap();
        assert_eq!(record.place(1), (2, Some(3)));
        assert_eq!(record.place(2), (3, Some(4)));
        assert_eq!(record.place(3), (3, Some(6)));
        assert_eq!(record.cell(3), "d\"");
    }
}
