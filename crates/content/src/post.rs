//! The envelopes of one municipality: which documents each contains, and why a document is in none.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::{Area, Format};

/// An envelope of the campaign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostEnvelope {
    /// Its name.
    pub name: String,
    /// The documents in it, in order; never empty.
    pub documents: Vec<String>,
    /// The letter that carries the address: the first document, or its first member.
    pub letter: String,
}

/// An envelope for one municipality.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackEnvelope {
    /// The campaign's envelope.
    pub envelope: Arc<PostEnvelope>,
    /// The documents for this municipality, including refused ones; empty if it does not get the
    /// letter.
    pub documents: Vec<String>,
    /// The address block of the letter, the addressee first; empty if the letter is refused or not
    /// posted.
    pub lines: Vec<String>,
    /// The envelope window of the letter; `None` if the letter is refused.
    pub window: Option<Area>,
    /// Why the municipality does not get this envelope; `None` if it does.
    pub without: Option<Without>,
}

/// Reason why a municipality does not get an envelope of the campaign.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Without {
    /// It does not get this document, which is the envelope's letter or the collection that
    /// contains it.
    Document(String),
    /// The letter has `address: optional`, and the register has no complete postal address.
    PostalAddress,
}

impl fmt::Display for Without {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Document(document) => write!(f, "does not get `{document}`"),
            Self::PostalAddress => f.write_str("has no postal address"),
        }
    }
}

/// Reason why a delivered document is in no envelope.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NotPosted {
    /// It is or contains a publication copy.
    PublicationCopy,
    /// It is a Word file.
    WordFile,
    /// It is a member of this document, which is posted.
    PartOf(String),
    /// Its envelope has no postal address for this municipality.
    NoAddress,
    /// No envelope names it.
    NotInPost,
}

impl fmt::Display for NotPosted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::PublicationCopy => f.write_str("publication copy"),
            Self::WordFile => f.write_str("Word file"),
            Self::PartOf(whole) => write!(f, "part of `{whole}`"),
            Self::NoAddress => f.write_str("no postal address"),
            Self::NotInPost => f.write_str("not in `post`"),
        }
    }
}

impl Serialize for NotPosted {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// The documents in the envelopes of one municipality, each with the ids of its members.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Enveloped<'a> {
    /// Those that are posted.
    pub posted: Vec<(&'a str, Vec<&'a str>)>,
    /// The documents of envelopes that are not sent because there is no postal address.
    pub unaddressed: Vec<(&'a str, Vec<&'a str>)>,
}

impl<'a> Enveloped<'a> {
    /// Resolves the envelopes: the documents of each, or why the municipality does not get it.
    /// `members` gives the ids of the members of a document.
    pub fn new(
        envelopes: impl IntoIterator<Item = (&'a [String], Option<&'a Without>)>,
        members: impl Fn(&str) -> Vec<&'a str>,
    ) -> Self {
        let mut all = Self::default();
        for (documents, without) in envelopes {
            let list = match without {
                None => &mut all.posted,
                Some(Without::PostalAddress) => &mut all.unaddressed,
                Some(Without::Document(_)) => continue,
            };
            list.extend(documents.iter().map(|id| (id.as_str(), members(id))));
        }
        all
    }
}

impl NotPosted {
    /// Why a document is in no envelope; `None` if it is in one. `posted` are the documents that
    /// are posted, each with the ids of its members; `unaddressed` are those of envelopes that are
    /// not sent because there is no postal address.
    pub fn of(
        id: &str,
        format: Format,
        publication_copy: bool,
        posted: &[(&str, Vec<&str>)],
        unaddressed: &[(&str, Vec<&str>)],
    ) -> Option<Self> {
        if format == Format::Pdf && posted.iter().any(|(posted, _)| *posted == id) {
            return None;
        }
        let whole = posted.iter().find(|(_, members)| members.contains(&id));
        let mut unaddressed = unaddressed.iter();
        let is_unaddressed =
            unaddressed.any(|(document, members)| *document == id || members.contains(&id));
        Some(match (format, whole) {
            _ if publication_copy => Self::PublicationCopy,
            (Format::Docx, _) => Self::WordFile,
            (Format::Pdf, Some((whole, _))) => Self::PartOf((*whole).to_owned()),
            (Format::Pdf, None) if is_unaddressed => Self::NoAddress,
            (Format::Pdf, None) => Self::NotInPost,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::NotPosted;
    use crate::Format;

    #[test]
    fn what_is_in_no_envelope_has_a_reason() {
        let posted = [("pack", vec!["brief", "bijlage"]), ("los", Vec::new())];
        let why = |id, format, copy| {
            NotPosted::of(id, format, copy, &posted, &[]).map(|why| why.to_string())
        };
        assert_eq!(why("pack", Format::Pdf, false), None);
        assert_eq!(why("los", Format::Pdf, false), None);
        let part = "part of `pack`".to_owned();
        assert_eq!(why("brief", Format::Pdf, false), Some(part));
        assert_eq!(
            why("los", Format::Docx, false).as_deref(),
            Some("Word file")
        );
        assert_eq!(
            why("brief", Format::Docx, false).as_deref(),
            Some("Word file")
        );
        assert_eq!(
            why("kopie", Format::Pdf, true).as_deref(),
            Some("publication copy")
        );
        assert_eq!(
            why("motie", Format::Pdf, false).as_deref(),
            Some("not in `post`")
        );
        // The documents of an envelope without postal address are in none for that reason.
        let unaddressed = [("pack", vec!["brief"])];
        for id in ["pack", "brief"] {
            let why = NotPosted::of(id, Format::Pdf, false, &[], &unaddressed).expect("not posted");
            assert_eq!(why.to_string(), "no postal address");
        }
        let other = NotPosted::of("los", Format::Pdf, false, &[], &unaddressed);
        assert_eq!(other, Some(NotPosted::NotInPost));
    }
}
