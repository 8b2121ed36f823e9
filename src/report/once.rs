//! What many pages have in common, told once: navigation and footer of a language, and a table that stands in many texts.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::model::{Block, Cited, Link, Rich};
use crate::prose::{Call, Kind};
use crate::text::Lang;

/// The footer's columns: each a heading and its lines.
pub(super) type Foot = Arc<[(String, Vec<Rich>)]>;

/// Tables that stand in texts, by their language and what they were asked for by.
type Tables = BTreeMap<(Lang, Vec<(String, String)>), Option<Table>>;

/// What was told before, kept while a publication is written out. A publication that has told a page is not changed any more.
#[derive(Debug, Default)]
pub struct Once {
    frames: Mutex<BTreeMap<Lang, Frame>>,
    tables: Mutex<Tables>,
}

/// What stands around the pages of a language that are of no single data set.
#[derive(Debug, Clone)]
pub(super) struct Frame {
    pub(super) nav: Arc<[Link]>,
    pub(super) notice: Arc<str>,
    pub(super) foot: Foot,
}

/// A table with the figures it tells.
#[derive(Debug, Clone)]
pub(super) struct Table {
    pub(super) block: Arc<Block>,
    pub(super) cited: Arc<[Cited]>,
}

impl Once {
    /// The frame of a language's pages.
    pub(super) fn frame(&self, lang: &Lang, make: impl FnOnce() -> Frame) -> Frame {
        let mut frames = self.frames.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(frame) = frames.get(lang) {
            return frame.clone();
        }
        let frame = make();
        frames.insert(lang.clone(), frame.clone());
        frame
    }

    /// The table that a call outside of reports asks for; such a table depends on nothing but the call.
    pub(super) fn table<E>(
        &self,
        lang: &Lang,
        call: &Call,
        make: impl FnOnce() -> Result<Option<Table>, E>,
    ) -> Result<Option<Table>, E> {
        let asked = call.arguments.iter().map(|argument| {
            let value = match &argument.value.kind {
                Kind::Text(text) => text.clone(),
                other => format!("{other:?}"),
            };
            (argument.name.clone(), value)
        });
        let key = (lang.clone(), asked.collect());
        let tables = || self.tables.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(table) = tables().get(&key) {
            return Ok(table.clone());
        }
        // Two pages that ask at once both make it; the first one made is kept, so that all share one.
        let made = make()?;
        Ok(tables().entry(key).or_insert(made).clone())
    }
}
