//! Makes one pack: determines which documents are fresh, renders the others, and whether the pack
//! is held.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use raadspost_content::{Diagnostics, Fingerprint, Format, INSPECTION_FAULT, Place};

use crate::build::mailing::mailing;
use crate::build::outcome::{
    PackOutcome, PendingWrite, State, add_fault, place_documents, record, refuse, withhold,
};
use crate::error::RunError;
use crate::freshness::DirtyReason;
use crate::freshness::{JobFingerprint, ShapeFingerprints, slot_digests};
use crate::ledger::PackLines;
use crate::ledger::{Delivered, DeliveredSize, LedgerReader, LedgerRow, ShapeNote};
use crate::observer::{Failure, Observer, PackDone};
use crate::options::Recipient;
use crate::output::path::OutputPath;
use crate::output::{Sink, Stamp};
use crate::plan::post::PostCounts;
use crate::plan::{Job, PackPlan, Planner, held};
use crate::render::single_flight::{Rendered, SingleFlight};
use crate::render::{Backends, RenderOutcome, RenderOutcomes, RenderRequest, Unjudged};
use crate::report::{Fault, Reason};
use raadspost_run::names::HELD;

/// Number of shapes that a worker remembers as recorded in the ledger.
const NOTED: usize = 4096;

/// The state of one path.
enum Found {
    /// Up to date; with the stamp if it differs from the ledger's.
    Fresh(DeliveredSize, Option<Stamp>),
    /// Out of date; with the file as delivered.
    Dirty(DirtyReason, Option<DeliveredSize>),
}

/// A pack whose documents are rendered and not yet inspected.
pub(crate) struct RenderedPack {
    /// The number of its row in the register, from 1.
    number: u64,
    plan: PackPlan,
    prints: Vec<JobFingerprint>,
    states: Vec<State>,
    is_held: bool,
    place: Place,
    outcome: PackOutcome,
    /// By format, with their jobs.
    unjudged: Vec<(Format, Vec<usize>, Unjudged)>,
}

impl RenderedPack {
    /// Number of bytes waiting for inspection.
    pub(crate) fn bytes(&self) -> usize {
        self.unjudged.iter().map(|(.., made)| made.bytes()).sum()
    }
}

/// One thread's tools.
pub(crate) struct Worker<'a> {
    /// Determines what can be made.
    pub(crate) planner: Planner<'a>,
    /// The register's name in diagnostics.
    pub(crate) register: String,
    /// Makes it.
    pub(crate) backends: &'a Backends<'a>,
    /// The sink.
    pub(crate) sink: &'a dyn Sink,
    /// The rows of delivered documents.
    pub(crate) ledger: LedgerReader,
    /// Fingerprints of the shapes encountered.
    pub(crate) shapes: ShapeFingerprints,
    /// Renders equal documents once.
    pub(crate) single_flight: &'a SingleFlight,
    /// Whether every file is hashed.
    pub(crate) paranoid: bool,
    /// Shapes recorded in the ledger.
    pub(crate) noted: HashSet<Vec<u8>>,
    /// The observer.
    pub(crate) observer: &'a dyn Observer,
}

