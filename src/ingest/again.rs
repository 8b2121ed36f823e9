//! Rows of repeated ids, read again one by one and in order, to settle which of them is kept.
//!
//! The threads count every accepted row. Here the few rows whose id came twice are held against each other by the same
//! rules as in the general reader, and those that are not kept are taken out again.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::ops::Range;

use super::blocks::PlainFile;
use super::file_rows::{Outcome, Piece, Repeated, Settled};
use super::record::Record;
use super::repeats::{Fate, hash_cells};
use super::row::Source;
use super::source::Files;
use super::worker::{Rows, STEP};
use super::{Fault, Run, changed};
use crate::case::{Case, Field, Members, Take};
use crate::config::{Dataset, RepeatedId};
use crate::diag::{PLACES_SHOWN, Place};
use crate::intake::FileIntake;
use crate::time::Day;

/// Bytes read at first for a row.
const WINDOW: usize = STEP / 2;

/// A file, and where its rows are found without reading all.
pub(super) struct Windows<'a> {
    plan: &'a PlainFile,
    pieces: &'a [Piece],
    open: OnceCell<File>,
}

/// A row that was found again.
struct Found<'a> {
    file: usize,
    window: &'a Windows<'a>,
    piece: &'a Piece,
    /// Its first byte in the file.
    start: u64,
    record: Record<'a>,
}

impl Found<'_> {
    fn source(&self) -> Source<'_> {
        let plan = self.window.plan;
        Source {
            file: self.number(),
            path: &plan.path,
            name: "",
            layout: &plan.layout,
        }
    }

    fn number(&self) -> u32 {
        u32::try_from(self.file).expect("fewer files than rows")
    }

    /// The place of its id.
    fn place(&self, line: u64) -> Place {
        let record = Record {
            line,
            ..self.record
        };
        let cell = self.window.plan.layout.field(Field::Id);
        self.source().place(&record, cell)
    }

    /// Its line, which is counted only where it is asked for.
    fn line(&self) -> Result<u64, Fault> {
        let file = self.window.file()?;
        let breaks = self
            .window
            .plan
            .breaks(file, self.piece.start, self.start)?;
        Ok(self.piece.line + breaks)
    }
}

impl<'a> Windows<'a> {
    pub(super) const fn new(plan: &'a PlainFile, pieces: &'a [Piece]) -> Self {
        Self {
            plan,
            pieces,
            open: OnceCell::new(),
        }
    }

    fn file(&self) -> Result<&File, Fault> {
        if let Some(file) = self.open.get() {
            return Ok(file);
        }
        let file = self.plan.open()?;
        Ok(self.open.get_or_init(|| file))
    }

