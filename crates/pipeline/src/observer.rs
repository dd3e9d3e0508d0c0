//! Observation of a run, by a progress bar or a log.

use raadspost_content::{Diagnostic, PackDocument, Place};

use crate::output::path::OutputPath;

use crate::plan::post::PostCounts;

/// The parts of a run, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// The quick pass over all packs, before anything is made.
    Checking,
    /// A few packs are rendered in memory, to estimate sizes.
    Sampling,
    /// Packs are made.
    Making,
    /// Files that are no longer planned are superseded.
    SettingAside,
    /// Manifest and report are written.
    Closing,
}

/// The result of the quick pass.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Totals {
    /// Packs in the register.
    pub packs: u64,
    /// Packs with a selected document.
    pub selected_packs: u64,
    /// Selected documents, including refused ones.
    pub documents: u64,
    /// Selected documents that a rule refuses.
    pub refused: u64,
    /// Errors that concern selected documents.
    pub errors: u64,
    /// Warnings that concern selected documents.
    pub warnings: u64,
    /// The post of packs with a selected document.
    pub post: PostCounts,
}

/// A finished pack, with counts of its selected documents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackDone<'a> {
    /// The municipality's code.
    pub code: &'a str,
    /// Its name.
    pub name: &'a str,
    /// The folder of the pack when it is complete.
    pub folder: &'a str,
    /// Documents made; they are on disk once their batch is committed.
    pub made: u64,
    /// Documents found fresh.
    pub fresh: u64,
    /// Documents refused.
    pub refused: u64,
    /// Documents failed.
    pub failed: u64,
}

/// A document that cannot be made, with one of its reasons.
#[derive(Debug, Clone, Copy)]
pub struct Failure<'a> {
    /// The document.
    pub document: &'a PackDocument,
    /// Where it belongs.
    pub path: &'a OutputPath,
    /// The row whose document it is.
    pub row: &'a Place,
    /// The reason; without a location if it concerns the whole document.
    pub reason: &'a Diagnostic,
}

impl Failure<'_> {
    /// The reason for this document alone: located at its row if it has no location, and with the
    /// file name, because a location in a source does not identify the document.
    pub fn alone(&self) -> Diagnostic {
        let mut reason = self.reason.clone();
        if matches!(reason.place, Place::Nowhere) {
            reason.place = self.row.clone();
        }
        reason.message = format!("{} (in `{}`)", reason.message, self.path.as_str());
        reason
    }
}

/// Observes a run. Called from several threads; must not block for long.
pub trait Observer: Sync {
    /// The next phase begins.
    fn phase(&self, _phase: Phase) {}

    /// Called after each pack of the quick pass, with their number so far.
    fn checked(&self, _packs: u64) {}

    /// The quick pass has ended with this result.
    fn planned(&self, _totals: &Totals) {}

    /// A diagnostic of the quick pass: each mistake in a selected row, once, in register order.
    fn diagnostic(&self, _diagnostic: &Diagnostic) {}

    /// A document cannot be made, found during planning or making, in any order. Called for each
    /// reason of each document, even if many have the same.
    fn failed(&self, failure: &Failure<'_>) {
        self.diagnostic(&failure.alone());
    }

    /// A pack with selected documents is done.
    fn pack_done(&self, _pack: &PackDone<'_>) {}
}

/// Nobody watches.
pub struct Unobserved;

impl Observer for Unobserved {}
