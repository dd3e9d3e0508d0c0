//! Deflated streams, and those that were deflated before.

use std::collections::HashMap;
use std::io::Write as _;
use std::sync::{Arc, Mutex, PoisonError};

use flate2::Compression;
use flate2::write::ZlibEncoder;

/// How many streams are kept; what is equal for all municipalities is a handful for each shape.
const KEPT: usize = 256;

/// `FlateDecode` (ISO 32000-1, 7.4.4).
pub(crate) fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::with_capacity(bytes.len() / 3), Compression::new(6));
    let done = encoder.write_all(bytes);
    // A vector takes all that is written.
    debug_assert!(done.is_ok());
    encoder.finish().unwrap_or_default()
}

/// Streams by what they hold. What is looked up decides how fast a file is made, and nothing that
/// is written.
#[derive(Default)]
pub(crate) struct Streams {
    kept: Mutex<HashMap<u128, Arc<Vec<u8>>>>,
}

impl Streams {
    /// The deflated bytes.
    pub(crate) fn deflated(&self, bytes: &[u8]) -> Arc<Vec<u8>> {
        let key = typst::utils::hash128(bytes);
        let kept = self
            .kept
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&key)
            .cloned();
        if let Some(stream) = kept {
            return stream;
        }
        let stream = Arc::new(deflate(bytes));
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= KEPT {
            kept.clear();
        }
        kept.insert(key, stream.clone());
        stream
    }
}
