//! Words met before and what they stand for: a look-up for the few words that fill a column.

/// Beyond as many words, no more are remembered: a column of free text has as many as rows.
const MOST: usize = 1 << 16;

/// Places there are at first.
const FEW: usize = 64;

/// Words and what they stand for.
#[derive(Debug, Clone)]
pub(super) struct Memo<T> {
    /// Words that are remembered at most.
    most: usize,
    /// The words by their hashes, each in the next free place. A power of two, at most half of them taken.
    places: Vec<Known<T>>,
    /// How far a hash is shifted to be a place.
    shift: u32,
    count: usize,
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
    first: [u64; 2],
    last: [u64; 2],
    length: usize,
}

impl Key {
    /// The longest word that is told by its key alone.
    const WHOLE: usize = 32;

    /// The key of no word: none is as long.
    const NONE: Self = Self {
        first: [0; 2],
        last: [0; 2],
        length: usize::MAX,
    };

    #[inline(always)]
    fn of(word: &[u8]) -> Self {
        let (first, last) = if let Some((first, last)) = ends(word) {
            (eights(first), eights(last))
        } else if let Some((first, last)) = ends(word) {
            let eight = |bytes: &[u8; 8]| u64::from_le_bytes(*bytes);
            ([eight(first), eight(last)], [0; 2])
        } else if let Some((first, last)) = ends(word) {
            let four = |bytes: &[u8; 4]| u64::from(u32::from_le_bytes(*bytes));
            ([four(first) | four(last) << 32, 0], [0; 2])
        } else {
            let all = match *word {
                [a] => [a, 0, 0, 0],
                [a, b] => [a, b, 0, 0],
                [a, b, c] => [a, b, c, 0],
                _ => [0; 4],
            };
            ([u64::from(u32::from_le_bytes(all)), 0], [0; 2])
        };
        Self {
            first,
            last,
            length: word.len(),
        }
    }

    /// The hash of a word with this key, which is asked for where the key does not hold all of it.
    #[inline(always)]
    fn hash(&self, word: &[u8]) -> u64 {
        let [first, second] = self.first;
        let mut hash = mixed(first ^ second.rotate_left(29) ^ self.length as u64);
        if self.length > 16 {
            let [first, second] = self.last;
            hash = mixed(hash.rotate_left(32) ^ first ^ second.rotate_left(29));
        }
        if self.length > Self::WHOLE {
            let (eights, _) = word[16..].as_chunks::<8>();
            for eight in eights {
                hash = mixed(hash.rotate_left(32) ^ u64::from_le_bytes(*eight));
            }
        }
        hash
    }
}

/// Sixteen bytes as two numbers.
#[inline(always)]
fn eights(bytes: &[u8; 16]) -> [u64; 2] {
    let (eights, _) = bytes.as_chunks::<8>();
    [0, 1].map(|at| u64::from_le_bytes(eights[at]))
}

/// The first and the last bytes of a word that has as many.
#[inline(always)]
fn ends<const N: usize>(word: &[u8]) -> Option<(&[u8; N], &[u8; N])> {
    Some((word.first_chunk()?, word.last_chunk()?))
}

/// A number whose highest bits depend on all of the given one's.
#[inline]
const fn mixed(number: u64) -> u64 {
    (number ^ number >> 32).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

impl<T: Copy + Default> Default for Memo<T> {
    fn default() -> Self {
        Self::of_at_most(MOST)
    }
}

impl<T: Copy + Default> Memo<T> {
    /// A memo of so many words at most.
    pub(super) fn of_at_most(most: usize) -> Self {
        Self {
            most,
            places: free(FEW),
            shift: u64::BITS - FEW.trailing_zeros(),
            count: 0,
            long: Vec::new(),
        }
    }

    /// Whether no more words are remembered.
    #[inline]
    pub(super) const fn is_full(&self) -> bool {
        self.count == self.most
    }
}

/// As many places without a word.
fn free<T: Copy + Default>(places: usize) -> Vec<Known<T>> {
    let known = Known {
        key: Key::NONE,
        long: 0,
        value: T::default(),
    };
    vec![known; places]
}

impl<T: Copy + Default> Memo<T> {
    /// What a word stands for; `find` is asked where it is new.
    #[inline(always)]
    pub(super) fn get(&mut self, word: &[u8], find: impl FnOnce() -> T) -> T {
        let key = Key::of(word);
        let mut at = self.first_place(key.hash(word));
        loop {
            let known = &self.places[at];
            if known.key == key && self.is_whole(known, word) {
                return known.value;
            }
            if known.key == Key::NONE {
                return self.learn(word, key, find());
            }
            at = (at + 1) & (self.places.len() - 1);
        }
    }

    #[inline]
    fn is_whole(&self, known: &Known<T>, word: &[u8]) -> bool {
        word.len() <= Key::WHOLE || *self.long[known.long as usize] == *word
    }

    /// Where a word of this hash is looked for first.
    #[inline(always)]
    fn first_place(&self, hash: u64) -> usize {
        usize::try_from(hash >> self.shift).expect("a place in memory")
    }

    #[cold]
    #[inline(never)]
    fn learn(&mut self, word: &[u8], key: Key, value: T) -> T {
        if self.is_full() {
            return value;
        }
        self.count += 1;
        if self.count * 2 > self.places.len() {
            let more = free(self.places.len() * 2);
            let known = std::mem::replace(&mut self.places, more);
            self.shift -= 1;
            let taken = known.into_iter().filter(|each| each.key != Key::NONE);
            taken.for_each(|each| self.put(each));
        }
        let mut long = 0;
        if word.len() > Key::WHOLE {
            long = u32::try_from(self.long.len()).expect("few words");
            self.long.push(word.into());
        }
        self.put(Known { key, long, value });
        value
    }

    fn put(&mut self, known: Known<T>) {
        let word = match known.key.length {
            0..=Key::WHOLE => &[][..],
            _ => &self.long[known.long as usize],
        };
        let mut at = self.first_place(known.key.hash(word));
        while self.places[at].key != Key::NONE {
            at = (at + 1) & (self.places.len() - 1);
        }
        self.places[at] = known;
    }
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
