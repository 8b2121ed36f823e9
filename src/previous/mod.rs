//! The last publication's figures: read back from its folder, so that nothing once published changes silently.
//!
//! [`read`] is the way in: it takes a published folder and gives a [`Previous`], with every figure that was printed there.
//! Only `manifest.json`, `data/figures.csv`, `data/pairs/*.csv` and `data/revisions.csv` are read, and only as far as the manifest
//! vouches for them: a file that was changed by hand, cut short or lost is told, never guessed at. A folder without a publication
//! is none. [`compare`] tells what changed between two publications, [`Record`] carries it from one to the next, [`mark`] notes it
//! on the figures themselves.

#![expect(
    clippy::disallowed_methods,
    reason = "previous is a room that reads: a publication that stands"
)]

mod definitions;
mod line;
mod log;
mod place;
mod reader;
mod record;
mod recount;
mod revision;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::Path;
use std::sync::Arc;

use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use crate::diag::{Diagnostic, Place as Spot};
use crate::time::Day;

pub use definitions::Definitions;
pub use line::{Line, Status};
pub use log::{COLUMNS, REASON};
pub use place::Place;
pub use reader::Figures;
pub use record::{Before, Record, Said, mark};
pub use recount::Recount;
pub use revision::{Cause, Comparison, Revision, Side, compare};

/// A publication that stands.
#[derive(Debug, Clone, Default)]
pub struct Previous {
    /// The SHA-256 of its manifest, which vouches for every file of it.
    pub sha256: String,
    /// The as-of date of each data set, by id.
    pub as_of: BTreeMap<String, Day>,
    /// What its figures were defined by.
    pub definitions: Definitions,
    /// Every figure it printed.
    pub figures: Figures,
    /// The publication it was compared with itself.
    pub before: Option<Before>,
    /// Its record of revisions, oldest publication first.
    pub log: Vec<Revision>,
}

const MANIFEST: &str = "manifest.json";
const FIGURES: &str = "data/figures.csv";
const PAIRS: &str = "data/pairs/";
const LOG: &str = "data/revisions.csv";

/// A manifest, as far as it is needed here.
#[derive(Debug, Deserialize)]
struct Manifest<'m> {
    generator: String,
    as_of: BTreeMap<String, String>,
    #[serde(default)]
    previous: Option<Before>,
    #[serde(default)]
    definitions: Definitions,
    #[serde(borrow)]
    files: Vec<Vouched<'m>>,
}

/// What a manifest says of a file.
#[derive(Debug, Deserialize)]
struct Vouched<'m> {
    #[serde(borrow)]
    path: Cow<'m, str>,
    #[serde(borrow)]
    sha256: Cow<'m, str>,
}

/// Reads the publication in a folder; `shown` is how its user calls the folder. `None` where there is no publication of this
/// program, or one without figures.
///
/// # Errors
/// There is a publication, but its figures can't be read back as they were published.
pub fn read(folder: &Path, shown: &str) -> Result<Option<Previous>, Diagnostic> {
    let bytes = match std::fs::read(folder.join(MANIFEST)) {
        Ok(bytes) => bytes,
        Err(cause) if is_absent(&cause) => return Ok(None),
        Err(cause) => return Err(unreadable(shown, MANIFEST, &cause.to_string())),
    };
    let manifest = serde_json::from_slice::<Manifest<'_>>(&bytes)
        .ok()
        .filter(|manifest| manifest.generator == "answerable");
    let Some(manifest) = manifest else {
        return Ok(None);
    };
    let mut previous = Previous {
        sha256: hex(&Sha256::digest(&bytes)),
        as_of: manifest
            .as_of
            .iter()
            .filter_map(|(id, day)| Some((id.clone(), Day::parse(day)?)))
            .collect(),
        before: manifest.previous,
        definitions: manifest.definitions,
        ..Previous::default()
    };
    let mut words = reader::Interned::default();
    let tables = manifest.files.iter().filter(|file| is_table(&file.path));
    let mut has_figures = false;
    for file in tables {
        has_figures |= file.path == FIGURES;
        let bytes = vouched(folder, shown, file)?;
        let taken = if file.path == LOG {
            log::read(&bytes, &mut words).map(|log| previous.log = log)
        } else {
            previous.figures.take(&bytes, &mut words)
        };
        taken.map_err(|(line, why)| {
            let path = format!("{shown}/{}", file.path);
            let spot = line.map_or_else(|| Spot::file(&path), |line| Spot::line(&path, line));
            broken(format!("the last publication cannot be read: {why}")).at(spot)
        })?;
    }
    Ok(has_figures.then_some(previous))
}

fn is_absent(cause: &std::io::Error) -> bool {
    use std::io::ErrorKind;
    matches!(cause.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory)
}

/// The SHA-256 of the manifest in a folder; `None` where there is none.
#[must_use]
pub fn digest(folder: &Path) -> Option<String> {
    let bytes = std::fs::read(folder.join(MANIFEST)).ok()?;
    Some(hex(&Sha256::digest(&bytes)))
}

/// Whether a path is that of a table of figures or of revisions.
fn is_table(path: &str) -> bool {
    let is_plain = |name: &str| name.ends_with(".csv") && !name.contains(['/', '\\']);
    [FIGURES, LOG].contains(&path) || path.strip_prefix(PAIRS).is_some_and(is_plain)
}

/// The bytes of a file, if they are those the manifest speaks of.
fn vouched(folder: &Path, shown: &str, file: &Vouched<'_>) -> Result<Vec<u8>, Diagnostic> {
    let mut bytes = Vec::new();
    std::fs::File::open(folder.join(&*file.path))
        .and_then(|mut opened| opened.read_to_end(&mut bytes))
        .map_err(|cause| unreadable(shown, &file.path, &cause.to_string()))?;
    if hex(&Sha256::digest(&bytes)) == file.sha256 {
        return Ok(bytes);
    }
    let why = "it is not as it was published: its SHA-256 differs from the manifest's";
    Err(unreadable(shown, &file.path, why))
}

fn unreadable(shown: &str, path: &str, why: &str) -> Diagnostic {
    broken(format!("the last publication cannot be read: {why}"))
        .at(Spot::file(format!("{shown}/{path}")))
}

fn broken(message: String) -> Diagnostic {
    Diagnostic::error("previous-unreadable", message).hint(
        "put back the folder as it was published, or begin a new record of revisions with --no-previous",
    )
}

fn hex(digest: &[u8]) -> String {
    use std::fmt::Write as _;
    digest.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// A text shared by all who have the same.
type Word = Arc<str>;

#[cfg(test)]
mod tests;
