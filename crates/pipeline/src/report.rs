//! The report of a run: counts, and lists of everything that deviates from the plan.
//!
//! `report.json` is complete. The caller gets the same structure with the first [`LISTED`] entries
//! of each list, so that memory does not grow with the number of refusals.

use std::collections::BTreeMap;
use std::ops::Deref;

use raadspost_content::{Diagnostic, Place, Severity};
use serde::Serialize;

use crate::freshness::DirtyReason;
use crate::plan::post::PostCounts;

/// The report of a run. Field names are snake case in JSON, words in values kebab case.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Report {
    /// The version of this structure: 1.
    pub version: u32,
    /// Whether the run was interrupted. Nothing is superseded then.
    pub interrupted: bool,
    /// The documents that were selected.
    pub documents: DocumentCounts,
    /// Documents that were not selected.
    pub unselected: UnselectedCounts,
    /// Packs of the whole register, selected or not.
    pub packs: PackCounts,
    /// The rows of the register.
    pub register: RegisterCounts,
    /// Pages of all documents in the manifest; formats without pages do not count.
    pub pages: u64,
    /// Bytes of all documents in the manifest.
    pub bytes: u64,
    /// Number of documents rendered; the others made are equal to one of these.
    pub renderings: u64,
    /// Number of files that share their bytes on the disk with another (hard links).
    pub shared: u64,
    /// Reasons why documents were made, with counts.
    pub reasons: BTreeMap<DirtyReason, u64>,
    /// Allowed warnings by code, with the number of documents, or groups of documents rendered
    /// together, in which they occurred.
    pub allowed_warnings: BTreeMap<String, u64>,
    /// Number of files made in the slower way (`Renderer::fallbacks`), by the reason.
    pub fallbacks: BTreeMap<String, u64>,
    /// Selected documents that a rule refuses, in register order.
    pub refused: Listed<Fault>,
    /// Selected documents that a fault prevented, in register order.
    pub failed: Listed<Fault>,
    /// Held packs, in register order.
    pub held: Listed<HeldPack>,
    /// Files moved aside, by path.
    pub superseded: Listed<Superseded>,
    /// Paths of documents that were not selected and are out of date, sorted.
    pub stale: Listed<String>,
    /// The post of packs with a selected document.
    pub post: PostCounts,
}

/// Number of entries of each list in memory; `report.json` has all.
pub const LISTED: usize = 1000;

/// The first entries of a list, in order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Listed<T> {
    first: Vec<T>,
    #[serde(skip)]
    total: u64,
}

impl<T> Default for Listed<T> {
    fn default() -> Self {
        Self {
            first: Vec::new(),
            total: 0,
        }
    }
}

impl<T> Deref for Listed<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.first
    }
}

impl<T> Listed<T> {
    /// Total number of entries.
    pub fn total(&self) -> u64 {
        self.total
    }
}

impl<T: Entry> Listed<T> {
    /// Adds an entry; keeps it if it is among the first.
    pub(crate) fn add(&mut self, entry: &T)
    where
        T: Clone,
    {
        self.total += 1;
        let order = entry.order();
        let at = self.first.partition_point(|one| one.order() <= order);
        if at < LISTED {
            self.first.insert(at, entry.clone());
            self.first.truncate(LISTED);
        }
    }
}

impl<T: Entry + Clone> FromIterator<T> for Listed<T> {
    fn from_iter<I: IntoIterator<Item = T>>(entries: I) -> Self {
        let mut listed = Self::default();
        entries.into_iter().for_each(|entry| listed.add(&entry));
        listed
    }
}

/// An entry of a list of the report.
pub trait Entry: Serialize {
    /// The line of the register, 0 if it has none, and the sort key within a line.
    fn order(&self) -> (u64, String);
}

/// A separator that sorts before all name characters, so that lists of names sort like the names.
const BETWEEN: &str = "\u{1}";

impl Entry for Fault {
    fn order(&self) -> (u64, String) {
        (self.line, self.files.join(BETWEEN))
    }
}

impl Entry for HeldPack {
    fn order(&self) -> (u64, String) {
        (self.line, String::new())
    }
}

impl Entry for Superseded {
    fn order(&self) -> (u64, String) {
        (0, format!("{}{BETWEEN}{}", self.path, self.moved_to))
    }
}

impl Entry for String {
    fn order(&self) -> (u64, String) {
        (0, self.clone())
    }
}

/// Counts of selected documents: `planned` is the sum of the others.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct DocumentCounts {
    /// The selected documents of the plan.
    pub planned: u64,
    /// Rendered, inspected and delivered by this run.
    pub made: u64,
    /// Existing and up to date.
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
    /// Existing, and made from the same inputs (their bytes were not read again).
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
    /// All documents exist and are up to date.
    pub complete: u64,
    /// A document is refused or failed: no collection is made, and the others are delivered
    /// separately.
    pub held: u64,
    /// A document was not selected and is missing or out of date.
    pub incomplete: u64,
}

/// Counts of register rows. Each row that the campaign is meant for gives one pack: `rows` equals
/// `packs.total`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct RegisterCounts {
    /// Rows of municipalities that the campaign is meant for.
    pub rows: u64,
    /// Other rows.
    pub not_meant: u64,
    /// Rows refused as a whole; their packs are held.
    pub refused_rows: u64,
    /// Ignored rows whose cells are all empty; not included in `rows`.
    pub empty_rows: u64,
}

/// Documents of one municipality that were not made, with their common reasons.
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
    /// The sheet of a workbook; `line` is its row.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
    /// The cell there, such as `C17`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cell: Option<String>,
    /// The remedy.
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
    /// The folder of its other documents, relative to the output folder.
    pub folder: String,
    /// The number of documents there.
    pub delivered: u64,
    /// Its missing files.
    pub missing: Vec<String>,
}

/// A superseded file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Superseded {
    /// Its earlier path, relative to the output folder.
    pub path: String,
    /// Its current path, relative to the output folder.
    pub moved_to: String,
}

impl Report {
    /// Whether every selected document exists: nothing refused, failed or left.
    pub fn is_clean(&self) -> bool {
        self.documents.refused == 0 && self.documents.failed == 0 && !self.interrupted
    }
}

impl From<&Diagnostic> for Reason {
    fn from(diagnostic: &Diagnostic) -> Self {
        let (file, line, column) = diagnostic.location();
        let (sheet, cell) = match &diagnostic.place {
            Place::Row {
                line,
                sheet: Some(sheet),
                ..
            } => (Some(sheet.sheet.clone()), sheet.name(*line)),
            _ => (None, None),
        };
        Self {
            severity: diagnostic.severity,
            code: diagnostic.code,
            message: diagnostic.message.clone(),
            file: file.map(str::to_owned),
            line,
            column,
            sheet,
            cell,
            hint: diagnostic.hint.clone(),
        }
    }
}
