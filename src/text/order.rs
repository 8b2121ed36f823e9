//! The order of words in a language: by pinyin in Chinese, alphabetical elsewhere, numbers by their size.

use std::cmp::Ordering;

use icu::collator::{Collator, CollatorBorrowed, options::CollatorOptions};
use icu::locale::Locale;

use super::Lang;

/// Compares words as a language orders them.
pub struct Order {
    collator: Option<CollatorBorrowed<'static>>,
}

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
        }
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
    fn numbers_go_by_size_and_case_does_not_matter() {
        assert_eq!(
            sorted("en", &["10 Bronx", "9 Bronx", "parks", "Aging"]),
            ["9 Bronx", "10 Bronx", "Aging", "parks"]
        );
    }
}
