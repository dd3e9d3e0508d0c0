//! The print copy's colours: whatever is black or grey becomes DeviceGray, which a press prints
//! with the K plate alone. A profile for grey, or sRGB with three equal parts, would put ink on
//! all four plates.

use std::collections::BTreeMap;

use crate::profile::Colours;
use lopdf::{Dictionary, Document, Object};

use crate::pdf::lexer::{Lexer, Token, Torn, is_regular, shortest_text};

/// What the numbers of a colour space mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Space {
    /// One part, 0 is black.
    Grey,
    /// Three parts.
    Rgb,
    /// Anything else, which stays as it is.
    Other,
}

/// The colour spaces of some resources, by name.
pub(crate) type Spaces = BTreeMap<Vec<u8>, Space>;

/// The colour spaces that resources name.
pub(crate) fn spaces(document: &Document, resources: &Dictionary) -> Spaces {
    let mut spaces = Spaces::new();
    let named = resources.get(b"ColorSpace").ok();
    let named = named.and_then(|object| document.dereference(object).ok());
    if let Some((_, Object::Dictionary(named))) = named {
        for (name, object) in named {
            spaces.insert(name.clone(), space(document, object));
        }
    }
    for (name, space) in [
        (&b"DeviceGray"[..], Space::Grey),
        (b"DeviceRGB", Space::Rgb),
    ] {
        spaces.entry(name.to_vec()).or_insert(space);
    }
    spaces
}

/// What a colour space's numbers mean (ISO 32000-1 8.6).
pub(crate) fn space(document: &Document, object: &Object) -> Space {
    let Ok((_, object)) = document.dereference(object) else {
        return Space::Other;
    };
    let (name, parameter) = match object {
        Object::Name(name) => (name.as_slice(), None),
        Object::Array(array) => match array.first() {
            Some(Object::Name(name)) => (name.as_slice(), array.get(1)),
            _ => return Space::Other,
        },
        _ => return Space::Other,
    };
    match name {
        b"DeviceGray" | b"CalGray" => Space::Grey,
        b"DeviceRGB" | b"CalRGB" => Space::Rgb,
        b"ICCBased" => {
            let profile = parameter.and_then(|object| document.dereference(object).ok());
            let parts = match profile {
                Some((_, Object::Stream(stream))) => stream.dict.get(b"N").and_then(Object::as_i64),
                _ => return Space::Other,
            };
            match parts {
                Ok(1) => Space::Grey,
                Ok(3) => Space::Rgb,
                _ => Space::Other,
            }
        }
        _ => Space::Other,
    }
}

/// A colour that is set: the space that the page asks for, and the one that is in force.
#[derive(Clone, Default)]
struct Current {
    asked: Vec<u8>,
    in_force: Vec<u8>,
}

/// A content stream that cannot be rewritten.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Unreadable;

impl From<Torn> for Unreadable {
    fn from(_: Torn) -> Self {
        Self
    }
}

/// Rewrites a content stream: blacks and greys to DeviceGray, all colours with
/// [`Colours::Black`]. Marked content (ISO 32000-1 14.6) that only leads to the structure tree is
/// left out; `ActualText` and `OC`, which viewers use, stay.
///
/// # Errors
/// The stream ends within a token.
pub(crate) fn rewrite(
    content: &[u8],
    spaces: &Spaces,
    colours: Colours,
) -> Result<Vec<u8>, Unreadable> {
    let mut out = Rewriter {
        out: Vec::with_capacity(content.len()),
        spaces,
        colours,
        begin: 0,
        operands: Vec::new(),
        depth: 0,
        now: [Current::default(), Current::default()],
        saved: Vec::new(),
        marked: Vec::new(),
        initial: None,
    };
    let mut lexer = Lexer::new(content);
    while let Some(token) = lexer.next()? {
        match token {
            Token::Operator(operator) => out.operator(operator),
            Token::Image(image) => {
                out.token(image);
                out.close();
            }
            Token::Plain(token) => out.operand(token),
            Token::Text(text) => {
                out.starts();
                shortest_text(text, &mut out.out);
            }
            Token::Open(bracket) => {
                out.operand(bracket);
                out.depth += 1;
            }
            Token::Close(bracket) => {
                out.depth = out.depth.checked_sub(1).ok_or(Unreadable)?;
                out.out.extend_from_slice(bracket);
            }
        }
    }
    Ok(out.out)
}

