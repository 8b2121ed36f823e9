//! Words of change: a page's comparisons, asked together and judged together, and each said in words.
//!
//! A page that says "rose" does so only where the difference holds among all it compares ([`compare::judge`]); else it says
//! "no clear change", or why nothing is compared. [`Family`] collects what a page asks, [`Changes`] answers.

use std::collections::BTreeMap;

use super::model::{Cell, Rich, Span};
use super::publication::Section;
use super::table::cell;
use super::voice::{Voice, strong, text};
use crate::indicators::compare::{self, Change, Obstacle, Question, Setting, Verdict};
use crate::indicators::{Amount, Figure, FigureId, Maturity, Reason, Scope, View};
use crate::text::growth;
use crate::time::Period;

/// One comparison of one page.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Asked {
    dataset: String,
    scope: Scope,
    later: Period,
    earlier: Period,
    indicator: String,
}

/// The comparisons a page makes, before they are judged.
#[derive(Debug, Default)]
pub(super) struct Family<'s>(BTreeMap<Asked, (&'s Figure, &'s Figure, Question)>);

/// A comparison with its two figures.
#[derive(Debug, Clone, Copy)]
pub(super) struct Told<'s> {
    pub(super) later: &'s Figure,
    pub(super) earlier: &'s Figure,
    pub(super) change: Change,
}

/// A page's comparisons, judged together.
#[derive(Debug, Default)]
pub(super) struct Changes<'s>(BTreeMap<Asked, Told<'s>>);

impl<'s> Family<'s> {
    /// Asks of the large figures of a page.
    pub(super) fn of_key_figures(pages: &[(&'s Section, &Scope, Period)]) -> Self {
        let mut family = Self::default();
        for (section, scope, period) in pages {
            let indicators = super::key_figures::shown_large(section);
            family.ask_both(section, scope, period, &indicators);
        }
        family
    }

    /// Asks whether a figure changed between two periods; nothing is asked where either has no such figure.
    pub(super) fn ask(
        &mut self,
        section: &'s Section,
        scope: &Scope,
        later: &Period,
        earlier: &Period,
        indicator: &str,
    ) {
        let before = section.figure(scope, earlier, indicator);
        let (Some(now), Some(before)) = (section.figure(scope, later, indicator), before) else {
            return;
        };
        let question = compare::question(before, now, setting(section, scope, later, earlier, now));
        let asked = asked(section, scope, later, earlier, indicator);
        self.0.insert(asked, (now, before, question));
    }

    /// Asks of a period's figures against those of a year before, and of the period before.
    pub(super) fn ask_both(
        &mut self,
        section: &'s Section,
        scope: &Scope,
        period: &Period,
        indicators: &[String],
    ) {
        for earlier in both(period) {
            for indicator in indicators {
                self.ask(section, scope, period, &earlier, indicator);
            }
        }
    }

    /// Decides them all.
    pub(super) fn judge(self) -> Changes<'s> {
        let questions: Vec<Question> = self.0.values().map(|(_, _, question)| *question).collect();
        let judged = compare::judge(&questions);
        let told = self.0.into_iter().zip(judged);
        Changes(
            told.map(|((asked, (later, earlier, _)), mut change)| {
                if is_turned_by_days(&change) {
                    change.verdict = Verdict::NoClearChange;
                }
                let told = Told {
                    later,
                    earlier,
                    change,
                };
                (asked, told)
            })
            .collect(),
        )
    }
}

impl<'s> Changes<'s> {
    /// Those of a page's large figures.
    pub(super) fn of_key_figures(pages: &[(&'s Section, &Scope, Period)]) -> Self {
        Family::of_key_figures(pages).judge()
    }

    /// The answer of one comparison.
    pub(super) fn get(
        &self,
        section: &Section,
        scope: &Scope,
        later: &Period,
        earlier: &Period,
        indicator: &str,
    ) -> Option<Told<'s>> {
        self.0
            .get(&asked(section, scope, later, earlier, indicator))
            .copied()
    }

    /// How many were tested.
    pub(super) fn tested(&self) -> u64 {
        count(self.0.values().filter(|told| told.change.q.is_some()))
    }

    /// How many ended with a verdict.
    pub(super) fn ended(&self, verdict: Verdict) -> u64 {
        count(
            self.0
                .values()
                .filter(|told| told.change.verdict == verdict),
        )
    }
}

/// Whether a count's percentage does not go the way of its verdict. The test looks at cases a day, the percentage at the counts
/// as they stand: a longer month can have more cases and fewer a day. Then nothing is claimed.
fn is_turned_by_days(change: &Change) -> bool {
    let Question::Counts { earlier, later } = change.question else {
        return false;
    };
    let tenths = growth(later.count, earlier.count).unwrap_or(0);
    match change.verdict {
        Verdict::Rose => tenths <= 0,
        Verdict::Fell => tenths >= 0,
        Verdict::NoClearChange | Verdict::NotCompared(_) => false,
    }
}

fn count<T>(items: impl Iterator<Item = T>) -> u64 {
    u64::try_from(items.count()).unwrap_or(u64::MAX)
}

/// The same period of the year before and the period before, each once.
pub(super) fn both(period: &Period) -> Vec<Period> {
    let mut both: Vec<Period> = period.year_before().into_iter().collect();
    both.extend(
        period
            .previous()
            .filter(|previous| !both.contains(previous)),
    );
    both
}

fn asked(
    section: &Section,
    scope: &Scope,
    later: &Period,
    earlier: &Period,
    indicator: &str,
) -> Asked {
    Asked {
        dataset: section.dataset.id.clone(),
        scope: scope.clone(),
        later: *later,
        earlier: *earlier,
        indicator: indicator.to_owned(),
    }
}

/// A stock is a state, not something collected over the period's days.
fn setting(
    section: &Section,
    scope: &Scope,
    later: &Period,
    earlier: &Period,
    figure: &Figure,
) -> Setting {
    let is_stock =
        FigureId::parse(&figure.indicator).is_some_and(|id| id.definition.view == View::Stock);
    let days = |period: &Period| {
        let days = period.last.plus(1).first_day().0 - period.first_day().0;
        u32::try_from(days).unwrap_or(1)
    };
    Setting {
        days: if is_stock {
            (1, 1)
        } else {
            (days(earlier), days(later))
        },
        has_series_break: section
            .break_between(scope, earlier.first_day(), later.last_day())
            .is_some(),
    }
}

impl Voice<'_> {
    /// What a period is set against: `a year before`, `the quarter before`, `上年同期`.
    pub(super) fn against(&self, later: &Period, earlier: &Period) -> String {
        let key = if later.previous() == Some(*earlier) {
            later.kind.id()
        } else {
            "year_before"
        };
        self.word(&format!("change.against.{key}"))
    }

