//! Markdown to a tree of nodes: raw HTML is shown as text, links are looked at, every heading gets an id.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use pulldown_cmark::{
    Alignment, Event, HeadingLevel, LinkType, OffsetIter, Options, Parser, Tag, TagEnd,
};

use super::node::{Goal, Heading, Inline, Node, Style, Table, plain};
use super::{article, document::InnerLink};
use crate::diag::{Diagnostic, Diagnostics, Place};
use crate::prose::{Expansion, PLACE_END, PLACE_START, openings};

/// Lists, quotations and styles within each other; what lies deeper is shown without its own.
const DEEPEST: usize = 24;

/// The document that a text belongs to.
pub(super) struct Home<'a> {
    /// Its path relative to the site's folder, for messages.
    pub(super) path: &'a str,
    /// Its key.
    pub(super) key: &'a str,
    /// Its path within the language's folder.
    pub(super) source: &'a str,
    /// Whether it is written in Chinese: quotes and dashes are left as they are, and lines join without a space.
    pub(super) is_chinese: bool,
    /// The file's text.
    pub(super) text: &'a str,
}

/// A text as a tree, with its headings and its links to the site.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Body {
    pub(super) nodes: Vec<Node>,
    pub(super) headings: Vec<Heading>,
    pub(super) links: Vec<InnerLink>,
}

fn options(is_chinese: bool) -> Options {
    let mut options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_HEADING_ATTRIBUTES;
    if !is_chinese {
        options |= Options::ENABLE_SMART_PUNCTUATION;
    }
    options
}

/// The parts of a text in which a tag is shown as it is: code, in lines and between words. Spans are bytes of `text`, in order.
/// Of a text none of whose tags can be in code nothing is told.
pub(super) fn code(text: &str, body: Range<usize>) -> Vec<Range<usize>> {
    let shown = &text[body.clone()];
    if !openings(shown).any(|at| may_be_code(shown, at)) {
        return Vec::new();
    }
    let spans = all_code(shown).into_iter();
    let in_text = |span: Range<usize>| body.start + span.start..body.start + span.end;
    spans.map(in_text).collect()
}

fn all_code(text: &str) -> Vec<Range<usize>> {
    let parser = Parser::new_ext(text, options(false)).into_offset_iter();
    let is_code =
        |event: &Event<'_>| matches!(event, Event::Code(_) | Event::Start(Tag::CodeBlock(_)));
    parser
        .filter(|(event, _)| is_code(event))
        .map(|(_, span)| span)
        .collect()
}

/// Whether what stands at a place may be code: there is a fence somewhere, or a backtick or the space that sets lines in, with no
/// empty line between. Most tags are told by this, and their texts need not be read twice.
fn may_be_code(text: &str, at: usize) -> bool {
    let start = text[..at].rfind("\n\n").unwrap_or_default();
    let end = text[at..].find("\n\n").map_or(text.len(), |end| at + end);
    let near = &text[start..end];
    let begins = |fence| move |(at, _): (usize, &str)| text[at..].starts_with(fence);
    near.contains(['`', '\t'])
        || near.contains("    ")
        || text.match_indices('`').any(begins("```"))
        || text.match_indices('~').any(begins("~~~"))
}

/// Reads an expanded text.
pub(super) fn read(home: &Home<'_>, expansion: &Expansion, diags: &mut Diagnostics) -> Body {
    let parser = Parser::new_ext(&expansion.text, options(home.is_chinese));
    let mut reader = Reader {
        home,
        expansion,
        events: parser.into_offset_iter(),
        body: Body::default(),
        ids: BTreeSet::new(),
        notes: BTreeMap::new(),
        written: BTreeSet::new(),
        articles: 0,
        depth: 0,
        ignored: 0,
        diags,
    };
    reader.body.nodes = reader.nodes();
    reader.body
}

