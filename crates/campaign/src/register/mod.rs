//! The register: a table of municipalities, read row by row, so that memory does not grow with it.

pub(crate) mod factions;
mod recognise;
pub(crate) mod table;

use std::collections::{BTreeMap, HashSet};
use std::fmt;
use std::io::Read;
use std::sync::Arc;

use raadspost_content::{
    Date, DateFormat, Decimal, Diagnostic, Diagnostics, NotNumber, NumberFormat, Place, Postal,
    Shown, Span, did_you_mean, is_unprintable, trimmed,
};
use rustc_hash::FxHashMap;

use recognise::{Recognised, Recognition, Seen};
use table::{DelimiterFrom, Row, Table};

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

/// A column that Raadspost knows.
#[derive(Debug)]
pub struct StandardColumn {
    /// Its name, as in `municipality.name` and, as a rule, in the header.
    pub name: &'static str,
    /// What its values are.
    pub kind: ColumnType,
    /// The column that is used where this one is absent or empty.
    pub fallback: Option<&'static str>,
    /// What it holds.
    pub doc: &'static str,
}

const fn column(
    name: &'static str,
    kind: ColumnType,
    fallback: Option<&'static str>,
    doc: &'static str,
) -> StandardColumn {
    StandardColumn {
        name,
        kind,
        fallback,
        doc,
    }
}

/// The documented columns; any other column is a free one of type text. `code` and `name` are
/// required, everything else may be absent.
pub static STANDARD_COLUMNS: [StandardColumn; 16] = [
    column(
        "code",
        ColumnType::Text,
        None,
        "unique code: letters, digits, `-` and `_`, such as `GM0344`",
    ),
    column(
        "name",
        ColumnType::Text,
        None,
        "name, distinct within the register: `Bergen (NH)`",
    ),
    column(
        "running_name",
        ColumnType::Text,
        Some("name"),
        "the name in a sentence: `Bergen`, `’s-Hertogenbosch`",
    ),
    column(
        "official_name",
        ColumnType::Text,
        Some("name"),
        "the official name: `’s-Gravenhage`",
    ),
    column(
        "province",
        ColumnType::Text,
        None,
        "province, state or county",
    ),
    column(
        "population",
        ColumnType::Number,
        None,
        "number of inhabitants",
    ),
    column(
        "population_date",
        ColumnType::Date,
        None,
        "reference date of the population",
    ),
    column("seats", ColumnType::Number, None, "seats of the council"),
    column(
        "po_box",
        ColumnType::Text,
        None,
        "number of the post-office box",
    ),
    column(
        "street",
        ColumnType::Text,
        None,
        "street, where there is no post-office box",
    ),
    column("house_number", ColumnType::Text, None, "house number"),
    column(
        "addition",
        ColumnType::Text,
        None,
        "addition to the house number",
    ),
    column(
        "postcode",
        ColumnType::Text,
        None,
        "postcode; `1234 AB` in the Netherlands",
    ),
    column(
        "town",
        ColumnType::Text,
        None,
        "town of the postal address, in normal case",
    ),
    column(
        "tooi",
        ColumnType::Text,
        None,
        "identification in the TOOI value list (a URI)",
    ),
    column("language", ColumnType::Text, None, "language tag (BCP 47)"),
];

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

/// How the cells of a column are read; no format where it is not known yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reading {
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
    /// The format, as `numbers` and `dates` name it.
    pub format: &'static str,
    /// Whether the campaign states it; recognised from the column otherwise.
    pub stated: bool,
    /// A cell that is not written plainly (digits alone, or `2027-12-31`); none where all are.
    pub example: Option<String>,
    /// The value of that cell, as `1234.5` or `2027-12-31`.
    pub value: Option<String>,
}

