//! Lays out a representative sample in memory, by the same path as a run: "can be made" then holds
//! for all documents.
//!
//! A streaming pass selects the sample; it keeps a bounded number of packs, however long the
//! register is. For each shape of a document these are laid out:
//! - the first pack that has it;
//! - for each slot, the packs with the longest value (characters), the widest one, that with the
//!   most lines, and those with the widest word, the widest first word, the widest last word, and
//!   the widest word that no hyphenation can part;
//! - the packs with the most text in all slots together;
//! - for each slot, a pack for every sign (neither letter nor digit) that begins a value, that ends
//!   one, and that occurs in one;
//! - for each document, a pack for every character that occurs in a value.
//!
//! Cheap measures are taken of every row instead: characters that no font has
//! ([`glyphs`](crate::glyphs)), and whether the address certainly fits its window
//! ([`Renderer::surely_fits`]); a row in doubt is laid out.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{Builder, scope};

use raadspost_content::{
    Fingerprint, Format, INSPECTION_FAULT, Inspector, PackDocument, Place, Renderer, panic_text,
};

use crate::error::RunError;
use crate::freshness::ShapeFingerprints;
use crate::observer::{Failure, Observer, Phase, Totals};
use crate::options::{Recipients, Selection};
use crate::output::SinkError;
use crate::output::path::OutputPath;
use crate::plan::PackPlan;
use crate::preflight::survey::{Tally, survey};
use crate::render::STACK;
use crate::render::{Backends, Compared, RenderOutcome, in_memory};

/// Options of [`check`].
#[derive(Debug, Clone, Default)]
pub struct CheckOptions {
    /// The selected documents.
    pub selection: Selection,
    /// Number of threads for layout; at least 1.
    pub jobs: usize,
    /// Codes of allowed warnings.
    pub allowed_warnings: BTreeSet<String>,
    /// The only format of which documents are laid out; `None` for all.
    pub format: Option<Format>,
    /// Which of the packs laid out are compared with their plain rendering.
    pub compared: Compared,
}

/// The result of [`check`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Checked {
    /// The counts of the quick pass.
    pub totals: Totals,
    /// Number of packs laid out in memory.
    pub laid_out_packs: u64,
    /// Number of documents laid out in memory.
    pub laid_out_documents: u64,
    /// Number of them that cannot be made.
    pub failed: u64,
    /// Number of shapes of documents that were not laid out because of the limit.
    pub shapes_left_out: u64,
    /// Number of packs whose address may not fit its window and that were not laid out because of
    /// the limit.
    pub packs_left_in_doubt: u64,
}

/// Maximum number of shapes of documents laid out; of others only the values are measured. A
/// campaign has some dozens; overrides or house styles for hundreds of councils make more.
const SHAPES: usize = 512;

/// Number of packs of a shape kept for having the most text.
const LARGEST: usize = 4;

/// Number of failed packs of a shape after which others are assumed to fail as well.
const IN_VAIN: u64 = 3;

/// Maximum number of packs laid out because a measured value may not fit.
const DOUBTFUL: usize = 4096;

/// Maximum number of packs waiting for layout.
const WAITING: usize = 32;

/// A pack to lay out.
pub(crate) struct Sample {
    code: String,
    /// Number of its row in the register.
    at: u64,
    place: Place,
    documents: Vec<PackDocument>,
    paths: Vec<OutputPath>,
    /// Whether it may be skipped if others of its shapes have failed.
    alike: bool,
    /// The shapes of its documents that are not members of a collection of the pack.
    shapes: Vec<Fingerprint>,
}

/// The maximum of a measure, with its pack.
#[derive(Default)]
struct Extreme {
    measure: u32,
    sample: Option<Arc<Sample>>,
}

/// Number of measures of a value.
const MEASURES: usize = 7;

/// A shape, with the packs that represent it.
#[derive(Default)]
struct Known {
    slots: Vec<([Extreme; MEASURES], Signs)>,
    /// The packs with the most text, in descending order.
    largest: Vec<(u64, Arc<Sample>)>,
    first: Option<Arc<Sample>>,
}

