//! Several threads read a data set's plain files: what each block holds is put together in the order of the rows.
//!
//! Only files that need no general reader are taken: CSV or TSV, not packed, UTF-8 from end to end, with an id column and
//! every quote in its place. Where anything else comes up, all is given up and read again by the general reader. Both
//! judge rows by the same code, so figures, account and messages are the same.

use std::collections::BTreeMap;
use std::num::NonZero;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError, mpsc};

use super::again;
use super::blocks::{Block, Blocks, End, Hashes, PlainFile};
use super::row::Judge;
use super::source::Files;
use super::worker::{Met, Report, Worker};
use super::{Run, tell_no_rows};
use crate::case::{Field, IdTable, Members, Take};
use crate::diag::{Diagnostics, PLACES_SHOWN};
use crate::intake::FileIntake;
use crate::time::Day;

/// How the work is cut.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cut {
    /// Bytes read at once.
    pub(super) block: usize,
    /// Bytes for which it is worth starting a thread.
    pub(super) share: u64,
}

impl Default for Cut {
    fn default() -> Self {
        Self {
            block: 1 << 19,
            share: 1 << 21,
        }
    }
}

/// As many repeated ids are always settled; beyond, only where they are rare.
const REPEATS: usize = 1 << 18;

/// No more than these in any case: rows are numbered by 32 bits when they are held against each other.
const MOST_REPEATS: usize = 1 << 28;

/// Where a run of rows lies.
#[derive(Debug)]
pub(super) struct Piece {
    pub(super) file: usize,
    /// Its first byte in the file.
    pub(super) start: u64,
    /// Line of that byte.
    pub(super) line: u64,
    /// See [`Report::marks`].
    pub(super) marks: Vec<u16>,
}

/// What the threads counted.
pub(super) struct Parts<T> {
    pub(super) counted: Vec<(T, Vec<Members>)>,
    pub(super) ids: IdTable,
}

/// Reads all files, or gives up; then what was put into `run` and `told` is to be thrown away.
pub(super) fn read<T: Take + Send>(
    run: &mut Run<'_>,
    files: &Files<'_>,
    as_of: Option<Day>,
    new: &(dyn Fn() -> T + Sync),
    cut: Cut,
    told: &mut Diagnostics,
) -> Option<Parts<T>> {
    let dataset = run.dataset;
    let mut heads = Vec::new();
    let mut plans = Vec::new();
    let mut offset = 0;
    for path in &dataset.files {
        let mut head = Diagnostics::new();
        let plan = files.plain(path, offset, &mut head)?;
        plan.layout.field(Field::Id)?;
        offset += plan.length;
        heads.push(head);
        plans.push(plan);
        run.intake.files.push(FileIntake {
            file: path.clone(),
            ..FileIntake::default()
        });
    }
    let met = Met::new(offset);
    let mut merging = Merging::new(run, &plans);
    let hashes = Hashes::new();
    let counted = {
        let shared = Shared {
            plans: &plans,
            blocks: Mutex::new(Blocks::new(&plans, cut.block)),
            hashes: &hashes,
            met: &met,
            shown: AtomicU32::new(0),
            is_given_up: AtomicBool::new(false),
        };
        let wanted = usize::try_from(offset / cut.share)
            .unwrap_or(usize::MAX)
            .max(1);
        let threads = std::thread::available_parallelism().map_or(1, NonZero::get);
        let names = merging.run.names.clone();
        let (send, receive) = mpsc::channel();
        let counted = std::thread::scope(|scope| {
            let workers: Vec<_> = (0..threads.min(wanted))
                .map(|_| {
                    let (send, shared, names) = (send.clone(), &shared, &names);
                    scope.spawn(move || {
                        let mut judge = Judge::new(dataset, as_of);
                        judge.wants_text = false;
                        let mut worker = Worker::new(judge, new(), names);
                        shared.work(&mut worker, &send);
                        (worker.sink, worker.judge.into_members())
                    })
                })
                .collect();
            drop(send);
            for report in receive {
                if !merging.add(report) {
                    shared.give_up();
                }
                let full = merging.run.rejects.full();
                shared.shown.store(full, Ordering::Relaxed);
            }
            let joined = workers.into_iter().map(|worker| {
                worker
                    .join()
                    .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
            });
            joined.collect()
        });
        if shared.is_given_up.into_inner() {
            return None;
        }
        counted
    };
    let Merging {
        pieces, repeats, ..
    } = merging;
    for (index, (head, (sha256, bytes))) in heads.into_iter().zip(hashes.finish()).enumerate() {
        told.extend(head);
        let intake = &mut run.intake.files[index];
        "UTF-8".clone_into(&mut intake.encoding);
        intake.sha256 = sha256;
        intake.bytes = bytes;
        if intake.read == 0 {
            tell_no_rows(&plans[index].path, told);
        }
    }
    let mut parts = Parts {
        counted,
        ids: IdTable::new(),
    };
    let windows = again::Windows::new(&plans, &pieces);
    let places: Vec<_> = repeats.iter().map(|place| met.bytes(*place)).collect();
    parts.ids = met.into_table();
    match again::settle(run, &windows, &places, &mut parts.ids) {
        Ok(()) => Some(parts),
        Err(fault) => {
            told.tell(*fault);
            Some(parts)
        }
    }
}

