//! The rows that most exports are full of, judged without building a record: plain cells, usual dates, words met before.
//!
//! [`Judge::judge_quickly`] says yes to a row only where [`Judge::judge`] would accept it and make the same case of it. Any
//! other row (odd, defective, or with a word that is to be told) is left to that, so reasons and messages are made there alone.

use std::ops::{Range, RangeInclusive};

use super::columns::Layout;
use super::memo::Memo;
use super::row::{Judge, trim, whole_number};
use crate::case::{Escalation, Field, Members, Rating, Word};
use crate::config::Vocabulary;
use crate::time::Moment;

/// The cells of a row, as the scan found them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cells<'t> {
    /// The block.
    pub(super) text: &'t str,
    /// The byte before the row, and where each of its cells ends.
    pub(super) edges: &'t [u32],
}

impl<'t> Cells<'t> {
    /// The text of a cell; `None` where it would have to be written out anew.
    #[inline(always)]
    fn get(&self, cell: usize) -> Option<&'t [u8]> {
        let raw = self.text.as_bytes().get(self.range(cell)?)?;
        match raw.first() {
            Some(b'"') => unquoted(raw),
            _ => Some(raw),
        }
    }

    /// The text of a bare cell that begins and ends with visible ASCII.
    #[inline]
    fn bare(&self, cell: usize) -> Option<&'t str> {
        let text = self.text.get(self.range(cell)?)?;
        let is_bare =
            |byte: Option<&u8>| byte.is_some_and(|byte| matches!(byte, b'!' | b'#'..=b'~'));
        (is_bare(text.as_bytes().first()) && is_bare(text.as_bytes().last())).then_some(text)
    }

    /// The text from one cell to another, with all that is written between.
    #[inline(always)]
    fn run(&self, cells: &RangeInclusive<usize>) -> Option<&'t [u8]> {
        let from = self.edges.get(*cells.start())?.wrapping_add(1) as usize;
        let end = *self.edges.get(*cells.end() + 1)? as usize;
        self.text.as_bytes().get(from..end)
    }

    #[inline(always)]
    fn range(&self, cell: usize) -> Option<Range<usize>> {
        let [before, end] = *self.edges.get(cell..)?.first_chunk()?;
        Some(before.wrapping_add(1) as usize..end as usize)
    }
}

/// The text between quotes; `None` where it would have to be written out anew.
fn unquoted(raw: &[u8]) -> Option<&[u8]> {
    match raw {
        [b'"', inner @ .., b'"'] => (!inner.contains(&b'"')).then_some(inner),
        _ => Some(raw),
    }
}

/// Runs of cells that are remembered as a whole at most: they are few, or each is another.
const RUNS: usize = 1 << 11;

/// What the cells of each column stand for, as they are written; `None` for those that are not for the quick way.
#[derive(Debug, Default)]
struct Words {
    outcome: Memo<Option<Option<Word>>>,
    status: Memo<Option<Option<Word>>>,
    rating: Memo<Option<Option<Rating>>>,
    escalation: Memo<Option<Option<Escalation>>>,
    yes: Memo<bool>,
    transfers: Memo<Option<Option<u32>>>,
}

/// What the words of a row stand for.
#[derive(Debug, Clone, Copy)]
struct Said {
    outcome: Option<Word>,
    status: Option<Word>,
    rating: Option<Rating>,
    escalation: Option<Escalation>,
    reopened: bool,
    transfers: Option<u32>,
}

/// What cells stand for, as they are written.
#[derive(Debug)]
pub(super) struct Known {
    words: Words,
    /// What the words of a row stand for, by the cells from the first to the last of them, where no other stands between.
    said: Memo<Option<Said>>,
    /// For each dimension, the number of a member; below a parent, a number for its own name.
    names: Vec<Memo<u32>>,
    /// For each dimension, the numbers of its member and the next one's, by both cells, where they stand side by side.
    twos: Vec<Memo<Option<[u32; 2]>>>,
    /// The names below a parent, without what they lie below.
    own: Vec<Members>,
    /// The dimensions below a parent.
    below: Vec<usize>,
    /// For each of these the number of a member, by the numbers of the names from the top.
    paths: Vec<Memo<u32>>,
    path: Vec<u8>,
}

