//! Figures from counts. The one place where a definition lives: [`DEFINITIONS`] feeds files, pages, messages and tests.

mod figure;
mod interval;
mod sheet;

pub use figure::{Amount, Base, Figure, Interval, Maturity, Reason, Scope, Unit};
pub use interval::{Z95, wilson, wilson_at};
pub use sheet::{Ages, Balance, Distribution, Sheet, Step};
