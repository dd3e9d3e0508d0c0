//! Comparison of pages with reference pictures by the position of ink, not by pixels.
//!
//! Two versions of a renderer put the same letter on slightly different pixels, so a page is
//! compared by how dark small cells of it are. A cell is wide, because a word may drift along its
//! line, and less than half a line high, so that a line that moves leaves its cells.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;

/// Width and height of a cell, in mm.
const CELL: (f64, f64) = (7.0, 2.0);
/// How much darker or paler a cell may be; 0 is white paper, 1 black.
const INK: f64 = 0.09;
/// How far from its place ink may lie, in mm.
const DRIFT: f64 = 0.4;
/// How many of 1000 cells may differ all the same.
const PER_MILLE: usize = 3;
/// How much the proportions of two pages may differ.
const PROPORTION: f64 = 0.01;

/// Whether a page looks as its reference does; both are PNG files, of any resolution, of a page
/// that is 210 mm wide.
///
/// # Errors
/// What differs, and where on the page; or that a file cannot be read.
pub(crate) fn matches(reference: &Path, page: &Path) -> Result<(), String> {
    let (known, found) = (Picture::read(reference)?, Picture::read(page)?);
    found.differs(&known).map_or(Ok(()), |difference| {
        Err(format!(
            "{} does not look like {}: {difference}; if that is meant, copy the one over the other",
            page.display(),
            reference.display()
        ))
    })
}

/// The ink of a page.
struct Picture {
    width: usize,
    height: usize,
    /// Of each pixel, from 0 for white to 1 for black.
    ink: Vec<f64>,
}

impl Picture {
    fn read(path: &Path) -> Result<Self, String> {
        let failed = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
        let file = File::open(path).map_err(|error| failed(&error))?;
        let mut decoder = png::Decoder::new(BufReader::new(file));
        decoder.set_transformations(png::Transformations::normalize_to_color8());
        let mut reader = decoder.read_info().map_err(|error| failed(&error))?;
        let size = reader
            .output_buffer_size()
            .ok_or_else(|| failed(&"it is too large"))?;
        let mut bytes = vec![0; size];
        let info = reader
            .next_frame(&mut bytes)
            .map_err(|error| failed(&error))?;
        let channels = info.color_type.samples();
        let ink = |pixel: &[u8]| {
            let (colours, opacity) = match channels {
                2 | 4 => (&pixel[..channels - 1], f64::from(pixel[channels - 1])),
                _ => (pixel, 255.0),
            };
            let sum: f64 = colours.iter().map(|part| 255.0 - f64::from(*part)).sum();
            sum / 255.0 / colours.len() as f64 * opacity / 255.0
        };
        Ok(Self {
            width: info.width as usize,
            height: info.height as usize,
            ink: bytes[..info.buffer_size()]
                .chunks_exact(channels)
                .map(ink)
                .collect(),
        })
    }

    /// Height of the page in mm.
    fn millimetres(&self) -> f64 {
        210.0 * self.height as f64 / self.width as f64
    }

    /// The ink of a rectangle, in mm; beside the page there is none.
    fn ink(&self, left: f64, top: f64, (width, height): (f64, f64)) -> f64 {
        let scale = self.width as f64 / 210.0;
        // How much of each pixel lies within, along one side.
        let shares = |from: f64, length: f64, count: usize| -> Vec<(usize, f64)> {
            let (from, to) = (from * scale, (from + length) * scale);
            let first = from.floor().max(0.0) as usize;
            let last = (to.ceil().max(0.0) as usize).min(count);
            (first..last)
                .map(|at| {
                    let share = to.min(at as f64 + 1.0) - from.max(at as f64);
                    (at, share.max(0.0))
                })
                .collect()
        };
        let columns = shares(left, width, self.width);
        let mut sum = 0.0;
        for (row, high) in shares(top, height, self.height) {
            for (column, wide) in &columns {
                sum += self.ink[row * self.width + column] * wide * high;
            }
        }
        sum / (width * height * scale * scale)
    }

