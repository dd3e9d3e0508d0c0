//! ToUnicode CMaps (ISO 32000-1, 9.10.3): from the codes of a font to their text.

use super::code_text::CodeText;
use super::table::Table;
use crate::pdf::syntax::lexer::{Lexer, Token};

/// From character codes to text.
#[derive(Debug, Default)]
pub(crate) struct CMap {
    /// Codespace ranges: length in bytes, first and last code.
    spaces: Vec<(usize, u32, u32)>,
    /// The texts of single codes, by their length in bytes less one.
    chars: [Table<CodeText>; 4],
    /// Length in bytes, first and last code, UTF-16 of the first.
    ranges: Vec<(usize, u32, u32, Vec<u16>)>,
}

/// More codespaces than this are not read: a code is looked for in all of them.
const SPACES: usize = 100;

fn code(bytes: &[u8]) -> u32 {
    bytes
        .iter()
        .fold(0, |code, byte| code << 8 | u32::from(*byte))
}

fn utf16(bytes: &[u8]) -> Vec<u16> {
    match bytes {
        // Some writers give one byte for a Latin character.
        [byte] => vec![u16::from(*byte)],
        _ => bytes
            .chunks_exact(2)
            .map(|pair| u16::from_be_bytes([pair[0], pair[1]]))
            .collect(),
    }
}

impl CMap {
    /// Reads a CMap; entries that are not understood are skipped, and their codes have no text.
    pub(crate) fn parse(bytes: &[u8]) -> Self {
        let mut map = Self::default();
        let mut operands = Vec::new();
        let mut lexer = Lexer::new(bytes);
        while let Some(token) = lexer.next_token() {
            let Token::Keyword(keyword) = token else {
                operands.push(token);
                continue;
            };
            match keyword {
                b"endcodespacerange" => {
                    for pair in operands.chunks_exact(2) {
                        if let [Token::String(low), Token::String(high)] = pair {
                            map.spaces.push((low.len(), code(low), code(high)));
                        }
                    }
                }
                b"endbfchar" => {
                    for pair in operands.chunks_exact(2) {
                        if let [Token::String(from), Token::String(to)] = pair {
                            map.set(from.len(), code(from), CodeText::from_utf16(to));
                        }
                    }
                }
                b"endbfrange" => {
                    for triple in operands.chunks_exact(3) {
                        map.add_range(triple);
                    }
                }
                _ => {}
            }
            lexer.recycle(&mut operands);
        }
        map.order();
        map
    }

    /// Puts the ranges in order, so that one is found without looking at all. Of two that overlap the
    /// one that begins later is dropped, and its codes have no text.
    fn order(&mut self) {
        self.ranges.sort_by_key(|(length, low, ..)| (*length, *low));
        let mut end = None;
        self.ranges.retain(|(length, low, high, _)| {
            let overlaps = end.is_some_and(|(of, end)| of == *length && *low <= end);
            if !overlaps {
                end = Some((*length, *high));
            }
            !overlaps && low <= high
        });
        self.spaces.truncate(SPACES);
    }

    /// Codes above 0xFFFF get no text; no writer of Unicode fonts has them.
    fn set(&mut self, length: usize, code: u32, text: CodeText) {
        let Some(table) = length.checked_sub(1).and_then(|at| self.chars.get_mut(at)) else {
            return;
        };
        table.set(code, text);
    }

