//! Intervals, tests, q values and funnels against scipy and statsmodels: `tests/independent/statistics.py` made the expected values.

#![expect(
    clippy::float_arithmetic,
    reason = "indicators is the room that divides"
)]

use super::difference::{Exposure, of_counts, of_shares};
use super::discovery::q_values;
use super::figure::Base;
use super::funnel::{ALARM, ALERT, Good, Tier, place};
use super::interval::wilson;

const EXPECTED: &str = include_str!("../../tests/independent/statistics.csv");

/// The cases of one kind: what was given, what scipy says.
fn cases(kind: &str) -> Vec<(Vec<f64>, Vec<f64>)> {
    let numbers =
        |text: &str| -> Vec<f64> { text.split(' ').map(|word| word.parse().unwrap()).collect() };
    let found: Vec<_> = EXPECTED
        .lines()
        .filter_map(|line| {
            let mut fields = line.split(',');
            (fields.next() == Some(kind)).then(|| {
                (
                    numbers(fields.next().unwrap()),
                    numbers(fields.next().unwrap()),
                )
            })
        })
        .collect();
    assert!(found.len() >= 5, "{kind}");
    found
}

fn whole(x: f64) -> u64 {
    format!("{x}").parse().unwrap()
}

fn base(numerator: f64, denominator: f64) -> Base {
    Base {
        numerator: whole(numerator),
        denominator: whole(denominator),
    }
}

fn agree(given: &[f64], found: &[f64], expected: &[f64]) {
    assert_eq!(found.len(), expected.len(), "{given:?}");
    for (found, expected) in found.iter().zip(expected) {
        let scale = expected.abs().max(1.0);
        assert!(
            (found - expected).abs() <= 1e-6 * scale,
            "{given:?}: {found} is not {expected}"
        );
    }
}

#[test]
fn wilson_intervals_agree() {
    for (given, expected) in cases("wilson") {
        let found = wilson(base(given[0], given[1])).unwrap();
        agree(&given, &[found.low, found.high], &expected);
    }
}

#[test]
fn differences_of_shares_agree() {
    for (given, expected) in cases("shares") {
        let found = of_shares(base(given[0], given[1]), base(given[2], given[3])).unwrap();
        agree(
            &given,
            &[
                found.estimate,
                found.interval.low,
                found.interval.high,
                found.p,
            ],
            &expected,
        );
    }
}

#[test]
fn differences_of_counts_agree() {
    for (given, expected) in cases("counts") {
        let exposure = |count: f64, days: f64| Exposure {
            count: whole(count),
            days: u32::try_from(whole(days)).unwrap(),
        };
        let found = of_counts(exposure(given[0], given[1]), exposure(given[2], given[3])).unwrap();
        agree(
            &given,
            &[
                found.estimate,
                found.interval.low,
                found.interval.high,
                found.p,
            ],
            &expected,
        );
    }
}

#[test]
fn q_values_agree() {
    for (given, expected) in cases("q_values") {
        agree(&given, &q_values(&given), &expected);
    }
}

#[test]
fn funnels_agree() {
    for (given, expected) in cases("funnel") {
        let units: Vec<Base> = given.chunks(2).map(|unit| base(unit[0], unit[1])).collect();
        let funnel = place(&units, Good::High).unwrap();
        let mut found = vec![
            funnel.target,
            funnel.dispersion.phi,
            funnel.dispersion.p,
            funnel.dispersion.tau,
        ];
        for unit in &funnel.units {
            found.extend([
                unit.z,
                unit.p,
                match unit.tier {
                    Tier::Better => 1.0,
                    Tier::Within | Tier::Unplaced => 0.0,
                    Tier::Worse => -1.0,
                },
            ]);
        }
        for n in [10, 137, 5_000] {
            for p in [ALERT, ALARM] {
                let limits = funnel.limits(n, p);
                found.extend([limits.low, limits.high]);
            }
        }
        agree(&given, &found, &expected);
    }
}
