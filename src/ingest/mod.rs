//! Exports to cases: files are read in order, each row is accepted or refused with its reason, and all are accounted for.
//!
//! [`read`] is the way in. A file goes through `source` (opened, hashed, unpacked), `decode` (any encoding to UTF-8),
//! `record`, `sheet` or `jsonl` (rows of cells), `columns` (which cell is which field), `row` (a case, or why not; `quick` for the
//! plain rows that most exports are full of) and `repeats` (which of several rows with one id is kept). Cases are handed on one by one, so memory does not grow with
//! the exports; per row only a hash of its id is kept. Counting is left to `tally`.

mod again;
mod blocks;
mod columns;
mod date;
mod decode;
mod file_rows;
mod jsonl;
mod memo;
mod parallel;
mod quick;
mod readings;
mod record;
mod rejects;
mod repeats;
mod row;
mod scan;
mod sheet;
mod source;
#[cfg(test)]
mod tests;
mod words;
mod worker;

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use crate::case::{Case, Field, IdSet, IdTable, Members, Take, Weight};
use crate::config::{Dataset, RepeatedId, Site};
use crate::diag::{Diagnostic, Diagnostics, PLACES_SHOWN, Place};
use crate::intake::{FileIntake, Intake, Note, Reason};
use crate::time::Day;
use file_rows::Repeated;
use parallel::{Cut, Reading};
use readings::{FirstReading, SecondReading};
use record::Record;
use rejects::{Defect, Rejects};
use repeats::{Fate, Ids, Loser, WholeRows, hash_cells, hash_id};
use row::{Judge, Refusal, Source};
use source::Files;

pub use file_rows::{FileRows, Shelf};

/// What stops the reading of a file.
type Fault = Box<Diagnostic>;

/// How far the reading is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Progress {
    /// The file being read, from 1.
    pub file: usize,
    /// Number of files.
    pub files: usize,
    /// Bytes read so far, over all files, as stored (before unpacking).
    pub bytes: u64,
    /// Bytes of all files.
    pub total_bytes: u64,
    /// Rows read so far, over all files.
    pub rows: u64,
}

/// What was read beside the cases.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ingested {
    /// The account of every row, by file.
    pub intake: Intake,
    /// The members of each dimension, in the scheme's order; cases hold their numbers.
    pub members: Vec<Members>,
}

/// Rows between two reports of progress.
const STRIDE: u64 = 1 << 14;

/// Reads the exports of a data set and hands each accepted row to `sink`, in reading order, as a case to be counted.
///
/// Where a later row takes the place of an earlier one of its id, the earlier is handed over a second time when all
/// files were read, to be withdrawn. `as_of` is the last day that counts; without it nothing is too late.
/// Gives `None` where errors were told: then what was handed over is to be thrown away.
pub fn read(
    site: &Site,
    dataset: &Dataset,
    as_of: Option<Day>,
    progress: &mut dyn FnMut(Progress),
    diags: &mut Diagnostics,
    sink: &mut dyn FnMut(&Case, &[Members], Weight),
) -> Option<Ingested> {
    let mut told = Diagnostics::new();
    let ingested = match Files::new(site, dataset) {
        Ok(files) => Run::new(dataset, as_of, &files, sink, progress).all(&files, &mut told),
        Err(fault) => {
            told.tell(*fault);
            Ingested::default()
        }
    };
    let is_sound = !told.has_errors();
    diags.extend(told);
    is_sound.then_some(ingested)
}

/// What was read and counted.
#[derive(Debug)]
pub struct Counted<P> {
    /// The account of every row, by file.
    pub intake: Intake,
    /// What the cases came to, in parts; each speaks of members by name.
    pub parts: Vec<P>,
    /// The ids that were counted.
    pub ids: IdSet,
}

/// How the rows of a data set are counted.
pub struct Counting<'a, T: Take> {
    /// The last day that counts; without it nothing is too late.
    pub as_of: Option<Day>,
    /// Makes what takes the cases, one for each thread and file.
    pub new: &'a (dyn Fn() -> T + Sync),
    /// Where it is kept what files came to, so that a file that did not change is not read again.
    pub shelf: Option<&'a dyn Shelf<T::Part>>,
}

