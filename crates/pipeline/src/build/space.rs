//! Refuses a run that will not fit on the disk.

use std::sync::atomic::AtomicBool;

use crate::build::folder::Folder;
use crate::error::RunError;
use crate::observer::{Observer, Phase};
use crate::options::RunOptions;
use crate::preflight::census::Census;
use crate::preflight::forecast::{SAMPLE, estimate};
use crate::render::Backends;

/// Bytes that ledger, manifest and records take for each document; measured with 840 on a run of
/// 80,000 documents, see `docs/operations.md`.
const RECORDS: u64 = 1024;

/// Bytes that stay free for the ledger and its log…
const RESERVE: u64 = 4 * 1024 * 1024;

/// …and for a batch in flight, which has no more than it has to make.
const IN_FLIGHT: u64 = 64 * 1024 * 1024;

/// No document is taken to be larger than this on average before a sample says more.
const LARGE: u64 = 1024 * 1024;

/// Nor, where an earlier run has delivered as many, to be so many times larger than those are.
const LARGER: u64 = 4;

/// Refuses to begin what will not fit on the disk. A sample is rendered only where it could matter.
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
    // Where everything is there already, little is written, however full the disk is.
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
