//! Moves files that are no longer planned to `.raadspost/superseded/<number of the run>/<path>`,
//! because an outdated letter left in a pack may be sent by mistake. Nothing is deleted.

use crate::error::RunError;
use crate::ledger::{KnownPaths, Ledger, ListEntry};
use crate::output::path::OutputPath;
use crate::output::{PutMode, Sink};
use crate::report::{Listed, Superseded};
use raadspost_run::names::{STATE, SUPERSEDED};

/// Number of files moved per query of the ledger.
const BATCH: usize = 500;

/// The destination of a file superseded in this run.
pub(crate) fn aside(run: i64, path: &OutputPath) -> Option<OutputPath> {
    OutputPath::new(format!("{STATE}/{SUPERSEDED}/{run}/{path}")).ok()
}

/// Supersedes one file; `None` if it does not exist.
pub(crate) fn set_aside(
    sink: &dyn Sink,
    run: i64,
    path: &OutputPath,
) -> Result<Option<Superseded>, RunError> {
    if sink.size(path)?.is_none() {
        return Ok(None);
    }
    let Some(to) = aside(run, path) else {
        return Ok(None);
    };
    sink.rename(path, &to, PutMode::Create)?;
    Ok(Some(Superseded {
        path: path.to_string(),
        moved_to: to.to_string(),
    }))
}

/// Supersedes all files that earlier runs delivered and this run has not kept.
pub(crate) fn set_aside_unplanned(
    sink: &dyn Sink,
    ledger: &mut Ledger,
    known: &KnownPaths,
    run: i64,
    superseded: &mut Listed<Superseded>,
) -> Result<(), RunError> {
    let mut behind = String::new();
    while !known.is_empty() {
        let unplanned = ledger.unplanned(known, &behind, BATCH)?;
        let Some(last) = unplanned.last() else {
            break;
        };
        behind.clone_from(last);
        let mut renamed = Vec::new();
        let mut listed = Vec::new();
        for path in &unplanned {
            // Only validated paths were ever written; any other path is not one of our files.
            let Ok(path) = OutputPath::new(path.as_str()) else {
                continue;
            };
            if let Some(moved) = set_aside(sink, run, &path)? {
                renamed.extend(aside(run, &path));
                superseded.add(&moved);
                listed.push(ListEntry::new("superseded", &moved)?);
                renamed.push(path);
            }
        }
        sink.sync_names(&renamed.iter().collect::<Vec<_>>())?;
        ledger.keep(&[], &listed, &[])?;
        ledger.forget(&unplanned)?;
    }
    ledger.clear_intents()
}
