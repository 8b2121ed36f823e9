//! The counters while they are counted: for each scope and month a cell of small numbers, by slot.
//!
//! A slot is a kind of counter with its value (for days: the day of the month), the same in every month, so a cell is a
//! short array; the commonest slots come first. What a cell rarely meets is a list instead. What does not fit a
//! slot (a duration of years, a withdrawn case, the 65,536th of a kind) is noted in the scope's log.
#![expect(
    clippy::disallowed_types,
    reason = "looked up only; everything is sorted before it leaves"
)]

use std::collections::{BTreeMap, HashMap};

use super::cell as packed;
use super::cell::Packing;
use super::key::{Key, What};
use super::series::Series;
use crate::time::{Day, Month};

/// Values of a kind of counter that may have a slot.
const VALUES: usize = 1_024;

/// Kinds of counter.
const KINDS: usize = 17;

/// Slots there are; values met later are rare and noted in logs.
const SLOTS: usize = 4_096;

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
    keys: Vec<Key>,
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
const fn is_day_of_month(what: What) -> bool {
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

/// A counter's value as it is kept in a month with this first day.
#[inline]
const fn value_in(key: Key, first: Day) -> i32 {
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
        let next = self.keys.len();
        let slot = u16::try_from(next).ok().filter(|_| next < SLOTS)?;
        let kind = self.kind(key);
        self.slots[kind + at] = slot;
        self.keys.push(Key { value, ..key });
        Some(Note::slot(of_month.month, slot))
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
        let mut key = self.keys[usize::from(slot)];
        if is_day_of_month(key.what) {
            key.value += month.first_day().0;
        }
        (month, key)
    }
}

/// The counters of one scope and month, by slot: how many of each of the first slots, then a list of what was noted in others.
#[derive(Debug, Clone, Default)]
struct Cell {
    data: Vec<u16>,
    /// How many slots have a count of their own.
    counted: usize,
}

/// How many entries of a list a count of its own may cost at most: a list grows with the cases, counts do not.
const WORTH: usize = 3;

impl Cell {
    /// Adds one to a slot that has a count of its own, as long as it holds it; `false` where nothing was added.
    #[inline]
    fn count(&mut self, slot: u16) -> bool {
        let count = self.data[..self.counted].get_mut(usize::from(slot));
        count.is_some_and(|count| {
            let is_full = *count == u16::MAX;
            *count = count.wrapping_add(u16::from(!is_full));
            !is_full
        })
    }

    /// Adds one to any slot; `false` where its count has come round to 0.
    fn add(&mut self, slot: u16) -> bool {
        if let Some(count) = self.data[..self.counted].get_mut(usize::from(slot)) {
            *count = count.wrapping_add(1);
            return *count != 0;
        }
        if self.data.len() == self.data.capacity() {
            self.count_more();
            if self.count(slot) {
                return true;
            }
            if self.data.len() == self.data.capacity() {
                self.data.reserve_exact((self.data.len() / 4).max(16));
            }
        }
        self.data.push(slot);
        true
    }

    /// Gives slots that are listed often a count of their own.
    fn count_more(&mut self) {
        let listed = &mut self.data[self.counted..];
        listed.sort_unstable();
        let (mut counted, mut taken) = (self.counted, 0);
        for (place, slot) in (1..).zip(listed.iter()) {
            let length = (usize::from(*slot) + 1).next_multiple_of(32);
            if length - self.counted <= place * WORTH {
                (counted, taken) = (length, place);
            }
        }
        // Slots that share the last one's row of 32 are counted with it.
        while listed
            .get(taken)
            .is_some_and(|slot| usize::from(*slot) < counted)
        {
            taken += 1;
        }
        if taken == 0 {
            return;
        }
        let rest = listed.len() - taken;
        let mut data = Vec::with_capacity(counted + rest + 16);
        data.extend_from_slice(&self.data[..self.counted]);
        data.resize(counted, 0);
        for slot in &self.data[self.counted..][..taken] {
            data[usize::from(*slot)] += 1;
        }
        data.extend_from_slice(&self.data[self.counted + taken..]);
        self.data = data;
        self.counted = counted;
    }

