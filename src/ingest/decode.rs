//! Bytes to text: a stream of any encoding becomes a stream of UTF-8, a block at a time.
//!
//! The encoding is settled on the first block: byte order mark, plain UTF-16, strict UTF-8, the declared encoding, else
//! what `chardetng` finds, checked against the column names the configuration expects. A file that is plain ASCII until
//! later is settled there: all encodings that may follow read ASCII alike, so what was handed on stays right.
//! Bytes that cannot be read become [`BROKEN`], which is not a character of any text; its record is rejected.

use std::io::Read;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{
    BIG5, Decoder, DecoderResult, EUC_KR, Encoding, GBK, SHIFT_JIS, UTF_8, UTF_16BE, UTF_16LE,
    WINDOWS_1252,
};

use super::Fault;
use crate::diag::{Diagnostic, Place};

/// Stands where bytes could not be read: a noncharacter, so that no text has it of itself.
pub(super) const BROKEN: char = '\u{FFFF}';

const BLOCK: usize = 256 * 1024;

/// What is known of a file's encoding before its bytes are seen.
#[derive(Debug, Clone, Default)]
pub(super) struct Expected {
    /// The declared encoding.
    pub(super) declared: Option<&'static Encoding>,
    /// The country the data come from, as a top-level domain, where the zone tells it.
    pub(super) country: Option<&'static [u8]>,
    /// The column names that are not ASCII.
    pub(super) names: Vec<String>,
}

/// How UTF-8 is trusted.
enum Mode {
    /// UTF-8 so far; the number of its sequences beyond ASCII that were seen.
    Utf8 { proven: u64 },
    /// UTF-8 for good: what cannot be read is damage.
    SettledUtf8,
    /// Another encoding.
    Other(Box<Decoder>),
}

/// A stream of text.
pub(super) struct Text<'a> {
    input: Box<dyn Read + 'a>,
    path: &'a str,
    expected: Expected,
    pending: Vec<u8>,
    is_read: bool,
    at_end: bool,
    mode: Mode,
    encoding: &'static Encoding,
    /// Length of the byte order mark.
    mark: usize,
    /// Bytes read at once.
    block: usize,
    /// Whether the encoding was found by looking at the bytes, not told by a mark or the configuration.
    pub(super) is_guessed: bool,
    /// Whether some text is [`BROKEN`].
    pub(super) is_damaged: bool,
    /// Whether some text is a NUL.
    pub(super) has_nul: bool,
}

impl<'a> Text<'a> {
    /// Reads the first block and settles the encoding.
    pub(super) fn open(
        input: Box<dyn Read + 'a>,
        path: &'a str,
        expected: Expected,
    ) -> Result<Self, Fault> {
        Self::open_in_blocks(input, path, expected, BLOCK)
    }

    /// As [`Text::open`], with blocks of a given size.
    pub(super) fn open_in_blocks(
        input: Box<dyn Read + 'a>,
        path: &'a str,
        expected: Expected,
        block: usize,
    ) -> Result<Self, Fault> {
        let mut text = Self {
            input,
            path,
            expected,
            pending: Vec::new(),
            is_read: true,
            at_end: false,
            mode: Mode::Utf8 { proven: 0 },
            encoding: UTF_8,
            mark: 0,
            block,
            is_guessed: false,
            is_damaged: false,
            has_nul: false,
        };
        text.read_block()?;
        text.refuse_other_formats()?;
        text.settle()?;
        Ok(text)
    }

    /// Where the file is UTF-8 as far as it was looked at: the length of its byte order mark.
    pub(super) const fn utf8_mark(&self) -> Option<usize> {
        match self.mode {
            Mode::Other(_) => None,
            Mode::Utf8 { .. } | Mode::SettledUtf8 => Some(self.mark),
        }
    }

