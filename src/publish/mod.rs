//! Puts a new site in the place of the old one in a single step: a reader sees the old site or the new one, never a mix.
//!
//! In: the files of a site, handed over through [`Sink`] to a [`Staging`] folder beside the target. Out: the swapped-in
//! folder with its `manifest.json`. A crash, a full disk or a kill at any moment leaves the old site standing; what was
//! left behind is removed when the next build begins. A file that is the same as in the old site is not written again:
//! the new folder links to it, so its date of change says when it really changed, and a build that changes nothing
//! touches nothing. The site that was replaced may be kept to become the next one ([`Spare`]): then even links are made only
//! where the two differ.
//!
//! The way in is [`Staging::begin`], then [`Sink::put`] from any thread, then [`Staging::publish`].

#![expect(
    clippy::disallowed_methods,
    reason = "publish is the room that writes; it reads the old site to leave unchanged files alone"
)]

mod lock;

mod manifest;

mod old;

mod spare;

mod swap;

mod target;

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rayon::prelude::*;

use crate::diag::Diagnostic;
use crate::tree::{Digest, Entry, Ledger, Sink, SinkFile, TreeError, remedy, words};

pub use manifest::{Compared, MANIFEST, Manifest, ManifestHead};

pub use spare::{Left, Spare};

use lock::Lock;
use old::Old;
use spare::{Shared, lower, raise};
use target::Target;

/// A new site that is being written beside the place it is meant for. Dropped unpublished, it is removed.
pub struct Staging {
    target: Target,
    folder: PathBuf,
    /// What was written, once `folder` is a spare site that is brought up to the new one.
    parts: Option<PathBuf>,
    old: Option<Old>,
    spare: Option<Spare>,
    ledger: Ledger,
    /// Files that the old site has with the same bytes; they are not in `folder` until the site is published.
    same: Mutex<Vec<String>>,
    /// Folders that are there.
    folders: Mutex<BTreeSet<String>>,
    /// Whether each file of `same` is the old site's by another link, and none a copy.
    is_linked: AtomicBool,
    can_exchange: bool,
    _lock: Lock,
}

/// What is known of the site that stands before another is built over it.
#[derive(Debug, Clone, Default)]
pub struct Known {
    /// Its files in the order of their paths, where it is as it was written, to the last file and folder: then none of them need be
    /// looked at again.
    pub whole: Option<Vec<Entry>>,
    /// Where the site before it is kept to become the next one; `None` where none is to be kept.
    pub spare: Option<Spare>,
}

/// The folder that a site is published to, links followed; it need not be there, but the folder around it must.
#[must_use]
pub fn folder(out: &Path) -> Option<PathBuf> {
    fs::canonicalize(out).ok().or_else(|| {
        let around = match out.parent() {
            Some(around) if around != Path::new("") => around,
            _ => Path::new("."),
        };
        Some(fs::canonicalize(around).ok()?.join(out.file_name()?))
    })
}

/// Whether a site stands at `out`, no build is at work on it, and none that was killed left anything behind.
#[must_use]
pub fn is_undisturbed(out: &Path, root: &Path) -> bool {
    out.join(MANIFEST).is_file()
        && Target::resolve(out, root).is_ok_and(|target| {
            !target.beside("lock").exists()
                && target.left_behind().is_ok_and(|left| left.is_empty())
        })
}

/// What became of a site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// Whether anything differs from the old site. If not, no file was touched.
    pub is_changed: bool,
    /// Folders that are not as they were in the spare site that became this one; `None` where all are new.
    pub touched: Option<BTreeSet<String>>,
    /// What was kept of the site that was replaced.
    pub spare: Option<Left>,
    /// Files of the site, its manifest among them.
    pub files: u64,
    /// What each of them is.
    pub entries: Vec<Entry>,
    /// Their bytes.
    pub bytes: u64,
    /// Files that are new or differ from the old site's.
    pub written: u64,
    /// The new site stands, but the old one could not be removed.
    pub warning: Option<Diagnostic>,
}

static COUNT: AtomicU64 = AtomicU64::new(0);