impl Worker<'_> {
    /// Determines which documents of a pack are fresh, and renders the others. `number` is the
    /// position of its row in the register, from 1.
    ///
    /// # Errors
    /// An error of the system; a document that cannot be made is not an error.
    pub(crate) fn start(
        &mut self,
        number: u64,
        recipient: Recipient,
    ) -> Result<RenderedPack, RunError> {
        let plan = self.planner.plan(recipient)?;
        let place = plan.place(&self.register);
        let mut outcome = PackOutcome::default();
        let mut is_held = !plan.refused.is_empty();

        let mut prints = Vec::with_capacity(plan.jobs.len());
        let mut states = Vec::with_capacity(plan.jobs.len());
        for job in &plan.jobs {
            let print = self.fingerprint(job)?;
            self.note_shape(job, &print, &mut outcome);
            prints.push(print);
        }
        self.ledger.reading(|_| {
            let mut rows = self.ledger.rows_below(&plan.folder)?;
            rows.extend(self.ledger.rows_below(&format!("{HELD}/{}", plan.folder))?);
            for (job, print) in plan.jobs.iter().zip(&prints) {
                states.push(self.look(job, print, is_held, &rows)?);
            }
            Ok(())
        })?;

        // A document that failed in an earlier run and is not selected now still makes its pack
        // held.
        if let Some(missing) = self.still_missing(&plan, &states)? {
            is_held = true;
            let reason = held(&missing, "failed earlier and is not selected").at(place.clone());
            withhold(&plan, &mut states, &reason, &mut outcome);
        }
        let mut pack = RenderedPack {
            number,
            plan,
            prints,
            states,
            is_held,
            place,
            outcome,
            unjudged: Vec::new(),
        };
        self.render(&mut pack)?;
        Ok(pack)
    }

    /// Inspects the rendered documents, and determines whether the pack is held.
    ///
    /// # Errors
    /// An error of the system or of an inspector; a refused document is not an error.
    pub(crate) fn finish(&mut self, mut pack: RenderedPack) -> Result<PackOutcome, RunError> {
        for (format, these, made) in std::mem::take(&mut pack.unjudged) {
            let requests = self.requests(&pack.plan, &these);
            let made = self.backends.judge_all(format, &requests, made);
            self.take(&mut pack, &these, made)?;
        }
        let RenderedPack {
            number,
            plan,
            mut states,
            mut is_held,
            place,
            mut outcome,
            ..
        } = pack;
        let failed = plan
            .jobs
            .iter()
            .zip(&states)
            .find(|(_, state)| matches!(state, State::Failed));
        if let Some((job, _)) = failed {
            let reason = held(&job.document.file, "failed").at(place.clone());
            withhold(&plan, &mut states, &reason, &mut outcome);
        }
        is_held |= states.iter().any(|state| matches!(state, State::Failed));

        if is_held && plan.refused.is_empty() && plan.is_selected() {
            let mut counted = PostCounts::default();
            counted.add(&plan);
            outcome.unposted = Some(Box::new(counted));
        }
        refuse(&plan, &mut outcome);
        let mailing = mailing(&plan, &states, is_held);
        place_documents(&plan, states, is_held, &mut outcome);
        if !outcome.writes.is_empty() {
            outcome.fields = Some((plan.code.clone(), fields(&plan)));
        }
        outcome.lines = Some(PackLines::new(
            number,
            plan.row_refused,
            &record(&plan, &mut outcome),
            &mailing,
        )?);
        self.tell(&plan, &outcome);
        Ok(outcome)
    }

    fn fingerprint(&mut self, job: &Job) -> Result<JobFingerprint, RunError> {
        let document = &job.document;
        let backend = self.backends.fingerprints(document.format)?;
        Ok(self
            .shapes
            .job(document.format, &document.shape, &document.values, backend))
    }

    /// Looks for a document at both possible locations.
    fn look(
        &self,
        job: &Job,
        print: &JobFingerprint,
        is_held: bool,
        rows: &HashMap<String, LedgerRow>,
    ) -> Result<State, RunError> {
        let (complete, held) = (job.path.clone(), job.path.held());
        let places = if is_held {
            [held, complete]
        } else {
            [complete, held]
        };
        let mut dirty = State::Dirty {
            reason: DirtyReason::New,
            changed: None,
        };
        let (mut stale, mut lost) = (None, None);
        for at in places {
            match self.look_at(&at, print, job.selected, rows.get(at.as_str()))? {
                Found::Fresh(size, stamp) => return Ok(State::Fresh { at, size, stamp }),
                Found::Dirty(DirtyReason::New, _) => {}
                Found::Dirty(reason, size) => {
                    if reason == DirtyReason::FileMissing {
                        lost.get_or_insert_with(|| at.clone());
                    } else if stale.is_none() {
                        stale = size.map(|size| (at.clone(), size));
                    }
                    // The file at the right location takes precedence.
                    if matches!(
                        dirty,
                        State::Dirty {
                            reason: DirtyReason::New,
                            ..
                        }
                    ) {
                        // Files written by an interrupted run count as unchanged.
                        let by_hand =
                            reason == DirtyReason::FileChanged && !self.ledger.intended(&at)?;
                        let changed = by_hand.then_some(at);
                        dirty = State::Dirty { reason, changed };
                    }
                }
            }
        }
        Ok(match (stale, lost) {
            _ if job.selected => dirty,
            (Some((at, size)), _) => State::Stale { at, size },
            (None, Some(at)) => State::Lost { at },
            (None, None) => State::Missing,
        })
    }

    /// Compares the ledger row and the file at a path with the expected document. The bytes are
    /// read only if the document is selected and its stamp differs from the delivered one.
    fn look_at(
        &self,
        path: &OutputPath,
        print: &JobFingerprint,
        selected: bool,
        row: Option<&LedgerRow>,
    ) -> Result<Found, RunError> {
        let Some(row) = row else {
            return Ok(Found::Dirty(DirtyReason::New, None));
        };
        let stamp = self.sink.stamp(path)?;
        let size = match stamp {
            Some(stamp) => Some(stamp.bytes),
            None => self.sink.size(path)?,
        };
        let Some(size) = size else {
            return Ok(Found::Dirty(DirtyReason::FileMissing, None));
        };
        let delivered = row.size();
        let changed = Found::Dirty(DirtyReason::FileChanged, Some(delivered));
        if size != row.bytes {
            return Ok(changed);
        }
        let untouched = stamp.map(|stamp| (stamp.modified, stamp.inode)) == row.stamp
            && stamp.is_some_and(|stamp| stamp.modified != 0);
        if selected && (self.paranoid || !untouched) {
            let digest = self.sink.digest(path)?;
            if digest != Some(row.sha256) {
                return Ok(changed);
            }
        }
        let restamp = stamp.filter(|_| selected && !untouched);
        let reason = print.reason_against(&row.fingerprint, &row.parts);
        Ok(match reason {
            Some(reason) => Found::Dirty(reason, Some(delivered)),
            None => Found::Fresh(delivered, restamp),
        })
    }

    /// Records a shape in the ledger when this worker first encounters it.
    fn note_shape(&mut self, job: &Job, print: &JobFingerprint, outcome: &mut PackOutcome) {
        if self.noted.contains(print.shape()) {
            return;
        }
        if self.noted.len() >= NOTED {
            self.noted.clear();
        }
        self.noted.insert(print.shape().to_vec());
        let document = &job.document;
        let json = |value: serde_json::Result<String>| value.unwrap_or_default();
        outcome.shapes.push(ShapeNote {
            part: print.shape().to_vec(),
            document: document.document.clone(),
            fields: json(serde_json::to_string(&*document.fields)),
            outline: json(serde_json::to_string(
                &document.shape.outline(&document.fields),
            )),
        });
    }

    /// The file of an unselected document that is missing from a pack that was held before.
    fn still_missing(&self, plan: &PackPlan, states: &[State]) -> Result<Option<String>, RunError> {
        let mut pairs = plan.jobs.iter().zip(states);
        let missing = pairs.find(|(job, state)| state.is_missing() && !job.is_collection());
        let Some((missing, _)) = missing else {
            return Ok(None);
        };
        for job in &plan.jobs {
            let path = job.path.held();
            if self.ledger.row(&path)?.is_some() && self.sink.size(&path)?.is_some() {
                return Ok(Some(missing.document.file.clone()));
            }
        }
        Ok(None)
    }

    /// Renders the documents to be made, by format.
    fn render(&mut self, pack: &mut RenderedPack) -> Result<(), RunError> {
        for format in self.backends.formats() {
            let RenderedPack {
                plan,
                prints,
                states,
                ..
            } = pack;
            let dirty: Vec<usize> = (0..plan.jobs.len())
                .filter(|at| matches!(states[*at], State::Dirty { .. }))
                .filter(|at| plan.jobs[*at].document.format == format)
                .collect();
            if dirty.is_empty() {
                continue;
            }
            // A document shared with other municipalities is made by the first worker that claims
            // it.
            let (shared, mut mine): (Vec<usize>, Vec<usize>) = dirty
                .into_iter()
                .partition(|at| self.single_flight.has(&prints[*at].whole));
            let asked: Vec<_> = shared.iter().map(|at| prints[*at].whole).collect();
            let given = self.single_flight.claim(&asked);
            let claimed: Vec<_> = asked
                .into_iter()
                .zip(&given)
                .filter_map(|(print, given)| given.is_none().then_some(print))
                .collect();
            let _guard = self.single_flight.guard(&claimed);
            for (at, given) in shared.into_iter().zip(given) {
                match given {
                    Some(rendered) => {
                        states[at] =
                            made_of(plan, at, prints, &mut states[at], &rendered, false, true);
                    }
                    None => mine.push(at),
                }
            }
            if mine.is_empty() {
                continue;
            }
            mine.sort_unstable();
            let requests = self.requests(plan, &mine);
            if claimed.is_empty() {
                let made = self.backends.begin(format, &requests);
                pack.unjudged.push((format, mine, made));
            } else {
                // Other workers wait for claimed documents.
                let made = self.backends.render(format, &requests);
                self.take(pack, &mine, made)?;
            }
        }
        Ok(())
    }

    fn requests<'p>(&mut self, plan: &'p PackPlan, these: &[usize]) -> Vec<RenderRequest<'p>> {
        let request = |at: &usize| {
            let job = &plan.jobs[*at];
            RenderRequest {
                document: &job.document,
                shape: self.shapes.get(&job.document.shape),
                is_collection: job.is_collection(),
            }
        };
        these.iter().map(request).collect()
    }

    /// Processes the results for these documents, all of one format.
    fn take(
        &mut self,
        pack: &mut RenderedPack,
        these: &[usize],
        made: RenderOutcomes,
    ) -> Result<(), RunError> {
        let RenderedPack {
            plan,
            prints,
            states,
            place,
            outcome,
            ..
        } = pack;
        outcome.allowed.extend(made.allowed);
        for (at, result) in these.iter().copied().zip(made.outcomes) {
            let job = &plan.jobs[at];
            let print = prints[at].whole;
            let shared = self.single_flight.has(&print);
            match result {
                RenderOutcome::Made(rendition) => {
                    let rendered = Rendered {
                        sha256: Fingerprint::of(&rendition.bytes),
                        bytes: Arc::new(rendition.bytes),
                        pages: rendition.pages,
                    };
                    states[at] =
                        made_of(plan, at, prints, &mut states[at], &rendered, true, shared);
                    if shared {
                        self.single_flight.give(print, rendered);
                    }
                }
                RenderOutcome::Failed(reasons) => {
                    let fault = reasons
                        .iter()
                        .find(|reason| reason.code == INSPECTION_FAULT);
                    if let Some(fault) = fault {
                        return Err(RunError::Inspection {
                            code: plan.code.clone(),
                            file: job.document.file.clone(),
                            message: fault.message.clone(),
                        });
                    }
                    self.fail(plan, job, reasons, place, outcome);
                    states[at] = State::Failed;
                }
                // The failed document is handled below, and this one is withheld with it.
                RenderOutcome::Withheld => {}
            }
        }
        Ok(())
    }

    /// Records and reports why a document failed.
    fn fail(
        &self,
        plan: &PackPlan,
        job: &Job,
        reasons: Diagnostics,
        place: &Place,
        outcome: &mut PackOutcome,
    ) {
        let mut told = Vec::with_capacity(reasons.len());
        for mut reason in reasons {
            self.observer.failed(&Failure {
                document: &job.document,
                path: &job.path,
                row: place,
                reason: &reason,
            });
            if matches!(reason.place, Place::Nowhere) {
                reason.place = place.clone();
            }
            told.push(Reason::from(&reason));
        }
        add_fault(&mut outcome.failed, plan, &job.document.file, told);
    }

    fn tell(&self, plan: &PackPlan, outcome: &PackOutcome) {
        let count = |faults: &[Fault]| faults.iter().map(|fault| fault.files.len() as u64).sum();
        let done = PackDone {
            code: &plan.code,
            name: &plan.name,
            folder: &plan.folder,
            made: outcome.writes.len() as u64,
            fresh: outcome.fresh,
            refused: count(&outcome.refused),
            failed: count(&outcome.failed),
        };
        if done.made + done.fresh + done.refused + done.failed > 0 {
            self.observer.pack_done(&done);
        }
    }
}

