//! Pixels against boxes: a page is rendered by a renderer that shares no line with ours, and where
//! its ink lies is compared with where the content says that ink is. Where they disagree, one of
//! the two is wrong, and no verdict on places can be trusted.

use hayro::RenderCache;
use hayro::hayro_syntax::Pdf;
use raadspost_content::{Diagnostic, Diagnostics, INSPECTION_FAULT};

use super::ink::name;
use super::raster::{SCALE, with_pixels};
use super::{Finished, extent};
use crate::pdf::matrix::Rect;
use crate::pdf::page::content::{PageContent, Painted};
use crate::pdf::page::memory::Memory;
use crate::pdf::page::read::read_page;

/// A channel darker than white by so many of 255 levels is ink.
const INK: u8 = 6;

/// A side of a box and its ink may be so many pixels apart, by rounding and smoothing.
const APART: f32 = 1.2;

/// Pixels without ink.
const BLANK: [[u8; 4]; 16] = [[u8::MAX; 4]; 16];

/// Compares some pages of a file.
pub(crate) fn check(
    finished: &Finished<'_>,
    bytes: &[u8],
    pages: &[usize],
    memory: &Memory,
) -> Diagnostics {
    let fault = |message: String| Diagnostic::error(INSPECTION_FAULT, message);
    let Ok(file) = Pdf::new(bytes.to_vec()) else {
        return vec![fault("the second renderer cannot open the file".to_owned())];
    };
    let mut fonts = memory.fonts();
    let cache = RenderCache::new();
    let mut found = Vec::new();
    for at in pages.iter().copied() {
        let (Some(page), Some(id)) = (file.pages().get(at), finished.file.ids.get(at)) else {
            found.push(fault(format!(
                "page {}: the second renderer does not see it",
                at + 1
            )));
            continue;
        };
        // Once more, with the box of each glyph.
        let (content, _) = read_page(finished.pdf(), *id, &mut fonts, true);
        let apart = with_pixels(page, &cache, true, SCALE, |pixmap| {
            let bitmap = Bitmap::new(
                usize::from(pixmap.width()),
                usize::from(pixmap.height()),
                pixmap.data_as_u8_slice(),
                finished.sheets[at],
            );
            bitmap.compare(&content)
        });
        found.extend(apart.map(|apart| {
            let area = |bounds: Option<Rect>| {
                bounds.map_or_else(
                    || "nowhere".to_owned(),
                    |bounds| extent(finished.area(at, bounds)),
                )
            };
            let (page, boxed, inked) = (at + 1, area(apart.content), area(apart.ink));
            let what = apart.what;
            fault(format!(
                "page {page}: {what}; by the content {boxed}, by the pixels {inked}"
            ))
        }));
    }
    found
}

/// Where content and pixels part.
#[derive(Debug)]
struct Apart {
    what: &'static str,
    content: Option<Rect>,
    ink: Option<Rect>,
}

/// The pixels of a page.
struct Bitmap<'a> {
    width: usize,
    height: usize,
    pixels: &'a [[u8; 4]],
    sheet: Rect,
}

/// Whether a pixel has ink.
fn has_ink([red, green, blue, _]: &[u8; 4]) -> bool {
    *red.min(green).min(blue) < u8::MAX - INK
}

impl<'a> Bitmap<'a> {
    /// From four bytes a pixel.
    fn new(width: usize, height: usize, pixels: &'a [u8], sheet: Rect) -> Self {
        let (pixels, _) = pixels.as_chunks::<4>();
        Self {
            width,
            height,
            pixels,
            sheet,
        }
    }

    /// Columns and rows, ends excluded, of the pixels that a box touches.
    fn pixels(&self, bounds: Rect) -> (std::ops::Range<usize>, std::ops::Range<usize>) {
        let clamp = |value: f32, most: usize| value.clamp(0.0, most as f32) as usize;
        let across = |x: f32| (x - self.sheet.left) * SCALE;
        let down = |y: f32| (self.sheet.top - y) * SCALE;
        let columns = clamp(across(bounds.left).floor(), self.width)
            ..clamp(across(bounds.right).ceil(), self.width);
        let rows = clamp(down(bounds.top).floor(), self.height)
            ..clamp(down(bounds.bottom).ceil(), self.height);
        (columns, rows)
    }

    /// The box of a range of pixels, in pt.
    fn bounds(&self, columns: std::ops::Range<usize>, rows: std::ops::Range<usize>) -> Rect {
        Rect {
            left: self.sheet.left + columns.start as f32 / SCALE,
            right: self.sheet.left + columns.end as f32 / SCALE,
            top: self.sheet.top - rows.start as f32 / SCALE,
            bottom: self.sheet.top - rows.end as f32 / SCALE,
        }
    }

    /// The box round the ink within a box; `None` without ink.
    fn inked(&self, within: Rect, wanted: impl Fn(usize) -> bool) -> Option<Rect> {
        let (columns, rows) = self.pixels(within);
        let mut found = Rect::EMPTY;
        for row in rows {
            for column in columns.clone() {
                let at = row * self.width + column;
                if has_ink(&self.pixels[at]) && wanted(at) {
                    found = found.union(self.bounds(column..column + 1, row..row + 1));
                }
            }
        }
        (!found.is_empty()).then_some(found)
    }