impl Staging {
    /// Makes a folder for the new site beside `out`, and holds `out` against other builds until it is dropped.
    /// `root` is the site's own folder. What killed builds left behind is put right first.
    ///
    /// # Errors
    /// `out` is or holds the site's own folder; it is a file, or holds files that this program did not write; another
    /// build is writing to it; the system doesn't let us write there.
    pub fn begin(out: &Path, root: &Path) -> Result<Self, Diagnostic> {
        Self::begin_over(out, root, Known::default())
    }

    /// As [`Staging::begin`], where something is known of the site that stands.
    ///
    /// # Errors
    /// As [`Staging::begin`].
    pub fn begin_over(out: &Path, root: &Path, known: Known) -> Result<Self, Diagnostic> {
        let target = Target::resolve(out, root)?;
        let lock = Lock::take(&target)?;
        target.put_right()?;
        let old = Old::read(&target, known.whole)?;
        let mut spare = known.spare;
        if let Some(spare) = spare
            .as_mut()
            .filter(|_| !old.as_ref().is_some_and(|old| old.is_whole))
        {
            // It is told by what the standing site has, which is another one now.
            spare.lacks = None;
        }
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let folder = target.staging(number);
        fs::create_dir(&folder).map_err(|cause| target.not_writable(&cause))?;
        keep_rights(&target, &folder);
        Ok(Self {
            target,
            folder,
            parts: None,
            old,
            spare,
            ledger: Ledger::default(),
            same: Mutex::default(),
            folders: Mutex::default(),
            is_linked: AtomicBool::new(true),
            can_exchange: true,
            _lock: lock,
        })
    }

    /// Swaps in two renames, as on file systems that can't exchange two folders in one step. For tests.
    #[doc(hidden)]
    #[must_use]
    pub fn without_exchange(mut self) -> Self {
        self.can_exchange = false;
        self
    }

    /// A file of the site that stands, where its manifest knows it; `None` where there is none.
    #[must_use]
    pub fn standing(&self, path: &str) -> Option<Vec<u8>> {
        self.old.as_ref()?.read_file(path)
    }

    /// Writes the manifest, waits until everything is on the disk, and puts the new site in the place of the old one,
    /// which is removed. Where nothing differs, nothing is done.
    ///
    /// # Errors
    /// A file was not finished, or the system refuses; the old site stands.
    pub fn publish(mut self, head: &ManifestHead) -> Result<Published, Diagnostic> {
        let entries = self.ledger.entries()?;
        self.ledger.claim(MANIFEST)?;
        let manifest = manifest::text(head, &entries);
        let mut same = std::mem::take(&mut *lock_of(&self.same));
        same.sort_unstable();
        let mut published = Published {
            is_changed: true,
            touched: None,
            spare: None,
            files: entries.len() as u64 + 1,
            bytes: entries.iter().map(|e| e.length).sum::<u64>() + manifest.len() as u64,
            written: (entries.len() - same.len()) as u64,
            warning: None,
            entries: Vec::new(),
        };
        let old = self.old.take();
        let shared = old.as_ref().map(|old| {
            let new = entries.iter().map(|entry| entry.path.as_str());
            Shared::of(old.paths(), new, &same)
        });
        if let (Some(old), Some(shared)) = (&old, &shared) {
            if old.text == manifest.as_bytes() && same.len() == entries.len() {
                published.entries = entries;
                published
                    .entries
                    .push(Entry::of(MANIFEST, manifest.as_bytes()));
                published.is_changed = false;
                return Ok(published);
            }
            published.touched = self.raise(shared)?;
            if published.touched.is_none() {
                self.link_all(&same)?;
            }
        }
        fs::write(self.folder.join(MANIFEST), &manifest)
            .map_err(|cause| TreeError::write(MANIFEST, cause))?;
        swap::settle(&self.folder).map_err(|cause| self.target.not_swapped(&cause))?;
        let aside = swap::swap(&self.folder, &self.target, self.can_exchange)
            .map_err(|cause| self.target.not_swapped(&cause))?;
        if let Some(spare) = &self.spare {
            // What lies there and did not become the new site is of no use, and nothing says that it is still published.
            let _ = fs::remove_dir_all(&spare.folder);
        }
        if let (Some(aside), Some(old), Some(shared)) = (aside, &old, &shared) {
            published.spare = self.lower(old, &aside, shared);
            if published.spare.is_none() {
                published.warning = self.remove(old, &aside);
            }
        }
        published.entries = entries;
        published
            .entries
            .push(Entry::of(MANIFEST, manifest.as_bytes()));
        Ok(published)
    }

