//! What was made before, kept with what it was made of, so that it need not be made again.
//!
//! A [`Slot`] lies in `.answerable/cache` of the site's folder, one file a name. It holds a value and says what that was made
//! of: this very program, the settings, and each file with its SHA-256. The value is used only where all of that is still so
//! and its own bytes are whole; else it is as if it were not there. All of it is safe to delete at any time.
//!
//! A file counts as unchanged where its length, its dates of change and its place on the disk are those it had, and it was
//! at rest when the value was kept. Any other is hashed again, and all are where [`Trust::Bytes`] is asked for.
#![expect(
    clippy::disallowed_methods,
    reason = "this room keeps files of its own in the site's folder, and looks at those it kept something of"
)]

mod sight;

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rayon::prelude::*;
use serde::de::DeserializeOwned;
use serde::{Serialize, Serializer};
use sha2::{Digest as _, Sha256};

use crate::diag::{Diagnostic, Place};
use sight::{Likeness, Moment, Stamp};

pub use sight::{Seen, Sight};

/// How it is told that a file did not change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Trust {
    /// By its length, dates and place on the disk.
    #[default]
    Dates,
    /// By its bytes.
    Bytes,
}

/// The folder of the program's own in a site's folder.
const OWN: &str = ".answerable";

/// Where values are kept, in the site's folder.
const CACHE: &str = ".answerable/cache";

/// When files were looked at. Only how long ago that is matters; it is kept beside what was made of them, and never published.
#[derive(Debug, Clone, Copy)]
pub struct Looked(Instant);

impl Looked {
    /// Now, before any of them is looked at.
    #[must_use]
    pub fn now() -> Self {
        Self(Instant::now())
    }
}

/// A hash of all that the program is made of: another program keeps other values.
const PROGRAM: &str = env!("ANSWERABLE_PROGRAM");

/// The place of one value.
#[derive(Debug)]
pub struct Slot {
    root: PathBuf,
    name: String,
    file: PathBuf,
    settings: String,
}

/// What was found in a slot.
#[derive(Debug)]
pub enum Found<T> {
    /// A value, and what it was made of.
    Kept(Kept<T>),
    /// Nothing that this program kept under these settings.
    Nothing,
    /// A file that is not as it was written; to be told, and then as if it were not there.
    Damaged(Diagnostic),
}

/// A value that was kept.
#[derive(Debug)]
pub struct Kept<T> {
    /// The value.
    pub value: T,
    /// What it was made of.
    made_of: Vec<Seen>,
    /// What was written.
    wrote: Vec<Seen>,
    /// When it was kept.
    at: Moment,
    /// When the files it was made of were looked at, before they were read.
    looked_at: Moment,
    root: PathBuf,
}

/// Whether a kept value still holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holds {
    /// Nothing changed.
    Yes,
    /// The bytes are the same, but files were written again: better keep it anew.
    ByBytes,
    /// Something changed.
    No,
}

impl From<Likeness> for Holds {
    fn from(likeness: Likeness) -> Self {
        match likeness {
            Likeness::Same => Self::Yes,
            Likeness::SameBytes => Self::ByBytes,
            Likeness::Other => Self::No,
        }
    }
}

impl<T> Kept<T> {
    /// Whether the files it was made of are those in sight.
    #[must_use]
    pub fn is_made_of(&self, sight: &Sight, trust: Trust) -> Holds {
        sight
            .compare(&self.root, &self.made_of, self.looked_at, trust)
            .into()
    }

    /// The files it was made of, in the order of their paths, each with whether it is that in sight, told from outside alone.
    #[must_use]
    pub fn same(&self, sight: &Sight, trust: Trust) -> Vec<(&str, bool)> {
        let paths = self.made_of.iter().map(|each| each.path.as_str());
        let same = sight.are_same(&self.made_of, self.looked_at);
        let is_told = trust == Trust::Dates;
        paths
            .zip(same)
            .map(|(path, same)| (path, same && is_told))
            .collect()
    }

    /// Whether what was written stands in a folder as it did.
    #[must_use]
    pub fn stands_in(&self, folder: &Path, trust: Trust) -> Holds {
        Seen::compare_all(folder, &self.wrote, self.at, trust).into()
    }

    /// The SHA-256 of the files it was made of, in the order of their paths.
    #[must_use]
    pub fn hash(&self, path: &str) -> Option<String> {
        let at = self
            .made_of
            .binary_search_by(|each| each.path.as_str().cmp(path));
        self.made_of[at.ok()?].sha256.clone()
    }

