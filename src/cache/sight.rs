//! Files as they look from outside: what tells one state of a file from another without reading it.
//!
//! A [`Stamp`] is what the system says of a file; a [`Sight`] is the stamps of many files, taken before they are read. A
//! [`Seen`] is a file that was read: its stamp then, and the SHA-256 of its bytes.

use std::fs::{self, File, Metadata};
use std::io::{self, Read};
use std::os::fd::OwnedFd;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use rayon::prelude::*;
use rustix::fs::{AtFlags, Mode, OFlags};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use walkdir::WalkDir;

use super::Trust;

/// Nanoseconds since 1970.
pub(super) type Moment = i64;

/// What a site is made of, in its folder.
const SITE: [&str; 6] = [
    "answerable.toml",
    "content",
    "data",
    "revisions.toml",
    "static",
    "themes",
];

/// Nanoseconds for which a file must have been at rest, on a file system that tells time more finely than by the second: no
/// clock of a kernel ticks more coarsely.
const TICK: Moment = 50_000_000;

/// The same on any other file system.
const SECONDS: Moment = 2_000_000_000;

const SECOND: Moment = 1_000_000_000;

/// Bytes hashed at once.
const BLOCK: usize = 1 << 18;

/// A moment from seconds since 1970 and nanoseconds.
const fn moment(seconds: i64, rest: i64) -> Moment {
    seconds.saturating_mul(SECOND).saturating_add(rest)
}

/// What tells one state of a file from another without reading it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Stamp {
    length: u64,
    /// When its bytes changed.
    modified: Moment,
    /// When its place, its rights or its bytes changed.
    changed: Moment,
    inode: u64,
}

impl Stamp {
    fn of(metadata: &Metadata) -> Self {
        Self {
            length: metadata.size(),
            modified: moment(metadata.mtime(), metadata.mtime_nsec()),
            changed: moment(metadata.ctime(), metadata.ctime_nsec()),
            inode: metadata.ino(),
        }
    }

    /// The stamp of a file or folder, links followed.
    fn at(path: &Path) -> Option<Self> {
        Some(Self::of(&fs::metadata(path).ok()?))
    }

    /// When the bytes of a file changed.
    pub(super) fn modified(path: &Path) -> Option<Moment> {
        Some(Self::at(path)?.modified)
    }

    /// The same of a file of the program's own, which is linked into the folders of later builds: that changes no byte of it,
    /// though it is the last that the system tells to have changed.
    const fn of_output(self) -> Self {
        Self {
            changed: self.modified,
            ..self
        }
    }

    /// Whether nothing could have been written after `moment` without another stamp: a file that is written twice within one
    /// tick of the clock looks the same after both.
    fn is_at_rest(&self, moment: Moment) -> bool {
        let is_coarse = |at: Moment| at % SECOND == 0;
        let rest = match is_coarse(self.modified) || is_coarse(self.changed) {
            true => SECONDS,
            false => TICK,
        };
        self.modified.max(self.changed).saturating_add(rest) < moment
    }
}

/// An open folder, whose files are looked at by their names in it: the way to it is gone once for all of them.
struct Folder(OwnedFd);

impl Folder {
    fn open(path: &Path) -> Option<Self> {
        let flags = OFlags::DIRECTORY | OFlags::RDONLY | OFlags::CLOEXEC;
        Some(Self(rustix::fs::open(path, flags, Mode::empty()).ok()?))
    }

    /// The stamp of a file or folder in it, links followed; an empty path is the folder itself.
    fn stamp(&self, path: &str) -> Option<Stamp> {
        let path = if path.is_empty() { "." } else { path };
        let seen = rustix::fs::statat(&self.0, path, AtFlags::empty()).ok()?;
        let moment = |seconds: i64, rest| Some(moment(seconds, i64::try_from(rest).ok()?));
        Some(Stamp {
            length: u64::try_from(seen.st_size).ok()?,
            modified: moment(seen.st_mtime, seen.st_mtime_nsec)?,
            changed: moment(seen.st_ctime, seen.st_ctime_nsec)?,
            inode: seen.st_ino,
        })
    }
}

/// The stamps of files, in the order of their paths: as written for those elsewhere, from the site's folder for all others.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sight(Vec<(String, Stamp)>);

/// Whether a name in a folder is meant to be a part of a site.
type Meant<'m> = dyn Fn(&str) -> bool + Sync + 'm;

impl Sight {
    /// Adds a file, or a folder with all below it; links are followed. What is not there is left out. In folders but `data`,
    /// hidden names are no part of a site, apart from the folder of well-known addresses.
    pub fn add(&mut self, root: &Path, name: &str) {
        self.look(root, name);
        self.order();
    }

    fn look(&mut self, root: &Path, name: &str) {
        let is_meant = |own: &str| name == "data" || !own.starts_with('.') || own == ".well-known";
        let start = root.join(name);
        let shown = start.strip_prefix(root).unwrap_or(&start);
        let shown = shown.to_string_lossy().into_owned();
        match fs::metadata(&start) {
            Ok(metadata) if metadata.is_dir() => {
                self.0.append(&mut below(&start, &shown, &is_meant))
            }
            Ok(metadata) => self.0.push((shown, Stamp::of(&metadata))),
            Err(_) => {}
        }
    }

