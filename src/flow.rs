//! The flow from a site's folder to a published site, each room called once.

#[cfg(feature = "print")]
mod editions;
mod explain;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use crate::case::Members;
use crate::config::{self, Dataset, Overrides, Publish, Site, Unexplained};
use crate::content::{self, Document};
use crate::diag::{Diagnostic, Diagnostics, Place};
use crate::indicators::arithmetic::{self, Proof};
use crate::indicators::loudness::Heard;
use crate::indicators::{self, Measure, Sheet};
use crate::ingest;
use crate::intake::{FileIntake, Reason};
use crate::previous::{self, Previous, Record, Revision};
use crate::privacy;
use crate::publish::{Compared, MANIFEST, ManifestHead, Staging};
use crate::redaction::Guard;
use crate::render::feeds::{self, News, SitePage};
use crate::render::open_data;
use crate::render::search;
use crate::render::site::{Chrome, Renderer};
use crate::report::{self, Findable, Page, PageId, PageKind, Printed, Publication, Section};
use crate::shard::Shard;
use crate::summaries::{self, Collector};
use crate::tally::{self, Counter};
use crate::text::{Lang, Localised, Words};
use crate::theme::Theme;
use crate::time::Day;
use crate::tree::{Entry, Nowhere, Sink, TreeError, words};

pub use explain::{Explained, Question, Rows, explain};

/// What to build and where.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The site's folder.
    pub root: PathBuf,
    /// Where to publish; `public` in the site's folder where it is not given.
    pub out: Option<PathBuf>,
    /// The as-of date, over the configuration's.
    pub as_of: Option<Day>,
    /// Whether the last publication is left aside, so that a new record of revisions begins.
    pub no_previous: bool,
    /// Whether nothing is printed.
    pub without_pdf: bool,
}

/// What is being done, for a progress line.
#[derive(Debug, Clone, Copy)]
pub enum Step<'a> {
    /// Rows of an export are read.
    Reading {
        /// Its data set.
        dataset: &'a str,
        /// Rows so far.
        rows: u64,
        /// Share of the exports' bytes read, in per cent.
        percent: u64,
    },
    /// Figures are computed.
    Computing {
        /// The data set.
        dataset: &'a str,
    },
    /// Editions are printed.
    Printing {
        /// How many are done.
        done: u64,
        /// Of how many.
        of: u64,
    },
    /// Pages are written.
    Rendering {
        /// How many.
        pages: u64,
    },
    /// The new site is put in the place of the old one.
    Publishing,
}

/// Told of each step.
pub type Watch<'w> = dyn FnMut(Step<'_>) + 'w;

/// What a build did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Built {
    /// The published folder.
    pub out: PathBuf,
    /// Whether the new site is the same as the old one, so that nothing was touched.
    pub is_unchanged: bool,
    /// Rows counted as cases.
    pub accepted: u64,
    /// Rows not counted.
    pub rejected: u64,
    /// Figures published.
    pub figures: u64,
    /// Pages written, over all languages.
    pub pages: u64,
    /// Print editions.
    pub editions: u64,
    /// Those of them that were printed now; the others are as they stood.
    pub printed: u64,
    /// Files of the site.
    pub files: u64,
    /// Arithmetic checks that held.
    pub checks: u64,
}

/// What a check found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// Data sets.
    pub datasets: u64,
    /// Rows read.
    pub rows: u64,
    /// Figures that a build would publish.
    pub figures: u64,
    /// The as-of date of each data set, by id.
    pub as_of: BTreeMap<String, Day>,
}

