//! The small files a site is made from, exports aside, for the manifest of what was read.

use std::collections::BTreeSet;
use std::path::Path;

use super::listing::listing;

/// Path (relative to the site's folder, forward slashes) and bytes of `answerable.toml` and `revisions.toml`, of every `.toml` and `.csv` below
/// `data/` that is not among `exports`, of every `.md` below `content/`, of the office's own files below `static/` and of the theme's files, sorted by path within
/// each. Files that can't be read are left out: the room that needs them has told.
#[must_use]
pub fn inputs(root: &Path, known: &BTreeSet<&str>) -> Vec<(String, Vec<u8>)> {
    let mut files = Vec::new();
    for name in ["answerable.toml", "revisions.toml"] {
        if let Ok(bytes) = std::fs::read(root.join(name)) {
            files.push((name.to_owned(), bytes));
        }
    }
    for folder in ["content", "data", "static", "themes"] {
        let is_meant = |name: &str| !name.starts_with('.');
        for inner in listing(&root.join(folder), &is_meant) {
            let is_input = match folder {
                "data" => inner.ends_with(".toml") || inner.ends_with(".csv"),
                "content" => inner.ends_with(".md"),
                _ => true,
            };
            let path = format!("{folder}/{inner}");
            if is_input
                && !known.contains(path.as_str())
                && let Ok(bytes) = std::fs::read(root.join(&path))
            {
                files.push((path, bytes));
            }
        }
    }
    files
}
