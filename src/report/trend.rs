//! How a data set or a member changed: counts as bars, the lead rate as dots with intervals, the table behind both.

use super::finest;
use super::fraction::{length, share};
use super::key_figures::{leading_rate, name};
use super::model::{Bar, Block, Chart, Dot, Mark, Part, Rich, Table};
use super::publication::Section;
use super::table::{Marks, Measure, Style, cells, heads, linked_cell, measures, row};
use super::voice::{Voice, to_page};
use crate::indicators::{Amount, Base, Figure, Interval, Maturity, Scope, Unit};
use crate::text::NONE;
use crate::time::{Period, PeriodKind};

/// As many periods as a phone can show.
const LONGEST: usize = 20;

/// The part "How it changed": nothing where there are fewer than two periods to set side by side.
pub(super) fn part(
    voice: &Voice<'_>,
    section: &Section,
    scope: &Scope,
    current: &Period,
) -> Option<Part> {
    let rate = leading_rate(section);
    let drawn = std::iter::once("received").chain(rate.as_deref());
    let periods = finest::of_trend(section, scope, drawn, |kind| {
        last(section.periods(kind), current)
    })?;
    let kind = periods.first()?.kind;
    if periods.len() < 2 {
        return None;
    }
    let of = voice.word(&format!("trend.by.{}", kind.id()));
    let bars: Vec<Bar> = periods
        .iter()
        .enumerate()
        .map(|(index, period)| {
            let figure = section.figure(scope, period, "received");
            bar(voice, section, scope, (period, index == 0), current, figure)
        })
        .collect();
    let shown: Vec<Measure> = measures(section).into_iter().take(3).collect();
    let table = table(voice, section, scope, &periods, current, &shown);
    let mut blocks = Vec::new();
    let counts: Vec<(&Period, u64)> = whole(section, scope, &periods)
        .filter_map(
            |period| match section.figure(scope, period, "received")?.amount {
                Amount::Count(cases) => Some((period, cases)),
                _ => None,
            },
        )
        .collect();
    let finding = if has_withheld(section, scope, &periods, "received") {
        String::new()
    } else {
        count_range(voice, &counts, kind)
    };
    let desc = finding.clone();
    let mut table = Some(table);
    let dots = rate.as_deref().and_then(|rate| {
        let dots: Vec<Dot> = periods
            .iter()
            .enumerate()
            .map(|(index, period)| {
                let figure = section.figure(scope, period, rate);
                let made = bar(voice, section, scope, (period, index == 0), current, figure);
                dot(made, figure)
            })
            .collect();
        let drawn = dots.iter().filter(|dot| dot.bar.value.is_some()).count();
        (drawn >= 2).then_some((rate, dots))
    });
    let told = rate
        .as_deref()
        .filter(|rate| !has_withheld(section, scope, &periods, rate));
    let rates = told.map_or_else(String::new, |rate| {
        let rates: Vec<(&Period, Base, &Figure)> = whole(section, scope, &periods)
            .filter_map(|period| {
                let figure = section.figure(scope, period, rate)?;
                match figure.amount {
                    Amount::Rate(base, _) => Some((period, base, figure)),
                    _ => None,
                }
            })
            .collect();
        rate_range(voice, &rates)
    });
    let said = voice.sentences(
        [Rich::from(finding), Rich::from(rates.clone())]
            .into_iter()
            .filter(|rich| {
                rich.0
                    .iter()
                    .any(|span| !matches!(span, super::model::Span::Text(text) if text.is_empty()))
            }),
    );
    if !said.0.is_empty() {
        blocks.push(Block::Finding(said));
    }
    let counts_title = voice.say("trend.received", &[("by", &of)]);
    let is_drawn = bars.iter().any(|bar| bar.value.is_some())
        && finest::holds(section, scope, &periods, ["received"]);
    let is_withheld = !is_drawn && bars.iter().any(|bar| bar.mark == Some(Mark('c')));
    let chart = Chart::Bars {
        id: "trend-received".to_owned(),
        title: counts_title,
        about: String::new(),
        desc,
        bars,
    };
    match dots {
        None if is_withheld => {
            let why = voice.say("trend.withheld", &[("reason", &voice.withheld())]);
            blocks.push(Block::Paragraph(why.into()));
            blocks.extend(table.take().map(Block::Table));
        }
        Some((rate, dots)) => {
            if !is_withheld {
                blocks.push(Block::Chart(chart, None));
            }
            blocks.push(Block::Chart(
                Chart::Dots {
                    id: "trend-rate".to_owned(),
                    title: voice.say(
                        "trend.rate",
                        &[("name", &name(voice, section, rate)), ("by", &of)],
                    ),
                    about: voice.word(if rate.starts_with("on_time_rate") {
                        "trend.about_due"
                    } else {
                        "trend.about_cohort"
                    }),
                    desc: rates,
                    dots,
                    is_share: true,
                    shared: None,
                },
                table.take(),
            ));
        }
        None => blocks.push(Block::Chart(chart, table.take())),
    }
    Some(super::chrome::part(
        "trend",
        voice.word("trend.heading"),
        note(voice, section, &periods, current, scope),
        blocks,
    ))
}

