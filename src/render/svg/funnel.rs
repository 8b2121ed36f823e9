//! Units around their common share: cases to the right (on a square-root scale, so that small units are not crowded), share
//! upwards, limits that narrow as cases grow. Only units outside the line of false discoveries are named.

use super::pen::{Pen, width};
use super::scale::{Linear, hundredths};
use super::{Drawing, Frame, NARROW};
use crate::report::{FunnelLimits, FunnelUnit};

/// Px above the highest grid line.
const HEAD: f64 = 22.0;

/// Height in px of the plot.
const TALL: f64 = 300.0;

/// Per cent of the width that the scale's values stand in.
const LEFT: f64 = 9.0;

/// Size in px of a label.
const LABEL: f64 = 13.0;

pub(super) fn draw(
    frame: &Frame<'_>,
    target: f64,
    limits: &[FunnelLimits],
    target_label: &str,
    units: &[FunnelUnit],
) -> Drawing {
    if units.is_empty() || limits.len() < 2 {
        return Drawing::default();
    }
    let most = limits.iter().map(|at| at.cases).fold(1.0_f64, f64::max);
    let across = |cases: f64| (cases / most).sqrt().mul_add(97.0 - LEFT, LEFT);
    // The scale holds every unit, and the limits from the smallest unit on.
    let least = units.iter().map(|unit| unit.cases).fold(most, f64::min);
    let seen = limits.iter().filter(|at| at.cases >= least);
    let scale = Linear::shares(
        units
            .iter()
            .map(|unit| unit.value)
            .chain(seen.flat_map(|at| [at.alarm.0, at.alarm.1])),
    );
    let floor = HEAD + TALL;
    let y_of = |value: f64| floor - scale.part(value) * TALL;

    let mut pen = frame.pen();
    for tick in scale.ticks {
        let y = y_of(hundredths(tick));
        pen.level("grid", 0.0, 100.0, y);
        pen.text("tiny", 0.0, 0.0, y - 4.0, &Linear::label(tick, true));
    }
    let seen: Vec<&FunnelLimits> = limits.iter().filter(|at| at.cases >= least / 2.0).collect();
    let line = |of: &dyn Fn(&FunnelLimits) -> f64| -> Vec<(f64, f64)> {
        seen.iter()
            .map(|at| (across(at.cases), y_of(of(at))))
            .collect()
    };
    pen.lines(
        HEAD,
        TALL,
        &[
            ("line", line(&|at| at.alert.0)),
            ("line", line(&|at| at.alert.1)),
            ("line", line(&|at| at.alarm.0)),
            ("line", line(&|at| at.alarm.1)),
            ("line on prov", line(&|at| at.line.0)),
            ("line on prov", line(&|at| at.line.1)),
        ],
    );
    let middle = y_of(target);
    pen.level("ref", LEFT, 100.0, middle);
    // At the left the limits are wide apart.
    pen.text("tiny halo", LEFT, 0.0, middle - 6.0, target_label);
    let dots: Vec<(&str, Vec<(f64, f64)>)> = [("dots within", false), ("dots on", true)]
        .into_iter()
        .flat_map(|(class, is_outside)| {
            let units = units
                .iter()
                .filter(move |unit| unit.is_outside == is_outside);
            units.map(move |unit| (class, vec![(across(unit.cases), y_of(unit.value))]))
        })
        .collect();
    pen.lines(HEAD, TALL, &dots);
    labels(&mut pen, units, &across, &y_of);
    ticks(&mut pen, most, &across, floor);
    Drawing {
        svg: frame.around(floor + 26.0, pen),
        ..Drawing::default()
    }
}

/// The names of the units outside, beside their dots on the side that has room, clear of each other.
fn labels(
    pen: &mut Pen,
    units: &[FunnelUnit],
    across: &dyn Fn(f64) -> f64,
    y_of: &dyn Fn(f64) -> f64,
) {
    let mut outside: Vec<&FunnelUnit> = units.iter().filter(|unit| unit.is_outside).collect();
    outside.sort_by(|a, b| b.cases.total_cmp(&a.cases));
    let mut placed: Vec<(f64, f64, f64)> = Vec::new();
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

/// Numbers of cases below, at round places.
fn ticks(pen: &mut Pen, most: f64, across: &dyn Fn(f64) -> f64, floor: f64) {
    let mut round = Vec::new();
    let mut power: i64 = 1;
    while hundredths(power * 100) <= most {
        round.extend(
            [power, 2 * power, 5 * power]
                .into_iter()
                .filter(|cases| hundredths(cases * 100) <= most),
        );
        power *= 10;
    }
    let mut right = 101.0;
    for cases in round.into_iter().rev() {
        let x = across(hundredths(cases * 100));
        if right - x < 14.0 || x < LEFT + 4.0 {
            continue;
        }
        right = x;
        pen.upright("tick", x, floor, floor + 6.0);
        let label = Linear::label(cases * 100, false);
        pen.text("mid tiny", x, 0.0, floor + 20.0, &label);
    }
}
