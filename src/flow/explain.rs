//! `explain`: one figure with all that it stands on, down to the ids of the cases behind it.
//!
//! The ids are found with the very counters and formulas that made the figure: each case is counted alone, the figure is
//! measured on that count, and what comes out is the case's own share of numerator and denominator. There is no second
//! definition that could drift.

use std::collections::BTreeMap;

use super::count::count_or_recall;
use super::measure::{all_sheets, rules, sheets_of_last};
use super::record::last_publication;
use super::{Options, Watch, small, tell};
use crate::case::Weight;
use crate::config::{self, Site};
use crate::diag::{Diagnostic, Diagnostics, nearest};
use crate::indicators::{Amount, Figure, Measure, Scope, Sheet};
use crate::ingest;
use crate::previous::{self, Line};
use crate::report::{self, Documents, Publication, Section};
use crate::tally::Counter;
use crate::text::Lang;
use crate::time::Period;

/// Cases by id, each with what it adds to numerator and denominator.
pub type Rows = BTreeMap<String, (u64, u64)>;

/// What is asked of a figure.
#[derive(Debug, Clone, Default)]
pub struct Question {
    /// Its address: `hotline/department=Roads/year/2024/on_time_rate:response`.
    pub figure: String,
    /// The language of the answer; the site's first where it is not given.
    pub lang: Option<String>,
    /// Whether the ids behind it are wanted.
    pub with_rows: bool,
}

/// A figure explained.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explained {
    /// Its address.
    pub figure: String,
    /// What is told of it: a heading each and the words, in the language that was asked for.
    pub told: Vec<(String, String)>,
    /// What is known of it before small numbers are withheld: for the office alone.
    pub line: Line,
    /// What is published of it.
    pub public: Line,
    /// What the last publication printed.
    pub before: Option<Line>,
    /// The cases behind it by id, with their share of numerator and denominator; `None` where they were not asked for.
    pub rows: Option<Rows>,
}

/// A figure's place in a site.
struct Spot {
    scope: Scope,
    period: Period,
    indicator: String,
}

/// Explains a figure. `None` where errors were told.
pub fn explain(
    options: &Options,
    question: &Question,
    watch: &mut Watch<'_>,
    diags: &mut Diagnostics,
) -> Option<Explained> {
    let site = options.site(diags)?;
    let lang = tell(language(&site, question.lang.as_deref()), diags)?;
    let (id, rest) = question
        .figure
        .split_once('/')
        .unwrap_or((&question.figure, ""));
    let ids = site.datasets.iter().map(|dataset| dataset.id.as_str());
    let Some(dataset) = site.datasets.iter().find(|dataset| dataset.id == id) else {
        diags.tell(unknown(
            format!("there is no data set \"{id}\""),
            nearest(id, ids.clone()),
            ids,
        ));
        return None;
    };
    let counted = count_or_recall(&site, dataset, options.trust, watch, diags)?;
    let as_of = counted.shard.tally.as_of();
    let rules = rules(&site, dataset, as_of);
    let measure = Measure::new(&counted.shard.tally, &rules);
    let spot = tell(
        spot(&measure, &dataset.id, &dimensions(dataset), rest),
        diags,
    )?;
    let sheets = measure.sheets_of(&spot.scope);
    let sheet = sheets
        .iter()
        .find(|sheet| sheet.period == spot.period)?
        .clone();
    let figure = sheet.figure(&spot.indicator)?.clone();
    let rows = if question.with_rows {
        Some(rows(&site, dataset, &measure, &spot, &figure, diags)?)
    } else {
        None
    };
    let names: Vec<&str> = dimensions(dataset);
    let place = previous::Place::of(&dataset.id, &names, &sheet);
    let previous = tell(last_publication(options, &site), diags)?;
    let before = previous
        .as_ref()
        .and_then(|last| last.figures.line(&place, &spot.indicator).copied());
    let line = Line::of(&figure);
    let last = previous.as_ref();
    let then = sheets_of_last(&site, dataset, as_of, last, options.trust, watch);
    let mut all = all_sheets(&measure);
    small::withhold(&site, dataset, (&mut all, &then), as_of, last);
    let public = published(&all, &spot, &figure)?;
    let section = Section::new(dataset.clone(), counted.shard.intake, as_of, sheets);
    let publication = Publication {
        site: site.clone(),
        sections: vec![section],
        documents: Documents::default(),
        narratives: Vec::new(),
        record: previous::Record::default(),
        printed: Vec::new(),
        once: report::Once::default(),
    };
    let mut told = report::explained(&publication, &lang, &sheet, &figure);
    if public.status == previous::Status::Suppressed {
        told.push(report::told_withheld(&publication, &lang));
    }
    told.extend(report::told_before(
        &publication,
        &lang,
        &spot.indicator,
        before,
    ));
    Some(Explained {
        figure: format!("{place}/{}", spot.indicator),
        told,
        line,
        public,
        before,
        rows,
    })
}

