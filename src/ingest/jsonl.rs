//! JSON lines to records: one object a line; its keys are the column names, and may differ from line to line.
//!
//! A record's cells are the wanted columns in their order, and last the whole object, by which equal rows are known.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::Fault;
use super::columns::{Wanted, tidy};
use super::decode::{BROKEN, Text};
use super::record::{Broken, Record, Span};
use super::source::{Visitor, empty};
use crate::diag::{Diagnostic, Place};

const LONGEST: usize = 16 * 1024 * 1024;

/// Reads a file of JSON lines row by row.
pub(super) fn visit<'a>(
    mut text: Text<'a>,
    path: &'a str,
    wanted: &Wanted,
    visitor: &mut dyn Visitor,
) -> Result<Text<'a>, Fault> {
    let slots: Vec<&[String]> = wanted.alternatives().collect();
    let mut is_seen = vec![false; slots.len()];
    let mut keys = BTreeSet::new();
    let mut buffer = String::new();
    let (mut at, mut line, mut rows, mut goes_on) = (0, 0, 0_u64, visitor.header(None));
    let mut cells = Cells::default();
    while goes_on {
        let end = match buffer[at..].find('\n') {
            Some(length) => at + length,
            None => {
                buffer.drain(..at);
                at = 0;
                if buffer.len() > LONGEST {
                    return Err(Box::new(
                        Diagnostic::error("endless-line", "a line is longer than 16 MiB")
                            .at(Place::line(path, line + 1))
                            .hint("write one case a line (JSON lines)"),
                    ));
                }
                if text.fill(&mut buffer)? {
                    continue;
                }
                if buffer.is_empty() {
                    break;
                }
                buffer.len()
            }
        };
        line += 1;
        let source = tidy(&buffer[at..end]);
        at = (end + 1).min(buffer.len());
        if source.is_empty() {
            continue;
        }
        rows += 1;
        let broken = cells.read(source, &slots, &mut is_seen, &mut keys);
        goes_on = visitor.row(&Record {
            line,
            broken,
            text: "",
            start: 0,
            scratch: &cells.scratch,
            spans: &cells.spans,
        });
    }
    if rows == 0 && goes_on {
        return Err(empty(path));
    }
    let missing: Vec<usize> = (0..slots.len()).filter(|slot| !is_seen[*slot]).collect();
    if goes_on && !missing.is_empty() && !keys.is_empty() {
        visitor.missing(&missing, &keys);
    }
    Ok(text)
}

#[derive(Default)]
struct Cells {
    scratch: String,
    spans: Vec<Span>,
}

impl Cells {
    fn read(
        &mut self,
        source: &str,
        slots: &[&[String]],
        is_seen: &mut [bool],
        keys: &mut BTreeSet<String>,
    ) -> Option<Broken> {
        self.scratch.clear();
        self.spans.clear();
        if source.contains('\0') {
            return Some(Broken::Nul);
        }
        if source.contains(BROKEN) {
            return Some(Broken::Undecodable);
        }
        let Ok(object) = serde_json::from_str::<BTreeMap<String, Value>>(source) else {
            return Some(Broken::NotAnObject);
        };
        for (slot, names) in slots.iter().enumerate() {
            let found = names.iter().find_map(|name| object.get(name.as_str()));
            is_seen[slot] |= found.is_some();
            match found {
                None | Some(Value::Null) => self.push(""),
                Some(Value::String(text)) => self.push(text),
                Some(other) => self.push(&other.to_string()),
            }
        }
        for key in object.keys() {
            if keys.len() < 200 && !keys.contains(key) {
                keys.insert(key.clone());
            }
        }
        let whole = serde_json::to_string(&object).expect("what was JSON is JSON again");
        self.push(&whole);
        None
    }

    fn push(&mut self, text: &str) {
        let start = self.scratch.len();
        self.scratch.push_str(text);
        self.spans.push(Span::made(start, self.scratch.len(), 0));
    }
}
