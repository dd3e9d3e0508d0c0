//! The content stream of a page (ISO 32000-1, 7.8.2 and 9.4).
//!
//! Coordinates are whole hundredths of a point, and each position is written as the distance from
//! the last one, so that no rounding adds up. Text is shown with the glyph numbers of the font file
//! itself: the same page has the same bytes whatever else is in its document.

use typst::layout::{Abs, Point, Size};
use typst::text::TextItem;
use typst::visualize::{CurveItem, FillRule};

use super::Unsupported;
use super::face::{Face, Used};
use super::number::{literal, milli, number, place, text_string};

/// How a glyph is coloured, in the colour spaces of the output intent.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Colour {
    /// Grey, from 0 (black) to 1.
    Grey(f32),
    /// Red, green and blue, each from 0 to 1.
    Rgb([f32; 3]),
}

/// What a marked-content sequence is (ISO 32000-1, 14.6 and 14.8.2.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Mark {
    /// Not part of the document's logical content.
    Artifact(&'static str),
    /// Content with a number, in a language of its own where that is not the document's.
    Content(usize, Option<String>),
}

/// A page in the making.
pub(crate) struct Content {
    out: Vec<u8>,
    height: Abs,
    mark: Option<Mark>,
    in_text: bool,
    font: Option<(usize, i64)>,
    fill: Option<Colour>,
    stroke: Option<Colour>,
    line_width: Option<i64>,
    /// Where the text line starts, from the origin of the text object.
    line: (i64, i64),
    /// The text of the replaced cluster whose sequence is still open: an accent that is set higher
    /// than its letter comes in a run of its own, and the two are one text.
    cluster: Option<String>,
    /// The text that was written last, if an item may go on with it.
    tail: Option<Tail>,
}

impl Content {
    /// An empty page of this height.
    pub(crate) fn new(height: Abs) -> Self {
        Self {
            out: Vec::with_capacity(16 * 1024),
            height,
            mark: None,
            in_text: false,
            font: None,
            fill: None,
            stroke: None,
            line_width: None,
            line: (0, 0),
            cluster: None,
            tail: None,
        }
    }

    /// The finished stream.
    pub(crate) fn finish(mut self) -> Vec<u8> {
        self.close_mark();
        self.leave_text();
        self.out
    }

    /// A point of the page in PDF's coordinates, in thousandths of a point.
    fn at(&self, point: Point) -> (i64, i64) {
        (
            place(point.x.to_pt()),
            place((self.height - point.y).to_pt()),
        )
    }

    fn close_cluster(&mut self) {
        if self.cluster.take().is_some() {
            self.out.extend(b"EMC\n");
        }
    }

    fn close_mark(&mut self) {
        self.close_cluster();
        if self.mark.take().is_some() {
            self.out.extend(b"EMC\n");
        }
    }

    fn leave_text(&mut self) {
        if self.in_text {
            self.close_mark();
            self.out.extend(b"ET\n");
            self.in_text = false;
        }
    }

    /// Starts a sequence of text, where it is not the one that is open. Each is a text object of
    /// its own: readers that ignore positions put a space or a line end between them.
    fn open_text(&mut self, mark: Mark) {
        if self.in_text && self.mark.as_ref() == Some(&mark) {
            return;
        }
        self.leave_text();
        self.close_mark();
        self.out.extend(b"BT\n");
        self.in_text = true;
        self.line = (0, 0);
        self.begin(mark);
    }

    /// Starts a sequence of what is drawn, where it is not the one that is open.
    fn open_mark(&mut self, mark: Mark) {
        self.leave_text();
        if self.mark.as_ref() != Some(&mark) {
            self.close_mark();
            self.begin(mark);
        }
    }

