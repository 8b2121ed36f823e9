//! The site that stands: whether we may replace it, and which of its files a new one may keep.

use std::fs::{self, File};
use std::io::{self, Read as _};

use rustix::fs::{Mode, OFlags};
use walkdir::WalkDir;

use crate::diag::Diagnostic;
use crate::tree::{Digest, Entry};

use super::target::Target;
use super::{MANIFEST, Manifest, words};

/// A site of ours that a new one will replace.
pub(super) struct Old {
    folder: std::path::PathBuf,
    /// Its manifest's bytes.
    pub(super) text: Vec<u8>,
    /// In the order of their paths.
    files: Vec<Entry>,
    /// Whether it is known to stand as it was written, to the last file.
    pub(super) is_whole: bool,
}

/// Files that desktops strew about; nobody misses them.
const STREWN: [&str; 3] = [".DS_Store", "Thumbs.db", "desktop.ini"];

impl Old {
    /// The folder it stands in.
    pub(super) fn folder(&self) -> &std::path::Path {
        &self.folder
    }

    /// The paths of its files.
    pub(super) fn paths(&self) -> impl Iterator<Item = &str> {
        self.files.iter().map(|entry| entry.path.as_str())
    }

    /// Reads what stands at the target; `None` where there is nothing. Where it is known to stand whole, `whole` are its files, and
    /// none is looked at.
    ///
    /// # Errors
    /// Something stands there that this program did not write.
    pub(super) fn read(
        target: &Target,
        whole: Option<Vec<Entry>>,
    ) -> Result<Option<Self>, Diagnostic> {
        let folder = target.folder.clone();
        let unreadable = |cause: &io::Error| {
            Diagnostic::error(
                "output-folder",
                format!("could not read what is in {}: {}", target.shown, words(cause)),
            )
            .hint("publishing replaces the whole folder, and this program does so only where it can see that it wrote it")
        };
        let is_empty = match fs::read_dir(&folder) {
            Ok(mut entries) => entries.next().is_none(),
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => true,
            Err(cause) => return Err(unreadable(&cause)),
        };
        if is_empty {
            return Ok(None);
        }
        let text = match fs::read(folder.join(MANIFEST)) {
            Ok(text) => text,
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => Vec::new(),
            Err(cause) => return Err(unreadable(&cause)),
        };
        if let Some(mut files) = whole {
            // Only where nobody published meanwhile are they those of the site.
            let manifest = Entry::of(MANIFEST, &text);
            let at = files.iter().position(|file| *file == manifest);
            if let Some(at) = at {
                files.remove(at);
                return Ok(Some(Self {
                    folder,
                    text,
                    files,
                    is_whole: true,
                }));
            }
        }
        let Some(manifest) = Manifest::parse(&text) else {
            return Err(Diagnostic::error(
                "output-not-ours",
                format!("{} holds files that this program did not write, and publishing replaces the whole folder", target.shown),
            )
            .hint("name another folder with --out, or empty this one by hand"));
        };
        let mut files = manifest.files;
        files.sort();
        let old = Self {
            folder,
            text,
            files,
            is_whole: false,
        };
        old.ensure_nothing_foreign(target)?;
        Ok(Some(old))
    }

    fn named(&self, path: &str) -> Option<&Entry> {
        let at = self
            .files
            .binary_search_by(|entry| entry.path.as_str().cmp(path));
        Some(&self.files[at.ok()?])
    }

    fn ensure_nothing_foreign(&self, target: &Target) -> Result<(), Diagnostic> {
        let mut foreign = Vec::new();
        let mut walk = WalkDir::new(&self.folder)
            .min_depth(1)
            .sort_by_file_name()
            .into_iter();
        while let Some(entry) = walk.next() {
            let Ok(entry) = entry else { continue };
            let path = entry
                .path()
                .strip_prefix(&self.folder)
                .unwrap_or(entry.path());
            let path = path.to_string_lossy().replace('\\', "/");
            let is_folder = entry.file_type().is_dir();
            if is_folder && entry.file_name() == ".git" {
                walk.skip_current_dir();
                foreign.push(path);
            } else if !is_folder
                && path != MANIFEST
                && self.named(&path).is_none()
                && !STREWN.iter().any(|name| entry.file_name() == *name)
            {
                foreign.push(path);
            }
        }
        if foreign.is_empty() {
            return Ok(());
        }
        let shown: Vec<&str> = foreign.iter().take(3).map(String::as_str).collect();
        let more = foreign.len() - shown.len();
        let more = if more > 0 {
            format!(" and {more} more")
        } else {
            String::new()
        };
        Err(Diagnostic::error(
            "output-not-ours",
            format!(
                "{} holds files beside the site that this program wrote there: {}{more}",
                target.shown,
                shown.join(", ")
            ),
        )
        .hint("publishing replaces the whole folder: move these files elsewhere first, or name another folder with --out"))
    }

    fn knows(&self, entry: &Entry) -> bool {
        self.named(&entry.path) == Some(entry)
    }

    fn file(&self, path: &str) -> io::Result<File> {
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        Ok(rustix::fs::open(self.folder.join(path), flags, Mode::empty())?.into())
    }

    /// The bytes of a file that the manifest knows; whether they are still those it lists is the caller's question.
    pub(super) fn read_file(&self, path: &str) -> Option<Vec<u8>> {
        let entry = self.named(path)?;
        let mut bytes = Vec::with_capacity(usize::try_from(entry.length).ok()?);
        self.file(path).ok()?.read_to_end(&mut bytes).ok()?;
        Some(bytes)
    }

    /// Whether the old site has this file with these very bytes. The disk is asked only where the manifest says so.
    pub(super) fn has(&self, entry: &Entry, bytes: &[u8]) -> bool {
        let is_there = || {
            self.file(&entry.path).is_ok_and(|mut file| {
                let mut there = Vec::with_capacity(bytes.len() + 1);
                file.read_to_end(&mut there).is_ok() && there == bytes
            })
        };
        self.knows(entry) && (self.is_whole || is_there())
    }

    /// Whether the old site has this file, by its SHA-256, worked out anew where it is not known to stand whole.
    pub(super) fn still_has(&self, entry: &Entry) -> bool {
        let digest = || -> io::Result<Digest> {
            let mut file = self.file(&entry.path)?;
            let mut digest = Digest::default();
            let mut piece = vec![0; 1 << 16];
            loop {
                let read = file.read(&mut piece)?;
                if read == 0 {
                    return Ok(digest);
                }
                digest.update(&piece[..read]);
            }
        };
        let is_there = || digest().is_ok_and(|digest| digest.entry(&entry.path) == *entry);
        self.knows(entry) && (self.is_whole || is_there())
    }
}
