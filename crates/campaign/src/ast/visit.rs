//! The only traversal of a draft: it visits every text and every reference by name.
//!
//! **Invariant:** no check and no count traverses a draft by itself. A new key of the draft is
//! added here, and every check sees it; destructuring by name makes the compiler point it out.
//!
//! [`CampaignDraft::visit`] calls back with an [`Owner`] and what was [`Met`], for the whole
//! campaign, used or not. [`CampaignDraft::visit_document`] does so for everything that one
//! document can show: it follows letters, texts, motions and phrases, so that whatever no call
//! visits is unused.

use std::collections::BTreeSet;

use raadspost_content::LanguageTag;

use crate::ast::{
    BodyDraft, CampaignDraft, ChoiceDraft, DocumentDraft, Draft, DraftItem, DraftKind,
    EnclosureDraft, EnclosuresDraft, LetterDraft, MotionDraft, PartDraft, ParticularDraft, Piece,
    QrDraft, Reference, TextDraft,
};
use crate::language::choose;

/// The part of the campaign that is visited.
#[derive(Clone, Copy)]
pub(crate) enum Owner<'a> {
    /// A phrase, or a municipality's override of one.
    Phrase,
    /// A motion; its texts may use its choices.
    Motion(&'a MotionDraft),
    /// A letter, a text of `texts`, or a document with its title and annex heading.
    Other,
}

