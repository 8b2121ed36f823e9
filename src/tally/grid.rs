//! The counters while they are counted: for each scope pages of 32 small numbers, found by month and slot.
//!
//! A slot is a kind of counter with its value (for days: the day of the month), the same in every month. Slots that are
//! close in meaning share a page, which is as long as a processor's cache line, so a case touches few. Pages are made for what
//! is noted often; the rest is a list of notes. What does not fit a slot (a duration of years, a withdrawn case, the 65,536th
//! of a kind) is noted in the scope's log.
#![expect(
    clippy::disallowed_types,
    reason = "looked up only; everything is sorted before it leaves"
)]

use std::collections::HashMap;

use super::cell as packed;
use super::cell::Packing;
use super::key::{Key, What};
use super::series::Series;
use crate::time::{Day, Month};

/// Values of a kind of counter that may have a slot.
pub(super) const VALUES: usize = 1_024;

/// Kinds of counter.
pub(super) const KINDS: usize = 17;

/// Slots in a page.
const PAGE: usize = 32;

/// Slots there are; values met later are rare and noted in logs.
const SLOTS: usize = 1 << 14;

/// Notes of a page that are listed before it is made: the list of them is half as long as the page.
const OFTEN: usize = 8;

/// The first day that has a slot, 1900-01-01, and how many have: until the end of 2099.
const FIRST_DAY: i32 = -25_567;
const DAYS: usize = 73_049;

/// One counter of a case, each worth one: a slot of a month, or a number of the [`Counters`]' own.
#[derive(Debug, Clone, Copy)]
pub(super) struct Note(u32);

/// Set in a note that is a number.
const NUMBERED: u32 = 1 << 31;

impl Note {
    const fn slot(month: u16, slot: u16) -> Self {
        Self((month as u32) << 16 | slot as u32)
    }

    /// The month and page, as one number.
    const fn page(self) -> u32 {
        self.0 >> PAGE.trailing_zeros()
    }

    /// The month and slot, or the number.
    fn parts(self) -> Result<(u16, u16), u32> {
        if self.0 & NUMBERED != 0 {
            return Err(self.0 & !NUMBERED);
        }
        let [slot_low, slot_high, month_low, month_high] = self.0.to_le_bytes();
        Ok((
            u16::from_le_bytes([month_low, month_high]),
            u16::from_le_bytes([slot_low, slot_high]),
        ))
    }
}

/// The names of counters: slots and numbers, given as they are first met.
#[derive(Debug)]
pub(super) struct Counters {
    clocks: usize,
    slots: Vec<u16>,
    /// What each slot counts; those of a page's end may count nothing yet.
    keys: Vec<Option<Key>>,
    /// The next free slot of the page that kinds of few values share.
    shared: usize,
    /// The counts of all scopes; the first page is none.
    pages: Vec<[u16; PAGE]>,
    /// The days from [`FIRST_DAY`] on.
    days: Vec<DayOfMonth>,
    numbers: HashMap<(Month, Key), u32>,
    numbered: Vec<(Month, Key)>,
}

/// A day by its month, counted from that of [`FIRST_DAY`], and its place there, from 0.
#[derive(Debug, Clone, Copy)]
struct DayOfMonth {
    month: u16,
    day: u16,
}

const NO_SLOT: u16 = u16::MAX;

/// Whether a counter's value is a day of its month, so that it is kept from the month's first day.
pub(super) const fn is_day_of_month(what: What) -> bool {
    matches!(
        what,
        What::OpenSince
            | What::Waiting
            | What::DueMet
            | What::DueLate
            | What::DueOpen
            | What::ExtendedMet
            | What::ExtendedLate
            | What::ExtendedOpen
    )
}

/// Whether a counter has many values that are met together: days and hours. The others share pages.
const fn is_spread(what: What) -> bool {
    is_day_of_month(what) || matches!(what, What::Days | What::Hours)
}

/// A counter's value as it is kept in a month with this first day.
#[inline]
pub(super) const fn value_in(key: Key, first: Day) -> i32 {
    if is_day_of_month(key.what) {
        key.value.wrapping_sub(first.0)
    } else {
        key.value
    }
}

/// The first day of a day's month.
#[inline]
fn first_of(day: Day, of_month: DayOfMonth) -> Day {
    Day(day.0 - i32::from(of_month.day))
}

