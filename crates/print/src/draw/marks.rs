//! Marks for the inserting machine: drawn when the print run is made, never in a template, because
//! their place belongs to the printer and not to the letter.

use crate::profile::{MarkKind, Marks, OmrMeaning, PrintProfile, SheetMark};
use datamatrix::{DataMatrix, SymbolList, SymbolSize};
use raadspost_content::Area;

use crate::draw::canvas::Canvas;
use crate::draw::fonts::Fonts;
use crate::sizes::PT;

/// Room that a machine needs around OMR bars, mm.
const OMR_QUIET: f64 = 1.0;

/// A drawing over a letter: its name for messages, its area, and the area that must be white for it,
/// both in mm from the upper left corner of the trimmed sheet.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Placed {
    pub(crate) what: &'static str,
    pub(crate) area: Area,
    pub(crate) zone: Area,
}

impl Placed {
    /// A drawing with `quiet` mm of white on each side.
    pub(crate) fn new(what: &'static str, area: Area, quiet: f64) -> Self {
        let zone = Area {
            left: area.left - quiet,
            top: area.top - quiet,
            width: area.width + 2.0 * quiet,
            height: area.height + 2.0 * quiet,
        };
        Self { what, area, zone }
    }
}

/// A text that does not fit into its symbol.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Overlong {
    /// The text of the DataMatrix.
    pub(crate) text: String,
}

/// Marks and small print of a side, with their areas.
///
/// # Errors
/// A text that is too long for the symbol.
pub(crate) fn placed(
    fonts: &Fonts,
    profile: &PrintProfile,
    mark: SheetMark<'_>,
    is_front: bool,
) -> Result<Vec<Placed>, Overlong> {
    let mut placed = Vec::new();
    if let Some(marks) = profile
        .marks
        .as_ref()
        .filter(|marks| marks.side.has(is_front))
    {
        placed.push(match marks.kind {
            MarkKind::DataMatrix => {
                let text = marks.text.filled(mark);
                let code = encoded(&text, &sizes(marks)).ok_or(Overlong { text })?;
                let bitmap = code.bitmap();
                let area = Area {
                    left: marks.left,
                    top: marks.top,
                    width: bitmap.width() as f64 * marks.module,
                    height: bitmap.height() as f64 * marks.module,
                };
                // The quiet zone is one module wide (ISO/IEC 16022 5.8).
                Placed::new("DataMatrix", area, marks.module)
            }
            MarkKind::Omr => {
                let steps = marks.positions.len().saturating_sub(1) as f64;
                let area = Area {
                    left: marks.left,
                    top: marks.top,
                    width: marks.length,
                    height: steps * marks.module + marks.weight,
                };
                Placed::new("row of OMR bars", area, OMR_QUIET)
            }
        });
    }
    if let Some(place) = profile.sequence.as_ref().filter(|_| is_front) {
        let line = place.text.filled(mark);
        let area = line_area(fonts, &line, place.left, place.top, place.size);
        placed.push(Placed::new("small print", area, 0.0));
    }
    Ok(placed)
}

/// The area of a line of text: from its ascenders to its descenders; the size in pt.
pub(crate) fn line_area(fonts: &Fonts, line: &str, left: f64, baseline: f64, size: f64) -> Area {
    Area {
        left,
        top: baseline - 0.8 * size / PT,
        width: fonts.width(line, size),
        height: 1.05 * size / PT,
    }
}

/// Draws the marks of a side.
pub(crate) fn draw(
    canvas: &mut Canvas<'_>,
    profile: &PrintProfile,
    mark: SheetMark<'_>,
    is_front: bool,
) {
    if let Some(marks) = profile
        .marks
        .as_ref()
        .filter(|marks| marks.side.has(is_front))
    {
        match marks.kind {
            MarkKind::DataMatrix => {
                let text = marks.text.filled(mark);
                let corner = (marks.left, marks.top);
                matrix(canvas, &text, corner, marks.module, &sizes(marks));
            }
            MarkKind::Omr => omr(canvas, marks, mark),
        }
    }
    if let Some(place) = profile.sequence.as_ref().filter(|_| is_front) {
        let text = place.text.filled(mark);
        canvas.text(place.left, place.top, place.size, &text);
    }
}

/// All marks of a job have one size, so that the camera's zone does not move: the one that the printer
/// asks for, or 22 modules and more only where the text does not fit.
fn sizes(marks: &Marks) -> Vec<SymbolSize> {
    match marks.symbol {
        Some(side) => SQUARES
            .iter()
            .filter(|(modules, _)| *modules == side)
            .map(|(_, size)| *size)
            .collect(),
        None => vec![
            SymbolSize::Square22,
            SymbolSize::Square26,
            SymbolSize::Square36,
        ],
    }
}