struct Reader<'a, 'd> {
    home: &'a Home<'a>,
    expansion: &'a Expansion,
    events: OffsetIter<'a>,
    body: Body,
    ids: BTreeSet<String>,
    /// Footnotes by their name, numbered as they are first met.
    notes: BTreeMap<String, usize>,
    /// The names of the footnotes whose words were read.
    written: BTreeSet<String>,
    /// Headings so far that are marked as articles.
    articles: usize,
    depth: usize,
    /// Starts that lie too deep and whose ends are still to come.
    ignored: usize,
    diags: &'d mut Diagnostics,
}

impl<'a> Reader<'a, '_> {
    /// The next event that is not of a container too deep to be kept; `None` at the end of what is being read.
    fn next(&mut self) -> Option<(Event<'a>, Range<usize>)> {
        loop {
            let (event, span) = self.events.next()?;
            match &event {
                Event::Start(tag) if self.depth >= DEEPEST && !is_needed(tag) => self.ignored += 1,
                Event::End(end) if self.ignored > 0 && !is_needed_end(*end) => self.ignored -= 1,
                Event::End(_) => return None,
                _ => return Some((event, span)),
            }
        }
    }

    fn deeper<T>(&mut self, read: impl FnOnce(&mut Self) -> T) -> T {
        self.depth += 1;
        let read = read(self);
        self.depth -= 1;
        read
    }

    /// Nodes up to the end of what holds them.
    fn nodes(&mut self) -> Vec<Node> {
        let mut nodes: Vec<Node> = Vec::new();
        while let Some((event, span)) = self.next() {
            match event {
                Event::Start(tag) => {
                    if let Some(node) = self.node(tag, span, &mut nodes) {
                        nodes.push(node);
                    }
                }
                Event::Rule => nodes.push(Node::Rule),
                other => self.inline(other, span, run(&mut nodes)),
            }
        }
        // A run of nothing but a line break is none.
        nodes.retain(|node| {
            !matches!(node, Node::Plain(run) if plain(run).trim().is_empty() && !run.iter().any(|i| matches!(i, Inline::Place(_))))
        });
        nodes
    }

    fn node(&mut self, tag: Tag<'a>, span: Range<usize>, nodes: &mut Vec<Node>) -> Option<Node> {
        Some(match tag {
            Tag::Paragraph => Node::Paragraph(self.inlines()),
            Tag::Heading {
                level, id, classes, ..
            } => {
                let is_article = classes.iter().any(|class| &**class == "article");
                self.heading(level, id.as_deref(), is_article)
            }
            Tag::BlockQuote(_) => Node::Quote(self.deeper(Self::nodes)),
            Tag::CodeBlock(_) => {
                let mut lines = String::new();
                while let Some((event, _)) = self.next() {
                    if let Event::Text(text) = event {
                        lines.push_str(&text);
                    }
                }
                Node::Code(lines)
            }
            Tag::HtmlBlock => Node::Paragraph(self.inlines()),
            Tag::List(start) => {
                let mut items = Vec::new();
                while let Some((event, _)) = self.next() {
                    if matches!(event, Event::Start(Tag::Item)) {
                        items.push(self.deeper(Self::nodes));
                    }
                }
                Node::List(start, items)
            }
            Tag::Table(align) => Node::Table(self.table(&align)),
            Tag::FootnoteDefinition(name) => {
                // One that is written twice keeps its words, under a number that nothing refers to.
                let mut name = name.into_string();
                while !self.written.insert(name.clone()) {
                    name.push('\n');
                }
                let number = self.note(&name);
                Node::Note(number, self.deeper(Self::nodes))
            }
            inline => {
                self.inline(Event::Start(inline), span, run(nodes));
                return None;
            }
        })
    }

    fn heading(&mut self, level: HeadingLevel, id: Option<&str>, is_article: bool) -> Node {
        // The page's title is its only first-level heading.
        let level = level.max(HeadingLevel::H2) as u8;
        let mut inlines = self.inlines();
        if is_article {
            self.articles += 1;
            let number = article::before(self.articles, self.home.is_chinese);
            inlines.insert(0, Inline::Text(number));
        }
        let text = plain(&inlines);
        let id = match id.unwrap_or_default() {
            "" if is_article => format!("article-{}", self.articles),
            "" => anchor(&text),
            id => id.to_owned(),
        };
        let id = unique(id, &mut self.ids);
        self.body.headings.push(Heading {
            id: id.clone(),
            text,
            level,
        });
        Node::Heading(id, level, inlines)
    }

    fn table(&mut self, align: &[Alignment]) -> Table {
        let mut table = Table {
            is_at_end: align.iter().map(|each| *each == Alignment::Right).collect(),
            ..Table::default()
        };
        while let Some((event, _)) = self.next() {
            let is_head = matches!(event, Event::Start(Tag::TableHead));
            let mut cells = Vec::new();
            while let Some((event, _)) = self.next() {
                if matches!(event, Event::Start(Tag::TableCell)) {
                    cells.push(self.inlines());
                }
            }
            if is_head {
                table.head = cells;
            } else {
                table.rows.push(cells);
            }
        }
        table
    }

    /// Runs of text up to the end of what holds them.
    fn inlines(&mut self) -> Vec<Inline> {
        let mut inlines = Vec::new();
        while let Some((event, span)) = self.next() {
            self.inline(event, span, &mut inlines);
        }
        inlines
    }

    fn inline(&mut self, event: Event<'a>, span: Range<usize>, inlines: &mut Vec<Inline>) {
        match event {
            Event::Text(text) | Event::Html(text) | Event::InlineHtml(text) => {
                self.text(&text, inlines);
            }
            Event::Code(text) => inlines.push(Inline::Code(text.into_string())),
            Event::SoftBreak => {
                let is_joined = self.home.is_chinese && ends_wide(inlines);
                if !is_joined {
                    push_text(inlines, "\n");
                }
            }
            Event::HardBreak => inlines.push(Inline::Break),
            Event::FootnoteReference(name) => {
                let number = self.note(&name);
                inlines.push(Inline::NoteNumber(number));
            }
            Event::Start(Tag::Emphasis) => self.styled(Style::Emphasis, inlines),
            Event::Start(Tag::Strong) => self.styled(Style::Strong, inlines),
            Event::Start(Tag::Strikethrough) => self.styled(Style::Struck, inlines),
            Event::Start(Tag::Link {
                link_type,
                dest_url,
                ..
            }) => {
                let goal = if link_type == LinkType::Email {
                    Goal::Outside(format!("mailto:{dest_url}"))
                } else {
                    self.goal(&dest_url, &span)
                };
                let inside = self.deeper(Self::inlines);
                inlines.push(Inline::Link(goal, inside));
            }
            Event::Start(Tag::Image { dest_url, .. }) => {
                let goal = self.picture(&dest_url, &span);
                let inside = self.deeper(Self::inlines);
                inlines.push(Inline::Image(goal, plain(&inside)));
            }
            Event::Start(_) => {
                let inside = self.deeper(Self::inlines);
                inlines.extend(inside);
            }
            Event::Rule
            | Event::End(_)
            | Event::TaskListMarker(_)
            | Event::InlineMath(_)
            | Event::DisplayMath(_) => {}
        }
    }

    fn styled(&mut self, style: Style, inlines: &mut Vec<Inline>) {
        let inside = self.deeper(Self::inlines);
        inlines.push(Inline::Styled(style, inside));
    }

    /// Text, cut at the places in it.
    fn text(&self, text: &str, inlines: &mut Vec<Inline>) {
        let mut rest = text;
        while let Some((before, after)) = rest.split_once(PLACE_START) {
            push_text(inlines, before);
            let (number, after) = after.split_once(PLACE_END).unwrap_or((after, ""));
            if let Ok(number) = number.parse() {
                inlines.push(Inline::Place(number));
            }
            rest = after;
        }
        if self.home.is_chinese
            && begins_wide(rest)
            && let Some(Inline::Text(last)) = inlines.last_mut()
            && last.ends_with('\n')
        {
            last.pop();
        }
        push_text(inlines, rest);
    }

    fn note(&mut self, name: &str) -> usize {
        let next = self.notes.len() + 1;
        *self.notes.entry(name.to_owned()).or_insert(next)
    }

    /// Where a picture is: among the site's own files, so that reading a page asks nothing of others.
    fn picture(&mut self, to: &str, span: &Range<usize>) -> Goal {
        match self.goal(to, span) {
            Goal::File(path) => Goal::File(path),
            Goal::Nowhere => Goal::Nowhere,
            Goal::Page(..) | Goal::Outside(_) => {
                let span = self.expansion.span(span.clone());
                self.diags.tell(
                    Diagnostic::error(
                        "picture-outside",
                        format!("the picture \"{to}\" is not a file of the site"),
                    )
                    .at(Place::span(self.home.path, self.home.text, span))
                    .hint("put it into static/ and write its path from there, such as /map.png"),
                );
                Goal::Nowhere
            }
        }
    }

    /// Where a link goes; links to the site itself are noted for checking.
    fn goal(&mut self, to: &str, span: &Range<usize>) -> Goal {
        let home = self.home;
        let span = self.expansion.span(span.clone());
        let place = || Place::span(home.path, home.text, span.clone());
        let (path, fragment) = to.split_once('#').unwrap_or((to, ""));
        let scheme = path
            .split_once(':')
            .map(|(scheme, _)| scheme.to_ascii_lowercase());
        match scheme.as_deref() {
            Some("http" | "https" | "mailto" | "tel") => return Goal::Outside(to.to_owned()),
            Some(scheme) => {
                self.diags.tell(
                    Diagnostic::error(
                        "link-scheme",
                        format!("links may not begin with \"{scheme}:\""),
                    )
                    .at(place())
                    .hint("use https:, mailto: or tel:, or the path of a page"),
                );
                return Goal::Nowhere;
            }
            None if path.starts_with("//") => {
                self.diags.tell(
                    Diagnostic::error("link-scheme", "links may not begin with //")
                        .at(place())
                        .hint("write https:// before the host"),
                );
                return Goal::Nowhere;
            }
            None => {}
        }
        let (to, is_file) = match path {
            "" => (home.key.to_owned(), false),
            _ => inner(home, path),
        };
        self.body.links.push(InnerLink {
            to: to.clone(),
            fragment: fragment.to_owned(),
            is_file,
            span,
        });
        if is_file {
            Goal::File(to)
        } else {
            Goal::Page(to, (!fragment.is_empty()).then(|| fragment.to_owned()))
        }
    }
}

