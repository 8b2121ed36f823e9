//! Live figures in the office's own text: a document's tags are looked up in the publishable figures and written in the page's
//! language, so that a text cannot say another number than the page beside it.
//!
//! [`nodes`] gives a document as every medium shows it; [`ask`] adds the changes it speaks of to those its page judges together;
//! [`broken`] tells what no figure answers to, and [`contradictions`] numbers typed by hand that differ from the figure beside them.

mod check;
mod contradiction;
mod resolve;
mod value;

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

pub use check::broken;
pub use contradiction::contradictions;
use resolve::Wrong;
use value::{Compared, Measured, Value, levels};

use super::change::{Changes, Family};
use super::key_figures::{leading_clock, leading_rate};
use super::members::chart_part;
use super::model::{Block, Chart, Span, Target};
use super::node::{Grid, Node, Run};
use super::once::Table;
use super::publication::{Publication, Section};
use super::table::{Style, measures};
use super::voice::Voice;
use crate::content::{self, Document, Goal, Inline};
use crate::indicators::{Maturity, Scope};
use crate::prose::{Argument, Call, Comparison, Expr, Kind, Reader};
use crate::time::{Day, Period};

/// Members in a chart that a text places.
const DRAWN: usize = 12;

/// Where a text stands: on a page of its own, or in the report of a period or of a member.
#[derive(Debug, Clone)]
pub(super) struct Here<'s> {
    pub(super) section: Option<&'s Section>,
    pub(super) scope: Scope,
    pub(super) period: Option<Period>,
}

impl Here<'_> {
    /// A page of the office's own text.
    pub(super) const fn nowhere() -> Self {
        Self {
            section: None,
            scope: Scope::Overall,
            period: None,
        }
    }
}

/// Adds the changes that a text speaks of to those a page judges together.
pub(super) fn ask<'s>(
    publication: &'s Publication,
    document: &Document,
    here: &Here<'s>,
    family: &mut Family<'s>,
) {
    let template = document.template();
    for call in template.calls() {
        if call.name != "change" {
            continue;
        }
        let Ok(asked) = resolve::asked(publication, here, call) else {
            continue;
        };
        let against = resolve::against(here, &asked, call);
        let indicator = resolve::indicator(publication, here, &asked, call);
        if let (Ok(Some(earlier)), Ok(indicator)) = (against, indicator) {
            family.ask(
                asked.section,
                &asked.scope,
                &asked.period,
                &earlier,
                indicator,
            );
        }
    }
}

/// A document as every medium shows it. Fragments begin with `prefix`.
pub(super) fn nodes<'s>(
    publication: &'s Publication,
    voice: &Voice<'_>,
    document: &Document,
    here: &Here<'s>,
    changes: &Changes<'s>,
    prefix: &str,
) -> Vec<Node> {
    let mut teller = Teller {
        publication,
        voice,
        here,
        changes,
        names: BTreeMap::new(),
        places: Vec::new(),
        charts: 0,
        prefix,
    };
    let nodes = document.nodes(&mut teller);
    let filled = Filled {
        places: teller.places,
        voice,
        prefix,
    };
    filled.nodes(nodes)
}

/// A document of a page of its own.
pub(super) fn page_nodes(
    publication: &Publication,
    voice: &Voice<'_>,
    document: &Document,
) -> Vec<Node> {
    let here = Here::nowhere();
    let mut family = Family::default();
    ask(publication, document, &here, &mut family);
    nodes(publication, voice, document, &here, &family.judge(), "")
}

/// Decides conditions and collects values while a document is written.
struct Teller<'t, 's, 'v> {
    publication: &'s Publication,
    voice: &'t Voice<'v>,
    here: &'t Here<'s>,
    changes: &'t Changes<'s>,
    names: BTreeMap<String, Value<'s>>,
    /// By the number of the place.
    places: Vec<Value<'s>>,
    charts: usize,
    prefix: &'t str,
}

