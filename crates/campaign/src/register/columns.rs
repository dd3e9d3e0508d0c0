//! The columns of an open register: their fields, and how their cells are read.

use std::collections::HashSet;
use std::io::Read;
use std::sync::Arc;

use raadspost_content::{
    DateFormat, Diagnostic, Diagnostics, NumberFormat, Place, SheetCell, did_you_mean,
};
use raadspost_table::{Kind, Table};
use rustc_hash::FxHashMap;

use super::settings::{ColumnSettings, ColumnType, RegisterSettings};
use super::shown::shown;
use super::standard::STANDARD_COLUMNS;

/// How the cells of a column are read; without a format as long as it is unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reading {
    Text,
    Number(Option<NumberFormat>),
    Date(Option<DateFormat>),
}

/// How a column of numbers or dates is read, for reports.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct ColumnFormat {
    /// The field.
    pub field: String,
    /// The heading of its column.
    pub heading: String,
    /// `number` or `date`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// The format, by its name in `numbers` and `dates`.
    pub format: &'static str,
    /// Whether the campaign states the format; otherwise it is recognised from the column.
    pub stated: bool,
    /// A cell that is not in the plain form (digits only, or `2027-12-31`); `None` if all are.
    pub example: Option<String>,
    /// The value of that cell, as `1234.5` or `2027-12-31`.
    pub value: Option<String>,
}

impl Reading {
    /// How a cell of this kind is read: a number or a date of a workbook has the plain form, however
    /// the texts of its column are written.
    pub(super) fn of(self, kind: Kind) -> Self {
        match (self, kind) {
            (Self::Number(_), Kind::Number) => Self::Number(Some(NumberFormat::ALL[0])),
            (Self::Date(_), Kind::Date) => Self::Date(Some(DateFormat::YearFirst)),
            (reading, _) => reading,
        }
    }
}

#[derive(Debug, Clone)]
pub(super) struct Column {
    pub(super) field: String,
    pub(super) heading: String,
    pub(super) reading: Reading,
    /// Whether the campaign states the format.
    pub(super) stated: bool,
    pub(super) index: usize,
    pub(super) fallback: Option<usize>,
    /// Whether its cells are checked; a cell shared by two columns of one type is checked once.
    pub(super) judged: bool,
    /// Whether it is a standard column, or the campaign maps it: each of its cells must be a value.
    pub(super) named: bool,
}

impl Column {
    fn kind(&self) -> ColumnType {
        match self.reading {
            Reading::Text => ColumnType::Text,
            Reading::Number(_) => ColumnType::Number,
            Reading::Date(_) => ColumnType::Date,
        }
    }
}

/// The columns of an open register.
#[derive(Debug, Clone, Default)]
pub struct Columns {
    pub(super) columns: Vec<Column>,
    pub(super) by_field: FxHashMap<String, usize>,
    pub(super) header: Vec<String>,
    pub(super) delimiter: u8,
    /// The sheet, if the register is a workbook.
    pub(super) sheet: Option<Arc<str>>,
}

