//! One thread's share of the rows: blocks in, cases counted, and a report of each block for the account of rows.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};

use super::blocks::{Block, PlainFile, Turn};
use super::quick::{Cells, Known};
use super::record::{Broken, Record, Span, breaks};
use super::rejects::{Defect, Rejects};
use super::row::{Judge, Refusal, Source};
use super::scan::Scan;
use super::words::UnknownWords;
use super::{notes, sample};
use crate::case::{MetIds, Take, Weight};
use crate::diag::{PLACES_SHOWN, Place};
use crate::intake::{Note, Reason};

/// Bytes between two remembered beginnings of rows.
pub(super) const STEP: usize = 1 << 11;

/// What a block holds, with lines counted from its first.
#[derive(Debug, Default)]
pub(super) struct Report {
    pub(super) number: usize,
    pub(super) file: usize,
    /// Where its rows begin in the file.
    pub(super) start: u64,
    /// Bytes of the file that no earlier block has.
    pub(super) bytes: u64,
    /// Rows that are not blank lines.
    pub(super) rows: u64,
    pub(super) breaks: u64,
    pub(super) read: u64,
    pub(super) accepted: u64,
    pub(super) rejected: BTreeMap<Reason, u64>,
    pub(super) notes: BTreeMap<Note, u64>,
    pub(super) rejects: Rejects,
    pub(super) unknown: UnknownWords,
    pub(super) blank: u64,
    pub(super) blank_places: Vec<Place>,
    /// For every [`STEP`] bytes, how far behind them the next row begins; [`STEP`] or more where none does.
    pub(super) marks: Vec<u16>,
    /// Where rows begin whose id was met before, and those they met.
    pub(super) repeats: Vec<u32>,
}

/// The ids of a file, as threads meet them.
pub(super) struct Met {
    ids: Mutex<MetIds>,
    /// Places count units of as many bytes, as a power of two, so that they fit 32 bits.
    pub(super) unit: u32,
}

impl Met {
    pub(super) fn new(bytes: u64) -> Self {
        let mut unit = 0;
        while bytes >> unit >= u64::from(u32::MAX) - 1 {
            unit += 1;
        }
        Self {
            ids: Mutex::new(MetIds::new()),
            unit,
        }
    }

    /// The place of a byte of the file.
    fn place(&self, byte: u64) -> u32 {
        u32::try_from(byte >> self.unit).expect("the unit is large enough") + 1
    }

    fn meet(&self, ids: &Ids, repeats: &mut Vec<u32>) {
        let mut met = self.ids.lock().unwrap_or_else(PoisonError::into_inner);
        let mut from = 0;
        for (to, place) in &ids.ends {
            met.meet(&ids.text[from..*to], *place, repeats);
            from = *to;
        }
    }

    pub(super) fn into_ids(self) -> MetIds {
        self.ids
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// The bytes of a place, where it counts units of so many bytes, as a power of two.
pub(super) const fn bytes_of(place: u32, unit: u32) -> std::ops::Range<u64> {
    let place = place as u64 - 1;
    place << unit..(place + 1) << unit
}

/// The ids of a block's accepted rows, one after another.
#[derive(Debug, Default)]
struct Ids {
    text: String,
    /// Where each ends, and the place of its row.
    ends: Vec<(usize, u32)>,
}

/// A thread's share of the rows.
pub(super) struct Worker<'a, T: Take> {
    judge: Judge<'a>,
    known: Known,
    /// What takes the cases of the file that is being read.
    sink: Option<(usize, T)>,
    new: &'a (dyn Fn() -> T + Sync),
    /// What the cases of files came to.
    parts: Vec<(usize, T::Part)>,
    names: &'a [String],
    rows: Rows,
    ids: Ids,
}

impl<'a, T: Take> Worker<'a, T> {
    pub(super) fn new(
        judge: Judge<'a>,
        new: &'a (dyn Fn() -> T + Sync),
        names: &'a [String],
    ) -> Self {
        Self {
            known: Known::new(&judge),
            judge,
            sink: None,
            new,
            parts: Vec::new(),
            names,
            rows: Rows::default(),
            ids: Ids::default(),
        }
    }

    /// What the cases of each file came to.
    pub(super) fn finish(mut self) -> Vec<(usize, T::Part)> {
        self.close();
        self.parts
    }

    fn close(&mut self) {
        if let Some((file, sink)) = self.sink.take() {
            self.parts
                .push((file, sink.into_part(self.judge.members())));
        }
    }

