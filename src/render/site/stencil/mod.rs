//! Templates made ready for filling thousands of pages.
//!
//! Tera renders a page by interpreting its template over a copy of all the page holds; that copy alone costs more than the rest
//! of the page. Most templates only place values, ask whether they are there, and repeat a piece for each value of a list. Such
//! templates are read here into a [`Stencil`], which is filled straight from the page, and writes what Tera would write.
//! Anything else that a theme asks for (filters, functions, tests, sums …), and any page on which something is not as the
//! stencil expects, is left to Tera, whole: a stencil is never the reason that a theme can't do something.
//!
//! [`Stencil::read`] is the way in, [`Stencil::fill`] the way out; a test holds every page of the example site against Tera.

mod drawings;
mod fill;
mod parse;
mod value;

use std::collections::BTreeMap;

pub(super) use drawings::Common;
pub(super) use fill::Write;
pub(super) use value::{List, Name, Thing, Value, View, things};

use drawings::Drawings;

/// A template with all that it extends and calls.
#[derive(Debug)]
pub(super) struct Stencil {
    pieces: Vec<Piece>,
    /// What it calls by name.
    components: Vec<Vec<Piece>>,
    drawings: Drawings,
}

/// A piece of a template.
#[derive(Debug, Clone)]
enum Piece {
    /// Text as it is.
    Words(String),
    /// A value, escaped.
    Place(Expr),
    /// A value as it is: `| safe`.
    Raw(Expr),
    /// Conditions with what follows from each; the last may be without one.
    Choice(Vec<(Option<Expr>, Vec<Piece>)>),
    /// A piece for each value of a list, which stands at the next free place; one that refers to nothing else has a number.
    Each(Expr, Vec<Piece>, Option<usize>),
    /// A component, by its place in the list, with its arguments in the order of its parameters.
    Call(usize, Vec<Expr>),
}

/// What has a value.
#[derive(Debug, Clone)]
enum Expr {
    /// The value at a place, and the way into it.
    Path(usize, Vec<Step>),
    Text(String),
    Truth(bool),
    Not(Box<Expr>),
    Both(Box<Expr>, Box<Expr>),
    Either(Box<Expr>, Box<Expr>),
    Same(Box<Expr>, Box<Expr>),
}

/// A step into a value.
#[derive(Debug, Clone, Copy)]
enum Step {
    Field(Name),
    At(usize),
}

impl Stencil {
    /// The stencil of a template; `None` where it, or what it extends or calls, asks for more than a stencil can. `globals` are the
    /// names that every template knows; their values are given in this order to [`Stencil::fill`].
    pub(super) fn read(
        template: &str,
        sources: &BTreeMap<&str, &str>,
        globals: &[&str],
    ) -> Option<Self> {
        parse::stencil(template, sources, globals)
    }

