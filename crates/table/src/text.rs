//! Delimited text (CSV, RFC 4180), read row by row.
//!
//! A line ends with LF, CR or CR LF, in any mixture, also inside quoted cells; each row records the
//! line on which it begins. The delimiter is stated or recognised from the header, never guessed
//! silently, and a misplaced double quote is a fault of its row.

use std::fmt::Write as _;
use std::io::{self, Read};

use raadspost_content::{Diagnostic, Diagnostics, Place, trimmed};

use crate::row::{Fault, Row};

/// Read size in bytes. The header must be within the first block.
const PIECE: usize = 64 * 1024;

/// Maximum size of a row in bytes; anything longer is not a row.
const LONGEST_ROW: usize = 1024 * 1024;

/// Possible delimiters if none is stated, in order of preference.
const DELIMITERS: [u8; 4] = *b",;\t|";

/// How the delimiter of a table was determined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum DelimiterFrom {
    /// The campaign states it.
    Campaign,
    /// The file's first line states it: `sep=;`.
    SepLine,
    /// It is recognised from the header.
    #[default]
    Header,
}

/// The position within a cell while reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Before its first byte.
    Start,
    /// In a cell without quotes.
    Bare,
    /// Between its quotes.
    Quoted,
    /// After a quote that closes the cell or is the first of two.
    Closed,
}

/// A table, read row by row.
#[derive(Debug)]
pub(crate) struct Delimited<R> {
    reader: R,
    piece: Vec<u8>,
    from: usize,
    /// The line of the next byte, from 1.
    line: u64,
    /// The last byte was CR: a following LF belongs to the same line end.
    after_cr: bool,
    delimiter: u8,
    delimiter_from: DelimiterFrom,
}

impl<R> Delimited<R> {
    /// The delimiter.
    pub(crate) fn delimiter(&self) -> (u8, DelimiterFrom) {
        (self.delimiter, self.delimiter_from)
    }
}

impl<R: Read> Delimited<R> {
    /// Opens a table at its start. A delimiter that is not stated is the one under which the header
    /// has all `wanted` headings, otherwise the one that gives the most cells.
    ///
    /// # Errors
    /// The file cannot be read, or is recognisably not UTF-8 text.
    pub(crate) fn open(
        name: &str,
        reader: R,
        stated: Option<u8>,
        wanted: &[&str],
    ) -> Result<Self, Diagnostics> {
        let mut table = Self {
            reader,
            piece: Vec::with_capacity(PIECE),
            from: 0,
            line: 1,
            after_cr: false,
            delimiter: b',',
            delimiter_from: DelimiterFrom::Header,
        };
        table
            .fill()
            .map_err(|error| vec![unreadable(name, &error)])?;
        if let Some(mistake) = foreign(&table.piece) {
            return Err(vec![mistake.at(Place::File(name.to_owned()))]);
        }
        if table.piece.starts_with(b"\xEF\xBB\xBF") {
            table.from = 3;
        }
        let separator = table.separator_line();
        (table.delimiter, table.delimiter_from) = match (stated, separator) {
            (Some(stated), _) => (stated, DelimiterFrom::Campaign),
            (None, Some(separator)) => (separator, DelimiterFrom::SepLine),
            (None, None) => (table.recognised(wanted), DelimiterFrom::Header),
        };
        Ok(table)
    }