/// What the first pass over a register finds.
#[derive(Debug, Clone)]
pub struct Survey {
    /// The columns whose formats are known.
    pub columns: Arc<Columns>,
    /// How many rows the register has, without its header and without empty rows.
    pub rows: u64,
    /// How many rows are left out because all their cells are empty.
    pub empty_rows: u64,
    /// How many columns at the end are left out because they have no heading.
    pub empty_columns: u64,
    /// What separates the cells.
    pub delimiter: char,
    /// Where that is known from.
    pub delimiter_from: DelimiterFrom,
    /// How the columns of numbers and dates are read.
    pub formats: Vec<ColumnFormat>,
}

#[derive(Debug, Clone)]
struct Column {
    field: String,
    heading: String,
    reading: Reading,
    /// Whether the campaign states the format.
    stated: bool,
    index: usize,
    fallback: Option<usize>,
    /// Whether its cells are judged; a cell that two columns of one type have is judged once.
    judged: bool,
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

/// The columns of a register that is open.
#[derive(Debug, Clone, Default)]
pub struct Columns {
    columns: Vec<Column>,
    by_field: FxHashMap<String, usize>,
    header: Vec<String>,
    delimiter: u8,
}

impl Columns {
    /// The names of all fields, standard ones first.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().map(|column| column.field.as_str())
    }

    /// What the values of a field are; none where the register does not have it.
    pub fn type_of(&self, field: &str) -> Option<ColumnType> {
        self.column(field).map(Column::kind)
    }

    /// The heading of a field's column.
    pub fn heading(&self, field: &str) -> Option<&str> {
        self.column(field).map(|column| column.heading.as_str())
    }

    fn column(&self, field: &str) -> Option<&Column> {
        self.by_field.get(field).map(|at| &self.columns[*at])
    }

