//! Rows that share an id: which is kept, which are taken out, and rows that repeat another in every cell.
//!
//! For each accepted row sixteen bytes are kept: a hash of its id, its number and a hash of its cells. Earlier rows that
//! a later one takes out are gathered as losers, to be read again and withdrawn when all files were read.
#![expect(
    clippy::disallowed_types,
    reason = "ids are looked up by hash; nothing is ever listed in the map's order"
)]

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, DefaultHasher, Hash, Hasher};

use super::record::Record;
use super::row::trim;
use crate::config::RepeatedId;

/// What becomes of an accepted row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// It is counted.
    Kept,
    /// It is not counted; `is_whole` where it repeats the kept row in every cell.
    Refused { is_whole: bool },
}

/// A row that was counted and is taken out again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Loser {
    /// The number of the row among all rows read.
    pub(super) row: u32,
    /// The hash of its id.
    pub(super) id: u64,
}

#[derive(Debug, Clone, Copy)]
struct Entry {
    row: u32,
    cells: u32,
}

/// A hasher for keys that are hashes already.
#[derive(Debug, Default)]
struct Asis(u64);

impl Hasher for Asis {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, key: u64) {
        self.0 = key;
    }
}

type AsisBuild = BuildHasherDefault<Asis>;

/// The ids seen so far.
#[derive(Debug)]
pub(super) struct Ids {
    policy: RepeatedId,
    kept: HashMap<u64, Entry, AsisBuild>,
    /// Rank of each kept row, where the newest by a column is kept.
    ranks: HashMap<u64, i64, AsisBuild>,
    losers: Vec<Loser>,
    /// Ids of which no row is kept.
    refused: HashSet<u64, AsisBuild>,
}

impl Ids {
    pub(super) fn new(policy: &RepeatedId) -> Self {
        Self {
            policy: policy.clone(),
            kept: HashMap::default(),
            ranks: HashMap::default(),
            losers: Vec::new(),
            refused: HashSet::default(),
        }
    }

    /// Decides on an accepted row; `cells` is the hash of its cells, `rank` its place by the column of keep-latest.
    pub(super) fn decide(&mut self, id: u64, row: u32, cells: u64, rank: i64) -> Fate {
        let entry = Entry {
            row,
            cells: half(cells),
        };
        let by_rank = matches!(self.policy, RepeatedId::KeepLatest(_));
        let Some(known) = self.kept.get_mut(&id) else {
            self.kept.insert(id, entry);
            if by_rank {
                self.ranks.insert(id, rank);
            }
            return Fate::Kept;
        };
        let is_whole = known.cells == entry.cells;
        let is_newest = match self.policy {
            RepeatedId::KeepLast => true,
            RepeatedId::KeepLatest(_) => self.ranks.get(&id).is_none_or(|old| rank >= *old),
            RepeatedId::KeepFirst | RepeatedId::RejectAll | RepeatedId::Error => false,
        };
        if is_newest {
            self.losers.push(Loser { row: known.row, id });
            *known = entry;
            if by_rank {
                self.ranks.insert(id, rank);
            }
            return Fate::Kept;
        }
        if self.policy == RepeatedId::RejectAll && self.refused.insert(id) {
            self.losers.push(Loser { row: known.row, id });
        }
        Fate::Refused { is_whole }
    }

    /// The rows to take out again, in reading order.
    pub(super) fn losers(&mut self) -> Vec<Loser> {
        let mut losers = std::mem::take(&mut self.losers);
        losers.sort_unstable();
        losers
    }

    /// Whether a row that is taken out repeats the kept row of its id in every cell.
    pub(super) fn repeats_the_kept(&self, loser: Loser, cells: u64) -> bool {
        self.kept
            .get(&loser.id)
            .is_some_and(|kept| kept.row != loser.row && kept.cells == half(cells))
    }
}

/// The rows of a data set without ids.
#[derive(Debug, Default)]
pub(super) struct WholeRows {
    seen: HashSet<u64, AsisBuild>,
}

impl WholeRows {
    /// Whether an earlier row was equal in every cell.
    pub(super) fn has_seen(&mut self, cells: u64) -> bool {
        !self.seen.insert(cells)
    }
}

/// The hash of an id.
pub(super) fn hash_id(id: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    id.hash(&mut hasher);
    hasher.finish()
}

/// The hash of a record's trimmed cells, under a header: rows of files with other columns are not equal.
pub(super) fn hash_cells(record: &Record<'_>, header: u64) -> u64 {
    let mut hasher = DefaultHasher::new();
    header.hash(&mut hasher);
    for cell in record.cells() {
        trim(cell).hash(&mut hasher);
    }
    hasher.finish()
}

/// The hash of a header.
pub(super) fn hash_header(names: &[String]) -> u64 {
    let mut hasher = DefaultHasher::new();
    names.hash(&mut hasher);
    hasher.finish()
}

fn half(hash: u64) -> u32 {
    u32::try_from(hash >> 32).expect("the upper half fits")
}
