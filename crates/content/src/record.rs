//! The records of a run: plain data that the pipeline writes, and that printing and archiving read
//! without a campaign at hand.
//!
//! They lie in the run folder's `.raadspost/`: `run.json` ([`RunRecord`]), `packs.jsonl` (a
//! [`PackRecord`] on each line, in the order of the register), `campaign.json`
//! ([`CampaignIdentity`]) and `approval.json` ([`Approval`]). `raadspost-run` writes and opens them.
//! No record of a run holds a time of the clock: equal runs have equal records.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{ArchiveSettings, Body, Format, Part, Severity, Shape, Values, plain_text};

/// The version of the structures below.
pub const RECORD_VERSION: u32 = 2;

/// What a run was made from, and what came of it as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct RunRecord {
    /// [`RECORD_VERSION`].
    pub version: u32,
    /// The tool and its version, `raadspost 0.1.0`.
    pub tool: String,
    /// What the campaign says of itself.
    pub campaign: CampaignRecord,
    /// The files that it was made from, each by its role and name.
    pub inputs: Vec<InputRecord>,
    /// For each format the digest of everything besides content that decides the files.
    pub renderers: Vec<RendererRecord>,
    /// Which files were compared with their own pixels, besides the first page of each layout.
    #[serde(default)]
    pub pixels: PixelRecord,
    /// Whether the run was asked to stop before its end; then not all packs have a record.
    pub interrupted: bool,
    /// Counts over all packs, selected or not.
    pub counts: RecordCounts,
    /// `manifest.sha256`, as the run wrote it.
    pub manifest: ListRecord,
    /// `packs.jsonl`, as the run wrote it.
    pub packs: ListRecord,
    /// `mailing.jsonl`, as the run wrote it.
    pub mailing: ListRecord,
}

/// A list that the run's record binds.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ListRecord {
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// Its lines.
    pub lines: u64,
}

/// What the campaign says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct CampaignRecord {
    /// Its id.
    pub id: String,
    /// What it is called.
    pub title: String,
    /// Its date, `2023-02-09`.
    pub date: String,
    /// Its language tag.
    pub language: String,
    /// Who sends the letters.
    pub sender: SenderRecord,
    /// What it says for the archive.
    pub archive: ArchiveSettings,
}

/// Who sends the letters.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct SenderRecord {
    /// Name.
    pub name: String,
    /// E-mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Web address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub website: Option<String>,
}

/// A file that a run was made from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct InputRecord {
    /// `source`, `register`, `factions`, `theme` or `font`.
    pub role: String,
    /// The file's name, without folders: those are the author's own affair.
    pub name: String,
    /// SHA-256 of its bytes.
    pub sha256: String,
}

/// A sample of files by their content: the same seed takes the same files, in any order and on any
/// machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PixelRecord {
    /// The seed.
    pub seed: u32,
    /// Of so many files one is taken; none where it is 0.
    pub one_in: u32,
}

/// What makes one format.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RendererRecord {
    /// The format.
    pub format: Format,
    /// Its fingerprint.
    pub fingerprint: String,
    /// What that is made of, by name: versions as they are, files by their SHA-256.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub ingredients: BTreeMap<String, String>,
}

/// Counts over all packs of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct RecordCounts {
    /// Rows of the register; of each row comes one pack.
    pub rows: u64,
    /// Rows that as a whole are refused; their packs are held.
    pub refused_rows: u64,
    /// Packs that have a record.
    pub packs: u64,
    /// Packs of which every document is there and up to date.
    pub complete: u64,
    /// Packs with a refused or failed document, those of refused rows among them.
    pub held: u64,
    /// Packs that are neither: a document was not selected, and is missing or out of date.
    pub incomplete: u64,
    /// Documents that the plan names.
    pub planned: u64,
    /// Documents that are there and up to date.
    pub made: u64,
    /// Documents that a rule refuses.
    pub refused: u64,
    /// Documents that a fault prevented.
    pub failed: u64,
    /// Documents that were not selected, and are missing or out of date.
    pub left: u64,
    /// Those of them that are there, and out of date.
    pub out_of_date: u64,
    /// Bytes of all documents that are there and up to date.
    pub bytes: u64,
    /// Pages of all documents that are there and up to date.
    pub pages: u64,
}

