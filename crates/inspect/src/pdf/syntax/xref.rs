//! The cross-reference of a file and its object streams (ISO 32000-1, 7.5): where each object lies.

use rustc_hash::FxHashMap;

use super::arena::Arena;
use super::filter;
use super::lexer::is_space;
use super::object::{Dictionary, Object};
use super::objstm::{ObjectStreams, Packed};
use super::parser::Parser;
use crate::error::ReadError;

/// Objects with higher numbers are refused; no letter comes near.
const NUMBER_LIMIT: u64 = 1 << 20;

/// Cross-reference sections beyond this number are refused: one for each time a file was changed.
const SECTION_LIMIT: usize = 64;

/// Where an object lies.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Place {
    /// At an offset of the file, with this generation.
    Offset(usize, u16),
    /// In an object stream, at this index in it (7.5.7).
    InStream(u32, usize),
    /// Nowhere: it was deleted.
    Free,
}

/// A file whose objects can be read.
pub(crate) struct Container<'b> {
    pub(crate) bytes: &'b [u8],
    arena: &'b Arena,
    pub(crate) trailer: Dictionary<'b>,
    /// By number.
    pub(crate) places: Vec<Option<Place>>,
    pub(crate) streams: FxHashMap<u32, &'b Packed>,
}

fn broken(reason: impl Into<String>) -> ReadError {
    ReadError::Pdf(reason.into())
}

impl<'b> Container<'b> {
    /// Reads the cross-reference and the object streams.
    ///
    /// # Errors
    /// When either is broken, or when the file is encrypted.
    pub(crate) fn open(
        bytes: &'b [u8],
        arena: &'b Arena,
        streams: &ObjectStreams,
    ) -> Result<Self, ReadError> {
        if !bytes.starts_with(b"%PDF-") {
            return Err(broken("it does not begin as a PDF"));
        }
        let tail = &bytes[bytes.len().saturating_sub(1024)..];
        let start = tail
            .windows(9)
            .rposition(|window| window == b"startxref")
            .map(|at| bytes.len() - tail.len() + at + 9)
            .and_then(|at| {
                let mut parser = Parser::new(bytes, &arena.objects);
                parser.seek(at);
                parser.natural()
            });
        let mut next = start.ok_or_else(|| broken("the `startxref` offset is missing"))?;
        let mut file = Self {
            bytes,
            arena,
            trailer: Dictionary::default(),
            places: Vec::new(),
            streams: FxHashMap::default(),
        };
        for section in 0.. {
            if section == SECTION_LIMIT {
                return Err(broken("it was changed too often"));
            }
            let at = usize::try_from(next).ok().filter(|at| *at < bytes.len());
            let trailer = file.section(at.ok_or_else(|| {
                broken("an offset of a cross-reference is beyond the end of the file")
            })?)?;
            let integer = |key: &[u8]| trailer.get(key).and_then(Object::as_i64);
            let (previous, hybrid) = (integer(b"Prev"), integer(b"XRefStm"));
            if section == 0 {
                file.trailer = trailer;
            }
            if let Some(hybrid) = hybrid {
                let at = usize::try_from(hybrid).ok().filter(|at| *at < bytes.len());
                file.section(at.ok_or_else(|| {
                    broken("an offset of a cross-reference is beyond the end of the file")
                })?)?;
            }
            match previous.map(u64::try_from) {
                Some(Ok(previous)) => next = previous,
                Some(Err(_)) => return Err(broken("negative `/Prev` offset")),
                None => break,
            }
        }
        if file.trailer.get(b"Encrypt").is_some() {
            return Err(broken("it is encrypted"));
        }
        file.unpack(streams)?;
        Ok(file)
    }

