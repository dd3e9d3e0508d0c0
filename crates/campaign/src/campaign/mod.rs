//! A campaign that is loaded: from a register's row to a [`Pack`].

mod fill;
mod filter;
mod pack;
mod shapes;

pub use filter::Filter;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, RwLock};

use raadspost_content::{
    ArchiveSettings, Date, Diagnostic, Diagnostics, DocumentLimits, Envelope, Factions, Format,
    LogoSettings, Picture, Place, Recent, Severity, Source, Span, Theme, Warned,
};
use raadspost_yaml::Text;
use shapes::{SHAPES, ShapeKey};

use crate::ast::{CampaignDraft, ConditionId, DraftKind, FillInDraftKind};
use crate::lower;
use crate::post::Posting;
use crate::register::{Columns, RegisterSettings};
use crate::resolve::Resolved;

/// The files that a campaign names, read.
#[derive(Debug, Clone, Default)]
pub struct NamedFiles {
    /// The factions of the councils.
    pub factions: Factions,
    /// Its envelopes and the default one, by name.
    pub envelopes: BTreeMap<String, Arc<Envelope>>,
    /// Its pictures, by file and by what a screen reader says of them.
    pub pictures: BTreeMap<(String, String), Arc<Picture>>,
}

/// Everything that one YAML file says.
pub struct Campaign {
    draft: CampaignDraft,
    source: Arc<Source>,
    documents: Vec<DocumentSpec>,
    allowed: BTreeSet<String>,
    overrides: BTreeMap<String, usize>,
    references: BTreeMap<String, usize>,
    factions: Factions,
    /// Those of the draft's rules, and behind them the default.
    envelopes: Vec<Arc<Envelope>>,
    pictures: Vec<Arc<Picture>>,
    asks_factions: bool,
    posting: Posting,
    /// For each document the conditions that its shapes were found to depend on.
    depends: RwLock<Vec<BTreeSet<ConditionId>>>,
    shapes: Recent<ShapeKey, Resolved>,
}

/// A document as the campaign declares it.
#[derive(Debug, Clone)]
pub struct DocumentSpec {
    /// Its id.
    pub id: String,
    /// Name of its files, without extension.
    pub file: String,
    /// The formats in which it is made.
    pub formats: Vec<Format>,
    /// What its PDF may not exceed.
    pub limits: DocumentLimits,
}

/// What the slots of a shape show, in words.
type Fields = Arc<[String]>;

impl Campaign {
    /// Loads a campaign. `columns` opens the register that its settings name, so that mistakes in
    /// the campaign and in the register's header are reported together.
    ///
    /// # Errors
    /// Every mistake in the file, in the order of their places.
    pub fn load(
        source: &Arc<Source>,
        columns: impl FnOnce(&RegisterSettings) -> Result<Arc<Columns>, Diagnostics>,
    ) -> Result<Warned<Self>, Diagnostics> {
        let mut diagnostics = Vec::new();
        let Some(draft) = lower::campaign(source, &mut diagnostics) else {
            return Err(diagnostics);
        };
        let columns = match columns(&draft.register) {
            Ok(columns) => Some(columns),
            Err(found) => {
                diagnostics.extend(found);
                None
            }
        };
        crate::check::check(&draft, columns.as_deref(), &mut diagnostics);
        crate::post::check(&draft, source, &mut diagnostics);
        let allowed: BTreeSet<String> = draft.allow.iter().cloned().collect();
        diagnostics.retain(|diagnostic| !diagnostic.is_allowed(&allowed));
        // The order of the file, whatever pass found them; those without a place in it come last.
        diagnostics.sort_by_key(|diagnostic| match &diagnostic.place {
            Place::Source(_, span) => (0, span.start),
            _ => (1, 0),
        });
        if diagnostics
            .iter()
            .any(|diagnostic| diagnostic.severity == Severity::Error)
        {
            return Err(diagnostics);
        }
        let documents = draft
            .documents
            .iter()
            .map(|document| DocumentSpec {
                id: document.id.clone(),
                file: document.file.clone(),
                formats: document.formats.clone(),
                limits: document.limits,
            })
            .collect();
        let overrides = draft
            .overrides
            .iter()
            .enumerate()
            .map(|(index, (code, _))| (code.text.clone(), index))
            .collect();
        let references = draft.references.iter().enumerate();
        let references = references
            .map(|(index, (code, _))| (code.text.clone(), index))
            .collect();
        let mut kinds = draft.fill_ins.iter().map(|(_, fill_in)| &fill_in.kind);
        let asks_factions = kinds.any(|kind| matches!(kind, FillInDraftKind::Faction))
            || draft.motions.iter().any(|motion| {
                motion
                    .body
                    .iter()
                    .any(|block| matches!(block.kind, DraftKind::Voting { .. }))
            });
        let depends = vec![BTreeSet::new(); draft.documents.len()];
        let campaign = Self {
            posting: Posting::of(&draft),
            draft,
            source: source.clone(),
            documents,
            allowed,
            overrides,
            references,
            factions: Factions::default(),
            envelopes: Vec::new(),
            pictures: Vec::new(),
            asks_factions,
            depends: RwLock::new(depends),
            shapes: Recent::new(SHAPES, |_, _| 1),
        };
        Ok(Warned {
            output: campaign,
            warnings: diagnostics,
        })
    }

