//! From a tally to sheets: which figures a data set has, which periods, how settled each is, and the figures themselves.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::definition::{At, DECIDED, DEFINITIONS, Definition, Per, Source, When};
use super::figure::{Amount, Figure, Maturity, Reason, Scope};
use super::id::FigureId;
use super::sheet::{Ages, Balance, Distribution, Sheet, steps};
use super::sums::{Cohort, Due, Ran, Running, Times, ages, total, whole};
use crate::case::{Clock, Field, Limit, Outcome, Scheme};
use crate::tally::{Cell, Place, Series, State, Tally, What};
use crate::time::{Day, Month, Period, PeriodKind, PeriodRules, Zone};

/// How figures are made from a tally.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rules {
    /// How time is cut.
    pub periods: PeriodRules,
    /// Days after a period's end until its cohort is settled; longer where a clock is.
    pub settle: u32,
    /// The as-of date; one before the tally's own is taken as the tally's.
    pub as_of: Day,
    /// The days the exports cover, both inside; without it, from the first of the month of the first receipt to the
    /// as-of date.
    pub coverage: Option<(Day, Day)>,
    /// People, for rates per 1,000.
    pub population: Option<Population>,
    /// Whether pairs of members get sheets too.
    pub with_pairs: bool,
}

/// The index of a dimension, and people (or homes) by its members and years.
pub type Population = (usize, BTreeMap<(String, i32), u64>);

/// A tally under rules, ready to be read scope by scope.
#[derive(Debug)]
pub struct Measure<'a> {
    pub(super) tally: &'a Tally,
    pub(super) rules: &'a Rules,
    pub(super) as_of: Day,
    pub(super) coverage: (Day, Day),
    pub(super) end_quarter: i32,
    periods: Vec<Period>,
    plan: Vec<Planned>,
}

/// A figure that every sheet has, or a reason why it is empty on each.
#[derive(Debug)]
struct Planned {
    definition: &'static Definition,
    clock: usize,
    days: u32,
    is_extended: bool,
    indicator: Arc<str>,
    reason: Option<Reason>,
    from_closing: bool,
}

impl<'a> Measure<'a> {
    /// Settles what does not differ from scope to scope.
    #[must_use]
    pub fn new(tally: &'a Tally, rules: &'a Rules) -> Self {
        let as_of = rules.as_of.max(tally.as_of());
        let first = tally.first_received();
        let coverage = rules
            .coverage
            .unwrap_or_else(|| (first.unwrap_or(as_of).month().first_day(), as_of));
        let end_quarter = Zone::named(tally.zone())
            .and_then(|zone| zone.moment(as_of.plus(1), 0)?.instant)
            .and_then(|instant| i32::try_from(instant.div_euclid(900)).ok())
            .unwrap_or(as_of.0.saturating_add(1).saturating_mul(96));
        let mut measure = Self {
            tally,
            rules,
            as_of,
            coverage,
            end_quarter,
            periods: Vec::new(),
            plan: plan(tally, rules),
        };
        measure.periods = measure.all_periods();
        measure
    }

    /// The as-of date.
    #[must_use]
    pub const fn as_of(&self) -> Day {
        self.as_of
    }

    /// The days covered, both inside.
    #[must_use]
    pub const fn coverage(&self) -> (Day, Day) {
        self.coverage
    }

    /// The periods that have sheets, by kind and time; none where no case was ever received.
    #[must_use]
    pub fn periods(&self) -> &[Period] {
        &self.periods
    }

