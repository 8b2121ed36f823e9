//! All that pages are made from, and the list of pages it makes.

use std::collections::{BTreeMap, BTreeSet};

use super::documents::Documents;
use super::once::Once;
use super::rows::Rows;
use crate::config::{Dataset, Site};
use crate::content::Document;
use crate::indicators::loudness::Heard;
use crate::indicators::{DEFINITIONS, Figure, Maturity, Scope, Sheet};
use crate::intake::Intake;
use crate::previous::{self, Record};
use crate::summaries::Summaries;
use crate::text::{Lang, slugs};
use crate::time::{Day, Period, PeriodKind};

/// All that pages are made from.
#[derive(Debug)]
pub struct Publication {
    /// The site.
    pub site: Site,
    /// Its data sets, in the site's order.
    pub sections: Vec<Section>,
    /// The office's own pages.
    pub documents: Documents,
    /// The office's own texts of reports, shown on the pages of periods and members.
    pub narratives: Vec<Document>,
    /// What was revised, and which publication the figures were compared with.
    pub record: Record,
    /// The print editions that were made, for the pages they are of.
    pub printed: Vec<super::Printed>,
    /// What many of its pages have in common.
    pub once: Once,
}

/// One data set with its publishable figures.
#[derive(Debug)]
pub struct Section {
    /// The data set.
    pub dataset: Dataset,
    /// The account of its rows.
    pub intake: Intake,
    /// The date its figures are of.
    pub as_of: Day,
    /// Its published cases.
    pub published: Summaries,
    /// Its loud and quiet cases, where it tells how cases were brought and dates what they wait for.
    pub heard: Option<Heard>,
    sheets: Vec<Sheet>,
    places: BTreeMap<(Scope, Period), usize>,
    slugs: Vec<BTreeMap<String, String>>,
    /// Where its figures stand in `figures.csv`.
    pub(super) rows: Rows,
}

impl Publication {
    /// The data sets as pages list them: the latest figures first, then in the site's order.
    pub(super) fn latest_first(&self) -> Vec<&Section> {
        let mut sections: Vec<&Section> = self.sections.iter().collect();
        sections.sort_by_key(|section| std::cmp::Reverse(section.as_of));
        sections
    }
}

/// The keys of the program's own pages; a document with such a key is shown on that page.
pub(super) const TAKEN: [&str; 7] = [
    "",
    "intake/",
    "methods/",
    "data/",
    "promises/",
    "revisions/",
    super::search::KEY,
];

impl Section {
    /// A data set with its publishable sheets, in any order.
    #[must_use]
    pub fn new(dataset: Dataset, intake: Intake, as_of: Day, sheets: Vec<Sheet>) -> Self {
        let mut places = BTreeMap::new();
        let mut members = vec![BTreeSet::new(); dataset.scheme.dimensions.len()];
        for (index, sheet) in sheets.iter().enumerate() {
            if let Scope::Member { dimension, member } = &sheet.scope {
                members[*dimension].insert(member.as_str());
            }
            places.insert((sheet.scope.clone(), sheet.period), index);
        }
        let slugs = members
            .iter()
            .map(|members| {
                let pieces = slugs(members.iter().copied());
                members
                    .iter()
                    .map(|&member| member.to_owned())
                    .zip(pieces)
                    .collect()
            })
            .collect();
        Self {
            dataset,
            intake,
            as_of,
            published: Summaries::default(),
            heard: None,
            sheets,
            places,
            slugs,
            rows: Rows::default(),
        }
    }

    /// All sheets.
    #[must_use]
    pub fn sheets(&self) -> &[Sheet] {
        &self.sheets
    }

    /// The ids of its dimensions, in the scheme's order.
    #[must_use]
    pub fn dimensions(&self) -> Vec<&str> {
        let dimensions = &self.dataset.scheme.dimensions;
        dimensions.iter().map(|each| each.id.as_str()).collect()
    }

