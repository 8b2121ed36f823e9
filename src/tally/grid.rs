//! The counters while they are counted: for each scope and month a cell of small numbers, by slot.
//!
//! A slot is a kind of counter with its value (for days: the day of the month), the same in every month, so a cell is a
//! short array; the commonest slots come first. A cell of few counters is a list of them instead. What does not fit a
//! slot (a duration of years, a withdrawn case, the 65,536th of a kind) is noted in the scope's log.
#![expect(
    clippy::disallowed_types,
    reason = "looked up only; everything is sorted before it leaves"
)]

use std::collections::{BTreeMap, HashMap};

use super::key::{Key, What};
use super::series::Series;
use crate::time::{Day, Month};

/// Values of a kind of counter that may have a slot.
const VALUES: usize = 512;

/// Kinds of counter.
const KINDS: usize = 17;

/// A cell with as many counters becomes an array.
const LISTED: usize = 96;

/// Slots there are; values met later are rare and noted in logs.
const SLOTS: usize = 384;

/// Months that may have cells, counted from ten years before the first case.
const MONTHS: usize = 1_200;

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
    base: Option<Month>,
    first_days: Vec<Day>,
    numbers: HashMap<(Month, Key), u32>,
    numbered: Vec<(Month, Key)>,
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

impl Counters {
    pub(super) fn new(clocks: usize) -> Self {
        Self {
            clocks: clocks.max(1),
            slots: vec![NO_SLOT; KINDS * clocks.max(1) * VALUES],
            keys: Vec::new(),
            base: None,
            first_days: Vec::new(),
            numbers: HashMap::new(),
            numbered: Vec::new(),
        }
    }

    /// The note of a counter that a case gives.
    pub(super) fn note(&mut self, month: Month, key: Key) -> Note {
        self.slot(month, key)
            .unwrap_or_else(|| Note(self.number(month, key) | NUMBERED))
    }

    /// The counter that a note stands for.
    pub(super) fn named(&self, note: Note) -> (Month, Key) {
        match note.parts() {
            Ok((place, slot)) => {
                let base = self.base.expect("a slot was given for a month");
                let month = base.plus(i32::from(place));
                let mut key = self.keys[usize::from(slot)];
                if is_day_of_month(key.what) {
                    key.value += month.first_day().0;
                }
                (month, key)
            }
            Err(number) => self.numbered[number as usize],
        }
    }

    fn slot(&mut self, month: Month, key: Key) -> Option<Note> {
        let base = *self.base.get_or_insert(month.plus(-120));
        let place = usize::try_from(month.0 - base.0)
            .ok()
            .filter(|at| *at < MONTHS)?;
        while self.first_days.len() <= place {
            let next = i32::try_from(self.first_days.len()).ok()?;
            self.first_days.push(base.plus(next).first_day());
        }
        let value = if is_day_of_month(key.what) {
            key.value.checked_sub(self.first_days[place].0)?
        } else {
            key.value
        };
        let at = usize::try_from(value).ok().filter(|at| *at < VALUES)?;
        let kind = usize::from(key.what as u8) * self.clocks + usize::from(key.clock);
        let slot = &mut self.slots[kind * VALUES + at];
        if *slot == NO_SLOT {
            let next = self.keys.len();
            *slot = u16::try_from(next).ok().filter(|_| next < SLOTS)?;
            self.keys.push(Key { value, ..key });
        }
        Some(Note::slot(u16::try_from(place).ok()?, *slot))
    }

    /// The number of a counter outside the cells.
    pub(super) fn number(&mut self, month: Month, key: Key) -> u32 {
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
        let base = self.base.expect("a slot was given");
        let mut key = self.keys[usize::from(slot)];
        if is_day_of_month(key.what) {
            key.value += self.first_days[usize::from(month)].0;
        }
        (base.plus(i32::from(month)), key)
    }
}

/// The counters of one scope and month, by slot.
#[derive(Debug, Clone, Default)]
struct Cell {
    /// The slots noted, one by one; then how many of each.
    data: Vec<u16>,
    is_array: bool,
}