    /// The scopes that have sheets: all cases, members by dimension and name, pairs.
    pub fn scopes(&self) -> impl Iterator<Item = Scope> + '_ {
        self.tally
            .places()
            .filter_map(|place| self.scope(place))
            .filter(|scope| self.rules.with_pairs || !matches!(scope, Scope::Pair { .. }))
    }

    /// The sheets of one scope by period; none where nothing is counted in it. Pairs have the years and the whole
    /// coverage, without the periods in which nothing of theirs was received, due or open.
    #[must_use]
    pub fn sheets_of(&self, scope: &Scope) -> Vec<Sheet> {
        let place = self.place(scope);
        let Some(series) = place.and_then(|place| self.tally.series(place)) else {
            return Vec::new();
        };
        let stocks = Stocks::of(series, self.tally.scheme(), self.as_of);
        let is_pair = matches!(scope, Scope::Pair { .. });
        self.periods
            .iter()
            .filter(|period| !is_pair || matches!(period.kind, PeriodKind::All | PeriodKind::Year))
            .filter_map(|period| self.sheet(scope, period, series, &stocks))
            .collect()
    }

    /// The sheet of a scope and period measured on other counters than its own: those of one of its cases alone.
    #[must_use]
    pub fn sheet_of(&self, scope: &Scope, period: &Period, series: &Series) -> Option<Sheet> {
        let stocks = Stocks::of(series, self.tally.scheme(), self.as_of);
        self.sheet(scope, period, series, &stocks)
    }

    fn all_periods(&self) -> Vec<Period> {
        let (Some(first), Some(last)) = (self.tally.first_received(), self.tally.last_received())
        else {
            return Vec::new();
        };
        let from = self.coverage.0.min(first).month();
        let to = self.coverage.1.min(self.as_of).max(last).month();
        let year_starts = self.rules.periods.year_starts;
        let kinds = self.rules.periods.kinds.iter();
        kinds
            .flat_map(|kind| Period::covering(*kind, from, to, year_starts))
            .collect()
    }

    /// The scope of a place; sides have no sheets.
    fn scope(&self, place: Place) -> Option<Scope> {
        let name =
            |dimension: usize, member: u32| self.tally.members(dimension)[member as usize].clone();
        Some(match place {
            Place::Overall => Scope::Overall,
            Place::Member(dimension, member) => Scope::Member {
                dimension,
                member: name(dimension, member),
            },
            Place::Pair(dimension, member, dimension2, member2) => Scope::Pair {
                dimension,
                member: name(dimension, member),
                dimension2,
                member2: name(dimension2, member2),
            },
            Place::Side(..) => return None,
        })
    }

    fn place(&self, scope: &Scope) -> Option<Place> {
        Some(match scope {
            Scope::Overall => Place::Overall,
            Scope::Member { dimension, member } => {
                Place::Member(*dimension, self.tally.member(*dimension, member)?)
            }
            Scope::Pair {
                dimension,
                member,
                dimension2,
                member2,
            } => Place::Pair(
                *dimension,
                self.tally.member(*dimension, member)?,
                *dimension2,
                self.tally.member(*dimension2, member2)?,
            ),
        })
    }

    /// The last day that counts as the period's: the whole coverage ends where coverage does.
    fn last_day(&self, period: &Period) -> Day {
        match period.kind {
            PeriodKind::All => self.coverage.1.min(self.as_of),
            _ => period.last_day(),
        }
    }

    /// How settled figures of the period are: those of its cohort, and the others.
    fn maturity(&self, period: &Period) -> (Maturity, Maturity) {
        let last = self.last_day(period);
        let is_whole = period.kind == PeriodKind::All
            || (self.coverage.0 <= period.first_day()
                && last <= self.coverage.1
                && last <= self.as_of);
        if !is_whole {
            return (Maturity::Partial, Maturity::Partial);
        }
        let settled = last.plus(i32::try_from(self.rules.settle).unwrap_or(i32::MAX));
        let clocks = self.tally.scheme().clocks.iter();
        let settled = clocks
            .map(|clock| longest(clock, last))
            .fold(settled, Day::max);
        let cohort = if settled <= self.as_of {
            Maturity::Final
        } else {
            Maturity::Provisional
        };
        (cohort, Maturity::Final)
    }

    fn sheet(
        &self,
        scope: &Scope,
        period: &Period,
        series: &Series,
        stocks: &Stocks,
    ) -> Option<Sheet> {
        let scheme = self.tally.scheme();
        let is_all = period.kind == PeriodKind::All;
        let (first, last) = if is_all {
            (Month(i32::MIN), Month(i32::MAX))
        } else {
            (period.first, period.last)
        };
        let cells = series.between(first, last);
        let cohort = Cohort::of(cells);
        let dues = Dues::of(cells, scheme, self.as_of);
        let stock = stocks.at_end_of(last);
        let is_pair = matches!(scope, Scope::Pair { .. });
        // A closed case can still owe an answer, so nothing may be overdue either.
        let owes_nothing = stock.open == 0 && stock.overdue.iter().all(|each| *each == [0, 0]);
        if is_pair && cohort.received == 0 && dues.is_empty() && owes_nothing {
            return None;
        }
        let rans: Vec<Ran> = (0..scheme.clocks.len())
            .map(|clock| Ran::of(cells, number(clock), self.as_of, self.end_quarter))
            .collect();
        let holds_as_of = is_all || period.holds(self.as_of.month());
        let is_dated = scheme.ending().is_some();
        let has_ages = (is_dated || has_words(scheme)) && !scheme.only_answered;
        let sum = |what| whole(cells.iter().map(|(_, cell)| cell.sum(what, 0)).sum());
        let (closed, reopened) = (sum(What::Closing), sum(What::Reopening));
        let open_at_end = if is_dated {
            Some(stock.open)
        } else {
            holds_as_of.then_some(stocks.open_now)
        };
        let (cohort_maturity, other_maturity) = self.maturity(period);
        let mut figures = Vec::with_capacity(self.plan.len());
        for planned in &self.plan {
            let definition = planned.definition;
            let is_told = match definition.when {
                When::Always => true,
                When::Years => period.kind == PeriodKind::Year,
                When::AtAsOf => holds_as_of,
            };
            if !is_told || is_pair && (!definition.in_pairs || planned.is_extended) {
                continue;
            }
            if definition.source == Source::Population && !self.has_population(scope) {
                continue;
            }
            let is_young = definition.per == Per::Days && self.is_too_young(period, planned.days);
            let amount = match planned.reason {
                Some(reason) => Amount::None(reason, None),
                None if is_young => Amount::None(Reason::TooYoung, None),
                None => (definition.amount)(&At {
                    cohort: &cohort,
                    ran: rans.get(planned.clock).unwrap_or(&EMPTY),
                    due: dues.of_clock(planned.clock, planned.is_extended),
                    days: planned.days,
                    closed,
                    reopened,
                    open_at_end,
                    overdue: stock.overdue(planned.clock, planned.is_extended),
                    oldest: stocks.ages.last().map(|(days, _)| *days),
                    population: self.population(scope, period),
                }),
            };
            figures.push(Figure {
                indicator: Arc::clone(&planned.indicator),
                unit: definition.unit,
                amount,
                maturity: if definition.settles_with_its_period() {
                    other_maturity
                } else {
                    cohort_maturity
                },
                from_closing: planned.from_closing,
                is_revised: false,
            });
        }
        let days = (0..).zip(rans).filter(|(clock, ran)| {
            !is_pair && is_clocked(scheme, &scheme.clocks[*clock]) && ran_at_all(ran)
        });
        let balance = Balance {
            open_before: if is_all {
                0
            } else {
                stocks.open.at_end_of(first.plus(-1))
            },
            received: cohort.valid(),
            reopened,
            closed,
            open_after: stock.open,
        };
        Some(Sheet {
            scope: scope.clone(),
            period: *period,
            maturity: cohort_maturity,
            figures,
            days: days
                .map(|(clock, ran)| Distribution {
                    clock,
                    steps: steps(
                        &ran.days,
                        &step_ends(&DAY_STEPS, scheme.clocks[clock].limit),
                    ),
                    open: total(&ran.waiting),
                })
                .collect(),
            balance: (is_dated && !is_pair && !scheme.only_answered).then_some(balance),
            ages: (holds_as_of && has_ages && !is_pair).then(|| {
                let limit = scheme.clocks.first().and_then(|clock| clock.limit);
                Ages {
                    day: self.as_of,
                    steps: steps(&stocks.ages, &step_ends(&AGE_STEPS, limit)),
                }
            }),
        })
    }

    pub(super) fn is_too_young(&self, period: &Period, days: u32) -> bool {
        let days = i32::try_from(days).unwrap_or(i32::MAX);
        self.last_day(period).plus(days) > self.as_of
    }

    fn has_population(&self, scope: &Scope) -> bool {
        match (&self.rules.population, scope) {
            (Some((of, _)), Scope::Member { dimension, .. }) => of == dimension,
            _ => false,
        }
    }

    fn population(&self, scope: &Scope, period: &Period) -> Option<u64> {
        let (of, numbers) = self.rules.population.as_ref()?;
        match scope {
            Scope::Member { dimension, member } if of == dimension => {
                numbers.get(&(member.clone(), period.year())).copied()
            }
            _ => None,
        }
    }
}

