//! Estimates a run before anything is made: counts from the quick pass, and sizes from a sample
//! rendered in memory.
//!
//! The sample has municipalities of every kind of pack, chosen by a digest of their codes, and in
//! addition the one with the longest values of each kind, which shows whether a letter may have a
//! page more than the others.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use raadspost_content::{Format, Inspector, PackDocument, Renderer, panic_text};
use serde::Serialize;

use crate::error::RunError;
use crate::freshness::ShapeFingerprints;
use crate::observer::{Observer, Phase, Totals};
use crate::options::{Recipients, Selection};
use crate::output::directory::DirectorySink;
use crate::output::{Sink, SinkError};
use crate::plan::post::PostCounts;
use crate::preflight::census::{Census, FileCount, Group, PER_GROUP, Sample};
use crate::preflight::survey::survey;
use crate::render::{Backends, RenderOutcome, in_memory};

/// Block size of the disk in bytes: a file takes a whole number of blocks; usual for ext4, APFS and
/// NTFS.
const BLOCK: u64 = 4096;

/// Default number of packs in the sample.
pub const SAMPLE: usize = 24;

/// Options of [`forecast`].
#[derive(Debug, Clone)]
pub struct ForecastOptions {
    /// The selected documents.
    pub selection: Selection,
    /// Number of threads assumed.
    pub jobs: usize,
    /// Number of packs in the sample; at least one of each kind of pack.
    pub sample: usize,
    /// Codes of allowed warnings.
    pub allowed_warnings: BTreeSet<String>,
}

/// The estimate of a run.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Forecast {
    /// Packs in the register.
    pub packs: u64,
    /// Packs with a selected document.
    pub selected_packs: u64,
    /// Selected documents, including refused ones.
    pub documents: u64,
    /// Selected documents that a rule refuses.
    pub refused: u64,
    /// Number of distinct renderings of the others; equal documents are rendered once.
    pub renderings: u64,
    /// Kinds of pack: groups of municipalities with the same shapes.
    pub kinds: u64,
    /// By file name.
    pub files: BTreeMap<String, FileCount>,
    /// Posted documents, and documents that are made but not posted.
    pub post: PostCounts,
    /// Sizes and times; `None` if there is nothing to make.
    pub estimate: Option<Estimate>,
}

/// Sizes and times, estimated from a sample.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Estimate {
    /// Basis of the figures, in words.
    pub basis: String,
    /// Number of packs rendered.
    pub sampled_packs: u64,
    /// Number of documents of the sample that could not be made; a run would fail at them.
    pub failed: u64,
    /// Pages of all PDF files.
    pub pages: u64,
    /// Bytes of all files.
    pub bytes: u64,
    /// Their size on the disk, in whole blocks of 4 KiB.
    pub disk_bytes: u64,
    /// Seconds on one thread.
    pub cpu_seconds: f64,
    /// Seconds on all threads, assuming linear scaling.
    pub seconds: f64,
    /// Distribution of letters by number of pages.
    pub letters: Vec<LetterCount>,
    /// Pages of the letters with the longest values, if they exceed those of all other letters of
    /// the sample.
    pub longest: Vec<LetterPages>,
}

/// Pages of one letter as mailed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct LetterPages {
    /// Pages of each file in the envelope.
    pub together: Vec<u32>,
    /// Pages of each document, if annexes are printed on other paper.
    pub apart: Vec<u32>,
}

/// Number of letters with these pages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LetterCount {
    /// The pages.
    pub pages: LetterPages,
    /// How many letters.
    pub packs: u64,
}

