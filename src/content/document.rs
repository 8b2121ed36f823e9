//! A document: what is told of it on its own, and its text, read again where it is asked for.

use std::borrow::Cow;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

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
    root: Arc<PathBuf>,
    #[serde(skip)]
    text: OnceLock<Text>,
    /// Set once its file was found to be no longer the one that the document is of.
    #[serde(skip)]
    is_another: OnceLock<()>,
}

/// A document's text, as it is kept until its page is written: of a site with very many pages all are held at once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Text {
    /// Its [`Tags`], and after them its tree, whatever the conditions in it, as bytes.
    packed: Box<[u8]>,
    /// Its tags again, where what is shown depends on a condition or on a name that it gives.
    varying: Option<Box<Template>>,
    /// Itself, where it varies or stands in no file.
    written: Option<Box<str>>,
    /// Whether anything was told of it that stops nothing.
    has_findings: bool,
}

/// The tags of a text.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Tags {
    /// With what stands between them.
    pub template: Template,
    /// The places of those that are a whole paragraph of the text itself, not of a list or a quotation, in order.
    pub alone: Vec<usize>,
}

impl Text {
    fn new(template: Template, nodes: &[Node], text: &str, has_findings: bool) -> Self {
        let alone = nodes.iter().filter_map(Node::only_place).collect();
        let tags = Tags { template, alone };
        let packed = postcard::to_allocvec(&(&tags, nodes)).expect("a tree can be packed");
        let template = tags.template;
        let varies = template.values().is_none();
        Self {
            packed: packed.into(),
            written: varies.then(|| text.into()),
            varying: varies.then(|| Box::new(template)),
            has_findings,
        }
    }

    fn template(&self) -> Cow<'_, Template> {
        match &self.varying {
            Some(template) => Cow::Borrowed(template),
            None => Cow::Owned(self.unpacked().0.template),
        }
    }

    /// Its tags, and its tree as bytes.
    fn unpacked(&self) -> (Tags, &[u8]) {
        if self.packed.is_empty() {
            return (Tags::default(), &[0]);
        }
        postcard::take_from_bytes(&self.packed).expect("what was packed comes back")
    }
}

