//! The files of a print run beside its PDFs and its manifest.

use std::fs;
use std::path::Path;

use crate::profile::PrintProfile;
use serde_json::json;

use crate::PrintError;
use crate::draw::labels;
use crate::draw::pages::DrawnPages;
use crate::draw::pen::Pen;
use crate::draw::ticket;
use crate::job::plan::{Job, json};
use crate::mail::addresses;
use crate::out::manifest;
use crate::out::names::{
    ADDRESSES, ENVELOPES, LABELS, MANIFEST, RECONCILIATION, TICKET, TICKET_PDF,
};
use crate::sizes::A4;

/// Writes ticket, reconciliation, addresses, labels and envelopes.
pub(crate) fn write_all(
    job: &Job,
    folder: &Path,
    profile: &PrintProfile,
    pen: &mut Pen,
) -> Result<(), PrintError> {
    let mut drawn = DrawnPages::new(&folder.join(TICKET_PDF), profile.colours, &job.name)?;
    for drawing in ticket::ticket(pen, profile, &job.sums, job.words) {
        drawn.page(pen, drawing)?;
    }
    drawn.finish(pen)?;
    let sums = json(&job.sums);
    write(&folder.join(RECONCILIATION), &sums)?;
    let data = json!({
        "version": 1,
        "job": job.name,
        "printer": profile,
        "size": { "width": A4.0, "height": A4.1, "unit": "mm" },
        "manifest": MANIFEST,
        "reconciliation": RECONCILIATION,
        "letters": job.sums.printed,
        "sheets": job.sums.sheets,
        "pages": job.sums.pages,
        "streams_per_letter": job.sums.streams_per_letter,
        "bytes_per_letter": job.sums.bytes_per_letter,
        "files": job.sums.files,
    });
    write(&folder.join(TICKET), &json(&data))?;

    if job.earlier.digest.is_some() {
        manifest::write_unchanged(folder, &job.earlier, &job.unchanged)?;
    }
    let run = &job.run;
    let pieces = || job.pieces.iter().map(|numbered| &numbered.piece);
    if let Some(bulk) = &profile.bulk_mail {
        let path = folder.join(ADDRESSES);
        addresses::write(&path, bulk, run, pieces())?;
    }
    // If nothing has changed, no letter is left to be addressed.
    if job.pieces.is_empty() {
        return Ok(());
    }
    if let Some(data) = &profile.labels {
        let path = folder.join(LABELS);
        labels::labels(&path, &job.name, profile, data, pen, run, pieces())?;
    }
    if let Some(data) = &profile.envelopes {
        let path = folder.join(ENVELOPES);
        labels::envelopes(&path, &job.name, profile, data, pen, run, pieces())?;
    }
    Ok(())
}

fn write(path: &Path, text: &str) -> Result<(), PrintError> {
    fs::write(path, text).map_err(PrintError::io("write", path))
}
