//! The words of a document from first to last, from shape and values: a line for
//! each heading, paragraph, list item, table cell and footnote, in reading order.
//!
//! The types are taken apart field by field, so that whoever adds to the model is asked here what a
//! reader sees of it.

use raadspost_content::{
    Annex, Block, BlockKind, Body, Enclosure, Enclosures, Factions, Footnote, Inline, Item, Letter,
    ListKind, Motion, Part, Particular, QrCode, Sender, Shape, Signatory, Values, VotingRows,
};

use crate::said::line::Role;
use crate::said::text::is_ignorable;

/// A line that a finished file must have.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Said {
    pub(crate) role: Role,
    /// Label, space and text; white space not folded.
    pub(crate) text: String,
}

/// The words of one document: the file's own, or those of a member of a collection.
#[derive(Debug, Default)]
pub(crate) struct Document<'a> {
    /// Its lines without the footnotes.
    pub(crate) lines: Vec<Said>,
    /// Its footnotes.
    pub(crate) notes: Vec<Said>,
    /// Its title, with the slots filled.
    pub(crate) title: String,
    /// The tag of its language.
    pub(crate) language: &'a str,
    /// The letter, where it is one, with its slots.
    pub(crate) letter: Option<(&'a Letter, &'a [String])>,
}

/// The documents in a file, in order. `has` is asked whether line `at` of the file, from 0, reads like
/// this: what of it is look and not content, it alone can tell, and for each document apart.
pub(crate) fn documents<'a>(
    shape: &'a Shape,
    values: &'a Values,
    has: &dyn Fn(usize, &str) -> bool,
) -> Vec<Document<'a>> {
    let mut found = Vec::new();
    add(shape, values, has, &mut found);
    found
}

fn add<'a>(
    shape: &'a Shape,
    values: &'a Values,
    has: &dyn Fn(usize, &str) -> bool,
    found: &mut Vec<Document<'a>>,
) {
    match &shape.body {
        Body::Collection(members) => {
            for (member, values) in members.iter().zip(&values.members) {
                add(member, values, has, found);
            }
        }
        Body::Letter(_) | Body::Parts { .. } => {
            let before = found.iter().map(|one| one.lines.len()).sum();
            found.push(document(shape, &values.slots, before, has));
        }
    }
}

/// One document, before which the file has so many lines.
fn document<'a>(
    shape: &'a Shape,
    slots: &'a [String],
    before: usize,
    has: &dyn Fn(usize, &str) -> bool,
) -> Document<'a> {
    let mut writer = Writer {
        slots,
        before,
        has,
        lines: Vec::new(),
    };
    let mut letter = None;
    match &shape.body {
        Body::Letter(body) => {
            writer.letter(body);
            letter = Some((&**body, slots));
        }
        Body::Parts { annex, parts } => {
            if let Some(Annex { label, title }) = annex {
                let text = writer.text(label) + " " + &writer.text(title);
                writer.line(Role::Heading(1), text);
            }
            parts.iter().for_each(|part| writer.part(part));
        }
        Body::Collection(_) => {}
    }
    let lines = std::mem::take(&mut writer.lines);
    for (at, note) in shape.footnotes.iter().enumerate() {
        let Footnote {
            id: _,
            span: _,
            inlines,
        } = note;
        let text = format!("{} {}", at + 1, writer.text(inlines));
        writer.line(Role::Note, text);
    }
    Document {
        lines,
        notes: writer.lines,
        title: raadspost_content::plain_text(&shape.title, slots),
        language: &shape.language,
        letter,
    }
}

/// The text of inlines with their slots filled.
pub(crate) fn text(inlines: &[Inline], slots: &[String]) -> String {
    let mut out = String::new();
    write(&mut out, inlines, slots);
    out
}

