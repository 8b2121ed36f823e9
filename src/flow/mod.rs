//! The flow from a site's folder to a published site, each room called once.

mod agreement;
mod count;
mod drawn;
#[cfg(feature = "print")]
mod editions;
mod explain;
mod measure;
mod read;
mod record;
mod shards;
mod small;
mod standing;
mod texts;
mod write;

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::cache::{Sight, Trust};
use crate::config::{self, Overrides, Site};
use crate::diag::{Diagnostic, Diagnostics};
use crate::intake::FileIntake;
use crate::publish::{Known, Staging};
use crate::render::site::Renderer;
use crate::report::{self, Printed};
use crate::time::Day;
use crate::tree::Nowhere;
use drawn::Drawn;
use read::{Read, read};
use record::ensure_same;
use standing::Standing;
use write::{check_links, chrome, ensure_read, head, write_open_data, write_pages, write_statics};

pub use explain::{Explained, Question, Rows, explain};
pub use shards::{merge_files, tally_to_file};

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
    /// How it is told whether files changed since the last build.
    pub trust: Trust,
    /// The publication that figures are compared with, relative to the site's folder, where it is neither the one that is replaced
    /// nor named by the configuration.
    pub published: Option<PathBuf>,
}

impl Options {
    /// A build beside the publication: into a folder of the program's own, compared with what stands, and without what takes
    /// long to print.
    #[must_use]
    pub fn preview(&self) -> Self {
        // A name that begins at the root of the disk stays as it is.
        let published = self
            .out
            .clone()
            .map(|out| std::path::absolute(&out).unwrap_or(out));
        Self {
            out: Some(crate::cache::own_folder(&self.root).join("preview")),
            published: Some(published.unwrap_or_else(|| PathBuf::from("public"))),
            without_pdf: true,
            ..self.clone()
        }
    }

    /// The site's configuration. `None` where errors were told.
    fn site(&self, diags: &mut Diagnostics) -> Option<Site> {
        let overrides = Overrides { as_of: self.as_of };
        config::read(&self.root, &overrides, diags)
    }
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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
    let mut standing = Standing::look(options, diags);
    if let Some(built) = standing.again(options, diags) {
        return Some(built);
    }
    let mut known = Known::default();
    let read = rayon::in_place_scope(|scope| {
        scope.spawn(|_| known = standing.known(options));
        read(options, standing.sight(), watch, diags)
    });
    let mut read = read?;
    let out = out(options);
    let chrome = chrome(&read.publication.site);
    let renderer = Renderer::new(&read.theme, chrome.clone())
        .map_err(|wrong| diags.extend(wrong))
        .ok()?;
    let staging = tell(Staging::begin_over(&out, &options.root, known), diags)?;
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
    let (pages, head) = rayon::join(
        || report::pages(publication),
        || head(&options.root, publication),
    );
    let editions = publication.printed.iter();
    let files = data
        .keys()
        .cloned()
        .chain(editions.map(|each| each.id.path.clone()))
        .collect();
    let common = drawn::common((&read.theme, &chrome), publication, &pages, &head, &data);
    let drawn = Drawn::recall(options, &common, (publication, &pages), diags);
    check_links(&read, &pages, files, &|each| drawn.knows(each), diags)?;
    watch(Step::Rendering {
        pages: pages.len() as u64,
    });
    tell(write_statics(&read.statics, &staging), diags)?;
    let figures = staging.read(write::FIGURES).map_err(Diagnostic::from);
    let figures = tell(figures, diags)?;
    let written = write_pages(publication, &pages, (&renderer, &drawn), &figures, &staging);
    let agreeing = tell(written, diags)?;
    tell(ensure_read(publication), diags)?;
    watch(Step::Publishing);
    let published = tell(staging.publish(&head), diags)?;
    if let Some(warning) = &published.warning {
        diags.tell(warning.clone());
    }
    let total = |of: fn(&FileIntake) -> u64| {
        publication
            .sections
            .iter()
            .map(|s| of(&s.intake.total()))
            .sum()
    };
    let built = Built {
        out,
        is_unchanged: !published.is_changed,
        accepted: total(|intake| intake.accepted),
        rejected: total(FileIntake::rejected_rows),
        figures: read.figures,
        pages: pages.len() as u64,
        editions: publication.printed.len() as u64,
        printed,
        files: published.files,
        checks: read.checks + agreeing,
    };
    let sight = (standing.sight(), standing.looked());
    rayon::join(
        || drawn.keep(&published.entries),
        || read.texts.keep(publication, sight),
    );
    let texts = (pages, read.publication);
    let elsewhere = read.elsewhere;
    rayon::join(
        // Of a site of very many texts they take most of the room.
        || drop(texts),
        || standing.keep(options, elsewhere, &head, (&built, &published), diags),
    );
    Some(built)
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
        let digest = data.get(write::FIGURES).map_or("", String::as_str);
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
    let sight = Sight::of_site(&options.root);
    let read = read(options, &sight, watch, diags)?;
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
    check_links(&read, &pages, files, &|_| false, diags)?;
    for warning in report::contradictions(publication) {
        diags.tell(warning);
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

/// The value, or `None` with its diagnostic told.
fn tell<T>(result: Result<T, Diagnostic>, diags: &mut Diagnostics) -> Option<T> {
    result.map_err(|diagnostic| diags.tell(diagnostic)).ok()
}
