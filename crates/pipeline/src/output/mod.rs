//! Where finished documents go.
//!
//! A file is delivered in three steps, so that a crash at any moment leaves only whole files:
//! [`Sink::stage`] takes the bytes in where nobody looks, [`Sink::flush`] makes them survive a
//! power failure, [`Sink::publish`] gives them their path at once. The ledger is written after
//! that, and says so.

pub(crate) mod directory;
pub(crate) mod path;

use std::io;
use std::path::{Path, PathBuf};

use raadspost_content::Fingerprint;
use raadspost_run::Step;

use crate::output::path::OutputPath;

/// The behaviour if there is a file already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PutMode {
    /// It is replaced, whole.
    Overwrite,
    /// It stays, and the put is an error ([`io::ErrorKind::AlreadyExists`]).
    Create,
}

/// A file that was taken in and has no path yet.
#[derive(Debug)]
pub struct Staged(PathBuf);

impl Staged {
    /// A file that a sink keeps under this name until it is published.
    pub fn new(place: PathBuf) -> Self {
        Self(place)
    }

    /// The name under which the sink keeps it.
    pub fn place(&self) -> &Path {
        &self.0
    }
}

/// A file cannot be read or written. Occurs with a full disk, a missing permission, or a folder
/// that somebody changes during the run.
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

/// An error of the system at a file.
pub(crate) fn failed(action: &'static str, path: &Path, source: io::Error) -> SinkError {
    SinkError {
        action,
        path: path.to_owned(),
        source,
    }
}

/// Size, time and inode of a delivered file, by which it is recognised without being read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    /// Its size in bytes.
    pub bytes: u64,
    /// When it was last changed, in nanoseconds since 1970; 0 where the system does not tell.
    pub modified: i64,
    /// Its inode, or another number of the file's own; 0 where the system has none.
    pub inode: i64,
}

/// A file that another shall share its bytes with.
#[derive(Debug, Clone, Copy)]
pub enum Like<'a> {
    /// One that has no path yet.
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
    /// …and has been, while the run has not been told: the log may survive a flush that failed.
    Committed,
    /// A piece of the manifest, the report, a record or a kept input is written.
    Write,
    /// Such a file is flushed, or the folder that it stands in.
    Flush,
    /// Such a file gets its name.
    Rename,
    /// An input that no document is made from any more, or the mark of the run, is removed.
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

/// A place that holds the documents of a run, by path.
///
/// Contract: `publish` and `rename` are atomic, so that a reader sees the old file, the new one or
/// none, and never a part. After `flush` and `sync_names`, files and their names survive a power
/// failure, unless the sink was opened without durability.
pub trait Sink: Send + Sync {
    /// Takes a file in, under no path yet.
    ///
    /// # Errors
    /// Where it cannot be written.
    fn stage(&self, bytes: &[u8]) -> Result<Staged, SinkError>;

    /// Takes the bytes of another file in again, under no path yet, without a copy where the place
    /// can do that; none where it cannot, or will not any more.
    ///
    /// # Errors
    /// Where it cannot be written.
    fn stage_like(&self, _like: Like<'_>) -> Result<Option<Staged>, SinkError> {
        Ok(None)
    }

    /// Makes staged files durable.
    ///
    /// # Errors
    /// Where the system reports that they are not.
    fn flush(&self, staged: &[Staged]) -> Result<(), SinkError>;

    /// Gives a staged file its path; folders are made as needed.
    ///
    /// # Errors
    /// Where it cannot be moved there, or there is a file and the mode is [`PutMode::Create`].
    fn publish(&self, staged: Staged, path: &OutputPath, mode: PutMode) -> Result<(), SinkError>;

    /// Gives a delivered file another path; a folder left empty is removed.
    ///
    /// # Errors
    /// Where it cannot be moved, or there is a file and the mode is [`PutMode::Create`].
    fn rename(&self, from: &OutputPath, to: &OutputPath, mode: PutMode) -> Result<(), SinkError>;

    /// Makes the names of delivered files durable.
    ///
    /// # Errors
    /// Where the system reports that they are not.
    fn sync_names(&self, paths: &[&OutputPath]) -> Result<(), SinkError>;

    /// The size of a delivered file in bytes; none where there is no file.
    ///
    /// # Errors
    /// Where it cannot be told.
    fn size(&self, path: &OutputPath) -> Result<Option<u64>, SinkError>;

    /// Size, time and inode of a delivered file; `None` if there is no file, or the
    /// place cannot tell.
    ///
    /// # Errors
    /// Where it cannot be told.
    fn stamp(&self, _path: &OutputPath) -> Result<Option<Stamp>, SinkError> {
        Ok(None)
    }

    /// How many bytes are free; none where that is not known.
    ///
    /// # Errors
    /// Where it cannot be told.
    fn free(&self) -> Result<Option<u64>, SinkError> {
        Ok(None)
    }

    /// Called before every write other than a document's. An error aborts the run, as a full disk
    /// does; tests use this to inject a fault at each of them.
    ///
    /// # Errors
    /// The fault of a test.
    fn failpoint(&self, _what: Failpoint) -> Result<(), SinkError> {
        Ok(())
    }

    /// The SHA-256 of a delivered file; none where there is no file.
    ///
    /// # Errors
    /// Where it cannot be read.
    fn digest(&self, path: &OutputPath) -> Result<Option<Fingerprint>, SinkError>;

    /// Calls back with the path of each file, in any order. Not with files below `.raadspost`.
    /// Whatever is neither file nor folder, a link for example, counts as a file.
    ///
    /// # Errors
    /// Where a folder cannot be read.
    fn visit(&self, each: &mut dyn FnMut(&str)) -> Result<(), SinkError>;
}
