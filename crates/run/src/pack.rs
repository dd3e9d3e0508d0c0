//! `packs.jsonl`: the result of each pack and of each document in it.

use raadspost_content::{Body, Format, MotionKind, Part, Severity, Shape, Values, plain_text};
use serde::{Deserialize, Serialize};

/// Data of a municipality for other systems.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct MunicipalityRecord {
    /// Official name, if the register has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub official_name: Option<String>,
    /// Identification in the TOOI value list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tooi: Option<String>,
    /// Province, state or county.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub province: Option<String>,
}

/// The result of one municipality's pack.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PackRecord {
    /// The municipality's code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// The line of its row in the register, from 1.
    pub line: u64,
    /// More data of the municipality.
    #[serde(flatten)]
    pub municipality: MunicipalityRecord,
    /// The pack's folder once it is complete.
    pub folder: String,
    /// Whether a document is refused or failed.
    pub held: bool,
    /// The documents that exist and are up to date.
    pub documents: Vec<DocumentRecord>,
    /// Documents that were not made, by reason.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refused: Vec<FaultRecord>,
    /// Documents that a fault prevented, by reason.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub failed: Vec<FaultRecord>,
    /// Files that were not selected and are missing or out of date.
    #[serde(rename = "left", default, skip_serializing_if = "Vec::is_empty")]
    pub skipped: Vec<String>,
    /// Paths of those of them that exist in an earlier version.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub out_of_date: Vec<String>,
}

impl PackRecord {
    /// Whether every document of the pack exists and is up to date.
    pub fn is_complete(&self) -> bool {
        !self.held && self.skipped.is_empty() && self.refused.is_empty() && self.failed.is_empty()
    }

    /// Why the pack is not complete, as one fact; `None` if it is.
    pub fn why_incomplete(&self) -> Option<String> {
        if self.is_complete() {
            return None;
        }
        let faults = self.refused.iter().chain(&self.failed);
        let reason = faults.flat_map(|fault| &fault.reasons).next();
        if let Some(reason) = reason {
            return Some(reason.message.clone());
        }
        let is_old = |file: &&String| {
            let mut paths = self.out_of_date.iter();
            paths.any(|path| path.rsplit('/').next() == Some(file.as_str()))
        };
        let (old, missing): (Vec<&String>, Vec<&String>) = self.skipped.iter().partition(is_old);
        let named = |files: &[&String], what: &str| {
            let names: Vec<String> = files.iter().map(|file| format!("`{file}`")).collect();
            let is = if names.len() == 1 { "is" } else { "are" };
            (!names.is_empty()).then(|| format!("{} {is} {what}", names.join(", ")))
        };
        let facts = [
            named(&old, "out of date"),
            named(
                &missing,
                "not made because the last build did not select it",
            ),
        ];
        let facts: Vec<String> = facts.into_iter().flatten().collect();
        Some(if facts.is_empty() {
            "the pack is held".to_owned()
        } else {
            facts.join("; ")
        })
    }
}

/// The kind of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DocumentKind {
    /// A letter.
    Letter,
    /// A letter without signatures and private data.
    Publication,
    /// An annex: parts below a common heading.
    Annex,
    /// One model motion, and nothing else.
    Motion,
    /// Other parts.
    Text,
    /// Several documents in one file to mail.
    Collection,
}

/// A delivered document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentRecord {
    /// Its path below the run folder.
    pub path: String,
    /// The document's id in the campaign.
    pub document: String,
    /// Its kind.
    pub kind: DocumentKind,
    /// Its format.
    pub format: Format,
    /// Its title, filled in.
    pub title: String,
    /// Its language tag.
    pub language: String,
    /// The public id of a letter, from its reference block.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// The treatment that a letter requests.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub treatment: Option<String>,
    /// Whether its text is the same for every municipality.
    pub common: bool,
    /// The motion, if the document is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub motion: Option<MotionReference>,
    /// The ids of its members.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub members: Vec<String>,
    /// Number of pages, if the format has pages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pages: Option<u32>,
    /// Size of the file in bytes.
    pub bytes: u64,
    /// SHA-256 of the file.
    pub sha256: String,
}

/// The motion of a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MotionReference {
    /// The key in the campaign.
    pub id: String,
    /// Kind of proposal: a motion, an amendment, an initiative.
    pub kind: MotionKind,
    /// The variant; `None` if all alternatives are shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub variant: Option<String>,
}

impl DocumentRecord {
    /// The record of a document from its shape and values, without size and digest.
    pub fn of(path: String, format: Format, shape: &Shape, values: &Values) -> Self {
        let (kind, motion) = match &shape.body {
            Body::Letter(letter) if letter.publication_copy => (DocumentKind::Publication, None),
            Body::Letter(_) => (DocumentKind::Letter, None),
            Body::Collection(_) => (DocumentKind::Collection, None),
            Body::Parts { annex: Some(_), .. } => (DocumentKind::Annex, None),
            Body::Parts { annex: None, parts } => match parts.as_slice() {
                [Part::Motion(motion)] => (
                    DocumentKind::Motion,
                    Some(MotionReference {
                        id: motion.id.clone(),
                        kind: motion.record.kind,
                        variant: motion.variant.clone(),
                    }),
                ),
                _ => (DocumentKind::Text, None),
            },
        };
        let title = plain_text(&shape.title, &values.slots);
        let (reference, treatment) = match &shape.body {
            Body::Letter(letter) => letter.filed(&values.slots),
            _ => (None, None),
        };
        Self {
            path,
            document: shape.document.clone(),
            kind,
            format,
            title: title.split_whitespace().collect::<Vec<_>>().join(" "),
            language: shape.language.clone(),
            reference,
            treatment,
            common: values.slots.is_empty() && values.members.is_empty(),
            motion,
            members: shape
                .members()
                .iter()
                .map(|member| member.document.clone())
                .collect(),
            pages: None,
            bytes: 0,
            sha256: String::new(),
        }
    }
}

/// Documents that were not made, with their common reasons.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FaultRecord {
    /// The documents, by file name.
    pub files: Vec<String>,
    /// Why.
    pub reasons: Vec<ReasonRecord>,
}

/// Why a document was not made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReasonRecord {
    /// Severity.
    pub severity: Severity,
    /// Stable code.
    pub code: String,
    /// The fact.
    pub message: String,
}
