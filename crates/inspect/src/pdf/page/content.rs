//! Content streams (ISO 32000-1, 8 and 9): what is painted where, what of it is text, and to which
//! marked content it belongs.
//!
//! Running text is joined without looking at widths, because a tagged PDF has its spaces as
//! characters (14.8.2.5); boxes follow every width, matrix and clipping path.

use rustc_hash::FxHashMap;

use super::graphics::State;
use super::interpreter::{Interpreter, Used};
use super::marks::{Belongs, Cluster, MarkedContent};
use super::memory::Fonts;
use super::overlap;
use crate::pdf::font::face::FontFault;
use crate::pdf::matrix::Rect;
use crate::pdf::syntax::document::Document;
use crate::pdf::syntax::object::{Dictionary, Object, ObjectId};

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
    /// From where to where its glyphs advance, in pt from the left; nowhere where it is not upright.
    pub(crate) advance: (f32, f32),
}

/// What a painted thing is.
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
    /// The box round it, within what is clipped, in pt.
    pub(crate) bounds: Rect,
    /// Whether ink reaches all four sides of the box.
    pub(crate) exact: bool,
    /// Whether it is white, and so no ink.
    pub(crate) white: bool,
    pub(crate) belongs: Belongs,
}

/// What is wrong with something painted.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Flaw {
    /// A glyph for missing characters, or none at all; with its text.
    Missing(String),
    /// A glyph without outline for a character that can be seen; with its text.
    Blank(String),
    /// A code that cannot be read back.
    Unmapped,
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
    /// What is wrong, and where.
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

/// Reads a page's content, and which codes it shows in which fonts; `glyphs` asks for the box of
/// each glyph too.
pub(crate) fn read_page(
    document: &Document<'_>,
    page: ObjectId,
    fonts: &mut Fonts<'_>,
    glyphs: bool,
) -> (PageContent, Vec<Used>) {
    let mut content = PageContent::default();
    let Some(bytes) = document.page_content(page) else {
        return (content, Vec::new());
    };
    let resources = page_resources(document, page);
    let mut interpreter = Interpreter {
        document,
        fonts,
        content: &mut content,
        marks: Vec::new(),
        cluster: Cluster::default(),
        reversed: false,
        forms: 0,
        budget: 100_000,
        glyphs,
        used: Vec::new(),
    };
    interpreter.run(&bytes, resources, None, State::new());
    let used = interpreter.used;
    content.overlaps = overlap::overlaps(&content.runs);
    for (at, run) in content.runs.iter().enumerate() {
        if let Belongs::Content(number) = run.belongs {
            content.by_content.entry(number).or_default().push(at);
        }
    }
    (content, used)
}

/// A page's resources; they may be inherited (7.7.3.4).
pub(crate) fn page_resources<'d, 'a>(
    document: &'d Document<'a>,
    page: ObjectId,
) -> Option<&'d Dictionary<'a>> {
    inherited(document, page, b"Resources").and_then(Object::as_dict)
}

/// An attribute of a page, or of the nearest node above it (7.7.3.4).
pub(crate) fn inherited<'d, 'a>(
    document: &'d Document<'a>,
    page: ObjectId,
    key: &[u8],
) -> Option<&'d Object<'a>> {
    let mut node = document.dictionary(page)?;
    for _ in 0..64 {
        if let Some(found) = node.get_deref(key, document) {
            return Some(found);
        }
        node = node
            .get_deref(b"Parent", document)
            .and_then(Object::as_dict)?;
    }
    None
}

/// A matrix or a rectangle in a dictionary: numbers, each of which may be a reference.
pub(crate) fn numbers<const N: usize>(
    document: &Document<'_>,
    object: &Object<'_>,
) -> Option<[f32; N]> {
    let array = object.as_array().filter(|array| array.len() >= N)?;
    let mut all = [0.0; N];
    for (number, object) in all.iter_mut().zip(array) {
        *number = document.dereference(object)?.1.as_float()?;
    }
    Some(all)
}
