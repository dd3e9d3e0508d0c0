//! What a campaign says of its register.

use std::collections::BTreeMap;
use std::fmt;

use raadspost_content::{DateFormat, NumberFormat, Span};

/// What the values of a column are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ColumnType {
    /// Any text.
    Text,
    /// A number, in the format of its column.
    Number,
    /// A date, in the format of its column.
    Date,
}

impl fmt::Display for ColumnType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Text => "a text",
            Self::Number => "a number",
            Self::Date => "a date",
        })
    }
}

/// What a campaign says of its register.
#[derive(Debug, Clone, Default)]
pub struct RegisterSettings {
    /// The file, relative to the campaign, and where the campaign names it.
    pub file: Option<(String, Span)>,
    /// The table of factions, relative to the campaign, and where the campaign names it.
    pub factions: Option<(String, Span)>,
    /// Field names and the columns that they stand for in this register.
    pub columns: BTreeMap<String, ColumnSettings>,
    /// ISO 3166 code of the country whose postal rules hold; only `NL` has rules of its own.
    pub country: Option<String>,
    /// What separates the cells; recognised from the header where the campaign does not state it.
    pub delimiter: Option<u8>,
    /// How numbers are written; recognised for each column where the campaign does not state it.
    pub numbers: Option<NumberFormat>,
    /// How dates are written; recognised for each column where the campaign does not state it.
    pub dates: Option<DateFormat>,
}

/// What a campaign says of a column.
#[derive(Debug, Clone, Default)]
pub struct ColumnSettings {
    /// Its heading.
    pub heading: String,
    /// What its values are.
    pub kind: Option<ColumnType>,
    /// How its numbers are written.
    pub numbers: Option<NumberFormat>,
    /// How its dates are written.
    pub dates: Option<DateFormat>,
}
