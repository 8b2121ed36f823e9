//! Units around their common share: cases to the right (on a square-root scale from a little under the fewest drawn, so that
//! small units are not crowded), share upwards, limits that narrow as cases grow and end where they leave the frame. Only units
//! outside the line of false discoveries are named.

use super::pen::{Pen, width};
use super::scale::{Linear, hundredths};
use super::{Drawing, Frame, NARROW};
use crate::report::{FunnelLimits, FunnelUnit};
use crate::text::Words;

/// Px above the highest grid line.
const HEAD: f64 = 22.0;

/// Height in px of the plot.
const TALL: f64 = 300.0;

/// Per cent of the width that the scale's values stand in.
const LEFT: f64 = 9.0;

/// Per cent of the width where the most cases stand.
const RIGHT: f64 = 97.0;

/// Size in px of a label.
const LABEL: f64 = 13.0;

/// Size in px of what is said of the axes.
const TINY: f64 = 12.0;

/// Per cent of the width between two ticks, so that their numbers stay apart on a phone.
const APART: f64 = 14.0;

/// The axis of cases: where it begins and ends, in roots.
#[derive(Debug, Clone, Copy)]
struct Cases {
    from: f64,
    to: f64,
}

impl Cases {
    /// From the first place at which limits are given to the last.
    fn new(limits: &[FunnelLimits]) -> Self {
        let root = |at: Option<&FunnelLimits>| at.map_or(0.0, |at| at.cases.max(0.0).sqrt());
        let from = root(limits.first());
        Self {
            from,
            to: root(limits.last()).max(from + 1e-6),
        }
    }

    /// Where a number of cases stands, in per cent of the width.
    fn across(self, cases: f64) -> f64 {
        let part = (cases.max(0.0).sqrt() - self.from) / (self.to - self.from);
        part.clamp(0.0, 1.0).mul_add(RIGHT - LEFT, LEFT)
    }

    /// Round numbers of cases on it: at 1, 2 and 5 times a power of ten, or closer where that leaves fewer than three.
    fn round(self) -> Vec<i64> {
        let (low, high) = (self.from * self.from - 1e-6, self.to * self.to + 1e-6);
        let is_on = |cases: &i64| (low..=high).contains(&hundredths(cases * 100));
        let steps: Vec<i64> = (0..13)
            .map(|power| 10_i64.pow(power))
            .flat_map(|power| [power, 2 * power, 5 * power])
            .collect();
        let round: Vec<i64> = steps.iter().copied().filter(is_on).collect();
        if round.len() > 2 {
            return round;
        }
        let fits = |step: &&i64| hundredths(**step * 100) <= (high - low) / 3.0;
        let step = steps.iter().rev().find(fits).copied().unwrap_or(1);
        let above = (1..).map(|times| times * step);
        above
            .skip_while(|cases| hundredths(cases * 100) < low)
            .take_while(is_on)
            .collect()
    }
}

