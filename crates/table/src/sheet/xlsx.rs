//! Workbooks of Excel since 2007 (ECMA-376 part 1, 18), read piece by piece: of the readers at hand
//! none says how a number is formatted.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};

use quick_xml::Reader;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesStart, Event};

use super::number::{DateFormat, Moment, date_format, formatted, iso, truth};
use super::package::{self, Archive, attribute};
use super::{Fault, Listed, Rows, Workbook};
use crate::row::Kind;

/// Number of rows and columns of a sheet.
const ROWS: u32 = 1_048_576;
const COLUMNS: u32 = 16_384;

pub(super) struct Xlsx {
    archive: Archive,
    sheets: Vec<Listed>,
    /// The part of each sheet.
    parts: Vec<String>,
    shared: Shared,
    /// The code of each cell format, and what it makes of a number.
    formats: Vec<(String, DateFormat)>,
    is_1904: bool,
}

/// The texts that cells share.
#[derive(Debug, Default)]
struct Shared {
    text: String,
    ends: Vec<usize>,
}

impl Shared {
    fn get(&self, at: usize) -> Option<&str> {
        let end = *self.ends.get(at)?;
        let start = at.checked_sub(1).map_or(0, |before| self.ends[before]);
        Some(&self.text[start..end])
    }
}

/// A relationship of the workbook: the last word of its type, and its part.
type Relations = BTreeMap<String, (String, String)>;

impl Xlsx {
    pub(super) fn open(bytes: Vec<u8>) -> Result<Self, Fault> {
        let mut archive = package::open(bytes)?;
        package::measure(&mut archive)?;
        let root = relations(&mut archive, "_rels/.rels", "")?;
        let main = root.values().find(|(kind, _)| kind == "officeDocument");
        let main = main.map_or("xl/workbook.xml", |(_, part)| part).to_owned();
        if main.ends_with(".bin") {
            return Err(Fault::broken("it is a binary workbook (`.xlsb`)"));
        }
        let (folder, file) = main.rsplit_once('/').unwrap_or(("", &main));
        let relations = relations(&mut archive, &format!("{folder}/_rels/{file}.rels"), folder)?;
        let mut workbook = Self {
            archive,
            sheets: Vec::new(),
            parts: Vec::new(),
            shared: Shared::default(),
            formats: Vec::new(),
            is_1904: false,
        };
        workbook.list(&main, &relations)?;
        for (kind, part) in relations.values() {
            match kind.as_str() {
                "sharedStrings" => workbook.shared = shared(&mut workbook.archive, part)?,
                "styles" => workbook.formats = formats(&mut workbook.archive, part)?,
                _ => {}
            }
        }
        Ok(workbook)
    }

    /// Reads the sheets of the workbook; sheets without cells, such as charts, are left out.
    fn list(&mut self, main: &str, relations: &Relations) -> Result<(), Fault> {
        let (mut sheets, mut is_1904) = (Vec::new(), false);
        elements(&mut self.archive, main, |start| {
            match start.local_name().as_ref() {
                b"workbookPr" => {
                    let stated = attribute(start, b"date1904")?;
                    is_1904 = matches!(stated.as_deref(), Some("1" | "true" | "on"));
                }
                b"sheet" => {
                    let id = attribute(start, b"id")?.unwrap_or_default();
                    let state = attribute(start, b"state")?;
                    let listed = Listed {
                        name: attribute(start, b"name")?.unwrap_or_default(),
                        hidden: state.is_some_and(|state| state != "visible"),
                    };
                    if let Some((_, part)) =
                        relations.get(&id).filter(|(kind, _)| kind == "worksheet")
                    {
                        sheets.push((listed, part.clone()));
                    }
                }
                _ => {}
            }
            Ok(())
        })?;
        if sheets.is_empty() {
            return Err(Fault::broken("it has no sheet"));
        }
        (self.sheets, self.parts) = sheets.into_iter().unzip();
        self.is_1904 = is_1904;
        Ok(())
    }
}

impl Workbook for Xlsx {
    fn sheets(&self) -> &[Listed] {
        &self.sheets
    }

    fn read(&mut self, at: usize, rows: &mut Rows) -> Result<(), Fault> {
        let Some(part) = self.parts.get(at) else {
            return Err(Fault::broken("it has no sheet"));
        };
        let meaning = Meaning {
            shared: &self.shared,
            formats: &self.formats,
            is_1904: self.is_1904,
        };
        let mut walk = Walk::default();
        let part = package::part(&mut self.archive, part)?;
        let mut reader = Reader::from_reader(BufReader::new(part));
        let mut buffer = Vec::new();
        loop {
            buffer.clear();
            match event(&mut reader, &mut buffer)? {
                Event::Start(start) => walk.start(&start)?,
                Event::Empty(start) => {
                    walk.start(&start)?;
                    walk.end(start.local_name().as_ref(), meaning, rows)?;
                }
                Event::End(end) => walk.end(end.local_name().as_ref(), meaning, rows)?,
                Event::Eof => return Ok(()),
                other => {
                    if walk.is_value {
                        push_text(&other, &mut walk.value)?;
                    }
                }
            }
        }
    }
}

