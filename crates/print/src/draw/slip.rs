//! The slip sheet before the letters of a file.

use crate::draw::pen::{Drawing, Pen};
use crate::draw::words::Words;
use crate::sizes::{A4, A4_PT};

/// The values on a slip sheet.
pub(crate) struct Slip<'a> {
    /// The job.
    pub(crate) job: &'a str,
    /// The file's name.
    pub(crate) file: &'a str,
    /// The group of its letters.
    pub(crate) group: &'a str,
    /// First and last sequence.
    pub(crate) sequences: (u32, u32),
    /// Letters.
    pub(crate) letters: u32,
    /// Sheets.
    pub(crate) sheets: u32,
}

/// Draws a slip sheet.
pub(crate) fn slip(pen: &Pen, slip: &Slip<'_>, words: &Words) -> Drawing {
    let mut canvas = pen.canvas(A4.1);
    canvas.bar(20.0, 24.0, 170.0, 2.0);
    canvas.text(20.0, 44.0, 30.0, words.slip_title);
    let lines = [
        (words.job, slip.job.to_owned()),
        (words.file, slip.file.to_owned()),
        (words.group, slip.group.to_owned()),
        (
            words.sequence,
            format!("{:06} - {:06}", slip.sequences.0, slip.sequences.1),
        ),
        (words.letters, slip.letters.to_string()),
        (words.sheets, slip.sheets.to_string()),
    ];
    for (at, (label, value)) in lines.iter().enumerate() {
        let baseline = 66.0 + 12.0 * at as f64;
        canvas.text(20.0, baseline, 14.0, label);
        canvas.text(60.0, baseline, 18.0, value);
    }
    canvas.bar(20.0, 271.0, 170.0, 2.0);
    (A4_PT, canvas.ops)
}
