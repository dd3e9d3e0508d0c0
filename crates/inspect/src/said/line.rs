//! A line of a document in reading order: the unit of comparison between PDF and DOCX.

use std::fmt;

/// The role of a line in its document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// A heading of this level; the title of a document has level 1.
    Heading(u8),
    /// A paragraph, a table cell's included.
    Paragraph,
    /// The first paragraph of a list item.
    ListItem,
    /// A footnote.
    Note,
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Heading(level) => write!(f, "h{level}"),
            Self::Paragraph => f.write_str("p"),
            Self::ListItem => f.write_str("li"),
            Self::Note => f.write_str("note"),
        }
    }
}

/// A heading, a paragraph, a list item or a footnote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Its role.
    pub role: Role,
    /// How many lists it lies in; 0 outside of lists.
    pub depth: usize,
    /// A list item's label (`a)`, `•`) or a footnote's number.
    pub label: Option<String>,
    /// Its text. Links are plain text, a forced line break is `\n`, a reference to footnote 1 is
    /// `[^1]`, soft hyphens are gone, no-break spaces are kept.
    pub text: String,
}

impl fmt::Display for Line {
    /// `role label text`, indented by depth.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:1$}{2}", "", self.depth * 2, self.role)?;
        if let Some(label) = &self.label {
            write!(f, " {label}")?;
        }
        write!(f, " {}", self.text.replace('\n', "⏎"))
    }
}
