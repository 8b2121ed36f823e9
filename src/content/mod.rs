//! The office's own pages: Markdown with TOML front matter (`+++`) under `content/<lang>/`.
//!
//! [`read`] gives every page as a [`Document`], or tells all that is wrong with line and column. [`Document::nodes`] is its text
//! as a tree, with the tags of [`prose`](crate::prose) decided and places for their values. Raw HTML is shown as text, never
//! passed on; a link may use `http`, `https`, `mailto`, `tel`, a `.md` file beside it, or `/key/` for a page of the site. Whether
//! such a page exists is asked by [`check_links`], once all pages are known. [`read_statics`] gives the files that are published as
//! they are.
#![expect(clippy::disallowed_methods, reason = "content is a room that reads")]

mod article;
mod front_matter;
mod markdown;
mod node;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use walkdir::WalkDir;

use crate::config::Site;
use crate::diag::{Diagnostic, Diagnostics, Place, nearest};
use crate::prose::{Reader, Template};
use crate::text::Lang;
use crate::tree::{Digest, Entry};
use front_matter::FrontMatter;

pub use node::{Goal, Heading, Inline, Node, Style, Table, plain};

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
    root: PathBuf,
    #[serde(skip)]
    text: OnceLock<Text>,
}

/// A document's text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Text {
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

