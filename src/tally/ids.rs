//! The ids a tally has seen, as a set of 64-bit hashes: exact in what it does with them, small, and free of the ids.
//!
//! Two different ids share a hash with a chance of about n² / 2⁶⁵: one in 4,000 for a hundred million cases. Then a
//! merge is refused that would have been right; a wrong merge is never let through.

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};

/// A set of id hashes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Ids {
    sorted: Vec<u64>,
}

impl Ids {
    /// The ids counted, less those withdrawn; each withdrawal takes out one count.
    #[must_use]
    pub(super) fn of(mut counted: Vec<u64>, mut withdrawn: Vec<u64>) -> Self {
        counted.sort_unstable();
        withdrawn.sort_unstable();
        let mut gone = withdrawn.into_iter().peekable();
        counted.retain(|id| {
            while gone.next_if(|other| other < id).is_some() {}
            gone.next_if_eq(id).is_none()
        });
        counted.dedup();
        counted.shrink_to_fit();
        Self { sorted: counted }
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.sorted.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.sorted.is_empty()
    }

    /// How many ids both sets have.
    #[must_use]
    pub(super) fn shared(&self, other: &Self) -> usize {
        let (mut mine, mut theirs) = (self.sorted.as_slice(), other.sorted.as_slice());
        let mut shared = 0;
        while let (Some(a), Some(b)) = (mine.first(), theirs.first()) {
            match a.cmp(b) {
                Ordering::Less => mine = &mine[1..],
                Ordering::Greater => theirs = &theirs[1..],
                Ordering::Equal => {
                    shared += 1;
                    mine = &mine[1..];
                    theirs = &theirs[1..];
                }
            }
        }
        shared
    }

    /// Both sets together.
    #[must_use]
    pub(super) fn union(mut self, other: Self) -> Self {
        self.sorted.extend(other.sorted);
        self.sorted.sort();
        self.sorted.dedup();
        self
    }
}

/// The hash of an id: FNV-1a, 64 bits, with the last mixing steps of `SplitMix64`. The same on every machine.
#[must_use]
pub(super) fn hash(id: &str) -> u64 {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    for byte in id.as_bytes() {
        hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
    }
    hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^ (hash >> 31)
}

/// Written as base64 without padding of the differences, each in groups of seven bits, lowest first (LEB128).
impl From<Ids> for String {
    fn from(ids: Ids) -> Self {
        let mut bytes = Vec::with_capacity(ids.sorted.len() * 7);
        let mut before = 0;
        for id in ids.sorted {
            let mut rest: u64 = id - before;
            before = id;
            loop {
                let seven = rest.to_le_bytes()[0] & 0x7f;
                rest >>= 7;
                bytes.push(if rest == 0 { seven } else { seven | 0x80 });
                if rest == 0 {
                    break;
                }
            }
        }
        let mut text = Self::with_capacity(bytes.len() * 4 / 3 + 4);
        for three in bytes.chunks(3) {
            let mut word = 0_u32;
            for place in 0..3 {
                word = word << 8 | u32::from(three.get(place).copied().unwrap_or(0));
            }
            for place in 0..=three.len() {
                let six = word >> (18 - 6 * place) & 0x3f;
                text.push(char::from(ALPHABET[six as usize]));
            }
        }
        text
    }
}

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

impl TryFrom<String> for Ids {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let mut values = [None; 256];
        for (value, letter) in (0_u32..).zip(ALPHABET) {
            values[usize::from(*letter)] = Some(value);
        }
        let mut sorted = Vec::new();
        let (mut held, mut bits) = (0_u32, 0);
        let (mut delta, mut shift, mut before) = (0_u64, 0, 0_u64);
        for letter in text.bytes() {
            let value = values[usize::from(letter)].ok_or("the list of ids is damaged")?;
            held = held << 6 | value;
            bits += 6;
            if bits < 8 {
                continue;
            }
            bits -= 8;
            let byte = u64::from(held >> bits & 0xff);
            held &= (1 << bits) - 1;
            if shift > 63 {
                return Err("the list of ids is damaged".to_owned());
            }
            delta |= (byte & 0x7f) << shift;
            shift += 7;
            if byte & 0x80 == 0 {
                before = u64::checked_add(before, delta).ok_or("the list of ids is damaged")?;
                sorted.push(before);
                (delta, shift) = (0, 0);
            }
        }
        if shift == 0 && sorted.is_sorted() {
            Ok(Self { sorted })
        } else {
            Err("the list of ids is damaged".to_owned())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(list: &[u64]) -> Ids {
        Ids::of(list.to_vec(), vec![])
    }

    #[test]
    fn a_set_comes_back_from_its_text() {
        for list in [
            vec![],
            vec![0],
            vec![u64::MAX],
            vec![0, 1, 127, 128, 300, u64::MAX - 1, u64::MAX],
            (0..999).map(|n: u32| hash(&n.to_string())).collect(),
        ] {
            let set = ids(&list);
            let text = String::from(set.clone());
            assert_eq!(Ids::try_from(text), Ok(set));
        }
        assert!(Ids::try_from("A!".to_owned()).is_err());
        assert!(Ids::try_from("/////////////////////////".to_owned()).is_err());
    }

    #[test]
    fn what_is_withdrawn_is_not_there_and_what_came_twice_stays_once() {
        let set = Ids::of(vec![5, 3, 9, 3], vec![3, 9, 4]);
        assert_eq!(set, ids(&[3, 5]));
    }

    #[test]
    fn shared_ids_are_counted() {
        assert_eq!(ids(&[1, 2, 3]).shared(&ids(&[2, 3, 4])), 2);
        assert_eq!(ids(&[1]).union(ids(&[0, 1])), ids(&[0, 1]));
        assert_ne!(hash("a"), hash("b"));
    }
}
