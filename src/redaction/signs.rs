//! What a text must have for a form to be found in it at all: seen in one look, where a pattern would search the whole of it.
//!
//! A sign may be there in vain; where it is not, the pattern could find nothing.

/// The signs of a folded text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Signs {
    /// Whether it has anything but ASCII: letters of other scripts, and those that differ from an ASCII letter by case alone.
    pub(super) is_foreign: bool,
    /// The most digits in a row, with nothing between them but spaces and `-.()+`.
    pub(super) digits: usize,
    /// Whether a capital follows a digit, at once or after a space.
    pub(super) has_capital_after_digit: bool,
    /// Whether a word with a capital may follow a number: `12 Mill`, `12a, Mill`.
    pub(super) has_word_after_number: bool,
    /// Whether a number follows a word that ends in `t`, or in a full stop.
    pub(super) has_number_after_t: bool,
    /// Whether `#` follows a digit or a capital.
    pub(super) has_hash: bool,
    /// Whether it has a colon.
    pub(super) has_colon: bool,
}

impl Signs {
    pub(super) fn of(text: &str) -> Self {
        let bytes = text.as_bytes();
        let mut signs = Self {
            is_foreign: !text.is_ascii(),
            digits: 0,
            has_capital_after_digit: false,
            has_word_after_number: false,
            has_number_after_t: false,
            has_hash: false,
            has_colon: false,
        };
        let at = |at: usize| bytes.get(at).copied().unwrap_or_default();
        let mut digits = 0;
        for (place, byte) in bytes.iter().enumerate() {
            match byte {
                b'0'..=b'9' => {
                    digits += 1;
                    signs.digits = signs.digits.max(digits);
                    let next = at(place + 1 + usize::from(at(place + 1) == b' '));
                    signs.has_capital_after_digit |= next.is_ascii_uppercase();
                    signs.has_word_after_number |= begins_word(&bytes[place + 1..]);
                }
                b' ' | b'-' | b'.' | b'(' | b')' | b'+' => {
                    let is_after_t = place > 0 && matches!(at(place - 1), b't' | b'T' | b'.');
                    signs.has_number_after_t |=
                        *byte == b' ' && is_after_t && at(place + 1).is_ascii_digit();
                }
                b'#' => {
                    let before = at(place.wrapping_sub(1));
                    signs.has_hash |= before.is_ascii_digit() || before.is_ascii_uppercase();
                    digits = 0;
                }
                b':' => {
                    signs.has_colon = true;
                    digits = 0;
                }
                _ => digits = 0,
            }
        }
        signs
    }

    /// As if every sign were there.
    #[cfg(test)]
    pub(super) const fn all() -> Self {
        Self {
            is_foreign: true,
            digits: usize::MAX,
            has_capital_after_digit: true,
            has_word_after_number: true,
            has_number_after_t: true,
            has_hash: true,
            has_colon: true,
        }
    }
}

/// Whether a letter, a comma, a space and the beginning of a word may follow, in this order; all but the last two may be missing.
fn begins_word(rest: &[u8]) -> bool {
    let mut rest = rest;
    for is_skipped in [u8::is_ascii_alphabetic, |byte: &u8| *byte == b','] {
        if let Some((_, after)) = rest.split_first().filter(|(first, _)| is_skipped(first)) {
            rest = after;
        }
    }
    matches!(rest, [b' ', first, ..] if first.is_ascii_uppercase() || !first.is_ascii())
}

/// Whether a text has a word of ASCII letters, whatever its capitals; the word is in lower case.
pub(super) fn has_word(text: &str, word: &str) -> bool {
    let first = word.as_bytes()[0];
    let bytes = text.as_bytes();
    bytes.windows(word.len()).any(|window| {
        window[0].eq_ignore_ascii_case(&first) && window.eq_ignore_ascii_case(word.as_bytes())
    })
}
