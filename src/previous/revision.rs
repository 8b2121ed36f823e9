//! What changed between two publications of figures that were published as final.
//!
//! A figure that was provisional, partial or withheld was never told as settled, and the whole coverage is another span as soon as
//! the as-of date moves: neither is revised by a change. Cases are followed to the as-of date, so figures of an old cohort move
//! on while nothing is corrected, and a case that had ended is opened again: where the exports still give what was printed, as of its
//! date, or the same cases explain the change, it is told as such ([`Cause::Followed`]).

use std::collections::{BTreeMap, BTreeSet};

use super::{Definitions, Figures, Line, Place, Recount, Status, Word};
use crate::indicators::{FigureId, Per, View, When};
use crate::text::Localised;
use crate::time::{Day, PeriodKind};

/// Why a published figure changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cause {
    /// The office corrected something, and had not said before that it would; or nobody says why.
    Unscheduled,
    /// The office had said before that it would revise.
    Scheduled,
    /// It is defined otherwise: a clock has other rules, or the program has another definition of the figure.
    Redefined,
    /// The same cases were followed to a later date; what was published of them is not contradicted.
    Followed,
    /// It is no longer told, to protect people or because it stands on too few cases.
    Withheld,
}

impl Cause {
    /// All causes, in the order in which they are told.
    pub const ALL: [Self; 5] = [
        Self::Unscheduled,
        Self::Scheduled,
        Self::Redefined,
        Self::Followed,
        Self::Withheld,
    ];

    /// Its word in files and language files.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Unscheduled => "unscheduled",
            Self::Scheduled => "scheduled",
            Self::Redefined => "redefined",
            Self::Followed => "followed",
            Self::Withheld => "withheld",
        }
    }

    /// The cause of a word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|cause| cause.id() == word)
    }
}

/// A published figure that changed, or published figures that are gone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revision {
    /// The how-manieth publication told it, from 1 for the first that was compared with one before.
    pub number: u32,
    /// The as-of date of the data set before.
    pub from: Option<Day>,
    /// The as-of date of the data set in the publication that told it.
    pub to: Option<Day>,
    /// Where it stands. Of figures that are gone together, what they have in common: an empty period or member means all.
    pub place: Place,
    /// The figure's id; empty where all figures of the place are gone.
    pub indicator: Word,
    /// How many figures it speaks of.
    pub figures: u64,
    /// What was published; empty where it may not be repeated, and for several figures.
    pub old: Option<Line>,
    /// What is published instead; empty where nothing is, or it may not be told.
    pub new: Option<Line>,
    /// Why.
    pub cause: Cause,
    /// Why, in the office's words; empty where none are given.
    pub reason: Localised,
}

impl Revision {
    /// Its address, as `explain` takes it: `hotline/department=Roads/year/2024/received`. Of figures that are gone together,
    /// what they have in common.
    #[must_use]
    pub fn address(&self) -> String {
        let mut parts = vec![self.place.dataset.to_string()];
        let scope = self.place.scope();
        if !scope.is_empty() {
            parts.push(scope);
        }
        if !self.place.period.is_empty() {
            parts.push(self.place.span());
        }
        if !self.indicator.is_empty() {
            parts.push(self.indicator.to_string());
        }
        parts.join("/")
    }

    /// What happened, for messages: `was 100, is 101`.
    #[must_use]
    pub fn change(&self) -> String {
        match (self.old, self.new) {
            (Some(old), Some(new)) => format!("was {old}, is {new}"),
            (Some(old), None) => format!("was {old}, is no longer published"),
            (None, _) if self.figures == 1 => "is no longer published".to_owned(),
            (None, _) => format!("are no longer published: {} figures", self.figures),
        }
    }

    /// Whether nobody has said why it changed.
    #[must_use]
    pub fn is_unexplained(&self) -> bool {
        self.cause == Cause::Unscheduled && self.reason.is_empty()
    }

    /// Whether it tells that figures are gone.
    #[must_use]
    pub fn is_removal(&self) -> bool {
        self.new.is_none() && self.cause != Cause::Withheld
    }

