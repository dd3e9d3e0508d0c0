//! Characters: which of them XML has, how they are escaped, and the markers of slots.

use std::borrow::Cow;

/// Opens a marker; no XML text can hold it, so no content can be mistaken for a marker.
pub(crate) const MARKER_START: char = '\u{1}';
/// Closes a marker.
pub(crate) const MARKER_END: char = '\u{2}';
/// Opens what is repeated for each line of a slot; the slot's number and `MARKER_END` follow.
pub(crate) const REPEAT_START: char = '\u{3}';
/// Closes what is repeated.
pub(crate) const REPEAT_END: char = '\u{4}';

/// Whether XML 1.0 has the character (production 2, `Char`).
pub(crate) fn is_xml(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..)
}

/// The characters that XML 1.0 has not, each once, in order of appearance.
pub(crate) fn not_xml(text: &str) -> Vec<char> {
    let mut found = Vec::new();
    for c in text.chars() {
        if !is_xml(c) && !found.contains(&c) {
            found.push(c);
        }
    }
    found
}

/// Line ends as `\n` alone.
pub(crate) fn unify_line_ends(text: &str) -> Cow<'_, str> {
    if text.contains('\r') {
        Cow::Owned(text.replace("\r\n", "\n").replace('\r', "\n"))
    } else {
        Cow::Borrowed(text)
    }
}

/// The marker of a slot.
pub(crate) fn marker(slot: usize) -> String {
    format!("{MARKER_START}{slot}{MARKER_END}")
}

/// A text with markers, as it stands in an attribute, where a slot is escaped otherwise.
pub(crate) fn in_attribute(text: &str) -> String {
    text.replace(MARKER_START, &format!("{MARKER_START}s"))
}

/// The start of what is repeated for each line of a slot.
pub(crate) fn repeat(slot: usize) -> String {
    format!("{REPEAT_START}{slot}{MARKER_END}")
}

/// In what is repeated: a cell of the line, from 0, in the text of an element.
pub(crate) fn cell(index: usize) -> String {
    format!("{MARKER_START}f{index}{MARKER_END}")
}

/// In what is repeated: a cell of the line, from 0, in an attribute.
pub(crate) fn attribute_cell(index: usize) -> String {
    format!("{MARKER_START}a{index}{MARKER_END}")
}

/// In what is repeated: the number of the line, from 1, added to `base`.
pub(crate) fn line_number(base: usize) -> String {
    format!("{MARKER_START}r{base}{MARKER_END}")
}

/// Appends text as it may stand in an element.
pub(crate) fn escape_text(text: &str, out: &mut String) {
    escape(text, out, |byte| match byte {
        b'&' => Some("&amp;"),
        b'<' => Some("&lt;"),
        b'>' => Some("&gt;"),
        // A bare carriage return would be read back as a line feed.
        b'\r' => Some("&#13;"),
        _ => None,
    });
}

/// Appends text as it may stand between double quotes.
pub(crate) fn escape_attribute(text: &str, out: &mut String) {
    escape(text, out, |byte| match byte {
        b'&' => Some("&amp;"),
        b'<' => Some("&lt;"),
        b'>' => Some("&gt;"),
        b'"' => Some("&quot;"),
        // White space would be read back as a blank.
        b'\t' => Some("&#9;"),
        b'\n' => Some("&#10;"),
        b'\r' => Some("&#13;"),
        _ => None,
    });
}

/// Copies what needs no escape in runs; what does is ASCII, so bytes are enough to look at.
fn escape(text: &str, out: &mut String, reference: impl Fn(u8) -> Option<&'static str>) {
    let mut copied = 0;
    for (at, byte) in text.bytes().enumerate() {
        if let Some(reference) = reference(byte) {
            out.push_str(&text[copied..at]);
            out.push_str(reference);
            copied = at + 1;
        }
    }
    out.push_str(&text[copied..]);
}

/// A web address as a relationship's target may be: what RFC 3986 excludes is percent-encoded,
/// because Word refuses a package with a target that it cannot parse.
pub(crate) fn target(url: &str) -> String {
    let mut out = String::with_capacity(url.len());
    for c in url.chars() {
        match c {
            ' '
            | '"'
            | '<'
            | '>'
            | '\\'
            | '^'
            | '`'
            | '{'
            | '|'
            | '}'
            | '\0'..='\u{1F}'
            | '\u{7F}' => {
                for byte in c.encode_utf8(&mut [0; 4]).bytes() {
                    out.push_str(&format!("%{byte:02X}"));
                }
            }
            _ => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn xml_has_no_controls_and_no_noncharacters() {
        assert_eq!(
            not_xml("a\u{0}b\u{1}\u{0}\t\n\r\u{FFFE}\u{FFFD}😀\u{202E}"),
            vec!['\0', '\u{1}', '\u{FFFE}']
        );
        assert!(!is_xml(MARKER_START) && !is_xml(MARKER_END));
    }

    #[test]
    fn targets_are_parsable() {
        assert_eq!(
            target("https://a.nl/b c?<x>=\"{y}\"#é"),
            "https://a.nl/b%20c?%3Cx%3E=%22%7By%7D%22#é"
        );
    }

    #[test]
    fn attributes_keep_their_white_space() {
        let mut out = String::new();
        escape_attribute("a\t\n\"<&>", &mut out);
        assert_eq!(out, "a&#9;&#10;&quot;&lt;&amp;&gt;");
    }
}
