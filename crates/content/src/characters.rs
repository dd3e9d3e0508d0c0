//! The one list of characters that cannot be printed or shown.

use unicode_general_category::{GeneralCategory, get_general_category};

/// Whether a character has no printed form or changes how its neighbours are shown: a control
/// character (Cc), a line or paragraph separator (Zl, Zp), private use (Co), an unassigned code
/// point or noncharacter (Cn), a bidirectional control (`Bidi_Control`), the byte order mark, an
/// interlinear annotation, a replacement sign (U+FFFC, U+FFFD), or a filler or selector of another
/// script that layout drops (Hangul fillers, Khmer inherent vowels, Mongolian variation selectors,
/// shorthand format controls).
///
/// Texts and register cells may not contain one, fonts are assumed to lack them, and none from data
/// is ever sent to a terminal.
pub fn is_unprintable(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_control();
    }
    matches!(
        get_general_category(c),
        GeneralCategory::Control
            | GeneralCategory::LineSeparator
            | GeneralCategory::ParagraphSeparator
            | GeneralCategory::PrivateUse
            | GeneralCategory::Surrogate
            | GeneralCategory::Unassigned
    ) || matches!(c,
        // Bidi_Control of the Unicode character database (PropList.txt).
        '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}'
        | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFD}'
        // The characters of Default_Ignorable_Code_Point (DerivedCoreProperties.txt) that layout
        // drops: text extracted from the file would differ from that of the document.
        | '\u{115F}' | '\u{1160}' | '\u{3164}' | '\u{FFA0}'
        | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180D}' | '\u{180F}'
        | '\u{1BCA0}'..='\u{1BCA3}')
}

/// Trims a table cell: white space (the Unicode property `White_Space`) and the invisible
/// line-break controls (soft hyphen U+00AD, zero width space U+200B, word joiner U+2060). A soft
/// hyphen at the end of a paragraph would be printed.
pub fn trimmed(cell: &str) -> &str {
    cell.trim_matches(|c: char| {
        c.is_whitespace() || matches!(c, '\u{AD}' | '\u{200B}' | '\u{2060}')
    })
}

/// Characters of a text, at most: some 400 pages.
const TEXT_LIMIT: usize = 1_000_000;
/// Characters of a paragraph, at most: some forty pages.
const PARAGRAPH_LIMIT: usize = 100_000;
/// Characters without a space, at most; web addresses are the longest that anyone writes.
const WORD_LIMIT: usize = 4_000;
/// Combining marks behind one another, at most: UAX 15 (D5, Stream-Safe Text Format) allows 30.
const MARK_LIMIT: usize = 30;

/// A part of a text that is larger than layout can carry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Excess {
    /// What is too long, in words with the limit.
    pub message: String,
    /// Where it is, in bytes.
    pub range: std::ops::Range<usize>,
}

