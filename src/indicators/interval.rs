//! The interval of a share. [`wilson`] is the one interval every published rate carries.

#![expect(
    clippy::float_arithmetic,
    reason = "indicators is the room that divides"
)]

use super::figure::{Base, Interval};

/// The 97.5 % point of the normal distribution: what a two-sided 95 % interval is made with.
pub const Z95: f64 = 1.959_963_984_540_054;

/// The 95 % score interval of a share (Wilson 1927). `None` where there is no case to divide by.
///
/// No continuity correction. The ends are exactly 0 and 1 where no case and where every case is counted.
#[must_use]
pub fn wilson(base: Base) -> Option<Interval> {
    wilson_at(base, Z95)
}

/// The score interval at `z` normal standard deviations: 1.96 makes it a 95 % interval.
///
/// A numerator above the denominator is taken as equal to it.
#[must_use]
pub fn wilson_at(base: Base, z: f64) -> Option<Interval> {
    if base.denominator == 0 {
        return None;
    }
    let n = base.denominator as f64;
    let k = base.numerator.min(base.denominator) as f64;
    let zz = z * z;
    let middle = (k + zz / 2.0) / (n + zz);
    let half = z / (n + zz) * (k * (n - k) / n + zz / 4.0).sqrt();
    Some(Interval {
        low: if base.numerator == 0 {
            0.0
        } else {
            (middle - half).max(0.0)
        },
        high: if base.numerator >= base.denominator {
            1.0
        } else {
            (middle + half).min(1.0)
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn case(numerator: u64, denominator: u64, low: f64, high: f64) {
        let found = wilson(Base {
            numerator,
            denominator,
        })
        .unwrap();
        assert!((found.low - low).abs() < 1e-9, "{found:?}");
        assert!((found.high - high).abs() < 1e-9, "{found:?}");
    }

    #[test]
    fn it_agrees_with_statsmodels() {
        case(81, 263, 0.255_288_519_9, 0.366_209_577_0);
        case(5, 5, 0.565_517_535_6, 1.0);
        case(0, 10, 0.0, 0.277_532_799_9);
        case(1, 2, 0.094_531_205_7, 0.905_468_794_3);
    }

    #[test]
    fn its_ends_are_exact_where_none_or_all_are_counted() {
        for n in [1, 7, 1_000_003] {
            let none = wilson(Base {
                numerator: 0,
                denominator: n,
            });
            let all = wilson(Base {
                numerator: n,
                denominator: n,
            });
            assert!(none.unwrap().low == 0.0);
            assert!(all.unwrap().high == 1.0);
        }
    }

    #[test]
    fn without_cases_there_is_no_interval() {
        assert_eq!(
            wilson(Base {
                numerator: 0,
                denominator: 0
            }),
            None
        );
    }
}
