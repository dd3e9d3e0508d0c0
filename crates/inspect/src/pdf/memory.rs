//! What was judged before in a run: pages and fonts that are equal in every byte that decides
//! their reading are read once, and remembered by the hash of those bytes.
//!
//! | what | the hash is over |
//! |---|---|
//! | a font | its dictionary and all that this refers to: descendant, descriptor, program, widths, maps |
//! | a page's content | its content streams and its resources with all that they refer to: fonts, images, forms, colour profiles, named properties |
//!
//! Nothing else decides them: the size of a page, its tags and the words that it ought to say are
//! no part of what is remembered. Marks in a form XObject are known by the number of its object,
//! which therefore belongs to the hash.

use std::sync::{Arc, Mutex};

use lopdf::{Dictionary, Document, Object, ObjectId};
use raadspost_content::Fingerprint;
use rustc_hash::FxHashMap;

use super::content::{PageContent, inherited, read_page};
use super::font::Font;
use crate::memory::{Store, recall};

/// How many bytes of fonts, and of pages, one half of a store keeps.
const HALF: usize = 6 << 20;

/// References deeper than this are hashed by their number: no page goes there.
const DEPTH_LIMIT: usize = 40;

/// What a run remembers; shared by its threads.
#[derive(Default)]
pub(crate) struct Memory {
    fonts: Mutex<Store<Font, HALF>>,
    pages: Mutex<Store<PageContent, HALF>>,
}

/// The fonts of one file, and what its objects hash to.
pub(crate) struct Fonts<'a> {
    memory: &'a Memory,
    read: FxHashMap<ObjectId, Arc<Font>>,
    hashes: FxHashMap<ObjectId, Fingerprint>,
}

impl<'a> Fonts<'a> {
    pub(crate) fn new(memory: &'a Memory) -> Self {
        Self {
            memory,
            read: FxHashMap::default(),
            hashes: FxHashMap::default(),
        }
    }

    /// A font, read once in the file and once in the run.
    pub(crate) fn font(
        &mut self,
        document: &Document,
        id: Option<ObjectId>,
        font: &Dictionary,
    ) -> Arc<Font> {
        if let Some(known) = id.and_then(|id| self.read.get(&id)) {
            return Arc::clone(known);
        }
        let key = match id {
            Some(id) => self.hash(document, id, 0),
            None => {
                let mut bytes = Vec::new();
                self.write_dictionary(document, font, &mut bytes, 0);
                Fingerprint::of(&bytes)
            }
        };
        let read = || Font::read(document, font);
        let found = recall(&self.memory.fonts, key, Font::weight, read);
        if let Some(id) = id {
            self.read.insert(id, Arc::clone(&found));
        }
        found
    }

    /// A page's content, read once in the run.
    pub(crate) fn page(&mut self, document: &Document, page: ObjectId) -> Arc<PageContent> {
        let mut bytes = Vec::new();
        for key in [&b"Contents"[..], b"Resources"] {
            bytes.extend(key);
            // Contents are never inherited, but a node above that has them is no page either.
            if let Some(object) = inherited(document, page, key) {
                self.write(document, object, &mut bytes, 0);
            }
        }
        let memory = self.memory;
        let read = || read_page(document, page, self, false);
        recall(
            &memory.pages,
            Fingerprint::of(&bytes),
            PageContent::weight,
            read,
        )
    }

    /// The hash of an object and of all that it refers to.
    fn hash(&mut self, document: &Document, id: ObjectId, depth: usize) -> Fingerprint {
        if let Some(known) = self.hashes.get(&id) {
            return *known;
        }
        let mut bytes = Vec::new();
        // Until it is known it stands for itself by its number, so that a circle ends.
        let number = Fingerprint::builder("object")
            .field(&id.0.to_le_bytes())
            .field(&id.1.to_le_bytes())
            .finish();
        self.hashes.insert(id, number);
        match document.get_object(id) {
            Ok(_) if depth > DEPTH_LIMIT => bytes.extend(number.0),
            Ok(object) => {
                if is_form(object) {
                    bytes.extend(number.0);
                }
                self.write(document, object, &mut bytes, depth);
            }
            Err(_) => bytes.push(b'?'),
        }
        let hash = Fingerprint::of(&bytes);
        self.hashes.insert(id, hash);
        hash
    }

    fn write(&mut self, document: &Document, object: &Object, out: &mut Vec<u8>, depth: usize) {
        let sized = |out: &mut Vec<u8>, kind: u8, bytes: &[u8]| {
            out.push(kind);
            out.extend((bytes.len() as u64).to_le_bytes());
            out.extend(bytes);
        };
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
            Object::String(bytes, _) => sized(out, b'(', bytes),
            Object::Array(items) => {
                out.push(b'[');
                out.extend((items.len() as u64).to_le_bytes());
                for item in items {
                    self.write(document, item, out, depth);
                }
            }
            Object::Dictionary(dictionary) => {
                self.write_dictionary(document, dictionary, out, depth)
            }
            Object::Stream(stream) => {
                self.write_dictionary(document, &stream.dict, out, depth);
                sized(out, b's', &stream.content);
            }
            Object::Reference(id) => {
                out.push(b'R');
                let hash = self.hash(document, *id, depth + 1);
                out.extend(hash.0);
            }
        }
    }

    fn write_dictionary(
        &mut self,
        document: &Document,
        dictionary: &Dictionary,
        out: &mut Vec<u8>,
        depth: usize,
    ) {
        out.push(b'<');
        out.extend((dictionary.len() as u64).to_le_bytes());
        for (key, value) in dictionary.iter() {
            out.extend((key.len() as u64).to_le_bytes());
            out.extend(key);
            // What leads back to the page decides nothing of what it paints.
            if key != b"Parent" {
                self.write(document, value, out, depth);
            }
        }
    }
}

fn is_form(object: &Object) -> bool {
    let stream = object.as_stream().ok();
    let subtype =
        stream.and_then(|stream| stream.dict.get(b"Subtype").and_then(Object::as_name).ok());
    subtype == Some(b"Form")
}
