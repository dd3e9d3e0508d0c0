//! The page (ECMA-376 17.6.13 and 17.6.11): A4, with the theme's margins.

use docx_rs::{Docx, PageMargin};
use raadspost_content::Theme;

/// Width of A4, in twips.
const WIDTH: u32 = 11_906;
/// Height of A4, in twips.
const HEIGHT: u32 = 16_838;
/// Distance of header and footer from the edge of the sheet, in twips: 12.5 mm.
const EDGE: i32 = 709;

/// Adds the page to a document.
pub(crate) fn add(docx: Docx, theme: &Theme) -> Docx {
    let margins = theme.margins;
    docx.page_size(WIDTH, HEIGHT).page_margin(PageMargin {
        top: twips(margins.top),
        right: twips(margins.right),
        bottom: twips(margins.bottom),
        left: twips(margins.left),
        header: EDGE,
        footer: EDGE,
        gutter: 0,
    })
}

/// Width of the text, in twips.
pub(crate) fn text_width(theme: &Theme) -> usize {
    let margins = twips(theme.margins.left) + twips(theme.margins.right);
    WIDTH
        .saturating_sub(u32::try_from(margins).unwrap_or(0))
        .max(1) as usize
}

/// Twips (1/1440 inch) of a length in mm.
fn twips(mm: f64) -> i32 {
    (mm * 1440.0 / 25.4).round() as i32
}
