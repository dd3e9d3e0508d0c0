//! Who watches a run: a progress bar, a log, or nobody.

use raadspost_content::{Diagnostic, PackDocument, Place};

use crate::output::path::OutputPath;

use crate::plan::post::PostCounts;

/// The parts of a run, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// The quick pass over all packs, before anything is made.
    Checking,
    /// A few packs are rendered in memory, to tell sizes.
    Sampling,
    /// Packs are made.
    Making,
    /// Files that are no longer planned are moved aside.
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
    /// Selected documents, refused ones among them.
    pub documents: u64,
    /// Selected documents that a rule refuses.
    pub refused: u64,
    /// Diagnostics of severity error that concern selected documents.
    pub errors: u64,
    /// Diagnostics of severity warning that concern selected documents.
    pub warnings: u64,
    /// The post of packs with a selected document.
    pub post: PostCounts,
}

/// One pack is done; counts are of its selected documents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackDone<'a> {
    /// The municipality's code.
    pub code: &'a str,
    /// Its name.
    pub name: &'a str,
    /// The folder of the pack when it is complete.
    pub folder: &'a str,
    /// Documents made; on disk after the batch that they are in.
    pub made: u64,
    /// Documents found fresh.
    pub fresh: u64,
    /// Documents refused.
    pub refused: u64,
    /// Documents failed.
    pub failed: u64,
}

/// A document that cannot be made, and one reason.
#[derive(Debug, Clone, Copy)]
pub struct Failure<'a> {
    /// The document.
    pub document: &'a PackDocument,
    /// Where it belongs.
    pub path: &'a OutputPath,
    /// The row whose document it is.
    pub row: &'a Place,
    /// Why; without a place where the whole document is meant.
    pub reason: &'a Diagnostic,
}

impl Failure<'_> {
    /// The reason as one of this document alone: at its row where it has no place of its own, and
    /// with the file, because a place in a source does not say whose document it is.
    pub fn alone(&self) -> Diagnostic {
        let mut reason = self.reason.clone();
        if matches!(reason.place, Place::Nowhere) {
            reason.place = self.row.clone();
        }
        reason.message = format!("{} (in `{}`)", reason.message, self.path.as_str());
        reason
    }
}

/// Watches a run. Called from several threads; must not block for long.
pub trait Observer: Sync {
    /// Another part of the run begins.
    fn phase(&self, _phase: Phase) {}

    /// Called after each pack of the quick pass, with their number so far.
    fn checked(&self, _packs: u64) {}

    /// The quick pass is over, and this is what it found.
    fn planned(&self, _totals: &Totals) {}

    /// A diagnostic was found in the quick pass: each mistake in a selected row, in the order of
    /// the register. Each is told once.
    fn diagnostic(&self, _diagnostic: &Diagnostic) {}

    /// A document cannot be made, found while packs are laid out or made, in any order. Told for
    /// each reason of each document, however many have the same.
    fn failed(&self, failure: &Failure<'_>) {
        self.diagnostic(&failure.alone());
    }

    /// A pack with selected documents is done.
    fn pack_done(&self, _pack: &PackDone<'_>) {}
}

/// Nobody watches.
pub struct Unobserved;

impl Observer for Unobserved {}
