//! Content streams (ISO 32000-1, 9 and 14.6): what text is shown where, and in which marked
//! content.
//!
//! Positions serve one purpose only, to see that a new line has begun; widths are not followed,
//! because a tagged PDF has its spaces as characters (ISO 32000-1, 14.8.2.5).

use std::collections::HashMap;
use std::rc::Rc;

use lopdf::{Dictionary, Document, Object, ObjectId};

use super::STREAM_LIMIT;
use super::font::Font;
use super::lexer::{Lexer, Token};
use super::object::{text_string, text_string_bytes};

/// Form XObjects nested deeper than this are not followed.
const FORM_LIMIT: usize = 12;

/// Marked content in a page, or in a form XObject that has its own numbers (14.7.4.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct MarkedContent {
    /// The form XObject; `None` for the page's own content.
    pub(crate) form: Option<ObjectId>,
    /// The marked-content identifier.
    pub(crate) mcid: i64,
}

/// Text shown in one go.
#[derive(Debug, Clone)]
pub(crate) struct Run {
    /// The innermost numbered marked content it lies in; `None` in artifacts.
    pub(crate) content: Option<MarkedContent>,
    pub(crate) text: String,
    /// Baseline in the page's default space, in pt from below.
    pub(crate) y: f32,
    /// Size of the type, in pt.
    pub(crate) size: f32,
}

/// The text of a page.
#[derive(Debug, Default)]
pub(crate) struct PageText {
    /// In the order in which it is painted.
    pub(crate) runs: Vec<Run>,
    /// The runs of each marked content.
    pub(crate) by_content: HashMap<MarkedContent, Vec<usize>>,
}

/// A transformation `[a b c d e f]`.
#[derive(Debug, Clone, Copy)]
struct Matrix([f32; 6]);

impl Matrix {
    const IDENTITY: Self = Self([1.0, 0.0, 0.0, 1.0, 0.0, 0.0]);

    /// First `self`, then `next`.
    fn then(self, next: Self) -> Self {
        let ([a, b, c, d, e, f], [p, q, r, s, t, u]) = (self.0, next.0);
        Self([
            a * p + b * r,
            a * q + b * s,
            c * p + d * r,
            c * q + d * s,
            e * p + f * r + t,
            e * q + f * s + u,
        ])
    }

    fn translation(x: f32, y: f32) -> Self {
        Self([1.0, 0.0, 0.0, 1.0, x, y])
    }

