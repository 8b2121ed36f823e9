//! A text with tags, cut into what stands as it is, values, conditions and names that are given.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::expression::{Call, Expr};
use super::lexer::{Token, Wrong, tokens};
use super::parse::expression;
use crate::diag::{Diagnostic, Diagnostics, Place};

/// Opens the number of a place in an expanded text; no character of any script.
pub const PLACE_START: char = '\u{fdd0}';
/// Closes it.
pub const PLACE_END: char = '\u{fdd1}';

/// Conditions within conditions; more is a mistake, or a trick.
const DEEPEST: usize = 16;

/// A part of a text. Spans are bytes of the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Piece {
    /// What stands as it is.
    Text(Range<usize>),
    /// `{{ … }}`, with the span of the whole tag.
    Value(Expr, Range<usize>),
    /// `{% set name = … %}`
    Set(String, Expr),
    /// `{% if … %} … {% elif … %} … {% else %} … {% endif %}`: the first branch whose condition holds; one without always does.
    If(Vec<(Option<Expr>, Vec<Self>)>),
}

/// A text with tags.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Template {
    pieces: Vec<Piece>,
}

/// A text with conditions decided and values as places, to be read as Markdown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Expansion {
    /// The text; a place is [`PLACE_START`], its number from 0, [`PLACE_END`].
    pub text: String,
    /// Where runs of it come from: (byte in `text`, byte in the file), in order.
    from: Vec<(usize, usize)>,
}

impl Expansion {
    /// Where a span of the text stands in the file.
    #[must_use]
    pub fn span(&self, span: Range<usize>) -> Range<usize> {
        self.at(span.start)..self.at(span.end.max(span.start + 1) - 1) + 1
    }

    fn at(&self, at: usize) -> usize {
        let index = self.from.partition_point(|(own, _)| *own <= at);
        match index.checked_sub(1).and_then(|index| self.from.get(index)) {
            Some((own, file)) => file + (at - own),
            None => at,
        }
    }
}

/// Decides conditions and takes values, in the order of the text.
pub trait Reader {
    /// Whether a condition holds.
    fn holds(&mut self, condition: &Expr) -> bool;
    /// Gives a name to a value.
    fn set(&mut self, name: &str, value: &Expr);
    /// Takes the value of a place. A plain text is written where it stands; `None` leaves a numbered place to be filled.
    fn value(&mut self, place: usize, value: &Expr, span: &Range<usize>) -> Option<String>;
}

impl Template {
    /// Reads the tags in `body` of a file's `text`, but for those in `as_is` (sorted, apart). Mistakes are told and left out.
    #[must_use]
    pub fn read(
        path: &str,
        text: &str,
        body: Range<usize>,
        as_is: &[Range<usize>],
        diags: &mut Diagnostics,
    ) -> Self {
        let mut scanner = Scanner {
            path,
            text,
            at: body.start,
            end: body.end,
            as_is,
            trims_next: false,
            diags,
        };
        let (pieces, _) = scanner.pieces(0, None);
        Self { pieces }
    }

    /// The values in it, where nothing in it depends on a condition or on a name it gives: then its text is the same whatever they are.
    #[must_use]
    pub fn values(&self) -> Option<Vec<(&Expr, &Range<usize>)>> {
        let values = self.pieces.iter().filter_map(|piece| match piece {
            Piece::Text(_) => None,
            Piece::Value(value, span) => Some(Some((value, span))),
            Piece::Set(..) | Piece::If(_) => Some(None),
        });
        values.collect()
    }

    /// Its pieces.
    #[must_use]
    pub fn pieces(&self) -> &[Piece] {
        &self.pieces
    }

