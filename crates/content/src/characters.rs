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
