//! Rates or days over periods: dots on a line with their intervals as strokes, three grid lines with their values at the
//! left. A cut scale is allowed, and the caption says so. What can still change is hollow, its segment dashed.

use super::over_time::{
    Area, LINE, break_room, breaks, is_unsettled, labelled, narrow, written, years,
};
use super::pen::Pen;
use super::scale::{Bands, Linear, hundredths};
use super::{Drawing, Frame, Size};
use crate::report::{Bar, Dot};
use crate::text::Words;

/// Per cent of the width that the scale's values stand in.
const SCALE: f64 = 8.0;

/// Fewer dots than this don't spread over the whole width.
const FEWEST: usize = 8;

pub(super) fn draw(
    frame: &Frame<'_>,
    dots: &[Dot],
    (is_share, shared): (bool, Option<(f64, f64)>),
    size: Size,
    words: &Words,
) -> Drawing {
    if dots.iter().all(|dot| dot.bar.value.is_none()) {
        return Drawing::default();
    }
    let bars: Vec<&Bar> = dots.iter().map(|dot| &dot.bar).collect();
    let values = dots.iter().flat_map(|dot| {
        let ends = dot.interval.map(|(low, high)| [low, high]);
        dot.bar.value.into_iter().chain(ends.into_iter().flatten())
    });
    let values = values.chain(shared.into_iter().flat_map(|(low, high)| [low, high]));
    let scale = if is_share {
        Linear::shares(values)
    } else {
        Linear::from_zero(values)
    };
    let bands = Bands::new(SCALE, dots.len(), FEWEST);
    let head = 22.0 + break_room(&bars);
    let tall = match size {
        Size::Full => 160.0,
        Size::Small => 100.0,
    };
    let floor = head + tall;
    let y_of = |value: f64| floor - scale.part(value) * tall;

    let mut pen = frame.pen();
    let mut lines: Vec<(&'static str, Vec<(f64, f64)>)> = Vec::new();
    for tick in scale.ticks {
        let y = y_of(hundredths(tick));
        lines.push(("grid", vec![(0.0, y), (100.0, y)]));
        pen.text("tiny", 0.0, 0.0, y - 4.0, &Linear::label(tick, is_share));
    }
    breaks(&mut pen, &bars, bands, floor);
    let places: Vec<Option<(f64, f64)>> = dots
        .iter()
        .enumerate()
        .map(|(index, dot)| {
            dot.bar
                .value
                .map(|value| (bands.middle(index), y_of(value)))
        })
        .collect();
    lines.extend(segments(dots, &places));
    let drawn = || {
        let each = dots.iter().zip(&places);
        each.filter_map(|(dot, place)| Some((dot, (*place)?)))
    };
    for (dot, (x, _)) in drawn() {
        if let Some((low, high)) = dot.interval {
            let class = if dot.bar.is_current { "ci on" } else { "ci" };
            lines.push((class, vec![(x, y_of(high)), (x, y_of(low))]));
        }
    }
    let stands_apart = |dot: &Dot| dot.bar.is_current || is_unsettled(dot.bar.mark);
    for (class, is_same_season) in [("dots", false), ("dots same", true)] {
        let plain = drawn().filter(|(dot, _)| !stands_apart(dot));
        lines.extend(
            plain
                .filter(|(dot, _)| dot.bar.is_same_season == is_same_season)
                .map(|(_, place)| (class, vec![place])),
        );
    }
    pen.lines(head, tall, &lines);
    for (dot, (x, y)) in drawn().filter(|(dot, _)| stands_apart(dot)) {
        let on = if dot.bar.is_current { " on" } else { "" };
        if is_unsettled(dot.bar.mark) {
            pen.circle(&format!("ring{on}"), x, y, 4.0);
        } else {
            pen.circle(&format!("dot{on}"), x, y, 5.0);
        }
    }
    let has_mark = years(&mut pen, &bars, bands, floor);
    labels(&mut pen, dots, &places, bands, &y_of, &has_mark);
    let note = if is_share {
        scale.note(words)
    } else {
        String::new()
    };
    Drawing {
        svg: frame.around(floor + 26.0, pen),
        note,
        ..Drawing::default()
    }
}

/// The line through the dots, cut where a value is missing or a series breaks; dashed towards what can still change.
fn segments(dots: &[Dot], places: &[Option<(f64, f64)>]) -> Vec<(&'static str, Vec<(f64, f64)>)> {
    let mut lines: Vec<(&'static str, Vec<(f64, f64)>)> = Vec::new();
    for index in 1..dots.len() {
        let (Some(from), Some(to)) = (places[index - 1], places[index]) else {
            continue;
        };
        if !dots[index].bar.break_before.is_empty() {
            continue;
        }
        let is_open = is_unsettled(dots[index].bar.mark) || is_unsettled(dots[index - 1].bar.mark);
        let class = if is_open { "line prov" } else { "line" };
        match lines.last_mut() {
            Some((last, points)) if *last == class && points.last() == Some(&from) => {
                points.push(to);
            }
            _ => lines.push((class, vec![from, to])),
        }
    }
    lines
}

/// Values above or below their dots, whichever is clearer of line, strokes and other labels.
fn labels(
    pen: &mut Pen,
    dots: &[Dot],
    places: &[Option<(f64, f64)>],
    bands: Bands,
    y_of: &dyn Fn(f64) -> f64,
    has_mark: &[bool],
) {
    let bars: Vec<&Bar> = dots.iter().map(|dot| &dot.bar).collect();
    let wanted = labelled(&bars, bands);
    let mut placed: Vec<Area> = Vec::new();
    let mut order: Vec<usize> = (0..dots.len())
        .filter(|&index| {
            let is_unmarked = bars[index].mark.is_some() && !has_mark[index];
            wanted[index] || (places[index].is_some() && is_unmarked)
        })
        .collect();
    order.sort_by_key(|&index| {
        (
            !bars[index].is_current,
            !wanted[index],
            std::cmp::Reverse(index),
        )
    });
    for index in order {
        let Some((x, y)) = places[index] else {
            continue;
        };
        let bar = bars[index];
        let text = match (wanted[index], bar.mark.filter(|_| !has_mark[index])) {
            (true, Some(mark)) => format!("{} {}", bar.label, written(mark)),
            (true, None) => bar.label.clone(),
            (false, Some(mark)) => written(mark),
            (false, None) => continue,
        };
        let (top, bottom) = dots[index]
            .interval
            .map_or((y, y), |(low, high)| (y_of(high), y_of(low)));
        let above = top.min(y - 4.0) - 6.0;
        let below = bottom.max(y + 4.0) + LINE;
        // The nearest of the clearest places.
        let places_for = [above, below, above - 9.0, below + 9.0, above - 18.0];
        let (y, cost) = places_for
            .into_iter()
            .map(|at| {
                let area = Area::of_label(&text, x, at, bar.is_current);
                let labels = placed.iter().filter(|other| other.meets(&area)).count();
                (at, 3 * labels + crossings(&area, index, dots, places, y_of))
            })
            .min_by_key(|(_, cost)| *cost)
            .unwrap_or((above, 0));
        if cost >= 3 {
            continue;
        }
        placed.push(Area::of_label(&text, x, y, bar.is_current));
        let class = if bar.is_current {
            "mid halo now"
        } else {
            "mid halo tiny"
        };
        let half = super::pen::width(&text, 13.0) / 2.0;
        let over = (narrow(x) + half - super::NARROW - 10.0).max(0.0);
        pen.text(class, x, -over, y, &text);
    }
}

/// How many neighbours' strokes and pieces of the line an area meets.
fn crossings(
    area: &Area,
    own: usize,
    dots: &[Dot],
    places: &[Option<(f64, f64)>],
    y_of: &dyn Fn(f64) -> f64,
) -> usize {
    let mut count = 0;
    for (index, place) in places.iter().enumerate() {
        let Some((x, y)) = *place else { continue };
        let at = narrow(x);
        if index != own && area.left < at && at < area.right {
            let (high, low) = dots[index]
                .interval
                .map_or((y, y), |(low, high)| (y_of(high), y_of(low)));
            if high - 3.0 < area.bottom && area.top < low + 3.0 {
                count += 1;
            }
        }
        // The piece of the line from here to the next dot, looked at in a few places.
        if let Some(Some((next, next_y))) = places.get(index + 1) {
            let to = narrow(*next);
            let hits = (0..=8_u8).any(|step| {
                let part = f64::from(step) / 8.0;
                let px = (to - at).mul_add(part, at);
                let py = (next_y - y).mul_add(part, y);
                area.left < px && px < area.right && area.top < py && py < area.bottom
            });
            count += usize::from(hits);
        }
    }
    count
}
