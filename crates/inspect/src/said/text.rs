//! Folding text so that what reads alike is equal.

/// Whether a character has no width of its own and only steers layout: soft hyphen, zero-width
/// and directional marks (Unicode, `Default_Ignorable_Code_Point`, the part met in running text).
pub(crate) fn is_ignorable(c: char) -> bool {
    matches!(
        c,
        '\u{AD}'
            | '\u{34F}'
            | '\u{61C}'
            | '\u{180E}'
            | '\u{200B}'..='\u{200F}'
            | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{2069}'
            | '\u{FE00}'..='\u{FE0F}'
            | '\u{FEFF}'
    )
}

/// Whether a character leaves ink where it is shown.
pub(crate) fn is_visible(c: char) -> bool {
    // U+2800 is the one character of text that is no space and yet blank by its meaning.
    !c.is_whitespace()
        && !c.is_control()
        && !is_ignorable(c)
        && !matches!(c, '\u{2800}' | '\u{FFFD}')
}

/// Appends `text` to `out`: every run of white space (no-break spaces included) as one space, no
/// space at the start of `out`, ignorable characters left out.
pub(crate) fn fold_into(out: &mut String, text: &str) {
    for c in text.chars() {
        if c.is_whitespace() {
            if !out.is_empty() && !out.ends_with(' ') {
                out.push(' ');
            }
        } else if !is_ignorable(c) {
            out.push(c);
        }
    }
}

/// Folds one text: white space and ignorable characters as in [`fold_into`], no space at the end.
pub(crate) fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    fold_into(&mut out, text);
    out.truncate(out.trim_end().len());
    out
}

/// The text of a line as it is kept: soft hyphens gone, runs of plain spaces as one, no space around
/// a line break nor at either end; no-break spaces stay.
pub(crate) fn tidy(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\u{AD}' => {}
            '\n' => {
                out.truncate(out.trim_end_matches(' ').len());
                out.push('\n');
            }
            ' ' | '\t' | '\r' if out.is_empty() || out.ends_with([' ', '\n']) => {}
            ' ' | '\t' | '\r' => out.push(' '),
            c => out.push(c),
        }
    }
    let plain = [' ', '\n'];
    out.truncate(out.trim_end_matches(plain).len());
    out.drain(..out.len() - out.trim_start_matches(plain).len());
    out
}

#[cfg(test)]
mod tests {
    use super::{fold, tidy};

    #[test]
    fn folding_joins_hyphenated_words_and_spaces() {
        assert_eq!(
            fold("  ge\u{AD}meente \n\u{A0}Utrecht\t"),
            "gemeente Utrecht"
        );
        assert_eq!(fold("\u{200F}a\u{2060}b"), "ab");
    }

    #[test]
    fn tidying_keeps_breaks_and_no_break_spaces() {
        assert_eq!(tidy(" a  b \n c\u{A0}d \n"), "a b\nc\u{A0}d");
        assert_eq!(tidy("ge\u{AD}meente"), "gemeente");
    }
}
