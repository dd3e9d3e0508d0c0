//! Content streams (ISO 32000-1, 8 and 9): what is painted where, what of it is text, and to which
//! marked content it belongs.
//!
//! Running text is joined without looking at widths, because a tagged PDF has its spaces as
//! characters (14.8.2.5); boxes follow every width, matrix and clipping path.

use std::sync::Arc;

use lopdf::{Dictionary, Document, Object, ObjectId};
use rustc_hash::FxHashMap;

use super::STREAM_LIMIT;
use super::font::{Font, FontFault};
use super::graphics::{Paint, Path, State};
use super::lexer::{Lexer, Token};
use super::marks::{Belongs, Cluster, Mark, MarkedContent, belongs};
use super::matrix::{Matrix, Rect};
use super::memory::Fonts;
use crate::text::is_visible;

/// Form XObjects nested deeper than this are not followed.
const FORM_LIMIT: usize = 12;

/// Faults of one page beyond this number say nothing new.
const FAULT_LIMIT: usize = 20;

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

/// Reads a page's content; `glyphs` asks for the box of each glyph too.
pub(crate) fn read_page(
    document: &Document,
    page: ObjectId,
    fonts: &mut Fonts<'_>,
    glyphs: bool,
) -> PageContent {
    let mut content = PageContent::default();
    let Ok(bytes) = document.get_page_content_with_limit(page, STREAM_LIMIT) else {
        return content;
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
    };
    interpreter.run(&bytes, resources, None, State::new());
    for (at, run) in content.runs.iter().enumerate() {
        if let Belongs::Content(number) = run.belongs {
            content.by_content.entry(number).or_default().push(at);
        }
    }
    content
}

/// A page's resources; they may be inherited (7.7.3.4).
pub(crate) fn page_resources(document: &Document, page: ObjectId) -> Option<&Dictionary> {
    inherited(document, page, b"Resources").and_then(|found| found.as_dict().ok())
}

/// An attribute of a page, or of the nearest node above it (7.7.3.4).
pub(crate) fn inherited<'a>(
    document: &'a Document,
    page: ObjectId,
    key: &[u8],
) -> Option<&'a Object> {
    let mut node = document.get_dictionary(page).ok()?;
    for _ in 0..64 {
        if let Ok(found) = node.get_deref(key, document) {
            return Some(found);
        }
        node = node
            .get_deref(b"Parent", document)
            .and_then(Object::as_dict)
            .ok()?;
    }
    None
}

/// A matrix or a rectangle in a dictionary: numbers, each of which may be a reference.
pub(crate) fn numbers<const N: usize>(document: &Document, object: &Object) -> Option<[f32; N]> {
    let array = object.as_array().ok().filter(|array| array.len() >= N)?;
    let mut all = [0.0; N];
    for (number, object) in all.iter_mut().zip(array) {
        *number = document.dereference(object).ok()?.1.as_float().ok()?;
    }
    Some(all)
}

struct Interpreter<'a, 'b, 'c> {
    document: &'a Document,
    fonts: &'b mut Fonts<'c>,
    content: &'b mut PageContent,
    marks: Vec<Mark>,
    cluster: Cluster,
    /// Whether the run pushed last was of `ReversedChars`.
    reversed: bool,
    forms: usize,
    /// How many more form XObjects may be painted on the page.
    budget: usize,
    glyphs: bool,
}

