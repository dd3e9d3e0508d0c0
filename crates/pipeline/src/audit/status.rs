//! Compares a finished run with the current campaign: which documents are out of date, and which
//! field, paragraph, template or font is the reason.
//!
//! Only digests are compared. With [`StatusOptions::render`], the new version of each outdated
//! document is rendered in memory too, so that both can be compared.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};

use raadspost_content::{
    Diagnostics, Format, Inspector, Outline, PackDocument, Renderer, Rendition,
};
use serde::Serialize;

use crate::error::RunError;
use crate::freshness::{
    Differing, JobFingerprint, SLOT, ShapeFingerprints, renderer_part, shape_part, short,
    slot_digest,
};
use crate::ledger::{LedgerReader, LedgerRow};
use crate::observer::{Observer, Phase};
use crate::options::{Recipients, SPREAD_ABOVE, Selection};
use crate::output::Sink;
use crate::output::directory::DirectorySink;
use crate::output::path::OutputPath;
use crate::plan::{Job, PackPlan, Planner};
use crate::preflight::survey::survey;
use crate::render::{Backends, RenderOutcome, in_memory};

/// Number of pairs of shapes whose differences are cached.
const PAIRS: usize = 1024;

/// Options of [`status`].
#[derive(Debug, Clone)]
pub struct StatusOptions {
    /// The folder of the run.
    pub out: PathBuf,
    /// Which documents are looked at.
    pub selection: Selection,
    /// Whether every file is hashed, even if size, modification time and inode are unchanged.
    pub paranoid: bool,
    /// Whether outdated documents are rendered in memory.
    pub render: bool,
    /// Codes of allowed warnings.
    pub allowed_warnings: BTreeSet<String>,
    /// Above this number of packs, folders are spread by code.
    pub spread_above: u64,
}

impl StatusOptions {
    /// Everything in `out`, nothing rendered.
    pub fn new(out: impl Into<PathBuf>) -> Self {
        Self {
            out: out.into(),
            selection: Selection::default(),
            paranoid: false,
            render: false,
            allowed_warnings: BTreeSet::new(),
            spread_above: SPREAD_ABOVE,
        }
    }
}

/// The state of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum StatusKind {
    /// Up to date.
    Fresh,
    /// Never made.
    New,
    /// The inputs have changed.
    OutOfDate,
    /// Delivered, and not there.
    FileMissing,
    /// The file differs from the delivered one.
    FileChanged,
    /// Refused by a rule.
    Refused,
    /// The file exists but is no longer planned.
    Unplanned,
}

/// The change of a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ChangeKind {
    /// Other words.
    Changed,
    /// It was not there.
    Added,
    /// The file no longer exists.
    Removed,
}

/// A reason why a document is out of date.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case", tag = "what")]
pub enum Change {
    /// A block of the text.
    Block {
        /// Its path in the source.
        id: String,
        /// Its change.
        how: ChangeKind,
    },
    /// The text, in an unknown block: an earlier version made the document.
    Text,
    /// A field of the register.
    Field {
        /// Its name, as the expression of a slot: `population | number`.
        name: String,
        /// Its earlier text; `None` if only the digest is known.
        #[serde(skip_serializing_if = "Option::is_none")]
        old: Option<String>,
        /// Its text.
        new: String,
    },
    /// A value, in an unknown field: an earlier version made the document.
    Values,
    /// A component of the renderer: version, template, font or theme.
    Renderer {
        /// Its name.
        name: String,
        /// Its earlier version or digest; `None` if it is new.
        #[serde(skip_serializing_if = "Option::is_none")]
        old: Option<String>,
        /// Its current version or digest; `None` if it was removed.
        #[serde(skip_serializing_if = "Option::is_none")]
        new: Option<String>,
    },
    /// The checks of finished files.
    Checks,
}

/// A document and its state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DocumentStatus {
    /// Its current or future path.
    pub path: String,
    /// The municipality's code.
    pub code: String,
    /// The document's id; empty if it is refused or not planned.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub document: String,
    /// Its state.
    pub standing: StatusKind,
    /// The reasons why it is out of date.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<Change>,
}

