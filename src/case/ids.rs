//! A number kept for every id, small enough for tens of millions: four bytes for an id that ends in a running number,
//! twelve and some room for any other.
//!
//! An id that ends in digits is its prefix and a number, kept exactly; neighbouring numbers share a block of 256. Where
//! numbers are too scattered for that, and for all other ids, a 64-bit hash stands for the id: two different ids share
//! one with a chance of about n² / 2⁶⁵, one in 370,000 for ten million.
#![expect(
    clippy::disallowed_types,
    reason = "looked up only; what leaves is sorted by prefix and number, or by hash"
)]

use std::collections::HashMap;

use super::{IdList, IdSet};

/// Numbers in a block.
const BLOCK: usize = 256;

/// More prefixes than these are no prefixes.
const PREFIXES: usize = 4_096;

/// Bytes that blocks may take before they are measured against the ids they hold.
const FREE_BLOCKS: usize = 8 << 20;

/// The most digits that are a number.
const DIGITS: usize = 18;

/// A number for every id; 0 where the id is not there.
#[derive(Debug, Default)]
pub struct IdTable {
    runs: Vec<Run>,
    prefixes: HashMap<Vec<u8>, u32>,
    last_run: usize,
    #[expect(
        clippy::vec_box,
        reason = "a vector of the blocks themselves would be copied as it grows, with room for as many again"
    )]
    blocks: Vec<Box<[u32; BLOCK]>>,
    /// Ids asked for that lie in blocks.
    in_blocks: usize,
    /// Whether numbers proved too scattered: then no further block is made.
    is_closed: bool,
    hashed: Hashed,
}

/// The ids of one prefix and one count of digits.
#[derive(Debug)]
struct Run {
    /// The prefix, and the count of digits as its last byte.
    prefix: Vec<u8>,
    blocks: HashMap<u64, u32>,
    last: (u64, u32),
}

/// The ids of one prefix and one count of digits, as numbers in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Numbered {
    /// What stands before the number.
    pub prefix: String,
    /// How many digits it has, leading zeros and all.
    pub digits: u8,
    /// The numbers, as first and last of each unbroken run, ascending.
    pub runs: Vec<(u64, u64)>,
}

impl IdTable {
    /// Nothing in it.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The number kept for an id, to be read or changed; 0 where the id is new.
    pub fn slot(&mut self, id: &str) -> &mut u32 {
        if let Some((prefix, digits, number)) = number_of(id.as_bytes())
            && let Some(run) = self.run(prefix, digits)
        {
            let place = usize::try_from(number % BLOCK as u64).expect("a remainder of 256 fits");
            if let Some(block) = self.block(run, number / BLOCK as u64) {
                let slot = &mut self.blocks[block as usize][place];
                self.in_blocks += usize::from(*slot == 0);
                return slot;
            }
        }
        self.hashed.slot(hash(id))
    }

    /// The run of a prefix and a count of digits; a new one is made while prefixes are few.
    fn run(&mut self, prefix: &[u8], digits: u8) -> Option<usize> {
        let is_its = |run: &Run| run.prefix.split_last() == Some((&digits, prefix));
        if self.runs.get(self.last_run).is_some_and(is_its) {
            return Some(self.last_run);
        }
        let mut key = prefix.to_vec();
        key.push(digits);
        let run = match self.prefixes.get(&key) {
            Some(run) => *run as usize,
            None if self.is_closed || self.runs.len() >= PREFIXES => return None,
            None => {
                let run = self.runs.len();
                self.prefixes
                    .insert(key.clone(), u32::try_from(run).expect("few prefixes"));
                self.runs.push(Run {
                    prefix: key,
                    blocks: HashMap::new(),
                    last: (u64::MAX, 0),
                });
                run
            }
        };
        self.last_run = run;
        Some(run)
    }

    /// The block of a run; a new one is made while blocks are well filled.
    fn block(&mut self, run: usize, number: u64) -> Option<u32> {
        let run = &mut self.runs[run];
        if run.last.0 == number {
            return Some(run.last.1);
        }
        let block = match run.blocks.get(&number) {
            Some(block) => *block,
            None => {
                let bytes = self.blocks.len() * size_of::<[u32; BLOCK]>();
                self.is_closed |= bytes > FREE_BLOCKS + self.in_blocks * 24;
                if self.is_closed {
                    return None;
                }
                let block = u32::try_from(self.blocks.len()).expect("memory ends before");
                self.blocks.push(Box::new([0; BLOCK]));
                run.blocks.insert(number, block);
                block
            }
        };
        run.last = (number, block);
        Some(block)
    }

