//! Plain text files in blocks of whole rows, read by whichever thread comes next and hashed in their order.

#![expect(
    clippy::disallowed_methods,
    reason = "ingest is the room that reads exports"
)]

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::os::unix::fs::FileExt as _;
use std::path::PathBuf;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use sha2::{Digest, Sha256};

use super::Fault;
use super::columns::Layout;
use super::decode::unreadable;
use super::record::{LONGEST, breaks};
use super::scan::last_row_end;

/// A file to be read in blocks.
#[derive(Debug)]
pub(super) struct PlainFile {
    /// Where it is on disk.
    pub(super) full_path: PathBuf,
    /// Its path as people know it.
    pub(super) path: String,
    /// The byte at which its rows begin.
    pub(super) start: usize,
    /// The line on which they begin.
    pub(super) line: u64,
    pub(super) delimiter: u8,
    pub(super) layout: Layout,
    /// The hash of its header.
    pub(super) header: u64,
    /// Its length when the reading began.
    pub(super) length: u64,
}

/// A run of whole rows.
#[derive(Debug, Default)]
pub(super) struct Block {
    /// Its number among all blocks.
    pub(super) number: usize,
    /// Index of its file.
    pub(super) file: usize,
    /// Where its rows begin in the file.
    pub(super) start: u64,
    /// What was read, and the rows within it.
    bytes: Vec<u8>,
    rows: std::ops::Range<usize>,
    /// The bytes no earlier block has.
    fresh: std::ops::Range<usize>,
    is_last_of_file: bool,
}

impl Block {
    /// Its rows, the last with a line break at its end; `None` where they are not UTF-8.
    pub(super) fn text(&self) -> Option<&str> {
        simdutf8::basic::from_utf8(&self.bytes[self.rows.clone()]).ok()
    }

    /// Bytes of the file that no earlier block has.
    pub(super) const fn length(&self) -> u64 {
        (self.fresh.end - self.fresh.start) as u64
    }
}

/// What ends the reading in blocks.
#[derive(Debug)]
pub(super) enum End {
    /// All is read.
    Done,
    /// What comes is not for this reader, or cannot be read: the general one is to say what it is.
    GivenUp,
}

/// Hands out blocks, one after another.
#[derive(Debug)]
pub(super) struct Blocks<'a> {
    files: &'a [PlainFile],
    /// The files that are to be read, by their index.
    wanted: &'a [usize],
    /// Bytes read at once.
    block: usize,
    /// How many of the wanted files are read.
    done: usize,
    open: Option<File>,
    /// What was read and not handed out: the beginning of a row.
    rest: Vec<u8>,
    /// Where that begins in the file.
    at: u64,
    number: usize,
    /// Buffers that were used up.
    spare: Vec<Vec<u8>>,
}

impl<'a> Blocks<'a> {
    pub(super) const fn new(files: &'a [PlainFile], wanted: &'a [usize], block: usize) -> Self {
        Self {
            files,
            wanted,
            block,
            done: 0,
            open: None,
            rest: Vec::new(),
            at: 0,
            number: 0,
            spare: Vec::new(),
        }
    }

    /// The next block; `used` is one that is done with.
    pub(super) fn next(&mut self, used: Option<Block>) -> Result<Block, End> {
        self.spare.extend(used.map(|block| block.bytes));
        let Some(index) = self.wanted.get(self.done).copied() else {
            return Err(End::Done);
        };
        let plan = &self.files[index];
        let mut file = match self.open.take() {
            Some(file) => file,
            None => {
                self.rest.clear();
                self.at = 0;
                File::open(&plan.full_path).map_err(|_| End::GivenUp)?
            }
        };
        let mut bytes = self.spare.pop().unwrap_or_default();
        bytes.clear();
        bytes.append(&mut self.rest);
        let held = bytes.len();
        let start = self.at;
        let skipped = if start == 0 { plan.start } else { 0 };
        loop {
            let before = bytes.len();
            let got = Read::by_ref(&mut file)
                .take(self.block as u64)
                .read_to_end(&mut bytes)
                .map_err(|_| End::GivenUp)?;
            let is_last_of_file = got < self.block;
            let end = if is_last_of_file {
                Some(bytes.len())
            } else {
                bytes
                    .get(skipped..)
                    .and_then(last_row_end)
                    .map(|end| skipped + end)
            };
            let Some(end) = end else {
                if bytes.len() - skipped.min(before) > LONGEST {
                    return Err(End::GivenUp);
                }
                continue;
            };
            let fresh = held..bytes.len();
            let mut rows = skipped.min(end)..end;
            if is_last_of_file {
                self.done += 1;
                if !rows.is_empty() && !bytes.ends_with(b"\n") {
                    bytes.push(b'\n');
                    rows.end += 1;
                }
            } else {
                self.open = Some(file);
                self.rest.extend_from_slice(&bytes[end..]);
                self.at = start + end as u64;
            }
            self.number += 1;
            return Ok(Block {
                number: self.number - 1,
                file: index,
                start: start + rows.start as u64,
                bytes,
                rows,
                fresh,
                is_last_of_file,
            });
        }
    }
}