pub(super) fn draw(
    frame: &Frame<'_>,
    target: f64,
    limits: &[FunnelLimits],
    target_label: &str,
    units: &[FunnelUnit],
    words: &Words,
) -> Drawing {
    if units.is_empty() || limits.len() < 2 {
        return Drawing::default();
    }
    let cases = Cases::new(limits);
    // The scale holds every unit and the inner limits from the smallest unit on; the outer ones where they fit.
    let least = units.iter().map(|unit| unit.cases);
    let least = least.fold(f64::INFINITY, f64::min);
    let held = limits.iter().filter(|at| at.cases >= least);
    let scale = Linear::shares(
        units
            .iter()
            .map(|unit| unit.value)
            .chain(held.flat_map(|at| [at.alert.0, at.alert.1])),
    );
    let floor = HEAD + TALL;
    let y_of = |value: f64| floor - scale.part(value) * TALL;

    let mut pen = frame.pen();
    for tick in scale.ticks {
        let y = y_of(hundredths(tick));
        pen.level("grid", 0.0, 100.0, y);
        pen.text("tiny", 0.0, 0.0, y - 4.0, &Linear::label(tick, true));
    }
    let line = |class: &'static str, of: &dyn Fn(&FunnelLimits) -> f64| {
        let points: Vec<(f64, f64)> = limits
            .iter()
            .map(|at| (cases.across(at.cases), of(at)))
            .collect();
        inside(&points, (scale.low, scale.high))
            .into_iter()
            .map(move |piece| {
                let piece = piece.into_iter().map(|(x, value)| (x, y_of(value)));
                (class, piece.collect::<Vec<(f64, f64)>>())
            })
            .collect::<Vec<_>>()
    };
    let lines = [
        line("line", &|at| at.alert.0),
        line("line", &|at| at.alert.1),
        line("line", &|at| at.alarm.0),
        line("line", &|at| at.alarm.1),
        line("line on prov", &|at| at.line.0),
        line("line on prov", &|at| at.line.1),
    ];
    pen.lines(HEAD, TALL, &lines.concat());
    let middle = y_of(target);
    pen.level("ref", LEFT, 100.0, middle);
    let dots: Vec<(&str, Vec<(f64, f64)>)> = [("dots within", false), ("dots on", true)]
        .into_iter()
        .flat_map(|(class, is_outside)| {
            let units = units
                .iter()
                .filter(move |unit| unit.is_outside == is_outside);
            units.map(move |unit| (class, vec![(cases.across(unit.cases), y_of(unit.value))]))
        })
        .collect();
    pen.lines(HEAD, TALL, &dots);
    let places = dots.iter().filter_map(|(_, points)| points.first());
    let places: Vec<(f64, f64)> = places.map(|(x, y)| (x / 100.0 * NARROW, *y)).collect();
    let said = target_place(middle, width(target_label, TINY), &places);
    pen.text(said.class, said.x, 0.0, said.y, target_label);
    labels(&mut pen, units, &|n| cases.across(n), &y_of, said.taken);
    ticks(&mut pen, cases, floor);
    pen.text(
        "end tiny",
        100.0,
        0.0,
        floor + 38.0,
        &words.say("layout.cases_root", &[]),
    );
    Drawing {
        svg: frame.around(floor + 44.0, pen),
        ..Drawing::default()
    }
}

/// The pieces of a line that lie between two values, each ending where the line crosses one of them; a line that runs along one
/// of them has left.
fn inside(points: &[(f64, f64)], (low, high): (f64, f64)) -> Vec<Vec<(f64, f64)>> {
    let is_inside = |value: f64| low < value && value < high;
    let mut pieces: Vec<Vec<(f64, f64)>> = Vec::new();
    let mut piece: Vec<(f64, f64)> = Vec::new();
    let mut before: Option<(f64, f64)> = None;
    for &(x, value) in points {
        if let Some(before) = before
            && is_inside(before.1) != is_inside(value)
        {
            let out = if is_inside(value) { before.1 } else { value };
            let edge = out.clamp(low, high);
            let part = (edge - before.1) / (value - before.1);
            piece.push(((x - before.0).mul_add(part, before.0), edge));
        }
        if is_inside(value) {
            piece.push((x, value));
        } else if !piece.is_empty() {
            pieces.push(std::mem::take(&mut piece));
        }
        before = Some((x, value));
    }
    pieces.extend((!piece.is_empty()).then_some(piece));
    pieces
}

/// Where the name of the common share stands.
struct Said {
    class: &'static str,
    x: f64,
    y: f64,
    /// Left, right and base line in px of a narrow drawing.
    taken: (f64, f64, f64),
}

/// Above or below the line of the common share, at its beginning or its end: the first place that covers no dot, or the one
/// above its beginning.
fn target_place(middle: f64, long: f64, dots: &[(f64, f64)]) -> Said {
    let begins = LEFT / 100.0 * NARROW;
    let at = |is_start: bool, y: f64| {
        let (class, x, left) = if is_start {
            ("tiny halo", LEFT, begins)
        } else {
            ("end tiny halo", 100.0, NARROW - long)
        };
        Said {
            class,
            x,
            y,
            taken: (left, left + long, y),
        }
    };
    let is_free = |said: &Said| {
        let (left, right, base) = said.taken;
        !dots.iter().any(|(x, y)| {
            (left - 6.0..=right + 6.0).contains(x) && (base - TINY - 4.0..=base + 6.0).contains(y)
        })
    };
    let (above, below) = (middle - 6.0, middle + 15.0);
    [(true, above), (true, below), (false, above), (false, below)]
        .into_iter()
        .map(|(is_start, y)| at(is_start, y))
        .find(is_free)
        .unwrap_or_else(|| at(true, above))
}