    /// Marks the figures that stand as a revision left them.
    pub fn mark_revised(&mut self, record: &Record) {
        let revised = record.revised();
        let dimensions = &self.dataset.scheme.dimensions;
        let dimensions: Vec<&str> = dimensions.iter().map(|each| each.id.as_str()).collect();
        previous::mark(&self.dataset.id, &dimensions, &mut self.sheets, &revised);
    }

    /// The sheet of a scope and period.
    #[must_use]
    pub fn sheet(&self, scope: &Scope, period: &Period) -> Option<&Sheet> {
        self.places
            .get(&(scope.clone(), *period))
            .map(|&index| &self.sheets[index])
    }

    /// The figure of a scope and period.
    #[must_use]
    pub fn figure(&self, scope: &Scope, period: &Period, indicator: &str) -> Option<&Figure> {
        self.sheet(scope, period)?.figure(indicator)
    }

    /// The periods of a kind for which there are overall figures, oldest first.
    #[must_use]
    pub fn periods(&self, kind: PeriodKind) -> Vec<Period> {
        self.places
            .range(
                (
                    Scope::Overall,
                    Period {
                        kind,
                        first: crate::time::Month(i32::MIN),
                        last: crate::time::Month(i32::MIN),
                        year_starts: 0,
                    },
                )..,
            )
            .map(|((scope, period), _)| (scope, *period))
            .take_while(|(scope, period)| **scope == Scope::Overall && period.kind == kind)
            .map(|(_, period)| period)
            .collect()
    }

    /// The period the pages speak of first: the latest year or quarter that is wholly covered (the year where both end
    /// on one day), else the latest half-year, else month, else the whole coverage.
    #[must_use]
    pub fn current(&self) -> Option<Period> {
        let whole = |kinds: &[PeriodKind]| {
            kinds
                .iter()
                .flat_map(|kind| self.periods(*kind))
                .filter(|period| {
                    self.sheet(&Scope::Overall, period)
                        .is_some_and(|sheet| sheet.maturity != Maturity::Partial)
                })
                .max_by_key(|period| (period.last, std::cmp::Reverse(period.kind)))
        };
        whole(&[PeriodKind::Year, PeriodKind::Quarter])
            .or_else(|| whole(&[PeriodKind::HalfYear]))
            .or_else(|| whole(&[PeriodKind::Month]))
            .or_else(|| self.periods(PeriodKind::All).first().copied())
    }

    /// The period that member pages and their index speak of: as [`Section::current`], but a whole year where there is one.
    #[must_use]
    pub fn current_year(&self) -> Option<Period> {
        self.periods(PeriodKind::Year)
            .into_iter()
            .rev()
            .find(|period| {
                self.sheet(&Scope::Overall, period)
                    .is_some_and(|sheet| sheet.maturity != Maturity::Partial)
            })
            .or_else(|| self.current())
    }

    /// The kind of period that a trend is drawn over: quarters where there are at least three, else the next shorter or
    /// longer kind of which there are.
    #[must_use]
    pub fn trend_kind(&self) -> Option<PeriodKind> {
        let has = |kind: PeriodKind, least: usize| self.periods(kind).len() >= least;
        let order = [
            (PeriodKind::Quarter, 5),
            (PeriodKind::Month, 3),
            (PeriodKind::Quarter, 2),
            (PeriodKind::HalfYear, 2),
            (PeriodKind::Year, 2),
        ];
        order
            .into_iter()
            .find(|(kind, least)| has(*kind, *least))
            .map(|(kind, _)| kind)
    }

    /// The members of a dimension, in byte order.
    pub fn members(&self, dimension: usize) -> impl Iterator<Item = &str> {
        self.slugs[dimension].keys().map(String::as_str)
    }

