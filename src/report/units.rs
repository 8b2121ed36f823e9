//! Units side by side without a league table: for each rate a funnel of the members of a dimension, or of each peer group among
//! them, and the tier of every member. What differs no more than chance and ordinary variation explain is not ranked.

use std::collections::BTreeMap;

use super::chrome::{crumbs, frame, part, wide};
use super::fraction::{length, share};
use super::key_figures::{leading_clock, name};
use super::members::scope;
use super::model::{
    Block, Chart, FunnelLimits, FunnelUnit, Link, Page, PageKind, Part, Rich, Row, Table,
};
use super::publication::{PageId, Publication, Section};
use super::table::{cell, link_or_words, numbers, row, words};
use super::voice::{Voice, shortened, to_page};
use crate::case::NOT_STATED;
use crate::indicators::funnel::{self, FEWEST_UNITS, Funnel, Good, Tier};
use crate::indicators::{Amount, Base, Interval};
use crate::time::Period;

/// Pieces in which the limits are drawn.
const STEPS: u64 = 48;

/// With more units than this, the table behind a funnel has only those outside the limits; all are on the index.
const IN_TABLE: usize = 30;

/// The rates by which units are set side by side; all are better when higher.
fn rates(section: &Section) -> Vec<String> {
    let mut rates = Vec::new();
    if let Some(leading) = leading_clock(section).filter(|leading| leading.clock.has_deadline()) {
        rates.push(leading.on_time);
    }
    rates.extend(["answer_rate", "resolution_rate", "satisfaction_rate"].map(str::to_owned));
    rates
}

/// One unit with its rate.
struct Unit<'s> {
    member: &'s str,
    base: Base,
    interval: Interval,
}

/// The funnel of the rate that leads, where units are not grouped; links to the pages of the others.
pub(super) fn parts(
    voice: &Voice<'_>,
    section: &Section,
    dimension: usize,
    period: &Period,
) -> Vec<Part> {
    let own = on_their_own(section, dimension);
    let mut parts: Vec<Part> = rates(section)
        .iter()
        .filter(|rate| !own.contains(rate))
        .filter_map(|rate| rate_part(voice, section, dimension, period, rate))
        .collect();
    if let Some(first) = parts.first_mut() {
        first.note = note(voice);
    }
    let links: Vec<Link> = own
        .iter()
        .map(|rate| to_page(name(voice, section, rate), key(section, dimension, rate)))
        .collect();
    if !links.is_empty() {
        parts.push(part(
            "units",
            voice.word("funnel.others"),
            "",
            vec![Block::Links(links)],
        ));
    }
    parts
}

/// How to read a funnel.
fn note(voice: &Voice<'_>) -> Rich {
    let fewest = u64::try_from(FEWEST_UNITS).unwrap_or(0);
    voice
        .say("funnel.note", &[("n", &voice.format.number(fewest))])
        .into()
}

/// The rates whose funnels have a page of their own: all but the one that leads, and that one too where units are grouped.
pub(super) fn on_their_own(section: &Section, dimension: usize) -> Vec<String> {
    let Some(period) = section.current_year() else {
        return Vec::new();
    };
    let is_grouped = peer_dimension(section, dimension).is_some();
    rates(section)
        .into_iter()
        .enumerate()
        .filter(|(index, _)| *index > 0 || is_grouped)
        .map(|(_, rate)| rate)
        .filter(|rate| {
            let units = units(section, dimension, &period, rate);
            let groups = grouped(section, dimension, &period, &units);
            groups.iter().any(|(_, (_, funnel))| funnel.is_some())
        })
        .collect()
}

/// The key of the page of a rate's funnels.
pub(super) fn key(section: &Section, dimension: usize, rate: &str) -> String {
    format!(
        "{}side-by-side/{}/{}/",
        section.key(),
        section.dataset.scheme.dimensions[dimension].id,
        rate.replace([':', '_'], "-")
    )
}

