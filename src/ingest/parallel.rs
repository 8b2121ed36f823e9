//! Several threads read a data set's plain files: what each block holds is put together in the order of the rows.
//!
//! Only files that need no general reader are taken: CSV or TSV, not packed, UTF-8 from end to end, with an id column and
//! every quote in its place. Where anything else comes up, all is given up and read again by the general reader. Both
//! judge rows by the same code, so figures, account and messages are the same.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZero;
use std::ops::Range;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError, mpsc};

use rayon::prelude::*;

use super::again::{Settling, Windows};
use super::blocks::{Block, Blocks, End, Hashes, PlainFile};
use super::file_rows::{Account, FileRows, Piece, Settled, Shelf};
use super::row::Judge;
use super::source::Files;
use super::worker::{Met, Report, Worker, bytes_of};
use super::{Fault, Run, tell_no_rows};
use crate::case::{Field, IdList, IdSet, Take};
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

/// What the rows came to.
pub(super) struct Parts<P> {
    pub(super) counted: Vec<P>,
    pub(super) ids: IdSet,
}

/// The reading of a data set's plain files.
pub(super) struct Reading<'a, T: Take> {
    pub(super) as_of: Option<Day>,
    pub(super) files: &'a Files<'a>,
    /// Makes what takes the cases.
    pub(super) new: &'a (dyn Fn() -> T + Sync),
    pub(super) cut: Cut,
    /// Where it is kept what files came to.
    pub(super) shelf: Option<&'a dyn Shelf<T::Part>>,
}

