//! The print copy's colours: whatever is black or grey becomes DeviceGray, which a press prints
//! with the K plate alone. A profile for grey, or sRGB with three equal parts, would put ink on
//! all four plates.

use std::collections::{BTreeMap, BTreeSet};

use crate::profile::Colours;
use lopdf::{Dictionary, Document, Object};

use crate::pdf::lexer::{Lexer, Token, Torn, is_regular, shortest_text};

/// The meaning of the numbers of a colour space.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Space {
    /// One part, 0 is black.
    Grey,
    /// Three parts.
    Rgb,
    /// A pattern, whose own colours are those of its drawing.
    Pattern,
    /// Any other space, which stays as it is.
    Other,
}

/// The darkest grey that is screened: a darker one is printed solid, because a screen of more than
/// 90 % has no clean edge.
const SOLID: f32 = 0.1;

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
        (b"Pattern", Space::Pattern),
    ] {
        spaces.entry(name.to_vec()).or_insert(space);
    }
    spaces
}

/// The meaning of the numbers of a colour space (ISO 32000-1 8.6).
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
        // An uncoloured pattern takes its colour from the space below, so only the plain one is known.
        b"Pattern" if parameter.is_none() => Space::Pattern,
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

/// A colour that is set: the space that the page asks for, and the one that is in force. Both are
/// names; an empty one in force is DeviceGray, an empty one asked for is inherited.
#[derive(Clone, Default)]
struct Current {
    asked: Vec<u8>,
    in_force: Vec<u8>,
}

impl Current {
    /// A space that an operator sets by itself.
    fn device(name: &[u8]) -> Self {
        Self {
            asked: name.to_vec(),
            in_force: Vec::new(),
        }
    }
}

/// The reason why a content stream cannot be rewritten.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unreadable {
    /// It ends within a token.
    Torn,
    /// It sets a colour in a space that it inherits, so the meaning of the numbers is unknown.
    InheritedSpace,
}

impl Unreadable {
    /// The second half of a sentence about the page or drawing.
    pub(crate) fn why(self) -> &'static str {
        match self {
            Self::Torn => "whose content ends too early",
            Self::InheritedSpace => "that sets a colour without its colour space",
        }
    }
}

impl From<Torn> for Unreadable {
    fn from(_: Torn) -> Self {
        Self::Torn
    }
}

/// The use of a content stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Drawn {
    /// A page, which begins with black in DeviceGray (ISO 32000-1 8.6.3).
    Page,
    /// A form or a tiling pattern, which begins with the colours of whoever draws it.
    Form,
}

/// A content stream with its colours rewritten.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Rewritten {
    /// The content.
    pub(crate) bytes: Vec<u8>,
    /// Whether an operator sets a colour that is not a grey.
    pub(crate) has_colour: bool,
    /// Whether an operator sets a colour of DeviceCMYK.
    pub(crate) has_cmyk: bool,
    /// The names of forms, pictures, patterns and shadings that it draws.
    pub(crate) drawn: BTreeSet<Vec<u8>>,
}

/// Rewrites a content stream: blacks and greys to DeviceGray, all colours with
/// [`Colours::Black`]. Marked content (ISO 32000-1 14.6) that only leads to the structure tree is
/// left out; `ActualText` and `OC`, which viewers use, stay.
///
/// # Errors
/// [`Unreadable`].
pub(crate) fn rewrite(
    content: &[u8],
    spaces: &Spaces,
    colours: Colours,
    drawn: Drawn,
) -> Result<Rewritten, Unreadable> {
    let first = match drawn {
        Drawn::Page => Current::device(b"/DeviceGray"),
        Drawn::Form => Current::default(),
    };
    let mut out = Rewriter {
        out: Vec::with_capacity(content.len()),
        spaces,
        colours,
        begin: 0,
        operands: Vec::new(),
        depth: 0,
        now: [first.clone(), first],
        saved: Vec::new(),
        marked: Vec::new(),
        initial: None,
        has_colour: false,
        has_cmyk: false,
        inherits: false,
        drawn: BTreeSet::new(),
    };
    let mut lexer = Lexer::new(content);
    while let Some(token) = lexer.next()? {
        match token {
            Token::Operator(operator) => out.operator(operator),
            Token::Image(image) => {
                out.has_colour |= !is_grey_inline(image);
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
                out.depth = out.depth.checked_sub(1).ok_or(Unreadable::Torn)?;
                out.out.extend_from_slice(bracket);
            }
        }
    }
    if out.inherits {
        return Err(Unreadable::InheritedSpace);
    }
    Ok(Rewritten {
        bytes: out.out,
        has_colour: out.has_colour,
        has_cmyk: out.has_cmyk,
        drawn: out.drawn,
    })
}