/// The page of a rate's funnels, one for each peer group.
pub(super) fn page(
    publication: &Publication,
    voice: &Voice<'_>,
    id: &PageId,
    section: &Section,
    (dimension, rate): (usize, &str),
) -> Page {
    let label = voice.dimension(section, dimension);
    let title = voice.say(
        "funnel.page",
        &[("dimension", &label), ("name", &name(voice, section, rate))],
    );
    let mut page = frame(
        publication,
        voice,
        id,
        PageKind::Members,
        title.clone(),
        Some(section),
    );
    page.crumbs = crumbs(publication, voice, section);
    page.crumbs
        .push(to_page(label, section.members_key(dimension)));
    page.description = title;
    let Some(period) = section.current_year() else {
        return page;
    };
    page.kicker = voice.say(
        "kicker.of_period",
        &[
            ("title", voice.of(&section.dataset.title)),
            ("period", &voice.period(&period)),
        ],
    );
    page.parts.extend(
        rate_part(voice, section, dimension, &period, rate).map(|made| Part {
            note: note(voice),
            ..made
        }),
    );
    page
}

/// The members that have a rate, in byte order; those not stated are no unit.
fn units<'s>(section: &'s Section, dimension: usize, period: &Period, rate: &str) -> Vec<Unit<'s>> {
    section
        .members(dimension)
        .filter(|member| !member.ends_with(NOT_STATED))
        .filter_map(|member| {
            let figure = section.figure(&scope(dimension, member), period, rate)?;
            match figure.amount {
                Amount::Rate(base, interval) => Some(Unit {
                    member,
                    base,
                    interval,
                }),
                _ => None,
            }
        })
        .collect()
}

/// How many members' rate is withheld.
fn withheld(section: &Section, dimension: usize, period: &Period, rate: &str) -> usize {
    let is_withheld = |member: &&str| {
        let figure = section.figure(&scope(dimension, member), period, rate);
        figure.is_some_and(|figure| figure.amount == Amount::Suppressed)
    };
    let members = section.members(dimension);
    members
        .filter(|member| !member.ends_with(NOT_STATED))
        .filter(is_withheld)
        .count()
}

fn rate_part(
    voice: &Voice<'_>,
    section: &Section,
    dimension: usize,
    period: &Period,
    rate: &str,
) -> Option<Part> {
    let mut units = units(section, dimension, period, rate);
    let mut order: Vec<(&str, ())> = units.iter().map(|unit| (unit.member, ())).collect();
    super::members::sort(voice, section, dimension, &mut order);
    units.sort_by_key(|unit| order.iter().position(|(member, ())| *member == unit.member));
    let groups = grouped(section, dimension, period, &units);
    let has_groups = groups.len() > 1;
    let withheld = withheld(section, dimension, period, rate);
    let mut blocks = Vec::new();
    let rate_name = name(voice, section, rate);
    for (number, (group, (members, funnel))) in groups.iter().enumerate() {
        let Some(funnel) = funnel else { continue };
        let of: Vec<&Unit<'_>> = members.iter().map(|&at| &units[at]).collect();
        if has_groups {
            let id = format!("peers-{}-{number}", rate.replace(':', "-"));
            blocks.push(Block::Heading(
                group_name(voice, section, dimension, group),
                id,
            ));
        }
        let named = voice.dimension(section, dimension);
        blocks.push(Block::Finding(finding(voice, funnel, of.len(), &named)));
        let title = voice.say(
            "funnel.title",
            &[("name", &rate_name), ("period", &voice.period(period))],
        );
        // Who is withheld has no group.
        let chart = chart(
            voice,
            section,
            dimension,
            (funnel, &of, if has_groups { 0 } else { withheld }),
            title.clone(),
            &format!(
                "funnel-{}-{}-{number}",
                section.dataset.scheme.dimensions[dimension].id,
                rate.replace(':', "-")
            ),
        );
        let table = table(voice, section, dimension, (funnel, &of), title);
        blocks.push(Block::Chart(chart, Some(table)));
    }
    if blocks.is_empty() {
        return None;
    }
    if has_groups && withheld > 0 {
        let said = super::members::not_drawn(voice, withheld);
        blocks.push(Block::Paragraph(said.into()));
    }
    Some(wide(
        &format!("units-{}", rate.replace(':', "-")),
        rate_name,
        "",
        blocks,
    ))
}

