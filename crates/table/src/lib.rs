//! Tables as people save them, read row by row: delimited text in any encoding, and the sheets of
//! workbooks (`.xlsx`, `.xls`, `.ods`). What is not stated is recognised, and reported.
//!
//! No files: bytes are arguments. Knows no register and no campaign.

mod content;
mod encoding;
mod row;
mod sheet;
mod text;

use std::io::Read;
use std::sync::Arc;

use raadspost_content::{Diagnostic, Diagnostics};

use encoding::Decoded;
use text::Delimited;

pub use content::{Content, TableSettings};
pub use encoding::{Encoding, EncodingFrom};
pub use row::{Fault, Kind, Row};
pub use sheet::{Sheet, SheetFrom, WorkbookFormat};
pub use text::{DelimiterFrom, fault, not_utf8, unreadable};

/// What a table is read from.
#[derive(Debug)]
pub enum Input<R> {
    /// Delimited text.
    Text(R, Encoding, EncodingFrom),
    /// A sheet of a workbook.
    Sheet(Arc<Sheet>),
}

impl<R> From<R> for Input<R> {
    /// A text in UTF-8.
    fn from(reader: R) -> Self {
        Self::Text(reader, Encoding::UTF_8, EncodingFrom::Content)
    }
}

/// How a table is read.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[serde(untagged)]
pub enum Recognised {
    /// Delimited text.
    Text {
        /// The encoding.
        encoding: &'static str,
        /// Where it is known from.
        encoding_from: EncodingFrom,
        /// The delimiter.
        delimiter: char,
        /// Where it is known from.
        delimiter_from: DelimiterFrom,
    },
    /// A sheet.
    Sheet {
        /// The format of the workbook.
        workbook: WorkbookFormat,
        /// The sheet's name.
        sheet: String,
        /// Why it is this sheet.
        sheet_from: SheetFrom,
    },
}

/// A table, read row by row in constant memory; a sheet was read before.
#[derive(Debug)]
pub struct Table<R> {
    source: Source<R>,
    encoding: (Encoding, EncodingFrom),
}

#[derive(Debug)]
enum Source<R> {
    Text(Delimited<Decoded<R>>),
    Sheet {
        sheet: Arc<Sheet>,
        /// The last line that was given.
        line: u32,
        /// The index of the next row that has cells.
        at: usize,
    },
}

impl<R: Read> Table<R> {
    /// Opens a table at its start. A delimiter of a text that is not stated is the one under which
    /// the header has all `wanted` headings, otherwise the one that gives the most cells.
    ///
    /// # Errors
    /// The file cannot be read, or is recognisably not a text.
    pub fn open(
        name: &str,
        input: impl Into<Input<R>>,
        delimiter: Option<u8>,
        wanted: &[&str],
    ) -> Result<Self, Diagnostics> {
        match input.into() {
            Input::Text(reader, encoding, from) => {
                let reader = Decoded::new(reader, encoding);
                Ok(Self {
                    source: Source::Text(Delimited::open(name, reader, delimiter, wanted)?),
                    encoding: (encoding, from),
                })
            }
            Input::Sheet(sheet) => Ok(Self {
                source: Source::Sheet {
                    sheet,
                    line: 0,
                    at: 0,
                },
                encoding: (Encoding::UTF_8, EncodingFrom::Content),
            }),
        }
    }

    /// Reads the next row; false at the end. A line of a sheet without cells is an empty row.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn read(&mut self, row: &mut Row) -> std::io::Result<bool> {
        match &mut self.source {
            Source::Text(text) => text.read(row),
            Source::Sheet { sheet, line, at } => {
                let more = sheet.row(*at, *line + 1, row);
                if more {
                    *line += 1;
                    *at += usize::from(!row.kinds.is_empty());
                }
                Ok(more)
            }
        }
    }
}

impl<R> Table<R> {
    /// The sign between the cells of a row in messages: that of the file, or a comma.
    pub fn delimiter(&self) -> u8 {
        match &self.source {
            Source::Text(text) => text.delimiter().0,
            Source::Sheet { .. } => b',',
        }
    }

    /// How the table is read.
    pub fn recognised(&self) -> Recognised {
        match &self.source {
            Source::Text(text) => {
                let (delimiter, delimiter_from) = text.delimiter();
                Recognised::Text {
                    encoding: self.encoding.0.name(),
                    encoding_from: self.encoding.1,
                    delimiter: char::from(delimiter),
                    delimiter_from,
                }
            }
            Source::Sheet { sheet, .. } => Recognised::Sheet {
                workbook: sheet.format(),
                sheet: sheet.name().to_string(),
                sheet_from: sheet.chosen(),
            },
        }
    }

    /// The name of the sheet; `None` for a text.
    pub fn sheet(&self) -> Option<&Arc<str>> {
        match &self.source {
            Source::Text(_) => None,
            Source::Sheet { sheet, .. } => Some(sheet.name()),
        }
    }
}

/// The diagnostic for a cell of a workbook whose kind is not a value; `None` for a text, a number
/// and a date.
pub fn not_a_value(kind: Kind, cell: &str) -> Option<Diagnostic> {
    let (what, hint) = match kind {
        Kind::Text | Kind::Number | Kind::Date => return None,
        Kind::Percent => (
            "a percentage",
            "format the cell as a number, or write it as a text",
        ),
        Kind::Boolean => ("a truth value", "write a text in the cell, such as `yes`"),
        Kind::Time => (
            "a time",
            "format the cell as a date without a time, or write it as a text",
        ),
        Kind::Error => (
            "the error of a formula",
            "correct the formula, or write the value in the cell",
        ),
    };
    let message = format!("the cell is {what}: `{}`", cell.escape_debug());
    Some(Diagnostic::error("not-a-value", message).hint(hint))
}
