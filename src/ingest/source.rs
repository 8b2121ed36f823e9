//! A file on disk to rows: opened, hashed, unpacked, and read in the format that its name says.

#![expect(
    clippy::disallowed_methods,
    reason = "ingest is the room that reads exports"
)]

use std::cell::{Cell, RefCell};
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;
use std::rc::Rc;

use flate2::bufread::MultiGzDecoder;
use sha2::{Digest, Sha256};

use super::Fault;
use super::blocks::PlainFile;
use super::columns::Wanted;
use super::decode::{Expected, Text, declared, unreadable};
use super::record::{DELIMITERS, Record, Records};
use super::repeats::hash_header;
use super::{jsonl, sheet};
use crate::config::{Dataset, Site};
use crate::diag::{Diagnostic, Diagnostics, Place};

/// What is done with the rows of a file.
pub(super) trait Visitor {
    /// The header came, on this line (`None`: rows follow the order of the wanted columns). `false` ends the reading.
    fn header(&mut self, names: Option<(&[String], u64)>) -> bool;

    /// A row came. `false` ends the reading.
    fn row(&mut self, record: &Record<'_>) -> bool;

    /// Wanted columns, by their index, that no row of a file without a header line has; and those it has.
    fn missing(&mut self, slots: &[usize], names: &std::collections::BTreeSet<String>);
}

/// What is known of a file that was read.
#[derive(Debug, Clone, Default)]
pub(super) struct Account {
    /// The encoding, or the kind of workbook.
    pub(super) encoding: String,
    /// Whether the encoding was found by looking at the bytes.
    pub(super) is_guessed: bool,
    /// SHA-256 of the file's bytes, lower-case hex.
    pub(super) sha256: String,
    /// The file's length in bytes, as stored.
    pub(super) bytes: u64,
}

/// How the files of a data set are read.
pub(super) struct Files<'a> {
    root: &'a Path,
    dataset: &'a Dataset,
    pub(super) wanted: Wanted,
    expected: Expected,
    /// Bytes read so far, over all files.
    pub(super) bytes: Rc<Cell<u64>>,
}

/// The kinds of file that are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    /// Cells between delimiters; the delimiter that the name suggests.
    Delimited(Option<u8>),
    Workbook,
    JsonLines,
}

/// How a file is packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Packing {
    None,
    Gzip,
    Zstd,
}

impl<'a> Files<'a> {
    pub(super) fn new(site: &'a Site, dataset: &'a Dataset) -> Result<Self, Fault> {
        let declared = declared(dataset.encoding.as_deref()).map_err(|mut fault| {
            fault.places.push(Place::file(dataset.path.as_str()));
            fault
        })?;
        let wanted = Wanted::of(dataset);
        let names = wanted
            .alternatives()
            .flatten()
            .filter(|name| !name.is_ascii())
            .cloned()
            .collect();
        Ok(Self {
            root: &site.root,
            dataset,
            wanted,
            expected: Expected {
                declared,
                country: country(site, dataset),
                names,
            },
            bytes: Rc::default(),
        })
    }

    /// Bytes of all files together, for progress.
    pub(super) fn total_bytes(&self) -> u64 {
        self.dataset
            .files
            .iter()
            .filter_map(|path| std::fs::metadata(self.root.join(path)).ok())
            .map(|data| data.len())
            .sum()
    }

