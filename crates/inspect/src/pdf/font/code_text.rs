//! The text of a code of a font.

/// The text of a code: one character, nearly always.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum CodeText {
    One(char),
    /// Several, or none.
    Other(Box<str>),
}

impl CodeText {
    /// From UTF-16BE (ISO 32000-1, 9.10.3); half of a pair is U+FFFD.
    pub(crate) fn from_utf16(bytes: &[u8]) -> Self {
        let unit = |pair: &[u8; 2]| u16::from_be_bytes(*pair);
        let (pairs, _) = bytes.as_chunks::<2>();
        match bytes {
            // Some writers give one byte for a Latin character.
            [byte] => Self::One(char::from(*byte)),
            _ => char::decode_utf16(pairs.iter().map(unit))
                .map(|read| read.unwrap_or(char::REPLACEMENT_CHARACTER))
                .collect(),
        }
    }

    /// As a string; one character is written into the buffer.
    pub(crate) fn as_str<'a>(&'a self, buffer: &'a mut [u8; 4]) -> &'a str {
        match self {
            Self::One(c) => c.encode_utf8(buffer),
            Self::Other(text) => text,
        }
    }

    /// Whether every character, of which there is one at least, is like this.
    pub(crate) fn all(&self, mut is: impl FnMut(char) -> bool) -> bool {
        match self {
            Self::One(c) => is(*c),
            Self::Other(text) => !text.is_empty() && text.chars().all(is),
        }
    }
}

impl FromIterator<char> for CodeText {
    fn from_iter<T: IntoIterator<Item = char>>(all: T) -> Self {
        let mut all = all.into_iter();
        match (all.next(), all.next()) {
            (Some(one), None) => Self::One(one),
            (first, second) => {
                let text: String = first.into_iter().chain(second).chain(all).collect();
                Self::Other(text.into())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::CodeText;

    #[test]
    fn reads_utf16_and_tells_one_from_several() {
        let read = |bytes: &[u8]| CodeText::from_utf16(bytes);
        assert_eq!(read(&[0x41]), CodeText::One('A'));
        assert_eq!(read(&[0x20, 0x19]), CodeText::One('’'));
        assert_eq!(read(&[0xD8, 0x35, 0xDC, 0x00]), CodeText::One('𝐀'));
        assert_eq!(read(&[0xD8, 0x35]), CodeText::One('\u{FFFD}'));
        assert_eq!(read(&[]), CodeText::Other("".into()));
        let several = read(&[0, b'f', 0, b'f', 0, b'i']);
        assert_eq!(several.as_str(&mut [0; 4]), "ffi");
        assert_eq!(CodeText::One('é').as_str(&mut [0; 4]), "é");
        assert!(several.all(char::is_alphabetic) && !read(&[]).all(|_| true));
    }
}
