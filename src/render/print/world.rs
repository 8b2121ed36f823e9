//! What Typst sees: the theme's print folder, one edition's dictionary, the fonts. No file system, no clock.

use std::collections::BTreeMap;
use std::sync::Arc;

use typst::diag::{FileError, FileResult};
use typst::foundations::{Bytes, Datetime, Duration};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World};

use crate::theme::Theme;
use crate::theme::fonts::FontFile;

/// The name of the dictionary's file.
const DICTIONARY: &str = "edition.json";

/// What all editions share.
pub(super) struct Shop {
    library: LazyHash<Library>,
    book: LazyHash<FontBook>,
    fonts: Vec<Font>,
    sources: BTreeMap<String, Source>,
    files: BTreeMap<String, Bytes>,
    /// Where each file was read from, for messages.
    paths: BTreeMap<String, String>,
}

impl Shop {
    pub(super) fn new(theme: &Theme, files: Vec<FontFile>) -> Self {
        let mut fonts: Vec<Font> = Vec::new();
        for file in files {
            let bytes = Bytes::new(file.bytes);
            if file.faces.is_empty() {
                fonts.extend(Font::iter(bytes));
            } else {
                let faces = file.faces.iter();
                fonts.extend(faces.filter_map(|&face| Font::new(bytes.clone(), face)));
            }
        }
        for bytes in typst_assets::fonts() {
            fonts.extend(Font::iter(Bytes::new(bytes)));
        }
        let mut sources = BTreeMap::new();
        let mut pictures = BTreeMap::new();
        for (name, file) in &theme.print {
            let Some(id) = file_id(name) else { continue };
            if let (true, Ok(text)) = (name.ends_with(".typ"), std::str::from_utf8(&file.bytes)) {
                sources.insert(name.clone(), Source::new(id, text.to_owned()));
            } else {
                pictures.insert(name.clone(), Bytes::new(file.bytes.clone()));
            }
        }
        Self {
            library: LazyHash::new(Library::default()),
            book: LazyHash::new(FontBook::from_fonts(&fonts)),
            fonts,
            sources,
            files: pictures,
            paths: theme
                .print
                .iter()
                .map(|(name, file)| (name.clone(), file.path.clone()))
                .collect(),
        }
    }

    /// Whether some font has a glyph for a character.
    pub(super) fn has(&self, c: char) -> bool {
        c.is_whitespace()
            || (0..self.fonts.len()).any(|index| {
                self.book
                    .info(index)
                    .is_some_and(|info| info.coverage.contains(u32::from(c)))
            })
    }

    /// Where a file was read from.
    pub(super) fn path(&self, name: &str) -> String {
        self.paths
            .get(name)
            .cloned()
            .unwrap_or_else(|| name.to_owned())
    }
}

/// The world of one edition. File ids are kept for the life of the process, so every edition uses the same few names.
pub(super) struct Desk {
    shop: Arc<Shop>,
    main: FileId,
    dictionary: (FileId, Bytes),
    date: Option<Datetime>,
}

impl Desk {
    /// `None` where the theme has no such template.
    pub(super) fn new(
        shop: &Arc<Shop>,
        template: &str,
        dictionary: &str,
        date: Option<Datetime>,
    ) -> Option<Self> {
        let main = file_id(template)?;
        shop.sources.contains_key(template).then_some(())?;
        let bytes = Bytes::new(dictionary.as_bytes().to_vec());
        Some(Self {
            shop: Arc::clone(shop),
            main,
            dictionary: (file_id(DICTIONARY)?, bytes),
            date,
        })
    }

    /// The name of a file that a message speaks of.
    pub(super) fn name(id: FileId) -> String {
        id.get().vpath().get_without_slash().to_owned()
    }
}

fn file_id(name: &str) -> Option<FileId> {
    Some(RootedPath::new(VirtualRoot::Project, VirtualPath::new(name).ok()?).intern())
}

impl World for Desk {
    fn library(&self) -> &LazyHash<Library> {
        &self.shop.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.shop.book
    }

    fn main(&self) -> FileId {
        self.main
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        let source = self.shop.sources.get(&Self::name(id)).cloned();
        source.ok_or_else(|| FileError::NotFound(Self::name(id).into()))
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        if id == self.dictionary.0 {
            return Ok(self.dictionary.1.clone());
        }
        let bytes = self.shop.files.get(&Self::name(id)).cloned();
        bytes.ok_or_else(|| FileError::NotFound(Self::name(id).into()))
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.shop.fonts.get(index).cloned()
    }

    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        self.date
    }
}
