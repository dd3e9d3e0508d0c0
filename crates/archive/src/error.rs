//! Why packages cannot be made or checked.

use std::io;
use std::path::PathBuf;

use raadspost_run::RunFault;

/// Why packages cannot be made or checked.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// A file or folder cannot be read or written. Occurs with a missing permission or a full disk.
    #[error("cannot {action} `{}`: {source}", path.display())]
    Io {
        /// What was tried, such as `read`.
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// The error of the system.
        source: io::Error,
    },
    /// The run folder is not opened, or a record of it is not readable.
    #[error(transparent)]
    Run(#[from] RunFault),
    /// A file of the run differs from its record.
    #[error("`{path}` is {what}")]
    Changed {
        /// Its path below the run folder.
        path: String,
        /// `missing` or `not as it was delivered`.
        what: &'static str,
    },
    /// The selection has a code that no pack has.
    #[error("no pack has the code {}", .0.join(", "))]
    UnknownCodes(Vec<String>),
    /// The target is inside the run folder.
    #[error("`{}` is inside the run folder, which contains exactly the files in its manifest", .0.display())]
    InsideRun(PathBuf),
    /// The target has files already.
    #[error("`{}` is not empty", .0.display())]
    NotEmpty(PathBuf),
    /// A name that a SIP does not allow.
    #[error("`{path}` cannot be a name in a package: {why}")]
    BadName {
        /// The path.
        path: String,
        /// Which rule.
        why: &'static str,
    },
    /// The run is signed, and its packages would not be.
    #[error("the run is signed, and no key is given to sign the packages with")]
    Unsigned,
    /// The packages would be signed with another key than the approval.
    #[error("the run is signed with the key {named}, and the packages would be with {key}")]
    OtherKey {
        /// The key that the approval names.
        named: String,
        /// The key that was given.
        key: String,
    },
    /// A file of trusted certificates has none.
    #[error("`{}` has no certificates that can be read (PEM)", .0.display())]
    BadRoots(PathBuf),
    /// No time stamp came. Occurs without a network, or with a service that refuses.
    #[error("no time stamp: {0}")]
    NoStamp(String),
    /// The print run is not one of this run, or not what its own sums say.
    #[error("the print run in `{}` does not fit the run: {why}", print.display())]
    OtherPrintRun {
        /// Its folder.
        print: PathBuf,
        /// The difference.
        why: String,
    },
    /// A letter of the print run has other documents than the run.
    #[error("the letter {0} of the print run does not have the documents of the run")]
    OtherLetter(String),
    /// The packages would be older than the dispatch in them.
    #[error("the date of the packages, {date}, is before that of the dispatch, {posted}")]
    BeforeDispatch {
        /// The date of the packages.
        date: String,
        /// That of the dispatch.
        posted: String,
    },
    /// Nobody says when the packages are made. Occurs without an approval that holds.
    #[error("the packages have no date: the run is not approved, and no `--date` is given")]
    NoMoment,
    /// The packages would be older than the approval in them.
    #[error("the date of the packages, {date}, is before that of the approval, {approved}")]
    BeforeApproval {
        /// The date that was asked for.
        date: String,
        /// That of the approval.
        approved: String,
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
            Self::Run(fault) => return fault.hint(),
            Self::Changed { .. } => "list the changes with `raadspost verify`, then build again",
            Self::UnknownCodes(_) => "look the codes up in `.raadspost/packs.jsonl`",
            Self::InsideRun(_) => "choose a folder outside",
            Self::NotEmpty(_) => "name a new folder",
            Self::BadName { .. } => "change the file name in the campaign",
            Self::BadRoots(_) => "name a PEM file with the root certificate of the authority",
            Self::NoStamp(_) => "look at the address, or leave `--timestamp` out",
            Self::OtherPrintRun { .. } | Self::OtherLetter(_) => {
                "name the folder that `raadspost print` made of this run"
            }
            Self::BeforeDispatch { .. } => "write `--date now`, or a moment after the dispatch",
            Self::Unsigned => "name the secret key with `--key`, or write `--unsigned`",
            Self::OtherKey { .. } => "sign run and packages with one key",
            Self::NoMoment => {
                "write `--date now` or another moment, or approve the run with `raadspost approve`"
            }
            Self::BeforeApproval { .. } => "leave `--date` out, or write a later moment",
            Self::NoPackage(_) => "name a package, or a folder with packages",
            Self::Io { .. } => return None,
        })
    }

    /// Whether it concerns one pack alone, so that the others can go on.
    pub(crate) fn is_of_one_pack(&self) -> bool {
        matches!(
            self,
            Self::Changed { .. }
                | Self::BadName { .. }
                | Self::OtherLetter(_)
                | Self::Run(RunFault::Outside(_))
        )
    }
}
