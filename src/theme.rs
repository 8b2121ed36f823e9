//! What pages look like: templates and the files that stand beside them.
//!
//! The theme `default` is built into the program. [`Theme::load`] lays the site's own `themes/default/` and
//! `themes/<name>/` over it, file by file, so that a site overrides one template and keeps the rest. `.html` files are
//! templates; what lies in `print/` is for the print editions (templates, pictures, fonts) and is not published; every other
//! file is published as it is, at the same path from the site's root. Templates are read here and compiled by the
//! renderers, which tell their mistakes at [`Template::path`] and [`PrintFile::path`].
#![expect(clippy::disallowed_methods, reason = "theme is a room that reads")]

#[cfg(feature = "print")]
pub mod fonts;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use walkdir::WalkDir;

use crate::diag::{Diagnostic, Diagnostics, Place, nearest};

/// The name of the built-in theme.
pub const DEFAULT: &str = "default";

/// The folder of a site that themes stand in.
const FOLDER: &str = "themes";

/// The files of `themes/default`, which a test compares with the folder.
macro_rules! built_in {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_bytes!(concat!("../themes/default/", $name)))),*]
    };
}

/// Every file of the built-in theme, by its path in the folder.
const BUILT_IN: &[(&str, &[u8])] = built_in![
    "base.html",
    "components.html",
    "favicon.svg",
    "page.html",
    "print/brief.typ",
    "print/parts.typ",
    "print/report.typ",
    "print/theme.typ",
    "style.css",
];

/// The folder of what print editions are made with.
const PRINT: &str = "print/";

/// A template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    /// Where it was read from, for messages: relative to the site's folder, or as built in.
    pub path: String,
    /// Its source.
    pub source: String,
}

/// A file of the theme's `print/` folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrintFile {
    /// Where it was read from, for messages: relative to the site's folder, or as built in.
    pub path: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// Templates and files, ready to be compiled and published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Theme {
    /// Templates by their name: the path in the theme's folder (`page.html`).
    pub templates: BTreeMap<String, Template>,
    /// Files by their path from the published site's root.
    pub files: BTreeMap<String, Vec<u8>>,
    /// Files of the print editions by their path in `print/` (`report.typ`).
    pub print: BTreeMap<String, PrintFile>,
}

impl Theme {
    /// The theme as it is built in.
    #[must_use]
    pub fn built_in() -> Self {
        let mut theme = Self {
            templates: BTreeMap::new(),
            files: BTreeMap::new(),
            print: BTreeMap::new(),
        };
        for (name, bytes) in BUILT_IN {
            let path = format!("built-in {FOLDER}/{DEFAULT}/{name}");
            theme
                .put(name, path, bytes)
                .expect("built-in templates are UTF-8");
        }
        theme
    }

    /// Loads a theme by name for the site in a folder: built in, then the site's `themes/default/`, then `themes/<name>/`.
    ///
    /// `None` where an error was told: there is no such theme, or one of its files could not be read.
    #[must_use]
    pub fn load(root: &Path, name: &str, diags: &mut Diagnostics) -> Option<Self> {
        let folder = root.join(FOLDER);
        let mut theme = Self::built_in();
        let mut found = Diagnostics::new();
        if name != DEFAULT && (!is_plain(name) || !folder.join(name).is_dir()) {
            found.tell(unknown(&folder, name));
        } else {
            theme.overlay(&folder, DEFAULT, &mut found);
            if name != DEFAULT {
                theme.overlay(&folder, name, &mut found);
            }
        }
        let has_errors = found.has_errors();
        diags.extend(found);
        (!has_errors).then_some(theme)
    }

    fn overlay(&mut self, folder: &Path, name: &str, diags: &mut Diagnostics) {
        let home = folder.join(name);
        if !home.is_dir() {
            return;
        }
        let files = WalkDir::new(&home)
            .sort_by_file_name()
            .into_iter()
            .filter_entry(|entry| !is_hidden(entry));
        for entry in files {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    let path = format!("{FOLDER}/{name}");
                    diags.tell(unreadable(&path, &error.to_string()));
                    continue;
                }
            };
            if !entry.file_type().is_file() {
                continue;
            }
            let inner = entry.path().strip_prefix(&home).unwrap_or(entry.path());
            let inner = inner.to_string_lossy().replace('\\', "/");
            let path = format!("{FOLDER}/{name}/{inner}");
            match std::fs::read(entry.path()) {
                Ok(bytes) => {
                    if let Err(error) = self.put(&inner, path, &bytes) {
                        diags.tell(error);
                    }
                }
                Err(error) => diags.tell(unreadable(&path, &error.to_string())),
            }
        }
    }

    fn put(&mut self, name: &str, path: String, bytes: &[u8]) -> Result<(), Diagnostic> {
        if let Some(name) = name.strip_prefix(PRINT) {
            let bytes = bytes.to_vec();
            self.print
                .insert(name.to_owned(), PrintFile { path, bytes });
            return Ok(());
        }
        if !name.ends_with(".html") {
            self.files.insert(name.to_owned(), bytes.to_vec());
            return Ok(());
        }
        let source = std::str::from_utf8(bytes).map_err(|_| {
            Diagnostic::error("theme-encoding", "a template is not UTF-8")
                .at(Place::file(path.clone()))
                .hint("save it as UTF-8")
        })?;
        let source = source.strip_prefix('\u{feff}').unwrap_or(source).to_owned();
        self.templates
            .insert(name.to_owned(), Template { path, source });
        Ok(())
    }
}

