//! Checks that need the whole campaign: that every name leads somewhere, and that every condition
//! and formatter fits the register's columns.

use std::collections::BTreeSet;

use raadspost_content::{Conventions, Diagnostic, Diagnostics, Format, Severity, did_you_mean};
use raadspost_yaml::{Text, is_id};

use crate::ast::visit::{ADDRESS_PHRASES, Met, Owner};
use crate::ast::{
    AddressRule, BodyDraft, CampaignDraft, FieldUse, Formatter, Piece, Reference, Root,
    SenderField, find,
};
use crate::condition::unknown_field;
use crate::language::choose;
use crate::register::{ColumnType, Columns};

/// The fields of `campaign.`.
pub(crate) const CAMPAIGN_FIELDS: [&str; 4] = ["id", "title", "date", "language"];

/// Checks all references; `columns` is none where the register could not be opened.
pub(crate) fn check(
    draft: &CampaignDraft,
    columns: Option<&Columns>,
    diagnostics: &mut Diagnostics,
) {
    let mut checker = Checker {
        draft,
        columns,
        diagnostics,
    };
    checker.run();
}

struct Checker<'a> {
    draft: &'a CampaignDraft,
    columns: Option<&'a Columns>,
    diagnostics: &'a mut Diagnostics,
}

impl<'a> Checker<'a> {
    fn run(&mut self) {
        let draft = self.draft;
        if let Some(columns) = self.columns {
            for condition in &draft.conditions {
                condition.check(columns, self.diagnostics);
            }
        }
        draft.visit(&mut |owner, met| self.met(owner, met));
        self.overrides();
        self.letters();
        self.documents();
        self.languages();
        self.conventions();
        let refused = |found: &Diagnostic| found.severity == Severity::Error;
        if !self.diagnostics.iter().any(refused) {
            self.unused();
        }
    }

    /// Warns of what no document shows: the words of an author that nobody would read.
    fn unused(&mut self) {
        let draft = self.draft;
        let mut used: BTreeSet<(&str, &str)> = BTreeSet::new();
        let mut choices: BTreeSet<(&str, &str)> = BTreeSet::new();
        for document in &draft.documents {
            draft.visit_document(document, None, &mut |owner, met| {
                match met {
                    Met::Piece(Piece::FillIn(reference)) => {
                        used.insert(("fill-in", &reference.key))
                    }
                    Met::Piece(Piece::Choice(reference)) => match owner {
                        Owner::Motion(motion) => choices.insert((&motion.key.text, &reference.key)),
                        Owner::Phrase | Owner::Other => false,
                    },
                    Met::Piece(Piece::Phrase(reference)) | Met::Phrase(reference) => {
                        used.insert(("phrase", &reference.key))
                    }
                    Met::Piece(_) | Met::Document(_) => false,
                    Met::Letter(key) => used.insert(("letter", &key.key)),
                    Met::Text(key) => used.insert(("text", &key.key)),
                    Met::Motion(key, _) => used.insert(("motion", &key.key)),
                };
            });
            if matches!(document.body, BodyDraft::Letter(_)) {
                used.extend(ADDRESS_PHRASES.iter().map(|key| ("phrase", *key)));
            }
        }
        let fill_ins = draft.fill_ins.iter().map(|(key, _)| ("fill-in", key));
        let phrases = draft.phrases.iter().map(|(key, _)| ("phrase", key));
        let letters = draft.letters.iter().map(|letter| ("letter", &letter.key));
        let texts = draft.texts.iter().map(|text| ("text", &text.key));
        let motions = draft.motions.iter().map(|motion| ("motion", &motion.key));
        let all = fill_ins.chain(phrases).chain(letters).chain(texts);
        for (what, key) in all.chain(motions) {
            if !used.contains(&(what, key.text.as_str())) {
                let code = match what {
                    "fill-in" => "unused-fill-in",
                    "phrase" => "unused-phrase",
                    "letter" => "unused-letter",
                    "text" => "unused-text",
                    _ => "unused-motion",
                };
                self.idle(code, what, key);
            }
        }
        for motion in &draft.motions {
            // A motion that is not used is reported as a whole.
            let shown = used.contains(&("motion", motion.key.text.as_str()));
            for (key, _) in &motion.choices {
                if shown && !choices.contains(&(motion.key.text.as_str(), key.text.as_str())) {
                    self.idle("unused-choice", "choice", key);
                }
            }
        }
    }

    fn idle(&mut self, code: &'static str, what: &str, key: &Text) {
        let message = format!("{what} `{}` is in no document", key.text);
        self.diagnostics.push(
            Diagnostic::warning(code, message)
                .at(key.whole())
                .hint(format!("use it, remove it, or write `allow: [{code}]`")),
        );
    }

