//! The folder a site is published to, the names beside it, and what is said when it can't be used.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::diag::Diagnostic;

use super::{MANIFEST, Manifest, remedy, words};

/// Where a site is published to.
pub(super) struct Target {
    /// As the user wrote it.
    pub(super) shown: String,
    /// The folder itself, links followed.
    pub(super) folder: PathBuf,
    /// The folder it lies in.
    pub(super) parent: PathBuf,
    name: OsString,
}

impl Target {
    pub(super) fn resolve(out: &Path, root: &Path) -> Result<Self, Diagnostic> {
        let shown = out.strip_prefix(".").unwrap_or(out);
        let shown = if shown == Path::new("") { out } else { shown };
        let shown = shown.display().to_string();
        let unusable = |cause: &io::Error| {
            Diagnostic::error(
                "output-folder",
                format!("could not use {shown}: {}", words(cause)),
            )
            .hint(remedy(cause))
        };
        let folder = match fs::symlink_metadata(out) {
            Ok(_) => fs::canonicalize(out).map_err(|cause| unusable(&cause))?,
            Err(_) => {
                let parent = match out.parent() {
                    Some(parent) if parent != Path::new("") => parent,
                    _ => Path::new("."),
                };
                fs::create_dir_all(parent).map_err(|cause| unusable(&cause))?;
                let parent = fs::canonicalize(parent).map_err(|cause| unusable(&cause))?;
                match out.file_name() {
                    Some(name) => parent.join(name),
                    None => parent,
                }
            }
        };
        if folder.exists() && !folder.is_dir() {
            return Err(Diagnostic::error(
                "output-folder",
                format!("{shown} is a file, not a folder"),
            )
            .hint("name a folder with --out; it is made if it is not there"));
        }
        if fs::canonicalize(root).is_ok_and(|root| root.starts_with(&folder)) {
            return Err(Diagnostic::error(
                "output-folder",
                format!("{shown} holds the site's own data and configuration, and publishing replaces the whole folder"),
            )
            .hint("name a folder inside it, such as --out public, or one elsewhere"));
        }
        let (Some(parent), Some(name)) = (folder.parent(), folder.file_name()) else {
            return Err(Diagnostic::error(
                "output-folder",
                format!("{shown} can't be replaced by a site"),
            )
            .hint("name a folder inside it with --out"));
        };
        Ok(Self {
            parent: parent.to_owned(),
            name: name.to_owned(),
            shown,
            folder,
        })
    }

    /// A hidden name beside the target that says whose it is: `.public.lock`.
    pub(super) fn beside(&self, suffix: &str) -> PathBuf {
        let mut name = OsString::from(".");
        name.push(&self.name);
        name.push(".");
        name.push(suffix);
        self.parent.join(name)
    }

    pub(super) fn staging(&self, number: u64) -> PathBuf {
        self.beside(&format!("staging-{}-{number}", std::process::id()))
    }

    /// Where the old site stands while it is replaced in two steps.
    pub(super) fn aside(&self) -> PathBuf {
        self.beside(&format!("old-{}-0", std::process::id()))
    }

    /// Ends what killed builds began: a site set aside with nothing in its place goes back, the rest is removed.
    /// Only while the lock is held: then no build that made such a folder is alive.
    pub(super) fn put_right(&self) -> Result<(), Diagnostic> {
        let left = self
            .left_behind()
            .map_err(|cause| self.not_writable(&cause))?;
        for folder in &left {
            let is_set_aside = suffix_of(folder, &self.name).is_some_and(|s| s.starts_with("old-"));
            let result = if is_set_aside && !self.folder.exists() && is_site(folder) {
                fs::rename(folder, &self.folder)
            } else {
                fs::remove_dir_all(folder)
            };
            result.map_err(|cause| {
                Diagnostic::error(
                    "output-folder",
                    format!(
                        "could not clear {}, left behind by a build that was stopped: {}",
                        folder.display(),
                        words(&cause)
                    ),
                )
                .hint(format!("remove {} by hand", folder.display()))
            })?;
        }
        Ok(())
    }

    /// What killed builds left beside the target.
    pub(super) fn left_behind(&self) -> io::Result<Vec<PathBuf>> {
        let mut left = Vec::new();
        for entry in fs::read_dir(&self.parent)? {
            let path = entry?.path();
            if suffix_of(&path, &self.name).is_some_and(|suffix| is_ours(&suffix)) {
                left.push(path);
            }
        }
        left.sort();
        Ok(left)
    }

    pub(super) fn not_writable(&self, cause: &io::Error) -> Diagnostic {
        Diagnostic::error(
            "output-folder",
            format!("could not write beside {}, in {}: {}", self.shown, self.parent.display(), words(cause)),
        )
        .hint("a new site is made beside the old one and then takes its place, so the folder around it must allow writing")
        .hint(remedy(cause))
    }

    pub(super) fn not_swapped(&self, cause: &io::Error) -> Diagnostic {
        let diagnostic = Diagnostic::error(
            "output-not-swapped",
            format!(
                "could not put the new site in the place of {}: {}",
                self.shown,
                words(cause)
            ),
        );
        match cause.kind() {
            io::ErrorKind::ResourceBusy | io::ErrorKind::CrossesDevices => diagnostic.hint(format!(
                "{0} is a mounted disk or a layer of a container, which can't be replaced as a whole; name a folder inside it, such as --out {0}/site",
                self.shown
            )),
            _ => diagnostic.hint(remedy(cause)),
        }
    }

    pub(super) fn not_removed(&self, aside: &Path, cause: &io::Error) -> Diagnostic {
        Diagnostic::warning(
            "output-left-behind",
            format!(
                "{} is published, but the site before it could not be removed: {}",
                self.shown,
                words(cause)
            ),
        )
        .hint(format!(
            "it is in {}; the next build tries again",
            aside.display()
        ))
    }
}

/// Whether a folder holds a whole site of ours.
fn is_site(folder: &Path) -> bool {
    fs::read(folder.join(MANIFEST)).is_ok_and(|bytes| Manifest::parse(&bytes).is_some())
}

/// What follows `.<name>.` in a path's last name.
fn suffix_of(path: &Path, name: &OsStr) -> Option<String> {
    let own = path.file_name()?.to_string_lossy().into_owned();
    let prefix = format!(".{}.", name.to_string_lossy());
    own.strip_prefix(&prefix).map(str::to_owned)
}

/// Whether it is `staging-<pid>-<n>` or `old-<pid>-<n>`, and nothing else.
fn is_ours(suffix: &str) -> bool {
    let mut parts = suffix.split('-');
    let kind = parts.next();
    let numbers: Vec<&str> = parts.collect();
    matches!(kind, Some("staging" | "old"))
        && numbers.len() == 2
        && numbers
            .iter()
            .all(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()))
}
