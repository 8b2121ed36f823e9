//! The account of rows: for each export, rows read = accepted + rejected by reason, and notes that reject nothing.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Why a row is not counted. The order is that of the checks: the first that holds is the reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// The record does not have the file's number of fields, or cannot be read as a record.
    BrokenRecord,
    /// The id cell is blank.
    MissingId,
    /// A date cell that is not blank cannot be read, or the date of receipt is blank.
    UnreadableDate,
    /// Something happened before the case was received.
    EventBeforeReceived,
    /// It was received after the as-of date.
    AfterAsOf,
    /// A word is outside the vocabulary, and `unknown_outcome = "reject"`.
    UnknownOutcome,
    /// Another row of the same id is kept.
    RepeatedId,
}

impl Reason {
    /// All reasons, in the order of the checks.
    pub const ALL: [Self; 7] = [
        Self::BrokenRecord,
        Self::MissingId,
        Self::UnreadableDate,
        Self::EventBeforeReceived,
        Self::AfterAsOf,
        Self::UnknownOutcome,
        Self::RepeatedId,
    ];

    /// Its word in `intake.csv`.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::BrokenRecord => "broken_record",
            Self::MissingId => "missing_id",
            Self::UnreadableDate => "unreadable_date",
            Self::EventBeforeReceived => "event_before_received",
            Self::AfterAsOf => "after_as_of",
            Self::UnknownOutcome => "unknown_outcome",
            Self::RepeatedId => "repeated_id",
        }
    }
}

/// What is told of accepted rows (and, for [`Note::WholeRowRepeat`] with an id column, of rejected repeats).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Note {
    /// The words say closed where the date says open, or the reverse; the date was followed.
    StatusContradictsDate,
    /// A deadline before receipt was set aside.
    DueBeforeReceived,
    /// The row repeats another one in every cell.
    WholeRowRepeat,
}

impl Note {
    /// All notes.
    pub const ALL: [Self; 3] = [
        Self::StatusContradictsDate,
        Self::DueBeforeReceived,
        Self::WholeRowRepeat,
    ];

    /// Its word.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::StatusContradictsDate => "status_contradicts_date",
            Self::DueBeforeReceived => "due_before_received",
            Self::WholeRowRepeat => "whole_row_repeat",
        }
    }
}

/// The account of one export.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileIntake {
    /// Path relative to the site's folder, with forward slashes.
    pub file: String,
    /// The encoding it was read in.
    pub encoding: String,
    /// SHA-256 of its bytes, lower-case hex.
    pub sha256: String,
    /// Its length in bytes, as stored.
    pub bytes: u64,
    /// Rows read, without the header line.
    pub read: u64,
    /// Rows counted as cases.
    pub accepted: u64,
    /// Rows not counted, by reason; reasons that did not occur are absent.
    pub rejected: BTreeMap<Reason, u64>,
    /// Notes; those that did not occur are absent.
    pub notes: BTreeMap<Note, u64>,
}

impl FileIntake {
    /// Rows not counted.
    #[must_use]
    pub fn rejected_rows(&self) -> u64 {
        self.rejected.values().sum()
    }

    /// Whether every row is accounted for.
    #[must_use]
    pub fn adds_up(&self) -> bool {
        self.read == self.accepted + self.rejected_rows()
    }
}

/// The account of a data set: its exports in the order they were read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Intake {
    /// One account an export.
    pub files: Vec<FileIntake>,
}

impl Intake {
    /// The sum over all exports; its file, encoding and hash are empty.
    #[must_use]
    pub fn total(&self) -> FileIntake {
        let mut total = FileIntake::default();
        for file in &self.files {
            total.read += file.read;
            total.accepted += file.accepted;
            for (reason, rows) in &file.rejected {
                *total.rejected.entry(*reason).or_default() += rows;
            }
            for (note, rows) in &file.notes {
                *total.notes.entry(*note).or_default() += rows;
            }
        }
        total
    }
}
