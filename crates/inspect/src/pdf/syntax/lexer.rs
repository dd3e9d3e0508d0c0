//! Tokens of content streams and CMaps (ISO 32000-1, 7.2 and 7.3): one lexer reads both.

use std::borrow::Cow;

/// An operand, or the operator or keyword that ends a list of operands.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Token<'a> {
    Number(f32),
    Name(Cow<'a, [u8]>),
    String(Vec<u8>),
    Array(Vec<Token<'a>>),
    Dictionary(Vec<(Cow<'a, [u8]>, Token<'a>)>),
    Keyword(&'a [u8]),
}

impl Token<'_> {
    /// Its value, where it is a number.
    pub(crate) fn number(&self) -> Option<f32> {
        match self {
            Self::Number(number) => Some(*number),
            _ => None,
        }
    }

    /// Whether it is the number 1.
    pub(crate) fn is_one(&self) -> bool {
        self.number() == Some(1.0)
    }
}

/// About how many bytes a line of text has.
const LINE: usize = 192;

/// Arrays and dictionaries nested deeper than this end the stream: no writer does that.
const DEPTH_LIMIT: usize = 16;

/// Reads tokens one by one; broken bytes are skipped, and the end of the bytes ends the stream.
pub(crate) struct Lexer<'a> {
    pub(crate) bytes: &'a [u8],
    pub(crate) at: usize,
    joined: bool,
    /// Strings that are no longer wanted, for those to come.
    spare: Vec<Vec<u8>>,
    /// Of the array joined last: behind how many of its bytes each number stood.
    pub(crate) shifts: Vec<(usize, f32)>,
}

/// The class of a byte (7.2.2): 1 for white space, 2 for a delimiter, 0 for a regular character.
const CLASSES: [u8; 256] = {
    let mut classes = [0; 256];
    let (spaces, delimiters) = (b"\0\t\n\x0C\r ", b"()<>[]{}/%");
    let mut at = 0;
    while at < spaces.len() {
        classes[spaces[at] as usize] = 1;
        at += 1;
    }
    at = 0;
    while at < delimiters.len() {
        classes[delimiters[at] as usize] = 2;
        at += 1;
    }
    classes
};

pub(crate) fn is_space(byte: u8) -> bool {
    CLASSES[usize::from(byte)] == 1
}

pub(crate) fn is_delimiter(byte: u8) -> bool {
    CLASSES[usize::from(byte)] == 2
}

fn hex(byte: u8) -> Option<u8> {
    char::from(byte)
        .to_digit(16)
        .and_then(|digit| u8::try_from(digit).ok())
}

