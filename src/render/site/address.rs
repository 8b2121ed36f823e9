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
    pub(super) fn file(&self, lang: &Lang, key: &str, is_not_found: bool) -> String {
        let folder = self.folder(lang);
        match is_not_found {
            true => format!("{folder}404.html"),
            false => [folder.as_str(), key, "index.html"].concat(),
        }
    }

    /// A page's public address.
    pub(super) fn public(&self, lang: &Lang, key: &str) -> String {
        format!("{}{}{key}", self.base_url, self.folder(lang))
    }

    /// The place of a page, to look from.
    pub(super) fn from<'a>(&'a self, page: &'a Page) -> From<'a> {
        let is_anywhere = page.kind == PageKind::NotFound;
        From {
            addresses: self,
            page,
            folder: self.folder(&page.lang),
            file: self.file(&page.lang, &page.key, is_anywhere),
            is_anywhere,
        }
    }
}

/// A page, as its links see the site.
#[derive(Debug)]
pub(super) struct From<'a> {
    addresses: &'a Addresses,
    page: &'a Page,
    /// The folder of its language.
    folder: String,
    file: String,
    /// Whether it is shown at any address.
    is_anywhere: bool,
}

impl From<'_> {
    /// What a link on the page is written as; none where it may not be followed.
    pub(super) fn href(&self, to: &Target) -> Option<String> {
        let Self {
            addresses, page, ..
        } = self;
        let href = match to {
            Target::Page(key, fragment) => {
                let fragment = fragment.as_deref().unwrap_or_default();
                let path = [self.folder.as_str(), key, "index.html"].concat();
                if path == self.file && !fragment.is_empty() {
                    format!("#{fragment}")
                } else {
                    let mut href = match self.is_anywhere {
                        true => addresses.public(&page.lang, key),
                        false => relative(&self.file, &path),
                    };
                    if !fragment.is_empty() {
                        href.push('#');
                        href.push_str(fragment);
                    }
                    href
                }
            }
            Target::Translation(lang) => {
                let key = if page.languages.contains(lang) && !self.is_anywhere {
                    page.key.as_str()
                } else {
                    ""
                };
                if self.is_anywhere {
                    addresses.public(lang, key)
                } else {
                    let path = format!("{}{key}index.html", addresses.folder(lang));
                    relative(&self.file, &path)
                }
            }
            Target::File(path) if self.is_anywhere => format!("{}{path}", addresses.base_url),
            Target::File(path) => relative(&self.file, path),
            Target::External(url) => return external(url),
        };
        Some(encoded(href))
    }
}

/// An address outside, where it is of a kind that only leads somewhere.
fn external(url: &str) -> Option<String> {
    let (scheme, _) = url.split_once(':')?;
    let is_safe = ["http", "https", "mailto", "tel"]
        .iter()
        .any(|known| scheme.eq_ignore_ascii_case(known));
    is_safe.then(|| encoded(url.to_owned()))
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
fn encoded(address: String) -> String {
    // All of them are ASCII, a byte each.
    if !address.bytes().any(is_barred) {
        return address;
    }
    let mut out = String::with_capacity(address.len() + 8);
    for c in address.chars() {
        match u8::try_from(c) {
            Ok(byte) if is_barred(byte) => out.push_str(&format!("%{byte:02X}")),
            _ => out.push(c),
        }
    }
    out
}

/// Whether a byte may not stand in an address.
const fn is_barred(byte: u8) -> bool {
    byte.is_ascii_control()
        || matches!(
            byte,
            b' ' | b'"' | b'<' | b'>' | b'\\' | b'^' | b'`' | b'{' | b'|' | b'}'
        )
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
        assert_eq!(
            encoded("部门/a b/\u{7f}{x}|".to_owned()),
            "部门/a%20b/%7F%7Bx%7D%7C"
        );
        assert_eq!(encoded("a/b?c#d".to_owned()), "a/b?c#d");
        assert_eq!(encoded("".to_owned()), "");
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
