//! `ledger`: the ledger of a run as lines of JSON, for programs that do not read SQLite.

use std::path::Path;

use raadspost_pipeline::export_ledger;

use crate::outcome::{Exit, Halt};
use crate::terminal::Printer;

/// Prints a line for each delivered document, in the order of the paths.
///
/// # Errors
/// There is no run, or its ledger cannot be read.
pub(crate) fn run(run: &Path, printer: &Printer) -> Result<Exit, Halt> {
    let exported = export_ledger(run, |line| {
        printer.file(line.as_bytes());
        Ok(())
    });
    match exported {
        Ok(_) => Ok(Exit::Made),
        Err(error) => Err(Halt::run(error, Vec::new())),
    }
}
