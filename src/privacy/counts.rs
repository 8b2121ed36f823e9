//! Which counts of cases a figure prints, and which others follow from them: [`Counts::of`].
//!
//! A rate prints two counts, a quantile the cases it was reached in and those that could reach it. Each count has a name of its own,
//! so that the numerator of `on_time_rate` and `due_on_time` are one and the same. What a reader gets by subtraction (a denominator
//! less its numerator) has a name too, beginning with `~`.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::case::{Clock, Field, Scheme};
use crate::indicators::{Amount, Base, Figure, FigureId, Sheet};
use crate::time::PeriodKind;

/// The counts of sheets by name.
#[derive(Debug, Default)]
pub(super) struct Counts {
    names: Vec<String>,
    numbers: BTreeMap<String, usize>,
    roles: BTreeMap<Arc<str>, Role>,
}

/// The counts of one figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Role {
    /// What it counts.
    pub(super) numerator: Option<usize>,
    /// What it is counted among.
    pub(super) denominator: Option<usize>,
    /// A count it must not be shown without, and does not print.
    pub(super) leans_on: Option<usize>,
}

impl Counts {
    /// The counts that the figures of some sheets print.
    pub(super) fn of(sheets: &[Sheet]) -> Self {
        let mut counts = Self::default();
        for figure in sheets.iter().flat_map(|sheet| &sheet.figures) {
            if !counts.roles.contains_key(&figure.indicator) {
                let words = role_of(&figure.indicator);
                let role = Role {
                    numerator: words.numerator.map(|name| counts.number(&name)),
                    denominator: words.denominator.map(|name| counts.number(&name)),
                    leans_on: words.leans_on.map(|name| counts.number(&name)),
                };
                counts.roles.insert(Arc::clone(&figure.indicator), role);
            }
        }
        counts
    }

    /// The number of a name; a new one is added.
    pub(super) fn number(&mut self, name: &str) -> usize {
        if let Some(&number) = self.numbers.get(name) {
            return number;
        }
        let number = self.names.len();
        self.names.push(name.to_owned());
        self.numbers.insert(name.to_owned(), number);
        number
    }

    /// The number of a name that some figure prints.
    pub(super) fn find(&self, name: &str) -> Option<usize> {
        self.numbers.get(name).copied()
    }

    /// All names.
    pub(super) fn names(&self) -> &[String] {
        &self.names
    }

    /// What a figure prints.
    pub(super) fn role(&self, figure: &Figure) -> Role {
        self.roles.get(&figure.indicator).copied().unwrap_or(Role {
            numerator: None,
            denominator: None,
            leans_on: None,
        })
    }

    /// The counts that a sheet prints, by number.
    pub(super) fn printed(&self, sheet: &Sheet) -> Vec<Option<u64>> {
        let mut values = vec![None; self.names.len()];
        for figure in &sheet.figures {
            let role = self.role(figure);
            let (numerator, denominator) = printed(figure.amount);
            for (name, value) in [(role.numerator, numerator), (role.denominator, denominator)] {
                if let (Some(name), Some(value)) = (name, value) {
                    values[name] = Some(value);
                }
            }
        }
        values
    }
}

/// Numerator and denominator as they are printed.
pub(super) fn printed(amount: Amount) -> (Option<u64>, Option<u64>) {
    match amount {
        Amount::Count(count) => (Some(count), None),
        Amount::Rate(base, _)
        | Amount::Quantile(_, base)
        | Amount::Ratio(base)
        | Amount::SmallBase(base)
        | Amount::None(_, Some(base)) => {
            let Base {
                numerator,
                denominator,
            } = base;
            (Some(numerator), Some(denominator))
        }
        Amount::Suppressed | Amount::None(_, None) => (None, None),
    }
}

/// A role by names.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Words {
    pub(super) numerator: Option<String>,
    pub(super) denominator: Option<String>,
    pub(super) leans_on: Option<String>,
}