    /// The encoding's name as a person writes it.
    pub(super) fn encoding(&self) -> &'static str {
        name(self.encoding)
    }

    /// Adds the next piece of text; `false` where there is none left.
    pub(super) fn fill(&mut self, out: &mut String) -> Result<bool, Fault> {
        if !self.is_read {
            if self.at_end {
                return Ok(false);
            }
            self.read_block()?;
        }
        self.is_read = false;
        let start = out.len();
        let used = self.decode(out)?;
        self.pending.drain(..used);
        self.has_nul |= out.as_bytes()[start..].contains(&0);
        Ok(true)
    }

    /// Adds up to a block to `pending`; a short block is the last.
    fn read_block(&mut self) -> Result<(), Fault> {
        let got = (&mut self.input)
            .take(self.block as u64)
            .read_to_end(&mut self.pending)
            .map_err(|cause| unreadable(self.path, &cause))?;
        self.at_end = got < self.block;
        Ok(())
    }

    fn refuse_other_formats(&self) -> Result<(), Fault> {
        let kinds: [(&[u8], &str, &str); 6] = [
            (b"PK\x03\x04", "an Excel workbook", ".xlsx"),
            (b"\xD0\xCF\x11\xE0", "an Excel workbook", ".xls"),
            (b"\x1F\x8B", "packed with gzip", ".gz"),
            (b"\x28\xB5\x2F\xFD", "packed with zstd", ".zst"),
            (b"PAR1", "a Parquet file", ".csv, after exporting it as CSV"),
            (b"%PDF", "a PDF", ".csv, after exporting it as CSV"),
        ];
        for (magic, kind, suffix) in kinds {
            if self.pending.starts_with(magic) {
                return Err(Box::new(
                    Diagnostic::error("wrong-format", format!("the file is {kind}, not text"))
                        .at(Place::file(self.path))
                        .hint(format!("give its name the ending {suffix}")),
                ));
            }
        }
        Ok(())
    }

    fn settle(&mut self) -> Result<(), Fault> {
        let block = &self.pending;
        if let Some((encoding, mark)) = Encoding::for_bom(block) {
            self.pending.drain(..mark);
            self.mark = mark;
            self.take(encoding);
            return Ok(());
        }
        if let Some(encoding) = plain_utf16(block) {
            self.is_guessed = self.expected.declared != Some(encoding);
            self.take(encoding);
            return Ok(());
        }
        let count = Count::of(block, self.at_end);
        let declared = self.expected.declared;
        let is_doubtful = declared.is_some_and(|other| other != UTF_8) && count.good < 4;
        if count.bad == 0 && (count.good == 0 || !is_doubtful) {
            return Ok(());
        }
        if declared == Some(UTF_8) || count.is_damaged_utf8() {
            self.mode = Mode::SettledUtf8;
        } else if let Some(encoding) = declared {
            self.take(encoding);
        } else if let Some(line) = first_of_another_encoding(block) {
            return Err(self.mixed(Place::line(self.path, line)));
        } else {
            let encoding = self.detect(block);
            self.is_guessed = true;
            self.take(encoding);
        }
        Ok(())
    }

    fn mixed(&self, place: Place) -> Fault {
        Box::new(
            Diagnostic::error(
                "mixed-encoding",
                "part of the file is UTF-8 and part is in another encoding",
            )
            .at(place)
            .hint("export it again in one encoding: two exports may have been joined, or rows pasted in")
            .hint("or say which it is in dataset.toml, such as encoding = \"UTF-8\": rows that are not are then rejected"),
        )
    }

    fn take(&mut self, encoding: &'static Encoding) {
        self.encoding = encoding;
        if encoding == UTF_8 {
            // A mark is proof enough: what cannot be read later is damage.
            self.mode = Mode::SettledUtf8;
        } else {
            self.mode = Mode::Other(Box::new(encoding.new_decoder_without_bom_handling()));
        }
    }

    /// The encoding of bytes that are not UTF-8.
    fn detect(&self, block: &[u8]) -> &'static Encoding {
        let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
        detector.feed(block, self.at_end);
        let guess = detector.guess(self.expected.country, Utf8Detection::Deny);
        let candidates = [guess, GBK, BIG5, WINDOWS_1252, EUC_KR, SHIFT_JIS];
        let has_expected_name = |encoding: &&'static Encoding| {
            let (text, _) = encoding.decode_without_bom_handling(block);
            let head: String = text.lines().take(5).collect();
            self.expected
                .names
                .iter()
                .any(|each| head.contains(each.as_str()))
        };
        candidates
            .into_iter()
            .find(has_expected_name)
            .unwrap_or(guess)
    }

    /// Decodes `pending` and gives the number of bytes used; the rest is the beginning of a character.
    fn decode(&mut self, out: &mut String) -> Result<usize, Fault> {
        let mut at = 0;
        while !matches!(self.mode, Mode::Other(_)) {
            let rest = &self.pending[at..];
            let (valid, invalid) = match std::str::from_utf8(rest) {
                Ok(text) => (text, None),
                Err(error) => {
                    let (valid, _) = rest.split_at(error.valid_up_to());
                    let valid = std::str::from_utf8(valid).expect("valid up to here");
                    (valid, Some(error.error_len()))
                }
            };
            out.push_str(valid);
            if let Mode::Utf8 { proven } = &mut self.mode
                && !valid.is_ascii()
            {
                *proven += sequences(valid.as_bytes());
            }
            at += valid.len();
            let Some(invalid) = invalid else {
                return Ok(at);
            };
            if invalid.is_none() && !self.at_end {
                return Ok(at);
            }
            if let Mode::Utf8 { proven } = self.mode {
                self.reconsider(proven, at)?;
            }
            if matches!(self.mode, Mode::SettledUtf8) {
                out.push(BROKEN);
                self.is_damaged = true;
                at = invalid.map_or(self.pending.len(), |length| at + length);
            }
        }
        let Mode::Other(decoder) = &mut self.mode else {
            return Ok(at);
        };
        loop {
            let rest = &self.pending[at..];
            let room = decoder
                .max_utf8_buffer_length_without_replacement(rest.len())
                .unwrap_or(4 * BLOCK);
            out.reserve(room + BROKEN.len_utf8());
            let (result, read) =
                decoder.decode_to_string_without_replacement(rest, out, self.at_end);
            at += read;
            match result {
                DecoderResult::InputEmpty => return Ok(at),
                DecoderResult::OutputFull => {}
                DecoderResult::Malformed(..) => {
                    out.push(BROKEN);
                    self.is_damaged = true;
                }
            }
        }
    }

    /// Bytes beyond the first block are not UTF-8: it is damaged, or was never UTF-8, or cannot be known.
    fn reconsider(&mut self, proven: u64, at: usize) -> Result<(), Fault> {
        let rest = &self.pending[at..];
        let mut count = Count::of(rest, self.at_end);
        count.good += proven;
        if self.expected.declared == Some(UTF_8) || count.is_damaged_utf8() {
            self.mode = Mode::SettledUtf8;
            return Ok(());
        }
        if proven > 0 {
            return Err(self.mixed(Place::file(self.path)));
        }
        let encoding = match self.expected.declared {
            Some(encoding) => encoding,
            None => {
                self.is_guessed = true;
                self.detect(rest)
            }
        };
        self.take(encoding);
        Ok(())
    }
}

