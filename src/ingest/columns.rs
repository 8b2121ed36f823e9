//! Which cell of a file holds which field: the configuration's column names against a file's header.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use crate::case::Field;
use crate::config::{Dataset, RepeatedId};
use crate::diag::{Diagnostic, Diagnostics, Place, nearest};

use super::rejects::shorten;

/// What a wanted column is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Purpose {
    Field(Field),
    Dimension(usize),
    /// The date by which the newest of repeated rows is kept.
    Latest,
}

/// A column the configuration wants: what for, and the header names it may have.
#[derive(Debug, Clone)]
struct Slot {
    purpose: Purpose,
    word: String,
    names: Vec<String>,
}

/// All columns the configuration wants.
#[derive(Debug, Clone)]
pub(super) struct Wanted {
    slots: Vec<Slot>,
    /// Path of the data set's configuration.
    configuration: String,
}

/// Where a file has each wanted column.
#[derive(Debug, Clone)]
pub(super) struct Layout {
    fields: [Option<usize>; Field::ALL.len()],
    /// The fields that are dates, but for the receipt, with their cells.
    pub(super) dates: Vec<(Field, usize)>,
    dimensions: Vec<usize>,
    /// The column by which the newest of repeated rows is kept.
    pub(super) latest: Option<usize>,
    /// The cells of words that are read together: from the first to the last, where no other stands between.
    pub(super) words: Option<RangeInclusive<usize>>,
    names: Vec<String>,
}

/// The fields whose cells hold one of a few words.
const WORDS: [Field; 6] = [
    Field::Status,
    Field::Outcome,
    Field::Rating,
    Field::Escalation,
    Field::Reopened,
    Field::Transfers,
];

impl Wanted {
    pub(super) fn of(dataset: &Dataset) -> Self {
        let mut slots: Vec<Slot> = dataset
            .columns
            .iter()
            .map(|(field, names)| Slot {
                purpose: Purpose::Field(*field),
                word: field.id().to_owned(),
                names: names.clone(),
            })
            .collect();
        for (index, names) in dataset.dimension_columns.iter().enumerate() {
            slots.push(Slot {
                purpose: Purpose::Dimension(index),
                word: dataset.scheme.dimensions[index].id.clone(),
                names: names.clone(),
            });
        }
        if let RepeatedId::KeepLatest(column) = &dataset.repeated_id {
            slots.push(Slot {
                purpose: Purpose::Latest,
                word: "keep-latest".to_owned(),
                names: vec![column.clone()],
            });
        }
        Self {
            slots,
            configuration: dataset.path.clone(),
        }
    }

    /// The header names of each wanted column, in one order for all files.
    pub(super) fn alternatives(&self) -> impl Iterator<Item = &[String]> {
        self.slots.iter().map(|slot| slot.names.as_slice())
    }

    /// How many of a header's names are wanted.
    pub(super) fn known(&self, header: &[String]) -> usize {
        let known: BTreeSet<&str> = self
            .slots
            .iter()
            .flat_map(|slot| &slot.names)
            .map(String::as_str)
            .collect();
        header
            .iter()
            .filter(|name| known.contains(tidy(name)))
            .count()
    }

    /// The layout of a file whose cells stand in the order of [`Wanted::alternatives`].
    pub(super) fn layout_of_slots(&self) -> Layout {
        let mut layout = Layout::empty(
            self.slots
                .iter()
                .map(|slot| slot.names.first().cloned().unwrap_or_default())
                .collect(),
        );
        for (index, slot) in self.slots.iter().enumerate() {
            layout.put(slot.purpose, index);
        }
        layout.words = layout.run_of_words();
        layout
    }

    /// Finds the wanted columns in a header; tells those that are missing, and gives `None` where some are.
    pub(super) fn find(
        &self,
        header: &[String],
        path: &str,
        line: u64,
        diags: &mut Diagnostics,
    ) -> Option<Layout> {
        let names: Vec<String> = header.iter().map(|name| tidy(name).to_owned()).collect();
        for (index, name) in names.iter().enumerate() {
            if !name.is_empty() && names[..index].contains(name) {
                diags.tell(
                    Diagnostic::warning(
                        "repeated-column",
                        format!(
                            "the header has the column {name:?} more than once; the first is read"
                        ),
                    )
                    .at(Place::line(path, line)),
                );
            }
        }
        if self.slots.len() > 1 && self.known(header) == 0 {
            diags.tell(self.no_header(&names, Place::line(path, line)));
            return None;
        }
        let mut layout = Layout::empty(names);
        let mut is_whole = true;
        for slot in &self.slots {
            let found = slot
                .names
                .iter()
                .find_map(|wanted| layout.names.iter().position(|name| name == tidy(wanted)));
            match found {
                Some(index) => layout.put(slot.purpose, index),
                None => {
                    is_whole = false;
                    diags.tell(self.missing(slot, &layout.names, Place::line(path, line)));
                }
            }
        }
        layout.words = layout.run_of_words();
        is_whole.then_some(layout)
    }

