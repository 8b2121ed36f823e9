//! What the program says to its user: a list of findings, each with a code, a place and a remedy.
//!
//! What happened is data ([`Diagnostic`]); how it looks is [`Diagnostics::human`] or [`Diagnostics::json`].
//! Rooms add to one [`Diagnostics`] and go on, so that all problems of a run come at once. The same mistake in
//! 40,000 rows is one message with a count and its first three places: [`Diagnostics::tell`] folds by code and text.

use std::borrow::Cow;
use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

/// How much a finding weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The build stops and nothing is published.
    Error,
    /// The build goes on; the user should look.
    Warning,
    /// A fact worth telling, such as the encoding that was found.
    Note,
}

impl Severity {
    const fn word(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        }
    }
}

/// Where a finding is: a path as the user knows it (relative to the site's folder), line and column from 1.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Place {
    /// Path relative to the site's folder, with forward slashes.
    pub path: String,
    /// Line, from 1.
    pub line: Option<u64>,
    /// Column in characters, from 1.
    pub column: Option<u64>,
    /// The export's column name, where the finding is about a cell.
    pub field: Option<String>,
    /// The line of text itself, to be shown with a caret under `column`; `caret` is the width in characters.
    pub excerpt: Option<Excerpt>,
}

/// A line of the user's text with the span that a finding is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Excerpt {
    /// The whole line, without its line break.
    pub text: String,
    /// Characters the caret covers, at least 1.
    pub width: u64,
}

impl Place {
    /// A whole file.
    #[must_use]
    pub fn file(path: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            ..Self::default()
        }
    }

    /// A line of a file, from 1.
    #[must_use]
    pub fn line(path: impl Into<String>, line: u64) -> Self {
        Self {
            path: path.into(),
            line: Some(line),
            ..Self::default()
        }
    }

    /// Adds the column (characters, from 1).
    #[must_use]
    pub fn column(mut self, column: u64) -> Self {
        self.column = Some(column);
        self
    }

    /// Adds the export's column name.
    #[must_use]
    pub fn field(mut self, field: impl Into<String>) -> Self {
        self.field = Some(field.into());
        self
    }

    /// The place of a byte span in a text: line, column and the line itself are worked out here.
    #[must_use]
    pub fn span(path: impl Into<String>, text: &str, span: std::ops::Range<usize>) -> Self {
        let start = floor_boundary(text, span.start);
        let before = &text[..start];
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        let line_end = text[start..].find('\n').map_or(text.len(), |at| start + at);
        let line = text[line_start..line_end].trim_end_matches('\r');
        let end = floor_boundary(text, span.end.clamp(start, line_end));
        Self {
            path: path.into(),
            line: Some(before.matches('\n').count() as u64 + 1),
            column: Some(text[line_start..start].chars().count() as u64 + 1),
            field: None,
            excerpt: Some(Excerpt {
                text: line.to_owned(),
                width: (text[start..end].chars().count() as u64).max(1),
            }),
        }
    }
}

fn floor_boundary(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.path)?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
            if let Some(column) = self.column {
                write!(f, ":{column}")?;
            }
        }
        if let Some(field) = &self.field {
            write!(f, " (column {field})")?;
        }
        Ok(())
    }
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Diagnostic {
    /// How much it weighs.
    pub severity: Severity,
    /// Short and stable: `unknown-outcome`.
    pub code: Cow<'static, str>,
    /// What is wrong: lower case, no full stop, the user's own text quoted.
    pub message: String,
    /// The first places it was seen at, at most three.
    pub places: Vec<Place>,
    /// How often it was seen.
    pub count: u64,
    /// What to write instead, one remedy a line.
    pub hints: Vec<String>,
}

