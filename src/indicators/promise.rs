//! Whether a promise was kept: the measured share's whole interval against the share that was promised.
#![expect(
    clippy::float_arithmetic,
    reason = "a level in parts per million becomes a fraction"
)]

use super::{Amount, Figure};

/// What can be said of a promise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The whole interval lies at or above the level.
    Kept,
    /// The whole interval lies below it.
    NotKept,
    /// The interval holds the level, or there is no share to judge.
    CannotTell,
    /// No level was promised, so none can be kept or missed.
    NoLevel,
}

impl Verdict {
    /// Its word in language files.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Kept => "kept",
            Self::NotKept => "not_kept",
            Self::CannotTell => "cannot_tell",
            Self::NoLevel => "no_level",
        }
    }
}

/// Judges a measured share against a level in parts per million.
#[must_use]
pub fn verdict(figure: Option<&Figure>, level: Option<u64>) -> Verdict {
    let Some(level) = level else {
        return Verdict::NoLevel;
    };
    let Some(Amount::Rate(base, interval)) = figure.map(|figure| figure.amount) else {
        return Verdict::CannotTell;
    };
    let promised = level as f64 / 1e6;
    // A promise to all cases is kept where none was missed; no interval reaches 100 %.
    if interval.low >= promised || (level == 1_000_000 && base.numerator == base.denominator) {
        Verdict::Kept
    } else if interval.high < promised {
        Verdict::NotKept
    } else {
        Verdict::CannotTell
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Base, Interval, Maturity, Unit};
    use super::*;

    fn measured(numerator: u64, low: f64, high: f64) -> Figure {
        let base = Base {
            numerator,
            denominator: 100,
        };
        Figure {
            indicator: "on_time_rate:response".into(),
            unit: Unit::Share,
            amount: Amount::Rate(base, Interval { low, high }),
            maturity: Maturity::Final,
            from_closing: false,
            is_revised: false,
        }
    }

    #[test]
    fn the_whole_interval_judges_and_not_the_point() {
        let ninety = Some(900_000);
        let judge = |figure: &Figure| verdict(Some(figure), ninety);
        assert_eq!(judge(&measured(95, 0.9, 0.98)), Verdict::Kept);
        assert_eq!(judge(&measured(95, 0.89, 0.98)), Verdict::CannotTell);
        assert_eq!(judge(&measured(85, 0.8, 0.9)), Verdict::CannotTell);
        assert_eq!(judge(&measured(80, 0.7, 0.89)), Verdict::NotKept);
        assert_eq!(verdict(None, ninety), Verdict::CannotTell);
        assert_eq!(
            verdict(Some(&measured(1, 0.0, 0.1)), None),
            Verdict::NoLevel
        );
    }

    #[test]
    fn a_promise_to_all_is_kept_where_none_was_missed() {
        let all = Some(1_000_000);
        assert_eq!(verdict(Some(&measured(100, 0.96, 1.0)), all), Verdict::Kept);
        assert_eq!(
            verdict(Some(&measured(99, 0.94, 0.998)), all),
            Verdict::NotKept
        );
    }
}
