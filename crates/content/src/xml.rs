//! XML 1.0: the characters it allows, the escaping of texts, and a tree of elements for the small
//! documents that are written whole. All XML that leaves the program is escaped here.
//!
//! XML has no form for most control characters, not even as references: one of them makes a whole
//! document unreadable. So escaping leaves out what XML does not allow. Where nothing may be lost,
//! the text is refused first by what [`not_xml`] returns.

use std::borrow::Cow;

/// Whether XML 1.0 allows the character (production 2, `Char`).
fn is_xml(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..)
}

/// The characters that XML 1.0 does not allow, each once, in order of appearance.
pub fn not_xml(text: &str) -> Vec<char> {
    let mut found = Vec::new();
    for c in text.chars() {
        if !is_xml(c) && !found.contains(&c) {
            found.push(c);
        }
    }
    found
}

/// Appends text, escaped for an element; characters that XML does not allow are left out.
pub fn escape_text(text: &str, out: &mut String) {
    escape(text, out, |byte| match byte {
        b'&' => Some("&amp;"),
        b'<' => Some("&lt;"),
        b'>' => Some("&gt;"),
        // A bare carriage return would be read back as a line feed (2.11).
        b'\r' => Some("&#13;"),
        _ => None,
    });
}

/// Appends text, escaped for an attribute in double quotes; characters that XML does not allow are
/// left out.
pub fn escape_attribute(text: &str, out: &mut String) {
    escape(text, out, |byte| match byte {
        b'&' => Some("&amp;"),
        b'<' => Some("&lt;"),
        b'>' => Some("&gt;"),
        b'"' => Some("&quot;"),
        // White space would be read back as a blank (3.3.3).
        b'\t' => Some("&#9;"),
        b'\n' => Some("&#10;"),
        b'\r' => Some("&#13;"),
        _ => None,
    });
}

/// A text escaped for an element.
pub fn escaped_text(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    escape_text(text, &mut out);
    out
}

/// A text escaped for an attribute in double quotes.
pub fn escaped_attribute(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    escape_attribute(text, &mut out);
    out
}

/// Copies text between escapes in runs. All characters that need an escape are ASCII, so bytes are
/// compared.
fn escape(text: &str, out: &mut String, reference: impl Fn(u8) -> Option<&'static str>) {
    let bytes = text.as_bytes();
    let mut copied = 0;
    for (at, &byte) in bytes.iter().enumerate() {
        let (instead, width) = match byte {
            0..=0x08 | 0x0B | 0x0C | 0x0E..=0x1F => ("", 1),
            // U+FFFE and U+FFFF.
            0xEF if matches!(bytes[at + 1..], [0xBF, 0xBE | 0xBF, ..]) => ("", 3),
            _ => match reference(byte) {
                Some(reference) => (reference, 1),
                None => continue,
            },
        };
        out.push_str(&text[copied..at]);
        out.push_str(instead);
        copied = at + width;
    }
    out.push_str(&text[copied..]);
}

/// An element that has either elements or a text. Names are those of a format; attributes and text
/// are data.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Element {
    /// The name with its prefix.
    pub name: Cow<'static, str>,
    /// Names and unescaped values, in order.
    pub attributes: Vec<(Cow<'static, str>, String)>,
    /// The unescaped text, written if there are no children.
    pub text: String,
    /// The child elements.
    pub children: Vec<Element>,
}

impl Element {
    /// An empty element.
    pub fn new(name: impl Into<Cow<'static, str>>) -> Self {
        Self {
            name: name.into(),
            ..Self::default()
        }
    }

    /// Adds an attribute.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        self.attributes.push((name.into(), value.to_string()));
        self
    }

    /// Adds a child.
    #[must_use]
    pub fn and(mut self, child: Self) -> Self {
        self.children.push(child);
        self
    }

    /// Adds children.
    #[must_use]
    pub fn and_all(mut self, children: impl IntoIterator<Item = Self>) -> Self {
        self.children.extend(children);
        self
    }

    /// Sets the text.
    #[must_use]
    pub fn saying(mut self, text: &str) -> Self {
        text.clone_into(&mut self.text);
        self
    }

    /// The first child of a name.
    pub fn find(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.name == name)
    }

    /// The value of an attribute.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        let mut attributes = self.attributes.iter();
        let (_, value) = attributes.find(|(known, _)| known == name)?;
        Some(value)
    }

    /// The document whose root it is: a line for each element, two spaces for each level.
    pub fn document(&self) -> String {
        let mut out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".to_owned();
        self.write(&mut out, 0);
        out
    }

    fn write(&self, out: &mut String, depth: usize) {
        let indent = "  ".repeat(depth);
        out.push_str(&indent);
        out.push('<');
        out.push_str(&self.name);
        for (name, value) in &self.attributes {
            out.push(' ');
            out.push_str(name);
            out.push_str("=\"");
            escape_attribute(value, out);
            out.push('"');
        }
        if self.text.is_empty() && self.children.is_empty() {
            out.push_str("/>\n");
            return;
        }
        out.push('>');
        if self.children.is_empty() {
            escape_text(&self.text, out);
        } else {
            out.push('\n');
            for child in &self.children {
                child.write(out, depth + 1);
            }
            out.push_str(&indent);
        }
        out.push_str("</");
        out.push_str(&self.name);
        out.push_str(">\n");
    }
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
        assert_eq!(
            escaped_attribute("a\t\n\r\"<&>"),
            "a&#9;&#10;&#13;&quot;&lt;&amp;&gt;"
        );
    }

    #[test]
    fn every_character_is_kept_or_is_one_that_xml_does_not_allow() {
        for c in '\0'..=char::MAX {
            let text = format!("é{c}\u{FFFD}");
            for escaped in [escaped_text(&text), escaped_attribute(&text)] {
                let inner = escaped
                    .strip_prefix('é')
                    .and_then(|rest| rest.strip_suffix('\u{FFFD}'))
                    .unwrap_or_else(|| panic!("U+{:04X}: {escaped}", u32::from(c)));
                assert_eq!(inner.is_empty(), !not_xml(&text).is_empty(), "{c:?}");
                let is_itself = inner.chars().eq([c]);
                assert!(
                    inner.is_empty() || is_itself || inner.starts_with('&'),
                    "{c:?}"
                );
                assert!(!is_itself || !matches!(c, '&' | '<' | '>' | '\r'), "{c:?}");
            }
        }
    }

    #[test]
    fn texts_are_data() {
        let inner = Element::new("b").saying("x < y & \u{1}z");
        let xml = Element::new("a")
            .with("n", "\"1\"\n<")
            .and(inner)
            .and(Element::new("c"))
            .document();
        assert_eq!(
            xml,
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<a n=\"&quot;1&quot;&#10;&lt;\">\n  \
             <b>x &lt; y &amp; z</b>\n  <c/>\n</a>\n"
        );
    }
}
