//! The data page: what can be downloaded, what the columns mean, how to cite it, under which licence.

use super::chrome::{frame, home_crumb, own_text, part};
use super::model::{Block, Download, Page, PageKind, Part, Rich, Span, Table, Target};
use super::publication::{PageId, Publication, Section};
use super::table::{cell, row, words};
use super::voice::{Voice, link, text, to_page};
use crate::indicators::Scope;

/// The columns of `figures.csv`, in order.
const COLUMNS: [&str; 13] = [
    "dataset",
    "dimension",
    "member",
    "period_kind",
    "period",
    "indicator",
    "value",
    "numerator",
    "denominator",
    "low",
    "high",
    "status",
    "unit",
];

pub(super) fn page(publication: &Publication, voice: &Voice<'_>, id: &PageId) -> Page {
    let mut page = frame(
        publication,
        voice,
        id,
        PageKind::Data,
        voice.word("data.title"),
        None,
    );
    page.crumbs = home_crumb(voice);
    page.description = voice.word("data.description");
    page.lead = Some(voice.word("data.lead").into());
    page.parts.push(files_part(publication, voice));
    page.parts.push(columns_part(voice));
    page.parts.push(cite_part(publication, voice));
    page.parts.extend(own_text(publication, voice, "data/"));
    page
}

fn files_part(publication: &Publication, voice: &Voice<'_>) -> Part {
    let rows: usize = publication
        .sections
        .iter()
        .flat_map(|section| section.sheets())
        .filter(|sheet| !matches!(sheet.scope, Scope::Pair { .. }))
        .map(|sheet| sheet.figures.len())
        .sum();
    let rows = u64::try_from(rows).unwrap_or(u64::MAX);
    let mut downloads = vec![
        download(
            "figures.csv",
            "data/figures.csv",
            voice.count("data.file.figures", rows),
        ),
        download(
            "figures.json",
            "data/figures.json",
            voice.word("data.file.figures_json"),
        ),
    ];
    for [a, b, one, two] in pairs(publication, voice) {
        let name = format!("{a}--{b}.csv");
        downloads.push(download(
            &name,
            &format!("data/pairs/{name}"),
            voice.say("data.file.pairs", &[("one", &one), ("two", &two)]),
        ));
    }
    let is_told = |section: &Section| {
        let heard = section.heard.as_ref();
        heard.is_some_and(|heard| !heard.quarters.is_empty())
    };
    if publication.sections.iter().any(is_told) {
        downloads.push(download(
            "loudness.csv",
            "data/loudness.csv",
            voice.word("data.file.loudness"),
        ));
    }
    for (name, path) in [
        ("intake.csv", "data/intake.csv"),
        ("revisions.csv", "data/revisions.csv"),
        ("datapackage.json", "data/datapackage.json"),
        ("manifest.json", "manifest.json"),
    ] {
        let key = name.split('.').next().unwrap_or(name);
        downloads.push(download(
            name,
            path,
            voice.word(&format!("data.file.{key}")),
        ));
    }
    part(
        "files",
        voice.word("data.files"),
        voice.word("data.files_note"),
        vec![Block::Downloads(downloads)],
    )
}

/// The pairs of dimensions that have a file, since they have sheets: their ids, then their names.
fn pairs(publication: &Publication, voice: &Voice<'_>) -> Vec<[String; 4]> {
    let mut pairs: Vec<[String; 4]> = Vec::new();
    for section in &publication.sections {
        let dimensions = &section.dataset.scheme.dimensions;
        let mut there: Vec<(usize, usize)> = section
            .sheets()
            .iter()
            .filter_map(|sheet| match sheet.scope {
                Scope::Pair {
                    dimension,
                    dimension2,
                    ..
                } => Some((dimension, dimension2)),
                _ => None,
            })
            .collect();
        there.sort_unstable();
        there.dedup();
        for (a, b) in there {
            let (one, two) = (&dimensions[a].id, &dimensions[b].id);
            if !pairs.iter().any(|pair| pair[0] == *one && pair[1] == *two) {
                pairs.push([
                    one.clone(),
                    two.clone(),
                    voice.dimension(section, a),
                    voice.dimension(section, b),
                ]);
            }
        }
    }
    pairs
}

fn download(name: &str, path: &str, about: String) -> Download {
    Download {
        link: link(name, Target::File(path.to_owned())),
        about,
    }
}

fn columns_part(voice: &Voice<'_>) -> Part {
    let rows = COLUMNS
        .into_iter()
        .map(|column| {
            row(
                cell(column),
                vec![cell(voice.word(&format!("data.column.{column}")))],
            )
        })
        .collect();
    let table = Table {
        caption: voice.word("data.columns_caption"),
        about: voice.word("data.columns_about"),
        columns: vec![
            words(voice.word("data.column_head")),
            words(voice.word("data.meaning")),
        ],
        rows,
        legend: Vec::new(),
    };
    part(
        "columns",
        voice.word("data.columns"),
        Rich(vec![
            text(voice.word("data.columns_note")),
            Span::Link(to_page(voice.word("nav.methods"), "methods/")),
        ]),
        vec![Block::Table(table)],
    )
}

fn cite_part(publication: &Publication, voice: &Voice<'_>) -> Part {
    let title = voice.of(&publication.site.title);
    let mut blocks = Vec::new();
    if let Some(latest) = publication
        .sections
        .iter()
        .map(|section| section.as_of)
        .max()
    {
        blocks.push(Block::Paragraph(
            voice
                .say(
                    "data.citation",
                    &[
                        ("title", title),
                        ("day", &voice.format.date(latest)),
                        ("url", &publication.site.base_url),
                    ],
                )
                .into(),
        ));
    }
    for section in &publication.sections {
        let licence = voice.of(&section.dataset.licence);
        let source = voice.of(&section.dataset.source);
        let said = if licence.is_empty() {
            voice.word("data.no_licence")
        } else {
            licence.to_owned()
        };
        let mut clauses = vec![said];
        if !source.is_empty() {
            clauses.push(source.to_owned());
        }
        blocks.push(Block::Paragraph(
            voice
                .say(
                    "data.licence",
                    &[
                        ("title", voice.of(&section.dataset.title)),
                        ("licence", &voice.clauses(&clauses)),
                    ],
                )
                .into(),
        ));
    }
    part(
        "cite",
        voice.word("data.cite"),
        voice.word("data.cite_note"),
        blocks,
    )
}
