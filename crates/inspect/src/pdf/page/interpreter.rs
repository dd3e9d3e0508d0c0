//! Content streams, operator by operator (ISO 32000-1, 8 and 9.4).

use std::sync::Arc;

use super::content::{Flaw, PageContent, Painted, Unseen, What};
use super::graphics::{Paint, Path, State};
use super::marks::{Belongs, Cluster, Mark, belongs};
use crate::pdf::font::face::Font;
use crate::pdf::font::fonts::Fonts;
use crate::pdf::matrix::{Matrix, Rect};
use crate::pdf::syntax::document::{Document, numbers};
use crate::pdf::syntax::lexer::{Lexer, Token};
use crate::pdf::syntax::object::{Dictionary, Object, ObjectId};

/// Form XObjects nested deeper than this are not followed.
const FORM_LIMIT: usize = 12;

/// Graphics states nested deeper than this are refused (ISO 19005-2, 6.1.13).
const SAVED_LIMIT: usize = 28;

/// The codes of two bytes that were shown in a font.
pub(crate) struct Used {
    pub(crate) font: Arc<Font>,
    /// A bit for each code.
    codes: Vec<u64>,
    /// Whether a string of odd length was shown.
    pub(crate) odd: bool,
}

impl Used {
    fn add(&mut self, bytes: &[u8]) {
        self.odd |= bytes.len() % 2 == 1;
        for pair in bytes.chunks_exact(2) {
            let code = usize::from(pair[0]) << 8 | usize::from(pair[1]);
            if self.codes.len() <= code / 64 {
                self.codes.resize(code / 64 + 1, 0);
            }
            self.codes[code / 64] |= 1 << (code % 64);
        }
    }

    /// The codes, in order.
    pub(crate) fn codes(&self) -> impl Iterator<Item = u16> {
        self.codes.iter().zip(0_u16..).flat_map(|(bits, word)| {
            let set = (0..64_u16).filter(move |bit| bits >> bit & 1 == 1);
            set.map(move |bit| word * 64 + bit)
        })
    }
}

/// Follows the content of a page.
pub(crate) struct Interpreter<'a, 'b, 'c> {
    pub(crate) document: &'a Document<'a>,
    pub(crate) fonts: &'b mut Fonts<'c>,
    pub(crate) content: &'b mut PageContent,
    pub(crate) marks: Vec<Mark>,
    pub(crate) cluster: Cluster,
    /// Whether the run pushed last was of `ReversedChars`.
    pub(crate) reversed: bool,
    pub(crate) forms: usize,
    /// How many more form XObjects may be painted on the page.
    pub(crate) budget: usize,
    pub(crate) glyphs: bool,
    /// The fonts in which something was shown, and the codes.
    pub(crate) used: Vec<Used>,
}