/// The status of a document.
pub struct StatusEntry<'a> {
    /// Its state.
    pub status: &'a DocumentStatus,
    /// Its format; `None` if it is refused or not planned.
    pub format: Option<Format>,
    /// Its new version, if requested and the document is not up to date.
    pub rendition: Option<Result<&'a Rendition, &'a Diagnostics>>,
}

/// Documents by their state.
pub type StatusCounts = BTreeMap<StatusKind, u64>;

/// Compares a run, and calls back with each document that is not up to date.
///
/// Memory: 16 bytes per document, to find documents that are no longer planned.
///
/// # Errors
/// There is no run, the register cannot be read, or the selection contains unknown names.
pub fn status(
    recipients: &dyn Recipients,
    renderers: &[Box<dyn Renderer>],
    inspectors: &[(Format, Box<dyn Inspector>)],
    options: &StatusOptions,
    observer: &dyn Observer,
    cancel: &AtomicBool,
    each: &mut dyn FnMut(&StatusEntry<'_>),
) -> Result<StatusCounts, RunError> {
    let ledger = LedgerReader::open_finished(&options.out)?;
    observer.phase(Phase::Checking);
    let selection = &options.selection;
    let surveyed = survey(recipients, renderers, selection, observer, cancel, None)?;
    observer.phase(Phase::Making);
    let backends = Backends::new(renderers, inspectors, &options.allowed_warnings);
    let ingredients = backends.ingredients();
    let mut planner = Planner::new(
        recipients.register(),
        renderers,
        selection,
        &surveyed.shared,
    )
    .spread(surveyed.totals.packs > options.spread_above);
    let mut look = Look {
        options,
        ledger: &ledger,
        sink: DirectorySink::reading(&options.out),
        backends: &backends,
        ingredients: ingredients.into_iter().collect(),
        shapes: ShapeFingerprints::default(),
        blocks: HashMap::new(),
        planned: Vec::new(),
        counts: StatusCounts::new(),
    };
    for recipient in recipients.packs().map_err(RunError::Register)? {
        if cancel.load(Ordering::Relaxed) {
            return Ok(look.counts);
        }
        let plan = planner.plan(recipient)?;
        look.pack(&plan, each)?;
    }
    // With a selection, only selected documents are compared.
    if *selection == Selection::default() {
        look.unplanned(each)?;
    }
    Ok(look.counts)
}

struct Look<'a> {
    options: &'a StatusOptions,
    ledger: &'a LedgerReader,
    sink: DirectorySink,
    backends: &'a Backends<'a>,
    ingredients: BTreeMap<Vec<u8>, String>,
    shapes: ShapeFingerprints,
    /// Differences between two shapes, by their shortened fingerprints.
    blocks: HashMap<(Vec<u8>, Vec<u8>), Vec<Change>>,
    planned: Vec<u64>,
    counts: StatusCounts,
}

fn key(path: &str) -> u64 {
    short(&raadspost_content::Fingerprint::of(path.as_bytes()))
}

