//! A number kept for every id, small enough for tens of millions: four bytes for an id that ends in a running number,
//! twelve and some room for any other.
//!
//! For ids that are no running numbers a 64-bit hash stands for the id: two different ids share one with a chance of about
//! n² / 2⁶⁵, one in 370,000 for ten million.

use super::hashes::Hashes;
use super::id_list::IdSet;
use super::running::Running;

/// A number for every id; 0 where the id is not there.
#[derive(Debug, Default)]
pub struct IdTable {
    running: Running,
    hashed: Hashed,
}

impl IdTable {
    /// Nothing in it.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The number kept for an id, to be read or changed; 0 where the id is new.
    pub fn slot(&mut self, id: &str) -> &mut u32 {
        match self.running.slot(id) {
            Some(slot) => slot,
            None => self.hashed.slot(hash(id)),
        }
    }

    /// The ids whose number is not 0.
    #[must_use]
    pub fn into_set(mut self) -> IdSet {
        let numbered = self.running.take_runs(&mut |_| {});
        let hashes = self.hashed.into_sorted();
        IdSet::of(numbered, hashes, self.running.is_closed)
    }
}

/// The hash of an id: FNV-1a, 64 bits, with the last mixing steps of `SplitMix64`. The same on every machine.
#[must_use]
pub fn hash(id: &str) -> u64 {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    for byte in id.as_bytes() {
        hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
    }
    hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^ (hash >> 31)
}

/// Open addressing in 256 parts by the hash's first byte, so that no moment needs room for all of it twice.
#[derive(Debug)]
struct Hashed {
    parts: Vec<Part>,
}

#[derive(Debug, Default, Clone)]
struct Part {
    keys: Vec<u64>,
    /// 0 in a place that is free or whose id was taken out.
    slots: Vec<u32>,
    used: usize,
}

impl Default for Hashed {
    fn default() -> Self {
        Self {
            parts: vec![Part::default(); 256],
        }
    }
}

impl Hashed {
    fn slot(&mut self, hash: u64) -> &mut u32 {
        // 0 marks a free place; an id of that hash shares the place of hash 1.
        let hash = hash.max(1);
        let part = usize::from(hash.to_be_bytes()[0]);
        self.parts[part].slot(hash)
    }

    fn into_sorted(self) -> Hashes {
        let parts = self.parts.into_iter().map(|part| {
            let pairs = part.keys.into_iter().zip(part.slots);
            let there = pairs.filter(|(_, slot)| *slot != 0);
            let mut hashes: Vec<u64> = there.map(|(key, _)| key).collect();
            hashes.sort_unstable();
            hashes
        });
        Hashes::of_parts(parts.collect())
    }
}

impl Part {
    fn slot(&mut self, hash: u64) -> &mut u32 {
        if self.used * 8 >= self.keys.len() * 7 {
            self.grow();
        }
        let at = self.find(hash);
        if self.keys[at] == 0 {
            self.keys[at] = hash;
            self.used += 1;
        }
        &mut self.slots[at]
    }

    fn find(&self, hash: u64) -> usize {
        let low = hash & 0xffff_ffff;
        let start = (low * self.keys.len() as u64) >> 32;
        let mut at = usize::try_from(start).expect("a place in memory");
        while self.keys[at] != 0 && self.keys[at] != hash {
            at += 1;
            if at == self.keys.len() {
                at = 0;
            }
        }
        at
    }

    fn grow(&mut self) {
        let room = (self.keys.len() * 3 / 2).max(64);
        let keys = std::mem::replace(&mut self.keys, vec![0; room]);
        let slots = std::mem::replace(&mut self.slots, vec![0; room]);
        for (key, slot) in keys.into_iter().zip(slots).filter(|(key, _)| *key != 0) {
            let at = self.find(key);
            self.keys[at] = key;
            self.slots[at] = slot;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn every_id_keeps_its_own_number_whatever_its_form() {
        let mut table = IdTable::new();
        let mut known = BTreeMap::new();
        let ids = (0..40_000_u64).map(|n| match n % 6 {
            0 => format!("HL2024{n:08}"),
            1 => format!("{n}"),
            2 => format!("{:x}", hash(&n.to_string())),
            3 => format!("{n}/1"),
            4 => format!("某{n:05}号"),
            _ => format!("{}", hash(&n.to_string()) % 1_000_000_000_000_000_000),
        });
        for (value, id) in (1_u32..).zip(ids) {
            assert_eq!(*table.slot(&id), 0, "{id}");
            *table.slot(&id) = value;
            known.insert(id, value);
        }
        for (id, value) in &known {
            assert_eq!(table.slot(id), value, "{id}");
        }
        *table.slot("HL202400000000") = 0;
        known.remove("HL202400000000");
        let IdSet { numbered, hashes } = table.into_set();
        let numbered = numbered.iter().flat_map(crate::case::Numbered::hashes);
        let mut hashes: Vec<u64> = hashes.iter().chain(numbered).collect();
        hashes.sort_unstable();
        let mut expected: Vec<u64> = known.keys().map(|id| hash(id)).collect();
        expected.sort_unstable();
        assert_eq!(hashes, expected);
    }

    #[test]
    fn running_numbers_become_runs() {
        let mut table = IdTable::new();
        for number in (100..2_000).chain(3_000..3_010).rev() {
            *table.slot(&format!("A-{number:06}")) = 1;
        }
        *table.slot("A-000500") = 0;
        let IdSet { numbered, hashes } = table.into_set();
        assert!(hashes.is_empty());
        assert_eq!(numbered[0].runs, [(100, 499), (501, 1_999), (3_000, 3_009)]);
        assert_eq!(numbered[0].count(), 1_909);
    }
}
