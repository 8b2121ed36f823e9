//! The files of the office's own pages, and those that are published as they are.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;
use walkdir::WalkDir;

use super::document::{Document, read_document};
use crate::config::{Site, listing};
use crate::diag::{Diagnostic, Diagnostics, Place, nearest};
use crate::text::Lang;

/// Handed every document that is read, with its file's text, from several threads.
pub type Look<'l> = dyn Fn(&Document, &str) + Sync + 'l;

/// Reads all documents of a site's languages, sorted by key and language; those in `known`, in the order of their paths, are as they
/// were and not read again: they are taken from there. `None` where errors were told.
pub fn read(
    root: &Path,
    site: &Site,
    known: &mut Vec<Document>,
    look: &Look<'_>,
    diags: &mut Diagnostics,
) -> Option<Vec<Document>> {
    let mut own = Diagnostics::new();
    let mut documents = Vec::new();
    let folder = root.join("content");
    let root = Arc::new(root.to_owned());
    if folder.is_dir() {
        for lang in &site.languages {
            read_language((&root, lang), known, look, &mut documents, &mut own);
        }
        tell_other_folders(&folder, site, &mut own);
    }
    documents.sort_by(|a, b| (&a.key, &a.lang).cmp(&(&b.key, &b.lang)));
    for pair in documents.windows(2) {
        if pair[0].key == pair[1].key && pair[0].lang == pair[1].lang {
            own.tell(
                Diagnostic::error(
                    "same-address",
                    format!("two documents have the address \"{}\"", pair[0].key),
                )
                .at(Place::file(&pair[0].path))
                .at(Place::file(&pair[1].path))
                .hint("rename one of the two files"),
            );
        }
    }
    let failed = own.has_errors();
    diags.extend(own);
    (!failed).then_some(documents)
}

/// The office's own files under `static/`, which are published as they are: a logo, a picture, a `CNAME`. Path from the site's root,
/// and bytes. `None` where errors were told.
pub fn read_statics(root: &Path, diags: &mut Diagnostics) -> Option<BTreeMap<String, Vec<u8>>> {
    let folder = root.join("static");
    let mut files = BTreeMap::new();
    let mut failed = false;
    let walk = WalkDir::new(&folder).sort_by_file_name().into_iter();
    // What begins with a dot is left by systems and editors, but for the folder of well-known addresses.
    let is_meant = |name: &str| !name.starts_with('.') || name == ".well-known";
    for entry in walk
        .filter_entry(|e| e.depth() == 0 || is_meant(&e.file_name().to_string_lossy()))
        .flatten()
        .filter(|entry| entry.file_type().is_file())
    {
        let Ok(relative) = entry.path().strip_prefix(&folder) else {
            continue;
        };
        let parts: Vec<String> = relative
            .iter()
            .map(|part| part.to_string_lossy().into_owned())
            .collect();
        let path = parts.join("/");
        match std::fs::read(entry.path()) {
            Ok(bytes) => {
                files.insert(path, bytes);
            }
            Err(cause) => {
                failed = true;
                let path = format!("static/{path}");
                diags.tell(
                    Diagnostic::error("unreadable-file", format!("could not read {path}: {cause}"))
                        .at(Place::file(&path)),
                );
            }
        }
    }
    (!failed).then_some(files)
}

fn read_language(
    (root, lang): (&Arc<PathBuf>, &Lang),
    known: &mut Vec<Document>,
    look: &Look<'_>,
    documents: &mut Vec<Document>,
    diags: &mut Diagnostics,
) {
    let base = root.join("content").join(lang.tag());
    let prefix = format!("content/{}/", lang.tag());
    let mut listed = listing(&base, &|name| !name.starts_with('.'));
    listed.retain(|relative| relative.ends_with(".md"));
    let mut files: Vec<(String, String)> = listed
        .into_iter()
        .map(|relative| (format!("{prefix}{relative}"), relative))
        .collect();
    let first = known.partition_point(|each| each.path < prefix);
    let is_below = |each: &&Document| each.path.starts_with(&prefix);
    let end = first + known[first..].iter().take_while(is_below).count();
    let own: Vec<Document> = known.drain(first..end).collect();
    let mut next = 0;
    let place = |path: &str| {
        // Both are mostly in the same order.
        let is_next = own
            .get(next)
            .is_some_and(|each: &Document| each.path == path);
        let at = match is_next {
            true => next,
            false => own
                .binary_search_by(|each| each.path.as_str().cmp(path))
                .ok()?,
        };
        next = at + 1;
        Some(at)
    };
    let places: Vec<Option<usize>> = files
        .iter()
        .map(|(path, _)| path.as_str())
        .map(place)
        .collect();
    let mut own: Vec<Option<Document>> = own.into_iter().map(Some).collect();
    let mut places = places.into_iter();
    files.retain(
        |_| match places.next().flatten().and_then(|at| own[at].take()) {
            Some(document) => {
                documents.push(document.in_folder(root));
                false
            }
            None => true,
        },
    );
    known.extend(own.into_iter().flatten());
    let read: Vec<(Option<Document>, Diagnostics)> = files
        .into_par_iter()
        .map(|(path, relative)| {
            let mut own = Diagnostics::new();
            let document = match std::fs::read(base.join(&relative)) {
                Ok(bytes) => {
                    let made = read_document(root, &path, &relative, lang, &bytes, &mut own);
                    made.map(|(document, text)| {
                        look(&document, text);
                        document
                    })
                }
                Err(cause) => {
                    own.tell(
                        Diagnostic::error(
                            "unreadable-file",
                            format!("could not read {path}: {cause}"),
                        )
                        .at(Place::file(&path)),
                    );
                    None
                }
            };
            (document, own)
        })
        .collect();
    for (document, own) in read {
        documents.extend(document);
        diags.extend(own);
    }
}

fn tell_other_folders(folder: &Path, site: &Site, diags: &mut Diagnostics) {
    let known: BTreeSet<&str> = site.languages.iter().map(Lang::tag).collect();
    for entry in WalkDir::new(folder)
        .min_depth(1)
        .max_depth(1)
        .sort_by_file_name()
        .into_iter()
        .flatten()
    {
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.file_type().is_dir() && !known.contains(name.as_str()) && !name.starts_with('.') {
            let mut warning = Diagnostic::warning(
                "content-language",
                format!("content/{name} is not read: \"{name}\" is not a language of the site"),
            )
            .at(Place::file(format!("content/{name}")));
            warning = match nearest(&name, known.iter().copied()) {
                Some(near) => warning.hint(format!("did you mean content/{near}?")),
                None => {
                    warning.hint("add it to languages in answerable.toml, or rename the folder")
                }
            };
            diags.tell(warning);
        }
    }
}