/// Whether a container is kept however deep it lies, since what is in it cannot stand without it.
const fn is_needed(tag: &Tag<'_>) -> bool {
    matches!(
        tag,
        Tag::Paragraph
            | Tag::Heading { .. }
            | Tag::CodeBlock(_)
            | Tag::HtmlBlock
            | Tag::Table(_)
            | Tag::TableHead
            | Tag::TableRow
            | Tag::TableCell
    )
}

const fn is_needed_end(end: TagEnd) -> bool {
    matches!(
        end,
        TagEnd::Paragraph
            | TagEnd::Heading(_)
            | TagEnd::CodeBlock
            | TagEnd::HtmlBlock
            | TagEnd::Table
            | TagEnd::TableHead
            | TagEnd::TableRow
            | TagEnd::TableCell
    )
}

/// The run of text that stands at the end of some nodes, begun where there is none.
fn run(nodes: &mut Vec<Node>) -> &mut Vec<Inline> {
    if !matches!(nodes.last(), Some(Node::Plain(_))) {
        nodes.push(Node::Plain(Vec::new()));
    }
    match nodes.last_mut() {
        Some(Node::Plain(run)) => run,
        _ => unreachable!("a run was begun above"),
    }
}

fn push_text(inlines: &mut Vec<Inline>, text: &str) {
    if text.is_empty() {
        return;
    }
    match inlines.last_mut() {
        Some(Inline::Text(last)) => last.push_str(text),
        _ => inlines.push(Inline::Text(text.to_owned())),
    }
}

