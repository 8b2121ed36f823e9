//! Counts over periods: bars from zero, no axis of values. The season of the current period is dark, the current one is
//! in the accent, what can still change is hatched.

use std::collections::BTreeMap;

use super::over_time::{
    Area, LINE, TINY, break_room, breaks, is_unsettled, labelled, narrow, written, years,
};
use super::pen::{Column, HATCHED, Pen, width};
use super::scale::Bands;
use super::{Drawing, Frame, NARROW, Size};
use crate::report::Bar;

/// Fewer bars than this don't grow wider.
const FEWEST: usize = 8;

/// A label further than this from its bar gets a leader.
const LIFTED: f64 = 14.0;

pub(super) fn draw(frame: &Frame<'_>, bars: &[Bar], size: Size) -> Drawing {
    let most = bars.iter().filter_map(|bar| bar.value).fold(0.0, f64::max);
    if bars.iter().all(|bar| bar.value.is_none()) {
        return Drawing::default();
    }
    let all: Vec<&Bar> = bars.iter().collect();
    let bands = Bands::new(0.0, bars.len(), FEWEST);
    let room = break_room(&all);
    let (head, tall) = match size {
        Size::Full => (38.0 + room, 126.0),
        Size::Small => (32.0 + room, 90.0),
    };
    let axis = head + tall;
    let tops: Vec<f64> = bars
        .iter()
        .map(|bar| match bar.value {
            Some(value) if most > 0.0 => axis - (value / most * tall).max(0.0),
            _ => axis,
        })
        .collect();

    let mut pen = frame.pen();
    let mut is_hatched = false;
    let mut columns: BTreeMap<&str, Vec<Column>> = BTreeMap::new();
    for (index, bar) in bars.iter().enumerate() {
        if bar.value.is_none_or(|value| value <= 0.0) {
            continue;
        }
        let inset = bands.width * 0.14;
        let across = (bands.edge(index) + inset, bands.width - 2.0 * inset);
        let top = tops[index].min(axis - 0.5);
        let class = if is_unsettled(bar.mark) {
            // The pattern must not stretch.
            is_hatched = true;
            pen.rect(HATCHED, across.0, across.1, top, axis - top);
            continue;
        } else if bar.is_current {
            "bar on"
        } else if bar.is_same_season {
            "bar same"
        } else {
            "bar"
        };
        columns
            .entry(class)
            .or_default()
            .push(Column { across, top });
    }
    for (class, columns) in columns {
        pen.columns(class, axis, &columns);
    }
    breaks(&mut pen, &all, bands, axis);
    pen.level("axis", 0.0, bands.edge(bars.len()), axis);
    let has_mark = years(&mut pen, &all, bands, axis);
    labels(&mut pen, &all, bands, &tops, has_mark);
    Drawing {
        svg: frame.around(axis + 26.0, pen),
        is_hatched,
        ..Drawing::default()
    }
}

/// The values above the bars, with their markers where these found no room below. The latest current one first: what
/// finds no room after it is left to the table.
fn labels(pen: &mut Pen, bars: &[&Bar], bands: Bands, tops: &[f64], mut marked: Vec<bool>) {
    let wanted = labelled(bars, bands);
    let mut order: Vec<usize> = (0..bars.len()).filter(|&index| wanted[index]).collect();
    order.sort_by_key(|&index| (!bars[index].is_current, std::cmp::Reverse(index)));
    let mut placed: Vec<Area> = Vec::new();
    for index in order {
        let bar = bars[index];
        let text = match bar.mark {
            Some(mark) if !marked[index] => format!("{} {}", bar.label, written(mark)),
            _ => bar.label.clone(),
        };
        let half = width(&text, TINY) / 2.0;
        let middle = narrow(bands.middle(index))
            .min(NARROW + 8.0 - half)
            .max(half - 8.0);
        let covered = |other: usize| {
            let from = narrow(bands.edge(other));
            let to = narrow(bands.edge(other + 1));
            from < middle + half + 1.0 && to > middle - half - 1.0
        };
        let roof = (0..bars.len())
            .filter(|&other| covered(other))
            .map(|other| tops[other])
            .fold(tops[index], f64::min);
        // Between two that are in its way, a label stands a line higher.
        let lines = [roof - 6.0, roof - 6.0 - LINE];
        let free = lines.into_iter().find_map(|y| {
            let area = Area {
                left: middle - half - 2.0,
                right: middle + half + 2.0,
                top: y - 10.0,
                bottom: y + 2.0,
            };
            let is_free = area.top >= 0.0 && !placed.iter().any(|other| other.meets(&area));
            is_free.then_some((y, area))
        });
        let Some((y, area)) = free else {
            continue;
        };
        placed.push(area);
        marked[index] = true;
        let shift = middle - narrow(bands.middle(index));
        let class = if bar.is_current {
            "mid halo now"
        } else {
            "mid halo tiny"
        };
        pen.text(class, bands.middle(index), shift, y, &text);
        if tops[index] - y > LIFTED {
            pen.upright("tick", bands.middle(index), y + 4.0, tops[index] - 3.0);
        }
    }
    for (index, bar) in bars.iter().enumerate() {
        let Some(mark) = bar.mark.filter(|_| !marked[index]) else {
            continue;
        };
        let text = written(mark);
        let mut y = tops[index] - 5.0;
        let mut area = Area::of_text(&text, bands.middle(index), y);
        // A marker is small: it may go one line up, then it is left to the table.
        if placed.iter().any(|other| other.meets(&area)) {
            y -= LINE;
            area = Area::of_text(&text, bands.middle(index), y);
        }
        if placed.iter().any(|other| other.meets(&area)) {
            continue;
        }
        placed.push(area);
        pen.text("mid tiny", bands.middle(index), 0.0, y, &text);
    }
}
