//! Fonts for print editions: the theme's (`print/*.ttf`, `.otf`, `.ttc`), those under `[print] fonts`, and the system's.
//!
//! Of the system's fonts only families are read whose names a print template holds, so that what a site looks like on paper
//! doesn't hang on whatever else is installed.

use std::path::Path;

use fontdb::{Database, Source};
use walkdir::WalkDir;

use super::{Theme, unreadable};
use crate::diag::Diagnostics;

/// A font file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FontFile {
    /// Where it was read from.
    pub path: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// The faces of a collection that are meant; empty for all.
    pub faces: Vec<u32>,
}

/// Whether a file's name is that of a font.
fn is_font(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    [".ttf", ".otf", ".ttc", ".otc"]
        .iter()
        .any(|ending| name.ends_with(ending))
}

/// The fonts of the configuration, then the theme's. `names` are files and folders relative to the site's folder; a folder is
/// searched with all below it.
#[must_use]
pub fn of_site(
    root: &Path,
    names: &[String],
    theme: &Theme,
    diags: &mut Diagnostics,
) -> Vec<FontFile> {
    let mut fonts = Vec::new();
    for name in names {
        for entry in WalkDir::new(root.join(name)).sort_by_file_name() {
            let shown = |path: &Path| {
                let path = path.strip_prefix(root).unwrap_or(path);
                path.to_string_lossy().replace('\\', "/")
            };
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    diags.tell(unreadable(name, &error.to_string()));
                    continue;
                }
            };
            if !entry.file_type().is_file() || !is_font(&entry.file_name().to_string_lossy()) {
                continue;
            }
            match std::fs::read(entry.path()) {
                Ok(bytes) => fonts.push(FontFile {
                    path: shown(entry.path()),
                    bytes,
                    faces: Vec::new(),
                }),
                Err(error) => diags.tell(unreadable(&shown(entry.path()), &error.to_string())),
            }
        }
    }
    let own = theme.print.iter().filter(|(name, _)| is_font(name));
    fonts.extend(own.map(|(_, file)| FontFile {
        path: file.path.clone(),
        bytes: file.bytes.clone(),
        faces: Vec::new(),
    }));
    fonts
}

/// The system's fonts of the families that the theme's print templates name, by path.
#[must_use]
pub fn of_system(theme: &Theme) -> Vec<FontFile> {
    let mut there = Database::new();
    there.load_system_fonts();
    named(&there, theme)
}

fn named(there: &Database, theme: &Theme) -> Vec<FontFile> {
    let is_named = |family: &str| {
        let quoted = format!("\"{family}\"");
        theme
            .print
            .values()
            .any(|file| std::str::from_utf8(&file.bytes).is_ok_and(|text| text.contains(&quoted)))
    };
    let mut faces: Vec<(&Path, u32)> = there
        .faces()
        .filter(|face| face.families.iter().any(|(family, _)| is_named(family)))
        .filter_map(|face| match &face.source {
            Source::File(path) | Source::SharedFile(path, _) => Some((path.as_path(), face.index)),
            Source::Binary(_) => None,
        })
        .collect();
    faces.sort_unstable();
    let mut fonts: Vec<FontFile> = Vec::new();
    for (path, index) in faces {
        let shown = path.display().to_string();
        match fonts.last_mut() {
            Some(last) if last.path == shown => last.faces.push(index),
            _ => {
                // A font that went away since the folder was read is one that is not there.
                if let Ok(bytes) = std::fs::read(path) {
                    fonts.push(FontFile {
                        path: shown,
                        bytes,
                        faces: vec![index],
                    });
                }
            }
        }
    }
    fonts
}