/// Builds and publishes a site. `None` where errors were told; then the old site stands as it was.
pub fn build(options: &Options, watch: &mut Watch<'_>, diags: &mut Diagnostics) -> Option<Built> {
    let mut read = read(options, watch, diags)?;
    let out = out(options);
    let renderer = Renderer::new(&read.theme, chrome(&read.publication.site))
        .map_err(|wrong| diags.extend(wrong))
        .ok()?;
    let staging = tell(Staging::begin(&out, &options.root), diags)?;
    tell(ensure_same(options, &read), diags)?;
    let data = tell(
        write_open_data(&read.publication, &staging).map_err(Diagnostic::from),
        diags,
    )?;
    let mut printed = 0;
    if !options.without_pdf {
        (read.publication.printed, printed) = print(&read, &data, &staging, watch, diags)?;
    }
    let publication = &read.publication;
    let pages = report::pages(publication);
    let editions = publication.printed.iter();
    let files = data
        .into_keys()
        .chain(editions.map(|each| each.id.path.clone()))
        .collect();
    check_links(&read, &pages, files, diags)?;
    watch(Step::Rendering {
        pages: pages.len() as u64,
    });
    tell(write_statics(&read.statics, &staging), diags)?;
    tell(write_pages(publication, &pages, &renderer, &staging), diags)?;
    watch(Step::Publishing);
    let published = tell(staging.publish(&head(&options.root, publication)), diags)?;
    if let Some(warning) = published.warning {
        diags.tell(warning);
    }
    let total = |of: fn(&FileIntake) -> u64| {
        publication
            .sections
            .iter()
            .map(|s| of(&s.intake.total()))
            .sum()
    };
    Some(Built {
        out,
        is_unchanged: !published.is_changed,
        accepted: total(|intake| intake.accepted),
        rejected: total(FileIntake::rejected_rows),
        figures: read.figures,
        pages: pages.len() as u64,
        editions: publication.printed.len() as u64,
        printed,
        files: published.files,
        checks: read.checks,
    })
}

/// The folder to publish into.
fn out(options: &Options) -> PathBuf {
    let given = options.out.clone();
    given.unwrap_or_else(|| match options.root.strip_prefix(".") {
        Ok(root) => root.join("public"),
        Err(_) => options.root.join("public"),
    })
}

/// Prints the editions, where the program was compiled with what prints.
fn print(
    read: &Read,
    data: &BTreeMap<String, String>,
    staging: &Staging,
    watch: &mut Watch<'_>,
    diags: &mut Diagnostics,
) -> Option<(Vec<Printed>, u64)> {
    #[cfg(feature = "print")]
    {
        let digest = data.get(FIGURES).map_or("", String::as_str);
        editions::print(
            &read.publication,
            &read.theme,
            digest,
            staging,
            watch,
            diags,
        )
    }
    #[cfg(not(feature = "print"))]
    {
        let _ = (read, data, staging, watch, diags);
        Some((Vec::new(), 0))
    }
}

/// Checks a site without publishing anything. `None` where errors were told.
pub fn check(options: &Options, watch: &mut Watch<'_>, diags: &mut Diagnostics) -> Option<Checked> {
    let read = read(options, watch, diags)?;
    let publication = &read.publication;
    let files = tell(
        write_open_data(publication, &Nowhere::default()).map_err(Diagnostic::from),
        diags,
    )?;
    let pages = report::pages(publication);
    let editions = report::editions(publication).into_iter();
    let files = files
        .into_keys()
        .chain(editions.map(|each| each.path))
        .collect();
    check_links(&read, &pages, files, diags)?;
    for warning in report::contradictions(publication) {
        diags.tell(warning);
    }
    let site = &publication.site;
    for (key, path) in &site.later {
        diags.tell(
            Diagnostic::note(
                "not-yet",
                format!("{key} is valid, but has no effect in this version"),
            )
            .at(Place::file(path)),
        );
    }
    let sections = &publication.sections;
    Some(Checked {
        datasets: sections.len() as u64,
        rows: sections.iter().map(|s| s.intake.total().read).sum(),
        figures: read.figures,
        as_of: sections
            .iter()
            .map(|s| (s.dataset.id.clone(), s.as_of))
            .collect(),
    })
}