    fn begin(&mut self, mark: Mark) {
        match &mark {
            Mark::Artifact("") => self.out.extend(b"/Artifact BMC\n"),
            Mark::Artifact(properties) => {
                self.out.extend(b"/Artifact<<");
                self.out.extend(properties.as_bytes());
                self.out.extend(b">>BDC\n");
            }
            Mark::Content(number, language) => {
                self.out.extend(b"/Span<<");
                if let Some(language) = language {
                    self.out.extend(b"/Lang");
                    literal(&mut self.out, language.as_bytes());
                }
                self.out.extend(format!("/MCID {number}>>BDC\n").as_bytes());
            }
        }
        self.mark = Some(mark);
    }

    fn set_fill(&mut self, colour: Colour) {
        if self.fill != Some(colour) {
            self.colour(colour, ["g", "rg"]);
            self.fill = Some(colour);
        }
    }

    fn colour(&mut self, colour: Colour, operators: [&str; 2]) {
        let parts = match &colour {
            Colour::Grey(grey) => std::slice::from_ref(grey),
            Colour::Rgb(parts) => parts.as_slice(),
        };
        for part in parts {
            number(&mut self.out, milli(f64::from(*part)));
            self.out.push(b' ');
        }
        let operator = operators[usize::from(parts.len() == 3)];
        self.out.extend(operator.as_bytes());
        self.out.push(b'\n');
    }

