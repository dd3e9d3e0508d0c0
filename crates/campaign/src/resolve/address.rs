//! The postal address, the envelope with its window, and the address in a QR code.

use std::sync::Arc;

use raadspost_content::{Envelope, FixedWord, Inline, cldr};

use super::slots::{SlotField, UrlPiece, percent_encoded};
use super::{Resolver, Scope};
use crate::address::{AddressForm, AddressPiece, PostalField};
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

    /// The form of the municipality's address; `None` for one without a country.
    fn form(&self) -> Option<&'a AddressForm> {
        let addresses = self.case.addresses;
        addresses.forms.get(self.case.facts.address.form?)
    }

    /// Whether a KIX code can be made of the address: it is a Dutch one, or one without a country.
    pub(super) fn has_kix(&self) -> bool {
        self.form().is_none_or(|form| form.country == "NL")
    }

    /// The postal address in the form of its country, with the name of the country for mail abroad.
    /// At home, a campaign may define the first line with the phrases `po-box` and
    /// `street-address`, and the last with `postal-line`.
    pub(super) fn address(&mut self) -> Vec<Vec<Inline>> {
        let facts = self.case.facts.address;
        let plain = AddressForm::plain();
        let form = self.form();
        let lines = form.unwrap_or(&plain).lines(facts.po_box);
        let language = form.map_or("", |form| form.language.as_str());
        let first = if facts.po_box {
            "po-box"
        } else {
            "street-address"
        };
        let phrases = &self.case.draft.phrases;
        let own = |phrase: &'static str| {
            (!facts.abroad && find(phrases, phrase).is_some()).then_some(phrase)
        };
        let (first, last) = (own(first), own("postal-line"));
        let mut shown: Vec<Vec<Inline>> = Vec::new();
        for (at, line) in lines.iter().enumerate() {
            let phrase = match at {
                0 => first,
                _ if at + 1 == lines.len() => last,
                _ => None,
            };
            let mut inlines = Vec::new();
            match phrase {
                Some(phrase) => inlines = self.phrase_inlines(Scope::default(), phrase),
                None => self.address_pieces(line, language, &mut inlines),
            }
            if !inlines.is_empty() {
                shown.push(inlines);
            }
        }
        if let (true, Some(form)) = (facts.abroad, form) {
            shown.push(vec![Inline::Text(self.country_name(form))]);
        }
        shown
    }

    /// The shown pieces of a line. In mail abroad the town is in capitals, as the Universal Postal
    /// Union asks.
    fn address_pieces(&mut self, pieces: &[AddressPiece], language: &str, out: &mut Vec<Inline>) {
        let facts = self.case.facts.address;
        for piece in pieces {
            match piece {
                // Spaces in an address must not be collapsed.
                AddressPiece::Text(text) => {
                    out.push(Inline::Text(text.replace("  ", "\u{A0}\u{A0}")));
                }
                AddressPiece::BoxWord => {
                    out.push(Inline::Text(self.word(FixedWord::PoBox).to_owned()));
                }
                AddressPiece::Field(PostalField::Postcode, _) => {
                    let form = facts.form;
                    let slot = form.map_or_else(
                        || SlotField::Column("postcode".to_owned()),
                        SlotField::Postcode,
                    );
                    out.push(Inline::Slot(self.slot_of(slot, None)));
                }
                AddressPiece::Field(field, capitals) => {
                    let column = field.column();
                    let is_abroad = facts.abroad && *field == PostalField::Town;
                    out.push(if *capitals || is_abroad {
                        let slot = SlotField::Capitals(column.to_owned(), language.to_owned());
                        Inline::Slot(self.slot_of(slot, Some(Formatter::Upper)))
                    } else {
                        self.slot(column, None)
                    });
                }
                AddressPiece::Optional(inner) => {
                    let is_shown = |piece: &AddressPiece| match piece {
                        AddressPiece::Field(field, _) => facts.present.has(*field),
                        _ => true,
                    };
                    if inner.iter().all(is_shown) {
                        self.address_pieces(inner, language, out);
                    }
                }
            }
        }
    }

    /// The name of a country in capitals, in the language of the sender's country, whose post reads
    /// it first; in the language of the document if that country is unknown.
    fn country_name(&self, form: &AddressForm) -> String {
        let draft = self.case.draft;
        let sender = draft.sender_country().and_then(|country| {
            let addresses = self.case.addresses;
            Some(&addresses.forms.get(addresses.of(&country)?)?.language)
        });
        let language = sender.unwrap_or(self.language);
        let name = cldr::country_name(&form.country, language.lookup());
        cldr::capitals(name.unwrap_or_default(), language.as_str())
    }
}
