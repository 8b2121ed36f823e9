//! What is wrong with a text's tags, before any page is made: every call and name in it, whatever its conditions.

use std::collections::BTreeMap;

use super::resolve::{self, Wrong};
use super::value::{OF_CHANGE, OF_FIGURE};
use super::{Here, NAMES};
use crate::content::Document;
use crate::diag::{Diagnostic, Place};
use crate::indicators::Scope;
use crate::prose::{Call, Expr, Kind, Piece};
use crate::report::narrative;
use crate::report::publication::Publication;

/// What an expression is, as far as it matters for what may be done with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Type {
    Figure,
    Change,
    Block,
    Period,
    Dataset,
    Member,
    /// A text, a number, true or false.
    Plain,
}

const OF_PERIOD: [&str; 7] = ["name", "id", "kind", "from", "to", "partial", "provisional"];

/// Tells every tag of the office's texts that no figure or name answers to, apart from those in texts known to have none such.
#[must_use]
pub fn broken(publication: &Publication, is_known: &dyn Fn(&Document) -> bool) -> Vec<Diagnostic> {
    let mut told = Vec::new();
    for document in publication.documents.iter().filter(|each| !is_known(each)) {
        let mut checker = Checker::new(publication, document, Here::nowhere(), false);
        checker.document();
        told.append(&mut checker.told);
    }
    for document in publication.narratives.iter().filter(|each| !is_known(each)) {
        // A report's text stands on many pages: each data set that it is for must be able to answer it.
        let mut said: Vec<Diagnostic> = Vec::new();
        for section in narrative::sections(publication, document) {
            let here = Here {
                section: Some(section),
                scope: Scope::Overall,
                period: section.current(),
            };
            let mut checker = Checker::new(publication, document, here, true);
            checker.document();
            for each in checker.told {
                if !said.contains(&each) {
                    said.push(each);
                }
            }
        }
        told.append(&mut said);
    }
    told
}

struct Checker<'c, 's> {
    publication: &'s Publication,
    document: &'c Document,
    here: Here<'s>,
    is_report: bool,
    names: BTreeMap<String, Type>,
    told: Vec<Diagnostic>,
}

impl<'c, 's> Checker<'c, 's> {
    const fn new(
        publication: &'s Publication,
        document: &'c Document,
        here: Here<'s>,
        is_report: bool,
    ) -> Self {
        Self {
            publication,
            document,
            here,
            is_report,
            names: BTreeMap::new(),
            told: Vec::new(),
        }
    }

    fn document(&mut self) {
        let tags = self.document.tags();
        self.pieces(tags.template.pieces(), &tags.alone, &mut 0);
    }

    fn pieces(&mut self, pieces: &[Piece], alone: &[usize], places: &mut usize) {
        for piece in pieces {
            match piece {
                Piece::Text(_) => {}
                Piece::Set(name, value) => {
                    let found = self.look(value);
                    self.names
                        .insert(name.clone(), found.unwrap_or(Type::Plain));
                }
                Piece::Value(value, span) => {
                    let found = self.look(value);
                    let is_alone = alone.contains(places);
                    *places += 1;
                    match found {
                        Some(Type::Block) if !is_alone => self.tell(
                            Wrong::new("a chart or table stands in a paragraph of its own", span)
                                .hint("put an empty line before and after it"),
                        ),
                        Some(Type::Period | Type::Dataset | Type::Member) => self.tell(
                            Wrong::new("this is no text that could be written", span)
                                .hint("name an attribute of it, such as .name"),
                        ),
                        _ => {}
                    }
                }
                Piece::If(branches) => {
                    for (condition, inside) in branches {
                        if let Some(condition) = condition {
                            self.look(condition);
                        }
                        self.pieces(inside, alone, places);
                    }
                }
            }
        }
    }

    fn tell(&mut self, wrong: Wrong) {
        let document = self.document;
        let place = Place::span(&document.path, &document.written(), wrong.span);
        let told = Diagnostic::error("unknown-figure", wrong.message).at(place);
        self.told.push(match wrong.hint {
            Some(hint) => told.hint(hint),
            None => told,
        });
    }

    /// What an expression is; `None` where something in it was told.
    fn look(&mut self, expr: &Expr) -> Option<Type> {
        match &expr.kind {
            Kind::Text(_) | Kind::Number(_) | Kind::Truth(_) => Some(Type::Plain),
            Kind::Name(name) => self.name(name, expr),
            Kind::Call(call) => match self.call(call) {
                Ok(found) => Some(found),
                Err(wrong) => {
                    self.tell(wrong);
                    None
                }
            },
            Kind::Attribute(of, attribute) => {
                let of = self.look(of)?;
                let has: &[&str] = match of {
                    Type::Figure => &OF_FIGURE,
                    Type::Change => &OF_CHANGE,
                    Type::Period => &OF_PERIOD,
                    Type::Dataset => &["id", "title"],
                    Type::Member => &["name", "dimension"],
                    Type::Block | Type::Plain => &[],
                };
                if !has.contains(&attribute.as_str()) {
                    let message = format!("there is no attribute \"{attribute}\" here");
                    self.tell(Wrong::new(message, &expr.span).near(attribute, has.iter().copied()));
                    return None;
                }
                let is_figure = of == Type::Figure && attribute == "value";
                Some(if is_figure { Type::Figure } else { Type::Plain })
            }
            Kind::Not(of) => self.look(of).map(|_| Type::Plain),
            Kind::And(one, other) | Kind::Or(one, other) | Kind::Compare(_, one, other) => {
                let (one, other) = (self.look(one), self.look(other));
                one.and(other).map(|_| Type::Plain)
            }
        }
    }

    fn name(&mut self, name: &str, expr: &Expr) -> Option<Type> {
        if let Some(found) = self.names.get(name) {
            return Some(*found);
        }
        if self.is_report && NAMES.contains(&name) {
            return Some(match name {
                "period" => Type::Period,
                "dataset" => Type::Dataset,
                "member" => Type::Member,
                "change" => Type::Change,
                "as_of" | "levels" => Type::Plain,
                _ => Type::Figure,
            });
        }
        let wrong = Wrong::new(format!("nothing has the name \"{name}\""), &expr.span);
        let own = self.names.keys().map(String::as_str);
        let valid: Vec<&str> = if self.is_report {
            own.chain(NAMES).collect()
        } else {
            own.collect()
        };
        let wrong = if NAMES.contains(&name) && !self.is_report {
            wrong.hint("reports of a period or a member have it; here write figure(…)")
        } else {
            wrong.near(name, valid)
        };
        self.tell(wrong);
        None
    }

    fn call(&self, call: &Call) -> Result<Type, Wrong> {
        resolve::shape(call)?;
        let section = resolve::section(self.publication, &self.here, call)?;
        match call.name.as_str() {
            "figure" | "change" => {
                let asked = resolve::asked(self.publication, &self.here, call)?;
                resolve::indicator(self.publication, &self.here, &asked, call)?;
                if call.name == "figure" {
                    return Ok(Type::Figure);
                }
                resolve::against(&self.here, &asked, call)?;
                Ok(Type::Change)
            }
            _ => {
                let dimension = resolve::dimension(section, call)?;
                if dimension.is_some() && call.argument("member").is_none() {
                    resolve::members_period(section, &self.here, call)?;
                } else {
                    let asked = resolve::over_periods(self.publication, &self.here, call)?;
                    resolve::indicator(self.publication, &self.here, &asked, call)?;
                }
                resolve::kind(section, call)?;
                Ok(Type::Block)
            }
        }
    }
}
