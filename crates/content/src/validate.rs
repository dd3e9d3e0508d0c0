//! Checks that need the whole campaign: that every name leads somewhere, and that every condition
//! and formatter fits the register's columns.

use std::sync::Arc;

use crate::draft::{
    BodyDraft, CampaignDraft, DocumentDraft, Draft, DraftItem, DraftKind, FieldUse, Formatter,
    MotionDraft, PartDraft, Piece, Reference, Root, find, speaks,
};
use crate::expression::unknown_field;
use crate::language::Conventions;
use crate::load::map::Text;
use crate::register::{ColumnType, Columns};
use crate::suggest::did_you_mean;
use crate::{Diagnostic, Diagnostics, Place, Source, Span};

/// The fields of `campaign.`.
pub(crate) const CAMPAIGN_FIELDS: [&str; 4] = ["id", "title", "date", "language"];
/// The fields of `sender.`.
pub(crate) const SENDER_FIELDS: [&str; 5] = ["name", "tagline", "telephone", "email", "website"];

/// Checks all references; `columns` is none where the register could not be opened.
pub(crate) fn check(
    draft: &CampaignDraft,
    source: &Arc<Source>,
    columns: Option<&Columns>,
    diagnostics: &mut Diagnostics,
) {
    let mut checker = Checker {
        draft,
        source,
        columns,
        diagnostics,
    };
    checker.run();
}

struct Checker<'a> {
    draft: &'a CampaignDraft,
    source: &'a Arc<Source>,
    columns: Option<&'a Columns>,
    diagnostics: &'a mut Diagnostics,
}

/// Where a text stands, as far as it decides what may stand in it.
#[derive(Clone, Copy)]
enum Within<'a> {
    Motion(&'a MotionDraft),
    Phrase,
    Elsewhere,
}

