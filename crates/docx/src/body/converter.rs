//! From a shape to a draft: the state of the conversion, and the mistakes that it finds.

use std::collections::BTreeSet;

use raadspost_content::xml::not_xml;
use raadspost_content::{
    Annex, BlockId, BlockKind, Body, Diagnostic, Diagnostics, FactionLine, Factions, Inline,
    Motion, Part, Shape, Theme, Values,
};

use super::bookmarks;
use super::controls::bound;
use super::sections::SectionKind;
use crate::parts::numbering::Lists;
use crate::parts::page::{self, text_width};
use crate::parts::properties::Properties;
use crate::record::{Record, Stores, Within, motions};
use crate::xml::Element;
use crate::xml::lines::unify_line_ends;
use crate::xml::markers::{self, line_number, marker};

/// How many ids a control in a repeated row takes: one for each row.
const ROW_IDS: usize = 100_000;

/// Where the text of the slots comes from.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Slots<'a> {
    /// One municipality's values.
    Values(&'a Values),
    /// Markers, to be filled later.
    Markers,
}

/// A document before it is divided into parts.
pub(crate) struct Draft {
    /// `w:body`, without the properties of its section.
    pub(crate) body: Element<'static>,
    /// The footnotes in the order in which they are referred to.
    pub(crate) footnotes: Vec<Element<'static>>,
    /// Its lists.
    pub(crate) lists: Lists,
    /// The text that each content control shows while it is empty.
    pub(crate) placeholders: Vec<String>,
    /// The record of each motion, and that of the places outside of motions.
    pub(crate) records: Vec<Record>,
    /// The web addresses of the document part, by the index of their relationship.
    pub(crate) links: Vec<String>,
    /// The same of the footnotes part.
    pub(crate) note_links: Vec<String>,
    /// Title, author, language and date.
    pub(crate) properties: Properties,
}

/// Converts a shape.
///
/// # Errors
/// Everything that Word cannot hold: see the codes of [`crate::DocxRenderer`].
pub(crate) fn convert(
    shape: &Shape,
    slots: Slots<'_>,
    theme: &Theme,
) -> Result<Draft, Diagnostics> {
    let mut converter = Converter::new(shape, slots);
    converter.text_width = text_width(&page::section(theme, None));
    converter.size = theme.size;
    converter.check(&shape.language);
    converter.check(&shape.author);
    converter.check(&theme.word_text);
    converter.check(&theme.word_headings);
    let filed = match &shape.body {
        Body::Letter(letter) => letter.reference.as_ref(),
        _ => None,
    };
    let treatment = filed.and_then(|reference| reference.treatment.as_ref());
    let properties = Properties {
        identifier: filed.map_or_else(String::new, |filed| converter.plain(&filed.id)),
        description: treatment.map_or_else(String::new, |(_, words)| converter.plain(words)),
        title: converter.plain(&shape.title),
        author: shape.author.clone(),
        language: shape.language.clone(),
        words: shape.words.clone(),
        date: shape.date,
    };
    match &shape.body {
        Body::Letter(letter) => converter.letter(letter),
        Body::Parts { annex, parts } => {
            converter.parts(annex.as_ref(), parts, &properties.title);
        }
        Body::Collection(_) => converter.report(Diagnostic::error(
            "docx-collection",
            format!(
                "document `{}` joins several documents, which a Word file cannot do",
                shape.document
            ),
        )),
    }
    converter.finish(properties)
}

/// The state of a conversion.
pub(crate) struct Converter<'a> {
    pub(crate) shape: &'a Shape,
    slots: Slots<'a>,
    /// The current block, for messages.
    pub(crate) at: Option<&'a BlockId>,
    diagnostics: Diagnostics,
    /// Paragraphs, tables and sections.
    content: Vec<Element<'static>>,
    pub(crate) footnotes: Vec<Element<'static>>,
    pub(crate) lists: Lists,
    pub(crate) placeholders: Vec<String>,
    /// The record of the motion that is converted, or of what is outside of motions.
    pub(crate) record: Record,
    /// The records of the motions before, where there are several.
    records: Vec<Record>,
    pub(crate) within: Within,
    /// Whether lists are indented with the paragraphs round them.
    pub(crate) indented: bool,
    /// The marker or number of the line, in a table with a row for each faction.
    pub(crate) line: Option<String>,
    /// The id of the next content control.
    next_id: usize,
    /// Width of the text, in twips.
    pub(crate) text_width: usize,
    /// Size of its letters, in pt.
    pub(crate) size: f64,
    pub(crate) links: Vec<String>,
    pub(crate) note_links: Vec<String>,
    /// Footnotes that have been referred to.
    pub(crate) referred: BTreeSet<usize>,
    pub(crate) repeated: BTreeSet<usize>,
    /// Whether the only heading of level 1 comes first: it is the title then.
    pub(crate) titled: bool,
}

