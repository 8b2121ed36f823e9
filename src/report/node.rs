//! The office's own text as every medium shows it: the shapes of Markdown, with live figures in their places.

use std::sync::Arc;

use serde::Serialize;

use super::model::{Block, Span, Target};
pub use crate::content::Style;

/// A piece of text.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Node {
    /// A paragraph.
    Paragraph(Vec<Run>),
    /// Text of a list item that is no paragraph of its own.
    Plain(Vec<Run>),
    /// A heading: its fragment, its level from 2 to 6, its text.
    Heading(String, u8, Vec<Run>),
    /// A list; numbered from a number, or with dots.
    List(Option<u64>, Vec<Vec<Node>>),
    /// A quotation.
    Quote(Vec<Node>),
    /// Lines shown as they are.
    Code(String),
    /// A table without caption.
    Grid(Grid),
    /// A line between two parts.
    Rule,
    /// A footnote: its number from 1, and its text.
    Note(usize, Vec<Node>),
    /// A chart or a table of figures.
    Block(Arc<Block>),
}

/// A table of a text.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Grid {
    /// Whether each column stands at the end, as numbers do.
    pub is_at_end: Vec<bool>,
    /// The cells of its head.
    pub head: Vec<Vec<Run>>,
    /// The cells of its rows.
    pub rows: Vec<Vec<Vec<Run>>>,
}

/// A run of text.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Run {
    /// Words, a figure's value, a marker.
    Span(Span),
    /// A name or a line of code.
    Code(String),
    /// A run set in a style.
    Styled(Style, Vec<Run>),
    /// A link; without a target where the address was refused.
    Link(Option<Target>, Vec<Run>),
    /// A picture and what it shows.
    Image(Option<Target>, String),
    /// The number of a footnote.
    NoteNumber(usize),
    /// A line break.
    Break,
}

/// The words of some runs, as feeds and previews show them; markers in square brackets.
pub(super) fn plain(runs: &[Run]) -> String {
    let mut words = String::new();
    for run in runs {
        match run {
            Run::Span(Span::Text(text) | Span::Strong(text)) | Run::Code(text) => {
                words.push_str(text);
            }
            Run::Span(Span::Link(link)) => words.push_str(&link.text),
            Run::Span(Span::Mark(mark)) => {
                words.push_str(" [");
                words.push(mark.0);
                words.push(']');
            }
            Run::Styled(_, inside) | Run::Link(_, inside) => words.push_str(&plain(inside)),
            Run::Image(_, text) => words.push_str(text),
            Run::Break => words.push(' '),
            Run::NoteNumber(_) => {}
        }
    }
    words
}

/// The words of the first paragraph.
pub(super) fn first_words(nodes: &[Node]) -> Option<String> {
    nodes.iter().find_map(|node| match node {
        Node::Paragraph(runs) => Some(plain(runs).replace('\n', " ")),
        _ => None,
    })
}
