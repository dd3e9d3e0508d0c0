//! A run from beginning to end.

use std::collections::{BTreeSet, HashSet};
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{Builder, ScopedJoinHandle, scope};

use raadspost_content::{Format, Inspector, Renderer, panic_text};
use raadspost_run::{CampaignIdentity, CampaignRecord, RecordCounts};
use raadspost_run::{RunWriter, Step, identity};

use crate::census::Census;
use crate::forecast::{SAMPLE, estimate};
use crate::freshness::ShapeFingerprints;
use crate::inputs::{drop_other_inputs, keep_inputs};
use crate::ledger::{KnownPaths, LedgerReader};
use crate::lock::{Folder, look_through};
use crate::manifest::{write_mailing, write_manifest, write_report};
use crate::parcel::Parcel;
use crate::plan::Planner;
use crate::record::{Lists, begun, run_record, write_packs};
use crate::render::Backends;
use crate::superseded::set_aside_unplanned;
use crate::survey::{Survey, survey};
use crate::twins::Twins;
use crate::worker::{Started, Worker};
use crate::writer::Writer;
use crate::{
    DirectorySink, Durability, Observer, Phase, Recipient, Recipients, RegisterCounts, Report,
    RunError, RunOptions, Sink, SinkError, Totals,
};
use raadspost_run::names::{INPUTS, STATE};

/// So many packs of which nothing is to be delivered go to the writer together.
const TOGETHER: usize = 64;

/// So many packs, or so many bytes of them, are rendered before they are judged: an inspector that
/// looks at one pack after the other takes three quarters of the time, because what it knows of
/// them is still in the processor's caches.
const JUDGED: (usize, usize) = (16, 4 << 20);

/// Stack of a worker, in bytes: layout engines recurse with the depth of a document.
pub(crate) const STACK: usize = 16 * 1024 * 1024;

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
    // A folder that is there is taken before the quick pass, and looked through beside it; one that
    // is not is made after it, so that a wrong register leaves nothing behind.
    let open = || Folder::open(&options.out, options.durability, wrap);
    let taken = if options.out.exists() {
        Some(open()?)
    } else {
        None
    };

    if taken.is_some() {
        demand_own(options)?;
    }

    observer.phase(Phase::Checking);
    let backends = Backends::new(renderers, inspectors, &options.allowed_warnings);
    let mut census = Census::new(&backends);
    let selection = &options.selection;
    let sink = taken.as_ref().map(|folder| folder.sink.as_ref());
    let (known, survey) = beside(
        || {
            sink.map(|sink| look_through(&options.out, sink))
                .transpose()
        },
        || {
            survey(
                recipients,
                renderers,
                selection,
                observer,
                cancel,
                Some(&mut census),
            )
        },
    );
    // A wrong folder goes before a wrong register, as it did when one was read after the other.
    let mut known = known?.unwrap_or_default();
    let survey = survey?;
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
    let is_new = taken.is_none();
    let mut folder = match taken {
        Some(folder) => folder,
        None => open()?,
    };
    if let Err(error) = demand_space(&folder, &census, &backends, options, observer, cancel) {
        drop(folder);
        if is_new {
            // Nothing was made: nothing is left behind, as after a wrong register.
            let _ = std::fs::remove_dir_all(options.out.join(STATE));
            let _ = std::fs::remove_dir(&options.out);
        }
        return Err(error);
    }
    let (_, repeated) = census.renderings();
    drop(census);
    let twins = Twins::new(repeated);

    observer.phase(Phase::Making);
    let sink = Arc::clone(&folder.sink);
    let sink = sink.as_ref();
    let before = |step: Step| sink.upkeep(step.into()).map_err(io::Error::other);
    let writer = RunWriter::new(
        &options.out,
        options.durability != Durability::None,
        &before,
    );
    if let Some(has) = writer.claim(&own(options))? {
        return Err(other_campaign(options, has));
    }
    writer.begin(&begun(options))?;
    let number = number_of_run(&folder, &options.out)?;
    keep_inputs(&options.out, writer, &options.inputs)?;
    for (part, ingredients) in backends.ingredients() {
        folder.ledger.note_renderer(&part, &ingredients)?;
    }
    let making = Making {
        recipients,
        renderers,
        backends: &backends,
        twins: &twins,
        options,
        survey: &survey,
    };
    let (mut report, counts) = making.make(&mut folder, &mut known, number, observer, cancel)?;
    // Before anything is moved aside: a shorter second pass must not pass for a shorter register.
    let recorded = folder.ledger.kept()?;
    demand_all_rows(
        recipients,
        &survey.totals,
        counts,
        recorded,
        report.interrupted,
    )?;

    if !report.interrupted {
        observer.phase(Phase::SettingAside);
        let moved = set_aside_unplanned(sink, &mut folder.ledger, &known, number)?;
        report.superseded.extend(moved);
    }

    observer.phase(Phase::Closing);
    complete(&mut report, &survey.totals);
    let ledger = &folder.ledger;
    report.register = RegisterCounts {
        rows: counts.rows,
        refused_rows: counts.refused_rows,
        empty_rows: recipients.rows().empty,
    };
    let manifest = write_manifest(writer, ledger, sink, report.interrupted)?;
    (report.pages, report.bytes) = (manifest.pages, manifest.bytes);
    let lists = Lists {
        manifest: manifest.list,
        packs: write_packs(writer, ledger)?,
        mailing: write_mailing(writer, ledger)?,
    };
    for lines in [lists.packs.lines, lists.mailing.lines] {
        demand_all_rows(
            recipients,
            &survey.totals,
            counts,
            lines,
            report.interrupted,
        )?;
    }
    if !report.interrupted {
        drop_other_inputs(&options.out, &options.inputs, sink)?;
    }
    write_report(writer, &report)?;
    // Last of all, since it binds the lists.
    writer.end(&run_record(
        options,
        renderers,
        counts,
        report.interrupted,
        lists,
    ))?;
    Ok(report)
}

