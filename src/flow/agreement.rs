//! What pages say of figures is what the file says: each figure that a page tells in a table, in large type or in a sentence is read
//! back from its words, and `figures.csv` from what was written, and the two are compared.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use crate::previous::Status;
use crate::report::Cited;
use crate::text::NONE;

/// The figures of `figures.csv` as they were written, by row.
pub(super) struct Written {
    rows: Vec<Row>,
    /// Lists that agreed, by where they are.
    agreed: Mutex<BTreeSet<usize>>,
}

/// A row of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Row {
    /// Its value; `None` where the cell is empty.
    value: Option<Decimal>,
    /// Whether it is a share of 1, which pages tell in per cent.
    is_share: bool,
    /// Whether it is withheld to protect people.
    is_withheld: bool,
}

/// A number as it is written: its digits, and how many of them stand after the point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Decimal {
    digits: i128,
    places: u32,
}

/// A page that says something else than the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Disagreement {
    /// The row of the file.
    pub(super) row: u64,
    /// What the page says.
    pub(super) said: String,
    /// Whether it marks it as withheld.
    pub(super) as_withheld: bool,
    /// What the file says.
    pub(super) written: String,
}

impl fmt::Display for Disagreement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            row,
            said,
            as_withheld,
            written,
        } = self;
        let mark = if *as_withheld { " [c]" } else { "" };
        write!(
            f,
            "the page says \"{said}\"{mark}, row {row} of figures.csv {written}"
        )
    }
}

impl Written {
    /// Reads the file as it was written. `None` where it is no such table.
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        let mut reader = csv::Reader::from_reader(bytes);
        let head = reader.byte_headers().ok()?.clone();
        let column = |name: &str| head.iter().position(|cell| cell == name.as_bytes());
        let (value, unit, status) = (column("value")?, column("unit")?, column("status")?);
        let mut rows = Vec::new();
        let mut record = csv::ByteRecord::new();
        while reader.read_byte_record(&mut record).ok()? {
            let cell = std::str::from_utf8(record.get(value)?).ok()?;
            rows.push(Row {
                value: match cell {
                    "" => None,
                    number => Some(Decimal::read(number)?),
                },
                is_share: record.get(unit)? == b"share",
                is_withheld: record.get(status)? == Status::Suppressed.id().as_bytes(),
            });
        }
        Some(Self {
            rows,
            agreed: Mutex::default(),
        })
    }

    /// How many figures of a page agree with the file, or the first that does not.
    pub(super) fn agree(&self, cited: &[Cited]) -> Result<u64, Disagreement> {
        for each in cited {
            // The head is row 1.
            let row = usize::try_from(each.row)
                .ok()
                .and_then(|row| self.rows.get(row.checked_sub(2)?));
            if !row.is_some_and(|row| row.agrees(each)) {
                return Err(Disagreement {
                    row: each.row,
                    said: each.text.clone(),
                    as_withheld: each.is_withheld,
                    written: match row {
                        Some(row) if row.is_withheld => "is withheld".to_owned(),
                        Some(Row {
                            value: Some(value), ..
                        }) => format!("has {value}"),
                        Some(_) => "has no value".to_owned(),
                        None => "is not there".to_owned(),
                    },
                });
            }
        }
        Ok(cited.len() as u64)
    }

    /// The same of a list that several pages share: it is looked through once.
    pub(super) fn agree_together(&self, cited: &Arc<[Cited]>) -> Result<u64, Disagreement> {
        let place = cited.as_ptr().addr();
        let agreed = || self.agreed.lock().unwrap_or_else(PoisonError::into_inner);
        if !agreed().contains(&place) {
            self.agree(cited)?;
            agreed().insert(place);
        }
        Ok(cited.len() as u64)
    }
}

impl Row {
    /// Whether words tell the value, to as many places as they have. An en dash tells that there is none, other words without a
    /// number a wait of no days; what is withheld is marked as such, and nothing else is.
    fn agrees(self, cited: &Cited) -> bool {
        let text = &cited.text;
        if cited.is_withheld != self.is_withheld {
            return false;
        }
        let said = text
            .find(|c: char| c.is_ascii_digit())
            .and_then(|start| Decimal::read(&text[start..]));
        match (said, self.value) {
            (None, None) => true,
            (None, Some(value)) => value.digits == 0 && !self.is_share && text != NONE,
            (Some(_), None) => false,
            (Some(said), Some(value)) => {
                let said = Decimal {
                    places: said.places + if self.is_share { 2 } else { 0 },
                    ..said
                };
                let room = said.half_a_place() + value.half_a_place();
                let is_whole = said.places == 0 && value.places == 0;
                (said.parts() - value.parts()).abs() <= if is_whole { 0 } else { room }
            }
        }
    }
}