/// Reads all documents of a site's languages, sorted by key and language; those in `known`, by their path, are as they were and
/// not read again. `None` where errors were told.
pub fn read(
    root: &Path,
    site: &Site,
    known: &mut BTreeMap<String, Document>,
    diags: &mut Diagnostics,
) -> Option<Vec<Document>> {
    let mut own = Diagnostics::new();
    let mut documents = Vec::new();
    let folder = root.join("content");
    if folder.is_dir() {
        for lang in &site.languages {
            read_language(root, lang, known, &mut documents, &mut own);
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
    root: &Path,
    lang: &Lang,
    known: &mut BTreeMap<String, Document>,
    documents: &mut Vec<Document>,
    diags: &mut Diagnostics,
) {
    let base = root.join("content").join(lang.tag());
    let walk = WalkDir::new(&base).sort_by_file_name().into_iter();
    let mut files: Vec<(String, String)> = Vec::new();
    for entry in walk.filter_entry(|e| !e.file_name().to_string_lossy().starts_with('.')) {
        let Ok(entry) = entry else { continue };
        let Ok(relative) = entry.path().strip_prefix(&base) else {
            continue;
        };
        let relative: Vec<String> = relative
            .iter()
            .map(|part| part.to_string_lossy().into_owned())
            .collect();
        let relative = relative.join("/");
        if !entry.file_type().is_file() || !relative.ends_with(".md") {
            continue;
        }
        let path = format!("content/{}/{relative}", lang.tag());
        match known.remove(&path) {
            Some(document) => documents.push(Document {
                root: root.to_owned(),
                ..document
            }),
            None => files.push((path, relative)),
        }
    }
    let read: Vec<(Option<Document>, Diagnostics)> = files
        .into_par_iter()
        .map(|(path, relative)| {
            let mut own = Diagnostics::new();
            let document = match std::fs::read(base.join(&relative)) {
                Ok(bytes) => read_document(root, &path, &relative, lang, &bytes, &mut own),
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

fn read_document(
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
fn key_of(relative: &str) -> String {
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

/// Tells every link of a document that leads nowhere. `pages` are the keys of all pages by language, `files` the paths of all
/// files beside them. Documents that are known to lead somewhere throughout are passed over.
pub fn check_links(
    documents: &[Document],
    is_known: &dyn Fn(&Document) -> bool,
    pages: &BTreeMap<Lang, BTreeSet<String>>,
    files: &BTreeSet<String>,
    diags: &mut Diagnostics,
) {
    let headings: BTreeMap<(&Lang, &str), BTreeSet<&str>> = documents
        .iter()
        .map(|d| {
            (
                (&d.lang, d.key.as_str()),
                d.headings.iter().map(|h| h.id.as_str()).collect(),
            )
        })
        .collect();
    let none = BTreeSet::new();
    for document in documents.iter().filter(|each| !is_known(each)) {
        let pages = pages.get(&document.lang).unwrap_or(&none);
        for link in &document.links {
            let exists = if link.is_file {
                files.contains(&link.to)
            } else {
                pages.contains(&link.to)
            };
            if !exists {
                let mut error = Diagnostic::error(
                    "broken-link",
                    format!("no page or file has the address \"{}\"", link.to),
                )
                .at(link.place.clone());
                let near = if link.is_file {
                    nearest(&link.to, files.iter().map(String::as_str))
                } else {
                    nearest(&link.to, pages.iter().map(String::as_str))
                };
                if let Some(near) = near {
                    error = error.hint(format!("did you mean \"/{near}\"?"));
                }
                diags.tell(error);
            } else if let Some(ids) = headings.get(&(&document.lang, link.to.as_str()))
                && !link.fragment.is_empty()
                && !ids.contains(link.fragment.as_str())
            {
                let mut error = Diagnostic::error(
                    "broken-link",
                    format!(
                        "the page \"{}\" has no heading with the id \"{}\"",
                        link.to, link.fragment
                    ),
                )
                .at(link.place.clone());
                if let Some(near) = nearest(&link.fragment, ids.iter().copied()) {
                    error = error.hint(format!("did you mean \"#{near}\"?"));
                }
                diags.tell(error);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_one(text: &str) -> (Option<Document>, Diagnostics) {
        let mut diags = Diagnostics::new();
        let document = read_document(
            Path::new(""),
            "content/en/policy/a.md",
            "policy/a.md",
            &Lang("en".into()),
            text.as_bytes(),
            &mut diags,
        );
        (document, diags)
    }

    #[test]
    fn a_document_keeps_its_anchors_and_loses_its_scripts() {
        let (document, diags) = read_one(
            "+++\ntitle = \"Time limits\"\norder = 3\n+++\n\n## Article 4 {#article-4}\n\n<script>alert(1)</script>\n\n[x](javascript:alert(1)) **b**\n",
        );
        let document = document.expect("it is valid");
        let [
            Node::Heading(id, 2, _),
            Node::Paragraph(html),
            Node::Paragraph(words),
        ] = document.all_nodes()
        else {
            panic!("{:?}", document.all_nodes());
        };
        assert_eq!(id, "article-4");
        assert_eq!(plain(html).trim(), "<script>alert(1)</script>");
        assert!(
            matches!(
                &words[..],
                [
                    Inline::Link(Goal::Nowhere, _),
                    Inline::Text(_),
                    Inline::Styled(Style::Strong, _)
                ]
            ),
            "{words:?}"
        );
        assert_eq!(
            (
                document.key.as_str(),
                document.section.as_str(),
                document.order
            ),
            ("policy/a/", "policy", 3)
        );
        assert!(diags.human().contains("link-scheme"), "{}", diags.human());
    }

    #[test]
    fn marked_articles_are_counted_and_named() {
        let (document, _) = read_one(
            "+++\ntitle = \"A\"\n+++\n## General\n### Purpose {.article}\n## Answers\n### First answer {.article #first}\n### Closing {.article}\n",
        );
        let document = document.expect("it is valid");
        let headings: Vec<(&str, &str)> = document
            .headings
            .iter()
            .map(|heading| (heading.id.as_str(), heading.text.as_str()))
            .collect();
        assert_eq!(
            headings,
            [
                ("general", "General"),
                ("article-1", "Article 1. Purpose"),
                ("answers", "Answers"),
                ("first", "Article 2. First answer"),
                ("article-3", "Article 3. Closing"),
            ]
        );
    }

    #[test]
    fn links_to_files_beside_it_become_pages() {
        let (document, _) = read_one(
            "+++\ntitle = \"A\"\n+++\n[b](b.md#x), [c](../about.md), [m](/methods/), [d](/data/figures.csv)\n",
        );
        let document = document.expect("it is valid");
        let to: Vec<&str> = document.links.iter().map(|l| l.to.as_str()).collect();
        assert_eq!(to, ["policy/b/", "about/", "methods/", "data/figures.csv"]);
        let [Node::Paragraph(words)] = document.all_nodes() else {
            panic!("{:?}", document.all_nodes());
        };
        let goals: Vec<&Goal> = words
            .iter()
            .filter_map(|inline| match inline {
                Inline::Link(goal, _) => Some(goal),
                _ => None,
            })
            .collect();
        assert_eq!(*goals[0], Goal::Page("policy/b/".into(), Some("x".into())));
        assert_eq!(*goals[3], Goal::File("data/figures.csv".into()));
    }

    #[test]
    fn a_link_that_leads_nowhere_is_told_with_its_line() {
        let (document, _) = read_one("+++\ntitle = \"A\"\n+++\n\n[b](b.md)\n");
        let mut diags = Diagnostics::new();
        check_links(
            &[document.expect("it is valid")],
            &|_| false,
            &BTreeMap::new(),
            &BTreeSet::new(),
            &mut diags,
        );
        assert!(
            diags.human().contains("content/en/policy/a.md:5:1"),
            "{}",
            diags.human()
        );
    }

    #[test]
    fn front_matter_mistakes_have_a_place_and_a_remedy() {
        let (document, diags) = read_one("+++\ntitel = \"A\"\n+++\ntext\n");
        assert!(document.is_none());
        let told = diags.human();
        assert!(
            told.contains("a.md:2:1") && told.contains("did you mean \"title\"?"),
            "{told}"
        );
        assert!(read_one("no front matter").0.is_none());
        assert!(read_one("+++\ntitle = \"A\"\n").0.is_none());
    }

    #[test]
    fn an_index_file_is_its_folder() {
        assert_eq!(key_of("index.md"), "");
        assert_eq!(key_of("policy/index.md"), "policy/");
        assert_eq!(key_of("policy/reindex.md"), "policy/reindex/");
    }
}
