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
    /// The same of those that follow two letters of ASCII, with at most a space or a hyphen between.
    pub(super) digits_after_letters: usize,
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
    /// Whether a capital begins what may be a title: Mr, Miss, Dr …
    pub(super) has_title: bool,
    /// Whether words follow that say who somebody is: "my name is".
    pub(super) says_who: bool,
    /// Whether it has a word for a passport.
    pub(super) has_passport: bool,
    /// Whether it names an account of QQ.
    pub(super) has_qq: bool,
    /// Whether it names an account of `WeChat`.
    pub(super) has_wechat: bool,
}

impl Signs {
    pub(super) fn of(text: &str) -> Self {
        let bytes = text.as_bytes();
        let is_foreign = !text.is_ascii();
        let lower = text.to_ascii_lowercase();
        let has = |words: &[&str]| words.iter().any(|word| lower.contains(word));
        let mut signs = Self {
            is_foreign,
            digits: 0,
            digits_after_letters: 0,
            has_capital_after_digit: false,
            has_word_after_number: false,
            has_number_after_t: false,
            has_hash: false,
            has_colon: false,
            has_title: false,
            says_who: is_foreign || has(&["name is ", "am called ", "this is "]),
            has_passport: is_foreign || has(&["passport"]),
            has_qq: has(&["qq"]),
            has_wechat: has(&["微信", "wechat", "weixin"]),
        };
        let at = |at: usize| bytes.get(at).copied().unwrap_or_default();
        let mut digits = 0;
        let mut is_after_letters = false;
        let mut last_digit = 0;
        let is_told =
            |(_, byte): &(usize, &u8)| matches!(byte, b'0'..=b'9' | b':' | b'#' | b'M' | b'D');
        for (place, byte) in bytes.iter().enumerate().filter(is_told) {
            let before = &bytes[..place];
            match byte {
                b':' => signs.has_colon = true,
                b'#' => {
                    signs.has_hash |= matches!(before, [.., b'0'..=b'9' | b'A'..=b'Z']);
                }
                b'M' => {
                    signs.has_title |=
                        matches!(at(place + 1), b'r' | b's' | b'i' | b'x' | b'R' | b'S');
                }
                b'D' => signs.has_title |= matches!(at(place + 1), b'r' | b'R'),
                _ => {
                    let goes_on = digits > 0 && before[last_digit + 1..].iter().all(is_joint);
                    if !goes_on {
                        digits = 0;
                        is_after_letters = follows_letters(before);
                    }
                    digits += 1;
                    last_digit = place;
                    signs.digits = signs.digits.max(digits);
                    if is_after_letters {
                        signs.digits_after_letters = signs.digits_after_letters.max(digits);
                    }
                    let next = at(place + 1 + usize::from(at(place + 1) == b' '));
                    signs.has_capital_after_digit |= next.is_ascii_uppercase();
                    signs.has_word_after_number |= begins_word(&bytes[place + 1..]);
                    signs.has_number_after_t |= matches!(before, [.., b't' | b'T' | b'.', b' ']);
                }
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
            digits_after_letters: usize::MAX,
            has_capital_after_digit: true,
            has_word_after_number: true,
            has_number_after_t: true,
            has_hash: true,
            has_colon: true,
            has_title: true,
            says_who: true,
            has_passport: true,
            has_qq: true,
            has_wechat: true,
        }
    }
}

/// Whether a byte may stand between the digits of one number.
const fn is_joint(byte: &u8) -> bool {
    matches!(byte, b' ' | b'-' | b'.' | b'(' | b')' | b'+')
}

/// Whether a text ends with two letters, or with two letters and a space or a hyphen.
fn follows_letters(before: &[u8]) -> bool {
    let letters = match before {
        [letters @ .., b' ' | b'-'] => letters,
        letters => letters,
    };
    matches!(letters, [.., one, other] if one.is_ascii_alphabetic() && other.is_ascii_alphabetic())
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
