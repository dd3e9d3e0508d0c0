//! Source texts and locations in them.

use std::sync::{Arc, OnceLock};

/// A location in a [`Source`]: a half-open range of byte offsets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// Byte after the last.
    pub end: u32,
}

impl Span {
    /// The range from `start` to `end`, in bytes.
    pub fn new(start: usize, end: usize) -> Self {
        // Sources are limited to far less than 4 GiB when loaded.
        let clamp = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Self {
            start: clamp(start),
            end: clamp(end.max(start)),
        }
    }
}

/// A named text with a line index.
pub struct Source {
    name: String,
    text: String,
    line_starts: Vec<usize>,
    /// The number of characters before every [`STEP`] bytes, counted when a column is asked for.
    characters: OnceLock<Vec<u32>>,
}

/// Bytes from one count of characters to the next, so that a column is found in constant time even
/// where a line is as long as the text.
const STEP: usize = 1024;

/// Whether a byte begins a character in UTF-8.
fn begins(byte: u8) -> bool {
    byte & 0xC0 != 0x80
}

impl std::fmt::Debug for Source {
    /// Only the name: a debug message need not contain a whole campaign.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Source").field(&self.name).finish()
    }
}

impl Source {
    /// Wraps a text; `name` is its name in diagnostics, normally a file name.
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Arc<Self> {
        let text = text.into();
        let line_starts = std::iter::once(0)
            .chain(text.match_indices('\n').map(|(at, _)| at + 1))
            .collect();
        Arc::new(Self {
            name: name.into(),
            text,
            line_starts,
            characters: OnceLock::new(),
        })
    }

    /// The name in diagnostics.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The whole text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Line and column of a byte offset, both from 1; columns count characters.
    pub fn line_column(&self, offset: usize) -> (usize, usize) {
        let offset = offset.min(self.text.len());
        let line = self.line_starts.partition_point(|start| *start <= offset);
        let start = self.line_starts[line - 1];
        let column = self.characters_before(offset) - self.characters_before(start);
        (line, column + 1)
    }

    /// The number of characters that begin before a byte offset.
    fn characters_before(&self, offset: usize) -> usize {
        let bytes = self.text.as_bytes();
        let count = |bytes: &[u8]| bytes.iter().filter(|byte| begins(**byte)).count();
        let counts = self.characters.get_or_init(|| {
            let mut before = 0;
            let blocks = bytes.chunks(STEP).map(|block| {
                let own = count(block);
                before += own as u32;
                before - own as u32
            });
            blocks.collect()
        });
        let block = (offset / STEP).min(counts.len().saturating_sub(1));
        let before = counts.get(block).map_or(0, |before| *before as usize);
        before + count(&bytes[block * STEP..offset])
    }

    /// The byte offset at which a line (from 1) starts.
    pub fn line_start(&self, line: usize) -> usize {
        self.line_starts
            .get(line.saturating_sub(1))
            .copied()
            .unwrap_or(self.text.len())
    }

    /// The text of a line (from 1), without its line break.
    pub fn line(&self, line: usize) -> &str {
        let line = line.max(1);
        let text = &self.text[self.line_start(line)..self.line_start(line + 1)];
        text.strip_suffix('\n')
            .map_or(text, |text| text.strip_suffix('\r').unwrap_or(text))
    }
}