    /// A file that was written, where it was at rest when that was noted: of one that stands as it did, and of one that was
    /// linked to it since, nothing else would be seen. Of a folder there is no SHA-256.
    #[must_use]
    pub fn written(&self, path: &str, sha256: Option<&str>) -> Option<Seen> {
        let seen = Seen::named(&self.wrote, path)?;
        let is_it = seen.sha256.as_deref() == sha256;
        (is_it && (sha256.is_none() || seen.is_at_rest(self.at))).then(|| seen.clone())
    }

    /// The files that were written, in the order of their paths: path, length in bytes and SHA-256.
    pub fn files(&self) -> impl Iterator<Item = (&str, u64, &str)> {
        self.wrote
            .iter()
            .filter_map(|each| Some((each.path.as_str(), each.length(), each.sha256.as_deref()?)))
    }

    /// The paths of what was written, each with its SHA-256 where it is a file.
    #[must_use]
    pub fn wrote(&self) -> Vec<(&str, Option<&str>)> {
        let wrote = self.wrote.iter();
        wrote
            .map(|each| (each.path.as_str(), each.sha256.as_deref()))
            .collect()
    }
}

impl Slot {
    /// The slot of a name in the site's folder. `settings` is all beside the files' bytes that the value depends on.
    #[must_use]
    pub fn new(root: &Path, name: &str, settings: &str) -> Self {
        Self {
            root: root.to_owned(),
            name: name.to_owned(),
            file: root.join(CACHE).join(name),
            settings: hex(&Sha256::digest(settings)),
        }
    }

    /// What is kept there.
    #[must_use]
    pub fn find<T: DeserializeOwned>(&self) -> Found<T> {
        self.find_by(|body| postcard::from_bytes(body).ok())
    }

    /// The values that [`Slot::keep_many`] kept there; they are read by several threads.
    #[must_use]
    pub fn find_many<T: DeserializeOwned + Send>(&self) -> Found<Vec<T>> {
        self.find_by(|body| {
            let blocks: Vec<&[u8]> = postcard::from_bytes(body).ok()?;
            let read = |block: &&[u8]| postcard::from_bytes::<Vec<T>>(block).ok();
            let blocks: Vec<Vec<T>> = blocks.par_iter().map(read).collect::<Option<_>>()?;
            Some(blocks.into_iter().flatten().collect())
        })
    }

    /// The bytes that [`Slot::keep_bytes`] kept there.
    #[must_use]
    pub fn find_bytes(&self) -> Found<Vec<u8>> {
        self.find_by(|body| Some(body.to_vec()))
    }

    fn find_by<T>(&self, read: impl FnOnce(&[u8]) -> Option<T>) -> Found<T> {
        let Some(at) = Stamp::modified(&self.file) else {
            return Found::Nothing;
        };
        let Ok(bytes) = fs::read(&self.file) else {
            return Found::Nothing;
        };
        let damaged = || Found::Damaged(self.damaged());
        let Some((hash, rest)) = split_line(&bytes) else {
            return damaged();
        };
        if hash != hex(&Sha256::digest(rest)).as_bytes() {
            return damaged();
        }
        match self.parse(rest, at, read) {
            Ok(Some(kept)) => Found::Kept(kept),
            Ok(None) => Found::Nothing,
            Err(Broken) => damaged(),
        }
    }

    /// What the file says after its hash; `None` where another program or other settings kept it.
    fn parse<T>(
        &self,
        rest: &[u8],
        at: Moment,
        read: impl FnOnce(&[u8]) -> Option<T>,
    ) -> Result<Option<Kept<T>>, Broken> {
        let ((program, settings), rest) =
            postcard::take_from_bytes::<(&str, &str)>(rest).map_err(|_| Broken)?;
        if program != PROGRAM || settings != self.settings {
            return Ok(None);
        }
        let (files, body) = postcard::take_from_bytes(rest).map_err(|_| Broken)?;
        let (made_of, wrote, since): (Vec<Seen>, Vec<Seen>, Duration) = files;
        let since = Moment::try_from(since.as_nanos()).map_err(|_| Broken)?;
        Ok(Some(Kept {
            value: read(body).ok_or(Broken)?,
            made_of,
            wrote,
            at,
            looked_at: at.saturating_sub(since),
            root: self.root.clone(),
        }))
    }

    /// Keeps a value that was just made of some files, and what was written with it. Where it can't be written nothing is
    /// kept and nothing is said: it is only made again next time.
    pub fn keep<T: Serialize>(&self, value: &T, made_of: &[Seen], wrote: &[Seen]) {
        self.keep_since(None, value, made_of, wrote);
    }

