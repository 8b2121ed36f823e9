//! `[print]`: which pages are printed, how they are laid out, on what paper, with which fonts.

use super::reader::{Item, Table};
use super::site::Frame;
use crate::time::PeriodKind;

/// How an edition is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Layout {
    /// The whole page: cover, contents, every part, definitions.
    Report,
    /// Two pages for a council meeting or a notice board.
    Brief,
}

impl Layout {
    /// Its word in the configuration; a theme's template has the same name.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Report => "report",
            Self::Brief => "brief",
        }
    }
}

/// What an edition is printed on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Paper {
    /// ISO A4.
    A4,
    /// US Letter.
    Letter,
}

impl Paper {
    /// Its word in the configuration, which is also Typst's.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::A4 => "a4",
            Self::Letter => "us-letter",
        }
    }
}

/// What is printed, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Print {
    /// Kinds of which every period is printed, besides all years and the latest whole quarter and month.
    pub periods: Vec<PeriodKind>,
    /// The layouts, each once.
    pub layouts: Vec<Layout>,
    /// The papers, each once.
    pub papers: Vec<Paper>,
    /// Font files and folders of them, relative to the site's folder.
    pub fonts: Vec<String>,
}

impl Default for Print {
    fn default() -> Self {
        Self {
            periods: Vec::new(),
            layouts: vec![Layout::Report],
            papers: vec![Paper::A4],
            fonts: Vec::new(),
        }
    }
}

pub(super) fn read(table: Option<&Table<'_>>, frame: &Frame<'_>) -> Print {
    let mut print = Print::default();
    let get = |key| table.and_then(|table| table.get(key));
    if let Some(item) = get("periods") {
        let kinds: Vec<(&str, PeriodKind)> = PeriodKind::ALL
            .into_iter()
            .map(|kind| (kind.id(), kind))
            .collect();
        print.periods = choices(&item, "unknown-period-kind", "a kind of period", &kinds);
    }
    if let Some(item) = get("layouts") {
        let layouts = [Layout::Report, Layout::Brief].map(|layout| (layout.id(), layout));
        print.layouts = choices(&item, "unknown-word", "a layout", &layouts);
    }
    if let Some(item) = get("paper") {
        let papers = [Paper::A4, Paper::Letter].map(|paper| (paper.id(), paper));
        print.papers = choices(&item, "unknown-word", "a paper", &papers);
    }
    if let Some(item) = get("fonts") {
        for each in item.one_or_list() {
            let Some(path) = each.name_text() else {
                continue;
            };
            if frame.root.join(path).exists() {
                print.fonts.push(path.to_owned());
            } else {
                each.tell(
                    "no-such-file",
                    format!("there is no font file or folder {path}"),
                    "name a .ttf, .otf or .ttc file, or a folder of them, by its path from the site's folder",
                );
            }
        }
    }
    print
}

/// One or several words of a list, each once, in the list's order of values.
fn choices<T: Copy + PartialEq>(
    item: &Item<'_>,
    code: &'static str,
    what: &str,
    valid: &[(&str, T)],
) -> Vec<T> {
    let chosen: Vec<T> = item
        .one_or_list()
        .iter()
        .filter_map(|each| each.choice(code, what, valid))
        .collect();
    valid
        .iter()
        .map(|(_, value)| *value)
        .filter(|value| chosen.contains(value))
        .collect()
}
