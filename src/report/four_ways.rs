//! Four ways to fail (拖、躲、捂、推): delayed, unanswered, covered up, passed on. Each is a count with its base, made only of figures
//! that are published elsewhere on the site; none is a score, and they are never added up.

use std::collections::BTreeSet;

use super::chrome::{of_section, part, wide};
use super::key_figures::{count, leading_clock};
use super::members::{scope, sort};
use super::model::{
    Block, Cell, KeyFigure, Link, Mark, Page, PageKind, Part, Rich, Row, Table, Target,
};
use super::publication::{PageId, Publication, Section};
use super::table::{Marks, cell, link_or_words, linked_cell, numbers, row, words};
use super::voice::{Voice, link, to_page};
use crate::case::{Exclusion, Field};
use crate::indicators::failure::{self, Failures, Known, Way, delayed};
use crate::indicators::{Amount, Base, Scope, Sheet, wilson};
use crate::previous::Place;
use crate::text::NONE;
use crate::time::{Period, PeriodKind};

/// Quarters in a way's table, besides the years.
const QUARTERS: usize = 8;
/// Kinds of period from the shortest on.
const FINEST_FIRST: [PeriodKind; 4] = [
    PeriodKind::Month,
    PeriodKind::Quarter,
    PeriodKind::HalfYear,
    PeriodKind::Year,
];

/// Members in the table of a dimension; more would make the page heavy.
const LONGEST: usize = 60;

/// The page of a data set.
pub(super) fn page(
    publication: &Publication,
    voice: &Voice<'_>,
    id: &PageId,
    section: &Section,
) -> Page {
    let mut page = of_section(
        publication,
        voice,
        id,
        PageKind::Compare,
        section,
        "four_ways",
    );
    let sheet = section
        .current_year()
        .and_then(|period| section.sheet(&Scope::Overall, &period));
    let Some(sheet) = sheet else {
        page.lead = Some(voice.word("dataset.none").into());
        return page;
    };
    page.kicker = voice.say(
        "kicker.of_period",
        &[
            ("title", voice.of(&section.dataset.title)),
            ("period", &voice.period(&sheet.period)),
        ],
    );
    page.lead = Some(voice.word("four_ways.lead").into());
    let failures = failures(publication, section, sheet);
    page.figures = Way::ALL
        .into_iter()
        .map(|way| key_figure(voice, &id.key, way, &failures))
        .collect();
    for way in Way::ALL {
        page.parts
            .push(way_part(publication, voice, section, way, &failures));
    }
    for dimension in 0..section.dataset.scheme.dimensions.len() {
        page.parts.extend(member_part(
            publication,
            voice,
            section,
            dimension,
            &sheet.period,
        ));
    }
    page
}

/// The counts of a sheet.
fn failures(publication: &Publication, section: &Section, sheet: &Sheet) -> Failures {
    let due = |clock: &str| {
        let of = |what: &str| number(sheet, &format!("due_{what}:{clock}"));
        Ok([of("on_time")?, of("late")?, of("open")?])
    };
    let leading = leading_clock(section).filter(|leading| leading.clock.has_deadline());
    let parts = leading.map_or(Err(Known::NotRecorded), |leading| due(&leading.clock.id));
    let clocks = &section.dataset.scheme.clocks;
    let receipt = clocks
        .iter()
        .find(|clock| clock.to == Field::Acknowledged && clock.has_deadline());
    let receipt = receipt.map_or(Err(Known::NotRecorded), |clock| due(&clock.id));
    let excluded = || -> Result<u64, Known> {
        let ids = Exclusion::ALL.iter();
        ids.map(|exclusion| number(sheet, &format!("excluded_{}", exclusion.id())))
            .sum()
    };
    let base = |numerator: Result<u64, Known>, denominator: Result<u64, Known>| match (
        numerator,
        denominator,
    ) {
        (Ok(numerator), Ok(denominator)) => Known::Counted(Base {
            numerator,
            denominator,
        }),
        (Err(why), _) | (_, Err(why)) => why,
    };
    let late = |parts: Result<[u64; 3], Known>| match parts {
        Ok([met, late, open]) => Known::Counted(delayed(met, late, open)),
        Err(why) => why,
    };
    Failures {
        delayed: late(parts),
        unanswered: base(
            parts.map(|[_, _, open]| open),
            parts.map(|parts| parts.iter().sum()),
        ),
        // Those closed are the numerator of a published share.
        closed_unanswered: base(
            number(sheet, "closed_unanswered"),
            share(sheet, "closed_rate").map(|base| base.numerator),
        ),
        left_out: base(excluded(), number(sheet, "received")),
        recorded_late: late(receipt),
        recoded: recoded(publication, section, sheet),
        passed_on: match share(sheet, "passed_on_rate") {
            Ok(base) => Known::Counted(base),
            Err(why) => why,
        },
    }
}

