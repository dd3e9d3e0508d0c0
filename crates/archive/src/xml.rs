//! Writes XML: elements with text or with elements, each on a line of its own.

use std::borrow::Cow;
use std::io::{self, Read};

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};
use raadspost_content::xml::{escaped_attribute, escaped_text, not_xml};

/// A text on one line, as it is written: white space of other kinds as blanks.
///
/// # Errors
/// It has a character that XML 1.0 does not allow, not even as a reference. Nothing of what is
/// archived is left out or replaced.
fn one_line(text: &str) -> io::Result<Cow<'_, str>> {
    if let Some(c) = not_xml(text).first() {
        let shown = text.escape_debug();
        let message = format!(
            "text `{shown}` has the character U+{:04X}, which XML does not allow",
            u32::from(*c)
        );
        return Err(io::Error::new(io::ErrorKind::InvalidData, message));
    }
    Ok(if text.contains(['\t', '\n', '\r']) {
        Cow::Owned(text.replace(['\t', '\n', '\r'], " "))
    } else {
        Cow::Borrowed(text)
    })
}

/// A text on one line, escaped for an element or for an attribute in double quotes.
///
/// # Errors
/// It has a character that XML 1.0 does not allow.
pub(crate) fn escaped(text: &str) -> io::Result<String> {
    Ok(escaped_attribute(&one_line(text)?))
}

/// Bytes between two marks of a document that is read piece by piece, at most: a reader keeps them in
/// memory.
const PIECE: u64 = 1 << 20;

/// A reader that ends with an error where no `<` comes for long.
pub(crate) struct Bounded<R> {
    reader: R,
    since: u64,
}

impl<R> Bounded<R> {
    pub(crate) fn new(reader: R) -> Self {
        Self { reader, since: 0 }
    }
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, piece: &mut [u8]) -> io::Result<usize> {
        let length = self.reader.read(piece)?;
        self.since = match memchr::memrchr(b'<', &piece[..length]) {
            Some(at) => (length - at) as u64,
            None => self.since + length as u64,
        };
        if self.since > PIECE {
            return Err(io::Error::other("no mark comes for a long time"));
        }
        Ok(length)
    }
}

/// A document that is being written.
pub(crate) struct Xml(Writer<Vec<u8>>);

impl Xml {
    /// An empty document in UTF-8.
    pub(crate) fn new() -> io::Result<Self> {
        let mut writer = Writer::new_with_indent(Vec::new(), b'\t', 1);
        writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
        Ok(Self(writer))
    }

    /// The document, with a line break at its end.
    pub(crate) fn finish(self) -> Vec<u8> {
        let mut bytes = self.0.into_inner();
        bytes.push(b'\n');
        bytes
    }

    /// An element with text.
    pub(crate) fn text(&mut self, name: &str, text: &str) -> io::Result<()> {
        self.0
            .create_element(name)
            .write_text_content(BytesText::from_escaped(escaped_text(&one_line(text)?)))?;
        Ok(())
    }

    /// An element with elements.
    pub(crate) fn group(
        &mut self,
        name: &str,
        inner: impl FnOnce(&mut Self) -> io::Result<()>,
    ) -> io::Result<()> {
        self.group_with(name, &[], inner)
    }

    /// The same with attributes, which are those of a schema and no data.
    pub(crate) fn group_with(
        &mut self,
        name: &str,
        attributes: &[(&'static str, &'static str)],
        inner: impl FnOnce(&mut Self) -> io::Result<()>,
    ) -> io::Result<()> {
        let mut start = BytesStart::new(name);
        for attribute in attributes {
            start.push_attribute(*attribute);
        }
        self.0.write_event(Event::Start(start))?;
        inner(self)?;
        self.0.write_event(Event::End(BytesEnd::new(name)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_xml_cannot_hold_is_refused_with_its_place_and_never_replaced() {
        for c in ['\0', '\u{1}', '\u{B}', '\u{1F}', '\u{FFFE}', '\u{FFFF}'] {
            let text = format!("Raad <{c}>");
            let mut xml = Xml::new().unwrap();
            let refused = xml.text("naam", &text).unwrap_err().to_string();
            let named = format!("U+{:04X}", u32::from(c));
            assert!(refused.contains(&named), "{refused}");
            assert!(!refused.contains(c), "{refused}");
            assert!(escaped(&text).is_err());
        }
        let mut xml = Xml::new().unwrap();
        xml.text("naam", "a\tb\r\nc <d> & \"e\" 'f' \u{85}\u{FFFD}")
            .unwrap();
        assert_eq!(
            String::from_utf8(xml.finish()).unwrap(),
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
             <naam>a b  c &lt;d&gt; &amp; \"e\" 'f' \u{85}\u{FFFD}</naam>\n"
        );
        assert_eq!(escaped("a\n\"<'>").unwrap(), "a &quot;&lt;'&gt;");
    }
}
