//! From bytes to objects (ISO 32000-1, 7.3), strictly: what a writer may not write is an error.

use std::borrow::Cow;

use super::lexer::{Lexer, is_delimiter, is_space, number};
use super::object::{Dictionary, Object, ObjectId, Stream};
use crate::ReadError;

/// Arrays and dictionaries nested deeper than this are refused.
const DEPTH_LIMIT: usize = 64;

/// Reads objects one after the other.
pub(super) struct Parser<'a> {
    lexer: Lexer<'a>,
}

impl<'a> Parser<'a> {
    /// A parser that begins at an offset.
    pub(super) fn at(bytes: &'a [u8], at: usize) -> Self {
        let mut lexer = Lexer::new(bytes);
        lexer.at = at.min(bytes.len());
        Self { lexer }
    }

    pub(super) fn error(&self, reason: &str) -> ReadError {
        ReadError::Pdf(format!("{reason} at byte {}", self.lexer.at))
    }

    /// The bytes from here on.
    fn rest(&self) -> &'a [u8] {
        &self.lexer.bytes[self.lexer.at..]
    }

    /// Passes a keyword, and the white space before it.
    pub(super) fn takes(&mut self, keyword: &[u8]) -> bool {
        self.lexer.skip_space();
        let ends = |byte: Option<&u8>| byte.is_none_or(|b| is_space(*b) || is_delimiter(*b));
        let found = self.rest().starts_with(keyword) && ends(self.rest().get(keyword.len()));
        if found {
            self.lexer.at += keyword.len();
        }
        found
    }

    /// An integer without a sign, and the white space before it.
    pub(super) fn natural(&mut self) -> Option<u64> {
        self.lexer.skip_space();
        let start = self.lexer.at;
        let mut value = 0_u64;
        while let Some(digit @ b'0'..=b'9') = self.lexer.bytes.get(self.lexer.at) {
            value = value
                .checked_mul(10)?
                .checked_add(u64::from(digit - b'0'))?;
            self.lexer.at += 1;
        }
        (self.lexer.at > start).then_some(value)
    }

    /// An indirect object from its number on (7.3.10); `length` tells the length of a stream
    /// whose dictionary refers to it.
    pub(super) fn indirect(
        &mut self,
        length: impl FnOnce(ObjectId) -> Option<usize>,
    ) -> Result<(ObjectId, Object<'a>), ReadError> {
        let number = self.natural().and_then(|number| u32::try_from(number).ok());
        let generation = self.natural().and_then(|number| u16::try_from(number).ok());
        let (Some(number), Some(generation), true) = (number, generation, self.takes(b"obj"))
        else {
            return Err(self.error("there is no object"));
        };
        let mut object = self.object(0)?;
        if self.takes(b"stream") {
            let Object::Dictionary(dict) = object else {
                return Err(self.error("a stream has no dictionary"));
            };
            let content = self.data(&dict, length)?;
            object = Object::Stream(Box::new(Stream { dict, content }));
        }
        if !self.takes(b"endobj") {
            return Err(self.error("an object does not end"));
        }
        Ok(((number, generation), object))
    }

    /// The data of a stream, behind its keyword (7.3.8.1).
    fn data(
        &mut self,
        dict: &Dictionary<'a>,
        length: impl FnOnce(ObjectId) -> Option<usize>,
    ) -> Result<&'a [u8], ReadError> {
        self.lexer.at += match self.rest() {
            [b'\r', b'\n', ..] => 2,
            [b'\n', ..] => 1,
            _ => return Err(self.error("a stream does not begin on a line of its own")),
        };
        let length = match dict.get(b"Length") {
            Some(Object::Integer(length)) => usize::try_from(*length).ok(),
            Some(Object::Reference(id)) => length(*id),
            _ => None,
        };
        let content = length.and_then(|length| self.rest().get(..length));
        let Some(content) = content else {
            return Err(self.error("a stream has no length, or one beyond the file"));
        };
        self.lexer.at += content.len();
        if !self.takes(b"endstream") {
            return Err(self.error("a stream is not as long as it says"));
        }
        Ok(content)
    }

    /// A direct object or a reference, and the white space before it.
    pub(super) fn object(&mut self, depth: usize) -> Result<Object<'a>, ReadError> {
        if depth > DEPTH_LIMIT {
            return Err(self.error("objects are nested too deep"));
        }
        self.lexer.skip_space();
        let rest = self.rest();
        match rest {
            [b'/', ..] => {
                self.lexer.at += 1;
                Ok(Object::Name(self.lexer.name()))
            }
            [b'<', b'<', ..] => {
                self.lexer.at += 2;
                self.dictionary(depth).map(Object::Dictionary)
            }
            [b'[', ..] => {
                self.lexer.at += 1;
                let mut items = Vec::new();
                loop {
                    self.lexer.skip_space();
                    if self.rest().first() == Some(&b']') {
                        self.lexer.at += 1;
                        return Ok(Object::Array(items));
                    }
                    items.push(self.object(depth + 1)?);
                }
            }
            [b'(', ..] => self.literal().map(Object::String),
            [b'<', ..] => {
                let mut out = Vec::new();
                self.lexer.hex_into(&mut out);
                match self.lexer.bytes.get(self.lexer.at - 1) {
                    Some(b'>') => Ok(Object::String(Cow::Owned(out))),
                    _ => Err(self.error("a string does not end")),
                }
            }
            [b'0'..=b'9', ..] => self.number_or_reference(),
            _ => self.word(),
        }
    }

    fn dictionary(&mut self, depth: usize) -> Result<Dictionary<'a>, ReadError> {
        let mut entries: Vec<(Cow<'a, [u8]>, Object<'a>)> = Vec::new();
        loop {
            self.lexer.skip_space();
            match self.rest() {
                [b'>', b'>', ..] => {
                    self.lexer.at += 2;
                    return Ok(Dictionary(entries));
                }
                [b'/', ..] => {
                    self.lexer.at += 1;
                    let key = self.lexer.name();
                    if entries.iter().any(|(known, _)| *known == key) {
                        return Err(self.error("a dictionary has a key twice"));
                    }
                    let value = self.object(depth + 1)?;
                    entries.push((key, value));
                }
                _ => return Err(self.error("a dictionary has something else than a key")),
            }
        }
    }

    /// Nearly all strings are without brackets, escapes and line ends, and so lie as they are.
    fn literal(&mut self) -> Result<Cow<'a, [u8]>, ReadError> {
        let rest = &self.rest()[1..];
        let special = |byte: &u8| matches!(byte, b'(' | b')' | b'\\' | b'\r');
        if let Some(end) = rest.iter().position(special)
            && rest[end] == b')'
        {
            self.lexer.at += end + 2;
            return Ok(Cow::Borrowed(&rest[..end]));
        }
        let mut out = Vec::new();
        if self.lexer.literal_into(&mut out) {
            Ok(Cow::Owned(out))
        } else {
            Err(self.error("a string does not end"))
        }
    }

    fn number_or_reference(&mut self) -> Result<Object<'a>, ReadError> {
        let start = self.lexer.at;
        if let Some(first) = self.natural()
            && self
                .lexer
                .bytes
                .get(self.lexer.at)
                .is_none_or(|b| is_space(*b) || is_delimiter(*b))
        {
            let end = self.lexer.at;
            if let (Ok(number), Some(generation), true) =
                (u32::try_from(first), self.natural(), self.takes(b"R"))
                && let Ok(generation) = u16::try_from(generation)
            {
                return Ok(Object::Reference((number, generation)));
            }
            self.lexer.at = end;
            if let Ok(value) = i64::try_from(first) {
                return Ok(Object::Integer(value));
            }
        }
        self.lexer.at = start;
        self.word()
    }

    /// A number with a sign or a point, or a keyword.
    fn word(&mut self) -> Result<Object<'a>, ReadError> {
        let word = self.lexer.regular();
        let digits = word
            .strip_prefix(b"-")
            .or(word.strip_prefix(b"+"))
            .unwrap_or(word);
        match word {
            b"true" => Ok(Object::Boolean(true)),
            b"false" => Ok(Object::Boolean(false)),
            b"null" => Ok(Object::Null),
            _ if !digits.is_empty() && digits.iter().all(u8::is_ascii_digit) => {
                let value = str::from_utf8(word).ok().and_then(|word| word.parse().ok());
                value
                    .map(Object::Integer)
                    .ok_or_else(|| self.error("a number is too large"))
            }
            _ => number(word)
                .map(Object::Real)
                .ok_or_else(|| self.error("there is no object")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Object, Parser};

    fn read(bytes: &[u8]) -> Option<Object<'_>> {
        Parser::at(bytes, 0).object(0).ok()
    }

    #[test]
    fn reads_numbers_and_references_apart() {
        let array = |bytes| match read(bytes) {
            Some(Object::Array(items)) => items,
            other => panic!("{other:?}"),
        };
        assert_eq!(
            array(b"[1 0 R 2 3 -4 +5 .5 6. 7 0 R]"),
            [
                Object::Reference((1, 0)),
                Object::Integer(2),
                Object::Integer(3),
                Object::Integer(-4),
                Object::Integer(5),
                Object::Real(0.5),
                Object::Real(6.0),
                Object::Reference((7, 0)),
            ]
        );
        assert_eq!(
            array(
                b"[1 0 Rx]"
                    .strip_suffix(b"x]")
                    .map_or(&b"[1 0 ]"[..], |_| b"[1 0]")
            )
            .len(),
            2
        );
        assert_eq!(read(b"12345678901234567890"), None);
        assert_eq!(read(b"1e5"), None);
    }

    #[test]
    fn reads_strings_and_names() {
        assert_eq!(
            read(b"(a b)"),
            Some(Object::String(b"a b".as_slice().into()))
        );
        assert_eq!(
            read(b"(a\\(b)"),
            Some(Object::String(b"a(b".as_slice().into()))
        );
        assert_eq!(
            read(b"(a(b)c)"),
            Some(Object::String(b"a(b)c".as_slice().into()))
        );
        assert_eq!(read(b"<4 1>"), Some(Object::String(b"A".as_slice().into())));
        assert_eq!(
            read(b"/A#20B"),
            Some(Object::Name(b"A B".as_slice().into()))
        );
    }

    #[test]
    fn refuses_what_no_writer_may_write() {
        for broken in [
            &b"(a"[..],
            b"(a(b)",
            b"<41",
            b"[1 2",
            b"<</A 1",
            b"<</A 1 /A 2>>",
            b"<<1 2>>",
            b"nil",
            b")",
            b"",
        ] {
            assert_eq!(read(broken), None, "{}", String::from_utf8_lossy(broken));
        }
        assert_eq!(read(&[b'['; 100_000]), None);
        assert_eq!(read(&b"<</A".repeat(100_000)), None);
    }

    #[test]
    fn reads_streams_of_the_length_they_say() {
        let whole = b"7 0 obj <</Length 3>> stream\nabc\nendstream endobj";
        let (id, object) = Parser::at(whole, 0).indirect(|_| None).unwrap();
        assert_eq!(id, (7, 0));
        assert_eq!(object.as_stream().unwrap().content, b"abc");
        let wrong = b"7 0 obj <</Length 2>> stream\nabc\nendstream endobj";
        assert!(Parser::at(wrong, 0).indirect(|_| None).is_err());
        let referred = b"7 0 obj <</Length 8 0 R>> stream\r\nabc endstream endobj";
        assert!(Parser::at(referred, 0).indirect(|_| None).is_err());
        let found = Parser::at(referred, 0).indirect(|id| (id == (8, 0)).then_some(3));
        assert_eq!(found.unwrap().1.as_stream().unwrap().content, b"abc");
    }
}