impl Diagnostic {
    /// An error; the build will stop.
    #[must_use]
    pub fn error(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Severity::Error, code, message)
    }

    /// A warning; the build goes on.
    #[must_use]
    pub fn warning(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Severity::Warning, code, message)
    }

    /// A fact worth telling.
    #[must_use]
    pub fn note(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Severity::Note, code, message)
    }

    fn new(severity: Severity, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            severity,
            code: code.into(),
            message: message.into(),
            places: Vec::new(),
            count: 1,
            hints: Vec::new(),
        }
    }

    /// Adds where it is.
    #[must_use]
    pub fn at(mut self, place: Place) -> Self {
        self.places.push(place);
        self
    }

    /// Adds what to write instead.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// Says that it was seen `count` times.
    #[must_use]
    pub fn times(mut self, count: u64) -> Self {
        self.count = count;
        self
    }
}

/// How many places of one repeated mistake are shown.
pub const PLACES_SHOWN: usize = 3;

/// All findings of a run, in the order they were told.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Diagnostics {
    list: Vec<Diagnostic>,
}

impl Diagnostics {
    /// An empty list.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Adds a finding; one with the same code, message and hints as an earlier one is counted there.
    pub fn tell(&mut self, new: Diagnostic) {
        let same = self.list.iter_mut().find(|old| {
            old.code == new.code && old.message == new.message && old.hints == new.hints
        });
        match same {
            Some(old) => {
                old.count += new.count;
                let room = PLACES_SHOWN.saturating_sub(old.places.len());
                old.places.extend(new.places.into_iter().take(room));
            }
            None => self.list.push(new),
        }
    }

    /// Takes over the findings of another list.
    pub fn extend(&mut self, other: Self) {
        for diagnostic in other.list {
            self.tell(diagnostic);
        }
    }

    /// Whether the build must stop.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.list.iter().any(|d| d.severity == Severity::Error)
    }

    /// The findings, in the order they were told.
    pub fn iter(&self) -> impl Iterator<Item = &Diagnostic> {
        self.list.iter()
    }

    /// The findings that weigh at least as much.
    #[must_use]
    pub fn at_least(&self, severity: Severity) -> Self {
        Self {
            list: self
                .list
                .iter()
                .filter(|d| d.severity <= severity)
                .cloned()
                .collect(),
        }
    }

    /// The findings but those of a code.
    #[must_use]
    pub fn without(&self, code: &str) -> Self {
        let others = self.list.iter().filter(|d| d.code != code);
        Self {
            list: others.cloned().collect(),
        }
    }

    /// The findings for people: what, where, what to write instead. No colour, so it reads the same everywhere.
    #[must_use]
    pub fn human(&self) -> String {
        let mut out = String::new();
        for d in &self.list {
            draw(&mut out, d);
        }
        out
    }

    /// The findings for programs: one JSON object a line.
    #[must_use]
    pub fn json(&self) -> String {
        let mut out = String::new();
        for line in self.list.iter().map(Line::of) {
            let line = serde_json::to_string(&line).expect("strings and numbers always serialise");
            out.push_str(&line);
            out.push('\n');
        }
        out
    }
}

/// A finding as programs read it.
#[derive(Serialize)]
struct Line<'d> {
    severity: Severity,
    code: &'d str,
    message: &'d str,
    places: Vec<Spot<'d>>,
    count: u64,
    hints: &'d [String],
}

/// A place as programs read it: what is not known of it is left out.
#[derive(Serialize)]
struct Spot<'d> {
    path: &'d str,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<&'d str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    excerpt: Option<&'d Excerpt>,
}

impl<'d> Line<'d> {
    fn of(told: &'d Diagnostic) -> Self {
        let spot = |place: &'d Place| Spot {
            path: &place.path,
            line: place.line,
            column: place.column,
            field: place.field.as_deref(),
            excerpt: place.excerpt.as_ref(),
        };
        Self {
            severity: told.severity,
            code: &told.code,
            message: &told.message,
            places: told.places.iter().map(spot).collect(),
            count: told.count,
            hints: &told.hints,
        }
    }
}