    /// All expressions in it, in the order of the text, whatever their conditions.
    #[must_use]
    pub fn expressions(&self) -> Vec<&Expr> {
        fn walk<'p>(pieces: &'p [Piece], found: &mut Vec<&'p Expr>) {
            for piece in pieces {
                match piece {
                    Piece::Text(_) => {}
                    Piece::Value(expr, _) | Piece::Set(_, expr) => found.push(expr),
                    Piece::If(branches) => {
                        for (condition, inside) in branches {
                            found.extend(condition);
                            walk(inside, found);
                        }
                    }
                }
            }
        }
        let mut found = Vec::new();
        walk(&self.pieces, &mut found);
        found
    }

    /// All calls in it.
    #[must_use]
    pub fn calls(&self) -> Vec<&Call> {
        self.expressions()
            .into_iter()
            .flat_map(Expr::calls)
            .collect()
    }

    /// Writes the text with every condition decided by a reader.
    pub fn expand(&self, text: &str, reader: &mut dyn Reader) -> Expansion {
        let mut made = Expansion::default();
        let mut places = 0;
        write(&self.pieces, text, &mut made, &mut places, reader);
        made
    }

    /// Writes the text with all branches of every condition, so that its headings and links can be looked at.
    #[must_use]
    pub fn expand_all(&self, text: &str) -> Expansion {
        fn write_all(pieces: &[Piece], text: &str, made: &mut Expansion, places: &mut usize) {
            for piece in pieces {
                match piece {
                    Piece::Text(range) => push(made, text, range),
                    Piece::Value(_, span) => {
                        place(made, *places, span);
                        *places += 1;
                    }
                    Piece::Set(..) => {}
                    Piece::If(branches) => {
                        for (_, inside) in branches {
                            write_all(inside, text, made, places);
                        }
                    }
                }
            }
        }
        let mut made = Expansion::default();
        write_all(&self.pieces, text, &mut made, &mut 0);
        made
    }
}

fn write(
    pieces: &[Piece],
    text: &str,
    made: &mut Expansion,
    places: &mut usize,
    reader: &mut dyn Reader,
) {
    for piece in pieces {
        match piece {
            Piece::Text(range) => push(made, text, range),
            Piece::Value(value, span) => {
                match reader.value(*places, value, span) {
                    Some(plain) => {
                        made.from.push((made.text.len(), span.start));
                        made.text.push_str(&plain);
                    }
                    None => place(made, *places, span),
                }
                *places += 1;
            }
            Piece::Set(name, value) => reader.set(name, value),
            Piece::If(branches) => {
                let branch = branches.iter().find(|(condition, _)| {
                    condition
                        .as_ref()
                        .is_none_or(|condition| reader.holds(condition))
                });
                if let Some((_, inside)) = branch {
                    write(inside, text, made, places, reader);
                }
            }
        }
    }
}

/// The first byte of both marks of places.
const FIRST_BYTE: u8 = 0xef;

fn push(made: &mut Expansion, text: &str, range: &Range<usize>) {
    made.from.push((made.text.len(), range.start));
    // What marks places may not be forged; the stand-in is as long, so that spans stay true.
    let piece = &text[range.clone()];
    // Few texts have any character that begins with the byte of these two.
    if !piece.as_bytes().contains(&FIRST_BYTE) {
        made.text.push_str(piece);
        return;
    }
    made.text
        .push_str(&piece.replace([PLACE_START, PLACE_END], "\u{fffd}"));
}

fn place(made: &mut Expansion, number: usize, span: &Range<usize>) {
    made.from.push((made.text.len(), span.start));
    made.text
        .push_str(&format!("{PLACE_START}{number}{PLACE_END}"));
}

/// The tags, as they open and close.
const TAGS: [(&str, &str); 2] = [("{{", "}}"), ("{%", "%}")];

/// The tags that may open in a text, each with its place in bytes.
fn tags(text: &str) -> impl Iterator<Item = (usize, (&'static str, &'static str))> {
    text.match_indices('{').filter_map(|(at, _)| {
        let tag = TAGS.iter().find(|tag| text[at..].starts_with(tag.0))?;
        Some((at, *tag))
    })
}

/// The places at which a tag may open in a text, whether in code or not.
pub fn openings(text: &str) -> impl Iterator<Item = usize> {
    tags(text).map(|(at, _)| at)
}

