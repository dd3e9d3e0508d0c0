//! What was judged before in a run: pages and fonts that are equal in every byte that decides
//! their reading are read once, and remembered by the hash of those bytes.
//!
//! | what | the hash is over |
//! |---|---|
//! | what an object stream inflates to | its bytes, where its dictionary says `FlateDecode` alone |
//! | a font | its dictionary and all that this refers to: descendant, descriptor, program, widths, maps |
//! | which codes a page shows | its content streams and its resources with all that they refer to: images, forms, colour profiles, named properties; of its fonts the names alone |
//! | a page's content | the same, and of each code that it shows in a font: width, box and text |
//!
//! Nothing else decides them: the size of a page, its tags and the words that it ought to say are
//! no part of what is remembered. Marks in a form XObject are known by the number of its object,
//! which therefore belongs to the hash. A page is read anew whenever something is to be said of
//! one of its fonts, or when its codes are not of two bytes: then which codes it shows depends on
//! the font.

use std::sync::Arc;

use raadspost_content::{Fingerprint, Recent};
use rustc_hash::FxHashMap;

use super::content::{PageContent, inherited, page_resources, read_page};
use super::document::Document;
use super::filter;
use super::font::Font;
use super::interpreter::Used;
use super::object::{Dictionary, Object, ObjectId, Stream};
use crate::ReadError;

/// How many bytes of fonts, and of pages, one half of a store keeps.
const HALF: usize = 6 << 20;

/// About how many bytes a page's content and resources take, deflated.
const PAGE: usize = 16 << 10;

/// How many bytes decide a code, its text of a byte or two included.
const CODE: usize = 40;

/// References deeper than this are hashed by their number: no page goes there.
const DEPTH_LIMIT: usize = 40;

/// The codes that a page shows in the fonts of its resources, by their names there.
struct Showing(Vec<(Box<[u8]>, Box<[u16]>)>);

impl Showing {
    /// None where more than the codes decides what is read.
    fn new(used: &[Used], fonts: &[(&[u8], Arc<Font>)]) -> Option<Self> {
        let mut all = Vec::new();
        for used in used {
            if used.odd || !used.font.is_sound() {
                return None;
            }
            // What a form XObject or a graphics state brings with it is hashed as a whole.
            let name = fonts.iter().find(|(_, font)| Arc::ptr_eq(font, &used.font));
            if let Some((name, _)) = name {
                all.push(((*name).into(), used.codes().collect()));
            }
        }
        Some(Self(all))
    }

    /// The hash of a page's content with these fonts; none where a font has not all of the codes.
    fn key(&self, page: Fingerprint, fonts: &[(&[u8], Arc<Font>)]) -> Option<Fingerprint> {
        let codes = self.0.iter().map(|(_, codes)| codes.len());
        let mut bytes = Vec::with_capacity(1024 + codes.sum::<usize>() * CODE);
        bytes.extend(page.0);
        for (name, codes) in &self.0 {
            let (_, font) = fonts.iter().find(|(known, _)| known == &&**name)?;
            if !font.is_sound() {
                return None;
            }
            bytes.extend((name.len() as u64).to_le_bytes());
            bytes.extend(&**name);
            bytes.extend((codes.len() as u64).to_le_bytes());
            for code in codes {
                bytes.extend(code.to_le_bytes());
                font.code(u32::from(*code))?.write(&mut bytes);
            }
        }
        Some(Fingerprint::of(&bytes))
    }

    fn weight(&self) -> usize {
        let codes = self.0.iter().map(|(_, codes)| 64 + codes.len() * 2);
        codes.sum()
    }
}

/// What a run remembers; shared by its threads.
pub(crate) struct Memory {
    unpacked: Recent<Fingerprint, Vec<u8>>,
    fonts: Recent<Fingerprint, Font>,
    showing: Recent<Fingerprint, Showing>,
    pages: Recent<Fingerprint, PageContent>,
}

impl Default for Memory {
    fn default() -> Self {
        Self {
            unpacked: Recent::new(HALF, Vec::len),
            fonts: Recent::new(HALF, Font::weight),
            showing: Recent::new(HALF, Showing::weight),
            pages: Recent::new(HALF, PageContent::weight),
        }
    }
}

