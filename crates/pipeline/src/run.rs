//! A run from beginning to end.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::thread::{Builder, ScopedJoinHandle, scope};

use raadspost_content::{Format, Inspector, Renderer};

use crate::freshness::ShapeFingerprints;
use crate::ledger::LedgerReader;
use crate::lock::Folder;
use crate::manifest::{write_mailing, write_manifest, write_report};
use crate::parcel::Parcel;
use crate::path::STATE;
use crate::plan::Planner;
use crate::record::write_records;
use crate::render::{Backends, panic_text};
use crate::superseded::set_aside_unplanned;
use crate::survey::{Survey, survey};
use crate::worker::Worker;
use crate::writer::Writer;
use crate::{
    DirectorySink, Observer, Phase, Recipient, Recipients, Report, RunError, RunOptions, Selection,
    Sink, SinkError, Totals,
};

/// Stack of a worker, in bytes: layout engines recurse with the depth of a document.
const STACK: usize = 16 * 1024 * 1024;

/// Makes what the plan says and is not fresh, and leaves in the output folder exactly what the plan
/// says. The crate's documentation has the order of things.
///
/// # Errors
/// Why the run could not be done, or not to its end; what was delivered before stays. A refused or
/// failed document is no error, the report names it. Nor is a run that `cancel` ended:
/// [`Report::interrupted`] says so.
pub fn run(
    recipients: &dyn Recipients,
    renderers: &[Box<dyn Renderer>],
    inspectors: &[(Format, Box<dyn Inspector>)],
    options: &RunOptions,
    observer: &dyn Observer,
    cancel: &AtomicBool,
) -> Result<Report, RunError> {
    let wrap = |sink| Box::new(sink) as Box<dyn Sink>;
    run_through(
        &wrap, recipients, renderers, inspectors, options, observer, cancel,
    )
}

/// The same through a sink of the caller's: `wrap` is given the output folder's own sink. For tests
/// that let a write fail.
///
/// # Errors
/// Those of [`run`].
pub fn run_through(
    wrap: &dyn Fn(DirectorySink) -> Box<dyn Sink>,
    recipients: &dyn Recipients,
    renderers: &[Box<dyn Renderer>],
    inspectors: &[(Format, Box<dyn Inspector>)],
    options: &RunOptions,
    observer: &dyn Observer,
    cancel: &AtomicBool,
) -> Result<Report, RunError> {
    // A folder that is there is taken before the quick pass, so that a wrong one is named at once;
    // one that is not is made after it, so that a wrong register leaves nothing behind.
    let open = || Folder::open(&options.out, options.durability, wrap);
    let taken = if options.out.exists() {
        Some(open()?)
    } else {
        None
    };

    observer.phase(Phase::Checking);
    let survey = survey(recipients, renderers, &options.selection, observer, cancel)?;
    if survey.interrupted {
        return Ok(Report {
            version: 1,
            interrupted: true,
            ..Report::default()
        });
    }
    if options.strict && survey.totals.errors > 0 {
        let Totals {
            refused, errors, ..
        } = survey.totals;
        return Err(RunError::Strict { refused, errors });
    }
    let mut folder = match taken {
        Some(folder) => folder,
        None => open()?,
    };

    observer.phase(Phase::Making);
    let number = number_of_run(&folder, &options.out)?;
    let backends = Backends::new(renderers, inspectors, &options.allowed_warnings);
    let making = Making {
        recipients,
        renderers,
        backends: &backends,
        options,
        survey: &survey,
    };
    let mut report = making.make(&mut folder, number, observer, cancel)?;

    if !report.interrupted {
        observer.phase(Phase::SettingAside);
        let Folder { sink, ledger, .. } = &mut folder;
        report
            .superseded
            .extend(set_aside_unplanned(sink.as_ref(), ledger, number)?);
    }

    observer.phase(Phase::Closing);
    complete(&mut report, &survey.totals);
    let Folder { sink, ledger, .. } = &folder;
    let (out, durability) = (&options.out, options.durability);
    (report.pages, report.bytes) =
        write_manifest(out, durability, ledger, sink.as_ref(), report.interrupted)?;
    write_records(options, renderers, ledger, report.interrupted)?;
    // After an interruption it would tell of some packs only; the last whole one stays.
    if !report.interrupted {
        write_mailing(out, durability, ledger)?;
    }
    write_report(out, durability, &report)?;
    Ok(report)
}

/// The quick pass alone: everything filled for every municipality, nothing made, nothing written.
/// The observer is told every mistake.
///
/// # Errors
/// Why the register cannot be read, or the selection names what there is not.
pub fn check(
    recipients: &dyn Recipients,
    renderers: &[Box<dyn Renderer>],
    selection: &Selection,
    observer: &dyn Observer,
    cancel: &AtomicBool,
) -> Result<Totals, RunError> {
    observer.phase(Phase::Checking);
    survey(recipients, renderers, selection, observer, cancel).map(|survey| survey.totals)
}

