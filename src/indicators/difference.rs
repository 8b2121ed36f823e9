//! Two figures against each other: the difference of two shares, the ratio of two counts, each with interval and p value.

#![expect(
    clippy::float_arithmetic,
    reason = "indicators is the room that divides"
)]

use super::distribution::{binomial_at_least, binomial_at_most, normal_two_sided};
use super::figure::{Base, Interval};
use super::interval::wilson;

/// A count and the days it was collected in, so that February is not said to have fallen for being short.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exposure {
    /// Cases or events.
    pub count: u64,
    /// Days of the period; more than 0.
    pub days: u32,
}

/// How far a later figure lies from an earlier one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Difference {
    /// Shares: later − earlier, as a fraction of 1 (0.031 is 3.1 percentage points). Counts: cases a day, later / earlier − 1
    /// (0.031 is 3.1 per cent).
    pub estimate: f64,
    /// Its 95 % interval, in the same unit. The upper end of a count's is infinite where the earlier count is 0.
    pub interval: Interval,
    /// The two-sided p value of "there is no difference".
    pub p: f64,
}

impl Difference {
    /// Whether the interval leaves 0 out.
    #[must_use]
    pub const fn is_apart_from_zero(&self) -> bool {
        self.interval.low > 0.0 || self.interval.high < 0.0
    }
}

/// The difference of two shares, later − earlier: interval by Newcombe's hybrid score method (1998, method 10), made of the two
/// Wilson intervals that stand beside the figures; p by the score test with pooled variance. `None` where a denominator is 0.
#[must_use]
pub fn of_shares(earlier: Base, later: Base) -> Option<Difference> {
    let (interval1, interval2) = (wilson(earlier)?, wilson(later)?);
    let (p1, p2) = (share(earlier), share(later));
    let estimate = p2 - p1;
    let interval = Interval {
        low: estimate - length(p2 - interval2.low, interval1.high - p1),
        high: estimate + length(interval2.high - p2, p1 - interval1.low),
    };
    Some(Difference {
        estimate,
        interval,
        p: score_test(earlier, later),
    })
}

/// The ratio of two counts for each day, less 1. The test is exact: given the sum of both, the later count is binomial with the
/// later period's share of the days (Przyborowski & Wilenski 1940); p is twice the smaller tail, at most 1. The interval is that
/// of Clopper & Pearson (1934) carried over to the ratio, so it leaves 0 out just where p < 0.05. `None` where both counts are 0
/// or a period has no days.
#[must_use]
pub fn of_counts(earlier: Exposure, later: Exposure) -> Option<Difference> {
    let n = earlier.count + later.count;
    if n == 0 || earlier.days == 0 || later.days == 0 {
        return None;
    }
    let days = f64::from(later.days) / f64::from(earlier.days);
    let expected = days / (1.0 + days);
    let k = later.count;
    let p =
        (2.0 * binomial_at_most(k, n, expected).min(binomial_at_least(k, n, expected))).min(1.0);
    let relative = |share: f64| share / (1.0 - share) / days - 1.0;
    let low = if k == 0 {
        -1.0
    } else {
        relative(solve(|share| binomial_at_least(k, n, share) - 0.025))
    };
    let high = if earlier.count == 0 {
        f64::INFINITY
    } else {
        relative(solve(|share| 0.025 - binomial_at_most(k, n, share)))
    };
    Some(Difference {
        estimate: later.count as f64 / earlier.count as f64 / days - 1.0,
        interval: Interval { low, high },
        p,
    })
}

/// Numerator / denominator; 0 / 0 is not a number.
pub(super) fn share(base: Base) -> f64 {
    base.numerator as f64 / base.denominator as f64
}

/// The two-sided p value of the score test of equal shares, with pooled variance; 1 where none or all of both are counted.
fn score_test(earlier: Base, later: Base) -> f64 {
    let (n1, n2) = (earlier.denominator as f64, later.denominator as f64);
    let counted = earlier.numerator + later.numerator;
    if counted == 0 || counted == earlier.denominator + later.denominator {
        return 1.0;
    }
    let pooled = counted as f64 / (n1 + n2);
    let error = (pooled * (1.0 - pooled) * (1.0 / n1 + 1.0 / n2)).sqrt();
    normal_two_sided((share(later) - share(earlier)) / error)
}

