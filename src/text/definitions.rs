//! What each figure is, in words: names, sentences and formulas of the definitions, from one catalogue a language.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use super::Lang;

/// One definition in words. Places: `{k}` the days of `within_<k>_days`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct DefinitionWords {
    /// Its name, as it heads a row.
    pub name: String,
    /// What it is, in a sentence or two.
    pub words: String,
    /// Numerator and denominator.
    pub formula: String,
}

type Catalogue = BTreeMap<String, DefinitionWords>;

static ENGLISH: LazyLock<Catalogue> = LazyLock::new(|| {
    toml::from_str(include_str!("definitions.en.toml")).expect("the built-in catalogue is valid")
});

static CHINESE: LazyLock<Catalogue> = LazyLock::new(|| {
    toml::from_str(include_str!("definitions.zh-CN.toml")).expect("the built-in catalogue is valid")
});

/// The definitions' words in one language.
#[derive(Debug, Clone, Copy)]
pub struct Definitions {
    own: &'static Catalogue,
}

impl Definitions {
    /// The words of a language; English where there is no catalogue of it.
    #[must_use]
    pub fn for_lang(lang: &Lang) -> Self {
        Self {
            own: if lang.is_chinese() {
                &CHINESE
            } else {
                &ENGLISH
            },
        }
    }

    /// The words of a definition; where there are none yet, its id stands for its name.
    #[must_use]
    pub fn get(&self, id: &str) -> DefinitionWords {
        self.own
            .get(id)
            .cloned()
            .unwrap_or_else(|| DefinitionWords {
                name: id.to_owned(),
                ..DefinitionWords::default()
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_languages_define_the_same_and_chinese_has_no_space_beside_a_han_character() {
        assert!(ENGLISH.keys().eq(CHINESE.keys()));
        let is_han = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
        let is_narrow = |c: char| matches!(c, ' ' | ',' | ';' | '(' | ')');
        for (id, own) in &*CHINESE {
            for text in [&own.name, &own.words, &own.formula] {
                let characters: Vec<char> = text.chars().collect();
                for pair in characters.windows(2) {
                    let found = is_han(pair[0]) && is_narrow(pair[1])
                        || is_narrow(pair[0]) && is_han(pair[1]);
                    assert!(!found, "{id}: {text}");
                }
            }
        }
    }
}
