//! The content of a page (ISO 32000-1, 8 and 9): everything painted, with its place, its text and
//! its marked content.
//!
//! Running text is joined without looking at widths, because a tagged PDF has its spaces as
//! characters (14.8.2.5); boxes follow every width, matrix and clipping path.

use rustc_hash::FxHashMap;

use super::marks::{Belongs, MarkedContent};
use crate::pdf::font::face::FontFault;
use crate::pdf::matrix::Rect;

/// Text shown in one go.
#[derive(Debug, Clone)]
pub(crate) struct Run {
    pub(crate) belongs: Belongs,
    pub(crate) text: String,
    /// Baseline in the page's default space, in pt from below.
    pub(crate) y: f32,
    /// Size of the type, in pt.
    pub(crate) size: f32,
    /// The box round its glyphs; empty where they paint nothing.
    pub(crate) bounds: Rect,
    /// Start and end of the advance of its glyphs, in pt from the left; equal if it is not upright.
    pub(crate) advance: (f32, f32),
}

/// Kinds of painted things.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum What {
    /// The glyphs of one string.
    Text,
    /// A path, filled or stroked.
    Path,
    /// An image.
    Image,
    /// A shading.
    Shading,
}

/// Something painted.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Painted {
    pub(crate) what: What,
    /// The box round it, inside the clipping path, in pt.
    pub(crate) bounds: Rect,
    /// Whether ink reaches all four sides of the box.
    pub(crate) exact: bool,
    /// Whether it is white, and so no ink.
    pub(crate) white: bool,
    pub(crate) belongs: Belongs,
}

/// Why text that a file paints is not seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unseen {
    /// It lets through nearly all that is behind it, or is blended with it or masked.
    Transparent,
    /// Its rendering mode paints nothing (9.3.6).
    Mode,
    /// It lies outside of the clipping path.
    Clipped,
    /// It is white, with nothing dark behind it.
    White,
    /// Something is painted over it.
    Covered,
    /// It belongs to optional content (8.11).
    Optional,
}

/// A fault of something painted.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Flaw {
    /// A glyph for missing characters, or none at all; with its text.
    Missing(String),
    /// A glyph without outline for a character that can be seen; with its text.
    Blank(String),
    /// A code that cannot be read back.
    Unmapped,
    /// Text that nobody sees; why not, and the text.
    Unseen(Unseen, String),
    /// A font's fault; with the font's name, and the text of the code that shows it.
    Font(String, FontFault, String),
}

/// A page's content, read.
#[derive(Debug, Default)]
pub(crate) struct PageContent {
    /// All text, in the order in which it is painted.
    pub(crate) runs: Vec<Run>,
    /// The runs of each marked content.
    pub(crate) by_content: FxHashMap<MarkedContent, Vec<usize>>,
    /// All that is painted, in order.
    pub(crate) painted: Vec<Painted>,
    /// The numbered marked content, in the order in which it begins.
    pub(crate) contents: Vec<MarkedContent>,
    /// Faults and their places.
    pub(crate) flaws: Vec<(Flaw, Rect)>,
    /// Runs that lie over each other, by number.
    pub(crate) overlaps: Vec<(usize, usize)>,
    /// The box of each glyph, where they were asked for.
    pub(crate) glyphs: Vec<Rect>,
}

impl PageContent {
    /// About how many bytes it takes in memory.
    pub(crate) fn weight(&self) -> usize {
        let text: usize = self.runs.iter().map(|run| run.text.capacity()).sum();
        size_of::<Self>()
            + text
            + self.runs.len() * (size_of::<Run>() + 80)
            + self.painted.len() * size_of::<Painted>()
            + self.contents.len() * 80
    }
}
