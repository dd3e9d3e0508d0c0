//! The overlays of a letter: marks, codes of a mail service and crop marks.

use crate::PrintError;
use crate::draw::codes;
use crate::draw::marks::{self, Placed};
use crate::draw::pen::Pen;
use crate::job::placement::{placed, sheet_mark};
use crate::job::plan::{Job, Numbered};
use crate::letters::sheet::{Sheets, sheet_of};
use crate::out::reconciliation::count;
use crate::pdf::page::ALL_PLATES;
use crate::profile::PrintProfile;
use crate::sizes::{A4_PT, PT};

/// From the bleed to a crop mark, and the mark's length, mm.
const CROP: (f64, f64) = (2.0, 5.0);

/// The drawings over each side of a letter, by the index of the side.
pub(crate) struct Overlays {
    sides: Vec<(Vec<u8>, Vec<Placed>)>,
}

impl Overlays {
    /// Draws the marks of a letter, and the codes of a mail service on the front of its first sheet.
    pub(crate) fn draw(
        job: &Job,
        numbered: &Numbered,
        sheets: &Sheets,
        profile: &PrintProfile,
        pen: &mut Pen,
    ) -> Result<Self, PrintError> {
        let mail = job.enriched.as_ref();
        let mail = mail.and_then(|import| import.rows.get(&numbered.piece.id));
        let mut marked = Vec::new();
        let mut drawings = Vec::new();
        for side in 0..sheets.sides.len() {
            let (sheet, is_front) = sheet_of(side, profile.plex);
            let number = count(sheet) + 1;
            let placed = placed(job, numbered, profile, pen.fonts(), number, is_front);
            // All texts were tried before the first page.
            let placed = placed.map_err(|long| PrintError::Misplaced(vec![long.text]))?;
            if !placed.is_empty() {
                let mut canvas = pen.canvas(A4_PT.1 / PT);
                let mark = sheet_mark(job, numbered, number);
                marks::draw(&mut canvas, profile, mark, is_front);
                if let (1, true, Some(place), Some(mail)) =
                    (number, is_front, &profile.bulk_mail, mail)
                {
                    codes::draw(&mut canvas, place, &mail.codes);
                }
                drawings.push(canvas.ops);
            }
            marked.push(placed);
        }
        let mut contents = if drawings.is_empty() {
            Vec::new()
        } else {
            pen.contents(drawings)
        }
        .into_iter();
        let sides = marked.into_iter().map(|placed| {
            let content = if placed.is_empty() {
                None
            } else {
                contents.next()
            };
            (content.unwrap_or_default(), placed)
        });
        Ok(Self {
            sides: sides.collect(),
        })
    }

    /// The content drawn over a side, if any.
    pub(crate) fn content(&self, side: usize) -> Option<Vec<u8>> {
        let (content, placed) = &self.sides[side];
        (!placed.is_empty()).then(|| content.clone())
    }

    /// The drawings over a side.
    pub(crate) fn placed(&self, side: usize) -> &[Placed] {
        &self.sides[side].1
    }
}

/// Paper beyond the trimmed sheet on each side, pt.
pub(crate) fn around(profile: &PrintProfile) -> f64 {
    let marks = if profile.crop_marks {
        CROP.0 + CROP.1
    } else {
        0.0
    };
    // Whole points, so that the sheet keeps its place on a pixel grid of 72 dpi.
    ((profile.bleed + marks) * PT).ceil()
}

/// Adds crop marks: hairlines beyond the bleed that point at the corners of the trimmed sheet. They are
/// on all plates of a page in colours, and black on the others, which would else take four plates.
pub(crate) fn with_crop_marks(
    overlay: Option<Vec<u8>>,
    profile: &PrintProfile,
    has_colour: bool,
) -> Option<Vec<u8>> {
    if !profile.crop_marks {
        return overlay;
    }
    let mut bytes = overlay.unwrap_or_default();
    let near = (profile.bleed + CROP.0) * PT;
    let far = near + CROP.1 * PT;
    let (width, height) = A4_PT;
    let colour = if has_colour {
        format!("/{ALL_PLATES} CS 1 SCN")
    } else {
        "0 G".to_owned()
    };
    bytes.extend_from_slice(format!("\n{colour} 0.25 w\n").as_bytes());
    for (x, outward) in [(0.0, -1.0), (width, 1.0)] {
        for (y, upward) in [(0.0, -1.0), (height, 1.0)] {
            let (x1, x2) = (x + outward * near, x + outward * far);
            let (y1, y2) = (y + upward * near, y + upward * far);
            let lines = format!(
                "{x1:.3} {y:.3} m {x2:.3} {y:.3} l S\n{x:.3} {y1:.3} m {x:.3} {y2:.3} l S\n"
            );
            bytes.extend_from_slice(lines.as_bytes());
        }
    }
    Some(bytes)
}