impl<'a> Interpreter<'a, '_, '_> {
    /// Follows a stream: the page's, or that of a form XObject.
    pub(crate) fn run(
        &mut self,
        bytes: &[u8],
        resources: Option<&'a Dictionary<'a>>,
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
            if !self.document.budget.steps(1) {
                return;
            }
            let at = |index: usize| operands.get(index).and_then(Token::number).unwrap_or(0.0);
            match operator {
                b"q" if saved.len() == SAVED_LIMIT => {
                    self.document
                        .budget
                        .refuse("its graphics states are nested deeper than 28");
                    return;
                }
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
                // It fills the clipping path (8.7.4.2).
                b"sh" => {
                    self.paint(What::Shading, state.clip, false, false);
                    self.cover(state.clip);
                }
                b"ID" => {
                    lexer.skip_inline_image();
                    self.paint_image(&state, true);
                }
                b"W" | b"W*" => clips = true,
                b"f" | b"F" | b"f*" | b"S" | b"s" | b"B" | b"B*" | b"b" | b"b*" | b"n" => {
                    if matches!(operator, b"s" | b"b" | b"b*") {
                        path.construct(b"h", &[], state.ctm);
                    }
                    self.paint_path(&path, operator, &state);
                    // The path clips what is painted after it (8.5.4).
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
            lexer.recycle(&mut operands);
        }
        while self.marks.len() > open {
            self.end_mark(&state, cursor);
        }
    }

    /// An entry of a resource dictionary (7.8.3).
    fn resource(
        &self,
        resources: Option<&'a Dictionary<'a>>,
        kind: &[u8],
        name: &[u8],
    ) -> Option<(Option<ObjectId>, &'a Object<'a>)> {
        let all = resources?
            .get_deref(kind, self.document)
            .and_then(Object::as_dict)?;
        self.document.dereference(all.get(name)?)
    }

    fn font(&mut self, resources: Option<&'a Dictionary<'a>>, name: &[u8]) -> Option<Arc<Font>> {
        let (id, object) = self.resource(resources, b"Font", name)?;
        let dictionary = object.as_dict()?;
        Some(self.fonts.font(self.document, id, dictionary))
    }

    /// Whether in a colour space 1 is white: in those of gray and of red, green and blue (8.6).
    fn adds_light(&self, resources: Option<&'a Dictionary<'a>>, name: Option<&Token<'_>>) -> bool {
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
            Object::Array(space) => space.first()?.as_name(),
            space => space.as_name(),
        });
        matches!(
            family,
            Some(b"ICCBased" | b"CalGray" | b"CalRGB" | b"DeviceGray" | b"DeviceRGB")
        )
    }

    /// The line width and font of an external graphics state (8.4.5).
    fn external_state(
        &mut self,
        resources: Option<&'a Dictionary<'a>>,
        operands: &[Token<'_>],
        state: &mut State,
    ) {
        let Some(Token::Name(name)) = operands.first() else {
            return;
        };
        let found = self.resource(resources, b"ExtGState", name);
        let Some(dictionary) = found.and_then(|(_, object)| object.as_dict()) else {
            return;
        };
        let number = |key: &[u8]| {
            dictionary
                .get_deref(key, self.document)
                .and_then(Object::as_float)
        };
        let blend = &mut state.blend;
        blend.fill = number(b"ca").unwrap_or(blend.fill);
        blend.line = number(b"CA").unwrap_or(blend.line);
        let entry = |key: &[u8]| dictionary.get_deref(key, self.document);
        let (mask, mode) = (entry(b"SMask"), entry(b"BM"));
        if mask.is_some() || mode.is_some() {
            let usual = |entry: Option<&Object<'_>>, names: &[&[u8]]| {
                entry.is_none_or(|entry| entry.as_name().is_some_and(|name| names.contains(&name)))
            };
            blend.masked = !usual(mask, &[b"None"]) || !usual(mode, &[b"Normal", b"Compatible"]);
        }
        state.stroke.width = number(b"LW").unwrap_or(state.stroke.width);
        state.stroke.miter_limit = number(b"ML").unwrap_or(state.stroke.miter_limit);
        state.stroke.cap = number(b"LC").map_or(state.stroke.cap, |cap| cap as i32);
        state.stroke.join = number(b"LJ").map_or(state.stroke.join, |join| join as i32);
        if let Some(Object::Array(font)) = dictionary.get_deref(b"Font", self.document)
            && let [font, size] = &font[..]
            && let Some((id, Object::Dictionary(font))) = self.document.dereference(font)
        {
            state.text.size = size.as_float().unwrap_or(state.text.size);
            state.text.font = Some(self.fonts.font(self.document, id, font));
        }
    }

    /// Records the codes that are shown in a font.
    pub(crate) fn uses(&mut self, font: &Arc<Font>, bytes: &[u8]) {
        let known = self
            .used
            .iter_mut()
            .find(|used| Arc::ptr_eq(&used.font, font));
        match known {
            Some(used) => used.add(bytes),
            None => {
                let mut used = Used {
                    font: Arc::clone(font),
                    codes: Vec::new(),
                    odd: false,
                };
                used.add(bytes);
                self.used.push(used);
            }
        }
    }

    pub(crate) fn paint(&mut self, what: What, bounds: Rect, exact: bool, white: bool) {
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
            paint(path.filled(), state.fill.white || state.blend.fill == 0.0);
        }
        if strokes {
            let white = state.line.white || state.blend.line == 0.0;
            paint(path.stroked(state.stroke, state.ctm), white);
        }
        if fills && state.blend.hides() && path.is_box() {
            self.cover(path.filled().intersection(state.clip));
        }
    }

    /// Finds the text that something opaque is painted over.
    pub(crate) fn cover(&mut self, cover: Rect) {
        if cover.is_empty() || !self.document.budget.steps(self.content.painted.len()) {
            return;
        }
        let mut covered = Vec::new();
        for painted in &self.content.painted {
            if painted.what != What::Text || painted.belongs == Belongs::Artifact {
                continue;
            }
            let (text, shared) = (painted.bounds, painted.bounds.intersection(cover));
            let (wide, high) = (shared.width(), shared.height());
            // A line through a word leaves it readable, and a neighbour may touch it.
            if wide > 1.0 && high > text.height() * 0.3 && high > 0.5 {
                covered.push(text);
            }
        }
        for bounds in covered {
            let shown = self.content.runs.iter().find(|run| run.bounds == bounds);
            let text = shown.map(|run| run.text.clone()).unwrap_or_default();
            self.flaw(Flaw::Unseen(Unseen::Covered, text), bounds);
        }
    }

    /// An image fills the unit square (8.9.5).
    fn paint_image(&mut self, state: &State, is_opaque: bool) {
        let bounds = state.ctm.bounds(Rect::between((0.0, 0.0), (1.0, 1.0)));
        // Its edges may be white or transparent.
        self.paint(What::Image, bounds.intersection(state.clip), false, false);
        if is_opaque && state.blend.hides() {
            self.cover(bounds.intersection(state.clip));
        }
    }

    fn paint_object(&mut self, resources: Option<&'a Dictionary<'a>>, name: &[u8], state: &State) {
        if self.forms >= FORM_LIMIT || self.budget == 0 {
            return;
        }
        let Some((id, object)) = self.resource(resources, b"XObject", name) else {
            return;
        };
        let Some(stream) = object.as_stream() else {
            return;
        };
        if stream.dict.get(b"Subtype").and_then(Object::as_name) != Some(b"Form") {
            let has = |key: &[u8]| stream.dict.get(key).is_some();
            self.paint_image(state, !has(b"SMask") && !has(b"Mask"));
            return;
        }
        let Ok(bytes) = stream.plain(self.document) else {
            return;
        };
        let own = stream
            .dict
            .get_deref(b"Resources", self.document)
            .and_then(Object::as_dict);
        let entry = |key: &[u8]| stream.dict.get_deref(key, self.document);
        let mut inner = state.clone();
        inner.optional |= stream.dict.get(b"OC").is_some();
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
