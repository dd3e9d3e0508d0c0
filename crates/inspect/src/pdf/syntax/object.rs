//! Objects (ISO 32000-1, 7.3): names and strings without escapes borrow the bytes of the file, and
//! all else is in one arena for each file.

use lopdf::{StringFormat, decode_text_string};

/// Number and generation of an indirect object (7.3.10).
pub(crate) type ObjectId = (u32, u16);

/// An object.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Object<'a> {
    Null,
    Boolean(bool),
    Integer(i64),
    Real(f32),
    Name(&'a [u8]),
    String(&'a [u8]),
    Array(&'a [Object<'a>]),
    Dictionary(Dictionary<'a>),
    Stream(&'a Stream<'a>),
    Reference(ObjectId),
}

/// A dictionary: its entries in the order of the file, no key twice.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Dictionary<'a>(pub(crate) &'a [Entry<'a>]);

/// A key and its value.
pub(crate) type Entry<'a> = (&'a [u8], Object<'a>);

/// A stream: its dictionary, and its bytes in the file, with their filters.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Stream<'a> {
    pub(crate) dict: Dictionary<'a>,
    pub(crate) content: &'a [u8],
}

impl<'a> Object<'a> {
    pub(crate) fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Boolean(value) => Some(*value),
            _ => None,
        }
    }

    pub(crate) fn as_i64(&self) -> Option<i64> {
        match self {
            Self::Integer(value) => Some(*value),
            _ => None,
        }
    }

    /// A number of either kind.
    pub(crate) fn as_float(&self) -> Option<f32> {
        match self {
            Self::Integer(value) => Some(*value as f32),
            Self::Real(value) => Some(*value),
            _ => None,
        }
    }

    pub(crate) fn as_name(&self) -> Option<&'a [u8]> {
        match self {
            Self::Name(name) => Some(name),
            _ => None,
        }
    }

    pub(crate) fn as_array(&self) -> Option<&'a [Object<'a>]> {
        match self {
            Self::Array(items) => Some(items),
            _ => None,
        }
    }

    pub(crate) fn as_dict(&self) -> Option<&Dictionary<'a>> {
        match self {
            Self::Dictionary(dictionary) => Some(dictionary),
            _ => None,
        }
    }

    pub(crate) fn as_stream(&self) -> Option<&'a Stream<'a>> {
        match self {
            Self::Stream(stream) => Some(stream),
            _ => None,
        }
    }

    pub(crate) fn as_reference(&self) -> Option<ObjectId> {
        match self {
            Self::Reference(id) => Some(*id),
            _ => None,
        }
    }
}

impl<'a> Dictionary<'a> {
    /// The value of a key; it may be a reference.
    pub(crate) fn get(&self, key: &[u8]) -> Option<&'a Object<'a>> {
        let found = self.0.iter().find(|(name, _)| *name == key);
        found.map(|(_, value)| value)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&'a [u8], &'a Object<'a>)> + use<'a> {
        self.0.iter().map(|(key, value)| (*key, value))
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }
}

/// A text string: UTF-16BE or UTF-8 by its byte order mark, else PDFDocEncoding (7.9.2.2).
pub(crate) fn text_string_bytes(bytes: &[u8]) -> String {
    // Printable ASCII is the same in all of them.
    if bytes.iter().all(|byte| matches!(byte, b' '..=b'~'))
        && let Ok(text) = str::from_utf8(bytes)
    {
        return text.to_owned();
    }
    let object = lopdf::Object::String(bytes.to_vec(), StringFormat::Literal);
    decode_text_string(&object).unwrap_or_else(|_| String::from_utf8_lossy(bytes).into_owned())
}
