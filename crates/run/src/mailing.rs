//! `mailing.jsonl`: what print has to know of a pack besides its PDF files: the recipient, and which
//! documents lie in which envelope.

use serde::{Deserialize, Serialize};

use raadspost_content::{Area, Format, PackDocument, PackEnvelope, Postal, Without};

/// A pack as print sees it; a line of `.raadspost/mailing.jsonl`.
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
    /// The fields that the address is made of.
    pub postal: Postal,
    /// Its planned documents in the order of the campaign; without the refused ones.
    pub documents: Vec<MailingDocument>,
    /// The campaign's envelopes in its order, each in every pack, also where the municipality gets
    /// none.
    pub envelopes: Vec<MailingEnvelope>,
}

/// An envelope of a [`MailingPack`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailingEnvelope {
    /// Its name in the campaign.
    pub id: String,
    /// The ids of the documents that the municipality gets in it, in order; empty where it does not
    /// get its letter.
    pub documents: Vec<String>,
    /// The lines of the address block of its letter, the addressee first.
    pub lines: Vec<String>,
    /// The window of the envelope that its letter is made for; none where the letter is refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window: Option<Area>,
    /// Why the municipality gets no such envelope; none where it gets one.
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
    /// The file is there in an earlier version: it was not selected.
    OutOfDate,
    /// There is no file: it was not selected.
    Missing,
    /// The file was removed since an earlier run, and not made again: it was not selected.
    Lost,
    /// There is no file: a fault prevented it.
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
    /// The ids of the documents that it collects.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub collects: Vec<String>,
    /// Whether it is, or holds, a publication copy, which is never mailed.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub publication_copy: bool,
    /// The lines of the address block of the letter with which it begins; none where it does not
    /// begin with a letter, or that letter has no postal address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lines: Option<Vec<String>>,
    /// Whether it begins with a letter that has no postal address here, so that it cannot be posted.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unaddressed: bool,
    /// The window of the envelope that this letter is made for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window: Option<Area>,
    /// Its state; only a current document is mailed.
    pub state: DocumentState,
    /// SHA-256 of the file, 64 lower-case hexadecimal digits; empty where it was not delivered.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub sha256: String,
    /// Its size, in bytes.
    #[serde(default)]
    pub bytes: u64,
    /// Its pages, where the format has pages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pages: Option<u32>,
}

impl MailingDocument {
    /// The record of a document before it is delivered.
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
