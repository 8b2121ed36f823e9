//! A ladder that adds up: totals from zero in the accent, what a step takes away in grey at the place it is taken from.
//! Its names and numbers are text of the page, one step below the other; here each step gets its bar.

use super::pen::{Medium, Pen};
use crate::report::Ladder;

/// What is thinner than this, in per cent, is drawn so.
const HAIR: f64 = 0.35;

/// Height in px of a bar.
const THICK: f64 = 10.0;

/// The bars of the steps, top to bottom; none where there is nothing to draw.
pub(super) fn draw(steps: &[Ladder], medium: Medium) -> Vec<String> {
    let most = steps
        .iter()
        .filter(|step| step.is_total)
        .map(|step| step.value)
        .fold(0.0, f64::max);
    if most <= 0.0 {
        return Vec::new();
    }
    let per_cent = |value: f64| (value / most * 100.0).clamp(0.0, 100.0);
    let mut left = 0.0;
    steps
        .iter()
        .map(|step| {
            let mut pen = Pen::new(medium);
            pen.open_silent("step", THICK);
            let part = per_cent(step.value);
            let drawn = part.max(HAIR);
            if step.is_total {
                left = step.value;
                if part > 0.0 {
                    pen.rect("bar on", 0.0, drawn, 0.0, THICK);
                }
            } else {
                left -= step.value;
                let start = per_cent(left);
                pen.level("thread", 0.0, start, THICK / 2.0);
                if part > 0.0 {
                    pen.rect("bar same", start.min(100.0 - drawn), drawn, 0.0, THICK);
                }
            }
            pen.close();
            pen.finish().replace('\n', "")
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(value: f64, is_total: bool) -> Ladder {
        Ladder {
            name: String::new(),
            value,
            label: String::new(),
            is_total,
        }
    }

    #[test]
    fn what_is_taken_away_stands_where_it_is_taken_from() {
        let bars = draw(
            &[step(200.0, true), step(50.0, false), step(150.0, true)],
            Medium::Screen,
        );
        assert!(bars[0].contains("width=\"100%\""), "{}", bars[0]);
        assert!(bars[1].contains("x=\"75%\""), "{}", bars[1]);
        assert!(bars[1].contains("width=\"25%\""), "{}", bars[1]);
        assert!(
            bars[2].contains("width=\"75%\" height=\"10\"/></svg>"),
            "{}",
            bars[2]
        );
    }

    #[test]
    fn a_step_thinner_than_a_hair_is_drawn_as_a_hair() {
        let bars = draw(&[step(1e6, true), step(1.0, false)], Medium::Screen);
        assert!(bars[1].contains("width=\"0.35%\""), "{}", bars[1]);
        assert!(draw(&[step(0.0, true)], Medium::Screen).is_empty());
    }
}
