//! The objects of a file, all of them read: a broken one is found before anything else.

use rustc_hash::FxHashSet;

use super::arena::Arena;
use super::budget::Budget;
use super::filter;
use super::object::{Dictionary, Object, ObjectId, Stream, text_string_bytes};
use super::objstm::ObjectStreams;
use super::xref::{Container, Place};
use crate::error::ReadError;

/// References that lead to references are followed so far.
const REFERENCE_LIMIT: usize = 32;

/// Page trees nested deeper than this are not followed.
const DEPTH_LIMIT: usize = 64;

/// The objects of a file.
pub(crate) struct Document<'a> {
    pub(crate) trailer: Dictionary<'a>,
    /// What reading the file may still cost.
    pub(crate) budget: &'a Budget,
    /// By number, with their generation.
    objects: Vec<Option<(u16, Object<'a>)>>,
}

impl<'a> Document<'a> {
    /// Reads a file whole.
    ///
    /// # Errors
    /// When the cross-reference or an object is broken, or when the file is encrypted.
    pub(crate) fn open(
        bytes: &'a [u8],
        arena: &'a Arena,
        streams: &ObjectStreams,
    ) -> Result<Self, ReadError> {
        let file = Container::open(bytes, arena, streams)?;
        arena.budget.objects(file.places.len())?;
        let mut plain = file.parser(0);
        let mut objects = Vec::with_capacity(file.places.len());
        for (place, number) in file.places.iter().zip(0_u32..) {
            let read = match *place {
                Some(Place::Offset(offset, generation)) => {
                    let object = file.at(&mut plain, number, (offset, generation))?;
                    Some((generation, object))
                }
                Some(Place::InStream(stream, at)) => {
                    let packed = file.streams.get(&stream);
                    let object = packed.and_then(|packed| packed.get(at, number));
                    let object = object.ok_or_else(|| {
                        let message = format!("object {number} is not where it should be");
                        ReadError::Pdf(message)
                    })?;
                    Some((0, object))
                }
                Some(Place::Free) | None => None,
            };
            objects.push(read);
        }
        Ok(Self {
            trailer: file.trailer,
            budget: &arena.budget,
            objects,
        })
    }

    /// The object of a number and generation; `None` reads as null.
    pub(crate) fn get(&self, (number, generation): ObjectId) -> Option<&Object<'a>> {
        let (found, object) = self.objects.get(number as usize)?.as_ref()?;
        (*found == generation).then_some(object)
    }

    /// One more than the highest number of an object.
    pub(crate) fn len(&self) -> usize {
        self.objects.len()
    }

    pub(crate) fn dictionary(&self, id: ObjectId) -> Option<&Dictionary<'a>> {
        self.get(id)?.as_dict()
    }

    /// Follows references to the object, and returns the number of the last of them.
    pub(crate) fn dereference<'d>(
        &'d self,
        object: &'d Object<'a>,
    ) -> Option<(Option<ObjectId>, &'d Object<'a>)> {
        let (mut id, mut object) = (None, object);
        for _ in 0..REFERENCE_LIMIT {
            match object {
                Object::Reference(to) => (id, object) = (Some(*to), self.get(*to)?),
                found => return Some((id, found)),
            }
        }
        None
    }

    /// The root of all (7.7.2).
    pub(crate) fn catalog(&self) -> Option<&Dictionary<'a>> {
        self.trailer.get_deref(b"Root", self)?.as_dict()
    }

    /// The page objects, in order (7.7.3).
    pub(crate) fn pages(&self) -> Vec<ObjectId> {
        let mut pages = Vec::new();
        let root = self.catalog().and_then(|catalog| catalog.get(b"Pages"));
        if let Some(Object::Reference(root)) = root {
            self.leaves(*root, &mut pages, &mut FxHashSet::default(), 0);
        }
        pages
    }

    fn leaves(
        &self,
        node: ObjectId,
        pages: &mut Vec<ObjectId>,
        seen: &mut FxHashSet<ObjectId>,
        depth: usize,
    ) {
        let Some(dictionary) = self.dictionary(node) else {
            return;
        };
        if depth > DEPTH_LIMIT || !seen.insert(node) {
            return;
        }
        match dictionary
            .get_deref(b"Kids", self)
            .and_then(Object::as_array)
        {
            Some(kids) => {
                for kid in kids.iter().filter_map(Object::as_reference) {
                    self.leaves(kid, pages, seen, depth + 1);
                }
            }
            None => pages.push(node),
        }
    }

    /// The content of a page: its streams, one behind the other with white space between (7.8.2).
    pub(crate) fn page_content(&self, page: ObjectId) -> Option<Vec<u8>> {
        let contents = self.dictionary(page)?.get_deref(b"Contents", self)?;
        let plain = |object: &Object<'a>| {
            let (_, stream) = self.dereference(object)?;
            stream.as_stream()?.plain(self).ok()
        };
        match contents {
            Object::Array(streams) => {
                let mut all = Vec::new();
                for stream in *streams {
                    all.extend(plain(stream)?);
                    all.push(b'\n');
                }
                Some(all)
            }
            one => plain(one),
        }
    }
}

impl<'a> Dictionary<'a> {
    /// The value of a key, followed through references.
    pub(crate) fn get_deref<'d>(
        &'d self,
        key: &[u8],
        document: &'d Document<'a>,
    ) -> Option<&'d Object<'a>> {
        document.dereference(self.get(key)?).map(|(_, found)| found)
    }
}