/// The names of the counts that a figure prints. One that is not known here counts something of its own.
pub(super) fn role_of(indicator: &str) -> Words {
    let rate = |numerator: &str, denominator: &str| Words {
        numerator: Some(numerator.to_owned()),
        denominator: Some(denominator.to_owned()),
        leans_on: None,
    };
    let count = || Words {
        numerator: Some(indicator.to_owned()),
        ..Words::default()
    };
    let Some(id) = FigureId::parse(indicator) else {
        return count();
    };
    let clock = indicator.split_once(':').map_or("", |(_, clock)| clock);
    match id.definition.id {
        "effective_acceptance_rate" => rate("valid", "received"),
        "answer_rate" => rate("answered", "valid"),
        "closed_rate" => rate("closed", "valid"),
        "resolution_rate" => rate("outcome_resolved", "stated"),
        "upheld_rate" => rate("upheld", "decided"),
        "on_time_rate" => rate(&format!("due_on_time:{clock}"), &format!("due:{clock}")),
        "median_days" | "p90_days" => rate(&format!("ran:{clock}"), &format!("started:{clock}")),
        "median_hours" | "p90_hours" => rate(
            &format!("ran_hours:{clock}"),
            &format!("started_hours:{clock}"),
        ),
        "within_k_days" => rate(indicator, "valid"),
        "satisfaction_rate" => rate("satisfied", "rated"),
        "rating_coverage" => rate("rated", "closed"),
        "satisfaction_low_bound" => rate("satisfied", "closed"),
        "satisfaction_high_bound" => rate("not_dissatisfied", "closed"),
        "reopened_rate" => rate("reopened", "closed_once"),
        "passed_on_rate" => rate("passed_on", "valid"),
        "mean_transfers" => rate("transfers", "valid"),
        // The number of people is public.
        "rate_per_1000" => Words {
            numerator: Some("valid".to_owned()),
            ..Words::default()
        },
        "oldest_open_days" => Words {
            leans_on: Some("open_at_end".to_owned()),
            ..Words::default()
        },
        _ => count(),
    }
}

/// Whether a count is a state at a date, and so the same in every period that ends on it.
pub(super) fn is_stock(name: &str) -> bool {
    name == "open_at_end" || name.starts_with("overdue:") || name.starts_with(NOT_OVERDUE)
}

/// What is open and not overdue, by clock.
const NOT_OVERDUE: &str = "~not_overdue:";

/// A sum that holds on each sheet: the total, its parts, and the part that is not printed, if one is not.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Sum {
    total: usize,
    parts: Vec<usize>,
    unprinted: Option<usize>,
}

/// Counts of a sheet that come to 0, each with how often it is taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Row {
    /// Names with their factors, each once.
    pub(super) terms: Vec<(usize, i64)>,
    /// Whether it holds over the whole coverage only.
    pub(super) only_all: bool,
    /// Whether it is only seen to hold, in that two counts are always the same, and does not follow from what they mean.
    pub(super) is_guess: bool,
}

impl Row {
    /// A sum that holds in every period.
    pub(super) const fn of(terms: Vec<(usize, i64)>) -> Self {
        Self {
            terms,
            only_all: false,
            is_guess: false,
        }
    }
}

impl Counts {
    /// All that adds up within a sheet, as far as it does in these: by what the counts mean, and because two are always the same.
    pub(super) fn rows(&mut self, sheets: &[Sheet], scheme: &Scheme) -> Vec<Row> {
        let row = |terms: Vec<(usize, i64)>, only_all| {
            let mut summed: BTreeMap<usize, i64> = BTreeMap::new();
            for (name, by) in terms {
                *summed.entry(name).or_default() += by;
            }
            Row {
                only_all,
                ..Row::of(summed.into_iter().filter(|term| term.1 != 0).collect())
            }
        };
        let of_sum = |sum: Sum, only_all: bool| {
            let parts = sum.parts.into_iter().chain(sum.unprinted);
            let terms = parts.map(|part| (part, 1)).chain([(sum.total, -1)]);
            row(terms.collect(), only_all)
        };
        let sums = self.sums().into_iter();
        let mut rows: Vec<Row> = sums.map(|sum| of_sum(sum, false)).collect();
        let sums = self.sums_over_all_time().into_iter();
        rows.extend(sums.map(|sum| of_sum(sum, true)));
        rows.extend(
            self.over_all_time()
                .into_iter()
                .map(|terms| row(terms, true)),
        );
        let values: Vec<(bool, Vec<Option<u64>>)> = sheets
            .iter()
            .map(|sheet| (sheet.period.kind == PeriodKind::All, self.printed(sheet)))
            .collect();
        rows.retain(|row| {
            values
                .iter()
                .filter(|(is_all, _)| *is_all || !row.only_all)
                .all(|(_, values)| self.may_hold(row, values))
        });
        rows.extend(self.same(&values).into_iter().map(|[one, two]| Row {
            is_guess: !self.are_same_event(one, two, scheme),
            ..row(vec![(one, -1), (two, 1)], false)
        }));
        rows
    }

