//! The logo: a PNG picture, decoded and measured before layout.

use crate::{Diagnostic, Fingerprint, LogoSettings, Picture};

/// Largest logo file, in bytes: every letter and motion carries it.
const LARGEST: usize = 512 << 10;
/// The minimum and maximum width of a logo, in mm.
const WIDTHS: (f64, f64) = (5.0, 120.0);
/// The maximum height of a logo, in mm: the letterhead ends above the window of the envelope.
const HIGHEST: f64 = 18.0;

/// A validated logo.
#[derive(Debug, Clone, PartialEq)]
pub struct Logo {
    /// The picture.
    pub picture: Picture,
    /// Width on paper, in mm.
    pub width: f64,
    /// Height on paper, in mm.
    pub height: f64,
    /// Whether Word files of motions and annexes have it too, and not letters alone.
    pub in_motions: bool,
}

impl Logo {
    /// Decodes a logo once, so that no back end meets a broken one.
    ///
    /// # Errors
    /// The file is not PNG, is broken, animated or too large in bytes or pixels, the picture is too
    /// narrow, wide or high on paper, or it has no alternative text.
    pub fn new(settings: &LogoSettings, bytes: Vec<u8>) -> Result<Self, Diagnostic> {
        let refused = |message: String, hint: &str| Diagnostic::error("logo", message).hint(hint);
        let alternative = settings.alternative.trim();
        let smaller = "save it with fewer pixels, in less than 512 kB";
        let picture = Picture::decoded(alternative, bytes, LARGEST, smaller)
            .map_err(|(error, hint)| refused(format!("the logo {error}"), hint))?;
        let (across, down) = picture.png.pixels();
        let width = settings.width;
        if !(WIDTHS.0..=WIDTHS.1).contains(&width) {
            return Err(refused(
                format!("a logo of {width} mm is too narrow or too wide"),
                "give it a `width` from 5 to 120 mm",
            ));
        }
        let height = width * f64::from(down) / f64::from(across);
        if height > HIGHEST {
            let message = format!("a logo of {height:.1} mm is too high for the letterhead");
            let widest = (HIGHEST / height * width * 10.0).floor() / 10.0;
            return Err(refused(
                message,
                &format!("give it a `width` of {widest} mm at most"),
            ));
        }
        if alternative.is_empty() {
            return Err(refused(
                "the logo has no alternative text".into(),
                "describe it in `alternative`",
            ));
        }
        Ok(Self {
            picture,
            width,
            height,
            in_motions: settings.in_motions,
        })
    }

    /// The fingerprint of everything that affects its appearance in a letterhead.
    pub fn fingerprint(&self) -> Fingerprint {
        let mut builder = Fingerprint::builder("logo");
        builder
            .field(self.picture.png.bytes())
            .field(self.picture.alternative.as_bytes());
        builder.field(&self.width.to_le_bytes());
        builder.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::png::tests::grey as picture;

    fn settings(width: f64, alternative: &str) -> LogoSettings {
        LogoSettings {
            alternative: alternative.into(),
            width,
            ..LogoSettings::default()
        }
    }

    #[test]
    fn a_logo_keeps_its_proportions() {
        let logo = Logo::new(&settings(40.0, " Logo "), picture(80, 20)).expect("a logo");
        assert_eq!((logo.width, logo.height), (40.0, 10.0));
        assert_eq!(logo.picture.alternative, "Logo");
        let other = Logo {
            width: 41.0,
            ..logo.clone()
        };
        assert_ne!(logo.fingerprint(), other.fingerprint());
    }

    #[test]
    fn what_cannot_be_shown_is_refused() {
        let good = picture(80, 20);
        let cases = [
            (
                settings(40.0, "Logo"),
                good[..60].to_vec(),
                "not a readable PNG file",
            ),
            (
                settings(40.0, "Logo"),
                b"GIF89a".to_vec(),
                "not a readable PNG file",
            ),
            (
                settings(40.0, "Logo"),
                vec![0; LARGEST + 1],
                "the limit is 524288",
            ),
            (settings(40.0, "Logo"), picture(5000, 1), "5000 by 1 pixels"),
            (settings(200.0, "Logo"), good.clone(), "too wide"),
            (settings(80.0, "Logo"), picture(20, 20), "too high"),
            (settings(40.0, " "), good, "alternative"),
        ];
        for (settings, bytes, expected) in cases {
            let found = Logo::new(&settings, bytes).expect_err(expected);
            assert!(found.message.contains(expected), "{}", found.message);
        }
    }
}
