//! A finished PDF, opened: its pages, its tree and its properties.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::page::content::PageContent;
use super::page::memory::Memory;
use super::syntax::arena::Arena;
use super::syntax::document::Document;
use super::syntax::object::ObjectId;
use super::tree::elements::Elements;
use super::tree::joiner::Joiner;
use super::tree::metadata::Metadata;
use super::tree::structure::{Pages, PlacedLine, Reader, Tree};
use crate::error::ReadError;
use crate::said::line::Line;

/// The text and properties of a PDF.
#[derive(Debug, Clone)]
pub struct PdfText {
    /// Headings, paragraphs and list items in reading order, the footnotes behind them.
    pub lines: Vec<Line>,
    /// All text of each page as it is painted, page numbers and other artifacts included.
    pub pages: Vec<String>,
    /// The properties of the file.
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
        arena: &'a Arena,
        memory: &Memory,
    ) -> Result<Self, ReadError> {
        let document = Document::open(bytes, arena, &memory.objects)?;
        let ids = document.pages();
        let index = ids.iter().enumerate().map(|(at, id)| (*id, at)).collect();
        let mut fonts = memory.fonts();
        let page = |id: &ObjectId| memory.page(&mut fonts, &document, *id);
        let pages = ids.iter().map(page).collect();
        document.budget.check()?;
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

    /// The structure elements; `None` if the file is not tagged.
    pub(crate) fn elements(&self) -> Option<Elements<'_>> {
        Elements::read(&self.document, &self.index)
    }

    /// The properties of the file.
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
    let arena = Arena::default();
    let opened = Opened::read(bytes, &arena, &Memory::default())?;
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

/// The tag tree of a PDF, one element a line, indented, with the text directly inside.
///
/// # Errors
/// As [`read_pdf`].
pub fn struct_outline(bytes: &[u8]) -> Result<String, ReadError> {
    let arena = Arena::default();
    let outline = Opened::read(bytes, &arena, &Memory::default())?
        .reader()
        .outline()?;
    Ok(outline.trim_start().to_owned())
}