/// Whether a run ends with a Han character or full-width sign, after which a new line needs no space.
fn ends_wide(inlines: &[Inline]) -> bool {
    plain(inlines).chars().next_back().is_some_and(is_wide)
}

fn begins_wide(text: &str) -> bool {
    text.chars().next().is_some_and(is_wide)
}

const fn is_wide(c: char) -> bool {
    matches!(c as u32, 0x3000..=0x9fff | 0xff00..=0xffef | 0x2_0000..=0x3_fffd)
}

/// What a path of the site means: (key or file path, whether it is a file).
fn inner(home: &Home<'_>, path: &str) -> (String, bool) {
    let mut parts: Vec<&str> = match path.strip_prefix('/') {
        Some(_) => Vec::new(),
        None => match home.source.rsplit_once('/') {
            Some((folders, _)) => folders.split('/').collect(),
            None => Vec::new(),
        },
    };
    for part in path.trim_start_matches('/').split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    let joined = parts.join("/");
    if joined.ends_with(".md") {
        return (super::document::key_of(&joined), false);
    }
    let is_file = parts.last().is_some_and(|last| last.contains('.')) && !path.ends_with('/');
    if is_file || joined.is_empty() {
        (joined, is_file)
    } else {
        (format!("{joined}/"), false)
    }
}

