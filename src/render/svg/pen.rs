//! Writes SVG: numbers rounded to a tenth of a px and a hundredth of a per cent, all text escaped.

use std::fmt::Write as _;

/// Px at both sides of a drawing on paper, for labels that hang over.
pub(super) const MARGIN: f64 = 16.0;

/// A place across: in per cent of the drawing's width.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Across(pub(super) f64);

impl std::fmt::Display for Across {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}%", rounded(self.0, 100.0))
    }
}

/// A column on a floor.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Column {
    /// Where it begins and how wide it is, in per cent.
    pub(super) across: (f64, f64),
    /// Its top in px.
    pub(super) top: f64,
}

/// What a drawing is made for.
#[derive(Debug, Clone, Copy, PartialEq)]
#[cfg_attr(
    not(feature = "print"),
    expect(dead_code, reason = "only print editions are drawn for paper")
)]
pub(in crate::render) enum Medium {
    /// It stretches with its column; the page's style sheet gives its colours.
    Screen,
    /// It is so many px wide and holds all it needs; an empty `<style/>` at its beginning is for the theme to fill.
    Paper(f64),
}

/// A line of SVG text under the pen.
#[derive(Debug)]
pub(super) struct Pen {
    out: String,
    medium: Medium,
}

impl Pen {
    pub(super) const fn new(medium: Medium) -> Self {
        Self {
            out: String::new(),
            medium,
        }
    }

    pub(super) fn finish(self) -> String {
        self.out
    }

    pub(super) fn append(&mut self, other: Self) {
        self.out.push_str(&other.out);
    }

    /// A place or length across, as the medium has it.
    fn across(&self, per_cent: f64) -> String {
        match self.medium {
            Medium::Screen => Across(per_cent).to_string(),
            Medium::Paper(width) => px(per_cent / 100.0 * width),
        }
    }

    /// The width and what else an element needs to stand alone; on paper with a margin for what hangs over at the sides.
    fn frame(&self, height: f64, margin: f64) -> String {
        match self.medium {
            Medium::Screen => format!("width=\"100%\" height=\"{}\"", px(height)),
            Medium::Paper(width) => format!(
                "xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}\" height=\"{1}\" viewBox=\"{2} 0 {0} {1}\"",
                px(width + 2.0 * margin),
                px(height),
                px(-margin)
            ),
        }
    }

    pub(super) fn open_chart(&mut self, id: &str, height: f64, title: &str, desc: &str) {
        let frame = self.frame(height, MARGIN);
        if let Medium::Paper(_) = self.medium {
            let _ = writeln!(self.out, "<svg class=\"chart\" {frame}><style/>{PATTERN}");
            return;
        }
        let _ = write!(
            self.out,
            "<svg class=\"chart\" id=\"chart-{}\" {frame} role=\"img\"><title>{}</title>",
            escaped(id),
            escaped(title),
        );
        if !desc.is_empty() {
            let _ = write!(self.out, "<desc>{}</desc>", escaped(desc));
        }
        self.out.push('\n');
    }

    /// A drawing that says nothing that does not stand beside it in words.
    pub(super) fn open_silent(&mut self, class: &str, height: f64) {
        let frame = self.frame(height, 0.0);
        let style = match self.medium {
            Medium::Screen => "",
            Medium::Paper(_) => "<style/>",
        };
        let _ = write!(
            self.out,
            "<svg class=\"{class}\" {frame} aria-hidden=\"true\">{style}",
        );
    }

    pub(super) fn close(&mut self) {
        self.out.push_str("</svg>");
    }

    pub(super) fn line(&mut self, class: &str, from: (Across, f64), to: (Across, f64)) {
        let _ = writeln!(
            self.out,
            "<line class=\"{class}\" x1=\"{}\" x2=\"{}\" y1=\"{}\" y2=\"{}\"/>",
            self.across(from.0.0),
            self.across(to.0.0),
            px(from.1),
            px(to.1)
        );
    }

    pub(super) fn upright(&mut self, class: &str, x: f64, top: f64, bottom: f64) {
        self.line(class, (Across(x), top), (Across(x), bottom));
    }

    pub(super) fn level(&mut self, class: &str, from: f64, to: f64, y: f64) {
        self.line(class, (Across(from), y), (Across(to), y));
    }

    /// A rectangle, filled by its class or hatched.
    pub(super) fn rect(&mut self, class: &str, x: f64, width: f64, y: f64, height: f64) {
        let fill = if class == HATCHED {
            " fill=\"url(#hatch-pattern)\""
        } else {
            ""
        };
        let _ = writeln!(
            self.out,
            "<rect class=\"{class}\"{fill} x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"/>",
            self.across(x),
            px(y),
            self.across(width),
            px(height)
        );
    }

