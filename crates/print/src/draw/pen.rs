//! Draws marks, slip sheets, job ticket, labels and envelopes with printpdf. Pages of letters never
//! pass through it: it takes fonts for equal that have one name in the resources of two pages, and
//! would print one letter with another's glyphs.
//!
//! printpdf has an older lopdf inside; only bytes pass between the two.

use std::collections::BTreeSet;
use std::path::Path;

use lopdf::{Document, ObjectId};
use printpdf::{Mm, Op, PdfDocument, PdfFont, PdfFontHandle, PdfPage, PdfSaveOptions};

use crate::PrintError;
use crate::draw::canvas::Canvas;
use crate::draw::fonts::{Fonts, MARK_CHARACTERS};
use crate::pdf::import::Source;
use crate::pdf::merged::Merged;
use crate::pdf::page::PageCopy;
use crate::pdf::read::load;
use crate::sizes::{A4, A4_PT, PT};

/// A page for printpdf: its size in pt, and its operations.
pub(crate) type Drawing = ((f64, f64), Vec<Op>);

/// Fonts, and the document in which printpdf draws.
pub(crate) struct Pen {
    board: PdfDocument,
    fonts: Fonts,
    /// A page with all characters, from which the fonts are taken.
    sample: Document,
}

impl Pen {
    /// Reads the fonts; the first draws marks, and each of them the characters that those before it
    /// cannot show. Only glyphs that are drawn are embedded.
    ///
    /// # Errors
    /// [`PrintError::Font`].
    pub(crate) fn new(fonts: &[Vec<u8>], characters: &BTreeSet<char>) -> Result<Self, PrintError> {
        let fonts = Fonts::new(fonts, characters)?;
        let mut board = PdfDocument::new("");
        for (name, face) in fonts.faces() {
            let font = PdfFont::new(face.clone());
            board.resources.fonts.map.insert(name.clone(), font);
        }
        let mut pen = Self {
            board,
            fonts,
            sample: Document::new(),
        };
        let mut canvas = pen.canvas(A4.1);
        canvas.text(10.0, 10.0, 8.0, MARK_CHARACTERS);
        let others: String = characters.iter().filter(|c| !c.is_control()).collect();
        canvas.text(10.0, 20.0, 8.0, &others);
        let ops = canvas.ops;
        let bytes = pen.save(vec![(A4_PT, ops)]);
        pen.sample = load(&bytes, Path::new("characters"))?;
        Ok(pen)
    }

    /// The fonts.
    pub(crate) fn fonts(&self) -> &Fonts {
        &self.fonts
    }

    /// An empty sheet of this height, mm.
    pub(crate) fn canvas(&self, height: f64) -> Canvas<'_> {
        Canvas::new(&self.fonts, height)
    }

    /// The content of each page, without the rest of a PDF.
    pub(crate) fn contents(&mut self, pages: Vec<Vec<Op>>) -> Vec<Vec<u8>> {
        let (width, height) = A4_PT;
        self.board.pages = pages
            .into_iter()
            .map(|ops| PdfPage::new(mm(width / PT), mm(height / PT), ops))
            .collect();
        let options = PdfSaveOptions {
            optimize: false,
            subset_fonts: false,
            ..PdfSaveOptions::default()
        };
        let drawn = self.board.to_lopdf_document(&options, &mut Vec::new());
        let contents = drawn
            .get_pages()
            .into_values()
            .map(|page| drawn.get_page_content(page))
            .collect();
        self.board.pages.clear();
        contents
    }

    /// A PDF of these pages; sizes in pt.
    fn save(&mut self, pages: Vec<Drawing>) -> Vec<u8> {
        self.board.pages = pages
            .into_iter()
            .map(|((width, height), ops)| PdfPage::new(mm(width / PT), mm(height / PT), ops))
            .collect();
        let bytes = self.board.save(&PdfSaveOptions::default(), &mut Vec::new());
        self.board.pages.clear();
        bytes
    }

    /// Draws pages into a file that fills.
    ///
    /// # Errors
    /// None is expected: what was drawn can be read.
    pub(crate) fn draw_into(
        &mut self,
        merged: &mut Merged<'_>,
        pages: Vec<Drawing>,
    ) -> Result<Vec<PageCopy>, PrintError> {
        let (sizes, pages): (Vec<_>, Vec<_>) = pages.into_iter().unzip();
        let mut used = BTreeSet::new();
        for op in pages.iter().flatten() {
            if let Op::SetFont {
                font: PdfFontHandle::External(id),
                ..
            } = op
            {
                used.insert(id.0.clone());
            }
        }
        let mut fonts = Vec::new();
        for name in used {
            let font = self.font(&name, merged)?;
            fonts.push((name.into_bytes(), font));
        }
        let contents = self.contents(pages);
        let drawn = contents.iter().zip(sizes);
        Ok(drawn
            .map(|(content, size)| merged.pages.drawn(content, &fonts, size))
            .collect())
    }

    /// The name of the font of marks, and the font in a file.
    ///
    /// # Errors
    /// None is expected: what was drawn can be read.
    pub(crate) fn mark_font(
        &self,
        merged: &mut Merged<'_>,
    ) -> Result<(Vec<u8>, ObjectId), PrintError> {
        let name = &self.fonts.faces()[0].0.0;
        Ok((name.clone().into_bytes(), self.font(name, merged)?))
    }

    /// A font in a file.
    fn font(&self, name: &str, merged: &mut Merged<'_>) -> Result<ObjectId, PrintError> {
        let page = self.sample.get_pages().into_values().next();
        let font = page.and_then(|page| {
            let (own, inherited) = self.sample.get_page_resources(page).ok()?;
            let inherited = inherited
                .into_iter()
                .filter_map(|id| self.sample.get_dictionary(id).ok());
            own.into_iter().chain(inherited).find_map(|resources| {
                let fonts = resources.get(b"Font").ok()?;
                let (_, fonts) = self.sample.dereference(fonts).ok()?;
                fonts.as_dict().ok()?.get(name.as_bytes()).ok()
            })
        });
        let font = font.ok_or(PrintError::Font)?;
        let mut source = Source::new(&self.sample, Path::new("characters"));
        match merged.pages.import(&mut source, font)? {
            lopdf::Object::Reference(id) => Ok(id),
            _ => Err(PrintError::Font),
        }
    }
}

fn mm(value: f64) -> Mm {
    Mm(value as f32)
}