    /// The sheets of pairs of a member with the members of another dimension, in one period.
    pub fn pairs<'a>(
        &'a self,
        dimension: usize,
        member: &str,
        dimension2: usize,
        period: Period,
    ) -> impl Iterator<Item = (&'a str, &'a Sheet)> {
        let from = Scope::Pair {
            dimension,
            member: member.to_owned(),
            dimension2,
            member2: String::new(),
        };
        let first = Period {
            kind: PeriodKind::All,
            first: crate::time::Month(i32::MIN),
            last: crate::time::Month(i32::MIN),
            year_starts: 0,
        };
        let member = member.to_owned();
        self.places
            .range((from, first)..)
            .map_while(move |((scope, of), &index)| match scope {
                Scope::Pair {
                    dimension: d,
                    member: m,
                    dimension2: d2,
                    member2,
                } if *d == dimension && *m == member && *d2 == dimension2 => {
                    Some((member2.as_str(), *of, index))
                }
                _ => None,
            })
            .filter(move |(_, of, _)| *of == period)
            .map(|(member2, _, index)| (member2, &self.sheets[index]))
    }

    /// The key of the data set's first page.
    #[must_use]
    pub fn key(&self) -> String {
        format!("{}/", self.dataset.id)
    }

    /// The key of a period's page.
    #[must_use]
    pub fn period_key(&self, period: &Period) -> String {
        format!("{}/{}/{}/", self.dataset.id, period.kind.id(), period.id())
    }

    /// The key of a dimension's index.
    #[must_use]
    pub fn members_key(&self, dimension: usize) -> String {
        format!(
            "{}/{}/",
            self.dataset.id, self.dataset.scheme.dimensions[dimension].id
        )
    }

    /// The key of a member's page, where its dimension has pages.
    #[must_use]
    pub fn member_key(&self, dimension: usize, member: &str) -> Option<String> {
        if !self.dataset.scheme.dimensions[dimension].pages {
            return None;
        }
        let slug = self.slugs[dimension].get(member)?;
        Some(format!("{}{slug}/", self.members_key(dimension)))
    }

    /// The key of the list of published cases.
    #[must_use]
    pub fn cases_key(&self) -> String {
        format!("{}/cases/", self.dataset.id)
    }

    /// The key of the page of what is still owed.
    #[must_use]
    pub fn owed_key(&self) -> String {
        format!("{}/owed/", self.dataset.id)
    }

    /// The piece of a member's address.
    pub(super) fn slug(&self, dimension: usize, member: &str) -> Option<&str> {
        self.slugs[dimension].get(member).map(String::as_str)
    }

    /// Members that were renamed: dimension, old name, and the key their page had.
    pub(super) fn moved(&self) -> Vec<(usize, String, String)> {
        let mut moved = Vec::new();
        for (dimension, names) in self.dataset.aliases.iter().enumerate() {
            let about = &self.dataset.scheme.dimensions[dimension];
            if !about.pages || about.parent.is_some() {
                continue;
            }
            let taken: BTreeSet<&str> =
                self.slugs[dimension].values().map(String::as_str).collect();
            let olds: Vec<&str> = names
                .iter()
                .filter(|(old, now)| {
                    self.slugs[dimension].contains_key(*now)
                        && !self.slugs[dimension].contains_key(*old)
                })
                .map(|(old, _)| old.as_str())
                .collect();
            for (old, slug) in olds.iter().zip(slugs(olds.iter().copied())) {
                if !taken.contains(slug.as_str()) {
                    let key = format!("{}{slug}/", self.members_key(dimension));
                    moved.push((dimension, (*old).to_owned(), key));
                }
            }
        }
        moved
    }

    /// The breaks in the series of a scope: those of the whole data set, and those of the dimensions it speaks of.
    pub fn breaks_of(&self, scope: &Scope) -> impl Iterator<Item = &crate::config::SeriesBreak> {
        let own = match scope {
            Scope::Overall => [None, None],
            Scope::Member { dimension, .. } => [Some(*dimension), None],
            Scope::Pair {
                dimension,
                dimension2,
                ..
            } => [Some(*dimension), Some(*dimension2)],
        };
        self.dataset
            .breaks
            .iter()
            .filter(move |each| each.dimension.is_none() || own.contains(&each.dimension))
    }

    /// The series break of a scope that lies between the start of one day and the end of another, if any.
    #[must_use]
    pub fn break_between(
        &self,
        scope: &Scope,
        after: Day,
        until: Day,
    ) -> Option<&crate::config::SeriesBreak> {
        self.breaks_of(scope)
            .find(|each| after < each.date && each.date <= until)
    }

    /// The key of the page on which periods are compared.
    #[must_use]
    pub fn compare_key(&self) -> String {
        format!("{}/compare/", self.dataset.id)
    }

    /// The key of the page of the four ways to fail.
    #[must_use]
    pub fn four_ways_key(&self) -> String {
        format!("{}/four-ways/", self.dataset.id)
    }

    /// The key of the page that asks whether the loud are heard.
    #[must_use]
    pub fn loudness_key(&self) -> String {
        format!("{}/loud-or-quiet/", self.dataset.id)
    }

    /// The key of the page on which a member's periods are compared, where its dimension has pages.
    #[must_use]
    pub fn member_compare_key(&self, dimension: usize, member: &str) -> Option<String> {
        Some(format!("{}compare/", self.member_key(dimension, member)?))
    }

    /// The key of the page of two periods side by side.
    #[must_use]
    pub fn pair_key(&self, later: &Period, earlier: &Period) -> String {
        format!(
            "{}{}/{}--{}/",
            self.compare_key(),
            later.kind.id(),
            later.id(),
            earlier.id()
        )
    }

    /// The pairs of periods of a kind that have a page: each with the one a year before and the one before it, newest first.
    #[must_use]
    pub fn pairs_of_periods(&self, kind: PeriodKind) -> Vec<(Period, Period)> {
        let periods = self.periods(kind);
        periods
            .iter()
            .rev()
            .flat_map(|later| super::change::both(later).into_iter().map(|e| (*later, e)))
            .filter(|(_, earlier)| periods.contains(earlier))
            .collect()
    }
}

