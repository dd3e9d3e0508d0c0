//! Resolves drafts of blocks.

use raadspost_content::{Block, BlockId, BlockKind, Inline, Item, Particular, VotingRows};

use super::slots::SlotField;
use super::{Resolver, Scope};
use crate::ast::{Draft, DraftItem, DraftKind, ParticularDraft, Piece, Reference};
use crate::language::choose;

impl<'a> Resolver<'a> {
    /// Resolves blocks; `base` is the level of the author's `#`.
    pub(super) fn blocks(
        &mut self,
        scope: Scope<'a>,
        drafts: &'a [Draft],
        base: u8,
        prefix: &str,
    ) -> Vec<Block> {
        let mut out = Vec::new();
        self.add_blocks(scope, drafts, base, prefix, &mut out);
        out
    }

    fn add_blocks(
        &mut self,
        scope: Scope<'a>,
        drafts: &'a [Draft],
        base: u8,
        prefix: &str,
        out: &mut Vec<Block>,
    ) {
        let mut withheld = false;
        for draft in drafts {
            // In a variant there is nothing to strike out, so the note is omitted whatever its
            // condition.
            let is_idle = matches!(draft.kind, DraftKind::Note(_)) && scope.variant.is_some();
            if is_idle || !self.holds(draft.when) {
                continue;
            }
            if draft.private && self.copy {
                // One mark for a sequence of omitted blocks.
                if !std::mem::replace(&mut withheld, true) {
                    out.push(Block {
                        id: BlockId(draft.path.clone()),
                        span: draft.span,
                        kind: BlockKind::Paragraph {
                            inlines: vec![Inline::Text(self.withheld().to_owned())],
                        },
                    });
                }
                continue;
            }
            withheld = false;
            if let DraftKind::Languages(texts) = &draft.kind {
                if let Some(blocks) = choose(texts, self.language) {
                    self.add_blocks(scope, blocks, base, prefix, out);
                }
                continue;
            }
            let path = if prefix.is_empty() {
                draft.path.clone()
            } else {
                format!("{prefix}.{}", draft.path)
            };
            if let Some(kind) = self.block(scope, draft, base, &path) {
                out.push(Block {
                    id: BlockId(path),
                    span: draft.span,
                    kind,
                });
            }
        }
    }

    fn block(
        &mut self,
        scope: Scope<'a>,
        draft: &'a Draft,
        base: u8,
        path: &str,
    ) -> Option<BlockKind> {
        let kind = match &draft.kind {
            // One of them was chosen.
            DraftKind::Languages(_) => return None,
            DraftKind::Heading { level, pieces } => BlockKind::Heading {
                level: base + level - 1,
                inlines: self.visible(scope, pieces)?,
            },
            DraftKind::Paragraph(pieces) => BlockKind::Paragraph {
                inlines: self.visible(scope, pieces)?,
            },
            DraftKind::List { kind, items } => BlockKind::List {
                kind: *kind,
                items: self.items(scope, items, path)?,
            },
            DraftKind::Preamble(phrase) => BlockKind::Preamble {
                inlines: self.visible(scope, self.phrase(&phrase.key))?,
            },
            DraftKind::Recital { head, items } => {
                let (head, items) = self.headed(
                    |this| this.phrase_inlines(scope, &head.key),
                    |this| this.items(scope, items, path),
                )?;
                BlockKind::Recital {
                    level: base,
                    head,
                    items,
                }
            }
            DraftKind::Operative {
                head,
                alternatives,
                separator,
            } => self.operative(scope, head, alternatives, separator, base, path)?,
            DraftKind::Closing(phrase) => BlockKind::Closing {
                inlines: self.visible(scope, self.phrase(&phrase.key))?,
            },
            DraftKind::Movers { lead, line, times } => {
                let lead = self.required(scope, lead, "`movers`");
                let line = self.required(scope, line, "`line`");
                let lines = (1..=*times).map(|number| numbered(&line, number)).collect();
                BlockKind::Movers { lead, lines }
            }
            DraftKind::Particulars(rows) => BlockKind::Particulars {
                rows: self.particulars(scope, rows)?,
            },
            DraftKind::Wording { role, head, blocks } => {
                let (head, blocks) = self.headed(
                    |this| this.phrase_inlines(scope, &head.key),
                    |this| this.shown_blocks(scope, blocks, base + 1),
                )?;
                BlockKind::Wording {
                    role: *role,
                    level: base,
                    head,
                    blocks,
                }
            }
            DraftKind::Signatures {
                lead,
                columns,
                cells,
                times,
            } => BlockKind::Signatures {
                lead: self.required(scope, lead, "`signatures`"),
                columns: self.columns(scope, columns),
                rows: self.rows(scope, cells, *times),
            },
            DraftKind::Voting {
                lead,
                columns,
                cells,
                times,
            } => BlockKind::Voting {
                lead: self.required(scope, lead, "`voting`"),
                columns: self.columns(scope, columns),
                rows: if self.case.facts.factions {
                    VotingRows::Factions {
                        slot: self.slot_of(SlotField::Factions, None),
                        vote: self.inlines(scope, &cells[2]),
                    }
                } else {
                    VotingRows::Open(self.rows(scope, cells, *times))
                },
            },
            DraftKind::Note(pieces) => BlockKind::Note {
                inlines: self.visible(scope, pieces)?,
            },
        };
        Some(kind)
    }

