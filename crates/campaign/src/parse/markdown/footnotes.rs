//! Footnotes: their definitions, and references without definition.

use std::ops::Range;
use std::sync::Arc;

use pulldown_cmark::{Event, TagEnd};
use raadspost_content::Diagnostics;
use raadspost_yaml::Text;

use super::{Reader, normal};
use crate::ast::{DraftKind, Note};

/// Reports references to undefined footnotes, which the parser would read as plain text.
pub(super) fn undefined_footnotes(text: &Text, diagnostics: &mut Diagnostics) {
    let mut labels = Vec::new();
    let mut references: Vec<(Range<usize>, String)> = Vec::new();
    for (at, _) in text.text.match_indices("[^") {
        if text.text[..at].ends_with('\\') {
            continue;
        }
        let Some(end) = text.text[at..].find(']').map(|end| at + end) else {
            continue;
        };
        let label = &text.text[at + 2..end];
        if label.is_empty() || label.contains(['\n', ' ', '[']) {
            continue;
        }
        let line_start = text.text[..at].rfind('\n').map_or(0, |newline| newline + 1);
        if text.text[end + 1..].starts_with(':') && text.text[line_start..at].trim().is_empty() {
            labels.push(normal(label));
        } else {
            references.push((at..end + 1, label.to_owned()));
        }
    }
    for (range, label) in references {
        if !labels.contains(&normal(&label)) {
            diagnostics.push(
                text.error(
                    "footnote-without-text",
                    range,
                    format!("the footnote `[^{label}]` has no text"),
                )
                .hint(format!(
                    "write its text in its own paragraph: `[^{label}]: …`"
                )),
            );
        }
    }
}

impl<'a> Reader<'a> {
    pub(super) fn definition(&mut self, label: &str, range: Range<usize>) {
        let mut blocks = Vec::new();
        let sign = self.tagged.text.text[range.clone()].find("]:");
        let sign = range.start..sign.map_or(range.start, |at| range.start + at + 2);
        self.covered.push(sign.clone());
        if !self.defined.insert(normal(label)) {
            self.report(
                "duplicate-footnote",
                sign,
                format!("the footnote `[^{label}]` is defined twice"),
                "keep one of the two, or give it another name",
            );
        }
        self.in_note = true;
        self.depth += 1;
        while let Some((event, range)) = self.events.next() {
            if matches!(event, Event::End(TagEnd::FootnoteDefinition)) {
                break;
            }
            self.block(event, range, &mut blocks);
        }
        self.depth -= 1;
        self.in_note = false;
        let one = blocks.len() == 1 && matches!(blocks[0].kind, DraftKind::Paragraph(_));
        if !one {
            self.report(
                "unsupported-markdown",
                range.start..range.start + 1,
                format!("the footnote `[^{label}]` must be one paragraph of text"),
                "write its text after the colon, in one paragraph",
            );
        }
        let span = self.tagged.text.span(range);
        if self.definitions
            && let Some(DraftKind::Paragraph(pieces)) =
                blocks.into_iter().next().map(|block| block.kind)
        {
            let note = Note {
                label: label.to_owned(),
                span,
                pieces,
            };
            self.notes
                .entry(normal(label))
                .or_insert_with(|| Arc::new(note));
        }
    }
}
