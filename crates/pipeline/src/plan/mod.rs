//! The plan of one pack: the documents to make, and those that a rule refuses.

mod glyphs;
pub(crate) mod post;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use raadspost_content::{
    Body, Diagnostic, Diagnostics, Pack, PackDocument, PackEnvelope, Place, Postal,
    RefusedDocument, Renderer, Shown,
};
use raadspost_run::MunicipalityRecord;

use crate::error::RunError;
use crate::options::{Recipient, Selection};
use crate::output::path::OutputPath;
use crate::output::path::folder_of;
use crate::plan::glyphs::{Glyphs, Missing};

/// Code of the diagnostic for a document withheld because of another one in its pack.
pub(crate) const HELD_CODE: &str = "pack-held";

/// The plan of one municipality's pack.
#[derive(Debug)]
pub(crate) struct PackPlan {
    /// The municipality's code.
    pub(crate) code: String,
    /// Its name.
    pub(crate) name: String,
    /// The line of its row.
    pub(crate) line: u64,
    /// The row; empty if unknown.
    pub(crate) row: String,
    /// More data of the municipality, for the records.
    pub(crate) municipality: MunicipalityRecord,
    /// Whether its row as a whole is refused.
    pub(crate) row_refused: bool,
    /// The folder of the pack when it is complete.
    pub(crate) folder: String,
    /// The documents that can be made.
    pub(crate) jobs: Vec<Job>,
    /// The documents that a rule refuses.
    pub(crate) refused: Vec<Refusal>,
    /// The fields of the postal address.
    pub(crate) postal: Postal,
    /// The campaign's envelopes for this municipality.
    pub(crate) envelopes: Vec<PackEnvelope>,
}

/// A document to be made.
#[derive(Debug)]
pub(crate) struct Job {
    /// The document.
    pub(crate) document: PackDocument,
    /// Its path if its pack is complete.
    pub(crate) path: OutputPath,
    /// Whether the selection takes it.
    pub(crate) selected: bool,
}

impl Job {
    /// Whether it is a collection.
    pub(crate) fn is_collection(&self) -> bool {
        matches!(self.document.shape.body, Body::Collection(_))
    }
}

/// A document that a rule refuses.
#[derive(Debug)]
pub(crate) struct Refusal {
    /// Its file's name.
    pub(crate) file: String,
    /// The same for all municipalities.
    pub(crate) pattern: Arc<str>,
    /// Whether the selection takes it.
    pub(crate) selected: bool,
    /// Why; never empty.
    pub(crate) reasons: Arc<Diagnostics>,
}

impl PackPlan {
    /// The location of the municipality's row.
    pub(crate) fn place(&self, register: &str) -> Place {
        row(register, self.line, Some(&self.code), &self.row)
    }

    /// Whether a document of it is selected, made or refused.
    pub(crate) fn is_selected(&self) -> bool {
        self.jobs.iter().any(|job| job.selected)
            || self.refused.iter().any(|refusal| refusal.selected)
    }
}

/// The location of a row of the register; `text` is the row, empty if unknown.
pub(crate) fn row(register: &str, line: u64, code: Option<&str>, text: &str) -> Place {
    let shown = Shown {
        text: text.to_owned(),
        cell: 0..0,
    };
    Place::Row {
        file: register.to_owned(),
        line,
        code: code.filter(|code| !code.is_empty()).map(str::to_owned),
        column: None,
        shown: (!text.is_empty()).then_some(shown),
        sheet: None,
    }
}

/// Codes and folders, in lower case, shared by two packs. None of these packs is made.
#[derive(Debug, Default)]
pub(crate) struct Shared {
    /// Codes.
    pub(crate) codes: BTreeSet<String>,
    /// Folders.
    pub(crate) folders: BTreeSet<String>,
}

/// Plans packs one by one. Caches which characters can be shown.
pub(crate) struct Planner<'a> {
    register: String,
    renderers: &'a [Box<dyn Renderer>],
    selection: &'a Selection,
    shared: &'a Shared,
    /// Whether folders are spread by code.
    spreads: bool,
    glyphs: Glyphs,
}

impl<'a> Planner<'a> {
    /// A planner that refuses packs with these codes and folders.
    pub(crate) fn new(
        register: String,
        renderers: &'a [Box<dyn Renderer>],
        selection: &'a Selection,
        shared: &'a Shared,
    ) -> Self {
        Self {
            register,
            renderers,
            selection,
            shared,
            spreads: false,
            glyphs: Glyphs::default(),
        }
    }