/// Cases of all that were set apart after their figures had been published, by the record of revisions.
fn recoded(publication: &Publication, section: &Section, sheet: &Sheet) -> Known {
    let id = &section.dataset.id;
    let record = &publication.record;
    let was_published = record
        .before
        .as_ref()
        .is_some_and(|before| before.as_of.contains_key(id));
    if !was_published || sheet.scope != Scope::Overall {
        return Known::NotRecorded;
    }
    let finest = FINEST_FIRST
        .into_iter()
        .map(|kind| section.periods(kind))
        .find(|periods| !periods.is_empty())
        .unwrap_or_default();
    let within: BTreeSet<(PeriodKind, String)> = finest
        .iter()
        .filter(|period| sheet.period.first <= period.first && period.last <= sheet.period.last)
        .map(|period| (period.kind, period.id()))
        .collect();
    let own = || {
        let of_all = |place: &Place| *place.dataset == **id && place.scope().is_empty();
        record.log.iter().filter(move |each| of_all(&each.place))
    };
    let set_apart: Vec<(u64, u64)> = own()
        .filter(|each| each.indicator.starts_with("excluded_"))
        .filter(|each| within.contains(&(each.place.kind, each.place.period.to_string())))
        .filter_map(|each| Some((each.old?.whole?, each.new?.whole?)))
        .collect();
    let first_published = own()
        .filter(|each| *each.indicator == *"received" && each.place.kind == sheet.period.kind)
        .find(|each| *each.place.period == *sheet.period.id())
        .and_then(|each| each.old?.whole);
    match first_published.map_or_else(|| number(sheet, "received"), Ok) {
        Ok(received) => {
            let base = failure::recoded(&set_apart, received);
            // What was moved since is a difference of two publications: few cases are withheld like any count.
            if (1..publication.site.min_cell).contains(&base.numerator) {
                Known::Withheld
            } else {
                Known::Counted(base)
            }
        }
        Err(why) => why,
    }
}

/// A published count, or why there is none.
fn number(sheet: &Sheet, indicator: &str) -> Result<u64, Known> {
    match sheet.figure(indicator).map(|figure| figure.amount) {
        Some(Amount::Count(count)) => Ok(count),
        Some(Amount::Suppressed) => Err(Known::Withheld),
        _ => Err(Known::NotRecorded),
    }
}

/// The counts of a published share, or why there are none.
fn share(sheet: &Sheet, indicator: &str) -> Result<Base, Known> {
    match sheet.figure(indicator).map(|figure| figure.amount) {
        Some(Amount::Rate(base, _) | Amount::SmallBase(base) | Amount::None(_, Some(base))) => {
            Ok(base)
        }
        Some(Amount::Suppressed) => Err(Known::Withheld),
        _ => Err(Known::NotRecorded),
    }
}

/// The counts of a way that this page tells; with nothing published before, nothing can have been moved since.
fn counts(way: Way, failures: &Failures) -> Vec<(&'static str, Known)> {
    way.counts(failures)
        .into_iter()
        .filter(|(id, known)| *id != "recoded" || *known != Known::NotRecorded)
        .collect()
}

