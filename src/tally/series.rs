//! The counters of one scope, month by month.

use serde::{Deserialize, Serialize};

use super::key::{Key, What};
use crate::time::Month;

/// The counters of one scope that lie in one month, sorted by key; none is 0.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "Vec<Record>", from = "Vec<Record>")]
pub struct Cell {
    counts: Vec<(Key, i64)>,
}

/// A counter as it is written: what, clock, value, count.
type Record = (What, u8, i32, i64);

impl From<Cell> for Vec<Record> {
    fn from(cell: Cell) -> Self {
        let record = |(key, count): &(Key, i64)| (key.what, key.clock, key.value, *count);
        cell.counts.iter().map(record).collect()
    }
}

impl From<Vec<Record>> for Cell {
    fn from(records: Vec<Record>) -> Self {
        let counts = records
            .into_iter()
            .map(|(what, clock, value, count)| (Key { what, clock, value }, count))
            .collect();
        Self { counts }
    }
}

impl Cell {
    /// All counters, by key.
    #[must_use]
    pub fn counts(&self) -> &[(Key, i64)] {
        &self.counts
    }

    /// The counters of one kind and clock as (value, count), by value.
    pub fn of(&self, what: What, clock: u8) -> impl Iterator<Item = (i32, i64)> + '_ {
        let from = self
            .counts
            .partition_point(|(key, _)| (key.what, key.clock) < (what, clock));
        self.counts[from..]
            .iter()
            .take_while(move |(key, _)| (key.what, key.clock) == (what, clock))
            .map(|(key, count)| (key.value, *count))
    }

    /// The sum of the counters of one kind and clock.
    #[must_use]
    pub fn sum(&self, what: What, clock: u8) -> i64 {
        self.of(what, clock).map(|(_, count)| count).sum()
    }
}

/// The counters of one scope: its cells by month, none empty.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Series {
    cells: Vec<(Month, Cell)>,
}

impl Series {
    /// A series of counters in any order; those of one name are added up.
    #[must_use]
    pub(super) fn from_counts(mut counts: Vec<(Month, Key, i64)>) -> Self {
        counts.sort_unstable_by_key(|(month, key, _)| (*month, *key));
        let mut cells: Vec<(Month, Cell)> = Vec::new();
        for same in counts.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)) {
            let (month, key, _) = same[0];
            let count: i64 = same.iter().map(|(_, _, count)| count).sum();
            if count == 0 {
                continue;
            }
            match cells.last_mut() {
                Some((last, cell)) if *last == month => cell.counts.push((key, count)),
                _ => cells.push((
                    month,
                    Cell {
                        counts: vec![(key, count)],
                    },
                )),
            }
        }
        for (_, cell) in &mut cells {
            cell.counts.shrink_to_fit();
        }
        Self { cells }
    }

    /// All counters, by month and key.
    pub fn counts(&self) -> impl Iterator<Item = (Month, Key, i64)> + '_ {
        self.cells.iter().flat_map(|(month, cell)| {
            cell.counts
                .iter()
                .map(|(key, count)| (*month, *key, *count))
        })
    }

    /// All cells, by month.
    #[must_use]
    pub fn cells(&self) -> &[(Month, Cell)] {
        &self.cells
    }

    /// The cells of the months `first ..= last`.
    #[must_use]
    pub fn between(&self, first: Month, last: Month) -> &[(Month, Cell)] {
        let from = self.cells.partition_point(|(month, _)| *month < first);
        let to = self.cells.partition_point(|(month, _)| *month <= last);
        &self.cells[from..to.max(from)]
    }

    /// Whether nothing is counted.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.cells.is_empty()
    }

    /// Both series added up.
    #[must_use]
    pub(super) fn plus(self, other: Self) -> Self {
        if self.is_empty() {
            return other;
        }
        if other.is_empty() {
            return self;
        }
        Self::from_counts(self.counts().chain(other.counts()).collect())
    }
}
