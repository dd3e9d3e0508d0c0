//! Markers of slots in the parts of a compiled document.

/// Opens a marker; no XML text can hold it, so no content can be mistaken for a marker.
pub(crate) const MARKER_START: char = '\u{1}';
/// Closes a marker.
pub(crate) const MARKER_END: char = '\u{2}';
/// Opens a passage that is repeated for each line of a slot; the slot's number and `MARKER_END`
/// follow.
pub(crate) const REPEAT_START: char = '\u{3}';
/// Closes a repeated passage.
pub(crate) const REPEAT_END: char = '\u{4}';

/// Appends a text by `escape`, which drops what XML does not allow, but for the signs of markers.
pub(crate) fn escape_around(text: &str, out: &mut String, escape: impl Fn(&str, &mut String)) {
    let mut rest = text;
    while let Some(at) = rest.find([MARKER_START, MARKER_END, REPEAT_START, REPEAT_END]) {
        escape(&rest[..at], out);
        // Each of the signs is one byte.
        out.push_str(&rest[at..=at]);
        rest = &rest[at + 1..];
    }
    escape(rest, out);
}

/// The marker of a slot.
pub(crate) fn marker(slot: usize) -> String {
    format!("{MARKER_START}{slot}{MARKER_END}")
}

/// A text with markers for an attribute, where a slot is escaped in another way.
pub(crate) fn in_attribute(text: &str) -> String {
    text.replace(MARKER_START, &format!("{MARKER_START}s"))
}

/// The start of a passage that is repeated for each line of a slot.
pub(crate) fn repeat(slot: usize) -> String {
    format!("{REPEAT_START}{slot}{MARKER_END}")
}

/// A cell of the line, from 0, in the text of an element of a repeated passage.
pub(crate) fn cell(index: usize) -> String {
    format!("{MARKER_START}f{index}{MARKER_END}")
}

/// A cell of the line, from 0, in an attribute of a repeated passage.
pub(crate) fn attribute_cell(index: usize) -> String {
    format!("{MARKER_START}a{index}{MARKER_END}")
}

/// The identity of a record of the document, from 0.
pub(crate) fn store(index: usize) -> String {
    format!("{MARKER_START}g{index}{MARKER_END}")
}

/// The number of the line, from 1, plus `base`, in a repeated passage.
pub(crate) fn line_number(base: usize) -> String {
    format!("{MARKER_START}r{base}{MARKER_END}")
}

#[cfg(test)]
mod tests {
    use raadspost_content::xml::not_xml;

    use super::*;

    #[test]
    fn markers_pass_an_escape_that_drops_other_controls() {
        let text = format!("a<{}\u{5}b{}&{}", marker(3), repeat(1), REPEAT_END);
        let mut out = String::new();
        escape_around(&text, &mut out, raadspost_content::xml::escape_text);
        let expected = format!("a&lt;{}b{}&amp;{}", marker(3), repeat(1), REPEAT_END);
        assert_eq!(out, expected);
    }

    #[test]
    fn no_text_can_hold_a_marker() {
        for sign in [MARKER_START, MARKER_END, REPEAT_START, REPEAT_END] {
            assert_eq!(not_xml(&sign.to_string()), [sign]);
        }
    }
}