impl<'a> Lexer<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self {
            bytes,
            at: 0,
            joined: false,
            spare: Vec::new(),
            shifts: Vec::new(),
        }
    }

    /// A lexer that reads an array as the one string of all strings in it: in a content stream
    /// that is what `TJ` shows, and a string of its own for every glyph would cost more than all
    /// the rest. Its numbers, which move what is shown next, are kept apart.
    pub(crate) fn joining_arrays(bytes: &'a [u8]) -> Self {
        Self {
            joined: true,
            ..Self::new(bytes)
        }
    }

    /// Takes back the operands of an operator.
    pub(crate) fn recycle(&mut self, operands: &mut Vec<Token<'a>>) {
        for operand in operands.drain(..) {
            if let Token::String(mut bytes) = operand {
                bytes.clear();
                self.spare.push(bytes);
            }
        }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    pub(crate) fn skip_space(&mut self) {
        while let Some(byte) = self.peek() {
            if is_space(byte) {
                self.at += 1;
            } else if byte == b'%' {
                while self
                    .peek()
                    .is_some_and(|byte| byte != b'\n' && byte != b'\r')
                {
                    self.at += 1;
                }
            } else {
                break;
            }
        }
    }

    /// The bytes up to the next white space or delimiter.
    pub(crate) fn regular(&mut self) -> &'a [u8] {
        let rest = &self.bytes[self.at..];
        let end = rest
            .iter()
            .position(|byte| CLASSES[usize::from(*byte)] != 0);
        let word = &rest[..end.unwrap_or(rest.len())];
        self.at += word.len();
        word
    }

    /// The next token; `None` at the end.
    pub(crate) fn next_token(&mut self) -> Option<Token<'a>> {
        self.token(0)
    }

    fn token(&mut self, depth: usize) -> Option<Token<'a>> {
        loop {
            self.skip_space();
            let byte = self.peek()?;
            match byte {
                b'/' => {
                    self.at += 1;
                    return Some(Token::Name(self.name()));
                }
                b'(' => {
                    let mut out = self.spare.pop().unwrap_or_default();
                    self.literal_into(&mut out);
                    return Some(Token::String(out));
                }
                b'<' if self.bytes.get(self.at + 1) == Some(&b'<') => {
                    self.at += 2;
                    return self.dictionary(depth + 1);
                }
                b'<' => {
                    let mut out = self.spare.pop().unwrap_or_default();
                    self.hex_into(&mut out);
                    return Some(Token::String(out));
                }
                b'[' => {
                    self.at += 1;
                    return if self.joined {
                        self.joined_array(depth + 1)
                    } else {
                        self.array(depth + 1)
                    };
                }
                // Stray closing brackets, and the braces of PostScript procedures.
                b']' | b'>' | b')' | b'{' | b'}' => self.at += 1,
                _ => {
                    let word = self.regular();
                    return Some(number(word).map_or(Token::Keyword(word), Token::Number));
                }
            }
        }
    }

    fn joined_array(&mut self, depth: usize) -> Option<Token<'a>> {
        let mut out = self.spare.pop().unwrap_or_default();
        // Two bytes for each glyph of a line.
        out.reserve(LINE);
        if depth == 1 {
            self.shifts.clear();
        }
        loop {
            self.skip_space();
            match self.peek()? {
                b']' => {
                    self.at += 1;
                    return Some(Token::String(out));
                }
                b'(' => drop(self.literal_into(&mut out)),
                b'-' | b'+' | b'.' | b'0'..=b'9' => {
                    if let Some(number) = number(self.regular()) {
                        self.shifts.push((out.len(), number));
                    }
                }
                b'<' if self.bytes.get(self.at + 1) != Some(&b'<') => self.hex_into(&mut out),
                _ if depth > DEPTH_LIMIT => return None,
                _ => {
                    if let Token::String(inner) = self.token(depth)? {
                        out.extend(inner);
                    }
                }
            }
        }
    }

    fn array(&mut self, depth: usize) -> Option<Token<'a>> {
        let mut items = Vec::new();
        loop {
            self.skip_space();
            if self.peek()? == b']' {
                self.at += 1;
                return Some(Token::Array(items));
            }
            if depth > DEPTH_LIMIT {
                return None;
            }
            items.push(self.token(depth)?);
        }
    }

    fn dictionary(&mut self, depth: usize) -> Option<Token<'a>> {
        let mut entries = Vec::new();
        loop {
            self.skip_space();
            if self.bytes[self.at..].starts_with(b">>") {
                self.at += 2;
                return Some(Token::Dictionary(entries));
            }
            if depth > DEPTH_LIMIT {
                return None;
            }
            if let Token::Name(key) = self.token(depth)? {
                entries.push((key, self.token(depth)?));
            }
        }
    }

    /// ISO 32000-1, 7.3.5: `#20` is a byte in hexadecimal.
    pub(crate) fn name(&mut self) -> Cow<'a, [u8]> {
        let raw = self.regular();
        if !raw.contains(&b'#') {
            return Cow::Borrowed(raw);
        }
        let mut name = Vec::with_capacity(raw.len());
        let mut rest = raw;
        while let [first, tail @ ..] = rest {
            if let (b'#', [high, low, after @ ..]) = (first, tail)
                && let (Some(high), Some(low)) = (hex(*high), hex(*low))
            {
                name.push(high << 4 | low);
                rest = after;
            } else {
                name.push(*first);
                rest = tail;
            }
        }
        Cow::Owned(name)
    }

    /// ISO 32000-1, 7.3.4.2: balanced brackets, escapes, octal codes, line ends as `\n`. Whether
    /// the string ends.
    pub(crate) fn literal_into(&mut self, out: &mut Vec<u8>) -> bool {
        self.at += 1;
        let mut open = 1;
        loop {
            // Nearly all bytes have no escape.
            let rest = &self.bytes[self.at..];
            let plain = rest
                .iter()
                .position(|byte| matches!(byte, b'(' | b')' | b'\\' | b'\r'));
            let plain = plain.unwrap_or(rest.len());
            out.extend_from_slice(&rest[..plain]);
            self.at += plain;
            let Some(byte) = self.peek() else {
                return false;
            };
            self.at += 1;
            match byte {
                b'(' => {
                    open += 1;
                    out.push(byte);
                }
                b')' => {
                    open -= 1;
                    if open == 0 {
                        return true;
                    }
                    out.push(byte);
                }
                b'\\' => self.escape(out),
                _ => {
                    if self.peek() == Some(b'\n') {
                        self.at += 1;
                    }
                    out.push(b'\n');
                }
            }
        }
    }

    fn escape(&mut self, out: &mut Vec<u8>) {
        let Some(byte) = self.peek() else { return };
        self.at += 1;
        match byte {
            b'n' => out.push(b'\n'),
            b'r' => out.push(b'\r'),
            b't' => out.push(b'\t'),
            b'b' => out.push(8),
            b'f' => out.push(12),
            b'0'..=b'7' => {
                let mut code = u32::from(byte - b'0');
                for _ in 0..2 {
                    match self.peek() {
                        Some(digit @ b'0'..=b'7') => {
                            code = code * 8 + u32::from(digit - b'0');
                            self.at += 1;
                        }
                        _ => break,
                    }
                }
                // High-order overflow is ignored, says the clause.
                out.push((code & 0xFF) as u8);
            }
            b'\r' => {
                if self.peek() == Some(b'\n') {
                    self.at += 1;
                }
            }
            b'\n' => {}
            other => out.push(other),
        }
    }

    /// ISO 32000-1, 7.3.4.3: an odd last digit counts as if a zero followed.
    pub(crate) fn hex_into(&mut self, out: &mut Vec<u8>) {
        self.at += 1;
        let mut half = None;
        while let Some(byte) = self.peek() {
            self.at += 1;
            if byte == b'>' {
                break;
            }
            let Some(digit) = hex(byte) else { continue };
            match half.take() {
                None => half = Some(digit),
                Some(high) => out.push(high << 4 | digit),
            }
        }
        out.extend(half.map(|high| high << 4));
    }

    /// Skips the data of an inline image (ISO 32000-1, 8.9.7): up to `EI` between white space.
    pub(crate) fn skip_inline_image(&mut self) {
        let rest = &self.bytes[self.at..];
        let end = rest.windows(4).position(|w| {
            is_space(w[0]) && &w[1..3] == b"EI" && (is_space(w[3]) || is_delimiter(w[3]))
        });
        self.at += end.map_or(rest.len(), |end| end + 3);
    }
}

