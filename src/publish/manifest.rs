//! `manifest.json`: what a site is made of and what it was made from. No clock: the same inputs give the same bytes.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::tree::Entry;

/// The manifest's path in the site.
pub const MANIFEST: &str = "manifest.json";

/// The word by which the program knows its own sites.
pub(super) const GENERATOR: &str = "answerable";

/// What a site was made from.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManifestHead {
    /// The program's version.
    pub version: String,
    /// The as-of date of each data set, `2025-01-31`, by id.
    pub as_of: BTreeMap<String, String>,
    /// The publication whose figures these were compared with: the last one with other figures.
    #[serde(default)]
    pub previous: Option<Compared>,
    /// For each data set what its figures are defined by, by subject.
    #[serde(default)]
    pub definitions: BTreeMap<String, BTreeMap<String, String>>,
    /// Every file read, by its path from the site's folder.
    pub inputs: Vec<Entry>,
}

/// A publication that figures were compared with.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Compared {
    /// How many publications with other figures came before this one.
    #[serde(default)]
    pub number: u32,
    /// The SHA-256 of its manifest.
    pub sha256: String,
    /// The as-of date of each of its data sets, by id.
    pub as_of: BTreeMap<String, String>,
}

/// A manifest as it is read back.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Manifest {
    /// Who wrote the site.
    pub generator: String,
    /// What it was made from.
    #[serde(flatten)]
    pub head: ManifestHead,
    /// Every file of the site but the manifest, sorted by path.
    pub files: Vec<Entry>,
}

impl Manifest {
    /// Reads a manifest of ours; anything else is `None`.
    #[must_use]
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        serde_json::from_slice::<Self>(bytes)
            .ok()
            .filter(|manifest| manifest.generator == GENERATOR)
    }
}

/// The manifest's text: an entry a line, so that two can be compared by eye.
pub(super) fn text(head: &ManifestHead, files: &[Entry]) -> String {
    let inputs: BTreeSet<&Entry> = head.inputs.iter().collect();
    let mut text = format!(
        "{{\n\"generator\": {},\n\"version\": {},\n\"as_of\": {},\n\"previous\": {},\n\"definitions\": {},\n\"inputs\": ",
        json(GENERATOR),
        json(&head.version),
        json(&head.as_of),
        json(&head.previous),
        json(&head.definitions),
    )
    .into_bytes();
    add_lines(&mut text, inputs.into_iter());
    text.extend_from_slice(b",\n\"files\": ");
    add_lines(&mut text, files.iter());
    text.extend_from_slice(b"\n}\n");
    String::from_utf8(text).expect("JSON is text")
}

fn add_lines<'e>(text: &mut Vec<u8>, entries: impl Iterator<Item = &'e Entry>) {
    text.push(b'[');
    let start = text.len();
    for entry in entries {
        let is_first = text.len() == start;
        text.extend_from_slice(if is_first { b"\n" } else { b",\n" });
        serde_json::to_writer(&mut *text, entry).expect("strings and numbers always serialise");
    }
    if text.len() > start {
        text.push(b'\n');
    }
    text.push(b']');
}

fn json<T: Serialize + ?Sized>(value: &T) -> String {
    serde_json::to_string(value).expect("strings and numbers always serialise")
}