/// Whether a picture inside a content stream is a mask or grey.
fn is_grey_inline(image: &[u8]) -> bool {
    let end = image.windows(2).position(|two| two == b"ID");
    let head = String::from_utf8_lossy(&image[..end.unwrap_or(image.len())]).into_owned();
    let words: Vec<&str> = head.split_ascii_whitespace().collect();
    let has = |key: &[&str], value: &[&str]| {
        words
            .windows(2)
            .any(|two| key.contains(&two[0]) && value.contains(&two[1]))
    };
    has(&["/IM", "/ImageMask"], &["true"])
        || has(&["/CS", "/ColorSpace"], &["/G", "/DeviceGray", "/CalGray"])
}

/// The output so far, and the colours in force.
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
    has_colour: bool,
    has_cmyk: bool,
    /// Whether a colour was set in a space that is inherited.
    inherits: bool,
    drawn: BTreeSet<Vec<u8>>,
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
                let (name, grey): (&[u8], _) = match operator.to_ascii_lowercase().as_slice() {
                    b"g" => (b"/DeviceGray", self.as_grey(Space::Grey)),
                    b"rg" => (b"/DeviceRGB", self.as_grey(Space::Rgb)),
                    _ => (b"/DeviceCMYK", self.cmyk_as_grey()),
                };
                let mut current = Current::device(name);
                if grey.is_none() {
                    current.in_force = name.to_vec();
                }
                self.now[usize::from(stroke)] = current;
                match grey {
                    Some(value) => self.grey(&value, stroke),
                    None => {
                        self.has_colour = true;
                        self.has_cmyk |= name == b"/DeviceCMYK";
                        self.emit(operator);
                    }
                }
            }
            b"Do" | b"sh" => {
                let name = self.argument(0);
                let name = unescaped(name.strip_prefix(b"/").unwrap_or(name));
                self.drawn.insert(name);
                self.emit(operator);
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
        if matches!(kind, Space::Other | Space::Pattern) {
            current.in_force = name;
            self.has_colour |= kind == Space::Other;
            self.has_cmyk |= self.now[usize::from(stroke)].in_force == b"/DeviceCMYK";
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
        let kind = self.kind(&asked);
        let grey = self.as_grey(kind);
        let last = self.operands.len().saturating_sub(1);
        match self.argument(last).strip_prefix(b"/") {
            Some(name) => {
                let name = unescaped(name);
                self.drawn.insert(name);
                // The colour of an uncoloured pattern precedes its name.
                self.has_colour |= kind != Space::Pattern && last > 0;
            }
            None => {
                self.has_colour |= grey.is_none();
                self.inherits |= asked.is_empty();
            }
        }
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
            Space::Pattern | Space::Other => return None,
        };
        if self.operands.len() != wanted {
            return None;
        }
        let mut parts = [0.0_f32; 3];
        for (at, part) in parts.iter_mut().take(wanted).enumerate() {
            *part = std::str::from_utf8(self.argument(at)).ok()?.parse().ok()?;
        }
        let [red, green, blue] = parts;
        if red <= SOLID && (space == Space::Grey || (red == green && green == blue)) {
            return Some(b"0".to_vec());
        }
        match (space, self.colours) {
            (Space::Grey, _) => Some(self.argument(0).to_vec()),
            _ if red == green && green == blue => Some(self.argument(0).to_vec()),
            (_, Colours::Keep) => None,
            (_, Colours::Black) => Some(number(luma(parts))),
        }
    }

    /// The grey that a colour of DeviceCMYK is, or becomes (ISO 32000-1 10.3.3).
    fn cmyk_as_grey(&self) -> Option<Vec<u8>> {
        if self.operands.len() != 4 {
            return None;
        }
        let mut parts = [0.0_f32; 4];
        for (at, part) in parts.iter_mut().enumerate() {
            *part = std::str::from_utf8(self.argument(at)).ok()?.parse().ok()?;
        }
        let [cyan, magenta, yellow, black] = parts;
        let is_black_alone = cyan == 0.0 && magenta == 0.0 && yellow == 0.0;
        (is_black_alone || self.colours == Colours::Black).then(|| {
            let ink = luma([cyan, magenta, yellow]) + black;
            number(1.0 - ink.clamp(0.0, 1.0))
        })
    }
}