    fn from_header(
        name: &str,
        (line, header): (u64, &[String]),
        settings: &RegisterSettings,
        delimiter: u8,
    ) -> Result<Self, Diagnostics> {
        let mut diagnostics = Vec::new();
        let row = |column: Option<&str>| Place::Row {
            file: name.to_owned(),
            line,
            code: None,
            column: column.map(str::to_owned),
            shown: Some(shown(
                header,
                delimiter,
                // The second of two equal headings is the one to mend.
                column.and_then(|column| header.iter().rposition(|other| other == column)),
            )),
        };
        let mut headings = HashSet::new();
        for heading in header.iter().filter(|heading| !heading.is_empty()) {
            if !headings.insert(heading) {
                diagnostics.push(
                    Diagnostic::error(
                        "doubled-column",
                        format!("the column `{heading}` stands twice in the header"),
                    )
                    .at(row(Some(heading)))
                    .hint("rename or remove one of the two"),
                );
            }
        }
        let mapped: HashSet<&str> = settings
            .columns
            .values()
            .map(|column| column.heading.as_str())
            .collect();
        for (field, ColumnSettings { heading, .. }) in &settings.columns {
            if !headings.contains(heading) {
                let diagnostic = Diagnostic::error(
                    "missing-column",
                    format!("the register has no column `{heading}` for `{field}`"),
                )
                .at(row(None));
                diagnostics.push(match did_you_mean(heading, header) {
                    Some(hint) => diagnostic.hint(hint),
                    None => diagnostic.hint(format!(
                        "map it in `register.columns`; the header has: {}",
                        header.join(", ")
                    )),
                });
            }
        }
        let position = |heading: &str| header.iter().position(|other| other == heading);
        let find = |field: &str| -> Option<usize> {
            match settings.columns.get(field) {
                Some(column) => position(&column.heading),
                None => position(field).filter(|_| !mapped.contains(field)),
            }
        };
        let reading = |field: &str, kind: ColumnType| {
            let own = settings.columns.get(field);
            match own.and_then(|column| column.kind).unwrap_or(kind) {
                ColumnType::Text => Reading::Text,
                ColumnType::Number => {
                    Reading::Number(own.and_then(|column| column.numbers).or(settings.numbers))
                }
                ColumnType::Date => {
                    Reading::Date(own.and_then(|column| column.dates).or(settings.dates))
                }
            }
        };
        let column = |field: &str, kind: ColumnType, index: usize, fallback: Option<usize>| {
            let reading = reading(field, kind);
            Column {
                field: field.to_owned(),
                heading: header[index].clone(),
                reading,
                stated: matches!(reading, Reading::Number(Some(_)) | Reading::Date(Some(_))),
                index,
                fallback,
                judged: true,
            }
        };
        let mut columns = Vec::new();
        for standard in &STANDARD_COLUMNS {
            let own = find(standard.name);
            let fallback = standard.fallback.and_then(find);
            match (own, fallback) {
                (Some(index), _) => {
                    columns.push(column(standard.name, standard.kind, index, fallback));
                }
                (None, Some(index)) => {
                    columns.push(column(standard.name, standard.kind, index, None));
                }
                (None, None)
                    if matches!(standard.name, "code" | "name")
                        && !settings.columns.contains_key(standard.name) =>
                {
                    let diagnostic = Diagnostic::error(
                        "missing-column",
                        format!("the register has no column `{}`", standard.name),
                    )
                    .at(row(None));
                    let near = did_you_mean(standard.name, header);
                    diagnostics.push(diagnostic.hint(near.unwrap_or_else(|| {
                        format!(
                            "map it in the campaign: `register: {{columns: {{{}: HEADING}}}}`; the header has: {}",
                            standard.name,
                            header.join(", ")
                        )
                    })));
                }
                (None, None) => {}
            }
        }
        // Free columns: what the campaign maps to a name of its own, then every other heading.
        let standard = |field: &str| STANDARD_COLUMNS.iter().any(|column| column.name == field);
        for (field, own) in settings
            .columns
            .iter()
            .filter(|(field, _)| !standard(field))
        {
            if let Some(index) = position(&own.heading) {
                columns.push(column(field, ColumnType::Text, index, None));
            }
        }
        let taken: HashSet<String> = columns.iter().map(|column| column.field.clone()).collect();
        for (index, heading) in header.iter().enumerate() {
            let is_named = !heading.is_empty() && !mapped.contains(heading.as_str());
            if is_named && !taken.contains(heading) {
                columns.push(column(heading, ColumnType::Text, index, None));
            }
        }
        if !diagnostics.is_empty() {
            return Err(diagnostics);
        }
        let mut judged = HashSet::new();
        for column in &mut columns {
            column.judged = judged.insert((column.index, column.kind()));
        }
        Ok(Self {
            by_field: (columns.iter().zip(0..))
                .map(|(column, at)| (column.field.clone(), at))
                .collect(),
            columns,
            header: header.to_vec(),
            delimiter,
        })
    }

