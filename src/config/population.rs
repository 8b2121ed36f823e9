//! `population = { dimension = …, file = … }`: people (or homes) by member and year, for rates per 1,000.

use std::collections::BTreeMap;

use super::Population;
use super::files::named;
use super::keys::POPULATION;
use super::reader::{Item, suggestion};
use super::rows::{self, Rows};
use super::site::Frame;
use crate::diag::Diagnostic;

const COLUMNS: [&str; 3] = ["member", "year", "number"];

/// Reads the table and its file. Gives the file's path in the data set's folder too, as soon as it is known.
pub(super) fn read(
    item: &Item<'_>,
    folder: &str,
    dimensions: &[&str],
    frame: &Frame<'_>,
) -> (Option<Population>, Option<String>) {
    let Some(table) = item.table(&POPULATION) else {
        return (None, None);
    };
    let dimension = table.need("dimension").and_then(|item| {
        let id = item.name_text()?;
        let found = dimensions.iter().position(|each| *each == id);
        if found.is_none() {
            item.tell(
                "unknown-dimension",
                format!("population names \"{id}\", which is not a dimension"),
                &suggestion(id, dimensions, "dimension"),
            );
        }
        found
    });
    let Some(file) = table
        .need("file")
        .and_then(|item| named(frame.root, folder, &item))
    else {
        return (None, None);
    };
    let path = format!("{folder}/{file}");
    let numbers = rows::read(frame.root, &path, frame.findings).map(|rows| numbers(&rows, frame));
    let population = dimension
        .zip(numbers)
        .map(|(dimension, numbers)| Population {
            dimension,
            numbers,
            path,
        });
    (population, Some(file))
}

fn numbers(rows: &Rows<'_>, frame: &Frame<'_>) -> BTreeMap<(String, i32), u64> {
    let mut numbers = BTreeMap::new();
    let [Some(member), Some(year), Some(number)] = COLUMNS.map(|name| rows.column(name)) else {
        frame.findings.tell(
            Diagnostic::error(
                "bad-table",
                "the table of population lacks one of its three columns",
            )
            .at(rows.place(1, usize::MAX))
            .hint("its first line is: member,year,number"),
        );
        return numbers;
    };
    for (line, cells) in &rows.rows {
        let tell = |column: usize, message: String, hint: &str| {
            frame.findings.tell(
                Diagnostic::error("bad-population", message)
                    .at(rows.place(*line, column))
                    .hint(hint),
            );
        };
        let of_year = cells[year].parse::<i32>().ok();
        let of_year = of_year.filter(|year| (1000..=9999).contains(year));
        let people = cells[number].parse::<u64>().ok().filter(|n| *n > 0);
        if of_year.is_none() {
            tell(
                year,
                format!("\"{}\" is not a year", cells[year]),
                "write four digits, as in 2024",
            );
        }
        if people.is_none() {
            tell(
                number,
                format!("\"{}\" is not a number of people", cells[number]),
                "write digits alone, as in 123456",
            );
        }
        let Some((of_year, people)) = of_year.zip(people) else {
            continue;
        };
        let key = (cells[member].clone(), of_year);
        if numbers.insert(key, people).is_some() {
            tell(
                member,
                format!("\"{}\" has two numbers for {of_year}", cells[member]),
                "delete one of the rows",
            );
        }
    }
    numbers
}
