//! Sheets: 32 slots of counters in one month, numbered as they are first noted, and the notes that say which slot of which.

use std::num::NonZero;

/// Slots in a sheet, as a power of two.
const BITS: u32 = 5;

/// Slots in a sheet.
pub(super) const PAGE: usize = 1 << BITS;

/// One counter of a case, each worth one: a slot of a sheet, or a number of the [`Counters`](super::grid::Counters)' own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Note(u32);

impl Note {
    /// Set in a note that is a number.
    pub(super) const NUMBERED: u32 = 1 << 31;

    /// A slot of a sheet.
    #[inline(always)]
    pub(super) const fn slot(sheet: u32, slot: u16) -> Self {
        let place = slot as u32 & !(u32::MAX << BITS);
        Self(sheet << BITS | place)
    }

    /// A number.
    pub(super) const fn number(number: u32) -> Self {
        Self(number | Self::NUMBERED)
    }

    /// The sheet; beyond all where it is a number.
    #[inline(always)]
    pub(super) const fn sheet(self) -> u32 {
        self.0 >> BITS
    }

    /// The place in the sheet.
    #[inline(always)]
    pub(super) const fn place(self) -> usize {
        self.0 as usize % PAGE
    }

    /// The number, where it is one.
    pub(super) const fn as_number(self) -> Option<u32> {
        match self.0 & Self::NUMBERED {
            0 => None,
            _ => Some(self.0 & !Self::NUMBERED),
        }
    }
}

/// The slots of a page in one month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Sheet {
    pub(super) month: u16,
    page: u16,
}

impl Sheet {
    /// The sheet of a slot in a month.
    #[inline(always)]
    pub(super) const fn of(month: u16, slot: u16) -> Self {
        let page = slot >> BITS;
        Self { month, page }
    }

    /// Its first slot.
    pub(super) fn first_slot(self) -> usize {
        usize::from(self.page) * PAGE
    }

    /// The slot that a note in it stands for.
    pub(super) fn slot(self, note: Note) -> usize {
        self.first_slot() + note.place()
    }
}

/// The sheets, by the numbers they were given.
#[derive(Debug, Default)]
pub(super) struct Sheets {
    all: Vec<Sheet>,
    /// By month and page.
    numbers: Vec<Vec<Option<NonZero<u32>>>>,
}

impl Sheets {
    /// The sheet of a number.
    pub(super) fn get(&self, number: u32) -> Sheet {
        self.all[number as usize]
    }

    /// The number of a sheet that was noted before.
    #[inline]
    pub(super) fn find(&self, sheet: Sheet) -> Option<u32> {
        let pages = self.numbers.get(usize::from(sheet.month))?;
        let number = (*pages.get(usize::from(sheet.page))?)?;
        Some(number.get() - 1)
    }

    /// The number of a sheet; one is given where it has none.
    pub(super) fn number(&mut self, sheet: Sheet) -> Option<u32> {
        if let Some(number) = self.find(sheet) {
            return Some(number);
        }
        let (month, page) = (usize::from(sheet.month), usize::from(sheet.page));
        if self.numbers.len() <= month {
            self.numbers.resize(month + 1, Vec::new());
        }
        let pages = &mut self.numbers[month];
        if pages.len() <= page {
            pages.resize(page + 1, None);
        }
        self.all.push(sheet);
        let number = u32::try_from(self.all.len()).ok()?;
        pages[page] = NonZero::new(number);
        Some(number - 1)
    }

    /// The numbers of each month's sheets, by month.
    pub(super) fn by_month(&self) -> Vec<(u16, Vec<u32>)> {
        let mut sheets: Vec<(Sheet, u32)> = self.all.iter().copied().zip(0..).collect();
        sheets.sort_unstable();
        let months = sheets.chunk_by(|(a, _), (b, _)| a.month == b.month);
        let numbers = |month: &[(Sheet, u32)]| month.iter().map(|(_, number)| *number).collect();
        months.map(|all| (all[0].0.month, numbers(all))).collect()
    }
}
