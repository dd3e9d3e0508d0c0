//! Copies an object of a PDF into a file that fills, with all that it refers to and without what
//! leads back to tags, metadata and pages.

use std::collections::HashMap;
use std::path::Path;

use crate::profile::Colours;
use lopdf::{Dictionary, Document, Object, ObjectId, Stream};

use crate::PrintError;
use crate::pdf::colour::{self, Space};
use crate::pdf::pool::Pool;
use crate::pdf::read::{DEPTH, decoded};
use crate::pdf::sink::packed;
use crate::pdf::tounicode;

/// A PDF from which pages are taken.
pub(crate) struct Source<'a> {
    pub(crate) document: &'a Document,
    pub(crate) path: &'a Path,
    /// What its objects became.
    done: HashMap<ObjectId, Object>,
}

impl<'a> Source<'a> {
    pub(crate) fn new(document: &'a Document, path: &'a Path) -> Self {
        Self {
            document,
            path,
            done: HashMap::new(),
        }
    }

    pub(crate) fn unfit(&self, message: impl Into<String>) -> PrintError {
        PrintError::Unfit {
            path: self.path.to_owned(),
            message: message.into(),
        }
    }
}

/// Copies objects of one PDF into a pool.
pub(crate) struct Importer<'a, 'b> {
    pub(crate) pool: &'a mut Pool,
    pub(crate) source: &'a mut Source<'b>,
    pub(crate) colours: Colours,
}

impl Importer<'_, '_> {
    /// Copies an object, with all that it refers to.
    ///
    /// # Errors
    /// [`PrintError::Unfit`]; [`PrintError::Pdf`].
    pub(crate) fn import(&mut self, object: &Object) -> Result<Object, PrintError> {
        self.object(object, 0)
    }

    fn object(&mut self, object: &Object, depth: usize) -> Result<Object, PrintError> {
        let document = self.source.document;
        if depth > DEPTH {
            return Err(self.source.unfit("has objects that run in circles"));
        }
        Ok(match object {
            Object::Reference(id) => {
                if let Some(done) = self.source.done.get(id) {
                    return Ok(done.clone());
                }
                let found = document.get_object(*id).ok();
                let Some(found) = found else {
                    return Ok(Object::Null);
                };
                let copied = self.object(found, depth + 1)?;
                let copied = match copied {
                    // Small things stand where they are used.
                    Object::Null
                    | Object::Boolean(_)
                    | Object::Integer(_)
                    | Object::Real(_)
                    | Object::Name(_)
                    | Object::Reference(_) => copied,
                    copied => Object::Reference(self.pool.intern(copied)),
                };
                self.source.done.insert(*id, copied.clone());
                copied
            }
            Object::Array(array) => {
                let is_space = matches!(array.first(), Some(Object::Name(name)) if name == b"ICCBased" || name == b"CalGray");
                if is_space && colour::space(document, object) == Space::Grey {
                    return Ok(Object::Name(b"DeviceGray".to_vec()));
                }
                let items = array.iter().map(|item| self.object(item, depth + 1));
                Object::Array(items.collect::<Result<_, _>>()?)
            }
            Object::Dictionary(dictionary) => {
                Object::Dictionary(self.dictionary(dictionary, depth)?)
            }
            Object::Stream(stream) => {
                let dict = self.dictionary(&stream.dict, depth)?;
                if has_operators(&stream.dict) {
                    let resources = stream.dict.get(b"Resources").ok();
                    let resources = resources.and_then(|object| document.dereference(object).ok());
                    let spaces = match resources {
                        Some((_, Object::Dictionary(resources))) => {
                            colour::spaces(document, resources)
                        }
                        _ => colour::Spaces::new(),
                    };
                    let bytes = decoded(stream).map_err(PrintError::pdf(self.source.path))?;
                    let rewritten =
                        colour::rewrite(&bytes, &spaces, self.colours).map_err(|_| {
                            self.source
                                .unfit("has a drawing whose content ends too early")
                        })?;
                    Object::Stream(packed(dict, &rewritten))
                } else if let Some(table) = brief_table(stream) {
                    Object::Stream(packed(Dictionary::new(), &table))
                } else {
                    let mut copied = Stream::new(dict, stream.content.clone());
                    copied.allows_compression = false;
                    Object::Stream(copied)
                }
            }
            other => other.clone(),
        })
    }

    fn dictionary(
        &mut self,
        dictionary: &Dictionary,
        depth: usize,
    ) -> Result<Dictionary, PrintError> {
        // A producer may write keys in any order; equal things have to have equal bytes.
        let mut entries: Vec<_> = dictionary.iter().collect();
        entries.sort_unstable_by_key(|(key, _)| *key);
        let mut copied = Dictionary::new();
        for (key, value) in entries {
            // What leads back to the structure tree, the metadata or the pages is left behind, and
            // so is the list of glyphs that only PDF/A-1 asks for.
            let left = matches!(
                key.as_slice(),
                b"Parent"
                    | b"StructParent"
                    | b"StructParents"
                    | b"Metadata"
                    | b"Length"
                    | b"CIDSet"
            );
            if !left {
                copied.set(key.clone(), self.object(value, depth + 1)?);
            }
        }
        Ok(copied)
    }
}

/// Whether a stream is drawn by operators: a form or a tiling pattern.
fn has_operators(dictionary: &Dictionary) -> bool {
    let subtype = dictionary.get(b"Subtype").and_then(Object::as_name);
    let pattern = dictionary.get(b"PatternType").and_then(Object::as_i64);
    matches!(subtype, Ok(b"Form")) || matches!(pattern, Ok(1))
}

/// A `ToUnicode` table with ranges; `None` if the stream is not one, or has anything else in it.
fn brief_table(stream: &Stream) -> Option<Vec<u8>> {
    let kind = stream.dict.get(b"Type").and_then(Object::as_name);
    matches!(kind, Ok(b"CMap")).then_some(())?;
    tounicode::brief(&decoded(stream).ok()?)
}