/// Set of code points, one bit each.
struct Met(Vec<u64>);

impl Default for Met {
    fn default() -> Self {
        Self(vec![0; 0x11_0000 / 64])
    }
}

impl Met {
    /// Inserts a code point; returns whether it is new.
    fn is_new(&mut self, c: char) -> bool {
        let (word, bit) = (c as usize / 64, 1 << (c as usize % 64));
        let is_new = self.0[word] & bit == 0;
        self.0[word] |= bit;
        is_new
    }
}

/// The signs (neither letter nor digit) in a slot's values: those that begin a value, those that
/// end one, and all. Their positions affect line breaking and the text of links.
#[derive(Default)]
struct Signs([BTreeSet<char>; 3]);

impl Signs {
    /// Adds a value; returns whether it has a sign in a new position.
    fn are_new(&mut self, text: &str) -> bool {
        let Self([first, last, all]) = self;
        let mut is_new = false;
        let mut note = |c: char, met: &mut BTreeSet<char>| {
            is_new |= !c.is_alphanumeric() && met.insert(c);
        };
        text.chars().for_each(|c| note(c, all));
        text.chars().next().into_iter().for_each(|c| note(c, first));
        text.chars()
            .next_back()
            .into_iter()
            .for_each(|c| note(c, last));
        is_new
    }
}

/// Selects the sample.
struct Sampler<'a> {
    /// The only format to lay out.
    format: Option<Format>,
    renderers: &'a [Box<dyn Renderer>],
    register: String,
    fingerprints: ShapeFingerprints,
    shapes: HashMap<(Format, Fingerprint), Known>,
    /// Shapes beyond [`SHAPES`].
    beyond: HashSet<Fingerprint>,
    characters: BTreeMap<(String, Format), Met>,
    /// For new characters, in register order.
    wanted: BTreeMap<u64, Arc<Sample>>,
    /// How many packs there were.
    packs: u64,
    /// The channel for packs in doubt…
    doubtful: SyncSender<Arc<Sample>>,
    /// …and the number sent.
    sent: usize,
    /// How many were too many.
    left_in_doubt: u64,
}

