//! Figures from counts. The one place where a definition lives: [`DEFINITIONS`] feeds files, pages, messages and tests.

mod figure;

pub use figure::{Amount, Base, Figure, Interval, Maturity, Reason, Scope, Unit};
