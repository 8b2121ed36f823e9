//! Speaks one language: fills the catalogue's texts with plain and strong words and links, and names things.

use std::cell::RefCell;
use std::sync::Arc;

use super::model::{Cited, Link, Mark, Rich, Span, Target};
use super::publication::{Publication, Section};
use crate::case::NOT_STATED;
use crate::indicators::{Figure, Sheet};
use crate::text::{Definitions, Format, Lang, Localised, Piece, Words, pieces};
use crate::time::{Period, PeriodKind};

/// The language of a page.
pub(super) struct Voice<'a> {
    pub(super) lang: &'a Lang,
    pub(super) words: &'a Words,
    pub(super) format: Format<'a>,
    pub(super) definitions: Definitions,
    pub(super) min_base: u64,
    pub(super) min_cell: u64,
    /// The figures told so far.
    cited: RefCell<Vec<Cited>>,
    /// Those told in tables that other pages tell too.
    cited_together: RefCell<Vec<Arc<[Cited]>>>,
}

impl<'a> Voice<'a> {
    pub(super) fn new(publication: &Publication, words: &'a Words) -> Self {
        Self {
            lang: words.lang(),
            words,
            format: Format::new(words),
            definitions: Definitions::for_lang(words.lang()),
            min_base: publication.site.min_base,
            min_cell: publication.site.min_cell,
            cited: RefCell::default(),
            cited_together: RefCell::default(),
        }
    }

    /// Notes a figure as it is told, so that it can be read back and compared with the file.
    pub(super) fn cite(&self, section: &Section, sheet: &Sheet, figure: &Figure, text: &str) {
        if let Some(row) = section.rows.row(sheet, &figure.indicator) {
            self.cited.borrow_mut().push(Cited {
                row,
                text: text.to_owned(),
                is_withheld: self.mark(figure) == Some(Mark('c')),
            });
        }
    }

    /// A figure's value that carries a sentence.
    pub(super) fn told(&self, section: &Section, sheet: &Sheet, figure: &Figure) -> Span {
        let text = self.value(figure);
        self.cite(section, sheet, figure, &text);
        strong(text)
    }

    /// The figures told: those of this page, and those in tables that other pages tell too.
    pub(super) fn take_cited(&self) -> (Vec<Cited>, Vec<Arc<[Cited]>>) {
        (self.cited.take(), self.cited_together.take())
    }

    /// Tells something apart, and gives the figures told in it.
    pub(super) fn apart<T>(&self, tell: impl FnOnce() -> T) -> (T, Vec<Cited>) {
        let before = self.cited.take();
        let told = tell();
        (told, self.cited.replace(before))
    }

    /// Notes figures that are told in a table which other pages tell too.
    pub(super) fn cite_together(&self, cited: Arc<[Cited]>) {
        self.cited_together.borrow_mut().push(cited);
    }

    pub(super) fn say(&self, key: &str, fill: &[(&str, &str)]) -> String {
        self.words.say(key, fill)
    }

    /// The text of a key that needs nothing filled in.
    pub(super) fn word(&self, key: &str) -> String {
        self.words.say(key, &[])
    }

    /// A text with a number in it, in the form that the number asks for; `{n}` is the number as it is written.
    pub(super) fn count(&self, key: &str, number: u64) -> String {
        self.words
            .count(key, number, &[("n", &self.format.number(number))])
    }

    /// A text whose places hold strong words or links.
    pub(super) fn rich(&self, key: &str, fill: &[(&str, Span)]) -> Rich {
        let mut spans = Vec::new();
        for piece in pieces(self.words.pattern(key)) {
            match piece {
                Piece::Text(text) => spans.push(Span::Text(text.to_owned())),
                Piece::Place(name) => match fill.iter().find(|(place, _)| *place == name) {
                    Some((_, span)) => spans.push(span.clone()),
                    None => spans.push(Span::Text(format!("{{{name}}}"))),
                },
            }
        }
        Rich(spans)
    }

    /// As [`Voice::rich`], in the form that a number asks for.
    pub(super) fn rich_count(&self, key: &str, number: u64, fill: &[(&str, Span)]) -> Rich {
        self.rich(&self.words.plural(key, number), fill)
    }

    /// Whether a count is withheld where it is printed.
    pub(super) fn is_small(&self, cases: u64) -> bool {
        (1..self.min_cell).contains(&cases)
    }

