//! Languages: texts given in several, the program's own words, and how numbers, dates and periods are written.

mod calendar;
mod cell;
mod definitions;
mod format;
mod order;
mod reports;
mod slug;
mod words;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use cell::{csv_text, guard, unguard};
pub use definitions::{DefinitionWords, Definitions};
pub use format::{Format, MINUS, NONE, growth, per_mille};
pub use order::Order;
pub use reports::ReportKind;
pub use slug::slugs;
pub use words::{Piece, Words, pieces};

/// A language tag as the site's configuration writes it: `en`, `zh-CN`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Lang(pub String);

impl Lang {
    /// The tag.
    #[must_use]
    pub fn tag(&self) -> &str {
        &self.0
    }

    /// Whether it is a kind of Chinese.
    #[must_use]
    pub fn is_chinese(&self) -> bool {
        self.0 == "zh" || self.0.starts_with("zh-")
    }
}

impl std::fmt::Display for Lang {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// A text in one or more languages.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Localised {
    /// The text by language.
    pub by_lang: BTreeMap<Lang, String>,
    /// The text for every language that has none of its own; empty only where there is no text at all.
    pub fallback: String,
}

impl Localised {
    /// The same text in every language.
    #[must_use]
    pub fn same(text: impl Into<String>) -> Self {
        Self {
            by_lang: BTreeMap::new(),
            fallback: text.into(),
        }
    }

    /// The text in a language, or the nearest there is.
    #[must_use]
    pub fn get(&self, lang: &Lang) -> &str {
        self.by_lang
            .get(lang)
            .map_or(&self.fallback, String::as_str)
    }

    /// Whether there is no text at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.fallback.is_empty() && self.by_lang.is_empty()
    }
}