    /// The same, where the files it was made of were looked at some time ago, and may have changed while they were read.
    pub fn keep_since<T: Serialize>(
        &self,
        looked: Option<Looked>,
        value: &T,
        made_of: &[Seen],
        wrote: &[Seen],
    ) {
        if let Ok(body) = postcard::to_allocvec(value) {
            self.keep_body(&body, (made_of, wrote, looked));
        }
    }

    /// Keeps many values that were made of some files, which were looked at some time ago.
    pub fn keep_many<T: Serialize + Sync>(
        &self,
        looked: Option<Looked>,
        values: &[T],
        made_of: &[Seen],
    ) {
        let blocks = values.par_chunks(BLOCK);
        let blocks: Result<Vec<Block>, _> = blocks
            .map(|some| postcard::to_allocvec(some).map(Block))
            .collect();
        if let Ok(body) = blocks.and_then(|blocks| postcard::to_allocvec(&blocks)) {
            self.keep_body(&body, (made_of, &[], looked));
        }
    }

    /// Keeps bytes that were just made of some files, as they are.
    pub fn keep_bytes(&self, bytes: &[u8], made_of: &[Seen]) {
        self.keep_body(bytes, (made_of, &[], None));
    }

    fn keep_body(&self, body: &[u8], (made_of, wrote, looked): (&[Seen], &[Seen], Option<Looked>)) {
        let since = looked.map_or(Duration::ZERO, |looked| looked.0.elapsed());
        let head = (PROGRAM, &self.settings, made_of, wrote, since);
        let Ok(head) = postcard::to_allocvec(&head) else {
            return;
        };
        let mut hash = Sha256::new();
        hash.update(&head);
        hash.update(body);
        let hash = hex(&hash.finalize());
        // Two builds may keep at once; a killed one leaves half a file that nobody reads.
        let part = self
            .file
            .with_file_name(format!(".{}-{}", self.name, std::process::id()));
        let written = || {
            make_folder(&self.root)?;
            let mut file = File::create(&part)?;
            for piece in [hash.as_bytes(), b"\n", &head, body] {
                file.write_all(piece)?;
            }
            drop(file);
            fs::rename(&part, &self.file)
        };
        if written().is_err() {
            let _ = fs::remove_file(&part);
        }
    }

    fn damaged(&self) -> Diagnostic {
        Diagnostic::note(
            "cache-damaged",
            "what was kept of an earlier build is damaged, so it is made again",
        )
        .at(Place::file(format!("{CACHE}/{}", self.name)))
    }
}

/// Values that are read together, of many.
const BLOCK: usize = 512;

/// Some of many values, as they are kept.
struct Block(Vec<u8>);

impl Serialize for Block {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&self.0)
    }
}

/// A file that was not written like this, though its hash says so.
struct Broken;

/// Makes the folder, which holds what exports hold: for its owner only, and left out of version control.
fn make_folder(root: &Path) -> io::Result<()> {
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(root.join(CACHE))?;
    let ignore = root.join(OWN).join(".gitignore");
    if ignore.exists() {
        return Ok(());
    }
    fs::write(ignore, "*\n")
}

/// The folder of the program's own in a site's folder, for its owner only. Where it can't be made, whoever writes there is told.
#[must_use]
pub fn own_folder(root: &Path) -> PathBuf {
    let _ = make_folder(root);
    root.join(OWN)
}

/// Deletes the slots of a kind whose names, as [`name_of`] gives them, are not among `names`.
pub fn delete_others(root: &Path, kind: &str, names: &BTreeSet<String>) {
    let Ok(entries) = fs::read_dir(root.join(CACHE)) else {
        return;
    };
    for entry in entries.flatten() {
        let own = entry.file_name().to_string_lossy().into_owned();
        let of_kind = own
            .strip_prefix(kind)
            .and_then(|rest| rest.strip_prefix('-'));
        let is_slot = of_kind.is_some_and(|rest| {
            rest.len() == NAME && rest.bytes().all(|byte| byte.is_ascii_hexdigit())
        });
        if is_slot && !names.contains(&own) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// Digits in the name of a slot that stand for a text.
const NAME: usize = 16;

/// A name for a slot of a kind, one for each text.
#[must_use]
pub fn name_of(kind: &str, text: &str) -> String {
    let hash = hex(&Sha256::digest(text));
    format!("{kind}-{}", &hash[..NAME])
}

fn split_line(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = bytes.iter().position(|byte| *byte == b'\n')?;
    Some((&bytes[..end], &bytes[end + 1..]))
}

fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        text.push(char::from(DIGITS[usize::from(byte >> 4)]));
        text.push(char::from(DIGITS[usize::from(byte & 15)]));
    }
    text
}

#[cfg(test)]
mod tests;
