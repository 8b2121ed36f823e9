//! Figures from counts. The one place where a definition lives: [`DEFINITIONS`] feeds files, pages, messages and tests.

pub mod compare;
pub mod difference;
pub mod discovery;
mod distribution;
pub mod failure;
mod figure;
pub mod funnel;
mod interval;
pub mod loudness;
mod sheet;

pub use distribution::{
    binomial_at, binomial_at_least, binomial_at_most, chi_square_above, normal_below, normal_point,
    normal_two_sided,
};
pub use figure::{Amount, Base, Figure, Interval, Maturity, Reason, Scope, Unit};
pub use interval::{Z95, wilson, wilson_at};
pub use sheet::{Ages, Balance, Distribution, Sheet, Step};

#[cfg(test)]
mod against_scipy;
#[cfg(test)]
mod simulation;
