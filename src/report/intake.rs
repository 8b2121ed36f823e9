//! Every row accounted for: a ladder that adds up, the sum as a sentence, each file, the reasons, the notes.

use super::chrome::{frame, home_crumb, own_text, part, wide};
use super::key_figures::count;
use super::model::{Block, Page, PageKind, Part, Rich, Row, Table, Target};
use super::period::{ladder, some};
use super::publication::{PageId, Publication, Section};
use super::table::{cell, numbers, row, words};
use super::voice::{Voice, link, strong, text};
use crate::case::Exclusion;
use crate::indicators::{Scope, Sheet};
use crate::intake::{FileIntake, Note, Reason};
use crate::redaction::Kind;
use crate::time::PeriodKind;

pub(super) fn page(publication: &Publication, voice: &Voice<'_>, id: &PageId) -> Page {
    let mut page = frame(
        publication,
        voice,
        id,
        PageKind::Intake,
        voice.word("intake.title"),
        None,
    );
    page.crumbs = home_crumb(voice);
    page.description = voice.word("intake.description");
    let mut read = 0;
    let mut accepted = 0;
    let mut rejected = 0;
    let mut set_apart = Some(0);
    let mut files = 0_u64;
    for section in &publication.sections {
        let total = section.intake.total();
        read += total.read;
        accepted += total.accepted;
        rejected += total.rejected_rows();
        files += u64::try_from(section.intake.files.len()).unwrap_or(0);
        if let Some(sheet) = whole(section) {
            let of_section: Option<u64> = excluded(sheet).iter().map(|(_, cases)| *cases).sum();
            set_apart = set_apart.zip(of_section).map(|(all, own)| all + own);
        }
    }
    let sets = u64::try_from(publication.sections.len()).unwrap_or(0);
    page.kicker = voice.clauses(&[
        voice.count("intake.sets", sets),
        voice.count("intake.files", files),
    ]);
    let key = match set_apart {
        Some(_) => "intake.lead",
        None => "intake.lead_apart_withheld",
    };
    page.lead = Some(voice.rich(
        key,
        &[
            ("read", strong(voice.format.number(read))),
            ("accepted", strong(voice.format.number(accepted))),
            ("apart", strong(voice.format.number(set_apart.unwrap_or(0)))),
            ("rejected", strong(voice.format.number(rejected))),
        ],
    ));
    for section in publication.latest_first() {
        page.parts.push(section_part(voice, section));
    }
    page.parts.push(reasons_part(publication, voice));
    page.parts.push(notes_part(publication, voice));
    page.parts.extend(masked_part(publication, voice));
    page.parts.push(files_part(publication, voice));
    page.parts.extend(own_text(publication, voice, "intake/"));
    page
}

/// What was masked in published texts, by kind and data set; nothing where nothing was.
fn masked_part(publication: &Publication, voice: &Voice<'_>) -> Option<Part> {
    let sections: Vec<&Section> = publication
        .latest_first()
        .into_iter()
        .filter(|section| !section.published.masked.is_empty())
        .collect();
    if sections.is_empty() {
        return None;
    }
    let rows = Kind::ALL
        .iter()
        .filter(|kind| {
            sections
                .iter()
                .any(|section| section.published.masked.contains_key(*kind))
        })
        .map(|kind| {
            let counts = sections.iter().map(|section| {
                let count = section.published.masked.get(kind).copied();
                cell(voice.format.number(count.unwrap_or(0)))
            });
            let name = voice.word(&format!("masked.{}", kind.id()));
            row(cell(name), counts.collect())
        })
        .collect();
    let table = Table {
        caption: voice.word("masked.caption"),
        about: String::new(),
        columns: std::iter::once(words(voice.word("masked.kind")))
            .chain(
                sections
                    .iter()
                    .map(|section| numbers(voice.of(&section.dataset.title))),
            )
            .collect(),
        rows,
        legend: Vec::new(),
    };
    Some(part(
        "masked",
        voice.word("masked.heading"),
        voice.word("masked.note"),
        vec![Block::Table(table)],
    ))
}

/// The overall sheet of the whole coverage.
fn whole(section: &Section) -> Option<&Sheet> {
    let all = section.periods(PeriodKind::All);
    section.sheet(&Scope::Overall, all.first()?)
}

