//! One tally of what several parts counted: their scopes are matched by the names of members and added up.

use std::collections::BTreeMap;

use super::counter::Days;
use super::ids::Ids;
use super::part::{Division, Part};
use super::series::Series;
use super::sum::Adding;
use super::{Place, Tally};
use crate::case::{Escalation, IdSet, Scheme};

/// The series of a dimension or pair by the names of members, over all parts.
type ByName<'a, K> = BTreeMap<K, Vec<&'a Series>>;

/// The tally of what several parts of one data set counted; `ids` are the ids that were counted. `None` where there is no part.
#[must_use]
pub fn finish(parts: Vec<Part>, ids: IdSet) -> Option<Tally> {
    let ids = Ids::of(ids);
    let frame = parts.first()?.frame.clone();
    let scheme = frame.scheme;
    let mut adding = Adding::new(scheme.clocks.len());
    let mut sum = |series: &[&Series]| adding.sum(series);
    let mut series = BTreeMap::new();
    let whole: Vec<&Series> = parts
        .iter()
        .flat_map(|part| all_of(&part.grids[0]))
        .collect();
    let overall = sum(&whole);
    if !overall.is_empty() {
        series.insert(Place::Overall, overall);
    }
    // Members are numbered by name, so that a tally does not depend on the order of rows; those without a case go.
    let mut members: Vec<Vec<String>> = Vec::new();
    for dimension in 0..scheme.dimensions.len() {
        let found: Vec<(&str, Series)> = members_of(&parts, dimension)
            .into_iter()
            .map(|(name, series)| (name, sum(&series)))
            .filter(|(_, series)| !series.is_empty())
            .collect();
        members.push(found.iter().map(|(name, _)| (*name).to_owned()).collect());
        for (number, (_, cells)) in (0_u32..).zip(found) {
            series.insert(Place::Member(dimension, number), cells);
        }
    }
    for (a, b) in scheme.pairs() {
        for ((first, second), scopes) in pairs_of(&parts, a, b) {
            let cells = sum(&scopes);
            let number = |dimension: usize, name: &str| {
                let place = members[dimension].binary_search_by(|each| each.as_str().cmp(name));
                place.ok().and_then(|place| u32::try_from(place).ok())
            };
            if let (false, Some(first), Some(second)) =
                (cells.is_empty(), number(a, first), number(b, second))
            {
                series.insert(Place::Pair(a, first, b, second), cells);
            }
        }
    }
    for ((name, escalation), scopes) in sides_of(&parts, &scheme) {
        let cells = sum(&scopes);
        let number = name.zip(scheme.matter).map(|(name, matter)| {
            let place = members[matter].binary_search_by(|each| each.as_str().cmp(name));
            place.ok().and_then(|place| u32::try_from(place).ok())
        });
        // A member without a case has no number, and its sides no case.
        if !cells.is_empty() && number != Some(None) {
            series.insert(Place::Side(number.flatten(), escalation), cells);
        }
    }
    let received = Days::counted_in(parts.iter().map(|part| &part.received));
    let latest = Days::counted_in(parts.iter().map(|part| &part.latest))
        .last()
        .copied();
    let hidden: i64 = parts.iter().map(|part| part.hidden).sum();
    Some(Tally {
        scheme,
        zone: frame.zone,
        as_of: frame.as_of.or(latest),
        hidden: u64::try_from(hidden).unwrap_or(0),
        latest,
        first_received: received.first().copied(),
        last_received: received.last().copied(),
        members,
        series,
        ids,
    })
}

/// All series of a division.
fn all_of(grid: &Division) -> Box<dyn Iterator<Item = &Series> + '_> {
    match grid {
        Division::Overall(series) => Box::new(std::iter::once(series)),
        Division::Members(_, scopes) => Box::new(scopes.iter().map(|(_, series)| series)),
        Division::Pairs(_, _, scopes) => Box::new(scopes.iter().map(|(_, series)| series)),
    }
}

fn members_of(parts: &[Part], dimension: usize) -> ByName<'_, &str> {
    let mut found: ByName<'_, &str> = BTreeMap::new();
    for part in parts {
        let mut add = |number: u32, series| {
            let name = part.members[dimension][number as usize].as_str();
            found.entry(name).or_default().push(series);
        };
        let its = part.grids.iter().find(|grid| match grid {
            Division::Overall(_) => false,
            Division::Members(each, _) => *each == dimension,
            Division::Pairs(a, b, _) => *a == dimension || *b == dimension,
        });
        match its {
            Some(Division::Members(_, scopes)) => {
                scopes
                    .iter()
                    .for_each(|(number, series)| add(*number, series));
            }
            Some(Division::Pairs(a, _, scopes)) => {
                for ([first, second], series) in scopes {
                    add(if *a == dimension { *first } else { *second }, series);
                }
            }
            _ => {}
        }
    }
    found
}

fn pairs_of(parts: &[Part], a: usize, b: usize) -> ByName<'_, (&str, &str)> {
    let mut found: ByName<'_, (&str, &str)> = BTreeMap::new();
    for part in parts {
        let name =
            |dimension: usize, number: u32| part.members[dimension][number as usize].as_str();
        for grid in &part.grids {
            let Division::Pairs(low, high, scopes) = grid else {
                continue;
            };
            if (*low, *high) != (a.min(b), a.max(b)) {
                continue;
            }
            for ([low, high], series) in scopes {
                let (first, second) = if a > b { (*high, *low) } else { (*low, *high) };
                let names = (name(a, first), name(b, second));
                found.entry(names).or_default().push(series);
            }
        }
    }
    found
}

/// Cases by how loudly they were brought, within the members of the dimension that says what they are about.
fn sides_of<'a>(parts: &'a [Part], scheme: &Scheme) -> ByName<'a, (Option<&'a str>, Escalation)> {
    let loudness = scheme.dimensions.len();
    let mut found: ByName<'_, (Option<&str>, Escalation)> = BTreeMap::new();
    for part in parts {
        let mut add = |name, number: u32, series| {
            if let Some(escalation) = Escalation::ALL.get(number as usize) {
                found.entry((name, *escalation)).or_default().push(series);
            }
        };
        for grid in &part.grids {
            match grid {
                Division::Members(dimension, scopes) if *dimension == loudness => {
                    scopes
                        .iter()
                        .for_each(|(number, series)| add(None, *number, series));
                }
                Division::Pairs(matter, dimension, scopes) if *dimension == loudness => {
                    for ([member, number], series) in scopes {
                        let name = part.members[*matter][*member as usize].as_str();
                        add(Some(name), *number, series);
                    }
                }
                _ => {}
            }
        }
    }
    found
}
