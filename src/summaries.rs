//! Published cases: what was asked, what was done, by whom, after how many days, with what result.
//!
//! [`Collector`] is handed the cases while they are counted and keeps the few whose text the office publishes;
//! [`Collector::finish`] gives them as [`Summary`], newest first, as they stand at the end of a day. A case is told once it
//! is closed and valid; one that is still open, set apart or withdrawn from the count is not. Of when it came only the
//! month is kept, and of where only the dimensions that `cases` allows: the day of receipt and the village would help to
//! find the person, and the answer is as good without them.

use std::collections::BTreeMap;
use std::ops::Range;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::case::{Case, CaseText, CellPlace, Field, Members, NOT_STATED, Outcome, Weight};
use crate::config::{Dataset, Masking, Redaction};
use crate::diag::{Diagnostic, Diagnostics, Place};
use crate::redaction::{Finding, Guard, Kind, hint};
use crate::text::slugs;
use crate::time::{Day, Month};

/// One published case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// The export's id.
    pub id: String,
    /// The piece of its address; empty where the export has no ids, since the place of a row is not permanent.
    pub slug: String,
    /// The month it was received in.
    pub received: Month,
    /// The day it ended: it orders lists and is not shown.
    pub ended: Day,
    /// Whole days from receipt to its (first) answer, where the source dates it.
    pub answered_after: Option<u32>,
    /// Whole days from receipt to its end, where the source dates it.
    pub closed_after: Option<u32>,
    /// How it ended.
    pub outcome: Outcome,
    /// Its member in each dimension of the scheme; `None` where the dimension is not shown with cases, or not stated.
    pub members: Vec<Option<String>>,
    /// What it is about; where the export has none, the beginning of what was asked.
    pub title: String,
    /// What was asked; may be empty.
    pub summary: String,
    /// What was answered; may be empty.
    pub response: String,
}

impl Summary {
    /// The month it ended in.
    #[must_use]
    pub fn ended_in(&self) -> Month {
        self.ended.month()
    }
}

/// Published cases of a data set, and how many findings of each kind were masked in them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summaries {
    /// The cases, newest first.
    pub cases: Vec<Summary>,
    /// What was masked.
    pub masked: BTreeMap<Kind, u64>,
}

/// Keeps the cases whose text is published while all are counted.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(from = "Vec<Case>", into = "Vec<Case>")]
pub struct Collector {
    kept: BTreeMap<(u32, u64, String), Case>,
}

impl From<Collector> for Vec<Case> {
    fn from(collector: Collector) -> Self {
        collector.kept.into_values().collect()
    }
}

impl From<Vec<Case>> for Collector {
    fn from(cases: Vec<Case>) -> Self {
        let mut collector = Self::default();
        cases
            .iter()
            .for_each(|case| collector.add(case, Weight::Count));
        collector
    }
}

impl Collector {
    /// Takes note of a case.
    pub fn add(&mut self, case: &Case, weight: Weight) {
        if case.text.is_none() {
            return;
        }
        let key = (case.file, case.line, case.id.clone());
        match weight {
            Weight::Count => {
                self.kept.insert(key, case.clone());
            }
            Weight::Withdraw => {
                self.kept.remove(&key);
            }
        }
    }

    /// The published cases as they stand at the end of `as_of`. What points at a person in them is told as errors, or masked
    /// and told as a note, as the site says.
    #[must_use]
    pub fn finish(
        self,
        dataset: &Dataset,
        members: &[Members],
        as_of: Day,
        rules: &Redaction,
        diags: &mut Diagnostics,
    ) -> Summaries {
        let guard = Guard::new(
            rules.off.iter().copied(),
            rules.allow.iter().map(String::as_str),
        );
        let cases: Vec<Case> = self.kept.into_values().collect();
        let looked_at: Vec<(Option<Summary>, Vec<Found>)> = cases
            .into_par_iter()
            .map(|case| match summary(&case, dataset, members, as_of) {
                Some(mut summary) => {
                    let found = clean(&mut summary, &case, &guard, rules.mode);
                    (Some(summary), found)
                }
                None => (None, Vec::new()),
            })
            .collect();
        let mut summaries = Summaries::default();
        for (summary, found) in looked_at {
            for each in found {
                match rules.mode {
                    Masking::Stop => diags.tell(each.error(dataset)),
                    Masking::Mask => *summaries.masked.entry(each.kind).or_default() += 1,
                }
            }
            summaries.cases.extend(summary);
        }
        for (kind, count) in &summaries.masked {
            diags.tell(
                Diagnostic::note(
                    "masked",
                    format!("{} in a published text was masked", kind.called()),
                )
                .at(Place::file(&dataset.path))
                .times(*count),
            );
        }
        if dataset.scheme.has(Field::Id) {
            let pieces = slugs(summaries.cases.iter().map(|case| case.id.as_str()));
            for (case, piece) in summaries.cases.iter_mut().zip(pieces) {
                case.slug = piece;
            }
        }
        summaries
            .cases
            .sort_by(|a, b| b.ended.cmp(&a.ended).then_with(|| a.id.cmp(&b.id)));
        summaries
    }
}