/// What is set apart, class by class; `None` where its number is withheld.
fn excluded(sheet: &Sheet) -> Vec<(Exclusion, Option<u64>)> {
    Exclusion::ALL
        .iter()
        .filter_map(|exclusion| {
            let cases = some(sheet, &format!("excluded_{}", exclusion.id()))?;
            Some((*exclusion, cases))
        })
        .collect()
}

fn section_part(voice: &Voice<'_>, section: &Section) -> Part {
    let total = section.intake.total();
    let title = voice.of(&section.dataset.title).to_owned();
    let id = section.dataset.id.as_str();
    if total.read == 0 {
        return part(
            id,
            title,
            "",
            vec![Block::Paragraph(voice.word("intake.empty").into())],
        );
    }
    let mut steps = vec![(voice.word("intake.read"), Some(total.read), true)];
    for (reason, rows) in &total.rejected {
        let name = voice.capital(&reason_name(voice, *reason));
        steps.push((name, Some(*rows), false));
    }
    steps.push((voice.word("intake.accepted"), Some(total.accepted), true));
    if let Some(sheet) = whole(section) {
        let apart = excluded(sheet);
        for (exclusion, cases) in &apart {
            let name = voice.word(&format!("ladder.excluded.{}", exclusion.id()));
            steps.push((name, *cases, false));
        }
        if let Some(valid) = count(sheet, "valid")
            && !apart.is_empty()
        {
            steps.push((voice.word("ladder.valid"), Some(valid), true));
        }
        // The stock at the figures' date closes the account where the source tells endings.
        if let (Some(valid), Some(open)) = (count(sheet, "valid"), count(sheet, "open_at_end"))
            && valid >= open
        {
            steps.push((
                voice.say(
                    "intake.still_open",
                    &[("day", &voice.format.date(section.as_of))],
                ),
                Some(open),
                false,
            ));
            steps.push((voice.word("intake.closed"), Some(valid - open), true));
        }
    }
    let mut blocks = vec![Block::Finding(proof(voice, &total))];
    blocks.extend(ladder(
        voice,
        &format!("intake-{id}"),
        (voice.word("intake.ladder"), voice.word("table.rows")),
        total.read,
        steps,
    ));
    part(id, title, note(voice, section), blocks)
}

/// `341,299 read = 339,892 accepted + 105 repeated + 1,302 after the cut-off. Nothing is left over.`
fn proof(voice: &Voice<'_>, total: &FileIntake) -> Rich {
    let mut terms = vec![voice.say(
        "intake.term_accepted",
        &[("n", &voice.format.number(total.accepted))],
    )];
    for (reason, rows) in &total.rejected {
        terms.push(voice.say(
            "intake.term",
            &[
                ("n", &voice.format.number(*rows)),
                ("reason", &reason_name(voice, *reason)),
            ],
        ));
    }
    if total.rejected.is_empty() {
        terms.push(voice.word("intake.term_none"));
    }
    let key = if total.adds_up() {
        "intake.proof"
    } else {
        "intake.no_proof"
    };
    voice.rich(
        key,
        &[
            ("read", text(voice.format.number(total.read))),
            ("terms", text(terms.join(&voice.word("intake.plus")))),
            ("verdict", strong(voice.word("intake.nothing_left"))),
        ],
    )
}

fn note(voice: &Voice<'_>, section: &Section) -> String {
    let mut encodings: Vec<&str> = section
        .intake
        .files
        .iter()
        .map(|file| file.encoding.as_str())
        .filter(|encoding| !encoding.is_empty())
        .collect();
    encodings.sort_unstable();
    encodings.dedup();
    let mut clauses = vec![voice.say("foot.as_of", &[("day", &voice.format.date(section.as_of))])];
    if !encodings.is_empty() {
        clauses.push(encodings.join(", "));
    }
    voice.clauses(&clauses)
}

fn reason_name(voice: &Voice<'_>, reason: Reason) -> String {
    voice.word(&format!("intake.reason.{}", reason.id()))
}

