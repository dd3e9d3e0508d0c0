//! The text of a mark, for a machine or in small print for people.

use std::fmt::Write as _;

use serde::{Serialize, Serializer};

/// The names that a text of a mark may have between braces.
const FIELDS: [(&str, Field); 6] = [
    ("job", Field::Job),
    ("code", Field::Code),
    ("letter", Field::Letter),
    ("sequence", Field::Sequence),
    ("sheet", Field::Sheet),
    ("sheets", Field::Sheets),
];

/// A value of a sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field {
    Job,
    Code,
    Letter,
    Sequence,
    Sheet,
    Sheets,
}

/// A piece of the text of a mark.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Text(String),
    /// A value; numbers are filled up with zeros to so many digits.
    Field(Field, usize),
    /// One text on the last sheet of a letter, and another on the others.
    Last(String, String),
    /// One text on the first sheet of a letter, and another on the others.
    First(String, String),
}

/// The values in the marks of one sheet.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SheetMark<'a> {
    /// The job.
    pub(crate) job: &'a str,
    /// The municipality's code.
    pub(crate) code: &'a str,
    /// The letter's id.
    pub(crate) letter: &'a str,
    /// The letter's sequence, from 1.
    pub(crate) sequence: u32,
    /// The sheet, from 1.
    pub(crate) sheet: u32,
    /// Sheets of the letter.
    pub(crate) sheets: u32,
}

/// The text of a mark, with places for the values of a sheet: `{sequence:06}` is filled up with zeros,
/// `{last|E|-}` is `E` on the last sheet of a letter and `-` on the others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MarkText {
    source: String,
    pieces: Vec<Piece>,
}

impl MarkText {
    /// Reads the text of a mark.
    ///
    /// # Errors
    /// The byte range that is wrong, and what is wrong with it.
    pub(crate) fn read(source: &str) -> Result<Self, (std::ops::Range<usize>, String)> {
        let mut pieces = Vec::new();
        let mut at = 0;
        while at < source.len() {
            let rest = &source[at..];
            let Some(open) = rest.find(['{', '}']) else {
                pieces.push(Piece::Text(rest.to_owned()));
                break;
            };
            if open > 0 {
                pieces.push(Piece::Text(rest[..open].to_owned()));
            }
            let begin = at + open;
            let close = source[begin..].find('}').map(|close| begin + close);
            let Some(close) = close.filter(|_| rest[open..].starts_with('{')) else {
                return Err((begin..begin + 1, "a brace has no partner".to_owned()));
            };
            let inner = &source[begin + 1..close];
            let piece = piece(inner).ok_or_else(|| {
                let message = format!("`{{{inner}}}` is not a value of a sheet");
                (begin..close + 1, message)
            })?;
            pieces.push(piece);
            at = close + 1;
        }
        // The characters of the font of marks.
        if !source.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
            let message = format!("`{source}` has characters beyond ASCII");
            return Err((0..source.len().max(1), message));
        }
        Ok(Self {
            source: source.to_owned(),
            pieces,
        })
    }

    /// A text without words.
    pub(crate) fn empty() -> Self {
        Self {
            source: String::new(),
            pieces: Vec::new(),
        }
    }

    /// The text for a sheet.
    pub(crate) fn filled(&self, mark: SheetMark<'_>) -> String {
        let mut text = String::new();
        for piece in &self.pieces {
            // Writing into a string cannot fail.
            let _ = match piece {
                Piece::Text(words) => text.write_str(words),
                Piece::Last(yes, no) => {
                    let is_last = mark.sheet == mark.sheets;
                    text.write_str(if is_last { yes } else { no })
                }
                Piece::First(yes, no) => text.write_str(if mark.sheet == 1 { yes } else { no }),
                Piece::Field(field, digits) => match field {
                    Field::Job => text.write_str(mark.job),
                    Field::Code => text.write_str(mark.code),
                    Field::Letter => text.write_str(mark.letter),
                    Field::Sequence => write!(text, "{:0digits$}", mark.sequence),
                    Field::Sheet => write!(text, "{:0digits$}", mark.sheet),
                    Field::Sheets => write!(text, "{:0digits$}", mark.sheets),
                },
            };
        }
        text
    }
}

/// The piece between two braces.
fn piece(inner: &str) -> Option<Piece> {
    if let Some((name, texts)) = inner.split_once('|') {
        let (yes, no) = texts.split_once('|')?;
        let (yes, no) = (yes.to_owned(), no.to_owned());
        return match name {
            "last" => Some(Piece::Last(yes, no)),
            "first" => Some(Piece::First(yes, no)),
            _ => None,
        };
    }
    let (name, digits) = match inner.split_once(':') {
        Some((name, digits)) => {
            let digits: usize = digits.strip_prefix('0')?.parse().ok()?;
            (name, digits.min(10))
        }
        None => (inner, 0),
    };
    let (_, field) = FIELDS.iter().find(|(known, _)| *known == name)?;
    let is_number = matches!(field, Field::Sequence | Field::Sheet | Field::Sheets);
    (is_number || digits == 0).then_some(Piece::Field(*field, digits))
}

impl std::fmt::Display for MarkText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.source)
    }
}

impl Serialize for MarkText {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.source)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(sheet: u32) -> SheetMark<'static> {
        SheetMark {
            job: "a1b2c3d4",
            code: "GM0344",
            letter: "GM0344.raad",
            sequence: 7,
            sheet,
            sheets: 12,
        }
    }

    #[test]
    fn a_text_is_filled_with_the_values_of_a_sheet() {
        let text = MarkText::read("{job};{sequence:06};{sheet}/{sheets};{last|E|-}").expect("one");
        assert_eq!(text.filled(mark(3)), "a1b2c3d4;000007;3/12;-");
        assert_eq!(text.filled(mark(12)), "a1b2c3d4;000007;12/12;E");
        let text = MarkText::read("{first|B|}{code}.{letter} {sheet:03}").expect("one");
        assert_eq!(text.filled(mark(1)), "BGM0344.GM0344.raad 001");
        assert_eq!(text.filled(mark(2)), "GM0344.GM0344.raad 002");
        assert_eq!(
            serde_json::json!(text),
            "{first|B|}{code}.{letter} {sheet:03}"
        );
    }

    #[test]
    fn what_is_not_a_value_is_refused_with_its_place() {
        for (source, range, what) in [
            ("a{name}", 1..7, "not a value"),
            ("{job:03}", 0..8, "not a value"),
            ("{sheet:3}", 0..9, "not a value"),
            ("{last|E}", 0..8, "not a value"),
            ("{job", 0..1, "no partner"),
            ("job}", 3..4, "no partner"),
            ("é", 0..2, "beyond ASCII"),
        ] {
            let (found, message) = MarkText::read(source).expect_err(source);
            assert_eq!(found, range, "{source}");
            assert!(message.contains(what), "{message}");
        }
    }
}
