//! Areas that contain the ink of a page: most pages have nothing near the marks, and are not rendered
//! to know it. Clips and the ends of lines of text are ignored, so the areas are larger than the ink.

use crate::pdf::lexer::{Lexer, Token};

/// An area in pt: left, bottom, right, top. An edge may be infinite.
pub(crate) type Bounds = [f64; 4];

/// The whole page, where nothing better is known.
const EVERYWHERE: Bounds = [
    f64::NEG_INFINITY,
    f64::NEG_INFINITY,
    f64::INFINITY,
    f64::INFINITY,
];

/// A matrix of PDF (ISO 32000-1 8.3.3).
type Matrix = [f64; 6];

const UNIT: Matrix = [1.0, 0.0, 0.0, 1.0, 0.0, 0.0];

/// The reach of a glyph below and above its baseline, in its size.
const BELOW: f64 = 0.5;
const ABOVE: f64 = 1.3;

fn product(one: Matrix, other: Matrix) -> Matrix {
    let [a, b, c, d, e, f] = one;
    let [g, h, i, j, k, l] = other;
    [
        a * g + b * i,
        a * h + b * j,
        c * g + d * i,
        c * h + d * j,
        e * g + f * i + k,
        e * h + f * j + l,
    ]
}

fn moved(matrix: Matrix, x: f64, y: f64) -> (f64, f64) {
    let [a, b, c, d, e, f] = matrix;
    (a * x + c * y + e, b * x + d * y + f)
}

/// The graphics state, as far as it decides where ink goes.
#[derive(Clone)]
struct State {
    matrix: Matrix,
    width: f64,
    size: f64,
    leading: f64,
    white: [bool; 2],
}

struct Reach<'a> {
    areas: Vec<Bounds>,
    state: State,
    saved: Vec<State>,
    path: Option<Bounds>,
    line: Matrix,
    /// The way back within an array of texts, in thousandths of their size.
    back: f64,
    forms: &'a dyn Fn(&[u8]) -> Option<Bounds>,
}

/// The areas that the ink of a page's content may reach. `forms` gives the area of a form or a picture,
/// in its own measure, by its name.
pub(crate) fn reach(content: &[u8], forms: &dyn Fn(&[u8]) -> Option<Bounds>) -> Vec<Bounds> {
    let mut reach = Reach {
        areas: Vec::new(),
        state: State {
            matrix: UNIT,
            width: 1.0,
            size: 0.0,
            leading: 0.0,
            white: [false; 2],
        },
        saved: Vec::new(),
        path: None,
        line: UNIT,
        back: 0.0,
        forms,
    };
    let mut numbers = Vec::new();
    let mut name = Vec::new();
    let mut lexer = Lexer::new(content);
    loop {
        match lexer.next() {
            Err(_) => return vec![EVERYWHERE],
            Ok(None) => return reach.areas,
            Ok(Some(Token::Operator(operator))) => {
                reach.operator(operator, &numbers, &name);
                numbers.clear();
                name.clear();
            }
            Ok(Some(Token::Image(_))) => {
                reach.boxed([0.0, 0.0, 1.0, 1.0]);
                numbers.clear();
            }
            Ok(Some(Token::Plain(token))) => match token.strip_prefix(b"/") {
                Some(rest) => name = rest.to_vec(),
                None => numbers.extend(
                    std::str::from_utf8(token)
                        .ok()
                        .and_then(|t| t.parse::<f64>().ok()),
                ),
            },
            Ok(Some(Token::Text(_) | Token::Open(_) | Token::Close(_))) => {}
        }
    }
}