impl Tally for Sampler<'_> {
    fn add(&mut self, plan: &PackPlan) -> Result<(), RunError> {
        self.packs += 1;
        let at = self.packs;
        let wanted = |format| self.format.is_none_or(|only| only == format);
        let jobs = plan.jobs.iter();
        let jobs: Vec<_> = jobs
            .filter(|job| job.selected && wanted(job.document.format))
            .collect();
        if jobs.is_empty() {
            return Ok(());
        }
        let collected = |id: &str| {
            jobs.iter().any(|job| {
                let members = job.document.shape.members();
                members.iter().any(|member| member.document == id)
            })
        };
        // A collection shows all values of its members, and is laid out with them.
        let tops: Vec<&PackDocument> = jobs
            .iter()
            .map(|job| &job.document)
            .filter(|document| document.format == Format::Docx || !collected(&document.document))
            .collect();
        let shapes: Vec<Fingerprint> = tops
            .iter()
            .map(|document| self.fingerprints.get(&document.shape))
            .collect();
        let sample = Once::new(|| {
            Arc::new(Sample {
                code: plan.code.clone(),
                at,
                place: plan.place(&self.register),
                documents: jobs.iter().map(|job| job.document.clone()).collect(),
                paths: jobs.iter().map(|job| job.path.clone()).collect(),
                alike: true,
                shapes: shapes.clone(),
            })
        });
        // Letters that may not fit their window; a collection that contains one of them is not laid
        // out separately.
        let in_doubt: Vec<usize> = (0..jobs.len())
            .filter(|at| {
                let document = &jobs[*at].document;
                let members = document.shape.members();
                let has_member = jobs.iter().any(|job| {
                    members
                        .iter()
                        .any(|member| member.document == job.document.document)
                });
                !has_member && !self.fits(document)
            })
            .collect();
        for (document, shape) in tops.iter().zip(&shapes) {
            let renderer = self
                .renderers
                .iter()
                .find(|renderer| renderer.format() == document.format)
                .ok_or(RunError::NoRenderer(document.format))?;
            let flat = document.values.flat();
            let id = (document.document.clone(), document.format);
            let met = self.characters.entry(id).or_default();
            let mut is_new = false;
            for c in flat.iter().flat_map(|text| text.chars()) {
                is_new |= met.is_new(c);
            }
            if is_new {
                self.wanted.entry(at).or_insert_with(|| sample.get());
            }

            let key = (document.format, *shape);
            if !self.shapes.contains_key(&key) && self.shapes.len() >= SHAPES {
                self.beyond.insert(*shape);
                continue;
            }
            let known = self.shapes.entry(key).or_default();
            known.first.get_or_insert_with(|| sample.get());
            // Word files have no pages, so no value is too long for them.
            if document.format != Format::Pdf {
                continue;
            }
            known.slots.resize_with(flat.len(), Default::default);
            let mut all = 0;
            for (text, (extremes, signs)) in flat.iter().zip(&mut known.slots) {
                if signs.are_new(text) {
                    self.wanted.entry(at).or_insert_with(|| sample.get());
                }
                let measures = measures(text, renderer.as_ref());
                all += u64::from(measures[1]);
                for (measure, extreme) in measures.into_iter().zip(extremes) {
                    if measure > extreme.measure {
                        *extreme = Extreme {
                            measure,
                            sample: Some(sample.get()),
                        };
                    }
                }
            }
            let least = known.largest.last().map(|(least, _)| *least);
            if known.largest.len() < LARGEST || least.is_some_and(|least| all > least) {
                let at = known.largest.partition_point(|(other, _)| *other >= all);
                known.largest.insert(at, (all, sample.get()));
                known.largest.truncate(LARGEST);
            }
        }
        if !in_doubt.is_empty() {
            if self.sent >= DOUBTFUL {
                self.left_in_doubt += 1;
                return Ok(());
            }
            self.sent += 1;
            // Its own values are in doubt, so it is laid out even if others failed.
            let of = |index: &usize| jobs[*index];
            let sample = Sample {
                code: plan.code.clone(),
                at,
                place: plan.place(&self.register),
                documents: in_doubt.iter().map(|at| of(at).document.clone()).collect(),
                paths: in_doubt.iter().map(|at| of(at).path.clone()).collect(),
                alike: false,
                shapes: Vec::new(),
            };
            // If the receiver is gone, the workers have ended and report why.
            let _ = self.doubtful.send(Arc::new(sample));
        }
        Ok(())
    }
}

impl Sampler<'_> {
    /// Whether the measured values of a document certainly fit.
    fn fits(&self, document: &PackDocument) -> bool {
        let mut renderers = self.renderers.iter();
        let renderer = renderers.find(|renderer| renderer.format() == document.format);
        renderer.is_none_or(|renderer| renderer.surely_fits(&document.shape, &document.values))
    }

    /// The representative packs without duplicates, the first of each shape before all others.
    fn chosen(self) -> Vec<Arc<Sample>> {
        let Self { shapes, wanted, .. } = self;
        let mut first = BTreeMap::new();
        let mut others = wanted;
        for known in shapes.into_values() {
            first.extend(known.first.map(|sample| (sample.at, sample)));
            let largest = known.largest.into_iter().map(|(_, sample)| sample);
            let extremes = known.slots.into_iter().flat_map(|(extremes, _)| extremes);
            let extremes = extremes.filter_map(|extreme| extreme.sample);
            others.extend(largest.chain(extremes).map(|sample| (sample.at, sample)));
        }
        others.retain(|at, _| !first.contains_key(at));
        first.into_values().chain(others.into_values()).collect()
    }
}

/// A value computed on first use.
struct Once<T, F> {
    made: std::cell::RefCell<Option<T>>,
    make: F,
}