/// What gives the cells of a sheet their meaning.
#[derive(Debug, Clone, Copy)]
struct Meaning<'a> {
    shared: &'a Shared,
    formats: &'a [(String, DateFormat)],
    is_1904: bool,
}

/// A walk through a sheet.
#[derive(Debug, Default)]
struct Walk {
    /// From 1.
    line: u32,
    /// The column of the next cell, from 0.
    column: u32,
    kind: String,
    style: usize,
    value: String,
    /// Whether the position is in a value.
    is_value: bool,
    /// Whether the position is in the reading of Japanese characters.
    is_phonetic: bool,
}

impl Walk {
    fn start(&mut self, start: &BytesStart<'_>) -> Result<(), Fault> {
        match start.local_name().as_ref() {
            b"row" => {
                let stated = attribute(start, b"r")?;
                self.line = match stated {
                    Some(line) => line.parse().map_err(Fault::broken)?,
                    None => self.line + 1,
                };
                self.column = 0;
                if self.line == 0 || self.line > ROWS {
                    return Err(Fault::broken("it has a row beyond the last"));
                }
            }
            b"c" => {
                if let Some(place) = attribute(start, b"r")? {
                    self.column = column(&place)
                        .ok_or_else(|| Fault::broken(format!("`{place}` is no cell")))?;
                }
                self.kind = attribute(start, b"t")?.unwrap_or_default();
                let style = attribute(start, b"s")?;
                self.style = style.map_or(0, |style| style.parse().unwrap_or(usize::MAX));
                self.value.clear();
            }
            b"rPh" => self.is_phonetic = true,
            b"v" | b"t" => self.is_value = !self.is_phonetic,
            _ => {}
        }
        Ok(())
    }

    fn end(&mut self, name: &[u8], meaning: Meaning<'_>, rows: &mut Rows) -> Result<(), Fault> {
        match name {
            b"v" | b"t" => self.is_value = false,
            b"rPh" => self.is_phonetic = false,
            b"c" => {
                let column = self.column;
                self.column += 1;
                if self.value.is_empty() {
                    return Ok(());
                }
                let value = self.value.as_str();
                let (text, kind) = match self.kind.as_str() {
                    "s" => {
                        let at = value.trim().parse().ok();
                        let text = at.and_then(|at| meaning.shared.get(at));
                        let text = text.ok_or_else(|| Fault::broken("a shared text is missing"))?;
                        return rows.cell(self.line, column, text, Kind::Text);
                    }
                    "str" | "inlineStr" => (unescaped(value), Kind::Text),
                    "b" => (truth(value.trim() == "1"), Kind::Boolean),
                    "e" => (value.to_owned(), Kind::Error),
                    "d" => iso(value.trim()),
                    _ => number(value.trim(), self.style, meaning)?,
                };
                rows.cell(self.line, column, &text, kind)?;
            }
            _ => {}
        }
        Ok(())
    }
}

fn number(value: &str, style: usize, meaning: Meaning<'_>) -> Result<(String, Kind), Fault> {
    let number: f64 = value.parse().map_err(Fault::broken)?;
    let format = meaning.formats.get(style);
    let (code, date) = format.map_or(("", DateFormat::No), |(code, date)| (code, *date));
    Ok(match date {
        DateFormat::No => formatted(number, code),
        DateFormat::Duration => (format!("{number} days"), Kind::Time),
        DateFormat::Date => Moment::of(number, meaning.is_1904).text(),
    })
}

/// The column of a cell such as `C17`, from 0.
fn column(cell: &str) -> Option<u32> {
    let letters = cell.trim_end_matches(|c: char| c.is_ascii_digit());
    let digit = |byte: u8| {
        byte.is_ascii_uppercase()
            .then(|| u32::from(byte - b'A') + 1)
    };
    let mut column = 0_u32;
    for byte in letters.bytes() {
        column = column.checked_mul(26)?.checked_add(digit(byte)?)?;
    }
    column.checked_sub(1).filter(|column| *column < COLUMNS)
}

/// A text with its escapes, such as `_x000D_`, resolved (22.9.2.19).
fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("_x") {
        let code = rest
            .get(at + 2..at + 6)
            .filter(|_| rest[at + 2..].get(4..5) == Some("_"));
        let c = code.and_then(|code| u32::from_str_radix(code, 16).ok());
        let (text, length) = match c.and_then(char::from_u32) {
            Some(c) => (c.to_string(), 7),
            None => ("_x".to_owned(), 2),
        };
        out.push_str(&rest[..at]);
        out.push_str(&text);
        rest = &rest[at + length..];
    }
    out + rest
}

/// The targets of the relationships of a part; none if it has none.
fn relations(archive: &mut Archive, part: &str, folder: &str) -> Result<Relations, Fault> {
    let mut found = Relations::new();
    if package::part(archive, part).is_err() {
        return Ok(found);
    }
    elements(archive, part, |start| {
        if start.local_name().as_ref() == b"Relationship" {
            let get = |name| Ok::<_, Fault>(attribute(start, name)?.unwrap_or_default());
            let (id, kind, target) = (get(b"Id")?, get(b"Type")?, get(b"Target")?);
            let part = match target.strip_prefix('/') {
                Some(part) => part.to_owned(),
                None if folder.is_empty() => target,
                None => format!("{folder}/{target}"),
            };
            let kind = kind.rsplit('/').next().unwrap_or_default().to_owned();
            found.insert(id, (kind, part));
        }
        Ok(())
    })?;
    Ok(found)
}

