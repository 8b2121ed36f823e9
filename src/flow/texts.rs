//! The office's texts as the last build read them: one whose file is as it was, and of which there was nothing to tell, is not read
//! again until its words are asked for.

use std::collections::BTreeSet;

use super::Options;
use crate::cache::{Found, Looked, Sight, Slot};
use crate::config::Site;
use crate::content::Document;
use crate::diag::Diagnostics;
use crate::report::Publication;

/// What the last build told of its texts.
pub(super) struct Texts {
    slot: Slot,
    /// Those whose files are as they were, in the order of their paths; none is left of those that were taken.
    pub(super) known: Vec<Document>,
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
        let mut known = Vec::new();
        let mut before = 0;
        match slot.find_many::<Document>() {
            Found::Kept(mut kept) => {
                let documents = std::mem::take(&mut kept.value);
                before = documents.len();
                // They were kept in the order of their paths, each with its file.
                let each = documents.into_iter().zip(kept.same(sight, options.trust));
                let same =
                    each.filter(|(document, (path, is_same))| *is_same && document.path == *path);
                known = same.map(|(document, _)| document).collect();
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
        let mut sound: Vec<&Document> = documents().filter(|each| is_quiet(each)).collect();
        if self.known.is_empty() && sound.len() == self.before {
            return;
        }
        sound.sort_by(|a, b| a.path.cmp(&b.path));
        sound.retain(|each| sight.has(&each.path));
        let mut files = sound.iter().peekable();
        let seen = sight.read_of(&mut |path| {
            let document = files.next_if(|each| each.path == path)?;
            Some(document.file.sha256.clone())
        });
        self.slot.keep_many(Some(looked), &sound, &seen);
    }
}