impl<'a> Converter<'a> {
    fn new(shape: &'a Shape, slots: Slots<'a>) -> Self {
        Self {
            shape,
            slots,
            at: None,
            diagnostics: Vec::new(),
            content: Vec::new(),
            footnotes: Vec::new(),
            lists: Lists::default(),
            placeholders: Vec::new(),
            record: Record::new(shape, store(shape, slots, 0)),
            records: Vec::new(),
            within: Within::Text,
            indented: false,
            line: None,
            next_id: 1,
            text_width: 0,
            size: 0.0,
            links: Vec::new(),
            note_links: Vec::new(),
            referred: BTreeSet::new(),
            repeated: BTreeSet::new(),
            titled: false,
        }
    }

    /// The id of a new content control; in a row that is repeated, ids of another range.
    pub(crate) fn control_id(&mut self) -> String {
        let id = self.next_id;
        self.next_id += 1;
        match self.line.as_deref() {
            None => id.to_string(),
            Some(line) => match line.parse::<usize>() {
                Ok(line) => (id * ROW_IDS + line).to_string(),
                Err(_) => line_number(id * ROW_IDS),
            },
        }
    }

    /// Goes back to an id, to convert a row again: its controls have the ids of the row before.
    pub(crate) fn same_ids(&mut self, from: usize) {
        self.next_id = from;
    }

    /// The id that the next control gets.
    pub(crate) fn next_id(&self) -> usize {
        self.next_id
    }

    /// The factions that a slot lists, with their seats; `None` if they are filled in later.
    pub(crate) fn listed(&mut self, slot: usize) -> Option<Vec<(String, String)>> {
        if matches!(self.slots, Slots::Markers) && slot < self.shape.slots {
            return None;
        }
        let text = self.slot(slot);
        let own = |line: FactionLine<'_>| (line.name.to_owned(), line.seats.to_owned());
        Some(Factions::lines(&text).map(own).collect())
    }

    /// Puts a section round what `inside` adds; none if it adds nothing.
    pub(crate) fn section(&mut self, kind: &SectionKind, inside: impl FnOnce(&mut Self)) {
        let id = self.control_id();
        let from = self.content.len();
        inside(self);
        let content = self.content.split_off(from);
        if !content.is_empty() {
            self.content.push(kind.around(&id, content));
        }
    }

    fn parts(&mut self, annex: Option<&'a Annex>, parts: &'a [Part], title: &str) {
        let is_only = motions(self.shape) == 1;
        let mut number = 0;
        self.titled = is_titled(annex, parts);
        if let Some(annex) = annex {
            self.heading(1, &joined(&annex.label, &annex.title));
        }
        for part in parts {
            match part {
                Part::Text { id: _, blocks } => self.blocks(blocks),
                Part::Motion(motion) if is_only => self.motion(motion, title),
                Part::Motion(motion) => {
                    number += 1;
                    let own = Record::new(self.shape, store(self.shape, self.slots, number));
                    let outer = std::mem::replace(&mut self.record, own);
                    let section = SectionKind::Motion(number);
                    self.section(&section, |converter| {
                        let title = converter.plain(&motion.title);
                        converter.motion(motion, &title);
                    });
                    let own = std::mem::replace(&mut self.record, outer);
                    self.records.push(own);
                }
            }
        }
    }

    /// A motion and its record; `title` is its title where it shows none that can be bound.
    fn motion(&mut self, motion: &'a Motion, title: &str) {
        self.record.title = title.to_owned();
        if motion.show_title {
            let is_plain = |inline: &Inline| matches!(inline, Inline::Text(_) | Inline::Slot(_));
            let from = self.content.len();
            self.heading(motion.level, &motion.title);
            let shown = self.content.len() > from && motion.title.iter().all(is_plain);
            if let Some(heading) = self.content.pop_if(|_| shown) {
                let title = self.plain(&motion.title);
                let binding = self.record.title(title);
                let id = self.control_id();
                self.content.push(bound(heading, &id, &binding));
            }
        }
        self.blocks(&motion.blocks);
        self.record.kind = Some(motion.record.kind);
        self.record.municipality = motion
            .record
            .municipality
            .map(|(code, name)| (self.line_slot(code), self.line_slot(name)));
        self.record.texts = self.words(&motion.blocks);
    }