/// The first line (from 1) that is not UTF-8 in a block that is not, where other lines surely are: they hold three
/// sequences of three bytes or more and nothing else beyond ASCII. Other encodings hardly ever look so by accident.
fn first_of_another_encoding(block: &[u8]) -> Option<u64> {
    let mut first = None;
    let mut has_sure_line = false;
    for (number, line) in (1..).zip(block.split(|byte| *byte == b'\n')) {
        match std::str::from_utf8(line) {
            Ok(text) => {
                has_sure_line |= text.chars().filter(|c| c.len_utf8() > 2).count() >= 3
                    && text.chars().all(|c| c.len_utf8() != 2);
            }
            // The block's end may cut a sequence.
            Err(error) if error.error_len().is_none() => {}
            Err(_) => first = first.or(Some(number)),
        }
    }
    first.filter(|_| has_sure_line)
}

/// Sequences beyond ASCII that UTF-8 can and cannot explain.
struct Count {
    good: u64,
    bad: u64,
}

impl Count {
    fn of(block: &[u8], at_end: bool) -> Self {
        let mut count = Self { good: 0, bad: 0 };
        let mut chunks = block.utf8_chunks().peekable();
        while let Some(chunk) = chunks.next() {
            if !chunk.valid().is_ascii() {
                count.good += sequences(chunk.valid().as_bytes());
            }
            let is_cut = chunks.peek().is_none()
                && !at_end
                && std::str::from_utf8(chunk.invalid()).is_err_and(|e| e.error_len().is_none());
            if !chunk.invalid().is_empty() && !is_cut {
                count.bad += 1;
            }
        }
        count
    }