    /// Gives each row that begins among some bytes of the file, which is the one of an index.
    fn rows(
        &self,
        (file, bytes): (usize, Range<u64>),
        each: &mut dyn FnMut(&Found<'_>) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        let first = self
            .pieces
            .partition_point(|piece| piece.start <= bytes.start);
        let pieces = &self.pieces[first.saturating_sub(1)..];
        for piece in pieces.iter().take_while(|piece| piece.start < bytes.end) {
            let from = bytes.start.saturating_sub(piece.start);
            self.rows_of((file, piece), from..bytes.end - piece.start, each)?;
        }
        Ok(())
    }

    fn rows_of(
        &self,
        (file, piece): (usize, &Piece),
        bytes: Range<u64>,
        each: &mut dyn FnMut(&Found<'_>) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        let plan = self.plan;
        let step = usize::try_from(bytes.start).expect("within a block") / STEP;
        let from = match piece.marks.get(step) {
            None => return Ok(()),
            // A place that is a single byte is one where a row begins.
            Some(_) if bytes.end - bytes.start == 1 => bytes.start,
            Some(&u16::MAX) => 0,
            Some(behind) => (step * STEP) as u64 + u64::from(*behind),
        };
        if from >= bytes.end {
            return Ok(());
        }
        let mut length = WINDOW;
        let (text, rows) = loop {
            let (text, is_end) = plan.window(self.file()?, piece.start + from, length)?;
            if is_end || from + text.len() as u64 >= bytes.end {
                let text = String::from_utf8(text).map_err(|_| changed(&plan.path))?;
                let mut rows = Rows::default();
                if !rows.find(&text, plan.delimiter, || {}) {
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
                file,
                window: self,
                piece,
                start: piece.start + at,
                record: rows.record(&text, 0, None),
            })?;
        }
        Ok(())
    }
}

/// What rows are read again for.
pub(super) struct Settling<'a, T> {
    pub(super) dataset: &'a Dataset,
    pub(super) as_of: Option<Day>,
    pub(super) files: &'a Files<'a>,
    pub(super) new: &'a (dyn Fn() -> T + Sync),
}

impl<T: Take> Settling<'_, T> {
    /// Decides on the rows at some places, each a file's index and bytes; `intakes` are the accounts of all files.
    pub(super) fn settle(
        &self,
        windows: &[Windows<'_>],
        mut places: Vec<(usize, Range<u64>)>,
        intakes: Vec<FileIntake>,
    ) -> Result<Settled<T::Part>, Fault> {
        places.sort_unstable_by_key(|(file, bytes)| (*file, bytes.start));
        places.dedup();
        let mut sink = (self.new)();
        let mut take = |case: &Case, members: &[Members], weight| sink.take(case, members, weight);
        let mut report = |_| {};
        let mut run = Run::new(self.dataset, self.as_of, self.files, &mut take, &mut report);
        run.intake.files = intakes;
        run.judge.is_listening = false;
        run.judge.wants_text = false;
        let gone = decide(&mut run, windows, places)?;
        let outcome = Outcome {
            intakes: run.intake.files,
            rejects: run.rejects,
            repeated: run.repeated,
            repeats: run.repeats,
            gone,
        };
        let members = run.judge.into_members();
        Ok(Settled {
            part: sink.into_part(&members),
            outcome,
        })
    }
}

/// Decides on rows; gives the ids of which none is kept.
fn decide(
    run: &mut Run<'_>,
    windows: &[Windows<'_>],
    places: Vec<(usize, Range<u64>)>,
) -> Result<BTreeSet<String>, Fault> {
    let mut gone = BTreeSet::new();
    let mut starts: Vec<(usize, u64)> = Vec::new();
    // Ids are few here, so they are told apart by themselves and not by a hash.
    let mut known: BTreeMap<String, u64> = BTreeMap::new();
    for (file, bytes) in places {
        windows[file].rows((file, bytes), &mut |found| {
            let source = found.source();
            if run.judge.judge(&found.record, &source).is_err() {
                return Ok(());
            }
            let row = u32::try_from(starts.len()).expect("repeats are few");
            starts.push((found.file, found.start));
            let next = known.len() as u64;
            let id = match known.get(&run.judge.case.id) {
                Some(id) => *id,
                None => *known.entry(run.judge.case.id.clone()).or_insert(next),
            };
            let cells = hash_cells(&found.record, found.window.plan.header);
            let Fate::Refused { is_whole } = run.ids.decide(id, row, cells, run.judge.rank) else {
                return Ok(());
            };
            if run.dataset.repeated_id == RepeatedId::Error {
                run.repeats += 1;
                if run.repeated.len() < PLACES_SHOWN {
                    run.repeated.push(Repeated {
                        order: (found.number(), found.start),
                        id: run.judge.case.id.clone(),
                        place: found.place(found.line()?),
                    });
                }
            }
            take_out(run, found, is_whole)
        })?;
    }
    for loser in run.ids.losers() {
        let (file, start) = starts[loser.row as usize];
        let mut is_found = false;
        windows[file].rows((file, start..start + 1), &mut |found| {
            let source = found.source();
            let judged = run.judge.judge(&found.record, &source);
            if judged.is_err() || known.get(&run.judge.case.id) != Some(&loser.id) {
                return Err(changed(&found.window.plan.path));
            }
            is_found = true;
            let cells = hash_cells(&found.record, found.window.plan.header);
            let is_whole = run.ids.repeats_the_kept(loser, cells);
            if run.dataset.repeated_id == RepeatedId::RejectAll {
                gone.insert(run.judge.case.id.clone());
            }
            take_out(run, found, is_whole)
        })?;
        if !is_found {
            return Err(changed(&windows[file].plan.path));
        }
    }
    Ok(gone)
}

fn take_out(run: &mut Run<'_>, found: &Found<'_>, is_whole: bool) -> Result<(), Fault> {
    let mut fault = None;
    run.take_out(is_whole, (found.number(), found.start), || {
        let line = found.line().unwrap_or_else(|told| {
            fault = Some(told);
            0
        });
        found.place(line)
    });
    fault.map_or(Ok(()), Err)
}
