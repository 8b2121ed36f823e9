//! Units side by side without a league table: which lie further from the common rate than chance, and ordinary variation, explain.
//!
//! [`place`] takes the shares of the units of one peer group and gives a [`Funnel`]: the target (their pooled share), limits for
//! any number of cases, and each unit's tier. Method: Spiegelhalter, "Funnel plots for comparing institutional performance",
//! Statistics in Medicine 24 (2005) 1185–1202, and Spiegelhalter et al., "Statistical methods for healthcare regulation",
//! J. R. Statist. Soc. A 175 (2012) 1–47.
//!
//! - Without over-dispersion the limits are exact binomial prediction limits around the target, interpolated between whole numbers
//!   of cases (2005, appendix A.1.1), and a unit's p value is twice the smaller binomial tail.
//! - Over-dispersion is tested on the squared z scores after 10 % of them are winsorised at each end: their mean, divided by what
//!   winsorising leaves of a normal variance (0.68), is φ, and I·φ is compared with chi-square on I degrees of freedom. The papers
//!   leave the division out; without it τ comes out a fifth too small, and a third of simulated groups whose units differ in the
//!   ordinary, normal way had a unit placed outside.
//! - Where it is found, the additive model is used (2012, section 3.3): units truly differ by a standard deviation τ, so that
//!   limits are target ± z·√(target(1 − target)/n + τ²). The multiplicative model, √φ times as wide everywhere, would let the
//!   limits of a unit with 500,000 cases close up as if large offices did not differ, and flag every one of them.
//! - Tiers follow the false-discovery line (Benjamini & Hochberg 1995) over the group: at most 5 % of the units placed outside are
//!   expected to be there by chance. The 95 % and 99.9 % limits are drawn for the eye.

#![expect(
    clippy::float_arithmetic,
    reason = "indicators is the room that divides"
)]

use std::collections::BTreeMap;
use std::f64::consts::PI;

use super::difference::share;
use super::discovery::{FALSE_DISCOVERY_RATE, q_values, threshold};
use super::distribution::{
    binomial_at, binomial_at_least, binomial_at_most, chi_square_above, normal_point,
    normal_two_sided,
};
use super::figure::{Base, Interval};

/// The p value of the inner pair of limits, 95 %.
pub const ALERT: f64 = 0.05;

/// The p value of the outer pair of limits, 99.9 %.
pub const ALARM: f64 = 0.001;

/// A group of fewer units is not compared: too much of its target would be each unit itself.
pub const FEWEST_UNITS: usize = 5;

/// The p value under which units are held to differ beyond chance.
const OVER_DISPERSED: f64 = 0.05;

/// The share of z scores pulled in at each end before over-dispersion is measured, so that true outliers don't hide themselves.
const WINSORISED: usize = 10;

/// Which direction is good for the public.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Good {
    /// On-time, answered, resolved, satisfied.
    High,
    /// Reopened, passed on.
    Low,
}

/// Where a unit stands. There is no rank.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tier {
    /// Outside the false-discovery line, on the good side.
    Better,
    /// Inside: its difference from the target is of the size that chance and ordinary variation make.
    Within,
    /// Outside the line, on the bad side.
    Worse,
    /// It has no case, so there is nothing to place.
    Unplaced,
}

impl Tier {
    /// Its word in language files and JSON.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Better => "better",
            Self::Within => "within",
            Self::Worse => "worse",
            Self::Unplaced => "unplaced",
        }
    }
}

/// One unit on the funnel.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Placed {
    /// Its share.
    pub base: Base,
    /// Standard deviations from the target, τ included where it is; 0 without cases.
    pub z: f64,
    /// Two-sided p value of "it differs from the target by chance alone"; 1 without cases.
    pub p: f64,
    /// q value within the group; 1 without cases.
    pub q: f64,
    /// Its tier.
    pub tier: Tier,
}

