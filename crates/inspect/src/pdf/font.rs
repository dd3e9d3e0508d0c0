//! Fonts, as far as text needs them: how many bytes a code has, and what each code reads as.

use lopdf::{Dictionary, Document, Object};

use super::STREAM_LIMIT;
use super::cmap::CMap;

/// How the strings shown in a font become text.
pub(crate) enum Font {
    /// By the font's ToUnicode CMap; the number is the length of a code outside all its ranges.
    Mapped(CMap, usize),
    /// A simple font without a map: Windows-1252, which is close to WinAnsiEncoding
    /// (ISO 32000-1, annex D.2).
    Latin,
    /// A composite font without a map: two bytes a code, no text known.
    Unknown,
}

/// 0x80 to 0x9F in Windows-1252.
const WINDOWS_1252: [char; 32] = [
    '€', '\u{FFFD}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{FFFD}', 'Ž',
    '\u{FFFD}', '\u{FFFD}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{FFFD}',
    'ž', 'Ÿ',
];

impl Font {
    /// Reads a font dictionary.
    pub(crate) fn read(document: &Document, font: &Dictionary) -> Self {
        let composite = font
            .get(b"Subtype")
            .and_then(Object::as_name)
            .is_ok_and(|name| name == b"Type0");
        let map = font
            .get_deref(b"ToUnicode", document)
            .and_then(Object::as_stream)
            .ok()
            .and_then(|stream| stream.get_plain_content_with_limit(STREAM_LIMIT).ok());
        match map {
            Some(bytes) => Self::Mapped(CMap::parse(&bytes), if composite { 2 } else { 1 }),
            None if composite => Self::Unknown,
            None => Self::Latin,
        }
    }

    /// Calls `each` with each code of a shown string and its text.
    pub(crate) fn decode(&self, bytes: &[u8], mut each: impl FnMut(u32, &str)) {
        match self {
            Self::Mapped(map, length) => map.decode(bytes, *length, each),
            Self::Latin => {
                let mut buffer = [0; 4];
                for byte in bytes {
                    let c = match byte {
                        0x80..=0x9F => WINDOWS_1252[usize::from(byte - 0x80)],
                        _ => char::from(*byte),
                    };
                    each(u32::from(*byte), c.encode_utf8(&mut buffer));
                }
            }
            Self::Unknown => bytes.chunks(2).for_each(|_| each(0, "\u{FFFD}")),
        }
    }
}
