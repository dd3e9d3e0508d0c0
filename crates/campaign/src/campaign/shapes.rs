//! Cache of the shapes of documents, shared by municipalities with equal ones.

use std::collections::BTreeSet;
use std::sync::{Arc, PoisonError};

use raadspost_content::{Body, LanguageTag, Shape, Values};

use super::{Campaign, Fields};
use crate::ast::{ConditionId, DocumentDraft};
use crate::condition::Truth;
use crate::resolve::{Case, Facts, Resolved, Truths, Unresolved, resolve};

/// Number of shapes in each generation of [`Campaign::shapes`]. A campaign has some dozens that all
/// packs share; independent conditions, and overrides or house styles for hundreds of councils,
/// make more.
pub(super) const SHAPES: usize = 512;

/// Everything that determines the shape of a document; other data of a municipality is in slots.
///
/// It contains the conditions on which the document was found to depend, with their results.
/// Resolving evaluates conditions in sequence, and the next one depends on earlier results only:
/// equal keys therefore mean that the same conditions are evaluated with the same results.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct ShapeKey {
    pub(super) document: usize,
    /// The shapes of a collection's members, which determine it; empty for other documents.
    pub(super) members: Vec<SameShape>,
    pub(super) language: LanguageTag,
    pub(super) truths: Vec<(ConditionId, Truth)>,
    pub(super) overrides: Option<usize>,
    /// The house style, by index.
    pub(super) reference: Option<usize>,
    pub(super) facts: Facts,
    /// For a letter, the documents whose parts show nothing.
    pub(super) absent: Vec<usize>,
}

/// A shape compared by identity.
#[derive(Debug, Clone)]
pub(super) struct SameShape(pub(super) Arc<Shape>);

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

impl Campaign {
    /// The shape of a document, shared with other municipalities that have an equal one.
    pub(super) fn resolved(
        &self,
        case: Case<'_>,
        document: &DocumentDraft,
        mut key: ShapeKey,
        truths: &[Truth],
        members: &[(Arc<Shape>, Values, Fields)],
    ) -> Result<Arc<Resolved>, Unresolved> {
        let index = key.document;
        // A poisoned set is still consistent: entries are inserted as a whole.
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
        // With all conditions on which this shape depends, and possibly more.
        key.truths = answers(&depends()[index], truths);
        Ok(self.shapes.remember(key, resolved))
    }
}

/// The results of these conditions.
fn answers(conditions: &BTreeSet<ConditionId>, truths: &[Truth]) -> Vec<(ConditionId, Truth)> {
    let answer = |id: &ConditionId| Some((*id, truths.get(*id)?.clone()));
    conditions.iter().filter_map(answer).collect()
}
