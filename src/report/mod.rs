//! The pages' content, free of any medium: what is said, shown and linked on each page, in each language.
//!
//! [`Publication`] holds what pages are made from: publishable figures, the account of rows, the office's own text.
//! [`pages`] lists them, [`page`] makes one. Nothing is computed here but what a sentence needs to be told: which period is
//! the latest whole one, which figures stand side by side, what is named in which order.

mod a_to_z;
mod case;
mod cases;
mod change;
mod chrome;
mod clock;
mod compare;
mod content;
mod data;
mod dataset;
mod documents;
mod edition;
mod examples;
mod explained;
mod finest;
mod four_ways;
mod fraction;
mod home;
mod intake;
mod key_figures;
mod loudness;
mod member;
mod members;
mod methods;
mod model;
mod narrative;
mod node;
mod once;
mod owed;
mod pairs;
mod period;
mod phrase;
mod pictures;
mod promises;
mod prose;
mod publication;
mod revisions;
mod rows;
mod search;
mod table;
#[cfg(test)]
mod tests;
mod trend;
mod units;
mod untold;
mod voice;
mod waits;

use crate::text::Words;
use publication::Subject;
use voice::Voice;

pub use cases::{CaseFeed, case_feeds, featured_that_are_not};
pub use clock::leading;
pub use documents::Documents;
pub use edition::{Edition, EditionId, Printed, edition, editions};
pub use explained::{explained, told_before, told_withheld};
pub use model::{
    Align, Answer, Bar, Block, Cell, Chart, Cited, Column, DayBar, Dot, Download, FunnelLimits,
    FunnelUnit, KeyFigure, Ladder, Link, Mark, MemberDot, Page, PageKind, Part, Promise, Rich, Row,
    Span, Table, Target,
};
pub use narrative::is_narrative;
pub use node::{Grid, Node, Run, Style};
pub use once::Once;
pub use promises::broken as broken_promises;
pub use prose::{broken as broken_prose, contradictions};
pub use publication::{PageId, Publication, Section, pages};
pub use rows::number_rows;
pub use search::{Findable, findable};

/// One page. Pages know nothing of each other, so they can be made in any order, several at a time.
#[must_use]
pub fn page(publication: &Publication, id: &PageId) -> Page {
    let words = Words::for_lang(&id.lang);
    let voice = Voice::new(publication, &words);
    let mut page = told(publication, &voice, id);
    (page.cited, page.cited_together) = voice.take_cited();
    page
}

fn told(publication: &Publication, voice: &Voice<'_>, id: &PageId) -> Page {
    let sections = &publication.sections;
    match &id.subject {
        Subject::Home => home::page(publication, voice, id),
        Subject::Dataset(at) => dataset::page(publication, voice, id, &sections[*at]),
        Subject::Periods(at) => dataset::periods_page(publication, voice, id, &sections[*at]),
        Subject::Period(at, period) => period::page(publication, voice, id, &sections[*at], period),
        Subject::Members(at, dimension, number) => members::page(
            publication,
            voice,
            id,
            &sections[*at],
            (*dimension, *number),
        ),
        Subject::Units(at, dimension, rate) => {
            units::page(publication, voice, id, &sections[*at], (*dimension, rate))
        }
        Subject::Member(at, dimension, member) => {
            member::page(publication, voice, id, &sections[*at], *dimension, member)
        }
        Subject::FourWays(at) => four_ways::page(publication, voice, id, &sections[*at]),
        Subject::Loudness(at) => loudness::page(publication, voice, id, &sections[*at]),
        Subject::Compare(at) => compare::page(publication, voice, id, &sections[*at]),
        Subject::PeriodPair(at, later, earlier) => {
            pairs::page(publication, voice, id, &sections[*at], (later, earlier))
        }
        Subject::MemberCompare(at, dimension, member) => {
            compare::member_page(publication, voice, id, &sections[*at], (*dimension, member))
        }
        Subject::Cases(at, list, number) => {
            cases::list_page(publication, voice, id, &sections[*at], list, *number)
        }
        Subject::Case(at, case) => case::page(publication, voice, id, &sections[*at], *case),
        Subject::Owed(at) => owed::page(publication, voice, id, &sections[*at]),
        Subject::Promises => promises::page(publication, voice, id),
        Subject::Moved(at, dimension, old) => {
            member::moved_page(publication, voice, id, &sections[*at], *dimension, old)
        }
        Subject::Intake => intake::page(publication, voice, id),
        Subject::Methods => methods::page(publication, voice, id),
        Subject::Method(at) => {
            examples::page(publication, voice, id, &crate::indicators::DEFINITIONS[*at])
        }
        Subject::Search => search::page(publication, voice, id),
        Subject::AToZ => a_to_z::page(publication, voice, id),
        Subject::Revisions => revisions::page(publication, voice, id),
        Subject::Data => data::page(publication, voice, id),
        Subject::Content(at) => content::page(publication, voice, id, &publication.documents[*at]),
        Subject::Folder(folder) => content::folder(publication, voice, id, folder),
        Subject::NotFound => content::not_found(publication, voice, id),
    }
}