    /// Puts the paths in order, of one that was added twice as it was added last.
    fn order(&mut self) {
        self.0.sort_by(|a, b| a.0.cmp(&b.0));
        self.0.dedup_by(|next, first| {
            let is_one = next.0 == first.0;
            if is_one {
                first.1 = next.1;
            }
            is_one
        });
    }

    fn stamp(&self, path: &str) -> Option<&Stamp> {
        let at = self.0.binary_search_by(|(own, _)| own.as_str().cmp(path));
        Some(&self.0[at.ok()?].1)
    }

    /// The sight of all files in a site's folder that a site is made of.
    #[must_use]
    pub fn of_site(root: &Path) -> Self {
        let mut sight = Self::default();
        for name in SITE {
            sight.look(root, name);
        }
        sight.order();
        sight
    }

    /// The sight of single files; `None` where one of them is not there.
    #[must_use]
    pub fn of<'a>(root: &Path, paths: impl IntoIterator<Item = &'a str>) -> Option<Self> {
        let stamp = |path: &str| Some((path.to_owned(), Stamp::at(&root.join(path))?));
        let mut sight = Self(paths.into_iter().map(stamp).collect::<Option<_>>()?);
        sight.order();
        Some(sight)
    }

    /// Adds what another has.
    pub fn extend(&mut self, other: &Self) {
        self.0.extend(other.0.iter().cloned());
        self.order();
    }

    /// Whether a path is among them.
    #[must_use]
    pub fn has(&self, path: &str) -> bool {
        self.stamp(path).is_some()
    }

    /// These files as read; `hash` gives the SHA-256 of each that is known, and is asked in the order of their paths.
    #[must_use]
    pub fn read(&self, hash: &mut dyn FnMut(&str) -> Option<String>) -> Vec<Seen> {
        let seen = |(path, stamp): &(String, Stamp)| Seen {
            path: path.clone(),
            stamp: *stamp,
            sha256: hash(path),
        };
        self.0.iter().map(seen).collect()
    }

    /// Those of these files, as read, of which `hash` knows the SHA-256; it is asked in the order of their paths.
    #[must_use]
    pub fn read_of(&self, hash: &mut dyn FnMut(&str) -> Option<String>) -> Vec<Seen> {
        let seen = |(path, stamp): &(String, Stamp)| {
            Some(Seen {
                path: path.clone(),
                stamp: *stamp,
                sha256: Some(hash(path)?),
            })
        };
        self.0.iter().filter_map(seen).collect()
    }

    /// Of each of some files, in the order of their paths, whether it looks as it did when it was read, and was at rest when that
    /// was noted.
    pub(super) fn are_same(&self, seen: &[Seen], kept_at: Moment) -> Vec<bool> {
        let mut own = self.0.iter().peekable();
        let is_same = |each: &Seen| {
            while own.next_if(|(path, _)| *path < each.path).is_some() {}
            let now = own.next_if(|(path, _)| *path == each.path);
            now.is_some_and(|(_, now)| *now == each.stamp && now.is_at_rest(kept_at))
        };
        seen.iter().map(is_same).collect()
    }

    /// Whether these are the files that were seen, by name and bytes.
    pub(super) fn compare(
        &self,
        root: &Path,
        seen: &[Seen],
        kept_at: Moment,
        trust: Trust,
    ) -> Likeness {
        let paths = self.0.iter().map(|(path, _)| path);
        if !paths.eq(seen.iter().map(|each| &each.path)) {
            return Likeness::Other;
        }
        let likeness = |(each, (_, stamp)): (&Seen, &(String, Stamp))| {
            each.compare(root, stamp, kept_at, trust)
        };
        seen.par_iter()
            .zip(&self.0)
            .map(likeness)
            .max()
            .unwrap_or(Likeness::Same)
    }
}

/// The stamps of the files below a folder that is shown under a name.
fn below(folder: &Path, shown: &str, is_meant: &Meant<'_>) -> Vec<(String, Stamp)> {
    let (mut files, mut folders) = (Vec::new(), Vec::new());
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        let Ok(kind) = entry.file_type() else {
            continue;
        };
        if !is_meant(&name) {
            continue;
        }
        let path = format!("{}/{name}", shown.trim_end_matches('/'));
        if kind.is_dir() {
            folders.push((entry.path(), path));
        } else if kind.is_symlink() {
            files.append(&mut behind(&entry.path(), &path, is_meant));
        } else if let Ok(metadata) = entry.metadata() {
            files.push((path, Stamp::of(&metadata)));
        }
    }
    let inner = folders.into_par_iter();
    let inner: Vec<_> = inner
        .map(|(folder, shown)| below(&folder, &shown, is_meant))
        .collect();
    files.extend(inner.into_iter().flatten());
    files
}

