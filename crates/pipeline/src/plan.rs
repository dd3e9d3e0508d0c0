//! What a run is to make: for one pack, and the quick pass over all of them.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use raadspost_content::{
    Body, Diagnostic, Diagnostics, Fingerprint, Pack, PackDocument, Place, RefusedDocument,
    Renderer, Severity,
};

use crate::glyphs::Glyphs;
use crate::{Observer, OutputPath, Recipient, Recipients, RunError, Selection, Totals};

/// The code of the diagnostic for a document that is not made because of another of its pack.
pub(crate) const HELD_CODE: &str = "pack-held";

/// What is to be made for one municipality.
#[derive(Debug)]
pub(crate) struct PackPlan {
    /// The municipality's code.
    pub(crate) code: String,
    /// Its name.
    pub(crate) name: String,
    /// The line of its row.
    pub(crate) line: u64,
    /// The folder of the pack when it is complete.
    pub(crate) folder: String,
    /// The documents that can be made.
    pub(crate) jobs: Vec<Job>,
    /// The documents that a rule refuses.
    pub(crate) refused: Vec<Refusal>,
}

/// A document to be made.
#[derive(Debug)]
pub(crate) struct Job {
    /// The document.
    pub(crate) document: PackDocument,
    /// Its path when its pack is complete.
    pub(crate) path: OutputPath,
    /// Whether the selection takes it.
    pub(crate) selected: bool,
}

impl Job {
    /// Whether it is several documents of the pack in one file.
    pub(crate) fn is_collection(&self) -> bool {
        matches!(self.document.shape.body, Body::Collection(_))
    }
}

/// A document that a rule refuses.
#[derive(Debug)]
pub(crate) struct Refusal {
    /// Its file's name.
    pub(crate) file: String,
    /// Whether the selection takes it.
    pub(crate) selected: bool,
    /// Why; never empty.
    pub(crate) reasons: Arc<Diagnostics>,
}

impl PackPlan {
    /// The place of the municipality's row.
    pub(crate) fn place(&self, register: &str) -> Place {
        row(register, self.line, Some(&self.code))
    }
}

fn row(register: &str, line: u64, code: Option<&str>) -> Place {
    Place::Row {
        file: register.to_owned(),
        line,
        code: code.filter(|code| !code.is_empty()).map(str::to_owned),
        column: None,
    }
}

/// Decides, pack by pack, what can be made. Keeps what it learns about characters.
pub(crate) struct Planner<'a> {
    register: String,
    renderers: &'a [Box<dyn Renderer>],
    selection: &'a Selection,
    /// Folders, in lower case, that two packs have.
    shared: &'a BTreeSet<String>,
    glyphs: Glyphs,
}

impl<'a> Planner<'a> {
    /// A planner; `shared` are the folders that two packs have, in lower case.
    pub(crate) fn new(
        register: String,
        renderers: &'a [Box<dyn Renderer>],
        selection: &'a Selection,
        shared: &'a BTreeSet<String>,
    ) -> Self {
        Self {
            register,
            renderers,
            selection,
            shared,
            glyphs: Glyphs::default(),
        }
    }

    /// What is to be made of one pack.
    ///
    /// # Errors
    /// [`RunError::NoRenderer`].
    pub(crate) fn plan(&mut self, recipient: Recipient) -> Result<PackPlan, RunError> {
        let takes_pack = self.selection.takes_pack(&recipient);
        let folder = recipient.pack.folder();
        let Pack {
            code,
            name,
            line,
            documents,
            refused,
        } = recipient.pack;
        let place = row(&self.register, line, Some(&code));
        let mut plan = PackPlan {
            code,
            name,
            line,
            folder,
            jobs: Vec::new(),
            refused: Vec::new(),
        };
        for RefusedDocument {
            document,
            file,
            reasons,
            ..
        } in refused
        {
            let selected = takes_pack && self.selection.takes_document(&document);
            plan.refused.push(Refusal {
                file,
                selected,
                reasons,
            });
        }

        let doubled = doubled_files(&documents);
        let shares_folder = self.shared.contains(&plan.folder.to_ascii_lowercase());
        let mut known_reasons: BTreeMap<Vec<String>, Arc<Diagnostics>> = BTreeMap::new();
        for document in documents {
            let selected = takes_pack && self.selection.takes_document(&document.document);
            let mut reasons = self.unshown(&document)?;
            let path = OutputPath::of_document(&plan.folder, &document.file);
            if let Err(error) = &path {
                reasons.push(
                    Diagnostic::error("bad-path", format!("no file can be made here: {error}"))
                        .hint("change the code in the register or the file name in the campaign"),
                );
            }
            if doubled.contains(&document.file.to_ascii_lowercase()) {
                reasons.push(two_files(&document));
            }
            if shares_folder {
                reasons.push(two_folders(&plan.folder));
            }
            match path {
                Ok(path) if reasons.is_empty() => plan.jobs.push(Job {
                    document,
                    path,
                    selected,
                }),
                _ => {
                    for reason in &mut reasons {
                        reason.place = place.clone();
                    }
                    // Documents refused for one reason share it, as those of the content crate do.
                    let key = reasons
                        .iter()
                        .map(|reason| reason.message.clone())
                        .collect();
                    let reasons = known_reasons
                        .entry(key)
                        .or_insert_with(|| Arc::new(reasons));
                    let reasons = Arc::clone(reasons);
                    plan.refused.push(Refusal {
                        file: document.file,
                        selected,
                        reasons,
                    });
                }
            }
        }
        withhold_collections(&mut plan, &place);
        Ok(plan)
    }

