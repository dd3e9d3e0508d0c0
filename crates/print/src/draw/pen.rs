//! What is new on paper, marks, slip sheets, job ticket, labels and envelopes, is drawn with
//! printpdf. Pages of letters never pass through it: it takes fonts for one by their name in a
//! page's resources, and would print one letter with another's glyphs.
//!
//! printpdf has an older lopdf inside; only bytes pass between the two.

use std::collections::BTreeSet;
use std::path::Path;

use allsorts::binary::read::ReadScope;
use allsorts::font_data::FontData;
use allsorts::subset::{CmapTarget, SubsetProfile, subset};
use lopdf::{Document, ObjectId};
use printpdf::{
    Color, CurTransMat, FontId, Greyscale, Mm, Op, PaintMode, ParsedFont, PdfDocument, PdfFont,
    PdfFontHandle, PdfPage, PdfSaveOptions, Point, Pt, Rect, TextItem,
};
use raadspost_content::{Colours, Plex};

use crate::PrintError;
use crate::pdf::import::Source;
use crate::pdf::merged::{self, Merged};
use crate::pdf::page::{Finish, PageCopy};

/// A page for printpdf: its size in pt, and what is drawn.
pub(crate) type Drawing = ((f64, f64), Vec<Op>);

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
    /// A page with all characters, from which the fonts are taken.
    sample: Document,
}

impl Pen {
    /// Reads the fonts; the first draws marks, and each of them what those before it cannot show
    /// of the characters. Only what is drawn is embedded.
    ///
    /// # Errors
    /// [`PrintError::Font`].
    pub(crate) fn new(fonts: &[Vec<u8>], characters: &BTreeSet<char>) -> Result<Self, PrintError> {
        let mut pen = Self {
            board: PdfDocument::new(""),
            faces: Vec::new(),
            sample: Document::new(),
        };
        // The font of marks is the same in every job, whatever the addresses are.
        let first = fonts.first().ok_or(PrintError::Font)?;
        pen.add(first, &MARK_CHARACTERS.chars().collect())?;
        for font in fonts {
            let rest = characters
                .iter()
                .copied()
                .filter(|c| pen.shown_by(*c).is_none());
            let rest: BTreeSet<char> = rest.collect();
            pen.add(font, &rest)?;
        }
        let mut canvas = pen.canvas(297.0);
        canvas.text(10.0, 10.0, 8.0, MARK_CHARACTERS);
        let others: String = characters.iter().filter(|c| !c.is_control()).collect();
        canvas.text(10.0, 20.0, 8.0, &others);
        let bytes = pen.save(vec![(A4_PT, canvas.ops)]);
        pen.sample = merged::load(&bytes, Path::new("characters"))?;
        Ok(pen)
    }

    /// Adds a font's glyphs for these characters, if it has any.
    fn add(&mut self, font: &[u8], characters: &BTreeSet<char>) -> Result<(), PrintError> {
        let whole = ParsedFont::from_bytes(font, 0, &mut Vec::new()).ok_or(PrintError::Font)?;
        let glyphs = characters
            .iter()
            .filter_map(|c| whole.lookup_glyph_index(u32::from(*c)));
        // Number 0 stands for what is missing, and has to be first.
        let glyphs: BTreeSet<u16> = glyphs.chain([0]).collect();
        if glyphs.len() == 1 {
            return Ok(());
        }
        let glyphs: Vec<u16> = glyphs.into_iter().collect();
        let part = part(font, &glyphs).ok_or(PrintError::Font)?;
        let face = ParsedFont::from_bytes(&part, 0, &mut Vec::new()).ok_or(PrintError::Font)?;
        // Names of our own: printpdf would take them at random.
        let id = FontId(format!("Raadspost{}", self.faces.len()));
        let fonts = &mut self.board.resources.fonts.map;
        fonts.insert(id.clone(), PdfFont::new(face.clone()));
        self.faces.push((id, face));
        Ok(())
    }

    fn shown_by(&self, c: char) -> Option<usize> {
        self.faces.iter().position(|(_, face)| shows(face, c))
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
        text.chars().find(|c| self.shown_by(*c).is_none())
    }