/// Counts a data set (the only one where none is named) and writes the counts to a file. Gives what to say, or `None` where
/// errors were told.
pub fn tally_to_file(
    options: &Options,
    dataset: Option<&str>,
    out: &Path,
    watch: &mut Watch<'_>,
    diags: &mut Diagnostics,
) -> Option<String> {
    let site = config::read(
        &options.root,
        &Overrides {
            as_of: options.as_of,
        },
        diags,
    )?;
    let ids: Vec<&str> = site.datasets.iter().map(|d| d.id.as_str()).collect();
    let found = match dataset {
        Some(id) => site.datasets.iter().find(|d| d.id == id),
        None => site.datasets.first().filter(|_| site.datasets.len() == 1),
    };
    let Some(found) = found else {
        let message = match dataset {
            Some(id) => format!("there is no data set \"{id}\""),
            None => "the site has several data sets".to_owned(),
        };
        diags.tell(
            Diagnostic::error("which-dataset", message)
                .hint(format!("name one with --dataset: {}", ids.join(", "))),
        );
        return None;
    };
    let shard = count(&site, found, watch, diags)?.shard;
    let total = shard.intake.total();
    tell(write_shard(&shard, out), diags)?;
    Some(format!(
        "wrote {}: {} rows read, {} accepted, {} rejected",
        out.display(),
        total.read,
        total.accepted,
        total.rejected_rows()
    ))
}

/// Merges files that [`tally_to_file`] wrote. Gives what to say, or `None` where errors were told.
pub fn merge_files(paths: &[PathBuf], out: &Path, diags: &mut Diagnostics) -> Option<String> {
    let mut merged: Option<Shard> = None;
    for path in paths {
        let name = path.display().to_string();
        let shard = Shard::read(path).map_err(|why| {
            Diagnostic::error("not-a-tally", format!("could not read {name}: {why}"))
                .hint("give files that `answerable tally` or `answerable merge` wrote")
        });
        let shard = tell(shard, diags)?;
        let next = match merged {
            None => Ok(shard),
            Some(before) => before.merge(shard).map_err(|why| {
                Diagnostic::error(
                    "merge",
                    format!("{name} can't be merged with those before it: {why}"),
                )
                .hint("count each export once, with the same dataset.toml and the same --as-of")
            }),
        };
        merged = Some(tell(next, diags)?);
    }
    let merged = merged?;
    tell(write_shard(&merged, out), diags)?;
    Some(format!(
        "wrote {}: {} accepted rows of {} exports",
        out.display(),
        merged.intake.total().accepted,
        merged.intake.files.len()
    ))
}

fn write_shard(shard: &Shard, out: &Path) -> Result<(), Diagnostic> {
    shard.write(out).map_err(|cause| {
        Diagnostic::error(
            "unwritable-file",
            format!("could not write {}: {}", out.display(), words(&cause)),
        )
        .hint("the folder it is to lie in must be there and let your user account write")
    })
}

/// All that a site is made from, read and measured.
struct Read {
    publication: Publication,
    /// The office's own files, by their path from the site's root.
    statics: BTreeMap<String, Vec<u8>>,
    theme: Theme,
    figures: u64,
    checks: u64,
    /// The SHA-256 of the manifest of the publication that figures were compared with.
    previous: Option<String>,
}