    /// Reads the next row; false at the end of the file.
    ///
    /// # Errors
    /// The file cannot be read.
    pub(crate) fn read(&mut self, row: &mut Row) -> io::Result<bool> {
        row.clear();
        let mut state = State::Start;
        let mut opened = self.line;
        row.line = self.line;
        loop {
            if self.from == self.piece.len() && !self.fill()? {
                break;
            }
            let byte = self.piece[self.from];
            self.from += 1;
            if std::mem::take(&mut self.after_cr) && byte == b'\n' {
                if state == State::Quoted {
                    row.bytes.push(byte);
                }
                continue;
            }
            let is_line_end = matches!(byte, b'\r' | b'\n');
            if is_line_end {
                self.line += 1;
                self.after_cr = byte == b'\r';
            }
            if row.bytes.len() >= LONGEST_ROW || row.ends.len() >= LONGEST_ROW {
                row.fault = Some(match state {
                    State::Quoted => Fault::Unclosed { line: opened },
                    _ => Fault::Long,
                });
                row.last_line = self.line;
                row.ends.push(row.bytes.len());
                return Ok(true);
            }
            match state {
                State::Quoted if byte == b'"' => state = State::Closed,
                State::Quoted => row.bytes.push(byte),
                State::Start | State::Bare | State::Closed if is_line_end => {
                    row.ends.push(row.bytes.len());
                    row.last_line = self.line - 1;
                    return Ok(true);
                }
                State::Start | State::Bare | State::Closed if byte == self.delimiter => {
                    row.ends.push(row.bytes.len());
                    state = State::Start;
                }
                State::Start if byte == b'"' => {
                    opened = self.line;
                    state = State::Quoted;
                }
                State::Closed if byte == b'"' => {
                    row.bytes.push(byte);
                    state = State::Quoted;
                }
                State::Closed if matches!(byte, b' ' | b'\t') => {}
                State::Closed => {
                    let line = self.line;
                    row.fault.get_or_insert(Fault::BehindQuote { line });
                    row.bytes.push(byte);
                    state = State::Bare;
                }
                State::Start | State::Bare => {
                    if byte == b'"' {
                        let start = row.ends.last().copied().unwrap_or(0);
                        let before = std::str::from_utf8(&row.bytes[start..]);
                        if before.is_ok_and(|before| before.trim().is_empty()) {
                            let line = self.line;
                            row.fault.get_or_insert(Fault::BeforeQuote { line });
                        }
                    }
                    row.bytes.push(byte);
                    state = State::Bare;
                }
            }
        }
        if state == State::Start && row.ends.is_empty() {
            return Ok(false);
        }
        if state == State::Quoted {
            row.fault = Some(Fault::Unclosed { line: opened });
        }
        row.ends.push(row.bytes.len());
        row.last_line = self.line;
        Ok(true)
    }

    /// Reads the next block of the file, filled if possible; false at its end.
    fn fill(&mut self) -> io::Result<bool> {
        self.piece.clear();
        self.from = 0;
        (&mut self.reader)
            .take(PIECE as u64)
            .read_to_end(&mut self.piece)?;
        Ok(!self.piece.is_empty())
    }

    /// Skips a first line `sep=;`, by which spreadsheets state the delimiter.
    fn separator_line(&mut self) -> Option<u8> {
        let rest = &self.piece[self.from..];
        let line = rest
            .split(|byte| matches!(byte, b'\r' | b'\n'))
            .next()
            .unwrap_or_default();
        let (length, line) = (line.len(), line.strip_prefix(b"\"").unwrap_or(line));
        let line = line.strip_suffix(b"\"").unwrap_or(line);
        let separator = match line {
            [s, e, p, b'=', separator]
                if [s, e, p].map(u8::to_ascii_lowercase) == *b"sep"
                    && separator.is_ascii()
                    && *separator != b'"' =>
            {
                *separator
            }
            _ => return None,
        };
        let end = match &rest[length..] {
            [b'\r', b'\n', ..] => 2,
            [] => 0,
            _ => 1,
        };
        self.from += length + end;
        self.line += 1;
        Some(separator)
    }