/// Characters of a summary that stand in for a title.
const LONGEST_TITLE: usize = 60;

fn summary(case: &Case, dataset: &Dataset, members: &[Members], as_of: Day) -> Option<Summary> {
    let text = case.text.as_deref()?;
    let standing = case.standing(&dataset.scheme, as_of);
    if !standing.is_valid() || standing.is_open() {
        return None;
    }
    let closed = standing.closing.holding();
    let ended = closed.or(standing.answered).unwrap_or(case.received).day;
    let days = |day: Day| u32::try_from(day.0.saturating_sub(case.received.day.0)).unwrap_or(0);
    let shown = case
        .members
        .iter()
        .enumerate()
        .map(|(dimension, number)| {
            let is_shown = dataset
                .dimension_texts
                .get(dimension)
                .is_some_and(|text| text.cases);
            let name = members.get(dimension)?.name(*number);
            (is_shown && name != NOT_STATED).then(|| name.to_owned())
        })
        .collect();
    Some(Summary {
        id: case.id.clone(),
        slug: String::new(),
        received: case.received.day.month(),
        ended,
        answered_after: standing.answered.map(|answered| days(answered.day)),
        closed_after: closed.map(|closed| days(closed.day)),
        outcome: standing.outcome,
        members: shown,
        title: text.title.clone(),
        summary: text.summary.clone(),
        response: text.response.clone(),
    })
}

/// The start of a text, cut at a character, where it serves as a title.
fn shortened(text: &str) -> String {
    let mut short: String = text.chars().take(LONGEST_TITLE).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

/// Something that points at a person in a cell.
struct Found {
    kind: Kind,
    shown: String,
    file: u32,
    place: CellPlace,
}

impl Found {
    fn error(&self, dataset: &Dataset) -> Diagnostic {
        let file = usize::try_from(self.file).ok();
        let path = file
            .and_then(|at| dataset.files.get(at))
            .map_or("", String::as_str);
        let mut place = Place::line(path, self.place.line).field(self.place.name.as_str());
        place.column = self.place.column;
        Diagnostic::error(
            "private-text",
            format!(
                "{} (\"{}\") stands in a text that would be published",
                self.kind.called(),
                self.shown
            ),
        )
        .at(place)
        .hint("take it out of the export, or let the program mask it: [redaction] mode = \"mask\" in answerable.toml")
        .hint(format!(
            "if it is public, add it to [redaction] allow; to pass over all of its kind: off = [\"{}\"]",
            self.kind.id()
        ))
    }
}

/// Looks at each text of a case, and masks what is found where the site says so.
fn clean(summary: &mut Summary, case: &Case, guard: &Guard, mode: Masking) -> Vec<Found> {
    let nothing = CaseText::default();
    let places = &case.text.as_deref().unwrap_or(&nothing).places;
    let mut found = Vec::new();
    let texts = [
        &mut summary.title,
        &mut summary.summary,
        &mut summary.response,
    ];
    for (text, place) in texts.into_iter().zip(places) {
        let findings: Vec<Finding> = guard.findings(text);
        for finding in &findings {
            let mut place = place.clone().unwrap_or(CellPlace {
                line: case.line,
                ..CellPlace::default()
            });
            let (line, column) = within(text, &finding.span);
            place.line += line;
            place.column = match line {
                0 => place.column.map(|start| start + column),
                _ => Some(column + 1),
            };
            found.push(Found {
                kind: finding.kind,
                shown: hint(&text[finding.span.clone()]),
                file: case.file,
                place,
            });
        }
        if mode == Masking::Mask && !findings.is_empty() {
            *text = Guard::mask(text, &findings);
        }
    }
    if summary.title.is_empty() {
        let from = if summary.summary.is_empty() {
            &summary.response
        } else {
            &summary.summary
        };
        summary.title = shortened(from);
    }
    found
}

/// How many lines and characters a span lies behind the beginning of its text.
fn within(text: &str, span: &Range<usize>) -> (u64, u64) {
    let before = &text[..span.start];
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    (
        before.matches('\n').count() as u64,
        before[line_start..].chars().count() as u64,
    )
}

/// What points at a person in the name of a member, which is published as it is.
pub fn in_name<'a>(
    guard: &Guard,
    name: &'a str,
) -> impl Iterator<Item = (Range<usize>, Diagnostic)> + 'a {
    guard.findings(name).into_iter().map(|finding| {
        let shown = hint(&name[finding.span.clone()]);
        let message = format!(
            "{} (\"{shown}\") stands in the name of a member",
            finding.kind.called()
        );
        (
            finding.span,
            Diagnostic::warning("private-name", message).hint(PUBLIC),
        )
    })
}

