//! Rendering one pack in memory by the rules of a run: planned, rendered, inspected, and held if
//! one of its documents is missing.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::thread::{Builder, scope};

use raadspost_content::{Diagnostics, Format, Inspector, Renderer, Rendition, panic_text};

use crate::error::RunError;
use crate::freshness::ShapeFingerprints;
use crate::options::{Recipient, Selection};
use crate::output::SinkError;
use crate::plan::{Job, PackPlan, Planner, Shared, held};
use crate::render::{Backends, RenderOutcome, STACK, in_memory};

/// Renders packs in memory. Caches prepared shapes, a bounded number of them, so that later packs
/// of a shape are faster.
pub struct Preview<'a> {
    renderers: &'a [Box<dyn Renderer>],
    backends: Backends<'a>,
}

/// The result of one pack.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct PreviewedPack {
    /// The municipality's code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// The folder that a run would use.
    pub folder: String,
    /// The documents that a run would deliver.
    pub documents: Vec<MadeDocument>,
    /// The documents that a run would not deliver, with their reasons. If there are any the pack is
    /// held, and its collections are among them.
    pub refused: Vec<RefusedFile>,
}

/// A document that every inspector accepts.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct MadeDocument {
    /// Its id in the campaign.
    pub document: String,
    /// The name of its file.
    pub file: String,
    /// The finished file.
    pub rendition: Rendition,
}

/// A document that is not made.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct RefusedFile {
    /// The name of its file.
    pub file: String,
    /// Why; never empty.
    pub reasons: Diagnostics,
}

impl<'a> Preview<'a> {
    /// A preview with these back ends; `allowed` are the codes of allowed warnings.
    pub fn new(
        renderers: &'a [Box<dyn Renderer>],
        inspectors: &'a [(Format, Box<dyn Inspector>)],
        allowed: &'a BTreeSet<String>,
    ) -> Self {
        Self {
            renderers,
            backends: Backends::new(renderers, inspectors, allowed),
        }
    }

    /// Whether anything can be made of a pack, as far as known before rendering. Two such packs
    /// with the same folder exclude each other.
    ///
    /// # Errors
    /// [`RunError::NoRenderer`].
    pub fn has_documents(&self, recipient: Recipient, register: &str) -> Result<bool, RunError> {
        let plan = self.plan(recipient, register, &Shared::default())?;
        Ok(!plan.jobs.is_empty())
    }

    /// Renders a pack of this register; `shares_folder` states whether another pack has its folder.
    ///
    /// # Errors
    /// [`RunError::NoRenderer`], or the system cannot start a thread.
    pub fn render(
        &self,
        recipient: Recipient,
        register: &str,
        shares_folder: bool,
    ) -> Result<PreviewedPack, RunError> {
        let mut shared = Shared::default();
        if shares_folder {
            let folder = recipient.pack.folder().to_ascii_lowercase();
            shared.folders.insert(folder);
        }
        let plan = self.plan(recipient, register, &shared)?;
        let made = self.make(&plan.jobs)?;
        Ok(outcome(plan, made, register))
    }

    fn plan(
        &self,
        recipient: Recipient,
        register: &str,
        shared: &Shared,
    ) -> Result<PackPlan, RunError> {
        let all = Selection::default();
        Planner::new(register.to_owned(), self.renderers, &all, shared).plan(recipient)
    }

    /// Renders on a thread with the stack size of a run's threads.
    fn make(&self, jobs: &[Job]) -> Result<Vec<RenderOutcome>, RunError> {
        let documents: Vec<_> = jobs.iter().map(|job| job.document.clone()).collect();
        let render = || {
            in_memory(
                &documents,
                &self.backends,
                &mut ShapeFingerprints::default(),
            )
        };
        scope(|scope| {
            let thread = Builder::new().stack_size(STACK).spawn_scoped(scope, render);
            let thread = thread.map_err(|source| SinkError {
                action: "start a thread for",
                path: "a pack".into(),
                source,
            })?;
            thread
                .join()
                .map_err(|panic| RunError::Panic(panic_text(&*panic)))
        })
    }
}

/// Holds the pack if a document is missing, as a run does.
fn outcome(plan: PackPlan, made: Vec<RenderOutcome>, register: &str) -> PreviewedPack {
    let place = plan.place(register);
    let failed = plan
        .jobs
        .iter()
        .zip(&made)
        .find(|(_, outcome)| matches!(outcome, RenderOutcome::Failed(_)));
    let withheld = failed.map(|(job, _)| held(&job.document.file, "failed").at(place));
    let mut documents = Vec::new();
    let mut refused: Vec<RefusedFile> = plan
        .refused
        .into_iter()
        .map(|refusal| RefusedFile {
            file: refusal.file,
            reasons: Arc::unwrap_or_clone(refusal.reasons),
        })
        .collect();
    for (job, outcome) in plan.jobs.into_iter().zip(made) {
        let is_collection = job.is_collection();
        let file = job.document.file;
        let reasons = match (outcome, &withheld) {
            (RenderOutcome::Failed(reasons), _) => reasons,
            (RenderOutcome::Made(_), Some(held)) if is_collection => vec![held.clone()],
            (RenderOutcome::Withheld, held) => held.iter().cloned().collect(),
            (RenderOutcome::Made(rendition), _) => {
                documents.push(MadeDocument {
                    document: job.document.document,
                    file,
                    rendition,
                });
                continue;
            }
        };
        refused.push(RefusedFile { file, reasons });
    }
    PreviewedPack {
        code: plan.code,
        name: plan.name,
        folder: plan.folder,
        documents,
        refused,
    }
}
