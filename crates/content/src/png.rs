//! PNG pictures (ISO/IEC 15948): decoded once, so that no back end meets a broken or huge one.

use std::fmt;
use std::io::Cursor;
use std::sync::Arc;

/// Maximum number of pixels along a side, so that a small file cannot decompress to a huge picture.
const LONGEST: u32 = 4096;

/// A PNG file that decodes completely.
#[derive(Clone, PartialEq, Eq)]
pub struct Png {
    bytes: Arc<[u8]>,
    across: u32,
    down: u32,
}

/// Why bytes are not a valid [`Png`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PngError {
    /// The file is larger than its use allows.
    #[error("has {found} bytes; the limit is {most}")]
    TooManyBytes {
        /// How many there are.
        found: usize,
        /// How many there may be.
        most: usize,
    },
    /// The file is not PNG, or is truncated or damaged.
    #[error("is not a readable PNG file: {0}")]
    Unreadable(String),
    /// The picture moves (APNG).
    #[error("is animated")]
    Animated,
    /// The picture has more than 4,096 pixels along a side.
    #[error("has {0} by {1} pixels; the limit along a side is {LONGEST}")]
    TooManyPixels(u32, u32),
}

impl Png {
    /// Decodes a picture completely; `most` is its maximum size in bytes.
    ///
    /// # Errors
    /// Those of [`PngError`].
    pub fn new(bytes: Vec<u8>, most: usize) -> Result<Self, PngError> {
        if bytes.len() > most {
            let found = bytes.len();
            return Err(PngError::TooManyBytes { found, most });
        }
        let broken = |error: ::png::DecodingError| PngError::Unreadable(error.to_string());
        let mut decoder = ::png::Decoder::new(Cursor::new(&bytes));
        // Resolve palettes as the back ends do, so that an index outside the palette is an error
        // here.
        decoder.set_transformations(::png::Transformations::EXPAND);
        let mut reader = decoder.read_info().map_err(broken)?;
        let info = reader.info();
        let (across, down) = (info.width, info.height);
        if info.animation_control.is_some() {
            return Err(PngError::Animated);
        }
        if across > LONGEST || down > LONGEST {
            return Err(PngError::TooManyPixels(across, down));
        }
        let size = reader
            .output_buffer_size()
            .ok_or(PngError::TooManyPixels(across, down))?;
        reader.next_frame(&mut vec![0; size]).map_err(broken)?;
        reader.finish().map_err(broken)?;
        Ok(Self {
            bytes: bytes.into(),
            across,
            down,
        })
    }

    /// The file.
    pub fn bytes(&self) -> &Arc<[u8]> {
        &self.bytes
    }

    /// Width and height in pixels, neither of them 0.
    pub fn pixels(&self) -> (u32, u32) {
        (self.across, self.down)
    }
}

impl fmt::Debug for Png {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            bytes,
            across,
            down,
        } = self;
        write!(f, "Png({across} × {down}, {} bytes)", bytes.len())
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A grey picture.
    pub(crate) fn grey(across: u32, down: u32) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut encoder = ::png::Encoder::new(&mut bytes, across, down);
        encoder.set_color(::png::ColorType::Grayscale);
        let mut writer = encoder.write_header().expect("a header");
        writer
            .write_image_data(&vec![7; (across * down) as usize])
            .expect("pixels");
        writer.finish().expect("an end");
        bytes
    }

    #[test]
    fn a_picture_is_decoded_to_its_end() {
        let good = grey(80, 20);
        let made = Png::new(good.clone(), 1000).expect("a picture");
        assert_eq!(made.pixels(), (80, 20));
        for cut in [8, 30, good.len() / 2, good.len() - 14] {
            let found = Png::new(good[..cut].to_vec(), 1000).expect_err("cut off");
            assert!(matches!(found, PngError::Unreadable(_)), "{cut}: {found}");
        }
        assert_eq!(
            Png::new(good, 20).expect_err("too large"),
            PngError::TooManyBytes {
                found: made.bytes().len(),
                most: 20
            }
        );
        assert_eq!(
            Png::new(grey(5000, 1), 1000).expect_err("too long"),
            PngError::TooManyPixels(5000, 1)
        );
    }
}