/// Reads configuration, texts, theme and exports, and makes the publishable figures. Every part is tried, so that all mistakes
/// come at once.
fn read(options: &Options, watch: &mut Watch<'_>, diags: &mut Diagnostics) -> Option<Read> {
    let site = config::read(
        &options.root,
        &Overrides {
            as_of: options.as_of,
        },
        diags,
    )?;
    let documents = content::read(&options.root, &site, diags);
    let statics = content::read_statics(&options.root, diags);
    let theme = Theme::load(&options.root, &site.theme, diags);
    if let Some(documents) = &documents {
        tell_private_texts(documents, &site.redaction, diags);
    }
    let previous = tell(last_publication(options, &site), diags);
    let measured: Vec<Option<Measured>> = site
        .datasets
        .iter()
        .map(|dataset| {
            let counted = count(&site, dataset, watch, diags)?;
            watch(Step::Computing {
                dataset: &dataset.id,
            });
            measure(&site, dataset, counted, diags)
        })
        .collect();
    let measured: Option<Vec<Measured>> = measured.into_iter().collect();
    let (documents, statics, theme) = (documents?, statics?, theme?);
    let (measured, previous) = (measured?, previous?);
    let checks = measured.iter().map(|each| each.checks).sum();
    let (mut sections, mut places) = (Vec::new(), BTreeSet::new());
    for mut each in measured {
        places.append(&mut each.places);
        sections.push(each.section);
    }
    tell_older(previous.as_ref(), &sections, diags)?;
    let record = record(&site, previous.as_ref(), &sections, &places);
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
    Some(Read {
        publication: Publication {
            site,
            sections,
            documents,
            narratives,
            record,
            printed: Vec::new(),
        },
        statics,
        theme,
        figures,
        checks,
        previous: previous.map(|previous| previous.sha256),
    })
}