/// The names of the units outside, beside their dots on the side that has room, clear of each other and of what is taken.
fn labels(
    pen: &mut Pen,
    units: &[FunnelUnit],
    across: &dyn Fn(f64) -> f64,
    y_of: &dyn Fn(f64) -> f64,
    taken: (f64, f64, f64),
) {
    let mut outside: Vec<&FunnelUnit> = units.iter().filter(|unit| unit.is_outside).collect();
    outside.sort_by(|a, b| b.cases.total_cmp(&a.cases));
    let mut placed: Vec<(f64, f64, f64)> = vec![taken];
    for unit in outside {
        let (x, y) = (across(unit.cases), y_of(unit.value));
        let px = x / 100.0 * NARROW;
        let long = width(&unit.name, LABEL);
        // Beside the dot, or over it where neither side has room.
        let (class, shift, from) = if px + 9.0 + long <= NARROW {
            ("now halo", 9.0, px + 9.0)
        } else if px - 9.0 - long >= 0.0 {
            ("now end halo", -9.0, px - 9.0 - long)
        } else {
            let middle = px.min(NARROW - long / 2.0).max(long / 2.0);
            ("now mid halo", middle - px, middle - long / 2.0)
        };
        let to = from + long;
        let is_beside = class != "now mid halo";
        let meets = |at: f64| {
            placed.iter().any(|(left, right, other)| {
                *left < to && from < *right && (other - at).abs() < 14.0
            })
        };
        let shifts: &[f64] = if is_beside {
            &[4.0, -10.0, 18.0, -24.0, 32.0]
        } else {
            &[-10.0, 20.0, -24.0, 34.0]
        };
        let place = shifts.iter().map(|shift| y + shift).find(|at| !meets(*at));
        let Some(at) = place else { continue };
        placed.push((from, to, at));
        pen.text(class, x, shift, at, &unit.name);
    }
}

/// Numbers of cases below, at round places; the most first, since there is least room.
fn ticks(pen: &mut Pen, cases: Cases, floor: f64) {
    let mut right = 100.0 + APART / 2.0;
    for round in cases.round().into_iter().rev() {
        let x = cases.across(hundredths(round * 100));
        if right - x < APART {
            continue;
        }
        right = x;
        pen.upright("tick", x, floor, floor + 6.0);
        let label = Linear::label(round * 100, false);
        pen.text("mid tiny", x, 0.0, floor + 20.0, &label);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_ends_where_it_leaves_the_frame() {
        let line = [
            (0.0, 1.0),
            (1.0, 1.0),
            (2.0, 0.875),
            (3.0, 0.625),
            (4.0, 0.625),
        ];
        assert_eq!(
            inside(&line, (0.5, 1.0)),
            [vec![(1.0, 1.0), (2.0, 0.875), (3.0, 0.625), (4.0, 0.625)]]
        );
        assert_eq!(
            inside(&line, (0.75, 1.0)),
            [vec![(1.0, 1.0), (2.0, 0.875), (2.5, 0.75)]]
        );
        assert!(inside(&line, (0.0, 0.5)).is_empty());
    }

    #[test]
    fn the_axis_has_round_numbers_however_short_it_is() {
        let round = |from: f64, to: f64| {
            let (from, to) = (from.sqrt(), to.sqrt());
            Cases { from, to }.round()
        };
        assert_eq!(round(150.0, 2_000.0), [200, 500, 1_000, 2_000]);
        assert_eq!(round(320.0, 450.0), [320, 340, 360, 380, 400, 420, 440]);
        assert_eq!(round(1.0, 2.0), [1, 2]);
    }

    #[test]
    fn the_common_share_is_named_where_no_dot_lies() {
        assert_eq!(target_place(100.0, 90.0, &[]).class, "tiny halo");
        let dots = [(60.0, 92.0), (60.0, 110.0)];
        assert_eq!(target_place(100.0, 90.0, &dots).class, "end tiny halo");
    }
}
