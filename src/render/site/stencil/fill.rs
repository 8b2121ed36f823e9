//! Filling a stencil from a page.

use std::sync::Arc;

use super::super::signs::Signs;
use super::drawings::{Blank, Drawing, Link, Part};
use super::value::List;
use super::{Expr, Piece, Stencil, Step, Value};
use crate::report::Target;

/// Components within each other; no theme needs as many.
const DEEPEST: usize = 16;

/// Bytes that most pages have.
const USUAL: usize = 12_000;

/// Writes a target that may be followed as a page names it.
pub(in super::super) type Write<'w> = dyn Fn(&Target, &mut String) + 'w;

/// A page, written; `None` where Tera is to be asked.
pub(super) fn page<'v>(
    stencil: &'v Stencil,
    globals: &[Value<'v>],
    write: &'v Write<'v>,
) -> Option<String> {
    let mut filler = Filler {
        stencil,
        write,
        places: globals.to_vec(),
        base: 0,
        depth: 0,
        links: None,
        out: String::with_capacity(USUAL),
    };
    filler.pieces(&stencil.pieces)?;
    Some(filler.out)
}

struct Filler<'v> {
    stencil: &'v Stencil,
    write: &'v Write<'v>,
    /// The values that names stand for, of the page and of each component that is at work.
    places: Vec<Value<'v>>,
    /// The first place of the component that is at work.
    base: usize,
    depth: usize,
    /// The links of what is being drawn for all pages that have it.
    links: Option<Vec<Link<'v>>>,
    out: String,
}

impl<'v> Filler<'v> {
    fn pieces(&mut self, pieces: &'v [Piece]) -> Option<()> {
        for piece in pieces {
            self.piece(piece)?;
        }
        Some(())
    }

    fn piece(&mut self, piece: &'v Piece) -> Option<()> {
        match piece {
            Piece::Words(words) => self.out.push_str(words),
            Piece::Place(expr) => match self.value(expr)? {
                Value::Text(text) => escape(text, &mut self.out),
                Value::Sign(sign) => escape(sign.encode_utf8(&mut [0; 4]), &mut self.out),
                Value::Number(number) => self.out.push_str(&number.to_string()),
                Value::Href(to) => self.link(to, true),
                _ => return None,
            },
            Piece::Raw(expr) => match self.value(expr)? {
                Value::Text(text) => self.out.push_str(text),
                Value::Href(to) => self.link(to, false),
                _ => return None,
            },
            Piece::Choice(branches) => {
                for (condition, pieces) in branches {
                    let holds = match condition {
                        Some(condition) => self.value(condition)?.holds(),
                        None => true,
                    };
                    if holds {
                        return self.pieces(pieces);
                    }
                }
            }
            Piece::Each(expr, pieces, closed) => {
                let Value::List(list) = self.value(expr)? else {
                    return None;
                };
                let found = closed.and_then(|number| {
                    self.drawn(Part::Each(number), std::iter::once(Value::List(list)))
                });
                self.once(found, |filler| filler.each(list, pieces))?;
            }
            Piece::Call(component, arguments) => {
                let place = self.places.len();
                for argument in arguments {
                    let value = self.value(argument)?;
                    self.places.push(value);
                }
                let values = self.places[place..].iter().copied();
                let found = self.drawn(Part::Component(*component), values);
                self.once(found, |filler| filler.call(*component, place))?;
                self.places.truncate(place);
            }
        }
        Some(())
    }

