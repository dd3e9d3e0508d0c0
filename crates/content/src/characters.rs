//! Which characters can be printed and shown: the one list.

use unicode_general_category::{GeneralCategory, get_general_category};

/// Whether a character has no printed form, or changes how what is beside it is shown: a control
/// character (Cc), a line or paragraph separator (Zl, Zp), private use (Co), a code point that is
/// not assigned or is a noncharacter (Cn), a control of the reading direction (`Bidi_Control`), the
/// byte order mark, an interlinear annotation, and the signs for a lost object or character (U+FFFC,
/// U+FFFD).
///
/// A cell of a register may not hold one, and a terminal is never sent one from data.
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
        | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFD}')
}

#[cfg(test)]
mod tests {
    use super::is_unprintable;

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