impl Memory {
    /// The objects of an object stream, inflated.
    ///
    /// # Errors
    /// When it cannot be.
    pub(super) fn unpacked(&self, stream: &Stream<'_>) -> Result<Arc<Vec<u8>>, ReadError> {
        let read = || filter::decode(&stream.dict, stream.content, |object| Some(*object));
        let filter = stream.dict.get(b"Filter").and_then(Object::as_name);
        if filter != Some(b"FlateDecode") || stream.dict.get(b"DecodeParms").is_some() {
            return read().map(Arc::new);
        }
        self.unpacked
            .try_recall(Fingerprint::of(stream.content), read)
    }
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
        document: &Document<'_>,
        id: Option<ObjectId>,
        font: &Dictionary<'_>,
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
        let found = self.memory.fonts.recall(key, read);
        if let Some(id) = id {
            self.read.insert(id, Arc::clone(&found));
        }
        found
    }

    /// A page's content, read once in the run.
    pub(crate) fn page(&mut self, document: &Document<'_>, page: ObjectId) -> Arc<PageContent> {
        let resources = page_resources(document, page);
        let own = resources
            .and_then(|resources| resources.get_deref(b"Font", document))
            .and_then(Object::as_dict);
        let mut fonts = Vec::new();
        for (name, font) in own.into_iter().flat_map(Dictionary::iter) {
            if let Some((id, Object::Dictionary(font))) = document.dereference(font) {
                fonts.push((name, self.font(document, id, font)));
            }
        }
        let mut bytes = Vec::with_capacity(PAGE);
        // Contents are never inherited, but a node above that has them is no page either.
        if let Some(contents) = inherited(document, page, b"Contents") {
            self.write(document, contents, &mut bytes, 0);
        }
        for (key, value) in resources.into_iter().flat_map(Dictionary::iter) {
            if key != b"Font" {
                sized(&mut bytes, b'/', key);
                self.write(document, value, &mut bytes, 0);
            }
        }
        for (name, _) in &fonts {
            sized(&mut bytes, b'F', name);
        }
        let plain = Fingerprint::of(&bytes);
        let memory = self.memory;
        let showing = memory.showing.known(&plain);
        let key = showing.and_then(|showing| showing.key(plain, &fonts));
        if let Some(known) = key.and_then(|key| memory.pages.known(&key)) {
            return known;
        }
        let (content, used) = read_page(document, page, self, false);
        let Some(showing) = Showing::new(&used, &fonts) else {
            return Arc::new(content);
        };
        let Some(key) = showing.key(plain, &fonts) else {
            return Arc::new(content);
        };
        memory.showing.remember(plain, showing);
        memory.pages.remember(key, content)
    }

    /// The hash of an object and of all that it refers to.
    fn hash(&mut self, document: &Document<'_>, id: ObjectId, depth: usize) -> Fingerprint {
        if let Some(known) = self.hashes.get(&id) {
            return *known;
        }
        let length = match document.get(id) {
            Some(Object::Stream(stream)) => stream.content.len() + 256,
            _ => 256,
        };
        let mut bytes = Vec::with_capacity(length);
        // Until it is known it stands for itself by its number, so that a circle ends.
        let number = Fingerprint::builder("object")
            .field(&id.0.to_le_bytes())
            .field(&id.1.to_le_bytes())
            .finish();
        self.hashes.insert(id, number);
        match document.get(id) {
            Some(_) if depth > DEPTH_LIMIT => bytes.extend(number.0),
            Some(object) => {
                if is_form(object) {
                    bytes.extend(number.0);
                }
                self.write(document, object, &mut bytes, depth);
            }
            None => bytes.push(b'?'),
        }
        let hash = Fingerprint::of(&bytes);
        self.hashes.insert(id, hash);
        hash
    }

    fn write(
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
                sized(out, b's', stream.content);
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
            // What leads back to the page decides nothing of what it paints.
            if key != b"Parent" {
                self.write(document, value, out, depth);
            }
        }
    }
}

/// Bytes with what they are and how many there are.
fn sized(out: &mut Vec<u8>, kind: u8, bytes: &[u8]) {
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