    /// A large figure's change on a year before and on the period before, in a sentence's words; empty where there is no earlier
    /// figure.
    pub(super) fn change(
        &self,
        section: &Section,
        changes: &Changes<'_>,
        scope: &Scope,
        period: &Period,
        indicator: &str,
    ) -> Rich {
        let mut said = Rich::default();
        let mut last = None;
        for earlier in both(period) {
            let Some(told) = changes.get(section, scope, period, &earlier, indicator) else {
                continue;
            };
            let verdict = told.change.verdict;
            // Why a second comparison is not made is on the compare page.
            let is_silent =
                matches!(verdict, Verdict::NotCompared(obstacle) if obstacle != Obstacle::NoTest);
            if is_silent && !said.0.is_empty() {
                continue;
            }
            let clause = self.clause(section, scope, &told, period, &earlier);
            if clause.0.is_empty() {
                continue;
            }
            if let Some(before) = last {
                let is_opposite = matches!(
                    (before, verdict),
                    (Verdict::Rose, Verdict::Fell) | (Verdict::Fell, Verdict::Rose)
                );
                let key = if is_opposite {
                    "change.but"
                } else {
                    "list.clauses"
                };
                said.0.push(text(self.word(key)));
            }
            last = Some(verdict);
            said.0.extend(clause.0);
        }
        said
    }

    /// `rose by 8.1 points (6.7 to 9.5) on a year before (56.5%)`.
    pub(super) fn clause(
        &self,
        section: &Section,
        scope: &Scope,
        told: &Told<'_>,
        later: &Period,
        earlier: &Period,
    ) -> Rich {
        let against = self.against(later, earlier);
        let before = match told.earlier.amount {
            Amount::Count(cases) => self.format.cases(cases),
            _ => self.value(told.earlier),
        };
        let value = |key: &str| {
            self.say(key, &[("value", &before), ("against", &against)])
                .into()
        };
        let key = match (told.change.verdict, told.later.amount) {
            (Verdict::NotCompared(Obstacle::SmallEarlierCount), _) => return value("change.was"),
            (Verdict::NotCompared(Obstacle::NoTest), _) => return value("change.was"),
            (Verdict::NotCompared(Obstacle::NoValue), later) => {
                return match (told.earlier.amount, later) {
                    (Amount::Quantile(..), Amount::None(Reason::NotReached, _)) => {
                        value("change.was")
                    }
                    (Amount::None(Reason::NotReached, _), Amount::Quantile(..)) => {
                        value("change.was_not_reached")
                    }
                    _ => Rich::default(),
                };
            }
            // What is withheld itself has said so.
            (Verdict::NotCompared(Obstacle::Suppressed), Amount::Suppressed) => {
                return Rich::default();
            }
            (Verdict::NotCompared(_), _) => {
                return self.verdict(section, scope, told, later, earlier).into();
            }
            (Verdict::NoClearChange, _) => "change.none_on",
            (_, Amount::Count(_)) => "change.than",
            _ => "change.on",
        };
        let verdict = self.verdict(section, scope, told, later, earlier);
        self.rich(
            key,
            &[
                ("change", strong(verdict)),
                ("against", text(against)),
                ("before", text(before)),
            ],
        )
    }

