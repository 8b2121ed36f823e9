//! A site's configuration: `answerable.toml`, `data/*/dataset.toml` and `data/calendars/*.toml`, read and validated.
//!
//! [`read`] is the way in: it gives a valid [`Site`] or tells every mistake at once, each with its line and column.
//! Raw TOML stays inside this room (`reader`, held against the list of `keys`); what leaves it needs no further questions.

#![expect(
    clippy::disallowed_methods,
    reason = "config is a room that reads the site's folder"
)]

mod aliases;
mod calendar;
mod clock;
mod columns;
mod dataset;
mod dates;
mod files;
mod inputs;
mod keys;
mod labels;
mod listing;
mod population;
mod print;
mod reader;
mod revisions;
mod rows;
mod site;
#[cfg(test)]
mod tests;
mod vocabulary;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::case::{Escalation, Field, Rating, Scheme, Word};
use crate::diag::{Diagnostics, Place};
use crate::redaction::Kind;
use crate::text::{Lang, Localised};
use crate::time::{Day, PeriodRules, Zone};

pub use inputs::inputs;
pub use listing::listing;
pub use print::{Layout, Paper, Print};
pub use revisions::{Explanation, Unexplained};

/// What the command line says over the configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Overrides {
    /// The as-of date of `--as-of`.
    pub as_of: Option<Day>,
}

/// Reads the site in a folder: `answerable.toml`, its data sets and calendars, and the small files beside them.
///
/// Every mistake is told with its place and what to write instead; `None` exactly where one of them is an error.
/// Exports are found, not opened.
pub fn read(root: &Path, overrides: &Overrides, diagnostics: &mut Diagnostics) -> Option<Site> {
    let findings = reader::Findings::default();
    let site = site::read(root, overrides, &findings);
    let told = findings.into_diagnostics();
    let has_errors = told.has_errors();
    diagnostics.extend(told);
    site.filter(|_| !has_errors)
}

/// A valid site.
#[derive(Debug, Clone)]
pub struct Site {
    /// The site's folder.
    pub root: PathBuf,
    /// Its title.
    pub title: Localised,
    /// Its public address, with a slash at the end.
    pub base_url: String,
    /// Its languages; the first is served at the root.
    pub languages: Vec<Lang>,
    /// The theme's name: a folder of `themes/`, or `default`.
    pub theme: String,
    /// The zone of data sets that name none.
    pub zone: Zone,
    /// How it cuts time.
    pub periods: PeriodRules,
    /// Days after a period's end until its cohort figures are final, before clocks are looked at.
    pub settle: u32,
    /// The as-of date, where the configuration or the command line gives one.
    pub as_of: Option<Day>,
    /// Smaller counts are withheld; 1 is off.
    pub min_cell: u64,
    /// No rate or quantile on a smaller base.
    pub min_base: u64,
    /// The build stops above as many figures.
    pub max_figures: u64,
    /// Whether each published case has a page of its own.
    pub case_pages: bool,
    /// What can be looked for.
    pub search: Search,
    /// The last publication, where it is not the folder that is replaced; as it is written, relative to the site's folder.
    pub previous: Option<PathBuf>,
    /// What happens to revisions for which no reason is given.
    pub unexplained: Unexplained,
    /// Why published figures change, as `revisions.toml` has it.
    pub explanations: Vec<Explanation>,
    /// How texts are kept clean of what points at a person.
    pub redaction: Redaction,
    /// What is printed, and how.
    pub print: Print,
    /// Its data sets, in the order of their ids.
    pub datasets: Vec<Dataset>,
}

/// What readers can look for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Search {
    /// Whether there is a page on which to look for something.
    pub is_on: bool,
    /// Whether published cases can be looked for.
    pub cases: bool,
}

/// What happens to a text that points at a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Masking {
    /// The build stops.
    #[default]
    Stop,
    /// What points at a person is masked, and counted.
    Mask,
}

/// How texts are kept clean of what points at a person.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Redaction {
    /// What happens to a finding.
    pub mode: Masking,
    /// Kinds that are not looked for.
    pub off: BTreeSet<Kind>,
    /// Words that are public: the office's own numbers and addresses.
    pub allow: Vec<String>,
}

/// What to do with rows that share an id.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum RepeatedId {
    /// The last in reading order is the newest state.
    #[default]
    KeepLast,
    /// The first in reading order.
    KeepFirst,
    /// The one with the latest date in a column (header name); among equals the last.
    KeepLatest(String),
    /// None of them is counted.
    RejectAll,
    /// The build stops.
    Error,
}

/// What to do with a word outside a vocabulary.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum UnknownOutcome {
    /// The build stops.
    #[default]
    Stop,
    /// The row is rejected and counted.
    Reject,
}

