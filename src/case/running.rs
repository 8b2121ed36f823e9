//! Ids that end in running numbers: a number kept for each in four bytes, as long as numbers lie close together.
//!
//! An id that ends in digits is its prefix and a number, kept exactly; neighbouring numbers share a block of 256. Where
//! numbers are too scattered for that, no further block is made: an id has a place here for good, or never.
#![expect(
    clippy::disallowed_types,
    reason = "looked up only; what leaves is sorted by prefix and number"
)]

use std::collections::HashMap;

use super::ids::hash;

/// Numbers in a block.
const BLOCK: usize = 256;

/// More prefixes than these are no prefixes.
const PREFIXES: usize = 4_096;

/// Bytes that blocks may take before they are measured against the ids they hold.
const FREE_BLOCKS: usize = 8 << 20;

/// The most digits that are a number.
const DIGITS: u8 = 18;

/// A number for every id that ends in a running number; 0 where the id is not there.
#[derive(Debug, Default)]
pub(super) struct Running {
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
    pub(super) is_closed: bool,
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

impl Running {
    /// The number kept for an id, to be read or changed; `None` where it has no place here.
    #[inline]
    pub(super) fn slot(&mut self, id: &str) -> Option<&mut u32> {
        let (prefix, digits, number) = number_of(id.as_bytes())?;
        let run = self.run(prefix, digits)?;
        let place = usize::try_from(number % BLOCK as u64).expect("a remainder of 256 fits");
        let block = self.block(run, number / BLOCK as u64)?;
        let slot = &mut self.blocks[block as usize][place];
        self.in_blocks += usize::from(*slot == 0);
        Some(slot)
    }

    /// How many ids have a number.
    pub(super) const fn count(&self) -> usize {
        self.in_blocks
    }

    /// Whether ids that end in digits may have no place here.
    pub(super) const fn is_partial(&self) -> bool {
        self.is_closed || self.runs.len() >= PREFIXES
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

    /// The ids that are kept as numbers; `place` is given what is kept for each of them, in their order.
    pub(super) fn take_runs(&mut self, place: &mut dyn FnMut(u32)) -> Vec<Numbered> {
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
    let (mut prefix, mut digits, mut number, mut worth) = (id, 0, 0, 1);
    if let Some((before, eight)) = id.split_last_chunk()
        && let Some(last) = eight_digits(*eight)
    {
        (prefix, digits, number, worth) = (before, 8, last, 100_000_000);
    }
    while let Some((digit @ b'0'..=b'9', before)) = prefix.split_last()
        && digits < DIGITS
    {
        number += u64::from(digit - b'0') * worth;
        (prefix, digits, worth) = (before, digits + 1, worth * 10);
    }
    (digits > 0).then_some((prefix, digits, number))
}

/// The number that eight digits are; `None` where some are none.
fn eight_digits(text: [u8; 8]) -> Option<u64> {
    const ZERO: u64 = u64::from_le_bytes([b'0'; 8]);
    const LIMIT: u64 = u64::from_le_bytes([0x76; 8]);
    const HIGH: u64 = u64::from_le_bytes([0x80; 8]);
    let digits = u64::from_le_bytes(text) ^ ZERO;
    // A digit is at most 9, or adding its limit sets the byte's highest bit.
    if (digits.wrapping_add(LIMIT) | digits) & HIGH != 0 {
        return None;
    }
    // Neighbours are put together: digits to numbers of two digits, those to numbers of four, those to one of eight.
    let twos = (digits * 10 + (digits >> 8)) & 0x00ff_00ff_00ff_00ff;
    let fours = (twos * 100 + (twos >> 16)) & 0x0000_ffff_0000_ffff;
    Some((fours * 10_000 + (fours >> 32)) & 0xffff_ffff)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_its_prefix_and_the_number_it_ends_in() {
        let long = "9".repeat(19);
        for (id, prefix, digits) in [
            ("", "", 0),
            ("A-", "A-", 0),
            ("7", "", 1),
            ("A-0070", "A-", 4),
            ("1234567", "", 7),
            ("20240131", "", 8),
            ("A/20240131", "A/", 8),
            ("A202401:1", "A202401:", 1),
            ("HL2024/00000000", "HL2024/", 8),
            ("R20230101-12345678", "R20230101-", 8),
            ("R123456789012", "R", 12),
            ("某9876543210123456", "某", 16),
            (long.as_str(), "9", 18),
        ] {
            let found = number_of(id.as_bytes());
            let number = id[prefix.len()..].parse().unwrap_or(0);
            let expected = (digits > 0).then_some((prefix.as_bytes(), digits, number));
            assert_eq!(found, expected, "{id}");
        }
    }
}
