//! Address labels and envelopes, for those who post by hand. Both are drawn and written sheet by
//! sheet, since there is one for each letter.

use std::path::Path;

use crate::PrintError;
use crate::draw::fonts::Fonts;
use crate::draw::pages::DrawnPages;
use crate::draw::pen::Pen;
use crate::letters::letter::Letter;
use crate::letters::order::Piece;
use crate::letters::run::Run;
use crate::profile::{Envelopes, Labels, PrintProfile};
use crate::sizes::{A4, A4_PT, PT};

/// Millimetres of a point.
const MM: f64 = 25.4 / 72.0;
/// From a label's edge to its text, mm.
const INSET: f64 = 6.0;

/// Writes sheets of labels, in the order in which letters are printed.
///
/// # Errors
/// An address with a character that no font shows; a file that cannot be written.
pub(crate) fn labels<'a>(
    path: &Path,
    job: &str,
    profile: &PrintProfile,
    labels: &Labels,
    pen: &mut Pen,
    run: &Run,
    pieces: impl Iterator<Item = &'a Piece>,
) -> Result<(), PrintError> {
    let per_sheet = (labels.columns * labels.rows).max(1) as usize;
    let mut drawn = DrawnPages::new(path, profile.colours, job)?;
    let mut pieces = pieces.peekable();
    while pieces.peek().is_some() {
        let mut canvas = pen.canvas(A4.1);
        for (at, piece) in pieces.by_ref().take(per_sheet).enumerate() {
            let letter = run.letter(piece.location)?;
            let column = at % labels.columns as usize;
            let row = at / labels.columns as usize;
            let left = labels.left + column as f64 * labels.width + INSET;
            let mut baseline = labels.top + row as f64 * labels.height + INSET + labels.size * MM;
            let lines = shown(pen.fonts(), &letter)?;
            for line in fitted(pen.fonts(), lines, labels.width - 2.0 * INSET, labels.size) {
                canvas.text(left, baseline, labels.size, &line);
                baseline += labels.size * 1.2 * MM;
            }
        }
        let drawing = (A4_PT, canvas.ops);
        drawn.page(pen, drawing)?;
    }
    drawn.finish(pen)
}

/// Writes envelopes, a page for each letter.
///
/// # Errors
/// An address with a character that no font shows; a file that cannot be written.
pub(crate) fn envelopes<'a>(
    path: &Path,
    job: &str,
    profile: &PrintProfile,
    envelopes: &Envelopes,
    pen: &mut Pen,
    run: &Run,
    pieces: impl Iterator<Item = &'a Piece>,
) -> Result<(), PrintError> {
    let mut drawn = DrawnPages::new(path, profile.colours, job)?;
    for piece in pieces {
        let letter = run.letter(piece.location)?;
        let mut canvas = pen.canvas(envelopes.height);
        let mut baseline = envelopes.top;
        for line in shown(pen.fonts(), &letter)? {
            canvas.text(envelopes.left, baseline, envelopes.size, line);
            baseline += envelopes.size * 1.2 * MM;
        }
        let size = (envelopes.width * PT, envelopes.height * PT);
        let drawing = (size, canvas.ops);
        drawn.page(pen, drawing)?;
    }
    drawn.finish(pen)
}

/// Lines that are no wider than a label, in mm; broken at spaces, so that only a single word can
/// be too wide.
fn fitted(fonts: &Fonts, lines: &[String], width: f64, size: f64) -> Vec<String> {
    let mut fitted = Vec::new();
    for line in lines {
        let mut rest = String::new();
        for word in line.split(' ') {
            let longer = if rest.is_empty() {
                word.to_owned()
            } else {
                format!("{rest} {word}")
            };
            if !rest.is_empty() && fonts.width(&longer, size) > width {
                fitted.push(std::mem::replace(&mut rest, word.to_owned()));
            } else {
                rest = longer;
            }
        }
        fitted.push(rest);
    }
    fitted
}

/// The lines of an address, all of which can be shown.
fn shown<'a>(fonts: &Fonts, letter: &'a Letter) -> Result<&'a [String], PrintError> {
    for line in &letter.lines {
        if let Some(c) = fonts.unshown(line) {
            return Err(PrintError::Unfit {
                path: letter.id.clone().into(),
                message: format!("has the character `{c}` in its address, which no font shows"),
            });
        }
    }
    Ok(&letter.lines)
}
