//! Widths of text without layout: enough to choose what is laid out as a sample, and to see which
//! addresses surely fit their window.
//!
//! A width is the sum of the advances of the characters, each the widest that any of the theme's
//! families in use has for it. Kerning and ligatures make text narrower nearly always; what they
//! may add is covered by [`SLACK`].

use raadspost_content::{Body, Inline, Letter, Shape, Theme, Values, plain_text};
use typst::layout::Abs;
use typst::text::{
    Font, FontBook, FontStretch, FontStyle, FontVariant, FontVariations, FontWeight,
};

/// Advances are kept for code points below this: all scripts of Europe, and kana. What lies above
/// is as wide as it is high.
const KEPT: usize = 0x3100;

/// An em in the unit of widths.
const EM: u16 = 1000;

/// How much wider text may be than the sum of its advances.
const SLACK: f64 = 1.03;

/// The advance of each character, in thousandths of the font's size.
pub(crate) struct Widths(Vec<u16>);

impl Widths {
    /// Those of the theme's two families and of its fallbacks.
    pub(crate) fn new(fonts: &[Font], book: &FontBook, theme: &Theme) -> Self {
        let mut advances = vec![EM; KEPT];
        let mut known = vec![false; KEPT];
        for first in [&theme.serif, &theme.sans] {
            for weight in [FontWeight::REGULAR, FontWeight::BOLD] {
                let variant = FontVariant {
                    style: FontStyle::Normal,
                    weight,
                    stretch: FontStretch::NORMAL,
                };
                let mut here = vec![false; KEPT];
                for family in std::iter::once(first).chain(&theme.fallback) {
                    let index = book.select(&family.to_lowercase(), variant);
                    let Some(font) = index.and_then(|index| fonts.get(index)) else {
                        continue;
                    };
                    let none = FontVariations::default();
                    let font = font.clone().instantiate(variant, Abs::pt(SIZE), &none);
                    for (code, here) in (0u32..).zip(&mut here) {
                        let glyph = char::from_u32(code).filter(|_| !*here);
                        let Some(glyph) = glyph.and_then(|c| font.ttf().glyph_index(c)) else {
                            continue;
                        };
                        *here = true;
                        let advance = font.x_advance(glyph.0).map_or(0.0, |em| em.get());
                        let advance = in_thousandths(advance);
                        let (kept, known) =
                            (&mut advances[code as usize], &mut known[code as usize]);
                        *kept = if *known { advance.max(*kept) } else { advance };
                        *known = true;
                    }
                }
            }
        }
        Self(advances)
    }

    /// The advance of a character, in thousandths of the font's size.
    pub(crate) fn of(&self, c: char) -> u16 {
        self.0.get(c as usize).copied().unwrap_or(EM)
    }

    /// No text is wider than this, in mm.
    fn at_most(&self, text: &str, size: f64) -> f64 {
        let sum: u64 = text.chars().map(|c| u64::from(self.of(c))).sum();
        sum as f64 / f64::from(EM) * size * MM * SLACK
    }

    /// Whether every address of a document surely fits its window, so that no layout has to show it.
    pub(crate) fn addresses_fit(&self, shape: &Shape, values: &Values) -> bool {
        match &shape.body {
            Body::Letter(letter) => self.address_fits(letter, &values.slots),
            Body::Parts { .. } => true,
            Body::Collection(members) => {
                let mut members = members.iter().zip(&values.members);
                members.all(|(shape, values)| self.addresses_fit(shape, values))
            }
        }
    }

    /// The rule of `fitted` in `window.typ` at its smallest setting, with widths that are too large
    /// rather than too small. Greater widths never give fewer rows, so what fits here fits there.
    fn address_fits(&self, letter: &Letter, slots: &[String]) -> bool {
        let lines = letter.addressee.iter().chain(&letter.address);
        let column = letter.envelope.address_column(letter.has_return_address());
        let code = letter.kix.map_or(0.0, |_| KIX);
        let room = column.height - code;
        let rows: Option<usize> = lines.map(|line| self.rows(line, slots, column.width)).sum();
        rows.is_some_and(|rows| {
            let tall = SIZE * MM * (0.66 + (rows.max(1) - 1) as f64 * STEP + 0.22);
            rows <= ROWS && tall <= room
        })
    }

    /// The most rows that a line of an address takes; `None` if a word is too wide.
    fn rows(&self, line: &[Inline], slots: &[String], width: f64) -> Option<usize> {
        let fits = |text: &str| self.at_most(text, SIZE) <= width;
        let whole = plain_text(line, slots);
        if fits(&whole) {
            return Some(1);
        }
        let merged = line
            .iter()
            .position(|piece| matches!(piece, Inline::Slot(_)))
            .filter(|at| *at > 0);
        if let Some(at) = merged {
            let halves = [&line[..at], &line[at..]].map(|half| plain_text(half, slots));
            if halves.iter().all(|half| fits(half.trim_matches(' '))) {
                return Some(2);
            }
        }
        let mut rows = 0;
        let mut last = String::new();
        for word in whole.split(' ') {
            if !fits(word) {
                return None;
            }
            let longer = format!("{last} {word}");
            if rows > 0 && fits(&longer) {
                last = longer;
            } else {
                rows += 1;
                word.clone_into(&mut last);
            }
        }
        Some(rows)
    }
}

/// The smallest setting of an address: size in pt, and step of its lines.
const SIZE: f64 = 10.0;
const STEP: f64 = 1.1;

/// Most rows of an address.
const ROWS: usize = 6;

/// What a KIX code takes below an address, in mm: its bars, and the white above them.
const KIX: f64 = 2.0 + 1.27 + 2.0 * 1.88;

/// A point in mm.
const MM: f64 = 25.4 / 72.0;

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped to the range of the type"
)]
fn in_thousandths(ems: f64) -> u16 {
    (ems * f64::from(EM)).ceil().clamp(0.0, f64::from(u16::MAX)) as u16
}
