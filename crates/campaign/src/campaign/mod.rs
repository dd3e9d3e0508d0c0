//! A campaign that is loaded: from a register's row to a [`Pack`].

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, PoisonError, RwLock};

use raadspost_content::{
    ArchiveSettings, Body, Conventions, Date, Diagnostic, Diagnostics, DocumentLimits, Envelope,
    Factions, Format, LanguageTag, LogoSettings, Pack, PackDocument, Picture, Place, Postal,
    Recent, RefusedDocument, Severity, Shape, Source, Span, Theme, Values, Warned, kix_within,
    slug,
};
use raadspost_yaml::{OffsetMap, Text};

use crate::ast::{
    BodyDraft, CampaignDraft, ConditionId, DocumentDraft, DraftKind, FillInDraftKind, Formatter,
};
use crate::condition::{Condition, Truth};
use crate::language::NoLanguage;
use crate::lower;
use crate::post::Posting;
use crate::register::{Columns, Municipality, RefusedRow, RegisterSettings};
use crate::resolve::{
    Case, Facts, Resolved, SlotField, Truths, Unresolved, UrlPiece, percent_encoded, resolve,
};

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

/// So many shapes are kept in each half of [`Campaign::shapes`]. A campaign has some dozens that
/// all packs share; conditions that are independent of each other, and words or a house style of
/// their own for hundreds of councils, make more.
const SHAPES: usize = 512;

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

/// What decides the shape of a document; everything else of a municipality stands in slots.
///
/// Of the conditions it holds those on which the document was found to depend, each with what it
/// comes to. Resolving reads conditions one after the other, and what it reads next depends on the
/// answers alone: where a key is equal to that of a kept shape, the same conditions would be read
/// with the same answers.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct ShapeKey {
    document: usize,
    /// The shapes of a collection's members, for it is nothing but these; none for others.
    members: Vec<SameShape>,
    language: LanguageTag,
    truths: Vec<(ConditionId, Truth)>,
    overrides: Option<usize>,
    /// Which of the councils' house styles it has.
    reference: Option<usize>,
    facts: Facts,
    /// Of a letter, the documents of parts of which nothing is shown.
    absent: Vec<usize>,
}

/// A shape that is equal to itself alone.
#[derive(Debug, Clone)]
struct SameShape(Arc<Shape>);

impl PartialEq for SameShape {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for SameShape {}

impl std::hash::Hash for SameShape {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        Arc::as_ptr(&self.0).hash(state);
    }
}

/// What the slots of a shape show, in words.
type Fields = Arc<[String]>;

/// What became of a document for one municipality.
enum Outcome {
    /// Its condition does not hold, or nothing of it is shown.
    Absent,
    Given(Arc<Shape>, Values, Fields),
    Refused(Arc<Diagnostics>),
}

/// When a document is resolved; what a later stage asks is known by then.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    Parts,
    Letters,
    Collections,
}