impl<T: Take> Counting<'_, T> {
    /// Reads the exports of a data set as [`read`] does, on all processors where the files allow it, when cases are only
    /// counted: they come in no order, without their line and public text.
    pub fn count(
        &self,
        site: &Site,
        dataset: &Dataset,
        progress: &mut dyn FnMut(Progress),
        diags: &mut Diagnostics,
    ) -> Option<Counted<T::Part>> {
        if let Some((counted, told)) = self.in_parallel(site, dataset, progress, Cut::default()) {
            let is_sound = !told.has_errors();
            diags.extend(told);
            return is_sound.then_some(counted);
        }
        let mut sink = (self.new)();
        let mut ids = IdTable::new();
        let mut take = |case: &Case, members: &[Members], weight| {
            let times = ids.slot(&case.id);
            *times = match weight {
                Weight::Count => times.saturating_add(1),
                Weight::Withdraw => times.saturating_sub(1),
            };
            sink.take(case, members, weight);
        };
        let ingested = read(site, dataset, self.as_of, progress, diags, &mut take)?;
        Some(Counted {
            intake: ingested.intake,
            parts: vec![sink.into_part(&ingested.members)],
            ids: ids.into_set(),
        })
    }

    fn in_parallel(
        &self,
        site: &Site,
        dataset: &Dataset,
        progress: &mut dyn FnMut(Progress),
        cut: Cut,
    ) -> Option<(Counted<T::Part>, Diagnostics)> {
        let files = Files::new(site, dataset).ok()?;
        let mut told = Diagnostics::new();
        let mut nothing = |_: &Case, _: &[Members], _| {};
        let mut run = Run::new(dataset, self.as_of, &files, &mut nothing, progress);
        let reading = Reading {
            as_of: self.as_of,
            files: &files,
            new: self.new,
            cut,
            shelf: self.shelf,
        };
        let parts = reading.read(&mut run, &mut told)?;
        let ingested = run.finish(&mut told);
        let counted = Counted {
            intake: ingested.intake,
            parts: parts.counted,
            ids: parts.ids,
        };
        Some((counted, told))
    }
}

/// The reading of one data set.
struct Run<'a> {
    dataset: &'a Dataset,
    names: Vec<String>,
    judge: Judge<'a>,
    ids: Ids,
    whole_rows: WholeRows,
    rejects: Rejects,
    intake: Intake,
    /// The number of the first row of each file.
    first_rows: Vec<u32>,
    rows: u32,
    /// As many rows can be numbered.
    most_rows: u32,
    /// Whether there are more.
    is_full: bool,
    blank: BTreeMap<usize, (u64, Vec<Place>)>,
    repeated: Vec<Repeated>,
    repeats: u64,
    progress: Progress,
    bytes: Rc<Cell<u64>>,
    report: &'a mut dyn FnMut(Progress),
    sink: &'a mut dyn FnMut(&Case, &[Members], Weight),
}

impl<'a> Run<'a> {
    fn new(
        dataset: &'a Dataset,
        as_of: Option<Day>,
        files: &Files<'_>,
        sink: &'a mut dyn FnMut(&Case, &[Members], Weight),
        report: &'a mut dyn FnMut(Progress),
    ) -> Self {
        Self {
            dataset,
            names: names(&dataset.files),
            judge: Judge::new(dataset, as_of),
            ids: Ids::new(&dataset.repeated_id),
            whole_rows: WholeRows::default(),
            rejects: Rejects::default(),
            intake: Intake::default(),
            first_rows: Vec::new(),
            rows: 0,
            most_rows: u32::MAX,
            is_full: false,
            blank: BTreeMap::new(),
            repeated: Vec::new(),
            repeats: 0,
            progress: Progress {
                files: dataset.files.len(),
                total_bytes: files.total_bytes(),
                ..Progress::default()
            },
            bytes: Rc::clone(&files.bytes),
            report,
            sink,
        }
    }

    fn all(mut self, files: &Files<'_>, told: &mut Diagnostics) -> Ingested {
        let dataset = self.dataset;
        if dataset.files.is_empty() {
            told.tell(
                Diagnostic::error("no-exports", "the data set has no exports")
                    .at(Place::file(dataset.path.as_str()))
                    .hint("put them beside it, or name them under files"),
            );
        }
        for (index, path) in dataset.files.iter().enumerate() {
            self.file(files, index, path, told);
            if self.is_full {
                break;
            }
        }
        if !told.has_errors() {
            self.withdraw(files, told);
        }
        self.finish(told)
    }

