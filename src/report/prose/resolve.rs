//! What a call asks for: its data set, scope, period and indicator, or what is wrong with it and where.

use std::ops::Range;

use super::Here;
use crate::diag::nearest;
use crate::indicators::{FigureId, Scope};
use crate::prose::{Argument, Call};
use crate::report::publication::{Publication, Section};
use crate::text::Localised;
use crate::time::{Period, PeriodKind};

/// What is wrong, where in the file, and what to write instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wrong {
    pub(super) message: String,
    pub(super) span: Range<usize>,
    pub(super) hint: Option<String>,
}

impl Wrong {
    pub(super) fn new(message: impl Into<String>, span: &Range<usize>) -> Self {
        Self {
            message: message.into(),
            span: span.clone(),
            hint: None,
        }
    }

    pub(super) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Names the nearest of the valid words, else lists them all.
    pub(super) fn near<'w>(self, written: &str, valid: impl IntoIterator<Item = &'w str>) -> Self {
        let valid: Vec<&str> = valid.into_iter().collect();
        match nearest(written, valid.iter().copied()) {
            Some(near) => self.hint(format!("did you mean \"{near}\"?")),
            None if valid.is_empty() || valid.len() > 40 => self,
            None => self.hint(format!("there are {}", valid.join(", "))),
        }
    }
}

/// What a call asks for.
#[derive(Debug, Clone)]
pub(super) struct Asked<'s> {
    pub(super) section: &'s Section,
    pub(super) scope: Scope,
    pub(super) period: Period,
}

/// The calls there are, with the arguments each takes.
const CALLS: [(&str, &[&str]); 4] = [
    (
        "figure",
        &[
            "indicator",
            "dataset",
            "period",
            "dimension",
            "member",
            "base",
            "digits",
        ],
    ),
    (
        "change",
        &[
            "indicator",
            "dataset",
            "period",
            "dimension",
            "member",
            "against",
            "digits",
        ],
    ),
    ("table", &["dataset", "period", "dimension", "kind"]),
    (
        "chart",
        &[
            "dataset",
            "period",
            "dimension",
            "indicator",
            "member",
            "kind",
        ],
    ),
];

/// The name and the arguments of a call, before anything is looked up.
pub(super) fn shape(call: &Call) -> Result<(), Wrong> {
    let Some((_, arguments)) = CALLS.iter().find(|(name, _)| *name == call.name) else {
        let wrong = Wrong::new(
            format!("there is no function \"{}\"", call.name),
            &call.span,
        );
        return Err(wrong.near(&call.name, CALLS.iter().map(|(name, _)| *name)));
    };
    for argument in &call.arguments {
        if !arguments.contains(&argument.name.as_str()) {
            let message = format!("{} has no argument \"{}\"", call.name, argument.name);
            return Err(
                Wrong::new(message, &argument.span).near(&argument.name, arguments.iter().copied())
            );
        }
        let (is_right, what) = match argument.name.as_str() {
            "base" => (argument.truth().is_some(), "true or false"),
            "digits" => (matches!(argument.number(), Some(0 | 1)), "0 or 1"),
            _ => (argument.text().is_some(), "a text in quotes"),
        };
        if !is_right {
            return Err(Wrong::new(
                format!("{} must be {what}", argument.name),
                &argument.value.span,
            ));
        }
    }
    if matches!(call.name.as_str(), "figure" | "change") && call.argument("indicator").is_none() {
        return Err(
            Wrong::new(format!("{} needs an indicator", call.name), &call.span)
                .hint("for example indicator=\"received\""),
        );
    }
    Ok(())
}

fn given<'c>(call: &'c Call, name: &str) -> Option<(&'c str, &'c Argument)> {
    let argument = call.argument(name)?;
    Some((argument.text()?, argument))
}

/// The data set that a call speaks of: the one it names, the page's, or the only one.
pub(super) fn section<'s>(
    publication: &'s Publication,
    here: &Here<'s>,
    call: &Call,
) -> Result<&'s Section, Wrong> {
    let sections = &publication.sections;
    let ids = || sections.iter().map(|section| section.dataset.id.as_str());
    match given(call, "dataset") {
        Some((id, argument)) => sections
            .iter()
            .find(|section| section.dataset.id == id)
            .ok_or_else(|| {
                Wrong::new(
                    format!("there is no data set \"{id}\""),
                    &argument.value.span,
                )
                .near(id, ids())
            }),
        None => match (here.section, sections.as_slice()) {
            (Some(section), _) => Ok(section),
            (None, [only]) => Ok(only),
            _ => {
                let ids: Vec<&str> = ids().collect();
                Err(
                    Wrong::new(format!("{} needs a data set", call.name), &call.span).hint(
                        format!("for example dataset=\"{}\"", ids.first().unwrap_or(&"")),
                    ),
                )
            }
        },
    }
}

