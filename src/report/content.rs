//! The office's own pages, and the page that says nothing was found.

use super::chrome::{frame, home_crumb, part};
use super::documents::Documents;
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
    let all = &publication.documents;
    if !folder.is_empty() && document.key != index_key {
        let index = all.get(voice.lang, &index_key);
        let title = index.map_or_else(|| voice.folder(folder), |index| index.title.clone());
        if index.is_some() || all.folders(voice.lang).contains(folder) {
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
    let beside = beside(document, all);
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
    let blocks = publication
        .documents
        .listed(voice.lang)
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

/// Pages listed beside one another: of a larger section, this many before and after.
const BESIDE: usize = 20;

/// The other pages of the document's section; of an index, those in its folder. Of a section with very many pages the nearest
/// are listed; the page of its folder has them all.
fn beside(document: &Document, all: &Documents) -> Vec<Link> {
    let folder = document.key.trim_end_matches('/');
    let mut sections = vec![folder];
    if !document.section.is_empty() {
        sections.push(&document.section);
    }
    sections.sort_unstable();
    sections.dedup();
    let mut links = Vec::new();
    for section in sections {
        let pages = all.of_section(&document.lang, section);
        let length = pages.len();
        let own = all
            .place_in_section(document)
            .filter(|_| section == document.section);
        let near = match own {
            Some(at) if length > 2 * BESIDE + 1 => {
                let from = at.saturating_sub(BESIDE).min(length - 2 * BESIDE - 1);
                from..from + 2 * BESIDE + 1
            }
            _ => 0..length,
        };
        let others = pages
            .skip(near.start)
            .take(near.len())
            .filter(|other| other.key != document.key);
        links.extend(others.map(|other| to_page(other.title.as_str(), other.key.as_str())));
    }
    links
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Lang;

    fn folder_of(pages: usize) -> Documents {
        let lang = Lang("en".to_owned());
        let made = |at: usize| {
            let text = format!("+++\ntitle = \"P {at:03}\"\n+++\nText.\n");
            Document::built_in(&format!("rules/{at:03}.md"), &lang, &text).unwrap()
        };
        Documents::new((0..pages).map(made).collect(), &[])
    }

    fn titles(all: &Documents, at: usize) -> Vec<String> {
        beside(&all[at], all)
            .iter()
            .map(|link| link.text.clone())
            .collect()
    }

    #[test]
    fn a_page_lists_all_others_of_its_folder_and_of_a_large_one_the_nearest() {
        let all = folder_of(2 * BESIDE + 1);
        let others = titles(&all, 7);
        assert_eq!(others.len(), 2 * BESIDE);
        assert!(!others.contains(&"P 007".to_owned()));

        let all = folder_of(200);
        let about = |from: usize, to: usize, own: usize| -> Vec<String> {
            let near = (from..=to).filter(|at| *at != own);
            near.map(|at| format!("P {at:03}")).collect()
        };
        assert_eq!(titles(&all, 100), about(80, 120, 100));
        assert_eq!(titles(&all, 0), about(0, 40, 0));
        assert_eq!(titles(&all, 199), about(159, 199, 199));
    }
}
