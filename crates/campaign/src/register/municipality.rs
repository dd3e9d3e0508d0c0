//! A row of a register: a municipality, or the reasons why the row is refused.

use std::sync::Arc;

use raadspost_content::{Date, DateFormat, Decimal, Diagnostics, NumberFormat, Place, Postal};
use raadspost_table::Kind;

use super::columns::{Columns, Reading};
use super::shown::shown;

/// One recipient.
#[derive(Debug, Clone)]
pub struct Municipality {
    pub(super) columns: Arc<Columns>,
    pub(super) file: Arc<str>,
    pub(super) cells: Vec<String>,
    /// The kinds of the cells; empty if the register is a text.
    pub(super) kinds: Vec<Kind>,
    pub(super) line: u64,
}

impl Municipality {
    /// The postal fields, as in the register.
    pub fn postal(&self) -> Postal {
        let field = |name| self.get(name).unwrap_or_default().to_owned();
        Postal {
            po_box: field("po_box"),
            street: field("street"),
            house_number: field("house_number"),
            addition: field("addition"),
            postcode: field("postcode"),
            town: field("town"),
            province: field("province"),
        }
    }

    /// A field's value; `None` if its cell and that of its fallback are empty.
    pub fn get(&self, field: &str) -> Option<&str> {
        let (cell, _) = self.cell(field)?;
        Some(cell)
    }

    /// A field's value, and what its workbook says of it. The error of a formula is no value.
    fn cell(&self, field: &str) -> Option<(&str, Kind)> {
        let column = self.columns.column(field)?;
        let cell = |index: usize| {
            let kind = self.kind(index);
            let cell = self.cells.get(index).map(String::as_str);
            let cell = cell.filter(|cell| !cell.is_empty() && kind != Kind::Error);
            cell.map(|cell| (cell, kind))
        };
        cell(column.index).or_else(|| cell(column.fallback?))
    }

    /// What its workbook says of a cell.
    pub(super) fn kind(&self, index: usize) -> Kind {
        self.kinds.get(index).copied().unwrap_or_default()
    }

    /// The error of a formula in a field's cell, such as `#N/A`.
    pub fn error(&self, field: &str) -> Option<&str> {
        let index = self.columns.column(field)?.index;
        let cell = self.cells.get(index).map(String::as_str);
        cell.filter(|_| self.kind(index) == Kind::Error)
    }

    /// The value of a number field, exact; `None` if its cell is empty.
    pub fn number(&self, field: &str) -> Option<Decimal> {
        let (cell, kind) = self.cell(field)?;
        match self.columns.column(field)?.reading.of(kind) {
            Reading::Number(Some(format)) => format.read(cell).ok(),
            Reading::Number(None) => NumberFormat::read_any(cell).ok(),
            Reading::Text | Reading::Date(_) => None,
        }
    }

    /// The value of a date field; `None` if its cell is empty.
    pub fn date(&self, field: &str) -> Option<Date> {
        let (cell, kind) = self.cell(field)?;
        match self.columns.column(field)?.reading.of(kind) {
            Reading::Date(Some(format)) => format.read(cell),
            Reading::Date(None) => DateFormat::read_any(cell),
            Reading::Text | Reading::Number(_) => None,
        }
    }

    /// Its code.
    pub fn code(&self) -> &str {
        self.get("code").unwrap_or_default()
    }

    /// Its name.
    pub fn name(&self) -> &str {
        self.get("name").unwrap_or_default()
    }

    /// The line on which its row starts, from 1.
    pub fn line(&self) -> u64 {
        self.line
    }

    /// The register's columns.
    pub fn columns(&self) -> &Arc<Columns> {
        &self.columns
    }

    /// The location of its row, and of one cell if a field is named.
    pub fn place(&self, field: Option<&str>) -> Place {
        let column = field.and_then(|field| self.columns.column(field));
        let index = column.map(|column| column.index);
        Place::Row {
            file: self.file.to_string(),
            line: self.line,
            code: Some(self.code().to_owned()),
            column: field.map(|field| self.columns.heading(field).unwrap_or(field).to_owned()),
            shown: Some(shown(&self.cells, self.columns.delimiter, index)),
            sheet: self.columns.sheet_cell(index),
        }
    }

    /// The row on one line.
    pub fn row(&self) -> String {
        shown(&self.cells, self.columns.delimiter, None).text
    }
}

/// A row from which no document can be made.
#[derive(Debug, Clone)]
pub struct RefusedRow {
    /// Its code, if readable.
    pub code: String,
    /// Its name, if readable.
    pub name: String,
    /// The line on which it starts, from 1.
    pub line: u64,
    /// The row on one line, as far as it is readable.
    pub row: String,
    /// Why; never empty.
    pub diagnostics: Diagnostics,
    /// The rest of the file is unreadable too: the run must not start.
    pub fatal: bool,
    /// Its fields, if each cell has a column; those with a mistake have no value.
    pub municipality: Option<Box<Municipality>>,
}

impl Municipality {
    /// The row, refused for these reasons.
    pub fn refused(self, diagnostics: Diagnostics) -> RefusedRow {
        RefusedRow {
            code: self.code().to_owned(),
            name: self.name().to_owned(),
            line: self.line,
            row: self.row(),
            diagnostics,
            fatal: false,
            municipality: Some(Box::new(self)),
        }
    }
}
