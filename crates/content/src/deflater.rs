//! Deflate compression (RFC 1951) for the streams of PDF files and the parts of zip files.

use std::cell::RefCell;

use flate2::{Compress, Compression, FlushCompress, Status};

thread_local! {
    /// The last used state, with its level.
    static KEPT: RefCell<Option<(u32, Deflater)>> = const { RefCell::new(None) };
}

/// Compresses a PDF stream (zlib, RFC 1950) at a level from 0 to 9.
pub fn zlib(level: u32, bytes: &[u8]) -> Vec<u8> {
    KEPT.with_borrow_mut(|kept| {
        if kept.as_ref().is_none_or(|(known, _)| *known != level) {
            *kept = None;
        }
        let (_, deflater) = kept.get_or_insert_with(|| (level, Deflater::zlib(level)));
        deflater.deflate(bytes)
    })
}

/// A reusable deflate state: setting up a fresh one for each stream took 9 % of all instructions of
/// making and checking PDFs (callgrind, `examples/checks pixels`).
pub struct Deflater(Compress);

impl Deflater {
    /// A state for the parts of a zip file, at a level from 0 to 9.
    pub fn raw(level: u32) -> Self {
        Self(Compress::new(Compression::new(level), false))
    }

    fn zlib(level: u32) -> Self {
        Self(Compress::new(Compression::new(level), true))
    }

    /// Compresses `bytes`, independently of earlier calls.
    pub fn deflate(&mut self, bytes: &[u8]) -> Vec<u8> {
        self.0.reset();
        let mut deflated = Vec::with_capacity(bytes.len() / 3 + 512);
        // With room left, the state consumes all input; otherwise it asks for more room.
        loop {
            let read = usize::try_from(self.0.total_in())
                .unwrap_or(usize::MAX)
                .min(bytes.len());
            match self
                .0
                .compress_vec(&bytes[read..], &mut deflated, FlushCompress::Finish)
            {
                Ok(Status::StreamEnd) => return deflated,
                Ok(Status::Ok | Status::BufError) => deflated.reserve(deflated.len().max(512)),
                // Only a missing dictionary makes this fail, and none is used.
                Err(error) => unreachable!("deflating without a dictionary: {error}"),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use flate2::read::{DeflateDecoder, ZlibDecoder};

    use super::{Deflater, zlib};

    #[test]
    fn what_went_before_has_no_part_in_the_result() {
        let texts: Vec<Vec<u8>> = (0..40_u32)
            .map(|at| {
                (0..at * at * 40)
                    .map(|byte| (byte * (at + 7) % 251) as u8)
                    .collect()
            })
            .collect();
        let mut raw = Deflater::raw(6);
        for text in texts.iter().chain(texts.iter().rev()) {
            let (bare, framed) = (raw.deflate(text), zlib(7, text));
            assert_eq!(bare, Deflater::raw(6).deflate(text));
            assert_eq!(framed, Deflater::zlib(7).deflate(text));
            let mut read = Vec::new();
            DeflateDecoder::new(&*bare).read_to_end(&mut read).unwrap();
            assert_eq!(read, *text);
            read.clear();
            ZlibDecoder::new(&*framed).read_to_end(&mut read).unwrap();
            assert_eq!(read, *text);
        }
    }
}