impl Look<'_> {
    fn pack(
        &mut self,
        plan: &PackPlan,
        each: &mut dyn FnMut(&StatusEntry<'_>),
    ) -> Result<(), RunError> {
        let mut statuses = Vec::new();
        let mut documents: Vec<PackDocument> = Vec::new();
        for refusal in &plan.refused {
            let path = format!("{}/{}", plan.folder, refusal.file);
            if refusal.selected {
                statuses.push((
                    DocumentStatus {
                        path,
                        code: plan.code.clone(),
                        document: String::new(),
                        standing: StatusKind::Refused,
                        changes: Vec::new(),
                    },
                    None,
                ));
            }
        }
        for job in &plan.jobs {
            self.planned
                .extend([key(job.path.as_str()), key(job.path.held().as_str())]);
            if !job.selected {
                continue;
            }
            let status = self.document(plan, job)?;
            if status.standing == StatusKind::Fresh {
                *self.counts.entry(StatusKind::Fresh).or_default() += 1;
                continue;
            }
            documents.push(job.document.clone());
            statuses.push((status, Some(job.document.format)));
        }
        let mut outcomes = if self.options.render && !documents.is_empty() {
            in_memory(&documents, self.backends, &mut self.shapes)
        } else {
            Vec::new()
        }
        .into_iter();
        for (status, format) in &statuses {
            *self.counts.entry(status.standing).or_default() += 1;
            let outcome = format.and_then(|_| outcomes.next());
            let rendition = match &outcome {
                Some(RenderOutcome::Made(rendition)) => Some(Ok(rendition)),
                Some(RenderOutcome::Failed(reasons)) => Some(Err(reasons)),
                Some(RenderOutcome::Withheld) | None => None,
            };
            each(&StatusEntry {
                status,
                format: *format,
                rendition,
            });
        }
        Ok(())
    }

    fn document(&mut self, plan: &PackPlan, job: &Job) -> Result<DocumentStatus, RunError> {
        let document = &job.document;
        let backend = self.backends.fingerprints(document.format)?;
        let print = self
            .shapes
            .job(document.format, &document.shape, &document.values, backend);
        let mut at = job.path.clone();
        let mut row = self.ledger.row(&at)?;
        if row.is_none() {
            row = self.ledger.row(&job.path.held())?;
            if row.is_some() {
                at = job.path.held();
            }
        }
        let (standing, changes) = match row {
            None => (StatusKind::New, Vec::new()),
            Some(row) => self.standing(plan, job, &at, &row, &print)?,
        };
        Ok(DocumentStatus {
            path: at.to_string(),
            code: plan.code.clone(),
            document: document.document.clone(),
            standing,
            changes,
        })
    }

    fn standing(
        &mut self,
        plan: &PackPlan,
        job: &Job,
        at: &OutputPath,
        row: &LedgerRow,
        print: &JobFingerprint,
    ) -> Result<(StatusKind, Vec<Change>), RunError> {
        let changes = if print.reason_against(&row.fingerprint, &row.parts).is_some() {
            self.changes(plan, job, row, print)?
        } else {
            Vec::new()
        };
        let Some(stamp) = self.sink.stamp(at)? else {
            return Ok((StatusKind::FileMissing, changes));
        };
        let untouched = Some((stamp.modified, stamp.inode)) == row.stamp && stamp.modified != 0;
        let mut same = stamp.bytes == row.bytes;
        if same && (self.options.paranoid || !untouched) {
            let digest = self.sink.digest(at)?;
            same = digest == Some(row.sha256);
        }
        Ok(match (same, changes.is_empty()) {
            (false, _) => (StatusKind::FileChanged, changes),
            (true, true) => (StatusKind::Fresh, changes),
            (true, false) => (StatusKind::OutOfDate, changes),
        })
    }

    /// Why a document is out of date; never empty.
    fn changes(
        &mut self,
        plan: &PackPlan,
        job: &Job,
        row: &LedgerRow,
        print: &JobFingerprint,
    ) -> Result<Vec<Change>, RunError> {
        let Differing {
            shape,
            values,
            renderer,
            inspector,
        } = print.differing(&row.parts);
        let document = &job.document;
        let old = self.ledger.shape(shape_part(&row.parts))?;
        let mut changes = Vec::new();
        if shape {
            let pair = (shape_part(&row.parts).to_vec(), print.shape().to_vec());
            if !self.blocks.contains_key(&pair) {
                if self.blocks.len() >= PAIRS {
                    self.blocks.clear();
                }
                let known = old.as_ref().and_then(|(_, outline)| {
                    let old: Outline = serde_json::from_str(outline).ok()?;
                    let new = document.shape.outline(&document.fields);
                    Some(blocks(&old, &new))
                });
                let found = known.filter(|found| !found.is_empty());
                self.blocks
                    .insert(pair.clone(), found.unwrap_or_else(|| vec![Change::Text]));
            }
            changes.extend(self.blocks.get(&pair).cloned().unwrap_or_default());
        }
        if values {
            let names = old.and_then(|(names, _)| serde_json::from_str::<Vec<String>>(&names).ok());
            let texts = self.ledger.fields(&plan.code)?;
            let texts: BTreeMap<String, String> = texts
                .and_then(|texts| serde_json::from_str(&texts).ok())
                .unwrap_or_default();
            let found = names.map(|names| fields(document, &names, &row.slots, &texts));
            match found {
                Some(found) if !found.is_empty() => changes.extend(found),
                // Slots that were added or removed with the text are covered by its blocks.
                Some(_) if shape => {}
                _ => changes.push(Change::Values),
            }
        }
        if renderer || !(shape || values || inspector) {
            let old = self.ledger.renderer(renderer_part(&row.parts))?;
            let new = self.ingredients.get(print.renderer()).cloned();
            changes.extend(renderers(old.as_deref(), new.as_deref()));
        }
        if inspector {
            changes.push(Change::Checks);
        }
        Ok(changes)
    }

    /// Reports the documents that exist but are not planned.
    fn unplanned(&mut self, each: &mut dyn FnMut(&StatusEntry<'_>)) -> Result<(), RunError> {
        self.planned.sort_unstable();
        let (planned, sink, counts) = (&self.planned, &self.sink, &mut self.counts);
        self.ledger.each(|line| {
            if planned.binary_search(&key(line.path)).is_ok() {
                return Ok(());
            }
            // In a held pack, a file whose document is now refused is superseded too.
            let Ok(path) = OutputPath::new(line.path) else {
                return Ok(());
            };
            if sink.size(&path)?.is_none() {
                return Ok(());
            }
            *counts.entry(StatusKind::Unplanned).or_default() += 1;
            let status = DocumentStatus {
                path: line.path.to_owned(),
                code: line.code.to_owned(),
                document: line.document.to_owned(),
                standing: StatusKind::Unplanned,
                changes: Vec::new(),
            };
            each(&StatusEntry {
                status: &status,
                format: None,
                rendition: None,
            });
            Ok(())
        })
    }
}

/// Differences between two outlines.
fn blocks(old: &Outline, new: &Outline) -> Vec<Change> {
    let block = |id: &String, how| Change::Block {
        id: id.clone(),
        how,
    };
    let mut changes: Vec<Change> = new
        .iter()
        .filter_map(|(id, digest)| match old.get(id) {
            None => Some(block(id, ChangeKind::Added)),
            Some(known) if known != digest => Some(block(id, ChangeKind::Changed)),
            Some(_) => None,
        })
        .collect();
    let gone = old.keys().filter(|id| !new.contains_key(*id));
    changes.extend(gone.map(|id| block(id, ChangeKind::Removed)));
    changes
}

/// The fields that differ. `texts` are the last values shown in the municipality's documents; they
/// are reported only if they match the digest with which this document was made.
fn fields(
    document: &PackDocument,
    names: &[String],
    digests: &[u8],
    texts: &BTreeMap<String, String>,
) -> Vec<Change> {
    let old: BTreeMap<&str, &[u8]> = names
        .iter()
        .map(String::as_str)
        .zip(digests.chunks(SLOT))
        .collect();
    let mut changes = Vec::new();
    for (name, new) in document.fields.iter().zip(document.values.flat()) {
        let Some(then) = old.get(name.as_str()) else {
            continue;
        };
        if **then == slot_digest(new) {
            continue;
        }
        let text = texts.get(name).filter(|text| slot_digest(text) == **then);
        let change = Change::Field {
            name: name.clone(),
            old: text.cloned(),
            new: new.to_owned(),
        };
        if !changes.contains(&change) {
            changes.push(change);
        }
    }
    changes
}

/// Differences between two renderers, each as JSON.
fn renderers(old: Option<&str>, new: Option<&str>) -> Vec<Change> {
    let read = |json: Option<&str>| -> BTreeMap<String, String> {
        json.and_then(|json| serde_json::from_str(json).ok())
            .unwrap_or_default()
    };
    let (old, new) = (read(old), read(new));
    let names: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let mut changes: Vec<Change> = names
        .into_iter()
        .filter(|name| old.get(*name) != new.get(*name))
        .map(|name| Change::Renderer {
            name: name.clone(),
            old: old.get(name).cloned(),
            new: new.get(name).cloned(),
        })
        .collect();
    if changes.is_empty() || old.is_empty() {
        changes = vec![Change::Renderer {
            name: "renderer".to_owned(),
            old: None,
            new: None,
        }];
    }
    changes
}