/// Luma of ITU-R BT.601, as PDF has it for the conversion of RGB to grey (ISO 32000-1 10.3.2).
pub(crate) fn luma([red, green, blue]: [f32; 3]) -> f32 {
    0.3 * red + 0.59 * green + 0.11 * blue
}

/// A grey as it is written; what is nearly black is black.
fn number(grey: f32) -> Vec<u8> {
    if grey <= SOLID {
        return b"0".to_vec();
    }
    grey.to_string().into_bytes()
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
            (b"DeviceGray".to_vec(), Space::Grey),
            (b"DeviceRGB".to_vec(), Space::Rgb),
        ]);
        let rewritten =
            rewrite(content.as_bytes(), &spaces, colours, Drawn::Page).expect("content");
        String::from_utf8(rewritten.bytes)
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
        assert_eq!(keep("0 0 0 rg 0 0 0 1 k f"), "0 g 0 g f");
        assert_eq!(keep("/p cs /x scn f"), "/p cs/x scn f");
        assert_eq!(
            keep("1 0 0 rg 0 0 0 sc f 0 1 0 sc f"),
            "1 0 0 rg 0 g f/DeviceRGB cs 0 1 0 sc f"
        );
        assert_eq!(keep("0.2 sc f"), "0.2 g f");
    }

    #[test]
    fn a_screen_that_is_nearly_solid_is_solid() {
        let keep = |content| rewritten(content, Colours::Keep);
        assert_eq!(keep("0.067 g f 0.067 0.067 0.067 rg f"), "0 g f 0 g f");
        assert_eq!(keep("0.333 g f 0 0 0 0.95 k f"), "0.333 g f 0 g f");
        assert_eq!(rewritten("0.1 0 0.2 rg f", Colours::Black), "0 g f");
    }

    #[test]
    fn what_has_colour_is_known_and_what_is_inherited_is_refused() {
        let spaces = Spaces::from([
            (b"Pattern".to_vec(), Space::Pattern),
            (b"DeviceRGB".to_vec(), Space::Rgb),
        ]);
        let rewritten =
            |content: &str, colours, drawn| rewrite(content.as_bytes(), &spaces, colours, drawn);
        let has_colour = |content, colours| {
            let rewritten = rewritten(content, colours, Drawn::Page);
            rewritten.expect("content").has_colour
        };
        for (content, keep, black) in [
            ("0 g f 0.5 0.5 0.5 rg f", false, false),
            ("1 0 0 rg f", true, false),
            ("1 0 0 0 k f", true, false),
            ("0 0 0 0.5 K f", false, false),
            ("/Spot cs 1 scn f", true, true),
            ("/Pattern cs /P1 scn f", false, false),
            ("BI /W 1 /H 1 /CS /RGB /BPC 8 ID abc EI", true, true),
            ("BI /W 1 /H 1 /IM true ID a EI", false, false),
        ] {
            assert_eq!(has_colour(content, Colours::Keep), keep, "{content}");
            assert_eq!(has_colour(content, Colours::Black), black, "{content}");
        }
        let drawn = rewritten(
            "/X1 Do /S1 sh /Pattern cs /P1 scn f",
            Colours::Keep,
            Drawn::Form,
        );
        let names: Vec<Vec<u8>> = drawn.expect("content").drawn.into_iter().collect();
        assert_eq!(names, [b"P1", b"S1", b"X1"]);
        let inherited = rewritten("1 0 0 scn f", Colours::Keep, Drawn::Form);
        assert_eq!(inherited, Err(Unreadable::InheritedSpace));
        assert!(rewritten("/DeviceRGB cs 1 0 0 scn f", Colours::Keep, Drawn::Form).is_ok());
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
        for torn in [&b"(x"[..], b"] q"] {
            let rewritten = rewrite(torn, &Spaces::new(), Colours::Keep, Drawn::Page);
            assert_eq!(rewritten, Err(Unreadable::Torn));
        }
    }
}
