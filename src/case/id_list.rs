//! The ids of one file, each with the place of a row that has it: what is kept of them when the file is not read again.
//!
//! [`IdList::shared`] finds the ids that stand in several files, from their lists alone. What it finds is a superset: two
//! different ids may share a hash, so whoever asks looks at the rows. No id that does stand in two files is missed.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::hashes::Hashes;
use super::ids::hash;
use super::packed::{
    read, read_all, read_as, read_text, straight, write, write_bytes, write_signed,
};
use super::running::{Numbered, number_of};

/// Ids: those that end in running numbers as prefix and numbers, all others as sorted hashes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct IdSet {
    /// The ids that are kept as numbers, by prefix and digits.
    pub numbered: Vec<Numbered>,
    /// The hashes of all others.
    pub hashes: Hashes,
}

/// The ids of one file with the places of their rows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct IdList {
    pub(super) ids: IdSet,
    /// A place for each id, in the order of the set.
    pub(super) places: Vec<u32>,
    /// Whether ids that end in digits may stand among the hashes.
    pub(super) is_mixed: bool,
}

impl IdSet {
    /// A set; the numbers are turned into hashes where which ids are among them depends on the order of rows.
    pub(super) fn of(numbered: Vec<Numbered>, hashes: Hashes, is_by_chance: bool) -> Self {
        if !is_by_chance {
            return Self { numbered, hashes };
        }
        let numbers = numbered.iter().flat_map(Numbered::hashes);
        Self {
            hashes: Hashes::from(hashes.iter().chain(numbers).collect::<Vec<u64>>()),
            numbered: Vec::new(),
        }
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.numbers() + self.hashes.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn numbers(&self) -> usize {
        let counts = self.numbered.iter().map(Numbered::count);
        usize::try_from(counts.sum::<u64>()).expect("as many as fit memory")
    }

    /// The hash of every id with its index, by hash.
    fn hashed(&self) -> Vec<(u64, usize)> {
        let numbered = self.numbered.iter().flat_map(Numbered::hashes);
        let all = numbered.chain(self.hashes.iter());
        let mut all: Vec<(u64, usize)> = all.zip(0..).collect();
        all.sort_unstable();
        all
    }
}

impl IdList {
    /// The ids without their places.
    #[must_use]
    pub const fn ids(&self) -> &IdSet {
        &self.ids
    }

    /// The place of an id by its index.
    #[must_use]
    pub fn place(&self, index: usize) -> u32 {
        self.places[index]
    }

    /// For each list the indices of its ids that stand in another one too, ascending; `None` where they are more than `most`.
    #[must_use]
    pub fn shared(lists: &[&Self], most: usize) -> Option<Vec<Vec<usize>>> {
        let mut shared = vec![BTreeSet::new(); lists.len()];
        let is_mixed = lists.iter().any(|list| list.is_mixed);
        if !is_mixed && !share_numbers(lists, most, &mut shared) {
            return None;
        }
        let views: Vec<View<'_>> = lists.iter().map(|list| list.view(is_mixed)).collect();
        // Hashes are spread evenly, so one byte cuts them into parts of like size that are sorted one by one.
        let found: Vec<Vec<(usize, usize)>> = (0..=u8::MAX)
            .into_par_iter()
            .map(|byte| share_hashes(&views, byte))
            .collect();
        if found.iter().map(Vec::len).sum::<usize>() > most {
            return None;
        }
        for (list, index) in found.into_iter().flatten() {
            shared[list].insert(index);
        }
        let shared = shared.into_iter().map(|each| each.into_iter().collect());
        Some(shared.collect())
    }

    /// All ids of some lists, without those of some names.
    #[must_use]
    pub fn union(lists: &[&Self], gone: &BTreeSet<String>) -> IdSet {
        let is_mixed = lists.iter().any(|list| list.is_mixed);
        let mut hashes: Vec<u64> = Vec::new();
        let mut numbered: BTreeMap<(&str, u8), Vec<(u64, u64)>> = BTreeMap::new();
        for list in lists {
            if is_mixed {
                hashes.extend(list.ids.numbered.iter().flat_map(Numbered::hashes));
            } else {
                for each in &list.ids.numbered {
                    let runs = numbered.entry((&each.prefix, each.digits)).or_default();
                    runs.extend(&each.runs);
                }
            }
            hashes.extend(list.ids.hashes.iter());
        }
        let numbered = numbered
            .into_iter()
            .map(|((prefix, digits), runs)| Numbered {
                prefix: prefix.to_owned(),
                digits,
                runs: joined(runs),
            });
        let mut set = IdSet {
            numbered: numbered.collect(),
            hashes: Hashes::from(hashes),
        };
        gone.iter().for_each(|id| set.remove(id));
        set
    }

    fn view(&self, is_mixed: bool) -> View<'_> {
        if is_mixed && !self.ids.numbered.is_empty() {
            let (hashes, order): (Vec<u64>, Vec<usize>) = self.ids.hashed().into_iter().unzip();
            return View {
                hashes: Cow::Owned(Hashes::of_parts(vec![hashes])),
                order: Some(order),
                before: 0,
            };
        }
        View {
            hashes: Cow::Borrowed(&self.ids.hashes),
            order: None,
            before: self.ids.numbers(),
        }
    }

