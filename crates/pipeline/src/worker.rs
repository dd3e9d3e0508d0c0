//! Makes one pack: finds out what is fresh, renders the rest, and sees whether the pack is held.

use raadspost_content::{Diagnostics, Fingerprint, INSPECTION_FAULT, Place};

use crate::freshness::{JobFingerprint, ShapeFingerprints};
use crate::ledger::{Delivered, LedgerReader};
use crate::mailing::mailing;
use crate::parcel::{Parcel, Put, State, add_fault, record, refuse, settle, withhold};
use crate::plan::{Job, PackPlan, Planner, held};
use crate::render::{Backends, Order, Outcome};
use crate::{
    DirtyReason, Fault, Observer, OutputPath, PackDone, Reason, Recipient, RunError, Sink,
};

/// What was found at one path.
enum Found {
    Fresh,
    Dirty(DirtyReason),
}

/// One thread's tools.
pub(crate) struct Worker<'a> {
    /// Decides what can be made.
    pub(crate) planner: Planner<'a>,
    /// What diagnostics call the register.
    pub(crate) register: String,
    /// Makes it.
    pub(crate) backends: &'a Backends<'a>,
    /// Where it goes.
    pub(crate) sink: &'a dyn Sink,
    /// What has been delivered.
    pub(crate) ledger: LedgerReader,
    /// Fingerprints of the shapes met so far.
    pub(crate) shapes: ShapeFingerprints,
    /// Who is told.
    pub(crate) observer: &'a dyn Observer,
}