    fn compare(&self, content: &PageContent) -> Option<Apart> {
        let visible = |painted: &&Painted| !painted.white;
        // All ink lies where the content has something: in the box of a glyph, path or image.
        let mut covered = vec![false; self.pixels.len()];
        let others = content.painted.iter().filter(visible);
        let others = others.filter(|painted| painted.what != crate::pdf::page::content::What::Text);
        let boxes = content
            .glyphs
            .iter()
            .copied()
            .chain(others.map(|painted| painted.bounds));
        for bounds in boxes {
            let (columns, rows) = self.pixels(bounds.grown(1.0 / SCALE));
            for row in rows {
                covered[row * self.width..][columns.clone()].fill(true);
            }
        }
        let mut strays = self
            .pixels
            .chunks(BLANK.len())
            .zip(covered.chunks(BLANK.len()));
        let any = strays.any(|(pixels, covered)| {
            // Most of a page is white, and 16 pixels of it are seen at once.
            let stray = |(pixel, covered): (&[u8; 4], &bool)| !*covered && has_ink(pixel);
            pixels != BLANK && pixels.iter().zip(covered).any(stray)
        });
        if any && let Some(stray) = self.inked(Rect::EVERYTHING, |at| !covered[at]) {
            let distance = |painted: &Painted| {
                let bounds = painted.bounds;
                let gap =
                    |low: f32, high: f32, from: f32, to: f32| (low - to).max(from - high).max(0.0);
                gap(bounds.left, bounds.right, stray.left, stray.right)
                    + gap(bounds.bottom, bounds.top, stray.bottom, stray.top)
            };
            let all = content.painted.iter().filter(visible);
            let nearest = all.min_by(|a, b| distance(a).total_cmp(&distance(b)));
            return Some(Apart {
                what: "there is ink where the content has nothing",
                content: nearest.map(|painted| painted.bounds),
                ink: Some(stray),
            });
        }
        // Everything has ink, and as far as its box reaches, unless white lies over it.
        let white: Vec<Rect> = content
            .painted
            .iter()
            .filter(|painted| painted.white)
            .map(|painted| painted.bounds)
            .collect();
        for painted in content.painted.iter().filter(visible) {
            let bounds = painted.bounds.intersection(self.sheet);
            let hidden = white
                .iter()
                .any(|white| !white.intersection(bounds).is_empty());
            if hidden || bounds.is_empty() {
                continue;
            }
            let Some(ink) = self.inked(bounds.grown(0.5 / SCALE), |_| true) else {
                return Some(Apart {
                    what: name(painted),
                    content: Some(bounds),
                    ink: None,
                });
            };
            let apart = APART / SCALE;
            let reaches = ink.left - bounds.left <= apart
                && bounds.right - ink.right <= apart
                && ink.bottom - bounds.bottom <= apart
                && bounds.top - ink.top <= apart;
            if painted.exact && bounds == painted.bounds && !reaches {
                return Some(Apart {
                    what: name(painted),
                    content: Some(bounds),
                    ink: Some(ink),
                });
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::{Apart, Bitmap, SCALE};
    use crate::pdf::matrix::Rect;
    use crate::pdf::page::content::{PageContent, Painted, What};
    use crate::pdf::page::marks::Belongs;

    const SIDE: usize = 90;

    /// Where a sheet with ink in these boxes and its content part.
    fn parted(ink: &[Rect], content: &PageContent) -> Option<Apart> {
        let mut pixels = vec![255; SIDE * SIDE * 4];
        let side = SIDE as f32 / SCALE;
        let sheet = Rect::between((0.0, 0.0), (side, side));
        let places: Vec<_> = {
            let blank = Bitmap::new(SIDE, SIDE, &pixels, sheet);
            ink.iter().map(|bounds| blank.pixels(*bounds)).collect()
        };
        for (columns, rows) in places {
            for row in rows {
                for column in columns.clone() {
                    pixels[(row * SIDE + column) * 4] = 0;
                }
            }
        }
        Bitmap::new(SIDE, SIDE, &pixels, sheet).compare(content)
    }

    fn content(bounds: &[Rect]) -> PageContent {
        let painted = |bounds: &Rect| Painted {
            what: What::Path,
            bounds: *bounds,
            exact: true,
            white: false,
            belongs: Belongs::Artifact,
        };
        PageContent {
            painted: bounds.iter().map(painted).collect(),
            ..PageContent::default()
        }
    }

    #[test]
    fn ink_and_boxes_are_held_against_each_other() {
        let one = Rect::between((10.0, 10.0), (20.0, 14.0));
        let two = Rect::between((30.0, 40.0), (34.0, 50.0));
        assert!(parted(&[one, two], &content(&[one, two])).is_none());
        // Ink without a box, a box without ink, and a box that is larger than its ink.
        let stray = parted(&[one, two], &content(&[one])).unwrap();
        assert_eq!(stray.content, Some(one));
        assert!(stray.ink.unwrap().left >= 29.0);
        let missing = parted(&[one], &content(&[one, two])).unwrap();
        assert_eq!((missing.content, missing.ink), (Some(two), None));
        let wide = Rect::between((10.0, 10.0), (26.0, 14.0));
        let apart = parted(&[one], &content(&[wide])).unwrap();
        assert_eq!(apart.content, Some(wide));
        assert!(apart.ink.unwrap().right <= 21.0);
    }
}