    /// Writes a page, its links by `write`; `None` where something is not there or not of the kind it should be.
    pub(super) fn fill<'v>(
        &'v self,
        globals: &[Value<'v>],
        write: &'v Write<'v>,
    ) -> Option<String> {
        fill::page(self, globals, write)
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::sync::Arc;

    use serde::Serialize;

    use super::*;
    use crate::report::Target;

    things! {
        struct Shown {
            title: String,
            parts: Vec<Inner>,
            foot: Vec<(String, Vec<String>)>,
            label: Option<String>,
            level: u8,
            full: bool,
            letter: char,
        }

        struct Inner {
            kind: &'static str,
            text: String,
        }
    }

    fn shown() -> Shown {
        let part = |kind, text: &str| Inner {
            kind,
            text: text.to_owned(),
        };
        Shown {
            title: "A & <b> \"c\" 'd' – 投诉".to_owned(),
            parts: vec![part("one", ""), part("two", "<i>x</i>"), part("three", "z")],
            foot: vec![("head".to_owned(), vec!["a".to_owned(), "b".to_owned()])],
            label: None,
            level: 3,
            full: true,
            letter: '&',
        }
    }

    /// What a stencil makes of some templates, of which `page` is drawn; `None` where it leaves them to Tera.
    fn filled(sources: &[(&str, &str)]) -> Option<String> {
        let all: BTreeMap<&str, &str> = sources.iter().copied().collect();
        Stencil::read("page.html", &all, &["page"])?.fill(&[shown().view()], &|_, _| {})
    }

    fn by_tera(sources: &[(&str, &str)]) -> Option<String> {
        let mut tera = tera::Tera::new();
        tera.add_raw_templates(sources.iter().copied()).ok()?;
        let mut context = tera::Context::new();
        context.insert("page", &shown());
        tera.render("page.html", &context).ok()
    }

    #[test]
    fn a_stencil_writes_what_tera_writes() {
        for page in [
            "{{ page.title }} {{ page.title | safe }} {{ page.level }} {{ page.letter }}",
            "a  {{- page.level -}}  b {#- c -#} d {%- if page.full %} e {%- endif -%} f",
            "{% for part in page.parts %}[{{ part.kind }}{% if part.text %}: {{ part.text }}{% endif %}]{% endfor %}",
            "{% for part in page.parts %}{% if part.kind == \"one\" %}1{% elif part.kind == \"two\" %}2{% else %}3{% endif %}{% endfor %}",
            "{% if page.label %}yes{% endif %}{% if not page.label and page.full or page.label %}no{% endif %}",
            "{{ page.foot[0][0] }}{% for line in page.foot[0][1] %} {{ line }}{% endfor %}",
            "{% component c(a, b) %}<{{ a }}{% if b %}!{% endif %}>{% endcomponent c %}{{ <c a={page.title} b={true} /> }}{{ <c b={false} a=\"x\" /> }}",
            "{% component c(all, at) %}{% for each in all %}{{ each.kind }}{% for other in all %}{{ <d it={other} /> }}{% endfor %}{% endfor %}{{ at }}{% endcomponent c %}\
             {% component d(it) %}({{ it.text }}){% endcomponent d %}{{ <c all={page.parts} at={page.level} /> }}",
        ] {
            let sources = [("page.html", page)];
            let drawn = by_tera(&sources);
            assert!(drawn.is_some(), "{page}");
            assert_eq!(filled(&sources), drawn, "{page}");
        }
    }

    #[test]
    fn blocks_stand_where_the_template_above_has_them() {
        let sources = [
            (
                "root.html",
                "<{% block a %}A{% endblock a %}|{% block b %}B{% endblock %}>",
            ),
            (
                "base.html",
                "{% extends \"root.html\" %}{% block b %}b{{ page.level }}{% endblock %}",
            ),
            (
                "page.html",
                "{% extends \"base.html\" %}\n{% block a %}\n{{ page.title }}\n{% endblock a %}\n",
            ),
        ];
        assert_eq!(filled(&sources), by_tera(&sources));
        assert!(filled(&sources).is_some());
    }

    #[test]
    fn whatever_else_a_template_asks_for_is_left_to_tera() {
        for page in [
            "{{ page.title | upper }}",
            "{{ page.level + 1 }}",
            "{{ page.parts | length }}",
            "{% set a = page.title %}{{ a }}",
            "{% if page.level == 3 %}a{% endif %}",
            "{% if page.level > 2 %}a{% endif %}",
            "{% for part in page.parts %}{{ loop.index }}{% endfor %}",
            "{% for part in page.parts %}a{% else %}b{% endfor %}",
            "{{ \"a\" }}",
            "{{ page.label }}",
            "{{ page.parts }}",
            "{% if page.title is containing(\"a\") %}a{% endif %}",
            "{% raw %}{{ a }}{% endraw %}",
            "{% component c(a=\"x\") %}{{ a }}{% endcomponent c %}{{ <c /> }}",
        ] {
            assert_eq!(filled(&[("page.html", page)]), None, "{page}");
        }
        assert_eq!(filled(&[("page.html", "{{ page.no_such }}")]), None);
        assert_eq!(filled(&[("page.html", "{{ page.kind }}")]), None);
        let of_another = [
            ("page.html", "{% include \"other.html\" %}"),
            ("other.html", "x"),
        ];
        assert_eq!(filled(&of_another), None);
    }

    /// Links that pages may have in common; counts how many were looked at.
    struct Menu {
        of: Arc<[Target]>,
        looked_at: Cell<usize>,
    }

    impl View for Menu {
        fn view(&self) -> Value<'_> {
            Value::List(self)
        }
    }

    impl List for Menu {
        fn common(&self) -> Option<Common<'_>> {
            Some(Common::new(&self.of, 0))
        }

        fn length(&self) -> usize {
            self.of.len()
        }

        fn at(&self, place: usize) -> Option<Value<'_>> {
            self.looked_at.set(self.looked_at.get() + 1);
            self.of.get(place).map(Value::Href)
        }
    }

    #[test]
    fn what_pages_have_in_common_is_drawn_once_and_its_links_as_each_page_sees_them() {
        let page = "{% for to in page %}<a href=\"{{ to }}\">{{ to | safe }}</a> {% endfor %}.";
        let sources = BTreeMap::from([("page.html", page)]);
        let stencil = Stencil::read("page.html", &sources, &["page"]).expect("it is followed");
        let filled = |of: &Arc<[Target]>, from: &str| {
            let menu = Menu {
                of: Arc::clone(of),
                looked_at: Cell::new(0),
            };
            let write = |to: &Target, out: &mut String| {
                let Target::File(path) = to else { return };
                out.push_str(from);
                out.push_str(path);
            };
            let drawn = stencil.fill(&[menu.view()], &write).expect("it is filled");
            (drawn, menu.looked_at.get())
        };
        let targets = || ["a", "b&c"].map(|path| Target::File(path.to_owned()));
        let shown = |from: &str| {
            format!("<a href=\"{from}a\">{from}a</a> <a href=\"{from}b&amp;c\">{from}b&c</a> .")
        };
        let common: Arc<[Target]> = targets().into();
        assert_eq!(filled(&common, ""), (shown(""), 2));
        assert_eq!(filled(&common, "../"), (shown("../"), 0));
        // Other links are others, though they are the same.
        let other: Arc<[Target]> = targets().into();
        assert_eq!(filled(&other, "x/"), (shown("x/"), 2));
    }

    #[test]
    fn what_stands_on_one_page_alone_is_drawn_each_time() {
        let page = "{% for to in page %}{{ to }}{% endfor %}";
        let sources = BTreeMap::from([("page.html", page)]);
        let stencil = Stencil::read("page.html", &sources, &["page"]).expect("it is followed");
        for name in ["a", "b", "c"] {
            // Each may come to lie at the place of the one before.
            let menu = Menu {
                of: [Target::File(name.to_owned())].into(),
                looked_at: Cell::new(0),
            };
            let drawn = stencil.fill(&[menu.view()], &|to, out| {
                if let Target::File(path) = to {
                    out.push_str(path);
                }
            });
            assert_eq!(drawn.as_deref(), Some(name));
        }
    }
}
