//! A published site as a tree of files, each handed over once: a [`Sink`] takes them, whatever it does with them.
//!
//! In: a path and bytes, from any thread. Out: an [`Entry`] a file (path, length, SHA-256), kept in a [`Ledger`].
//! A path that some web server, file system or operating system could not hold as it is, or that is given twice, is an
//! error here, before anything is written. [`Memory`] is the sink of tests; `publish` has the one that writes.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};
use std::sync::{Mutex, MutexGuard, PoisonError};

use icu::casemap::CaseMapper;
use icu::normalizer::ComposingNormalizerBorrowed;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::diag::Diagnostic;

/// Takes the files of a site. Every method may be called from several threads at once.
pub trait Sink: Sync {
    /// Takes a whole file.
    ///
    /// # Errors
    /// The path breaks a rule or was given before, or the bytes could not be kept.
    fn put(&self, path: &str, bytes: &[u8]) -> Result<(), TreeError>;

    /// Takes a file that stands already, as it was handed over before, where it is still whole. Gives whether it was taken; if
    /// not, it is to be handed over.
    ///
    /// # Errors
    /// As [`Sink::put`].
    fn keep(&self, entry: &Entry) -> Result<bool, TreeError> {
        let _ = entry;
        Ok(false)
    }

    /// Opens a file that is too large to be held at once. It counts as given from now on, and as there when finished.
    ///
    /// # Errors
    /// As [`Sink::put`].
    fn open(&self, path: &str) -> Result<Box<dyn SinkFile + '_>, TreeError>;
}

/// A file being written. Small writes are welcome: it buffers.
pub trait SinkFile: Write + Send {
    /// Closes it and says what it became. A file that is dropped unfinished stops the site from being published.
    ///
    /// # Errors
    /// The last bytes could not be kept.
    fn finish(self: Box<Self>) -> Result<Entry, TreeError>;
}

/// One file of a site.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Entry {
    /// Its path from the site's root, with forward slashes.
    pub path: String,
    /// Its length in bytes.
    #[serde(rename = "bytes")]
    pub length: u64,
    /// SHA-256 of its bytes, lower-case hex.
    pub sha256: String,
}

impl Entry {
    /// The entry of a whole file.
    #[must_use]
    pub fn of(path: &str, bytes: &[u8]) -> Self {
        let mut digest = Digest::default();
        digest.update(bytes);
        digest.entry(path)
    }
}

/// Length and SHA-256 of bytes that come in pieces.
#[derive(Default)]
pub struct Digest {
    length: u64,
    sha256: Sha256,
}

impl Digest {
    /// Adds a piece.
    pub fn update(&mut self, bytes: &[u8]) {
        self.length += bytes.len() as u64;
        self.sha256.update(bytes);
    }

    /// The entry of all pieces so far.
    #[must_use]
    pub fn entry(self, path: &str) -> Entry {
        const HEX: &[u8; 16] = b"0123456789abcdef";
        let mut hex = String::with_capacity(64);
        for byte in self.sha256.finalize() {
            hex.push(char::from(HEX[usize::from(byte >> 4)]));
            hex.push(char::from(HEX[usize::from(byte & 15)]));
        }
        Entry {
            path: path.to_owned(),
            length: self.length,
            sha256: hex,
        }
    }
}

/// Why a file could not be taken.
#[derive(Debug)]
pub enum TreeError {
    /// The path breaks a rule.
    Path {
        /// The path as given.
        path: String,
        /// The rule, as the end of a sentence that begins with the path.
        rule: &'static str,
    },
    /// The path was given before, or one that is the same file on systems that don't tell capitals apart.
    Twice {
        /// The path as given now.
        path: String,
        /// The path as given first.
        first: String,
    },
    /// The bytes could not be kept.
    Write {
        /// The path as given.
        path: String,
        /// What the system said.
        cause: io::Error,
    },
    /// The file was opened and never finished.
    Unfinished {
        /// The path as given.
        path: String,
    },
}

impl TreeError {
    /// What the system said while a file was written.
    #[must_use]
    pub fn write(path: &str, cause: io::Error) -> Self {
        Self::Write {
            path: path.to_owned(),
            cause,
        }
    }
}

