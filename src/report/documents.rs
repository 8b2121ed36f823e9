//! The office's own pages as lists and addresses need them: ordered, found by address, and gathered by folder, once for all
//! pages.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Deref;

use super::publication::{Section, TAKEN};
use crate::content::Document;
use crate::text::Lang;

/// The office's own pages, in all languages.
#[derive(Debug, Default)]
pub struct Documents {
    all: Vec<Document>,
    by_lang: BTreeMap<Lang, Shelf>,
    has_promises: bool,
    none: Shelf,
}

/// The pages of one language, by their place among all.
#[derive(Debug, Default)]
struct Shelf {
    /// In the order of lists: by section, number, title.
    sorted: Vec<usize>,
    by_key: BTreeMap<String, usize>,
    /// Those of each section, in the order of lists.
    by_section: BTreeMap<String, Vec<usize>>,
    /// Where each page stands in the list of its section, by its place among all.
    in_section: BTreeMap<usize, usize>,
    folders: BTreeSet<String>,
    indexes: Vec<usize>,
    single: Vec<usize>,
}

impl Deref for Documents {
    type Target = [Document];

    fn deref(&self) -> &[Document] {
        &self.all
    }
}

impl Documents {
    /// The pages of a site with these data sets.
    #[must_use]
    pub fn new(all: Vec<Document>, sections: &[Section]) -> Self {
        let mut by_lang: BTreeMap<Lang, Shelf> = BTreeMap::new();
        for (at, document) in all.iter().enumerate() {
            let shelf = by_lang.entry(document.lang.clone()).or_default();
            shelf.sorted.push(at);
            shelf.by_key.entry(document.key.clone()).or_insert(at);
        }
        // A page of any language makes a folder of a name.
        let in_use: BTreeSet<&str> = all.iter().map(|each| each.section.as_str()).collect();
        let is_of_data_set = |name: &str| sections.iter().any(|each| each.dataset.id == name);
        for shelf in by_lang.values_mut() {
            shelf.sort(&all);
            shelf.gather(&all, &in_use, &is_of_data_set);
        }
        let has_promises = all.iter().any(|document| !document.promises.is_empty());
        Self {
            all,
            by_lang,
            has_promises,
            none: Shelf::default(),
        }
    }

    fn shelf(&self, lang: &Lang) -> &Shelf {
        self.by_lang.get(lang).unwrap_or(&self.none)
    }

    fn at<'a>(&'a self, places: &'a [usize]) -> impl ExactSizeIterator<Item = &'a Document> {
        places.iter().map(|at| &self.all[*at])
    }

    /// Whether any of them promises something that nothing measures.
    pub(super) const fn has_promises(&self) -> bool {
        self.has_promises
    }

    /// The page at an address.
    pub(super) fn get(&self, lang: &Lang, key: &str) -> Option<&Document> {
        Some(&self.all[*self.shelf(lang).by_key.get(key)?])
    }

    /// The pages of a language in the order of lists: by section, number, title.
    pub(super) fn listed(&self, lang: &Lang) -> impl Iterator<Item = &Document> {
        self.at(&self.shelf(lang).sorted)
    }

    /// The pages of a section, in the order of lists.
    pub(super) fn of_section(
        &self,
        lang: &Lang,
        section: &str,
    ) -> impl ExactSizeIterator<Item = &Document> {
        let found = self.shelf(lang).by_section.get(section);
        self.at(found.map_or(&[], Vec::as_slice))
    }

    /// Where a page stands in the list of its section.
    pub(super) fn place_in_section(&self, document: &Document) -> Option<usize> {
        let shelf = self.shelf(&document.lang);
        let at = shelf.by_key.get(&document.key)?;
        shelf.in_section.get(at).copied()
    }

    /// The folders that have no page of their own.
    pub(super) fn folders(&self, lang: &Lang) -> &BTreeSet<String> {
        &self.shelf(lang).folders
    }

    /// The pages of folders, in the order of lists.
    pub(super) fn indexes(&self, lang: &Lang) -> impl Iterator<Item = &Document> {
        self.at(&self.shelf(lang).indexes)
    }

    /// The pages that lie in no folder and are not the page of one: about, contact, privacy.
    pub(super) fn single(&self, lang: &Lang) -> impl Iterator<Item = &Document> {
        self.at(&self.shelf(lang).single)
    }
}

impl Shelf {
    fn sort(&mut self, all: &[Document]) {
        self.sorted.sort_by(|a, b| {
            let order = |at: usize| {
                let each = &all[at];
                (&each.section, each.order, &each.title, &each.key)
            };
            order(*a).cmp(&order(*b))
        });
    }

    fn gather(
        &mut self,
        all: &[Document],
        in_use: &BTreeSet<&str>,
        is_of_data_set: &dyn Fn(&str) -> bool,
    ) {
        for at in &self.sorted {
            let section = all[*at].section.clone();
            let pages = self.by_section.entry(section).or_default();
            self.in_section.insert(*at, pages.len());
            pages.push(*at);
        }
        for section in self.by_section.keys() {
            let folder = section.split('/').next().unwrap_or_default();
            let key = format!("{folder}/");
            let is_taken = TAKEN.contains(&key.as_str()) || self.by_key.contains_key(&key);
            if !folder.is_empty() && !is_taken && !is_of_data_set(folder) {
                self.folders.insert(folder.to_owned());
            }
        }
        for at in &self.sorted {
            let document = &all[*at];
            let name = document.key.trim_end_matches('/');
            if TAKEN.contains(&document.key.as_str()) {
                continue;
            }
            if self.by_section.contains_key(name) {
                self.indexes.push(*at);
            }
            if document.section.is_empty() && !is_of_data_set(name) && !in_use.contains(name) {
                self.single.push(*at);
            }
        }
    }
}
