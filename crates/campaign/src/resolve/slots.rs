//! Slots: numbered positions in a shape, and their values.

use raadspost_content::Inline;

use super::Resolver;
use crate::ast::Formatter;

/// The source of a slot's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SlotSource {
    pub(crate) field: SlotField,
    pub(crate) format: Option<Formatter>,
}

/// The kind of value of a slot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum SlotField {
    /// A column of the register.
    Column(String),
    /// A column in the capitals of a language.
    Capitals(String, String),
    /// The postcode as the country of this form, by index, writes it.
    Postcode(usize),
    /// The list of the council's factions.
    Factions,
    /// The KIX code of the address.
    Kix,
    /// An address, its fields percent-encoded.
    Url(Vec<UrlPiece>),
}

/// A piece of an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum UrlPiece {
    /// Unformatted.
    Text(String),
    /// A column of the register.
    Column(String, Option<Formatter>),
}

impl SlotSource {
    /// Its expression: `population | number`.
    pub(super) fn name(&self) -> String {
        let field = match &self.field {
            SlotField::Column(field) => field.clone(),
            SlotField::Capitals(field, _) => field.clone(),
            SlotField::Postcode(_) => "postcode".to_owned(),
            SlotField::Factions => "factions".to_owned(),
            SlotField::Kix => "KIX".to_owned(),
            SlotField::Url(pieces) => {
                let piece = |piece: &UrlPiece| match piece {
                    UrlPiece::Text(text) => text.clone(),
                    UrlPiece::Column(column, _) => format!("{{{column}}}"),
                };
                pieces.iter().map(piece).collect()
            }
        };
        let format = self.format.and_then(|format| {
            let mut all = Formatter::ALL.iter();
            all.find(|(_, known)| *known == format)
        });
        match format {
            Some((name, _)) => format!("{field} | {name}"),
            None => field,
        }
    }
}

impl<'a> Resolver<'a> {
    pub(super) fn slot(&mut self, field: &str, format: Option<Formatter>) -> Inline {
        Inline::Slot(self.slot_of(SlotField::Column(field.to_owned()), format))
    }

    pub(super) fn slot_of(&mut self, field: SlotField, format: Option<Formatter>) -> usize {
        let source = SlotSource { field, format };
        let slots = &mut self.trace.slots;
        slots
            .iter()
            .position(|other| *other == source)
            .unwrap_or_else(|| {
                slots.push(source);
                slots.len() - 1
            })
    }
}

/// All except the unreserved characters of an address (RFC 3986, 2.3), each byte as `%` and two
/// digits.
pub(crate) fn percent_encoded(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}
