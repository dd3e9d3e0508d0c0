//! From bytes to objects (ISO 32000-1, 7.3), strictly: everything that a writer may not write is an error.

use std::borrow::Cow;

use bumpalo::Bump;
use rustc_hash::FxHashSet;

use super::lexer::{Lexer, is_delimiter, is_space, number};
use super::object::{Dictionary, Entry, Object, ObjectId, Stream};
use crate::error::ReadError;

/// Arrays and dictionaries nested deeper than this are refused.
const DEPTH_LIMIT: usize = 64;

/// Keys of a dictionary beyond this many are looked up in a table.
const LARGE: usize = 32;

/// Reads objects one after the other.
pub(crate) struct Parser<'a> {
    lexer: Lexer<'a>,
    arena: &'a Bump,
    /// The items of the arrays that are open, and the entries of the dictionaries.
    items: Vec<Object<'a>>,
    entries: Vec<Entry<'a>>,
}

impl<'a> Parser<'a> {
    /// A parser at the beginning; objects are allocated in the arena.
    pub(crate) fn new(bytes: &'a [u8], arena: &'a Bump) -> Self {
        Self {
            lexer: Lexer::new(bytes),
            arena,
            items: Vec::new(),
            entries: Vec::new(),
        }
    }

    /// Goes on at an offset, after an error too.
    pub(crate) fn seek(&mut self, at: usize) {
        self.lexer.at = at.min(self.lexer.bytes.len());
        self.items.clear();
        self.entries.clear();
    }

    /// The offset that is read next.
    pub(crate) fn at(&self) -> usize {
        self.lexer.at
    }

    pub(crate) fn error(&self, reason: &str) -> ReadError {
        ReadError::Pdf(format!("{reason} at byte {}", self.lexer.at))
    }

    /// The bytes from here on.
    fn rest(&self) -> &'a [u8] {
        &self.lexer.bytes[self.lexer.at..]
    }

    /// Passes a keyword, and the white space before it.
    pub(crate) fn takes(&mut self, keyword: &[u8]) -> bool {
        self.lexer.skip_space();
        let ends = |byte: Option<&u8>| byte.is_none_or(|b| is_space(*b) || is_delimiter(*b));
        let found = self.rest().starts_with(keyword) && ends(self.rest().get(keyword.len()));
        if found {
            self.lexer.at += keyword.len();
        }
        found
    }

    /// An integer without a sign, and the white space before it.
    pub(crate) fn natural(&mut self) -> Option<u64> {
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

    /// The number that an indirect object is, if it is one and no other object.
    pub(crate) fn indirect_natural(&mut self, number: u32) -> Option<u64> {
        let is_own = self.natural() == Some(u64::from(number));
        let (_, true) = (self.natural()?, is_own && self.takes(b"obj")) else {
            return None;
        };
        let value = self.natural()?;
        self.takes(b"endobj").then_some(value)
    }

    /// An indirect object from its number on (7.3.10); `length` tells the length of a stream
    /// whose dictionary refers to it.
    pub(crate) fn indirect(
        &mut self,
        length: impl FnOnce(ObjectId) -> Option<usize>,
    ) -> Result<(ObjectId, Object<'a>), ReadError> {
        let number = self.natural().and_then(|number| u32::try_from(number).ok());
        let generation = self.natural().and_then(|number| u16::try_from(number).ok());
        let (Some(number), Some(generation), true) = (number, generation, self.takes(b"obj"))
        else {
            return Err(self.error("expected an object"));
        };
        let mut object = self.object(0)?;
        if self.takes(b"stream") {
            let Object::Dictionary(dict) = object else {
                return Err(self.error("a stream has no dictionary"));
            };
            let content = self.data(&dict, length)?;
            object = Object::Stream(self.arena.alloc(Stream { dict, content }));
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
    pub(crate) fn object(&mut self, depth: usize) -> Result<Object<'a>, ReadError> {
        if depth > DEPTH_LIMIT {
            return Err(self.error("objects are nested too deep"));
        }
        self.lexer.skip_space();
        let rest = self.rest();
        match rest {
            [b'/', ..] => {
                self.lexer.at += 1;
                Ok(Object::Name(self.name()))
            }
            [b'<', b'<', ..] => {
                self.lexer.at += 2;
                self.dictionary(depth).map(Object::Dictionary)
            }
            [b'[', ..] => {
                self.lexer.at += 1;
                let first = self.items.len();
                loop {
                    self.lexer.skip_space();
                    if self.rest().first() == Some(&b']') {
                        self.lexer.at += 1;
                        let items = self.arena.alloc_slice_copy(&self.items[first..]);
                        self.items.truncate(first);
                        return Ok(Object::Array(items));
                    }
                    let item = self.object(depth + 1)?;
                    self.items.push(item);
                }
            }
            [b'(', ..] => self.literal().map(Object::String),
            [b'<', ..] => {
                let mut out = Vec::new();
                self.lexer.hex_into(&mut out);
                match self.lexer.bytes.get(self.lexer.at - 1) {
                    Some(b'>') => Ok(Object::String(self.arena.alloc_slice_copy(&out))),
                    _ => Err(self.error("a string does not end")),
                }
            }
            [b'0'..=b'9', ..] => self.number_or_reference(),
            _ => self.word(),
        }
    }

    fn name(&mut self) -> &'a [u8] {
        match self.lexer.name() {
            Cow::Borrowed(name) => name,
            Cow::Owned(name) => self.arena.alloc_slice_copy(&name),
        }
    }

    fn dictionary(&mut self, depth: usize) -> Result<Dictionary<'a>, ReadError> {
        let first = self.entries.len();
        // Of a large dictionary; a short one is looked through.
        let mut known: FxHashSet<&'a [u8]> = FxHashSet::default();
        loop {
            self.lexer.skip_space();
            match self.rest() {
                [b'>', b'>', ..] => {
                    self.lexer.at += 2;
                    let entries = self.arena.alloc_slice_copy(&self.entries[first..]);
                    self.entries.truncate(first);
                    return Ok(Dictionary(entries));
                }
                [b'/', ..] => {
                    self.lexer.at += 1;
                    let key = self.name();
                    let own = &self.entries[first..];
                    let is_known = if own.len() < LARGE {
                        own.iter().any(|(known, _)| *known == key)
                    } else {
                        if known.is_empty() {
                            known.extend(own.iter().map(|(key, _)| *key));
                        }
                        !known.insert(key)
                    };
                    if is_known {
                        return Err(self.error("a dictionary has a key twice"));
                    }
                    let value = self.object(depth + 1)?;
                    self.entries.push((key, value));
                }
                _ => return Err(self.error("a dictionary has something else than a key")),
            }
        }
    }

    /// Nearly all strings are without brackets, escapes and line ends, and so lie as they are.
    fn literal(&mut self) -> Result<&'a [u8], ReadError> {
        let rest = &self.rest()[1..];
        let special = |byte: &u8| matches!(byte, b'(' | b')' | b'\\' | b'\r');
        if let Some(end) = rest.iter().position(special)
            && rest[end] == b')'
        {
            self.lexer.at += end + 2;
            return Ok(&rest[..end]);
        }
        let mut out = Vec::new();
        if self.lexer.literal_into(&mut out) {
            Ok(self.arena.alloc_slice_copy(&out))
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
                .ok_or_else(|| self.error("expected an object")),
        }
    }
}