impl Worker<'_> {
    /// Makes one pack.
    ///
    /// # Errors
    /// What the machine did wrong; a document that cannot be made is none.
    pub(crate) fn make(&mut self, recipient: Recipient) -> Result<Parcel, RunError> {
        let plan = self.planner.plan(recipient)?;
        let place = plan.place(&self.register);
        let mut parcel = Parcel::default();
        let mut is_held = !plan.refused.is_empty();

        let mut prints = Vec::with_capacity(plan.jobs.len());
        let mut states = Vec::with_capacity(plan.jobs.len());
        for job in &plan.jobs {
            let print = self.fingerprint(job)?;
            states.push(self.look(job, &print, is_held)?);
            prints.push(print);
        }

        // A document that failed in an earlier run, and is not selected now, still holds its pack.
        if let Some(missing) = self.still_missing(&plan, &states)? {
            is_held = true;
            let reason = held(&missing, "failed earlier and is not selected").at(place.clone());
            withhold(&plan, &mut states, &reason, &mut parcel);
        }
        self.render(&plan, &prints, &mut states, &place, &mut parcel)?;
        let failed = plan
            .jobs
            .iter()
            .zip(&states)
            .find(|(_, state)| matches!(state, State::Failed));
        if let Some((job, _)) = failed {
            let reason = held(&job.document.file, "failed").at(place.clone());
            withhold(&plan, &mut states, &reason, &mut parcel);
        }
        is_held |= states.iter().any(|state| matches!(state, State::Failed));

        refuse(&plan, &mut parcel);
        settle(&plan, states, is_held, &mut parcel);
        parcel.record = Some(record(&plan, &mut parcel));
        parcel.mailing = Some(mailing(&plan, is_held));
        self.tell(&plan, &parcel);
        Ok(parcel)
    }

    fn fingerprint(&mut self, job: &Job) -> Result<JobFingerprint, RunError> {
        let document = &job.document;
        let backend = self.backends.fingerprints(document.format)?;
        Ok(self
            .shapes
            .job(document.format, &document.shape, &document.values, backend))
    }

    /// Looks for a document at both places where it may be.
    fn look(&self, job: &Job, print: &JobFingerprint, is_held: bool) -> Result<State, RunError> {
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
        let mut stale = None;
        for at in places {
            match self.look_at(&at, print, job.selected)? {
                Found::Fresh => return Ok(State::Fresh { at }),
                Found::Dirty(DirtyReason::New) => {}
                Found::Dirty(reason) => {
                    if stale.is_none() && reason != DirtyReason::FileMissing {
                        stale = Some(at.clone());
                    }
                    // The reason at the place where it belongs goes before the other.
                    if matches!(
                        dirty,
                        State::Dirty {
                            reason: DirtyReason::New,
                            ..
                        }
                    ) {
                        // Nobody changed what a run that broke off has put there.
                        let by_hand =
                            reason == DirtyReason::FileChanged && !self.ledger.intended(&at)?;
                        let changed = by_hand.then_some(at);
                        dirty = State::Dirty { reason, changed };
                    }
                }
            }
        }
        Ok(match stale {
            _ if job.selected => dirty,
            Some(at) => State::Stale { at },
            None => State::Missing,
        })
    }

    /// Compares a path's row and file with what should be there. The bytes are read only where the
    /// document is selected.
    fn look_at(
        &self,
        path: &OutputPath,
        print: &JobFingerprint,
        selected: bool,
    ) -> Result<Found, RunError> {
        let Some(row) = self.ledger.row(path)? else {
            return Ok(Found::Dirty(DirtyReason::New));
        };
        let Some(size) = self.sink.size(path)? else {
            return Ok(Found::Dirty(DirtyReason::FileMissing));
        };
        let hash = |path| -> Result<bool, RunError> {
            Ok(self
                .sink
                .digest(path)?
                .is_some_and(|digest| digest.0 == *row.sha256))
        };
        if size != row.bytes || (selected && !hash(path)?) {
            return Ok(Found::Dirty(DirtyReason::FileChanged));
        }
        let reason = print.reason_against(&row.fingerprint, &row.parts);
        Ok(reason.map_or(Found::Fresh, Found::Dirty))
    }

    /// The file of an unselected document that is missing from a pack that was held before.
    fn still_missing(&self, plan: &PackPlan, states: &[State]) -> Result<Option<String>, RunError> {
        let mut pairs = plan.jobs.iter().zip(states);
        let missing =
            pairs.find(|(job, state)| matches!(state, State::Missing) && !job.is_collection());
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

    /// Renders what is to be made, format by format.
    fn render(
        &mut self,
        plan: &PackPlan,
        prints: &[JobFingerprint],
        states: &mut [State],
        place: &Place,
        parcel: &mut Parcel,
    ) -> Result<(), RunError> {
        for format in self.backends.formats() {
            let dirty: Vec<usize> = (0..plan.jobs.len())
                .filter(|at| matches!(states[*at], State::Dirty { .. }))
                .filter(|at| plan.jobs[*at].document.format == format)
                .collect();
            if dirty.is_empty() {
                continue;
            }
            let mut orders = Vec::with_capacity(dirty.len());
            for at in &dirty {
                let job = &plan.jobs[*at];
                let shape = self.shapes.get(&job.document.shape);
                let is_collection = job.is_collection();
                orders.push(Order {
                    document: &job.document,
                    shape,
                    is_collection,
                });
            }
            let made = self.backends.render(format, &orders);
            parcel.allowed.extend(made.allowed);
            for (at, outcome) in dirty.into_iter().zip(made.outcomes) {
                let job = &plan.jobs[at];
                match outcome {
                    Outcome::Made(rendition) => {
                        let State::Dirty { reason, changed } = &mut states[at] else {
                            continue;
                        };
                        let put = Put {
                            reason: *reason,
                            changed: changed.take(),
                            row: Delivered {
                                path: job.path.clone(),
                                code: plan.code.clone(),
                                document: job.document.document.clone(),
                                fingerprint: prints[at],
                                sha256: Fingerprint::of(&rendition.bytes),
                                bytes: rendition.bytes.len() as u64,
                                pages: rendition.pages,
                            },
                            bytes: rendition.bytes,
                        };
                        states[at] = State::Made(Box::new(put));
                    }
                    Outcome::Failed(reasons) => {
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
                        self.fail(plan, job, reasons, place, parcel);
                        states[at] = State::Failed;
                    }
                    // The document that failed is found below, and this one withheld with it.
                    Outcome::Withheld => {}
                }
            }
        }
        Ok(())
    }

    /// Notes and tells why a document failed.
    fn fail(
        &self,
        plan: &PackPlan,
        job: &Job,
        reasons: Diagnostics,
        place: &Place,
        parcel: &mut Parcel,
    ) {
        let mut told = Vec::with_capacity(reasons.len());
        for mut reason in reasons {
            if matches!(reason.place, Place::Nowhere) {
                reason.place = place.clone();
            }
            told.push(Reason::from(&reason));
            // A place in the source does not say whose document it is.
            reason.message = format!("{} (in `{}`)", reason.message, job.path);
            self.observer.diagnostic(&reason);
        }
        add_fault(&mut parcel.failed, plan, &job.document.file, told);
    }

    fn tell(&self, plan: &PackPlan, parcel: &Parcel) {
        let count = |faults: &[Fault]| faults.iter().map(|fault| fault.files.len() as u64).sum();
        let done = PackDone {
            code: &plan.code,
            name: &plan.name,
            made: parcel.puts.len() as u64,
            fresh: parcel.fresh,
            refused: count(&parcel.refused),
            failed: count(&parcel.failed),
        };
        if done.made + done.fresh + done.refused + done.failed > 0 {
            self.observer.pack_done(&done);
        }
    }
}
