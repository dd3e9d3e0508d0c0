//! The fonts of drawings, cut down to the characters that a job needs.

use std::collections::BTreeSet;

use allsorts::binary::read::ReadScope;
use allsorts::font_data::FontData;
use allsorts::subset::{CmapTarget, SubsetProfile, subset};
use printpdf::{FontId, ParsedFont};

use crate::PrintError;
use crate::sizes::PT;

/// The characters of the font of marks.
pub(crate) const MARK_CHARACTERS: &str = "!\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~ ";

/// The fonts, each with the glyphs that the fonts before it lack.
pub(crate) struct Fonts {
    faces: Vec<(FontId, ParsedFont)>,
}

impl Fonts {
    /// Reads the fonts; the first is that of marks, and has the same glyphs in every job.
    ///
    /// # Errors
    /// [`PrintError::Font`].
    pub(crate) fn new(fonts: &[Vec<u8>], characters: &BTreeSet<char>) -> Result<Self, PrintError> {
        let mut own = Self { faces: Vec::new() };
        let first = fonts.first().ok_or(PrintError::Font)?;
        own.add(first, &MARK_CHARACTERS.chars().collect())?;
        for font in fonts {
            let rest = characters
                .iter()
                .copied()
                .filter(|c| own.shown_by(*c).is_none());
            let rest: BTreeSet<char> = rest.collect();
            own.add(font, &rest)?;
        }
        Ok(own)
    }

    /// Adds a font's glyphs for these characters, if it has any.
    fn add(&mut self, font: &[u8], characters: &BTreeSet<char>) -> Result<(), PrintError> {
        let whole = ParsedFont::from_bytes(font, 0, &mut Vec::new()).ok_or(PrintError::Font)?;
        let glyphs = characters
            .iter()
            .filter_map(|c| whole.lookup_glyph_index(u32::from(*c)));
        // Glyph 0 is that for missing characters, and has to be first.
        let glyphs: BTreeSet<u16> = glyphs.chain([0]).collect();
        if glyphs.len() == 1 {
            return Ok(());
        }
        let glyphs: Vec<u16> = glyphs.into_iter().collect();
        let part = cut(font, &glyphs).ok_or(PrintError::Font)?;
        let face = ParsedFont::from_bytes(&part, 0, &mut Vec::new()).ok_or(PrintError::Font)?;
        // Names of our own: those of printpdf are random.
        let id = FontId(format!("Raadspost{}", self.faces.len()));
        self.faces.push((id, face));
        Ok(())
    }

    /// The fonts by name, that of marks first.
    pub(crate) fn faces(&self) -> &[(FontId, ParsedFont)] {
        &self.faces
    }

    fn shown_by(&self, c: char) -> Option<usize> {
        self.faces.iter().position(|(_, face)| shows(face, c))
    }

    /// A text in runs of one font, each character in the first font that shows it.
    pub(crate) fn runs(&self, text: &str) -> Vec<(&FontId, String)> {
        let mut runs: Vec<(usize, String)> = Vec::new();
        for c in text.chars() {
            let at = self.shown_by(c).unwrap_or(0);
            match runs.last_mut() {
                Some((last, run)) if *last == at => run.push(c),
                _ => runs.push((at, c.to_string())),
            }
        }
        let runs = runs.into_iter();
        runs.map(|(at, run)| (&self.faces[at].0, run)).collect()
    }

    /// The first character of a text that no font shows.
    pub(crate) fn unshown(&self, text: &str) -> Option<char> {
        text.chars().find(|c| self.shown_by(*c).is_none())
    }

    /// The width of a text, mm; the size in pt.
    pub(crate) fn width(&self, text: &str, size: f64) -> f64 {
        let advance = |c: char| {
            let (_, face) = &self.faces[self.shown_by(c).unwrap_or(0)];
            let glyph = face.lookup_glyph_index(u32::from(c)).unwrap_or(0);
            let width = f64::from(face.get_glyph_width(glyph).unwrap_or(0));
            width / f64::from(face.units_per_em.max(1))
        };
        text.chars().map(advance).sum::<f64>() * size / PT
    }
}

/// The fonts of the programme, for marks.
#[cfg(test)]
pub(crate) fn sample() -> Fonts {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../fonts/source-sans-3/SourceSans3-Regular.otf");
    let font = std::fs::read(path).expect("a font");
    Fonts::new(&[font], &BTreeSet::new()).expect("fonts")
}

/// Whether the font of marks shows a text.
pub(crate) fn is_ascii_mark_text(text: &str) -> bool {
    text.chars().all(|c| MARK_CHARACTERS.contains(c))
}

fn shows(face: &ParsedFont, c: char) -> bool {
    face.lookup_glyph_index(u32::from(c))
        .is_some_and(|glyph| glyph != 0)
}

/// A font with these glyphs alone. printpdf cuts fonts only with its layout engine built in.
fn cut(font: &[u8], glyphs: &[u16]) -> Option<Vec<u8>> {
    let data = ReadScope::new(font).read::<FontData<'_>>().ok()?;
    let provider = data.table_provider(0).ok()?;
    subset(&provider, glyphs, &SubsetProfile::Pdf, CmapTarget::Unicode).ok()
}
