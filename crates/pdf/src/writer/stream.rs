//! Deflated streams, and those that were deflated before.

use std::collections::HashMap;
use std::io::Write as _;
use std::sync::{Arc, Mutex, PoisonError};

use flate2::Compression;
use flate2::write::ZlibEncoder;

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
#[derive(Default)]
pub(crate) struct Streams(Mutex<Kept>);

/// The streams that were used last: a full young half becomes the old one, and what was old and not
/// asked for since is forgotten.
#[derive(Default)]
struct Kept {
    young: HashMap<u128, Arc<Vec<u8>>>,
    old: HashMap<u128, Arc<Vec<u8>>>,
}

impl Kept {
    fn get(&mut self, key: u128) -> Option<Arc<Vec<u8>>> {
        if let Some(known) = self.young.get(&key) {
            return Some(Arc::clone(known));
        }
        let known = self.old.remove(&key)?;
        self.put(key, Arc::clone(&known));
        Some(known)
    }

    fn put(&mut self, key: u128, stream: Arc<Vec<u8>>) {
        if self.young.len() >= KEPT {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(key, stream);
    }
}

impl Streams {
    /// The deflated bytes of a text.
    pub(crate) fn deflated(&self, bytes: &[u8]) -> Arc<Vec<u8>> {
        let key = typst::utils::hash128(bytes);
        let kept = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = kept().get(key) {
            return known;
        }
        let stream = Arc::new(deflate(bytes, Padding::LineEnd));
        kept().put(key, Arc::clone(&stream));
        stream
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use flate2::read::ZlibDecoder;

    use super::*;

    #[test]
    fn what_is_used_stays_and_the_rest_is_forgotten_in_time() {
        let streams = Streams::default();
        let always = streams.deflated(b"always");
        for number in 0..3 * KEPT {
            streams.deflated(&number.to_le_bytes());
            assert!(Arc::ptr_eq(&always, &streams.deflated(b"always")));
        }
        let kept = streams.0.lock().unwrap();
        assert!(kept.young.len() <= KEPT && kept.old.len() <= KEPT);
        let first = typst::utils::hash128(&0_usize.to_le_bytes());
        assert!(!kept.young.contains_key(&first) && !kept.old.contains_key(&first));
    }

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