    /// The delimiter of the header.
    fn recognised(&self, wanted: &[&str]) -> u8 {
        let header = |delimiter: u8| {
            let mut table = Delimited {
                reader: io::empty(),
                piece: self.piece[self.from..].to_vec(),
                from: 0,
                line: 1,
                after_cr: false,
                delimiter,
                delimiter_from: DelimiterFrom::Header,
            };
            let mut row = Row::default();
            while table.read(&mut row).unwrap_or(false) && row.is_blank() {}
            row
        };
        let rows = DELIMITERS.map(|delimiter| (delimiter, header(delimiter)));
        let has = |row: &Row, heading: &str| {
            row.cells()
                .any(|cell| std::str::from_utf8(cell).is_ok_and(|cell| trimmed(cell) == heading))
        };
        let of_headings = rows
            .iter()
            .find(|(_, row)| row.len() > 1 && wanted.iter().all(|heading| has(row, heading)));
        if let Some((delimiter, _)) = of_headings {
            return *delimiter;
        }
        // The first of several that give equally many cells.
        let most = rows.iter().rev().max_by_key(|(_, row)| row.len());
        most.map_or(b',', |(delimiter, _)| *delimiter)
    }
}

/// The diagnostic for an unreadable file.
pub fn unreadable(name: &str, error: &io::Error) -> Diagnostic {
    Diagnostic::error(
        "unreadable-register",
        format!("the file cannot be read: {error}"),
    )
    .at(Place::File(name.to_owned()))
    .hint("check the path, its permissions, and whether the file is complete")
}

/// The diagnostic for a row's quotes or length.
pub fn fault(name: &str, row: &Row, code: Option<String>) -> Option<Diagnostic> {
    let (line, message, hint) = match row.fault? {
        Fault::Unclosed { line } => (
            line,
            "the double quote that opens a cell here is not closed, so all following rows belong to the cell"
                .to_owned(),
            "close the cell with `\"`, or remove the quote; a quote within a cell is written `\"\"`",
        ),
        Fault::BehindQuote { line } => {
            let mut message = "text follows the closing quote of the cell".to_owned();
            if row.last_line > row.line {
                let _ = write!(
                    message,
                    ", in a row of lines {} to {}",
                    row.line, row.last_line
                );
            }
            (
                line,
                message,
                "write a quote within a quoted cell as `\"\"`",
            )
        }
        Fault::BeforeQuote { line } => (
            line,
            "white space precedes the opening quote of a cell, so the quote is part of the value"
                .to_owned(),
            "remove the space before the quote",
        ),
        Fault::Long => (
            row.line,
            format!("the row has more than {LONGEST_ROW} bytes"),
            "check that the file is a text table with correct line ends",
        ),
    };
    let code_of_mistake = match row.fault? {
        Fault::Unclosed { .. } => "unclosed-quote",
        Fault::BehindQuote { .. } | Fault::BeforeQuote { .. } => "misplaced-quote",
        Fault::Long => "row-too-long",
    };
    let place = Place::Row {
        file: name.to_owned(),
        line,
        code,
        column: None,
        shown: None,
        sheet: None,
    };
    Some(
        Diagnostic::error(code_of_mistake, message)
            .at(place)
            .hint(hint),
    )
}

/// The diagnostic for a cell that is not UTF-8, with its text in the most common other encoding.
pub fn not_utf8(name: &str, line: u64, cell: &[u8]) -> Diagnostic {
    let mistake = Diagnostic::not_utf8(name, line);
    let wrong = std::str::from_utf8(cell)
        .err()
        .and_then(|error| cell.get(error.valid_up_to()));
    // Windows-1252 and Latin-1 agree from here on.
    match wrong {
        Some(byte @ 0xA0..) => Diagnostic {
            message: format!(
                "the file is not UTF-8: the byte {byte:02X} would be `{}` in Windows-1252",
                char::from(*byte)
            ),
            ..mistake
        }
        .hint(SAVE),
        _ => mistake.hint(SAVE),
    }
}

/// The hint for saving a table correctly.
const SAVE: &str = "state its `encoding` in `register`, such as `windows-1252`; or save it as UTF-8; in Excel: File, Save As, `CSV UTF-8 (Comma delimited)`; in LibreOffice: Text CSV, character set `Unicode (UTF-8)`";