impl RecordCounts {
    /// Adds a pack. Its row is counted elsewhere: the two counts are compared.
    pub fn add_pack(&mut self, pack: &PackRecord) {
        let files = |faults: &[FaultRecord]| -> u64 {
            faults.iter().map(|fault| fault.files.len() as u64).sum()
        };
        let (refused, failed) = (files(&pack.refused), files(&pack.failed));
        let (made, left) = (pack.documents.len() as u64, pack.left.len() as u64);
        self.packs += 1;
        self.complete += u64::from(pack.is_complete());
        self.held += u64::from(pack.held);
        self.incomplete += u64::from(!pack.held && !pack.is_complete());
        self.planned += made + refused + failed + left;
        self.made += made;
        self.refused += refused;
        self.failed += failed;
        self.left += left;
        self.out_of_date += pack.out_of_date.len() as u64;
        self.bytes += pack.documents.iter().map(|one| one.bytes).sum::<u64>();
        let pages = pack
            .documents
            .iter()
            .map(|one| u64::from(one.pages.unwrap_or(0)));
        self.pages += pages.sum::<u64>();
    }

    /// Adds the counts of others.
    pub fn add(&mut self, others: &Self) {
        // All fields by name, so that a new one is not forgotten.
        let Self {
            rows,
            refused_rows,
            packs,
            complete,
            held,
            incomplete,
            planned,
            made,
            refused,
            failed,
            left,
            out_of_date,
            bytes,
            pages,
        } = *others;
        self.rows += rows;
        self.refused_rows += refused_rows;
        self.packs += packs;
        self.complete += complete;
        self.held += held;
        self.incomplete += incomplete;
        self.planned += planned;
        self.made += made;
        self.refused += refused;
        self.failed += failed;
        self.left += left;
        self.out_of_date += out_of_date;
        self.bytes += bytes;
        self.pages += pages;
    }
}

/// Who a municipality is, as far as others need to know.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct MunicipalityRecord {
    /// Official name, where the register has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub official_name: Option<String>,
    /// Identification in the TOOI value list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tooi: Option<String>,
    /// Province, state or county.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub province: Option<String>,
}

/// What became of one municipality's pack.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PackRecord {
    /// The municipality's code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// The line of its row in the register, from 1.
    pub line: u64,
    /// More of it.
    #[serde(flatten)]
    pub municipality: MunicipalityRecord,
    /// The pack's folder when it is complete.
    pub folder: String,
    /// Whether a document is refused or failed.
    pub held: bool,
    /// The documents that are there and up to date.
    pub documents: Vec<DocumentRecord>,
    /// Documents that were not made, by reason.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refused: Vec<FaultRecord>,
    /// Documents that a fault prevented, by reason.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub failed: Vec<FaultRecord>,
    /// Files that were not selected and are not there, or are out of date.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left: Vec<String>,
    /// Paths of those of them that are there in an earlier version.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub out_of_date: Vec<String>,
}

impl PackRecord {
    /// Whether every document of the pack is there and up to date.
    pub fn is_complete(&self) -> bool {
        !self.held && self.left.is_empty() && self.refused.is_empty() && self.failed.is_empty()
    }

