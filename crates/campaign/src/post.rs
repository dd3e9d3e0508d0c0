//! The envelopes of a campaign: which documents each contains, in which order, and why a document
//! is in none. This is the only place that decides it; check, plan, build and print use the result.

use std::sync::Arc;

use raadspost_content::{
    Diagnostic, Diagnostics, Format, PackDocument, PackEnvelope, Place, PostEnvelope,
    RefusedDocument, Source, Without, did_you_mean,
};
use serde::Serialize;

use crate::ast::{
    AddressRule, BodyDraft, CampaignDraft, DocumentDraft, LetterDraft, PostDraft, Reference,
};

/// The envelopes of a campaign, and the rule that determined them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Posting {
    /// How it was decided.
    pub rule: PostingRule,
    /// The envelopes, in source order.
    pub envelopes: Vec<Arc<PostEnvelope>>,
}

/// The rule that determined what is posted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum PostingRule {
    /// The campaign's `post` lists the envelopes.
    Stated,
    /// The campaign has one letter, or one collection with all letters.
    Derived,
    /// The campaign has `post: none`.
    Nothing,
    /// The campaign has no letter to post, or does not state which.
    #[default]
    Unstated,
}

impl Posting {
    /// The posting of a campaign without mistakes.
    pub(crate) fn of(draft: &CampaignDraft) -> Self {
        let documents = &draft.documents;
        let envelope = |name: &str, ids: Vec<String>| {
            let first = ids.first().and_then(|id| find(documents, id))?;
            Some(Arc::new(PostEnvelope {
                name: name.to_owned(),
                letter: letter_of(draft, first)?.id.clone(),
                documents: ids,
            }))
        };
        let (rule, envelopes) = match &draft.post {
            Some(PostDraft::Nothing) => (PostingRule::Nothing, Vec::new()),
            Some(PostDraft::Envelopes { envelopes, .. }) => {
                let stated = envelopes.iter().filter_map(|(name, members)| {
                    let ids = members.iter().map(|member| member.key.clone());
                    envelope(&name.key, ids.collect())
                });
                (PostingRule::Stated, stated.collect())
            }
            None => match derived(draft) {
                Some(ids) => {
                    let name = ids[0].clone();
                    let only = envelope(&name, ids).into_iter().collect();
                    (PostingRule::Derived, only)
                }
                None => (PostingRule::Unstated, Vec::new()),
            },
        };
        Self { rule, envelopes }
    }

    /// The envelopes of one municipality, one for each envelope of the campaign.
    pub(crate) fn resolve(
        &self,
        documents: &[PackDocument],
        refused: &[RefusedDocument],
    ) -> Vec<PackEnvelope> {
        let made = |id: &str| {
            let mut all = documents.iter();
            all.find(|one| one.document == id && one.format == Format::Pdf)
        };
        let is_refused = |id: &str| {
            let mut all = refused.iter();
            all.any(|one| one.document == id && one.format == Format::Pdf)
        };
        let resolve = |envelope: &Arc<PostEnvelope>| {
            let first = envelope.documents.first().map_or("", String::as_str);
            let (lines, without) = match made(first) {
                Some(document) => match document.address_lines() {
                    Some(lines) => (lines, None),
                    None if document.is_unaddressed() => (Vec::new(), Some(Without::PostalAddress)),
                    // A collection without letters for this municipality.
                    None => {
                        let letter = envelope.letter.clone();
                        (Vec::new(), Some(Without::Document(letter)))
                    }
                },
                None if is_refused(first) => (Vec::new(), None),
                None => (Vec::new(), Some(Without::Document(first.to_owned()))),
            };
            let window = made(first).and_then(PackDocument::window);
            let all = envelope.documents.iter();
            let gets = |id: &&String| made(id).is_some() || is_refused(id);
            PackEnvelope {
                envelope: Arc::clone(envelope),
                documents: match without {
                    Some(Without::Document(_)) => Vec::new(),
                    Some(Without::PostalAddress) | None => all.filter(gets).cloned().collect(),
                },
                lines,
                window,
                without,
            }
        };
        self.envelopes.iter().map(resolve).collect()
    }
}

fn find<'a>(documents: &'a [DocumentDraft], id: &str) -> Option<&'a DocumentDraft> {
    documents.iter().find(|document| document.id == id)
}

