//! The index in which a reader's browser looks things up, with no server behind it.
//!
//! In: what can be found, page by page ([`Writer::add`]). Out, beside the search page of each language: `index.js` (the list
//! of the others), `terms-N.js` (sorted terms with the entries they occur in) and `cards-N.js` (title, place and words of
//! entries, for the results). They are scripts that hand over data, because a page opened from a folder may load scripts
//! but not read files. [`SCRIPT`] is their reader; a query asks for the few files it needs.
//!
//! Cards are written as they come; terms are held as they will be written, a byte or two for each entry they occur in. So
//! memory and each file stay small however many cases there are.

mod terms;

use std::collections::BTreeMap;

use serde::Serialize;
use sha2::{Digest as _, Sha256};

use crate::report::Findable;
use crate::text::Lang;
use crate::tree::{Sink, TreeError};

/// Looks things up in the index and shows what it finds.
const SCRIPT: &str = include_str!("search.js");

/// The folder of the search page and its index.
const FOLDER: &str = "search/";

/// Bytes after which a file of terms or cards is full.
const FULL: usize = 40_000;

/// Characters of an entry's words that are kept to be shown; all of them can be found.
const SHOWN: usize = 1_500;

/// Where in an entry a term stands; the greater, the more it tells.
const TEXT: u64 = 0;
const NAME: u64 = 1;
const TITLE: u64 = 2;
const SHORT_TITLE: u64 = 3;
const PLACES: u64 = 4;

/// A title of so few terms is told by each of them.
const FEW: usize = 3;

/// Writes the indices of a site, one a language.
pub struct Writer<'s> {
    sink: &'s dyn Sink,
    indices: BTreeMap<Lang, Index>,
}

impl<'s> Writer<'s> {
    /// Indices for the languages of a site, the first of which is served at the root.
    ///
    /// # Errors
    /// The script could not be kept.
    pub fn new(languages: &[Lang], sink: &'s dyn Sink) -> Result<Self, TreeError> {
        sink.put(&format!("{FOLDER}search.js"), SCRIPT.as_bytes())?;
        let folder = |at: usize, lang: &Lang| match at {
            0 => FOLDER.to_owned(),
            _ => format!("{lang}/{FOLDER}"),
        };
        Ok(Self {
            sink,
            indices: languages
                .iter()
                .enumerate()
                .map(|(at, lang)| (lang.clone(), Index::new(folder(at, lang))))
                .collect(),
        })
    }

    /// Adds what can be found on a page of a language.
    ///
    /// # Errors
    /// A full file could not be kept.
    pub fn add(&mut self, lang: &Lang, findable: &Findable) -> Result<(), TreeError> {
        match self.indices.get_mut(lang) {
            Some(index) => index.add(findable, self.sink),
            None => Ok(()),
        }
    }

    /// Writes what is still held.
    ///
    /// # Errors
    /// A file could not be kept.
    pub fn finish(self) -> Result<(), TreeError> {
        for index in self.indices.into_values() {
            index.finish(self.sink)?;
        }
        Ok(())
    }
}

/// The index of one language.
struct Index {
    folder: String,
    entries: u64,
    /// The runs of entries that are cases: first, and the one after the last.
    cases: Vec<[u64; 2]>,
    terms: BTreeMap<String, Postings>,
    cards: String,
    /// The first entry of each file of cards.
    card_files: Vec<u64>,
    digest: Sha256,
}

/// The entries a term occurs in, as they are written: each the step from the one before, with the term's place in it.
#[derive(Default)]
struct Postings {
    coded: String,
    /// The entry after the last.
    next: u64,
}

/// What the search page loads first.
#[derive(Serialize)]
struct Contents<'a> {
    version: String,
    entries: u64,
    cases: &'a [[u64; 2]],
    /// The first term of each file of terms.
    terms: &'a [String],
    cards: &'a [u64],
}

impl Index {
    fn new(folder: String) -> Self {
        Self {
            folder,
            entries: 0,
            cases: Vec::new(),
            terms: BTreeMap::new(),
            cards: String::new(),
            card_files: Vec::new(),
            digest: Sha256::new(),
        }
    }

    fn add(&mut self, findable: &Findable, sink: &dyn Sink) -> Result<(), TreeError> {
        let entry = self.entries;
        self.entries += 1;
        if findable.is_case {
            match self.cases.last_mut() {
                Some([_, end]) if *end == entry => *end += 1,
                _ => self.cases.push([entry, entry + 1]),
            }
        }
        let mut places: BTreeMap<String, u64> = BTreeMap::new();
        note(&mut places, &findable.title, TITLE);
        if places.len() <= FEW {
            places.values_mut().for_each(|place| *place = SHORT_TITLE);
        }
        note(&mut places, &findable.within, NAME);
        for name in &findable.names {
            note(&mut places, name, NAME);
        }
        note(&mut places, &findable.text, TEXT);
        for (term, place) in places {
            self.terms.entry(term).or_default().push(entry, place);
        }
        if self.cards.is_empty() {
            self.card_files.push(entry);
        } else {
            self.cards.push(',');
        }
        let shown: String = findable.text.chars().take(SHOWN).collect();
        self.cards.push_str(&written(&[
            &findable.key,
            &findable.fragment,
            &findable.title,
            &findable.within,
            &shown,
        ]));
        if self.cards.len() >= FULL {
            self.write_cards(sink)?;
        }
        Ok(())
    }

    fn write_cards(&mut self, sink: &dyn Sink) -> Result<(), TreeError> {
        let cards = std::mem::take(&mut self.cards);
        if cards.is_empty() {
            return Ok(());
        }
        let name = format!("cards-{}", self.card_files.len() - 1);
        self.write(&name, &format!("[{cards}]"), sink)
    }

