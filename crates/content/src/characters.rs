//! Which characters can be printed and shown: the one list.

use unicode_general_category::{GeneralCategory, get_general_category};

/// Whether a character has no printed form, or changes how what is beside it is shown: a control
/// character (Cc), a line or paragraph separator (Zl, Zp), private use (Co), a code point that is
/// not assigned or is a noncharacter (Cn), a control of the reading direction (`Bidi_Control`), the
/// byte order mark, an interlinear annotation, the signs for a lost object or character (U+FFFC,
/// U+FFFD), and fillers and selectors of other scripts that no file keeps (Hangul fillers, Khmer
/// inherent vowels, Mongolian variation selectors, shorthand format controls).
///
/// A text or a cell of a register may not hold one, no font is taken to have one, and a terminal is
/// never sent one from data.
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
        // Of Default_Ignorable_Code_Point (DerivedCoreProperties.txt) those that layout drops for
        // good, so that the text of a file would not be that of the document.
        | '\u{115F}' | '\u{1160}' | '\u{3164}' | '\u{FFA0}'
        | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180D}' | '\u{180F}'
        | '\u{1BCA0}'..='\u{1BCA3}')
}

/// A cell of a table without what says nothing at its ends: white space (the Unicode property
/// `White_Space`), and the characters that only say where a line may end within a word (soft hyphen
/// U+00AD, zero width space U+200B, word joiner U+2060). At the end of a paragraph a soft hyphen
/// would be printed.
pub fn trimmed(cell: &str) -> &str {
    cell.trim_matches(|c: char| {
        c.is_whitespace() || matches!(c, '\u{AD}' | '\u{200B}' | '\u{2060}')
    })
}

#[cfg(test)]
mod tests {
    use super::{is_unprintable, trimmed};

    #[test]
    fn what_says_nothing_at_the_ends_of_a_cell_is_left_out() {
        assert_eq!(
            trimmed("\u{AD} Aa\u{AD}b\u{A0}\u{200B}c \u{AD}\u{2060}\u{A0}"),
            "Aa\u{AD}b\u{A0}\u{200B}c"
        );
        assert_eq!(trimmed(" \u{AD}\u{200B}"), "");
        // These change what stands before them.
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