    /// Whether the last block is a table: one right behind it would be joined to it.
    pub(crate) fn is_behind_table(&self) -> bool {
        self.content.last().is_some_and(|last| last.name == "w:tbl")
    }

    /// The text of a slot on one line, or its marker.
    fn line_slot(&mut self, slot: usize) -> String {
        self.slot(slot).replace('\n', " ")
    }

    /// Adds a paragraph or a table.
    pub(crate) fn push(&mut self, element: Element<'static>) {
        self.content.push(element);
    }

    /// Notes a mistake and goes on, so that all are found.
    pub(crate) fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    /// How many mistakes were found.
    pub(crate) fn mistakes(&self) -> usize {
        self.diagnostics.len()
    }

    /// Forgets all but the first mistakes.
    pub(crate) fn forget_mistakes(&mut self, known: usize) {
        self.diagnostics.truncate(known);
    }

    /// The current place, for messages.
    pub(crate) fn place(&self) -> String {
        match self.at {
            Some(id) => format!("block `{}` of document `{}`", id.0, self.shape.document),
            None => format!("document `{}`", self.shape.document),
        }
    }

    /// Reports the characters that XML does not allow; none is dropped or replaced.
    pub(crate) fn check(&mut self, text: &str) {
        for c in not_xml(text) {
            let diagnostic = Diagnostic::error(
                "docx-invalid-character",
                format!(
                    "a Word file cannot hold `U+{:04X}`, found in {}",
                    u32::from(c),
                    self.place()
                ),
            );
            self.report(diagnostic.hint("take the character out of the text"));
        }
    }

    /// Text of the shape, checked, with `\n` for each line end.
    pub(crate) fn text(&mut self, text: &str) -> String {
        self.check(text);
        unify_line_ends(text).into_owned()
    }

    /// The text of a slot, or its marker.
    pub(crate) fn slot(&mut self, slot: usize) -> String {
        if slot >= self.shape.slots {
            let message = format!("{} uses slot {slot} of {}", self.place(), self.shape.slots);
            self.report(Diagnostic::error("docx-slot", message));
            return String::new();
        }
        match self.slots {
            Slots::Markers => marker(slot),
            Slots::Values(values) => match values.slots.get(slot) {
                Some(text) => self.text(text),
                None => {
                    let message = format!("{} has no value for slot {slot}", self.place());
                    self.report(Diagnostic::error("docx-values", message));
                    String::new()
                }
            },
        }
    }

    /// Inlines without their places to fill in: a name that stays true when those are filled in.
    /// Blanks and marks at their ends go too; the text of slots is left as it is.
    /// `None` if nothing is left, whatever the slots hold.
    pub(crate) fn settled(&mut self, inlines: &[Inline]) -> Option<String> {
        let mut pieces = Vec::new();
        self.settle(inlines, &mut pieces);
        let last = pieces.len().saturating_sub(1);
        let has_slot = pieces.iter().any(|(is_slot, _)| *is_slot);
        let mut out = String::new();
        for (index, (is_slot, text)) in pieces.into_iter().enumerate() {
            if is_slot {
                out.push_str(&text);
                continue;
            }
            let mut text = text.replace('\n', " ");
            while text.contains("  ") {
                text = text.replace("  ", " ");
            }
            let blanks = [' ', ',', ':'];
            let text = if index == 0 {
                text.trim_start_matches(blanks)
            } else {
                &text
            };
            out.push_str(if index == last {
                text.trim_end_matches(blanks)
            } else {
                text
            });
        }
        (has_slot || !out.is_empty()).then_some(out)
    }