impl<T: Take> Reading<'_, T> {
    /// Reads all files, or gives up; then what was put into `run` and `told` is to be thrown away.
    pub(super) fn read(&self, run: &mut Run<'_>, told: &mut Diagnostics) -> Option<Parts<T::Part>> {
        let (mut heads, mut plans) = (Vec::new(), Vec::new());
        for path in &run.dataset.files {
            let mut head = Diagnostics::new();
            let plan = self.files.plain(path, &mut head)?;
            plan.layout.field(Field::Id)?;
            heads.push(head);
            plans.push(plan);
        }
        let is_alone = plans.len() < 2;
        let mut rows: Vec<Option<FileRows<T::Part>>> = match self.shelf {
            Some(shelf) if !is_alone => plans.par_iter().map(|plan| found(shelf, plan)).collect(),
            _ => plans.iter().map(|_| None).collect(),
        };
        let wanted: Vec<usize> = (0..plans.len()).filter(|at| rows[*at].is_none()).collect();
        for (index, known) in (0..).zip(&mut rows) {
            let Some(known) = known else { continue };
            known.stands_at(index);
            run.progress.rows += known.account.rows;
            run.bytes.set(run.bytes.get() + known.account.intake.bytes);
        }
        let fresh = self.read_files(run, &plans, &wanted)?;
        // Ids of a file that stands alone are asked for nothing but themselves.
        let mut alone = None;
        for (index, each) in wanted.iter().zip(fresh) {
            let mut its = each.rows;
            let ids = each.met.into_ids();
            if is_alone {
                alone = Some(ids.into_set(&mut its.repeats));
            } else {
                its.ids = ids.into_list(&mut its.repeats);
            }
            rows[*index] = Some(its);
        }
        let mut rows: Vec<FileRows<T::Part>> = rows.into_iter().collect::<Option<_>>()?;
        let settled = match self.settle(run, &plans, &mut rows, &wanted) {
            Ok(settled) => settled?,
            Err(fault) => {
                heads.into_iter().for_each(|head| told.extend(head));
                told.tell(*fault);
                return Some(Parts {
                    counted: Vec::new(),
                    ids: IdSet::default(),
                });
            }
        };
        let gone = settled.account(run, &rows, heads, told);
        if let Some(shelf) = self.shelf.filter(|_| !is_alone && run.repeats == 0) {
            // One after another: what is written is as large as what is held.
            for index in wanted {
                shelf.keep(&plans[index].path, &rows[index]);
            }
        }
        let ids = match alone {
            Some(mut ids) => {
                gone.iter().for_each(|id| ids.remove(id));
                ids
            }
            None => {
                let lists: Vec<&IdList> = rows.iter().map(|its| &its.ids).collect();
                IdList::union(&lists, &gone)
            }
        };
        Some(Parts {
            counted: settled.counted(rows),
            ids,
        })
    }

    /// Reads some of the files on several threads, and gives what each came to, with its repeats not settled.
    fn read_files(
        &self,
        run: &mut Run<'_>,
        plans: &[PlainFile],
        wanted: &[usize],
    ) -> Option<Vec<Fresh<T::Part>>> {
        let (dataset, as_of, new) = (run.dataset, self.as_of, self.new);
        let hashes = Hashes::new();
        let shared = Shared {
            plans,
            blocks: Mutex::new(Blocks::new(plans, wanted, self.cut.block)),
            hashes: &hashes,
            met: plans.iter().map(|plan| Met::new(plan.length)).collect(),
            shown: plans.iter().map(|_| AtomicU32::new(0)).collect(),
            is_given_up: AtomicBool::new(false),
        };
        let names = run.names.clone();
        let mut merging = Merging::new(run, plans);
        let bytes: u64 = wanted.iter().map(|at| plans[*at].length).sum();
        let shares = usize::try_from(bytes / self.cut.share).unwrap_or(usize::MAX);
        let threads = std::thread::available_parallelism().map_or(1, NonZero::get);
        let (send, receive) = mpsc::channel();
        let counted: Vec<(usize, T::Part)> = std::thread::scope(|scope| {
            let workers: Vec<_> = (0..threads.min(shares.max(usize::from(!wanted.is_empty()))))
                .map(|_| {
                    let (send, shared, names) = (send.clone(), &shared, &names);
                    scope.spawn(move || {
                        let mut judge = Judge::new(dataset, as_of);
                        judge.wants_text = false;
                        let mut worker = Worker::new(judge, new, names);
                        shared.work(&mut worker, &send);
                        worker.finish()
                    })
                })
                .collect();
            drop(send);
            for report in receive {
                let file = report.file;
                if !merging.add(report) {
                    shared.give_up();
                }
                let full = merging.sums[file].account.rejects.full();
                shared.shown[file].store(full, Ordering::Relaxed);
            }
            let joined = workers.into_iter().flat_map(|worker| {
                worker
                    .join()
                    .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
            });
            joined.collect()
        });
        if shared.is_given_up.into_inner() {
            return None;
        }
        let mut parts: BTreeMap<usize, Vec<T::Part>> = BTreeMap::new();
        for (file, part) in counted {
            parts.entry(file).or_default().push(part);
        }
        let mut sums: BTreeMap<usize, FileSum> = merging.sums.into_iter().enumerate().collect();
        let mut met: BTreeMap<usize, Met> = shared.met.into_iter().enumerate().collect();
        let fresh = wanted.iter().zip(hashes.finish());
        let fresh = fresh.map(|(index, (sha256, bytes))| {
            let FileSum {
                mut account,
                pieces,
                repeats,
                ..
            } = sums.remove(index)?;
            let met = met.remove(index)?;
            account.intake = FileIntake {
                file: plans[*index].path.clone(),
                encoding: "UTF-8".to_owned(),
                sha256,
                bytes,
                ..account.intake
            };
            account.unit = met.unit;
            let rows = FileRows {
                parts: parts.remove(index).unwrap_or_default(),
                ids: IdList::default(),
                account,
                pieces,
                repeats,
                settled: Settled {
                    part: (self.new)().into_part(&[]),
                    outcome: Default::default(),
                },
            };
            Some(Fresh { rows, met })
        });
        fresh.collect()
    }

    /// Settles repeated ids: those of each file by itself where it was read now, and those of several files together. `None`
    /// where they are too many.
    fn settle(
        &self,
        run: &Run<'_>,
        plans: &[PlainFile],
        rows: &mut [FileRows<T::Part>],
        fresh: &[usize],
    ) -> Result<Option<Together<T::Part>>, Fault> {
        let settling = Settling {
            dataset: run.dataset,
            as_of: self.as_of,
            files: self.files,
            new: self.new,
        };
        let mut accounts: Vec<FileIntake> =
            rows.iter().map(|its| its.account.intake.clone()).collect();
        for index in fresh {
            let its = &rows[*index];
            let windows = windows(plans, rows);
            let places = its.repeats.iter().map(|place| its.bytes(*index, *place));
            let mut settled = settling.settle(&windows, places.collect(), accounts.clone())?;
            let own = settled.outcome.intakes.swap_remove(*index);
            settled.outcome.intakes = vec![own];
            drop(windows);
            rows[*index].settled = settled;
        }
        let most = most_repeats(rows.iter().map(|its| its.account.rows).sum());
        let mut repeats: usize = rows.iter().map(|its| its.repeats.len()).sum();
        let shared = match rows {
            [_] => vec![Vec::new()],
            _ => {
                let lists: Vec<&IdList> = rows.iter().map(|its| &its.ids).collect();
                match IdList::shared(&lists, most) {
                    Some(shared) => shared,
                    None => return Ok(None),
                }
            }
        };
        repeats += shared.iter().map(Vec::len).sum::<usize>();
        if repeats > most {
            return Ok(None);
        }
        let mut places = Vec::new();
        let mut is_open = Vec::new();
        for (index, (its, shared)) in rows.iter().zip(&shared).enumerate() {
            let mine: BTreeSet<u32> = shared.iter().map(|at| its.ids.place(*at)).collect();
            // An id of several files that also stands twice in this one is settled anew with all of the file's: its rows are
            // more than those of its place. So are they where a place may hold several rows.
            let is_twice = its.repeats.iter().any(|place| mine.contains(place));
            let opens = is_twice || (!mine.is_empty() && its.account.unit > 0);
            places.extend(mine.iter().map(|place| its.bytes(index, *place)));
            if opens {
                places.extend(its.repeats.iter().map(|place| its.bytes(index, *place)));
            } else if let Some(settled) = its.settled.outcome.intakes.first() {
                accounts[index].clone_from(settled);
            }
            is_open.push(opens);
        }
        let windows = windows(plans, rows);
        let settled = settling.settle(&windows, places, accounts)?;
        Ok(Some(Together { settled, is_open }))
    }
}

