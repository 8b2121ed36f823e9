//! Charts as inline SVG. In: a chart of the report. Out: a [`Drawing`]; [`draw`] is the way in.
//!
//! A chart is `<svg width="100%">` with a height in px and no viewBox: x is in per cent, y in px. It stretches with its
//! column while text and strokes keep their size, on a phone and on a printed page. For print editions ([`Medium::Paper`]) the
//! same drawing has a width in px. Whether labels meet is judged at [`NARROW`]
//! px, the column of a phone; a wider column only gives them more room. All text is escaped here.
#![expect(
    clippy::float_arithmetic,
    reason = "chart geometry; nothing counted is computed here"
)]

mod bars;
mod days;
mod dots;
mod funnel;
mod ladder;
mod members;
mod over_time;
mod pen;
mod scale;

use crate::report::Chart;
use crate::text::Words;

pub(super) use members::cell_dot;
pub(super) use pen::Medium;
use pen::{PATTERN, Pen};

/// Width in px of the narrowest column a chart stands in: a phone of 390 px.
const NARROW: f64 = 346.0;

/// A chart, drawn.
#[derive(Debug, Default)]
#[cfg_attr(
    not(feature = "print"),
    expect(dead_code, reason = "only print editions are drawn for paper")
)]
pub(super) struct Drawing {
    /// The `<svg>` element; empty where there is nothing to draw.
    pub(super) svg: String,
    /// What the caption must add: that a scale is cut, what a ring means; may be empty.
    pub(super) note: String,
    /// The bars of a ladder's steps, whose names and numbers stand beside them as text.
    pub(super) steps: Vec<String>,
    /// Whether the names need a line of their own on a phone.
    pub(super) has_long_names: bool,
    /// Whether it uses the page's hatching pattern.
    pub(super) is_hatched: bool,
    /// Height in px of a member's row, and of what stands above the first one.
    pub(super) row: f64,
    pub(super) head: f64,
}

/// How large charts over time are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Size {
    /// In a column of its own.
    Full,
    /// One of several side by side.
    Small,
}

/// Draws a chart.
pub(super) fn draw(chart: &Chart, size: Size, medium: Medium, words: &Words) -> Drawing {
    let frame = &frame(chart, medium);
    match chart {
        Chart::Bars { bars, .. } => bars::draw(frame, bars, size),
        Chart::Dots {
            dots,
            is_share,
            shared,
            ..
        } => dots::draw(frame, dots, (*is_share, *shared), size, words),
        Chart::Members {
            all,
            before_label,
            members,
            ..
        } => members::draw(frame, all.as_ref(), before_label, members, words),
        Chart::Days { bars, limit, .. } => days::draw(frame, bars, limit, words),
        Chart::Funnel {
            target,
            limits,
            target_label,
            units,
            ..
        } => funnel::draw(frame, *target, limits, target_label, units, words),
        Chart::Ladder { steps, .. } => Drawing {
            steps: ladder::draw(steps, medium),
            ..Drawing::default()
        },
    }
}

/// A chart's id, unique on its page.
#[cfg(feature = "print")]
pub(super) const fn id(chart: &Chart) -> &str {
    frame(chart, Medium::Screen).id
}

/// How wide in px a drawing of so many px is on paper with its margins.
#[cfg(feature = "print")]
pub(super) fn with_margins(width: f64) -> f64 {
    pen::MARGIN.mul_add(2.0, width)
}

/// What every chart has for those who don't see it.
struct Frame<'a> {
    id: &'a str,
    title: &'a str,
    desc: &'a str,
    medium: Medium,
}

impl Frame<'_> {
    /// A pen for what stands in it.
    const fn pen(&self) -> Pen {
        Pen::new(self.medium)
    }

    /// The drawing as an element of a height in px.
    fn around(&self, height: f64, inner: Pen) -> String {
        let mut pen = self.pen();
        pen.open_chart(self.id, height, self.title, self.desc);
        pen.append(inner);
        pen.close();
        pen.finish()
    }
}

const fn frame(chart: &Chart, medium: Medium) -> Frame<'_> {
    let (Chart::Bars {
        id, title, desc, ..
    }
    | Chart::Dots {
        id, title, desc, ..
    }
    | Chart::Members {
        id, title, desc, ..
    }
    | Chart::Days {
        id, title, desc, ..
    }
    | Chart::Funnel {
        id, title, desc, ..
    }
    | Chart::Ladder {
        id, title, desc, ..
    }) = chart;
    Frame {
        id: id.as_str(),
        title: title.as_str(),
        desc: desc.as_str(),
        medium,
    }
}

/// The pattern that hatched shapes are filled with; once a page.
pub(super) fn hatch() -> String {
    format!("<svg class=\"pattern\" width=\"0\" height=\"0\" aria-hidden=\"true\">{PATTERN}</svg>")
}
