//! Measuring: the counts of a data set become figures, and small numbers go. [`measure`] is the way in.

use rayon::prelude::*;

use super::count::{Counted, count_as_last};
use super::{Watch, small};
use crate::cache::Trust;
use crate::case::Members;
use crate::config::{self, Dataset, Site};
use crate::diag::{Diagnostic, Diagnostics, Place};
use crate::indicators::arithmetic::{self, Proof};
use crate::indicators::loudness::Heard;
use crate::indicators::{self, Measure, Sheet};
use crate::intake::{FileIntake, Reason};
use crate::previous::{self, Previous, Recount};
use crate::privacy;
use crate::redaction::Guard;
use crate::report::{self, Section};
use crate::summaries;
use crate::time::Day;

/// How figures of a data set are made.
pub(super) fn rules(site: &Site, dataset: &Dataset, as_of: Day) -> indicators::Rules {
    indicators::Rules {
        periods: site.periods.clone(),
        settle: site.settle,
        as_of,
        coverage: dataset.coverage.map(|(from, to)| (from, to.min(as_of))),
        population: dataset
            .population
            .as_ref()
            .map(|p| (p.dimension, p.numbers.clone())),
        with_pairs: true,
    }
}

/// A data set with its publishable figures.
pub(super) struct Measured {
    pub(super) section: Section,
    /// Arithmetic checks that held.
    pub(super) checks: u64,
    /// What the exports tell of the last publication.
    pub(super) recount: Recount,
}

/// All figures of a data set as of the date of the last publication, where that was an earlier one: what was withheld then is not to be
/// read in that one.
pub(super) fn sheets_of_last(
    site: &Site,
    dataset: &Dataset,
    as_of: Day,
    previous: Option<&Previous>,
    trust: Trust,
    watch: &mut Watch<'_>,
) -> Vec<Sheet> {
    let then = previous.and_then(|previous| previous.as_of.get(&dataset.id).copied());
    let then = then.filter(|&then| then < as_of);
    let counted = then.and_then(|then| count_as_last(site, dataset, then, trust, watch));
    counted.map_or_else(Vec::new, |counted| {
        let tally = &counted.shard.tally;
        all_sheets(&Measure::new(tally, &rules(site, dataset, tally.as_of())))
    })
}

/// Checks the account of a data set and makes its publishable figures. `then` are those as of the last publication's date.
pub(super) fn measure(
    site: &Site,
    dataset: &Dataset,
    (counted, then): (Counted, &[Sheet]),
    previous: Option<&Previous>,
    diags: &mut Diagnostics,
) -> Option<Measured> {
    let Counted {
        shard,
        published,
        members,
    } = counted;
    let place = || Place::file(&dataset.path);
    let mut is_sound = true;
    for file in shard.intake.files.iter().filter(|file| !file.adds_up()) {
        is_sound = false;
        diags.tell(
            Diagnostic::error(
                "arithmetic",
                format!("{}: rows read are not accepted + rejected", file.file),
            )
            .at(place()),
        );
    }
    for imbalance in shard.tally.check_balance() {
        is_sound = false;
        diags.tell(
            Diagnostic::error(
                "arithmetic",
                format!("the counts do not balance: {imbalance}"),
            )
            .at(place()),
        );
    }
    if !is_sound {
        return None;
    }
    let as_of = shard.tally.as_of();
    let total = shard.intake.total();
    if total.accepted == 0 {
        diags.tell(no_cases(dataset, &total, as_of));
        return None;
    }
    let mut own = Diagnostics::new();
    let cases = published.finish(dataset, &members, as_of, &site.redaction, &mut own);
    tell_private_names(dataset, &members, &site.redaction, &mut own);
    let is_clean = !own.has_errors();
    diags.extend(own);
    if !is_clean {
        return None;
    }
    let rules = rules(site, dataset, as_of);
    let measure = Measure::new(&shard.tally, &rules);
    let mut sheets = all_sheets(&measure);
    let parents: Vec<Option<usize>> = dataset
        .scheme
        .dimensions
        .iter()
        .map(|dimension| dimension.parent)
        .collect();
    let proof = arithmetic::prove(&sheets, &parents);
    let checks = proof.held + shard.intake.files.len() as u64;
    if !proof.broken.is_empty() {
        diags.extend(does_not_add_up(dataset, &sheets, &proof));
        return None;
    }
    let heard = report::leading(&dataset.scheme)
        .and_then(|clock| measure.sides(clock))
        .map(|sides| privacy::put_together(sides, site.min_cell))
        .map(|(sides, ways)| Heard::of(sides, ways, site.min_base));
    let dimensions = &dataset.scheme.dimensions;
    let dimensions: Vec<&str> = dimensions.iter().map(|each| each.id.as_str()).collect();
    let place = |sheet: &Sheet| previous::Place::of(&dataset.id, &dimensions, sheet);
    let mut recount = Recount::of(sheets.iter().map(place));
    if let Some(last) = previous.filter(|_| !then.is_empty()) {
        recount.hold(&last.figures, &dataset.id, &dimensions, [then, &sheets]);
    }
    let account = small::withhold(site, dataset, (&mut sheets, then), as_of, previous);
    small::tell(site.min_cell, dataset, &account, diags)?;
    let mut section = Section::new(dataset.clone(), shard.intake, as_of, sheets);
    section.published = cases;
    section.heard = heard;
    Some(Measured {
        section,
        checks,
        recount,
    })
}