    /// Whether counts agree with a row; a name that is never printed must come to 0 or more.
    fn may_hold(&self, row: &Row, values: &[Option<u64>]) -> bool {
        let mut sum = 0;
        let mut open = None;
        for &(name, by) in &row.terms {
            match values[name].map(i64::try_from) {
                Some(Ok(value)) => sum += value * by,
                Some(Err(_)) => return false,
                None if self.names[name].starts_with('~') && open.is_none() => open = Some(by),
                None => return true,
            }
        }
        match open {
            Some(by) => sum % by == 0 && -sum / by >= 0,
            None => sum == 0,
        }
    }

    /// Over the whole coverage the views meet: what was due or will be was received, what was met or missed has happened, what is
    /// open at the end came in and did not go out.
    fn over_all_time(&self) -> Vec<Vec<(usize, i64)>> {
        let mut rows = Vec::new();
        let mut add = |terms: &[(String, i64)]| {
            let found: Option<Vec<(usize, i64)>> = terms
                .iter()
                .map(|(name, by)| Some((self.find(name)?, *by)))
                .collect();
            rows.extend(found);
        };
        let owned = |name: &str, by: i64| (name.to_owned(), by);
        for clock in self.endings_of("due:") {
            let of = |name: &str, by: i64| (format!("{name}:{clock}"), by);
            add(&[of("started", -1), of("due", 1), of("open_in_time", 1)]);
            add(&[of("ran", -1), of("due_on_time", 1), of("due_late", 1)]);
            add(&[of("overdue", -1), of("due_open", 1)]);
        }
        add(&[owned("open_at_end", -1), owned("outcome_open", 1)]);
        let (came, went) = ("reopened_in_period", "closed_in_period");
        let reopened = self.find(came).map(|_| owned(came, 1));
        let mut balance = vec![owned("valid", 1), owned(went, -1), owned("open_at_end", -1)];
        balance.extend(reopened);
        add(&balance);
        rows
    }

    /// Over the whole coverage, of each clock: what ran out before a deadline that is still to come is neither on time nor late yet.
    fn sums_over_all_time(&mut self) -> Vec<Sum> {
        let mut sums = Vec::new();
        for clock in self.endings_of("due:") {
            let of = |name: &str| format!("{name}:{clock}");
            let parts = [of("due_on_time"), of("due_late")];
            let parts = parts.each_ref().map(String::as_str);
            self.add(&mut sums, &of("ran"), &parts, Some(&of("~before")));
            let parts = [of("due"), of("open_in_time")];
            let parts = parts.each_ref().map(String::as_str);
            self.add(&mut sums, &of("started"), &parts, Some(&of("~beside")));
        }
        sums
    }

    /// Of each clock what is overdue, and what is open and not.
    pub(super) fn overdue(&self) -> Vec<(usize, usize)> {
        let clocks = self.endings_of("overdue:").into_iter();
        let both = clocks.filter_map(|clock| {
            Some((
                self.find(&format!("overdue:{clock}"))?,
                self.find(&format!("{NOT_OVERDUE}{clock}"))?,
            ))
        });
        both.collect()
    }

    /// Pairs of names that are printed with the same count wherever both are, and not only with 0.
    fn same(&self, values: &[(bool, Vec<Option<u64>>)]) -> Vec<[usize; 2]> {
        let mut found = Vec::new();
        let mut is_twin = vec![false; self.names.len()];
        for one in 0..self.names.len() {
            if is_twin[one] || is_stock(&self.names[one]) {
                continue;
            }
            for two in one + 1..self.names.len() {
                if is_twin[two] || is_stock(&self.names[two]) {
                    continue;
                }
                let mut is_met = false;
                let is_same = values
                    .iter()
                    .all(|(_, values)| match (values[one], values[two]) {
                        (Some(a), Some(b)) => {
                            is_met |= a > 0;
                            a == b
                        }
                        _ => true,
                    });
                if is_same && is_met {
                    is_twin[two] = true;
                    found.push([one, two]);
                }
            }
        }
        found
    }