fn key_figure(voice: &Voice<'_>, key: &str, way: Way, failures: &Failures) -> KeyFigure {
    let first = counts(way, failures).into_iter().next();
    let (id, known) = first.unwrap_or_default();
    let mut figure = KeyFigure {
        id: format!("way-{}", way.id()),
        label: Link {
            text: voice.word(&format!("four_ways.{}", way.id())),
            to: Target::Page(key.to_owned(), Some(way.id().to_owned())),
        },
        before: String::new(),
        value: NONE.to_owned(),
        after: String::new(),
        mark: None,
        base: match known {
            Known::Withheld => voice.withheld().into(),
            _ => voice.word("four_ways.not_recorded").into(),
        },
        change: Rich::default(),
    };
    if let Some(base) = known.base() {
        figure.value = voice.format.number(base.numerator);
        figure.after = voice.word("large.cases");
        figure.base = share_words(voice, id, base).into();
    }
    figure
}

/// `8.9% of 9,702 whose deadline passed`.
fn share_words(voice: &Voice<'_>, id: &str, base: Base) -> String {
    let of = voice.say(
        &format!("four_ways.of.{id}"),
        &[("d", &voice.format.number(base.denominator))],
    );
    if base.denominator < voice.min_base {
        return of;
    }
    voice.say(
        "four_ways.share",
        &[
            (
                "share",
                &voice.format.rate(base.numerator, base.denominator),
            ),
            ("of", &of),
        ],
    )
}

fn base_cell(voice: &Voice<'_>, marks: &mut Marks, known: Known) -> [Cell; 2] {
    let base = match known {
        Known::Counted(base) => base,
        Known::NotRecorded => return [cell(NONE), cell(NONE)],
        Known::Withheld => {
            let mark = Mark('c');
            marks.add(mark);
            let withheld = Cell {
                mark: Some(mark),
                ..cell(NONE)
            };
            return [withheld.clone(), withheld];
        }
    };
    let mut number = cell(voice.format.number(base.numerator));
    number.range = voice.say(
        "members.of",
        &[("n", &voice.format.number(base.denominator))],
    );
    let mut share = cell(NONE);
    if base.denominator >= voice.min_base
        && let Some(interval) = wilson(base)
    {
        share = cell(voice.format.rate(base.numerator, base.denominator));
        share.range = voice.format.interval(interval.low, interval.high);
    }
    [number, share]
}

/// What the way is, what is counted, and the last periods.
fn way_part(
    publication: &Publication,
    voice: &Voice<'_>,
    section: &Section,
    way: Way,
    failures: &Failures,
) -> Part {
    let id = way.id();
    let shown = counts(way, failures);
    let mut blocks = Vec::new();
    for (each, known) in &shown {
        let name = voice.word(&format!("four_ways.name.{each}"));
        let said = match known {
            Known::Counted(base) => voice.rich(
                &format!("four_ways.finding.{each}"),
                &[
                    (
                        "n",
                        super::voice::strong(voice.format.number(base.numerator)),
                    ),
                    ("of", super::voice::text(share_words(voice, each, *base))),
                ],
            ),
            Known::NotRecorded => voice.say("four_ways.no_count", &[("name", &name)]).into(),
            Known::Withheld => voice
                .say(
                    "four_ways.withheld",
                    &[("name", &name), ("why", &voice.withheld())],
                )
                .into(),
        };
        blocks.push(Block::Finding(said));
    }
    let told: Vec<&'static str> = shown
        .iter()
        .filter(|(_, known)| *known != Known::NotRecorded)
        .map(|(each, _)| *each)
        .collect();
    if !told.is_empty() {
        blocks.push(Block::Table(periods_table(
            publication,
            voice,
            section,
            way,
            &told,
        )));
    }
    if way == Way::CoveredUp {
        blocks.push(Block::Paragraph(Rich(vec![super::model::Span::Link(
            to_page(voice.word("four_ways.every_row"), "intake/"),
        )])));
    }
    let note = match leading_clock(section) {
        Some(leading) if matches!(way, Way::Delayed | Way::Unanswered) => voice.say(
            &format!("four_ways.note.{id}"),
            &[("promise", &voice.on_time_name(leading.clock))],
        ),
        _ => voice.word(&format!("four_ways.note.{id}")),
    };
    part(id, voice.word(&format!("four_ways.{id}")), note, blocks)
}

