//! How a value stands in a table: rates to 6 decimals from integers, text that no spreadsheet runs as a formula.

use std::fmt::Write as _;

use crate::indicators::{Amount, Base, Figure, Interval, Unit};
use crate::previous::{Line, Status};

/// The cells of one figure, as text; empty where there is no value.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Cells {
    pub(super) value: String,
    pub(super) numerator: String,
    pub(super) denominator: String,
    pub(super) low: String,
    pub(super) high: String,
    /// Why there is no value.
    pub(super) reason: &'static str,
}

impl Cells {
    /// Writes the cells of a figure over these, whose memory is used again.
    pub(super) fn fill(&mut self, figure: &Figure) {
        for cell in [
            &mut self.value,
            &mut self.numerator,
            &mut self.denominator,
            &mut self.low,
            &mut self.high,
        ] {
            cell.clear();
        }
        self.reason = "";
        match figure.amount {
            Amount::Count(count) => {
                number(&mut self.value, count);
                number(&mut self.numerator, count);
            }
            Amount::Rate(base, Interval { low, high }) => {
                fraction(&mut self.value, base, 1);
                bound(&mut self.low, low);
                bound(&mut self.high, high);
                self.base(base);
            }
            Amount::Quantile(length, base) => {
                number(&mut self.value, u64::from(length));
                self.base(base);
            }
            Amount::Ratio(base) => {
                fraction(&mut self.value, base, scale(figure.unit));
                self.base(base);
            }
            Amount::SmallBase(base) => self.base(base),
            Amount::Suppressed => {}
            Amount::None(reason, base) => {
                self.reason = reason.id();
                if let Some(base) = base {
                    self.base(base);
                }
            }
        }
    }

    /// The cells of what was printed of a figure: value, numerator, denominator.
    pub(super) fn of_line(line: &Line) -> Self {
        let mut cells = Self::default();
        let has_value = !matches!(
            line.status,
            Status::SmallBase | Status::Suppressed | Status::None
        );
        if let Some(whole) = line.whole {
            number(&mut cells.value, whole);
        } else if let (true, Some(base)) = (has_value, line.base()) {
            fraction(&mut cells.value, base, scale(line.unit));
        }
        if let Some(numerator) = line.numerator {
            number(&mut cells.numerator, numerator);
        }
        if let Some(denominator) = line.denominator {
            number(&mut cells.denominator, denominator);
        }
        cells
    }

    fn base(&mut self, base: Base) {
        number(&mut self.numerator, base.numerator);
        number(&mut self.denominator, base.denominator);
    }
}

/// What a quotient is told of: one case, or 1,000 people.
const fn scale(unit: Unit) -> u64 {
    match unit {
        Unit::Per1000 => 1_000,
        _ => 1,
    }
}

fn number(cell: &mut String, number: u64) {
    let _ = write!(cell, "{number}");
}

/// Numerator × scale / denominator to 6 decimals, half up, from integers: no digit depends on how a machine divides.
/// Empty where there is nothing to divide by.
fn fraction(cell: &mut String, base: Base, scale: u64) {
    const MILLION: u128 = 1_000_000;
    if base.denominator == 0 {
        return;
    }
    let denominator = u128::from(base.denominator);
    let millionths = u128::from(base.numerator) * u128::from(scale) * MILLION;
    let rounded = (2 * millionths + denominator) / (2 * denominator);
    let _ = write!(cell, "{}.{:06}", rounded / MILLION, rounded % MILLION);
}

/// An interval's end to 6 decimals, inside 0 and 1.
fn bound(cell: &mut String, end: f64) {
    // What lies a last bit below 0, and −0 itself, would be written with a minus sign.
    let inside = if end > 0.0 { end.min(1.0) } else { 0.0 };
    let _ = write!(cell, "{inside:.6}");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn share(numerator: u64, denominator: u64, scale: u64) -> String {
        let mut cell = String::new();
        let base = Base {
            numerator,
            denominator,
        };
        fraction(&mut cell, base, scale);
        cell
    }

    #[test]
    fn a_rate_is_rounded_half_up_on_the_exact_fraction() {
        assert_eq!(share(1, 3, 1), "0.333333");
        assert_eq!(share(2, 3, 1), "0.666667");
        assert_eq!(share(1, 2_000_000, 1), "0.000001");
        assert_eq!(share(1, 2_000_001, 1), "0.000000");
        // As a binary fraction 0.1000015 lies below its half and would go down.
        assert_eq!(share(1_000_015, 10_000_000, 1), "0.100002");
        assert_eq!(share(7, 7, 1), "1.000000");
        assert_eq!(share(5, 2, 1), "2.500000");
        assert_eq!(share(u64::MAX, u64::MAX, 1_000), "1000.000000");
        assert_eq!(share(0, 0, 1), "");
    }

    #[test]
    fn an_intervals_end_has_no_minus_zero() {
        let mut cell = String::new();
        for end in [-1e-18, -0.0, 0.25, 1.0 + 1e-12] {
            bound(&mut cell, end);
            cell.push(' ');
        }
        assert_eq!(cell, "0.000000 0.000000 0.250000 1.000000 ");
    }
}
