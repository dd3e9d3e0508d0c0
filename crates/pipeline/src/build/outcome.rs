//! The outcome of one pack: its files, its report, and where its documents belong: in the pack's own
//! folder, or apart where the pack is held.

use std::sync::Arc;

use raadspost_content::Diagnostic;
use raadspost_run::{DocumentRecord, FaultRecord, PackRecord, ReasonRecord};

use crate::freshness::DirtyReason;
use crate::ledger::PackLines;
use crate::ledger::{Delivered, DeliveredSize, Move, ShapeNote};
use crate::output::Stamp;
use crate::output::path::OutputPath;
use crate::plan::PackPlan;
use crate::report::{Fault, HeldPack, Reason};

/// A rendition on its way to its place.
#[derive(Debug)]
pub(crate) struct PendingWrite {
    /// Its row in the ledger.
    pub(crate) row: Delivered,
    /// The file.
    pub(crate) bytes: Arc<Vec<u8>>,
    /// Whether others are equal to it, so that the file may be shared.
    pub(crate) is_repeated: bool,
    /// Whether it was rendered for this document, and not for an equal one.
    pub(crate) rendered: bool,
    /// Why it was made.
    pub(crate) reason: DirtyReason,
    /// The path, if it is this document's, of a file that somebody changed and that this one
    /// replaces; it is moved aside first.
    pub(crate) changed: Option<OutputPath>,
}

/// All that is to be done and told for one pack.
#[derive(Debug, Default)]
pub(crate) struct PackOutcome {
    /// Files to deliver.
    pub(crate) writes: Vec<PendingWrite>,
    /// Delivered files that get another path, because the pack is held now, or no longer.
    pub(crate) moves: Vec<Move>,
    /// Paths that are planned and there, or will be when writes and moves are done.
    pub(crate) kept: Vec<OutputPath>,
    /// Paths that are planned and have lost their files, which are not made again in this run.
    pub(crate) lost: Vec<OutputPath>,
    /// Selected documents that are fresh.
    pub(crate) fresh: u64,
    /// Selected documents that are refused, by reason.
    pub(crate) refused: Vec<Fault>,
    /// Selected documents that failed, by reason.
    pub(crate) failed: Vec<Fault>,
    /// Unselected documents that are there and up to date.
    pub(crate) unselected_fresh: u64,
    /// Unselected documents that are not there.
    pub(crate) unselected_missing: u64,
    /// Unselected documents that are refused.
    pub(crate) unselected_refused: u64,
    /// Paths of unselected documents that are out of date.
    pub(crate) stale: Vec<String>,
    /// Set where the pack is held.
    pub(crate) held: Option<HeldPack>,
    /// Its lines in the records.
    pub(crate) lines: Option<PackLines>,
    /// The records of its documents that are there and up to date.
    pub(crate) documents: Vec<DocumentRecord>,
    /// Files that were not selected, and are missing or out of date.
    pub(crate) skipped: Vec<String>,
    /// Codes of allowed warnings that were met.
    pub(crate) allowed: Vec<&'static str>,
    /// Files that are as delivered although their stamps say otherwise, with the new stamps.
    pub(crate) restamped: Vec<(OutputPath, Stamp)>,
    /// Code of the municipality, and what its documents show of the register, as JSON; none where
    /// nothing was made.
    pub(crate) fields: Option<(String, String)>,
    /// Shapes that the ledger may not know yet.
    pub(crate) shapes: Vec<ShapeNote>,
}

impl PackOutcome {
    /// Whether files are to be delivered or moved.
    pub(crate) fn delivers(&self) -> bool {
        !self.writes.is_empty() || !self.moves.is_empty()
    }

    /// Whether all documents of the pack, selected or not, are there and up to date.
    pub(crate) fn is_complete(&self) -> bool {
        self.held.is_none() && self.unselected_missing == 0 && self.stale.is_empty()
    }
}

/// The state of one job.
pub(crate) enum State {
    /// Up to date, and there; `stamp` where the ledger's is another.
    Fresh {
        at: OutputPath,
        size: DeliveredSize,
        stamp: Option<Stamp>,
    },
    /// To be made; `changed` is the path of a file that somebody changed by hand.
    Dirty {
        reason: DirtyReason,
        changed: Option<OutputPath>,
    },
    /// Not selected; there in an earlier version.
    Stale { at: OutputPath, size: DeliveredSize },
    /// Not selected, and never delivered.
    Missing,
    /// Not selected; delivered once at this path, and no longer there.
    Lost { at: OutputPath },
    /// Not made; why stands elsewhere.
    Failed,
    /// Made just now.
    Made(Box<PendingWrite>),
}

impl State {
    /// Whether it is not selected, and not there.
    pub(crate) fn is_missing(&self) -> bool {
        matches!(self, Self::Missing | Self::Lost { .. })
    }

    /// Digest and size of the document's file; `None` if there will be no file.
    pub(crate) fn size(&self) -> Option<DeliveredSize> {
        match self {
            Self::Fresh { size, .. } | Self::Stale { size, .. } => Some(*size),
            Self::Made(write) => Some(DeliveredSize {
                sha256: write.row.sha256,
                bytes: write.row.bytes,
                pages: write.row.pages,
            }),
            Self::Dirty { .. } | Self::Missing | Self::Lost { .. } | Self::Failed => None,
        }
    }
}

