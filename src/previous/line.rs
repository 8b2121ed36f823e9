//! One published figure as its line of `figures.csv` has it.

use crate::indicators::{Amount, Base, Figure, Interval, Maturity, Unit, wilson};

/// The status word of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// What changes later is a revision.
    Final,
    /// Its cohort was still being followed.
    Provisional,
    /// Its period was not wholly covered.
    Partial,
    /// Counts only.
    SmallBase,
    /// Withheld.
    Suppressed,
    /// No value.
    None,
}

impl Status {
    const ALL: [(Self, &'static str); 6] = [
        (Self::Final, "final"),
        (Self::Provisional, "provisional"),
        (Self::Partial, "partial"),
        (Self::SmallBase, "small_base"),
        (Self::Suppressed, "suppressed"),
        (Self::None, "none"),
    ];

    /// Its word.
    #[must_use]
    pub fn id(self) -> &'static str {
        let found = Self::ALL.iter().find(|(status, _)| *status == self);
        found.expect("the list is whole").1
    }

    /// The status of a word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        let found = Self::ALL.iter().find(|(_, id)| *id == word);
        found.map(|(status, _)| *status)
    }
}

/// What was printed of a figure. Shares follow from numerator and denominator, so no decimals are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    /// Its status.
    pub status: Status,
    /// What its value counts.
    pub unit: Unit,
    /// Its value where that is a whole number: cases, days, hours.
    pub whole: Option<u64>,
    /// The number of cases it counts.
    pub numerator: Option<u64>,
    /// The number of cases they are counted among.
    pub denominator: Option<u64>,
}

impl Line {
    /// The line as programs read it: value, numerator, denominator, status, unit.
    #[must_use]
    pub fn json(self) -> serde_json::Value {
        serde_json::json!({
            "value": self.whole,
            "numerator": self.numerator,
            "denominator": self.denominator,
            "status": self.status.id(),
            "unit": self.unit.id(),
        })
    }

    /// The line that a figure gets.
    #[must_use]
    pub fn of(figure: &Figure) -> Self {
        let (whole, base) = match figure.amount {
            Amount::Count(cases) => (Some(cases), None),
            Amount::Quantile(time, base) => (Some(time.into()), Some(base)),
            Amount::Rate(base, _) | Amount::Ratio(base) | Amount::SmallBase(base) => {
                (None, Some(base))
            }
            Amount::None(_, base) => (None, base),
            Amount::Suppressed => (None, None),
        };
        let counted = match figure.amount {
            Amount::Count(cases) => Some(cases),
            _ => None,
        };
        Self {
            status: Status::parse(figure.status()).expect("each status has its word"),
            unit: figure.unit,
            whole,
            numerator: base.map(|base| base.numerator).or(counted),
            denominator: base.map(|base| base.denominator),
        }
    }

    /// Numerator and denominator, where both were printed.
    #[must_use]
    pub fn base(&self) -> Option<Base> {
        Some(Base {
            numerator: self.numerator?,
            denominator: self.denominator?,
        })
    }

    /// The figure that the line was printed from; `None` where the line had no value.
    #[must_use]
    pub fn figure(&self, indicator: &str) -> Option<Figure> {
        let amount = match (self.status, self.unit) {
            (Status::Suppressed | Status::None, _) => return None,
            (Status::SmallBase, _) => Amount::SmallBase(self.base()?),
            (_, Unit::Cases) => Amount::Count(self.whole?),
            (_, Unit::Days | Unit::Hours) => match (self.whole?, self.base()) {
                (time, Some(base)) => Amount::Quantile(u32::try_from(time).ok()?, base),
                (time, None) => Amount::Count(time),
            },
            (_, Unit::Share) => {
                let base = self.base()?;
                let whole = Interval {
                    low: 0.0,
                    high: 1.0,
                };
                Amount::Rate(base, wilson(base).unwrap_or(whole))
            }
            (_, Unit::Transfers | Unit::Per1000) => Amount::Ratio(self.base()?),
        };
        Some(Figure {
            indicator: indicator.into(),
            unit: self.unit,
            amount,
            maturity: match self.status {
                Status::Partial => Maturity::Partial,
                Status::Provisional => Maturity::Provisional,
                _ => Maturity::Final,
            },
            from_closing: false,
            is_revised: false,
        })
    }
}

/// `101`, `6413 of 9926`, `12 days (9 of 11)`, with the status where that is not final.
impl std::fmt::Display for Line {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let base = self
            .base()
            .map(|base| format!("{} of {}", base.numerator, base.denominator));
        match (self.status, self.whole, base) {
            (Status::Suppressed, _, _) => return f.write_str("withheld"),
            (Status::None, _, _) => return f.write_str("no value"),
            (_, Some(whole), None) if self.unit == Unit::Cases => write!(f, "{whole}")?,
            (_, Some(whole), None) => write!(f, "{whole} {}", self.unit.id())?,
            (_, Some(whole), Some(base)) => write!(f, "{whole} {} ({base})", self.unit.id())?,
            (_, None, Some(base)) => f.write_str(&base)?,
            (_, None, None) => f.write_str("no value")?,
        }
        match self.status {
            Status::Final => Ok(()),
            status => write!(f, " [{}]", status.id()),
        }
    }
}
