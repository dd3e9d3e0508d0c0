//! A row of a register: a municipality, or the reasons why the row is refused.

use std::sync::Arc;

use raadspost_content::{Date, DateFormat, Decimal, Diagnostics, NumberFormat, Place, Postal};

use super::columns::{Columns, Reading};
use super::shown::shown;

/// One recipient.
#[derive(Debug, Clone)]
pub struct Municipality {
    pub(super) columns: Arc<Columns>,
    pub(super) file: Arc<str>,
    pub(super) cells: Vec<String>,
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
        let column = self.columns.column(field)?;
        let cell = |index: usize| {
            self.cells
                .get(index)
                .map(String::as_str)
                .filter(|cell| !cell.is_empty())
        };
        cell(column.index).or_else(|| cell(column.fallback?))
    }

    /// The value of a number field, exact; `None` if its cell is empty.
    pub fn number(&self, field: &str) -> Option<Decimal> {
        match (self.columns.column(field)?.reading, self.get(field)?) {
            (Reading::Number(Some(format)), cell) => format.read(cell).ok(),
            (Reading::Number(None), cell) => NumberFormat::read_any(cell).ok(),
            (Reading::Text | Reading::Date(_), _) => None,
        }
    }

    /// The value of a date field; `None` if its cell is empty.
    pub fn date(&self, field: &str) -> Option<Date> {
        match (self.columns.column(field)?.reading, self.get(field)?) {
            (Reading::Date(Some(format)), cell) => format.read(cell),
            (Reading::Date(None), cell) => DateFormat::read_any(cell),
            (Reading::Text | Reading::Number(_), _) => None,
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
        Place::Row {
            file: self.file.to_string(),
            line: self.line,
            code: Some(self.code().to_owned()),
            column: field.map(|field| self.columns.heading(field).unwrap_or(field).to_owned()),
            shown: Some(shown(
                &self.cells,
                self.columns.delimiter,
                field
                    .and_then(|field| self.columns.column(field))
                    .map(|column| column.index),
            )),
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
}