fn periods_table(
    publication: &Publication,
    voice: &Voice<'_>,
    section: &Section,
    way: Way,
    told: &[&'static str],
) -> Table {
    let mut periods = section.periods(PeriodKind::Year);
    periods.reverse();
    let finer = [PeriodKind::Quarter, PeriodKind::HalfYear, PeriodKind::Month]
        .into_iter()
        .map(|kind| section.periods(kind))
        .find(|periods| !periods.is_empty())
        .unwrap_or_default();
    periods.extend(finer.into_iter().rev().take(QUARTERS));
    let mut columns = vec![words(voice.word("table.period"))];
    for each in told {
        columns.push(numbers(voice.word(&format!("four_ways.name.{each}"))));
        columns.push(numbers(voice.word("table.share")));
    }
    let mut marks = Marks::default();
    let rows: Vec<Row> = periods
        .iter()
        .filter_map(|period| {
            let sheet = section.sheet(&Scope::Overall, period)?;
            let found = counts(way, &failures(publication, section, sheet));
            let cells = found
                .into_iter()
                .filter(|(id, _)| told.contains(id))
                .flat_map(|(_, known)| base_cell(voice, &mut marks, known))
                .collect();
            let head = linked_cell(to_page(
                voice.format.short_period(period),
                section.period_key(period),
            ));
            Some(row(head, cells))
        })
        .collect();
    Table {
        caption: voice.word(&format!("four_ways.{}", way.id())),
        about: voice.word("trend.table_about"),
        columns,
        rows,
        legend: marks.legend(voice),
    }
}

/// The members of a dimension with pages, in the order of names.
fn member_part(
    publication: &Publication,
    voice: &Voice<'_>,
    section: &Section,
    dimension: usize,
    period: &Period,
) -> Option<Part> {
    if !section.dataset.scheme.dimensions[dimension].pages {
        return None;
    }
    let mut members: Vec<(&str, Failures)> = section
        .members(dimension)
        .filter_map(|member| {
            let sheet = section.sheet(&scope(dimension, member), period)?;
            (count(sheet, "received") != Some(0))
                .then(|| (member, failures(publication, section, sheet)))
        })
        .collect();
    if members.len() < 2 || members.len() > LONGEST {
        return None;
    }
    sort(voice, section, dimension, &mut members);
    let told: Vec<&'static str> = Way::ALL
        .into_iter()
        .flat_map(|way| counts(way, &members[0].1))
        .map(|(id, _)| id)
        .filter(|id| {
            members.iter().any(|(_, failures)| {
                Way::ALL
                    .into_iter()
                    .flat_map(|way| counts(way, failures))
                    .any(|(each, known)| each == *id && known != Known::NotRecorded)
            })
        })
        .collect();
    let mut marks = Marks::default();
    let rows: Vec<Row> = members
        .iter()
        .map(|(member, failures)| {
            let to = section
                .member_key(dimension, member)
                .map(|key| to_page("", key));
            let head = cell(link_or_words(voice.member(section, dimension, member), to));
            let cells = Way::ALL
                .into_iter()
                .flat_map(|way| counts(way, failures))
                .filter(|(id, _)| told.contains(id))
                .map(|(_, known)| {
                    let [number, _] = base_cell(voice, &mut marks, known);
                    number
                })
                .collect();
            row(head, cells)
        })
        .collect();
    let label = voice.dimension(section, dimension);
    let mut columns = vec![words(label.clone())];
    for id in &told {
        columns.push(numbers(voice.word(&format!("four_ways.name.{id}"))));
    }
    let table = Table {
        caption: voice.say(
            "members.caption",
            &[("dimension", &label), ("period", &voice.period(period))],
        ),
        about: voice.word("four_ways.members_about"),
        columns,
        rows,
        legend: marks.legend(voice),
    };
    let about = &section.dataset.scheme.dimensions[dimension];
    Some(wide(
        &format!("by-{}", about.id),
        voice.say("member.by", &[("dimension", &label)]),
        "",
        vec![Block::Table(table)],
    ))
}

/// A link to the page.
pub(super) fn to_four_ways(voice: &Voice<'_>, section: &Section) -> Link {
    link(
        voice.word("four_ways.title"),
        Target::Page(section.four_ways_key(), None),
    )
}
