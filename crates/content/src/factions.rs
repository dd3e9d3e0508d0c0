//! The factions of the councils: a second table beside the register.

use std::collections::BTreeMap;
use std::io::Read;

use crate::{Diagnostic, Diagnostics, Place};

/// The columns that the table must have.
const COLUMNS: [&str; 3] = ["code", "faction", "seats"];

/// The factions of each council, in the order of the table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Factions(BTreeMap<String, String>);

/// A faction, as a slot that lists them says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FactionLine<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its seats, in digits; empty where the table does not say.
    pub seats: &'a str,
}

impl Factions {
    /// Reads the table: CSV in UTF-8 with the columns `code`, `faction` and `seats`.
    ///
    /// # Errors
    /// Every mistake in it: a column that is missing, a row that is no row, a name that is empty
    /// or cannot be printed, seats that are no number.
    pub fn read(file: &str, reader: impl Read) -> Result<Self, Diagnostics> {
        let mut rows = csv::ReaderBuilder::new().flexible(true).from_reader(reader);
        let unreadable = |error: csv::Error| {
            vec![
                Diagnostic::error("unreadable-register", error.to_string())
                    .at(Place::File(file.to_owned())),
            ]
        };
        let header = rows.headers().map_err(unreadable)?.clone();
        let mut diagnostics = Vec::new();
        let mut columns = [0; 3];
        for (column, name) in columns.iter_mut().zip(COLUMNS) {
            let heading = |cell: &str| cell.trim_start_matches('\u{FEFF}').trim() == name;
            match header.iter().position(heading) {
                Some(found) => *column = found,
                None => diagnostics.push(
                    Diagnostic::error("missing-column", format!("there is no column `{name}`"))
                        .at(Place::File(file.to_owned()))
                        .hint(
                            "the table of factions has the columns `code`, `faction` and `seats`",
                        ),
                ),
            }
        }
        if !diagnostics.is_empty() {
            return Err(diagnostics);
        }
        let mut lists: BTreeMap<String, String> = BTreeMap::new();
        for row in rows.records() {
            let row = row.map_err(unreadable)?;
            let [code, name, seats] = columns.map(|at| row.get(at).unwrap_or("").trim());
            let mut wrong = |column: &str, message: String, hint: &str| {
                diagnostics.push(
                    Diagnostic::error("wrong-value", message)
                        .at(Place::Row {
                            file: file.to_owned(),
                            line: row.position().map_or(0, csv::Position::line),
                            code: Some(code.to_owned()),
                            column: Some(column.to_owned()),
                            shown: Some(crate::register::shown(
                                &row.iter().map(str::to_owned).collect::<Vec<_>>(),
                                b',',
                                COLUMNS
                                    .iter()
                                    .position(|name| *name == column)
                                    .map(|at| columns[at]),
                            )),
                        })
                        .hint(hint),
                );
            };
            if code.is_empty() {
                wrong(
                    "code",
                    "the row has no code".to_owned(),
                    "fill in the council's code",
                );
            }
            if name.is_empty() || name.chars().any(crate::register::is_forbidden) {
                let shown = name.escape_debug();
                wrong(
                    "faction",
                    format!("`{shown}` is no name of a faction"),
                    "write the name",
                );
            }
            if !seats.bytes().all(|byte| byte.is_ascii_digit()) || seats.len() > 3 {
                let shown = seats.escape_debug();
                wrong(
                    "seats",
                    format!("`{shown}` is no number of seats"),
                    "write digits only",
                );
            }
            let list = lists.entry(code.to_owned()).or_default();
            if !list.is_empty() {
                list.push('\n');
            }
            list.extend([name, "\t", seats]);
        }
        if diagnostics.is_empty() {
            Ok(Self(lists))
        } else {
            Err(diagnostics)
        }
    }

    /// The factions of a council, a line each, name and seats with a tab between them; none where
    /// they are not known.
    pub fn of(&self, code: &str) -> Option<&str> {
        self.0.get(code).map(String::as_str)
    }

    /// The factions that a slot lists.
    pub fn lines(slot: &str) -> impl Iterator<Item = FactionLine<'_>> {
        slot.split('\n')
            .filter(|line| !line.is_empty())
            .map(|line| {
                let (name, seats) = line.split_once('\t').unwrap_or((line, ""));
                FactionLine { name, seats }
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn factions_are_listed_by_council() {
        let text = "seats,code,faction\n6,GM1,D66\n3,GM2,\"A, B\"\n4,GM1,VVD\n";
        let factions = Factions::read("f.csv", text.as_bytes()).unwrap();
        assert_eq!(factions.of("GM1"), Some("D66\t6\nVVD\t4"));
        assert_eq!(factions.of("GM3"), None);
        let lines: Vec<_> = Factions::lines(factions.of("GM2").unwrap()).collect();
        assert_eq!(
            lines,
            [FactionLine {
                name: "A, B",
                seats: "3"
            }]
        );
    }

    #[test]
    fn every_mistake_is_found() {
        let codes = |text: &str| -> Vec<&str> {
            let found = Factions::read("f.csv", text.as_bytes()).unwrap_err();
            found.iter().map(|diagnostic| diagnostic.code).collect()
        };
        assert_eq!(codes("code,naam\n"), ["missing-column", "missing-column"]);
        let rows = "code,faction,seats\nGM1,,3\n,A,3\nGM1,B\u{202E},x\n";
        assert_eq!(codes(rows), ["wrong-value"; 4]);
    }
}
