//! Delivery of finished documents.
//!
//! A file is delivered in three steps, so that a crash at any moment leaves only complete files:
//! [`Sink::stage`] writes the bytes under a temporary name, [`Sink::flush`] makes them survive a
//! power failure, [`Sink::publish`] renames the file atomically. Then the ledger row is written.

pub(crate) mod directory;
pub(crate) mod path;

use std::io;
use std::path::{Path, PathBuf};

use raadspost_content::Fingerprint;
use raadspost_run::Step;

use crate::output::path::OutputPath;

/// The behaviour if the file exists already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PutMode {
    /// It is replaced, whole.
    Overwrite,
    /// Keep it; the put is an error ([`io::ErrorKind::AlreadyExists`]).
    Create,
}

/// A staged file, not yet published.
#[derive(Debug)]
pub struct Staged(PathBuf);

impl Staged {
    /// A file that a sink stages under this name.
    pub fn new(place: PathBuf) -> Self {
        Self(place)
    }

    /// The staging name.
    pub fn place(&self) -> &Path {
        &self.0
    }
}

/// A file cannot be read or written. Occurs with a full disk, a missing permission, or a folder
/// that is changed during the run.
#[derive(Debug, thiserror::Error)]
#[error("cannot {action} `{}`: {source}", path.display())]
pub struct SinkError {
    /// The action that failed, such as `write`.
    pub action: &'static str,
    /// The file or folder.
    pub path: PathBuf,
    /// The error of the system.
    pub source: io::Error,
}

/// A system error for a file.
pub(crate) fn failed(action: &'static str, path: &Path, source: io::Error) -> SinkError {
    SinkError {
        action,
        path: path.to_owned(),
        source,
    }
}

/// Size, modification time and inode of a delivered file, which identify it without reading it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    /// Its size in bytes.
    pub bytes: u64,
    /// Modification time in nanoseconds since 1970; 0 if the system does not provide it.
    pub modified: i64,
    /// Inode or equivalent file number; 0 if the system has none.
    pub inode: i64,
}

/// A file whose bytes another file shall share.
#[derive(Debug, Clone, Copy)]
pub enum Like<'a> {
    /// A staged file.
    Staged(&'a Staged),
    /// One that was delivered.
    Delivered(&'a OutputPath),
}

/// A write other than a document's, before which a fault may be injected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failpoint {
    /// A row of the ledger is written.
    Row,
    /// A transaction of the ledger is committed…
    Commit,
    /// …and has been committed, but the caller does not know yet: the log may survive a failed
    /// flush.
    Committed,
    /// Part of the manifest, the report, a record or a kept input is written.
    Write,
    /// Such a file, or its folder, is flushed.
    Flush,
    /// Such a file is renamed into place.
    Rename,
    /// An unused input or the mark of the run is removed.
    Remove,
}

impl From<Step> for Failpoint {
    fn from(step: Step) -> Self {
        match step {
            Step::Write => Self::Write,
            Step::Flush => Self::Flush,
            Step::Rename => Self::Rename,
            Step::Remove => Self::Remove,
        }
    }
}

/// A place for the documents of a run, by path.
///
/// Contract: `publish` and `rename` are atomic, so that a reader sees the old file, the new one or
/// no file, never a part. After `flush` and `sync_names`, files and their names survive a power
/// failure, unless the sink was opened without durability.
pub trait Sink: Send + Sync {
    /// Stages a file.
    ///
    /// # Errors
    /// It cannot be written.
    fn stage(&self, bytes: &[u8]) -> Result<Staged, SinkError>;

    /// Stages the bytes of another file, without a copy if the sink supports it; `None` if it does
    /// not, or not any more.
    ///
    /// # Errors
    /// It cannot be written.
    fn stage_like(&self, _like: Like<'_>) -> Result<Option<Staged>, SinkError> {
        Ok(None)
    }

    /// Makes staged files durable.
    ///
    /// # Errors
    /// The system reports a failure.
    fn flush(&self, staged: &[Staged]) -> Result<(), SinkError>;

    /// Publishes a staged file; creates folders as needed.
    ///
    /// # Errors
    /// It cannot be moved, or the path exists and the mode is [`PutMode::Create`].
    fn publish(&self, staged: Staged, path: &OutputPath, mode: PutMode) -> Result<(), SinkError>;

    /// Moves a delivered file to another path; removes a folder left empty.
    ///
    /// # Errors
    /// It cannot be moved, or the path exists and the mode is [`PutMode::Create`].
    fn rename(&self, from: &OutputPath, to: &OutputPath, mode: PutMode) -> Result<(), SinkError>;

    /// Makes the names of delivered files durable.
    ///
    /// # Errors
    /// The system reports a failure.
    fn sync_names(&self, paths: &[&OutputPath]) -> Result<(), SinkError>;

    /// The size of a delivered file in bytes; `None` if it does not exist.
    ///
    /// # Errors
    /// It cannot be determined.
    fn size(&self, path: &OutputPath) -> Result<Option<u64>, SinkError>;

    /// Size, time and inode of a delivered file; `None` if the file does not exist or the sink does
    /// not provide them.
    ///
    /// # Errors
    /// They cannot be determined.
    fn stamp(&self, _path: &OutputPath) -> Result<Option<Stamp>, SinkError> {
        Ok(None)
    }

    /// Number of free bytes; `None` if unknown.
    ///
    /// # Errors
    /// It cannot be determined.
    fn free(&self) -> Result<Option<u64>, SinkError> {
        Ok(None)
    }

    /// Called before every write other than a document's. An error aborts the run, like a full
    /// disk; tests use this to inject a fault at each of them.
    ///
    /// # Errors
    /// An injected fault.
    fn failpoint(&self, _what: Failpoint) -> Result<(), SinkError> {
        Ok(())
    }

    /// The SHA-256 of a delivered file; `None` if it does not exist.
    ///
    /// # Errors
    /// It cannot be read.
    fn digest(&self, path: &OutputPath) -> Result<Option<Fingerprint>, SinkError>;

    /// Calls back with the path of each file except those below `.raadspost`, in any order.
    /// Anything that is neither file nor folder, such as a link, counts as a file.
    ///
    /// # Errors
    /// A folder cannot be read.
    fn visit(&self, each: &mut dyn FnMut(&str)) -> Result<(), SinkError>;
}
