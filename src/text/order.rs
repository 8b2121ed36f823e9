//! The order of words in a language: by pinyin in Chinese, alphabetical elsewhere, numbers by their size.

use std::cmp::Ordering;

use icu::collator::{Collator, CollatorBorrowed, options::CollatorOptions};
use icu::locale::Locale;

use super::Lang;

/// Compares words as a language orders them.
pub struct Order {
    collator: Option<CollatorBorrowed<'static>>,
    is_chinese: bool,
}

/// The first Han character of each pinyin letter, in the order of pinyin. No syllable begins with I, U or V.
const PINYIN: [(char, &str); 23] = [
    ('A', "阿"),
    ('B', "八"),
    ('C', "嚓"),
    ('D', "哒"),
    ('E', "妸"),
    ('F', "发"),
    ('G', "旮"),
    ('H', "哈"),
    ('J', "丌"),
    ('K', "咔"),
    ('L', "垃"),
    ('M', "妈"),
    ('N', "拏"),
    ('O', "噢"),
    ('P', "妑"),
    ('Q', "七"),
    ('R', "呥"),
    ('S', "仨"),
    ('T', "他"),
    ('W', "屲"),
    ('X', "夕"),
    ('Y', "丫"),
    ('Z', "帀"),
];

impl Order {
    /// The order of a language; of English where the tag is not one that is known.
    #[must_use]
    pub fn for_lang(lang: &Lang) -> Self {
        let natural = |tag: &str| Locale::try_from_str(&format!("{tag}-u-kn")).ok();
        let locale = natural(lang.tag()).or_else(|| natural("en"));
        Self {
            collator: locale.and_then(|locale| {
                Collator::try_new((&locale).into(), CollatorOptions::default()).ok()
            }),
            is_chinese: lang.is_chinese(),
        }
    }

    /// The letter under which a word stands in an index: A to Z, in Chinese by pinyin; `#` for all else.
    #[must_use]
    pub fn initial(&self, word: &str) -> char {
        let Some(first) = word.chars().find(|c| c.is_alphanumeric()) else {
            return '#';
        };
        if first.is_ascii_alphabetic() {
            return first.to_ascii_uppercase();
        }
        let is_han = matches!(u32::from(first), 0x3400..=0x9fff | 0x2_0000..=0x3_ffff);
        if !(self.is_chinese && is_han) {
            return '#';
        }
        let first = first.to_string();
        PINYIN
            .iter()
            .rev()
            .find(|(_, from)| self.compare(from, &first).is_le())
            .map_or('#', |(letter, _)| *letter)
    }

    /// How two words stand to each other; never equal unless they are the same.
    #[must_use]
    pub fn compare(&self, one: &str, other: &str) -> Ordering {
        self.collator
            .as_ref()
            .map_or(Ordering::Equal, |collator| collator.compare(one, other))
            .then_with(|| one.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sorted(lang: &str, words: &[&str]) -> Vec<String> {
        let order = Order::for_lang(&Lang(lang.into()));
        let mut words: Vec<String> = words.iter().map(|&word| word.to_owned()).collect();
        words.sort_by(|a, b| order.compare(a, b));
        words
    }

    #[test]
    fn chinese_goes_by_pinyin() {
        assert_eq!(
            sorted("zh-CN", &["住房局", "教育局", "公安局", "道路处"]),
            ["道路处", "公安局", "教育局", "住房局"]
        );
    }

    #[test]
    fn a_word_stands_under_its_letter() {
        let order = Order::for_lang(&Lang("zh-CN".into()));
        for (word, letter) in [
            ("安全生产", 'A'),
            ("道路处", 'D'),
            ("公安局", 'G'),
            ("教育局", 'J'),
            ("水务局", 'S'),
            ("卫健委", 'W'),
            ("应急局", 'Y'),
            ("住房局", 'Z'),
            ("（未填）", 'W'),
            ("12345", '#'),
            ("parks", 'P'),
        ] {
            assert_eq!(order.initial(word), letter, "{word}");
        }
        assert_eq!(Order::for_lang(&Lang("en".into())).initial("水务局"), '#');
    }

    #[test]
    fn numbers_go_by_size_and_case_does_not_matter() {
        assert_eq!(
            sorted("en", &["10 Bronx", "9 Bronx", "parks", "Aging"]),
            ["9 Bronx", "10 Bronx", "Aging", "parks"]
        );
    }
}