    /// Finds the rows of a block's text, and hashes the block beside it where its turn has come. `false` where it is not for
    /// this reader.
    pub(super) fn find(&mut self, text: &str, delimiter: u8, turn: Option<Turn<'_>>) -> bool {
        let Some(mut turn) = turn else {
            return self.rows.find(text, delimiter, || {});
        };
        let is_found = self.rows.find(text, delimiter, || turn.hash_some());
        turn.end();
        is_found
    }

    /// Reads a block whose rows were found in its text. `shown` has the bits of defects of which rows before the block are
    /// shown, so that it need not say where its own are.
    pub(super) fn read(
        &mut self,
        block: &Block,
        text: &str,
        file: &PlainFile,
        met: &Met,
        shown: &AtomicU32,
    ) -> Report {
        if self
            .sink
            .as_ref()
            .is_none_or(|(file, _)| *file != block.file)
        {
            self.close();
            self.known.forget_runs();
        }
        let mut sink = match self.sink.take() {
            Some((_, sink)) => sink,
            None => (self.new)(),
        };
        let mut rows = std::mem::take(&mut self.rows);
        let mut report = Report {
            number: block.number,
            file: block.file,
            start: block.start,
            bytes: block.length(),
            breaks: rows.breaks(),
            ..Report::default()
        };
        self.ids.text.clear();
        self.ids.ends.clear();
        let source = Source {
            file: u32::try_from(block.file).expect("fewer files than rows"),
            path: &file.path,
            name: &self.names[block.file],
            layout: &file.layout,
        };
        let wanted = file.layout.cells();
        let mut lines = Lines::default();
        while rows.next(text) {
            report.mark(rows.start);
            if rows.is_blank_line(text) {
                continue;
            }
            report.rows += 1;
            let is_whole = rows.width() == file.layout.width();
            let place = || met.place(block.start + rows.start as u64);
            if is_whole {
                let cells = rows.cells(text);
                let judged = self
                    .judge
                    .judge_quickly(cells, &file.layout, &mut self.known);
                if judged.is_some() {
                    self.accept(&mut report, &mut sink, place());
                    continue;
                }
                let place = place();
                rows.fill(text, wanted.iter().copied());
                let record = rows.record(text, 0, None);
                let numbers = self.judge.unknown.numbers();
                let judged = self.judge.judge(&record, &source);
                if self.judge.unknown.numbers() > numbers {
                    let line = lines.at(text, rows.start);
                    self.judge.unknown.move_last_number(line);
                }
                if judged.is_ok() {
                    self.accept(&mut report, &mut sink, place);
                    continue;
                }
            }
            rows.fill(text, 0..rows.width());
            let broken = match rows.width().cmp(&file.layout.width()) {
                std::cmp::Ordering::Less => Some(Broken::TooFew),
                std::cmp::Ordering::Equal => None,
                std::cmp::Ordering::Greater => Some(Broken::TooMany),
            };
            let record = rows.record(text, 0, broken);
            self.reject(&mut report, record, &source, shown, &mut lines);
        }
        report.close_marks(text.len());
        met.meet(&self.ids, &mut report.repeats);
        report.unknown = std::mem::take(&mut self.judge.unknown);
        self.rows = rows;
        self.sink = Some((block.file, sink));
        report
    }

    fn accept(&mut self, report: &mut Report, sink: &mut T, place: u32) {
        report.read += 1;
        report.accepted += 1;
        for note in notes(&self.judge) {
            *report.notes.entry(note).or_default() += 1;
        }
        self.ids.text.push_str(&self.judge.case.id);
        self.ids.ends.push((self.ids.text.len(), place));
        sink.take(&self.judge.case, self.judge.members(), Weight::Count);
    }

    fn reject(
        &mut self,
        report: &mut Report,
        mut record: Record<'_>,
        source: &Source<'_>,
        shown: &AtomicU32,
        lines: &mut Lines,
    ) {
        if Judge::is_blank(&record) {
            report.blank += 1;
            if report.blank_places.len() < PLACES_SHOWN {
                record.line = lines.at(record.text, record.start);
                report.blank_places.push(source.place(&record, None));
            }
            return;
        }
        report.read += 1;
        let refusal = match record.broken {
            Some(broken) => Refusal {
                defect: Defect::Broken(broken),
                cell: None,
            },
            None => {
                // The row was judged once, and its unknown words are told once.
                self.judge.is_listening = false;
                let judged = self.judge.judge(&record, source);
                self.judge.is_listening = true;
                judged.expect_err("it was refused before")
            }
        };
        let defect = refusal.defect;
        *report.rejected.entry(defect.reason()).or_default() += 1;
        if shown.load(Ordering::Relaxed) & defect.bit() != 0 {
            return report.rejects.count(defect, sample(&record, refusal));
        }
        record.line = lines.at(record.text, record.start);
        report.rejects.note(
            defect,
            (source.file, record.line),
            || source.place(&record, refusal.cell),
            sample(&record, refusal),
        );
    }
}

impl Report {
    /// Remembers where a row begins.
    fn mark(&mut self, start: usize) {
        while self.marks.len() * STEP <= start {
            let behind = start - self.marks.len() * STEP;
            self.marks.push(u16::try_from(behind).unwrap_or(u16::MAX));
        }
    }