fn draw(out: &mut String, d: &Diagnostic) {
    let word = d.severity.word();
    let _ = writeln!(out, "{word}[{}]: {}", d.code, d.message);
    for place in &d.places {
        let _ = writeln!(out, " ——▶ {place}");
        if let (Some(excerpt), Some(line)) = (&place.excerpt, place.line) {
            let gutter = line.to_string();
            let column = usize::try_from(place.column.unwrap_or(1)).unwrap_or(1);
            let before: String = excerpt.text.chars().take(column - 1).collect();
            let marked: String = excerpt
                .text
                .chars()
                .skip(column - 1)
                .take(usize::try_from(excerpt.width).unwrap_or(1))
                .collect();
            let carets = "^".repeat(display_width(&marked).max(1));
            let _ = writeln!(out, "   {gutter} │ {}", excerpt.text.replace('\t', " "));
            let _ = writeln!(
                out,
                "   {} │ {}{carets}",
                " ".repeat(gutter.len()),
                " ".repeat(display_width(&before))
            );
        }
    }
    let more = d.count.saturating_sub(d.places.len() as u64);
    if d.count > 1 && more > 0 {
        let _ = writeln!(out, "   … and {more} more ({} in all)", d.count);
    }
    for hint in &d.hints {
        let _ = writeln!(out, "hint: {hint}");
    }
}

/// Columns a terminal needs for a text: Han, kana, Hangul and full-width forms take two.
fn display_width(text: &str) -> usize {
    text.chars()
        .map(|c| match u32::from(c) {
            0x1100..=0x115F | 0x2E80..=0xA4CF | 0xAC00..=0xD7A3 | 0xF900..=0xFAFF => 2,
            0xFE30..=0xFE4F | 0xFF00..=0xFF60 | 0xFFE0..=0xFFE6 | 0x20000..=0x3FFFD => 2,
            _ => 1,
        })
        .sum()
}

/// The nearest of the valid words to what was written, where it is near enough to be meant.
///
/// Distance is Damerau–Levenshtein over characters (optimal string alignment); a word is near at a third of its length.
#[must_use]
pub fn nearest<'a>(written: &str, valid: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let written: Vec<char> = written.to_lowercase().chars().collect();
    valid
        .into_iter()
        .map(|word| {
            let chars: Vec<char> = word.to_lowercase().chars().collect();
            (distance(&written, &chars), chars.len(), word)
        })
        .filter(|(distance, length, _)| {
            *distance <= (length.max(&written.len()) / 3).max(1) && distance < length
        })
        .min_by_key(|(distance, _, _)| *distance)
        .map(|(_, _, word)| word)
}

fn distance(a: &[char], b: &[char]) -> usize {
    let mut before = vec![0; b.len() + 1];
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut row = vec![i + 1; b.len() + 1];
        for (j, y) in b.iter().enumerate() {
            row[j + 1] = (last[j] + usize::from(x != y))
                .min(last[j + 1] + 1)
                .min(row[j] + 1);
            if i > 0 && j > 0 && *x == b[j - 1] && a[i - 1] == *y {
                row[j + 1] = row[j + 1].min(before[j - 1] + 1);
            }
        }
        before = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_mistake_is_one_message_with_three_places() {
        let mut all = Diagnostics::new();
        for line in 2..40_002 {
            all.tell(
                Diagnostic::warning("unreadable-date", "dates that cannot be read")
                    .at(Place::line("data/a.csv", line)),
            );
        }
        let text = all.human();
        assert_eq!(text.matches("——▶").count(), 3);
        assert!(text.contains("39997 more (40000 in all)"), "{text}");
    }

    #[test]
    fn a_caret_stands_under_chinese_text() {
        let text = "a = 1\n状态 = \"办结\"\n";
        let start = text.find("办结").unwrap();
        let place = Place::span("d.toml", text, start..start + "办结".len());
        assert_eq!((place.line, place.column), (Some(2), Some(7)));
        let mut all = Diagnostics::new();
        all.tell(Diagnostic::error("x", "y").at(place));
        let drawn = all.human();
        assert!(drawn.ends_with("│         ^^^^\n"), "{drawn}");
    }

    #[test]
    fn a_near_word_is_offered_and_a_far_one_is_not() {
        assert_eq!(
            nearest("recieved", ["received", "closed"]),
            Some("received")
        );
        assert_eq!(nearest("zebra", ["received", "closed"]), None);
        assert_eq!(
            nearest("已办结", ["已办结并反馈", "办理中", "办结"]),
            Some("办结")
        );
    }
}
