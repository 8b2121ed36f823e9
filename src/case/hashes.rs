//! The hashes of ids, sorted; in pieces, so that many millions need not be moved into one.

/// Sorted hashes, each once.
#[derive(Debug, Clone, Default)]
pub struct Hashes {
    /// Pieces, none empty; each begins behind the end of the one before.
    parts: Vec<Vec<u64>>,
}

impl Hashes {
    /// Sorted pieces, each behind the one before.
    pub(super) fn of_parts(mut parts: Vec<Vec<u64>>) -> Self {
        parts.retain(|part| !part.is_empty());
        debug_assert!(parts.windows(2).all(|two| two[0].last() < two[1].first()));
        Self { parts }
    }

    /// All of them, in order.
    pub fn iter(&self) -> impl Iterator<Item = u64> + '_ {
        self.parts.iter().flatten().copied()
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.parts.iter().map(Vec::len).sum()
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    /// Whether one is among them.
    #[must_use]
    pub fn contains(&self, hash: u64) -> bool {
        self.find(hash).is_some()
    }

    /// Takes one out.
    pub(super) fn remove(&mut self, hash: u64) {
        if let Some((part, at)) = self.find(hash) {
            self.parts[part].remove(at);
            self.parts.retain(|part| !part.is_empty());
        }
    }

    fn find(&self, hash: u64) -> Option<(usize, usize)> {
        let part = self
            .parts
            .partition_point(|part| part.last().is_some_and(|last| *last < hash));
        let at = self.parts.get(part)?.binary_search(&hash).ok()?;
        Some((part, at))
    }

    /// Those from one to another, with the place of the first among all.
    pub(super) fn between(&self, first: u64, last: u64) -> impl Iterator<Item = (usize, u64)> + '_ {
        let mut before = 0;
        let parts = self.parts.iter().map(move |part| {
            let from = before;
            before += part.len();
            (from, part)
        });
        let is_in = move |part: &[u64]| {
            part.first().is_some_and(|each| *each <= last)
                && part.last().is_some_and(|each| *each >= first)
        };
        parts
            .filter(move |(_, part)| is_in(part))
            .flat_map(move |(before, part)| {
                let from = part.partition_point(|hash| *hash < first);
                let to = part.partition_point(|hash| *hash <= last);
                (before + from..).zip(part[from..to].iter().copied())
            })
    }
}

impl From<Vec<u64>> for Hashes {
    /// In any order.
    fn from(mut hashes: Vec<u64>) -> Self {
        // Sorted runs one after another are what this sort is quick at.
        hashes.sort();
        hashes.dedup();
        Self::of_parts(vec![hashes])
    }
}

impl PartialEq for Hashes {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl Eq for Hashes {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_are_one_list() {
        let mut pieces = Hashes::of_parts(vec![vec![1, 3], vec![], vec![5, 7, 9], vec![u64::MAX]]);
        assert_eq!(pieces, Hashes::from(vec![9, 3, 7, 1, 5, u64::MAX, 7]));
        assert_eq!(pieces.len(), 6);
        assert!(pieces.contains(5) && pieces.contains(u64::MAX) && !pieces.contains(4));
        assert!(pieces.between(3, 7).eq([(1, 3), (2, 5), (3, 7)]));
        assert!(pieces.between(8, u64::MAX).eq([(4, 9), (5, u64::MAX)]));
        assert_eq!(pieces.between(10, 11).count(), 0);
        for each in [u64::MAX, 4, 5] {
            pieces.remove(each);
        }
        assert!(pieces.iter().eq([1, 3, 7, 9]));
    }
}
