//! Documents are read with their anchors, articles and links, and what is wrong in them has a place.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::document::{key_of, read_document};
use super::*;
use crate::diag::Diagnostics;
use crate::prose::{Expr, Reader};
use crate::text::Lang;

fn read_one(text: &str) -> (Option<Document>, Diagnostics) {
    let mut diags = Diagnostics::new();
    let document = read_document(
        &Arc::default(),
        "content/en/policy/a.md",
        "policy/a.md",
        &Lang("en".into()),
        text.as_bytes(),
        &mut diags,
    );
    (document.map(|(document, _)| document), diags)
}

#[test]
fn a_document_keeps_its_anchors_and_loses_its_scripts() {
    let (document, diags) = read_one(
        "+++\ntitle = \"Time limits\"\norder = 3\n+++\n\n## Article 4 {#article-4}\n\n<script>alert(1)</script>\n\n[x](javascript:alert(1)) **b**\n",
    );
    let document = document.expect("it is valid");
    let [
        Node::Heading(id, 2, _),
        Node::Paragraph(html),
        Node::Paragraph(words),
    ] = &document.all_nodes()[..]
    else {
        panic!("{:?}", document.all_nodes());
    };
    assert_eq!(id, "article-4");
    assert_eq!(plain(html).trim(), "<script>alert(1)</script>");
    assert!(
        matches!(
            &words[..],
            [
                Inline::Link(Goal::Nowhere, _),
                Inline::Text(_),
                Inline::Styled(Style::Strong, _)
            ]
        ),
        "{words:?}"
    );
    assert_eq!(
        (
            document.key.as_str(),
            document.section.as_str(),
            document.order
        ),
        ("policy/a/", "policy", 3)
    );
    assert!(diags.human().contains("link-scheme"), "{}", diags.human());
}

#[test]
fn marked_articles_are_counted_and_named() {
    let (document, _) = read_one(
        "+++\ntitle = \"A\"\n+++\n## General\n### Purpose {.article}\n## Answers\n### First answer {.article #first}\n### Closing {.article}\n",
    );
    let document = document.expect("it is valid");
    let headings: Vec<(&str, &str)> = document
        .headings
        .iter()
        .map(|heading| (heading.id.as_str(), heading.text.as_str()))
        .collect();
    assert_eq!(
        headings,
        [
            ("general", "General"),
            ("article-1", "Article 1. Purpose"),
            ("answers", "Answers"),
            ("first", "Article 2. First answer"),
            ("article-3", "Article 3. Closing"),
        ]
    );
}

#[test]
fn links_to_files_beside_it_become_pages() {
    let (document, _) = read_one(
        "+++\ntitle = \"A\"\n+++\n[b](b.md#x), [c](../about.md), [m](/methods/), [d](/data/figures.csv)\n",
    );
    let document = document.expect("it is valid");
    let to: Vec<&str> = document.links.iter().map(|l| l.to.as_str()).collect();
    assert_eq!(to, ["policy/b/", "about/", "methods/", "data/figures.csv"]);
    let nodes = document.all_nodes();
    let [Node::Paragraph(words)] = &nodes[..] else {
        panic!("{:?}", document.all_nodes());
    };
    let goals: Vec<&Goal> = words
        .iter()
        .filter_map(|inline| match inline {
            Inline::Link(goal, _) => Some(goal),
            _ => None,
        })
        .collect();
    assert_eq!(*goals[0], Goal::Page("policy/b/".into(), Some("x".into())));
    assert_eq!(*goals[3], Goal::File("data/figures.csv".into()));
}

#[test]
fn a_link_that_leads_nowhere_is_told_with_its_line() {
    let text = "+++\ntitle = \"A\"\n+++\n\n[b](b.md)\n";
    let document = Document::built_in("policy/a.md", &Lang("en".into()), text);
    let mut diags = Diagnostics::new();
    check_links(
        &[document.expect("it is valid")],
        &|_| false,
        &BTreeMap::new(),
        &BTreeSet::new(),
        &mut diags,
    );
    assert!(
        diags.human().contains("content/en/policy/a.md:5:1"),
        "{}",
        diags.human()
    );
}

#[test]
fn front_matter_mistakes_have_a_place_and_a_remedy() {
    let (document, diags) = read_one("+++\ntitel = \"A\"\n+++\ntext\n");
    assert!(document.is_none());
    let told = diags.human();
    assert!(
        told.contains("a.md:2:1") && told.contains("did you mean \"title\"?"),
        "{told}"
    );
    assert!(read_one("no front matter").0.is_none());
    assert!(read_one("+++\ntitle = \"A\"\n").0.is_none());
}

#[test]
fn an_index_file_is_its_folder() {
    assert_eq!(key_of("index.md"), "");
    assert_eq!(key_of("policy/index.md"), "policy/");
    assert_eq!(key_of("policy/reindex.md"), "policy/reindex/");
}

/// Writes the value of a place as nothing, and holds what a condition says.
struct Teller {
    places: Vec<usize>,
    holds: bool,
}

impl Reader for Teller {
    fn holds(&mut self, _: &Expr) -> bool {
        self.holds
    }

    fn set(&mut self, _: &str, _: &Expr) {}

    fn value(&mut self, place: usize, _: &Expr, _: &std::ops::Range<usize>) -> Option<String> {
        self.places.push(place);
        None
    }
}

#[test]
fn a_text_is_the_same_after_it_was_packed() {
    let told = "## A {.article}\n\n- *one* `two` ~~three~~\n\n> [b](b.md#x) ![p](/p.png) [^n]\n\n|a|b|\n|-|-:|\n|1|{{ figure(indicator=\"received\") }}|\n\n---\n\n    code\n\n[^n]: A note.\n";
    let (document, _) = read_one(&format!("+++\ntitle = \"A\"\n+++\n{told}"));
    let document = document.expect("it is valid");
    let mut teller = Teller {
        places: Vec::new(),
        holds: false,
    };
    let nodes = document.nodes(&mut teller);
    assert_eq!(nodes, document.all_nodes());
    assert_eq!(teller.places, [0]);
    let kinds: Vec<u8> = nodes
        .iter()
        .map(|node| match node {
            Node::Heading(..) => b'h',
            Node::List(..) => b'l',
            Node::Quote(_) => b'q',
            Node::Table(_) => b't',
            Node::Rule => b'-',
            Node::Code(_) => b'c',
            Node::Note(..) => b'n',
            Node::Paragraph(_) | Node::Plain(_) => b'p',
        })
        .collect();
    assert_eq!(kinds, b"hlqt-cn");
}

#[test]
fn a_text_with_a_condition_is_decided_each_time_it_is_shown() {
    let text = "+++\ntitle = \"A\"\n+++\n{% if x %}yes{% else %}no{% endif %}\n";
    let document = Document::built_in("a.md", &Lang("en".into()), text).expect("it is valid");
    for (holds, shown) in [(true, "yes"), (false, "no"), (true, "yes")] {
        let places = Vec::new();
        let nodes = document.nodes(&mut Teller { places, holds });
        assert_eq!(nodes, [Node::Paragraph(vec![Inline::Text(shown.into())])]);
    }
}

#[test]
fn a_file_that_changed_since_it_was_read_is_noticed_when_its_words_are_asked_for() {
    let (document, _) = read_one("+++\ntitle = \"A\"\n+++\nWords.\n");
    let document = document.expect("it is valid");
    assert!(!document.is_another());
    assert_eq!(document.all_nodes().len(), 1);
    // There is no such file: the words were read from memory.
    assert_eq!(document.written(), "");
    assert!(document.is_another() && !document.is_sound());
}
