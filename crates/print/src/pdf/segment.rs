//! Segments of a page's content: the least pieces that can be drawn from a form of their own, each
//! with the graphics state in which it begins.

use std::collections::BTreeSet;

use crate::pdf::lexer::{Lexer, Token};

/// Parameters of the graphics state that a content stream sets outside `q` and `Q` (ISO 32000-1
/// 8.4.1, 9.3.1): the colour space and colour for filling and for stroking, then one for each of
/// [`PARAMETERS`].
const SLOTS: usize = 4 + PARAMETERS.len();

/// Operators that set one parameter of the graphics state each.
const PARAMETERS: [&[u8]; 12] = [
    b"w", b"J", b"j", b"M", b"d", b"Tc", b"Tw", b"Tz", b"TL", b"Tf", b"Tr", b"Ts",
];

/// The operations that set each parameter of a graphics state; `None` for its initial value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct State<'a>([Option<&'a [u8]>; SLOTS]);

impl<'a> State<'a> {
    /// The state in which a page begins.
    pub(crate) const INITIAL: Self = Self([None; SLOTS]);

    /// Applies an operation. `None` if it sets what is not tracked here.
    fn apply(&mut self, operator: &[u8], operation: &'a [u8]) -> Option<()> {
        let slots = &mut self.0;
        // Of each pair of slots, the colour space and the colour.
        let at = 2 * usize::from(operator[0].is_ascii_uppercase());
        match operator {
            b"g" | b"G" | b"rg" | b"RG" | b"k" | b"K" => {
                slots[at] = None;
                slots[at + 1] = Some(operation);
            }
            b"cs" | b"CS" => {
                slots[at] = Some(operation);
                slots[at + 1] = None;
            }
            b"sc" | b"SC" | b"scn" | b"SCN" => {
                slots[at]?;
                slots[at + 1] = Some(operation);
            }
            _ => {
                let found = PARAMETERS.iter().position(|known| *known == operator);
                if let Some(found) = found {
                    slots[4 + found] = Some(operation);
                }
            }
        }
        Some(())
    }

    /// The operations that set it.
    pub(crate) fn operations(&self) -> impl Iterator<Item = &'a [u8]> {
        self.0.into_iter().flatten()
    }

    /// Writes the operations that lead from the state `from` to this one.
    pub(crate) fn write_from(&self, from: &Self, out: &mut Vec<u8>) {
        let mut line = |operation: Option<&[u8]>| {
            if let Some(operation) = operation {
                out.extend_from_slice(operation);
                out.push(b'\n');
            }
        };
        for at in [0, 2] {
            if self.0[at..at + 2] != from.0[at..at + 2] {
                line(self.0[at]);
                line(self.0[at + 1]);
            }
        }
        for at in 4..SLOTS {
            if self.0[at] != from.0[at] {
                line(self.0[at]);
            }
        }
    }
}

/// A segment: text objects, paths and drawings that are whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Segment<'a> {
    /// The state in which it begins.
    pub(crate) begins: State<'a>,
    /// The state in which it ends.
    pub(crate) ends: State<'a>,
    /// Its operations.
    pub(crate) content: &'a [u8],
    /// The names in its operations, without the slash.
    pub(crate) names: BTreeSet<&'a [u8]>,
}

/// The segments of a content stream, in order. `None` if they cannot be told apart: it moves or cuts
/// all that follows, sets what is not tracked here, or is damaged.
pub(crate) fn segments(content: &[u8]) -> Option<Vec<Segment<'_>>> {
    let mut found = Vec::new();
    let mut lexer = Lexer::new(content);
    let (mut depth, mut marks) = (0_usize, 0_usize);
    let (mut in_text, mut in_path) = (false, false);
    let mut state = State::INITIAL;
    let mut begins = state;
    let (mut begin, mut operation) = (0, 0);
    let mut names = BTreeSet::new();
    while let Some(token) = lexer.next().ok()? {
        let paints = match token {
            Token::Plain(token) => {
                if let Some(name) = token.strip_prefix(b"/") {
                    // One with escapes is not looked up.
                    (!name.contains(&b'#')).then(|| names.insert(name))?;
                }
                continue;
            }
            Token::Text(_) | Token::Open(_) | Token::Close(_) => continue,
            Token::Image(_) => true,
            Token::Operator(operator) => {
                match operator {
                    b"q" => depth += 1,
                    b"Q" => depth = depth.checked_sub(1)?,
                    b"BT" if !in_text => in_text = true,
                    b"ET" if in_text => in_text = false,
                    b"BT" | b"ET" => return None,
                    b"BMC" | b"BDC" => marks += 1,
                    b"EMC" => marks = marks.checked_sub(1)?,
                    b"m" | b"l" | b"c" | b"v" | b"y" | b"h" | b"re" => in_path = true,
                    b"f" | b"F" | b"f*" | b"S" | b"s" | b"B" | b"B*" | b"b" | b"b*" | b"n" => {
                        in_path = false;
                    }
                    b"cm" | b"W" | b"W*" | b"gs" | b"ri" | b"i" if depth == 0 => return None,
                    // Both set a parameter beside what they draw.
                    b"TD" | b"\"" | b"BX" | b"EX" => return None,
                    _ => {}
                }
                if depth == 0 {
                    state.apply(operator, content[operation..lexer.at()].trim_ascii())?;
                }
                matches!(
                    operator,
                    b"Q" | b"ET"
                        | b"EMC"
                        | b"Do"
                        | b"sh"
                        | b"f"
                        | b"F"
                        | b"f*"
                        | b"S"
                        | b"s"
                        | b"B"
                        | b"B*"
                        | b"b"
                        | b"b*"
                        | b"n"
                )
            }
        };
        operation = lexer.at();
        if paints && depth == 0 && marks == 0 && !in_text && !in_path {
            found.push(Segment {
                begins,
                ends: state,
                content: content[begin..operation].trim_ascii(),
                names: std::mem::take(&mut names),
            });
            begins = state;
            begin = operation;
        }
    }
    // What is left sets a state that nothing is drawn in.
    (depth == 0 && marks == 0 && !in_text && !in_path).then_some(found)
}

