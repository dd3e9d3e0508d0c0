//! Documents after conditions, variants, phrases and language are resolved.
//!
//! A [`Shape`] is equal for many municipalities. Numbered slots mark where they differ, and
//! [`Values`] has the merged text of each slot.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::{
    Block, Conventions, Envelope, Fingerprint, FixedWord, Inline, Picture, Span, plain_text,
};

/// A document, complete except for its slots.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Shape {
    /// The document's id in the campaign.
    pub document: String,
    /// Language tag (BCP 47), such as `nl-NL`.
    pub language: String,
    /// The title for the file's metadata; text and slots only.
    pub title: Vec<Inline>,
    /// The author for the file's metadata.
    pub author: String,
    /// The campaign's date as year, month (1 to 12) and day; no file contains another date.
    pub date: (i32, u8, u8),
    /// Content.
    pub body: Body,
    /// The footnotes, in the order of their first reference; every one is referenced.
    pub footnotes: Vec<Footnote>,
    /// The words of its language that renderers write.
    pub words: DocumentWords,
    /// Number of slots, without those of a collection's members.
    pub slots: usize,
    /// The Word file whose styles its Word version takes, by the path in the campaign.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
}

/// What a renderer writes in the language of a document without a text of the campaign.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DocumentWords {
    /// The word before a page number.
    pub page: String,
    /// The long date as a picture for a date control in Word (ECMA-376 17.5.2.7, 17.16.4.1).
    pub date_picture: String,
}

impl Default for DocumentWords {
    fn default() -> Self {
        Self {
            page: String::new(),
            date_picture: "d MMMM yyyy".to_owned(),
        }
    }
}

impl From<&Conventions> for DocumentWords {
    fn from(conventions: &Conventions) -> Self {
        let words = Self::default();
        Self {
            page: conventions.word(FixedWord::Page).to_owned(),
            date_picture: conventions.date_picture().unwrap_or(words.date_picture),
        }
    }
}

/// The content of a document. Renderers match on it exhaustively.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Body {
    /// A letter.
    Letter(Box<Letter>),
    /// An annex or a free-standing document: a sequence of parts.
    Parts {
        /// The heading over all parts of an annex.
        annex: Option<Annex>,
        /// The parts, in order.
        parts: Vec<Part>,
    },
    /// Several documents in one file, each starting on a new page with its own page and footnote
    /// numbers. Members are never collections.
    Collection(Vec<Arc<Shape>>),
}

/// The heading over an annex (level 1): label and title on one line, a space between.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Annex {
    /// Label, such as "Bijlage I:".
    pub label: Vec<Inline>,
    /// The title.
    pub title: Vec<Inline>,
}

/// A part of a document. Renderers match on it exhaustively.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// Running text.
    Text {
        /// The key in the campaign.
        id: String,
        /// Its blocks, its title (a heading) among them.
        blocks: Vec<Block>,
    },
    /// A model motion.
    Motion(Motion),
}

/// A model motion.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Motion {
    /// The key in the campaign.
    pub id: String,
    /// The variant shown; `None` if all alternatives are.
    pub variant: Option<String>,
    /// Its title; may be empty if neither the document nor its metadata shows it.
    pub title: Vec<Inline>,
    /// The heading level of its title: 1 in a document of its own, 2 below an annex's heading.
    pub level: u8,
    /// Whether the title is shown; `false` if the annex's heading repeats it.
    pub show_title: bool,
    /// Its blocks, without the title.
    pub blocks: Vec<Block>,
    /// Data for a council's information system.
    pub record: MotionRecord,
}

/// Kind of proposal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MotionKind {
    /// A motion on an item of the agenda.
    #[default]
    Motion,
    /// A motion on a subject that is not on the agenda.
    OffAgendaMotion,
    /// An amendment to a proposal.
    Amendment,
    /// A proposal by members of the council.
    Initiative,
}

/// The data that a council's information system needs besides the text of a motion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct MotionRecord {
    /// Kind of proposal.
    pub kind: MotionKind,
    /// The slots of the municipality's code and name.
    pub municipality: Option<(usize, usize)>,
}

/// A letter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Letter {
    /// The key in the campaign.
    pub id: String,
    /// The envelope for which the letter is laid out.
    pub envelope: Arc<Envelope>,
    /// The sender.
    pub sender: Sender,
    /// The lines of the address block above the postal address ("Aan de leden van …").
    pub addressee: Vec<Vec<Inline>>,
    /// The lines of the postal address; empty if the municipality has none.
    pub address: Vec<Vec<Inline>>,
    /// The slot of its KIX code, set as bars below the address, if requested.
    pub kix: Option<usize>,
    /// The reference block, if any; it then contains place and date and the subject.
    pub reference: Option<Reference>,
    /// Place and date.
    pub place_and_date: Vec<Inline>,
    /// The subject line, if any.
    pub subject: Option<Vec<Inline>>,
    /// The salutation.
    pub salutation: Vec<Inline>,
    /// The body; its headings start at level 1.
    pub blocks: Vec<Block>,
    /// The complimentary close.
    pub closing: Vec<Inline>,
    /// The signatories, side by side.
    pub signatories: Vec<Signatory>,
    /// The list of enclosures, if any.
    pub enclosures: Option<Enclosures>,
    /// The QR code at its end, if any.
    pub qr: Option<QrCode>,
    /// Whether it is a publication copy: without signatures and private data.
    pub publication_copy: bool,
}

