use std::ops::Range;

use super::{Expr, Kind, Reader, Template};
use crate::diag::Diagnostics;

/// Holds what is named `yes`, writes texts and numbers, leaves places for the rest.
struct Plain(Vec<(String, String)>);

impl Reader for Plain {
    fn holds(&mut self, condition: &Expr) -> bool {
        match &condition.kind {
            Kind::Name(name) => name == "yes",
            Kind::Not(of) => !self.holds(of),
            Kind::And(one, other) => self.holds(one) && self.holds(other),
            Kind::Or(one, other) => self.holds(one) || self.holds(other),
            _ => false,
        }
    }

    fn set(&mut self, name: &str, value: &Expr) {
        if let Kind::Text(text) = &value.kind {
            self.0.push((name.to_owned(), text.clone()));
        }
    }

    fn value(&mut self, _: usize, value: &Expr, _: &Range<usize>) -> Option<String> {
        match &value.kind {
            Kind::Text(text) => Some(text.clone()),
            Kind::Name(name) => self
                .0
                .iter()
                .find(|(n, _)| n == name)
                .map(|(_, t)| t.clone()),
            _ => None,
        }
    }
}

fn expanded(text: &str) -> (String, Diagnostics) {
    let mut diags = Diagnostics::new();
    let template = Template::read("content/en/a.md", text, 0..text.len(), &[], &mut diags);
    let made = template.expand(text, &mut Plain(Vec::new()));
    (made.text, diags)
}

fn written(text: &str) -> String {
    let (made, diags) = expanded(text);
    assert!(!diags.has_errors(), "{}", diags.human());
    made
}

fn told(text: &str) -> String {
    let (_, diags) = expanded(text);
    assert!(diags.has_errors(), "nothing is said of {text}");
    diags.human()
}

#[test]
fn the_first_branch_that_holds_is_written() {
    let text =
        "a {% if no %}1{% elif yes %}2{% else %}3{% endif %} b{% if no or not yes %}4{% endif %}";
    assert_eq!(written(text), "a 2 b");
    assert_eq!(written("{% if no %}1{% else %}2{% endif %}"), "2");
    assert_eq!(written("{% if yes and (no or yes) %}1{% endif %}"), "1");
}

#[test]
fn dashes_take_the_space_beside_a_tag_away() {
    assert_eq!(written("a\n{%- if yes %} b{% endif -%}\n c"), "a bc");
    assert_eq!(written("a {{- 'x' -}} b"), "axb");
    assert_eq!(written("## A heading {#its-id}"), "## A heading {#its-id}");
}

#[test]
fn a_name_is_given_once_and_used_after() {
    assert_eq!(written("{% set x = \"5\" %}{{ x }}{{ 'y' }}"), "5y");
}

#[test]
fn what_stands_in_code_is_left_as_it_is() {
    let text = "`{{ x }}` and {{ 'y' }}";
    let mut diags = Diagnostics::new();
    let code: Range<usize> = 0..9;
    let template = Template::read("a.md", text, 0..text.len(), &[code], &mut diags);
    let made = template.expand(text, &mut Plain(Vec::new()));
    assert_eq!(made.text, "`{{ x }}` and y");
}

#[test]
fn a_span_of_the_expanded_text_leads_back_to_the_file() {
    let text = "ab{% if no %}cd{% endif %}ef {{ figure(indicator=\"received\") }} gh";
    let mut diags = Diagnostics::new();
    let template = Template::read("a.md", text, 0..text.len(), &[], &mut diags);
    let made = template.expand(text, &mut Plain(Vec::new()));
    let at = made.text.find("gh").unwrap();
    assert_eq!(&text[made.span(at..at + 2)], "gh");
    let at = made.text.find("ef").unwrap();
    assert_eq!(&text[made.span(at..at + 2)], "ef");
}

#[test]
fn a_place_cannot_be_forged() {
    assert_eq!(written("x \u{fdd0}0\u{fdd1} y"), "x \u{fffd}0\u{fffd} y");
}

#[test]
fn arguments_are_named_and_plain() {
    let text = "{{ figure(indicator=\"received\", digits=0, base=false) }}";
    let mut diags = Diagnostics::new();
    let template = Template::read("a.md", text, 0..text.len(), &[], &mut diags);
    let calls = template.calls();
    assert_eq!(calls[0].name, "figure");
    assert_eq!(
        calls[0].argument("indicator").unwrap().text(),
        Some("received")
    );
    assert_eq!(calls[0].argument("digits").unwrap().number(), Some(0));
    assert_eq!(calls[0].argument("base").unwrap().truth(), Some(false));
    assert!(told("{{ figure(indicator=figure()) }}").contains("an argument is"));
    assert!(told("{{ figure(a=1, a=2) }}").contains("given twice"));
    assert!(told("{{ figure(\"received\") }}").contains("the name of an argument"));
}

#[test]
fn every_mistake_has_its_line_and_column() {
    for (text, line, said) in [
        ("a\n{{ x", 2, "has no }}"),
        ("{% if yes %}\nb", 1, "has no {% endif %}"),
        ("a {% endif %}", 1, "no {% if … %} before"),
        ("{% for x in y %}", 1, "\"for\" is not a tag"),
        ("\n\n{{ }}", 3, "the tag is empty"),
        ("{{ a b }}", 1, "should end before"),
        ("{{ figure( }}", 1, "is missing"),
        ("{{ \"open }}", 1, "has no }}"),
        ("{{ x == 'a\n }}", 1, "no closing quote"),
        ("{{ figure(x=“y”) }}", 1, "straight quotes"),
        ("{{ 1 + 2 }}", 1, "\"+\" has no meaning"),
        ("{{ 99999999999999999999999 }}", 1, "too large"),
        (
            "{% if yes %}a{% else %}b{% else %}c{% endif %}",
            1,
            "after {% else %}",
        ),
        ("{% if %}a{% endif %}", 1, "the tag is empty"),
        ("{% set = 5 %}", 1, "write {% set"),
        ("{% else now %}", 1, "nothing may follow"),
    ] {
        let told = told(text);
        assert!(told.contains(said), "{text}: {told}");
        assert!(told.contains(&format!("a.md:{line}:")), "{text}: {told}");
    }
}

#[test]
fn what_is_nested_without_end_is_refused() {
    let brackets = format!("{{{{ {}a{} }}}}", "(".repeat(5_000), ")".repeat(5_000));
    assert!(told(&brackets).contains("too deeply"));
    let ifs = format!(
        "{}{}",
        "{% if yes %}".repeat(5_000),
        "{% endif %}".repeat(5_000)
    );
    assert!(told(&ifs).contains("too deeply"));
    let nots = format!("{{% if {} yes %}}{{% endif %}}", "not ".repeat(5_000));
    assert!(told(&nots).contains("too deeply"));
}
