//! The ids a tally has seen: running numbers as unbroken runs, all others as 64-bit hashes. Small, and free of the rows.
//!
//! It stands for a set of hashes; numbers are only a shorter way to write some of them, so two sets are equal where their
//! hashes are. Two different ids share a hash with a chance of about n² / 2⁶⁵: one in 4,000 for a hundred million cases.
//! Then a merge is refused that would have been right; a wrong merge is never let through.

use std::cmp::Ordering;

use serde::{Deserialize, Serialize, Serializer};

use super::base64;
use crate::case::{Hashes, IdSet, Numbered};

/// A set of ids.
#[derive(Debug, Clone, Default, Eq, Serialize, Deserialize)]
pub struct Ids {
    #[serde(serialize_with = "write_hashes", deserialize_with = "read_hashes")]
    hashes: Hashes,
    #[serde(serialize_with = "write_numbered", deserialize_with = "read_numbered")]
    numbered: Vec<Numbered>,
}

impl PartialEq for Ids {
    fn eq(&self, other: &Self) -> bool {
        if self.hashes == other.hashes && self.numbered == other.numbered {
            return true;
        }
        self.len() == other.len() && self.all_hashes() == other.all_hashes()
    }
}

impl Ids {
    /// The ids of a set.
    #[must_use]
    pub(super) fn of(set: IdSet) -> Self {
        let IdSet { numbered, hashes } = set;
        Self { hashes, numbered }
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.hashes.len() as u64 + self.numbered.iter().map(Numbered::count).sum::<u64>()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The hashes of all ids, sorted.
    fn all_hashes(&self) -> Vec<u64> {
        let numbered = self.numbered.iter().flat_map(Numbered::hashes);
        let mut all: Vec<u64> = self.hashes.iter().chain(numbered).collect();
        all.sort_unstable();
        all
    }

    /// How many ids both sets have.
    #[must_use]
    pub(super) fn shared(&self, other: &Self) -> u64 {
        let mut shared = shared_hashes(self.hashes.iter(), other.hashes.iter());
        for mine in &self.numbered {
            let theirs = other.numbered.iter().find(|each| is_same_kind(mine, each));
            shared += theirs.map_or(0, |theirs| shared_numbers(&mine.runs, &theirs.runs));
        }
        shared + self.hashed_in(other) + other.hashed_in(self)
    }

    /// How many of the hashes are among the numbered ids of the other set.
    fn hashed_in(&self, other: &Self) -> u64 {
        if self.hashes.is_empty() {
            return 0;
        }
        let numbered = other.numbered.iter().flat_map(Numbered::hashes);
        numbered.filter(|hash| self.hashes.contains(*hash)).count() as u64
    }

    /// Both sets together; they share no id.
    #[must_use]
    pub(super) fn union(mut self, other: Self) -> Self {
        let hashes = self.hashes.iter().chain(other.hashes.iter());
        self.hashes = hashes.collect::<Vec<u64>>().into();
        for theirs in other.numbered {
            match self
                .numbered
                .iter_mut()
                .find(|each| is_same_kind(&theirs, each))
            {
                Some(mine) => mine.runs = joined(&mine.runs, &theirs.runs),
                None => self.numbered.push(theirs),
            }
        }
        let kind = |each: &Numbered| (each.prefix.clone(), each.digits);
        self.numbered.sort_by_key(kind);
        self
    }
}

fn is_same_kind(a: &Numbered, b: &Numbered) -> bool {
    (a.digits, &a.prefix) == (b.digits, &b.prefix)
}

fn shared_hashes(mine: impl Iterator<Item = u64>, theirs: impl Iterator<Item = u64>) -> u64 {
    let (mut mine, mut theirs) = (mine.peekable(), theirs.peekable());
    let mut shared = 0;
    while let (Some(a), Some(b)) = (mine.peek(), theirs.peek()) {
        match a.cmp(b) {
            Ordering::Less => drop(mine.next()),
            Ordering::Greater => drop(theirs.next()),
            Ordering::Equal => {
                shared += 1;
                mine.next();
                theirs.next();
            }
        }
    }
    shared
}

fn shared_numbers(mut mine: &[(u64, u64)], mut theirs: &[(u64, u64)]) -> u64 {
    let mut shared = 0;
    while let (Some(a), Some(b)) = (mine.first(), theirs.first()) {
        let (first, last) = (a.0.max(b.0), a.1.min(b.1));
        shared += (last + 1).saturating_sub(first);
        if a.1 < b.1 {
            mine = &mine[1..];
        } else {
            theirs = &theirs[1..];
        }
    }
    shared
}

fn joined(a: &[(u64, u64)], b: &[(u64, u64)]) -> Vec<(u64, u64)> {
    let mut all: Vec<(u64, u64)> = a.iter().chain(b).copied().collect();
    all.sort_unstable();
    let mut runs: Vec<(u64, u64)> = Vec::with_capacity(all.len());
    for (first, last) in all {
        match runs.last_mut() {
            Some(before) if before.1 + 1 >= first => before.1 = before.1.max(last),
            _ => runs.push((first, last)),
        }
    }
    runs
}

/// Ascending numbers as the bytes of their differences, each in groups of seven bits, lowest first (LEB128); in pieces.
fn differences(mut numbers: impl Iterator<Item = u64>) -> impl Iterator<Item = Vec<u8>> {
    let mut before = 0;
    std::iter::from_fn(move || {
        let mut bytes = Vec::with_capacity(1_024 + 10);
        while bytes.len() < 1_024
            && let Some(number) = numbers.next()
        {
            let mut rest: u64 = number - before;
            before = number;
            while rest > 0x7f {
                bytes.push(rest.to_le_bytes()[0] | 0x80);
                rest >>= 7;
            }
            bytes.push(rest.to_le_bytes()[0]);
        }
        (!bytes.is_empty()).then_some(bytes)
    })
}

const DAMAGED: &str = "the list of ids is damaged";

fn ascending(text: &str) -> Result<Vec<u64>, &'static str> {
    let mut sorted = Vec::new();
    let (mut delta, mut shift, mut before) = (0_u64, 0, 0_u64);
    for byte in base64::bytes(text).ok_or(DAMAGED)? {
        if shift > 63 {
            return Err(DAMAGED);
        }
        delta |= u64::from(byte & 0x7f) << shift;
        shift += 7;
        if byte & 0x80 == 0 {
            before = u64::checked_add(before, delta).ok_or(DAMAGED)?;
            sorted.push(before);
            (delta, shift) = (0, 0);
        }
    }
    if shift == 0 && sorted.is_sorted() {
        Ok(sorted)
    } else {
        Err(DAMAGED)
    }
}