/// One indicator over the periods of a kind, counts as bars, shares and days as dots, with its table; nothing where fewer than two
/// periods have it.
pub(super) fn chart(
    voice: &Voice<'_>,
    section: &Section,
    scope: &Scope,
    current: &Period,
    kind: PeriodKind,
    indicator: &str,
    id: String,
) -> Option<Block> {
    let periods = last(section.periods(kind), current);
    let figures: Vec<Option<&Figure>> = periods
        .iter()
        .map(|period| section.figure(scope, period, indicator))
        .collect();
    let bars: Vec<Bar> = periods
        .iter()
        .zip(&figures)
        .enumerate()
        .map(|(index, (period, figure))| {
            bar(
                voice,
                section,
                scope,
                (period, index == 0),
                current,
                *figure,
            )
        })
        .collect();
    if bars.iter().filter(|bar| bar.value.is_some()).count() < 2 {
        return None;
    }
    let of = voice.word(&format!("trend.by.{}", kind.id()));
    let title = voice.say(
        "trend.rate",
        &[("name", &name(voice, section, indicator)), ("by", &of)],
    );
    let desc: Vec<String> = bars
        .iter()
        .map(|bar| voice.say("waits.item", &[("name", &bar.name), ("n", &bar.label)]))
        .collect();
    let (desc, about) = (voice.clauses(&desc), String::new());
    let is_share = figures
        .iter()
        .flatten()
        .any(|figure| figure.unit == Unit::Share);
    let is_count = figures
        .iter()
        .flatten()
        .any(|figure| matches!(figure.amount, Amount::Count(_)));
    let shown = [Measure::Figure(indicator.to_owned())];
    let table = table(voice, section, scope, &periods, current, &shown);
    let chart = if is_count {
        Chart::Bars {
            id,
            title,
            about,
            desc,
            bars,
        }
    } else {
        Chart::Dots {
            id,
            title,
            about,
            desc,
            dots: bars
                .into_iter()
                .zip(&figures)
                .map(|(bar, figure)| dot(bar, *figure))
                .collect(),
            is_share,
            shared: None,
        }
    };
    Some(Block::Chart(chart, Some(table)))
}

/// The last periods that are not after the one we speak of by more than the kind allows.
fn last(mut periods: Vec<Period>, _current: &Period) -> Vec<Period> {
    let from = periods.len().saturating_sub(LONGEST);
    periods.split_off(from)
}

/// The periods that are wholly covered.
fn whole<'p>(
    section: &Section,
    scope: &Scope,
    periods: &'p [Period],
) -> impl Iterator<Item = &'p Period> {
    periods.iter().filter(move |period| {
        section
            .sheet(scope, period)
            .is_some_and(|sheet| sheet.maturity != Maturity::Partial)
    })
}

/// Whether a figure is withheld in a period that is wholly covered: then nothing is said of its least and its most.
fn has_withheld(section: &Section, scope: &Scope, periods: &[Period], indicator: &str) -> bool {
    whole(section, scope, periods).any(|period| {
        let figure = section.figure(scope, period, indicator);
        figure.is_some_and(|figure| figure.amount == Amount::Suppressed)
    })
}

/// A period's bar; the first of a chart shows no break before it.
pub(super) fn bar(
    voice: &Voice<'_>,
    section: &Section,
    scope: &Scope,
    (period, is_first): (&Period, bool),
    current: &Period,
    figure: Option<&Figure>,
) -> Bar {
    let is_same_kind = period.kind == current.kind;
    let is_current = current.first <= period.first
        && period.last <= current.last
        && current.kind != PeriodKind::All;
    let value = figure.and_then(|figure| match figure.amount {
        Amount::Count(cases) => Some(length(cases)),
        Amount::Rate(base, _) => share(base),
        Amount::Quantile(days, _) => Some(length(days.into())),
        _ => None,
    });
    let broken = section
        .breaks_of(scope)
        .find(|each| period.first_day() <= each.date && each.date <= period.last_day());
    Bar {
        name: voice.period(period),
        year: voice.format.year(period),
        value,
        label: figure.map_or_else(|| NONE.to_owned(), |figure| voice.value(figure)),
        is_same_season: is_same_kind
            && period.number() == current.number()
            && current.kind != PeriodKind::Year,
        is_current,
        mark: figure.and_then(|figure| voice.mark(figure)),
        break_before: match broken {
            Some(broken) if !is_first => voice.of(&broken.note).to_owned(),
            _ => String::new(),
        },
    }
}

