//! What keeps a command about a run from being done.

use std::io;
use std::path::PathBuf;

/// Why something could not be done.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// A file or folder cannot be read or written. Occurs with a missing permission or a full disk.
    #[error("cannot {action} `{}`: {source}", path.display())]
    Io {
        /// What was tried, such as `read`.
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The folder has no record of a run. Occurs with a folder that no run made, or an older one.
    #[error("`{}` has no record of a run", .0.display())]
    NoRecord(PathBuf),
    /// A record cannot be read. Occurs with a file that somebody changed, or of a later version.
    #[error("`{}` is no record that can be read: {why}", path.display())]
    BadRecord {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// A record does not fit the other files. Occurs with a folder that somebody changed.
    #[error("`{}` is not the file of which the run's record tells", .0.display())]
    NotTheRecorded(PathBuf),
    /// The run was asked to stop before its end.
    #[error("the run was interrupted, and not every pack has a record")]
    Interrupted,
    /// Approval is demanded and does not hold.
    #[error("the run is not approved: {0}")]
    NotApproved(String),
    /// A file of the run is not what the record says.
    #[error("`{path}` is {what}")]
    Changed {
        /// Its path below the run folder.
        path: String,
        /// `missing` or `not as it was delivered`.
        what: &'static str,
    },
    /// A code that no pack has was asked for.
    #[error("no pack has the code {}", .0.join(", "))]
    UnknownCodes(Vec<String>),
    /// The target has files already.
    #[error("`{}` is not empty", .0.display())]
    NotEmpty(PathBuf),
    /// A time cannot be read.
    #[error("`{0}` is no time; write it as `2023-02-09T12:00:00Z`")]
    BadTime(String),
    /// A name that a SIP does not allow.
    #[error("`{path}` cannot be a name in a package: {why}")]
    BadName {
        /// The path.
        path: String,
        /// Which rule.
        why: &'static str,
    },
    /// A key or signature cannot be used. Occurs with a wrong file or password.
    #[error("cannot use the key or signature `{}`: {why}", path.display())]
    Key {
        /// The file.
        path: PathBuf,
        /// Why.
        why: String,
    },
    /// There is no package there.
    #[error("`{}` holds no package", .0.display())]
    NoPackage(PathBuf),
}

impl ArchiveError {
    /// An error of the system.
    pub(crate) fn io(
        action: &'static str,
        path: impl Into<PathBuf>,
    ) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io {
            action,
            path,
            source,
        }
    }

    /// What to do about it, in the imperative.
    pub fn hint(&self) -> Option<&'static str> {
        Some(match self {
            Self::NoRecord(_) => "name a folder that `raadspost build` made, or build it again",
            Self::BadRecord { .. } | Self::NotTheRecorded(_) => {
                "let `raadspost verify` name what changed, and build again"
            }
            Self::Interrupted => "build again, to the end",
            Self::NotApproved(_) => "look at the documents, and run `raadspost approve`",
            Self::Changed { .. } => "let `raadspost verify` name what changed, and build again",
            Self::UnknownCodes(_) => "look the codes up in `.raadspost/packs.jsonl`",
            Self::NotEmpty(_) => "name a new folder",
            Self::BadName { .. } => "change the file name in the campaign",
            Self::NoPackage(_) => "name a package, or a folder with packages",
            Self::Io { .. } | Self::BadTime(_) | Self::Key { .. } => return None,
        })
    }

    /// Whether it concerns one pack alone, so that the others can go on.
    pub(crate) fn is_of_one_pack(&self) -> bool {
        matches!(self, Self::Changed { .. } | Self::BadName { .. })
    }
}
