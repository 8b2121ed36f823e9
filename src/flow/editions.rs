//! Print editions in the flow: written down, held against what stands published, printed in parallel, listed.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU64, Ordering};

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::{Step, Watch, tell};
use crate::diag::{Diagnostic, Diagnostics, Place};
use crate::publish::Staging;
use crate::render::print::{self, Manuscript, Pdf, Press, PrintError};
use crate::report::{self, EditionId, Printed, Publication};
use crate::text::Lang;
use crate::theme::{Theme, fonts};
use crate::tree::{Entry, Sink as _};

/// The list of editions, from the site's root.
const LIST: &str = "reports/editions.json";

/// Editions a thread prints before what was kept for speed is let go of: an edition keeps about 25 MB.
const BATCH: usize = 4;

/// The published list of editions: an index for programs, and what the next build leaves unprinted.
#[derive(Debug, Default, Serialize, Deserialize)]
struct List {
    editions: Vec<Listed>,
}

/// One edition of the list.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Listed {
    #[serde(flatten)]
    file: Entry,
    lang: String,
    /// The page it is an edition of.
    page: String,
    layout: String,
    paper: String,
    pages: u64,
    /// SHA-256 of all it is made from: content, templates, fonts, program.
    made_from: String,
}

/// Prints the editions of a publication; gives them, and how many of them the site that stands did not have. A language that no
/// font has is left out with a warning; `None` where a template is wrong.
pub(super) fn print(
    publication: &Publication,
    theme: &Theme,
    digest: &str,
    staging: &Staging,
    watch: &mut Watch<'_>,
    diags: &mut Diagnostics,
) -> Option<(Vec<Printed>, u64)> {
    let ids = report::editions(publication);
    if ids.is_empty() {
        return Some((Vec::new(), 0));
    }
    let site = &publication.site;
    let place = print::Place {
        root: &site.base_url,
        languages: &site.languages,
        digest,
    };
    let manuscripts: Vec<Manuscript> = ids
        .into_par_iter()
        .map(|id| {
            let edition = report::edition(publication, &id.page);
            Manuscript::new(id, &edition, place)
        })
        .collect();
    let (press, manuscripts) = press(publication, theme, place, manuscripts, diags);

    let standing = Standing::read(staging);
    let mut list = List::default();
    let mut done = 0;
    let anew = AtomicU64::new(0);
    let of = manuscripts.len() as u64;
    for batch in manuscripts.chunks(BATCH * rayon::current_num_threads()) {
        watch(Step::Printing { done, of });
        let printed: Vec<Result<(String, Pdf), PrintError>> = batch
            .par_iter()
            .map(|manuscript| {
                let made_from = press.made_from(manuscript);
                let pdf = match standing.pdf(staging, &manuscript.id, &made_from) {
                    Some(pdf) => pdf,
                    None => {
                        anew.fetch_add(1, Ordering::Relaxed);
                        press.print(manuscript)?
                    }
                };
                Ok((made_from, pdf))
            })
            .collect();
        Press::rest();
        for (manuscript, printed) in batch.iter().zip(printed) {
            let id = &manuscript.id;
            match printed {
                Ok((made_from, pdf)) => {
                    tell(
                        staging.put(&id.path, &pdf.bytes).map_err(Diagnostic::from),
                        diags,
                    )?;
                    list.editions.push(Listed {
                        file: Entry::of(&id.path, &pdf.bytes),
                        lang: id.page.lang.tag().to_owned(),
                        page: id.page.key.clone(),
                        layout: id.layout.id().to_owned(),
                        paper: id.paper.id().to_owned(),
                        pages: pdf.pages,
                        made_from,
                    });
                }
                Err(PrintError::NoGlyphs(characters)) => {
                    let lacking = Lacking {
                        characters: characters.chars().collect(),
                        left_out: BTreeMap::from([(id.page.lang.clone(), 1)]),
                        ..Lacking::default()
                    };
                    diags.tell(lacking.warning());
                }
                Err(PrintError::Template(wrong)) => {
                    diags.tell(*wrong);
                    return None;
                }
            }
        }
        done += batch.len() as u64;
    }
    let lines: Vec<String> = list
        .editions
        .iter()
        .map(|each| serde_json::to_string(each).expect("strings and numbers always serialise"))
        .collect();
    let text = format!("{{\"editions\": [\n{}\n]}}\n", lines.join(",\n"));
    tell(
        staging.put(LIST, text.as_bytes()).map_err(Diagnostic::from),
        diags,
    )?;
    let by_path: BTreeMap<&str, &Listed> = list
        .editions
        .iter()
        .map(|each| (each.file.path.as_str(), each))
        .collect();
    let printed = manuscripts.into_iter().filter_map(|manuscript| {
        let listed = by_path.get(manuscript.id.path.as_str())?;
        Some(Printed {
            pages: listed.pages,
            bytes: listed.file.length,
            id: manuscript.id,
        })
    });
    Some((printed.collect(), anew.into_inner()))
}

