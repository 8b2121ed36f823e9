//! Distribution of days: columns over uneven steps, the promise as a line between two of them, what is still open as a
//! hatched column of its own.

use super::over_time::{LINE, TINY, narrow};
use super::pen::{HATCHED, width, wrapped};
use super::scale::Bands;
use super::{Drawing, Frame};
use crate::report::DayBar;
use crate::text::Words;

const TALL: f64 = 138.0;
const AXIS: f64 = 180.0;

/// Fewer columns than this don't grow wider.
const FEWEST: usize = 6;

pub(super) fn draw(frame: &Frame<'_>, bars: &[DayBar], limit: &str, words: &Words) -> Drawing {
    let most = bars.iter().map(|bar| bar.value).fold(0.0, f64::max);
    if most <= 0.0 {
        return Drawing::default();
    }
    let bands = Bands::new(0.0, bars.len(), FEWEST);
    let promised = bars.iter().position(|bar| bar.is_limit);
    let inset = bands.width * 0.1;
    let mut pen = frame.pen();
    let mut is_hatched = false;
    let mut lines = 1;
    for (index, bar) in bars.iter().enumerate() {
        let top = AXIS - bar.value.max(0.0) / most * TALL;
        let class = if bar.is_open {
            is_hatched = true;
            HATCHED
        } else if promised.is_none_or(|limit| index <= limit) {
            "bar on"
        } else {
            "bar same"
        };
        if bar.value > 0.0 {
            let height = (AXIS - top).max(0.5);
            pen.rect(
                class,
                bands.edge(index) + inset,
                bands.width - 2.0 * inset,
                AXIS - height,
                height,
            );
        }
        let fits = width(&bar.label, 14.0) <= narrow(bands.width) + 2.0;
        let class = if fits { "mid name" } else { "mid tiny" };
        pen.text(class, bands.middle(index), 0.0, top - 6.0, &bar.label);
        let name = wrapped(&bar.name, TINY, narrow(bands.width) + 4.0);
        lines = lines.max(name.len());
        let mut y = AXIS + 17.0;
        for line in name {
            pen.text("mid tiny", bands.middle(index), 0.0, y, &line);
            y += LINE;
        }
    }
    pen.level("axis", 0.0, bands.edge(bars.len()), AXIS);
    if let Some(index) = promised
        && !limit.is_empty()
    {
        let x = bands.edge(index + 1);
        pen.upright("limit", x, 8.0, AXIS + 8.0);
        let later = words.say("layout.later", &[]);
        let has_later = bars[index + 1..].iter().any(|bar| !bar.is_open);
        // The words stand on the promise's own side of the line where they fit there.
        if width(limit, TINY) + 8.0 <= narrow(x) {
            pen.text("tiny now end halo", x, -6.0, 17.0, limit);
            if has_later {
                pen.text("tiny halo", x, 6.0, 17.0, &later);
            }
        } else {
            pen.text("tiny now halo", x, 6.0, 17.0, limit);
        }
    }
    Drawing {
        svg: frame.around(LINE.mul_add(lines as f64, AXIS + 8.0), pen),
        is_hatched,
        ..Drawing::default()
    }
}
