//! The postal address, the envelope with its window, and the address in a QR code.

use std::sync::Arc;

use raadspost_content::{Envelope, FixedWord, Inline};

use super::slots::{SlotField, UrlPiece, percent_encoded};
use super::{Resolver, Scope};
use crate::ast::{Formatter, Piece, Root, find};

impl<'a> Resolver<'a> {
    /// The slot of an address.
    pub(super) fn url(&mut self, pieces: &'a [Piece]) -> usize {
        let url = pieces.iter().filter_map(|piece| match piece {
            Piece::Text(text) => Some(UrlPiece::Text(text.clone())),
            Piece::Field(field) if field.root == Root::Municipality => {
                Some(UrlPiece::Column(field.name.clone(), field.format))
            }
            Piece::Field(field) => match self.field(field) {
                Inline::Text(text) => Some(UrlPiece::Text(percent_encoded(&text))),
                _ => None,
            },
            _ => None,
        });
        let url = SlotField::Url(url.collect());
        self.slot_of(url, None)
    }

    /// The envelope of the first true rule; the last envelope if no rule is true.
    pub(super) fn envelope(&mut self) -> Arc<Envelope> {
        let rules = &self.case.draft.envelopes;
        let rule = rules.iter().position(|(when, _)| self.holds(*when));
        let envelopes = self.case.envelopes;
        let chosen = rule.and_then(|rule| envelopes.get(rule));
        chosen.or(envelopes.last()).cloned().unwrap_or_default()
    }

    /// The postal address; a campaign may define its lines with the phrases `po-box`,
    /// `street-address` and `postal-line`.
    pub(super) fn address(&mut self) -> Vec<Vec<Inline>> {
        let scope = Scope::default();
        let dutch = self.case.draft.register.country.as_deref() == Some("NL");
        let line = if self.case.facts.po_box {
            "po-box"
        } else {
            "street-address"
        };
        let first = match find(&self.case.draft.phrases, line) {
            Some(_) => self.phrase_inlines(scope, line),
            None if self.case.facts.po_box => {
                let po_box = self.word(FixedWord::PoBox);
                vec![
                    Inline::Text(format!("{po_box} ")),
                    self.slot("po_box", None),
                ]
            }
            None => {
                let mut line = vec![
                    self.slot("street", None),
                    Inline::Text(" ".to_owned()),
                    self.slot("house_number", None),
                ];
                if self.case.facts.addition {
                    line.push(self.slot("addition", None));
                }
                line
            }
        };
        let last = match find(&self.case.draft.phrases, "postal-line") {
            Some(_) => self.phrase_inlines(scope, "postal-line"),
            // Two spaces before the town, in capitals, as PostNL requires; they must not be
            // collapsed.
            None if dutch => vec![
                self.slot("postcode", None),
                Inline::Text("\u{A0}\u{A0}".to_owned()),
                self.slot("town", Some(Formatter::Upper)),
            ],
            None => vec![
                self.slot("postcode", None),
                Inline::Text(" ".to_owned()),
                self.slot("town", None),
            ],
        };
        vec![first, last]
    }
}