/// Which cases' texts are published.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Publish {
    /// None.
    #[default]
    Nothing,
    /// Those whose publish column says yes.
    Marked,
    /// All.
    Everything,
}

/// Export words and what they stand for; `rest` takes every other word (`"*"`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vocabulary<T> {
    /// What each word stands for.
    pub words: BTreeMap<String, T>,
    /// What every other word stands for.
    pub rest: Option<T>,
}

impl<T> Default for Vocabulary<T> {
    fn default() -> Self {
        Self {
            words: BTreeMap::new(),
            rest: None,
        }
    }
}

impl<T: Copy> Vocabulary<T> {
    /// What a trimmed word stands for.
    #[must_use]
    pub fn get(&self, word: &str) -> Option<T> {
        self.words.get(word).copied().or(self.rest)
    }
}

/// A break in a series: nothing is compared across its day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeriesBreak {
    /// The first day of the new series.
    pub date: Day,
    /// The dimension whose members' series it breaks; every series of the data set where it names none.
    pub dimension: Option<usize>,
    /// What happened.
    pub note: Localised,
}

/// The public words of a dimension.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DimensionText {
    /// Its name.
    pub label: Localised,
    /// Names of members that are shown otherwise than the export writes them.
    pub members: BTreeMap<String, Localised>,
    /// Id of the dimension whose members are compared within one another (`peers`).
    pub peers: Option<String>,
    /// Whether published cases name their member, and are listed by it.
    pub cases: bool,
}

/// The public words of a clock.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ClockText {
    /// Its name.
    pub label: Localised,
    /// The article that promises it: `policy/time-limits#article-4`.
    pub policy: Option<String>,
    /// Where the configuration names it.
    pub policy_place: Place,
    /// The share of cases that are promised to meet the deadline, in parts per million.
    pub level: Option<u64>,
}

/// People (or homes) by member and year, for rates per 1,000.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Population {
    /// Index of the dimension.
    pub dimension: usize,
    /// Number by (member, calendar year).
    pub numbers: BTreeMap<(String, i32), u64>,
    /// The file, relative to the site's folder.
    pub path: String,
}

/// A valid data set.
#[derive(Debug, Clone)]
pub struct Dataset {
    /// Its folder's name.
    pub id: String,
    /// Its title.
    pub title: Localised,
    /// Where the data come from, in words; may be empty.
    pub source: Localised,
    /// Under which licence; may be empty.
    pub licence: Localised,
    /// A caution that is shown on every page of the data set ("made up for illustration"); may be empty.
    pub notice: Localised,
    /// Path of its `dataset.toml`, relative to the site's folder.
    pub path: String,
    /// Its exports in natural order, relative to the site's folder, with forward slashes.
    pub files: Vec<String>,
    /// The encoding's name, or `None` to find it.
    pub encoding: Option<String>,
    /// The delimiter of CSV exports, or `None` to find it.
    pub delimiter: Option<u8>,
    /// Date formats, tried in order after ISO 8601.
    pub dates: Vec<String>,
    /// The zone of times without offset.
    pub zone: Zone,
    /// Words that mean no value, trimmed.
    pub nothing: BTreeSet<String>,
    /// What to do with rows that share an id.
    pub repeated_id: RepeatedId,
    /// The days the exports cover, both inside.
    pub coverage: Option<(Day, Day)>,
    /// Header names for exports without a header line.
    pub header: Option<Vec<String>>,
    /// Words for yes.
    pub yes: BTreeSet<String>,
    /// Rejected rows allowed in a file, in parts per million.
    pub max_rejected: u64,
    /// Header names of each mapped field; the first that a file has is taken.
    pub columns: BTreeMap<Field, Vec<String>>,
    /// Header names of each dimension, as `columns`.
    pub dimension_columns: Vec<Vec<String>>,
    /// What outcome words stand for.
    pub outcomes: Vocabulary<Word>,
    /// What status words stand for.
    pub statuses: Vocabulary<Word>,
    /// What escalation words stand for.
    pub escalations: Vocabulary<Escalation>,
    /// What rating words stand for.
    pub ratings: Vocabulary<Rating>,
    /// What to do with words outside a vocabulary.
    pub unknown_outcome: UnknownOutcome,
    /// Which texts are published.
    pub publish: Publish,
    /// People by member and year.
    pub population: Option<Population>,
    /// Days on which the series breaks, in order.
    pub breaks: Vec<SeriesBreak>,
    /// Public words of the dimensions, in the scheme's order.
    pub dimension_texts: Vec<DimensionText>,
    /// Public words of the clocks, in the scheme's order.
    pub clock_texts: Vec<ClockText>,
    /// Former names of members and the names of today, in the scheme's order of dimensions.
    pub aliases: Vec<BTreeMap<String, String>>,
    /// What its cases have.
    pub scheme: Scheme,
}