impl Reader for Teller<'_, '_, '_> {
    fn holds(&mut self, condition: &Expr) -> bool {
        self.worth(condition).holds()
    }

    fn set(&mut self, name: &str, value: &Expr) {
        let value = self.worth(value);
        self.names.insert(name.to_owned(), value);
    }

    fn value(&mut self, place: usize, value: &Expr, _: &Range<usize>) -> Option<String> {
        let value = self.worth(value);
        // They come in order, and from the first one again where the text is written out.
        self.places.truncate(place);
        self.places.push(value);
        None
    }
}

impl<'s> Teller<'_, 's, '_> {
    fn worth(&mut self, expr: &Expr) -> Value<'s> {
        match &expr.kind {
            Kind::Text(text) => Value::Text(text.clone()),
            Kind::Number(number) => Value::Number(*number),
            Kind::Truth(truth) => Value::Truth(*truth),
            Kind::Name(name) => self.named(name),
            // What is wrong with a call was told before a page was made.
            Kind::Call(call) => self.called(call).unwrap_or(Value::Nothing),
            Kind::Attribute(of, attribute) => {
                let of = self.worth(of);
                self.attribute(&of, attribute)
            }
            Kind::Not(of) => Value::Truth(!self.worth(of).holds()),
            Kind::And(one, other) => {
                Value::Truth(self.worth(one).holds() && self.worth(other).holds())
            }
            Kind::Or(one, other) => {
                Value::Truth(self.worth(one).holds() || self.worth(other).holds())
            }
            Kind::Compare(comparison, one, other) => {
                let (one, other) = (self.worth(one), self.worth(other));
                Value::Truth(compared(*comparison, &one, &other))
            }
        }
    }

    /// A name that the text gave, else one that every report has.
    fn named(&mut self, name: &str) -> Value<'s> {
        if let Some(value) = self.names.get(name) {
            return value.clone();
        }
        match name {
            "period" => Value::Period,
            "dataset" => Value::Dataset,
            "member" if matches!(self.here.scope, Scope::Member { .. }) => Value::Member,
            "as_of" => self.here.section.map_or(Value::Nothing, |section| {
                Value::Text(self.voice.format.date(section.as_of))
            }),
            "levels" => self.own().map_or(Value::Nothing, |asked| {
                levels(self.voice, &asked).map_or(Value::Nothing, Value::Words)
            }),
            "change" => self.own_change(),
            name => self
                .own()
                .and_then(|asked| {
                    let indicator = own_indicator(asked.section, name)?;
                    Some(self.measured(asked, &indicator, name != "received", false))
                })
                .unwrap_or(Value::Nothing),
        }
    }

    /// The report's own data set, scope and period.
    fn own(&self) -> Option<resolve::Asked<'s>> {
        Some(resolve::Asked {
            section: self.here.section?,
            scope: self.here.scope.clone(),
            period: self.here.period?,
        })
    }

    /// What was received against a year before, else against the period before.
    fn own_change(&self) -> Value<'s> {
        let Some(asked) = self.own() else {
            return Value::Nothing;
        };
        let told = super::change::both(&asked.period)
            .into_iter()
            .find_map(|earlier| {
                let found = self.changes.get(
                    asked.section,
                    &asked.scope,
                    &asked.period,
                    &earlier,
                    "received",
                );
                found.map(|told| (told, earlier))
            });
        Value::Change(Compared {
            asked,
            told,
            is_whole: false,
        })
    }

    fn measured(
        &self,
        asked: resolve::Asked<'s>,
        indicator: &str,
        has_base: bool,
        is_whole: bool,
    ) -> Value<'s> {
        let figure = asked.section.figure(&asked.scope, &asked.period, indicator);
        Value::Figure(Measured {
            asked,
            indicator: indicator.to_owned(),
            figure,
            has_base,
            is_whole,
        })
    }

    fn called(&mut self, call: &Call) -> Result<Value<'s>, Wrong> {
        match call.name.as_str() {
            "figure" => {
                let asked = resolve::asked(self.publication, self.here, call)?;
                let indicator = resolve::indicator(self.publication, self.here, &asked, call)?;
                let has_base = call
                    .argument("base")
                    .and_then(Argument::truth)
                    .unwrap_or(true);
                Ok(self.measured(asked, indicator, has_base, is_whole(call)))
            }
            "change" => {
                let asked = resolve::asked(self.publication, self.here, call)?;
                let indicator = resolve::indicator(self.publication, self.here, &asked, call)?;
                let earlier = resolve::against(self.here, &asked, call)?;
                let told = earlier.and_then(|earlier| {
                    let found = self.changes.get(
                        asked.section,
                        &asked.scope,
                        &asked.period,
                        &earlier,
                        indicator,
                    );
                    found.map(|told| (told, earlier))
                });
                Ok(Value::Change(Compared {
                    asked,
                    told,
                    is_whole: is_whole(call),
                }))
            }
            "table" if self.here.section.is_none() => {
                let once = &self.publication.once;
                let table = once.table(self.voice.lang, call, || {
                    let (block, cited) = self.voice.apart(|| self.block(call));
                    Ok(block?.map(|block| Table {
                        block: Arc::new(block),
                        cited: cited.into(),
                    }))
                })?;
                if let Some(table) = &table {
                    self.voice.cite_together(Arc::clone(&table.cited));
                }
                Ok(Value::Block(table.map(|table| table.block)))
            }
            _ => Ok(Value::Block(self.block(call)?.map(Arc::new))),
        }
    }

    /// A chart or a table.
    fn block(&mut self, call: &Call) -> Result<Option<Block>, Wrong> {
        let section = resolve::section(self.publication, self.here, call)?;
        let dimension = resolve::dimension(section, call)?;
        let is_of_member = call.argument("member").is_some();
        if let Some(dimension) = dimension.filter(|_| !is_of_member) {
            let period = resolve::members_period(section, self.here, call)?;
            if call.name == "table" {
                let table =
                    super::members::table(self.voice, section, dimension, &period, Style::Plain);
                return Ok((!table.rows.is_empty()).then_some(Block::Table(table)));
            }
            let drawn = chart_part(self.voice, section, dimension, &period, DRAWN, None);
            let mut block = drawn.and_then(|part| part.blocks.into_iter().next());
            if let Some(Block::Chart(Chart::Members { id, .. }, _)) = &mut block {
                *id = self.chart_id();
            }
            return Ok(block);
        }
        let asked = resolve::over_periods(self.publication, self.here, call)?;
        let Some(kind) = resolve::kind(section, call)? else {
            return Ok(None);
        };
        if call.name == "table" {
            let periods = section.periods(kind);
            let shown = measures(section);
            let (scope, current) = (&asked.scope, &asked.period);
            let table = super::trend::table(self.voice, section, scope, &periods, current, &shown);
            return Ok((!table.rows.is_empty()).then_some(Block::Table(table)));
        }
        let indicator = resolve::indicator(self.publication, self.here, &asked, call)?;
        let id = self.chart_id();
        let (scope, current) = (&asked.scope, &asked.period);
        Ok(super::trend::chart(
            self.voice, section, scope, current, kind, indicator, id,
        ))
    }

    fn chart_id(&mut self) -> String {
        self.charts += 1;
        format!("{}text-chart-{}", self.prefix, self.charts)
    }

    fn attribute(&self, of: &Value<'s>, attribute: &str) -> Value<'s> {
        let own = self.own();
        match (of, own) {
            (Value::Figure(figure), _) => figure.attribute(self.voice, attribute),
            (Value::Change(change), _) => change.attribute(self.voice, attribute),
            (Value::Period, Some(own)) => self.of_period(&own, attribute),
            (Value::Dataset, Some(own)) => Value::Text(match attribute {
                "id" => own.section.dataset.id.clone(),
                _ => self.voice.of(&own.section.dataset.title).to_owned(),
            }),
            (Value::Member, Some(own)) => match &own.scope {
                Scope::Member { dimension, member } => Value::Text(match attribute {
                    "dimension" => own.section.dataset.scheme.dimensions[*dimension].id.clone(),
                    _ => self.voice.member(own.section, *dimension, member),
                }),
                _ => Value::Nothing,
            },
            _ => Value::Nothing,
        }
    }

    fn of_period(&self, own: &resolve::Asked<'_>, attribute: &str) -> Value<'s> {
        let maturity = own
            .section
            .sheet(&own.scope, &own.period)
            .map(|sheet| sheet.maturity);
        let day = |day: Day| Value::Text(self.voice.format.date(day));
        let coverage = own.section.dataset.coverage;
        let (first, last) = (own.period.first_day(), own.period.last_day());
        match attribute {
            "id" => Value::Text(own.period.id()),
            "kind" => Value::Text(own.period.kind.id().to_owned()),
            "from" => day(coverage.map_or(first, |(from, _)| from.max(first))),
            "to" => day(coverage
                .map_or(last, |(_, to)| to.min(last))
                .min(own.section.as_of)),
            "partial" => Value::Truth(maturity == Some(Maturity::Partial)),
            "provisional" => Value::Truth(maturity == Some(Maturity::Provisional)),
            _ => Value::Text(self.voice.period(&own.period)),
        }
    }
}

/// The indicator of a figure that every report knows by a short name.
fn own_indicator(section: &Section, name: &str) -> Option<String> {
    let leading = || leading_clock(section);
    match name {
        "received" => Some("received".to_owned()),
        "accepted" => Some("effective_acceptance_rate".to_owned()),
        "rate" => leading_rate(section),
        "on_time" => leading()
            .filter(|leading| leading.clock.has_deadline())
            .map(|leading| leading.on_time),
        "median" => leading().map(|leading| leading.median),
        "owed" => Some("open_at_end".to_owned()),
        "overdue" => leading()
            .filter(|leading| leading.clock.has_deadline())
            .map(|leading| leading.overdue),
        _ => None,
    }
}

/// The names that every report has.
const NAMES: [&str; 13] = [
    "period", "dataset", "member", "as_of", "levels", "change", "received", "accepted", "rate",
    "on_time", "median", "owed", "overdue",
];

/// Whether a call asks for whole per cent.
fn is_whole(call: &Call) -> bool {
    call.argument("digits").and_then(Argument::number) == Some(0)
}

fn compared(comparison: Comparison, one: &Value<'_>, other: &Value<'_>) -> bool {
    let order = match (one, other) {
        (Value::Text(one), Value::Text(other)) => Some(one.cmp(other)),
        (Value::Truth(one), Value::Truth(other)) => Some(one.cmp(other)),
        _ => one
            .number()
            .zip(other.number())
            .map(|(one, other)| one.cmp(&other)),
    };
    let Some(order) = order else {
        // What has no value is equal to nothing, and neither more nor less.
        return comparison == Comparison::Unequal;
    };
    match comparison {
        Comparison::Equal => order.is_eq(),
        Comparison::Unequal => order.is_ne(),
        Comparison::Less => order.is_lt(),
        Comparison::AtMost => order.is_le(),
        Comparison::Greater => order.is_gt(),
        Comparison::AtLeast => order.is_ge(),
    }
}

/// Puts values into the places of a text.
struct Filled<'t, 's, 'v> {
    /// By the number of the place.
    places: Vec<Value<'s>>,
    voice: &'t Voice<'v>,
    prefix: &'t str,
}

