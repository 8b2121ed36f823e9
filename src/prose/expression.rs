//! What stands in a tag: names, texts, numbers, calls, conditions. Spans are bytes of the whole file.

use std::ops::Range;

use serde::{Deserialize, Serialize};

/// An expression and where it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Expr {
    /// What it is.
    pub kind: Kind,
    /// Where it stands.
    pub span: Range<usize>,
}

/// A comparison of two values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Comparison {
    /// `==`
    Equal,
    /// `!=`
    Unequal,
    /// `<`
    Less,
    /// `<=`
    AtMost,
    /// `>`
    Greater,
    /// `>=`
    AtLeast,
}

/// The kinds of expression.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Kind {
    /// `"response"`
    Text(String),
    /// `90`
    Number(u64),
    /// `true`
    Truth(bool),
    /// `change`
    Name(String),
    /// `figure(indicator="received")`
    Call(Call),
    /// `change.clear`
    Attribute(Box<Expr>, String),
    /// `not …`
    Not(Box<Expr>),
    /// `… and …`
    And(Box<Expr>, Box<Expr>),
    /// `… or …`
    Or(Box<Expr>, Box<Expr>),
    /// `… == …`
    Compare(Comparison, Box<Expr>, Box<Expr>),
}

/// A call with its arguments, all of them named.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call {
    /// What is called.
    pub name: String,
    /// Where the name stands.
    pub span: Range<usize>,
    /// The arguments, each name once.
    pub arguments: Vec<Argument>,
}

impl Call {
    /// The argument of a name.
    #[must_use]
    pub fn argument(&self, name: &str) -> Option<&Argument> {
        self.arguments.iter().find(|each| each.name == name)
    }
}

/// A named argument; its value is a text, a number, or true or false.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Argument {
    /// Its name.
    pub name: String,
    /// Where the name stands.
    pub span: Range<usize>,
    /// Its value.
    pub value: Expr,
}

impl Argument {
    /// The value, where it is a text.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match &self.value.kind {
            Kind::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The value, where it is a number.
    #[must_use]
    pub const fn number(&self) -> Option<u64> {
        match self.value.kind {
            Kind::Number(number) => Some(number),
            _ => None,
        }
    }

    /// The value, where it is true or false.
    #[must_use]
    pub const fn truth(&self) -> Option<bool> {
        match self.value.kind {
            Kind::Truth(truth) => Some(truth),
            _ => None,
        }
    }
}

impl Expr {
    /// All calls in it.
    #[must_use]
    pub fn calls(&self) -> Vec<&Call> {
        let mut found = Vec::new();
        self.each(&mut |expr| {
            if let Kind::Call(call) = &expr.kind {
                found.push(call);
            }
        });
        found
    }

    /// Visits it and all it is made of.
    pub fn each<'e>(&'e self, visit: &mut dyn FnMut(&'e Self)) {
        visit(self);
        match &self.kind {
            Kind::Attribute(of, _) | Kind::Not(of) => of.each(visit),
            Kind::And(one, other) | Kind::Or(one, other) | Kind::Compare(_, one, other) => {
                one.each(visit);
                other.each(visit);
            }
            Kind::Text(_) | Kind::Number(_) | Kind::Truth(_) | Kind::Name(_) | Kind::Call(_) => {}
        }
    }
}
