//! The office's own pages, and the page that says nothing was found.

use super::chrome::{documents, frame, home_crumb, part};
use super::model::{Block, Link, Page, PageKind};
use super::publication::{PageId, Publication};
use super::voice::{Voice, to_page};
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
    let index_key = format!("{}/", document.section);
    let all = documents(publication, voice);
    if !document.section.is_empty()
        && document.key != index_key
        && let Some(index) = all.iter().find(|other| other.key == index_key)
    {
        page.crumbs
            .push(to_page(index.title.as_str(), index.key.as_str()));
    }
    let mut above: Vec<String> = Vec::new();
    above.extend(document.document_number.clone());
    above.extend(document.date.map(|date| voice.format.date(date)));
    page.kicker = above.join(" · ");
    page.description.clone_from(&document.description);
    page.parts.push(part(
        "text",
        String::new(),
        "",
        vec![Block::Html(document.html.clone())],
    ));
    let beside = beside(document, &all);
    if !beside.is_empty() {
        page.parts.push(part(
            "more",
            voice.word("content.more"),
            "",
            vec![Block::Links(beside)],
        ));
    }
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
    for section in &publication.sections {
        links.push(to_page(voice.of(&section.dataset.title), section.key()));
    }
    links.push(to_page(voice.word("nav.data"), "data/"));
    page.parts.push(part(
        "more",
        voice.word("not_found.more"),
        "",
        vec![Block::Links(links)],
    ));
    page
}