impl Reach<'_> {
    fn operator(&mut self, operator: &[u8], numbers: &[f64], name: &[u8]) {
        let number = |at: usize| numbers.get(at).copied().unwrap_or(0.0);
        match operator {
            b"q" => self.saved.push(self.state.clone()),
            b"Q" => {
                if let Some(state) = self.saved.pop() {
                    self.state = state;
                }
            }
            b"cm" => {
                let matrix = std::array::from_fn(number);
                self.state.matrix = product(matrix, self.state.matrix);
            }
            b"w" => self.state.width = number(0),
            b"g" | b"G" => self.state.white[usize::from(operator == b"G")] = numbers == [1.0],
            b"rg" | b"RG" => {
                self.state.white[usize::from(operator == b"RG")] = numbers == [1.0; 3];
            }
            b"k" | b"cs" | b"sc" | b"scn" => self.state.white[0] = false,
            b"K" | b"CS" | b"SC" | b"SCN" => self.state.white[1] = false,
            b"m" | b"l" => self.point(number(0), number(1)),
            b"c" => {
                self.point(number(0), number(1));
                self.point(number(2), number(3));
                self.point(number(4), number(5));
            }
            b"v" | b"y" => {
                self.point(number(0), number(1));
                self.point(number(2), number(3));
            }
            b"re" => {
                self.point(number(0), number(1));
                self.point(number(0) + number(2), number(1) + number(3));
                self.point(number(0) + number(2), number(1));
                self.point(number(0), number(1) + number(3));
            }
            b"n" => self.path = None,
            b"f" | b"F" | b"f*" => self.painted(true, false),
            b"S" | b"s" => self.painted(false, true),
            b"B" | b"B*" | b"b" | b"b*" => self.painted(true, true),
            b"sh" => self.areas.push(EVERYWHERE),
            b"Do" => match (self.forms)(name) {
                Some(area) => self.boxed(area),
                None => self.areas.push(EVERYWHERE),
            },
            b"BT" => self.line = UNIT,
            b"Tf" => self.state.size = number(0),
            b"TL" => self.state.leading = number(0),
            b"Tm" => self.line = std::array::from_fn(number),
            b"Td" => self.step(number(0), number(1)),
            b"TD" => {
                self.state.leading = -number(1);
                self.step(number(0), number(1));
            }
            b"T*" => self.step(0.0, -self.state.leading),
            b"Tj" => self.text(),
            b"TJ" => {
                // A positive number goes back (ISO 32000-1 9.4.3).
                let (mut at, mut most) = (0.0_f64, 0.0_f64);
                for number in numbers {
                    at += number;
                    most = most.max(at);
                }
                self.back = most;
                self.text();
                self.back = 0.0;
            }
            b"'" | b"\"" => {
                self.step(0.0, -self.state.leading);
                self.text();
            }
            // A rise may put a text anywhere.
            b"Ts" => self.areas.push(EVERYWHERE),
            _ => {}
        }
    }

    fn step(&mut self, x: f64, y: f64) {
        self.line = product([1.0, 0.0, 0.0, 1.0, x, y], self.line);
    }

    fn point(&mut self, x: f64, y: f64) {
        let (x, y) = moved(self.state.matrix, x, y);
        let [left, bottom, right, top] = self.path.unwrap_or([x, y, x, y]);
        self.path = Some([left.min(x), bottom.min(y), right.max(x), top.max(y)]);
    }

    fn painted(&mut self, fills: bool, strokes: bool) {
        let Some([left, bottom, right, top]) = self.path.take() else {
            return;
        };
        let [white_fill, white_stroke] = self.state.white;
        let is_inked = (fills && !white_fill) || (strokes && !white_stroke);
        if !is_inked {
            return;
        }
        let [a, b, c, d, ..] = self.state.matrix;
        let scale = a.abs().max(b.abs()) + c.abs().max(d.abs());
        // A mitred corner reaches five widths out by default.
        let out = if strokes {
            5.0 * self.state.width * scale
        } else {
            0.0
        };
        self.areas
            .push([left - out, bottom - out, right + out, top + out]);
    }

    fn boxed(&mut self, [left, bottom, right, top]: Bounds) {
        let before = self.path.take();
        for (x, y) in [(left, bottom), (right, bottom), (left, top), (right, top)] {
            self.point(x, y);
        }
        self.areas.extend(self.path.take());
        self.path = before;
    }

    fn text(&mut self) {
        let [a, b, c, d, e, f] = product(self.line, self.state.matrix);
        let size = self.state.size;
        if b != 0.0 || c != 0.0 || a <= 0.0 || d <= 0.0 || size < 0.0 {
            self.areas.push(EVERYWHERE);
            return;
        }
        let left = e - a * size * (self.back / 1000.0 + 0.3);
        self.areas.push([
            left,
            f - d * size * BELOW,
            f64::INFINITY,
            f + d * size * ABOVE,
        ]);
    }
}

/// Whether areas have a point in common.
pub(crate) fn meets(areas: &[Bounds], [left, bottom, right, top]: Bounds) -> bool {
    areas
        .iter()
        .any(|area| area[0] <= right && left <= area[2] && area[1] <= top && bottom <= area[3])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reached(content: &str, area: Bounds) -> bool {
        let forms = |name: &[u8]| (name == b"P").then_some([0.0, 0.0, 1.0, 1.0]);
        meets(&reach(content.as_bytes(), &forms), area)
    }

    #[test]
    fn ink_is_where_it_is_and_not_far_from_it() {
        let zone = [10.0, 100.0, 40.0, 140.0];
        for (content, is_reached) in [
            ("BT /F 10 Tf 99 120 Td (x) Tj ET", false),
            ("BT /F 10 Tf 30 120 Td (x) Tj ET", true),
            ("BT /F 10 Tf 5 120 Td (a long line) Tj ET", true),
            ("BT /F 10 Tf 5 160 Td (x) Tj ET", false),
            ("BT /F 10 Tf 5 160 Td 12 TL T* T* (x) Tj ET", true),
            ("BT /F 10 Tf 45 120 Td [(x) 3000 (y)] TJ ET", true),
            ("BT /F 10 Tf 0 1 -1 0 300 20 Tm (x) Tj ET", true),
            ("20 110 5 5 re f", true),
            ("1 g 20 110 5 5 re f", false),
            ("1 g 20 110 5 5 re S", true),
            ("20 110 5 5 re n", false),
            ("50 110 5 5 re f", false),
            ("6 w 44 110 m 44 130 l S", true),
            ("q 0.5 0 0 0.5 0 0 cm 60 220 9 9 re f Q", true),
            ("q 0.5 0 0 0.5 0 0 cm Q 60 220 9 9 re f", false),
            ("q 30 0 0 30 20 110 cm /P Do Q", true),
            ("q 30 0 0 30 90 110 cm /P Do Q", false),
            ("/Unknown Do", true),
            ("/S sh", true),
            ("(torn", true),
        ] {
            assert_eq!(reached(content, zone), is_reached, "{content}");
        }
    }
}
