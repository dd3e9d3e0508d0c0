//! Finished PDF files: text in reading order through the structure tree, and what the file says
//! about itself.
//!
//! Nothing here trusts the model: fonts, marked content and tags are read as any reader program
//! would read them (ISO 32000-1, 9 and 14.7 to 14.9).

use std::sync::Arc;

use lopdf::{Document, LoadOptions, ObjectId};
use rustc_hash::FxHashMap;

mod cff;
mod cmap;
pub(crate) mod content;
pub(crate) mod font;
mod graphics;
mod interpreter;
mod joiner;
mod lexer;
pub(crate) mod marks;
pub(crate) mod matrix;
pub(crate) mod memory;
mod metadata;
mod object;
mod program;
mod show;
pub(crate) mod structure;

pub use metadata::Metadata;

use crate::{Line, ReadError};
use content::PageContent;
use joiner::Joiner;
use memory::{Fonts, Memory};
use structure::{Pages, PlacedLine, Reader, Tree};

/// The most bytes that one stream may inflate to.
pub(crate) const STREAM_LIMIT: usize = 64 << 20;

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
pub(crate) struct Opened {
    pub(crate) document: Document,
    /// The page objects, in order.
    pub(crate) ids: Vec<ObjectId>,
    index: FxHashMap<ObjectId, usize>,
    /// Their content.
    pub(crate) pages: Vec<Arc<PageContent>>,
}

impl Opened {
    pub(crate) fn read(bytes: &[u8], memory: &Memory) -> Result<Self, ReadError> {
        let options = LoadOptions {
            strict: true,
            ..LoadOptions::with_max_decompressed_size(STREAM_LIMIT)
        };
        let document = Document::load_mem_with_options(bytes, options)?;
        let ids: Vec<_> = document.page_iter().collect();
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
    let opened = Opened::read(bytes, &Memory::default())?;
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
    let outline = Opened::read(bytes, &Memory::default())?
        .reader()
        .outline()?;
    Ok(outline.trim_start().to_owned())
}
