//! Resolves letters, except for the blocks of their text.

use raadspost_content::{
    Block, Enclosure, Enclosures, FixedWord, Inline, Letter, QrCode, Reference, Sender, Signatory,
};

use super::case::Case;
use super::inline::is_blank;
use super::slots::SlotField;
use super::trace::EmptyText;
use super::{Resolver, Scope, SoftBreaks, Unresolved};
use crate::ast::{AddressRule, BodyDraft, LetterDraft, SenderPart, SignatoryPart};
use crate::condition::Truth;

/// The sender as a document shows it, for the letterhead and for fields. Private parts are removed
/// in a publication copy.
pub(super) fn shown_sender(case: &Case<'_>, copy: bool) -> Sender {
    let stated = &case.draft.sender;
    let mut sender = Sender {
        name: stated.name.clone(),
        tagline: stated
            .tagline
            .as_ref()
            .map(|words| words.in_language(case.language).to_owned()),
        address: stated.address.clone(),
        telephone: stated.telephone.clone(),
        email: stated.email.clone(),
        website: stated.website.clone(),
    };
    for part in stated.private.iter().filter(|_| copy) {
        match part {
            SenderPart::Address => sender.address.clear(),
            SenderPart::Telephone => sender.telephone = None,
            SenderPart::Email => sender.email = None,
            SenderPart::Website => sender.website = None,
        }
    }
    sender
}

impl<'a> Resolver<'a> {
    pub(super) fn letter(&mut self, letter: &'a LetterDraft) -> Result<Letter, Unresolved> {
        let scope = Scope::default();
        let address = match letter.address {
            AddressRule::None => Vec::new(),
            AddressRule::Required | AddressRule::Optional if self.case.facts.address.wrong => {
                return Err(Unresolved::NoAddress);
            }
            AddressRule::Optional if !self.case.facts.address.complete => Vec::new(),
            AddressRule::Required if !self.case.facts.address.complete => {
                return Err(Unresolved::NoAddress);
            }
            AddressRule::Required | AddressRule::Optional => self.address(),
        };
        let addressee = match (&letter.addressee, letter.address) {
            (Some(phrase), AddressRule::Required | AddressRule::Optional) => {
                let scope = Scope {
                    soft_breaks: SoftBreaks::Lines,
                    ..scope
                };
                let inlines = self.phrase_inlines(scope, &phrase.key);
                let lines = inlines.split(|inline| *inline == Inline::LineBreak);
                lines
                    .map(<[Inline]>::to_vec)
                    .filter(|line| !is_blank(line))
                    .collect()
            }
            _ => Vec::new(),
        };
        let enclosures = letter.enclosures.as_ref().and_then(|enclosures| {
            let mut items = Vec::new();
            for item in &enclosures.items {
                let document = item.document.as_ref();
                let gets = document.map_or(Truth::True, |document| self.gets(&document.key));
                let shown = Truth::all([self.truth(item.when), gets]);
                if self.decided(shown) {
                    items.push(Enclosure {
                        label: self.required(scope, &item.label, "`label`"),
                        title: self.required(scope, &item.title, "`title`"),
                    });
                }
            }
            (!items.is_empty()).then(|| Enclosures {
                title: match &enclosures.title {
                    Some(title) => self.required(scope, title, "`enclosures.title`"),
                    None => {
                        let title = match items.len() {
                            1 => FixedWord::Enclosure,
                            _ => FixedWord::Enclosures,
                        };
                        vec![Inline::Text(self.word(title).to_owned())]
                    }
                },
                items,
            })
        });
        Ok(Letter {
            id: letter.key.text.clone(),
            envelope: self.envelope(),
            sender: self.sender.clone(),
            kix: (letter.kix && !address.is_empty() && self.has_kix())
                .then(|| self.slot_of(SlotField::Kix, None)),
            addressee,
            address,
            reference: self.reference(letter),
            place_and_date: self.required(scope, &letter.place_and_date, "`place-and-date`"),
            subject: letter
                .subject
                .as_ref()
                .map(|pieces| self.required(scope, pieces, "`subject`")),
            salutation: self.required(scope, &letter.salutation, "`salutation`"),
            blocks: self.letter_body(letter),
            closing: self.required(scope, &letter.closing, "`closing`"),
            signatories: self.signatories(letter),
            enclosures,
            qr: letter.qr.as_ref().map(|qr| QrCode {
                url: self.url(&qr.url),
                caption: self.required(scope, &qr.caption, "`qr.caption`"),
                alternative: self.word(FixedWord::QrCode).to_owned(),
            }),
            publication_copy: self.copy,
        })
    }

    /// The text of a letter. An empty one is refused, not omitted: the document's `when` determines
    /// who gets none.
    fn letter_body(&mut self, letter: &'a LetterDraft) -> Vec<Block> {
        let scope = Scope::default();
        let blocks = self.blocks(scope, &letter.body, 1, "");
        if blocks.is_empty() && !letter.body.is_empty() {
            self.refuse_empty(EmptyText {
                what: "`body`".to_owned(),
                condition: self.deciding_block(&letter.body),
                hint: "write the text for when the conditions are false, or `when` with \
                       the document, so that the municipality gets no such letter",
            });
        }
        blocks
    }

    /// Whether the municipality gets a document: its condition is true, some of its parts have
    /// visible content, and it gets at least one member of a collection.
    fn gets(&self, id: &str) -> Truth {
        let mut documents = self.case.draft.documents.iter();
        let Some(at) = documents.position(|document| document.id == id) else {
            return Truth::True;
        };
        let document = &self.case.draft.documents[at];
        let own = self.truth(document.when);
        match &document.body {
            BodyDraft::Letter(_) => own,
            BodyDraft::Parts { .. } if self.case.absent.contains(&at) => Truth::False,
            BodyDraft::Parts { .. } => own,
            // A member is never a collection, so the recursion ends here.
            BodyDraft::Collects(members) => {
                let one = Truth::any(members.iter().map(|member| self.gets(&member.key)));
                Truth::all([own, one])
            }
        }
    }

    pub(super) fn reference(&mut self, letter: &'a LetterDraft) -> Option<Reference> {
        let scope = Scope::default();
        let id = letter.reference.as_ref()?;
        let label = |word| self.word(word).to_owned();
        let (dated, our_reference) = (label(FixedWord::Dated), label(FixedWord::OurReference));
        let (subject, asked) = (label(FixedWord::Subject), label(FixedWord::Treatment));
        let treatment = letter.treatment.as_ref();
        Some(Reference {
            dated,
            label: our_reference,
            id: self.required(scope, id, "`reference`"),
            subject,
            treatment: treatment.map(|pieces| {
                let treatment = self.required(scope, pieces, "`treatment`");
                (asked, treatment)
            }),
        })
    }

    /// The signatories; without private parts in a publication copy.
    fn signatories(&self, letter: &LetterDraft) -> Vec<Signatory> {
        let signatories = letter.signatories.iter().map(|draft| {
            let picture = draft.signature.filter(|_| !self.copy);
            let role = draft.role.as_ref();
            let mut signatory = Signatory {
                name: draft.name.clone(),
                role: role.map(|words| words.in_language(self.language).to_owned()),
                email: draft.email.clone(),
                signature: picture.and_then(|at| self.case.pictures.get(at)).cloned(),
            };
            for part in draft.private.iter().filter(|_| self.copy) {
                match part {
                    SignatoryPart::Name => self.withheld().clone_into(&mut signatory.name),
                    SignatoryPart::Role => signatory.role = None,
                    SignatoryPart::Email => signatory.email = None,
                }
            }
            signatory
        });
        signatories.collect()
    }
}