impl<'a> Interpreter<'a, '_, '_> {
    fn run(
        &mut self,
        bytes: &[u8],
        resources: Option<&'a Dictionary>,
        form: Option<ObjectId>,
        initial: State,
    ) {
        let open = self.marks.len();
        let mut state = initial;
        let mut saved = Vec::new();
        let mut line = Matrix::IDENTITY;
        let mut cursor = Matrix::IDENTITY;
        let mut path = Path::default();
        let mut clips = false;
        let mut operands: Vec<Token<'_>> = Vec::new();
        let mut lexer = Lexer::joining_arrays(bytes);
        while let Some(token) = lexer.next_token() {
            let Token::Keyword(operator) = token else {
                operands.push(token);
                continue;
            };
            let at = |index: usize| operands.get(index).and_then(Token::number).unwrap_or(0.0);
            match operator {
                b"q" => saved.push(state.clone()),
                b"Q" => state = saved.pop().unwrap_or(state),
                b"cm" => {
                    let matrix = Matrix([at(0), at(1), at(2), at(3), at(4), at(5)]);
                    state.ctm = matrix.then(state.ctm);
                }
                b"BT" => (line, cursor) = (Matrix::IDENTITY, Matrix::IDENTITY),
                b"Tf" => {
                    state.text.size = at(1);
                    state.text.font = match operands.first() {
                        Some(Token::Name(name)) => self.font(resources, name),
                        _ => None,
                    };
                }
                b"Tm" => {
                    line = Matrix([at(0), at(1), at(2), at(3), at(4), at(5)]);
                    cursor = line;
                }
                b"Td" | b"TD" => {
                    if operator == b"TD" {
                        state.text.leading = -at(1);
                    }
                    line = Matrix::translation(at(0), at(1)).then(line);
                    cursor = line;
                }
                b"T*" => {
                    line = Matrix::translation(0.0, -state.text.leading).then(line);
                    cursor = line;
                }
                b"Tj" | b"TJ" | b"'" | b"\"" => {
                    if operator == b"\"" {
                        (state.text.word, state.text.character) = (at(0), at(1));
                    }
                    if matches!(operator, b"'" | b"\"") {
                        line = Matrix::translation(0.0, -state.text.leading).then(line);
                        cursor = line;
                    }
                    let shifts = if operator == b"TJ" {
                        &lexer.shifts[..]
                    } else {
                        &[]
                    };
                    if let Some(Token::String(shown)) = operands.last() {
                        self.show(&state, &mut cursor, shown, shifts);
                    }
                }
                b"BMC" | b"BDC" => {
                    let mark = Mark::read(self.document, &operands, resources, form);
                    self.content.contents.extend(mark.mcid);
                    self.marks.push(mark);
                }
                b"EMC" if self.marks.len() > open => self.end_mark(&state, cursor),
                b"Do" => {
                    if let Some(Token::Name(name)) = operands.first() {
                        self.paint_object(resources, name, &state);
                    }
                }
                // The whole of what is clipped (8.7.4.2).
                b"sh" => self.paint(What::Shading, state.clip, false, false),
                b"ID" => {
                    lexer.skip_inline_image();
                    self.paint_image(&state);
                }
                b"W" | b"W*" => clips = true,
                b"f" | b"F" | b"f*" | b"S" | b"s" | b"B" | b"B*" | b"b" | b"b*" | b"n" => {
                    if matches!(operator, b"s" | b"b" | b"b*") {
                        path.construct(b"h", &[], state.ctm);
                    }
                    self.paint_path(&path, operator, &state);
                    // The path takes part in clipping what comes after it (8.5.4).
                    if std::mem::take(&mut clips) {
                        state.clip = state.clip.intersection(path.filled());
                    }
                    path = Path::default();
                }
                b"cs" | b"CS" => {
                    let paint = Paint::begin(self.adds_light(resources, operands.first()));
                    if operator == b"cs" {
                        state.fill = paint;
                    } else {
                        state.line = paint;
                    }
                }
                b"gs" => self.external_state(resources, &operands, &mut state),
                _ => {
                    if !state.set(operator, &operands) {
                        path.construct(operator, &operands, state.ctm);
                    }
                }
            }
            operands.clear();
        }
        while self.marks.len() > open {
            self.end_mark(&state, cursor);
        }
    }

    /// An entry of a resource dictionary (7.8.3).
    fn resource(
        &self,
        resources: Option<&'a Dictionary>,
        kind: &[u8],
        name: &[u8],
    ) -> Option<(Option<ObjectId>, &'a Object)> {
        let all = resources?
            .get_deref(kind, self.document)
            .and_then(Object::as_dict)
            .ok()?;
        self.document.dereference(all.get(name).ok()?).ok()
    }

    fn font(&mut self, resources: Option<&'a Dictionary>, name: &[u8]) -> Option<Arc<Font>> {
        let (id, object) = self.resource(resources, b"Font", name)?;
        let dictionary = object.as_dict().ok()?;
        Some(self.fonts.font(self.document, id, dictionary))
    }

