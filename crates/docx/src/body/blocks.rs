//! Blocks as paragraphs (ECMA-376 17.3.1) with styles; `parts::styles` defines their look.

use raadspost_content::{
    Block, BlockKind, Diagnostic, Inline, Item, ListKind, Particular, WordingRole,
};

use super::converter::Converter;
use super::inlines::Host;
use super::sections::SectionKind;
use crate::parts::numbering::DEPTH_LIMIT;
use crate::parts::styles;
use crate::record::Within;

impl<'a> Converter<'a> {
    /// Blocks, one after the other.
    pub(crate) fn blocks(&mut self, blocks: &'a [Block]) {
        for block in blocks {
            self.block(block);
        }
    }

    fn block(&mut self, block: &'a Block) {
        let outer = self.at.replace(&block.id);
        match &block.kind {
            BlockKind::Heading { level, inlines } => self.heading(*level, inlines),
            BlockKind::Paragraph { inlines } | BlockKind::Preamble { inlines } => {
                self.paragraph(styles::NORMAL, inlines);
            }
            BlockKind::List { kind, items } => self.list(*kind, items, 0),
            BlockKind::Recital { level, head, items } => {
                self.heading(*level, head);
                self.list(ListKind::Dash, items, 0);
            }
            BlockKind::Operative {
                level,
                head,
                alternatives,
                variants,
                separator,
            } => {
                self.heading(*level, head);
                for (index, items) in alternatives.iter().enumerate() {
                    if index > 0 {
                        self.paragraph(styles::SEPARATOR, separator);
                    }
                    match variants.get(index) {
                        // One control round each alternative, so that it can be taken out whole.
                        Some(variant) => {
                            let kind = SectionKind::Alternative(variant.clone());
                            self.check(variant);
                            self.section(&kind, |converter| {
                                converter.list(ListKind::LowerAlpha, items, 0);
                            });
                        }
                        None => self.list(ListKind::LowerAlpha, items, 0),
                    }
                }
            }
            BlockKind::Closing { inlines } => self.paragraph(styles::CLOSING, inlines),
            BlockKind::Movers { lead, lines } => {
                self.paragraph(styles::LEAD, lead);
                let movers = SectionKind::Movers(self.record.movers());
                self.section(&movers, |converter| {
                    converter.within = Within::Movers;
                    for line in lines {
                        // The tab draws the line to sign on.
                        let mut line = line.clone();
                        line.push(Inline::Text("\t".into()));
                        converter.paragraph(styles::MOVER, &line);
                    }
                    converter.within = Within::Text;
                });
            }
            BlockKind::Particulars { rows } => {
                for Particular { label, value } in rows {
                    let mut line = vec![Inline::Strong(label.clone()), Inline::Text("\t".into())];
                    line.extend_from_slice(value);
                    self.paragraph(styles::PARTICULAR, &line);
                }
            }
            BlockKind::Wording {
                role,
                level,
                head,
                blocks,
            } => {
                self.section(&SectionKind::Wording(*role), |converter| {
                    converter.heading(*level, head);
                    converter.indented = matches!(role, WordingRole::Old | WordingRole::New);
                    for block in blocks {
                        match &block.kind {
                            BlockKind::Paragraph { inlines } if converter.indented => {
                                converter.paragraph(styles::WORDING, inlines);
                            }
                            _ => converter.block(block),
                        }
                    }
                    converter.indented = false;
                });
            }
            BlockKind::Signatures {
                lead,
                columns,
                rows,
            } => self.signatures(lead, columns, rows),
            BlockKind::Voting {
                lead,
                columns,
                rows,
            } => self.voting(lead, columns, rows),
            BlockKind::Note { inlines } => self.paragraph(styles::NOTE, inlines),
        }
        self.at = outer;
    }

    /// A heading; where the document has a title, that is level 1 and levels count from below it.
    pub(crate) fn heading(&mut self, level: u8, inlines: &[Inline]) {
        let style = match (self.titled, level) {
            (true, 0 | 1) => styles::TITLE,
            (true, level) => styles::heading(level - 1),
            (false, level) => styles::heading(level),
        };
        self.paragraph(style, inlines);
    }

    /// A paragraph of a style; nothing if there is nothing to show.
    pub(crate) fn paragraph(&mut self, style: &str, inlines: &[Inline]) {
        let empty = self.styled(style);
        if let Some(paragraph) = self.filled(empty, inlines, Host::Document) {
            self.push(paragraph);
        }
    }

    fn list(&mut self, kind: ListKind, items: &'a [Item], depth: usize) {
        if depth > DEPTH_LIMIT {
            let message = format!(
                "lists are nested more than {} deep in {}",
                DEPTH_LIMIT + 1,
                self.place()
            );
            self.report(Diagnostic::error("docx-list-depth", message));
            return;
        }
        let number = self.lists.add(kind, depth, self.indented);
        let style = match kind {
            ListKind::Bullet | ListKind::Dash => styles::LIST_BULLET,
            ListKind::Decimal | ListKind::LowerAlpha => styles::LIST_NUMBER,
        };
        for item in items {
            let mut blocks = item.iter();
            match blocks.next().map(|block| (&block.id, &block.kind)) {
                Some((id, BlockKind::Paragraph { inlines })) => {
                    let outer = self.at.replace(id);
                    let labelled = self.labelled(style, number, depth);
                    if let Some(paragraph) = self.filled(labelled, inlines, Host::Document) {
                        self.push(paragraph);
                    }
                    self.at = outer;
                }
                Some(_) | None => {
                    let message = format!(
                        "a list item does not start with a paragraph in {}",
                        self.place()
                    );
                    self.report(Diagnostic::error("docx-list-item", message));
                }
            }
            for block in blocks {
                let outer = self.at.replace(&block.id);
                match &block.kind {
                    BlockKind::Paragraph { inlines } => {
                        let depth = depth + usize::from(self.indented);
                        self.paragraph(styles::list_continue(depth), inlines);
                    }
                    BlockKind::List { kind, items } => self.list(*kind, items, depth + 1),
                    BlockKind::Heading { .. }
                    | BlockKind::Preamble { .. }
                    | BlockKind::Recital { .. }
                    | BlockKind::Operative { .. }
                    | BlockKind::Closing { .. }
                    | BlockKind::Movers { .. }
                    | BlockKind::Particulars { .. }
                    | BlockKind::Wording { .. }
                    | BlockKind::Signatures { .. }
                    | BlockKind::Voting { .. }
                    | BlockKind::Note { .. } => self.block(block),
                }
                self.at = outer;
            }
        }
    }
}