/// How much the units differ beyond chance.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Dispersion {
    /// Mean of the winsorised squared z scores, over what winsorising leaves: 1 where chance alone is at work.
    pub phi: f64,
    /// P(chi-square on I degrees ≥ I·φ).
    pub p: f64,
    /// Standard deviation of the units' true shares, a fraction of 1; 0 where no over-dispersion is found.
    pub tau: f64,
}

/// A group of units around their common share.
#[derive(Debug, Clone, PartialEq)]
pub struct Funnel {
    /// The pooled share of the group.
    pub target: f64,
    /// Variation beyond chance.
    pub dispersion: Dispersion,
    /// The p value of the false-discovery line: `limits(n, line)` draws it.
    pub line: f64,
    /// The units, in the order they were given.
    pub units: Vec<Placed>,
}

impl Funnel {
    /// The prediction limits for a unit of `n` cases at a two-sided p value: [`ALERT`], [`ALARM`], or the funnel's own line.
    #[must_use]
    pub fn limits(&self, n: u64, p: f64) -> Interval {
        if n == 0 {
            return Interval {
                low: 0.0,
                high: 1.0,
            };
        }
        if self.dispersion.tau > 0.0 {
            let half = normal_point(p) * self.deviation(n);
            return Interval {
                low: (self.target - half).max(0.0),
                high: (self.target + half).min(1.0),
            };
        }
        Interval {
            low: exact_limit(n, self.target, p / 2.0),
            high: 1.0 - exact_limit(n, 1.0 - self.target, p / 2.0),
        }
    }

    /// Standard deviation of the share of a unit of `n` cases around the target.
    fn deviation(&self, n: u64) -> f64 {
        (self.target * (1.0 - self.target) / n as f64 + self.dispersion.tau * self.dispersion.tau)
            .sqrt()
    }
}

/// Places the units of one peer group. `None` with fewer than [`FEWEST_UNITS`] units that have cases, or where none or all of
/// their cases are counted.
#[must_use]
pub fn place(units: &[Base], good: Good) -> Option<Funnel> {
    let placeable: Vec<Base> = units
        .iter()
        .copied()
        .filter(|base| base.denominator > 0)
        .collect();
    let whole = Base {
        numerator: placeable.iter().map(|base| base.numerator).sum(),
        denominator: placeable.iter().map(|base| base.denominator).sum(),
    };
    if placeable.len() < FEWEST_UNITS
        || whole.numerator == 0
        || whole.numerator >= whole.denominator
    {
        return None;
    }
    let target = share(whole);
    let mut funnel = Funnel {
        target,
        dispersion: dispersion(&placeable, target),
        line: 0.0,
        units: Vec::new(),
    };
    let p: Vec<f64> = placeable
        .iter()
        .map(|&base| p_value(&funnel, base))
        .collect();
    funnel.line = threshold(&p, FALSE_DISCOVERY_RATE);
    let mut tests = p.iter().copied().zip(q_values(&p));
    funnel.units = units
        .iter()
        .map(|&base| {
            let (p, q) = if base.denominator > 0 {
                tests.next().unwrap_or((1.0, 1.0))
            } else {
                (1.0, 1.0)
            };
            place_unit(&funnel, base, p, q, good)
        })
        .collect();
    Some(funnel)
}

/// Places units within their peer groups: for each group the positions of its units in `units`, and their funnel where there is one.
#[must_use]
pub fn place_among_peers<G: Ord + Clone>(
    units: &[(G, Base)],
    good: Good,
) -> BTreeMap<G, (Vec<usize>, Option<Funnel>)> {
    let mut groups: BTreeMap<G, Vec<usize>> = BTreeMap::new();
    for (at, (group, _)) in units.iter().enumerate() {
        groups.entry(group.clone()).or_default().push(at);
    }
    groups
        .into_iter()
        .map(|(group, members)| {
            let bases: Vec<Base> = members.iter().map(|&at| units[at].1).collect();
            let funnel = place(&bases, good);
            (group, (members, funnel))
        })
        .collect()
}

