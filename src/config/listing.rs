//! The files below a folder, by name and in order.

use std::fs;
use std::path::Path;

/// The paths of the files below a folder, from there and with forward slashes, in the order of their names, folder by folder. Links
/// are no files; what can't be read is left out.
#[must_use]
pub fn listing(folder: &Path, is_meant: &dyn Fn(&str) -> bool) -> Vec<String> {
    let mut files = Vec::new();
    list(folder, "", is_meant, &mut files);
    files
}

fn list(folder: &Path, above: &str, is_meant: &dyn Fn(&str) -> bool, files: &mut Vec<String>) {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut named: Vec<_> = entries
        .filter_map(|entry| Some((entry.file_name(), entry.file_type().ok()?)))
        .collect();
    named.sort_by(|a, b| a.0.cmp(&b.0));
    for (name, kind) in named {
        let shown = name.to_string_lossy();
        if !is_meant(&shown) {
            continue;
        }
        if kind.is_dir() {
            let inner = format!("{above}{shown}/");
            list(&folder.join(&name), &inner, is_meant, files);
        } else if kind.is_file() {
            files.push(format!("{above}{shown}"));
        }
    }
}
