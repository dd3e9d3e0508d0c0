//! What a run tells: the counts, and by name everything that is not as planned.
//!
//! The same structure is written to `report.json` and handed to the caller for its summary.

use std::collections::BTreeMap;

use raadspost_content::{Diagnostic, Severity};
use serde::Serialize;

use crate::freshness::DirtyReason;
use crate::plan::post::PostCounts;

/// What a run did. Field names are snake case in JSON, words in values kebab case.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Report {
    /// The version of this structure: 1.
    pub version: u32,
    /// Whether the run was asked to stop before its end. Nothing is moved aside then.
    pub interrupted: bool,
    /// The documents that were selected.
    pub documents: DocumentCounts,
    /// The documents that were not selected.
    pub unselected: UnselectedCounts,
    /// The packs of the whole register, selected or not.
    pub packs: PackCounts,
    /// The rows of the register.
    pub register: RegisterCounts,
    /// Pages of all documents in the manifest; formats without pages do not count.
    pub pages: u64,
    /// Bytes of all documents in the manifest.
    pub bytes: u64,
    /// How many of the documents made were rendered; the others are equal to one of these.
    pub renderings: u64,
    /// How many files share their bytes on the disk with another (hard links).
    pub shared: u64,
    /// Why documents were made, with how many for each reason.
    pub reasons: BTreeMap<DirtyReason, u64>,
    /// Warnings that the campaign allows, by code, with the number of documents or groups of
    /// documents rendered together that had one.
    pub allowed_warnings: BTreeMap<String, u64>,
    /// Selected documents that a rule refuses, in the order of the register.
    pub refused: Vec<Fault>,
    /// Selected documents that a fault prevented, in the order of the register.
    pub failed: Vec<Fault>,
    /// Packs that are held, in the order of the register.
    pub held: Vec<HeldPack>,
    /// Files moved aside, by path.
    pub superseded: Vec<Superseded>,
    /// Paths of documents that were not selected and are out of date, sorted.
    pub stale: Vec<String>,
    /// What is posted of packs with a selected document.
    pub post: PostCounts,
}

/// Counts of selected documents: `planned` is the sum of the others.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct DocumentCounts {
    /// What the plan says, for the selection.
    pub planned: u64,
    /// Rendered, inspected and delivered by this run.
    pub made: u64,
    /// Already there and up to date.
    pub fresh: u64,
    /// Refused by a rule.
    pub refused: u64,
    /// Failed by a fault.
    pub failed: u64,
    /// Not reached; 0 unless the run was interrupted.
    pub unreached: u64,
}

/// Counts of documents that were not selected.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct UnselectedCounts {
    /// There, and made from the same inputs (their bytes were not read again).
    pub fresh: u64,
    /// There, and out of date.
    pub stale: u64,
    /// Not there.
    pub missing: u64,
    /// Refused by a rule.
    pub refused: u64,
}

/// Counts of packs: `total` is the sum of the others, unless the run was interrupted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct PackCounts {
    /// All packs of the register.
    pub total: u64,
    /// All documents are there and up to date.
    pub complete: u64,
    /// A document is refused or failed: no pack file, delivered apart.
    pub held: u64,
    /// A document was not selected, and is missing or out of date.
    pub incomplete: u64,
}

/// Counts of rows of the register. Of each row comes one pack: `rows` is `packs.total`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct RegisterCounts {
    /// Rows below the header.
    pub rows: u64,
    /// Rows that as a whole are refused; their packs are held.
    pub refused_rows: u64,
    /// Rows that are left out because all their cells are empty; not among `rows`.
    pub empty_rows: u64,
}

/// Documents of one municipality that were not made, with the reasons that they share.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// The municipality's code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// The line of its row in the register, from 1.
    pub line: u64,
    /// The documents, by file name.
    pub files: Vec<String>,
    /// Why; never empty.
    pub reasons: Vec<Reason>,
}

/// A diagnostic as plain data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reason {
    /// Gravity.
    pub severity: Severity,
    /// Stable code.
    pub code: &'static str,
    /// The fact.
    pub message: String,
    /// The file it points to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// The line there, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
    /// The column there, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<u64>,
    /// What to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
}

/// A pack that is held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HeldPack {
    /// The municipality's code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// The line of its row in the register, from 1.
    pub line: u64,
    /// The folder in which its other documents stand, relative to the output folder.
    pub folder: String,
    /// How many documents stand there.
    pub delivered: u64,
    /// The files that are missing from it.
    pub missing: Vec<String>,
}

/// A file that was moved aside.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Superseded {
    /// Where it was, relative to the output folder.
    pub path: String,
    /// Where it is now, relative to the output folder.
    pub moved_to: String,
}

impl Report {
    /// Whether every selected document is there: nothing refused, failed or left.
    pub fn is_clean(&self) -> bool {
        self.documents.refused == 0 && self.documents.failed == 0 && !self.interrupted
    }
}

impl From<&Diagnostic> for Reason {
    fn from(diagnostic: &Diagnostic) -> Self {
        let (file, line, column) = diagnostic.location();
        Self {
            severity: diagnostic.severity,
            code: diagnostic.code,
            message: diagnostic.message.clone(),
            file: file.map(str::to_owned),
            line,
            column,
            hint: diagnostic.hint.clone(),
        }
    }
}