    fn unshown(&mut self, document: &PackDocument) -> Result<Diagnostics, RunError> {
        let renderer = self
            .renderers
            .iter()
            .find(|renderer| renderer.format() == document.format)
            .ok_or(RunError::NoRenderer(document.format))?;
        let missing = self.glyphs.missing(renderer.as_ref(), &document.values);
        Ok(missing
            .iter()
            .map(crate::glyphs::Missing::diagnostic)
            .collect())
    }
}

/// File names, in lower case, that two documents of one pack have.
fn doubled_files(documents: &[PackDocument]) -> BTreeSet<String> {
    let mut seen = BTreeSet::new();
    let files = documents
        .iter()
        .map(|document| document.file.to_ascii_lowercase());
    files.filter(|file| !seen.insert(file.clone())).collect()
}

fn two_files(document: &PackDocument) -> Diagnostic {
    Diagnostic::error(
        "path-collision",
        format!(
            "another document of the pack has the file name `{}` too",
            document.file
        ),
    )
    .hint("give each document a file name of its own; upper and lower case are the same")
}

fn two_folders(folder: &str) -> Diagnostic {
    Diagnostic::error(
        "path-collision",
        format!("another municipality has the folder `{folder}` too"),
    )
    .hint("give each municipality a code of its own; upper and lower case are the same")
}

/// Refuses the collections of a pack in which a document is refused.
fn withhold_collections(plan: &mut PackPlan, place: &Place) {
    let Some(first) = plan.refused.first() else {
        return;
    };
    let reason = held(&first.file, "is refused").at(place.clone());
    let reasons = Arc::new(vec![reason]);
    let (collections, others) = std::mem::take(&mut plan.jobs)
        .into_iter()
        .partition(Job::is_collection);
    plan.jobs = others;
    let collections: Vec<Job> = collections;
    plan.refused
        .extend(collections.into_iter().map(|job| Refusal {
            file: job.document.file,
            selected: job.selected,
            reasons: Arc::clone(&reasons),
        }));
}

/// Why a collection is not made: another document of its pack is not there.
pub(crate) fn held(file: &str, why: &str) -> Diagnostic {
    Diagnostic::error(
        HELD_CODE,
        format!("the pack is held, because its `{file}` {why}"),
    )
}

/// What the quick pass found.
#[derive(Debug, Default)]
pub(crate) struct Survey {
    /// Counts.
    pub(crate) totals: Totals,
    /// Folders, in lower case, that two packs have.
    pub(crate) shared: BTreeSet<String>,
    /// Whether it was asked to stop before its end.
    pub(crate) interrupted: bool,
}

