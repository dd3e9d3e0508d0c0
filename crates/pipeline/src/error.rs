//! Errors of a run.

use std::path::PathBuf;

use raadspost_content::Diagnostics;
use raadspost_run::CampaignIdentity;
use raadspost_run::RunFault;
use rusqlite::ErrorCode;

use crate::output::SinkError;

/// Errors of a run. Documents delivered before the error remain complete.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The register cannot be read. Occurs before anything is made.
    #[error("the register cannot be read")]
    Register(Diagnostics),
    /// The register has no rows. Occurs before anything is made, so that an accidentally empty file
    /// does not supersede a whole run.
    #[error("the register has no rows")]
    NoRecipients,
    /// A mistake was found in strict mode. Occurs after the quick pass, in which every mistake was
    /// reported to the observer; nothing was made.
    #[error("{refused} documents are refused and the run is strict; nothing was made")]
    Strict {
        /// Selected documents that a rule refuses.
        refused: u64,
        /// Diagnostics of severity error.
        errors: u64,
    },
    /// `--only` contains codes that the register does not have. Occurs after the quick pass.
    #[error("no municipality has the code {}", quoted(.0))]
    UnknownCodes(Vec<String>),
    /// `--document` contains ids that the campaign does not have. Occurs after the quick pass.
    #[error("no document has the id {}; there are {}", quoted(.unknown), quoted(.known))]
    UnknownDocuments {
        /// The unknown ids.
        unknown: Vec<String>,
        /// The ids that there are.
        known: Vec<String>,
    },
    /// A document has a format without renderer. Occurs in the quick pass.
    #[error("no renderer makes `{0}`")]
    NoRenderer(raadspost_content::Format),
    /// The output folder contains files, but no run. Occurs before anything is written.
    #[error("`{}` contains files that were not made by raadspost", .0.display())]
    ForeignFolder(PathBuf),
    /// The output folder contains foreign files. Occurs before anything is made.
    #[error("`{}` contains {count} files that were not made by raadspost: {}", out.display(), quoted(.names))]
    ForeignFiles {
        /// The output folder.
        out: PathBuf,
        /// The first ten of them, by path.
        names: Vec<String>,
        /// How many there are.
        count: u64,
    },
    /// Another run has locked the output folder. Occurs before anything is written; the system
    /// releases the lock when that run ends, for whatever reason.
    #[error("another run is working in `{}`", .0.display())]
    Busy(PathBuf),
    /// The ledger was written by a later version. Occurs before anything is made.
    #[error("the ledger in `{}` has version {version}, which this version of raadspost does not support", out.display())]
    LedgerVersion {
        /// The output folder.
        out: PathBuf,
        /// The version found.
        version: i64,
    },
    /// The folder contains no run. Occurs if a finished run is opened.
    #[error("`{}` contains no run", .0.display())]
    NoRun(PathBuf),
    /// The plan needs more space than is free on the disk. Occurs before anything is made.
    #[error(
        "{documents} documents need about {} and `{}` has {} free",
        megabytes(*needed), out.display(), megabytes(*free)
    )]
    NoSpace {
        /// The output folder.
        out: PathBuf,
        /// Documents of the plan.
        documents: u64,
        /// The estimated number of bytes needed.
        needed: u64,
        /// Bytes that are free.
        free: u64,
    },
    /// The ledger cannot be read or written: a damaged file, a full disk.
    #[error("the ledger cannot be used: {0}")]
    Ledger(#[from] rusqlite::Error),
    /// A file cannot be read or written: a full disk, a missing permission.
    #[error(transparent)]
    Sink(#[from] SinkError),
    /// Counts that must be equal differ: a pack would be missing from the lists of the run. Occurs
    /// before these are written; the documents remain.
    #[error(
        "the register has {rows} rows, but {planned} packs were planned, {made} made and {recorded} recorded"
    )]
    NotConserved {
        /// Rows of the register in the first pass.
        rows: u64,
        /// Packs of the quick pass.
        planned: u64,
        /// Packs that were made.
        made: u64,
        /// Packs in the lists of the run.
        recorded: u64,
    },
    /// The output folder belongs to another campaign. Occurs before anything is made.
    #[error("`{}` belongs to the campaign `{}` ({}), but this is `{}`", out.display(), has.id, has.title, given)]
    OtherCampaign {
        /// The output folder.
        out: PathBuf,
        /// The campaign that it belongs to.
        has: CampaignIdentity,
        /// The id of the campaign to be built.
        given: String,
    },
    /// A record in the output folder cannot be parsed. Occurs before anything is made.
    #[error(transparent)]
    Folder(RunFault),
    /// An inspector reports a fault in itself. Occurs during inspection; documents delivered before
    /// were accepted by the same inspector.
    #[error("the check of `{file}` for `{code}` contradicts itself: {message}")]
    Inspection {
        /// The municipality's code.
        code: String,
        /// The file's name.
        file: String,
        /// The inspector's message.
        message: String,
    },
    /// The source of packs panicked. Occurs while packs are read; a panic of a renderer is a failed
    /// document instead.
    #[error("the run broke off: {0}")]
    Panic(String),
}

