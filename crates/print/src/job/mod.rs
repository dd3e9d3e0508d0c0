//! A print job from beginning to end.

mod filling;
pub(crate) mod options;
mod overlay;
mod papers;
mod parts;
mod placement;
mod plan;
pub(crate) mod production;
mod sharing;
mod white;
mod xjdf;

use std::collections::BTreeSet;
use std::path::Path;

use crate::profile::PrintProfile;
use raadspost_run::RunFolder;

use crate::PrintError;
use crate::draw::fonts::Fonts;
use crate::draw::pen::Pen;
use crate::job::filling::Filling;
use crate::job::options::PrintOptions;
use crate::job::plan::Job;
use crate::job::white::WhiteCheck;
use crate::letters::order::Piece;
use crate::out::manifest;
use crate::out::read_back::read_back;
use crate::out::reconciliation::{PrintFile, Reconciliation};
use crate::out::staging::Staging;

/// Makes a print run of the finished run `run`, in the new folder `out`. The first of
/// the fonts draws marks, the others what it cannot show on labels and slip sheets.
///
/// # Errors
/// [`PrintError`]. A letter that cannot be printed is no error: the reconciliation names it.
pub fn print(
    run: RunFolder,
    out: &Path,
    profile: &PrintProfile,
    options: &PrintOptions,
    fonts: &[Vec<u8>],
) -> Result<Reconciliation, PrintError> {
    let staging = Staging::take(out)?;
    let marks = Fonts::new(fonts, &BTreeSet::new())?;
    let mut job = Job::plan(run, profile, options, &marks)?;
    let mut pen = Pen::new(fonts, &job.characters)?;
    placement::demand(&job, profile, pen.fonts())?;

    let files = write_files(&job, &staging.folder, profile, &mut pen)?;
    job.sums.add(files);
    papers::write_all(&job, &staging.folder, profile, &mut pen)?;
    read_back(&staging.folder)?;
    staging.publish()?;
    Ok(job.sums)
}

/// Writes the PDFs as they fill, and the manifest.
fn write_files(
    job: &Job,
    folder: &Path,
    profile: &PrintProfile,
    pen: &mut Pen,
) -> Result<Vec<PrintFile>, PrintError> {
    let mut rows = manifest::Writer::new(folder)?;
    let mut files = Vec::new();
    let mut white = WhiteCheck::default();
    let mut open: Option<Filling<'_>> = None;
    for numbered in &job.pieces {
        let group = numbered.piece.group(profile);
        if let Some(filling) = open.take_if(|filling| !filling.takes(numbered, &group, profile)) {
            files.push(filling.close(job, profile, pen, &mut rows)?);
        }
        let mut filling = match open.take() {
            Some(filling) => filling,
            None => begin(job, files.len(), &numbered.piece, folder, profile, pen)?,
        };
        // The bytes of a letter are known only when it is in; one that is too much begins the
        // next file.
        if !filling.add(job, numbered, profile, pen, &mut white)? {
            files.push(filling.close(job, profile, pen, &mut rows)?);
            filling = begin(job, files.len(), &numbered.piece, folder, profile, pen)?;
            filling.add(job, numbered, profile, pen, &mut white)?;
        }
        open = Some(filling);
    }
    if let Some(filling) = open {
        files.push(filling.close(job, profile, pen, &mut rows)?);
    }
    rows.close()?;
    let faults = white.faults();
    if !faults.is_empty() {
        return Err(PrintError::Covered(faults));
    }
    Ok(files)
}

/// Begins the next file after `files` others.
fn begin<'a>(
    job: &'a Job,
    files: usize,
    first: &Piece,
    folder: &Path,
    profile: &PrintProfile,
    pen: &Pen,
) -> Result<Filling<'a>, PrintError> {
    let stem = profile
        .naming
        .replace("{job}", &job.name)
        .replace("{file}", &format!("{:04}", files + 1))
        .replace("{group}", &first.group(profile));
    let name = format!("{stem}{}.pdf", job.suffix);
    let has_marks = profile.marks.is_some() || profile.sequence.is_some();
    let font = (has_marks || job.enriched.is_some()).then_some(pen);
    Filling::new(job, folder, name, first, profile, font)
}