/// Where a rising function of a share crosses 0, by halving to the last bit that matters.
fn solve(rising: impl Fn(f64) -> f64) -> f64 {
    let (mut low, mut high) = (0.0_f64, 1.0_f64);
    for _ in 0..60 {
        let middle = f64::midpoint(low, high);
        if rising(middle) < 0.0 {
            low = middle;
        } else {
            high = middle;
        }
    }
    f64::midpoint(low, high)
}

/// The long side over two at right angles; only `sqrt`, which is exact everywhere.
fn length(a: f64, b: f64) -> f64 {
    (a * a + b * b).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn base(numerator: u64, denominator: u64) -> Base {
        Base {
            numerator,
            denominator,
        }
    }

    fn close(found: f64, expected: f64, within: f64) {
        assert!(
            (found - expected).abs() <= within,
            "{found} is not {expected}"
        );
    }

    #[test]
    fn newcombes_table_of_1998_is_reproduced() {
        // Newcombe 1998, table II, method 10: 56/70 − 48/80, 9/10 − 3/10, 10/10 − 0/20.
        for (later, earlier, low, high) in [
            (base(56, 70), base(48, 80), 0.0524, 0.3339),
            (base(9, 10), base(3, 10), 0.1705, 0.8090),
            (base(10, 10), base(0, 20), 0.6791, 1.0000),
        ] {
            let found = of_shares(earlier, later).unwrap();
            close(found.interval.low, low, 0.000_05);
            close(found.interval.high, high, 0.000_05);
        }
    }

    #[test]
    fn equal_shares_are_no_evidence_and_order_turns_the_sign() {
        let same = of_shares(base(30, 100), base(60, 200)).unwrap();
        assert!(same.estimate == 0.0 && same.p == 1.0 && !same.is_apart_from_zero());
        let there = of_shares(base(30, 100), base(70, 150)).unwrap();
        let back = of_shares(base(70, 150), base(30, 100)).unwrap();
        close(there.estimate, -back.estimate, 1e-15);
        close(there.interval.low, -back.interval.high, 1e-15);
        close(there.p, back.p, 1e-15);
    }

    #[test]
    fn none_or_all_counted_on_both_sides_is_no_evidence() {
        assert!(of_shares(base(0, 50), base(0, 80)).unwrap().p == 1.0);
        assert!(of_shares(base(50, 50), base(80, 80)).unwrap().p == 1.0);
        assert_eq!(of_shares(base(0, 0), base(1, 2)), None);
    }

    #[test]
    fn a_short_month_is_not_a_fall() {
        let january = Exposure {
            count: 310,
            days: 31,
        };
        let february = Exposure {
            count: 280,
            days: 28,
        };
        let found = of_counts(january, february).unwrap();
        close(found.estimate, 0.0, 1e-12);
        assert!(found.p > 0.95 && !found.is_apart_from_zero());
    }

    #[test]
    fn two_becoming_four_is_not_a_trend() {
        let two = Exposure {
            count: 2,
            days: 365,
        };
        let four = Exposure {
            count: 4,
            days: 365,
        };
        let found = of_counts(two, four).unwrap();
        close(found.estimate, 1.0, 1e-12);
        close(found.p, 0.6875, 1e-12);
    }

    #[test]
    fn from_nothing_there_is_no_upper_end() {
        let none = Exposure { count: 0, days: 30 };
        let some = Exposure { count: 9, days: 30 };
        assert!(of_counts(none, some).unwrap().interval.high == f64::INFINITY);
        assert!(of_counts(some, none).unwrap().interval.low == -1.0);
        assert_eq!(of_counts(none, none), None);
    }

    #[test]
    fn interval_and_test_of_counts_agree() {
        for later in (100..200).step_by(3) {
            let found = of_counts(
                Exposure {
                    count: 140,
                    days: 90,
                },
                Exposure {
                    count: later,
                    days: 91,
                },
            )
            .unwrap();
            assert_eq!(found.p < 0.05, found.is_apart_from_zero(), "{later}");
        }
    }
}
