//! Marks for the inserting machine: drawn when the print run is made, never in a template, because
//! their place belongs to the printer and not to the letter.

use crate::profile::{MarkKind, Marks, PrintProfile};
use datamatrix::{DataMatrix, SymbolList, SymbolSize};

use crate::draw::canvas::Canvas;

/// Width of an OMR bar, mm.
const OMR_WEIGHT: f64 = 0.5;

/// The values in the marks of one sheet.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SheetMark<'a> {
    /// The job.
    pub(crate) job: &'a str,
    /// The letter's sequence, from 1.
    pub(crate) sequence: u32,
    /// The sheet, from 1.
    pub(crate) sheet: u32,
    /// Sheets of the letter.
    pub(crate) sheets: u32,
}

impl SheetMark<'_> {
    /// The text of a DataMatrix: job, sequence, sheet and sheets, and `E` on the last sheet of a
    /// letter, `-` on the others.
    pub(crate) fn text(&self) -> String {
        let end = if self.sheet == self.sheets { 'E' } else { '-' };
        format!(
            "{};{:06};{}/{};{end}",
            self.job, self.sequence, self.sheet, self.sheets
        )
    }

    /// Whether there is an OMR bar at each position: gate, end of set, three bits of the sequence, parity
    /// (the number of bars is even), safety.
    fn omr(&self) -> [bool; 7] {
        let bit = |at: u32| self.sequence >> at & 1 == 1;
        let mut bars = [
            true,
            self.sheet == self.sheets,
            bit(0),
            bit(1),
            bit(2),
            false,
            true,
        ];
        bars[5] = bars.iter().filter(|bar| **bar).count() % 2 == 1;
        bars
    }
}

/// Draws the marks of a sheet on its front.
pub(crate) fn draw(canvas: &mut Canvas<'_>, profile: &PrintProfile, mark: SheetMark<'_>) {
    if let Some(marks) = &profile.marks {
        match marks.kind {
            MarkKind::DataMatrix => {
                matrix(
                    canvas,
                    &mark.text(),
                    marks.left,
                    marks.top,
                    marks.module,
                    &FIXED,
                );
            }
            MarkKind::Omr => omr(canvas, marks, mark),
        }
    }
    if let Some(place) = &profile.sequence {
        let text = format!(
            "{} {:06} {}/{}",
            mark.job, mark.sequence, mark.sheet, mark.sheets
        );
        canvas.text(place.left, place.top, place.size, &text);
    }
}

/// All marks of a job have one size, so that the camera's zone does not move: 22 modules, more
/// only where the text does not fit.
const FIXED: [SymbolSize; 3] = [
    SymbolSize::Square22,
    SymbolSize::Square26,
    SymbolSize::Square36,
];

/// Draws a DataMatrix (ISO/IEC 16022, ECC 200); nothing if none of the sizes holds the text, which
/// callers check before.
pub(crate) fn matrix(
    canvas: &mut Canvas<'_>,
    text: &str,
    left: f64,
    top: f64,
    module: f64,
    sizes: &[SymbolSize],
) {
    let list = SymbolList::with_whitelist(sizes.iter().copied());
    let Ok(code) = DataMatrix::encode(text.as_bytes(), list) else {
        return;
    };
    // Neighbours in a row are one bar, or viewers would leave hairlines between them.
    let mut bars: Vec<(usize, usize, usize)> = Vec::new();
    for (x, y) in code.bitmap().pixels() {
        match bars.last_mut() {
            Some((first, row, length)) if *row == y && *first + *length == x => *length += 1,
            _ => bars.push((x, y, 1)),
        }
    }
    canvas.grid((left, top), module, &bars);
}

fn omr(canvas: &mut Canvas<'_>, marks: &Marks, mark: SheetMark<'_>) {
    for (at, is_drawn) in mark.omr().into_iter().enumerate() {
        if is_drawn {
            let top = marks.top + at as f64 * marks.module;
            canvas.bar(marks.left, top, marks.length, OMR_WEIGHT);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(sequence: u32, sheet: u32) -> SheetMark<'static> {
        SheetMark {
            job: "a1b2c3d4",
            sequence,
            sheet,
            sheets: 12,
        }
    }

    #[test]
    fn marks_say_job_sequence_sheet_and_end() {
        assert_eq!(mark(7, 3).text(), "a1b2c3d4;000007;3/12;-");
        assert_eq!(mark(7, 12).text(), "a1b2c3d4;000007;12/12;E");
        let list = SymbolList::with_whitelist(FIXED);
        let code = DataMatrix::encode(mark(999_999, 12).text().as_bytes(), list).expect("fits");
        assert_eq!(code.size, SymbolSize::Square22);
    }

    #[test]
    fn omr_bars_are_even_and_show_the_last_sheet() {
        for sequence in 0..16 {
            for sheet in [1, 12] {
                let bars = mark(sequence, sheet).omr();
                assert_eq!(bars.iter().filter(|bar| **bar).count() % 2, 0);
                assert_eq!(bars[1], sheet == 12);
                let bits = u32::from(bars[2]) + 2 * u32::from(bars[3]) + 4 * u32::from(bars[4]);
                assert_eq!(bits, sequence % 8);
            }
        }
    }
}