    /// A parser at an offset of the file.
    pub(crate) fn parser(&self, at: usize) -> Parser<'b> {
        let mut parser = Parser::new(self.bytes, &self.arena.objects);
        parser.seek(at);
        parser
    }

    /// Records the place of an object, unless a newer section has one.
    fn put(&mut self, number: u64, place: Place) -> Result<(), ReadError> {
        let number = u32::try_from(number)
            .ok()
            .filter(|n| u64::from(*n) < NUMBER_LIMIT);
        let number = number.ok_or_else(|| broken("an object has too high a number"))?;
        let number = number as usize;
        if self.places.len() <= number {
            self.places.resize(number + 1, None);
        }
        self.places[number].get_or_insert(place);
        Ok(())
    }

    /// Reads the section at an offset: a table (7.5.4) or a stream (7.5.8). Returns its trailer.
    fn section(&mut self, at: usize) -> Result<Dictionary<'b>, ReadError> {
        let mut parser = self.parser(at);
        if is_space(self.bytes[at]) {
            return Err(parser.error("expected a cross-reference"));
        }
        if parser.takes(b"xref") {
            return self.table(parser);
        }
        let (_, object) = parser.indirect(|_| None)?;
        let Object::Stream(stream) = object else {
            return Err(broken("expected a cross-reference stream"));
        };
        let rows = filter::decode(&stream.dict, stream.content, &self.arena.budget, |object| {
            Some(*object)
        })?;
        let numbers = |key: &[u8]| -> Option<Vec<u64>> {
            let items = stream.dict.get(key)?.as_array()?.iter();
            items
                .map(|item| u64::try_from(item.as_i64()?).ok())
                .collect()
        };
        let wrong = || broken("the cross-reference stream has wrong parameters");
        let widths = numbers(b"W").ok_or_else(wrong)?;
        let [first, second, third] = widths[..] else {
            return Err(wrong());
        };
        if [first, second, third].iter().any(|width| *width > 8) || first + second + third == 0 {
            return Err(wrong());
        }
        let size = stream.dict.get(b"Size").and_then(Object::as_i64);
        let size = size
            .and_then(|size| u64::try_from(size).ok())
            .ok_or_else(wrong)?;
        let ranges = match stream.dict.get(b"Index") {
            Some(_) => numbers(b"Index").ok_or_else(wrong)?,
            None => vec![0, size],
        };
        let [first, second, third] = [first, second, third].map(|width| width as usize);
        let mut rows = rows.chunks_exact(first + second + third);
        let most = usize::try_from(size.min(NUMBER_LIMIT)).unwrap_or_default();
        self.places
            .reserve(most.min(rows.len()).saturating_sub(self.places.len()));
        let number = |bytes: &[u8]| {
            let bytes = bytes.iter();
            bytes.fold(0_u64, |value, byte| value << 8 | u64::from(*byte))
        };
        for range in ranges.chunks(2) {
            let [start, count] = range else {
                return Err(wrong());
            };
            for at in 0..*count {
                let row = rows.next().ok_or_else(wrong)?;
                let (kind, row) = row.split_at(first);
                let (one, other) = row.split_at(second);
                // Without a type it is an object in the file.
                let kind = if first == 0 { 1 } else { number(kind) };
                let (one, other) = (number(one), number(other));
                let place = match kind {
                    0 => Place::Free,
                    1 => Place::Offset(one as usize, other as u16),
                    2 => Place::InStream(one as u32, other as usize),
                    _ => continue,
                };
                self.put(start.saturating_add(at), place)?;
            }
        }
        Ok(stream.dict)
    }

    fn table(&mut self, mut parser: Parser<'b>) -> Result<Dictionary<'b>, ReadError> {
        while !parser.takes(b"trailer") {
            let (start, count) = (parser.natural(), parser.natural());
            let (Some(start), Some(count)) = (start, count) else {
                return Err(parser.error("expected a cross-reference"));
            };
            for at in 0..count {
                let (offset, generation) = (parser.natural(), parser.natural());
                let (Some(offset), Some(generation)) = (offset, generation) else {
                    return Err(parser.error("a cross-reference ends too early"));
                };
                let place = if parser.takes(b"n") {
                    Place::Offset(offset as usize, generation as u16)
                } else if parser.takes(b"f") {
                    Place::Free
                } else {
                    return Err(parser.error("a cross-reference is neither in use nor free"));
                };
                self.put(start.saturating_add(at), place)?;
            }
        }
        match parser.object(0)? {
            Object::Dictionary(trailer) => Ok(trailer),
            _ => Err(parser.error("expected a trailer dictionary")),
        }
    }

    fn place(&self, number: u32) -> Option<Place> {
        self.places.get(number as usize).copied().flatten()
    }

    /// The length of a stream that is an object of its own.
    pub(crate) fn length(&self, number: u32) -> Option<usize> {
        let Some(Place::Offset(at, _)) = self.place(number) else {
            return None;
        };
        // Nothing but a number is read, so that a large object is not read for each stream.
        usize::try_from(self.parser(at).indirect_natural(number)?).ok()
    }

    /// The object at an offset, which must have this number and generation.
    pub(crate) fn at(
        &self,
        parser: &mut Parser<'b>,
        number: u32,
        (offset, generation): (usize, u16),
    ) -> Result<Object<'b>, ReadError> {
        // Its number begins at the offset, not behind it.
        if !self.bytes.get(offset).is_some_and(u8::is_ascii_digit) {
            return Err(broken(format!("object {number} is not where it should be")));
        }
        parser.seek(offset);
        let (id, object) = parser.indirect(|id| self.length(id.0))?;
        if id != (number, generation) {
            return Err(broken(format!("object {number} is not where it should be")));
        }
        Ok(object)
    }

    /// Reads the object streams that objects lie in.
    fn unpack(&mut self, streams: &ObjectStreams) -> Result<(), ReadError> {
        let numbers = self
            .places
            .iter()
            .flatten()
            .filter_map(|place| match place {
                Place::InStream(number, _) => Some(*number),
                _ => None,
            });
        let mut numbers: Vec<u32> = numbers.collect();
        numbers.sort_unstable();
        numbers.dedup();
        let mut parser = self.parser(0);
        for number in numbers {
            let wrong = || broken(format!("the object stream {number} is broken"));
            let Some(Place::Offset(offset, generation)) = self.place(number) else {
                return Err(wrong());
            };
            let Object::Stream(stream) = self.at(&mut parser, number, (offset, generation))? else {
                return Err(wrong());
            };
            let packed = streams
                .read(stream, &self.arena.budget)
                .map_err(|error| match error {
                    ReadError::Pdf(reason) => broken(format!("object stream {number}: {reason}")),
                    other => other,
                })?;
            self.streams.insert(number, self.arena.packed.alloc(packed));
        }
        Ok(())
    }
}
