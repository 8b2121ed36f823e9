//! What one counter counted, free of it: its scopes by the names of members, with packed counters.
//!
//! Parts of one data set are added up by [`finish`](super::finish), whatever rows each counted: those of a thread, of a file, or
//! those that were taken back, with counts below 0. As bytes a part can be kept until its file changes.

use super::counter::{Counter, Days, Grid};
use super::grid::{Names, Scope};
use super::series::Series;
use crate::case::packed::{
    read_all, read_as, read_bytes, read_signed, read_text, write, write_bytes, write_signed,
};
use crate::case::{Members, Scheme};
use crate::time::Day;

/// What one counter counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    pub(super) frame: Frame,
    pub(super) hidden: i64,
    pub(super) received: Days,
    pub(super) latest: Days,
    /// The names of members by dimension and number, in no order.
    pub(super) members: Vec<Vec<String>>,
    pub(super) grids: Vec<Division>,
}

/// What parts of one tally have in common.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Frame {
    pub(super) scheme: Scheme,
    pub(super) zone: String,
    pub(super) as_of: Option<Day>,
}

/// The scopes of one division of the cases; none is empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Division {
    Overall(Series),
    /// A dimension, or the one after the last for how loudly cases were brought; by the members' numbers.
    Members(usize, Vec<(u32, Series)>),
    /// Two of them, the lower first.
    Pairs(usize, usize, Vec<([u32; 2], Series)>),
}

impl Part {
    /// What a counter counted. `members` are those the cases' numbers stand for.
    pub(super) fn of(counter: Counter, members: &[Members]) -> Self {
        let Counter {
            scheme,
            zone,
            as_of,
            hidden,
            received,
            latest,
            grids,
            counters,
            ..
        } = counter;
        let names = Names::of(&counters);
        let sum = |scope: &Scope| names.sum(scope);
        let divisions = grids.into_iter().map(|grid| match grid {
            Grid::Overall(scope) => Division::Overall(sum(&scope)),
            Grid::Members(dimension, scopes) => {
                let scopes = (0_u32..)
                    .zip(&scopes)
                    .map(|(each, scope)| (each, sum(scope)));
                Division::Members(dimension, scopes.filter(|(_, s)| !s.is_empty()).collect())
            }
            Grid::Pairs(a, b, scopes) => {
                let scopes = scopes.sorted();
                let scopes = scopes.into_iter().map(|(each, scope)| (each, sum(scope)));
                Division::Pairs(a, b, scopes.filter(|(_, s)| !s.is_empty()).collect())
            }
        });
        Self {
            grids: divisions.collect(),
            frame: Frame {
                scheme,
                zone: zone.name().to_owned(),
                as_of,
            },
            hidden,
            received,
            latest,
            members: members.iter().map(|each| each.names().to_vec()).collect(),
        }
    }

    /// Writes all but what a fresh counter knows.
    pub fn write(&self, bytes: &mut Vec<u8>) {
        write_signed(bytes, self.hidden);
        self.received.write(bytes);
        self.latest.write(bytes);
        for names in &self.members {
            write(bytes, names.len() as u64);
            names
                .iter()
                .for_each(|name| write_bytes(bytes, name.as_bytes()));
        }
        for grid in &self.grids {
            match grid {
                Division::Overall(series) => series.write(bytes),
                Division::Members(_, scopes) => {
                    write(bytes, scopes.len() as u64);
                    for (member, series) in scopes {
                        write(bytes, u64::from(*member));
                        series.write(bytes);
                    }
                }
                Division::Pairs(_, _, scopes) => {
                    write(bytes, scopes.len() as u64);
                    for ([first, second], series) in scopes {
                        write(bytes, u64::from(*first));
                        write(bytes, u64::from(*second));
                        series.write(bytes);
                    }
                }
            }
        }
    }

    /// Reads what [`Part::write`] wrote of a counter like a fresh one.
    #[must_use]
    pub fn read(bytes: &mut &[u8], fresh: Counter) -> Option<Self> {
        let mut part = Self::of(fresh, &[]);
        part.hidden = read_signed(bytes)?;
        part.received = Days::read(bytes)?;
        part.latest = Days::read(bytes)?;
        for _ in 0..part.frame.scheme.dimensions.len() {
            part.members.push(read_all(bytes, read_text)?);
        }
        for grid in &mut part.grids {
            match grid {
                Division::Overall(series) => *series = Series::read(bytes)?,
                Division::Members(_, scopes) => {
                    *scopes =
                        read_all(bytes, |bytes| Some((read_as(bytes)?, Series::read(bytes)?)))?;
                }
                Division::Pairs(_, _, scopes) => {
                    *scopes = read_all(bytes, |bytes| {
                        let pair = [read_as(bytes)?, read_as(bytes)?];
                        Some((pair, Series::read(bytes)?))
                    })?;
                }
            }
        }
        part.is_named().then_some(part)
    }

    /// Whether every scope is one of members that have names.
    fn is_named(&self) -> bool {
        let has = |dimension: usize, number: u32| match self.members.get(dimension) {
            Some(names) => (number as usize) < names.len(),
            None => dimension == self.members.len(),
        };
        self.grids.iter().all(|grid| match grid {
            Division::Overall(_) => true,
            Division::Members(dimension, scopes) => {
                scopes.iter().all(|(number, _)| has(*dimension, *number))
            }
            Division::Pairs(a, b, scopes) => scopes
                .iter()
                .all(|([first, second], _)| has(*a, *first) && has(*b, *second)),
        })
    }
}

impl Days {
    fn write(&self, bytes: &mut Vec<u8>) {
        write_signed(bytes, i64::from(self.first));
        write(bytes, self.counts.len() as u64);
        self.counts
            .iter()
            .for_each(|count| write_signed(bytes, *count));
    }

    fn read(bytes: &mut &[u8]) -> Option<Self> {
        let first = read_signed(bytes)?;
        let counts = read_all(bytes, read_signed)?;
        Some(Self { first, counts })
    }
}

impl Series {
    fn write(&self, bytes: &mut Vec<u8>) {
        write(bytes, self.cells().len() as u64);
        for (month, cell) in self.cells() {
            write_signed(bytes, i64::from(month.0));
            write_bytes(bytes, cell.bytes());
        }
    }

    fn read(bytes: &mut &[u8]) -> Option<Self> {
        let cells = read_all(bytes, |bytes| {
            let month = crate::time::Month(read_signed(bytes)?);
            Some((month, super::Cell::of_bytes(read_bytes(bytes)?)))
        })?;
        Some(Self::from_cells(cells.into_iter()))
    }
}