/// The visited item.
#[derive(Clone, Copy)]
pub(crate) enum Met<'a> {
    /// A piece of running text, including nested ones, outer first. Fields, fill-ins, choices,
    /// footnotes, links and `{{ phrase.KEY }}` are pieces.
    Piece(&'a Piece),
    /// A phrase referred to by key: `addressee`, or the head of a motion's block.
    Phrase(&'a Reference),
    /// The letter of a document.
    Letter(&'a Reference),
    /// A text used as part of a document.
    Text(&'a Reference),
    /// A motion used as part of a document, with the variant that it names.
    Motion(&'a Reference, Option<&'a Reference>),
    /// A collected or enclosed document.
    Document(&'a Reference),
}

/// The callback, and the only language to visit, if any.
struct Walk<'s, 'a> {
    see: &'s mut dyn FnMut(Owner<'a>, Met<'a>),
    language: Option<&'s LanguageTag>,
}

impl<'a> Walk<'_, 'a> {
    /// The text in the visited language; all texts if no language is set.
    fn taken<T>(&self, texts: &'a [(LanguageTag, T)]) -> Vec<&'a T> {
        match self.language {
            Some(language) => choose(texts, language).into_iter().collect(),
            None => texts.iter().map(|(_, text)| text).collect(),
        }
    }
}

/// The phrases for the lines of a postal address, if the campaign defines them.
pub(crate) const ADDRESS_PHRASES: [&str; 3] = ["po-box", "street-address", "postal-line"];

impl CampaignDraft {
    /// Visits the whole campaign: phrases with their overrides, letters, texts, motions and
    /// documents, in all languages.
    pub(crate) fn visit<'a>(&'a self, see: &mut dyn FnMut(Owner<'a>, Met<'a>)) {
        let walk = &mut Walk {
            see,
            language: None,
        };
        let own = self.overrides.iter().flat_map(|(_, phrases)| phrases);
        for (_, pieces) in self.phrases.iter().chain(own) {
            running(pieces, Owner::Phrase, walk);
        }
        for letter in &self.letters {
            visit_letter(letter, walk);
        }
        for text in &self.texts {
            visit_text(text, walk);
        }
        for motion in &self.motions {
            visit_motion(motion, walk);
        }
        for document in &self.documents {
            visit_head(document, walk);
        }
    }

    /// Visits everything that one document may show to any municipality, in one or all languages.
    /// Members and enclosures are visited by name only, since they are documents of their own.
    pub(crate) fn visit_document<'a>(
        &'a self,
        document: &'a DocumentDraft,
        language: Option<&LanguageTag>,
        see: &mut dyn FnMut(Owner<'a>, Met<'a>),
    ) {
        let mut named: BTreeSet<&'a str> = BTreeSet::new();
        let mut follow = |owner: Owner<'a>, met: Met<'a>| {
            if let Met::Phrase(phrase) | Met::Piece(Piece::Phrase(phrase)) = met {
                named.insert(&phrase.key);
            }
            see(owner, met);
        };
        let walk = &mut Walk {
            see: &mut follow,
            language,
        };
        visit_head(document, walk);
        match &document.body {
            BodyDraft::Letter(key) => {
                for letter in self.letters.iter().filter(|it| it.key.text == key.key) {
                    visit_letter(letter, walk);
                }
            }
            BodyDraft::Parts { annex: _, parts } => {
                for part in parts {
                    match part {
                        PartDraft::Text { key, when: _ } => {
                            for text in self.texts.iter().filter(|it| it.key.text == key.key) {
                                visit_text(text, walk);
                            }
                        }
                        PartDraft::Motion {
                            key,
                            variant: _,
                            show_title: _,
                            when: _,
                        } => {
                            for motion in self.motions.iter().filter(|it| it.key.text == key.key) {
                                visit_motion(motion, walk);
                            }
                        }
                    }
                }
            }
            BodyDraft::Collects(_) => {}
        }
        if matches!(document.body, BodyDraft::Letter(_)) {
            named.extend(ADDRESS_PHRASES);
        }
        // A phrase contains no other phrase, so one round is enough.
        let walk = &mut Walk { see, language };
        let own = self.overrides.iter().flat_map(|(_, phrases)| phrases);
        for (key, pieces) in self.phrases.iter().chain(own) {
            if named.contains(key.text.as_str()) {
                running(pieces, Owner::Phrase, walk);
            }
        }
    }
}

/// A document without the parts it refers to.
fn visit_head<'a>(document: &'a DocumentDraft, walk: &mut Walk<'_, 'a>) {
    let DocumentDraft {
        id: _,
        at: _,
        file,
        formats: _,
        when: _,
        language: _,
        title,
        limits: _,
        publication_copy: _,
        body,
    } = document;
    let owner = Owner::Other;
    all_running([Some(&file.pieces), title.as_ref()], owner, walk);
    match body {
        BodyDraft::Letter(key) => (walk.see)(owner, Met::Letter(key)),
        BodyDraft::Parts { annex, parts } => {
            if let Some((label, title)) = annex {
                all_running([Some(label), Some(title)], owner, walk);
            }
            for part in parts {
                (walk.see)(
                    owner,
                    match part {
                        PartDraft::Text { key, when: _ } => Met::Text(key),
                        PartDraft::Motion {
                            key,
                            variant,
                            show_title: _,
                            when: _,
                        } => Met::Motion(key, variant.as_ref()),
                    },
                );
            }
        }
        BodyDraft::Collects(members) => {
            members
                .iter()
                .for_each(|member| (walk.see)(owner, Met::Document(member)));
        }
    }
}

fn visit_letter<'a>(letter: &'a LetterDraft, walk: &mut Walk<'_, 'a>) {
    let LetterDraft {
        key: _,
        title,
        address: _,
        addressee,
        place_and_date,
        subject,
        reference,
        treatment,
        kix: _,
        qr,
        salutation,
        body,
        closing,
        signatories: _,
        enclosures,
    } = letter;
    let owner = Owner::Other;
    if let Some(phrase) = addressee {
        (walk.see)(owner, Met::Phrase(phrase));
    }
    let texts = [
        title.as_ref(),
        Some(place_and_date),
        subject.as_ref(),
        reference.as_ref(),
        treatment.as_ref(),
        Some(salutation),
        Some(closing),
    ];
    all_running(texts, owner, walk);
    if let Some(QrDraft { url, caption }) = qr {
        all_running([Some(url), Some(caption)], owner, walk);
    }
    visit_drafts(body, owner, walk);
    if let Some(EnclosuresDraft { title, items }) = enclosures {
        all_running([title.as_ref()], owner, walk);
        for EnclosureDraft {
            document,
            when: _,
            label,
            title,
        } in items
        {
            if let Some(document) = document {
                (walk.see)(owner, Met::Document(document));
            }
            all_running([Some(label), Some(title)], owner, walk);
        }
    }
}

fn visit_text<'a>(text: &'a TextDraft, walk: &mut Walk<'_, 'a>) {
    let TextDraft {
        key: _,
        title,
        body,
    } = text;
    all_running([title.as_ref()], Owner::Other, walk);
    visit_drafts(body, Owner::Other, walk);
}

