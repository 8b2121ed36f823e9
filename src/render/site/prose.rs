//! The office's own text as HTML. Every piece of it is escaped here: whatever a text holds, only these elements are written.

use super::view::{Maker, has_rtl};
use crate::report::{Grid, Node, Run, Span, Style};

/// Some nodes as HTML; charts and tables of figures are not written here.
pub(super) fn html(nodes: &[Node], maker: &Maker<'_>) -> String {
    let mut out = String::new();
    nodes_html(nodes, maker, &mut out);
    out
}

fn nodes_html(nodes: &[Node], maker: &Maker<'_>, out: &mut String) {
    for node in nodes {
        node_html(node, maker, out);
    }
}

fn node_html(node: &Node, maker: &Maker<'_>, out: &mut String) {
    match node {
        Node::Paragraph(runs) => {
            out.push_str("<p>");
            runs_html(runs, maker, out);
            out.push_str("</p>\n");
        }
        Node::Plain(runs) => runs_html(runs, maker, out),
        Node::Heading(id, level, runs) => {
            let level = level.to_string();
            add(out, &["<h", &level, " id=\""]);
            escape(id, out);
            out.push_str("\">");
            runs_html(runs, maker, out);
            add(out, &["</h", &level, ">\n"]);
        }
        Node::List(start, items) => list(*start, items, maker, out),
        Node::Quote(nodes) => {
            out.push_str("<blockquote>\n");
            nodes_html(nodes, maker, out);
            out.push_str("</blockquote>\n");
        }
        Node::Code(text) => {
            out.push_str("<pre><code>");
            escape(text, out);
            out.push_str("</code></pre>\n");
        }
        Node::Grid(grid) => grid_html(grid, maker, out),
        Node::Rule => out.push_str("<hr>\n"),
        Node::Note(number, nodes) => {
            out.push_str(&format!(
                "<div class=\"footnote-definition\" id=\"note-{number}\"><sup class=\"footnote-definition-label\">{number}</sup>\n"
            ));
            nodes_html(nodes, maker, out);
            out.push_str("</div>\n");
        }
        Node::Block(_) => {}
    }
}

fn list(start: Option<u64>, items: &[Vec<Node>], maker: &Maker<'_>, out: &mut String) {
    let name = if start.is_some() { "ol" } else { "ul" };
    match start {
        Some(start) if start != 1 => out.push_str(&format!("<ol start=\"{start}\">\n")),
        _ => add(out, &["<", name, ">\n"]),
    }
    for item in items {
        out.push_str("<li>");
        nodes_html(item, maker, out);
        out.push_str("</li>\n");
    }
    add(out, &["</", name, ">\n"]);
}

fn grid_html(grid: &Grid, maker: &Maker<'_>, out: &mut String) {
    // A wide table scrolls by itself, reachable by keyboard.
    out.push_str("<div class=\"scroll\" tabindex=\"0\"><table><thead><tr>");
    cells("th", &grid.head, grid, maker, out);
    out.push_str("</tr></thead>\n");
    if !grid.rows.is_empty() {
        out.push_str("<tbody>\n");
        for row in &grid.rows {
            out.push_str("<tr>");
            cells("td", row, grid, maker, out);
            out.push_str("</tr>\n");
        }
        out.push_str("</tbody>");
    }
    out.push_str("</table></div>\n");
}

fn cells(name: &str, cells: &[Vec<Run>], grid: &Grid, maker: &Maker<'_>, out: &mut String) {
    for (index, runs) in cells.iter().enumerate() {
        let style = match grid.is_at_end.get(index) {
            Some(true) => " style=\"text-align: right\"",
            _ => "",
        };
        add(out, &["<", name, style, ">"]);
        runs_html(runs, maker, out);
        add(out, &["</", name, ">"]);
    }
}

fn runs_html(runs: &[Run], maker: &Maker<'_>, out: &mut String) {
    for run in runs {
        run_html(run, maker, out);
    }
}

fn run_html(run: &Run, maker: &Maker<'_>, out: &mut String) {
    match run {
        Run::Span(span) => span_html(span, maker, out),
        Run::Code(text) => {
            out.push_str("<code>");
            escape(text, out);
            out.push_str("</code>");
        }
        Run::Styled(style, inside) => {
            let name = match style {
                Style::Emphasis => "em",
                Style::Strong => "strong",
                Style::Struck => "del",
            };
            add(out, &["<", name, ">"]);
            runs_html(inside, maker, out);
            add(out, &["</", name, ">"]);
        }
        Run::Link(to, inside) => match to.as_ref().and_then(|to| maker.href(to)) {
            Some(href) => {
                open_link(&href, out);
                runs_html(inside, maker, out);
                out.push_str("</a>");
            }
            None => runs_html(inside, maker, out),
        },
        Run::Image(to, text) => match to.as_ref().and_then(|to| maker.href(to)) {
            Some(src) => {
                out.push_str("<img src=\"");
                escape(&src, out);
                out.push_str("\" alt=\"");
                escape(text, out);
                out.push_str("\">");
            }
            None => escape(text, out),
        },
        Run::NoteNumber(number) => out.push_str(&format!(
            "<sup class=\"footnote-reference\"><a href=\"#note-{number}\">{number}</a></sup>"
        )),
        Run::Break => out.push_str("<br>\n"),
    }
}

fn span_html(span: &Span, maker: &Maker<'_>, out: &mut String) {
    match span {
        Span::Text(text) => escape(text, out),
        Span::Strong(text) => {
            out.push_str("<b>");
            name_html(text, out);
            out.push_str("</b>");
        }
        Span::Link(link) => match maker.href(&link.to) {
            Some(href) => {
                open_link(&href, out);
                name_html(&link.text, out);
                out.push_str("</a>");
            }
            None => name_html(&link.text, out),
        },
        Span::Mark(mark) => {
            out.push_str(&format!("<span class=\"mark\">[{}]", mark.0));
            let name = maker.mark_name(*mark);
            if !name.is_empty() {
                out.push_str("<span class=\"hidden\"> ");
                escape(&name, out);
                out.push_str("</span>");
            }
            out.push_str("</span>");
        }
    }
}

fn open_link(href: &str, out: &mut String) {
    out.push_str("<a href=\"");
    escape(href, out);
    out.push_str("\">");
}

fn name_html(name: &str, out: &mut String) {
    if has_rtl(name) {
        out.push_str("<bdi>");
        escape(name, out);
        out.push_str("</bdi>");
    } else {
        escape(name, out);
    }
}

fn add(out: &mut String, pieces: &[&str]) {
    pieces.iter().for_each(|piece| out.push_str(piece));
}

/// Text as it stands between tags or in a quoted attribute. Control characters, which HTML forbids, are left out.
fn escape(text: &str, out: &mut String) {
    let mut rest = text;
    loop {
        // Most of a text in Latin letters is as it is.
        let is_plain = |byte: &u8| {
            matches!(byte, b' '..=b'~') && !matches!(byte, b'&' | b'<' | b'>' | b'"' | b'\'')
        };
        let plain = rest.bytes().take_while(is_plain).count();
        out.push_str(&rest[..plain]);
        let mut chars = rest[plain..].chars();
        let Some(c) = chars.next() else { return };
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\n' | '\t' => out.push(c),
            c if c.is_control() || matches!(u32::from(c) & 0xffff, 0xfffe | 0xffff) => {}
            '\u{fdd0}'..='\u{fdef}' => {}
            c => out.push(c),
        }
        rest = chars.as_str();
    }
}