static EMPTY: Ran = Ran {
    days: Vec::new(),
    waiting: Vec::new(),
    hours: Vec::new(),
    hours_waiting: Vec::new(),
};

/// The last days of the steps in which days until an event are told.
const DAY_STEPS: [u32; 7] = [0, 7, 14, 30, 60, 90, 365];

/// The last days of the steps in which ages of open cases are told.
const AGE_STEPS: [u32; 4] = [30, 90, 365, 730];

/// The ends of steps, and the limit among them where it is in calendar days.
fn step_ends(ends: &[u32], limit: Option<Limit>) -> Vec<u32> {
    let mut ends = ends.to_vec();
    if let Some(Limit::Days(days)) = limit {
        ends.push(days);
        ends.sort_unstable();
        ends.dedup();
    }
    ends
}

/// Whether words tell how a case stands.
fn has_words(scheme: &Scheme) -> bool {
    scheme.has(Field::Status) || scheme.has(Field::Outcome)
}

fn ran_at_all(ran: &Ran) -> bool {
    !(ran.days.is_empty() && ran.waiting.is_empty())
}

pub(super) fn number(clock: usize) -> u8 {
    u8::try_from(clock).expect("a data set has few clocks")
}

/// Whether the source dates both events of the clock.
pub(super) fn is_clocked(scheme: &Scheme, clock: &Clock) -> bool {
    scheme.has(clock.from) && scheme.has(clock.to)
}