/// Places that numbers are compared to.
const PLACES: u32 = 12;

impl Decimal {
    /// The number that some words begin with; commas stand between thousands. `None` where it has more places than are compared.
    fn read(words: &str) -> Option<Self> {
        let number: String = words
            .chars()
            .take_while(|c| c.is_ascii_digit() || matches!(c, ',' | '.'))
            .filter(|c| *c != ',')
            .collect();
        let (whole, part) = number.split_once('.').unwrap_or((&number, ""));
        let places = u32::try_from(part.len()).ok()?;
        (places + 2 < PLACES).then_some(())?;
        Some(Self {
            digits: format!("{whole}{part}").parse().ok()?,
            places,
        })
    }

    /// The number in parts of its last place that is compared.
    const fn parts(self) -> i128 {
        self.digits * 10_i128.pow(PLACES - self.places)
    }

    /// Half of what its last place is worth, by which it may have been rounded.
    const fn half_a_place(self) -> i128 {
        10_i128.pow(PLACES - self.places) / 2
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let one = 10_i128.pow(self.places);
        write!(f, "{}", self.digits / one)?;
        if self.places > 0 {
            let width = self.places as usize;
            write!(f, ".{:0width$}", self.digits % one)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "dataset,indicator,value,status,unit\n\
        h,received,1234,final,cases\n\
        h,answer_rate,0.731049,provisional,share\n\
        h,median_days,0,final,days\n\
        h,mean_transfers,1.250000,final,transfers\n\
        h,satisfaction_rate,,none,share\n\
        h,valid,,suppressed,cases\n";

    fn compare(row: u64, text: &str, is_withheld: bool) -> Result<u64, Disagreement> {
        let written = Written::read(FILE.as_bytes()).expect("a table");
        written.agree(&[Cited {
            row,
            text: text.to_owned(),
            is_withheld,
        }])
    }

    fn agrees(row: u64, text: &str) -> bool {
        compare(row, text, false).is_ok()
    }

    #[test]
    fn words_in_either_language_are_read_back() {
        for (row, text) in [
            (2, "1,234"),
            (2, "1,234件"),
            (3, "73.1%"),
            (3, "73%"),
            (4, "same day"),
            (4, "当天"),
            (5, "1.3"),
            (6, "–"),
        ] {
            assert!(agrees(row, text), "{row} {text}");
        }
    }

    #[test]
    fn any_other_number_disagrees() {
        for (row, text) in [
            (2, "1,235"),
            (2, "–"),
            (3, "73.2%"),
            (3, "74%"),
            (3, "–"),
            (4, "day 1"),
            (4, "–"),
            (5, "1.1"),
            (6, "0.0%"),
            (8, "–"),
            (1, "0"),
        ] {
            assert!(!agrees(row, text), "{row} {text}");
        }
    }

    #[test]
    fn what_is_withheld_is_told_as_withheld_and_nothing_else_is() {
        for text in ["–", "(number withheld)", "（件数不公布）"] {
            assert_eq!(compare(7, text, true), Ok(1), "{text}");
        }
        let told = |row, text, is_withheld| {
            let wrong = compare(row, text, is_withheld);
            wrong.expect_err("they differ").to_string()
        };
        assert_eq!(
            told(7, "3", false),
            "the page says \"3\", row 7 of figures.csv is withheld"
        );
        assert!(told(7, "3", true).ends_with("is withheld"));
        assert!(told(7, "–", false).ends_with("is withheld"));
        assert!(told(6, "–", true).contains("\"–\" [c], row 6 of figures.csv has no value"));
        assert!(told(2, "1,234", true).ends_with("has 1234"));
    }

    #[test]
    fn what_is_no_table_of_figures_is_not_read() {
        assert!(Written::read(b"a,b\n1,2\n").is_none());
        assert!(Written::read(b"value,unit\n1,cases\n").is_none());
        assert!(Written::read(b"value,status,unit\nx,final,cases\n").is_none());
    }
}
