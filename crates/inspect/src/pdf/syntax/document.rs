//! A file's objects, all of them read: what is broken is found before anything is looked at.

use rustc_hash::FxHashSet;

use super::object::{Dictionary, Object, ObjectId};
use super::xref::{Container, Place};
use crate::error::ReadError;

/// References that lead to references are followed so far.
const REFERENCE_LIMIT: usize = 32;

/// Page trees nested deeper than this are not followed.
const DEPTH_LIMIT: usize = 64;

/// The objects of a file.
#[derive(Debug)]
pub(crate) struct Document<'a> {
    pub(crate) trailer: Dictionary<'a>,
    /// By number, with their generation.
    objects: Vec<Option<(u16, Object<'a>)>>,
}

impl<'a> Document<'a> {
    pub(crate) fn read(file: &Container<'a>) -> Result<Self, ReadError> {
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
            objects,
        })
    }

    /// The object of a number and generation; none where there is none, which reads as null.
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

    /// Follows references to the object, and tells the number of the last of them.
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
