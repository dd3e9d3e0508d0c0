//! Deviations of a run folder or a package from its records, each in English and, for clerks and
//! archivists, in Dutch.

use raadspost_content::{Diagnostic, Diagnostics, Place};

/// A language of deviations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tongue {
    /// English.
    #[default]
    English,
    /// Dutch.
    Dutch,
}

impl Tongue {
    /// The language of a tag such as `nl-NL`, or of a locale such as `nl_NL.UTF-8`: Dutch, or else
    /// English.
    pub fn of(tag: &str) -> Self {
        match tag.split(['-', '_', '.']).next() {
            Some(language) if language.eq_ignore_ascii_case("nl") => Self::Dutch,
            _ => Self::English,
        }
    }

    /// The text in this language.
    pub fn of_two<T>(self, english: T, dutch: T) -> T {
        match self {
            Self::English => english,
            Self::Dutch => dutch,
        }
    }
}

/// A fact in both languages; `words!` writes one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    /// In English.
    pub english: String,
    /// In Dutch.
    pub dutch: String,
}

impl Words {
    /// The fact in a language.
    pub fn in_tongue(&self, tongue: Tongue) -> &str {
        tongue.of_two(&self.english, &self.dutch)
    }
}

/// A fact in English and in Dutch, each a format string.
#[macro_export]
macro_rules! words {
    ($english:literal, $dutch:literal $(,)?) => {
        $crate::Words {
            english: format!($english),
            dutch: format!($dutch),
        }
    };
}

/// Deviations as errors in a language.
pub fn diagnostics(deviations: &[Deviation], tongue: Tongue) -> Diagnostics {
    let each = deviations.iter();
    each.map(|deviation| deviation.diagnostic(tongue)).collect()
}

/// A deviation: its code, the file, and the fact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deviation {
    /// Stable code, such as `file-changed`.
    pub code: &'static str,
    /// The file, below the folder that is judged.
    pub path: String,
    /// The fact.
    pub words: Words,
}

impl Deviation {
    /// A deviation of a file.
    pub fn new(code: &'static str, path: impl Into<String>, words: Words) -> Self {
        let path = path.into();
        Self { code, path, words }
    }

    /// The deviation as an error in a language, with the file as its place.
    pub fn diagnostic(&self, tongue: Tongue) -> Diagnostic {
        Diagnostic::error(self.code, self.words.in_tongue(tongue))
            .at(Place::File(self.path.clone()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_is_that_of_a_tag_or_a_locale() {
        for tag in ["nl", "nl-NL", "nl_BE.UTF-8", "NL"] {
            assert_eq!(Tongue::of(tag), Tongue::Dutch, "{tag}");
        }
        for tag in ["", "C", "en-GB", "nds", "de_DE.UTF-8", "fy-NL"] {
            assert_eq!(Tongue::of(tag), Tongue::English, "{tag}");
        }
    }
}
