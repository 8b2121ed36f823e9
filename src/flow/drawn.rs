//! Pages that were drawn before. What a theme makes of a page depends on the page's content and on nothing else, so where the
//! last build drew the same content with the same theme, and its file still stands whole, it is not drawn again.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use crate::cache::{self, Found, Slot};
use crate::diag::{Diagnostic, Diagnostics};
use crate::publish;
use crate::render::site::{Chrome, Renderer};
use crate::report::Page;
use crate::theme::Theme;
use crate::tree::{Entry, Sink};

/// What the last build drew, and what this one draws.
pub(super) struct Drawn {
    slot: Option<Slot>,
    before: BTreeMap<String, Sheet>,
    /// The SHA-256 of each page's content, by the page's file.
    now: Mutex<BTreeMap<String, String>>,
}

/// A page that was drawn.
#[derive(Debug, Serialize, Deserialize)]
struct Sheet {
    /// SHA-256 of its content.
    content: String,
    file: Entry,
}

impl Drawn {
    /// What the last build of a site into this folder drew with the same theme.
    pub(super) fn recall(
        options: &super::Options,
        theme: &Theme,
        chrome: &Chrome,
        diags: &mut Diagnostics,
    ) -> Self {
        let slot = publish::folder(&super::out(options)).map(|folder| {
            let name = cache::name_of("pages", &folder.display().to_string());
            Slot::new(&options.root, &name, &look_of(theme, chrome))
        });
        let before = match slot.as_ref().map(Slot::find::<Vec<Sheet>>) {
            Some(Found::Kept(kept)) => kept.value,
            Some(Found::Damaged(told)) => {
                diags.tell(told);
                Vec::new()
            }
            Some(Found::Nothing) | None => Vec::new(),
        };
        Self {
            slot,
            before: before
                .into_iter()
                .map(|sheet| (sheet.file.path.clone(), sheet))
                .collect(),
            now: Mutex::default(),
        }
    }

    /// Draws a page into a sink, or keeps its file where it would be the same.
    pub(super) fn draw(
        &self,
        page: &Page,
        renderer: &Renderer,
        sink: &dyn Sink,
    ) -> Result<(), Diagnostic> {
        let path = renderer.path(page);
        let content = serde_json::to_vec(page).expect("words and numbers always serialise");
        let content = Entry::of(&path, &content).sha256;
        let before = self.before.get(&path);
        let same = before.filter(|sheet| sheet.content == content);
        let is_kept = match same {
            Some(sheet) => sink.keep(&sheet.file)?,
            None => false,
        };
        if !is_kept {
            sink.put(&path, renderer.render(page)?.as_bytes())?;
        }
        let mut now = self.now.lock().unwrap_or_else(PoisonError::into_inner);
        now.insert(path, content);
        Ok(())
    }

    /// Keeps what was drawn; `files` are those of the published site.
    pub(super) fn keep(self, files: &[Entry]) {
        let Some(slot) = self.slot else { return };
        let mut now = self
            .now
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        let sheets: Vec<Sheet> = files
            .iter()
            .filter_map(|file| {
                Some(Sheet {
                    content: now.remove(&file.path)?,
                    file: file.clone(),
                })
            })
            .collect();
        slot.keep(&sheets, &[], &[]);
    }
}

/// All that decides how a page is drawn, beside the program and the page itself.
fn look_of(theme: &Theme, chrome: &Chrome) -> String {
    let mut look = format!("{chrome:?}\n{:?}\n", theme.templates);
    for (path, bytes) in &theme.files {
        look.push_str(&format!("{:?}\n", Entry::of(path, bytes)));
    }
    look
}
