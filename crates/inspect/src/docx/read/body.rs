//! The main story and its footnotes (ECMA-376 part 1, 17.2, 17.3 and 17.11): paragraphs in order,
//! with their labels and with the numbers of footnotes.

use super::numbering::Numbering;
use super::story::{self, Paragraph, Story};
use super::styles::Styles;
use crate::said::line::Line;
use crate::said::line::Role;
use crate::said::text::tidy;

/// Reads paragraphs and counts lists and footnotes on the way.
pub(crate) struct Body<'s> {
    styles: &'s Styles,
    numbering: Numbering<'s>,
    /// Ids of the footnotes, in the order of their first reference.
    notes: Vec<String>,
    lines: Vec<Line>,
    /// Whether a paragraph has the style Title, which moves all headings down by one level.
    titled: bool,
    /// The text in place of each control, in order; empty to keep the controls' own.
    masks: std::slice::Iter<'s, String>,
}

impl<'s> Body<'s> {
    /// Reads the main story, then the footnotes that it refers to.
    pub(crate) fn read(
        styles: &'s Styles,
        numbering: Numbering<'s>,
        document: &Story,
        footnotes: Option<&Story>,
        masks: &'s [String],
    ) -> Vec<Line> {
        let is_title = |style: &String| styles.is_title(Some(style));
        let mut body = Body {
            styles,
            numbering,
            notes: Vec::new(),
            lines: Vec::new(),
            titled: document.styles.iter().any(is_title),
            masks: masks.iter(),
        };
        body.paragraphs(&document.body);
        let Some(footnotes) = footnotes else {
            return body.lines;
        };
        let mut at = 0;
        // A footnote may refer to another one, so the list may grow.
        while let Some(id) = body.notes.get(at) {
            let note = footnotes.notes.iter().find(|(known, _)| known == id);
            at += 1;
            let Some((_, note)) = note else {
                continue;
            };
            let from = body.lines.len();
            body.paragraphs(note);
            for (index, line) in body.lines[from..].iter_mut().enumerate() {
                line.role = Role::Note;
                if index == 0 {
                    line.label = Some(at.to_string());
                }
            }
        }
        body.lines
    }

    fn paragraphs(&mut self, paragraphs: &[Paragraph]) {
        for paragraph in paragraphs {
            self.paragraph(paragraph);
        }
    }

    fn paragraph(&mut self, paragraph: &Paragraph) {
        let style = paragraph.style.as_deref();
        let inherited = self.styles.list(style);
        let own = &paragraph.list;
        let list = own.0.as_deref().or(inherited.0).filter(|num| *num != "0");
        let level = own.1.or(inherited.1).unwrap_or(0);
        let label = list.and_then(|num| self.numbering.next_label(num, level));
        let outline = paragraph.outline.or_else(|| self.styles.outline(style));
        let role = match (outline, &label) {
            _ if self.styles.is_title(style) => Role::Heading(1),
            (Some(outline), _) => Role::Heading(outline + 1 + u8::from(self.titled)),
            (None, Some(_)) => Role::ListItem,
            (None, None) => Role::Paragraph,
        };
        let text = story::text(&paragraph.text, &mut self.notes, Some(&mut self.masks));
        let text = tidy(&text);
        if !text.is_empty() || label.is_some() {
            let depth = if role == Role::ListItem { level + 1 } else { 0 };
            self.lines.push(Line {
                role,
                depth,
                label,
                text,
            });
        }
    }
}
