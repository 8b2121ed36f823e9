//! A ladder that adds up: totals from zero in the accent, what a step takes away in grey at the place it is taken from.

use super::over_time::LINE;
use super::pen::{Pen, width, wrapped};
use super::{Drawing, Frame, NARROW};
use crate::report::Ladder;

/// What is thinner than this, in per cent, is drawn so.
const HAIR: f64 = 0.35;

/// Size in px of names and values.
const SIZE: f64 = 14.0;

/// How far a step that is taken away stands in.
const INDENT: f64 = 20.0;

pub(super) fn draw(frame: &Frame<'_>, steps: &[Ladder]) -> Drawing {
    let most = steps
        .iter()
        .filter(|step| step.is_total)
        .map(|step| step.value)
        .fold(0.0, f64::max);
    if most <= 0.0 {
        return Drawing::default();
    }
    // Without a step that takes away it is a plain list of bars, and no name is a sum.
    let is_list = steps.iter().all(|step| step.is_total);
    let thick = if is_list { 8.0 } else { 10.0 };
    let mut pen = Pen::default();
    let mut left = 0.0;
    let mut top = 0.0;
    for step in steps {
        let strong = if step.is_total && !is_list {
            " strong"
        } else {
            ""
        };
        let (indent, name) = if step.is_total {
            (0.0, step.name.clone())
        } else {
            (INDENT, taken(&step.name))
        };
        let room = NARROW - indent - width(&step.label, SIZE) - 12.0;
        let name = wrapped(&name, SIZE, room.max(NARROW / 3.0));
        let mut y = top + SIZE;
        for line in &name {
            pen.text(&format!("name{strong}"), 0.0, indent, y, line);
            y += LINE + 4.0;
        }
        let last = y - LINE - 4.0;
        pen.text(&format!("name end{strong}"), 100.0, 0.0, last, &step.label);
        let bar = last + 8.0;
        if step.is_total {
            left = step.value;
            let part = (step.value / most * 100.0).clamp(0.0, 100.0);
            if part > 0.0 {
                pen.rect("bar on", 0.0, part.max(HAIR), bar, thick);
            }
        } else {
            left -= step.value;
            let start = (left / most * 100.0).clamp(0.0, 100.0);
            let part = (step.value / most * 100.0).clamp(0.0, 100.0);
            pen.level("thread", 0.0, start, bar + thick / 2.0);
            if part > 0.0 {
                let part = part.max(HAIR);
                pen.rect("bar same", start.min(100.0 - part), part, bar, thick);
            }
        }
        top = bar + thick + 18.0;
    }
    Drawing {
        svg: frame.around(top - 12.0, pen),
        ..Drawing::default()
    }
}

fn taken(name: &str) -> String {
    if name.starts_with(['−', '-', '–']) {
        name.to_owned()
    } else {
        format!("− {name}")
    }
}
