//! What many pages have in common, drawn once: the navigation, the footer, a table that stands in many texts.
//!
//! A piece of a template that is filled from such values alone comes out the same on every page, apart from the links in it, which
//! each page writes as it sees them. A [`Drawing`] is such a piece, cut at its links; [`Drawings`] keeps them.

use std::any::Any;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{Arc, PoisonError, RwLock};

use crate::report::Target;

/// What a value is of that many pages have in common.
#[derive(Clone, Copy)]
pub(in super::super) struct Common<'v> {
    of: &'v dyn Shared,
    /// Tells several views of one thing apart.
    variant: usize,
}

/// What pages may have in common.
pub(in super::super) trait Shared {
    /// Its place in memory; `None` where nobody else holds it, so that it stands on one page alone.
    fn place(&self) -> Option<usize>;

    /// Holds it, so that nothing else comes to lie at its place.
    fn hold(&self) -> Box<dyn Any + Send + Sync>;
}

impl<T: ?Sized + Send + Sync + 'static> Shared for Arc<T> {
    fn place(&self) -> Option<usize> {
        let is_shared = Self::strong_count(self) > 1;
        is_shared.then(|| Self::as_ptr(self).cast::<()>().addr())
    }

    fn hold(&self) -> Box<dyn Any + Send + Sync> {
        Box::new(Self::clone(self))
    }
}

impl<'v> Common<'v> {
    pub(in super::super) const fn new(of: &'v dyn Shared, variant: usize) -> Self {
        Self { of, variant }
    }
}

/// A piece of a stencil that is filled from the values given to it alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Part {
    /// A component, by its place in the list.
    Component(usize),
    /// A piece for each value of a list, by its number among those that refer to nothing else.
    Each(usize),
}

/// A part, and the place in memory and the variant of each value that fills it.
type Key = (Part, Vec<(usize, usize)>);

/// Drawings of a stencil.
#[derive(Debug, Default)]
pub(super) struct Drawings(RwLock<BTreeMap<Key, Kept>>);

#[derive(Debug)]
struct Kept {
    drawing: Arc<Drawing>,
    /// What it is filled from.
    _held: Vec<Box<dyn Any + Send + Sync>>,
}

/// The place of a drawing that is to be made.
pub(super) struct Blank<'v> {
    key: Key,
    values: Vec<Common<'v>>,
}

impl Drawings {
    /// The drawing of a part filled from these values, or its place where there is none yet; `None` where one of them is of one page
    /// alone.
    pub(super) fn find<'v>(
        &self,
        part: Part,
        values: impl Iterator<Item = Option<Common<'v>>>,
    ) -> Option<Result<Arc<Drawing>, Blank<'v>>> {
        let values: Vec<Common<'v>> = values.collect::<Option<_>>()?;
        let places = values
            .iter()
            .map(|value| Some((value.of.place()?, value.variant)));
        let key = (part, places.collect::<Option<_>>()?);
        let drawings = self.0.read().unwrap_or_else(PoisonError::into_inner);
        Some(match drawings.get(&key) {
            Some(kept) => Ok(Arc::clone(&kept.drawing)),
            None => Err(Blank { key, values }),
        })
    }

    /// Keeps a drawing at its place.
    pub(super) fn keep(&self, blank: Blank<'_>, drawing: Drawing) {
        let held = blank.values.iter().map(|value| value.of.hold());
        let kept = Kept {
            drawing: Arc::new(drawing),
            _held: held.collect(),
        };
        let mut drawings = self.0.write().unwrap_or_else(PoisonError::into_inner);
        drawings.entry(blank.key).or_insert(kept);
    }
}

/// A link in a text: where it stands, where it goes, whether it is written escaped.
#[derive(Debug)]
pub(super) struct Link<'v> {
    pub(super) span: Range<usize>,
    pub(super) to: &'v Target,
    pub(super) is_escaped: bool,
}

/// A piece of a page, cut at its links.
#[derive(Debug)]
pub(super) struct Drawing {
    /// What stands before each link, and the link.
    links: Vec<(String, Target, bool)>,
    /// What stands after the last one.
    rest: String,
}

impl Drawing {
    /// The end of a text, from a place on, with the links in it.
    pub(super) fn new(text: &str, from: usize, links: &[Link<'_>]) -> Self {
        let mut at = from;
        let mut cut = |link: &Link<'_>| {
            let before = text[at..link.span.start].to_owned();
            at = link.span.end;
            (before, link.to.clone(), link.is_escaped)
        };
        let links = links.iter().map(&mut cut).collect();
        Self {
            links,
            rest: text[at..].to_owned(),
        }
    }

    /// Adds it to a page; `write` writes a link as that page does, escaped or not.
    pub(super) fn add_to(&self, out: &mut String, write: impl Fn(&Target, bool, &mut String)) {
        for (before, to, is_escaped) in &self.links {
            out.push_str(before);
            write(to, *is_escaped, out);
        }
        out.push_str(&self.rest);
    }
}