    /// How its columns of numbers and dates are read, as far as it is known.
    fn formats(&self, examples: &[Option<(String, String)>]) -> Vec<ColumnFormat> {
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

/// One recipient.
#[derive(Debug, Clone)]
pub struct Municipality {
    columns: Arc<Columns>,
    file: Arc<str>,
    cells: Vec<String>,
    line: u64,
}

impl Municipality {
    /// The postal fields, as the register has them.
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

    /// A field's value; none where its cell and that of its fallback are empty.
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

    /// The value of a field of numbers, exact; none where its cell is empty.
    pub fn number(&self, field: &str) -> Option<Decimal> {
        match (self.columns.column(field)?.reading, self.get(field)?) {
            (Reading::Number(Some(format)), cell) => format.read(cell).ok(),
            (Reading::Number(None), cell) => NumberFormat::read_any(cell).ok(),
            (Reading::Text | Reading::Date(_), _) => None,
        }
    }

    /// The value of a field of dates; none where its cell is empty.
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

    /// The place of its row, and of one cell of it where a field is named.
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

/// Cells as one line, and the range of one of them in it.
pub(crate) fn shown(cells: &[String], delimiter: u8, index: Option<usize>) -> Shown {
    let delimiter = char::from(delimiter);
    let (mut text, mut cell) = (String::new(), 0..0);
    for (at, value) in cells.iter().enumerate() {
        if at > 0 {
            text.push(delimiter);
        }
        let start = text.len();
        if value.contains([delimiter, '"', '\n', '\r']) {
            text.push('"');
            text.push_str(&value.replace('"', "\"\""));
            text.push('"');
        } else {
            text.push_str(value);
        }
        if index == Some(at) {
            // An empty cell is shown by the place where its value belongs.
            cell = start..text.len().max(start + 1);
        }
    }
    Shown { text, cell }
}

/// A row of which no document can be made.
#[derive(Debug, Clone)]
pub struct RefusedRow {
    /// Its code, as far as it can be read.
    pub code: String,
    /// Its name, as far as it can be read.
    pub name: String,
    /// The line on which it starts, from 1.
    pub line: u64,
    /// The row on one line, as far as it can be read.
    pub row: String,
    /// Why; never empty.
    pub diagnostics: Diagnostics,
    /// The rest of the file cannot be read either: the run must not start.
    pub fatal: bool,
}

/// A register that is read row by row.
///
/// As it is opened, a number or a date has a value only if every format reads it alike; once a
/// [`Survey`] has found the formats, [`Register::with_formats`] reads by them.
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
    /// Reads the header; `name` is what diagnostics call the file.
    ///
    /// # Errors
    /// A file that is not a table, missing and doubled columns, a header that is not UTF-8.
    pub fn open(name: &str, reader: R, settings: &RegisterSettings) -> Result<Self, Diagnostics> {
        let wanted = ["code", "name"].map(|field| match settings.columns.get(field) {
            Some(column) => column.heading.as_str(),
            None => field,
        });
        let mut table = Table::open(name, reader, settings.delimiter, &wanted)?;
        let mut row = Row::default();
        let (line, mut header) = header(name, &mut table, &mut row)?;
        let all = header.len();
        while header.last().is_some_and(String::is_empty) {
            header.pop();
        }
        let (delimiter, _) = table.delimiter();
        let columns = Columns::from_header(name, (line, &header), settings, delimiter)?;
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

    /// The same, read by the formats that a survey of this register has found.
    ///
    /// # Errors
    /// The header is another than that of the survey: the file was changed in between.
    pub fn with_formats(self, columns: &Arc<Columns>) -> Result<Self, Diagnostics> {
        if self.columns.header != columns.header || self.columns.delimiter != columns.delimiter {
            return Err(vec![
                Diagnostic::error(
                    "register-changed",
                    "the header of the register changed while it was read",
                )
                .at(Place::File(self.name.to_string()))
                .hint("run again when nobody writes the file"),
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
    /// A register that cannot be read to its end, and every column whose format is not clear.
    pub fn survey(mut self, mut each: impl FnMut(&str, u64)) -> Result<Survey, Diagnostics> {
        let columns = Arc::clone(&self.columns);
        let code_at = columns.column("code").map_or(0, |column| column.index);
        let mut recognisers: Vec<Recogniser> = columns.columns.iter().map(Recogniser::of).collect();
        let (mut rows, mut empty_rows) = (0, 0);
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
                    for (recogniser, column) in recognisers.iter_mut().zip(&columns.columns) {
                        recogniser.add(cell(column.index), line, code);
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
                    mistakes.push(unclear.mistake(&self.name, column));
                    examples.push(None);
                }
            }
        }
        if !mistakes.is_empty() {
            return Err(mistakes);
        }
        let (delimiter, delimiter_from) = self.table.delimiter();
        Ok(Survey {
            formats: known.formats(&examples),
            columns: Arc::new(known),
            rows,
            empty_rows,
            empty_columns: self.empty_columns,
            delimiter: char::from(delimiter),
            delimiter_from,
        })
    }

    /// Reads the next row of the table, which must be whole.
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

    /// How many cells the row has; empty ones behind the last column do not count.
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
        }
    }

    fn check(&self, municipality: &mut Municipality) -> Diagnostics {
        let mut diagnostics = Vec::new();
        let at = |field: &str| municipality.place(Some(field));
        match municipality.get("code") {
            None => diagnostics.push(
                Diagnostic::error("missing-value", "the row has no code")
                    .at(at("code"))
                    .hint("give each municipality a code of its own"),
            ),
            Some(code) if !is_code(code) => diagnostics.push(
                Diagnostic::error(
                    "wrong-code",
                    format!("`{}` is not a valid code", code.escape_debug()),
                )
                .at(at("code"))
                .hint("use 1 to 40 letters (a to z), digits, `-` and `_`"),
            ),
            Some(_) => {}
        }
        if municipality.get("name").is_none() {
            diagnostics.push(
                Diagnostic::error("missing-value", "the row has no name")
                    .at(at("name"))
                    .hint("fill in the name"),
            );
        }
        for column in self.columns.columns.iter().filter(|column| column.judged) {
            let Some(cell) = municipality
                .cells
                .get(column.index)
                .filter(|cell| !cell.is_empty())
            else {
                continue;
            };
            if let Some(c) = cell.chars().find(|c| is_unprintable(*c)) {
                let mistake = if matches!(c, '\n' | '\r') {
                    Diagnostic::error("control-character", "the cell has a line break").hint(
                        "write the cell on one line; if a quote opens it by mistake, write `\"\"`",
                    )
                } else {
                    let number = u32::from(c);
                    let message = format!(
                        "the value has the character U+{number:04X}, which cannot be printed"
                    );
                    Diagnostic::error("control-character", message).hint("remove the character")
                };
                diagnostics.push(mistake.at(at(&column.field)));
                continue;
            }
            let wrong = match column.reading {
                Reading::Text => None,
                Reading::Number(format) => wrong_number(cell, format),
                Reading::Date(format) => wrong_date(cell, format),
            };
            if let Some(wrong) = wrong {
                diagnostics.push(wrong.at(at(&column.field)));
            }
        }
        if self.dutch
            && let Some(postcode) = municipality.get("postcode")
        {
            match dutch_postcode(postcode) {
                Some(written) => {
                    if let Some(index) = self.columns.column("postcode").map(|column| column.index)
                    {
                        municipality.cells[index] = written;
                    }
                }
                None => diagnostics.push(
                    Diagnostic::error(
                        "wrong-postcode",
                        format!("`{}` is not a Dutch postcode", postcode.escape_debug()),
                    )
                    .at(at("postcode"))
                    .hint("write four digits, a space and two capitals: `3500 CE`"),
                ),
            }
        }
        diagnostics
    }
}

/// What stands next in a register.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Found {
    Row,
    /// A row of which all cells are empty.
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
            })
            .hint("put a value that holds the separator between double quotes");
            return Some(Err(self.refuse(&cells, line, vec![diagnostic])));
        }
        let mut municipality = Municipality {
            columns: self.columns.clone(),
            file: self.name.clone(),
            cells,
            line,
        };
        let diagnostics = self.check(&mut municipality);
        if diagnostics.is_empty() {
            Some(Ok(municipality))
        } else {
            Some(Err(self.refuse(&municipality.cells, line, diagnostics)))
        }
    }
}

