//! Showing strings (ISO 32000-1, 9.4.3): the box of their glyphs, and their text.

use std::sync::Arc;

use super::content::{Flaw, Run, Unseen, What};
use super::graphics::State;
use super::interpreter::Interpreter;
use super::marks::{Belongs, Mark, belongs};
use crate::pdf::font::code_text::CodeText;
use crate::pdf::font::face::FontFault;
use crate::pdf::matrix::{Matrix, Rect};
use crate::said::text::is_visible;

/// The most faults of one page that are kept.
const FAULT_LIMIT: usize = 20;

impl Interpreter<'_, '_, '_> {
    /// Adds a run whose glyphs advance by `pen` from the cursor.
    fn push(&mut self, state: &State, cursor: Matrix, pen: f32, text: String, bounds: Rect) {
        self.reversed = false;
        let to_page = cursor.then(state.ctm);
        let Matrix([a, b, c, d, x, y]) = to_page;
        let upright = b == 0.0 && c == 0.0 && a > 0.0;
        let advance = if upright { (x, x + a * pen) } else { (x, x) };
        let run = Run {
            belongs: belongs(&self.marks),
            text,
            y,
            size: state.text.size * c.hypot(d),
            bounds,
            advance: (advance.0.min(advance.1), advance.0.max(advance.1)),
        };
        self.content.runs.push(run);
    }

    pub(crate) fn flaw(&mut self, flaw: Flaw, place: Rect) {
        let known = self.content.flaws.iter().any(|(known, _)| *known == flaw);
        if !known && self.content.flaws.len() < FAULT_LIMIT {
            self.content.flaws.push((flaw, place));
        }
    }

    /// Shows a string: moves the cursor, and records what is painted and its text.
    pub(crate) fn show(
        &mut self,
        state: &State,
        cursor: &mut Matrix,
        bytes: &[u8],
        shifts: &[(usize, f32)],
    ) {
        let Some(font) = &state.text.font else { return };
        self.uses(font, bytes);
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
        cluster.begin(Arc::as_ptr(font).addr(), belongs(&self.marks));
        // The quick way: every code is in the font's table and has no fault.
        let quick =
            font.is_tabulated() && !reversed && !self.glyphs && bytes.len().is_multiple_of(2);
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
                match &known.text {
                    CodeText::One(c) => {
                        cluster.end();
                        if !replaced {
                            text.push(*c);
                        }
                    }
                    CodeText::Other(several) => {
                        if !replaced && !cluster.takes(code, several, known.shown.width) {
                            text.push_str(several);
                        }
                    }
                }
            }
        } else {
            bytes
        };
        if rest.len() < bytes.len() {
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
                match (cluster.takes(code, read, shown.width), reversed) {
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
            if !bounds.is_empty() {
                self.unseen(Unseen::Mode, &text, to_page.bounds(bounds));
            }
            bounds = Rect::EMPTY;
        } else {
            let whole = to_page.bounds(bounds);
            bounds = whole.intersection(state.clip);
            if let Some(reason) = self.is_unseen(state, whole) {
                self.unseen(reason, &text, whole);
            }
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
        self.read(state, (start, pen), text, bounds, bytes);
    }

    /// Why nobody sees text that is painted in this box.
    fn is_unseen(&self, state: &State, bounds: Rect) -> Option<Unseen> {
        if !state.blend.is_readable() {
            return Some(Unseen::Transparent);
        }
        if state.optional || self.marks.iter().any(|mark| mark.optional) {
            return Some(Unseen::Optional);
        }
        if bounds.intersection(state.clip).is_empty() {
            return Some(Unseen::Clipped);
        }
        if state.fill.white && matches!(state.text.mode, 0 | 4) {
            if !self.document.budget.steps(self.content.painted.len()) {
                return None;
            }
            let inner = bounds.grown(-0.5);
            let dark = self.content.painted.iter().any(|painted| {
                let behind = painted.bounds;
                !painted.white
                    && painted.what != What::Text
                    && behind.left <= inner.left
                    && behind.bottom <= inner.bottom
                    && behind.right >= inner.right
                    && behind.top >= inner.top
            });
            return (!dark).then_some(Unseen::White);
        }
        None
    }

    /// Records text that nobody sees; decoration may be faint.
    fn unseen(&mut self, reason: Unseen, text: &str, bounds: Rect) {
        if belongs(&self.marks) != Belongs::Artifact {
            self.flaw(Flaw::Unseen(reason, text.to_owned()), bounds);
        }
    }

    /// Adds the shown text, from `start` and with this advance, to the running text.
    fn read(
        &mut self,
        state: &State,
        (start, pen): (Matrix, f32),
        text: String,
        bounds: Rect,
        bytes: &[u8],
    ) {
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
                if self.cluster.takes(code, &text, pen) {
                    text.clear();
                }
            }
            // Glyphs without further text still have a place.
            if !text.is_empty() || !bounds.is_empty() {
                self.push(state, start, pen, text, bounds);
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
                let end = start.then(state.ctm).point((pen, 0.0)).0;
                last.advance = (last.advance.0.min(end), last.advance.1.max(end));
            }
            _ => {
                self.push(state, start, pen, text, bounds);
                self.reversed = reversed;
            }
        }
    }

    /// Ends marked content; a replacement text for which nothing was shown is still text.
    pub(crate) fn end_mark(&mut self, state: &State, cursor: Matrix) {
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
            self.push(state, cursor, 0.0, pending, Rect::EMPTY);
        }
        self.marks.pop();
    }
}