impl Stage {
    fn of(document: &DocumentDraft) -> Self {
        match document.body {
            BodyDraft::Parts { .. } => Self::Parts,
            BodyDraft::Letter(_) => Self::Letters,
            BodyDraft::Collects(_) => Self::Collections,
        }
    }
}

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

    /// The same campaign with the factions of the councils.
    #[must_use]
    pub fn with_factions(mut self, factions: Factions) -> Self {
        self.factions = factions;
        self
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

    /// The same campaign with its envelopes, in the order of [`Self::envelope_names`]; without
    /// them every letter has the embedded default.
    #[must_use]
    pub fn with_envelopes(mut self, envelopes: Vec<Arc<Envelope>>) -> Self {
        self.envelopes = envelopes;
        self
    }

    /// The files of pictures that it names, relative to it, each with what a screen reader says of
    /// it and its place.
    pub fn pictures_named(&self) -> impl Iterator<Item = (&str, &str, Place)> {
        self.draft.pictures.iter().map(|(file, alternative)| {
            let place = file.at.whole();
            (file.key.as_str(), alternative.as_str(), place)
        })
    }

    /// The same campaign with its pictures, in the order of [`Self::pictures_named`]; without them
    /// nothing is shown in their places.
    #[must_use]
    pub fn with_pictures(mut self, pictures: Vec<Arc<Picture>>) -> Self {
        self.pictures = pictures;
        self
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

    /// Resolves and fills every document for one municipality; what a rule refuses is in
    /// [`Pack::refused`].
    pub fn pack(&self, municipality: &Municipality) -> Pack {
        let truths: Vec<Truth> = self
            .draft
            .conditions
            .iter()
            .map(|condition| condition.evaluate(municipality))
            .collect();
        let has = |field: &str| municipality.get(field).is_some();
        let po_box = has("po_box");
        let facts = Facts {
            address: has("postcode")
                && has("town")
                && (po_box || (has("street") && has("house_number"))),
            po_box,
            addition: has("addition"),
            factions: self.asks_factions && self.factions.of(municipality.code()).is_some(),
        };
        let overrides = self.overrides.get(municipality.code()).copied();
        let reference = self.references.get(municipality.code()).copied();
        let own = reference.map(|index| &self.draft.references[index].1);
        let named = own.or(self.draft.look.reference.as_ref());
        let none = LanguageTag::default();
        let case = Case {
            reference: named.map(|(path, _)| path.as_str()),
            draft: &self.draft,
            truths: &Truths::new(&truths),
            envelopes: &self.envelopes,
            pictures: &self.pictures,
            overrides: overrides.map(|index| self.draft.overrides[index].1.as_slice()),
            facts,
            language: &none,
            absent: &[],
        };
        let mut outcomes: HashMap<&str, Outcome> = HashMap::new();
        // Whatever the author's order: a letter names those of its enclosures that the municipality
        // gets, which its parts decide, and a collection is made of its members.
        let mut absent = Vec::new();
        for stage in [Stage::Parts, Stage::Letters, Stage::Collections] {
            let documents = self.draft.documents.iter().enumerate();
            for (index, document) in documents.filter(|(_, it)| Stage::of(it) == stage) {
                let enclosable = match stage {
                    Stage::Letters => absent.as_slice(),
                    Stage::Parts | Stage::Collections => &[],
                };
                let key = ShapeKey {
                    document: index,
                    members: Vec::new(),
                    language: LanguageTag::default(),
                    truths: Vec::new(),
                    overrides,
                    reference,
                    facts,
                    absent: enclosable.to_vec(),
                };
                let case = Case {
                    absent: enclosable,
                    ..case
                };
                let outcome = self.outcome(case, document, key, &truths, municipality, &outcomes);
                let own = document.when.and_then(|id| truths.get(id));
                let is_due = own.is_none_or(|own| *own == Truth::True);
                if stage == Stage::Parts && is_due && matches!(outcome, Outcome::Absent) {
                    absent.push(index);
                }
                outcomes.insert(&document.id, outcome);
            }
        }
        let mut pack = Pack {
            code: municipality.code().to_owned(),
            name: municipality.name().to_owned(),
            line: municipality.line(),
            row: municipality.row(),
            postal: municipality.postal(),
            documents: Vec::new(),
            refused: Vec::new(),
            envelopes: Vec::new(),
        };
        for document in &self.documents {
            for format in &document.formats {
                let file = format!("{}.{}", document.file, format.extension());
                match outcomes.get(document.id.as_str()) {
                    None | Some(Outcome::Absent) => {}
                    Some(Outcome::Given(shape, values, fields)) => {
                        pack.documents.push(PackDocument {
                            document: document.id.clone(),
                            file,
                            format: *format,
                            shape: shape.clone(),
                            values: values.clone(),
                            fields: Arc::clone(fields),
                        });
                    }
                    Some(Outcome::Refused(reasons)) => pack.refused.push(RefusedDocument {
                        document: document.id.clone(),
                        file,
                        format: *format,
                        reasons: reasons.clone(),
                    }),
                }
            }
        }
        pack.envelopes = self.posting.resolve(&pack.documents, &pack.refused);
        pack
    }

    /// The language of a document for a municipality.
    fn language<'a>(
        &'a self,
        document: &'a DocumentDraft,
        municipality: &Municipality,
    ) -> Result<&'a LanguageTag, Diagnostic> {
        let rule = document.language.as_ref().unwrap_or(&self.draft.language);
        let first = || {
            rule.first().ok_or_else(|| {
                let message = format!("the document `{}` has no language", document.id);
                Diagnostic::error("unknown-language", message)
            })
        };
        let Some(column) = &rule.column else {
            return first();
        };
        let Some(cell) = municipality.get(&column.key) else {
            return first();
        };
        crate::language::named(&rule.among, cell).map_err(|why| {
            let tags: Vec<_> = rule.among.iter().map(LanguageTag::as_str).collect();
            let (message, hint) = match why {
                NoLanguage::Unknown => (
                    format!(
                        "no texts in `{cell}`: `{}` chooses among {}",
                        column.key,
                        tags.join(", ")
                    ),
                    "write texts in that language and name it in `language.among`, or mend the cell"
                        .to_owned(),
                ),
                NoLanguage::Several(forms) => {
                    let forms: Vec<_> = forms.iter().map(|tag| format!("`{tag}`")).collect();
                    (
                        format!("`{cell}` may be {}", forms.join(" or ")),
                        "write one of them in the cell".to_owned(),
                    )
                }
            };
            Diagnostic::error("unknown-language", message)
                .at(municipality.place(Some(&column.key)))
                .hint(hint)
        })
    }

    /// The pack of a row that cannot be read: every document is refused for the row's mistakes.
    pub fn refused_pack(&self, row: &RefusedRow) -> Pack {
        let reasons = Arc::new(row.diagnostics.clone());
        let refused: Vec<_> = self
            .documents
            .iter()
            .flat_map(|document| {
                document.formats.iter().map(|format| RefusedDocument {
                    document: document.id.clone(),
                    file: format!("{}.{}", document.file, format.extension()),
                    format: *format,
                    reasons: reasons.clone(),
                })
            })
            .collect();
        Pack {
            code: row.code.clone(),
            name: row.name.clone(),
            line: row.line,
            row: row.row.clone(),
            postal: Postal::default(),
            documents: Vec::new(),
            envelopes: self.posting.resolve(&[], &refused),
            refused,
        }
    }

    fn outcome(
        &self,
        case: Case<'_>,
        document: &DocumentDraft,
        mut key: ShapeKey,
        truths: &[Truth],
        municipality: &Municipality,
        outcomes: &HashMap<&str, Outcome>,
    ) -> Outcome {
        match document.when.and_then(|id| truths.get(id)) {
            None | Some(Truth::True) => {}
            Some(Truth::False) => return Outcome::Absent,
            Some(Truth::Missing(columns)) => {
                let reasons = columns.iter();
                let reasons = reasons.map(|column| missing_condition(municipality, &[column]));
                return Outcome::Refused(Arc::new(reasons.collect()));
            }
        }
        // The language is asked of those that get the document.
        let language = match self.language(document, municipality) {
            Ok(language) => language,
            Err(refusal) => return Outcome::Refused(Arc::new(vec![refusal])),
        };
        let case = Case { language, ..case };
        key.language = language.clone();
        let mut members = Vec::new();
        if let BodyDraft::Collects(names) = &document.body {
            for name in names {
                match outcomes.get(name.key.as_str()) {
                    None | Some(Outcome::Absent) => {}
                    Some(Outcome::Given(shape, values, fields)) => {
                        members.push((shape.clone(), values.clone(), Arc::clone(fields)));
                    }
                    Some(Outcome::Refused(reasons)) => return Outcome::Refused(reasons.clone()),
                }
            }
            if members.is_empty() {
                return Outcome::Absent;
            }
            let shapes = members.iter().map(|(shape, ..)| shape.clone());
            key.members = shapes.map(SameShape).collect();
        }
        let resolved = match self.resolved(case, document, key, truths, &members) {
            Ok(resolved) => resolved,
            Err(Unresolved::Nothing) => return Outcome::Absent,
            Err(Unresolved::NoAddress) => {
                return Outcome::Refused(Arc::new(vec![no_address(municipality)]));
            }
            Err(Unresolved::Empty(mistakes)) => return Outcome::Refused(Arc::new(mistakes)),
            Err(Unresolved::Missing(columns)) => {
                let reasons = columns
                    .iter()
                    .map(|column| missing_condition(municipality, &[column]))
                    .collect();
                return Outcome::Refused(Arc::new(reasons));
            }
        };
        let mut missing = Vec::new();
        let slots = resolved
            .slots
            .iter()
            .map(|slot| match &slot.field {
                SlotField::Column(field) => fill(
                    field,
                    slot.format,
                    resolved.language.as_str(),
                    municipality,
                    &mut missing,
                ),
                SlotField::Kix => {
                    let column = match &resolved.shape.body {
                        Body::Letter(letter) => {
                            let with_return = !letter.sender.address.is_empty();
                            letter.envelope.address_column(with_return).width
                        }
                        _ => 0.0,
                    };
                    kix_within(&municipality.postal(), column).unwrap_or_else(|why| {
                        let (field, why) = why.diagnostic();
                        missing.push(why.at(municipality.place(Some(field))));
                        String::new()
                    })
                }
                SlotField::Url(pieces) => url(
                    pieces,
                    resolved.language.as_str(),
                    municipality,
                    &mut missing,
                ),
                SlotField::Factions => {
                    let known = self.factions.of(municipality.code());
                    known.unwrap_or_default().to_owned()
                }
            })
            .collect();
        if missing.is_empty() {
            let members = members.into_iter().map(|(_, values, _)| values).collect();
            let (shape, fields) = (resolved.shape.clone(), resolved.fields.clone());
            Outcome::Given(shape, Values { slots, members }, fields)
        } else {
            Outcome::Refused(Arc::new(once(missing)))
        }
    }

    /// The shape of a document, kept for other municipalities that have an equal one.
    fn resolved(
        &self,
        case: Case<'_>,
        document: &DocumentDraft,
        mut key: ShapeKey,
        truths: &[Truth],
        members: &[(Arc<Shape>, Values, Fields)],
    ) -> Result<Arc<Resolved>, Unresolved> {
        let index = key.document;
        // Poisoned sets hold whole entries only: nothing is half inserted.
        let depends = || self.depends.read().unwrap_or_else(PoisonError::into_inner);
        key.truths = answers(&depends()[index], truths);
        if let Some(resolved) = self.shapes.known(&key) {
            return Ok(resolved);
        }
        let asking = Truths::new(truths);
        let case = Case {
            truths: &asking,
            ..case
        };
        let resolved = resolve(&case, document);
        let asked = asking.into_asked();
        if !asked.is_subset(&depends()[index]) {
            let mut depends = self.depends.write().unwrap_or_else(PoisonError::into_inner);
            depends[index].extend(asked);
        }
        let mut resolved = resolved?;
        if !members.is_empty() {
            let mut shape = (*resolved.shape).clone();
            shape.body =
                Body::Collection(members.iter().map(|(shape, ..)| shape.clone()).collect());
            resolved.shape = Arc::new(shape);
            let of_members = members
                .iter()
                .flat_map(|(.., fields)| fields.iter().cloned());
            resolved.fields = resolved.fields.iter().cloned().chain(of_members).collect();
        }
        // With all conditions on which this very shape depends, and perhaps more.
        key.truths = answers(&depends()[index], truths);
        Ok(self.shapes.remember(key, resolved))
    }
}

