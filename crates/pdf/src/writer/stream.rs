//! Deflated streams, and those that were deflated before.

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
pub(crate) fn deflate(bytes: &[u8]) -> Vec<u8> {
    zlib(LEVEL, bytes)
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
        self.0.recall(bytes, || deflate(bytes))
    }
}
