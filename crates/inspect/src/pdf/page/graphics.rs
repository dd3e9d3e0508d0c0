//! The graphics state as far as boxes need it (ISO 32000-1, 8.4), and paths (8.5).

use std::sync::Arc;

use crate::pdf::font::face::Font;
use crate::pdf::matrix::{Matrix, Rect};
use crate::pdf::syntax::lexer::Token;

/// The graphics state: `q` saves it and `Q` restores it.
#[derive(Clone)]
pub(crate) struct State {
    pub(crate) ctm: Matrix,
    /// The box round everything that the clipping paths let through.
    pub(crate) clip: Rect,
    pub(crate) text: TextState,
    pub(crate) stroke: Stroke,
    pub(crate) fill: Paint,
    pub(crate) line: Paint,
    pub(crate) blend: Blend,
    /// Whether it is content of a form that is optional.
    pub(crate) optional: bool,
}

/// How what is painted mixes with what is behind it (11.3 and 11.6.4).
#[derive(Debug, Clone, Copy)]
pub(crate) struct Blend {
    /// How opaque fills are, from 0 to 1.
    pub(crate) fill: f32,
    /// How opaque lines are.
    pub(crate) line: f32,
    /// Whether a mask or a blend mode decides what is seen.
    pub(crate) masked: bool,
}

/// What is less opaque than this is hard to read.
const READABLE: f32 = 0.3;

impl Blend {
    const OPAQUE: Self = Self {
        fill: 1.0,
        line: 1.0,
        masked: false,
    };

    /// Whether text in it can be read.
    pub(crate) fn is_readable(self) -> bool {
        self.fill >= READABLE && !self.masked
    }

    /// Whether what is filled in it hides what is behind it.
    pub(crate) fn hides(self) -> bool {
        self.fill > 1.0 - READABLE && !self.masked
    }
}

/// A colour: whether it is white, and so no ink.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Paint {
    /// Whether its space adds light, so that 1 is white; in others it may be solid ink.
    additive: bool,
    /// Whether it is white, and so no ink.
    pub(crate) white: bool,
}

impl Paint {
    const BLACK: Self = Self {
        additive: true,
        white: false,
    };

    /// The colour with which a colour space begins (8.6.3): none is taken for white.
    pub(crate) fn begin(additive: bool) -> Self {
        Self {
            additive,
            white: false,
        }
    }

    fn set(&mut self, operands: &[Token<'_>]) {
        self.white =
            self.additive && matches!(operands.len(), 1 | 3) && operands.iter().all(Token::is_one);
    }
}

/// The text state (9.3).
#[derive(Clone)]
pub(crate) struct TextState {
    pub(crate) font: Option<Arc<Font>>,
    pub(crate) size: f32,
    pub(crate) leading: f32,
    /// Space added behind each character.
    pub(crate) character: f32,
    /// Space added behind each space of one byte.
    pub(crate) word: f32,
    /// Width of the type as a part of the normal one.
    pub(crate) horizontal: f32,
    pub(crate) rise: f32,
    /// Rendering mode (9.3.6); 3 and 7 paint nothing.
    pub(crate) mode: i32,
}

/// How a line is drawn (8.4.3).
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stroke {
    pub(crate) width: f32,
    /// 0 butt, 1 round, 2 projecting square.
    pub(crate) cap: i32,
    /// 0 miter, 1 round, 2 bevel.
    pub(crate) join: i32,
    pub(crate) miter_limit: f32,
}

impl State {
    /// The initial state of a page (8.4.1).
    pub(crate) fn new() -> Self {
        Self {
            ctm: Matrix::IDENTITY,
            clip: Rect::EVERYTHING,
            text: TextState {
                font: None,
                size: 0.0,
                leading: 0.0,
                character: 0.0,
                word: 0.0,
                horizontal: 1.0,
                rise: 0.0,
                mode: 0,
            },
            stroke: Stroke {
                width: 1.0,
                cap: 0,
                join: 0,
                miter_limit: 10.0,
            },
            fill: Paint::BLACK,
            line: Paint::BLACK,
            blend: Blend::OPAQUE,
            optional: false,
        }
    }