/// What these conditions come to.
fn answers(conditions: &BTreeSet<ConditionId>, truths: &[Truth]) -> Vec<(ConditionId, Truth)> {
    let answer = |id: &ConditionId| Some((*id, truths.get(*id)?.clone()));
    conditions.iter().filter_map(answer).collect()
}

/// Each mistake once: a cell that a document uses twice is empty once.
fn once(mut mistakes: Diagnostics) -> Diagnostics {
    let mut seen = BTreeSet::new();
    mistakes.retain(|mistake| {
        let column = match &mistake.place {
            Place::Row { column, .. } => column.clone(),
            _ => None,
        };
        seen.insert((mistake.code, mistake.message.clone(), column))
    });
    mistakes
}

/// The refusal for columns without a value on which a condition depends; it is placed at the first.
fn missing_condition(municipality: &Municipality, columns: &[&String]) -> Diagnostic {
    let named: Vec<_> = columns
        .iter()
        .map(|column| format!("`municipality.{column}`"))
        .collect();
    let first = columns.first().map_or("", |column| column.as_str());
    let have = if columns.len() == 1 { "has" } else { "have" };
    Diagnostic::error(
        "missing-value",
        format!(
            "a condition needs {}, which {have} no value",
            named.join(" and ")
        ),
    )
    .at(municipality.place(Some(first)))
    .hint(format!(
        "fill in the cell, or write `has(municipality.{first}) && …` in the condition"
    ))
}

