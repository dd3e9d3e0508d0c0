//! The words that a finished file must show: the values of all shown slots.

use std::collections::BTreeSet;

use raadspost_content::{
    Annex, Block, BlockKind, Body, Diagnostic, Diagnostics, Factions, Inline, Item, Letter, Part,
    Shape, Values, VotingRows, plain_text,
};

use crate::said::text::fold;

/// The document's title with its slots filled, folded.
pub(crate) fn title(shape: &Shape, values: &Values) -> String {
    fold(&plain_text(&shape.title, &values.slots))
}

/// The folded texts of all slots that the document shows, those of a collection's members too;
/// empty ones are left out.
pub(crate) fn shown_values(shape: &Shape, values: &Values) -> BTreeSet<String> {
    let mut slots = Slots::default();
    slots.shape(shape);
    let of = |slot: &usize| values.slots.get(*slot).map_or("", String::as_str);
    let own = slots.shown.iter().map(|slot| fold(of(slot)));
    let listed = slots
        .lists
        .iter()
        .flat_map(|slot| Factions::lines(of(slot)))
        .map(|line| fold(line.name));
    let mut shown: BTreeSet<String> = own.chain(listed).filter(|text| !text.is_empty()).collect();
    for (member, values) in shape.members().iter().zip(&values.members) {
        shown.append(&mut shown_values(member, values));
    }
    shown
}

/// The findings that both formats share: values that do not occur in the text, a title that is not
/// the shape's. `text` is the text of the file, folded.
pub(crate) fn missing_values(
    shape: &Shape,
    values: &Values,
    code: &'static str,
    text: &str,
) -> Diagnostics {
    shown_values(shape, values)
        .into_iter()
        .filter(|value| !text.contains(value.as_str()))
        .map(|value| Diagnostic::error(code, format!("the finished file does not say `{value}`")))
        .collect()
}

/// Compares one property of a file with its expected value.
pub(crate) fn property(
    code: &'static str,
    name: &str,
    found: Option<&str>,
    expected: &str,
) -> Option<Diagnostic> {
    let found = fold(found.unwrap_or_default());
    (found != expected).then(|| {
        Diagnostic::error(
            code,
            format!("the finished file's {name} is `{found}`, not `{expected}`"),
        )
    })
}

/// Collects the slots that are shown in a body.
#[derive(Default)]
struct Slots {
    shown: BTreeSet<usize>,
    /// Slots that list factions, of which each is shown apart.
    lists: BTreeSet<usize>,
}

impl Slots {
    fn shape(&mut self, shape: &Shape) {
        match &shape.body {
            Body::Letter(letter) => self.letter(letter),
            Body::Parts { annex, parts } => {
                if let Some(Annex { label, title }) = annex {
                    self.inlines(label);
                    self.inlines(title);
                }
                parts.iter().for_each(|part| self.part(part));
            }
            // Members have slots of their own.
            Body::Collection(_) => {}
        }
        shape
            .footnotes
            .iter()
            .for_each(|note| self.inlines(&note.inlines));
    }

    fn letter(&mut self, letter: &Letter) {
        letter
            .addressee
            .iter()
            .chain(&letter.address)
            .for_each(|line| self.inlines(line));
        if let Some(reference) = &letter.reference {
            self.inlines(&reference.id);
            if let Some((_, words)) = &reference.treatment {
                self.inlines(words);
            }
        }
        if let Some(qr) = &letter.qr {
            self.inlines(&qr.caption);
        }
        self.inlines(&letter.place_and_date);
        letter
            .subject
            .iter()
            .for_each(|subject| self.inlines(subject));
        self.inlines(&letter.salutation);
        self.blocks(&letter.blocks);
        self.inlines(&letter.closing);
        if let Some(enclosures) = &letter.enclosures {
            self.inlines(&enclosures.title);
            for enclosure in &enclosures.items {
                self.inlines(&enclosure.label);
                self.inlines(&enclosure.title);
            }
        }
    }

    fn part(&mut self, part: &Part) {
        match part {
            Part::Text { blocks, .. } => self.blocks(blocks),
            Part::Motion(motion) => {
                if motion.show_title {
                    self.inlines(&motion.title);
                }
                self.blocks(&motion.blocks);
            }
        }
    }

    fn blocks(&mut self, blocks: &[Block]) {
        for block in blocks {
            match &block.kind {
                BlockKind::Heading { inlines, .. }
                | BlockKind::Paragraph { inlines }
                | BlockKind::Preamble { inlines }
                | BlockKind::Closing { inlines }
                | BlockKind::Note { inlines } => self.inlines(inlines),
                BlockKind::List { items, .. } => self.items(items),
                BlockKind::Recital { head, items, .. } => {
                    self.inlines(head);
                    self.items(items);
                }
                BlockKind::Operative {
                    head,
                    alternatives,
                    separator,
                    ..
                } => {
                    self.inlines(head);
                    alternatives.iter().for_each(|items| self.items(items));
                    self.inlines(separator);
                }
                BlockKind::Movers { lead, lines } => {
                    self.inlines(lead);
                    lines.iter().for_each(|line| self.inlines(line));
                }
                BlockKind::Particulars { rows } => {
                    for row in rows {
                        self.inlines(&row.label);
                        self.inlines(&row.value);
                    }
                }
                BlockKind::Wording { head, blocks, .. } => {
                    self.inlines(head);
                    self.blocks(blocks);
                }
                BlockKind::Signatures {
                    lead,
                    columns,
                    rows,
                } => {
                    self.inlines(lead);
                    columns
                        .iter()
                        .chain(rows.iter().flatten())
                        .for_each(|cell| self.inlines(cell));
                }
                BlockKind::Voting {
                    lead,
                    columns,
                    rows,
                } => {
                    self.inlines(lead);
                    columns.iter().for_each(|cell| self.inlines(cell));
                    match rows {
                        VotingRows::Factions { slot, vote } => {
                            self.lists.insert(*slot);
                            self.inlines(vote);
                        }
                        VotingRows::Open(rows) => {
                            rows.iter().flatten().for_each(|cell| self.inlines(cell));
                        }
                    }
                }
            }
        }
    }

    fn items(&mut self, items: &[Item]) {
        items.iter().for_each(|item| self.blocks(item));
    }

    fn inlines(&mut self, inlines: &[Inline]) {
        for inline in inlines {
            match inline {
                Inline::Slot(slot) => {
                    self.shown.insert(*slot);
                }
                Inline::Emphasis(inner)
                | Inline::Strong(inner)
                | Inline::Link { inlines: inner, .. } => {
                    self.inlines(inner);
                }
                Inline::Text(_)
                | Inline::Footnote(_)
                | Inline::FillIn(_)
                | Inline::Choice { .. }
                | Inline::LineBreak => {}
            }
        }
    }
}
