//! Is it the loud who are heard? Cases brought again, by a group, through the media or through a leader beside those brought once by
//! one person: how soon each had it, compared within the same matter and quarter, and what may be concluded from that.

use super::chrome::{of_section, part};
use super::clock::event;
use super::fraction::share;
use super::model::{
    Block, Chart, KeyFigure, Link, MemberDot, Page, PageKind, Part, Rich, Row, Span, Table, Target,
};
use super::publication::{PageId, Publication, Section};
use super::table::{cell, link_or_words, numbers, row, words};
use super::voice::{Voice, link, strong, text, to_page};
use crate::case::{Clock, Escalation};
use crate::indicators::loudness::{Heard, HeardQuarter, SMALLEST_SIDE, Standardised};
use crate::indicators::{Base, Side, wilson};
use crate::text::NONE;

/// Quarters of the chart and the table.
const QUARTERS: usize = 12;

/// The page's own words for one data set: the clock's event and the days asked about.
struct Told<'a> {
    voice: &'a Voice<'a>,
    section: &'a Section,
    heard: &'a Heard,
    key: &'a str,
    clock: &'a Clock,
    /// `answered`, `答复`.
    done: String,
    days: String,
}

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
        "loudness",
    );
    let Some(heard) = &section.heard else {
        return page;
    };
    let clock = &section.dataset.scheme.clocks[heard.clock];
    let told = Told {
        voice,
        section,
        heard,
        key: &id.key,
        clock,
        done: voice.word(&format!("loudness.done.{}", event(clock))),
        days: voice.format.days(heard.days.into()),
    };
    if let Some((first, last)) = heard.quarters.first().zip(heard.quarters.last()) {
        page.kicker = voice.say(
            "loudness.kicker",
            &[
                ("title", voice.of(&section.dataset.title)),
                ("first", &voice.format.short_period(&first.period)),
                ("last", &voice.format.short_period(&last.period)),
            ],
        );
    }
    page.lead = Some(told.lead());
    page.figures = told.figures();
    page.parts.push(told.asked());
    if !heard.quarters.is_empty() {
        page.parts.push(told.ways());
    }
    if heard.whole.is_some() {
        page.parts.push(told.quarters());
        page.parts.push(told.alike());
    }
    page.parts.push(told.conclude());
    page
}

/// A link to the page, where the data set has one.
pub(super) fn to_loudness(voice: &Voice<'_>, section: &Section) -> Option<Link> {
    section.heard.as_ref()?;
    Some(to_page(
        voice.word("loudness.title"),
        section.loudness_key(),
    ))
}