/// The address of a page, and what it is of.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct PageId {
    /// Its key, the same in every language.
    pub key: String,
    /// Its language.
    pub lang: Lang,
    pub(super) subject: Subject,
}

impl PageId {
    /// The document that the page shows and that no other page shows; none for the program's own pages.
    #[must_use]
    pub fn document<'p>(&self, publication: &'p Publication) -> Option<&'p Document> {
        match self.subject {
            Subject::Content(at) => Some(&publication.documents[at]),
            _ => None,
        }
    }

    /// Whether it is the page that is shown where none was found.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        self.subject == Subject::NotFound
    }
}

/// What a page is of; numbers are indices of the publication's lists.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Subject {
    Home,
    Dataset(usize),
    Periods(usize),
    Period(usize, Period),
    /// Data set, dimension, and which piece of its table, from 0.
    Members(usize, usize, usize),
    /// Data set, dimension, rate: its funnels.
    Units(usize, usize, String),
    Member(usize, usize, String),
    Compare(usize),
    FourWays(usize),
    Loudness(usize),
    PeriodPair(usize, Period, Period),
    MemberCompare(usize, usize, String),
    Cases(usize, CaseList, usize),
    Case(usize, usize),
    Owed(usize),
    Promises,
    Moved(usize, usize, String),
    Intake,
    Methods,
    /// An indicator, by its place in the definitions.
    Method(usize),
    Revisions,
    Data,
    AToZ,
    Search,
    Content(usize),
    Folder(String),
    NotFound,
}

/// Which published cases a list holds.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum CaseList {
    /// All of a data set.
    All,
    /// Those that ended in a year.
    Year(Period),
    /// Those of a member of a dimension.
    Member(usize, String),
}

