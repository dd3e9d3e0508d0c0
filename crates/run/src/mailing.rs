//! `mailing.jsonl`: the data that print needs of a pack besides its PDF files: the recipient, and
//! the documents in each envelope.

use serde::{Deserialize, Serialize};

use raadspost_content::{Area, Format, PackDocument, PackEnvelope, Postal, Without};

/// A pack for printing; one line of `.raadspost/mailing.jsonl`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailingPack {
    /// The municipality's code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// The line of its row in the register, from 1.
    pub line: u64,
    /// Whether a document was refused or failed, so that the pack must not be mailed.
    pub held: bool,
    /// The fields of the postal address.
    pub postal: Postal,
    /// Its planned documents in campaign order, without the refused ones.
    pub documents: Vec<MailingDocument>,
    /// The campaign's envelopes in order; every pack lists all of them, including those that the
    /// municipality does not get.
    pub envelopes: Vec<MailingEnvelope>,
}

/// An envelope of a [`MailingPack`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailingEnvelope {
    /// Its name in the campaign.
    pub id: String,
    /// The ids of the documents for this municipality, in order; empty if it does not get the
    /// letter.
    pub documents: Vec<String>,
    /// The address block of the letter, the addressee first.
    pub lines: Vec<String>,
    /// The envelope window of the letter; `None` if the letter is refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window: Option<Area>,
    /// Why the municipality does not get this envelope; `None` if it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub without: Option<Without>,
}

impl From<&PackEnvelope> for MailingEnvelope {
    fn from(envelope: &PackEnvelope) -> Self {
        Self {
            id: envelope.envelope.name.clone(),
            documents: envelope.documents.clone(),
            lines: envelope.lines.clone(),
            window: envelope.window,
            without: envelope.without.clone(),
        }
    }
}

/// The state of a document at the end of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DocumentState {
    /// The file is there and up to date.
    Current,
    /// The file is an earlier version: the document was not selected.
    OutOfDate,
    /// The file does not exist: the document was not selected.
    Missing,
    /// The file was removed after an earlier run and not made again: the document was not selected.
    Lost,
    /// The file does not exist: a fault prevented it.
    Failed,
}

/// A document of a [`MailingPack`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailingDocument {
    /// The document's id in the campaign.
    pub id: String,
    /// Its format.
    pub format: Format,
    /// Its path, relative to the output folder, with `/` between the parts.
    pub path: String,
    /// The ids of its members.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub collects: Vec<String>,
    /// Whether it is or contains a publication copy, which is never mailed.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub publication_copy: bool,
    /// The address block of the document's first letter; `None` if it does not begin with a letter,
    /// or that letter has no postal address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lines: Option<Vec<String>>,
    /// Whether it begins with a letter without postal address, so that it cannot be posted.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unaddressed: bool,
    /// The envelope window of this letter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window: Option<Area>,
    /// Its state; only a current document is mailed.
    pub state: DocumentState,
    /// SHA-256 of the file, 64 lower-case hexadecimal digits; empty if it was not delivered.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub sha256: String,
    /// Its size, in bytes.
    #[serde(default)]
    pub bytes: u64,
    /// Number of pages, if the format has pages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pages: Option<u32>,
}

impl MailingDocument {
    /// The record of a document before delivery.
    pub fn planned(document: &PackDocument, path: String) -> Self {
        let members = document.shape.members();
        Self {
            id: document.document.clone(),
            format: document.format,
            path,
            collects: members.iter().map(|shape| shape.document.clone()).collect(),
            publication_copy: document.has_publication_copy(),
            lines: document.address_lines(),
            unaddressed: document.is_unaddressed(),
            window: document.window(),
            state: DocumentState::Missing,
            sha256: String::new(),
            bytes: 0,
            pages: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use raadspost_content::{PackEnvelope, PostEnvelope, Without};

    use super::MailingEnvelope;

    #[test]
    fn an_envelope_without_an_address_keeps_its_reason() {
        let envelope = PackEnvelope {
            envelope: Arc::new(PostEnvelope {
                name: "college".into(),
                documents: vec!["brief".into(), "bijlage".into()],
                letter: "brief".into(),
            }),
            documents: vec!["brief".into()],
            lines: Vec::new(),
            window: None,
            without: Some(Without::PostalAddress),
        };
        let written = MailingEnvelope::from(&envelope);
        let line = serde_json::to_string(&written).unwrap();
        let without = r#""without":"postal-address""#;
        assert!(line.contains(without), "{line}");
        let read: MailingEnvelope = serde_json::from_str(&line).unwrap();
        assert_eq!(read, written);
    }
}
