//! A figure in words: its value, what it stands on, why there is none.

use super::model::Mark;
use super::voice::Voice;
use crate::indicators::{Amount, Base, Figure, Maturity, Reason, Unit};
use crate::text::NONE;

/// A figure's value in large type: what stands before the number, the number, what follows it.
pub(super) struct Large {
    pub(super) before: String,
    pub(super) value: String,
    pub(super) after: String,
}

impl Voice<'_> {
    /// A figure's value as a table shows it; an en dash where there is none.
    pub(super) fn value(&self, figure: &Figure) -> String {
        match figure.amount {
            Amount::Count(days) if figure.unit == Unit::Days => self.format.days(days),
            Amount::Count(cases) => self.format.number(cases),
            Amount::Rate(base, _) => self.format.rate(base.numerator, base.denominator),
            Amount::Quantile(hours, _) if figure.unit == Unit::Hours => {
                self.format.hours(hours.into())
            }
            Amount::Quantile(days, _) => self.format.by_day(days),
            Amount::Ratio(base) => self.ratio(figure.unit, base),
            Amount::None(Reason::NotReached, _) => self.word("reason.not_reached.short"),
            Amount::SmallBase(_) | Amount::Suppressed | Amount::None(..) => NONE.to_owned(),
        }
    }

    fn ratio(&self, unit: Unit, base: Base) -> String {
        let numerator = if unit == Unit::Per1000 {
            base.numerator.saturating_mul(1_000)
        } else {
            base.numerator
        };
        self.format.ratio(numerator, base.denominator)
    }

    /// A figure's value in large type.
    pub(super) fn large(&self, figure: &Figure) -> Large {
        let (before, value, after) = match figure.amount {
            Amount::Count(cases) if figure.unit == Unit::Cases => (
                String::new(),
                self.format.number(cases),
                self.word("large.cases"),
            ),
            Amount::Rate(..) => {
                let rate = self.value(figure);
                let number = rate.trim_end_matches('%').to_owned();
                let after = rate[number.len()..].to_owned();
                (String::new(), number, after)
            }
            Amount::Quantile(days, _) if figure.unit == Unit::Days && days > 0 => (
                self.word("large.day_before"),
                self.format.number(days.into()),
                self.word("large.day_after"),
            ),
            Amount::Quantile(hours, _) if figure.unit == Unit::Hours => (
                String::new(),
                self.format.number(hours.into()),
                self.word("large.hours_after"),
            ),
            _ => (String::new(), self.value(figure), String::new()),
        };
        Large {
            before,
            value,
            after,
        }
    }

    /// The letter that marks it. A level that is not reached says so itself.
    pub(super) fn mark(&self, figure: &Figure) -> Option<Mark> {
        match (figure.amount, figure.maturity) {
            (Amount::None(Reason::NotReached, _), Maturity::Partial) => Some(Mark('i')),
            (Amount::None(Reason::NotReached, _), Maturity::Provisional) => Some(Mark('p')),
            (Amount::None(Reason::NotReached, _), Maturity::Final) => None,
            _ => figure.mark().map(Mark),
        }
    }

    /// Numerator and denominator in the words of the figure: `6,413 of 9,926 due`.
    pub(super) fn parts(&self, figure: &Figure, base: Base) -> String {
        let family = family(&figure.indicator);
        let specific = format!("base.{family}");
        let key = if self.words.has(&specific) {
            specific
        } else {
            "base.other".to_owned()
        };
        self.say(
            &key,
            &[
                ("n", &self.format.number(base.numerator)),
                ("d", &self.format.number(base.denominator)),
            ],
        )
    }

    /// What a figure stands on, or why it has no value; empty for a plain count.
    pub(super) fn base(&self, figure: &Figure) -> String {
        let mut clauses = Vec::new();
        match figure.amount {
            Amount::Count(_) => {}
            Amount::Rate(base, interval) => {
                clauses.push(self.parts(figure, base));
                clauses.push(self.say(
                    "base.interval",
                    &[(
                        "interval",
                        &self.format.interval(interval.low, interval.high),
                    )],
                ));
            }
            Amount::Quantile(_, base) => clauses.push(self.waiting(base)),
            Amount::Ratio(base) => clauses.push(self.parts(figure, base)),
            Amount::SmallBase(base) => {
                clauses.push(self.parts(figure, base));
                clauses.push(self.small_base());
            }
            Amount::Suppressed => clauses.push(self.withheld()),
            Amount::None(reason, base) => {
                clauses.push(self.reason(reason));
                if let Some(base) = base.filter(|base| base.denominator > 0) {
                    clauses.push(match reason {
                        Reason::NotReached => self.waiting(base),
                        _ => self.parts(figure, base),
                    });
                }
            }
        }
        if figure.from_closing && &*figure.indicator == "answer_rate" {
            clauses.push(self.word("base.from_closing"));
        }
        self.clauses(&clauses)
    }

    /// `10,131 cases, 3,204 of them still open`.
    fn waiting(&self, base: Base) -> String {
        let open = base.denominator.saturating_sub(base.numerator);
        let key = match open {
            0 => "base.quantile",
            few if self.is_small(few) => "base.quantile_open_few",
            _ => "base.quantile_open",
        };
        self.words.count(
            key,
            base.denominator,
            &[
                ("n", &self.format.number(base.denominator)),
                ("open", &self.format.number(open)),
                ("few", &self.format.number(self.min_cell)),
            ],
        )
    }

    /// Why there is no value, as a clause.
    pub(super) fn reason(&self, reason: Reason) -> String {
        self.word(&format!("reason.{}.clause", reason.id()))
    }

    pub(super) fn small_base(&self) -> String {
        self.say("mark.u", &[("n", &self.format.number(self.min_base))])
    }

    pub(super) fn withheld(&self) -> String {
        self.say("mark.c", &[("n", &self.format.number(self.min_cell))])
    }

    /// What a mark means, for the legend of a table; `reasons` are those that occur in it.
    pub(super) fn mark_words(&self, mark: Mark, reasons: &[Reason]) -> String {
        match mark.0 {
            'u' => self.small_base(),
            'c' => self.withheld(),
            'x' => {
                let reasons: Vec<String> =
                    reasons.iter().map(|&reason| self.reason(reason)).collect();
                self.say("mark.x", &[("reasons", &self.clauses(&reasons))])
            }
            letter => self.word(&format!("mark.{letter}")),
        }
    }
}

/// An indicator's id without clock: `on_time_rate`; `within` for all `within_<k>_days`.
pub(super) fn family(indicator: &str) -> &str {
    let id = indicator.split(':').next().unwrap_or(indicator);
    if id.starts_with("within_") {
        "within"
    } else {
        id
    }
}

/// The k of `within_<k>_days`.
pub(super) fn days_within(indicator: &str) -> Option<u32> {
    indicator
        .strip_prefix("within_")?
        .split('_')
        .next()?
        .parse()
        .ok()
}

/// The fragment of a figure on its page: `fig-on_time_rate-response`.
pub(super) fn anchor(indicator: &str) -> String {
    format!("fig-{}", indicator.replace(':', "-"))
}
