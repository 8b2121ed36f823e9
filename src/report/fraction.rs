//! Chart coordinates from integers: the one place of this room where numbers are divided.
#![expect(
    clippy::float_arithmetic,
    reason = "chart coordinates are fractions; what is written stays integers"
)]

use crate::indicators::Base;

/// A share as a fraction of 1; `None` where there is nothing to divide by.
pub(super) fn share(base: Base) -> Option<f64> {
    (base.denominator > 0).then(|| length(base.numerator) / length(base.denominator))
}

/// A count as a length.
pub(super) fn length(count: u64) -> f64 {
    // Exact up to 2^53, far beyond any number of rows.
    count as f64
}
