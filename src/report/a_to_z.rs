//! Everything a reader may look for by its name, in the order of the language: members, the office's pages, measures.

use std::collections::BTreeMap;

use super::chrome::{frame, home_crumb, part};
use super::model::{Block, Link, Page, PageKind};
use super::publication::{PageId, Publication};
use super::voice::{Voice, to_page};
use crate::indicators::DEFINITIONS;
use crate::text::Order;

/// The key of the page.
pub(super) const KEY: &str = "a-z/";

pub(super) fn page(publication: &Publication, voice: &Voice<'_>, id: &PageId) -> Page {
    let title = voice.word("a_to_z.title");
    let kind = PageKind::Content;
    let mut page = frame(publication, voice, id, kind, title, None);
    page.languages.clone_from(&publication.site.languages);
    page.notice = String::new();
    page.crumbs = home_crumb(voice);
    page.description = voice.word("a_to_z.description");
    page.lead = Some(voice.word("a_to_z.lead").into());
    let order = Order::for_lang(voice.lang);
    let mut entries = entries(publication, voice);
    entries.sort_by(|a, b| {
        order
            .compare(&a.text, &b.text)
            .then_with(|| a.to.cmp(&b.to))
    });
    entries.dedup();
    let mut letters: BTreeMap<char, Vec<Link>> = BTreeMap::new();
    for entry in entries {
        let letter = order.initial(&entry.text);
        letters.entry(letter).or_default().push(entry);
    }
    for (letter, links) in letters {
        let id = if letter == '#' {
            "letter-other".to_owned()
        } else {
            format!("letter-{}", letter.to_ascii_lowercase())
        };
        page.parts
            .push(part(&id, letter.to_string(), "", vec![Block::Links(links)]));
    }
    page
}

/// Every name that has a page.
fn entries(publication: &Publication, voice: &Voice<'_>) -> Vec<Link> {
    let mut entries = Vec::new();
    for section in &publication.sections {
        let title = voice.of(&section.dataset.title);
        entries.push(to_page(title, section.key()));
        for (dimension, about) in section.dataset.scheme.dimensions.iter().enumerate() {
            if !about.pages {
                continue;
            }
            for member in section.members(dimension) {
                let Some(key) = section.member_key(dimension, member) else {
                    continue;
                };
                let name = voice.member(section, dimension, member);
                let name = if publication.sections.len() > 1 {
                    voice.say("a_to_z.of", &[("name", &name), ("title", title)])
                } else {
                    name
                };
                entries.push(to_page(name, key));
            }
        }
    }
    for document in publication.documents.listed(voice.lang) {
        if !document.key.is_empty() {
            entries.push(to_page(document.title.as_str(), document.key.as_str()));
        }
    }
    for definition in DEFINITIONS {
        let name = voice.definitions.get(definition.id).name;
        entries.push(to_page(
            name.replace("{k}", "k"),
            super::examples::key(definition),
        ));
    }
    for (word, key) in [
        ("nav.intake", "intake/"),
        ("nav.methods", "methods/"),
        ("nav.data", "data/"),
    ] {
        entries.push(to_page(voice.word(word), key));
    }
    if super::promises::has_any(publication) {
        entries.push(to_page(voice.word("nav.promises"), "promises/"));
    }
    entries
}
