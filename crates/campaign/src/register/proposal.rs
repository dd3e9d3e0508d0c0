//! A proposal of the columns of a register, from its headings and its cells.

use std::collections::BTreeSet;
use std::io::Read;

use raadspost_content::{Diagnostics, slug, trimmed};
use raadspost_table::{self as table, Input, Recognised, Row, Table};

use super::check::is_code;
use super::standard::STANDARD_COLUMNS;

/// Known headings of the fields: a line for each field, the likelier heading first.
const HEADINGS: &str = include_str!("headings.csv");

/// Number of rows in which the header is sought.
const HEADER_ROWS: usize = 30;

/// Number of rows that are looked at.
const SAMPLE: usize = 1000;

/// How the columns of a register could be mapped.
#[derive(Debug, Clone, serde::Serialize)]
pub struct Proposal {
    /// How the file was read.
    pub recognised: Recognised,
    /// The line of the header, from 1.
    pub header: u64,
    /// Whether rows that are not empty precede the header.
    pub header_is_below: bool,
    /// Standard fields and their headings, in the order of the fields.
    pub columns: Vec<(&'static str, String)>,
    /// The other headings.
    pub others: Vec<String>,
    /// Whether the code is known by its values alone.
    pub code_by_values: bool,
}

impl Proposal {
    /// Reads the first rows of a register.
    ///
    /// # Errors
    /// The file cannot be read, or has no rows.
    pub fn of<R: Read>(
        name: &str,
        input: Input<R>,
        delimiter: Option<u8>,
    ) -> Result<Self, Diagnostics> {
        let mut table = Table::<R>::open(name, input, delimiter, &[])?;
        let recognised = table.recognised();
        let mut rows: Vec<(u64, Vec<String>)> = Vec::new();
        let mut row = Row::default();
        while rows.len() < SAMPLE {
            let more = table.read(&mut row);
            if !more.map_err(|error| vec![table::unreadable(name, &error)])? {
                break;
            }
            if row.is_empty() {
                continue;
            }
            if let Some(fault) = table::fault(name, &row, None) {
                return Err(vec![fault]);
            }
            let mut cells = Vec::with_capacity(row.len());
            for cell in row.cells() {
                match std::str::from_utf8(cell) {
                    Ok(cell) => cells.push(trimmed(cell).to_owned()),
                    Err(_) => return Err(vec![table::not_utf8(name, row.line, cell)]),
                }
            }
            rows.push((row.line, cells));
        }
        // The first of the rows that have the most known headings.
        let heads = rows.iter().take(HEADER_ROWS).enumerate();
        let best = heads
            .map(|(at, (_, cells))| (fields(cells).len(), at))
            .max_by_key(|(count, at)| (*count, std::cmp::Reverse(*at)));
        let Some((_, at)) = best else {
            return Err(vec![super::empty(name)]);
        };
        let (header, headings) = &rows[at];
        let mut columns = fields(headings);
        let by_values = if columns.iter().any(|(field, _)| *field == "code") {
            None
        } else {
            let taken: BTreeSet<usize> = columns.iter().map(|(_, at)| *at).collect();
            let cells: Vec<&[String]> = rows[at + 1..].iter().map(|row| row.1.as_slice()).collect();
            (0..headings.len())
                .filter(|at| !taken.contains(at) && !headings[*at].is_empty())
                .find(|at| are_codes(&cells, *at))
        };
        if let Some(at) = by_values {
            columns.insert(0, ("code", at));
        }
        let used: BTreeSet<usize> = columns.iter().map(|(_, at)| *at).collect();
        let others = headings.iter().enumerate();
        let others = others.filter(|(at, heading)| !used.contains(at) && !heading.is_empty());
        Ok(Self {
            recognised,
            header: *header,
            header_is_below: at > 0,
            others: others.map(|(_, heading)| heading.clone()).collect(),
            columns: columns
                .into_iter()
                .map(|(field, at)| (field, headings[at].clone()))
                .collect(),
            code_by_values: by_values.is_some(),
        })
    }

