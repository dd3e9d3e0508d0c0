//! Hashes of objects with all that they refer to.

use raadspost_content::{Fingerprint, Recent};
use rustc_hash::FxHashMap;

use super::document::Document;
use super::object::{Dictionary, Object, ObjectId};

/// References deeper than this are hashed by their number, and what is read is not remembered: no
/// page goes there.
const DEPTH_LIMIT: usize = 40;

/// A stream's bytes are hashed once from this length on; below it that costs more than hashing.
const LONG: usize = 256;

/// The hashes of streams in a run: many files have equal ones.
pub(crate) struct StreamHashes(Recent<Vec<u8>, Fingerprint>);

impl StreamHashes {
    /// A store of which one half keeps about so many bytes.
    pub(crate) fn new(half: usize) -> Self {
        Self(Recent::new(half, |bytes: &Vec<u8>, _: &Fingerprint| {
            bytes.len()
        }))
    }

    fn of(&self, bytes: &[u8]) -> Fingerprint {
        *self.0.recall(bytes, || Fingerprint::of(bytes))
    }
}

/// The hashes of the objects of one file.
pub(crate) struct Digests<'a> {
    streams: &'a StreamHashes,
    /// Without a hash while the object is being hashed.
    known: FxHashMap<ObjectId, Option<Fingerprint>>,
    /// Whether every hash so far was made of all that decides it: no circle, and nothing too deep.
    pub(crate) whole: bool,
}

impl<'a> Digests<'a> {
    pub(crate) fn new(streams: &'a StreamHashes) -> Self {
        Self {
            streams,
            known: FxHashMap::default(),
            whole: true,
        }
    }

    /// The hash of an object, and of all that it refers to, at a depth of references.
    pub(crate) fn hash(
        &mut self,
        document: &Document<'_>,
        id: ObjectId,
        depth: usize,
    ) -> Fingerprint {
        let mut number = Fingerprint([0; 32]);
        number.0[..4].copy_from_slice(&id.0.to_le_bytes());
        number.0[4..6].copy_from_slice(&id.1.to_le_bytes());
        match self.known.get(&id) {
            Some(Some(known)) => return *known,
            // A circle ends here.
            Some(None) => {
                self.whole = false;
                return number;
            }
            None => {}
        }
        let mut bytes = Vec::with_capacity(512);
        self.known.insert(id, None);
        match document.get(id) {
            Some(_) if depth > DEPTH_LIMIT => {
                self.whole = false;
                bytes.extend(number.0);
            }
            Some(object) => {
                if is_form(object) {
                    bytes.extend(number.0);
                }
                self.write(document, object, &mut bytes, depth);
            }
            None => bytes.push(b'?'),
        }
        let hash = Fingerprint::of(&bytes);
        self.known.insert(id, Some(hash));
        hash
    }

    /// Appends an object at a depth of references, with hashes in place of what it refers to.
    pub(crate) fn write(
        &mut self,
        document: &Document<'_>,
        object: &Object<'_>,
        out: &mut Vec<u8>,
        depth: usize,
    ) {
        match object {
            Object::Null => out.push(b'0'),
            Object::Boolean(value) => out.extend([b'b', u8::from(*value)]),
            Object::Integer(value) => {
                out.push(b'i');
                out.extend(value.to_le_bytes());
            }
            Object::Real(value) => {
                out.push(b'r');
                out.extend(value.to_le_bytes());
            }
            Object::Name(name) => sized(out, b'/', name),
            Object::String(bytes) => sized(out, b'(', bytes),
            Object::Array(items) => {
                out.push(b'[');
                out.extend((items.len() as u64).to_le_bytes());
                for item in *items {
                    self.write(document, item, out, depth);
                }
            }
            Object::Dictionary(dictionary) => {
                self.write_dictionary(document, dictionary, out, depth)
            }
            Object::Stream(stream) => {
                self.write_dictionary(document, &stream.dict, out, depth);
                if stream.content.len() < LONG {
                    sized(out, b's', stream.content);
                } else {
                    out.push(b'S');
                    out.extend(self.streams.of(stream.content).0);
                }
            }
            Object::Reference(id) => {
                out.push(b'R');
                let hash = self.hash(document, *id, depth + 1);
                out.extend(hash.0);
            }
        }
    }

    /// Appends a dictionary in the same way.
    pub(crate) fn write_dictionary(
        &mut self,
        document: &Document<'_>,
        dictionary: &Dictionary<'_>,
        out: &mut Vec<u8>,
        depth: usize,
    ) {
        out.push(b'<');
        out.extend((dictionary.len() as u64).to_le_bytes());
        for (key, value) in dictionary.iter() {
            out.extend((key.len() as u64).to_le_bytes());
            out.extend(key);
            // The way back to the page does not decide what it paints.
            if key != b"Parent" {
                self.write(document, value, out, depth);
            }
        }
    }
}

/// Appends bytes with their kind and length.
pub(crate) fn sized(out: &mut Vec<u8>, kind: u8, bytes: &[u8]) {
    out.push(kind);
    out.extend((bytes.len() as u64).to_le_bytes());
    out.extend(bytes);
}

fn is_form(object: &Object<'_>) -> bool {
    let subtype = object
        .as_stream()
        .and_then(|stream| stream.dict.get(b"Subtype"));
    subtype.and_then(Object::as_name) == Some(b"Form")
}
