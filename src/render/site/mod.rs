//! Pages as HTML. In: a theme and the report's pages. Out: one text a page, and the theme's own files.
//!
//! [`Renderer::new`] compiles the theme once; [`Renderer::render`] may then be called from many threads. Templates place
//! what they are given: links are resolved in `address`, charts drawn in `svg`, and all text is escaped by suffix
//! (`.html`). A page is drawn by the template of its kind (`home.html`, `member.html` …) where the theme has one, else by
//! `page.html`.

mod address;
mod metadata;
mod prose;
mod signs;
mod stencil;
mod view;

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;
use sha2::{Digest as _, Sha256};
use tera::{Context, ErrorKind, Tera};

use crate::diag::{Diagnostic, Diagnostics, Place};
use crate::report::{Page, PageId, PageKind, Target};
use crate::text::{Lang, Localised, Words};
use crate::theme::{Template, Theme};
use address::Addresses;
use stencil::{Name, Stencil, Thing, Value, View, things};
use view::{LinkView, Maker, PageView};

/// The template of every page that has none of its own kind.
const PAGE: &str = "page.html";

/// The style sheet among the theme's files.
const STYLE: &str = "style.css";

/// The key of the page on which one looks for something.
const SEARCH: &str = "search/";

/// What stands around every page.
#[derive(Debug, Clone)]
pub struct Chrome {
    /// The site's title.
    pub title: Localised,
    /// Its public address, with a slash at the end.
    pub base_url: String,
    /// Its languages; the first is served at the root, others in a folder of their tag.
    pub languages: Vec<Lang>,
    /// The program's name and version, told in the page's head.
    pub generator: String,
    /// Whether it has a page on which one looks for something.
    pub has_search: bool,
}

/// A theme, compiled for one site.
#[derive(Debug)]
pub struct Renderer {
    tera: Tera,
    /// Where each template was read from, for messages.
    paths: BTreeMap<String, String>,
    files: BTreeMap<String, Vec<u8>>,
    /// Changes with the style sheet, so that readers' browsers fetch a new one.
    style_version: String,
    addresses: Addresses,
    title: Localised,
    generator: String,
    has_search: bool,
    /// The words of the layout in each language.
    words: BTreeMap<Lang, Arc<WordsView>>,
    /// The pattern that fills some charts.
    hatch: String,
    /// The templates of pages that can be filled without Tera, by name.
    stencils: BTreeMap<String, Stencil>,
}

things! {
/// The site as templates see it.
struct SiteView<'a> {
    title: &'a str,
    generator: &'a str,
    home: Option<String>,
    /// The style sheet's address; on the page that is shown at any address it stands in the page instead.
    style: Option<String>,
    inline_style: Option<String>,
    icon: Option<String>,
    feed: Option<String>,
    /// The page on which one looks for something, and whether this is it.
    search: Option<String>,
    is_search: bool,
    /// What the search page runs.
    search_script: Option<String>,
    translations: Vec<LinkView<'a>>,
}

/// A page's place on the web.
struct HeadView<'a> {
    canonical: Option<String>,
    /// Language tag and public address of each language's page, with `x-default` at the end.
    alternates: Vec<(&'a str, String)>,
    /// The language as link previews write it: `zh_CN`.
    locale: String,
    /// What stands above every printed page, as the inside of a CSS string.
    running: Option<String>,
    json_ld: Option<String>,
}
}

/// The words of the layout that templates use, by their key under `layout.`.
macro_rules! words {
    ($($name:ident)*) => {
        things! {
            /// The words of the layout in a language, as templates see them.
            struct WordsView { $($name: String,)* }
        }

        impl WordsView {
            fn of(lang: &Lang) -> Self {
                let words = Words::for_lang(lang);
                Self { $($name: words.say(concat!("layout.", stringify!($name)), &[]),)* }
            }
        }
    };
}

words! {
    skip main crumbs languages nothing feed search search_for search_button search_one search_other search_some search_none
    search_failed search_more search_script
}

/// The names that every template knows, in the order in which a stencil is given their values.
const GLOBALS: [&str; 5] = ["page", "site", "head", "words", "hatch"];