/// The number of this run: one for which nothing has been moved aside yet.
fn number_of_run(folder: &Folder, out: &Path) -> Result<i64, RunError> {
    loop {
        let number = folder.ledger.begin_run()?;
        if !out
            .join(STATE)
            .join("superseded")
            .join(number.to_string())
            .exists()
        {
            return Ok(number);
        }
    }
}

/// Puts what the report lists in order, and closes its sums.
fn complete(report: &mut Report, totals: &Totals) {
    let counts = &mut report.documents;
    counts.planned = totals.documents;
    let done = counts.made + counts.fresh + counts.refused + counts.failed;
    counts.unreached = counts.planned.saturating_sub(done);
    report.packs.total = totals.packs;
    report
        .refused
        .sort_by(|a, b| (a.line, &a.files).cmp(&(b.line, &b.files)));
    report
        .failed
        .sort_by(|a, b| (a.line, &a.files).cmp(&(b.line, &b.files)));
    report.held.sort_by_key(|held| held.line);
    report.stale.sort();
    report.superseded.sort();
}

/// The second pass over the packs.
struct Making<'a> {
    recipients: &'a dyn Recipients,
    renderers: &'a [Box<dyn Renderer>],
    backends: &'a Backends<'a>,
    options: &'a RunOptions,
    survey: &'a Survey,
}

/// Where workers take packs from.
struct Queue<'a> {
    packs: Mutex<Box<dyn Iterator<Item = Recipient> + Send + 'a>>,
    cancel: &'a AtomicBool,
    /// Set where a worker or the writer cannot go on.
    broken: AtomicBool,
    /// Set where every pack was taken.
    empty: AtomicBool,
}

impl Queue<'_> {
    fn next(&self) -> Option<Recipient> {
        if self.cancel.load(Ordering::Relaxed) || self.broken.load(Ordering::Relaxed) {
            return None;
        }
        // A panic while a pack was read ends the run, see `Making::work`.
        let next = self
            .packs
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .next();
        if next.is_none() {
            self.empty.store(true, Ordering::Relaxed);
        }
        next
    }
}

impl Making<'_> {
    fn make(
        &self,
        folder: &mut Folder,
        number: i64,
        observer: &dyn Observer,
        cancel: &AtomicBool,
    ) -> Result<Report, RunError> {
        let queue = Queue {
            packs: Mutex::new(self.recipients.packs().map_err(RunError::Register)?),
            cancel,
            broken: AtomicBool::new(false),
            empty: AtomicBool::new(false),
        };
        let jobs = self.options.jobs.max(1);
        let Folder { sink, ledger, .. } = folder;
        let sink: &dyn Sink = sink.as_ref();
        let mut report = scope(|scope| {
            let (sender, parcels) = sync_channel(jobs);
            let writer = Writer::new(sink, ledger, self.options.durability, number);
            let queue = &queue;
            let mut workers = Vec::with_capacity(jobs);
            for _ in 0..jobs {
                let sender = sender.clone();
                let work = move || self.work(queue, sink, observer, &sender);
                let worker = Builder::new().stack_size(STACK).spawn_scoped(scope, work);
                workers.push(worker.map_err(|source| {
                    queue.broken.store(true, Ordering::Relaxed);
                    SinkError {
                        action: "start a thread for",
                        path: self.options.out.clone(),
                        source,
                    }
                })?);
            }
            drop(sender);
            // The writer works on this thread. It ends when the last worker has, and the workers
            // end when it does.
            let report = writer.work(&parcels);
            drop(parcels);
            let worked = workers.into_iter().map(join).fold(Ok(()), Result::and);
            let report = report?;
            worked.map(|()| report)
        })?;
        report.interrupted = !queue.empty.load(Ordering::Relaxed);
        Ok(report)
    }

    fn work(
        &self,
        queue: &Queue<'_>,
        sink: &dyn Sink,
        observer: &dyn Observer,
        sender: &SyncSender<Parcel>,
    ) -> Result<(), RunError> {
        let attempt = || -> Result<(), RunError> {
            let register = self.recipients.register();
            let shared: &BTreeSet<String> = &self.survey.shared;
            let selection = &self.options.selection;
            let mut worker = Worker {
                planner: Planner::new(register.clone(), self.renderers, selection, shared),
                register,
                backends: self.backends,
                sink,
                ledger: LedgerReader::open(&self.options.out)?,
                shapes: ShapeFingerprints::default(),
                observer,
            };
            while let Some(recipient) = queue.next() {
                if sender.send(worker.make(recipient)?).is_err() {
                    // The writer cannot go on, and says why.
                    break;
                }
            }
            Ok(())
        };
        // A renderer's panic is caught elsewhere; this one comes from where packs are read.
        let result = catch_unwind(AssertUnwindSafe(attempt))
            .unwrap_or_else(|panic| Err(RunError::Panic(panic_text(&*panic))));
        if result.is_err() {
            queue.broken.store(true, Ordering::Relaxed);
        }
        result
    }
}

fn join(worker: ScopedJoinHandle<'_, Result<(), RunError>>) -> Result<(), RunError> {
    worker
        .join()
        .unwrap_or_else(|panic| Err(RunError::Panic(panic_text(&*panic))))
}
