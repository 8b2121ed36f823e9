//! The office's own pages, and the page that says nothing was found.

use super::chrome::{documents, frame, home_crumb, part};
use super::model::{Block, Link, Page, PageKind, Part, Rich};
use super::publication::{PageId, Publication};
use super::voice::{Voice, linked, to_page};
use crate::content::Document;

pub(super) fn page(
    publication: &Publication,
    voice: &Voice<'_>,
    id: &PageId,
    document: &Document,
) -> Page {
    let mut page = frame(
        publication,
        voice,
        id,
        PageKind::Content,
        document.title.clone(),
        None,
    );
    page.notice = String::new();
    page.crumbs = home_crumb(voice);
    let folder = document.section.split('/').next().unwrap_or_default();
    let index_key = format!("{folder}/");
    let all = documents(publication, voice);
    if !folder.is_empty() && document.key != index_key {
        let index = all.iter().find(|other| other.key == index_key);
        let title = index.map_or_else(|| voice.folder(folder), |index| index.title.clone());
        if index.is_some() || publication.folders(voice.lang).contains(folder) {
            page.crumbs.push(to_page(title, index_key));
        }
    }
    let mut above: Vec<String> = Vec::new();
    above.extend(document.document_number.clone());
    above.extend(document.date.map(|date| voice.format.date(date)));
    page.kicker = above.join(" · ");
    page.description.clone_from(&document.description);
    let blocks = super::promises::with_measures(publication, voice, document);
    page.parts.push(Part {
        full: blocks
            .iter()
            .any(|block| matches!(block, Block::Article(..))),
        ..part(&free(document, "text"), String::new(), "", blocks)
    });
    let beside = beside(document, &all);
    if !beside.is_empty() {
        page.parts.push(part(
            &free(document, "more"),
            voice.word("content.more"),
            "",
            vec![Block::Links(beside)],
        ));
    }
    page
}

/// A fragment for a part of the page that no heading of the text has; `h-` before it is that of the part's own heading.
fn free(document: &Document, fragment: &str) -> String {
    let is_taken = |id: &str| {
        let headings = &document.headings;
        headings
            .iter()
            .any(|heading| heading.id.trim_start_matches("h-") == id)
    };
    let mut free = fragment.to_owned();
    while is_taken(&free) {
        free.push_str("-part");
    }
    free
}

/// The list of a folder's documents, where the office wrote no page for the folder itself.
pub(super) fn folder(
    publication: &Publication,
    voice: &Voice<'_>,
    id: &PageId,
    folder: &str,
) -> Page {
    let title = voice.folder(folder);
    let mut page = frame(
        publication,
        voice,
        id,
        PageKind::Content,
        title.clone(),
        None,
    );
    page.notice = String::new();
    page.crumbs = home_crumb(voice);
    page.description = voice.say("content.folder", &[("title", &title)]);
    let blocks = documents(publication, voice)
        .into_iter()
        .filter(|document| document.section.split('/').next() == Some(folder))
        .flat_map(|document| {
            let to = to_page(document.title.as_str(), document.key.as_str());
            let about = Some(document.description.as_str()).filter(|about| !about.is_empty());
            std::iter::once(linked(to)).chain(about.map(Rich::from))
        })
        .map(Block::Paragraph)
        .collect();
    page.parts
        .push(part("pages", voice.word("content.pages"), "", blocks));
    page
}

/// The other pages of the document's section; of an index, those in its folder.
fn beside(document: &Document, all: &[&Document]) -> Vec<Link> {
    let folder = document.key.trim_end_matches('/');
    all.iter()
        .filter(|other| other.key != document.key)
        .filter(|other| {
            other.section == folder
                || (!document.section.is_empty() && other.section == document.section)
        })
        .map(|other| to_page(other.title.as_str(), other.key.as_str()))
        .collect()
}

pub(super) fn not_found(publication: &Publication, voice: &Voice<'_>, id: &PageId) -> Page {
    let mut page = frame(
        publication,
        voice,
        id,
        PageKind::NotFound,
        voice.word("not_found.title"),
        None,
    );
    page.notice = String::new();
    page.nav_current = None;
    page.description = voice.word("not_found.title");
    page.lead = Some(voice.word("not_found.lead").into());
    let mut links = vec![to_page(voice.word("nav.home"), "")];
    for section in publication.latest_first() {
        links.push(to_page(voice.of(&section.dataset.title), section.key()));
    }
    links.push(to_page(voice.word("nav.data"), "data/"));
    links.push(to_page(voice.word("a_to_z.title"), super::a_to_z::KEY));
    page.parts.push(part(
        "more",
        voice.word("not_found.more"),
        "",
        vec![Block::Links(links)],
    ));
    page
}
