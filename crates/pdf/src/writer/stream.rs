//! Deflated streams, and those that were deflated before.

use std::borrow::Cow;
use std::sync::Arc;

use raadspost_content::{Recent, zlib};

/// How many streams one half of the memory keeps; what is equal for all municipalities is a handful
/// for each shape.
const KEPT: usize = 128;

/// The first level that looks for a better match before it takes one: 100 bytes less for a letter
/// than 6, as fast within the noise of `examples/measure.rs`; 9 is slower by a fiftieth and saves 10
/// more.
const LEVEL: u32 = 7;

/// `FlateDecode` (ISO 32000-1, 7.4.4).
///
/// The last byte is never a carriage return where something may stand behind the bytes: the line end
/// before `endstream` would then have two characters, and programs that take it off whole find a
/// byte less than `/Length` says.
pub(crate) fn deflate(bytes: &[u8], padding: Padding) -> Vec<u8> {
    let mut deflated = zlib(LEVEL, bytes);
    let filler = match padding {
        Padding::None => return deflated,
        Padding::LineEnd => b'\n',
        // Not 0: the last byte is the low one of a sum of all, which that leaves as it is.
        Padding::Byte => 1,
    };
    let mut padded = Cow::Borrowed(bytes);
    while deflated.last() == Some(&b'\r') {
        padded.to_mut().push(filler);
        deflated = zlib(LEVEL, &padded);
    }
    deflated
}

/// What may stand behind the bytes of a stream without meaning anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Padding {
    /// Nothing.
    None,
    /// Line ends: it is text.
    LineEnd,
    /// Any byte: the stream says itself where it ends.
    Byte,
}

/// Streams by what they hold. What is looked up decides how fast a file is made, and nothing that
/// is written.
pub(crate) struct Streams(Recent<Vec<u8>, Vec<u8>>);

impl Default for Streams {
    fn default() -> Self {
        Self(Recent::new(KEPT, |_, _| 1))
    }
}

impl Streams {
    /// The deflated bytes of a text.
    pub(crate) fn deflated(&self, bytes: &[u8]) -> Arc<Vec<u8>> {
        let deflate = || deflate(bytes, Padding::LineEnd);
        self.0.recall(bytes, deflate)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use flate2::read::ZlibDecoder;

    use super::*;

    #[test]
    fn no_text_ends_in_a_carriage_return() {
        let mut met = 0;
        for number in 0..2000 {
            let text = format!("{number} 0 obj");
            met += usize::from(deflate(text.as_bytes(), Padding::None).last() == Some(&b'\r'));
            for (padding, more) in [(Padding::LineEnd, '\n'), (Padding::Byte, '\u{1}')] {
                let deflated = deflate(text.as_bytes(), padding);
                assert_ne!(deflated.last(), Some(&b'\r'), "{text}");
                let mut read = String::new();
                ZlibDecoder::new(&deflated[..])
                    .read_to_string(&mut read)
                    .unwrap();
                assert_eq!(read.trim_end_matches(more), text);
            }
        }
        assert!(met > 0, "a text that would end in one");
    }
}
