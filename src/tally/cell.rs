//! The counters of one scope and month, packed: a large site has millions of them, and most take two or three bytes here.
//!
//! Counters stand by key. Those of one kind and clock are a group: kind, clock, the length of what follows, then for each
//! counter how far its value lies behind the one before (the first: its value) and its count. Numbers are written in
//! groups of seven bits, lowest first (LEB128); those that may be negative alternate around 0.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::base64;
use super::key::{Key, What};
use crate::case::packed::{alternate, read, straight, write, write_two};

/// The counters of one scope that lie in one month, sorted by key; none is 0.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Cell {
    bytes: Box<[u8]>,
}

impl Cell {
    /// The cell of counters that are sorted by key; counts of 0 are left out.
    pub(super) fn of_sorted(counts: impl Iterator<Item = (Key, i64)>) -> Self {
        let mut packing = Packing::default();
        counts
            .filter(|(_, count)| *count != 0)
            .for_each(|(key, count)| packing.push(key, count));
        packing.finish()
    }

    /// The cell as it is kept.
    pub(super) const fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The cell of [`Cell::bytes`], which have to be whole.
    pub(super) fn of_bytes(bytes: &[u8]) -> Self {
        Self {
            bytes: bytes.into(),
        }
    }

    /// Whether nothing is counted.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// All counters, by key.
    pub fn counts(&self) -> impl Iterator<Item = (Key, i64)> + '_ {
        self.groups().flat_map(|group| {
            let (what, clock) = (group.what, group.clock);
            group.map(move |(value, count)| (Key { what, clock, value }, count))
        })
    }

    /// All counters in groups of one kind and clock, by those.
    pub(super) const fn groups(&self) -> Groups<'_> {
        Groups(&self.bytes)
    }

    /// The counters of one kind and clock as (value, count), by value.
    pub fn of(&self, what: What, clock: u8) -> impl Iterator<Item = (i32, i64)> + '_ {
        let found = self
            .groups()
            .find(|group| (group.what, group.clock) == (what, clock));
        found.into_iter().flatten()
    }

    /// The sum of the counters of one kind and clock.
    #[must_use]
    pub fn sum(&self, what: What, clock: u8) -> i64 {
        self.of(what, clock).map(|(_, count)| count).sum()
    }

    /// Both cells added up.
    pub(super) fn plus(&self, other: &Self) -> Self {
        let mut mine = self.counts().peekable();
        let mut theirs = other.counts().peekable();
        Self::of_sorted(std::iter::from_fn(|| {
            let (Some((a, count)), Some((b, more))) = (mine.peek(), theirs.peek()) else {
                return mine.next().or_else(|| theirs.next());
            };
            match a.cmp(b) {
                std::cmp::Ordering::Less => mine.next(),
                std::cmp::Ordering::Greater => theirs.next(),
                std::cmp::Ordering::Equal => {
                    let sum = (*a, count + more);
                    mine.next();
                    theirs.next();
                    Some(sum)
                }
            }
        }))
    }
}

impl fmt::Debug for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.counts()).finish()
    }
}

/// A cell that is being put together, counter by counter in the order of keys.
#[derive(Debug, Default)]
pub(super) struct Packing {
    bytes: Vec<u8>,
    /// Kind and clock of the last group, and where what it holds begins.
    group: Option<(What, u8, usize)>,
    last: i32,
}

impl Packing {
    /// Adds a counter, which is not 0 and comes after all before it.
    #[inline]
    pub(super) fn push(&mut self, key: Key, count: i64) {
        let is_same =
            matches!(self.group, Some((what, clock, _)) if (what, clock) == (key.what, key.clock));
        let value = if is_same {
            let behind = i64::from(key.value) - i64::from(self.last);
            debug_assert!(behind > 0);
            behind.unsigned_abs()
        } else {
            self.open(key);
            alternate(i64::from(key.value))
        };
        write_two(&mut self.bytes, value, alternate(count));
        self.last = key.value;
    }

    /// Begins the group of a counter.
    fn open(&mut self, key: Key) {
        self.close();
        self.bytes.extend([u8::from(key.what), key.clock]);
        self.group = Some((key.what, key.clock, self.bytes.len()));
    }

    /// Writes the length of the last group before what it holds.
    fn close(&mut self) {
        if let Some((_, _, from)) = self.group.take() {
            let length = self.bytes.len() - from;
            let end = self.bytes.len();
            write(&mut self.bytes, length as u64);
            let by = self.bytes.len() - end;
            self.bytes[from..].rotate_right(by);
        }
    }

    /// The cell; nothing is left.
    pub(super) fn finish(&mut self) -> Cell {
        self.close();
        let cell = Cell {
            bytes: self.bytes.as_slice().into(),
        };
        self.bytes.clear();
        cell
    }
}

