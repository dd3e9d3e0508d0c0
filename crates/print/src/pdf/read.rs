//! Reading a PDF that is carried over: its document, and what its pages inherit.

use std::path::Path;

use lopdf::{Dictionary, Document, Object, Stream};

use crate::PrintError;

/// Objects inside each other, at most; a PDF that goes deeper runs in circles.
pub(crate) const DEPTH: usize = 100;

/// Reads a PDF.
///
/// # Errors
/// [`PrintError::Pdf`].
pub(crate) fn load(bytes: &[u8], path: &Path) -> Result<Document, PrintError> {
    Document::load_mem(bytes).map_err(PrintError::pdf(path))
}

/// The bytes of a stream without its filters.
///
/// # Errors
/// A filter that is not known, or bytes that do not fit it.
pub(crate) fn decoded(stream: &Stream) -> Result<Vec<u8>, lopdf::Error> {
    if stream.dict.has(b"Filter") {
        stream.decompressed_content()
    } else {
        Ok(stream.content.clone())
    }
}

/// Whether a dictionary has this name under a key.
pub(crate) fn is_named(dictionary: &Dictionary, key: &[u8], name: &[u8]) -> bool {
    matches!(dictionary.get(key), Ok(Object::Name(found)) if found == name)
}

/// A value of a page, or of a node above it.
pub(crate) fn inherited<'a>(
    document: &'a Document,
    page: &'a Dictionary,
    key: &[u8],
) -> Option<&'a Object> {
    let mut node = page;
    for _ in 0..DEPTH {
        if let Ok(found) = node.get(key) {
            return document.dereference(found).ok().map(|(_, object)| object);
        }
        node = node
            .get(b"Parent")
            .and_then(Object::as_reference)
            .and_then(|id| document.get_dictionary(id))
            .ok()?;
    }
    None
}

/// The edges of a box: left, bottom, right and top, pt (ISO 32000-1 7.9.5).
pub(crate) fn rectangle(document: &Document, object: &Object) -> Option<[f64; 4]> {
    let mut edges = [0.0; 4];
    let (_, object) = document.dereference(object).ok()?;
    let array = object.as_array().ok()?;
    if array.len() != 4 {
        return None;
    }
    for (edge, object) in edges.iter_mut().zip(array) {
        let (_, object) = document.dereference(object).ok()?;
        *edge = f64::from(object.as_float().ok()?);
    }
    let [left, bottom, right, top] = edges;
    (left < right && bottom < top).then_some(edges)
}

/// The streams of a page's content, in order.
pub(crate) fn content_streams<'a>(document: &'a Document, page: &'a Dictionary) -> Vec<&'a Stream> {
    let Ok(contents) = page.get(b"Contents") else {
        return Vec::new();
    };
    let mut streams = Vec::new();
    match document.dereference(contents) {
        Ok((_, Object::Stream(stream))) => streams.push(stream),
        Ok((_, Object::Array(array))) => {
            for item in array {
                if let Ok((_, Object::Stream(stream))) = document.dereference(item) {
                    streams.push(stream);
                }
            }
        }
        _ => {}
    }
    streams
}
