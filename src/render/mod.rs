//! The report in its media. What comes in has been counted, protected and worded; here it is only written.

pub mod feeds;

pub mod open_data;

#[cfg(feature = "print")]
pub mod print;

pub mod search;

pub mod site;

mod svg;