/// A press with the fonts that the manuscripts need, and the manuscripts it can print. The system's fonts are looked at only
/// where those of the site and the program lack a character.
fn press(
    publication: &Publication,
    theme: &Theme,
    place: print::Place<'_>,
    manuscripts: Vec<Manuscript>,
    diags: &mut Diagnostics,
) -> (Press, Vec<Manuscript>) {
    let site = &publication.site;
    let own = |diags: &mut Diagnostics| fonts::of_site(&site.root, &site.print.fonts, theme, diags);
    let mut press = Press::new(theme, own(diags));
    let is_lacking = |each: &Manuscript| !press.missing(each).is_empty();
    if manuscripts.iter().any(is_lacking) {
        // What is wrong with the site's own fonts has been told.
        let mut fonts = own(&mut Diagnostics::new());
        fonts.extend(fonts::of_system(theme));
        press = Press::new(theme, fonts);
    }
    let mut lacking = Lacking::default();
    let printable = manuscripts
        .into_iter()
        .filter_map(|manuscript| {
            let missing = press.missing(&manuscript);
            if missing.is_empty() {
                return Some(manuscript);
            }
            lacking.characters.extend(missing);
            // Cases are told in the language they came in, which may be another than the report's.
            let id = manuscript.id;
            let edition = report::edition(publication, &id.page).without_cases();
            let shorter = Manuscript::new(id, &edition, place);
            let lang = shorter.id.page.lang.clone();
            if press.missing(&shorter).is_empty() {
                *lacking.without_cases.entry(lang).or_default() += 1;
                return Some(shorter);
            }
            *lacking.left_out.entry(lang).or_default() += 1;
            None
        })
        .collect();
    if !lacking.characters.is_empty() {
        diags.tell(lacking.warning());
    }
    (press, printable)
}

/// What no font could set.
#[derive(Debug, Default)]
struct Lacking {
    characters: BTreeSet<char>,
    /// How many editions are not made, by language.
    left_out: BTreeMap<Lang, u64>,
    /// How many are made without their published cases.
    without_cases: BTreeMap<Lang, u64>,
}

impl Lacking {
    /// All of it in one message.
    fn warning(&self) -> Diagnostic {
        let characters: String = self.characters.iter().take(8).collect();
        let pdfs = |n: u64| if n == 1 { "PDF" } else { "PDFs" };
        let left_out = self.left_out.iter().map(|(lang, n)| {
            let word = pdfs(*n);
            format!("{n} {word} in {lang} left out")
        });
        let without_cases = self.without_cases.iter().map(|(lang, n)| {
            let word = pdfs(*n);
            format!("{n} {word} in {lang} made without the published cases")
        });
        let so: Vec<String> = left_out.chain(without_cases).collect();
        let is_eastern =
            |c: &char| matches!(c, '\u{2E80}'..='\u{FFEF}' | '\u{20000}'..='\u{3FFFD}');
        let package = if self.characters.iter().any(is_eastern) {
            "Noto CJK (Debian and Ubuntu: apt install fonts-noto-cjk)"
        } else {
            "Noto (Debian and Ubuntu: apt install fonts-noto-core)"
        };
        Diagnostic::warning(
            "no-font",
            format!("no font has {characters}: {}", so.join(", ")),
        )
        .at(Place::file("answerable.toml"))
        .hint(format!(
            "install a font that has them, such as {package}, or name font files under [print] fonts"
        ))
    }
}

/// The editions of the site that stands.
struct Standing(BTreeMap<String, Listed>);

impl Standing {
    fn read(staging: &Staging) -> Self {
        let list: List = staging
            .standing(LIST)
            .and_then(|bytes| serde_json::from_slice(&bytes).ok())
            .unwrap_or_default();
        Self(
            list.editions
                .into_iter()
                .map(|each| (each.file.path.clone(), each))
                .collect(),
        )
    }

    /// An edition that was made from the same, if it is still what was published then.
    fn pdf(&self, staging: &Staging, id: &EditionId, made_from: &str) -> Option<Pdf> {
        let listed = self.0.get(&id.path)?;
        if listed.made_from != made_from {
            return None;
        }
        let bytes = staging.standing(&id.path)?;
        (Entry::of(&id.path, &bytes) == listed.file).then_some(Pdf {
            bytes,
            pages: listed.pages,
        })
    }
}