    /// Text of another encoding hardly ever reads as UTF-8 by accident, so a few bad bytes among good ones are damage.
    fn is_damaged_utf8(&self) -> bool {
        self.good >= 10 * self.bad.max(1)
    }
}

fn sequences(bytes: &[u8]) -> u64 {
    bytes.iter().filter(|byte| **byte >= 0xC0).count() as u64
}

/// UTF-16 without a mark: many of its pairs of bytes have a zero, always on the same side, and so have its line breaks.
fn plain_utf16(block: &[u8]) -> Option<&'static Encoding> {
    let block = &block[..block.len().min(4096)];
    let (mut first, mut second, mut little, mut big) = (0, 0, false, false);
    for pair in block.chunks_exact(2) {
        first += usize::from(pair[0] == 0);
        second += usize::from(pair[1] == 0);
        little |= pair == b"\n\0";
        big |= pair == b"\0\n";
    }
    let many = (block.len() / 20).max(2);
    if little && second >= many && first * 20 <= second {
        Some(UTF_16LE)
    } else if big && first >= many && second * 20 <= first {
        Some(UTF_16BE)
    } else {
        None
    }
}

/// The name of an encoding as a person writes it; the decoder of GBK is that of GB18030.
pub(super) fn name(encoding: &'static Encoding) -> &'static str {
    match encoding.name() {
        "GBK" | "gb18030" => "GB18030",
        "windows-1252" => "Windows-1252",
        other => other,
    }
}

/// The declared encoding of a data set; `None` inside where it is to be found.
pub(super) fn declared(label: Option<&str>) -> Result<Option<&'static Encoding>, Fault> {
    match label {
        None => Ok(None),
        Some(label) if label.eq_ignore_ascii_case("auto") => Ok(None),
        Some(label) => match Encoding::for_label(label.trim().as_bytes()) {
            Some(encoding) => Ok(Some(encoding)),
            None => Err(Box::new(
                Diagnostic::error("unknown-encoding", format!("encoding {label:?} is not known"))
                    .hint("write \"auto\", \"UTF-8\", \"UTF-16\", \"GB18030\", \"Big5\" or \"Windows-1252\""),
            )),
        },
    }
}

/// What is told where a file cannot be read on.
pub(super) fn unreadable(path: &str, cause: &std::io::Error) -> Fault {
    use std::io::ErrorKind;
    let is_packed = path.to_lowercase().ends_with(".gz") || path.to_lowercase().ends_with(".zst");
    let is_damage = matches!(
        cause.kind(),
        ErrorKind::InvalidInput
            | ErrorKind::InvalidData
            | ErrorKind::UnexpectedEof
            | ErrorKind::Other
    );
    let diagnostic = if is_packed && is_damage {
        Diagnostic::error(
            "broken-archive",
            format!("the packed file is damaged or cut off: {cause}"),
        )
        .hint("copy or download it again")
    } else {
        Diagnostic::error("unreadable-file", format!("could not read {path}: {cause}"))
    };
    Box::new(diagnostic.at(Place::file(path)))
}
