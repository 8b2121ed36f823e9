//! Bytes as letters, digits, `+` and `/` (RFC 4648, without padding), shown piece by piece: no copy of the whole is held.

use std::cell::Cell;
use std::fmt;

use serde::Serializer;

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Bytes that are shown as text, once; they may come in pieces.
pub(super) struct Text<I>(Cell<Option<I>>);

impl<I> Text<I> {
    pub(super) const fn of(pieces: I) -> Self {
        Self(Cell::new(Some(pieces)))
    }
}

impl<I: Iterator<Item = B>, B: AsRef<[u8]>> Text<I> {
    /// Hands it over piece by piece, or whole to a format that reads a text twice, to write its length first.
    pub(super) fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.collect_str(self)
        } else {
            serializer.serialize_str(&self.to_string())
        }
    }
}

impl<I: Iterator<Item = B>, B: AsRef<[u8]>> fmt::Display for Text<I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut held: Vec<u8> = Vec::new();
        for piece in self.0.take().into_iter().flatten() {
            let mut piece = piece.as_ref();
            if !held.is_empty() {
                let (missing, rest) = piece.split_at((3 - held.len()).min(piece.len()));
                held.extend_from_slice(missing);
                piece = rest;
                if held.len() < 3 {
                    continue;
                }
                write(&held, f)?;
            }
            let (whole, rest) = piece.split_at(piece.len() / 3 * 3);
            write(whole, f)?;
            held.clear();
            held.extend_from_slice(rest);
        }
        write(&held, f)
    }
}

/// Writes bytes as letters; all but the last of the pieces have thirds of three.
fn write(bytes: &[u8], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let mut letters = [0; 1_024];
    for piece in bytes.chunks(letters.len() / 4 * 3) {
        let (threes, rest) = piece.as_chunks::<3>();
        let (fours, _) = letters.as_chunks_mut::<4>();
        for ([first, second, third], four) in threes.iter().zip(fours) {
            let word = u32::from_be_bytes([0, *first, *second, *third]);
            *four = [18, 12, 6, 0].map(|shift| ALPHABET[(word >> shift & 0x3f) as usize]);
        }
        let mut length = threes.len() * 4;
        if let [first, others @ ..] = rest {
            let second = others.first().copied().unwrap_or(0);
            let word = u32::from_be_bytes([0, *first, second, 0]);
            let four = [18, 12, 6].map(|shift| ALPHABET[(word >> shift & 0x3f) as usize]);
            let used = rest.len() + 1;
            letters[length..length + used].copy_from_slice(&four[..used]);
            length += used;
        }
        f.write_str(str::from_utf8(&letters[..length]).expect("letters are ASCII"))?;
    }
    Ok(())
}

/// The bytes of a text that [`Text`] showed; `None` where it is no such text.
pub(super) fn bytes(text: &str) -> Option<Vec<u8>> {
    const NONE: u8 = 0xff;
    const VALUES: [u8; 256] = {
        let mut values = [NONE; 256];
        let mut value = 0;
        while value < 64 {
            values[ALPHABET[value as usize] as usize] = value;
            value += 1;
        }
        values
    };
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3 + 2);
    for four in text.as_bytes().chunks(4) {
        let mut word = 0;
        for letter in four {
            let value = VALUES[usize::from(*letter)];
            if value == NONE {
                return None;
            }
            word = word << 6 | u32::from(value);
        }
        let [_, first, second, third] = (word << (6 * (4 - four.len()))).to_be_bytes();
        match four.len() {
            4 => bytes.extend([first, second, third]),
            3 if third == 0 => bytes.extend([first, second]),
            2 if second == 0 => bytes.push(first),
            _ => return None,
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_those_of_the_standard() {
        for (plain, text) in [
            ("", ""),
            ("f", "Zg"),
            ("fo", "Zm8"),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg"),
            ("fooba", "Zm9vYmE"),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(Text::of([plain].into_iter()).to_string(), text);
            let bytewise = Text::of(plain.bytes().map(|byte| [byte]));
            assert_eq!(bytewise.to_string(), text);
            assert_eq!(bytes(text).unwrap(), plain.as_bytes());
        }
        for damaged in ["Z", "Zh", "Zg==", "Zm9=", "Zm9vY", "某"] {
            assert_eq!(bytes(damaged), None, "{damaged}");
        }
        let long: Vec<u8> = (0..=255).cycle().take(5_000).collect();
        for length in [1, 2, 7, 764, 768, 5_000] {
            let text = Text::of(long.chunks(length)).to_string();
            assert_eq!(bytes(&text).unwrap(), long);
        }
    }
}
