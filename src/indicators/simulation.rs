//! How often the tests are wrong, on streams whose truth is known. Seeded; `--ignored` runs the full size.

#![expect(
    clippy::float_arithmetic,
    reason = "indicators is the room that divides"
)]

use super::compare::{Question, Verdict, judge};
use super::difference::{Exposure, of_shares};
use super::figure::Base;
use super::funnel::{Good, Tier, place};
use super::loudness::{Stratum, standardise};

/// `SplitMix64` (Steele, Lea & Flood 2014).
struct Draws(u64);

impl Draws {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn between(&mut self, low: u64, high: u64) -> u64 {
        low + self.next() % (high - low + 1)
    }

    fn share(&mut self, of: u64, p: f64) -> Base {
        Base {
            numerator: (0..of).filter(|_| self.unit() < p).count() as u64,
            denominator: of,
        }
    }

    /// A Poisson count, by the waiting times.
    fn count(&mut self, mean: f64) -> u64 {
        let (mut at, mut count) = (0.0, 0);
        loop {
            at -= libm::log(1.0 - self.unit());
            if at > mean {
                return count;
            }
            count += 1;
        }
    }
}

/// A page as it will be: eight shares and one count over eight quarters, each against the one before and the year before.
/// `shift` is added to the true shares of the last quarter. Gives the number of figures said to have changed.
fn changed_on_a_page(draws: &mut Draws, shift: f64) -> usize {
    let mut page = Vec::new();
    for _ in 0..8 {
        let p = 0.05 + 0.9 * draws.unit();
        let shares: Vec<Base> = (0..8)
            .map(|quarter| {
                let of = draws.between(50, 2_000);
                draws.share(
                    of,
                    if quarter == 7 {
                        (p + shift).min(1.0)
                    } else {
                        p
                    },
                )
            })
            .collect();
        for lag in [1, 4] {
            page.extend(
                shares
                    .iter()
                    .zip(&shares[lag..])
                    .map(|(&earlier, &later)| Question::Shares { earlier, later }),
            );
        }
    }
    let mean = draws.between(50, 2_000) as f64;
    let counts: Vec<Exposure> = (0..8)
        .map(|quarter| {
            let days = 90 + quarter % 3;
            Exposure {
                count: draws.count(mean * f64::from(days) / 91.0),
                days,
            }
        })
        .collect();
    for lag in [1, 4] {
        page.extend(
            counts
                .iter()
                .zip(&counts[lag..])
                .map(|(&earlier, &later)| Question::Counts { earlier, later }),
        );
    }
    judge(&page)
        .iter()
        .filter(|change| matches!(change.verdict, Verdict::Rose | Verdict::Fell))
        .count()
}

fn share_of_pages_wrong(pages: u32) -> f64 {
    let mut draws = Draws(20_240_401);
    let wrong = (0..pages)
        .filter(|_| changed_on_a_page(&mut draws, 0.0) > 0)
        .count();
    wrong as f64 / f64::from(pages)
}

/// The share of draws in which Newcombe's interval holds a true change of −10 to +10 points.
fn share_of_intervals_right(count: u32) -> f64 {
    let mut draws = Draws(7);
    let right = (0..count)
        .filter(|_| {
            let p1 = 0.15 + 0.7 * draws.unit();
            let p2 = p1 + 0.2 * draws.unit() - 0.1;
            let (n1, n2) = (draws.between(50, 2_000), draws.between(50, 2_000));
            let (earlier, later) = (draws.share(n1, p1), draws.share(n2, p2));
            let interval = of_shares(earlier, later).unwrap().interval;
            (interval.low..=interval.high).contains(&(p2 - p1))
        })
        .count();
    right as f64 / f64::from(count)
}

