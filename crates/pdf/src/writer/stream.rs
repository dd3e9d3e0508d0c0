//! Deflated streams, and those that were deflated before.

use std::io::Write as _;
use std::sync::Arc;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use raadspost_content::Recent;

/// How many streams one half of the memory keeps; what is equal for all municipalities is a handful
/// for each shape.
const KEPT: usize = 128;

/// `FlateDecode` (ISO 32000-1, 7.4.4). Level 7 is the first that looks for a better match before it
/// takes one: 100 bytes less for a letter than 6, as fast within the noise of `examples/measure.rs`;
/// 9 is slower by a fiftieth and saves 10 more.
///
/// The last byte is never a carriage return where something may stand behind the bytes: the line end
/// before `endstream` would then have two characters, and programs that take it off whole find a
/// byte less than `/Length` says.
pub(crate) fn deflate(bytes: &[u8], padding: Padding) -> Vec<u8> {
    let mut padded = Vec::with_capacity(bytes.len() + 1);
    padded.extend(bytes);
    loop {
        let capacity = Vec::with_capacity(bytes.len() / 3);
        let mut encoder = ZlibEncoder::new(capacity, Compression::new(7));
        let done = encoder.write_all(&padded);
        // A vector takes all that is written.
        debug_assert!(done.is_ok());
        let deflated = encoder.finish().unwrap_or_default();
        match padding {
            _ if deflated.last() != Some(&b'\r') => return deflated,
            Padding::None => return deflated,
            Padding::LineEnd => padded.push(b'\n'),
            // Not 0: the last byte is the low one of a sum of all, which that leaves as it is.
            Padding::Byte => padded.push(1),
        }
    }
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
pub(crate) struct Streams(Recent<u128, Vec<u8>>);

impl Default for Streams {
    fn default() -> Self {
        Self(Recent::new(KEPT, |_| 1))
    }
}

impl Streams {
    /// The deflated bytes of a text.
    pub(crate) fn deflated(&self, bytes: &[u8]) -> Arc<Vec<u8>> {
        let deflate = || deflate(bytes, Padding::LineEnd);
        self.0.recall(typst::utils::hash128(bytes), deflate)
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
