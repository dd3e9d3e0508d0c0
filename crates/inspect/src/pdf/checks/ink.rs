//! Ink where none may be: on the edge of a sheet, and on the parts of a letter's first page that
//! are kept for others.

use raadspost_content::{Area, Diagnostics, Envelope};

use super::{Finished, Shortened, extent, place};
use crate::pdf::matrix::{Rect, mm};
use crate::pdf::page::content::{Painted, What};

/// The edge that office printers leave white, in mm.
pub(super) const EDGE: f64 = 4.2;

/// Ink may reach this far into an area, in mm: less than a printer can place.
pub(super) const TOLERANCE: f64 = 0.1;

/// The name of a painted thing in a message.
pub(super) fn name(painted: &Painted) -> &'static str {
    match painted.what {
        What::Text => "text",
        What::Path => "a line or shape",
        What::Image => "an image",
        What::Shading => "a shading",
    }
}

/// Ink on the outer edge of any page, or beyond it.
pub(super) fn outside(finished: &Finished<'_>, edge: f64) -> Diagnostics {
    let mut found = Shortened::new("pdf-ink-outside");
    for (page, content) in finished.file.pages.iter().enumerate() {
        let sheet = finished.area(
            page,
            finished
                .sheets
                .get(page)
                .copied()
                .unwrap_or(super::sheet::A4),
        );
        let printable = Area {
            left: edge,
            top: edge,
            width: sheet.width - 2.0 * edge,
            height: sheet.height - 2.0 * edge,
        };
        for painted in content.painted.iter().filter(|painted| !painted.white) {
            let area = finished.area(page, painted.bounds);
            if !printable.holds(&area, TOLERANCE) {
                found.push(|| {
                    let (at, name) = (place(page, area), name(painted));
                    format!(
                        "{at}: {name} reaches outside of the printable area ({})",
                        extent(printable)
                    )
                });
            }
        }
    }
    found.finish()
}

/// Ink in the areas that the envelope keeps free on this page.
pub(super) fn kept_out(finished: &Finished<'_>, envelope: &Envelope, page: usize) -> Diagnostics {
    let mut found = Shortened::new("pdf-ink-in-keep-out");
    let content = &finished.file.pages[page];
    for painted in content.painted.iter().filter(|painted| !painted.white) {
        let area = finished.area(page, solid(painted.bounds));
        for keep in &envelope.keep_outs {
            if keep.area.meets(&area, TOLERANCE) {
                found.push(|| {
                    let (at, name) = (place(page, area), name(painted));
                    let (keep, extent) = (&keep.name, extent(keep.area));
                    format!("{at}: {name} lies in `{keep}`, which the envelope `{}` keeps free ({extent})", envelope.name)
                });
            }
        }
    }
    found.finish()
}

/// A hairline has no area, and is seen all the same: at least as thick as may be tolerated.
pub(super) fn solid(bounds: Rect) -> Rect {
    let least =
        |length: f32| ((2.0 * TOLERANCE - mm(length)).max(0.0) / mm(1.0)) as f32 / 2.0 + 0.01;
    Rect {
        left: bounds.left - least(bounds.width()),
        right: bounds.right + least(bounds.width()),
        bottom: bounds.bottom - least(bounds.height()),
        top: bounds.top + least(bounds.height()),
    }
}
