//! Words met before and what they stand for: a look-up for the few words that fill a column.

/// Beyond as many words, no more are remembered: a column of free text has as many as rows.
const MOST: usize = 1 << 16;

/// Words and what they stand for.
#[derive(Debug, Clone)]
pub(super) struct Memo<T> {
    /// Places in `words` from 1, by hash; 0 is free.
    slots: Vec<u32>,
    words: Vec<(Box<str>, T)>,
}

impl<T> Default for Memo<T> {
    fn default() -> Self {
        Self {
            slots: Vec::new(),
            words: Vec::new(),
        }
    }
}

impl<T: Copy> Memo<T> {
    /// What a word stands for; `find` is asked where it is new.
    pub(super) fn get(&mut self, word: &str, find: impl FnOnce(&str) -> T) -> T {
        if self.slots.is_empty() {
            self.grow();
        }
        let mut at = self.place(word);
        while let Some(index) = self.slots[at].checked_sub(1) {
            let (known, value) = &self.words[index as usize];
            if **known == *word {
                return *value;
            }
            at = (at + 1) & (self.slots.len() - 1);
        }
        let value = find(word);
        if self.words.len() < MOST {
            self.words.push((word.into(), value));
            self.slots[at] = u32::try_from(self.words.len()).expect("few words");
            if self.words.len() * 2 > self.slots.len() {
                self.grow();
            }
        }
        value
    }

    fn place(&self, word: &str) -> usize {
        let mask = self.slots.len() as u64 - 1;
        usize::try_from(hash(word.as_bytes()) & mask).expect("a place in memory")
    }

    fn grow(&mut self) {
        self.slots = vec![0; (self.slots.len() * 2).max(64)];
        for index in 0..self.words.len() {
            let mut at = self.place(&self.words[index].0);
            while self.slots[at] != 0 {
                at = (at + 1) & (self.slots.len() - 1);
            }
            self.slots[at] = u32::try_from(index + 1).expect("few words");
        }
    }
}

/// A quick hash of a short text: eight bytes at a time, multiplied and folded.
fn hash(bytes: &[u8]) -> u64 {
    const ODD: u64 = 0x9e37_79b9_7f4a_7c15;
    let fold = |sum: u64, eight: u64| {
        let product = u128::from(sum ^ eight) * u128::from(ODD);
        let low = product & u128::from(u64::MAX);
        u64::try_from((product >> 64) ^ low).expect("both halves fit")
    };
    let (eights, rest) = bytes.as_chunks::<8>();
    let mut sum = bytes.len() as u64 ^ ODD;
    for eight in eights {
        sum = fold(sum, u64::from_le_bytes(*eight));
    }
    let last = rest
        .iter()
        .fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte));
    fold(sum, last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_looked_up_once() {
        let mut memo = Memo::default();
        let words: Vec<String> = (0..500_u32)
            .map(|n| format!("某{n}{}", "x".repeat(n as usize % 19)))
            .collect();
        for round in 0..2 {
            for (number, word) in (0_u32..).zip(&words) {
                let found = memo.get(word, |_| {
                    assert_eq!(round, 0);
                    number
                });
                assert_eq!(found, number);
            }
        }
    }
}
