//! What a print template is given: one JSON dictionary, `edition.json`. Its top-level keys are the fields of
//! [`Dictionary`]; the page in it is the report's [`Page`](crate::report::Page) as it is.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::render::svg::{self, Medium, Size};
use crate::report::{Block, Chart, Edition, EditionId, Node, Part};
use crate::text::{Lang, Words};

/// Width in px of a drawing that has the column to itself. At 13 px a letter it makes type of 8 points on A4.
const FULL: f64 = 720.0;

/// Width in px of one of two drawings side by side.
const HALF: f64 = 346.0;

/// Width in px of the drawing between the names and the values of members.
const PLOT: f64 = 374.0;

/// The words of print templates, by their key under `print.`.
const WORDS: [&str; 10] = [
    "contents",
    "key_figures",
    "definitions",
    "about",
    "online",
    "digest",
    "digest_words",
    "signed",
    "date",
    "page",
];

/// Where the site stands, and what its open data are.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// The site's public address, with a slash at the end.
    pub root: &'a str,
    /// The site's languages; the first is served at the root.
    pub languages: &'a [Lang],
    /// SHA-256 of `figures.csv`, lower-case hex.
    pub digest: &'a str,
}

/// The dictionary.
#[derive(Debug, Serialize)]
struct Dictionary<'a> {
    /// `report` or `brief`.
    layout: &'a str,
    /// `a4` or `us-letter`.
    paper: &'a str,
    /// The language's tag.
    lang: &'a str,
    /// The site's public address.
    root: &'a str,
    /// The public address of the home page in this language: pages' keys follow it.
    home: &'a str,
    /// The page's own public address.
    address: &'a str,
    /// SHA-256 of `figures.csv`.
    digest: &'a str,
    /// What templates say of their own accord.
    words: BTreeMap<&'a str, String>,
    /// Each chart's drawing, by the chart's id.
    drawings: BTreeMap<&'a str, Drawing>,
    /// Site, page, status, date of the figures, definitions.
    #[serde(flatten)]
    edition: &'a Edition,
}

/// A chart, drawn for paper.
#[derive(Debug, Serialize)]
struct Drawing {
    /// The drawing, with an empty `<style/>` for the template to fill; empty where there is nothing to draw.
    svg: String,
    /// What the caption must add; may be empty.
    note: String,
    /// The bars of a ladder's steps.
    steps: Vec<String>,
    /// Its width in px.
    width: f64,
    /// Height in px of a member's row, and of what stands above the first.
    row: f64,
    head: f64,
}

/// The dictionary of an edition, as JSON.
#[must_use]
pub(super) fn dictionary(id: &EditionId, edition: &Edition, place: Place<'_>) -> String {
    let lang = &edition.page.lang;
    let words = Words::for_lang(lang);
    let home = if place.languages.first() == Some(lang) {
        place.root.to_owned()
    } else {
        format!("{}{}/", place.root, lang.tag())
    };
    let address = format!("{home}{}", edition.page.key);
    let dictionary = Dictionary {
        layout: id.layout.id(),
        paper: id.paper.id(),
        lang: lang.tag(),
        root: place.root,
        home: &home,
        address: &address,
        digest: place.digest,
        words: WORDS
            .iter()
            .map(|key| (*key, words.pattern(&format!("print.{key}")).to_owned()))
            .collect(),
        drawings: edition
            .page
            .parts
            .iter()
            .flat_map(|part| drawings(part, &words))
            .collect(),
        edition,
    };
    serde_json::to_string(&dictionary).expect("a dictionary always serialises")
}

/// The drawings of a part, those within its texts too. Several charts one after the other in a part of full width stand two
/// side by side.
fn drawings<'a>(part: &'a Part, words: &Words) -> Vec<(&'a str, Drawing)> {
    let is_chart = |at: usize| matches!(part.blocks.get(at), Some(Block::Chart(..)));
    let mut drawn = Vec::new();
    for (at, block) in part.blocks.iter().enumerate() {
        let is_beside = part.full && (is_chart(at + 1) || at > 0 && is_chart(at - 1));
        match block {
            Block::Chart(chart, _) => drawn.push(draw(chart, is_beside, words)),
            Block::Prose(nodes) | Block::Article(nodes, _) => {
                drawings_within(nodes, words, &mut drawn);
            }
            _ => {}
        }
    }
    drawn
}

fn drawings_within<'a>(nodes: &'a [Node], words: &Words, drawn: &mut Vec<(&'a str, Drawing)>) {
    for node in nodes {
        match node {
            Node::Block(block) => {
                if let Block::Chart(chart, _) = &**block {
                    drawn.push(draw(chart, false, words));
                }
            }
            Node::List(_, items) => {
                for item in items {
                    drawings_within(item, words, drawn);
                }
            }
            Node::Quote(nodes) | Node::Note(_, nodes) => drawings_within(nodes, words, drawn),
            _ => {}
        }
    }
}

fn draw<'a>(chart: &'a Chart, is_beside: bool, words: &Words) -> (&'a str, Drawing) {
    let (width, size) = match chart {
        Chart::Members { .. } => (PLOT, Size::Full),
        _ if is_beside => (HALF, Size::Small),
        _ => (FULL, Size::Full),
    };
    let drawing = svg::draw(chart, size, Medium::Paper(width), words);
    let drawing = Drawing {
        svg: drawing.svg,
        note: drawing.note,
        steps: drawing.steps,
        width: svg::with_margins(width),
        row: drawing.row,
        head: drawing.head,
    };
    (svg::id(chart), drawing)
}

#[cfg(test)]
mod tests {
    const PAGES: [&str; 2] = [
        include_str!("../../../content/en/guide/print.md"),
        include_str!("../../../content/zh-CN/guide/print.md"),
    ];

    #[test]
    fn every_key_and_kind_of_block_is_named_in_both_pages() {
        let source = include_str!("dictionary.rs");
        let keys: Vec<&str> = source
            .split("struct Dictionary<'a> {")
            .chain(source.split("struct Drawing {"))
            .filter_map(|rest| rest.split_once('}'))
            .flat_map(|(fields, _)| fields.lines())
            .filter_map(|line| line.trim().split_once(':'))
            .map(|(name, _)| name)
            .filter(|name| !name.contains(' ') && *name != "edition")
            .collect();
        assert!(
            keys.contains(&"address") && keys.contains(&"svg"),
            "{keys:?}"
        );
        let more = [
            "site",
            "status",
            "as_of",
            "page",
            "definitions",
            "finding",
            "prose",
            "article",
        ];
        for page in PAGES {
            let unnamed: Vec<&&str> = keys
                .iter()
                .chain(&more)
                .filter(|key| !page.contains(&format!("`{key}`")))
                .collect();
            assert!(unnamed.is_empty(), "{unnamed:?}");
        }
    }
}
