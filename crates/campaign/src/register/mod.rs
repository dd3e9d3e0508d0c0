//! The register: a table of municipalities, read row by row in constant memory.

mod check;
mod columns;
pub(crate) mod factions;
mod formats;
mod municipality;
mod proposal;
mod recognise;
mod settings;
mod shown;
mod standard;

use std::io::Read;
use std::sync::Arc;

use formats::Recogniser;
use raadspost_content::{Diagnostic, Diagnostics, Place, trimmed};
use raadspost_table::{self as table, Input, Recognised, Row, Table};
use shown::shown;

pub use columns::{ColumnFormat, Columns};
pub use municipality::{Municipality, RefusedRow};
pub use proposal::Proposal;
pub use settings::{ColumnSettings, ColumnType, RegisterSettings};
pub use standard::{STANDARD_COLUMNS, StandardColumn};

/// The result of the first pass over a register.
#[derive(Debug, Clone)]
pub struct Survey {
    /// The columns whose formats are known.
    pub columns: Arc<Columns>,
    /// Number of rows, without header and empty rows.
    pub rows: u64,
    /// Number of ignored rows whose cells are all empty.
    pub empty_rows: u64,
    /// Number of ignored columns at the end without heading.
    pub empty_columns: u64,
    /// How the file is read.
    pub recognised: Recognised,
    /// A cell with a character beyond ASCII, which shows that the encoding is right.
    pub sample: Option<String>,
    /// How the columns of numbers and dates are read.
    pub formats: Vec<ColumnFormat>,
}

/// A register that is read row by row.
///
/// Before a survey, a number or a date has a value only if every format reads it alike; after a
/// [`Survey`] has found the formats, [`Register::with_formats`] uses them.
pub struct Register<R> {
    name: Arc<str>,
    table: Table<R>,
    row: Row,
    columns: Arc<Columns>,
    empty_columns: u64,
    dutch: bool,
    ended: bool,
}

impl<R: Read> Register<R> {
    /// Reads the header; `name` is the file's name in diagnostics.
    ///
    /// # Errors
    /// A file that is not a table, missing and duplicate columns, a header that is not UTF-8.
    pub fn open(
        name: &str,
        input: impl Into<Input<R>>,
        settings: &RegisterSettings,
    ) -> Result<Self, Diagnostics> {
        let wanted = settings.wanted();
        let mut table = Table::open(name, input, settings.table.delimiter, &wanted)?;
        let mut row = Row::default();
        let (line, mut header) = header(name, settings.table.header, &mut table, &mut row)?;
        let all = header.len();
        while header.last().is_some_and(String::is_empty) {
            header.pop();
        }
        let columns = Columns::from_header(name, (line, &header), settings, &table)?;
        Ok(Self {
            name: name.into(),
            table,
            row,
            columns: Arc::new(columns),
            empty_columns: (all - header.len()) as u64,
            dutch: settings.country.as_deref() == Some("NL"),
            ended: false,
        })
    }

    /// The register's columns.
    pub fn columns(&self) -> &Arc<Columns> {
        &self.columns
    }

    /// The same register, read with the formats found by a survey.
    ///
    /// # Errors
    /// The header differs from that of the survey: the file was changed meanwhile.
    pub fn with_formats(self, columns: &Arc<Columns>) -> Result<Self, Diagnostics> {
        if self.columns.header != columns.header || self.columns.delimiter != columns.delimiter {
            return Err(vec![
                Diagnostic::error(
                    "register-changed",
                    "the header of the register changed while it was read",
                )
                .at(Place::File(self.name.to_string()))
                .hint("run again when no one is writing the file"),
            ]);
        }
        Ok(Self {
            columns: Arc::clone(columns),
            ..self
        })
    }

