//! The report in words on the page of a period or a member: the office's own text, else the built-in one.
//!
//! A site's `content/<lang>/reports/period.md` is for every data set, `reports/<dataset>/period.md` for one.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::change::Family;
use super::chrome::part;
use super::model::{Block, Part};
use super::node::{Node, first_words};
use super::prose::{Here, ask, nodes};
use super::publication::{Publication, Section};
use super::voice::Voice;
use crate::content::Document;
use crate::indicators::Scope;
use crate::text::{Lang, ReportKind};
use crate::time::Period;

/// The folder of the office's own reports.
const FOLDER: &str = "reports/";

static BUILT_IN: LazyLock<BTreeMap<(ReportKind, Lang), Document>> = LazyLock::new(|| {
    let langs = ["en", "zh-CN"].map(|tag| Lang(tag.to_owned()));
    let read = |kind: ReportKind, lang: &Lang| {
        let source = format!("{FOLDER}{}.md", kind.id());
        let made = Document::built_in(&source, lang, kind.text(lang).1);
        made.unwrap_or_else(|told| panic!("the built-in reports are valid: {}", told.human()))
    };
    let kinds = ReportKind::ALL.into_iter();
    kinds
        .flat_map(|kind| langs.iter().map(move |lang| (kind, lang)))
        .map(|(kind, lang)| ((kind, lang.clone()), read(kind, lang)))
        .collect()
});

/// Whether a document is the text of reports, and not a page.
#[must_use]
pub fn is_narrative(document: &Document) -> bool {
    let Some(rest) = document.source.strip_prefix(FOLDER) else {
        return false;
    };
    let (folders, file) = rest.rsplit_once('/').unwrap_or(("", rest));
    let name = file.trim_end_matches(".md");
    !folders.contains('/') && ReportKind::ALL.iter().any(|kind| kind.id() == name)
}

/// The data sets that a text of reports is for.
pub(super) fn sections<'s>(
    publication: &'s Publication,
    document: &Document,
) -> impl Iterator<Item = &'s Section> {
    let of = document
        .source
        .strip_prefix(FOLDER)
        .and_then(|rest| rest.rsplit_once('/'))
        .map(|(dataset, _)| dataset.to_owned());
    publication.sections.iter().filter(move |section| {
        of.as_ref()
            .is_none_or(|dataset| *dataset == section.dataset.id)
    })
}

/// The text of a kind of report of a data set: its own, the site's, or the built-in one.
fn document<'p>(
    publication: &'p Publication,
    lang: &Lang,
    section: &Section,
    kind: ReportKind,
) -> &'p Document {
    let own = |source: String| {
        publication
            .narratives
            .iter()
            .find(|each| each.lang == *lang && each.source == source)
    };
    own(format!("{FOLDER}{}/{}.md", section.dataset.id, kind.id()))
        .or_else(|| own(format!("{FOLDER}{}.md", kind.id())))
        .unwrap_or_else(|| {
            let tag = if lang.is_chinese() { "zh-CN" } else { "en" };
            &BUILT_IN[&(kind, Lang(tag.to_owned()))]
        })
}

/// A report in words, before its page's changes are judged.
pub(super) struct Narrative<'s> {
    document: &'s Document,
    here: Here<'s>,
}

impl<'s> Narrative<'s> {
    /// The report of a period, or of a member in a period.
    pub(super) fn of(
        publication: &'s Publication,
        voice: &Voice<'_>,
        section: &'s Section,
        scope: &Scope,
        period: &Period,
    ) -> Self {
        let kind = match scope {
            Scope::Overall => ReportKind::Period,
            Scope::Member { .. } | Scope::Pair { .. } => ReportKind::Member,
        };
        Self {
            document: document(publication, voice.lang, section, kind),
            here: Here {
                section: Some(section),
                scope: scope.clone(),
                period: Some(*period),
            },
        }
    }

    /// Adds the changes it speaks of to those that its page judges together.
    pub(super) fn ask(&self, publication: &'s Publication, family: &mut Family<'s>) {
        ask(publication, self.document, &self.here, family);
    }

    /// The part of the page; none where it says nothing of this period.
    pub(super) fn part(
        &self,
        publication: &'s Publication,
        voice: &Voice<'_>,
        changes: &super::change::Changes<'s>,
    ) -> Option<Part> {
        let text: Vec<Node> = nodes(
            publication,
            voice,
            self.document,
            &self.here,
            changes,
            "report-",
        );
        (!text.is_empty()).then(|| {
            part(
                "report",
                self.document.title.clone(),
                "",
                vec![Block::Prose(text)],
            )
        })
    }
}

/// The first paragraph of a report, for feeds and previews.
pub(super) fn opening(part: &Part) -> Option<String> {
    part.blocks.iter().find_map(|block| match block {
        Block::Prose(nodes) => first_words(nodes),
        _ => None,
    })
}