/// What has been written, and what is in force.
struct Rewriter<'a> {
    out: Vec<u8>,
    spaces: &'a Spaces,
    colours: Colours,
    /// The offset of the first operand of the next operator.
    begin: usize,
    /// The offset of each operand.
    operands: Vec<usize>,
    depth: usize,
    /// Filling and stroking, and what `q` put aside.
    now: [Current; 2],
    saved: Vec<[Current; 2]>,
    /// Whether each open marked-content sequence was written.
    marked: Vec<bool>,
    initial: Option<Initial>,
}

/// The initial colour of a space, which goes if a colour follows at once.
struct Initial {
    place: std::ops::Range<usize>,
    stroke: bool,
    /// The space that was in force before it.
    before: Vec<u8>,
}

impl Rewriter<'_> {
    /// Writes a token, apart from the one before it.
    fn token(&mut self, token: &[u8]) {
        let follows = self.out.last().is_some_and(|last| is_regular(*last));
        if follows && token.first().is_some_and(|first| is_regular(*first)) {
            let is_first = self.out.len() == self.begin;
            self.out.push(if is_first { b'\n' } else { b' ' });
        }
        self.out.extend_from_slice(token);
    }

    /// A new operand begins here, if it is not inside another.
    fn starts(&mut self) {
        if self.depth == 0 {
            self.operands.push(self.out.len());
        }
    }

    fn operand(&mut self, token: &[u8]) {
        self.starts();
        self.token(token);
    }

    /// Ends an operation.
    fn close(&mut self) {
        self.begin = self.out.len();
        self.operands.clear();
        self.depth = 0;
    }

    fn emit(&mut self, operator: &[u8]) {
        self.token(operator);
        self.close();
    }

    /// Leaves the operation out.
    fn drop(&mut self) {
        self.out.truncate(self.begin);
        self.close();
    }

    /// An operand without the white space before it.
    fn argument(&self, at: usize) -> &[u8] {
        let Some(begin) = self.operands.get(at) else {
            return &[];
        };
        let end = self.operands.get(at + 1).copied().unwrap_or(self.out.len());
        self.out[*begin..end].trim_ascii()
    }

    fn kind(&self, space: &[u8]) -> Space {
        let name = space.strip_prefix(b"/").unwrap_or(space);
        let space = if name.contains(&b'#') {
            self.spaces.get(&unescaped(name))
        } else {
            self.spaces.get(name)
        };
        space.copied().unwrap_or(Space::Other)
    }

    fn operator(&mut self, operator: &[u8]) {
        match operator {
            b"q" => {
                self.saved.push(self.now.clone());
                self.emit(operator);
            }
            b"Q" => {
                self.now = self.saved.pop().unwrap_or_default();
                self.emit(operator);
            }
            b"cs" | b"CS" => self.space(operator, operator == b"CS"),
            b"sc" | b"scn" | b"SC" | b"SCN" => self.colour(operator, operator[0] == b'S'),
            b"g" | b"G" | b"rg" | b"RG" | b"k" | b"K" => {
                let stroke = operator[0].is_ascii_uppercase();
                self.now[usize::from(stroke)] = Current::default();
                let space = match operator {
                    b"rg" | b"RG" => Space::Rgb,
                    _ => Space::Other,
                };
                match self.as_grey(space) {
                    Some(value) => self.grey(&value, stroke),
                    None => self.emit(operator),
                }
            }
            b"BMC" | b"BDC" => {
                let properties = self.argument(1);
                let said = |window: &[u8]| window == b"/ActualText";
                // The properties of a name are in the resources, and may be any.
                let kept = properties.starts_with(b"/")
                    || properties.windows(11).any(said)
                    || self.argument(0) == b"/OC";
                self.marked.push(kept);
                if kept {
                    self.emit(operator);
                } else {
                    self.drop();
                }
            }
            // One that was opened in another stream is closed there too.
            b"EMC" => match self.marked.pop() {
                Some(false) => self.drop(),
                Some(true) | None => self.emit(operator),
            },
            b"MP" | b"DP" => self.drop(),
            _ => self.emit(operator),
        }
    }

    /// `cs`: a space is asked for.
    fn space(&mut self, operator: &[u8], stroke: bool) {
        let name = self.argument(0).to_vec();
        let kind = self.kind(&name);
        let current = &mut self.now[usize::from(stroke)];
        current.asked.clone_from(&name);
        if kind == Space::Other {
            current.in_force = name;
            self.emit(operator);
        } else {
            // The initial colour of both is black (ISO 32000-1 8.6.3).
            let before = std::mem::take(&mut current.in_force);
            let begin = self.begin;
            self.grey(b"0", stroke);
            self.initial = Some(Initial {
                place: begin..self.out.len(),
                stroke,
                before,
            });
        }
    }

    /// `scn`: a colour of the space that was asked for.
    fn colour(&mut self, operator: &[u8], stroke: bool) {
        let asked = self.now[usize::from(stroke)].asked.clone();
        let grey = self.as_grey(self.kind(&asked));
        let operands = self.out.split_off(self.begin);
        let current = &mut self.now[usize::from(stroke)];
        if let Some(initial) = self.initial.take()
            && (initial.place.end, initial.stroke) == (self.begin, stroke)
        {
            self.out.truncate(initial.place.start);
            self.begin = initial.place.start;
            current.in_force = initial.before;
        }
        match grey {
            Some(value) => {
                current.in_force.clear();
                self.grey(&value, stroke);
            }
            None => {
                if current.in_force != asked {
                    current.in_force.clone_from(&asked);
                    self.token(&asked);
                    self.emit(if stroke { b"CS" } else { b"cs" });
                }
                self.token(operands.trim_ascii_start());
                self.emit(operator);
            }
        }
    }

    /// Writes a grey in place of the operands.
    fn grey(&mut self, value: &[u8], stroke: bool) {
        self.out.truncate(self.begin);
        self.token(value);
        self.emit(if stroke { b"G" } else { b"g" });
    }

    /// The grey that a colour is, or becomes.
    fn as_grey(&self, space: Space) -> Option<Vec<u8>> {
        let wanted = match space {
            Space::Grey => 1,
            Space::Rgb => 3,
            Space::Other => return None,
        };
        if self.operands.len() != wanted {
            return None;
        }
        let mut parts = [0.0_f32; 3];
        for (at, part) in parts.iter_mut().take(wanted).enumerate() {
            *part = std::str::from_utf8(self.argument(at)).ok()?.parse().ok()?;
        }
        let [red, green, blue] = parts;
        match (space, self.colours) {
            (Space::Grey, _) => Some(self.argument(0).to_vec()),
            _ if red == green && green == blue => Some(self.argument(0).to_vec()),
            (_, Colours::Keep) => None,
            // Luma of ITU-R BT.601, as PDF has it for the same conversion (ISO 32000-1 10.3.2).
            (_, Colours::Black) => Some(
                (0.3 * red + 0.59 * green + 0.11 * blue)
                    .to_string()
                    .into_bytes(),
            ),
        }
    }
}

