//! Resolves pieces of text to inlines.

use std::borrow::Cow;

use raadspost_content::{FillIn, FillInKind, FixedWord, Footnote, Inline, slug};

use super::slots::SlotField;
use super::trace::Noted;
use super::{Footnotes, Resolver, Scope, SoftBreaks};
use crate::ast::{FieldUse, FillInDraftKind, Formatter, Note, Piece, Root, SenderField, find};
use crate::language::choose;
use crate::typography::tied;

/// A title for metadata: text and slots only.
pub(super) fn flatten(inlines: &[Inline]) -> Vec<Inline> {
    let mut out = Vec::new();
    for inline in inlines {
        match inline {
            Inline::Text(text) => push_text(&mut out, text),
            Inline::Slot(slot) => out.push(Inline::Slot(*slot)),
            Inline::Emphasis(inner)
            | Inline::Strong(inner)
            | Inline::Link { inlines: inner, .. } => {
                for inline in flatten(inner) {
                    match inline {
                        Inline::Text(text) => push_text(&mut out, &text),
                        other => out.push(other),
                    }
                }
            }
            Inline::Footnote(_) => {}
            Inline::FillIn(fill_in) => push_text(&mut out, &fill_in.placeholder()),
            Inline::Choice { options, .. } => push_text(&mut out, &options.join(" / ")),
            Inline::LineBreak => push_text(&mut out, " "),
        }
    }
    out
}

fn push_text(out: &mut Vec<Inline>, text: &str) {
    match out.last_mut() {
        Some(Inline::Text(last)) => last.push_str(text),
        _ if text.is_empty() => {}
        _ => out.push(Inline::Text(text.to_owned())),
    }
}

/// Nothing a reader would see.
pub(super) fn is_blank(inlines: &[Inline]) -> bool {
    inlines.iter().all(|inline| match inline {
        Inline::Text(text) => text.trim().is_empty(),
        Inline::LineBreak => true,
        Inline::Emphasis(inner) | Inline::Strong(inner) | Inline::Link { inlines: inner, .. } => {
            is_blank(inner)
        }
        // An empty register cell refuses the document, and an empty footnote is omitted with its
        // mark.
        Inline::Slot(_) | Inline::Footnote(_) | Inline::FillIn(_) | Inline::Choice { .. } => false,
    })
}

/// Adds text with a mark; blank text has nothing to mark.
fn push_marked(
    out: &mut Vec<Inline>,
    inner: Vec<Inline>,
    mark: impl FnOnce(Vec<Inline>) -> Inline,
) {
    if !is_blank(&inner) {
        out.push(mark(inner));
        return;
    }
    for inline in inner {
        match inline {
            Inline::Text(text) => push_text(out, &text),
            other => out.push(other),
        }
    }
}

impl<'a> Resolver<'a> {
    fn fill_in(&mut self, key: &str) -> Option<FillIn> {
        let fill_in = find(&self.case.draft.fill_ins, key)?;
        let language = self.language;
        let kind = match &fill_in.kind {
            FillInDraftKind::Faction if self.case.facts.factions => FillInKind::Faction {
                slot: self.slot_of(SlotField::Factions, None),
            },
            FillInDraftKind::Text | FillInDraftKind::Faction => FillInKind::Text,
            FillInDraftKind::Date => FillInKind::Date,
            FillInDraftKind::Person => FillInKind::Person,
            FillInDraftKind::Options(options) => {
                let options = options.iter();
                FillInKind::Options(
                    options
                        .map(|words| words.in_language(language).to_owned())
                        .collect(),
                )
            }
        };
        Some(FillIn {
            id: key.to_owned(),
            label: fill_in.label.in_language(language).to_owned(),
            field: fill_in.field.clone().or_else(|| match fill_in.kind {
                FillInDraftKind::Person => Some("indiener".to_owned()),
                FillInDraftKind::Faction => Some("fractie".to_owned()),
                FillInDraftKind::Text | FillInDraftKind::Date | FillInDraftKind::Options(_) => None,
            }),
            kind,
            line: None,
        })
    }