/// The figures of all scopes and periods.
pub(super) fn all_sheets(measure: &Measure<'_>) -> Vec<Sheet> {
    let scopes: Vec<_> = measure.scopes().collect();
    let sheets = scopes.par_iter();
    sheets
        .flat_map_iter(|scope| measure.sheets_of(scope))
        .collect()
}

/// Warns of names of members that point at a person.
fn tell_private_names(
    dataset: &Dataset,
    members: &[Members],
    rules: &config::Redaction,
    diags: &mut Diagnostics,
) {
    let guard = guard(rules);
    for (dimension, members) in dataset.scheme.dimensions.iter().zip(members) {
        for name in members.names() {
            for (_, told) in summaries::in_name(&guard, name) {
                diags.tell(told.at(Place::file(&dataset.path).field(dimension.id.as_str())));
            }
        }
    }
}

pub(super) fn guard(rules: &config::Redaction) -> Guard {
    Guard::new(
        rules.off.iter().copied(),
        rules.allow.iter().map(String::as_str),
    )
}

/// A data set without any case is a mistake somewhere, and must not take the place of one with cases.
fn no_cases(dataset: &Dataset, total: &FileIntake, as_of: Day) -> Diagnostic {
    let (message, hint) = if total.read == 0 {
        (
            "the exports of the data set hold no row".to_owned(),
            "export it again, or take its folder out of data/".to_owned(),
        )
    } else if total.rejected.get(&Reason::AfterAsOf) == Some(&total.read) {
        (
            format!("every case was received after the as-of date {as_of}"),
            "give a later date, or leave it out".to_owned(),
        )
    } else {
        (
            format!("none of {} rows is counted", total.read),
            "correct what is told of them here".to_owned(),
        )
    };
    Diagnostic::error("no-cases", message)
        .at(Place::file(&dataset.path))
        .hint(hint)
}

/// Figures that contradict each other: the first of them, and how many there are.
fn does_not_add_up(dataset: &Dataset, sheets: &[Sheet], proof: &Proof) -> Diagnostics {
    let dimensions = &dataset.scheme.dimensions;
    let dimensions: Vec<&str> = dimensions.iter().map(|each| each.id.as_str()).collect();
    let mut diags = Diagnostics::new();
    for broken in proof.broken.iter().take(3) {
        let place = previous::Place::of(&dataset.id, &dimensions, &sheets[broken.sheet]);
        diags.tell(
            Diagnostic::error(
                "arithmetic",
                format!(
                    "{place}: {broken} ({} statements do not hold)",
                    proof.broken.len()
                ),
            )
            .at(Place::file(&dataset.path))
            .hint("this is a fault of the program, not of the export: please report it; nothing is published until it is mended"),
        );
    }
    diags
}
