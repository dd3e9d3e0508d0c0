//! Errors of opening a campaign.

use std::io;
use std::path::Path;

use raadspost_content::{Diagnostic, Diagnostics};

/// Why a campaign cannot be opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ProjectError {
    /// All mistakes in campaign, look, condition or register, for the author to correct.
    #[error("{}", first(.0))]
    Mistakes(Diagnostics),
    /// No campaign, no unique campaign, or an unreadable file.
    #[error("{message}")]
    #[non_exhaustive]
    Unusable {
        /// The problem.
        message: String,
        /// What to do; `None` if the cause says it.
        hint: Option<String>,
        /// The error of the operating system, if any.
        source: Option<io::Error>,
    },
}

impl ProjectError {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self::Unusable {
            message: message.into(),
            hint: None,
            source: None,
        }
    }

    pub(crate) fn unreadable(path: &Path, error: io::Error) -> Self {
        Self::Unusable {
            message: format!("cannot read `{}`", path.display()),
            hint: None,
            source: Some(error),
        }
    }

    pub(crate) fn hint(self, text: impl Into<String>) -> Self {
        match self {
            Self::Unusable {
                message, source, ..
            } => Self::Unusable {
                message,
                hint: Some(text.into()),
                source,
            },
            mistakes @ Self::Mistakes(_) => mistakes,
        }
    }

    /// The hint, if the error is not a list of mistakes.
    pub fn hint_text(&self) -> Option<&str> {
        match self {
            Self::Unusable { hint, .. } => hint.as_deref(),
            Self::Mistakes(_) => None,
        }
    }

    /// The mistakes; empty for other errors.
    pub fn mistakes(&self) -> &[Diagnostic] {
        match self {
            Self::Mistakes(mistakes) => mistakes,
            Self::Unusable { .. } => &[],
        }
    }
}

fn first(mistakes: &[Diagnostic]) -> String {
    match mistakes {
        [] => "no mistake".to_owned(),
        [one] => one.to_string(),
        [one, rest @ ..] => format!("{one} (and {} more)", rest.len()),
    }
}

impl From<Diagnostics> for ProjectError {
    fn from(mistakes: Diagnostics) -> Self {
        Self::Mistakes(mistakes)
    }
}

impl From<Diagnostic> for ProjectError {
    fn from(mistake: Diagnostic) -> Self {
        vec![mistake].into()
    }
}
