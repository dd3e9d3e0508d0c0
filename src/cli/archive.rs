//! `archive`: transfer packages of a finished run, and the check of packages.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, anyhow};
use raadspost_archive::{ArchiveOptions, archive, check as check_packages, record_shape};
use raadspost_content::{Diagnostic, Format, Source, Theme};
use raadspost_run::RunFolder;
use serde_json::json;

use crate::backends;
use crate::cli::build::summary;
use crate::embedded::Folder;
use crate::house::House;
use crate::outcome::{Exit, Halt};
use crate::terminal::{Printer, Style};

/// Makes packages.
///
/// # Errors
/// The run does not fit its records or is not approved where that is demanded, or the target is not
/// empty. Packs that are left out are no error: the exit status tells them.
pub(crate) fn run(run: &Path, options: &ArchiveOptions, printer: &Printer) -> Result<Exit, Halt> {
    let folder = RunFolder::open(run)?;
    let pdf = record_pdf(&folder)?;
    let done = archive(&folder, options, &pdf)?;
    let notes: Vec<Diagnostic> = done
        .left_out
        .iter()
        .map(|(code, why)| {
            Diagnostic::warning("pack-left-out", format!("{code} is not complete: {why}"))
        })
        .chain(done.failed.iter().map(|(code, why)| {
            Diagnostic::error("pack-changed", format!("{code} has no package: {why}"))
                .hint("build again, and archive again")
        }))
        .collect();
    let exit = if notes.is_empty() {
        Exit::Made
    } else {
        Exit::Partial
    };
    if printer.json() {
        printer.object(&json!({
            "command": "archive",
            "exit": exit.status(),
            "to": options.to.display().to_string(),
            "packages": done.packages,
            "dossiers": done.dossiers,
            "unapproved": done.unapproved,
            "diagnostics": summary::reasons(&notes),
        }));
        return Ok(exit);
    }
    printer.shortened(&notes, "`--json` lists all");
    let line = format!(
        "{} packages with {} dossiers in `{}`",
        done.packages,
        done.dossiers,
        options.to.display()
    );
    printer.styled(Style::Good, &line);
    if let Some(why) = &done.unapproved {
        let line = format!("without approval: {why}");
        printer.styled(Style::Odd, &line);
    }
    let hint = format!("→ raadspost archive --check {}", options.to.display());
    printer.styled(Style::Hint, &hint);
    Ok(exit)
}

/// The run's record as PDF/A, in the embedded look: an archive has no campaign at hand.
fn record_pdf(run: &RunFolder) -> Result<Vec<u8>, Halt> {
    let renderers = backends::renderers(
        &Theme::default(),
        &House::default(),
        &Folder::default(),
        &Source::new("", ""),
    )?;
    let pdf = renderers
        .iter()
        .find(|renderer| renderer.format() == Format::Pdf)
        .context("this build makes no PDF")?;
    let (shape, values) = record_shape(run, &|text| pdf.missing_characters(text))?;
    let made = pdf
        .prepare(&[Arc::new(shape)])
        .and_then(|prepared| prepared.output.render(&[values]))?;
    let rendition = made.output.into_iter().next();
    let rendition = rendition.ok_or_else(|| anyhow!("the run's record has no PDF"))?;
    Ok(rendition.bytes)
}

/// Checks packages.
///
/// # Errors
/// There is no package, or a file cannot be read. A deviation is no error: the exit status tells it.
pub(crate) fn check(folder: &Path, printer: &Printer) -> Result<Exit, Halt> {
    let checked = check_packages(folder)?;
    let exit = if checked.faults.is_empty() {
        Exit::Made
    } else {
        Exit::Partial
    };
    if printer.json() {
        printer.object(&json!({
            "command": "archive",
            "exit": exit.status(),
            "packages": checked.packages,
            "files": checked.files,
            "diagnostics": summary::reasons(&checked.faults),
        }));
        return Ok(exit);
    }
    printer.diagnostics(&checked.faults);
    let (packages, files) = (checked.packages, checked.files);
    if checked.faults.is_empty() {
        let line = format!("{packages} packages with {files} files are sound");
        printer.styled(Style::Good, &line);
    } else {
        let faults = checked.faults.len();
        let line = format!("{faults} deviations in {packages} packages with {files} files");
        printer.styled(Style::Bad, &line);
    }
    Ok(exit)
}
