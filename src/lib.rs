//! `answerable` turns exported case data and Markdown policy text into a public accountability site.
//!
//! One way, no room reaches back; [`build`] calls each room once:
//!
//! 1. [`config`] reads `answerable.toml` and each `dataset.toml` into a valid site.
//! 2. [`content`] reads the office's own pages with the tags of [`prose`], [`theme`] the templates.
//! 3. [`ingest`] reads the exports row by row; each row is accepted or rejected, and counted either way ([`intake`]).
//! 4. [`tally`] counts the accepted cases: scope × month → integers and histograms.
//! 5. [`indicators`] turns counts into figures with base, interval and status.
//! 6. [`previous`] reads what was published last; [`privacy`] withholds what would expose a person or stand on too small a base.
//! 7. [`report`] arranges figures and texts into pages, free of any medium.
//! 8. [`render`] writes pages and open data into a [`tree`]; nothing is computed any more.
//! 9. [`publish`] swaps the new folder in, whole.
//!
//! What a build made is kept by [`cache`] for the next one.
//!
//! The words of the trade come first: [`time`], [`text`], [`diag`], [`case`], [`intake`].

pub mod time;

pub mod text;

pub mod diag;

pub mod case;

pub mod intake;

pub mod redaction;

pub mod config;

pub mod ingest;

pub mod prose;

pub mod content;

pub mod theme;

pub mod summaries;

pub mod tally;

pub mod indicators;

pub mod previous;

pub mod privacy;

pub mod report;

pub mod tree;

pub mod render;

pub mod publish;

pub mod shard;

pub mod cache;

mod difference;

mod flow;

pub mod preview;

pub mod cli;

pub use difference::{Difference, diff};
pub use flow::{
    Built, Checked, Explained, Options, Question, Rows, Step, Watch, build, check, explain,
    merge_files, tally_to_file,
};
