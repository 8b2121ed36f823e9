//! Did it change? Takes the comparisons a page makes, all at once, and says of each: rose, fell, no clear change, or not compared.
//!
//! [`question`] turns two figures into a comparison or the reason why there is none; [`judge`] decides a whole page's together,
//! so that a page with forty comparisons and no true change says "changed" on one page in twenty, not on nine in ten
//! (Benjamini & Hochberg 1995). The differences are those of [`super::difference`]. What it says in words is left to `report`.

use super::difference::{Difference, Exposure, of_counts, of_shares};
use super::discovery::{FALSE_DISCOVERY_RATE, q_values};
use super::figure::{Amount, Base, Figure, Maturity, Unit};

/// Counts under this are not compared in per cent: two becoming four is not a trend.
pub const SMALLEST_EARLIER_COUNT: u64 = 20;

/// Why two figures are not compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Obstacle {
    /// One of them has no value.
    NoValue,
    /// One of them is withheld.
    Suppressed,
    /// One of them stands on too few cases for a rate.
    SmallBase,
    /// What is counted changed between them.
    SeriesBreak,
    /// One of the periods is not wholly covered.
    Partial,
    /// One of them is still being followed, and the other was followed longer.
    Provisional,
    /// The earlier count is under [`SMALLEST_EARLIER_COUNT`].
    SmallEarlierCount,
    /// No test is made of this kind of figure (quantiles, means, rates of a population), or the two are not of one kind.
    NoTest,
}

impl Obstacle {
    /// Its word in language files and JSON.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::NoValue => "no_value",
            Self::Suppressed => "suppressed",
            Self::SmallBase => "small_base",
            Self::SeriesBreak => "series_break",
            Self::Partial => "partial",
            Self::Provisional => "provisional",
            Self::SmallEarlierCount => "small_earlier_count",
            Self::NoTest => "no_test",
        }
    }
}

/// One comparison a page makes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Question {
    /// Two shares.
    Shares {
        /// The one before.
        earlier: Base,
        /// The one after.
        later: Base,
    },
    /// Two counts with the days they were collected in.
    Counts {
        /// The one before.
        earlier: Exposure,
        /// The one after.
        later: Exposure,
    },
    /// None, for a reason.
    Unasked(Obstacle),
}

/// What lies between two periods, as far as comparing them goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Setting {
    /// Days of the earlier and of the later period.
    pub days: (u32, u32),
    /// Whether a series break lies after the earlier period's first day, up to the later period's last.
    pub has_series_break: bool,
}

/// What became of a comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// The later figure is higher by more than chance explains.
    Rose,
    /// The later figure is lower by more than chance explains.
    Fell,
    /// Chance alone explains the difference.
    NoClearChange,
    /// There was nothing to compare.
    NotCompared(Obstacle),
}

/// A comparison with its answer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Change {
    /// What was compared.
    pub question: Question,
    /// How far apart they lie, with interval and p; `None` where they are not compared.
    pub difference: Option<Difference>,
    /// The q value within the page; `None` where they are not compared.
    pub q: Option<f64>,
    /// The answer.
    pub verdict: Verdict,
}

/// Decides all comparisons of one page together, in their order.
///
/// A figure rose or fell where its q is at most 0.05 and its interval leaves 0 out: both, so that a page never says "rose by 3.1
/// points (−0.2 to 6.4)".
#[must_use]
pub fn judge(page: &[Question]) -> Vec<Change> {
    let differences: Vec<Result<Difference, Obstacle>> = page.iter().map(answer).collect();
    let p: Vec<f64> = differences
        .iter()
        .filter_map(|difference| difference.as_ref().ok().map(|found| found.p))
        .collect();
    let mut q = q_values(&p).into_iter();
    page.iter()
        .zip(differences)
        .map(|(&question, difference)| match difference {
            Err(obstacle) => Change {
                question,
                difference: None,
                q: None,
                verdict: Verdict::NotCompared(obstacle),
            },
            Ok(difference) => {
                let q = q.next();
                let is_found = q.is_some_and(|q| q <= FALSE_DISCOVERY_RATE);
                Change {
                    question,
                    difference: Some(difference),
                    q,
                    verdict: if !is_found || !difference.is_apart_from_zero() {
                        Verdict::NoClearChange
                    } else if difference.estimate > 0.0 {
                        Verdict::Rose
                    } else {
                        Verdict::Fell
                    },
                }
            }
        })
        .collect()
}

