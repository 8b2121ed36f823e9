//! What the general reader does with a file's rows: count them all, and where later rows took the place of some, read once
//! more to withdraw those.

use std::collections::BTreeSet;

use super::Run;
use super::columns::{Layout, Wanted};
use super::record::Record;
use super::repeats::{Loser, hash_header};
use super::row::Source;
use super::source::Visitor;
use crate::diag::Diagnostics;

/// The first reading of a file: every row is counted.
pub(super) struct FirstReading<'a, 'b> {
    pub(super) run: &'a mut Run<'b>,
    pub(super) index: usize,
    pub(super) name: &'a str,
    pub(super) path: &'a str,
    pub(super) wanted: &'a Wanted,
    pub(super) layout: Option<Layout>,
    pub(super) header: u64,
    pub(super) told: &'a mut Diagnostics,
}

impl Visitor for FirstReading<'_, '_> {
    fn header(&mut self, names: Option<(&[String], u64)>) -> bool {
        self.layout = match names {
            None => Some(self.wanted.layout_of_slots()),
            Some((names, line)) => {
                self.header = hash_header(names);
                self.wanted.find(names, self.path, line, self.told)
            }
        };
        self.layout.is_some()
    }

    fn row(&mut self, record: &Record<'_>) -> bool {
        let layout = self.layout.as_ref().expect("the header came first");
        let source = Source {
            file: u32::try_from(self.index).expect("fewer files than rows"),
            path: self.path,
            name: self.name,
            layout,
        };
        match self.run.row(record, &source, self.header) {
            Ok(()) => true,
            Err(fault) => {
                self.told.tell(*fault);
                false
            }
        }
    }

    fn missing(&mut self, slots: &[usize], names: &BTreeSet<String>) {
        self.wanted.tell_missing(slots, names, self.path, self.told);
    }
}

/// The second reading of a file: the rows that later ones took the place of are withdrawn.
pub(super) struct SecondReading<'a, 'b> {
    pub(super) run: &'a mut Run<'b>,
    pub(super) index: usize,
    pub(super) path: &'a str,
    pub(super) wanted: &'a Wanted,
    pub(super) layout: Option<Layout>,
    pub(super) header: u64,
    pub(super) losers: &'a [Loser],
    pub(super) row: u32,
    pub(super) is_same: bool,
}

impl Visitor for SecondReading<'_, '_> {
    fn header(&mut self, names: Option<(&[String], u64)>) -> bool {
        self.layout = match names {
            None => Some(self.wanted.layout_of_slots()),
            Some((names, line)) => {
                self.header = hash_header(names);
                self.wanted
                    .find(names, self.path, line, &mut Diagnostics::new())
            }
        };
        self.layout.is_some()
    }

    fn row(&mut self, record: &Record<'_>) -> bool {
        let row = self.row;
        self.row += 1;
        let Some((loser, rest)) = self.losers.split_first() else {
            return false;
        };
        if loser.row != row {
            return true;
        }
        self.losers = rest;
        let layout = self.layout.as_ref().expect("the header came first");
        let source = Source {
            file: u32::try_from(self.index).expect("fewer files than rows"),
            path: self.path,
            name: "",
            layout,
        };
        self.is_same &= self.run.withdraw_row(record, &source, self.header, *loser);
        self.is_same && !self.losers.is_empty()
    }

    fn missing(&mut self, _: &[usize], _: &BTreeSet<String>) {}
}