    /// Shows a run of text whose baseline starts at `origin`; one that is `repeated` says nothing.
    ///
    /// # Errors
    /// A glyph without text.
    #[expect(
        clippy::too_many_arguments,
        reason = "all that a run of text is shown with"
    )]
    pub(crate) fn text(
        &mut self,
        origin: Point,
        item: &TextItem,
        (number_of_face, face): (usize, &Face),
        used: &mut Used,
        colour: Colour,
        mark: Mark,
        repeated: bool,
    ) -> Result<(), Unsupported> {
        self.open_text(mark);
        let open = self.cluster.as_deref();
        if !open.is_some_and(|text| completes(item, text)) {
            self.close_cluster();
        }
        self.set_fill(colour);
        let size = milli(item.size.to_pt());
        if self.font != Some((number_of_face, size)) {
            self.out.extend(format!("/F{number_of_face} ").as_bytes());
            number(&mut self.out, size);
            self.out.extend(b" Tf\n");
            self.font = Some((number_of_face, size));
        }
        let (x, y) = self.at(origin);
        let along = |tail: &Tail| (origin.x - tail.origin).to_pt() / item.size.to_pt() * 1000.0;
        // Nothing was written since: mark, colour and type are the same.
        let tail = self.tail.take().filter(|tail| {
            tail.end == self.out.len()
                && y == self.line.1
                && self.cluster.is_none()
                && (along(tail) - tail.wanted).abs() < 1.0
        });
        let pen = if let Some(tail) = tail {
            self.out.truncate(tail.start);
            Pen {
                wanted: along(&tail),
                at: tail.at,
                run: tail.run,
                origin: tail.origin,
            }
        } else {
            if (x, y) != self.line {
                number(&mut self.out, x - self.line.0);
                self.out.push(b' ');
                number(&mut self.out, y - self.line.1);
                self.out.extend(b" Td\n");
                self.line = (x, y);
            }
            Pen {
                wanted: 0.0,
                at: 0.0,
                run: Run::default(),
                origin: origin.x,
            }
        };
        self.glyphs(item, face, used, repeated, pen)
    }

    /// The glyphs, each where Typst has put it, to half a thousandth of the type size. To let them
    /// stray further, so that more gaps are alike, does not make a page smaller.
    fn glyphs(
        &mut self,
        item: &TextItem,
        face: &Face,
        used: &mut Used,
        repeated: bool,
        pen: Pen,
    ) -> Result<(), Unsupported> {
        let Pen {
            mut wanted,
            at: mut pen,
            mut run,
            origin,
        } = pen;
        let mut rise = 0;
        let mut at = 0;
        while at < item.glyphs.len() {
            let range = item.glyphs[at].range();
            let shares = |glyph: &typst::text::Glyph| glyph.range() == range;
            let count = item.glyphs[at..].iter().take_while(|it| shares(it)).count();
            let cluster = &item.glyphs[at..at + count];
            let text = item.text.get(range.clone()).unwrap_or_default();
            if text.is_empty() {
                return Err(Unsupported("a glyph without text"));
            }
            // Where a line may end is nothing that the text says.
            let spoken = text.trim_end_matches('\u{200B}');
            let text = match spoken {
                _ if repeated => "",
                "" => text,
                spoken => spoken,
            };
            // Only before the first glyphs, which then belong to it.
            let continued = self.cluster.take().is_some();
            let replaced = continued || !(count == 1 && used.says(face, cluster[0].id, text));
            if replaced && !continued {
                run.flush(&mut self.out);
                self.out.extend(b"/Span<</ActualText");
                text_string(&mut self.out, text);
                self.out.extend(b">>BDC\n");
            }
            for glyph in cluster {
                let typst::text::Glyph {
                    id,
                    x_advance,
                    x_offset,
                    y_advance,
                    y_offset,
                    range: _,
                    span: _,
                } = *glyph;
                if id == 0 {
                    return Err(Unsupported("a missing glyph"));
                }
                if y_advance.get() != 0.0 {
                    return Err(Unsupported("text that climbs"));
                }
                used.note(face, id, replaced.then_some(text));
                let raised = milli(y_offset.at(item.size).to_pt());
                if raised != rise {
                    run.flush(&mut self.out);
                    number(&mut self.out, raised);
                    self.out.extend(b" Ts\n");
                    rise = raised;
                }
                let gap = (wanted + x_offset.get() * 1000.0 - pen).round();
                if gap != 0.0 {
                    run.gap(gap as i64);
                    pen += gap;
                }
                run.glyph(id);
                pen += face.width(id);
                wanted += x_advance.get() * 1000.0;
            }
            at += count;
            if replaced {
                run.flush(&mut self.out);
                if at < item.glyphs.len() {
                    self.out.extend(b"EMC\n");
                } else {
                    self.cluster = Some(text.to_owned());
                }
            }
        }
        let start = self.out.len();
        run.write(&mut self.out);
        if rise != 0 {
            self.out.extend(b"0 Ts\n");
        } else if self.cluster.is_none() {
            self.tail = Some(Tail {
                start,
                end: self.out.len(),
                wanted,
                at: pen,
                run,
                origin,
            });
        }
        Ok(())
    }

    /// Fills a rectangle; `from` is its upper left corner, sides in points.
    pub(crate) fn fill_rectangle(
        &mut self,
        from: Point,
        size: (Abs, Abs),
        colour: Colour,
        mark: Mark,
    ) {
        self.open_mark(mark);
        self.set_fill(colour);
        let (x, y) = self.at(from);
        let (right, bottom) = self.at(from + Point::new(size.0, size.1));
        for side in [x, bottom, right - x, y - bottom] {
            number(&mut self.out, side);
            self.out.push(b' ');
        }
        self.out.extend(b"re f\n");
    }

    /// Fills a path, whose points count from `from`.
    pub(crate) fn fill_curve(
        &mut self,
        from: Point,
        items: &[CurveItem],
        rule: FillRule,
        colour: Colour,
        mark: Mark,
    ) {
        self.open_mark(mark);
        self.set_fill(colour);
        for item in items {
            let (points, operator) = match item {
                CurveItem::Move(to) => (vec![*to], "m\n"),
                CurveItem::Line(to) => (vec![*to], "l\n"),
                CurveItem::Cubic(one, two, to) => (vec![*one, *two, *to], "c\n"),
                CurveItem::Close => (vec![], "h\n"),
            };
            for point in points {
                let (x, y) = self.at(from + point);
                for side in [x, y] {
                    number(&mut self.out, side);
                    self.out.push(b' ');
                }
            }
            self.out.extend(operator.as_bytes());
        }
        let operator = match rule {
            FillRule::NonZero => "f\n",
            FillRule::EvenOdd => "f*\n",
        };
        self.out.extend(operator.as_bytes());
    }

    /// Shows a picture; `from` is its upper left corner.
    pub(crate) fn image(&mut self, from: Point, size: Size, image: usize, mark: Mark) {
        self.open_mark(mark);
        let (x, top) = self.at(from);
        let (right, y) = self.at(from + size.to_point());
        self.out.extend(b"q ");
        for part in [right - x, 0, 0, top - y, x, y] {
            number(&mut self.out, part);
            self.out.push(b' ');
        }
        self.out.extend(format!("cm/I{image} Do Q\n").as_bytes());
    }

    /// Draws a line with butt caps; the width in points.
    pub(crate) fn line(&mut self, from: Point, to: Point, width: Abs, colour: Colour, mark: Mark) {
        self.open_mark(mark);
        if self.stroke != Some(colour) {
            self.colour(colour, ["G", "RG"]);
            self.stroke = Some(colour);
        }
        let width = milli(width.to_pt());
        if self.line_width != Some(width) {
            number(&mut self.out, width);
            self.out.extend(b" w\n");
            self.line_width = Some(width);
        }
        for (point, operator) in [(from, " m "), (to, " l S\n")] {
            let (x, y) = self.at(point);
            number(&mut self.out, x);
            self.out.push(b' ');
            number(&mut self.out, y);
            self.out.extend(operator.as_bytes());
        }
    }
}

