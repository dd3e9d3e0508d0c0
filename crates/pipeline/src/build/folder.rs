//! The output folder during a run: locked for one run, and free of foreign files.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::error::RunError;
use crate::ledger::{KnownPaths, Ledger, LedgerReader};
use crate::options::Durability;
use crate::output::directory::DirectorySink;
use crate::output::failed;
use crate::output::{Sink, SinkError};
use raadspost_run::names::{INPUTS, LOCK, MANIFEST, REPORT, STATE, SUPERSEDED, is_dropping};
use raadspost_run::{demand_no_link, make_folders};

/// Maximum number of foreign files listed.
const NAMED: usize = 10;

/// A locked output folder.
pub(crate) struct Folder {
    /// Its ledger.
    pub(crate) ledger: Ledger,
    /// Where documents go.
    pub(crate) sink: Arc<dyn Sink>,
    // The last field, so that the ledger is closed before the lock is released.
    _lock: Lock,
}

/// The lock of an output folder. The system releases it when the process ends, for whatever reason.
struct Lock(File);

impl Drop for Lock {
    fn drop(&mut self) {
        // Closing the file is not enough: a process being started elsewhere in this process briefly
        // inherits it, and with it the lock.
        let _ = self.0.unlock();
    }
}

impl Folder {
    /// Locks an output folder, and creates it if necessary. [`look_through`] checks its contents.
    ///
    /// # Errors
    /// The folder contains files but no run, another run has locked it, or the system reports an
    /// error.
    pub(crate) fn open(
        out: &Path,
        durability: Durability,
        wrap: &dyn Fn(DirectorySink) -> Box<dyn Sink>,
    ) -> Result<Self, RunError> {
        let state = out.join(STATE);
        if !state.is_dir() && has_entries(out)? {
            return Err(RunError::ForeignFolder(out.to_owned()));
        }
        for place in [
            STATE.to_owned(),
            format!("{STATE}/{INPUTS}"),
            format!("{STATE}/{SUPERSEDED}"),
        ] {
            demand_no_link(out, Path::new(&place))?;
        }
        make_folders(&state, durability != Durability::None)?;
        let lock = take_lock(out, &state.join(LOCK))?;
        let sink: Arc<dyn Sink> = wrap(DirectorySink::open(out, durability)?).into();
        let ledger = Ledger::open(out, durability, Arc::clone(&sink))?;
        Ok(Self {
            ledger,
            sink,
            _lock: lock,
        })
    }
}

fn take_lock(out: &Path, place: &Path) -> Result<Lock, RunError> {
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(place)
        .map_err(|source| failed("open", place, source))?;
    match file.try_lock() {
        Ok(()) => Ok(Lock(file)),
        Err(TryLockError::WouldBlock) => Err(RunError::Busy(out.to_owned())),
        Err(TryLockError::Error(source)) => Err(failed("lock", place, source).into()),
    }
}

fn has_entries(folder: &Path) -> Result<bool, SinkError> {
    match fs::read_dir(folder) {
        Ok(mut entries) => Ok(entries.next().is_some()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(source) => Err(failed("read", folder, source)),
    }
}

/// Checks every file of a locked output folder; returns the paths that earlier runs may have
/// written.
///
/// # Errors
/// The folder contains foreign files, or cannot be read.
pub(crate) fn look_through(out: &Path, sink: &dyn Sink) -> Result<KnownPaths, RunError> {
    let mut names = Vec::new();
    let mut count = 0;
    let known = LedgerReader::open(out)?.known_paths()?;
    sink.visit(&mut |path| {
        let name = path.rsplit('/').next().unwrap_or(path);
        let ours = path == MANIFEST || path == REPORT || is_dropping(name);
        if ours || known.has(path) {
            return;
        }
        count += 1;
        // The first by path, independent of the order in which the system lists them.
        let at = names.partition_point(|name: &String| name.as_str() < path);
        names.insert(at, path.to_owned());
        names.truncate(NAMED);
    })?;
    if count == 0 {
        return Ok(known);
    }
    Err(RunError::ForeignFiles {
        out: PathBuf::from(out),
        names,
        count,
    })
}