/// An id made of a heading's text: letters and digits of any script, dashes between words.
fn anchor(text: &str) -> String {
    let mut id = String::new();
    for c in text.chars() {
        if c.is_alphanumeric() {
            id.extend(c.to_lowercase());
        } else if !id.is_empty() && !id.ends_with('-') {
            id.push('-');
        }
    }
    let id = id.trim_end_matches('-');
    if id.is_empty() {
        "section".to_owned()
    } else {
        id.to_owned()
    }
}

/// Whether a fragment is one that the page itself gives: of its main part, of notes and of drawings in a text.
fn is_of_the_page(id: &str) -> bool {
    let is_numbered = |start: &str| {
        id.strip_prefix(start)
            .is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit()))
    };
    id == "main" || is_numbered("note-") || is_numbered("text-chart-")
}

fn unique(id: String, taken: &mut BTreeSet<String>) -> String {
    let mut candidate = id.clone();
    let mut n = 2;
    while is_of_the_page(&candidate) || !taken.insert(candidate.clone()) {
        candidate = format!("{id}-{n}");
        n += 1;
    }
    candidate
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_tag_in_code_is_passed_over() {
        const PIECES: [&str; 16] = [
            "{{ x }}",
            "{{ x }}",
            "{% if x %}",
            "`",
            "``",
            "```\n",
            "~~~\n",
            "    ",
            "\t",
            "\n",
            "\n\n",
            "> ",
            "- ",
            "1. ",
            "word",
            " ",
        ];
        let mut number = 1_u64;
        let mut below = |most: usize| {
            number = number
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            usize::try_from(number >> 33).unwrap() % most
        };
        let mut in_code = 0;
        for _ in 0..20_000 {
            let length = below(14);
            let text: String = (0..length).map(|_| PIECES[below(PIECES.len())]).collect();
            let is_in = |spans: &[Range<usize>], at| spans.iter().any(|span| span.contains(&at));
            let (found, all) = (code(&text, 0..text.len()), all_code(&text));
            for at in openings(&text) {
                assert_eq!(is_in(&found, at), is_in(&all, at), "{text:?} at {at}");
                in_code += usize::from(is_in(&all, at));
            }
        }
        assert!(in_code > 1_000, "{in_code}");
    }
}