impl Renderer {
    /// Compiles a theme.
    ///
    /// # Errors
    /// The mistakes in the templates, each with its file, line and column.
    pub fn new(theme: &Theme, chrome: Chrome) -> Result<Self, Diagnostics> {
        let tera = compiled(&theme.templates)?;
        let style = theme
            .files
            .get(STYLE)
            .map(Vec::as_slice)
            .unwrap_or_default();
        let mut style_version: String = String::new();
        for byte in Sha256::digest(style).iter().take(4) {
            style_version.push_str(&format!("{byte:02x}"));
        }
        let words = chrome
            .languages
            .iter()
            .map(|lang| (lang.clone(), Arc::new(WordsView::of(lang))))
            .collect();
        Ok(Self {
            tera,
            words,
            hatch: crate::render::svg::hatch(),
            stencils: stencils(&theme.templates),
            paths: theme
                .templates
                .iter()
                .map(|(name, template)| (name.clone(), template.path.clone()))
                .collect(),
            files: theme.files.clone(),
            style_version,
            addresses: Addresses {
                base_url: chrome.base_url,
                languages: chrome.languages,
            },
            title: chrome.title,
            generator: chrome.generator,
            has_search: chrome.has_search,
        })
    }

    /// The theme's own files, by their path from the site's root.
    #[must_use]
    pub const fn files(&self) -> &BTreeMap<String, Vec<u8>> {
        &self.files
    }

    /// Where a page is written, from the site's root: `zh-CN/hotline/index.html`, `404.html`.
    #[must_use]
    pub fn path(&self, page: &Page) -> String {
        let is_not_found = page.kind == PageKind::NotFound;
        self.addresses.file(&page.lang, &page.key, is_not_found)
    }

    /// The same of a page that is not told yet.
    #[must_use]
    pub fn path_of(&self, page: &PageId) -> String {
        let is_not_found = page.is_not_found();
        self.addresses.file(&page.lang, &page.key, is_not_found)
    }

    /// Draws a page.
    ///
    /// # Errors
    /// A template asked for something that is not there; told with its file, line and column.
    pub fn render(&self, page: &Page) -> Result<String, Diagnostic> {
        self.render_with(page, true)
    }

    /// Draws a page by Tera alone, and says whether a stencil would draw it too.
    #[cfg(test)]
    pub(crate) fn render_by_tera(&self, page: &Page) -> (Result<String, Diagnostic>, bool) {
        let has_stencil = self.stencils.contains_key(self.template(page.kind));
        (self.render_with(page, false), has_stencil)
    }

    /// Draws a page, by a stencil where its template allows that and it is wanted.
    fn render_with(&self, page: &Page, may_fill: bool) -> Result<String, Diagnostic> {
        let words = Words::for_lang(&page.lang);
        let from = self.addresses.from(page);
        let maker = Maker::new(self, (page, &from), &words);
        let site = self.site(page, &maker);
        let view: PageView<'_> = maker.page();
        let head = self.head(page);
        let layout = match self.words.get(&page.lang) {
            Some(layout) => Arc::clone(layout),
            None => Arc::new(WordsView::of(&page.lang)),
        };
        let template = self.template(page.kind);
        let stencil = self.stencils.get(template).filter(|_| may_fill);
        let filled = stencil.and_then(|stencil| {
            let globals = [
                view.view(),
                site.view(),
                head.view(),
                layout.view(),
                self.hatch.view(),
            ];
            stencil.fill(&globals, &|to, out| from.write(to, out))
        });
        if let Some(filled) = filled {
            return Ok(filled);
        }
        let mut context = Context::new();
        context.insert(GLOBALS[0], &view);
        context.insert(GLOBALS[1], &site);
        context.insert(GLOBALS[2], &head);
        context.insert(GLOBALS[3], &layout);
        context.insert(GLOBALS[4], &self.hatch);
        self.tera
            .render(template, &context)
            .map_err(|error| told(&error, &self.paths, "theme-render"))
    }