fn no_address(municipality: &Municipality) -> Diagnostic {
    let absent: Vec<&str> = ["po_box", "postcode", "town"]
        .into_iter()
        .filter(|field| municipality.get(field).is_none())
        .map(|field| {
            if field == "po_box" {
                "po_box (or street and house_number)"
            } else {
                field
            }
        })
        .collect();
    Diagnostic::error(
        "no-address",
        format!("no postal address: {} has no value", absent.join(", ")),
    )
    .at(municipality.place(None))
    .hint("complete the address in the register, or write `address: optional` in the letter")
}

/// Most bytes of an address in a QR code, as GOV.UK Notify has it: more makes squares too small to
/// be read from paper.
const QR_LIMIT: usize = 504;

fn url(
    pieces: &[UrlPiece],
    language: &str,
    municipality: &Municipality,
    missing: &mut Diagnostics,
) -> String {
    let mut url = String::new();
    for piece in pieces {
        match piece {
            UrlPiece::Text(text) => url.push_str(text),
            UrlPiece::Column(field, format) => {
                let value = fill(field, *format, language, municipality, missing);
                url.push_str(&percent_encoded(&value));
            }
        }
    }
    if url.len() > QR_LIMIT {
        let message = format!(
            "the address of the QR code has {} bytes, and {QR_LIMIT} is the most",
            url.len()
        );
        missing.push(
            Diagnostic::error("qr-too-long", message)
                .at(municipality.place(None))
                .hint("shorten `qr.url`, or the cells that it takes"),
        );
    }
    url
}

