//! The report of a run: the counts, and by name everything that is not as planned.
//!
//! `report.json` has all of it. The caller gets the same structure with the first
//! [`LISTED`] entries of each list, so that memory does not grow with what was refused.

use std::collections::BTreeMap;
use std::ops::Deref;

use raadspost_content::{Diagnostic, Severity};
use serde::Serialize;

use crate::freshness::DirtyReason;
use crate::plan::post::PostCounts;

/// The report of a run. Field names are snake case in JSON, words in values kebab case.
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
    /// Files that were made in the slower way (`Renderer::fallbacks`), by what in them the usual way
    /// does not know.
    pub fallbacks: BTreeMap<String, u64>,
    /// Selected documents that a rule refuses, in the order of the register.
    pub refused: Listed<Fault>,
    /// Selected documents that a fault prevented, in the order of the register.
    pub failed: Listed<Fault>,
    /// Packs that are held, in the order of the register.
    pub held: Listed<HeldPack>,
    /// Files moved aside, by path.
    pub superseded: Listed<Superseded>,
    /// Paths of documents that were not selected and are out of date, sorted.
    pub stale: Listed<String>,
    /// The post of packs with a selected document.
    pub post: PostCounts,
}

/// Entries of each list that the caller gets; `report.json` has all.
pub const LISTED: usize = 1000;

/// The first entries of a list, in its order.
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
    /// How many entries there are in all.
    pub fn total(&self) -> u64 {
        self.total
    }
}

impl<T: Entry> Listed<T> {
    /// Adds an entry, which is kept if it is one of the first.
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
    /// The line of the register, 0 where it has none, and what orders the entries of one line.
    fn order(&self) -> (u64, String);
}

/// Orders lists of names as the names do: no name has this character.
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
    /// The folder in which its other documents stand, relative to the output folder.
    pub folder: String,
    /// The number of documents there.
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
