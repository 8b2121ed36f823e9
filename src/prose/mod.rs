//! The small language of live figures in a text: `{{ figure(…) }}`, `{% if … %}`, `{% set … %}`.
//!
//! In: a text and the parts of it that are shown as they are (code). Out: a [`Template`], or what is wrong with line and column.
//! [`Template::expand`] writes the text with conditions decided and every value as a numbered place, to be read as Markdown and
//! filled. What names and calls mean is not known here; a text can neither loop nor reach a file, so it always ends.

mod expression;
mod lexer;
mod parse;
mod template;

pub use expression::{Argument, Call, Comparison, Expr, Kind};
pub use template::{Expansion, PLACE_END, PLACE_START, Piece, Reader, Template, openings};

#[cfg(test)]
mod tests;