    /// A text in the page's language.
    pub(super) fn of<'t>(&self, text: &'t Localised) -> &'t str {
        text.get(self.lang)
    }

    /// Several sentences one after the other, with the space the language puts between them.
    pub(super) fn sentences(&self, sentences: impl IntoIterator<Item = Rich>) -> Rich {
        let mut all = Rich::default();
        for sentence in sentences {
            if sentence.0.is_empty() {
                continue;
            }
            if !all.0.is_empty() && !self.lang.is_chinese() {
                all.0.push(Span::Text(" ".to_owned()));
            }
            all.0.extend(sentence.0);
        }
        all
    }

    /// Two sentences, either of which may be empty, with the space the language puts between them.
    pub(super) fn sentence_and(&self, first: String, second: String) -> String {
        let space = if first.is_empty() || second.is_empty() || self.lang.is_chinese() {
            ""
        } else {
            " "
        };
        format!("{first}{space}{second}")
    }

    /// Words as they begin a line: with a capital where the script has them.
    pub(super) fn capital(&self, words: &str) -> String {
        let mut characters = words.chars();
        characters.next().map_or_else(String::new, |first| {
            first.to_uppercase().chain(characters).collect()
        })
    }

    /// Words that begin a sentence, with clauses in a row and its stop: `2024: a; b.`
    pub(super) fn with_clauses(&self, mut beginning: Rich, clauses: Vec<Rich>) -> Rich {
        for (index, clause) in clauses.into_iter().enumerate() {
            if index > 0 {
                beginning.0.push(text(self.word("list.clauses")));
            }
            beginning.0.extend(clause.0);
        }
        beginning.0.push(text(self.word("compare.stop")));
        beginning
    }

    /// Clauses in a row: `a; b`, `a；b`.
    pub(super) fn clauses(&self, clauses: &[String]) -> String {
        clauses.join(&self.word("list.clauses"))
    }

    /// A dimension's name.
    pub(super) fn dimension(&self, section: &Section, dimension: usize) -> String {
        let label = section
            .dataset
            .dimension_texts
            .get(dimension)
            .map_or("", |text| self.of(&text.label));
        if label.is_empty() {
            section.dataset.scheme.dimensions[dimension].id.clone()
        } else {
            label.to_owned()
        }
    }

    /// A member's name in full: its label, the words for a blank cell, or its path by the names of those above it
    /// (`county › town`).
    pub(super) fn member(&self, section: &Section, dimension: usize, member: &str) -> String {
        if let Some(label) = self.label(section, dimension, member) {
            return label;
        }
        let path = path_of(section, dimension, member);
        let above = ancestors(section, dimension);
        let names: Vec<String> = (0..path.len())
            .map(|level| {
                let label = above
                    .get(level)
                    .filter(|_| level + 1 < path.len())
                    .and_then(|&at| self.label(section, at, &member_above(&path[..=level])));
                label.unwrap_or_else(|| self.part(&path[level]))
            })
            .collect();
        names.join(" › ")
    }

    /// A member's own name, without those above it in a hierarchy.
    pub(super) fn member_own(&self, section: &Section, dimension: usize, member: &str) -> String {
        match self.label(section, dimension, member) {
            Some(label) => label,
            None => self.part(
                path_of(section, dimension, member)
                    .last()
                    .map_or("", String::as_str),
            ),
        }
    }

    /// The label of a member in this language, where it has one that is not the export's own word.
    fn label(&self, section: &Section, dimension: usize, member: &str) -> Option<String> {
        let labels = &section.dataset.dimension_texts.get(dimension)?.members;
        let label = self.of(labels.get(member)?);
        (!label.is_empty() && label != member).then(|| label.to_owned())
    }

    fn part(&self, part: &str) -> String {
        if part == NOT_STATED {
            self.word("member.not_stated")
        } else {
            part.to_owned()
        }
    }

    /// The name of a folder of documents: in the program's words where it has them, else as it is called.
    pub(super) fn folder(&self, folder: &str) -> String {
        let key = format!("folder.{folder}");
        if self.words.has(&key) {
            self.word(&key)
        } else {
            self.capital(&folder.replace(['-', '_'], " "))
        }
    }

    /// The kind of a period, as it stands above a heading.
    pub(super) fn kind(&self, kind: PeriodKind) -> String {
        self.word(&format!("period.kind.{}", kind.id()))
    }

    /// A period's name, in a sentence or a heading.
    pub(super) fn period(&self, period: &Period) -> String {
        self.format.period(period)
    }
}