    fn finish(mut self, sink: &dyn Sink) -> Result<(), TreeError> {
        self.write_cards(sink)?;
        let mut terms: Vec<(String, Postings)> =
            std::mem::take(&mut self.terms).into_iter().collect();
        // Browsers order by UTF-16.
        terms.sort_by(|(a, _), (b, _)| a.encode_utf16().cmp(b.encode_utf16()));
        let mut firsts: Vec<String> = Vec::new();
        let mut lines = String::new();
        for (term, postings) in terms {
            if lines.is_empty() {
                firsts.push(term.clone());
            } else {
                lines.push(',');
            }
            lines.push_str(&written(&term));
            lines.push_str(",\"");
            lines.push_str(&postings.coded);
            lines.push('"');
            if lines.len() >= FULL {
                let name = format!("terms-{}", firsts.len() - 1);
                self.write(&name, &format!("[{lines}]"), sink)?;
                lines.clear();
            }
        }
        if !lines.is_empty() {
            let name = format!("terms-{}", firsts.len() - 1);
            self.write(&name, &format!("[{lines}]"), sink)?;
        }
        let mut version = String::new();
        for byte in self.digest.clone().finalize().iter().take(6) {
            version.push_str(&format!("{byte:02x}"));
        }
        let contents = written(&Contents {
            version,
            entries: self.entries,
            cases: &self.cases,
            terms: &firsts,
            cards: &self.card_files,
        });
        self.write("index", &contents, sink)
    }

    /// Writes a script that hands over a value under its name.
    fn write(&mut self, name: &str, value: &str, sink: &dyn Sink) -> Result<(), TreeError> {
        let script = format!("answerableIndex(\"{name}\",{value})\n");
        self.digest.update(script.as_bytes());
        sink.put(&format!("{}{name}.js", self.folder), script.as_bytes())
    }
}

/// Notes the terms of a text, each at the best place it was met in.
fn note(places: &mut BTreeMap<String, u64>, text: &str, place: u64) {
    terms::each(text, &mut |term| {
        let at = places.entry(term).or_insert(place);
        *at = place.max(*at);
    });
}

impl Postings {
    /// Adds an entry after those before it. Numbers are written five bits a sign, the lowest first; 32 and more go on.
    fn push(&mut self, entry: u64, place: u64) {
        const SIGNS: &[u8; 64] =
            b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_";
        let step = entry - self.next;
        self.next = entry + 1;
        let mut rest = step * PLACES + place;
        loop {
            let low = usize::try_from(rest % 32).expect("less than 32");
            rest /= 32;
            let goes_on = if rest > 0 { 32 } else { 0 };
            self.coded.push(char::from(SIGNS[low + goes_on]));
            if rest == 0 {
                break;
            }
        }
    }
}

/// A value as a script has it: JSON, in which nothing could be taken for markup.
fn written(value: &impl Serialize) -> String {
    let json = serde_json::to_string(value).expect("text and numbers can be written");
    json.replace('<', "\\u003c")
        .replace('\u{2028}', "\\u2028")
        .replace('\u{2029}', "\\u2029")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::Memory;

    fn postings(entries: &[(u64, u64)]) -> String {
        let mut postings = Postings::default();
        for (entry, place) in entries {
            postings.push(*entry, *place);
        }
        postings.coded
    }

    /// By hand: step × 4 + place, five bits a sign.
    #[test]
    fn entries_are_written_as_steps_with_their_place() {
        assert_eq!(postings(&[(0, TITLE)]), "2");
        assert_eq!(postings(&[(0, TEXT), (1, NAME), (2, TITLE)]), "012");
        // 100 × 4 + 1 = 401 = 12 × 32 + 17: the sign of 17 + 32 = 49, then that of 12.
        assert_eq!(postings(&[(100, NAME)]), "nC");
    }

    fn findable(title: &str, text: &str) -> Findable {
        Findable {
            key: "policy/".to_owned(),
            title: title.to_owned(),
            text: text.to_owned(),
            ..Findable::default()
        }
    }

    #[test]
    fn each_language_has_its_index_and_files_stay_small() {
        let sink = Memory::default();
        let languages = [Lang("en".to_owned()), Lang("zh-CN".to_owned())];
        let mut writer = Writer::new(&languages, &sink).unwrap();
        for n in 0..3_000 {
            let text = format!("word{n} </script>\u{2028}");
            writer.add(&languages[0], &findable("One", &text)).unwrap();
        }
        writer.add(&languages[1], &findable("投诉", "")).unwrap();
        writer.finish().unwrap();
        let files = sink.files();
        let text = |path: &str| String::from_utf8(files[path].clone()).unwrap();
        assert!(text("zh-CN/search/index.js").contains("\"entries\":1,"));
        assert_eq!(
            text("zh-CN/search/terms-0.js"),
            "answerableIndex(\"terms-0\",[\"投诉\",\"3\",\"诉\",\"3\"])\n"
        );
        assert!(text("search/index.js").contains("\"entries\":3000,"));
        assert!(files.contains_key("search/cards-1.js") && files.contains_key("search/terms-1.js"));
        for (path, bytes) in files
            .iter()
            .filter(|(path, _)| !path.ends_with("search.js"))
        {
            assert!(bytes.len() < 2 * FULL, "{path} has {} bytes", bytes.len());
            let text = String::from_utf8_lossy(bytes);
            assert!(!text.contains(['<', '\u{2028}']), "{path}");
        }
    }
}