/// The groups of a cell.
pub(super) struct Groups<'a>(&'a [u8]);

/// What one kind and clock counted, by value.
pub(super) struct Group<'a> {
    pub(super) what: What,
    pub(super) clock: u8,
    rest: &'a [u8],
    /// The value before; `None` before the first.
    last: Option<i64>,
}

impl<'a> Iterator for Groups<'a> {
    type Item = Group<'a>;

    fn next(&mut self) -> Option<Group<'a>> {
        let [what, clock, rest @ ..] = self.0 else {
            return None;
        };
        let mut rest = rest;
        let length = usize::try_from(read(&mut rest)?).ok()?;
        let (group, after) = rest.split_at_checked(length)?;
        self.0 = after;
        Some(Group {
            what: What::try_from(*what).ok()?,
            clock: *clock,
            rest: group,
            last: None,
        })
    }
}

impl Iterator for Group<'_> {
    type Item = (i32, i64);

    #[inline]
    fn next(&mut self) -> Option<(i32, i64)> {
        let number = read(&mut self.rest)?;
        let value = match self.last {
            None => straight(number),
            Some(last) => last.checked_add_unsigned(number)?,
        };
        self.last = Some(value);
        let count = straight(read(&mut self.rest)?);
        Some((i32::try_from(value).ok()?, count))
    }
}

impl Serialize for Cell {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        base64::Text::of(std::iter::once(&self.bytes)).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Cell {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let damaged = || serde::de::Error::custom("a cell of counters is damaged");
        let text = String::deserialize(deserializer)?;
        let bytes = base64::bytes(&text).ok_or_else(damaged)?;
        let cell = Self {
            bytes: bytes.into(),
        };
        // Only what this version itself would have written is taken.
        let is_sorted = cell.counts().is_sorted_by(|(a, _), (b, _)| a < b);
        if is_sorted && Self::of_sorted(cell.counts()) == cell {
            Ok(cell)
        } else {
            Err(damaged())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(what: What, clock: u8, value: i32) -> Key {
        Key { what, clock, value }
    }

    fn counters() -> Vec<(Key, i64)> {
        vec![
            (key(What::State, 0, 0), 1),
            (key(What::State, 0, 3), 300),
            (key(What::OpenSince, 0, -719_162), 2),
            (key(What::OpenSince, 0, 20_000), 1 << 40),
            (key(What::Closing, 0, 0), -7),
            (key(What::Days, 0, 0), 127),
            (key(What::Days, 0, 128), 128),
            (key(What::Days, 1, 5), i64::MAX),
            (key(What::Days, 1, i32::MAX), i64::MIN),
        ]
    }

    #[test]
    fn what_is_packed_comes_back() {
        let cell = Cell::of_sorted(counters().into_iter());
        assert_eq!(cell.counts().collect::<Vec<_>>(), counters());
        assert_eq!(
            cell.of(What::Days, 1).collect::<Vec<_>>(),
            [(5, i64::MAX), (i32::MAX, i64::MIN)]
        );
        assert_eq!(cell.sum(What::State, 0), 301);
        assert_eq!(cell.sum(What::Waiting, 0), 0);
        let text = serde_json::to_string(&cell).unwrap();
        assert_eq!(serde_json::from_str::<Cell>(&text).unwrap(), cell);
    }

    #[test]
    fn a_long_group_has_its_length_before_it() {
        let counts: Vec<_> = (0..500).map(|day| (key(What::Days, 0, day), 1)).collect();
        let cell = Cell::of_sorted(counts.iter().copied());
        assert_eq!(cell.counts().collect::<Vec<_>>(), counts);
    }

    #[test]
    fn cells_are_added_counter_by_counter() {
        let (mut even, mut odd) = (Vec::new(), Vec::new());
        for (at, each) in counters().into_iter().enumerate() {
            if at % 2 == 0 { &mut even } else { &mut odd }.push(each);
        }
        let half = |counts: Vec<(Key, i64)>| Cell::of_sorted(counts.into_iter());
        let (even, odd) = (half(even), half(odd));
        let whole = Cell::of_sorted(counters().into_iter());
        assert_eq!(even.plus(&odd), whole);
        assert_eq!(odd.plus(&even), whole);
        let less = counters()
            .into_iter()
            .map(|(key, count)| (key, count.wrapping_neg()));
        let back = Cell::of_sorted(less.filter(|(key, _)| key.what == What::State));
        assert_eq!(whole.plus(&back).of(What::State, 0).count(), 0);
    }

    #[test]
    fn damage_is_told() {
        for text in [
            "\"A\"", "\"AAA\"", "\"AAIB\"", "\"AAEA\"", "\"====\"", "\"____\"",
        ] {
            assert!(serde_json::from_str::<Cell>(text).is_err(), "{text}");
        }
    }
}
