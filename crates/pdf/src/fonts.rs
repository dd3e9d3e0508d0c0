//! The fonts: what Typst chooses from, and which characters they can show.

use std::borrow::Cow;

use raadspost_content::{Theme, is_unprintable};
use typst::foundations::Bytes;
use typst::text::{Font, FontBook, FontStretch, FontStyle, FontVariant, FontWeight};
use typst::utils::LazyHash;

use crate::error::PdfError;
use crate::writer::is_restricted;

/// A font file, TrueType or OpenType, possibly a collection.
#[derive(Debug, Clone)]
pub struct FontFile {
    /// What errors call it, its file name as a rule.
    pub name: String,
    /// The file.
    pub bytes: Cow<'static, [u8]>,
}

/// The loaded fonts and the characters that they have.
pub(crate) struct Fonts {
    pub(crate) book: LazyHash<FontBook>,
    fonts: Vec<Font>,
    covered: Vec<u64>,
}

/// Weight and style of every run of text in the templates.
const VARIANTS: [(FontStyle, FontWeight); 5] = [
    (FontStyle::Normal, FontWeight::REGULAR),
    (FontStyle::Normal, FontWeight::SEMIBOLD),
    (FontStyle::Normal, FontWeight::BOLD),
    (FontStyle::Italic, FontWeight::REGULAR),
    (FontStyle::Italic, FontWeight::BOLD),
];

/// Words of 64 bits for all code points.
const WORDS: usize = 0x11_0000 / 64;

impl Fonts {
    /// Reads the files and checks that they have the theme's families.
    pub(crate) fn load(files: &[FontFile], theme: &Theme) -> Result<Self, PdfError> {
        let (fonts, book, mistakes) = read(files, theme);
        if let Some(first) = mistakes.into_iter().next() {
            return Err(first);
        }
        let covered = coverage(&book, theme);
        Ok(Self {
            book: LazyHash::new(book),
            fonts,
            covered,
        })
    }

    /// Every file that is not a font, and every family of the theme that is in none of them.
    pub(crate) fn mistakes(files: &[FontFile], theme: &Theme) -> Vec<PdfError> {
        read(files, theme).2
    }

    /// All fonts, in the order of the book.
    pub(crate) fn all(&self) -> &[Font] {
        &self.fonts
    }

    /// The font with an index of the book.
    pub(crate) fn font(&self, index: usize) -> Option<Font> {
        self.fonts.get(index).cloned()
    }

    /// Whether a character can be shown in every style of the running text and of the address.
    pub(crate) fn has(&self, c: char) -> bool {
        let code = c as usize;
        self.covered[code / 64] >> (code % 64) & 1 == 1
    }

    /// The characters that cannot be shown, each once, in order of appearance.
    pub(crate) fn missing(&self, text: &str) -> Vec<char> {
        let mut missing = Vec::new();
        for c in text.chars() {
            if !self.has(c) && !missing.contains(&c) {
                missing.push(c);
            }
        }
        missing
    }
}

fn read(files: &[FontFile], theme: &Theme) -> (Vec<Font>, FontBook, Vec<PdfError>) {
    let mut fonts = Vec::new();
    let mut mistakes = Vec::new();
    let families = [&theme.serif, &theme.sans].into_iter();
    let families: Vec<&String> = families.chain(&theme.fallback).collect();
    for file in files {
        let before = fonts.len();
        fonts.extend(Font::iter(Bytes::new(file.bytes.clone())));
        if fonts.len() == before {
            mistakes.push(PdfError::NotAFont {
                file: file.name.clone(),
            });
        }
        let restricted = fonts[before..].iter().find(|font| {
            let family = &font.info().family;
            let parsed = ttf_parser::Face::parse(font.data().as_slice(), font.index());
            families
                .iter()
                .any(|named| named.eq_ignore_ascii_case(family))
                && parsed.is_ok_and(|face| is_restricted(&face))
        });
        if let Some(font) = restricted {
            mistakes.push(PdfError::NotEmbeddable {
                file: file.name.clone(),
                family: font.info().family.clone(),
            });
        }
    }
    let book = FontBook::from_fonts(&fonts);
    for family in families {
        if !book.contains_family(&family.to_lowercase()) {
            mistakes.push(PdfError::NoSuchFamily {
                family: family.clone(),
                known: book.families().map(|(name, _)| name.to_owned()).collect(),
            });
        }
    }
    (fonts, book, mistakes)
}

/// The characters that both chains of families have in each variant, as Typst selects them, and
/// those that take no glyph.
fn coverage(book: &FontBook, theme: &Theme) -> Vec<u64> {
    let mut covered = vec![u64::MAX; WORDS];
    for first in [&theme.serif, &theme.sans] {
        for (style, weight) in VARIANTS {
            let variant = FontVariant {
                style,
                weight,
                stretch: FontStretch::NORMAL,
            };
            let mut chain = vec![0u64; WORDS];
            for family in std::iter::once(first).chain(&theme.fallback) {
                let face = book.select(&family.to_lowercase(), variant);
                let Some(info) = face.and_then(|index| book.info(index)) else {
                    continue;
                };
                for code in info.coverage.iter() {
                    set(&mut chain, code);
                }
            }
            for (all, one) in covered.iter_mut().zip(&chain) {
                *all &= one;
            }
        }
    }
    for code in 0..0x11_0000 {
        let Some(c) = char::from_u32(code) else {
            continue;
        };
        if is_set(&covered, code) || takes_no_glyph(c) {
            // Private use and noncharacters, to which PDF/A-2a lets no glyph be mapped (ISO 19005-2,
            // 6.2.11.7), are among those that cannot be printed.
            let is_printed = matches!(c, '\t' | '\n' | '\r') || !is_unprintable(c);
            put(&mut covered, code, is_printed);
        }
    }
    covered
}

fn set(words: &mut [u64], code: u32) {
    words[code as usize / 64] |= 1 << (code % 64);
}

fn is_set(words: &[u64], code: u32) -> bool {
    words[code as usize / 64] & (1 << (code % 64)) != 0
}

fn put(words: &mut [u64], code: u32, value: bool) {
    match value {
        true => set(words, code),
        false => words[code as usize / 64] &= !(1 << (code % 64)),
    }
}

/// Line breaks, and what Typst removes when it shapes: the default ignorable characters.
fn takes_no_glyph(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r') || typst::text::is_default_ignorable(c)
}
