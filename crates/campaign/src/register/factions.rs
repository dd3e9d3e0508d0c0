//! The factions of the councils: a second table next to the register.

use std::collections::BTreeMap;
use std::io::Read;
use std::sync::Arc;

use raadspost_content::{
    Diagnostic, Diagnostics, Factions, Place, SheetCell, is_unprintable, trimmed,
};
use raadspost_table::{self as table, Input, Row, Table};

/// The required columns of the table.
pub const FACTION_COLUMNS: [&str; 3] = ["code", "faction", "seats"];

/// Reads the table, a text or a sheet with the columns `code`, `faction` and `seats`. A delimiter that
/// is not stated is recognised from the header, as for a register.
///
/// # Errors
/// Every mistake in it: a missing column, a malformed row, an empty or unprintable name, seats that
/// are not a number.
pub fn read_factions<R: Read>(
    file: &str,
    input: Input<R>,
    delimiter: Option<u8>,
) -> Result<Factions, Diagnostics> {
    let mut table = Table::<R>::open(file, input, delimiter, &FACTION_COLUMNS)?;
    let separator = table.delimiter();
    let sheet = table.sheet().cloned();
    let mut row = Row::default();
    let (line, header) = next(file, &mut table, &mut row)?.unwrap_or_default();
    let columns = columns((file, sheet.as_ref()), line, &header, separator)?;
    let mut diagnostics = Vec::new();
    let mut lists: BTreeMap<String, (u64, String)> = BTreeMap::new();
    while let Some((line, cells)) = next(file, &mut table, &mut row)? {
        let [code, name, seats] = columns.map(|at| cells.get(at).map_or("", String::as_str));
        if let Some(fault) = table::fault(file, &row, Some(code.to_owned())) {
            diagnostics.push(fault);
            continue;
        }
        let wrong = |(column, message, hint): (usize, String, &str)| {
            Diagnostic::error("wrong-value", message)
                .at(Place::Row {
                    file: file.to_owned(),
                    line,
                    code: Some(code.to_owned()),
                    column: Some(FACTION_COLUMNS[column].to_owned()),
                    shown: Some(crate::register::shown(
                        &cells,
                        separator,
                        Some(columns[column]),
                    )),
                    sheet: sheet.as_ref().map(|sheet| SheetCell {
                        sheet: sheet.to_string(),
                        column: Some(columns[column]),
                    }),
                })
                .hint(hint)
        };
        let filled = cells.iter().rposition(|cell| !cell.is_empty());
        if filled.map_or(0, |last| last + 1) > header.len() {
            let message = format!(
                "the row has more cells than the header, which has {}",
                header.len()
            );
            let hint = "put a value that contains the separator in double quotes";
            diagnostics.push(wrong((2, message, hint)));
            continue;
        }
        diagnostics.extend(mistakes(code, name, seats).map(wrong));
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

/// Where the header has each of [`FACTION_COLUMNS`].
///
/// # Errors
/// Every column that is missing.
fn columns(
    (file, sheet): (&str, Option<&Arc<str>>),
    line: u64,
    header: &[String],
    separator: u8,
) -> Result<[usize; 3], Diagnostics> {
    let found = FACTION_COLUMNS.map(|name| header.iter().position(|heading| heading == name));
    if let [Some(code), Some(faction), Some(seats)] = found {
        return Ok([code, faction, seats]);
    }
    let missing = FACTION_COLUMNS
        .iter()
        .zip(found)
        .filter(|(_, at)| at.is_none());
    let missing = missing.map(|(name, _)| {
        Diagnostic::error(
            "missing-column",
            format!("the table has no column `{name}`"),
        )
        .at(Place::Row {
            file: file.to_owned(),
            line: line.max(1),
            code: None,
            column: None,
            shown: Some(crate::register::shown(header, separator, None)),
            sheet: sheet.map(|sheet| SheetCell {
                sheet: sheet.to_string(),
                column: None,
            }),
        })
        .hint("the table of factions has the columns `code`, `faction` and `seats`")
    });
    Err(missing.collect())
}

/// What is wrong with the values of a row: the column, what it is, and what to do.
fn mistakes(
    code: &str,
    name: &str,
    seats: &str,
) -> impl Iterator<Item = (usize, String, &'static str)> {
    let no_code = code.is_empty().then(|| {
        let message = "the row has no code".to_owned();
        (0, message, "fill in the council's code")
    });
    let no_name = (name.is_empty() || name.chars().any(is_unprintable)).then(|| {
        let message = format!("`{}` is not the name of a faction", name.escape_debug());
        (1, message, "write the name")
    });
    let is_number = seats.len() <= 3 && seats.bytes().all(|byte| byte.is_ascii_digit());
    let no_number = (!is_number).then(|| {
        let message = format!("`{}` is not a number of seats", seats.escape_debug());
        (2, message, "write digits only")
    });
    [no_code, no_name, no_number].into_iter().flatten()
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
        let factions = read_factions("f.csv", text.as_bytes().into(), None).unwrap();
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
            let found = read_factions("f.csv", text.as_bytes().into(), None).unwrap_err();
            found.iter().map(|diagnostic| diagnostic.code).collect()
        };
        assert_eq!(codes("code,naam\n"), ["missing-column", "missing-column"]);
        let rows = "code,faction,seats\nGM1,,3\n,A,3\nGM1,B\u{202E},x\n";
        assert_eq!(codes(rows), ["wrong-value"; 4]);
    }

    #[test]
    fn the_delimiter_and_the_lines_are_those_of_a_register() {
        let text = "\u{FEFF}code;faction;seats\rGM1;D66;6\r\rGM2;\u{A0}A, B\u{A0};3;\r";
        let factions = read_factions("f.csv", text.as_bytes().into(), None).unwrap();
        assert_eq!(factions.of("GM2"), Some("A, B\t3"));
        let codes: Vec<_> = factions.codes().collect();
        assert_eq!(codes, [("GM1", 2), ("GM2", 4)]);
        let stated = read_factions("f.csv", text.as_bytes().into(), Some(b','));
        assert_eq!(stated.unwrap_err()[0].code, "missing-column");
        let text = "code,faction,seats\r\nGM1,A,3\r\nGM2,B,3,4\r\n";
        let found = read_factions("f.csv", text.as_bytes().into(), None).unwrap_err();
        assert_eq!(found[0].location().1, Some(3));
    }
}