    /// Writes the ids and then, apart, their places.
    pub fn write(&self, bytes: &mut Vec<u8>) {
        bytes.push(u8::from(self.is_mixed));
        write(bytes, self.ids.numbered.len() as u64);
        for each in &self.ids.numbered {
            write_bytes(bytes, each.prefix.as_bytes());
            bytes.push(each.digits);
            write(bytes, each.runs.len() as u64);
            let mut before = 0;
            for (first, last) in &each.runs {
                write(bytes, first - before);
                write(bytes, last - first);
                before = *last;
            }
        }
        write(bytes, self.ids.hashes.len() as u64);
        bytes.reserve(self.ids.hashes.len() * 8 + self.places.len() * 5);
        self.ids
            .hashes
            .iter()
            .for_each(|hash| bytes.extend(hash.to_le_bytes()));
        write(bytes, self.places.len() as u64);
        let mut before = 0;
        for place in &self.places {
            write_signed(bytes, i64::from(*place) - before);
            before = i64::from(*place);
        }
    }

    /// Reads what [`IdList::write`] wrote.
    pub fn read(bytes: &mut &[u8]) -> Option<Self> {
        let is_mixed = read(bytes)? == 1;
        let numbered = read_all(bytes, |bytes| {
            let prefix = read_text(bytes)?;
            let digits = read_as(bytes)?;
            let mut before = 0_u64;
            let runs = read_all(bytes, |bytes| {
                let first = before.checked_add(read(bytes)?)?;
                before = first.checked_add(read(bytes)?)?;
                Some((first, before))
            })?;
            Some(Numbered {
                prefix,
                digits,
                runs,
            })
        })?;
        let count: usize = read_as(bytes)?;
        let (hashes, rest) = bytes.split_at_checked(count.checked_mul(8)?)?;
        *bytes = rest;
        let hashes = hashes.as_chunks::<8>().0.iter();
        let hashes: Vec<u64> = hashes.map(|eight| u64::from_le_bytes(*eight)).collect();
        if !hashes.is_sorted_by(|a, b| a < b) {
            return None;
        }
        let mut before = 0_i64;
        let places = read_all(bytes, |bytes| {
            before = before.checked_add(straight(read(bytes)?))?;
            u32::try_from(before).ok()
        })?;
        let hashes = Hashes::of_parts(vec![hashes]);
        let ids = IdSet { numbered, hashes };
        (ids.len() == places.len()).then_some(Self {
            ids,
            places,
            is_mixed,
        })
    }
}

impl IdSet {
    /// Takes an id out.
    pub fn remove(&mut self, id: &str) {
        if let Some((prefix, digits, number)) = number_of(id.as_bytes()) {
            let its =
                |each: &&mut Numbered| (each.prefix.as_bytes(), each.digits) == (prefix, digits);
            if let Some(each) = self.numbered.iter_mut().find(its)
                && let Some(at) = each
                    .runs
                    .iter()
                    .position(|(first, last)| (first..=last).contains(&&number))
            {
                let (first, last) = each.runs.remove(at);
                if number < last {
                    each.runs.insert(at, (number + 1, last));
                }
                if first < number {
                    each.runs.insert(at, (first, number - 1));
                }
                return self.numbered.retain(|each| !each.runs.is_empty());
            }
        }
        self.hashes.remove(hash(id));
    }
}

/// The hashes of a list, by which it is held against others.
struct View<'a> {
    hashes: Cow<'a, Hashes>,
    /// The index of each id, where they do not stand one after another.
    order: Option<Vec<usize>>,
    /// The index of the first where they do.
    before: usize,
}

impl View<'_> {
    fn index(&self, at: usize) -> usize {
        self.order.as_ref().map_or(self.before + at, |all| all[at])
    }
}