/// Whether a run begins with accents of a cluster that an earlier run began.
fn completes(item: &TextItem, cluster: &str) -> bool {
    let Some(first) = item.glyphs.first() else {
        return false;
    };
    let glyphs = item.glyphs.iter();
    let mut own = glyphs.take_while(|glyph| glyph.range() == first.range());
    item.text.get(first.range()) == Some(cluster) && own.all(|glyph| glyph.x_advance.get() == 0.0)
}

/// Where the glyphs of an item are set.
struct Pen {
    /// Where Typst's pen is, in thousandths of the type size, from the origin of the line.
    wanted: f64,
    /// Where ours would be.
    at: f64,
    /// The glyphs that are set already.
    run: Run,
    /// The origin of the line.
    origin: Abs,
}

/// The last run of text that was written: an item that begins where it ends goes on with it, as the
/// parts of a word that have different rules for line ends do.
struct Tail {
    /// Where it is written, in bytes of the stream.
    start: usize,
    end: usize,
    wanted: f64,
    at: f64,
    run: Run,
    origin: Abs,
}

/// Glyphs and gaps of one `TJ`.
#[derive(Default)]
struct Run {
    array: Vec<u8>,
    shown: Vec<u8>,
    gaps: usize,
}

impl Run {
    fn glyph(&mut self, id: u16) {
        self.shown.extend(id.to_be_bytes());
    }

    /// Moves the pen to the right, in thousandths of the type size.
    fn gap(&mut self, gap: i64) {
        if !self.shown.is_empty() {
            literal(&mut self.array, &self.shown);
            self.shown.clear();
        }
        // What `TJ` subtracts (9.4.3).
        self.array.extend(format!("{}", -gap).as_bytes());
        // Two numbers are never adjacent: there is a glyph between two gaps.
        self.gaps += 1;
    }

    /// Writes what it holds, and holds nothing then.
    fn flush(&mut self, out: &mut Vec<u8>) {
        self.write(out);
        self.array.clear();
        self.shown.clear();
        self.gaps = 0;
    }

    /// Writes what it holds.
    fn write(&self, out: &mut Vec<u8>) {
        if self.gaps > 0 {
            out.push(b'[');
            out.extend(&self.array);
            if !self.shown.is_empty() {
                literal(out, &self.shown);
            }
            out.extend(b"]TJ\n");
        } else if !self.shown.is_empty() {
            literal(out, &self.shown);
            out.extend(b"Tj\n");
        }
    }
}
