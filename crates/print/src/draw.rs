//! What is new on paper, marks, slip sheets, job ticket, labels and envelopes, is drawn with
//! printpdf. Pages of letters never pass through it: it takes fonts for one by their name in a
//! page's resources, and would print one letter with another's glyphs.
//!
//! printpdf has an older lopdf inside; only bytes pass between the two.

use std::path::Path;

use lopdf::{Document, Object, ObjectId};
use printpdf::{
    Color, FontId, Greyscale, Mm, Op, PaintMode, ParsedFont, PdfDocument, PdfFont, PdfFontHandle,
    PdfPage, PdfSaveOptions, Point, Pt, Rect, TextItem,
};

use crate::PrintError;
use crate::merge::{self, Merged, PageCopy, Source};

/// A4 in pt, as Typst writes it.
pub(crate) const A4_PT: (f64, f64) = (595.276, 841.89);

/// Points of a millimetre.
pub(crate) const PT: f64 = 72.0 / 25.4;

/// The characters that marks may have.
const MARK_CHARACTERS: &str = "!\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~ ";

/// The fonts, and the drawing board.
pub(crate) struct Pen {
    board: PdfDocument,
    faces: Vec<(FontId, ParsedFont)>,
    /// A page with all characters of marks, from which their font is taken.
    sample: Document,
}

impl Pen {
    /// Reads the fonts; the first draws marks, the others what it cannot show.
    ///
    /// # Errors
    /// [`PrintError::Font`].
    pub(crate) fn new(fonts: &[Vec<u8>]) -> Result<Self, PrintError> {
        let mut board = PdfDocument::new("");
        let mut faces = Vec::new();
        for (at, bytes) in fonts.iter().enumerate() {
            let face = ParsedFont::from_bytes(bytes, 0, &mut Vec::new()).ok_or(PrintError::Font)?;
            // Names of our own: printpdf would take them at random.
            let id = FontId(format!("Raadspost{at}"));
            let font = PdfFont::new(face.clone());
            board.resources.fonts.map.insert(id.clone(), font);
            faces.push((id, face));
        }
        if faces.is_empty() {
            return Err(PrintError::Font);
        }
        let mut pen = Self {
            board,
            faces,
            sample: Document::new(),
        };
        let mut canvas = pen.canvas(297.0);
        canvas.text(10.0, 10.0, 8.0, MARK_CHARACTERS);
        let bytes = pen.save(vec![(A4_PT, canvas.ops)]);
        pen.sample = merge::load(&bytes, Path::new("marks"))?;
        Ok(pen)
    }