/// The reference block of a letter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reference {
    /// Label of place and date, in the letter's language.
    pub dated: String,
    /// Label of the id.
    pub label: String,
    /// The letter's public id, which an answer quotes.
    pub id: Vec<Inline>,
    /// Label of the subject.
    pub subject: String,
    /// The requested treatment for the clerk's list of incoming documents: label and text.
    pub treatment: Option<(String, Vec<Inline>)>,
}

/// A QR code (ISO/IEC 18004).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct QrCode {
    /// The slot of its address.
    pub url: usize,
    /// Text beside it.
    pub caption: Vec<Inline>,
    /// Alternative text before the address, in the letter's language.
    pub alternative: String,
}

impl Letter {
    /// Whether a return address line is shown above the recipient's address: the sender shows an
    /// address, and the letter has an address block.
    pub fn has_return_address(&self) -> bool {
        !(self.sender.address.is_empty() || self.addressee.is_empty() && self.address.is_empty())
    }

    /// Its public id and requested treatment, filled in.
    pub fn filed(&self, slots: &[String]) -> (Option<String>, Option<String>) {
        let text =
            |inlines: &[Inline]| Some(plain_text(inlines, slots)).filter(|it| !it.is_empty());
        let reference = self.reference.as_ref();
        let treatment = reference.and_then(|reference| reference.treatment.as_ref());
        (
            reference.and_then(|reference| text(&reference.id)),
            treatment.and_then(|(_, words)| text(words)),
        )
    }

    /// The rows of the reference block, label and text, in reading order; empty without a block.
    pub fn reference_lines(&self) -> Vec<(&str, &[Inline])> {
        let Some(reference) = &self.reference else {
            return Vec::new();
        };
        let subject = self.subject.as_deref().unwrap_or(&[]);
        let mut lines = vec![
            (reference.dated.as_str(), self.place_and_date.as_slice()),
            (reference.label.as_str(), reference.id.as_slice()),
            (reference.subject.as_str(), subject),
        ];
        if let Some((label, words)) = &reference.treatment {
            lines.push((label, words));
        }
        lines.retain(|(_, words)| !words.is_empty());
        lines
    }
}

/// The sender, as the letterhead shows it; only what the campaign states.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Sender {
    /// The sender's name.
    pub name: String,
    /// A line below the name.
    pub tagline: Option<String>,
    /// Lines of a postal address.
    pub address: Vec<String>,
    /// Telephone number.
    pub telephone: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
    /// Web address.
    pub website: Option<String>,
}

/// A signatory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Signatory {
    /// Name.
    pub name: String,
    /// Role or organisation.
    pub role: Option<String>,
    /// E-mail address, shown as a link.
    pub email: Option<String>,
    /// A picture of the signature, shown in PDF only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signature: Option<Arc<Picture>>,
}

/// The list of enclosures at the end of a letter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Enclosures {
    /// Its heading ("Bijlagen").
    pub title: Vec<Inline>,
    /// Its lines.
    pub items: Vec<Enclosure>,
}

/// One enclosure of a letter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Enclosure {
    /// Its label ("Bijlage I:").
    pub label: Vec<Inline>,
    /// Its title.
    pub title: Vec<Inline>,
}

/// A footnote's text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Footnote {
    /// Its label in the source.
    pub id: String,
    /// Source location; not part of any fingerprint.
    #[serde(skip)]
    pub span: Span,
    /// Its text.
    pub inlines: Vec<Inline>,
}

impl Shape {
    /// The fingerprint of everything except source locations.
    pub fn fingerprint(&self) -> Fingerprint {
        // Field order and names are fixed by the types above, and `Span` is skipped. Plain data
        // with text keys always serialises; a default on failure would make all shapes equal.
        let json = serde_json::to_vec(self).expect("a shape is plain data");
        Fingerprint::builder("shape").field(&json).finish()
    }

    /// The members of a collection; empty for other documents.
    pub fn members(&self) -> &[Arc<Shape>] {
        match &self.body {
            Body::Collection(members) => members,
            Body::Letter(_) | Body::Parts { .. } => &[],
        }
    }
}

/// The merged text of each slot of a [`Shape`] for one municipality.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Values {
    /// One for each of [`Shape::slots`]; plain text, never markup.
    pub slots: Vec<String>,
    /// The values of each member of a collection, in order.
    pub members: Vec<Values>,
}

impl Values {
    /// The text of all slots: its own, then those of each member in order.
    pub fn flat(&self) -> Vec<&str> {
        let mut all: Vec<&str> = self.slots.iter().map(String::as_str).collect();
        for member in &self.members {
            all.extend(member.flat());
        }
        all
    }

    /// The fingerprint of all slots.
    pub fn fingerprint(&self) -> Fingerprint {
        let mut builder = Fingerprint::builder("values");
        builder.field(&self.slots.len().to_le_bytes());
        for slot in &self.slots {
            builder.field(slot.as_bytes());
        }
        for member in &self.members {
            builder.field(&member.fingerprint().0);
        }
        builder.finish()
    }
}