/// The dimension that a call names.
pub(super) fn dimension(section: &Section, call: &Call) -> Result<Option<usize>, Wrong> {
    let Some((id, argument)) = given(call, "dimension") else {
        return Ok(None);
    };
    let dimensions = &section.dataset.scheme.dimensions;
    match dimensions.iter().position(|each| each.id == id) {
        Some(at) => Ok(Some(at)),
        None => Err(Wrong::new(
            format!("{} has no dimension \"{id}\"", section.dataset.id),
            &argument.value.span,
        )
        .near(id, dimensions.iter().map(|each| each.id.as_str()))),
    }
}

/// The scope that a call speaks of: the member it names, the page's own, or all cases.
fn scope<'s>(section: &'s Section, here: &Here<'s>, call: &Call) -> Result<Scope, Wrong> {
    let dimension = dimension(section, call)?;
    match (dimension, given(call, "member")) {
        (Some(dimension), Some((name, argument))) => member(section, dimension, name)
            .map(|member| Scope::Member { dimension, member })
            .ok_or_else(|| {
                let of = &section.dataset.scheme.dimensions[dimension].id;
                Wrong::new(
                    format!("{of} has no member \"{name}\""),
                    &argument.value.span,
                )
                .near(name, section.members(dimension))
            }),
        (Some(_), None) => Err(Wrong::new(
            format!("{} names a dimension but no member of it", call.name),
            &call.span,
        )
        .hint("add member=\"…\"")),
        (None, Some((_, argument))) => Err(Wrong::new(
            "a member needs the dimension it is of",
            &argument.span,
        )
        .hint("add dimension=\"…\"")),
        (None, None) if call.argument("dataset").is_none() => Ok(here.scope.clone()),
        (None, None) => Ok(Scope::Overall),
    }
}

/// A member by the export's word, or by its label in any language.
fn member(section: &Section, dimension: usize, name: &str) -> Option<String> {
    if let Some(found) = section.members(dimension).find(|member| *member == name) {
        return Some(found.to_owned());
    }
    let labels = &section.dataset.dimension_texts.get(dimension)?.members;
    let is_named = |label: &Localised| {
        label.fallback == name || label.by_lang.values().any(|each| each == name)
    };
    section
        .members(dimension)
        .find(|member| labels.get(*member).is_some_and(is_named))
        .map(str::to_owned)
}

/// All periods of a data set by their ids.
fn periods(section: &Section) -> Vec<Period> {
    PeriodKind::ALL
        .into_iter()
        .flat_map(|kind| section.periods(kind))
        .collect()
}

/// The period that is written as `2024`, `2024-Q3`, `year/2024`, `all`, `latest` or `this`.
fn named_period(
    section: &Section,
    here: &Here<'_>,
    (written, span): (&str, &Range<usize>),
) -> Result<Period, Wrong> {
    match written {
        "this" => {
            return here.period.ok_or_else(|| {
                Wrong::new("this page is not of a period", span)
                    .hint("name it, such as period=\"2024\", or write period=\"latest\"")
            });
        }
        "latest" => {
            return section
                .current_year()
                .ok_or_else(|| Wrong::new("the data set has no period", span));
        }
        _ => {}
    }
    let (kind, id) = written.split_once('/').unwrap_or(("", written));
    let all = periods(section);
    let found = all
        .iter()
        .find(|period| period.id() == id && (kind.is_empty() || period.kind.id() == kind));
    match found {
        Some(period) => Ok(*period),
        None => {
            let ids: Vec<String> = all.iter().map(Period::id).collect();
            Err(Wrong::new(
                format!("{} has no period \"{written}\"", section.dataset.id),
                span,
            )
            .near(id, ids.iter().map(String::as_str)))
        }
    }
}

fn period(section: &Section, here: &Here<'_>, call: &Call) -> Result<Period, Wrong> {
    match (given(call, "period"), here.period) {
        (Some((written, argument)), _) => {
            named_period(section, here, (written, &argument.value.span))
        }
        (None, Some(period)) => Ok(period),
        (None, None) => Err(
            Wrong::new(format!("{} needs a period", call.name), &call.span)
                .hint("add period=\"2024\", or period=\"latest\" for the latest whole year"),
        ),
    }
}