    /// The drawing of a part, or its place, where all that fills it is what many pages have in common.
    fn drawn(
        &self,
        part: Part,
        values: impl Iterator<Item = Value<'v>>,
    ) -> Option<Result<Arc<Drawing>, Blank<'v>>> {
        // What lies within such a part is a piece of its drawing.
        let is_within = self.links.is_some();
        let drawings = (!is_within).then_some(&self.stencil.drawings)?;
        drawings.find(part, values.map(Value::common))
    }

    /// Adds what is drawn already; else fills a part, and keeps its drawing where it has a place for it.
    fn once(
        &mut self,
        found: Option<Result<Arc<Drawing>, Blank<'v>>>,
        fill: impl FnOnce(&mut Self) -> Option<()>,
    ) -> Option<()> {
        match found {
            Some(Ok(drawing)) => drawing.add_to(&mut self.out, |to, is_escaped, out| {
                write_link(self.write, to, is_escaped, out);
            }),
            Some(Err(blank)) => self.draw(blank, fill)?,
            None => fill(self)?,
        }
        Some(())
    }

    fn draw(&mut self, blank: Blank<'v>, fill: impl FnOnce(&mut Self) -> Option<()>) -> Option<()> {
        let start = self.out.len();
        self.links = Some(Vec::new());
        fill(self)?;
        let links = self.links.take().unwrap_or_default();
        let drawing = Drawing::new(&self.out, start, &links);
        self.stencil.drawings.keep(blank, drawing);
        Some(())
    }

    fn link(&mut self, to: &'v Target, is_escaped: bool) {
        let start = self.out.len();
        write_link(self.write, to, is_escaped, &mut self.out);
        if let Some(links) = &mut self.links {
            links.push(Link {
                span: start..self.out.len(),
                to,
                is_escaped,
            });
        }
    }

    fn each(&mut self, list: &'v dyn List, pieces: &'v [Piece]) -> Option<()> {
        let place = self.places.len();
        for at in 0..list.length() {
            self.places.push(list.at(at)?);
            self.pieces(pieces)?;
            self.places.truncate(place);
        }
        Some(())
    }

    /// Fills a component whose arguments stand from a place on.
    fn call(&mut self, component: usize, place: usize) -> Option<()> {
        if self.depth == DEEPEST {
            return None;
        }
        let base = std::mem::replace(&mut self.base, place);
        self.depth += 1;
        self.pieces(&self.stencil.components[component])?;
        self.depth -= 1;
        self.base = base;
        Some(())
    }

    fn value(&self, expr: &'v Expr) -> Option<Value<'v>> {
        Some(match expr {
            Expr::Path(place, steps) => {
                let mut value = self.places[self.base + place];
                for step in steps {
                    value = match (step, value) {
                        (Step::Field(name), Value::Thing(thing)) => thing.field(*name)?,
                        (Step::At(at), Value::List(list)) => list.at(*at)?,
                        _ => return None,
                    };
                }
                value
            }
            Expr::Truth(truth) => Value::Truth(*truth),
            Expr::Not(of) => Value::Truth(!self.value(of)?.holds()),
            Expr::Both(one, other) => {
                Value::Truth(self.value(one)?.holds() && self.value(other)?.holds())
            }
            Expr::Either(one, other) => {
                Value::Truth(self.value(one)?.holds() || self.value(other)?.holds())
            }
            Expr::Same(one, other) => match (self.value(one)?, self.value(other)?) {
                (Value::Text(one), Value::Text(other)) => Value::Truth(one == other),
                _ => return None,
            },
            Expr::Text(text) => Value::Text(text),
        })
    }
}

fn write_link(write: &Write<'_>, to: &Target, is_escaped: bool, out: &mut String) {
    let start = out.len();
    write(to, out);
    if is_escaped && SPECIAL.find(&out[start..]).is_some() {
        let href = out.split_off(start);
        escape(&href, out);
    }
}

/// What Tera escapes.
static SPECIAL: Signs = Signs::of(b"&<>\"'");

/// Text as Tera escapes it.
fn escape(text: &str, out: &mut String) {
    let mut rest = text;
    while let Some(at) = SPECIAL.find(rest) {
        out.push_str(&rest[..at]);
        out.push_str(match rest.as_bytes()[at] {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            b'"' => "&quot;",
            _ => "&#39;",
        });
        rest = &rest[at + 1..];
    }
    out.push_str(rest);
}