fn write_ascending<S: Serializer>(
    numbers: impl Iterator<Item = u64>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    base64::Text::of(differences(numbers)).serialize(serializer)
}

fn write_hashes<S: Serializer>(hashes: &Hashes, serializer: S) -> Result<S::Ok, S::Error> {
    write_ascending(hashes.iter(), serializer)
}

fn read_hashes<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Hashes, D::Error> {
    let text = String::deserialize(deserializer)?;
    let hashes = ascending(&text).map_err(serde::de::Error::custom)?;
    Ok(hashes.into())
}

/// Runs are written as their first and last numbers in turn.
#[derive(Serialize)]
struct Written<'a> {
    prefix: &'a str,
    digits: u8,
    #[serde(serialize_with = "write_runs")]
    runs: &'a [(u64, u64)],
}

fn write_runs<S: Serializer>(runs: &[(u64, u64)], serializer: S) -> Result<S::Ok, S::Error> {
    write_ascending(
        runs.iter().flat_map(|(first, last)| [*first, *last]),
        serializer,
    )
}

fn write_numbered<S: Serializer>(all: &[Numbered], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(all.iter().map(|each| Written {
        prefix: &each.prefix,
        digits: each.digits,
        runs: &each.runs,
    }))
}

fn read_numbered<'de, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<Vec<Numbered>, D::Error> {
    #[derive(Deserialize)]
    struct Read {
        prefix: String,
        digits: u8,
        runs: String,
    }
    let all = Vec::<Read>::deserialize(deserializer)?;
    all.into_iter()
        .map(|read| {
            let ends = ascending(&read.runs).map_err(serde::de::Error::custom)?;
            let (pairs, []) = ends.as_chunks::<2>() else {
                return Err(serde::de::Error::custom(DAMAGED));
            };
            Ok(Numbered {
                prefix: read.prefix,
                digits: read.digits,
                runs: pairs.iter().map(|[first, last]| (*first, *last)).collect(),
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::{IdTable, hash};

    fn hashed(list: &[u64]) -> Ids {
        Ids {
            hashes: list.to_vec().into(),
            numbered: vec![],
        }
    }

    fn ids(list: impl IntoIterator<Item = String>) -> Ids {
        let mut table = IdTable::new();
        for id in list {
            *table.slot(&id) = 1;
        }
        Ids::of(table.into_set())
    }

    #[test]
    fn a_set_comes_back_from_its_text() {
        for set in [
            hashed(&[]),
            hashed(&[0]),
            hashed(&[u64::MAX]),
            hashed(&[0, 1, 127, 128, 300, u64::MAX - 1, u64::MAX]),
            ids((0..999).map(|n: u32| n.to_string())),
            ids((0..999).map(|n: u32| format!("{n}/a"))),
            ids((0..999).map(|n: u32| format!("A{:04}/{n}", n % 7))),
        ] {
            let text = serde_json::to_string(&set).unwrap();
            let back: Ids = serde_json::from_str(&text).unwrap();
            assert_eq!((&back.hashes, &back.numbered), (&set.hashes, &set.numbered));
        }
        assert!(ascending("A!").is_err());
        assert!(ascending("/////////////////////////").is_err());
    }

    #[test]
    fn shared_ids_are_counted_however_they_are_kept() {
        let names = |from: u32, to: u32| (from..to).map(|n| format!("HL{n:06}"));
        let numbered = ids(names(10, 50));
        assert!(numbered.hashes.is_empty());
        let mut plain: Vec<u64> = names(10, 50).map(|id| hash(&id)).collect();
        plain.sort_unstable();
        assert_eq!(numbered, hashed(&plain));
        assert_ne!(numbered, ids(names(10, 49)));
        for (other, shared) in [
            (ids(names(40, 90)), 10),
            (ids(names(50, 90)), 0),
            (ids((0..20).map(|n| format!("HL{n:05}"))), 0),
            (hashed(&plain[..7]), 7),
        ] {
            assert_eq!(numbered.shared(&other), shared);
            assert_eq!(other.shared(&numbered), shared);
        }
        let both = ids(names(0, 10)).union(numbered.clone());
        assert_eq!(both, ids(names(0, 50)));
        assert_eq!(both.numbered[0].runs, [(0, 49)]);
        assert_eq!(hashed(&[1]).union(hashed(&[0, 2])), hashed(&[0, 1, 2]));
        assert_ne!(hash("a"), hash("b"));
    }
}