/// Of each row of the register comes one pack, in every list: the reading of the register, the quick
/// pass, the making and the records are counted apart, and must agree.
fn demand_all_rows(
    recipients: &dyn Recipients,
    totals: &Totals,
    counts: RecordCounts,
    recorded: u64,
    interrupted: bool,
) -> Result<(), RunError> {
    let (rows, planned) = (recipients.rows().rows, totals.packs);
    let made = counts.packs;
    let all = made == planned && planned == rows;
    if made == recorded && made == counts.rows && (all || interrupted) {
        return Ok(());
    }
    Err(RunError::NotConserved {
        rows,
        planned,
        made,
        recorded,
    })
}

/// The campaign of a run.
fn own(options: &RunOptions) -> CampaignIdentity {
    let CampaignRecord { id, title, .. } = &options.record.campaign;
    CampaignIdentity {
        id: id.clone(),
        title: title.clone(),
    }
}

fn other_campaign(options: &RunOptions, has: CampaignIdentity) -> RunError {
    RunError::OtherCampaign {
        out: options.out.clone(),
        has,
        given: options.record.campaign.id.clone(),
    }
}

/// Refuses a folder that belongs to another campaign, before anything is read.
fn demand_own(options: &RunOptions) -> Result<(), RunError> {
    match identity(&options.out)? {
        Some(has) if has.id != options.record.campaign.id => Err(other_campaign(options, has)),
        _ => Ok(()),
    }
}

/// Does two things at once, the first on a thread of its own where the system has one to give.
fn beside<A: Send, B>(first: impl Fn() -> A + Send + Sync, second: impl FnOnce() -> B) -> (A, B) {
    scope(|scope| {
        let thread = Builder::new().spawn_scoped(scope, &first);
        let second = second();
        let first = match thread {
            Ok(thread) => thread.join().unwrap_or_else(|panic| resume_unwind(panic)),
            Err(_) => first(),
        };
        (first, second)
    })
}

/// Bytes that ledger, manifest and records take for each document; measured with 840 on a run of
/// 80,000 documents, see `docs/operations.md`.
const RECORDS: u64 = 1024;

/// Bytes that stay free for the ledger and its log…
const RESERVE: u64 = 4 * 1024 * 1024;

/// …and for a batch in flight, which has no more than it has to make.
const IN_FLIGHT: u64 = 64 * 1024 * 1024;

/// No document is taken to be larger than this on average before a sample says more.
const LARGE: u64 = 1024 * 1024;

/// Nor, where an earlier run has delivered as many, to be so many times larger than those are.
const LARGER: u64 = 4;

