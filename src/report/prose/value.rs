//! Values of a text: figures, changes, periods, and what they are when written or asked.

use std::sync::Arc;

use super::resolve::Asked;
use crate::indicators::compare::Verdict;
use crate::indicators::{Amount, Base, Figure, Maturity, Scope, Unit};
use crate::report::change::Told;
use crate::report::clock::leading;
use crate::report::key_figures::name;
use crate::report::model::{Block, Span};
use crate::report::node::Run;
use crate::report::voice::{Voice, strong, text};
use crate::text::NONE;
use crate::time::Period;

/// What an expression is worth.
#[derive(Debug, Clone)]
pub(super) enum Value<'s> {
    Text(String),
    Number(u64),
    Truth(bool),
    Figure(Measured<'s>),
    Change(Compared<'s>),
    /// Words with numbers in them.
    Words(Vec<Run>),
    Block(Option<Arc<Block>>),
    /// A number that is withheld, and what it counts.
    Withheld(Unit),
    /// The page's period, data set, member: only their attributes can be written.
    Period,
    Dataset,
    Member,
    Nothing,
}

/// A figure of a scope and period, which may not be there.
#[derive(Debug, Clone)]
pub(super) struct Measured<'s> {
    pub(super) asked: Asked<'s>,
    pub(super) indicator: String,
    pub(super) figure: Option<&'s Figure>,
    pub(super) has_base: bool,
    pub(super) is_whole: bool,
}

/// A figure's change from an earlier period; `None` where there is nothing to compare with.
#[derive(Debug, Clone)]
pub(super) struct Compared<'s> {
    pub(super) asked: Asked<'s>,
    pub(super) told: Option<(Told<'s>, Period)>,
    pub(super) is_whole: bool,
}

/// What can be asked of a figure.
pub(super) const OF_FIGURE: [&str; 13] = [
    "value",
    "base",
    "name",
    "known",
    "count",
    "numerator",
    "denominator",
    "rest",
    "rest_share",
    "promise",
    "provisional",
    "partial",
    "withheld",
];

/// What can be asked of a change.
pub(super) const OF_CHANGE: [&str; 7] = [
    "clear", "rose", "fell", "compared", "known", "size", "before",
];

fn base(figure: &Figure) -> Option<Base> {
    match figure.amount {
        Amount::Rate(base, _) | Amount::Quantile(_, base) | Amount::Ratio(base) => Some(base),
        Amount::SmallBase(base) => Some(base),
        Amount::Count(_) | Amount::Suppressed | Amount::None(..) => None,
    }
}

impl<'s> Measured<'s> {
    pub(super) fn is_known(&self) -> bool {
        self.figure.is_some_and(|figure| {
            matches!(
                figure.amount,
                Amount::Count(_) | Amount::Rate(..) | Amount::Quantile(..) | Amount::Ratio(_)
            )
        })
    }

    /// Whether its number is withheld to protect people.
    fn is_withheld(&self) -> bool {
        self.figure
            .is_some_and(|figure| figure.amount == Amount::Suppressed)
    }

    /// The number of cases it counts, or its numerator.
    pub(super) fn count(&self) -> Option<u64> {
        match self.figure?.amount {
            Amount::Count(cases) => Some(cases),
            _ => base(self.figure?).map(|base| base.numerator),
        }
    }