/// The peer groups of units, each with the places of its units and its funnel where it has enough of them.
fn grouped(
    section: &Section,
    dimension: usize,
    period: &Period,
    units: &[Unit<'_>],
) -> BTreeMap<String, (Vec<usize>, Option<Funnel>)> {
    let grouped: Vec<(String, Base)> = units
        .iter()
        .map(|unit| {
            let group = peer_group(section, dimension, unit.member, period);
            (group, unit.base)
        })
        .collect();
    funnel::place_among_peers(&grouped, Good::High)
}

/// The member of the peer dimension that most of a unit's cases have; empty where units are not grouped.
fn peer_group(section: &Section, dimension: usize, member: &str, period: &Period) -> String {
    let Some(peers) = peer_dimension(section, dimension) else {
        return String::new();
    };
    section
        .pairs(dimension, member, peers, *period)
        .filter_map(|(group, sheet)| Some((super::key_figures::count(sheet, "received")?, group)))
        .max_by_key(|(cases, group)| (*cases, std::cmp::Reverse(*group)))
        .map_or_else(String::new, |(_, group)| group.to_owned())
}

fn peer_dimension(section: &Section, dimension: usize) -> Option<usize> {
    let id = section
        .dataset
        .dimension_texts
        .get(dimension)?
        .peers
        .as_ref()?;
    let dimensions = &section.dataset.scheme.dimensions;
    dimensions.iter().position(|each| each.id == *id)
}

fn group_name(voice: &Voice<'_>, section: &Section, dimension: usize, group: &str) -> String {
    peer_dimension(section, dimension).map_or_else(String::new, |peers| {
        voice.say(
            "funnel.group",
            &[
                ("dimension", &voice.dimension(section, peers)),
                ("name", &voice.member(section, peers, group)),
            ],
        )
    })
}

/// `Of 24, 1 is better and 2 are worse than the limits; the others differ no more than …`.
fn finding(voice: &Voice<'_>, funnel: &Funnel, units: usize, dimension: &str) -> Rich {
    let number = |n: usize| voice.format.number(u64::try_from(n).unwrap_or(u64::MAX));
    let count = |tier: Tier| funnel.units.iter().filter(|unit| unit.tier == tier).count();
    let (better, worse) = (count(Tier::Better), count(Tier::Worse));
    let key = if better + worse == 0 {
        "funnel.none_outside"
    } else {
        "funnel.outside"
    };
    let said = voice.say(
        key,
        &[
            ("n", &number(units)),
            ("dimension", dimension),
            ("better", &number(better)),
            ("worse", &number(worse)),
            ("within", &number(count(Tier::Within))),
        ],
    );
    let spread = if funnel.dispersion.tau > 0.0 {
        Rich::from(voice.word("funnel.spread"))
    } else {
        Rich::default()
    };
    voice.sentences([said.into(), spread])
}

/// Numbers of cases from a quarter under the fewest to the most, equally far apart on a scale of roots.
fn places(fewest: u64, most: u64) -> Vec<u64> {
    // Roots in hundredths.
    let root = |cases: u64| cases.saturating_mul(10_000).isqrt();
    let first = (fewest - fewest / 4).max(1);
    let (from, to) = (root(first), root(most));
    let mut places: Vec<u64> = (0..=STEPS)
        .map(|step| (from + (to - from) * step / STEPS).pow(2) / 10_000)
        .chain([most])
        .map(|cases| cases.max(first))
        .collect();
    places.dedup();
    places
}

fn chart(
    voice: &Voice<'_>,
    section: &Section,
    dimension: usize,
    (funnel, units, withheld): (&Funnel, &[&Unit<'_>], usize),
    title: String,
    id: &str,
) -> Chart {
    let bases = || units.iter().map(|unit| unit.base.denominator);
    let places = places(bases().min().unwrap_or(1), bases().max().unwrap_or(1));
    let ends = |interval: Interval| (interval.low, interval.high);
    let limits = places
        .into_iter()
        .map(|cases| FunnelLimits {
            cases: length(cases),
            alert: ends(funnel.limits(cases, funnel::ALERT)),
            alarm: ends(funnel.limits(cases, funnel::ALARM)),
            line: ends(funnel.limits(cases, funnel.line)),
        })
        .collect();
    let dots: Vec<FunnelUnit> = units
        .iter()
        .zip(&funnel.units)
        .filter_map(|(unit, placed)| {
            Some(FunnelUnit {
                name: shortened(&voice.member_own(section, dimension, unit.member)),
                cases: length(unit.base.denominator),
                value: share(unit.base)?,
                is_outside: matches!(placed.tier, Tier::Better | Tier::Worse),
            })
        })
        .collect();
    let outside: Vec<String> = units
        .iter()
        .zip(&funnel.units)
        .filter(|(_, placed)| matches!(placed.tier, Tier::Better | Tier::Worse))
        .map(|(unit, placed)| {
            voice.say(
                "funnel.item",
                &[
                    ("name", &voice.member_own(section, dimension, unit.member)),
                    (
                        "value",
                        &voice
                            .format
                            .rate(unit.base.numerator, unit.base.denominator),
                    ),
                    (
                        "tier",
                        &voice.word(&format!("funnel.tier.{}", placed.tier.id())),
                    ),
                ],
            )
        })
        .collect();
    Chart::Funnel {
        id: id.to_owned(),
        title,
        about: voice.sentence_and(
            voice.say(
                "funnel.about",
                &[("dimension", &voice.dimension(section, dimension))],
            ),
            super::members::not_drawn(voice, withheld),
        ),
        desc: if outside.is_empty() {
            voice.word("funnel.desc_none")
        } else {
            voice.clauses(&outside)
        },
        target: funnel.target,
        limits,
        target_label: voice.say(
            "funnel.target",
            &[("value", &voice.format.share(funnel.target))],
        ),
        units: dots,
    }
}

fn table(
    voice: &Voice<'_>,
    section: &Section,
    dimension: usize,
    (funnel, units): (&Funnel, &[&Unit<'_>]),
    caption: String,
) -> Table {
    let is_long = units.len() > IN_TABLE;
    let rows: Vec<Row> = units
        .iter()
        .zip(&funnel.units)
        .filter(|(_, placed)| !is_long || placed.tier != Tier::Within)
        .map(|(unit, placed)| {
            let to = section
                .member_key(dimension, unit.member)
                .map(|key| to_page("", key));
            let limits = funnel.limits(unit.base.denominator, funnel.line);
            let mut value = cell(
                voice
                    .format
                    .rate(unit.base.numerator, unit.base.denominator),
            );
            value.range = voice.format.interval(unit.interval.low, unit.interval.high);
            row(
                cell(link_or_words(
                    voice.member(section, dimension, unit.member),
                    to,
                )),
                vec![
                    cell(voice.format.number(unit.base.denominator)),
                    value,
                    cell(voice.format.interval(limits.low, limits.high)),
                    cell(voice.word(&format!("funnel.tier.{}", placed.tier.id()))),
                ],
            )
        })
        .collect();
    Table {
        caption,
        about: if is_long {
            voice.word("funnel.table_outside")
        } else {
            voice.word("funnel.table_about")
        },
        columns: vec![
            words(voice.dimension(section, dimension)),
            numbers(voice.word("table.cases")),
            numbers(voice.word("table.share")),
            numbers(voice.word("funnel.limits")),
            words(voice.word("funnel.where")),
        ],
        rows,
        legend: Vec::new(),
    }
}