/// Estimates a run; writes nothing.
///
/// # Errors
/// The register cannot be read, or the selection contains unknown names.
pub fn forecast(
    recipients: &dyn Recipients,
    renderers: &[Box<dyn Renderer>],
    inspectors: &[(Format, Box<dyn Inspector>)],
    options: &ForecastOptions,
    observer: &dyn Observer,
    cancel: &AtomicBool,
) -> Result<Forecast, RunError> {
    observer.phase(Phase::Checking);
    let backends = Backends::new(renderers, inspectors, &options.allowed_warnings);
    let mut census = Census::new(&backends);
    let selection = &options.selection;
    let survey = survey(
        recipients,
        renderers,
        selection,
        observer,
        cancel,
        Some(&mut census),
    )?;
    // If the register was not read to its end no estimate is made, so nothing is rendered.
    let estimate = if survey.interrupted {
        None
    } else {
        observer.phase(Phase::Sampling);
        estimate(&census, &backends, options.sample, options.jobs, cancel)?
    };
    let (renderings, _) = census.renderings();
    let Totals {
        packs,
        selected_packs,
        documents,
        refused,
        post,
        errors: _,
        warnings: _,
    } = survey.totals;
    Ok(Forecast {
        packs,
        selected_packs,
        documents,
        refused,
        renderings,
        kinds: census.groups.len() as u64,
        files: census.files,
        post,
        estimate,
    })
}

/// One pack of a sample.
struct Sampled {
    pages: u64,
    bytes: u64,
    disk_bytes: u64,
    failed: u64,
    took: Duration,
    letters: Vec<LetterPages>,
}

/// Sums over all packs; fractions of pages and bytes are kept until the end.
#[derive(Default)]
struct Sums {
    sampled: u64,
    failed: u64,
    pages: f64,
    bytes: f64,
    disk_bytes: f64,
    seconds: f64,
    letters: BTreeMap<LetterPages, f64>,
    longest: BTreeSet<LetterPages>,
    /// Number of packs of sampled kinds, and of others.
    known: f64,
    unknown: f64,
}

/// Renders a sample, and extrapolates to all packs. Kinds not reached before `cancel` was set are
/// assumed to be like the others.
///
/// # Errors
/// No thread can be started.
pub(crate) fn estimate(
    census: &Census<'_>,
    backends: &Backends<'_>,
    sample: usize,
    jobs: usize,
    cancel: &AtomicBool,
) -> Result<Option<Estimate>, RunError> {
    let groups: Vec<&Group> = census.groups.values().collect();
    if groups.is_empty() {
        return Ok(None);
    }
    // Layout engines may recurse deeper than the main thread's stack allows.
    let sums = std::thread::scope(|scope| {
        let work = || sample_all(&groups, backends, sample.max(1), cancel);
        let worker = std::thread::Builder::new()
            .stack_size(crate::render::STACK)
            .spawn_scoped(scope, work);
        let worker = worker.map_err(|source| SinkError {
            action: "start a thread for",
            path: "the sample".into(),
            source,
        })?;
        worker
            .join()
            .map_err(|panic| RunError::Panic(panic_text(&*panic)))
    })?;
    // A kind that was not sampled is assumed to be like the others.
    let scale = 1.0 + sums.unknown / sums.known.max(1.0);
    let seconds = sums.seconds * scale;
    Ok(Some(Estimate {
        basis: format!("a sample of {} packs rendered in memory", sums.sampled),
        sampled_packs: sums.sampled,
        failed: sums.failed,
        pages: whole(sums.pages * scale),
        bytes: whole(sums.bytes * scale),
        disk_bytes: whole(sums.disk_bytes * scale),
        cpu_seconds: seconds,
        seconds: seconds / jobs.max(1) as f64,
        longest: sums
            .longest
            .iter()
            .filter(|pages| !sums.letters.contains_key(*pages))
            .cloned()
            .collect(),
        letters: sums
            .letters
            .into_iter()
            .map(|(pages, packs)| LetterCount {
                pages,
                packs: whole(packs * scale),
            })
            .collect(),
    }))
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a sum of counts, never negative and far below the limit"
)]
fn whole(number: f64) -> u64 {
    number.round() as u64
}

