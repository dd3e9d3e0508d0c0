//! The outcome of one pack: its files, its report, and the location of its documents: the pack's
//! own folder, or a separate one for held packs.

use std::sync::Arc;

use raadspost_content::Diagnostic;
use raadspost_run::{DocumentRecord, FaultRecord, PackRecord, ReasonRecord};

use crate::freshness::DirtyReason;
use crate::ledger::PackLines;
use crate::ledger::{Delivered, DeliveredSize, Move, ShapeNote};
use crate::output::Stamp;
use crate::output::path::OutputPath;
use crate::plan::PackPlan;
use crate::plan::post::PostCounts;
use crate::report::{Fault, HeldPack, Reason};

/// A rendition to be written.
#[derive(Debug)]
pub(crate) struct PendingWrite {
    /// Its row in the ledger.
    pub(crate) row: Delivered,
    /// The file.
    pub(crate) bytes: Arc<Vec<u8>>,
    /// Whether other documents have the same bytes, so that the file may be shared.
    pub(crate) is_repeated: bool,
    /// Whether it was rendered for this document rather than for an equal one.
    pub(crate) rendered: bool,
    /// Why it was made.
    pub(crate) reason: DirtyReason,
    /// The path of a manually changed file that this one replaces, if it is this document's; the
    /// changed file is superseded first.
    pub(crate) changed: Option<OutputPath>,
}

/// Everything to be done and reported for one pack.
#[derive(Debug, Default)]
pub(crate) struct PackOutcome {
    /// Files to deliver.
    pub(crate) writes: Vec<PendingWrite>,
    /// Delivered files to be moved, because the pack has become held or complete.
    pub(crate) moves: Vec<Move>,
    /// Planned paths with a file, once writes and moves are done.
    pub(crate) kept: Vec<OutputPath>,
    /// Planned paths whose files are lost and are not made again in this run.
    pub(crate) lost: Vec<OutputPath>,
    /// Selected documents that are fresh.
    pub(crate) fresh: u64,
    /// Selected documents that are refused, by reason.
    pub(crate) refused: Vec<Fault>,
    /// Selected documents that failed, by reason.
    pub(crate) failed: Vec<Fault>,
    /// Unselected documents that exist and are up to date.
    pub(crate) unselected_fresh: u64,
    /// Unselected documents that do not exist.
    pub(crate) unselected_missing: u64,
    /// Unselected documents that are refused.
    pub(crate) unselected_refused: u64,
    /// Paths of unselected documents that are out of date.
    pub(crate) stale: Vec<String>,
    /// The entry of a held pack.
    pub(crate) held: Option<HeldPack>,
    /// What the quick pass counted as posted of a pack that turned out to be held.
    pub(crate) unposted: Option<Box<PostCounts>>,
    /// Its lines in the records.
    pub(crate) lines: Option<PackLines>,
    /// The records of its documents that exist and are up to date.
    pub(crate) documents: Vec<DocumentRecord>,
    /// Files that were not selected and are missing or out of date.
    pub(crate) skipped: Vec<String>,
    /// Codes of allowed warnings that occurred.
    pub(crate) allowed: Vec<&'static str>,
    /// Unchanged files whose stamps have changed, with the new stamps.
    pub(crate) restamped: Vec<(OutputPath, Stamp)>,
    /// Code of the municipality and the register values shown in its documents, as JSON; `None` if
    /// nothing was made.
    pub(crate) fields: Option<(String, String)>,
    /// Shapes that may not be in the ledger yet.
    pub(crate) shapes: Vec<ShapeNote>,
}

impl PackOutcome {
    /// Whether files must be delivered or moved.
    pub(crate) fn delivers(&self) -> bool {
        !self.writes.is_empty() || !self.moves.is_empty()
    }

    /// Whether all documents of the pack, selected or not, exist and are up to date.
    pub(crate) fn is_complete(&self) -> bool {
        self.held.is_none() && self.unselected_missing == 0 && self.stale.is_empty()
    }
}

/// The state of one job.
pub(crate) enum State {
    /// The file exists and is up to date; `stamp` is set if it differs from the ledger's.
    Fresh {
        at: OutputPath,
        size: DeliveredSize,
        stamp: Option<Stamp>,
    },
    /// To be made; `changed` is the path of a manually changed file.
    Dirty {
        reason: DirtyReason,
        changed: Option<OutputPath>,
    },
    /// Not selected; an earlier version exists.
    Stale { at: OutputPath, size: DeliveredSize },
    /// Not selected, and never delivered.
    Missing,
    /// Not selected; delivered at this path earlier, but no longer there.
    Lost { at: OutputPath },
    /// Not made; the reason is recorded elsewhere.
    Failed,
    /// Made just now.
    Made(Box<PendingWrite>),
}

impl State {
    /// Whether it is not selected and does not exist.
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

/// Removes the collections from a held pack.
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

/// Records refused documents.
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

/// Determines the location of each document.
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

/// The record of a pack whose documents have been placed.
pub(crate) fn record(plan: &PackPlan, outcome: &mut PackOutcome) -> PackRecord {
    let mut refused: Vec<FaultRecord> = Vec::new();
    // All refused documents, selected or not: the record describes the pack, not the selection.
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

/// Keeps a delivered file, moving it if its location has changed.
fn stay(at: OutputPath, to: OutputPath, outcome: &mut PackOutcome) {
    if at != to {
        outcome.moves.push(Move {
            from: at,
            to: to.clone(),
        });
    }
    outcome.kept.push(to);
}

/// Adds a document to the fault with the same reasons, or adds a new fault.
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
