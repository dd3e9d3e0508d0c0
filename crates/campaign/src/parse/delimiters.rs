//! Delimiter runs of emphasis (CommonMark 0.31, 6.2) next to tags: the neighbours of a run once the
//! tags are evaluated, and whether they are the same for every municipality.
//!
//! CommonMark pairs runs by character, length, and whether they can open and close, which depends
//! on the adjacent characters. A text is parsed once, with its conditions unevaluated. It has the
//! emphasis of each of its evaluated forms if no run next to a tag can do more in one form than in
//! another, no two runs become adjacent when the text between them is omitted, every pair is within
//! one branch, and no run is left over.

use std::ops::Range;

use pulldown_cmark::{Event, Parser, Tag};

/// Replaces a value while Markdown is parsed: a letter to CommonMark; from the private use area,
/// which is refused in authors' texts.
pub(super) const SENTINEL: char = '\u{E000}';

/// The set of characters that can be adjacent to a position, depending on conditions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Seen(u16);

impl Seen {
    /// White space, or the edge of a text.
    pub(super) const SPACE: Self = Self(1);
    pub(super) const PUNCTUATION: Self = Self(1 << 1);
    /// A letter, a digit, or the value of a field.
    pub(super) const LETTER: Self = Self(1 << 2);
    const STAR: Self = Self(1 << 3);
    const UNDERSCORE: Self = Self(1 << 4);
    /// `(` or `[`.
    pub(super) const OPENING: Self = Self(1 << 5);
    /// `]`.
    pub(super) const CLOSING: Self = Self(1 << 6);
    /// A backslash that escapes the next character.
    pub(super) const BACKSLASH: Self = Self(1 << 7);

    /// The first character of a text.
    pub(super) fn first(text: &str) -> Self {
        text.chars().next().map_or(Self::SPACE, Self::of)
    }

    /// The last character of a text.
    pub(super) fn last(text: &str) -> Self {
        let Some(c) = text.chars().next_back() else {
            return Self::SPACE;
        };
        let before = text.len() - c.len_utf8();
        match c {
            '\\' if !is_escaped(text, before) => Self::PUNCTUATION.or(Self::BACKSLASH),
            '*' | '_' | ']' | '[' | '(' if is_escaped(text, before) => Self::PUNCTUATION,
            c => Self::of(c),
        }
    }

    fn of(c: char) -> Self {
        match c {
            '*' => Self::PUNCTUATION.or(Self::STAR),
            '_' => Self::PUNCTUATION.or(Self::UNDERSCORE),
            '(' | '[' => Self::PUNCTUATION.or(Self::OPENING),
            ']' => Self::PUNCTUATION.or(Self::CLOSING),
            c if c.is_whitespace() => Self::SPACE,
            c if is_punctuation(c) => Self::PUNCTUATION,
            _ => Self::LETTER,
        }
    }

    pub(super) fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(super) fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// A character that has the same effect on the Markdown parser. For white space it is one that
    /// the parser does not strip at the end of a line. If several classes are possible any of them
    /// will do, because constructs that depend on the difference are refused.
    pub(super) fn stand_in(self) -> char {
        if self.has(Self::LETTER) {
            SENTINEL
        } else if self.has(Self::PUNCTUATION) {
            '·'
        } else {
            '\u{2003}'
        }
    }

    fn classes(self) -> impl Iterator<Item = Self> {
        [Self::SPACE, Self::PUNCTUATION, Self::LETTER]
            .into_iter()
            .filter(move |class| self.has(*class))
    }
}

/// Whether a character is escaped by a preceding backslash.
pub(crate) fn is_escaped(text: &str, at: usize) -> bool {
    let before = text[..at].bytes().rev();
    before.take_while(|byte| *byte == b'\\').count() % 2 == 1
}

/// Whether CommonMark counts a character as punctuation. Beyond ASCII the parser itself is asked:
/// its table is private, and a copy could differ.
fn is_punctuation(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_punctuation();
    }
    // Between a letter and punctuation a run cannot open.
    let probe = format!("a*{c}b*");
    !Parser::new(&probe).any(|event| matches!(event, Event::Start(Tag::Emphasis)))
}

/// A run of `*` or of `_`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Run {
    pub(super) delimiter: char,
    pub(super) range: Range<usize>,
}

/// The abilities of a run given its possible neighbours, for some municipality and for every one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Powers {
    /// It can open: for some, for all.
    pub(super) opens: (bool, bool),
    /// It can close: for some, for all.
    pub(super) closes: (bool, bool),
    /// It becomes longer if the text after the adjacent tag is omitted.
    pub(super) merges: bool,
}

impl Powers {
    /// It is always literal text, as in `5 * 3` and `snake_case`.
    pub(super) fn is_inert(self) -> bool {
        !self.opens.0 && !self.closes.0 && !self.merges
    }

    /// Every municipality sees the same.
    pub(super) fn is_certain(self) -> bool {
        self.opens.0 == self.opens.1 && self.closes.0 == self.closes.1 && !self.merges
    }
}

impl Run {
    /// The run that contains a byte of a text; `None` if the byte is not a delimiter, or is
    /// escaped.
    pub(super) fn at(text: &str, at: usize) -> Option<Self> {
        let delimiter = match text.as_bytes().get(at)? {
            b'*' => '*',
            b'_' => '_',
            _ => return None,
        };
        let same = |byte: &u8| char::from(*byte) == delimiter;
        let mut start = at
            - text.as_bytes()[..at]
                .iter()
                .rev()
                .take_while(|b| same(b))
                .count();
        let end = at + text.as_bytes()[at..].iter().take_while(|b| same(b)).count();
        if is_escaped(text, start) {
            start += 1;
        }
        (start <= at).then_some(Self {
            delimiter,
            range: start..end,
        })
    }

    /// Its abilities, given the possible neighbours before and after it.
    pub(super) fn powers(&self, before: Seen, after: Seen) -> Powers {
        let own = if self.delimiter == '*' {
            Seen::STAR
        } else {
            Seen::UNDERSCORE
        };
        let (mut opens, mut closes) = ((false, true), (false, true));
        for before in before.classes() {
            for after in after.classes() {
                let (open, close) = (self.can_open(before, after), self.can_close(before, after));
                opens = (opens.0 || open, opens.1 && open);
                closes = (closes.0 || close, closes.1 && close);
            }
        }
        Powers {
            opens,
            closes,
            merges: before.has(own) || after.has(own),
        }
    }

    fn can_open(&self, before: Seen, after: Seen) -> bool {
        let outside = before == Seen::SPACE || before == Seen::PUNCTUATION;
        after != Seen::SPACE && (outside || self.delimiter == '*' && after == Seen::LETTER)
    }

    fn can_close(&self, before: Seen, after: Seen) -> bool {
        let outside = after == Seen::SPACE || after == Seen::PUNCTUATION;
        before != Seen::SPACE && (outside || self.delimiter == '*' && before == Seen::LETTER)
    }
}
