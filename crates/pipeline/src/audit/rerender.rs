//! Renders documents of a finished run again from its kept inputs, and compares them with the
//! delivered files byte for byte.

use std::collections::{BTreeSet, BinaryHeap};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};

use raadspost_content::{Diagnostic, Diagnostics, Fingerprint, Format, Inspector, Place, Renderer};
use serde::Serialize;

use crate::error::RunError;
use crate::freshness::{ShapeFingerprints, short};
use crate::ledger::LedgerReader;
use crate::observer::{Observer, Phase};
use crate::options::{Recipients, SPREAD_ABOVE, Selection};
use crate::plan::Planner;
use crate::preflight::survey::survey;
use crate::render::{Backends, RenderOutcome, in_memory};

/// Which documents are made again.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Sampling {
    /// All.
    All,
    /// This share of all documents, in hundredths; at least one.
    Percent(f64),
    /// So many.
    Number(u64),
}

/// Options of [`rerender`].
#[derive(Debug, Clone)]
pub struct RerenderOptions {
    /// The folder of the run.
    pub out: PathBuf,
    /// The documents to render again, chosen by a digest of their paths: the same each time.
    pub sampling: Sampling,
    /// Codes of allowed warnings.
    pub allowed_warnings: BTreeSet<String>,
    /// Above this number of packs, folders are spread by code.
    pub spread_above: u64,
}

impl RerenderOptions {
    /// All documents in `out`.
    pub fn new(out: impl Into<PathBuf>) -> Self {
        Self {
            out: out.into(),
            sampling: Sampling::All,
            allowed_warnings: BTreeSet::new(),
            spread_above: SPREAD_ABOVE,
        }
    }
}

/// The result of [`rerender`].
#[derive(Debug, Clone, Default, Serialize)]
pub struct Rerendered {
    /// Documents of the run.
    pub documents: u64,
    /// Documents that were chosen.
    pub chosen: u64,
    /// Number of byte-identical documents.
    pub equal: u64,
    /// An error for every other document, with its path.
    #[serde(skip)]
    pub faults: Diagnostics,
}

/// Renders documents again and compares them; `recipients` and `renderers` come from the kept
/// inputs of the run.
///
/// # Errors
/// There is no run, or the kept register cannot be read.
pub fn rerender(
    recipients: &dyn Recipients,
    renderers: &[Box<dyn Renderer>],
    inspectors: &[(Format, Box<dyn Inspector>)],
    options: &RerenderOptions,
    observer: &dyn Observer,
    cancel: &AtomicBool,
) -> Result<Rerendered, RunError> {
    let ledger = LedgerReader::open_finished(&options.out)?;
    let mut rerendered = Rerendered::default();
    let least = choose(&ledger, options.sampling, &mut rerendered)?;
    observer.phase(Phase::Checking);
    let selection = Selection::default();
    let surveyed = survey(recipients, renderers, &selection, observer, cancel, None)?;
    observer.phase(Phase::Making);
    let backends = Backends::new(renderers, inspectors, &options.allowed_warnings);
    let mut planner = Planner::new(
        recipients.register(),
        renderers,
        &selection,
        &surveyed.shared,
    )
    .spread(surveyed.totals.packs > options.spread_above);
    let mut shapes = ShapeFingerprints::default();
    let mut met = 0;
    for recipient in recipients.packs().map_err(RunError::Register)? {
        if cancel.load(Ordering::Relaxed) {
            break;
        }
        let plan = planner.plan(recipient)?;
        let mut documents = Vec::new();
        let mut delivered = Vec::new();
        for job in &plan.jobs {
            for path in [job.path.clone(), job.path.held()] {
                if rank(path.as_str()) > least {
                    continue;
                }
                if let Some(row) = ledger.row(&path)? {
                    delivered.push((path, row));
                    documents.push(job.document.clone());
                }
            }
        }
        if documents.is_empty() {
            continue;
        }
        let outcomes = in_memory(&documents, &backends, &mut shapes);
        for ((path, row), outcome) in delivered.into_iter().zip(outcomes) {
            met += 1;
            let fault = match outcome {
                RenderOutcome::Made(made) => {
                    let same = Fingerprint::of(&made.bytes) == row.sha256;
                    rerendered.equal += u64::from(same);
                    (!same).then(|| "rendered again, it has other bytes".to_owned())
                }
                RenderOutcome::Failed(reasons) => Some(format!(
                    "it cannot be rendered again: {}",
                    reasons
                        .first()
                        .map_or("no reason", |reason| &reason.message)
                )),
                RenderOutcome::Withheld => Some("it cannot be rendered again".to_owned()),
            };
            rerendered
                .faults
                .extend(fault.map(|fault| different(path.as_str(), fault)));
        }
    }
    if met < rerendered.chosen && !cancel.load(Ordering::Relaxed) {
        let missing = rerendered.chosen - met;
        rerendered.faults.push(
            Diagnostic::error(
                "not-planned",
                format!("the kept inputs give no plan for {missing} of the documents"),
            )
            .hint("run `raadspost status` to see which"),
        );
    }
    Ok(rerendered)
}

fn different(path: &str, message: String) -> Diagnostic {
    Diagnostic::error("rerender-different", message).at(Place::File(path.to_owned()))
}

fn rank(path: &str) -> u64 {
    short(&Fingerprint::of(path.as_bytes()))
}

/// Counts the documents, and returns the highest rank in the sample.
fn choose(
    ledger: &LedgerReader,
    sampling: Sampling,
    rerendered: &mut Rerendered,
) -> Result<u64, RunError> {
    let mut documents = 0_u64;
    ledger.each(|_| {
        documents += 1;
        Ok(())
    })?;
    rerendered.documents = documents;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a share of a count, rounded down"
    )]
    let number = match sampling {
        Sampling::All => documents,
        Sampling::Percent(share) => ((documents as f64 * share / 100.0).ceil() as u64).max(1),
        Sampling::Number(number) => number,
    }
    .min(documents);
    rerendered.chosen = number;
    if number == documents {
        return Ok(u64::MAX);
    }
    let mut least = BinaryHeap::new();
    let size = usize::try_from(number).unwrap_or(usize::MAX);
    ledger.each(|line| {
        least.push(rank(line.path));
        if least.len() > size {
            least.pop();
        }
        Ok(())
    })?;
    Ok(least.peek().copied().unwrap_or(0))
}
