//! Marks for the machine that inserts: drawn when the print run is made, never in a template,
//! because where they stand belongs to the printer and not to the letter.

use datamatrix::{DataMatrix, SymbolList, SymbolSize};
use raadspost_content::{Area, BulkMail, KixBar, MarkKind, Marks, Printer, kix_bars};

use crate::draw::pen::Canvas;
use crate::mail::enriched::Enriched;

/// Width of an OMR bar, mm.
const OMR_WEIGHT: f64 = 0.5;

/// What the marks of one sheet say.
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
    /// What a DataMatrix says: job, sequence, sheet and sheets, and `E` on the last sheet of a
    /// letter, `-` on the others.
    pub(crate) fn text(&self) -> String {
        let end = if self.sheet == self.sheets { 'E' } else { '-' };
        format!(
            "{};{:06};{}/{};{end}",
            self.job, self.sequence, self.sheet, self.sheets
        )
    }

    /// The OMR bars that stand, by position: gate, end of set, three bits of the sequence, parity
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
pub(crate) fn draw(canvas: &mut Canvas<'_>, printer: &Printer, mark: SheetMark<'_>) {
    if let Some(marks) = &printer.marks {
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
    if let Some(place) = &printer.sequence {
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

/// Draws a DataMatrix (ISO/IEC 16022, ECC 200). Where none of the sizes holds the text, nothing is
/// drawn; texts are checked before.
fn matrix(
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
    // Neighbours in a row are one bar, which no viewer parts by a hair.
    let mut bars: Vec<(usize, usize, usize)> = Vec::new();
    for (x, y) in code.bitmap().pixels() {
        match bars.last_mut() {
            Some((first, row, length)) if *row == y && *first + *length == x => *length += 1,
            _ => bars.push((x, y, 1)),
        }
    }
    canvas.grid((left, top), module, &bars);
}

/// Width and height of the 2D code of a text, in modules; none where the largest is too small.
pub(crate) fn modules(text: &str) -> Option<(f64, f64)> {
    let code = DataMatrix::encode(text.as_bytes(), SymbolList::default()).ok()?;
    let bitmap = code.bitmap();
    Some((bitmap.width() as f64, bitmap.height() as f64))
}

/// Between the 2D code and what stands beside it, mm: more than its quiet zone of one module.
const BESIDE: f64 = 2.0;

/// From the left edge of the codes to the lines beside the 2D code, mm.
fn beside(place: &BulkMail, mail: &Enriched) -> f64 {
    match modules(&mail.code_2d) {
        Some((width, _)) if !mail.code_2d.is_empty() => width * place.module + BESIDE,
        _ => 0.0,
    }
}

/// From the upper edge of the codes to the KIX below the lines, mm.
fn below(place: &BulkMail, mail: &Enriched) -> f64 {
    let lines = [&mail.code_line, &mail.print_line, &mail.letter_code];
    let lines = lines.into_iter().filter(|line| !line.is_empty());
    (1 + lines.count()) as f64 * place.size * LINE
}

/// From one line to the next, mm for each pt of its size.
const LINE: f64 = 0.45;

/// Where the 2D code and the KIX of a letter lie: what a machine of the service reads.
pub(crate) fn mail_area(place: &BulkMail, mail: &Enriched) -> Area {
    let (mut right, mut bottom) = (place.left, place.top);
    if let Some((width, height)) = modules(&mail.code_2d)
        && !mail.code_2d.is_empty()
    {
        right += width * place.module;
        bottom += height * place.module;
    }
    if let Some(bars) = kix_bars(&mail.kix)
        && !bars.is_empty()
    {
        let width = (bars.len() - 1) as f64 * KIX_PITCH + KIX_BAR;
        right = right.max(place.left + beside(place, mail) + width);
        bottom = bottom.max(place.top + below(place, mail) + KIX_HEIGHT);
    }
    Area {
        left: place.left,
        top: place.top,
        width: right - place.left,
        height: bottom - place.top,
    }
}

fn omr(canvas: &mut Canvas<'_>, marks: &Marks, mark: SheetMark<'_>) {
    for (at, stands) in mark.omr().into_iter().enumerate() {
        if stands {
            let top = marks.top + at as f64 * marks.module;
            canvas.bar(marks.left, top, marks.length, OMR_WEIGHT);
        }
    }
}

/// Draws what a bulk-mail service says of a letter, on the front of its first sheet.
pub(crate) fn draw_mail(canvas: &mut Canvas<'_>, place: &BulkMail, mail: &Enriched) {
    if !mail.code_2d.is_empty() {
        let sizes: Vec<SymbolSize> = SymbolList::default().iter().collect();
        matrix(
            canvas,
            &mail.code_2d,
            place.left,
            place.top,
            place.module,
            &sizes,
        );
    }
    let left = place.left + beside(place, mail);
    let lines = [&mail.code_line, &mail.print_line, &mail.letter_code];
    let step = place.size * LINE;
    let mut baseline = place.top + step;
    for line in lines.into_iter().filter(|line| !line.is_empty()) {
        canvas.text(left, baseline, place.size, line);
        baseline += step;
    }
    if let Some(bars) = kix_bars(&mail.kix) {
        draw_kix(canvas, &bars, left, place.top + below(place, mail));
    }
}

/// From one bar of a KIX to the next, and the width of a bar, mm.
const KIX_PITCH: f64 = 1.2;
const KIX_BAR: f64 = 0.6;
/// How far the bars of a KIX reach up and down, and how high they are with both, mm.
const REACH: f64 = 1.9;
const KIX_HEIGHT: f64 = 1.2 + 2.0 * REACH;

/// Draws a KIX: bars of 0.6 mm every 1.2 mm, 1.2 mm high between the ends that reach up and down.
pub(crate) fn draw_kix(canvas: &mut Canvas<'_>, bars: &[KixBar], left: f64, top: f64) {
    for (at, (up, down)) in bars.iter().enumerate() {
        let first = if *up { top } else { top + REACH };
        let last = top + REACH + 1.2 + if *down { REACH } else { 0.0 };
        canvas.bar(left + at as f64 * KIX_PITCH, first, KIX_BAR, last - first);
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
