//! Where pages and files stand, and how one points to another.
//!
//! Links are relative and name `index.html`, so that a site works from a folder and under a sub-path alike. The page that
//! says nothing was found is shown at any address, so its links are whole ones.

use crate::report::{Page, PageKind, Target};
use crate::text::Lang;

/// The addresses of a site.
#[derive(Debug, Clone)]
pub(super) struct Addresses {
    /// The public address, with a slash at the end.
    pub(super) base_url: String,
    /// The languages; the first is served at the root.
    pub(super) languages: Vec<Lang>,
}

impl Addresses {
    /// The folder of a language: empty for the first, else its tag and a slash.
    pub(super) fn folder(&self, lang: &Lang) -> String {
        if self.languages.first() == Some(lang) {
            String::new()
        } else {
            format!("{lang}/")
        }
    }

    /// A page's file from the site's root.
    pub(super) fn file(&self, page: &Page) -> String {
        let folder = self.folder(&page.lang);
        match page.kind {
            PageKind::NotFound => format!("{folder}404.html"),
            _ => format!("{folder}{}index.html", page.key),
        }
    }

    /// A page's public address.
    pub(super) fn public(&self, lang: &Lang, key: &str) -> String {
        format!("{}{}{key}", self.base_url, self.folder(lang))
    }

    /// What a link on a page is written as; none where it may not be followed.
    pub(super) fn href(&self, page: &Page, to: &Target) -> Option<String> {
        let from = self.file(page);
        let is_anywhere = page.kind == PageKind::NotFound;
        let href = match to {
            Target::Page(key, fragment) => {
                let fragment = fragment.as_deref().unwrap_or_default();
                let hash = if fragment.is_empty() { "" } else { "#" };
                let path = format!("{}{key}index.html", self.folder(&page.lang));
                if path == from && !fragment.is_empty() {
                    format!("#{fragment}")
                } else if is_anywhere {
                    format!("{}{hash}{fragment}", self.public(&page.lang, key))
                } else {
                    format!("{}{hash}{fragment}", relative(&from, &path))
                }
            }
            Target::Translation(lang) => {
                let key = if page.languages.contains(lang) && !is_anywhere {
                    page.key.as_str()
                } else {
                    ""
                };
                if is_anywhere {
                    self.public(lang, key)
                } else {
                    relative(&from, &format!("{}{key}index.html", self.folder(lang)))
                }
            }
            Target::File(path) if is_anywhere => format!("{}{path}", self.base_url),
            Target::File(path) => relative(&from, path),
            Target::External(url) => return external(url),
        };
        Some(encoded(&href))
    }
}

/// An address outside, where it is of a kind that only leads somewhere.
fn external(url: &str) -> Option<String> {
    let (scheme, _) = url.split_once(':')?;
    let is_safe = ["http", "https", "mailto", "tel"]
        .iter()
        .any(|known| scheme.eq_ignore_ascii_case(known));
    is_safe.then(|| encoded(url))
}

/// The way from one file to another, both from the root.
fn relative(from: &str, to: &str) -> String {
    let last = |path: &str| path.rfind('/').map_or(0, |slash| slash + 1);
    let folders = &from.as_bytes()[..last(from)];
    let same = folders
        .iter()
        .zip(&to.as_bytes()[..last(to)])
        .take_while(|(one, other)| one == other)
        .count();
    // Only whole folders are shared: up to the last slash of what is the same.
    let shared = last(&from[..from.floor_char_boundary(same)]);
    let up = folders[shared..]
        .iter()
        .filter(|byte| **byte == b'/')
        .count();
    let mut way = String::with_capacity(3 * up + to.len() - shared);
    (0..up).for_each(|_| way.push_str("../"));
    way.push_str(&to[shared..]);
    way
}

/// Characters that may not stand in an address, percent-encoded; the rest is left readable.
fn encoded(address: &str) -> String {
    let is_barred = |c: char| {
        c.is_ascii_control()
            || matches!(
                c,
                ' ' | '"' | '<' | '>' | '\\' | '^' | '`' | '{' | '|' | '}'
            )
    };
    let mut out = String::with_capacity(address.len());
    let mut rest = address;
    // All of them are ASCII, a byte each.
    while let Some(at) = rest.find(is_barred) {
        out.push_str(&rest[..at]);
        out.push_str(&format!("%{:02X}", rest.as_bytes()[at]));
        rest = &rest[at + 1..];
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_way_climbs_no_further_than_it_must() {
        assert_eq!(
            relative("index.html", "methods/index.html"),
            "methods/index.html"
        );
        assert_eq!(
            relative("a/b/index.html", "a/c/index.html"),
            "../c/index.html"
        );
        assert_eq!(relative("a/b/index.html", "a/b/index.html"), "index.html");
        assert_eq!(
            relative("zh-CN/a/index.html", "data/figures.csv"),
            "../../data/figures.csv"
        );
        assert_eq!(relative("a/index.html", "a.html"), "../a.html");
        assert_eq!(relative("ab/x/index.html", "ac/x/y"), "../../ac/x/y");
        assert_eq!(relative("部门/甲/i", "部长/甲/i"), "../../部长/甲/i");
        assert_eq!(relative("a/b/c", "a/"), "../");
    }

    #[test]
    fn what_may_not_stand_in_an_address_is_encoded_and_the_rest_is_readable() {
        assert_eq!(encoded("部门/a b/\u{7f}{x}|"), "部门/a%20b/%7F%7Bx%7D%7C");
        assert_eq!(encoded("a/b?c#d"), "a/b?c#d");
        assert_eq!(encoded(""), "");
    }

    #[test]
    fn only_addresses_that_lead_somewhere_are_links() {
        assert_eq!(external("javascript:alert(1)"), None);
        assert_eq!(external(" JAVASCRIPT:alert(1)"), None);
        assert_eq!(external("data:text/html,x"), None);
        assert_eq!(external("//evil.example"), None);
        assert_eq!(
            external("https://example.org/a b\"c"),
            Some("https://example.org/a%20b%22c".to_owned())
        );
    }
}
