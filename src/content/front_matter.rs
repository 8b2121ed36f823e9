//! The TOML block between `+++` lines at the top of a document.

use std::ops::Range;

use toml::de::{DeTable, DeValue};

use crate::diag::{Diagnostic, Diagnostics, Place, nearest};
use crate::time::Day;

/// What a document says of itself.
pub(super) struct FrontMatter {
    pub(super) title: String,
    pub(super) order: i64,
    pub(super) date: Option<Day>,
    pub(super) document_number: Option<String>,
    pub(super) description: String,
    /// Published cases to be put forward, with their places.
    pub(super) featured: Vec<(String, Place)>,
    /// Articles that promise something no clock measures, with their places.
    pub(super) promises: Vec<(String, Place)>,
    /// Where the body stands in the file, in bytes.
    pub(super) body: Range<usize>,
}

const KEYS: [&str; 7] = [
    "title",
    "order",
    "date",
    "document_number",
    "description",
    "featured",
    "promises",
];
const FENCE: &str = "+++";

/// Reads the block; `None` where errors were told.
pub(super) fn read(path: &str, text: &str, diags: &mut Diagnostics) -> Option<FrontMatter> {
    let Some((block, body)) = split(text) else {
        diags.tell(
            Diagnostic::error("front-matter", "the document has no front matter")
                .at(Place::line(path, 1))
                .hint("begin the file with a line +++, then title = \"…\", then a line +++"),
        );
        return None;
    };
    let source = &text[block.clone()];
    let text_of = text;
    let told = |message: String, span: Range<usize>| {
        Diagnostic::error("front-matter", message).at(Place::span(
            path,
            text,
            block.start + span.start..block.start + span.end,
        ))
    };
    let table = match DeTable::parse(source) {
        Ok(table) => table,
        Err(error) => {
            diags.tell(told(
                error.message().to_owned(),
                error.span().unwrap_or(0..0),
            ));
            return None;
        }
    };
    let mut front = FrontMatter {
        title: String::new(),
        order: 0,
        date: None,
        document_number: None,
        description: String::new(),
        featured: Vec::new(),
        promises: Vec::new(),
        body,
    };
    let mut failed = false;
    for (key, value) in table.get_ref() {
        let wrong = |what: &str| told(format!("{} must be {what}", key.get_ref()), value.span());
        let problem = match (key.get_ref().as_ref(), value.get_ref()) {
            ("title", DeValue::String(text)) => {
                front.title = text.trim().to_owned();
                None
            }
            ("description", DeValue::String(text))
                if text.contains("{{") || text.contains("{%") =>
            {
                let error = wrong("plain words, without tags");
                Some(error.hint("search engines and feeds show it as it is: say there what the page is about, and figures on the page"))
            }
            ("description", DeValue::String(text)) => {
                front.description = without_markup(text.trim());
                None
            }
            ("document_number", DeValue::String(text)) => {
                front.document_number = Some(text.trim().to_owned());
                None
            }
            ("order", DeValue::Integer(number)) => match number.as_str().parse() {
                Ok(order) => {
                    front.order = order;
                    None
                }
                Err(_) => Some(wrong("a whole number, such as 10")),
            },
            ("date", DeValue::String(text)) => day(text, &mut front)
                .is_none()
                .then(|| wrong("a date, such as \"2024-07-31\"")),
            ("date", DeValue::Datetime(date)) => day(&date.to_string(), &mut front)
                .is_none()
                .then(|| wrong("a date, such as 2024-07-31")),
            (name @ ("featured" | "promises"), DeValue::Array(list)) => {
                let entries: Option<Vec<(String, Place)>> = list
                    .iter()
                    .map(|entry| {
                        let text = entry.get_ref().as_str()?.trim().to_owned();
                        let span = entry.span();
                        let place = Place::span(
                            path,
                            text_of,
                            block.start + span.start..block.start + span.end,
                        );
                        Some((text, place))
                    })
                    .collect();
                let is_valid = entries.is_some();
                let entries = entries.unwrap_or_default();
                if name == "featured" {
                    front.featured = entries;
                } else {
                    front.promises = entries;
                }
                (!is_valid).then(|| wrong("a list of texts in quotes"))
            }
            ("featured" | "promises", _) => Some(wrong("a list, such as [\"…\"]")),
            ("title" | "description" | "document_number", _) => Some(wrong("text in quotes")),
            ("order", _) => Some(wrong("a whole number, such as 10")),
            ("date", _) => Some(wrong("a date, such as 2024-07-31")),
            (unknown, _) => {
                let error = told(
                    format!("\"{unknown}\" is not a key of front matter"),
                    key.span(),
                );
                Some(match nearest(unknown, KEYS) {
                    Some(near) => error.hint(format!("did you mean \"{near}\"?")),
                    None => error.hint(format!("the keys are {}", KEYS.join(", "))),
                })
            }
        };
        if let Some(problem) = problem {
            failed = true;
            diags.tell(problem);
        }
    }
    if !failed && front.title.is_empty() {
        failed = true;
        diags.tell(
            told("the document has no title".to_owned(), 0..0)
                .hint("add title = \"…\" between the +++ lines"),
        );
    }
    (!failed).then_some(front)
}

/// Words without the tags of HTML, which would be shown as they are.
fn without_markup(text: &str) -> String {
    let mut words = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        let (before, tag) = rest.split_at(at);
        words.push_str(before);
        let name = tag[1..].strip_prefix('/').unwrap_or(&tag[1..]);
        let is_tag = name.starts_with(|c: char| c.is_ascii_alphabetic());
        match tag.find('>').filter(|_| is_tag) {
            Some(end) => rest = &tag[end + 1..],
            None => {
                words.push('<');
                rest = &tag[1..];
            }
        }
    }
    words.push_str(rest);
    words
}

fn day(text: &str, front: &mut FrontMatter) -> Option<()> {
    front.date = Some(Day::parse(text.trim())?);
    Some(())
}

/// The spans of the block and of the body.
fn split(text: &str) -> Option<(Range<usize>, Range<usize>)> {
    let first = text.find('\n')?;
    if text[..first].trim_end() != FENCE {
        return None;
    }
    let mut at = first + 1;
    while at < text.len() {
        let end = text[at..].find('\n').map_or(text.len(), |n| at + n);
        if text[at..end].trim_end() == FENCE {
            return Some((first + 1..at, (end + 1).min(text.len())..text.len()));
        }
        at = end + 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_description_keeps_its_words_and_loses_its_tags() {
        for (written, plain) in [
            ("How <b>we</b> answer<br/>you", "How we answeryou"),
            ("1 < 2, a <3 and <", "1 < 2, a <3 and <"),
            ("<script>x</script>", "x"),
            ("<not closed", "<not closed"),
        ] {
            assert_eq!(without_markup(written), plain);
        }
    }

    #[test]
    fn a_description_with_a_figure_is_told_at_its_place() {
        let text = "+++\ntitle = \"T\"\ndescription = \"{{ figure() }} came\"\n+++\n";
        let mut diags = Diagnostics::new();
        assert!(read("content/en/a.md", text, &mut diags).is_none());
        let told = diags.human();
        assert!(told.contains("content/en/a.md:3:15"), "{told}");
    }
}
