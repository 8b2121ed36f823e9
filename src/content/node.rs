//! A document as a tree, free of any medium: paragraphs, headings, lists, tables, notes. Whatever a text holds, these are all
//! the shapes it can take; raw HTML is text.

use serde::{Deserialize, Serialize};

/// A heading of a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heading {
    /// Its fragment.
    pub id: String,
    /// Its text.
    pub text: String,
    /// Its level, 2 to 6.
    pub level: u8,
}

/// A piece of a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Node {
    /// A paragraph.
    Paragraph(Vec<Inline>),
    /// Text of a list item that is no paragraph of its own.
    Plain(Vec<Inline>),
    /// A heading: its fragment, its level from 2 to 6, its text.
    Heading(String, u8, Vec<Inline>),
    /// A list; numbered from a number, or with dots.
    List(Option<u64>, Vec<Vec<Node>>),
    /// A quotation.
    Quote(Vec<Node>),
    /// Lines shown as they are.
    Code(String),
    /// A table.
    Table(Table),
    /// A line between two parts.
    Rule,
    /// A footnote: its number from 1, and its text.
    Note(usize, Vec<Node>),
}

impl Node {
    /// The place that it is a whole paragraph of.
    pub(super) fn only_place(&self) -> Option<usize> {
        match self {
            Self::Paragraph(runs) => match runs.as_slice() {
                [Inline::Place(place)] => Some(*place),
                _ => None,
            },
            _ => None,
        }
    }
}

/// A table of a document.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    /// Whether each column stands at the end, as numbers do.
    pub is_at_end: Vec<bool>,
    /// The cells of its head.
    pub head: Vec<Vec<Inline>>,
    /// The cells of its rows.
    pub rows: Vec<Vec<Vec<Inline>>>,
}

/// How a run of text is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Style {
    /// Stressed: `*…*`.
    Emphasis,
    /// Strong: `**…**`.
    Strong,
    /// Struck out: `~~…~~`.
    Struck,
}

/// A run of text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Inline {
    /// Plain text.
    Text(String),
    /// A name or a line of code.
    Code(String),
    /// A run set in a style.
    Styled(Style, Vec<Inline>),
    /// A link.
    Link(Goal, Vec<Inline>),
    /// A picture and what it shows.
    Image(Goal, String),
    /// The number of a footnote.
    NoteNumber(usize),
    /// A line break.
    Break,
    /// A place to be filled, by its number.
    Place(usize),
}

/// Where a link goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Goal {
    /// A page of the site in the same language, by its key, and a fragment.
    Page(String, Option<String>),
    /// A file of the site, by its path from the site's root.
    File(String),
    /// An address outside.
    Outside(String),
    /// Nowhere: the address was refused.
    Nowhere,
}

/// The words of a run of text, without places and notes.
#[must_use]
pub fn plain(inlines: &[Inline]) -> String {
    let mut words = String::new();
    add_plain(inlines, &mut words);
    words
}

fn add_plain(inlines: &[Inline], words: &mut String) {
    for inline in inlines {
        match inline {
            Inline::Text(text) | Inline::Code(text) | Inline::Image(_, text) => {
                words.push_str(text);
            }
            Inline::Styled(_, inside) | Inline::Link(_, inside) => add_plain(inside, words),
            Inline::Break => words.push(' '),
            Inline::NoteNumber(_) | Inline::Place(_) => {}
        }
    }
}
