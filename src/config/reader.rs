//! Reads TOML values with their places: the one home of "unknown key", "wrong type" and "missing key".
//!
//! A [`Source`] is a text file of the site; [`Source::table`] parses it; a [`Table`] is a TOML table held against its
//! [`Shape`]; an [`Item`] is one value, which knows where it stands and what it should look like. Every mistake goes to
//! [`Findings`] and reading goes on, so that all of them come at once.

use std::cell::RefCell;
use std::ops::{Range, RangeInclusive};

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::keys::Shape;
use crate::diag::{Diagnostic, Diagnostics, Place, nearest};
use crate::text::{Lang, Localised};
use crate::time::Day;

/// The mistakes found while reading.
#[derive(Default)]
pub(super) struct Findings {
    diagnostics: RefCell<Diagnostics>,
}

impl Findings {
    pub(super) fn tell(&self, diagnostic: Diagnostic) {
        self.diagnostics.borrow_mut().tell(diagnostic);
    }

    pub(super) fn into_diagnostics(self) -> Diagnostics {
        self.diagnostics.into_inner()
    }
}

/// A text file of the site.
pub(super) struct Source<'a> {
    /// Relative to the site's folder, with forward slashes.
    pub(super) path: String,
    pub(super) text: String,
    pub(super) findings: &'a Findings,
}

impl Source<'_> {
    pub(super) fn place(&self, span: Range<usize>) -> Place {
        Place::span(self.path.clone(), &self.text, span)
    }

    /// The file as a TOML table; `None` where its syntax is broken, which is told.
    pub(super) fn table(&self) -> Option<Spanned<DeTable<'_>>> {
        let (table, errors) = DeTable::parse_recoverable(&self.text);
        for error in &errors {
            let place = match error.span() {
                Some(span) => self.place(span),
                None => Place::file(self.path.clone()),
            };
            let message = lower_first(error.message());
            let message = message.trim_end_matches(", expected literal string");
            let hint = syntax_hint(message, &place);
            let told = Diagnostic::error("toml-syntax", message)
                .at(place)
                .hint(hint);
            self.findings.tell(told);
        }
        errors.is_empty().then_some(table)
    }
}

fn lower_first(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or(String::new(), |first| {
        first.to_lowercase().chain(chars).collect()
    })
}

fn syntax_hint(message: &str, place: &Place) -> &'static str {
    const FULL_WIDTH: [char; 10] = ['“', '”', '‘', '’', '＝', '，', '［', '］', '｛', '｝'];
    let line = place.excerpt.as_ref().map_or("", |e| e.text.as_str());
    if line.contains(FULL_WIDTH) {
        "write plain \" = , [ ] { } instead of their full-width or curly forms"
    } else if message.contains("duplicate key") {
        "a key or table stands once in a file; delete one, or use a list where it takes several values"
    } else if message.contains("unquoted key") {
        "words with other than the letters a to z, digits, - and _ stand in quotes: \"承办单位\" = \"…\""
    } else if message.contains("must be quoted") {
        "write the text in quotes: \"…\""
    } else if message.contains("string") {
        "close the text with \" on the line it began on; a \" or \\ inside it is written \\\" or \\\\"
    } else {
        "the form is: key = \"text\", key = 5, key = true, key = [\"a\", \"b\"], or [table] on a line of its own"
    }
}

/// A TOML table whose keys were held against its shape.
#[derive(Clone)]
pub(super) struct Table<'a> {
    pub(super) source: &'a Source<'a>,
    table: &'a DeTable<'a>,
    shape: &'static Shape,
    span: Option<Range<usize>>,
}

impl<'a> Table<'a> {
    /// Opens a file's top level.
    pub(super) fn top(
        source: &'a Source<'a>,
        shape: &'static Shape,
        table: &'a Spanned<DeTable<'a>>,
    ) -> Self {
        Self::open(source, shape, table.get_ref(), None)
    }

    /// Opens a file's top level whose keys were held against the shape before.
    pub(super) fn again(
        source: &'a Source<'a>,
        shape: &'static Shape,
        table: &'a Spanned<DeTable<'a>>,
    ) -> Self {
        Self {
            source,
            table: table.get_ref(),
            shape,
            span: None,
        }
    }