    /// Whether two counts are of cases that the same has happened to.
    fn are_same_event(&self, one: usize, two: usize, scheme: &Scheme) -> bool {
        let event = |name: usize| -> Option<Field> {
            let clock = |at: fn(&Clock) -> Field, id: &str| {
                let clock = scheme.clocks.iter().find(|clock| clock.id == id);
                clock.map(at)
            };
            match self.names[name].split_once(':') {
                None if self.names[name] == "valid" => Some(Field::Received),
                None if self.names[name] == "answered" => scheme.answering(),
                None if self.names[name] == "closed" => scheme.ending(),
                Some(("started" | "started_hours", id)) => clock(|clock| clock.from, id),
                Some(("ran" | "ran_hours", id)) => clock(|clock| clock.to, id),
                _ => None,
            }
        };
        event(one).is_some() && event(one) == event(two)
    }

    /// What moves the stock in between: what came in at one time and did not go out then.
    pub(super) fn net(&self) -> Option<Row> {
        let mut terms = vec![
            (self.find("valid")?, 1),
            (self.find("closed_in_period")?, -1),
            (self.find("open_at_end")?, -1),
        ];
        terms.extend(self.find("reopened_in_period").map(|name| (name, 1)));
        terms.sort_unstable();
        Some(Row::of(terms))
    }

    /// The sums that hold on each sheet by what the counts mean. Names begin to exist for what follows by subtraction.
    fn sums(&mut self) -> Vec<Sum> {
        let mut sums = Vec::new();
        let exclusions = self.beginning_with("excluded_");
        let outcomes: Vec<String> = self
            .beginning_with("outcome_")
            .into_iter()
            .filter(|name| name != "outcome_open")
            .collect();
        self.add(&mut sums, "received", &["valid"], Some("~excluded"));
        let parts: Vec<String> = std::iter::once("valid".to_owned())
            .chain(exclusions)
            .collect();
        self.add_all(&mut sums, "received", &parts);
        self.add(&mut sums, "valid", &["answered"], Some("~unanswered"));
        if self.find("outcome_open").is_some() {
            self.add(&mut sums, "valid", &["closed", "outcome_open"], None);
        } else {
            self.add(&mut sums, "valid", &["closed"], Some("~open"));
        }
        self.add_all(&mut sums, "closed", &outcomes);
        self.add(&mut sums, "closed", &["stated", "outcome_closed"], None);
        self.add(
            &mut sums,
            "stated",
            &["outcome_resolved"],
            Some("~unresolved"),
        );
        let upheld: Vec<String> = ["outcome_upheld", "outcome_partly_upheld"]
            .into_iter()
            .filter(|name| self.find(name).is_some())
            .map(str::to_owned)
            .collect();
        self.add_all(&mut sums, "upheld", &upheld);
        self.add(&mut sums, "decided", &["upheld"], Some("~not_upheld"));
        self.add(
            &mut sums,
            "decided",
            &["upheld", "outcome_not_upheld"],
            None,
        );
        self.add(&mut sums, "closed", &["rated"], Some("~silent"));
        self.add(&mut sums, "rated", &["satisfied"], Some("~unsatisfied"));
        self.add(
            &mut sums,
            "closed",
            &["not_dissatisfied", "~unsatisfied"],
            None,
        );
        self.add(
            &mut sums,
            "closed_once",
            &["reopened"],
            Some("~not_reopened"),
        );
        self.add_rest(&mut sums, "closed_once", &["closed"], "~reopened_open");
        self.add(&mut sums, "valid", &["passed_on"], Some("~not_passed_on"));
        self.add_rest(
            &mut sums,
            "transfers",
            &["passed_on", "passed_on"],
            "~passes",
        );
        for clock in self.endings_of("due:") {
            let of = |name: &str| format!("{name}:{clock}");
            let (due, met, missed) = (of("due"), of("due_on_time"), of("~missed"));
            self.add(&mut sums, &due, &[met.as_str()], Some(missed.as_str()));
            let parts = [met.as_str(), &of("due_late"), &of("due_open")];
            self.add(&mut sums, &due, &parts, None);
        }
        for clock in self.endings_of("overdue:") {
            let (overdue, not) = (format!("overdue:{clock}"), format!("{NOT_OVERDUE}{clock}"));
            self.add(&mut sums, "open_at_end", &[&overdue], Some(&not));
        }
        for clock in self.endings_of("ran:") {
            let (ran, other) = (format!("ran:{clock}"), format!("~not_ran:{clock}"));
            self.add(&mut sums, "answered", &[&ran], Some(&other));
        }
        for name in ["ran", "ran_hours"] {
            let started = name.replace("ran", "started");
            for clock in self.endings_of(&format!("{name}:")) {
                self.add(
                    &mut sums,
                    &format!("{started}:{clock}"),
                    &[&format!("{name}:{clock}")],
                    Some(&format!("~waiting_{name}:{clock}")),
                );
            }
        }
        for (clock, days) in self.within() {
            let mut before: Option<String> = None;
            for k in days {
                let name = format!("within_{k}_days:{clock}");
                self.add(&mut sums, "valid", &[&name], Some(&format!("~not_{name}")));
                if let Some(before) = &before {
                    self.add(
                        &mut sums,
                        &name,
                        &[before],
                        Some(&format!("~between_{name}")),
                    );
                }
                before = Some(name);
            }
            if let Some(last) = before {
                let beyond = format!("~beyond:{clock}");
                self.add(&mut sums, &format!("ran:{clock}"), &[&last], Some(&beyond));
            }
        }
        sums
    }

