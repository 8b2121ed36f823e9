//! `loudness.csv`: the counts behind the page that asks whether the loud are heard, and what they come to.
//!
//! For each data set the quarters together, then each quarter. `matter` is a member of the dimension that says what cases are about,
//! [`OTHERS`] for those put together because they are few, empty for all. `brought` is how they were brought: `quiet`, `loud` (all
//! others), or a class of them (several joined by `+`), and `difference` for loud less quiet. `standardised_…` rows are made from the
//! rows by matter of their quarters and from nothing else.

use std::fmt::Write as _;

use super::Set;
use super::cell::Cells;
use crate::indicators::loudness::{Heard, Standardised};
use crate::indicators::{Amount, Base, Figure, Interval, Kind, Maturity, Side, Unit, wilson};
use crate::text::csv_text;

/// The columns of `loudness.csv`.
pub(super) const LOUDNESS: [&str; 11] = [
    "dataset",
    "period_kind",
    "period",
    "matter",
    "brought",
    "indicator",
    "value",
    "numerator",
    "denominator",
    "low",
    "high",
];

/// The kind of period of all quarters together.
pub(super) const QUARTERS: &str = "quarters";

/// What stands in `matter` for kinds put together.
const OTHERS: &str = "(others)";

/// The lines of one data set.
pub(super) fn lines(set: &Set<'_>, heard: &Heard) -> Vec<String> {
    let Some((first, last)) = heard.quarters.first().zip(heard.quarters.last()) else {
        return Vec::new();
    };
    let clock = set.clocks.get(heard.clock).copied().unwrap_or_default();
    let mut lines = Lines {
        start: String::new(),
        share: format!("within_{}_days:{clock}", heard.days),
        median: format!("median_days:{clock}"),
        min_base: set.min_base,
        lines: Vec::new(),
    };
    let whole = format!("{}--{}", first.period.id(), last.period.id());
    lines.begin(set.id, QUARTERS, &whole);
    for (ways, side) in &heard.ways {
        let ids: Vec<&str> = ways
            .iter()
            .map(|way| match way.id() {
                "none" => "quiet",
                id => id,
            })
            .collect();
        lines.side("", &ids.join("+"), side, true);
    }
    lines.side("", "loud", &heard.loud(), true);
    if let Some(standardised) = &heard.whole {
        lines.standardised(standardised);
        for (brought, median) in [("loud", heard.medians.0), ("quiet", heard.medians.1)] {
            let value = median.map_or_else(String::new, |day| day.to_string());
            let name = format!("standardised_{}", lines.median);
            lines.line("", brought, &name, &[value, String::new(), String::new()]);
        }
    }
    for quarter in &heard.quarters {
        lines.begin(set.id, quarter.period.kind.id(), &quarter.period.id());
        if heard.matter.is_some() {
            for kind in &quarter.kinds {
                let matter = matter(kind);
                lines.side(matter, "quiet", &kind.quiet, false);
                lines.side(matter, "loud", &kind.loud, false);
            }
        }
        lines.side("", "quiet", &quarter.quiet(), false);
        lines.side("", "loud", &quarter.loud(), false);
        if let Some(standardised) = &quarter.standardised {
            lines.standardised(standardised);
        }
    }
    lines.lines
}

fn matter(kind: &Kind) -> &str {
    match kind.names.as_slice() {
        [name] => name,
        _ => OTHERS,
    }
}

/// Lines as they are written.
struct Lines {
    start: String,
    share: String,
    median: String,
    /// No rate or median on a smaller base.
    min_base: u64,
    lines: Vec<String>,
}

impl Lines {
    /// Data set and period of the lines that follow.
    fn begin(&mut self, dataset: &str, kind: &str, period: &str) {
        self.start.clear();
        csv_text(&mut self.start, dataset);
        let _ = write!(self.start, ",{kind},{period},");
    }

    fn line(&mut self, matter: &str, brought: &str, indicator: &str, cells: &[String]) {
        let mut line = self.start.clone();
        csv_text(&mut line, matter);
        let _ = write!(line, ",{brought},{indicator}");
        for at in 0..5 {
            line.push(',');
            line.push_str(cells.get(at).map_or("", String::as_str));
        }
        line.push('\n');
        self.lines.push(line);
    }

    fn side(&mut self, matter: &str, brought: &str, side: &Side, has_median: bool) {
        let is_enough = side.base.denominator >= self.min_base;
        let share = wilson(side.base)
            .filter(|_| is_enough)
            .map_or(Amount::SmallBase(side.base), |interval| {
                Amount::Rate(side.base, interval)
            });
        let name = self.share.clone();
        self.amount((matter, brought, &name), share, Unit::Share);
        if has_median {
            let base = Base {
                numerator: side.ended(),
                denominator: side.base.denominator,
            };
            let median = match side.median().filter(|_| is_enough) {
                Some(day) => Amount::Quantile(day, base),
                None => Amount::SmallBase(base),
            };
            let name = self.median.clone();
            self.amount((matter, brought, &name), median, Unit::Days);
        }
    }

    fn amount(
        &mut self,
        (matter, brought, indicator): (&str, &str, &str),
        amount: Amount,
        unit: Unit,
    ) {
        let mut cells = Cells::default();
        cells.fill(&Figure {
            indicator: indicator.into(),
            unit,
            amount,
            maturity: Maturity::Final,
            from_closing: false,
            is_revised: false,
        });
        let cells = [
            cells.value,
            cells.numerator,
            cells.denominator,
            cells.low,
            cells.high,
        ];
        self.line(matter, brought, indicator, &cells);
    }

    /// Both shares on the common mix and their difference; numerator and denominator are cases compared, of all.
    fn standardised(&mut self, of: &Standardised) {
        let name = format!("standardised_{}", self.share);
        let Interval { low, high } = of.interval;
        for (brought, value, base, ends) in [
            ("quiet", of.quiet, of.quiet_compared, None),
            ("loud", of.loud, of.loud_compared, None),
            ("difference", of.difference, of.strata, Some((low, high))),
        ] {
            let (low, high) = ends.unzip();
            let end = |end: Option<f64>| end.map_or_else(String::new, decimals);
            let cells = [
                decimals(value),
                base.numerator.to_string(),
                base.denominator.to_string(),
                end(low),
                end(high),
            ];
            self.line("", brought, &name, &cells);
        }
    }
}

/// A fraction to 6 decimals; what rounds to 0 has no sign.
fn decimals(value: f64) -> String {
    let text = format!("{value:.6}");
    if text.trim_matches(['-', '0', '.']).is_empty() {
        "0.000000".to_owned()
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fraction_of_nothing_has_no_sign() {
        assert_eq!(decimals(-0.000_000_4), "0.000000");
        assert_eq!(decimals(-0.025), "-0.025000");
        assert_eq!(decimals(0.1), "0.100000");
    }
}
