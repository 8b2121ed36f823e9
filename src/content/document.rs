//! A document: what is told of it on its own, and its text, read again where it is asked for.

use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use super::front_matter::{self, FrontMatter};
use super::markdown;
use super::node::{Heading, Node};
use crate::diag::{Diagnostic, Diagnostics, Place, nearest};
use crate::prose::{Reader, Template};
use crate::text::Lang;
use crate::tree::{Digest, Entry};

/// One page of the office's own text, in one language: what is told of it on its own. Its text is read again where it is asked for
/// and was not read yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// Its address without language: `policy/time-limits/`. The same key in another language is its translation.
    pub key: String,
    /// Its language.
    pub lang: Lang,
    /// Its heading.
    pub title: String,
    /// Pages of a section are listed by this number, then by title.
    pub order: i64,
    /// The folder it stands in (`policy`), or empty.
    pub section: String,
    /// The date of the document, as `YYYY-MM-DD`, where it has one.
    pub date: Option<crate::time::Day>,
    /// The document's number (文号), where it has one.
    pub document_number: Option<String>,
    /// One plain sentence for search engines; may be empty.
    pub description: String,
    /// Its headings, in order.
    pub headings: Vec<Heading>,
    /// Its links to pages and files of the site.
    pub links: Vec<InnerLink>,
    /// Published cases that it puts forward, as `hotline/ID`, with their places.
    pub featured: Vec<(String, Place)>,
    /// Fragments of its articles that promise something no clock measures.
    pub promises: Vec<String>,
    /// Its path within its language's folder: `reports/period.md`.
    pub source: String,
    /// The file it was read from, relative to the site's folder.
    pub path: String,
    /// Length and SHA-256 of the file's bytes.
    pub file: Entry,
    /// The site's folder, to read the text from.
    #[serde(skip)]
    pub(super) root: PathBuf,
    #[serde(skip)]
    pub(super) text: OnceLock<Text>,
}

/// A document's text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Text {
    written: String,
    /// The same with tags.
    template: Template,
    /// The same as a tree, whatever the conditions in it; a text without tags is shown like this.
    nodes: Vec<Node>,
    /// Whether anything was told of it that stops nothing.
    has_findings: bool,
    /// Whether the file is no longer the one that the document is of.
    is_another: bool,
}

impl Document {
    /// A text that is built into the program, at the place of a file of the site that is not there.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn built_in(source: &str, lang: &Lang, text: &str) -> Result<Self, Diagnostics> {
        let mut diags = Diagnostics::new();
        let path = format!("content/{}/{source}", lang.tag());
        let made = read_document(
            Path::new(""),
            &path,
            source,
            lang,
            text.as_bytes(),
            &mut diags,
        );
        made.ok_or(diags)
    }

    /// Its text as a tree, whatever the conditions in it. Values are places, numbered in the order of the text.
    #[must_use]
    pub fn all_nodes(&self) -> &[Node] {
        &self.text().nodes
    }

    /// The file's text.
    #[must_use]
    pub fn written(&self) -> &str {
        &self.text().written
    }

    /// Its text with tags.
    #[must_use]
    pub fn template(&self) -> &Template {
        &self.text().template
    }

    /// Whether its text was read and found to be another than it was, because the file changed meanwhile: then it was taken for
    /// empty, and nothing may be published.
    #[must_use]
    pub fn is_another(&self) -> bool {
        self.text.get().is_some_and(|text| text.is_another)
    }

    /// Whether it was read from its file, and nothing was told of it: then it may be kept for the next time.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.text
            .get()
            .is_none_or(|text| !text.has_findings && !text.is_another)
    }

    fn text(&self) -> &Text {
        self.text.get_or_init(|| {
            let again = || {
                let bytes = std::fs::read(self.root.join(&self.path)).ok()?;
                if Entry::of(&self.path, &bytes) != self.file {
                    return None;
                }
                let (root, mut diags) = (&self.root, Diagnostics::new());
                let (path, source) = (&self.path, &self.source);
                read_document(root, path, source, &self.lang, &bytes, &mut diags)?
                    .text
                    .into_inner()
            };
            again().unwrap_or_else(|| Text {
                is_another: true,
                ..Text::default()
            })
        })
    }

    /// Its text as a tree, with conditions decided by a reader and places for the values.
    pub fn nodes(&self, reader: &mut dyn Reader) -> Cow<'_, [Node]> {
        let text = self.text();
        if let Some(values) = text.template.values() {
            let mut values = values.into_iter().enumerate();
            if values.all(|(place, (value, span))| reader.value(place, value, span).is_none()) {
                return Cow::Borrowed(&text.nodes);
            }
        }
        let expansion = text.template.expand(&text.written, reader);
        // What is wrong was told when it was read.
        Cow::Owned(markdown::read(&self.home(), &expansion, &mut Diagnostics::new()).nodes)
    }

    /// Adds all that other pages may tell of it: all but its text and where its links go.
    pub fn add_face(&self, digest: &mut Digest) {
        let mut add = |text: &str| {
            digest.update(&text.len().to_le_bytes());
            digest.update(text.as_bytes());
        };
        for text in [
            &self.path,
            &self.key,
            &self.title,
            &self.section,
            &self.description,
        ] {
            add(text);
        }
        add(self.lang.tag());
        add(&self.order.to_string());
        add(&self.date.map_or_else(String::new, |day| day.to_string()));
        add(self.document_number.as_deref().unwrap_or("\n"));
        add(&self.headings.len().to_string());
        for heading in &self.headings {
            add(&heading.id);
            add(&heading.text);
            add(&heading.level.to_string());
        }
        add(&self.featured.len().to_string());
        self.featured.iter().for_each(|(case, _)| add(case));
        add(&self.promises.len().to_string());
        self.promises.iter().for_each(|fragment| add(fragment));
    }

    fn home(&self) -> markdown::Home<'_> {
        markdown::Home {
            path: &self.path,
            key: &self.key,
            source: &self.source,
            is_chinese: self.lang.is_chinese(),
            text: self.written(),
        }
    }
}