    /// Reads the register to its end: counts its rows, finds the format of each column of numbers
    /// and dates, and calls back with code and line of each row.
    ///
    /// # Errors
    /// A register that cannot be read to its end, and every column with an ambiguous format.
    pub fn survey(mut self, mut each: impl FnMut(&str, u64)) -> Result<Survey, Diagnostics> {
        let columns = Arc::clone(&self.columns);
        let code_at = columns.column("code").map_or(0, |column| column.index);
        let mut recognisers: Vec<Recogniser> = columns.columns.iter().map(Recogniser::of).collect();
        let (mut rows, mut empty_rows, mut sample) = (0, 0, None);
        loop {
            match self.read_row() {
                Ok(Found::End) => break,
                Ok(Found::Empty) => empty_rows += 1,
                Ok(Found::Row) => {
                    rows += 1;
                    let cell = |at| {
                        let cell = self.row.cell(at).unwrap_or_default();
                        std::str::from_utf8(cell).map_or("", trimmed)
                    };
                    let (line, code) = (self.row.line, cell(code_at));
                    each(code, line);
                    if self.width() != columns.header.len() {
                        continue;
                    }
                    let kinds = self.row.kinds();
                    for (recogniser, column) in recognisers.iter_mut().zip(&columns.columns) {
                        let text = cell(column.index);
                        let kind = kinds.get(column.index).copied().unwrap_or_default();
                        recogniser.add((text, kind), line, code);
                        if sample.is_none() && !text.is_ascii() {
                            sample = Some(text.to_owned());
                        }
                    }
                }
                Err(mistake) => return Err(vec![mistake]),
            }
        }
        let mut mistakes = Vec::new();
        let mut known = (*columns).clone();
        let mut examples = Vec::with_capacity(recognisers.len());
        for (column, recogniser) in known.columns.iter_mut().zip(recognisers) {
            match recogniser.conclude() {
                Ok((reading, example)) => {
                    column.reading = reading;
                    examples.push(example);
                }
                Err(unclear) => {
                    mistakes.push(unclear.mistake(&self.name, &columns, column));
                    examples.push(None);
                }
            }
        }
        if !mistakes.is_empty() {
            return Err(mistakes);
        }
        Ok(Survey {
            formats: known.formats(&examples),
            columns: Arc::new(known),
            rows,
            empty_rows,
            empty_columns: self.empty_columns,
            recognised: self.table.recognised(),
            sample,
        })
    }

    /// Reads the next row of the table, which must be complete.
    fn read_row(&mut self) -> Result<Found, Diagnostic> {
        match self.table.read(&mut self.row) {
            Err(error) => Err(table::unreadable(&self.name, &error)),
            Ok(false) => Ok(Found::End),
            Ok(true) if self.row.may_hold_others() => {
                table::fault(&self.name, &self.row, None).map_or(Ok(Found::Row), Err)
            }
            Ok(true) if self.row.is_empty() => Ok(Found::Empty),
            Ok(true) => {
                let wrong = self
                    .row
                    .cells()
                    .find(|cell| std::str::from_utf8(cell).is_err());
                match wrong {
                    Some(cell) => Err(table::not_utf8(&self.name, self.row.line, cell)),
                    None => Ok(Found::Row),
                }
            }
        }
    }

    /// Number of cells of the row; empty ones after the last column do not count.
    fn width(&self) -> usize {
        let mut width = self.row.len();
        let is_empty =
            |cell: &[u8]| std::str::from_utf8(cell).is_ok_and(|cell| trimmed(cell).is_empty());
        while width > self.columns.header.len() && self.row.cell(width - 1).is_some_and(is_empty) {
            width -= 1;
        }
        width
    }

    fn refuse(&self, cells: &[String], line: u64, diagnostics: Diagnostics) -> RefusedRow {
        let cell = |field: &str| {
            let column = self.columns.column(field);
            column
                .and_then(|column| cells.get(column.index))
                .cloned()
                .unwrap_or_default()
        };
        RefusedRow {
            code: cell("code"),
            name: cell("name"),
            line,
            row: shown(cells, self.columns.delimiter, None).text,
            diagnostics,
            fatal: false,
            municipality: None,
        }
    }
}

/// The next item of a register.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Found {
    Row,
    /// A row whose cells are all empty.
    Empty,
    End,
}