/// A table with a column for each data set, and one for all where there are several.
fn by_section(
    publication: &Publication,
    voice: &Voice<'_>,
    caption: String,
    first: String,
    entries: &[(String, String, Vec<u64>)],
    total: Option<(String, Vec<u64>)>,
) -> Table {
    let mut columns = vec![words(first)];
    columns.extend(
        publication
            .sections
            .iter()
            .map(|section| numbers(voice.of(&section.dataset.title))),
    );
    columns.push(words(voice.word("intake.word")));
    let made = |name: &str, word: &str, values: &[u64]| {
        let mut cells: Vec<_> = values
            .iter()
            .map(|value| cell(voice.format.number(*value)))
            .collect();
        cells.push(cell(word));
        row(cell(name), cells)
    };
    let mut rows: Vec<Row> = entries
        .iter()
        .map(|(name, word, values)| made(name, word, values))
        .collect();
    if let Some((name, values)) = total {
        let mut sum = made(&name, "", &values);
        sum.is_total = true;
        rows.push(sum);
    }
    Table {
        caption,
        about: String::new(),
        columns,
        rows,
        legend: Vec::new(),
    }
}

fn reasons_part(publication: &Publication, voice: &Voice<'_>) -> Part {
    let totals: Vec<FileIntake> = publication
        .sections
        .iter()
        .map(|section| section.intake.total())
        .collect();
    let entries: Vec<_> = Reason::ALL
        .iter()
        .map(|reason| {
            let values = totals
                .iter()
                .map(|total| total.rejected.get(reason).copied().unwrap_or(0))
                .collect();
            (
                voice.capital(&reason_name(voice, *reason)),
                reason.id().to_owned(),
                values,
            )
        })
        .collect();
    let sums = totals.iter().map(FileIntake::rejected_rows).collect();
    let table = by_section(
        publication,
        voice,
        voice.word("intake.reasons_caption"),
        voice.word("intake.reason_head"),
        &entries,
        Some((voice.word("intake.rejected"), sums)),
    );
    part(
        "reasons",
        voice.word("intake.reasons"),
        voice.word("intake.reasons_note"),
        vec![
            Block::Table(table),
            Block::Links(vec![link(
                "intake.csv",
                Target::File("data/intake.csv".to_owned()),
            )]),
        ],
    )
}

fn notes_part(publication: &Publication, voice: &Voice<'_>) -> Part {
    let totals: Vec<FileIntake> = publication
        .sections
        .iter()
        .map(|section| section.intake.total())
        .collect();
    let entries: Vec<_> = Note::ALL
        .iter()
        .map(|note| {
            let values = totals
                .iter()
                .map(|total| total.notes.get(note).copied().unwrap_or(0))
                .collect();
            (
                voice.word(&format!("intake.note.{}", note.id())),
                note.id().to_owned(),
                values,
            )
        })
        .collect();
    let table = by_section(
        publication,
        voice,
        voice.word("intake.notes_caption"),
        voice.word("intake.note_head"),
        &entries,
        None,
    );
    part(
        "notes",
        voice.word("intake.notes"),
        voice.word("intake.notes_note"),
        vec![Block::Table(table)],
    )
}

fn files_part(publication: &Publication, voice: &Voice<'_>) -> Part {
    let mut rows = Vec::new();
    for section in &publication.sections {
        for file in &section.intake.files {
            let reasons: Vec<String> = file
                .rejected
                .iter()
                .map(|(reason, rows)| {
                    voice.say(
                        "intake.term",
                        &[
                            ("n", &voice.format.number(*rows)),
                            ("reason", &reason_name(voice, *reason)),
                        ],
                    )
                })
                .collect();
            rows.push(row(
                cell(file.file.as_str()),
                vec![
                    cell(voice.format.number(file.read)),
                    cell(voice.format.number(file.accepted)),
                    cell(voice.format.number(file.rejected_rows())),
                    cell(voice.clauses(&reasons)),
                    cell(file.encoding.as_str()),
                ],
            ));
        }
    }
    if rows.is_empty() {
        return part(
            "files",
            voice.word("intake.files_heading"),
            "",
            vec![Block::Paragraph(voice.word("intake.empty").into())],
        );
    }
    let table = Table {
        caption: voice.word("intake.files_caption"),
        about: voice.word("intake.files_about"),
        columns: vec![
            words(voice.word("intake.file")),
            numbers(voice.word("intake.read")),
            numbers(voice.word("intake.accepted")),
            numbers(voice.word("intake.rejected")),
            words(voice.word("intake.reason_head")),
            words(voice.word("intake.encoding")),
        ],
        rows,
        legend: Vec::new(),
    };
    wide(
        "files",
        voice.word("intake.files_heading"),
        "",
        vec![Block::Table(table)],
    )
}
