//! The shapes of documents, kept for municipalities that have equal ones.

use std::collections::BTreeSet;
use std::sync::{Arc, PoisonError};

use raadspost_content::{Body, LanguageTag, Shape, Values};

use super::{Campaign, Fields};
use crate::ast::{ConditionId, DocumentDraft};
use crate::condition::Truth;
use crate::resolve::{Case, Facts, Resolved, Truths, Unresolved, resolve};

/// So many shapes are kept in each half of [`Campaign::shapes`]. A campaign has some dozens that
/// all packs share; conditions that are independent of each other, and words or a house style of
/// their own for hundreds of councils, make more.
pub(super) const SHAPES: usize = 512;

/// What decides the shape of a document; everything else of a municipality stands in slots.
///
/// Of the conditions it holds those on which the document was found to depend, each with what it
/// comes to. Resolving reads conditions one after the other, and what it reads next depends on the
/// answers alone: where a key is equal to that of a kept shape, the same conditions would be read
/// with the same answers.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct ShapeKey {
    pub(super) document: usize,
    /// The shapes of a collection's members, for it is nothing but these; none for others.
    pub(super) members: Vec<SameShape>,
    pub(super) language: LanguageTag,
    pub(super) truths: Vec<(ConditionId, Truth)>,
    pub(super) overrides: Option<usize>,
    /// Which of the councils' house styles it has.
    pub(super) reference: Option<usize>,
    pub(super) facts: Facts,
    /// Of a letter, the documents of parts of which nothing is shown.
    pub(super) absent: Vec<usize>,
}

/// A shape that is equal to itself alone.
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
    /// The shape of a document, kept for other municipalities that have an equal one.
    pub(super) fn resolved(
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
