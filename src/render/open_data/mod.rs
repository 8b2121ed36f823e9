//! The figures as open data: long tables for re-use, and the package that describes them.
//!
//! In: the published figures and accounts of rows of each data set. Out, all through one [`Sink`]: `data/figures.csv` and
//! `.json` (every figure of the whole and of each member), `data/pairs/<dimension>--<dimension>.csv` (a member crossed
//! with one of another dimension; data sets that share the two dimensions share the file), `data/intake.csv` (every row
//! of every export accounted for), `data/loudness.csv` (loud and quiet cases, where a data set tells them apart), `data/revisions.csv`
//! (what was revised) and `data/datapackage.json`. The way in is [`write`]. Tables are written row by row,
//! so their size does not matter; they are sorted, so the same figures give the same bytes. The JSON is a list of rows
//! whose first has the names of the columns; beyond the CSV it tells why a value is missing.

mod cell;

mod loudness;

mod package;

mod table;

use std::collections::BTreeMap;

use crate::indicators::loudness::Heard;
use crate::indicators::{Scope, Sheet};
use crate::intake::Intake;
use crate::previous::Revision;
use crate::text::{Lang, Words};
use crate::tree::{Entry, Sink, TreeError};

/// What the package says of the site. Texts are in the site's first language, as the words are.
#[derive(Debug)]
pub struct About<'a> {
    /// The site's title.
    pub title: &'a str,
    /// Its public address, with a slash at the end.
    pub base_url: &'a str,
    /// The as-of date, `2025-01-31`; the latest where data sets differ.
    pub as_of: &'a str,
    /// The program's words in the site's first language.
    pub words: &'a Words,
    /// The site's languages.
    pub languages: &'a [Lang],
    /// What was revised, oldest publication first.
    pub revisions: &'a [Revision],
}

/// What is published of one data set. Texts may be empty.
#[derive(Debug)]
pub struct Set<'a> {
    /// Its id.
    pub id: &'a str,
    /// Its title.
    pub title: &'a str,
    /// Where the data come from.
    pub source: &'a str,
    /// Under which licence.
    pub licence: &'a str,
    /// The ids of its dimensions, in the scheme's order.
    pub dimensions: Vec<&'a str>,
    /// Its figures, in any order.
    pub sheets: &'a [Sheet],
    /// The account of its rows.
    pub intake: &'a Intake,
    /// The ids of its clocks, in the scheme's order.
    pub clocks: Vec<&'a str>,
    /// No rate or quantile on a smaller base.
    pub min_base: u64,
    /// Its loud and quiet cases, where it tells them apart.
    pub heard: Option<&'a Heard>,
}

/// What a file of the package is made of, and so which columns it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// `figures.csv`
    Figures,
    /// `figures.json`
    FiguresJson,
    /// A file of `pairs/`.
    Pairs,
    /// `intake.csv`
    Intake,
    /// `loudness.csv`
    Loudness,
    /// `revisions.csv`
    Revisions,
}

/// A file of the package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resource {
    /// Its place among the sorts of file.
    pub kind: Kind,
    /// Path, length and SHA-256.
    pub entry: Entry,
    /// Its rows, without the header line.
    pub rows: u64,
}

/// Writes all files of the package and says what they hold: `figures.csv` first, then `figures.json`, pairs by path, intake, loudness, revisions.
///
/// # Errors
/// The sink refused a file.
pub fn write(
    about: &About<'_>,
    sets: &[Set<'_>],
    sink: &dyn Sink,
) -> Result<Vec<Resource>, TreeError> {
    let mut resources = table::figures(&sorted(sets, false), sink)?;
    let mut pairs: BTreeMap<String, Vec<Placed<'_>>> = BTreeMap::new();
    for placed in sorted(sets, true) {
        let name = format!("{}--{}", placed.dimension, placed.dimension2);
        pairs.entry(name).or_default().push(placed);
    }
    for (name, sheets) in &pairs {
        resources.push(table::pairs(
            &format!("data/pairs/{name}.csv"),
            sheets,
            sink,
        )?);
    }
    resources.push(table::intake(sets, sink)?);
    resources.extend(table::loudness(sets, sink)?);
    let revisions = table::revisions(about.revisions, about.languages, sink)?;
    resources.push(revisions);
    let package = package::text(about, sets, &resources);
    sink.put("data/datapackage.json", package.as_bytes())?;
    Ok(resources)
}

/// A sheet with the words that place it in a table; empty where the scope has none.
struct Placed<'a> {
    dataset: &'a str,
    dimension: &'a str,
    member: &'a str,
    dimension2: &'a str,
    member2: &'a str,
    sheet: &'a Sheet,
}

/// The sheets of all data sets in the order of the tables: data set, dimension, member, kind of period, period.
fn sorted<'a>(sets: &'a [Set<'a>], pairs: bool) -> Vec<Placed<'a>> {
    let mut placed: Vec<Placed<'a>> = sets
        .iter()
        .flat_map(|set| set.sheets.iter().map(|sheet| place(set, sheet)))
        .filter(|placed| placed.dimension2.is_empty() != pairs)
        .collect();
    placed.sort_by(|a, b| a.key().cmp(&b.key()));
    placed
}

impl Placed<'_> {
    fn key(&self) -> impl Ord + '_ {
        (
            self.dataset,
            self.dimension,
            self.dimension2,
            self.member,
            self.member2,
            self.sheet.period.kind,
            self.sheet.period.first,
        )
    }
}

fn place<'a>(set: &'a Set<'a>, sheet: &'a Sheet) -> Placed<'a> {
    let mut placed = Placed {
        dataset: set.id,
        dimension: "",
        member: "",
        dimension2: "",
        member2: "",
        sheet,
    };
    match &sheet.scope {
        Scope::Overall => {}
        Scope::Member { dimension, member } => {
            placed.dimension = set.dimensions[*dimension];
            placed.member = member;
        }
        Scope::Pair {
            dimension,
            member,
            dimension2,
            member2,
        } => {
            placed.dimension = set.dimensions[*dimension];
            placed.member = member;
            placed.dimension2 = set.dimensions[*dimension2];
            placed.member2 = member2;
        }
    }
    placed
}

#[cfg(test)]
mod tests;
