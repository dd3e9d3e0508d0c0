//! The tokens of a content stream (ISO 32000-1 7.8.2), one by one and without copying: a letter has
//! thousands, of which print changes a few. lopdf's parser makes an object of each, which took half
//! of the time of a whole print run.

use std::ops::Range;

/// A token of a content stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Token<'a> {
    /// A number, a name, a hexadecimal string, `true`, `false` or `null`.
    Plain(&'a [u8]),
    /// The characters between the brackets of a literal string, with their escapes.
    Text(&'a [u8]),
    /// `[` or `<<`.
    Open(&'a [u8]),
    /// `]` or `>>`.
    Close(&'a [u8]),
    /// An operator.
    Operator(&'a [u8]),
    /// An inline image from `BI` to `EI`.
    Image(&'a [u8]),
}

/// A content stream that ends within a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Torn;

/// Reads the tokens of a content stream.
pub(crate) struct Lexer<'a> {
    bytes: &'a [u8],
    at: usize,
}

pub(crate) fn is_space(byte: u8) -> bool {
    matches!(byte, 0 | b'\t' | b'\n' | 12 | b'\r' | b' ')
}

/// Neither white space nor a delimiter (ISO 32000-1 7.2.2).
pub(crate) fn is_regular(byte: u8) -> bool {
    !is_space(byte)
        && !matches!(
            byte,
            b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%'
        )
}

impl<'a> Lexer<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// The bytes that were read.
    pub(crate) fn at(&self) -> usize {
        self.at
    }

    /// The next token; `None` at the end.
    ///
    /// # Errors
    /// A stream that ends within a token.
    pub(crate) fn next(&mut self) -> Result<Option<Token<'a>>, Torn> {
        loop {
            match self.bytes.get(self.at) {
                Some(byte) if is_space(*byte) => self.at += 1,
                Some(b'%') => {
                    let rest = &self.bytes[self.at..];
                    let line = rest.iter().position(|byte| matches!(byte, b'\r' | b'\n'));
                    self.at += line.unwrap_or(rest.len());
                }
                _ => break,
            }
        }
        let Some(first) = self.bytes.get(self.at) else {
            return Ok(None);
        };
        let pair = self.bytes.get(self.at + 1);
        Ok(Some(match first {
            b'(' => Token::Text(self.text()?),
            b'[' => Token::Open(self.take(1)),
            b']' => Token::Close(self.take(1)),
            b'<' if pair == Some(&b'<') => Token::Open(self.take(2)),
            b'>' if pair == Some(&b'>') => Token::Close(self.take(2)),
            b'<' => {
                let rest = &self.bytes[self.at..];
                let end = rest.iter().position(|byte| *byte == b'>').ok_or(Torn)?;
                Token::Plain(self.take(end + 1))
            }
            b'/' => {
                let length = 1 + self.regular(self.at + 1);
                Token::Plain(self.take(length))
            }
            _ if !is_regular(*first) => return Err(Torn),
            _ => {
                let token = self.take(self.regular(self.at));
                match token {
                    b"true" | b"false" | b"null" => Token::Plain(token),
                    b"BI" => Token::Image(self.image()?),
                    [b'0'..=b'9' | b'+' | b'-' | b'.', ..] => Token::Plain(token),
                    _ => Token::Operator(token),
                }
            }
        }))
    }

    fn take(&mut self, length: usize) -> &'a [u8] {
        let token = &self.bytes[self.at..self.at + length];
        self.at += length;
        token
    }

    /// How many regular characters follow.
    fn regular(&self, from: usize) -> usize {
        let rest = &self.bytes[from..];
        let end = rest.iter().position(|byte| !is_regular(*byte));
        end.unwrap_or(rest.len())
    }

    fn text(&mut self) -> Result<&'a [u8], Torn> {
        let begin = self.at + 1;
        let mut depth = 0_usize;
        let mut at = begin;
        while let Some(byte) = self.bytes.get(at) {
            match byte {
                b'\\' => at += 1,
                b'(' => depth += 1,
                b')' if depth == 0 => {
                    self.at = at + 1;
                    return Ok(&self.bytes[begin..at]);
                }
                b')' => depth -= 1,
                _ => {}
            }
            at += 1;
        }
        Err(Torn)
    }

    /// The rest of an inline image; `BI` was taken. Its data ends with an `EI` between white space.
    fn image(&mut self) -> Result<&'a [u8], Torn> {
        let begin = self.at - 2;
        let rest = &self.bytes[self.at..];
        let alone = |window: &[u8], word: &[u8]| {
            is_space(window[0])
                && window[1..3] == *word
                && window.get(3).is_none_or(|b| is_space(*b))
        };
        let find = |range: Range<usize>, word: &[u8]| {
            range.clone().find(|at| {
                let end = (at + 4).min(range.end);
                end - at >= 3 && alone(&rest[*at..end], word)
            })
        };
        let data = find(0..rest.len(), b"ID").ok_or(Torn)?;
        let end = find(data + 3..rest.len(), b"EI").ok_or(Torn)?;
        self.at += end + 3;
        Ok(&self.bytes[begin..self.at])
    }
}