    fn open(
        source: &'a Source<'a>,
        shape: &'static Shape,
        table: &'a DeTable<'a>,
        span: Option<Range<usize>>,
    ) -> Self {
        let this = Self {
            source,
            table,
            shape,
            span,
        };
        for entry in entries(source, table, "") {
            if shape.key(entry.key).is_none() {
                this.tell_unknown(&entry);
            }
        }
        this
    }

    fn tell_unknown(&self, entry: &Entry<'_>) {
        let mut told = Diagnostic::error(
            "unknown-key",
            format!("\"{}\" is not a key of {}", entry.key, self.shape.title),
        )
        .at(self.source.place(entry.span.clone()));
        if let Some(key) = nearest(entry.key, self.shape.names()) {
            told = told.hint(format!("did you mean \"{key}\"?"));
        }
        let homes = self.shape.homes_of(entry.key);
        if !homes.is_empty() {
            told = told.hint(format!("it belongs {}", homes.join(" or ")));
        }
        if told.hints.is_empty() {
            let names: Vec<&str> = self.shape.names().collect();
            told = told.hint(format!("its keys are {}", listing(&names, "and")));
        }
        self.source.findings.tell(told);
    }

    /// The value of a key of the shape, where it is given.
    pub(super) fn get(&self, name: &str) -> Option<Item<'a>> {
        let key = self.shape.key(name);
        debug_assert!(key.is_some(), "{name} is not in the shape");
        let value = self.table.get(name)?;
        Some(Item {
            source: self.source,
            name: key?.name,
            example: key?.example,
            value,
        })
    }

    /// Whether the shape has a key.
    pub(super) fn knows(&self, name: &str) -> bool {
        self.shape.key(name).is_some()
    }

    /// How a key is written.
    fn example(&self, name: &str) -> &'static str {
        self.shape.key(name).map_or("", |key| key.example)
    }

    /// The value of a key that must be given.
    pub(super) fn need(&self, name: &str) -> Option<Item<'a>> {
        let item = self.get(name);
        if item.is_none() {
            let example = self.example(name);
            let place = match &self.span {
                Some(span) => self.source.place(span.clone()),
                None => Place::file(self.source.path.clone()),
            };
            self.source.findings.tell(
                Diagnostic::error(
                    "missing-key",
                    format!("{} has no \"{name}\"", self.shape.title),
                )
                .at(place)
                .hint(format!("add {example}")),
            );
        }
        item
    }

    /// The value of a key that is a table of its own shape.
    pub(super) fn table(&self, name: &str, shape: &'static Shape) -> Option<Self> {
        self.get(name)?.table(shape)
    }

    /// The values of a key that is a list of tables (`[[name]]`).
    pub(super) fn tables(&self, name: &str, shape: &'static Shape) -> Vec<Self> {
        let Some(item) = self.get(name) else {
            return Vec::new();
        };
        match item.value.get_ref() {
            DeValue::Array(_) => item
                .list()
                .into_iter()
                .filter_map(|each| each.table(shape))
                .collect(),
            _ => {
                item.tell(
                    "wrong-type",
                    format!("\"{name}\" must be a list of tables, not {}", item.kind()),
                    &format!("begin each with [[{name}]] on a line of its own"),
                );
                Vec::new()
            }
        }
    }
}

/// A key that the user is free to name, and its value.
#[derive(Clone)]
pub(super) struct Entry<'a> {
    pub(super) key: &'a str,
    pub(super) span: Range<usize>,
    pub(super) item: Item<'a>,
}

/// The entries of a table in the order they are written.
fn entries<'a>(
    source: &'a Source<'a>,
    table: &'a DeTable<'a>,
    example: &'static str,
) -> Vec<Entry<'a>> {
    let mut list: Vec<Entry<'a>> = table
        .iter()
        .map(|(key, value)| Entry {
            key: key.get_ref(),
            span: key.span(),
            item: Item {
                source,
                name: key.get_ref(),
                example,
                value,
            },
        })
        .collect();
    list.sort_by_key(|entry| entry.span.start);
    list
}

/// One value, its key, and how it should look.
#[derive(Clone, Copy)]
pub(super) struct Item<'a> {
    pub(super) source: &'a Source<'a>,
    pub(super) name: &'a str,
    pub(super) example: &'static str,
    value: &'a Spanned<DeValue<'a>>,
}

impl<'a> Item<'a> {
    pub(super) fn place(&self) -> Place {
        self.source.place(self.value.span())
    }

