//! A motion as plain text, for its record: what Open Raadsinformatie calls `inhoud`,
//! `toelichting`, and the two texts of an amendment.

use raadspost_content::{Block, BlockKind, Inline, Item, ListKind};

use super::converter::Converter;
use crate::record::wording_element;

impl Converter<'_> {
    /// The texts of a motion, by the names of their elements; a line for each paragraph.
    pub(crate) fn words(&mut self, blocks: &[Block]) -> Vec<(&'static str, String)> {
        let known = self.mistakes();
        let mut lines = Vec::new();
        let mut texts = Vec::new();
        for block in blocks {
            if let BlockKind::Wording { role, blocks, .. } = &block.kind {
                let mut own = Vec::new();
                self.lines(blocks, &mut own);
                texts.push((wording_element(*role), own.join("\n")));
            } else {
                self.lines(std::slice::from_ref(block), &mut lines);
            }
        }
        // What cannot be written was found where it is shown.
        self.forget_mistakes(known);
        texts.insert(0, ("inhoud", lines.join("\n")));
        texts
    }

    fn lines(&mut self, blocks: &[Block], out: &mut Vec<String>) {
        for block in blocks {
            match &block.kind {
                BlockKind::Heading { inlines, .. }
                | BlockKind::Paragraph { inlines }
                | BlockKind::Preamble { inlines }
                | BlockKind::Closing { inlines } => self.line("", inlines, out),
                BlockKind::List { kind, items } => self.item_lines(*kind, items, out),
                BlockKind::Recital { head, items, .. } => {
                    self.line("", head, out);
                    self.item_lines(ListKind::Dash, items, out);
                }
                BlockKind::Operative {
                    head,
                    alternatives,
                    separator,
                    ..
                } => {
                    self.line("", head, out);
                    for (index, items) in alternatives.iter().enumerate() {
                        if index > 0 {
                            self.line("", separator, out);
                        }
                        self.item_lines(ListKind::LowerAlpha, items, out);
                    }
                }
                BlockKind::Wording { blocks, .. } => self.lines(blocks, out),
                // Fields of their own, or no part of the decision.
                BlockKind::Particulars { .. }
                | BlockKind::Movers { .. }
                | BlockKind::Signatures { .. }
                | BlockKind::Voting { .. }
                | BlockKind::Note { .. } => {}
            }
        }
    }

    fn line(&mut self, label: &str, inlines: &[Inline], out: &mut Vec<String>) {
        let text = self.plain(inlines);
        out.push(format!("{label}{text}"));
    }

    fn item_lines(&mut self, kind: ListKind, items: &[Item], out: &mut Vec<String>) {
        for (index, item) in items.iter().enumerate() {
            let label = match kind {
                ListKind::Bullet => "• ".to_owned(),
                ListKind::Dash => "– ".to_owned(),
                ListKind::Decimal => format!("{}. ", index + 1),
                ListKind::LowerAlpha => match u8::try_from(index).ok().filter(|at| *at < 26) {
                    Some(at) => format!("{}) ", char::from(b'a' + at)),
                    None => format!("{}) ", index + 1),
                },
            };
            let mut own = Vec::new();
            self.lines(item, &mut own);
            if let Some(first) = own.first_mut() {
                first.insert_str(0, &label);
            }
            out.append(&mut own);
        }
    }
}