/// A tree from the bytes that [`Text::unpacked`] gives.
fn tree(packed: &[u8]) -> Vec<Node> {
    postcard::from_bytes(packed).expect("what was packed comes back")
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
            &Arc::default(),
            &path,
            source,
            lang,
            text.as_bytes(),
            &mut diags,
        );
        let (mut made, text) = made.ok_or(diags)?;
        if let Some(own) = made.text.get_mut() {
            own.written = Some(text.into());
        }
        Ok(made)
    }

    /// The same document as one of a site in this folder.
    #[must_use]
    pub(super) fn in_folder(self, root: &Arc<PathBuf>) -> Self {
        Self {
            root: root.clone(),
            ..self
        }
    }

    /// Its text as a tree, whatever the conditions in it. Values are places, numbered in the order of the text.
    #[cfg(test)]
    pub(super) fn all_nodes(&self) -> Vec<Node> {
        tree(self.text().unpacked().1)
    }

    /// The file's text, read again where it is not at hand.
    #[must_use]
    pub fn written(&self) -> Cow<'_, str> {
        if let Some(written) = self.text.get().and_then(|text| text.written.as_deref()) {
            return Cow::Borrowed(written);
        }
        let bytes = self.bytes().unwrap_or_default();
        let text = String::from_utf8(bytes).unwrap_or_default();
        Cow::Owned(match text.strip_prefix(BYTE_ORDER_MARK) {
            Some(text) => text.to_owned(),
            None => text,
        })
    }

    /// Its text with tags.
    #[must_use]
    pub fn template(&self) -> Cow<'_, Template> {
        self.text().template()
    }

    /// Its tags, and where they stand.
    #[must_use]
    pub fn tags(&self) -> Tags {
        self.text().unpacked().0
    }

    /// Whether its text was read and found to be another than it was, because the file changed meanwhile: then it was taken for
    /// empty, and nothing may be published.
    #[must_use]
    pub fn is_another(&self) -> bool {
        self.is_another.get().is_some()
    }

    /// Whether it was read from its file, and nothing was told of it: then it may be kept for the next time.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        let text = self.text.get();
        !self.is_another() && text.is_none_or(|text| !text.has_findings)
    }

    /// The bytes of its file, where it is still the one that the document is of.
    fn bytes(&self) -> Option<Vec<u8>> {
        let bytes = std::fs::read(self.root.join(&self.path)).ok();
        let own = bytes.filter(|bytes| Entry::of(&self.path, bytes) == self.file);
        if own.is_none() {
            self.is_another.get_or_init(|| ());
        }
        own
    }

    fn text(&self) -> &Text {
        self.text.get_or_init(|| {
            let again = || {
                let (root, mut diags) = (&self.root, Diagnostics::new());
                let (path, source) = (&self.path, &self.source);
                let bytes = self.bytes()?;
                let (made, _) = read_document(root, path, source, &self.lang, &bytes, &mut diags)?;
                made.text.into_inner()
            };
            again().unwrap_or_else(|| {
                self.is_another.get_or_init(|| ());
                Text::default()
            })
        })
    }

    /// Its text as a tree, with conditions decided by a reader and places for the values.
    pub fn nodes(&self, reader: &mut dyn Reader) -> Vec<Node> {
        let text = self.text();
        let (own, packed);
        let template = match &text.varying {
            Some(template) => template,
            None => {
                (own, packed) = text.unpacked();
                let values = own.template.values().unwrap_or_default();
                let mut values = values.into_iter().enumerate();
                if values.all(|(place, (value, span))| reader.value(place, value, span).is_none()) {
                    return tree(packed);
                }
                &own.template
            }
        };
        let written = self.written();
        let expansion = template.expand(&written, reader);
        // What is wrong was told when it was read.
        markdown::read(&self.home(&written), &expansion, &mut Diagnostics::new()).nodes
    }

    /// The SHA-256 of all that other pages may tell of it: all but its text and where its links go.
    #[must_use]
    pub fn face(&self) -> String {
        let mut digest = Digest::default();
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
        add(&self.date.map_or_else(String::new, |day| day.to_string()));
        add(self.document_number.as_deref().unwrap_or("\n"));
        for heading in &self.headings {
            add(&heading.id);
            add(&heading.text);
        }
        self.featured.iter().for_each(|(case, _)| add(case));
        self.promises.iter().for_each(|fragment| add(fragment));
        // How many there are of each keeps one list from running into the next.
        for length in [
            self.headings.len(),
            self.featured.len(),
            self.promises.len(),
        ] {
            digest.update(&length.to_le_bytes());
        }
        digest.update(&self.order.to_le_bytes());
        for heading in &self.headings {
            digest.update(&[heading.level]);
        }
        digest.entry("").sha256
    }

    fn home<'a>(&'a self, text: &'a str) -> markdown::Home<'a> {
        markdown::Home {
            path: &self.path,
            key: &self.key,
            source: &self.source,
            is_chinese: self.lang.is_chinese(),
            text,
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
    /// Where it stands, in bytes of the file's text.
    pub span: Range<usize>,
}

/// What some systems put before a text.
const BYTE_ORDER_MARK: char = '\u{feff}';

/// Reads a document from the bytes of its file, and gives it with its text; `None` where errors were told.
pub(super) fn read_document<'b>(
    root: &Arc<PathBuf>,
    path: &str,
    relative: &str,
    lang: &Lang,
    bytes: &'b [u8],
    diags: &mut Diagnostics,
) -> Option<(Document, &'b str)> {
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text),
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
    let mut body = markdown::read(&home, &template.expand_all(text), diags);
    body.headings.shrink_to_fit();
    body.links.shrink_to_fit();
    let section = key
        .split('/')
        .next()
        .filter(|_| key.matches('/').count() > 1)
        .unwrap_or("")
        .to_owned();
    let promises = promised(&front, &body.headings, diags)?;
    let made = Document {
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
        root: root.clone(),
        text: OnceLock::from(Text::new(template, &body.nodes, text, !diags.is_empty())),
        is_another: OnceLock::new(),
        key,
    };
    Some((made, text))
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
