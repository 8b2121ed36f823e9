//! What one data set's cases have: fields, dimensions and clocks. Members are numbered as they are first met.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{Clock, Field};

/// The member that stands for a blank cell.
pub const NOT_STATED: &str = "(not stated)";

/// A way to divide cases: department, area, channel, category.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dimension {
    /// Its id in configuration, files and addresses.
    pub id: String,
    /// Whether each member has a page.
    pub pages: bool,
    /// Index of the dimension above it, where it is part of a hierarchy.
    pub parent: Option<usize>,
}

/// What one data set's cases have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scheme {
    /// The canonical fields that some column is mapped to.
    pub fields: BTreeSet<Field>,
    /// Its dimensions, in configuration order.
    pub dimensions: Vec<Dimension>,
    /// Its clocks, in configuration order; at least one.
    pub clocks: Vec<Clock>,
    /// Index of the dimension that says what a case is about: loud and quiet cases are compared within its members.
    pub matter: Option<usize>,
    /// Whether the source holds answered cases only, so that shares of answered cases would be an artefact.
    pub only_answered: bool,
}

impl Scheme {
    /// Whether a column is mapped to the field.
    #[must_use]
    pub fn has(&self, field: Field) -> bool {
        self.fields.contains(&field)
    }

    /// The field whose date ends a case: closed, else responded; `None` where the source dates neither.
    #[must_use]
    pub fn ending(&self) -> Option<Field> {
        [Field::Closed, Field::Responded]
            .into_iter()
            .find(|field| self.has(*field))
    }

    /// The field whose date answers a case: responded, else closed; `None` where the source dates neither.
    #[must_use]
    pub fn answering(&self) -> Option<Field> {
        [Field::Responded, Field::Closed]
            .into_iter()
            .find(|field| self.has(*field))
    }

    /// Whether it is told how loudly cases were brought.
    #[must_use]
    pub fn has_sides(&self) -> bool {
        self.has(Field::Escalation)
    }

    /// The pairs of dimensions that are tallied together: a dimension with pages, and another one.
    #[must_use]
    pub fn pairs(&self) -> Vec<(usize, usize)> {
        let mut pairs = Vec::new();
        for (a, first) in self.dimensions.iter().enumerate() {
            for b in 0..self.dimensions.len() {
                if first.pages && a != b {
                    pairs.push((a, b));
                }
            }
        }
        pairs
    }
}

/// The members of one dimension, numbered in the order they were first met.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Members {
    names: Vec<String>,
    #[serde(skip)]
    numbers: BTreeMap<String, u32>,
}

impl Members {
    /// The number of a member; a new one is added. Give the export's trimmed word, or the path `county/town`.
    pub fn number(&mut self, name: &str) -> u32 {
        if let Some(number) = self.numbers.get(name) {
            return *number;
        }
        let number =
            u32::try_from(self.names.len()).expect("fewer members than rows, and rows fit");
        self.names.push(name.to_owned());
        self.numbers.insert(name.to_owned(), number);
        number
    }

    /// The name of a number that [`Members::number`] gave.
    #[must_use]
    pub fn name(&self, number: u32) -> &str {
        &self.names[number as usize]
    }

    /// All names, in the order they were first met.
    #[must_use]
    pub fn names(&self) -> &[String] {
        &self.names
    }
}