fn place_unit(funnel: &Funnel, base: Base, p: f64, q: f64, good: Good) -> Placed {
    if base.denominator == 0 {
        return Placed {
            base,
            z: 0.0,
            p,
            q,
            tier: Tier::Unplaced,
        };
    }
    let z = (share(base) - funnel.target) / funnel.deviation(base.denominator);
    let tier = match (q <= FALSE_DISCOVERY_RATE, (z > 0.0) == (good == Good::High)) {
        (false, _) => Tier::Within,
        (true, true) => Tier::Better,
        (true, false) => Tier::Worse,
    };
    Placed {
        base,
        z,
        p,
        q,
        tier,
    }
}

fn p_value(funnel: &Funnel, base: Base) -> f64 {
    let (k, n) = (base.numerator, base.denominator);
    if funnel.dispersion.tau > 0.0 {
        return normal_two_sided((share(base) - funnel.target) / funnel.deviation(n));
    }
    let tail = binomial_at_most(k, n, funnel.target).min(binomial_at_least(k, n, funnel.target));
    (2.0 * tail).min(1.0)
}

/// φ of the winsorised z scores, its test, and τ by the method of moments (`DerSimonian` & Laird 1986) where the test finds it.
fn dispersion(units: &[Base], target: f64) -> Dispersion {
    let variance = |base: &Base| target * (1.0 - target) / base.denominator as f64;
    let mut z: Vec<f64> = units
        .iter()
        .map(|base| (share(*base) - target) / variance(base).sqrt())
        .collect();
    z.sort_by(f64::total_cmp);
    let pulled = z.len() / WINSORISED;
    let (low, high) = (z[pulled], z[z.len() - 1 - pulled]);
    let pulled_in: f64 = z.iter().map(|z| z.clamp(low, high)).map(|z| z * z).sum();
    let squares = pulled_in / left_of_variance(pulled as f64 / z.len() as f64);
    let count = units.len() as f64;
    let p = chi_square_above(squares, units.len() as u64);
    let weights: f64 = units.iter().map(|base| 1.0 / variance(base)).sum();
    let squared_weights: f64 = units
        .iter()
        .map(|base| 1.0 / variance(base))
        .map(|w| w * w)
        .sum();
    let excess = squares - (count - 1.0);
    let tau = if p < OVER_DISPERSED && excess > 0.0 {
        (excess / (weights - squared_weights / weights)).sqrt()
    } else {
        0.0
    };
    Dispersion {
        phi: squares / count,
        p,
        tau,
    }
}

/// What is left of a standard normal variable's variance when the `end` share at each end is pulled in.
fn left_of_variance(end: f64) -> f64 {
    if end <= 0.0 {
        return 1.0;
    }
    let z = normal_point(2.0 * end);
    let density = libm::exp(-z * z / 2.0) / (2.0 * PI).sqrt();
    1.0 - 2.0 * end - 2.0 * z * density + 2.0 * end * z * z
}