/// What points at a person in a text of the office itself; a page on how to complain names a telephone on purpose.
pub fn in_own_text<'a>(
    guard: &Guard,
    text: &'a str,
) -> impl Iterator<Item = (Range<usize>, Diagnostic)> + 'a {
    guard.findings(text).into_iter().map(|finding| {
        let shown = hint(&text[finding.span.clone()]);
        let message = format!(
            "{} (\"{shown}\") stands in a text of the site",
            finding.kind.called()
        );
        (
            finding.span,
            Diagnostic::warning("private-text", message).hint(PUBLIC),
        )
    })
}

const PUBLIC: &str =
    "take it out, or add it to [redaction] allow in answerable.toml if it is public";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::{Dimension, Scheme, Word};
    use crate::config::DimensionText;
    use crate::time::Moment;

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    /// The example's hotline, cut to three columns of dates and two dimensions.
    fn dataset() -> Dataset {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
        let overrides = crate::config::Overrides::default();
        let mut diags = Diagnostics::new();
        let site = crate::config::read(root, &overrides, &mut diags).expect("the example is valid");
        let hotline = site.datasets.iter().find(|each| each.id == "hotline");
        let mut dataset = hotline.expect("the example has a hotline").clone();
        let dimension = |id: &str| Dimension {
            id: id.to_owned(),
            pages: true,
            parent: None,
        };
        dataset.scheme = Scheme {
            fields: [Field::Id, Field::Received, Field::Responded, Field::Closed].into(),
            dimensions: vec![dimension("department"), dimension("village")],
            clocks: Vec::new(),
            matter: None,
            only_answered: false,
        };
        let text = |cases| DimensionText {
            cases,
            ..DimensionText::default()
        };
        dataset.dimension_texts = vec![text(true), text(false)];
        dataset.files = vec!["data/hotline/2024.csv".to_owned()];
        dataset
    }

    fn case(id: &str, line: u64, closed: Option<&str>) -> Case {
        let place = |column| {
            Some(CellPlace {
                line,
                column: Some(column),
                name: "答复摘要".to_owned(),
            })
        };
        Case {
            id: id.to_owned(),
            line,
            responded: Some(Moment::date(day("2024-01-04"))),
            closed: closed.map(|closed| Moment::date(day(closed))),
            outcome: Some(Word::Outcome(Outcome::Resolved)),
            members: vec![0, 0],
            text: Some(Box::new(CaseText {
                title: "路灯".to_owned(),
                summary: "路灯不亮。".to_owned(),
                response: "已修复，请致电13800138000。".to_owned(),
                places: [place(10), place(20), place(30)],
            })),
            ..Case::received_on(Moment::date(day("2024-01-01")))
        }
    }

    fn finish(collector: Collector, mode: Masking) -> (Summaries, Diagnostics) {
        let mut members = vec![Members::default(), Members::default()];
        members[0].number("市城管局");
        members[1].number("梅园村");
        let rules = Redaction {
            mode,
            ..Redaction::default()
        };
        let mut diags = Diagnostics::new();
        let as_of = day("2024-12-31");
        let summaries = collector.finish(&dataset(), &members, as_of, &rules, &mut diags);
        (summaries, diags)
    }

    #[test]
    fn only_closed_and_valid_cases_are_told_newest_first_and_a_superseded_row_is_not() {
        let mut collector = Collector::default();
        collector.add(&case("A", 2, Some("2024-01-09")), Weight::Count);
        collector.add(&case("B", 3, None), Weight::Count);
        collector.add(&case("C", 4, Some("2024-02-01")), Weight::Count);
        collector.add(&case("D", 5, Some("2025-02-01")), Weight::Count);
        collector.add(&case("A", 6, Some("2024-03-01")), Weight::Count);
        collector.add(&case("A", 2, Some("2024-01-09")), Weight::Withdraw);
        let (summaries, _) = finish(collector, Masking::Mask);
        let told: Vec<(&str, Option<u32>)> = summaries
            .cases
            .iter()
            .map(|case| (case.slug.as_str(), case.closed_after))
            .collect();
        assert_eq!(told, [("a", Some(60)), ("c", Some(31))]);
        let first = &summaries.cases[0];
        assert_eq!(first.answered_after, Some(3));
        // The village is finer than what is told.
        assert_eq!(first.members, [Some("市城管局".to_owned()), None]);
    }

    #[test]
    fn a_finding_stops_with_its_place_or_is_masked_and_counted() {
        let mut collector = Collector::default();
        collector.add(&case("A", 2, Some("2024-01-09")), Weight::Count);
        let (_, told) = finish(collector, Masking::Stop);
        let told = told.human();
        assert!(
            told.contains("data/hotline/2024.csv:2:37 (column 答复摘要)"),
            "{told}"
        );
        assert!(
            told.contains("(\"13…\")") && !told.contains("1380"),
            "{told}"
        );

        let mut collector = Collector::default();
        collector.add(&case("A", 2, Some("2024-01-09")), Weight::Count);
        let (summaries, told) = finish(collector, Masking::Mask);
        assert_eq!(summaries.cases[0].response, "已修复，请致电■■■。");
        assert_eq!(summaries.masked, [(Kind::Phone, 1)].into());
        assert!(!told.has_errors());
    }
}