    /// Tells what was gathered over all rows.
    fn finish(mut self, told: &mut Diagnostics) -> Ingested {
        let dataset = self.dataset;
        for file in &self.intake.files {
            debug_assert!(file.adds_up(), "{file:?}");
            if told.has_errors() && file.read == 0 {
                continue;
            }
            tell_too_many(file, dataset, told);
        }
        self.tell_repeats(told);
        self.tell_blank(told);
        std::mem::take(&mut self.rejects).tell(dataset, told);
        std::mem::take(&mut self.judge.unknown).tell(dataset, told);
        Ingested {
            intake: self.intake,
            members: self.judge.into_members(),
        }
    }

    fn file(&mut self, files: &Files<'_>, index: usize, path: &str, told: &mut Diagnostics) {
        self.progress.file = index + 1;
        self.first_rows.push(self.rows);
        self.intake.files.push(FileIntake {
            file: path.to_owned(),
            ..FileIntake::default()
        });
        let name = self.names[index].clone();
        let mut first = FirstReading {
            run: self,
            index,
            name: &name,
            path,
            wanted: &files.wanted,
            layout: None,
            header: 0,
            told,
        };
        let visited = files.visit(path, &mut first);
        let has_layout = first.layout.is_some();
        match visited {
            Ok(account) => {
                let intake = &mut self.intake.files[index];
                if account.is_guessed {
                    told.tell(
                        Diagnostic::note(
                            "encoding-found",
                            format!("read as {}, as its bytes suggest", account.encoding),
                        )
                        .at(Place::file(path)),
                    );
                }
                intake.encoding = account.encoding;
                intake.sha256 = account.sha256;
                intake.bytes = account.bytes;
                if has_layout && intake.read == 0 {
                    tell_no_rows(path, told);
                }
            }
            Err(fault) => told.tell(*fault),
        }
        self.report();
    }

    fn report(&mut self) {
        // Files that are read twice would otherwise count twice.
        self.progress.bytes = self.bytes.get().min(self.progress.total_bytes);
        (self.report)(self.progress);
    }

    /// Reads a row for the first time: counts it as accepted or rejected. Fails where no number is left for it.
    fn row(&mut self, record: &Record<'_>, source: &Source<'_>, header: u64) -> Result<(), Fault> {
        let row = self.rows;
        if row == self.most_rows {
            self.is_full = true;
            return Err(self.too_many_rows(source.path, record.line));
        }
        self.rows += 1;
        self.progress.rows += 1;
        if self.progress.rows.is_multiple_of(STRIDE) {
            self.report();
        }
        let index = usize::try_from(source.file).expect("32 bits fit");
        if Judge::is_blank(record) {
            let (count, places) = self.blank.entry(index).or_default();
            *count += 1;
            if places.len() < PLACES_SHOWN {
                places.push(source.place(record, None));
            }
            return Ok(());
        }
        self.intake.files[index].read += 1;
        let refused = match self.judge.judge(record, source) {
            Err(refusal) => Some((refusal, false)),
            Ok(()) => {
                let cells = hash_cells(record, header);
                match self.fate(record, source, row, cells) {
                    Fate::Kept => None,
                    Fate::Refused { is_whole } => {
                        let refusal = Refusal {
                            defect: Defect::Repeated,
                            cell: source.layout.field(Field::Id),
                        };
                        Some((refusal, is_whole))
                    }
                }
            }
        };
        let intake = &mut self.intake.files[index];
        match refused {
            None => {
                intake.accepted += 1;
                for note in notes(&self.judge) {
                    *intake.notes.entry(note).or_default() += 1;
                }
                (self.sink)(&self.judge.case, self.judge.members(), Weight::Count);
            }
            Some((refusal, is_whole)) => {
                *intake.rejected.entry(refusal.defect.reason()).or_default() += 1;
                if is_whole {
                    *intake.notes.entry(Note::WholeRowRepeat).or_default() += 1;
                }
                self.rejects.note(
                    refusal.defect,
                    (source.file, record.line),
                    || source.place(record, refusal.cell),
                    sample(record, refusal),
                );
            }
        }
        Ok(())
    }