/// The first part of a text that is larger than layout can carry: the whole, a paragraph (up to an
/// empty line), a word, or the marks on one letter.
pub fn excess(text: &str) -> Option<Excess> {
    // No part is too long in a text that is short in bytes.
    if text.len() <= MARK_LIMIT {
        return None;
    }
    let (mut characters, mut paragraph, mut word, mut marks) = (0, 0, 0, 0);
    let (mut empty, mut start, mut of_paragraph) = (true, 0, 0);
    for (at, c) in text.char_indices() {
        if c == '\n' {
            if empty {
                (paragraph, of_paragraph) = (0, at + 1);
            }
            empty = true;
        } else if !c.is_whitespace() {
            empty = false;
        }
        if c.is_whitespace() {
            (word, start) = (0, at + c.len_utf8());
        } else {
            word += 1;
        }
        let is_mark = !c.is_ascii()
            && matches!(
                get_general_category(c),
                GeneralCategory::NonspacingMark | GeneralCategory::EnclosingMark
            );
        marks = if is_mark { marks + 1 } else { 0 };
        characters += 1;
        paragraph += 1;
        let found = [
            (
                marks > MARK_LIMIT,
                "combining marks on one letter",
                MARK_LIMIT,
                at,
            ),
            (
                word > WORD_LIMIT,
                "characters without a space",
                WORD_LIMIT,
                start,
            ),
            (
                paragraph > PARAGRAPH_LIMIT,
                "characters in a paragraph",
                PARAGRAPH_LIMIT,
                of_paragraph,
            ),
            (characters > TEXT_LIMIT, "characters", TEXT_LIMIT, 0),
        ];
        if let Some((_, what, limit, from)) = found.into_iter().find(|(is, ..)| *is) {
            return Some(Excess {
                message: format!("the text has more than {limit} {what}"),
                range: from..at + c.len_utf8(),
            });
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{excess, is_unprintable, trimmed};

    #[test]
    fn what_is_too_long_for_layout_is_found_with_its_range() {
        let found = |text: &str| excess(text).map(|it| (it.message, it.range));
        assert_eq!(found(&format!("a{}", "\u{301}".repeat(30))), None);
        let marks = format!("ab{}", "\u{301}".repeat(31));
        let (message, range) = found(&marks).unwrap();
        assert_eq!(
            message,
            "the text has more than 30 combining marks on one letter"
        );
        assert_eq!(range, 62..64);
        assert_eq!(found(&"w".repeat(4_000)), None);
        let (message, range) = found(&format!("een {}", "w".repeat(4_001))).unwrap();
        assert_eq!(
            (message.as_str(), range),
            (
                "the text has more than 4000 characters without a space",
                4..4_005
            )
        );
        let lines = "water water\n".repeat(8_333);
        assert_eq!(found(&lines), None);
        assert!(
            found(&format!("{lines}{lines}"))
                .unwrap()
                .0
                .ends_with("in a paragraph")
        );
        assert_eq!(found(&format!("{lines}\n{lines}")), None);
        let whole = format!("{lines}\n").repeat(11);
        assert_eq!(
            found(&whole).unwrap().0,
            "the text has more than 1000000 characters"
        );
    }

    #[test]
    fn what_says_nothing_at_the_ends_of_a_cell_is_left_out() {
        assert_eq!(
            trimmed("\u{AD} Aa\u{AD}b\u{A0}\u{200B}c \u{AD}\u{2060}\u{A0}"),
            "Aa\u{AD}b\u{A0}\u{200B}c"
        );
        assert_eq!(trimmed(" \u{AD}\u{200B}"), "");
        // These modify the preceding character.
        assert_eq!(trimmed("क्\u{200D}"), "क्\u{200D}");
        assert_eq!(trimmed("❤\u{FE0F} "), "❤\u{FE0F}");
    }

    #[test]
    fn every_kind_of_character_without_a_printed_form_is_in_the_list() {
        for c in [
            '\0',
            '\u{7F}',
            '\u{9B}',
            '\n',
            '\t',
            '\u{61C}',
            '\u{200E}',
            '\u{200F}',
            '\u{202A}',
            '\u{202E}',
            '\u{2028}',
            '\u{2029}',
            '\u{2066}',
            '\u{2069}',
            '\u{E000}',
            '\u{F8FF}',
            '\u{F0000}',
            '\u{10FFFD}',
            '\u{FDD0}',
            '\u{FFFE}',
            '\u{1FFFF}',
            '\u{378}',
            '\u{FEFF}',
            '\u{FFF9}',
            '\u{3164}',
            '\u{180B}',
            '\u{FFFC}',
            '\u{FFFD}',
        ] {
            assert!(is_unprintable(c), "U+{:04X}", u32::from(c));
        }
        for c in "aé’ßẞ\u{301}\u{A0}\u{202F}\u{AD}\u{200C}\u{200D}Їعא中😀\u{2060}".chars()
        {
            assert!(!is_unprintable(c), "U+{:04X}", u32::from(c));
        }
    }
}