impl<R> Register<R> {
    /// The cells of the row, [`trimmed`], as far as they are UTF-8.
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

/// The first row that is not empty, and its line.
fn header<R: Read>(
    name: &str,
    table: &mut Table<R>,
    row: &mut Row,
) -> Result<(u64, Vec<String>), Diagnostics> {
    loop {
        match table.read(row) {
            Err(error) => return Err(vec![table::unreadable(name, &error)]),
            Ok(false) => {
                return Err(vec![
                    Diagnostic::error("empty-register", "the register is empty")
                        .at(Place::File(name.to_owned()))
                        .hint("give it a header row and a row for each municipality"),
                ]);
            }
            Ok(true) if row.is_empty() => {}
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

/// What recognises the format of a column.
enum Recogniser {
    Text,
    /// The campaign states the format; an example is looked for.
    Stated(Reading, Option<(String, String)>),
    Number(Box<Recognition<Decimal, { NumberFormat::ALL.len() }>>),
    Date(Box<Recognition<Date, { DateFormat::ALL.len() }>>),
}

/// A cell that can be read two ways.
enum Unclear {
    Number(Box<Seen<Decimal, { NumberFormat::ALL.len() }>>),
    Date(Box<Seen<Date, { DateFormat::ALL.len() }>>),
}

impl Recogniser {
    fn of(column: &Column) -> Self {
        match column.reading {
            Reading::Text => Self::Text,
            Reading::Number(None) => Self::Number(Box::new(Recognition::new())),
            Reading::Date(None) => Self::Date(Box::new(Recognition::new())),
            stated @ (Reading::Number(Some(_)) | Reading::Date(Some(_))) => {
                Self::Stated(stated, None)
            }
        }
    }

    fn add(&mut self, cell: &str, line: u64, code: &str) {
        if cell.is_empty() {
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

    /// How the column is read, and a cell that is not written plainly with its value.
    fn conclude(self) -> Result<(Reading, Option<(String, String)>), Unclear> {
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
    /// The mistake of the column, at the first cell that two formats read differently.
    fn mistake(&self, name: &str, column: &Column) -> Diagnostic {
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

/// The different values of a cell, each with the first format that reads it so.
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

/// Whether a cell is a number of digits alone that every format reads alike.
fn is_plain(cell: &str) -> bool {
    cell.len() <= 15
        && (cell == "0" || !cell.starts_with('0'))
        && cell.bytes().all(|byte| byte.is_ascii_digit())
}

/// What is wrong with a cell of a column of numbers.
fn wrong_number(cell: &str, format: Option<NumberFormat>) -> Option<Diagnostic> {
    let read = match format {
        Some(format) => format.read(cell),
        None => NumberFormat::read_any(cell),
    };
    let why = read.err()?;
    let shown = cell.escape_debug();
    let format = format.map_or("1234.5", NumberFormat::name);
    Some(match why {
        NotNumber::LeadingZero => Diagnostic::error(
            "wrong-value",
            format!("`{shown}` begins with a zero, so it is a code and not a number"),
        )
        .hint("remove the zero, or the column's `type: number`"),
        NotNumber::Long => Diagnostic::error(
            "wrong-value",
            format!("`{shown}` has more than 18 digits before or behind its decimal sign"),
        )
        .hint("shorten the number, or remove the column's `type: number`"),
        NotNumber::Form => {
            let is_other = NumberFormat::ALL
                .iter()
                .any(|other| other.read(cell).is_ok());
            let hint = if is_other {
                format!("the column is written as `{format}`; write this cell so too")
            } else {
                "write digits only, such as `376123`".to_owned()
            };
            Diagnostic::error("wrong-value", format!("`{shown}` is not a number")).hint(hint)
        }
    })
}

/// What is wrong with a cell of a column of dates.
fn wrong_date(cell: &str, format: Option<DateFormat>) -> Option<Diagnostic> {
    let read = match format {
        Some(format) => format.read(cell),
        None => DateFormat::read_any(cell),
    };
    if read.is_some() {
        return None;
    }
    let format = format.unwrap_or(DateFormat::YearFirst).name();
    Some(
        Diagnostic::error(
            "wrong-value",
            format!("`{}` is not a valid date", cell.escape_debug()),
        )
        .hint(format!("write it as `{format}`")),
    )
}

/// Codes name folders, so they are kept to what is safe in a path on every system.
fn is_code(code: &str) -> bool {
    (1..=40).contains(&code.len())
        && code
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
}

/// `3500CE` or `3500 ce` as `3500 CE`, whatever white space is in it, such as a no-break space; none
/// where it is no Dutch postcode. SA, SD and SS are not given out.
fn dutch_postcode(written: &str) -> Option<String> {
    let compact: String = written
        .chars()
        .filter(|c| !c.is_whitespace())
        .collect::<String>()
        .to_ascii_uppercase();
    let bytes = compact.as_bytes();
    let right = bytes.len() == 6
        && (b'1'..=b'9').contains(&bytes[0])
        && bytes[1..4].iter().all(u8::is_ascii_digit)
        && bytes[4..].iter().all(u8::is_ascii_uppercase)
        && !matches!(&compact[4..], "SA" | "SD" | "SS");
    right.then(|| format!("{} {}", &compact[..4], &compact[4..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, settings: &RegisterSettings) -> Vec<Result<Municipality, RefusedRow>> {
        Register::open("r.csv", text.as_bytes(), settings)
            .expect("header")
            .collect()
    }

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

    fn mapped(heading: &str, kind: Option<ColumnType>) -> ColumnSettings {
        ColumnSettings {
            heading: heading.to_owned(),
            kind,
            ..Default::default()
        }
    }

    #[test]
    fn columns_fall_back_and_free_columns_are_fields() {
        let rows = read(
            "code,name,wethouder\nGM1,Bergen,Jansen\n",
            &RegisterSettings::default(),
        );
        let row = rows[0].as_ref().expect("row");
        assert_eq!(row.get("running_name"), Some("Bergen"));
        assert_eq!(row.get("wethouder"), Some("Jansen"));
        assert_eq!(row.get("seats"), None);
    }

    #[test]
    fn mapped_columns_take_their_headings() {
        let settings = RegisterSettings {
            columns: [("code", "id"), ("name", "naam")]
                .map(|(field, heading)| (field.to_owned(), mapped(heading, None)))
                .into(),
            ..Default::default()
        };
        let rows = read("id,naam,name_latin\nA_1,Αθήνα,Athina\n", &settings);
        let row = rows[0].as_ref().expect("row");
        assert_eq!(
            (row.code(), row.name(), row.get("name_latin")),
            ("A_1", "Αθήνα", Some("Athina"))
        );
    }

    #[test]
    fn every_mistake_in_a_row_is_found() {
        let settings = RegisterSettings {
            country: Some("NL".into()),
            ..Default::default()
        };
        let rows = read(
            "code,name,population,postcode\nGM1,A,veel,12 AB\nGM2,B\n../x,C,1,1234AB\nGM4,\"D\u{202E}\",2,3500 ce\nGM5,E,3,3500ce\n",
            &settings,
        );
        let codes: Vec<Vec<&str>> = rows
            .iter()
            .map(|row| match row {
                Ok(_) => vec![],
                Err(row) => row.diagnostics.iter().map(|d| d.code).collect(),
            })
            .collect();
        assert_eq!(
            codes,
            [
                vec!["wrong-value", "wrong-postcode"],
                vec!["wrong-cell-count"],
                vec!["wrong-code"],
                vec!["control-character"],
                vec![]
            ]
        );
        assert_eq!(
            rows[4].as_ref().expect("row").get("postcode"),
            Some("3500 CE")
        );
    }

    #[test]
    fn the_header_is_checked_and_bytes_must_be_utf8() {
        let codes =
            |bytes: &[u8]| match Register::open("r.csv", bytes, &RegisterSettings::default()) {
                Ok(rows) => rows
                    .filter_map(Result::err)
                    .flat_map(|row| row.diagnostics)
                    .map(|d| d.code)
                    .collect::<Vec<_>>(),
                Err(diagnostics) => diagnostics.iter().map(|d| d.code).collect(),
            };
        assert_eq!(
            codes(b"code,naam,code\n"),
            ["doubled-column", "missing-column"]
        );
        assert_eq!(codes(b"code,name\nGM1,\xFFx\n"), ["not-utf8"]);
        assert_eq!(codes(b""), ["empty-register"]);
        assert_eq!(
            codes("\u{FEFF}code,name\nGM1,A\n".as_bytes()),
            Vec::<&str>::new()
        );
    }
}