fn write(out: &mut String, inlines: &[Inline], slots: &[String]) {
    for inline in inlines {
        match inline {
            Inline::Text(text) => out.push_str(text),
            Inline::Slot(slot) => out.push_str(slots.get(*slot).map_or("", String::as_str)),
            Inline::Emphasis(inner)
            | Inline::Strong(inner)
            | Inline::Link {
                url: _,
                inlines: inner,
            } => write(out, inner, slots),
            Inline::Footnote(at) => out.push_str(&format!("[^{}]", at + 1)),
            Inline::FillIn(fill_in) => out.push_str(&fill_in.placeholder()),
            Inline::Choice {
                id: _,
                options,
                mark,
            } => {
                out.push_str(&options.join(" / "));
                out.push_str(mark);
            }
            Inline::LineBreak => out.push('\n'),
        }
    }
}

struct Writer<'a> {
    slots: &'a [String],
    /// Lines of the file before the document.
    before: usize,
    has: &'a dyn Fn(usize, &str) -> bool,
    lines: Vec<Said>,
}

impl Writer<'_> {
    fn text(&self, inlines: &[Inline]) -> String {
        text(inlines, self.slots)
    }

    /// A line, unless nothing of it can be seen.
    fn line(&mut self, role: Role, text: String) {
        if text.chars().any(|c| !c.is_whitespace() && !is_ignorable(c)) {
            self.lines.push(Said { role, text });
        }
    }

    fn paragraph(&mut self, inlines: &[Inline]) {
        let text = self.text(inlines);
        self.line(Role::Paragraph, text);
    }

    fn heading(&mut self, level: u8, inlines: &[Inline]) {
        let text = self.text(inlines);
        self.line(Role::Heading(level), text);
    }

    fn plain(&mut self, text: &str) {
        self.line(Role::Paragraph, text.to_owned());
    }

    fn letter(&mut self, letter: &Letter) {
        // `pdf/checks/window.rs` knows what a letter paints in the window besides words.
        let Letter {
            id: _,
            envelope: _,
            sender,
            addressee,
            address,
            kix: _,
            reference,
            place_and_date,
            subject,
            salutation,
            blocks,
            closing,
            signatories,
            enclosures,
            qr,
            publication_copy: _,
        } = letter;
        let Sender {
            name,
            tagline,
            address: lines,
            telephone,
            email,
            website,
        } = sender;
        self.plain(name);
        tagline.iter().for_each(|line| self.plain(line));
        let contact = [telephone, email, website].into_iter().flatten();
        let contact: Vec<&str> = lines.iter().chain(contact).map(String::as_str).collect();
        // Above a window that is high two of them share a line.
        let pairs: Vec<String> = contact.chunks(2).map(|pair| pair.join(" · ")).collect();
        if contact.len() > 1 && (self.has)(self.before + self.lines.len(), &pairs[0]) {
            pairs.iter().for_each(|pair| self.plain(pair));
        } else {
            contact.iter().for_each(|line| self.plain(line));
        }
        for line in addressee.iter().chain(address) {
            self.paragraph(line);
        }
        // A reference block includes place, date and subject.
        if reference.is_some() {
            for (label, words) in letter.reference_lines() {
                let text = format!("{label} {}", self.text(words));
                self.line(Role::Paragraph, text);
            }
        } else {
            self.paragraph(place_and_date);
            subject.iter().for_each(|subject| self.paragraph(subject));
        }
        self.paragraph(salutation);
        self.blocks(blocks);
        self.paragraph(closing);
        for Signatory {
            name,
            role,
            email,
            signature: _,
        } in signatories
        {
            self.plain(name);
            for line in [role, email].into_iter().flatten() {
                self.plain(line);
            }
        }
        if let Some(Enclosures { title, items }) = enclosures {
            self.paragraph(title);
            for Enclosure { label, title } in items {
                let text = self.text(label) + " " + &self.text(title);
                self.line(Role::Paragraph, text);
            }
        }
        if let Some(QrCode {
            url,
            caption,
            alternative: _,
        }) = qr
        {
            self.paragraph(caption);
            self.paragraph(&[Inline::Slot(*url)]);
        }
    }

    fn part(&mut self, part: &Part) {
        match part {
            Part::Text { id: _, blocks } => self.blocks(blocks),
            Part::Motion(motion) => {
                let Motion {
                    id: _,
                    variant: _,
                    title,
                    level,
                    show_title,
                    blocks,
                    record: _,
                } = motion;
                if *show_title {
                    self.heading(*level, title);
                }
                self.blocks(blocks);
            }
        }
    }

    fn blocks(&mut self, blocks: &[Block]) {
        blocks.iter().for_each(|block| self.block(&block.kind));
    }

    fn block(&mut self, kind: &BlockKind) {
        match kind {
            BlockKind::Heading { level, inlines } => self.heading(*level, inlines),
            BlockKind::Paragraph { inlines }
            | BlockKind::Preamble { inlines }
            | BlockKind::Closing { inlines }
            | BlockKind::Note { inlines } => self.paragraph(inlines),
            BlockKind::List { kind, items } => self.items(*kind, items),
            BlockKind::Recital { level, head, items } => {
                self.heading(*level, head);
                self.items(ListKind::Dash, items);
            }
            BlockKind::Operative {
                level,
                head,
                alternatives,
                variants: _,
                separator,
            } => {
                self.heading(*level, head);
                for (at, items) in alternatives.iter().enumerate() {
                    if at > 0 {
                        self.paragraph(separator);
                    }
                    self.items(ListKind::LowerAlpha, items);
                }
            }
            BlockKind::Movers { lead, lines } => {
                self.paragraph(lead);
                lines.iter().for_each(|line| self.paragraph(line));
            }
            BlockKind::Particulars { rows } => {
                for Particular { label, value } in rows {
                    let text = self.text(label) + " " + &self.text(value);
                    self.line(Role::Paragraph, text);
                }
            }
            BlockKind::Wording {
                role: _,
                level,
                head,
                blocks,
            } => {
                self.heading(*level, head);
                self.blocks(blocks);
            }
            BlockKind::Signatures {
                lead,
                columns,
                rows,
            } => {
                self.paragraph(lead);
                let cells = columns.iter().chain(rows.iter().flatten());
                cells.for_each(|cell| self.paragraph(cell));
            }
            BlockKind::Voting {
                lead,
                columns,
                rows,
            } => {
                self.paragraph(lead);
                columns.iter().for_each(|cell| self.paragraph(cell));
                match rows {
                    VotingRows::Factions { slot, vote } => {
                        let list = self.slots.get(*slot).map_or("", String::as_str);
                        for faction in Factions::lines(list) {
                            self.plain(faction.name);
                            self.plain(faction.seats);
                            self.paragraph(vote);
                        }
                    }
                    VotingRows::Open(rows) => {
                        rows.iter().flatten().for_each(|cell| self.paragraph(cell));
                    }
                }
            }
        }
    }

    fn items(&mut self, kind: ListKind, items: &[Item]) {
        for (at, item) in items.iter().enumerate() {
            let label = match kind {
                ListKind::Bullet => "•".to_owned(),
                ListKind::Dash => "–".to_owned(),
                ListKind::Decimal => format!("{}.", at + 1),
                ListKind::LowerAlpha => format!("{})", letters(at)),
            };
            match item.split_first() {
                Some((
                    Block {
                        kind: BlockKind::Paragraph { inlines },
                        ..
                    },
                    rest,
                )) => {
                    let text = format!("{label} {}", self.text(inlines));
                    self.line(Role::ListItem, text);
                    self.blocks(rest);
                }
                _ => {
                    self.line(Role::ListItem, label);
                    self.blocks(item);
                }
            }
        }
    }
}

/// a to z, then aa.
fn letters(at: usize) -> String {
    let mut number = at + 1;
    let mut out = String::new();
    while number > 0 {
        number -= 1;
        out.insert(0, char::from(b'a' + (number % 26) as u8));
        number /= 26;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::letters;

    #[test]
    fn the_letter_after_z_is_aa() {
        assert_eq!(
            [0, 25, 26, 51, 52].map(letters),
            ["a", "z", "aa", "az", "ba"]
        );
    }
}
