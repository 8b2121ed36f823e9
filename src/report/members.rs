//! The members of a dimension side by side: dots with intervals by base, a table in the language's order, the index page.

use super::chrome::{crumbs, frame, part, wide};
use super::fraction::share;
use super::key_figures::{count, leading_rate, name};
use super::model::{Block, Chart, Link, MemberDot, Page, PageKind, Part, Rich, Row, Table};
use super::publication::{PageId, Publication, Section};
use super::table::{Marks, Measure, Style, cell, cells, heads, link_or_words, measures, row};
use super::voice::{Voice, ancestors, member_above, path_of, to_page};
use crate::case::NOT_STATED;
use crate::indicators::{Amount, Scope, Sheet};
use crate::text::Order;
use crate::time::Period;

/// On the index the chart may be longer.
const DRAWN_ON_INDEX: usize = 30;

/// Members in a table; longer lists go on, on pages of their own.
const ON_A_PAGE: usize = 60;

/// How many pages the members of a dimension take.
pub(super) fn pages(section: &Section, dimension: usize) -> usize {
    let members = section
        .current_year()
        .map_or(0, |period| listed(section, dimension, &period).len());
    members.div_ceil(ON_A_PAGE).max(1)
}

/// The key of a piece of the index; no member's address has a full stop.
pub(super) fn page_key(section: &Section, dimension: usize, number: usize) -> String {
    let key = section.members_key(dimension);
    match number {
        0 => key,
        _ => format!("{key}page.{}/", number + 1),
    }
}

/// The index of a dimension's members.
pub(super) fn page(
    publication: &Publication,
    voice: &Voice<'_>,
    id: &PageId,
    section: &Section,
    (dimension, number): (usize, usize),
) -> Page {
    let label = voice.dimension(section, dimension);
    let mut page = frame(
        publication,
        voice,
        id,
        PageKind::Members,
        label.clone(),
        Some(section),
    );
    page.crumbs = crumbs(publication, voice, section);
    page.description = voice.say(
        "members.description",
        &[
            ("dimension", &label),
            ("title", voice.of(&section.dataset.title)),
        ],
    );
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
    let members = listed(section, dimension, &period);
    if members.is_empty() {
        page.lead = Some(voice.word("members.none").into());
        return page;
    }
    let count = u64::try_from(members.len()).unwrap_or(u64::MAX);
    page.lead = Some(
        voice
            .words
            .count(
                "members.lead",
                count,
                &[
                    ("n", &voice.format.number(count)),
                    ("period", &voice.period(&period)),
                ],
            )
            .into(),
    );
    let mut members = members;
    sort(voice, section, dimension, &mut members);
    let pieces: Vec<&[(&str, &Sheet)]> = members.chunks(ON_A_PAGE).collect();
    let piece = pieces.get(number).copied().unwrap_or_default();
    let table = table_of(voice, section, (dimension, piece), &period, Style::Dotted);
    let mut blocks = vec![Block::Table(table)];
    if pieces.len() > 1 {
        let others = pieces.iter().enumerate().filter(|(at, _)| *at != number);
        let others = others.filter_map(|(at, piece)| {
            let name = |(member, _): &(&str, &Sheet)| voice.member(section, dimension, member);
            let said = voice.say(
                "members.from_to",
                &[
                    ("first", &name(piece.first()?)),
                    ("last", &name(piece.last()?)),
                ],
            );
            Some(to_page(said, page_key(section, dimension, at)))
        });
        blocks.push(Block::Links(others.collect()));
    }
    let table = wide(
        "table",
        voice.word("members.table_heading"),
        voice.word("members.table_note"),
        blocks,
    );
    if number > 0 {
        let said = |piece: &[(&str, &Sheet)]| -> Option<String> {
            let name = |member: &str| voice.member(section, dimension, member);
            Some(voice.say(
                "members.title_from_to",
                &[
                    ("dimension", &label),
                    ("first", &name(piece.first()?.0)),
                    ("last", &name(piece.last()?.0)),
                ],
            ))
        };
        page.title = said(piece).unwrap_or(label.clone());
        page.description.clone_from(&page.title);
        page.lead = None;
        page.crumbs
            .push(to_page(label, section.members_key(dimension)));
        page.parts.push(table);
        return page;
    }
    let chart = chart_part(voice, section, dimension, &period, DRAWN_ON_INDEX, None);
    page.parts.extend(chart.map(|part| Part {
        heading: voice.word("members.chart_heading"),
        ..part
    }));
    page.parts.push(table);
    page.parts
        .extend(super::units::parts(voice, section, dimension, &period));
    page.parts
        .extend(super::owed::part(voice, section, &Scope::Overall, &period));
    page
}

/// The members that have a sheet in a period with at least one case, in byte order.
fn listed<'s>(
    section: &'s Section,
    dimension: usize,
    period: &Period,
) -> Vec<(&'s str, &'s Sheet)> {
    section
        .members(dimension)
        .filter_map(|member| {
            let sheet = section.sheet(&scope(dimension, member), period)?;
            let is_withheld = sheet
                .figure("open_at_end")
                .is_some_and(|figure| figure.amount == Amount::Suppressed);
            let is_empty = count(sheet, "received") == Some(0)
                && matches!(count(sheet, "open_at_end"), Some(0) | None)
                && !is_withheld;
            (!is_empty).then_some((member, sheet))
        })
        .collect()
}