impl Told<'_> {
    fn say(&self, key: &str, fill: &[(&str, &str)]) -> String {
        let mut all = vec![("done", self.done.as_str()), ("days", self.days.as_str())];
        all.extend_from_slice(fill);
        self.voice.say(key, &all)
    }

    fn number(&self, number: u64) -> String {
        self.voice.format.number(number)
    }

    /// `5.6 points (4.1 to 6.7)`, with a minus sign where the loud waited longer.
    fn difference(&self, of: &Standardised) -> (String, String) {
        let format = &self.voice.format;
        let ends = self.voice.say(
            "loudness.ends",
            &[
                ("low", &format.points(of.interval.low)),
                ("high", &format.points(of.interval.high)),
            ],
        );
        (format.points(of.difference), ends)
    }

    fn lead(&self) -> Rich {
        let Some(whole) = &self.heard.whole else {
            return self.voice.word("loudness.lead.few").into();
        };
        let format = &self.voice.format;
        let verdict = match (whole.is_apart_from_zero(), whole.difference > 0.0) {
            (false, _) => "same",
            (true, true) => "sooner",
            (true, false) => "later",
        };
        let alike = if self.heard.matter.is_some() {
            "loudness.alike.matter"
        } else {
            "loudness.alike.quarter"
        };
        let said = self.voice.rich(
            &format!("loudness.lead.{verdict}"),
            &[
                ("alike", text(self.voice.word(alike))),
                ("loud", strong(format.share(whole.loud))),
                ("quiet", strong(format.share(whole.quiet))),
                ("done", text(self.done.clone())),
                ("days", text(self.days.clone())),
                ("points", strong(format.points(whole.difference.abs()))),
                ("ends", text(self.difference(whole).1)),
            ],
        );
        self.voice
            .sentences([said, self.voice.word("loudness.lead.association").into()])
    }

    fn figures(&self) -> Vec<KeyFigure> {
        let Some(whole) = &self.heard.whole else {
            return Vec::new();
        };
        let format = &self.voice.format;
        let figure =
            |id: &str, before: String, value: String, after: String, base: String| KeyFigure {
                id: format!("loudness-{id}"),
                label: link(
                    self.say(&format!("loudness.figure.{id}"), &[]),
                    Target::Page(self.key.to_owned(), Some("alike".to_owned())),
                ),
                before,
                value,
                after,
                mark: None,
                base: base.into(),
                change: Rich::default(),
            };
        let of_side = |side: &Side, compared: Base| {
            self.voice.say(
                "loudness.base",
                &[
                    ("compared", &self.number(compared.numerator)),
                    ("n", &self.number(compared.denominator)),
                    (
                        "crude",
                        &format.rate(side.base.numerator, side.base.denominator),
                    ),
                ],
            )
        };
        let share = |share: f64| format.share(share).trim_end_matches('%').to_owned();
        let (points, ends) = self.difference(whole);
        let day = |median: Option<u32>| match median {
            Some(day) => format.by_day(day),
            None => self.voice.word("loudness.not_reached"),
        };
        vec![
            figure(
                "loud",
                String::new(),
                share(whole.loud),
                "%".to_owned(),
                of_side(&self.heard.loud(), whole.loud_compared),
            ),
            figure(
                "quiet",
                String::new(),
                share(whole.quiet),
                "%".to_owned(),
                of_side(&self.heard.quiet(), whole.quiet_compared),
            ),
            figure(
                "difference",
                String::new(),
                points,
                self.voice.word("loudness.points"),
                self.voice.say("loudness.interval", &[("ends", &ends)]),
            ),
            figure(
                "median",
                String::new(),
                day(self.heard.medians.0),
                String::new(),
                self.voice
                    .say("loudness.of_quiet", &[("day", &day(self.heard.medians.1))]),
            ),
        ]
    }

    fn asked(&self) -> Part {
        let voice = self.voice;
        let mut said = vec![Rich::from(voice.word("loudness.asked.loud"))];
        said.push(
            self.say(
                "loudness.asked.days",
                &[("promise", &voice.on_time_name(self.clock))],
            )
            .into(),
        );
        said.push(
            match self.heard.matter {
                Some(matter) => voice.say(
                    "loudness.asked.alike",
                    &[("dimension", &voice.dimension(self.section, matter))],
                ),
                None => voice.word("loudness.asked.no_matter"),
            }
            .into(),
        );
        part(
            "asked",
            voice.word("loudness.asked.heading"),
            "",
            said.into_iter().map(Block::Paragraph).collect(),
        )
    }

    /// `Brought again`; several together in a row.
    fn way(&self, ways: &[Escalation]) -> String {
        let names: Vec<String> = ways
            .iter()
            .map(|way| self.voice.word(&format!("loudness.way.{}", way.id())))
            .collect();
        names.join(&self.voice.word("loudness.way_and"))
    }

    fn ways(&self) -> Part {
        let voice = self.voice;
        let rows: Vec<(String, Side, bool)> = self
            .heard
            .ways
            .iter()
            .map(|(ways, side)| (self.way(ways), side.clone(), false))
            .chain([(voice.word("loudness.all_loud"), self.heard.loud(), true)])
            .collect();
        let dots: Vec<MemberDot> = rows
            .iter()
            .filter(|(_, side, is_total)| !is_total && self.is_enough(side))
            .map(|(name, side, _)| MemberDot {
                name: link(
                    name.clone(),
                    Target::Page(self.key.to_owned(), Some("ways".to_owned())),
                ),
                value: share(side.base),
                interval: wilson(side.base).map(|interval| (interval.low, interval.high)),
                before: None,
                label: voice
                    .format
                    .rate(side.base.numerator, side.base.denominator),
                base: voice.say("members.of", &[("n", &self.number(side.base.denominator))]),
                is_current: false,
            })
            .collect();
        let desc: Vec<String> = dots
            .iter()
            .map(|dot| {
                let (name, value, base) = (&dot.name.text, &dot.label, &dot.base);
                voice.say(
                    "members.item",
                    &[("name", name), ("value", value), ("base", base)],
                )
            })
            .collect();
        let title = voice.capital(&self.say("loudness.ways_title", &[]));
        let table = Table {
            caption: title.clone(),
            about: voice.word("loudness.ways_about"),
            columns: vec![
                words(voice.word("loudness.brought")),
                numbers(voice.word("table.cases")),
                numbers(voice.word("table.share")),
                numbers(voice.median_name(self.clock)),
            ],
            rows: rows
                .into_iter()
                .map(|(name, side, is_total)| self.way_row(name, &side, is_total))
                .collect(),
            legend: Vec::new(),
        };
        part(
            "ways",
            voice.word("loudness.ways"),
            voice.word("loudness.ways_note"),
            vec![
                Block::Chart(
                    Chart::Members {
                        id: "loudness-ways".to_owned(),
                        title,
                        about: String::new(),
                        desc: voice.clauses(&desc),
                        all: None,
                        before_label: String::new(),
                        members: dots,
                    },
                    None,
                ),
                Block::Table(table),
            ],
        )
    }

    fn is_enough(&self, side: &Side) -> bool {
        side.base.denominator >= self.voice.min_base
    }

    fn way_row(&self, name: String, side: &Side, is_total: bool) -> Row {
        let format = &self.voice.format;
        let mut share = cell(NONE);
        let mut median = NONE.to_owned();
        if let Some(interval) = wilson(side.base).filter(|_| self.is_enough(side)) {
            share = cell(format.rate(side.base.numerator, side.base.denominator));
            share.range = format.interval(interval.low, interval.high);
            median = side.median().map_or_else(
                || self.voice.word("loudness.not_reached"),
                |day| format.by_day(day),
            );
        }
        let cases = cell(self.number(side.base.denominator));
        let mut made = row(cell(name), vec![cases, share, cell(median)]);
        made.is_total = is_total;
        made
    }

    fn quarters(&self) -> Part {
        let voice = self.voice;
        let from = self.heard.quarters.len().saturating_sub(QUARTERS);
        let shown = &self.heard.quarters[from..];
        let dots: Vec<MemberDot> = shown
            .iter()
            .filter_map(|quarter| {
                let of = quarter.standardised.as_ref()?;
                let (points, ends) = self.difference(of);
                Some(MemberDot {
                    name: self.quarter_link(quarter),
                    value: Some(of.loud),
                    interval: None,
                    before: Some(of.quiet),
                    label: points,
                    base: ends,
                    is_current: false,
                })
            })
            .collect();
        let desc: Vec<String> = dots
            .iter()
            .map(|dot| {
                let (name, points, ends) = (&dot.name.text, &dot.label, &dot.base);
                voice.say(
                    "loudness.item",
                    &[("name", name), ("points", points), ("ends", ends)],
                )
            })
            .collect();
        let title = voice.capital(&self.say("loudness.quarters_title", &[]));
        let rows: Vec<Row> = shown
            .iter()
            .rev()
            .map(|quarter| self.quarter_row(quarter))
            .collect();
        let table = Table {
            caption: title.clone(),
            about: voice.word("loudness.quarters_about"),
            columns: vec![
                words(voice.word("table.period")),
                numbers(voice.word("loudness.loud")),
                numbers(voice.word("loudness.quiet")),
                numbers(voice.word("loudness.figure.difference")),
            ],
            rows,
            legend: Vec::new(),
        };
        part(
            "quarters",
            voice.word("loudness.quarters"),
            voice.word("loudness.quarters_note"),
            vec![Block::Chart(
                Chart::Members {
                    id: "loudness-quarters".to_owned(),
                    title,
                    about: voice.word("loudness.quarters_chart"),
                    desc: voice.clauses(&desc),
                    all: None,
                    before_label: voice.word("loudness.quiet"),
                    members: dots,
                },
                Some(table),
            )],
        )
    }

    fn quarter_link(&self, quarter: &HeardQuarter) -> Link {
        let name = self.voice.format.short_period(&quarter.period);
        let has_page = self
            .section
            .periods(quarter.period.kind)
            .contains(&quarter.period);
        let to = if has_page {
            Target::Page(self.section.period_key(&quarter.period), None)
        } else {
            Target::Page(self.key.to_owned(), Some("quarters".to_owned()))
        };
        link(name, to)
    }

    fn quarter_row(&self, quarter: &HeardQuarter) -> Row {
        let format = &self.voice.format;
        let of = |side: &Side, share: Option<f64>| {
            let mut made = cell(share.map_or_else(|| NONE.to_owned(), |share| format.share(share)));
            let cases = self.number(side.base.denominator);
            made.range = self.voice.say("members.of", &[("n", &cases)]);
            made
        };
        let standardised = quarter.standardised.as_ref();
        let mut difference = cell(NONE);
        if let Some(of) = standardised {
            let (points, ends) = self.difference(of);
            difference = cell(points);
            difference.range = ends;
        }
        row(
            cell(link_or_words(
                format.short_period(&quarter.period),
                Some(self.quarter_link(quarter)),
            )),
            vec![
                of(&quarter.loud(), standardised.map(|of| of.loud)),
                of(&quarter.quiet(), standardised.map(|of| of.quiet)),
                difference,
            ],
        )
    }

    /// What comparing like with like changes, and how much of the cases it holds.
    fn alike(&self) -> Part {
        let voice = self.voice;
        let mut blocks = Vec::new();
        if let Some(whole) = &self.heard.whole {
            let format = &voice.format;
            if let Some(crude) = &whole.crude {
                blocks.push(Block::Finding(
                    voice
                        .say(
                            if self.heard.matter.is_some() {
                                "loudness.alike.crude"
                            } else {
                                "loudness.alike.crude_quarter"
                            },
                            &[
                                ("crude", &format.points(crude.estimate)),
                                ("points", &format.points(whole.difference)),
                            ],
                        )
                        .into(),
                ));
            }
            blocks.push(Block::Paragraph(
                voice
                    .say(
                        if self.heard.matter.is_some() {
                            "loudness.alike.strata"
                        } else {
                            "loudness.alike.strata_quarter"
                        },
                        &[
                            ("k", &self.number(whole.strata.numerator)),
                            ("n", &self.number(whole.strata.denominator)),
                            ("loud", &self.number(whole.loud_compared.numerator)),
                            ("all_loud", &self.number(whole.loud_compared.denominator)),
                            ("quiet", &self.number(whole.quiet_compared.numerator)),
                            ("all_quiet", &self.number(whole.quiet_compared.denominator)),
                            ("least", &self.number(SMALLEST_SIDE)),
                        ],
                    )
                    .into(),
            ));
        }
        if self.heard.matter.is_some() && voice.min_cell > 1 {
            let least = self.number(voice.min_cell);
            blocks.push(Block::Paragraph(
                voice
                    .say("loudness.alike.together", &[("n", &least)])
                    .into(),
            ));
        }
        blocks.push(Block::Paragraph(voice.rich(
            "loudness.alike.again",
            &[(
                "file",
                Span::Link(link(
                    "loudness.csv",
                    Target::File("data/loudness.csv".to_owned()),
                )),
            )],
        )));
        part("alike", voice.word("loudness.alike.heading"), "", blocks)
    }

    fn conclude(&self) -> Part {
        let voice = self.voice;
        let term = |id: &str| {
            (
                voice.word(&format!("loudness.conclude.{id}")),
                format!("can-{id}"),
                vec![Rich::from(
                    voice.word(&format!("loudness.conclude.{id}_words")),
                )],
            )
        };
        let mut terms = vec![term("undated"), term("association")];
        if self.heard.whole.is_some() {
            terms.extend([term("difference"), term("none"), term("next")]);
        }
        part(
            "conclude",
            voice.word("loudness.conclude.heading"),
            "",
            vec![Block::Terms(terms)],
        )
    }
}
