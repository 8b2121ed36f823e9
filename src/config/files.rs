//! The files of a site's folder: reading text, listing folders, choosing exports by pattern, natural order of names.

use std::cmp::Ordering;
use std::fs;
use std::io;
use std::path::Path;

use walkdir::WalkDir;

use super::reader::{Findings, Item, Source, listing, suggestion};
use crate::diag::{Diagnostic, Place};

/// Reads a text file; tells why where it cannot. `path` is relative to the site's folder.
pub(super) fn read_text<'a>(root: &Path, path: &str, findings: &'a Findings) -> Option<Source<'a>> {
    let bytes = match fs::read(root.join(path)) {
        Ok(bytes) => bytes,
        Err(error) => {
            findings.tell(unreadable(path, &error));
            return None;
        }
    };
    match String::from_utf8(bytes) {
        Ok(text) => Some(Source {
            path: path.to_owned(),
            text,
            findings,
        }),
        Err(error) => {
            let valid = error.utf8_error().valid_up_to();
            let before = &error.as_bytes()[..valid];
            let lines = before.split(|byte| *byte == b'\n').count() as u64;
            findings.tell(
                Diagnostic::error("not-utf8", format!("{path} is not written in UTF-8"))
                    .at(Place::line(path, lines))
                    .hint("open it in an editor and save it again with the encoding UTF-8"),
            );
            None
        }
    }
}

/// A file or folder that the operating system refuses, with its cause.
pub(super) fn unreadable(path: &str, error: &io::Error) -> Diagnostic {
    let cause = match error.kind() {
        io::ErrorKind::NotFound => "there is no such file or folder".to_owned(),
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        io::ErrorKind::IsADirectory => "it is a folder".to_owned(),
        _ => error.to_string(),
    };
    let told = Diagnostic::error("unreadable-file", format!("could not read {path}: {cause}"))
        .at(Place::file(path));
    match error.kind() {
        io::ErrorKind::PermissionDenied => told.hint("let your user account read it"),
        _ => told,
    }
}

/// What a folder holds.
pub(super) struct Folder {
    /// Names of its folders, in order.
    pub(super) folders: Vec<String>,
    /// Names of its files, in order.
    pub(super) files: Vec<String>,
}

/// Lists a folder without hidden names; one that does not exist is empty.
pub(super) fn list(root: &Path, path: &str, findings: &Findings) -> Folder {
    let mut folder = Folder {
        folders: Vec::new(),
        files: Vec::new(),
    };
    let entries = match fs::read_dir(root.join(path)) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return folder,
        Err(error) => {
            findings.tell(unreadable(path, &error));
            return folder;
        }
    };
    for entry in entries {
        let (name, is_folder) = match entry.and_then(|e| Ok((e.file_name(), e.path().metadata()?)))
        {
            Ok((name, metadata)) => (name, metadata.is_dir()),
            Err(error) => {
                findings.tell(unreadable(path, &error));
                continue;
            }
        };
        match name.to_str() {
            Some(name) if name.starts_with('.') => {}
            Some(name) if is_folder => folder.folders.push(name.to_owned()),
            Some(name) => folder.files.push(name.to_owned()),
            None => tell_unreadable_name(path, &name.to_string_lossy(), findings),
        }
    }
    folder.folders.sort_by(|a, b| natural(a, b));
    folder.files.sort_by(|a, b| natural(a, b));
    folder
}

fn tell_unreadable_name(folder: &str, name: &str, findings: &Findings) {
    findings.tell(
        Diagnostic::error(
            "file-name-not-utf8",
            format!("the name of {folder}/{name} is not UTF-8"),
        )
        .at(Place::file(folder))
        .hint("rename it"),
    );
}

/// A path that an entry names inside a data set's folder; one that leads out of it is told.
pub(super) fn inside(item: &Item<'_>) -> Option<String> {
    let written = item.name_text()?;
    let path = written.strip_prefix("./").unwrap_or(written);
    let leads_out = path.starts_with('/')
        || path.contains('\\')
        || path.contains(':')
        || path.split('/').any(|part| part == "..");
    if leads_out {
        item.tell(
            "path-outside",
            format!("\"{written}\" leads out of the data set's folder"),
            "put the file (or a link to it) into the folder of dataset.toml, and write its path from there with /",
        );
        return None;
    }
    Some(path.to_owned())
}

