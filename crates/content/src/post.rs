//! Envelopes of one municipality: which documents lie in them, and why a document is in none.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::{Area, Format};

/// An envelope as the campaign has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostEnvelope {
    /// Its name.
    pub name: String,
    /// The documents in it, in order; never empty.
    pub documents: Vec<String>,
    /// The letter that carries the address: the first document, or the first member of it.
    pub letter: String,
}

/// An envelope for one municipality.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackEnvelope {
    /// The campaign's envelope.
    pub envelope: Arc<PostEnvelope>,
    /// The documents that this municipality gets in it, refused ones among them; empty where it
    /// does not get its letter.
    pub documents: Vec<String>,
    /// The lines of the address block of its letter, the addressee first; empty where the letter
    /// is refused, or not posted.
    pub lines: Vec<String>,
    /// The window of the envelope that its letter is made for; none where the letter is refused.
    pub window: Option<Area>,
    /// Why the municipality gets no such envelope; none where it gets one.
    pub without: Option<Without>,
}

/// Why a municipality gets no envelope that the campaign has.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Without {
    /// It does not get this document, the envelope's letter or the collection with it.
    Document(String),
    /// Its letter is made, but the register has no complete postal address, and the letter says
    /// `address: optional`.
    PostalAddress,
}

impl fmt::Display for Without {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Document(document) => write!(f, "gets no `{document}`"),
            Self::PostalAddress => f.write_str("has no postal address"),
        }
    }
}

/// Why a document that is made lies in no envelope.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NotPosted {
    /// It is a publication copy, or holds one.
    PublicationCopy,
    /// It is a Word file.
    WordFile,
    /// This document, which is posted, holds it.
    PartOf(String),
    /// The envelope that it would lie in has no postal address here.
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

/// The documents in the envelopes of one municipality, each with the ids of the documents that it
/// collects.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Enveloped<'a> {
    /// Those that are posted.
    pub posted: Vec<(&'a str, Vec<&'a str>)>,
    /// Those of envelopes that it does not get because it has no postal address.
    pub unaddressed: Vec<(&'a str, Vec<&'a str>)>,
}

impl<'a> Enveloped<'a> {
    /// Sorts out envelopes: the documents of each, and why the municipality does not get it.
    /// `members` gives the ids of the documents that a document collects.
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
    /// Why a document lies in no envelope; none where it lies in one. `posted` are the documents
    /// that are posted, each with the ids of the documents that it collects; `unaddressed` those of
    /// envelopes that the municipality does not get because it has no postal address.
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
        // The documents of an envelope that has no postal address lie in none for that reason.
        let unaddressed = [("pack", vec!["brief"])];
        for id in ["pack", "brief"] {
            let why = NotPosted::of(id, Format::Pdf, false, &[], &unaddressed).expect("not posted");
            assert_eq!(why.to_string(), "no postal address");
        }
        let other = NotPosted::of("los", Format::Pdf, false, &[], &unaddressed);
        assert_eq!(other, Some(NotPosted::NotInPost));
    }
}