#[cfg(test)]
mod tests {
    use bumpalo::Bump;

    use super::{Object, Parser};

    /// What is read, as it prints.
    fn read(bytes: &[u8]) -> Option<String> {
        let arena = Bump::new();
        let object = Parser::new(bytes, &arena).object(0).ok()?;
        Some(format!("{object:?}"))
    }

    fn string(bytes: &str) -> Option<String> {
        Some(format!("{:?}", Object::String(bytes.as_bytes())))
    }

    #[test]
    fn reads_numbers_and_references_apart() {
        let all = [
            Object::Reference((1, 0)),
            Object::Integer(2),
            Object::Integer(3),
            Object::Integer(-4),
            Object::Integer(5),
            Object::Real(0.5),
            Object::Real(6.0),
            Object::Reference((7, 0)),
        ];
        assert_eq!(
            read(b"[1 0 R 2 3 -4 +5 .5 6. 7 0 R]"),
            Some(format!("{:?}", Object::Array(&all)))
        );
        let two = [Object::Integer(1), Object::Integer(0)];
        assert_eq!(read(b"[1 0]"), Some(format!("{:?}", Object::Array(&two))));
        assert_eq!(read(b"12345678901234567890"), None);
        assert_eq!(read(b"1e5"), None);
    }

    #[test]
    fn reads_strings_and_names() {
        assert_eq!(read(b"(a b)"), string("a b"));
        assert_eq!(read(b"(a\\(b)"), string("a(b"));
        assert_eq!(read(b"(a(b)c)"), string("a(b)c"));
        assert_eq!(read(b"<4 1>"), string("A"));
        assert_eq!(read(b"/A#20B"), Some(format!("{:?}", Object::Name(b"A B"))));
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
        let arena = Bump::new();
        let parser = |bytes| Parser::new(bytes, &arena);
        let (id, object) = parser(whole).indirect(|_| None).unwrap();
        assert_eq!(id, (7, 0));
        assert_eq!(object.as_stream().unwrap().content, b"abc");
        let wrong = b"7 0 obj <</Length 2>> stream\nabc\nendstream endobj";
        assert!(parser(wrong).indirect(|_| None).is_err());
        let referred = b"7 0 obj <</Length 8 0 R>> stream\r\nabc endstream endobj";
        assert!(parser(referred).indirect(|_| None).is_err());
        let found = parser(referred).indirect(|id| (id == (8, 0)).then_some(3));
        assert_eq!(found.unwrap().1.as_stream().unwrap().content, b"abc");
    }
}
