//! `run.json`, the record of a whole run, and `approval.json`, its approval.

use std::collections::BTreeMap;

use raadspost_content::{ArchiveSettings, Format, PixelRecord};
use serde::{Deserialize, Serialize};

use crate::pack::{FaultRecord, PackRecord};

/// The version of all records of a run.
pub const RECORD_VERSION: u32 = 3;

/// The inputs and the result of a whole run.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct RunRecord {
    /// [`RECORD_VERSION`].
    pub version: u32,
    /// The tool and its version, `raadspost 0.1.0`.
    pub tool: String,
    /// The campaign's own description.
    pub campaign: CampaignRecord,
    /// The files that it was made from, each with its role and name.
    pub inputs: Vec<InputRecord>,
    /// For each format, the digest of everything besides content that determines the files.
    pub renderers: Vec<RendererRecord>,
    /// The sample of files whose pixels were compared, besides the first page of each layout.
    #[serde(default)]
    pub pixels: PixelRecord,
    /// Whether the run was interrupted; then not all packs have a record.
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

/// A list bound by the run's record.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ListRecord {
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// Number of lines.
    pub lines: u64,
}

/// The campaign's own description.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct CampaignRecord {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its date, `2023-02-09`.
    pub date: String,
    /// Its language tag.
    pub language: String,
    /// Who sends the letters.
    pub sender: SenderRecord,
    /// Its settings for the archive.
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
    /// File name without folders, which concern the author only.
    pub name: String,
    /// SHA-256 of its bytes.
    pub sha256: String,
}

impl InputRecord {
    /// The role in Dutch.
    pub fn role_in_dutch(&self) -> &str {
        match self.role.as_str() {
            "source" => "bron",
            "register" => "register",
            "factions" => "fracties",
            "theme" => "vormgeving",
            "font" => "lettertype",
            "logo" => "logo",
            "reference-document" => "voorbeelddocument",
            "picture" => "afbeelding",
            "envelope" => "enveloppe",
            "template" => "sjabloon",
            "address" => "adresvorm",
            "language" => "taal",
            other => other,
        }
    }
}

/// The renderer of one format.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RendererRecord {
    /// The format.
    pub format: Format,
    /// Its fingerprint.
    pub fingerprint: String,
    /// Its components by name: versions as they are, files by their SHA-256.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub ingredients: BTreeMap<String, String>,
}

/// Counts over all packs of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct RecordCounts {
    /// Rows of the register that the campaign is meant for; each row gives one pack.
    pub rows: u64,
    /// Other rows of the register.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub not_meant: u64,
    /// Rows refused as a whole; their packs are held.
    pub refused_rows: u64,
    /// Packs that have a record.
    pub packs: u64,
    /// Packs whose documents all exist and are up to date.
    pub complete: u64,
    /// Packs with a refused or failed document, including those of refused rows.
    pub held: u64,
    /// Other packs: a document was not selected and is missing or out of date.
    pub incomplete: u64,
    /// Planned documents.
    pub planned: u64,
    /// Documents that exist and are up to date.
    pub made: u64,
    /// Documents that a rule refuses.
    pub refused: u64,
    /// Documents prevented by a fault.
    pub failed: u64,
    /// Documents that were not selected and are missing or out of date.
    #[serde(rename = "left")]
    pub skipped: u64,
    /// Those of them that exist and are out of date.
    pub out_of_date: u64,
    /// Total size in bytes of all documents that exist and are up to date.
    pub bytes: u64,
    /// Total pages of all documents that exist and are up to date.
    pub pages: u64,
}

fn is_zero(count: &u64) -> bool {
    *count == 0
}

impl RecordCounts {
    /// Adds a pack. Its row is counted elsewhere, and the two counts are compared.
    pub fn add_pack(&mut self, pack: &PackRecord) {
        let files = |faults: &[FaultRecord]| -> u64 {
            faults.iter().map(|fault| fault.files.len() as u64).sum()
        };
        let (refused, failed) = (files(&pack.refused), files(&pack.failed));
        let (made, skipped) = (pack.documents.len() as u64, pack.skipped.len() as u64);
        self.packs += 1;
        self.complete += u64::from(pack.is_complete());
        self.held += u64::from(pack.held);
        self.incomplete += u64::from(!pack.held && !pack.is_complete());
        self.planned += made + refused + failed + skipped;
        self.made += made;
        self.refused += refused;
        self.failed += failed;
        self.skipped += skipped;
        self.out_of_date += pack.out_of_date.len() as u64;
        self.bytes += pack.documents.iter().map(|one| one.bytes).sum::<u64>();
        let pages = pack
            .documents
            .iter()
            .map(|one| u64::from(one.pages.unwrap_or(0)));
        self.pages += pages.sum::<u64>();
    }

    /// Adds other counts.
    pub fn add(&mut self, others: &Self) {
        // Destructured by name, so that a new field is not forgotten.
        let Self {
            rows,
            not_meant,
            refused_rows,
            packs,
            complete,
            held,
            incomplete,
            planned,
            made,
            refused,
            failed,
            skipped,
            out_of_date,
            bytes,
            pages,
        } = *others;
        self.rows += rows;
        self.not_meant += not_meant;
        self.refused_rows += refused_rows;
        self.packs += packs;
        self.complete += complete;
        self.held += held;
        self.incomplete += incomplete;
        self.planned += planned;
        self.made += made;
        self.refused += refused;
        self.failed += failed;
        self.skipped += skipped;
        self.out_of_date += out_of_date;
        self.bytes += bytes;
        self.pages += pages;
    }
}

/// A person's approval of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approval {
    /// [`RECORD_VERSION`].
    pub version: u32,
    /// Name of the approver.
    pub by: String,
    /// The approver's note.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Time, as RFC 3339.
    pub at: String,
    /// SHA-256 of `manifest.sha256` at the time of approval.
    pub manifest_sha256: String,
    /// SHA-256 of `run.json` at the time of approval.
    pub run_sha256: String,
    /// The files that the run was made from, so that a later change can be named.
    pub inputs: Vec<InputRecord>,
    /// The public key if the approval is signed: minisign's 56 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed_by: Option<String>,
}
