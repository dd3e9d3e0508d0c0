//! The factions of the councils: a second table next to the register.

use std::collections::BTreeMap;
use std::io::Read;

use raadspost_content::{Diagnostic, Diagnostics, Factions, Place, is_unprintable, trimmed};

use crate::register::table::{self, Row, Table};

/// The required columns of the table.
const COLUMNS: [&str; 3] = ["code", "faction", "seats"];

/// Reads the table: CSV in UTF-8 with the columns `code`, `faction` and `seats`. A delimiter that
/// is not stated is recognised from the header, as for a register.
///
/// # Errors
/// Every mistake in it: a missing column, a malformed row, an empty or unprintable name, seats that
/// are not a number.
pub fn read_factions(
    file: &str,
    reader: impl Read,
    delimiter: Option<u8>,
) -> Result<Factions, Diagnostics> {
    let mut table = Table::open(file, reader, delimiter, &COLUMNS)?;
    let (separator, _) = table.delimiter();
    let mut row = Row::default();
    let mut diagnostics = Vec::new();
    let mut columns = [0; 3];
    let (header_line, header) = next(file, &mut table, &mut row)?.unwrap_or_default();
    for (column, name) in columns.iter_mut().zip(COLUMNS) {
        match header.iter().position(|heading| heading == name) {
            Some(found) => *column = found,
            None => diagnostics.push(
                Diagnostic::error(
                    "missing-column",
                    format!("the table has no column `{name}`"),
                )
                .at(Place::Row {
                    file: file.to_owned(),
                    line: header_line.max(1),
                    code: None,
                    column: None,
                    shown: Some(crate::register::shown(&header, separator, None)),
                })
                .hint("the table of factions has the columns `code`, `faction` and `seats`"),
            ),
        }
    }
    if !diagnostics.is_empty() {
        return Err(diagnostics);
    }
    let mut lists: BTreeMap<String, (u64, String)> = BTreeMap::new();
    while let Some((line, cells)) = next(file, &mut table, &mut row)? {
        let [code, name, seats] = columns.map(|at| cells.get(at).map_or("", String::as_str));
        let mut wrong = |column: &str, message: String, hint: &str| {
            diagnostics.push(
                Diagnostic::error("wrong-value", message)
                    .at(Place::Row {
                        file: file.to_owned(),
                        line,
                        code: Some(code.to_owned()),
                        column: Some(column.to_owned()),
                        shown: Some(crate::register::shown(
                            &cells,
                            separator,
                            COLUMNS
                                .iter()
                                .position(|name| *name == column)
                                .map(|at| columns[at]),
                        )),
                    })
                    .hint(hint),
            );
        };
        if let Some(fault) = table::fault(file, &row, Some(code.to_owned())) {
            diagnostics.push(fault);
            continue;
        }
        let filled = cells.iter().rposition(|cell| !cell.is_empty());
        if filled.map_or(0, |last| last + 1) > header.len() {
            wrong(
                "seats",
                format!(
                    "the row has more cells than the header, which has {}",
                    header.len()
                ),
                "put a value that contains the separator in double quotes",
            );
            continue;
        }
        if code.is_empty() {
            wrong(
                "code",
                "the row has no code".to_owned(),
                "fill in the council's code",
            );
        }
        if name.is_empty() || name.chars().any(is_unprintable) {
            let shown = name.escape_debug();
            wrong(
                "faction",
                format!("`{shown}` is not the name of a faction"),
                "write the name",
            );
        }
        if !seats.bytes().all(|byte| byte.is_ascii_digit()) || seats.len() > 3 {
            let shown = seats.escape_debug();
            wrong(
                "seats",
                format!("`{shown}` is not a number of seats"),
                "write digits only",
            );
        }
        let (_, list) = lists
            .entry(code.to_owned())
            .or_insert_with(|| (line, String::new()));
        if !list.is_empty() {
            list.push('\n');
        }
        list.extend([name, "\t", seats]);
    }
    if diagnostics.is_empty() {
        Ok(Factions::new(lists))
    } else {
        Err(diagnostics)
    }
}

/// Line and cells of the next non-empty row; `None` at the end of the table.
fn next<R: Read>(
    file: &str,
    table: &mut Table<R>,
    row: &mut Row,
) -> Result<Option<(u64, Vec<String>)>, Diagnostics> {
    loop {
        let more = table.read(row);
        if !more.map_err(|error| vec![table::unreadable(file, &error)])? {
            return Ok(None);
        }
        if row.is_empty() {
            continue;
        }
        if row.may_hold_others() {
            return Err(table::fault(file, row, None).into_iter().collect());
        }
        let mut cells = Vec::with_capacity(row.len());
        for cell in row.cells() {
            match std::str::from_utf8(cell) {
                Ok(cell) => cells.push(trimmed(cell).to_owned()),
                Err(_) => return Err(vec![table::not_utf8(file, row.line, cell)]),
            }
        }
        return Ok(Some((row.line, cells)));
    }
}

#[cfg(test)]
mod tests {
    use raadspost_content::FactionLine;

    use super::*;

    #[test]
    fn factions_are_listed_by_council() {
        let text = "seats,code,faction\n6,GM1,D66\n3,GM2,\"A, B\"\n4,GM1,VVD\n";
        let factions = read_factions("f.csv", text.as_bytes(), None).unwrap();
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
            let found = read_factions("f.csv", text.as_bytes(), None).unwrap_err();
            found.iter().map(|diagnostic| diagnostic.code).collect()
        };
        assert_eq!(codes("code,naam\n"), ["missing-column", "missing-column"]);
        let rows = "code,faction,seats\nGM1,,3\n,A,3\nGM1,B\u{202E},x\n";
        assert_eq!(codes(rows), ["wrong-value"; 4]);
    }

    #[test]
    fn the_delimiter_and_the_lines_are_those_of_a_register() {
        let text = "\u{FEFF}code;faction;seats\rGM1;D66;6\r\rGM2;\u{A0}A, B\u{A0};3;\r";
        let factions = read_factions("f.csv", text.as_bytes(), None).unwrap();
        assert_eq!(factions.of("GM2"), Some("A, B\t3"));
        let codes: Vec<_> = factions.codes().collect();
        assert_eq!(codes, [("GM1", 2), ("GM2", 4)]);
        let stated = read_factions("f.csv", text.as_bytes(), Some(b','));
        assert_eq!(stated.unwrap_err()[0].code, "missing-column");
        let text = "code,faction,seats\r\nGM1,A,3\r\nGM2,B,3,4\r\n";
        let found = read_factions("f.csv", text.as_bytes(), None).unwrap_err();
        assert_eq!(found[0].location().1, Some(3));
    }
}