impl<T: Clone, F: Fn() -> T> Once<T, F> {
    fn new(make: F) -> Self {
        Self {
            made: std::cell::RefCell::new(None),
            make,
        }
    }

    fn get(&self) -> T {
        self.made
            .borrow_mut()
            .get_or_insert_with(|| (self.make)())
            .clone()
    }
}

/// Characters, width, lines, and the widths of the widest word, the first, the last, and the widest
/// word without a hyphenation point.
fn measures(text: &str, renderer: &dyn Renderer) -> [u32; MEASURES] {
    let (mut characters, mut width, mut lines) = (0, 0, u32::from(!text.is_empty()));
    let (mut widest, mut first, mut last, mut whole) = (0, None, 0, 0);
    let (mut word, mut is_whole) = (0, false);
    let mut end = |word: u32, is_whole: bool| {
        widest = word.max(widest);
        first.get_or_insert(word);
        last = word;
        if is_whole {
            whole = word.max(whole);
        }
    };
    for c in text.chars() {
        let advance = u32::from(renderer.advance(c));
        characters += 1;
        width += advance;
        lines += u32::from(c == '\n');
        if c.is_whitespace() {
            end(word, is_whole);
            (word, is_whole) = (0, false);
        } else {
            word += advance;
            is_whole |= !c.is_alphabetic();
        }
    }
    end(word, is_whole);
    [
        characters,
        width,
        lines,
        widest,
        first.unwrap_or(0),
        last,
        whole,
    ]
}

/// Counts of the layout.
#[derive(Default)]
struct Laid {
    packs: AtomicU64,
    documents: AtomicU64,
    /// The paths of the documents that cannot be made.
    failed: Mutex<HashSet<String>>,
    /// Number of failed packs by shape.
    in_vain: Mutex<HashMap<Fingerprint, u64>>,
    /// A fault of an inspector; the check stops.
    fault: Mutex<Option<RunError>>,
}

/// Runs the quick pass and lays out the sample in memory; writes nothing. The observer is told
/// every mistake.
///
/// # Errors
/// The register cannot be read, the selection contains unknown names, or an inspector reports a
/// fault in itself.
pub fn check(
    recipients: &dyn Recipients,
    renderers: &[Box<dyn Renderer>],
    inspectors: &[(Format, Box<dyn Inspector>)],
    options: &CheckOptions,
    observer: &dyn Observer,
    cancel: &AtomicBool,
) -> Result<Checked, RunError> {
    observer.phase(Phase::Checking);
    let backends =
        Backends::new(renderers, inspectors, &options.allowed_warnings).comparing(options.compared);
    let laid = Laid::default();
    let jobs = options.jobs.max(1);
    let (sender, waiting) = sync_channel(WAITING);
    let waiting = Mutex::new(waiting);
    let (survey, left_out) = scope(|scope| {
        let mut workers = Vec::with_capacity(jobs);
        for _ in 0..jobs {
            let (waiting, backends, laid) = (&waiting, &backends, &laid);
            // Layout engines may recurse deeper than a thread's default stack allows.
            let work = move || lay_out_all(waiting, backends, laid, observer, cancel);
            let worker = Builder::new().stack_size(STACK).spawn_scoped(scope, work);
            workers.push(worker.map_err(|source| SinkError {
                action: "start a thread for",
                path: "the sample".into(),
                source,
            })?);
        }
        let mut sampler = Sampler {
            format: options.format,
            renderers,
            register: recipients.register(),
            fingerprints: ShapeFingerprints::default(),
            shapes: HashMap::new(),
            beyond: HashSet::new(),
            characters: BTreeMap::new(),
            wanted: BTreeMap::new(),
            packs: 0,
            doubtful: sender.clone(),
            sent: 0,
            left_in_doubt: 0,
        };
        let surveyed = survey(
            recipients,
            renderers,
            &options.selection,
            observer,
            cancel,
            Some(&mut sampler),
        );
        let left_out = (sampler.beyond.len() as u64, sampler.left_in_doubt);
        let goes_on = surveyed.as_ref().is_ok_and(|survey| !survey.interrupted);
        if goes_on {
            observer.phase(Phase::Sampling);
            for sample in sampler.chosen() {
                if cancel.load(Ordering::Relaxed) || sender.send(sample).is_err() {
                    break;
                }
            }
        } else {
            drop(sampler);
        }
        // The workers end when the channel is closed.
        drop(sender);
        for worker in workers {
            worker
                .join()
                .map_err(|panic| RunError::Panic(panic_text(&*panic)))?;
        }
        surveyed.map(|survey| (survey, left_out))
    })?;
    let Laid {
        packs,
        documents,
        failed,
        fault,
        ..
    } = laid;
    if let Some(fault) = fault.into_inner().unwrap_or_else(PoisonError::into_inner) {
        return Err(fault);
    }
    Ok(Checked {
        totals: survey.totals,
        laid_out_packs: packs.into_inner(),
        laid_out_documents: documents.into_inner(),
        failed: failed
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner)
            .len() as u64,
        shapes_left_out: left_out.0,
        packs_left_in_doubt: left_out.1,
    })
}

