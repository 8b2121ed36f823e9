//! Where figures stand in `figures.csv`, so that a reader of a page finds them there: those of a sheet follow one another.

use std::collections::BTreeMap;

use super::publication::Section;
use crate::indicators::{Scope, Sheet};
use crate::time::Period;

/// For each scope and period of a data set the row of its first figure; the head of the file is row 1.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Rows(BTreeMap<(Scope, Period), u64>);

impl Rows {
    /// The first and the last row of a sheet's figures; `None` where it stands in another file.
    pub(super) fn of(&self, sheet: &Sheet) -> Option<(u64, u64)> {
        let first = *self.0.get(&(sheet.scope.clone(), sheet.period))?;
        Some((first, first + sheet.figures.len() as u64 - 1))
    }

    /// The row of a sheet's figure; `None` where it stands in another file.
    pub(super) fn row(&self, sheet: &Sheet, indicator: &str) -> Option<u64> {
        let (first, _) = self.of(sheet)?;
        let mut figures = sheet.figures.iter();
        let at = figures.position(|figure| &*figure.indicator == indicator)?;
        Some(first + at as u64)
    }
}

/// Numbers the rows of all data sets, in the order of the file: data set, dimension, member, kind of period, period.
pub fn number_rows(sections: &mut [Section]) {
    let mut order: Vec<&mut Section> = sections.iter_mut().collect();
    order.sort_by(|a, b| a.dataset.id.cmp(&b.dataset.id));
    let mut next = 2;
    for section in order {
        let dimensions = section.dimensions();
        let mut sheets: Vec<(&str, &str, &Sheet)> = section
            .sheets()
            .iter()
            .filter_map(|sheet| match &sheet.scope {
                Scope::Overall => Some(("", "", sheet)),
                Scope::Member { dimension, member } => {
                    Some((dimensions[*dimension], member.as_str(), sheet))
                }
                Scope::Pair { .. } => None,
            })
            .filter(|(_, _, sheet)| !sheet.figures.is_empty())
            .collect();
        sheets.sort_by_key(|(dimension, member, sheet)| {
            (*dimension, *member, sheet.period.kind, sheet.period.first)
        });
        let mut rows = BTreeMap::new();
        for (_, _, sheet) in sheets {
            rows.insert((sheet.scope.clone(), sheet.period), next);
            next += sheet.figures.len() as u64;
        }
        section.rows = Rows(rows);
    }
}