/// A file that was read now.
struct Fresh<P> {
    rows: FileRows<P>,
    met: Met,
}

/// Repeated ids of several files, settled together.
struct Together<P> {
    settled: Settled<P>,
    /// For each file, whether its own repeats were settled with them.
    is_open: Vec<bool>,
}

impl<P> Together<P> {
    /// Puts the accounts of all files together; gives the ids of which no row is kept.
    fn account(
        &self,
        run: &mut Run<'_>,
        rows: &[FileRows<P>],
        heads: Vec<Diagnostics>,
        told: &mut Diagnostics,
    ) -> BTreeSet<String> {
        let together = &self.settled.outcome;
        run.intake.files.clone_from(&together.intakes);
        let mut gone = together.gone.clone();
        let mut outcomes = vec![together];
        for (index, (its, head)) in rows.iter().zip(heads).enumerate() {
            told.extend(head);
            let account = &its.account;
            if account.intake.read == 0 {
                tell_no_rows(&account.intake.file, told);
            }
            run.rejects.join(&account.rejects, 0);
            run.judge.unknown.join_numbers(&account.unknown, 0);
            if account.blank > 0 {
                let blank = (account.blank, account.blank_places.clone());
                run.blank.insert(index, blank);
            }
            if !self.is_open[index] {
                outcomes.push(&its.settled.outcome);
                gone.extend(its.settled.outcome.gone.iter().cloned());
            }
        }
        for outcome in outcomes {
            run.rejects.join_any(&outcome.rejects);
            run.repeats += outcome.repeats;
            run.repeated.extend(outcome.repeated.iter().cloned());
        }
        run.repeated.sort_by_key(|each| each.order);
        run.repeated.truncate(PLACES_SHOWN);
        gone
    }