/// What is published of a figure, once all figures of its data set are settled.
fn published(sheets: &[Sheet], spot: &Spot, figure: &Figure) -> Option<Line> {
    let is_it = |sheet: &&Sheet| sheet.scope == spot.scope && sheet.period == spot.period;
    match sheets.iter().find(is_it) {
        Some(sheet) => sheet.figure(&spot.indicator).map(Line::of),
        // Pairs of which nothing can be told have no sheet any more.
        None => Some(Line::of(&Figure {
            amount: Amount::Suppressed,
            ..figure.clone()
        })),
    }
}

fn dimensions(dataset: &config::Dataset) -> Vec<&str> {
    let dimensions = &dataset.scheme.dimensions;
    dimensions.iter().map(|each| each.id.as_str()).collect()
}

fn language(site: &Site, asked: Option<&str>) -> Result<Lang, Diagnostic> {
    let Some(asked) = asked else {
        return Ok(site.languages[0].clone());
    };
    let found = site.languages.iter().find(|lang| lang.tag() == asked);
    found.cloned().ok_or_else(|| {
        let tags: Vec<&str> = site.languages.iter().map(Lang::tag).collect();
        Diagnostic::error(
            "unknown-figure",
            format!("\"{asked}\" is not a language of this site"),
        )
        .hint(format!("its languages are {}", tags.join(", ")))
    })
}

/// The error of an address that no figure has, with what was probably meant.
fn unknown<'a>(
    message: String,
    near: Option<&str>,
    all: impl Iterator<Item = &'a str>,
) -> Diagnostic {
    const SHOWN: usize = 12;
    let told = Diagnostic::error("unknown-figure", message);
    match near {
        Some(near) => told.hint(format!("did you mean \"{near}\"?")),
        None => {
            let mut names: Vec<&str> = all.take(SHOWN + 1).collect();
            if names.len() > SHOWN {
                names[SHOWN] = "…";
            }
            told.hint(format!("there is {}", names.join(", ")))
        }
    }
}

/// Reads what stands after the data set in an address.
fn spot(
    measure: &Measure<'_>,
    dataset: &str,
    dimensions: &[&str],
    rest: &str,
) -> Result<Spot, Diagnostic> {
    let mut parts = rest.rsplitn(4, '/');
    let (indicator, id, kind) = (parts.next(), parts.next(), parts.next());
    let (Some(indicator), Some(id), Some(kind)) = (indicator, id, kind) else {
        let form = "write data set, where it is not the whole the part, kind of period, period and indicator, as in hotline/department=Roads/year/2024/received";
        return Err(Diagnostic::error(
            "unknown-figure",
            format!("\"{dataset}/{rest}\" is not the address of a figure"),
        )
        .hint(form));
    };
    let part = parts.next().unwrap_or("");
    let scopes: Vec<(String, Scope)> = measure
        .scopes()
        .map(|scope| (name(&scope, dimensions), scope))
        .collect();
    let Some((_, scope)) = scopes.iter().find(|(name, _)| name == part) else {
        let names = || {
            scopes
                .iter()
                .map(|(name, _)| name.as_str())
                .filter(|name| !name.is_empty())
        };
        return Err(unknown(
            format!("there is no \"{part}\" in {dataset}"),
            nearest(part, names()),
            names(),
        ));
    };
    let periods: Vec<(String, Period)> = measure
        .periods()
        .iter()
        .map(|period| (format!("{}/{}", period.kind.id(), period.id()), *period))
        .collect();
    let asked = format!("{kind}/{id}");
    let Some((_, period)) = periods.iter().find(|(name, _)| *name == asked) else {
        let names = || periods.iter().map(|(name, _)| name.as_str());
        return Err(unknown(
            format!("there is no period \"{asked}\" in {dataset}"),
            nearest(&asked, names()),
            names(),
        ));
    };
    let sheets = measure.sheets_of(scope);
    let sheet = sheets.iter().find(|sheet| sheet.period == *period);
    let ids = || {
        sheet
            .iter()
            .flat_map(|sheet| &sheet.figures)
            .map(|figure| &*figure.indicator)
    };
    if !ids().any(|id| id == indicator) {
        let message = format!("there is no figure \"{indicator}\" for it");
        return Err(unknown(message, nearest(indicator, ids()), ids()));
    }
    Ok(Spot {
        scope: scope.clone(),
        period: *period,
        indicator: indicator.to_owned(),
    })
}

