//! Resolved blocks: complete and semantic, without any look.

use serde::Serialize;

use crate::{Inline, Span};

/// A block's stable name: its path in the source, such as `motions.deelname.body.2`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct BlockId(pub String);

/// A block with its name and source location.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Block {
    /// Path in the source.
    pub id: BlockId,
    /// Source location; not part of any fingerprint.
    #[serde(skip)]
    pub span: Span,
    /// Kind and content.
    pub kind: BlockKind,
}

/// One item of a list: blocks, the first of which is a paragraph.
pub type Item = Vec<Block>;

/// How the items of a list are labelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ListKind {
    /// Bullets: `•`.
    Bullet,
    /// Dashes, as Dutch motions have them: `–`.
    Dash,
    /// `1.`, `2.`, … from 1 in each list.
    Decimal,
    /// `a)`, `b)`, … from a in each list.
    LowerAlpha,
}

/// What a block is. Renderers match on it exhaustively.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum BlockKind {
    /// A heading; the document's title has level 1, and no level is skipped.
    Heading {
        /// From 1.
        level: u8,
        /// Its text.
        inlines: Vec<Inline>,
    },
    /// A paragraph.
    Paragraph {
        /// Its text.
        inlines: Vec<Inline>,
    },
    /// A list, possibly with lists in its items.
    List {
        /// How its items are labelled.
        kind: ListKind,
        /// Its items.
        items: Vec<Item>,
    },
    /// A motion's opening words: which council, in which meeting.
    Preamble {
        /// Its text.
        inlines: Vec<Inline>,
    },
    /// Facts, considerations or statements of a motion: a head ("constaterende dat") and items.
    Recital {
        /// The heading level of the head.
        level: u8,
        /// The head.
        head: Vec<Inline>,
        /// The items.
        items: Vec<Item>,
    },
    /// The request of a motion: a head ("verzoekt het college") and one dictum, or several
    /// alternative ones.
    Operative {
        /// The heading level of the head.
        level: u8,
        /// The head.
        head: Vec<Inline>,
        /// One list of items, or several alternatives to choose from; each is lettered from a).
        alternatives: Vec<Vec<Item>>,
        /// The variant of each alternative; empty if there is only one.
        variants: Vec<String>,
        /// Text between two alternatives ("OF"); empty if there is only one.
        separator: Vec<Inline>,
    },
    /// The last words of a motion ("en gaat over tot de orde van de dag").
    Closing {
        /// Its text.
        inlines: Vec<Inline>,
    },
    /// Signature lines of the movers: a lead-in and a line for each.
    Movers {
        /// Lead-in.
        lead: Vec<Inline>,
        /// One line for each mover.
        lines: Vec<Vec<Inline>>,
    },
    /// A note on how to use the document (which words to strike out).
    Note {
        /// Its text.
        inlines: Vec<Inline>,
    },
    /// The heading table of a motion: number, meeting, agenda item, subject, movers; a row each.
    Particulars {
        /// Rows.
        rows: Vec<Particular>,
    },
    /// Quoted or explanatory text: the old and the new text of an amendment, or the explanation of
    /// a motion.
    Wording {
        /// Role of the text.
        role: WordingRole,
        /// The heading level of the head.
        level: u8,
        /// The head.
        head: Vec<Inline>,
        /// The text.
        blocks: Vec<Block>,
    },
    /// A signature table for the movers.
    Signatures {
        /// Lead-in.
        lead: Vec<Inline>,
        /// Column headings.
        columns: Vec<Vec<Inline>>,
        /// One row of cells for each mover, a cell for each column; an empty cell is left to write
        /// in.
        rows: Vec<Vec<Vec<Inline>>>,
    },
    /// A table of votes by faction.
    Voting {
        /// Lead-in.
        lead: Vec<Inline>,
        /// The three column headings: faction, seats, vote.
        columns: Vec<Vec<Inline>>,
        /// The rows.
        rows: VotingRows,
    },
}

/// One row of a motion's heading, e.g. number, meeting, agenda item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Particular {
    /// Label, such as "Agendapunt:".
    pub label: Vec<Inline>,
    /// Value.
    pub value: Vec<Inline>,
}

/// Role of a quoted text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum WordingRole {
    /// The text to be amended.
    Old,
    /// The text as amended.
    New,
    /// An explanation.
    Explanation,
}

/// The rows of a table of votes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum VotingRows {
    /// A row for each faction of the council.
    Factions {
        /// The slot that lists them, as [`crate::Factions`] writes it.
        slot: usize,
        /// The cell of the vote; its fill-ins get the number of the row.
        vote: Vec<Inline>,
    },
    /// Rows of three cells, where the factions are not known.
    Open(Vec<Vec<Vec<Inline>>>),
}
