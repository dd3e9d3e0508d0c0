//! Pictures of a campaign: PNG files with an alternative text.

use serde::{Serialize, Serializer};

use crate::{Diagnostic, Fingerprint, Png, PngError};

/// Largest file, in bytes: every letter carries it.
const LARGEST: usize = 200_000;

/// A picture.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Picture {
    /// Alternative text for screen readers.
    pub alternative: String,
    /// The picture; fingerprints cover the digest of its file only.
    #[serde(rename = "bytes", serialize_with = "digest")]
    pub png: Png,
}

fn digest<S: Serializer>(png: &Png, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&Fingerprint::of(png.bytes()))
}

impl Picture {
    /// Decodes the picture of the file `name` once.
    ///
    /// # Errors
    /// The file is not PNG (ISO/IEC 15948), is damaged or animated, or is too large for a letter.
    pub fn new(name: &str, alternative: &str, bytes: Vec<u8>) -> Result<Self, Diagnostic> {
        let smaller = "make it smaller: 600 pixels are enough for a signature";
        let picture = Self::decoded(alternative, bytes, LARGEST, smaller);
        picture.map_err(|(error, hint)| {
            Diagnostic::error("wrong-picture", format!("`{name}` {error}")).hint(hint)
        })
    }

    /// A picture of at most `most` bytes, or why it is none and what to do; `smaller` is what to do
    /// with one that is too large.
    pub(crate) fn decoded(
        alternative: &str,
        bytes: Vec<u8>,
        most: usize,
        smaller: &'static str,
    ) -> Result<Self, (PngError, &'static str)> {
        let png = Png::new(bytes, most).map_err(|error| {
            let hint = match error {
                PngError::TooManyBytes { .. } | PngError::TooManyPixels(..) => smaller,
                PngError::Unreadable(_) | PngError::Animated => {
                    "save it as a PNG file without animation"
                }
            };
            (error, hint)
        })?;
        Ok(Self {
            alternative: alternative.to_owned(),
            png,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Picture;
    use crate::png::tests::grey;

    #[test]
    fn only_a_whole_png_is_a_picture() {
        let png = grey(60, 20);
        let made = Picture::new("a.png", "Naam", png.clone()).expect("a picture");
        let json = serde_json::to_string(&made).expect("JSON");
        assert_eq!(
            json.len(),
            64 + "{'alternative':'Naam','bytes':''}".len(),
            "{json}"
        );
        let refused = |bytes: &[u8]| {
            Picture::new("a.png", "", bytes.to_vec())
                .expect_err("no picture")
                .message
        };
        let unreadable = "`a.png` is not a readable PNG file: ";
        assert!(refused(b"GIF89a").starts_with(unreadable));
        // Header and size are there, the pixels are not.
        assert!(refused(&png[..60]).starts_with(unreadable));
        assert_eq!(
            refused(&[&png[..], &[0; 200_000]].concat()),
            format!(
                "`a.png` has {} bytes; the limit is 200000",
                png.len() + 200_000
            )
        );
    }
}