impl Known {
    pub(super) fn new(judge: &Judge<'_>) -> Self {
        let dimensions = judge.chains.len();
        Self {
            words: Words::default(),
            said: Memo::of_at_most(RUNS),
            names: vec![Memo::default(); dimensions],
            twos: vec![Memo::of_at_most(RUNS); dimensions],
            own: vec![Members::default(); dimensions],
            below: (0..dimensions)
                .filter(|each| judge.chains[*each].len() > 1)
                .collect(),
            paths: vec![Memo::default(); dimensions],
            path: Vec::new(),
        }
    }

    /// Forgets what stood side by side: in another file other columns may.
    pub(super) fn forget_runs(&mut self) {
        self.said = Memo::of_at_most(RUNS);
        self.twos.fill(Memo::of_at_most(RUNS));
    }
}

impl Judge<'_> {
    /// Reads a row into [`Judge::case`], but for its place; `None` where it is left to [`Judge::judge`], which then has to be
    /// asked. It must have as many cells as the header.
    #[inline]
    pub(super) fn judge_quickly(
        &mut self,
        cells: Cells<'_>,
        layout: &Layout,
        known: &mut Known,
    ) -> Option<()> {
        if self.wants_text {
            return None;
        }
        let id = layout.field(Field::Id)?;
        let id = match cells.bare(id) {
            Some(bare) => (!self.nothing.is_said_by(bare.as_bytes())).then_some(bare)?,
            None => text(self.stated(cells.get(id)?)?),
        };
        self.case.id.clear();
        self.case.id.push_str(id);
        // What is wrong is told by the general way.
        self.case.received = self.moment_of(cells.get(layout.field(Field::Received)?)?)??;
        for (field, cell) in &layout.dates {
            *self.case.date_mut(*field)? = self.moment_of(cells.get(*cell)?)?;
        }
        self.set_dues_aside();
        let is_late = self
            .as_of
            .is_some_and(|as_of| self.case.received.day > as_of);
        if self.early_event().is_some() || is_late {
            return None;
        }
        self.words(cells, layout, known)?;
        self.members_quickly(cells, layout, known)?;
        self.case.text = None;
        self.rank = match layout.latest {
            None => i64::MIN,
            Some(cell) => match self.moment_of(cells.get(cell)?) {
                Some(Some(moment)) => self.dates.rank(moment),
                _ => i64::MIN,
            },
        };
        Some(())
    }

    /// A cell's trimmed text, where it is not a word for nothing.
    #[inline]
    fn stated<'t>(&self, cell: &'t [u8]) -> Option<&'t [u8]> {
        let trimmed = match cell {
            [] => return None,
            [b'!'..=b'~'] | [b'!'..=b'~', .., b'!'..=b'~'] => cell,
            _ => trim(text(cell)).as_bytes(),
        };
        (!self.nothing.is_said_by(trimmed)).then_some(trimmed)
    }

    /// The moment of a date cell, `Some(None)` where it says nothing; `None` where it cannot be read.
    #[inline(always)]
    fn moment_of(&mut self, cell: &[u8]) -> Option<Option<Moment>> {
        match cell.first() {
            None => return Some(None),
            Some(first) if self.nothing.may_begin(*first) => {}
            Some(_) => {
                if let Some(moment) = self.dates.read_usual(cell) {
                    return Some(Some(moment));
                }
            }
        }
        self.unusual_moment(cell)
    }

    #[cold]
    fn unusual_moment(&mut self, cell: &[u8]) -> Option<Option<Moment>> {
        match self.stated(cell) {
            None => Some(None),
            Some(stated) => Some(Some(self.dates.read(text(stated))?)),
        }
    }

    /// Reads the words of a row: together where their cells stand side by side, else each by itself.
    #[inline]
    fn words(&mut self, cells: Cells<'_>, layout: &Layout, known: &mut Known) -> Option<()> {
        let Known { said, words, .. } = known;
        let said = match &layout.words {
            Some(run) if !said.is_full() => {
                said.get(cells.run(run)?, || self.said(cells, layout, words))?
            }
            _ => self.said(cells, layout, words)?,
        };
        let case = &mut self.case;
        case.outcome = said.outcome;
        case.status = said.status;
        case.rating = said.rating;
        case.escalation = said.escalation.unwrap_or(Escalation::None);
        case.reopened = said.reopened;
        case.transfers = said.transfers;
        Some(())
    }

    fn said(&self, cells: Cells<'_>, layout: &Layout, known: &mut Words) -> Option<Said> {
        let dataset = self.dataset;
        let at = |field| layout.field(field).map(|cell| cells.get(cell));
        let (outcomes, statuses) = (&dataset.outcomes, &dataset.statuses);
        let (ratings, escalations) = (&dataset.ratings, &dataset.escalations);
        Some(Said {
            outcome: self.word_of(at(Field::Outcome), &mut known.outcome, outcomes)?,
            status: self.word_of(at(Field::Status), &mut known.status, statuses)?,
            rating: self.word_of(at(Field::Rating), &mut known.rating, ratings)?,
            escalation: self.word_of(at(Field::Escalation), &mut known.escalation, escalations)?,
            reopened: match at(Field::Reopened) {
                None => false,
                Some(cell) => {
                    let cell = cell?;
                    let says_yes = |stated| dataset.yes.contains(text(stated));
                    known
                        .yes
                        .get(cell, || self.stated(cell).is_some_and(says_yes))
                }
            },
            transfers: match at(Field::Transfers) {
                None => None,
                Some(cell) => {
                    let cell = cell?;
                    let number = || match self.stated(cell) {
                        None => Some(None),
                        Some(stated) => whole_number(text(stated)).map(Some),
                    };
                    known.transfers.get(cell, number)?
                }
            },
        })
    }

    #[inline(always)]
    fn word_of<T: Copy>(
        &self,
        cell: Option<Option<&[u8]>>,
        known: &mut Memo<Option<Option<T>>>,
        vocabulary: &Vocabulary<T>,
    ) -> Option<Option<T>> {
        let Some(cell) = cell else {
            return Some(None);
        };
        let cell = cell?;
        known.get(cell, || match self.stated(cell) {
            None => Some(None),
            Some(stated) => vocabulary.get(text(stated)).map(Some),
        })
    }

    /// The number of a dimension's member; below a parent, that of its own name.
    #[inline]
    fn number_of(
        &mut self,
        cells: Cells<'_>,
        layout: &Layout,
        dimension: usize,
        names: &mut [Memo<u32>],
        own: &mut [Members],
    ) -> Option<u32> {
        let cell = cells.get(layout.dimension(dimension))?;
        Some(names[dimension].get(cell, || {
            let name = self.name_today(dimension, self.stated(cell).map(text));
            let numbers = match self.chains[dimension].as_slice() {
                [_] => &mut self.members[dimension],
                _ => &mut own[dimension],
            };
            numbers.number(name)
        }))
    }

    #[inline]
    fn members_quickly(
        &mut self,
        cells: Cells<'_>,
        layout: &Layout,
        known: &mut Known,
    ) -> Option<()> {
        self.case.members.clear();
        let Known {
            names, twos, own, ..
        } = known;
        let mut dimension = 0;
        while dimension < twos.len() {
            let twos = &mut twos[dimension];
            let mut number = |each| self.number_of(cells, layout, each, names, own);
            match layout.two(dimension) {
                Some(both) if !twos.is_full() => {
                    let two = || Some([number(dimension)?, number(dimension + 1)?]);
                    let two = twos.get(cells.run(&both)?, two)?;
                    self.case.members.extend(two);
                    dimension += 2;
                }
                _ => {
                    let number = number(dimension)?;
                    self.case.members.push(number);
                    dimension += 1;
                }
            }
        }
        for dimension in known.below.iter().copied() {
            known.path.clear();
            for at in 0..self.chains[dimension].len() {
                let each = self.chains[dimension][at];
                let number = match self.chains[each].as_slice() {
                    // Its place among members is taken by now where it lies below another, so its own name is asked again.
                    [_] => self.case.members[each],
                    _ => self.number_of(cells, layout, each, &mut known.names, &mut known.own)?,
                };
                known.path.extend(number.to_le_bytes());
            }
            self.case.members[dimension] = known.paths[dimension].get(&known.path, || {
                let cell = |each| cells.get(layout.dimension(each)).unwrap_or_default();
                let mut path = String::new();
                self.write_path(dimension, &mut path, |each| {
                    self.stated(cell(each)).map(text)
                });
                self.members[dimension].number(&path)
            });
        }
        Some(())
    }
}

/// The text of a cell, or of what is left of it when it is trimmed.
fn text(cell: &[u8]) -> &str {
    std::str::from_utf8(cell).expect("a cell of a valid text")
}
