//! Packed series added up: many at once, month by month, in a table of small values instead of one after another.

use std::collections::BTreeMap;

use super::cell::{Cell, Group, Packing};
use super::grid::{KINDS, Sums, VALUES, is_day_of_month, value_in};
use super::key::{Key, What};
use super::series::Series;
use crate::time::{Day, Month};

/// Adds up series of a scheme with so many clocks.
#[derive(Debug)]
pub(super) struct Adding {
    clocks: usize,
    /// The counters of one month, by kind, clock and value; a day of the month from its first.
    sums: Sums,
    /// Those of other values.
    others: BTreeMap<Key, i64>,
    packing: Packing,
}

impl Adding {
    pub(super) fn new(clocks: usize) -> Self {
        let clocks = clocks.max(1);
        Self {
            clocks,
            sums: Sums::of(KINDS * clocks * VALUES),
            others: BTreeMap::new(),
            packing: Packing::default(),
        }
    }

    /// The sum of some series.
    pub(super) fn sum(&mut self, all: &[&Series]) -> Series {
        if let [one] = all {
            return (*one).clone();
        }
        let mut cells: Vec<(Month, &Cell)> = Vec::new();
        for series in all {
            cells.extend(series.cells().iter().map(|(month, cell)| (*month, cell)));
        }
        cells.sort_by_key(|(month, _)| *month);
        let months = cells.chunk_by(|a, b| a.0 == b.0);
        Series::from_cells(months.map(|same| match same {
            [(month, one)] => (*month, (*one).clone()),
            [(month, _), ..] => (*month, self.month(*month, same)),
            [] => unreachable!("chunks are not empty"),
        }))
    }

    /// Adds a group of counters of a month with this first day.
    fn add(&mut self, group: Group<'_>, first: Day) {
        let (what, clock) = (group.what, group.clock);
        let kind = (usize::from(what as u8) * self.clocks + usize::from(clock)) * VALUES;
        for (value, count) in group {
            let key = Key { what, clock, value };
            match usize::try_from(value_in(key, first)) {
                Ok(value) if value < VALUES => self.sums.add(kind + value, count),
                _ => *self.others.entry(key).or_default() += count,
            }
        }
    }

    fn month(&mut self, month: Month, cells: &[(Month, &Cell)]) -> Cell {
        let first = month.first_day();
        for group in cells.iter().flat_map(|(_, cell)| cell.groups()) {
            self.add(group, first);
        }
        let others = std::mem::take(&mut self.others);
        let mut others = others
            .into_iter()
            .filter(|(_, count)| *count != 0)
            .peekable();
        let (clocks, packing) = (self.clocks, &mut self.packing);
        self.sums.take(|place, count| {
            let (kind, value) = (place / VALUES, place % VALUES);
            let what = What::of(kind / clocks);
            let shift = if is_day_of_month(what) { first.0 } else { 0 };
            let key = Key {
                what,
                clock: u8::try_from(kind % clocks).expect("a data set has few clocks"),
                value: shift + i32::try_from(value).expect("values are small"),
            };
            while let Some((before, more)) = others.next_if(|(other, _)| *other < key) {
                packing.push(before, more);
            }
            packing.push(key, count);
        });
        others.for_each(|(key, count)| packing.push(key, count));
        packing.finish()
    }
}