    /// Takes back its numbers where a count in them is small, but those that the publication prints itself.
    pub(super) fn withhold_small(&mut self, min_cell: u64, printed: Option<&Line>) {
        let stands = |line: &Line| {
            printed.is_some_and(|printed| {
                Line {
                    status: printed.status,
                    ..*line
                } == *printed
            })
        };
        for line in [&mut self.old, &mut self.new].into_iter().flatten() {
            if line.has_small(min_cell) && !stands(line) {
                line.withhold();
            }
        }
    }

    /// Takes back its numbers.
    pub(super) fn withhold(&mut self) {
        for line in [&mut self.old, &mut self.new].into_iter().flatten() {
            line.withhold();
        }
    }
}

impl Line {
    const fn withhold(&mut self) {
        *self = Self {
            status: Status::Suppressed,
            whole: None,
            numerator: None,
            denominator: None,
            ..*self
        };
    }

    fn has_small(&self, min_cell: u64) -> bool {
        let rest = self
            .base()
            .map(|base| base.denominator.saturating_sub(base.numerator));
        let is_small = |count: u64| (1..min_cell).contains(&count);
        [self.numerator, self.denominator, rest]
            .into_iter()
            .flatten()
            .any(is_small)
    }
}

/// The figures of a publication and their dates.
#[derive(Debug, Clone, Copy)]
pub struct Side<'a> {
    /// Its figures.
    pub figures: &'a Figures,
    /// The as-of date of each data set, by id.
    pub as_of: &'a BTreeMap<String, Day>,
    /// What they are defined by.
    pub definitions: &'a Definitions,
}

/// What differs between two publications.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Comparison {
    /// Figures published as final that changed or are gone, in the order of their places; not numbered, no reason given.
    pub revisions: Vec<Revision>,
    /// Figures that were not settled and changed or are gone, or that had no value and have one.
    pub moved: u64,
    /// Figures that are new.
    pub added: u64,
}

impl Comparison {
    /// Whether both publications have the same figures.
    #[must_use]
    pub fn is_same(&self) -> bool {
        self.revisions.is_empty() && self.moved == 0 && self.added == 0
    }
}

/// Compares two publications. `recount` is what the exports of the new one tell of the old; without it, what is printed has to do.
#[must_use]
pub fn compare(old: Side<'_>, new: Side<'_>, recount: Option<&Recount>) -> Comparison {
    let mut compared = Comparison::default();
    let mut gone: BTreeMap<(Place, Word, bool), u64> = BTreeMap::new();
    let present = Present::of(new.figures);
    for (place, lines) in old.figures.places() {
        let days = Days::of(place, old, new);
        let is_other_span = place.kind == PeriodKind::All && !days.is_same();
        let now = new.figures.at(place);
        for (at, (indicator, line)) in lines.iter().enumerate() {
            let found = now.and_then(|now| find(now, at, indicator));
            let has_value = !matches!(line.status, Status::None | Status::Suppressed);
            let is_told =
                !is_other_span && has_value && is_settled(old.figures, place, indicator, line);
            match found {
                Some(found) if found == line => {}
                Some(found) if is_told && is_change(line, found, indicator, days) => {
                    let is_confirmed = recount.is_some_and(|all| all.confirms(place, indicator));
                    let figure = (indicator.as_ref(), line, found);
                    let cause = cause((old, new), place, figure, days, is_confirmed);
                    compared.revisions.push(Revision {
                        number: 0,
                        from: days.old,
                        to: days.new,
                        place: place.clone(),
                        indicator: Word::clone(indicator),
                        figures: 1,
                        old: Some(*line),
                        new: Some(*found),
                        cause,
                        reason: Localised::default(),
                    });
                }
                None if is_told && (days.is_same() || !is_at_as_of(indicator)) => {
                    let is_left_out =
                        now.is_none() && recount.is_some_and(|all| all.places.contains(place));
                    let common = present.common(place, indicator, now.is_some());
                    *gone.entry((common.0, common.1, is_left_out)).or_default() += 1;
                }
                _ => compared.moved += 1,
            }
        }
    }
    for ((place, indicator, is_left_out), figures) in gone {
        let days = Days::of(&place, old, new);
        let single = old.figures.line(&place, &indicator).copied();
        compared.revisions.push(Revision {
            number: 0,
            from: days.old,
            to: days.new,
            place,
            indicator,
            figures,
            old: single.filter(|_| !is_left_out),
            new: None,
            cause: if is_left_out {
                Cause::Withheld
            } else {
                Cause::Unscheduled
            },
            reason: Localised::default(),
        });
    }
    for (place, lines) in new.figures.places() {
        let before = old.figures.at(place).unwrap_or_default();
        let known = |at: usize, indicator: &Word| find(before, at, indicator).is_some();
        let fresh = lines
            .iter()
            .enumerate()
            .filter(|(at, (indicator, _))| !known(*at, indicator));
        compared.added += fresh.count() as u64;
    }
    compared
        .revisions
        .sort_by(|a, b| (&a.place, &a.indicator).cmp(&(&b.place, &b.indicator)));
    compared
}