    /// Makes the new site of a spare one, if there is one that is known. Gives the folders that are not as they were in it.
    fn raise(&mut self, shared: &Shared<'_>) -> Result<Option<BTreeSet<String>>, TreeError> {
        let Some(Spare {
            folder: from,
            lacks: Some(lacks),
        }) = &self.spare
        else {
            return Ok(None);
        };
        let folder = self.target.staging(COUNT.fetch_add(1, Ordering::Relaxed));
        if fs::rename(from, &folder).is_err() {
            return Ok(None);
        }
        let lacks = lacks.clone();
        let parts = std::mem::replace(&mut self.folder, folder);
        let parts = self.parts.insert(parts).clone();
        keep_rights(&self.target, &self.folder);
        raise(&self.folder, &lacks, shared, &parts, &|path| {
            self.link(path)
        })
        .map(Some)
    }

    /// Keeps what the new site shares with the one that was replaced, where every file of that is known.
    fn lower(&self, old: &Old, aside: &Path, shared: &Shared<'_>) -> Option<Left> {
        let spare = self.spare.as_ref()?;
        let is_linked = self.is_linked.load(Ordering::Relaxed);
        let is_of_use = old.is_whole && is_linked && !shared.same.is_empty();
        is_of_use
            .then(|| lower(aside, &spare.folder, shared))
            .flatten()
    }

    /// Removes a site that was replaced.
    fn remove(&self, old: &Old, aside: &Path) -> Option<Diagnostic> {
        remove_known(aside, old.paths());
        let removed = fs::remove_dir_all(aside);
        removed
            .err()
            .map(|cause| self.target.not_removed(aside, &cause))
    }

    /// Gives the new site the unchanged files of the old one.
    fn link_all(&self, same: &[String]) -> Result<(), TreeError> {
        let made = std::mem::take(&mut *lock_of(&self.folders));
        for level in levels(same.iter().map(String::as_str)) {
            level
                .into_par_iter()
                .filter(|(folder, _)| !made.contains(*folder))
                .try_for_each(|(folder, path)| {
                    fs::create_dir_all(self.folder.join(folder))
                        .map_err(|cause| TreeError::write(path, cause))
                })?;
        }
        same.par_iter().try_for_each(|path| {
            self.link(path)
                .map_err(|cause| TreeError::write(path, cause))
        })
    }

    /// Gives the new site an unchanged file of the old one: the same file where the disk can, else a copy.
    fn link(&self, path: &str) -> io::Result<()> {
        let (from, to) = (self.target.folder.join(path), self.folder.join(path));
        fs::hard_link(&from, &to).or_else(|_| {
            self.is_linked.store(false, Ordering::Relaxed);
            fs::copy(&from, &to).map(|_| ())
        })
    }

    fn make_folder(&self, path: &str) -> io::Result<()> {
        let Some((folder, _)) = path.rsplit_once('/') else {
            return Ok(());
        };
        // Others need not wait while the disk is asked; a folder that two make at once is made once.
        if !lock_of(&self.folders).contains(folder) {
            fs::create_dir_all(self.folder.join(folder))?;
            lock_of(&self.folders).insert(folder.to_owned());
        }
        Ok(())
    }

    fn create(&self, path: &str) -> io::Result<File> {
        self.make_folder(path)?;
        OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(self.folder.join(path))
    }

    /// A finished file, as it will be published.
    ///
    /// # Errors
    /// It can't be read.
    pub fn read(&self, path: &str) -> Result<Vec<u8>, TreeError> {
        let is_same = lock_of(&self.same).iter().any(|same| same == path);
        let kept = self.old.as_ref().filter(|_| is_same);
        let folder = kept.map_or(self.folder.as_path(), Old::folder);
        fs::read(folder.join(path)).map_err(|cause| TreeError::write(path, cause))
    }

