//! Texts that a document requires, and the conditions that leave them empty.

use raadspost_content::Inline;

use super::inline::is_blank;
use super::trace::EmptyText;
use super::{Footnotes, Resolver, Scope};
use crate::ast::{ConditionId, Draft, DraftKind, Piece};
use crate::language::choose;

impl<'a> Resolver<'a> {
    /// A text that the document requires: if no branch of a condition gives it content, the
    /// document is refused. A text that the author left empty is allowed.
    pub(super) fn required(
        &mut self,
        scope: Scope<'a>,
        pieces: &'a [Piece],
        what: &str,
    ) -> Vec<Inline> {
        let inlines = self.inlines(scope, pieces);
        if !pieces.is_empty() && is_blank(&inlines) {
            self.comes_out_empty(pieces, what);
        }
        inlines
    }

    /// The title of the file, if no text of the document shows it.
    pub(super) fn file_title(
        &mut self,
        scope: Scope<'a>,
        pieces: &'a [Piece],
        what: &str,
    ) -> Vec<Inline> {
        let scope = Scope {
            footnotes: Footnotes::LeftOut,
            ..scope
        };
        self.required(scope, pieces, what)
    }

    /// A text that is never shown: its content if resolving it has no side effects, otherwise
    /// nothing.
    pub(super) fn unshown(&mut self, scope: Scope<'a>, pieces: &'a [Piece]) -> Vec<Inline> {
        let before = self.trace.mark();
        let inlines = self.inlines(scope, pieces);
        if self.trace.mark() == before {
            return inlines;
        }
        self.trace.roll_back(&before);
        self.trace.missing.truncate(before.missing);
        Vec::new()
    }

    pub(super) fn comes_out_empty(&mut self, pieces: &'a [Piece], what: &str) {
        self.refuse_empty(EmptyText {
            what: what.to_owned(),
            condition: self.deciding(pieces),
            hint: "write `{{ else }}` before `{{ end }}`, and the text for when the condition is \
                   false",
        });
    }

    pub(super) fn refuse_empty(&mut self, empty: EmptyText) {
        if !self.trace.empty.contains(&empty) {
            self.trace.empty.push(empty);
        }
    }

    /// The first condition on which blocks depend.
    pub(super) fn deciding_block(&self, drafts: &'a [Draft]) -> Option<ConditionId> {
        drafts.iter().find_map(|draft| {
            draft.when.or_else(|| match &draft.kind {
                DraftKind::Heading { pieces, .. } | DraftKind::Paragraph(pieces) => {
                    self.deciding(pieces)
                }
                DraftKind::List { items, .. } => items
                    .iter()
                    .find_map(|item| item.when.or_else(|| self.deciding_block(&item.blocks))),
                DraftKind::Languages(texts) => self.deciding_block(choose(texts, self.language)?),
                // A letter has no other blocks.
                _ => None,
            })
        })
    }

    /// The first condition in a text.
    fn deciding(&self, pieces: &'a [Piece]) -> Option<ConditionId> {
        pieces.iter().find_map(|piece| match piece {
            Piece::If { condition, .. } => Some(*condition),
            Piece::Emphasis(inner)
            | Piece::Strong(inner)
            | Piece::Private(inner)
            | Piece::Link { pieces: inner, .. } => self.deciding(inner),
            Piece::Languages(texts) => self.deciding(choose(texts, self.language)?),
            Piece::Phrase(phrase) => self.deciding(self.phrase(&phrase.key)),
            Piece::Footnote(note) => self.deciding(&note.pieces),
            Piece::Text(_)
            | Piece::SoftBreak
            | Piece::LineBreak
            | Piece::Field(_)
            | Piece::FillIn(_)
            | Piece::Choice(_) => None,
        })
    }
}
