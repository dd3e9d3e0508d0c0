//! A loaded campaign: makes a [`Pack`] from each row of the register.

mod address;
mod conventions;
mod fill;
mod filter;
mod pack;
mod shapes;

pub use filter::Filter;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, RwLock};

use raadspost_content::{
    ArchiveSettings, Conventions, Date, Diagnostic, Diagnostics, DocumentLimits, Envelope,
    Factions, Format, LanguageFile, LanguageTag, LogoSettings, Picture, Place, Recent, Severity,
    Source, Span, Theme, Warned,
};
use raadspost_yaml::Text;
use shapes::{SHAPES, ShapeKey};

use crate::address::{AddressForm, Addresses};
use crate::ast::{CampaignDraft, ConditionId, DraftKind, FillInDraftKind};
use crate::lower;
use crate::post::Posting;
use crate::register::{Columns, RegisterSettings};
use crate::resolve::Resolved;

/// The contents of the files that a campaign names.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct NamedFiles {
    /// The factions of the councils.
    pub factions: Factions,
    /// Its envelopes by name, including the default one.
    pub envelopes: BTreeMap<String, Arc<Envelope>>,
    /// The forms of addresses, by ISO 3166 code of the country.
    pub addresses: BTreeMap<String, AddressForm>,
    /// The files of its languages, by tag.
    pub languages: BTreeMap<String, Arc<LanguageFile>>,
    /// Its pictures, by file and alternative text.
    pub pictures: BTreeMap<(String, String), Arc<Picture>>,
}

/// The content of one campaign file.
pub struct Campaign {
    draft: CampaignDraft,
    source: Arc<Source>,
    documents: Vec<DocumentSpec>,
    allowed: BTreeSet<String>,
    overrides: BTreeMap<String, usize>,
    references: BTreeMap<String, usize>,
    factions: Factions,
    /// The envelopes of the draft's rules, followed by the default.
    envelopes: Vec<Arc<Envelope>>,
    pictures: Vec<Arc<Picture>>,
    /// The forms of addresses.
    addresses: Addresses,
    /// Whether the register has a column of countries.
    has_countries: bool,
    /// The conventions of every language that a document may be in.
    conventions: BTreeMap<LanguageTag, Conventions>,
    asks_factions: bool,
    posting: Posting,
    /// For each document, the conditions that its shapes were found to depend on.
    depends: RwLock<Vec<BTreeSet<ConditionId>>>,
    shapes: Recent<ShapeKey, Resolved>,
}

/// A document declared in the campaign.
#[derive(Debug, Clone)]
pub struct DocumentSpec {
    /// Its id.
    pub id: String,
    /// File name as written in the campaign, without extension.
    pub file: String,
    /// The formats in which it is made.
    pub formats: Vec<Format>,
    /// Limits for its PDF.
    pub limits: DocumentLimits,
}

/// The expressions of a shape's slots.
type Fields = Arc<[String]>;

impl Campaign {
    /// Loads a campaign. `columns` opens the register named in its settings, so that mistakes in
    /// the campaign and in the register's header are reported together.
    ///
    /// # Errors
    /// Every mistake in the file, in source order.
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
        // In file order, whichever pass found them; those without a location come last.
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
                file: document.file.pattern.clone(),
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
            addresses: Addresses::default(),
            has_countries: (columns.as_ref()).is_some_and(|it| it.type_of("country").is_some()),
            conventions: conventions::of_all(&draft, &NamedFiles::default()),
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