/// The month that is counted from.
fn first_month() -> Month {
    Day(FIRST_DAY).month()
}

impl Counters {
    pub(super) fn new(clocks: usize) -> Self {
        let mut month = first_month();
        let (mut place, mut first, mut next) = (0, FIRST_DAY, month.plus(1).first_day().0);
        let days = (FIRST_DAY..).take(DAYS).map(|day| {
            if day == next {
                (place, first, month) = (place + 1, day, month.plus(1));
                next = month.plus(1).first_day().0;
            }
            let day = u16::try_from(day - first).expect("months are short");
            DayOfMonth { month: place, day }
        });
        Self {
            clocks: clocks.max(1),
            slots: vec![NO_SLOT; KINDS * clocks.max(1) * VALUES],
            keys: Vec::new(),
            shared: 0,
            pages: vec![[u16::MAX; PAGE]],
            days: days.collect(),
            numbers: HashMap::new(),
            numbered: Vec::new(),
        }
    }

    /// The note of a counter that lies in the month of a day.
    #[inline]
    pub(super) fn note(&mut self, day: Day, key: Key) -> Note {
        let place = usize::try_from(day.0.wrapping_sub(FIRST_DAY));
        if let Some(of_month) = place.ok().and_then(|place| self.days.get(place))
            && let Some(slot) = self.slot(key, first_of(day, *of_month))
        {
            return Note::slot(of_month.month, slot);
        }
        self.note_rare(day, key)
    }

    #[inline]
    fn slot(&self, key: Key, first: Day) -> Option<u16> {
        let value = usize::try_from(value_in(key, first)).ok();
        let value = value.filter(|value| *value < VALUES)?;
        let slot = *self.slots.get(self.kind(key) + value)?;
        (slot != NO_SLOT).then_some(slot)
    }

    /// Where the slots of a kind begin.
    #[inline]
    fn kind(&self, key: Key) -> usize {
        (usize::from(key.what as u8) * self.clocks + usize::from(key.clock)) * VALUES
    }

    #[cold]
    fn note_rare(&mut self, day: Day, key: Key) -> Note {
        match self.new_slot(day, key) {
            Some(note) => note,
            None => Note(self.number(day.month(), key) | NUMBERED),
        }
    }

    fn new_slot(&mut self, day: Day, key: Key) -> Option<Note> {
        let place = usize::try_from(day.0.checked_sub(FIRST_DAY)?).ok()?;
        let of_month = *self.days.get(place)?;
        let value = value_in(key, first_of(day, of_month));
        let at = usize::try_from(value).ok().filter(|at| *at < VALUES)?;
        let kind = self.kind(key);
        if is_spread(key.what) {
            // The values around it are met as well.
            let first = at / PAGE * PAGE;
            let slots = self.free_page()?;
            for (value, slot) in (first..first + PAGE).zip(slots..) {
                self.slots[kind + value] = u16::try_from(slot).ok()?;
                let value = i32::try_from(value).ok()?;
                self.keys[slot] = Some(Key { value, ..key });
            }
        } else {
            if self.shared.is_multiple_of(PAGE) {
                self.shared = self.free_page()?;
            }
            self.slots[kind + at] = u16::try_from(self.shared).ok()?;
            self.keys[self.shared] = Some(Key { value, ..key });
            self.shared += 1;
        }
        Some(Note::slot(of_month.month, self.slots[kind + at]))
    }

    /// The first of as many new slots as a page has.
    fn free_page(&mut self) -> Option<usize> {
        let first = self.keys.len();
        (first + PAGE <= SLOTS).then(|| {
            self.keys.resize(first + PAGE, None);
            first
        })
    }

    /// The counter that a note stands for.
    pub(super) fn named(&self, note: Note) -> (Month, Key) {
        match note.parts() {
            Ok((month, slot)) => self.name(month, slot),
            Err(number) => self.numbered[number as usize],
        }
    }

    /// The number of a counter outside the cells.
    fn number(&mut self, month: Month, key: Key) -> u32 {
        if let Some(number) = self.numbers.get(&(month, key)) {
            return *number;
        }
        let next = u32::try_from(self.numbered.len()).ok();
        let number = next
            .filter(|next| *next < NUMBERED)
            .expect("days and months are few");
        self.numbered.push((month, key));
        self.numbers.insert((month, key), number);
        number
    }

