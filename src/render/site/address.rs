//! Where pages and files stand, and how one points to another.
//!
//! Links are relative and name `index.html`, so that a site works from a folder and under a sub-path alike. The page that
//! says nothing was found is shown at any address, so its links are whole ones.

use std::borrow::Cow;

use serde::{Serialize, Serializer};

use super::signs::Signs;
use super::stencil::{Value, View};
use crate::report::{Page, PageKind, Target};
use crate::text::Lang;

/// The file of a page, in the folder of its key.
const INDEX: &str = "index.html";

/// What may not stand in an address.
static BARRED: Signs = Signs::of(b" \"<>\\^`{|}").or_control();

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
            false => [folder.as_str(), key, INDEX].concat(),
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
    file: String,
    /// Whether it is shown at any address.
    is_anywhere: bool,
}

impl From<'_> {
    /// What a link on the page is written as; none where it may not be followed.
    pub(super) fn href(&self, to: &Target) -> Option<String> {
        is_followed(to).then(|| {
            let mut href = String::new();
            self.write(to, &mut href);
            href
        })
    }

    /// Writes a target that may be followed as a link on the page names it.
    pub(super) fn write(&self, to: &Target, out: &mut String) {
        let start = out.len();
        match to {
            Target::Page(key, fragment) => self.write_page(key, fragment.as_deref(), out),
            Target::Translation(lang) => self.write_translation(lang, out),
            Target::File(path) if self.is_anywhere => {
                out.push_str(&self.addresses.base_url);
                out.push_str(path);
            }
            Target::File(path) => write_way(&self.file, path, out),
            Target::External(url) => out.push_str(url),
        }
        encode(out, start);
    }

    fn write_page(&self, key: &str, fragment: Option<&str>, out: &mut String) {
        let page = self.page;
        let fragment = fragment.filter(|fragment| !fragment.is_empty());
        match self.is_anywhere {
            true => out.push_str(&self.addresses.public(&page.lang, key)),
            false if fragment.is_some() && page.key == key => {}
            false => {
                // Both lie in the folder of one language.
                write_way(&page.key, key, out);
                out.push_str(INDEX);
            }
        }
        if let Some(fragment) = fragment {
            out.push('#');
            out.push_str(fragment);
        }
    }

    fn write_translation(&self, lang: &Lang, out: &mut String) {
        let (addresses, page) = (self.addresses, self.page);
        if self.is_anywhere {
            out.push_str(&addresses.public(lang, ""));
            return;
        }
        let key = match page.languages.contains(lang) {
            true => page.key.as_str(),
            false => "",
        };
        write_way(&self.file, &addresses.file(lang, key, false), out);
    }
}

/// A target, to be written as a page names it; nothing where it may not be followed.
#[derive(Debug)]
pub(super) struct Href<'a> {
    pub(super) from: &'a From<'a>,
    pub(super) to: Cow<'a, Target>,
}

impl Serialize for Href<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.from.href(&self.to).serialize(serializer)
    }
}

impl View for Href<'_> {
    fn view(&self) -> Value<'_> {
        match is_followed(&self.to) {
            true => Value::Href(&self.to),
            false => Value::Nothing,
        }
    }
}

/// Whether a target is one that only leads somewhere.
fn is_followed(to: &Target) -> bool {
    let Target::External(url) = to else {
        return true;
    };
    let known = ["http", "https", "mailto", "tel"];
    url.split_once(':')
        .is_some_and(|(scheme, _)| known.iter().any(|known| scheme.eq_ignore_ascii_case(known)))
}

/// Writes the way from one file or folder to another, both from the root; folders end with a slash.
fn write_way(from: &str, to: &str, out: &mut String) {
    // Only whole folders are shared: up to the last slash of what is the same.
    let mut shared = 0;
    let both = from.bytes().zip(to.bytes()).enumerate();
    for (at, (one, _)) in both.take_while(|(_, (one, other))| one == other) {
        if one == b'/' {
            shared = at + 1;
        }
    }
    let up = from[shared..].bytes().filter(|byte| *byte == b'/');
    up.for_each(|_| out.push_str("../"));
    out.push_str(&to[shared..]);
}

/// Percent-encodes the characters that may not stand in an address, which begins at a place of a text; the rest is left readable.
fn encode(text: &mut String, start: usize) {
    if BARRED.find(&text[start..]).is_none() {
        return;
    }
    for c in text.split_off(start).chars() {
        match u8::try_from(c) {
            Ok(byte) if BARRED.has(byte) => text.push_str(&format!("%{byte:02X}")),
            _ => text.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn relative(from: &str, to: &str) -> String {
        let mut way = String::new();
        write_way(from, to, &mut way);
        way
    }

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
        assert_eq!(relative("a/b/", "a/c/"), "../c/");
        assert_eq!(relative("", "a/"), "a/");
    }

    #[test]
    fn what_may_not_stand_in_an_address_is_encoded_and_the_rest_is_readable() {
        let encoded = |address: &str| {
            let mut text = format!("< {address}");
            encode(&mut text, 2);
            text
        };
        assert_eq!(encoded("部门/a b/\u{7f}{x}|"), "< 部门/a%20b/%7F%7Bx%7D%7C");
        assert_eq!(encoded("a/b?c#d"), "< a/b?c#d");
        assert_eq!(encoded(""), "< ");
    }

    #[test]
    fn only_addresses_that_lead_somewhere_are_links() {
        let is_link = |url: &str| is_followed(&Target::External(url.to_owned()));
        for url in [
            "javascript:alert(1)",
            " JAVASCRIPT:alert(1)",
            "data:text/html,x",
            "//evil.example",
        ] {
            assert!(!is_link(url), "{url}");
        }
        assert!(is_link("https://example.org/a b\"c"));
        assert!(is_link("MAILTO:a@example.org"));
    }
}
