//! The paths of a site's files: what may be one, which were given, and what became of each.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use icu::casemap::CaseMapper;
use icu::normalizer::ComposingNormalizerBorrowed;

use super::{Entry, TreeError};

/// Which paths were given, and what became of them.
#[derive(Default)]
pub struct Ledger(Mutex<Paths>);

/// What paths stand for, by their case-folded form.
type Paths = BTreeMap<String, Taken>;

enum Taken {
    File(Claimed),
    /// A folder that some file lies in, with one such file.
    Folder(String),
}

impl Taken {
    /// The path of the file by which it was taken.
    fn by<'p>(&'p self, folded: &'p str) -> &'p str {
        match self {
            Self::File(claimed) => claimed.path(folded),
            Self::Folder(file) => file,
        }
    }
}

/// The path of a file.
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
    pub fn take(&self, entry: &Entry) -> Result<(), TreeError> {
        self.note(&entry.path, Some((entry.length, entry.sha256.clone())))
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
        if let Some(first) = paths.get(&folded) {
            return taken(first.by(&folded));
        }
        // The folder that is nearest to the file first: one that is known has all above it known, and none of them is a file.
        let mut new = Vec::new();
        let mut inner = &folded[..];
        while let Some((folder, _)) = inner.rsplit_once('/') {
            match paths.get(folder) {
                Some(Taken::Folder(_)) => break,
                Some(file @ Taken::File(_)) => return taken(file.by(folder)),
                None => new.push(folder.to_owned()),
            }
            inner = folder;
        }
        for folder in new {
            paths.insert(folder, Taken::Folder(path.to_owned()));
        }
        let claimed = Claimed {
            path: (path != folded).then(|| path.into()),
            became,
        };
        paths.insert(folded, Taken::File(claimed));
        Ok(())
    }

    /// Notes that a claimed file is there.
    pub fn record(&self, entry: Entry) {
        if let Some(Taken::File(claimed)) = self.lock().get_mut(&folded(&entry.path)) {
            claimed.became = Some((entry.length, entry.sha256));
        }
    }

    /// All files, sorted by path.
    ///
    /// # Errors
    /// A file was opened and not finished.
    pub fn entries(&self) -> Result<Vec<Entry>, TreeError> {
        let paths = self.lock();
        let mut entries = Vec::with_capacity(paths.len());
        for (folded, taken) in &*paths {
            let Taken::File(claimed) = taken else {
                continue;
            };
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