/// The latest deadline of a clock that starts on `day`.
fn longest(clock: &Clock, day: Day) -> Day {
    let limits = clock.limit.iter().chain(clock.exceptions.values());
    let ends = limits.map(|limit| match limit {
        Limit::Days(days) => day.plus(i32::try_from(*days).unwrap_or(i32::MAX)),
        Limit::WorkingDays(days) => clock.calendar.after(day, *days),
        Limit::Hours(hours) => day.plus(i32::try_from(hours.div_ceil(24)).unwrap_or(i32::MAX)),
    });
    ends.max().unwrap_or(day)
}

/// The figures a data set has, in order.
fn plan(tally: &Tally, rules: &Rules) -> Vec<Planned> {
    let scheme = tally.scheme();
    let seen = outcomes_seen(tally);
    let mut plan = Vec::new();
    for definition in DEFINITIONS {
        let mut add = |clock: Option<usize>, days: Option<u32>, is_extended: bool| {
            let Some(reason) = told(definition, scheme, &seen, rules, clock) else {
                return;
            };
            let of_clock = clock.map(|index| &scheme.clocks[index]);
            let ends_with_closing = match of_clock {
                Some(clock) => clock.to == Field::Closed,
                None => definition.source == Source::Answer && scheme.has(Field::Closed),
            };
            let id = FigureId {
                definition,
                clock: of_clock.map(|clock| clock.id.as_str()),
                days,
                is_extended,
            };
            plan.push(Planned {
                definition,
                clock: clock.unwrap_or(0),
                days: days.unwrap_or(0),
                is_extended,
                indicator: id.to_string().into(),
                reason,
                from_closing: ends_with_closing && !scheme.has(Field::Responded),
            });
        };
        for (index, clock) in scheme.clocks.iter().enumerate() {
            match definition.per {
                Per::Clock => add(Some(index), None, false),
                Per::HourClock if clock.in_hours() => add(Some(index), None, false),
                Per::Deadline if clock.has_deadline() => {
                    add(Some(index), None, false);
                    if clock.due && scheme.has(Field::ExtendedDue) {
                        add(Some(index), None, true);
                    }
                }
                Per::Days => {
                    for days in &clock.days {
                        add(Some(index), Some(*days), false);
                    }
                }
                Per::Once | Per::HourClock | Per::Deadline => {}
            }
        }
        if definition.per == Per::Once {
            add(None, None, false);
        }
    }
    plan
}