/// The comparison of one indicator's figures of two periods, or why there is none.
#[must_use]
pub fn question(earlier: &Figure, later: &Figure, setting: Setting) -> Question {
    if let Some(obstacle) = obstacle(earlier, later, setting) {
        return Question::Unasked(obstacle);
    }
    match (earlier.amount, later.amount) {
        (Amount::Rate(earlier, _), Amount::Rate(later, _)) => Question::Shares { earlier, later },
        (Amount::Count(_), Amount::Count(_)) if earlier.unit != Unit::Cases => {
            Question::Unasked(Obstacle::NoTest)
        }
        (Amount::Count(count), Amount::Count(_)) if count < SMALLEST_EARLIER_COUNT => {
            Question::Unasked(Obstacle::SmallEarlierCount)
        }
        (Amount::Count(before), Amount::Count(after)) => Question::Counts {
            earlier: Exposure {
                count: before,
                days: setting.days.0,
            },
            later: Exposure {
                count: after,
                days: setting.days.1,
            },
        },
        _ => Question::Unasked(Obstacle::NoTest),
    }
}

/// Whether an indicator's provisional figure may stand beside another period's: what is received no longer grows once a period is
/// over, due cohorts are complete by then, and "within k days" looks at every cohort for the same k days.
#[must_use]
pub fn is_like_with_like(indicator: &str) -> bool {
    let name = indicator.split(':').next().unwrap_or(indicator);
    name == "received"
        || name == "on_time_rate"
        || (name.starts_with("within_") && name.ends_with("_days"))
}

fn obstacle(earlier: &Figure, later: &Figure, setting: Setting) -> Option<Obstacle> {
    let either = |is: fn(&Figure) -> bool| is(earlier) || is(later);
    if either(|figure| matches!(figure.amount, Amount::None(..))) {
        Some(Obstacle::NoValue)
    } else if either(|figure| matches!(figure.amount, Amount::Suppressed)) {
        Some(Obstacle::Suppressed)
    } else if either(|figure| matches!(figure.amount, Amount::SmallBase(_))) {
        Some(Obstacle::SmallBase)
    } else if setting.has_series_break {
        Some(Obstacle::SeriesBreak)
    } else if either(|figure| figure.maturity == Maturity::Partial) {
        Some(Obstacle::Partial)
    } else if either(|figure| figure.maturity == Maturity::Provisional)
        && !is_like_with_like(&earlier.indicator)
    {
        Some(Obstacle::Provisional)
    } else if earlier.unit != later.unit {
        Some(Obstacle::NoTest)
    } else {
        None
    }
}

