//! Scales and ticks: from values to places, with grid lines at round numbers.

use crate::text::Words;

/// A linear scale with its grid lines.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Linear {
    /// The value at its start.
    pub(super) low: f64,
    /// The value at its end.
    pub(super) high: f64,
    /// The values of its three grid lines, in hundredths of the unit, so that they stay exact.
    pub(super) ticks: [i64; 3],
}

impl Linear {
    /// A scale for shares: three lines at round per cents around the values, within 0 and 1.
    pub(super) fn shares(values: impl Iterator<Item = f64>) -> Self {
        let (low, high) = extent(values);
        let (low, high) = (low.clamp(0.0, 1.0), high.clamp(0.0, 1.0));
        for step in [2, 5, 10, 20, 25_i64] {
            let start = floor_to(low, step).min(100 - 2 * step).max(0);
            if hundredths(start + 2 * step) >= high - 1e-9 {
                return Self::of(start, step);
            }
        }
        Self::of(0, 50)
    }

    /// A scale for days or other plain numbers: from zero, three lines at 1, 2 or 5 times a power of ten.
    pub(super) fn from_zero(values: impl Iterator<Item = f64>) -> Self {
        let (_, high) = extent(values);
        let mut power: i64 = 100;
        loop {
            for step in [power, 2 * power, 5 * power] {
                if hundredths(2 * step) >= high || power > 1_000_000_000_000_000 {
                    return Self::of(0, step);
                }
            }
            power *= 10;
        }
    }

    fn of(start: i64, step: i64) -> Self {
        let ticks = [start, start + step, start + 2 * step];
        Self {
            low: hundredths(ticks[0]),
            high: hundredths(ticks[2]),
            ticks,
        }
    }

    /// A value's part of the way from start to end, 0 to 1; values beyond the ends stay there.
    pub(super) fn part(&self, value: f64) -> f64 {
        ((value - self.low) / (self.high - self.low)).clamp(0.0, 1.0)
    }

    /// What is said of a scale of shares that does not run from 0 to 100 %; else nothing.
    pub(super) fn note(&self, words: &Words) -> String {
        let [low, _, high] = self.ticks;
        if (low, high) == (0, 100) {
            return String::new();
        }
        let [low, high] = [low, high].map(|tick| Self::label(tick, true));
        words.say("layout.scale", &[("low", &low), ("high", &high)])
    }

    /// A tick as it is written: in per cent, or as a plain number.
    pub(super) fn label(tick: i64, is_share: bool) -> String {
        if is_share {
            format!("{tick}%")
        } else {
            grouped(tick / 100)
        }
    }
}

/// A tick's value.
pub(super) fn hundredths(tick: i64) -> f64 {
    tick as f64 / 100.0
}

/// The widest of the values; 0 to 1 where there is none.
fn extent(values: impl Iterator<Item = f64>) -> (f64, f64) {
    values
        .filter(|value| value.is_finite())
        .fold(None, |ends: Option<(f64, f64)>, value| match ends {
            None => Some((value, value)),
            Some((low, high)) => Some((low.min(value), high.max(value))),
        })
        .unwrap_or((0.0, 1.0))
}

/// The greatest multiple of a step, in hundredths, that is not above a share.
fn floor_to(share: f64, step: i64) -> i64 {
    let mut at = 0;
    while hundredths(at + step) <= share + 1e-9 && at + step < 100 {
        at += step;
    }
    at
}

fn grouped(number: i64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// Equal bands across the drawing, in per cent.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Bands {
    /// Where the first begins.
    pub(super) start: f64,
    /// How wide each is.
    pub(super) width: f64,
}

impl Bands {
    /// So many bands from a place to the right edge; few of them don't spread over all of it.
    pub(super) fn new(start: f64, count: usize, at_least: usize) -> Self {
        Self {
            start,
            width: (100.0 - start) / count.max(at_least).max(1) as f64,
        }
    }

    /// Where a band begins.
    pub(super) fn edge(&self, index: usize) -> f64 {
        self.width.mul_add(index as f64, self.start)
    }

    /// The middle of a band.
    pub(super) fn middle(&self, index: usize) -> f64 {
        self.edge(index) + self.width / 2.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_get_three_round_lines_around_them() {
        let scale = Linear::shares([0.457, 0.749].into_iter());
        assert_eq!(scale.ticks, [40, 60, 80]);
        assert_eq!(Linear::shares([0.97, 1.0].into_iter()).ticks, [96, 98, 100]);
        assert_eq!(Linear::shares([0.0, 1.0].into_iter()).ticks, [0, 50, 100]);
        assert_eq!(Linear::shares([0.0, 0.0].into_iter()).ticks, [0, 2, 4]);
        assert_eq!(Linear::shares([1.0].into_iter()).ticks, [96, 98, 100]);
        assert_eq!(Linear::shares(std::iter::empty()).ticks, [0, 50, 100]);
    }

    #[test]
    fn days_start_at_zero() {
        assert_eq!(
            Linear::from_zero([5.0, 43.0].into_iter()).ticks,
            [0, 5_000, 10_000]
        );
        assert_eq!(Linear::from_zero([0.0].into_iter()).ticks, [0, 100, 200]);
        assert_eq!(Linear::label(1_500_000, false), "15,000");
    }

    #[test]
    fn a_value_beyond_the_scale_stays_at_its_end() {
        let scale = Linear::shares([0.45, 0.75].into_iter());
        assert!((scale.part(2.0) - 1.0).abs() < 1e-9);
        assert!(scale.part(-1.0).abs() < 1e-9);
    }
}