/// A part with the members' dots; nothing where no member has a rate.
pub(super) fn chart_part(
    voice: &Voice<'_>,
    section: &Section,
    dimension: usize,
    period: &Period,
    most: usize,
    more: Option<Link>,
) -> Option<Part> {
    let rate = leading_rate(section)?;
    let label = voice.dimension(section, dimension);
    let year_before = period.year_before().filter(|before| {
        let of_members = scope(dimension, "");
        section
            .break_between(&of_members, before.first_day(), period.last_day())
            .is_none()
    });
    let listed = listed(section, dimension, period);
    let is_withheld = |sheet: &Sheet| {
        let figure = sheet.figure(&rate);
        figure.is_some_and(|figure| figure.amount == Amount::Suppressed)
    };
    let withheld = listed
        .iter()
        .filter(|(_, sheet)| is_withheld(sheet))
        .count();
    let mut drawn: Vec<(u64, &str, MemberDot)> = listed
        .into_iter()
        .filter_map(|(member, sheet)| {
            let figure = sheet.figure(&rate)?;
            let Amount::Rate(base, interval) = figure.amount else {
                return None;
            };
            let before = year_before.and_then(|before| {
                let figure = section.figure(&scope(dimension, member), &before, &rate)?;
                match figure.amount {
                    Amount::Rate(base, _) => share(base),
                    _ => None,
                }
            });
            let name = voice.member_own(section, dimension, member);
            let key = section.member_key(dimension, member);
            Some((
                base.denominator,
                member,
                MemberDot {
                    name: Link {
                        text: name,
                        to: super::model::Target::Page(
                            key.unwrap_or_else(|| section.period_key(period)),
                            None,
                        ),
                    },
                    value: share(base),
                    interval: Some((interval.low, interval.high)),
                    before,
                    label: voice.value(figure),
                    base: voice.say(
                        "members.of",
                        &[("n", &voice.format.number(base.denominator))],
                    ),
                    is_current: false,
                },
            ))
        })
        .collect();
    if drawn.len() < 2 {
        return None;
    }
    let with_rate = drawn.len();
    drawn.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(b.1)));
    drawn.truncate(most);
    let overall = section.figure(&Scope::Overall, period, &rate);
    let all = overall.and_then(|figure| match figure.amount {
        Amount::Rate(base, _) => Some((
            share(base)?,
            voice.say("members.all", &[("value", &voice.value(figure))]),
        )),
        _ => None,
    });
    let has_before = drawn.iter().any(|(_, _, dot)| dot.before.is_some());
    let members: Vec<MemberDot> = drawn.into_iter().map(|(_, _, dot)| dot).collect();
    let desc: Vec<String> = members
        .iter()
        .map(|dot| {
            voice.say(
                "members.item",
                &[
                    ("name", &dot.name.text),
                    ("value", &dot.label),
                    ("base", &dot.base),
                ],
            )
        })
        .collect();
    let rate_name = name(voice, section, &rate);
    let shown = voice
        .format
        .number(u64::try_from(members.len()).unwrap_or(0));
    let about = if members.len() < with_rate {
        voice.say(
            "members.largest",
            &[
                ("n", &shown),
                (
                    "all",
                    &voice.format.number(u64::try_from(with_rate).unwrap_or(0)),
                ),
            ],
        )
    } else {
        String::new()
    };
    let about = voice.sentence_and(about, not_drawn(voice, withheld));
    let mut blocks = vec![Block::Chart(
        Chart::Members {
            id: format!(
                "members-{}",
                section.dataset.scheme.dimensions[dimension].id
            ),
            title: voice.say(
                "members.chart",
                &[("name", &rate_name), ("period", &voice.period(period))],
            ),
            about,
            desc: voice.clauses(&desc),
            all,
            before_label: if has_before {
                voice.word("members.before")
            } else {
                String::new()
            },
            members,
        },
        None,
    )];
    if let Some(more) = more {
        blocks.push(Block::Links(vec![more]));
    }
    Some(part(
        &format!("by-{}", section.dataset.scheme.dimensions[dimension].id),
        label,
        voice.word("members.note"),
        blocks,
    ))
}

/// `3 are not drawn: withheld …`; empty where none is withheld.
pub(super) fn not_drawn(voice: &Voice<'_>, withheld: usize) -> String {
    if withheld == 0 {
        return String::new();
    }
    let n = u64::try_from(withheld).unwrap_or(u64::MAX);
    voice.words.count(
        "members.not_drawn",
        n,
        &[
            ("n", &voice.format.number(n)),
            ("cell", &voice.format.number(voice.min_cell)),
        ],
    )
}

/// All members in a period, in the language's order, hierarchies indented; a sum at the end.
pub(super) fn table(
    voice: &Voice<'_>,
    section: &Section,
    dimension: usize,
    period: &Period,
    style: Style,
) -> Table {
    let mut members = listed(section, dimension, period);
    sort(voice, section, dimension, &mut members);
    table_of(voice, section, (dimension, &members), period, style)
}