fn answer(question: &Question) -> Result<Difference, Obstacle> {
    match *question {
        Question::Shares { earlier, later } => of_shares(earlier, later).ok_or(Obstacle::NoValue),
        Question::Counts { earlier, later } => of_counts(earlier, later).ok_or(Obstacle::NoValue),
        Question::Unasked(obstacle) => Err(obstacle),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::indicators::figure::Reason;
    use crate::indicators::interval::wilson;

    const QUIET: Setting = Setting {
        days: (365, 365),
        has_series_break: false,
    };

    fn shares(k1: u64, n1: u64, k2: u64, n2: u64) -> Question {
        Question::Shares {
            earlier: Base {
                numerator: k1,
                denominator: n1,
            },
            later: Base {
                numerator: k2,
                denominator: n2,
            },
        }
    }

    fn figure(indicator: &str, amount: Amount, maturity: Maturity) -> Figure {
        Figure {
            indicator: indicator.into(),
            unit: if matches!(amount, Amount::Count(_)) {
                Unit::Cases
            } else {
                Unit::Share
            },
            amount,
            maturity,
            from_closing: false,
            is_revised: false,
        }
    }

    fn rate(numerator: u64, denominator: u64) -> Amount {
        let base = Base {
            numerator,
            denominator,
        };
        Amount::Rate(base, wilson(base).unwrap())
    }

    #[test]
    fn a_lone_difference_is_told_and_is_lost_among_many() {
        let found = shares(60, 100, 75, 100);
        assert_eq!(judge(&[found])[0].verdict, Verdict::Rose);
        let mut page = vec![shares(50, 100, 50, 100); 19];
        page.push(found);
        assert_eq!(judge(&page)[19].verdict, Verdict::NoClearChange);
        assert_eq!(judge(&[shares(75, 100, 60, 100)])[0].verdict, Verdict::Fell);
    }

    #[test]
    fn what_is_not_compared_does_not_weigh_on_the_rest() {
        let mut page = vec![Question::Unasked(Obstacle::Partial); 50];
        page.push(shares(60, 100, 75, 100));
        let changes = judge(&page);
        assert_eq!(changes[0].verdict, Verdict::NotCompared(Obstacle::Partial));
        assert_eq!(changes[50].verdict, Verdict::Rose);
        assert_eq!(changes[50].q, changes[50].difference.map(|found| found.p));
    }

    #[test]
    fn no_cases_is_no_value() {
        assert_eq!(
            judge(&[shares(0, 0, 3, 5)])[0].verdict,
            Verdict::NotCompared(Obstacle::NoValue)
        );
    }

    #[test]
    fn each_obstacle_stops_its_comparison() {
        let good = figure("answer_rate", rate(60, 100), Maturity::Final);
        let ask = |later: Amount, maturity| {
            question(&good, &figure("answer_rate", later, maturity), QUIET)
        };
        let unasked = Question::Unasked;
        assert_eq!(
            ask(Amount::None(Reason::NoCases, None), Maturity::Final),
            unasked(Obstacle::NoValue)
        );
        assert_eq!(
            ask(Amount::Suppressed, Maturity::Final),
            unasked(Obstacle::Suppressed)
        );
        let small = Amount::SmallBase(Base {
            numerator: 1,
            denominator: 4,
        });
        assert_eq!(ask(small, Maturity::Final), unasked(Obstacle::SmallBase));
        assert_eq!(
            ask(rate(6, 10), Maturity::Partial),
            unasked(Obstacle::Partial)
        );
        assert_eq!(
            ask(rate(6, 10), Maturity::Provisional),
            unasked(Obstacle::Provisional)
        );
        assert_eq!(ask(rate(6, 10), Maturity::Final), shares(60, 100, 6, 10));
        let broken = Setting {
            has_series_break: true,
            ..QUIET
        };
        assert_eq!(
            question(&good, &good, broken),
            unasked(Obstacle::SeriesBreak)
        );
        let median = figure(
            "median_days:response",
            Amount::Quantile(
                3,
                Base {
                    numerator: 9,
                    denominator: 10,
                },
            ),
            Maturity::Final,
        );
        assert_eq!(question(&median, &median, QUIET), unasked(Obstacle::NoTest));
    }

    #[test]
    fn provisional_figures_are_compared_like_with_like_only() {
        for (indicator, is_asked) in [
            ("received", true),
            ("on_time_rate:response", true),
            ("within_5_days:response", true),
            ("answer_rate", false),
            ("closed_rate", false),
            ("due_on_time:response", false),
        ] {
            let earlier = figure(indicator, rate(60, 100), Maturity::Final);
            let later = figure(indicator, rate(60, 100), Maturity::Provisional);
            let asked = matches!(question(&earlier, &later, QUIET), Question::Shares { .. });
            assert_eq!(asked, is_asked, "{indicator}");
        }
    }

    #[test]
    fn counts_under_twenty_are_not_compared() {
        let count = |count| figure("received", Amount::Count(count), Maturity::Final);
        assert_eq!(
            question(&count(19), &count(60), QUIET),
            Question::Unasked(Obstacle::SmallEarlierCount)
        );
        let asked = question(&count(20), &count(60), QUIET);
        assert_eq!(judge(&[asked])[0].verdict, Verdict::Rose);
    }
}
