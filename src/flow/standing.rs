//! What stands from the last build: where nothing changed since, nothing is made again, and the same is said.
//!
//! A build keeps what it was made of, what it wrote and what it said. The next one looks at those files from outside, input
//! and output: if all of them are as they were, the site that stands is the one it would make. Anything that is not as it was,
//! or that can't be told, lets the build go its whole way.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use super::{Built, Options};
use crate::cache::{self, Found, Holds, Kept, Looked, Seen, Sight, Slot, Trust};
use crate::config::Site;
use crate::diag::Diagnostics;
use crate::publish::{self, Known, MANIFEST, ManifestHead, Published, Spare};
use crate::theme;
use crate::tree::Entry;

/// What a build keeps of itself.
#[derive(Debug, Serialize, Deserialize)]
struct Last {
    built: Built,
    told: Diagnostics,
    /// Files and folders outside those of a site that it was made of.
    elsewhere: Vec<String>,
    /// The site before it, where it is kept to become the next one.
    spare: Option<Aside>,
}

/// A site that was replaced, and cut down to what it shares with the one that stands.
#[derive(Debug, Serialize, Deserialize)]
struct Aside {
    /// The files of the site that stands that it has not.
    lacks: BTreeSet<String>,
    /// Its folders, in order.
    folders: Vec<Seen>,
}

/// The last build, and the site's files as they look before they are read.
pub(super) struct Standing {
    sight: Sight,
    /// When they were looked at.
    looked: Looked,
    last: Option<Kept<Last>>,
    /// Whether the site that the last build wrote stands whole.
    stands: OnceLock<Holds>,
}

/// Files outside those of a site that it is made of: the publication it is compared with, and fonts.
pub(super) struct Elsewhere {
    names: Vec<String>,
    sight: Sight,
}

impl Standing {
    /// Looks at the site's files and finds the last build.
    pub(super) fn look(options: &Options, diags: &mut Diagnostics) -> Self {
        let looked = Looked::now();
        let (found, sight) = rayon::join(
            || slot(options).map(|slot| slot.find()),
            || Sight::of_site(&options.root),
        );
        let last = match found {
            Some(Found::Kept(last)) => Some(last),
            Some(Found::Nothing) | None => None,
            Some(Found::Damaged(told)) => {
                diags.tell(told);
                None
            }
        };
        Self {
            looked,
            sight,
            last,
            stands: OnceLock::new(),
        }
    }

    /// What the last build made and said, where this one would make and say the same.
    pub(super) fn again(&mut self, options: &Options, diags: &mut Diagnostics) -> Option<Built> {
        let last = self.last.as_mut()?;
        let out = super::out(options);
        let folder = publish::folder(&out)?;
        let sight = match last.value.elsewhere.is_empty() {
            true => Cow::Borrowed(&self.sight),
            false => {
                let mut sight = self.sight.clone();
                for name in &last.value.elsewhere {
                    sight.add(&options.root, name);
                }
                Cow::Owned(sight)
            }
        };
        let made_of = last.is_made_of(&sight, options.trust);
        if made_of == Holds::No || !publish::is_undisturbed(&out, &options.root) {
            return None;
        }
        let stands = last.stands_in(&folder, options.trust);
        self.stands.get_or_init(|| stands);
        if stands == Holds::No {
            return None;
        }
        if made_of == Holds::ByBytes || stands == Holds::ByBytes {
            let wrote = Seen::standing(&folder, last.wrote(), &|path, hash| {
                last.written(path, hash)
            })?;
            let made_of = sight.read(&mut |path| last.hash(path));
            slot(options)?.keep_since(Some(self.looked), &last.value, &made_of, &wrote);
        }
        diags.extend(std::mem::take(&mut last.value.told));
        Some(Built {
            out,
            ..last.value.built.clone()
        })
    }

    /// The site's files as they looked before they were read.
    pub(super) const fn sight(&self) -> &Sight {
        &self.sight
    }

    /// When the site's files were looked at.
    pub(super) const fn looked(&self) -> Looked {
        self.looked
    }

    /// What is known of the site that the last build wrote, and of the one before it.
    pub(super) fn known(&self, options: &Options) -> Known {
        let folder = publish::folder(&super::out(options));
        let last = self.last.as_ref();
        let stands = *self.stands.get_or_init(|| {
            let last = last.zip(folder.as_deref());
            last.map_or(Holds::No, |(last, folder)| {
                last.stands_in(folder, options.trust)
            })
        });
        // Files that were written anew with the same bytes are no longer those of the spare site.
        let before = last.filter(|_| stands == Holds::Yes);
        let before = before.and_then(|last| last.value.spare.as_ref());
        let spare = spare_folder(options).map(|folder| Spare {
            lacks: before
                .filter(|before| Seen::folders_stand(&folder, &before.folders))
                .map(|before| before.lacks.clone()),
            folder,
        });
        Known {
            whole: last.filter(|_| stands != Holds::No).map(files_of),
            spare,
        }
    }

