//! Maps from the offsets of a text to the offsets of the file in which it was written.

use std::sync::Arc;

use raadspost_content::{Diagnostic, Place, Source, Span};

/// A piecewise map of byte offsets; each piece extends to the beginning of the next.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OffsetMap {
    pieces: Vec<(usize, usize)>,
}

impl OffsetMap {
    /// Adds a piece: the text's offset `from` corresponds to the file's offset `to`.
    pub fn push(&mut self, from: usize, to: usize) {
        self.pieces.push((from, to));
    }

    /// The file's offset for a text's offset.
    pub fn at(&self, offset: usize) -> usize {
        let index = self.pieces.partition_point(|(from, _)| *from <= offset);
        match index.checked_sub(1).map(|index| self.pieces[index]) {
            None => self.pieces.first().map_or(0, |(_, to)| *to),
            Some((from, to)) => to + (offset - from),
        }
    }
}

/// A text with the source location of each byte.
#[derive(Debug, Clone)]
pub struct Text {
    /// The file.
    pub source: Arc<Source>,
    /// The text without YAML quotes and indentation.
    pub text: String,
    /// From offsets of the text to offsets of the file.
    pub map: OffsetMap,
}

impl Text {
    /// The file's range for a range of this text.
    pub fn span(&self, range: std::ops::Range<usize>) -> Span {
        let start = self.map.at(range.start);
        // The end is mapped from the last byte, so that it never extends to another line.
        let end = if range.end > range.start {
            self.map.at(range.end - 1) + 1
        } else {
            start
        };
        Span::new(start, end.max(start))
    }

    /// As [`Self::span`], as a diagnostic's location.
    pub fn place(&self, range: std::ops::Range<usize>) -> Place {
        Place::Source(self.source.clone(), self.span(range))
    }

    /// The whole text as a diagnostic's location; one byte if it is empty.
    pub fn whole(&self) -> Place {
        self.place(0..self.text.len().max(1))
    }

    /// An error at the whole text.
    pub fn mistake(&self, code: &'static str, message: impl Into<String>) -> Diagnostic {
        Diagnostic::error(code, message).at(self.whole())
    }

    /// The text as a number from 0 to `most`, in whatever unit the key has; always finite.
    ///
    /// # Errors
    /// It is no such number, written with digits and a decimal point.
    pub fn measure(&self, most: f64) -> Result<f64, Diagnostic> {
        let number = self.text.parse::<f64>().ok();
        let number = number.filter(|number| (0.0..=most).contains(number));
        number.ok_or_else(|| {
            let message = format!("`{}` is not a measure", self.text);
            self.mistake("wrong-value", message).hint(format!(
                "write a number from 0 to {most} with a decimal point, without unit: `48.5`"
            ))
        })
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

    /// A part of this text, with its source locations.
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
