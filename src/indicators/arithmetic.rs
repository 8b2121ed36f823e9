//! Arithmetic that must hold among figures before any is published: within a sheet, over periods, over members and pairs.
//!
//! [`prove`] looks at the figures as they were measured and not at how they were counted, so that a fault anywhere before shows. A
//! figure that a sheet does not tell (too early, not recorded) is left out of the sums it would stand in.

use std::collections::BTreeMap;
use std::fmt;

use super::{Amount, Base, Figure, FigureId, Reason, Scope, Sheet, Unit, View, wilson};
use crate::time::{Period, PeriodKind};

/// What was looked at, and what does not come out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Proof {
    /// How many statements hold.
    pub held: u64,
    /// Those that don't.
    pub broken: Vec<Broken>,
}

/// A statement about figures that does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    /// The sheet of the whole, by its place in the list.
    pub sheet: usize,
    /// The figure.
    pub indicator: String,
    /// What it is compared with.
    pub of: &'static str,
    /// What its parts come to.
    pub parts: u64,
    /// What it is.
    pub whole: u64,
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} is {}, but {} come to {}",
            self.indicator, self.whole, self.of, self.parts
        )
    }
}

/// Proves what must hold among the sheets of a data set before anything is withheld. `parents` has for each dimension the one above it.
#[must_use]
pub fn prove(sheets: &[Sheet], parents: &[Option<usize>]) -> Proof {
    let mut proof = Proof::default();
    let places: BTreeMap<(&Scope, Period), usize> = sheets
        .iter()
        .enumerate()
        .map(|(at, sheet)| ((&sheet.scope, sheet.period), at))
        .collect();
    for (at, sheet) in sheets.iter().enumerate() {
        within(&mut proof, at, sheet);
    }
    over_periods(&mut proof, sheets, &places);
    over_members(&mut proof, sheets, &places, parents);
    proof
}

impl Proof {
    fn equal(&mut self, sheet: usize, indicator: &str, of: &'static str, parts: u64, whole: u64) {
        if parts == whole {
            self.held += 1;
        } else {
            self.broken.push(Broken {
                sheet,
                indicator: indicator.to_owned(),
                of,
                parts,
                whole,
            });
        }
    }

    /// Every figure of the whole that counts cases is the sum of the same of the parts, where all tell it.
    fn sums(&mut self, sheets: &[Sheet], whole: usize, parts: &[usize], of: &'static str) {
        for (place, figure) in sheets[whole].figures.iter().enumerate() {
            if of == PERIODS && !is_of_time(&figure.indicator) {
                continue;
            }
            let Some(own) = counts(figure) else { continue };
            let summed = parts
                .iter()
                .map(|part| counts(same(&sheets[*part], place, figure)?))
                .try_fold([0, 0], |sum, part| {
                    Some([sum[0] + part?[0], sum[1] + part?[1]])
                });
            if let Some(summed) = summed {
                for (sum, own) in summed.into_iter().zip(own) {
                    self.equal(whole, &figure.indicator, of, sum, own);
                }
            }
        }
    }
}

const PERIODS: &str = "those of its shorter periods";

/// The same figure of another sheet; most often it stands at the same place.
fn same<'s>(sheet: &'s Sheet, place: usize, figure: &Figure) -> Option<&'s Figure> {
    sheet
        .figures
        .get(place)
        .filter(|other| other.indicator == figure.indicator)
        .or_else(|| sheet.figure(&figure.indicator))
}

/// Whether a figure's cases are each of one period, so that periods add up: all but states at a date, and deadlines yet to come, which
/// lie after the last shorter period.
fn is_of_time(indicator: &str) -> bool {
    FigureId::parse(indicator)
        .is_some_and(|id| id.definition.view != View::Stock && id.definition.id != "open_in_time")
}

/// The numbers of cases of a figure: a count alone, or numerator and denominator. `None` where it tells none, or of people or days.
fn counts(figure: &Figure) -> Option<[u64; 2]> {
    if figure.unit == Unit::Per1000 {
        return None;
    }
    match figure.amount {
        Amount::Count(cases) => (figure.unit == Unit::Cases).then_some([cases, 0]),
        Amount::None(Reason::NoCases, None) => Some([0, 0]),
        Amount::None(_, base) => base.map(pair),
        Amount::Rate(base, _)
        | Amount::Quantile(_, base)
        | Amount::Ratio(base)
        | Amount::SmallBase(base) => Some(pair(base)),
        Amount::Suppressed => None,
    }
}

fn pair(base: Base) -> [u64; 2] {
    [base.numerator, base.denominator]
}