/// The state of a document to be made.
fn made_of(
    plan: &PackPlan,
    at: usize,
    prints: &[JobFingerprint],
    state: &mut State,
    file: &Rendered,
    is_rendered: bool,
    shared: bool,
) -> State {
    let job = &plan.jobs[at];
    let (reason, changed) = match state {
        State::Dirty { reason, changed } => (*reason, changed.take()),
        State::Fresh { .. }
        | State::Stale { .. }
        | State::Missing
        | State::Lost { .. }
        | State::Failed => (DirtyReason::New, None),
        State::Made(write) => (write.reason, write.changed.take()),
    };
    State::Made(Box::new(PendingWrite {
        reason,
        changed,
        // A Word file is meant to be edited: with shared bytes, an edit would change all copies.
        is_repeated: shared && job.document.format == Format::Pdf,
        rendered: is_rendered,
        row: Delivered {
            path: job.path.clone(),
            code: plan.code.clone(),
            document: job.document.document.clone(),
            fingerprint: prints[at],
            sha256: file.sha256,
            bytes: file.bytes.len() as u64,
            pages: file.pages,
            slots: slot_digests(&job.document.values),
            stamp: None,
        },
        bytes: Arc::clone(&file.bytes),
    }))
}

/// The register values shown in the documents of a pack, as a JSON object by slot expression.
fn fields(plan: &PackPlan) -> String {
    let mut all = BTreeMap::new();
    for job in &plan.jobs {
        let document = &job.document;
        for (name, text) in document.fields.iter().zip(document.values.flat()) {
            all.insert(name.as_str(), text);
        }
    }
    serde_json::to_string(&all).unwrap_or_default()
}
