//! Why a run could not be done, or not to its end.

use std::path::PathBuf;

use raadspost_content::Diagnostics;
use raadspost_run::CampaignIdentity;
use raadspost_run::RunFault;
use rusqlite::ErrorCode;

use crate::output::SinkError;

/// Why a run could not be done, or not to its end. What was delivered before stays, whole.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The register cannot be read. Occurs before anything is made.
    #[error("the register cannot be read")]
    Register(Diagnostics),
    /// The register has no rows. Occurs before anything is made, so that an empty file by mistake
    /// does not move a whole run aside.
    #[error("the register has no rows")]
    NoRecipients,
    /// A mistake was found, and the run is strict. Occurs after the quick pass, in which the
    /// observer was told each mistake; nothing was made.
    #[error("{refused} documents are refused and the run is strict; nothing was made")]
    Strict {
        /// Selected documents that a rule refuses.
        refused: u64,
        /// Diagnostics of severity error.
        errors: u64,
    },
    /// `--only` names codes that the register does not have. Occurs after the quick pass.
    #[error("no municipality has the code {}", quoted(.0))]
    UnknownCodes(Vec<String>),
    /// `--document` names ids that the campaign does not have. Occurs after the quick pass.
    #[error("no document has the id {}; there are {}", quoted(.unknown), quoted(.known))]
    UnknownDocuments {
        /// The ids that no document has.
        unknown: Vec<String>,
        /// The ids that there are.
        known: Vec<String>,
    },
    /// A document has a format for which no renderer was given. Occurs in the quick pass.
    #[error("no renderer makes `{0}`")]
    NoRenderer(raadspost_content::Format),
    /// The output folder has files, and no run has ever written there. Occurs before anything is
    /// written.
    #[error("`{}` has files that no run of raadspost has made", .0.display())]
    ForeignFolder(PathBuf),
    /// There are files in the output folder that no run has made. Occurs before anything is made.
    #[error("`{}` has {count} files that no run of raadspost has made: {}", out.display(), quoted(.names))]
    ForeignFiles {
        /// The output folder.
        out: PathBuf,
        /// The first ten of them, by path.
        names: Vec<String>,
        /// How many there are.
        count: u64,
    },
    /// Another run has the output folder. Occurs before anything is written; the system frees the
    /// lock when that run ends, however it ends.
    #[error("another run is working in `{}`", .0.display())]
    Busy(PathBuf),
    /// The ledger was written by a later version. Occurs before anything is made.
    #[error("the ledger in `{}` has version {version}, which this program does not know", out.display())]
    LedgerVersion {
        /// The output folder.
        out: PathBuf,
        /// The version found.
        version: i64,
    },
    /// The folder holds no run. Occurs where a finished run is looked at.
    #[error("`{}` contains no run", .0.display())]
    NoRun(PathBuf),
    /// The plan needs more space than the disk has free. Occurs before anything is made.
    #[error(
        "{documents} documents need about {} and `{}` has {} free",
        megabytes(*needed), out.display(), megabytes(*free)
    )]
    NoSpace {
        /// The output folder.
        out: PathBuf,
        /// Documents of the plan.
        documents: u64,
        /// Bytes that are needed, by the estimate.
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
    /// Numbers that must be equal are not: a pack would be missing from the lists of the run.
    /// Occurs before these are written; the documents stay.
    #[error(
        "the register has {rows} rows, but {planned} packs were planned, {made} made and {recorded} recorded"
    )]
    NotConserved {
        /// Rows of the register, as its first reading counted them.
        rows: u64,
        /// Packs of the quick pass.
        planned: u64,
        /// Packs that went through the making.
        made: u64,
        /// Packs that the lists of the run would have.
        recorded: u64,
    },
    /// The output folder belongs to another campaign. Occurs before anything is made.
    #[error("`{}` belongs to the campaign `{}` ({}), and this is `{}`", out.display(), has.id, has.title, given)]
    OtherCampaign {
        /// The output folder.
        out: PathBuf,
        /// The campaign to which it belongs.
        has: CampaignIdentity,
        /// The id of the campaign that was to be built.
        given: String,
    },
    /// A record in the output folder is not readable. Occurs before anything is made.
    #[error(transparent)]
    Folder(RunFault),
    /// An inspector says of itself that it cannot be trusted. Occurs while documents are judged;
    /// what was delivered before was judged by the same inspector.
    #[error("the check of `{file}` for `{code}` contradicts itself: {message}")]
    Inspection {
        /// The municipality's code.
        code: String,
        /// The file's name.
        file: String,
        /// The inspector's message.
        message: String,
    },
    /// The source of packs panicked. Occurs while packs are read; a panic of a renderer is a
    /// failed document instead.
    #[error("the run broke off: {0}")]
    Panic(String),
}

impl From<RunFault> for RunError {
    /// Faults of the machine are reported as such, not as faults of the folder.
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
                Some("run again when nobody writes the register; report it if it stays so")
            }
            Self::NoRecipients => Some("give a register with at least one row below its header"),
            Self::Strict { .. } => Some("mend what is named above, or leave out `--strict`"),
            Self::UnknownCodes(_) => {
                Some("give codes as the register writes them, such as `GM0344`")
            }
            Self::UnknownDocuments { .. } => Some("give ids as the campaign writes them"),
            Self::ForeignFolder(_) => Some("choose an empty or new folder with `--out`"),
            Self::ForeignFiles { .. } => {
                Some("move these files elsewhere, or choose another folder with `--out`")
            }
            Self::Busy(_) => Some("wait for it to end, or choose another folder with `--out`"),
            Self::LedgerVersion { .. } => {
                Some("use the program that wrote it, or choose another folder with `--out`")
            }
            Self::Ledger(error) => Some(match error.sqlite_error_code() {
                Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => {
                    "move the folder elsewhere and run again; its ledger is damaged"
                }
                _ => "look at free disk space and permissions, then run again",
            }),
            Self::Sink(_) => Some(
                "look at free disk space and permissions, then run again; it goes on where it stopped",
            ),
            Self::NoRun(_) => Some("give a folder that `raadspost build` made"),
            Self::OtherCampaign { .. } => {
                Some("choose another folder with `--out`, or name that campaign")
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
