//! Workbooks of OpenDocument (ODF 1.3 part 3, 9), read piece by piece: calamine builds every sheet
//! whole, and says nothing of percentages.

use std::collections::BTreeSet;
use std::io::{BufReader, Read as _};

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::number::{iso, percent, plain, truth};
use super::package::{self, Archive, attribute, text_of};
use super::xlsx::push_text;
use super::{Fault, Listed, Rows, Workbook};
use crate::row::Kind;

/// Maximum number of rows and of columns, those of LibreOffice.
const MOST_ROWS: u32 = 1_048_576;
const MOST_COLUMNS: u32 = 16_384;

pub(super) struct Ods {
    archive: Archive,
    sheets: Vec<Listed>,
}

impl Ods {
    pub(super) fn open(bytes: Vec<u8>) -> Result<Self, Fault> {
        let mut archive = package::open(bytes)?;
        if is_encrypted(&mut archive) {
            return Err(Fault::Password);
        }
        package::measure(&mut archive)?;
        let mut walk = Walk::default();
        walk.through(&mut archive, &mut Rows::default())?;
        let sheets = walk.sheets;
        if sheets.is_empty() {
            return Err(Fault::broken("it has no sheet"));
        }
        Ok(Self { archive, sheets })
    }
}

impl Workbook for Ods {
    fn sheets(&self) -> &[Listed] {
        &self.sheets
    }

    fn read(&mut self, at: usize, rows: &mut Rows) -> Result<(), Fault> {
        let mut walk = Walk {
            wanted: Some(at),
            ..Walk::default()
        };
        walk.through(&mut self.archive, rows)
    }
}

/// Whether a part is encrypted (ODF 1.3 part 2, 3.4).
fn is_encrypted(archive: &mut Archive) -> bool {
    let mut manifest = String::new();
    let part = archive.by_name("META-INF/manifest.xml");
    let read = part.map(|part| part.take(1 << 20).read_to_string(&mut manifest));
    read.is_ok() && manifest.contains("encryption-data")
}

/// A walk through the content.
#[derive(Debug, Default)]
struct Walk {
    /// The index of the sheet to read.
    wanted: Option<usize>,
    sheets: Vec<Listed>,
    /// The styles of tables that are not shown.
    hidden: BTreeSet<String>,
    style: String,
    /// Tables that enclose the position; only the outermost is a sheet.
    depth: usize,
    line: u32,
    line_repeats: u32,
    row: Vec<(u32, u32, String, Kind)>,
    column: u32,
    cell: Option<Cell>,
    /// Annotations and shapes that enclose the position: their text is not the cell's.
    beside: usize,
}

/// A cell while it is read.
#[derive(Debug, Default)]
struct Cell {
    kind: String,
    value: String,
    is_error: bool,
    repeats: u32,
    text: String,
    paragraphs: usize,
}

impl Walk {
    fn through(&mut self, archive: &mut Archive, rows: &mut Rows) -> Result<(), Fault> {
        let part = package::part(archive, "content.xml")?;
        let mut reader = Reader::from_reader(BufReader::new(part));
        let mut buffer = Vec::new();
        loop {
            buffer.clear();
            match reader.read_event_into(&mut buffer).map_err(Fault::broken)? {
                Event::Start(start) => self.start(&start)?,
                Event::Empty(start) => {
                    self.start(&start)?;
                    self.end(start.name().as_ref(), rows)?;
                }
                Event::End(end) => self.end(end.name().as_ref(), rows)?,
                Event::Eof => return Ok(()),
                other => {
                    if let Some(cell) = self.open_cell() {
                        push_text(&other, &mut cell.text)?;
                    }
                }
            }
        }
    }

    /// The cell whose text is read, within a paragraph.
    fn open_cell(&mut self) -> Option<&mut Cell> {
        let is_own = self.beside == 0;
        self.cell
            .as_mut()
            .filter(|cell| is_own && cell.paragraphs > 0)
    }