    /// Tells the wanted columns (by their index) that no row of a file without a header has.
    pub(super) fn tell_missing(
        &self,
        slots: &[usize],
        names: &BTreeSet<String>,
        path: &str,
        diags: &mut Diagnostics,
    ) {
        let names: Vec<String> = names.iter().cloned().collect();
        for slot in slots {
            diags.tell(self.missing(&self.slots[*slot], &names, Place::line(path, 1)));
        }
    }

    /// None of the wanted columns is there: one mistake, not as many as there are columns.
    fn no_header(&self, names: &[String], place: Place) -> Diagnostic {
        let cells: Vec<String> = names.iter().take(8).map(|name| shorten(name)).collect();
        let more = if names.len() > cells.len() {
            ", …"
        } else {
            ""
        };
        let wanted: Vec<&str> = self
            .slots
            .iter()
            .filter_map(|slot| slot.names.first())
            .map(String::as_str)
            .collect();
        Diagnostic::error(
            "no-header",
            format!("none of the mapped columns is in the file; its first line is {}{more}", cells.join(", ")),
        )
        .at(place)
        .hint(format!(
            "the columns of {} are {}: is this another file, or are they named otherwise here?",
            self.configuration,
            wanted.join(", ")
        ))
        .hint(format!(
            "if the export has no header line, give the names of its columns in order: header = [\"…\", \"…\"] in {}",
            self.configuration
        ))
    }

    fn missing(&self, slot: &Slot, names: &[String], place: Place) -> Diagnostic {
        let quoted: Vec<String> = slot.names.iter().map(|name| format!("{name:?}")).collect();
        let message = match quoted.as_slice() {
            [one] => format!("the file has no column {one} (for {})", slot.word),
            all => format!(
                "the file has none of the columns {} (for {})",
                all.join(", "),
                slot.word
            ),
        };
        let mut diagnostic = Diagnostic::error("missing-column", message).at(place);
        let near = slot
            .names
            .iter()
            .find_map(|wanted| nearest(wanted, names.iter().map(String::as_str)));
        if let Some(near) = near {
            diagnostic = diagnostic.hint(format!("did you mean {near:?}?"));
        }
        let shown: Vec<&str> = names
            .iter()
            .map(String::as_str)
            .filter(|name| !name.is_empty())
            .take(40)
            .collect();
        diagnostic.hint(format!(
            "the file has the columns {}; name one under [columns] in {}",
            shown.join(", "),
            self.configuration
        ))
    }
}

impl Layout {
    fn empty(names: Vec<String>) -> Self {
        Self {
            fields: [None; Field::ALL.len()],
            dates: Vec::new(),
            dimensions: Vec::new(),
            latest: None,
            words: None,
            names,
        }
    }

    fn put(&mut self, purpose: Purpose, index: usize) {
        match purpose {
            Purpose::Field(field) => {
                self.fields[field as usize] = Some(index);
                if field.is_date() && field != Field::Received {
                    self.dates.push((field, index));
                }
            }
            Purpose::Dimension(_) => self.dimensions.push(index),
            Purpose::Latest => self.latest = Some(index),
        }
    }

    /// The cells of words, where there are several and no other stands between.
    fn run_of_words(&self) -> Option<RangeInclusive<usize>> {
        let cells: BTreeSet<usize> = WORDS.iter().filter_map(|each| self.field(*each)).collect();
        let (first, last) = (*cells.first()?, *cells.last()?);
        (cells.len() > 1 && cells.len() == last - first + 1).then_some(first..=last)
    }

    /// The cells of a dimension and the next one, where they stand side by side.
    #[inline]
    pub(super) fn two(&self, dimension: usize) -> Option<RangeInclusive<usize>> {
        let [first, second] = *self.dimensions.get(dimension..)?.first_chunk()?;
        (first + 1 == second).then_some(first..=second)
    }

    /// The cell of a field, where some column is mapped to it.
    #[inline(always)]
    pub(super) const fn field(&self, field: Field) -> Option<usize> {
        self.fields[field as usize]
    }

    /// The cell of a dimension.
    #[inline(always)]
    pub(super) fn dimension(&self, index: usize) -> usize {
        self.dimensions[index]
    }

    /// All cells that are read, in order.
    pub(super) fn cells(&self) -> Vec<usize> {
        let fields = self.fields.iter().flatten();
        let all: BTreeSet<usize> = fields
            .chain(&self.dimensions)
            .chain(&self.latest)
            .copied()
            .collect();
        all.into_iter().collect()
    }

    /// How many columns the header has.
    pub(super) fn width(&self) -> usize {
        self.names.len()
    }

    /// The header name of a cell.
    pub(super) fn name(&self, index: usize) -> Option<&str> {
        self.names.get(index).map(String::as_str)
    }
}

/// A header name without what surrounds it.
pub(super) fn tidy(name: &str) -> &str {
    name.trim_matches(|c: char| c.is_whitespace() || matches!(c, '\u{FEFF}' | '\u{200B}'))
}