impl Checker<'_> {
    fn run(&mut self) {
        let draft = self.draft;
        if let Some(columns) = self.columns {
            for condition in &draft.conditions {
                condition.check(columns, self.diagnostics);
            }
        }
        for (_, pieces) in &draft.phrases {
            self.pieces(pieces, Within::Phrase);
        }
        for (code, phrases) in &draft.overrides {
            for (key, pieces) in phrases {
                if find(&draft.phrases, key).is_none() {
                    let names = draft.phrases.iter().map(|(name, _)| name);
                    let hint = did_you_mean(key, names)
                        .unwrap_or_else(|| "declare it under `phrases` first".to_owned());
                    let at = self.written(key, code);
                    self.diagnostics.push(
                        Diagnostic::error("unknown-phrase", format!("the override of `{code}` names the phrase `{key}`, which is not known"))
                            .at(at)
                            .hint(hint),
                    );
                }
                self.pieces(pieces, Within::Phrase);
            }
        }
        for letter in &draft.letters {
            for pieces in [
                Some(&letter.place_and_date),
                letter.subject.as_ref(),
                Some(&letter.salutation),
                Some(&letter.closing),
                letter.title.as_ref(),
                letter.reference.as_ref(),
                letter.treatment.as_ref(),
                letter.qr.as_ref().map(|qr| &qr.url),
                letter.qr.as_ref().map(|qr| &qr.caption),
            ] {
                self.pieces(pieces.map_or(&[], Vec::as_slice), Within::Elsewhere);
            }
            match &letter.addressee {
                Some(phrase) => self.phrase(phrase),
                None if letter.address != crate::draft::AddressRule::None => {
                    let at = self.written(&letter.key, "letters");
                    self.diagnostics.push(
                        Diagnostic::error("missing-key", format!("the letter `{}` has no `addressee`", letter.key))
                            .at(at)
                            .hint("name a phrase with the lines above the postal address, or write `address: none`"),
                    );
                }
                None => {}
            }
            self.drafts(&letter.body, Within::Elsewhere);
            if let Some(enclosures) = &letter.enclosures {
                let title = enclosures.title.as_deref().unwrap_or(&[]);
                self.pieces(title, Within::Elsewhere);
                for item in &enclosures.items {
                    self.pieces(&item.label, Within::Elsewhere);
                    self.pieces(&item.title, Within::Elsewhere);
                    if let Some(document) = &item.document {
                        self.document_reference(document);
                    }
                }
            }
        }
        for text in &draft.texts {
            self.pieces(text.title.as_deref().unwrap_or(&[]), Within::Elsewhere);
            self.drafts(&text.body, Within::Elsewhere);
        }
        for motion in &draft.motions {
            self.pieces(&motion.title, Within::Motion(motion));
            for (_, title) in &motion.variants {
                self.pieces(title, Within::Motion(motion));
            }
            self.drafts(&motion.body, Within::Motion(motion));
        }
        self.documents();
        self.languages();
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
        let mut needed: Vec<&str> = Vec::new();
        for language in rules.iter().flat_map(|rule| &rule.among) {
            if !needed.contains(&language.as_str()) {
                needed.push(language);
            }
        }
        for (place, tags) in &draft.texts_by_language {
            let lacks = |language: &&&str| !tags.iter().any(|tag| speaks(tag, language));
            let missing: Vec<&str> = needed.iter().filter(lacks).copied().collect();
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

    /// The place where a key was written: the first one after its parent's.
    fn written(&self, key: &str, parent: &str) -> Place {
        let text = self.source.text();
        let from = text.find(&format!("{parent}:")).unwrap_or(0);
        let at = text[from..]
            .find(&format!("{key}:"))
            .map_or(from, |at| from + at);
        Place::Source(self.source.clone(), Span::new(at, at + key.len()))
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
            self.pieces(document.title.as_deref().unwrap_or(&[]), Within::Elsewhere);
            self.conventions(document);
            match &document.body {
                BodyDraft::Letter(letter) => {
                    let names = self
                        .draft
                        .letters
                        .iter()
                        .map(|letter| letter.key.as_str())
                        .collect();
                    self.known(letter, "unknown-letter", "letter", names);
                }
                BodyDraft::Parts { annex, parts } => {
                    if let Some((label, title)) = annex {
                        self.pieces(label, Within::Elsewhere);
                        self.pieces(title, Within::Elsewhere);
                    }
                    if parts.is_empty() {
                        self.diagnostics.push(
                            at.error(
                                "missing-key",
                                whole,
                                format!("the document `{}` has no parts", document.id),
                            )
                            .hint("name a text or a motion under `parts`"),
                        );
                    }
                    for part in parts {
                        self.part(part);
                    }
                }
                BodyDraft::Collects(members) => {
                    for member in members {
                        self.document_reference(member);
                        let named = documents.iter().find(|other| other.id == member.key);
                        if let Some(named) = named
                            && (matches!(named.body, BodyDraft::Collects(_))
                                || !named.formats.contains(&crate::Format::Pdf))
                        {
                            self.diagnostics.push(
                                member.at
                                    .error("wrong-member", 0..member.at.text.len(), format!("`{}` cannot be collected", member.key))
                                    .hint("collect documents that are made as PDF, and no collections"),
                            );
                        }
                    }
                }
            }
        }
    }

    fn part(&mut self, part: &PartDraft) {
        match part {
            PartDraft::Text { key, .. } => {
                let names = self
                    .draft
                    .texts
                    .iter()
                    .map(|text| text.key.as_str())
                    .collect();
                self.known(key, "unknown-text", "text", names);
            }
            PartDraft::Motion { key, variant, .. } => {
                let names = self
                    .draft
                    .motions
                    .iter()
                    .map(|motion| motion.key.as_str())
                    .collect();
                self.known(key, "unknown-motion", "motion", names);
                let motion = self
                    .draft
                    .motions
                    .iter()
                    .find(|motion| motion.key == key.key);
                if let (Some(motion), Some(variant)) = (motion, variant) {
                    let names = motion
                        .variants
                        .iter()
                        .map(|(name, _)| name.as_str())
                        .collect();
                    self.known(variant, "unknown-variant", "variant", names);
                }
            }
        }
    }

    /// A formatter needs the conventions of every language in which its text may stand.
    fn conventions(&mut self, document: &DocumentDraft) {
        let rule = document.language.as_ref().unwrap_or(&self.draft.language);
        let unknown = rule
            .among
            .iter()
            .find(|language| Conventions::of(language).is_none());
        if let Some(language) = unknown.filter(|language| !language.is_empty()) {
            let used = self.first_formatter();
            if let Some(at) = used {
                self.diagnostics.push(
                    at.error(
                        "unknown-conventions",
                        0..at.text.len(),
                        format!("how dates and numbers are written in `{language}` is not known"),
                    )
                    .hint(format!(
                        "leave the formatter out, or use one of the languages {}",
                        Conventions::known().collect::<Vec<_>>().join(", ")
                    )),
                );
            }
        }
    }

    fn first_formatter(&self) -> Option<Text> {
        let mut found = None;
        let mut look = |pieces: &[Piece]| {
            walk(pieces, &mut |piece| {
                if let Piece::Field(FieldUse {
                    format: Some(Formatter::Date | Formatter::Number),
                    at,
                    ..
                }) = piece
                {
                    found.get_or_insert_with(|| at.clone());
                }
            });
        };
        for letter in &self.draft.letters {
            look(&letter.place_and_date);
            walk_drafts(&letter.body, &mut look);
        }
        self.draft
            .texts
            .iter()
            .for_each(|text| walk_drafts(&text.body, &mut look));
        self.draft
            .motions
            .iter()
            .for_each(|motion| walk_drafts(&motion.body, &mut look));
        self.draft
            .phrases
            .iter()
            .for_each(|(_, pieces)| look(pieces));
        found
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

    fn document_reference(&mut self, reference: &Reference) {
        let names = self
            .draft
            .documents
            .iter()
            .map(|document| document.id.as_str())
            .collect();
        self.known(reference, "unknown-document", "document", names);
    }

    fn phrase(&mut self, reference: &Reference) {
        let names = self
            .draft
            .phrases
            .iter()
            .map(|(name, _)| name.as_str())
            .collect();
        self.known(reference, "unknown-phrase", "phrase", names);
    }

    fn drafts(&mut self, drafts: &[Draft], within: Within<'_>) {
        for draft in drafts {
            match &draft.kind {
                DraftKind::Heading { pieces, .. }
                | DraftKind::Paragraph(pieces)
                | DraftKind::Note(pieces) => {
                    self.pieces(pieces, within);
                }
                DraftKind::List { items, .. } => self.items(items, within),
                DraftKind::Preamble(phrase) | DraftKind::Closing(phrase) => self.phrase(phrase),
                DraftKind::Recital { head, items } => {
                    self.phrase(head);
                    self.items(items, within);
                }
                DraftKind::Operative {
                    head,
                    alternatives,
                    separator,
                } => {
                    self.phrase(head);
                    alternatives
                        .iter()
                        .for_each(|(_, items)| self.items(items, within));
                    self.pieces(separator, within);
                }
                DraftKind::Movers { lead, line, .. } => {
                    self.pieces(lead, within);
                    self.pieces(line, within);
                }
                DraftKind::Particulars(rows) => {
                    for row in rows {
                        self.pieces(&row.label, within);
                        self.pieces(&row.value, within);
                    }
                }
                DraftKind::Wording { head, blocks, .. } => {
                    self.phrase(head);
                    self.drafts(blocks, within);
                }
                DraftKind::Signatures {
                    lead,
                    columns,
                    cells,
                    ..
                } => table(lead, columns, cells, &mut |pieces| {
                    self.pieces(pieces, within)
                }),
                DraftKind::Voting {
                    lead,
                    columns,
                    cells,
                    ..
                } => table(lead, columns, cells, &mut |pieces| {
                    self.pieces(pieces, within)
                }),
            }
        }
    }

    fn items(&mut self, items: &[DraftItem], within: Within<'_>) {
        items
            .iter()
            .for_each(|item| self.drafts(&item.blocks, within));
    }

    fn pieces(&mut self, pieces: &[Piece], within: Within<'_>) {
        let mut found = Vec::new();
        walk(pieces, &mut |piece| {
            if let Piece::Field(_) | Piece::FillIn(_) | Piece::Choice(_) | Piece::Phrase(_) = piece
            {
                found.push(piece.clone());
            }
        });
        for piece in found {
            match piece {
                Piece::Field(field) => self.field(&field),
                Piece::FillIn(reference) => {
                    let names = self
                        .draft
                        .fill_ins
                        .iter()
                        .map(|(name, _)| name.as_str())
                        .collect();
                    self.known(&reference, "unknown-fill-in", "fill-in", names);
                }
                Piece::Choice(reference) => match within {
                    Within::Motion(motion) => {
                        let names = motion
                            .choices
                            .iter()
                            .map(|(name, _)| name.as_str())
                            .collect();
                        self.known(&reference, "unknown-choice", "choice", names);
                    }
                    Within::Phrase | Within::Elsewhere => {
                        self.known(
                            &reference,
                            "unknown-choice",
                            "choice outside a motion",
                            Vec::new(),
                        );
                    }
                },
                Piece::Phrase(reference) => match within {
                    Within::Phrase => {
                        let at = &reference.at;
                        self.diagnostics.push(
                            at.error(
                                "nested-phrase",
                                0..at.text.len(),
                                "a phrase cannot hold another phrase",
                            )
                            .hint("write its words out"),
                        );
                    }
                    Within::Motion(_) | Within::Elsewhere => self.phrase(&reference),
                },
                _ => {}
            }
        }
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
                let (root, names): (_, &[&str]) = match field.root {
                    Root::Campaign => ("campaign", &CAMPAIGN_FIELDS),
                    _ => ("sender", &SENDER_FIELDS),
                };
                if !names.contains(&field.name.as_str()) {
                    let hint = did_you_mean(&field.name, names)
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

/// Every piece, those inside others too.
pub(crate) fn walk(pieces: &[Piece], visit: &mut dyn FnMut(&Piece)) {
    for piece in pieces {
        visit(piece);
        match piece {
            Piece::Emphasis(inner) | Piece::Strong(inner) | Piece::Link { pieces: inner, .. } => {
                walk(inner, visit)
            }
            Piece::Footnote(note) => walk(&note.pieces, visit),
            Piece::Private(inner) => walk(inner, visit),
            Piece::Languages(texts) => texts.iter().for_each(|(_, inner)| walk(inner, visit)),
            Piece::If {
                then, otherwise, ..
            } => {
                walk(then, visit);
                walk(otherwise, visit);
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

/// The texts of a table: the line that leads in, the heads of the columns, the cells of a row.
fn table(
    lead: &[Piece],
    columns: &[Vec<Piece>],
    cells: &[Vec<Piece>],
    visit: &mut dyn FnMut(&[Piece]),
) {
    visit(lead);
    columns.iter().for_each(|column| visit(column));
    cells.iter().for_each(|cell| visit(cell));
}

/// The running texts of all blocks.
fn walk_drafts(drafts: &[Draft], visit: &mut dyn FnMut(&[Piece])) {
    for draft in drafts {
        match &draft.kind {
            DraftKind::Heading { pieces, .. }
            | DraftKind::Paragraph(pieces)
            | DraftKind::Note(pieces) => visit(pieces),
            DraftKind::List { items, .. } | DraftKind::Recital { items, .. } => {
                items
                    .iter()
                    .for_each(|item| walk_drafts(&item.blocks, visit));
            }
            DraftKind::Operative { alternatives, .. } => {
                for (_, items) in alternatives {
                    items
                        .iter()
                        .for_each(|item| walk_drafts(&item.blocks, visit));
                }
            }
            DraftKind::Movers { lead, line, .. } => {
                visit(lead);
                visit(line);
            }
            DraftKind::Particulars(rows) => {
                for row in rows {
                    visit(&row.label);
                    visit(&row.value);
                }
            }
            DraftKind::Wording { blocks, .. } => walk_drafts(blocks, visit),
            DraftKind::Signatures {
                lead,
                columns,
                cells,
                ..
            } => table(lead, columns, cells, visit),
            DraftKind::Voting {
                lead,
                columns,
                cells,
                ..
            } => table(lead, columns, cells, visit),
            DraftKind::Preamble(_) | DraftKind::Closing(_) => {}
        }
    }
}