/// The code of each cell format.
fn formats(archive: &mut Archive, part: &str) -> Result<Vec<(String, DateFormat)>, Fault> {
    let mut own: BTreeMap<u32, String> = BTreeMap::new();
    let (mut formats, mut is_cells) = (Vec::new(), false);
    elements(archive, part, |start| {
        let id = || -> Result<u32, Fault> {
            let id = attribute(start, b"numFmtId")?;
            Ok(id.and_then(|id| id.parse().ok()).unwrap_or(0))
        };
        match start.local_name().as_ref() {
            b"numFmt" => {
                own.insert(id()?, attribute(start, b"formatCode")?.unwrap_or_default());
            }
            b"cellXfs" => is_cells = true,
            b"cellStyleXfs" | b"cellStyles" | b"dxfs" => is_cells = false,
            b"xf" if is_cells => {
                let id = id()?;
                let code = own.get(&id).cloned();
                let date = date_format(id, code.as_deref());
                // 18.8.30: of the formats without a code only these are percentages.
                let code = code.unwrap_or_else(|| match id {
                    9 | 10 => "0%".to_owned(),
                    _ => String::new(),
                });
                formats.push((code, date));
            }
            _ => {}
        }
        Ok(())
    })?;
    Ok(formats)
}

/// The texts that cells share.
fn shared(archive: &mut Archive, part: &str) -> Result<Shared, Fault> {
    let mut shared = Shared::default();
    let part = package::part(archive, part)?;
    let mut reader = Reader::from_reader(BufReader::new(part));
    let (mut buffer, mut item) = (Vec::new(), String::new());
    let (mut is_text, mut is_phonetic) = (false, false);
    loop {
        buffer.clear();
        match event(&mut reader, &mut buffer)? {
            Event::Start(start) => match start.local_name().as_ref() {
                b"t" => is_text = !is_phonetic,
                b"rPh" => is_phonetic = true,
                _ => {}
            },
            Event::Empty(start) if start.local_name().as_ref() == b"si" => {
                shared.ends.push(shared.text.len());
            }
            Event::End(end) => match end.local_name().as_ref() {
                b"t" => is_text = false,
                b"rPh" => is_phonetic = false,
                b"si" => {
                    shared.text.push_str(&unescaped(&item));
                    item.clear();
                    shared.ends.push(shared.text.len());
                }
                _ => {}
            },
            Event::Eof => return Ok(shared),
            other if is_text => push_text(&other, &mut item)?,
            _ => {}
        }
    }
}

/// Calls back with each element of a part.
fn elements(
    archive: &mut Archive,
    part: &str,
    mut each: impl FnMut(&BytesStart<'_>) -> Result<(), Fault>,
) -> Result<(), Fault> {
    let part = package::part(archive, part)?;
    let mut reader = Reader::from_reader(BufReader::new(part));
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        match event(&mut reader, &mut buffer)? {
            Event::Start(start) | Event::Empty(start) => each(&start)?,
            Event::Eof => return Ok(()),
            _ => {}
        }
    }
}

/// The next event of a part.
fn event<'b>(
    reader: &mut Reader<impl BufRead>,
    buffer: &'b mut Vec<u8>,
) -> Result<Event<'b>, Fault> {
    reader.read_event_into(buffer).map_err(Fault::broken)
}

/// Adds the text of an event.
pub(super) fn push_text(event: &Event<'_>, into: &mut String) -> Result<(), Fault> {
    match event {
        Event::Text(text) => into.push_str(&text.decode().map_err(Fault::broken)?),
        Event::CData(text) => into.push_str(&text.decode().map_err(Fault::broken)?),
        Event::GeneralRef(reference) => {
            let name = reference.decode().map_err(Fault::broken)?;
            let c = reference.resolve_char_ref().map_err(Fault::broken)?;
            match (c, resolve_predefined_entity(&name)) {
                (Some(c), _) => into.push(c),
                (None, Some(text)) => into.push_str(text),
                (None, None) => return Err(Fault::broken("it has an unknown entity")),
            }
        }
        _ => {}
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_and_escapes_are_read() {
        for (cell, expected) in [("A1", 0), ("Z1", 25), ("AA17", 26), ("XFD1048576", 16_383)] {
            assert_eq!(column(cell), Some(expected), "{cell}");
        }
        for cell in ["", "17", "XFE1", "a1", "A-1", "ZZZZZZZZZZ1"] {
            assert_eq!(column(cell), None, "{cell}");
        }
        assert_eq!(unescaped("a_x000D_b_x0041_c_x_x00_"), "a\rbAc_x_x00_");
        assert_eq!(unescaped("é_x00é0_"), "é_x00é0_");
    }
}
