//! The files of a print run beside its PDFs and its manifest.

use std::fs;
use std::path::Path;

use crate::profile::PrintProfile;
use serde_json::json;

use crate::PrintError;
use crate::draw::labels;
use crate::draw::pages::DrawnPages;
use crate::draw::pen::Pen;
use crate::draw::ticket::{self, TicketFacts};
use crate::job::placement::sheet_mark;
use crate::job::plan::{Job, json};
use crate::job::xjdf;
use crate::mail::addresses;
use crate::out::manifest;
use crate::out::names::{
    ADDRESSES, ENVELOPES, LABELS, MANIFEST, RECONCILIATION, TICKET, TICKET_PDF, TICKET_XJDF,
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
    let campaign = &job.run.folder.record().campaign;
    let facts = TicketFacts {
        profile,
        sums: &job.sums,
        campaign,
        posting_date: &job.posting_date,
        approval: job.approval.as_ref(),
        envelope_files: job.envelope_files(),
        first_mark: first_mark(job, profile),
        is_grey: job.is_grey(),
    };
    for drawing in ticket::ticket(pen, &facts, job.words) {
        drawn.page(pen, drawing)?;
    }
    drawn.finish(pen)?;
    let sums = json(&job.sums);
    write(&folder.join(RECONCILIATION), &sums)?;
    let data = json!({
        "version": 2,
        "job": job.name,
        "campaign": { "id": campaign.id, "title": campaign.title },
        "client": campaign.sender,
        "posting_date": job.posting_date,
        "approval": job.approval.as_ref().map(|approval| json!({
            "by": approval.by, "at": approval.at, "note": approval.note,
        })),
        "printer": profile,
        "size": { "width": A4.0, "height": A4.1, "unit": "mm" },
        "manifest": MANIFEST,
        "reconciliation": RECONCILIATION,
        "letters": job.sums.printed,
        "sheets": job.sums.sheets,
        "pages": job.sums.pages,
        "streams_per_letter": job.sums.streams_per_letter,
        "bytes_per_letter": job.sums.bytes_per_letter,
        "colour_pages": job.sums.colour_pages,
        "weights": job.sums.weights,
        "xjdf": TICKET_XJDF,
        "files": job.sums.files,
    });
    write(&folder.join(TICKET), &json(&data))?;
    write(&folder.join(TICKET_XJDF), &xjdf::ticket(&facts))?;

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

/// The text of the DataMatrix on the first sheet of the job.
fn first_mark(job: &Job, profile: &PrintProfile) -> Option<String> {
    let (marks, first) = profile.marks.as_ref().zip(job.pieces.first())?;
    Some(marks.text.filled(sheet_mark(job, first, 1)))
}

fn write(path: &Path, text: &str) -> Result<(), PrintError> {
    fs::write(path, text).map_err(PrintError::io("write", path))
}