/// A tag that ends a run of pieces.
enum Ending {
    Elif(Expr),
    Else,
    Endif,
}

struct Scanner<'t> {
    path: &'t str,
    text: &'t str,
    at: usize,
    end: usize,
    as_is: &'t [Range<usize>],
    trims_next: bool,
    diags: &'t mut Diagnostics,
}

/// A tag: how it opens, the span of its inside without dashes, its whole span.
struct Tag {
    opens: &'static str,
    inside: Range<usize>,
    span: Range<usize>,
}

impl Scanner<'_> {
    /// Reads pieces up to the end of the text, or of the condition that opened at `open`.
    fn pieces(
        &mut self,
        depth: usize,
        open: Option<&Range<usize>>,
    ) -> (Vec<Piece>, Option<Ending>) {
        let mut pieces = Vec::new();
        while let Some(tag) = self.next_tag(&mut pieces) {
            match tag.opens {
                "{{" => match self.expression(tag.inside.clone()) {
                    Ok(expr) => pieces.push(Piece::Value(expr, tag.span)),
                    Err(wrong) => self.tell(wrong),
                },
                _ => match self.statement(&tag, depth, &mut pieces) {
                    Ok(None) => {}
                    Ok(Some(ending)) if open.is_some() => return (pieces, Some(ending)),
                    Ok(Some(_)) => self.tell((
                        "there is no {% if … %} before this".to_owned(),
                        tag.span.clone(),
                    )),
                    Err(wrong) => self.tell(wrong),
                },
            }
        }
        if let Some(open) = open {
            self.tell(("the condition has no {% endif %}".to_owned(), open.clone()));
        }
        (pieces, None)
    }

    fn statement(
        &mut self,
        tag: &Tag,
        depth: usize,
        pieces: &mut Vec<Piece>,
    ) -> Result<Option<Ending>, Wrong> {
        let inside = &self.text[tag.inside.clone()];
        let lead = inside.len() - inside.trim_start().len();
        let word_end = inside[lead..]
            .find(|c: char| !c.is_alphanumeric())
            .map_or(inside.len(), |n| lead + n);
        let rest = tag.inside.start + word_end..tag.inside.end;
        let word = &inside[lead..word_end];
        let nothing_after = |what: Ending| {
            if self.text[rest.clone()].trim().is_empty() {
                Ok(Some(what))
            } else {
                Err((format!("nothing may follow \"{word}\""), rest.clone()))
            }
        };
        match word {
            "else" => nothing_after(Ending::Else),
            "endif" => nothing_after(Ending::Endif),
            "elif" => Ok(Some(Ending::Elif(self.expression(rest)?))),
            "set" => {
                let (name, value) = self.set(rest)?;
                pieces.push(Piece::Set(name, value));
                Ok(None)
            }
            "if" => {
                if depth >= DEEPEST {
                    return Err((
                        "conditions are nested too deeply".to_owned(),
                        tag.span.clone(),
                    ));
                }
                let condition = self.expression(rest)?;
                let branches = self.branches(condition, depth, &tag.span);
                pieces.push(Piece::If(branches));
                Ok(None)
            }
            other => Err((
                format!("\"{other}\" is not a tag: the tags are if, elif, else, endif and set"),
                tag.span.clone(),
            )),
        }
    }

    fn branches(
        &mut self,
        first: Expr,
        depth: usize,
        open: &Range<usize>,
    ) -> Vec<(Option<Expr>, Vec<Piece>)> {
        let mut branches = Vec::new();
        let mut condition = Some(first);
        loop {
            let (inside, ending) = self.pieces(depth + 1, Some(open));
            let was_else = condition.is_none();
            branches.push((condition, inside));
            condition = match ending {
                Some(Ending::Elif(next)) if !was_else => Some(next),
                Some(Ending::Else) if !was_else => None,
                Some(Ending::Elif(_) | Ending::Else) => {
                    self.tell((
                        "after {% else %} only {% endif %} may follow".to_owned(),
                        open.clone(),
                    ));
                    return branches;
                }
                Some(Ending::Endif) | None => return branches,
            };
        }
    }

    fn set(&self, rest: Range<usize>) -> Result<(String, Expr), Wrong> {
        let words = tokens(&self.text[rest.clone()], rest.start)?;
        match words.as_slice() {
            [(Token::Word(name), _), (Token::Sign("="), _), value @ ..] => {
                Ok((name.clone(), expression(value, rest.end)?))
            }
            _ => Err(("write {% set name = figure(…) %}".to_owned(), rest)),
        }
    }

    fn expression(&self, inside: Range<usize>) -> Result<Expr, Wrong> {
        let words = tokens(&self.text[inside.clone()], inside.start)?;
        if words.is_empty() {
            let around = inside.start.saturating_sub(2)..inside.end;
            return Err(("the tag is empty".to_owned(), around));
        }
        expression(&words, inside.end)
    }

    /// The next tag; what stands before it becomes a piece.
    fn next_tag(&mut self, pieces: &mut Vec<Piece>) -> Option<Tag> {
        let from = self.at;
        let found = self.opening(from);
        let text_end = found.map_or(self.end, |(at, _)| at);
        let mut range = from..text_end;
        if std::mem::take(&mut self.trims_next) {
            let shown = &self.text[range.clone()];
            range.start = range.end - shown.trim_start().len();
        }
        let Some((at, (opens, closes))) = found else {
            self.at = self.end;
            push_text(pieces, range);
            return None;
        };
        let mut inside = at + 2..self.end;
        let closed = self.closing(inside.start, closes);
        inside.end = closed.unwrap_or(self.end);
        self.at = closed.map_or(self.end, |end| end + 2);
        let span = at..self.at;
        if closed.is_none() {
            // The rest of the line says enough.
            let line = self.text[at..self.end]
                .find('\n')
                .map_or(self.end, |n| at + n);
            self.tell((format!("the tag has no {closes}"), at..line));
            push_text(pieces, range);
            return None;
        }
        if self.text[inside.clone()].starts_with('-') {
            inside.start += 1;
            let shown = &self.text[range.clone()];
            range.end = range.start + shown.trim_end().len();
        }
        if self.text[inside.clone()].ends_with('-') {
            inside.end -= 1;
            self.trims_next = true;
        }
        push_text(pieces, range);
        Some(Tag {
            opens,
            inside,
            span,
        })
    }

    /// Where the next tag outside code opens.
    fn opening(&self, from: usize) -> Option<(usize, (&'static str, &'static str))> {
        let mut from = from;
        while from < self.end {
            let (at, tag) = tags(&self.text[from..self.end]).next()?;
            let at = from + at;
            match self.as_is.iter().find(|range| range.contains(&at)) {
                Some(range) => from = range.end.max(at + 1),
                None => return Some((at, tag)),
            }
        }
        None
    }

    /// Where a tag closes: not within a text in quotes.
    fn closing(&self, from: usize, closes: &str) -> Option<usize> {
        let mut quote = None;
        for (at, c) in self.text[from..self.end].char_indices() {
            match quote {
                Some(open) if c == open => quote = None,
                // A text in quotes does not run over lines: what follows a forgotten quote is read again.
                Some(_) if c == '\n' => quote = None,
                Some(_) => {}
                None if c == '"' || c == '\'' => quote = Some(c),
                None if self.text[from + at..self.end].starts_with(closes) => {
                    return Some(from + at);
                }
                None => {}
            }
        }
        None
    }

    fn tell(&mut self, (message, span): Wrong) {
        self.diags.tell(
            Diagnostic::error("prose-syntax", message)
                .at(Place::span(self.path, self.text, span))
                .hint("write {{ figure(…) }} or {% if … %}; to show braces as they are, set them as `code`"),
        );
    }
}

fn push_text(pieces: &mut Vec<Piece>, range: Range<usize>) {
    if !range.is_empty() {
        pieces.push(Piece::Text(range));
    }
}