    /// The name of the template that draws pages of a kind.
    fn template(&self, kind: PageKind) -> &'static str {
        let own = template_name(kind);
        if self.paths.contains_key(own) {
            own
        } else {
            PAGE
        }
    }

    fn site<'a>(&'a self, page: &'a Page, maker: &Maker<'a>) -> SiteView<'a> {
        let is_anywhere = page.kind == PageKind::NotFound;
        let file = |path: &str| {
            self.files
                .contains_key(path)
                .then(|| maker.href(&Target::File(path.to_owned())))
                .flatten()
        };
        let feed = format!("{}feed.xml", self.addresses.folder(&page.lang));
        SiteView {
            title: self.title.get(&page.lang),
            generator: &self.generator,
            home: maker.href(&Target::Page(String::new(), None)),
            style: file(STYLE)
                .filter(|_| !is_anywhere)
                .map(|href| format!("{href}?v={}", self.style_version)),
            inline_style: self
                .files
                .get(STYLE)
                .filter(|_| is_anywhere)
                .map(|bytes| without_drawings(&String::from_utf8_lossy(bytes))),
            icon: file("favicon.svg").filter(|_| !is_anywhere),
            feed: maker.href(&Target::File(feed)),
            search: self
                .has_search
                .then(|| Target::Page(SEARCH.to_owned(), None))
                .and_then(|to| maker.href(&to)),
            is_search: page.kind == PageKind::Search,
            search_script: maker.href(&Target::File(format!("{SEARCH}search.js"))),
            translations: maker.translations(),
        }
    }

    fn head<'a>(&self, page: &'a Page) -> HeadView<'a> {
        let is_found = page.kind != PageKind::NotFound;
        let public = |lang: &Lang| self.addresses.public(lang, &page.key);
        let mut alternates: Vec<(&str, String)> = Vec::new();
        if is_found && page.languages.len() > 1 {
            alternates.extend(page.languages.iter().map(|lang| (lang.tag(), public(lang))));
            if let Some(first) = page.languages.first() {
                alternates.push(("x-default", public(first)));
            }
        }
        HeadView {
            canonical: is_found.then(|| public(&page.lang)),
            alternates,
            locale: page.lang.tag().replace('-', "_"),
            running: is_found.then(|| {
                let site = self.title.get(&page.lang);
                if page.title == site {
                    css_text(site)
                } else {
                    css_text(&format!("{} – {site}", page.title))
                }
            }),
            json_ld: if is_found {
                metadata::json_ld(&self.addresses, page, self.title.get(&page.lang))
            } else {
                None
            },
        }
    }
}

/// A text as it may stand inside a CSS string within a page: what could end the string or the element is left out.
fn css_text(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .filter(|c| !matches!(c, '"' | '\\' | '<' | '>'))
        .collect()
}

/// A style sheet as it is written into a page: what is for drawings stays out, and nothing ends its element.
fn without_drawings(css: &str) -> String {
    let kept = match (
        css.split_once("/* drawings */"),
        css.split_once("/* end of drawings */"),
    ) {
        (Some((before, _)), Some((_, after))) => format!("{before}{after}"),
        _ => css.to_owned(),
    };
    kept.replace("</", "<\\/")
}

/// The template of a kind of page, where a theme has one.
const fn template_name(kind: PageKind) -> &'static str {
    match kind {
        PageKind::Home => "home.html",
        PageKind::Dataset => "dataset.html",
        PageKind::Period => "period.html",
        PageKind::Periods => "periods.html",
        PageKind::Members => "members.html",
        PageKind::Member => "member.html",
        PageKind::Compare => "compare.html",
        PageKind::Intake => "intake.html",
        PageKind::Methods => "methods.html",
        PageKind::Revisions => "revisions.html",
        PageKind::Data => "data.html",
        PageKind::Cases => "cases.html",
        PageKind::Case => "case.html",
        PageKind::Owed => "owed.html",
        PageKind::Promises => "promises.html",
        PageKind::Search => "search.html",
        PageKind::Content => "content.html",
        PageKind::NotFound => "not-found.html",
    }
}

/// A kind of page as templates and style sheets name it.
fn kind_name(kind: PageKind) -> &'static str {
    template_name(kind).trim_end_matches(".html")
}