impl Stream<'_> {
    /// The bytes with all filters undone (7.4).
    ///
    /// # Errors
    /// When a filter is unknown, when the bytes are broken, or when they come to more than
    /// [`super::STREAM_LIMIT`].
    pub(crate) fn plain(&self, document: &Document<'_>) -> Result<Vec<u8>, ReadError> {
        filter::decode(&self.dict, self.content, document.budget, |object| {
            document.dereference(object).map(|(_, found)| *found)
        })
    }
}

/// The text string under a key, followed through references.
pub(crate) fn text_string(
    document: &Document<'_>,
    dictionary: &Dictionary<'_>,
    key: &[u8],
) -> Option<String> {
    match dictionary.get_deref(key, document)? {
        Object::String(bytes) => Some(text_string_bytes(bytes)),
        _ => None,
    }
}

/// A page's resources; they may be inherited (7.7.3.4).
pub(crate) fn page_resources<'d, 'a>(
    document: &'d Document<'a>,
    page: ObjectId,
) -> Option<&'d Dictionary<'a>> {
    inherited(document, page, b"Resources").and_then(Object::as_dict)
}

/// An attribute of a page, or of the nearest node above it (7.7.3.4).
pub(crate) fn inherited<'d, 'a>(
    document: &'d Document<'a>,
    page: ObjectId,
    key: &[u8],
) -> Option<&'d Object<'a>> {
    let mut node = document.dictionary(page)?;
    for _ in 0..64 {
        if let Some(found) = node.get_deref(key, document) {
            return Some(found);
        }
        node = node
            .get_deref(b"Parent", document)
            .and_then(Object::as_dict)?;
    }
    None
}

/// A matrix or a rectangle in a dictionary: numbers, each of which may be a reference.
pub(crate) fn numbers<const N: usize>(
    document: &Document<'_>,
    object: &Object<'_>,
) -> Option<[f32; N]> {
    let array = object.as_array().filter(|array| array.len() >= N)?;
    let mut all = [0.0; N];
    for (number, object) in all.iter_mut().zip(array) {
        *number = document.dereference(object)?.1.as_float()?;
    }
    Some(all)
}

#[cfg(test)]
mod tests {
    use super::Document;
    use crate::pdf::syntax::arena::Arena;
    use crate::pdf::syntax::object::Object;
    use crate::pdf::syntax::objstm::ObjectStreams;

    /// A file with a table, whose second section replaces the title and deletes object 5.
    fn changed_once(trailer: &str) -> Vec<u8> {
        let mut file = b"%PDF-1.7\n".to_vec();
        let mut offsets = Vec::new();
        for (number, object) in [
            (1, "<</Type/Catalog/Pages 2 0 R>>"),
            (2, "<</Type/Pages/Kids[3 0 R 3 0 R]/Count 1>>"),
            (3, "<</Type/Page/Parent 2 0 R>>"),
            (4, "(old)"),
            (5, "null"),
        ] {
            offsets.push(file.len());
            file.extend(format!("{number} 0 obj {object} endobj\n").bytes());
        }
        let first = file.len();
        file.extend(b"xref\n0 6\n0000000000 65535 f \n");
        for offset in &offsets {
            file.extend(format!("{offset:010} 00000 n \n").bytes());
        }
        file.extend(b"trailer <</Size 6/Root 1 0 R>>\n");
        let title = file.len();
        file.extend(b"4 0 obj (new) endobj\n");
        let second = file.len();
        let sections = format!("xref\n4 2\n{title:010} 00000 n \n0000000000 00001 f \n");
        file.extend(sections.bytes());
        let trailer = format!("trailer <</Size 6/Root 1 0 R/Prev {first}{trailer}>>\n");
        file.extend(trailer.bytes());
        file.extend(format!("startxref\n{second}\n%%EOF\n").bytes());
        file
    }

    #[test]
    fn newer_sections_hold() {
        let bytes = changed_once("");
        let arena = Arena::default();
        let document = Document::open(&bytes, &arena, &ObjectStreams::new(0)).unwrap();
        let title = document.get((4, 0));
        assert_eq!(title, Some(&Object::String(b"new")));
        assert_eq!(document.get((5, 0)), None);
        assert_eq!(document.get((4, 1)), None);
        // A page that is named twice is one page.
        assert_eq!(document.pages(), [(3, 0)]);
    }

    #[test]
    fn what_cannot_be_trusted_is_refused() {
        let reason = |bytes: &[u8]| {
            let arena = Arena::default();
            let document = Document::open(bytes, &arena, &ObjectStreams::new(0));
            document.err().map(|error| error.to_string())
        };
        let whole = changed_once("");
        assert_eq!(reason(&whole), None);
        let says = |bytes: &[u8], wanted: &str| {
            let reason = reason(bytes).unwrap_or_default();
            assert!(reason.contains(wanted), "{reason}");
        };
        says(&changed_once("/Encrypt 5 0 R"), "encrypted");
        says(&whole[1..], "does not begin");
        says(&whole[..whole.len() - 20], "startxref");
        let moved = [b"%PDF-1.7\n ", &whole[9..]].concat();
        says(&moved, "cross-reference");
        // An object that is not where the table says.
        let text = String::from_utf8(whole).unwrap();
        says(
            text.replace("3 0 obj", "9 0 obj").as_bytes(),
            "object 3 is not where",
        );
        // A section that is its own predecessor.
        let at = text.rfind("xref\n4 2").unwrap();
        let first = text.find("xref\n0 6").unwrap();
        let circle = text.replace(&format!("/Prev {first}"), &format!("/Prev {at}"));
        says(circle.as_bytes(), "too often");
    }
}