/// The quick pass: plans every pack, tells the observer every mistake, and makes nothing.
///
/// Keeps 32 bytes for each municipality, to find folders that two of them have.
///
/// # Errors
/// Why the register cannot be read, or the selection names what there is not.
pub(crate) fn survey(
    recipients: &dyn Recipients,
    renderers: &[Box<dyn Renderer>],
    selection: &Selection,
    observer: &dyn Observer,
    cancel: &AtomicBool,
) -> Result<Survey, RunError> {
    let nothing_shared = BTreeSet::new();
    let mut planner = Planner::new(recipients.register(), renderers, selection, &nothing_shared);
    let mut survey = Survey::default();
    let mut folders = Folders::default();
    let mut unmet = selection.only.clone().unwrap_or_default();
    let mut ids = BTreeSet::new();
    for recipient in recipients.packs().map_err(RunError::Register)? {
        if cancel.load(Ordering::Relaxed) {
            survey.interrupted = true;
            return Ok(survey);
        }
        unmet.remove(&recipient.pack.code);
        if selection.documents.is_some() {
            note_ids(&mut ids, &recipient.pack);
        }
        let plan = planner.plan(recipient)?;
        survey.totals.packs += 1;
        count(&mut survey.totals, &plan, observer);
        if !plan.jobs.is_empty() {
            let collisions = folders.add(&plan);
            if !collisions.is_empty() {
                survey.shared.insert(plan.folder.to_ascii_lowercase());
            }
            for Collision {
                line,
                code,
                selected,
            } in collisions
            {
                survey.totals.refused += u64::from(selected);
                if selected > 0 {
                    let place = row(&recipients.register(), line, code.as_deref());
                    tell(
                        &mut survey.totals,
                        &two_folders(&plan.folder).at(place),
                        observer,
                    );
                }
            }
        }
        observer.checked(survey.totals.packs);
    }
    if survey.totals.packs == 0 {
        return Err(RunError::NoRecipients);
    }
    if !unmet.is_empty() {
        return Err(RunError::UnknownCodes(unmet.into_iter().collect()));
    }
    let unknown: Vec<String> = selection
        .documents
        .iter()
        .flatten()
        .filter(|id| !ids.contains(*id))
        .cloned()
        .collect();
    if !unknown.is_empty() {
        return Err(RunError::UnknownDocuments {
            unknown,
            known: ids.into_iter().collect(),
        });
    }
    observer.planned(&survey.totals);
    Ok(survey)
}

fn note_ids(ids: &mut BTreeSet<String>, pack: &Pack) {
    let all = pack.documents.iter().map(|document| &document.document);
    for id in all.chain(pack.refused.iter().map(|refused| &refused.document)) {
        if !ids.contains(id) {
            ids.insert(id.clone());
        }
    }
}

/// Adds a pack to the totals, and tells its mistakes.
fn count(totals: &mut Totals, plan: &PackPlan, observer: &dyn Observer) {
    let jobs = plan.jobs.iter().filter(|job| job.selected).count() as u64;
    let refused = plan.refused.iter().filter(|refusal| refusal.selected);
    let mut told: Vec<&Arc<Diagnostics>> = Vec::new();
    let mut refusals = 0;
    for refusal in refused {
        refusals += 1;
        if told
            .iter()
            .any(|reasons| Arc::ptr_eq(reasons, &refusal.reasons))
        {
            continue;
        }
        told.push(&refusal.reasons);
        // A collection's reason is another document's, which is told already.
        for reason in refusal
            .reasons
            .iter()
            .filter(|reason| reason.code != HELD_CODE)
        {
            tell(totals, reason, observer);
        }
    }
    totals.documents += jobs + refusals;
    totals.refused += refusals;
    totals.selected_packs += u64::from(jobs + refusals > 0);
}

fn tell(totals: &mut Totals, diagnostic: &Diagnostic, observer: &dyn Observer) {
    match diagnostic.severity {
        Severity::Error => totals.errors += 1,
        Severity::Warning => totals.warnings += 1,
    }
    observer.diagnostic(diagnostic);
}

/// Which folder belongs to which row, by 128 bits of its digest.
#[derive(Default)]
struct Folders {
    rows: HashMap<[u8; 16], FirstRow>,
}

struct FirstRow {
    line: u64,
    selected: u32,
    told: bool,
}

/// A row whose documents are refused because another row has its folder.
struct Collision {
    line: u64,
    code: Option<String>,
    selected: u32,
}

impl Folders {
    /// Adds a pack's folder; gives the rows that are refused because of it.
    fn add(&mut self, plan: &PackPlan) -> Vec<Collision> {
        let selected = plan.jobs.iter().filter(|job| job.selected).count();
        let selected = u32::try_from(selected).unwrap_or(u32::MAX);
        let digest = Fingerprint::of(plan.folder.to_ascii_lowercase().as_bytes());
        let mut key = [0; 16];
        key.copy_from_slice(&digest.0[..16]);
        let Some(first) = self.rows.get_mut(&key) else {
            self.rows.insert(
                key,
                FirstRow {
                    line: plan.line,
                    selected,
                    told: false,
                },
            );
            return Vec::new();
        };
        let mut collisions = Vec::new();
        if !first.told {
            first.told = true;
            // Its code is not kept; the line leads to it.
            collisions.push(Collision {
                line: first.line,
                code: None,
                selected: first.selected,
            });
        }
        collisions.push(Collision {
            line: plan.line,
            code: Some(plan.code.clone()),
            selected,
        });
        collisions
    }
}