/// A file that an entry names inside a data set's folder; one that is not there is told.
pub(super) fn named(root: &Path, folder: &str, item: &Item<'_>) -> Option<String> {
    let file = inside(item)?;
    if !root.join(folder).join(&file).is_file() {
        let all = tree(root, folder, item.source.findings);
        let names: Vec<&str> = all.iter().map(String::as_str).collect();
        item.tell(
            "no-such-file",
            format!("there is no file {folder}/{file}"),
            &suggestion(&file, &names, "file"),
        );
        return None;
    }
    Some(file)
}

/// The patterns of a data set that names none.
const USUAL: [&str; 4] = ["*.csv", "*.tsv", "*.xlsx", "*.jsonl"];
const PACKED: [&str; 3] = ["", ".gz", ".zst"];

/// The exports of a data set in natural order, relative to the site's folder.
///
/// `beside` are files that the configuration uses for something else (labels, population): patterns don't take them.
pub(super) fn exports(
    root: &Path,
    folder: &str,
    patterns: Option<&Item<'_>>,
    beside: &[String],
    findings: &Findings,
) -> Vec<String> {
    let all = tree(root, folder, findings);
    let candidates: Vec<&String> = all.iter().filter(|path| !beside.contains(path)).collect();
    let mut chosen: Vec<&String> = Vec::new();
    let mut told = false;
    let items = patterns.map(Item::one_or_list);
    match &items {
        None => {
            let usual = USUAL
                .iter()
                .flat_map(|name| PACKED.iter().map(move |end| format!("{name}{end}")));
            for pattern in usual {
                chosen.extend(candidates.iter().filter(|path| matches(&pattern, path)));
            }
        }
        Some(items) => {
            for item in items {
                let Some(pattern) = inside(item) else {
                    told = true;
                    continue;
                };
                let before = chosen.len();
                chosen.extend(candidates.iter().filter(|path| matches(&pattern, path)));
                if chosen.len() == before && !pattern.contains(['*', '?']) {
                    told = true;
                    let names: Vec<&str> = all.iter().map(String::as_str).collect();
                    item.tell(
                        "no-such-file",
                        format!("there is no file {folder}/{pattern}"),
                        &suggestion(&pattern, &names, "file"),
                    );
                }
            }
        }
    }
    if chosen.is_empty() && !told {
        tell_no_exports(folder, patterns, &all, findings);
    }
    chosen.sort_by(|a, b| natural(a, b));
    chosen.dedup();
    chosen
        .into_iter()
        .map(|path| format!("{folder}/{path}"))
        .collect()
}

fn tell_no_exports(folder: &str, patterns: Option<&Item<'_>>, all: &[String], findings: &Findings) {
    let others: Vec<&str> = all
        .iter()
        .map(String::as_str)
        .filter(|path| *path != "dataset.toml")
        .take(5)
        .collect();
    let hint = if others.is_empty() {
        format!("put the exports into {folder}/")
    } else {
        format!(
            "the folder holds {}; name one or give a pattern in files = [\"*.csv\"]",
            listing(&others, "and")
        )
    };
    let message = format!("no export in {folder}/ matches \"files\"");
    match patterns {
        Some(item) => item.tell("no-exports", message, &hint),
        None => findings.tell(
            Diagnostic::error("no-exports", message)
                .at(Place::file(format!("{folder}/dataset.toml")))
                .hint(hint),
        ),
    }
}

/// All files under a folder, relative to it, without hidden ones; links are followed.
fn tree(root: &Path, folder: &str, findings: &Findings) -> Vec<String> {
    let top = root.join(folder);
    let mut files = Vec::new();
    let walk = WalkDir::new(&top).follow_links(true).sort_by_file_name();
    // Excel keeps a lock file `~$2024.xlsx` beside an open workbook.
    let is_hidden = |name: &str| name.starts_with('.') || name.starts_with("~$");
    let visible = walk.into_iter().filter_entry(|entry| {
        entry.depth() == 0 || !is_hidden(&entry.file_name().to_string_lossy())
    });
    for entry in visible {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                let path = error
                    .path()
                    .and_then(|path| path.strip_prefix(&top).ok())
                    .map_or(folder.to_owned(), |path| {
                        format!("{folder}/{}", path.to_string_lossy())
                    });
                let cause = error
                    .into_io_error()
                    .unwrap_or_else(|| io::Error::other("its links go in a circle"));
                findings.tell(unreadable(&path, &cause));
                continue;
            }
        };
        if !entry.file_type().is_file() {
            continue;
        }
        let Ok(path) = entry.path().strip_prefix(&top) else {
            continue;
        };
        let parts: Option<Vec<&str>> = path.iter().map(|part| part.to_str()).collect();
        match parts {
            Some(parts) => files.push(parts.join("/")),
            None => tell_unreadable_name(folder, &path.to_string_lossy(), findings),
        }
    }
    files
}

