//! What was judged before in a run: pages and fonts that are equal in every byte that decides
//! their reading are read once.
//!
//! | what | it is known by |
//! |---|---|
//! | the objects of an object stream | its bytes and how many objects it says to have, where its dictionary says `FlateDecode` alone |
//! | the hash of a stream's bytes | these bytes |
//! | a font | the hash of its dictionary and of all that this refers to: descendant, descriptor, program, widths, maps |
//! | a page's content | the hash of its content streams and its resources with all that they refer to: images, forms, colour profiles, named properties; of its fonts the names, and of each code that it shows in them width, box and text |
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
use super::interpreter::Used;
use crate::error::ReadError;
use crate::pdf::font::face::Font;
use crate::pdf::syntax::document::Document;
use crate::pdf::syntax::filter;
use crate::pdf::syntax::object::{Dictionary, Object, ObjectId, Stream};
use crate::pdf::syntax::objstm::Packed;

/// How many bytes of fonts, and of pages, one half of a store keeps.
const HALF: usize = 6 << 20;

/// About how many bytes a page's resources take, with hashes in place of streams.
const PAGE: usize = 1 << 10;

/// References deeper than this are hashed by their number: no page goes there.
const DEPTH_LIMIT: usize = 40;

/// A stream's bytes are hashed once from this length on; below it that costs more than hashing.
const LONG: usize = 256;

/// What a page says and paints, and what it showed in which fonts when it was read.
struct Page {
    /// The fonts of its resources in which it shows something, by their names there, with the codes.
    shown: Vec<(Box<[u8]>, Arc<Font>, Box<[u16]>)>,
    content: Arc<PageContent>,
}

impl Page {
    /// None where more than the codes decides what is read.
    fn new(
        content: &Arc<PageContent>,
        used: &[Used],
        fonts: &[(&[u8], Arc<Font>)],
    ) -> Option<Self> {
        let mut shown = Vec::new();
        for used in used {
            if used.odd || !used.font.is_sound() {
                return None;
            }
            // What a form XObject or a graphics state brings with it is hashed as a whole.
            let name = fonts.iter().find(|(_, font)| Arc::ptr_eq(font, &used.font));
            if let Some((name, font)) = name {
                let codes: Box<[u16]> = used.codes().collect();
                // Else a reader would not find what another font lacks either.
                codes
                    .iter()
                    .try_for_each(|code| font.code(u32::from(*code)).map(|_| ()))?;
                shown.push(((*name).into(), Arc::clone(font), codes));
            }
        }
        Some(Self {
            shown,
            content: Arc::clone(content),
        })
    }

    /// Whether it reads the same with these fonts: each code has the width, box and text that it had.
    fn reads_alike(&self, fonts: &[(&[u8], Arc<Font>)]) -> bool {
        self.shown.iter().all(|(name, before, codes)| {
            let font = fonts.iter().find(|(known, _)| known == &&**name);
            font.is_some_and(|(_, font)| {
                let same = |code: &u16| {
                    let (now, before) = (font.code((*code).into()), before.code((*code).into()));
                    now.is_some() && now == before
                };
                Arc::ptr_eq(font, before) || font.is_sound() && codes.iter().all(same)
            })
        })
    }

    fn weight(&self) -> usize {
        let shown = self.shown.iter();
        let shown = shown.map(|(_, font, codes)| 64 + font.weight() + codes.len() * 2);
        self.content.weight() + shown.sum::<usize>()
    }
}

/// What a run remembers; shared by its threads.
pub(crate) struct Memory {
    packed: Recent<Vec<u8>, Packed>,
    streams: Recent<Vec<u8>, Fingerprint>,
    fonts: Recent<Fingerprint, Font>,
    pages: Recent<Fingerprint, Page>,
}

impl Default for Memory {
    fn default() -> Self {
        Self {
            packed: Recent::new(HALF, |bytes, packed| bytes.len() + packed.weight()),
            streams: Recent::new(HALF, |bytes, _| bytes.len()),
            fonts: Recent::new(HALF, |_, font| font.weight()),
            pages: Recent::new(HALF, |_, page| page.weight()),
        }
    }
}

impl Memory {
    /// The objects of an object stream.
    ///
    /// # Errors
    /// When it or one of them is broken.
    pub(crate) fn packed(&self, stream: &Stream<'_>) -> Result<Arc<Packed>, ReadError> {
        let number = |key: &[u8]| {
            let value = stream.dict.get(key).and_then(Object::as_i64);
            let value = value.and_then(|value| usize::try_from(value).ok());
            value.ok_or_else(|| ReadError::Pdf("its objects are not where it says".to_owned()))
        };
        let (count, first) = (number(b"N")?, number(b"First")?);
        let read = || {
            let bytes = filter::decode(&stream.dict, stream.content, |object| Some(*object))?;
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
        self.packed.try_recall(&*key, read)
    }

    /// The hash of a stream's bytes.
    fn hash(&self, bytes: &[u8]) -> Fingerprint {
        *self.streams.recall(bytes, || Fingerprint::of(bytes))
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
        let found = self.memory.fonts.recall(&key, read);
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
        let key = Fingerprint::of(&bytes);
        let memory = self.memory;
        if let Some(page) = memory.pages.known(&key)
            && page.reads_alike(&fonts)
        {
            return Arc::clone(&page.content);
        }
        let (content, used) = read_page(document, page, self, false);
        let content = Arc::new(content);
        if let Some(page) = Page::new(&content, &used, &fonts) {
            memory.pages.remember(key, page);
        }
        content
    }

    /// The hash of an object and of all that it refers to.
    fn hash(&mut self, document: &Document<'_>, id: ObjectId, depth: usize) -> Fingerprint {
        if let Some(known) = self.hashes.get(&id) {
            return *known;
        }
        let mut bytes = Vec::with_capacity(512);
        // Until it is known it stands for itself by its number, so that a circle ends.
        let mut number = Fingerprint([0; 32]);
        number.0[..4].copy_from_slice(&id.0.to_le_bytes());
        number.0[4..6].copy_from_slice(&id.1.to_le_bytes());
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
                if stream.content.len() < LONG {
                    sized(out, b's', stream.content);
                } else {
                    out.push(b'S');
                    out.extend(self.memory.hash(stream.content).0);
                }
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