/// ISO 32000-1, 7.3.3: a sign, digits, a point, digits; no exponent.
pub(crate) fn number(word: &[u8]) -> Option<f32> {
    /// Ten to the power of the index.
    const SCALES: [f64; 16] = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
    ];
    let (negative, digits) = match word {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, word),
    };
    let (mut value, mut kept, mut decimals, mut point) = (0_u64, 0, 0, false);
    for byte in digits {
        match byte {
            b'0'..=b'9' => {
                // Digits beyond the fifteenth change no f32; before the point they are no number
                // that a page has.
                if kept < 15 {
                    value = value * 10 + u64::from(byte - b'0');
                    decimals += usize::from(point);
                } else if !point {
                    return None;
                }
                kept += 1;
            }
            b'.' if !point => point = true,
            _ => return None,
        }
    }
    let value = value as f64 / SCALES[decimals];
    let value = if negative { -value } else { value };
    (kept > 0).then_some(value as f32)
}

#[cfg(test)]
mod tests {
    use super::{Lexer, Token};

    fn all(bytes: &[u8]) -> Vec<Token<'_>> {
        let mut lexer = Lexer::new(bytes);
        std::iter::from_fn(|| lexer.next_token()).collect()
    }

    #[test]
    fn reads_strings_names_and_dictionaries() {
        assert_eq!(
            all(br"(a\(b\051\n(c)\\)"),
            [Token::String(b"a(b)\n(c)\\".to_vec())]
        );
        assert_eq!(
            all(b"<FEFF00A>"),
            [Token::String(vec![0xFE, 0xFF, 0x00, 0xA0])]
        );
        assert_eq!(all(b"/A#20B"), [Token::Name(b"A B".to_vec().into())]);
        assert_eq!(
            all(b"/Span<</MCID 3/L[1 -.5]>>BDC % end"),
            [
                Token::Name(b"Span".into()),
                Token::Dictionary(vec![
                    (b"MCID".into(), Token::Number(3.0)),
                    (
                        b"L".into(),
                        Token::Array(vec![Token::Number(1.0), Token::Number(-0.5)])
                    ),
                ]),
                Token::Keyword(b"BDC"),
            ]
        );
    }

    #[test]
    fn joins_the_strings_of_an_array() {
        let mut lexer = Lexer::joining_arrays(b"[(a\\))-120.5<62>[(c)]/N]TJ");
        assert_eq!(lexer.next_token(), Some(Token::String(b"a)bc".to_vec())));
        assert_eq!(lexer.shifts, [(2, -120.5)]);
        assert_eq!(lexer.next_token(), Some(Token::Keyword(b"TJ")));
        assert_eq!(Lexer::joining_arrays(&[b'['; 100_000]).next_token(), None);
    }

    #[test]
    fn reads_numbers_and_keywords_apart() {
        for (word, value) in [
            ("-12.25", Some(-12.25)),
            ("+.5", Some(0.5)),
            ("4.", Some(4.0)),
            ("1.2.3", None),
            ("-", None),
            (".", None),
        ] {
            assert_eq!(super::number(word.as_bytes()), value, "{word}");
        }
    }

    #[test]
    fn ends_on_bottomless_nesting() {
        assert!(all(&[b'['; 100_000]).is_empty());
        assert!(all(&b"<<".repeat(100_000)).is_empty());
    }

    #[test]
    fn skips_inline_images() {
        let mut lexer = Lexer::new(b"ID \x00(EI\xFF EI Q");
        lexer.next_token();
        lexer.skip_inline_image();
        assert_eq!(lexer.next_token(), Some(Token::Keyword(b"Q")));
    }
}
