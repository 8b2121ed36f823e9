//! What differs between two published sites, told from their folders alone.

use std::fmt::Write as _;
use std::path::Path;

use crate::diag::{Diagnostic, Diagnostics};
use crate::previous::{self, Cause, Comparison, Line, Previous, Revision, Side, compare};

/// What differs between two published sites.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Difference {
    compared: Comparison,
}

/// Compares two published folders. `None` where errors were told.
pub fn diff(old: &Path, new: &Path, diags: &mut Diagnostics) -> Option<Difference> {
    let mut open = |folder: &Path| {
        let found = opened(folder);
        found.map_err(|told| diags.tell(told)).ok()
    };
    let (old, new) = (open(old), open(new));
    let (old, new) = (old?, new?);
    let mut compared = compare(of(&old), of(&new), None);
    for revision in &mut compared.revisions {
        let told = new.log.iter().rev().find(|told| {
            (&told.place, &told.indicator) == (&revision.place, &revision.indicator)
                && told.new == revision.new
        });
        if let Some(told) = told {
            revision.reason = told.reason.clone();
            revision.cause = told.cause;
        }
    }
    Some(Difference { compared })
}

fn of(previous: &Previous) -> Side<'_> {
    Side {
        figures: &previous.figures,
        as_of: &previous.as_of,
        definitions: &previous.definitions,
    }
}

fn opened(folder: &Path) -> Result<Previous, Diagnostic> {
    let shown = folder.display().to_string();
    previous::read(folder, &shown)?.ok_or_else(|| {
        Diagnostic::error(
            "no-previous",
            format!("there is no publication of this program in {shown}"),
        )
        .hint("name two folders that answerable build wrote, the earlier one first")
    })
}

impl Difference {
    /// Figures that were published as final and differ.
    #[must_use]
    pub fn revisions(&self) -> &[Revision] {
        &self.compared.revisions
    }

    /// The differences as text: a line a revision and the totals; for programs one JSON object a line.
    #[must_use]
    pub fn told(&self, is_json: bool) -> String {
        let mut out = String::new();
        for revision in self.revisions() {
            if is_json {
                out.push_str(&json(revision));
            } else {
                let reason = match revision.reason.fallback.as_str() {
                    "" => String::new(),
                    reason => format!(" ({reason})"),
                };
                let cause = revision.cause.id();
                let _ = write!(
                    out,
                    "{cause}: {} {}{reason}",
                    revision.address(),
                    revision.change()
                );
            }
            out.push('\n');
        }
        if !is_json {
            out.push_str(&self.totals());
        }
        out
    }

    fn totals(&self) -> String {
        let causes: Vec<String> = Cause::ALL
            .into_iter()
            .filter_map(|cause| {
                let of_cause = self.revisions().iter().filter(|each| each.cause == cause);
                let figures: u64 = of_cause.map(|each| each.figures).sum();
                (figures > 0).then(|| format!("{figures} {}", cause.id()))
            })
            .collect();
        let revised = if causes.is_empty() {
            "no figure published as final differs".to_owned()
        } else {
            format!(
                "figures published as final that differ: {}",
                causes.join(", ")
            )
        };
        format!(
            "{revised}; others that differ: {}; new: {}\n",
            self.compared.moved, self.compared.added
        )
    }
}

fn json(revision: &Revision) -> String {
    let line = |line: Option<Line>| line.map(Line::json);
    serde_json::json!({
        "figure": revision.address(),
        "figures": revision.figures,
        "cause": revision.cause.id(),
        "old": line(revision.old),
        "new": line(revision.new),
        "reason": revision.reason.by_lang,
    })
    .to_string()
}
