//! Checks that every reference by name resolves.

use raadspost_content::{Diagnostic, Format, did_you_mean};
use raadspost_yaml::is_id;

use super::Checker;
use crate::ast::visit::{Met, Owner};
use crate::ast::{BodyDraft, Piece, Reference, find};

impl<'a> Checker<'a> {
    /// Checks one visited item.
    pub(super) fn met(&mut self, owner: Owner<'a>, met: Met<'a>) {
        let draft = self.draft;
        // An invalid key is reported where keys are checked.
        let named = match met {
            Met::Phrase(key) | Met::Letter(key) | Met::Text(key) | Met::Motion(key, _) => Some(key),
            Met::Document(key) => Some(key),
            Met::Piece(_) => None,
        };
        if named.is_some_and(|key| !is_id(&key.key)) {
            return;
        }
        match met {
            Met::Piece(Piece::Field(field)) => self.field(field),
            Met::Piece(Piece::FillIn(reference)) => {
                let names = draft.fill_ins.iter().map(|(name, _)| name.as_ref());
                self.known(reference, "unknown-fill-in", "fill-in", names.collect());
            }
            Met::Piece(Piece::Choice(reference)) => {
                let (what, names) = match owner {
                    Owner::Motion(motion) => {
                        let names = motion.choices.iter().map(|(name, _)| name.as_ref());
                        ("choice", names.collect())
                    }
                    _ => ("choice outside a motion", Vec::new()),
                };
                self.known(reference, "unknown-choice", what, names);
            }
            Met::Piece(Piece::Phrase(reference)) if matches!(owner, Owner::Phrase) => {
                let at = &reference.at;
                self.diagnostics.push(
                    at.mistake("nested-phrase", "a phrase cannot contain another phrase")
                        .hint("write the text of the other phrase"),
                );
            }
            Met::Piece(Piece::Phrase(reference)) | Met::Phrase(reference) => {
                let names = draft.phrases.iter().map(|(name, _)| name.as_ref());
                self.known(reference, "unknown-phrase", "phrase", names.collect());
            }
            Met::Piece(_) => {}
            Met::Letter(letter) => {
                let names = draft.letters.iter().map(|letter| letter.key.as_ref());
                self.known(letter, "unknown-letter", "letter", names.collect());
            }
            Met::Text(text) => {
                let names = draft.texts.iter().map(|text| text.key.as_ref());
                self.known(text, "unknown-text", "text", names.collect());
            }
            Met::Motion(key, variant) => {
                let names = draft.motions.iter().map(|motion| motion.key.as_ref());
                self.known(key, "unknown-motion", "motion", names.collect());
                let mut motions = draft.motions.iter();
                let motion = motions.find(|motion| motion.key.text == key.key);
                if let (Some(motion), Some(variant)) = (motion, variant) {
                    let names = motion.variants.iter().map(|(name, _)| name.as_ref());
                    self.known(variant, "unknown-variant", "variant", names.collect());
                }
            }
            Met::Document(document) => {
                let names = draft.documents.iter().map(|document| document.id.as_str());
                self.known(document, "unknown-document", "document", names.collect());
            }
        }
    }

    /// An override must replace an existing phrase.
    pub(super) fn overrides(&mut self) {
        let draft = self.draft;
        for (code, phrases) in &draft.overrides {
            for (key, _) in phrases {
                if find(&draft.phrases, &key.text).is_none() {
                    let names = draft.phrases.iter().map(|(name, _)| name);
                    let hint = did_you_mean(&key.text, names)
                        .unwrap_or_else(|| "define it under `phrases` first".to_owned());
                    let message = format!(
                        "the override of `{}` replaces the unknown phrase `{}`",
                        code.text, key.text
                    );
                    self.diagnostics.push(
                        Diagnostic::error("unknown-phrase", message)
                            .at(key.whole())
                            .hint(hint),
                    );
                }
            }
        }
    }

    pub(super) fn documents(&mut self) {
        let documents = &self.draft.documents;
        for (index, document) in documents.iter().enumerate() {
            let at = &document.at;
            let whole = 0..at.text.len().max(1);
            if documents[..index]
                .iter()
                .any(|other| other.id == document.id)
            {
                self.diagnostics.push(
                    at.error(
                        "duplicate-document",
                        whole.clone(),
                        format!("two documents have the id `{}`", document.id),
                    )
                    .hint("give each document its own id"),
                );
            } else if let Some(other) = documents[..index].iter().find(|other| {
                other.file.pattern == document.file.pattern
                    && other
                        .formats
                        .iter()
                        .any(|format| document.formats.contains(format))
            }) {
                self.diagnostics.push(
                    at.error(
                        "duplicate-file",
                        whole.clone(),
                        format!(
                            "`{}` and `{}` would be written to the same file `{}`",
                            other.id, document.id, document.file.pattern
                        ),
                    )
                    .hint("give one of them another `file`"),
                );
            }
            match &document.body {
                BodyDraft::Letter(_) | BodyDraft::Parts { .. } => {}
                BodyDraft::Collects(members) => {
                    for member in members {
                        let named = documents.iter().find(|other| other.id == member.key);
                        if let Some(named) = named
                            && (matches!(named.body, BodyDraft::Collects(_))
                                || !named.formats.contains(&Format::Pdf))
                        {
                            self.diagnostics.push(
                                member.at
                                    .mistake("wrong-member", format!("`{}` cannot be collected", member.key))
                                    .hint("collect documents with the format `pdf` that are not collections"),
                            );
                        }
                    }
                }
            }
        }
    }

    pub(super) fn known(
        &mut self,
        reference: &Reference,
        code: &'static str,
        what: &str,
        names: Vec<&str>,
    ) -> bool {
        if names.contains(&reference.key.as_str()) {
            return true;
        }
        let hint = did_you_mean(&reference.key, &names).unwrap_or_else(|| match names.as_slice() {
            [] => format!("the campaign has no {what} yet"),
            _ => format!("the campaign has: {}", names.join(", ")),
        });
        let at = &reference.at;
        self.diagnostics.push(
            at.error(
                code,
                0..at.text.len().max(1),
                format!("{what} `{}` is not known", reference.key),
            )
            .hint(hint),
        );
        false
    }
}