    pub(super) fn circle(&mut self, class: &str, x: f64, y: f64, radius: f64) {
        let _ = writeln!(
            self.out,
            "<circle class=\"{class}\" cx=\"{}\" cy=\"{}\" r=\"{}\"/>",
            self.across(x),
            px(y),
            px(radius)
        );
    }

    /// Text at its base line; `shift` moves it by px where per cent would be too coarse.
    pub(super) fn text(&mut self, class: &str, x: f64, shift: f64, y: f64, text: &str) {
        let dx = if shift == 0.0 {
            String::new()
        } else {
            format!(" dx=\"{}\"", px(shift))
        };
        let class = if class.is_empty() {
            String::new()
        } else {
            format!(" class=\"{class}\"")
        };
        let _ = writeln!(
            self.out,
            "<text{class} x=\"{}\"{dx} y=\"{}\">{}</text>",
            self.across(x),
            px(y),
            escaped(text)
        );
    }

    /// Lines through points, in a drawing of their own that stretches: x from 0 to 100, y in px from `top`. A line of one
    /// point is a dot as thick as its class strokes. Neighbours of one class are one path: a page may hold hundreds.
    pub(super) fn lines(&mut self, top: f64, height: f64, lines: &[(&str, Vec<(f64, f64)>)]) {
        let (scale, end) = self.open_stretched(top, height);
        // Renderers of SVG on paper leave out a stroke that has no length at all.
        let dot = match self.medium {
            Medium::Screen => "h0",
            Medium::Paper(_) => "h0.01",
        };
        for same in lines.chunk_by(|one, other| one.0 == other.0) {
            let class = same.first().map_or("", |(class, _)| class);
            let _ = write!(self.out, "<path class=\"{class}\" d=\"");
            for (_, points) in same {
                let points: Vec<(String, String)> = points
                    .iter()
                    .map(|(x, y)| (rounded(x * scale, 100.0), px(y - top)))
                    .collect();
                for (index, (x, y)) in points.iter().enumerate() {
                    let before = index.checked_sub(1).and_then(|at| points.get(at));
                    let is_level =
                        |other: Option<&(String, String)>| other.is_some_and(|o| o.1 == *y);
                    let _ = match before {
                        None => write!(self.out, "M{x} {y}"),
                        // Along an edge only its end is written.
                        Some(_) if is_level(before) && is_level(points.get(index + 1)) => Ok(()),
                        Some(_) if is_level(before) => write!(self.out, "H{x}"),
                        Some((same, _)) if same == x => write!(self.out, "V{y}"),
                        Some(_) => write!(self.out, "L{x} {y}"),
                    };
                }
                if points.len() == 1 {
                    self.out.push_str(dot);
                }
            }
            self.out.push_str("\"/>");
        }
        self.out.push_str(end);
    }

    /// Columns of a class on one floor, as one path in a drawing that stretches.
    pub(super) fn columns(&mut self, class: &str, floor: f64, columns: &[Column]) {
        let top = columns.iter().map(|each| each.top).fold(floor, f64::min);
        let (scale, end) = self.open_stretched(top, floor - top);
        let _ = write!(self.out, "<path class=\"{class}\" d=\"");
        for each in columns {
            let (x, width) = each.across;
            let _ = write!(
                self.out,
                "M{} {}V{}h{}V{}",
                rounded(x * scale, 100.0),
                px(floor - top),
                px(each.top - top),
                rounded(width * scale, 100.0),
                px(floor - top)
            );
        }
        self.out.push_str("\"/>");
        self.out.push_str(end);
    }

    /// Opens a drawing that stretches across, or its place on paper, which has a width; gives what a hundredth of the width
    /// measures in it, and its end.
    fn open_stretched(&mut self, top: f64, height: f64) -> (f64, &'static str) {
        match self.medium {
            Medium::Screen => {
                let _ = write!(
                    self.out,
                    "<svg y=\"{}\" width=\"100%\" height=\"{1}\" viewBox=\"0 0 100 {1}\" preserveAspectRatio=\"none\">",
                    px(top),
                    px(height)
                );
                (1.0, "</svg>\n")
            }
            Medium::Paper(width) => {
                let _ = write!(self.out, "<g transform=\"translate(0 {})\">", px(top));
                (width / 100.0, "</g>\n")
            }
        }
    }
}