/// Takes the collections out of a pack that is held.
pub(crate) fn withhold(
    plan: &PackPlan,
    states: &mut [State],
    reason: &Diagnostic,
    outcome: &mut PackOutcome,
) {
    for (job, state) in plan.jobs.iter().zip(states) {
        if !job.is_collection() || matches!(state, State::Failed) {
            continue;
        }
        if job.selected {
            add_fault(
                &mut outcome.failed,
                plan,
                &job.document.file,
                vec![Reason::from(reason)],
            );
        } else {
            outcome.unselected_missing += 1;
        }
        *state = State::Failed;
    }
}

/// Notes what is refused.
pub(crate) fn refuse(plan: &PackPlan, outcome: &mut PackOutcome) {
    for refusal in &plan.refused {
        if refusal.selected {
            let reasons = refusal.reasons.iter().map(Reason::from).collect();
            add_fault(&mut outcome.refused, plan, &refusal.file, reasons);
        } else {
            outcome.unselected_refused += 1;
        }
    }
}

/// Decides where each document belongs now.
pub(crate) fn place_documents(
    plan: &PackPlan,
    states: Vec<State>,
    is_held: bool,
    outcome: &mut PackOutcome,
) {
    let mut missing: Vec<String> = plan
        .refused
        .iter()
        .map(|refusal| refusal.file.clone())
        .collect();
    for (job, state) in plan.jobs.iter().zip(states) {
        let to = if is_held {
            job.path.held()
        } else {
            job.path.clone()
        };
        let size = state.size();
        let described = || {
            let document = &job.document;
            let (format, shape, values) = (document.format, &document.shape, &document.values);
            let mut record = DocumentRecord::of(to.to_string(), format, shape, values);
            if let Some(size) = size {
                record.sha256 = size.sha256.to_string();
                record.bytes = size.bytes;
                record.pages = size.pages;
            }
            record
        };
        match state {
            State::Made(mut write) => {
                outcome.documents.push(described());
                write.changed.take_if(|changed| *changed != to);
                write.row.path = to.clone();
                outcome.writes.push(*write);
                outcome.kept.push(to);
                continue;
            }
            State::Fresh { at, stamp, .. } => {
                outcome
                    .restamped
                    .extend(stamp.map(|stamp| (at.clone(), stamp)));
                outcome.documents.push(described());
                if job.selected {
                    outcome.fresh += 1;
                } else {
                    outcome.unselected_fresh += 1;
                }
                stay(at, to, outcome);
            }
            State::Stale { at, .. } => {
                outcome.skipped.push(job.document.file.clone());
                outcome.stale.push(to.to_string());
                stay(at, to, outcome);
            }
            State::Missing | State::Lost { .. } => {
                if let State::Lost { at } = state {
                    outcome.lost.push(at);
                }
                outcome.unselected_missing += 1;
                outcome.skipped.push(job.document.file.clone());
                missing.push(job.document.file.clone());
            }
            State::Failed | State::Dirty { .. } => missing.push(job.document.file.clone()),
        }
    }
    if is_held {
        let folder = OutputPath::new(plan.folder.as_str()).map(|path| path.held().to_string());
        outcome.held = Some(HeldPack {
            code: plan.code.clone(),
            name: plan.name.clone(),
            line: plan.line,
            folder: folder.unwrap_or_default(),
            delivered: outcome.kept.len() as u64,
            missing,
        });
    }
}

/// The record of a pack whose documents are placed.
pub(crate) fn record(plan: &PackPlan, outcome: &mut PackOutcome) -> PackRecord {
    let mut refused: Vec<FaultRecord> = Vec::new();
    // All that is refused, selected or not: the record is of the pack, not of the selection.
    for refusal in &plan.refused {
        let reasons = refusal.reasons.iter().map(|reason| ReasonRecord {
            severity: reason.severity,
            code: reason.code.to_owned(),
            message: reason.message.clone(),
        });
        let reasons: Vec<_> = reasons.collect();
        match refused.iter_mut().find(|fault| fault.reasons == reasons) {
            Some(fault) => fault.files.push(refusal.file.clone()),
            None => refused.push(FaultRecord {
                files: vec![refusal.file.clone()],
                reasons,
            }),
        }
    }
    let failed = outcome.failed.iter().map(|fault| FaultRecord {
        files: fault.files.clone(),
        reasons: fault
            .reasons
            .iter()
            .map(|reason| ReasonRecord {
                severity: reason.severity,
                code: reason.code.to_owned(),
                message: reason.message.clone(),
            })
            .collect(),
    });
    PackRecord {
        code: plan.code.clone(),
        name: plan.name.clone(),
        line: plan.line,
        municipality: plan.municipality.clone(),
        folder: plan.folder.clone(),
        held: outcome.held.is_some(),
        documents: std::mem::take(&mut outcome.documents),
        refused,
        failed: failed.collect(),
        skipped: std::mem::take(&mut outcome.skipped),
        out_of_date: outcome.stale.clone(),
    }
}

/// Keeps a delivered file, at another path where it belongs there now.
fn stay(at: OutputPath, to: OutputPath, outcome: &mut PackOutcome) {
    if at != to {
        outcome.moves.push(Move {
            from: at,
            to: to.clone(),
        });
    }
    outcome.kept.push(to);
}

/// Adds a document to the fault with the same reasons, or a new fault.
pub(crate) fn add_fault(
    faults: &mut Vec<Fault>,
    plan: &PackPlan,
    file: &str,
    reasons: Vec<Reason>,
) {
    if let Some(fault) = faults.iter_mut().find(|fault| fault.reasons == reasons) {
        fault.files.push(file.to_owned());
        return;
    }
    faults.push(Fault {
        code: plan.code.clone(),
        name: plan.name.clone(),
        line: plan.line,
        files: vec![file.to_owned()],
        reasons,
    });
}
