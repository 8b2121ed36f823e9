//! A figure in words: its value, what it stands on, why there is none, how it was a year before.

use super::model::{Mark, Rich, Span};
use super::publication::Section;
use super::voice::{Voice, strong, text};
use crate::indicators::{Amount, Base, Figure, FigureId, Maturity, Reason, Unit};
use crate::text::{NONE, growth};
use crate::time::Period;

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
        let key = if open == 0 {
            "base.quantile"
        } else {
            "base.quantile_open"
        };
        self.words.count(
            key,
            base.denominator,
            &[
                ("n", &self.format.number(base.denominator)),
                ("open", &self.format.number(open)),
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

    /// How a figure was in the same period a year before: both values, and for counts the plain difference. Empty where
    /// there is nothing to set against it; where the series breaks between them, that is said.
    pub(super) fn change(&self, section: &Section, now: &Figure, earlier: Earlier<'_>) -> Rich {
        let Earlier {
            figure: Some(before),
            period,
            of,
        } = earlier
        else {
            return Rich::default();
        };
        if let Some(broken) = section.break_between(of.first_day(), period.last_day()) {
            return self
                .say("change.broken", &[("day", &self.format.date(broken.date))])
                .into();
        }
        if now.maturity == Maturity::Partial {
            return self.word("change.partial").into();
        }
        if before.maturity == Maturity::Partial {
            return self.word("change.partial_before").into();
        }
        if now.maturity == Maturity::Provisional && !is_like_with_like(&now.indicator) {
            return self.word("change.provisional").into();
        }
        match (now.amount, before.amount) {
            (Amount::Count(now), Amount::Count(before)) => self.count_change(now, before),
            (Amount::Rate(..), Amount::Rate(base, _)) => self
                .say(
                    "change.rate",
                    &[
                        ("value", &self.value(before)),
                        ("parts", &self.parts(before, base)),
                    ],
                )
                .into(),
            (Amount::Quantile(..) | Amount::None(Reason::NotReached, _), Amount::Quantile(..)) => {
                self.say("change.value", &[("value", &self.value(before))])
                    .into()
            }
            (Amount::Quantile(..), Amount::None(Reason::NotReached, _)) => {
                self.word("change.not_reached").into()
            }
            _ => Rich::default(),
        }
    }

    /// `6.3% more than a year before (9,571)`; only the earlier count where that is under 20.
    fn count_change(&self, now: u64, before: u64) -> Rich {
        let earlier = self.format.number(before);
        let change = growth(now, before).filter(|_| before >= 20);
        let Some(change) = change else {
            return self.rich(
                "change.value",
                &[("value", text(self.format.cases(before)))],
            );
        };
        let key = match change {
            0 if now == before => "change.same",
            0 => "change.about_same",
            1.. => "change.more",
            _ => "change.less",
        };
        let percent = format!("{}%", self.format.tenths(change.abs()));
        self.rich(
            key,
            &[
                ("change", strong_change(self, key, &percent)),
                ("before", text(earlier)),
            ],
        )
    }
}

fn strong_change(voice: &Voice<'_>, key: &str, percent: &str) -> Span {
    strong(voice.say(&format!("{key}_by"), &[("percent", percent)]))
}

/// The same figure of an earlier period.
pub(super) struct Earlier<'a> {
    /// The figure, where there is one.
    pub(super) figure: Option<&'a Figure>,
    /// The period we speak of.
    pub(super) period: Period,
    /// The earlier period.
    pub(super) of: Period,
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

/// Whether a figure may be compared while its cohort is still followed: the earlier one was followed no longer.
fn is_like_with_like(indicator: &str) -> bool {
    FigureId::parse(indicator)
        .is_some_and(|id| id.definition.id == "received" || id.definition.settles_with_its_period())
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