fn visit_motion<'a>(motion: &'a MotionDraft, walk: &mut Walk<'_, 'a>) {
    let MotionDraft {
        key: _,
        kind: _,
        title,
        variants,
        choices,
        body,
    } = motion;
    let owner = Owner::Motion(motion);
    running(title, owner, walk);
    variants
        .iter()
        .for_each(|(_, title)| running(title, owner, walk));
    for (
        _,
        ChoiceDraft {
            options: _,
            mark: _,
        },
    ) in choices
    {}
    visit_drafts(body, owner, walk);
}

fn visit_drafts<'a>(drafts: &'a [Draft], owner: Owner<'a>, walk: &mut Walk<'_, 'a>) {
    for draft in drafts {
        match &draft.kind {
            DraftKind::Languages(texts) => {
                for blocks in walk.taken(texts) {
                    visit_drafts(blocks, owner, walk);
                }
            }
            DraftKind::Heading { level: _, pieces }
            | DraftKind::Paragraph(pieces)
            | DraftKind::Note(pieces) => running(pieces, owner, walk),
            DraftKind::List { kind: _, items } => visit_items(items, owner, walk),
            DraftKind::Preamble(phrase) | DraftKind::Closing(phrase) => {
                (walk.see)(owner, Met::Phrase(phrase));
            }
            DraftKind::Recital { head, items } => {
                (walk.see)(owner, Met::Phrase(head));
                visit_items(items, owner, walk);
            }
            DraftKind::Operative {
                head,
                alternatives,
                separator,
            } => {
                (walk.see)(owner, Met::Phrase(head));
                for (_, items) in alternatives {
                    visit_items(items, owner, walk);
                }
                running(separator, owner, walk);
            }
            DraftKind::Movers {
                lead,
                line,
                times: _,
            } => all_running([Some(lead), Some(line)], owner, walk),
            DraftKind::Particulars(rows) => {
                for ParticularDraft {
                    when: _,
                    label,
                    value,
                } in rows
                {
                    all_running([Some(label), Some(value)], owner, walk);
                }
            }
            DraftKind::Wording {
                role: _,
                head,
                blocks,
            } => {
                (walk.see)(owner, Met::Phrase(head));
                visit_drafts(blocks, owner, walk);
            }
            DraftKind::Signatures {
                lead,
                columns,
                cells,
                times: _,
            } => {
                running(lead, owner, walk);
                all_running(columns.iter().chain(cells).map(Some), owner, walk);
            }
            DraftKind::Voting {
                lead,
                columns,
                cells,
                times: _,
            } => {
                running(lead, owner, walk);
                all_running(columns.iter().chain(cells).map(Some), owner, walk);
            }
        }
    }
}

fn visit_items<'a>(items: &'a [DraftItem], owner: Owner<'a>, walk: &mut Walk<'_, 'a>) {
    for DraftItem { when: _, blocks } in items {
        visit_drafts(blocks, owner, walk);
    }
}

fn all_running<'a>(
    texts: impl IntoIterator<Item = Option<&'a Vec<Piece>>>,
    owner: Owner<'a>,
    walk: &mut Walk<'_, 'a>,
) {
    for pieces in texts.into_iter().flatten() {
        running(pieces, owner, walk);
    }
}

/// Every piece, including nested ones.
fn running<'a>(pieces: &'a [Piece], owner: Owner<'a>, walk: &mut Walk<'_, 'a>) {
    for piece in pieces {
        (walk.see)(owner, Met::Piece(piece));
        match piece {
            Piece::Emphasis(inner)
            | Piece::Strong(inner)
            | Piece::Private(inner)
            | Piece::Link {
                url: _,
                pieces: inner,
            } => running(inner, owner, walk),
            Piece::Footnote(note) => running(&note.pieces, owner, walk),
            Piece::Languages(texts) => {
                for inner in walk.taken(texts) {
                    running(inner, owner, walk);
                }
            }
            Piece::If {
                condition: _,
                then,
                otherwise,
            } => {
                running(then, owner, walk);
                running(otherwise, owner, walk);
            }
            Piece::Text(_)
            | Piece::SoftBreak
            | Piece::LineBreak
            | Piece::Field(_)
            | Piece::FillIn(_)
            | Piece::Choice(_)
            | Piece::Phrase(_) => {}
        }
    }
}