/// Whether a path fits a pattern: `*` any run of characters but `/`, `?` one of them, `**` any number of folders.
fn matches(pattern: &str, path: &str) -> bool {
    let pattern: Vec<&str> = pattern.split('/').collect();
    let path: Vec<&str> = path.split('/').collect();
    parts_match(&pattern, &path)
}

fn parts_match(pattern: &[&str], path: &[&str]) -> bool {
    match (pattern.split_first(), path.split_first()) {
        (None, None) => true,
        (Some((&"**", rest)), _) => {
            parts_match(rest, path)
                || path
                    .split_first()
                    .is_some_and(|(_, deeper)| parts_match(pattern, deeper))
        }
        (Some((part, rest)), Some((name, deeper))) => {
            name_matches(part, name) && parts_match(rest, deeper)
        }
        _ => false,
    }
}

/// Whether a name is of a pattern, in which `*` stands for any characters and `?` for one.
pub(super) fn name_matches(pattern: &str, name: &str) -> bool {
    let pattern: Vec<char> = pattern.chars().collect();
    let name: Vec<char> = name.chars().collect();
    let (mut p, mut n) = (0, 0);
    let mut retry: Option<(usize, usize)> = None;
    while n < name.len() {
        match pattern.get(p) {
            Some('*') => {
                retry = Some((p, n));
                p += 1;
            }
            Some(c) if *c == '?' || *c == name[n] => {
                p += 1;
                n += 1;
            }
            _ => match retry {
                Some((star, from)) => {
                    retry = Some((star, from + 1));
                    p = star + 1;
                    n = from + 1;
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|c| *c == '*')
}

/// Natural order: runs of digits compare as numbers, so `2.csv` comes before `10.csv`.
pub(super) fn natural(a: &str, b: &str) -> Ordering {
    let (mut left, mut right) = (a, b);
    loop {
        let order = match (leading_number(left), leading_number(right)) {
            (Some((x, left_rest)), Some((y, right_rest))) => {
                (left, right) = (left_rest, right_rest);
                x.len().cmp(&y.len()).then_with(|| x.cmp(y))
            }
            _ => {
                let (mut x, mut y) = (left.chars(), right.chars());
                let order = match (x.next(), y.next()) {
                    (None, None) => return a.cmp(b),
                    (c, d) => c.cmp(&d),
                };
                (left, right) = (x.as_str(), y.as_str());
                order
            }
        };
        if order != Ordering::Equal {
            return order;
        }
    }
}

/// The digits a text begins with, without leading zeros, and what follows.
fn leading_number(text: &str) -> Option<(&str, &str)> {
    let end = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    (end > 0).then(|| (text[..end].trim_start_matches('0'), &text[end..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_names_are_numbers() {
        let mut names = vec![
            "10.csv", "2.csv", "a10b2", "a10b10", "02.csv", "a9", "工单2", "工单10",
        ];
        names.sort_by(|a, b| natural(a, b));
        assert_eq!(
            names,
            [
                "02.csv", "2.csv", "10.csv", "a9", "a10b2", "a10b10", "工单2", "工单10"
            ]
        );
    }

    #[test]
    fn patterns_take_what_they_say() {
        assert!(matches("*.csv", "2024.csv"));
        assert!(matches("20??-*.csv", "2024-工单.csv"));
        assert!(!matches("*.csv", "2024.csv.gz"));
        assert!(!matches("*.csv", "old/2024.csv"));
        assert!(matches("old/*.csv", "old/2024.csv"));
        assert!(matches("**/*.csv", "a/b/2024.csv"));
        assert!(matches("**/*.csv", "2024.csv"));
        assert!(matches("*a*b*", "xaxxbx"));
        assert!(!matches("*a*b", "xaxxbx"));
    }
}