impl Columns {
    /// The names of all fields, standard ones first.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().map(|column| column.field.as_str())
    }

    /// The type of a field; `None` if the register does not have it.
    pub fn type_of(&self, field: &str) -> Option<ColumnType> {
        self.column(field).map(Column::kind)
    }

    /// The heading of a field's column.
    pub fn heading(&self, field: &str) -> Option<&str> {
        self.column(field).map(|column| column.heading.as_str())
    }

    pub(super) fn column(&self, field: &str) -> Option<&Column> {
        self.by_field.get(field).map(|at| &self.columns[*at])
    }

    /// Assigns the columns of a header to fields.
    pub(super) fn from_header(
        name: &str,
        (line, cells): (u64, &[String]),
        settings: &RegisterSettings,
        table: &Table<impl Read>,
    ) -> Result<Self, Diagnostics> {
        let delimiter = table.delimiter();
        let header = Header {
            name,
            line,
            cells,
            settings,
            delimiter,
            sheet: table.sheet(),
        };
        let mut mistakes = header.doubled();
        mistakes.extend(header.unmapped());
        let mut columns = header.standard(&mut mistakes);
        if !mistakes.is_empty() {
            return Err(mistakes);
        }
        header.add_free(&mut columns);
        let mut judged = HashSet::new();
        for column in &mut columns {
            column.judged = judged.insert((column.index, column.kind()));
        }
        Ok(Self {
            by_field: (columns.iter().zip(0..))
                .map(|(column, at)| (column.field.clone(), at))
                .collect(),
            columns,
            header: cells.to_vec(),
            delimiter,
            sheet: table.sheet().cloned(),
        })
    }

    /// The place of a row or a cell in its sheet, by the index of its column; `None` for a text.
    pub(super) fn sheet_cell(&self, column: Option<usize>) -> Option<SheetCell> {
        let sheet = self.sheet.as_ref()?.to_string();
        Some(SheetCell { sheet, column })
    }

    /// How its columns of numbers and dates are read, as far as known.
    pub(super) fn formats(&self, examples: &[Option<(String, String)>]) -> Vec<ColumnFormat> {
        let formats = self.columns.iter().zip(examples);
        let formats = formats.filter_map(|(column, example)| {
            let (kind, format) = match column.reading {
                Reading::Number(Some(format)) => ("number", format.name()),
                Reading::Date(Some(format)) => ("date", format.name()),
                Reading::Text | Reading::Number(None) | Reading::Date(None) => return None,
            };
            let example = example.clone();
            let (example, value) = example.unzip();
            Some(ColumnFormat {
                field: column.field.clone(),
                heading: column.heading.clone(),
                kind,
                format,
                stated: column.stated,
                example,
                value,
            })
        });
        formats.collect()
    }
}

/// The header of a register, and the campaign's column settings.
struct Header<'a> {
    name: &'a str,
    line: u64,
    cells: &'a [String],
    settings: &'a RegisterSettings,
    delimiter: u8,
    sheet: Option<&'a Arc<str>>,
}