impl std::fmt::Display for TreeError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Path { path, rule } => {
                write!(f, "the site can't have a file \"{path}\": {rule}")
            }
            Self::Twice { path, first } if path == first => {
                write!(f, "two pages or files of the site want the path {path}")
            }
            Self::Twice { path, first } => write!(
                f,
                "{path} and {first} would be the same file on systems that don't tell capitals apart"
            ),
            Self::Write { path, cause } => {
                write!(
                    f,
                    "could not write {path} of the new site: {}",
                    words(cause)
                )
            }
            Self::Unfinished { path } => {
                write!(f, "{path} of the new site was begun and not finished")
            }
        }
    }
}

impl std::error::Error for TreeError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Write { cause, .. } => Some(cause),
            _ => None,
        }
    }
}

impl From<TreeError> for Diagnostic {
    fn from(error: TreeError) -> Self {
        let message = error.to_string();
        match error {
            TreeError::Path { .. } => Self::error("output-path", message)
                .hint("give the page, data set or dimension another name or `slug`"),
            TreeError::Twice { .. } => Self::error("output-path-twice", message)
                .hint("give one of the two another name or `slug`"),
            TreeError::Write { cause, .. } => {
                Self::error("output-not-written", message).hint(remedy(&cause))
            }
            TreeError::Unfinished { .. } => Self::error("output-not-written", message)
                .hint("this is a mistake of the program; the site published before stands"),
        }
    }
}

/// What the system said, in words that begin in lower case and have no number.
#[must_use]
pub fn words(cause: &io::Error) -> String {
    match cause.kind() {
        io::ErrorKind::StorageFull => "no space left on the disk".to_owned(),
        io::ErrorKind::QuotaExceeded => "the disk quota is used up".to_owned(),
        io::ErrorKind::ReadOnlyFilesystem => "the disk can only be read".to_owned(),
        io::ErrorKind::FileTooLarge => "the file is larger than is allowed here".to_owned(),
        _ => {
            let text = cause.to_string();
            let text = text.split(" (os error").next().unwrap_or(&text);
            let mut chars = text.chars();
            chars.next().map_or_else(String::new, |first| {
                first.to_lowercase().chain(chars).collect()
            })
        }
    }
}

/// What to do when the system says so.
#[must_use]
pub fn remedy(cause: &io::Error) -> &'static str {
    match cause.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => {
            "make room and build again, or name a folder on another disk with --out; the site published before stands"
        }
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            "ask for the right to write there, or name another folder with --out; the site published before stands"
        }
        _ => "build again, or name another folder with --out; the site published before stands",
    }
}

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

/// A sink that keeps files in memory.
#[derive(Default)]
pub struct Memory {
    ledger: Ledger,
    files: Mutex<BTreeMap<String, Vec<u8>>>,
}

impl Memory {
    /// The files that are there, by path.
    #[must_use]
    pub fn files(&self) -> BTreeMap<String, Vec<u8>> {
        self.lock().clone()
    }

    /// A file as text; empty where there is none.
    #[must_use]
    pub fn text(&self, path: &str) -> String {
        let files = self.lock();
        let bytes = files.get(path).map_or(&[][..], Vec::as_slice);
        String::from_utf8_lossy(bytes).into_owned()
    }

    /// The paths that are there.
    #[must_use]
    pub fn paths(&self) -> BTreeSet<String> {
        self.lock().keys().cloned().collect()
    }

    /// What was recorded of the files, sorted by path.
    ///
    /// # Errors
    /// A file was opened and not finished.
    pub fn entries(&self) -> Result<Vec<Entry>, TreeError> {
        self.ledger.entries()
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Vec<u8>>> {
        self.files.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Sink for Memory {
    fn put(&self, path: &str, bytes: &[u8]) -> Result<(), TreeError> {
        self.ledger.claim(path)?;
        self.ledger.record(Entry::of(path, bytes));
        self.lock().insert(path.to_owned(), bytes.to_owned());
        Ok(())
    }

    fn open(&self, path: &str) -> Result<Box<dyn SinkFile + '_>, TreeError> {
        self.ledger.claim(path)?;
        Ok(Box::new(MemoryFile {
            memory: self,
            path: path.to_owned(),
            bytes: Vec::new(),
        }))
    }
}

struct MemoryFile<'a> {
    memory: &'a Memory,
    path: String,
    bytes: Vec<u8>,
}

impl Write for MemoryFile<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl SinkFile for MemoryFile<'_> {
    fn finish(self: Box<Self>) -> Result<Entry, TreeError> {
        let entry = Entry::of(&self.path, &self.bytes);
        self.memory.ledger.record(entry.clone());
        self.memory.lock().insert(self.path, self.bytes);
        Ok(entry)
    }
}

