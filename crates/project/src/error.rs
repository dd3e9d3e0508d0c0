//! Why a campaign cannot be opened.

use std::io;
use std::path::Path;

use raadspost_content::{Diagnostic, Diagnostics};

/// Why a campaign cannot be opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ProjectError {
    /// Mistakes that an author can mend, all of them: in campaign, look, condition or register.
    #[error("{}", first(.0))]
    Mistakes(Diagnostics),
    /// There is no campaign, no single one, or a file cannot be read.
    #[error("{message}")]
    #[non_exhaustive]
    Unusable {
        /// What cannot be used.
        message: String,
        /// What to do; `None` where the cause says it.
        hint: Option<String>,
        /// Why, where the system refused.
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

    /// What to do, where something cannot be used.
    pub fn hint_text(&self) -> Option<&str> {
        match self {
            Self::Unusable { hint, .. } => hint.as_deref(),
            Self::Mistakes(_) => None,
        }
    }

    /// The mistakes; empty where something else went wrong.
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