/// The stencils of all templates that may draw a page.
fn stencils(templates: &BTreeMap<String, Template>) -> BTreeMap<String, Stencil> {
    let sources: BTreeMap<&str, &str> = templates
        .iter()
        .map(|(name, template)| (name.as_str(), template.source.as_str()))
        .collect();
    let read = |name: &&str| Some(((*name).to_owned(), Stencil::read(name, &sources, &GLOBALS)?));
    sources.keys().filter_map(read).collect()
}

/// All templates together. Where one is wrong the built-in one stands in for it, so that the others are looked at too.
fn compiled(templates: &BTreeMap<String, Template>) -> Result<Tera, Diagnostics> {
    let built_in = Theme::built_in().templates;
    let paths: BTreeMap<String, String> = templates
        .iter()
        .map(|(name, template)| (name.clone(), template.path.clone()))
        .collect();
    let mut sources: BTreeMap<&str, &str> = templates
        .iter()
        .map(|(name, template)| (name.as_str(), template.source.as_str()))
        .collect();
    let mut found = Diagnostics::new();
    loop {
        let mut tera = Tera::new();
        let error = match tera.add_raw_templates(sources.iter()) {
            Ok(()) if !found.has_errors() => return Ok(tera),
            Ok(()) => return Err(found),
            Err(error) => error,
        };
        found.tell(told(&error, &paths, "theme-syntax"));
        let wrong = match error.kind() {
            ErrorKind::SyntaxError(report) => report.filename().to_owned(),
            _ => return Err(found),
        };
        let own = built_in
            .get(&wrong)
            .map(|template| template.source.as_str());
        match (own, sources.get_mut(wrong.as_str())) {
            (Some(own), Some(source)) if *source != own => *source = own,
            (None, Some(source)) if !source.is_empty() => *source = "",
            _ => return Err(found),
        }
    }
}

/// A template's mistake, at its place.
fn told(error: &tera::Error, paths: &BTreeMap<String, String>, code: &'static str) -> Diagnostic {
    match error.kind() {
        ErrorKind::SyntaxError(report) | ErrorKind::RenderingError(report) => {
            let name = report.filename();
            let path = paths.get(name).map_or(name, String::as_str);
            let span = report.span();
            let line = u64::try_from(span.start_line).unwrap_or(1);
            let column = u64::try_from(span.start_col).unwrap_or(0) + 1;
            Diagnostic::error(
                code,
                format!("the theme's template {name}: {}", report.message()),
            )
            .at(Place::line(path, line).column(column))
            .hint("mend the template, or remove it to use the built-in one")
        }
        _ => Diagnostic::error(code, format!("the theme's templates: {error}"))
            .hint("mend the template, or remove it to use the built-in one"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chrome() -> Chrome {
        Chrome {
            title: Localised::same("How we answer"),
            base_url: "https://example.gov/answers/".to_owned(),
            languages: vec![Lang("en".to_owned()), Lang("zh-CN".to_owned())],
            generator: "answerable 0".to_owned(),
            has_search: true,
        }
    }

    #[test]
    fn a_mistake_in_a_template_is_told_with_its_line_and_column() {
        let mut theme = Theme::built_in();
        for (name, source) in [
            ("page.html", "<p>\n{% if %}"),
            ("extra.html", "{{ <no-such /> }}"),
        ] {
            let template = Template {
                path: format!("themes/city/{name}"),
                source: source.to_owned(),
            };
            theme.templates.insert(name.to_owned(), template);
        }
        let told = Renderer::new(&theme, chrome())
            .map(|_| ())
            .expect_err("the templates are wrong")
            .human();
        assert!(told.contains("themes/city/page.html:2:"), "{told}");
        assert!(told.contains("themes/city/extra.html:1:"), "{told}");
    }

    #[test]
    fn a_title_cannot_leave_the_running_header() {
        assert_eq!(css_text("A \"b\" \\</style>\n"), "A b /style ");
    }

    #[test]
    fn the_built_in_theme_compiles() {
        let made = Renderer::new(&Theme::built_in(), chrome());
        if let Err(told) = made {
            panic!("{}", told.human());
        }
    }
}
