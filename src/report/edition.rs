//! Print editions: which pages are also printed, and what a printed page says besides its content.
//!
//! An edition is a page of the report and nothing else: its parts, without what only leads elsewhere, and after them the
//! definitions of the figures that occur in it. Layout and paper are the medium's matter.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::Serialize;
use serde_json::Value;

use super::model::{Block, Download, Page, Part, Rich, Span, Target};
use super::publication::{PageId, Publication, Section, Subject};
use super::voice::{Voice, link};
use crate::config::{Layout, Paper};
use crate::indicators::{Maturity, Scope};
use crate::previous::Place;
use crate::text::Words;
use crate::time::{Day, Period, PeriodKind};

/// One print edition: a page in a layout on a paper.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct EditionId {
    /// The page.
    pub page: PageId,
    /// How it is laid out.
    pub layout: Layout,
    /// What it is printed on.
    pub paper: Paper,
    /// Its path from the site's root.
    pub path: String,
}

/// What an edition says; all of it in the words and numbers of its language.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Edition {
    /// The page: its parts without what only leads elsewhere.
    pub page: Page,
    /// The site's title.
    pub site: String,
    /// Whether its figures can still change, in words.
    pub status: String,
    /// The date of the figures, in words.
    pub as_of: String,
    /// The date of the figures.
    #[serde(skip)]
    pub date: Day,
    /// Term, fragment and explanation of each figure that occurs, in the order of the methods page.
    pub definitions: Vec<(String, String, Vec<Rich>)>,
}

impl Edition {
    /// The same without published cases.
    #[must_use]
    pub fn without_cases(mut self) -> Self {
        for part in &mut self.page.parts {
            part.blocks
                .retain(|block| !matches!(block, Block::Answers(_)));
        }
        self.page.parts.retain(|part| !part.blocks.is_empty());
        self
    }
}

/// An edition that was printed, for the page it is of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Printed {
    /// Which.
    pub id: EditionId,
    /// Its pages.
    pub pages: u64,
    /// Its length in bytes.
    pub bytes: u64,
}

/// The editions of a publication, language by language: of each data set every year, the latest whole quarter and the
/// latest whole month (all of the kinds under `[print] periods`), and of each member that has a page; of members no brief.
#[must_use]
pub fn editions(publication: &Publication) -> Vec<EditionId> {
    let print = &publication.site.print;
    let mut editions = Vec::new();
    for page in super::pages(publication) {
        let Some(name) = printed_as(publication, &page) else {
            continue;
        };
        let is_period = matches!(page.subject, Subject::Period(..));
        let layouts = print.layouts.iter();
        for &layout in layouts.filter(|layout| is_period || **layout == Layout::Report) {
            for &paper in &print.papers {
                let layout_word = match layout {
                    Layout::Report => "",
                    Layout::Brief => "-brief",
                };
                let paper_word = match paper {
                    _ if print.papers.len() == 1 => "",
                    Paper::A4 => "-a4",
                    Paper::Letter => "-letter",
                };
                editions.push(EditionId {
                    path: format!(
                        "reports/{name}{layout_word}{paper_word}-{}.pdf",
                        page.lang.tag()
                    ),
                    page: page.clone(),
                    layout,
                    paper,
                });
            }
        }
    }
    editions
}

/// What the file of a page's edition is called, below `reports/` and without language; `None` where it is not printed.
fn printed_as(publication: &Publication, page: &PageId) -> Option<String> {
    match &page.subject {
        Subject::Period(at, period) => {
            let section = publication.sections.get(*at)?;
            let is_asked = publication.site.print.periods.contains(&period.kind);
            let is_latest = match period.kind {
                PeriodKind::Year => true,
                PeriodKind::Quarter | PeriodKind::Month => {
                    latest_whole(section, period.kind) == Some(*period)
                }
                PeriodKind::All | PeriodKind::HalfYear => false,
            };
            let id = &section.dataset.id;
            (is_asked || is_latest).then(|| format!("{id}/{id}-{}", period.id()))
        }
        Subject::Member(at, dimension, member) => {
            let section = publication.sections.get(*at)?;
            let (id, about) = (
                &section.dataset.id,
                &section.dataset.scheme.dimensions[*dimension].id,
            );
            let scope = super::members::scope(*dimension, member);
            let period = super::member::current(section, &scope)?;
            let slug = section.slug(*dimension, member)?;
            Some(format!("{id}/{about}/{id}-{about}-{slug}-{}", period.id()))
        }
        _ => None,
    }
}

/// The latest period of a kind that is wholly covered.
fn latest_whole(section: &Section, kind: PeriodKind) -> Option<Period> {
    section.periods(kind).into_iter().rev().find(|period| {
        section
            .sheet(&Scope::Overall, period)
            .is_some_and(|sheet| sheet.maturity != Maturity::Partial)
    })
}

