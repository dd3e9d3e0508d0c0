//! Language tags (BCP 47).

use std::fmt;

use icu_locale_core::LanguageIdentifier;

/// A language tag in canonical form: `nl`, `nl-NL`, `nl-Latn-BE`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct LanguageTag(String);

impl LanguageTag {
    /// Parses a tag in any case: a primary subtag of two or three letters, followed by script,
    /// region and variants.
    pub fn parse(word: &str) -> Option<Self> {
        let primary = word.split('-').next().unwrap_or_default();
        if !matches!(primary.len(), 2 | 3) || word.contains('_') {
            return None;
        }
        let tag = LanguageIdentifier::try_from_str(word).ok()?;
        Some(Self(tag.to_string()))
    }

    /// The tag's text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The tag and its parents, each one subtag shorter (RFC 4647, 3.4): `nl-Latn-BE`, `nl-Latn`,
    /// `nl`.
    pub fn lookup(&self) -> impl Iterator<Item = &str> {
        std::iter::successors(Some(self.as_str()), |tag| {
            tag.rsplit_once('-').map(|(parent, _)| parent)
        })
    }

    /// Whether a text with this tag may be used in `language`.
    pub fn covers(&self, language: &Self) -> bool {
        language.lookup().any(|tag| tag == self.as_str())
    }
}

impl fmt::Display for LanguageTag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