    /// Adds the files that the campaign names. Without them councils have no factions, letters use
    /// the embedded default envelope and English fixed words, addresses have the same form in every
    /// country, and signatures are not shown.
    ///
    /// # Errors
    /// Every envelope and picture that it names and that is missing in `files`.
    pub fn with_files(mut self, files: &NamedFiles) -> Result<Self, Diagnostics> {
        let mut missing = Vec::new();
        let mut envelopes = Vec::new();
        for (name, place) in self.envelope_names() {
            match files.envelopes.get(name) {
                Some(envelope) => envelopes.push(Arc::clone(envelope)),
                None => missing.push(
                    Diagnostic::error(
                        "unknown-envelope",
                        format!("the envelope `{name}` does not exist"),
                    )
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
                    Diagnostic::error(
                        "picture-not-found",
                        format!("the picture `{file}` does not exist"),
                    )
                    .at(place),
                ),
            }
        }
        if !missing.is_empty() {
            return Err(missing);
        }
        self.factions = files.factions.clone();
        self.conventions = conventions::of_all(&self.draft, files);
        self.addresses.forms = files.addresses.values().cloned().collect();
        (self.envelopes, self.pictures) = (envelopes, pictures);
        Ok(self)
    }

    /// The names of the envelopes of its rules with their locations, followed by the default
    /// without location.
    pub fn envelope_names(&self) -> Vec<(&str, Option<Place>)> {
        let rules = self.draft.envelopes.iter();
        let named = rules.map(|(_, name)| {
            let place = name.at.whole();
            (name.key.as_str(), Some(place))
        });
        named.chain([(Envelope::DEFAULT, None)]).collect()
    }

    /// The picture files, relative to the campaign, with alternative text and location.
    pub fn pictures_named(&self) -> impl Iterator<Item = (&str, &str, Place)> {
        self.draft.pictures.iter().map(|(file, alternative)| {
            let place = file.at.whole();
            (file.key.as_str(), alternative.as_str(), place)
        })
    }

    /// The draft.
    pub(crate) fn draft(&self) -> &CampaignDraft {
        &self.draft
    }

    /// The campaign's id.
    pub fn id(&self) -> &str {
        &self.draft.id
    }

    /// Its title.
    pub fn title(&self) -> &str {
        &self.draft.title
    }

    /// Its source text.
    pub fn source(&self) -> &Arc<Source> {
        &self.source
    }

    /// Its register settings.
    pub fn register(&self) -> &RegisterSettings {
        &self.draft.register
    }

    /// The theme with the fonts and colours of the campaign.
    pub fn look(&self, theme: Theme) -> Theme {
        self.draft.look.over(theme)
    }

    /// The logo that it states.
    pub fn logo(&self) -> Option<&LogoSettings> {
        self.draft.look.logo.as_ref()
    }

    /// The Word files used as reference documents, each once with its first location.
    pub fn reference_documents(&self) -> BTreeMap<&str, Span> {
        let own = self.draft.references.iter().map(|(_, named)| named);
        let mut found = BTreeMap::new();
        for (path, span) in self.draft.look.reference.iter().chain(own) {
            found.entry(path.as_str()).or_insert(*span);
        }
        found
    }

    /// Its date; `None` if missing.
    pub fn date(&self) -> Option<Date> {
        self.draft.date
    }

    /// Its first language tag; `None` if it has no valid one.
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

    /// Its archive settings.
    pub fn archive(&self) -> &ArchiveSettings {
        &self.draft.archive
    }

    /// Codes of allowed warnings.
    pub fn allowed_warnings(&self) -> &BTreeSet<String> {
        &self.allowed
    }

    /// Its documents, in source order.
    pub fn documents(&self) -> &[DocumentSpec] {
        &self.documents
    }

    /// The documents that are posted.
    pub fn posting(&self) -> &Posting {
        &self.posting
    }

    /// The codes of councils with overrides or their own house style.
    pub fn overridden_codes(&self) -> impl Iterator<Item = &str> {
        let codes = self.overrides.keys().chain(self.references.keys());
        codes.map(String::as_str)
    }

    /// A warning for an override of a municipality that is not in the register: a mistyped code
    /// would silently leave a council with the wrong text. An override by a municipality's name is
    /// an error; `named` is that municipality's code.
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
            let message = format!("`{code}` is the name of a municipality, not its code");
            return Diagnostic::error("override-by-name", message)
                .at(place)
                .hint(format!("write its code: `{named}`"));
        }
        let message = format!("the override of `{code}` matches no row of the register");
        Diagnostic::warning("idle-override", message)
            .at(place)
            .hint("write the code as it is in the register, or `allow: [idle-override]`")
    }
}
