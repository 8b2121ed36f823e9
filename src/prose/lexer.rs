//! The words and signs of a tag.

use std::ops::Range;

/// A word or sign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    Word(String),
    Text(String),
    Number(u64),
    /// `( ) , . = == != < <= > >=`
    Sign(&'static str),
}

pub(super) type Spanned = (Token, Range<usize>);

/// What could not be read, and where.
pub(super) type Wrong = (String, Range<usize>);

const SIGNS: [&str; 11] = ["==", "!=", "<=", ">=", "<", ">", "=", "(", ")", ",", "."];

/// Cuts the inside of a tag into words and signs; `from` is where it begins in the file.
pub(super) fn tokens(inside: &str, from: usize) -> Result<Vec<Spanned>, Wrong> {
    let mut found = Vec::new();
    let mut rest = inside;
    loop {
        rest = rest.trim_start();
        let at = inside.len() - rest.len();
        let Some(first) = rest.chars().next() else {
            return Ok(found);
        };
        let (token, length) = if first == '"' || first == '\'' {
            text(rest, first, from + at)?
        } else if first.is_ascii_digit() {
            number(rest, from + at)?
        } else if first.is_alphabetic() || first == '_' {
            let length = rest
                .find(|c: char| !(c.is_alphanumeric() || c == '_'))
                .unwrap_or(rest.len());
            (Token::Word(rest[..length].to_owned()), length)
        } else if let Some(sign) = SIGNS.iter().find(|sign| rest.starts_with(**sign)) {
            (Token::Sign(sign), sign.len())
        } else {
            let message = if "“”‘’「」".contains(first) {
                format!("texts stand in straight quotes, not in {first}")
            } else {
                format!("\"{first}\" has no meaning here")
            };
            return Err((message, from + at..from + at + first.len_utf8()));
        };
        found.push((token, from + at..from + at + length));
        rest = &rest[length..];
    }
}

fn text(rest: &str, quote: char, at: usize) -> Result<(Token, usize), Wrong> {
    let inner = &rest[1..];
    match inner.find(quote) {
        Some(end) => Ok((Token::Text(inner[..end].to_owned()), end + 2)),
        None => Err((
            "the text has no closing quote".to_owned(),
            at..at + rest.len(),
        )),
    }
}

fn number(rest: &str, at: usize) -> Result<(Token, usize), Wrong> {
    let length = rest
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(rest.len());
    match rest[..length].parse() {
        Ok(number) => Ok((Token::Number(number), length)),
        Err(_) => Err(("the number is too large".to_owned(), at..at + length)),
    }
}