/// The line of a figure, looked for first where it stood in the other publication.
pub(super) fn find<'a>(lines: &'a [(Word, Line)], at: usize, indicator: &Word) -> Option<&'a Line> {
    let is_it = |(id, _): &&(Word, Line)| id == indicator;
    let found = lines
        .get(at)
        .filter(is_it)
        .or_else(|| lines.iter().find(is_it));
    found.map(|(_, line)| line)
}

/// The as-of dates of a data set in both publications.
#[derive(Debug, Clone, Copy)]
struct Days {
    old: Option<Day>,
    new: Option<Day>,
}

impl Days {
    fn of(place: &Place, old: Side<'_>, new: Side<'_>) -> Self {
        Self {
            old: old.as_of.get(&*place.dataset).copied(),
            new: new.as_of.get(&*place.dataset).copied(),
        }
    }

    fn is_same(self) -> bool {
        self.old == self.new
    }

    fn is_later(self) -> bool {
        self.old < self.new
    }
}

/// Whether a line was told as settled. A small base hides whether it was; the period's own number of cases tells.
fn is_settled(figures: &Figures, place: &Place, indicator: &str, line: &Line) -> bool {
    match line.status {
        Status::Final => true,
        Status::SmallBase => {
            let settles = FigureId::parse(indicator)
                .is_some_and(|id| id.definition.settles_with_its_period());
            match figures
                .line(&place.overall(), "received")
                .map(|line| line.status)
            {
                Some(Status::Partial) => false,
                Some(Status::Provisional) => settles,
                _ => true,
            }
        }
        Status::Provisional | Status::Partial | Status::Suppressed | Status::None => false,
    }
}

/// Whether what readers were told is no longer so. A source that dates no ending knows its stock at the as-of date alone.
fn is_change(old: &Line, new: &Line, indicator: &str, days: Days) -> bool {
    let numbers = |line: &Line| (line.whole, line.numerator, line.denominator);
    let was_stock = FigureId::parse(indicator).is_some_and(|id| id.definition.view == View::Stock);
    if new.status == Status::None && was_stock && !days.is_same() {
        return false;
    }
    let has_value = |line: &Line| {
        !matches!(
            line.status,
            Status::None | Status::Suppressed | Status::SmallBase
        )
    };
    numbers(old) != numbers(new) || has_value(old) && !has_value(new)
}

fn is_at_as_of(indicator: &str) -> bool {
    FigureId::parse(indicator).is_some_and(|id| id.definition.when == When::AtAsOf)
}