    /// Reads a file row by row.
    pub(super) fn visit(&self, path: &str, visitor: &mut dyn Visitor) -> Result<Account, Fault> {
        let (format, packing) = kind(path)?;
        let stored = Stored::open(&self.root.join(path), Rc::clone(&self.bytes))
            .map_err(|cause| unreadable(path, &cause))?;
        let input: Box<dyn Read> = match packing {
            Packing::None => Box::new(stored.clone()),
            Packing::Gzip => Box::new(MultiGzDecoder::new(BufReader::with_capacity(
                1 << 16,
                stored.clone(),
            ))),
            Packing::Zstd => Box::new(
                zstd::stream::read::Decoder::new(stored.clone())
                    .map_err(|cause| unreadable(path, &cause))?,
            ),
        };
        let (encoding, is_guessed) = match format {
            Format::Workbook => {
                let kind = sheet::visit(input, path, self.dataset.header.as_deref(), visitor)?;
                (kind.to_owned(), false)
            }
            Format::JsonLines => {
                let text = Text::open(input, path, self.expected.clone())?;
                named(&jsonl::visit(text, path, &self.wanted, visitor)?)
            }
            Format::Delimited(usual) => {
                let text = Text::open(input, path, self.expected.clone())?;
                let mut records = Records::open(text, path)?;
                self.visit_records(&mut records, path, usual, visitor)?;
                named(records.text())
            }
        };
        let (sha256, bytes) = stored.finish().map_err(|cause| unreadable(path, &cause))?;
        Ok(Account {
            encoding,
            is_guessed,
            sha256,
            bytes,
        })
    }

    /// A file that several threads can read: plain CSV or TSV in UTF-8, as far as its beginning tells. `None` for any
    /// other, and where something is wrong with it: the general reader will say what.
    pub(super) fn plain(&self, path: &str, told: &mut Diagnostics) -> Option<PlainFile> {
        let (Format::Delimited(usual), Packing::None) = kind(path).ok()? else {
            return None;
        };
        let full_path = self.root.join(path);
        let file = File::open(&full_path).ok()?;
        let length = file.metadata().ok()?.len();
        let text = Text::open(Box::new(file), path, self.expected.clone()).ok()?;
        let mark = text.utf8_mark().filter(|_| !text.is_guessed)?;
        let mut records = Records::open(text, path).ok()?;
        let delimiter = match self.dataset.delimiter.or(records.stated_delimiter()) {
            Some(delimiter) => delimiter,
            None => self.find_delimiter(&mut records, usual).ok()?,
        };
        records.delimit_by(delimiter);
        let (names, line) = match &self.dataset.header {
            Some(names) => {
                records.peek(delimiter).ok()??;
                (names.clone(), 1)
            }
            None => {
                let record = records.next().ok()??;
                (record.cells().map(str::to_owned).collect(), record.line)
            }
        };
        if records.text().is_damaged || records.text().has_nul || delimiter == b'"' {
            return None;
        }
        let (at, first_line) = records.position()?;
        Some(PlainFile {
            layout: self.wanted.find(&names, path, line, told)?,
            header: hash_header(&names),
            full_path,
            path: path.to_owned(),
            start: mark + at,
            line: first_line,
            delimiter,
            length,
        })
    }

    fn visit_records(
        &self,
        records: &mut Records<'_>,
        path: &str,
        usual: Option<u8>,
        visitor: &mut dyn Visitor,
    ) -> Result<(), Fault> {
        let delimiter = match self.dataset.delimiter.or(records.stated_delimiter()) {
            Some(delimiter) => delimiter,
            None => self.find_delimiter(records, usual)?,
        };
        records.delimit_by(delimiter);
        let names = match &self.dataset.header {
            Some(names) => {
                if records.peek(delimiter)?.is_none() {
                    return Err(empty(path));
                }
                records.expect_width(names.len());
                if !visitor.header(Some((names, 1))) {
                    return Ok(());
                }
                None
            }
            None => Some(records.next()?.ok_or_else(|| empty(path))?),
        };
        if let Some(record) = names {
            let line = record.line;
            let names: Vec<String> = record.cells().map(str::to_owned).collect();
            records.expect_width(names.len());
            if !visitor.header(Some((&names, line))) {
                return Ok(());
            }
        }
        while let Some(record) = records.next()? {
            if !visitor.row(&record) {
                break;
            }
        }
        Ok(())
    }

