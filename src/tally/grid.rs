//! The counters while they are counted: for each scope pages of 32 small numbers, found by the number of their sheet.
//!
//! A slot is a kind of counter with its value (for days: the day of the month), the same in every month. Slots that are
//! close in meaning lie side by side: 32 of them in one month are a sheet, numbered when it is first noted. A scope has a page
//! for each sheet that it notes often, as long as a processor's cache line, so a case touches few; the rest is a list of notes.
//! What does not fit a slot (a duration of years, a withdrawn case, the 65,536th of a kind) is noted in the scope's log.
#![expect(
    clippy::disallowed_types,
    reason = "looked up only; everything is sorted before it leaves"
)]

use std::collections::HashMap;

use super::cell as packed;
use super::cell::Packing;
use super::key::{Key, What};
use super::series::Series;
use super::sheet::{Note, PAGE, Sheet, Sheets};
use crate::time::{Day, Month};

/// Values of a kind of counter that may have a slot.
pub(super) const VALUES: usize = 1_024;

/// Kinds of counter.
pub(super) const KINDS: usize = 17;

/// The counts of a sheet in one scope.
#[derive(Debug, Clone)]
#[repr(align(64))]
struct Page([u16; PAGE]);

/// Slots there are; values met later are rare and noted in logs.
const SLOTS: usize = 1 << 14;

/// Notes of a page that are listed before it is made: the list of them is half as long as the page.
const OFTEN: usize = 8;

/// The first day that has a slot, 1900-01-01, and how many have: until the end of 2099.
const FIRST_DAY: i32 = -25_567;
const DAYS: usize = 73_049;