    /// The same campaign with the files that it names. Without them no council has factions, every
    /// letter has the embedded default envelope, and no signature is shown.
    ///
    /// # Errors
    /// Every envelope and picture that it names and that is not among them.
    pub fn with_files(mut self, files: &NamedFiles) -> Result<Self, Diagnostics> {
        let mut missing = Vec::new();
        let mut envelopes = Vec::new();
        for (name, place) in self.envelope_names() {
            match files.envelopes.get(name) {
                Some(envelope) => envelopes.push(Arc::clone(envelope)),
                None => missing.push(
                    Diagnostic::error("unknown-envelope", format!("there is no envelope `{name}`"))
                        .at(place.unwrap_or(Place::Nowhere)),
                ),
            }
        }
        let mut pictures = Vec::new();
        for (file, alternative, place) in self.pictures_named() {
            match files
                .pictures
                .get(&(file.to_owned(), alternative.to_owned()))
            {
                Some(picture) => pictures.push(Arc::clone(picture)),
                None => missing.push(
                    Diagnostic::error("picture-not-found", format!("there is no picture `{file}`"))
                        .at(place),
                ),
            }
        }
        if !missing.is_empty() {
            return Err(missing);
        }
        self.factions = files.factions.clone();
        (self.envelopes, self.pictures) = (envelopes, pictures);
        Ok(self)
    }

    /// The names of the envelopes of its rules, each with its place, and behind them the default,
    /// which has none.
    pub fn envelope_names(&self) -> Vec<(&str, Option<Place>)> {
        let rules = self.draft.envelopes.iter();
        let named = rules.map(|(_, name)| {
            let place = name.at.whole();
            (name.key.as_str(), Some(place))
        });
        named.chain([(Envelope::DEFAULT, None)]).collect()
    }

    /// The files of pictures that it names, relative to it, each with what a screen reader says of
    /// it and its place.
    pub fn pictures_named(&self) -> impl Iterator<Item = (&str, &str, Place)> {
        self.draft.pictures.iter().map(|(file, alternative)| {
            let place = file.at.whole();
            (file.key.as_str(), alternative.as_str(), place)
        })
    }

    /// What the author wrote.
    pub(crate) fn draft(&self) -> &CampaignDraft {
        &self.draft
    }

    /// The campaign's id.
    pub fn id(&self) -> &str {
        &self.draft.id
    }

    /// What the campaign is called.
    pub fn title(&self) -> &str {
        &self.draft.title
    }

    /// The text that it was loaded from.
    pub fn source(&self) -> &Arc<Source> {
        &self.source
    }

    /// What it says of its register.
    pub fn register(&self) -> &RegisterSettings {
        &self.draft.register
    }

    /// A theme with the fonts and colours that the campaign states.
    pub fn look(&self, theme: Theme) -> Theme {
        self.draft.look.over(theme)
    }

    /// The logo that it states.
    pub fn logo(&self) -> Option<&LogoSettings> {
        self.draft.look.logo.as_ref()
    }

    /// The Word files whose look its documents take, each once, and where it is named first.
    pub fn reference_documents(&self) -> BTreeMap<&str, Span> {
        let own = self.draft.references.iter().map(|(_, named)| named);
        let mut found = BTreeMap::new();
        for (path, span) in self.draft.look.reference.iter().chain(own) {
            found.entry(path.as_str()).or_insert(*span);
        }
        found
    }

    /// Its date; `None` where it has none.
    pub fn date(&self) -> Option<Date> {
        self.draft.date
    }

    /// Its first language tag; none where it has no valid one.
    pub fn first_language(&self) -> Option<String> {
        self.draft.language.first().map(ToString::to_string)
    }

    /// Name of the sender.
    pub fn sender_name(&self) -> &str {
        &self.draft.sender.name
    }

    /// E-mail address of the sender.
    pub fn sender_email(&self) -> Option<&str> {
        self.draft.sender.email.as_deref()
    }

    /// Web address of the sender.
    pub fn sender_website(&self) -> Option<&str> {
        self.draft.sender.website.as_deref()
    }

    /// What it says to the archive.
    pub fn archive(&self) -> &ArchiveSettings {
        &self.draft.archive
    }

    /// Codes of warnings that are no failure.
    pub fn allowed_warnings(&self) -> &BTreeSet<String> {
        &self.allowed
    }

    /// Its documents, in the author's order.
    pub fn documents(&self) -> &[DocumentSpec] {
        &self.documents
    }

    /// What it posts.
    pub fn posting(&self) -> &Posting {
        &self.posting
    }

    /// The codes of councils with phrases or a house style of their own.
    pub fn overridden_codes(&self) -> impl Iterator<Item = &str> {
        let codes = self.overrides.keys().chain(self.references.keys());
        codes.map(String::as_str)
    }

    /// A warning for an override of a municipality that the register does not have: a code with a
    /// slip of the pen would otherwise leave a council with the wrong words in silence. Where it is
    /// the name of one, it is a mistake; `named` is that municipality's code.
    pub fn idle_override(&self, code: &str, named: Option<&str>) -> Diagnostic {
        let phrases = self.overrides.get(code);
        let at = phrases
            .map(|index| &self.draft.overrides[*index].0)
            .or_else(|| {
                let reference = self.references.get(code);
                reference.map(|index| &self.draft.references[*index].0)
            });
        let place = at.map_or(Place::Nowhere, Text::whole);
        if let Some(named) = named {
            let message = format!("`{code}` is the name of a municipality, and not its code");
            return Diagnostic::error("override-by-name", message)
                .at(place)
                .hint(format!("write its code: `{named}`"));
        }
        let message = format!("the override of `{code}` is used by no row of the register");
        Diagnostic::warning("idle-override", message)
            .at(place)
            .hint("write the code as it is in the register, or `allow: [idle-override]`")
    }
}