    fn add(&mut self, sums: &mut Vec<Sum>, total: &str, parts: &[&str], unprinted: Option<&str>) {
        let Some(total) = self.find(total) else {
            return;
        };
        let found: Option<Vec<usize>> = parts.iter().map(|part| self.find(part)).collect();
        let Some(parts) = found.filter(|parts| !parts.is_empty()) else {
            return;
        };
        let unprinted = unprinted.map(|name| self.number(name));
        sums.push(Sum {
            total,
            parts,
            unprinted,
        });
    }

    fn add_rest(&mut self, sums: &mut Vec<Sum>, total: &str, parts: &[&str], rest: &str) {
        self.add(sums, total, parts, Some(rest));
    }

    fn add_all(&mut self, sums: &mut Vec<Sum>, total: &str, parts: &[String]) {
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        self.add(sums, total, &parts, None);
    }

    fn beginning_with(&self, start: &str) -> Vec<String> {
        let names = self.numbers.keys();
        names
            .filter(|name| name.starts_with(start))
            .cloned()
            .collect()
    }

    pub(super) fn endings_of(&self, start: &str) -> Vec<String> {
        let names = self.numbers.keys();
        names
            .filter_map(|name| name.strip_prefix(start).map(str::to_owned))
            .collect()
    }

    /// The k of the shares within k days, sorted, by clock.
    fn within(&self) -> BTreeMap<String, Vec<u32>> {
        let mut found: BTreeMap<String, Vec<u32>> = BTreeMap::new();
        for name in self.numbers.keys() {
            let Some(id) = FigureId::parse(name) else {
                continue;
            };
            if let (Some(days), Some(clock)) = (id.days, id.clock) {
                found.entry(clock.to_owned()).or_default().push(days);
            }
        }
        for days in found.values_mut() {
            days.sort_unstable();
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::indicators::{DEFINITIONS, Per};

    #[test]
    fn a_share_and_the_count_above_it_are_one_count() {
        let words = role_of("on_time_rate:response:extended");
        assert_eq!(
            words.numerator.as_deref(),
            Some("due_on_time:response:extended")
        );
        assert_eq!(
            role_of("due_on_time:response:extended").numerator,
            words.numerator
        );
        assert_eq!(
            role_of("answer_rate").denominator,
            role_of("valid").numerator
        );
    }

    #[test]
    fn every_share_says_what_it_is_counted_among() {
        use crate::indicators::Unit;
        for definition in DEFINITIONS {
            let id = match definition.per {
                Per::Once => definition.id.to_owned(),
                Per::Days => "within_5_days:c".to_owned(),
                _ => format!("{}:c", definition.id),
            };
            let words = role_of(&id);
            match definition.unit {
                Unit::Share | Unit::Transfers => assert!(words.denominator.is_some(), "{id}"),
                Unit::Cases => assert_eq!(words.numerator.as_deref(), Some(id.as_str())),
                Unit::Days | Unit::Hours | Unit::Per1000 => {
                    assert!(
                        words.denominator.is_some()
                            || words.leans_on.is_some()
                            || id == "rate_per_1000"
                    );
                }
            }
        }
    }
}
