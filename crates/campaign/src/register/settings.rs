//! The register settings of a campaign.

use std::collections::BTreeMap;
use std::fmt;

use raadspost_content::{DateFormat, NumberFormat, Span};
use raadspost_table::TableSettings;

/// The type of a column.
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

/// The register settings of a campaign.
#[derive(Debug, Clone, Default)]
pub struct RegisterSettings {
    /// The file, relative to the campaign, and its source location.
    pub file: Option<(String, Span)>,
    /// The table of factions, relative to the campaign, and its source location.
    pub factions: Option<(String, Span)>,
    /// Field names and their columns in this register.
    pub columns: BTreeMap<String, ColumnSettings>,
    /// ISO 3166 code of the country of addresses without a country of their own.
    pub country: Option<String>,
    /// The location of that code.
    pub country_span: Option<Span>,
    /// How the file is read, and the table of factions.
    pub table: TableSettings,
    /// The number format; recognised for each column if not stated.
    pub numbers: Option<NumberFormat>,
    /// The date format; recognised for each column if not stated.
    pub dates: Option<DateFormat>,
}

impl RegisterSettings {
    /// The headings that a register must have.
    pub fn wanted(&self) -> [&str; 2] {
        ["code", "name"].map(|field| match self.columns.get(field) {
            Some(column) => column.heading.as_str(),
            None => field,
        })
    }
}

/// The settings of one column.
#[derive(Debug, Clone, Default)]
pub struct ColumnSettings {
    /// Its heading.
    pub heading: String,
    /// Its type.
    pub kind: Option<ColumnType>,
    /// How its numbers are written.
    pub numbers: Option<NumberFormat>,
    /// How its dates are written.
    pub dates: Option<DateFormat>,
}