/// What all threads share.
struct Shared<'a> {
    plans: &'a [PlainFile],
    blocks: Mutex<Blocks<'a>>,
    hashes: &'a Hashes,
    met: &'a Met,
    /// The bits of defects whose first rows are known.
    shown: AtomicU32,
    is_given_up: AtomicBool,
}

impl Shared<'_> {
    fn work<T: Take>(&self, worker: &mut Worker<'_, T>, send: &mpsc::Sender<Report>) {
        let _guard = Unwinding(self);
        let mut used: Option<Block> = None;
        while !self.is_given_up.load(Ordering::Relaxed) {
            let next = self
                .blocks
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .next(used.take());
            let block = match next {
                Ok(block) => block,
                Err(End::Done) => return,
                Err(End::GivenUp) => return self.give_up(),
            };
            let is_hashed = self.hashes.try_hash(&block);
            let Some(report) = worker.read(&block, &self.plans[block.file], self.met, &self.shown)
            else {
                return self.give_up();
            };
            if !is_hashed && !self.hashes.hash(&block) {
                return;
            }
            used = Some(block);
            if send.send(report).is_err() {
                return;
            }
        }
    }

    fn give_up(&self) {
        self.is_given_up.store(true, Ordering::Relaxed);
        self.hashes.stop();
    }
}

/// Lets no other thread wait for one that panics.
struct Unwinding<'a, 'b>(&'a Shared<'b>);

impl Drop for Unwinding<'_, '_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.give_up();
        }
    }
}

/// Puts the blocks' reports together, in the order of the rows.
struct Merging<'r, 'a> {
    run: &'r mut Run<'a>,
    /// Reports that came before their turn.
    early: BTreeMap<usize, Report>,
    next: usize,
    /// The line at which the next block of each file begins.
    lines: Vec<u64>,
    pieces: Vec<Piece>,
    repeats: Vec<u32>,
}

impl<'r, 'a> Merging<'r, 'a> {
    fn new(run: &'r mut Run<'a>, plans: &[PlainFile]) -> Self {
        Self {
            run,
            early: BTreeMap::new(),
            next: 0,
            lines: plans.iter().map(|plan| plan.line).collect(),
            pieces: Vec::new(),
            repeats: Vec::new(),
        }
    }

    /// Takes a report; `false` where it is better to give up.
    fn add(&mut self, report: Report) -> bool {
        self.early.insert(report.number, report);
        while let Some(report) = self.early.remove(&self.next) {
            self.next += 1;
            if !self.put(report) {
                return false;
            }
        }
        true
    }

    fn put(&mut self, report: Report) -> bool {
        let run = &mut *self.run;
        let line = self.lines[report.file];
        let intake = &mut run.intake.files[report.file];
        intake.read += report.read;
        intake.accepted += report.accepted;
        for (reason, rows) in report.rejected {
            *intake.rejected.entry(reason).or_default() += rows;
        }
        for (note, rows) in report.notes {
            *intake.notes.entry(note).or_default() += rows;
        }
        if report.unknown.is_told(run.dataset) {
            return false;
        }
        run.rejects.join(report.rejects, line);
        run.judge.unknown.join_numbers(report.unknown, line);
        if report.blank > 0 {
            let (count, places) = run.blank.entry(report.file).or_default();
            *count += report.blank;
            for mut place in report.blank_places {
                if places.len() < PLACES_SHOWN {
                    place.line = place.line.map(|each| each + line);
                    places.push(place);
                }
            }
        }
        self.repeats.extend(report.repeats);
        self.pieces.push(Piece {
            file: report.file,
            start: report.start,
            line,
            marks: report.marks,
        });
        self.lines[report.file] += report.breaks;
        run.progress.file = report.file + 1;
        run.progress.rows += report.rows;
        run.bytes.set(run.bytes.get() + report.bytes);
        run.report();
        let rows = usize::try_from(run.progress.rows).unwrap_or(usize::MAX);
        self.repeats.len() <= REPEATS.max(rows / 4).min(MOST_REPEATS)
    }
}