    pub(super) fn phrase(&self, key: &str) -> &'a [Piece] {
        let own = self.case.overrides.and_then(|phrases| find(phrases, key));
        own.or_else(|| find(&self.case.draft.phrases, key))
            .map_or(&[], Vec::as_slice)
    }

    pub(super) fn phrase_inlines(&mut self, scope: Scope<'a>, key: &str) -> Vec<Inline> {
        let pieces = self.phrase(key);
        self.required(scope, pieces, &format!("the phrase `{key}`"))
    }

    pub(super) fn inlines(&mut self, scope: Scope<'a>, pieces: &'a [Piece]) -> Vec<Inline> {
        let mut out = Vec::new();
        self.add(scope, pieces, &mut out);
        for inline in &mut out {
            if let Inline::Text(text) = inline
                && let Cow::Owned(tied) = tied(text)
            {
                *text = tied;
            }
        }
        out
    }

    fn add(&mut self, scope: Scope<'a>, pieces: &'a [Piece], out: &mut Vec<Inline>) {
        for piece in pieces {
            match piece {
                Piece::Text(text) => push_text(out, text),
                Piece::SoftBreak if scope.soft_breaks == SoftBreaks::Lines => {
                    out.push(Inline::LineBreak)
                }
                Piece::SoftBreak => push_text(out, " "),
                Piece::LineBreak => out.push(Inline::LineBreak),
                Piece::Emphasis(inner) => {
                    let inner = self.inlines(scope, inner);
                    push_marked(out, inner, Inline::Emphasis);
                }
                Piece::Strong(inner) => {
                    let inner = self.inlines(scope, inner);
                    push_marked(out, inner, Inline::Strong);
                }
                Piece::Link { url, pieces } => {
                    let inlines = self.inlines(scope, pieces);
                    let url = url.clone();
                    push_marked(out, inlines, |inlines| Inline::Link { url, inlines });
                }
                Piece::Footnote(_) if scope.footnotes == Footnotes::LeftOut => {}
                Piece::Footnote(note) => {
                    out.extend(self.footnote(scope, note).map(Inline::Footnote));
                }
                Piece::Field(field) => {
                    let inline = self.field(field);
                    match inline {
                        Inline::Text(text) => push_text(out, &text),
                        other => out.push(other),
                    }
                }
                Piece::FillIn(reference) => {
                    out.extend(self.fill_in(&reference.key).map(Inline::FillIn));
                }
                Piece::Choice(reference) => self.choice(scope, &reference.key, out),
                Piece::Phrase(reference) => {
                    let pieces = self.phrase(&reference.key);
                    self.add(scope, pieces, out);
                }
                Piece::Private(_) if self.copy => {
                    push_text(out, self.withheld());
                }
                Piece::Private(inner) => self.add(scope, inner, out),
                Piece::Languages(texts) => {
                    if let Some(inner) = choose(texts, self.language) {
                        self.add(scope, inner, out);
                    }
                }
                Piece::If {
                    condition,
                    then,
                    otherwise,
                } => {
                    let branch = if self.holds(Some(*condition)) {
                        then
                    } else {
                        otherwise
                    };
                    self.add(scope, branch, out);
                }
            }
        }
    }

    /// The number of a footnote, resolved at its first reference; `None` if its text is empty, so
    /// that its mark is omitted too.
    fn footnote(&mut self, scope: Scope<'a>, note: &'a Note) -> Option<usize> {
        let noted = Noted {
            label: &note.label,
            span: note.span,
            motion: scope.motion.map(|motion| motion.key.as_ref()),
            variant: scope.variant,
        };
        if let Some(known) = self.trace.noted.iter().position(|other| *other == noted) {
            return Some(known);
        }
        self.printed(|this| {
            let index = this.trace.footnotes.len();
            // Its number is reserved before its text is resolved, so that numbers follow the order
            // of references.
            this.trace.noted.push(noted);
            this.trace.footnotes.push(Footnote {
                id: note.label.clone(),
                span: note.span,
                inlines: Vec::new(),
            });
            let inlines = this.visible(scope, &note.pieces)?;
            this.trace.footnotes[index].inlines = inlines;
            Some(index)
        })
    }

    /// The replacement for text omitted from a publication copy.
    pub(super) fn withheld(&self) -> &'a str {
        self.word(FixedWord::Withheld)
    }

    /// A word of the document's language.
    pub(super) fn word(&self, word: FixedWord) -> &'a str {
        let conventions = self.case.conventions;
        conventions.map_or("", |conventions| conventions.word(word))
    }

    fn choice(&mut self, scope: Scope<'a>, key: &str, out: &mut Vec<Inline>) {
        let Some(choice) = scope.motion.and_then(|motion| find(&motion.choices, key)) else {
            return;
        };
        match scope.variant {
            Some(variant) => push_text(
                out,
                find(&choice.options, variant).map_or("", |words| words.in_language(self.language)),
            ),
            None => out.push(Inline::Choice {
                id: key.to_owned(),
                options: choice
                    .options
                    .iter()
                    .map(|(_, words)| words.in_language(self.language).to_owned())
                    .collect(),
                mark: choice.mark.clone(),
            }),
        }
    }

    pub(super) fn field(&mut self, field: &FieldUse) -> Inline {
        let draft = self.case.draft;
        let text = match (field.root, field.name.as_str()) {
            (Root::Municipality, name) => return self.slot(name, field.format),
            (Root::Campaign, "id") => draft.id.clone(),
            (Root::Campaign, "title") => draft.title.clone(),
            (Root::Campaign, "language") => self.language.to_string(),
            (Root::Campaign, "date") => match (draft.date, field.format, self.case.conventions) {
                (Some(date), Some(Formatter::Date), Some(conventions)) => {
                    conventions.long_date(date)
                }
                (Some(date), ..) => date.to_string(),
                (None, ..) => String::new(),
            },
            (Root::Sender, name) => {
                let sender = &self.sender;
                let shown = match SenderField::named(name) {
                    Some(SenderField::Name) => Some(&sender.name),
                    Some(SenderField::Tagline) => sender.tagline.as_ref(),
                    Some(SenderField::Telephone) => sender.telephone.as_ref(),
                    Some(SenderField::Email) => sender.email.as_ref(),
                    Some(SenderField::Website) => sender.website.as_ref(),
                    None => None,
                };
                match shown {
                    Some(shown) => shown.clone(),
                    // A field that the campaign does not state is a mistake of the campaign, so a
                    // stated field that is not shown is private. It has no value, and no formatter
                    // applies.
                    None => return Inline::Text(self.withheld().to_owned()),
                }
            }
            (Root::Campaign, _) => String::new(),
        };
        Inline::Text(match field.format {
            Some(Formatter::Upper) => text.to_uppercase(),
            Some(Formatter::Slug) => slug(&text),
            Some(Formatter::Date | Formatter::Number) | None => text,
        })
    }

    pub(super) fn visible(&mut self, scope: Scope<'a>, pieces: &'a [Piece]) -> Option<Vec<Inline>> {
        self.printed(|this| {
            let inlines = this.inlines(scope, pieces);
            (!is_blank(&inlines)).then_some(inlines)
        })
    }
}
