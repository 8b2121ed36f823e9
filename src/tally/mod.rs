//! Counts of accepted cases: scope × month → integers. It knows no files, no words and no fractions.
//!
//! [`Counter`] is the way in: `add` each case, `finish`. Every counter lies in the month of its event (receipt, deadline,
//! closing), deadlines and open cases are kept by day, so a [`Tally`] serves any as-of date from its own on, as long as
//! nothing more happens. Tallies of shards that share no case are put together with [`merge`]; whatever the cut and the
//! order of rows, the same cases give the same tally. [`Tally::check_balance`] tells what does not add up.
//! What figures mean is left to `indicators`.

mod balance;
mod base64;
mod cell;
mod counter;
mod grid;
mod ids;
mod key;
mod merge;
mod part;
mod series;
mod sheet;
mod sum;
mod whole;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::case::{Escalation, Scheme};
use crate::time::Day;

pub use balance::{Imbalance, ImbalanceKind};
pub use cell::Cell;
pub use counter::Counter;
pub use ids::Ids;
pub use key::{HOURS_MOST, HOURS_OVER, Key, State, What};
pub use merge::{MergeError, merge};
pub use part::Part;
pub use series::Series;
pub use whole::finish;

/// A scope of a tally, by the numbers of dimensions in the scheme and of members in the tally.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Place {
    /// All cases.
    Overall,
    /// Dimension and member.
    Member(usize, u32),
    /// Dimension with pages and member; the other dimension and its member.
    Pair(usize, u32, usize, u32),
    /// How loudly cases were brought, within a member of the dimension that says what they are about, where there is one. Only
    /// where the source tells; together they are all cases.
    Side(Option<u32>, Escalation),
}

/// The counts of a data set's cases, as of a date.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    scheme: Scheme,
    zone: String,
    as_of: Option<Day>,
    hidden: u64,
    latest: Option<Day>,
    first_received: Option<Day>,
    last_received: Option<Day>,
    members: Vec<Vec<String>>,
    #[serde(with = "listed")]
    series: BTreeMap<Place, Series>,
    ids: Ids,
}

impl Tally {
    /// What its cases have.
    #[must_use]
    pub const fn scheme(&self) -> &Scheme {
        &self.scheme
    }

    /// The IANA name of the data set's zone.
    #[must_use]
    pub fn zone(&self) -> &str {
        &self.zone
    }

    /// The date it is as of: the one that was asked for, else the latest event's; the first day of 1970 where nothing
    /// was counted and nothing asked.
    #[must_use]
    pub fn as_of(&self) -> Day {
        self.as_of.unwrap_or(Day(0))
    }

    /// The day of the latest event that is counted (never a deadline).
    #[must_use]
    pub const fn latest(&self) -> Option<Day> {
        self.latest
    }

    /// The day of the first receipt.
    #[must_use]
    pub const fn first_received(&self) -> Option<Day> {
        self.first_received
    }

    /// The day of the last receipt.
    #[must_use]
    pub const fn last_received(&self) -> Option<Day> {
        self.last_received
    }

    /// The names of a dimension's members, sorted; a member's number is its place.
    #[must_use]
    pub fn members(&self, dimension: usize) -> &[String] {
        &self.members[dimension]
    }

    /// The number of a member.
    #[must_use]
    pub fn member(&self, dimension: usize, name: &str) -> Option<u32> {
        let names = self.members.get(dimension)?;
        let place = names
            .binary_search_by(|each| each.as_str().cmp(name))
            .ok()?;
        u32::try_from(place).ok()
    }

    /// All scopes in which something is counted: all cases, members by dimension and name, pairs.
    pub fn places(&self) -> impl Iterator<Item = Place> + '_ {
        self.series.keys().copied()
    }

    /// The counters of a scope; `None` where nothing is counted.
    #[must_use]
    pub fn series(&self, place: Place) -> Option<&Series> {
        self.series.get(&place)
    }

    /// The ids it has seen.
    #[must_use]
    pub const fn ids(&self) -> &Ids {
        &self.ids
    }

    /// Lets go of the ids: what is left can be published, but not merged.
    pub fn forget_ids(&mut self) {
        self.ids = Ids::default();
    }

    /// How many cases have an event after the as-of date, which is therefore not counted.
    #[must_use]
    pub const fn hidden(&self) -> u64 {
        self.hidden
    }
}

/// A map written as a list, since its keys are not text.
mod listed {
    use std::collections::BTreeMap;

    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use super::{Place, Series};

    pub(super) fn serialize<S: Serializer>(
        map: &BTreeMap<Place, Series>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        map.iter().collect::<Vec<_>>().serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<BTreeMap<Place, Series>, D::Error> {
        let list = Vec::<(Place, Series)>::deserialize(deserializer)?;
        Ok(list.into_iter().collect())
    }
}

#[cfg(test)]
pub(crate) mod laws;
