//! A shard: the counts of some of a data set's exports with the account of their rows, as a file that can be merged.
#![expect(
    clippy::disallowed_methods,
    reason = "shards are files of their own, outside any site"
)]

use std::io::{BufWriter, Write};
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::intake::Intake;
use crate::tally::{self, MergeError, Tally};

/// The shape of the file; one written by another version is refused.
const FORMAT: &str = "answerable tally 3";

/// The counts of some of a data set's exports.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shard {
    format: String,
    /// The data set's id.
    pub dataset: String,
    /// The account of the rows that were counted.
    pub intake: Intake,
    /// The counts.
    pub tally: Tally,
}

impl Shard {
    /// A shard of a data set.
    #[must_use]
    pub fn new(dataset: impl Into<String>, intake: Intake, tally: Tally) -> Self {
        Self {
            format: FORMAT.to_owned(),
            dataset: dataset.into(),
            intake,
            tally,
        }
    }

    /// Writes its file: beside it first, then in its place, so that no half of it is ever read.
    ///
    /// # Errors
    /// What the system said.
    pub fn write(&self, path: &Path) -> std::io::Result<()> {
        let mut beside = path.as_os_str().to_owned();
        beside.push(".part");
        let mut file = BufWriter::with_capacity(1 << 16, std::fs::File::create(&beside)?);
        serde_json::to_writer(&mut file, self)?;
        file.write_all(b"\n")?;
        file.into_inner()?;
        std::fs::rename(&beside, path)
    }

    /// Reads a file that [`Shard::write`] wrote.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub fn read(path: &Path) -> Result<Self, String> {
        let bytes = std::fs::read(path).map_err(|cause| cause.to_string())?;
        let shard: Self = serde_json::from_slice(&bytes)
            .map_err(|error| format!("it is not a file that `tally` wrote: {error}"))?;
        if shard.format == FORMAT {
            Ok(shard)
        } else {
            Err(format!(
                "it was written in the form \"{}\"; this version reads \"{FORMAT}\"",
                shard.format
            ))
        }
    }

    /// The shard of the cases of both.
    ///
    /// # Errors
    /// They share cases, or count different things.
    pub fn merge(self, other: Self) -> Result<Self, MergeError> {
        if self.dataset != other.dataset {
            return Err(MergeError::DifferentSchemes);
        }
        let mut files = self.intake.files;
        files.extend(other.intake.files);
        files.sort_by(|a, b| a.file.cmp(&b.file));
        Ok(Self {
            tally: tally::merge(self.tally, other.tally)?,
            intake: Intake { files },
            ..self
        })
    }
}
