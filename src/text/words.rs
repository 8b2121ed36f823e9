//! The program's own words, from one catalogue a language. A language without a catalogue speaks English.
//!
//! Keys are the catalogue's nested tables joined by points (`home.lead`); a text has places (`{n}`). A word with a
//! plural stands under `key.one` and `key.other`; a language that has none gives only `key.other`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::Lang;

static ENGLISH: LazyLock<BTreeMap<String, String>> =
    LazyLock::new(|| flat(include_str!("en.toml")).expect("the built-in catalogue is valid"));

static CHINESE: LazyLock<BTreeMap<String, String>> =
    LazyLock::new(|| flat(include_str!("zh-CN.toml")).expect("the built-in catalogue is valid"));

/// The words of one language.
#[derive(Debug, Clone)]
pub struct Words {
    lang: Lang,
    own: &'static BTreeMap<String, String>,
    overlay: BTreeMap<String, String>,
}

/// A part of a text: plain, or a place to be filled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Piece<'a> {
    /// What stands there.
    Text(&'a str),
    /// The place's name.
    Place(&'a str),
}

impl Words {
    /// The words of a language; English where there is no catalogue of it.
    #[must_use]
    pub fn for_lang(lang: &Lang) -> Self {
        Self {
            lang: lang.clone(),
            own: if lang.is_chinese() {
                &CHINESE
            } else {
                &ENGLISH
            },
            overlay: BTreeMap::new(),
        }
    }

    /// The same words with those of a site's own catalogue (TOML) laid over them.
    ///
    /// # Errors
    /// What is wrong with the catalogue: it is not TOML, or a value is not a text.
    pub fn with(mut self, catalogue: &str) -> Result<Self, String> {
        self.overlay.append(&mut flat(catalogue)?);
        Ok(self)
    }

    /// The language they are in.
    #[must_use]
    pub const fn lang(&self) -> &Lang {
        &self.lang
    }

    /// Whether there is a text under a key.
    #[must_use]
    pub fn has(&self, key: &str) -> bool {
        self.find(key).is_some()
    }

    /// Two sentences in one line; either may be empty.
    #[must_use]
    pub fn together(&self, one: &str, other: &str) -> String {
        let is_one = one.is_empty() || other.is_empty();
        let gap = if is_one || self.lang().is_chinese() {
            ""
        } else {
            " "
        };
        format!("{one}{gap}{other}")
    }

    /// The text under a key, its places filled. A key that is not there is given back, so that it is seen.
    #[must_use]
    pub fn say(&self, key: &str, fill: &[(&str, &str)]) -> String {
        let mut said = String::new();
        for piece in pieces(self.pattern(key)) {
            match piece {
                Piece::Text(text) => said.push_str(text),
                Piece::Place(name) => match fill.iter().find(|(place, _)| *place == name) {
                    Some((_, text)) => said.push_str(text),
                    None => {
                        said.push('{');
                        said.push_str(name);
                        said.push('}');
                    }
                },
            }
        }
        said
    }

    /// The text under `key.one` or `key.other`, by the number it speaks of.
    #[must_use]
    pub fn count(&self, key: &str, number: u64, fill: &[(&str, &str)]) -> String {
        self.say(&self.plural(key, number), fill)
    }

    /// The key of the form that a number asks for.
    #[must_use]
    pub fn plural(&self, key: &str, number: u64) -> String {
        let one = format!("{key}.one");
        if number == 1 && self.has(&one) {
            one
        } else {
            format!("{key}.other")
        }
    }

    /// The text under a key as it stands in the catalogue.
    #[must_use]
    pub fn pattern<'a>(&'a self, key: &'a str) -> &'a str {
        self.find(key).unwrap_or(key)
    }

    fn find(&self, key: &str) -> Option<&str> {
        self.overlay
            .get(key)
            .or_else(|| self.own.get(key))
            .map(String::as_str)
    }
}

/// A text cut at its places.
pub fn pieces(text: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        if let Some(inner) = rest.strip_prefix('{')
            && let Some((name, after)) = inner.split_once('}')
        {
            rest = after;
            return Some(Piece::Place(name));
        }
        let end = rest
            .char_indices()
            .skip(1)
            .find(|(_, c)| *c == '{')
            .map_or(rest.len(), |(at, _)| at);
        let (text, after) = rest.split_at(end);
        rest = after;
        Some(Piece::Text(text))
    })
}

fn flat(catalogue: &str) -> Result<BTreeMap<String, String>, String> {
    let table: toml::Table = catalogue
        .parse()
        .map_err(|error: toml::de::Error| error.to_string())?;
    let mut entries = BTreeMap::new();
    flatten("", &table, &mut entries)?;
    Ok(entries)
}

fn flatten(
    prefix: &str,
    table: &toml::Table,
    entries: &mut BTreeMap<String, String>,
) -> Result<(), String> {
    for (name, value) in table {
        let key = if prefix.is_empty() {
            name.clone()
        } else {
            format!("{prefix}.{name}")
        };
        match value {
            toml::Value::String(text) => {
                entries.insert(key, text.clone());
            }
            toml::Value::Table(inner) => flatten(&key, inner, entries)?,
            _ => return Err(format!("{key} is not a text")),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn places(text: &str) -> BTreeSet<&str> {
        pieces(text)
            .filter_map(|piece| match piece {
                Piece::Place(name) => Some(name),
                Piece::Text(_) => None,
            })
            .collect()
    }

    /// Chinese has no singular; an English `.one` needs no counterpart, and may leave its number out.
    #[test]
    fn both_catalogues_have_the_same_keys_and_places() {
        let keys = |catalogue: &BTreeMap<String, String>| -> BTreeSet<String> {
            catalogue
                .keys()
                .filter(|key| !key.ends_with(".one"))
                .cloned()
                .collect()
        };
        let (english, chinese) = (keys(&ENGLISH), keys(&CHINESE));
        let missing: Vec<_> = english.symmetric_difference(&chinese).collect();
        assert!(missing.is_empty(), "only in one catalogue: {missing:?}");
        // A Chinese fiscal year is named by the year it begins in.
        for key in english.iter().filter(|key| *key != "period.fiscal_year") {
            assert_eq!(
                places(&ENGLISH[key]),
                places(&CHINESE[key]),
                "places of {key}"
            );
        }
    }

    #[test]
    fn no_chinese_text_has_a_space_or_an_ascii_comma_beside_a_han_character() {
        let is_han = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
        for (key, text) in &*CHINESE {
            let characters: Vec<char> = text.chars().collect();
            for pair in characters.windows(2) {
                let beside =
                    |a: char, b: char| is_han(a) && matches!(b, ' ' | ',' | ';' | '(' | ')');
                assert!(
                    !beside(pair[0], pair[1]) && !beside(pair[1], pair[0]),
                    "{key}: {text}"
                );
            }
        }
    }

    #[test]
    fn places_are_filled_and_a_missing_key_is_seen() {
        let words = Words::for_lang(&Lang("cy".into()))
            .with("[x]\na = \"{n} of {m}, {n}\"\nb.one = \"one\"\nb.other = \"{n}\"")
            .unwrap();
        assert_eq!(words.say("x.a", &[("n", "3"), ("m", "7")]), "3 of 7, 3");
        assert_eq!(words.count("x.b", 1, &[("n", "1")]), "one");
        assert_eq!(words.count("x.b", 2, &[("n", "2")]), "2");
        assert_eq!(words.say("x.nowhere", &[]), "x.nowhere");
    }
}