    pub(super) fn attribute(&self, voice: &Voice<'_>, attribute: &str) -> Value<'s> {
        let base = self.figure.and_then(base);
        let rest = base.map(|base| base.denominator.saturating_sub(base.numerator));
        let is_withheld = self.is_withheld();
        let nothing = |unit: Unit| {
            if is_withheld {
                Value::Withheld(unit)
            } else {
                Value::Nothing
            }
        };
        let number =
            |number: Option<u64>| number.map_or_else(|| nothing(Unit::Cases), Value::Number);
        let truth = |holds: fn(&Figure) -> bool| Value::Truth(self.figure.is_some_and(holds));
        match attribute {
            "known" => Value::Truth(self.is_known()),
            "count" => number(self.count()),
            "numerator" => number(base.map(|base| base.numerator)),
            "denominator" => number(base.map(|base| base.denominator)),
            "rest" if rest.is_some_and(|rest| voice.is_small(rest)) => Value::Withheld(Unit::Cases),
            "rest_share" if rest.is_some_and(|rest| voice.is_small(rest)) => {
                Value::Withheld(Unit::Share)
            }
            "rest" => number(rest),
            "rest_share" => base.map_or_else(
                || nothing(Unit::Share),
                |base| {
                    let rest = base.denominator.saturating_sub(base.numerator);
                    Value::Text(self.share(voice, rest, base.denominator))
                },
            ),
            "provisional" => truth(|figure| figure.maturity == Maturity::Provisional),
            "partial" => truth(|figure| figure.maturity == Maturity::Partial),
            "withheld" => Value::Truth(is_withheld),
            "name" => Value::Text(name(voice, self.asked.section, &self.indicator)),
            "promise" => self.promise(voice),
            "base" => Value::Text(self.standing(voice)),
            _ => Value::Figure(Self {
                has_base: false,
                ..self.clone()
            }),
        }
    }

    /// The limit of the clock it is measured by: `within 5 working days`.
    fn promise(&self, voice: &Voice<'_>) -> Value<'s> {
        let clocks = &self.asked.section.dataset.scheme.clocks;
        let named = self.indicator.split(':').nth(1);
        let clock = match named {
            Some(id) => clocks.iter().find(|clock| clock.id == id),
            None => leading(&self.asked.section.dataset.scheme).map(|at| &clocks[at]),
        };
        clock.map_or(Value::Nothing, |clock| Value::Text(voice.within(clock)))
    }

    fn share(&self, voice: &Voice<'_>, numerator: u64, denominator: u64) -> String {
        if self.is_whole {
            voice.format.whole_rate(numerator, denominator)
        } else {
            voice.format.rate(numerator, denominator)
        }
    }

    /// What it stands on, or why there is no value; without its interval.
    fn standing(&self, voice: &Voice<'_>) -> String {
        match self.figure {
            Some(figure) => match figure.amount {
                Amount::Rate(base, _) => voice.parts(figure, base),
                _ => voice.base(figure),
            },
            None => voice.word("prose.not_told"),
        }
    }

    /// Its value, what it stands on, and its mark.
    pub(super) fn runs(&self, voice: &Voice<'_>) -> Vec<Run> {
        let value = match self.figure {
            Some(figure) => match figure.amount {
                Amount::Rate(base, _) => self.share(voice, base.numerator, base.denominator),
                Amount::Count(cases) if figure.unit == Unit::Cases => voice.format.cases(cases),
                Amount::Suppressed => withheld_words(voice, figure.unit),
                _ => voice.value(figure),
            },
            None => NONE.to_owned(),
        };
        let Asked {
            section,
            scope,
            period,
        } = &self.asked;
        if let (Some(figure), Some(sheet)) = (self.figure, section.sheet(scope, period)) {
            voice.cite(section, sheet, figure, &value);
        }
        let mark = match self.figure {
            Some(figure) => voice.mark(figure),
            None => Some(crate::report::model::Mark('x')),
        };
        let mut runs = vec![Run::Span(strong(value))];
        runs.extend(mark.map(|mark| Run::Span(Span::Mark(mark))));
        let base = self.standing(voice);
        if self.has_base && !self.is_withheld() && !base.is_empty() {
            let base = voice.say("prose.base", &[("base", &base)]);
            runs.push(Run::Span(text(base)));
        }
        runs
    }
}

impl<'s> Compared<'s> {
    fn verdict(&self) -> Option<Verdict> {
        self.told.map(|(told, _)| told.change.verdict)
    }

    pub(super) fn is_clear(&self) -> bool {
        matches!(self.verdict(), Some(Verdict::Rose | Verdict::Fell))
    }

    pub(super) fn attribute(&self, voice: &Voice<'_>, attribute: &str) -> Value<'s> {
        match attribute {
            "clear" => Value::Truth(self.is_clear()),
            "rose" => Value::Truth(self.verdict() == Some(Verdict::Rose)),
            "fell" => Value::Truth(self.verdict() == Some(Verdict::Fell)),
            "compared" => Value::Truth(matches!(
                self.verdict(),
                Some(Verdict::Rose | Verdict::Fell | Verdict::NoClearChange)
            )),
            "size" => match self.told {
                Some((told, _)) if self.is_clear() => Value::Text(voice.size(&told, self.is_whole)),
                _ => Value::Nothing,
            },
            "before" => match self.told {
                Some((told, _)) if told.earlier.amount == Amount::Suppressed => {
                    Value::Withheld(told.earlier.unit)
                }
                Some((told, _)) => Value::Text(voice.value(told.earlier)),
                None => Value::Nothing,
            },
            _ => Value::Truth(self.told.is_some()),
        }
    }

    /// `6.3% more than a year before (9,571)`.
    pub(super) fn runs(&self, voice: &Voice<'_>) -> Vec<Run> {
        let Some((told, earlier)) = self.told else {
            return vec![Run::Span(text(voice.word("change.not.no_earlier")))];
        };
        let asked = &self.asked;
        let said = voice.clause(asked.section, &asked.scope, &told, &asked.period, &earlier);
        if said.0.is_empty() {
            return vec![Run::Span(text(voice.word("change.not.no_earlier")))];
        }
        said.0.into_iter().map(Run::Span).collect()
    }
}

impl Value<'_> {
    /// Whether a condition that asks for it holds: a figure that has a value, a change that is clear, a number over 0.
    pub(super) fn holds(&self) -> bool {
        match self {
            Self::Text(text) => !text.is_empty(),
            Self::Number(number) => *number > 0,
            Self::Truth(truth) => *truth,
            Self::Figure(figure) => figure.is_known(),
            Self::Change(change) => change.is_clear(),
            Self::Words(runs) => !runs.is_empty(),
            Self::Block(block) => block.is_some(),
            Self::Period | Self::Dataset | Self::Member => true,
            Self::Withheld(_) | Self::Nothing => false,
        }
    }

    /// The number it is compared by.
    pub(super) fn number(&self) -> Option<u64> {
        match self {
            Self::Number(number) => Some(*number),
            Self::Figure(figure) => figure.count(),
            _ => None,
        }
    }

    /// What is written for it.
    pub(super) fn runs(&self, voice: &Voice<'_>) -> Vec<Run> {
        let plain = |text: String| vec![Run::Span(Span::Text(text))];
        match self {
            Self::Text(text) => plain(text.clone()),
            Self::Number(number) => plain(voice.format.number(*number)),
            Self::Figure(figure) => figure.runs(voice),
            Self::Change(change) => change.runs(voice),
            Self::Words(runs) => runs.clone(),
            Self::Withheld(unit) => withheld(voice, *unit),
            Self::Nothing => plain(NONE.to_owned()),
            Self::Truth(_) | Self::Block(_) | Self::Period | Self::Dataset | Self::Member => {
                Vec::new()
            }
        }
    }
}

/// What is written for a number that is withheld: the word and its mark. Why is in the legend, and the text goes on.
fn withheld(voice: &Voice<'_>, unit: Unit) -> Vec<Run> {
    vec![
        Run::Span(strong(withheld_words(voice, unit))),
        Run::Span(Span::Mark(crate::report::model::Mark('c'))),
    ]
}

fn withheld_words(voice: &Voice<'_>, unit: Unit) -> String {
    let what = match unit {
        Unit::Cases | Unit::Transfers => "number",
        Unit::Share | Unit::Per1000 => "share",
        Unit::Days | Unit::Hours => "time",
    };
    voice.word(&format!("prose.withheld.{what}"))
}

/// Cases that name a member of each level of a hierarchy, from the top: all received but those whose level is not stated. `None`
/// where one of the numbers is not published, or all are the same.
pub(super) fn levels(voice: &Voice<'_>, asked: &Asked<'_>) -> Option<Vec<Run>> {
    let section = asked.section;
    if asked.scope != Scope::Overall {
        return None;
    }
    let dimensions = &section.dataset.scheme.dimensions;
    let lowest = (0..dimensions.len())
        .filter(|&at| dimensions[at].parent.is_some())
        .max_by_key(|&at| crate::report::voice::ancestors(section, at).len())?;
    let all = match section
        .figure(&Scope::Overall, &asked.period, "received")?
        .amount
    {
        Amount::Count(cases) => cases,
        _ => return None,
    };
    let mut numbers: Vec<(usize, u64)> = Vec::new();
    for dimension in crate::report::voice::ancestors(section, lowest) {
        let mut stated = all;
        for member in section.members(dimension) {
            let path = crate::report::voice::path_of(section, dimension, member);
            if path.last().map(String::as_str) != Some(crate::case::NOT_STATED) {
                continue;
            }
            let scope = Scope::Member {
                dimension,
                member: member.to_owned(),
            };
            match section.figure(&scope, &asked.period, "received") {
                None => {}
                Some(figure) => match figure.amount {
                    Amount::Count(cases) => stated = stated.checked_sub(cases)?,
                    _ => return None,
                },
            }
        }
        numbers.push((dimension, stated));
    }
    // The same number at every level tells nothing, and a small one too much.
    if numbers.iter().any(|(_, stated)| voice.is_small(*stated)) {
        return None;
    }
    if numbers.windows(2).all(|pair| pair[0].1 == pair[1].1) {
        return None;
    }
    let clauses: Vec<String> = numbers
        .into_iter()
        .map(|(dimension, stated)| {
            let name = voice.dimension(section, dimension);
            voice.say(
                "prose.level",
                &[("n", &voice.format.cases(stated)), ("name", &name)],
            )
        })
        .collect();
    let joined = clauses.join(&voice.word("prose.and"));
    Some(vec![Run::Span(text(joined))])
}
