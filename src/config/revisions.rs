//! `revisions.toml`: why published figures change, in the office's words.

use std::path::Path;

use super::files;
use super::keys::{REVISION, REVISIONS_FILE};
use super::reader::{Findings, Table};
use crate::text::{Lang, Localised};
use crate::time::Day;

/// The file, relative to the site's folder.
pub(super) const FILE: &str = "revisions.toml";

/// What happens to a figure that changes though it was published as final, and no reason is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Unexplained {
    /// It is published and listed without a reason.
    #[default]
    Tell,
    /// The build stops.
    Stop,
}

/// Why figures changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// Addresses of figures; `*` stands for any characters, `?` for one.
    pub figures: Vec<String>,
    /// The as-of date of the publication in which they changed; any where it is not given.
    pub as_of: Option<Day>,
    /// Whether the revision was announced.
    pub is_scheduled: bool,
    /// Why, in each language.
    pub reason: Localised,
}

impl Explanation {
    /// Whether it speaks of a figure that changed in the publication of a date.
    #[must_use]
    pub fn covers(&self, address: &str, as_of: Option<Day>) -> bool {
        (self.as_of.is_none() || self.as_of == as_of)
            && self
                .figures
                .iter()
                .any(|pattern| files::name_matches(pattern, address))
    }
}

/// Reads the file; no explanation where there is none.
pub(super) fn read(root: &Path, languages: &[Lang], findings: &Findings) -> Vec<Explanation> {
    if !root.join(FILE).exists() {
        return Vec::new();
    }
    let Some(source) = files::read_text(root, FILE, findings) else {
        return Vec::new();
    };
    let Some(parsed) = source.table() else {
        return Vec::new();
    };
    let table = Table::top(&source, &REVISIONS_FILE, &parsed);
    let tables = table.tables("revision", &REVISION);
    tables
        .iter()
        .filter_map(|table| {
            let figures = table.need("figures").map(|item| {
                let list = item.one_or_list();
                if list.is_empty() {
                    item.tell(
                        "blank-text",
                        "a revision names no figure",
                        "write the address of each figure, as in figures = [\"hotline/year/2024/received\"]; * stands for any characters",
                    );
                }
                let names = list.iter().filter_map(|each| each.name_text());
                names.map(str::to_owned).collect::<Vec<_>>()
            });
            let reason = table.need("reason").map(|item| item.localised(languages));
            let as_of = table.get("as_of").map(|item| item.day());
            let is_scheduled = table.get("scheduled").is_some_and(|item| item.flag() == Some(true));
            Some(Explanation {
                figures: figures?,
                as_of: match as_of {
                    Some(None) => return None,
                    day => day.flatten(),
                },
                is_scheduled,
                reason: reason?,
            })
        })
        .collect()
}
