//! Figures from counts. The one place where a definition lives: [`DEFINITIONS`] feeds files, pages, messages and tests.
//!
//! [`sheets`] makes them all; [`Measure`] makes them scope by scope, so that millions need not be in memory at once.
//! Wilson 1927 for shares, Kaplan–Meier 1958 for days. Withholding small numbers is left to `privacy`, rounding to `text`.

pub mod arithmetic;
pub mod compare;
mod definition;
pub mod difference;
pub mod discovery;
mod distribution;
pub mod failure;
mod figure;
pub mod funnel;
mod id;
mod interval;
pub mod loudness;
mod measure;
mod promise;
mod sheet;
mod sides;
mod sums;
mod survival;

use crate::tally::Tally;

pub use definition::{DEFINITIONS, Definition, EDITIONS, Per, Source, View, When};
pub use distribution::{
    binomial_at, binomial_at_least, binomial_at_most, chi_square_above, normal_below, normal_point,
    normal_two_sided,
};
pub use figure::{Amount, Base, Figure, Interval, Maturity, Reason, Scope, Unit};
pub use id::FigureId;
pub use interval::{Z95, wilson, wilson_at};
pub use measure::{Measure, Population, Rules};
pub use promise::{Verdict, verdict};
pub use sheet::{Ages, Balance, Distribution, Sheet, Step, steps};
pub use sides::{Kind, Quarter, Side, Sides};

/// All sheets of a tally: by scope (all cases, members, pairs), then by period.
#[must_use]
pub fn sheets(tally: &Tally, rules: &Rules) -> Vec<Sheet> {
    let measure = Measure::new(tally, rules);
    let scopes = measure.scopes();
    scopes.flat_map(|scope| measure.sheets_of(&scope)).collect()
}

#[cfg(test)]
mod against_scipy;
#[cfg(test)]
mod simulation;
#[cfg(test)]
mod tests;