/// Folders in which systems keep fonts, whether they are there or not: those in which print editions look for a character that
/// neither site nor program has a font for.
#[must_use]
pub fn font_folders() -> Vec<String> {
    let common = [
        "/usr/share/fonts",
        "/usr/local/share/fonts",
        "/Library/Fonts",
        "/System/Library/Fonts",
        "/Network/Library/Fonts",
    ];
    let own = [".fonts", ".local/share/fonts", "Library/Fonts"];
    let home = std::env::var_os("HOME").unwrap_or_default();
    let own = own.map(|name| Path::new(&home).join(name).to_string_lossy().into_owned());
    let own = own.into_iter().filter(|_| !home.is_empty());
    common.map(str::to_owned).into_iter().chain(own).collect()
}

/// A name that is one folder, so that no theme is looked for outside `themes/`.
fn is_plain(name: &str) -> bool {
    !name.is_empty() && !name.starts_with('.') && !name.contains(['/', '\\'])
}

fn is_hidden(entry: &walkdir::DirEntry) -> bool {
    entry.depth() > 0 && entry.file_name().to_string_lossy().starts_with('.')
}

fn unreadable(path: &str, cause: &str) -> Diagnostic {
    Diagnostic::error(
        "theme-unreadable",
        format!("could not read {path}: {cause}"),
    )
    .at(Place::file(path))
    .hint("check the file's permissions")
}

fn unknown(folder: &Path, name: &str) -> Diagnostic {
    let mut names: BTreeSet<String> = BTreeSet::from([DEFAULT.to_owned()]);
    if let Ok(entries) = std::fs::read_dir(folder) {
        for entry in entries.flatten() {
            let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
            let own = entry.file_name().to_string_lossy().into_owned();
            if is_folder && is_plain(&own) {
                names.insert(own);
            }
        }
    }
    let list: Vec<&str> = names.iter().map(String::as_str).collect();
    let diagnostic = Diagnostic::error("unknown-theme", format!("there is no theme \"{name}\""))
        .at(Place::file("answerable.toml"));
    let diagnostic = match nearest(name, list.iter().copied()) {
        Some(near) => diagnostic.hint(format!("did you mean \"{near}\"?")),
        None => diagnostic,
    };
    diagnostic.hint(format!(
        "themes that exist: {}; a theme is a folder of {FOLDER}/",
        list.join(", ")
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site(name: &str, files: &[(&str, &str)]) -> std::path::PathBuf {
        let root =
            std::env::temp_dir().join(format!("answerable-theme-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&root);
        for (path, text) in files {
            let path = root.join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        root
    }

    #[test]
    fn every_file_of_the_folder_is_built_in_and_no_other() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("themes/default");
        let there: Vec<String> = WalkDir::new(&folder)
            .sort_by_file_name()
            .into_iter()
            .map(Result::unwrap)
            .filter(|entry| entry.file_type().is_file())
            .map(|entry| {
                let inner = entry.path().strip_prefix(&folder).unwrap();
                inner.to_string_lossy().replace('\\', "/")
            })
            .collect();
        let listed: Vec<&str> = BUILT_IN.iter().map(|(name, _)| *name).collect();
        assert_eq!(there, listed);
    }

    #[test]
    fn a_site_overrides_one_file_and_keeps_the_rest() {
        let root = site(
            "overlay",
            &[
                ("themes/default/page.html", "general"),
                ("themes/city/page.html", "\u{feff}own"),
                ("themes/city/fonts/song.woff2", "font"),
                ("themes/city/.notes", "hidden"),
            ],
        );
        let mut diags = Diagnostics::new();
        let theme = Theme::load(&root, "city", &mut diags).unwrap();
        assert_eq!(theme.templates["page.html"].source, "own");
        assert_eq!(theme.templates["page.html"].path, "themes/city/page.html");
        assert!(theme.templates.contains_key("base.html"));
        assert_eq!(theme.files["fonts/song.woff2"], b"font");
        assert!(theme.files.contains_key("style.css"));
        assert!(!theme.files.contains_key(".notes"));
        std::fs::remove_dir_all(root).unwrap();
    }

    #[test]
    fn an_unknown_theme_is_told_with_those_that_exist() {
        let root = site("unknown", &[("themes/city/page.html", "own")]);
        let mut diags = Diagnostics::new();
        assert!(Theme::load(&root, "citty", &mut diags).is_none());
        let told = diags.human();
        assert!(told.contains("there is no theme \"citty\""), "{told}");
        assert!(told.contains("did you mean \"city\"?"), "{told}");
        assert!(told.contains("city, default"), "{told}");
        assert!(Theme::load(&root, "../themes/city", &mut diags).is_none());
        std::fs::remove_dir_all(root).unwrap();
    }
}
