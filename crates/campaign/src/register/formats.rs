//! The formats of columns of numbers and dates, recognised from all their cells.

use std::fmt;

use super::recognise::{Recognised, Recognition, Seen};
use raadspost_content::{Date, DateFormat, Decimal, Diagnostic, NumberFormat, Place};
use raadspost_table::Kind;

use super::columns::{Column, Columns, Reading};

/// The recogniser of a column's format.
pub(super) enum Recogniser {
    Text,
    /// The campaign states the format; only an example is collected.
    Stated(Reading, Option<(String, String)>),
    Number(Box<Recognition<Decimal, { NumberFormat::ALL.len() }>>),
    Date(Box<Recognition<Date, { DateFormat::ALL.len() }>>),
}

/// A cell that can be read in two ways.
pub(super) enum Unclear {
    Number(Box<Seen<Decimal, { NumberFormat::ALL.len() }>>),
    Date(Box<Seen<Date, { DateFormat::ALL.len() }>>),
}

impl Recogniser {
    pub(super) fn of(column: &Column) -> Self {
        match column.reading {
            Reading::Text => Self::Text,
            Reading::Number(None) => Self::Number(Box::new(Recognition::new())),
            Reading::Date(None) => Self::Date(Box::new(Recognition::new())),
            stated @ (Reading::Number(Some(_)) | Reading::Date(Some(_))) => {
                Self::Stated(stated, None)
            }
        }
    }

    /// Adds a cell. What a workbook itself says to be a number, a date or no value tells nothing of
    /// how texts are written.
    pub(super) fn add(&mut self, (cell, kind): (&str, Kind), line: u64, code: &str) {
        if cell.is_empty() || kind != Kind::Text {
            return;
        }
        match self {
            Self::Text | Self::Stated(_, Some(_)) => {}
            Self::Stated(reading, example) => {
                let value = match reading {
                    _ if is_plain(cell) => None,
                    Reading::Number(Some(format)) => {
                        format.read(cell).ok().map(|value| value.to_string())
                    }
                    Reading::Date(Some(format)) => {
                        let value = format.read(cell).map(|value| value.to_string());
                        value.filter(|value| value != cell)
                    }
                    Reading::Text | Reading::Number(None) | Reading::Date(None) => None,
                };
                *example = value.map(|value| (cell.to_owned(), value));
            }
            Self::Number(recognition) if is_plain(cell) => recognition.add_plain(),
            Self::Number(recognition) => {
                let values = NumberFormat::ALL.map(|format| format.read(cell).ok());
                recognition.add(values, line, code, cell);
            }
            Self::Date(recognition) => {
                let values = DateFormat::ALL.map(|format| format.read(cell));
                recognition.add(values, line, code, cell);
            }
        }
    }

    /// How the column is read, and a cell not in the plain form with its value.
    pub(super) fn conclude(self) -> Result<(Reading, Option<(String, String)>), Unclear> {
        match self {
            Self::Text => Ok((Reading::Text, None)),
            Self::Stated(reading, example) => Ok((reading, example)),
            Self::Number(recognition) => match recognition.conclude() {
                Recognised::Unclear(seen) => Err(Unclear::Number(seen)),
                Recognised::Format(at, example) => Ok((
                    Reading::Number(Some(NumberFormat::ALL[at])),
                    example.map(|(cell, value)| (cell, value.to_string())),
                )),
            },
            Self::Date(recognition) => match recognition.conclude() {
                Recognised::Unclear(seen) => Err(Unclear::Date(seen)),
                Recognised::Format(at, example) => Ok((
                    Reading::Date(Some(DateFormat::ALL[at])),
                    example
                        .map(|(cell, value)| (cell, value.to_string()))
                        .filter(|(cell, value)| cell != value),
                )),
            },
        }
    }
}

impl Unclear {
    /// The mistake of the column, located at the first cell that two formats read differently.
    pub(super) fn mistake(&self, name: &str, columns: &Columns, column: &Column) -> Diagnostic {
        let (kind, key, line, code, cell, readings) = match self {
            Self::Number(seen) => {
                let names = NumberFormat::ALL.map(NumberFormat::name);
                (
                    "number",
                    "numbers",
                    seen.line,
                    &seen.code,
                    &seen.cell,
                    readings(&names, seen),
                )
            }
            Self::Date(seen) => {
                let names = DateFormat::ALL.map(DateFormat::name);
                (
                    "date",
                    "dates",
                    seen.line,
                    &seen.code,
                    &seen.cell,
                    readings(&names, seen),
                )
            }
        };
        let values: Vec<String> = readings
            .iter()
            .map(|(value, _)| format!("`{value}`"))
            .collect();
        let message = match values.len() {
            1 => format!("the column is written in several formats, of which `{cell}` is one"),
            _ => format!("`{cell}` can be read as {}", values.join(" or ")),
        };
        let ways: Vec<String> = readings
            .iter()
            .map(|(value, format)| format!("`{key}: \"{format}\"` if it is {value}"))
            .collect();
        let place = Place::Row {
            file: name.to_owned(),
            line,
            code: (!code.is_empty()).then(|| code.clone()),
            column: Some(column.heading.clone()),
            shown: None,
            sheet: columns.sheet_cell(Some(column.index)),
        };
        Diagnostic::error(
            if kind == "number" {
                "unclear-numbers"
            } else {
                "unclear-dates"
            },
            message,
        )
        .at(place)
        .hint(format!("state in `register` {}", ways.join(", or ")))
    }
}

/// The different values of a cell, each with the first format that gives it.
fn readings<V: Copy + PartialEq + fmt::Display, const N: usize>(
    names: &[&'static str; N],
    seen: &Seen<V, N>,
) -> Vec<(String, &'static str)> {
    let mut found: Vec<(V, &'static str)> = Vec::new();
    for (value, name) in seen.values.iter().zip(names) {
        if let Some(value) = value
            && found.iter().all(|(other, _)| other != value)
        {
            found.push((*value, name));
        }
    }
    let found = found
        .into_iter()
        .map(|(value, name)| (value.to_string(), name));
    found.collect()
}

/// Whether a cell is a plain number that every format reads alike.
fn is_plain(cell: &str) -> bool {
    cell.len() <= 15
        && (cell == "0" || !cell.starts_with('0'))
        && cell.bytes().all(|byte| byte.is_ascii_digit())
}