pub(super) fn dot(bar: Bar, figure: Option<&Figure>) -> Dot {
    let interval = match figure.map(|figure| figure.amount) {
        Some(Amount::Rate(_, Interval { low, high })) => Some((low, high)),
        _ => None,
    };
    Dot { bar, interval }
}

/// `From 3,434 cases (October to December 2021) to 10,242 (…) a quarter.` Whole periods only.
fn count_range(voice: &Voice<'_>, counts: &[(&Period, u64)], kind: PeriodKind) -> String {
    let least = counts.iter().min_by_key(|(_, cases)| *cases);
    let most = counts.iter().rev().max_by_key(|(_, cases)| *cases);
    let (Some((low_period, low)), Some((high_period, high))) = (least, most) else {
        return String::new();
    };
    if counts.len() < 3 || low == high {
        return String::new();
    }
    voice.say(
        "trend.count_range",
        &[
            ("low", &voice.format.cases(*low)),
            ("low_period", &voice.format.short_period(low_period)),
            ("high", &voice.format.cases(*high)),
            ("high_period", &voice.format.short_period(high_period)),
            ("each", &voice.word(&format!("period.each.{}", kind.id()))),
        ],
    )
}

fn rate_range(voice: &Voice<'_>, rates: &[(&Period, Base, &Figure)]) -> String {
    let key = |base: &Base| {
        // Compared as cross products, exactly.
        (u128::from(base.numerator) << 64)
            .checked_div(u128::from(base.denominator))
            .unwrap_or(0)
    };
    let least = rates.iter().min_by_key(|(_, base, _)| key(base));
    let most = rates.iter().rev().max_by_key(|(_, base, _)| key(base));
    let (Some((low_period, _, low)), Some((high_period, _, high))) = (least, most) else {
        return String::new();
    };
    if rates.len() < 3 {
        return String::new();
    }
    voice.say(
        "trend.rate_range",
        &[
            ("low", &voice.value(low)),
            ("low_period", &voice.format.short_period(low_period)),
            ("high", &voice.value(high)),
            ("high_period", &voice.format.short_period(high_period)),
        ],
    )
}

fn note(
    voice: &Voice<'_>,
    section: &Section,
    periods: &[Period],
    current: &Period,
    scope: &Scope,
) -> Rich {
    let mut sentences: Vec<Rich> = Vec::new();
    if periods.iter().any(|period| period.kind == current.kind)
        && !matches!(current.kind, PeriodKind::Year | PeriodKind::All)
    {
        sentences.push(voice.word("trend.note_season").into());
    }
    for broken in section.breaks_of(scope) {
        let is_drawn = periods
            .iter()
            .skip(1)
            .any(|period| period.first_day() <= broken.date && broken.date <= period.last_day());
        if is_drawn {
            sentences.push(
                voice
                    .say(
                        "trend.note_break",
                        &[
                            ("day", &voice.format.date(broken.date)),
                            ("note", voice.of(&broken.note)),
                        ],
                    )
                    .into(),
            );
        }
    }
    let unsettled: Vec<Mark> = periods
        .iter()
        .filter_map(|period| section.figure(scope, period, "received"))
        .filter_map(|figure| voice.mark(figure))
        .collect();
    if unsettled.contains(&Mark('p')) || unsettled.contains(&Mark('i')) {
        let key = match (
            unsettled.contains(&Mark('p')),
            unsettled.contains(&Mark('i')),
        ) {
            (true, true) => "trend.note_both",
            (true, false) => "trend.note_provisional",
            _ => "trend.note_partial",
        };
        sentences.push(voice.word(key).into());
    }
    let is_withheld = |indicator: &str| {
        periods
            .iter()
            .filter_map(|period| section.figure(scope, period, indicator))
            .any(|figure| figure.amount == Amount::Suppressed)
    };
    if is_withheld("received") || leading_rate(section).is_some_and(|rate| is_withheld(&rate)) {
        sentences.push(
            voice
                .say("trend.note_withheld", &[("reason", &voice.withheld())])
                .into(),
        );
    }
    voice.sentences(sentences)
}

/// The table behind the charts, newest first; each period leads to its page.
pub(super) fn table(
    voice: &Voice<'_>,
    section: &Section,
    scope: &Scope,
    periods: &[Period],
    current: &Period,
    measures: &[Measure],
) -> Table {
    let mut marks = Marks::default();
    let rows = periods
        .iter()
        .rev()
        .map(|period| {
            let head = linked_cell(to_page(
                voice.format.short_period(period),
                section.period_key(period),
            ));
            let sheet = section.sheet(scope, period);
            let mut made = row(
                head,
                cells(voice, &mut marks, (section, sheet), measures, Style::Plain),
            );
            made.is_current = period == current;
            made
        })
        .collect();
    Table {
        caption: voice.word("trend.table"),
        about: voice.word("trend.table_about"),
        columns: heads(voice, section, voice.word("table.period"), measures),
        rows,
        legend: marks.legend(voice),
    }
}
