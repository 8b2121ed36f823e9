//! Reading: configuration, texts, theme and exports become a publication whose figures may be published, or every mistake in them
//! is told. [`read`] is the way in.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

use super::count::count_or_recall;
use super::measure::{Measured, guard, measure, sheets_of_last};
use super::record::{last_publication, record, tell_older, tell_unexplained};
use super::standing::Elsewhere;
use super::texts::Texts;
use super::{Options, Step, Watch, tell};
use crate::cache::Sight;
use crate::config;
use crate::content::{self, Document};
use crate::diag::{Diagnostic, Diagnostics, Place};
use crate::previous::Recount;
use crate::redaction::Guard;
use crate::report::{self, Documents, Publication, Section};
use crate::summaries;
use crate::theme::Theme;

/// All that a site is made from, read and measured.
pub(super) struct Read {
    pub(super) publication: Publication,
    /// The office's own files, by their path from the site's root.
    pub(super) statics: BTreeMap<String, Vec<u8>>,
    pub(super) theme: Theme,
    pub(super) figures: u64,
    pub(super) checks: u64,
    /// The SHA-256 of the manifest of the publication that figures were compared with.
    pub(super) previous: Option<String>,
    /// What it is made of beside the site's own files.
    pub(super) elsewhere: Elsewhere,
    pub(super) texts: Texts,
}

/// Reads configuration, texts, theme and exports, and makes the publishable figures. Every part is tried, so that all mistakes
/// come at once. `sight` are the site's files as they looked before.
pub(super) fn read(
    options: &Options,
    sight: &Sight,
    watch: &mut Watch<'_>,
    diags: &mut Diagnostics,
) -> Option<Read> {
    let site = options.site(diags)?;
    let elsewhere = Elsewhere::look(options, &site);
    let mut texts = Texts::recall(options, &site, sight, diags);
    let privacy = PrivateTexts::new(&site.redaction);
    let look = |document: &Document, text: &str| privacy.look(document, text);
    let documents = content::read(&options.root, &site, &mut texts.known, &look, diags);
    let statics = content::read_statics(&options.root, diags);
    let theme = Theme::load(&options.root, &site.theme, diags);
    if let Some(documents) = &documents {
        texts.noisy = privacy.tell(documents, diags);
    }
    let previous = tell(last_publication(options, &site), diags);
    let last = previous.as_ref().and_then(Option::as_ref);
    let measured: Vec<Option<Measured>> = site
        .datasets
        .iter()
        .map(|dataset| {
            let counted = count_or_recall(&site, dataset, options.trust, watch, diags)?;
            watch(Step::Computing {
                dataset: &dataset.id,
            });
            let as_of = counted.shard.tally.as_of();
            let then = sheets_of_last(&site, dataset, as_of, last, options.trust, watch);
            measure(&site, dataset, (counted, &then), last, diags)
        })
        .collect();
    let measured: Option<Vec<Measured>> = measured.into_iter().collect();
    let (documents, statics, theme) = (documents?, statics?, theme?);
    let (measured, previous) = (measured?, previous?);
    let checks = measured.iter().map(|each| each.checks).sum();
    let (mut sections, mut recount) = (Vec::new(), Recount::default());
    for each in measured {
        recount.append(each.recount);
        sections.push(each.section);
    }
    tell_older(previous.as_ref(), &sections, diags)?;
    let record = record(&site, previous.as_ref(), &sections, &recount);
    tell_unexplained(&site, &record, diags)?;
    for section in &mut sections {
        section.mark_revised(&record);
    }
    report::number_rows(&mut sections);
    let figures = sections
        .iter()
        .flat_map(Section::sheets)
        .map(|sheet| sheet.figures.len() as u64)
        .sum();
    if figures > site.max_figures {
        let largest = sections.iter().flat_map(largest_dimension).max();
        let thin = largest.map_or_else(String::new, |(_, name)| {
            format!("; the dimension with most members is {name}")
        });
        diags.tell(
            Diagnostic::error(
                "too-many-figures",
                format!(
                    "the site would publish {figures} figures, more than {}{thin}",
                    site.max_figures
                ),
            )
            .at(Place::file("answerable.toml"))
            .hint("set pages = false for a dimension, drop it, or raise [open_data] max_figures"),
        );
        return None;
    }
    let (narratives, documents) = documents.into_iter().partition(report::is_narrative);
    let documents = Documents::new(documents, &sections);
    Some(Read {
        publication: Publication {
            site,
            sections,
            documents,
            narratives,
            record,
            printed: Vec::new(),
            once: report::Once::default(),
        },
        statics,
        theme,
        figures,
        checks,
        previous: previous.map(|previous| previous.sha256),
        elsewhere,
        texts,
    })
}

fn largest_dimension(section: &Section) -> Option<(usize, String)> {
    let dimensions = &section.dataset.scheme.dimensions;
    (0..dimensions.len())
        .map(|index| {
            (
                section.members(index).count(),
                format!("{} of {}", dimensions[index].id, section.dataset.id),
            )
        })
        .max()
}

/// Warns of what points at a person in the office's own texts, as they are read. Of those that are not read again nothing was
/// to be told.
struct PrivateTexts {
    guard: Guard,
    /// What was found, by the path of the text.
    found: Mutex<BTreeMap<String, Vec<Diagnostic>>>,
}

impl PrivateTexts {
    fn new(rules: &config::Redaction) -> Self {
        Self {
            guard: guard(rules),
            found: Mutex::default(),
        }
    }

    /// Looks through a text that was just read.
    fn look(&self, document: &Document, text: &str) {
        let place = |span| Place {
            excerpt: None,
            ..Place::span(&document.path, text, span)
        };
        let found = summaries::in_own_text(&self.guard, text);
        let told: Vec<Diagnostic> = found.map(|(span, told)| told.at(place(span))).collect();
        if !told.is_empty() {
            let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
            found.insert(document.path.clone(), told);
        }
    }

    /// Tells what was found, in the order of the texts, and gives the paths of those in which it was.
    fn tell(self, documents: &[Document], diags: &mut Diagnostics) -> BTreeSet<String> {
        let found = self.found.into_inner();
        let mut found = found.unwrap_or_else(PoisonError::into_inner);
        let paths = found.keys().cloned().collect();
        for document in documents {
            let told = found.remove(&document.path).unwrap_or_default();
            told.into_iter().for_each(|told| diags.tell(told));
        }
        paths
    }
}
