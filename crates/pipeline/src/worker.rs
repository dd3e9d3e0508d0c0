//! Makes one pack: finds out what is fresh, renders the rest, and decides where the pack belongs.

use raadspost_content::{Diagnostic, Diagnostics, Fingerprint, Place};

use crate::freshness::{JobFingerprint, ShapeFingerprints};
use crate::ledger::{Delivered, LedgerReader, Move};
use crate::plan::{Job, PackPlan, Planner, held};
use crate::render::{Backends, Order, Outcome};
use crate::{
    DirtyReason, Fault, HeldPack, Observer, OutputPath, PackDone, Reason, Recipient, RunError, Sink,
};

/// A rendition on its way to its place.
#[derive(Debug)]
pub(crate) struct Put {
    /// What the ledger will say of it.
    pub(crate) row: Delivered,
    /// The file.
    pub(crate) bytes: Vec<u8>,
    /// Why it was made.
    pub(crate) reason: DirtyReason,
    /// The path, if it is this document's, of a file that somebody changed and that this one
    /// replaces; it is moved aside first.
    pub(crate) changed: Option<OutputPath>,
}

/// All that is to be done and told for one pack.
#[derive(Debug, Default)]
pub(crate) struct Parcel {
    /// Files to deliver.
    pub(crate) puts: Vec<Put>,
    /// Delivered files that get another path, because the pack is held now, or no longer.
    pub(crate) moves: Vec<Move>,
    /// Paths that are planned and there, or will be when puts and moves are done.
    pub(crate) kept: Vec<OutputPath>,
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
    /// Codes of allowed warnings that were met.
    pub(crate) allowed: Vec<&'static str>,
}

impl Parcel {
    /// Whether all documents of the pack, selected or not, are there and up to date.
    pub(crate) fn is_complete(&self) -> bool {
        self.held.is_none() && self.unselected_missing == 0 && self.stale.is_empty()
    }
}

/// What was found of one job before anything is rendered.
enum State {
    /// Up to date, and there.
    Fresh { at: OutputPath },
    /// To be made; `changed` is the path at which a file was found that no run delivered so.
    Dirty {
        reason: DirtyReason,
        changed: Option<OutputPath>,
    },
    /// Not selected; there in an earlier version.
    Stale { at: OutputPath },
    /// Not selected, and not there.
    Missing,
    /// Not made; why stands elsewhere.
    Failed,
    /// Made just now.
    Made(Box<Put>),
}

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
        self.render(&plan, &prints, &mut states, &place, &mut parcel);
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
                        let changed = (reason == DirtyReason::FileChanged).then_some(at);
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
    ) {
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
                        self.fail(plan, job, reasons, place, parcel);
                        states[at] = State::Failed;
                    }
                    // The document that failed is found below, and this one withheld with it.
                    Outcome::Withheld => {}
                }
            }
        }
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

/// Takes the collections out of a pack that is held.
fn withhold(plan: &PackPlan, states: &mut [State], reason: &Diagnostic, parcel: &mut Parcel) {
    for (job, state) in plan.jobs.iter().zip(states) {
        if !job.is_collection() || matches!(state, State::Failed) {
            continue;
        }
        if job.selected {
            add_fault(
                &mut parcel.failed,
                plan,
                &job.document.file,
                vec![Reason::from(reason)],
            );
        } else {
            parcel.unselected_missing += 1;
        }
        *state = State::Failed;
    }
}

/// Notes what is refused.
fn refuse(plan: &PackPlan, parcel: &mut Parcel) {
    for refusal in &plan.refused {
        if refusal.selected {
            let reasons = refusal.reasons.iter().map(Reason::from).collect();
            add_fault(&mut parcel.refused, plan, &refusal.file, reasons);
        } else {
            parcel.unselected_refused += 1;
        }
    }
}

/// Decides where each document belongs now.
fn settle(plan: &PackPlan, states: Vec<State>, is_held: bool, parcel: &mut Parcel) {
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
        match state {
            State::Made(mut put) => {
                put.changed.take_if(|changed| *changed != to);
                put.row.path = to.clone();
                parcel.puts.push(*put);
                parcel.kept.push(to);
                continue;
            }
            State::Fresh { at } => {
                if job.selected {
                    parcel.fresh += 1;
                } else {
                    parcel.unselected_fresh += 1;
                }
                stay(at, to, parcel);
            }
            State::Stale { at } => {
                parcel.stale.push(to.to_string());
                stay(at, to, parcel);
            }
            State::Missing => {
                parcel.unselected_missing += 1;
                missing.push(job.document.file.clone());
            }
            State::Failed | State::Dirty { .. } => missing.push(job.document.file.clone()),
        }
    }
    if is_held {
        let folder = OutputPath::new(plan.folder.as_str()).map(|path| path.held().to_string());
        parcel.held = Some(HeldPack {
            code: plan.code.clone(),
            name: plan.name.clone(),
            line: plan.line,
            folder: folder.unwrap_or_default(),
            delivered: parcel.kept.len() as u64,
            missing,
        });
    }
}

/// Keeps a delivered file, at another path where it belongs there now.
fn stay(at: OutputPath, to: OutputPath, parcel: &mut Parcel) {
    if at != to {
        parcel.moves.push(Move {
            from: at,
            to: to.clone(),
        });
    }
    parcel.kept.push(to);
}

/// Adds a document to the fault with the same reasons, or a new fault.
fn add_fault(faults: &mut Vec<Fault>, plan: &PackPlan, file: &str, reasons: Vec<Reason>) {
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
