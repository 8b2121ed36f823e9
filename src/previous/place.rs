//! Where a published figure stands: data set, members, period. Names, no numbers: two publications may differ in all else.

use std::fmt;

use super::Word;
use crate::indicators::{Scope, Sheet};
use crate::time::PeriodKind;

/// The scope and period of published figures. Dimensions and members are empty where the scope has none.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The data set's id.
    pub dataset: Word,
    /// The dimension's id.
    pub dimension: Word,
    /// The other dimension's id, for pairs.
    pub dimension2: Word,
    /// The member, as figures name it.
    pub member: Word,
    /// The other dimension's member, for pairs.
    pub member2: Word,
    /// The kind of period.
    pub kind: PeriodKind,
    /// The period's id within its kind: `2024-Q3`.
    pub period: Word,
}

impl Place {
    /// The place of a sheet; `dimensions` are the ids of its data set's, in the scheme's order.
    #[must_use]
    pub fn of(dataset: &str, dimensions: &[&str], sheet: &Sheet) -> Self {
        let none = || Word::from("");
        let mut place = Self {
            dataset: dataset.into(),
            dimension: none(),
            dimension2: none(),
            member: none(),
            member2: none(),
            kind: sheet.period.kind,
            period: sheet.period.id().into(),
        };
        match &sheet.scope {
            Scope::Overall => {}
            Scope::Member { dimension, member } => {
                place.dimension = dimensions[*dimension].into();
                place.member = member.as_str().into();
            }
            Scope::Pair {
                dimension,
                member,
                dimension2,
                member2,
            } => {
                place.dimension = dimensions[*dimension].into();
                place.member = member.as_str().into();
                place.dimension2 = dimensions[*dimension2].into();
                place.member2 = member2.as_str().into();
            }
        }
        place
    }

    /// The place of the whole data set in the same period.
    #[must_use]
    pub fn overall(&self) -> Self {
        let none = Word::from("");
        Self {
            dimension: none.clone(),
            dimension2: none.clone(),
            member: none.clone(),
            member2: none,
            ..self.clone()
        }
    }

    /// The scope as an address has it: nothing, `department=Roads`, `department=Roads/channel=Letter`.
    #[must_use]
    pub fn scope(&self) -> String {
        if self.dimension.is_empty() {
            return String::new();
        }
        let mut scope = format!("{}={}", self.dimension, self.member);
        if !self.dimension2.is_empty() {
            scope.push_str(&format!("/{}={}", self.dimension2, self.member2));
        }
        scope
    }

    /// The period as an address has it: `quarter/2024-Q3`.
    #[must_use]
    pub fn span(&self) -> String {
        format!("{}/{}", self.kind.id(), self.period)
    }
}

/// `hotline/department=Roads/year/2024`; with an indicator behind it, the address of a figure.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/", self.dataset)?;
        if !self.dimension.is_empty() {
            write!(f, "{}/", self.scope())?;
        }
        f.write_str(&self.span())
    }
}
