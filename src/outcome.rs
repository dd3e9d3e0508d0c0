//! The outcome of a command: its exit status, or why it could not run.

use std::process::ExitCode;

use raadspost_archive::ArchiveError;
use raadspost_content::{Diagnostic, Diagnostics};
use raadspost_pipeline::RunError;
use raadspost_print::PrintError;
use raadspost_project::ProjectError;
use raadspost_run::{RunFault, Tongue, diagnostics};

/// The outcome of a command that ran.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Everything requested was made.
    Made = 0,
    /// Some documents were refused or failed; the others are made.
    Partial = 1,
    /// Nothing could be done.
    CouldNot = 2,
    /// Interrupted; 128 plus the number of SIGINT, as in shells.
    Interrupted = 130,
}

impl Exit {
    /// [`Exit::Made`] if `all_well`, otherwise [`Exit::Partial`].
    pub(crate) fn made_if(all_is_well: bool) -> Self {
        if all_is_well {
            Self::Made
        } else {
            Self::Partial
        }
    }

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
pub(crate) struct CommandError {
    /// All mistakes for an author to correct, with earlier diagnostics.
    pub(crate) diagnostics: Diagnostics,
    /// The error; `None` if the diagnostics explain it.
    pub(crate) fault: Option<Fault>,
}

/// A fact, its causes, and the hint.
#[derive(Debug)]
pub(crate) struct Fault {
    /// The fact.
    pub(crate) message: String,
    /// The causes, nearest first.
    pub(crate) causes: Vec<String>,
    /// What to do.
    pub(crate) hint: Option<String>,
}

impl CommandError {
    /// An error with this message.
    pub(crate) fn new(message: impl Into<String>) -> Self {
        let fault = Fault {
            message: message.into(),
            causes: Vec::new(),
            hint: None,
        };
        Self {
            diagnostics: Vec::new(),
            fault: Some(fault),
        }
    }

    /// Adds a hint.
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        if let Some(fault) = &mut self.fault {
            fault.hint = Some(hint.into());
        }
        self
    }

    /// Fact, causes and what to do on one line, for a list.
    pub(crate) fn one_line(&self) -> String {
        let Some(fault) = &self.fault else {
            let mistakes = self.diagnostics.iter().map(|one| one.message.clone());
            return mistakes.collect::<Vec<_>>().join("; ");
        };
        let mut line = fault.message.clone();
        for cause in &fault.causes {
            line.push_str(&format!(": {cause}"));
        }
        if let Some(hint) = &fault.hint {
            line.push_str(&format!("; {hint}"));
        }
        line
    }

    fn hinted(message: &impl ToString, hint: Option<&str>) -> Self {
        let error = Self::new(message.to_string());
        match hint {
            Some(hint) => error.hint(hint),
            None => error,
        }
    }

    /// A run's error, with the diagnostics reported before.
    pub(crate) fn run(error: RunError, mut diagnostics: Diagnostics) -> Self {
        match error {
            RunError::Register(found) => {
                diagnostics.extend(found);
                diagnostics.into()
            }
            error => Self {
                diagnostics,
                ..Self::hinted(&error, error.hint())
            },
        }
    }
}

impl From<ArchiveError> for CommandError {
    fn from(error: ArchiveError) -> Self {
        match error {
            ArchiveError::Run(fault) => fault.into(),
            error => Self::hinted(&error, error.hint()),
        }
    }
}

impl From<PrintError> for CommandError {
    fn from(error: PrintError) -> Self {
        match error {
            PrintError::Run(fault) => fault.into(),
            error => Self::hinted(&error, error.hint()),
        }
    }
}

impl From<ProjectError> for CommandError {
    fn from(error: ProjectError) -> Self {
        match error {
            ProjectError::Mistakes(mistakes) => mistakes.into(),
            error => {
                let mut failed = Self::new(error.to_string());
                if let Some(fault) = &mut failed.fault {
                    let source = std::error::Error::source(&error);
                    fault.causes = source.map(ToString::to_string).into_iter().collect();
                    fault.hint = error.hint_text().map(str::to_owned);
                }
                failed
            }
        }
    }
}

impl From<RunFault> for CommandError {
    fn from(fault: RunFault) -> Self {
        Self {
            diagnostics: diagnostics(fault.faults(), Tongue::English),
            ..Self::hinted(&fault, fault.hint())
        }
    }
}

impl From<anyhow::Error> for CommandError {
    fn from(error: anyhow::Error) -> Self {
        let mut chain = error.chain().map(ToString::to_string);
        let mut failed = Self::new(chain.next().unwrap_or_default());
        if let Some(fault) = &mut failed.fault {
            fault.causes = chain.collect();
        }
        failed
    }
}

impl From<Diagnostics> for CommandError {
    fn from(diagnostics: Diagnostics) -> Self {
        Self {
            diagnostics,
            fault: None,
        }
    }
}

impl From<Diagnostic> for CommandError {
    fn from(diagnostic: Diagnostic) -> Self {
        vec![diagnostic].into()
    }
}