/// List and index of the hashes that begin with a byte and stand in several lists.
fn share_hashes(views: &[View<'_>], byte: u8) -> Vec<(usize, usize)> {
    let first = u64::from(byte) << 56;
    let last = first | (u64::MAX >> 8);
    let mut all: Vec<(u64, usize, usize)> = Vec::new();
    for (list, view) in views.iter().enumerate() {
        let hashes = view.hashes.between(first, last);
        all.extend(hashes.map(|(at, hash)| (hash, list, at)));
    }
    all.sort();
    let mut found = Vec::new();
    for same in all.chunk_by(|a, b| a.0 == b.0) {
        if same.iter().any(|(_, list, _)| *list != same[0].1) {
            let index = |(_, list, at): &(u64, usize, usize)| (*list, views[*list].index(*at));
            found.extend(same.iter().map(index));
        }
    }
    found
}

/// A run of numbers in a list: first and last, list, index of the first.
type Run = (u64, u64, usize, usize);

/// Adds the numbers that stand in several lists; `false` where there are more than `most`.
fn share_numbers(lists: &[&IdList], most: usize, shared: &mut [BTreeSet<usize>]) -> bool {
    let mut kinds: BTreeMap<(&str, u8), Vec<Run>> = BTreeMap::new();
    for (list, ids) in lists.iter().map(|list| &list.ids).enumerate() {
        let mut index = 0;
        for each in &ids.numbered {
            let runs = kinds.entry((&each.prefix, each.digits)).or_default();
            for (first, last) in &each.runs {
                runs.push((*first, *last, list, index));
                index += usize::try_from(last - first + 1).expect("as many as fit memory");
            }
        }
    }
    let mut count = 0;
    for mut runs in kinds.into_values() {
        runs.sort_unstable();
        let mut active: Vec<Run> = Vec::new();
        for run in runs {
            active.retain(|(_, last, ..)| *last >= run.0);
            for other in &active {
                let last = run.1.min(other.1);
                let length = usize::try_from(last - run.0 + 1).unwrap_or(usize::MAX);
                count += length;
                if count > most {
                    return false;
                }
                let behind = usize::try_from(run.0 - other.0).expect("within a run");
                shared[run.2].extend(run.3..run.3 + length);
                shared[other.2].extend(other.3 + behind..other.3 + behind + length);
            }
            active.push(run);
        }
    }
    true
}

/// Runs put together where they touch or overlap.
fn joined(mut all: Vec<(u64, u64)>) -> Vec<(u64, u64)> {
    all.sort_unstable();
    let mut runs: Vec<(u64, u64)> = Vec::with_capacity(all.len());
    for (first, last) in all {
        match runs.last_mut() {
            Some(before) if before.1.saturating_add(1) >= first => before.1 = before.1.max(last),
            _ => runs.push((first, last)),
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::MetIds;

    fn list(ids: &[String]) -> IdList {
        let mut met = MetIds::new();
        let mut repeats = Vec::new();
        for (place, id) in (1_u32..).zip(ids) {
            met.meet(id, place, &mut repeats);
        }
        met.into_list(&mut repeats)
    }

    /// Ids of each of some kinds, a few of them in more than one file.
    fn files(kind: u64) -> Vec<Vec<String>> {
        let id = |n: u64| match kind {
            0 => format!("A{n:06}"),
            1 => format!("{:016x}", hash(&n.to_string())),
            2 if n.is_multiple_of(3) => format!("某{n}/x"),
            2 => format!("B-{}-{n:04}", n % 5),
            // So scattered that no block is made after some time.
            _ => format!("{}", hash(&n.to_string()) % 1_000_000_000_000),
        };
        let count = if kind == 3 { 40_000 } else { 900 };
        let mut files: Vec<Vec<String>> = Vec::new();
        for file in 0..3 {
            let from = file * (count - 20);
            files.push((from..from + count).map(id).collect());
        }
        files.push([7, 8, 9, count + 1].map(id).into());
        files.push(Vec::new());
        files
    }

    #[test]
    fn ids_of_several_files_are_found_whatever_their_form() {
        for kind in 0..4 {
            let files = files(kind);
            let lists: Vec<IdList> = files.iter().map(|ids| list(ids)).collect();
            let lists: Vec<&IdList> = lists.iter().collect();
            let shared = IdList::shared(&lists, 1_000).unwrap();
            assert_eq!(lists[0].is_mixed, kind == 3);
            let mut in_files: BTreeMap<&String, usize> = BTreeMap::new();
            for id in files.iter().flatten() {
                *in_files.entry(id).or_default() += 1;
            }
            for (at, ids) in files.iter().enumerate() {
                let found: BTreeSet<u32> = shared[at]
                    .iter()
                    .map(|index| lists[at].place(*index))
                    .collect();
                let is_elsewhere = |id: &String| in_files[id] > 1;
                let expected = (1_u32..).zip(ids).filter(|(_, id)| is_elsewhere(id));
                let expected: BTreeSet<u32> = expected.map(|(place, _)| place).collect();
                assert_eq!(found, expected, "kind {kind}, file {at}");
            }
            assert_eq!(IdList::shared(&lists, 10), None);
        }
    }

    #[test]
    fn a_list_comes_back_from_its_bytes_and_the_union_has_each_id_once() {
        for kind in 0..4 {
            let files = files(kind);
            let lists: Vec<IdList> = files.iter().map(|ids| list(ids)).collect();
            for each in &lists {
                let mut bytes = Vec::new();
                each.write(&mut bytes);
                assert_eq!(IdList::read(&mut bytes.as_slice()).as_ref(), Some(each));
                assert_eq!(IdList::read(&mut &bytes[..bytes.len() - 1]), None);
            }
            let mut all: Vec<String> = files.concat();
            let gone = BTreeSet::from([all[5].clone(), all[700].clone()]);
            all.retain(|id| !gone.contains(id));
            let lists: Vec<&IdList> = lists.iter().collect();
            let union = IdList::union(&lists, &gone);
            let hashes = |set: &IdSet| set.hashed().into_iter().map(|(hash, _)| hash);
            let expected = list(&all);
            assert!(hashes(&union).eq(hashes(expected.ids())), "kind {kind}");
        }
    }
}
