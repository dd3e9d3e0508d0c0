//! How a command ended: the exit status, and why it could not run.

use std::process::ExitCode;

use raadspost_archive::ArchiveError;
use raadspost_content::{Diagnostic, Diagnostics};
use raadspost_pipeline::RunError;
use raadspost_run::RunFault;

/// How a command ended, where it could run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// All that was asked for is made.
    Made = 0,
    /// Some documents were refused or failed; the others are made.
    Partial = 1,
    /// Nothing could be done.
    CouldNot = 2,
    /// Interrupted; 128 and the number of SIGINT, as shells have it.
    Interrupted = 130,
}

impl Exit {
    /// The exit status.
    pub(crate) fn status(self) -> u8 {
        self as u8
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.status())
    }
}

/// Why a command could not run.
#[derive(Debug)]
pub(crate) enum Halt {
    /// Mistakes that an author can mend, all of them.
    Mistakes(Diagnostics),
    /// A file that cannot be read or written, or a value that cannot be meant.
    Fault(anyhow::Error),
    /// A package refused.
    Archive(ArchiveError),
    /// A run folder is not opened, or something in it cannot be used.
    Folder(RunFault),
    /// The run refused to start or broke off.
    Run {
        /// What it found before.
        mistakes: Diagnostics,
        /// Why.
        error: RunError,
    },
}

impl Halt {
    /// A run's error, with the diagnostics that it told before.
    pub(crate) fn run(error: RunError, mut mistakes: Diagnostics) -> Self {
        match error {
            RunError::Register(found) => {
                mistakes.extend(found);
                Self::Mistakes(mistakes)
            }
            error => Self::Run { mistakes, error },
        }
    }
}

impl From<ArchiveError> for Halt {
    fn from(error: ArchiveError) -> Self {
        match error {
            ArchiveError::Run(fault) => Self::Folder(fault),
            error => Self::Archive(error),
        }
    }
}

impl From<RunFault> for Halt {
    fn from(fault: RunFault) -> Self {
        Self::Folder(fault)
    }
}

impl From<anyhow::Error> for Halt {
    fn from(error: anyhow::Error) -> Self {
        Self::Fault(error)
    }
}

impl From<Diagnostics> for Halt {
    fn from(mistakes: Diagnostics) -> Self {
        Self::Mistakes(mistakes)
    }
}

impl From<Diagnostic> for Halt {
    fn from(mistake: Diagnostic) -> Self {
        Self::Mistakes(vec![mistake])
    }
}