    /// Whether in a colour space 1 is white: in those of gray and of red, green and blue (8.6).
    fn adds_light(&self, resources: Option<&'a Dictionary>, name: Option<&Token<'_>>) -> bool {
        let Some(Token::Name(name)) = name else {
            return false;
        };
        if matches!(&**name, b"DeviceGray" | b"DeviceRGB") {
            return true;
        }
        let space = self
            .resource(resources, b"ColorSpace", name)
            .map(|(_, space)| space);
        let family = space.and_then(|space| match space {
            Object::Array(space) => space.first()?.as_name().ok(),
            space => space.as_name().ok(),
        });
        matches!(
            family,
            Some(b"ICCBased" | b"CalGray" | b"CalRGB" | b"DeviceGray" | b"DeviceRGB")
        )
    }

    /// The line width and font of an external graphics state (8.4.5).
    fn external_state(
        &mut self,
        resources: Option<&'a Dictionary>,
        operands: &[Token<'_>],
        state: &mut State,
    ) {
        let Some(Token::Name(name)) = operands.first() else {
            return;
        };
        let found = self.resource(resources, b"ExtGState", name);
        let Some(dictionary) = found.and_then(|(_, object)| object.as_dict().ok()) else {
            return;
        };
        let number = |key: &[u8]| {
            dictionary
                .get_deref(key, self.document)
                .and_then(Object::as_float)
                .ok()
        };
        state.stroke.width = number(b"LW").unwrap_or(state.stroke.width);
        state.stroke.miter_limit = number(b"ML").unwrap_or(state.stroke.miter_limit);
        state.stroke.cap = number(b"LC").map_or(state.stroke.cap, |cap| cap as i32);
        state.stroke.join = number(b"LJ").map_or(state.stroke.join, |join| join as i32);
        if let Ok(Object::Array(font)) = dictionary.get_deref(b"Font", self.document)
            && let [font, size] = &font[..]
            && let Ok((id, Object::Dictionary(font))) = self.document.dereference(font)
        {
            state.text.size = size.as_float().unwrap_or(state.text.size);
            state.text.font = Some(self.fonts.font(self.document, id, font));
        }
    }

    fn paint(&mut self, what: What, bounds: Rect, exact: bool, white: bool) {
        if !bounds.is_empty() {
            let belongs = belongs(&self.marks);
            self.content.painted.push(Painted {
                what,
                bounds,
                exact,
                white,
                belongs,
            });
        }
    }

    fn paint_path(&mut self, path: &Path, operator: &[u8], state: &State) {
        if path.is_empty() {
            return;
        }
        let fills = !matches!(operator, b"S" | b"s" | b"n");
        let strokes = !matches!(operator, b"f" | b"F" | b"f*" | b"n");
        let mut paint = |bounds: Rect, white| {
            let seen = bounds.intersection(state.clip);
            self.paint(What::Path, seen, !path.curved && seen == bounds, white);
        };
        if fills {
            paint(path.filled(), state.fill.white);
        }
        if strokes {
            paint(path.stroked(state.stroke, state.ctm), state.line.white);
        }
    }

    /// An image fills the unit square (8.9.5).
    fn paint_image(&mut self, state: &State) {
        let bounds = state.ctm.bounds(Rect::between((0.0, 0.0), (1.0, 1.0)));
        // Its edges may be white or transparent.
        self.paint(What::Image, bounds.intersection(state.clip), false, false);
    }

    fn push(&mut self, state: &State, cursor: Matrix, text: String, bounds: Rect) {
        self.reversed = false;
        let Matrix([_, _, c, d, _, y]) = cursor.then(state.ctm);
        let run = Run {
            belongs: belongs(&self.marks),
            text,
            y,
            size: state.text.size * c.hypot(d),
            bounds,
        };
        self.content.runs.push(run);
    }

    fn flaw(&mut self, flaw: Flaw, place: Rect) {
        let known = self.content.flaws.iter().any(|(known, _)| *known == flaw);
        if !known && self.content.flaws.len() < FAULT_LIMIT {
            self.content.flaws.push((flaw, place));
        }
    }

    /// Shows a string: moves the cursor, and says what was painted and what it reads.
    fn show(&mut self, state: &State, cursor: &mut Matrix, bytes: &[u8], shifts: &[(usize, f32)]) {
        let Some(font) = &state.text.font else { return };
        let start = *cursor;
        let replaced = self.marks.iter().any(|mark| mark.actual.is_some());
        let reversed = self.marks.iter().any(|mark| mark.reversed);
        let to_page = start.then(state.ctm);
        let set = &state.text;
        // From 1/1000 em to the text space.
        let (across, up) = (set.size * set.horizontal / 1000.0, set.size / 1000.0);
        let paints = !matches!(set.mode, 3 | 7);
        let (mut pen, mut at) = (0.0_f32, 0);
        let mut shifts = shifts.iter().peekable();
        let mut bounds = Rect::EMPTY;
        let mut flaws = Vec::new();
        let mut glyphs = Vec::new();
        let mut text = String::with_capacity(bytes.len() / 2);
        let cluster = &mut self.cluster;
        // The quick way: every code stands in the font's table, and nothing is to be said of it.
        let quick = font.is_tabulated() && !reversed && !self.glyphs && bytes.len() % 2 == 0;
        let rest = if quick {
            let mut pairs = bytes.chunks_exact(2);
            loop {
                let here = &bytes[at..];
                let Some(pair) = pairs.next() else { break here };
                let code = u32::from(pair[0]) << 8 | u32::from(pair[1]);
                let Some(known) = font.code(code).filter(|known| known.plain) else {
                    break here;
                };
                while let Some((_, shift)) = shifts.next_if(|(behind, _)| *behind <= at) {
                    pen -= shift * across;
                }
                at += 2;
                if let Some(own) = known.shown.bounds {
                    bounds = bounds.union(Rect {
                        left: pen + own.left * across,
                        right: pen + own.right * across,
                        bottom: own.bottom,
                        top: own.top,
                    });
                }
                pen += known.shown.width * across + set.character * set.horizontal;
                if !replaced {
                    text.push_str(&known.text);
                }
            }
        } else {
            bytes
        };
        if rest.len() < bytes.len() {
            cluster.end();
            // Heights were kept in 1/1000 em.
            (bounds.bottom, bounds.top) =
                (set.rise + bounds.bottom * up, set.rise + bounds.top * up);
        }
        font.decode(rest, |code, length, read| {
            while let Some((_, shift)) = shifts.next_if(|(behind, _)| *behind <= at) {
                pen -= shift * across;
            }
            at += length;
            let shown = font.shown(code);
            let place = |bounds: Rect| Rect {
                left: pen + bounds.left * across,
                right: pen + bounds.right * across,
                bottom: set.rise + bounds.bottom * up,
                top: set.rise + bounds.top * up,
            };
            let own = shown.bounds.map(place);
            if let Some(own) = own {
                bounds = bounds.union(own);
                if self.glyphs {
                    glyphs.push(own);
                }
            }
            let faulty = !font.faults.is_empty();
            let unmapped = !replaced && read.contains('\u{FFFD}');
            let blank = own.is_none() && !shown.missing && read.chars().any(is_visible);
            if shown.missing || blank || unmapped || faulty {
                let own = place(Rect::between((0.0, 0.0), (shown.width, 700.0)));
                if shown.missing {
                    flaws.push((Flaw::Missing(read.to_owned()), own));
                }
                if blank {
                    flaws.push((Flaw::Blank(read.to_owned()), own));
                }
                if unmapped {
                    flaws.push((Flaw::Unmapped, own));
                }
                for fault in &font.faults {
                    let text = match fault {
                        FontFault::Width { code: of, .. } if *of != code => continue,
                        FontFault::Width { .. } => read.to_owned(),
                        FontFault::NotEmbedded | FontFault::Foreign => String::new(),
                    };
                    flaws.push((Flaw::Font(font.name.clone(), fault.clone(), text), own));
                }
            }
            let word = if length == 1 && code == 32 {
                set.word
            } else {
                0.0
            };
            pen += shown.width * across + (set.character + word) * set.horizontal;
            if !replaced {
                match (cluster.takes(code, read), reversed) {
                    (true, _) => {}
                    (false, true) => text.insert_str(0, read),
                    (false, false) => text.push_str(read),
                }
            }
        });
        for (_, shift) in shifts {
            pen -= shift * across;
        }
        *cursor = Matrix::translation(pen, 0.0).then(start);
        for (flaw, place) in flaws {
            self.flaw(flaw, to_page.bounds(place));
        }
        if bounds.is_empty() || !paints {
            bounds = Rect::EMPTY;
        } else {
            let whole = to_page.bounds(bounds);
            bounds = whole.intersection(state.clip);
            let turned = to_page.0[1] != 0.0 && to_page.0[0] != 0.0;
            let white = state.fill.white && matches!(set.mode, 0 | 4);
            self.paint(What::Text, bounds, bounds == whole && !turned, white);
            let seen = glyphs
                .iter()
                .map(|glyph| to_page.bounds(*glyph).intersection(state.clip));
            self.content
                .glyphs
                .extend(seen.filter(|glyph| !glyph.is_empty()));
        }
        self.read(state, start, text, bounds, bytes);
    }

    /// Takes what was shown into the running text.
    fn read(&mut self, state: &State, start: Matrix, text: String, bounds: Rect, bytes: &[u8]) {
        if let Some(replaced) = self.marks.iter_mut().find(|mark| mark.actual.is_some()) {
            let first = !std::mem::replace(&mut replaced.shown, true);
            let mut text = String::new();
            if first {
                replaced
                    .actual
                    .as_deref()
                    .unwrap_or_default()
                    .clone_into(&mut text);
                let code = bytes
                    .iter()
                    .fold(0, |code, byte| code << 8 | u32::from(*byte));
                if self.cluster.takes(code, &text) {
                    text.clear();
                }
            }
            // Glyphs that say nothing more still have a place.
            if !text.is_empty() || !bounds.is_empty() {
                self.push(state, start, text, bounds);
            }
            return;
        }
        let reversed = self.marks.iter().any(|mark| mark.reversed);
        // Text from right to left is shown from left to right in several strings (14.8.2.3.3), so
        // what comes next on the page was written before.
        let belongs = belongs(&self.marks);
        match self.content.runs.last_mut() {
            Some(last) if reversed && self.reversed && last.belongs == belongs => {
                last.text.insert_str(0, &text);
                last.bounds = last.bounds.union(bounds);
            }
            _ => {
                self.push(state, start, text, bounds);
                self.reversed = reversed;
            }
        }
    }

    /// Ends marked content; a replacement text for which nothing was shown is still text.
    fn end_mark(&mut self, state: &State, cursor: Matrix) {
        let replaced_outside = self
            .marks
            .iter()
            .rev()
            .skip(1)
            .any(|mark| mark.actual.is_some());
        let pending = match self.marks.last_mut() {
            Some(Mark {
                actual: Some(text),
                shown: false,
                ..
            }) if !replaced_outside => std::mem::take(text),
            _ => String::new(),
        };
        if !pending.is_empty() {
            self.push(state, cursor, pending, Rect::EMPTY);
        }
        self.marks.pop();
    }

    fn paint_object(&mut self, resources: Option<&'a Dictionary>, name: &[u8], state: &State) {
        if self.forms >= FORM_LIMIT || self.budget == 0 {
            return;
        }
        let Some((id, object)) = self.resource(resources, b"XObject", name) else {
            return;
        };
        let Ok(stream) = object.as_stream() else {
            return;
        };
        if stream.dict.get(b"Subtype").and_then(Object::as_name).ok() != Some(b"Form") {
            self.paint_image(state);
            return;
        }
        let Ok(bytes) = stream.get_plain_content_with_limit(STREAM_LIMIT) else {
            return;
        };
        let own = stream
            .dict
            .get_deref(b"Resources", self.document)
            .and_then(Object::as_dict)
            .ok();
        let entry = |key: &[u8]| stream.dict.get_deref(key, self.document).ok();
        let mut inner = state.clone();
        if let Some(matrix) = entry(b"Matrix").and_then(|matrix| numbers(self.document, matrix)) {
            inner.ctm = Matrix(matrix).then(inner.ctm);
        }
        if let Some([x, y, u, v]) = entry(b"BBox").and_then(|bounds| numbers(self.document, bounds))
        {
            let bounds = inner.ctm.bounds(Rect::between((x, y), (u, v)));
            inner.clip = inner.clip.intersection(bounds);
        }
        self.forms += 1;
        self.budget -= 1;
        self.run(&bytes, own.or(resources), id, inner);
        self.forms -= 1;
    }
}
