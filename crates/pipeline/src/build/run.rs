//! A run from beginning to end.

use std::collections::BTreeMap;
use std::io;
use std::panic::resume_unwind;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::thread::{Builder, scope};

use raadspost_content::{Format, Inspector, Renderer};
use raadspost_run::{CampaignIdentity, CampaignRecord, RecordCounts};
use raadspost_run::{RunWriter, Step, identity};

use crate::build::folder::{Folder, look_through};
use crate::build::inputs::{drop_other_inputs, keep_inputs};
use crate::build::lists::{Lists, write_mailing, write_manifest, write_packs};
use crate::build::queue::Making;
use crate::build::record::{begun, run_record};
use crate::build::report::write_report;
use crate::build::space::demand_space;
use crate::build::superseded::set_aside_unplanned;
use crate::error::RunError;
use crate::observer::{Observer, Phase, Totals};
use crate::options::{Durability, Recipients, RunOptions};
use crate::output::Sink;
use crate::output::directory::DirectorySink;
use crate::preflight::census::Census;
use crate::preflight::survey::survey;
use crate::render::Backends;
use crate::render::single_flight::SingleFlight;
use crate::report::{RegisterCounts, Report};
use raadspost_run::names::{STATE, SUPERSEDED, UNFINISHED};

/// Makes all planned documents that are not fresh, and leaves exactly the planned documents in the
/// output folder. The order of steps is in the crate's documentation.
///
/// # Errors
/// Why the run could not be done or completed; documents delivered before remain. A refused or
/// failed document is not an error but an entry of the report. A cancelled run is not an error
/// either: [`Report::interrupted`] is set.
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

/// As [`run`], through the caller's sink: `wrap` gets the output folder's own sink. For tests that
/// make a write fail.
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
    // An existing folder is locked before the quick pass and checked in parallel; a new one is
    // created after it, so that an invalid register leaves nothing behind.
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
    // If both are wrong, report the folder.
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
            // Nothing was made: leave nothing behind, as after an invalid register.
            let _ = std::fs::remove_dir_all(options.out.join(STATE));
            let _ = std::fs::remove_dir(&options.out);
        }
        return Err(error);
    }
    let (_, repeated) = census.renderings();
    drop(census);
    let single_flight = SingleFlight::new(repeated);

    observer.phase(Phase::Making);
    let sink = Arc::clone(&folder.sink);
    let sink = sink.as_ref();
    let before = |step: Step| sink.failpoint(step.into()).map_err(io::Error::other);
    let writer = RunWriter::new(
        &options.out,
        options.durability != Durability::None,
        &before,
    );
    if let Some(has) = writer.claim(&own(options))? {
        return Err(other_campaign(options, has));
    }
    let broke_off = options.out.join(STATE).join(UNFINISHED).exists();
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
        single_flight: &single_flight,
        options,
        survey: &survey,
    };
    // Renderers outlive runs, and the quick pass made samples with them.
    let before_run = fallbacks(renderers);
    let (mut report, mut counts) =
        making.make(&mut folder, &mut known, number, observer, cancel)?;
    counts.not_meant = recipients.rows().not_meant;
    report.fallbacks = fallbacks(renderers);
    report.fallbacks.retain(|reason, count| {
        *count -= before_run.get(reason).copied().unwrap_or(0);
        *count > 0
    });
    // Before anything is superseded: an incomplete second pass must not look like a shorter
    // register.
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
        let superseded = &mut report.superseded;
        set_aside_unplanned(sink, &mut folder.ledger, &known, number, superseded)?;
        let is_changed = report.documents.made > 0 || !report.superseded.is_empty();
        if is_changed || broke_off {
            folder.ledger.prune()?;
        }
    }

    observer.phase(Phase::Closing);
    complete(&mut report, &survey.totals);
    let ledger = &folder.ledger;
    report.register = RegisterCounts {
        rows: counts.rows,
        not_meant: counts.not_meant,
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
    write_report(writer, &report, ledger)?;
    // Last, since it binds the lists.
    writer.end(&run_record(
        options,
        renderers,
        counts,
        report.interrupted,
        lists,
    ))?;
    Ok(report)
}

/// Each row of the register gives one pack in every list: reading, quick pass, making and records
/// are counted separately, and must agree.
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

/// Runs two functions in parallel, the first on its own thread if the system provides one.
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

/// Number of files that all renderers made in their slower way so far.
fn fallbacks(renderers: &[Box<dyn Renderer>]) -> BTreeMap<String, u64> {
    let mut all = BTreeMap::new();
    for (reason, count) in renderers.iter().flat_map(|renderer| renderer.fallbacks()) {
        *all.entry(reason).or_default() += count;
    }
    all
}

/// The number of this run: the first for which nothing has been superseded yet.
fn number_of_run(folder: &Folder, out: &Path) -> Result<i64, RunError> {
    loop {
        let number = folder.ledger.begin_run()?;
        if !out
            .join(STATE)
            .join(SUPERSEDED)
            .join(number.to_string())
            .exists()
        {
            return Ok(number);
        }
    }
}

/// Completes the sums of the report.
fn complete(report: &mut Report, totals: &Totals) {
    let counts = &mut report.documents;
    counts.planned = totals.documents;
    let done = counts.made + counts.fresh + counts.refused + counts.failed;
    counts.unreached = counts.planned.saturating_sub(done);
    report.packs.total = totals.packs;
}