    /// Keeps a build that has just published. Where one was read that is not in sight, nothing is kept: then the next build can't
    /// know what this one read. One that changed after it was looked at no longer looks as it is kept.
    pub(super) fn keep(
        self,
        options: &Options,
        elsewhere: Elsewhere,
        head: &ManifestHead,
        (built, published): (&Built, &Published),
        told: &Diagnostics,
    ) {
        let is_at_rest = elsewhere.sight == look_at(options, &elsewhere.names);
        let (Some(slot), Some(folder)) = (slot(options), publish::folder(&built.out)) else {
            return;
        };
        if !is_at_rest || published.warning.is_some() {
            return;
        }
        // A file that is the same as in a site that stood whole was linked to it; a folder in which nothing was done is as it was
        // in the site that lay there.
        let before = self.last.as_ref();
        let before =
            before.filter(|_| self.stands.get().is_some_and(|stands| *stands != Holds::No));
        let raised = before
            .and_then(|before| before.value.spare.as_ref())
            .zip(published.touched.as_ref());
        let known = |path: &str, hash: Option<&str>| match hash {
            Some(hash) => before?.written(path, Some(hash)),
            None => {
                let (raised, _) = raised.filter(|(_, touched)| !touched.contains(path))?;
                Seen::named(&raised.folders, path).cloned()
            }
        };
        let spare = published.spare.as_ref().and_then(|left| {
            let kept = published
                .entries
                .iter()
                .filter(|entry| !left.lacks.contains(&entry.path));
            let known = |path: &str, _: Option<&str>| {
                before
                    .filter(|_| !left.touched.contains(path))?
                    .written(path, None)
            };
            Some(Aside {
                folders: Seen::standing(&spare_folder(options)?, folders(kept), &known)?,
                lacks: left.lacks.clone(),
            })
        });
        let mut sight = self.sight;
        let (wrote, made_of) = rayon::join(
            || Seen::standing(&folder, places(&published.entries), &known),
            || {
                sight.extend(&elsewhere.sight);
                // Both are in order.
                let mut inputs = head.inputs.iter().peekable();
                sight.read(&mut |path| {
                    while inputs.next_if(|input| input.path.as_str() < path).is_some() {}
                    let input = inputs.next_if(|input| input.path == path)?;
                    Some(input.sha256.clone())
                })
            },
        );
        let Some(wrote) = wrote else {
            return;
        };
        let in_sight = made_of.iter().filter(|each| each.is_hashed()).count();
        if in_sight < head.inputs.len() {
            return;
        }
        let last = Last {
            built: Built {
                is_unchanged: true,
                printed: 0,
                ..built.clone()
            },
            // Said once, when figures change: the next build compares them with the new ones.
            told: told
                .without("unexplained-revision")
                .without("small-numbers-known"),
            elsewhere: elsewhere.names,
            spare,
        };
        slot.keep_since(Some(self.looked), &last, &made_of, &wrote);
    }
}

/// The files of the site that a build wrote, in the order of their paths.
fn files_of(last: &Kept<Last>) -> Vec<Entry> {
    let entry = |(path, length, sha256): (&str, u64, &str)| Entry {
        path: path.to_owned(),
        length,
        sha256: sha256.to_owned(),
    };
    last.files().map(entry).collect()
}

/// Every file of a published site with its SHA-256, and every folder that one lies in, in order: a file put beside them changes
/// the folder.
fn places(entries: &[Entry]) -> Vec<(&str, Option<&str>)> {
    let mut places = folders(entries.iter());
    let files = entries.iter();
    places.extend(files.map(|entry| (entry.path.as_str(), Some(entry.sha256.as_str()))));
    places.sort();
    places
}

/// The folders that files lie in, in order; the files are in order too.
fn folders<'e>(entries: impl Iterator<Item = &'e Entry>) -> Vec<(&'e str, Option<&'e str>)> {
    let mut folders = vec![""];
    let mut before = "";
    for entry in entries {
        let path = &entry.path;
        let common = path.bytes().zip(before.bytes()).take_while(|(a, b)| a == b);
        let common = common.count();
        let ends = path.match_indices('/').map(|(end, _)| end);
        // Those that the file before lies in too are known.
        folders.extend(ends.filter(|end| *end >= common).map(|end| &path[..end]));
        before = path;
    }
    folders.sort();
    folders.into_iter().map(|folder| (folder, None)).collect()
}

/// Where the site before the one that is published into a folder is kept.
fn spare_folder(options: &Options) -> Option<PathBuf> {
    let folder = publish::folder(&super::out(options))?.display().to_string();
    Some(cache::own_folder(&options.root).join(cache::name_of("spare", &folder)))
}

impl Elsewhere {
    /// Looks at what a site is made of beside its own folders, before it is read.
    pub(super) fn look(options: &Options, site: &Site) -> Self {
        let mut names = Vec::new();
        let named = site.previous.as_ref().or(options.published.as_ref());
        if let Some(previous) = named.filter(|_| !options.no_previous) {
            for inner in [MANIFEST, "data"] {
                names.push(previous.join(inner).to_string_lossy().into_owned());
            }
        }
        if cfg!(feature = "print") && !options.without_pdf {
            names.extend(site.print.fonts.iter().cloned());
            names.extend(theme::font_folders());
        }
        Self {
            sight: look_at(options, &names),
            names,
        }
    }
}

fn look_at(options: &Options, names: &[String]) -> Sight {
    let mut sight = Sight::default();
    for name in names {
        sight.add(&options.root, name);
    }
    sight
}

/// Where the last build is kept; `None` where the folder to publish into can't be told.
fn slot(options: &Options) -> Option<Slot> {
    let folder = publish::folder(&super::out(options))?.display().to_string();
    let settings = Options {
        trust: Trust::default(),
        ..options.clone()
    };
    Some(Slot::new(
        &options.root,
        &cache::name_of("build", &folder),
        &format!("{settings:?} {folder}"),
    ))
}