/// The lower exact prediction limit, as a share: with r the least number of cases with P(X ≤ r) > p, it is (r − α)/n, where
/// α = (P(X ≤ r) − p) / P(X = r) makes it move smoothly with n. At least 0.
fn exact_limit(n: u64, target: f64, p: f64) -> f64 {
    let (mut low, mut high) = (0, n);
    while low < high {
        let middle = low.midpoint(high);
        if binomial_at_most(middle, n, target) > p {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    let excess = (binomial_at_most(low, n, target) - p) / binomial_at(low, n, target);
    ((low as f64 - excess) / n as f64).max(0.0)
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

    #[test]
    fn limits_narrow_with_cases_and_hold_the_target() {
        let units: Vec<Base> = (1..=9).map(|i| base(8 * i * 10, 100 * i)).collect();
        let funnel = place(&units, Good::High).unwrap();
        assert!(funnel.dispersion.tau == 0.0 && (funnel.target - 0.8).abs() < 1e-15);
        let mut before = Interval {
            low: 0.0,
            high: 1.0,
        };
        for n in [5, 20, 80, 500, 4_000, 100_000] {
            let alert = funnel.limits(n, ALERT);
            let alarm = funnel.limits(n, ALARM);
            assert!(
                alarm.low <= alert.low
                    && alert.low < 0.8
                    && alert.high > 0.8
                    && alarm.high >= alert.high
            );
            assert!(alarm.low >= before.low && alarm.high <= before.high, "{n}");
            before = alarm;
        }
        assert!(funnel.units.iter().all(|unit| unit.tier == Tier::Within));
    }

    #[test]
    fn a_lone_outlier_is_found_on_its_own_side() {
        let mut units = vec![
            base(800, 1000),
            base(790, 1000),
            base(810, 1000),
            base(805, 1000),
            base(795, 1000),
        ];
        units.extend([
            base(801, 1000),
            base(799, 1000),
            base(803, 1000),
            base(797, 1000),
            base(700, 1000),
        ]);
        let funnel = place(&units, Good::High).unwrap();
        let outside = |tier| funnel.units.iter().filter(|unit| unit.tier == tier).count();
        assert_eq!((outside(Tier::Worse), outside(Tier::Better)), (1, 0));
        assert_eq!(funnel.units[9].tier, Tier::Worse);
        assert_eq!(
            place(&units, Good::Low).unwrap().units[9].tier,
            Tier::Better
        );
        // The line lies between the last unit inside and the first outside.
        assert!(share(units[9]) < funnel.limits(1000, funnel.line).low);
        assert!(share(units[1]) > funnel.limits(1000, funnel.line).low);
    }

    #[test]
    fn units_that_all_differ_are_not_all_outliers() {
        let units: Vec<Base> = (0..20).map(|i| base(60_000 + 1_500 * i, 100_000)).collect();
        let funnel = place(&units, Good::High).unwrap();
        assert!(funnel.dispersion.phi > 100.0 && funnel.dispersion.tau > 0.05);
        assert!(funnel.units.iter().all(|unit| unit.tier == Tier::Within));
        // Even the largest unit has room: what differs is the units, not the draw.
        let wide = funnel.limits(100_000_000, ALERT);
        assert!(wide.high - wide.low > 0.2);
    }

    #[test]
    fn one_case_is_not_evidence() {
        let mut units = vec![base(900, 1000); 8];
        units.push(base(0, 1));
        units.push(base(0, 0));
        let funnel = place(&units, Good::High).unwrap();
        assert_eq!(funnel.units[8].tier, Tier::Within);
        assert_eq!(funnel.units[9].tier, Tier::Unplaced);
    }

    #[test]
    fn too_few_units_or_one_outcome_make_no_funnel() {
        assert_eq!(place(&[base(3, 10); 4], Good::High), None);
        assert_eq!(place(&[base(10, 10); 8], Good::High), None);
        assert_eq!(place(&[base(0, 10); 8], Good::High), None);
    }

    #[test]
    fn peers_are_placed_among_themselves() {
        let mut units = Vec::new();
        for i in 0..6 {
            units.push(("town", base(90 + i % 2, 100)));
            units.push(("city", base(50 + i % 2, 100)));
        }
        let groups = place_among_peers(&units, Good::High);
        assert_eq!(groups["town"].0, [0, 2, 4, 6, 8, 10]);
        for (_, funnel) in groups.values() {
            let funnel = funnel.as_ref().unwrap();
            assert!(funnel.units.iter().all(|unit| unit.tier == Tier::Within));
        }
        let alone: Vec<Base> = units.iter().map(|unit| unit.1).collect();
        assert!(place(&alone, Good::High).unwrap().dispersion.phi > 10.0);
    }
}