    /// Tells an error at the value.
    pub(super) fn tell(&self, code: &'static str, message: impl Into<String>, hint: &str) {
        let told = Diagnostic::error(code, message).at(self.place()).hint(hint);
        self.source.findings.tell(told);
    }

    /// Tells a warning at the value.
    pub(super) fn warn(&self, code: &'static str, message: impl Into<String>, hint: &str) {
        let told = Diagnostic::warning(code, message)
            .at(self.place())
            .hint(hint);
        self.source.findings.tell(told);
    }

    fn kind(&self) -> &'static str {
        match self.value.get_ref() {
            DeValue::String(_) => "text",
            DeValue::Integer(_) => "a whole number",
            DeValue::Float(_) => "a number with decimals",
            DeValue::Boolean(_) => "true or false",
            DeValue::Datetime(_) => "a date",
            DeValue::Array(_) => "a list",
            DeValue::Table(_) => "a table",
        }
    }

    fn tell_kind(&self, wanted: &str, hint: &str) {
        self.tell(
            "wrong-type",
            format!("\"{}\" must be {wanted}, not {}", self.name, self.kind()),
            hint,
        );
    }

    fn tell_type(&self, wanted: &str) {
        self.tell_kind(wanted, &format!("write {}", self.example));
    }

    pub(super) fn is_text(&self) -> bool {
        self.value.get_ref().is_str()
    }

    pub(super) fn is_table(&self) -> bool {
        self.value.get_ref().is_table()
    }

    /// A text, trimmed.
    pub(super) fn text(&self) -> Option<&'a str> {
        match self.value.get_ref() {
            DeValue::String(text) => Some(text.trim()),
            _ => {
                self.tell_type("text in quotes");
                None
            }
        }
    }

    /// A text as it is written, with its spaces.
    pub(super) fn exact_text(&self) -> Option<&'a str> {
        self.text()?;
        self.value.get_ref().as_str()
    }

    /// A text that is not blank.
    pub(super) fn name_text(&self) -> Option<&'a str> {
        let text = self.text()?;
        if text.is_empty() {
            self.tell(
                "blank-text",
                format!("\"{}\" is blank", self.name),
                &format!("write {}", self.example),
            );
            return None;
        }
        Some(text)
    }

    /// An id: lower-case letters, digits, `-` and `_`.
    pub(super) fn id(&self) -> Option<&'a str> {
        let text = self.name_text()?;
        if is_id(text) {
            return Some(text);
        }
        self.tell(
            "bad-id",
            format!("\"{text}\" cannot be an id"),
            "an id stands in addresses: lower-case letters a to z, digits, - and _; the label may be anything",
        );
        None
    }

    /// true or false.
    pub(super) fn flag(&self) -> Option<bool> {
        let flag = self.value.get_ref().as_bool();
        if flag.is_none() {
            self.tell_kind(
                "true or false",
                &format!("write {} = true, without quotes", self.name),
            );
        }
        flag
    }

    /// A whole number inside a range.
    pub(super) fn whole(&self, range: RangeInclusive<u64>) -> Option<u64> {
        let DeValue::Integer(written) = self.value.get_ref() else {
            self.tell_type("a whole number without quotes");
            return None;
        };
        let number = u64::from_str_radix(written.as_str(), written.radix())
            .ok()
            .filter(|number| range.contains(number));
        if number.is_none() {
            self.tell(
                "number-out-of-range",
                format!("\"{}\" cannot be {written}", self.name),
                &format!(
                    "write a whole number from {} to {}",
                    range.start(),
                    range.end()
                ),
            );
        }
        number
    }

    /// A date: `"2024-07-31"`, or the same without quotes.
    pub(super) fn day(&self) -> Option<Day> {
        let written = match self.value.get_ref() {
            DeValue::String(text) => text.trim().to_owned(),
            DeValue::Datetime(date) => date.to_string(),
            _ => {
                self.tell_type("a date");
                return None;
            }
        };
        let day = Day::parse(&written);
        if day.is_none() {
            self.tell(
                "bad-date",
                format!("\"{written}\" is not a date"),
                "write year, month and day, as in \"2024-07-31\"",
            );
        }
        day
    }

    /// One of some words; `what` names them in the message.
    pub(super) fn choice<T: Copy>(
        &self,
        code: &'static str,
        what: &str,
        valid: &[(&str, T)],
    ) -> Option<T> {
        let word = self.text()?;
        let found = valid.iter().find(|(name, _)| *name == word);
        if found.is_none() {
            let names: Vec<&str> = valid.iter().map(|(name, _)| *name).collect();
            self.tell(
                code,
                format!("\"{word}\" is not {what}"),
                &suggestion(word, &names, "word"),
            );
        }
        found.map(|(_, value)| *value)
    }

    /// The values of a list.
    pub(super) fn list(&self) -> Vec<Self> {
        match self.value.get_ref() {
            DeValue::Array(list) => list.iter().map(|value| Self { value, ..*self }).collect(),
            _ => {
                self.tell_type("a list");
                Vec::new()
            }
        }
    }

    /// The values of a list, or the one value itself.
    pub(super) fn one_or_list(&self) -> Vec<Self> {
        match self.value.get_ref() {
            DeValue::Array(_) => self.list(),
            _ => vec![*self],
        }
    }

    /// A table of a shape.
    pub(super) fn table(&self, shape: &'static Shape) -> Option<Table<'a>> {
        match self.value.get_ref() {
            DeValue::Table(table) => {
                let span = Some(self.value.span());
                Some(Table::open(self.source, shape, table, span))
            }
            _ => {
                self.tell_type("a table");
                None
            }
        }
    }

    /// The entries of a table whose keys the user names, in the order they are written; `example` is of one entry.
    pub(super) fn entries(&self, example: &'static str) -> Vec<Entry<'a>> {
        match self.value.get_ref() {
            DeValue::Table(table) => entries(self.source, table, example),
            _ => {
                self.tell_type("a table");
                Vec::new()
            }
        }
    }

    /// A text for all languages, or a table of one a language. `languages` are the site's, in order; empty: not known.
    pub(super) fn localised(&self, languages: &[Lang]) -> Localised {
        let DeValue::Table(_) = self.value.get_ref() else {
            return match self.value.get_ref() {
                DeValue::String(text) => Localised::same(text.trim()),
                _ => {
                    self.tell_type("text, or a table of texts by language");
                    Localised::default()
                }
            };
        };
        let mut text = Localised::default();
        for entry in self.entries(self.example) {
            check_language(&entry, languages);
            if let Some(words) = entry.item.text() {
                if text.fallback.is_empty() {
                    words.clone_into(&mut text.fallback);
                }
                text.by_lang
                    .insert(Lang(entry.key.to_owned()), words.to_owned());
            }
        }
        if let Some(words) = languages.iter().find_map(|lang| text.by_lang.get(lang)) {
            text.fallback.clone_from(words);
        }
        if text.fallback.is_empty() {
            self.tell(
                "blank-text",
                format!("\"{}\" has no text in any language", self.name),
                &format!("write {}", self.example),
            );
        }
        text
    }
}

fn check_language(entry: &Entry<'_>, languages: &[Lang]) {
    if languages.is_empty() || languages.iter().any(|lang| lang.tag() == entry.key) {
        return;
    }
    let tags: Vec<&str> = languages.iter().map(Lang::tag).collect();
    entry.item.source.findings.tell(
        Diagnostic::warning(
            "language-not-used",
            format!("\"{}\" is not a language of this site", entry.key),
        )
        .at(entry.item.source.place(entry.span.clone()))
        .hint(format!(
            "{}; a new language is added to languages in answerable.toml",
            suggestion(entry.key, &tags, "language")
        )),
    );
}

/// Whether a word can stand in addresses as it is.
pub(super) fn is_id(text: &str) -> bool {
    !text.is_empty()
        && text
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_')
}

/// The nearest valid word, else all of them; `what` names one of them.
pub(super) fn suggestion(written: &str, valid: &[&str], what: &str) -> String {
    match nearest(written, valid.iter().copied()) {
        Some(word) => format!("did you mean \"{word}\"?"),
        None if valid.is_empty() => format!("there is no {what} yet"),
        None => format!("write {}", listing(valid, "or")),
    }
}

/// "a", "b" or "c".
pub(super) fn listing(words: &[&str], joint: &str) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("\"{word}\"")).collect();
    match quoted.split_last() {
        None => String::new(),
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} {joint} {last}", rest.join(", ")),
    }
}
