//! Checks that every field exists and has a value, and that its formatter fits.

use raadspost_content::{Diagnostic, did_you_mean};

use super::Checker;
use crate::ast::{
    AddressRule, BodyDraft, FieldUse, Formatter, Piece, Reference, Root, SenderField,
};
use crate::condition::unknown_field;
use crate::register::ColumnType;

/// The fields of `campaign.`.
pub(crate) const CAMPAIGN_FIELDS: [&str; 4] = ["id", "title", "date", "language"];

impl<'a> Checker<'a> {
    /// Checks that a letter with an address block has an addressee, and that the address of its QR
    /// code uses nothing private.
    pub(super) fn letters(&mut self) {
        let draft = self.draft;
        for letter in &draft.letters {
            let copied = draft.documents.iter().any(|document| {
                let own = |key: &Reference| key.key == letter.key.text;
                document.publication_copy
                    && matches!(&document.body, BodyDraft::Letter(key) if own(key))
            });
            for piece in letter.qr.iter().filter(|_| copied).flat_map(|qr| &qr.url) {
                if let Piece::Field(field) = piece
                    && field.root == Root::Sender
                    && SenderField::named(&field.name)
                        .and_then(SenderField::part)
                        .is_some_and(|part| draft.sender.private.contains(&part))
                {
                    let message = format!(
                        "the address of the QR code uses `sender.{}`, which is private",
                        field.name
                    );
                    self.diagnostics.push(
                        Diagnostic::error("private-in-address", message)
                            .at(field.at.whole())
                            .hint("write the address without this field, or remove the key from `private`"),
                    );
                }
            }
            if letter.addressee.is_none() && letter.address != AddressRule::None {
                let message = format!("the letter `{}` has no `addressee`", letter.key.text);
                self.diagnostics.push(
                    Diagnostic::error("missing-key", message)
                        .at(letter.key.whole())
                        .hint("name a phrase with the lines above the postal address, or write `address: none`"),
                );
            }
        }
    }

    pub(super) fn field(&mut self, field: &FieldUse) {
        let at = &field.at;
        let whole = 0..at.text.len().max(1);
        let kind = match field.root {
            Root::Municipality => {
                let Some(columns) = self.columns else { return };
                let Some(kind) = columns.type_of(&field.name) else {
                    self.diagnostics
                        .push(unknown_field(at, whole, &field.name, columns));
                    return;
                };
                kind
            }
            Root::Campaign | Root::Sender => {
                let (root, names) = match field.root {
                    Root::Campaign => ("campaign", CAMPAIGN_FIELDS.to_vec()),
                    _ => ("sender", SenderField::ALL.map(|(name, _)| name).to_vec()),
                };
                if !names.contains(&field.name.as_str()) {
                    let hint = did_you_mean(&field.name, &names)
                        .unwrap_or_else(|| format!("{root} has: {}", names.join(", ")));
                    self.diagnostics.push(
                        at.error(
                            "unknown-field",
                            whole,
                            format!("field `{root}.{}` is not known", field.name),
                        )
                        .hint(hint),
                    );
                    return;
                }
                let stated = |part: SenderField| part.is_stated(&self.draft.sender);
                if field.root == Root::Sender
                    && !SenderField::named(&field.name).is_some_and(stated)
                {
                    let message = format!("the sender has no `{}`", field.name);
                    let hint = format!("add `{}` to `sender`, or remove the field", field.name);
                    self.diagnostics
                        .push(at.error("unstated-field", whole, message).hint(hint));
                    return;
                }
                if field.root == Root::Campaign && field.name == "date" {
                    ColumnType::Date
                } else {
                    ColumnType::Text
                }
            }
        };
        let fits = match field.format {
            None | Some(Formatter::Upper | Formatter::Slug) => true,
            Some(Formatter::Date) => kind == ColumnType::Date,
            Some(Formatter::Number) => kind == ColumnType::Number,
        };
        if !fits {
            self.diagnostics.push(
                at.error("unlike-types", whole, format!("the formatter does not fit `{}`, which is {kind}", field.name))
                    .hint("use `date` for dates and `number` for numbers; set the type of a free column in `register.columns`"),
            );
        }
    }
}