/// The characters of a literal string (ISO 32000-1 7.3.4.2), written with as few escapes as there
/// can be: producers write glyph numbers as octals, four bytes for one.
pub(crate) fn shortest_text(escaped: &[u8], out: &mut Vec<u8>) {
    out.push(b'(');
    let mut at = 0;
    while let Some(byte) = escaped.get(at) {
        at += 1;
        let character = match byte {
            b'\\' => {
                let Some(kind) = escaped.get(at) else { break };
                at += 1;
                match kind {
                    b'n' => b'\n',
                    b'r' => b'\r',
                    b't' => b'\t',
                    b'b' => 8,
                    b'f' => 12,
                    b'0'..=b'7' => {
                        let mut value = u32::from(kind - b'0');
                        for _ in 0..2 {
                            match escaped.get(at) {
                                Some(digit @ b'0'..=b'7') => {
                                    value = value * 8 + u32::from(digit - b'0');
                                    at += 1;
                                }
                                _ => break,
                            }
                        }
                        // What overflows is left out, as the standard says.
                        (value & 0xFF) as u8
                    }
                    // A line that goes on.
                    b'\r' => {
                        at += usize::from(escaped.get(at) == Some(&b'\n'));
                        continue;
                    }
                    b'\n' => continue,
                    other => *other,
                }
            }
            // Every end of a line means a line feed.
            b'\r' => {
                at += usize::from(escaped.get(at) == Some(&b'\n'));
                b'\n'
            }
            other => *other,
        };
        match character {
            b'(' | b')' | b'\\' => out.extend([b'\\', character]),
            b'\r' => out.extend(b"\\r"),
            _ => out.push(character),
        }
    }
    out.push(b')');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(content: &[u8]) -> Result<Vec<Token<'_>>, Torn> {
        let mut lexer = Lexer::new(content);
        let mut found = Vec::new();
        while let Some(token) = lexer.next()? {
            found.push(token);
        }
        Ok(found)
    }

    #[test]
    fn tokens_end_where_the_standard_says() {
        let found = tokens(b"q%x\n1 .5cm/F0 9 Tf[(a\\)(b))-3<00 1F>]TJ/S<</M 1>>BDC T*");
        assert_eq!(
            found.expect("tokens"),
            [
                Token::Operator(b"q"),
                Token::Plain(b"1"),
                Token::Plain(b".5cm"),
                Token::Plain(b"/F0"),
                Token::Plain(b"9"),
                Token::Operator(b"Tf"),
                Token::Open(b"["),
                Token::Text(b"a\\)(b)"),
                Token::Plain(b"-3"),
                Token::Plain(b"<00 1F>"),
                Token::Close(b"]"),
                Token::Operator(b"TJ"),
                Token::Plain(b"/S"),
                Token::Open(b"<<"),
                Token::Plain(b"/M"),
                Token::Plain(b"1"),
                Token::Close(b">>"),
                Token::Operator(b"BDC"),
                Token::Operator(b"T*"),
            ]
        );
        let image = b"BI /W 1 ID \x00EI( EI";
        assert_eq!(tokens(image), Ok(vec![Token::Image(image)]));
        for torn in [&b"(a"[..], b"<00", b"BI /W 1 ID x", b")", b"{"] {
            assert_eq!(tokens(torn), Err(Torn));
        }
    }

    #[test]
    fn texts_keep_their_characters() {
        let shortest = |escaped: &[u8]| {
            let mut out = Vec::new();
            shortest_text(escaped, &mut out);
            out
        };
        assert_eq!(shortest(b"\\000\\101\\7x"), b"(\0A\x07x)");
        assert_eq!(shortest(b"a(b)\\\\\\)"), b"(a\\(b\\)\\\\\\))");
        assert_eq!(shortest(b"a\\\r\nb\r\nc\\rd\\015"), b"(ab\nc\\rd\\r)");
    }
}
