//! A document after conditions, variants, phrases and language are settled.
//!
//! A [`Shape`] is equal for many municipalities; what differs between them stands in numbered
//! slots, and [`Values`] has the merged text of each.

use std::sync::Arc;

use serde::Serialize;

use crate::{Block, Fingerprint, Inline, Span};

/// A document, complete but for its slots.
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
    /// The campaign's date as year, month (1 to 12) and day; the only date in any file.
    pub date: (i32, u8, u8),
    /// What it holds.
    pub body: Body,
    /// The footnotes, in the order of their first reference; none is without one.
    pub footnotes: Vec<Footnote>,
    /// How many slots it has; not counting those of a collection's members.
    pub slots: usize,
}

/// What a document holds. Renderers match on it exhaustively.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Body {
    /// A letter.
    Letter(Box<Letter>),
    /// An annex or a free-standing document: its parts one after the other.
    Parts {
        /// The heading over all parts, where it is an annex.
        annex: Option<Annex>,
        /// The parts, in order.
        parts: Vec<Part>,
    },
    /// Other documents, one after the other in one file, each starting on a page of its own with
    /// its own page and footnote numbers. Members are never collections.
    Collection(Vec<Arc<Shape>>),
}

/// The heading over an annex (level 1): label and title on one line, a space between.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Annex {
    /// Such as "Bijlage I:".
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
    /// The variant in which it is rendered; none where all alternatives are shown.
    pub variant: Option<String>,
    /// Its title.
    pub title: Vec<Inline>,
    /// The heading level of its title: 1 in a document of its own, 2 below an annex's heading.
    pub level: u8,
    /// Whether the title is shown; an annex's own heading may say it already.
    pub show_title: bool,
    /// Its blocks, without the title.
    pub blocks: Vec<Block>,
    /// What a council's information system asks of it.
    pub record: MotionRecord,
}

/// What is tabled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize)]
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

/// What a council's information system asks of a motion, besides its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct MotionRecord {
    /// What is tabled.
    pub kind: MotionKind,
    /// The slots of the municipality's code and name.
    pub municipality: Option<(usize, usize)>,
}

/// A letter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Letter {
    /// The key in the campaign.
    pub id: String,
    /// Who sends it.
    pub sender: Sender,
    /// The lines of the address block above the postal address ("Aan de leden van …").
    pub addressee: Vec<Vec<Inline>>,
    /// The lines of the postal address; empty where the municipality has none.
    pub address: Vec<Vec<Inline>>,
    /// Place and date.
    pub place_and_date: Vec<Inline>,
    /// The subject line, where there is one.
    pub subject: Option<Vec<Inline>>,
    /// The salutation.
    pub salutation: Vec<Inline>,
    /// The body; its headings start at level 1.
    pub blocks: Vec<Block>,
    /// The complimentary close.
    pub closing: Vec<Inline>,
    /// Who signs, side by side.
    pub signatories: Vec<Signatory>,
    /// The list of enclosures, where there is one.
    pub enclosures: Option<Enclosures>,
}

/// Who sends a letter: what the letterhead shows. Only what the campaign states.
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

/// One who signs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Signatory {
    /// Name.
    pub name: String,
    /// Role or organisation.
    pub role: Option<String>,
    /// E-mail address, shown as a link.
    pub email: Option<String>,
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
    /// What it is.
    pub title: Vec<Inline>,
}

/// A footnote's text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Footnote {
    /// Its label in the source.
    pub id: String,
    /// Its place in the source; part of no fingerprint.
    #[serde(skip)]
    pub span: Span,
    /// Its text.
    pub inlines: Vec<Inline>,
}

impl Shape {
    /// The fingerprint of everything but the places in the source.
    pub fn fingerprint(&self) -> Fingerprint {
        // Field order and names are fixed by the types above, and `Span` is skipped.
        let json = serde_json::to_vec(self).unwrap_or_default();
        Fingerprint::builder("shape").field(&json).finish()
    }

    /// The members of a collection; none for other documents.
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
    /// As many as [`Shape::slots`]; plain text, never markup.
    pub slots: Vec<String>,
    /// For a collection, the values of each member in order.
    pub members: Vec<Values>,
}

impl Values {
    /// The text of all slots, its own first, then those of each member in order.
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