    fn too_many_rows(&self, path: &str, line: u64) -> Fault {
        Box::new(
            Diagnostic::error(
                "too-many-rows",
                format!(
                    "the data set has more than {} rows, as many as can be told apart",
                    self.most_rows
                ),
            )
            .at(Place::line(path, line))
            .hint("make two data sets of it: move the files of later years into a folder of their own below data/"),
        )
    }

    fn fate(&mut self, record: &Record<'_>, source: &Source<'_>, row: u32, cells: u64) -> Fate {
        let Some(cell) = source.layout.field(Field::Id) else {
            if self.whole_rows.has_seen(cells) {
                let index = usize::try_from(source.file).expect("32 bits fit");
                let notes = &mut self.intake.files[index].notes;
                *notes.entry(Note::WholeRowRepeat).or_default() += 1;
            }
            return Fate::Kept;
        };
        let id = hash_id(&self.judge.case.id);
        let fate = self.ids.decide(id, row, cells, self.judge.rank);
        if matches!(fate, Fate::Refused { .. }) && self.dataset.repeated_id == RepeatedId::Error {
            self.repeats += 1;
            if self.repeated.len() < PLACES_SHOWN {
                self.repeated.push(Repeated {
                    order: (source.file, record.line),
                    id: self.judge.case.id.clone(),
                    place: source.place(record, Some(cell)),
                });
            }
        }
        fate
    }

    /// Reads once more the rows that later ones took the place of, and takes them out.
    fn withdraw(&mut self, files: &Files<'_>, told: &mut Diagnostics) {
        let losers = self.ids.losers();
        self.judge.is_listening = false;
        let paths = &self.dataset.files;
        for (index, path) in paths.iter().enumerate() {
            let from = self.first_rows[index];
            let to = self.first_rows.get(index + 1).copied().unwrap_or(u32::MAX);
            let start = losers.partition_point(|loser| loser.row < from);
            let end = losers.partition_point(|loser| loser.row < to);
            let mine = &losers[start..end];
            if mine.is_empty() {
                continue;
            }
            let mut second = SecondReading {
                run: self,
                index,
                path,
                wanted: &files.wanted,
                layout: None,
                header: 0,
                losers: mine,
                row: from,
                is_same: true,
            };
            let visited = files.visit(path, &mut second);
            let is_same = second.is_same && second.losers.is_empty();
            match visited {
                Err(fault) => told.tell(*fault),
                Ok(_) if !is_same => told.tell(*changed(path)),
                Ok(_) => {}
            }
        }
    }

    /// Takes out a row that was counted; `false` where it is not the row that was.
    fn withdraw_row(
        &mut self,
        record: &Record<'_>,
        source: &Source<'_>,
        header: u64,
        loser: Loser,
    ) -> bool {
        if self.judge.judge(record, source).is_err() || hash_id(&self.judge.case.id) != loser.id {
            return false;
        }
        let is_whole = self.ids.repeats_the_kept(loser, hash_cells(record, header));
        self.take_out(is_whole, (source.file, record.line), || {
            source.place(record, source.layout.field(Field::Id))
        });
        true
    }

    /// Takes out the row that was judged last: another of its id is kept. `order` is its place among the files' rows.
    fn take_out(&mut self, is_whole: bool, order: (u32, u64), place: impl FnOnce() -> Place) {
        let index = usize::try_from(order.0).expect("32 bits fit");
        let intake = &mut self.intake.files[index];
        intake.accepted -= 1;
        *intake.rejected.entry(Reason::RepeatedId).or_default() += 1;
        for note in notes(&self.judge) {
            let count = intake.notes.entry(note).or_default();
            *count -= 1;
            if *count == 0 {
                intake.notes.remove(&note);
            }
        }
        if is_whole {
            *intake.notes.entry(Note::WholeRowRepeat).or_default() += 1;
        }
        self.rejects.note(Defect::Repeated, order, place, None);
        (self.sink)(&self.judge.case, self.judge.members(), Weight::Withdraw);
    }

