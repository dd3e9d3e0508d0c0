//! The quick pass over all packs, before the first page is made.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use raadspost_content::{Diagnostic, Diagnostics, Fingerprint, Pack, Place, Renderer, Severity};

use crate::error::RunError;
use crate::observer::{Observer, Totals};
use crate::options::{Recipients, Selection};
use crate::plan::{HELD_CODE, PackPlan, Planner, Shared, row, two_codes, two_folders};

/// The result of the quick pass.
#[derive(Debug, Default)]
pub(crate) struct Survey {
    /// Counts.
    pub(crate) totals: Totals,
    /// Codes and folders shared by two packs.
    pub(crate) shared: Shared,
    /// Whether it was cancelled before its end.
    pub(crate) interrupted: bool,
}

/// Statistics collected during the quick pass.
pub(crate) trait Tally {
    /// Adds a pack.
    ///
    /// # Errors
    /// [`RunError::NoRenderer`].
    fn add(&mut self, plan: &PackPlan) -> Result<(), RunError>;
}

/// The quick pass: plans every pack, reports every mistake to the observer, and makes nothing.
///
/// Memory: 64 bytes per municipality, to find duplicate codes and folders. A tally, if given,
/// collects statistics.
///
/// # Errors
/// The register cannot be read, or the selection contains unknown names.
pub(crate) fn survey(
    recipients: &dyn Recipients,
    renderers: &[Box<dyn Renderer>],
    selection: &Selection,
    observer: &dyn Observer,
    cancel: &AtomicBool,
    mut tally: Option<&mut dyn Tally>,
) -> Result<Survey, RunError> {
    let nothing_shared = Shared::default();
    let mut planner = Planner::new(recipients.register(), renderers, selection, &nothing_shared);
    let mut survey = Survey::default();
    let (mut codes, mut folders) = (Taken::default(), Taken::default());
    let mut unmet = selection.only.clone().unwrap_or_default();
    let mut ids = BTreeSet::new();
    let mut told = Told::default();
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
        count(&mut survey.totals, &plan, &mut told, observer);
        if let Some(tally) = &mut tally {
            tally.add(&plan)?;
        }
        if !plan.jobs.is_empty() {
            let code = plan.code.to_ascii_lowercase();
            let folder = plan.folder.to_ascii_lowercase();
            let mut collisions = codes.add(&code, &plan);
            let mut why = two_codes(&plan.code);
            if collisions.is_empty() {
                collisions = folders.add(&folder, &plan);
                why = two_folders(&plan.folder);
                if !collisions.is_empty() {
                    survey.shared.folders.insert(folder);
                }
            } else {
                survey.shared.codes.insert(code);
            }
            for Collision {
                line,
                code,
                selected,
            } in collisions
            {
                survey.totals.refused += u64::from(selected);
                if selected > 0 {
                    let place = row(&recipients.register(), line, code.as_deref(), "");
                    tell(
                        &mut survey.totals,
                        &why.clone().at(place),
                        &mut told,
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

/// Adds a pack to the totals, and reports its mistakes.
fn count(totals: &mut Totals, plan: &PackPlan, told: &mut Told, observer: &dyn Observer) {
    let jobs = plan.jobs.iter().filter(|job| job.selected).count() as u64;
    let refused = plan.refused.iter().filter(|refusal| refusal.selected);
    let mut seen: Vec<&Arc<Diagnostics>> = Vec::new();
    let mut refusals = 0;
    for refusal in refused {
        refusals += 1;
        if seen
            .iter()
            .any(|reasons| Arc::ptr_eq(reasons, &refusal.reasons))
        {
            continue;
        }
        seen.push(&refusal.reasons);
        // A collection is refused because of another document, whose mistake is reported already.
        for reason in refusal
            .reasons
            .iter()
            .filter(|reason| reason.code != HELD_CODE)
        {
            tell(totals, reason, told, observer);
        }
    }
    totals.documents += jobs + refusals;
    totals.refused += refusals;
    if plan.is_selected() {
        totals.selected_packs += 1;
        totals.post.add(plan);
    }
}

/// Hashes of the reported diagnostics: a mistake in one cell, or in several rows together, is
/// reported once, however many documents use it.
type Told = HashSet<u64>;

fn tell(totals: &mut Totals, diagnostic: &Diagnostic, told: &mut Told, observer: &dyn Observer) {
    let mut hasher = DefaultHasher::new();
    (diagnostic.code, &diagnostic.message, diagnostic.location()).hash(&mut hasher);
    if let Place::Row { column, .. } = &diagnostic.place {
        column.hash(&mut hasher);
    }
    let has_place = !matches!(diagnostic.place, Place::Nowhere);
    if has_place && !told.insert(hasher.finish()) {
        return;
    }
    match diagnostic.severity {
        Severity::Error => totals.errors += 1,
        Severity::Warning => totals.warnings += 1,
    }
    observer.diagnostic(diagnostic);
}

/// Owners of codes or folders, by 128 bits of the name's digest.
#[derive(Default)]
struct Taken {
    rows: HashMap<[u8; 16], FirstRow>,
}

struct FirstRow {
    line: u64,
    selected: u32,
    told: bool,
}

/// A row whose documents are refused because another row has the same code or folder.
struct Collision {
    line: u64,
    code: Option<String>,
    selected: u32,
}

impl Taken {
    /// Adds the name of a pack; returns the rows refused because of it.
    fn add(&mut self, name: &str, plan: &PackPlan) -> Vec<Collision> {
        let selected = plan.jobs.iter().filter(|job| job.selected).count();
        let selected = u32::try_from(selected).unwrap_or(u32::MAX);
        let digest = Fingerprint::of(name.as_bytes());
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
            // Its code is not kept; the line identifies it.
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
