//! The ids of a file as its rows are read, by any thread in any order: which of them came twice, and where.
//!
//! Running numbers are looked up one by one. All other ids are only listed, by the first byte of their hashes, and sorted when
//! the file is read, in the room they have: no list is ever moved into a longer one, and no look-up waits for memory. Two different ids of
//! one hash are told as if they were one; whoever settles repeats looks at the rows and tells them apart.

use rayon::prelude::*;

use super::hashes::Hashes;
use super::id_list::{IdList, IdSet};
use super::ids::hash;
use super::running::Running;

/// The ids met so far, each with the place of a row that has it; places are not 0.
#[derive(Debug, Default)]
pub struct MetIds {
    running: Running,
    /// Hashes and places, by the first byte of the hash; empty before the first.
    listed: Vec<Vec<Chunk>>,
}

/// Some hashes and their places; in pieces of a size, so that a list grows without being moved.
#[derive(Debug)]
struct Chunk {
    hashes: Vec<u64>,
    places: Vec<u32>,
}

/// Hashes in a full piece; the first pieces of a list are shorter.
const CHUNK: usize = 1 << 12;

/// What a list comes to.
struct Sorted {
    /// In pieces as they were listed.
    hashes: Vec<Vec<u64>>,
    /// A place for each, where they are wanted.
    places: Vec<u32>,
    /// All places of those that have several.
    repeats: Vec<u32>,
}

impl MetIds {
    /// Nothing met.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes note of the id of a row at a place; adds to `repeats` where it is known by now that the id came before.
    #[inline]
    pub fn meet(&mut self, id: &str, place: u32, repeats: &mut Vec<u32>) {
        match self.running.slot(id) {
            Some(slot) if *slot == 0 => *slot = place,
            Some(slot) => repeats.extend([*slot, place]),
            None => self.list(hash(id), place),
        }
    }

    fn list(&mut self, hash: u64, place: u32) {
        if self.listed.is_empty() {
            self.listed.resize_with(256, Vec::new);
        }
        let chunks = &mut self.listed[usize::from(hash.to_be_bytes()[0])];
        let is_full = |chunk: &Chunk| chunk.hashes.len() == chunk.hashes.capacity();
        if chunks.last().is_none_or(is_full) {
            let room = CHUNK.min(16 << chunks.len().min(12));
            chunks.push(Chunk {
                hashes: Vec::with_capacity(room),
                places: Vec::with_capacity(room),
            });
        }
        if let Some(chunk) = chunks.last_mut() {
            chunk.hashes.push(hash);
            chunk.places.push(place);
        }
    }

    /// All ids without their places; adds the places of those that came twice to `repeats`.
    #[must_use]
    pub fn into_set(mut self, repeats: &mut Vec<u32>) -> IdSet {
        let numbered = self.running.take_runs(&mut |_| {});
        let sorted = self.listed.into_par_iter().map(|chunks| {
            let sorted = sorted(chunks, false);
            (sorted.hashes, sorted.repeats)
        });
        let (parts, more): (Vec<Vec<Vec<u64>>>, Vec<Vec<u32>>) = sorted.unzip();
        repeats.extend(more.into_iter().flatten());
        let hashes = Hashes::of_parts(parts.into_iter().flatten().collect());
        IdSet::of(numbered, hashes, self.running.is_closed)
    }

    /// All ids with a place of each; adds the places of those that came twice to `repeats`.
    #[must_use]
    pub fn into_list(mut self, repeats: &mut Vec<u32>) -> IdList {
        let is_mixed = self.running.is_partial();
        let listed = self.listed.iter().flatten();
        let listed: usize = listed.map(|chunk| chunk.hashes.len()).sum();
        let mut places = Vec::new();
        places.reserve_exact(self.running.count() + listed);
        let numbered = self.running.take_runs(&mut |place| places.push(place));
        // What it was taken from is not needed beside it.
        drop(self.running);
        let lists = self.listed.into_par_iter();
        let sorted: Vec<Sorted> = lists.map(|chunks| sorted(chunks, true)).collect();
        let mut parts = Vec::with_capacity(sorted.len());
        for each in sorted {
            parts.extend(each.hashes);
            places.extend(each.places);
            repeats.extend(each.repeats);
        }
        IdList {
            ids: IdSet {
                numbered,
                hashes: Hashes::of_parts(parts),
            },
            places,
            is_mixed,
        }
    }
}

fn sorted(chunks: Vec<Chunk>, wants_places: bool) -> Sorted {
    let mut pairs: Vec<(u64, u32)> = Vec::new();
    pairs.reserve_exact(chunks.iter().map(|chunk| chunk.hashes.len()).sum());
    let mut rooms: Vec<Vec<u64>> = Vec::with_capacity(chunks.len());
    for mut chunk in chunks {
        pairs.extend(chunk.hashes.drain(..).zip(chunk.places));
        rooms.push(chunk.hashes);
    }
    pairs.sort_unstable();
    let mut repeats = Vec::new();
    for same in pairs
        .chunk_by(|a, b| a.0 == b.0)
        .filter(|same| same.len() > 1)
    {
        repeats.extend(same.iter().map(|(_, place)| *place));
    }
    pairs.dedup_by_key(|(hash, _)| *hash);
    let mut rest = pairs.iter().map(|(hash, _)| *hash);
    for room in &mut rooms {
        let count = room.capacity();
        room.extend(rest.by_ref().take(count));
    }
    Sorted {
        hashes: rooms,
        places: match wants_places {
            true => pairs.iter().map(|(_, place)| *place).collect(),
            false => Vec::new(),
        },
        repeats,
    }
}
