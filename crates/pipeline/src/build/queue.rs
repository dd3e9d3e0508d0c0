//! The second pass: workers take rows from a queue, and one writer takes their outcomes.

use std::collections::HashSet;
use std::iter::Zip;
use std::ops::RangeFrom;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::thread::{Builder, ScopedJoinHandle, scope};

use raadspost_content::{Renderer, panic_text};
use raadspost_run::RecordCounts;

use crate::build::folder::Folder;
use crate::build::outcome::PackOutcome;
use crate::build::worker::{RenderedPack, Worker};
use crate::build::writer::Writer;
use crate::error::RunError;
use crate::freshness::ShapeFingerprints;
use crate::ledger::{KnownPaths, LedgerReader};
use crate::observer::Observer;
use crate::options::{Recipients, RunOptions, UnfilledRow, UnfilledRows};
use crate::output::{Sink, SinkError};
use crate::plan::Planner;
use crate::preflight::survey::Survey;
use crate::render::single_flight::SingleFlight;
use crate::render::{Backends, STACK};
use crate::report::Report;
use raadspost_run::names::{INPUTS, STATE};

/// Number of packs without deliveries that are sent to the writer together.
const TOGETHER: usize = 64;

/// Render up to this many packs or bytes, then inspect them back to back: that takes three quarters
/// of the time of inspecting each right after rendering it, because the inspector's data stays in
/// the processor's caches.
const JUDGED: (usize, usize) = (16, 4 << 20);

/// Packs that each worker may be ahead of the writer, so that it goes on while a batch is flushed; about
/// 5 MB.
const AHEAD: usize = 32;

/// The second pass over the packs.
pub(super) struct Making<'a> {
    pub(super) recipients: &'a dyn Recipients,
    pub(super) renderers: &'a [Box<dyn Renderer>],
    pub(super) backends: &'a Backends<'a>,
    pub(super) single_flight: &'a SingleFlight,
    pub(super) options: &'a RunOptions,
    pub(super) survey: &'a Survey,
}

/// The source of rows for the workers. Under its lock rows are only read, not processed.
struct Queue<'a> {
    /// Rows with their number in the register, from 1.
    rows: Mutex<Zip<RangeFrom<u64>, UnfilledRows<'a>>>,
    cancel: &'a AtomicBool,
    /// Set if a worker or the writer cannot continue.
    broken: AtomicBool,
    /// Set when every row has been taken.
    empty: AtomicBool,
}

impl<'a> Queue<'a> {
    fn next(&self) -> Option<(u64, UnfilledRow<'a>)> {
        if self.cancel.load(Ordering::Relaxed) || self.broken.load(Ordering::Relaxed) {
            return None;
        }
        // A panic while reading a row ends the run, see `Making::work`.
        let next = self
            .rows
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
    pub(super) fn make(
        &self,
        folder: &mut Folder,
        known: &mut KnownPaths,
        number: i64,
        observer: &dyn Observer,
        cancel: &AtomicBool,
    ) -> Result<(Report, RecordCounts), RunError> {
        let kept = self.options.out.join(STATE).join(INPUTS);
        let rows = self.recipients.rows_kept(&kept);
        let rows = rows.map_err(RunError::Register)?;
        let queue = Queue {
            rows: Mutex::new((1..).zip(rows)),
            cancel,
            broken: AtomicBool::new(false),
            empty: AtomicBool::new(false),
        };
        let jobs = self.options.jobs.max(1);
        let Folder { sink, ledger, .. } = folder;
        let sink: &dyn Sink = sink.as_ref();
        let (mut report, counts) = scope(|scope| {
            let (sender, outcomes) = sync_channel(jobs.saturating_mul(AHEAD));
            let post = self.survey.totals.post.clone();
            let writer = Writer::new(sink, ledger, known, self.options.durability, number, post);
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
            // The writer runs on this thread. It ends when the last worker ends, and the workers
            // end when it does.
            let report = writer.work(&outcomes);
            drop(outcomes);
            let worked = workers.into_iter().map(join).fold(Ok(()), Result::and);
            let report = report?;
            worked.map(|()| report)
        })?;
        report.interrupted = !queue.empty.load(Ordering::Relaxed);
        Ok((report, counts))
    }

    fn work(
        &self,
        queue: &Queue<'_>,
        sink: &dyn Sink,
        observer: &dyn Observer,
        sender: &SyncSender<Vec<PackOutcome>>,
    ) -> Result<(), RunError> {
        let attempt = || -> Result<(), RunError> {
            let register = self.recipients.register();
            let shared = &self.survey.shared;
            let selection = &self.options.selection;
            let mut worker = Worker {
                planner: Planner::new(register.clone(), self.renderers, selection, shared)
                    .spread(self.survey.totals.packs > self.options.spread_above),
                register,
                backends: self.backends,
                sink,
                ledger: LedgerReader::open(&self.options.out)?,
                shapes: ShapeFingerprints::default(),
                single_flight: self.single_flight,
                paranoid: self.options.paranoid,
                noted: HashSet::new(),
                observer,
            };
            let mut rendered: Vec<RenderedPack> = Vec::new();
            let mut outcomes: Vec<PackOutcome> = Vec::new();
            let (mut bytes, mut is_over) = (0, false);
            while !is_over {
                match queue.next() {
                    Some((number, row)) => {
                        let pack = worker.start(number, row.fill())?;
                        bytes += pack.bytes();
                        rendered.push(pack);
                    }
                    None => is_over = true,
                }
                // Rendered packs wait for others to be inspected together; other packs need not
                // wait.
                let waits = bytes > 0 && bytes < JUDGED.1 && rendered.len() < JUDGED.0;
                if waits && !is_over {
                    continue;
                }
                bytes = 0;
                for pack in rendered.drain(..) {
                    let outcome = worker.finish(pack)?;
                    // In a run with little to make, sending each pack separately would cost as much
                    // as checking it; deliveries are sent at once.
                    let urgent = outcome.delivers();
                    outcomes.push(outcome);
                    if (urgent || outcomes.len() >= TOGETHER)
                        && sender.send(std::mem::take(&mut outcomes)).is_err()
                    {
                        is_over = true;
                        break;
                    }
                }
            }
            // If the receiver is gone, the writer cannot continue and reports why.
            let _ = sender.send(outcomes);
            Ok(())
        };
        // A renderer's panic is caught elsewhere; this one comes from reading packs.
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
