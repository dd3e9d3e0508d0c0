//! Text strings of PDF objects (ISO 32000-1, 7.9.2.2).

use lopdf::{Dictionary, Document, Object, StringFormat, decode_text_string};

/// A text string: UTF-16BE or UTF-8 by its byte order mark, else PDFDocEncoding.
pub(crate) fn text_string_bytes(bytes: &[u8]) -> String {
    let object = Object::String(bytes.to_vec(), StringFormat::Literal);
    decode_text_string(&object).unwrap_or_else(|_| String::from_utf8_lossy(bytes).into_owned())
}

/// The text string under a key, followed through references.
pub(crate) fn text_string(
    document: &Document,
    dictionary: &Dictionary,
    key: &[u8],
) -> Option<String> {
    match dictionary.get_deref(key, document) {
        Ok(Object::String(bytes, _)) => Some(text_string_bytes(bytes)),
        _ => None,
    }
}
