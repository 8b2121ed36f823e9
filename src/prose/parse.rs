//! Expressions from the words and signs of a tag: `or` binds loosest, then `and`, `not`, comparisons, attributes.

use std::ops::Range;

use super::expression::{Argument, Call, Comparison, Expr, Kind};
use super::lexer::{Spanned, Token, Wrong};

/// Brackets within brackets, and `not` before `not`; more is a mistake, or a trick.
const DEEPEST: usize = 16;

/// Reads a whole tag's expression; `end` is where the tag's inside ends.
pub(super) fn expression(tokens: &[Spanned], end: usize) -> Result<Expr, Wrong> {
    let mut parser = Parser {
        tokens,
        at: 0,
        end,
        depth: 0,
    };
    let made = parser.or()?;
    match parser.tokens.get(parser.at) {
        None => Ok(made),
        Some((_, span)) => Err((
            "the tag should end before this".to_owned(),
            span.start..end.max(span.end),
        )),
    }
}

struct Parser<'t> {
    tokens: &'t [Spanned],
    at: usize,
    end: usize,
    depth: usize,
}

impl Parser<'_> {
    fn or(&mut self) -> Result<Expr, Wrong> {
        let mut made = self.and()?;
        while self.takes_word("or") {
            let other = self.and()?;
            made = joined(Kind::Or, made, other);
        }
        Ok(made)
    }

    fn and(&mut self) -> Result<Expr, Wrong> {
        let mut made = self.not()?;
        while self.takes_word("and") {
            let other = self.not()?;
            made = joined(Kind::And, made, other);
        }
        Ok(made)
    }

    fn not(&mut self) -> Result<Expr, Wrong> {
        let start = self.here();
        if !self.takes_word("not") {
            return self.comparison();
        }
        self.deeper(&start)?;
        let of = self.not()?;
        self.depth -= 1;
        let span = start.start..of.span.end;
        Ok(Expr {
            kind: Kind::Not(Box::new(of)),
            span,
        })
    }

    fn comparison(&mut self) -> Result<Expr, Wrong> {
        let one = self.attribute()?;
        let Some((Token::Sign(sign), _)) = self.tokens.get(self.at) else {
            return Ok(one);
        };
        let comparison = match *sign {
            "==" => Comparison::Equal,
            "!=" => Comparison::Unequal,
            "<" => Comparison::Less,
            "<=" => Comparison::AtMost,
            ">" => Comparison::Greater,
            ">=" => Comparison::AtLeast,
            _ => return Ok(one),
        };
        self.at += 1;
        let other = self.attribute()?;
        Ok(joined(
            |one, other| Kind::Compare(comparison, one, other),
            one,
            other,
        ))
    }

    fn attribute(&mut self) -> Result<Expr, Wrong> {
        let mut made = self.primary()?;
        while self.takes_sign(".") {
            let (name, span) = self.word("the name of an attribute")?;
            let span = made.span.start..span.end;
            made = Expr {
                kind: Kind::Attribute(Box::new(made), name),
                span,
            };
        }
        Ok(made)
    }

    fn primary(&mut self) -> Result<Expr, Wrong> {
        let Some((token, span)) = self.tokens.get(self.at).cloned() else {
            return Err(self.missing("a value"));
        };
        self.at += 1;
        let kind = match token {
            Token::Text(text) => Kind::Text(text),
            Token::Number(number) => Kind::Number(number),
            Token::Word(word) if word == "true" => Kind::Truth(true),
            Token::Word(word) if word == "false" => Kind::Truth(false),
            Token::Word(word) if self.takes_sign("(") => {
                let call = self.call(word, span.clone())?;
                let end = self.tokens[self.at - 1].1.end;
                return Ok(Expr {
                    kind: Kind::Call(call),
                    span: span.start..end,
                });
            }
            Token::Word(word) => Kind::Name(word),
            Token::Sign("(") => {
                self.deeper(&span)?;
                let inner = self.or()?;
                self.depth -= 1;
                self.sign(")")?;
                return Ok(inner);
            }
            Token::Sign(sign) => return Err((format!("\"{sign}\" has no meaning here"), span)),
        };
        Ok(Expr { kind, span })
    }

    /// The arguments of a call, after its opening bracket.
    fn call(&mut self, name: String, span: Range<usize>) -> Result<Call, Wrong> {
        let mut call = Call {
            name,
            span,
            arguments: Vec::new(),
        };
        while !self.takes_sign(")") {
            let (name, span) = self.word("the name of an argument, such as indicator=")?;
            if call.argument(&name).is_some() {
                return Err((format!("\"{name}\" is given twice"), span));
            }
            self.sign("=")?;
            let value = self.primary()?;
            if !matches!(value.kind, Kind::Text(_) | Kind::Number(_) | Kind::Truth(_)) {
                let message = "an argument is a text in quotes, a whole number, true or false";
                return Err((message.to_owned(), value.span));
            }
            call.arguments.push(Argument { name, span, value });
            if !self.takes_sign(",") {
                self.sign(")")?;
                break;
            }
        }
        Ok(call)
    }

    fn deeper(&mut self, span: &Range<usize>) -> Result<(), Wrong> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(("this is nested too deeply".to_owned(), span.clone()));
        }
        Ok(())
    }

    fn takes_word(&mut self, word: &str) -> bool {
        let takes =
            matches!(self.tokens.get(self.at), Some((Token::Word(found), _)) if found == word);
        self.at += usize::from(takes);
        takes
    }

    fn takes_sign(&mut self, sign: &str) -> bool {
        let takes =
            matches!(self.tokens.get(self.at), Some((Token::Sign(found), _)) if *found == sign);
        self.at += usize::from(takes);
        takes
    }

    fn word(&mut self, what: &str) -> Result<(String, Range<usize>), Wrong> {
        match self.tokens.get(self.at) {
            Some((Token::Word(word), span)) => {
                self.at += 1;
                Ok((word.clone(), span.clone()))
            }
            Some((_, span)) => Err((format!("{what} should stand here"), span.clone())),
            None => Err(self.missing(what)),
        }
    }

    fn sign(&mut self, sign: &str) -> Result<(), Wrong> {
        if self.takes_sign(sign) {
            return Ok(());
        }
        match self.tokens.get(self.at) {
            Some((_, span)) => Err((format!("\"{sign}\" should stand here"), span.clone())),
            None => Err(self.missing(&format!("\"{sign}\""))),
        }
    }

    fn here(&self) -> Range<usize> {
        self.tokens
            .get(self.at)
            .map_or(self.end..self.end, |(_, span)| span.clone())
    }

    fn missing(&self, what: &str) -> Wrong {
        let at = self.tokens.last().map_or(self.end, |(_, span)| span.start);
        (format!("{what} is missing"), at..self.end)
    }
}

fn joined(kind: impl FnOnce(Box<Expr>, Box<Expr>) -> Kind, one: Expr, other: Expr) -> Expr {
    let span = one.span.start..other.span.end;
    Expr {
        kind: kind(Box::new(one), Box::new(other)),
        span,
    }
}
