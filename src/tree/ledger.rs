//! The paths of a site's files: what may be one, which were given, and what became of each.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use icu::casemap::CaseMapper;
use icu::normalizer::ComposingNormalizerBorrowed;

use super::{Entry, TreeError};

/// Which paths were given, and what became of them.
#[derive(Default)]
pub struct Ledger(Mutex<Paths>);

#[derive(Default)]
struct Paths {
    /// Files by their case-folded path.
    files: BTreeMap<String, Claimed>,
    /// Case-folded folders that some file lies in, with one such file.
    folders: BTreeMap<String, String>,
}

/// A path that is taken.
#[derive(Default)]
struct Claimed {
    /// The path as given, where it is not the same when case-folded.
    path: Option<Box<str>>,
    /// Length and SHA-256, once the file is there.
    became: Option<(u64, String)>,
}

impl Claimed {
    fn path<'p>(&'p self, folded: &'p str) -> &'p str {
        self.path.as_deref().unwrap_or(folded)
    }
}

/// A path without its capitals.
fn folded(path: &str) -> String {
    if path.is_ascii() {
        return path.to_ascii_lowercase();
    }
    CaseMapper::new().fold_string(path).into_owned()
}

impl Ledger {
    /// Notes that a path is taken.
    ///
    /// # Errors
    /// The path breaks a rule or was given before.
    pub fn claim(&self, path: &str) -> Result<(), TreeError> {
        self.note(path, None)
    }

    /// Notes that a path is taken by a file that is there.
    ///
    /// # Errors
    /// As [`Ledger::claim`].
    pub fn take(&self, entry: Entry) -> Result<(), TreeError> {
        self.note(&entry.path, Some((entry.length, entry.sha256)))
    }

    fn note(&self, path: &str, became: Option<(u64, String)>) -> Result<(), TreeError> {
        if let Some(rule) = broken_rule(path) {
            return Err(TreeError::Path {
                path: path.to_owned(),
                rule,
            });
        }
        let folded = folded(path);
        let mut paths = self.lock();
        let taken = |first: &str| {
            Err(TreeError::Twice {
                path: path.to_owned(),
                first: first.to_owned(),
            })
        };
        if let Some(first) = paths.files.get(&folded) {
            return taken(first.path(&folded));
        }
        if let Some(inside) = paths.folders.get(&folded) {
            return taken(inside);
        }
        // The folder that is nearest to the file first: one that is known has all above it known, and none of them is a file.
        let mut inner = &folded[..];
        while let Some((folder, _)) = inner.rsplit_once('/') {
            if paths.folders.contains_key(folder) {
                break;
            }
            inner = folder;
        }
        let first_new = inner.len();
        let new = || {
            let ends = folded.match_indices('/').map(|(end, _)| end);
            ends.filter(move |end| *end >= first_new)
        };
        for folder in new().map(|end| &folded[..end]) {
            if let Some(first) = paths.files.get(folder) {
                return taken(first.path(folder));
            }
        }
        for folder in new().map(|end| folded[..end].to_owned()) {
            paths
                .folders
                .entry(folder)
                .or_insert_with(|| path.to_owned());
        }
        let claimed = Claimed {
            path: (path != folded).then(|| path.into()),
            became,
        };
        paths.files.insert(folded, claimed);
        Ok(())
    }

    /// Notes that a claimed file is there.
    pub fn record(&self, entry: Entry) {
        if let Some(claimed) = self.lock().files.get_mut(&folded(&entry.path)) {
            claimed.became = Some((entry.length, entry.sha256));
        }
    }

    /// All files, sorted by path.
    ///
    /// # Errors
    /// A file was opened and not finished.
    pub fn entries(&self) -> Result<Vec<Entry>, TreeError> {
        let paths = self.lock();
        let mut entries = Vec::with_capacity(paths.files.len());
        for (folded, claimed) in &paths.files {
            let path = claimed.path(folded).to_owned();
            let Some((length, sha256)) = claimed.became.clone() else {
                return Err(TreeError::Unfinished { path });
            };
            entries.push(Entry {
                path,
                length,
                sha256,
            });
        }
        entries.sort();
        Ok(entries)
    }

    fn lock(&self) -> MutexGuard<'_, Paths> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Names that Windows keeps for devices, whatever follows the first dot.
const DEVICES: [&str; 6] = ["con", "prn", "aux", "nul", "conin$", "conout$"];

fn is_device(segment: &str) -> bool {
    let stem = segment.split('.').next().unwrap_or(segment);
    let stem = stem.trim_end();
    let numbered = |prefix: &str| {
        let (name, number) = stem.split_at_checked(prefix.len()).unwrap_or_default();
        name.eq_ignore_ascii_case(prefix)
            && matches!(
                number,
                "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9" | "¹" | "²" | "³"
            )
    };
    let is = |name: &&str| stem.eq_ignore_ascii_case(name);
    DEVICES.iter().any(is) || numbered("com") || numbered("lpt")
}

/// The first rule that a path breaks: it must be able to stand as it is on every common system and in an address.
fn broken_rule(path: &str) -> Option<&'static str> {
    if path.is_empty() {
        return Some("it has no name");
    }
    if path.starts_with('/') {
        return Some("a path of the site begins without a slash");
    }
    if !path.is_ascii() && !ComposingNormalizerBorrowed::new_nfc().is_normalized(path) {
        return Some("its letters are not in Unicode's composed form (NFC)");
    }
    for segment in path.split('/') {
        let rule = match segment {
            "" => Some("a folder in it has no name"),
            "." | ".." => Some("\".\" and \"..\" are not names"),
            _ if segment.len() > 255 => {
                Some("a name in it is longer than 255 bytes, the most that file systems hold")
            }
            _ if segment.ends_with(['.', ' ']) => {
                Some("a name in it ends with a dot or a space, which Windows does not keep")
            }
            _ if segment.chars().any(|c| {
                c.is_control() || matches!(c, '<' | '>' | ':' | '"' | '|' | '?' | '*' | '\\')
            }) =>
            {
                Some(r#"a name in it has one of < > : " | ? * \ or a control character"#)
            }
            _ if is_device(segment) => Some("a name in it is kept by Windows for a device"),
            _ => None,
        };
        if rule.is_some() {
            return rule;
        }
    }
    None
}
