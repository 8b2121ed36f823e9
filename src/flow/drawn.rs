//! Pages that were drawn before. What a page of the office's own text shows depends on that text and on what all pages have in
//! common; what any other page shows, on the latter alone. Where neither changed since the last build and the page's file still
//! stands whole, the page is neither told nor drawn again.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::write::Told;
use crate::cache::{self, Found, Slot};
use crate::content::Document;
use crate::diag::Diagnostics;
use crate::publish::{self, ManifestHead};
use crate::render::site::{Chrome, Renderer};
use crate::report::{PageId, Publication};
use crate::theme::Theme;
use crate::tree::{Digest, Entry, Sink, TreeError};

/// What the last build drew, and what this one draws.
pub(super) struct Drawn {
    slot: Option<Slot>,
    /// In the order of their paths.
    before: Vec<Sheet<Entry>>,
    /// The texts of the last build, where all that its pages have in common is the same.
    texts: BTreeSet<String>,
    now: Mutex<Vec<(String, Arc<Made>)>>,
}

/// A page that was drawn.
#[derive(Debug, Serialize, Deserialize)]
struct Sheet<F> {
    file: F,
    made: Arc<Made>,
}

/// What a page was made of, and what else came of it.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Made {
    /// SHA-256 of the text that it shows; empty where it is a page of the program's own.
    text: String,
    pub(super) told: Told,
    /// Figures in it that agree with the file of figures.
    pub(super) agreeing: u64,
}

impl Drawn {
    /// What the last build of a site into this folder drew, where all that its pages have in common is the same.
    pub(super) fn recall(
        options: &super::Options,
        common: &str,
        (publication, pages): (&Publication, &[PageId]),
        diags: &mut Diagnostics,
    ) -> Self {
        let slot = publish::folder(&super::out(options)).map(|folder| {
            let name = cache::name_of("pages", &folder.display().to_string());
            Slot::new(&options.root, &name, common)
        });
        let before = match slot.as_ref().map(Slot::find_many::<Sheet<Entry>>) {
            Some(Found::Kept(kept)) => kept.value,
            Some(Found::Damaged(told)) => {
                diags.tell(told);
                Vec::new()
            }
            Some(Found::Nothing) | None => Vec::new(),
        };
        let mut texts: BTreeSet<String> =
            before.iter().map(|sheet| sheet.made.text.clone()).collect();
        if !before.is_empty() {
            let others = on_other_pages(publication, pages);
            texts.extend(others.map(|each| each.file.sha256.clone()));
        }
        Self {
            slot,
            texts,
            before,
            now: Mutex::default(),
        }
    }

    /// Whether a text is one that the last build published, with all that pages have in common as it is now: then all of it was found
    /// to be in order.
    pub(super) fn knows(&self, document: &Document) -> bool {
        self.texts.contains(&document.file.sha256)
    }

    /// Takes a page as it stands, where it would be the same; else it is to be made.
    pub(super) fn stands(
        &self,
        page: &PageId,
        publication: &Publication,
        renderer: &Renderer,
        sink: &dyn Sink,
    ) -> Result<Option<Arc<Made>>, TreeError> {
        let path = renderer.path_of(page);
        let text = text_of(page, publication);
        let at = self
            .before
            .binary_search_by(|sheet| sheet.file.path.cmp(&path));
        let before = at.ok().map(|at| &self.before[at]);
        let Some(sheet) = before.filter(|sheet| sheet.made.text == text) else {
            return Ok(None);
        };
        if !sink.keep(&sheet.file)? {
            return Ok(None);
        }
        self.note(path, Arc::clone(&sheet.made));
        Ok(Some(Arc::clone(&sheet.made)))
    }

    /// Notes a page that was drawn anew, and gives what it was made of.
    pub(super) fn add(
        &self,
        page: &PageId,
        publication: &Publication,
        path: String,
        (told, agreeing): (Told, u64),
    ) -> Arc<Made> {
        let made = Arc::new(Made {
            text: text_of(page, publication).to_owned(),
            told,
            agreeing,
        });
        self.note(path, Arc::clone(&made));
        made
    }

    fn note(&self, path: String, made: Arc<Made>) {
        let mut now = self.now.lock().unwrap_or_else(PoisonError::into_inner);
        now.push((path, made));
    }

    /// Keeps what was drawn; `files` are those of the published site.
    pub(super) fn keep(self, files: &[Entry]) {
        let Some(slot) = self.slot else { return };
        let now = self.now.into_inner();
        let mut now = now.unwrap_or_else(PoisonError::into_inner);
        now.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        let mut files = files.iter();
        let mut sheets = Vec::with_capacity(now.len());
        for (path, made) in now {
            // The manifest, which is no page, is the last of them; all others are in order.
            let Some(file) = files.find(|file| file.path == path) else {
                return;
            };
            sheets.push(Sheet { file, made });
        }
        slot.keep_many(None, &sheets, &[]);
    }
}

/// The SHA-256 of the text that a page shows.
fn text_of<'p>(page: &PageId, publication: &'p Publication) -> &'p str {
    let document = page.document(publication);
    document.map_or("", |document| document.file.sha256.as_str())
}

/// All that pages are made of beside the program and the texts that are pages of their own: settings, exports and every other
/// file read, the open data made of them, the record of revisions, the editions, the theme, and of each text all that other
/// pages tell of it. Texts that stand on other pages are told whole.
pub(super) fn common(
    (theme, chrome): (&Theme, &Chrome),
    publication: &Publication,
    pages: &[PageId],
    head: &ManifestHead,
    data: &BTreeMap<String, String>,
) -> String {
    let mut digest = Digest::default();
    let mut add = |told: &dyn std::fmt::Debug| digest.update(format!("{told:?}\n").as_bytes());
    add(chrome);
    add(&theme.templates);
    for (path, bytes) in &theme.files {
        add(&Entry::of(path, bytes));
    }
    add(&publication.site.as_of);
    add(&publication.record);
    add(&publication.printed);
    add(data);
    let documents = || publication.documents.iter().chain(&publication.narratives);
    let texts: BTreeSet<&str> = documents().map(|each| each.path.as_str()).collect();
    let others = head.inputs.iter();
    for input in others.filter(|input| !texts.contains(input.path.as_str())) {
        add(input);
    }
    let all: Vec<&Document> = documents().collect();
    let faces = all.par_iter().map(|document| document.face());
    for face in faces.collect::<Vec<_>>() {
        digest.update(face.as_bytes());
    }
    for document in on_other_pages(publication, pages) {
        digest.update(document.file.sha256.as_bytes());
    }
    digest.entry("").sha256
}

/// The texts that are no pages of their own.
fn on_other_pages<'p>(
    publication: &'p Publication,
    pages: &[PageId],
) -> impl Iterator<Item = &'p Document> {
    let own: BTreeSet<&str> = pages
        .iter()
        .filter_map(|page| Some(page.document(publication)?.path.as_str()))
        .collect();
    let documents = publication.documents.iter().chain(&publication.narratives);
    documents.filter(move |document| !own.contains(document.path.as_str()))
}
