//! The office's texts as the last build read them: one whose file is as it was, and of which there was nothing to tell, is not read
//! again until its words are asked for.

use std::collections::{BTreeMap, BTreeSet};

use super::Options;
use crate::cache::{Found, Looked, Sight, Slot};
use crate::config::Site;
use crate::content::Document;
use crate::diag::Diagnostics;
use crate::report::Publication;

/// What the last build told of its texts.
pub(super) struct Texts {
    slot: Slot,
    /// Those whose files are as they were, by their path; none is left of those that were taken.
    pub(super) known: BTreeMap<String, Document>,
    /// How many of them there were.
    before: usize,
    /// The paths of those in which something was found that may point at a person: it is told each time.
    pub(super) noisy: BTreeSet<String>,
}

impl Texts {
    /// The texts that need not be read again; `sight` is how the site's files look now.
    pub(super) fn recall(
        options: &Options,
        site: &Site,
        sight: &Sight,
        diags: &mut Diagnostics,
    ) -> Self {
        let settings = format!("{:?} {:?}", site.languages, site.redaction);
        let slot = Slot::new(&options.root, "texts", &settings);
        let mut known = BTreeMap::new();
        let mut before = 0;
        match slot.find::<Vec<Document>>() {
            Found::Kept(mut kept) => {
                before = kept.value.len();
                for document in std::mem::take(&mut kept.value) {
                    if kept.is_same(sight, &document.path, options.trust) {
                        known.insert(document.path.clone(), document);
                    }
                }
            }
            Found::Damaged(told) => diags.tell(told),
            Found::Nothing => {}
        }
        let is_all = known.len() == before;
        Self {
            slot,
            known,
            before: if is_all { before } else { usize::MAX },
            noisy: BTreeSet::new(),
        }
    }

    /// Keeps the texts of a build that has published, where they are not those that were kept; `sight` is how the files looked
    /// before they were read, and `looked` when.
    pub(super) fn keep(self, publication: &Publication, (sight, looked): (&Sight, Looked)) {
        let documents = || publication.documents.iter().chain(&publication.narratives);
        let is_quiet = |each: &Document| each.is_sound() && !self.noisy.contains(&each.path);
        let sound: Vec<&Document> = documents().filter(|each| is_quiet(each)).collect();
        if self.known.is_empty() && sound.len() == self.before {
            return;
        }
        let hashes: BTreeMap<&str, &str> = sound
            .iter()
            .map(|each| (each.path.as_str(), each.file.sha256.as_str()))
            .collect();
        let seen = sight.read_of(&|path| hashes.get(path).map(|hash| (*hash).to_owned()));
        self.slot.keep_since(Some(looked), &sound, &seen, &[]);
    }
}
