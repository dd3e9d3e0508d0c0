//! One side of a sheet that is drawn on: bars, grids and texts.

use printpdf::{
    Color, CurTransMat, Greyscale, Op, PaintMode, PdfFontHandle, Point, Pt, Rect, TextItem,
};

use crate::draw::fonts::Fonts;
use crate::sizes::PT;

/// One side of a sheet that is drawn on. Measures are in mm from the top left corner.
pub(crate) struct Canvas<'a> {
    fonts: &'a Fonts,
    height: f64,
    /// The operations so far.
    pub(crate) ops: Vec<Op>,
}

impl<'a> Canvas<'a> {
    /// An empty sheet of this height, mm.
    pub(crate) fn new(fonts: &'a Fonts, height: f64) -> Self {
        Self {
            fonts,
            height,
            ops: vec![Op::SetFillColor {
                col: Color::Greyscale(Greyscale::new(0.0, None)),
            }],
        }
    }

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
        for (font, run) in self.fonts.runs(text) {
            self.ops.push(Op::SetFont {
                font: PdfFontHandle::External(font.clone()),
                size: pt(size),
            });
            self.ops.push(Op::ShowText {
                items: vec![TextItem::Text(run)],
            });
        }
        self.ops.push(Op::EndTextSection);
    }
}

fn pt(value: f64) -> Pt {
    Pt(value as f32)
}
