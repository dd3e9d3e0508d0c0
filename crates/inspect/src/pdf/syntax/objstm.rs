//! Object streams (ISO 32000-1, 7.5.7): their objects, with the bytes that they lie in.

use std::sync::Arc;

use bumpalo::Bump;
use raadspost_content::Recent;
use self_cell::{MutBorrow, self_cell};

use super::budget::Budget;
use super::filter;
use super::object::{Object, Stream};
use super::parser::Parser;
use crate::error::ReadError;

/// The owner of the bytes and the arena that the objects of a stream borrow.
struct Store {
    bytes: Vec<u8>,
    arena: MutBorrow<Bump>,
}

/// Number and object, in the order of the stream.
type Objects<'a> = Vec<(u32, Object<'a>)>;

self_cell! {
    /// The objects of an object stream.
    pub(crate) struct Packed {
        owner: Store,
        #[covariant]
        dependent: Objects,
    }
}

impl Packed {
    /// Reads the objects of an inflated stream: `count` numbers with their offsets, and the objects
    /// from byte `first` on.
    ///
    /// # Errors
    /// When one of them is broken.
    pub(crate) fn read(bytes: Vec<u8>, count: usize, first: usize) -> Result<Self, ReadError> {
        let broken = || ReadError::Pdf("its objects are not at their offsets".to_owned());
        if first > bytes.len() || count > bytes.len() {
            return Err(broken());
        }
        let arena = MutBorrow::new(Bump::with_capacity(bytes.len()));
        Self::try_new(Store { bytes, arena }, |store| {
            let arena = &*store.arena.borrow_mut();
            let mut head = Parser::new(&store.bytes[..first], arena);
            let mut parser = Parser::new(&store.bytes, arena);
            let mut objects = Vec::with_capacity(count);
            let mut end = first;
            for _ in 0..count {
                let (Some(number), Some(offset)) = (head.natural(), head.natural()) else {
                    return Err(broken());
                };
                let number = u32::try_from(number).map_err(|_| broken())?;
                let offset = first.checked_add(offset as usize).ok_or_else(broken)?;
                // Two that share bytes would take more memory than the stream has bytes.
                if offset < end {
                    return Err(broken());
                }
                parser.seek(offset);
                objects.push((number, parser.object(0)?));
                end = parser.at();
            }
            Ok(objects)
        })
    }

    /// The object of a number, by its index in the stream.
    pub(crate) fn get(&self, at: usize, number: u32) -> Option<Object<'_>> {
        let (found, object) = self.borrow_dependent().get(at)?;
        (*found == number).then_some(*object)
    }

    /// About how many bytes it takes in memory.
    pub(crate) fn weight(&self) -> usize {
        let Store { bytes, .. } = self.borrow_owner();
        // The arena is borrowed for good; objects take about as much as they are written with.
        bytes.len() * 3 + size_of_val(&**self.borrow_dependent())
    }
}

/// The object streams of a run: many files have equal ones.
pub(crate) struct ObjectStreams(Recent<Vec<u8>, Packed>);

impl ObjectStreams {
    /// A store of which one half keeps about so many bytes.
    pub(crate) fn new(half: usize) -> Self {
        Self(Recent::new(half, |bytes: &Vec<u8>, packed: &Packed| {
            bytes.len() + packed.weight()
        }))
    }

    /// The objects of an object stream.
    ///
    /// # Errors
    /// When it or one of them is broken.
    pub(crate) fn read(
        &self,
        stream: &Stream<'_>,
        budget: &Budget,
    ) -> Result<Arc<Packed>, ReadError> {
        let number = |key: &[u8]| {
            let value = stream.dict.get(key).and_then(Object::as_i64);
            let value = value.and_then(|value| usize::try_from(value).ok());
            value.ok_or_else(|| ReadError::Pdf("its objects are not at their offsets".to_owned()))
        };
        let (count, first) = (number(b"N")?, number(b"First")?);
        let read = || {
            let bytes =
                filter::decode(&stream.dict, stream.content, budget, |object| Some(*object))?;
            Packed::read(bytes, count, first)
        };
        let filter = stream.dict.get(b"Filter").and_then(Object::as_name);
        if filter != Some(b"FlateDecode") || stream.dict.get(b"DecodeParms").is_some() {
            return read().map(Arc::new);
        }
        let mut key = Vec::with_capacity(stream.content.len() + 16);
        for number in [count, first] {
            key.extend((number as u64).to_le_bytes());
        }
        key.extend(stream.content);
        self.0.try_recall(&*key, read)
    }
}

#[cfg(test)]
mod tests {
    use super::Packed;
    use crate::pdf::syntax::object::Object;

    #[test]
    fn objects_are_known_by_number_and_place() {
        let read = |bytes: &[u8], count, first| Packed::read(bytes.to_vec(), count, first);
        let bytes = b"7 0 9 4 (a) [/B 8 0 R]";
        let packed = read(bytes, 2, 8).unwrap();
        assert_eq!(packed.get(0, 7), Some(Object::String(b"a")));
        let items = [Object::Name(b"B"), Object::Reference((8, 0))];
        assert_eq!(packed.get(1, 9), Some(Object::Array(&items)));
        assert_eq!((packed.get(0, 9), packed.get(2, 9)), (None, None));
        assert!(packed.weight() > bytes.len());
        for (count, first) in [(3, 8), (2, 80), (200, 8), (2, 3)] {
            assert!(read(bytes, count, first).is_err(), "{count} {first}");
        }
        assert!(read(b"7 0 9 4 (a) [/B 8 0 R", 2, 8).is_err());
    }
}
