//! Rows of repeated ids, read again one by one and in order, to settle which of them is kept.
//!
//! The threads count every accepted row. Here the few rows whose id came twice are held against each other by the same
//! rules as in the general reader, and those that are not kept are taken out again.

use std::ops::Range;

use super::blocks::PlainFile;
use super::parallel::Piece;
use super::record::Record;
use super::repeats::{Fate, hash_cells, hash_id};
use super::row::Source;
use super::worker::{Rows, STEP};
use super::{Fault, Run, changed};
use crate::case::{Field, IdTable};
use crate::config::RepeatedId;
use crate::diag::{PLACES_SHOWN, Place};

/// Bytes read at first for a row.
const WINDOW: usize = 2 * STEP;

/// Files, and where their rows are found without reading all.
pub(super) struct Windows<'a> {
    files: &'a [PlainFile],
    pieces: &'a [Piece],
}

/// A row that was found again.
struct Found<'a> {
    file: usize,
    plan: &'a PlainFile,
    piece: &'a Piece,
    /// Its first byte in the file.
    start: u64,
    record: Record<'a>,
}

impl Found<'_> {
    fn source(&self) -> Source<'_> {
        Source {
            file: u32::try_from(self.file).expect("fewer files than rows"),
            path: &self.plan.path,
            name: "",
            layout: &self.plan.layout,
        }
    }

    /// The place of its id.
    fn place(&self, line: u64) -> Place {
        let record = Record {
            line,
            ..self.record
        };
        let cell = self.plan.layout.field(Field::Id);
        self.source().place(&record, cell)
    }

    /// Its line, which is counted only where it is asked for.
    fn line(&self) -> Result<u64, Fault> {
        Ok(self.piece.line + self.plan.breaks(self.piece.start, self.start)?)
    }
}

impl<'a> Windows<'a> {
    pub(super) const fn new(files: &'a [PlainFile], pieces: &'a [Piece]) -> Self {
        Self { files, pieces }
    }

    /// Gives each row that begins among some bytes, counted over all files.
    fn rows(
        &self,
        bytes: Range<u64>,
        each: &mut dyn FnMut(&Found<'_>) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        let begin = |piece: &Piece| self.files[piece.file].offset + piece.start;
        let first = self
            .pieces
            .partition_point(|piece| begin(piece) <= bytes.start);
        let pieces = &self.pieces[first.saturating_sub(1)..];
        for piece in pieces.iter().take_while(|piece| begin(piece) < bytes.end) {
            let from = bytes.start.saturating_sub(begin(piece));
            self.rows_of(piece, from..bytes.end - begin(piece), each)?;
        }
        Ok(())
    }

    fn rows_of(
        &self,
        piece: &Piece,
        bytes: Range<u64>,
        each: &mut dyn FnMut(&Found<'_>) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        let plan = &self.files[piece.file];
        let step = usize::try_from(bytes.start).expect("within a block") / STEP;
        let from = match piece.marks.get(step) {
            None => return Ok(()),
            Some(&u16::MAX) => 0,
            Some(behind) => (step * STEP) as u64 + u64::from(*behind),
        };
        if from >= bytes.end {
            return Ok(());
        }
        let mut length = WINDOW;
        let (text, rows) = loop {
            let (text, is_end) = plan.window(piece.start + from, length)?;
            if is_end || from + text.len() as u64 >= bytes.end {
                let text = String::from_utf8(text).map_err(|_| changed(&plan.path))?;
                let mut rows = Rows::default();
                if !rows.find(&text, plan.delimiter) {
                    return Err(changed(&plan.path));
                }
                break (text, rows);
            }
            length *= 4;
        };
        let mut rows = rows;
        while rows.next(&text) {
            let at = from + rows.start as u64;
            if at >= bytes.end {
                break;
            }
            if at < bytes.start || rows.is_blank_line(&text) || rows.width() != plan.layout.width()
            {
                continue;
            }
            rows.fill(&text, 0..plan.layout.width());
            each(&Found {
                file: piece.file,
                plan,
                piece,
                start: piece.start + at,
                record: rows.record(&text, 0, None),
            })?;
        }
        Ok(())
    }
}

/// Decides on the rows at some places, counted over all files; `ids` are all ids that were met.
pub(super) fn settle(
    run: &mut Run<'_>,
    windows: &Windows<'_>,
    places: &[Range<u64>],
    ids: &mut IdTable,
) -> Result<(), Fault> {
    let mut places: Vec<&Range<u64>> = places.iter().collect();
    places.sort_unstable_by_key(|place| place.start);
    places.dedup();
    run.judge.is_listening = false;
    run.judge.wants_text = false;
    let mut starts: Vec<u64> = Vec::new();
    for place in places {
        windows.rows(place.clone(), &mut |found| {
            let source = found.source();
            if run.judge.judge(&found.record, &source).is_err() {
                return Ok(());
            }
            let row = u32::try_from(starts.len()).expect("repeats are few");
            starts.push(found.plan.offset + found.start);
            let id = hash_id(&run.judge.case.id);
            let cells = hash_cells(&found.record, found.plan.header);
            let Fate::Refused { is_whole } = run.ids.decide(id, row, cells, run.judge.rank) else {
                return Ok(());
            };
            if run.dataset.repeated_id == RepeatedId::Error {
                run.repeats += 1;
                if run.repeated.len() < PLACES_SHOWN {
                    let place = found.place(found.line()?);
                    run.repeated.push((run.judge.case.id.clone(), place));
                }
            }
            take_out(run, found, is_whole)
        })?;
    }
    for loser in run.ids.losers() {
        let start = starts[loser.row as usize];
        let mut is_found = false;
        windows.rows(start..start + 1, &mut |found| {
            let source = found.source();
            let judged = run.judge.judge(&found.record, &source);
            if judged.is_err() || hash_id(&run.judge.case.id) != loser.id {
                return Err(changed(&found.plan.path));
            }
            is_found = true;
            let cells = hash_cells(&found.record, found.plan.header);
            let is_whole = run.ids.repeats_the_kept(loser, cells);
            if run.dataset.repeated_id == RepeatedId::RejectAll {
                *ids.slot(&run.judge.case.id) = 0;
            }
            take_out(run, found, is_whole)
        })?;
        if !is_found {
            return Err(changed(&windows.files[0].path));
        }
    }
    Ok(())
}

fn take_out(run: &mut Run<'_>, found: &Found<'_>, is_whole: bool) -> Result<(), Fault> {
    let file = u32::try_from(found.file).expect("fewer files than rows");
    let mut fault = None;
    run.take_out(is_whole, (file, found.start), || {
        let line = found.line().unwrap_or_else(|told| {
            fault = Some(told);
            0
        });
        found.place(line)
    });
    fault.map_or(Ok(()), Err)
}
