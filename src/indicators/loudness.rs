//! Is it the loud who are heard? The share of matters dealt with in time among the loud (repeated, group, media, leader) less that
//! among the quiet, made as if both brought the same matters.
//!
//! [`standardise`] takes a pair of shares for each stratum (a category, or a category in a quarter). It compares within the stratum
//! and averages with the stratum's matters, loud and quiet, as weights: direct standardisation (Fleiss, Levin & Paik 2003, ch. 19).
//! The interval joins the strata's Wilson intervals by the method of variance estimates recovery (Zou & Donner, Statistics in
//! Medicine 27 (2008) 1693–1702). With one stratum it is Newcombe's interval, the one of every comparison; with many small
//! ones it errs to the wide side. [`Heard`] applies it to a data set's quarters and to all of them together. Where the flag has no date, it may have come after the answer: then this is an association only.

#![expect(
    clippy::float_arithmetic,
    reason = "indicators is the room that divides"
)]

use crate::case::Escalation;
use crate::time::Period;

use super::difference::{Difference, of_shares, share};
use super::figure::{Base, Interval};
use super::interval::wilson;
use super::sides::{Kind, Side, Sides};
use super::survival::{HALF, Weighted, adjusted_quantile};

/// Strata with fewer loud or fewer quiet matters are left out and counted.
pub const SMALLEST_SIDE: u64 = 5;

/// The matters of one kind: those in time, of all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stratum {
    /// Matters raised loudly, before the event that the share counts.
    pub loud: Base,
    /// The others.
    pub quiet: Base,
}

/// Loud and quiet on the same mix of matters.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Standardised {
    /// The share the loud would have on the common mix.
    pub loud: f64,
    /// The share the quiet would have on it.
    pub quiet: f64,
    /// Loud less quiet: positive where the loud are served sooner.
    pub difference: f64,
    /// Its 95 % interval.
    pub interval: Interval,
    /// Strata compared, of all that have a matter.
    pub strata: Base,
    /// Loud matters in strata compared, of all loud ones.
    pub loud_compared: Base,
    /// Quiet matters in strata compared, of all quiet ones.
    pub quiet_compared: Base,
    /// Loud less quiet over all matters without standardising, to show what the mix explains.
    pub crude: Option<Difference>,
}

impl Standardised {
    /// Whether the interval leaves 0 out.
    #[must_use]
    pub const fn is_apart_from_zero(&self) -> bool {
        self.interval.low > 0.0 || self.interval.high < 0.0
    }
}

/// What a data set's loud and quiet cases come to: by quarter, and over all quarters with a kind in a quarter as stratum.
#[derive(Debug, Clone, PartialEq)]
pub struct Heard {
    /// Index of the clock in the scheme.
    pub clock: usize,
    /// The days asked about.
    pub days: u32,
    /// Index of the dimension that says what cases are about; without one, a quarter is one stratum.
    pub matter: Option<usize>,
    /// The quarters, oldest first; none where too few cases were brought loudly to be told.
    pub quarters: Vec<HeardQuarter>,
    /// All quarters together; `None` where no stratum has enough cases on both sides.
    pub whole: Option<Standardised>,
    /// The day by which half of the loud and half of the quiet had it on the common mix, over the strata compared; each `None`
    /// where half never do.
    pub medians: (Option<u32>, Option<u32>),
    /// Cases by how they were brought over all quarters, the quiet first; ways with too few cases stand together.
    pub ways: Vec<(Vec<Escalation>, Side)>,
}

/// One quarter's loud and quiet cases.
#[derive(Debug, Clone, PartialEq)]
pub struct HeardQuarter {
    /// When they were received.
    pub period: Period,
    /// By what they are about.
    pub kinds: Vec<Kind>,
    /// The difference within kinds; `None` where no kind has enough cases on both sides.
    pub standardised: Option<Standardised>,
}