/// The pattern that hatched shapes are filled with.
pub(super) const PATTERN: &str = "<defs><pattern id=\"hatch-pattern\" width=\"6\" height=\"6\" \
patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\"><line class=\"hatch-line\" x1=\"0\" y1=\"0\" x2=\"0\" \
y2=\"6\"/></pattern></defs>";

/// The class of a shape filled with the page's pattern.
pub(super) const HATCHED: &str = "hatched";

/// A length in px, to a tenth.
pub(super) fn px(length: f64) -> String {
    rounded(length, 10.0)
}

/// A number with the digits that matter: no trailing zeros, no minus before a zero.
fn rounded(number: f64, parts: f64) -> String {
    let number = (number * parts).round() / parts;
    if number == 0.0 || !number.is_finite() {
        return "0".to_owned();
    }
    format!("{number}")
}

/// Text as it may stand in an element or an attribute; characters that no markup may hold are left out.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\n' | '\t' => out.push(' '),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

/// About how wide a text is, in px, at a size in px: Han and full-width forms are 1 em, other letters 0.55 em.
pub(super) fn width(text: &str, size: f64) -> f64 {
    text.chars()
        .map(|c| match u32::from(c) {
            0x0300..=0x036F | 0x200B..=0x200F => 0.0,
            0x1100..=0x115F | 0x2E80..=0xA4CF | 0xAC00..=0xD7A3 | 0xF900..=0xFAFF => 1.0,
            0xFE30..=0xFE4F | 0xFF00..=0xFF60 | 0xFFE0..=0xFFE6 | 0x20000..=0x3FFFD => 1.0,
            0x2C | 0x2E | 0x3A | 0x3B | 0x20 | 0x69 | 0x6C | 0x27 | 0x7C | 0x5B | 0x5D => 0.3,
            0x41..=0x5A | 0x25 | 0x6D | 0x77 => 0.75,
            _ => 0.57,
        })
        .sum::<f64>()
        * size
}

/// A text in lines no wider than so many px: cut at spaces, in Chinese anywhere; a word that is too wide stays whole.
pub(super) fn wrapped(text: &str, size: f64, room: f64) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    for piece in pieces(text) {
        let fits = width(line.trim_end(), size) + width(piece.trim_end(), size) <= room;
        if !fits && !line.trim().is_empty() {
            lines.push(line.trim().to_owned());
            line.clear();
        }
        line.push_str(piece);
    }
    if !line.trim().is_empty() || lines.is_empty() {
        lines.push(line.trim().to_owned());
    }
    lines
}

/// The places a line may end: after a space, after each Han character unless punctuation follows.
fn pieces(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut start = 0;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let end = at + c.len_utf8();
        let next = chars.peek().map(|(_, next)| *next);
        let may_end = match next {
            None => true,
            Some(next) => {
                c == ' ' || (is_han(c) && !is_closing(next)) || (is_han(next) && c != '（')
            }
        };
        if may_end {
            pieces.push(&text[start..end]);
            start = end;
        }
    }
    pieces
}

const fn is_han(c: char) -> bool {
    matches!(c, '\u{2E80}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFD}')
}

const fn is_closing(c: char) -> bool {
    matches!(
        c,
        '，' | '。' | '：' | '；' | '）' | '、' | '》' | '”' | '%' | ',' | '.' | ')'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_no_needless_digits() {
        assert_eq!(px(12.04), "12");
        assert_eq!(px(12.06), "12.1");
        assert_eq!(px(-0.01), "0");
        assert_eq!(px(f64::NAN), "0");
        assert_eq!(Across(33.333_33).to_string(), "33.33%");
    }

    #[test]
    fn text_cannot_leave_its_element() {
        let mut pen = Pen::new(Medium::Screen);
        pen.text("mid", 1.0, 0.0, 2.0, "</text><script>\"'&\u{0}");
        assert_eq!(
            pen.finish(),
            "<text class=\"mid\" x=\"1%\" y=\"2\">&lt;/text&gt;&lt;script&gt;&quot;&#39;&amp;</text>\n"
        );
    }

    #[test]
    fn a_line_ends_at_spaces_and_between_han() {
        assert_eq!(wrapped("still open", 12.0, 40.0), ["still", "open"]);
        assert_eq!(wrapped("尚未办结", 12.0, 30.0), ["尚未", "办结"]);
        assert_eq!(wrapped("1–5", 12.0, 40.0), ["1–5"]);
        assert_eq!(wrapped("", 12.0, 40.0), [""]);
    }
}