/// All pages of a publication, each once: language by language, from the home page down.
#[must_use]
pub fn pages(publication: &Publication) -> Vec<PageId> {
    let mut pages = Vec::new();
    for lang in &publication.site.languages {
        let mut add = |key: String, subject: Subject| {
            pages.push(PageId {
                key,
                lang: lang.clone(),
                subject,
            });
        };
        add(String::new(), Subject::Home);
        for (index, section) in publication.sections.iter().enumerate() {
            add(section.key(), Subject::Dataset(index));
            add(
                format!("{}periods/", section.key()),
                Subject::Periods(index),
            );
            for kind in PeriodKind::ALL {
                for period in section.periods(kind) {
                    add(section.period_key(&period), Subject::Period(index, period));
                }
            }
            add(section.compare_key(), Subject::Compare(index));
            add(section.four_ways_key(), Subject::FourWays(index));
            if section.heard.is_some() {
                add(section.loudness_key(), Subject::Loudness(index));
            }
            for kind in PeriodKind::ALL {
                for (later, earlier) in section.pairs_of_periods(kind) {
                    add(
                        section.pair_key(&later, &earlier),
                        Subject::PeriodPair(index, later, earlier),
                    );
                }
            }
            for (dimension, about) in section.dataset.scheme.dimensions.iter().enumerate() {
                if !about.pages {
                    continue;
                }
                for number in 0..super::members::pages(section, dimension) {
                    add(
                        super::members::page_key(section, dimension, number),
                        Subject::Members(index, dimension, number),
                    );
                }
                for rate in super::units::on_their_own(section, dimension) {
                    add(
                        super::units::key(section, dimension, &rate),
                        Subject::Units(index, dimension, rate),
                    );
                }
                for member in section.members(dimension) {
                    if let Some(key) = section.member_key(dimension, member) {
                        add(key, Subject::Member(index, dimension, member.to_owned()));
                    }
                    if let Some(key) = section.member_compare_key(dimension, member) {
                        let of = Subject::MemberCompare(index, dimension, member.to_owned());
                        add(key, of);
                    }
                }
            }
        }
        for (index, section) in publication.sections.iter().enumerate() {
            for (key, list, number) in super::cases::lists(&publication.site, section) {
                add(key, Subject::Cases(index, list, number));
            }
            for case in 0..section.published.cases.len() {
                if let Some(key) = super::case::key(&publication.site, section, case) {
                    add(key, Subject::Case(index, case));
                }
            }
            if section.current().is_some() {
                add(section.owed_key(), Subject::Owed(index));
            }
        }
        if super::promises::has_any(publication) {
            add("promises/".to_owned(), Subject::Promises);
        }
        for (index, section) in publication.sections.iter().enumerate() {
            for (dimension, old, key) in section.moved() {
                add(key, Subject::Moved(index, dimension, old));
            }
        }
        add("intake/".to_owned(), Subject::Intake);
        add("methods/".to_owned(), Subject::Methods);
        for (index, definition) in DEFINITIONS.iter().enumerate() {
            add(super::examples::key(definition), Subject::Method(index));
        }
        add("revisions/".to_owned(), Subject::Revisions);
        add("data/".to_owned(), Subject::Data);
        add(super::a_to_z::KEY.to_owned(), Subject::AToZ);
        if publication.site.search.is_on {
            add(super::search::KEY.to_owned(), Subject::Search);
        }
        for (index, document) in publication.documents.iter().enumerate() {
            if document.lang == *lang && !TAKEN.contains(&document.key.as_str()) {
                add(document.key.clone(), Subject::Content(index));
            }
        }
        for folder in publication.documents.folders(lang) {
            add(format!("{folder}/"), Subject::Folder(folder.to_owned()));
        }
    }
    if let Some(lang) = publication.site.languages.first() {
        pages.push(PageId {
            key: "404".to_owned(),
            lang: lang.clone(),
            subject: Subject::NotFound,
        });
    }
    let mut seen = BTreeSet::new();
    pages.retain(|page| seen.insert((page.lang.clone(), page.key.clone())));
    pages
}