/// The diagnostic for a file that is not UTF-8 text, from its first bytes.
fn foreign(start: &[u8]) -> Option<Diagnostic> {
    let (code, what, hint) = if start.starts_with(b"\x1F\x8B") {
        let hint = "rename it so that its name ends in `.csv.gz`";
        ("not-csv", "compressed (gzip)", hint)
    } else if start.starts_with(b"%PDF") {
        ("not-csv", "a PDF, not CSV", SAVE)
    } else if start.iter().take(512).any(|byte| *byte == 0) {
        ("not-utf8", "not a text: it has NUL bytes", SAVE)
    } else {
        return None;
    };
    Some(Diagnostic::error(code, format!("the file is {what}")).hint(hint))
}

#[cfg(test)]
mod tests {
    use super::*;

    type Rows = Vec<(u64, Vec<String>)>;

    fn rows(bytes: &[u8]) -> Rows {
        let mut table = Delimited::open("t.csv", bytes, Some(b','), &[]).expect("a text");
        let mut row = Row::default();
        let mut all = Vec::new();
        while table.read(&mut row).expect("memory") {
            let cells = row
                .cells()
                .map(|cell| String::from_utf8(cell.to_vec()).expect("UTF-8"));
            all.push((row.line, cells.collect()));
        }
        all
    }

    #[test]
    fn a_row_knows_its_line_whatever_ends_the_lines() {
        for end in ["\n", "\r", "\r\n"] {
            let text = format!("a,b{end}1,2{end}{end}\"x{end}y{end}\",3{end}4,5");
            let found = rows(text.as_bytes());
            let lines: Vec<u64> = found.iter().map(|(line, _)| *line).collect();
            assert_eq!(lines, [1, 2, 3, 4, 7], "{end:?}");
            assert_eq!(found[3].1, [format!("x{end}y{end}"), "3".to_owned()]);
        }
        let mixed = rows(b"a\r\nb\rc\n\rd\n\n");
        let lines: Vec<_> = mixed
            .iter()
            .map(|(line, row)| (*line, row[0].as_str()))
            .collect();
        assert_eq!(
            lines,
            [(1, "a"), (2, "b"), (3, "c"), (4, ""), (5, "d"), (6, "")]
        );
    }

    /// Compares with the csv crate: the same cells for every text without fault.
    #[test]
    fn cells_are_those_of_another_reader() {
        let signs = [
            "a", "é", ",", "\"", "\n", "\r", "\r\n", " ", "\"\"", ",\"", "\",",
        ];
        let mut seed = 1_u64;
        let mut next = |below: usize| {
            seed = seed
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            usize::try_from(seed >> 33).expect("31 bits") % below
        };
        let mut compared = 0;
        for _ in 0..20_000 {
            let text: String = (0..next(24)).map(|_| signs[next(signs.len())]).collect();
            let mut table =
                Delimited::open("t.csv", text.as_bytes(), Some(b','), &[]).expect("text");
            let (mut row, mut ours, mut is_clean) = (Row::default(), Vec::new(), true);
            while table.read(&mut row).expect("memory") {
                is_clean &= row.fault.is_none();
                // The csv crate skips blank lines.
                if !row.is_blank() || text.contains('"') {
                    ours.push(row.cells().map(<[u8]>::to_vec).collect::<Vec<_>>());
                }
            }
            // The csv crate keeps a space after a closing quote, and skips blank lines only.
            if !is_clean
                || text.contains("\" ")
                || text.contains('"') && ours.iter().any(|row| row == &[Vec::<u8>::new()])
            {
                continue;
            }
            let mut theirs = csv::ReaderBuilder::new()
                .has_headers(false)
                .flexible(true)
                .from_reader(text.as_bytes());
            let theirs: Vec<Vec<Vec<u8>>> = theirs
                .byte_records()
                .map(|row| row.expect("memory").iter().map(<[u8]>::to_vec).collect())
                .collect();
            assert_eq!(ours, theirs, "{text:?}");
            compared += 1;
        }
        assert!(compared > 2_000, "{compared}");
    }

