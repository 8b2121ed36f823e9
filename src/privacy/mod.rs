//! Small numbers: what may be published of figures and what may not. Sheets go in whole and come out publishable.
//!
//! [`protect`] is the way in; pages, files and drawings are made from what it leaves, so they cannot differ. A rate or
//! quantile on fewer cases than `min_base` says more than it knows: it is shown as its counts alone.
//!
//! Which counts to withhold is worked out apart from sheets: [`solve`] takes a [`Problem`] (counts and how they add up) and gives a
//! [`Pattern`], [`audit`] attacks it.

mod audit;
mod exchange;
mod problem;
mod program;
mod sides;
mod suppress;

pub use audit::{Leak, Range, audit, ranges};
pub use problem::{Cell, Pattern, Problem, Proof, Relation, Shown};
pub use sides::{Ways, put_together};
pub use suppress::solve;

use crate::indicators::{Amount, Sheet};

/// What counts as small.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rules {
    /// No rate, mean or quantile on a smaller base.
    pub min_base: u64,
    /// Counts below it are to be withheld, 0 excepted; 1 is off.
    pub min_cell: u64,
}

/// Makes sheets publishable, in place.
pub fn protect(sheets: &mut [Sheet], rules: &Rules) {
    for sheet in sheets {
        for figure in &mut sheet.figures {
            figure.amount = on_enough(figure.amount, rules.min_base);
        }
    }
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

#[cfg(test)]
mod attack;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::indicators::{Base, Interval, Reason};

    fn base(denominator: u64) -> Base {
        Base {
            numerator: 3,
            denominator,
        }
    }

    #[test]
    fn a_base_of_the_smallest_allowed_is_enough() {
        let interval = Interval {
            low: 0.1,
            high: 0.5,
        };
        let nine = Amount::Rate(base(9), interval);
        let ten = Amount::Rate(base(10), interval);
        assert_eq!(on_enough(nine, 10), Amount::SmallBase(base(9)));
        assert_eq!(on_enough(ten, 10), ten);
        assert_eq!(
            on_enough(Amount::Quantile(4, base(9)), 10),
            Amount::SmallBase(base(9))
        );
        assert_eq!(
            on_enough(Amount::Ratio(base(9)), 10),
            Amount::SmallBase(base(9))
        );
    }

    #[test]
    fn counts_and_reasons_stay() {
        for amount in [
            Amount::Count(3),
            Amount::None(Reason::NotReached, Some(base(9))),
            Amount::Suppressed,
        ] {
            assert_eq!(on_enough(amount, 10), amount);
        }
    }
}