    /// The width of a text, mm; the size in pt.
    pub(crate) fn width(&self, text: &str, size: f64) -> f64 {
        let advance = |c: char| {
            let (_, face) = &self.faces[self.shown_by(c).unwrap_or(0)];
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
        merged: &mut Merged,
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
            .map(|(content, size)| merged.drawn(content, &fonts, size))
            .collect())
    }

    /// The name of the font of marks, and the font in a file.
    ///
    /// # Errors
    /// None is expected: what was drawn can be read.
    pub(crate) fn mark_font(&self, merged: &mut Merged) -> Result<(Vec<u8>, ObjectId), PrintError> {
        let name = &self.faces[0].0.0;
        Ok((name.clone().into_bytes(), self.font(name, merged)?))
    }

    /// A font in a file.
    fn font(&self, name: &str, merged: &mut Merged) -> Result<ObjectId, PrintError> {
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
        match merged.import(&mut source, font, 0)? {
            lopdf::Object::Reference(id) => Ok(id),
            _ => Err(PrintError::Font),
        }
    }
}

/// A PDF of drawn pages that is written as it fills.
pub(crate) struct Drawn {
    merged: Merged,
    waiting: Vec<Drawing>,
}

impl Drawn {
    /// Pages that are drawn at once: each time costs a document of printpdf's.
    const AT_ONCE: usize = 100;

    /// Begins a file.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub(crate) fn new(path: &Path, colours: Colours) -> Result<Self, PrintError> {
        Ok(Self {
            merged: Merged::new(path, colours)?,
            waiting: Vec::new(),
        })
    }

    /// Adds a page.
    ///
    /// # Errors
    /// Where the file cannot be written.
    pub(crate) fn page(&mut self, pen: &mut Pen, drawing: Drawing) -> Result<(), PrintError> {
        self.waiting.push(drawing);
        if self.waiting.len() < Self::AT_ONCE {
            return Ok(());
        }
        self.draw(pen)
    }

    fn draw(&mut self, pen: &mut Pen) -> Result<(), PrintError> {
        let finish = Finish {
            overlay: None,
            font: None,
            around: 0.0,
            bleed: 0.0,
        };
        let waiting = std::mem::take(&mut self.waiting);
        for copy in pen.draw_into(&mut self.merged, waiting)? {
            self.merged.place(&copy, &finish);
        }
        self.merged.keep()
    }

    /// Ends the file.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub(crate) fn finish(mut self, pen: &mut Pen) -> Result<(), PrintError> {
        self.draw(pen)?;
        self.merged.finish(Plex::Simplex).map(|_| ())
    }
}

/// A font with these glyphs alone, as printpdf would make it with all its layout engine built in.
fn part(font: &[u8], glyphs: &[u16]) -> Option<Vec<u8>> {
    let data = ReadScope::new(font).read::<FontData<'_>>().ok()?;
    let provider = data.table_provider(0).ok()?;
    subset(&provider, glyphs, &SubsetProfile::Pdf, CmapTarget::Unicode).ok()
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

    /// A grid of black cells: for each bar its first column, row and length, in cells of `cell` mm
    /// below the corner. Whole numbers are a third of the bytes of measures.
    pub(crate) fn grid(
        &mut self,
        (left, top): (f64, f64),
        cell: f64,
        bars: &[(usize, usize, usize)],
    ) {
        let scale = (cell * PT) as f32;
        let (x, y) = ((left * PT) as f32, ((self.height - top) * PT) as f32);
        self.ops.push(Op::SaveGraphicsState);
        self.ops.push(Op::SetTransformationMatrix {
            matrix: CurTransMat::Raw([scale, 0.0, 0.0, -scale, x, y]),
        });
        for (column, row, length) in bars {
            self.ops.push(Op::DrawRectangle {
                rectangle: Rect {
                    x: Pt(*column as f32),
                    y: Pt(*row as f32),
                    width: Pt(*length as f32),
                    height: Pt(1.0),
                    mode: Some(PaintMode::Fill),
                    winding_order: None,
                },
            });
        }
        self.ops.push(Op::RestoreGraphicsState);
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
        let mut runs: Vec<(usize, String)> = Vec::new();
        for c in text.chars() {
            let at = self.pen.shown_by(c).unwrap_or(0);
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
