//! The codes of a bulk-mail service: a 2D code, lines beside it and a KIX below them, on the front of
//! a letter's first sheet.

use datamatrix::{DataMatrix, SymbolList, SymbolSize};
use raadspost_content::{Area, KixBar, kix_bars};

use crate::profile::BulkMail;

use crate::draw::canvas::Canvas;
use crate::draw::fonts::Fonts;
use crate::draw::marks::{line_area, matrix};

/// The codes of one letter; a text that is empty is not drawn.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct MailCodes {
    /// The text of the 2D code.
    pub(crate) code_2d: String,
    /// Codeerregel.
    pub(crate) code_line: String,
    /// Printregel.
    pub(crate) print_line: String,
    /// Briefcode.
    pub(crate) letter_code: String,
    /// KIX.
    pub(crate) kix: String,
}

/// Width and height of the 2D code of a text, in modules; `None` if the largest is too small.
pub(crate) fn modules(text: &str) -> Option<(f64, f64)> {
    let code = DataMatrix::encode(text.as_bytes(), SymbolList::default()).ok()?;
    let bitmap = code.bitmap();
    Some((bitmap.width() as f64, bitmap.height() as f64))
}

/// Between the 2D code and the lines beside it, mm: more than its quiet zone of one module.
const BESIDE: f64 = 2.0;

/// From the left edge of the codes to the lines beside the 2D code, mm.
fn beside(place: &BulkMail, mail: &MailCodes) -> f64 {
    match modules(&mail.code_2d) {
        Some((width, _)) if !mail.code_2d.is_empty() => width * place.module + BESIDE,
        _ => 0.0,
    }
}

/// From the upper edge of the codes to the KIX below the lines, mm.
fn below(place: &BulkMail, mail: &MailCodes) -> f64 {
    let lines = [&mail.code_line, &mail.print_line, &mail.letter_code];
    let lines = lines.into_iter().filter(|line| !line.is_empty());
    (1 + lines.count()) as f64 * place.size * LINE
}

/// From one line to the next, mm for each pt of its size.
const LINE: f64 = 0.45;

/// The area of the 2D code and the KIX, which a machine of the service reads.
pub(crate) fn machine_area(place: &BulkMail, mail: &MailCodes) -> Area {
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

/// The area of all codes, the lines for people included.
pub(crate) fn area(place: &BulkMail, mail: &MailCodes, fonts: &Fonts) -> Area {
    let mut whole = machine_area(place, mail);
    let left = place.left + beside(place, mail);
    for (line, baseline) in lines(place, mail) {
        let line = line_area(fonts, line, left, baseline, place.size);
        let right = whole.right().max(line.right());
        let bottom = whole.bottom().max(line.bottom());
        whole.top = whole.top.min(line.top);
        whole.width = right - whole.left;
        whole.height = bottom - whole.top;
    }
    whole
}

/// The lines beside the 2D code, each with its baseline, mm from the upper edge of the sheet.
fn lines<'a>(place: &BulkMail, mail: &'a MailCodes) -> Vec<(&'a str, f64)> {
    let lines = [&mail.code_line, &mail.print_line, &mail.letter_code];
    let lines = lines.into_iter().filter(|line| !line.is_empty());
    let step = place.size * LINE;
    let numbered = lines.enumerate();
    numbered
        .map(|(at, line)| (line.as_str(), place.top + (at + 1) as f64 * step))
        .collect()
}

/// Draws the codes of a letter on the front of its first sheet.
pub(crate) fn draw(canvas: &mut Canvas<'_>, place: &BulkMail, mail: &MailCodes) {
    if !mail.code_2d.is_empty() {
        let sizes: Vec<SymbolSize> = SymbolList::default().iter().collect();
        matrix(
            canvas,
            &mail.code_2d,
            (place.left, place.top),
            place.module,
            &sizes,
        );
    }
    let left = place.left + beside(place, mail);
    for (line, baseline) in lines(place, mail) {
        canvas.text(left, baseline, place.size, line);
    }
    if let Some(bars) = kix_bars(&mail.kix) {
        draw_kix(canvas, &bars, left, place.top + below(place, mail));
    }
}

/// From one bar of a KIX to the next, and the width of a bar, mm.
const KIX_PITCH: f64 = 1.2;
const KIX_BAR: f64 = 0.6;
/// The reach of the bars of a KIX up and down, and their height with both, mm.
const REACH: f64 = 1.9;
const KIX_HEIGHT: f64 = 1.2 + 2.0 * REACH;

/// Draws a KIX: bars of 0.6 mm every 1.2 mm, 1.2 mm high between the ends that reach up and down.
fn draw_kix(canvas: &mut Canvas<'_>, bars: &[KixBar], left: f64, top: f64) {
    for (at, (up, down)) in bars.iter().enumerate() {
        let first = if *up { top } else { top + REACH };
        let last = top + REACH + 1.2 + if *down { REACH } else { 0.0 };
        canvas.bar(left + at as f64 * KIX_PITCH, first, KIX_BAR, last - first);
    }
}