    /// The delimiter under which the first line has most of the wanted columns, else most cells.
    fn find_delimiter(&self, records: &mut Records<'_>, usual: Option<u8>) -> Result<u8, Fault> {
        let mut best = (usual.unwrap_or(b','), (0, 0));
        for delimiter in usual.into_iter().chain(DELIMITERS) {
            let Some(cells) = records.peek(delimiter)? else {
                break;
            };
            let known = match &self.dataset.header {
                Some(names) => usize::from(names.len() == cells.len()),
                None => self.wanted.known(&cells),
            };
            if (known, cells.len()) > best.1 {
                best = (delimiter, (known, cells.len()));
            }
        }
        Ok(best.0)
    }
}

fn named(text: &Text<'_>) -> (String, bool) {
    (text.encoding().to_owned(), text.is_guessed)
}

/// What is told of a file without any row or header.
pub(super) fn empty(path: &str) -> Fault {
    Box::new(
        Diagnostic::error("empty-file", "the file is empty")
            .at(Place::file(path))
            .hint("export it again, or take it out of the data set's folder"),
    )
}

/// The country the data come from, as `chardetng` takes it, where the zone tells it.
fn country(site: &Site, dataset: &Dataset) -> Option<&'static [u8]> {
    match dataset.zone.name() {
        "Asia/Shanghai" | "Asia/Chongqing" | "Asia/Harbin" | "Asia/Urumqi" | "PRC" => Some(b"cn"),
        "Asia/Taipei" | "ROC" => Some(b"tw"),
        "Asia/Hong_Kong" => Some(b"hk"),
        "Asia/Macau" => Some(b"mo"),
        _ => match site.languages.first() {
            Some(first) if first.is_chinese() => Some(b"cn"),
            _ => None,
        },
    }
}

fn kind(path: &str) -> Result<(Format, Packing), Fault> {
    let lower = path.to_lowercase();
    let (name, packing) = if let Some(name) = lower.strip_suffix(".gz") {
        (name, Packing::Gzip)
    } else if let Some(name) = lower.strip_suffix(".zst") {
        (name, Packing::Zstd)
    } else {
        (lower.as_str(), Packing::None)
    };
    let format = match name.rsplit_once('.').map(|(_, ending)| ending) {
        Some("csv" | "txt") => Format::Delimited(None),
        Some("tsv" | "tab") => Format::Delimited(Some(b'\t')),
        Some("xlsx" | "xlsm" | "xlsb" | "xls" | "ods") => Format::Workbook,
        Some("jsonl" | "ndjson") => Format::JsonLines,
        _ => {
            return Err(Box::new(
                Diagnostic::error("wrong-format", "the kind of file is not known by its name")
                    .at(Place::file(path))
                    .hint("exports end in .csv, .tsv, .txt, .xlsx, .xls, .ods or .jsonl, and may be packed (.gz, .zst)"),
            ));
        }
    };
    Ok((format, packing))
}

/// A file's bytes as stored, hashed and counted as they pass.
#[derive(Clone)]
struct Stored {
    inner: Rc<RefCell<Hashed>>,
    bytes: Rc<Cell<u64>>,
}

struct Hashed {
    file: File,
    hash: Sha256,
    bytes: u64,
}

impl Stored {
    fn open(path: &Path, bytes: Rc<Cell<u64>>) -> std::io::Result<Self> {
        Ok(Self {
            inner: Rc::new(RefCell::new(Hashed {
                file: File::open(path)?,
                hash: Sha256::new(),
                bytes: 0,
            })),
            bytes,
        })
    }

    /// Reads what is left and gives the hash of all bytes.
    fn finish(mut self) -> std::io::Result<(String, u64)> {
        std::io::copy(&mut self, &mut std::io::sink())?;
        let inner = self.inner.borrow();
        let hash = inner.hash.clone().finalize();
        Ok((
            hash.iter().map(|byte| format!("{byte:02x}")).collect(),
            inner.bytes,
        ))
    }
}

impl Read for Stored {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let inner = &mut *self.inner.borrow_mut();
        let got = inner.file.read(buffer)?;
        inner.hash.update(&buffer[..got]);
        inner.bytes += got as u64;
        self.bytes.set(self.bytes.get() + got as u64);
        Ok(got)
    }
}