impl HeardQuarter {
    /// The loud cases of all kinds.
    #[must_use]
    pub fn loud(&self) -> Side {
        Side::sum(self.kinds.iter().map(|kind| &kind.loud))
    }

    /// The quiet cases of all kinds.
    #[must_use]
    pub fn quiet(&self) -> Side {
        Side::sum(self.kinds.iter().map(|kind| &kind.quiet))
    }
}

impl Heard {
    /// Compares counts that may be published, so that whoever has them can do it again. A difference needs `min_base` cases on both
    /// sides.
    #[must_use]
    pub fn of(sides: Sides, ways: Vec<(Vec<Escalation>, Side)>, min_base: u64) -> Self {
        let strata = |kinds: &[Kind]| -> Vec<Stratum> { kinds.iter().map(stratum).collect() };
        let compare = |strata: &[Stratum]| {
            standardise(strata, SMALLEST_SIDE).filter(|found| {
                let compared = [found.loud_compared, found.quiet_compared];
                compared.iter().all(|base| base.numerator >= min_base)
            })
        };
        let all: Vec<&Kind> = sides
            .quarters
            .iter()
            .flat_map(|quarter| &quarter.kinds)
            .collect();
        let whole: Vec<Stratum> = all.iter().map(|kind| stratum(kind)).collect();
        let median = |side: fn(&Kind) -> &Side| {
            let weighted: Vec<Weighted<'_>> = all
                .iter()
                .filter(|kind| is_compared(&stratum(kind), SMALLEST_SIDE))
                .map(|kind| {
                    let side = side(kind);
                    (&*side.days, &*side.waiting, matters(&stratum(kind)))
                })
                .collect();
            adjusted_quantile(&weighted, HALF)
        };
        Self {
            clock: sides.clock,
            days: sides.days,
            matter: sides.matter,
            whole: compare(&whole),
            medians: (median(|kind| &kind.loud), median(|kind| &kind.quiet)),
            ways,
            quarters: sides
                .quarters
                .into_iter()
                .map(|quarter| HeardQuarter {
                    period: quarter.period,
                    standardised: compare(&strata(&quarter.kinds)),
                    kinds: quarter.kinds,
                })
                .collect(),
        }
    }

    /// The loud cases of all quarters.
    #[must_use]
    pub fn loud(&self) -> Side {
        self.of_ways(|escalation| escalation != Escalation::None)
    }

    /// The quiet cases of all quarters.
    #[must_use]
    pub fn quiet(&self) -> Side {
        self.of_ways(|escalation| escalation == Escalation::None)
    }

    fn of_ways(&self, is_meant: impl Fn(Escalation) -> bool) -> Side {
        let meant = self
            .ways
            .iter()
            .filter(|(ways, _)| ways.iter().all(|way| is_meant(*way)));
        Side::sum(meant.map(|(_, side)| side))
    }
}

fn stratum(kind: &Kind) -> Stratum {
    Stratum {
        loud: kind.loud.base,
        quiet: kind.quiet.base,
    }
}

const fn matters(stratum: &Stratum) -> u64 {
    stratum.loud.denominator + stratum.quiet.denominator
}

fn is_compared(stratum: &Stratum, smallest: u64) -> bool {
    stratum.loud.denominator.min(stratum.quiet.denominator) >= smallest.max(1)
}