fn is_pdf(document: &DocumentDraft) -> bool {
    document.formats.contains(&Format::Pdf)
}

/// The draft of a letter document.
fn written<'a>(draft: &'a CampaignDraft, document: &DocumentDraft) -> Option<&'a LetterDraft> {
    let BodyDraft::Letter(key) = &document.body else {
        return None;
    };
    let mut letters = draft.letters.iter();
    letters.find(|letter| letter.key.text == key.key)
}

/// Whether it is a letter with an address, which can be posted.
fn is_letter(draft: &CampaignDraft, document: &DocumentDraft) -> bool {
    matches!(document.body, BodyDraft::Letter(_))
        && !document.publication_copy
        && is_pdf(document)
        && !is_without_address(draft, document)
}

/// Whether it is a letter with `address: none`.
fn is_without_address(draft: &CampaignDraft, document: &DocumentDraft) -> bool {
    written(draft, document).is_some_and(|letter| letter.address == AddressRule::None)
}

fn members(document: &DocumentDraft) -> &[Reference] {
    match &document.body {
        BodyDraft::Collects(members) => members,
        _ => &[],
    }
}

/// The publication copy that a document is or contains.
fn copy_in<'a>(
    documents: &'a [DocumentDraft],
    document: &'a DocumentDraft,
) -> Option<&'a DocumentDraft> {
    let held = members(document).iter();
    let mut all = std::iter::once(document).chain(held.filter_map(|id| find(documents, &id.key)));
    all.find(|one| one.publication_copy)
}

/// The first letter of a document: itself, or its first member.
fn letter_of<'a>(
    draft: &'a CampaignDraft,
    document: &'a DocumentDraft,
) -> Option<&'a DocumentDraft> {
    let first = first_of(draft, document)?;
    is_letter(draft, first).then_some(first)
}

/// The first part of a document: itself, or its first member.
fn first_of<'a>(
    draft: &'a CampaignDraft,
    document: &'a DocumentDraft,
) -> Option<&'a DocumentDraft> {
    match members(document).first() {
        Some(first) => find(&draft.documents, &first.key),
        None => Some(document),
    }
}

/// The envelope of a campaign that leaves no choice; `None` otherwise.
fn derived(draft: &CampaignDraft) -> Option<Vec<String>> {
    let documents = &draft.documents;
    let letters: Vec<&DocumentDraft> = documents
        .iter()
        .filter(|one| is_letter(draft, one))
        .collect();
    let is_collection = |one: &&DocumentDraft| matches!(one.body, BodyDraft::Collects(_));
    let mut collections = documents.iter().filter(is_collection).peekable();
    if collections.peek().is_some() {
        let mut beginning = collections.filter(|one| letter_of(draft, one).is_some());
        let (Some(only), None) = (beginning.next(), beginning.next()) else {
            return None;
        };
        if copy_in(documents, only).is_some() {
            return None;
        }
        let holds = |letter: &&DocumentDraft| members(only).iter().any(|id| id.key == letter.id);
        return letters.iter().all(holds).then(|| vec![only.id.clone()]);
    }
    let [letter] = letters.as_slice() else {
        return None;
    };
    let mut ids = vec![letter.id.clone()];
    let written = written(draft, letter)?;
    for item in written.enclosures.iter().flat_map(|all| &all.items) {
        let Some(named) = item
            .document
            .as_ref()
            .and_then(|id| find(documents, &id.key))
        else {
            continue;
        };
        if is_pdf(named) && !named.publication_copy && !ids.contains(&named.id) {
            ids.push(named.id.clone());
        }
    }
    Some(ids)
}

/// Checks the key `post`, and warns if it should be present.
pub(crate) fn check(draft: &CampaignDraft, source: &Arc<Source>, diagnostics: &mut Diagnostics) {
    match &draft.post {
        Some(PostDraft::Nothing) => {}
        Some(PostDraft::Envelopes { envelopes, at }) => {
            if envelopes.is_empty() {
                let empty = Diagnostic::error("empty-envelope", "`post` has no envelope")
                    .at(Place::Source(source.clone(), *at))
                    .hint("write `post: none`, or an envelope: `raad: [brief]`");
                diagnostics.push(empty);
            }
            for (name, members) in envelopes {
                check_envelope(draft, name, members, diagnostics);
            }
        }
        None => diagnostics.extend(unstated(draft)),
    }
}