    /// The ids whose number is not 0.
    #[must_use]
    pub fn into_set(mut self) -> IdSet {
        let numbered = self.take_runs(&mut |_| {});
        let mut hashes = self.hashed.into_sorted();
        if !self.is_closed {
            return IdSet { numbered, hashes };
        }
        // Which ids found a block depends on the order of rows; as hashes they are the same in any order.
        numbered
            .iter()
            .for_each(|each| hashes.extend(each.hashes()));
        hashes.sort_unstable();
        IdSet {
            numbered: Vec::new(),
            hashes,
        }
    }

    /// The ids whose number is not 0, with their numbers as places.
    #[must_use]
    pub fn into_list(mut self) -> IdList {
        let is_mixed = self.is_closed || self.runs.len() >= PREFIXES;
        let mut places = Vec::new();
        let numbered = self.take_runs(&mut |place| places.push(place));
        let (hashes, more): (Vec<u64>, Vec<u32>) = self.hashed.into_pairs().unzip();
        places.extend(more);
        IdList {
            ids: IdSet { numbered, hashes },
            places,
            is_mixed,
        }
    }

    /// The ids that are kept as numbers; `place` is given what is kept for each of them, in their order.
    fn take_runs(&mut self, place: &mut dyn FnMut(u32)) -> Vec<Numbered> {
        let mut runs = std::mem::take(&mut self.runs);
        runs.sort_unstable_by(|a, b| a.prefix.cmp(&b.prefix));
        let found = runs.into_iter().map(|run| self.take_run(run, place));
        found.filter(|found| !found.runs.is_empty()).collect()
    }

    fn take_run(&self, run: Run, place: &mut dyn FnMut(u32)) -> Numbered {
        let mut blocks: Vec<(u64, u32)> = run.blocks.into_iter().collect();
        blocks.sort_unstable();
        let mut runs: Vec<(u64, u64)> = Vec::new();
        for (block, index) in blocks {
            let slots = &self.blocks[index as usize];
            let first = block * BLOCK as u64;
            for (number, slot) in (first..).zip(slots.iter()).filter(|(_, slot)| **slot != 0) {
                place(*slot);
                match runs.last_mut() {
                    Some((_, last)) if *last + 1 == number => *last = number,
                    _ => runs.push((number, number)),
                }
            }
        }
        let (digits, prefix) = run.prefix.split_last().expect("the count is there");
        Numbered {
            prefix: String::from_utf8(prefix.to_vec())
                .expect("digits begin where a character does"),
            digits: *digits,
            runs,
        }
    }
}

/// The prefix of an id that ends in a number, the count of its digits, and the number.
pub(super) fn number_of(id: &[u8]) -> Option<(&[u8], u8, u64)> {
    let last = id.iter().rev().take(DIGITS);
    let digits = last.take_while(|byte| byte.is_ascii_digit()).count();
    let (prefix, number) = id.split_at(id.len() - digits);
    let number = number
        .iter()
        .fold(0_u64, |sum, digit| sum * 10 + u64::from(digit - b'0'));
    let digits = u8::try_from(digits).expect("at most 18");
    (digits > 0).then_some((prefix, digits, number))
}

impl Numbered {
    /// The hashes of its ids, as [`hash`] gives them.
    pub fn hashes(&self) -> impl Iterator<Item = u64> + '_ {
        let width = usize::from(self.digits);
        let numbers = self.runs.iter().flat_map(|(first, last)| *first..=*last);
        numbers.map(move |number| hash(&format!("{}{number:0width$}", self.prefix)))
    }

    /// How many ids it has.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.runs.iter().map(|(first, last)| last - first + 1).sum()
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

    fn into_sorted(self) -> Vec<u64> {
        let there = |part: &Part| part.slots.iter().filter(|slot| **slot != 0).count();
        let mut sorted = Vec::with_capacity(self.parts.iter().map(there).sum());
        for part in self.parts {
            let from = sorted.len();
            sorted.extend(part.pairs().map(|(key, _)| key));
            sorted[from..].sort_unstable();
        }
        sorted
    }

    /// Hashes and what is kept for them, by hash.
    fn into_pairs(self) -> impl Iterator<Item = (u64, u32)> {
        self.parts.into_iter().flat_map(|part| {
            let mut pairs: Vec<(u64, u32)> = part.pairs().collect();
            pairs.sort_unstable();
            pairs
        })
    }
}

impl Part {
    fn pairs(self) -> impl Iterator<Item = (u64, u32)> {
        let pairs = self.keys.into_iter().zip(self.slots);
        pairs.filter(|(_, slot)| *slot != 0)
    }

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
        let IdSet {
            numbered,
            mut hashes,
        } = table.into_set();
        numbered
            .iter()
            .for_each(|each| hashes.extend(each.hashes()));
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
