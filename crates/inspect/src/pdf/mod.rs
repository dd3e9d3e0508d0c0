//! Finished PDF files: text in reading order through the structure tree, and what the file says
//! about itself.
//!
//! Nothing here trusts the model: fonts, marked content and tags are read as any reader program
//! would read them (ISO 32000-1, 9 and 14.7 to 14.9).

use std::sync::Arc;

use rustc_hash::FxHashMap;

pub(crate) mod checks;
pub(crate) mod font;
pub(crate) mod matrix;
mod overlay;
pub(crate) mod page;
pub(crate) mod syntax;
pub(crate) mod tree;

pub use checks::PdfChecks;
pub use overlay::overlay;
pub use tree::metadata::Metadata;

use crate::error::ReadError;
use crate::said::line::Line;
use page::content::PageContent;
use page::memory::{Fonts, Memory};
use syntax::arena::Ground;
use syntax::document::Document;
use syntax::object::ObjectId;
use syntax::xref::Container;
use tree::joiner::Joiner;
use tree::structure::{Pages, PlacedLine, Reader, Tree};

/// What a PDF says.
#[derive(Debug, Clone)]
pub struct PdfText {
    /// Headings, paragraphs and list items in reading order, the footnotes behind them.
    pub lines: Vec<Line>,
    /// All text of each page as it is painted, page numbers and other artifacts included.
    pub pages: Vec<String>,
    /// What the file says about itself.
    pub metadata: Metadata,
    /// How many pages it has.
    pub page_count: usize,
}

/// A PDF whose pages have been read.
pub(crate) struct Opened<'a> {
    pub(crate) document: Document<'a>,
    /// The page objects, in order.
    pub(crate) ids: Vec<ObjectId>,
    index: FxHashMap<ObjectId, usize>,
    /// Their content.
    pub(crate) pages: Vec<Arc<PageContent>>,
}

impl<'a> Opened<'a> {
    pub(crate) fn read(
        bytes: &'a [u8],
        ground: &'a Ground,
        memory: &Memory,
    ) -> Result<Self, ReadError> {
        let document = Container::open(bytes, ground, memory)?.document()?;
        let ids = document.pages();
        let index = ids.iter().enumerate().map(|(at, id)| (*id, at)).collect();
        let mut fonts = Fonts::new(memory);
        let pages = ids.iter().map(|id| fonts.page(&document, *id)).collect();
        Ok(Self {
            document,
            ids,
            index,
            pages,
        })
    }

    /// The structure tree.
    pub(crate) fn tree(&self) -> Result<Tree, ReadError> {
        self.reader().read()
    }

    /// What the file says about itself.
    pub(crate) fn metadata(&self) -> Metadata {
        Metadata::read(&self.document)
    }

    fn reader(&self) -> Reader<'_> {
        Reader::new(
            &self.document,
            Pages {
                index: &self.index,
                content: &self.pages,
            },
        )
    }
}

/// Reads a finished, tagged PDF.
///
/// # Errors
/// When the bytes are no PDF, or when it has no structure tree.
pub fn read_pdf(bytes: &[u8]) -> Result<PdfText, ReadError> {
    let ground = Ground::default();
    let opened = Opened::read(bytes, &ground, &Memory::default())?;
    let pages = opened.pages.iter().enumerate().map(|(at, page)| {
        let mut joiner = Joiner::default();
        let runs = page.runs.iter().enumerate();
        runs.for_each(|run| joiner.push(run, at, None));
        joiner.finish()
    });
    let lines = opened.tree()?.lines.into_iter();
    Ok(PdfText {
        lines: lines.map(PlacedLine::into_line).collect(),
        pages: pages.collect(),
        metadata: opened.metadata(),
        page_count: opened.pages.len(),
    })
}

/// The tag tree of a PDF, one element a line, indented, with the text that stands in it directly.
///
/// # Errors
/// As [`read_pdf`].
pub fn struct_outline(bytes: &[u8]) -> Result<String, ReadError> {
    let ground = Ground::default();
    let outline = Opened::read(bytes, &ground, &Memory::default())?
        .reader()
        .outline()?;
    Ok(outline.trim_start().to_owned())
}