/// A sink that keeps nothing of a file but what it became: a site is tried, not written.
#[derive(Default)]
pub struct Nowhere {
    ledger: Ledger,
}

impl Sink for Nowhere {
    fn put(&self, path: &str, bytes: &[u8]) -> Result<(), TreeError> {
        self.ledger.claim(path)?;
        self.ledger.record(Entry::of(path, bytes));
        Ok(())
    }

    fn open(&self, path: &str) -> Result<Box<dyn SinkFile + '_>, TreeError> {
        self.ledger.claim(path)?;
        Ok(Box::new(NowhereFile {
            ledger: &self.ledger,
            path: path.to_owned(),
            digest: Digest::default(),
        }))
    }
}

struct NowhereFile<'a> {
    ledger: &'a Ledger,
    path: String,
    digest: Digest,
}

impl Write for NowhereFile<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.digest.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl SinkFile for NowhereFile<'_> {
    fn finish(self: Box<Self>) -> Result<Entry, TreeError> {
        let entry = self.digest.entry(&self.path);
        self.ledger.record(entry.clone());
        Ok(entry)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_that_some_system_cannot_hold_is_refused() {
        for path in [
            "",
            "/a",
            "a//b",
            "a/",
            "../a",
            "a/./b",
            "a\\b",
            "c:/a",
            "a?b",
            "con",
            "x/NUL.html",
            "Com1",
            "lpt9.txt",
            "a./b",
            "a /b",
            "tab\there",
            "e\u{301}.html",
        ] {
            let error = Memory::default().put(path, b"").unwrap_err();
            assert!(matches!(error, TreeError::Path { .. }), "{path:?}: {error}");
        }
        let long = "长".repeat(86);
        assert!(Memory::default().put(&long, b"").is_err());
        for path in [
            "index.html",
            ".nojekyll",
            "zh-CN/部门/住房局/index.html",
            "console/com10",
            "a.b/c d",
        ] {
            assert!(Memory::default().put(path, b"").is_ok(), "{path}");
        }
    }

    #[test]
    fn a_path_is_given_once_whatever_its_capitals() {
        let sink = Memory::default();
        sink.put("a/Index.html", b"1").unwrap();
        for path in [
            "a/Index.html",
            "a/index.html",
            "A/INDEX.HTML",
            "a",
            "A",
            "a/index.html/b",
        ] {
            let error = sink.put(path, b"2").unwrap_err();
            assert!(
                matches!(error, TreeError::Twice { .. }),
                "{path:?}: {error}"
            );
        }
        sink.put("a/other.html", b"3").unwrap();
        assert_eq!(sink.text("a/Index.html"), "1");
    }

    #[test]
    fn a_file_in_pieces_has_the_entry_of_the_whole() {
        let sink = Memory::default();
        let mut file = sink.open("data/figures.csv").unwrap();
        file.write_all(b"a,b\n").unwrap();
        file.write_all(b"1,2\n").unwrap();
        assert!(matches!(sink.entries(), Err(TreeError::Unfinished { .. })));
        let entry = file.finish().unwrap();
        assert_eq!(entry, Entry::of("data/figures.csv", b"a,b\n1,2\n"));
        assert_eq!(sink.entries().unwrap(), vec![entry]);
        assert_eq!(
            Entry::of("x", b"abc").sha256,
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }

    #[test]
    fn many_threads_may_put_at_once() {
        let sink = Memory::default();
        std::thread::scope(|scope| {
            for thread in 0..4 {
                let sink = &sink;
                scope.spawn(move || {
                    for n in 0..200 {
                        sink.put(&format!("{thread}/{n}.html"), b"x").unwrap();
                    }
                });
            }
        });
        assert_eq!(sink.entries().unwrap().len(), 800);
    }
}
