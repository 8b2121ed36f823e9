//! What bars and dots over time share: the years below, series breaks, and labels that keep clear of everything.

use super::NARROW;
use super::pen::{Pen, width};
use super::scale::Bands;
use crate::report::{Bar, Mark};

/// Size in px of small text.
pub(super) const TINY: f64 = 12.0;

/// Height in px of a line of small text.
pub(super) const LINE: f64 = 14.0;

/// Per cent as px in the narrowest column.
pub(super) fn narrow(per_cent: f64) -> f64 {
    per_cent * NARROW / 100.0
}

/// Whether a period is drawn hatched or hollow: what it shows can still change, or is not the whole of it.
pub(super) fn is_unsettled(mark: Option<Mark>) -> bool {
    matches!(mark, Some(Mark('p' | 'i')))
}

/// A marker as it is written: `[p]`.
pub(super) fn written(mark: Mark) -> String {
    format!("[{}]", mark.0)
}

/// Which places carry their value: the current one, those of its season, and all where there is room for all.
pub(super) fn labelled(bars: &[&Bar], bands: Bands) -> Vec<bool> {
    let room = narrow(bands.width);
    let fits = bars.iter().all(|bar| width(&bar.label, TINY) + 4.0 <= room);
    let widest = bars
        .iter()
        .filter(|bar| bar.is_same_season)
        .map(|bar| width(&bar.label, TINY))
        .fold(0.0, f64::max);
    // Where every period is of the same season (years), labels would run into one another.
    let seasons = bars.iter().filter(|bar| bar.is_same_season).count();
    let spacing = NARROW * bands.width / 100.0 * (bars.len() as f64 / seasons.max(1) as f64);
    let season_fits = widest + 4.0 <= spacing;
    bars.iter()
        .map(|bar| {
            bar.value.is_some() && (fits || bar.is_current || (bar.is_same_season && season_fits))
        })
        .collect()
}

/// The years, each where it begins, thinned out where they would meet; a year of one period stands below its middle.
/// Beside them the markers of periods; gives which of these found room.
pub(super) fn years(pen: &mut Pen, bars: &[&Bar], bands: Bands, top: f64) -> Vec<bool> {
    let mut taken: Vec<Area> = Vec::new();
    let starts: Vec<usize> = (0..bars.len())
        .filter(|&i| !bars[i].year.is_empty() && (i == 0 || bars[i].year != bars[i - 1].year))
        .collect();
    let is_yearly = starts.len() == bars.len() && bars.len() > 1;
    let mut free_until = f64::INFINITY;
    let mut kept = Vec::new();
    for &index in starts.iter().rev() {
        let text = width(&bars[index].year, TINY);
        let x = if is_yearly {
            narrow(bands.middle(index)) - text / 2.0
        } else {
            narrow(bands.edge(index)) + 4.0
        };
        if x + text + 5.0 <= free_until {
            free_until = x;
            kept.push(index);
            taken.push(Area {
                left: x - 3.0,
                right: x + text + 3.0,
                top: 0.0,
                bottom: LINE,
            });
        }
    }
    for &index in kept.iter().rev() {
        let year = &bars[index].year;
        if is_yearly {
            pen.text("mid tiny", bands.middle(index), 0.0, top + 17.0, year);
        } else {
            pen.upright("tick", bands.edge(index), top, top + 8.0);
            pen.text("tiny", bands.edge(index), 4.0, top + 17.0, year);
        }
    }
    if !is_yearly {
        for &index in starts.iter().filter(|index| !kept.contains(index)) {
            pen.upright("tick", bands.edge(index), top, top + 8.0);
        }
    }
    let mut has_mark = Vec::new();
    for (index, bar) in bars.iter().enumerate() {
        let text = bar.mark.map(written).unwrap_or_default();
        let area = Area {
            top: 0.0,
            bottom: LINE,
            ..Area::of_text(&text, bands.middle(index), 0.0)
        };
        let is_free = bar.mark.is_some() && !taken.iter().any(|other| other.meets(&area));
        if is_free {
            pen.text("mid tiny", bands.middle(index), 0.0, top + 17.0, &text);
            taken.push(area);
        }
        has_mark.push(is_free);
    }
    has_mark
}

/// Room in px above a drawing that its series breaks need for their reasons.
pub(super) fn break_room(bars: &[&Bar]) -> f64 {
    let breaks = bars
        .iter()
        .filter(|bar| !bar.break_before.is_empty())
        .count();
    LINE * breaks as f64
}

/// Series breaks: dotted upright lines with their reasons, one reason a line of text.
pub(super) fn breaks(pen: &mut Pen, bars: &[&Bar], bands: Bands, bottom: f64) {
    let mut y = 11.0;
    for (index, bar) in bars.iter().enumerate() {
        if bar.break_before.is_empty() {
            continue;
        }
        let x = bands.edge(index);
        pen.upright("ref", x, y - 9.0, bottom);
        let reason = format!("{} {}", cut(&bar.break_before, REASON), written(Mark('b')));
        if x > 50.0 {
            pen.text("tiny end halo", x, -5.0, y, &reason);
        } else {
            pen.text("tiny halo", x, 5.0, y, &reason);
        }
        y += LINE;
    }
}

/// Room in px for the reason of a series break.
const REASON: f64 = NARROW * 0.5;

/// A text cut to so many px, with an ellipsis.
fn cut(text: &str, room: f64) -> String {
    if width(text, TINY) <= room {
        return text.to_owned();
    }
    let mut out = String::new();
    for c in text.chars() {
        if width(&out, TINY) + TINY > room {
            break;
        }
        out.push(c);
    }
    format!("{}…", out.trim_end())
}

/// A rectangle in px of the narrowest column.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Area {
    pub(super) left: f64,
    pub(super) right: f64,
    pub(super) top: f64,
    pub(super) bottom: f64,
}

impl Area {
    /// The area of a text with its base line at `y` and its middle at a place.
    pub(super) fn of_text(text: &str, middle: f64, y: f64) -> Self {
        let half = width(text, TINY) / 2.0 + 1.5;
        Self {
            left: narrow(middle) - half,
            right: narrow(middle) + half,
            top: y - 10.0,
            bottom: y + 2.0,
        }
    }

    /// The area of a value; the current one is written larger and bold.
    pub(super) fn of_label(text: &str, middle: f64, y: f64, is_current: bool) -> Self {
        let area = Self::of_text(text, middle, y);
        let more = if is_current {
            width(text, TINY) * 0.08
        } else {
            0.0
        };
        Self {
            left: area.left - more,
            right: area.right + more,
            ..area
        }
    }

    /// Whether two areas meet.
    pub(super) fn meets(&self, other: &Self) -> bool {
        self.left < other.right
            && other.left < self.right
            && self.top < other.bottom
            && other.top < self.bottom
    }
}