/// Square symbols by their modules (ISO/IEC 16022 table 7).
const SQUARES: [(u32, SymbolSize); 15] = [
    (10, SymbolSize::Square10),
    (12, SymbolSize::Square12),
    (14, SymbolSize::Square14),
    (16, SymbolSize::Square16),
    (18, SymbolSize::Square18),
    (20, SymbolSize::Square20),
    (22, SymbolSize::Square22),
    (24, SymbolSize::Square24),
    (26, SymbolSize::Square26),
    (32, SymbolSize::Square32),
    (36, SymbolSize::Square36),
    (40, SymbolSize::Square40),
    (44, SymbolSize::Square44),
    (48, SymbolSize::Square48),
    (52, SymbolSize::Square52),
];

fn encoded(text: &str, sizes: &[SymbolSize]) -> Option<DataMatrix> {
    let list = SymbolList::with_whitelist(sizes.iter().copied());
    DataMatrix::encode(text.as_bytes(), list).ok()
}

/// Draws a DataMatrix (ISO/IEC 16022, ECC 200); nothing if none of the sizes holds the text, which
/// callers check before.
pub(crate) fn matrix(
    canvas: &mut Canvas<'_>,
    text: &str,
    corner: (f64, f64),
    module: f64,
    sizes: &[SymbolSize],
) {
    let Some(code) = encoded(text, sizes) else {
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
    canvas.grid(corner, module, &bars);
}

/// Whether there is an OMR bar at each position.
fn bars(positions: &[OmrMeaning], mark: SheetMark<'_>) -> Vec<bool> {
    let mut bars: Vec<bool> = positions
        .iter()
        .map(|meaning| match meaning {
            OmrMeaning::Bar => true,
            OmrMeaning::Blank | OmrMeaning::Even | OmrMeaning::Odd => false,
            OmrMeaning::First => mark.sheet == 1,
            OmrMeaning::NotFirst => mark.sheet != 1,
            OmrMeaning::Last => mark.sheet == mark.sheets,
            OmrMeaning::NotLast => mark.sheet != mark.sheets,
            OmrMeaning::Sequence(bit) => mark.sequence & bit != 0,
            OmrMeaning::Sheet(bit) => mark.sheet & bit != 0,
        })
        .collect();
    let is_odd = bars.iter().filter(|bar| **bar).count() % 2 == 1;
    for (bar, meaning) in bars.iter_mut().zip(positions) {
        match meaning {
            OmrMeaning::Even => *bar = is_odd,
            OmrMeaning::Odd => *bar = !is_odd,
            _ => {}
        }
    }
    bars
}

fn omr(canvas: &mut Canvas<'_>, marks: &Marks, mark: SheetMark<'_>) {
    for (at, is_drawn) in bars(&marks.positions, mark).into_iter().enumerate() {
        if is_drawn {
            let top = marks.top + at as f64 * marks.module;
            canvas.bar(marks.left, top, marks.length, marks.weight);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::{DEFAULT_POSITIONS, sample};

    fn mark(sequence: u32, sheet: u32) -> SheetMark<'static> {
        SheetMark {
            job: "a1b2c3d4",
            code: "GM0344",
            letter: "GM0344.raad",
            sequence,
            sheet,
            sheets: 12,
        }
    }

    #[test]
    fn the_usual_text_fits_the_usual_symbol() {
        let marks = sample("inserter").marks.expect("marks");
        let text = marks.text.filled(mark(999_999, 12));
        assert_eq!(text, "a1b2c3d4;999999;12/12;E");
        let code = encoded(&text, &sizes(&marks)).expect("fits");
        assert_eq!(code.size, SymbolSize::Square22);
        let small = Marks {
            symbol: Some(10),
            ..marks
        };
        assert!(encoded(&text, &sizes(&small)).is_none());
    }

    #[test]
    fn omr_bars_are_even_and_show_the_last_sheet() {
        for sequence in 0..16 {
            for sheet in [1, 12] {
                let bars = bars(&DEFAULT_POSITIONS, mark(sequence, sheet));
                assert_eq!(bars.iter().filter(|bar| **bar).count() % 2, 0);
                assert_eq!(bars[1], sheet == 12);
                let bits = u32::from(bars[2]) + 2 * u32::from(bars[3]) + 4 * u32::from(bars[4]);
                assert_eq!(bits, sequence % 8);
            }
        }
    }

    #[test]
    fn each_position_has_the_meaning_of_the_printer() {
        use OmrMeaning::{Bar, Blank, First, Last, NotFirst, NotLast, Odd, Sequence, Sheet};
        let positions = [
            First,
            NotFirst,
            Last,
            NotLast,
            Sequence(8),
            Sheet(2),
            Blank,
            Bar,
            Odd,
        ];
        let row = |sequence, sheet| -> String {
            let bars = bars(&positions, mark(sequence, sheet)).into_iter();
            bars.map(|bar| if bar { '1' } else { '0' }).collect()
        };
        assert_eq!(row(8, 1), "100110011");
        assert_eq!(row(0, 12), "011000010");
        assert_eq!(row(0, 2), "010101011");
        assert_eq!(row(8, 2), "010111010");
    }
}
