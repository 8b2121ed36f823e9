//! What a page holds, as a [`Stencil`](super::Stencil) looks it up: by name or by place, with nothing copied.

use std::borrow::Cow;
use std::sync::Arc;

use super::drawings::Common;
use crate::report::Target;

/// A value of a page.
#[derive(Clone, Copy)]
pub(in super::super) enum Value<'v> {
    Nothing,
    Truth(bool),
    Text(&'v str),
    Sign(char),
    Number(u8),
    /// A target that may be followed, written as the page names it.
    Href(&'v Target),
    List(&'v dyn List),
    Thing(&'v dyn Thing),
}

impl<'v> Value<'v> {
    /// Whether a condition holds: as in Tera, what is empty, false, zero or not there does not.
    pub(super) fn holds(self) -> bool {
        match self {
            Self::Nothing => false,
            Self::Truth(truth) => truth,
            Self::Text(text) => !text.is_empty(),
            Self::Number(number) => number != 0,
            Self::List(list) => list.length() > 0,
            Self::Sign(_) | Self::Href(_) | Self::Thing(_) => true,
        }
    }

    /// What it is of, where many pages have it in common.
    pub(super) fn common(self) -> Option<Common<'v>> {
        match self {
            Self::List(list) => list.common(),
            Self::Thing(thing) => thing.common(),
            _ => None,
        }
    }
}

/// Several values in a row.
pub(in super::super) trait List {
    /// What it is of, where many pages have it in common.
    fn common(&self) -> Option<Common<'_>> {
        None
    }

    fn length(&self) -> usize;
    /// `None` where there is none at this place.
    fn at(&self, place: usize) -> Option<Value<'_>>;
}

/// A value with fields.
pub(in super::super) trait Thing {
    /// What it is of, where many pages have it in common.
    fn common(&self) -> Option<Common<'_>> {
        None
    }

    /// `None` where it has no field of this name.
    fn field(&self, asked: Name) -> Option<Value<'_>>;
}

/// Whatever can be looked up.
pub(in super::super) trait View {
    fn view(&self) -> Value<'_>;
}

impl View for String {
    fn view(&self) -> Value<'_> {
        Value::Text(self)
    }
}

impl View for &str {
    fn view(&self) -> Value<'_> {
        Value::Text(self)
    }
}

impl View for Cow<'_, str> {
    fn view(&self) -> Value<'_> {
        Value::Text(self)
    }
}

impl View for bool {
    fn view(&self) -> Value<'_> {
        Value::Truth(*self)
    }
}

impl View for char {
    fn view(&self) -> Value<'_> {
        Value::Sign(*self)
    }
}

impl View for u8 {
    fn view(&self) -> Value<'_> {
        Value::Number(*self)
    }
}

impl<T: View> View for Option<T> {
    fn view(&self) -> Value<'_> {
        self.as_ref().map_or(Value::Nothing, View::view)
    }
}

impl<T: View> View for Box<T> {
    fn view(&self) -> Value<'_> {
        (**self).view()
    }
}

impl<T: Thing + Send + Sync + 'static> View for Arc<T> {
    fn view(&self) -> Value<'_> {
        Value::Thing(self)
    }
}

impl<T: Thing + Send + Sync + 'static> Thing for Arc<T> {
    fn common(&self) -> Option<Common<'_>> {
        Some(Common::new(self, 0))
    }

    fn field(&self, asked: Name) -> Option<Value<'_>> {
        (**self).field(asked)
    }
}

impl<T: View> View for Vec<T> {
    fn view(&self) -> Value<'_> {
        Value::List(self)
    }
}

impl<T: View> List for Vec<T> {
    fn length(&self) -> usize {
        self.len()
    }

    fn at(&self, place: usize) -> Option<Value<'_>> {
        self.get(place).map(View::view)
    }
}

impl<A: View, B: View> View for (A, B) {
    fn view(&self) -> Value<'_> {
        Value::List(self)
    }
}

impl<A: View, B: View> List for (A, B) {
    fn length(&self) -> usize {
        2
    }

    fn at(&self, place: usize) -> Option<Value<'_>> {
        match place {
            0 => Some(self.0.view()),
            1 => Some(self.1.view()),
            _ => None,
        }
    }
}

/// Names that fields may have, so that none is compared letter by letter while a page is filled.
macro_rules! names {
    ($($name:ident)*) => {
        /// A name that a field may have.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[expect(non_camel_case_types, reason = "the names are those that templates write")]
        pub(in super::super) enum Name { $($name),* }

        impl Name {
            /// The name as a template writes it; `None` where no field is called so.
            pub(super) fn of(text: &str) -> Option<Self> {
                const ALL: &[(&str, Name)] = &[$((stringify!($name), Name::$name)),*];
                ALL.iter().find(|(word, _)| *word == text).map(|(_, own)| *own)
            }
        }
    };
}

names! {
    about after alternates answers article base before blocks canonical caption cell cells change chart charts class columns
    crumbs current description dir downloads feed figures foot full generator has_long_names head heading
    home href html icon id inline_style is_current is_fixed is_hatched is_long is_rtl is_search is_short is_stacked is_sum is_total
    is_words json_ld key kicker kind label lang languages lead legend letter level link links locale main mark members name
    nav note nothing notice outcome parts promises range reason rows running search search_button search_failed search_for
    search_more search_none search_one search_other search_script search_some skip steps style summary svg table term terms
    text title translations value verdict when
}

/// A record that templates see: written down once, for Tera and for stencils alike.
macro_rules! things {
    ($($(#[$about:meta])* $visible:vis struct $name:ident $(<$life:lifetime>)? {
        $($(#[$note:meta])* $field:ident: $type:ty,)*
    })*) => { $(
        $(#[$about])*
        #[derive(Debug, Serialize)]
        $visible struct $name $(<$life>)? {
            $($(#[$note])* $field: $type,)*
        }

        impl $(<$life>)? Thing for $name $(<$life>)? {
            fn field(&self, asked: Name) -> Option<Value<'_>> {
                match asked {
                    $(Name::$field => Some(self.$field.view()),)*
                    _ => None,
                }
            }
        }

        impl $(<$life>)? View for $name $(<$life>)? {
            fn view(&self) -> Value<'_> {
                Value::Thing(self)
            }
        }
    )* };
}

pub(in super::super) use things;
