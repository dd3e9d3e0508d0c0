//! The text of slots, and mistakes in the cells that fill them.

use std::collections::BTreeSet;

use raadspost_content::{
    Body, Conventions, Diagnostic, Diagnostics, Place, cldr, kix_within, slug,
};

use super::Campaign;
use crate::ast::Formatter;
use crate::register::Municipality;
use crate::resolve::{Resolved, SlotField, SlotSource, UrlPiece, percent_encoded};

/// Removes duplicates: a cell that a document uses twice is reported once.
pub(super) fn once(mut mistakes: Diagnostics) -> Diagnostics {
    let mut seen = BTreeSet::new();
    mistakes.retain(|mistake| {
        let column = match &mistake.place {
            Place::Row { column, .. } => column.clone(),
            _ => None,
        };
        seen.insert((mistake.code, mistake.message.clone(), column))
    });
    mistakes
}

/// The refusal for conditions on empty columns, located at the first column.
pub(super) fn missing_condition(municipality: &Municipality, columns: &[&String]) -> Diagnostic {
    let named: Vec<_> = columns
        .iter()
        .map(|column| format!("`municipality.{column}`"))
        .collect();
    let first = columns.first().map_or("", |column| column.as_str());
    let have = if columns.len() == 1 { "has" } else { "have" };
    Diagnostic::error(
        "missing-value",
        format!(
            "a condition needs {}, which {have} no value",
            named.join(" and ")
        ),
    )
    .at(municipality.place(Some(first)))
    .hint(format!(
        "fill in the cell, or write `has(municipality.{first}) && …` in the condition"
    ))
}

impl Campaign {
    /// The text of each slot of a document.
    ///
    /// # Errors
    /// The mistakes of its cells, each once.
    pub(super) fn slots(
        &self,
        resolved: &Resolved,
        municipality: &Municipality,
    ) -> Result<Vec<String>, Diagnostics> {
        let conventions = self.conventions.get(&resolved.language);
        let mut missing = Vec::new();
        let mut text = |slot: &SlotSource| match &slot.field {
            SlotField::Column(field) => {
                fill(field, slot.format, conventions, municipality, &mut missing)
            }
            SlotField::Capitals(field, language) => cldr::capitals(
                &fill(field, None, conventions, municipality, &mut missing),
                language,
            ),
            SlotField::Postcode(form) => {
                let written = fill("postcode", None, conventions, municipality, &mut missing);
                let form = self.addresses.forms.get(*form);
                let own = form.and_then(|form| form.postcode(&written));
                own.unwrap_or(written)
            }
            SlotField::Kix => {
                let column = match &resolved.shape.body {
                    Body::Letter(letter) => {
                        let with_return = letter.has_return_address();
                        letter.envelope.address_column(with_return).width
                    }
                    _ => 0.0,
                };
                kix_within(&self.postal(municipality), column).unwrap_or_else(|why| {
                    let (field, why) = why.diagnostic();
                    missing.push(why.at(municipality.place(Some(field))));
                    String::new()
                })
            }
            SlotField::Url(pieces) => url(pieces, conventions, municipality, &mut missing),
            SlotField::Factions => {
                let known = self.factions.of(municipality.code());
                known.unwrap_or_default().to_owned()
            }
        };
        let slots = resolved.slots.iter().map(&mut text).collect();
        if missing.is_empty() {
            Ok(slots)
        } else {
            Err(once(missing))
        }
    }
}

/// Maximum size in bytes of the address in a QR code, as in GOV.UK Notify: with more, the squares
/// are too small to be scanned from paper.
const QR_LIMIT: usize = 504;

pub(super) fn url(
    pieces: &[UrlPiece],
    conventions: Option<&Conventions>,
    municipality: &Municipality,
    missing: &mut Diagnostics,
) -> String {
    let mut url = String::new();
    for piece in pieces {
        match piece {
            UrlPiece::Text(text) => url.push_str(text),
            UrlPiece::Column(field, format) => {
                let value = fill(field, *format, conventions, municipality, missing);
                url.push_str(&percent_encoded(&value));
            }
        }
    }
    if url.len() > QR_LIMIT {
        let message = format!(
            "the address of the QR code has {} bytes; the limit is {QR_LIMIT}",
            url.len()
        );
        missing.push(
            Diagnostic::error("qr-too-long", message)
                .at(municipality.place(None))
                .hint("shorten `qr.url`, or the cells that it uses"),
        );
    }
    url
}

pub(super) fn fill(
    field: &str,
    format: Option<Formatter>,
    conventions: Option<&Conventions>,
    municipality: &Municipality,
    missing: &mut Diagnostics,
) -> String {
    let Some(cell) = municipality.get(field) else {
        let why = match municipality.error(field) {
            Some(error) => format!("is the error `{error}` of a formula"),
            None => "has no value".to_owned(),
        };
        missing.push(
            Diagnostic::error("missing-value", format!("`municipality.{field}` {why}"))
                .at(municipality.place(Some(field)))
                .hint(format!(
                    "fill in the cell, or write the text in `{{{{ if has(municipality.{field}) }}}} … {{{{ end }}}}`"
                )),
        );
        return String::new();
    };
    match (format, conventions) {
        (Some(Formatter::Upper), _) => cell.to_uppercase(),
        (Some(Formatter::Slug), _) => slug(cell),
        (Some(Formatter::Date), Some(conventions)) => {
            let date = municipality.date(field);
            date.map_or_else(|| cell.to_owned(), |date| conventions.long_date(date))
        }
        (Some(Formatter::Number), Some(conventions)) => {
            let number = municipality.number(field);
            number.map_or_else(|| cell.to_owned(), |number| conventions.number(number))
        }
        (Some(Formatter::Date | Formatter::Number) | None, _) => cell.to_owned(),
    }
}
