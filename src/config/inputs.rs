//! The small files a site is made from, exports aside, for the manifest of what was read.

use std::collections::BTreeSet;
use std::path::Path;

use walkdir::WalkDir;

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
        let walk = WalkDir::new(root.join(folder))
            .sort_by_file_name()
            .into_iter();
        for entry in walk
            .filter_entry(|e| !e.file_name().to_string_lossy().starts_with('.'))
            .flatten()
        {
            let name = entry.file_name().to_string_lossy();
            let is_input = match folder {
                "data" => name.ends_with(".toml") || name.ends_with(".csv"),
                "content" => name.ends_with(".md"),
                _ => true,
            };
            let Ok(relative) = entry.path().strip_prefix(root) else {
                continue;
            };
            let parts: Vec<String> = relative
                .iter()
                .map(|part| part.to_string_lossy().into_owned())
                .collect();
            let path = parts.join("/");
            if is_input
                && entry.file_type().is_file()
                && !known.contains(path.as_str())
                && let Ok(bytes) = std::fs::read(entry.path())
            {
                files.push((path, bytes));
            }
        }
    }
    files
}