    fn from_operands(operands: &[Token<'_>]) -> Option<Self> {
        let mut matrix = [0.0; 6];
        for (slot, operand) in matrix.iter_mut().zip(operands.get(..6)?) {
            *slot = number(operand)?;
        }
        Some(Self(matrix))
    }
}

fn number(token: &Token<'_>) -> Option<f32> {
    match token {
        Token::Number(number) => Some(*number),
        _ => None,
    }
}

/// The part of the graphics state that text needs.
#[derive(Clone)]
struct State {
    ctm: Matrix,
    font: Option<Rc<Font>>,
    size: f32,
    leading: f32,
}

/// One open `BMC` or `BDC`.
#[derive(Default)]
struct Mark {
    mcid: Option<MarkedContent>,
    artifact: bool,
    reversed: bool,
    /// Replaces everything shown inside (14.9.4), once.
    actual: Option<String>,
    shown: bool,
}

/// The glyphs read last, where they stand for several characters together.
///
/// PDF/UA wants a text for every glyph, so a letter and the accents set on it as glyphs of their
/// own each carry the text of all of them: `n̈` is shown as two codes that both read `n̈`. It is
/// read once, until a code of it comes again.
#[derive(Default)]
struct Cluster {
    text: String,
    codes: Vec<u32>,
}

impl Cluster {
    /// Whether a code only completes the cluster before it.
    fn takes(&mut self, code: u32, text: &str) -> bool {
        if text.chars().nth(1).is_none() {
            self.text.clear();
            return false;
        }
        let more = self.text == text && !self.codes.contains(&code);
        if !more {
            text.clone_into(&mut self.text);
            self.codes.clear();
        }
        self.codes.push(code);
        more
    }
}

/// Fonts by the object they are, so that each is read once in a document.
#[derive(Default)]
pub(crate) struct Fonts(HashMap<ObjectId, Rc<Font>>);

/// Reads all text of a page.
pub(crate) fn read_page(document: &Document, page: ObjectId, fonts: &mut Fonts) -> PageText {
    let mut text = PageText::default();
    let Ok(bytes) = document.get_page_content_with_limit(page, STREAM_LIMIT) else {
        return text;
    };
    let resources = page_resources(document, page);
    let mut interpreter = Interpreter {
        document,
        fonts,
        text: &mut text,
        marks: Vec::new(),
        cluster: Cluster::default(),
        reversed: false,
        forms: 0,
        budget: 100_000,
    };
    let state = State {
        ctm: Matrix::IDENTITY,
        font: None,
        size: 0.0,
        leading: 0.0,
    };
    interpreter.run(&bytes, resources, None, state);
    for (at, run) in text.runs.iter().enumerate() {
        if let Some(content) = run.content {
            text.by_content.entry(content).or_default().push(at);
        }
    }
    text
}

/// A page's resources; they may be inherited (7.7.3.4).
fn page_resources(document: &Document, page: ObjectId) -> Option<&Dictionary> {
    let mut node = document.get_dictionary(page).ok()?;
    for _ in 0..64 {
        if let Ok(resources) = node
            .get_deref(b"Resources", document)
            .and_then(Object::as_dict)
        {
            return Some(resources);
        }
        node = node
            .get_deref(b"Parent", document)
            .and_then(Object::as_dict)
            .ok()?;
    }
    None
}

struct Interpreter<'a, 'b> {
    document: &'a Document,
    fonts: &'b mut Fonts,
    text: &'b mut PageText,
    marks: Vec<Mark>,
    cluster: Cluster,
    /// Whether the run pushed last was of `ReversedChars`.
    reversed: bool,
    forms: usize,
    /// How many more form XObjects may be painted on the page.
    budget: usize,
}

impl<'a> Interpreter<'a, '_> {
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
        let mut operands: Vec<Token<'_>> = Vec::new();
        let mut lexer = Lexer::joining_arrays(bytes);
        while let Some(token) = lexer.next_token() {
            let Token::Keyword(operator) = token else {
                operands.push(token);
                continue;
            };
            let at = |index: usize| operands.get(index).and_then(number).unwrap_or(0.0);
            match operator {
                b"q" => saved.push(state.clone()),
                b"Q" => state = saved.pop().unwrap_or(state),
                b"cm" => {
                    if let Some(matrix) = Matrix::from_operands(&operands) {
                        state.ctm = matrix.then(state.ctm);
                    }
                }
                b"BT" => (line, cursor) = (Matrix::IDENTITY, Matrix::IDENTITY),
                b"Tf" => {
                    state.size = at(1);
                    state.font = match operands.first() {
                        Some(Token::Name(name)) => self.font(resources, name),
                        _ => None,
                    };
                }
                b"TL" => state.leading = at(0),
                b"Tm" => {
                    if let Some(matrix) = Matrix::from_operands(&operands) {
                        (line, cursor) = (matrix, matrix);
                    }
                }
                b"Td" | b"TD" => {
                    if operator == b"TD" {
                        state.leading = -at(1);
                    }
                    line = Matrix::translation(at(0), at(1)).then(line);
                    cursor = line;
                }
                b"T*" => {
                    line = Matrix::translation(0.0, -state.leading).then(line);
                    cursor = line;
                }
                b"Tj" | b"TJ" => self.show(&state, cursor, operands.first()),
                b"'" | b"\"" => {
                    line = Matrix::translation(0.0, -state.leading).then(line);
                    cursor = line;
                    self.show(&state, cursor, operands.last());
                }
                b"BMC" | b"BDC" => {
                    let mark = self.mark(&operands, resources, form);
                    self.marks.push(mark);
                }
                b"EMC" if self.marks.len() > open => self.end_mark(&state, cursor),
                b"Do" => {
                    if let Some(Token::Name(name)) = operands.first() {
                        self.paint_form(resources, name, &state);
                    }
                }
                b"ID" => lexer.skip_inline_image(),
                _ => {}
            }
            operands.clear();
        }
        while self.marks.len() > open {
            self.end_mark(&state, cursor);
        }
    }

    fn font(&mut self, resources: Option<&'a Dictionary>, name: &[u8]) -> Option<Rc<Font>> {
        let fonts = resources?
            .get_deref(b"Font", self.document)
            .and_then(Object::as_dict)
            .ok()?;
        let entry = fonts.get(name).ok()?;
        let (id, object) = self.document.dereference(entry).ok()?;
        let dictionary = object.as_dict().ok()?;
        match id {
            Some(id) => {
                let read = || Rc::new(Font::read(self.document, dictionary));
                Some(Rc::clone(self.fonts.0.entry(id).or_insert_with(read)))
            }
            None => Some(Rc::new(Font::read(self.document, dictionary))),
        }
    }

    fn mark(
        &self,
        operands: &[Token<'_>],
        resources: Option<&Dictionary>,
        form: Option<ObjectId>,
    ) -> Mark {
        let mut mark = Mark::default();
        if let Some(Token::Name(tag)) = operands.first() {
            mark.artifact = **tag == *b"Artifact";
            mark.reversed = **tag == *b"ReversedChars";
        }
        match operands.get(1) {
            Some(Token::Dictionary(entries)) => {
                for (key, value) in entries {
                    match (&**key, value) {
                        (b"MCID", Token::Number(mcid)) => {
                            mark.mcid = Some(MarkedContent {
                                form,
                                mcid: *mcid as i64,
                            });
                        }
                        (b"ActualText", Token::String(bytes)) => {
                            mark.actual = Some(text_string_bytes(bytes));
                        }
                        _ => {}
                    }
                }
            }
            Some(Token::Name(name)) => {
                let properties = resources
                    .and_then(|r| r.get_deref(b"Properties", self.document).ok())
                    .and_then(|p| p.as_dict().ok())
                    .and_then(|p| p.get_deref(name, self.document).ok())
                    .and_then(|p| p.as_dict().ok());
                if let Some(properties) = properties {
                    let mcid = properties.get(b"MCID").and_then(Object::as_i64).ok();
                    mark.mcid = mcid.map(|mcid| MarkedContent { form, mcid });
                    mark.actual = text_string(self.document, properties, b"ActualText");
                }
            }
            _ => {}
        }
        mark
    }

    /// Where the text shown now belongs: nowhere inside an artifact, else to the innermost number.
    fn content(&self) -> Option<MarkedContent> {
        if self.marks.iter().any(|mark| mark.artifact) {
            return None;
        }
        self.marks.iter().rev().find_map(|mark| mark.mcid)
    }

    fn push(&mut self, state: &State, cursor: Matrix, text: String) {
        self.reversed = false;
        let Matrix([_, _, c, d, _, y]) = cursor.then(state.ctm);
        let run = Run {
            content: self.content(),
            text,
            y,
            size: state.size * c.hypot(d),
        };
        self.text.runs.push(run);
    }

    fn show(&mut self, state: &State, cursor: Matrix, operand: Option<&Token<'_>>) {
        let Some(Token::String(bytes)) = operand else {
            return;
        };
        if let Some(replaced) = self.marks.iter_mut().find(|mark| mark.actual.is_some()) {
            if !std::mem::replace(&mut replaced.shown, true) {
                let text = replaced.actual.clone().unwrap_or_default();
                let code = bytes
                    .iter()
                    .fold(0, |code, byte| code << 8 | u32::from(*byte));
                if !self.cluster.takes(code, &text) {
                    self.push(state, cursor, text);
                }
            }
            return;
        }
        let Some(font) = &state.font else { return };
        let reversed = self.marks.iter().any(|mark| mark.reversed);
        let mut text = String::with_capacity(bytes.len());
        let cluster = &mut self.cluster;
        font.decode(bytes, |code, read| {
            match (cluster.takes(code, read), reversed) {
                (true, _) => {}
                (false, true) => text.insert_str(0, read),
                (false, false) => text.push_str(read),
            }
        });
        // Text from right to left is shown from left to right in several strings (14.8.2.3.3), so
        // what comes next on the page was written before.
        let content = self.content();
        match self.text.runs.last_mut() {
            Some(last) if reversed && self.reversed && last.content == content => {
                last.text.insert_str(0, &text);
            }
            _ => {
                self.push(state, cursor, text);
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
            self.push(state, cursor, pending);
        }
        self.marks.pop();
    }

    fn paint_form(&mut self, resources: Option<&'a Dictionary>, name: &[u8], state: &State) {
        if self.forms >= FORM_LIMIT || self.budget == 0 {
            return;
        }
        let entry = resources
            .and_then(|r| r.get_deref(b"XObject", self.document).ok())
            .and_then(|x| x.as_dict().ok())
            .and_then(|x| x.get(name).ok());
        let Some((id, object)) = entry.and_then(|entry| self.document.dereference(entry).ok())
        else {
            return;
        };
        let Ok(stream) = object.as_stream() else {
            return;
        };
        if stream.dict.get(b"Subtype").and_then(Object::as_name).ok() != Some(b"Form") {
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
        let mut inner = state.clone();
        if let Ok(Object::Array(matrix)) = stream.dict.get_deref(b"Matrix", self.document) {
            let operands: Vec<_> = matrix
                .iter()
                .filter_map(|n| n.as_float().ok())
                .map(Token::Number)
                .collect();
            if let Some(matrix) = Matrix::from_operands(&operands) {
                inner.ctm = matrix.then(inner.ctm);
            }
        }
        self.forms += 1;
        self.budget -= 1;
        self.run(&bytes, own.or(resources), id, inner);
        self.forms -= 1;
    }
}
