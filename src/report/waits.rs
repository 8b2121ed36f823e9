//! How long it took: the distribution of days until the lead clock's event, those still waiting in a column of their own.

use super::clock::{event, leading};
use super::fraction::length;
use super::key_figures::count;
use super::model::{Block, Chart, DayBar, Part, Table};
use super::publication::Section;
use super::table::{cell, numbers, row, words};
use super::voice::{Voice, strong, text};
use crate::case::Limit;
use crate::indicators::{Scope, Sheet, Step};
use crate::time::Period;

/// The part "How long it took"; nothing where the source does not date the event, or no case was received.
pub(super) fn part(
    voice: &Voice<'_>,
    section: &Section,
    scope: &Scope,
    period: &Period,
) -> Option<Part> {
    let clock_index = leading(&section.dataset.scheme)?;
    let clock = &section.dataset.scheme.clocks[clock_index];
    let sheet = section.sheet(scope, period)?;
    let distribution = sheet.days.iter().find(|each| each.clock == clock_index);
    let distribution = match distribution {
        Some(each) if each.steps.len() > 1 => each,
        Some(_) => return Some(not_told(voice)),
        None => return withheld(voice, section, sheet, clock_index),
    };
    let open = distribution.open;
    let done: u64 = distribution.steps.iter().map(|step| step.cases).sum();
    let all = open + done;
    if all == 0 {
        return None;
    }
    let limit_day = match clock.limit {
        Some(Limit::Days(days)) if !clock.due && clock.exceptions.is_empty() => Some(days),
        _ => None,
    };
    let event = event(clock);
    let shown = shown(&distribution.steps, limit_day);
    let mut bars: Vec<DayBar> = shown
        .iter()
        .map(|step| DayBar {
            name: step_name(voice, step),
            value: length(step.cases),
            label: voice.format.number(step.cases),
            is_open: false,
            is_limit: step.to.is_some() && step.to == limit_day,
        })
        .collect();
    // Steps may have been joined over the promised day.
    let has_limit = bars.iter().any(|bar| bar.is_limit);
    bars.push(DayBar {
        name: voice.word("waits.open"),
        value: length(open),
        label: voice.format.number(open),
        is_open: true,
        is_limit: false,
    });
    let desc = bars
        .iter()
        .map(|bar| voice.say("waits.item", &[("name", &bar.name), ("n", &bar.label)]))
        .collect::<Vec<_>>();
    let finding = if open > 0 {
        voice.rich_count(
            &format!("waits.finding_open.{event}"),
            open,
            &[
                ("open", strong(voice.format.number(open))),
                ("all", text(voice.format.number(all))),
                ("share", text(voice.format.rate(open, all))),
                ("day", text(voice.format.date(section.as_of))),
            ],
        )
    } else {
        voice.rich(
            &format!("waits.finding_all.{event}"),
            &[("all", strong(voice.format.number(all)))],
        )
    };
    let title = voice.say(
        &format!("waits.title.{event}"),
        &[("period", &voice.period(period))],
    );
    let mut rows: Vec<_> = bars
        .iter()
        .zip(
            shown
                .iter()
                .map(|step| step.cases)
                .chain(std::iter::once(open)),
        )
        .map(|(bar, cases)| {
            row(
                cell(bar.name.as_str()),
                vec![
                    cell(bar.label.as_str()),
                    cell(voice.format.rate(cases, all)),
                ],
            )
        })
        .collect();
    let mut total = row(
        cell(voice.word("table.all")),
        vec![
            cell(voice.format.number(all)),
            cell(voice.format.rate(all, all)),
        ],
    );
    total.is_total = true;
    rows.push(total);
    let table = Table {
        caption: title.clone(),
        about: String::new(),
        columns: vec![
            words(voice.word("waits.days")),
            numbers(voice.word("table.cases")),
            numbers(voice.word("table.share")),
        ],
        rows,
        legend: Vec::new(),
    };
    let chart = Chart::Days {
        id: "waits-days".to_owned(),
        title,
        about: voice.word("waits.about"),
        desc: voice.clauses(&desc),
        bars,
        limit: if has_limit {
            voice.within(clock)
        } else {
            String::new()
        },
    };
    Some(super::chrome::part(
        "waits",
        voice.word("waits.heading"),
        voice.say(
            "waits.note",
            &[
                ("period", &voice.period(period)),
                ("day", &voice.format.date(section.as_of)),
            ],
        ),
        vec![Block::Finding(finding), Block::Chart(chart, Some(table))],
    ))
}

/// That days are not drawn to protect people, where those of all cases in the period are; nothing where no days are told at all.
fn withheld(voice: &Voice<'_>, section: &Section, sheet: &Sheet, clock: usize) -> Option<Part> {
    let all = section.sheet(&Scope::Overall, &sheet.period)?;
    let is_told = all.days.iter().any(|each| each.clock == clock);
    let is_empty = count(sheet, "valid") == Some(0);
    (is_told && !is_empty && sheet.scope != Scope::Overall).then(|| not_told(voice))
}

fn not_told(voice: &Voice<'_>) -> Part {
    let said = voice.say("waits.withheld", &[("reason", &voice.withheld())]);
    super::chrome::part(
        "waits",
        voice.word("waits.heading"),
        "",
        vec![Block::Paragraph(said.into())],
    )
}

/// The steps without the empty ones at the end; the promised day stays.
pub(super) fn shown(steps: &[Step], limit: Option<u32>) -> &[Step] {
    let last = steps
        .iter()
        .rposition(|step| step.cases > 0 || (limit.is_some() && step.to == limit));
    &steps[..last.map_or(0, |last| last + 1)]
}

fn step_name(voice: &Voice<'_>, step: &Step) -> String {
    match (step.from, step.to) {
        (0, Some(0)) => voice.word("waits.same_day"),
        (0, Some(to)) => voice.say("waits.until", &[("n", &to.to_string())]),
        (from, Some(to)) if from == to => to.to_string(),
        (from, Some(to)) => voice.say(
            "waits.between",
            &[("from", &from.to_string()), ("to", &to.to_string())],
        ),
        (from, None) => voice.say("waits.over", &[("n", &from.saturating_sub(1).to_string())]),
    }
}