impl<R: Read> Iterator for Register<R> {
    type Item = Result<Municipality, RefusedRow>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        loop {
            match self.read_row() {
                Ok(Found::End) => return None,
                Ok(Found::Empty) => {}
                Ok(Found::Row) => break,
                Err(mistake) => {
                    self.ended = true;
                    let mut row = self.refuse(&self.cells(), self.row.line, vec![mistake]);
                    row.fatal = true;
                    return Some(Err(row));
                }
            }
        }
        let line = self.row.line;
        let mut cells = self.cells();
        cells.truncate(self.width());
        let code = || {
            let column = self.columns.column("code");
            column.and_then(|column| cells.get(column.index)).cloned()
        };
        if let Some(mut fault) = table::fault(&self.name, &self.row, code()) {
            if let Place::Row { shown: row, .. } = &mut fault.place {
                *row = Some(shown(&cells, self.columns.delimiter, None));
            }
            return Some(Err(self.refuse(&cells, line, vec![fault])));
        }
        let expected = self.columns.header.len();
        if cells.len() != expected {
            let lines = match self.row.last_line {
                last if last > line => format!(" of lines {line} to {last}"),
                _ => String::new(),
            };
            let diagnostic = Diagnostic::error(
                "wrong-cell-count",
                format!(
                    "the row{lines} has {} cells where the header has {expected}",
                    cells.len(),
                ),
            )
            .at(Place::Row {
                file: self.name.to_string(),
                line,
                code: code(),
                column: None,
                shown: Some(shown(&cells, self.columns.delimiter, None)),
                sheet: self.columns.sheet_cell(None),
            })
            .hint("put a value that contains the separator in double quotes");
            return Some(Err(self.refuse(&cells, line, vec![diagnostic])));
        }
        let mut municipality = Municipality {
            columns: self.columns.clone(),
            file: self.name.clone(),
            cells,
            kinds: self.row.kinds().to_vec(),
            line,
        };
        let diagnostics = self.check(&mut municipality);
        if diagnostics.is_empty() {
            Some(Ok(municipality))
        } else {
            Some(Err(municipality.refused(diagnostics)))
        }
    }
}

impl<R> Register<R> {
    /// The cells of the row, [`trimmed`], if they are UTF-8.
    fn cells(&self) -> Vec<String> {
        let mut cells = Vec::with_capacity(self.row.len());
        for cell in self.row.cells() {
            match std::str::from_utf8(cell) {
                Ok(cell) => cells.push(trimmed(cell).to_owned()),
                Err(_) => break,
            }
        }
        cells
    }
}

/// The mistake of a register without rows.
fn empty(name: &str) -> Diagnostic {
    Diagnostic::error("empty-register", "the register is empty")
        .at(Place::File(name.to_owned()))
        .hint("give it a header row and a row for each municipality")
}

/// The first row that is not empty, from the stated line on, with its line.
fn header<R: Read>(
    name: &str,
    from: Option<u64>,
    table: &mut Table<R>,
    row: &mut Row,
) -> Result<(u64, Vec<String>), Diagnostics> {
    loop {
        match table.read(row) {
            Err(error) => return Err(vec![table::unreadable(name, &error)]),
            Ok(false) => {
                return Err(vec![empty(name)]);
            }
            Ok(true) if row.is_empty() || from.is_some_and(|from| row.line < from) => {}
            Ok(true) => break,
        }
    }
    if let Some(fault) = table::fault(name, row, None) {
        return Err(vec![fault]);
    }
    let mut header = Vec::with_capacity(row.len());
    for cell in row.cells() {
        match std::str::from_utf8(cell) {
            Ok(heading) => header.push(trimmed(heading).to_owned()),
            Err(_) => return Err(vec![table::not_utf8(name, row.line, cell)]),
        }
    }
    Ok((row.line, header))
}

#[cfg(test)]
mod tests {
    use super::check::dutch_postcode;
    use super::*;

    #[test]
    fn a_postcode_may_have_any_white_space_in_it() {
        for written in ["3500CE", "3500 ce", "3500\u{A0}CE", "3500\u{202F}ce"] {
            assert_eq!(
                dutch_postcode(written).as_deref(),
                Some("3500 CE"),
                "{written:?}"
            );
        }
        assert_eq!(dutch_postcode("3500-CE"), None);
    }

    #[test]
    fn bytes_must_be_utf8() {
        let bytes: &[u8] = b"code,name\nGM1,\xFFx\n";
        let rows = Register::open("r.csv", bytes, &RegisterSettings::default()).expect("a header");
        let found = rows.filter_map(Result::err).flat_map(|row| row.diagnostics);
        assert_eq!(found.map(|one| one.code).collect::<Vec<_>>(), ["not-utf8"]);
    }
}
