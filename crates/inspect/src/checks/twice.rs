//! Two renditions of one document, made in two ways: what they say, how it is structured, and what
//! is seen.

use hayro::RenderCache;
use hayro::hayro_syntax::Pdf;

use super::second::{SCALE, with_pixels};
use crate::{PdfText, comparable, first_difference, read_pdf, struct_outline};

/// Levels of 255 by which a pixel may be darker or paler than those beside it in the other
/// rendition: the two round the place of a glyph in their own ways.
const APART: u8 = 24;

/// Where two files part; none where they show and say the same.
pub(crate) fn difference(one: &[u8], other: &[u8]) -> Option<String> {
    match (read_pdf(one), read_pdf(other)) {
        (Ok(one), Ok(other)) => words(&one, &other),
        (Err(error), _) | (_, Err(error)) => Some(error.to_string()),
    }
    .or_else(|| match (struct_outline(one), struct_outline(other)) {
        (Ok(one), Ok(other)) if tree(&one) == tree(&other) => None,
        (Ok(_), Ok(_)) => Some("its structure".to_owned()),
        (Err(error), _) | (_, Err(error)) => Some(error.to_string()),
    })
    .or_else(
        || match (Pdf::new(one.to_vec()), Pdf::new(other.to_vec())) {
            (Ok(one), Ok(other)) => pixels(&one, &other),
            _ => Some("the second renderer cannot open it".to_owned()),
        },
    )
}

fn words(one: &PdfText, other: &PdfText) -> Option<String> {
    let (lines, others) = (comparable(&one.lines), comparable(&other.lines));
    if let Some(difference) = first_difference(&lines, &others) {
        return Some(difference.to_string());
    }
    if one.page_count != other.page_count {
        return Some(format!("{} and {} pages", one.page_count, other.page_count));
    }
    let said = |file: &PdfText| {
        let metadata = &file.metadata;
        (
            metadata.title.clone(),
            metadata.author.clone(),
            metadata.language.clone(),
        )
    };
    (said(one) != said(other)).then(|| "its title, author or language".to_owned())
}

/// An outline of the structure without the texts, which may be cut up in different ways.
fn tree(outline: &str) -> Vec<&str> {
    let kind = |line: &str| line.find('"').unwrap_or(line.len());
    let lines = outline.lines().map(|line| line[..kind(line)].trim_end());
    lines.filter(|line| !line.trim().is_empty()).collect()
}

/// Compares page by page.
fn pixels(one: &Pdf, other: &Pdf) -> Option<String> {
    let (pages, others) = (one.pages(), other.pages());
    pages
        .iter()
        .zip(others.iter())
        .enumerate()
        .find_map(|(at, (page, other))| {
            let [page, other] = [page, other].map(|page| {
                with_pixels(page, &RenderCache::new(), false, |pixmap| {
                    Grey::of(usize::from(pixmap.width()), pixmap.data_as_u8_slice())
                })
            });
            let (x, y) = page
                .parts_from(&other)
                .or_else(|| other.parts_from(&page))?;
            let mm = |pixels: usize| pixels as f32 / SCALE * 25.4 / 72.0;
            Some(format!(
                "page {} at {:.0} mm across and {:.0} mm down",
                at + 1,
                mm(x),
                mm(y)
            ))
        })
}

/// How pale each pixel of a page is.
struct Grey {
    width: usize,
    levels: Vec<u8>,
}

impl Grey {
    /// From four bytes a pixel.
    fn of(width: usize, pixels: &[u8]) -> Self {
        let (pixels, _) = pixels.as_chunks::<4>();
        let level = |[red, green, blue, _]: &[u8; 4]| {
            ((u16::from(*red) + u16::from(*green) + u16::from(*blue)) / 3) as u8
        };
        Self {
            width,
            levels: pixels.iter().map(level).collect(),
        }
    }

    /// The first pixel that is darker or paler than all round its place in the other page.
    fn parts_from(&self, other: &Self) -> Option<(usize, usize)> {
        if self.width != other.width || self.levels.len() != other.levels.len() {
            return Some((0, 0));
        }
        let height = self.levels.len().checked_div(self.width)?;
        (0..self.levels.len()).find_map(|at| {
            let level = self.levels[at];
            // Most of a page is white in both.
            if level == other.levels[at] {
                return None;
            }
            let (x, y) = (at % self.width, at / self.width);
            let (mut darkest, mut palest) = (u8::MAX, 0);
            for row in y.saturating_sub(1)..(y + 2).min(height) {
                for column in x.saturating_sub(1)..(x + 2).min(self.width) {
                    let level = other.levels[row * self.width + column];
                    darkest = darkest.min(level);
                    palest = palest.max(level);
                }
            }
            let apart = darkest
                .saturating_sub(level)
                .max(level.saturating_sub(palest));
            (apart > APART).then_some((x, y))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Grey;

    #[test]
    fn a_pixel_may_move_a_little_and_not_far() {
        let page = |dark: usize| {
            let mut levels = vec![255; 100];
            levels[dark] = 0;
            Grey { width: 10, levels }
        };
        assert_eq!(page(45).parts_from(&page(45)), None);
        assert_eq!(page(45).parts_from(&page(46)), None);
        assert_eq!(page(45).parts_from(&page(48)), Some((5, 4)));
        assert_eq!(page(48).parts_from(&page(45)), Some((8, 4)));
    }
}
