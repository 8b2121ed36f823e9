//! One line on a terminal that says what is being done, rewritten as work goes on. Silent everywhere else.
#![expect(clippy::print_stderr, reason = "the terminal is this room's medium")]

use crate::Step;

/// The line.
pub(super) struct Progress {
    shows: bool,
    width: usize,
}

impl Progress {
    pub(super) fn new(shows: bool) -> Self {
        Self { shows, width: 0 }
    }

    pub(super) fn show(&mut self, step: &Step<'_>) {
        if !self.shows {
            return;
        }
        let line = match step {
            Step::Reading {
                dataset,
                rows,
                percent,
            } => format!("reading {dataset}: {rows} rows, {percent} %"),
            Step::Computing { dataset } => format!("computing {dataset}"),
            Step::Printing { done, of } => format!("printing: {done} of {of} PDFs"),
            Step::Rendering { pages } => format!("writing {pages} pages"),
            Step::Publishing => "publishing".to_owned(),
        };
        let pad = self.width.saturating_sub(line.chars().count());
        eprint!("\r{line}{}", " ".repeat(pad));
        self.width = line.chars().count();
    }

    /// Leaves an empty line behind.
    pub(super) fn clear(&mut self) {
        if self.shows && self.width > 0 {
            eprint!("\r{}\r", " ".repeat(self.width));
            self.width = 0;
        }
    }
}
