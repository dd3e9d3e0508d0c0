//! Blocks once they are resolved: complete and semantic, without any look.

use serde::Serialize;

use crate::{Inline, Span};

/// A block's stable name: its path in the source, such as `motions.deelname.body.2`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct BlockId(pub String);

/// A block with its name and its place in the source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Block {
    /// Its path in the source.
    pub id: BlockId,
    /// Its place in the source; part of no fingerprint.
    #[serde(skip)]
    pub span: Span,
    /// What it is.
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
    /// What a motion asks for: a head ("verzoekt het college") and one dictum or several
    /// alternatives of it.
    Operative {
        /// The heading level of the head.
        level: u8,
        /// The head.
        head: Vec<Inline>,
        /// One list of items, or several of which one is to be chosen; each is lettered from a).
        alternatives: Vec<Vec<Item>>,
        /// The variant to which each alternative belongs, where there are several.
        variants: Vec<String>,
        /// What stands between two alternatives ("OF"), empty where there is one.
        separator: Vec<Inline>,
    },
    /// A motion's last words ("en gaat over tot de orde van de dag").
    Closing {
        /// Its text.
        inlines: Vec<Inline>,
    },
    /// Where the movers sign: a line that leads in, and a line for each.
    Movers {
        /// The line that leads in.
        lead: Vec<Inline>,
        /// A line for each mover.
        lines: Vec<Vec<Inline>>,
    },
    /// A note on how to use the document (what to strike out).
    Note {
        /// Its text.
        inlines: Vec<Inline>,
    },
    /// What stands over a motion: number, meeting, agenda item, subject, movers; a line each.
    Particulars {
        /// Its lines.
        rows: Vec<Particular>,
    },
    /// Words that are quoted or explained: the old and the new text of an amendment, and the
    /// explanation of a motion.
    Wording {
        /// What they are.
        role: WordingRole,
        /// The heading level of the head.
        level: u8,
        /// The head.
        head: Vec<Inline>,
        /// The words.
        blocks: Vec<Block>,
    },
    /// A table in which the movers sign.
    Signatures {
        /// The line that leads in.
        lead: Vec<Inline>,
        /// The heads of the columns.
        columns: Vec<Vec<Inline>>,
        /// A row of cells for each mover; as many cells as columns, an empty one to be written in.
        rows: Vec<Vec<Vec<Inline>>>,
    },
    /// A table of how the factions voted.
    Voting {
        /// The line that leads in.
        lead: Vec<Inline>,
        /// The heads of the three columns: faction, seats, vote.
        columns: Vec<Vec<Inline>>,
        /// The rows.
        rows: VotingRows,
    },
}

/// A line of what stands over a motion.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Particular {
    /// What it states, such as "Agendapunt:".
    pub label: Vec<Inline>,
    /// What is stated.
    pub value: Vec<Inline>,
}

/// What quoted words are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum WordingRole {
    /// The text that an amendment changes.
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