    fn note_same(&self, path: &str) {
        lock_of(&self.same).push(path.to_owned());
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        // After a swap the folder has moved or is gone, and this does nothing.
        let _ = fs::remove_dir_all(&self.folder);
        if let Some(parts) = &self.parts {
            let _ = fs::remove_dir_all(parts);
        }
    }
}

impl Sink for Staging {
    fn put(&self, path: &str, bytes: &[u8]) -> Result<(), TreeError> {
        self.ledger.claim(path)?;
        let entry = Entry::of(path, bytes);
        if self.old.as_ref().is_some_and(|old| old.has(&entry, bytes)) {
            self.note_same(path);
        } else {
            self.create(path)
                .and_then(|mut file| file.write_all(bytes))
                .map_err(|cause| TreeError::write(path, cause))?;
        }
        self.ledger.record(entry);
        Ok(())
    }

    fn keep(&self, entry: &Entry) -> Result<bool, TreeError> {
        if !self.old.as_ref().is_some_and(|old| old.still_has(entry)) {
            return Ok(false);
        }
        self.ledger.take(entry)?;
        self.note_same(&entry.path);
        Ok(true)
    }

    fn open(&self, path: &str) -> Result<Box<dyn SinkFile + '_>, TreeError> {
        self.ledger.claim(path)?;
        let file = self
            .create(path)
            .map_err(|cause| TreeError::write(path, cause))?;
        Ok(Box::new(StagedFile {
            staging: self,
            path: path.to_owned(),
            file: BufWriter::with_capacity(1 << 16, file),
            digest: Digest::default(),
        }))
    }
}

struct StagedFile<'a> {
    staging: &'a Staging,
    path: String,
    file: BufWriter<File>,
    digest: Digest,
}

impl Write for StagedFile<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.digest.update(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl SinkFile for StagedFile<'_> {
    fn finish(self: Box<Self>) -> Result<Entry, TreeError> {
        let Self {
            staging,
            path,
            mut file,
            digest,
        } = *self;
        file.flush()
            .map_err(|cause| TreeError::write(&path, cause))?;
        drop(file);
        let entry = digest.entry(&path);
        if staging
            .old
            .as_ref()
            .is_some_and(|old| old.still_has(&entry))
        {
            fs::remove_file(staging.folder.join(&path))
                .map_err(|cause| TreeError::write(&path, cause))?;
            staging.note_same(&path);
        }
        staging.ledger.record(entry.clone());
        Ok(entry)
    }
}

/// The folder a web server reads keeps its rights.
fn keep_rights(target: &Target, folder: &Path) {
    if let Ok(metadata) = fs::metadata(&target.folder) {
        let _ = fs::set_permissions(folder, metadata.permissions());
    }
}

/// The folders that files lie in, each with one of the files, by how deep they lie: those that hold others come first.
fn levels<'p>(paths: impl Iterator<Item = &'p str>) -> Vec<BTreeMap<&'p str, &'p str>> {
    let mut levels: Vec<BTreeMap<&str, &str>> = Vec::new();
    let mut before = "";
    for path in paths {
        // Files that follow one another mostly lie in one folder.
        let folder = path.rfind('/').map_or("", |end| &path[..end]);
        if folder == before {
            continue;
        }
        before = folder;
        let ends = folder.match_indices('/').map(|(end, _)| end);
        for (level, end) in ends.chain([folder.len()]).enumerate() {
            if levels.len() == level {
                levels.push(BTreeMap::new());
            }
            levels[level].entry(&folder[..end]).or_insert(path);
        }
    }
    levels.iter_mut().for_each(|level| {
        level.remove("");
    });
    levels
}

/// Removes files of a site that was replaced, and the folders they leave empty, several at a time. What can't be removed is left
/// to whoever removes the rest.
fn remove_known<'p>(folder: &Path, paths: impl Iterator<Item = &'p str>) {
    let paths: Vec<&str> = paths.collect();
    paths.par_iter().for_each(|path| {
        let _ = fs::remove_file(folder.join(path));
    });
    for level in levels(paths.into_iter()).into_iter().rev() {
        level.into_par_iter().for_each(|(inner, _)| {
            let _ = fs::remove_dir(folder.join(inner));
        });
    }
}

fn lock_of<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
