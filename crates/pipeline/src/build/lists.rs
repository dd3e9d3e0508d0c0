//! The lists of a run, which `run.json` binds: `manifest.sha256`, in the format of `sha256sum -c`,
//! `packs.jsonl` and `mailing.jsonl`.

use raadspost_run::ListRecord;
use raadspost_run::RunWriter;
use raadspost_run::names::{MAILING, MANIFEST, PACKS, STATE};

use crate::error::RunError;
use crate::ledger::Ledger;
use crate::output::Sink;
use crate::output::path::OutputPath;

/// Digest and number of lines of each list of a run.
pub(crate) struct Lists {
    /// `manifest.sha256`.
    pub(crate) manifest: ListRecord,
    /// `packs.jsonl`.
    pub(crate) packs: ListRecord,
    /// `mailing.jsonl`.
    pub(crate) mailing: ListRecord,
}

/// The manifest as written.
pub(crate) struct Manifest {
    /// Its digest and number of lines, for the run's record.
    pub(crate) list: ListRecord,
    /// Pages of all documents in it.
    pub(crate) pages: u64,
    /// Bytes of all documents in it.
    pub(crate) bytes: u64,
}

/// Writes the manifest: one line for each document, `<SHA-256>  <path>`, sorted by the bytes of the
/// path.
///
/// With `look`, documents without a file are omitted; necessary if a run was interrupted before it
/// reached them.
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

/// Writes `.raadspost/mailing.jsonl`: the data for print, one JSON line for each pack in register
/// order.
pub(crate) fn write_mailing(
    writer: RunWriter<'_>,
    ledger: &Ledger,
) -> Result<ListRecord, RunError> {
    let mut list = writer.list(&format!("{STATE}/{MAILING}"))?;
    ledger.mailing(|line| Ok(list.line(line)?))?;
    Ok(list.close()?)
}

/// Writes the packs' records.
pub(crate) fn write_packs(writer: RunWriter<'_>, ledger: &Ledger) -> Result<ListRecord, RunError> {
    let mut list = writer.list(&format!("{STATE}/{PACKS}"))?;
    ledger.records(|line| Ok(list.line(line)?))?;
    Ok(list.close()?)
}
