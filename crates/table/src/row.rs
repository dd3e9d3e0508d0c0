//! A row of a table, and what its cells are.

use raadspost_content::trimmed;

/// What a workbook says of a cell. Delimited text says nothing: its cells are [`Kind::Text`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Kind {
    /// A text.
    #[default]
    Text,
    /// A number, written with digits, `-` and `.`.
    Number,
    /// A day, written as `2027-12-31`.
    Date,
    /// A number formatted as a percentage, written as `12.5%`.
    Percent,
    /// A truth value, written as `TRUE` or `FALSE`.
    Boolean,
    /// A time of day, a day with a time, or a duration.
    Time,
    /// The error of a formula, such as `#N/A`.
    Error,
}

/// A row: its cells as bytes, unquoted.
#[derive(Debug, Default)]
pub struct Row {
    /// The line on which it begins, from 1.
    pub line: u64,
    /// The line on which it ends.
    pub last_line: u64,
    /// A fault in its quotes.
    pub fault: Option<Fault>,
    pub(crate) bytes: Vec<u8>,
    pub(crate) ends: Vec<usize>,
    /// The kinds of its cells; empty for a row of text.
    pub(crate) kinds: Vec<Kind>,
}

/// A fault of a whole row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// A quoted cell is not closed before the end of the file.
    Unclosed {
        /// The line on which it opens.
        line: u64,
    },
    /// Text follows the closing quote of a cell.
    BehindQuote {
        /// Its line.
        line: u64,
    },
    /// White space precedes the opening quote of a cell.
    BeforeQuote {
        /// Its line.
        line: u64,
    },
    /// The row exceeds the maximum size.
    Long,
}

impl Row {
    /// How many cells it has.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// A cell.
    pub fn cell(&self, at: usize) -> Option<&[u8]> {
        let end = *self.ends.get(at)?;
        let start = match at {
            0 => 0,
            at => self.ends[at - 1],
        };
        Some(&self.bytes[start..end])
    }

    /// The cells in their order.
    pub fn cells(&self) -> impl Iterator<Item = &[u8]> {
        (0..self.len()).filter_map(|at| self.cell(at))
    }

    /// Whether all cells are empty or white space.
    pub fn is_empty(&self) -> bool {
        self.fault.is_none()
            && std::str::from_utf8(&self.bytes).is_ok_and(|text| trimmed(text).is_empty())
    }

    /// Whether following rows may have been read as a part of it.
    pub fn may_hold_others(&self) -> bool {
        match self.fault {
            None => false,
            Some(Fault::Unclosed { .. } | Fault::Long) => true,
            Some(Fault::BehindQuote { .. } | Fault::BeforeQuote { .. }) => {
                self.last_line > self.line
            }
        }
    }

    /// Whether it is an empty line.
    pub(crate) fn is_blank(&self) -> bool {
        self.ends.len() <= 1 && self.bytes.is_empty()
    }

    /// What a workbook says of its cells; empty for a row of text.
    pub fn kinds(&self) -> &[Kind] {
        &self.kinds
    }

    pub(crate) fn clear(&mut self) {
        self.bytes.clear();
        self.ends.clear();
        self.kinds.clear();
        self.fault = None;
    }
}
