//! Refuses a run that does not fit on the disk.

use std::sync::atomic::AtomicBool;

use crate::build::folder::Folder;
use crate::error::RunError;
use crate::observer::{Observer, Phase};
use crate::options::RunOptions;
use crate::preflight::census::Census;
use crate::preflight::forecast::{SAMPLE, estimate};
use crate::render::Backends;

/// Size in bytes of ledger, manifest and records per document; measured: 840 in a run of 80,000
/// documents, see `docs/operations.md`.
const RECORDS: u64 = 1024;

/// Reserve in bytes for the ledger and its log…
const RESERVE: u64 = 4 * 1024 * 1024;

/// …and for a batch in flight, which is at most what remains to be made.
const IN_FLIGHT: u64 = 64 * 1024 * 1024;

/// Assumed maximum average size of a document before a sample is rendered.
const LARGE: u64 = 1024 * 1024;

/// Assumed maximum growth factor relative to the documents of an earlier run.
const LARGER: u64 = 4;

/// Refuses to start a run that does not fit. A sample is rendered only if the result may depend on
/// it.
pub(super) fn demand_space(
    folder: &Folder,
    census: &Census<'_>,
    backends: &Backends<'_>,
    options: &RunOptions,
    observer: &dyn Observer,
    cancel: &AtomicBool,
) -> Result<(), RunError> {
    let Some(free) = folder.sink.free()? else {
        return Ok(());
    };
    let documents: u64 = census.files.values().map(|file| file.planned).sum();
    let (delivered, there) = folder.ledger.disk_bytes()?;
    let needed = |disk_bytes: u64| {
        let more = disk_bytes.saturating_sub(there);
        more + documents * RECORDS + RESERVE + more.min(IN_FLIGHT)
    };
    let large = if delivered >= documents {
        LARGE.min(LARGER * there / delivered.max(1))
    } else {
        LARGE
    };
    if documents == 0 || needed(documents * large) <= free {
        return Ok(());
    }
    observer.phase(Phase::Sampling);
    let Some(estimate) = estimate(census, backends, SAMPLE, options.jobs, cancel)? else {
        return Ok(());
    };
    // If everything exists already, little is written, however full the disk is.
    let needed = if estimate.disk_bytes <= there {
        0
    } else {
        needed(estimate.disk_bytes)
    };
    if needed <= free {
        return Ok(());
    }
    Err(RunError::NoSpace {
        out: options.out.clone(),
        documents,
        needed,
        free,
    })
}
