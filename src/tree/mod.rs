//! A published site as a tree of files, each handed over once: a [`Sink`] takes them, whatever it does with them.
//!
//! In: a path and bytes, from any thread. Out: an [`Entry`] a file (path, length, SHA-256), kept in a [`Ledger`].
//! A path that some web server, file system or operating system could not hold as it is, or that is given twice, is an
//! error here, before anything is written. [`Memory`] is the sink of tests; `publish` has the one that writes.

mod error;

mod ledger;

mod memory;

use std::io::Write;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

pub use error::{TreeError, remedy, words};
pub use ledger::Ledger;
pub use memory::{Memory, Nowhere};

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
