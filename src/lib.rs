//! `answerable` turns exported case data and Markdown policy text into a public accountability site.

pub mod text;

pub mod diag;

pub mod time;

pub mod case;

pub mod intake;

pub mod config;

pub mod ingest;

pub mod content;

pub mod tally;

pub mod indicators;

pub mod privacy;

pub mod report;

pub mod tree;

pub mod render;

pub mod publish;
