//! Room for marks, checked before a page is written: symbols and texts lie on the sheet, none of them
//! over another.

use std::collections::BTreeMap;

use raadspost_content::Area;

use crate::PrintError;
use crate::draw::codes;
use crate::draw::fonts::Fonts;
use crate::draw::marks::{self, Overlong, Placed};
use crate::job::plan::{Job, Numbered};
use crate::job::white::extent;
use crate::profile::{PrintProfile, SheetMark};
use crate::sizes::A4;

/// Faults named in a message, at most.
const NAMED: usize = 5;

/// The values in the marks of a sheet, from 1.
pub(crate) fn sheet_mark<'a>(job: &'a Job, numbered: &'a Numbered, sheet: u32) -> SheetMark<'a> {
    SheetMark {
        job: &job.name,
        code: &numbered.piece.code,
        letter: &numbered.piece.id,
        sequence: numbered.sequence,
        sheet,
        sheets: numbered.piece.sheets,
    }
}

/// All drawings over a side of a sheet of a letter.
///
/// # Errors
/// A text that is too long for its symbol.
pub(crate) fn placed(
    job: &Job,
    numbered: &Numbered,
    profile: &PrintProfile,
    fonts: &Fonts,
    sheet: u32,
    is_front: bool,
) -> Result<Vec<Placed>, Overlong> {
    let mark = sheet_mark(job, numbered, sheet);
    let mut placed = marks::placed(fonts, profile, mark, is_front)?;
    let mail = job.enriched.as_ref();
    let mail = mail.and_then(|import| import.rows.get(&numbered.piece.id));
    if let (1, true, Some(place), Some(mail)) = (sheet, is_front, &profile.bulk_mail, mail) {
        let area = codes::area(place, &mail.codes, fonts);
        if area.width > 0.0 {
            placed.push(Placed::new("codes of the mail service", area, place.module));
        }
    }
    Ok(placed)
}

/// Checks the marks of every letter, on its first and its last sheet, whose texts are the longest.
///
/// # Errors
/// [`PrintError::Misplaced`] with each thing that has no room, and a letter that shows it.
pub(crate) fn demand(job: &Job, profile: &PrintProfile, fonts: &Fonts) -> Result<(), PrintError> {
    let sheet = Area {
        left: 0.0,
        top: 0.0,
        width: A4.0,
        height: A4.1,
    };
    let mut faults: BTreeMap<String, &str> = BTreeMap::new();
    for numbered in &job.pieces {
        let id = numbered.piece.id.as_str();
        for (number, is_front) in [
            (1, true),
            (1, false),
            (numbered.piece.sheets, true),
            (numbered.piece.sheets, false),
        ] {
            let placed = match placed(job, numbered, profile, fonts, number, is_front) {
                Ok(placed) => placed,
                Err(Overlong { text }) => {
                    let fault = format!("the text `{text}` is too long for its DataMatrix");
                    faults.entry(fault).or_insert(id);
                    continue;
                }
            };
            for (at, one) in placed.iter().enumerate() {
                if !sheet.holds(&one.zone, 0.01) {
                    let fault = format!(
                        "the {} needs {}, which is not on the sheet",
                        one.what,
                        extent(&one.zone)
                    );
                    faults.entry(fault).or_insert(id);
                }
                for other in &placed[at + 1..] {
                    if overlap(&one.zone, &other.area) || overlap(&one.area, &other.zone) {
                        let fault = format!(
                            "the {} ({}) and the {} ({}) have no room beside each other",
                            one.what,
                            extent(&one.area),
                            other.what,
                            extent(&other.area)
                        );
                        faults.entry(fault).or_insert(id);
                    }
                }
            }
        }
        if faults.len() > NAMED {
            break;
        }
    }
    if faults.is_empty() {
        return Ok(());
    }
    let faults = faults.into_iter().take(NAMED);
    let faults = faults.map(|(fault, letter)| format!("{fault} (`{letter}`)"));
    Err(PrintError::Misplaced(faults.collect()))
}

/// Whether two areas have ink in common.
fn overlap(one: &Area, other: &Area) -> bool {
    one.left < other.right()
        && other.left < one.right()
        && one.top < other.bottom()
        && other.top < one.bottom()
}