    /// The heading of a field.
    pub fn heading(&self, field: &str) -> Option<&str> {
        let mut columns = self.columns.iter();
        let found = columns.find(|(known, _)| *known == field);
        found.map(|(_, heading)| heading.as_str())
    }
}

/// The standard fields that headings are known for, with the index of each; no heading is used
/// twice.
fn fields(headings: &[String]) -> Vec<(&'static str, usize)> {
    let plain: Vec<String> = headings.iter().map(|heading| plain(heading)).collect();
    let mut taken = BTreeSet::new();
    let mut found = Vec::new();
    for column in &STANDARD_COLUMNS {
        let lines = HEADINGS.lines().filter_map(|line| line.split_once(','));
        let known = lines.filter(|(field, _)| *field == column.name);
        let mut known = known.flat_map(|(_, headings)| headings.split('|'));
        let at = known.find_map(|known| {
            let wanted = self::plain(known);
            let same = |at: &usize| plain[*at] == wanted && !taken.contains(at);
            (0..plain.len()).find(same)
        });
        if let Some(at) = at {
            taken.insert(at);
            found.push((column.name, at));
        }
    }
    found
}

/// A heading without case, accents, signs and the number at its end.
fn plain(heading: &str) -> String {
    let plain: String = slug(heading)
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .collect();
    plain
        .trim_end_matches(|c: char| c.is_ascii_digit())
        .to_owned()
}

/// Whether the cells of a column are codes, each another.
fn are_codes(rows: &[&[String]], at: usize) -> bool {
    let mut seen = BTreeSet::new();
    !rows.is_empty()
        && rows.iter().all(|row| {
            let cell = row.get(at).map_or("", String::as_str);
            is_code(cell) && cell.bytes().any(|byte| byte.is_ascii_digit()) && seen.insert(cell)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proposed(text: &str) -> Proposal {
        Proposal::of("r.csv", text.as_bytes().into(), None).expect("a table")
    }

    #[test]
    fn every_field_of_the_list_is_a_standard_one() {
        let mut seen = BTreeSet::new();
        for line in HEADINGS.lines().skip(1) {
            let (field, headings) = line.split_once(',').expect("a field");
            assert!(
                STANDARD_COLUMNS.iter().any(|known| known.name == field),
                "{field}"
            );
            for heading in headings.split('|') {
                assert!(!plain(heading).is_empty(), "{heading}");
                assert!(
                    seen.insert((field, plain(heading))) || heading != field,
                    "{heading}"
                );
            }
        }
    }

    #[test]
    fn the_headings_of_statistical_offices_are_known() {
        for (text, expected) in [
            (
                "Gemeentecode;GemeentecodeGM;Gemeentenaam;Provinciecode;ProvincienaamPV\n1680;GM1680;Aa;20;Drenthe\n",
                [
                    ("code", "GemeentecodeGM"),
                    ("name", "Gemeentenaam"),
                    ("province", "ProvincienaamPV"),
                ],
            ),
            (
                "ARS,Gemeindename,Bevölkerung insgesamt,Fläche\n010010000000,Flensburg,91113,56\n",
                [
                    ("code", "ARS"),
                    ("name", "Gemeindename"),
                    ("population", "Bevölkerung insgesamt"),
                ],
            ),
            (
                "Code INSEE\tNom de la commune\tCode postal\n01001\tAbergement\t01400\n",
                [
                    ("code", "Code INSEE"),
                    ("name", "Nom de la commune"),
                    ("postcode", "Code postal"),
                ],
            ),
            (
                "nr,Gemeente,TotaleBevolking_1\nA1,Aa,3\nA2,Bb,4\n",
                [
                    ("code", "nr"),
                    ("name", "Gemeente"),
                    ("population", "TotaleBevolking_1"),
                ],
            ),
        ] {
            let found = proposed(text);
            let columns: Vec<_> = found
                .columns
                .iter()
                .map(|(field, heading)| (*field, heading.as_str()))
                .collect();
            assert_eq!(columns, expected);
            assert!(!found.header_is_below);
        }
    }

    #[test]
    fn the_header_may_be_below_a_title() {
        let text = "Gemeenten in 2026,,\n,,\nBron: CBS,,\nCode,Naam,Inwoners\nGM1,Aa,3\n";
        let found = proposed(text);
        assert_eq!((found.header, found.header_is_below), (4, true));
        assert_eq!(found.heading("population"), Some("Inwoners"));
        assert!(found.others.is_empty() && !found.code_by_values);
    }
}