    /// An empty sheet of this height, mm.
    pub(crate) fn canvas(&self, height: f64) -> Canvas<'_> {
        Canvas {
            pen: self,
            height,
            ops: vec![Op::SetFillColor {
                col: Color::Greyscale(Greyscale::new(0.0, None)),
            }],
        }
    }

    /// Whether the font of marks can show a text.
    pub(crate) fn is_plain(text: &str) -> bool {
        text.chars().all(|c| MARK_CHARACTERS.contains(c))
    }

    /// The first character of a text that no font shows.
    pub(crate) fn unshown(&self, text: &str) -> Option<char> {
        text.chars()
            .find(|c| self.faces.iter().all(|(_, face)| !shows(face, *c)))
    }

    /// The width of a text, mm; the size in pt.
    pub(crate) fn width(&self, text: &str, size: f64) -> f64 {
        let advance = |c: char| {
            let face = self.faces.iter().find(|(_, face)| shows(face, c));
            let (_, face) = face.unwrap_or(&self.faces[0]);
            let glyph = face.lookup_glyph_index(u32::from(c)).unwrap_or(0);
            let width = f64::from(face.get_glyph_width(glyph).unwrap_or(0));
            width / f64::from(face.units_per_em.max(1))
        };
        text.chars().map(advance).sum::<f64>() * size / PT
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
    pub(crate) fn save(&mut self, pages: Vec<((f64, f64), Vec<Op>)>) -> Vec<u8> {
        self.board.pages = pages
            .into_iter()
            .map(|((width, height), ops)| PdfPage::new(mm(width / PT), mm(height / PT), ops))
            .collect();
        let bytes = self.board.save(&PdfSaveOptions::default(), &mut Vec::new());
        self.board.pages.clear();
        bytes
    }

    /// Draws pages into a file that fills; sizes in pt.
    ///
    /// # Errors
    /// None is expected: what was drawn can be read.
    pub(crate) fn draw_into(
        &mut self,
        merged: &mut Merged,
        pages: Vec<((f64, f64), Vec<Op>)>,
    ) -> Result<Vec<PageCopy>, PrintError> {
        let bytes = self.save(pages);
        let name = Path::new("drawn");
        let drawn = merge::load(&bytes, name)?;
        let mut source = Source::new(&drawn, name);
        let pages = drawn.get_pages();
        pages
            .into_values()
            .map(|page| merged.copy(&mut source, page))
            .collect()
    }

    /// The name of the font of marks, and the font in a file.
    ///
    /// # Errors
    /// None is expected: what was drawn can be read.
    pub(crate) fn mark_font(&self, merged: &mut Merged) -> Result<(&[u8], ObjectId), PrintError> {
        let name = self.faces[0].0.0.as_bytes();
        let path = Path::new("marks");
        let page = self.sample.get_pages().into_values().next();
        let font = page.and_then(|page| {
            let (own, inherited) = self.sample.get_page_resources(page).ok()?;
            let inherited = inherited
                .into_iter()
                .filter_map(|id| self.sample.get_dictionary(id).ok());
            own.into_iter().chain(inherited).find_map(|resources| {
                let fonts = resources.get(b"Font").ok()?;
                let (_, fonts) = self.sample.dereference(fonts).ok()?;
                fonts.as_dict().ok()?.get(name).ok()
            })
        });
        let font = font.ok_or(PrintError::Font)?;
        let mut source = Source::new(&self.sample, path);
        match merged.import(&mut source, font, 0)? {
            Object::Reference(id) => Ok((name, id)),
            _ => Err(PrintError::Font),
        }
    }
}

/// One side of a sheet that is drawn on. Measures are in mm from the top left corner.
pub(crate) struct Canvas<'a> {
    pen: &'a Pen,
    height: f64,
    /// What was drawn.
    pub(crate) ops: Vec<Op>,
}

impl Canvas<'_> {
    /// A black rectangle.
    pub(crate) fn bar(&mut self, left: f64, top: f64, width: f64, height: f64) {
        self.ops.push(Op::DrawRectangle {
            rectangle: Rect {
                x: pt(left * PT),
                y: pt((self.height - top - height) * PT),
                width: pt(width * PT),
                height: pt(height * PT),
                // Without a mode printpdf paints nothing.
                mode: Some(PaintMode::Fill),
                winding_order: None,
            },
        });
    }

    /// A line of text; the size in pt. Each character comes from the first font that shows it.
    pub(crate) fn text(&mut self, left: f64, baseline: f64, size: f64, text: &str) {
        self.ops.push(Op::StartTextSection);
        self.ops.push(Op::SetTextCursor {
            pos: Point {
                x: pt(left * PT),
                y: pt((self.height - baseline) * PT),
            },
        });
        let faces = &self.pen.faces;
        let face_of = |c: char| faces.iter().position(|(_, face)| shows(face, c));
        let mut runs: Vec<(usize, String)> = Vec::new();
        for c in text.chars() {
            let at = face_of(c).unwrap_or(0);
            match runs.last_mut() {
                Some((last, run)) if *last == at => run.push(c),
                _ => runs.push((at, c.to_string())),
            }
        }
        for (at, run) in runs {
            self.ops.push(Op::SetFont {
                font: PdfFontHandle::External(faces[at].0.clone()),
                size: pt(size),
            });
            self.ops.push(Op::ShowText {
                items: vec![TextItem::Text(run)],
            });
        }
        self.ops.push(Op::EndTextSection);
    }
}

fn shows(face: &ParsedFont, c: char) -> bool {
    face.lookup_glyph_index(u32::from(c))
        .is_some_and(|glyph| glyph != 0)
}

fn pt(value: f64) -> Pt {
    Pt(value as f32)
}

fn mm(value: f64) -> Mm {
    Mm(value as f32)
}
