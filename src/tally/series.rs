//! The counters of one scope, month by month.

use serde::{Deserialize, Serialize};

use super::cell::Cell;
use super::key::Key;
use crate::time::Month;

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
        let sums = counts
            .chunk_by(|a, b| (a.0, a.1) == (b.0, b.1))
            .map(|same| {
                let count = same.iter().map(|(_, _, count)| count).sum();
                (same[0].0, same[0].1, count)
            });
        let sums: Vec<(Month, Key, i64)> = sums.collect();
        let months = sums.chunk_by(|a, b| a.0 == b.0);
        Self::from_cells(months.map(|month| {
            let counts = month.iter().map(|(_, key, count)| (*key, *count));
            (month[0].0, Cell::of_sorted(counts))
        }))
    }

    /// A series of cells by month; those without a counter are left out.
    pub(super) fn from_cells(cells: impl Iterator<Item = (Month, Cell)>) -> Self {
        let mut cells: Vec<(Month, Cell)> = cells.filter(|(_, cell)| !cell.is_empty()).collect();
        cells.shrink_to_fit();
        Self { cells }
    }

    /// All counters, by month and key.
    pub fn counts(&self) -> impl Iterator<Item = (Month, Key, i64)> + '_ {
        self.cells.iter().flat_map(|(month, cell)| {
            let counts = cell.counts();
            counts.map(|(key, count)| (*month, key, count))
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
        let mut theirs = other.cells.into_iter().peekable();
        let mut cells = Vec::with_capacity(self.cells.len());
        for (month, mine) in self.cells {
            while let Some(before) = theirs.next_if(|(each, _)| *each < month) {
                cells.push(before);
            }
            let cell = match theirs.next_if(|(each, _)| *each == month) {
                Some((_, cell)) => mine.plus(&cell),
                None => mine,
            };
            cells.push((month, cell));
        }
        cells.extend(theirs);
        Self::from_cells(cells.into_iter())
    }
}