    /// All that was counted and taken back.
    fn counted(self, rows: Vec<FileRows<P>>) -> Vec<P> {
        let mut counted = vec![self.settled.part];
        for (its, is_open) in rows.into_iter().zip(self.is_open) {
            counted.extend(its.parts);
            if !is_open {
                counted.push(its.settled.part);
            }
        }
        counted
    }
}

impl<P> FileRows<P> {
    /// The bytes of a place, with the file's index.
    fn bytes(&self, index: usize, place: u32) -> (usize, Range<u64>) {
        (index, bytes_of(place, self.account.unit))
    }
}

fn windows<'a, P>(plans: &'a [PlainFile], rows: &'a [FileRows<P>]) -> Vec<Windows<'a>> {
    let each = plans.iter().zip(rows);
    each.map(|(plan, its)| Windows::new(plan, &its.pieces))
        .collect()
}

/// What is kept of a file, where that is of the file that stands there.
fn found<P>(shelf: &dyn Shelf<P>, plan: &PlainFile) -> Option<FileRows<P>> {
    let found = shelf.find(&plan.path)?;
    let intake = &found.account.intake;
    (intake.bytes == plan.length && intake.file == plan.path).then_some(found)
}

/// As many repeated ids are settled among so many rows.
fn most_repeats(rows: u64) -> usize {
    let rows = usize::try_from(rows).unwrap_or(usize::MAX);
    REPEATS.max(rows / 4).min(MOST_REPEATS)
}

/// What all threads share.
struct Shared<'a> {
    plans: &'a [PlainFile],
    blocks: Mutex<Blocks<'a>>,
    hashes: &'a Hashes,
    /// The ids of each file.
    met: Vec<Met>,
    /// For each file, the bits of defects whose first rows are known.
    shown: Vec<AtomicU32>,
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
            let Some(text) = block.text() else {
                return self.give_up();
            };
            let turn = self.hashes.turn(&block);
            let is_hashed = turn.is_some();
            let at = block.file;
            let plan = &self.plans[at];
            if !worker.find(text, plan.delimiter, turn) {
                return self.give_up();
            }
            let report = worker.read(&block, text, plan, &self.met[at], &self.shown[at]);
            if !is_hashed {
                match self.hashes.wait_for_turn(&block) {
                    Some(turn) => turn.end(),
                    None => return,
                }
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
    sums: Vec<FileSum>,
}

/// What the blocks of a file came to.
struct FileSum {
    account: Account,
    pieces: Vec<Piece>,
    repeats: Vec<u32>,
    /// The line at which its next block begins.
    line: u64,
}

impl<'r, 'a> Merging<'r, 'a> {
    fn new(run: &'r mut Run<'a>, plans: &[PlainFile]) -> Self {
        let sum = |plan: &PlainFile| FileSum {
            account: Account::default(),
            pieces: Vec::new(),
            repeats: Vec::new(),
            line: plan.line,
        };
        Self {
            run,
            early: BTreeMap::new(),
            next: 0,
            sums: plans.iter().map(sum).collect(),
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
        let sum = &mut self.sums[report.file];
        let account = &mut sum.account;
        let intake = &mut account.intake;
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
        account.rows += report.rows;
        account.rejects.join(&report.rejects, sum.line);
        account.unknown.join_numbers(&report.unknown, sum.line);
        account.blank += report.blank;
        for mut place in report.blank_places {
            if account.blank_places.len() < PLACES_SHOWN {
                place.line = place.line.map(|each| each + sum.line);
                account.blank_places.push(place);
            }
        }
        sum.repeats.extend(report.repeats);
        sum.pieces.push(Piece {
            start: report.start,
            line: sum.line,
            marks: report.marks,
        });
        sum.line += report.breaks;
        run.progress.file = report.file + 1;
        run.progress.rows += report.rows;
        run.bytes.set(run.bytes.get() + report.bytes);
        run.report();
        sum.repeats.len() <= most_repeats(run.progress.rows)
    }
}
