//! The office's own pages: Markdown with TOML front matter (`+++`) under `content/<lang>/`.
//!
//! [`read`] gives every page as a [`Document`], or tells all that is wrong with line and column. [`Document::nodes`] is its text
//! as a tree, with the tags of [`prose`](crate::prose) decided and places for their values. Raw HTML is shown as text, never
//! passed on; a link may use `http`, `https`, `mailto`, `tel`, a `.md` file beside it, or `/key/` for a page of the site. Whether
//! such a page exists is asked by [`check_links`], once all pages are known. [`read_statics`] gives the files that are published as
//! they are.
#![expect(clippy::disallowed_methods, reason = "content is a room that reads")]

mod article;
mod document;
mod files;
mod front_matter;
mod links;
mod markdown;
mod node;
#[cfg(test)]
mod tests;

pub use document::{Document, InnerLink, Tags};
pub use files::{Look, read, read_statics};
pub use links::check_links;
pub use node::{Goal, Heading, Inline, Node, Style, Table, plain};