/// One edition's content.
#[must_use]
pub fn edition(publication: &Publication, id: &PageId) -> Edition {
    let words = Words::for_lang(&id.lang);
    let voice = Voice::new(publication, &words);
    let mut page = super::page(publication, id);
    if let Subject::Period(at, period) = &id.subject
        && period.kind == PeriodKind::Year
    {
        add_units(&voice, &publication.sections[*at], period, &mut page);
    }
    page.nav = Arc::default();
    page.crumbs.clear();
    for part in &mut page.parts {
        part.blocks
            .retain(|block| !matches!(block, Block::Links(_) | Block::Downloads(_)));
    }
    page.parts.retain(|part| !part.blocks.is_empty());
    page.parts.push(revisions(publication, &voice, &id.subject));
    let (section, maturity) = match &id.subject {
        Subject::Period(at, period) => {
            let section = &publication.sections[*at];
            (section, maturity(section, &Scope::Overall, period))
        }
        Subject::Member(at, dimension, member) => {
            let section = &publication.sections[*at];
            let scope = super::members::scope(*dimension, member);
            let period = super::member::current(section, &scope);
            (
                section,
                period.and_then(|period| maturity(section, &scope, &period)),
            )
        }
        _ => unreachable!("only pages of periods and members are printed"),
    };
    let status = match maturity {
        Some(Maturity::Final) => voice.word("print.final"),
        Some(Maturity::Provisional) => voice.word("print.provisional"),
        Some(Maturity::Partial) => voice.word("print.partial"),
        None => String::new(),
    };
    let used = definitions_named(&page);
    Edition {
        definitions: super::methods::definitions(&voice)
            .into_iter()
            .filter(|(_, anchor, _)| used.contains(anchor))
            .map(|(term, anchor, mut lines)| {
                lines.retain(|line| !only_leads_elsewhere(line));
                (term, anchor, lines)
            })
            .collect(),
        page,
        site: voice.of(&publication.site.title).to_owned(),
        status,
        as_of: voice.say("foot.as_of", &[("day", &voice.format.date(section.as_of))]),
        date: section.as_of,
    }
}

/// Whether a line is nothing but links.
fn only_leads_elsewhere(line: &Rich) -> bool {
    line.0.iter().all(|span| matches!(span, Span::Link(_)))
}

/// Sets the members of each dimension with pages side by side after their table, by the rate that leads on their index.
fn add_units(voice: &Voice<'_>, section: &Section, period: &Period, page: &mut Page) {
    for (dimension, about) in section.dataset.scheme.dimensions.iter().enumerate() {
        if !about.pages {
            continue;
        }
        let ids = [format!("by-{}", about.id), format!("table-{}", about.id)];
        let Some(at) = page.parts.iter().rposition(|part| ids.contains(&part.id)) else {
            continue;
        };
        let label = voice.dimension(section, dimension);
        // The other rates are on the web.
        let mut parts = super::units::parts(voice, section, dimension, period);
        parts.truncate(1);
        for part in &mut parts {
            part.heading = voice.say(
                "print.units",
                &[("dimension", &label), ("name", &part.heading)],
            );
        }
        page.parts.splice(at + 1..at + 1, parts);
    }
}

/// What was revised of what the edition tells.
fn revisions(publication: &Publication, voice: &Voice<'_>, subject: &Subject) -> Part {
    let is_single = |place: &Place| place.dimension2.is_empty();
    match subject {
        Subject::Period(at, period) => {
            let id = period.id();
            let is_of = |place: &Place| {
                is_single(place) && (place.kind, &*place.period) == (period.kind, id.as_str())
            };
            super::revisions::of_report(publication, voice, &publication.sections[*at], &is_of)
        }
        Subject::Member(at, dimension, member) => {
            let section = &publication.sections[*at];
            let about = &section.dataset.scheme.dimensions[*dimension].id;
            let is_of = |place: &Place| {
                is_single(place) && *place.dimension == **about && *place.member == **member
            };
            super::revisions::of_report(publication, voice, section, &is_of)
        }
        _ => unreachable!("only pages of periods and members are printed"),
    }
}

fn maturity(section: &Section, scope: &Scope, period: &Period) -> Option<Maturity> {
    section.sheet(scope, period).map(|sheet| sheet.maturity)
}

/// The part of a page that leads to its print editions, where there are any.
pub(super) fn part_of(publication: &Publication, voice: &Voice<'_>, id: &PageId) -> Option<Part> {
    let downloads: Vec<Download> = publication
        .printed
        .iter()
        .filter(|printed| printed.id.page == *id)
        .map(|printed| download(voice, printed))
        .collect();
    (!downloads.is_empty()).then(|| {
        super::chrome::part(
            "paper",
            voice.word("print.heading"),
            voice.word("print.note"),
            vec![Block::Downloads(downloads)],
        )
    })
}

fn download(voice: &Voice<'_>, printed: &Printed) -> Download {
    let layout = match printed.id.layout {
        Layout::Report => "report",
        Layout::Brief => "brief",
    };
    let paper = match printed.id.paper {
        Paper::A4 => "A4",
        Paper::Letter => "US Letter",
    };
    let kilobytes = voice.format.number(printed.bytes.div_ceil(1000));
    let pages = voice.count("print.pages", printed.pages);
    Download {
        link: link(
            voice.word(&format!("print.{layout}")),
            Target::File(printed.id.path.clone()),
        ),
        about: voice.say(
            &format!("print.{layout}_about"),
            &[("pages", &pages), ("paper", paper), ("size", &kilobytes)],
        ),
    }
}

/// The fragments of the definitions that a page links to, wherever the link stands.
fn definitions_named(page: &Page) -> BTreeSet<String> {
    fn walk(value: &Value, named: &mut BTreeSet<String>) {
        match value {
            Value::Array(items) => items.iter().for_each(|item| walk(item, named)),
            Value::Object(fields) => {
                // A target as it serialises: { "page": [key, fragment] }.
                if let Some(Value::Array(target)) = fields.get("page")
                    && let [_, Value::String(fragment)] = target.as_slice()
                    && fragment.starts_with("def-")
                {
                    named.insert(fragment.clone());
                }
                fields.values().for_each(|value| walk(value, named));
            }
            _ => {}
        }
    }
    let mut named = BTreeSet::new();
    let value = serde_json::to_value(page).expect("a page always serialises");
    walk(&value, &mut named);
    named
}