    /// How large a change is, without its direction: `40.0%`, `8.1 points`.
    pub(super) fn size(&self, told: &Told<'_>, is_whole: bool) -> String {
        match (told.change.question, told.change.difference) {
            (Question::Counts { earlier, later }, _) if is_whole => self
                .format
                .whole_rate(later.count.abs_diff(earlier.count), earlier.count),
            (Question::Counts { earlier, later }, _) => {
                let tenths = growth(later.count, earlier.count).unwrap_or(0);
                format!("{}%", self.format.tenths(tenths.abs()))
            }
            (_, Some(found)) => {
                let points = self.format.points(found.estimate.abs());
                self.say("change.points", &[("points", &points)])
            }
            _ => String::new(),
        }
    }

    /// The answer alone: `rose by 8.1 points (6.7 to 9.5)`, `6.3% more`, `no clear change`, `not compared: …`.
    pub(super) fn verdict(
        &self,
        section: &Section,
        scope: &Scope,
        told: &Told<'_>,
        later: &Period,
        earlier: &Period,
    ) -> String {
        let direction = match told.change.verdict {
            Verdict::NotCompared(obstacle) => {
                return self.obstacle(section, scope, told, obstacle, later, earlier);
            }
            Verdict::NoClearChange => return self.word("change.none"),
            Verdict::Rose => "rose",
            Verdict::Fell => "fell",
        };
        match (told.change.question, told.change.difference) {
            (Question::Shares { .. }, Some(found)) => {
                let points = self.format.points(found.estimate.abs());
                let (one, two) = (found.interval.low.abs(), found.interval.high.abs());
                let low = self.format.points(one.min(two));
                let high = self.format.points(one.max(two));
                let little = if found.estimate.abs() < 0.0005 {
                    "_little"
                } else {
                    ""
                };
                self.say(
                    &format!("change.{direction}_points{little}"),
                    &[("points", &points), ("low", &low), ("high", &high)],
                )
            }
            (Question::Counts { earlier, later }, _) => {
                let tenths = growth(later.count, earlier.count).unwrap_or(0);
                let key = if told.change.verdict == Verdict::Rose {
                    "change.more"
                } else {
                    "change.fewer"
                };
                let percent = format!("{}%", self.format.tenths(tenths.abs()));
                self.say(key, &[("percent", &percent)])
            }
            _ => self.word("change.none"),
        }
    }

    fn obstacle(
        &self,
        section: &Section,
        scope: &Scope,
        told: &Told<'_>,
        obstacle: Obstacle,
        later: &Period,
        earlier: &Period,
    ) -> String {
        let key = format!("change.not.{}", obstacle.id());
        let number = |n: u64| self.say(&key, &[("n", &self.format.number(n))]);
        match obstacle {
            Obstacle::SeriesBreak => {
                let broken = section.break_between(scope, earlier.first_day(), later.last_day());
                let day = broken.map_or_else(String::new, |each| self.format.date(each.date));
                self.say(&key, &[("day", &day)])
            }
            Obstacle::Partial => {
                let period = if told.later.maturity == Maturity::Partial {
                    later
                } else {
                    earlier
                };
                self.say(&key, &[("period", &self.format.short_period(period))])
            }
            Obstacle::NoValue => {
                let period = if matches!(told.later.amount, Amount::None(..)) {
                    later
                } else {
                    earlier
                };
                self.say(&key, &[("period", &self.format.short_period(period))])
            }
            Obstacle::SmallBase => number(self.min_base),
            Obstacle::SmallEarlierCount => number(compare::SMALLEST_EARLIER_COUNT),
            Obstacle::Suppressed | Obstacle::Provisional | Obstacle::NoTest => self.word(&key),
        }
    }

    /// The answer in a cell with a fragment of its own; where two shares show no clear change, with the interval of their difference below.
    pub(super) fn change_cell(
        &self,
        section: &Section,
        changes: &Changes<'_>,
        scope: &Scope,
        (later, earlier): (&Period, &Period),
        indicator: &str,
    ) -> Cell {
        let Some(told) = changes.get(section, scope, later, earlier, indicator) else {
            return cell(self.word("change.not.no_earlier"));
        };
        // What was compared has an address of its own.
        let id = match told.change.verdict {
            Verdict::NotCompared(_) => String::new(),
            _ => format!(
                "change-{}--{}-{}",
                later.id(),
                earlier.id(),
                indicator.replace(':', "-")
            ),
        };
        let verdict = self.verdict(section, scope, &told, later, earlier);
        let span: Span = match told.change.verdict {
            Verdict::Rose | Verdict::Fell => strong(verdict),
            _ => text(verdict),
        };
        let mut made = Cell {
            id,
            ..cell(Rich(vec![span]))
        };
        if told.change.verdict == Verdict::NoClearChange
            && let (Question::Shares { .. }, Some(found)) =
                (told.change.question, told.change.difference)
        {
            made.range = self.say(
                "change.interval",
                &[
                    ("low", &self.format.points(found.interval.low)),
                    ("high", &self.format.points(found.interval.high)),
                ],
            );
        }
        made
    }
}