    /// How this page differs from what is known of it.
    fn differs(&self, known: &Self) -> Option<String> {
        let (height, wanted) = (self.millimetres(), known.millimetres());
        if (height / wanted - 1.0).abs() > PROPORTION {
            return Some(format!(
                "it is {height:.0} mm high for a width of 210 mm, and not {wanted:.0} mm"
            ));
        }
        let rows = (wanted / CELL.1).ceil() as usize;
        let columns = (210.0 / CELL.0).ceil() as usize;
        let mut other = 0;
        let (mut first, mut last) = (f64::MAX, 0.0_f64);
        for row in 0..rows {
            for column in 0..columns {
                let (left, top) = (column as f64 * CELL.0, row as f64 * CELL.1);
                let near = |page: &Self, other: &Self| {
                    let own = page.ink(left, top, CELL);
                    [-DRIFT, 0.0, DRIFT]
                        .iter()
                        .any(|drift| (own - other.ink(left, top + drift, CELL)).abs() <= INK)
                };
                // Both ways, so that neither may have what the other has not.
                if !near(self, known) || !near(known, self) {
                    other += 1;
                    first = first.min(top);
                    last = last.max(top + CELL.1);
                }
            }
        }
        (other * 1000 > PER_MILLE * rows * columns).then(|| {
            format!(
                "{other} of {} cells differ, between {first:.0} and {last:.0} mm from the top",
                rows * columns
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A page at 40 dots per inch with lines of text at these heights, in mm; a line is 2 mm of
    /// ink, 130 mm long, with a gap at each word.
    fn page(lines: &[f64], grey: f64) -> Picture {
        let (width, height) = (331, 468);
        let scale = 331.0 / 210.0;
        let mut ink = vec![0.0; width * height];
        for (at, ink) in ink.iter_mut().enumerate() {
            let (x, y) = ((at % width) as f64 / scale, (at / width) as f64 / scale);
            let written = (35.0..165.0).contains(&x) && !(x as usize).is_multiple_of(9);
            // As much of the pixel as the line covers, as an antialiasing renderer has it.
            let covered = lines.iter().map(|top| {
                let (from, to) = (y.max(*top), (y + 1.0 / scale).min(top + 2.0));
                (to - from).max(0.0) * scale
            });
            if written {
                *ink = grey * covered.sum::<f64>();
            }
        }
        Picture { width, height, ink }
    }

    fn paragraphs(gap: f64) -> Vec<f64> {
        let first = (0..6).map(|line| 40.0 + 5.0 * f64::from(line));
        let second = (0..6).map(|line| 70.0 + gap + 5.0 * f64::from(line));
        first.chain(second).collect()
    }

    #[test]
    fn a_page_looks_like_itself_and_like_another_rendering() {
        let known = page(&paragraphs(3.0), 0.5);
        assert_eq!(known.differs(&known), None);
        // Other hinting: a little darker, a third of a millimetre lower.
        let lower: Vec<f64> = paragraphs(3.0).iter().map(|top| top + 0.3).collect();
        assert_eq!(page(&lower, 0.55).differs(&known), None);
    }

    #[test]
    fn a_paragraph_that_moves_is_seen() {
        let known = page(&paragraphs(3.0), 0.5);
        for gap in [1.0, 5.0, 8.0, 40.0] {
            let said = page(&paragraphs(gap), 0.5).differs(&known);
            let said = said.unwrap_or_else(|| panic!("{gap} mm are not seen"));
            assert!(said.contains("mm from the top"), "{said}");
        }
    }

    #[test]
    fn a_line_that_is_missing_or_new_is_seen() {
        let lines = paragraphs(3.0);
        let known = page(&lines, 0.5);
        assert!(page(&lines[1..], 0.5).differs(&known).is_some());
        assert!(known.differs(&page(&lines[..11], 0.5)).is_some());
    }

    #[test]
    fn a_page_of_another_shape_is_seen() {
        let known = page(&paragraphs(3.0), 0.5);
        let mut wide = page(&paragraphs(3.0), 0.5);
        wide.height -= 20;
        wide.ink.truncate(wide.width * wide.height);
        let said = wide.differs(&known).unwrap_or_default();
        assert!(said.contains("mm high"), "{said}");
    }
}
