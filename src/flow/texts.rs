//! The office's texts as the last build read them: one whose file is as it was is not read again until its words are asked for.

use std::collections::BTreeMap;

use super::Options;
use crate::cache::{Found, Sight, Slot};
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
}

impl Texts {
    /// The texts that need not be read again; `sight` is how the site's files look now.
    pub(super) fn recall(
        options: &Options,
        site: &Site,
        sight: &Sight,
        diags: &mut Diagnostics,
    ) -> Self {
        let slot = Slot::new(&options.root, "texts", &format!("{:?}", site.languages));
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
        }
    }

    /// Keeps the texts of a build that has published, where they are not those that were kept; `sight` is how the files looked
    /// before they were read.
    pub(super) fn keep(self, publication: &Publication, sight: &Sight) {
        let documents = || publication.documents.iter().chain(&publication.narratives);
        let sound: Vec<&Document> = documents().filter(|each| each.is_sound()).collect();
        if self.known.is_empty() && sound.len() == self.before {
            return;
        }
        let hashes: BTreeMap<&str, &str> = sound
            .iter()
            .map(|each| (each.path.as_str(), each.file.sha256.as_str()))
            .collect();
        let seen = sight.read_of(&|path| hashes.get(path).map(|hash| (*hash).to_owned()));
        self.slot.keep(&sound, &seen, &[]);
    }
}
