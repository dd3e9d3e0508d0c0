//! The one walk over a draft: every text wherever it is, and every name that leads somewhere.
//!
//! **Invariant:** no check and no count walks over a draft by itself. A key that is added to the
//! draft is added here, and every check sees it; the destructuring by name makes the compiler ask.
//!
//! How to use it: [`CampaignDraft::visit`] calls back with an [`Owner`] and with what was [`Met`]
//! there, for all that the campaign has, used or not. [`CampaignDraft::visit_document`] does the
//! same for what one document shows: it follows letters, texts, motions and phrases, so that what
//! it never meets is not used by any document.

use std::collections::BTreeSet;

use crate::draft::{
    BodyDraft, CampaignDraft, ChoiceDraft, DocumentDraft, Draft, DraftItem, DraftKind,
    EnclosureDraft, EnclosuresDraft, LetterDraft, MotionDraft, PartDraft, ParticularDraft, Piece,
    QrDraft, Reference, TextDraft,
};

/// In which part of the campaign something was met.
#[derive(Clone, Copy)]
pub(crate) enum Owner<'a> {
    /// A phrase, or a municipality's own wording of one.
    Phrase,
    /// A motion, whose choices its texts may take.
    Motion(&'a MotionDraft),
    /// A letter, a text of `texts`, or a document: its title, and the heading over its parts.
    Other,
}