/// Renders some packs of each group, large groups first if the sample is smaller than the number of
/// groups.
fn sample_all(
    groups: &[&Group],
    backends: &Backends<'_>,
    sample: usize,
    cancel: &AtomicBool,
) -> Sums {
    let mut order: Vec<&&Group> = groups.iter().collect();
    order.sort_by_key(|group| std::cmp::Reverse(group.packs));
    let each = (sample / order.len()).clamp(1, PER_GROUP);
    let mut sums = Sums::default();
    for (at, group) in order.into_iter().enumerate() {
        let packs = group.packs as f64;
        if (at >= sample && at > 0) || cancel.load(Ordering::Relaxed) {
            sums.unknown += packs;
            continue;
        }
        sums.known += packs;
        let mut shapes = ShapeFingerprints::default();
        let sampled: Vec<Sampled> = group
            .sample
            .values()
            .take(each)
            .map(|sample| render(sample, backends, &mut shapes))
            .collect();
        // The first pack of a kind fills the caches for the others.
        let timed = if sampled.len() > 1 {
            &sampled[1..]
        } else {
            &sampled
        };
        let mean = |of: &dyn Fn(&Sampled) -> f64, all: &[Sampled]| {
            all.iter().map(of).sum::<f64>() / all.len().max(1) as f64
        };
        sums.sampled += sampled.len() as u64;
        sums.failed += sampled.iter().map(|one| one.failed).sum::<u64>();
        sums.pages += packs * mean(&|one| one.pages as f64, &sampled);
        sums.bytes += packs * mean(&|one| one.bytes as f64, &sampled);
        sums.disk_bytes += packs * mean(&|one| one.disk_bytes as f64, &sampled);
        sums.seconds += packs * mean(&|one| one.took.as_secs_f64(), timed);
        let share = packs / sampled.len().max(1) as f64;
        for letter in sampled.iter().flat_map(|one| one.letters.clone()) {
            *sums.letters.entry(letter).or_default() += share;
        }
        let longest = group.longest.as_ref().filter(|_| group.packs > 1);
        if let Some((_, sample)) = longest {
            sums.longest
                .extend(render(sample, backends, &mut shapes).letters);
        }
    }
    sums
}

#[expect(
    clippy::disallowed_methods,
    reason = "the plan estimates the time of a run"
)]
fn render(sample: &Sample, backends: &Backends<'_>, shapes: &mut ShapeFingerprints) -> Sampled {
    let documents = &sample.documents;
    let started = Instant::now();
    let made = in_memory(documents, backends, shapes);
    let took = started.elapsed();
    let mut sampled = Sampled {
        pages: 0,
        bytes: 0,
        disk_bytes: 0,
        failed: 0,
        took,
        letters: Vec::new(),
    };
    let mut pages: Vec<Option<u32>> = Vec::with_capacity(documents.len());
    for outcome in made {
        let RenderOutcome::Made(rendition) = outcome else {
            sampled.failed += 1;
            pages.push(None);
            continue;
        };
        let bytes = rendition.bytes.len() as u64;
        sampled.pages += u64::from(rendition.pages.unwrap_or(0));
        sampled.bytes += bytes;
        sampled.disk_bytes += blocks(bytes);
        pages.push(rendition.pages);
    }
    let letter = |envelope: &Vec<String>| letter(documents, &pages, envelope);
    sampled.letters = sample.envelopes.iter().filter_map(letter).collect();
    sampled
}

/// The size of a file on the disk, in whole blocks.
pub(crate) fn blocks(bytes: u64) -> u64 {
    bytes.div_ceil(BLOCK) * BLOCK
}

/// The pages of the contents of an envelope; `None` if one of its documents was not made.
fn letter(
    documents: &[PackDocument],
    pages: &[Option<u32>],
    envelope: &[String],
) -> Option<LetterPages> {
    let find = |id: &str| {
        let mut all = documents.iter().zip(pages);
        let found = all.find(|(one, _)| one.document == id && one.format == Format::Pdf);
        found.and_then(|(document, pages)| Some((document, (*pages)?)))
    };
    let mut letter = LetterPages {
        together: Vec::new(),
        apart: Vec::new(),
    };
    for id in envelope {
        let (document, pages) = find(id)?;
        letter.together.push(pages);
        let members = document.shape.members();
        if members.is_empty() {
            letter.apart.push(pages);
        }
        let found = members.iter().filter_map(|shape| find(&shape.document));
        letter.apart.extend(found.map(|(_, pages)| pages));
    }
    Some(letter)
}

/// Number of free bytes on the disk of a folder, or of its nearest existing parent; `None` if
/// unknown.
pub fn free_space(out: &std::path::Path) -> Option<u64> {
    let absolute = std::path::absolute(out).ok()?;
    let there = absolute.ancestors().find(|folder| folder.is_dir())?;
    DirectorySink::reading(there).free().ok().flatten()
}
