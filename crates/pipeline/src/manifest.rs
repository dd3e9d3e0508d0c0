//! The lists and files that close a run: `manifest.sha256`, which `sha256sum -c` reads,
//! `mailing.jsonl` and `report.json`.

use raadspost_run::ListRecord;
use raadspost_run::RunWriter;
use raadspost_run::names::{MAILING, MANIFEST, REPORT, STATE};

use crate::ledger::Ledger;
use crate::{OutputPath, Report, RunError, Sink};

/// What the manifest says.
pub(crate) struct Manifest {
    /// What the run's record binds.
    pub(crate) list: ListRecord,
    /// Pages of all documents in it.
    pub(crate) pages: u64,
    /// Bytes of all documents in it.
    pub(crate) bytes: u64,
}

/// Writes the manifest: a line for each document, `<SHA-256>  <path>`, sorted by the bytes of the
/// path.
///
/// With `look`, documents without a file are left out; needed where a run was interrupted before
/// it came to them.
pub(crate) fn write_manifest(
    writer: RunWriter<'_>,
    ledger: &Ledger,
    sink: &dyn Sink,
    look: bool,
) -> Result<Manifest, RunError> {
    let mut list = writer.list(MANIFEST)?;
    let (mut pages, mut bytes) = (0, 0);
    ledger.documents(|path, sha256, size, count| {
        let there = !look
            || match OutputPath::new(path) {
                Ok(path) => sink.size(&path)?.is_some(),
                Err(_) => false,
            };
        if there {
            pages += count;
            bytes += size;
            list.line(&format!("{sha256}  {path}\n"))?;
        }
        Ok(())
    })?;
    Ok(Manifest {
        list: list.close()?,
        pages,
        bytes,
    })
}

/// Writes the report.
pub(crate) fn write_report(writer: RunWriter<'_>, report: &Report) -> Result<(), RunError> {
    Ok(writer.json(REPORT, report)?)
}

/// Writes `.raadspost/mailing.jsonl`: what print has to know, a line of JSON for each pack in the
/// order of the register.
pub(crate) fn write_mailing(
    writer: RunWriter<'_>,
    ledger: &Ledger,
) -> Result<ListRecord, RunError> {
    let mut list = writer.list(&format!("{STATE}/{MAILING}"))?;
    ledger.mailing(|line| Ok(list.line(line)?))?;
    Ok(list.close()?)
}