fn lay_out_all(
    waiting: &Mutex<Receiver<Arc<Sample>>>,
    backends: &Backends<'_>,
    laid: &Laid,
    observer: &dyn Observer,
    cancel: &AtomicBool,
) {
    let mut shapes = ShapeFingerprints::default();
    loop {
        let next = waiting
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .recv();
        let Ok(sample) = next else { return };
        let broken = || {
            let fault = laid.fault.lock().unwrap_or_else(PoisonError::into_inner);
            fault.is_some()
        };
        // Drain the queue, so that the sender does not wait for ever.
        if cancel.load(Ordering::Relaxed) || broken() {
            continue;
        }
        lay_out(&sample, backends, &mut shapes, laid, observer);
    }
}

/// Lays out a pack, and reports which of its documents cannot be made.
fn lay_out(
    sample: &Sample,
    backends: &Backends<'_>,
    shapes: &mut ShapeFingerprints,
    laid: &Laid,
    observer: &dyn Observer,
) {
    let in_vain = || laid.in_vain.lock().unwrap_or_else(PoisonError::into_inner);
    if sample.alike {
        let in_vain = in_vain();
        let failed = |shape: &Fingerprint| in_vain.get(shape).is_some_and(|n| *n >= IN_VAIN);
        if sample.shapes.iter().all(failed) {
            return;
        }
    }
    laid.packs.fetch_add(1, Ordering::Relaxed);
    let outcomes = in_memory(&sample.documents, backends, shapes);
    for ((document, path), outcome) in sample.documents.iter().zip(&sample.paths).zip(outcomes) {
        laid.documents.fetch_add(1, Ordering::Relaxed);
        let reasons = match outcome {
            RenderOutcome::Made(_) => continue,
            RenderOutcome::Withheld => Vec::new(),
            RenderOutcome::Failed(reasons) => reasons,
        };
        *in_vain().entry(shapes.get(&document.shape)).or_default() += 1;
        // A pack in doubt may also be in the sample.
        let is_new = {
            let mut failed = laid.failed.lock().unwrap_or_else(PoisonError::into_inner);
            failed.insert(path.as_str().to_owned())
        };
        if !is_new {
            continue;
        }
        let fault = reasons
            .iter()
            .find(|reason| reason.code == INSPECTION_FAULT);
        if let Some(fault) = fault {
            let mut first = laid.fault.lock().unwrap_or_else(PoisonError::into_inner);
            first.get_or_insert_with(|| RunError::Inspection {
                code: sample.code.clone(),
                file: document.file.clone(),
                message: fault.message.clone(),
            });
            return;
        }
        for reason in &reasons {
            observer.failed(&Failure {
                document,
                path,
                row: &sample.place,
                reason,
            });
        }
    }
}