impl Header<'_> {
    fn place(&self, column: Option<&str>) -> Place {
        // The second of two equal headings is the one to correct.
        let at = column.and_then(|column| self.cells.iter().rposition(|other| other == column));
        Place::Row {
            file: self.name.to_owned(),
            line: self.line,
            code: None,
            column: column.map(str::to_owned),
            shown: Some(shown(self.cells, self.delimiter, at)),
            sheet: self.sheet.map(|sheet| SheetCell {
                sheet: sheet.to_string(),
                column: at,
            }),
        }
    }

    fn missing(&self, message: String, hint: String) -> Diagnostic {
        Diagnostic::error("missing-column", message)
            .at(self.place(None))
            .hint(hint)
    }

    /// Duplicate headings.
    fn doubled(&self) -> Diagnostics {
        let mut known = HashSet::new();
        let headings = self.cells.iter().filter(|heading| !heading.is_empty());
        let doubled = headings.filter(|heading| !known.insert(*heading));
        doubled
            .map(|heading| {
                let message = format!("the column `{heading}` occurs twice in the header");
                Diagnostic::error("doubled-column", message)
                    .at(self.place(Some(heading)))
                    .hint("rename or remove one of the two")
            })
            .collect()
    }

    /// Headings in the campaign's mapping that the register lacks.
    fn unmapped(&self) -> Diagnostics {
        let mapped = self.settings.columns.iter();
        let unmapped = mapped.filter(|(_, column)| {
            column.heading.is_empty() || !self.cells.contains(&column.heading)
        });
        unmapped
            .map(|(field, ColumnSettings { heading, .. })| {
                let message = format!("the register has no column `{heading}` for `{field}`");
                let hint = did_you_mean(heading, self.cells).unwrap_or_else(|| {
                    let known = self.cells.join(", ");
                    format!("map it in `register.columns`; the header has: {known}")
                });
                self.missing(message, hint)
            })
            .collect()
    }

    /// Whether the campaign maps a heading to a field.
    fn is_mapped(&self, heading: &str) -> bool {
        let mut mapped = self.settings.columns.values();
        mapped.any(|column| column.heading == heading)
    }

    fn position(&self, heading: &str) -> Option<usize> {
        self.cells.iter().position(|other| other == heading)
    }

    /// The column of a standard field.
    fn find(&self, field: &str) -> Option<usize> {
        match self.settings.columns.get(field) {
            Some(column) => self.position(&column.heading),
            None => self.position(field).filter(|_| !self.is_mapped(field)),
        }
    }

    fn reading(&self, field: &str, kind: ColumnType) -> Reading {
        let own = self.settings.columns.get(field);
        match own.and_then(|column| column.kind).unwrap_or(kind) {
            ColumnType::Text => Reading::Text,
            ColumnType::Number => {
                let numbers = own.and_then(|column| column.numbers);
                Reading::Number(numbers.or(self.settings.numbers))
            }
            ColumnType::Date => {
                let dates = own.and_then(|column| column.dates);
                Reading::Date(dates.or(self.settings.dates))
            }
        }
    }

    fn column(&self, field: &str, kind: ColumnType, index: usize) -> Column {
        let reading = self.reading(field, kind);
        Column {
            field: field.to_owned(),
            heading: self.cells[index].clone(),
            reading,
            stated: matches!(reading, Reading::Number(Some(_)) | Reading::Date(Some(_))),
            index,
            fallback: None,
            judged: true,
            named: true,
        }
    }

    /// The standard columns present. A missing required column is a mistake, unless the campaign
    /// maps it, which is checked separately.
    fn standard(&self, mistakes: &mut Diagnostics) -> Vec<Column> {
        let mut columns = Vec::new();
        for standard in &STANDARD_COLUMNS {
            let (field, kind) = (standard.name, standard.kind);
            let own = self.find(field);
            let fallback = standard.fallback.and_then(|field| self.find(field));
            match (own, fallback) {
                (Some(index), fallback) => columns.push(Column {
                    fallback,
                    ..self.column(field, kind, index)
                }),
                (None, Some(index)) => columns.push(self.column(field, kind, index)),
                (None, None) => {
                    let is_required = matches!(field, "code" | "name");
                    if is_required && !self.settings.columns.contains_key(field) {
                        let hint = did_you_mean(field, self.cells).unwrap_or_else(|| {
                            let known = self.cells.join(", ");
                            format!(
                                "map it in the campaign: `register: {{columns: {{{field}: HEADING}}}}`; the header has: {known}"
                            )
                        });
                        let message = format!("the register has no column `{field}`");
                        mistakes.push(self.missing(message, hint));
                    }
                }
            }
        }
        columns
    }

    /// Adds free columns: those that the campaign maps to its own names, then every other heading.
    fn add_free(&self, columns: &mut Vec<Column>) {
        let is_standard = |field: &str| STANDARD_COLUMNS.iter().any(|column| column.name == field);
        let mapped = self.settings.columns.iter();
        for (field, own) in mapped.filter(|(field, _)| !is_standard(field)) {
            if let Some(index) = self.position(&own.heading) {
                columns.push(self.column(field, ColumnType::Text, index));
            }
        }
        let taken: HashSet<String> = columns.iter().map(|column| column.field.clone()).collect();
        let mapped: HashSet<&str> = {
            let mapped = self.settings.columns.values();
            mapped.map(|column| column.heading.as_str()).collect()
        };
        for (index, heading) in self.cells.iter().enumerate() {
            let is_named = !heading.is_empty() && !mapped.contains(heading.as_str());
            if is_named && !taken.contains(heading) {
                columns.push(Column {
                    named: false,
                    ..self.column(heading, ColumnType::Text, index)
                });
            }
        }
    }
}