/// The same of a link to a file or to a folder, which may lead round in a circle.
fn behind(link: &Path, shown: &str, is_meant: &Meant<'_>) -> Vec<(String, Stamp)> {
    let walk = WalkDir::new(link).follow_links(true).into_iter();
    let walk = walk
        .filter_entry(|entry| entry.depth() == 0 || is_meant(&entry.file_name().to_string_lossy()));
    let mut files = Vec::new();
    for entry in walk.flatten().filter(|entry| !entry.file_type().is_dir()) {
        let Ok(metadata) = entry.metadata() else {
            continue;
        };
        let path = match entry.path().strip_prefix(link) {
            Ok(inner) if inner != Path::new("") => format!("{shown}/{}", inner.to_string_lossy()),
            _ => shown.to_owned(),
        };
        files.push((path, Stamp::of(&metadata)));
    }
    files
}

/// How much files are like those that were seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Likeness {
    /// They are the same.
    Same,
    /// Their bytes are the same, but what the system says of them is not.
    SameBytes,
    /// They are others.
    Other,
}

/// A file that was read or written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// Its path.
    pub(super) path: String,
    /// What the system said of it.
    pub(super) stamp: Stamp,
    /// SHA-256 of its bytes, lower-case hex; `None` where it is not known: then only the stamp can tell.
    pub(super) sha256: Option<String>,
}

impl Seen {
    /// Files and folders as they stand in a folder that was just written; `None` where one is not there. Those that `known`
    /// gives, by path and, of a file, SHA-256, are not looked at.
    #[must_use]
    pub fn standing(
        folder: &Path,
        places: Vec<(&str, Option<&str>)>,
        known: &(dyn Fn(&str, Option<&str>) -> Option<Self> + Sync),
    ) -> Option<Vec<Self>> {
        let open = Folder::open(folder)?;
        let seen = |(path, sha256): (&str, Option<&str>)| {
            let look = || {
                Some(Self {
                    path: path.to_owned(),
                    stamp: open.stamp(path)?.of_output(),
                    sha256: sha256.map(str::to_owned),
                })
            };
            known(path, sha256).or_else(look)
        };
        places.into_par_iter().map(seen).collect()
    }

    /// Whether folders stand as they did: what lies in them has the same names.
    #[must_use]
    pub fn folders_stand(folder: &Path, seen: &[Self]) -> bool {
        let open = Folder::open(folder);
        seen.par_iter().all(|each| {
            let stamp = open.as_ref().and_then(|open| open.stamp(&each.path));
            each.sha256.is_none() && stamp.is_some_and(|stamp| each.stamp == stamp.of_output())
        })
    }

    /// Whether files and folders stand as they did.
    pub(super) fn compare_all(
        folder: &Path,
        seen: &[Self],
        kept_at: Moment,
        trust: Trust,
    ) -> Likeness {
        let Some(open) = Folder::open(folder) else {
            return Likeness::Other;
        };
        let likeness = |each: &Self| match open.stamp(&each.path) {
            Some(stamp) => each.compare(folder, &stamp.of_output(), kept_at, trust),
            None => Likeness::Other,
        };
        seen.par_iter()
            .map(likeness)
            .max()
            .unwrap_or(Likeness::Same)
    }

    /// The one of a path, among many in the order of their paths.
    #[must_use]
    pub fn named<'s>(seen: &'s [Self], path: &str) -> Option<&'s Self> {
        let at = seen.binary_search_by(|each| each.path.as_str().cmp(path));
        Some(&seen[at.ok()?])
    }

    /// Whether nothing could have been written to it unseen before it was kept.
    pub(super) fn is_at_rest(&self, kept_at: Moment) -> bool {
        self.stamp.is_at_rest(kept_at)
    }

    /// Its length in bytes.
    pub(super) const fn length(&self) -> u64 {
        self.stamp.length
    }

    /// Whether its bytes are known by their SHA-256.
    #[must_use]
    pub fn is_hashed(&self) -> bool {
        self.sha256.is_some()
    }

    fn compare(&self, root: &Path, now: &Stamp, kept_at: Moment, trust: Trust) -> Likeness {
        let is_same = self.stamp == *now;
        match &self.sha256 {
            // Folders and what was not read: there is nothing but the stamp.
            None if is_same => Likeness::Same,
            None => Likeness::Other,
            Some(_) if is_same && trust == Trust::Dates && now.is_at_rest(kept_at) => {
                Likeness::Same
            }
            Some(_) if self.stamp.length != now.length => Likeness::Other,
            Some(sha256) => match hash_of(&root.join(&self.path)) {
                Ok(hash) if hash == *sha256 && trust == Trust::Bytes && is_same => Likeness::Same,
                Ok(hash) if hash == *sha256 => Likeness::SameBytes,
                _ => Likeness::Other,
            },
        }
    }
}

/// SHA-256 of a file's bytes, lower-case hex.
pub(super) fn hash_of(path: &Path) -> io::Result<String> {
    let mut file = File::open(path)?;
    let mut hash = Sha256::new();
    let mut block = vec![0; BLOCK];
    loop {
        match file.read(&mut block)? {
            0 => return Ok(super::hex(&hash.finalize())),
            length => hash.update(&block[..length]),
        }
    }
}