    /// Adds its counts to sums by place.
    fn add_to(&self, places: &[u16], sums: &mut Sums) {
        let (counts, listed) = self.data.split_at(self.counted);
        for (place, count) in places.iter().zip(counts).filter(|(_, count)| **count > 0) {
            sums.add(*place, i64::from(*count));
        }
        for slot in listed {
            sums.add(places[usize::from(*slot)], 1);
        }
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

/// One scope's cells, by month, and its log.
#[derive(Debug, Clone, Default)]
pub(super) struct Scope {
    cells: Vec<Cell>,
    /// The month of the first cell.
    first: u16,
    log: Option<Box<Log>>,
}

impl Scope {
    /// Counts what was noted, each worth one.
    #[inline]
    pub(super) fn count(&mut self, notes: &[Note], counters: &mut Counters) {
        for note in notes {
            let is_counted = note.parts().is_ok_and(|(month, slot)| {
                // A month before the first has a place beyond all.
                let cell = self
                    .cells
                    .get_mut(usize::from(month.wrapping_sub(self.first)));
                cell.is_some_and(|cell| cell.count(slot))
            });
            if !is_counted {
                self.count_rare(*note, counters);
            }
        }
    }

    #[cold]
    fn count_rare(&mut self, note: Note, counters: &mut Counters) {
        match note.parts() {
            Ok((month, slot)) => {
                if !self.cell(month).add(slot) {
                    self.note_name(month, slot, 1 << 16, counters);
                }
            }
            Err(number) => self.log().note(number, 1),
        }
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

    fn cell(&mut self, month: u16) -> &mut Cell {
        if self.cells.is_empty() {
            self.first = month;
        }
        if month < self.first {
            let before = usize::from(self.first - month);
            self.cells.splice(..0, vec![Cell::default(); before]);
            self.first = month;
        }
        let at = usize::from(month - self.first);
        if at >= self.cells.len() {
            self.cells.resize(at + 1, Cell::default());
        }
        &mut self.cells[at]
    }

    fn log(&mut self) -> &mut Log {
        self.log.get_or_insert_default()
    }

    /// Whether nothing was ever noted.
    pub(super) fn is_empty(&self) -> bool {
        self.cells.is_empty() && self.log.is_none()
    }
}

/// What several counters counted, under one set of names.
#[derive(Debug)]
pub(super) struct Names<'a> {
    counters: Vec<&'a Counters>,
    /// The names of all slots, in order.
    keys: Vec<Key>,
    /// The place in `keys` of each slot of each counter.
    places: Vec<Vec<u16>>,
}

impl<'a> Names<'a> {
    pub(super) fn of(counters: Vec<&'a Counters>) -> Self {
        let mut keys: Vec<Key> = counters
            .iter()
            .flat_map(|each| &each.keys)
            .copied()
            .collect();
        keys.sort_unstable();
        keys.dedup();
        let place = |key: &Key| {
            let place = keys.binary_search(key).expect("all keys are among all");
            u16::try_from(place).expect("a counter has few slots, and counters are few")
        };
        let places = counters
            .iter()
            .map(|each| each.keys.iter().map(place).collect());
        Self {
            places: places.collect(),
            keys,
            counters,
        }
    }

    /// The sum of scopes, each with the number of its counter.
    pub(super) fn sum(&self, scopes: &[(usize, &Scope)]) -> Series {
        let mut others: BTreeMap<(Month, Key), i64> = BTreeMap::new();
        let (mut from, mut to) = (usize::MAX, 0);
        for (part, scope) in scopes {
            for (number, count) in scope.log.iter().flat_map(|log| &log.noted) {
                let (month, key) = self.counters[*part].numbered[*number as usize];
                *others.entry((month, key)).or_default() += count;
            }
            if !scope.cells.is_empty() {
                from = from.min(usize::from(scope.first));
                to = to.max(usize::from(scope.first) + scope.cells.len());
            }
        }
        let mut sums = Sums::of(self.keys.len());
        let mut packing = Packing::default();
        let mut cells: Vec<(Month, packed::Cell)> = Vec::new();
        for place in from..to {
            for (part, scope) in scopes {
                let at = place.checked_sub(usize::from(scope.first));
                if let Some(cell) = at.and_then(|at| scope.cells.get(at)) {
                    cell.add_to(&self.places[*part], &mut sums);
                }
            }
            let place = i32::try_from(place).expect("months fit 16 bits");
            let month = first_month().plus(place);
            let first_day = month.first_day().0;
            sums.take(|place, sum| {
                let key = self.keys[place];
                let value = key.value
                    + if is_day_of_month(key.what) {
                        first_day
                    } else {
                        0
                    };
                packing.push(Key { value, ..key }, sum);
            });
            cells.push((month, packing.finish()));
        }
        let counted = Series::from_cells(cells.into_iter());
        if others.is_empty() {
            return counted;
        }
        let others = others
            .into_iter()
            .map(|((month, key), count)| (month, key, count));
        counted.plus(Series::from_counts(others.collect()))
    }
}

/// Sums by place; those that are not 0 are found without looking at all.
#[derive(Debug)]
struct Sums {
    sums: Vec<i64>,
    /// A bit for each place that was added to.
    touched: Vec<u64>,
}

impl Sums {
    fn of(places: usize) -> Self {
        Self {
            sums: vec![0; places],
            touched: vec![0; places.div_ceil(64)],
        }
    }

    fn add(&mut self, place: u16, count: i64) {
        self.sums[usize::from(place)] += count;
        self.touched[usize::from(place / 64)] |= 1 << (place % 64);
    }

    /// Gives the sums that are not 0 by place, and begins anew.
    fn take(&mut self, mut give: impl FnMut(usize, i64)) {
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