/// The warning for a campaign that has letters but does not state which are posted.
fn unstated(draft: &CampaignDraft) -> Option<Diagnostic> {
    let documents = &draft.documents;
    let letters: Vec<&DocumentDraft> = documents
        .iter()
        .filter(|one| is_letter(draft, one))
        .collect();
    let first = letters.first()?;
    if derived(draft).is_some() {
        return None;
    }
    // The probable intention: each collection that begins with a letter, and each letter that is in
    // none of them.
    let whole: Vec<&DocumentDraft> = documents
        .iter()
        .filter(|one| !members(one).is_empty())
        .filter(|one| letter_of(draft, one).is_some() && copy_in(documents, one).is_none())
        .collect();
    let loose = letters.iter().copied().filter(|letter| {
        let mut all = whole.iter().flat_map(|one| members(one));
        !all.any(|id| id.key == letter.id)
    });
    let stated: Vec<String> = whole
        .iter()
        .copied()
        .chain(loose)
        .map(|one| format!("{0}: [{0}]", one.id))
        .collect();
    let at = &first.at;
    Some(
        Diagnostic::warning(
            "post-unstated",
            "the campaign does not state which documents are posted, so nothing is posted",
        )
        .at(at.whole())
        .hint(format!(
            "write `post: {{ {} }}`, an envelope with its documents in order, or `post: none`",
            stated.join(", ")
        )),
    )
}

fn check_envelope(
    draft: &CampaignDraft,
    name: &Reference,
    named: &[Reference],
    diagnostics: &mut Diagnostics,
) {
    let documents = draft.documents.as_slice();
    let mut wrong = |at: &Reference, code, message: String, hint: &str| {
        diagnostics.push(at.at.mistake(code, message).hint(hint));
    };
    if named.is_empty() {
        let message = format!("the envelope `{}` has no document", name.key);
        let hint = "name its documents in order, the letter first: `[brief, bijlage]`";
        wrong(name, "empty-envelope", message, hint);
    }
    for (at, member) in named.iter().enumerate() {
        let id = &member.key;
        let Some(document) = find(documents, id) else {
            let ids: Vec<&str> = documents.iter().map(|one| one.id.as_str()).collect();
            let hint = did_you_mean(id, &ids)
                .unwrap_or_else(|| format!("the campaign has: {}", ids.join(", ")));
            let message = format!("document `{id}` is not known");
            wrong(member, "unknown-document", message, &hint);
            continue;
        };
        let before = &named[..at];
        if before.iter().any(|other| other.key == *id) {
            let message = format!("`{id}` is in the envelope `{}` twice", name.key);
            wrong(member, "wrong-envelope", message, "name it once");
        } else if let Some(copy) = copy_in(documents, document) {
            let message = if copy.id == *id {
                format!("`{id}` is a publication copy, which is never posted")
            } else {
                format!(
                    "`{id}` contains the publication copy `{}`, which is never posted",
                    copy.id
                )
            };
            let hint = "name the letter itself, or a collection that contains it";
            wrong(member, "wrong-envelope", message, hint);
        } else if !is_pdf(document) {
            let message = format!("`{id}` is not made as PDF, and only PDF is posted");
            let hint = "write `formats: [pdf]` in the document, or remove it here";
            wrong(member, "wrong-envelope", message, hint);
        } else if let (0, Some(letter)) = (
            at,
            first_of(draft, document).filter(|first| is_without_address(draft, first)),
        ) {
            let message = format!(
                "the envelope `{}` begins with the letter `{}`, which has `address: none`",
                name.key, letter.id
            );
            let hint = "write `address: required` or `address: optional` in the letter, or name another letter first";
            wrong(member, "wrong-envelope", message, hint);
        } else if at == 0 && letter_of(draft, document).is_none() {
            let message = format!("the envelope `{}` does not begin with a letter", name.key);
            let hint =
                "name a letter first, or a collection that begins with one: its address is used";
            wrong(member, "wrong-envelope", message, hint);
        } else if let Some(whole) = named
            .iter()
            .filter_map(|other| find(documents, &other.key))
            .find(|whole| members(whole).iter().any(|held| held.key == *id))
        {
            let message = format!(
                "`{id}` is in the envelope `{}` twice: `{}` contains it",
                name.key, whole.id
            );
            let hint = "name the collection or its members, not both";
            wrong(member, "wrong-envelope", message, hint);
        }
    }
}