/// The names of counters: slots and numbers, given as they are first met.
#[derive(Debug)]
pub(super) struct Counters {
    clocks: usize,
    slots: Vec<u16>,
    /// What each slot counts; those of a page's end may count nothing yet.
    keys: Vec<Option<Key>>,
    /// The next free slot of the page that kinds of few values share.
    shared: usize,
    sheets: Sheets,
    /// The counts of all scopes; the first page is none.
    pages: Vec<Page>,
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
            sheets: Sheets::default(),
            pages: vec![Page([u16::MAX; PAGE])],
            days: days.collect(),
            numbers: HashMap::new(),
            numbered: Vec::new(),
        }
    }

    /// The note of a counter that lies in the month of a day.
    #[inline(always)]
    pub(super) fn note(&mut self, day: Day, key: Key) -> Note {
        let place = usize::try_from(day.0.wrapping_sub(FIRST_DAY));
        if let Some(of_month) = place.ok().and_then(|place| self.days.get(place))
            && let Some(slot) = self.slot(key, first_of(day, *of_month))
            && let Some(sheet) = self.sheets.find(Sheet::of(of_month.month, slot))
        {
            return Note::slot(sheet, slot);
        }
        self.note_rare(day, key)
    }

    #[inline(always)]
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
            None => Note::number(self.number(day.month(), key)),
        }
    }

    fn new_slot(&mut self, day: Day, key: Key) -> Option<Note> {
        let place = usize::try_from(day.0.checked_sub(FIRST_DAY)?).ok()?;
        let of_month = *self.days.get(place)?;
        let value = value_in(key, first_of(day, of_month));
        let at = usize::try_from(value).ok().filter(|at| *at < VALUES)?;
        let kind = self.kind(key);
        if self.slots[kind + at] != NO_SLOT {
            // It was met in another month.
        } else if is_spread(key.what) {
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
        let slot = self.slots[kind + at];
        let sheet = self.sheets.number(Sheet::of(of_month.month, slot))?;
        Some(Note::slot(sheet, slot))
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
        if let Some(number) = note.as_number() {
            return self.numbered[number as usize];
        }
        let sheet = self.sheets.get(note.sheet());
        let month = first_month().plus(i32::from(sheet.month));
        let mut key = self.keys[sheet.slot(note)].expect("it was given");
        if is_day_of_month(key.what) {
            key.value += month.first_day().0;
        }
        (month, key)
    }

    /// The number of a counter outside the cells.
    fn number(&mut self, month: Month, key: Key) -> u32 {
        if let Some(number) = self.numbers.get(&(month, key)) {
            return *number;
        }
        let next = u32::try_from(self.numbered.len()).ok();
        let number = next
            .filter(|next| *next < Note::NUMBERED)
            .expect("days and months are few");
        self.numbered.push((month, key));
        self.numbers.insert((month, key), number);
        number
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
    /// The pages of sheets from `first` on; 0 where there is none.
    places: Vec<u32>,
    first: u32,
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
            let count = &mut counters.pages[self.page(note.sheet())].0[note.place()];
            // The first page is none, and its counts are full.
            if *count == u16::MAX {
                self.count_rare(*note, counters);
            } else {
                *count += 1;
            }
        }
    }

    /// The page of a sheet; 0 where there is none.
    #[inline]
    fn page(&self, sheet: u32) -> usize {
        // A sheet before the first has a place beyond all.
        let at = sheet.wrapping_sub(self.first) as usize;
        self.places.get(at).map_or(0, |place| *place as usize)
    }

    #[cold]
    fn count_rare(&mut self, note: Note, counters: &mut Counters) {
        if let Some(number) = note.as_number() {
            return self.log().note(number, 1);
        }
        let page = self.page(note.sheet());
        if page > 0 {
            // It comes round to 0.
            counters.pages[page].0[note.place()] = 0;
            return self.note_name(note, 1 << 16, counters);
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
        listed[from..].sort_unstable();
        let (mut at, mut kept) = (from, from);
        while let Some(first) = listed.get(at) {
            let sheet = first.sheet();
            let length = listed[at..].partition_point(|note| note.sheet() == sheet);
            let is_made = self.page(sheet) > 0;
            if !is_made && length < OFTEN {
                listed.copy_within(at..at + length, kept);
                kept += length;
            } else {
                if !is_made {
                    let place = u32::try_from(counters.pages.len()).expect("memory ends before");
                    counters.pages.push(Page([0; PAGE]));
                    *self.place(sheet) = place;
                }
                self.count(&listed[at..at + length], counters);
            }
            at += length;
        }
        listed.truncate(kept);
        self.listed = listed;
        kept
    }

    /// Where the page of a sheet is written.
    fn place(&mut self, sheet: u32) -> &mut u32 {
        if self.places.is_empty() {
            self.first = sheet;
        }
        if let Some(before) = self.first.checked_sub(sheet) {
            self.places.splice(..0, (0..before).map(|_| 0));
            self.first = sheet;
        }
        let at = (sheet - self.first) as usize;
        if self.places.len() <= at {
            self.places.resize(at + 1, 0);
        }
        &mut self.places[at]
    }

    /// Takes back what was noted, each worth one.
    pub(super) fn take_back(&mut self, notes: &[Note], counters: &mut Counters) {
        for note in notes {
            match note.as_number() {
                None => self.note_name(*note, -1, counters),
                Some(number) => self.log().note(number, -1),
            }
        }
    }

    fn note_name(&mut self, note: Note, count: i64, counters: &mut Counters) {
        let (month, key) = counters.named(note);
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
    /// The sheets, by month.
    months: Vec<(u16, Vec<u32>)>,
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
            months: counters.sheets.by_month(),
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
        let mut listed: Vec<(u16, usize)> = Vec::with_capacity(scope.listed.len());
        listed.extend(scope.listed.iter().map(|note| {
            let sheet = self.counters.sheets.get(note.sheet());
            (sheet.month, self.places[sheet.slot(*note)])
        }));
        listed.sort_unstable();
        let mut listed = listed.into_iter().peekable();
        let mut sums = Sums::of(self.keys.len());
        let mut packing = Packing::default();
        let mut cells: Vec<(Month, packed::Cell)> = Vec::new();
        for (number, sheets) in &self.months {
            for sheet in sheets {
                self.add_page(scope, *sheet, &mut sums);
            }
            while let Some((_, slot)) = listed.next_if(|(month, _)| month == number) {
                sums.add(slot, 1);
            }
            let month = first_month().plus(i32::from(*number));
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

    /// Adds the counts of a scope's page of a sheet to sums by place.
    fn add_page(&self, scope: &Scope, sheet: u32, sums: &mut Sums) {
        let page = scope.page(sheet);
        if page > 0 {
            let first = self.counters.sheets.get(sheet).first_slot();
            let places = self.places[first..].iter();
            let counts = self.counters.pages[page].0.iter().zip(places);
            for (count, place) in counts.filter(|(count, _)| **count > 0) {
                sums.add(*place, i64::from(*count));
            }
        }
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