    fn start(&mut self, start: &BytesStart<'_>) -> Result<(), Fault> {
        match start.name().as_ref() {
            b"style:style" => self.style = attribute(start, b"name")?.unwrap_or_default(),
            b"style:table-properties"
                if attribute(start, b"display")?.as_deref() == Some("false") =>
            {
                self.hidden.insert(self.style.clone());
            }
            b"table:table" => {
                self.depth += 1;
                if self.depth == 1 {
                    let style = attribute(start, b"style-name")?;
                    self.sheets.push(Listed {
                        name: attribute(start, b"name")?.unwrap_or_default(),
                        hidden: style.is_some_and(|style| self.hidden.contains(&style)),
                    });
                    self.line = 0;
                }
            }
            b"table:table-row" if self.is_wanted() => {
                self.line_repeats = repeats(start, b"number-rows-repeated", MOST_ROWS)?;
                self.column = 0;
            }
            b"table:table-cell" | b"table:covered-table-cell" if self.is_wanted() => {
                let repeats = repeats(start, b"number-columns-repeated", MOST_COLUMNS)?;
                let mut cell = Cell {
                    repeats,
                    ..Cell::default()
                };
                for attribute in start.attributes() {
                    let attribute = attribute.map_err(Fault::broken)?;
                    let value = text_of(&attribute.value)?;
                    match attribute.key.as_ref() {
                        b"office:value-type" => cell.kind = value,
                        b"calcext:value-type" => cell.is_error = value == "error",
                        b"office:value"
                        | b"office:date-value"
                        | b"office:time-value"
                        | b"office:boolean-value"
                        | b"office:string-value" => cell.value = value,
                        _ => {}
                    }
                }
                self.cell = Some(cell);
            }
            b"office:annotation" | b"draw:frame" | b"draw:custom-shape" | b"table:shapes" => {
                self.beside += 1;
            }
            b"text:p" if self.beside == 0 => {
                if let Some(cell) = &mut self.cell {
                    if cell.paragraphs > 0 {
                        cell.text.push('\n');
                    }
                    cell.paragraphs += 1;
                }
            }
            b"text:s" => {
                let count = repeats(start, b"c", 1024)?;
                if let Some(cell) = self.open_cell() {
                    cell.text.extend(std::iter::repeat_n(' ', count as usize));
                }
            }
            b"text:tab" => self
                .open_cell()
                .into_iter()
                .for_each(|cell| cell.push("\t")),
            b"text:line-break" => self
                .open_cell()
                .into_iter()
                .for_each(|cell| cell.push("\n")),
            _ => {}
        }
        Ok(())
    }

    fn end(&mut self, name: &[u8], rows: &mut Rows) -> Result<(), Fault> {
        match name {
            b"table:table" => self.depth = self.depth.saturating_sub(1),
            b"table:table-cell" | b"table:covered-table-cell" => {
                let Some(cell) = self.cell.take() else {
                    return Ok(());
                };
                let from = self.column;
                self.column = (from + cell.repeats).min(MOST_COLUMNS);
                let (text, kind) = cell.value();
                if !text.is_empty() {
                    self.row.push((from, self.column, text, kind));
                }
            }
            b"table:table-row" if self.is_wanted() => {
                let row = std::mem::take(&mut self.row);
                let last = (self.line + self.line_repeats).min(MOST_ROWS);
                if !row.is_empty() {
                    for line in self.line + 1..=last {
                        for (from, to, text, kind) in &row {
                            for column in *from..*to {
                                rows.cell(line, column, text, *kind)?;
                            }
                        }
                    }
                }
                self.line = last;
            }
            b"office:annotation" | b"draw:frame" | b"draw:custom-shape" | b"table:shapes" => {
                self.beside = self.beside.saturating_sub(1);
            }
            _ => {}
        }
        Ok(())
    }

    /// Whether the position is in the sheet to read.
    fn is_wanted(&self) -> bool {
        self.depth == 1 && self.wanted.is_some_and(|at| at + 1 == self.sheets.len())
    }
}

impl Cell {
    fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    fn value(self) -> (String, Kind) {
        if self.is_error {
            return (self.text, Kind::Error);
        }
        match self.kind.as_str() {
            "" => (String::new(), Kind::Text),
            "float" | "currency" | "percentage" => match self.value.parse::<f64>() {
                Ok(value) if value.is_finite() => match self.kind.as_str() {
                    "percentage" => (percent(value), Kind::Percent),
                    "float" if is_code(&self.text, value) => (self.text, Kind::Text),
                    _ => (plain(value), Kind::Number),
                },
                _ => (self.text, Kind::Error),
            },
            "date" => iso(&self.value),
            "time" => (self.text, Kind::Time),
            "boolean" => (truth(self.value == "true"), Kind::Boolean),
            _ if self.paragraphs == 0 => (self.value, Kind::Text),
            _ => (self.text, Kind::Text),
        }
    }
}

/// Whether a number is shown as a code: with zeros or letters before its digits, such as `0344` or
/// `GM1900`.
fn is_code(shown: &str, value: f64) -> bool {
    let digits = shown.trim_start_matches(|c: char| !c.is_ascii_digit());
    let sign = shown.len() - digits.len();
    (sign > 0 || digits.len() > 1 && digits.starts_with('0'))
        && digits.bytes().all(|byte| byte.is_ascii_digit())
        && shown[..sign].chars().all(char::is_alphabetic)
        && digits.parse() == Ok(value)
}

/// How often an element counts, 1 if it does not say; at most `most`.
fn repeats(start: &BytesStart<'_>, name: &[u8], most: u32) -> Result<u32, Fault> {
    let stated = attribute(start, name)?;
    let count = stated.map_or(Ok(1), |text| text.parse::<u32>());
    Ok(count.map_err(Fault::broken)?.clamp(1, most))
}

#[cfg(test)]
mod tests {
    use super::is_code;

    #[test]
    fn a_number_is_a_code_where_it_is_shown_as_one() {
        for (shown, value) in [("0344", 344.0), ("GM0344", 344.0), ("GM1900", 1900.0)] {
            assert!(is_code(shown, value), "{shown}");
        }
        for (shown, value) in [
            ("344", 344.0),
            ("0", 0.0),
            ("€ 36", 36.0),
            ("0,344", 0.344),
            ("GM0345", 344.0),
            ("-012", -12.0),
            ("", 1.0),
        ] {
            assert!(!is_code(shown, value), "{shown}");
        }
    }
}