/// A scope as an address has it.
fn name(scope: &Scope, dimensions: &[&str]) -> String {
    match scope {
        Scope::Overall => String::new(),
        Scope::Member { dimension, member } => format!("{}={member}", dimensions[*dimension]),
        Scope::Pair {
            dimension,
            member,
            dimension2,
            member2,
        } => format!(
            "{}={member}/{}={member2}",
            dimensions[*dimension], dimensions[*dimension2]
        ),
    }
}

/// The cases behind a figure: each is counted alone, and the figure measured on that count.
fn rows(
    site: &Site,
    dataset: &config::Dataset,
    measure: &Measure<'_>,
    spot: &Spot,
    figure: &Figure,
    diags: &mut Diagnostics,
) -> Option<Rows> {
    let as_of = site.as_of.or(dataset.coverage.map(|(_, to)| to));
    let mut counter = Counter::new(&dataset.scheme, &dataset.zone, as_of);
    let mut rows = Rows::new();
    // What the exports hold was told when they were counted.
    let mut told_before = Diagnostics::new();
    ingest::read(
        site,
        dataset,
        as_of,
        &mut |_| {},
        &mut told_before,
        &mut |case, members, weight| {
            let is = |dimension: usize, name: &str| {
                let number = case.members[dimension];
                members[dimension].name(number) == name
            };
            let is_inside = match &spot.scope {
                Scope::Overall => true,
                Scope::Member { dimension, member } => is(*dimension, member),
                Scope::Pair {
                    dimension,
                    member,
                    dimension2,
                    member2,
                } => is(*dimension, member) && is(*dimension2, member2),
            };
            if !is_inside {
                return;
            }
            let Some(alone) = counter.series_of(case, members) else {
                return;
            };
            let own = measure.sheet_of(&spot.scope, &spot.period, &alone);
            let own = own.as_ref().and_then(|own| own.figure(&spot.indicator));
            let share = own.map_or((0, 0), |own| own.share_in(figure));
            if share == (0, 0) {
                return;
            }
            let row = rows.entry(case.id.to_string()).or_default();
            // An earlier state of a case is handed over twice: to be counted, and at the end to be withdrawn.
            *row = match weight {
                Weight::Count => (row.0 + share.0, row.1 + share.1),
                Weight::Withdraw => (row.0 - share.0, row.1 - share.1),
            };
        },
    )
    .or_else(|| {
        diags.extend(told_before);
        None
    })?;
    rows.retain(|_, share| *share != (0, 0));
    Some(rows)
}

impl Explained {
    /// The explanation for people, or for programs one JSON object.
    #[must_use]
    pub fn text(&self, is_json: bool) -> String {
        if is_json {
            return format!("{}\n", self.json());
        }
        let mut out = format!("{}\n", self.figure);
        for (heading, words) in &self.told {
            out.push_str(&format!("\n{heading}\n  {words}\n"));
        }
        if let Some(rows) = &self.rows {
            let counted = rows.iter().filter(|(_, share)| share.0 != 0);
            out.push_str(&format!("\nnumerator: {} ids\n", counted.clone().count()));
            counted.for_each(|(id, _)| out.push_str(&format!("  {id}\n")));
            let others = rows.iter().filter(|(_, share)| share.0 == 0);
            out.push_str(&format!(
                "\nin the denominator only: {} ids\n",
                others.clone().count()
            ));
            others.for_each(|(id, _)| out.push_str(&format!("  {id}\n")));
        }
        out
    }

    fn json(&self) -> serde_json::Value {
        let ids = |of: fn(&(u64, u64)) -> bool| {
            let rows = self.rows.as_ref()?;
            let ids = rows.iter().filter(|(_, share)| of(share)).map(|(id, _)| id);
            Some(ids.collect::<Vec<_>>())
        };
        serde_json::json!({
            "figure": self.figure,
            "told": self.told.iter().map(|(heading, words)| serde_json::json!({"heading": heading, "words": words})).collect::<Vec<_>>(),
            "now": self.line.json(),
            "public": self.public.json(),
            "before": self.before.map(Line::json),
            "numerator_ids": ids(|share| share.0 != 0),
            "denominator_ids": ids(|share| share.1 != 0),
        })
    }
}
