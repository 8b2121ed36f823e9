//! Markdown to clean HTML: raw HTML is shown as text, links are checked and made relative, every heading gets an id.

use std::collections::BTreeSet;
use std::ops::Range;

use pulldown_cmark::{CowStr, Event, HeadingLevel, LinkType, Options, Parser, Tag, TagEnd, html};

use super::InnerLink;
use crate::diag::{Diagnostic, Diagnostics, Place};

/// A heading of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heading {
    /// Its fragment.
    pub id: String,
    /// Its text.
    pub text: String,
    /// Its level, 2 to 6.
    pub level: u8,
}

/// The document that a text belongs to.
pub(super) struct Home<'a> {
    /// Its path relative to the site's folder, for messages.
    pub(super) path: &'a str,
    /// Its key.
    pub(super) key: &'a str,
    /// Its path within the language's folder.
    pub(super) source: &'a str,
    /// Whether its language is served under a folder of its own.
    pub(super) is_prefixed: bool,
    /// Whether it is written in Chinese: quotes and dashes are left as they are.
    pub(super) is_chinese: bool,
}

pub(super) struct Body {
    pub(super) html: String,
    pub(super) headings: Vec<Heading>,
    pub(super) links: Vec<InnerLink>,
}

pub(super) fn render(
    home: &Home<'_>,
    text: &str,
    body: Range<usize>,
    diags: &mut Diagnostics,
) -> Body {
    let mut options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_HEADING_ATTRIBUTES;
    if !home.is_chinese {
        options |= Options::ENABLE_SMART_PUNCTUATION;
    }
    let mut events: Vec<Event<'_>> = Vec::new();
    let mut headings: Vec<Heading> = Vec::new();
    let mut links = Vec::new();
    let mut ids = BTreeSet::new();
    let mut open_heading: Option<(usize, Heading)> = None;
    for (event, span) in Parser::new_ext(&text[body.clone()], options).into_offset_iter() {
        let place = || {
            Place::span(
                home.path,
                text,
                body.start + span.start..body.start + span.end,
            )
        };
        let event = match event {
            Event::Html(raw) | Event::InlineHtml(raw) => Event::Text(raw),
            Event::Start(Tag::Heading { level, id, .. }) => {
                // The page's title is its only first-level heading.
                let level = level.max(HeadingLevel::H2);
                let heading = Heading {
                    id: id.as_deref().unwrap_or("").to_owned(),
                    text: String::new(),
                    level: level as u8,
                };
                open_heading = Some((events.len(), heading));
                Event::Start(Tag::Heading {
                    level,
                    id,
                    classes: Vec::new(),
                    attrs: Vec::new(),
                })
            }
            Event::End(TagEnd::Heading(level)) => {
                if let Some((start, mut heading)) = open_heading.take() {
                    if heading.id.is_empty() {
                        heading.id = anchor(&heading.text);
                    }
                    heading.id = unique(heading.id, &mut ids);
                    if let Event::Start(Tag::Heading { id, .. }) = &mut events[start] {
                        *id = Some(CowStr::from(heading.id.clone()));
                    }
                    headings.push(heading);
                }
                Event::End(TagEnd::Heading(level.max(HeadingLevel::H2)))
            }
            Event::Start(Tag::Link {
                link_type,
                dest_url,
                title,
                id,
            }) => {
                let dest_url = if link_type == LinkType::Email {
                    dest_url
                } else {
                    address(home, &dest_url, place, &mut links, diags).into()
                };
                Event::Start(Tag::Link {
                    link_type,
                    dest_url,
                    title,
                    id,
                })
            }
            Event::Start(Tag::Image {
                link_type,
                dest_url,
                title,
                id,
            }) => {
                let dest_url = address(home, &dest_url, place, &mut links, diags).into();
                Event::Start(Tag::Image {
                    link_type,
                    dest_url,
                    title,
                    id,
                })
            }
            other => other,
        };
        if let (Some((_, heading)), Event::Text(text) | Event::Code(text)) =
            (&mut open_heading, &event)
        {
            heading.text.push_str(text);
        }
        events.push(event);
    }
    let mut out = String::with_capacity(body.len() * 2);
    html::push_html(&mut out, events.into_iter());
    // A wide table scrolls by itself, reachable by keyboard.
    let out = out
        .replace("<table>", "<div class=\"scroll\" tabindex=\"0\"><table>")
        .replace("</table>", "</table></div>");
    Body {
        html: out,
        headings,
        links,
    }
}

