//! Writing out: a publication goes to a sink as open data, pages, feeds and the office's own files; and the check that no link in a
//! text leads nowhere.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::agreement::{Disagreement, Written};
use super::drawn::{Drawn, Made};
use super::read::Read;
use crate::config::{self, Site};
use crate::content::{self, Document};
use crate::diag::{Diagnostic, Diagnostics, Place};
use crate::publish::{Compared, MANIFEST, ManifestHead};
use crate::render::feeds::{self, News, SitePage};
use crate::render::open_data;
use crate::render::search;
use crate::render::site::{Chrome, Renderer};
use crate::report::{self, Findable, Page, PageId, PageKind, Publication, Section};
use crate::text::{Lang, Localised, Words};
use crate::time::Day;
use crate::tree::{Entry, Sink, TreeError};

/// The file that every figure stands in.
pub(super) const FIGURES: &str = "data/figures.csv";

/// Writes the open data and gives its files: path and SHA-256, empty for those that are not finished yet.
pub(super) fn write_open_data(
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

pub(super) fn chrome(site: &Site) -> Chrome {
    Chrome {
        title: site.title.clone(),
        base_url: site.base_url.clone(),
        languages: site.languages.clone(),
        generator: concat!("answerable ", env!("CARGO_PKG_VERSION")).to_owned(),
        has_search: site.search.is_on,
    }
}

/// Writes the theme's files, every page, and what tells of pages: index, feed, sitemap, robots file. Gives how many figures that pages
/// tell are those of the file of figures, as it was written; one that is not is an error.
pub(super) fn write_pages(
    publication: &Publication,
    ids: &[PageId],
    (renderer, drawn): (&Renderer, &Drawn),
    figures: &[u8],
    sink: &dyn Sink,
) -> Result<u64, Diagnostic> {
    let written = Written::read(figures).ok_or_else(|| {
        Diagnostic::error("arithmetic", format!("{FIGURES} is not what was written"))
    })?;
    let mut agreeing = 0;
    for (path, bytes) in renderer.files() {
        sink.put(path, bytes)?;
    }
    let site = &publication.site;
    let mut index = match site.search.is_on {
        true => Some(search::Writer::new(&site.languages, sink)?),
        false => None,
    };
    let mut told = Vec::with_capacity(ids.len());
    let is_indexed = index.is_some();
    for some in ids.chunks(PAGES_AT_ONCE) {
        let pages: Result<Vec<_>, Diagnostic> = some
            .par_iter()
            .map(|id| {
                write_page(
                    publication,
                    id,
                    (renderer, drawn),
                    &written,
                    (sink, is_indexed),
                )
            })
            .collect();
        for (id, (made, findable)) in some.iter().zip(pages?) {
            agreeing += made.agreeing;
            if let Some(index) = &mut index {
                for each in &findable {
                    index.add(&id.lang, each)?;
                }
            }
            told.push((id, made));
        }
    }
    if let Some(index) = index {
        index.finish()?;
    }
    write_feeds(publication, &told, sink)?;
    Ok(agreeing)
}

/// Writes a page, or takes it as it stands. Gives what it was made of, and what can be found on it where that is wanted.
fn write_page(
    publication: &Publication,
    id: &PageId,
    (renderer, drawn): (&Renderer, &Drawn),
    figures: &Written,
    (sink, is_indexed): (&dyn Sink, bool),
) -> Result<(Arc<Made>, Vec<Findable>), Diagnostic> {
    let stands = drawn.stands(id, publication, renderer, sink)?;
    if let Some(made) = &stands
        && !is_indexed
    {
        return Ok((Arc::clone(made), Vec::new()));
    }
    let page = report::page(publication, id);
    let findable = match is_indexed {
        true => report::findable(publication, id, &page),
        false => Vec::new(),
    };
    if let Some(made) = stands {
        return Ok((made, findable));
    }
    let path = renderer.path_of(id);
    sink.put(&path, renderer.render(&page)?.as_bytes())?;
    let agreeing = agreeing_of(figures, &page)?;
    let made = drawn.add(id, publication, path, (Told::from(page), agreeing));
    Ok((made, findable))
}

/// How many figures that a page tells are those of the file.
fn agreeing_of(written: &Written, page: &Page) -> Result<u64, Diagnostic> {
    let mut agreeing = written.agree(&page.cited);
    for cited in &page.cited_together {
        agreeing = agreeing.and_then(|so_far| Ok(so_far + written.agree_together(cited)?));
    }
    agreeing.map_err(|told| disagree(page, &told))
}

/// A page that says something else than the file of figures: a fault of the program, and nothing may be published.
fn disagree(page: &Page, told: &Disagreement) -> Diagnostic {
    Diagnostic::error(
        "arithmetic",
        format!(
            "the page {} ({}) is not what would be published: {told}",
            page.key, page.lang
        ),
    )
    .hint("this is a fault of the program, not of the export: please report it; nothing is published until it is mended")
}

/// Pages whose words are held at once.
const PAGES_AT_ONCE: usize = 2_048;

/// What feeds tell of a page.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Told {
    kind: PageKind,
    languages: Vec<Lang>,
    /// Title and summary, where it is news.
    news: Option<(String, String)>,
}

impl From<Page> for Told {
    fn from(page: Page) -> Self {
        Self {
            kind: page.kind,
            languages: page.languages,
            news: (page.kind == PageKind::Period).then_some((page.title, page.description)),
        }
    }
}

