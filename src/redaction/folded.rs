//! A text as the patterns read it: full-width forms as plain ones, dashes as hyphens, invisible marks left out.

use std::ops::Range;

/// A folded text that knows where each of its bytes comes from.
pub(super) struct Folded {
    pub(super) text: String,
    /// The byte of the original where each byte of the folded text begins, and one more for its end; `None` where that is the
    /// same byte.
    from: Option<Vec<usize>>,
}

impl Folded {
    pub(super) fn new(original: &str) -> Self {
        if original.is_ascii() {
            return Self {
                text: original.replace('\t', " "),
                from: None,
            };
        }
        let mut text = String::with_capacity(original.len());
        let mut from = Vec::with_capacity(original.len() + 1);
        for (at, c) in original.char_indices() {
            let Some(plain) = fold(c) else { continue };
            text.push(plain);
            from.resize(text.len(), at);
        }
        from.push(original.len());
        Self {
            text,
            from: Some(from),
        }
    }

    /// The bytes of the original under a span of the folded text that ends at a character.
    pub(super) fn original(&self, span: &Range<usize>) -> Range<usize> {
        match &self.from {
            Some(from) => from[span.start]..from[span.end],
            None => span.clone(),
        }
    }
}

/// The plain form of a character; `None` for one that is not seen.
fn fold(c: char) -> Option<char> {
    match c {
        // A full-width comma parts clauses; between digits a plain one may part thousands.
        '\u{FF0C}' => Some(c),
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0),
        '\u{3000}' | '\u{A0}' | '\u{2000}'..='\u{200A}' | '\u{202F}' | '\t' => Some(' '),
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{FE63}' => Some('-'),
        '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{FEFF}' | '\u{AD}' => None,
        '\u{2018}' | '\u{2019}' => Some('\''),
        _ => Some(c),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_stays_where_it_is() {
        let folded = Folded::new("a\tb-1");
        assert_eq!(folded.text, "a b-1");
        assert_eq!(folded.original(&(2..5)), 2..5);
    }

    #[test]
    fn a_span_leads_back_to_the_original() {
        let folded = Folded::new("电话：１３８\u{200B}0013");
        let at = folded.text.find("1380013").unwrap();
        let back = folded.original(&(at..at + 7));
        assert_eq!(&"电话：１３８\u{200B}0013"[back], "１３８\u{200B}0013");
    }
}