/// A link from a document to something of the same site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InnerLink {
    /// The page's key, or the file's path from the site's root.
    pub to: String,
    /// The fragment; empty for none.
    pub fragment: String,
    /// Whether `to` is a file (it has an extension) and not a page.
    pub is_file: bool,
    /// Where it stands.
    pub place: Place,
}

/// Reads a document from the bytes of its file; `None` where errors were told.
pub(super) fn read_document(
    root: &Path,
    path: &str,
    relative: &str,
    lang: &Lang,
    bytes: &[u8],
    diags: &mut Diagnostics,
) -> Option<Document> {
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text.strip_prefix('\u{feff}').unwrap_or(text),
        Err(error) => {
            let line = bytes[..error.valid_up_to()]
                .iter()
                .filter(|b| **b == b'\n')
                .count() as u64
                + 1;
            diags.tell(
                Diagnostic::error("not-utf8", "the file is not UTF-8 text")
                    .at(Place::line(path, line))
                    .hint("save it as UTF-8 in your editor"),
            );
            return None;
        }
    };
    let front: FrontMatter = front_matter::read(path, text, diags)?;
    let key = key_of(relative);
    let home = markdown::Home {
        path,
        key: &key,
        source: relative,
        is_chinese: lang.is_chinese(),
        text,
    };
    let code = markdown::code(text, front.body.clone());
    let template = Template::read(path, text, front.body.clone(), &code, diags);
    let body = markdown::read(&home, &template.expand_all(text), diags);
    let section = key
        .split('/')
        .next()
        .filter(|_| key.matches('/').count() > 1)
        .unwrap_or("")
        .to_owned();
    let promises = promised(&front, &body.headings, diags)?;
    Some(Document {
        featured: front.featured,
        promises,
        lang: lang.clone(),
        title: front.title,
        order: front.order,
        section,
        date: front.date,
        document_number: front.document_number,
        description: front.description,
        headings: body.headings,
        links: body.links,
        source: relative.to_owned(),
        path: path.to_owned(),
        file: Entry::of(path, bytes),
        root: root.to_owned(),
        text: OnceLock::from(Text {
            written: text.to_owned(),
            template,
            nodes: body.nodes,
            has_findings: !diags.is_empty(),
            is_another: false,
        }),
        key,
    })
}

/// The fragments of the articles that promise something no clock measures; `None` where one is not a heading.
fn promised(
    front: &FrontMatter,
    headings: &[Heading],
    diags: &mut Diagnostics,
) -> Option<Vec<String>> {
    let mut fragments = Vec::new();
    let mut failed = false;
    for (written, place) in &front.promises {
        let fragment = written.trim_start_matches('#');
        if headings.iter().any(|heading| heading.id == fragment) {
            fragments.push(fragment.to_owned());
            continue;
        }
        failed = true;
        let mut error = Diagnostic::error(
            "broken-promise-link",
            format!("promises names \"{written}\", but no heading has this id"),
        )
        .at(place.clone());
        error = match nearest(fragment, headings.iter().map(|heading| heading.id.as_str())) {
            Some(near) => error.hint(format!("did you mean \"#{near}\"?")),
            None => error.hint(format!(
                "give the article's heading its id: {{#{fragment}}}"
            )),
        };
        diags.tell(error);
    }
    (!failed).then_some(fragments)
}

/// The address of a file: `policy/time-limits.md` → `policy/time-limits/`, `policy/index.md` → `policy/`.
pub(super) fn key_of(relative: &str) -> String {
    let stem = relative.trim_end_matches(".md");
    let stem = stem
        .strip_suffix("index")
        .filter(|rest| rest.is_empty() || rest.ends_with('/'))
        .unwrap_or(stem);
    if stem.is_empty() || stem.ends_with('/') {
        stem.to_owned()
    } else {
        format!("{stem}/")
    }
}