    /// Texts and slots in turn: whether it is a slot, and its text.
    fn settle(&mut self, inlines: &[Inline], pieces: &mut Vec<(bool, String)>) {
        for inline in inlines {
            let text = match inline {
                Inline::Slot(slot) => {
                    pieces.push((true, self.line_slot(*slot)));
                    continue;
                }
                Inline::Emphasis(inner)
                | Inline::Strong(inner)
                | Inline::Link {
                    url: _,
                    inlines: inner,
                } => {
                    self.settle(inner, pieces);
                    continue;
                }
                Inline::Text(text) => self.text(text),
                Inline::Footnote(_) => continue,
                Inline::FillIn(_) | Inline::Choice { .. } | Inline::LineBreak => " ".to_owned(),
            };
            match pieces.last_mut() {
                Some((false, last)) => last.push_str(&text),
                _ => pieces.push((false, text)),
            }
        }
    }

    /// The characters of inlines on one line, for the file's metadata.
    pub(crate) fn plain(&mut self, inlines: &[Inline]) -> String {
        let mut out = String::new();
        for inline in inlines {
            match inline {
                Inline::Text(text) => out.push_str(&self.text(text)),
                Inline::Slot(slot) => out.push_str(&self.slot(*slot)),
                Inline::Emphasis(inner)
                | Inline::Strong(inner)
                | Inline::Link {
                    url: _,
                    inlines: inner,
                } => out.push_str(&self.plain(inner)),
                Inline::Footnote(_) => {}
                Inline::FillIn(fill_in) => out.push_str(&self.text(&fill_in.placeholder())),
                Inline::Choice {
                    id: _,
                    options,
                    mark,
                } => {
                    out.push_str(&self.text(&options.join(" / ")));
                    out.push_str(&self.text(mark));
                }
                Inline::LineBreak => out.push(' '),
            }
        }
        // Metadata is one line; a slot's own line ends are treated alike when it is filled.
        out.replace('\n', " ")
    }

    fn finish(self, properties: Properties) -> Result<Draft, Diagnostics> {
        if !self.diagnostics.is_empty() {
            return Err(self.diagnostics);
        }
        let mut body = self
            .content
            .into_iter()
            .fold(Element::new("w:body"), Element::child);
        bookmarks::add(&mut body, &self.repeated);
        let mut records = self.records;
        if self.record.is_needed() {
            let mut record = self.record;
            if record.kind.is_none() {
                record.title.clone_from(&properties.title);
            }
            records.push(record);
        }
        Ok(Draft {
            body,
            footnotes: self.footnotes,
            lists: self.lists,
            placeholders: self.placeholders,
            records,
            links: self.links,
            note_links: self.note_links,
            properties,
        })
    }
}

/// The identity of a record, or the marker of it.
fn store(shape: &Shape, slots: Slots<'_>, index: usize) -> String {
    match slots {
        Slots::Markers => markers::store(index),
        Slots::Values(values) => {
            let stores = Stores::of(shape).filled(&values.slots);
            stores.id(index).to_owned()
        }
    }
}

/// Label and title on one line, a space between.
pub(crate) fn joined(label: &[Inline], title: &[Inline]) -> Vec<Inline> {
    let mut inlines = label.to_vec();
    if !label.is_empty() && !title.is_empty() {
        inlines.push(Inline::Text(" ".into()));
    }
    inlines.extend_from_slice(title);
    inlines
}

/// Whether the first heading has level 1 and no other has: Word's own rule for accessible files is
/// one title at most.
fn is_titled(annex: Option<&Annex>, parts: &[Part]) -> bool {
    let mut levels: Vec<u8> = annex.iter().map(|_| 1).collect();
    for part in parts {
        let blocks = match part {
            Part::Text { id: _, blocks } => blocks,
            Part::Motion(motion) => {
                if motion.show_title {
                    levels.push(motion.level);
                }
                &motion.blocks
            }
        };
        for block in blocks {
            match &block.kind {
                BlockKind::Heading { level, .. }
                | BlockKind::Recital { level, .. }
                | BlockKind::Wording { level, .. }
                | BlockKind::Operative { level, .. } => levels.push(*level),
                BlockKind::Particulars { .. }
                | BlockKind::Signatures { .. }
                | BlockKind::Voting { .. }
                | BlockKind::Paragraph { .. }
                | BlockKind::List { .. }
                | BlockKind::Preamble { .. }
                | BlockKind::Closing { .. }
                | BlockKind::Movers { .. }
                | BlockKind::Note { .. } => {}
            }
        }
    }
    levels.first() == Some(&1) && levels.iter().filter(|level| **level == 1).count() == 1
}
