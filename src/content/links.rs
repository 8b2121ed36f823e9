//! Whether links within the site lead anywhere.

use std::cell::LazyCell;
use std::collections::{BTreeMap, BTreeSet};

use super::document::Document;
use crate::diag::{Diagnostic, Diagnostics, Place, nearest};
use crate::text::Lang;

/// Tells every link of a document that leads nowhere. `pages` are the keys of all pages by language, `files` the paths of all
/// files beside them. Documents that are known to lead somewhere throughout are passed over.
pub fn check_links(
    documents: &[Document],
    is_known: &dyn Fn(&Document) -> bool,
    pages: &BTreeMap<&Lang, BTreeSet<&str>>,
    files: &BTreeSet<String>,
    diags: &mut Diagnostics,
) {
    // Few links name a heading.
    let linked: LazyCell<BTreeMap<(&Lang, &str), &Document>, _> = LazyCell::new(|| {
        let pairs = documents.iter().map(|d| ((&d.lang, d.key.as_str()), d));
        pairs.collect()
    });
    let none = BTreeSet::new();
    for document in documents.iter().filter(|each| !is_known(each)) {
        let pages = pages.get(&document.lang).unwrap_or(&none);
        for link in &document.links {
            let exists = if link.is_file {
                files.contains(&link.to)
            } else {
                pages.contains(link.to.as_str())
            };
            let place = || Place::span(&document.path, &document.written(), link.span.clone());
            if !exists {
                let mut error = Diagnostic::error(
                    "broken-link",
                    format!("no page or file has the address \"{}\"", link.to),
                )
                .at(place());
                let near = if link.is_file {
                    nearest(&link.to, files.iter().map(String::as_str))
                } else {
                    nearest(&link.to, pages.iter().copied())
                };
                if let Some(near) = near {
                    error = error.hint(format!("did you mean \"/{near}\"?"));
                }
                diags.tell(error);
            } else if !link.fragment.is_empty()
                && let Some(linked) = linked.get(&(&document.lang, link.to.as_str()))
                && !ids_of(linked).any(|id| id == link.fragment)
            {
                let mut error = Diagnostic::error(
                    "broken-link",
                    format!(
                        "the page \"{}\" has no heading with the id \"{}\"",
                        link.to, link.fragment
                    ),
                )
                .at(place());
                if let Some(near) = nearest(&link.fragment, ids_of(linked).collect::<BTreeSet<_>>())
                {
                    error = error.hint(format!("did you mean \"#{near}\"?"));
                }
                diags.tell(error);
            }
        }
    }
}

fn ids_of(document: &Document) -> impl Iterator<Item = &str> {
    document.headings.iter().map(|heading| heading.id.as_str())
}