/// Why a figure changed. One is confirmed that the exports of today still give as it was printed.
fn cause(
    (old, new): (Side<'_>, Side<'_>),
    place: &Place,
    (indicator, was, is): (&str, &Line, &Line),
    days: Days,
    is_confirmed: bool,
) -> Cause {
    let is_hidden = is.status == Status::Suppressed
        || is.status == Status::SmallBase && is.base() == was.base();
    if is_hidden {
        return Cause::Withheld;
    }
    if new
        .definitions
        .differ(old.definitions, &place.dataset, indicator)
    {
        return Cause::Redefined;
    }
    let same = |indicator: &str| {
        let number = |side: Side<'_>| {
            let line = side.figures.line(place, indicator)?;
            line.denominator.or(line.numerator)
        };
        number(old) == number(new)
    };
    if days.is_later() && is_confirmed {
        return Cause::Followed;
    }
    if !days.is_later() || is.status == Status::None {
        return Cause::Unscheduled;
    }
    let Some(id) = FigureId::parse(indicator) else {
        return Cause::Unscheduled;
    };
    let is_same_cases = match (id.definition.view, id.definition.id) {
        (View::Due, "due_late" | "due_open") => {
            let (_, clock) = indicator.split_once(':').unwrap_or_default();
            same(&format!("on_time_rate:{clock}"))
        }
        (View::Cohort, _) => {
            id.definition.per != Per::Days
                && !SETTLED_AT_ONCE.contains(&id.definition.id)
                && same("received")
                && same("valid")
        }
        _ => false,
    };
    let grew = |was: Option<u64>, is: Option<u64>| was <= is;
    let is_onward = if matches!(id.definition.id, "outcome_open" | "due_open") {
        grew(is.numerator, was.numerator)
    } else {
        grew(was.numerator, is.numerator) && grew(was.denominator, is.denominator)
    };
    if is_same_cases && is_onward {
        Cause::Followed
    } else {
        Cause::Unscheduled
    }
}

/// Figures of a cohort in which time changes nothing.
const SETTLED_AT_ONCE: [&str; 9] = [
    "received",
    "excluded_duplicate",
    "excluded_incomplete",
    "excluded_out_of_scope",
    "valid",
    "effective_acceptance_rate",
    "passed_on_rate",
    "mean_transfers",
    "rate_per_1000",
];

/// What a publication has at all, to tell figures that are gone together in one line.
struct Present<'a> {
    datasets: BTreeSet<&'a str>,
    scopes: BTreeSet<[&'a str; 5]>,
    periods: BTreeSet<(&'a str, PeriodKind, &'a str)>,
    indicators: BTreeSet<(&'a str, &'a str)>,
}

impl<'a> Present<'a> {
    fn of(figures: &'a Figures) -> Self {
        let mut present = Self {
            datasets: BTreeSet::new(),
            scopes: BTreeSet::new(),
            periods: BTreeSet::new(),
            indicators: BTreeSet::new(),
        };
        for (place, lines) in figures.places() {
            let Place {
                dataset,
                dimension,
                member,
                dimension2,
                member2,
                kind,
                period,
            } = place;
            present.datasets.insert(dataset);
            present.scopes.insert([dataset, dimension, "", "", ""]);
            present
                .scopes
                .insert([dataset, dimension, member, dimension2, member2]);
            present.periods.insert((dataset, *kind, period));
            present
                .indicators
                .extend(lines.iter().map(|(id, _)| (&**dataset, &**id)));
        }
        present
    }

    /// The widest place and indicator of which nothing is left.
    fn common(&self, place: &Place, indicator: &Word, has_place: bool) -> (Place, Word) {
        let Place {
            dataset,
            dimension,
            member,
            dimension2,
            member2,
            kind,
            period,
        } = place;
        let none = || Word::from("");
        let all = Place {
            dataset: Word::clone(dataset),
            kind: PeriodKind::All,
            period: none(),
            ..place.overall()
        };
        if !self.datasets.contains(&**dataset) {
            return (all, none());
        }
        if !self.periods.contains(&(&**dataset, *kind, &**period)) {
            return (
                Place {
                    period: Word::clone(period),
                    kind: *kind,
                    ..all
                },
                none(),
            );
        }
        if !self
            .scopes
            .contains(&[&**dataset, &**dimension, "", "", ""])
        {
            return (
                Place {
                    dimension: Word::clone(dimension),
                    ..all
                },
                none(),
            );
        }
        if !self.scopes.contains(&[
            &**dataset,
            &**dimension,
            &**member,
            &**dimension2,
            &**member2,
        ]) {
            return (
                Place {
                    period: none(),
                    kind: PeriodKind::All,
                    ..place.clone()
                },
                none(),
            );
        }
        if !self.indicators.contains(&(&**dataset, &**indicator)) {
            return (all, Word::clone(indicator));
        }
        if has_place {
            (place.clone(), Word::clone(indicator))
        } else {
            (place.clone(), none())
        }
    }
}
