//! Putting tallies of shards together.

use std::collections::BTreeMap;
use std::fmt;

use super::{Place, Series, Tally};
use crate::time::Day;

/// Why two tallies cannot be put together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MergeError {
    /// They count different fields, dimensions or clocks, or in different zones.
    DifferentSchemes,
    /// They share cases, so that those would count twice.
    SharedCases(u64),
    /// The one as of the earlier date left out events after it, which the later date should count.
    EventsLeftOut {
        /// The earlier date.
        as_of: Day,
        /// The later date.
        later: Day,
        /// Cases with such an event.
        cases: u64,
    },
}

impl fmt::Display for MergeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::DifferentSchemes => {
                f.write_str("the tallies do not count the same fields, dimensions and clocks")
            }
            Self::SharedCases(1) => f.write_str("the tallies share a case"),
            Self::SharedCases(cases) => write!(f, "the tallies share {cases} cases"),
            Self::EventsLeftOut {
                as_of,
                later,
                cases,
            } => write!(
                f,
                "the tally as of {as_of} left out later events of {cases} cases, so it cannot speak for {later}"
            ),
        }
    }
}

impl std::error::Error for MergeError {}

/// The tally of the cases of both. It does not matter which is first, nor how more than two are grouped.
///
/// It is as of the later of their dates. A tally as of an earlier date may be merged where it left nothing out (no case
/// had an event after its date): then it says the same as of the later one.
///
/// # Errors
/// Where they count different things, share a case, or the earlier one left out events.
pub fn merge(a: Tally, b: Tally) -> Result<Tally, MergeError> {
    if a.scheme != b.scheme || a.zone != b.zone {
        return Err(MergeError::DifferentSchemes);
    }
    let shared = a.ids.shared(&b.ids);
    if shared > 0 {
        return Err(MergeError::SharedCases(shared));
    }
    let as_of = a.as_of.max(b.as_of);
    for tally in [&a, &b] {
        if let (Some(mine), Some(later)) = (tally.as_of, as_of)
            && mine < later
            && tally.hidden > 0
        {
            return Err(MergeError::EventsLeftOut {
                as_of: mine,
                later,
                cases: tally.hidden,
            });
        }
    }
    let mut members = Vec::new();
    let mut numbers_a = Vec::new();
    let mut numbers_b = Vec::new();
    for (mine, theirs) in a.members.iter().zip(&b.members) {
        let mut names: Vec<String> = mine.iter().chain(theirs).cloned().collect();
        names.sort();
        names.dedup();
        numbers_a.push(renumber(mine, &names));
        numbers_b.push(renumber(theirs, &names));
        members.push(names);
    }
    let matter = a.scheme.matter;
    let mut series: BTreeMap<Place, Series> = a
        .series
        .into_iter()
        .map(|(place, series)| (moved(place, &numbers_a, matter), series))
        .collect();
    for (place, more) in b.series {
        let place = moved(place, &numbers_b, matter);
        let sum = series.remove(&place).unwrap_or_default().plus(more);
        if !sum.is_empty() {
            series.insert(place, sum);
        }
    }
    Ok(Tally {
        scheme: a.scheme,
        zone: a.zone,
        as_of,
        hidden: a.hidden + b.hidden,
        latest: a.latest.max(b.latest),
        first_received: a.first_received.into_iter().chain(b.first_received).min(),
        last_received: a.last_received.max(b.last_received),
        members,
        series,
        ids: a.ids.union(b.ids),
    })
}

/// For each member's number among `names`, its number among `all`; both are sorted.
fn renumber(names: &[String], all: &[String]) -> Vec<u32> {
    let place = |name: &String| {
        let place = all.binary_search(name).expect("all names are among all");
        u32::try_from(place).expect("fewer members than rows, and rows fit")
    };
    names.iter().map(place).collect()
}

fn moved(place: Place, numbers: &[Vec<u32>], matter: Option<usize>) -> Place {
    let number = |dimension: usize, member: u32| numbers[dimension][member as usize];
    match place {
        Place::Overall => Place::Overall,
        Place::Member(dimension, member) => Place::Member(dimension, number(dimension, member)),
        Place::Pair(a, first, b, second) => Place::Pair(a, number(a, first), b, number(b, second)),
        Place::Side(member, escalation) => {
            let member = member.zip(matter);
            Place::Side(
                member.map(|(member, matter)| number(matter, member)),
                escalation,
            )
        }
    }
}
