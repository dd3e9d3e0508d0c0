//! A print job from beginning to end.

mod filling;
pub(crate) mod options;
mod papers;
mod plan;

use std::path::Path;

use crate::profile::Printer;
use raadspost_run::RunFolder;

use crate::PrintError;
use crate::draw::pen::Pen;
use crate::job::filling::Filling;
use crate::job::options::PrintOptions;
use crate::job::plan::Job;
use crate::out::manifest;
use crate::out::place::Place;
use crate::out::read_back::read_back;
use crate::out::reconciliation::{PrintFile, Reconciliation};

/// Makes a print run of the finished run `run`, in the new folder `out`. The first of
/// the fonts draws marks, the others what it cannot show on labels and slip sheets.
///
/// # Errors
/// [`PrintError`]. A letter that cannot be printed is no error: the reconciliation names it.
pub fn print(
    run: RunFolder,
    out: &Path,
    printer: &Printer,
    options: &PrintOptions,
    fonts: &[Vec<u8>],
) -> Result<Reconciliation, PrintError> {
    let place = Place::take(out)?;
    let mut job = Job::plan(run, printer, options)?;
    let mut pen = Pen::new(fonts, &job.characters)?;

    let files = write_files(&job, &place.staged, printer, &mut pen)?;
    job.sums.add(files);
    papers::write_all(&job, &place.staged, printer, &mut pen)?;
    read_back(&place.staged)?;
    place.publish()?;
    Ok(job.sums)
}

/// Writes the PDFs as they fill, and the manifest.
fn write_files(
    job: &Job,
    folder: &Path,
    printer: &Printer,
    pen: &mut Pen,
) -> Result<Vec<PrintFile>, PrintError> {
    let mut rows = manifest::Writer::new(folder)?;
    let mut files = Vec::new();
    let mut open: Option<Filling> = None;
    for numbered in &job.pieces {
        let group = numbered.piece.group(printer);
        if let Some(filling) = open.take_if(|filling| !filling.takes(numbered, &group, printer)) {
            files.push(filling.close(job, printer, pen, &mut rows)?);
        }
        let mut filling = match open.take() {
            Some(filling) => filling,
            None => begin(job, files.len(), &group, folder, printer, pen)?,
        };
        // How many bytes a letter takes is known only when it is in; one that is too much
        // begins the next file.
        if !filling.add(job, numbered, printer, pen)? {
            files.push(filling.close(job, printer, pen, &mut rows)?);
            filling = begin(job, files.len(), &group, folder, printer, pen)?;
            filling.add(job, numbered, printer, pen)?;
        }
        open = Some(filling);
    }
    if let Some(filling) = open {
        files.push(filling.close(job, printer, pen, &mut rows)?);
    }
    rows.close()?;
    Ok(files)
}

/// Begins the file after so many.
fn begin(
    job: &Job,
    files: usize,
    group: &str,
    folder: &Path,
    printer: &Printer,
    pen: &Pen,
) -> Result<Filling, PrintError> {
    let stem = printer
        .naming
        .replace("{job}", &job.name)
        .replace("{file}", &format!("{:04}", files + 1))
        .replace("{group}", group);
    let name = format!("{stem}{}.pdf", job.suffix);
    let has_marks = printer.marks.is_some() || printer.sequence.is_some();
    let font = (has_marks || job.enriched.is_some()).then_some(pen);
    Filling::new(folder, name, group, printer, font)
}
