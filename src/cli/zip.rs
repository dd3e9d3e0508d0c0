//! `zip`: the packs of a run in ZIP files.

use raadspost_archive::{BundleBy, bundle};
use raadspost_content::Diagnostic;
use raadspost_run::RunFolder;
use serde_json::json;

use crate::cli::build::summary;
use crate::cli::{ZipArgs, ZipByArg};
use crate::outcome::{Exit, Halt};
use crate::terminal::{Printer, Style};
use crate::units::counted;

/// Makes ZIP files.
///
/// # Errors
/// The run does not fit its records, or the target has files already. Packs that are left out are
/// no error: the exit status tells them.
pub(crate) fn run(args: &ZipArgs, printer: &Printer) -> Result<Exit, Halt> {
    let by = match args.by {
        ZipByArg::Municipality => BundleBy::Municipality,
        ZipByArg::Province => BundleBy::Province,
    };
    let done = bundle(&RunFolder::open(&args.run)?, &args.to, by)?;
    let left_out = done.left_out.iter().map(|(code, why)| {
        Diagnostic::warning("pack-left-out", format!("{code} is not complete: {why}"))
    });
    let failed = done.failed.iter().map(|(name, why)| {
        Diagnostic::error("pack-changed", format!("there is no `{name}.zip`: {why}"))
            .hint("build again, and zip again")
    });
    let notes: Vec<Diagnostic> = left_out.chain(failed).collect();
    let exit = if notes.is_empty() {
        Exit::Made
    } else {
        Exit::Partial
    };
    printer.shortened(&notes, "`--json` lists all");
    if printer.json() {
        printer.object(&json!({
            "command": "zip",
            "exit": exit.status(),
            "to": args.to.display().to_string(),
            "files": done.bundles,
            "packs": done.packs,
            "documents": done.documents,
            "diagnostics": summary::reasons(&notes),
        }));
        return Ok(exit);
    }
    let line = format!(
        "{} with {} of {} in `{}`",
        counted(done.bundles, "ZIP file"),
        counted(done.documents, "document"),
        counted(done.packs, "pack"),
        args.to.display()
    );
    printer.styled(Style::Good, &line);
    Ok(exit)
}