/// The hashes of files whose blocks come from several threads.
#[derive(Debug)]
pub(super) struct Hashes {
    state: Mutex<Hashing>,
    turn: Condvar,
}

#[derive(Debug)]
struct Hashing {
    next: usize,
    hash: Sha256,
    bytes: u64,
    done: Vec<(String, u64)>,
    is_stopped: bool,
}

impl Hashes {
    pub(super) fn new() -> Self {
        Self {
            state: Mutex::new(Hashing {
                next: 0,
                hash: Sha256::new(),
                bytes: 0,
                done: Vec::new(),
                is_stopped: false,
            }),
            turn: Condvar::new(),
        }
    }

    /// A block's turn to be hashed, if it has come.
    pub(super) fn turn<'a>(&'a self, block: &'a Block) -> Option<Turn<'a>> {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        (state.next == block.number).then(|| Turn::of(block, state, &self.turn))
    }

    /// A block's turn, waited for; `None` where the reading was stopped.
    pub(super) fn wait_for_turn<'a>(&'a self, block: &'a Block) -> Option<Turn<'a>> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        while state.next != block.number && !state.is_stopped {
            state = self
                .turn
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
        }
        (!state.is_stopped).then(|| Turn::of(block, state, &self.turn))
    }

    /// Lets nobody wait any longer.
    pub(super) fn stop(&self) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.is_stopped = true;
        drop(state);
        self.turn.notify_all();
    }

    /// SHA-256 (lower-case hex) and length of each file, in the order of reading.
    pub(super) fn finish(self) -> Vec<(String, u64)> {
        let state = self
            .state
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        state.done
    }
}

/// A block whose turn it is to be hashed: nobody else's is, until it ends.
#[derive(Debug)]
pub(super) struct Turn<'a> {
    state: MutexGuard<'a, Hashing>,
    passed_on: &'a Condvar,
    block: &'a Block,
    /// What is left to hash.
    pieces: std::slice::Iter<'a, [u8; 256]>,
    rest: &'a [u8],
}

impl<'a> Turn<'a> {
    fn of(block: &'a Block, state: MutexGuard<'a, Hashing>, passed_on: &'a Condvar) -> Self {
        let (pieces, rest) = block.bytes[block.fresh.clone()].as_chunks();
        Self {
            state,
            passed_on,
            block,
            pieces: pieces.iter(),
            rest,
        }
    }

    /// Hashes the next few bytes. Each step of SHA-256 waits for the one before, so a processor has time for other work beside it.
    #[inline]
    pub(super) fn hash_some(&mut self) {
        if let Some(piece) = self.pieces.next() {
            self.state.hash.update(piece);
        }
    }

    /// Hashes what is left.
    pub(super) fn end(mut self) {
        let rest = self.pieces.as_slice().as_flattened();
        self.state.hash.update(rest);
        self.state.hash.update(self.rest);
        self.state.pass(self.block);
        drop(self.state);
        self.passed_on.notify_all();
    }
}

impl Hashing {
    /// Goes on to the next block, as this one is hashed.
    fn pass(&mut self, block: &Block) {
        self.bytes += block.length();
        self.next += 1;
        if block.is_last_of_file {
            let hash = self.hash.finalize_reset();
            let hex = hash.iter().map(|byte| format!("{byte:02x}")).collect();
            self.done.push((hex, std::mem::take(&mut self.bytes)));
        }
    }
}

impl PlainFile {
    /// The file, to look at single rows.
    pub(super) fn open(&self) -> Result<File, Fault> {
        File::open(&self.full_path).map_err(|cause| unreadable(&self.path, &cause))
    }

    /// The whole rows from a byte where a row begins, `length` bytes if there are as many; `true` where the file ends.
    pub(super) fn window(
        &self,
        file: &File,
        from: u64,
        length: usize,
    ) -> Result<(Vec<u8>, bool), Fault> {
        let mut bytes = self.bytes(file, from, length)?;
        let is_end = bytes.len() < length;
        if is_end {
            bytes.push(b'\n');
        } else {
            let end = last_row_end(&bytes).unwrap_or(0);
            bytes.truncate(end);
        }
        Ok((bytes, is_end))
    }

    /// Line breaks between two bytes of the file, which are not both halves of one.
    pub(super) fn breaks(&self, file: &File, from: u64, to: u64) -> Result<u64, Fault> {
        let length = usize::try_from(to - from).expect("within a block");
        Ok(breaks(&self.bytes(file, from, length)?))
    }

    fn bytes(&self, file: &File, from: u64, length: usize) -> Result<Vec<u8>, Fault> {
        let mut bytes = Vec::with_capacity(length + 1);
        bytes.resize(length, 0);
        let mut got = 0;
        while got < length {
            match file.read_at(&mut bytes[got..], from + got as u64) {
                Ok(0) => break,
                Ok(more) => got += more,
                Err(cause) if cause.kind() == ErrorKind::Interrupted => {}
                Err(cause) => return Err(unreadable(&self.path, &cause)),
            }
        }
        bytes.truncate(got);
        Ok(bytes)
    }
}