fn fill(
    field: &str,
    format: Option<Formatter>,
    language: &str,
    municipality: &Municipality,
    missing: &mut Diagnostics,
) -> String {
    let Some(cell) = municipality.get(field) else {
        missing.push(
            Diagnostic::error("missing-value", format!("`municipality.{field}` has no value"))
                .at(municipality.place(Some(field)))
                .hint(format!(
                    "fill in the cell, or put the words in `{{{{ if has(municipality.{field}) }}}} … {{{{ end }}}}`"
                )),
        );
        return String::new();
    };
    let conventions = Conventions::of(language);
    match (format, conventions) {
        (Some(Formatter::Upper), _) => cell.to_uppercase(),
        (Some(Formatter::Slug), _) => slug(cell),
        (Some(Formatter::Date), Some(conventions)) => {
            let date = municipality.date(field);
            date.map_or_else(|| cell.to_owned(), |date| conventions.long_date(date))
        }
        (Some(Formatter::Number), Some(conventions)) => {
            let number = municipality.number(field);
            number.map_or_else(|| cell.to_owned(), |number| conventions.number(number))
        }
        (Some(Formatter::Date | Formatter::Number) | None, _) => cell.to_owned(),
    }
}

/// A selection of municipalities: the language of conditions, for `--where`.
pub struct Filter(Condition);

impl Filter {
    /// Parses a condition and checks it against the register's columns.
    ///
    /// # Errors
    /// Every mistake in it.
    pub fn parse(expression: &str, columns: &Columns) -> Result<Self, Diagnostics> {
        let mut map = OffsetMap::default();
        map.push(0, 0);
        let text = Text {
            source: Source::new("--where", expression),
            text: expression.to_owned(),
            map,
        };
        let mut diagnostics = Vec::new();
        let condition = Condition::parse(&text, &mut diagnostics);
        if let Some(condition) = &condition {
            condition.check(columns, &mut diagnostics);
        }
        match condition {
            Some(condition) if diagnostics.is_empty() => Ok(Self(condition)),
            _ => Err(diagnostics),
        }
    }

    /// Whether a municipality is selected.
    ///
    /// # Errors
    /// The condition hangs on a column that has no value here.
    pub fn matches(&self, municipality: &Municipality) -> Result<bool, Diagnostic> {
        match self.0.evaluate(municipality) {
            Truth::True => Ok(true),
            Truth::False => Ok(false),
            Truth::Missing(columns) => {
                let columns: Vec<_> = columns.iter().collect();
                Err(missing_condition(municipality, &columns))
            }
        }
    }
}
