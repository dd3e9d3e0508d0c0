//! The look as data: the values of `content/theme.yaml`, which both back ends follow.

use serde::Serialize;

use crate::Span;

/// A colour in sRGB.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Colour(pub [u8; 3]);

impl Colour {
    /// Six hexadecimal digits, without `#`.
    pub fn hex(self) -> String {
        self.0.iter().map(|part| format!("{part:02X}")).collect()
    }

    /// Reads `#RRGGBB`.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text
            .strip_prefix('#')
            .filter(|digits| digits.len() == 6 && digits.is_ascii())?;
        let part = |at: usize| u8::from_str_radix(&digits[at..at + 2], 16).ok();
        Some(Self([part(0)?, part(2)?, part(4)?]))
    }
}

impl Colour {
    /// Contrast with white, from 1 to 21 (WCAG 2.1, 1.4.3 and the definition of contrast ratio).
    pub fn contrast_with_white(self) -> f64 {
        let part = |part: u8| {
            let part = f64::from(part) / 255.0;
            if part <= 0.03928 {
                part / 12.92
            } else {
                ((part + 0.055) / 1.055).powf(2.4)
            }
        };
        let [red, green, blue] = self.0.map(part);
        1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)
    }
}

/// The logo of a campaign.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LogoSettings {
    /// The file, relative to the campaign, and its source location.
    pub file: (String, Span),
    /// Alternative text for screen readers.
    pub alternative: String,
    /// Width on paper, in mm.
    pub width: f64,
    /// Whether Word files of motions and annexes have it too.
    pub in_motions: bool,
}

/// Page margins of an A4 sheet, in mm.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Margins {
    /// Top, from the second page on; the first page of a letter has a letterhead.
    pub top: f64,
    /// Right.
    pub right: f64,
    /// Bottom.
    pub bottom: f64,
    /// Left.
    pub left: f64,
}

/// How the lines of running text end in PDF.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Alignment {
    /// Ragged at the right.
    Left,
    /// Flush at both edges.
    Justify,
}

impl Alignment {
    /// The names of all, as `theme.yaml` writes them.
    pub const NAMES: &'static [&'static str] = &["left", "justify"];

    /// The alignment with this name.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "left" => Some(Self::Left),
            "justify" => Some(Self::Justify),
            _ => None,
        }
    }
}

/// The look of all documents.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Theme {
    /// Family of the running text in PDF.
    pub serif: String,
    /// Family of the letterhead, the address and small text in PDF.
    pub sans: String,
    /// Fallback families, in order, for characters that the two lack.
    pub fallback: Vec<String>,
    /// Family of the running text in Word.
    pub word_text: String,
    /// Family of headings in Word.
    pub word_headings: String,
    /// Size of the running text, in pt.
    pub size: f64,
    /// Distance between the baselines of two lines of running text, in pt: the grid that all
    /// distances between lines in PDF follow.
    pub line: f64,
    /// Alignment of running text in PDF.
    pub align: Alignment,
    /// Width of a letter's text in PDF, in mm; never more than the margins leave.
    pub measure: f64,
    /// Colour of the running text.
    pub ink: Colour,
    /// Colour of small text; contrast with white at least 4.5:1.
    pub muted: Colour,
    /// Colour of the letterhead and of headings; contrast with white at least 4.5:1.
    pub accent: Colour,
    /// Page margins.
    pub margins: Margins,
}

impl Default for Theme {
    /// The values of the embedded `content/theme.yaml`; a test compares them.
    fn default() -> Self {
        Self {
            serif: "Libertinus Serif".into(),
            sans: "Source Sans 3".into(),
            fallback: vec!["Noto Serif".into(), "Noto Sans".into()],
            word_text: "Cambria".into(),
            word_headings: "Calibri".into(),
            size: 11.0,
            line: 13.5,
            align: Alignment::Left,
            measure: 125.0,
            ink: Colour([0, 0, 0]),
            muted: Colour([0x55, 0x55, 0x55]),
            accent: Colour([0x1F, 0x4E, 0x79]),
            margins: Margins {
                top: 25.0,
                right: 30.0,
                bottom: 25.0,
                left: 35.0,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contrast_is_that_of_the_guidelines() {
        let of = |hex| Colour::parse(hex).unwrap().contrast_with_white();
        assert!((of("#000000") - 21.0).abs() < 0.001);
        assert!((of("#FFFFFF") - 1.0).abs() < 0.001);
        // The palest passing grey, and the next one.
        assert!(of("#767676") >= 4.5 && of("#777777") < 4.5);
    }
}
