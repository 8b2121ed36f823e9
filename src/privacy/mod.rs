//! Small numbers: what may be published of figures and what may not. Sheets go in whole and come out publishable.
//!
//! [`protect`] is the way in; pages, files and drawings are made from what it leaves, so they cannot differ. Its steps:
//!
//! 1. Every count that a figure prints, from 1 to one below `min_cell`, is withheld; a zero tells of nobody.
//! 2. All counts are looked at as one body: how they add up within a sheet, over periods, over members and pairs, and from one stock
//!    to the next (the lattice). For each small count an exchange of cases is found in which it would be another number and nothing
//!    that is told would change; the other counts that it changes are withheld too. Those that cost readers least go first. It is
//!    looked for by pattern, and where none fits by a linear program.
//! 3. An audit checks every withheld count by its proof; what readers could work out is named, and nothing may be published.
//! 4. A figure that would print a withheld count is withheld whole: its rate, interval and quantile go with it. So do drawings.
//! 5. A rate or quantile on fewer cases than `min_base` says more than it knows: it is shown as its counts alone.
//!
//! What an earlier publication printed counts as known, with what follows from it by sums: no exchange changes it, but those that hide
//! what it printed that is small. Where it was of an earlier date, the exports are counted once more as of that date, and what hid a
//! count then is what is tried first; the proof holds other counts of then too, such as fit what was printed and go with those of now.
//!
//! A pair of which nothing can be told has no line anywhere, as one without a case has none. What is left when two shown counts are
//! subtracted is not a count that is printed, and is protected only where it is one of the indicators. How many rows an export has, and
//! why some were rejected, is about the office's files and not about people: the intake page is not touched.

mod along;
mod around;
mod audit;
mod block;
mod body;
mod carry;
mod closure;
mod counts;
mod drawings;
mod earlier;
mod exchange;
mod follow;
mod lattice;
mod look;
mod moves;
mod places;
mod program;
mod search;
mod sides;
mod solve;
mod suppress;
#[cfg(test)]
mod tests;
mod then;
mod times;
mod withhold;

pub use sides::{Ways, put_together};

use std::collections::BTreeMap;

use crate::case::Scheme;
use crate::indicators::{Amount, Base, Figure, Sheet};
use crate::time::{Day, PeriodKind};

/// What counts as small.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rules {
    /// No rate, mean or quantile on a smaller base.
    pub min_base: u64,
    /// Counts below it are withheld, 0 excepted; 1 is off.
    pub min_cell: u64,
}

/// What readers may know beside the sheets.
pub struct Around<'a> {
    /// What the cases have.
    pub scheme: &'a Scheme,
    /// The date that figures are of.
    pub as_of: Day,
    /// The last publication.
    pub earlier: Option<Told<'a>>,
}

/// What a publication told.
#[derive(Clone, Copy)]
pub struct Told<'a> {
    /// The date that its figures were of.
    pub as_of: Day,
    /// Numerator and denominator that it printed of a figure.
    pub printed: &'a Printed<'a>,
    /// Whether it had any line of a sheet, withheld or not.
    pub has: &'a dyn Fn(&Sheet) -> bool,
    /// Its sheets with all that was withheld, counted again; needed where it was of an earlier date.
    pub sheets: &'a [Sheet],
}

/// What was printed of a figure: its counts.
pub type Printed<'a> = dyn Fn(&Sheet, &Figure) -> Option<Base> + 'a;

impl std::fmt::Debug for Around<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Around")
            .field("scheme", &self.scheme)
            .field("as_of", &self.as_of)
            .finish_non_exhaustive()
    }
}

/// What was withheld.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Account {
    /// By scope (0 all cases, 1 members, 2 pairs) and kind of period.
    pub shares: BTreeMap<(u8, PeriodKind), Share>,
    /// Sheets that were looked at.
    pub counts: u64,
    /// Small counts that those may work out who kept the last publication: it printed them, they follow from it, or hiding them would take
    /// too much from all others. They are withheld now, which hides them from those who have not seen it.
    pub known_before: u64,
    /// Withheld counts that readers could still work out; nothing may be published while there are any.
    pub leaks: Vec<String>,
}

/// How much of some figures is withheld.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Share {
    /// Figures with a number before anything was withheld.
    pub figures: u64,
    /// Those withheld.
    pub withheld: u64,
}

/// Makes sheets publishable; those of pairs of which nothing can be told are taken out. Where the account has leaks, nothing may be
/// published.
pub fn protect(sheets: &mut Vec<Sheet>, around: &Around<'_>, rules: &Rules) -> Account {
    let account = if rules.min_cell > 1 {
        withhold::withhold(sheets, around, rules)
    } else {
        Account::default()
    };
    for sheet in sheets {
        for figure in &mut sheet.figures {
            figure.amount = on_enough(figure.amount, rules.min_base);
        }
    }
    account
}

/// The amount, or only its counts where its base is too small. A figure without a value keeps its reason.
fn on_enough(amount: Amount, min_base: u64) -> Amount {
    match amount {
        Amount::Rate(base, _) | Amount::Quantile(_, base) | Amount::Ratio(base)
            if base.denominator < min_base =>
        {
            Amount::SmallBase(base)
        }
        amount => amount,
    }
}