/// A name without `#` and two digits for a character (ISO 32000-1 7.3.5).
fn unescaped(name: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(name.len());
    let mut rest = name;
    while let Some((first, after)) = rest.split_first() {
        let code = after.get(..2).filter(|_| *first == b'#');
        let code = code.and_then(|digits| std::str::from_utf8(digits).ok());
        match code.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => {
                plain.push(byte);
                rest = &after[2..];
            }
            None => {
                plain.push(*first);
                rest = after;
            }
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rewritten(content: &str, colours: Colours) -> String {
        let spaces = Spaces::from([
            (b"c0".to_vec(), Space::Rgb),
            (b"c1".to_vec(), Space::Grey),
            (b"p".to_vec(), Space::Other),
        ]);
        let bytes = rewrite(content.as_bytes(), &spaces, colours).expect("content");
        String::from_utf8(bytes)
            .expect("UTF-8")
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
    }

    #[test]
    fn black_becomes_k_and_colours_stay() {
        let keep = |content| rewritten(content, Colours::Keep);
        assert_eq!(keep("/c0 cs 0 0 0 scn f"), "0 g f");
        assert_eq!(keep("/c1 CS 0.5 SCN S"), "0.5 G S");
        assert_eq!(keep("/c0 cs 1 0 0 scn f"), "/c0 cs 1 0 0 scn f");
        // After a grey, the space has to be asked for again.
        assert_eq!(
            keep("/c0 cs 0 0 0 scn f 1 0 0 scn f"),
            "0 g f/c0 cs 1 0 0 scn f"
        );
        assert_eq!(
            keep("/c0 cs 1 0 0 scn q 0 0 0 scn f Q 0 1 0 scn f"),
            "/c0 cs 1 0 0 scn q 0 g f Q 0 1 0 scn f"
        );
        assert_eq!(keep("/c0 cs f"), "0 g f");
        assert_eq!(keep("0 0 0 rg 0 0 0 1 k f"), "0 g 0 0 0 1 k f");
        assert_eq!(keep("/p cs /x scn f"), "/p cs/x scn f");
    }

    #[test]
    fn colours_become_greys_where_asked() {
        assert_eq!(
            rewritten("/c0 cs 1 0 0 scn 0 1 0 RG f", Colours::Black),
            "0.3 g 0.59 G f"
        );
    }

    #[test]
    fn names_and_numbers_are_read_as_the_standard_writes_them() {
        assert_eq!(
            rewritten("/#630 cs .5 +.5 0.50 sc f", Colours::Keep),
            ".5 g f"
        );
        assert_eq!(
            rewritten("/c0 cs 1 0 sc f", Colours::Keep),
            "/c0 cs 1 0 sc f"
        );
        assert_eq!(
            rewritten("/c0 CS/c0 cs 0 0 0 sc S", Colours::Keep),
            "0 G 0 g S"
        );
    }

    #[test]
    fn marks_of_the_structure_tree_go_and_what_readers_need_stays() {
        let keep = |content| rewritten(content, Colours::Keep);
        assert_eq!(keep("/P <</MCID 3>> BDC f EMC"), "f");
        assert_eq!(
            keep("/Artifact BMC/S/P1 BDC f EMC EMC/P MP"),
            "/S/P1 BDC f EMC"
        );
        assert_eq!(
            keep("/c0 cs 1 0 0 sc f/c0 cs 0 1 0 sc f"),
            "/c0 cs 1 0 0 sc f 0 1 0 sc f"
        );
        assert_eq!(
            keep("/P<</MCID 3>>BDC/Span<</ActualText(x)>>BDC f EMC EMC/OC/O1 BDC EMC"),
            "/Span<</ActualText(x)>>BDC f EMC/OC/O1 BDC EMC"
        );
    }

    #[test]
    fn texts_keep_their_glyphs_and_words_stay_apart() {
        assert_eq!(
            rewritten("BT/f0 9 Tf[(\\101\\102)-7(c)]TJ ET", Colours::Keep),
            "BT/f0 9 Tf[(AB)-7(c)]TJ ET"
        );
        assert_eq!(
            rewrite(b"(x", &Spaces::new(), Colours::Keep),
            Err(Unreadable)
        );
        assert_eq!(
            rewrite(b"] q", &Spaces::new(), Colours::Keep),
            Err(Unreadable)
        );
    }
}
