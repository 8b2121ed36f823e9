//! Small pictures of one scope's measures over time: shares on one scale, days on one scale, counts from zero.

use super::change::Changes;
use super::chrome::wide;
use super::compare::{compared, last, latest_whole};
use super::finest;
use super::key_figures::name;
use super::model::{Block, Chart, Dot, Part, Span};
use super::publication::Section;
use super::trend::{bar, dot};
use super::voice::Voice;
use crate::indicators::{FigureId, Scope, Unit, View};

/// Periods of a small picture.
const DRAWN: usize = 12;

/// The measures drawn as small pictures.
const PICTURED: [&str; 9] = [
    "on_time_rate",
    "answer_rate",
    "resolution_rate",
    "satisfaction_rate",
    "median_days",
    "p90_days",
    "received",
    "closed_in_period",
    "open_at_end",
];

/// Small pictures of the kind of period that trends are drawn over: shares on one scale, days on one scale, counts from zero.
pub(super) fn part(
    voice: &Voice<'_>,
    section: &Section,
    scope: &Scope,
    changes: &Changes<'_>,
) -> Option<Part> {
    let indicators = compared(section, scope, &PICTURED);
    let drawn = indicators.iter().map(String::as_str);
    let periods = finest::of_trend(section, scope, drawn, |kind| {
        last(section, scope, kind, DRAWN)
    })?;
    let current = latest_whole(section, scope, &periods)?;
    if periods.len() < 3 {
        return None;
    }
    let mut shares: Vec<(String, Vec<Dot>)> = Vec::new();
    let mut days: Vec<(String, Vec<Dot>)> = Vec::new();
    let mut counts: Vec<(String, Vec<Dot>)> = Vec::new();
    for indicator in indicators {
        let dots: Vec<Dot> = periods
            .iter()
            .enumerate()
            .map(|(index, period)| {
                let figure = section.figure(scope, period, &indicator);
                let made = bar(
                    voice,
                    section,
                    scope,
                    (period, index == 0),
                    &current,
                    figure,
                );
                dot(made, figure)
            })
            .collect();
        if dots.iter().filter(|dot| dot.bar.value.is_some()).count() < 2 {
            continue;
        }
        let unit = FigureId::parse(&indicator).map(|id| (id.definition.unit, id.definition.view));
        match unit {
            Some((Unit::Share, _)) => shares.push((indicator, dots)),
            Some((Unit::Days, View::Cohort)) => days.push((indicator, dots)),
            Some((Unit::Cases, _)) => counts.push((indicator, dots)),
            _ => {}
        }
    }
    let about = |indicator: &str| {
        let said = voice.change(section, changes, scope, &current, indicator);
        let said: String = said
            .0
            .iter()
            .map(|span| match span {
                Span::Text(text) | Span::Strong(text) => text.as_str(),
                Span::Link(_) | Span::Mark(_) => "",
            })
            .collect();
        if said.is_empty() {
            return said;
        }
        voice.say(
            "compare.picture_about",
            &[
                ("period", &voice.format.short_period(&current)),
                ("change", &said),
            ],
        )
    };
    let mut blocks = Vec::new();
    for (group, is_share) in [(shares, true), (days, false)] {
        let shared = extent(&group);
        for (indicator, dots) in group {
            let about = about(&indicator);
            blocks.push(Block::Chart(
                Chart::Dots {
                    id: format!("small-{}", indicator.replace(':', "-")),
                    title: name(voice, section, &indicator),
                    desc: String::new(),
                    about,
                    dots,
                    is_share,
                    shared,
                },
                None,
            ));
        }
    }
    for (indicator, dots) in counts {
        let about = about(&indicator);
        blocks.push(Block::Chart(
            Chart::Bars {
                id: format!("small-{}", indicator.replace(':', "-")),
                title: name(voice, section, &indicator),
                desc: String::new(),
                about,
                bars: dots.into_iter().map(|dot| dot.bar).collect(),
            },
            None,
        ));
    }
    (blocks.len() > 1).then(|| {
        wide(
            "pictures",
            voice.word("compare.pictures"),
            voice.say(
                "compare.pictures_note",
                &[(
                    "kinds",
                    &voice.word(&format!("period.kinds.{}", current.kind.id())),
                )],
            ),
            blocks,
        )
    })
}

/// The ends of all values and intervals of several charts.
fn extent(charts: &[(String, Vec<Dot>)]) -> Option<(f64, f64)> {
    let values = charts.iter().flat_map(|(_, dots)| dots).flat_map(|dot| {
        let (low, high) = dot.interval.unzip();
        [dot.bar.value, low, high].into_iter().flatten()
    });
    values.fold(None, |ends, value| match ends {
        None => Some((value, value)),
        Some((low, high)) => Some((f64::min(low, value), f64::max(high, value))),
    })
}