    /// Judges one thing that the walk met.
    fn met(&mut self, owner: Owner<'a>, met: Met<'a>) {
        let draft = self.draft;
        // A key that cannot be one is reported where the keys are checked.
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
                    at.mistake("nested-phrase", "a phrase cannot hold another phrase")
                        .hint("write its words out"),
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

    /// An override words a phrase that the campaign has.
    fn overrides(&mut self) {
        let draft = self.draft;
        for (code, phrases) in &draft.overrides {
            for (key, _) in phrases {
                if find(&draft.phrases, &key.text).is_none() {
                    let names = draft.phrases.iter().map(|(name, _)| name);
                    let hint = did_you_mean(&key.text, names)
                        .unwrap_or_else(|| "declare it under `phrases` first".to_owned());
                    let message = format!(
                        "the override of `{}` names the phrase `{}`, which is not known",
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

    /// A letter with an address block says to whom it is, and the address of its QR code shows
    /// nothing that a publication copy of it leaves out.
    fn letters(&mut self) {
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
                        "the address of the QR code takes `sender.{}`, which is private",
                        field.name
                    );
                    self.diagnostics.push(
                        Diagnostic::error("private-in-address", message)
                            .at(field.at.whole())
                            .hint("write the address out, or take the key out of `private`"),
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

    /// A column that chooses a language must be there, and a text in several languages must be in
    /// all that a document may have: one that is missing would leave a hole in the letter.
    fn languages(&mut self) {
        let draft = self.draft;
        let rules = draft.documents.iter().map(|document| {
            let own = document.language.as_ref();
            own.unwrap_or(&draft.language)
        });
        let rules: Vec<_> = rules.collect();
        let mut named = Vec::new();
        for column in rules.iter().filter_map(|rule| rule.column.as_ref()) {
            if let Some(columns) = self.columns
                && columns.type_of(&column.key).is_none()
                && !named.contains(&column.key)
            {
                named.push(column.key.clone());
                let whole = 0..column.key.len().max(1);
                self.diagnostics
                    .push(unknown_field(&column.at, whole, &column.key, columns));
            }
        }
        let needed: BTreeSet<_> = rules.iter().flat_map(|rule| &rule.among).collect();
        for (place, texts) in &draft.texts_by_language {
            let missing: Vec<&str> = needed
                .iter()
                .filter(|language| choose(texts, language).is_none())
                .map(|language| language.as_str())
                .collect();
            if !missing.is_empty() {
                self.diagnostics.push(
                    Diagnostic::error(
                        "missing-language",
                        format!("this text is not written in {}", missing.join(", ")),
                    )
                    .at(place.clone())
                    .hint("add the text in that language, or one without languages for all"),
                );
            }
        }
    }

    fn documents(&mut self) {
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
                    .hint("give each document an id of its own"),
                );
            } else if let Some(other) = documents[..index].iter().find(|other| {
                other.file == document.file
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
                            other.id, document.id, document.file
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
                                    .hint("collect documents that are made as PDF, and no collections"),
                            );
                        }
                    }
                }
            }
        }
    }

    /// A formatter needs the conventions of every language in which its text may be.
    fn conventions(&mut self) {
        let draft = self.draft;
        let mut told = BTreeSet::new();
        let languages = draft.documents.iter().flat_map(|document| {
            let rule = document.language.as_ref().unwrap_or(&draft.language);
            rule.among.iter().map(move |language| (document, language))
        });
        for (document, language) in
            languages.filter(|(_, language)| Conventions::of(language.as_str()).is_none())
        {
            draft.visit_document(document, Some(language), &mut |_, met| {
                if let Met::Piece(Piece::Field(FieldUse {
                    root: _,
                    name: _,
                    format: Some(Formatter::Date | Formatter::Number),
                    at,
                })) = met
                    && told.insert(at.span(0..at.text.len()).start)
                {
                    let message =
                        format!("how dates and numbers are written in `{language}` is not known");
                    let known: Vec<_> = Conventions::known().collect();
                    self.diagnostics.push(
                        Diagnostic::error("unknown-conventions", message)
                            .at(at.whole())
                            .hint(format!(
                                "leave the formatter out, or use one of the languages {}",
                                known.join(", ")
                            )),
                    );
                }
            });
        }
    }

    fn known(
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

    fn field(&mut self, field: &FieldUse) {
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
                    let hint = format!("add `{}` to `sender`, or leave the field out", field.name);
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
                    .hint("use `date` for dates and `number` for numbers; a free column gets its type in `register.columns`"),
            );
        }
    }
}
