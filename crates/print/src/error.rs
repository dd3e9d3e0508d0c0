//! Errors of print runs.

use std::io;
use std::path::{Path, PathBuf};

use raadspost_run::RunFault;

/// An error that prevents a print run. Nothing is left behind that could be sent.
#[derive(Debug, thiserror::Error)]
pub enum PrintError {
    /// The run folder is not opened: there is no run, or it is not what its record says.
    #[error(transparent)]
    Run(#[from] RunFault),
    /// A file of the print run cannot be read. Occurs where somebody edited it.
    #[error("`{}` line {line} cannot be read: {message}", file.display())]
    Damaged {
        /// The file.
        file: PathBuf,
        /// The line, from 1.
        line: usize,
        /// The reason.
        message: String,
    },
    /// The folder for the print run is there already.
    #[error("`{}` exists already", .0.display())]
    Exists(PathBuf),
    /// No letter is left to print; with the reasons.
    #[error("no letter is to be printed: {0}")]
    Nothing(String),
    /// The run's campaign posts nothing.
    #[error("the campaign of `{}` posts no document", .0.display())]
    NothingPosted(PathBuf),
    /// A document that is asked for is not in the run.
    #[error("the run has no letter `{document}`; it has: {}", known.join(", "))]
    NoSuchDocument {
        /// The document.
        document: String,
        /// The documents that can be posted.
        known: Vec<String>,
    },
    /// A document that is asked for cannot be posted.
    #[error("`{document}` {why}")]
    WrongDocument {
        /// The document.
        document: String,
        /// The reason.
        why: &'static str,
    },
    /// Another print run is made in this place.
    #[error("another process prints into `{}`", .0.display())]
    Busy(PathBuf),
    /// The pieces asked for are not in the print run.
    #[error("there is no piece `{choice}`: the print run has {pieces}")]
    NoSuchPieces {
        /// The choice.
        choice: String,
        /// The number of pieces.
        pieces: u32,
    },
    /// Pieces are asked for of a print run that is of another job.
    #[error(
        "`{}` is of the job {was}, and these letters are of the job {is}: the run, the printer or an \
         option has changed since",
        of.display()
    )]
    OtherJob {
        /// The print run.
        of: PathBuf,
        /// Its job.
        was: String,
        /// The job that would be printed.
        is: String,
    },
    /// The printer has no such part, which an option needs.
    #[error("the printer `{printer}` has no `{part}`")]
    NoSuchPart {
        /// The printer's title.
        printer: String,
        /// The key.
        part: &'static str,
    },
    /// The printer names an output intent, and its ICC profile was not handed in.
    #[error("the ICC profile `{profile}` of the printer `{printer}` does not exist")]
    NoProfile {
        /// The printer's title.
        printer: String,
        /// The file.
        profile: String,
    },
    /// The ICC profile of the output intent cannot be used.
    #[error("the ICC profile of the output intent cannot be used: {0}")]
    BadProfile(String),
    /// Marks have no room: they lie off the sheet, over one another, or a text is too long.
    #[error("the marks of the printer have no room: {}", .0.join("; "))]
    Misplaced(Vec<String>),
    /// Marks would lie over what a letter prints.
    #[error("marks would lie over the letters: {}", .0.join("; "))]
    Covered(Vec<String>),
    /// A PDF cannot be read or written.
    #[error("`{}` cannot be used: {source}", path.display())]
    Pdf {
        /// The file.
        path: PathBuf,
        /// The reason.
        source: lopdf::Error,
    },
    /// A PDF has what print cannot carry over.
    #[error("`{}` {message}", path.display())]
    Unfit {
        /// The file.
        path: PathBuf,
        /// The part of the sentence after the path.
        message: String,
    },
    /// A font cannot be read.
    #[error("the font for marks and slip sheets cannot be read")]
    Font,
    /// An enriched file lacks a column.
    #[error("`{}` has no column `{column}`", file.display())]
    NoColumn {
        /// The file.
        file: PathBuf,
        /// The heading.
        column: String,
    },
    /// A CSV file cannot be read or written.
    #[error("`{}` cannot be used: {source}", file.display())]
    Csv {
        /// The file.
        file: PathBuf,
        /// The reason.
        source: csv::Error,
    },
    /// The files do not add up with what was to be printed. Occurs when they are read back.
    #[error("the print run does not add up: {}", .0.join("; "))]
    DoesNotAddUp(Vec<String>),
    /// A file cannot be read or written: a full disk, a missing permission.
    #[error("cannot {action} `{}`: {source}", path.display())]
    Io {
        /// The action, an infinitive.
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// The reason.
        source: io::Error,
    },
}

impl PrintError {
    /// The cure, in the imperative.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Run(fault) => fault.hint(),
            Self::Damaged { .. } => Some("send nothing; print again into a new folder"),
            Self::Exists(_) => Some("choose a new folder with `--out`"),
            Self::Nothing(_) => {
                Some("run the campaign again without `--only`, `--where` and `--document`")
            }
            Self::NothingPosted(_) => Some(
                "write `post:` in the campaign and run it again, or name a letter with `--document`",
            ),
            Self::NoSuchDocument { .. } => {
                Some("name a letter, or a collection that begins with one")
            }
            Self::WrongDocument { .. } => {
                Some("name a letter, or a collection that begins with one")
            }
            Self::Busy(_) => Some("wait until it has ended, or choose another `--out`"),
            Self::NoSuchPieces { .. } => {
                Some("name pieces by the sequence on the sheets, by a code, or by a letter id")
            }
            Self::OtherJob { .. } => Some(
                "give the options of that print run; if the letters have changed since, print the \
                 pieces by their codes without `--of`",
            ),
            Self::NoSuchPart { .. } => Some("choose a printer that has it, or write one"),
            Self::Misplaced(_) => {
                Some("change place, size or text under `marks`, `sequence` or `bulk-mail`")
            }
            Self::Covered(_) => {
                Some("move the marks in the printer's file, or give the theme a wider margin there")
            }
            Self::NoProfile { .. } | Self::BadProfile(_) => Some(
                "ask the print house for the profile of its printing condition, and name it under \
                 `output-intent: profile:` or with `--output-profile`",
            ),
            Self::Pdf { .. } | Self::Unfit { .. } => Some("make the document again"),
            Self::NoColumn { .. } => {
                Some("write their heading for it under `bulk-mail: import:` of the printer")
            }
            Self::DoesNotAddUp(_) => Some("send nothing; print again into a new folder"),
            Self::Io { .. } => Some("look at free disk space and permissions"),
            Self::Font | Self::Csv { .. } => None,
        }
    }

    pub(crate) fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io {
            action,
            path,
            source,
        }
    }

    pub(crate) fn pdf(path: &Path) -> impl FnOnce(lopdf::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Pdf { path, source }
    }

    pub(crate) fn csv(file: &Path) -> impl FnOnce(csv::Error) -> Self {
        let file = file.to_owned();
        move |source| Self::Csv { file, source }
    }
}