/// The publication that figures are compared with: the one that the configuration names, else the one that is replaced.
fn last_publication(options: &Options, site: &Site) -> Result<Option<Previous>, Diagnostic> {
    if options.no_previous {
        return Ok(None);
    }
    let Some(named) = &site.previous else {
        let out = out(options);
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
fn ensure_same(options: &Options, read: &Read) -> Result<(), Diagnostic> {
    let is_elsewhere = options.no_previous || read.publication.site.previous.is_some();
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
fn tell_older(
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
fn record(
    site: &Site,
    previous: Option<&Previous>,
    sections: &[Section],
    places: &BTreeSet<previous::Place>,
) -> Record {
    let mut figures = previous::Figures::default();
    let mut as_of = BTreeMap::new();
    for section in sections {
        as_of.insert(section.dataset.id.clone(), section.as_of);
        if previous.is_some() {
            figures.add(&section.dataset.id, &section.dimensions(), section.sheets());
        }
    }
    let new = previous::Side {
        figures: &figures,
        as_of: &as_of,
    };
    Record::of(previous, new, places, site.min_cell, &|revision| {
        let address = revision.address();
        let mut explanations = site.explanations.iter();
        let found = explanations.find(|each| each.covers(&address, revision.to));
        found.map(|each| (each.is_scheduled, each.reason.clone()))
    })
}

/// Unexplained revisions that are told one by one.
const UNEXPLAINED_TOLD: usize = 20;

/// Tells of figures that were published as final and changed without a reason. `None` where the site wants one.
fn tell_unexplained(site: &Site, record: &Record, diags: &mut Diagnostics) -> Option<()> {
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

/// What a data set's rows came to.
struct Counted {
    shard: Shard,
    published: Collector,
    members: Vec<Members>,
}

/// Reads and counts one data set.
fn count(
    site: &Site,
    dataset: &Dataset,
    watch: &mut Watch<'_>,
    diags: &mut Diagnostics,
) -> Option<Counted> {
    let as_of = site.as_of.or(dataset.coverage.map(|(_, to)| to));
    let mut progress = |p: ingest::Progress| {
        let percent = (p.bytes * 100).checked_div(p.total_bytes).unwrap_or(100);
        watch(Step::Reading {
            dataset: &dataset.id,
            rows: p.rows,
            percent,
        });
    };
    // Texts are published in the order of the rows and with their places, so those exports are read row by row.
    if dataset.publish == Publish::Nothing {
        let new = || Counter::new(&dataset.scheme, &dataset.zone, as_of).without_ids();
        let counted = ingest::count(site, dataset, as_of, &mut progress, diags, &new)?;
        let tally = tally::finish(counted.parts, counted.ids)?;
        return Some(Counted {
            shard: Shard::new(&dataset.id, counted.intake, tally),
            published: Collector::default(),
            members: vec![Members::default(); dataset.scheme.dimensions.len()],
        });
    }
    let mut counter = Counter::new(&dataset.scheme, &dataset.zone, as_of);
    let mut published = Collector::default();
    let ingested = ingest::read(
        site,
        dataset,
        as_of,
        &mut progress,
        diags,
        &mut |case, members, weight| {
            counter.add(case, members, weight);
            published.add(case, weight);
        },
    )?;
    let members = ingested.members.clone();
    Some(Counted {
        shard: Shard::new(
            &dataset.id,
            ingested.intake,
            counter.finish(ingested.members),
        ),
        published,
        members,
    })
}

/// How figures of a data set are made.
fn rules(site: &Site, dataset: &Dataset, as_of: Day) -> indicators::Rules {
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
struct Measured {
    section: Section,
    /// Arithmetic checks that held.
    checks: u64,
    /// The places that have figures before small numbers are left out.
    places: BTreeSet<previous::Place>,
}

/// Checks the account of a data set and makes its publishable figures.
fn measure(
    site: &Site,
    dataset: &Dataset,
    counted: Counted,
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
    let scopes: Vec<_> = measure.scopes().collect();
    let mut sheets: Vec<Sheet> = scopes
        .par_iter()
        .flat_map_iter(|scope| measure.sheets_of(scope))
        .collect();
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
    let places = sheets.iter().map(place).collect();
    privacy::protect(
        &mut sheets,
        &privacy::Rules {
            min_base: site.min_base,
            min_cell: site.min_cell,
        },
    );
    let mut section = Section::new(dataset.clone(), shard.intake, as_of, sheets);
    section.published = cases;
    section.heard = heard;
    Some(Measured {
        section,
        checks,
        places,
    })
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

/// Warns of what points at a person in the office's own texts.
fn tell_private_texts(documents: &[Document], rules: &config::Redaction, diags: &mut Diagnostics) {
    let guard = guard(rules);
    for document in documents {
        for (span, told) in summaries::in_own_text(&guard, &document.text) {
            diags.tell(told.at(Place {
                excerpt: None,
                ..Place::span(&document.path, &document.text, span)
            }));
        }
    }
}

fn guard(rules: &config::Redaction) -> Guard {
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

/// The file that every figure stands in.
#[cfg(feature = "print")]
const FIGURES: &str = "data/figures.csv";

/// Writes the open data and gives its files: path and SHA-256, empty for those that are not finished yet.
fn write_open_data(
    publication: &Publication,
    sink: &dyn Sink,
) -> Result<BTreeMap<String, String>, TreeError> {
    let site = &publication.site;
    let lang = &site.languages[0];
    let as_of = publication
        .sections
        .iter()
        .map(|s| s.as_of)
        .max()
        .unwrap_or(Day(0))
        .to_string();
    let words = Words::for_lang(lang);
    let about = open_data::About {
        title: site.title.get(lang),
        base_url: &site.base_url,
        as_of: &as_of,
        words: &words,
        languages: &site.languages,
        revisions: &publication.record.log,
    };
    let sets: Vec<open_data::Set<'_>> = publication
        .sections
        .iter()
        .map(|section| open_data::Set {
            id: &section.dataset.id,
            title: section.dataset.title.get(lang),
            source: section.dataset.source.get(lang),
            licence: section.dataset.licence.get(lang),
            dimensions: section.dimensions(),
            sheets: section.sheets(),
            intake: &section.intake,
            clocks: section
                .dataset
                .scheme
                .clocks
                .iter()
                .map(|clock| clock.id.as_str())
                .collect(),
            min_base: site.min_base,
            heard: section.heard.as_ref(),
        })
        .collect();
    let resources = open_data::write(&about, &sets, sink)?;
    let package = "data/datapackage.json".to_owned();
    Ok(resources
        .into_iter()
        .map(|resource| (resource.entry.path, resource.entry.sha256))
        .chain([package, MANIFEST.to_owned()].map(|path| (path, String::new())))
        .collect())
}

fn chrome(site: &Site) -> Chrome {
    Chrome {
        title: site.title.clone(),
        base_url: site.base_url.clone(),
        languages: site.languages.clone(),
        generator: concat!("answerable ", env!("CARGO_PKG_VERSION")).to_owned(),
        has_search: site.search.is_on,
    }
}

/// Writes the theme's files, every page, and what tells of pages: index, feed, sitemap, robots file.
fn write_pages(
    publication: &Publication,
    ids: &[PageId],
    renderer: &Renderer,
    sink: &dyn Sink,
) -> Result<(), Diagnostic> {
    for (path, bytes) in renderer.files() {
        sink.put(path, bytes)?;
    }
    let site = &publication.site;
    let mut index = match site.search.is_on {
        true => Some(search::Writer::new(&site.languages, sink)?),
        false => None,
    };
    let mut told = Vec::with_capacity(ids.len());
    for some in ids.chunks(PAGES_AT_ONCE) {
        let pages: Result<Vec<(Told, Vec<Findable>)>, Diagnostic> = some
            .par_iter()
            .map(|id| {
                let page = report::page(publication, id);
                sink.put(&renderer.path(&page), renderer.render(&page)?.as_bytes())?;
                let findable = report::findable(publication, id, &page);
                Ok((Told::from(page), findable))
            })
            .collect();
        for (page, findable) in pages? {
            if let Some(index) = &mut index {
                for each in &findable {
                    index.add(&page.lang, each)?;
                }
            }
            told.push(page);
        }
    }
    if let Some(index) = index {
        index.finish()?;
    }
    write_feeds(publication, &told, sink)?;
    Ok(())
}

/// Pages whose words are held at once.
const PAGES_AT_ONCE: usize = 2_048;

/// What feeds tell of a page.
struct Told {
    kind: PageKind,
    lang: Lang,
    key: String,
    languages: Vec<Lang>,
    title: String,
    summary: String,
}

impl From<Page> for Told {
    fn from(page: Page) -> Self {
        Self {
            kind: page.kind,
            lang: page.lang,
            key: page.key,
            languages: page.languages,
            title: page.title,
            summary: page.description,
        }
    }
}

fn write_feeds(
    publication: &Publication,
    pages: &[Told],
    sink: &dyn Sink,
) -> Result<(), TreeError> {
    let site = &publication.site;
    let as_of = publication
        .sections
        .iter()
        .map(|s| s.as_of)
        .max()
        .unwrap_or(Day(0));
    let mut listed = Vec::new();
    let mut news: Vec<News> = Vec::new();
    let mut titles: BTreeMap<&str, (Localised, Localised)> = BTreeMap::new();
    for page in pages.iter().filter(|page| page.kind != PageKind::NotFound) {
        let (title, summary) = titles.entry(&page.key).or_default();
        title.by_lang.insert(page.lang.clone(), page.title.clone());
        summary
            .by_lang
            .insert(page.lang.clone(), page.summary.clone());
    }
    for page in pages.iter().filter(|page| {
        page.kind != PageKind::NotFound && Some(&page.lang) == page.languages.first()
    }) {
        listed.push(SitePage {
            key: page.key.clone(),
            languages: page.languages.clone(),
            date: Some(as_of),
        });
        if page.kind == PageKind::Period
            && let Some((title, summary)) = titles.remove(page.key.as_str())
        {
            news.push(News {
                key: page.key.clone(),
                languages: page.languages.clone(),
                title,
                summary,
                date: as_of,
            });
        }
    }
    news.reverse();
    for section in &publication.sections {
        write_case_feeds(publication, section, sink)?;
    }
    feeds::write(
        &feeds::Site {
            title: &site.title,
            base_url: &site.base_url,
            languages: &site.languages,
            as_of,
            pages: &listed,
            news: &news,
        },
        sink,
    )
}

/// Published cases in a feed.
const CASES_IN_A_FEED: usize = 50;

/// Writes the feeds of a data set's published cases, one a list. A case is dated by the month it ended in.
fn write_case_feeds(
    publication: &Publication,
    section: &Section,
    sink: &dyn Sink,
) -> Result<(), TreeError> {
    let site = &publication.site;
    for feed in report::case_feeds(publication, section, CASES_IN_A_FEED) {
        let news: Vec<News> = feed
            .cases
            .into_iter()
            .map(|(key, case)| News {
                key,
                languages: site.languages.clone(),
                title: Localised::same(&case.title),
                summary: Localised::same(&case.response),
                date: case.ended_in().last_day().min(section.as_of),
            })
            .collect();
        feeds::write_beside(
            &feeds::Site {
                title: &feed.title,
                base_url: &site.base_url,
                languages: &site.languages,
                as_of: section.as_of,
                pages: &[],
                news: &news,
            },
            &feed.key,
            sink,
        )?;
    }
    Ok(())
}

/// Articles that clocks name, cases that pages put forward and figures that texts ask for, where there are no such ones.
fn misnamed(publication: &Publication) -> Diagnostics {
    let mut told = Diagnostics::new();
    let promises = report::broken_promises(publication);
    for error in promises
        .into_iter()
        .chain(report::featured_that_are_not(publication))
        .chain(report::broken_prose(publication))
    {
        told.tell(error);
    }
    told
}

/// Writes the office's own files as they are.
fn write_statics(statics: &BTreeMap<String, Vec<u8>>, sink: &dyn Sink) -> Result<(), Diagnostic> {
    for (path, bytes) in statics {
        sink.put(path, bytes)?;
    }
    Ok(())
}

/// Tells every link of the office's own text that leads nowhere. `made` are the paths of open data and print editions.
fn check_links(
    read: &Read,
    pages: &[PageId],
    made: BTreeSet<String>,
    diags: &mut Diagnostics,
) -> Option<()> {
    let publication = &read.publication;
    let mut files = made;
    files.extend(read.statics.keys().cloned());
    files.extend(read.theme.files.keys().cloned());
    let mut keys: BTreeMap<Lang, BTreeSet<String>> = BTreeMap::new();
    for page in pages {
        keys.entry(page.lang.clone())
            .or_default()
            .insert(page.key.clone());
    }
    let mut broken = misnamed(publication);
    for documents in [&publication.documents, &publication.narratives] {
        content::check_links(documents, &keys, &files, &mut broken);
    }
    let is_sound = !broken.has_errors();
    diags.extend(broken);
    is_sound.then_some(())
}

fn head(root: &Path, publication: &Publication) -> ManifestHead {
    let sections = &publication.sections;
    let files = || sections.iter().flat_map(|s| &s.intake.files);
    let exports: BTreeSet<&str> = files().map(|file| file.file.as_str()).collect();
    let small = config::inputs(root, &exports)
        .into_iter()
        .map(|(path, bytes)| Entry::of(&path, &bytes));
    let exported = files().map(|file| Entry {
        path: file.file.clone(),
        length: file.bytes,
        sha256: file.sha256.clone(),
    });
    let inputs: BTreeSet<Entry> = small.chain(exported).collect();
    ManifestHead {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        as_of: sections
            .iter()
            .map(|s| (s.dataset.id.clone(), s.as_of.to_string()))
            .collect(),
        previous: publication.record.before.as_ref().map(|before| Compared {
            number: before.number,
            sha256: before.sha256.clone(),
            as_of: before.as_of.clone(),
        }),
        inputs: inputs.into_iter().collect(),
    }
}

/// The value, or `None` with its diagnostic told.
fn tell<T>(result: Result<T, Diagnostic>, diags: &mut Diagnostics) -> Option<T> {
    result.map_err(|diagnostic| diags.tell(diagnostic)).ok()
}