impl From<RunFault> for RunError {
    /// Errors of the system are reported as such, not as faults of the folder.
    fn from(fault: RunFault) -> Self {
        let RunFault::Io {
            action,
            path,
            source,
        } = fault
        else {
            return Self::Folder(fault);
        };
        Self::Sink(
            source
                .downcast::<SinkError>()
                .unwrap_or_else(|source| SinkError {
                    action,
                    path,
                    source,
                }),
        )
    }
}

impl RunError {
    /// The remedy, in the imperative.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Inspection { .. } => {
                Some("report this as a bug, with the campaign and the row if you can")
            }
            Self::NotConserved { .. } => {
                Some("run again when no one is writing the register; report it if it happens again")
            }
            Self::NoRecipients => Some("give a register with at least one row below its header"),
            Self::Strict { .. } => Some("correct the mistakes above, or run without `--strict`"),
            Self::UnknownCodes(_) => Some("write codes as in the register, such as `GM0344`"),
            Self::UnknownDocuments { .. } => Some("write ids as in the campaign"),
            Self::ForeignFolder(_) => Some("choose an empty or new folder with `--out`"),
            Self::ForeignFiles { .. } => {
                Some("move these files elsewhere, or choose another folder with `--out`")
            }
            Self::Busy(_) => Some("wait for it to end, or choose another folder with `--out`"),
            Self::LedgerVersion { .. } => {
                Some("use the version that wrote it, or choose another folder with `--out`")
            }
            Self::Ledger(error) => Some(match error.sqlite_error_code() {
                Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => {
                    "move the folder elsewhere and run again; its ledger is damaged"
                }
                _ => "check free disk space and permissions, then run again",
            }),
            Self::Sink(_) => Some(
                "check free disk space and permissions, then run again; the run continues where it stopped",
            ),
            Self::NoRun(_) => Some("give a folder that `raadspost build` made"),
            Self::OtherCampaign { .. } => {
                Some("choose another folder with `--out`, or build that campaign")
            }
            Self::Folder(fault) => fault.hint(),
            Self::NoSpace { .. } => Some(
                "free some space, choose another disk with `--out`, or make less at once with `--document` or `--where`",
            ),
            Self::Panic(_) => {
                Some("report this as a bug, with the campaign and the row if you can")
            }
            Self::Register(_) | Self::NoRenderer(_) => None,
        }
    }
}

fn megabytes(bytes: u64) -> String {
    format!("{} MB", bytes.div_ceil(1_000_000))
}

fn quoted(names: &[String]) -> String {
    names
        .iter()
        .map(|name| format!("`{name}`"))
        .collect::<Vec<_>>()
        .join(", ")
}
