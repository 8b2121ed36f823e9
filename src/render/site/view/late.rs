//! Views that are made where something in them is asked for: of what many pages have in common, and one of them drew, nothing is.

use std::cell::LazyCell;
use std::fmt;

use serde::{Serialize, Serializer};

use super::super::stencil::{Common, List, Value, View};

/// A view that is made where it is looked into.
pub(in super::super) struct Late<'a, T> {
    /// What it is of, where pages may have it in common.
    common: Option<Common<'a>>,
    view: LazyCell<T, Box<dyn FnOnce() -> T + 'a>>,
}

impl<'a, T> Late<'a, T> {
    pub(super) fn new(common: Option<Common<'a>>, make: impl FnOnce() -> T + 'a) -> Self {
        Self {
            common,
            view: LazyCell::new(Box::new(make)),
        }
    }

    pub(super) const fn common(&self) -> Option<Common<'a>> {
        self.common
    }

    /// The view, made now where it was not yet.
    pub(super) fn made(&self) -> &T {
        &self.view
    }
}

impl<T> fmt::Debug for Late<'_, T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Late").finish_non_exhaustive()
    }
}

impl<T: Serialize> Serialize for Late<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.made().serialize(serializer)
    }
}

impl<T: View> View for Late<'_, Vec<T>> {
    fn view(&self) -> Value<'_> {
        Value::List(self)
    }
}

impl<T: View> List for Late<'_, Vec<T>> {
    fn common(&self) -> Option<Common<'_>> {
        self.common
    }

    fn length(&self) -> usize {
        self.made().length()
    }

    fn at(&self, place: usize) -> Option<Value<'_>> {
        self.made().at(place)
    }
}
