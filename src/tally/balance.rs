//! What must hold in every tally: the stock balances, no counter is negative, and parts add up to their whole.

use std::collections::BTreeMap;
use std::fmt;

use super::key::{Key, State, What};
use super::series::Series;
use super::{Place, Tally};
use crate::case::{Escalation, Outcome};
use crate::time::Month;

/// Something in a tally that does not add up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imbalance {
    /// The scope, in words: `all cases`, `department "Roads"`.
    pub scope: String,
    /// The month, where it lies in one.
    pub month: Option<Month>,
    /// What does not add up.
    pub kind: ImbalanceKind,
    /// What it should be.
    pub expected: i64,
    /// What it is.
    pub found: i64,
}

/// What does not add up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImbalanceKind {
    /// More was taken out than was counted.
    Negative,
    /// Received + reopened − closed is not what is open.
    Stock,
    /// A stock at the end of a month is negative: more was closed than had come.
    NegativeStock,
    /// The members of a dimension or the sides do not add up to all cases, or the pairs or sides of a member to the member.
    Parts,
}

impl fmt::Display for Imbalance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            scope,
            expected,
            found,
            ..
        } = self;
        write!(f, "{scope}")?;
        if let Some(month) = self.month {
            write!(f, ", {month}")?;
        }
        match self.kind {
            ImbalanceKind::Negative => write!(f, ": a count is {found}"),
            ImbalanceKind::Stock => write!(
                f,
                ": received + reopened − closed is {expected}, but {found} are open"
            ),
            ImbalanceKind::NegativeStock => write!(f, ": the open stock is {found}"),
            ImbalanceKind::Parts => write!(f, ": the parts add up to {found}, not to {expected}"),
        }
    }
}

impl Tally {
    /// Everything that does not add up; empty for a sound tally.
    ///
    /// In every scope, open(start) + valid received + reopened − closed = open(end) in every month (the stock at the end
    /// of a month is that sum, so it is checked never to fall below 0, and at the as-of date to be the number of cases
    /// that stand open). For every dimension and every single counter, members add up to all cases, and the pairs of
    /// a member to the member; so do the sides, where cases are told apart by how loudly they were brought. A source that dates no ending has no flow to balance.
    #[must_use]
    pub fn check_balance(&self) -> Vec<Imbalance> {
        let mut found = Vec::new();
        let is_dated = self.scheme.ending().is_some();
        for (place, series) in &self.series {
            for (month, _, count) in series.counts().filter(|(_, _, count)| *count < 0) {
                found.push(Imbalance {
                    scope: self.describe(*place),
                    month: Some(month),
                    kind: ImbalanceKind::Negative,
                    expected: 0,
                    found: count,
                });
            }
            if is_dated {
                self.check_stock(*place, series, &mut found);
            }
        }
        self.check_parts(&mut found);
        self.check_sides(&mut found);
        found
    }

    fn check_stock(&self, place: Place, series: &Series, found: &mut Vec<Imbalance>) {
        let mut stock = 0;
        let (mut open_states, mut open_days) = (0, 0);
        for (month, cell) in series.cells() {
            for (code, count) in cell.of(What::State, 0) {
                if let Some(State::Valid { outcome, .. }) = State::decode(code) {
                    stock += count;
                    if outcome == Outcome::Open {
                        open_states += count;
                    }
                }
            }
            open_days += cell.sum(What::OpenSince, 0);
            stock += cell.sum(What::Reopening, 0) - cell.sum(What::Closing, 0);
            if stock < 0 {
                found.push(Imbalance {
                    scope: self.describe(place),
                    month: Some(*month),
                    kind: ImbalanceKind::NegativeStock,
                    expected: 0,
                    found: stock,
                });
            }
        }
        for open in [open_states, open_days] {
            if open != stock {
                found.push(Imbalance {
                    scope: self.describe(place),
                    month: None,
                    kind: ImbalanceKind::Stock,
                    expected: stock,
                    found: open,
                });
            }
        }
    }

    fn check_parts(&self, found: &mut Vec<Imbalance>) {
        let empty = Series::default();
        let overall = self.series.get(&Place::Overall).unwrap_or(&empty);
        for dimension in 0..self.scheme.dimensions.len() {
            let parts = self
                .series
                .range(Place::Member(dimension, 0)..=Place::Member(dimension, u32::MAX))
                .map(|(_, series)| series);
            self.compare(Place::Overall, overall, parts, found);
        }
        for (a, b) in self.scheme.pairs() {
            for number in (0_u32..).take(self.members[a].len()) {
                let whole = Place::Member(a, number);
                let parts = self
                    .series
                    .range(Place::Pair(a, number, b, 0)..=Place::Pair(a, number, b, u32::MAX))
                    .map(|(_, series)| series);
                self.compare(whole, &self.series[&whole], parts, found);
            }
        }
    }

    /// The sides of all cases add up to all cases, those of a matter to its member.
    fn check_sides(&self, found: &mut Vec<Imbalance>) {
        if !self.scheme.has_sides() {
            return;
        }
        let empty = Series::default();
        let overall = self.series.get(&Place::Overall).unwrap_or(&empty);
        let is_side = |place: &Place| matches!(place, Place::Side(..));
        let sides = || self.series.iter().filter(|(place, _)| is_side(place));
        let all = sides().map(|(_, series)| series);
        self.compare(Place::Overall, overall, all, found);
        let Some(matter) = self.scheme.matter else {
            return;
        };
        for number in (0_u32..).take(self.members[matter].len()) {
            let whole = Place::Member(matter, number);
            let parts = self.series.range(
                Place::Side(Some(number), Escalation::None)
                    ..=Place::Side(Some(number), Escalation::Leader),
            );
            let parts = parts.map(|(_, series)| series);
            self.compare(whole, &self.series[&whole], parts, found);
        }
    }

    fn compare<'a>(
        &self,
        place: Place,
        whole: &Series,
        parts: impl Iterator<Item = &'a Series>,
        found: &mut Vec<Imbalance>,
    ) {
        let mut sums: BTreeMap<(Month, Key), i64> = BTreeMap::new();
        for (month, key, count) in parts.flat_map(Series::counts) {
            *sums.entry((month, key)).or_default() += count;
        }
        let mut wrong = |month, expected, found_count| {
            found.push(Imbalance {
                scope: self.describe(place),
                month: Some(month),
                kind: ImbalanceKind::Parts,
                expected,
                found: found_count,
            });
        };
        for (month, key, count) in whole.counts() {
            let sum = sums.remove(&(month, key)).unwrap_or(0);
            if sum != count {
                wrong(month, count, sum);
            }
        }
        for ((month, _), sum) in sums.into_iter().filter(|(_, sum)| *sum != 0) {
            wrong(month, 0, sum);
        }
    }

    fn describe(&self, place: Place) -> String {
        let member = |dimension: usize, number: u32| {
            format!(
                "{} \"{}\"",
                self.scheme.dimensions[dimension].id, self.members[dimension][number as usize]
            )
        };
        match place {
            Place::Overall => "all cases".to_owned(),
            Place::Member(dimension, number) => member(dimension, number),
            Place::Pair(a, first, b, second) => {
                format!("{}, {}", member(a, first), member(b, second))
            }
            Place::Side(number, escalation) => {
                let matter = number.zip(self.scheme.matter);
                let of = matter.map(|(number, matter)| member(matter, number));
                let of = of.unwrap_or_else(|| "all cases".to_owned());
                format!("{of}, escalation {}", escalation.id())
            }
        }
    }
}