    /// Why the pack is not complete, in one fact; none where it is.
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
        let (old, missing): (Vec<&String>, Vec<&String>) = self.left.iter().partition(is_old);
        let named = |files: &[&String], what: &str| {
            let names: Vec<String> = files.iter().map(|file| format!("`{file}`")).collect();
            let is = if names.len() == 1 { "is" } else { "are" };
            (!names.is_empty()).then(|| format!("{} {is} {what}", names.join(", ")))
        };
        let facts = [
            named(&old, "out of date"),
            named(
                &missing,
                "not made, because the last build did not select it",
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

/// What a document is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DocumentKind {
    /// A letter.
    Letter,
    /// A letter without signatures and what is private.
    Publication,
    /// An annex: parts below a heading of their own.
    Annex,
    /// One model motion, and nothing else.
    Motion,
    /// Other parts.
    Text,
    /// Several documents in one file to mail.
    Collection,
}

/// One document of a pack, delivered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentRecord {
    /// Its path below the run folder.
    pub path: String,
    /// The document's id in the campaign.
    pub document: String,
    /// What it is.
    pub kind: DocumentKind,
    /// Its format.
    pub format: Format,
    /// Its title, filled in.
    pub title: String,
    /// Its language tag.
    pub language: String,
    /// The public id of a letter, as its reference block has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// The treatment that a letter asks for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub treatment: Option<String>,
    /// Whether no word of it depends on the municipality.
    pub common: bool,
    /// The motion that it is, where it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub motion: Option<MotionReference>,
    /// The ids of the documents that it collects.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub members: Vec<String>,
    /// Pages, where the format has pages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pages: Option<u32>,
    /// Size of the file in bytes.
    pub bytes: u64,
    /// SHA-256 of the file.
    pub sha256: String,
}

/// Which motion a document is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MotionReference {
    /// The key in the campaign.
    pub id: String,
    /// The variant; none where all alternatives are shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub variant: Option<String>,
}

impl DocumentRecord {
    /// What a shape and its values say of a document; size and digest are still to come.
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

/// Documents that were not made, with the reasons that they share.
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
    /// Gravity.
    pub severity: Severity,
    /// Stable code.
    pub code: String,
    /// The fact.
    pub message: String,
}

/// That a person has approved a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approval {
    /// [`RECORD_VERSION`].
    pub version: u32,
    /// Who approves.
    pub by: String,
    /// A note of theirs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// When, as RFC 3339.
    pub at: String,
    /// SHA-256 of `manifest.sha256` as it was approved.
    pub manifest_sha256: String,
    /// SHA-256 of `run.json` as it was approved.
    pub run_sha256: String,
    /// The files that the run was made from, so that a later change can be named.
    pub inputs: Vec<InputRecord>,
    /// The public key of the signature, where the approval is signed: minisign's 56 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed_by: Option<String>,
}

/// Whose a run folder is; `.raadspost/campaign.json`, from the first build on.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct CampaignIdentity {
    /// The id of the campaign.
    pub id: String,
    /// What it was called at the last build.
    pub title: String,
}

/// One line of `manifest.sha256`, as `sha256sum` writes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ManifestLine<'a> {
    /// 64 lower-case hexadecimal digits.
    pub sha256: &'a str,
    /// Path below the run folder.
    pub path: &'a str,
}

impl<'a> ManifestLine<'a> {
    /// Reads a line; none where it is no such line.
    pub fn parse(line: &'a str) -> Option<Self> {
        let (sha256, path) = line.split_once("  ")?;
        let hex = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
        (sha256.len() == 64 && sha256.bytes().all(hex) && !path.is_empty())
            .then_some(Self { sha256, path })
    }
}

#[cfg(test)]
mod tests {
    use super::ManifestLine;

    #[test]
    fn a_manifest_line_is_read_strictly() {
        let hash = "0a".repeat(32);
        let line = format!("{hash}  GM1-a/brief.pdf");
        let read = ManifestLine::parse(&line).unwrap();
        assert_eq!((read.sha256, read.path), (hash.as_str(), "GM1-a/brief.pdf"));
        for wrong in [
            format!("{hash} GM1-a/brief.pdf"),
            format!("{}  x", &hash[1..]),
            format!("{}  x", hash.to_uppercase()),
            format!("{hash}  "),
        ] {
            assert_eq!(ManifestLine::parse(&wrong), None, "{wrong}");
        }
    }
}
