//! Characters: which of them XML allows, and how they are escaped.

use std::borrow::Cow;

/// Whether XML 1.0 allows the character (production 2, `Char`).
fn is_xml(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..)
}

/// The characters that XML 1.0 does not allow, each once, in order of appearance.
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

/// Appends text, escaped for an element.
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

/// Appends text, escaped for an attribute in double quotes.
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

/// Copies text between escapes in runs. All characters that need an escape are ASCII, so bytes are
/// compared.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn xml_has_no_controls_and_no_noncharacters() {
        assert_eq!(
            not_xml("a\u{0}b\u{1}\u{0}\t\n\r\u{FFFE}\u{FFFD}😀\u{202E}"),
            vec!['\0', '\u{1}', '\u{FFFE}']
        );
    }

    #[test]
    fn attributes_keep_their_white_space() {
        let mut out = String::new();
        escape_attribute("a\t\n\"<&>", &mut out);
        assert_eq!(out, "a&#9;&#10;&quot;&lt;&amp;&gt;");
    }
}