    fn add_range(&mut self, triple: &[Token<'_>]) {
        match triple {
            [
                Token::String(low),
                Token::String(high),
                Token::String(first),
            ] => {
                self.ranges
                    .push((low.len(), code(low), code(high), utf16(first)));
            }
            [Token::String(low), Token::String(high), Token::Array(texts)] => {
                for (from, text) in (code(low)..=code(high)).zip(texts) {
                    if let Token::String(text) = text {
                        self.set(low.len(), from, CodeText::from_utf16(text));
                    }
                }
            }
            _ => {}
        }
    }

    /// Whether every code has two bytes, and its text is in the table.
    pub(crate) fn is_plain(&self) -> bool {
        matches!(self.spaces[..], [(2, 0, 0xFFFF)]) && self.ranges.is_empty()
    }

    /// The text of a code of two bytes, where the table has it.
    pub(crate) fn text(&self, code: u32) -> Option<&CodeText> {
        self.chars[1].get(code)
    }

    /// About how many bytes it takes in memory.
    pub(crate) fn weight(&self) -> usize {
        self.chars.iter().map(Table::weight).sum()
    }

    /// Calls `each` with every code of a shown string, its length in bytes and its text; a code
    /// without text is U+FFFD.
    pub(crate) fn decode(
        &self,
        bytes: &[u8],
        default_length: usize,
        mut each: impl FnMut(u32, usize, &str),
    ) {
        // Nearly every font has this one range, and every code in it a text.
        if matches!(self.spaces[..], [(2, 0, 0xFFFF)]) && bytes.len().is_multiple_of(2) {
            for pair in bytes.chunks_exact(2) {
                let code = u32::from(pair[0]) << 8 | u32::from(pair[1]);
                match self.chars[1].get(code) {
                    Some(text) => each(code, 2, text.as_str(&mut [0; 4])),
                    _ => self.in_ranges(code, 2, &mut each),
                }
            }
            return;
        }
        let mut rest = bytes;
        while !rest.is_empty() {
            let length = (1..=4.min(rest.len()))
                .find(|length| {
                    let code = code(&rest[..*length]);
                    self.spaces
                        .iter()
                        .any(|(l, low, high)| l == length && (*low..=*high).contains(&code))
                })
                .unwrap_or(default_length)
                .min(rest.len());
            let (head, tail) = rest.split_at(length);
            rest = tail;
            let code = code(head);
            match self.chars[length - 1].get(code) {
                Some(text) => each(code, length, text.as_str(&mut [0; 4])),
                _ => self.in_ranges(code, length, &mut each),
            }
        }
    }

    fn in_ranges(&self, code: u32, length: usize, each: &mut impl FnMut(u32, usize, &str)) {
        let before = self
            .ranges
            .partition_point(|(of, low, ..)| (*of, *low) <= (length, code));
        let range = before.checked_sub(1).map(|at| &self.ranges[at]);
        let range = range.filter(|(of, _, high, _)| *of == length && code <= *high);
        match range {
            Some((_, low, _, first)) => {
                let mut text = first.clone();
                if let Some(last) = text.last_mut() {
                    *last = last.wrapping_add((code - low) as u16);
                }
                each(code, length, &String::from_utf16_lossy(&text));
            }
            None => each(code, length, "\u{FFFD}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::CMap;

    fn text(map: &CMap, bytes: &[u8]) -> String {
        let mut out = String::new();
        map.decode(bytes, 2, |_, _, text| out.push_str(text));
        out
    }

    #[test]
    fn reads_chars_ranges_and_arrays() {
        let map = CMap::parse(
            b"/CMapType 2 def 1 begincodespacerange <0000> <FFFF> endcodespacerange
              2 beginbfchar <0001> <006600660069> <0002> <D83DDE00> endbfchar
              2 beginbfrange <0010> <0012> <0041> <0020> <0021> [<00E9> <0069006A>] endbfrange",
        );
        assert_eq!(
            text(&map, &[0, 0x10, 0, 0x12, 0, 0x20, 0, 0x21, 0, 2]),
            "ACéij😀"
        );
        assert_eq!(text(&map, &[0, 9]), "\u{FFFD}");
    }

    #[test]
    fn reads_mixed_code_lengths() {
        let map = CMap::parse(
            b"2 begincodespacerange <00> <7F> <8000> <FFFF> endcodespacerange
              1 beginbfchar <8001> <0042> endbfchar 1 beginbfrange <20> <7E> <0020> endbfrange",
        );
        assert_eq!(text(&map, &[b'x', 0x80, 1, b'y']), "xBy");
    }
}
