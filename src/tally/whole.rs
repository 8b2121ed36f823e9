//! One tally of what several counters counted: their scopes are matched by the names of members and added up.

use std::collections::BTreeMap;

use super::counter::{Counter, Days, Grid};
use super::grid::{Names, Scope};
use super::ids::Ids;
use super::series::Series;
use super::{Place, Tally};
use crate::case::{Escalation, IdTable, Members, Scheme};

/// The scopes of a dimension or pair by the names of members, over all counters: counter and scope.
type ByName<'a, K> = BTreeMap<K, Vec<(usize, &'a Scope)>>;

/// The tally of what several counters of one data set counted. Each comes with the members its cases' numbers stand for;
/// `ids` are the ids that were counted. `None` where there is no counter.
#[must_use]
pub fn finish(parts: Vec<(Counter, Vec<Members>)>, ids: IdTable) -> Option<Tally> {
    let ids = Ids::of(ids);
    let scheme = parts.first()?.0.scheme.clone();
    let names = Names::of(parts.iter().map(|(counter, _)| &counter.counters).collect());
    let sum = |scopes: &[(usize, &Scope)]| names.sum(scopes);
    let mut series = BTreeMap::new();
    let whole: Vec<(usize, &Scope)> = numbered(&parts)
        .flat_map(|(part, counter, _)| scopes(&counter.grids[0]).map(move |scope| (part, scope)))
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
            .map(|(name, scopes)| (name, sum(&scopes)))
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
    let received = Days::counted_in(parts.iter().map(|(counter, _)| &counter.received));
    let latest = Days::counted_in(parts.iter().map(|(counter, _)| &counter.latest))
        .last()
        .copied();
    let hidden: i64 = parts.iter().map(|(counter, _)| counter.hidden).sum();
    let zone = parts[0].0.zone.name().to_owned();
    let as_of = parts[0].0.as_of.or(latest);
    Some(Tally {
        scheme,
        zone,
        as_of,
        hidden: u64::try_from(hidden).unwrap_or(0),
        latest,
        first_received: received.first().copied(),
        last_received: received.last().copied(),
        members,
        series,
        ids,
    })
}

fn numbered(
    parts: &[(Counter, Vec<Members>)],
) -> impl Iterator<Item = (usize, &Counter, &[Members])> {
    let numbered = parts.iter().enumerate();
    numbered.map(|(part, (counter, members))| (part, counter, members.as_slice()))
}

fn scopes(grid: &Grid) -> Box<dyn Iterator<Item = &Scope> + '_> {
    match grid {
        Grid::Overall(scope) => Box::new(std::iter::once(scope)),
        Grid::Members(_, scopes) => Box::new(scopes.iter()),
        Grid::Pairs(_, _, scopes) => Box::new(scopes.scopes()),
    }
}

fn members_of(parts: &[(Counter, Vec<Members>)], dimension: usize) -> ByName<'_, &str> {
    let mut found: ByName<'_, &str> = BTreeMap::new();
    for (part, counter, members) in numbered(parts) {
        let name = |number: u32| members[dimension].name(number);
        let its = counter.grids.iter().find(|grid| match grid {
            Grid::Overall(_) => false,
            Grid::Members(each, _) => *each == dimension,
            Grid::Pairs(a, b, _) => *a == dimension || *b == dimension,
        });
        match its {
            Some(Grid::Members(_, scopes)) => {
                for (number, scope) in (0_u32..).zip(scopes).filter(|(_, s)| !s.is_empty()) {
                    found.entry(name(number)).or_default().push((part, scope));
                }
            }
            Some(Grid::Pairs(a, _, scopes)) => {
                for ([first, second], scope) in scopes.sorted() {
                    let number = if *a == dimension { first } else { second };
                    found.entry(name(number)).or_default().push((part, scope));
                }
            }
            _ => {}
        }
    }
    found
}

fn pairs_of(parts: &[(Counter, Vec<Members>)], a: usize, b: usize) -> ByName<'_, (&str, &str)> {
    let mut found: ByName<'_, (&str, &str)> = BTreeMap::new();
    for (part, counter, members) in numbered(parts) {
        for grid in &counter.grids {
            let Grid::Pairs(low, high, scopes) = grid else {
                continue;
            };
            if (*low, *high) != (a.min(b), a.max(b)) {
                continue;
            }
            for ([low, high], scope) in scopes.sorted() {
                let (first, second) = if a > b { (high, low) } else { (low, high) };
                let names = (members[a].name(first), members[b].name(second));
                found.entry(names).or_default().push((part, scope));
            }
        }
    }
    found
}

/// Cases by how loudly they were brought, within the members of the dimension that says what they are about.
fn sides_of<'a>(
    parts: &'a [(Counter, Vec<Members>)],
    scheme: &Scheme,
) -> ByName<'a, (Option<&'a str>, Escalation)> {
    let loudness = scheme.dimensions.len();
    let mut found: ByName<'_, (Option<&str>, Escalation)> = BTreeMap::new();
    for (part, counter, members) in numbered(parts) {
        let mut add = |name, number: u32, scope| {
            if let Some(escalation) = Escalation::ALL.get(number as usize) {
                let scopes = found.entry((name, *escalation)).or_default();
                scopes.push((part, scope));
            }
        };
        for grid in &counter.grids {
            match grid {
                Grid::Members(dimension, scopes) if *dimension == loudness => {
                    for (number, scope) in (0_u32..).zip(scopes).filter(|(_, s)| !s.is_empty()) {
                        add(None, number, scope);
                    }
                }
                Grid::Pairs(matter, dimension, scopes) if *dimension == loudness => {
                    for ([member, number], scope) in scopes.sorted() {
                        add(Some(members[*matter].name(member)), number, scope);
                    }
                }
                _ => {}
            }
        }
    }
    found
}
