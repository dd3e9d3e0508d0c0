//! The documents of one municipality: resolved, filled or refused.

use std::collections::HashMap;
use std::sync::Arc;

use raadspost_content::{
    Diagnostic, Diagnostics, LanguageTag, Pack, PackDocument, Postal, RefusedDocument, Shape,
    Values, slug,
};

use super::fill::missing_condition;
use super::shapes::{SameShape, ShapeKey};
use super::{Campaign, Fields};
use crate::ast::{BodyDraft, DocumentDraft, Piece};
use crate::condition::Truth;
use crate::language::NoLanguage;
use crate::register::{Municipality, RefusedRow};
use crate::resolve::{Case, Facts, Truths, Unresolved};

/// The result of a document for one municipality.
enum Outcome {
    /// Its condition is false, or it has no visible content.
    Absent,
    Given(Arc<Shape>, Values, Fields),
    Refused(Arc<Diagnostics>),
}

/// The order in which documents are resolved: later stages use results of earlier ones.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    Parts,
    Letters,
    Collections,
}

impl Stage {
    pub(super) fn of(document: &DocumentDraft) -> Self {
        match document.body {
            BodyDraft::Parts { .. } => Self::Parts,
            BodyDraft::Letter(_) => Self::Letters,
            BodyDraft::Collects(_) => Self::Collections,
        }
    }
}

/// The name of a document's files for a municipality, without extension.
fn file_name(document: &DocumentDraft, municipality: &Municipality) -> Result<String, Diagnostics> {
    let mut name = String::new();
    let mut missing = Diagnostics::new();
    for piece in &document.file.pieces {
        let field = match piece {
            Piece::Text(text) => {
                name.push_str(text);
                continue;
            }
            Piece::Field(field) => &field.name,
            _ => continue,
        };
        match municipality.get(field).map(slug) {
            Some(slug) if !slug.is_empty() => name.push_str(&slug),
            found => {
                let what = match found {
                    None => "has no value",
                    Some(_) => "has no letter or digit",
                };
                let message =
                    format!("`municipality.{field}` {what}, and the file name asks for it");
                missing.push(
                    Diagnostic::error("missing-value", message)
                        .at(municipality.place(Some(field)))
                        .hint("fill in the cell, or take the field out of the document's `file`"),
                );
            }
        }
    }
    if missing.is_empty() {
        Ok(name)
    } else {
        Err(missing)
    }
}

impl Campaign {
    /// Resolves and fills every document for one municipality; documents refused by a rule are in
    /// [`Pack::refused`].
    pub fn pack(&self, municipality: &Municipality) -> Pack {
        let truths: Vec<Truth> = self
            .draft
            .conditions
            .iter()
            .map(|condition| condition.evaluate(municipality))
            .collect();
        let facts = self.facts(municipality);
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
            addresses: &self.addresses,
            pictures: &self.pictures,
            overrides: overrides.map(|index| self.draft.overrides[index].1.as_slice()),
            facts,
            language: &none,
            conventions: None,
            absent: &[],
        };
        let mut outcomes: HashMap<&str, Outcome> = HashMap::new();
        // Independent of source order: a letter lists the enclosures that the municipality gets,
        // which their parts determine, and a collection is made of its members.
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
        self.assemble(municipality, &outcomes)
    }

    fn facts(&self, municipality: &Municipality) -> Facts {
        Facts {
            address: self.address_facts(municipality),
            factions: self.asks_factions && self.factions.of(municipality.code()).is_some(),
        }
    }

    /// The documents of all formats, made or refused, and their envelopes.
    fn assemble(&self, municipality: &Municipality, outcomes: &HashMap<&str, Outcome>) -> Pack {
        let mut pack = Pack {
            code: municipality.code().to_owned(),
            name: municipality.name().to_owned(),
            line: municipality.line(),
            row: municipality.row(),
            postal: self.postal(municipality),
            documents: Vec::new(),
            refused: Vec::new(),
            envelopes: Vec::new(),
        };
        for (document, draft) in self.documents.iter().zip(&self.draft.documents) {
            let outcome = match outcomes.get(document.id.as_str()) {
                None | Some(Outcome::Absent) => continue,
                Some(outcome) => outcome,
            };
            let name = file_name(draft, municipality);
            for format in &document.formats {
                let named = |name: &str| format!("{name}.{}", format.extension());
                let pattern: Arc<str> = named(&document.file).into();
                let refused = |file: String, reasons: Arc<Diagnostics>| RefusedDocument {
                    document: document.id.clone(),
                    file,
                    pattern: Arc::clone(&pattern),
                    format: *format,
                    reasons,
                };
                match (outcome, &name) {
                    (Outcome::Absent, _) => {}
                    (Outcome::Given(shape, values, fields), Ok(name)) => {
                        pack.documents.push(PackDocument {
                            document: document.id.clone(),
                            file: named(name),
                            pattern,
                            format: *format,
                            shape: shape.clone(),
                            values: values.clone(),
                            fields: Arc::clone(fields),
                        });
                    }
                    (Outcome::Given(..), Err(missing)) => {
                        let reasons = Arc::new(missing.clone());
                        pack.refused.push(refused(named(&document.file), reasons));
                    }
                    (Outcome::Refused(reasons), name) => {
                        let file = named(name.as_ref().unwrap_or(&document.file));
                        pack.refused.push(refused(file, reasons.clone()));
                    }
                }
            }
        }
        pack.envelopes = self.posting.resolve(&pack.documents, &pack.refused);
        pack
    }

    /// The language of a document for a municipality.
    pub(super) fn language<'a>(
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
                        "the campaign has no texts in `{cell}`: `{}` allows {}",
                        column.key,
                        tags.join(", ")
                    ),
                    "write texts in that language and add it to `language.among`, or correct the cell"
                        .to_owned(),
                ),
                NoLanguage::Several(forms) => {
                    let forms: Vec<_> = forms.iter().map(|tag| format!("`{tag}`")).collect();
                    (
                        format!("`{cell}` is ambiguous: {}", forms.join(" or ")),
                        "write one of them in the cell".to_owned(),
                    )
                }
            };
            Diagnostic::error("unknown-language", message)
                .at(municipality.place(Some(&column.key)))
                .hint(hint)
        })
    }

    /// The pack of an unreadable row: every document is refused for the row's mistakes.
    pub fn refused_pack(&self, row: &RefusedRow) -> Pack {
        let reasons = Arc::new(row.diagnostics.clone());
        let refused: Vec<_> = self
            .documents
            .iter()
            .flat_map(|document| {
                document.formats.iter().map(|format| {
                    let file = format!("{}.{}", document.file, format.extension());
                    RefusedDocument {
                        document: document.id.clone(),
                        pattern: file.as_str().into(),
                        file,
                        format: *format,
                        reasons: reasons.clone(),
                    }
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
        // The language is determined only for documents that the municipality gets.
        let language = match self.language(document, municipality) {
            Ok(language) => language,
            Err(refusal) => return Outcome::Refused(Arc::new(vec![refusal])),
        };
        let case = Case {
            language,
            conventions: self.conventions.get(language),
            ..case
        };
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
                return Outcome::Refused(Arc::new(vec![self.address_mistake(municipality)]));
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
        match self.slots(&resolved, municipality) {
            Ok(slots) => {
                let members = members.into_iter().map(|(_, values, _)| values).collect();
                let (shape, fields) = (resolved.shape.clone(), resolved.fields.clone());
                Outcome::Given(shape, Values { slots, members }, fields)
            }
            Err(missing) => Outcome::Refused(Arc::new(missing)),
        }
    }
}