impl Filled<'_, '_, '_> {
    fn nodes(&self, nodes: Vec<content::Node>) -> Vec<Node> {
        let nodes = nodes.into_iter();
        nodes.filter_map(|node| self.node(node)).collect()
    }

    fn node(&self, node: content::Node) -> Option<Node> {
        Some(match node {
            content::Node::Paragraph(runs) => {
                if let [Inline::Place(place)] = runs.as_slice()
                    && let Some(Value::Block(block)) = self.places.get(*place)
                {
                    return Some(match block {
                        Some(block) => Node::Block(block.clone()),
                        None => Node::Paragraph(self.plain("layout.nothing")),
                    });
                }
                let runs = self.runs(runs);
                if is_blank(&runs) && !has_image(&runs) {
                    return None;
                }
                Node::Paragraph(runs)
            }
            content::Node::Plain(runs) => Node::Plain(self.runs(runs)),
            content::Node::Heading(id, level, runs) => {
                let id = match self.prefix {
                    "" => id,
                    prefix => format!("{prefix}{id}"),
                };
                Node::Heading(id, level, self.runs(runs))
            }
            content::Node::List(start, items) => Node::List(
                start,
                items
                    .into_iter()
                    .map(|item| self.nodes(item))
                    .filter(|item| !item.is_empty())
                    .collect(),
            ),
            content::Node::Quote(nodes) => Node::Quote(self.nodes(nodes)),
            content::Node::Code(text) => Node::Code(text),
            content::Node::Table(table) => Node::Grid(Grid {
                is_at_end: table.is_at_end,
                head: self.cells(table.head),
                rows: table.rows.into_iter().map(|row| self.cells(row)).collect(),
            }),
            content::Node::Rule => Node::Rule,
            content::Node::Note(number, nodes) => Node::Note(number, self.nodes(nodes)),
        })
    }

    fn cells(&self, cells: Vec<Vec<Inline>>) -> Vec<Vec<Run>> {
        cells.into_iter().map(|cell| self.runs(cell)).collect()
    }

    fn plain(&self, key: &str) -> Vec<Run> {
        vec![Run::Span(super::voice::text(self.voice.word(key)))]
    }

    fn runs(&self, inlines: Vec<Inline>) -> Vec<Run> {
        let mut runs = Vec::with_capacity(inlines.len());
        for inline in inlines {
            runs.push(match inline {
                Inline::Text(text) => Run::Span(super::voice::text(text)),
                Inline::Code(text) => Run::Code(text),
                Inline::Styled(style, inside) => Run::Styled(style, self.runs(inside)),
                Inline::Link(goal, inside) => Run::Link(target(goal), self.runs(inside)),
                Inline::Image(goal, text) => Run::Image(target(goal), text),
                Inline::NoteNumber(number) => Run::NoteNumber(number),
                Inline::Break => Run::Break,
                Inline::Place(place) => {
                    let value = self.places.get(place);
                    runs.extend(value.map_or_else(Vec::new, |value| value.runs(self.voice)));
                    continue;
                }
            });
        }
        runs
    }
}

/// Whether nothing but space would be seen of some runs.
fn is_blank(runs: &[Run]) -> bool {
    let is_text_seen = |run: &Run| match run {
        Run::Span(Span::Text(text)) => !text.trim().is_empty(),
        _ => false,
    };
    !runs.iter().any(is_text_seen) && super::node::plain(runs).trim().is_empty()
}

fn has_image(runs: &[Run]) -> bool {
    runs.iter().any(|run| match run {
        Run::Image(..) => true,
        Run::Styled(_, inside) | Run::Link(_, inside) => has_image(inside),
        _ => false,
    })
}

fn target(goal: Goal) -> Option<Target> {
    match goal {
        Goal::Page(key, fragment) => Some(Target::Page(key, fragment)),
        Goal::File(path) => Some(Target::File(path)),
        Goal::Outside(url) => Some(Target::External(url)),
        Goal::Nowhere => None,
    }
}
