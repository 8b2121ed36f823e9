//! Sinks that write nothing to a disk: one that keeps files in memory, one that keeps only what they became.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::{Digest, Entry, Ledger, Sink, SinkFile, TreeError};

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
