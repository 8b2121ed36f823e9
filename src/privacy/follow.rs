//! What follows by sums from counts that were told: [`within_sheets`] and [`everywhere`].

use super::counts::Row;
use super::exchange::View;
use super::lattice::Lattice;
use crate::time::PeriodKind;

/// Adds to the counts of each sheet those that follow by a sum of the same sheet. Tells whether there were any.
pub(super) fn within_sheets(lattice: &Lattice, rows: &[Row], values: &mut [Option<i64>]) -> bool {
    let mut has_any = false;
    for home in lattice.homes() {
        let first = home * lattice.names;
        let is_all = lattice.periods[lattice.spot[home].1].kind == PeriodKind::All;
        let rows = || rows.iter().filter(|row| is_all || !row.only_all);
        let mut follows = true;
        while follows {
            follows = false;
            for row in rows() {
                let terms = row.terms.iter().map(|&(name, by)| (first + name, by));
                follows |= follow(terms, values);
            }
            has_any |= follows;
        }
    }
    has_any
}

/// Adds what follows by the sums of sheets, and by those over members and over periods that were over, where readers know a sum there.
pub(super) fn everywhere(
    lattice: &Lattice,
    rows: &[Row],
    views: &[View],
    was_over: impl Fn(usize) -> bool,
    values: &mut [Option<i64>],
) {
    let mut follows = true;
    while follows {
        follows = within_sheets(lattice, rows, values);
        for home in lattice.homes() {
            let (node, period) = lattice.spot[home];
            for (name, view) in views.iter().enumerate() {
                let whole = home * lattice.names + name;
                for (_, parts) in lattice.parts_of(node) {
                    let parts = parts.iter();
                    let parts = parts.filter_map(|&part| lattice.cell(part, period, name));
                    follows |= follow_sum(lattice, whole, parts.collect(), values);
                }
                let is_sum = matches!(view, View::Cohort | View::Flow);
                if is_sum && was_over(period) {
                    let parts = lattice.periods_in(period).iter();
                    let parts = parts.filter_map(|&part| lattice.cell(node, part, name));
                    follows |= follow_sum(lattice, whole, parts.collect(), values);
                }
            }
        }
    }
}

/// What follows by the sum of parts to a whole, where the counts as they are now add up.
fn follow_sum(
    lattice: &Lattice,
    whole: usize,
    parts: Vec<usize>,
    values: &mut [Option<i64>],
) -> bool {
    let sum: Option<i64> = parts.iter().map(|&part| lattice.value(part)).sum();
    if parts.is_empty() || sum.is_none() || sum != lattice.value(whole) {
        return false;
    }
    let parts = parts.into_iter().map(|part| (part, 1));
    follow(parts.chain([(whole, -1)]), values)
}

/// Adds the one count of a sum that comes to nothing that is missing, if it is one. Tells whether it was.
fn follow(terms: impl Iterator<Item = (usize, i64)> + Clone, values: &mut [Option<i64>]) -> bool {
    let mut missing = terms.clone().filter(|(cell, _)| values[*cell].is_none());
    let (Some((cell, by)), None) = (missing.next(), missing.next()) else {
        return false;
    };
    let sum: i64 = terms
        .filter_map(|(cell, by)| Some(values[cell]? * by))
        .sum();
    let is_count = sum % by == 0 && -sum / by >= 0;
    if is_count {
        values[cell] = Some(-sum / by);
    }
    is_count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_one_that_is_missing_follows() {
        let mut values = [Some(5), None, Some(2)];
        let terms = [(0, -1), (1, 1), (2, 1)];
        assert!(follow(terms.into_iter(), &mut values));
        assert_eq!(values, [Some(5), Some(3), Some(2)]);
        assert!(!follow(terms.into_iter(), &mut values));
    }

    #[test]
    fn of_two_that_are_missing_none_follows_and_no_count_is_below_nothing() {
        let terms = [(0, -1), (1, 1), (2, 1)];
        let mut two = [Some(5), None, None];
        assert!(!follow(terms.into_iter(), &mut two));
        let mut less = [Some(5), None, Some(6)];
        assert!(!follow(terms.into_iter(), &mut less));
        assert_eq!(less[1], None);
    }
}
