//! The record of publications: which one these figures are compared with, what was revised since, and when that stops the build.

use std::collections::BTreeMap;

use super::read::Read;
use super::{Options, out};
use crate::config::{Site, Unexplained};
use crate::diag::{Diagnostic, Diagnostics, Place};
use crate::previous::{self, Definitions, Previous, Record, Recount, Revision};
use crate::report::Section;

/// The publication that figures are compared with: the one that the configuration names, else the one that is replaced.
pub(super) fn last_publication(
    options: &Options,
    site: &Site,
) -> Result<Option<Previous>, Diagnostic> {
    if options.no_previous {
        return Ok(None);
    }
    let Some(named) = &site.previous else {
        let out = match &options.published {
            Some(published) => options.root.join(published),
            None => out(options),
        };
        return previous::read(&out, &out.display().to_string());
    };
    let shown = named.display().to_string();
    let found = previous::read(&options.root.join(named), &shown)?;
    if found.is_some() {
        return Ok(found);
    }
    Err(Diagnostic::error(
        "no-previous",
        format!("there is no publication of this program in {shown}"),
    )
    .at(Place::file("answerable.toml"))
    .hint("previous under [publish] is the folder of the last publication; for the first one leave it out, or build with --no-previous"))
}

/// Makes sure that the publication that was compared with is still the one that is about to be replaced.
pub(super) fn ensure_same(options: &Options, read: &Read) -> Result<(), Diagnostic> {
    let is_elsewhere = options.no_previous
        || options.published.is_some()
        || read.publication.site.previous.is_some();
    let Some(compared) = read.previous.as_ref().filter(|_| !is_elsewhere) else {
        return Ok(());
    };
    if previous::digest(&out(options)).as_ref() == Some(compared) {
        return Ok(());
    }
    Err(Diagnostic::error(
        "output-changed",
        "another build published while this one was at work",
    )
    .hint("build again, so that nothing it revised is overlooked"))
}

/// Tells of data sets whose figures would be older than those that were published. `None` where there are any.
pub(super) fn tell_older(
    previous: Option<&Previous>,
    sections: &[Section],
    diags: &mut Diagnostics,
) -> Option<()> {
    let mut is_sound = true;
    for section in sections {
        let before = previous.and_then(|previous| previous.as_of.get(&section.dataset.id));
        if let Some(before) = before.filter(|before| **before > section.as_of) {
            is_sound = false;
            let message = format!(
                "the figures are as of {}, but those last published are as of {before}",
                section.as_of
            );
            diags.tell(
                Diagnostic::error("older-than-published", message)
                    .at(Place::file(&section.dataset.path))
                    .hint("to look back, publish elsewhere with --out; to take back what was published, begin a new record of revisions with --no-previous"),
            );
        }
    }
    is_sound.then_some(())
}

/// Compares the figures with those of the last publication.
pub(super) fn record(
    site: &Site,
    previous: Option<&Previous>,
    sections: &[Section],
    recount: &Recount,
) -> Record {
    let mut figures = previous::Figures::default();
    let mut as_of = BTreeMap::new();
    let definitions = definitions(sections);
    for section in sections {
        as_of.insert(section.dataset.id.clone(), section.as_of);
        if previous.is_some() {
            figures.add(&section.dataset.id, &section.dimensions(), section.sheets());
        }
    }
    let new = previous::Side {
        figures: &figures,
        as_of: &as_of,
        definitions: &definitions,
    };
    Record::of(previous, new, recount, site.min_cell, &|revision| {
        let address = revision.address();
        let mut explanations = site.explanations.iter();
        let found = explanations.find(|each| each.covers(&address, revision.to));
        found.map(|each| (each.is_scheduled, each.reason.clone()))
    })
}

/// What the figures of all data sets are defined by.
pub(super) fn definitions(sections: &[Section]) -> Definitions {
    let mut definitions = Definitions::default();
    for section in sections {
        definitions.add(&section.dataset.id, &section.dataset.scheme);
    }
    definitions
}

/// Unexplained revisions that are told one by one.
const UNEXPLAINED_TOLD: usize = 20;

/// Tells of figures that were published as final and changed without a reason. `None` where the site wants one.
pub(super) fn tell_unexplained(
    site: &Site,
    record: &Record,
    diags: &mut Diagnostics,
) -> Option<()> {
    let fresh = &record.log[record.log.len() - record.fresh..];
    let unexplained: Vec<&Revision> = fresh.iter().filter(|each| each.is_unexplained()).collect();
    if unexplained.is_empty() {
        return Some(());
    }
    let hint = "say why in revisions.toml: [[revision]] with figures = [\"…\"] (an address; * stands for any characters) and reason = \"…\"";
    let figures: u64 = unexplained.iter().map(|each| each.figures).sum();
    let message = format!(
        "figures that were published as final have changed or are gone, and no reason is given: {figures}"
    );
    match site.unexplained {
        Unexplained::Tell => {
            diags.tell(Diagnostic::warning("unexplained-revision", message).hint(hint));
            Some(())
        }
        Unexplained::Stop => {
            for revision in unexplained.iter().take(UNEXPLAINED_TOLD) {
                let message = format!("{} {}", revision.address(), revision.change());
                diags.tell(Diagnostic::error("unexplained-revision", message));
            }
            diags.tell(Diagnostic::error("unexplained-revision", message).hint(hint));
            None
        }
    }
}