    /// The name of a slot in a month.
    fn name(&self, month: u16, slot: u16) -> (Month, Key) {
        let month = first_month().plus(i32::from(month));
        let mut key = self.keys[usize::from(slot)].expect("it was given");
        if is_day_of_month(key.what) {
            key.value += month.first_day().0;
        }
        (month, key)
    }
}

/// Counters outside the cells: numbers with their sums.
#[derive(Debug, Clone, Default)]
struct Log {
    noted: Vec<(u32, i64)>,
    folded: usize,
}

impl Log {
    fn note(&mut self, number: u32, count: i64) {
        self.noted.push((number, count));
        if self.noted.len() >= 4_096.max(2 * self.folded) {
            self.fold();
        }
    }

    fn fold(&mut self) {
        self.noted.sort_unstable();
        self.noted.dedup_by(|next, kept| {
            let same = next.0 == kept.0;
            if same {
                kept.1 += next.1;
            }
            same
        });
        self.noted.retain(|(_, count)| *count != 0);
        self.folded = self.noted.len();
    }
}

/// One scope's counters.
#[derive(Debug, Clone, Default)]
pub(super) struct Scope {
    /// The pages of each month, as many as `width`; 0 where there is none.
    places: Vec<u32>,
    width: u16,
    /// The month of the first of them.
    first: u16,
    /// Notes whose page is not made.
    listed: Vec<Note>,
    /// How many of them were looked through for pages, and how many were left when all were.
    seen: usize,
    left: usize,
    log: Option<Box<Log>>,
}

impl Scope {
    /// Counts what was noted, each worth one.
    #[inline]
    pub(super) fn count(&mut self, notes: &[Note], counters: &mut Counters) {
        for note in notes {
            let is_counted = note.parts().is_ok_and(|(month, slot)| {
                let page = &mut counters.pages[self.page(month, slot)];
                let count = &mut page[usize::from(slot) % PAGE];
                // The first page is none, and its counts are full.
                let is_full = *count == u16::MAX;
                *count = count.wrapping_add(u16::from(!is_full));
                !is_full
            });
            if !is_counted {
                self.count_rare(*note, counters);
            }
        }
    }

    /// The page of a slot in a month; 0 where there is none.
    #[inline]
    fn page(&self, month: u16, slot: u16) -> usize {
        let (width, page) = (usize::from(self.width), usize::from(slot) / PAGE);
        // A month before the first has a place beyond all.
        let at = usize::from(month.wrapping_sub(self.first)) * width + page;
        match self.places.get(at) {
            Some(place) if page < width => *place as usize,
            _ => 0,
        }
    }

    #[cold]
    fn count_rare(&mut self, note: Note, counters: &mut Counters) {
        let (month, slot) = match note.parts() {
            Ok(parts) => parts,
            Err(number) => return self.log().note(number, 1),
        };
        let page = self.page(month, slot);
        if page > 0 {
            // It comes round to 0.
            counters.pages[page][usize::from(slot) % PAGE] = 0;
            return self.note_name(month, slot, 1 << 16, counters);
        }
        if self.listed.len() == self.listed.capacity() {
            self.seen = self.make_pages(self.seen, counters);
            if self.seen > 2 * self.left + 64 {
                self.left = self.make_pages(0, counters);
                self.seen = self.left;
            }
            let room = (self.listed.len() / 2).clamp(16, 256);
            self.listed.reserve_exact(room);
        }
        self.listed.push(note);
    }

    /// Makes the pages of which many notes are listed from a place on; gives how many notes are left in all.
    fn make_pages(&mut self, from: usize, counters: &mut Counters) -> usize {
        let mut listed = std::mem::take(&mut self.listed);
        listed[from..].sort_unstable_by_key(|note| note.0);
        let (mut at, mut kept) = (from, from);
        while let Some(first) = listed.get(at) {
            let (first, page) = (*first, first.page());
            let length = listed[at..].partition_point(|note| note.page() == page);
            let known = first
                .parts()
                .map_or(0, |(month, slot)| self.page(month, slot));
            if known == 0 && length < OFTEN {
                listed.copy_within(at..at + length, kept);
                kept += length;
            } else {
                if known == 0 {
                    let place = u32::try_from(counters.pages.len()).expect("memory ends before");
                    counters.pages.push([0; PAGE]);
                    if let Ok((month, slot)) = first.parts() {
                        *self.place(month, slot) = place;
                    }
                }
                self.count(&listed[at..at + length], counters);
            }
            at += length;
        }
        listed.truncate(kept);
        self.listed = listed;
        kept
    }