    /// The operators that set one parameter of the text or graphics state; `false` where it is
    /// another one.
    pub(crate) fn set(&mut self, operator: &[u8], operands: &[Token<'_>]) -> bool {
        let first = operands.first().and_then(Token::number).unwrap_or(0.0);
        let numbers = || operands.iter().filter_map(Token::number);
        match operator {
            b"Tc" => self.text.character = first,
            b"Tw" => self.text.word = first,
            b"Tz" => self.text.horizontal = first / 100.0,
            b"TL" => self.text.leading = first,
            b"Ts" => self.text.rise = first,
            b"Tr" => self.text.mode = first as i32,
            b"w" => self.stroke.width = first,
            b"J" => self.stroke.cap = first as i32,
            b"j" => self.stroke.join = first as i32,
            b"M" => self.stroke.miter_limit = first,
            b"sc" | b"scn" => self.fill.set(operands),
            b"SC" | b"SCN" => self.line.set(operands),
            b"g" | b"rg" => {
                self.fill = Paint::BLACK;
                self.fill.set(operands);
            }
            b"G" | b"RG" => {
                self.line = Paint::BLACK;
                self.line.set(operands);
            }
            b"k" => {
                self.fill = Paint {
                    additive: false,
                    white: numbers().all(|ink| ink == 0.0),
                }
            }
            b"K" => {
                self.line = Paint {
                    additive: false,
                    white: numbers().all(|ink| ink == 0.0),
                }
            }
            _ => return false,
        }
        true
    }
}

/// A path in the making, in the page's default space.
#[derive(Default)]
pub(crate) struct Path {
    /// Its subpaths, each with whether it is closed.
    lines: Vec<(Vec<(f32, f32)>, bool)>,
    /// Whether a part of it is a curve; its control points are among the points.
    pub(crate) curved: bool,
}

impl Path {
    /// The operators that construct a path (8.5.2); `false` where it is another one.
    pub(crate) fn construct(
        &mut self,
        operator: &[u8],
        operands: &[Token<'_>],
        ctm: Matrix,
    ) -> bool {
        let at = |index: usize| operands.get(index).and_then(Token::number).unwrap_or(0.0);
        let point = |index: usize| ctm.point((at(index), at(index + 1)));
        match operator {
            b"m" => self.lines.push((vec![point(0)], false)),
            b"l" => self.line_to(point(0)),
            b"c" => {
                self.curved = true;
                (0..3).for_each(|index| self.line_to(point(index * 2)));
            }
            b"v" | b"y" => {
                self.curved = true;
                (0..2).for_each(|index| self.line_to(point(index * 2)));
            }
            b"h" => {
                if let Some((_, closed)) = self.lines.last_mut() {
                    *closed = true;
                }
            }
            b"re" => {
                let (x, y, width, height) = (at(0), at(1), at(2), at(3));
                let corners = [
                    (x, y),
                    (x + width, y),
                    (x + width, y + height),
                    (x, y + height),
                ];
                self.lines
                    .push((corners.map(|corner| ctm.point(corner)).to_vec(), true));
            }
            _ => return false,
        }
        true
    }

    fn line_to(&mut self, point: (f32, f32)) {
        match self.lines.last_mut() {
            Some((points, false)) => points.push(point),
            // After `h` the next line starts where the subpath did.
            Some((points, true)) => {
                let start = points.first().copied().unwrap_or(point);
                self.lines.push((vec![start, point], false));
            }
            None => self.lines.push((vec![point], false)),
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// Whether its inside is all of the box round it: one rectangle along the axes.
    pub(crate) fn is_box(&self) -> bool {
        let [(points, _)] = &self.lines[..] else {
            return false;
        };
        let bounds = self.filled();
        let on_edge = |at: f32, low: f32, high: f32| at == low || at == high;
        let corner = |(x, y): &(f32, f32)| {
            on_edge(*x, bounds.left, bounds.right) && on_edge(*y, bounds.bottom, bounds.top)
        };
        let last = points.last() == points.first();
        let sides = if last { points.len() - 1 } else { points.len() };
        !self.curved && sides == 4 && points.iter().all(corner)
    }

    /// The box round its inside.
    pub(crate) fn filled(&self) -> Rect {
        let mut bounds = Rect::EMPTY;
        for point in self.lines.iter().flat_map(|(points, _)| points) {
            bounds.include(*point);
        }
        bounds
    }

    /// The box round its line; of a curve a little more than that.
    pub(crate) fn stroked(&self, stroke: Stroke, ctm: Matrix) -> Rect {
        // The thinnest line that can be drawn has width 0 (8.4.3.2).
        let half = (stroke.width * ctm.scale()).max(0.0) / 2.0;
        if self.curved {
            return self.filled().grown(half);
        }
        let mut bounds = Rect::EMPTY;
        for (points, closed) in &self.lines {
            let count = points.len();
            let segments = if *closed {
                count
            } else {
                count.saturating_sub(1)
            };
            let direction = |at: usize| {
                let ((x, y), (u, v)) = (points[at % count], points[(at + 1) % count]);
                let length = (u - x).hypot(v - y);
                (length > 0.0).then(|| ((u - x) / length, (v - y) / length))
            };
            for at in 0..segments {
                let Some((dx, dy)) = direction(at) else {
                    continue;
                };
                let end = if stroke.cap == 0 { 0.0 } else { half };
                for ((x, y), along) in [(points[at], -end), (points[(at + 1) % count], end)] {
                    for side in [-half, half] {
                        bounds.include((x + dx * along - dy * side, y + dy * along + dx * side));
                    }
                }
                // The miter of a corner; the end of an open line has none.
                if (*closed || at + 1 < segments)
                    && stroke.join == 0
                    && let Some(next) = direction(at + 1)
                    && let Some(tip) = tip((dx, dy), next, half, stroke.miter_limit)
                {
                    let (x, y) = points[(at + 1) % count];
                    bounds.include((x + tip.0, y + tip.1));
                }
            }
        }
        if stroke.join == 1 || stroke.cap == 1 {
            bounds = bounds.union(self.filled().grown(half));
        }
        bounds
    }
}

/// From a corner to the point of its miter (8.4.3.5), if it has one.
fn tip((ax, ay): (f32, f32), (bx, by): (f32, f32), half: f32, limit: f32) -> Option<(f32, f32)> {
    let sine = ((1.0 + ax * bx + ay * by) / 2.0).max(0.0).sqrt();
    let (dx, dy) = (ax - bx, ay - by);
    let length = dx.hypot(dy);
    if length < 1e-6 || sine * limit < 1.0 {
        return None;
    }
    let reach = half / sine / length;
    Some((dx * reach, dy * reach))
}

#[cfg(test)]
mod tests {
    use super::{Paint, Path, State, Stroke};
    use crate::pdf::matrix::{Matrix, Rect};
    use crate::pdf::syntax::lexer::{Lexer, Token};

    fn path(text: &str) -> Path {
        let mut path = Path::default();
        let mut operands = Vec::new();
        let mut lexer = Lexer::joining_arrays(text.as_bytes());
        while let Some(token) = lexer.next_token() {
            match token {
                Token::Keyword(operator) => {
                    assert!(path.construct(operator, &operands, Matrix::IDENTITY));
                    operands.clear();
                }
                operand => operands.push(operand),
            }
        }
        path
    }

    fn close(left: Rect, right: Rect) {
        let near = |a: f32, b: f32| (a - b).abs() < 0.01;
        let all = near(left.left, right.left)
            && near(left.right, right.right)
            && near(left.top, right.top)
            && near(left.bottom, right.bottom);
        assert!(all, "{left:?} is not {right:?}");
    }

    #[test]
    fn a_line_is_as_thick_as_its_stroke_and_no_longer_than_its_cap() {
        let stroke = Stroke {
            width: 2.0,
            cap: 0,
            join: 0,
            miter_limit: 4.0,
        };
        let line = path("10 10 m 30 10 l");
        close(
            line.stroked(stroke, Matrix::IDENTITY),
            Rect::between((10.0, 9.0), (30.0, 11.0)),
        );
        let square = Stroke { cap: 2, ..stroke };
        close(
            line.stroked(square, Matrix::IDENTITY),
            Rect::between((9.0, 9.0), (31.0, 11.0)),
        );
        close(line.filled(), Rect::between((10.0, 10.0), (30.0, 10.0)));
    }

    #[test]
    fn corners_reach_as_far_as_their_miter() {
        let stroke = Stroke {
            width: 2.0,
            cap: 0,
            join: 0,
            miter_limit: 4.0,
        };
        let frame = path("10 10 20 20 re");
        close(
            frame.stroked(stroke, Matrix::IDENTITY),
            Rect::between((9.0, 9.0), (31.0, 31.0)),
        );
        // 60 degrees: the miter is twice the width long.
        let sharp = path("0 0 m 10 17.3205 l 20 0 l");
        let bounds = sharp.stroked(stroke, Matrix::IDENTITY);
        assert!((bounds.top - 19.3205).abs() < 0.01, "{bounds:?}");
        let limited = Stroke {
            miter_limit: 1.5,
            ..stroke
        };
        assert!(sharp.stroked(limited, Matrix::IDENTITY).top < 18.4);
    }

    #[test]
    fn white_is_no_ink() {
        let mut state = State::new();
        for (text, white) in [
            ("1 g", true),
            ("0.9 g", false),
            ("1 1 1 rg", true),
            ("/P scn", false),
            ("0 0 0 0 k", true),
            ("0 0 0 1 k", false),
            ("1 1 1 rg 1 1 1 scn", true),
        ] {
            let mut lexer = Lexer::joining_arrays(text.as_bytes());
            let mut operands = Vec::new();
            while let Some(token) = lexer.next_token() {
                match token {
                    Token::Keyword(operator) => {
                        assert!(state.set(operator, &operands));
                        operands.clear();
                    }
                    operand => operands.push(operand),
                }
            }
            assert_eq!(state.fill.white, white, "{text}");
        }
        // In a space of inks, 1 is solid.
        state.fill = Paint::begin(false);
        assert!(state.set(b"scn", &[Token::Number(1.0)]) && !state.fill.white);
    }
}