/// What holds within a sheet by what the counts mean.
fn within(proof: &mut Proof, at: usize, sheet: &Sheet) {
    let told: BTreeMap<&str, [u64; 2]> = sheet
        .figures
        .iter()
        .filter_map(|figure| Some((&*figure.indicator, counts(figure)?)))
        .collect();
    let count = |name: &str| told.get(name).map(|counts| counts[0]);
    let sum_of = |start: &str| -> Option<u64> {
        let mut parts = told
            .iter()
            .filter(|(name, _)| name.starts_with(start))
            .map(|(_, counts)| counts[0])
            .peekable();
        parts.peek()?;
        Some(parts.sum())
    };
    // Pairs don't tell what was set apart.
    let is_pair = matches!(sheet.scope, Scope::Pair { .. });
    if let (false, Some(received), Some(valid)) = (is_pair, count("received"), count("valid")) {
        let apart = sum_of("excluded_").unwrap_or(0);
        let of = "valid cases and those set apart";
        proof.equal(at, "received", of, valid + apart, received);
    }
    if let (Some(valid), Some(ended)) = (count("valid"), sum_of("outcome_")) {
        proof.equal(at, "valid", "its outcomes", ended, valid);
    }
    for figure in &sheet.figures {
        let name: &str = &figure.indicator;
        if let Some(clock) = name.strip_prefix("on_time_rate:")
            && let Some([met, due]) = told.get(name).copied()
        {
            let of = |part: &str| count(&format!("due_{part}:{clock}"));
            if let (Some(on_time), Some(late), Some(open)) = (of("on_time"), of("late"), of("open"))
            {
                let parts = "met, late and still open";
                proof.equal(at, name, "those counted as met", on_time, met);
                proof.equal(at, name, parts, on_time + late + open, due);
            }
        }
        if let Amount::Rate(base, interval) = figure.amount {
            let is_its_own = wilson(base) == Some(interval);
            let most = if is_its_own { base.denominator } else { 0 };
            let of = "the most that its base and interval allow";
            proof.equal(at, name, of, base.numerator.min(most), base.numerator);
        }
        let of_valid = ["answer_rate", "closed_rate", "passed_on_rate"];
        if (of_valid.contains(&name) || name.starts_with("within_"))
            && let (Some([_, base]), Some(valid)) = (told.get(name), count("valid"))
        {
            proof.equal(at, name, "the valid cases of its base", *base, valid);
        }
    }
    if let Some(balance) = sheet.balance {
        let of = "open before, received and reopened, less closed";
        let after = balance.open_before + balance.received + balance.reopened;
        let after = after.saturating_sub(balance.closed);
        let open = count("open_at_end").unwrap_or(balance.open_after);
        proof.equal(at, "open_at_end", of, after, open);
    }
}

/// Periods add up to the longer ones that they fill without a gap.
fn over_periods(proof: &mut Proof, sheets: &[Sheet], places: &BTreeMap<(&Scope, Period), usize>) {
    let mut by_scope: BTreeMap<&Scope, BTreeMap<Period, usize>> = BTreeMap::new();
    for ((scope, period), at) in places {
        by_scope.entry(scope).or_default().insert(*period, *at);
    }
    let kinds = [
        PeriodKind::Year,
        PeriodKind::HalfYear,
        PeriodKind::Quarter,
        PeriodKind::Month,
    ];
    for periods in by_scope.values() {
        for (whole, at) in periods {
            for kind in kinds.into_iter().filter(|kind| *kind > whole.kind) {
                let parts: Vec<(&Period, usize)> = periods
                    .iter()
                    .filter(|(part, _)| part.kind == kind)
                    .filter(|(part, _)| whole.first <= part.first && part.last <= whole.last)
                    .map(|(part, at)| (part, *at))
                    .collect();
                let is_filled = parts
                    .first()
                    .is_some_and(|part| part.0.first == whole.first)
                    && parts.last().is_some_and(|part| part.0.last == whole.last)
                    && parts
                        .windows(2)
                        .all(|two| two[0].0.last.0 + 1 == two[1].0.first.0);
                if is_filled {
                    let parts: Vec<usize> = parts.iter().map(|part| part.1).collect();
                    proof.sums(sheets, *at, &parts, PERIODS);
                    break;
                }
            }
        }
    }
}

/// Members add up to all cases and to those above them, pairs to their member.
fn over_members(
    proof: &mut Proof,
    sheets: &[Sheet],
    places: &BTreeMap<(&Scope, Period), usize>,
    parents: &[Option<usize>],
) {
    let mut parts: BTreeMap<(usize, usize, bool), Vec<usize>> = BTreeMap::new();
    let mut add = |whole: &Scope, period: Period, dimension: usize, part: usize| {
        let is_pair = matches!(sheets[part].scope, Scope::Pair { .. });
        if let Some(&whole) = places.get(&(whole, period)) {
            parts
                .entry((whole, dimension, is_pair))
                .or_default()
                .push(part);
        }
    };
    for (at, sheet) in sheets.iter().enumerate() {
        match &sheet.scope {
            Scope::Overall => {}
            Scope::Member { dimension, member } => {
                add(&Scope::Overall, sheet.period, *dimension, at);
                if let Some(above) = above(parents, *dimension, member) {
                    add(&above, sheet.period, *dimension, at);
                }
            }
            Scope::Pair {
                dimension,
                member,
                dimension2,
                ..
            } => {
                let whole = Scope::Member {
                    dimension: *dimension,
                    member: member.clone(),
                };
                add(&whole, sheet.period, *dimension2, at);
            }
        }
    }
    for ((whole, _, is_pair), parts) in parts {
        let of = if is_pair {
            "those of its pairs"
        } else {
            "those of its members"
        };
        proof.sums(sheets, whole, &parts, of);
    }
}

/// The member above another by its path, where its dimension has a parent.
fn above(parents: &[Option<usize>], dimension: usize, member: &str) -> Option<Scope> {
    let parent = parents.get(dimension).copied().flatten()?;
    // Slashes within names are written `\/`.
    let cut = member
        .match_indices('/')
        .map(|(at, _)| at)
        .rfind(|&at| !member[..at].ends_with('\\'))?;
    Some(Scope::Member {
        dimension: parent,
        member: member[..cut].to_owned(),
    })
}
