//! Numbers typed by hand beside a live figure: one that looks like it and differs is most likely an old value that was left.

use super::Here;
use super::resolve;
use crate::content::Document;
use crate::diag::{Diagnostic, Place};
use crate::indicators::{Amount, Figure};
use crate::prose::{Kind, Piece};
use crate::report::publication::{Publication, Section};
use crate::report::voice::Voice;
use crate::text::Words;

/// Counts below this are taken for numbers of something else: days, articles, departments.
const SMALLEST: u64 = 100;

/// Tells numbers in the office's own pages that contradict a figure of the same sentence.
#[must_use]
pub fn contradictions(publication: &Publication) -> Vec<Diagnostic> {
    publication
        .documents
        .iter()
        .flat_map(|document| of_document(publication, document))
        .collect()
}

fn of_document(publication: &Publication, document: &Document) -> Vec<Diagnostic> {
    let words = Words::for_lang(&document.lang);
    let voice = Voice::new(publication, &words);
    let here = Here::nowhere();
    let mut figures: Vec<(std::ops::Range<usize>, &Section, &Figure)> = Vec::new();
    let template = document.template();
    collect(template.pieces(), &mut |kind, span| {
        let Kind::Call(call) = kind else { return };
        if call.name != "figure" {
            return;
        }
        let Ok(asked) = resolve::asked(publication, &here, call) else {
            return;
        };
        let Ok(indicator) = resolve::indicator(publication, &here, &asked, call) else {
            return;
        };
        let figure = asked.section.figure(&asked.scope, &asked.period, indicator);
        figures.extend(figure.map(|figure| (span.clone(), asked.section, figure)));
    });
    let tags: Vec<std::ops::Range<usize>> = figures.iter().map(|(span, ..)| span.clone()).collect();
    let mut told = Vec::new();
    if figures.is_empty() {
        return told;
    }
    let text = document.written();
    let mut done = 0;
    for (span, ..) in &figures {
        let sentence = sentence(&text, span, &tags);
        if sentence.start < done {
            continue;
        }
        done = sentence.end;
        let beside: Vec<(&Section, &Figure)> = figures
            .iter()
            .filter(|(other, ..)| sentence.contains(&other.start))
            .map(|(_, section, figure)| (*section, *figure))
            .collect();
        for number in numbers(&text, &sentence, &tags) {
            let Some(live) = contradicted(&voice, &number, &beside) else {
                continue;
            };
            let written = &text[number.span.clone()];
            told.push(
                Diagnostic::warning(
                    "typed-number",
                    format!("\"{written}\" is typed by hand beside a figure that is {live}"),
                )
                .at(Place::span(&document.path, &text, number.span))
                .hint("let {{ figure(…) }} say it; if it is another number, give it a sentence of its own"),
            );
        }
    }
    told
}

fn collect(pieces: &[Piece], visit: &mut dyn FnMut(&Kind, &std::ops::Range<usize>)) {
    for piece in pieces {
        match piece {
            Piece::Value(value, span) => visit(&value.kind, span),
            Piece::If(branches) => {
                for (_, inside) in branches {
                    collect(inside, visit);
                }
            }
            Piece::Text(_) | Piece::Set(..) => {}
        }
    }
}

/// The sentence around a tag: to the nearest full stop that ends one, or an empty line.
fn sentence(
    text: &str,
    tag: &std::ops::Range<usize>,
    tags: &[std::ops::Range<usize>],
) -> std::ops::Range<usize> {
    let in_tag = |at: usize| tags.iter().any(|tag| tag.contains(&at));
    let ends = |at: usize, c: char| {
        if in_tag(at) {
            return false;
        }
        let next = text[at + c.len_utf8()..].chars().next();
        match c {
            '。' | '！' | '？' => true,
            '.' | '!' | '?' => next.is_none_or(char::is_whitespace),
            '\n' => next.is_none_or(|next| "\n-*#|>+".contains(next)),
            _ => false,
        }
    };
    let start = text[..tag.start]
        .char_indices()
        .rev()
        .find(|(at, c)| ends(*at, *c))
        .map_or(0, |(at, c)| at + c.len_utf8());
    let end = text[tag.end..]
        .char_indices()
        .map(|(at, c)| (tag.end + at, c))
        .find(|(at, c)| ends(*at, *c))
        .map_or(text.len(), |(at, _)| at);
    start..end
}

/// A number that was typed.
struct Typed {
    span: std::ops::Range<usize>,
    /// Its digits, without commas: `64.6`, `103833`.
    digits: String,
    is_share: bool,
}

fn numbers(
    text: &str,
    sentence: &std::ops::Range<usize>,
    tags: &[std::ops::Range<usize>],
) -> Vec<Typed> {
    let mut found = Vec::new();
    let mut at = sentence.start;
    while at < sentence.end {
        if let Some(tag) = tags.iter().find(|tag| tag.contains(&at)) {
            at = tag.end;
            continue;
        }
        let rest = &text[at..sentence.end];
        let Some(first) = rest.chars().next() else {
            break;
        };
        if !first.is_ascii_digit() {
            at += first.len_utf8();
            continue;
        }
        let length = rest
            .find(|c: char| !(c.is_ascii_digit() || c == ',' || c == '.'))
            .unwrap_or(rest.len());
        let written = rest[..length].trim_end_matches([',', '.']);
        let after = &rest[written.len()..];
        let is_share = after.starts_with('%') || after.starts_with('％');
        // A year, a date or an article's number is no count.
        let is_dated = after.starts_with(['年', '月', '日', '-', '/', '条'])
            || text[..at].ends_with(['-', '/', '第']);
        if !is_dated {
            found.push(Typed {
                span: at..at + written.len() + usize::from(after.starts_with('%')),
                digits: written.replace(',', ""),
                is_share,
            });
        }
        at += length.max(1);
    }
    found
}

/// The figures of the sentence that are of the same form, written; `None` where the number is one of them, or none is like it.
fn contradicted(
    voice: &Voice<'_>,
    number: &Typed,
    beside: &[(&Section, &Figure)],
) -> Option<String> {
    let mut live = Vec::new();
    let mut counts: Vec<u64> = Vec::new();
    for (section, figure) in beside {
        match figure.amount {
            Amount::Rate(base, _) => {
                counts.extend([base.numerator, base.denominator]);
                if number.is_share {
                    let whole = voice.format.whole_rate(base.numerator, base.denominator);
                    let exact = voice.format.rate(base.numerator, base.denominator);
                    let is_same = [&whole, &exact]
                        .iter()
                        .any(|written| written.trim_end_matches('%') == number.digits);
                    // The promised level is no figure that changes.
                    let is_level = section.dataset.clock_texts.iter().any(|clock| {
                        clock.level.is_some_and(|level| {
                            let written = voice.format.rate(level, 1_000_000);
                            written.trim_end_matches('%').trim_end_matches(".0") == number.digits
                        })
                    });
                    if is_same || is_level {
                        return None;
                    }
                    live.push(exact);
                }
            }
            Amount::Count(cases) => {
                counts.push(cases);
                if !number.is_share {
                    live.push(voice.format.number(cases));
                }
            }
            _ => {}
        }
    }
    if !number.is_share {
        let typed: u64 = number.digits.parse().ok()?;
        let is_year = number.digits.len() == 4 && (1_900..2_200).contains(&typed);
        if typed < SMALLEST || is_year || counts.contains(&typed) {
            return None;
        }
    }
    (!live.is_empty()).then(|| live.join(", "))
}
