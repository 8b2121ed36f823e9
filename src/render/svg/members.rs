//! Members side by side: a dot with its interval for each, a ring for a year before, a dotted line for all. The scale may be
//! cut, so that members can be told apart, and the caption says so. Names and values stand beside the drawing as text of the page, so that they can be links, be wrapped and be read aloud.

use super::over_time::{Area, TINY};
use super::pen::{Across, Medium, width};
use super::scale::{Linear, hundredths};
use super::{Drawing, Frame, NARROW};
use crate::report::MemberDot;
use crate::text::Words;

/// Height in px of the line with the scale's ends.
const HEAD: f64 = 26.0;

/// Height in px of a row.
const ROW: f64 = 42.0;

/// Height in px of a row whose name has a line of its own on a phone.
const LONG_ROW: f64 = 58.0;

/// Height in px of a row on paper.
const PAPER_ROW: f64 = 34.0;

/// A name wider than this does not fit beside the drawing on a phone.
const NAME_ROOM: f64 = NARROW * 0.31;

/// Part of the column that the drawing takes on a phone, where names stand beside it.
const PLOT: f64 = 0.48;

/// The same where names have lines of their own.
const LONG_PLOT: f64 = 0.74;

pub(super) fn draw(
    frame: &Frame<'_>,
    all: Option<&(f64, String)>,
    before_label: &str,
    members: &[MemberDot],
    words: &Words,
) -> Drawing {
    if members.is_empty() {
        return Drawing::default();
    }
    let has_long_names = frame.medium == Medium::Screen
        && members
            .iter()
            .any(|member| width(&member.name.text, 14.0) > NAME_ROOM);
    let (row, plot) = match frame.medium {
        Medium::Screen if has_long_names => (LONG_ROW, NARROW * LONG_PLOT),
        Medium::Screen => (ROW, NARROW * PLOT),
        Medium::Paper(width) => (PAPER_ROW, width),
    };
    let height = row.mul_add(members.len() as f64, HEAD);
    let has_current = members.iter().any(|member| member.is_current);

    let values = members.iter().flat_map(|member| {
        let ends = member.interval.map(|(low, high)| [low, high]);
        let own = member.value.into_iter().chain(member.before);
        own.chain(ends.into_iter().flatten())
    });
    let scale = Linear::shares(values.chain(all.map(|(value, _)| *value)));
    let across = |value: f64| scale.part(value) * 100.0;

    let mut pen = frame.pen();
    let head = HEAD - 8.0;
    let mut ends: Vec<(f64, String)> = Vec::new();
    for tick in scale.ticks {
        let x = across(hundredths(tick));
        pen.upright("grid", x, HEAD, height);
        ends.push((x, Linear::label(tick, true)));
    }
    if let Some((value, label)) = all {
        let x = across(*value);
        pen.upright("ref", x, HEAD, height);
        let half = width(label, TINY) / 2.0 / plot * 100.0;
        let end_half = width("100%", TINY) / 2.0 / plot * 100.0;
        ends.retain(|(end, _)| (end - x).abs() > half + end_half + 2.0);
        pen.text("mid tiny", x, 0.0, head, label);
    }
    for (x, label) in ends {
        pen.text("mid tiny", x, 0.0, head, &label);
    }
    let mut is_named = before_label.is_empty();
    let mut has_ring = false;
    let mut strokes: Vec<(&'static str, Vec<(f64, f64)>)> = Vec::new();
    let mut dots: Vec<(&'static str, Vec<(f64, f64)>)> = Vec::new();
    for (index, member) in members.iter().enumerate() {
        let y = middle(index, row, has_long_names);
        let is_on = !has_current || member.is_current;
        if let Some(before) = member.before {
            has_ring = true;
            let x = across(before);
            pen.circle("ring", x, y, 4.0);
            if !is_named
                && let Some((class, shift)) = ring_label(member, x, &across, plot, before_label)
            {
                pen.text(class, x, shift, y + 4.0, before_label);
                is_named = true;
            }
        }
        let Some(value) = member.value else { continue };
        let place = |value: f64| (across(value), y);
        if let Some((low, high)) = member.interval {
            let class = if is_on { "ci on" } else { "ci" };
            strokes.push((class, vec![place(low), place(high)]));
        }
        let class = if is_on { "dots on" } else { "dots large" };
        dots.push((class, vec![place(value)]));
    }
    strokes.append(&mut dots);
    pen.lines(0.0, height, &strokes);
    let note = if has_ring && !is_named {
        words.say("layout.ring", &[("label", before_label)])
    } else {
        String::new()
    };
    let note = words.together(&note, &scale.note(words));
    // What it shows stands beside it as text, member by member.
    let frame = Frame { desc: "", ..*frame };
    Drawing {
        svg: frame.around(height, pen),
        note,
        has_long_names,
        row,
        head: HEAD,
        ..Drawing::default()
    }
}

/// Where a row's dot stands: in its middle, a little lower where its name takes the line above it on a phone.
fn middle(index: usize, row: f64, has_long_names: bool) -> f64 {
    let within = if has_long_names {
        row / 2.0 + 2.0
    } else {
        row / 2.0
    };
    row.mul_add(index as f64, HEAD) + within
}

/// On which side of its ring the words fit, clear of the dot and its interval.
fn ring_label(
    member: &MemberDot,
    x: f64,
    across: &dyn Fn(f64) -> f64,
    plot: f64,
    label: &str,
) -> Option<(&'static str, f64)> {
    let at = x / 100.0 * plot;
    let long = width(label, TINY);
    let taken = member.value.map(|value| {
        let (low, high) = member.interval.unwrap_or((value, value));
        Area {
            left: (across(low.min(value)) / 100.0).mul_add(plot, -8.0),
            right: (across(high.max(value)) / 100.0).mul_add(plot, 8.0),
            top: 0.0,
            bottom: 1.0,
        }
    });
    let is_free = |left: f64, right: f64| {
        let area = Area {
            left,
            right,
            top: 0.0,
            bottom: 1.0,
        };
        left >= 0.0 && right <= plot && !taken.is_some_and(|taken| taken.meets(&area))
    };
    if is_free(at - 9.0 - long, at - 5.0) {
        Some(("tiny end halo", -9.0))
    } else if is_free(at + 5.0, at + 9.0 + long) {
        Some(("tiny halo", 9.0))
    } else {
        None
    }
}

/// A dot with its interval for a table's cell, on a scale from 0 to 1; 4 to 96 % of the width. A page may hold hundreds,
/// so its heights stand in the style sheet.
pub(in crate::render) fn cell_dot((value, low, high): (f64, f64, f64)) -> String {
    // A tenth of a per cent of 120 px is a tenth of a pixel.
    let at = |part: f64| (part.clamp(0.0, 1.0).mul_add(920.0, 40.0)).round() / 10.0;
    format!(
        "<svg class=\"mini\" aria-hidden=\"true\"><rect x=\"{}\" width=\"{}\"/><circle cx=\"{}\"/></svg>",
        Across(at(low)),
        Across(at(high) - at(low)),
        Across(at(value))
    )
}
