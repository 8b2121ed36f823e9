//! Words met before and what they stand for: a look-up for the few words that fill a column.

/// Beyond as many words, no more are remembered: a column of free text has as many as rows.
const MOST: usize = 1 << 16;

/// Words and what they stand for.
#[derive(Debug, Clone)]
pub(super) struct Memo<T> {
    /// The words of one byte or none.
    short: Vec<Option<T>>,
    /// Places in `words` from 1, by hash; 0 is free. A power of two, at most half of them taken.
    places: Vec<u32>,
    words: Vec<Known<T>>,
    /// The words that are longer than their keys.
    long: Vec<Box<[u8]>>,
}

/// A word, and what it stands for.
#[derive(Debug, Clone, Copy)]
struct Known<T> {
    key: Key,
    /// Place in [`Memo::long`], where the key does not hold all of it.
    long: u32,
    value: T,
}

/// A word's first and last bytes and its length: up to [`Key::WHOLE`] bytes no other word has the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Key {
    ends: [u64; 4],
    length: usize,
}

impl Key {
    /// The longest word that is told by its key alone.
    const WHOLE: usize = 32;

    #[inline]
    fn of(word: &[u8]) -> Self {
        let eight = |bytes: &[u8; 8]| u64::from_le_bytes(*bytes);
        let ends = if let (Some([a, b, ..]), Some([.., c, d])) = (
            word.first_chunk::<16>().map(|all| all.as_chunks::<8>().0),
            word.last_chunk::<16>().map(|all| all.as_chunks::<8>().0),
        ) {
            [eight(a), eight(b), eight(c), eight(d)]
        } else if let (Some(first), Some(last)) = (word.first_chunk(), word.last_chunk()) {
            [eight(first), eight(last), 0, 0]
        } else if let (Some(first), Some(last)) = (word.first_chunk(), word.last_chunk()) {
            let four = |bytes: &[u8; 4]| u64::from(u32::from_le_bytes(*bytes));
            [four(first) | four(last) << 32, 0, 0, 0]
        } else {
            let all = word.iter().fold(0, |all, byte| all << 8 | u64::from(*byte));
            [all, 0, 0, 0]
        };
        Self {
            ends,
            length: word.len(),
        }
    }

    #[inline]
    fn hash(&self) -> u64 {
        let [a, b, c, d] = self.ends;
        let length = self.length as u64;
        if self.length < 16 {
            return fold(
                a ^ 0x9e37_79b9_7f4a_7c15,
                b ^ length ^ 0xe703_7ed1_a0b4_28db,
            );
        }
        let first = fold(a ^ 0x9e37_79b9_7f4a_7c15, b ^ length);
        first ^ fold(c ^ 0xe703_7ed1_a0b4_28db, d ^ 0x8ebc_6af0_9c88_c6e3)
    }
}

impl<T> Default for Memo<T> {
    fn default() -> Self {
        Self {
            short: Vec::new(),
            places: Vec::new(),
            words: Vec::new(),
            long: Vec::new(),
        }
    }
}

impl<T: Copy> Memo<T> {
    /// What a word stands for; `find` is asked where it is new.
    #[inline]
    pub(super) fn get(&mut self, word: &[u8], find: impl FnOnce() -> T) -> T {
        if let [] | [_] = word {
            let at = word.first().map_or(256, |byte| usize::from(*byte));
            return match self.short.get(at) {
                Some(Some(value)) => *value,
                _ => self.learn_short(at, find()),
            };
        }
        let key = Key::of(word);
        let mut at = self.place(word, &key);
        while let Some(place) = self.places.get(at).and_then(|place| place.checked_sub(1)) {
            let known = &self.words[place as usize];
            if known.key == key && self.is_whole(known, word) {
                return known.value;
            }
            at = (at + 1) & (self.places.len() - 1);
        }
        self.learn(word, key, find())
    }

    #[inline]
    fn is_whole(&self, known: &Known<T>, word: &[u8]) -> bool {
        word.len() <= Key::WHOLE || *self.long[known.long as usize] == *word
    }

    #[inline]
    fn place(&self, word: &[u8], key: &Key) -> usize {
        let mut hash = key.hash();
        if word.len() > Key::WHOLE {
            let (eights, _) = word[16..].as_chunks::<8>();
            for eight in eights {
                hash = fold(hash ^ u64::from_le_bytes(*eight), 0x9e37_79b9_7f4a_7c15);
            }
        }
        let mask = (self.places.len() as u64).wrapping_sub(1);
        usize::try_from(hash & mask).unwrap_or(usize::MAX)
    }

    #[cold]
    fn learn_short(&mut self, at: usize, value: T) -> T {
        self.short.resize(257, None);
        self.short[at] = Some(value);
        value
    }

    #[cold]
    fn learn(&mut self, word: &[u8], key: Key, value: T) -> T {
        if self.words.len() == MOST {
            return value;
        }
        let mut long = 0;
        if word.len() > Key::WHOLE {
            long = u32::try_from(self.long.len()).expect("few words");
            self.long.push(word.into());
        }
        self.words.push(Known { key, long, value });
        if self.words.len() * 2 > self.places.len() {
            self.places = vec![0; (self.places.len() * 2).max(64)];
            (0..self.words.len()).for_each(|index| self.put(index));
        } else {
            self.put(self.words.len() - 1);
        }
        value
    }

    fn put(&mut self, index: usize) {
        let known = &self.words[index];
        let word = match known.key.length {
            0..=Key::WHOLE => &[][..],
            _ => &self.long[known.long as usize],
        };
        let mut at = self.place(word, &known.key);
        while self.places[at] != 0 {
            at = (at + 1) & (self.places.len() - 1);
        }
        self.places[at] = u32::try_from(index + 1).expect("few words");
    }
}

/// Both numbers multiplied, the halves of the product put over each other.
#[inline]
fn fold(a: u64, b: u64) -> u64 {
    let product = u128::from(a) * u128::from(b);
    let low = product & u128::from(u64::MAX);
    u64::try_from((product >> 64) ^ low).expect("both halves fit")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_looked_up_once() {
        let mut memo = Memo::default();
        let mut words: Vec<String> = (0..500_u32)
            .map(|n| format!("某{n}{}", "x".repeat(n as usize % 19)))
            .collect();
        // All lengths, alike but for one byte, wherever it stands.
        for length in 0..50 {
            words.push("y".repeat(length));
            for at in 0..length {
                words.push(format!(
                    "{}z{}",
                    "y".repeat(at),
                    "y".repeat(length - at - 1)
                ));
            }
        }
        for round in 0..2 {
            for (number, word) in (0_u32..).zip(&words) {
                let found = memo.get(word.as_bytes(), || {
                    assert_eq!(round, 0);
                    number
                });
                assert_eq!(found, number, "{word}");
            }
        }
    }
}