/// The address that is written for a link; links to the site itself are noted for checking.
fn address(
    home: &Home<'_>,
    to: &str,
    place: impl Fn() -> Place,
    links: &mut Vec<InnerLink>,
    diags: &mut Diagnostics,
) -> String {
    let (path, fragment) = to.split_once('#').unwrap_or((to, ""));
    let scheme = path
        .split_once(':')
        .map(|(scheme, _)| scheme.to_ascii_lowercase());
    match scheme.as_deref() {
        Some("http" | "https" | "mailto" | "tel") => return to.to_owned(),
        Some(scheme) => {
            diags.tell(
                Diagnostic::error(
                    "link-scheme",
                    format!("links may not begin with \"{scheme}:\""),
                )
                .at(place())
                .hint("use https:, mailto: or tel:, or the path of a page"),
            );
            return String::new();
        }
        None if path.starts_with("//") => {
            diags.tell(
                Diagnostic::error("link-scheme", "links may not begin with //")
                    .at(place())
                    .hint("write https:// before the host"),
            );
            return String::new();
        }
        None => {}
    }
    let (to, is_file) = match path {
        "" => (home.key.to_owned(), false),
        _ => inner(home, path),
    };
    let url = relative(home, &to, is_file, fragment);
    links.push(InnerLink {
        to,
        fragment: fragment.to_owned(),
        is_file,
        place: place(),
    });
    url
}

/// What a path of the site means: (key or file path, whether it is a file).
fn inner(home: &Home<'_>, path: &str) -> (String, bool) {
    let mut parts: Vec<&str> = match path.strip_prefix('/') {
        Some(_) => Vec::new(),
        None => home
            .source
            .split('/')
            .rev()
            .skip(1)
            .collect::<Vec<_>>()
            .into_iter()
            .rev()
            .collect(),
    };
    for part in path.trim_start_matches('/').split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    let joined = parts.join("/");
    if joined.ends_with(".md") {
        return (super::key_of(&joined), false);
    }
    let is_file = parts.last().is_some_and(|last| last.contains('.')) && !path.ends_with('/');
    if is_file || joined.is_empty() {
        (joined, is_file)
    } else {
        (format!("{joined}/"), false)
    }
}

fn relative(home: &Home<'_>, to: &str, is_file: bool, fragment: &str) -> String {
    let mut url =
        "../".repeat(home.key.matches('/').count() + usize::from(is_file && home.is_prefixed));
    url.push_str(to);
    if !is_file {
        url.push_str("index.html");
    }
    if !fragment.is_empty() {
        url.push('#');
        url.push_str(fragment);
    }
    url
}

/// An id made of a heading's text: letters and digits of any script, dashes between words.
fn anchor(text: &str) -> String {
    let mut id = String::new();
    for c in text.chars() {
        if c.is_alphanumeric() {
            id.extend(c.to_lowercase());
        } else if !id.is_empty() && !id.ends_with('-') {
            id.push('-');
        }
    }
    let id = id.trim_end_matches('-');
    if id.is_empty() {
        "section".to_owned()
    } else {
        id.to_owned()
    }
}

fn unique(id: String, taken: &mut BTreeSet<String>) -> String {
    let mut candidate = id.clone();
    let mut n = 2;
    while !taken.insert(candidate.clone()) {
        candidate = format!("{id}-{n}");
        n += 1;
    }
    candidate
}