/// The parts of a member's name, from the top of its hierarchy. Only below a parent is a slash more than a letter of the name.
pub(super) fn path_of(section: &Section, dimension: usize, member: &str) -> Vec<String> {
    let about = &section.dataset.scheme.dimensions[dimension];
    if about.parent.is_some() {
        member_path(member)
    } else {
        vec![member.to_owned()]
    }
}

/// A path cut at its slashes; one within a name is written `\/`.
fn member_path(member: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut characters = member.chars().peekable();
    while let Some(c) = characters.next() {
        let last = parts.len() - 1;
        match c {
            '\\' if matches!(characters.peek(), Some('/' | '\\')) => {
                parts[last].extend(characters.next());
            }
            '/' => parts.push(String::new()),
            _ => parts[last].push(c),
        }
    }
    parts
}

/// A member by the path from the top down to it, as the tally writes it: the top is a plain name, those below are paths.
pub(super) fn member_above(path: &[String]) -> String {
    if let [top] = path {
        return top.clone();
    }
    let parts: Vec<String> = path
        .iter()
        .map(|part| part.replace('\\', "\\\\").replace('/', "\\/"))
        .collect();
    parts.join("/")
}

/// A dimension and those above it, from the top.
pub(super) fn ancestors(section: &Section, dimension: usize) -> Vec<usize> {
    let dimensions = &section.dataset.scheme.dimensions;
    let mut chain = vec![dimension];
    while let Some(parent) = dimensions[chain[chain.len() - 1]].parent {
        if chain.contains(&parent) {
            break;
        }
        chain.push(parent);
    }
    chain.reverse();
    chain
}

/// A name cut to what a chart has room for: 30 characters, of which a Han character takes two.
pub(super) fn shortened(name: &str) -> String {
    let width = |c: char| {
        if c.is_ascii() || u32::from(c) < 0x1100 {
            1
        } else {
            2
        }
    };
    if name.chars().map(width).sum::<usize>() <= 30 {
        return name.to_owned();
    }
    let mut room = 28;
    let mut short = String::new();
    for c in name.chars() {
        if width(c) > room {
            break;
        }
        room -= width(c);
        short.push(c);
    }
    format!("{}…", short.trim_end())
}

pub(super) fn strong(text: impl Into<String>) -> Span {
    Span::Strong(text.into())
}

pub(super) fn text(text: impl Into<String>) -> Span {
    Span::Text(text.into())
}

pub(super) fn link(text: impl Into<String>, to: Target) -> Link {
    Link {
        text: text.into(),
        to,
    }
}

/// A link to a page in the same language.
pub(super) fn to_page(text: impl Into<String>, key: impl Into<String>) -> Link {
    link(text, Target::Page(key.into(), None))
}

pub(super) fn linked(link: Link) -> Rich {
    Rich(vec![Span::Link(link)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_cut_at_slashes_that_are_not_escaped() {
        assert_eq!(member_path("county/town"), ["county", "town"]);
        assert_eq!(member_path("Economy\\/jobs"), ["Economy/jobs"]);
        assert_eq!(member_path("plain"), ["plain"]);
    }

    #[test]
    fn the_top_of_a_hierarchy_is_a_plain_name_and_what_lies_below_a_path() {
        let path = ["Economy/jobs".to_owned(), "Training".to_owned()];
        assert_eq!(member_above(&path[..1]), "Economy/jobs");
        assert_eq!(member_above(&path), "Economy\\/jobs/Training");
        assert_eq!(member_path(&member_above(&path)), path);
    }

    #[test]
    fn a_long_name_is_cut_where_a_phone_ends() {
        assert_eq!(shortened("Parks"), "Parks");
        assert_eq!(shortened(&"a".repeat(40)), format!("{}…", "a".repeat(28)));
        assert_eq!(shortened(&"汉".repeat(16)), format!("{}…", "汉".repeat(14)));
        assert_eq!(shortened(&"汉".repeat(15)), "汉".repeat(15));
    }
}
