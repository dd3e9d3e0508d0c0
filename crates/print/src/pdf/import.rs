//! How an object of a letter comes into a file of a print run, with all that it refers to and
//! without what leads back to tags, metadata and pages.

use std::collections::HashMap;
use std::path::Path;

use lopdf::{Dictionary, Document, Object, ObjectId, Stream};

use crate::PrintError;
use crate::pdf::colour::{self, Space};
use crate::pdf::merged::{DEPTH, Merged, plain};
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

impl Merged {
    /// Copies an object in, with all that it refers to.
    pub(crate) fn import(
        &mut self,
        source: &mut Source<'_>,
        object: &Object,
        depth: usize,
    ) -> Result<Object, PrintError> {
        if depth > DEPTH {
            return Err(source.unfit("has objects that run in circles"));
        }
        Ok(match object {
            Object::Reference(id) => {
                if let Some(done) = source.done.get(id) {
                    return Ok(done.clone());
                }
                let found = source.document.get_object(*id).ok();
                let Some(found) = found else {
                    return Ok(Object::Null);
                };
                let copied = self.import(source, found, depth + 1)?;
                let copied = match copied {
                    // Small things stand where they are used.
                    Object::Null
                    | Object::Boolean(_)
                    | Object::Integer(_)
                    | Object::Real(_)
                    | Object::Name(_)
                    | Object::Reference(_) => copied,
                    copied => Object::Reference(self.intern(copied)),
                };
                source.done.insert(*id, copied.clone());
                copied
            }
            Object::Array(array) => {
                let is_space = matches!(array.first(), Some(Object::Name(name)) if name == b"ICCBased" || name == b"CalGray");
                if is_space && colour::space(source.document, object) == Space::Grey {
                    return Ok(Object::Name(b"DeviceGray".to_vec()));
                }
                let items = array
                    .iter()
                    .map(|item| self.import(source, item, depth + 1));
                Object::Array(items.collect::<Result<_, _>>()?)
            }
            Object::Dictionary(dictionary) => {
                Object::Dictionary(self.import_dictionary(source, dictionary, depth)?)
            }
            Object::Stream(stream) => {
                let dict = self.import_dictionary(source, &stream.dict, depth)?;
                if drawn(&stream.dict) {
                    let resources = stream.dict.get(b"Resources").ok();
                    let resources =
                        resources.and_then(|object| source.document.dereference(object).ok());
                    let spaces = match resources {
                        Some((_, Object::Dictionary(resources))) => {
                            colour::spaces(source.document, resources)
                        }
                        _ => colour::Spaces::new(),
                    };
                    let bytes = plain(stream).map_err(PrintError::pdf(source.path))?;
                    let rewritten = colour::rewrite(&bytes, &spaces, self.colours)
                        .map_err(|_| source.unfit("has a drawing whose content ends too early"))?;
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

    fn import_dictionary(
        &mut self,
        source: &mut Source<'_>,
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
                copied.set(key.clone(), self.import(source, value, depth + 1)?);
            }
        }
        Ok(copied)
    }
}

/// Whether a stream is drawn by operators: a form or a tiling pattern.
fn drawn(dictionary: &Dictionary) -> bool {
    let subtype = dictionary.get(b"Subtype").and_then(Object::as_name);
    let pattern = dictionary.get(b"PatternType").and_then(Object::as_i64);
    matches!(subtype, Ok(b"Form")) || matches!(pattern, Ok(1))
}

/// What the glyphs of a font say, if the stream is such a table and can be written briefly.
fn brief_table(stream: &Stream) -> Option<Vec<u8>> {
    let kind = stream.dict.get(b"Type").and_then(Object::as_name);
    matches!(kind, Ok(b"CMap")).then_some(())?;
    tounicode::brief(&plain(stream).ok()?)
}
