//! Finished PDF files: text in reading order through the structure tree, and what the file says
//! about itself.
//!
//! Nothing here trusts the model: fonts, marked content and tags are read as any reader program
//! would read them (ISO 32000-1, 9 and 14.7 to 14.9).

use std::collections::HashMap;

use lopdf::{Document, LoadOptions};

mod cmap;
mod content;
mod font;
mod joiner;
mod lexer;
mod metadata;
mod object;
mod structure;

pub use metadata::Metadata;

use crate::{Line, ReadError};
use content::{Fonts, PageText};
use joiner::Joiner;
use structure::{Pages, Reader};

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
struct Opened {
    document: Document,
    index: HashMap<lopdf::ObjectId, usize>,
    pages: Vec<PageText>,
}

impl Opened {
    fn read(bytes: &[u8]) -> Result<Self, ReadError> {
        let options = LoadOptions {
            strict: true,
            ..LoadOptions::with_max_decompressed_size(STREAM_LIMIT)
        };
        let document = Document::load_mem_with_options(bytes, options)?;
        let ids: Vec<_> = document.page_iter().collect();
        let index = ids.iter().enumerate().map(|(at, id)| (*id, at)).collect();
        let mut fonts = Fonts::default();
        let pages = ids
            .iter()
            .map(|id| content::read_page(&document, *id, &mut fonts))
            .collect();
        Ok(Self {
            document,
            index,
            pages,
        })
    }

    fn reader(&self) -> Reader<'_> {
        Reader::new(
            &self.document,
            Pages {
                index: &self.index,
                text: &self.pages,
            },
        )
    }
}

/// Reads a finished, tagged PDF.
///
/// # Errors
/// When the bytes are no PDF, or when it has no structure tree.
pub fn read_pdf(bytes: &[u8]) -> Result<PdfText, ReadError> {
    let opened = Opened::read(bytes)?;
    let pages = opened.pages.iter().enumerate().map(|(at, page)| {
        let mut joiner = Joiner::default();
        page.runs.iter().for_each(|run| joiner.push(run, at, None));
        joiner.finish()
    });
    Ok(PdfText {
        lines: opened.reader().lines()?,
        pages: pages.collect(),
        metadata: Metadata::read(&opened.document),
        page_count: opened.pages.len(),
    })
}

/// The tag tree of a PDF, one element a line, indented, with the text that stands in it directly.
///
/// # Errors
/// As [`read_pdf`].
pub fn struct_outline(bytes: &[u8]) -> Result<String, ReadError> {
    let outline = Opened::read(bytes)?.reader().outline()?;
    Ok(outline.trim_start().to_owned())
}