/// The names in the operations of a state, without the slash.
pub(crate) fn names(operations: &[u8]) -> BTreeSet<&[u8]> {
    let mut found = BTreeSet::new();
    let mut lexer = Lexer::new(operations);
    while let Ok(Some(token)) = lexer.next() {
        if let Token::Plain(token) = token
            && let Some(name) = token.strip_prefix(b"/")
        {
            found.insert(name);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each segment with the operations that its state needs on a new page.
    fn split(content: &str) -> Option<Vec<(String, String)>> {
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("UTF-8");
        let found = segments(content.as_bytes())?;
        let each = found.iter().map(|segment| {
            let mut state = Vec::new();
            segment.begins.write_from(&State::INITIAL, &mut state);
            (
                text(state.trim_ascii()).replace('\n', " "),
                text(segment.content),
            )
        });
        Some(each.collect())
    }

    fn pairs(expected: &[(&str, &str)]) -> Option<Vec<(String, String)>> {
        let own = |(state, content): &(&str, &str)| ((*state).to_owned(), (*content).to_owned());
        Some(expected.iter().map(own).collect())
    }

    #[test]
    fn a_segment_is_whole_and_knows_its_state() {
        assert_eq!(
            split("0.5 g BT/F1 9 Tf(a)Tj ET\n1 w 0 0 m 9 9 l S BT(b)Tj ET"),
            pairs(&[
                ("", "0.5 g BT/F1 9 Tf(a)Tj ET"),
                ("0.5 g /F1 9 Tf", "1 w 0 0 m 9 9 l S"),
                ("0.5 g 1 w /F1 9 Tf", "BT(b)Tj ET"),
            ])
        );
        // A colour is set in its space, and what `q` sets ends with `Q`.
        assert_eq!(
            split("/c0 cs 1 0 0 scn q 2 w 1 0 0 1 5 5 cm/X1 Do Q 0 0 9 9 re f"),
            pairs(&[
                ("", "/c0 cs 1 0 0 scn q 2 w 1 0 0 1 5 5 cm/X1 Do Q"),
                ("/c0 cs 1 0 0 scn", "0 0 9 9 re f"),
            ])
        );
        // Marked content that lasts keeps its parts together.
        assert_eq!(
            split("/S<</ActualText(x)>>BDC BT(a)Tj ET BT(b)Tj ET EMC"),
            pairs(&[("", "/S<</ActualText(x)>>BDC BT(a)Tj ET BT(b)Tj ET EMC")])
        );
    }

    #[test]
    fn what_reaches_beyond_a_segment_is_not_divided() {
        for content in [
            "1 0 0 1 5 5 cm BT(a)Tj ET",
            "0 0 9 9 re W n BT(a)Tj ET",
            "/G1 gs BT(a)Tj ET",
            "BT 0 -9 TD(a)Tj ET",
            "BT 1 2(a)\" ET",
            "1 0 0 rg 0 1 0 sc 0 0 9 9 re f",
            "q BT(a)Tj ET",
            "BT(a)Tj",
            "/F#31 9 Tf BT(a)Tj ET",
            "Q",
            "(a",
        ] {
            assert_eq!(split(content), None, "{content}");
        }
    }

    #[test]
    fn only_what_differs_is_set_again() {
        let content = b"0.5 g 1 w 0 0 9 9 re f 0 g 0 0 9 9 re f";
        let found = segments(content).expect("segments");
        let mut out = Vec::new();
        found[1].ends.write_from(&found[0].ends, &mut out);
        assert_eq!(out, b"0 g\n");
    }
}