    fn close_marks(&mut self, length: usize) {
        while self.marks.len() * STEP < length {
            self.marks.push(u16::MAX);
        }
    }
}

/// Lines of rows, counted from the block's first, as they are asked for in order.
#[derive(Debug, Default)]
struct Lines {
    at: usize,
    line: u64,
}

impl Lines {
    fn at(&mut self, text: &str, start: usize) -> u64 {
        self.line += breaks(&text.as_bytes()[self.at..start]);
        self.at = start;
        self.line
    }
}

/// The rows of a text, one after another.
#[derive(Debug, Default)]
pub(super) struct Rows {
    scan: Scan,
    next: usize,
    cells: std::ops::Range<usize>,
    /// Where the row begins.
    pub(super) start: usize,
    spans: Vec<Span>,
    scratch: String,
}

impl Rows {
    /// Finds the rows of a text that begins and ends with a row; `false` where this reader cannot.
    pub(super) fn find(&mut self, text: &str, delimiter: u8, beside: impl FnMut()) -> bool {
        self.next = 0;
        self.cells = 0..0;
        self.start = 0;
        self.scan.read(text.as_bytes(), delimiter, beside)
    }

    const fn breaks(&self) -> u64 {
        self.scan.breaks
    }

    /// Goes to the next row.
    pub(super) fn next(&mut self, text: &str) -> bool {
        let Some(end) = self.scan.rows.get(self.next) else {
            return false;
        };
        self.start = self.scan.edges()[self.cells.end].wrapping_add(1) as usize;
        debug_assert!(self.start < text.len());
        self.cells = self.cells.end..*end as usize;
        self.next += 1;
        true
    }

    /// Its cells, as they are written.
    fn cells<'t>(&'t self, text: &'t str) -> Cells<'t> {
        Cells {
            text,
            edges: self.edges(),
        }
    }

    /// The byte before it, and where each of its cells ends.
    #[inline]
    fn edges(&self) -> &[u32] {
        &self.scan.edges()[self.cells.start..=self.cells.end]
    }

    /// How many cells it has.
    pub(super) const fn width(&self) -> usize {
        self.cells.end - self.cells.start
    }

    /// Whether it is a line of nothing but white space.
    pub(super) fn is_blank_line(&self, text: &str) -> bool {
        self.width() == 1 && {
            let end = self.scan.edges()[self.cells.end] as usize;
            text[self.start..end].trim().is_empty()
        }
    }

    /// Reads some of its cells.
    pub(super) fn fill(&mut self, text: &str, cells: impl Iterator<Item = usize>) {
        self.scratch.clear();
        self.spans.resize(
            self.width(),
            Span::plain(self.start, self.start, self.start),
        );
        let bytes = text.as_bytes();
        let edges = &self.scan.edges()[self.cells.start..=self.cells.end];
        for cell in cells {
            let from = edges[cell].wrapping_add(1) as usize;
            let to = edges[cell + 1] as usize;
            self.spans[cell] = if bytes[from] != b'"' || from == to {
                Span::plain(from, to, from)
            } else if bytes[from + 1..to - 1].contains(&b'"') {
                let start = self.scratch.len();
                for (n, part) in text[from + 1..to - 1].split("\"\"").enumerate() {
                    self.scratch.push_str(if n > 0 { "\"" } else { "" });
                    self.scratch.push_str(part);
                }
                Span::unescaped(start, self.scratch.len(), from)
            } else {
                Span::plain(from + 1, to - 1, from)
            };
        }
    }

    /// The row, with the cells that were read.
    pub(super) fn record<'t>(
        &'t self,
        text: &'t str,
        line: u64,
        broken: Option<Broken>,
    ) -> Record<'t> {
        Record {
            line,
            broken,
            text,
            start: self.start,
            scratch: &self.scratch,
            spans: &self.spans,
        }
    }
}