    /// The same planner with or without spread folders.
    #[must_use]
    pub(crate) fn spread(self, spreads: bool) -> Self {
        Self { spreads, ..self }
    }

    /// Plans one pack.
    ///
    /// # Errors
    /// [`RunError::NoRenderer`].
    pub(crate) fn plan(&mut self, recipient: Recipient) -> Result<PackPlan, RunError> {
        let takes_pack = self.selection.takes_pack(&recipient);
        let plain = recipient.pack.folder();
        let folder = folder_of(&recipient.pack, self.spreads);
        let municipality = recipient.municipality;
        let row_refused = recipient.row_refused;
        let Pack {
            code,
            name,
            line,
            row: text,
            postal,
            documents,
            refused,
            envelopes,
        } = recipient.pack;
        let place = row(&self.register, line, Some(&code), &text);
        let mut plan = PackPlan {
            row_refused,
            code,
            name,
            line,
            row: text,
            municipality,
            folder,
            jobs: Vec::new(),
            refused: Vec::new(),
            postal,
            envelopes,
        };
        for RefusedDocument {
            document,
            file,
            pattern,
            format: _,
            reasons,
        } in refused
        {
            let selected = takes_pack && self.selection.takes_document(&document);
            plan.refused.push(Refusal {
                file,
                pattern,
                selected,
                reasons,
            });
        }

        let doubled = doubled_files(&documents);
        let shares_code = self.shared.codes.contains(&plan.code.to_ascii_lowercase());
        let shares_folder = self.shared.folders.contains(&plain.to_ascii_lowercase());
        let mut known_reasons: BTreeMap<Vec<String>, Arc<Diagnostics>> = BTreeMap::new();
        let unshown = self.unshown(&documents)?;
        for document in documents {
            let selected = takes_pack && self.selection.takes_document(&document.document);
            // A value that one format cannot show is a mistake of the row: its documents are
            // refused in every format, otherwise a council would get a motion without its letter.
            let mut reasons: Diagnostics = unshown
                .iter()
                .filter(|missing| missing.stands_in(&document.values))
                .map(Missing::diagnostic)
                .collect();
            let path = OutputPath::of_document(&plan.folder, &document.file);
            if let Err(error) = &path {
                reasons.push(
                    Diagnostic::error(
                        "bad-path",
                        format!("the path of the file is not valid: {error}"),
                    )
                    .hint("change the code in the register or the file name in the campaign"),
                );
            }
            if doubled.contains(&document.file.to_ascii_lowercase()) {
                reasons.push(two_files(&document));
            }
            if shares_code {
                reasons.push(two_codes(&plan.code));
            } else if shares_folder {
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
                    // Documents refused for one reason share it, as in the content crate.
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
                        pattern: document.pattern,
                        selected,
                        reasons,
                    });
                }
            }
        }
        withhold_collections(&mut plan, &place);
        Ok(plan)
    }

    /// The values of a pack that the formats of their documents cannot show.
    fn unshown(&mut self, documents: &[PackDocument]) -> Result<Vec<Missing>, RunError> {
        let mut unshown = Vec::new();
        for document in documents {
            let renderer = self
                .renderers
                .iter()
                .find(|renderer| renderer.format() == document.format)
                .ok_or(RunError::NoRenderer(document.format))?;
            let missing = self.glyphs.missing(renderer.as_ref(), &document.values);
            unshown.extend(missing);
        }
        unshown.sort();
        unshown.dedup();
        Ok(unshown)
    }
}

/// File names, in lower case, shared by two documents of a pack.
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
            "another document of the pack also has the file name `{}`",
            document.file
        ),
    )
    .hint("give each document its own file name; case is ignored")
}

/// The refusal of two municipalities with the same code.
pub(crate) fn two_codes(code: &str) -> Diagnostic {
    Diagnostic::error(
        "doubled-code",
        format!("another municipality also has the code `{code}`"),
    )
    .hint("give each municipality its own code; case is ignored")
}

/// The refusal of two municipalities with the same folder.
pub(crate) fn two_folders(folder: &str) -> Diagnostic {
    Diagnostic::error(
        "path-collision",
        format!("another municipality also has the folder `{folder}`"),
    )
    .hint("give each municipality its own code; case is ignored")
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
            pattern: job.document.pattern,
            selected: job.selected,
            reasons: Arc::clone(&reasons),
        }));
}

/// The refusal of a collection because another document of its pack is missing.
pub(crate) fn held(file: &str, why: &str) -> Diagnostic {
    Diagnostic::error(
        HELD_CODE,
        format!("the pack is held, because its `{file}` {why}"),
    )
}
