//! The terms of a text: what the index is made of, and what a reader's words are cut into. `search.js` cuts the same way.

use std::sync::LazyLock;

use icu::normalizer::DecomposingNormalizerBorrowed;
use icu::properties::CodePointMapData;
use icu::properties::props::{GeneralCategory, GeneralCategoryGroup};

/// Characters of a term; the rest of a longer word is left out.
const LONGEST: usize = 32;

static FOLD: LazyLock<DecomposingNormalizerBorrowed<'static>> =
    LazyLock::new(DecomposingNormalizerBorrowed::new_nfkd);

/// Gives each term of a text, in order, as often as it occurs.
///
/// Characters are folded (NFKD, without marks, lower case). Scripts written without spaces give pairs of neighbouring
/// characters and the last one of each run, so that every character begins a term; other scripts give words.
pub(super) fn each(text: &str, take: &mut impl FnMut(String)) {
    let mut run = Run::default();
    for c in text.chars() {
        // Most characters are of these two kinds and folded by themselves.
        if c.is_ascii() {
            run.add(c.to_ascii_lowercase(), take);
        } else if matches!(c, '\u{4E00}'..='\u{9FFF}') {
            run.add(c, take);
        } else {
            let mut bytes = [0; 4];
            let folded = FOLD.normalize(c.encode_utf8(&mut bytes));
            for plain in folded.chars().filter(|plain| !is_mark(*plain)) {
                for lower in plain.to_lowercase() {
                    run.add(lower, take);
                }
            }
        }
    }
    run.close(take);
}

/// Letters of one word, or characters without spaces between them.
#[derive(Default)]
struct Run {
    word: String,
    before: Option<char>,
}

impl Run {
    fn add(&mut self, c: char, take: &mut impl FnMut(String)) {
        if is_unspaced(c) {
            self.close_word(take);
            if let Some(before) = self.before.replace(c) {
                take(String::from_iter([before, c]));
            }
        } else if c.is_alphanumeric() {
            self.close_pairs(take);
            self.word.push(c);
        } else {
            self.close(take);
        }
    }

    fn close(&mut self, take: &mut impl FnMut(String)) {
        self.close_word(take);
        self.close_pairs(take);
    }

    fn close_word(&mut self, take: &mut impl FnMut(String)) {
        if !self.word.is_empty() {
            take(stem(&self.word));
            self.word.clear();
        }
    }

    fn close_pairs(&mut self, take: &mut impl FnMut(String)) {
        take_last(self.before.take(), take);
    }
}

fn take_last(last: Option<char>, take: &mut impl FnMut(String)) {
    if let Some(last) = last {
        take(last.to_string());
    }
}

/// Han and kana.
const fn is_unspaced(c: char) -> bool {
    matches!(c, '\u{3005}' | '\u{3007}' | '\u{3040}'..='\u{30FF}' | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{20000}'..='\u{3FFFF}')
}

fn is_mark(c: char) -> bool {
    let category = CodePointMapData::<GeneralCategory>::new().get(c);
    GeneralCategoryGroup::Mark.contains(category)
}

/// A word without the ending of its plural: Harman 1991, "How effective is suffixing?", the S stemmer.
fn stem(word: &str) -> String {
    let short: String = word.chars().take(LONGEST).collect();
    let is_plain = short.len() > 3 && short.bytes().all(|byte| byte.is_ascii_lowercase());
    let ends = |ends: &[&str]| ends.iter().any(|end| short.ends_with(end));
    if !is_plain || !ends(&["s"]) {
        return short;
    }
    let without = |letters: usize| short[..short.len() - letters].to_owned();
    if ends(&["ies"]) && !ends(&["eies", "aies"]) {
        return without(3) + "y";
    }
    if ends(&["es"]) && !ends(&["aes", "ees", "oes"]) {
        return without(1);
    }
    if ends(&["us", "ss"]) {
        short
    } else {
        without(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms(text: &str) -> Vec<String> {
        let mut terms = Vec::new();
        each(text, &mut |term| terms.push(term));
        terms
    }

    #[test]
    fn han_gives_pairs_and_the_last_character_words_are_folded() {
        assert_eq!(terms("投诉时限"), ["投诉", "诉时", "时限", "限"]);
        assert_eq!(terms("第4条"), ["第", "4", "条"]);
        assert_eq!(terms("１２３４５ Ｈｏｔｌｉｎｅ"), ["12345", "hotline"]);
        assert_eq!(terms("Siân’s café"), ["sian", "s", "cafe"]);
        assert_eq!(terms("，。 – !"), [""; 0]);
        assert_eq!(terms("HL2024000123"), ["hl2024000123"]);
    }

    #[test]
    fn a_plural_is_found_by_its_singular() {
        for (many, one) in [
            ("complaints", "complaint"),
            ("policies", "policy"),
            ("promises", "promise"),
            ("cases", "case"),
        ] {
            assert_eq!(terms(many), terms(one));
        }
        assert_eq!(terms("address status bus"), ["address", "status", "bus"]);
    }
}
