//! Pictures that a campaign names: PNG files, and what a screen reader says of them.

use std::fmt;
use std::sync::Arc;

use serde::{Serialize, Serializer};

use crate::{Diagnostic, Fingerprint};

/// Largest file, in bytes: it stands in every letter.
const LARGEST: usize = 200_000;

/// A picture.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Picture {
    /// What a screen reader says of it.
    pub alternative: String,
    /// The PNG file; its digest alone is part of fingerprints.
    #[serde(serialize_with = "digest")]
    pub bytes: Arc<[u8]>,
}

fn digest<S: Serializer>(bytes: &Arc<[u8]>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&Fingerprint::of(bytes))
}

impl fmt::Debug for Picture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Picture({:?}, {} bytes)",
            self.alternative,
            self.bytes.len()
        )
    }
}

impl Picture {
    /// A picture of the file `name`.
    ///
    /// # Errors
    /// It is no PNG (ISO/IEC 15948, 5.2 and 11.2.2), or too large for a letter.
    pub fn new(name: &str, alternative: &str, bytes: Vec<u8>) -> Result<Self, Diagnostic> {
        let size = |at: usize| {
            let part: Option<[u8; 4]> = bytes.get(at..at + 4).and_then(|it| it.try_into().ok());
            part.map_or(0, u32::from_be_bytes)
        };
        let sound = bytes.starts_with(b"\x89PNG\r\n\x1a\n")
            && bytes.get(12..16) == Some(b"IHDR")
            && size(16) > 0
            && size(20) > 0;
        if !sound {
            return Err(
                Diagnostic::error("wrong-picture", format!("`{name}` is no PNG file"))
                    .hint("save it as PNG"),
            );
        }
        if bytes.len() > LARGEST {
            let message = format!(
                "`{name}` has {} bytes, and {LARGEST} is the most",
                bytes.len()
            );
            return Err(Diagnostic::error("wrong-picture", message)
                .hint("make it smaller: 600 pixels are enough for a signature"));
        }
        Ok(Self {
            alternative: alternative.to_owned(),
            bytes: bytes.into(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Picture;

    #[test]
    fn only_a_png_is_a_picture() {
        let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\0\x01\0\0\0\x01".to_vec();
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
        assert_eq!(refused(b"GIF89a"), "`a.png` is no PNG file");
        assert_eq!(refused(&png[..20]), "`a.png` is no PNG file");
        png.resize(200_001, 0);
        assert_eq!(
            refused(&png),
            "`a.png` has 200001 bytes, and 200000 is the most"
        );
    }
}
