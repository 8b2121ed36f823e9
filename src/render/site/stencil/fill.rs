//! Filling a stencil from a page.

use super::{Expr, Piece, Stencil, Step, Value};

/// Components within each other; no theme needs as many.
const DEEPEST: usize = 16;

/// Bytes that most pages have.
const USUAL: usize = 12_000;

/// A page, written; `None` where Tera is to be asked.
pub(super) fn page<'v>(stencil: &'v Stencil, globals: &[Value<'v>]) -> Option<String> {
    let mut filler = Filler {
        stencil,
        places: globals.to_vec(),
        base: 0,
        depth: 0,
        out: String::with_capacity(USUAL),
    };
    filler.pieces(&stencil.pieces)?;
    Some(filler.out)
}

struct Filler<'v> {
    stencil: &'v Stencil,
    /// The values that names stand for, of the page and of each component that is at work.
    places: Vec<Value<'v>>,
    /// The first place of the component that is at work.
    base: usize,
    depth: usize,
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
                _ => return None,
            },
            Piece::Raw(expr) => match self.value(expr)? {
                Value::Text(text) => self.out.push_str(text),
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
            Piece::Each(expr, pieces) => {
                let Value::List(list) = self.value(expr)? else {
                    return None;
                };
                let place = self.places.len();
                for at in 0..list.length() {
                    self.places.push(list.at(at)?);
                    self.pieces(pieces)?;
                    self.places.truncate(place);
                }
            }
            Piece::Call(component, arguments) => {
                if self.depth == DEEPEST {
                    return None;
                }
                let place = self.places.len();
                for argument in arguments {
                    let value = self.value(argument)?;
                    self.places.push(value);
                }
                let base = std::mem::replace(&mut self.base, place);
                self.depth += 1;
                self.pieces(&self.stencil.components[*component])?;
                self.depth -= 1;
                self.base = base;
                self.places.truncate(place);
            }
        }
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

/// Text as Tera escapes it.
fn escape(text: &str, out: &mut String) {
    let mut rest = text;
    while let Some(at) = rest
        .bytes()
        .position(|byte| matches!(byte, b'&' | b'<' | b'>' | b'"' | b'\''))
    {
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