    /// The request, as one list or as the alternatives that have items here.
    fn operative(
        &mut self,
        scope: Scope<'a>,
        head: &'a Reference,
        alternatives: &'a [(Option<String>, Vec<DraftItem>)],
        separator: &'a [Piece],
        level: u8,
        path: &str,
    ) -> Option<BlockKind> {
        let (head, lists) = self.headed(
            |this| this.phrase_inlines(scope, &head.key),
            |this| this.alternatives(scope, alternatives, path),
        )?;
        let (mut variants, alternatives): (Vec<_>, Vec<_>) = lists.into_iter().unzip();
        let mut between = Vec::new();
        if alternatives.len() > 1 {
            between = self.required(scope, separator, "`or`");
        } else {
            variants.clear();
        }
        Some(BlockKind::Operative {
            level,
            head,
            alternatives,
            variants,
            separator: between,
        })
    }

    /// The visible rows of a motion's heading; `None` if there are none.
    fn particulars(
        &mut self,
        scope: Scope<'a>,
        rows: &'a [ParticularDraft],
    ) -> Option<Vec<Particular>> {
        let mut lines = Vec::new();
        for row in rows {
            if self.holds(row.when) {
                lines.push(Particular {
                    label: self.required(scope, &row.label, "`label`"),
                    value: self.required(scope, &row.value, "`value`"),
                });
            }
        }
        (!lines.is_empty()).then_some(lines)
    }

    /// The lists of the chosen variant, or of all variants, that have items here.
    fn alternatives(
        &mut self,
        scope: Scope<'a>,
        alternatives: &'a [(Option<String>, Vec<DraftItem>)],
        path: &str,
    ) -> Option<Vec<(String, Vec<Item>)>> {
        let chosen = scope.variant;
        let mut lists = Vec::new();
        for (variant, items) in alternatives {
            if chosen.is_some() && variant.is_some() && variant.as_deref() != chosen {
                continue;
            }
            let path = variant
                .as_ref()
                .map_or_else(|| path.to_owned(), |variant| format!("{path}.{variant}"));
            if let Some(items) = self.items(scope, items, &path) {
                lists.push((variant.clone().unwrap_or_default(), items));
            }
        }
        (!lists.is_empty()).then_some(lists)
    }

    /// Blocks with visible content.
    pub(super) fn shown_blocks(
        &mut self,
        scope: Scope<'a>,
        drafts: &'a [Draft],
        base: u8,
    ) -> Option<Vec<Block>> {
        let blocks = self.blocks(scope, drafts, base, "");
        (!blocks.is_empty()).then_some(blocks)
    }

    fn columns(&mut self, scope: Scope<'a>, columns: &'a [Vec<Piece>]) -> Vec<Vec<Inline>> {
        let columns = columns.iter();
        columns
            .map(|column| self.required(scope, column, "a head in `columns`"))
            .collect()
    }

    /// The cells of a row; an empty one is left to write in.
    fn cells(&mut self, scope: Scope<'a>, cells: &'a [Vec<Piece>]) -> Vec<Vec<Inline>> {
        cells.iter().map(|cell| self.inlines(scope, cell)).collect()
    }

    /// Repeated rows of the same cells, with numbered fill-ins.
    fn rows(
        &mut self,
        scope: Scope<'a>,
        cells: &'a [Vec<Piece>],
        times: usize,
    ) -> Vec<Vec<Vec<Inline>>> {
        let row = self.cells(scope, cells);
        (1..=times)
            .map(|number| row.iter().map(|cell| numbered(cell, number)).collect())
            .collect()
    }

    pub(super) fn items(
        &mut self,
        scope: Scope<'a>,
        items: &'a [DraftItem],
        path: &str,
    ) -> Option<Vec<Item>> {
        let mut out = Vec::new();
        for (index, item) in items.iter().enumerate() {
            if self.holds(item.when) {
                let prefix = if item
                    .blocks
                    .first()
                    .is_some_and(|block| block.path.contains('.'))
                {
                    String::new() // items of motions carry their whole path
                } else {
                    format!("{path}.{index}")
                };
                let blocks = self.blocks(scope, &item.blocks, 1, &prefix);
                let Some(first) = blocks.first() else {
                    continue;
                };
                // A list within an item would have no parent.
                let words = self.first_words(&item.blocks);
                if !words.is_empty() && matches!(first.kind, BlockKind::List { .. }) {
                    self.comes_out_empty(words, "an item that has a list in it");
                }
                out.push(blocks);
            }
        }
        (!out.is_empty()).then_some(out)
    }

    /// The text of a paragraph block, in the document's language.
    fn first_words(&self, blocks: &'a [Draft]) -> &'a [Piece] {
        match blocks.first().map(|block| &block.kind) {
            Some(DraftKind::Paragraph(pieces)) => pieces,
            Some(DraftKind::Languages(texts)) => {
                choose(texts, self.language).map_or(&[], |blocks| self.first_words(blocks))
            }
            _ => &[],
        }
    }
}

/// A repeated line, with fill-ins numbered by line.
fn numbered(line: &[Inline], number: usize) -> Vec<Inline> {
    line.iter()
        .map(|inline| match inline {
            Inline::FillIn(fill_in) => Inline::FillIn(fill_in.numbered(number)),
            other => other.clone(),
        })
        .collect()
}