/// The same of some of the members, which are in order.
fn table_of(
    voice: &Voice<'_>,
    section: &Section,
    (dimension, members): (usize, &[(&str, &Sheet)]),
    period: &Period,
    style: Style,
) -> Table {
    let measures = measures(section);
    let mut marks = Marks::default();
    let mut rows: Vec<Row> = Vec::new();
    let mut above: Vec<String> = Vec::new();
    for &(member, sheet) in members {
        let path = path_of(section, dimension, member);
        let parents = &path[..path.len() - 1];
        // A heading row for each level above that the row before did not have.
        for (level, parent) in parents.iter().enumerate() {
            if above.get(level) != Some(parent) {
                above.truncate(level);
                above.push(parent.clone());
                let place = (dimension, &path[..=level]);
                rows.push(parent_row(
                    voice, section, period, &mut marks, place, &measures,
                ));
            }
        }
        above.truncate(parents.len());
        let to = section
            .member_key(dimension, member)
            .map(|key| to_page("", key));
        let own = voice.member_own(section, dimension, member);
        let mut made = row(
            cell(link_or_words(own, to)),
            cells(voice, &mut marks, (section, Some(sheet)), &measures, style),
        );
        made.level = u8::try_from(parents.len()).unwrap_or(u8::MAX);
        rows.push(made);
    }
    if let Some(all) = section.sheet(&Scope::Overall, period) {
        let mut total = row(
            cell(voice.word("table.all")),
            cells(voice, &mut marks, (section, Some(all)), &measures, style),
        );
        total.is_total = true;
        rows.push(total);
    }
    Table {
        caption: voice.say(
            "members.caption",
            &[
                ("dimension", &voice.dimension(section, dimension)),
                ("period", &voice.period(period)),
            ],
        ),
        about: match style {
            Style::Dotted => voice.word("members.table_about"),
            Style::Plain => String::new(),
        },
        columns: heads(
            voice,
            section,
            voice.dimension(section, dimension),
            &measures,
        ),
        rows,
        legend: marks.legend(voice),
    }
}

/// By the names of their path in the language's order; those not stated last.
pub(super) fn sort<T>(
    voice: &Voice<'_>,
    section: &Section,
    dimension: usize,
    members: &mut [(&str, T)],
) {
    let order = Order::for_lang(voice.lang);
    let key = |member: &str| {
        let mut path = path_of(section, dimension, member);
        if let Some(last) = path.last_mut() {
            *last = voice.member_own(section, dimension, member);
        }
        (member.ends_with(NOT_STATED), path)
    };
    members.sort_by_cached_key(|(member, _)| Key(key(member), &order));
}

/// A sort key that compares names by a language's order.
struct Key<'o>((bool, Vec<String>), &'o Order);

impl Ord for Key<'_> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.0.cmp(&other.0.0).then_with(|| {
            for (one, two) in self.0.1.iter().zip(&other.0.1) {
                let order = self.1.compare(one, two);
                if order.is_ne() {
                    return order;
                }
            }
            self.0.1.len().cmp(&other.0.1.len())
        })
    }
}

impl PartialOrd for Key<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Key<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Key<'_> {}

/// A row of a level above, with its own figures where its dimension is one of the data set's.
fn parent_row(
    voice: &Voice<'_>,
    section: &Section,
    period: &Period,
    marks: &mut Marks,
    place: (usize, &[String]),
    measures: &[Measure],
) -> Row {
    let (dimension, path) = place;
    let level = path.len() - 1;
    let above = ancestors(section, dimension).get(level).copied();
    let member = member_above(path);
    let sheet = above.and_then(|above| section.sheet(&scope(above, &member), period));
    let cells = match sheet {
        Some(_) => cells(voice, marks, (section, sheet), measures, Style::Dotted),
        None => vec![cell(Rich::default()); measures.len()],
    };
    let (name, to) = match above {
        Some(above) => (
            voice.member_own(section, above, &member),
            section
                .member_key(above, &member)
                .map(|key| to_page("", key)),
        ),
        None => (path[level].clone(), None),
    };
    let mut made = row(cell(link_or_words(name, to)), cells);
    made.level = u8::try_from(level).unwrap_or(u8::MAX);
    made
}

pub(super) fn scope(dimension: usize, member: &str) -> Scope {
    Scope::Member {
        dimension,
        member: member.to_owned(),
    }
}

/// A link to the index of a dimension: `All 51: Department`.
pub(super) fn all_link(voice: &Voice<'_>, section: &Section, dimension: usize) -> Option<Link> {
    if !section.dataset.scheme.dimensions[dimension].pages {
        return None;
    }
    let members = u64::try_from(section.members(dimension).count()).unwrap_or(u64::MAX);
    Some(to_page(
        voice.say(
            "members.all_link",
            &[
                ("n", &voice.format.number(members)),
                ("dimension", &voice.dimension(section, dimension)),
            ],
        ),
        section.members_key(dimension),
    ))
}