    fn tell_repeats(&self, told: &mut Diagnostics) {
        if self.repeated.is_empty() {
            return;
        }
        let ids: Vec<String> = self
            .repeated
            .iter()
            .map(|each| rejects::shorten(&each.id))
            .collect();
        let mut diagnostic = Diagnostic::error(
            "repeated-id",
            format!("rows repeat the id of an earlier row ({})", ids.join(", ")),
        )
        .times(self.repeats)
        .hint(format!(
            "correct the exports, or say in {} which row counts: repeated_id = \"keep-last\", \"keep-first\" or \"reject-all\"",
            self.dataset.path
        ));
        for each in &self.repeated {
            diagnostic = diagnostic.at(each.place.clone());
        }
        told.tell(diagnostic);
    }

    fn tell_blank(&self, told: &mut Diagnostics) {
        for (count, places) in self.blank.values() {
            let mut diagnostic =
                Diagnostic::note("blank-rows", "rows without any value were passed over")
                    .times(*count);
            diagnostic.places.clone_from(places);
            told.tell(diagnostic);
        }
    }
}

fn tell_no_rows(path: &str, told: &mut Diagnostics) {
    told.tell(
        Diagnostic::warning("no-rows", "the file has a header and no rows").at(Place::file(path)),
    );
}

fn changed(path: &str) -> Fault {
    Box::new(
        Diagnostic::error("file-changed", "the file changed while it was read")
            .at(Place::file(path))
            .hint("run again when nothing writes to it"),
    )
}

/// What is told of an accepted row.
#[inline]
fn notes(judge: &Judge<'_>) -> impl Iterator<Item = Note> {
    let contradicts = judge
        .is_contradicted()
        .then_some(Note::StatusContradictsDate);
    let due = judge.due_is_set_aside.then_some(Note::DueBeforeReceived);
    contradicts.into_iter().chain(due)
}

/// The cell's text, where it helps to see it.
fn sample<'r>(record: &Record<'r>, refusal: Refusal) -> Option<&'r str> {
    match refusal.defect {
        Defect::UnreadableDate | Defect::UnknownWord => {
            refusal.cell.map(|cell| row::trim(record.cell(cell)))
        }
        _ => None,
    }
}

/// What rows without an id are called after: the file's name, or its path where two files have one name.
fn names(paths: &[String]) -> Vec<String> {
    let name = |path: &str| path.rsplit('/').next().unwrap_or(path).to_owned();
    let short: Vec<String> = paths.iter().map(|path| name(path)).collect();
    let distinct: BTreeSet<&String> = short.iter().collect();
    if distinct.len() == short.len() {
        short
    } else {
        paths.to_vec()
    }
}

/// A share in parts per million as a person writes it: `2 %`, `0.25 %`.
fn per_cent(share: u64) -> String {
    let digits = format!("{}.{:04}", share / 10_000, share % 10_000);
    format!("{} %", digits.trim_end_matches('0').trim_end_matches('.'))
}

/// Stops where more rows are defective than allowed. Rows that a rule sets apart on purpose are no defects.
fn tell_too_many(file: &FileIntake, dataset: &Dataset, told: &mut Diagnostics) {
    let defects: Vec<(Reason, u64)> = file
        .rejected
        .iter()
        .filter(|(reason, _)| !matches!(reason, Reason::RepeatedId | Reason::AfterAsOf))
        .map(|(reason, rows)| (*reason, *rows))
        .collect();
    let sum: u64 = defects.iter().map(|(_, rows)| rows).sum();
    let share = u128::from(sum) * 1_000_000;
    if share <= u128::from(dataset.max_rejected) * u128::from(file.read) {
        return;
    }
    let listed: Vec<String> = defects
        .iter()
        .map(|(reason, rows)| format!("{} {rows}", reason.id()))
        .collect();
    told.tell(
        Diagnostic::error(
            "too-many-rejected",
            format!(
                "{sum} of {} rows are rejected, more than the {} that max_rejected allows: {}",
                file.read,
                per_cent(dataset.max_rejected),
                listed.join(", ")
            ),
        )
        .at(Place::file(file.file.as_str()))
        .hint(format!(
            "correct the export, or raise max_rejected in {}",
            dataset.path
        )),
    );
}
