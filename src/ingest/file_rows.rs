//! What one file's rows came to, whatever other files hold: enough to count it again without reading it.
//!
//! The counts are those of all accepted rows. Rows of one id within the file are settled apart, so that this holds only while no
//! other file has one of those ids; where one has, they are settled anew together.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::rejects::Rejects;
use super::words::UnknownWords;
use crate::case::IdList;
use crate::case::packed::{read, read_all, read_as, read_bytes, write, write_bytes};
use crate::diag::Place;
use crate::intake::FileIntake;

/// What one file's rows came to. `P` is what its cases were counted to.
#[derive(Debug)]
pub struct FileRows<P> {
    /// The counts of all accepted rows.
    pub(super) parts: Vec<P>,
    /// Its ids; none where no other file could share them.
    pub(super) ids: IdList,
    pub(super) account: Account,
    pub(super) pieces: Vec<Piece>,
    /// Places of the rows whose id came twice in the file.
    pub(super) repeats: Vec<u32>,
    pub(super) settled: Settled<P>,
}

/// The account of a file's rows before repeated ids are settled.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Account {
    pub(super) intake: FileIntake,
    /// Rows that are not blank lines.
    pub(super) rows: u64,
    pub(super) rejects: Rejects,
    pub(super) unknown: UnknownWords,
    pub(super) blank: u64,
    pub(super) blank_places: Vec<Place>,
    /// Bytes that a place counts as one, as a power of two.
    pub(super) unit: u32,
}

/// Where a run of rows lies in its file.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Piece {
    /// Its first byte.
    pub(super) start: u64,
    /// Line of that byte.
    pub(super) line: u64,
    /// See [`super::worker::Report::marks`].
    pub(super) marks: Vec<u16>,
}

/// Repeated ids, settled: what is taken out again.
#[derive(Debug)]
pub(super) struct Settled<P> {
    /// What was counted, taken back.
    pub(super) part: P,
    pub(super) outcome: Outcome,
}

/// What becomes of the account when repeated ids are settled.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Outcome {
    /// The accounts of the files thereafter.
    pub(super) intakes: Vec<FileIntake>,
    pub(super) rejects: Rejects,
    pub(super) repeated: Vec<Repeated>,
    pub(super) repeats: u64,
    /// Ids of which no row is kept.
    pub(super) gone: BTreeSet<String>,
}

/// A row that repeats an id where none may.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Repeated {
    /// Its place among all rows: file, and line or byte.
    pub(super) order: (u32, u64),
    pub(super) id: String,
    pub(super) place: Place,
}

impl<P> FileRows<P> {
    /// The file's SHA-256, lower-case hex.
    #[must_use]
    pub fn sha256(&self) -> &str {
        &self.account.intake.sha256
    }

    /// All of it as bytes; `part` writes what cases were counted to.
    pub fn write(&self, part: &dyn Fn(&P, &mut Vec<u8>)) -> Vec<u8> {
        let mut bytes = Vec::new();
        let told = serde_json::to_vec(&(&self.account, &self.settled.outcome));
        write_bytes(
            &mut bytes,
            &told.expect("words and numbers always serialise"),
        );
        write(&mut bytes, self.parts.len() as u64);
        self.parts.iter().for_each(|each| part(each, &mut bytes));
        part(&self.settled.part, &mut bytes);
        write(&mut bytes, self.pieces.len() as u64);
        for piece in &self.pieces {
            write(&mut bytes, piece.start);
            write(&mut bytes, piece.line);
            write(&mut bytes, piece.marks.len() as u64);
            let marks = piece.marks.iter().flat_map(|mark| mark.to_le_bytes());
            bytes.extend(marks);
        }
        write(&mut bytes, self.repeats.len() as u64);
        self.repeats
            .iter()
            .for_each(|place| write(&mut bytes, u64::from(*place)));
        self.ids.write(&mut bytes);
        bytes
    }

    /// What [`FileRows::write`] wrote; `part` reads what cases were counted to.
    #[must_use]
    pub fn read(mut bytes: &[u8], part: &dyn Fn(&mut &[u8]) -> Option<P>) -> Option<Self> {
        let bytes = &mut bytes;
        let (account, outcome) = serde_json::from_slice(read_bytes(bytes)?).ok()?;
        let parts = read_all(bytes, part)?;
        let taken_back = part(bytes)?;
        let pieces = read_all(bytes, |bytes| {
            let (start, line) = (read(bytes)?, read(bytes)?);
            let count: usize = read_as(bytes)?;
            let (marks, rest) = bytes.split_at_checked(count.checked_mul(2)?)?;
            *bytes = rest;
            let marks = marks.as_chunks::<2>().0.iter();
            Some(Piece {
                start,
                line,
                marks: marks.map(|two| u16::from_le_bytes(*two)).collect(),
            })
        })?;
        let repeats = read_all(bytes, read_as)?;
        let ids = IdList::read(bytes)?;
        bytes.is_empty().then_some(Self {
            parts,
            ids,
            account,
            pieces,
            repeats,
            settled: Settled {
                part: taken_back,
                outcome,
            },
        })
    }

    /// Says that it is the file of this index, whichever it was when it was kept.
    pub(super) fn stands_at(&mut self, file: u32) {
        self.account.rejects.move_to(file);
        self.settled.outcome.rejects.move_to(file);
    }
}

/// What is kept of files from one reading to the next.
pub trait Shelf<P>: Sync {
    /// What a file's rows came to, where it is as it was when that was kept.
    fn find(&self, path: &str) -> Option<FileRows<P>>;

    /// Keeps what a file's rows came to.
    fn keep(&self, path: &str, rows: &FileRows<P>);
}
