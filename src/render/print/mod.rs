//! Print editions: an edition of the report becomes a tagged PDF (PDF/UA-1, PDF/A-2a), set by Typst.
//!
//! In: the theme's print templates, fonts, editions. Out: the bytes of a PDF each. [`Press::new`] takes templates and fonts
//! once; [`Press::print`] may then be called from many threads. A template is given one dictionary, the file
//! `edition.json`, so nothing of it is ever run as template code. Same inputs and fonts, same bytes: no clock, an identifier
//! made of the edition's address, the date of its figures.

mod dictionary;
mod world;

use std::collections::BTreeSet;
use std::sync::Arc;

use typst::World as _;
use typst::WorldExt as _;
use typst::diag::{SourceDiagnostic, Warned};
use typst::foundations::{Datetime, Smart};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};

use crate::diag::{Diagnostic, Place as Where};
use crate::report::{Edition, EditionId};
use crate::theme::Theme;
use crate::theme::fonts::FontFile;
use crate::time::Day;
use crate::tree::Digest;
use world::{Desk, Shop};

pub use dictionary::Place;

/// An edition that is ready to be printed.
#[derive(Debug)]
pub struct Manuscript {
    /// Which edition.
    pub id: EditionId,
    /// The dictionary, as JSON.
    pub dictionary: String,
    /// The date of its figures.
    pub date: Day,
}

/// A printed edition.
#[derive(Debug)]
pub struct Pdf {
    /// The file.
    pub bytes: Vec<u8>,
    /// Its pages.
    pub pages: u64,
}

/// Why an edition was not printed.
#[derive(Debug)]
pub enum PrintError {
    /// No font has these characters; the first few of them.
    NoGlyphs(String),
    /// A template is wrong.
    Template(Box<Diagnostic>),
}

impl Manuscript {
    /// Writes down what an edition says.
    #[must_use]
    pub fn new(id: EditionId, edition: &Edition, place: Place<'_>) -> Self {
        let dictionary = dictionary::dictionary(&id, edition, place);
        Self {
            id,
            dictionary,
            date: edition.date,
        }
    }
}

/// Prints editions with one theme and one set of fonts.
pub struct Press {
    shop: Arc<Shop>,
    /// SHA-256 of the program's version, the templates and the fonts.
    made_with: String,
}

impl Press {
    /// A press with a theme's print templates and these fonts, the preferred ones first. Fonts that come with the program are
    /// always there.
    #[must_use]
    pub fn new(theme: &Theme, fonts: Vec<FontFile>) -> Self {
        let mut digest = Digest::default();
        digest.update(env!("CARGO_PKG_VERSION").as_bytes());
        for (name, file) in &theme.print {
            digest.update(name.as_bytes());
            digest.update(&file.bytes);
        }
        for font in &fonts {
            // A font file begins with the checksums of its tables.
            digest.update(&font.bytes.len().to_le_bytes());
            digest.update(&font.bytes[..font.bytes.len().min(1 << 14)]);
        }
        Self {
            shop: Arc::new(Shop::new(theme, fonts)),
            made_with: digest.entry("").sha256,
        }
    }

    /// SHA-256 of all that an edition is made from: while it stays the same, so do the PDF's bytes.
    #[must_use]
    pub fn made_from(&self, manuscript: &Manuscript) -> String {
        let mut digest = Digest::default();
        digest.update(self.made_with.as_bytes());
        digest.update(manuscript.dictionary.as_bytes());
        digest.entry("").sha256
    }

    /// The characters of a manuscript that no font has.
    #[must_use]
    pub fn missing(&self, manuscript: &Manuscript) -> BTreeSet<char> {
        let mut seen: BTreeSet<char> = manuscript.dictionary.chars().collect();
        seen.retain(|c| !is_unseen(*c) && !self.shop.has(*c));
        seen
    }

    /// The PDF of an edition.
    ///
    /// # Errors
    /// [`PrintError`] where no font has a glyph, or a template is wrong.
    pub fn print(&self, manuscript: &Manuscript) -> Result<Pdf, PrintError> {
        let template = format!("{}.typ", manuscript.id.layout.id());
        let date = stamp(manuscript.date);
        let desk = Desk::new(&self.shop, &template, &manuscript.dictionary, date)
            .ok_or_else(|| self.broken(&template, "the theme has no such template"))?;
        let Warned { output, .. } = typst::compile::<PagedDocument>(&desk);
        let document = output.map_err(|errors| self.problem(&desk, &template, &errors))?;
        let standards = PdfStandards::new(&[PdfStandard::A_2a, PdfStandard::Ua_1])
            .map_err(|_| self.broken(&template, "PDF/A-2a and PDF/UA-1 can't be combined"))?;
        let options = PdfOptions {
            ident: Smart::Custom(manuscript.id.path.clone()),
            creator: Smart::Custom(Some(
                concat!("answerable ", env!("CARGO_PKG_VERSION")).to_owned(),
            )),
            timestamp: date.map(Timestamp::new_utc),
            standards,
            ..PdfOptions::default()
        };
        let bytes = typst_pdf::pdf(&document, &options)
            .map_err(|errors| self.problem(&desk, &template, &errors))?;
        Ok(Pdf {
            bytes,
            pages: document.pages().len() as u64,
        })
    }

    /// Lets go of what was kept to print the next edition faster. Without it memory would grow by about 20 MB an edition.
    pub fn rest() {
        typst::comemo::evict(0);
    }

    fn broken(&self, template: &str, message: &str) -> PrintError {
        let place = Where::file(self.shop.path(template));
        PrintError::Template(Box::new(
            Diagnostic::error("print-template", message).at(place),
        ))
    }

    fn problem(&self, desk: &Desk, template: &str, errors: &[SourceDiagnostic]) -> PrintError {
        let is_glyph = |error: &&SourceDiagnostic| error.message.contains("could not be displayed");
        if !errors.is_empty() && errors.iter().all(|error| is_glyph(&error)) {
            // The message quotes the text without saying which of its characters is meant.
            let missing: BTreeSet<char> = errors
                .iter()
                .flat_map(|error| error.message.split('`').skip(1).step_by(2))
                .flat_map(str::chars)
                .filter(|c| !is_unseen(*c) && !self.shop.has(*c))
                .collect();
            return PrintError::NoGlyphs(missing.into_iter().take(8).collect());
        }
        let Some(error) = errors.first() else {
            return self.broken(template, "it could not be set");
        };
        let name = error
            .span
            .id()
            .map_or_else(|| template.to_owned(), Desk::name);
        let path = self.shop.path(&name);
        let at = error.span.id().and_then(|id| {
            let source = desk.source(id).ok()?;
            source
                .lines()
                .byte_to_line_column(desk.range(error.span)?.start)
        });
        let place = match at {
            Some((line, column)) => Where::line(path, line as u64 + 1).column(column as u64 + 1),
            None => Where::file(path),
        };
        let mut told = Diagnostic::error(
            "print-template",
            format!("the theme's print template {name}: {}", error.message),
        )
        .at(place);
        for hint in &error.hints {
            told = told.hint(hint.v.to_string());
        }
        PrintError::Template(Box::new(
            told.hint("mend the template, or remove it to use the built-in one"),
        ))
    }
}

/// Whether a character has no glyph of its own: controls, joiners, marks of direction, variation selectors.
fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{2069}'
            | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}')
}

/// Midnight of a day.
fn stamp(day: Day) -> Option<Datetime> {
    let (year, month, day) = day.ymd();
    Datetime::from_ymd_hms(
        year,
        u8::try_from(month).ok()?,
        u8::try_from(day).ok()?,
        0,
        0,
        0,
    )
}
