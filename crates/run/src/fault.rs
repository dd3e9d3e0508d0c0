//! Errors of opening a run folder.

use std::io;
use std::path::{Path, PathBuf};

use crate::deviation::Deviation;

/// Why a run folder, or something in it, cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum RunFault {
    /// The folder contains no run. Occurs with a folder that no build made.
    #[error("`{}` contains no run", .0.display())]
    NoRun(PathBuf),
    /// The run differs from its record, or has no record. Occurs after an interruption or with a
    /// truncated or edited run; every fault is listed.
    #[error("the run in `{}` is not sound: it {}", root.display(), summed(faults))]
    Unsound {
        /// The run folder.
        root: PathBuf,
        /// Each fault, with the file as its place.
        faults: Vec<Deviation>,
    },
    /// A line of a list is not a valid record. Occurs with a list of another version.
    #[error("`{}` line {line} is not a record of this version: {why}", path.display())]
    BadLine {
        /// The list.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// The fault.
        why: String,
    },
    /// A record cannot be parsed. Occurs with a file that was edited or is of a later version.
    #[error("`{}` is not a record of this version: {why}", path.display())]
    BadRecord {
        /// The file.
        path: PathBuf,
        /// The fault.
        why: String,
    },
    /// A list was changed after it was checked. Occurs if a build or a person works in the folder
    /// at the same time.
    #[error("`{}` was changed while it was read", path.display())]
    ChangedMeanwhile {
        /// The list.
        path: PathBuf,
    },
    /// A path in a record leads out of the folder. Occurs if a record was edited.
    #[error("the path `{0}` leads out of the run folder")]
    Outside(String),
    /// Approval is required and not valid.
    #[error("the run is not approved: {0}")]
    NotApproved(String),
    /// A time is not readable.
    #[error("`{0}` is not a valid time; write it as `2023-02-09T12:00:00Z`")]
    BadTime(String),
    /// A name or note of an approval has a character that cannot be printed: it goes onto tickets and
    /// into archives.
    #[error("the {what} has the character U+{:04X}, which cannot be printed", u32::from(*character))]
    Unprintable {
        /// `name` or `note`.
        what: &'static str,
        /// The first of them.
        character: char,
    },
    /// A key or signature cannot be used. Occurs with a wrong file or password.
    #[error("cannot use the key or signature `{}`: {why}", path.display())]
    Key {
        /// The file.
        path: PathBuf,
        /// Why.
        why: String,
    },
    /// A file or folder cannot be read or written. Occurs with a missing permission or a full disk.
    #[error("cannot {action} `{}`: {source}", path.display())]
    Io {
        /// The action that failed, such as `read`.
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// The error of the system.
        source: io::Error,
    },
}

impl RunFault {
    /// An error of the system.
    pub(crate) fn io(
        action: &'static str,
        path: impl AsRef<Path>,
    ) -> impl FnOnce(io::Error) -> Self {
        let path = path.as_ref().to_owned();
        move |source| Self::Io {
            action,
            path,
            source,
        }
    }

    /// All faults of an unsound run; empty for other errors.
    pub fn faults(&self) -> &[Deviation] {
        match self {
            Self::Unsound { faults, .. } => faults,
            _ => &[],
        }
    }

    /// The remedy, in the imperative.
    pub fn hint(&self) -> Option<&'static str> {
        Some(match self {
            Self::NoRun(_) => "give a folder that `raadspost build` made",
            Self::Unsound { .. } => {
                "run `raadspost build` to its end; it makes only missing and changed documents again"
            }
            Self::BadLine { .. } | Self::BadRecord { .. } => {
                "run `raadspost build` with this version, which rewrites the records"
            }
            Self::ChangedMeanwhile { .. } => "wait until nobody works in the folder, and try again",
            Self::Outside(_) => "list the changes with `raadspost verify`, then build again",
            Self::NotApproved(_) => "check the documents, then run `raadspost approve`",
            Self::Unprintable { .. } => "remove the character",
            Self::Io { .. } | Self::BadTime(_) | Self::Key { .. } => return None,
        })
    }
}

/// The faults in one sentence; all of them, since each may matter.
fn summed(faults: &[Deviation]) -> String {
    let facts: Vec<&str> = faults
        .iter()
        .map(|fault| fault.words.english.as_str())
        .collect();
    match facts.as_slice() {
        [] => "has no fault".to_owned(),
        [one] => format!("has a fault: {one}"),
        all => format!("has {} faults: {}", all.len(), all.join("; ")),
    }
}
