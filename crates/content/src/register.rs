//! The register: a table of municipalities, read row by row, so that memory does not grow with it.

use std::collections::BTreeMap;
use std::fmt;
use std::io::Read;
use std::sync::Arc;

use crate::date::Date;
use crate::suggest::did_you_mean;
use crate::{Diagnostic, Diagnostics, Place, Shown, Span};

/// What the values of a column are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ColumnType {
    /// Any text.
    Text,
    /// A number: digits, perhaps a sign and a decimal point.
    Number,
    /// A date, `2026-01-31`.
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
    /// Field names and the headings (and types) that they stand for in this register.
    pub columns: BTreeMap<String, (String, Option<ColumnType>)>,
    /// ISO 3166 code of the country whose postal rules hold; only `NL` has rules of its own.
    pub country: Option<String>,
    /// What separates the cells: `,` unless the campaign says otherwise.
    pub delimiter: Option<u8>,
}

#[derive(Debug, Clone)]
struct Column {
    field: String,
    heading: String,
    kind: ColumnType,
    index: usize,
    fallback: Option<usize>,
}

/// The columns of a register that is open.
#[derive(Debug, Clone, Default)]
pub struct Columns {
    columns: Vec<Column>,
    width: usize,
    delimiter: u8,
}

impl Columns {
    /// The names of all fields, standard ones first.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().map(|column| column.field.as_str())
    }

    /// What the values of a field are; none where the register does not have it.
    pub fn type_of(&self, field: &str) -> Option<ColumnType> {
        self.column(field).map(|column| column.kind)
    }

    /// The heading of a field's column.
    pub fn heading(&self, field: &str) -> Option<&str> {
        self.column(field).map(|column| column.heading.as_str())
    }

    fn column(&self, field: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.field == field)
    }

    fn from_header(
        name: &str,
        header: &[String],
        settings: &RegisterSettings,
    ) -> Result<Self, Diagnostics> {
        let mut diagnostics = Vec::new();
        let delimiter = settings.delimiter.unwrap_or(b',');
        let row = |column: Option<&str>| Place::Row {
            file: name.to_owned(),
            line: 1,
            code: None,
            column: column.map(str::to_owned),
            shown: Some(shown(
                header,
                delimiter,
                // The second of two equal headings is the one to mend.
                column.and_then(|column| header.iter().rposition(|other| other == column)),
            )),
        };
        for (index, heading) in header.iter().enumerate() {
            if header[..index].contains(heading) {
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
        let mapped = |heading: &str| settings.columns.values().any(|(other, _)| other == heading);
        for (field, (heading, _)) in &settings.columns {
            if !header.contains(heading) {
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
        let find = |field: &str| -> Option<(usize, Option<ColumnType>)> {
            match settings.columns.get(field) {
                Some((heading, kind)) => header
                    .iter()
                    .position(|other| other == heading)
                    .map(|at| (at, *kind)),
                None => header
                    .iter()
                    .position(|other| other == field && !mapped(other))
                    .map(|at| (at, None)),
            }
        };
        let mut columns = Vec::new();
        for standard in &STANDARD_COLUMNS {
            let own = find(standard.name);
            let fallback = standard.fallback.and_then(find).map(|(at, _)| at);
            match (own, fallback) {
                (Some((index, kind)), _) => columns.push(Column {
                    field: standard.name.to_owned(),
                    heading: header[index].clone(),
                    kind: kind.unwrap_or(standard.kind),
                    index,
                    fallback,
                }),
                (None, Some(index)) => columns.push(Column {
                    field: standard.name.to_owned(),
                    heading: header[index].clone(),
                    kind: standard.kind,
                    index,
                    fallback: None,
                }),
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
        for (field, (heading, kind)) in settings
            .columns
            .iter()
            .filter(|(field, _)| !standard(field))
        {
            if let Some(index) = header.iter().position(|other| other == heading) {
                let kind = kind.unwrap_or(ColumnType::Text);
                columns.push(Column {
                    field: field.clone(),
                    heading: heading.clone(),
                    kind,
                    index,
                    fallback: None,
                });
            }
        }
        for (index, heading) in header.iter().enumerate() {
            let taken = columns.iter().any(|column| column.field == *heading);
            if !taken && !mapped(heading) && !heading.is_empty() {
                columns.push(Column {
                    field: heading.clone(),
                    heading: heading.clone(),
                    kind: ColumnType::Text,
                    index,
                    fallback: None,
                });
            }
        }
        if diagnostics.is_empty() {
            Ok(Self {
                columns,
                width: header.len(),
                delimiter,
            })
        } else {
            Err(diagnostics)
        }
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
pub struct Register<R> {
    name: Arc<str>,
    rows: csv::Reader<R>,
    record: csv::ByteRecord,
    columns: Arc<Columns>,
    dutch: bool,
    ended: bool,
}

impl<R: Read> Register<R> {
    /// Reads the header; `name` is what diagnostics call the file.
    ///
    /// # Errors
    /// Missing and doubled columns, a header that is not UTF-8.
    pub fn open(name: &str, reader: R, settings: &RegisterSettings) -> Result<Self, Diagnostics> {
        let mut rows = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(settings.delimiter.unwrap_or(b','))
            .from_reader(reader);
        let mut record = csv::ByteRecord::new();
        let file = || Place::File(name.to_owned());
        match rows.read_byte_record(&mut record) {
            Ok(true) => {}
            Ok(false) => {
                return Err(vec![
                    Diagnostic::error("empty-register", "the register is empty")
                        .at(file())
                        .hint("give it a header row and a row for each municipality"),
                ]);
            }
            Err(error) => {
                return Err(vec![
                    Diagnostic::error("unreadable-register", error.to_string()).at(file()),
                ]);
            }
        }
        let mut header = Vec::with_capacity(record.len());
        for (index, cell) in record.iter().enumerate() {
            let cell = if index == 0 {
                cell.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(cell)
            } else {
                cell
            };
            match std::str::from_utf8(cell) {
                Ok(heading) => header.push(heading.trim().to_owned()),
                Err(_) => return Err(vec![Diagnostic::not_utf8(name, 1)]),
            }
        }
        let columns = Arc::new(Columns::from_header(name, &header, settings)?);
        let dutch = settings.country.as_deref() == Some("NL");
        Ok(Self {
            name: name.into(),
            rows,
            record,
            columns,
            dutch,
            ended: false,
        })
    }

    /// The register's columns.
    pub fn columns(&self) -> &Arc<Columns> {
        &self.columns
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
                    format!("`{}` is no code", code.escape_debug()),
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
        for column in &self.columns.columns {
            let Some(cell) = municipality
                .cells
                .get(column.index)
                .filter(|cell| !cell.is_empty())
            else {
                continue;
            };
            if column.index != 0
                && self.columns.columns.iter().any(|other| {
                    other.index == column.index
                        && other.field < column.field
                        && other.kind == column.kind
                })
            {
                continue; // one cell under two names is judged once
            }
            if let Some(c) = cell.chars().find(|c| is_forbidden(*c)) {
                diagnostics.push(
                    Diagnostic::error(
                        "control-character",
                        format!(
                            "the value has the character U+{:04X}, which cannot be printed",
                            c as u32
                        ),
                    )
                    .at(at(&column.field))
                    .hint("remove the character"),
                );
            }
            let wrong = match column.kind {
                ColumnType::Text => None,
                ColumnType::Number => {
                    (!is_number(cell)).then_some("write digits only, such as `376123`")
                }
                ColumnType::Date => Date::parse(cell)
                    .is_none()
                    .then_some("write it as `2026-01-31`"),
            };
            if let Some(hint) = wrong {
                diagnostics.push(
                    Diagnostic::error(
                        "wrong-value",
                        format!("`{}` is not {}", cell.escape_debug(), column.kind),
                    )
                    .at(at(&column.field))
                    .hint(hint),
                );
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
                        format!("`{}` is no Dutch postcode", postcode.escape_debug()),
                    )
                    .at(at("postcode"))
                    .hint("write four digits, a space and two capitals: `3500 CE`"),
                ),
            }
        }
        diagnostics
    }
}

impl<R: Read> Iterator for Register<R> {
    type Item = Result<Municipality, RefusedRow>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let read = self.rows.read_byte_record(&mut self.record);
        let line = self.record.position().map_or(0, csv::Position::line);
        match read {
            Ok(false) => return None,
            Ok(true) => {}
            Err(error) => {
                self.ended = true;
                let diagnostic = Diagnostic::error("unreadable-register", error.to_string())
                    .at(Place::File(self.name.to_string()));
                return Some(Err(RefusedRow {
                    code: String::new(),
                    name: String::new(),
                    line,
                    row: String::new(),
                    diagnostics: vec![diagnostic],
                    fatal: true,
                }));
            }
        }
        let mut cells = Vec::with_capacity(self.record.len());
        for cell in &self.record {
            match std::str::from_utf8(cell) {
                Ok(cell) => cells.push(cell.trim_matches(' ').to_owned()),
                Err(_) => {
                    self.ended = true;
                    let mut row =
                        self.refuse(&cells, line, vec![Diagnostic::not_utf8(&self.name, line)]);
                    row.fatal = true;
                    return Some(Err(row));
                }
            }
        }
        if cells.len() != self.columns.width {
            let code = self
                .columns
                .column("code")
                .and_then(|column| cells.get(column.index))
                .cloned();
            let diagnostic = Diagnostic::error(
                "wrong-cell-count",
                format!(
                    "the row has {} cells where the header has {}",
                    cells.len(),
                    self.columns.width
                ),
            )
            .at(Place::Row {
                file: self.name.to_string(),
                line,
                code,
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

/// Codes name folders, so they are kept to what is safe in a path on every system.
fn is_code(code: &str) -> bool {
    (1..=40).contains(&code.len())
        && code
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
}

fn is_number(cell: &str) -> bool {
    let digits = cell.strip_prefix('-').unwrap_or(cell);
    let (whole, decimals) = digits.split_once('.').unwrap_or((digits, "0"));
    let numeric = |part: &str| {
        !part.is_empty() && part.len() <= 15 && part.bytes().all(|b| b.is_ascii_digit())
    };
    numeric(whole) && numeric(decimals)
}

/// Control characters, private use (which Raadspost uses inside texts) and the marks with which a
/// name could turn the reading order of what stands around it.
pub(crate) fn is_forbidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{E000}'..='\u{F8FF}' | '\u{FFF9}'..='\u{FFFF}' | '\u{F0000}'..='\u{10FFFF}')
        || matches!(c, '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}' | '\u{FEFF}')
}

/// `3500CE` or `3500 ce` as `3500 CE`; none where it is no Dutch postcode. SA, SD and SS are not
/// given out.
fn dutch_postcode(written: &str) -> Option<String> {
    let compact: String = written
        .chars()
        .filter(|c| *c != ' ')
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
                .map(|(field, heading)| (field.to_owned(), (heading.to_owned(), None)))
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