/// Compares within strata that have at least `smallest` matters on each side. `None` where no stratum has.
#[must_use]
pub fn standardise(strata: &[Stratum], smallest: u64) -> Option<Standardised> {
    let compared: Vec<Stratum> = strata
        .iter()
        .copied()
        .filter(|stratum| is_compared(stratum, smallest))
        .collect();
    let whole: u64 = compared.iter().map(matters).sum();
    if whole == 0 {
        return None;
    }
    let (mut loud, mut quiet, mut below, mut above) = (0.0, 0.0, 0.0, 0.0);
    for stratum in &compared {
        let weight = matters(stratum) as f64 / whole as f64;
        let (p1, p2) = (share(stratum.loud), share(stratum.quiet));
        let (interval1, interval2) = (wilson(stratum.loud)?, wilson(stratum.quiet)?);
        loud += weight * p1;
        quiet += weight * p2;
        below += weight * weight * (squared(p1 - interval1.low) + squared(interval2.high - p2));
        above += weight * weight * (squared(interval1.high - p1) + squared(p2 - interval2.low));
    }
    let difference = loud - quiet;
    let total = |strata: &[Stratum], side: fn(&Stratum) -> Base| Base {
        numerator: strata.iter().map(|stratum| side(stratum).numerator).sum(),
        denominator: strata.iter().map(|stratum| side(stratum).denominator).sum(),
    };
    let (all_loud, all_quiet) = (
        total(strata, |one| one.loud),
        total(strata, |one| one.quiet),
    );
    Some(Standardised {
        loud,
        quiet,
        difference,
        interval: Interval {
            low: (difference - below.sqrt()).max(-1.0),
            high: (difference + above.sqrt()).min(1.0),
        },
        strata: Base {
            numerator: compared.len() as u64,
            denominator: strata.iter().filter(|stratum| matters(stratum) > 0).count() as u64,
        },
        loud_compared: Base {
            numerator: total(&compared, |one| one.loud).denominator,
            denominator: all_loud.denominator,
        },
        quiet_compared: Base {
            numerator: total(&compared, |one| one.quiet).denominator,
            denominator: all_quiet.denominator,
        },
        crude: of_shares(all_quiet, all_loud),
    })
}

fn squared(x: f64) -> f64 {
    x * x
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stratum(loud: (u64, u64), quiet: (u64, u64)) -> Stratum {
        let base = |(numerator, denominator)| Base {
            numerator,
            denominator,
        };
        Stratum {
            loud: base(loud),
            quiet: base(quiet),
        }
    }

    #[test]
    fn one_stratum_is_newcombes_interval() {
        let one = stratum((56, 70), (48, 80));
        let found = standardise(&[one], 5).unwrap();
        let newcombe = of_shares(one.quiet, one.loud).unwrap();
        assert!((found.interval.low - newcombe.interval.low).abs() < 1e-15);
        assert!((found.interval.high - newcombe.interval.high).abs() < 1e-15);
        assert_eq!(found.crude, Some(newcombe));
    }

    #[test]
    fn a_difference_that_the_mix_explains_is_gone() {
        // Potholes are quick, land disputes slow, and the loud bring disputes.
        let strata = [
            stratum((18, 20), (900, 1000)),
            stratum((100, 500), (10, 50)),
        ];
        let found = standardise(&strata, 5).unwrap();
        assert!(found.difference.abs() < 1e-12 && !found.is_apart_from_zero());
        let crude = found.crude.unwrap();
        assert!(crude.estimate < -0.5 && crude.is_apart_from_zero());
    }

    #[test]
    fn a_difference_within_each_kind_stays() {
        let strata = [
            stratum((95, 100), (800, 1000)),
            stratum((60, 100), (300, 1000)),
        ];
        let found = standardise(&strata, 5).unwrap();
        assert!((found.difference - 0.225).abs() < 1e-12 && found.is_apart_from_zero());
    }

    #[test]
    fn what_can_not_be_compared_is_counted() {
        let strata = [
            stratum((9, 10), (50, 100)),
            stratum((4, 4), (1, 70)),
            stratum((0, 0), (0, 0)),
        ];
        let found = standardise(&strata, 5).unwrap();
        assert_eq!((found.strata.numerator, found.strata.denominator), (1, 2));
        assert_eq!(
            (
                found.loud_compared.numerator,
                found.loud_compared.denominator
            ),
            (10, 14)
        );
        assert_eq!(
            (
                found.quiet_compared.numerator,
                found.quiet_compared.denominator
            ),
            (100, 170)
        );
        assert_eq!(standardise(&strata[1..], 5), None);
    }
}