/// Whether an indicator is told of a data set: `None` if it is left out, else why it is empty, if it is.
fn told(
    definition: &Definition,
    scheme: &Scheme,
    seen: &BTreeSet<Outcome>,
    rules: &Rules,
    clock: Option<usize>,
) -> Option<Option<Reason>> {
    let has_words = has_words(scheme);
    let unless = |known: bool, reason| Some((!known).then_some(reason));
    let left_out_unless = |known: bool| known.then_some(None);
    let only_answered = scheme.only_answered && definition.needs_unanswered;
    let told = match definition.source {
        Source::Receipt => Some(None),
        Source::Exclusions => unless(has_words, Reason::NotRecorded),
        Source::Class(outcome) => left_out_unless(
            has_words
                && (seen.contains(&outcome) || matches!(outcome, Outcome::Open | Outcome::Closed)),
        ),
        Source::Outcome => left_out_unless(scheme.has(Field::Outcome)),
        Source::Verdict => left_out_unless(
            scheme.has(Field::Outcome) && DECIDED.iter().any(|outcome| seen.contains(outcome)),
        ),
        Source::Answer => unless(scheme.answering().is_some(), Reason::NotDated),
        Source::AnswerAndClosing => {
            left_out_unless(scheme.has(Field::Responded) && scheme.has(Field::Closed))
        }
        Source::Ending => unless(scheme.ending().is_some() || has_words, Reason::NotRecorded),
        Source::DatedEnding => unless(scheme.ending().is_some(), Reason::NotDated),
        Source::Clock => unless(
            clock.is_some_and(|index| is_clocked(scheme, &scheme.clocks[index])),
            Reason::NotDated,
        ),
        Source::Column(field) => left_out_unless(scheme.has(field)),
        Source::Reopening => {
            left_out_unless(scheme.has(Field::Reopened) || scheme.has(Field::ReopenedAt))
        }
        Source::Population => left_out_unless(rules.population.is_some()),
    };
    match told {
        Some(_) if only_answered => Some(Some(Reason::OnlyAnswered)),
        told => told,
    }
}

fn outcomes_seen(tally: &Tally) -> BTreeSet<Outcome> {
    let cells = tally.series(Place::Overall).map_or(&[][..], Series::cells);
    cells
        .iter()
        .flat_map(|(_, cell)| cell.of(What::State, 0))
        .filter_map(|(code, _)| match State::decode(code) {
            Some(State::Valid { outcome, .. }) => Some(outcome),
            _ => None,
        })
        .collect()
}

/// What is due in a period, by clock: against the deadline, against the extended one.
struct Dues(Vec<[Due; 2]>);

impl Dues {
    fn of(cells: &[(Month, Cell)], scheme: &Scheme, as_of: Day) -> Self {
        let of = |clock: usize| {
            [false, true].map(|extended| Due::of(cells, number(clock), extended, as_of))
        };
        Self((0..scheme.clocks.len()).map(of).collect())
    }

    fn of_clock(&self, clock: usize, is_extended: bool) -> Due {
        self.0
            .get(clock)
            .map_or(Due::default(), |both| both[usize::from(is_extended)])
    }

    fn is_empty(&self) -> bool {
        self.0
            .iter()
            .flatten()
            .all(|due| due.total() + due.in_time == 0)
    }
}

/// The stocks of a scope over time.
struct Stocks {
    open: Running,
    /// Cases that stand open at the as-of date.
    open_now: u64,
    overdue: Vec<[Running; 2]>,
    ages: Times,
}

/// The stocks at the end of a month.
struct Stock {
    open: u64,
    overdue: Vec<[u64; 2]>,
}

impl Stock {
    fn overdue(&self, clock: usize, is_extended: bool) -> u64 {
        self.overdue
            .get(clock)
            .map_or(0, |both| both[usize::from(is_extended)])
    }
}

impl Stocks {
    fn of(series: &Series, scheme: &Scheme, as_of: Day) -> Self {
        let ages = ages(series, as_of);
        let overdue = |clock: usize| {
            [false, true].map(|extended| Running::overdue(series, number(clock), extended, as_of))
        };
        Self {
            open: Running::open(series),
            open_now: total(&ages),
            overdue: (0..scheme.clocks.len()).map(overdue).collect(),
            ages,
        }
    }

    fn at_end_of(&self, month: Month) -> Stock {
        let both = |both: &[Running; 2]| [0, 1].map(|which: usize| both[which].at_end_of(month));
        Stock {
            open: self.open.at_end_of(month),
            overdue: self.overdue.iter().map(both).collect(),
        }
    }
}