/// What a call of `figure` or `change` asks for.
pub(super) fn asked<'s>(
    publication: &'s Publication,
    here: &Here<'s>,
    call: &Call,
) -> Result<Asked<'s>, Wrong> {
    let section = section(publication, here, call)?;
    Ok(Asked {
        section,
        scope: scope(section, here, call)?,
        period: period(section, here, call)?,
    })
}

/// The period that a change is measured against; `None` where there is no such period.
pub(super) fn against(
    here: &Here<'_>,
    asked: &Asked<'_>,
    call: &Call,
) -> Result<Option<Period>, Wrong> {
    match given(call, "against") {
        None | Some(("year-before", _)) => Ok(asked.period.year_before()),
        Some(("previous", _)) => Ok(asked.period.previous()),
        Some((written, argument)) => {
            named_period(asked.section, here, (written, &argument.value.span)).map(Some)
        }
    }
}

/// The kind of period that a chart or table runs over.
pub(super) fn kind(section: &Section, call: &Call) -> Result<Option<PeriodKind>, Wrong> {
    let Some((written, argument)) = given(call, "kind") else {
        return Ok(section.trend_kind());
    };
    let kinds = PeriodKind::ALL;
    match kinds.into_iter().find(|kind| kind.id() == written) {
        Some(kind) => Ok(Some(kind)),
        None => Err(Wrong::new(
            format!("there is no kind of period \"{written}\""),
            &argument.value.span,
        )
        .near(written, kinds.iter().map(|kind| kind.id()))),
    }
}

/// The indicator that a call names, which must be one that the data set tells somewhere. Outside of reports it must be told for
/// the very scope and period.
pub(super) fn indicator<'c>(
    publication: &Publication,
    here: &Here<'_>,
    asked: &Asked<'_>,
    call: &'c Call,
) -> Result<&'c str, Wrong> {
    let Some((id, argument)) = given(call, "indicator") else {
        return Ok("received");
    };
    let section = asked.section;
    let span = &argument.value.span;
    let is_told = |section: &Section| {
        let overall = |sheet: &&crate::indicators::Sheet| sheet.scope == Scope::Overall;
        let scopes = section.sheets().iter();
        scopes
            .filter(|sheet| overall(sheet) || sheet.scope == asked.scope)
            .any(|sheet| sheet.figure(id).is_some())
    };
    let is_named = call.argument("dataset").is_some() || here.section.is_none();
    let is_known = if is_named {
        is_told(section)
    } else {
        FigureId::parse(id).is_some_and(|parsed| parsed.clock.is_none())
            || publication.sections.iter().any(is_told)
    };
    if !is_known {
        let message = format!("{} has no figure \"{id}\"", section.dataset.id);
        let overall = section
            .sheets()
            .iter()
            .find(|sheet| sheet.scope == Scope::Overall);
        let ids: Vec<&str> = overall
            .map(|sheet| sheet.figures.iter().map(|f| &*f.indicator).collect())
            .unwrap_or_default();
        return Err(Wrong::new(message, span).near(id, ids));
    }
    if is_named && call.name != "chart" && !is_this(call) {
        let sheet = section.sheet(&asked.scope, &asked.period);
        if sheet.is_none_or(|sheet| sheet.figure(id).is_none()) {
            let message = format!(
                "{} has no figure \"{id}\" of {}/{} for this scope",
                section.dataset.id,
                asked.period.kind.id(),
                asked.period.id()
            );
            return Err(Wrong::new(message, span).hint(
                "data/figures.csv lists every figure there is; \"all\" and years have the most",
            ));
        }
    }
    Ok(id)
}

fn is_this(call: &Call) -> bool {
    given(call, "period").is_none_or(|(written, _)| written == "this")
}

/// The period of a chart or table of members.
pub(super) fn members_period(
    section: &Section,
    here: &Here<'_>,
    call: &Call,
) -> Result<Period, Wrong> {
    period(section, here, call)
}

/// What a chart or table over periods speaks of; the period it names, the page's, or the latest whole year is marked in it.
pub(super) fn over_periods<'s>(
    publication: &'s Publication,
    here: &Here<'s>,
    call: &Call,
) -> Result<Asked<'s>, Wrong> {
    let section = section(publication, here, call)?;
    let scope = scope(section, here, call)?;
    let is_named = given(call, "period").is_some();
    let period = match section.current_year() {
        Some(latest) if !is_named && here.period.is_none() => latest,
        _ => period(section, here, call)?,
    };
    Ok(Asked {
        section,
        scope,
        period,
    })
}
