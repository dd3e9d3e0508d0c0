//! Counts of posted and unposted documents over packs, shared by check, plan and build.

use std::collections::BTreeMap;

use raadspost_content::{Enveloped, Format, NotPosted, PackDocument, Without};
use serde::Serialize;

use crate::plan::PackPlan;

/// Envelopes of the selected municipalities, and their unposted documents.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct PostCounts {
    /// The campaign's envelopes, in its order.
    pub envelopes: Vec<EnvelopeCount>,
    /// Documents in no envelope, by reason.
    pub not_posted: Vec<NotPostedCount>,
}

/// Number of municipalities that get an envelope.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EnvelopeCount {
    /// Its name.
    pub envelope: String,
    /// The documents in it, in order, with the number of municipalities that get each.
    pub documents: Vec<DocumentCount>,
    /// How many municipalities get it.
    pub municipalities: u64,
    /// Number of municipalities whose envelope is held because a document is refused.
    pub held: u64,
    /// Number of municipalities that do not get this envelope, by the document they lack.
    pub without: BTreeMap<String, u64>,
    /// Number of municipalities that do not get it because they have no postal address.
    pub no_address: u64,
}

/// Number of municipalities that get a document in an envelope.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DocumentCount {
    /// The document's id.
    pub document: String,
    /// How many.
    pub municipalities: u64,
}

/// Documents that are made and are in no envelope, for one reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NotPostedCount {
    /// The document's id.
    pub document: String,
    /// Its format.
    pub format: Format,
    /// How many.
    pub number: u64,
    /// Why.
    pub reason: NotPosted,
}

impl PostCounts {
    /// Adds a pack.
    pub(crate) fn add(&mut self, plan: &PackPlan) {
        let is_held = !plan.refused.is_empty();
        if self.envelopes.is_empty() {
            let first = plan.envelopes.iter();
            self.envelopes = first
                .map(|one| EnvelopeCount {
                    envelope: one.envelope.name.clone(),
                    documents: one
                        .envelope
                        .documents
                        .iter()
                        .map(|document| DocumentCount {
                            document: document.clone(),
                            municipalities: 0,
                        })
                        .collect(),
                    municipalities: 0,
                    held: 0,
                    without: BTreeMap::new(),
                    no_address: 0,
                })
                .collect();
        }
        for (count, one) in self.envelopes.iter_mut().zip(&plan.envelopes) {
            match &one.without {
                None => {}
                Some(Without::Document(document)) => {
                    *count.without.entry(document.clone()).or_default() += 1;
                    continue;
                }
                Some(Without::PostalAddress) => {
                    count.no_address += 1;
                    continue;
                }
            }
            if is_held {
                count.held += 1;
                continue;
            }
            count.municipalities += 1;
            for document in &mut count.documents {
                let gets = one.documents.contains(&document.document);
                document.municipalities += u64::from(gets);
            }
        }
        // Nothing of a held pack is posted, for another reason.
        if is_held {
            return;
        }
        let documents = || plan.jobs.iter().map(|job| &job.document);
        let members = |id: &str| -> Vec<&str> {
            let mut all = documents();
            let found = all.find(|one| one.document == id && one.format == Format::Pdf);
            let members = found.map_or(&[][..], |one| one.shape.members());
            members
                .iter()
                .map(|shape| shape.document.as_str())
                .collect()
        };
        let envelopes = plan.envelopes.iter();
        let envelopes = envelopes.map(|one| (one.documents.as_slice(), one.without.as_ref()));
        let enveloped = Enveloped::new(envelopes, members);
        for document in documents() {
            self.note(document, &enveloped);
        }
    }

    /// Counts a pack as held that was added as one to be posted: one of its documents failed when
    /// it was made. `pack` has the counts of this pack alone.
    pub(crate) fn hold(&mut self, pack: &Self) {
        for (count, one) in self.envelopes.iter_mut().zip(&pack.envelopes) {
            count.municipalities -= one.municipalities;
            count.held += one.municipalities;
            for (count, one) in count.documents.iter_mut().zip(&one.documents) {
                count.municipalities -= one.municipalities;
            }
        }
        for one in &pack.not_posted {
            let same = self.not_posted.iter_mut().find(|known| {
                (&known.document, known.format, &known.reason)
                    == (&one.document, one.format, &one.reason)
            });
            if let Some(known) = same {
                known.number -= one.number;
            }
        }
        self.not_posted.retain(|one| one.number > 0);
    }

    fn note(&mut self, document: &PackDocument, enveloped: &Enveloped<'_>) {
        let Enveloped {
            posted,
            unaddressed,
        } = enveloped;
        let PackDocument {
            document: id,
            format,
            ..
        } = document;
        let is_copy = document.has_publication_copy();
        let Some(reason) = NotPosted::of(id, *format, is_copy, posted, unaddressed) else {
            return;
        };
        let mut known = self.not_posted.iter_mut();
        let same =
            known.find(|one| one.document == *id && one.format == *format && one.reason == reason);
        match same {
            Some(one) => one.number += 1,
            None => self.not_posted.push(NotPostedCount {
                document: id.clone(),
                format: *format,
                number: 1,
                reason,
            }),
        }
    }
}