/// Refuses to begin what will not fit on the disk. A sample is rendered only where it could matter.
fn demand_space(
    folder: &Folder,
    census: &Census<'_>,
    backends: &Backends<'_>,
    options: &RunOptions,
    observer: &dyn Observer,
    cancel: &AtomicBool,
) -> Result<(), RunError> {
    let Some(free) = folder.sink.free()? else {
        return Ok(());
    };
    let documents: u64 = census.files.values().map(|file| file.planned).sum();
    let (delivered, there) = folder.ledger.disk_bytes()?;
    let needed = |disk_bytes: u64| {
        let more = disk_bytes.saturating_sub(there);
        more + documents * RECORDS + RESERVE + more.min(IN_FLIGHT)
    };
    let large = if delivered >= documents {
        LARGE.min(LARGER * there / delivered.max(1))
    } else {
        LARGE
    };
    if documents == 0 || needed(documents * large) <= free {
        return Ok(());
    }
    observer.phase(Phase::Sampling);
    let Some(estimate) = estimate(census, backends, SAMPLE, options.jobs, cancel)? else {
        return Ok(());
    };
    // Where everything is there already, little is written, however full the disk is.
    let needed = if estimate.disk_bytes <= there {
        0
    } else {
        needed(estimate.disk_bytes)
    };
    if needed <= free {
        return Ok(());
    }
    Err(RunError::NoSpace {
        out: options.out.clone(),
        documents,
        needed,
        free,
    })
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
    report.post.clone_from(&totals.post);
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
    twins: &'a Twins,
    options: &'a RunOptions,
    survey: &'a Survey,
}

/// Packs, each with the number of its row in the register, from 1.
type Packs<'a> = Box<dyn Iterator<Item = (u64, Recipient)> + Send + 'a>;

/// Where workers take packs from.
struct Queue<'a> {
    /// Each with the number of its row, from 1.
    packs: Mutex<Packs<'a>>,
    cancel: &'a AtomicBool,
    /// Set where a worker or the writer cannot go on.
    broken: AtomicBool,
    /// Set where every pack was taken.
    empty: AtomicBool,
}

impl Queue<'_> {
    fn next(&self) -> Option<(u64, Recipient)> {
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
        known: &mut KnownPaths,
        number: i64,
        observer: &dyn Observer,
        cancel: &AtomicBool,
    ) -> Result<(Report, RecordCounts), RunError> {
        let kept = self.options.out.join(STATE).join(INPUTS);
        let queue = Queue {
            packs: Mutex::new(Box::new(
                (1..).zip(
                    self.recipients
                        .packs_kept(&kept)
                        .map_err(RunError::Register)?,
                ),
            )),
            cancel,
            broken: AtomicBool::new(false),
            empty: AtomicBool::new(false),
        };
        let jobs = self.options.jobs.max(1);
        let Folder { sink, ledger, .. } = folder;
        let sink: &dyn Sink = sink.as_ref();
        let (mut report, counts) = scope(|scope| {
            let (sender, parcels) = sync_channel(jobs);
            let writer = Writer::new(sink, ledger, known, self.options.durability, number);
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
        Ok((report, counts))
    }

    fn work(
        &self,
        queue: &Queue<'_>,
        sink: &dyn Sink,
        observer: &dyn Observer,
        sender: &SyncSender<Vec<Parcel>>,
    ) -> Result<(), RunError> {
        let attempt = || -> Result<(), RunError> {
            let register = self.recipients.register();
            let shared: &BTreeSet<String> = &self.survey.shared;
            let selection = &self.options.selection;
            let mut worker = Worker {
                planner: Planner::new(register.clone(), self.renderers, selection, shared)
                    .spread(self.survey.totals.packs > self.options.spread_above),
                register,
                backends: self.backends,
                sink,
                ledger: LedgerReader::open(&self.options.out)?,
                shapes: ShapeFingerprints::default(),
                twins: self.twins,
                paranoid: self.options.paranoid,
                noted: HashSet::new(),
                observer,
            };
            let mut started: Vec<Started> = Vec::new();
            let mut parcels: Vec<Parcel> = Vec::new();
            let (mut bytes, mut is_over) = (0, false);
            while !is_over {
                match queue.next() {
                    Some((number, recipient)) => {
                        let pack = worker.start(number, recipient)?;
                        bytes += pack.bytes();
                        started.push(pack);
                    }
                    None => is_over = true,
                }
                // What was rendered waits for others, what was not has nothing to wait for.
                let waits = bytes > 0 && bytes < JUDGED.1 && started.len() < JUDGED.0;
                if waits && !is_over {
                    continue;
                }
                bytes = 0;
                for started in started.drain(..) {
                    let parcel = worker.finish(started)?;
                    // To hand over each pack of a run in which little is to be made would cost as
                    // much as to look at it; what is to be delivered waits for nothing.
                    let urgent = parcel.delivers();
                    parcels.push(parcel);
                    if (urgent || parcels.len() >= TOGETHER)
                        && sender.send(std::mem::take(&mut parcels)).is_err()
                    {
                        is_over = true;
                        break;
                    }
                }
            }
            // Where nobody takes them the writer cannot go on, and says why.
            let _ = sender.send(parcels);
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
