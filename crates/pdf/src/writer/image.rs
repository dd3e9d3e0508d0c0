//! Pictures made of pixels (ISO 32000-1, 8.9.5), with a soft mask where they are transparent.

use std::sync::Arc;

use raadspost_content::Recent;
use typst::foundations::Smart;
use typst::visualize::{Image, ImageKind, ImageScaling};

use super::Unsupported;
use super::file::{Bytes, File, Id};
use super::stream::deflate;

/// How many pictures one half of the memory keeps; a campaign has a logo and a few signatures.
const KEPT: usize = 8;

/// A picture as a file stores it.
struct Encoded {
    width: u32,
    height: u32,
    /// `DeviceGray` or `DeviceRGB`; the output intent says what they are.
    space: &'static str,
    pixels: Bytes,
    /// How opaque each pixel is, where not all are wholly so.
    mask: Option<Bytes>,
}

/// Pictures by what they hold.
pub(crate) struct Images(Recent<u128, Encoded>);

impl Default for Images {
    fn default() -> Self {
        Self(Recent::new(KEPT, |_, _| 1))
    }
}

/// Whether a picture can be written.
///
/// # Errors
/// It is drawn, or has colours of its own.
pub(crate) fn check(image: &Image) -> Result<(), Unsupported> {
    // Typst's export asks for smooth pixels with `/Interpolate`, which PDF/A forbids (6.2.8.1).
    if image.scaling() == Smart::Custom(ImageScaling::Smooth) {
        return Err(Unsupported("a picture with smooth pixels"));
    }
    match image.kind() {
        ImageKind::Raster(raster) if raster.icc().is_none() && raster.exif_rotation().is_none() => {
            Ok(())
        }
        _ => Err(Unsupported("a picture of another kind")),
    }
}

impl Images {
    /// Adds a picture to a file.
    ///
    /// # Errors
    /// As [`check`].
    pub(crate) fn add(&self, file: &mut File, image: &Image) -> Result<Id, Unsupported> {
        let encoded = self.encoded(image)?;
        let size = format!("/Width {}/Height {}", encoded.width, encoded.height);
        let mask = encoded
            .mask
            .as_ref()
            .map(|mask| file.stream(entries(&size, "DeviceGray"), mask.clone()));
        let mut picture = entries(&size, encoded.space);
        if let Some(mask) = mask {
            picture.push_str(&format!("/SMask {mask} 0 R"));
        }
        Ok(file.stream(picture, encoded.pixels.clone()))
    }

    fn encoded(&self, image: &Image) -> Result<Arc<Encoded>, Unsupported> {
        let ImageKind::Raster(raster) = image.kind() else {
            return Err(Unsupported("a picture of another kind"));
        };
        let encode = || {
            let picture = raster.dynamic().to_rgba8();
            let size = (picture.width(), picture.height());
            encode(size, picture.as_raw().as_chunks::<4>().0)
        };
        Ok(self.0.recall(&typst::utils::hash128(image), encode))
    }
}

/// From red, green, blue and opacity of each pixel.
fn encode((width, height): (u32, u32), pixels: &[[u8; 4]]) -> Encoded {
    let is_grey = pixels
        .iter()
        .all(|[red, green, blue, _]| red == green && green == blue);
    let colours: Vec<u8> = match is_grey {
        true => pixels.iter().map(|pixel| pixel[0]).collect(),
        false => pixels
            .iter()
            .flat_map(|[red, green, blue, _]| [*red, *green, *blue])
            .collect(),
    };
    let is_opaque = pixels.iter().all(|pixel| pixel[3] == u8::MAX);
    let opacity = || {
        Arc::new(deflate(
            &pixels.iter().map(|pixel| pixel[3]).collect::<Vec<_>>(),
        ))
    };
    Encoded {
        width,
        height,
        space: if is_grey { "DeviceGray" } else { "DeviceRGB" },
        pixels: Arc::new(deflate(&colours)),
        mask: (!is_opaque).then(opacity),
    }
}

fn entries(size: &str, space: &str) -> String {
    format!(
        "/Type/XObject/Subtype/Image{size}/ColorSpace/{space}/BitsPerComponent 8/Filter/FlateDecode"
    )
}