    #[test]
    fn a_quote_at_the_wrong_place_is_a_fault_of_its_row() {
        let faults = |text: &str| -> Vec<(u64, Option<Fault>, bool)> {
            let mut table =
                Delimited::open("t.csv", text.as_bytes(), Some(b','), &[]).expect("text");
            let (mut row, mut all) = (Row::default(), Vec::new());
            while table.read(&mut row).expect("memory") {
                all.push((row.line, row.fault, row.may_hold_others()));
            }
            all
        };
        assert_eq!(
            faults("a,b\n1,\"x\n2,y\n3,z\n")[1],
            (2, Some(Fault::Unclosed { line: 2 }), true)
        );
        assert_eq!(
            faults("a\n\"x\"y\nz\n")[1],
            (2, Some(Fault::BehindQuote { line: 2 }), false)
        );
        assert_eq!(
            faults("1,\"x\r2,\"y\"\r3,z\r")[0],
            (1, Some(Fault::BehindQuote { line: 2 }), true)
        );
        assert_eq!(
            faults("1, \"x\"\n")[0],
            (1, Some(Fault::BeforeQuote { line: 1 }), false)
        );
        // A quote within an unquoted cell is one of its characters.
        assert_eq!(faults("1,Gasthof \"Zum Löwen\"\n"), [(1, None, false)]);
        assert_eq!(rows(b"\"a\" ,b\n")[0].1, ["a", "b"]);
        let long = "x".repeat(2 * LONGEST_ROW);
        assert_eq!(faults(&long)[0].1, Some(Fault::Long));
        assert_eq!(
            faults(&format!("\n\"{long}"))[1].1,
            Some(Fault::Unclosed { line: 2 })
        );
    }

    #[test]
    fn the_delimiter_is_that_of_the_header() {
        let found = |text: &str, stated| {
            let wanted = ["code", "name"];
            let mut table =
                Delimited::open("t.csv", text.as_bytes(), stated, &wanted).expect("text");
            let mut row = Row::default();
            table.read(&mut row).expect("memory");
            let (delimiter, from) = table.delimiter();
            (char::from(delimiter), from, row.len(), row.line)
        };
        use DelimiterFrom as F;
        assert_eq!(found("code,name\n", None), (',', F::Header, 2, 1));
        assert_eq!(found("name;code;x\n", None), (';', F::Header, 3, 1));
        assert_eq!(found("\u{FEFF}code\tname", None), ('\t', F::Header, 2, 1));
        assert_eq!(found("code|\"name\"|c\r", None), ('|', F::Header, 3, 1));
        // The headings decide, not their number.
        assert_eq!(
            found("code;name;\"a,b,c,d\";e,f,g,h,i\n", None),
            (';', F::Header, 4, 1)
        );
        assert_eq!(found("id;naam;inw,oners\n", None), (';', F::Header, 3, 1));
        assert_eq!(found("code\n", None), (',', F::Header, 1, 1));
        assert_eq!(
            found("sep=;\r\ncode;name\r\n", None),
            (';', F::SepLine, 2, 2)
        );
        assert_eq!(
            found("\u{FEFF}\"SEP=|\"\rcode|name\r", None),
            ('|', F::SepLine, 2, 2)
        );
        assert_eq!(found("code,name\n", Some(b';')), (';', F::Campaign, 1, 1));
    }

    #[test]
    fn a_file_that_is_not_a_text_says_what_it_is() {
        let said = |bytes: &[u8]| {
            let found = Delimited::open("t.csv", bytes, None, &[]).expect_err("not a text");
            (found[0].code, found[0].message.clone())
        };
        for (bytes, code, word) in [
            (&b"\x1F\x8B\x08"[..], "not-csv", "gzip"),
            (b"%PDF-1.7", "not-csv", "PDF"),
            (b"code\0name", "not-utf8", "NUL"),
        ] {
            let (found, message) = said(bytes);
            assert!(
                found == code && message.contains(word),
                "{found}: {message}"
            );
        }
        let mistake = not_utf8("t.csv", 3, b"Sk\xE4ne");
        assert!(
            mistake.message.contains("E4 would be `ä`"),
            "{}",
            mistake.message
        );
    }
}
