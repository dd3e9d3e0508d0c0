//! Maps from the offsets of a text to the offsets of the file in which it was written.

use std::sync::Arc;

use raadspost_content::{Diagnostic, Place, Source, Span};

/// A piecewise map of byte offsets; each piece runs on until the next one begins.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OffsetMap {
    pieces: Vec<(usize, usize)>,
}

impl OffsetMap {
    /// Adds a piece: from the text's offset `from` on, the file's offset is `to` and further.
    pub fn push(&mut self, from: usize, to: usize) {
        self.pieces.push((from, to));
    }

    /// The file's offset of a text's offset.
    pub fn at(&self, offset: usize) -> usize {
        let index = self.pieces.partition_point(|(from, _)| *from <= offset);
        match index.checked_sub(1).map(|index| self.pieces[index]) {
            None => self.pieces.first().map_or(0, |(_, to)| *to),
            Some((from, to)) => to + (offset - from),
        }
    }
}

/// A text that knows where each of its bytes was written.
#[derive(Debug, Clone)]
pub struct Text {
    /// The file.
    pub source: Arc<Source>,
    /// The text itself, without quotes and indentation of YAML.
    pub text: String,
    /// From offsets of the text to offsets of the file.
    pub map: OffsetMap,
}

impl Text {
    /// The place in the file of a range of this text.
    pub fn span(&self, range: std::ops::Range<usize>) -> Span {
        let start = self.map.at(range.start);
        // The end is mapped from the last byte, so that it never runs over into another line.
        let end = if range.end > range.start {
            self.map.at(range.end - 1) + 1
        } else {
            start
        };
        Span::new(start, end.max(start))
    }

    /// The same as a diagnostic's place.
    pub fn place(&self, range: std::ops::Range<usize>) -> Place {
        Place::Source(self.source.clone(), self.span(range))
    }

    /// All of it as a diagnostic's place; one byte where it is empty.
    pub fn whole(&self) -> Place {
        self.place(0..self.text.len().max(1))
    }

    /// An error at all of this text.
    pub fn mistake(&self, code: &'static str, message: impl Into<String>) -> Diagnostic {
        Diagnostic::error(code, message).at(self.whole())
    }

    /// An error at a range of this text.
    pub fn error(
        &self,
        code: &'static str,
        range: std::ops::Range<usize>,
        message: impl Into<String>,
    ) -> Diagnostic {
        Diagnostic::error(code, message).at(self.place(range))
    }

    /// A part of this text, which knows its places too.
    pub fn slice(&self, range: std::ops::Range<usize>) -> Self {
        let mut map = OffsetMap::default();
        map.push(0, self.map.at(range.start));
        for (from, to) in &self.map.pieces {
            if *from > range.start && *from < range.end {
                map.push(from - range.start, *to);
            }
        }
        Self {
            source: self.source.clone(),
            text: self.text[range].to_owned(),
            map,
        }
    }
}

impl AsRef<str> for Text {
    fn as_ref(&self) -> &str {
        &self.text
    }
}

#[cfg(test)]
mod tests {
    use super::OffsetMap;

    #[test]
    fn offsets_run_on_from_the_piece_before() {
        let mut map = OffsetMap::default();
        map.push(0, 100);
        map.push(5, 120);
        assert_eq!(
            [0, 4, 5, 9].map(|offset| map.at(offset)),
            [100, 104, 120, 124]
        );
    }
}