fn write_feeds(
    publication: &Publication,
    pages: &[(&PageId, Arc<Made>)],
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
    for (id, page) in pages {
        let Some((own_title, own_summary)) = &page.told.news else {
            continue;
        };
        let (title, summary) = titles.entry(&id.key).or_default();
        title.by_lang.insert(id.lang.clone(), own_title.clone());
        summary.by_lang.insert(id.lang.clone(), own_summary.clone());
    }
    let pages = pages.iter().map(|(id, made)| (id, &made.told));
    for (id, page) in pages.filter(|(id, page)| {
        page.kind != PageKind::NotFound && Some(&id.lang) == page.languages.first()
    }) {
        listed.push(SitePage {
            key: id.key.clone(),
            languages: page.languages.clone(),
            date: Some(as_of),
        });
        if page.kind == PageKind::Period
            && let Some((title, summary)) = titles.remove(id.key.as_str())
        {
            news.push(News {
                key: id.key.clone(),
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
fn misnamed(publication: &Publication, is_known: &dyn Fn(&Document) -> bool) -> Diagnostics {
    let mut told = Diagnostics::new();
    let promises = report::broken_promises(publication);
    for error in promises
        .into_iter()
        .chain(report::featured_that_are_not(publication))
        .chain(report::broken_prose(publication, is_known))
    {
        told.tell(error);
    }
    told
}

/// Writes the office's own files as they are.
pub(super) fn write_statics(
    statics: &BTreeMap<String, Vec<u8>>,
    sink: &dyn Sink,
) -> Result<(), Diagnostic> {
    for (path, bytes) in statics {
        sink.put(path, bytes)?;
    }
    Ok(())
}

/// Makes sure that every text that was read in the course of the build is the one that was read first.
pub(super) fn ensure_read(publication: &Publication) -> Result<(), Diagnostic> {
    let mut documents = publication.documents.iter().chain(&publication.narratives);
    match documents.find(|document| document.is_another()) {
        None => Ok(()),
        Some(document) => Err(Diagnostic::error(
            "unreadable-file",
            format!("{} changed while the site was built", document.path),
        )
        .at(Place::file(&document.path))
        .hint("build again")),
    }
}

/// Tells every link of the office's own text that leads nowhere, but for texts of which it is known that none does. `made` are the paths of open data and print editions.
pub(super) fn check_links(
    read: &Read,
    pages: &[PageId],
    made: BTreeSet<String>,
    is_known: &dyn Fn(&Document) -> bool,
    diags: &mut Diagnostics,
) -> Option<()> {
    let publication = &read.publication;
    let mut files = made;
    files.extend(read.statics.keys().cloned());
    files.extend(read.theme.files.keys().cloned());
    let mut keys: BTreeMap<&Lang, BTreeSet<&str>> = BTreeMap::new();
    for page in pages {
        keys.entry(&page.lang).or_default().insert(&page.key);
    }
    let mut broken = misnamed(publication, is_known);
    for documents in [&*publication.documents, &publication.narratives] {
        content::check_links(documents, is_known, &keys, &files, &mut broken);
    }
    let is_sound = !broken.has_errors();
    diags.extend(broken);
    is_sound.then_some(())
}

pub(super) fn head(root: &Path, publication: &Publication) -> ManifestHead {
    let sections = &publication.sections;
    let files = || sections.iter().flat_map(|s| &s.intake.files);
    let texts = || publication.documents.iter().chain(&publication.narratives);
    let texts = || texts().map(|document| &document.file);
    let exports = files().map(|file| file.file.as_str());
    let known: BTreeSet<&str> = exports
        .chain(texts().map(|file| file.path.as_str()))
        .collect();
    let small = config::inputs(root, &known)
        .into_iter()
        .map(|(path, bytes)| Entry::of(&path, &bytes));
    let exported = files().map(|file| Entry {
        path: file.file.clone(),
        length: file.bytes,
        sha256: file.sha256.clone(),
    });
    let inputs: BTreeSet<Entry> = small.chain(exported).chain(texts().cloned()).collect();
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
        definitions: super::record::definitions(sections).into_subjects(),
        inputs: inputs.into_iter().collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Options, read};
    use super::*;
    use crate::cache::Sight;

    #[test]
    fn every_page_of_the_example_is_what_tera_makes_of_it() {
        let options = Options {
            root: env!("CARGO_MANIFEST_DIR").into(),
            no_previous: true,
            ..Options::default()
        };
        let mut diags = Diagnostics::new();
        let read = read::read(&options, &Sight::default(), &mut |_| {}, &mut diags)
            .expect("the example is valid");
        let publication = &read.publication;
        let renderer = Renderer::new(&read.theme, chrome(&publication.site)).expect("it compiles");
        let pages = report::pages(publication);
        assert!(pages.len() > 1_000);
        pages.par_iter().for_each(|id| {
            let page = report::page(publication, id);
            let (by_tera, has_stencil) = renderer.render_by_tera(&page);
            assert!(
                has_stencil,
                "the built-in templates are filled without Tera"
            );
            let drawn = renderer.render(&page).expect("it is drawn");
            assert_eq!(
                Ok(drawn),
                by_tera.map_err(|told| told.message),
                "{}",
                page.key
            );
        });
    }
}