impl Cell {
    /// Adds one; `false` where the count has come round to 0.
    fn add(&mut self, slot: u16) -> bool {
        if !self.is_array {
            self.data.push(slot);
            if self.data.len() >= LISTED {
                let slots = std::mem::take(&mut self.data);
                self.is_array = true;
                for slot in slots {
                    self.add(slot);
                }
            }
            return true;
        }
        let at = usize::from(slot);
        if at >= self.data.len() {
            let length = (at + 1).next_multiple_of(32);
            self.data.reserve_exact(length - self.data.len());
            self.data.resize(length, 0);
        }
        self.data[at] = self.data[at].wrapping_add(1);
        self.data[at] != 0
    }

    /// The slots and their counts; a slot may come more than once.
    fn counts(&self) -> impl Iterator<Item = (u16, i64)> + '_ {
        let listed = self.data.iter().filter(|_| !self.is_array);
        let array = (0_u16..).zip(&self.data).filter(|_| self.is_array);
        listed.map(|slot| (*slot, 1)).chain(
            array
                .filter(|(_, count)| **count > 0)
                .map(|(slot, count)| (slot, i64::from(*count))),
        )
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
    /// Notes counters.
    pub(super) fn note(&mut self, notes: &[Note], counters: &mut Counters, sign: i64) {
        for note in notes {
            match note.parts() {
                Ok((month, slot)) if sign > 0 => {
                    if !self.cell(month).add(slot) {
                        let (month, key) = counters.name(month, slot);
                        let number = counters.number(month, key);
                        self.log().note(number, 1 << 16);
                    }
                }
                Ok((month, slot)) => {
                    let (month, key) = counters.name(month, slot);
                    let number = counters.number(month, key);
                    self.log().note(number, sign);
                }
                Err(number) => self.log().note(number, sign),
            }
        }
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

    /// Adds its counters to sums; `places` is what [`Sums::places`] gave for the counters.
    pub(super) fn add_to(&self, counters: &Counters, places: &[usize], sums: &mut Sums) {
        for (month, cell) in (self.first..).zip(&self.cells) {
            if cell.data.is_empty() {
                continue;
            }
            let base = counters.base.expect("a slot was given");
            let row = sums
                .by_month
                .entry(base.plus(i32::from(month)))
                .or_default();
            row.resize(sums.keys.len(), 0);
            for (slot, count) in cell.counts() {
                row[places[usize::from(slot)]] += count;
            }
        }
        for (number, count) in self.log.iter().flat_map(|log| &log.noted) {
            let (month, key) = counters.numbered[*number as usize];
            *sums.others.entry((month, key)).or_default() += count;
        }
    }

    /// Whether nothing was ever noted.
    pub(super) fn is_empty(&self) -> bool {
        self.cells.is_empty() && self.log.is_none()
    }
}

/// Sums over many scopes, whose counters may have been named apart.
#[derive(Debug, Default)]
pub(super) struct Sums {
    by_key: HashMap<Key, usize>,
    keys: Vec<Key>,
    by_month: BTreeMap<Month, Vec<i64>>,
    others: BTreeMap<(Month, Key), i64>,
}

impl Sums {
    /// The place of each slot of some counters in the sums.
    pub(super) fn places(&mut self, counters: &Counters) -> Vec<usize> {
        let keys = &mut self.keys;
        let mut place = |key: &Key| {
            *self.by_key.entry(*key).or_insert_with(|| {
                keys.push(*key);
                keys.len() - 1
            })
        };
        counters.keys.iter().map(&mut place).collect()
    }

    /// The sums as a series; the sums are empty again, the places stay.
    pub(super) fn take_series(&mut self) -> Series {
        let mut counts = Vec::new();
        for (month, row) in std::mem::take(&mut self.by_month) {
            let first = month.first_day().0;
            for (key, count) in self.keys.iter().zip(row).filter(|(_, count)| *count != 0) {
                let mut key = *key;
                if is_day_of_month(key.what) {
                    key.value += first;
                }
                counts.push((month, key, count));
            }
        }
        let others = std::mem::take(&mut self.others).into_iter();
        counts.extend(others.map(|((month, key), count)| (month, key, count)));
        Series::from_counts(counts)
    }
}