    /// Where the page of a slot in a month is written.
    fn place(&mut self, month: u16, slot: u16) -> &mut u32 {
        let page = usize::from(slot) / PAGE;
        if self.places.is_empty() {
            self.first = month;
        }
        let width = usize::from(self.width);
        if page >= width || month < self.first {
            let new_width = width.max((page + 1).next_multiple_of(4));
            let before = usize::from(self.first.saturating_sub(month));
            let mut places = vec![0; before * new_width];
            for row in self.places.chunks(width.max(1)) {
                places.extend_from_slice(row);
                places.resize(places.len() + new_width - width, 0);
            }
            self.places = places;
            self.width = u16::try_from(new_width).expect("slots fit 16 bits");
            self.first = self.first.min(month);
        }
        let width = usize::from(self.width);
        let row = usize::from(month - self.first) * width;
        if self.places.len() < row + width {
            self.places.resize(row + width, 0);
        }
        &mut self.places[row + page]
    }

    /// Takes back what was noted, each worth one.
    pub(super) fn take_back(&mut self, notes: &[Note], counters: &mut Counters) {
        for note in notes {
            match note.parts() {
                Ok((month, slot)) => self.note_name(month, slot, -1, counters),
                Err(number) => self.log().note(number, -1),
            }
        }
    }

    fn note_name(&mut self, month: u16, slot: u16, count: i64, counters: &mut Counters) {
        let (month, key) = counters.name(month, slot);
        let number = counters.number(month, key);
        self.log().note(number, count);
    }

    fn log(&mut self) -> &mut Log {
        self.log.get_or_insert_default()
    }
}

/// The names of a counter's slots, in order.
#[derive(Debug)]
pub(super) struct Names<'a> {
    counters: &'a Counters,
    keys: Vec<Key>,
    /// The place in `keys` of each slot.
    places: Vec<usize>,
}

impl<'a> Names<'a> {
    pub(super) fn of(counters: &'a Counters) -> Self {
        let mut keys: Vec<Key> = counters.keys.iter().copied().flatten().collect();
        keys.sort_unstable();
        // A slot that counts nothing has no place, and is never asked for one.
        let place = |key: &Option<Key>| {
            let place = key.and_then(|key| keys.binary_search(&key).ok());
            place.unwrap_or(usize::MAX)
        };
        Self {
            places: counters.keys.iter().map(place).collect(),
            keys,
            counters,
        }
    }

    /// What a scope counted.
    pub(super) fn sum(&self, scope: &Scope) -> Series {
        let logged = scope.log.iter().flat_map(|log| &log.noted);
        let logged = logged.map(|(number, count)| {
            let (month, key) = self.counters.numbered[*number as usize];
            (month, key, *count)
        });
        let logged: Vec<(Month, Key, i64)> = logged.collect();
        let months = scope.places.len().checked_div(usize::from(scope.width));
        let first = usize::from(scope.first);
        let (mut from, mut to) = match months {
            None | Some(0) => (usize::MAX, 0),
            Some(months) => (first, first + months),
        };
        let mut listed: Vec<(usize, usize)> = Vec::new();
        for (month, slot) in scope.listed.iter().flat_map(|note| note.parts()) {
            (from, to) = (from.min(month.into()), to.max(usize::from(month) + 1));
            listed.push((usize::from(month), self.places[usize::from(slot)]));
        }
        listed.sort_unstable();
        let mut listed = listed.into_iter().peekable();
        let mut sums = Sums::of(self.keys.len());
        let mut packing = Packing::default();
        let mut cells: Vec<(Month, packed::Cell)> = Vec::new();
        for place in from..to {
            scope.add_to(place, self.counters, &self.places, &mut sums);
            while let Some((_, slot)) = listed.next_if(|(month, _)| *month == place) {
                sums.add(slot, 1);
            }
            let place = i32::try_from(place).expect("months fit 16 bits");
            let month = first_month().plus(place);
            let first_day = month.first_day().0;
            sums.take(|place, sum| {
                let key = self.keys[place];
                let shift = if is_day_of_month(key.what) {
                    first_day
                } else {
                    0
                };
                let value = key.value + shift;
                packing.push(Key { value, ..key }, sum);
            });
            cells.push((month, packing.finish()));
        }
        let counted = Series::from_cells(cells.into_iter());
        if logged.is_empty() {
            return counted;
        }
        counted.plus(Series::from_counts(logged))
    }
}

