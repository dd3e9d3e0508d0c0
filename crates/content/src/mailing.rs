//! What print has to know of a pack beside its PDF files: whom it goes to, and in which order its
//! documents are mailed. Plain data that a run writes down, a line for each pack.

use serde::{Deserialize, Serialize};

use crate::{Body, Format, Municipality, Pack, PackDocument, plain_text};

/// The postal fields of a municipality, as the register has them; empty where it has none.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Postal {
    /// Number of the post-office box.
    pub po_box: String,
    /// Street.
    pub street: String,
    /// House number.
    pub house_number: String,
    /// Addition to the house number.
    pub addition: String,
    /// Postcode.
    pub postcode: String,
    /// Town.
    pub town: String,
    /// Province, state or county.
    pub province: String,
}

impl Postal {
    /// The postal fields of a municipality.
    pub fn of(municipality: &Municipality) -> Self {
        let field = |name| municipality.get(name).unwrap_or_default().to_owned();
        Self {
            po_box: field("po_box"),
            street: field("street"),
            house_number: field("house_number"),
            addition: field("addition"),
            postcode: field("postcode"),
            town: field("town"),
            province: field("province"),
        }
    }
}

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
    /// The lines of the address block as the letter has them, the addressee first.
    pub lines: Vec<String>,
    /// The fields that the address is made of.
    pub postal: Postal,
    /// Its planned documents in the order of the campaign; without the refused ones.
    pub documents: Vec<MailingDocument>,
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
    /// The ids of the documents that it collects; it is the file to mail where there are any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub collects: Vec<String>,
    /// Whether it is a publication copy, which is never mailed.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub publication_copy: bool,
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
    /// What is known of a document before it is delivered.
    pub fn planned(document: &PackDocument, path: String) -> Self {
        let members = document.shape.members();
        let publication_copy = matches!(
            &document.shape.body,
            Body::Letter(letter) if letter.publication_copy
        );
        Self {
            id: document.document.clone(),
            format: document.format,
            path,
            collects: members.iter().map(|shape| shape.document.clone()).collect(),
            publication_copy,
            sha256: String::new(),
            bytes: 0,
            pages: None,
        }
    }
}

impl Pack {
    /// The lines of the address block of its first letter, the addressee first; empty where it
    /// has no letter.
    pub fn address_lines(&self) -> Vec<String> {
        let letter = self.documents.iter().find_map(|document| {
            let Body::Letter(letter) = &document.shape.body else {
                return None;
            };
            (!letter.publication_copy).then_some((letter, &document.values.slots))
        });
        let Some((letter, slots)) = letter else {
            return Vec::new();
        };
        let lines = letter.addressee.iter().chain(&letter.address);
        lines
            .flat_map(|line| {
                let text = plain_text(line, slots);
                text.lines().map(str::to_owned).collect::<Vec<_>>()
            })
            .filter(|line| !line.trim().is_empty())
            .collect()
    }
}