/// What was met.
#[derive(Clone, Copy)]
pub(crate) enum Met<'a> {
    /// A piece of running text; those inside others too, the outer one first. Fields, fill-ins,
    /// choices, footnotes, links and `{{ phrase.KEY }}` are pieces.
    Piece(&'a Piece),
    /// A phrase that is named by a key: `addressee`, or the head of a motion's block.
    Phrase(&'a Reference),
    /// The letter of a document.
    Letter(&'a Reference),
    /// A text that is a part of a document.
    Text(&'a Reference),
    /// A motion that is a part of a document, and the variant that it names.
    Motion(&'a Reference, Option<&'a Reference>),
    /// A document that is collected or enclosed.
    Document(&'a Reference),
}

/// Who is called with what was met.
type See<'s, 'a> = &'s mut dyn FnMut(Owner<'a>, Met<'a>);

/// The phrases that word the lines of a postal address, where the campaign has them.
pub(crate) const ADDRESS_PHRASES: [&str; 3] = ["po-box", "street-address", "postal-line"];

impl CampaignDraft {
    /// All that the campaign has: phrases with their overrides, letters, texts, motions and
    /// documents.
    pub(crate) fn visit<'a>(&'a self, see: See<'_, 'a>) {
        let own = self.overrides.iter().flat_map(|(_, phrases)| phrases);
        for (_, pieces) in self.phrases.iter().chain(own) {
            walk(pieces, Owner::Phrase, see);
        }
        self.letters
            .iter()
            .for_each(|letter| visit_letter(letter, see));
        self.texts.iter().for_each(|text| visit_text(text, see));
        self.motions
            .iter()
            .for_each(|motion| visit_motion(motion, see));
        self.documents
            .iter()
            .for_each(|document| visit_head(document, see));
    }

    /// All that one document may show to any municipality. Members of a collection and enclosures
    /// are named and not followed, for they are documents of their own.
    pub(crate) fn visit_document<'a>(&'a self, document: &'a DocumentDraft, see: See<'_, 'a>) {
        let mut named: BTreeSet<&'a str> = BTreeSet::new();
        let mut follow = |owner: Owner<'a>, met: Met<'a>| {
            if let Met::Phrase(phrase) | Met::Piece(Piece::Phrase(phrase)) = met {
                named.insert(&phrase.key);
            }
            see(owner, met);
        };
        visit_head(document, &mut follow);
        match &document.body {
            BodyDraft::Letter(key) => {
                for letter in self
                    .letters
                    .iter()
                    .filter(|letter| letter.key.text == key.key)
                {
                    visit_letter(letter, &mut follow);
                }
            }
            BodyDraft::Parts { annex: _, parts } => {
                for part in parts {
                    match part {
                        PartDraft::Text { key, when: _ } => {
                            for text in self.texts.iter().filter(|it| it.key.text == key.key) {
                                visit_text(text, &mut follow);
                            }
                        }
                        PartDraft::Motion {
                            key,
                            variant: _,
                            show_title: _,
                            when: _,
                        } => {
                            for motion in self.motions.iter().filter(|it| it.key.text == key.key) {
                                visit_motion(motion, &mut follow);
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
        // A phrase holds no other phrase, so that one round follows all.
        let own = self.overrides.iter().flat_map(|(_, phrases)| phrases);
        for (key, pieces) in self.phrases.iter().chain(own) {
            if named.contains(key.text.as_str()) {
                walk(pieces, Owner::Phrase, see);
            }
        }
    }
}

/// A document without what it leads to.
fn visit_head<'a>(document: &'a DocumentDraft, see: See<'_, 'a>) {
    let DocumentDraft {
        id: _,
        at: _,
        file: _,
        formats: _,
        when: _,
        language: _,
        title,
        limits: _,
        publication_copy: _,
        body,
    } = document;
    let owner = Owner::Other;
    walk_all([title.as_ref()], owner, see);
    match body {
        BodyDraft::Letter(key) => see(owner, Met::Letter(key)),
        BodyDraft::Parts { annex, parts } => {
            if let Some((label, title)) = annex {
                walk_all([Some(label), Some(title)], owner, see);
            }
            for part in parts {
                see(
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
                .for_each(|member| see(owner, Met::Document(member)));
        }
    }
}

fn visit_letter<'a>(letter: &'a LetterDraft, see: See<'_, 'a>) {
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
        see(owner, Met::Phrase(phrase));
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
    walk_all(texts, owner, see);
    if let Some(QrDraft { url, caption }) = qr {
        walk_all([Some(url), Some(caption)], owner, see);
    }
    visit_drafts(body, owner, see);
    if let Some(EnclosuresDraft { title, items }) = enclosures {
        walk_all([title.as_ref()], owner, see);
        for EnclosureDraft {
            document,
            when: _,
            label,
            title,
        } in items
        {
            if let Some(document) = document {
                see(owner, Met::Document(document));
            }
            walk_all([Some(label), Some(title)], owner, see);
        }
    }
}

fn visit_text<'a>(text: &'a TextDraft, see: See<'_, 'a>) {
    let TextDraft {
        key: _,
        title,
        body,
    } = text;
    walk_all([title.as_ref()], Owner::Other, see);
    visit_drafts(body, Owner::Other, see);
}

fn visit_motion<'a>(motion: &'a MotionDraft, see: See<'_, 'a>) {
    let MotionDraft {
        key: _,
        kind: _,
        title,
        variants,
        choices,
        body,
    } = motion;
    let owner = Owner::Motion(motion);
    walk(title, owner, see);
    variants
        .iter()
        .for_each(|(_, title)| walk(title, owner, see));
    for (
        _,
        ChoiceDraft {
            options: _,
            mark: _,
        },
    ) in choices
    {}
    visit_drafts(body, owner, see);
}

fn visit_drafts<'a>(drafts: &'a [Draft], owner: Owner<'a>, see: See<'_, 'a>) {
    for draft in drafts {
        match &draft.kind {
            DraftKind::Heading { level: _, pieces }
            | DraftKind::Paragraph(pieces)
            | DraftKind::Note(pieces) => walk(pieces, owner, see),
            DraftKind::List { kind: _, items } => visit_items(items, owner, see),
            DraftKind::Preamble(phrase) | DraftKind::Closing(phrase) => {
                see(owner, Met::Phrase(phrase));
            }
            DraftKind::Recital { head, items } => {
                see(owner, Met::Phrase(head));
                visit_items(items, owner, see);
            }
            DraftKind::Operative {
                head,
                alternatives,
                separator,
            } => {
                see(owner, Met::Phrase(head));
                for (_, items) in alternatives {
                    visit_items(items, owner, see);
                }
                walk(separator, owner, see);
            }
            DraftKind::Movers {
                lead,
                line,
                times: _,
            } => walk_all([Some(lead), Some(line)], owner, see),
            DraftKind::Particulars(rows) => {
                for ParticularDraft {
                    when: _,
                    label,
                    value,
                } in rows
                {
                    walk_all([Some(label), Some(value)], owner, see);
                }
            }
            DraftKind::Wording {
                role: _,
                head,
                blocks,
            } => {
                see(owner, Met::Phrase(head));
                visit_drafts(blocks, owner, see);
            }
            DraftKind::Signatures {
                lead,
                columns,
                cells,
                times: _,
            } => {
                walk(lead, owner, see);
                walk_all(columns.iter().chain(cells).map(Some), owner, see);
            }
            DraftKind::Voting {
                lead,
                columns,
                cells,
                times: _,
            } => {
                walk(lead, owner, see);
                walk_all(columns.iter().chain(cells).map(Some), owner, see);
            }
        }
    }
}

fn visit_items<'a>(items: &'a [DraftItem], owner: Owner<'a>, see: See<'_, 'a>) {
    for DraftItem { when: _, blocks } in items {
        visit_drafts(blocks, owner, see);
    }
}

fn walk_all<'a>(
    texts: impl IntoIterator<Item = Option<&'a Vec<Piece>>>,
    owner: Owner<'a>,
    see: See<'_, 'a>,
) {
    for pieces in texts.into_iter().flatten() {
        walk(pieces, owner, see);
    }
}

/// Every piece, those inside others too.
fn walk<'a>(pieces: &'a [Piece], owner: Owner<'a>, see: See<'_, 'a>) {
    for piece in pieces {
        see(owner, Met::Piece(piece));
        match piece {
            Piece::Emphasis(inner)
            | Piece::Strong(inner)
            | Piece::Private(inner)
            | Piece::Link {
                url: _,
                pieces: inner,
            } => walk(inner, owner, see),
            Piece::Footnote(note) => walk(&note.pieces, owner, see),
            Piece::Languages(texts) => {
                texts.iter().for_each(|(_, inner)| walk(inner, owner, see));
            }
            Piece::If {
                condition: _,
                then,
                otherwise,
            } => {
                walk(then, owner, see);
                walk(otherwise, owner, see);
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