/// The share of draws in which the standardised interval holds the true difference, over eight categories.
fn share_of_standardised_right(count: u32) -> f64 {
    let mut draws = Draws(11);
    let right = (0..count)
        .filter(|_| {
            let strata: Vec<(Stratum, f64)> = (0..8)
                .map(|_| {
                    let p = 0.1 + 0.7 * draws.unit();
                    let gain = 0.1 * draws.unit();
                    let (loud, quiet) = (draws.between(20, 300), draws.between(50, 2_000));
                    let stratum = Stratum {
                        loud: draws.share(loud, p + gain),
                        quiet: draws.share(quiet, p),
                    };
                    (stratum, gain)
                })
                .collect();
            let matters =
                |stratum: &Stratum| (stratum.loud.denominator + stratum.quiet.denominator) as f64;
            let whole: f64 = strata.iter().map(|(stratum, _)| matters(stratum)).sum();
            let truth: f64 = strata
                .iter()
                .map(|(stratum, gain)| matters(stratum) / whole * gain)
                .sum();
            let only: Vec<Stratum> = strata.iter().map(|(stratum, _)| *stratum).collect();
            let interval = standardise(&only, 5).unwrap().interval;
            (interval.low..=interval.high).contains(&truth)
        })
        .count();
    right as f64 / f64::from(count)
}

/// Funnels of thirty like units on which any is placed outside, and of thirty units that truly differ by 5 points.
fn share_of_funnels_with_outliers(count: u32, apart: f64) -> f64 {
    let mut draws = Draws(13);
    let wrong = (0..count)
        .filter(|_| {
            let p = 0.2 + 0.6 * draws.unit();
            let units: Vec<Base> = (0..30)
                .map(|_| {
                    // Twelve uniform draws less 6 are near enough to normal here.
                    let normal: f64 = (0..12).map(|_| draws.unit()).sum::<f64>() - 6.0;
                    let of = draws.between(20, 2_000);
                    draws.share(of, p + apart * normal)
                })
                .collect();
            place(&units, Good::High)
                .unwrap()
                .units
                .iter()
                .any(|unit| unit.tier != Tier::Within)
        })
        .count();
    wrong as f64 / f64::from(count)
}

#[test]
fn a_page_without_true_change_seldom_says_changed() {
    let wrong = share_of_pages_wrong(600);
    assert!(wrong <= 0.06, "{wrong}");
}

#[test]
fn a_true_change_is_seen() {
    let mut draws = Draws(3);
    let seen = (0..100)
        .filter(|_| changed_on_a_page(&mut draws, 0.15) > 0)
        .count();
    assert!(seen >= 95, "{seen}");
}

#[test]
fn newcombes_interval_holds_the_true_change() {
    let right = share_of_intervals_right(3_000);
    assert!((0.94..=0.97).contains(&right), "{right}");
}

#[test]
fn the_standardised_interval_holds_the_true_difference() {
    let right = share_of_standardised_right(600);
    assert!(right >= 0.93, "{right}");
}

#[test]
fn like_units_are_seldom_placed_outside() {
    let wrong = share_of_funnels_with_outliers(300, 0.0);
    assert!(wrong <= 0.09, "{wrong}");
    let wrong = share_of_funnels_with_outliers(300, 0.05);
    assert!(wrong <= 0.15, "{wrong}");
}

#[test]
#[ignore = "twenty thousand draws take a minute: run by hand, it prints what it found"]
#[expect(
    clippy::print_stdout,
    reason = "a test that is run by hand says what it found"
)]
fn the_full_size() {
    let pages = share_of_pages_wrong(20_000);
    let intervals = share_of_intervals_right(20_000);
    let standardised = share_of_standardised_right(20_000);
    let (alike, apart) = (
        share_of_funnels_with_outliers(20_000, 0.0),
        share_of_funnels_with_outliers(20_000, 0.05),
    );
    let figures = format!(
        "pages wrong {pages}, Newcombe right {intervals}, standardised right {standardised}, funnels with outliers {alike}, {apart} where units differ"
    );
    assert!(
        pages <= 0.06
            && (0.94..=0.97).contains(&intervals)
            && standardised >= 0.94
            && alike <= 0.06,
        "{figures}"
    );
    println!("{figures}");
}