/// Sums by place; those that are not 0 are found without looking at all.
#[derive(Debug)]
pub(super) struct Sums {
    sums: Vec<i64>,
    /// A bit for each place that was added to.
    touched: Vec<u64>,
}

impl Sums {
    pub(super) fn of(places: usize) -> Self {
        Self {
            sums: vec![0; places],
            touched: vec![0; places.div_ceil(64)],
        }
    }

    #[inline]
    pub(super) fn add(&mut self, place: usize, count: i64) {
        self.sums[place] += count;
        self.touched[place / 64] |= 1 << (place % 64);
    }

    /// Gives the sums that are not 0 by place, and begins anew.
    pub(super) fn take(&mut self, mut give: impl FnMut(usize, i64)) {
        for (word, bits) in self.touched.iter_mut().enumerate() {
            let mut rest = std::mem::take(bits);
            while rest != 0 {
                let place = word * 64 + rest.trailing_zeros() as usize;
                rest &= rest - 1;
                match std::mem::take(&mut self.sums[place]) {
                    0 => {}
                    sum => give(place, sum),
                }
            }
        }
    }
}

impl Scope {
    /// Adds the counts of a month's pages to sums by place.
    fn add_to(&self, month: usize, counters: &Counters, places: &[usize], sums: &mut Sums) {
        let width = usize::from(self.width);
        let Some(at) = month.checked_sub(usize::from(self.first)) else {
            return;
        };
        let row = self.places.get(at * width..(at + 1) * width);
        let pages = row.unwrap_or_default().iter().zip(places.chunks(PAGE));
        for (page, places) in pages.filter(|(page, _)| **page > 0) {
            let counts = counters.pages[*page as usize].iter().zip(places);
            for (count, place) in counts.filter(|(count, _)| **count > 0) {
                sums.add(*place, i64::from(*count));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::super::sum::Adding;
    use super::*;

    #[test]
    fn what_is_counted_is_summed_wherever_it_was_kept() {
        let mut number = 5_u64;
        let mut next = |end: i32| {
            number = number * 48_271 % 2_147_483_647;
            i32::try_from(number % u64::from(end.unsigned_abs())).unwrap()
        };
        let mut parts = [Counters::new(2), Counters::new(2)];
        let mut scopes = [Scope::default(), Scope::default()];
        let mut expected: BTreeMap<(Month, Key), i64> = BTreeMap::new();
        // Common counters, more than a page holds of one; days long gone, long waits, and days beyond the slots.
        for round in 0..300_000 {
            let day = match round % 40 {
                0 => Day(19_000 - next(4_000)),
                1 => Day(FIRST_DAY - next(90)),
                2 => Day(19_000 + next(60_000)),
                _ => Day(19_000 + next(3)),
            };
            let key = match next(8) {
                0..=3 => Key::plain(What::State, 7),
                4 => Key::plain(What::State, next(240)),
                5 => Key::plain(What::Days, next(if round % 9 == 0 { 3_000 } else { 40 })),
                6 => Key::plain(What::OpenSince, day.0),
                _ => Key::plain(What::Waiting, day.0 - next(400) + 200),
            };
            let part = usize::from(next(3) == 0);
            let note = parts[part].note(day, key);
            assert_eq!(parts[part].named(note), (day.month(), key));
            if round % 50 == 49 {
                scopes[part].take_back(&[note], &mut parts[part]);
                *expected.entry((day.month(), key)).or_default() -= 1;
            } else {
                scopes[part].count(&[note], &mut parts[part]);
                *expected.entry((day.month(), key)).or_default() += 1;
            }
        }
        expected.retain(|_, count| *count != 0);
        let each = parts.iter().zip(&scopes);
        let each: Vec<Series> = each
            .map(|(counters, scope)| Names::of(counters).sum(scope))
            .collect();
        let sum = Adding::new(2).sum(&each.iter().collect::<Vec<_>>());
        let found = sum.counts().collect::<Vec<_>>();
        let expected: Vec<_> = expected
            .into_iter()
            .map(|((month, key), count)| (month, key, count))
            .collect();
        assert!(expected.iter().any(|(_, _, count)| *count > 1 << 16));
        assert_eq!(found, expected);
    }
}
